"""Stream codes and receipts: forgiving to read, and a slip of the pen is noticed."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto import codes
from shared.errors import Invalid

PEPPER = b"p" * 32
#: Equal modulo 31, so the check symbol cannot tell one from the other.
TWINS = {"0", "Z"}
CODES = st.text(codes.ALPHABET, min_size=16, max_size=16).map(
    lambda body: body + codes._check(body)
)


@given(CODES)
def test_a_code_is_itself(code: str) -> None:
    assert codes.normalize(code) == code
    assert codes.normalize(codes.show(code)) == code


@given(CODES, st.data())
def test_case_spaces_and_look_alikes_are_forgiven(code: str, data: st.DataObject) -> None:
    alike = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}
    typed = ""
    for symbol in code:
        typed += data.draw(st.sampled_from(alike.get(symbol, symbol + symbol.lower())))
        typed += data.draw(st.sampled_from(["", "", " ", "-", "–", ".", "\u00a0", "\r\n"]))
    assert codes.normalize(typed) == code


def wrong_symbols(code: str) -> list[str]:
    return [
        code[:at] + other + code[at + 1 :]
        for at, right in enumerate(code)
        for other in codes.ALPHABET
        if other != right and {other, right} != TWINS
    ]


def swaps(code: str) -> list[str]:
    return [
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for at in range(len(code) - 1)
        if code[at] != code[at + 1] and {code[at], code[at + 1]} != TWINS
    ]


def a_code(seed: int) -> str:
    body = "".join(random.Random(seed).choices(codes.ALPHABET, k=16))
    return body + codes._check(body)


@pytest.mark.parametrize("code", [a_code(seed) for seed in range(20)])
def test_every_wrong_symbol_and_every_swap_of_neighbours_is_noticed(code: str) -> None:
    slips = wrong_symbols(code) + swaps(code)
    assert len(slips) > 400
    for slip in slips:
        with pytest.raises(Invalid, match="code: does not fit together"):
            codes.normalize(slip)


def test_zero_and_z_in_the_body_are_the_one_documented_exception() -> None:
    code = "0" * 16 + "0"
    assert codes.normalize("Z" + code[1:]) == "Z" + code[1:]
    with pytest.raises(Invalid):
        codes.normalize(code[:16] + "Z")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "0" * 16,
        "0" * 18,
        "!" * 17,
        "\x00" * 17,
        "é" * 17,
        "０" * 17,
        "ß" * 9,
        "\ud800" * 17,
        '{"$gt": ""}',
        "' OR 1=1 --      ",
        "../../etc/passwd!",
        "💔" * 17,
        "9" * 1_000_000,
    ],
)
def test_what_is_no_code_is_refused_by_name(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        codes.normalize(typed)
    assert refusal.value.field == "code"
    shown = typed.strip()
    assert not shown or shown not in str(refusal.value)


@given(st.text())
def test_whatever_is_typed_gives_a_code_or_a_refusal(typed: str) -> None:
    try:
        code = codes.normalize(typed)
    except Invalid:
        return
    assert len(code) == 17
    assert set(code) <= set(codes.ALPHABET)


def test_a_new_code_is_sixteen_random_symbols_and_a_check() -> None:
    made = {codes.new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(codes.normalize(code) == code for code in made)


def test_a_verifier_knows_its_code_and_no_other() -> None:
    code, salt = codes.new_code(), codes.new_salt()
    kept = codes.verifier(code, salt, PEPPER)
    assert codes.matches(code, salt, kept, PEPPER)
    assert not codes.matches(codes.new_code(), salt, kept, PEPPER)
    assert not codes.matches(code, codes.new_salt(), kept, PEPPER)
    assert not codes.matches(code, salt, kept, b"another pepper")


def test_neither_locator_nor_verifier_holds_the_code() -> None:
    code, salt = codes.new_code(), codes.new_salt()
    for kept in (codes.locator(code, PEPPER), codes.verifier(code, salt, PEPPER)):
        assert len(kept) == 64
        assert set(kept) <= set(string.hexdigits)
        assert code.lower() not in kept
    assert codes.locator(code, PEPPER) == codes.locator(code, PEPPER)
    assert codes.locator(code, PEPPER) != codes.locator(code, b"another pepper")
