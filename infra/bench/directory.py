"""A directory of any size for measurements: the same services for the same number, none real."""

from __future__ import annotations

import random
from collections.abc import Iterator

from shared.clock import now
from shared.directory import Capacity, Hours, Phone, Place, ServiceCard
from shared.ids import derived_id
from shared.vocabulary import ADMISSION, GENDERS, LANGUAGES, NEEDS, OUTWARD_CAPACITY

SEED = 20_260_101
FIRST = ("Harbor", "North", "Cedar", "River", "Bright", "Open", "Stone", "Safe", "Green", "Lake")
SECOND = ("Light", "Star", "House", "Bridge", "Door", "Hands", "Path", "Field", "Haven", "Gate")
THIRD = ("Center", "Network", "Alliance", "Project", "Services", "Partners", "Community", "Trust")
TOWNS = ("Alder", "Brook", "Cliff", "Dune", "Elm", "Fern", "Grove", "Hazel", "Iris", "Juniper")
ENDS = ("ton", "ville", " Falls", " Bay", "field", " Springs")
SENTENCES = (
    "Staff meet each person where they are and make a plan together.",
    "Interpreters can be there in person or on the phone.",
    "There is no charge and no one is asked about papers.",
    "Call first, so that someone is at the door when you come.",
    "People may bring their children, and a meal is served every evening.",
    "We help with forms, appointments and the way there.",
    "A case manager stays with the person until things are settled.",
    "Open to adults of any gender who had to leave a bad job or home.",
)
POPULATIONS = (
    "adult/foreign_national",
    "adult/domestic",
    "minor/foreign_national",
    "minor/domestic",
)


def generated_cards(count: int, counties: int = 60) -> Iterator[ServiceCard]:
    """Yield `count` services in towns of `counties` areas of one fictional State."""
    chance = random.Random(SEED)
    towns = [f"{first}{end}" for first in TOWNS for end in ENDS]
    for number in range(count):
        county = chance.randrange(counties)
        yield _card(chance, number, county, towns[county % len(towns)])


def _card(chance: random.Random, number: int, county: int, town: str) -> ServiceCard:
    area = f"XG-county-{county}"
    needs = chance.sample(list(NEEDS), chance.choice((1, 1, 2, 3)))
    genders = [code for code in GENDERS if code != "unknown"]
    spoken = [code for code in LANGUAGES if code != "en"]
    organization = f"{chance.choice(FIRST)} {chance.choice(SECOND)} {chance.choice(THIRD)}"
    return ServiceCard(
        id=derived_id("generated", "service", str(number)),
        organization=derived_id("generated", "organization", organization, area),
        organization_name=organization,
        name=f"{NEEDS[needs[0]].label} at {organization}",
        description=" ".join(chance.sample(SENTENCES, 4)),
        needs=needs,
        populations=chance.sample(POPULATIONS, chance.randint(1, 4)),
        genders=chance.sample(genders, chance.randint(1, len(genders))),
        languages=["en", *chance.sample(spoken, chance.randint(0, 3))],
        areas=[area],
        can_come=chance.sample(ADMISSION, chance.randint(0, 3)),
        places=[_place(chance, number, county, area, town)],
        phones=[Phone(number=f"555-01{chance.randrange(100):02}")],
        hours=[Hours(weekday=day, opens_at="09:00", closes_at="17:00") for day in range(5)],
        open_24_7=chance.random() < 0.15,
        walk_in=chance.random() < 0.4,
        free=chance.random() < 0.8,
        capacity=Capacity(
            outward=chance.choice(list(OUTWARD_CAPACITY)), updated_at="2026-01-01T08:00:00+00:00"
        ),
        verified_on=now().date().isoformat(),
    )


def _place(chance: random.Random, number: int, county: int, area: str, town: str) -> Place:
    """Counties lie in rows of eight, 28 miles apart, their addresses spread over each."""
    if chance.random() < 0.1:
        return Place(area=area, confidential=True)
    return Place(
        area=area,
        street=f"{chance.randrange(1, 999)} Example Street",
        city=town,
        region="XG",
        postal_code=f"{90_000 + 16 * county + chance.randrange(16)}",
        latitude=round(40 + 0.4 * (county // 8) + number * 7_919 % 31 / 100, 2),
        longitude=round(-100 + 0.5 * (county % 8) + number * 104_729 % 37 / 100, 2),
        transportation="Bus 7 stops at the corner.",
    )
