"""Signing in: a wrong name is like a wrong password; a session lives while it is used."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest
from starlette.requests import Request

from portal.passwords import Holder, WrongNames
from portal.sessions import SPAN_S, Sessions, session_id
from shared.clock import now
from shared.errors import NotFound
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import ROLES, WORDS, Workplace, sign_in_name


def test_staff_sign_in_and_out(desk: StaffBrowser) -> None:
    answer = desk.sign_in("case_manager", "bridgewater")
    assert answer.url.path == "/workspace"
    assert "What needs you now" in desk.text
    desk.press("/sign-out")
    assert "You are signed out." in desk.text
    assert desk.open("/workspace").url.path == "/workspace/sign-in"


def test_the_cookie_says_nothing_and_goes_nowhere_else(desk: StaffBrowser) -> None:
    told = {"name": sign_in_name("intake", "north-star"), "password": WORDS}
    desk.client.follow_redirects = False
    cookie = desk.send("/workspace/sign-in", told).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "expires" not in cookie.lower()
    value = cookie.partition("=")[2].partition(";")[0]
    assert len(bytes.fromhex(value)) == 32


def test_a_wrong_name_and_a_wrong_password_get_the_same_page(desk: StaffBrowser) -> None:
    wrong = desk.send("/workspace/sign-in", {"name": "x@example.org", "password": WORDS})
    told = {"name": sign_in_name("intake", "north-star"), "password": "wrong"}
    known = desk.send("/workspace/sign-in", told)
    assert wrong.status_code == known.status_code == 422
    assert wrong.text.replace("x@example.org", told["name"]) == known.text
    assert "wrong" not in known.text.partition("<body")[2]


def test_case_and_space_around_a_name_make_no_difference(desk: StaffBrowser) -> None:
    name = f"  {sign_in_name('intake', 'north-star').upper()} "
    desk.send("/workspace/sign-in", {"name": name, "password": WORDS})
    assert "What needs you now" in desk.text


def test_many_wrong_passwords_make_a_name_wait(desk: StaffBrowser) -> None:
    told = {"name": sign_in_name("intake", "north-star"), "password": "wrong"}
    answers = [desk.send("/workspace/sign-in", told).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
    assert desk.sign_in("intake", "north-star").status_code == 429
    assert desk.sign_in("intake", "bridgewater").status_code == 200


def test_wrong_names_are_forgotten_after_ten_minutes() -> None:
    at = [0.0]
    wrong = WrongNames(allowed=2, clock=lambda: at[0], most_names=2)
    for name in ("a", "a", "b", "c"):
        wrong.count(name)
    assert not wrong.too_many("a"), "the oldest name gave way"
    wrong.count("c")
    assert wrong.too_many("c")
    at[0] = 601
    assert not wrong.too_many("c")


def test_roles_open_only_their_part(desk: StaffBrowser) -> None:
    desk.sign_in("intake", "north-star")
    for path in ("/workspace/tips", "/workspace/keys", "/workspace/subscriptions"):
        assert desk.open(path).status_code == 403
    assert desk.send("/workspace/streams/s/contact", {}).status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_every_link_shown_to_a_role_opens(role: str, desk: StaffBrowser) -> None:
    desk.sign_in(role, "harbor-light")
    links = re.findall(r'ad-tabs__item" href="([^"]+)"', desk.page)
    assert len(links) >= 3
    for link in links:
        assert desk.open(link).status_code == 200, link


def test_a_form_from_another_site_does_nothing(desk: StaffBrowser) -> None:
    desk.sign_in("case_manager", "bridgewater")
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "none"}):
        answer = desk.client.post("/workspace/continue", headers=headers, data={"code": "1"})
        assert answer.status_code == 403


def test_signing_in_while_accounts_is_silent_says_what_still_works(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    workplace.portal.backend.silent = {"accounts"}
    answer = desk.sign_in("intake", "north-star")
    assert answer.status_code == 503
    assert "What still works" in desk.text
    assert WORDS not in answer.text


def in_own_loop(scene: Callable[[], Awaitable[None]]) -> None:
    """Run a scene in a thread of its own: a browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as own:
        own.submit(anyio.run, scene).result()


