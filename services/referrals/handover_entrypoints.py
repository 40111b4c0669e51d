"""Handovers on the bus: the case manager proposes, sends the words along and takes back; the other
answers an offer."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.referrals import handovers
from services.referrals.link_entrypoints import Links
from services.referrals.packets import Consent
from shared.events.releases import ReleasePassed
from shared.fields import check_ids
from shared.messaging import Received, command, handles

Json = dict[str, Any]


class Handovers(Links):
    """From one case manager's agency to the next, both confirming."""

    @command
    def propose_handover(
        self, command_id: str, stream: str, service: str, agency: str, actor: str
    ) -> Json:
        """Ask another agency's service to take the client on; `accept` and `decline` answer it."""
        check_ids(command_id=command_id, stream=stream, service=service, agency=agency, actor=actor)
        offer, to = self.workings.offering.hold_for_handover(command_id, stream, service, agency)
        move = partial(handovers.propose, service=service, to=to, offer=offer, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def take_back_handover(self, command_id: str, stream: str, agency: str, actor: str) -> Json:
        """Keep the client after all."""
        move = partial(handovers.take_back, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def prepare_words(
        self,
        command_id: str,
        stream: str,
        agency: str,
        fields: list[str],
        language: str,
        signed: str,
    ) -> Json:
        """Check what may go along; {release, key, to, claims}: what is sealed to the key."""
        consent = Consent(fields, language, signed)
        return self.workings.carrying.prepare(command_id, stream, agency, consent)

    @command
    def send_words(
        self,
        command_id: str,
        stream: str,
        agency: str,
        actor: str,
        fields: list[str],
        language: str,
        signed: str,
    ) -> Json:
        """Note the packet that is kept under the release's id; `words` is given or passed."""
        consent = Consent(fields, language, signed)
        return self.workings.carrying.send(command_id, stream, agency, actor, consent)

    @handles(ReleasePassed)
    def on_words_passed(self, happened: Received[ReleasePassed]) -> None:
        """Make the words the next agency's."""
        self.workings.carrying.take(happened.data.stream, happened.data.release)
