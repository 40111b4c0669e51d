"""What people bring is on disk before they are told so, whatever is down, and arrives once."""

from __future__ import annotations

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient, WriteConcern

from infra.local.components import Mongod, RabbitMQ
from portal.intake import ClaimDraft, Intake
from portal.spool import Spool
from shared.errors import Invalid, Unavailable
from shared.events.doors import TipSubmitted
from shared.ids import new_id
from shared.messaging.envelope import decode
from shared.messaging.topology import Subscription, close_socket, declare, open_connection
from shared.settings import Settings, load
from tests.support.programs import Programs, until

Document = dict[str, Any]
SUBMITTED = Subscription("reader", "portal", "tip.submitted")


def tip(claim: str = "") -> TipSubmitted:
    return TipSubmitted(tip=new_id(), claim=claim)


@pytest.fixture
def settings(mongo_uri: str, mongo_prefix: str, tmp_path: Path) -> Settings:
    return settings_for(mongo_uri, mongo_prefix, tmp_path)


def settings_for(mongo_uri: str, prefix: str, folder: Path, **more: str) -> Settings:
    given = {"MONGO_URI": mongo_uri, "MONGO_PREFIX": prefix, "SPOOL_DIR": str(folder / "spool")}
    return load(given | more)


@pytest.fixture
def own(own_mongod: Mongod, tmp_path: Path) -> Settings:
    """Settings for a database server that the test may kill and freeze."""
    return settings_for(own_mongod.uri, "t", tmp_path)


@asynccontextmanager
async def intake_for(settings: Settings) -> AsyncIterator[Intake]:
    intake = Intake(settings, Spool(settings.spool_dir))
    intake.start()
    try:
        yield intake
    finally:
        await intake.close()


def rows(settings: Settings, program: str, collection: str) -> list[Document]:
    with MongoClient[Document](settings.mongo_uri) as client:
        return list(
            client[f"{settings.mongo_prefix}_{program}"][collection].find().sort("order", 1)
        )


def accepted_ids(settings: Settings) -> list[str]:
    return [row["_id"] for row in rows(settings, "portal", "commits")]


async def spooled_home(intake: Intake, seconds: float = 60.0) -> None:
    """Wait until the spool is empty."""
    deadline = time.monotonic() + seconds
    while intake.spool.waiting():
        assert time.monotonic() < deadline, "the spool is not forwarded"
        await asyncio.sleep(0.05)


def test_what_is_accepted_is_a_commit_with_its_claim_beside_it(settings: Settings) -> None:
    async def bring() -> None:
        async with intake_for(settings) as intake:
            claim = ClaimDraft("claim-1", "tip", {"locator": "l"}, b"sealed")
            accepted = await intake.accept([tip("claim-1"), tip("claim-1")], claim, "command-1")
            assert accepted.where == "mongo"

    asyncio.run(bring())
    (commit,) = rows(settings, "portal", "commits")
    assert (commit["_id"], commit["version"], commit["published"]) == ("command-1", 1, False)
    assert [one["type"] for one in commit["events"]] == ["tip.submitted"] * 2
    (claim,) = rows(settings, "claims", "claims")
    assert (claim["_id"], claim["box"], claim["private"]) == (
        "claim-1",
        b"sealed",
        {"locator": "l"},
    )


def test_the_same_command_twice_is_one(settings: Settings) -> None:
    async def bring() -> None:
        async with intake_for(settings) as intake:
            claim = ClaimDraft("claim-1", "tip", {}, b"first")
            again = ClaimDraft("claim-1", "tip", {}, b"second")
            both = (intake.accept([tip()], one, "command-1") for one in (claim, again, claim))
            assert [one.where for one in await asyncio.gather(*both)] == ["mongo"] * 3

    asyncio.run(bring())
    assert accepted_ids(settings) == ["command-1"]
    assert len(rows(settings, "claims", "claims")) == 1


def test_many_at_once_are_all_kept(settings: Settings) -> None:
    async def bring() -> None:
        async with intake_for(settings) as intake:
            calls = (intake.accept([tip()], None, f"c-{n:04d}") for n in range(500))
            await asyncio.gather(*calls)

    asyncio.run(bring())
    assert sorted(accepted_ids(settings)) == [f"c-{n:04d}" for n in range(500)]


