"""The sample network is whole: every need, every county, every hour, and all of it fictional."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.seed.network import AS_OF, sample_files
from infra.seed.network.__main__ import main
from infra.seed.network.data import is_confidential, network, sample_id
from infra.seed.network.hours import Span, spans
from shared.ids import derived_id
from shared.vocabulary import NEEDS

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT.parent / "shared" / "data" / "hsds-3.1" / "schema"
SCHEMA_OF = {
    "addresses": "address",
    "taxonomies": "taxonomy",
    "service_capacity": "service_capacity",
}
PAIRS = [
    f"{age}/{origin}" for age in ("adult", "minor") for origin in ("foreign_national", "domestic")
]

FILES = sample_files()


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(FILES[f"{name}.csv"])))


def codes_by_service() -> dict[str, set[str]]:
    code_of = {term["id"]: term["code"] for term in rows("taxonomy_terms")}
    found: dict[str, set[str]] = {service["id"]: set() for service in rows("services")}
    for attribute in rows("attributes"):
        if attribute["link_entity"] == "service":
            found[attribute["link_id"]].add(code_of[attribute["taxonomy_term_id"]])
    for area in rows("service_areas"):
        found[area["service_id"]].add(f"area:{area['extent']}")
    return found


CODES = codes_by_service()
ACTIVE = [service for service in rows("services") if service["status"] == "active"]


def test_there_are_enough_organizations_and_services_at_locations() -> None:
    placed = {row["service_id"] for row in rows("service_at_location")}
    assert len(rows("organizations")) >= 42
    assert len(placed) >= 125


@pytest.mark.parametrize("county", list(network().counties))
@pytest.mark.parametrize("need", list(NEEDS))
def test_every_need_can_be_answered_in_every_county_for_everyone_who_has_it(
    need: str, county: str
) -> None:
    for_whom = PAIRS if NEEDS[need].for_whom == ("all",) else NEEDS[need].for_whom
    here = [CODES[service["id"]] for service in ACTIVE]
    here = [
        codes for codes in here if {f"need:{need}", f"area:XS-{county}", "tier:public"} <= codes
    ]
    for pair in for_whom:
        fit = [codes for codes in here if f"population:{pair}" in codes]
        for gender in ("woman", "man", "nonbinary"):
            assert any(f"gender:{gender}" in codes for codes in fit), (pair, gender)


def test_the_whole_vocabulary_of_the_profile_is_in_use() -> None:
    used = set().union(*CODES.values())
    for code in (
        *("on_call", "open_24_7", "walk_in", "remote", "warm_handoff"),
        *(f"stay:{days}" for days in (15, 30, 90)),
        *("no_id", "felony", "no_sobriety", "with_children", "pets"),
        *("tier:public", "tier:partner", "tier:coordinator"),
    ):
        assert any(code in name for name in used), code
    assert len({row["code"] for row in rows("languages")}) >= 12
    units = {row["id"]: row["name"] for row in rows("units")}
    assert {units[row["unit_id"]] for row in rows("service_capacity")} == {"bed", "slot", "hour"}


def shelters(*codes: str) -> set[str]:
    """Slugs of services with emergency beds that carry these codes and no other gender."""
    found = set()
    for service in network().services:
        carried = CODES[sample_id("service", service["slug"])]
        if {"need:emergency_housing", *codes} <= carried:
            found.add(service["slug"])
    return found


def test_there_are_shelters_for_men_for_women_for_all_and_for_minors() -> None:
    women, men = shelters("gender:woman"), shelters("gender:man")
    assert women - men
    assert men - women
    assert shelters("gender:woman", "gender:man", "gender:nonbinary")
    assert shelters("population:minor/domestic", "population:minor/foreign_national")
    assert shelters("can_come:with_children")


def test_nothing_of_a_confidential_place_is_written_but_its_area() -> None:
    hidden = {
        sample_id("location", f"{organization['slug']}/{place}")
        for organization in network().organizations
        for place in organization["places"]
        if is_confidential(organization, place)
    }
    assert len(hidden) >= 6
    for location in rows("locations"):
        if location["id"] in hidden:
            filled = {name for name, value in location.items() if value}
            assert filled == {"id", "location_type", "organization_id"}
    for table in ("addresses", "accessibility", "phones"):
        assert hidden.isdisjoint(row.get("location_id", "") for row in rows(table))


def test_phones_addresses_and_places_are_plainly_fictional() -> None:
    for phone in rows("phones"):
        assert re.fullmatch(r"\(37[012]\) 555-01\d\d", phone["number"])
    text = "".join(FILES.values())
    hosts = re.findall(r"(?:https?://|@)([A-Za-z0-9.-]+)", text)
    assert hosts
    assert all(host.endswith(".example.org") for host in hosts)
    for location in rows("locations"):
        if location["latitude"]:
            assert 46.2 <= float(location["latitude"]) <= 47.0
            assert -124.0 <= float(location["longitude"]) <= -122.5
    assert {row["state_province"] for row in rows("addresses")} == {"XS"}
    assert all(row["postal_code"].startswith("003") for row in rows("addresses"))


def test_no_two_services_are_described_in_the_same_words() -> None:
    texts = [service["description"] for service in rows("services")]
    assert len(set(texts)) == len(texts)
    assert min(map(len, texts)) > 60


def test_the_ids_the_journey_counts_on_are_derived_from_slugs() -> None:
    ids = {row["id"] for row in rows("organizations")}
    for slug in (
        "harbor-light-coordination",
        "bridgewater-case-management",
        "north-star-shelter",
        "cedar-house",
        "safe-harbor-inn",
        "lakeshore-legal-aid",
        "puente-interpreters",
        "riverbend-legal",
    ):
        assert derived_id("sample", "organization", slug) in ids


@pytest.mark.parametrize(
    ("need", "slugs"),
    [
        ("case_management", {"bridgewater-case-management"}),
        ("emergency_housing", {"north-star-shelter", "cedar-house", "safe-harbor-inn"}),
        ("legal_assistance", {"lakeshore-legal-aid", "riverbend-legal"}),
    ],
)
def test_a_spanish_speaking_man_from_abroad_in_lakeshore_meets_the_journeys_agencies(
    need: str, slugs: set[str]
) -> None:
    wanted = {
        *(f"need:{need}", "population:adult/foreign_national", "gender:man"),
        *("area:XS-lakeshore", "tier:public"),
    }
    spanish = {row["service_id"] for row in rows("languages") if row["code"] == "es"}
    units = {row["service_id"]: int(row["available"]) for row in rows("service_capacity")}
    fit = {
        service["organization_id"]
        for service in ACTIVE
        if wanted <= CODES[service["id"]] and service["id"] in spanish and units[service["id"]] > 0
    }
    assert fit - {sample_id("organization", slug) for slug in slugs} == set()
    assert len(fit) == len(slugs) or need == "legal_assistance"


def test_every_file_is_the_same_on_each_run_and_dates_follow_the_day(tmp_path: Path) -> None:
    assert sample_files() == FILES
    later = sample_files(date(2027, 3, 1))
    assert [row["id"] for row in csv.DictReader(io.StringIO(later["services.csv"]))] == [
        row["id"] for row in rows("services")
    ]
    assert later["services.csv"] != FILES["services.csv"]
    assert main([str(tmp_path / "a")]) == main([str(tmp_path / "b"), AS_OF.isoformat()]) == 0
    for name, text in FILES.items():
        assert (tmp_path / "a" / name).read_bytes() == text.encode()
        assert (tmp_path / "b" / name).read_bytes() == text.encode()
    assert main([]) == 2


def typed(row: dict[str, str], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        name: float(value) if properties[name].get("type") == "number" else value
        for name, value in row.items()
        if value
    }


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the HSDS 3.1 schemas are not on this machine")
@pytest.mark.parametrize("name", [name[:-4] for name in FILES if name.endswith(".csv")])
def test_every_row_fits_its_hsds_schema(name: str) -> None:
    path = SCHEMAS / f"{SCHEMA_OF.get(name, name.removesuffix('s'))}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["path"] == f"{name}.csv"
    # Tables name what they nest by its id, so "unit" is asked for as "unit_id".
    columns = rows(name)[0].keys()
    needed = [field for field in schema["required"] if schema["properties"][field].get("type")]
    schema["required"] = [*needed, *schema.get("tabular_required", [])]
    assert columns <= schema["properties"].keys()
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for row in rows(name):
        validator.validate(typed(row, schema["properties"]))


def test_every_key_leads_to_a_row() -> None:
    ids = {
        name: {row["id"] for row in rows(name)}
        for name in ("organizations", "services", "locations", "taxonomy_terms", "units")
    }
    for name in FILES:
        if name.endswith(".csv"):
            table = rows(name[:-4])
            assert len({row["id"] for row in table}) == len(table)
            for row in table:
                for key, known in ids.items():
                    value = row.get(f"{key.removesuffix('s')}_id", "")
                    assert not value or value in known


def test_hours_past_midnight_are_cut_in_two() -> None:
    assert spans("sa-su 22:00-06:00") == [
        Span((5, 6), "22:00", "24:00"),
        Span((0, 6), "00:00", "06:00"),
    ]
    assert spans("by appointment") == []
    with pytest.raises(ValueError, match="not opening hours"):
        spans("weekdays")
