"""The sample network through the importer into a real registry, twice."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from infra.seed import agencies, sample
from infra.seed.importer import import_folder
from infra.seed.network.data import COORDINATOR, SOURCE, sample_id
from shared.clock import now
from shared.ids import derived_id
from tests.support.processes import Processes, eventually


def silence(_: str) -> None:
    """Say nothing."""


def test_the_sample_network_is_loaded_once_however_often(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    running = Processes(tmp_path, amqp_uri, mongo_uri, mongo_prefix)
    try:
        running.service("registry", COORDINATOR_AGENCY=sample_id("organization", COORDINATOR))
        counts = []
        for _ in range(2):
            network = sample.write_network(tmp_path / "sample", now().date())
            told = import_folder(
                running.calls, tmp_path / "sample", tmp_path, source=SOURCE, say=silence
            )
            sample.tell_registry(running.calls, network, silence)
            counts.append(running.db("registry")["commits"].count_documents({}))
        assert counts[0] == counts[1] > 400
        assert (told.listed, told.changed, told.refused) == (0, 0, [])
        check_network(running, told.report)
        hub = derived_id(SOURCE, "organization", "harbor-light-coordination")
        assert list(agencies.named(running.calls, "light HARBOR")) == [
            (hub, "Harbor Light Coordination")
        ]
        assert list(agencies.named(running.calls, "nobody's")) == []
    finally:
        running.end()


def test_an_import_goes_on_when_the_registry_is_killed_under_it(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    rows = "".join(f"o{n},Name {n},Text\n" for n in range(1_200))
    (folder / "organizations.csv").write_text("id,name,description\n" + rows)
    running = Processes(tmp_path, amqp_uri, mongo_uri, mongo_prefix)
    try:
        registry = running.service("registry")
        commits = running.db("registry")["commits"]
        with ThreadPoolExecutor(1) as pool:
            importing = pool.submit(import_folder, running.calls, folder, tmp_path, say=silence)
            eventually(lambda: commits.count_documents({}) > 150)
            registry.kill9()
            registry.start()
            importing.result()
        told = import_folder(running.calls, folder, tmp_path, say=silence)
        assert (told.listed, told.changed, told.same) == (0, 0, 1_200)
        assert commits.count_documents({}) == 1_200
        assert len(pages(running, "organizations")) == 1_200
    finally:
        running.end()


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "organizations.csv").write_text("id,name,description\no1,Open,Text\n")
    services = "id,organization_id,name,status,url\ns1,o1,Pantry,active,\ns2,o1,Lunch,active,\n"
    (folder / "services.csv").write_text(services)
    running = Processes(tmp_path, amqp_uri, mongo_uri, mongo_prefix)
    try:
        running.service("registry", COORDINATOR_AGENCY=sample_id("organization", COORDINATOR))
        import_folder(running.calls, folder, tmp_path, say=silence)
        held = list(running.db("registry")["commits"].find().sort("_id", 1))
        services = services.replace("s1,o1,Pantry,active,", "s1,o1,Store,active,example.org")
        services += "s3,o1,Dinner,active,\ns4,o9,Lost,active,\n"
        (folder / "services.csv").write_text(services)
        told = import_folder(running.calls, folder, tmp_path, is_dry=True, say=silence)
        assert (told.listed, told.changed, told.same, told.quarantined) == (1, 1, 2, 1)
        assert told.plan is not None
        with told.plan.open(newline="") as file:
            rows = {row["id"]: (row["what"], row["fields"]) for row in csv.DictReader(file)}
        assert rows == {
            derived_id("export", "service", "s1"): ("changed", "name url"),
            derived_id("export", "service", "s3"): ("listed", ""),
        }
        assert list(running.db("registry")["commits"].find().sort("_id", 1)) == held
        done = import_folder(running.calls, folder, tmp_path, say=silence)
        assert (done.listed, done.changed, done.same) == (1, 1, 2)
    finally:
        running.end()


def check_network(running: Processes, report: Path | None) -> None:
    assert report is not None
    with report.open(newline="") as file:
        assert list(csv.DictReader(file)) == []
    cards = pages(running, "services")
    members = [one for one in pages(running, "organizations") if one["member"]]
    assert len(cards) > 100
    assert len(members) > 40
    by_name = {one["organization_name"] for one in cards if one.get("member")}
    assert {"North Star Shelter", "Bridgewater Case Management"} <= by_name
    cedar = derived_id(SOURCE, "organization", "cedar-house")
    for card in cards:
        for place in card.get("places", []):
            if place.get("confidential"):
                assert place.keys() == {"area", "confidential"}
    hidden = [one for one in cards if one["organization"] == cedar]
    assert hidden
    assert all(place["confidential"] for one in hidden for place in one["places"])
    night = running.calls.call(
        "registry", "on_call", area="XS-lakeshore", at="2026-11-20T03:00:00Z"
    )
    assert night["agency"]


def pages(running: Processes, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after, is_first = "", True
    while is_first or after:
        page = running.calls.call("registry", f"{kind}_after", after=after, size=100)
        found += page[kind]
        after, is_first = page["next"], False
    return found
