"""Accounts on the bus: commands to make them, look-ups for the portal's every request."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from services.accounts import domain
from services.accounts.store import Staff
from shared.errors import Conflict, Invalid, NotFound
from shared.fields import check_digest, check_ids
from shared.messaging import Backbone, command

Json = dict[str, Any]
#: What whoever shows a link's token is checked with, and what it opens.
LINK_OF = ("agency", "service", "verifier")
#: Accounts told of in one answer.
MOST_AT_ONCE = 200


class AccountsBackbone(Backbone):
    """The backbone with the staff in it."""

    def setup(self) -> None:
        super().setup()
        self.staff.prepare()

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.db)


class Accounts:
    """Agencies' keys, staff, sessions, API keys and capacity links."""

    name = "accounts"
    backbone = AccountsBackbone()

    @command
    def create_agency(
        self, command_id: str, agency: str, recipient: str, claim: str, actor: str
    ) -> Json:
        """Give an agency its key; Conflict when it has one."""
        row = domain.new_agency(command_id, agency, recipient, claim, actor)
        self.backbone.staff.add_agency(row)
        return {"agency": agency}

    @command
    def recipient(self, agency: str) -> Json:
        """Return {recipient, claim} of an agency: whom to seal to, where its identity waits."""
        check_ids(agency=agency)
        found = self.backbone.staff.agency(agency)
        if found is None:
            raise NotFound("agency", "has no key", "create its key first")
        self._erase_left_over(found)
        return {"recipient": found["recipient"], "claim": found["claim"]}

    @command
    def create_account(
        self,
        command_id: str,
        account: str,
        agency: str,
        roles: list[str],
        locator: str,
        claim: str,
        actor: str,
    ) -> Json:
        """Make an account of an agency that has its key."""
        row = domain.new_account(command_id, account, agency, roles, locator, claim, actor)
        if self.backbone.staff.agency(agency) is None:
            raise Invalid("agency", "has no key yet", "create the agency first")
        self.backbone.staff.add_account(row)
        return {"account": account}

    @command
    def credentials(self, locator: str) -> Json | None:
        """Return {account, claim} of a sign-in name, None when there is none."""
        check_digest("locator", locator)
        found = self.backbone.staff.account_at(locator)
        if found is None or not domain.is_staff(found):
            return None
        self._erase_left_over(found)
        return {"account": found["_id"], "claim": found["claim"]}

    @command
    def staff_of(self, agency: str) -> list[Json]:
        """Return {account, agency, roles} of an agency's accounts that have not ended."""
        check_ids(agency=agency)
        return [_told(one) for one in self.backbone.staff.staff_of(agency) if domain.is_staff(one)]

    @command
    def end_account(self, account: str, agency: str, actor: str) -> Json:
        """End an account of the agency: from now on it signs nobody in, and its sessions and
        capacity links open nothing. Again is no error; NotFound for another agency's, Conflict for
        the last one that manages the staff."""
        check_ids(account=account, agency=agency, actor=actor)
        there = self.backbone.staff
        found = there.account(account)
        if found is None or found["agency"] != agency:
            raise NotFound("account", "is not one of yours", "look at the list again")
        if domain.is_staff(found):
            domain.check_one_stays(found, there.staff_of(agency))
        if there.end_account(account, actor):
            try:  # two may have ended each other at the same moment
                domain.check_one_stays(found, there.staff_of(agency))
            except Conflict:
                there.begin_again(account)
                raise
        there.end_what_it_opened(account, actor)
        return {"account": account}

    @command
    def set_password(self, account: str, agency: str, claim: str, actor: str) -> Json:
        """Give an account of the agency another password, whose hash is in the claim; the former
        hash is erased, and whoever signed in with it is signed out. Again is no error, and after
        yet another password it changes nothing; NotFound for another agency's account or one that
        ended."""
        check_ids(account=account, agency=agency, claim=claim, actor=actor)
        there = self.backbone.staff
        found = there.account(account)
        if found is None or found["agency"] != agency or not domain.is_staff(found):
            raise NotFound("account", "is not one of yours", "look at the list again")
        if claim in found.get("former", ()):
            self.backbone.claims.erase(claim)
            return {"account": account}
        self._check_kept(claim, "password")
        there.set_claim(account, claim, actor)
        there.end_sessions(account, but=claim)
        self._erase_left_over(there.account(account) or {})
        return {"account": account}

    @command
    def set_key_lock(self, agency: str, claim: str, replaced: str, actor: str) -> Json:
        """Have the agency's key wait under another passphrase, in another claim than `replaced`,
        which is erased. Again is no error; Conflict when it was changed meanwhile."""
        check_ids(agency=agency, claim=claim, replaced=replaced, actor=actor)
        there = self.backbone.staff
        if there.agency(agency) is None:
            raise NotFound("agency", "has no key", "create its key first")
        self._check_kept(claim, "identity")
        there.set_lock(agency, claim, replaced, actor)
        changed = there.agency(agency) or {}
        if changed["claim"] != claim:
            raise Conflict("passphrase", "was changed by somebody else", "use the new one")
        self._erase_left_over(changed)
        return {"agency": agency}

    def _check_kept(self, claim: str, kind: str) -> None:
        """Raise Invalid when a claim is not there: its place would be empty for good."""
        kept = self.backbone.claims.get(claim)
        if kept is None or kept.kind != kind:
            raise Invalid("claim", f"holds no {kind}", "keep it first, then send its id")

    def _erase_left_over(self, row: Json) -> None:
        """Erase the claims that others took the place of. What a crash, or a database that was
        away, leaves is erased when the claim of today is next asked for."""
        if row.get("left_over"):
            for claim in row["left_over"]:
                self.backbone.claims.erase(claim)
            self.backbone.staff.erased(row)

    @command
    def people(self, accounts: list[str]) -> list[Json]:
        """Return {account, agency, roles} of those of at most 200 accounts that there are."""
        if len(accounts) > MOST_AT_ONCE:
            raise Invalid("accounts", f"names more than {MOST_AT_ONCE}", "ask in parts")
        for account in accounts:
            check_ids(accounts=account)
        return [_told(row) for row in self.backbone.staff.accounts(accounts)]

    @command
    def open_session(self, session: str, account: str, claim: str, expires_at: datetime) -> Json:
        """Begin a session; `session` is the SHA-256 of the cookie, `claim` that of the password it
        was asked for with: NotFound when the account has another one by now."""
        row = domain.new_session(session, account, claim, expires_at, self.backbone.clock())
        holder = self.backbone.staff.account(account)
        if holder is None or not domain.is_staff(holder) or holder["claim"] != claim:
            raise NotFound("account", "is not here", "sign in again")
        self.backbone.staff.add_session(row)
        return {"session": session}

    @command
    def session(self, session: str) -> Json | None:
        """Return {account, agency, roles, claim} of a session; None when there is none, it is over,
        or it began with another password than the account has now."""
        check_digest("session", session)
        found = self.backbone.staff.session(session)
        if found is None or not domain.is_live(found, self.backbone.clock()):
            return None
        holder = self.backbone.staff.account(found["account"])
        if holder is None or not domain.is_staff(holder) or holder["claim"] != found.get("claim"):
            return None
        return {**_told(holder), "claim": holder["claim"]}

    @command
    def close_session(self, session: str) -> Json:
        """End a session; one that is over already is no error."""
        check_digest("session", session)
        self.backbone.staff.end_session(session)
        return {"session": session}

    @command
    def create_key(
        self,
        command_id: str,
        key: str,
        agency: str,
        scopes: list[str],
        claim: str,
        actor: str,
    ) -> Json:
        """Give an agency's program an API key; the hash of its secret is in the claim."""
        row = domain.new_key(command_id, key, agency, scopes, claim, actor)
        self.backbone.staff.add_key(row)
        return {"key": key}

    @command
    def key(self, key: str) -> Json | None:
        """Return {agency, scopes, claim} of an API key, None when there is none."""
        check_ids(key=key)
        found = self.backbone.staff.key(key)
        if found is None or not domain.is_staff(found):
            return None
        return {name: found[name] for name in ("agency", "scopes", "claim")}

    @command
    def keys(self, agency: str) -> list[Json]:
        """Return {key, scopes, actor} of an agency's API keys that have not ended, newest first."""
        check_ids(agency=agency)
        return [
            {"key": row["_id"], "scopes": row["scopes"], "actor": row["actor"]}
            for row in self.backbone.staff.keys(agency)
            if domain.is_staff(row)
        ]

    @command
    def end_key(self, key: str, agency: str, actor: str) -> Json:
        """End a key at once; one that has ended is no error, another agency's is NotFound."""
        check_ids(key=key, agency=agency, actor=actor)
        if not self.backbone.staff.end_key(key, agency, actor):
            raise NotFound("key", "is not one of yours", "look at the list again")
        return {"key": key}

    @command
    def create_link(
        self,
        command_id: str,
        link: str,
        agency: str,
        service: str,
        locator: str,
        verifier: str,
        actor: str,
    ) -> Json:
        """Give an agency a link for one service's capacity; its token comes as two digests."""
        at = self.backbone.clock()
        row = domain.new_link(command_id, link, agency, service, locator, verifier, actor, at)
        domain.check_room(row, self._live_links(agency))
        self.backbone.staff.add_link(row)
        return {"link": link}

    @command
    def link_at(self, locator: str) -> Json | None:
        """Return {link, agency, service, verifier} of a token; None when it is over or none."""
        check_digest("locator", locator)
        found = self.backbone.staff.link_at(locator)
        if found is None or not domain.is_live(found, self.backbone.clock()):
            return None
        return {"link": found["_id"], **{name: found[name] for name in LINK_OF}}

    @command
    def links(self, agency: str) -> list[Json]:
        """Return {link, service, made_at, expires_at} of an agency's links, the newest first."""
        check_ids(agency=agency)
        return [
            {"link": row["_id"], "service": row["service"]}
            | {name: row[name].isoformat() for name in ("made_at", "expires_at")}
            for row in self._live_links(agency)
        ]

    @command
    def end_link(self, link: str, agency: str, actor: str) -> Json:
        """End a link at once; one that has ended is no error, another agency's is NotFound."""
        check_ids(link=link, agency=agency, actor=actor)
        if not self.backbone.staff.end_link(link, agency, actor):
            raise NotFound("link", "is not one of yours", "look at the list again")
        return {"link": link}

    def _live_links(self, agency: str) -> list[Json]:
        at = self.backbone.clock()
        return [one for one in self.backbone.staff.links(agency) if domain.is_live(one, at)]


def _told(account: Json) -> Json:
    return {"account": account["_id"], "agency": account["agency"], "roles": account["roles"]}
