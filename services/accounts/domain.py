"""What an agency's key, an account, a session, an API key and a capacity link must be. No I/O.

Each function returns the document to keep, whose `_id` makes the same thing twice one thing.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from shared.errors import Conflict, Invalid
from shared.fields import check_codes, check_digest, check_ids

Json = dict[str, Any]

#: What a member of an agency's staff may be. Codes on the bus; what each may do is the portal's.
ROLES: dict[str, str] = {
    "case_manager": "Case manager",
    "intake": "Answers offers and keeps capacity true",
    "triage": "Reads tips",
    "coordinator": "Looks after the whole network",
    "supervisor": "Takes over what is overdue",
    "agency_admin": "Manages the agency's staff, keys and subscriptions",
}
#: Who manages an agency's staff; an agency always has somebody who does.
ADMIN = "agency_admin"
LONGEST_SESSION = timedelta(days=31)
MOST_SCOPES = 20
#: Long enough not to be in the way at the phone, short enough that a link somebody who left has
#: kept, or that was pinned up and forgotten, dies within the month.
LINK_LASTS = timedelta(days=30)
#: Several for each service of a big agency; more are not bookmarks any more.
MOST_LINKS = 100
#: An age X25519 recipient: https://age-encryption.org/v1, "The X25519 recipient type".
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_SCOPE = re.compile(r"[a-z][a-z_]{1,30}([.:][a-z_*]{1,30})?")


def new_agency(command_id: str, agency: str, recipient: str, claim: str, actor: str) -> Json:
    """Return an agency's public key, with the claim that holds its locked identity."""
    check_ids(command_id=command_id, agency=agency, claim=claim, actor=actor)
    if not _RECIPIENT.fullmatch(recipient):
        raise Invalid("recipient", "is not an age recipient", "it starts with age1")
    return _made(command_id, agency, actor, recipient=recipient, claim=claim)


def new_account(
    command_id: str,
    account: str,
    agency: str,
    roles: list[str],
    locator: str,
    claim: str,
    actor: str,
) -> Json:
    """Return a member of an agency's staff."""
    check_ids(command_id=command_id, account=account, agency=agency, claim=claim, actor=actor)
    if not roles:
        raise Invalid("roles", "is empty", f"give at least one of {', '.join(sorted(ROLES))}")
    check_codes("roles", roles, ROLES)
    check_digest("locator", locator)
    return _made(
        command_id, account, actor, agency=agency, roles=roles, locator=locator, claim=claim
    )


def new_session(session: str, account: str, claim: str, expires_at: datetime, at: datetime) -> Json:
    """Return a session; `expires_at` needs a time zone and lies at most 31 days ahead."""
    check_digest("session", session)
    check_ids(account=account, claim=claim)
    if expires_at.tzinfo is None:
        raise Invalid("expires_at", "has no time zone", "send it in UTC, with Z at its end")
    if not at < expires_at <= at + LONGEST_SESSION:
        raise Invalid("expires_at", "is past or too far ahead", "choose up to 31 days from now")
    return {"_id": session, "account": account, "claim": claim, "expires_at": expires_at}


def new_key(
    command_id: str, key: str, agency: str, scopes: list[str], claim: str, actor: str
) -> Json:
    """Return an API key of an agency; its secret's hash is in the claim."""
    check_ids(command_id=command_id, key=key, agency=agency, claim=claim, actor=actor)
    if not 0 < len(scopes) <= MOST_SCOPES:
        raise Invalid("scopes", f"needs 1 to {MOST_SCOPES} scopes", "say what it is for")
    if not all(_SCOPE.fullmatch(scope) for scope in scopes) or len(set(scopes)) < len(scopes):
        raise Invalid("scopes", "holds what is no scope, or one twice", "write noun or noun:verb")
    return _made(command_id, key, actor, agency=agency, scopes=scopes, claim=claim)


def new_link(
    command_id: str,
    link: str,
    agency: str,
    service: str,
    locator: str,
    verifier: str,
    actor: str,
    at: datetime,
) -> Json:
    """Return a link that reports one service's capacity; of its token only digests are kept."""
    check_ids(command_id=command_id, link=link, agency=agency, service=service, actor=actor)
    check_digest("locator", locator)
    check_digest("verifier", verifier)
    return _made(
        command_id,
        link,
        actor,
        agency=agency,
        service=service,
        locator=locator,
        verifier=verifier,
        made_at=at,
        expires_at=at + LINK_LASTS,
    )


def check_room(link: Json, there: list[Json]) -> None:
    """Raise Conflict when an agency that has these links may have no other one."""
    if len(there) >= MOST_LINKS and link["_id"] not in {one["_id"] for one in there}:
        raise Conflict("link", f"is one more than {MOST_LINKS}", "end a link you do not need")


def check_one_stays(account: Json, colleagues: list[Json]) -> None:
    """Raise Conflict when nobody would be left to manage the agency's staff."""
    others = (one for one in colleagues if one["_id"] != account["_id"] and is_staff(one))
    if ADMIN in account["roles"] and not any(ADMIN in one["roles"] for one in others):
        raise Conflict(
            "account", "is the last that manages the staff", "give somebody else that role first"
        )


def is_staff(account: Json) -> bool:
    """Say whether an account has not ended."""
    return "ended_by" not in account


def is_live(row: Json, at: datetime) -> bool:
    """Say whether a session or link still counts; the store deletes it some time after its end."""
    expires_at: datetime = row["expires_at"]
    return expires_at > at and "ended_by" not in row


def _made(command_id: str, id: str, actor: str, **fields: Any) -> Json:
    return {"_id": id, "command": command_id, "actor": actor, **fields}