HOLDER = Holder("a", "c")


class Accounts:
    """Sessions in a dict, counting calls."""

    def __init__(self, at: list[datetime]) -> None:
        self.at, self.kept, self.calls = at, {}, []  # type: ignore[var-annotated]
        self.claim = HOLDER.claim

    async def call(self, service: str, method: str, /, **told: Any) -> Any:
        self.calls.append(method)
        if method == "open_session":
            if told["claim"] != self.claim:
                raise NotFound("account", "is not here", "sign in again")
            self.kept[told["session"]] = datetime.fromisoformat(told["expires_at"])
        if method == "session":
            ends = self.kept.get(told["session"])
            alive = ends is not None and ends > self.at[0]
            told = {"account": "a", "agency": "b", "roles": ["intake"], "claim": "c"}
            return told if alive else None
        if method == "close_session":
            self.kept.pop(told["session"], None)
        return {}


def with_cookie(cookie: str) -> Request:
    headers = [(b"cookie", f"session={cookie}".encode())]
    return Request({"type": "http", "headers": headers})


def test_a_session_lives_while_it_is_used() -> None:
    async def scene() -> None:
        at = [now()]
        accounts = Accounts(at)
        sessions = Sessions(accounts, lambda: at[0], secure=True)  # type: ignore[arg-type]
        response = _Response()
        await sessions.open(HOLDER, response)  # type: ignore[arg-type]
        for _ in range(40):
            at[0] += timedelta(seconds=SPAN_S * 1.9)
            found = await sessions.identify(with_cookie(response.value))
            assert found is not None
            assert found.account == "a"
        at[0] += timedelta(seconds=3 * SPAN_S)
        assert await sessions.identify(with_cookie(response.value)) is None

    in_own_loop(scene)


def test_a_session_is_not_carried_on_with_a_password_that_is_gone() -> None:
    """It was changed between the question who this is and the next ten minutes of the session."""

    async def scene() -> None:
        at = [now()]
        accounts = Accounts(at)
        sessions = Sessions(accounts, lambda: at[0], secure=True)  # type: ignore[arg-type]
        response = _Response()
        await sessions.open(HOLDER, response)  # type: ignore[arg-type]
        at[0] += timedelta(seconds=SPAN_S)
        accounts.claim = "another"
        assert await sessions.identify(with_cookie(response.value)) is None

    in_own_loop(scene)


def test_a_page_costs_no_call_within_five_seconds() -> None:
    async def scene() -> None:
        at = [now()]
        accounts = Accounts(at)
        sessions = Sessions(accounts, lambda: at[0], secure=True)  # type: ignore[arg-type]
        response = _Response()
        await sessions.open(HOLDER, response)  # type: ignore[arg-type]
        accounts.calls.clear()
        for _ in range(10):
            assert await sessions.identify(with_cookie(response.value))
        assert accounts.calls == ["session"]
        await sessions.close(with_cookie(response.value), response)  # type: ignore[arg-type]
        assert await sessions.identify(with_cookie(response.value)) is None
        assert accounts.kept == {}

    in_own_loop(scene)


def test_a_cookie_that_is_none_of_ours_asks_nobody() -> None:
    async def scene() -> None:
        accounts = Accounts([now()])
        sessions = Sessions(accounts, now, secure=True)  # type: ignore[arg-type]
        for odd in ("", "x", "{'$gt': ''}", "A" * 64, "0" * 63):
            assert await sessions.identify(with_cookie(odd)) is None
        assert accounts.calls == []

    in_own_loop(scene)


def test_what_the_services_know_is_not_the_cookie() -> None:
    assert session_id("ab", 1) != session_id("ab", 2)
    assert len(session_id("ab", 1)) == 64


class _Response:
    """Takes a cookie."""

    def __init__(self) -> None:
        self.value = ""

    def set_cookie(self, name: str, value: str, **_: Any) -> None:
        self.value = value

    def delete_cookie(self, name: str, **_: Any) -> None:
        return
