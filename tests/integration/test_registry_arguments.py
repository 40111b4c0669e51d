"""The registry refuses what does not fit, and says which argument it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from shared.errors import Invalid
from shared.ids import new_id
from tests.support.registry_at_work import Json, RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry of this module."""
    folder = tmp_path_factory.mktemp("registry")
    with registry_at_work(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        yield running


@pytest.fixture(scope="module")
def listed(registry: RegistryAtWork) -> dict[str, Json]:
    """Arguments that name records of this directory, where the rule comes after finding them."""
    beds = registry.shelter("Arguments", available=1, maximum=1)
    return {
        "report_capacity": {"service": beds},
        "record_training": {"organization": id_for("organization", "Arguments")},
    }


NOBODY = new_id()
RIGHT: dict[str, Json] = {
    "import_records": {"kind": "service", "records": [], "source": "test", "actor": "seed"},
    "compare_records": {"kind": "service", "records": [], "promised": []},
    "withdraw": {"command_id": "c", "kind": "service", "id": NOBODY, "actor": "a"},
    "describe_services": {"ids": []},
    "services_after": {"after": "", "size": 1},
    "records_after": {"kind": "location", "after": "", "size": 1, "tier": "own"},
    "report_capacity": {
        "command_id": "c",
        "service": NOBODY,
        "available": 1,
        "maximum": 1,
        "unit": "bed",
        "actor": "a",
    },
    "reserve": {"service": NOBODY, "offer": "o", "until": "2126-01-01T00:00:00Z"},
    "record_training": {
        "command_id": "c",
        "organization": NOBODY,
        "name": "T",
        "completed_on": "2026-01-01",
        "expires_on": "2027-01-01",
        "actor": "a",
    },
    "set_rota": {"command_id": "c", "area": "XS-pine", "shifts": [], "actor": "a"},
    "on_call": {"area": "XS-pine", "at": "2026-01-01T00:00:00Z"},
    "published_page": {"resource": "services", "agency": "", "wanted": {}},
    "published_one": {"resource": "services", "id": NOBODY, "agency": ""},
}


@pytest.mark.parametrize(
    ("method", "field", "wrong"),
    [
        ("import_records", "kind", "person"),
        ("import_records", "records", [{}] * 201),
        ("import_records", "source", "../etc"),
        ("withdraw", "id", "1"),
        ("describe_services", "ids", ["x"] * 501),
        ("compare_records", "promised", ["x"] * 501),
        ("records_after", "kind", "service_at_location"),
        ("records_after", "tier", "everybody"),
        ("records_after", "size", 51),
        ("services_after", "size", 0),
        ("services_after", "size", 501),
        ("report_capacity", "available", -1),
        ("report_capacity", "available", 2),
        ("report_capacity", "maximum", "many"),
        ("report_capacity", "unit", "room"),
        ("report_capacity", "service", None),
        ("reserve", "offer", "a.b"),
        ("reserve", "offer", "$where"),
        ("reserve", "offer", ""),
        ("reserve", "until", "2126-01-01T00:00:00"),
        ("record_training", "name", ""),
        ("record_training", "completed_on", "yesterday"),
        ("record_training", "completed_on", "2126-01-01"),
        ("record_training", "organization", "north-star"),
        ("set_rota", "area", "Pine County"),
        ("set_rota", "timezone", "Mars/Olympus"),
        ("set_rota", "shifts", [{"organization": NOBODY, "weekday": 9}]),
        ("on_call", "at", "now"),
        ("published_page", "resource", "people"),
        ("published_page", "wanted", []),
        ("published_page", "wanted", {"search": "beds"}),
        ("published_page", "wanted", {"postcode": "00301"}),
        ("published_page", "wanted", {"ids": ["$where"]}),
        ("published_page", "wanted", {"ids": [NOBODY] * 5_001}),
        ("published_page", "wanted", {"places": [NOBODY] * 5_001}),
        ("published_one", "id", "$where"),
    ],
)
def test_a_wrong_argument_is_refused_by_field(
    registry: RegistryAtWork, listed: dict[str, Json], method: str, field: str, wrong: Any
) -> None:
    right = {**RIGHT[method], **listed.get(method, {})}
    with pytest.raises(Invalid) as refused:
        registry.call(method, **{**right, field: wrong})
    assert re.split(r"[.\[]", refused.value.field)[0] == field
    assert refused.value.rule
