"""Which addresses outside may be called, so that nobody has us call the inside of a network.

https to global addresses only; http too where a caller says so. A name is looked up once, every
address it has must be allowed, and the connection goes to the very address that was checked.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.errors import Invalid

LONGEST_URL = 2_000
PORTS = frozenset({443, 8443})
#: Addresses that carry an IPv4 address inside, and so may lead anywhere.
TUNNELS = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        *("64:ff9b::/96", "64:ff9b:1::/48"),  # NAT64, RFC 6052 and RFC 8215
        *("2002::/16", "2001::/32"),  # 6to4, RFC 3056, and Teredo, RFC 4380
        *("::/96", "::ffff:0:0/96"),  # IPv4-compatible and IPv4-mapped, RFC 4291
    )
)
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z]([a-z0-9-]{0,62})")
#: What a browser takes for an IPv4 address in disguise (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)")


@dataclass(frozen=True)
class Target:
    """Where a call goes. `path` has the query in it."""

    scheme: str
    host: str
    port: int
    path: str


def parse(url: str, *, allow_loopback: bool = False, allow_http: bool = False) -> Target:
    """Return the parts of an address; Invalid("url") when its form is not allowed.

    `allow_http` is for reading what is public, never for sending.
    """
    if len(url) > LONGEST_URL:
        raise _refused(f"is longer than {LONGEST_URL} characters")
    if any(not "!" <= symbol <= "~" or symbol in '\\"<>^`{|}' for symbol in url):
        raise _refused("has a character that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("is not an address") from None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".").lower()
    if scheme != "https" and not ((allow_loopback or allow_http) and scheme == "http"):
        raise _refused("does not begin with https://")
    if "@" in parts.netloc or parts.fragment:
        raise _refused("has a user name, a password or a # in it")
    port = port if port is not None else (443 if scheme == "https" else 80)
    _check_host(host, allow_loopback)
    known = PORTS | {80} if allow_http else PORTS
    if port not in known and not (allow_loopback and _may_be_loopback(host) and port > 0):
        raise _refused("has a port other than 443 and 8443")
    path = parts.path or "/"
    return Target(scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def _check_host(host: str, allow_loopback: bool) -> None:
    address = _address(host)
    if address is not None:
        if not is_allowed(address, allow_loopback=allow_loopback):
            raise _refused("leads to an address that is not public")
        return
    if _NUMBER.fullmatch(host) or not _HOST.fullmatch(host):
        raise _refused("has no proper host name")
    if _may_be_loopback(host) and not allow_loopback:
        raise _refused("leads to this machine")


def _may_be_loopback(host: str) -> bool:
    address = _address(host)
    named = host == "localhost" or host.endswith(".localhost")
    return named if address is None else address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_allowed(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, allow_loopback: bool = False
) -> bool:
    """Say whether an address may be called: a global unicast one, not one that tunnels."""
    if address.is_loopback and getattr(address, "ipv4_mapped", None) is None:
        return allow_loopback
    if isinstance(address, ipaddress.IPv6Address) and (
        address.scope_id or any(address in net for net in TUNNELS)
    ):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not special


def choose(
    target: Target,
    found: Sequence[str],
    *,
    allow_loopback: bool = False,
    allow_http: bool = False,
) -> str:
    """Return the one address to connect to, of those a look-up of the host found.

    Raises Invalid("url") when there is none, or one of them is not allowed.
    """
    addresses = [_address(one) for one in found]
    if not addresses:
        raise _refused("has a host name that leads nowhere")
    for address in addresses:
        if address is None or not is_allowed(address, allow_loopback=allow_loopback):
            raise _refused("leads to an address that is not public")
        if target.scheme == "http" and not (allow_http or address.is_loopback):
            raise _refused("does not begin with https://")
    return found[0]


def _refused(rule: str) -> Invalid:
    return Invalid("url", rule, "give a public https address")
