"""The library through the real broker and database: a guide is published once, read, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra.seed import guides as seed
from services.library.desk import EditorsDesk
from services.library.domain import Guide
from services.library.store import Guides
from shared.clock import now
from shared.errors import Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from shared.ids import new_id
from shared.storage.commits import Streams
from tests.support.hostile import check_refused_by_field
from tests.support.processes import Processes, eventually
from tests.support.search_hands import a_guide

Json = dict[str, Any]


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Processes]:
    """The library alone."""
    folder = tmp_path_factory.mktemp("library")
    processes = Processes(folder, module_amqp_uri, mongo_uri, module_mongo_prefix)
    processes.service("library")
    yield processes
    processes.end()


def call(running: Processes, method: str, **arguments: Any) -> Any:
    return running.calls.call("library", method, **arguments)


def publish(running: Processes, guide: Json, command_id: str = "") -> str:
    told = call(
        running, "publish_guide", command_id=command_id or new_id(), guide=guide, actor="seed"
    )
    return str(told["outcome"])


def stated(running: Processes, stream: str) -> list[str]:
    rows = running.db("library")["commits"].find({"stream": stream}).sort("version", 1)
    return [event["type"] for row in rows for event in row["events"]]


def test_a_guide_is_published_changed_withdrawn_and_published_again(running: Processes) -> None:
    first, stream = a_guide("bed"), "guide:bed:en"
    assert [publish(running, first), publish(running, first)] == ["published", "same"]
    assert publish(running, {**first, "title": "A bed"}) == "changed"
    told = call(running, "guide", slug="bed", lang="en")
    assert datetime.fromisoformat(told.pop("changed_at")).tzinfo is not None
    assert told == {**first, "title": "A bed", "id": stream, "version": 2}
    call(running, "withdraw_guide", command_id="w1", slug="bed", lang="en", actor="seed")
    with pytest.raises(NotFound):
        call(running, "guide", slug="bed", lang="en")
    assert publish(running, first) == "published"
    assert stated(running, stream) == [
        "guide.published",
        "guide.changed",
        "guide.withdrawn",
        "guide.published",
    ]


def test_one_command_sent_twice_is_one_change(running: Processes) -> None:
    guide = a_guide("twice")
    for _ in range(2):
        publish(running, guide, "command-1")
    for _ in range(2):
        call(running, "withdraw_guide", command_id="w2", slug="twice", lang="en", actor="seed")
    assert stated(running, "guide:twice:en") == ["guide.published", "guide.withdrawn"]


def test_what_is_not_published_cannot_be_withdrawn(running: Processes) -> None:
    with pytest.raises(IllegalMove):
        call(running, "withdraw_guide", command_id="w3", slug="never", lang="en", actor="seed")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": {"$gt": ""}}, "guide.title"),
        ({"body": "<script>alert(1)</script>"}, "guide.body"),
        ({"body": "x" * 20_001}, "guide.body"),
        ({"needs": ["a_boat"]}, "guide.needs"),
        ({"lang": "xx"}, "guide.lang"),
        ({"checked_on": "soon"}, "guide.checked_on"),
        ({"extra": 1}, "guide"),
    ],
)
def test_a_guide_that_does_not_fit_names_its_field(
    running: Processes, changes: Json, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        publish(running, a_guide("odd", **changes))
    assert refused.value.field == field


def test_hostile_arguments_are_refused_by_name(running: Processes) -> None:
    good: Json = {"command_id": "c", "slug": "bed", "lang": "en", "actor": "test"}
    check_refused_by_field(partial(call, running, "withdraw_guide"), good)
    check_refused_by_field(partial(call, running, "guide"), {"slug": "bed", "lang": "en"})
    good = {"command_id": "c", "guide": a_guide("bed"), "actor": "seed"}
    check_refused_by_field(partial(call, running, "publish_guide"), good)


def test_all_guides_are_read_page_by_page(running: Processes) -> None:
    for number in range(5):
        publish(running, a_guide(f"page-{number}"))
    seen, after = [], ""
    while True:
        page = call(running, "guides_after", after=after, size=2)
        seen += [one["id"] for one in page["guides"]]
        after = page["next"]
        if not after:
            break
    assert seen == sorted(set(seen))
    assert {f"guide:page-{number}:en" for number in range(5)} <= set(seen)
    wanted = ["guide:page-1:en", "guide:none:en", "guide:page-0:en"]
    told = call(running, "describe_guides", ids=wanted)
    assert [one["id"] for one in told] == ["guide:page-1:en", "guide:page-0:en"]


def test_the_seed_loaded_twice_changes_nothing_and_leaves_what_people_did(
    running: Processes,
) -> None:
    first = seed.load(running.calls, running.settings)
    assert first["published"] == len(list(seed.FOLDER.glob("*/*.md")))
    call(running, "withdraw_guide", command_id="w4", slug="t-visa", lang="es", actor="seed")
    before = running.db("library")["commits"].count_documents({})
    second = seed.load(running.calls, running.settings)
    assert second == {"published": 0, "changed": 0, "same": first["published"]}
    assert running.db("library")["commits"].count_documents({}) == before
    body = call(running, "guide", slug="t-visa", lang="en")["body"]
    assert "{hotline_phone}" in body


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("no front matter at all", "front matter"),
        ("---\n[broken: yaml\n---\nwords", "not YAML"),
        ("---\njust words\n---\nwords", "without fields"),
    ],
)
def test_a_seed_file_that_does_not_fit_is_named(
    running: Processes, tmp_path: Path, text: str, rule: str
) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "broken.md").write_text(text)
    with pytest.raises(Invalid, match=r"broken\.md") as refused:
        seed.load(running.calls, running.settings, tmp_path)
    assert rule in refused.value.rule


def step(running: Processes, method: str, actor: str, **arguments: Any) -> Any:
    return call(running, method, command_id=new_id(), actor=actor, **arguments)


def test_a_draft_is_published_by_a_second_person_and_every_version_is_kept(
    running: Processes,
) -> None:
    of: Json = {"slug": "by-people", "lang": "en"}
    for number, title in enumerate(("First", "Second"), start=1):
        text = {**a_guide("by-people"), "title": title}
        told = step(running, "write_draft", "ana", guide=text, revision=number - 1)
        with pytest.raises(Conflict):
            step(running, "write_draft", "ben", guide=text, revision=number - 1)
        of["revision"] = told["revision"]
        step(running, "send_for_review", "ana", **of)
        with pytest.raises(NotAllowed):
            step(running, "approve_draft", "ana", **of)
        assert step(running, "approve_draft", "ben", **of)["phase"] == "published"
    assert call(running, "guide", slug="by-people", lang="en")["title"] == "Second"
    versions = call(running, "resource_versions", slug="by-people", lang="en")
    kept = [(one["number"], one["guide"]["title"], one["approved_by"]) for one in versions]
    assert kept == [(1, "First", "ben"), (2, "Second", "ben")]
    assert [one["hands"] for one in versions] == [["ana"], ["ana"]]
    assert publish(running, a_guide("by-people")) == "same", "the seed leaves it alone"


def test_a_translation_keeps_which_english_it_was_made_from(running: Processes) -> None:
    publish(running, a_guide("spoken"))
    spanish = a_guide("spoken", "es", translation="reviewed", title="Una cama")
    told = step(running, "write_draft", "ana", guide=spanish, revision=0)
    publish(running, a_guide("spoken", title="Another bed"))
    of: Json = {"slug": "spoken", "lang": "es", "revision": told["revision"]}
    step(running, "send_for_review", "ana", **of)
    step(running, "approve_draft", "ben", **of)
    assert call(running, "guide", slug="spoken", lang="es")["translated_from"] == 1
    of["revision"] = 1
    with pytest.raises(Invalid, match="translated_from"):
        step(running, "write_draft", "ana", guide={**spanish, "translated_from": 3}, revision=1)
    step(running, "write_draft", "ana", guide={**spanish, "translated_from": 2}, revision=1)


def test_a_draft_never_leaves_through_the_readers_door(running: Processes) -> None:
    step(running, "write_draft", "ana", guide=a_guide("secret"), revision=0)
    with pytest.raises(NotFound):
        call(running, "guide", slug="secret", lang="en")
    assert call(running, "describe_guides", ids=["guide:secret:en"]) == []
    told = call(running, "guides_after", after="guide:secres", size=500)
    assert "secret" not in {one["slug"] for one in told["guides"]}
    assert call(running, "resource", slug="secret", lang="en")["phase"] == "draft"
    page = call(running, "resources_after", after="", size=500)
    assert "guide:secret:en" in {one["id"] for one in page["resources"]}


def test_a_draft_does_not_change_when_a_guide_was_published(running: Processes) -> None:
    publish(running, a_guide("quiet"))
    before = call(running, "guide", slug="quiet", lang="en")["changed_at"]
    eventually(lambda: datetime.now(UTC) - datetime.fromisoformat(before) > timedelta(seconds=1))
    step(running, "write_draft", "ana", guide=a_guide("quiet", title="New"), revision=0)
    assert call(running, "guide", slug="quiet", lang="en")["changed_at"] == before
    page = call(running, "guides_after", after="guide:quiet", size=1)["guides"]
    assert [one["changed_at"] for one in page] == [before]


def test_what_is_overdue_is_listed_and_stated_once(running: Processes) -> None:
    old = {**a_guide("old"), "checked_on": "2020-01-01", "review_by": "2020-07-01"}
    publish(running, old)
    due = {one["id"]: one["standing"] for one in call(running, "due_guides")}
    assert due["guide:old:en"] == "overdue"
    eventually(lambda: "guide.review_due" in stated(running, "guide:old:en"))
    assert stated(running, "guide:old:en") == ["guide.published", "guide.review_due"]


def test_due_is_stated_ahead_and_overdue_after_and_each_once(running: Processes) -> None:
    streams = Streams(running.db("library_by_days"), now)
    streams.prepare()
    fields = {**a_guide("aging"), "checked_on": "2039-01-01", "review_by": "2040-07-01"}
    Guides(streams).publish(msgspec.convert(fields, Guide), cause="c1", actor="seed")
    told: list[int] = []
    for month in (5, 6, 6, 7, 8, 8):
        EditorsDesk(streams).state_due(date(2040, month, 15))
        rows = list(streams.history("guide:aging:en"))
        told.append(sum(one["type"] == "guide.review_due" for row in rows for one in row["events"]))
    assert told == [0, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("method", ["send_for_review", "approve_draft", "send_back"])
def test_hostile_moves_are_refused_by_field(running: Processes, method: str) -> None:
    good: Json = {"command_id": "c", "slug": "bed", "lang": "en", "revision": 0, "actor": "ana"}
    more = {"reason": "other"} if method == "send_back" else {}
    send = partial(call, running, method)
    check_refused_by_field(send, {**good, **more}, not_tried=frozenset({"revision"}))
    for hostile in ("0", -1, None, 10**9, {"$gt": 0}):
        with pytest.raises(Invalid, match="revision"):
            send(**{**good, **more, "revision": hostile})


def test_only_the_seed_publishes_without_a_second_person(running: Processes) -> None:
    with pytest.raises(Invalid, match="actor"):
        step(running, "publish_guide", "ana", guide=a_guide("alone"))
