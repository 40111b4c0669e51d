"""What a guide is, when it may be published, and what publishing it states. No I/O.

`Guide` is the front matter of a Markdown file with its body. Its limits are on the fields, so a
command with a field that does not fit is refused by name before anything is decided.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from services.library.markdown import check_markdown
from shared.errors import Invalid
from shared.events import Event
from shared.events.library import GuideChanged, GuidePublished
from shared.vocabulary import LANGUAGES, NEEDS

Json = dict[str, Any]
Move = tuple[Json, list[Event]]
#: Who publishes the files of the repository, without a second person: they came by review.
SEED = "seed"
#: The language that translations are made from.
ENGLISH = "en"
#: The fields that a translation has in its own words.
WORDS = ("title", "summary", "body")
Kind = Literal["guide", "fact_sheet", "form", "training", "benefit", "policy"]
Audience = Literal["client", "helper", "provider", "law_enforcement", "public"]
Translation = Literal["original", "draft", "reviewed"]

Line = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^\S[^\n\r<>]*\Z")]
Code = Annotated[str, Meta(min_length=2, max_length=40, pattern=r"^[a-z][a-z_]*\Z")]
Lang = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}\Z")]
Slug = Annotated[str, Meta(min_length=2, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z")]
Url = Annotated[str, Meta(max_length=500, pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/\S*)?\Z")]


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a claim of the guide can be checked."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    url: Url


class Guide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text of the library in one language. `body` is Markdown; dates are "YYYY-MM-DD"."""

    slug: Slug
    lang: Lang
    title: Line
    summary: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^\S[^\n\r<>]*\Z")]
    kind: Kind
    audience: Annotated[list[Audience], Meta(min_length=1, max_length=5)]
    topics: Annotated[list[Code], Meta(min_length=1, max_length=8)]
    needs: Annotated[list[Code], Meta(max_length=24)]
    translation: Translation
    jurisdiction: Annotated[str, Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")]
    source: Annotated[list[Source], Meta(min_length=1, max_length=20)]
    checked_on: date
    review_by: date
    body: Annotated[str, Meta(min_length=1, max_length=20_000)]
    #: Of the kind "form" alone: its number, as on the paper, and where its owner offers it.
    form_number: Annotated[str, Meta(max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./-]*\Z")] | (
        msgspec.UnsetType
    ) = msgspec.UNSET
    form_url: Url | msgspec.UnsetType = msgspec.UNSET
    #: Of a translation alone: the number of the English version it was made from.
    translated_from: Annotated[int, Meta(ge=1, le=1_000_000)] | msgspec.UnsetType = msgspec.UNSET


def stream_of(slug: str, lang: str) -> str:
    """Return the stream of a guide in one language."""
    return f"guide:{slug}:{lang}"


def is_translation(guide: Guide) -> bool:
    """Say whether a guide was made from the English one."""
    return guide.lang != ENGLISH and guide.translation != "original"


def check(guide: Guide) -> None:
    """Raise Invalid, naming the field, when a guide breaks a rule its field types cannot tell."""
    if guide.lang not in LANGUAGES:
        raise Invalid("guide.lang", "is not a language code we know", "use ISO 639, such as es")
    if not set(guide.needs) <= set(NEEDS):
        raise Invalid("guide.needs", "holds a code that is no need", "use the codes of the needs")
    if guide.review_by <= guide.checked_on:
        raise Invalid("guide.review_by", "is not after checked_on", "give a later date")
    for name in ("form_number", "form_url"):
        if guide.kind != "form" and getattr(guide, name) is not msgspec.UNSET:
            raise Invalid(f"guide.{name}", "is for forms alone", "leave it out or take kind form")
    if guide.translated_from is not msgspec.UNSET and not is_translation(guide):
        raise Invalid("guide.translated_from", "is for translations alone", "leave it out")
    for name in ("audience", "topics", "needs"):
        values = getattr(guide, name)
        if len(set(values)) < len(values):
            raise Invalid(f"guide.{name}", "says one thing twice", "name each once")
    check_markdown("guide.body", guide.body)


def publish(state: Json | None, guide: Guide) -> Move | None:
    """Return the state the seed leads to and what happened; None when it changes nothing.

    It changes nothing where it is published just like this, and where people wrote or withdrew.
    """
    told: Json = msgspec.to_builtins(guide)
    was_published = state is not None and state["is_published"]
    if state is not None and (
        state.get("is_of_people") or (was_published and state["guide"] == told)
    ):
        return None
    event = GuideChanged if was_published else GuidePublished
    after = {"guide": told, "is_published": True}
    return after, [event(guide=guide.slug, lang=guide.lang)]
