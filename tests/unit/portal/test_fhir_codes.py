"""Our codes beside FHIR's: every state, need, reason and capacity has its place, both ways."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.api.fhir import codes
from portal.api.fhir.ordering import ONE_NEED
from services.referrals.domain import REFERRAL_MOVES
from services.referrals.views import STEPS
from shared.vocabulary import DECLINE_REASONS, NEEDS, OUTWARD_CAPACITY
from tests.support.fhir_shapes import CODES

FACTS = Path(__file__).parents[3].parent / "shared" / "data" / "fhir-sdoh-cc"
#: Every state a referral can be in, and every step of a need.
STATES = {state for starts, after in REFERRAL_MOVES.values() for state in (*starts, after)}
ALL_STEPS = {"waiting", "still_looking", "ended", *STEPS.values()}


def facts(name: str) -> str:
    """A file of the implementation guide, where it is at hand."""
    if not (FACTS / name).is_file():
        pytest.skip("the implementation guide's files are not here")
    return (FACTS / name).read_text()


@pytest.mark.parametrize("state", sorted(STATES))
def test_a_state_of_a_referral_is_one_status_and_back(state: str) -> None:
    status = codes.REFERRAL_STATUS[state]
    assert status in CODES["Task.status"].split()
    assert f"referral:{state}" in codes.states_of(status)
    assert f"referral:{state}" in codes.requests_of(codes.REQUEST_STATUS[state])


@pytest.mark.parametrize("step", sorted(ALL_STEPS))
def test_a_step_of_a_need_is_one_status_and_back(step: str) -> None:
    status, business = codes.NEED_STATUS[step]
    assert status in CODES["Task.status"].split()
    assert business == "" or business in codes.BUSINESS_NAMES
    assert f"need:{step}" in codes.states_of(status)
    assert f"need:{step}" in codes.requests_of(codes.REQUEST_STATUS[step])


def test_the_tables_hold_no_other_states() -> None:
    assert codes.REFERRAL_STATUS.keys() == STATES | {"rejected"}
    assert codes.NEED_STATUS.keys() == ALL_STEPS
    assert codes.REQUEST_STATUS.keys() == STATES | ALL_STEPS | {"rejected"}


@pytest.mark.parametrize("status", sorted(codes.REFERRAL_MOVES))
def test_a_change_of_status_is_a_move_of_the_stream(status: str) -> None:
    ours = {told: state for state, told in codes.REFERRAL_STATUS.items()}
    for target, move in codes.REFERRAL_MOVES[status].items():
        starts, after = REFERRAL_MOVES[move]
        assert ours[status] in starts
        assert after == ours[target] or move == "decline"  # the need looks on, for others
    legal = {move for move, (starts, _) in REFERRAL_MOVES.items() if ours[status] in starts}
    of_others = {"offer", "expire", "look_again"}
    assert legal - of_others == set(codes.REFERRAL_MOVES[status].values())


@pytest.mark.parametrize("need", sorted(NEEDS))
def test_a_need_has_a_category_and_our_own_code(need: str) -> None:
    category = codes.sdoh_coding(codes.SDOH_CATEGORY[need])
    assert category["display"]
    (ours,) = codes.need_concept(need)["coding"]
    assert (ours["system"], ours["code"]) == (codes.NEED, need)
    if codes.SDOH_CATEGORY[need] in ONE_NEED:
        assert ONE_NEED[codes.SDOH_CATEGORY[need]] == need


def test_no_category_that_several_needs_have_is_taken_for_one() -> None:
    assert codes.SDOH_CATEGORY.keys() == NEEDS.keys()
    assert not {"homelessness", codes.UNSPECIFIED} & ONE_NEED.keys()


@pytest.mark.parametrize("reason", sorted(DECLINE_REASONS))
def test_a_reason_is_a_concept_with_words(reason: str) -> None:
    told = codes.reason_concept(reason)
    assert told["coding"][0]["code"] == reason
    assert told["text"] == DECLINE_REASONS[reason]


def test_capacity_is_a_code_of_the_value_set() -> None:
    assert codes.CAPACITY_STATUS.keys() == OUTWARD_CAPACITY.keys()
    written = facts("SDOHCCValueSetCapacityStatus.fsh")
    theirs = dict(re.findall(r'SDOHCCCodeSystemTemporaryCodes#(\S+) "(.+)"', written))
    assert theirs == codes.CAPACITY_NAMES
    assert set(codes.CAPACITY_STATUS.values()) == theirs.keys()


def test_categories_are_codes_of_the_code_system_by_their_names() -> None:
    written = facts("SDOHCCCodeSystemTemporaryCodes.fsh")
    theirs = dict(re.findall(r'^\* #(\S+) "([^"]+)"', written, re.MULTILINE))
    for code, name in codes.SDOH_NAMES.items():
        assert theirs[code] == name
    for code in codes.SDOH_REASONS.values():
        assert theirs[code] == codes.CAPACITY_NAMES[code]


def test_statuses_are_those_of_the_profile() -> None:
    written = facts("SDOHCCValueSetReferralTaskStatus.fsh")
    excluded = set(re.findall(r"exclude TaskStatus#(\S+)", written))
    of_r4 = {"received", "ready", *codes.TASK_STATUSES}
    assert of_r4 - excluded == codes.TASK_STATUSES


def test_what_the_profiles_require_is_in_the_table_of_shapes() -> None:
    task = facts("SDOHCCTaskForReferralManagement.fsh")
    assert set(re.findall(r"^\* (\w+) 1\.\.", task, re.MULTILINE)) == {
        "code",
        "focus",
        "for",
        "authoredOn",
        "requester",
    }
    consent = facts("SDOHCCConsent.fsh")
    found = set(re.findall(r"^\* (\w+)(?:\[x\])? 1\.\.", consent, re.MULTILINE))
    assert found == {"patient", "dateTime", "organization", "source"}
