"""Possible duplicates from the real registry: found, decided, never merged, nothing secret told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.errors import Invalid, NotAllowed
from shared.ids import new_id
from tests.support.processes import Processes
from tests.support.registry_at_work import RegistryAtWork
from tests.support.registry_records import id_for, location, organization, place, service

HUB = "agency-hub"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry alone, with a coordinating agency."""
    processes = Processes(
        tmp_path_factory.mktemp("duplicates"),
        module_amqp_uri,
        mongo_uri,
        module_mongo_prefix,
        COORDINATOR_AGENCY=HUB,
    )
    processes.service("registry")
    yield RegistryAtWork(processes)
    processes.end()


def listed(registry: RegistryAtWork) -> dict[frozenset[str], Json]:
    found = registry.call("possible_duplicates", agency=HUB)
    return {frozenset(one["organizations"]): one for one in found["pairs"]}


def both(*names: str) -> frozenset[str]:
    return frozenset(id_for("organization", name) for name in names)


def say(registry: RegistryAtWork, verdict: str, *names: str, **more: Any) -> Json:
    first, second = (id_for("organization", name) for name in names)
    told = {"command_id": new_id(), "agency": HUB, "actor": "maria", **more}
    said: Json = registry.call("decide_pair", first=first, second=second, verdict=verdict, **told)
    return said


def test_a_pair_is_found_linked_and_told_apart_again(registry: RegistryAtWork) -> None:
    site: Json = {"website": "https://osprey.example.org/"}
    registry.take(organization("Osprey House", **site), organization("The Osprey House", **site))
    names = ("Osprey House", "The Osprey House")
    assert listed(registry)[both(*names)]["why"] == ["same_website"]
    say(registry, "linked", *names)
    assert both(*names) not in listed(registry)
    (decided,) = registry.call("possible_duplicates", agency=HUB)["decided"]
    assert (frozenset(decided["organizations"]), decided["verdict"]) == (both(*names), "linked")
    say(registry, "told_apart", *reversed(names))
    stream = f"pair:{':'.join(sorted(both(*names)))}"
    assert registry.stated(stream) == ["organizations.linked", "organizations.told_apart"]
    for name in names:
        told = registry.call("organization", id=id_for("organization", name))
        assert told["name"] == name, "nothing is merged"


def test_services_in_one_house_are_found_unless_the_house_is_confidential(
    registry: RegistryAtWork,
) -> None:
    for house, secret in (("Open", False), ("Hidden", True)):
        for copy in (f"{house} Nest", f"{house} Nests"):
            registry.take(organization(copy))
            registry.take(service(f"{copy} beds", of=copy))
            own: Json = {
                "addresses": [{**street(house), "id": id_for("address", copy)}],
                "phones": [],
            }
            registry.take(location(copy, profile={"confidential": secret}, **own))
            registry.take(place(f"{copy} beds", copy))
    found = listed(registry)
    assert found[both("Open Nest", "Open Nests")]["why"] == ["same_address"]
    assert len(found[both("Open Nest", "Open Nests")]["services"]) == 1
    assert both("Hidden Nest", "Hidden Nests") not in found


def street(house: str) -> Json:
    return {
        "address_1": f"7 {house} Street",
        "city": "Larch Landing",
        "state_province": "XS",
        "postal_code": "00301",
        "country": "US",
        "address_type": "physical",
    }


def test_what_only_its_own_agency_sees_is_not_compared(registry: RegistryAtWork) -> None:
    site: Json = {"website": "https://wren.example.org"}
    registry.take(organization("Wren", **site), organization("Wrens", {"tier": "own"}, **site))
    assert both("Wren", "Wrens") not in listed(registry)


def test_only_the_coordinator_sees_and_decides(registry: RegistryAtWork) -> None:
    with pytest.raises(NotAllowed):
        registry.call("possible_duplicates", agency="agency-other")
    with pytest.raises(NotAllowed):
        say(registry, "linked", "Wren", "Wrens", agency="agency-other")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verdict", "merged"),
        ("first", "$ne"),
        ("second", {"$gt": ""}),
        ("first", id_for("organization", "Nobody")),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name(
    registry: RegistryAtWork, field: str, value: Any
) -> None:
    registry.take(organization("Wren"))
    good = {"first": id_for("organization", "Wren"), "second": id_for("organization", "Finch")}
    registry.take(organization("Finch"))
    told = {"verdict": "linked", "command_id": new_id(), "agency": HUB, "actor": "maria", **good}
    with pytest.raises(Invalid):
        registry.call("decide_pair", **{**told, field: value})
