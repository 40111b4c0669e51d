"""Needs and referrals in rows on the bus: what other systems follow and move."""

from __future__ import annotations

from typing import Any

from services.referrals.task_desk import Asked, Filters
from services.referrals.wish_entrypoints import Wishes
from shared.messaging import command

Json = dict[str, Any]


class Tasks(Wishes):
    """What the portal tells as tasks of HL7 FHIR."""

    @command
    def tasks_of(self, stream: str, agency: str) -> list[Json]:
        """Return the rows of a stream an agency may see; NotFound when it has no part in it."""
        return self.workings.tasks.of_stream(stream, agency)

    @command
    def task_page(
        self,
        agency: str,
        size: int,
        kind: str = "task",
        states: list[str] = [],  # noqa: B006 (the command layer copies it)
        owner: str = "",
        requester: str = "",
        ids: list[str] = [],  # noqa: B006
        since: str = "",
        until: str = "",
        after: str = "",
    ) -> Json:
        """Return a page of rows of the streams an agency has a part in: {rows, total, next}."""
        filters = Filters(states, owner, requester, ids, since, until)
        return self.workings.tasks.page(agency, filters, kind, after, size)

    @command
    def move_task(
        self,
        command_id: str,
        stream: str,
        id: str,
        move: str,
        agency: str,
        actor: str,
        reason: str = "",
        version: str = "",
    ) -> Json:
        """Move a referral, or end a need; Stale when it is at another version than named."""
        asked = Asked(stream, id, move, agency, reason, version)
        return self.workings.tasks.move(command_id, asked, actor)
