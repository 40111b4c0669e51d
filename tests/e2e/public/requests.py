"""Requests as programs make them: the addresses of the public pages, and forms as bytes."""

from __future__ import annotations

from urllib.parse import urlencode

from portal.page import Page
from portal.routes import PAGES


def _is_public(page: Page) -> bool:
    return page.access.kind == "public" and not page.path.startswith(("/workspace", "/api"))


FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}
#: What may be posted to, and what may be opened, by anybody.
FORMS = sorted(
    {page.path for page in PAGES if _is_public(page) and "POST" in page.methods} - {"/closed"}
)
OPEN = sorted({page.path for page in PAGES if _is_public(page) and "GET" in page.methods})


def sent(fields: dict[str, str] | list[tuple[str, str]]) -> bytes:
    """Return a form as a browser sends it."""
    return urlencode(fields, errors="surrogatepass").encode()


def check_page(status: int, text: str) -> None:
    """Fail unless this is a refusal as a page with the phone numbers and no trace."""
    assert 400 <= status < 500, text[:500]
    assert "Traceback" not in text
    assert 'href="tel:911"' in text