def test_with_the_database_down_the_spool_takes_it_and_forwards_it_once_in_order(
    own: Settings, own_mongod: Mongod
) -> None:
    async def bring() -> None:
        async with intake_for(own) as intake:
            await intake.accept([tip()], None, "c-00")
            own_mongod.kill9()
            began = time.monotonic()
            for number in range(1, 21):
                claim = ClaimDraft(f"claim-{number:02d}", "tip", {}, b"sealed")
                accepted = await intake.accept([tip()], claim, f"c-{number:02d}")
                assert accepted.where == "spool"
            assert time.monotonic() - began < 20, "only the first has to wait for the database"
            assert (await intake.accept([tip()], None, "c-05")).where == "spool"
            await asyncio.to_thread(own_mongod.start)
            await spooled_home(intake)
            assert (await intake.accept([tip()], None, "c-07")).where == "mongo"
            assert (await intake.accept([tip()], None, "c-21")).where == "mongo"

    asyncio.run(bring())
    assert accepted_ids(own) == [f"c-{n:02d}" for n in range(22)]
    assert len(rows(own, "claims", "claims")) == 20


def test_with_the_database_frozen_nothing_is_lost_or_doubled(
    own: Settings, own_mongod: Mongod
) -> None:
    """What was under way when it froze may be in both places; it is one all the same."""

    async def bring() -> None:
        async with intake_for(own) as intake:
            await intake.accept([tip()], None, "c-00")
            own_mongod.freeze()
            calls = (intake.accept([tip()], None, f"c-{n:02d}") for n in range(1, 30))
            found = await asyncio.gather(*calls)
            assert {one.where for one in found} == {"spool"}
            own_mongod.thaw()
            await spooled_home(intake)

    asyncio.run(bring())
    assert accepted_ids(own) == [f"c-{n:02d}" for n in range(30)]


def test_with_the_database_back_the_spool_rests(own: Settings, own_mongod: Mongod) -> None:
    async def bring() -> None:
        async with intake_for(own) as intake:
            own_mongod.kill9()
            assert (await intake.accept([tip()], None, "c-1")).where == "spool"
            await asyncio.to_thread(own_mongod.start)
            deadline = time.monotonic() + 60
            number = 1
            while (await intake.accept([tip()], None, f"d-{number}")).where != "mongo":
                assert time.monotonic() < deadline
                number += 1
            await spooled_home(intake)

    asyncio.run(bring())
    assert "c-1" in accepted_ids(own)


def test_a_write_the_majority_did_not_confirm_goes_to_the_spool(settings: Settings) -> None:
    """A replica set of one has no second member, so this write can never be confirmed."""

    async def bring() -> None:
        async with intake_for(settings) as intake:
            intake.commits = intake.commits.with_options(write_concern=WriteConcern(w=2))
            assert (await intake.accept([tip()], None, "c-1")).where == "spool"

    asyncio.run(bring())


def test_with_no_disk_to_take_it_the_person_is_told(own: Settings, own_mongod: Mongod) -> None:
    async def bring() -> None:
        async with intake_for(own) as intake:
            own_mongod.kill9()
            intake.spool.folder.rmdir()
            intake.spool.folder.write_text("a file, where the folder should be")
            with pytest.raises(Unavailable, match="please call"):
                await intake.accept([tip()], None, "c-1")
            intake.spool.folder.unlink()
            intake.spool.folder.mkdir()
            assert (await intake.accept([tip()], None, "c-1")).where == "spool"

    asyncio.run(bring())


def test_a_process_that_ended_is_followed_by_one_that_forwards(
    own: Settings, own_mongod: Mongod
) -> None:
    async def bring() -> None:
        async with intake_for(own) as intake:
            own_mongod.kill9()
            for number in range(5):
                await intake.accept([tip()], None, f"c-{number}")
        (own.spool_dir / "0-half-written.draft").write_bytes(b"half")
        own_mongod.start()
        async with intake_for(own) as next_one:
            await spooled_home(next_one)

    asyncio.run(bring())
    assert accepted_ids(own) == [f"c-{n}" for n in range(5)]


@pytest.mark.parametrize("content", [b"", b"not bson", b"\x05\x00\x00\x00\x00", os.urandom(300)])
def test_a_spooled_file_that_cannot_be_read_is_set_aside_and_the_others_go(
    settings: Settings, content: bytes
) -> None:
    async def bring() -> None:
        spool = Spool(settings.spool_dir)
        (spool.folder / "00000000000000000000-damaged.bson").write_bytes(content)
        async with intake_for(settings) as intake:
            command = intake._command([tip()], None, "c-1")
            spool.keep(command.commit, None)
            await spooled_home(intake)

    asyncio.run(bring())
    assert accepted_ids(settings) == ["c-1"]
    (kept,) = settings.spool_dir.glob("*.unreadable")
    assert kept.read_bytes() == content


