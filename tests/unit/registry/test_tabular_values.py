"""Single values of an export: what is kept, in which form, and what is refused."""

from __future__ import annotations

import pytest

from services.registry.tabular.schedules import days_in_words, time_of_day
from services.registry.tabular.values import Unfit, phone_number, web_address


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Monday - Friday", ("WEEKLY", "MO,TU,WE,TH,FR")),
        ("Mon, Wed-Fri", ("WEEKLY", "MO,WE,TH,FR")),
        ("Sunday-Saturday", ("WEEKLY", "MO,TU,WE,TH,FR,SA,SU")),
        ("2nd and 4th Saturdays of every month", ("MONTHLY", "2SA,4SA")),
        ("Last Thursday of each month", ("MONTHLY", "-1TH")),
        ("24-7", ("WEEKLY", "MO,TU,WE,TH,FR,SA,SU")),
        ("3", ("WEEKLY", "WE")),
        ("Every other Tuesday", None),
        ("Varies", None),
    ],
)
def test_weekdays_in_words_are_understood_or_left_as_words(
    words: str, rule: tuple[str, str] | None
) -> None:
    assert days_in_words(words) == rule


@pytest.mark.parametrize(
    ("said", "time"),
    [("8:30AM", "08:30"), ("12:00am", "00:00"), ("12:15 p.m.", "12:15"), ("9am", "09:00"),
     ("10:00:00", "10:00"), ("09:00-05:00", "09:00-05:00"), ("18:00Z", "18:00Z")],
)  # fmt: skip
def test_times_of_day_are_written_one_way(said: str, time: str) -> None:
    assert time_of_day(said) == time


@pytest.mark.parametrize("said", ["570", "25:00", "13:00pm", "noon", ""])
def test_what_is_no_time_of_day_is_refused(said: str) -> None:
    with pytest.raises(Unfit):
        time_of_day(said)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "javascript://a.example.org/%0aalert(1)",
     "JaVaScRiPt:x", "data:text/html,x", "http://", "ftp://a.example.org",
     "http://user:pw@example.org", "http://a b.example.org", "//evil", "http://[::1", "x",
     "https://example.org\"onclick=", "http://example.org:99999999"],
)  # fmt: skip
def test_web_addresses_that_are_not_plain_http_are_refused(address: str) -> None:
    with pytest.raises(Unfit):
        web_address(address)


def test_short_codes_are_phone_numbers_and_fragments_are_not() -> None:
    assert [phone_number(number) for number in ("211", "988", "1-800-395-HELP")]
    for number in ("854", "(30`) 982-5025", "call us", "1" * 40):
        with pytest.raises(Unfit):
            phone_number(number)
