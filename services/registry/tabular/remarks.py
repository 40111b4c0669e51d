"""What may be told of a remark on a row: where it is and which rule, nothing that was typed.

A header can be a name when a file has none, and so can a file's name; both are told only when they
are made of words of the specification, or are plain.
"""

from __future__ import annotations

import re

from services.registry.profile import Profile
from services.registry.tabular.tables import COLUMNS, RENAMED
from shared.hsds import RESOURCES

_PLAIN_FILE = re.compile(r"[A-Za-z0-9._-]{1,60}")
_NAMES = {
    *(field.name for fields in RESOURCES.values() for field in fields),
    *(name for columns in COLUMNS.values() for name in columns),
    *(name for names in RENAMED.values() for name in names),
    *RESOURCES,
    *Profile.__struct_fields__,
    *("hsds", "profile", "uuid", "kind", "records"),
}
_WORDS = {word for name in _NAMES for word in name.split("_")}


def told_field(field: str) -> str:
    """Return a field's name as it may be told, "" when it is none of the specification's."""
    if len(field) > 120:
        return ""
    words = [word for word in re.split(r"[.\[\]_ ]+", field.lower()) if word]
    return field if all(word in _WORDS or word.isdecimal() for word in words) else ""


def told_file(name: str, at: int) -> str:
    """Return a file's name as it may be told, "file 3" for the third when it is no plain name."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return last if _PLAIN_FILE.fullmatch(last) else f"file {at}"
