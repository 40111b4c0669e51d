"""Grant tables of a quarter and the ledger of client-months, against what was counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.courses import Course, Fact
from services.referrals.grants import NOT_COLLECTED, STYLES, TABLES, ledger, quarter
from services.referrals.small_counts import SMALLEST
from shared.errors import Invalid
from shared.vocabulary import AGE_GROUPS, GENDERS, ORIGINS
from tests.support.figure_samples import NOW, course, moves, tallying
from tests.support.hostile import NO_ID
from tests.support.staff_network import BRIDGEWATER, HARBOR_LIGHT, NORTH_STAR

JANUARY = datetime(2026, 1, 10, tzinfo=UTC)
Json = dict[str, Any]


def given_to(stream: str, at: datetime, agency: str = NORTH_STAR, **codes: Any) -> Course:
    """Return a need whose service began at a moment and goes on, or ended after `days`."""
    days = codes.pop("days", None)
    name = f"{stream}-{codes.get('need_type', 'safety')}-{agency[-4:]}"
    facts = moves(name, agency, at, offered=-2, accepted=-1, started=0)
    if days is not None:
        facts.append(Fact("completed", at + timedelta(days=days), name, agency))
    return course(codes.pop("need_type", "safety"), at, stream, *facts, **codes)


def counts(told: Json) -> dict[tuple[str, str], int | None]:
    return {(row["table"], row["code"]): row["count"] for row in told["rows"]}


def test_clients_are_served_new_and_continuing() -> None:
    old = [given_to(f"old{n}", JANUARY - timedelta(days=60)) for n in range(6)]
    gone = [given_to(f"gone{n}", JANUARY - timedelta(days=60), days=9) for n in range(9)]
    back = [given_to(f"gone{n}", JANUARY, need_type="legal_assistance") for n in range(5)]
    new = [given_to(f"new{n}", JANUARY, gender="man") for n in range(7)]
    later = [given_to(f"later{n}", JANUARY + timedelta(days=100)) for n in range(5)]
    told = counts(quarter([*old, *gone, *back, *new, *later], "2026-Q1", "ovc", NOW))
    assert told["clients", "served"] == 18
    assert (told["clients", "new"], told["clients", "continuing"]) == (7, 11)
    assert (told["gender", "man"], told["gender", "woman"]) == (7, 11)
    assert told["clients_by_service", "safety"] == 13
    assert told["services_begun", "safety"] == 7
    assert told["services_begun", "legal_assistance"] == 5


def test_an_agency_counts_its_own_clients_and_what_was_new_to_it() -> None:
    elsewhere = [given_to(f"s{n}", JANUARY - timedelta(days=60), BRIDGEWATER) for n in range(5)]
    here = [given_to(f"s{n}", JANUARY) for n in range(5)]
    mine = counts(quarter([*elsewhere, *here], "2026-Q1", "otip", NOW, NORTH_STAR))
    assert (mine["clients", "new"], mine.get(("clients", "continuing"))) == (5, None)
    everybody = counts(quarter([*elsewhere, *here], "2026-Q1", "otip", NOW))
    assert (everybody["clients", "served"], everybody["clients", "continuing"]) == (5, 5)


def test_a_small_group_hides_another() -> None:
    kept = [given_to(f"a{n}", JANUARY, gender="woman") for n in range(20)]
    kept += [given_to(f"b{n}", JANUARY, gender="man") for n in range(3)]
    kept += [given_to(f"c{n}", JANUARY, gender="unknown") for n in range(9)]
    told = counts(quarter(kept, "2026-Q1", "otip", NOW))
    assert [told["gender", code] for code in ("woman", "man", "unknown")] == [20, None, None]


def test_few_clients_are_one_hidden_number() -> None:
    told = quarter([given_to(f"a{n}", JANUARY) for n in range(4)], "2026-Q1", "otip", NOW)
    assert told["rows"] == [{"table": "clients", "code": "served", "count": None}]


WHO = st.tuples(
    st.sampled_from(sorted(GENDERS)), st.sampled_from(sorted(AGE_GROUPS)), st.booleans()
)


@given(st.lists(WHO, max_size=40))
def test_no_hidden_number_is_the_total_less_the_others(clients: list[Any]) -> None:
    kept = [
        given_to(f"s{n}", JANUARY, gender=gender, age_group=age)
        for n, (gender, age, _) in enumerate(clients)
    ] + [
        given_to(f"s{n}", JANUARY - timedelta(days=60), need_type="medical_care", days=1)
        for n, (_, _, was_here) in enumerate(clients)
        if was_here
    ]
    told = quarter(kept, "2026-Q1", "otip", NOW)["rows"]
    served, *rest = told
    assert served["count"] == (len(clients) if len(clients) >= SMALLEST else None)
    for table in ("clients", "gender", "age_group", "origin"):
        cells = [row["count"] for row in rest if row["table"] == table]
        left = len(clients) - sum(cell for cell in cells if cell is not None)
        hidden = cells.count(None)
        assert all(cell is None or cell >= SMALLEST for cell in cells)
        assert hidden != 1
        assert not hidden or left >= SMALLEST


def test_every_table_is_of_recorded_codes_and_the_rest_is_named() -> None:
    told = tallying().quarter(HARBOR_LIGHT, "2026-Q1", "otip")
    codes = {"gender": GENDERS, "age_group": AGE_GROUPS, "origin": ORIGINS}
    assert all(row["code"] in codes.get(row["table"], row["code"]) for row in told["rows"])
    assert told["not_collected"] == list(NOT_COLLECTED["otip"])
    assert set(STYLES) == set(NOT_COLLECTED)
    assert {name for names in STYLES.values() for name in names} == set(TABLES)


def test_the_ledger_counts_each_month_an_agency_had_a_client() -> None:
    kept = [
        given_to("s1", datetime(2026, 1, 31, 12, tzinfo=UTC), days=2),
        given_to("s1", datetime(2026, 2, 3, tzinfo=UTC), need_type="medical_care", days=1),
        given_to("s1", datetime(2026, 2, 3, tzinfo=UTC), BRIDGEWATER),
        given_to("s2", datetime(2025, 11, 3, tzinfo=UTC)),
        given_to("s3", datetime(2025, 11, 3, tzinfo=UTC), days=1),
    ]
    rows = ledger(kept, "2026-01", "2026-12", NOW)
    mine = [(row["month"], row["client"]) for row in rows if row["agency"] == NORTH_STAR]
    assert mine == [("2026-01", 1), ("2026-01", 2), ("2026-02", 1), ("2026-02", 2), ("2026-03", 2)]
    theirs = [(row["month"], row["client"]) for row in rows if row["agency"] == BRIDGEWATER]
    assert theirs == [("2026-02", 1), ("2026-03", 1)]
    assert ledger(kept, "2026-01", "2026-12", NOW, BRIDGEWATER) == [
        row for row in rows if row["agency"] == BRIDGEWATER
    ]


def test_numbers_of_a_ledger_follow_nothing_but_the_months() -> None:
    dates = [JANUARY + timedelta(days=20 * n) for n in range(4)]
    one = ledger([given_to(f"a{n}", at) for n, at in enumerate(dates)], "2026-01", "2026-03", NOW)
    other = [given_to(f"z{9 - n}", at) for n, at in enumerate(dates)]
    assert ledger(other[::-1], "2026-01", "2026-03", NOW) == one


@pytest.mark.parametrize("odd", [one for one in NO_ID if isinstance(one, str)])
def test_what_is_no_period_is_named(odd: str) -> None:
    by = tallying()
    for call, arguments, field in (
        (by.quarter, (odd, "otip"), "quarter"),
        (by.quarter, ("2026-Q1", odd), "style"),
        (by.client_months, (odd, "2026-02"), "first"),
        (by.client_months, ("2026-02", odd), "last"),
    ):
        with pytest.raises(Invalid) as refused:
            call(HARBOR_LIGHT, *arguments)
        assert refused.value.field == field


@pytest.mark.parametrize(("first", "last"), [("2026-02", "2026-01"), ("2025-01", "2026-01")])
def test_a_ledger_is_of_twelve_months_in_order(first: str, last: str) -> None:
    with pytest.raises(Invalid) as refused:
        tallying().client_months(HARBOR_LIGHT, first, last)
    assert refused.value.field == "last"
    assert tallying().client_months(HARBOR_LIGHT, "2025-02", "2026-01")
