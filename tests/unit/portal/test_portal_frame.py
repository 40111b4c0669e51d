"""The frame around every page: languages, limits, declared access, texts, translations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from portal import catalogs, i18n
from portal.app import routes
from portal.limits import WrongCodes
from portal.page import Address, Page, key, public, session
from portal.rendering import TEMPLATES, dial
from portal.routes import PAGES


async def page(request: Request) -> Response:
    return Response("")


def test_a_page_without_declared_access_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        Page("/x", page)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Page("/x", page, "public")  # type: ignore[arg-type]


def test_two_pages_for_one_address_and_method_cannot_start() -> None:
    with pytest.raises(ValueError, match="/x has two pages"):
        routes([Page("/x", page, public), Page("/x", page, session())])


def test_methods_of_one_address_may_have_their_own_access() -> None:
    address = Address([Page("/x", page, public), Page("/x", page, key("s"), ("POST",))])
    assert {method: one.access.kind for method, one in address.pages.items()} == {
        "GET": "public",
        "POST": "key",
    }


def test_every_address_of_the_portal_declares_who_may_see_it() -> None:
    for one in PAGES:
        assert one.access.kind in ("public", "session", "key", "public_or_key"), one.path
        if one.path.startswith("/workspace") and "sign-in" not in one.path:
            assert one.access.kind == "session", one.path
    assert routes(PAGES)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("es-MX,es;q=0.9,en;q=0.5", "es"),
        ("fr;q=1.0, es;q=0.4, en;q=0.3", "es"),
        ("xx,yy", "en"),
        ("es;q=0,en", "en"),
        ("es;q=much", "en"),
        ("," * 5_000, "en"),
    ],
)
def test_the_browsers_wish_chooses_the_language(header: str, code: str) -> None:
    assert i18n.chosen(header) == code


def test_every_text_is_translated() -> None:
    for code in i18n.INTERFACES:
        if code != i18n.DEFAULT:
            assert catalogs.untranslated(code) == []


def test_translations_keep_the_names_that_are_filled_in() -> None:
    for code in i18n.INTERFACES:
        for text, forms in i18n.catalog(code).texts.items():
            for form in forms:
                wanted = set(re.findall(r"%\((\w+)\)s", text)) - {"number"}
                assert wanted <= set(re.findall(r"%\((\w+)\)s", form)), text


def test_links_and_forms_keep_the_language() -> None:
    """A fixed address in a template would drop the /es in front."""
    fixed = re.compile(r'(?:href|action|formaction)="/(?!\{\{ one\.code|language")')
    wrong = [
        f"{path.name}: {line.strip()}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        if "workspace" not in path.parts
        for line in path.read_text().splitlines()
        if fixed.search(line)
    ]
    assert wrong == []


def test_templates_hold_no_style_or_script_of_their_own() -> None:
    """The content policy would refuse it; a file to take along names its one style in its own."""
    own = re.compile(r"<style|style=|<script>|\son\w+=|javascript:", re.IGNORECASE)
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        if path.name == "pack.html":
            text = text.replace("<style>{{ style }}</style>", "", 1)
        assert not own.search(text), path.name


@pytest.mark.parametrize(
    ("number", "link"),
    [("1-888-373-7888", "+18883737888"), ("911", "911"), ("+44 20 7946 0000", "+442079460000")],
)
def test_a_phone_number_is_written_as_a_link_wants_it(number: str, link: str) -> None:
    assert dial(number) == link


def asks(host: str) -> Request:
    return Request({"type": "http", "client": (host, 1), "headers": []})


def test_thirty_wrong_codes_from_one_house_stop_nobody() -> None:
    limit = WrongCodes(allowed=60)
    for at in range(30):
        limit.count(asks(f"192.0.2.{at}"))
    assert not limit.too_many(asks("192.0.2.99"))


def test_a_flood_of_wrong_codes_waits_and_ends() -> None:
    now = [0.0]
    limit = WrongCodes(allowed=5, seconds=600, clock=lambda: now[0])
    for _ in range(5):
        limit.count(asks("192.0.2.1"))
    assert limit.too_many(asks("192.0.2.200"))
    assert not limit.too_many(asks("198.51.100.1"))
    assert not limit.too_many(asks("2001:db8::1"))
    now[0] = 601
    assert not limit.too_many(asks("192.0.2.1"))


def test_the_limit_keeps_no_address_and_not_for_ever() -> None:
    limit = WrongCodes(most_prefixes=10)
    for at in range(50):
        limit.count(asks(f"10.{at}.0.1"))
    assert len(limit._seen) <= 10
    assert not any(b"10." in prefix for prefix in limit._seen)


def test_the_stylesheet_is_free_of_the_brand_it_was_made_from() -> None:
    css = (Path(i18n.__file__).parent / "static" / "anydoor.css").read_text()
    assert "MIT licence" in css[:200]
    for word in ("GDS Transport", "crown-", "@font-face", "#1d70b8", "url("):
        assert word.lower() not in css.lower().replace("crown copyright", "")
    assert not re.search(r"[;{](?:margin|padding|border)-(?:left|right)|float:(?:left|right)", css)
