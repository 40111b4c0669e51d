"""Guessing the service area of a directory from its addresses."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

#: At least this part of the addresses must be in one State for it to be the default.
MOST = 0.75
_CODES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM
NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA VI WA WV WI WY
"""
_IN_JSON = re.compile(r'"state_province"\s*:\s*"([A-Za-z]{2})"')
_STATE = re.compile(r"\b([A-Z]{2})( [0-9]{5}(-[0-9]{4})?)?$")
STATES = frozenset(_CODES.split())


def likely_area(files: Iterable[tuple[str, str]]) -> str:
    """Return the area code of the US State most addresses are in, such as "US-DC"; else ""."""
    states: Counter[str] = Counter()
    for name, text in files:
        if name.lower().endswith("json"):
            states.update(found.upper() for found in _IN_JSON.findall(text))
        elif "address" in name.lower() or "location" in name.lower():
            states.update(_states(text))
    state, count = (states.most_common(1) or [("", 0)])[0]
    return f"US-{state}" if state in STATES and count >= MOST * states.total() else ""


def _states(text: str) -> Iterator[str]:
    try:
        for row in csv.DictReader(io.StringIO(text)):
            written = str(row.get("location_address") or "")
            in_one_line = _STATE.search(written)
            said = str(row.get("state_province") or "").strip().upper()
            if said or in_one_line:
                yield said or (in_one_line.group(1) if in_one_line else "")
    except csv.Error:
        return  # whoever reads the rows in earnest says what is wrong with them
