"""Rights and benefits: one of the library's guides as a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.i18n import DEFAULT
from portal.ports import parts
from portal.rendering import render
from portal.road_map import with_phones
from shared.settings import Settings

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")


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
        form=form_of(found),
        sources=[source for source in sources(found) if source["name"]],
    )


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


def form_of(found: dict[str, Any]) -> dict[str, str]:
    """Return a form's number, address and site, "" for what is not known; empty when it is none.

    An address that is not https is left out, as with sources.
    """
    number, url = str(found.get("form_number") or ""), str(found.get("form_url") or "")
    site = urlsplit(url).netloc if url.startswith("https://") else ""
    return {"number": number, "url": url, "site": site} if number or site else {}


def as_html(body: str, settings: Settings) -> Markup:
    """Return a guide's Markdown as HTML: no raw HTML, no pictures, only safe link addresses."""
    return Markup(_markdown.render(with_phones(body, settings)))  # noqa: S704 - made without raw HTML
