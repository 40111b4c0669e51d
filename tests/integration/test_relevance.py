"""The frozen set of judged queries, by the portal's own search, with a real engine and without."""

from __future__ import annotations

from collections import Counter

import pytest

from infra.relevance.__main__ import BAR, scores
from infra.relevance.directories import Directory, generated, sample
from infra.relevance.judging import precision, queries
from shared.vocabulary import GENDERS, LANGUAGES, NEEDS
from shared.vocabulary.words import CAN_COME, WORDS

#: A lower bar for one language: it has few queries, and each weighs more.
LANGUAGE_BAR = 0.85
FEW = 1_000


def test_the_set_is_large_enough_and_uses_known_codes() -> None:
    asked = queries()
    by_language = Counter(one.lang for one in asked)
    assert len(asked) >= 80
    assert set(by_language) == set(WORDS)
    assert min(by_language.values()) >= 5
    for one in asked:
        assert {*one.needs, *one.also} <= set(NEEDS), one.q
        assert set(one.genders) <= set(GENDERS), one.q
        assert set(one.can_come) <= set(CAN_COME), one.q
        assert set(one.languages) <= set(LANGUAGES), one.q


def test_a_list_that_ends_too_early_is_not_precise() -> None:
    right = {"a", "b", "c", "d"}
    assert precision(["a", "b"], right) == 0.5
    assert precision(["a", "x", "b", "c", "d"], right) == 0.75
    assert precision([], right) == 0


@pytest.mark.parametrize(
    "directory", [sample(), generated(FEW)], ids=lambda directory: directory.name
)
def test_ten_first_results_answer_what_was_asked_in_every_language(directory: Directory) -> None:
    for one in scores(directory):
        assert one.mean >= BAR, one.by
        assert one.dead_ends == [], one.by
        low = {lang: found for lang, found in one.by_language().items() if found < LANGUAGE_BAR}
        assert low == {}, one.by
