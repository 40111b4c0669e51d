"""How hard the English pages are to read: at most grade 6 by Flesch and Kincaid (1975).

Over half of the adults in the United States read below grade 6.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.e2e.public.tour import opened_pages

MOST_GRADE = 6.0
#: Not ours to word: names of places, a guide's own text, lists of languages.
NOT_OURS = {"guide", "guide in English only", "languages", "service", "confidential service"}
TEXTS = """() => ['p', 'li', 'h1', 'h2', 'label', 'legend']
  .flatMap(name => [...document.querySelectorAll(`main ${name}`)])
  .filter(e => !e.querySelector('p, li, h2')).map(e => e.innerText)"""


def syllables(word: str) -> int:
    """Return about how many syllables an English word has."""
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    silent_ed = word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1
    return max(1, groups - silent - silent_ed)


def grade(texts: list[str]) -> float:
    """Return the school grade that can read these texts."""
    sentences = [
        part for text in texts for part in re.split(r"[.!?:]+\s|\n", text + "\n") if part.strip()
    ]
    words = [word for text in texts for word in re.findall(r"[A-Za-z'’]+", text)]
    per_sentence = len(words) / len(sentences)
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def test_the_measure_tells_plain_from_hard() -> None:
    assert grade(["We can help. You do not have to give your name."]) < 2
    hard = "Individuals requiring accommodation should contact the administrative coordinator."
    assert grade([hard]) > 12


def test_every_page_reads_at_grade_six_or_below(site: str, page: Page) -> None:
    grades = {}
    for name in opened_pages(page, f"{site}/en"):
        if name not in NOT_OURS:
            grades[name] = round(grade(page.evaluate(TEXTS)), 1)
    assert {name: found for name, found in grades.items() if found > MOST_GRADE} == {}
