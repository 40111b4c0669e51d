"""Opening an address that a resource names: politely, within a time, and never inside a network.

HEAD first, and GET where that is refused; of a body nothing is read. Redirects are followed, each
checked like the first address (`shared.addresses`).
"""

from __future__ import annotations

from urllib.parse import quote, urldefrag, urljoin

import eventlet
from urllib3 import exceptions as failures

from services.library.sources import Opened, outcome_of
from shared.addresses import Target, choose, parse
from shared.errors import Invalid
from shared.pinned import Resolve, connect, host_header, look_up, what_failed

MOST_REDIRECTS = 6
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LASTING = frozenset({301, 308})
#: What may stand in an address as it is; the rest is percent-encoded (RFC 3986 section 2).
AS_IS = "%/:=&?~#+!$,;'@()*[]-._"


class _NoSuchHost(Exception):
    """The name of a host leads nowhere, or we have no way to ask."""


class Opener:
    """Opens addresses. `allow_loopback` is for tests on one machine."""

    def __init__(
        self, *, timeout_s: float, allow_loopback: bool = False, resolve: Resolve = look_up
    ) -> None:
        self._timeout_s = timeout_s
        self._allow_loopback = allow_loopback
        self._resolve = resolve

    def open(self, url: str) -> Opened:
        """Return what became of opening an address; whatever is there, it ends within the time."""
        try:
            with eventlet.Timeout(self._timeout_s):
                return self._follow(_clean(url))
        except eventlet.Timeout:
            return Opened("unreachable", "timeout")
        except (Invalid, ValueError):
            return Opened("unreachable", "address_refused")
        except _NoSuchHost:
            return Opened("unreachable", "no_such_host")
        except failures.HTTPError as error:
            return Opened("unreachable", what_failed(error))

    def _follow(self, url: str) -> Opened:
        moved_to, is_lasting = "", True
        for _ in range(MOST_REDIRECTS + 1):
            status, location = self._ask(url)
            if status not in REDIRECTS or not location:
                return outcome_of(status, moved_to)
            url = _clean(urljoin(url, location))
            is_lasting = is_lasting and status in LASTING
            moved_to = url if is_lasting else moved_to
        return Opened("unclear", "too_many_redirects")

    def _ask(self, url: str) -> tuple[int, str]:
        """Return status and Location; GET decides wherever HEAD does not say yes."""
        target = parse(url, allow_loopback=self._allow_loopback, allow_http=True)
        address = self._pin(target)
        try:
            status, location = self._request("HEAD", target, address)
            if status < 400:
                return status, location
        except (failures.ProtocolError, failures.ReadTimeoutError):
            pass  # some servers hang up on HEAD alone
        return self._request("GET", target, address)

    def _request(self, method: str, target: Target, address: str) -> tuple[int, str]:
        pool = connect(target, address, self._timeout_s)
        headers = {"Host": host_header(target), "User-Agent": "Anydoor", "Accept": "*/*"}
        try:
            answer = pool.urlopen(
                method,
                target.path,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            answer.close()
        finally:
            pool.close()
        return answer.status, answer.headers.get("Location", "")

    def _pin(self, target: Target) -> str:
        found = self._resolve(target.host, target.port)
        if not found:
            raise _NoSuchHost
        return choose(target, found, allow_loopback=self._allow_loopback, allow_http=True)


def _clean(url: str) -> str:
    return quote(urldefrag(url).url, safe=AS_IS)
