"""Records as HSDS 3.1 resources: whole, schema-true however odd, and cut to the viewer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.capacity import report
from services.registry.checking import check
from services.registry.published.fitting import fitted
from services.registry.published.resources import Shelf
from services.registry.published.viewers import Viewer, shows_where
from shared import terms
from shared.hsds import RESOURCES
from shared.ids import new_id
from shared.storage.commits import State
from tests.support.hsds_schemas import SCHEMAS, needs_schemas, schemas
from tests.support.registry_records import id_for, location, organization, place, service

Json = dict[str, Any]
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
OURS = id_for("organization", "North Star")
EVERYBODY, MEMBER, OWN = Viewer(), Viewer("partner", new_id()), Viewer("public", OURS)
KNOWN = schemas() if SCHEMAS.is_dir() else None


def kept(kind: Any, record: Json) -> Json:
    """The state the registry keeps of a record."""
    content = check(kind, {name: record[name] for name in ("id", "hsds", "profile")}).content
    return {**content, "is_withdrawn": False}


def row(kind: str, state: Json) -> State:
    return State(f"{kind}:{state['hsds']['id']}", 1, 1_700_000_000_000_000, state)


def shelf(viewer: Viewer, *rows: State) -> Shelf:
    return Shelf({one.stream: one for one in rows}, viewer, AT)


def network(viewer: Viewer, **profiles: Json) -> tuple[Shelf, State]:
    """A service given at a house, and what is around it."""
    given_at = kept("service_at_location", place(profile=profiles.get("place")))
    beds = kept("service", service(profile=profiles.get("service")))
    beds |= {"places": {given_at["hsds"]["id"]: given_at}, "related": []}
    house = kept("location", location(profile=profiles.get("location")))
    units, _ = report(None, beds["hsds"]["id"], available=1, maximum=4, unit="bed", at=AT)
    return (
        shelf(
            viewer,
            row("organization", kept("organization", organization())),
            row("location", house),
            State(f"capacity:{beds['hsds']['id']}", 1, 1, units),
        ),
        row("service", beds),
    )


def test_a_service_is_told_with_its_organization_place_and_codes() -> None:
    around, beds = network(EVERYBODY, service={"needs": ["safety"], "languages": ["es"]})
    told = around.service(beds, full=True)
    assert told["organization"]["name"] == "North Star"
    assert told["last_modified"] == "2023-11-14T22:13:20.000+00:00"
    assert told["languages"][0]["name"] == "Spanish"
    assert told["attributes"][0]["taxonomy_term"]["code"] == "need:safety"
    (given_at,) = told["service_at_locations"]
    assert given_at["location"]["addresses"][0]["address_1"] == "418 Tern Street"
    assert given_at["service_areas"][0]["extent"] == "XS-lakeshore"
    assert "capacities" not in told
    flat = around.service(beds, full=False)
    assert not [name for name, value in flat.items() if isinstance(value, list)]


@pytest.mark.parametrize("what", ["service", "place", "location"])
@pytest.mark.parametrize("profile", [{"confidential": True}, {"tier": "own"}], ids=str)
def test_where_is_told_only_when_service_place_and_location_are_open(
    what: str, profile: Json
) -> None:
    around, beds = network(MEMBER, **{what: profile})
    (told,) = around.service(beds, full=True)["service_at_locations"]
    assert set(told) == {"id", "service_id", "service_areas"}
    around, beds = network(OWN, **{what: profile})
    (told,) = around.service(beds, full=True)["service_at_locations"]
    assert told["location"]["addresses"]


def test_a_location_that_is_gone_is_nowhere() -> None:
    _, beds = network(OWN)
    (given_at,) = beds.state["places"].values()
    assert not shows_where(beds.state, given_at, None, OWN)


def test_a_capacity_is_for_members_while_it_is_known() -> None:
    around, beds = network(MEMBER)
    (told,) = around.service(beds, full=True)["capacities"]
    assert (told["available"], told["maximum"], told["unit"]["name"]) == (1, 4, "bed")
    around.states[f"capacity:{beds.state['hsds']['id']}"].state["is_unknown"] = True
    assert "capacities" not in around.service(beds, full=True)


def test_a_publishers_attribute_in_our_codes_is_told_once_as_ours() -> None:
    theirs = {"id": new_id(), "name": "x", "description": "", "code": "need:safety"}
    said = [{"id": new_id(), "taxonomy_term": theirs}]
    record = service(profile={"needs": ["safety"]}, attributes=said)
    beds = row("service", kept("service", record) | {"places": {}, "related": []})
    told = shelf(EVERYBODY).service(beds, full=True)["attributes"]
    ours = terms.TAXONOMIES[0].term_id("safety")
    assert [one["taxonomy_term"]["id"] for one in told] == [ours]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://exa mple.org"),
        ("url", "ftp://example.org"),
        ("url", "https://example.org/%zz"),
        ("url", "https://exämple.org"),
        ("email", "nobody"),
        ("last_modified", "2026-02-30T00:00:00Z"),
        ("minimum_age", "ten"),
        ("minimum_age", True),
        ("program_id", "7"),
        ("program", {"name": "without a description"}),
        ("phones", "555-0100"),
        ("phones", [{"description": "no number"}, "x", 3, [], None]),
        ("unknown_field", "x"),
        ("contacts", [{"name": "Somebody"}]),
    ],
)
def test_what_breaks_its_format_is_left_out(field: str, value: Any) -> None:
    record = {"id": new_id(), "name": "Beds", "status": "active", field: value}
    told = fitted("service", record, OWN, OURS)
    assert told == {name: record[name] for name in ("id", "name", "status")}


def test_a_record_without_a_field_it_needs_is_no_resource() -> None:
    assert fitted("service", {"id": new_id(), "name": "Beds"}, EVERYBODY, "") is None
    assert fitted("service", {"name": "Beds", "status": "active"}, EVERYBODY, "") is None


def test_a_nested_resource_without_an_id_has_the_same_one_each_time() -> None:
    record = {"id": new_id(), "name": "A", "status": "active", "phones": [{"number": "1"}]}
    first, again = (fitted("service", record, EVERYBODY, "") for _ in range(2))
    assert first == again
    assert first is not None
    assert first["phones"][0]["number"] == "1"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6) | st.just(new_id()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([one.name for fields in RESOURCES.values() for one in fields]),
            inner,
            max_size=8,
        )
    ),
    max_leaves=25,
)


@needs_schemas
@settings(max_examples=150, deadline=None)
@given(
    resource=st.sampled_from(sorted(RESOURCES)),
    record=st.dictionaries(
        st.sampled_from(sorted({f.name for f in RESOURCES["service"]})), ANYTHING
    ),
)
def test_whatever_was_kept_fits_the_schema(resource: str, record: Json) -> None:
    assert KNOWN is not None
    whole = {"id": new_id(), "name": "A", "status": "active", "description": "", **record}
    told = fitted(resource, whole, OWN, OURS)
    if told is not None:
        assert KNOWN.complaints(f"{resource}.json", told) == []
