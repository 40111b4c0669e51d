"""The seeded guides of the resource library hold to what a reader may rely on.

Each guide is a Markdown file with YAML front matter: `infra/seed/library/<lang>/<slug>.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.library.markdown import check_markdown
from shared.vocabulary import NEEDS
from tests.support.reading import grade, phones

SEED = Path(__file__).resolve().parents[2] / "infra" / "seed" / "library"

KEYS = (
    "slug",
    "title",
    "kind",
    "audience",
    "topics",
    "needs",
    "lang",
    "translation",
    "jurisdiction",
    "source",
    "checked_on",
    "review_by",
    "summary",
)
KINDS = {"guide", "fact_sheet", "form", "training", "benefit", "policy"}
AUDIENCES = {"client", "helper", "provider", "law_enforcement", "public"}
PLACEHOLDERS = {"{hotline_phone}", "{hotline_text}", "{emergency_phone}"}
#: The questions every answer about a benefit must meet, as headings.
BENEFIT_HEADINGS = {
    "en": ("may get", "who decides", "what you need", "how long it takes", "could stop it"),
    "es": ("puede recibir", "quién decide", "qué necesita", "cuánto tarda", "qué puede impedirlo"),
}
CLOSING = {
    "en": "This page is guidance, not legal advice.",
    "es": "Esta página es orientación, no asesoría legal.",
}


@dataclass(frozen=True)
class Guide:
    """One file of the seed: its path, front matter and Markdown body."""

    path: Path
    meta: dict[str, Any]
    body: str

    @property
    def lang(self) -> str:
        """The folder the file lies in, which names its language."""
        return self.path.parent.name

    def __str__(self) -> str:
        return f"{self.lang}/{self.path.stem}"


def read(path: Path) -> Guide:
    opening, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == "", f"{path.name} must begin with front matter"
    return Guide(path, yaml.safe_load(front), body.strip())


GUIDES = [read(path) for path in sorted(SEED.glob("*/*.md"))]
ENGLISH = {guide.path.stem: guide for guide in GUIDES if guide.lang == "en"}
SPANISH = {guide.path.stem: guide for guide in GUIDES if guide.lang == "es"}
BENEFITS = [guide for guide in GUIDES if guide.meta["kind"] == "benefit"]
FOR_CLIENTS = [guide for guide in ENGLISH.values() if "client" in guide.meta["audience"]]

every_guide = pytest.mark.parametrize("guide", GUIDES, ids=str)


@every_guide
def test_front_matter_has_every_key_and_no_other(guide: Guide) -> None:
    of_forms = {"form_number", "form_url"} if guide.meta["kind"] == "form" else set()
    assert set(KEYS) <= set(guide.meta) <= {*KEYS, *of_forms}
    assert guide.meta["slug"] == guide.path.stem
    assert guide.meta["lang"] == guide.lang


@every_guide
def test_codes_are_codes_of_the_field(guide: Guide) -> None:
    meta = guide.meta
    assert meta["kind"] in KINDS
    assert meta["audience"]
    assert set(meta["audience"]) <= AUDIENCES
    assert set(meta["needs"]) <= set(NEEDS)
    assert meta["topics"]
    assert re.fullmatch(r"US(?:-[A-Z]{2})?", meta["jurisdiction"])
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", meta["slug"])


def test_a_topic_gathers_at_least_two_guides() -> None:
    topics = [topic for guide in ENGLISH.values() for topic in guide.meta["topics"]]
    assert all(re.fullmatch(r"[a-z_]+", topic) for topic in topics)
    assert {topic for topic in topics if topics.count(topic) < 2} == set()


@every_guide
def test_a_guide_says_when_it_was_checked_and_when_it_must_be_again(guide: Guide) -> None:
    checked_on, review_by = guide.meta["checked_on"], guide.meta["review_by"]
    assert isinstance(checked_on, date)
    assert isinstance(review_by, date)
    assert 150 <= (review_by - checked_on).days <= 200


@every_guide
def test_a_guide_names_its_public_sources(guide: Guide) -> None:
    assert guide.meta["source"]
    for source in guide.meta["source"]:
        assert sorted(source) == ["name", "url"]
        assert source["name"].strip()
        assert re.match(r"https?://[\w.-]+/", source["url"])


@every_guide
def test_titles_and_summaries_are_short_and_give_nothing_away(guide: Guide) -> None:
    assert 0 < len(guide.meta["summary"]) <= 160
    seen_in_history = f"{guide.meta['slug']} {guide.meta['title']}".lower()
    assert not re.search(r"traffick|victim|víctim|trata\b", seen_in_history)


@every_guide
def test_the_body_is_plain_markdown_of_a_readable_length(guide: Guide) -> None:
    assert not re.search(r"<[A-Za-z/!]", guide.body), "raw HTML"
    assert not re.search(r"^# ", guide.body, re.MULTILINE), "the title is the only first heading"
    assert not re.search(r"^\||^```|!\[", guide.body, re.MULTILINE), "tables, code and pictures"
    assert guide.body.count("**") % 2 == 0
    assert 200 <= len(guide.body.split()) <= 600
    assert len(guide.body) <= 5000
    check_markdown("guide.body", guide.body)
    assert guide.body.endswith(CLOSING[guide.lang])


@every_guide
def test_phone_numbers_come_from_settings(guide: Guide) -> None:
    used = set(re.findall(r"\{[^}]*\}", guide.body))
    assert used <= PLACEHOLDERS
    assert "{" not in guide.meta["title"] + guide.meta["summary"]
    if "client" in guide.meta["audience"]:
        assert used == PLACEHOLDERS, "a page for clients says whom to call and text"
    text = f"{guide.meta['title']}\n{guide.meta['summary']}\n{guide.body}"
    assert phones(text) == []


@pytest.mark.parametrize(
    "number", ["1-888-555-0100", "(212) 555-0199", "555-0142", "call 911", "text 233733"]
)
def test_the_phone_check_sees_a_number(number: str) -> None:
    assert phones(number)


@pytest.mark.parametrize("guide", BENEFITS, ids=str)
def test_a_benefit_answers_the_questions_of_the_road_map(guide: Guide) -> None:
    headings = " ".join(re.findall(r"^## (.+)$", guide.body, re.MULTILINE)).lower()
    assert [asked for asked in BENEFIT_HEADINGS[guide.lang] if asked not in headings] == []


@pytest.mark.parametrize("guide", FOR_CLIENTS, ids=str)
def test_a_page_for_clients_reads_at_grade_six_or_below(guide: Guide) -> None:
    assert grade(guide.body) <= 6.0


def test_a_page_for_everyone_reads_at_grade_seven_or_below() -> None:
    public = [guide for guide in ENGLISH.values() if "public" in guide.meta["audience"]]
    hard = {guide.path.stem: grade(guide.body) for guide in public if grade(guide.body) > 7}
    assert hard == {}


def test_the_grade_follows_the_formula() -> None:
    # 6 words of one syllable in 1 sentence: 0.39 * 6 + 11.8 * 1 - 15.59 = -1.45
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45)
    # 5 words, 10 syllables, 1 sentence: 0.39 * 5 + 11.8 * 2 - 15.59 = 9.96
    assert grade("A lawyer can explain regulations.") == pytest.approx(9.96)


def test_the_grade_tells_plain_words_from_the_law() -> None:
    law = (
        "Notwithstanding any other provision, certification authorizes eligibility determinations "
        "regarding individuals cooperating with investigations, subject to applicable limitations."
    )
    assert grade("You can ask for help. It is free. We will not tell.") < 3
    assert grade(law) > 15


def test_every_need_has_a_guide_for_clients() -> None:
    answered = {need for guide in FOR_CLIENTS for need in guide.meta["needs"]}
    assert answered == set(NEEDS)


def test_every_audience_has_a_guide_and_every_kind_is_used() -> None:
    assert len(ENGLISH) >= 62
    assert {code for guide in ENGLISH.values() for code in guide.meta["audience"]} == AUDIENCES
    assert {guide.meta["kind"] for guide in ENGLISH.values()} == KINDS


def test_spanish_follows_english_and_says_that_it_is_a_draft() -> None:
    assert set(SPANISH) <= set(ENGLISH)
    for slug, guide in SPANISH.items():
        original = ENGLISH[slug].meta
        differs = {key for key in KEYS if guide.meta[key] != original[key]}
        assert differs <= {"lang", "translation", "title", "summary", "checked_on", "review_by"}
        assert guide.meta["translation"] in {"draft", "reviewed"}
        is_marked = guide.body.startswith("**Borrador de traducción.**")
        assert is_marked == (guide.meta["translation"] == "draft")
    assert all(guide.meta["translation"] == "original" for guide in ENGLISH.values())


def test_every_page_is_there_in_both_languages() -> None:
    assert set(ENGLISH) == set(SPANISH)


@every_guide
def test_a_link_to_another_page_finds_it(guide: Guide) -> None:
    linked = re.findall(r"\]\(/(?:\w+/)?rights/([a-z0-9-]+)", guide.body)
    assert set(linked) <= set(ENGLISH)
