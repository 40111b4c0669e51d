"""Another code for a client: hers was seen, or she lost it. The old one opens nothing any more."""

from __future__ import annotations

import functools
from typing import Any

from services.referrals import doors
from services.referrals.store import Codes, Ledger
from services.referrals.stream import Terms
from services.referrals.views import FOR_LEADERS, receipt, relation
from shared.errors import Invalid, NotAllowed, NotFound
from shared.fields import check_ids
from shared.ids import derived_id
from shared.storage.claims import Claims

Json = dict[str, Any]
KIND = "code"


class Recoding:
    """Changes codes. The change is stated first, so whoever dies on the way leaves it to whoever
    hears of it; only the newest is ever kept."""

    def __init__(self, ledger: Ledger, codes: Codes, claims: Claims, terms: Terms) -> None:
        self._ledger, self._codes, self._claims, self._terms = ledger, codes, claims, terms

    def change(self, stream: str, claim: str, actor: str, agency: str = "") -> Json:
        """Put the code of a claim in place of the stream's; the same claim again changes nothing.

        "" for the agency is the client herself. Raises NotFound for an agency without a part in
        the stream, NotAllowed for one that does not lead it, Invalid for what is no code for it.
        """
        check_ids(stream=stream, claim=claim, actor=actor)
        now = self._ledger.get(stream)
        if agency:
            check_ids(agency=agency)
        if now is None or (agency and not relation(now, agency, self._terms)):
            raise NotFound("stream", "is not known", "check the code or the address")
        if agency and relation(now, agency, self._terms) not in FOR_LEADERS:
            raise NotAllowed("agency", "does not lead this stream", "ask its case manager")
        if now.code_claim != claim:
            self._check(stream, claim)
        move = functools.partial(doors.change_code, claim=claim, agency=agency)
        cause = derived_id("change_code", stream, claim)
        after = self._ledger.apply(stream, move, cause=cause, actor=actor)
        self.keep(stream)
        if now.code_claim not in ("", claim):
            self._claims.erase(now.code_claim)
        return receipt(after)

    def _check(self, stream: str, claim: str) -> None:
        found = self._claims.get(claim)
        if found is None or found.kind != KIND or found.private.get("of") != stream:
            raise Invalid("claim", "is no new code of this stream", "begin again")

    def keep(self, stream: str) -> None:
        """Keep the newest code of a stream and forget what opened it before; safe to repeat, and
        beside others who do the same: whoever wrote looks again whether it is the newest."""
        kept, now = "", self._ledger.get(stream)
        while now is not None and now.code_claim != kept:
            found = self._claims.get(now.code_claim)
            if found is not None:
                self._codes.replace(stream, found)
            if now.claim:
                self._claims.forget_code(now.claim)
            kept, now = now.code_claim, self._ledger.get(stream)
