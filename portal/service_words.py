"""A service in words: what a card says, translated, with the hours and the capacity of this moment.

Pages lay these words out; nothing here knows a template or a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_time, get_day_names
from markupsafe import Markup

from portal.i18n import N_, translate, translate_number
from portal.named_places import area_name
from portal.opening import Opening, age_s, by_day, opening
from shared.directory import Capacity, Phone, Place, ServiceCard
from shared.freshness import STALE_AFTER_MONTHS, months_before
from shared.vocabulary import CAN_COME, LANGUAGES, NEEDS

POPULATIONS: dict[str, str] = {
    "adult/foreign_national": N_("Adults from another country"),
    "adult/domestic": N_("Adults who are US citizens or have a green card"),
    "minor/foreign_national": N_("Under 18, from another country"),
    "minor/domestic": N_("Under 18, US citizen or green card"),
}
GENDERS: dict[str, str] = {
    "woman": N_("Women and girls"),
    "man": N_("Men and boys"),
    "nonbinary": N_("People of another gender"),
}
#: What OUTWARD_CAPACITY means to somebody who looks for a place.
SPACE: dict[str, str] = {
    "has": N_("Has space"),
    "none": N_("Full right now"),
    "none_with_waitlist": N_("Full, with a waiting list"),
    "unknown": N_("Call to ask about space"),
}
#: Languages a result names; the page of the service names all.
MOST_LANGUAGES = 5


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Mark a text that depends on a number for translation; the name gettext tools look for."""
    return one, many


@dataclass(frozen=True)
class Result:
    """One result, ready to be laid out. `space` is a code of OUTWARD_CAPACITY."""

    id: str
    name: str
    organization: str
    where: str
    needs: str
    is_open: bool
    hours: str
    space: str
    space_words: str
    checked: str
    languages: Markup
    phone: Phone | None


def result(card: ServiceCard, lang: str, at: datetime) -> Result:
    """Return a card as a result. `at` is local time, with its zone."""
    now = opening(card, at)
    return Result(
        id=card.id,
        name=card.name,
        organization="" if card.organization_name in card.name else card.organization_name,
        where=where(card),
        needs=", ".join(need_words(card, lang)),
        is_open=now.state in ("always", "open"),
        hours=opening_words(now, lang),
        space=card.capacity.outward,
        space_words=space_words(card.capacity, lang),
        checked=checked_words(card.capacity, lang, at),
        languages=_some_languages(tuple(card.languages), lang),
        phone=first_phone(card),
    )


def where(card: ServiceCard) -> str:
    """Return the town, or for a hidden address the area only; "" when it is given from afar."""
    return _where(tuple(card.places), tuple(card.areas))


@lru_cache(maxsize=4_000)
def _where(places: tuple[Place, ...], areas: tuple[str, ...]) -> str:
    towns = [area_name(one.area) if one.confidential else one.city for one in places]
    known = [town for town in dict.fromkeys(towns) if town]
    return ", ".join(known[:3] or [area_name(code) for code in areas[:3]])


def need_words(card: ServiceCard, lang: str) -> list[str]:
    """Return what the service helps with."""
    return [translate(lang, NEEDS[code].label) for code in card.needs if code in NEEDS]


def opening_words(now: Opening, lang: str) -> str:
    """Return the hours of this moment in words, "" when nobody said."""
    if now.state == "always":
        return translate(lang, N_("Open day and night"))
    if now.state == "unknown":
        return ""
    moment = clock_words(now.until, lang)
    if now.state == "open":
        return translate(lang, N_("Open now, until %(time)s"), time=moment)
    if now.weekday < 0:
        return translate(lang, N_("Closed now. Opens at %(time)s"), time=moment)
    day = day_name(now.weekday, lang)
    return translate(lang, N_("Closed now. Opens %(day)s at %(time)s"), day=day, time=moment)


@lru_cache(maxsize=2_000)
def clock_words(text: str, lang: str) -> str:
    """Return "17:00" as people of the language write it."""
    return str(format_time(time.fromisoformat(text), "short", locale=lang))


@lru_cache
def day_name(weekday: int, lang: str) -> str:
    """Return the name of a day; 0 is Monday."""
    return str(get_day_names("wide", locale=lang)[weekday])


