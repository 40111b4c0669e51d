"""Every form and address under hostile input: 4xx that says what, never 5xx, and text is kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from portal.routes import PAGES
from shared.crypto import codes
from tests.support.portal_fakes import FakePortal, make_portal

FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}
FORMS = sorted(
    {
        page.path
        for page in PAGES
        if "POST" in page.methods
        and page.access.kind == "public"
        and page.path != "/closed"
        and not page.path.startswith(("/workspace", "/api"))
    }
)
OPEN = sorted(
    {
        page.path
        for page in PAGES
        if "GET" in page.methods
        and page.access.kind == "public"
        and not page.path.startswith(("/workspace", "/api"))
    }
)
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
}
TEXTS = {
    "/tip": ("text", "contact"),
    "/get-help": ("note", "contact", "when_safe", "other_language"),
    "/return": ("code",),
    "/tip/return": ("code",),
    "/services": ("need", "place"),
}
CODES = {
    "/tip": ("area", "wishes"),
    "/get-help": (
        *("needs", "age_group", "origin", "gender", "language", "area", "safe_now"),
        *("contact_way", "message_ok", "avoid", "avoid_area"),
    ),
    "/for-helpers": ("consent", "with_person"),
    "/services": ("needs", "genders", "languages"),
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    return make_portal(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module")
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, follow_redirects=False, headers={"accept-language": "en"}) as it:
        yield it


@pytest.fixture(autouse=True)
def forgiving(portal: FakePortal, visitor: TestClient) -> None:
    """Wrong codes and cookies of one test must not stop the next."""
    portal.parts.wrong_codes._seen.clear()
    visitor.cookies.clear()


def sent(fields: dict[str, str] | list[tuple[str, str]]) -> bytes:
    return urlencode(fields, errors="surrogatepass").encode()


def check_page(status: int, text: str) -> None:
    assert 400 <= status < 500, text[:500]
    assert "Traceback" not in text
    assert 'href="tel:911"' in text


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


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_another_method_gets_a_page(visitor: TestClient, path: str, method: str) -> None:
    path = re.sub(r"\{\w+\}", "x", path)
    answer = visitor.request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    "path",
    [
        *("/rights/..%2f..%2fetc", "/rights/%00", "/services/%00", "/services/' OR 1=1"),
        *("/services/" + "a" * 3_000, "/static/x/..%2fapp.py", "/static/x/nothing.css"),
        *("/es/es/es", "/xx/tip", "/%ff", "/tip/tip", "/.env", "/wp-login.php"),
    ],
)
def test_a_strange_address_is_not_found(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code in (400, 404), path
    check_page(answer.status_code, answer.text)


@pytest.mark.parametrize("path", OPEN)
def test_strange_headers_change_nothing(visitor: TestClient, path: str) -> None:
    path = re.sub(r"\{\w+\}", "x", path)
    for headers in (
        {"cookie": "x=; =; ;;;" + "a" * 2_000},
        {"cookie": 'b@d="; y=\x01'},
        {"accept-language": "\xff" + "," * 1_000},
        {"accept-encoding": "gzip, gzip;q=x, ????"},
        {"host": "evil.example.org"},
        {"x-forwarded-for": "' OR 1=1, <script>"},
    ):
        raw = {name.encode(): one.encode("latin-1") for name, one in headers.items()}
        answer = visitor.get(path, headers=raw)
        assert answer.status_code < 500 or path == "/health/ready"
        assert "evil.example.org" not in answer.text


def test_exit_ends_cookies_with_strange_names_too(visitor: TestClient) -> None:
    answer = visitor.get("/exit", headers={"cookie": "b@d=1; (x)=2; ok=3; y\x01=4"})
    assert answer.status_code == 303
    assert "ok=" in answer.headers["set-cookie"]


def test_a_form_of_another_site_is_refused(visitor: TestClient, portal: FakePortal) -> None:
    before = len(portal.intake.accepted)
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example.org"},
    ):
        answer = visitor.post("/tip", content=b"text=a", headers={**FORM_TYPE, **headers})
        assert answer.status_code == 403
        check_page(403, answer.text)
    assert len(portal.intake.accepted) == before


def test_the_language_switch_leads_to_our_own_pages_only(visitor: TestClient) -> None:
    for of in ("//evil.example.org", "https://evil.example.org", "/\\evil", "", "/a?b", "/a//b"):
        answer = visitor.post(
            "/language", content=sent({"into": "es", "of": of}), headers=FORM_TYPE
        )
        assert answer.status_code == 400, of
    answer = visitor.post("/language", content=b"into=es&of=/tip", headers=FORM_TYPE)
    assert (answer.status_code, answer.headers["location"]) == (307, "/es/tip")


def test_a_flood_of_wrong_codes_gets_the_phone_numbers(visitor: TestClient) -> None:
    statuses = []
    for _ in range(70):
        answer = visitor.post("/return", content=b"code=" + b"0" * 17, headers=FORM_TYPE)
        statuses.append(answer.status_code)
    assert statuses == [422] * 60 + [429] * 10
    check_page(429, answer.text)
    assert "forbidden" not in answer.text.lower()


def test_a_wrong_code_is_as_much_work_as_a_right_one(
    visitor: TestClient, portal: FakePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same page for every wrong code, and one verifier worked out, found or not."""
    told = visitor.post("/tip", content=b"text=a", headers=FORM_TYPE).text
    right = re.search(r'class="ad-code"[^>]*>([^<]+)', told)
    assert right
    worked = []
    verifier = codes.verifier

    def counted(code: str, salt: str, pepper: bytes) -> str:
        worked.append(salt)
        return verifier(code, salt, pepper)

    monkeypatch.setattr(codes, "verifier", counted)
    pages = set()
    for code in (right[1], codes.show(codes.new_code()), codes.show(codes.new_code())):
        worked.clear()
        answer = visitor.post("/tip/return", content=sent({"code": code}), headers=FORM_TYPE)
        pages.add(answer.text.replace(code, ""))
        assert len(worked) == 1
    assert len(pages) == 2


