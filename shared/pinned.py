"""Connections to an address outside that was checked: to this very one, and no other.

For processes under eventlet: the look-up of a name runs in a thread beside it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

import urllib3
from eventlet import tpool
from urllib3 import exceptions as failures

from shared.addresses import Target

#: Returns the addresses of a host and a port.
Resolve = Callable[[str, int], list[str]]


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host; in a thread, because the look-up blocks the process."""
    try:
        found = tpool.execute(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    except OSError:
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(target: Target, address: str, timeout_s: float) -> urllib3.HTTPConnectionPool:
    """Return a connection to this very address; the certificate must be the host's."""
    if target.scheme == "http":
        return urllib3.HTTPConnectionPool(address, target.port, timeout=timeout_s, block=True)
    return urllib3.HTTPSConnectionPool(
        address,
        target.port,
        timeout=timeout_s,
        block=True,
        cert_reqs="CERT_REQUIRED",
        server_hostname=target.host,
        assert_hostname=target.host,
    )


def host_header(target: Target) -> str:
    """Return what the header Host says, since the connection knows the address alone."""
    return target.host if target.port in (80, 443) else f"{target.host}:{target.port}"


def what_failed(error: Exception) -> str:
    """Return the code of a failure: not_reached, timeout, certificate or broken_off."""
    codes: list[tuple[type[Exception], str]] = [
        (failures.NewConnectionError, "not_reached"),
        (failures.TimeoutError, "timeout"),
        (failures.SSLError, "certificate"),
    ]
    return next((code for kind, code in codes if isinstance(error, kind)), "broken_off")
