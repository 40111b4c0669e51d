"""A guide written and approved in the workspace is found within seconds, and gone as soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from infra.journey.visitor import Visitor
from tests.support.suite import Suite

WITHIN_S = 3.0
#: The machine may be busy with other tests: one life of a guide in time is enough.
LIVES = 3
LIBRARY = "/workspace/library"
WORD = "quillwort"
TYPED: dict[str, Any] = {
    "lang": "en",
    "title": f"What to know about {WORD}",
    "summary": f"Where {WORD} is given out, and to whom.",
    "kind": "guide",
    "audience": ["client"],
    "topics": ["benefits"],
    "translation": "original",
    "jurisdiction": "US",
    "body": f"Ask for {WORD} at the desk.\n\n## Then\n\nWait **inside**.",
    "source": "A page for examples https://example.org/quillwort",
    "checked_on": "2026-11-01",
    "review_by": "2027-05-01",
}


def at_desk(suite: Suite, role: str) -> Visitor:
    who = suite.somebody(role, suite.coordinator)
    visitor = Visitor(suite.demo.portal_url)
    visitor.open("/workspace/sign-in")
    visitor.send("/workspace/sign-in", {"name": who.name, "password": who.password})
    return visitor


def seconds_until(happened: Callable[[], bool]) -> float:
    """Ask again and again; the seconds it took, at most a minute."""
    began = time.monotonic()
    while not happened():
        took = time.monotonic() - began
        assert took < 60, "it did not happen within a minute"
        time.sleep(0.05)
    return time.monotonic() - began


def is_found(suite: Suite, slug: str, path: str, fields: list[tuple[str, str]]) -> bool:
    answer = suite.post(path, fields)
    assert answer.status == 200
    return f"/rights/{slug}".encode() in answer.data


def is_everywhere(suite: Suite, slug: str) -> list[bool]:
    """Whether it is in the search for services, in the search of guides, at its own address."""
    page = suite.http.request("GET", f"{suite.demo.portal_url}/rights/{slug}")
    return [
        is_found(suite, slug, "/services", [("need", WORD)]),
        is_found(suite, slug, "/rights", [("words", WORD)]),
        page.status == 200,
    ]


def life_of_a_guide(suite: Suite, slug: str) -> list[float]:
    """Write, approve and withdraw a guide; the seconds until it is found, and until it is gone."""
    writer, second = at_desk(suite, "coordinator"), at_desk(suite, "supervisor")
    writer.open(f"{LIBRARY}/new")
    writer.send(f"{LIBRARY}/new", {**TYPED, "slug": slug}, button="save")
    one = f"{LIBRARY}/{slug}/en"
    assert writer.url.partition("?")[0].endswith(one), writer.text[:300]
    assert not any(is_everywhere(suite, slug)), "a draft is for nobody but those who write it"
    writer.send(f"{one}/send")
    second.open(one)
    second.send(f"{one}/approve")
    assert "It is published." in second.text
    found = seconds_until(lambda: all(is_everywhere(suite, slug)))
    second.open(one)
    second.send(f"{one}/withdraw")
    assert "The resource is withdrawn." in second.text
    return [found, seconds_until(lambda: not any(is_everywhere(suite, slug)))]


def test_a_guide_is_found_and_gone_within_three_seconds(suite: Suite) -> None:
    suite.wait_well()
    suite.wait_quiet()
    lives: list[list[float]] = []
    while len(lives) < LIVES and not any(max(one) < WITHIN_S for one in lives):
        lives.append(life_of_a_guide(suite, f"about-quillwort-{len(lives)}"))
    assert any(max(one) < WITHIN_S for one in lives), lives