def test_what_breaks_inside_is_a_page_with_phone_numbers_and_a_silent_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_portal(tmp_path)

    def explode(**arguments: object) -> None:
        raise RuntimeError("secret words of a person")

    broken.backend.answers["tips.verifiers"] = explode
    with TestClient(broken.app, raise_server_exceptions=False) as visitor:
        answer = visitor.post("/tip/return", content=b"code=" + b"0" * 17, headers=FORM_TYPE)
        assert answer.status_code == 500
        assert 'href="tel:911"' in answer.text
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
    (record,) = [one for one in caplog.records if one.name == "portal.failures"]
    assert record.__dict__["route"] == "/tip/return"
    assert "secret" not in record.getMessage()


def test_every_answer_carries_the_safety_headers(visitor: TestClient) -> None:
    for path in OPEN:
        answer = visitor.get(re.sub(r"\{\w+\}", "x", path))
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "server" not in answer.headers
        cookies = answer.headers.get("set-cookie", "")
        assert cookies == "" or path == "/exit"


def test_secure_deployments_say_so(tmp_path: Path) -> None:
    with TestClient(make_portal(tmp_path, secure_cookies=True).app, follow_redirects=False) as it:
        assert "max-age=" in it.get("/").headers["strict-transport-security"]
        assert "secure" in it.get("/exit").headers["set-cookie"].lower()


def test_static_files_are_kept_for_good_under_their_own_address(
    visitor: TestClient, portal: FakePortal
) -> None:
    own = visitor.get(portal.parts.static.url("anydoor.css"))
    assert "immutable" in own.headers["cache-control"]
    assert own.headers["content-encoding"] == "gzip"
    other = visitor.get("/static/0000000000/anydoor.css")
    assert other.headers["cache-control"] == "no-store"


def test_readiness_names_each_component(visitor: TestClient, portal: FakePortal) -> None:
    answer = visitor.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["components"]["mongodb"] == "up"
    portal.backend.down = True
    answer = visitor.get("/health/ready")
    portal.backend.down = False
    assert answer.status_code == 503
    assert answer.json()["components"]["rabbitmq"] == "down"
