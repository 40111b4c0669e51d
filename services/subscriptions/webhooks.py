"""Posting to a webhook: signed, to a checked address, within a time, and no further."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import eventlet
from urllib3 import exceptions as failures

from services.subscriptions import signing
from shared.addresses import Target, choose, parse
from shared.errors import Invalid
from shared.pinned import Resolve, connect, host_header, look_up, what_failed


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt. `code` is an HTTP status or a word; never the answer's text."""

    is_brought: bool
    code: str


class Webhooks:
    """Posts deliveries. `allow_loopback` is for demonstrations and tests on one machine."""

    def __init__(
        self, *, timeout_s: float, allow_loopback: bool = False, resolve: Resolve = look_up
    ) -> None:
        self._timeout_s = timeout_s
        self._allow_loopback = allow_loopback
        self._resolve = resolve

    def check(self, url: str) -> None:
        """Raise Invalid("url") unless the address may be called now."""
        self._pin(parse(url, allow_loopback=self._allow_loopback))

    def post(self, url: str, secret: str, id: str, body: bytes, at: datetime) -> Outcome:
        """Post a body and say whether it was acknowledged: by any 2xx, within the time."""
        try:
            with eventlet.Timeout(self._timeout_s):
                return self._post(url, signing.headers(secret, id, at, body), body)
        except eventlet.Timeout:
            return Outcome(False, "timeout")
        except Invalid as refused:
            return Outcome(False, f"{refused.field}_refused")
        except failures.HTTPError as error:
            return Outcome(False, what_failed(error))

    def _post(self, url: str, signature: dict[str, str], body: bytes) -> Outcome:
        target = parse(url, allow_loopback=self._allow_loopback)
        pool = connect(target, self._pin(target), self._timeout_s)
        headers = {
            "Host": host_header(target),
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "Anydoor",
            **signature,
        }
        try:
            answer = pool.urlopen(
                "POST",
                target.path,
                body=body,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            answer.close()
        finally:
            pool.close()
        return Outcome(200 <= answer.status < 300, str(answer.status))

    def _pin(self, target: Target) -> str:
        found = self._resolve(target.host, target.port)
        return choose(target, found, allow_loopback=self._allow_loopback)
