"""The list of counties and their packs: what is in them, who may load them, when they change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.limits import Visits
from portal.offline.packs import POLICY, STYLE
from portal.offline.sheets import SHOWN_NEEDS, Entry, Group
from portal.offline.texts import MOST_TEXTS, plain, texts
from portal.slips import LONGEST_NOTE
from shared.directory import Phone, Place, ServiceCard
from shared.ids import derived_id
from shared.settings import Settings
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.search_hands import page

PACK = "/en/offline/XS-pine.html"
HOSTILE = "</style><script>alert(1)</script><img src=//example.org/x>"


def card(name: str, **fields: object) -> ServiceCard:
    """Return a shelter in Pine, with these fields."""
    fields = {"areas": ["XS-pine"], "phones": [Phone(number="1-555-555-0150")], **fields}
    return ServiceCard(
        id=derived_id("fake", "service", name),
        organization=derived_id("fake", "organization", name),
        organization_name=name,
        name=name,
        needs=["emergency_housing"],
        **fields,  # type: ignore[arg-type]
    )


@pytest.fixture
def portal(tmp_path: Path) -> FakePortal:
    return make_portal(tmp_path)


@pytest.fixture
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, headers={"accept-language": "en"}) as it:
        yield it


async def tell(portal: FakePortal, *cards: ServiceCard, epoch: str = "2") -> None:
    """Make the copy one of these cards."""
    portal.backend.answers["search.changes_after"] = lambda revision, limit: page(
        list(cards), epoch=epoch
    )
    await portal.snapshot.catch_up()


def told(portal: FakePortal, visitor: TestClient, *cards: ServiceCard, epoch: str = "2") -> str:
    """Return Pine's pack when the directory is these cards."""
    assert visitor.portal is not None
    visitor.portal.call(lambda: tell(portal, *cards, epoch=epoch))
    answer = visitor.get(PACK)
    assert answer.status_code == 200
    return answer.text


def test_every_county_with_a_service_is_listed_in_each_language(visitor: TestClient) -> None:
    text = visitor.get("/offline").text
    for lang in ("en", "es"):
        for area in ("XS-lakeshore", "XS-pine"):
            address = f"/{lang}/offline/{area}.html"
            assert address in text
            answer = visitor.get(address)
            assert answer.status_code == 200
            assert f'<html lang="{lang}"' in answer.text
            assert "<title>Local help</title>" in answer.text or lang == "es"
    assert 'href="/offline"' in visitor.get("/directory").text


def test_a_pack_is_one_neutral_file_that_runs_and_loads_nothing(visitor: TestClient) -> None:
    answer = visitor.get(PACK)
    name = 'attachment; filename="local-help-xs-pine-en.html"'
    assert answer.headers["content-disposition"] == name
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert f"<style>{STYLE}</style>" in answer.text
    assert not re.search(r"<script|<link|<img|\ssrc=|url\(|@import|<form", answer.text)
    assert "1-888-373-7888" in answer.text
    assert "tel:911" in answer.text


def test_a_hidden_place_is_named_by_its_area_only(visitor: TestClient) -> None:
    text = visitor.get(PACK).text
    assert "1-555-555-0124" in text
    assert "safe home" not in text
    assert "<bdi>Pine</bdi>" in text


def test_names_in_records_do_nothing(portal: FakePortal, visitor: TestClient) -> None:
    text = told(
        portal,
        visitor,
        card(HOSTILE, places=[Place(area="XS-pine", city=HOSTILE)]),
        card("A", phones=[Phone(number=f'"><script>{HOSTILE}')]),
        card("B", phones=[Phone(number="5" * 1_000)]),
        card("C", areas=["XS-pine", "../../x", "<b>"]),
    )
    assert "<script" not in text
    assert "<img" not in text
    assert "5" * 41 not in text
    assert "<b>" not in re.sub(r"<b><bdi>|<b><a |<b>[IT]", "", text)
    assert visitor.get("/offline").status_code == 200


def test_nobody_is_sent_to_a_place_that_is_closed_or_out_of_date(
    portal: FakePortal, visitor: TestClient
) -> None:
    text = told(
        portal,
        visitor,
        card("Open Door"),
        card("Shut Door", status="inactive"),
        card("Old Door", out_of_date=True),
        card("Silent Door", phones=[]),
    )
    assert re.findall(r"(\w+) Door", text) == ["Open"]


def test_places_in_the_county_come_before_those_for_the_state_and_for_all(
    portal: FakePortal, visitor: TestClient
) -> None:
    text = told(
        portal,
        visitor,
        card("Everybody Door", areas=[]),
        card("State Door", areas=["XS"]),
        card("County Door"),
        card("Near Door", places=[Place(area="XS-pine")]),
        card("Other Door", areas=["XS-harbor"]),
    )
    names = ["Near", "County", "State", "Everybody"]
    assert re.findall(r"<bdi>(\w+) Door</bdi></b>", text) == names


def test_a_pack_is_kept_until_the_directory_changes(
    portal: FakePortal, visitor: TestClient
) -> None:
    first = visitor.get(PACK)
    known = {"if-none-match": first.headers["etag"]}
    again = visitor.get(PACK, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert "New Door" in told(portal, visitor, card("New Door"))
    changed = visitor.get(PACK, headers=known)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]
    told_again = told(portal, visitor, card("New Door"), card("Newer Door"), epoch="3")
    assert "Newer Door" in told_again


def test_what_is_no_pack_is_not_found_and_too_many_wait(
    portal: FakePortal, visitor: TestClient
) -> None:
    for name in ("XS-atlantis.html", "XS.html", "XS-pine", "XS-pine.pdf", ".html", "%00.html"):
        assert visitor.get(f"/offline/{name}").status_code == 404
    assert visitor.post("/offline/XS-pine.html").status_code == 405
    portal.app.state.parts = replace(portal.parts, whole_lists=Visits(1))
    assert visitor.get(PACK).status_code == 200
    answer = visitor.get(PACK)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert visitor.get("/offline").status_code == 200


def group(code: str, phones: list[str]) -> Group:
    return Group(code, f"{code} á é", [Entry("", phone, "", "", "") for phone in phones])


@pytest.mark.parametrize("phones", [[], ["1-555-555-0150"] * 9, ["9" * 40] * 3, ["<b>", "+1 5 x2"]])
def test_texts_are_few_short_and_say_no_name(phones: list[str]) -> None:
    parts = texts([group(code, phones) for code in SHOWN_NEEDS], Settings(), "es")
    assert 1 <= len(parts) <= MOST_TEXTS
    assert all(len(part) <= LONGEST_NOTE for part in parts)
    assert [part[:4] for part in parts] == [f"{n}/{len(parts)} " for n in range(1, len(parts) + 1)]
    assert parts == [plain(part) for part in parts]
    assert "911" in parts[0]
    assert "á" not in "".join(parts)


def test_texts_hold_letters_of_the_short_alphabet() -> None:
    assert plain("Teléfono, día, año, —帮 “x”") == "Teléfono, dia, año, -- -x-"
