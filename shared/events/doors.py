"""What people bring to the portal's doors. Sealed content and code verifiers stay in the claim."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("portal", "help.requested")
class HelpRequested(Event, frozen=True, kw_only=True):
    """Someone asked for help at the portal and was given a stream code."""

    stream: str
    door: str
    needs: list[str]
    age_group: str = "unknown"
    origin: str = "unknown"
    gender: str = "unknown"
    language: str = "en"
    area: str = ""
    safe_now: str = "unknown"
    contact_way: str = "none"
    avoid: list[str] = []
    claim: str = ""
    wishes: list[str] = []


@event("portal", "tip.submitted")
class TipSubmitted(Event, frozen=True, kw_only=True):
    """A community member sent a tip, sealed before it left the portal."""

    tip: str
    claim: str
    wants_door: bool = False
    to_police: bool = False
    area: str = ""


@event("portal", "tip.reporter_wrote")
class TipReporterWrote(Event, frozen=True, kw_only=True):
    """The reporter came back with the receipt and added a sealed message."""

    tip: str
    claim: str


@event("portal", "tip.withdrawal_asked")
class TipWithdrawalAsked(Event, frozen=True, kw_only=True):
    """The reporter came back with the receipt and took the tip back."""

    tip: str


@event("portal", "client.wrote")
class ClientWrote(Event, frozen=True, kw_only=True):
    """The client came back with the stream code and left a sealed message for the case manager."""

    stream: str
    claim: str


@event("portal", "suggestion.submitted")
class SuggestionSubmitted(Event, frozen=True, kw_only=True):
    """Someone said what is wrong with a service's page; words, if any, were sealed in the claim."""

    suggestion: str
    service: str
    codes: list[str]
    claim: str = ""
    said_by: str = ""
