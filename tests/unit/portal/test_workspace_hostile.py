"""Whatever is sent to the workspace and the API, the answer is a page or a problem, never 5xx."""

from __future__ import annotations

from typing import Any

import pytest

from portal.api.routes import PAGES as API
from portal.pages.workspace.routes import PAGES as WORKSPACE
from tests.support.hostile import NO_ID
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BEDS

ODD_TEXTS = [*[one for one in NO_ID if isinstance(one, str)][::2], "{'$gt': ''}", "9" * 400]
ODD_PATHS = [
    "%00",
    "..%2f..%2fetc",
    "%F0%9F%92%A9",
    "a" * 500,
    "%27%3BDROP",
    "%7B%22%24gt%22%3A%22%22%7D",
]
FIELDS = {
    "offers": ["stream", "reason", "command_id"],
    "continue": ["code", "door", "command_id"],
    "new-client": ["ticket", "needs", "door", "gender", "language", "wishes", "contact", "note"],
    "streams": [
        *("reason", "need_type", "passphrase", "command_id"),
        *("go", "papers", "needs", "state", "step", "is_done", "service", "ticket", "other_code"),
        *("ends_on", "next_type", "left_out", "decision", "wishes"),
        *("along", "along_language", "along_signed", "along_passphrase"),
    ],
    "capacity": ["available", "maximum", "unit", "ticket", "command_id"],
    "tips": ["passphrase", "text", "to", "needs", "area", "language", "reason", "command_id"],
    "subscriptions": ["kind", "url", "events", "since", "command_id"],
    "suggestions": ["passphrase", "reason", "command_id"],
    "duplicates": ["first", "second", "verdict", "command_id"],
    "records": ["command_id"],
    "library": [
        *("slug", "lang", "title", "summary", "kind", "audience", "topics", "needs"),
        *("translation", "jurisdiction", "body", "source", "checked_on", "review_by"),
        *("form_number", "form_url", "revision", "reason", "do", "command_id"),
    ],
    "panel": ["role", "languages", "areas", "vetting_from", "training_to", "command_id"],
    "pathways": ["name", "name_es", "need_1", "after_2", "age_group", "command_id"],
    "keys": ["scopes", "ticket"],
    "staff": ["name", "new_name", "roles", "ticket"],
    "password": ["name", "password", "new_words", "new_words_again"],
    "passphrase": ["passphrase", "new_words", "new_words_again"],
    "sign-in": ["name", "password"],
}
#: These share the handler of `start`; the API's walk sends each of them.
ALIKE = ("/hold", "/resume", "/complete", "/cancel", "/sign-out")
POSTS = sorted(
    {page.path for page in WORKSPACE if page.methods == ("POST",) and not page.path.endswith(ALIKE)}
)
WITH_ID = sorted({page.path for page in [*WORKSPACE, *API] if "{" in page.path})


def address(path: str, tip: str, id: str = "") -> str:
    """Fill in the ids of an address: real ones, or the same odd one everywhere."""
    real = {"stream": "stream-1", "tip": tip, "service": BEDS}
    while "{" in path:
        before, _, rest = path.partition("{")
        name, _, after = rest.partition("}")
        path = f"{before}{id or real.get(name, 'none')}{after}"
    return path


def somebody_for(path: str, desk: StaffBrowser) -> None:
    """Sign in who may open an address."""
    access = next(page.access for page in WORKSPACE if page.path == path)
    roles = access.roles or {"case_manager"}
    known = ("case_manager", "intake", "triage", "agency_admin", "coordinator")
    role = next(one for one in known if one in roles)
    desk.sign_in(role, "harbor-light" if role in ("triage", "coordinator") else "bridgewater")


@pytest.mark.parametrize("path", POSTS)
def test_no_field_of_a_form_breaks_a_page(
    path: str, desk: StaffBrowser, workplace: Workplace
) -> None:
    workplace.open_stream()
    tip = workplace.send_tip()
    if "sign-in" not in path:
        somebody_for(path, desk)
    to = address(path, tip)
    for field in FIELDS[path.split("/")[2]]:
        for odd in ODD_TEXTS:
            answer = desk.send(to, {field: odd})
            assert answer.status_code < 500, (field, odd)
        assert desk.send(to, {field: ["a", "b"]}).status_code < 500, field


@pytest.mark.parametrize("path", [path for path in WITH_ID if path.startswith("/workspace")])
def test_no_address_breaks_a_page(path: str, desk: StaffBrowser, workplace: Workplace) -> None:
    somebody_for(path, desk)
    method = next(page.methods[0] for page in WORKSPACE if page.path == path)
    for odd in ODD_PATHS:
        answer = desk.client.request(method, address(path, "", odd))
        assert 400 <= answer.status_code < 500, odd


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"&".join([b"a=1"] * 300), "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"\xff\xfe=\x80", "application/x-www-form-urlencoded", 422),
        (b"", "application/x-www-form-urlencoded", 422),
    ],
)
def test_a_body_that_is_no_form_is_refused(
    body: bytes, kind: str, status: int, desk: StaffBrowser
) -> None:
    desk.sign_in("intake", "north-star")
    answer = desk.client.post("/workspace/continue", content=body, headers={"content-type": kind})
    assert answer.status_code == status


def test_what_a_person_typed_is_shown_as_text(desk: StaffBrowser) -> None:
    desk.sign_in("intake", "north-star")
    desk.send("/workspace/continue", {"code": "<script>alert(1)</script>"})
    assert "<script>alert" not in desk.page
    desk.send("/workspace/new-client", {"note": '"><img src=x>'})
    assert "<img" not in desk.page


def test_every_page_without_a_sign_in_leads_to_it(desk: StaffBrowser) -> None:
    desk.client.follow_redirects = False
    for page in WORKSPACE:
        if page.access.kind == "session":
            answer = desk.client.request(page.methods[0], address(page.path, "t"))
            assert (answer.status_code, answer.headers["location"]) == (303, "/workspace/sign-in")


BODIES: list[tuple[bytes, int]] = [
    (b"{", 422),
    (b"[]", 422),
    (b"null", 422),
    (b"\xff", 422),
    (b"[" * 60_000, 422),
    (b'{"reason": "\\ud800"}', 422),
    (b'{"$gt": ""}', 422),
    (b'{"reason": {"$gt": ""}}', 422),
    (b"a" * 70_000, 413),
]


@pytest.mark.parametrize(("body", "status"), BODIES)
def test_no_body_breaks_the_api(body: bytes, status: int, workplace: Workplace) -> None:
    scopes = ["offers:answer", "streams:move", "capacity:report", "directory:suggest"]
    scopes += ["road_map:read", "releases:open"]
    client = workplace.program(scopes)
    posts = [page.path for page in API if page.methods == ("POST",) and "subscr" not in page.path]
    for path in posts:
        answer = client.post(
            address(path, ""), content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", [path for path in WITH_ID if path.startswith("/api")])
def test_no_address_breaks_the_api(path: str, workplace: Workplace) -> None:
    client = workplace.program()
    method = next(page.methods[0] for page in API if page.path == path)
    for odd in ODD_PATHS:
        answer = client.request(method, address(path, "", odd), json={"reason": "other"})
        assert 400 <= answer.status_code < 500, odd
        problem: dict[str, Any] = answer.json()
        assert (
            answer.status_code == 404
            or f"{{{problem['field']}}}" in path
            or problem["field"] == "reason"
        )
