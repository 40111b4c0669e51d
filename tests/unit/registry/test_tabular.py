"""Reading directories that others publish: whole records, and an account of every row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from infra.seed.network import sample_files
from services.registry import checking
from services.registry.tabular import Reading, read_package
from shared.ids import derived_id

DATA = Path(__file__).parents[3].parent / "shared" / "data"
SCHEMAS = DATA / "hsds-3.1" / "schema"

ORGANIZATIONS = "id,name,description\no1,Open Table,Food for all\n"
SERVICES = "id,organization_id,name,status,url,email\ns1,o1,Pantry,active,,\n"
LOCATIONS = "id,location_type,name,latitude,longitude\nl1,physical,Hall,46.5,-123.1\n"
PLACES = "id,service_id,location_id,description\np1,s1,l1,in the hall\n"
ADDRESS = (
    "id,location_id,address_1,city,state_province,postal_code,country,address_type\n"
    "a1,l1,1 Sorrel Street,Millrace,XS,00301,US,physical\n"
)


def package(**files: str) -> list[tuple[str, str]]:
    base = {
        "organizations": ORGANIZATIONS,
        "services": SERVICES,
        "locations": LOCATIONS,
        "service_at_location": PLACES,
    }
    return [(f"{name}.csv", text) for name, text in {**base, **files}.items()]


def read(**files: str) -> Reading:
    reading = read_package(package(**files), "test")
    assert_every_row_is_accounted_for(reading)
    return reading


def one(reading: Reading, kind: str) -> dict[str, Any]:
    (record,) = [record for record in reading.records if record["kind"] == kind]
    return record


def complaints(reading: Reading) -> list[tuple[str, int, str, bool]]:
    return [(q["file"], q["line"], q["field"], q["kept"]) for q in reading.quarantine]


def assert_every_row_is_accounted_for(reading: Reading) -> None:
    for file, count in reading.counts.items():
        unused = sum(count["unused"].values())
        assert count["rows"] == count["used"] + count["quarantined"] + unused, file
        refused = {q["line"] for q in reading.quarantine if q["file"] == file and not q["kept"]}
        assert len(refused) == count["quarantined"], file


def test_a_package_becomes_records_with_derived_ids() -> None:
    reading = read(addresses=ADDRESS)
    assert [record["kind"] for record in reading.records] == [
        "organization",
        "location",
        "service",
        "service_at_location",
    ]
    service = one(reading, "service")
    assert service["id"] == service["hsds"]["id"] == derived_id("test", "service", "s1")
    assert service["hsds"]["organization_id"] == derived_id("test", "organization", "o1")
    assert one(reading, "location")["hsds"]["addresses"][0]["city"] == "Millrace"
    assert reading.quarantine == []
    assert reading == read(addresses=ADDRESS)


def test_a_key_that_is_a_uuid_is_kept() -> None:
    key = "AC148810-D857-441C-9679-408F346DE14B"
    reading = read(organizations=f"id,name\n{key},A\n", services="id,name\n", locations="id\n")
    assert one(reading, "organization")["id"] == key.lower()


def test_script_in_a_name_is_text_like_any_other() -> None:
    name = "<script>alert(1)</script>"
    reading = read(services=f"id,organization_id,name\ns1,o1,{name}\n")
    assert one(reading, "service")["hsds"]["name"] == name
    assert reading.quarantine == []


def test_an_address_that_would_run_script_is_left_out_and_reported() -> None:
    reading = read(
        services="id,organization_id,name,url\ns1,o1,Pantry,javascript:alert(document.cookie)\n"
    )
    assert "url" not in one(reading, "service")["hsds"]
    assert complaints(reading) == [("services.csv", 2, "url", True)]


def test_a_field_longer_than_twenty_thousand_characters_is_left_out() -> None:
    long = "x" * 200_000
    reading = read(organizations=f'id,name,description\no1,Open,"{long}"\n')
    assert one(reading, "organization")["hsds"]["description"] == ""
    assert complaints(reading) == [("organizations.csv", 2, "description", True)]
    assert "20,000" in reading.quarantine[0]["rule"]


def test_control_characters_are_taken_out_and_reported() -> None:
    reading = read(organizations="id,name,description\no1,Op\x00en\x1b[2J\u202e,\ud800ok\n")
    assert one(reading, "organization")["hsds"]["name"] == "Open[2J"
    assert one(reading, "organization")["hsds"]["description"] == "ok"
    assert {field for _, _, field, _ in complaints(reading)} == {"name", "description"}


def test_a_report_never_repeats_what_a_row_said() -> None:
    reading = read(
        phones="id,service_id,number\nf1,s1,call Ana at home\n",
        services="id,organization_id,name,email\ns1,o1,Pantry,ana at home\n",
    )
    assert len(reading.quarantine) == 2
    assert "ana" not in json.dumps([q["rule"] for q in reading.quarantine]).lower()


def test_a_broken_key_sets_the_row_aside_and_what_hangs_on_it() -> None:
    reading = read(
        services="id,organization_id,name\ns1,o1,Pantry\ns2,o9,Lost\n,o1,No key\ns1,o1,Again\n",
        required_documents="id,service_id,document\nd1,s2,Passport\nd2,s1,\n",
    )
    assert complaints(reading) == [
        ("services.csv", 3, "organization_id", False),
        ("services.csv", 4, "id", False),
        ("services.csv", 5, "id", False),
        ("required_documents.csv", 2, "service_id", False),
    ]


def test_lines_are_those_of_the_file_even_after_a_text_of_many_lines() -> None:
    text = 'id,name,description\no1,A,"one\ntwo\nthree"\no2,,x\n'
    reading = read(organizations=text)
    assert complaints(reading) == [("organizations.csv", 5, "name", False)]


def test_a_quotation_mark_that_never_closes_is_reported_where_it_opens() -> None:
    text = 'id,name,description\no1,A,fine\no2,B,"open\no3,C,swallowed\n'
    reading = read(organizations=text)
    assert complaints(reading) == [("organizations.csv", 3, "", False)]
    assert one(reading, "organization")["hsds"]["name"] == "A"


def test_a_row_with_too_many_values_is_set_aside() -> None:
    reading = read(organizations="id,name\no1,A\no2,B,too,many\no3,C,,\n")
    assert complaints(reading) == [("organizations.csv", 3, "", False)]


@pytest.mark.parametrize("entity", ["location", "service", "service_at_location"])
def test_the_address_of_a_confidential_location_is_never_kept(entity: str) -> None:
    link = {"location": "l1", "service": "s1", "service_at_location": "p1"}[entity]
    secret = "Sorrel"
    reading = read(
        addresses=ADDRESS,
        locations="id,name,description,latitude,longitude\nl1,9 Sorrel,Near Sorrel,46.5,-123.1\n",
        service_at_location=f"id,service_id,location_id,description\np1,s1,l1,{secret}\n",
        phones="id,location_id,number,description\nf1,l1,(370) 555-0101,Sorrel\n",
        accessibility="id,location_id,description\nx1,l1,Ramp on Sorrel\n",
        metadata="id,resource_id,resource_type,field_name,previous_value\n"
        "m1,l1,location,name,Sorrel\n",
        taxonomy_terms="id,code,name\nt1,tier:confidential,Secret\nt2,area:XS-pine,Pine\n",
        attributes="id,link_id,taxonomy_term_id,link_entity\n"
        f"b1,{link},t1,{entity}\nb2,l1,t2,location\n",
    )
    location = one(reading, "location")
    assert location["profile"]["confidential"] is True
    assert location["profile"]["areas"] == ["XS-pine"]
    assert location["hsds"].keys() == {"id", "location_type", "attributes"}
    assert secret not in json.dumps(reading.records)
    assert one(reading, "service")["profile"]["confidential"] is True
    assert one(reading, "service_at_location")["profile"]["confidential"] is True
    for file in ("addresses.csv", "phones.csv", "accessibility.csv", "metadata.csv"):
        assert reading.counts[file]["unused"] == {"belongs to a confidential location": 1}


def test_the_profile_is_read_from_attributes() -> None:
    terms = [
        *("need:legal_assistance", "population:minor/domestic", "gender:man", "tier:partner"),
        *("routing:on_call", "routing:walk_in", "stay:30", "can_come:pets", "need:no_such"),
    ]
    reading = read(
        taxonomy_terms="id,code,name\n" + "".join(f"{code},{code},Name\n" for code in terms),
        attributes="id,link_id,taxonomy_term_id,link_entity\n"
        + "".join(f"a{code},s1,{code},service\n" for code in terms),
        languages="id,service_id,name,code\n1,s1,,es\n2,s1,Haitian Creole,\n3,s1,Klingon,\n",
        service_areas="id,service_id,name,extent,extent_type\n1,s1,Pine,XS-pine,text\n",
        units="id,name\nu1,Beds\n",
        service_capacity="id,service_id,unit_id,available,maximum,updated\n"
        "c1,s1,u1,2,6,2026-11-01T08:00:00Z\n",
    )
    assert one(reading, "service")["profile"] == {
        "needs": ["legal_assistance"],
        "populations": ["minor/domestic"],
        "genders": ["man"],
        "languages": ["es", "ht"],
        "areas": ["XS-pine"],
        "can_come": ["pets"],
        "tier": "partner",
        "confidential": False,
        "on_call": True,
        "open_24_7": False,
        "walk_in": True,
        "remote": False,
        "warm_handoff": False,
        "maximum_stay_days": 30,
        "capacity": {"unit": "bed", "available": 2, "maximum": 6},
    }
    assert complaints(reading) == [("attributes.csv", 10, "taxonomy_term_id", True)]


def test_a_tier_nobody_can_read_hides_the_record() -> None:
    reading = read(
        taxonomy_terms="id,code,name\nt1,tier:partners,Members\nt2,tier:Confidential,Secret\n",
        attributes="id,link_id,taxonomy_term_id,link_entity\na1,s1,t1,service\na2,l1,t2,place\n",
    )
    assert one(reading, "service")["profile"]["tier"] == "own"
    assert one(reading, "location")["profile"]["confidential"] is True
    assert complaints(reading) == [("attributes.csv", 2, "taxonomy_term_id", True)]


def test_names_of_people_are_not_taken_over() -> None:
    reading = read(
        contacts="id,service_id,name\nc1,s1,Ann Persona\n",
        phones="id,contact_id,number\nf1,c1,(370) 555-0102\n",
    )
    assert "Ann" not in json.dumps(reading.records)
    assert reading.counts["contacts.csv"]["unused"] == {"names of people are not taken over": 1}
    assert reading.counts["phones.csv"]["quarantined"] == 0


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=300), st.sampled_from(["services", "schedules", "attributes", "phones"]))
def test_no_text_makes_reading_fail(text: str, table: str) -> None:
    header = "id,service_id,weekday,byday,opens_at,number,taxonomy_term_id,organization_id,name\n"
    reading = read_package(
        [*package(), (f"x/{table}.csv", text), (f"{table}.csv", header + text)], "x"
    )
    assert_every_row_is_accounted_for(reading)


def test_the_sample_network_is_read_whole() -> None:
    reading = read_package(sample_files().items(), "sample")
    assert_every_row_is_accounted_for(reading)
    assert reading.quarantine == []
    services = [record for record in reading.records if record["kind"] == "service"]
    assert len(services) >= 125
    assert all(record["profile"]["needs"] and record["profile"]["areas"] for record in services)
    assert {file for file, count in reading.counts.items() if count["unused"]} == {
        "taxonomies.csv",
        "taxonomy_terms.csv",
    }
    assert_the_registry_takes(reading)


def read_folder(folder: Path) -> Reading:
    files = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.csv"))]
    return read_package(files, folder.name, default_area="US-DC")


def assert_the_registry_takes(reading: Reading) -> None:
    for record in reading.records:
        checking.check(record["kind"], {name: record[name] for name in ("id", "hsds", "profile")})


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the HSDS 3.1 schemas are not on this machine")
def test_records_are_hsds_objects() -> None:
    schemas = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.opaque(schema)) for name, schema in schemas.items()
    )
    validators = {
        kind: Draft202012Validator(
            schemas[f"{kind}.json"],
            registry=registry,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        for kind in ("organization", "location", "service", "service_at_location")
    }
    readings = [read_package(sample_files().items(), "sample")]
    if (DATA / "dc-directory").is_dir():
        readings.append(read_folder(DATA / "dc-directory"))
    for reading in readings:
        for record in reading.records:
            validators[record["kind"]].validate(record["hsds"])
