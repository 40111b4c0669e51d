"""Checks of records in a real registry: they grow old by the calendar, and agencies renew them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.clock import now
from shared.errors import AnydoorError, IllegalMove, Invalid, NotFound
from shared.freshness import months_before
from shared.ids import new_id
from tests.support.processes import eventually
from tests.support.registry_at_work import Json, RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for, organization, service

OURS, OTHERS = id_for("organization", "Ours"), id_for("organization", "Others")
TODAY = now().date()


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry of this module, with two agencies."""
    folder = tmp_path_factory.mktemp("registry")
    with registry_at_work(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        running.take(organization("Ours"), organization("Others"))
        yield running


def aged(name: str, months: int, **hsds: Any) -> Json:
    """A service of ours that a person last checked so many months ago."""
    day = months_before(TODAY, months).isoformat()
    return service(name, of="Ours", assured_date=day, **hsds)


def verify(
    registry: RegistryAtWork, service: str, agency: str = OURS, command_id: str = ""
) -> Json:
    told: Json = registry.call(
        "verify",
        command_id=command_id or new_id(),
        service=service,
        agency=agency,
        actor="staff",
    )
    return told


def public(registry: RegistryAtWork, service: str) -> Json:
    told: Json = registry.call("published_one", resource="services", id=service, agency="")
    return told


def ages(registry: RegistryAtWork, service: str) -> list[str]:
    """Return the ages that were stated of a service."""
    commits = registry.db["commits"].find({"stream": f"service:{service}"}).sort("version", 1)
    events = [event for commit in commits for event in commit["events"]]
    return [one["data"]["age"] for one in events if one["type"] == "record.went_stale"]


def test_records_grow_old_once_and_are_renewed_at_once(registry: RegistryAtWork) -> None:
    given = [aged("Fresh", 5), aged("Stale", 7), aged("Old", 13)]
    registry.take(*given)
    fresh, stale, old = (one["id"] for one in given)
    eventually(lambda: (ages(registry, stale), ages(registry, old)), all)
    cards = [registry.card(one) or {} for one in (fresh, stale, old)]
    assert [card.get("out_of_date", False) for card in cards] == [False, False, True]
    assert public(registry, old)["assured_date"] == given[2]["hsds"]["assured_date"]

    modified, command = public(registry, old)["last_modified"], new_id()
    for _ in range(2):
        assert verify(registry, old, command_id=command)["assured_date"] == TODAY.isoformat()
    card = registry.card(old) or {}
    assert (card["verified_on"], card.get("out_of_date", False)) == (TODAY.isoformat(), False)
    told = public(registry, old)
    assert (told["assured_date"], told["last_modified"]) == (TODAY.isoformat(), modified)
    taken = registry.take(*given)
    assert (taken["same"], taken["changed"]) == (3, 0)

    marker = aged("Later", 8)  # when it is told of this one, the others' turn has come again
    registry.take(marker)
    eventually(lambda: ages(registry, marker["id"]), bool)
    assert (ages(registry, fresh), ages(registry, stale)) == ([], ["check_now"])
    assert registry.stated(f"service:{old}") == [
        "service.listed",
        "record.went_stale",
        "record.verified",
    ]


def test_what_was_only_checked_is_not_in_a_list_of_what_was_modified(
    registry: RegistryAtWork,
) -> None:
    beds = aged("Unmodified", 1)
    registry.take(beds)
    since = datetime.fromisoformat(public(registry, beds["id"])["last_modified"])
    verify(registry, beds["id"])

    def modified_after(moment: datetime, form: str) -> list[Json]:
        wanted = {"modified_after": moment, "form": form, "ids": [beds["id"]]}
        page = registry.call("published_page", resource="services", agency="", wanted=wanted)
        return list(page["contents"])

    (told,) = modified_after(since - timedelta(seconds=1), "minimal")
    assert datetime.fromisoformat(told["modified_date"]) == since
    assert modified_after(since + timedelta(milliseconds=1), "basic") == []
    registry.take(aged("Unmodified", 1, description="Changed"))
    assert modified_after(since + timedelta(milliseconds=1), "basic") != []


def test_an_agencys_own_services_the_longest_unchecked_first(registry: RegistryAtWork) -> None:
    registry.take(organization("Listing"))
    dates = {"B": "2026-10-02", "A": "2024-01-01", "C": "", "D": "2025-01-01"}
    registry.take(*(service(name, of="Listing", assured_date=day) for name, day in dates.items()))
    hidden = service("Hidden", of="Listing", profile={"tier": "own"}, assured_date="2023-01-01")
    registry.take(hidden)
    registry.call(
        "withdraw", command_id=new_id(), kind="service", id=id_for("service", "D"), actor="staff"
    )
    agency = id_for("organization", "Listing")
    told = registry.call("upkeep_of", agency=agency)
    assert ([one["name"] for one in told["records"]], told["total"]) == (
        ["Hidden", "A", "B", "C"],
        4,
    )
    assert told["records"][1]["age"] == "out_of_date"
    assert registry.call("upkeep_of", agency=agency, size=1)["total"] == 4
    assert registry.call("upkeep_of", agency=new_id()) == {"records": [], "total": 0}


def test_nobody_else_may_say_so(registry: RegistryAtWork) -> None:
    gone = aged("Gone", 1)
    registry.take(gone)
    registry.call("withdraw", command_id=new_id(), kind="service", id=gone["id"], actor="staff")
    registry.take(aged("Kept", 1))
    kept = id_for("service", "Kept")
    refused: list[tuple[type[AnydoorError], str, str]] = [
        (NotFound, kept, OTHERS),
        (NotFound, new_id(), OURS),
        (IllegalMove, gone["id"], OURS),
        (Invalid, "", OURS),
        (Invalid, kept, "*"),
        (Invalid, "a" * 10_000, OURS),
    ]
    for error, id, agency in refused:
        with pytest.raises(error):
            verify(registry, id, agency)
    assert "record.verified" not in registry.stated(f"service:{kept}")
