"""What people bring is on disk before they are told so, whatever is down, and arrives once."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from pymongo import WriteConcern

from infra.local.components import Mongod
from portal.intake import ClaimDraft
from shared.errors import Unavailable
from shared.messaging.topology import Subscription
from shared.settings import Settings
from tests.support.intake_hands import (
    accepted_ids,
    back_in_mongo,
    intake_for,
    rows,
    settings_for,
    spooled_home,
    tip,
)

SUBMITTED = Subscription("reader", "portal", "tip.submitted")


@pytest.fixture
def settings(mongo_uri: str, mongo_prefix: str, tmp_path: Path) -> Settings:
    return settings_for(mongo_uri, mongo_prefix, tmp_path)


@pytest.fixture
def own(own_mongod: Mongod, tmp_path: Path) -> Settings:
    """Settings for a database server that the test may kill and freeze."""
    return settings_for(own_mongod.uri, "t", tmp_path)


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
            await back_in_mongo(intake, "c-07")
            assert (await intake.accept([tip()], None, "c-21")).where == "mongo"
            await spooled_home(intake)

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
