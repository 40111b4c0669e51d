"""Figures of a journey played on the real broker, database and registry equal those of the hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.referrals.store import Courses, Ledger
from services.referrals.tallying import KINDS, Tallying
from shared.clock import now
from shared.errors import Invalid
from shared.messaging import Received
from shared.messaging.envelope import decode, encode, envelope
from shared.storage import Streams
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call

Json = dict[str, Any]
LEGAL = "legal_assistance"
BRIDGE, LAKE = hands.agency("Bridge casework"), hands.agency("Lake law")
#: By hand: eleven clients ask for a lawyer. Lake Legal says no to five, whom nobody else can help,
#: and yes to six, and begins with five of them.
ASKED, DECLINED, BEGUN = 11, 5, 5
THIS_MONTH = now().strftime("%Y-%m")


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    names = ["Bridge casework", "Lake law"]
    with hands.a_town(tmp_path_factory.mktemp("figures"), where, names) as town:
        for count in range(ASKED):
            a_client(town, declined=count < DECLINED, begun=count < DECLINED + BEGUN)
        figures_when(town, lambda told: told["total"]["unmet"] == DECLINED)
        yield town


def a_client(town: Town, declined: bool, begun: bool) -> None:
    """Ask for a lawyer, be taken on by a case manager, and get an answer."""
    stream, _, _ = hands.ask_for_help(town, [LEGAL])
    offer = hands.offer_to(town, BRIDGE, "case_management", stream)
    hands.answer(town, "accept", offer, BRIDGE)
    hands.act(town, "start", stream, BRIDGE, referral=offer["referral"])
    offer = hands.offer_to(town, LAKE, LEGAL, stream)
    if declined:
        hands.answer(town, "decline", offer, LAKE, reason="not_eligible")
        return
    hands.answer(town, "accept", offer, LAKE)
    if begun:
        hands.act(town, "start", stream, LAKE, referral=offer["referral"])


def figures_when(town: Town, is_so: Any, agency: str = COORDINATOR, **filters: str) -> Json:
    """Return the figures of the need as soon as they are so."""
    told: Json = eventually(
        lambda: call(town, "figures", agency=agency, **{"need": LEGAL, **filters}), is_so
    )
    return told


def test_figures_of_the_journey_are_those_counted_by_hand(running: Town) -> None:
    told = figures_when(running, lambda told: told["total"]["started"] == BEGUN)
    total = told["total"]
    assert (total["asked"], total["answered"], total["accepted"]) == (10, 10, 5)
    assert (total["started"], total["bounces"], total["unmet"]) == (BEGUN, DECLINED, DECLINED)
    assert (total["answer_median"], total["answer_p90"]) == (5, 5)  # seconds, rounded up
    (by_month,) = call(running, "figures", agency=COORDINATOR, need=LEGAL, split="month")["rows"]
    assert (by_month["group"], by_month["asked"]) == (THIS_MONTH, 10)
    mine = call(running, "figures", agency=LAKE)
    assert (mine["of"], mine["total"]["asked"], mine["total"]["bounces"]) == ("offers", 10, 5)
    assert call(running, "figures", agency=hands.agency("Star beds"))["total"]["asked"] is None
    assert call(running, "figures", agency=COORDINATOR, last="2020-01")["total"]["asked"] is None


def test_a_quarter_and_a_ledger_are_those_counted_by_hand(running: Town) -> None:
    figures_when(running, lambda told: told["total"]["started"] == BEGUN)
    quarter = f"{THIS_MONTH[:4]}-Q{(int(THIS_MONTH[5:]) + 2) // 3}"
    asked = {"quarter": quarter, "style": "ovc"}
    told = call(running, "quarter_tables", agency=COORDINATOR, **asked)["rows"]
    counts = {(row["table"], row["code"]): row["count"] for row in told}
    assert counts["clients", "served"] == counts["clients", "new"] == ASKED
    assert counts["clients_by_service", LEGAL] == counts["services_begun", LEGAL] == BEGUN
    assert counts["clients_by_service", "case_management"] == ASKED
    own = call(running, "quarter_tables", agency=LAKE, **asked)["rows"]
    assert own[0] == {"table": "clients", "code": "served", "count": BEGUN}
    months = {"first": THIS_MONTH, "last": THIS_MONTH}
    rows = call(running, "client_months", agency=COORDINATOR, **months)
    assert len([row for row in rows if row["agency"] == BRIDGE]) == ASKED
    assert len([row for row in rows if row["agency"] == LAKE]) == ASKED - DECLINED
    assert call(running, "client_months", agency=LAKE, **months) == [
        row for row in rows if row["agency"] == LAKE
    ]
    streams = {row["_id"] for row in running.db("referrals")["states"].find({}, {"_id": 1})}
    assert not any(stream in str(rows) for stream in streams)


def test_events_told_again_and_rows_made_again_give_the_same_figures(running: Town) -> None:
    before = figures_when(running, lambda told: told["total"]["started"] == BEGUN)
    courses, commits = (running.db("referrals")[name] for name in ("courses", "commits"))
    rows = facts_by_need(courses)
    commits.update_many({}, {"$set": {"published": False}})  # every event is published again
    eventually(lambda: commits.count_documents({"published": False}), lambda n: n == 0)
    again = as_an_operator(running)
    assert (again.returncode, again.stdout) == (0, f"figures made again: {2 * ASKED} needs\n")
    assert facts_by_need(courses) == rows
    courses.delete_many({})  # nobody is told less than what happened
    eventually(lambda: courses.count_documents({"is_whole": True}), lambda n: n == 1)
    assert facts_by_need(courses) == rows
    assert call(running, "figures", agency=COORDINATOR, need=LEGAL) == before


@pytest.mark.parametrize("seed", range(8))
def test_any_order_and_repeats_from_two_instances_make_the_same_rows(
    running: Town, seed: int
) -> None:
    figures_when(running, lambda told: told["total"]["started"] == BEGUN)
    chance = Random(seed)
    happened = everything(running)
    happened += chance.choices(happened, k=len(happened) // 2)
    chance.shuffle(happened)
    terms: Any = None
    ledger = Ledger(Streams(running.db("referrals"), now), now, terms)
    place = running.db(f"shuffled{seed}")
    instances = [Tallying(ledger, Courses(place), now, COORDINATOR) for _ in range(2)]
    cuts = [happened[at : at + 7] for at in range(0, len(happened), 7)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda at: instances[at % 2].heard(cuts[at]), range(len(cuts))))
    kept = facts_by_need(running.db("referrals")["courses"])
    assert facts_by_need(place["courses"]) == kept
    assert len(kept) == 2 * ASKED


def test_how_agencies_answered_is_counted_within_the_time_asked_for(running: Town) -> None:
    figures_when(running, lambda told: told["total"]["started"] == BEGUN)
    courses = Courses(running.db("referrals"))
    told = {row[:2]: row[2:] for row in courses.answers(now() - timedelta(days=1))}
    assert told == {
        (LEGAL, LAKE): (ASKED, ASKED - DECLINED),
        ("case_management", BRIDGE): (ASKED, ASKED),
    }
    assert list(courses.answers(now() + timedelta(days=1))) == []


def test_an_operator_compares_other_weights_with_the_past(running: Town, tmp_path: Path) -> None:
    figures_when(running, lambda told: told["total"]["started"] == BEGUN)
    other = tmp_path / "other.yaml"
    other.write_text("area_match: 1\n")
    done = as_an_operator(running, "services.ranking_compared", str(other))
    assert (done.returncode, done.stderr) == (0, "")
    found = {line.split("  ")[0]: line.split() for line in done.stdout.splitlines()}
    assert found["case_management"][1:3] == [str(ASKED), "0"]
    assert found[LEGAL][1:3] == [str(ASKED - DECLINED), "0"]
    other.write_text("nearness: 1\n")
    refused = as_an_operator(running, "services.ranking_compared", str(other))
    assert (refused.returncode, refused.stdout) == (78, "")
    assert refused.stderr.startswith("MATCHING_WEIGHTS: other.yaml: nearness")
    assert refused.stderr.count("\n") == 1


def as_an_operator(town: Town, *command: str) -> subprocess.CompletedProcess[str]:
    """Make the figures again as `make figures` does, or run another command."""
    return subprocess.run(
        [sys.executable, "-m", *(command or ("services.figures_again",))],
        env=os.environ | town.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def everything(town: Town) -> list[Received[Any]]:
    """Return every event that figures are made of, as the broker would bring it."""
    return [
        decode(encode(envelope("referrals", commit, at, 1)))[0]
        for commit in town.db("referrals")["commits"].find()
        for at, one in enumerate(commit["events"])
        if one["type"] in KINDS
    ]


def facts_by_need(courses: Any) -> dict[str, Any]:
    """Return the rows, their facts as sets."""
    return {
        row["_id"]: {**row, "facts": {tuple(sorted(fact.items())) for fact in row.get("facts", ())}}
        for row in courses.find({"stream": {"$exists": True}})
    }


@pytest.mark.parametrize(
    ("method", "field"),
    [
        *(("figures", name) for name in ("agency", "first", "last", "area", "need", "split")),
        *(("quarter_tables", name) for name in ("agency", "quarter", "style")),
        *(("client_months", name) for name in ("agency", "first", "last")),
    ],
)
def test_hostile_arguments_are_named(running: Town, method: str, field: str) -> None:
    good: dict[str, dict[str, str]] = {
        "figures": {},
        "quarter_tables": {"quarter": "2026-Q1", "style": "otip"},
        "client_months": {"first": "2026-01", "last": "2026-02"},
    }
    hostile: list[Any] = [{"$gt": ""}, ["2026-01"], "x" * 5000, 7, "\x00", "2026-13", "=1+1"]
    for odd in hostile:
        if field == "agency" and odd == "2026-13":
            continue  # an id, of an agency with nothing to tell
        with pytest.raises(Invalid) as refused:
            call(running, method, **{"agency": COORDINATOR, **good[method], field: odd})
        assert refused.value.field == field, odd
