"""Whether the time of an answer tells a code that was issued from one that never was.

`python -m infra.bench codes` asks the pages that take a code, over HTTP and in random order, with
issued codes that open nothing there and with codes nobody issued, and prints the AUC: how often an
issued one takes longer than another (Mann and Whitney 1947). 0.5 tells nothing.
"""

from __future__ import annotations

import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import urllib3

from infra.local.private import private_demo
from portal.boxes import claim_id
from shared.crypto import codes
from shared.crypto.keys import Keys
from shared.ids import new_id
from shared.settings import Settings
from shared.storage import Claims, connect
from shared.storage.mongo import Db

OF_EACH = 1_000
#: So many wrong codes of one neighbourhood (a /24 of loopback here) are looked up, see
#: `portal.limits`.
A_NEIGHBOURHOOD = 50
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Told(NamedTuple):
    """What the time told: the AUC, milliseconds (medians), and pages that differ in more than the
    code (0 is right)."""

    auc: float
    issued_ms: float
    never_ms: float
    pages: int


class Issuer:
    """Writes codes down as the services do."""

    def __init__(self, settings: Settings) -> None:
        self._pepper = Keys(settings.keys_dir).pepper
        self._claims = Claims(settings)
        self._dbs: dict[str, Db] = {name: connect(settings, name) for name in ("referrals", "tips")}

    def live(self, owner: str, kind: str) -> Callable[[int], str]:
        """Return a maker of codes that open something at their owner's door."""

        def make(_: int) -> str:
            code, of = codes.new_code(), new_id()
            row = self._verifier(code)
            self._dbs[owner]["codes"].insert_one({"_id": of, **row})
            self._claims.put(claim_id(code, self._pepper), kind, {**row, "of": of})
            return code

        return make

    def ended(self, _: int) -> str:
        """Make a code that opened a stream until its client took another one."""
        code = codes.new_code()
        claim = claim_id(code, self._pepper)
        self._claims.put(claim, "help", {**self._verifier(code), "of": new_id()})
        self._claims.forget_code(claim)
        return code

    def _verifier(self, code: str) -> dict[str, str]:
        salt = codes.new_salt()
        return {
            "locator": codes.locator(code, self._pepper),
            "salt": salt,
            "verifier": codes.verifier(code, salt, self._pepper),
        }


def ask(url: str, issued: Sequence[str], never: Sequence[str], own: int) -> Told:
    """Ask for all codes in random order, from neighbourhoods of one's own, and return what the time
    told."""
    asked = [(code, True) for code in issued] + [(code, False) for code in never]
    random.shuffle(asked)
    took: dict[bool, list[float]] = {True: [], False: []}
    pages = set()
    for at in range(0, len(asked), A_NEIGHBOURHOOD):
        here = f"127.{own}.{at // A_NEIGHBOURHOOD}.1"
        with urllib3.PoolManager(source_address=(here, 0), retries=False) as http:
            http.request("GET", url)  # the connection is there before a clock runs
            for code, is_issued in asked[at : at + A_NEIGHBOURHOOD]:
                began = time.perf_counter()
                answer = http.request("POST", url, body=f"code={code}", headers=FORM)
                took[is_issued].append(1_000 * (time.perf_counter() - began))
                pages.add((answer.status, answer.data.replace(code.encode(), b"CODE")))
    middle = {kind: sorted(times)[len(times) // 2] for kind, times in took.items()}
    return Told(auc(took[True], took[False]), middle[True], middle[False], len(pages) - 1)


def auc(ones: Sequence[float], others: Sequence[float]) -> float:
    """Return how often one of `ones` is larger than one of `others`; equals count half."""
    ranked = sorted(others)
    larger = sum(bisect_left(ranked, one) + bisect_right(ranked, one) for one in ones)
    return larger / (2 * len(ones) * len(others))


def main(folder: Path, of_each: int = OF_EACH) -> dict[str, Told]:
    """Measure each kind of issued code, print and return what the time told."""
    print(f"\nCodes issued against codes never issued, {of_each:,} of each, over HTTP")
    found = {}
    with private_demo(folder / "demo", with_sample=False) as demo:
        issuer = Issuer(demo.settings())
        kinds: dict[str, tuple[str, Callable[[int], str]]] = {
            "ended, at the client's door": ("/return", issuer.ended),
            "a tip's, at the client's door": ("/return", issuer.live("tips", "tip")),
            "a client's, at the tips' door": ("/tip/return", issuer.live("referrals", "help")),
        }
        for own, (name, (path, make)) in enumerate(kinds.items(), start=1):
            with ThreadPoolExecutor(2) as pool:
                issued = list(pool.map(make, range(of_each)))
            never = [codes.new_code() for _ in range(of_each)]
            told = found[name] = ask(f"{demo.portal_url}/en{path}", issued, never, own)
            print(
                f"  {name:<30} AUC {told.auc:.3f}   p50 {told.issued_ms:.2f} and"
                f" {told.never_ms:.2f} ms   pages that differ {told.pages}"
            )
    return found
