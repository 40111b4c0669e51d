"""Referrals on the bus: doors, the search for agencies, agencies' answers, the clock."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.referrals import doors, offers, progress, reopening
from services.referrals.arrivals import from_portal, from_tip
from services.referrals.doors import Arrival
from services.referrals.task_entrypoints import Tasks
from services.referrals.workings import Workings
from shared.events import registry as told
from shared.events.doors import ClientWrote, HelpRequested
from shared.events.referrals import (
    CaseManagerAssigned,
    ReferralDeclined,
    ReferralExpired,
    ReferralRequested,
)
from shared.events.tips import TipPassedOn
from shared.fields import check_code, check_digest
from shared.messaging import Backbone, Received, command, every, handles, handles_many
from shared.vocabulary import CLOSE_REASONS, DECLINE_REASONS, DOORS, NEEDS

Json = dict[str, Any]


class ReferralsBackbone(Backbone):
    """The backbone with the workings of this service."""

    workings: Workings

    def setup(self) -> None:
        super().setup()
        self.workings = Workings(
            self.settings, self.clock, self.db, self.streams, self.claims, self.calls.call
        )
        self.workings.prepare()

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.workings


class Referrals(Tasks):
    """The referral streams."""

    name = "referrals"
    requires = {"coordinator_agency": "the id of the agency that coordinates"}
    workings: Workings = ReferralsBackbone()

    # what happens elsewhere

    @handles(HelpRequested)
    def on_help_requested(self, happened: Received[HelpRequested]) -> None:
        """Open a stream at once; then keep what shows that a code is this client's."""
        there, sent = self.workings, from_portal(happened.data)
        there.ledger.open(happened.data.stream, sent, cause=happened.id, actor="portal")
        if sent.claim:
            there.codes.keep(happened.data.stream, there.claims.get(sent.claim))

    @handles(TipPassedOn)
    def on_tip_passed_on(self, happened: Received[TipPassedOn]) -> None:
        """A tip opens a door when its reporter wished so."""
        if happened.data.stream:
            sent = from_tip(happened.data)
            self.workings.ledger.open(happened.data.stream, sent, cause=happened.id, actor="tips")

    @handles(ClientWrote)
    def on_client_wrote(self, happened: Received[ClientWrote]) -> None:
        """The client's message waits for an answer; her case manager can open it."""
        move = partial(doors.client_wrote, claim=happened.data.claim)
        stream = self.workings.ledger.apply(
            happened.data.stream, move, cause=happened.id, actor="portal"
        )
        self.workings.resealing.hand_over(stream)

    @handles_many(told.ServiceListed, told.ServiceChanged, told.ServiceWithdrawn)
    @handles_many(told.OrganizationChanged, told.OrganizationWithdrawn, told.LocationChanged)
    @handles_many(told.MemberJoined, told.MemberSuspended)
    @handles_many(told.CapacityReported, told.CapacityReserved)
    @handles_many(told.CapacityReleased, told.CapacityWentUnknown)
    @handles_many(told.RecordVerified, told.RecordWentStale)
    def on_directory_changed(self, happened: list[Received[Any]]) -> None:
        """Learn what changed in the directory, and look again for needs it may answer now."""
        services = {getattr(one.data, "service", "") for one in happened} - {""}
        wide = [one.data for one in happened if not getattr(one.data, "service", "")]
        cards = self.workings.directory.heard(services, {data.organization for data in wide})
        self.workings.offering.wake_for(cards)

    # what happens here

    @handles(ReferralRequested, ReferralDeclined, ReferralExpired)
    def on_unanswered(self, happened: Received[Any]) -> None:
        """Ask the next agency in rank, and keep that an offer bounced."""
        data = happened.data
        self.workings.offering.offer_next(
            data.stream, data.referral, cause=happened.id, correlation=happened.correlation
        )
        self.workings.tallying.heard([happened])

    @handles(CaseManagerAssigned)
    def on_case_manager_assigned(self, happened: Received[CaseManagerAssigned]) -> None:
        """Seal what the client wrote to her case manager's agency."""
        stream = self.workings.ledger.get(happened.data.stream)
        if stream is not None:
            self.workings.resealing.hand_over(stream)

    @every("scheduler_every_s")
    def act_on_deadlines(self) -> None:
        """Let what is due happen."""
        self.workings.scheduler.run()

    @every("reconcile_every_s")
    def keep_whole(self) -> None:
        """Repair what a crash left behind."""
        self.workings.keep_whole()

    # doors

    @command
    def open_stream(
        self,
        *,
        command_id: str,
        door: str,
        agency: str,
        needs: list[str],
        actor: str,
        age_group: str = "unknown",
        origin: str = "unknown",
        gender: str = "unknown",
        language: str = "en",
        area: str = "",
        safe_now: str = "unknown",
        contact_way: str = "none",
        avoid: list[str] = [],  # noqa: B006 (the command layer copies it)
        claim: str = "",
        wishes: list[str] = [],  # noqa: B006
    ) -> Json:
        """Open a stream for a client at an agency's door; {stream, status}."""
        about = (age_group, origin, gender, language, area, safe_now, contact_way, avoid, claim)
        arrival = Arrival(door, needs, agency, *about, wishes)
        return self.workings.desk.open(command_id, arrival, actor)

    @command
    def continue_stream(
        self, command_id: str, stream: str, door: str, agency: str, actor: str
    ) -> Json:
        """The client showed her code at a door: the same stream goes on."""
        check_code("door", door, DOORS)
        move = partial(doors.continue_stream, door=door, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, for_all=True)

    @command
    def verifiers(self, locator: str) -> list[Json]:
        """Return the codes with this locator: [{stream, salt, verifier}]."""
        check_digest("locator", locator)
        return self.workings.codes.verifiers(locator)

    @command
    def accept(self, command_id: str, stream: str, offer: str, agency: str, actor: str) -> Json:
        """Take an offer on; Conflict when it is over or was answered."""
        move = partial(offers.accept, offer=offer, agency=agency)
        return self.workings.desk.act(
            move, command_id, stream, agency, actor, about=offer, for_all=True
        )

    @command
    def decline(
        self, command_id: str, stream: str, offer: str, agency: str, reason: str, actor: str
    ) -> Json:
        """Say no to an offer with a code; the next agency is asked at once."""
        check_code("reason", reason, DECLINE_REASONS)
        move = partial(offers.decline, offer=offer, agency=agency, reason=reason)
        return self.workings.desk.act(
            move, command_id, stream, agency, actor, about=offer, for_all=True
        )

    @command
    def start(self, command_id: str, stream: str, referral: str, agency: str, actor: str) -> Json:
        """The service began."""
        move = partial(progress.advance, move="start", referral=referral, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

    @command
    def hold(self, command_id: str, stream: str, referral: str, agency: str, actor: str) -> Json:
        """The service pauses."""
        move = partial(progress.advance, move="hold", referral=referral, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

    @command
    def resume(self, command_id: str, stream: str, referral: str, agency: str, actor: str) -> Json:
        """The service goes on."""
        move = partial(progress.advance, move="resume", referral=referral, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

    @command
    def complete(
        self, command_id: str, stream: str, referral: str, agency: str, actor: str
    ) -> Json:
        """The service was given; the need is met."""
        move = partial(progress.complete, referral=referral, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

    @command
    def fail(
        self, command_id: str, stream: str, referral: str, agency: str, reason: str, actor: str
    ) -> Json:
        """The service could not be given after all; the need looks for the next one."""
        check_code("reason", reason, DECLINE_REASONS)
        move = partial(progress.fail, referral=referral, agency=agency, reason=reason)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

    @command
    def cancel(self, command_id: str, stream: str, referral: str, agency: str, actor: str) -> Json:
        """Call a referral off."""
        move = partial(progress.cancel, referral=referral, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

    # who leads the stream

    @command
    def record_need(
        self, command_id: str, stream: str, need_type: str, agency: str, actor: str
    ) -> Json:
        """Record one more need of the client."""
        check_code("need_type", need_type, NEEDS)
        move = partial(doors.record_need, need_type=need_type, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def end_need(self, command_id: str, stream: str, need: str, agency: str, actor: str) -> Json:
        """The client does not ask for this any more."""
        move = partial(progress.end_need, need=need, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def look_again(
        self, command_id: str, stream: str, referral: str, agency: str, actor: str
    ) -> Json:
        """Go through the ranking once more, for who leads the stream."""
        move = partial(reopening.look_again_for, referral=referral, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

    @command
    def follow_up(self, command_id: str, stream: str, agency: str, actor: str) -> Json:
        """What was due is done; the next deadline starts."""
        move = partial(reopening.follow_up, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def close(self, command_id: str, stream: str, agency: str, reason: str, actor: str) -> Json:
        """Close a stream in which every need is met or ended."""
        check_code("reason", reason, CLOSE_REASONS)
        move = partial(reopening.close, agency=agency, reason=reason)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def reopen(self, command_id: str, stream: str, agency: str, actor: str) -> Json:
        """Open a closed stream again, with its history."""
        return self.workings.desk.act(reopening.reopen, command_id, stream, agency, actor)

    # what is shown

    @command
    def client_view(self, stream: str) -> Json:
        """Return the client's own steps; NotFound when there is no such stream."""
        return self.workings.reading.for_client(stream)

    @command
    def stream(self, stream: str, agency: str) -> Json:
        """Return what an involved agency may see, with the timeline; NotFound for others."""
        return self.workings.reading.for_agency(stream, agency)

    @command
    def candidates(self, stream: str, referral: str, agency: str) -> Json:
        """Return who could be asked now and why, and the nearest misses, for who leads."""
        return self.workings.reading.candidates(stream, referral, agency)

    @command
    def streams(self, agency: str) -> list[Json]:
        """Return the streams an agency has a part in, the most pressing first."""
        return self.workings.reading.streams(agency)

    @command
    def offers(self, agency: str) -> list[Json]:
        """Return the offers an agency has to answer, by the end of their lease."""
        return self.workings.reading.offers(agency)

    @command
    def queue(self, agency: str) -> list[Json]:
        """Return what an agency owes, by its deadline, with who was asked and why not."""
        return self.workings.reading.queue(agency)

    @command
    def orphans(self) -> Json:
        """Count the open streams, and those without an owner or a deadline: always 0."""
        return self.workings.ledger.orphans()
