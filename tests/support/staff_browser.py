"""A member of staff at a browser without scripts: opens pages, fills in forms, presses buttons."""

from __future__ import annotations

import html
import re
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from tests.support.staff_fakes import WORDS, sign_in_name

Answers = dict[str, Any]
_SAME_SITE = {"sec-fetch-site": "same-origin", "accept-language": "en"}


class StaffBrowser:
    """One window with its cookies; follows redirects as browsers do."""

    def __init__(self, app: Any) -> None:
        self.client = TestClient(app, headers=_SAME_SITE, raise_server_exceptions=True)
        self.page = ""

    def sign_in(self, role: str, slug: str, password: str = WORDS) -> Response:
        """Sign somebody in and land on the first page."""
        self.client.cookies.clear()
        told = {"name": sign_in_name(role, slug), "password": password}
        return self._keep(self.client.post("/workspace/sign-in", data=told))

    def open(self, path: str) -> Response:
        """Open a page."""
        return self._keep(self.client.get(path))

    def press(self, action: str, answers: Answers | None = None) -> Response:
        """Fill in the form on the page that goes to an address ending in `action`, and send it."""
        address, fields = self.form(action)
        return self.send(address, {**fields, **(answers or {})})

    def send(self, address: str, answers: Answers) -> Response:
        """Send a form that may not be on the page."""
        return self._keep(self.client.post(address, data=answers))

    def form(self, action: str) -> tuple[str, Answers]:
        """Return the address and the hidden fields of a form on the page."""
        found = re.search(
            rf'<form[^>]*action="([^"]*{re.escape(action)})"[^>]*>(.*?)</form>', self.page, re.S
        )
        assert found, f"no form to {action} among {re.findall(r'action=.([^ >]*)', self.page)}"
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', found.group(2))
        return found.group(1), {name: html.unescape(value) for name, value in hidden}

    def links(self) -> list[str]:
        """Return the addresses the page links to."""
        return [html.unescape(one) for one in re.findall(r'href="([^"]*)"', self.page)]

    @property
    def text(self) -> str:
        """The words on the page."""
        body = self.page.partition("<body")[2].partition(">")[2]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def _keep(self, answer: Response) -> Response:
        self.page = answer.text
        return answer
