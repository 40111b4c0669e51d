"""What people type is understood in twelve languages, with typos, and never breaks anything."""

from __future__ import annotations

import time

import pytest

from portal.meaning import loosened, meaning_of
from portal.phrases import as_words
from portal.wishes import NOTHING, Spot, Wish
from shared.vocabulary import AGE_GROUPS, GENDERS, LANGUAGES, NEEDS, ORIGINS
from shared.vocabulary.words import CAN_COME, LANGUAGE, SMALL, WORDS, words_for
from tests.support.search_hands import HOSTILE

LARCH = Spot("Larch Landing", ("XS-lakeshore",))
PLACES = {"larch landing": LARCH, "00301": Spot("00301", ("XS-lakeshore",))}


def needs(text: str) -> tuple[str, ...]:
    return meaning_of(Wish(text=text), PLACES).need_codes


@pytest.mark.parametrize("lang", list(WORDS))
def test_every_language_has_words_for_every_need_and_no_unknown_code(lang: str) -> None:
    codes = {*NEEDS, *GENDERS, *AGE_GROUPS, *ORIGINS, *CAN_COME, SMALL}
    codes |= {f"{LANGUAGE}{code}" for code in LANGUAGES}
    assert set(NEEDS) <= set(WORDS[lang]) <= codes
    assert {"woman", "man", "minor"} <= set(WORDS[lang])


@pytest.mark.parametrize("lang", list(WORDS))
@pytest.mark.parametrize("need", list(NEEDS))
def test_the_words_of_a_need_are_understood(lang: str, need: str) -> None:
    missed = [word for word in WORDS[lang][need] if need not in needs(word)]
    # A word alone may be known better in another language; a tenth is the most there may be.
    assert len(missed) <= len(WORDS[lang][need]) / 10, missed


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("shleter", "emergency_housing"),
        ("LAWYER!!", "legal_assistance"),
        ("clinica", "medical_care"),
        ("nha si", "dental_care"),
        ("我需要律師", "legal_assistance"),
        ("변호사를 찾아요", "legal_assistance"),
        ("المحامي", "legal_assistance"),
        ("адвокатами", "legal_assistance"),
        ("khana", "food_clothing"),
    ],
)
def test_typos_accents_articles_and_endings_are_forgiven(text: str, need: str) -> None:
    assert need in needs(text)


def test_a_word_with_two_meanings_is_read_in_the_language_around_it() -> None:
    assert needs("abrigo para homens") == ("emergency_housing", "transitional_housing")
    assert needs("abrigo de invierno para mi hijo") == ("food_clothing",)


def test_who_it_is_for_what_must_be_possible_and_where_are_conditions() -> None:
    found = meaning_of(Wish(text="shelter for women with a dog in Larch Landing"), PLACES)
    assert found.who == (("genders", ("woman",)),)
    assert (found.wishes, found.spot) == ((("can_come", ("pets",)),), LARCH)
    teens = meaning_of(Wish(text="undocumented teen"), PLACES)
    assert teens.who == (("populations", ("minor/foreign_national",)),)


def test_two_needs_are_two_groups_and_unknown_words_are_left() -> None:
    found = meaning_of(Wish(text="a lawyer and food at Rosewood"), PLACES)
    assert found.needs == (("legal_assistance",), ("food_clothing",))
    assert found.rest == "rosewood"


def test_what_was_chosen_is_not_guessed_again() -> None:
    chosen: dict[str, tuple[str, ...]] = {"needs": ("safety",), "genders": ("man",)}
    found = meaning_of(Wish(text="food for women 00301", spot=LARCH, choices=chosen), PLACES)
    assert found.is_nothing
    assert meaning_of(Wish(text="food", as_typed=True), PLACES) == NOTHING


def test_less_is_asked_for_step_by_step_but_never_less_of_who_until_the_end() -> None:
    found = meaning_of(Wish(text="shelter for men with dogs"), PLACES)
    first, second, last = loosened(found)
    assert first == found
    assert (second.needs, second.who, second.wishes) == (found.needs, found.who, ())
    assert last == NOTHING
    assert list(loosened(NOTHING)) == [NOTHING]
    assert [one.spot for one in loosened(meaning_of(Wish(text="food 00301"), PLACES))] == [
        PLACES["00301"],
        None,
        None,
    ]


def test_a_place_is_no_typo_of_something_to_wear() -> None:
    coast = Spot("Coast", ("XG-coast",))
    found = meaning_of(Wish(text="food in Coast"), {"coast": coast, "shelter": LARCH})
    assert (found.need_codes, found.spot) == (("food_clothing",), coast)
    assert meaning_of(Wish(text="shelter"), {"shelter": LARCH}).spot is None


def test_the_first_place_of_the_words_counts_unless_all_places_are_asked_for() -> None:
    text = "shelter in 00301 or Larch Landing"
    assert meaning_of(Wish(text=text), PLACES).spot == PLACES["00301"]
    anywhere = meaning_of(Wish(text=text, anywhere=True), PLACES)
    assert anywhere.spot is None
    assert anywhere.needs == meaning_of(Wish(text=text), PLACES).needs


@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "shelter " * 5_000, "ا" * 9_000, "ы" * 9_000])
def test_whatever_is_typed_is_read_at_once(text: str) -> None:
    begun = time.process_time()
    meaning_of(Wish(text=text), PLACES)
    assert time.process_time() - begun < 0.5


def test_places_are_kept_as_words_are() -> None:
    assert as_words("Cañon-City") == "canon city"
    assert words_for("nobody knows") == ()
