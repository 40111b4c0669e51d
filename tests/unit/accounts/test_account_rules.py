"""What an account, a key and a session must be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts import domain
from shared.crypto import signin
from shared.crypto.sealing import new_identity
from shared.errors import Conflict, Invalid
from shared.fields import check_digest

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIGEST = "0f" * 32
ACCOUNT: dict[str, Any] = {
    "command_id": "command-1",
    "account": "account-1",
    "agency": "agency-1",
    "roles": ["triage"],
    "locator": DIGEST,
    "claim": "claim-1",
    "actor": "seed",
}
KEY: dict[str, Any] = {
    "command_id": "command-1",
    "key": "key-1",
    "agency": "agency-1",
    "scopes": ["referrals:read"],
    "claim": "claim-1",
    "actor": "seed",
}
LINK: dict[str, Any] = {
    "command_id": "command-1",
    "link": "link-1",
    "agency": "agency-1",
    "service": "service-1",
    "locator": DIGEST,
    "verifier": DIGEST,
    "actor": "account-1",
    "at": AT,
}


def test_an_account_holds_ids_and_codes_only() -> None:
    row = domain.new_account(**ACCOUNT)
    assert row.pop("_id") == "account-1"
    assert row == {
        "command": "command-1",
        "agency": "agency-1",
        "roles": ["triage"],
        "locator": DIGEST,
        "claim": "claim-1",
        "actor": "seed",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("command_id", ""),
        ("account", "a b"),
        ("account", "Maria Lopez"),
        ("agency", "../etc"),
        ("roles", []),
        ("roles", ["root"]),
        ("roles", ["triage", "triage"]),
        ("locator", "staff@example.org"),
        ("locator", DIGEST.upper()),
        ("claim", "x" * 121),
        ("actor", "\ud800"),
    ],
)
def test_an_account_that_is_off_is_refused_by_field(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        domain.new_account(**(ACCOUNT | {field: value}))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "\x00"),
        ("scopes", []),
        ("scopes", ["a"] * 21),
        ("scopes", ["Read Everything"]),
        ("scopes", ["feed:read", "feed:read"]),
    ],
)
def test_a_key_that_is_off_is_refused_by_field(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        domain.new_key(**(KEY | {field: value}))
    assert refused.value.field == field


def test_an_agencys_key_is_an_age_recipient() -> None:
    identity, recipient = new_identity()
    row = domain.new_agency("command-1", "agency-1", recipient, "claim-1", "seed")
    assert row["recipient"] == recipient
    for wrong in (identity, recipient[:-1], recipient + "q", "age1", ""):
        with pytest.raises(Invalid) as refused:
            domain.new_agency("command-1", "agency-1", wrong, "claim-1", "seed")
        assert refused.value.field == "recipient"
        assert identity not in str(refused.value)


@pytest.mark.parametrize(
    "expires_at",
    [
        AT,
        AT - timedelta(seconds=1),
        AT + timedelta(days=32),
        datetime(2026, 3, 2, 10, 0),  # noqa: DTZ001 (a time without a zone is what is refused)
    ],
)
def test_a_session_ends_within_a_month(expires_at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        domain.new_session(DIGEST, "account-1", "claim-1", expires_at, AT)
    assert refused.value.field == "expires_at"


def test_a_session_counts_until_its_end_in_any_time_zone() -> None:
    east = timezone(timedelta(hours=5))
    row = domain.new_session(
        DIGEST, "account-1", "claim-1", datetime(2026, 3, 2, 15, 0, tzinfo=east), AT
    )
    assert domain.is_live(row, AT + timedelta(minutes=59))
    assert not domain.is_live(row, AT + timedelta(hours=1))


@given(st.text())
def test_only_a_digest_names_a_session(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.new_session(text, "account-1", "claim-1", AT + timedelta(hours=1), AT)
    assert refused.value.field == "session"


def test_a_sign_in_name_is_found_whatever_its_case_and_only_with_the_pepper() -> None:
    found = signin.locator("Staff.Triage@Harbor.Example.org ", b"pepper")
    assert found == signin.locator("staff.triage@harbor.example.org", b"pepper")
    assert found != signin.locator("staff.triage@harbor.example.org", b"other")
    check_digest("locator", found)


def test_a_link_counts_for_a_month_unless_it_is_ended() -> None:
    row = domain.new_link(**LINK)
    assert domain.is_live(row, AT + domain.LINK_LASTS - timedelta(seconds=1))
    assert not domain.is_live(row, AT + domain.LINK_LASTS)
    assert not domain.is_live({**row, "ended_by": "account-2"}, AT)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("command_id", ""),
        ("link", "a b"),
        ("agency", "../etc"),
        ("service", "{'$gt': ''}"),
        ("locator", "the token itself"),
        ("verifier", DIGEST.upper()),
        ("actor", "x" * 121),
    ],
)
def test_a_link_that_is_off_is_refused_by_field(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        domain.new_link(**(LINK | {field: value}))
    assert refused.value.field == field


def test_an_agency_has_so_many_links_and_no_more() -> None:
    there = [domain.new_link(**LINK | {"link": f"link-{n}"}) for n in range(domain.MOST_LINKS)]
    domain.check_room(there[0], there)
    with pytest.raises(Conflict):
        domain.check_room(domain.new_link(**LINK | {"link": "one-more"}), there)
