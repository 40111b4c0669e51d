"""Every form under hostile input: 4xx that names the field, never 5xx, and text is kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.e2e.public.requests import FORM_TYPE, FORMS, check_page, sent

ODD = {
    "a query": '{"$gt": ""}',
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "a template": "{{ 7 * 7 }}{% raw %}",
    "nul": "a\x00b",
    "turned text": "abc\u202etxt.exe",
    "half a pair": "\ud800",
    "noncharacter": "\uffff",
    "zalgo": "e" + "\u0301" * 50,
    "emoji": "👩‍👧‍👦🏳️‍🌈",
    "format": "%(name)s %s {0} {phone}",
    "very long": "x" * 20_000,
    "newlines": "\r\n\r\nSet-Cookie: a=b",
}
#: Fields by form, with a form that is otherwise right.
RIGHT: dict[str, dict[str, str]] = {
    "/tip": {"text": "a man", "go": "send"},
    "/get-help": {"needs": "safety", "go": "send"},
    "/for-helpers": {"needs": "safety", "consent": "yes", "go": "send"},
    "/return": {"code": "0" * 17},
    "/services": {"need": "bed"},
    "/road-map": {"go": "steps"},
}
TEXTS = {
    "/tip": ("text", "contact"),
    "/get-help": ("note", "contact", "when_safe", "other_language"),
    "/return": ("code",),
    "/tip/return": ("code",),
    "/services": ("need", "place"),
    "/road-map": ("place",),
}
CODES = {
    "/tip": ("area", "wishes"),
    "/get-help": (
        *("needs", "age_group", "origin", "gender", "language", "area", "safe_now"),
        *("contact_way", "message_ok", "avoid", "avoid_area", "wishes"),
    ),
    "/for-helpers": ("consent", "with_person"),
    "/services": ("needs", "genders", "languages"),
    "/road-map": (
        *("safe_now", "age_group", "what_happened", "papers"),
        *("police", "state", "about", "needs"),
    ),
}


@pytest.mark.parametrize("path", FORMS)
def test_too_much_too_many_wrong_kind_and_nothing(visitor: TestClient, path: str) -> None:
    cases = {
        413: [
            (b"text=" + b"x" * 70_000, FORM_TYPE),
            (sent([(f"f{at}", "1") for at in range(10_000)])[:60_000], FORM_TYPE),
        ],
        415: [
            (b'{"text": {"$gt": ""}}', {"content-type": "application/json"}),
            (b"--x\r\n\r\n", {"content-type": "multipart/form-data; boundary=x"}),
            (b"<a/>", {"content-type": "text/xml"}),
        ],
    }
    for status, bodies in cases.items():
        for body, headers in bodies:
            answer = visitor.post(path, content=body, headers=headers)
            assert answer.status_code == status
            check_page(answer.status_code, answer.text)
    for body in (b"", b"&&&&", b"=", b"%", b"%zz=%zz", b"\xff\xfe=\xff", b"a" * 1_000):
        answer = visitor.post(path, content=body, headers=FORM_TYPE)
        assert answer.status_code < 500
        assert 'href="tel:911"' in answer.text


def test_a_body_without_a_length_is_cut_off(visitor: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        yield b"text="
        for _ in range(200):
            yield b"x" * 1_000

    answer = visitor.post("/tip", content=endless(), headers=FORM_TYPE)
    assert answer.status_code == 413
    check_page(413, answer.text)


def test_a_false_length_is_refused(visitor: TestClient) -> None:
    kind = FORM_TYPE["content-type"].encode()
    for length in (b"-1", b"1e3", "²".encode(), b"9" * 5_000):
        headers = {b"content-type": kind, b"content-length": length}
        answer = visitor.post("/tip", content=b"", headers=headers)
        assert answer.status_code in (400, 413)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("path", TEXTS)
def test_odd_text_is_taken_or_named_and_kept(visitor: TestClient, path: str, odd: str) -> None:
    for name in TEXTS[path]:
        fields = {**RIGHT.get(path, {}), name: odd}
        if name in ("contact", "when_safe"):
            fields["contact_way"] = "text"
        answer = visitor.post(path, content=sent(fields), headers=FORM_TYPE)
        assert answer.status_code in (200, 422), answer.text[:500]
        if answer.status_code == 422:
            assert f'href="#{name}"' in answer.text
            kept = "".join(re.findall(r"[x-zA-Z]{3,}", odd))[:20]
            assert kept.lower() in html.unescape(answer.text).lower()
        assert "<img src=x" not in answer.text
        assert "<script>alert" not in answer.text
        assert ">49<" not in answer.text


@pytest.mark.parametrize("path", CODES)
@pytest.mark.parametrize("value", ['{"$gt": ""}', "no-such-code", "\x00", "../..", "1" * 5_000])
def test_a_code_that_is_not_in_the_list_names_its_field(
    visitor: TestClient, path: str, value: str
) -> None:
    for name in CODES[path]:
        pairs = [pair for pair in RIGHT[path].items() if pair[0] != name]
        body = sent([*pairs, (name, value), ("contact_way", "text")][: len(pairs) + 1])
        if name == "message_ok":
            body += b"&contact_way=text"
        answer = visitor.post(path, content=body, headers=FORM_TYPE)
        assert answer.status_code == 422, (name, answer.status_code)
        assert f'href="#{name}"' in answer.text


def test_a_repeated_answer_names_its_field(visitor: TestClient) -> None:
    for path, pairs in {
        "/tip": [("text", "a"), ("text", "b")],
        "/get-help": [("needs", "safety"), ("go", "send"), ("area", "a"), ("area", "b")],
    }.items():
        answer = visitor.post(path, content=sent(pairs), headers=FORM_TYPE)
        assert answer.status_code == 422
