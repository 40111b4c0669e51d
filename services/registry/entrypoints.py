"""The registry on the bus: commands of agencies and publishers, and what referrals do to units."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any

from msgspec import Meta

from services.registry import capacity, membership, rota
from services.registry.backbone import RegistryBackbone
from services.registry.domain import Area, Id, Json, Kind, Moment, Uuid
from services.registry.importing import Compared, Taken
from services.registry.panel_entrypoints import PanelsAndPathways
from services.registry.published.answers import Resource
from services.registry.published.finding import Wanted
from services.registry.showing import Whole
from services.registry.upkeep_entrypoints import Size, Source, Upkeep
from shared.directory import ServiceCard
from shared.errors import Invalid
from shared.events.referrals import (
    HandoverEnded,
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralDeclined,
    ReferralExpired,
    ReferralFailed,
)
from shared.hsds import Tier
from shared.ids import derived_id
from shared.messaging import Received, command, every, handles
from shared.vocabulary.suggestions import SAID_BY_DECLINING

Records = Annotated[list[Json], Meta(max_length=200)]
Ids = Annotated[list[str], Meta(max_length=500)]
Few = Annotated[int, Meta(ge=1, le=50)]
Shifts = Annotated[list[rota.Shift], Meta(max_length=500)]
Over = ReferralExpired | ReferralCompleted | ReferralFailed | ReferralCancelled | HandoverEnded


class Registry(Upkeep, PanelsAndPathways):
    """The provider directory, capacity, membership and rotas."""

    name = "registry"
    backbone = RegistryBackbone()

    @command
    def import_records(self, kind: Kind, records: Records, source: Source, actor: Id) -> Taken:
        """Take in up to 200 records of a publisher; {listed, changed, same, refused}."""
        return self.backbone.imports.take(kind, records, source, actor)

    @command
    def compare_records(self, kind: Kind, records: Records, promised: Ids) -> Compared:
        """Say what import_records would do and do nothing; `promised` come with the same import."""
        return self.backbone.imports.compare(kind, records, promised)

    @command
    def withdraw(self, command_id: Id, kind: Kind, id: Uuid, actor: Id) -> Json:
        """Take a record out of the directory; IllegalMove when it is not in it."""
        self.backbone.directory.withdraw(kind, id, command_id, actor)
        return {"kind": kind, "id": id}

    @command
    def describe_services(self, ids: Ids) -> list[ServiceCard]:
        """Return the cards of those of the services that are listed for everybody to see."""
        return self.backbone.directory.services(ids)

    @command
    def services_after(self, after: str, size: Size) -> Json:
        """Return a page of cards by id; `next` is "" on the last page."""
        return self.backbone.directory.services_after(after, size)

    @command
    def organizations_after(self, after: str, size: Size) -> Json:
        """Return a page of organizations by id; `next` is "" on the last page."""
        return self.backbone.directory.organizations_after(after, size)

    @command
    def records_after(self, kind: Whole, after: str, size: Few, tier: Tier = "public") -> Json:
        """Return a page of whole HSDS records as readers of a tier may have them."""
        return self.backbone.directory.records_after(kind, after, size, tier)

    @command
    def organization(self, id: str) -> Json:
        """Return an organization with its membership and papers; NotFound when none is listed."""
        return self.backbone.directory.organization(id)

    @command
    def published_page(self, resource: Resource, agency: str, wanted: Wanted) -> Json:
        """Return a page of HSDS resources an agency (or everybody: "") sees."""
        return self.backbone.published.page(resource, agency, wanted)

    @command
    def published_one(
        self, resource: Resource, id: Uuid, agency: str, full_service: bool = False
    ) -> Json:
        """Return one HSDS resource with all that is nested in it, as an agency sees it."""
        return self.backbone.published.one(resource, id, agency, full_service=full_service)

    @command
    def report_capacity(
        self,
        command_id: Id,
        service: Uuid,
        available: capacity.Units,
        actor: Id,
        maximum: capacity.Units | None = None,
        unit: capacity.Unit | None = None,
    ) -> Json:
        """Take an agency's word for how many units are free now; its own numbers come back."""
        given = {"available": available, "maximum": maximum, "unit": unit}
        return self.backbone.capacities.report(service, given, command_id, actor)

    @command
    def reserve(self, service: Uuid, offer: Id, until: Moment) -> Json:
        """Hold one unit for an offer; `reserved` is true again for an offer that holds one."""
        return self.backbone.capacities.reserve(service, offer, until)

    @command
    def record_training(
        self,
        command_id: Id,
        organization: Uuid,
        name: membership.TrainingName,
        completed_on: date,
        expires_on: date,
        actor: Id,
    ) -> Json:
        """Record a human-trafficking training certificate and return the membership after it."""
        decide = partial(
            membership.record_training,
            training=derived_id(command_id, "training"),
            name=name,
            completed_on=completed_on,
            expires_on=expires_on,
            today=self.backbone.clock().date(),
        )
        return self.backbone.members.record(organization, command_id, actor, decide)

    @command
    def sign_agreement(
        self,
        command_id: Id,
        organization: Uuid,
        kind: membership.AgreementKind,
        with_organization: Uuid,
        starts_on: date,
        ends_on: date,
        actor: Id,
    ) -> Json:
        """Record an agreement of two organizations and return the membership of the first."""
        if with_organization == organization:
            raise Invalid("with_organization", "is the organization itself", "name the other one")
        self.backbone.ledger.must_be_listed("with_organization", [with_organization])
        decide = partial(
            membership.sign_agreement,
            agreement=derived_id(command_id, "agreement"),
            kind=kind,
            with_organization=with_organization,
            starts_on=starts_on,
            ends_on=ends_on,
            today=self.backbone.clock().date(),
        )
        return self.backbone.members.record(organization, command_id, actor, decide)

    @command
    def set_rota(
        self, command_id: Id, area: Area, shifts: Shifts, actor: Id, timezone: str = "UTC"
    ) -> Json:
        """Set who is on call in an area, week by week; times are of `timezone` (IANA name)."""
        return self.backbone.rotas.set(area, shifts, timezone, command_id, actor)

    @command
    def on_call(self, area: Area, at: Moment) -> Json:
        """Return who is on call: {agency or None, until, phone_setting}."""
        return self.backbone.rotas.on_call(area, at)

    @command
    def on_call_gaps(self, area: Area, at: Moment) -> list[Json]:
        """Return when nobody is on call in the week from `at` on: [{begins, ends}], UTC."""
        return self.backbone.rotas.gaps(area, at)

    @handles(ReferralAccepted)
    def on_accepted(self, happened: Received[ReferralAccepted]) -> None:
        """The unit reserved for the offer is in use."""
        self._settle(happened, partial(capacity.use, offer=happened.data.offer))

    @handles(ReferralDeclined)
    def on_declined(self, happened: Received[ReferralDeclined]) -> None:
        """The unit is free again, or the agency said that it has none."""
        said = happened.data
        decide = partial(
            capacity.decline, offer=said.offer, reason=said.reason, declined_at=happened.time
        )
        self._settle(happened, decide)
        if said.reason in SAID_BY_DECLINING and said.service:
            self._ask_to_check(happened)

    @handles(ReferralExpired, ReferralCompleted, ReferralFailed, ReferralCancelled, HandoverEnded)
    def on_over(self, happened: Received[Over]) -> None:
        """The unit is free again; a referral called off before it was offered holds none."""
        self._settle(happened, partial(capacity.release, offer=happened.data.offer))

    @every("scheduler_every_s")
    def let_time_pass(self) -> None:
        """Old capacity becomes unknown, memberships and panels warn and lapse, records age."""
        self.backbone.capacities.forget_old(self.backbone.settings.capacity_decay_s)
        self.backbone.members.review()
        self.backbone.verifying.review()
        self.backbone.panels.review()

    def _settle(self, happened: Received[Any], decide: Any) -> None:
        if happened.data.service and happened.data.offer:
            self.backbone.capacities.settle(
                happened.data.service,
                partial(decide, at=self.backbone.clock()),
                cause=happened.id,
                correlation=happened.correlation,
            )

    def _ask_to_check(self, happened: Received[ReferralDeclined]) -> None:
        """An agency that declines by what its record does not say has told what is wrong there:
        once a month for each reason, however many clients it declines."""
        said, month = happened.data, f"{happened.time:%Y-%m}"
        suggestion = derived_id("suggestion", said.service, said.reason, month)
        self.backbone.suggestions.keep(
            suggestion,
            said.service,
            [said.reason],
            said_by=said.agency,
            at=happened.time,
            cause=suggestion,
        )
