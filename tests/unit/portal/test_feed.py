"""The feed of guides has what RFC 4287 requires, whatever is in their titles."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from portal.pages.feed import ATOM, MOST_ENTRIES, NEVER, as_atom
from tests.support.portal_samples import guide

RIGHTS = "https://help.example.org/rights"
HOSTILE = ["</title><script>x</script>", "]]> & <", "nul\x00 bell\x07", "\ud800 half", "\ufffe x"]


def read(guides: list[dict[str, Any]], lang: str = "en") -> ET.Element:
    return ET.fromstring(as_atom(guides, lang, RIGHTS))


def texts(root: ET.Element, path: str) -> list[str]:
    return [one.text or "" for one in root.findall(path, {"": ATOM})]


def test_the_feed_has_what_the_standard_requires() -> None:
    changed = guide("u-visa", "The U visa", ["law"]) | {"changed_at": "2026-11-23T01:00:00+00:00"}
    root = read([guide("t-visa", "The T visa", ["law"]), changed])
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert texts(root, "updated") == ["2026-11-23T01:00:00+00:00"]
    assert texts(root, "title") == ["Your rights and benefits"]
    assert texts(root, "author/name") == ["Local help"]
    assert texts(root, "entry/title") == ["The U visa", "The T visa"]
    assert texts(root, "entry/updated")[1] == "2026-11-22T00:00:00+00:00"
    assert len(texts(root, "entry/summary")) == 2
    ids = [*texts(root, "id"), *texts(root, "entry/id")]
    assert len({UUID(one.removeprefix("urn:uuid:")) for one in ids}) == 3
    links = {one.get("rel"): one.get("href") for one in root.findall("link", {"": ATOM})}
    assert links == {"self": f"{RIGHTS}/feed.xml", "alternate": RIGHTS}
    assert [one.get("href") for one in root.findall("entry/link", {"": ATOM})] == [
        f"{RIGHTS}/u-visa",
        f"{RIGHTS}/t-visa",
    ]


def test_a_library_without_guides_is_a_feed_too() -> None:
    assert texts(read([]), "updated") == [NEVER]


def test_only_the_newest_are_in_it() -> None:
    many = [
        guide(f"guide-{n}", f"Guide {n}", ["law"]) | {"changed_at": f"2026-01-01T00:{n:02}:00Z"}
        for n in range(60)
    ]
    told = texts(read(many), "entry/title")
    assert (len(told), told[0]) == (MOST_ENTRIES, "Guide 59")


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_words_stay_words(title: str) -> None:
    root = read([guide("t-visa", title, ["law"])])
    assert len(list(root.iter())) == 14
    assert len(texts(root, "entry/title")) == 1
