"""Links on the bus: two streams of one client, by herself or by who leads one of them."""

from __future__ import annotations

from typing import Any

from services.referrals.code_entrypoints import Recoding
from shared.events.links import StreamsLinked, StreamsUnlinked
from shared.fields import check_ids
from shared.messaging import Received, command, handles

Json = dict[str, Any]


class Links(Recoding):
    """From one stream to another of the same client, never into one."""

    @handles(StreamsLinked, StreamsUnlinked)
    def on_links_changed(self, happened: Received[Any]) -> None:
        """Let the other stream say the same, should who began have died before it did."""
        self.workings.linking.settle(happened.data.stream, happened.data.other)

    @command
    def link_streams(
        self, command_id: str, stream: str, other: str, agency: str, actor: str, leader: str = ""
    ) -> Json:
        """Link the stream of the client's other code, for the agency that leads this one."""
        check_ids(agency=agency)
        return self.workings.linking.link(command_id, stream, other, leader, agency, actor)

    @command
    def unlink_streams(
        self, command_id: str, stream: str, other: str, agency: str, actor: str
    ) -> Json:
        """End a link, for the agency that leads this stream."""
        check_ids(agency=agency)
        return self.workings.linking.unlink(command_id, stream, other, agency, actor)

    @command
    def link_own(self, command_id: str, stream: str, other: str) -> Json:
        """The client, who showed both codes, links her two streams."""
        return self.workings.linking.link(command_id, stream, other)

    @command
    def unlink_own(self, command_id: str, stream: str, other: str) -> Json:
        """The client, who showed one of the codes, ends the link."""
        return self.workings.linking.unlink(command_id, stream, other)
