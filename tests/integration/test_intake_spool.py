"""The spool forwards what it can, sets aside what nobody can read, and stays in its folder."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.components import Mongod, RabbitMQ
from portal.intake import ClaimDraft
from portal.spool import Spool
from shared.errors import Invalid
from shared.messaging.envelope import decode
from shared.messaging.topology import Subscription, close_socket, declare, open_connection
from shared.settings import Settings
from tests.support.backbone import let_broker_save
from tests.support.intake_hands import (
    accepted_ids,
    intake_for,
    rows,
    settings_for,
    spooled_home,
    tip,
)
from tests.support.programs import Programs, until

SUBMITTED = Subscription("reader", "portal", "tip.submitted")


@pytest.fixture
def settings(mongo_uri: str, mongo_prefix: str, tmp_path: Path) -> Settings:
    return settings_for(mongo_uri, mongo_prefix, tmp_path)


@pytest.fixture
def own(own_mongod: Mongod, tmp_path: Path) -> Settings:
    """Settings for a database server that the test may kill and freeze."""
    return settings_for(own_mongod.uri, "t", tmp_path)


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
    let_broker_save()
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
