"""Codes of the resource library."""

from __future__ import annotations

#: Why a draft goes back to those who wrote it. Keys travel, words are shown.
SEND_BACK_REASONS: dict[str, str] = {
    "not_right": "Something in it is not right",
    "source_missing": "A source is missing or does not say this",
    "hard_to_read": "It is hard to read",
    "translation": "The translation says something else",
    "out_of_date": "It is out of date",
    "other": "Something else: see the note",
}
