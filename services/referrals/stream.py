"""The nouns of a referral stream, and how they are written down. No I/O.

Field's words: domain.md's stream, door, need, referral, offer, case manager. All times are UTC in
ISO 8601 with milliseconds, one width, so they sort as text.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from services.referrals.parts import Left, Link, Part, Path, Plan, Release, Stay

Json = dict[str, Any]
COORDINATOR, CASE_MANAGER, SUPERVISOR = "coordinator", "case_manager", "supervisor"
CASE_MANAGEMENT = "case_management"
#: A referral some service has taken on.
SERVING = frozenset({"accepted", "in_progress", "on_hold"})
#: A referral some service takes or took care of.
SERVED = SERVING | {"completed"}
#: A referral on its way: it looks for a service or has one.
ALIVE = SERVING | {"requested"}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment decides: who coordinates, how long an answer may take in seconds, and by
    which clock its agencies open and close."""

    coordinator: str
    lease_urgent_s: int
    lease_s: int
    case_manager_lease_urgent_s: int
    case_manager_lease_s: int
    zone: ZoneInfo | None = None

    def lease_for(self, need_type: str, urgent: bool) -> int:
        """Return how long one agency may hold an offer, in seconds."""
        if need_type == CASE_MANAGEMENT:
            return self.case_manager_lease_urgent_s if urgent else self.case_manager_lease_s
        return self.lease_urgent_s if urgent else self.lease_s


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """When a move is made, on what terms, and its cause: all new ids are derived from that."""

    at: datetime
    cause: str
    terms: Terms

    def now(self) -> str:
        return stamp(self.at)

    def local(self) -> tuple[int, str]:
        """Return weekday, 0 for Monday, and "HH:MM" by the clocks of the network, or of this
        machine."""
        there = self.at.astimezone(self.terms.zone)
        return there.weekday(), there.strftime("%H:%M")

    def after(self, seconds: float) -> str:
        return stamp(self.at + timedelta(seconds=seconds))


class Door(Part):
    """Where the client came in, and at which agency ("" at the portal)."""

    door: str
    at: str
    agency: str = ""


class Need(Part):
    """What the client asks for. `state` is open, unmet (nobody left to ask), met or ended."""

    type: str
    state: str
    urgent: bool = False

    @property
    def is_settled(self) -> bool:
        return self.state in ("met", "ended")


class Offer(Part):
    """What one agency holds until `lease_until`; kept after it was accepted. `stay_days` is how
    long the service lets a client stay, 0 when it does not say."""

    id: str
    service: str
    agency: str
    lease_until: str
    trace: dict[str, str] = {}
    stay_days: int = 0


class Tried(Part):
    """A service that was asked or could not be. `outcome` is a code of `offers.SOFT` or harder."""

    service: str
    agency: str
    outcome: str
    at: str
    offer: str = ""
    round: int = 1


class Miss(Part):
    """A service that could not be asked, and the first rule it broke."""

    service: str
    agency: str
    rule: str


class Referral(Part):
    """One need on its way to one service. While `requested` it has an offer out or looks for one
    again at `look_at`; `round` counts how often the whole ranking was gone through."""

    need: str
    need_type: str
    state: str
    urgent: bool = False
    offer: Offer | None = None
    look_at: str = ""
    round: int = 1
    tried: list[Tried] = []
    misses: list[Miss] = []
    stay: Stay | None = None

    @property
    def agency(self) -> str:
        """The agency that serves, "" when none does."""
        return self.offer.agency if self.offer and self.state in SERVING else ""

    @property
    def is_out(self) -> bool:
        """Whether an agency holds an offer it has not answered."""
        return self.state == "requested" and self.offer is not None


class Duty(Part):
    """Something that is owed to the client: a code of `duties.KINDS`, by whom, until when."""

    code: str
    role: str
    due_at: str
    about: str = ""
    raised: int = 0


class Owner(Part):
    """Who answers for the stream now: an agency's role, never a person."""

    agency: str
    role: str


class NextAction(Part):
    """What the owner does next, and by when."""

    code: str
    due_at: str
    about: str = ""


class Message(Part):
    """A sealed message from the client, waiting as a claim."""

    claim: str
    at: str


class Handover(Part):
    """What the case manager's agency proposed to another one; `referral` is its own."""

    referral: str
    offer: Offer


class Stream(Part):
    """A client's one referral stream. The fields below the line are worked out by `settled`."""

    id: str
    opened_at: str
    urgency: str
    doors: list[Door]
    status: str
    age_group: str = "unknown"
    origin: str = "unknown"
    gender: str = "unknown"
    language: str = "en"
    area: str = ""
    safe_now: str = "unknown"
    contact_way: str = "none"
    wishes: list[str] = []
    avoid: list[str] = []
    claim: str = ""
    code_claim: str = ""
    needs: dict[str, Need] = {}
    referrals: dict[str, Referral] = {}
    case_manager: str = ""
    excluded: list[str] = []
    messages: list[Message] = []
    plan: Plan | None = None
    path: Path | None = None
    releases: dict[str, Release] = {}
    refused: dict[str, int] = {}
    links: dict[str, Link] = {}
    release_due_at: str = ""
    handover: Handover | None = None
    words_left: Left | None = None
    is_contacted: bool = False
    has_unanswered: bool = False
    is_unreachable: bool = False
    urgent_start_at: str = ""
    closed_at: str = ""
    close_reason: str = ""
    # ----
    duties: dict[str, Duty] = {}
    owner: Owner | None = None
    next_action: NextAction | None = None
    next_due_at: str = ""
    involved: list[str] = []
    offered_to: list[str] = []
    awaits: list[str] = []
    unmet: list[str] = []

    @property
    def is_open(self) -> bool:
        return self.status == "open"

    @property
    def is_urgent(self) -> bool:
        return self.urgency == "urgent"

    @property
    def is_on_path(self) -> bool:
        """Whether steps of a pathway are still to be asked."""
        return bool(self.path and self.path.waiting)

    def referral_of(self, need: str) -> Referral | None:
        """Return the referral that is alive for a need, if any."""
        alive = (r for r in self.referrals.values() if r.need == need and r.state in ALIVE)
        return next(alive, None)

    def helpers(self, need_type: str = "") -> set[str]:
        """Return the agencies that serve or served this client, for one type of need or any."""
        return {
            r.offer.agency
            for r in self.referrals.values()
            if r.offer and r.state in SERVED and need_type in ("", r.need_type)
        }

    def stays(self) -> dict[str, Stay]:
        """Return the stays that go on, by referral."""
        return {id: r.stay for id, r in self.referrals.items() if r.stay and r.agency}

    def is_followed(self, stay: Stay) -> bool:
        """Say whether the placement after a stay is asked for."""
        need = self.needs.get(stay.followed_by)
        return need is not None and need.state != "ended"

    def waiting(self) -> list[str]:
        """Return the needs that are not a referral yet: they wait for a case manager."""
        return [
            id
            for id, need in self.needs.items()
            if need.type != CASE_MANAGEMENT and not need.is_settled and self.referral_of(id) is None
        ]


def read(state: Json) -> Stream:
    """Return the stream a stored state holds: a working copy nobody else sees."""
    return msgspec.convert(state, Stream)


def write(stream: Stream) -> Json:
    """Return the state to store: JSON values, no None."""
    state: Json = msgspec.to_builtins(stream)
    return state


def stamp(at: datetime) -> str:
    """Return a moment as it is written down: "2026-03-01T08:00:00.000+00:00"."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def moment(text: str) -> datetime:
    """Return the moment a stamp holds."""
    return datetime.fromisoformat(text)
