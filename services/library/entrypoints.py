"""The library on the bus: commands to publish and withdraw, calls to read."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from msgspec import Meta

from services.library import domain, life, roadmap
from services.library.backbone import LibraryBackbone
from services.library.desk_entrypoints import Desk
from services.library.domain import Guide, Id, Lang, Slug, stream_of
from services.library.store import as_told
from shared.errors import Invalid, NotFound
from shared.messaging import command

Json = dict[str, Any]
After = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,120}\Z")]
Size = Annotated[int, Meta(ge=1, le=500)]
Streams = Annotated[list[Id], Meta(max_length=500)]
Word = Annotated[str, Meta(max_length=60)]
Answers = Annotated[dict[str, Annotated[list[Word], Meta(max_length=40)]], Meta(max_length=20)]


class Library(Desk):
    """Guides: published and withdrawn by people, read by search and the portal."""

    name = "library"
    backbone = LibraryBackbone()

    @command
    def publish_guide(self, command_id: Id, guide: Guide, actor: Id) -> Json:
        """Publish a file of the seed; `outcome` is published, changed or same.

        People publish by a draft and a second person: an actor that is not the seed is refused.
        """
        if actor != domain.SEED:
            raise Invalid("actor", "is not the seed", "write a draft and send it for review")
        domain.check(guide)
        outcome = self.backbone.guides.publish(guide, cause=command_id, actor=actor)
        stream = stream_of(guide.slug, guide.lang)
        return {"id": stream, "guide": guide.slug, "lang": guide.lang, "outcome": outcome}

    @command
    def withdraw_guide(self, command_id: Id, slug: Slug, lang: Lang, actor: Id) -> Json:
        """Take a guide out of the library; IllegalMove when it is not in it."""
        stream, decide = stream_of(slug, lang), partial(life.withdraw, slug=slug, lang=lang)
        self.backbone.desk.move(stream, partial(decide, actor=actor), command_id, actor)
        return {"id": stream_of(slug, lang), "guide": slug, "lang": lang}

    @command
    def guide(self, slug: Slug, lang: Lang) -> Json:
        """Return a published guide; NotFound when there is none in this language."""
        found = self.backbone.guides.published([stream_of(slug, lang)])
        if not found:
            raise NotFound("guide", "is not in the library", "look in another language")
        return found[0]

    @command
    def describe_guides(self, ids: Streams) -> list[Json]:
        """Return those of the guides (ids are `guide:<slug>:<lang>`) that are published now."""
        return self.backbone.guides.published(ids)

    @command
    def guides_after(self, after: After, size: Size) -> Json:
        """Return the next published guides by id; `next` is "" on the last page."""
        found = self.backbone.guides.after(after, size)
        following = found[-1].stream if len(found) == size else ""
        return {"guides": [as_told(one) for one in found], "next": following}

    @command
    def road_map(self, answers: Answers, lang: roadmap.Lang) -> Json:
        """Return the edition of the rules and the steps open to whoever gave these answers."""
        return roadmap.road_map(self.backbone.rules, answers, lang)
