"""Who may be asked for a client, in which order, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest

from services.referrals.matching import RULES, Ask
from services.referrals.roster import Roster
from shared.directory import Capacity, Place
from shared.vocabulary import ADMISSION
from tests.support.referral_network import card

ASK = Ask(
    spread="s1/n1",
    need_type="legal_assistance",
    urgent=True,
    age_group="adult",
    origin="foreign_national",
    gender="man",
    language="es",
    area="XS-lakeshore",
)


def ask(**fields: Any) -> Ask:
    told = {name: getattr(ASK, name) for name in ASK.__slots__}
    return Ask(**{**told, **fields})


def roster(*cards: Any) -> Roster:
    made = Roster()
    for one in cards:
        made.put(one)
    return made


def asked(made: Roster, **fields: Any) -> list[str]:
    return [one.service for one in made.rank(ask(**fields)).candidates]


#: rule -> what about the service breaks it, and what about the ask
BREAKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "active": ({"status": "temporarily closed"}, {}),
    "membership": ({"member": False}, {}),
    "checked": ({"out_of_date": True}, {}),
    "population": ({"populations": ["minor/foreign_national", "adult/domestic"]}, {}),
    "age": ({"maximum_age": 17.0}, {}),
    "gender": ({"genders": ["woman"]}, {}),
    "area": ({"areas": ["XS-pine"]}, {}),
    "language": ({"languages": ["en", "fr"]}, {}),
    "avoid": ({}, {"avoid": frozenset({"it"})}),
    "excluded": ({}, {"excluded": frozenset({"it-agency"})}),
    "asked": ({}, {"barred": frozenset({"it"})}),
    "capacity": ({"capacity": Capacity(outward="none")}, {}),
    **{
        f"takes_{wish}": (
            {"needs": ["emergency_housing"], "can_come": [other]},
            {"need_type": "emergency_housing", "wishes": frozenset({wish})},
        )
        for wish, other in zip(ADMISSION, [*ADMISSION[1:], ADMISSION[0]], strict=True)
    },
}


@pytest.mark.parametrize("rule", BREAKS)
def test_a_service_that_breaks_a_rule_is_not_asked_and_the_rule_is_told(rule: str) -> None:
    fields, wishes = BREAKS[rule]
    made = roster(card("it", "legal_assistance", **fields))
    ranking = made.rank(ask(**wishes))
    assert ranking.candidates == []
    assert [(miss.service, miss.rule) for miss in ranking.misses(5)] == [("it", rule)]
    assert not made.fits("it", ask(**wishes))


def test_every_rule_is_tried_here() -> None:
    assert set(BREAKS) | {"need"} == set(RULES)


def test_a_service_for_another_need_is_not_asked() -> None:
    made = roster(card("it", "mental_health"))
    assert asked(made) == []
    assert not made.fits("it", ASK)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"populations": ["adult/foreign_national"]},
        {"genders": ["woman", "man"]},
        {"minimum_age": 18.0},
        {"areas": ["XS"]},
        {"areas": []},
        {"areas": ["XS-pine"], "remote": True},
        {"areas": [], "places": [Place(area="XS-lakeshore", confidential=True)]},
        {"capacity": Capacity(outward="unknown")},
        {"capacity": Capacity(outward="assessment_needed")},
    ],
)
def test_a_service_that_fits_is_asked(fields: dict[str, Any]) -> None:
    assert asked(roster(card("it", "legal_assistance", **fields))) == ["it"]


def test_what_a_client_did_not_say_keeps_no_service_away() -> None:
    made = roster(
        card("women", "legal_assistance", genders=["woman"]),
        card("young", "legal_assistance", populations=["minor/domestic"], maximum_age=17.0),
    )
    unsaid = {"age_group": "unknown", "origin": "unknown", "gender": "unknown", "area": ""}
    assert set(asked(made, **unsaid)) == {"women", "young"}


def test_an_interpreter_makes_a_service_without_the_language_possible() -> None:
    english = card("english", "legal_assistance", languages=["en"])
    voices = card("voices", "translation", languages=["en", "es"])
    made = roster(english, voices)
    (found,) = made.rank(ASK).candidates
    assert found.trace()["language"] == "interpreter"
    made.remove("voices")
    assert asked(made) == []
    made.put(card("voices", "translation", languages=["en", "es"], member=False))
    assert asked(made) == []


def test_interpreting_itself_needs_the_language() -> None:
    made = roster(
        card("spanish", "translation", languages=["en", "es"]),
        card("french", "translation", languages=["en", "fr"]),
    )
    assert asked(made, need_type="translation") == ["spanish"]


def test_the_former_case_manager_comes_first() -> None:
    made = roster(
        card("old", "case_management", languages=["en"]),
        card("new", "case_management"),
        card("voices", "translation", languages=["es"]),
    )
    assert asked(made, need_type="case_management") == ["new", "old"]
    managed = frozenset({"old-agency"})
    assert asked(made, need_type="case_management", managed=managed) == ["old", "new"]


def test_among_equals_the_one_asked_longest_ago_comes_first() -> None:
    made = roster(*[card(f"law-{at}", "legal_assistance") for at in range(3)])
    for at, service in enumerate(asked(made)):
        made.asked(service, f"2026-03-01T0{at}:00:00.000+00:00")
    first = asked(made)
    made.asked(first[0], "2026-03-02T00:00:00.000+00:00")
    assert asked(made) == [*first[1:], first[0]]


def test_equals_are_shuffled_from_client_to_client_and_stay_for_one() -> None:
    made = roster(*[card(f"law-{at}", "legal_assistance") for at in range(6)])
    assert asked(made) == asked(made)
    assert len({tuple(asked(made, spread=f"s{at}/n")) for at in range(20)}) > 5


def test_a_changed_card_replaces_the_old_one_everywhere() -> None:
    made = roster(card("it", "legal_assistance", "translation"))
    made.put(card("it", "mental_health", languages=["en"]))
    assert asked(made) == []
    assert asked(made, need_type="mental_health", language="en") == ["it"]
    assert made.context(ASK).interpreted == frozenset()
    made.remove("it")
    assert (len(made), asked(made, need_type="mental_health", language="en")) == (0, [])


def test_the_nearest_miss_is_told_first() -> None:
    made = roster(
        card("far", "legal_assistance", member=False),
        card("near", "legal_assistance", capacity=Capacity(outward="none")),
        card("middle", "legal_assistance", genders=["woman"]),
    )
    told = [(one.service, one.rule) for one in made.rank(ASK).misses(2)]
    assert told == [
        ("near", "capacity"),
        ("middle", "gender"),
    ]
