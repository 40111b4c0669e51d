"""What is new in the library, for programs that read feeds (RFC 4287)."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import Response

from portal.i18n import N_, translate
from portal.limits import refuse_many
from portal.ports import parts
from shared.ids import derived_id

Json = dict[str, Any]

TYPE = "application/atom+xml; charset=utf-8"
ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MOST_ENTRIES = 50
#: When a library without guides last changed.
NEVER = "1970-01-01T00:00:00+00:00"
#: What no XML 1.0 document may hold.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def feed(request: Request) -> Response:
    """Send the guides of a language, the last changed first; 304 to who has them already."""
    refuse_many(request, parts(request).list_pages)
    lang, bundle = request.state.lang, parts(request)
    rights = f"{bundle.settings.portal_url.rstrip('/')}{request.state.prefix}/rights"
    body = as_atom(bundle.snapshot.guides(lang), lang, rights)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"etag": etag})
    return Response(body, headers={"etag": etag, "content-type": TYPE})


def as_atom(guides: list[Json], lang: str, rights: str) -> bytes:
    """Return the feed of guides. `rights` is the whole address of their list."""
    newest = sorted(guides, key=lambda one: (changed_at(one), one["id"]), reverse=True)
    shown = newest[:MOST_ENTRIES]
    root = ET.Element("feed", {"xmlns": ATOM, LANG: lang})
    _text(root, "id", f"urn:uuid:{derived_id('feed', 'guides', lang)}")
    _text(root, "title", translate(lang, N_("Your rights and benefits")))
    _text(root, "updated", changed_at(shown[0]) if shown else NEVER)
    _text(ET.SubElement(root, "author"), "name", translate(lang, N_("Local help")))
    ET.SubElement(root, "link", {"rel": "self", "href": f"{rights}/feed.xml"})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": rights})
    for one in shown:
        _entry(root, one, f"{rights}/{one['slug']}")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def changed_at(guide: Json) -> str:
    """Return when a guide was published or changed (RFC 3339); of one whose record does not say,
    the day it was checked."""
    return str(guide.get("changed_at") or f"{guide['checked_on']}T00:00:00+00:00")


def _entry(root: ET.Element, guide: Json, address: str) -> None:
    entry = ET.SubElement(root, "entry")
    _text(entry, "id", f"urn:uuid:{derived_id('guide', guide['slug'], guide['lang'])}")
    _text(entry, "title", guide["title"])
    _text(entry, "updated", changed_at(guide))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    _text(entry, "summary", guide["summary"])


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = NO_XML.sub("", text)
