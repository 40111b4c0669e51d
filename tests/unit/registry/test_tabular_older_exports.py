"""Reading exports of the HSDS 1.x and 2.x kind: other names, other shapes, and a lot of dirt."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.registry.tabular import read_package
from services.registry.tabular.terms import NEED_BY_TERM
from shared.ids import derived_id
from shared.vocabulary import NEEDS
from tests.unit.registry.test_tabular import (
    assert_every_row_is_accounted_for,
    assert_the_registry_takes,
    complaints,
    read_folder,
)

DC = Path(__file__).parents[3].parent / "shared" / "data" / "dc-directory"

SERVICES = """\
service_recordid,service_name,service_organization,service_locations,service_status,\
service_taxonomy,service_phones,service_schedule
21,Beds,11,"31,32",1,"41,42",51,61
22,Odd,11,,6,,,
"""
TAXONOMY_TERMS = """\
taxonomy_recordid,taxonomy_name,taxonomy
41,Emergency Shelter,1
42,Guardianship,2
"""
SCHEDULES = """\
id,service_id,weekday,dtstart,until,byday,opens_at,closes_at
61,,Monday - Friday,8:30AM,5:00PM,,,
62,21,,,,monday,,
"""
PHYSICAL_ADDRESSES = """\
id,location_id,address_1,city,state_province,postal_code,country
81,31,1 Elm Street,Washington,DC ,20001,
82,31,,,,,US
"""
OLD = [
    ("old/organizations.csv", "id,name,url\n11,Open,opentable.example.org\n"),
    ("old/services.csv", SERVICES),
    ("old/locations.csv", "id,name,latitude,longitude\n31,Hall,0,0\n"),
    ("old/taxonomy_terms.csv", TAXONOMY_TERMS),
    ("old/taxonomy_types.csv", "taxonomy_type_recordid,name\n2,Service Eligibility\n"),
    ("old/phones.csv", "id,number,type,language\n51,(370) 555-0103,8,9\n"),
    ("old/languages.csv", "id,service_id,language,language_recordid\n71,,Amharic,9\n"),
    ("old/schedules.csv", SCHEDULES),
    ("old/physical_addresses.csv", PHYSICAL_ADDRESSES),
]


def test_an_older_export_is_read_by_its_own_column_names() -> None:
    reading = read_package(OLD, "old", default_area="US-DC")
    assert_every_row_is_accounted_for(reading)
    records = {record["id"]: record for record in reading.records}
    beds = records[derived_id("old", "service", "21")]
    assert beds["hsds"]["status"] == "active"
    assert beds["profile"]["needs"] == ["emergency_housing"]
    assert beds["profile"]["areas"] == ["US-DC"]
    assert beds["profile"]["languages"] == ["am"]
    assert beds["hsds"]["phones"][0]["type"] == "fax"
    (hours,) = beds["hsds"]["schedules"]
    assert (hours["byday"], hours["opens_at"], hours["closes_at"]) == (
        "MO,TU,WE,TH,FR",
        "08:30",
        "17:00",
    )
    odd = records[derived_id("old", "service", "22")]
    assert odd["hsds"]["status"] == "inactive"
    hall = records[derived_id("old", "location", "31")]
    assert hall["hsds"]["addresses"][0]["country"] == "US"
    assert "latitude" not in hall["hsds"]
    organization = records[derived_id("old", "organization", "11")]
    assert organization["hsds"]["website"] == "https://opentable.example.org"
    assert complaints(reading) == [
        ("old/services.csv", 2, "service_locations", True),
        ("old/services.csv", 3, "service_status", True),
        ("old/locations.csv", 2, "latitude", True),
        ("old/physical_addresses.csv", 3, "address_1", False),
    ]


def test_every_mapped_term_is_a_need_of_the_vocabulary() -> None:
    assert set(NEED_BY_TERM.values()) == set(NEEDS)


@pytest.mark.skipif(not DC.is_dir(), reason="the DC directory export is not on this machine")
def test_a_real_export_of_the_older_kind_is_read_with_every_row_accounted_for() -> None:
    reading = read_folder(DC)
    assert_every_row_is_accounted_for(reading)
    kinds = [record["kind"] for record in reading.records]
    assert kinds.count("organization") == 399
    assert kinds.count("location") == 1204
    assert kinds.count("service") == 1642
    assert kinds.count("service_at_location") == 2109
    ids = [record["id"] for record in reading.records]
    assert len(set(ids)) == len(ids)
    needs = {need for record in reading.records for need in record["profile"]["needs"]}
    assert {"emergency_housing", "legal_assistance", "food_clothing", "mental_health"} <= needs
    assert_the_registry_takes(reading)
