"""Cells of CSV files that a spreadsheet would run as a formula, made inert and given back."""

from __future__ import annotations

import re

#: What makes a spreadsheet run a cell (OWASP, CSV injection), the wide forms of it too.
_RUNS = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_WOULD_RUN = re.compile(f"'*{_RUNS}")
_MADE_INERT = re.compile(f"'+{_RUNS}")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs; `bare` gives the text back."""
    return f"'{cell}" if _WOULD_RUN.match(cell) and not _NUMBER.fullmatch(cell) else cell


def bare(cell: str) -> str:
    """Return the text of a cell that may have been made inert."""
    return cell[1:] if cell[:1] == "'" and _MADE_INERT.match(cell) else cell
