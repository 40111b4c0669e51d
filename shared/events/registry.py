"""What the provider registry states."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("registry", "organization.listed", public=True)
class OrganizationListed(Event, frozen=True, kw_only=True):
    """An organization came into the directory."""

    organization: str


@event("registry", "organization.changed", public=True)
class OrganizationChanged(Event, frozen=True, kw_only=True):
    """An organization's record changed."""

    organization: str
    fields: list[str]


@event("registry", "organization.withdrawn", public=True)
class OrganizationWithdrawn(Event, frozen=True, kw_only=True):
    """An organization left the directory."""

    organization: str


@event("registry", "service.listed", public=True)
class ServiceListed(Event, frozen=True, kw_only=True):
    """A service came into the directory."""

    service: str
    organization: str


@event("registry", "service.changed", public=True)
class ServiceChanged(Event, frozen=True, kw_only=True):
    """A service's record changed."""

    service: str
    organization: str
    fields: list[str]


@event("registry", "service.withdrawn", public=True)
class ServiceWithdrawn(Event, frozen=True, kw_only=True):
    """A service left the directory."""

    service: str
    organization: str


@event("registry", "record.verified", public=True)
class RecordVerified(Event, frozen=True, kw_only=True):
    """An agency said that everything in a service's record is right on this day."""

    service: str
    organization: str


@event("registry", "record.went_stale", public=True)
class RecordWentStale(Event, frozen=True, kw_only=True):
    """Nobody checked a service's record for long; age is check_now, then out_of_date."""

    service: str
    organization: str
    age: str


@event("registry", "location.listed")
class LocationListed(Event, frozen=True, kw_only=True):
    """A location came into the directory."""

    location: str
    organization: str


@event("registry", "location.changed")
class LocationChanged(Event, frozen=True, kw_only=True):
    """A location's record changed."""

    location: str
    organization: str
    fields: list[str]


@event("registry", "capacity.reported", public=True)
class CapacityReported(Event, frozen=True, kw_only=True):
    """An agency said how many units of a service are free; outward is a code, never the count."""

    service: str
    outward: str


@event("registry", "capacity.reserved")
class CapacityReserved(Event, frozen=True, kw_only=True):
    """One unit of a service is held for an offer until the offer's lease ends."""

    service: str
    offer: str
    outward: str


@event("registry", "capacity.released")
class CapacityReleased(Event, frozen=True, kw_only=True):
    """A held or used unit of a service is free again."""

    service: str
    offer: str
    outward: str


@event("registry", "capacity.went_unknown", public=True)
class CapacityWentUnknown(Event, frozen=True, kw_only=True):
    """Nobody confirmed a service's capacity within its own interval."""

    service: str


@event("registry", "training.recorded")
class TrainingRecorded(Event, frozen=True, kw_only=True):
    """A human-trafficking training certificate was recorded for an organization."""

    organization: str
    training: str


@event("registry", "agreement.signed")
class AgreementSigned(Event, frozen=True, kw_only=True):
    """An agreement with the network or another organization was recorded."""

    organization: str
    agreement: str
    kind: str


@event("registry", "member.joined", public=True)
class MemberJoined(Event, frozen=True, kw_only=True):
    """An organization became a member agency: trained and agreed, so it may be routed to."""

    organization: str


@event("registry", "member.suspended", public=True)
class MemberSuspended(Event, frozen=True, kw_only=True):
    """A member's training or agreement lapsed, so it is not routed to until it is renewed."""

    organization: str
    reason: str


@event("registry", "membership.lapses_soon")
class MembershipLapsesSoon(Event, frozen=True, kw_only=True):
    """A member's training or agreement (`paper`) ends in at most so many days, 30 or 7."""

    organization: str
    paper: str
    days: int


@event("registry", "panel_entry.changed")
class PanelEntryChanged(Event, frozen=True, kw_only=True):
    """Somebody came on an agency's panel, was renewed, or counts again. Nobody is named."""

    entry: str
    organization: str
    role: str


@event("registry", "panel_entry.lapses_soon")
class PanelEntryLapsesSoon(Event, frozen=True, kw_only=True):
    """The vetting or training (`paper`) of an entry ends in at most so many days, 30 or 7."""

    entry: str
    organization: str
    paper: str
    days: int


@event("registry", "panel_entry.suspended")
class PanelEntrySuspended(Event, frozen=True, kw_only=True):
    """An entry's vetting or training (`paper`) lapsed: it does not count until it is renewed."""

    entry: str
    organization: str
    paper: str


@event("registry", "panel_entry.ended")
class PanelEntryEnded(Event, frozen=True, kw_only=True):
    """An agency took somebody off its panel."""

    entry: str
    organization: str


@event("registry", "pathway.set")
class PathwaySet(Event, frozen=True, kw_only=True):
    """A pathway, an ordered set of services for a kind of client, was written or changed."""

    pathway: str


@event("registry", "pathway.ended")
class PathwayEnded(Event, frozen=True, kw_only=True):
    """A pathway is not used any more."""

    pathway: str


@event("registry", "rota.set")
class RotaSet(Event, frozen=True, kw_only=True):
    """The on-call rota of an area was set."""

    area: str


@event("registry", "suggestion.made")
class SuggestionMade(Event, frozen=True, kw_only=True):
    """Somebody said with codes what is wrong with a service's page."""

    suggestion: str
    service: str
    organization: str
    codes: list[str]


@event("registry", "suggestion.accepted")
class SuggestionAccepted(Event, frozen=True, kw_only=True):
    """An agency said that a suggestion is right; the change comes with its own records."""

    suggestion: str
    service: str


@event("registry", "suggestion.refused")
class SuggestionRefused(Event, frozen=True, kw_only=True):
    """An agency said with a code why a suggestion is not followed."""

    suggestion: str
    service: str
    reason: str


@event("registry", "organizations.linked")
class OrganizationsLinked(Event, frozen=True, kw_only=True):
    """A person of the coordinating agency linked two organizations; both stay as they are."""

    first: str
    second: str


@event("registry", "organizations.told_apart")
class OrganizationsToldApart(Event, frozen=True, kw_only=True):
    """A person of the coordinating agency said that two organizations are not the same."""

    first: str
    second: str
