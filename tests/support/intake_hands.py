"""The portal's intake at work, and what it left behind in the stores."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from portal.intake import Intake
from portal.spool import Spool
from shared.events.doors import TipSubmitted
from shared.ids import new_id
from shared.settings import Settings, load

Document = dict[str, Any]


def tip(claim: str = "") -> TipSubmitted:
    return TipSubmitted(tip=new_id(), claim=claim)


def settings_for(mongo_uri: str, prefix: str, folder: Path, **more: str) -> Settings:
    given = {"MONGO_URI": mongo_uri, "MONGO_PREFIX": prefix, "SPOOL_DIR": str(folder / "spool")}
    return load(given | more)


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


async def back_in_mongo(intake: Intake, command_id: str, seconds: float = 60.0) -> None:
    """Send a command again and again until the intake's rest after a failure is over."""
    deadline = time.monotonic() + seconds
    while (await intake.accept([tip()], None, command_id)).where != "mongo":
        assert time.monotonic() < deadline, "the intake still keeps away from the database"
        await asyncio.sleep(0.05)


async def spooled_home(intake: Intake, seconds: float = 60.0) -> None:
    """Wait until the spool is empty."""
    deadline = time.monotonic() + seconds
    while intake.spool.waiting():
        assert time.monotonic() < deadline, "the spool is not forwarded"
        await asyncio.sleep(0.05)