def space_words(capacity: Capacity, lang: str) -> str:
    """Return whether there is room, in words; "" for what can be asked at any time."""
    if capacity.outward == "assessment_needed":
        return ""
    return translate(lang, SPACE.get(capacity.outward, SPACE["unknown"]))


def checked_words(capacity: Capacity, lang: str, at: datetime) -> str:
    """Return when an agency last told its capacity, "" when it never did."""
    seconds = age_s(capacity.updated_at, at)
    if seconds is None or capacity.outward in ("unknown", "assessment_needed"):
        return ""
    return ago_words(seconds, lang)


def ago_words(seconds: float, lang: str) -> str:
    """Return "checked 3 hours ago" for an age in seconds."""
    minutes = int(seconds // 60)
    if minutes < 60:
        forms = ngettext("checked 1 minute ago", "checked %(number)s minutes ago")
        return translate_number(lang, *forms, max(1, minutes))
    if minutes < 48 * 60:
        forms = ngettext("checked 1 hour ago", "checked %(number)s hours ago")
        return translate_number(lang, *forms, minutes // 60)
    forms = ngettext("checked 1 day ago", "checked %(number)s days ago")
    return translate_number(lang, *forms, minutes // 1440)


def may_be_old(card: ServiceCard, today: date) -> bool:
    """Say whether six whole months passed since a person checked; False when nobody ever did."""
    return "" < card.verified_on <= months_before(today, STALE_AFTER_MONTHS).isoformat()


@lru_cache(maxsize=4_000)
def _some_languages(codes: tuple[str, ...], lang: str) -> Markup:
    names = language_names(codes)
    shown = Markup(", ").join(names[:MOST_LANGUAGES])
    more = len(names) - MOST_LANGUAGES
    words = translate_number(lang, *ngettext("and 1 more", "and %(number)s more"), more)
    return shown + " " + words if more > 0 else shown


def language_names(codes: Sequence[str]) -> list[Markup]:
    """Return languages by their own names, each marked as that language."""
    known = [LANGUAGES[code] for code in codes if code in LANGUAGES]
    return [Markup('<span lang="{}">{}</span>').format(one.code, one.autonym) for one in known]


def first_phone(card: ServiceCard) -> Phone | None:
    """Return the number to call."""
    return next((phone for phone in card.phones if phone.kind == "voice"), None)


def other_phones(card: ServiceCard) -> list[Phone]:
    """Return the numbers beside the one to call; fax numbers are for offices."""
    first = first_phone(card)
    return [phone for phone in card.phones if phone != first and phone.kind != "fax"]


def who_words(card: ServiceCard, lang: str) -> list[str]:
    """Return who can come, a line each; an empty list on the card means "not said"."""
    lines = [POPULATIONS[code] for code in card.populations if code in POPULATIONS]
    if card.genders and set(card.genders) < set(GENDERS):
        lines += [GENDERS[code] for code in card.genders if code in GENDERS]
    elif card.genders:
        lines.append(N_("People of any gender"))
    lines += [CAN_COME[code] for code in card.can_come if code in CAN_COME]
    return [translate(lang, line) for line in lines]


def age_range(card: ServiceCard, lang: str) -> str:
    """Return the ages served in words, "" when any."""
    low, high = card.minimum_age, card.maximum_age
    if low and high:
        words = N_("Ages %(low)s to %(high)s")
        return translate(lang, words, low=f"{low:g}", high=f"{high:g}")
    if low:
        return translate(lang, N_("Age %(low)s or older"), low=f"{low:g}")
    return translate(lang, N_("Up to age %(high)s"), high=f"{high:g}") if high else ""


def week(card: ServiceCard, lang: str) -> list[tuple[str, str]]:
    """Return (day, hours) for each day of the week with hours, Monday first."""
    return [(day_name(day, lang), hours) for day, hours in hours_by_day(card, lang).items()]


def hours_by_day(card: ServiceCard, lang: str) -> dict[int, str]:
    """Return the hours in words of each day of the week that has some; 0 is Monday."""
    return {
        day: ", ".join(_span(span, lang) for span in spans)
        for day, spans in by_day(card.hours).items()
    }


def _span(span: tuple[str, str], lang: str) -> str:
    if span == ("00:00", "00:00"):
        return translate(lang, N_("all day"))
    return " – ".join(clock_words(end, lang) for end in span)
