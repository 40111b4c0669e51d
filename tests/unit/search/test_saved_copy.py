"""The portal's saved copy finds by lay words, forgives typos and never breaks on what is typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.full_text import edits, words_of
from portal.meaning import meaning_of
from portal.named_places import NamedPlaces, Row
from portal.saved_copy import SavedFile
from portal.wishes import NOTHING, PAGE_SIZE, Near, Spot, Wish
from shared.directory import Place
from tests.support.search_hands import GUIDE, HOSTILE, card, page

CARDS = [
    card("Cedar House", needs=["emergency_housing"], genders=["man"], areas=["XS-pine"]),
    card("Rose House", needs=["emergency_housing"], genders=["woman"], areas=["XS-lakeshore"]),
    card("Lakeside Law", needs=["legal_assistance"], languages=["es"], areas=["XS-lakeshore"]),
    card("Phone Line", needs=["crisis_intervention"], remote=True),
    card("Old Clinic", needs=["medical_care"], status="defunct"),
    card(
        "Clinic",
        needs=["medical_care"],
        can_come=["no_id", "felony"],
        places=[Place(area="XS-harbor", city="Larch", postal_code="00301")],
    ),
]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SavedFile]:
    saved = SavedFile(tmp_path / "portal.sqlite3")
    saved.apply([page(CARDS), page([], [GUIDE])], 1_000.0)
    yield saved
    saved.close()


def names(file: SavedFile, text: str = "", near: Near | None = None, **wish: Any) -> list[str]:
    found = file.search(Wish(text=text, **wish), "es", near=near).services
    return [one.removeprefix("id-") for one in found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("shelter for men", "Cedar House"),
        ("refugio para hombres", "Cedar House"),
        ("shleter for women", "Rose House"),
        ("abogado visa T", "Lakeside Law"),
        ("lawer", "Lakeside Law"),
        ("LAWYER", "Lakeside Law"),
        ("clínica", "Clinic"),
        ("Larch", "Clinic"),
    ],
)
def test_typos_lay_and_spanish_words_find(file: SavedFile, text: str, first: str) -> None:
    assert names(file, text)[0] == first


def test_without_words_everything_open_is_listed(file: SavedFile) -> None:
    assert set(names(file)) == {one.name for one in CARDS} - {"Old Clinic"}


def test_an_area_holds_what_is_there_and_what_is_given_from_afar(file: SavedFile) -> None:
    assert set(names(file, near=Near(("XS-pine",)))) == {"Cedar House", "Phone Line"}


def test_near_a_place_the_nearest_come_first_page_by_page(tmp_path: Path) -> None:
    saved = SavedFile(tmp_path / "near.sqlite3")
    around = [0.0, 0.3, 1.0, 3.0]
    cards = [
        card(
            f"House {number}",
            needs=["emergency_housing"],
            areas=["XS-pine"],
            places=[Place(area="XS-pine", latitude=46.8 + around[number % 4], longitude=-122.8)],
        )
        for number in range(44)
    ]
    hidden = Place(area="XS-pine", confidential=True)
    cards.append(card("House hidden", needs=["emergency_housing"], places=[hidden]))
    saved.apply([page(cards)], 1.0)
    known = NamedPlaces(saved.places())
    spot = Spot("Larch", ("XS-pine",), (46.8, -122.8))
    shelter = meaning_of(Wish(text="shelter"), {})
    for text, meaning in (("", NOTHING), ("house", NOTHING), ("shelter", shelter)):
        pages = [
            saved.search(Wish(text=text, page=n), "en", meaning, known.around(spot)).services
            for n in (1, 2, 3, 4)
        ]
        found = [id.removeprefix("id-House ") for one in pages for id in one]
        assert [len(one) for one in pages] == [20, 20, 5, 0]
        assert len(set(found)) == 45
        rings = [1.5 if one == "hidden" else int(one) % 4 for one in found]
        assert rings == sorted(rings, key=lambda ring: int(ring))
    close = saved.search(Wish(), "en", NOTHING, known.around(spot, 10))
    assert (len(close.services), close.total) == (12, 12)
    assert "id-House hidden" in close.services
    saved.close()


def test_choices_of_one_kind_widen_and_of_two_narrow(file: SavedFile) -> None:
    both = {"needs": ("emergency_housing", "legal_assistance")}
    assert set(names(file, choices=both)) == {"Cedar House", "Rose House", "Lakeside Law"}
    assert names(file, choices={**both, "languages": ("es",)}) == ["Lakeside Law"]


def test_everything_that_must_be_possible_must_be(file: SavedFile) -> None:
    assert names(file, choices={"can_come": ("no_id", "felony")}) == ["Clinic"]
    assert names(file, choices={"can_come": ("no_id", "pets")}) == []


def test_guides_of_the_language_come_with_the_services(file: SavedFile) -> None:
    assert file.search(Wish(text="visa"), "es").guides == [("t-visa", "es")]
    assert file.search(Wish(text="visa"), "en").guides == []
    assert file.search(Wish(), "es").guides == []


def test_guides_of_another_language_come_in_english_too(file: SavedFile) -> None:
    english = {**GUIDE, "id": "guide:u-visa:en", "slug": "u-visa", "lang": "en"}
    file.apply([page([], [english])], 2.0)
    assert sorted(file.search(Wish(text="visa"), "es").guides) == [
        ("t-visa", "es"),
        ("u-visa", "en"),
    ]
    assert file.search(Wish(text="visa"), "en").guides == [("u-visa", "en")]
    assert ("u-visa", "en") in file.search(Wish(text="abogado"), "vi").guides


def test_pages_follow_one_another_without_repeating(tmp_path: Path) -> None:
    saved = SavedFile(tmp_path / "many.sqlite3")
    saved.apply([page([card(f"House {n}", needs=["safety"]) for n in range(45)])], 1.0)
    pages = [names(saved, "house", page=number) for number in (1, 2, 3, 4)]
    assert [len(one) for one in pages] == [PAGE_SIZE, PAGE_SIZE, 5, 0]
    assert len({name for one in pages for name in one}) == 45
    saved.close()


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_only_ever_words(file: SavedFile, text: str) -> None:
    assert file.search(Wish(text=text), "es").is_saved_copy


def test_changes_replace_and_withdrawals_remove(file: SavedFile) -> None:
    changed = card("Cedar House", needs=["dental_care"])
    file.apply([page([changed], withdrawn=["id-Clinic", "id-unknown"], revision=2)], 2_000.0)
    assert names(file, "dentist") == ["Cedar House"]
    assert "Clinic" not in names(file)
    contents = file.load()
    assert contents.revision == 2
    assert "id-Clinic" not in contents.services


def test_the_copy_outlives_a_restart(file: SavedFile, tmp_path: Path) -> None:
    told = [{"service": "id-Clinic", "outward": "has", "updated_at": "2026-11-22T10:00:00+00:00"}]
    file.apply([page([], capacity=told)], 3_000.0)
    again = SavedFile(tmp_path / "portal.sqlite3")
    contents = again.load()
    assert contents.checked_at == 3_000.0
    assert contents.capacity["id-Clinic"][0] == "has"
    assert contents.guides["guide:t-visa:es"]["title"] == "La visa T"
    assert Row("Larch", "", "XS-harbor", None, None) in contents.places
    again.close()


def test_a_new_epoch_replaces_everything_in_one_step(file: SavedFile) -> None:
    file.apply([page(CARDS[:1], epoch="2")], 4_000.0, anew=True)
    contents = file.load()
    assert set(contents.services) == {"id-Cedar House"}
    assert contents.guides == {}
    assert contents.epoch == "2"


@pytest.mark.parametrize("content", [b"this is no database", b"SQLite format 3\x00" + b"x" * 5_000])
def test_a_broken_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(content)
    saved = SavedFile(path)
    assert saved.load().services == {}
    saved.close()


def test_words_are_flat_few_and_telling() -> None:
    assert words_of("Necesito un ABOGADO, para mí: ¿visa T?") == ["abogado", "visa"]
    assert words_of("the") == ["the"]
    assert words_of("😀 \u202e !!") == []
    assert len(words_of(" ".join(f"word{n}" for n in range(50)))) == 10


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("lawer", "lawyer", 1), ("shleter", "shelter", 1), ("abc", "abc", 0), ("abc", "xyz", 2)],
)
def test_edits_count_changed_added_missing_and_swapped_letters(
    one: str, other: str, distance: int
) -> None:
    assert edits(one, other, 1) == distance
