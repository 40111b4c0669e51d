"""Every address of the HSDS API and what answers it."""

from __future__ import annotations

from portal.hsds import pages
from portal.hsds.resources import BASE, RESOURCES
from portal.page import Page, public_or_key

SCOPE = "directory:read"
_ACCESS = public_or_key(SCOPE)

PAGES: list[Page] = [
    Page(BASE, pages.about, _ACCESS),
    Page(f"{BASE}/openapi.json", pages.openapi, _ACCESS),
    *(Page(one.list_path, pages.listing(one), _ACCESS, ("GET", "POST")) for one in RESOURCES),
    *(Page(one.path, pages.single(one), _ACCESS) for one in RESOURCES),
]
