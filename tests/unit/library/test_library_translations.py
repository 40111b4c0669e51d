"""A translation keeps which version of the English text it was made from."""

from __future__ import annotations

from typing import Any

import pytest

from services.library import domain, life
from shared.errors import Invalid
from tests.unit.library.test_library_guides import guide

Json = dict[str, Any]
SPANISH: Json = {"lang": "es", "translation": "reviewed"}


def written(state: Json | None, english: int, **fields: Any) -> Json:
    """A translation written and published while there were so many versions of the English."""
    revision = state.get("revision", 0) if state else 0
    state, _ = life.write(state, guide(**SPANISH | fields), revision, "ana", english)
    state, _ = life.send(state, "t-visa", "es", revision + 1, "ana")
    state, _ = life.approve(state, "t-visa", "es", revision + 1, "ben")
    return state


def made_from(state: Json) -> int | None:
    found: int | None = state["guide"].get("translated_from")
    return found


def test_new_words_are_made_from_the_newest_english() -> None:
    state = written(None, 2)
    assert made_from(state) == 2
    assert made_from(written(state, 3, body="Otras palabras.")) == 3


def test_another_date_leaves_it_made_from_where_it_was() -> None:
    state = written(None, 2)
    assert made_from(written(state, 5, review_by="2028-01-01")) == 2


def test_what_its_writer_says_counts() -> None:
    state = written(None, 2)
    assert made_from(written(state, 5, body="Una coma.", translated_from=2)) == 2
    assert made_from(written(state, 5, translated_from=5)) == 5


def test_the_words_of_the_seed_stay_without_a_version() -> None:
    move = domain.publish(None, guide(**SPANISH))
    assert move is not None
    assert made_from(written(move[0], 3, review_by="2028-01-01")) is None
    assert made_from(written(move[0], 3, title="Otra")) == 3


@pytest.mark.parametrize("fields", [{}, {"lang": "es"}, {"translation": "reviewed"}])
def test_an_original_is_made_from_nothing(fields: Json) -> None:
    state, _ = life.write(None, guide(**fields), 0, "ana", 3)
    assert "translated_from" not in state["draft"]["guide"]
    with pytest.raises(Invalid, match="translated_from"):
        life.write(None, guide(**fields, translated_from=1), 0, "ana", 3)


def test_without_an_english_text_it_is_made_from_nothing() -> None:
    assert made_from(written(None, 0)) is None


def test_a_version_that_was_never_published_is_refused() -> None:
    with pytest.raises(Invalid, match="translated_from"):
        life.write(None, guide(**SPANISH, translated_from=3), 0, "ana", 2)
