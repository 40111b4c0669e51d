"""Commands about panels of professionals and interpreters, and about pathways."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from services.registry.backbone import RegistryBackbone
from services.registry.domain import Id, Json, Uuid
from services.registry.panel import Entry
from services.registry.pathways import Pathway, PathwayId
from shared.messaging import command

OneOrNew = Annotated[str, Meta(pattern="^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")]


class PanelsAndPathways:
    """The part of the registry's entrypoints that is about people who help, and in which order."""

    backbone: RegistryBackbone

    @command
    def record_panel_entry(
        self, command_id: Id, agency: Uuid, said: Entry, actor: Id, entry: OneOrNew = ""
    ) -> Json:
        """Put somebody on an agency's panel, or renew `entry`; the entry comes back."""
        return self.backbone.panels.record(entry, agency, said, command_id, actor)

    @command
    def end_panel_entry(self, command_id: Id, entry: Uuid, agency: Uuid, actor: Id) -> Json:
        """Take somebody off an agency's panel."""
        return self.backbone.panels.end(entry, agency, command_id, actor)

    @command
    def panel(self, agency: Uuid) -> Json:
        """Return {own, counts}: the agency's entries, and how many all agencies have together."""
        return self.backbone.panels.panel(agency)

    @command
    def set_pathway(
        self, command_id: Id, pathway: PathwayId, said: Pathway, agency: Uuid, actor: Id
    ) -> Json:
        """Write or change a pathway; for the agency that coordinates."""
        return self.backbone.pathways.put(pathway, said, agency, command_id, actor)

    @command
    def end_pathway(self, command_id: Id, pathway: PathwayId, agency: Uuid, actor: Id) -> Json:
        """End a pathway; for the agency that coordinates."""
        return self.backbone.pathways.end(pathway, agency, command_id, actor)

    @command
    def pathways(self) -> list[Json]:
        """Return the pathways in use, by id."""
        return self.backbone.pathways.all()
