"""New words for old ones: one's own password, a colleague's, the passphrase of the agency."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.crypto.sealing import unlock_identity
from shared.errors import Conflict, NotAllowed, Unavailable
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import WORDS, Workplace, sign_in_name
from tests.support.staff_network import BRIDGEWATER, NORTH_STAR
from tests.unit.portal.test_workspace_staff import account_of

Answers = dict[str, Any]
PASSWORD, PASSPHRASE = "/workspace/password", "/workspace/passphrase"
NAME = sign_in_name("case_manager", "bridgewater")
NEW = "cuatro palabras sin relación"
CHANGE: Answers = {
    "name": NAME,
    "password": WORDS,
    "new_words": NEW,
    "new_words_again": NEW,
}
LOCK: Answers = {"passphrase": WORDS, "new_words": NEW, "new_words_again": NEW}


def signs_in(workplace: Workplace, words: str, role: str = "case_manager") -> bool:
    one = StaffBrowser(workplace.app)
    one.sign_in(role, "bridgewater", words)
    return "Sign out" in one.text


def lock(workplace: Workplace) -> Any:
    """The claim in which the agency's key waits now."""
    row = workplace.staff.kept["agency"][BRIDGEWATER]
    return workplace.portal.claims.kept[row["claim"]]


def test_one_s_own_password_is_changed_and_others_are_signed_out(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    elsewhere = StaffBrowser(workplace.app)
    for one in (desk, elsewhere):
        one.sign_in("case_manager", "bridgewater")
    before = set(workplace.portal.claims.kept)
    desk.open(PASSWORD)
    desk.press("/password", CHANGE)
    assert "Your password is changed." in desk.text
    assert signs_in(workplace, NEW)
    assert not signs_in(workplace, WORDS)
    (cookie,) = (one.value for one in elsewhere.client.cookies.jar if one.name == "session")
    own = {one.value for one in desk.client.cookies.jar if one.name == "session"}
    assert cookie not in own
    account = account_of(workplace, "case_manager")
    rows = workplace.staff.kept["session"].values()
    assert sum(row["account"] == account for row in rows) == 2  # this browser's, and signs_in's
    gone = before - set(workplace.portal.claims.kept)
    assert len(gone) == 1, "the former hash is erased"


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"password": "not it at all"}, "name", "not right"),
        ({"name": sign_in_name("intake", "bridgewater")}, "name", "not right"),
        ({"name": "nobody"}, "name", "not right"),
        ({"name": ""}, "name", "Enter your sign-in name"),
        ({"password": ""}, "password", "Enter the password you have now"),
        ({"new_words": "", "new_words_again": ""}, "new_words", "Enter the new one"),
        ({"new_words_again": NEW + "."}, "new_words_again", "not the same"),
        ({"new_words": "short", "new_words_again": "short"}, "new_words", "at least 15"),
        ({"new_words": "ab" * 9, "new_words_again": "ab" * 9}, "new_words", "again and again"),
        ({"new_words": "x" * 300, "new_words_again": "x" * 300}, "new_words", "at most 200"),
        ({"new_words": WORDS, "new_words_again": WORDS}, "new_words", "Choose another"),
        (
            {"new_words": f"My {NAME.upper()}", "new_words_again": f"My {NAME.upper()}"},
            *("new_words", "sign-in name is in it"),
        ),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_secret_comes_back(
    wrong: Answers, field: str, said: str, desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("case_manager", "bridgewater")
    answer = desk.send(PASSWORD, {**CHANGE, **wrong})
    assert answer.status_code == 422
    assert said in desk.text
    assert f'href="#{field}"' in desk.page
    assert not [one for one in (NEW, WORDS, "not it at all") if one in desk.page]
    assert signs_in(workplace, WORDS)


def test_guessing_the_password_one_has_is_stopped(desk: StaffBrowser, workplace: Workplace) -> None:
    desk.sign_in("case_manager", "bridgewater")
    for _ in range(20):
        assert desk.send(PASSWORD, {**CHANGE, "password": "a wrong guess"}).status_code == 422
    assert desk.send(PASSWORD, CHANGE).status_code == 429
    assert "Wait ten minutes" in desk.text


def test_nobody_keeps_a_colleague_out_by_guessing_in_her_name(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("intake", "bridgewater")
    for _ in range(20):
        desk.send(PASSWORD, {**CHANGE, "password": "a wrong guess"})
    assert signs_in(workplace, WORDS)


def test_a_password_is_changed_also_when_nobody_can_be_signed_in_with_it(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("case_manager", "bridgewater")
    answers = workplace.portal.backend.answers
    real = answers["accounts.open_session"]

    def silent(**told: Any) -> Any:
        raise Unavailable("accounts", "did not answer in time", "try again later")

    answers["accounts.open_session"] = silent
    desk.send(PASSWORD, CHANGE)
    answers["accounts.open_session"] = real
    assert signs_in(workplace, NEW)
    desk.sign_in("case_manager", "bridgewater", NEW)
    assert "Sign out" in desk.text


def test_a_sign_in_that_was_under_way_when_the_password_changed_opens_nothing(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    answers = workplace.portal.backend.answers
    real = answers["accounts.open_session"]
    row = workplace.staff.kept["account"][account_of(workplace, "case_manager")]

    def after_the_change(**told: Any) -> Any:
        row["claim"] = "another"
        return real(**told)

    answers["accounts.open_session"] = after_the_change
    assert desk.sign_in("case_manager", "bridgewater").status_code == 422
    assert "is not right" in desk.text
    assert workplace.staff.kept["session"] == {}


def test_an_administrator_gives_a_colleague_another_password(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    account = account_of(workplace, "case_manager")
    colleague = StaffBrowser(workplace.app)
    colleague.sign_in("case_manager", "bridgewater")
    desk.sign_in("agency_admin", "bridgewater")
    desk.open("/workspace/staff")
    assert f"/workspace/staff/{account}/password" in desk.page
    assert f"/{account_of(workplace, 'agency_admin')}/password" not in desk.page
    desk.open(f"/workspace/staff/{account}/password")
    (ticket,) = re.findall(r'name="ticket" value="([^"]+)"', desk.page)
    desk.press(f"{account}/password")
    (shown,) = re.findall(r'ad-secret">([^<]+)<', desk.page)
    rows = workplace.staff.kept["session"].values()
    assert account not in {row["account"] for row in rows}, "the colleague is signed out"
    assert signs_in(workplace, shown)
    assert not signs_in(workplace, WORDS)
    colleague.sign_in("case_manager", "bridgewater", shown)
    change = {**CHANGE, "password": shown}
    colleague.send(PASSWORD, change)
    assert signs_in(workplace, NEW)
    # the administrator's browser sends its page once more
    desk.send(f"/workspace/staff/{account}/password", {"ticket": ticket})
    assert signs_in(workplace, NEW)
    assert not signs_in(workplace, shown)


def test_an_administrator_changes_her_own_with_the_one_she_has(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    own = account_of(workplace, "agency_admin")
    desk.sign_in("agency_admin", "bridgewater")
    assert desk.open(f"/workspace/staff/{own}/password").status_code == 403
    assert desk.send(f"/workspace/staff/{own}/password", {}).status_code == 403
    assert signs_in(workplace, WORDS, "agency_admin")


def test_another_agency_s_people_keep_their_passwords(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    theirs = account_of(workplace, "intake", NORTH_STAR)
    desk.sign_in("agency_admin", "bridgewater")
    assert desk.open(f"/workspace/staff/{theirs}/password").status_code == 404
    assert desk.send(f"/workspace/staff/{theirs}/password", {}).status_code == 404
    assert "former" not in workplace.staff.kept["account"][theirs]


def test_the_agency_s_passphrase_is_changed_and_what_was_sealed_is_read_with_it(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    before = lock(workplace)
    desk.sign_in("agency_admin", "bridgewater")
    desk.open(PASSPHRASE)
    desk.press("/passphrase", LOCK)
    assert "The passphrase is changed." in desk.text
    assert unlock_identity(lock(workplace).box, NEW) == workplace.identities[BRIDGEWATER]
    with pytest.raises(NotAllowed):
        unlock_identity(lock(workplace).box, WORDS)
    assert before.id not in workplace.portal.claims.kept
    assert not signs_in(workplace, NEW), "no password changed"


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"passphrase": "not it at all"}, "passphrase", "does not open the key"),
        ({"passphrase": ""}, "passphrase", "Enter the passphrase"),
        ({"new_words": "short", "new_words_again": "short"}, "new_words", "at least 15"),
        ({"new_words_again": ""}, "new_words_again", "once more"),
    ],
)
def test_a_passphrase_that_cannot_be_changed_stays(
    wrong: Answers, field: str, said: str, desk: StaffBrowser, workplace: Workplace
) -> None:
    before = lock(workplace)
    desk.sign_in("agency_admin", "bridgewater")
    assert desk.send(PASSPHRASE, {**LOCK, **wrong}).status_code in (403, 422)
    assert said in desk.text
    assert f'href="#{field}"' in desk.page
    assert lock(workplace) == before


def test_two_who_change_it_at_once_do_not_lock_each_other_out(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("agency_admin", "bridgewater")
    answers = workplace.portal.backend.answers
    real = answers["accounts.set_key_lock"]

    def after_another(**told: Any) -> Any:
        workplace.staff.kept["agency"][BRIDGEWATER]["claim"] = "another"
        return real(**told)

    answers["accounts.set_key_lock"] = after_another
    assert desk.send(PASSPHRASE, LOCK).status_code == Conflict("", "", "").status
    assert "was changed by somebody else" in desk.text


def test_only_the_administrator_changes_what_is_not_her_own(desk: StaffBrowser) -> None:
    desk.sign_in("case_manager", "bridgewater")
    account = "x" * 26
    for path in (PASSPHRASE, f"/workspace/staff/{account}/password"):
        assert desk.open(path).status_code == 403
        assert desk.send(path, LOCK).status_code == 403
