"""Commands of those who write, approve and look after the library's resources."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from msgspec import Meta

from services.library import life
from services.library.backbone import LibraryBackbone
from services.library.domain import ENGLISH, Guide, Id, Lang, Slug, stream_of
from shared.messaging import command, every

Json = dict[str, Any]
After = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,120}\Z")]
Size = Annotated[int, Meta(ge=1, le=500)]
Revision = Annotated[int, Meta(ge=0, le=1_000_000)]


class Desk:
    """The part of the library's entrypoints that is about how resources come to be."""

    backbone: LibraryBackbone

    @command
    def write_draft(self, command_id: Id, guide: Guide, revision: Revision, actor: Id) -> Json:
        """Keep a draft, also beside a published version; Conflict when others wrote since.

        A translation says from which version of the English text it was made, or is taken to be
        made from the newest when its words are new.
        """
        english = self.backbone.desk.count_of_versions(stream_of(guide.slug, ENGLISH))
        decide = partial(life.write, guide=guide, revision=revision, actor=actor, english=english)
        return self.backbone.desk.move(stream_of(guide.slug, guide.lang), decide, command_id, actor)

    @command
    def send_for_review(
        self, command_id: Id, slug: Slug, lang: Lang, revision: Revision, actor: Id
    ) -> Json:
        """Send the draft of this revision to a second person."""
        decide = partial(life.send, slug=slug, lang=lang, revision=revision, actor=actor)
        return self.backbone.desk.move(stream_of(slug, lang), decide, command_id, actor)

    @command
    def send_back(
        self,
        command_id: Id,
        slug: Slug,
        lang: Lang,
        revision: Revision,
        reason: Id,
        actor: Id,
    ) -> Json:
        """Send a draft back to its writers with a code of SEND_BACK_REASONS."""
        decide = partial(life.send_back, slug=slug, lang=lang, revision=revision, reason=reason)
        return self.backbone.desk.move(stream_of(slug, lang), decide, command_id, actor)

    @command
    def approve_draft(
        self, command_id: Id, slug: Slug, lang: Lang, revision: Revision, actor: Id
    ) -> Json:
        """Publish the draft in review; NotAllowed for whoever wrote or sent it."""
        decide = partial(life.approve, slug=slug, lang=lang, revision=revision, actor=actor)
        return self.backbone.desk.move(stream_of(slug, lang), decide, command_id, actor)

    @command
    def resource(self, slug: Slug, lang: Lang) -> Json:
        """Return a resource with its draft, phase and legal moves; for staff alone."""
        return self.backbone.desk.one(stream_of(slug, lang))

    @command
    def resource_versions(self, slug: Slug, lang: Lang) -> list[Json]:
        """Return every published version, oldest first: number, when, by whom, the text."""
        return self.backbone.desk.versions(stream_of(slug, lang))

    @command
    def resources_after(self, after: After, size: Size) -> Json:
        """Return the next resources by id, drafts too; `next` is "" on the last page."""
        found = self.backbone.desk.after(after, size)
        return {"resources": found, "next": found[-1]["id"] if len(found) == size else ""}

    @command
    def due_guides(self, size: Size = 200) -> list[Json]:
        """Return published resources to check within 30 days or overdue, the oldest first."""
        return self.backbone.desk.due(self.backbone.clock().date(), size)

    @command
    def sources_in_trouble(self, size: Size = 200) -> list[Json]:
        """Return sources of published resources that are broken, the longest first, or moved."""
        return self.backbone.sources.in_trouble()[:size]

    @every("scheduler_every_s")
    def let_time_pass(self) -> None:
        """What comes within 30 days of its review, and what is past it, is stated once."""
        self.backbone.desk.state_due(self.backbone.clock().date())
