"""Opening hours of HSDS 3 (iCal rules) and of older exports (weekdays and times in words)."""

from __future__ import annotations

import re
from typing import Any

from services.registry.tabular.rows import Ledger, Row, hsds_fields
from services.registry.tabular.values import Unfit

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EVERY_DAY = ",".join(DAYS)
_NAMES = {
    name: at
    for at, names in enumerate(
        (
            "monday mondays mon mo",
            "tuesday tuesdays tues tue tu",
            "wednesday wednesdays wed we",
            "thursday thursdays thurs thur thu th",
            "friday fridays fri fr",
            "saturday saturdays sat sa",
            "sunday sundays sun su",
        )
    )
    for name in names.split()
}
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3,
    "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "last": -1,
}  # fmt: skip
_TIME = re.compile(
    r"(?P<hour>[0-2]?[0-9])(:(?P<minute>[0-5][0-9])(:[0-5][0-9](\.[0-9]+)?)?)?"
    r"\s*((?P<half>[ap])\.?m\.?)?(?P<offset>Z|[+-][0-2][0-9]:[0-5][0-9])?",
    re.IGNORECASE,
)
_LONGEST_WORDS = 200
_WHOLE_DAY = ("00:00", "23:59")
_NO_TIME = re.compile(r"[0-9]+")


def time_of_day(value: str) -> str:
    """Return HH:MM, with the offset from UTC when one is given."""
    found = _TIME.fullmatch(value)
    if not found:
        raise Unfit("is not a time of day")
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    is_bare = found["minute"] is None and not half
    if is_bare or hour > 24 or (half and not 1 <= hour <= 12):
        raise Unfit("is not a time of day")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour == 24:
        return "23:59"
    return f"{hour:02}:{found['minute'] or '00'}{(found['offset'] or '').upper()}"


def days_in_words(value: str) -> tuple[str, str] | None:
    """Return (freq, byday) for words such as "Monday - Friday" or "2nd & 4th Saturday".

    None when the words say something else; they are then kept as the schedule's description.
    """
    if len(value) > _LONGEST_WORDS:
        return None
    words = re.sub(r"\(.*?\)|\bof (the|each|every) month\b", " ", value.lower())
    if re.sub(r"\W", "", words) in {"247", "daily", "everyday"}:
        return "WEEKLY", _EVERY_DAY
    if words.strip() in set("1234567"):
        return "WEEKLY", DAYS[int(words) - 1]
    words = re.sub(r"\s*(-|–|\bto\b|\bthrough\b)\s*", "-", words.strip())
    parts = [part for part in re.split(r"[\s,&/;]+|\band\b", words) if part]
    ordinals = [_ORDINALS[part] for part in parts if part in _ORDINALS]
    spans = [_span(part) for part in parts if part not in _ORDINALS]
    days = sorted({day for span in spans for day in span})
    if not days or not all(spans):
        return None
    if ordinals:
        return "MONTHLY", ",".join(f"{nth}{DAYS[day]}" for nth in ordinals for day in days)
    return "WEEKLY", ",".join(DAYS[day] for day in days)


def _span(part: str) -> list[int]:
    first, _, last = part.partition("-")
    if first not in _NAMES or (last and last not in _NAMES):
        return []
    begin, end = _NAMES[first], _NAMES[last or first]
    return [day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)]


def schedule(row: Row, ledger: Ledger) -> dict[str, Any] | None:
    """Return the HSDS 3 schedule of a row; None when it was set aside or says nothing."""
    words, opens, closes = _older(row)
    found = hsds_fields(row, "schedule", ledger)
    if found is None:
        return None
    said = []
    if words and (rule := days_in_words(words)):
        found["freq"], found["byday"] = rule
        said = [words] if "(" in words else []
    elif words:
        said = [words]
    _set_times(row, found, opens, closes, said, ledger)
    if said:
        found.setdefault("description", ", ".join(said))
    if "byday" in found:
        found.setdefault("freq", "WEEKLY")
    if not found.keys() & {"opens_at", "closes_at", "description", "notes", "schedule_link"}:
        ledger.leave(row, "names a weekday but no hours" if found else "says nothing")
        return None
    return found


def _older(row: Row) -> tuple[str, str, str]:
    """Return (weekdays in words, opens, closes), moved out of the fields older exports use."""
    words = row.values.pop("weekday", "")
    opens, closes = row.get("opens_at"), row.get("closes_at")
    if "weekday" in row.sheet.columns:
        first, last = row.values.pop("dtstart", ""), row.values.pop("until", "")
        opens, closes = opens or first, closes or last
        if (byday := row.get("byday").lower()) and not set(byday.split(",")) - _NAMES.keys():
            row.values["byday"] = ",".join(DAYS[_NAMES[day]] for day in byday.split(","))
    return words, opens, closes


def _set_times(
    row: Row, found: dict[str, Any], opens: str, closes: str, said: list[str], ledger: Ledger
) -> None:
    if "24 hours" in opens.lower():
        found["opens_at"], found["closes_at"] = _WHOLE_DAY
        return
    for name, value in (("opens_at", opens), ("closes_at", closes)):
        if not value:
            continue
        try:
            found[name] = time_of_day(value)
        except Unfit as unfit:
            if _NO_TIME.fullmatch(value):
                ledger.report(row, name, str(unfit))
            else:
                said.append(value)
    if found.get("closes_at") == "00:00":
        found["closes_at"] = "23:59"
