"""The languages of the pages: gettext catalogs read from their .po files, chosen by address.

`/es/get-help` is `/get-help` in Spanish; without a language in front, the browser's own wish is
followed. No cookie, no query: a link keeps its language and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from gettext import c2py
from pathlib import Path

from babel.messages.pofile import read_po
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.vocabulary import LANGUAGES

TRANSLATIONS = Path(__file__).parent / "translations"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})


@dataclass(frozen=True)
class Interface:
    """A language the pages are in. `review` is the state of its texts, told on /languages."""

    code: str
    review: str

    @property
    def autonym(self) -> str:
        return LANGUAGES[self.code].autonym

    @property
    def direction(self) -> str:
        return direction(self.code)


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text for translation where it is declared; it is translated where it is shown."""
    return text


INTERFACES: dict[str, Interface] = {
    "en": Interface("en", N_("Written in this language.")),
    "es": Interface("es", N_("Translated. A native speaker has not checked it yet.")),
}
DEFAULT = "en"


def direction(code: str) -> str:
    """Return "rtl" for a language written from right to left, else "ltr"."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True)
class Catalog:
    """The translations of one language, and which plural form a number takes."""

    texts: dict[str, tuple[str, ...]]
    form: Callable[[int], int]


@lru_cache
def catalog(code: str) -> Catalog:
    """Return the translations of a language; English needs none."""
    path = TRANSLATIONS / code / "LC_MESSAGES" / "portal.po"
    if not path.exists():
        return Catalog({}, c2py("n != 1"))
    with path.open("rb") as file:
        entries = read_po(file, locale=code)
    texts: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        key = entry.id[0] if isinstance(entry.id, (list, tuple)) else entry.id
        said = entry.string if isinstance(entry.string, (list, tuple)) else (entry.string,)
        if key and all(said):
            texts[key] = tuple(text or "" for text in said)
    return Catalog(texts, c2py(entries.plural_expr))


def translate(code: str, text: str, **values: object) -> str:
    """Return `text` in a language, with `%(name)s` filled in; untranslated text stays English."""
    translated = catalog(code).texts.get(text, (text,))[0]
    return translated % values if values else translated


def translate_number(code: str, one: str, many: str, number: int, **values: object) -> str:
    """Return the form of a text that fits `number`; `%(number)s` is the number itself."""
    known = catalog(code)
    forms = known.texts.get(one, (one, many))
    return forms[known.form(number)] % {"number": number, **values}


def chosen(accept_language: str) -> str:
    """Return the interface that fits an Accept-Language header best (RFC 9110 12.5.4)."""
    wishes = []
    for at, part in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        wishes.append((-quality, at, tag.split("-")[0].lower()))
    for quality, _, code in sorted(wishes):
        if quality < 0 and code in INTERFACES:
            return code
    return DEFAULT


class LanguagePrefix:
    """Takes the language off the front of the address; pages find it in `request.state`.

    `request.state.lang` is the code and `request.state.prefix` what links put in front.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"].strip("/")
            first, _, rest = path.partition("/")
            state = scope.setdefault("state", {})
            if first in INTERFACES:
                state["lang"], state["prefix"] = first, f"/{first}"
                path = rest
            else:
                wish = Headers(scope=scope).get("accept-language", "")
                state["lang"], state["prefix"] = chosen(wish), ""
            scope = {**scope, "path": f"/{path}"}
        await self.app(scope, receive, send)
