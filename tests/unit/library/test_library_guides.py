"""A guide is published, changed and withdrawn by rules that name what does not fit."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.library import domain, life
from services.library.domain import Guide
from services.library.markdown import check_markdown
from shared.errors import IllegalMove, Invalid
from shared.events.library import GuideChanged, GuidePublished, GuideWithdrawn

FIELDS: dict[str, Any] = {
    "slug": "t-visa",
    "lang": "en",
    "title": "The T visa",
    "summary": "A way to stay and work.",
    "kind": "benefit",
    "audience": ["client"],
    "topics": ["immigration"],
    "needs": ["legal_assistance"],
    "translation": "original",
    "jurisdiction": "US",
    "source": [{"name": "USCIS", "url": "https://www.example.org/t"}],
    "checked_on": "2026-11-22",
    "review_by": "2027-05-22",
    "body": "You may stay.\n\n## What you need\n\n- **A form**\n",
}


def guide(**changes: Any) -> Guide:
    return msgspec.convert({**FIELDS, **changes}, Guide)


def published() -> dict[str, Any]:
    move = domain.publish(None, guide())
    assert move is not None
    return move[0]


def test_a_new_guide_is_published() -> None:
    move = domain.publish(None, guide())
    assert move == (
        {"guide": {**FIELDS}, "is_published": True},
        [GuidePublished(guide="t-visa", lang="en")],
    )


def test_the_same_guide_again_changes_nothing() -> None:
    assert domain.publish(published(), guide()) is None


def test_other_words_are_a_change() -> None:
    move = domain.publish(published(), guide(title="Visa T"))
    assert move is not None
    state, events = move
    assert state["guide"]["title"] == "Visa T"
    assert events == [GuideChanged(guide="t-visa", lang="en")]


def test_a_withdrawn_guide_keeps_its_text_and_can_be_published_again() -> None:
    state, events = life.withdraw(published(), "t-visa", "en", "seed")
    assert events == [GuideWithdrawn(guide="t-visa", lang="en")]
    assert state["guide"] == FIELDS
    assert not state["is_published"]
    move = domain.publish(state, guide())
    assert move is not None
    assert move[1] == [GuidePublished(guide="t-visa", lang="en")]


@pytest.mark.parametrize("state", [None, {"guide": FIELDS, "is_published": False}])
def test_only_a_published_guide_can_be_withdrawn(state: dict[str, Any] | None) -> None:
    with pytest.raises(IllegalMove, match="withdraw is not possible"):
        life.withdraw(state, "t-visa", "en", "seed")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slug", "T Visa"),
        ("slug", "../etc"),
        ("title", ""),
        ("title", "x" * 121),
        ("title", "two\nlines"),
        ("title", "<b>bold</b>"),
        ("summary", "x" * 201),
        ("kind", "poem"),
        ("audience", []),
        ("audience", ["everyone"]),
        ("topics", ["Not A Code"]),
        ("translation", "machine"),
        ("jurisdiction", "Mars"),
        ("source", []),
        ("source", [{"name": "x", "url": "javascript:alert(1)"}]),
        ("source", [{"name": "x", "url": "https://example.org/a b"}]),
        ("checked_on", "yesterday"),
        ("body", ""),
        ("body", "x" * 20_001),
        ("body", {"$gt": ""}),
        ("owner", "me"),
    ],
)
def test_a_field_that_does_not_fit_is_refused(name: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        guide(**{name: value})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lang": "xx"}, "guide.lang"),
        ({"needs": ["a_boat"]}, "guide.needs"),
        ({"needs": ["safety", "safety"]}, "guide.needs"),
        ({"review_by": "2026-11-22"}, "guide.review_by"),
        ({"body": "Hello <script>alert(1)</script>"}, "guide.body"),
    ],
)
def test_a_rule_that_is_broken_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        domain.check(guide(**changes))
    assert caught.value.field == field


def test_a_guide_that_fits_is_fine() -> None:
    domain.check(guide())


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<!-- hidden -->",
        "<svg/onload=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<div>\n\nwords\n\n</div>",
        "<?php ?>",
        "<![CDATA[x]]>",
        "![picture](https://example.org/x.png)",
        "```\ncode\n```",
        "    indented code",
        "`code`",
        "# A first heading",
        "Title\n=====",
        "[x](ftp://example.org)",
        "[x](data:text/plain,x)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](vbscript:x)",
        "[x](\tjavascript:alert(1))",
        "[x](//example.org)",
        "[x](///example.org)",
        "[x](//example.org/rights)",
        "[x](/\\example.org)",
        "[x](\\\\example.org)",
        "[x](</\t/example.org>)",
        "[x](/&#9;/example.org)",
        "[x](/&#10;/example.org)",
        "[x](/%5cexample.org)",
        "[x](/\u200b/example.org)",
        "[x](https:example.org)",
        "[x](https:/example.org)",
        "[x](https:///example.org)",
        "[x](https://)",
        "[x](https://me:words@example.org/)",
        "[x](https://example.org@10.0.0.1/)",
        "[x](https://10.0.0.1/)",
        "[x](https://[::1]/)",
        "[x](https://2130706433/)",
        "[x](http://localhost:8000/)",
        "[x](https://example.org:999999/)",
        "[x](https://example.org\\@example.com/)",
        "[x](rights)",
        "[x](../rights)",
        "[x](?words=a)",
        "[x](#part)",
        "[x]()",
        "[x](tel:)",
        "[x](tel:call-me)",
        "[x](sms:911?body=come)",
        "[x][1]\n\n[1]: //example.org",
        "**<b>x</b>**",
        "<https://example.org> and <mailto:x@example.org>",
        "[x][1]\n\n[1]: irc://example.org",
    ],
)
def test_what_is_not_plain_markdown_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="line"):
        check_markdown("body", f"Fine.\n\n{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        "**Bold**, *soft*, and 3 < 5 & more.",
        "## Heading\n\n1. one\n2. two\n   - inner\n\n> said\n\n---\n",
        "[a](https://example.org/x?y=1) [b](/rights/u-visa) [c](tel:911)",
        "[a](http://sub.example.org:8080#part) [b](/) [c](tel:+1-555-555-0142) [d](sms:233733)",
        "[a](tel:{hotline_phone}) [b](https://example.org) [c](https://exämple.org/é//x)",
        "Line one\\\nline two &amp; {hotline_phone}",
    ],
)
def test_plain_markdown_is_fine(text: str) -> None:
    check_markdown("body", text)
