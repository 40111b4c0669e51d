"""Somebody with a browser and no scripts: opens pages, fills forms, presses buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

import urllib3

Pairs = list[tuple[str, str]]


class WentWrong(Exception):
    """A page did not answer as it should; says which page and what it showed."""


class Form:
    """A form as a browser without scripts would send it."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: Pairs = []
        self.names: set[str] = set()
        self.buttons: Pairs = []

    def filled(self, answers: Mapping[str, str | Sequence[str]], button: str | None) -> Pairs:
        """Return what is sent: the form's own values, with these answers in place of theirs."""
        pairs = [(name, value) for name, value in self.fields if name not in answers]
        for name, value in answers.items():
            values = [value] if isinstance(value, str) else value
            pairs += [(name, one) for one in values]
        pressed = [one for one in self.buttons if button is None or button in one]
        return pairs + pressed[:1]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: Pairs = []
        self.text: list[str] = []
        self.main: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._href: str | None = None
        self._silent = 0
        self._in_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif tag in ("script", "style"):
            self._silent += 1
        elif tag == "main":
            self._in_main = True
        elif tag == "a":
            self._href = given.get("href")
        elif self._form is not None:
            self._in_form(tag, given)

    def _in_form(self, tag: str, given: dict[str, str]) -> None:
        form, name = self._form, given.get("name", "")
        if form is None:
            return
        kind = given.get("type", "text" if tag == "input" else "submit")
        if tag in ("input", "textarea", "select") and kind != "hidden":
            form.names.add(name)
        if tag == "button" or (tag == "input" and kind == "submit"):
            if "formaction" not in given:
                form.buttons.append((name, given.get("value", "")))
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form.fields.append((self._select, given.get("value", "")))
        elif tag == "input" and name:
            chosen = kind not in ("checkbox", "radio") or "checked" in given
            if chosen:
                form.fields.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag == "a":
            self._href = None
        elif tag in ("script", "style"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            name, before = self._form.fields.pop()
            self._form.fields.append((name, before + data))
        elif not self._silent and data.strip():
            self.text.append(data.strip())
            if self._in_main:
                self.main.append(data.strip())
            if self._href is not None:
                self.links.append((self._href, data.strip()))


class Visitor:
    """Keeps cookies and the page at hand, like one browser window."""

    def __init__(self, portal_url: str) -> None:
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(20))
        self._home = portal_url
        self._cookies: dict[str, str] = {}
        self.url = portal_url
        self.page = _Reader()

    @property
    def text(self) -> str:
        """The words on the page."""
        return " ".join(self.page.text)

    @property
    def news(self) -> str:
        """The words of the page's main part."""
        return " ".join(self.page.main)

    @property
    def names(self) -> set[str]:
        """What the forms on the page ask for."""
        return set().union(*(form.names for form in self.page.forms))

    def open(self, address: str) -> str:
        """Open a page and return its words."""
        return self._ask("GET", urljoin(self._home, address), None)

    def follow(self, words: str) -> str:
        """Follow the first link with these words."""
        for href, shown in self.page.links:
            if words.lower() in shown.lower():
                return self.open(urljoin(self.url, href))
        raise WentWrong(f"no link {words!r} on {self.url}")

    def send(
        self,
        action: str,
        answers: Mapping[str, str | Sequence[str]] | None = None,
        button: str | None = None,
    ) -> str:
        """Fill the form that goes to an address ending in `action` and press a button."""
        form = self._form(action)
        return self._ask("POST", urljoin(self.url, form.action), form.filled(answers or {}, button))

    def value(self, action: str, name: str) -> str:
        """Return what a field of the form to `action` has in it."""
        return dict(self._form(action).fields).get(name, "")

    def _form(self, action: str) -> Form:
        for form in self.page.forms:
            if urljoin(self.url, form.action).split("?")[0].endswith(action):
                return form
        raise WentWrong(f"no form to {action!r} on {self.url}")

    def _ask(self, method: str, url: str, pairs: Pairs | None) -> str:
        headers: dict[str, Any] = {
            "Origin": self._home.rstrip("/"),
            "Sec-Fetch-Site": "same-origin",
        }
        if self._cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self._cookies.items()
            )
        body = None
        if pairs is not None:
            body = urlencode(pairs)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._pool.request(method, url, body=body, headers=headers, redirect=False)
        self._keep_cookies(answer.headers.getlist("set-cookie"))
        self.url = url
        if answer.status in (301, 302, 303):
            return self._ask("GET", urljoin(url, answer.headers["location"]), None)
        self.page = _Reader()
        self.page.feed(answer.data.decode())
        if answer.status >= 400:
            raise WentWrong(f"{method} {url} answered {answer.status}: {self.text[:300]}")
        return self.text

    def _keep_cookies(self, lines: Sequence[str]) -> None:
        for line in lines:
            name, _, value = line.split(";", 1)[0].partition("=")
            if value and "max-age=0" not in line.lower():
                self._cookies[name] = value
            else:
                self._cookies.pop(name, None)
