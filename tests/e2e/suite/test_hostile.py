"""Every address of the portal's own table under hostile requests: 4xx or kind, never 5xx."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.api.routes import SCOPES
from portal.page import SIGN_IN, Page
from portal.passwords import secret_hash
from portal.routes import PAGES
from shared.ids import new_id
from shared.storage import Claims
from tests.support import hostile_http, portal_fields
from tests.support.hostile_http import OTHER_METHODS, Stranger, addresses, wrong_with
from tests.support.suite import Suite

pytestmark = pytest.mark.timeout(600)

#: Pages that programs ask for, with JSON.
PROGRAMS = ("key", "public_or_key")
REFUSALS = ("application/problem+json", "application/fhir+json")


@pytest.fixture
def stranger(suite: Suite) -> Iterator[Stranger]:
    """Somebody out there; when they have gone, everything still serves as before."""
    before = suite.program("portal").pid
    made = Stranger(suite.demo.portal_url)
    yield made
    made.close()
    suite.wait_well()
    assert suite.program("portal").pid == before


def pages(*kinds: str) -> list[tuple[str, Page]]:
    """(method, page) of the table, for these kinds of access."""
    return [
        (method, page) for page in PAGES if page.access.kind in kinds for method in page.methods
    ]


def walk(stranger: Stranger, method: str, page: Page) -> list[str]:
    """Send everything hostile to one page; returns what was wrong with its answers."""
    bodies: list[tuple[str, bytes | None]] = [("", None)]
    if method in ("POST", "PUT", "PATCH", "DELETE"):
        bodies += hostile_bodies(page)
    first, *others = addresses(page)
    answers = [stranger.send(method, first, body, content_type=kind) for kind, body in bodies]
    answers += [stranger.send(method, other) for other in others]
    answers += [
        stranger.send(method, first + "?" + "a=%00&" * 400),
        stranger.send(method, first, accept_language="\xff" + "," * 500, cookie="=;;b@d=\xff"),
    ]
    may = page.stays_after_exit
    return [trouble for one in answers if (trouble := wrong_with(one, may_lead_away=may))]


def hostile_bodies(page: Page) -> list[tuple[str, bytes]]:
    """What is sent to a page: JSON to an API, forms to the others."""
    if page.access.kind in PROGRAMS:
        return list(hostile_http.documents())
    names = portal_fields.names()
    lone = hostile_http.lone_fields(names) if page.access.kind == "public" else ()
    return [*hostile_http.forms(names), *lone]


@pytest.mark.parametrize(
    ("method", "page"), pages("public"), ids=lambda one: getattr(one, "path", one)
)
def test_public_pages(stranger: Stranger, method: str, page: Page) -> None:
    if page.path != "/health/ready":
        assert walk(stranger, method, page) == []


def test_pages_for_staff(suite: Suite, stranger: Stranger) -> None:
    wrong: list[str] = []
    cookies: dict[str, str] = {}
    for method, page in pages("session"):
        role = min(page.access.roles, default="coordinator")
        cookies[role] = cookies.get(role) or suite.sign_in(role)
        stranger.headers["cookie"] = cookies[role]
        wrong += walk(stranger, method, page)
    assert wrong == []


def test_pages_for_programs(suite: Suite, stranger: Stranger) -> None:
    stranger.headers["authorization"] = f"Bearer {a_key(suite)}"
    wrong = [t for method, page in pages(*PROGRAMS) for t in walk(stranger, method, page)]
    del stranger.headers["authorization"]
    wrong += [t for method, page in pages("public_or_key") for t in walk(stranger, method, page)]
    assert wrong == []


def a_key(suite: Suite) -> str:
    """A program's key of the coordinating agency, for everything."""
    key, claim, secret = new_id(), new_id(), "s" * 43
    Claims(suite.settings, suite.db("claims")).put(claim, "key", {"hash": secret_hash(secret)})
    suite.calls.call(
        "accounts",
        "create_key",
        command_id=new_id(),
        key=key,
        agency=suite.coordinator,
        scopes=[*SCOPES],
        claim=claim,
        actor="test",
    )
    return f"{key}.{secret}"


def test_nobody_passes_without_a_session_or_key(stranger: Stranger) -> None:
    for method, page in pages("session"):
        for address in addresses(page):
            for cookie in ("", "session=" + "0" * 64, "session=%00", "session={$gt:}"):
                answer = stranger.send(method, address, cookie=cookie)
                if answer.status != 404:  # no such address: a hostile part broke it in two
                    assert answer.status == 303, answer
                    assert answer.headers["location"] == SIGN_IN, answer
    for method, page in pages(*PROGRAMS):
        for given in ("", "Bearer x", "Basic eDp4", f"Bearer {new_id()}.{'s' * 43}", "Bearer \xff"):
            answer = stranger.send(method, next(addresses(page)), authorization=given)
            assert answer.status == 401, answer
            assert answer.headers["content-type"] in REFUSALS


def test_a_form_of_another_site_moves_nothing(suite: Suite, stranger: Stranger) -> None:
    stranger.headers["cookie"] = suite.sign_in("coordinator")
    for method, page in pages("public", "session"):
        if method == "POST" and not page.stays_after_exit:
            answer = stranger.send(method, next(addresses(page)), sec_fetch_site="cross-site")
            assert answer.status == 403, answer


def test_other_methods_are_refused_by_name(stranger: Stranger) -> None:
    for path in {page.path for page in PAGES}:
        known = {method for page in PAGES if page.path == path for method in page.methods}
        for method in set(OTHER_METHODS) - known:
            answer = stranger.send(method, path.replace("{", "").replace("}", ""))
            if method == "BREW":  # the HTTP server itself does not know this one
                assert answer.status in (400, 405), answer
                continue
            assert answer.status == 405, answer
            assert known <= set(answer.headers["allow"].replace(" ", "").split(",")), answer
