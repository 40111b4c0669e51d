"""What the outside sees: enough to get there, and nothing of what must stay hidden."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry import capacity, cards, membership, records
from services.registry.cards import Around, organization_card, service_card
from services.registry.checking import check
from services.registry.domain import Json, stream_of
from services.registry.hours import is_always_open, weekly_hours
from services.registry.hsds import Schedule
from shared.directory import Capacity, Hours, Phone, Place, ServiceCard
from tests.support.registry_records import id_for, location, organization, place, service

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BEDS = id_for("service", "Beds")
HOUSE = id_for("location", "House")
OWNER = id_for("organization", "North Star")


def state_of(record: Json, places: list[Json] | None = None) -> Json:
    checked = check(record["kind"], record)
    if record["kind"] == "organization":
        move = records.list_organization(None, checked)
    elif record["kind"] == "location":
        move = records.list_location(None, checked, [])
    else:
        move = records.list_service(None, checked)
    assert move is not None
    state = move[0]
    placed = records.place_service(state, [check(one["kind"], one) for one in places or []])
    return placed[0] if placed else state


def card_of(
    it: Json,
    *near: Json,
    places: list[Json] | None = None,
    owner: Json | None = None,
    **states: Json,
) -> ServiceCard | None:
    found = {
        stream_of("organization", OWNER): state_of(owner or organization()),
        **{stream_of(one["kind"], one["id"]): state_of(one) for one in near},
        **{stream_of("capacity", BEDS): state for state in states.values()},
    }
    return service_card(state_of(it, places), 3, Around(found), NOW)


def seen(card: ServiceCard | None) -> ServiceCard:
    assert card is not None
    return card


def test_a_card_says_what_a_client_needs() -> None:
    card = seen(
        card_of(
            service(
                description="Rooms",
                profile={"needs": ["emergency_housing"], "areas": ["XS-pine"], "walk_in": True},
                phones=[{"number": "370-555-0100", "type": "voice"}],
                minimum_age=18,
                required_documents=[{"id": "x", "document": "None"}],
                fees_description="Free.",
                assured_date="2026-10-01",
            ),
            location(),
            places=[place()],
        )
    )
    assert (card.name, card.organization_name, card.organization) == ("Beds", "North Star", OWNER)
    assert card.places == [
        Place(
            area="XS-lakeshore",
            ids=(id_for("service_at_location", "Beds at House"),),
            name="House on Tern Street",
            street="418 Tern Street",
            city="Larch Landing",
            region="XS",
            postal_code="00301",
            latitude=46.81,
            longitude=-122.85,
        )
    ]
    assert card.phones == [Phone(number="370-555-0100")]
    assert (card.needs, card.areas, card.walk_in) == (["emergency_housing"], ["XS-pine"], True)
    assert (card.minimum_age, card.documents, card.free) == (18, ["None"], True)
    assert (card.verified_on, card.member) == ("2026-10-01", False)
    assert card.capacity == Capacity(outward="unknown")


@pytest.mark.parametrize("where", ["location", "place", "service", "location_tier"])
def test_a_confidential_place_shows_its_area_and_nothing_else(where: str) -> None:
    secret: Json = {"confidential": True}
    card = seen(
        card_of(
            service(profile=secret if where == "service" else None),
            location(
                profile={
                    "location": secret,
                    "location_tier": {"tier": "partner"},
                }.get(where)
            ),
            places=[
                place(
                    profile=secret if where == "place" else None,
                    phones=[{"number": "370-555-0199"}],
                )
            ],
        )
    )
    assert card.places == [Place(area="XS-lakeshore", confidential=True)]
    assert card.phones == []
    text = msgspec.json.encode(card)
    for hidden in (b"Tern", b"Larch", b"46.8", b"555", b"00301", HOUSE.encode()):
        assert hidden not in text


@pytest.mark.parametrize("tier", ["partner", "coordinator", "own"])
def test_what_is_not_public_has_no_card(tier: str) -> None:
    assert card_of(service(profile={"tier": tier})) is None
    assert card_of(service(), owner=organization(profile={"tier": tier})) is None
    assert organization_card(state_of(organization(profile={"tier": tier})), 1) is None


def test_what_was_withdrawn_has_no_card() -> None:
    gone, _ = records.withdraw_service(state_of(service()))
    owner = state_of(organization())
    around = Around({stream_of("organization", OWNER): owner})
    assert service_card(gone, 4, around, NOW) is None
    closed = Around({stream_of("organization", OWNER): records.withdraw_organization(owner)[0]})
    assert service_card(state_of(service()), 4, closed, NOW) is None
    assert service_card(state_of(service()), 4, Around({}), NOW) is None


def test_a_withdrawn_location_or_place_is_not_on_the_card() -> None:
    state = state_of(service(), [place()])
    here = state_of(location())
    near = {stream_of("organization", OWNER): state_of(organization())}
    shown = Around({**near, stream_of("location", HOUSE): here})
    assert seen(service_card(state, 1, shown, NOW)).places
    closed = Around({**near, stream_of("location", HOUSE): records.withdraw_location(here, [])[0]})
    assert seen(service_card(state, 1, closed, NOW)).places == []
    left, _ = records.withdraw_place(state, place()["id"])
    assert seen(service_card(left, 1, shown, NOW)).places == []


def test_without_a_number_of_its_own_a_service_has_that_of_its_place_then_its_owner() -> None:
    owner = organization(phones=[{"number": "370-555-0111"}])
    card = seen(card_of(service(), location(), places=[place()], owner=owner))
    assert [phone.number for phone in card.phones] == ["370-555-0108"]
    hidden = location(profile={"confidential": True})
    card = seen(card_of(service(), hidden, places=[place()], owner=owner))
    assert [phone.number for phone in card.phones] == ["370-555-0111"]


def test_numbers_that_belong_to_people_are_left_out_and_voice_comes_first() -> None:
    numbers = [
        {"number": "370-555-0101", "type": "fax"},
        {"number": "370-555-0102", "type": "cell"},
        {"number": "370-555-0103", "type": "textphone"},
        {"number": "370-555-0104", "type": "voice"},
        {"number": "370-555-0104", "type": "voice"},
    ]
    card = seen(card_of(service(phones=numbers)))
    assert [(phone.number[-4:], phone.kind) for phone in card.phones] == [
        ("0104", "voice"),
        ("0103", "tty"),
        ("0101", "fax"),
    ]


def test_a_card_s_version_grows_with_everything_on_it() -> None:
    state = state_of(service(), [place()])
    states = {stream_of("organization", OWNER): state_of(organization())}
    versions = {
        stream_of("organization", OWNER): 2,
        stream_of("location", HOUSE): 5,
        stream_of("capacity", BEDS): 11,
    }
    assert seen(service_card(state, 3, Around(states, versions), NOW)).version == 21
    left, _ = records.displace_service(state, state["place_ids"]) or ({}, [])
    assert seen(service_card(left, 4, Around(states, versions), NOW)).version == 22


def test_a_card_tells_capacity_as_a_code() -> None:
    told, _ = capacity.report(None, BEDS, available=3, maximum=7, unit="bed", at=NOW)
    card = seen(card_of(service(), units=told))
    assert card.capacity == Capacity(outward="has", updated_at="2026-11-20T12:00:00.000+00:00")
    assert seen(card_of(service(profile={"needs": ["advocacy"]}))).capacity == Capacity(
        outward="assessment_needed"
    )


def test_a_member_s_services_say_so() -> None:
    day = NOW.date()
    state = state_of(organization())
    state, _ = membership.record_training(
        state, "t", name="T", completed_on=day, expires_on=day.replace(year=2027), today=day
    )
    state, _ = membership.sign_agreement(
        state,
        "a",
        kind="referral",
        with_organization=OWNER,
        starts_on=day,
        ends_on=day.replace(year=2027),
        today=day,
    )
    around = Around({stream_of("organization", OWNER): state})
    assert seen(service_card(state_of(service()), 1, around, NOW)).member
    told = organization_card(state, 4)
    assert told is not None
    assert (told["id"], told["name"], told["member"], told["version"]) == (
        OWNER,
        "North Star",
        True,
        4,
    )


@pytest.mark.parametrize(
    ("given", "cost", "is_free"),
    [
        ({}, "", False),
        ({"fees_description": "No cost"}, "No cost", True),
        ({"fees": "Free for members, 20 for others"}, "Free for members, 20 for others", False),
        ({"cost_options": [{"option": "All", "amount": 0}]}, "All: 0", True),
        (
            {"cost_options": [{"option": "Adults", "amount": 5, "currency": "usd"}]},
            "Adults: 5 USD",
            False,
        ),
        ({"cost_options": [{"amount_description": "sliding scale"}]}, "sliding scale", False),
    ],
)
def test_what_a_service_costs(given: dict[str, Any], cost: str, is_free: bool) -> None:
    card = seen(card_of(service(**given)))
    assert (card.cost, card.free) == (cost, is_free)


def test_hours_are_weekly_spans() -> None:
    spans = weekly_hours(
        [
            Schedule(byday="TU,MO", opens_at="09:00", closes_at="17:00-08:00"),
            Schedule(byday="MO", opens_at="09:00", closes_at="17:00"),
            Schedule(byday="2SA", freq="MONTHLY", opens_at="09:00", closes_at="12:00"),
            Schedule(byday="WE", interval=2, opens_at="09:00", closes_at="12:00"),
            Schedule(byday="TH", opens_at="late", closes_at="17:00"),
        ]
    )
    assert spans == [
        Hours(weekday=0, opens_at="09:00", closes_at="17:00"),
        Hours(weekday=1, opens_at="09:00", closes_at="17:00"),
    ]
    assert not is_always_open(spans)
    assert is_always_open(
        weekly_hours([Schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at="00:00", closes_at="23:59")])
    )


@given(
    confidential=st.booleans(),
    tier=st.sampled_from(["public", "partner", "coordinator", "own"]),
    of=st.sampled_from(["service", "location", "place", "organization"]),
)
@settings(deadline=None, max_examples=60)
def test_no_field_crosses_below_its_tier(confidential: bool, tier: str, of: str) -> None:
    profile = {"confidential": confidential, "tier": tier}
    said = {kind: profile if kind == of else None for kind in ("service", "location", "place")}
    card = card_of(
        service(profile=said["service"]),
        location(profile=said["location"]),
        places=[place(profile=said["place"])],
        owner=organization(profile=profile if of == "organization" else None),
    )
    if tier != "public" and of in ("service", "organization"):
        assert card is None
        return
    must_hide = (confidential and of != "organization") or tier != "public"
    assert (b"Tern" in msgspec.json.encode(card)) is not must_hide


def test_every_card_has_the_streams_it_is_made_of() -> None:
    assert cards.streams_around(state_of(service(), [place()])) == [
        stream_of("location", HOUSE),
        stream_of("organization", OWNER),
        stream_of("capacity", BEDS),
    ]
