"""Rights and benefits: the library's guides by topic, and one guide as a page."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.i18n import DEFAULT, N_
from portal.ports import parts
from portal.rendering import render
from portal.road_map import with_phones
from shared.settings import Settings

#: Topics in the order of the page; a topic that is not here comes last under "More".
TOPICS: dict[str, str] = {
    "safety": N_("Being safe"),
    "immigration": N_("Visas and papers to stay"),
    "benefits": N_("Money and other help"),
    "housing": N_("A place to live"),
    "health": N_("Health"),
    "work": N_("Work"),
    "documents": N_("Papers and ID"),
    "children": N_("Young people and children"),
    "family": N_("Family"),
    "law": N_("Your rights and the law"),
    "police": N_("Police"),
    "privacy": N_("Privacy"),
    "language": N_("Language help"),
    "reporting": N_("Telling someone"),
    "training": N_("For people who help"),
}
MORE = N_("More")

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")


async def guides(request: Request) -> Response:
    """List the guides under their first topic; those not in this language come in English."""
    snapshot = parts(request).snapshot
    own = snapshot.guides(request.state.lang)
    slugs = {one["slug"] for one in own}
    others = [one for one in snapshot.guides(DEFAULT) if one["slug"] not in slugs]
    return render(request, "rights/list.html", topics=by_topic([*own, *others]))


async def guide(request: Request) -> Response:
    """Show one guide with its sources and the date a person checked it."""
    slug, lang = request.path_params["slug"], request.state.lang
    snapshot = parts(request).snapshot
    found = snapshot.guide(slug, lang) or snapshot.guide(slug, DEFAULT)
    if found is None:
        raise HTTPException(404)
    return render(
        request,
        "rights/guide.html",
        guide=found,
        body=as_html(found["body"], parts(request).settings),
        sources=[source for source in sources(found) if source["name"]],
    )


def by_topic(found: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return (heading, guides) in the order of TOPICS, guides by title."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        topic = next((TOPICS[code] for code in one["topics"] if code in TOPICS), MORE)
        groups.setdefault(topic, []).append(one)
    order = [*TOPICS.values(), MORE]
    return [
        (heading, sorted(groups[heading], key=lambda one: str(one["title"])))
        for heading in order
        if heading in groups
    ]


def sources(found: dict[str, Any]) -> list[dict[str, str]]:
    """Return the guide's sources; an address that is not https is left out."""
    given = found.get("source") or []
    return [
        {
            "name": str(one.get("name", "")),
            "url": str(one["url"]) if str(one.get("url", "")).startswith("https://") else "",
        }
        for one in given
    ]


def as_html(body: str, settings: Settings) -> Markup:
    """Return a guide's Markdown as HTML: no raw HTML, no pictures, only safe link addresses."""
    return Markup(_markdown.render(with_phones(body, settings)))  # noqa: S704 - made without raw HTML
