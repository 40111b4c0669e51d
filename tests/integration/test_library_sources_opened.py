"""`make check-sources` against a real website: what is gone is told once, silence of ours never."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local import ports
from infra.local.binaries import ROOT
from shared.ids import new_id
from tests.support.processes import Processes
from tests.support.receiver import dripping
from tests.support.search_hands import a_guide
from tests.support.websites import Website, website

Json = dict[str, Any]
FINE = ("/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h")


@pytest.fixture
def running(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> Iterator[Processes]:
    """The library alone, and leave to open addresses of this machine."""
    given = {"SOURCE_ALLOW_LOOPBACK": "true", "SOURCE_TIMEOUT_S": "2"}
    processes = Processes(tmp_path, amqp_uri, mongo_uri, mongo_prefix, **given)
    processes.service("library")
    yield processes
    processes.end()


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as one:
        one.pages = dict.fromkeys(FINE, (200, ""))
        yield one


def publish(running: Processes, slug: str, *urls: str, **fields: Any) -> None:
    named = [{"name": f"Source {number}", "url": url} for number, url in enumerate(urls, start=1)]
    guide = a_guide(slug, source=named, **fields)
    running.calls.call("library", "publish_guide", command_id=new_id(), guide=guide, actor="seed")


def check(running: Processes, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run the command of an operator as `make` does."""
    return subprocess.run(
        [sys.executable, "-m", "services.library_sources", *arguments],
        cwd=ROOT,
        env=os.environ | running.environment | given,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def known(running: Processes) -> dict[str, str]:
    rows = running.db("library")["sources"].find({})
    return {row["_id"]: f"{row['outcome']} {row['code']}" for row in rows}


def stated(running: Processes) -> list[Json]:
    rows = running.db("library")["commits"].find({"events.type": "guide.source_broken"})
    return [event["data"] for row in rows.sort("order", 1) for event in row["events"]]


def troubles(running: Processes) -> list[Json]:
    found: list[Json] = running.calls.call("library", "sources_in_trouble")
    return found


def test_what_is_gone_is_told_once_and_what_moved_comes_with_its_new_address(
    running: Processes, site: Website
) -> None:
    at = site.url
    site.pages |= {"/old": (301, "/older"), "/older": (308, f"{at}/a"), "/now": (302, "/a")}
    site.pages |= {"/gone": (410, ""), "/shy": (200, ""), "/cut": (200, ""), "/bot": (403, "")}
    site.head |= {"/shy": (405, ""), "/cut": (0, "")}
    publish(running, "one", f"{at}/old", f"{at}/gone", f"{at}/now", f"{at}/bot", f"{at}/é#part")
    publish(running, "two", f"{at}/shy", f"{at}/cut", kind="form", form_url=f"{at}/form")
    publish(running, "fine", *(at + path for path in FINE))
    first = check(running)
    assert first.returncode == 0, first.stderr
    assert f"moved       200 {at}/old {at}/a" in first.stdout
    assert "broken: 3" in first.stdout
    outcomes = known(running)
    assert outcomes[f"{at}/gone"] == "gone 410"
    assert outcomes[f"{at}/form"] == outcomes[f"{at}/é#part"] == "gone 404"
    assert outcomes[f"{at}/bot"] == "unclear 403"
    assert {outcomes[at + path] for path in ("/now", "/shy", "/cut", "/a")} == {"ok 200"}
    told = [(one["slug"], one["outcome"], one["moved_to"]) for one in troubles(running)]
    assert told == [
        ("one", "gone", ""),
        ("one", "gone", ""),
        ("two", "gone", ""),
        ("one", "moved", f"{at}/a"),
    ]
    once = stated(running)
    assert sorted((one["guide"], one["source"]) for one in once) == [
        ("one", 2),
        ("one", 5),
        ("two", 0),
    ]
    check(running)
    assert stated(running) == once
    assert site.most_at_once == 1, "one address of a host at a time"
    site.pages |= {"/gone": (200, ""), "/form": (200, ""), "/%C3%A9": (200, "")}
    assert "broken: 0" in check(running).stdout
    assert [one["outcome"] for one in troubles(running)] == ["moved"]


def test_without_a_way_out_nothing_is_broken_and_a_withdrawn_guide_is_forgotten(
    running: Processes,
) -> None:
    shut = f"http://127.0.0.1:{ports.free_port()}/x"
    publish(running, "one", shut, "https://nowhere.invalid/y")
    for _ in range(4):
        said = check(running).stdout
    assert "counted against none of them" in said
    assert set(known(running).values()) == {"unreachable not_reached", "unreachable no_such_host"}
    assert (troubles(running), stated(running)) == ([], [])
    running.calls.call(
        "library", "withdraw_guide", command_id=new_id(), slug="one", lang="en", actor="seed"
    )
    assert "sources: 0" in check(running).stdout
    assert known(running) == {}


def test_what_is_silent_on_a_third_day_is_stated_once(running: Processes, site: Website) -> None:
    shut = f"http://127.0.0.1:{ports.free_port()}/x"
    publish(running, "one", shut)
    publish(running, "fine", *(site.url + path for path in FINE))
    assert "broken: 0" in check(running).stdout
    days = {"$set": {"silent_on": ["2026-01-01", "2026-01-02"]}}
    running.db("library")["sources"].update_one({"_id": shut}, days)
    for _ in range(2):
        assert "broken: 1" in check(running).stdout
        assert stated(running) == [{"guide": "one", "lang": "en", "source": 1, "is_gone": False}]


def test_no_redirect_leads_inside_in_circles_or_on_without_end(
    running: Processes, site: Website
) -> None:
    at = site.url
    for number in range(20):
        site.pages[f"/long{number}"] = (302, f"/long{number + 1}")
    site.pages |= {"/circle": (301, "/circle"), "/nowhere": (302, "")}
    site.pages |= {"/inside": (302, "http://10.0.0.1/"), "/meta": (301, "//169.254.169.254/x")}
    site.pages |= {
        "/file": (302, "file:///etc/passwd"),
        "/odd": (302, "http://[::1"),
        "/user": (302, "https://a:b@example.org/"),
        "/port": (302, "//example.org:22/"),
    }
    names = ("/inside", "/meta", "/file", "/odd", "/user", "/port")
    with dripping() as slow:
        publish(running, "odd", *(at + name for name in names))
        publish(running, "more", f"{at}/circle", f"{at}/long0", f"{at}/nowhere", slow)
        publish(running, "fine", *(at + path for path in FINE))
        done = check(running)
    assert done.returncode == 0, done.stderr
    outcomes = known(running)
    assert {outcomes[at + name] for name in names} == {"unreachable address_refused"}
    assert outcomes[f"{at}/circle"] == outcomes[f"{at}/long0"] == "unclear too_many_redirects"
    assert outcomes[f"{at}/nowhere"] == "unclear 302"
    assert outcomes[slow] == "unreachable timeout"
    assert stated(running) == []
    closed = check(running, SOURCE_ALLOW_LOOPBACK="false")
    assert set(known(running).values()) == {"unreachable address_refused"}
    assert "broken: 0" in closed.stdout


def test_the_command_says_what_is_wrong_in_one_line(running: Processes) -> None:
    assert check(running, "now").stderr == "usage: python -m services.library_sources\n"
    gone = "mongodb://127.0.0.1:1/?replicaSet=rs0&serverSelectionTimeoutMS=300"
    lost = check(running, MONGO_URI=gone)
    assert lost.returncode == 1
    assert lost.stderr.startswith("no connection to MongoDB")
    assert len(lost.stderr.splitlines()) == 1
