"""Needs asked for become counts through the real broker, database and registry."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import Invalid, NotAllowed
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call


def test_needs_are_counted_once_and_told_to_the_coordinator_only(
    tmp_path: Any, module_amqp_uri: str, mongo_uri: str, module_mongo_prefix: str
) -> None:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    with hands.a_town(tmp_path, where, ["Bridge casework", "Lake law"]) as town:
        for _ in range(6):
            hands.ask_for_help(town, ["legal_assistance"])
        hands.ask_for_help(town, ["legal_assistance"], language="vi")
        asked = town.db("referrals")["asked"]
        legal = {"need_type": "legal_assistance"}
        eventually(lambda: asked.count_documents(legal), lambda n: n == 7)
        told = town.db("referrals")["commits"]
        told.update_many({}, {"$set": {"published": False}})  # every event is published again
        marker = hands.ask_for_help(town, ["legal_assistance"], area="XS-hill")[0]
        eventually(lambda: asked.count_documents(legal), lambda n: n == 8)
        hands.seen(town, marker)
        eventually(lambda: told.count_documents({"published": False}), lambda n: n == 0)
        rows = call(town, "gaps", agency=COORDINATOR, need="legal_assistance")
        assert [(row["asked"], row["unmet"]) for row in rows] == [(10, None)]
        assert [(row["could_answer"], row["with_room"]) for row in rows] == [(1, 0)]
        asked.delete_many({})  # the report can be made again from what happened
        eventually(lambda: asked.count_documents(legal), lambda n: n == 8)
        assert call(town, "gaps", agency=COORDINATOR, need="legal_assistance") == rows
        split = call(town, "gaps", agency=COORDINATOR, need="legal_assistance", split="language")
        assert [(row["group"], row["asked"]) for row in split] == [("es", None), ("vi", None)]
        assert call(town, "gaps", agency=COORDINATOR, last="2020-01") == []
        is_refused(town)
        assert not {"stream", "client"} & set(asked.find_one(legal) or {"stream": new_id()})


def is_refused(town: Town) -> None:
    """What is no filter, and who does not coordinate, get a clear answer."""
    with pytest.raises(NotAllowed):
        call(town, "gaps", agency=hands.agency("Lake law"))
    hostile: list[Any] = [{"$gt": ""}, ["2026-01"], "x" * 5000, 7]
    for first in hostile:
        with pytest.raises(Invalid):
            call(town, "gaps", agency=COORDINATOR, first=first)
