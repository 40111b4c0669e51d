"""Releases on the bus: asked for by who leads, opened by whom they are for, ended by the client."""

from __future__ import annotations

from typing import Any

from services.referrals.figure_entrypoints import Figures
from services.referrals.releases import Scope
from shared.events.releases import ReleaseExpired, ReleaseWithdrawn
from shared.messaging import Received, command, every, handles
from shared.vocabulary.releases import RELEASE_DAYS

Json = dict[str, Any]
Ended = ReleaseWithdrawn | ReleaseExpired


class Releases(Figures):
    """What clients allow to be shown."""

    @handles(ReleaseWithdrawn, ReleaseExpired)
    def on_release_ended(self, happened: Received[Ended]) -> None:
        """Destroy the key, should the process that ended the release have died before it did."""
        self.workings.releasing.destroy(happened.data.release)

    @every("scheduler_every_s")
    def act_on_releases(self) -> None:
        """End the releases whose time is over."""
        self.workings.releasing.end_over()

    @command
    def prepare_release(
        self,
        command_id: str,
        stream: str,
        agency: str,
        recipient: str,
        fields: list[str],
        purpose: str,
        language: str,
        signed: str,
        days: int = RELEASE_DAYS,
    ) -> Json:
        """Check a release and return {release, key}: what its envelope is sealed to."""
        scope = Scope(recipient, fields, purpose, days, language, signed)
        return self.workings.releasing.prepare(command_id, stream, agency, scope)

    @command
    def give_release(
        self,
        command_id: str,
        stream: str,
        agency: str,
        actor: str,
        recipient: str,
        fields: list[str],
        purpose: str,
        language: str,
        signed: str,
        days: int = RELEASE_DAYS,
    ) -> Json:
        """Note what the client allows, once its envelope is kept under the release's id."""
        scope = Scope(recipient, fields, purpose, days, language, signed)
        return self.workings.releasing.give(command_id, stream, agency, actor, scope)

    @command
    def open_release(
        self,
        command_id: str,
        stream: str,
        release: str,
        agency: str,
        actor: str,
        fields: list[str] = [],  # noqa: B006 (the command layer copies it)
    ) -> Json:
        """Return the sealed boxes a release shows to its recipient; every opening is noted."""
        asked = (command_id, stream, release, agency, actor, fields)
        return self.workings.releasing.open(*asked)

    @command
    def withdraw_release(
        self, command_id: str, stream: str, release: str, agency: str, actor: str
    ) -> Json:
        """End a release because the client told the agency that leads."""
        asked = (command_id, stream, release, actor, agency)
        return self.workings.releasing.withdraw(*asked)

    @command
    def take_back_release(self, command_id: str, stream: str, release: str) -> Json:
        """End a release because the client says so, with her code."""
        return self.workings.releasing.withdraw(command_id, stream, release, "client")
