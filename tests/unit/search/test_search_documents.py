"""Cards and guides become index documents: lay words in, private and changing things out."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.search.documents import EVERY_GENDER, guide_document, index_id, service_document
from services.search.domain import Wanted, read_card, read_guide, wanted_by
from services.search.index_settings import BY_KIND, fingerprint
from shared.directory import Capacity, Place, ServiceCard
from shared.errors import Invalid
from shared.events import library, registry
from shared.vocabulary import NEEDS
from tests.support.search_hands import GUIDE

CARD = ServiceCard(
    id="0b5a3b2e-0000-5000-8000-000000000001",
    organization="0b5a3b2e-0000-5000-8000-000000000002",
    organization_name="North Star",
    name="North Star beds",
    needs=["emergency_housing"],
    genders=["man"],
    languages=["es"],
    areas=["XS-lakeshore"],
    places=[
        Place(area="XS-lakeshore", street="1 Example Street", city="Larch", postal_code="00301")
    ],
    capacity=Capacity(outward="has", updated_at="2026-11-22T10:00:00+00:00"),
)


def card(**changes: Any) -> ServiceCard:
    return msgspec.structs.replace(CARD, **changes)


def given(**changes: Any) -> dict[str, Any]:
    return {**msgspec.to_builtins(CARD), **changes}


def test_lay_words_in_both_languages_are_searched_but_hidden() -> None:
    document = service_document(CARD)
    assert {"shelter", "refugio", "men", "hombres"} <= set(document["keywords"])
    assert "Español" in document["language_names"]
    assert BY_KIND["service"]["displayedAttributes"] == ["id"]
    assert "keywords" in BY_KIND["service"]["searchableAttributes"]


def test_every_need_has_a_word_to_be_found_by() -> None:
    for code in NEEDS:
        assert service_document(card(needs=[code]))["keywords"]


def test_capacity_and_street_are_not_in_the_index() -> None:
    text = str(service_document(CARD))
    assert "has" not in service_document(CARD).values()
    assert "Example Street" not in text
    assert "capacity" not in text


def test_a_hidden_place_gives_its_area_only() -> None:
    place = Place(area="XS-pine", confidential=True, postal_code="00999", city="")
    document = service_document(card(areas=[], places=[place]))
    assert document["areas"] == ["XS-pine"]
    assert document["postal_codes"] == []
    assert document["places"] == ["pine"]


def test_people_not_named_on_a_card_are_not_kept_out() -> None:
    document = service_document(card(genders=[], populations=[]))
    assert document["genders"] == EVERY_GENDER
    assert len(document["populations"]) == 4


def test_what_is_given_from_afar_is_for_every_area() -> None:
    assert service_document(card(areas=[], places=[], remote=True))["areas"] == ["*"]
    assert service_document(card(areas=[], places=[]))["areas"] == []


def test_a_guide_is_searched_without_its_signs_and_addresses() -> None:
    document = guide_document(GUIDE)
    assert "papel" in document["body"]
    assert "https" not in document["body"]
    assert "*" not in document["body"]
    assert "abogado" in document["keywords"]


def test_engine_ids_hold_letters_digits_dashes_and_underscores() -> None:
    assert index_id("guide:t-visa:es") == "guide_t-visa_es"
    assert index_id(CARD.id) == CARD.id


def test_settings_have_a_mark_that_differs_by_kind() -> None:
    assert fingerprint("service") != fingerprint("guide")
    assert fingerprint("service") == fingerprint("service")


def test_events_say_what_is_out_of_date_each_once() -> None:
    events = [
        registry.ServiceListed(service="s", organization="o"),
        registry.ServiceChanged(service="s", organization="o", fields=["name"]),
        registry.ServiceWithdrawn(service="s2", organization="o"),
        registry.LocationChanged(location="l", organization="o2", fields=["name"]),
        registry.OrganizationChanged(organization="o3", fields=[]),
        registry.MemberSuspended(organization="o3", reason="training"),
        library.GuideChanged(guide="t-visa", lang="es"),
        library.GuideWithdrawn(guide="t-visa", lang="en"),
    ]
    assert wanted_by(events) == {
        Wanted("service", "s"),
        Wanted("service", "s2"),
        Wanted("organization", "o2"),
        Wanted("organization", "o3"),
        Wanted("guide", "guide:t-visa:es"),
        Wanted("guide", "guide:t-visa:en"),
    }


def test_a_card_that_fits_is_read() -> None:
    assert read_card(given()) == CARD


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 501}, "name"),
        ({"name": {"$gt": ""}}, "name"),
        ({"id": 7}, "id"),
        ({"description": "x" * 1_000_000}, "description"),
        ({"needs": ["x"] * 301}, "needs"),
        ({"needs": ["x" * 501]}, "needs"),
        ({"places": [{"area": "XS-pine", "latitude": "north"}]}, "places[0].latitude"),
        ({"url": "javascript:alert(1)"}, "url"),
    ],
)
def test_a_card_that_does_not_fit_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_card(given(**changes))
    assert caught.value.field == field


def test_a_refusal_holds_nothing_of_the_record() -> None:
    with pytest.raises(Invalid) as caught:
        read_card(given(name="Secret House " * 100))
    assert "Secret" not in str(caught.value)


@pytest.mark.parametrize("changes", [{"title": ""}, {"body": None}, {"body": "x" * 20_001}])
def test_a_guide_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    assert read_guide(GUIDE) == GUIDE
    with pytest.raises(Invalid):
        read_guide({**GUIDE, **changes})
