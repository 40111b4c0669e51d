"""A record's change log, read out of its commits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.registry import changelog, records, upkeep
from services.registry.checking import check
from services.registry.domain import Json, Kind
from shared.clock import now
from shared.storage import patch
from tests.support.registry_records import id_for, organization, service

AGENCY = id_for("organization", "North Star")
BEDS = id_for("service", "Beds")
TODAY = date(2026, 11, 22)


def sent(kind: Kind, given: Json, source: str = "north") -> records.Record:
    return replace(check(kind, given), source=source)


class Stream:
    """The commits of a stream."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state: Json = {}
        self.commits: list[dict[str, Any]] = []

    def move(self, move: tuple[Json, Any] | None) -> None:
        assert move is not None
        changes = patch.difference(self.state, move[0])
        number = len(self.commits)
        self.commits.append(
            {"_id": f"{self.name} {number}", "stream": self.name, "at": now(), "changes": changes}
        )
        self.state = move[0]

    def log(self) -> list[Json]:
        return changelog.logs(self.commits).get(self.name.partition(":")[2], [])


def listed(source: str = "north", **hsds: Any) -> Stream:
    made = Stream(f"service:{BEDS}")
    made.move(records.list_service(None, sent("service", service(**hsds), source)))
    return made


def test_each_field_that_changed_from_what_to_what_and_by_whom() -> None:
    made = listed(description="Six beds", minimum_age=18)
    assert made.log() == [], "the first listing is no change"
    changed = service(description="Eight beds", url="https://example.org", profile={"remote": True})
    made.move(records.list_service(made.state, sent("service", changed, "south")))
    told = [
        (one["field_name"], one["previous_value"], one["replacement_value"]) for one in made.log()
    ]
    assert told == [
        ("description", "Six beds", "Eight beds"),
        ("minimum_age", "18", ""),
        ("profile.remote", "false", "true"),
        ("url", "", "https://example.org"),
    ]
    assert {one["updated_by"] for one in made.log()} == {"south"}
    assert made.log() == made.log(), "the ids are the same each time"


def test_a_check_is_told_as_its_agencys() -> None:
    made = listed(assured_date="2025-01-01")
    made.move(upkeep.verify(made.state, AGENCY, TODAY))
    (one,) = made.log()
    assert (one["field_name"], one["previous_value"]) == ("assured_date", "2025-01-01")
    assert (one["replacement_value"], one["updated_by"]) == ("2026-11-22", AGENCY)


def test_only_so_many_changes_and_so_much_of_each() -> None:
    made = Stream(f"organization:{AGENCY}")
    for number in range(changelog.MOST + 5):
        text = f"{number}" * 2_000
        record = sent("organization", organization(description=text))
        made.move(records.list_organization(made.state or None, record))
    log = made.log()
    assert len(log) == changelog.MOST
    assert log[-1]["replacement_value"].startswith("104")
    assert max(len(one["replacement_value"]) for one in log) == changelog.LONGEST


def test_what_a_publisher_sent_of_its_own_stays_and_nothing_is_told_twice() -> None:
    made = listed()
    made.move(records.list_service(made.state, sent("service", service(description="New"))))
    theirs = {"id": id_for("metadata", "theirs"), "field_name": "name"}
    whole = changelog.with_log({"id": BEDS, "metadata": [theirs]}, made.log())
    assert [one["field_name"] for one in whole["metadata"]] == ["name", "description"]
    assert changelog.with_log(whole, made.log()) == whole
    for odd in ("text", 5, {"id": 1}, ["text"]):
        assert changelog.with_log({"metadata": odd}, made.log())["metadata"][-1] == made.log()[0]
