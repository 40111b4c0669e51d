"""`python -m portal.catalogs`: brings the .po files up to the texts in code, templates, vocabulary.

New texts come in empty, gone ones go out; it prints what is not translated and ends non-zero when
there is any. Sorted and without line numbers, so that two people's changes merge.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.i18n import DEFAULT, INTERFACES, TRANSLATIONS, catalog
from shared import vocabulary
from shared.vocabulary import LANGUAGES, panel, releases, road_map, suggestions, tips

PORTAL = Path(__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
#: Tables of `shared.vocabulary` whose words are shown: code -> words.
TABLES = (
    vocabulary.AGE_GROUPS,
    vocabulary.CAN_COME,
    vocabulary.CLOSE_REASONS,
    vocabulary.CONTACT_WAYS,
    vocabulary.DECLINE_REASONS,
    vocabulary.DOORS,
    vocabulary.GENDERS,
    vocabulary.ORIGINS,
    vocabulary.OUTWARD_CAPACITY,
    vocabulary.SAFE_NOW,
    tips.TIP_CLOSE_REASONS,
    tips.TIP_DESTINATIONS,
    panel.PANEL_ROLES,
    releases.RELEASE_SIGNED,
    releases.SHOWN_FIELDS,
    releases.SHOWN_PURPOSES,
    suggestions.SUGGESTION_CODES,
    suggestions.SAID_BY_DECLINING,
    suggestions.SUGGESTION_REFUSALS,
    tips.TIP_STATES,
)
Text = str | tuple[str, ...]


def texts() -> Iterator[Text]:
    """Yield every text that is shown, as it stands in the source; a pair is singular, plural."""
    found = extract_from_dir(PORTAL, METHODS, keywords=KEYWORDS)
    for _, _, message, _, _ in found:
        if message:
            yield message
    for need in vocabulary.NEEDS.values():
        yield need.label
    for question in road_map.ROAD_MAP.values():
        yield from filter(None, (question.text, question.hint, *question.answers.values()))
    for table in TABLES:
        yield from table.values()


def untranslated(code: str) -> list[str]:
    """Return the texts a language lacks, sorted."""
    known = catalog(code).texts
    keys = (text if isinstance(text, str) else text[0] for text in texts())
    return sorted({key for key in keys if key not in known})


def bring_up_to_date(code: str) -> None:
    """Write the .po file of a language anew, keeping its translations."""
    path = TRANSLATIONS / code / "LC_MESSAGES" / "portal.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    old = Catalog(locale=code)
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file, locale=code)
    new = Catalog(
        locale=code,
        project="Anydoor",
        header_comment=f"# The portal's words in {LANGUAGES[code].name}.",
        fuzzy=False,
    )
    for text in texts():
        id = text if isinstance(text, str) else text[:2]
        kept = old.get(text if isinstance(text, str) else text[0])
        new.add(id, kept.string if kept else None)
    with path.open("wb") as file:
        write_po(file, new, no_location=True, omit_header=False, sort_output=True, width=100)
    lines = path.read_text().splitlines(keepends=True)
    dated = (
        *('"Project-Id', '"Report-Msgid', '"POT-Creation', '"PO-Revision', '"Last-Tr'),
        *('"Language-Team', '"Generated-By'),
    )
    path.write_text("".join(line for line in lines if not line.startswith(dated)))


def main() -> int:
    """Bring every language up to date; return how many texts are not translated."""
    missing = 0
    for code in INTERFACES:
        if code == DEFAULT:
            continue
        bring_up_to_date(code)
        catalog.cache_clear()
        for text in untranslated(code):
            print(f"{code}: {text}")
            missing += 1
    return missing


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
