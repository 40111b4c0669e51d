"""Where a webhook may go, and forty ways to ask for more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.addresses import Target, choose, parse
from shared.errors import Invalid
from tests.support.hostile_urls import HOSTILE_URLS


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_a_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(url)
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example.org", Target("https", "hooks.example.org", 443, "/")),
        (
            "HTTPS://Hooks.Example.org:8443/a?b=c",
            Target("https", "hooks.example.org", 8443, "/a?b=c"),
        ),
        ("https://93.184.216.34/in", Target("https", "93.184.216.34", 443, "/in")),
        ("https://[2606:2800:220:1::1]/", Target("https", "2606:2800:220:1::1", 443, "/")),
        (
            "https://xn--exmple-cua.org/%C3%A9",
            Target("https", "xn--exmple-cua.org", 443, "/%C3%A9"),
        ),
    ],
)
def test_a_public_address_is_taken_apart(url: str, target: Target) -> None:
    assert parse(url) == target


INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "::1",
    "::ffff:10.0.0.1",
    "fe80::1",
    "0.0.0.0",
]


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_that_leads_inside_is_refused_even_when_it_also_leads_outside(inside: str) -> None:
    target = parse("https://hooks.example.org/")
    assert choose(target, ["93.184.216.34"]) == "93.184.216.34"
    for found in ([inside], ["93.184.216.34", inside], [inside, "93.184.216.34"]):
        with pytest.raises(Invalid):
            choose(target, found)


def test_a_name_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(Invalid, match="leads nowhere"):
        choose(parse("https://hooks.example.org/"), [])


def test_loopback_is_for_demonstrations_only_and_opens_nothing_else() -> None:
    for url in ("http://127.0.0.1:17400/in", "http://localhost:17400/", "http://[::1]:17400/"):
        target = parse(url, allow_loopback=True)
        assert choose(target, ["127.0.0.1"], allow_loopback=True) == "127.0.0.1"
    for url in (
        "http://example.org/",
        "http://example.org:443/",
        "https://example.org:17400/",
        "https://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://0x7f.1/",
    ):
        with pytest.raises(Invalid):
            choose(parse(url, allow_loopback=True), ["93.184.216.34"], allow_loopback=True)
    with pytest.raises(Invalid):
        choose(parse("http://localhost/x", allow_loopback=True), ["10.0.0.1"], allow_loopback=True)


@given(st.ip_addresses())
def test_no_address_that_is_not_global_is_ever_called(address: object) -> None:
    host = str(address)
    url = f"https://[{host}]/" if ":" in host else f"https://{host}/"
    try:
        target = parse(url)
    except Invalid:
        return
    assert choose(target, [host]) == host
    assert getattr(address, "is_global")  # noqa: B009 (either kind of address)


@given(st.text(max_size=60))
def test_whatever_is_typed_the_answer_is_an_address_or_a_refusal(text: str) -> None:
    said = ""
    for url in (text, f"https://{text}", f"https://example.org/{text}"):
        try:
            target = parse(url)
        except Invalid as refused:
            said += str(refused)
            continue
        assert target.scheme == "https"
        assert target.port in (443, 8443)
    assert len(text) < 6 or text not in said
