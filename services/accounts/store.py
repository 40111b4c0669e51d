"""Agencies' keys, accounts, sessions, API keys and links in MongoDB: one document each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from shared.errors import Conflict
from shared.storage.mongo import Db, Document

Json = dict[str, Any]


LIVE = {"ended_by": {"$exists": False}}


class Staff:
    """Who may sign in, and with which key an agency reads."""

    def __init__(self, db: Db) -> None:
        self._agencies = db["agencies"]
        self._accounts = db["accounts"]
        self._sessions = db["sessions"]
        self._keys = db["keys"]
        self._links = db["links"]

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        self._accounts.create_index("locator", unique=True)
        self._sessions.create_index("expires_at", expireAfterSeconds=0)
        self._links.create_index("locator", unique=True)
        self._links.create_index("agency")
        self._accounts.create_index("agency")
        self._keys.create_index("agency")
        self._sessions.create_index("account")
        self._links.create_index("expires_at", expireAfterSeconds=0)

    def add_agency(self, row: Json) -> None:
        """Keep an agency's key; Conflict when it has another one."""
        _add(self._agencies, row, "agency")

    def agency(self, id: str) -> Document | None:
        """Return an agency's key."""
        return self._agencies.find_one({"_id": id})

    def add_account(self, row: Json) -> None:
        """Keep an account; Conflict when its id or its sign-in name is another's."""
        _add(self._accounts, row, "account")

    def account(self, id: str) -> Document | None:
        """Return an account."""
        return self._accounts.find_one({"_id": id})

    def accounts(self, ids: Sequence[str]) -> list[Document]:
        """Return those of the accounts that there are."""
        return list(self._accounts.find({"_id": {"$in": list(ids)}}))

    def staff_of(self, agency: str) -> list[Document]:
        """Return an agency's accounts, ended or not."""
        return list(self._accounts.find({"agency": agency}).sort("_id", 1))

    def end_account(self, id: str, actor: str) -> bool:
        """End an account's sign-in, and say whether this call did."""
        ended = {"$set": {"ended_by": actor}}
        return bool(self._accounts.update_one({"_id": id, **LIVE}, ended).modified_count)

    def end_what_it_opened(self, id: str, actor: str) -> None:
        """End the sessions of an account that ended, and the links it made."""
        self.end_sessions(id)
        self._links.update_many({"actor": id, **LIVE}, {"$set": {"ended_by": actor}})

    def set_claim(self, id: str, claim: str, actor: str) -> None:
        """Have an account's password be the one of another claim; see `_exchange`."""
        _exchange(self._accounts, {"_id": id}, claim, actor)

    def set_lock(self, agency: str, claim: str, replaced: str, actor: str) -> None:
        """Have an agency's locked key be the one of another claim, if it is `replaced` now."""
        _exchange(self._agencies, {"_id": agency, "claim": replaced}, claim, actor)

    def erased(self, row: Json) -> None:
        """Note of an account or an agency that the claims that were left over are gone."""
        rows = self._accounts if "locator" in row else self._agencies
        rows.update_one({"_id": row["_id"]}, {"$pullAll": {"left_over": row["left_over"]}})

    def end_sessions(self, account: str, but: str = "") -> None:
        """Sign an account out everywhere, but where it signed in with the claim of `but`."""
        self._sessions.delete_many({"account": account, "claim": {"$ne": but}})

    def begin_again(self, id: str) -> None:
        """Take the end of an account back."""
        self._accounts.update_one({"_id": id}, {"$unset": {"ended_by": ""}})

    def account_at(self, locator: str) -> Document | None:
        """Return the account of a sign-in name."""
        return self._accounts.find_one({"locator": locator})

    def add_session(self, row: Json) -> None:
        """Keep a session; Conflict when the same one is another account's."""
        _add(self._sessions, row, "session", same="account")

    def session(self, id: str) -> Document | None:
        """Return a session, over or not."""
        return self._sessions.find_one({"_id": id})

    def end_session(self, id: str) -> None:
        """Forget a session; one that is gone already stays so."""
        self._sessions.delete_one({"_id": id})

    def add_key(self, row: Json) -> None:
        """Keep an API key; Conflict when its id is another's."""
        _add(self._keys, row, "key")

    def key(self, id: str) -> Document | None:
        """Return an API key."""
        return self._keys.find_one({"_id": id})

    def keys(self, agency: str) -> list[Document]:
        """Return an agency's API keys, the newest first, ended or not."""
        return list(self._keys.find({"agency": agency}).sort("_id", -1))

    def end_key(self, id: str, agency: str, actor: str) -> bool:
        """End an agency's API key, once and for all; say whether it has such a key."""
        own = {"_id": id, "agency": agency}
        self._keys.update_one({**own, **LIVE}, {"$set": {"ended_by": actor}})
        return self._keys.find_one(own, {"_id": 1}) is not None

    def add_link(self, row: Json) -> None:
        """Keep a capacity link; Conflict when its id or its token is another's."""
        _add(self._links, row, "link")

    def link_at(self, locator: str) -> Document | None:
        """Return the link of a token, over or not."""
        return self._links.find_one({"locator": locator})

    def links(self, agency: str) -> list[Document]:
        """Return an agency's links, the newest first, over or not."""
        return list(self._links.find({"agency": agency}).sort("made_at", -1))

    def end_link(self, id: str, agency: str, actor: str) -> bool:
        """End an agency's link, once and for all; say whether it has such a link."""
        ended = {"$set": {"ended_by": actor}}
        return bool(self._links.update_one({"_id": id, "agency": agency}, ended).matched_count)


def _exchange(rows: Collection[Document], which: Json, claim: str, actor: str) -> None:
    """Put another claim in the place of a row's, in one step; one it has or had stays where it is.

    `former` names all there ever were, `left_over` those that are still to be erased.
    """
    with_this = {
        name: {"$concatArrays": [{"$ifNull": [f"${name}", []]}, ["$claim"]]}
        for name in ("former", "left_over")
    }
    new = {"claim": {"$literal": claim}, "changed_by": {"$literal": actor}}
    is_new: list[Json] = [{"claim": {"$ne": claim}}, {"former": {"$ne": claim}}]
    rows.update_one({"$and": [which, *is_new]}, [{"$set": {**with_this, **new}}])


def _add(rows: Collection[Document], row: Json, field: str, same: str = "command") -> None:
    """Insert once. What is there already is fine when it came from the same command."""
    try:
        rows.insert_one(row)
    except DuplicateKeyError as error:
        known = rows.find_one({"_id": row["_id"]})
        if known is not None and known[same] == row[same]:
            return
        taken = "locator" if "locator" in str(error) else field
        raise Conflict(taken, "is taken", "choose another, or use the one there is") from None