def test_what_can_never_be_stored_is_refused_and_takes_nobody_along(settings: Settings) -> None:
    """Too large for MongoDB, or no text at all: both would fail for ever."""
    huge = ClaimDraft("claim-1", "tip", {}, b"x" * 17_000_000)
    broken = ClaimDraft("claim-2", "tip", {"locator": "\ud800"}, b"")

    async def bring() -> None:
        async with intake_for(settings) as intake:
            for turn in range(4):
                results = await asyncio.gather(
                    intake.accept([tip()], huge, f"huge-{turn}"),
                    intake.accept([tip()], None, f"fine-{turn}"),
                    intake.accept([tip()], broken, f"broken-{turn}"),
                    intake.accept([tip()], None, f"good-{turn}"),
                    return_exceptions=True,
                )
                assert [type(one).__name__ for one in results] == [
                    "Invalid",
                    "Accepted",
                    "Invalid",
                    "Accepted",
                ]
            assert (await intake.accept([tip()], None, "last")).where == "mongo"

    asyncio.run(bring())
    kept = {f"{kind}-{n}" for kind in ("fine", "good") for n in range(4)}
    assert set(accepted_ids(settings)) == kept | {"last"}


def test_what_fits_nowhere_is_refused_with_the_database_down(
    own: Settings, own_mongod: Mongod
) -> None:
    async def bring() -> None:
        async with intake_for(own) as intake:
            own_mongod.kill9()
            await intake.accept([tip()], None, "c-1")
            broken = ClaimDraft("claim-2", "tip", {"locator": "\ud800"}, b"")
            with pytest.raises(Invalid):
                await intake.accept([tip()], broken, "c-2")
            assert intake.spool.waiting() == 1

    asyncio.run(bring())


@pytest.mark.parametrize("command_id", ["../../escaped", "a/b", "x" * 5_000, "nul\0", ".", "é💔"])
def test_whatever_a_command_is_called_its_file_stays_in_the_spool(
    settings: Settings, command_id: str
) -> None:
    async def bring() -> None:
        async with intake_for(settings) as intake:
            command = intake._command([tip()], None, command_id)
            intake.spool.keep(command.commit, None)
            assert intake.spool.waiting() == 1
            await spooled_home(intake)

    asyncio.run(bring())
    assert accepted_ids(settings) == [command_id]
    assert {path.name for path in settings.spool_dir.parent.iterdir()} == {"spool"}


def test_spooled_files_are_for_this_user_only(settings: Settings, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "private")
    commit = {"_id": "c-1", "order": 5}
    spool.keep(commit, None)
    (path,) = spool.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700
    assert [row[1:] for row in spool.oldest(10)] == [(commit, None)]
    spool.drop(path.name)
    spool.drop(path.name)
    assert spool.waiting() == 0


@pytest.fixture
def programs(settings: Settings, tmp_path: Path) -> Iterator[Programs]:
    """Where the portal's relay can be run; its address is given when it is."""
    given = {"MONGO_URI": settings.mongo_uri, "MONGO_PREFIX": settings.mongo_prefix}
    with Programs(tmp_path, given) as made:
        yield made


def test_a_frozen_or_dead_broker_is_not_noticed_and_each_arrives_once_it_is_back(
    settings: Settings, own_rabbitmq: RabbitMQ, programs: Programs
) -> None:
    declare(own_rabbitmq.uri, ["portal"], [SUBMITTED], 100)
    programs.start("shared.messaging.relay", "portal", AMQP_URI=own_rabbitmq.uri)

    async def bring() -> None:
        async with intake_for(settings) as intake:
            for number in range(30):
                if number == 10:
                    own_rabbitmq.freeze()
                if number == 20:
                    own_rabbitmq.kill9()
                accepted = await intake.accept([tip()], None, f"c-{number:02d}")
                assert accepted.where == "mongo"

    asyncio.run(bring())
    own_rabbitmq.start()
    told = {event["id"] for row in rows(settings, "portal", "commits") for event in row["events"]}
    assert len(told) == 30
    arrived: set[str] = set()

    def all_there() -> bool:
        connection = open_connection(own_rabbitmq.uri)
        try:
            channel = connection.channel()
            while message := channel.basic_get(SUBMITTED.queue, no_ack=True):
                arrived.update(one.id for one in decode(message.body))
        finally:
            close_socket(connection)
        return arrived == told

    until(all_there)
