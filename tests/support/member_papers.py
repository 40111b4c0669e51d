"""An agency and its papers, told in days from one day on."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry import membership, records
from services.registry.checking import check
from services.registry.domain import Json
from shared.events import Event
from tests.support.registry_records import id_for, organization

AGENCY = id_for("organization", "North Star")
OTHER = id_for("organization", "Cedar House")
TODAY = date(2026, 11, 20)


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


def agency() -> Json:
    move = records.list_organization(None, check("organization", organization()))
    assert move is not None
    return move[0]


def train(
    state: Json | None, begins: int = -10, ends: int = 100, paper: str = "t1"
) -> tuple[Json, list[Event]]:
    return membership.record_training(
        state,
        paper,
        name="Recognizing trafficking",
        completed_on=days(begins),
        expires_on=days(ends),
        today=TODAY,
    )


def agree(
    state: Json | None, begins: int = -10, ends: int = 100, paper: str = "a1"
) -> tuple[Json, list[Event]]:
    return membership.sign_agreement(
        state,
        paper,
        kind="referral",
        with_organization=OTHER,
        starts_on=days(begins),
        ends_on=days(ends),
        today=TODAY,
    )
