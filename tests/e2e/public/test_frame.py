"""What every address does: other methods, strange headers, other sites, floods, safety headers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from shared.crypto import codes
from tests.e2e.public.requests import FORM_TYPE, OPEN, check_page, sent
from tests.support.portal_fakes import FakePortal, make_portal


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


def test_a_form_of_another_site_is_refused(visitor: TestClient, quick_portal: FakePortal) -> None:
    before = len(quick_portal.intake.accepted)
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example.org"},
    ):
        answer = visitor.post("/tip", content=b"text=a", headers={**FORM_TYPE, **headers})
        assert answer.status_code == 403
        check_page(403, answer.text)
    assert len(quick_portal.intake.accepted) == before


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
    visitor: TestClient, quick_portal: FakePortal, monkeypatch: pytest.MonkeyPatch
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
    visitor: TestClient, quick_portal: FakePortal
) -> None:
    own = visitor.get(quick_portal.parts.static.url("anydoor.css"))
    assert "immutable" in own.headers["cache-control"]
    assert own.headers["content-encoding"] == "gzip"
    other = visitor.get("/static/0000000000/anydoor.css")
    assert other.headers["cache-control"] == "no-store"


def test_readiness_names_each_component(visitor: TestClient, quick_portal: FakePortal) -> None:
    answer = visitor.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["components"]["mongodb"] == "up"
    quick_portal.backend.down = True
    answer = visitor.get("/health/ready")
    quick_portal.backend.down = False
    assert answer.status_code == 503
    assert answer.json()["components"]["rabbitmq"] == "down"
