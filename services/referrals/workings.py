"""How the parts of this service fit together: made once a process from what the backbone gives."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from services.referrals.carrying import Carrying
from services.referrals.counting import Counting
from services.referrals.desk import Desk
from services.referrals.hesitation import Hesitation
from services.referrals.linking import Linking
from services.referrals.neighbours import Call, Neighbours
from services.referrals.offering import Offering
from services.referrals.reading import Reading
from services.referrals.recoding import Recoding
from services.referrals.releasing import Releasing
from services.referrals.resealing import Resealing
from services.referrals.scheduler import Scheduler
from services.referrals.store import Asked, Codes, Courses, Directory, Ledger, ReleaseKeys
from services.referrals.stream import Terms
from services.referrals.tallying import Tallying
from services.referrals.task_desk import TaskDesk
from services.referrals.weighing import Weights, load
from shared.clock import Clock
from shared.ids import new_id
from shared.settings import Settings
from shared.storage.claims import Claims
from shared.storage.commits import Streams
from shared.storage.lease import Lease
from shared.storage.mongo import Db, connect_release_keys

#: Repair looks back a little further than it runs, because clocks of machines differ.
REPAIR_OVERLAP_S = 60.0


def terms_of(settings: Settings) -> Terms:
    """Return what a deployment decided."""
    return Terms(
        coordinator=settings.coordinator_agency,
        lease_urgent_s=settings.lease_urgent_s,
        lease_s=settings.lease_s,
        case_manager_lease_urgent_s=settings.case_manager_lease_urgent_s,
        case_manager_lease_s=settings.case_manager_lease_s,
        zone=ZoneInfo(settings.time_zone) if settings.time_zone else None,
    )


def weights_of(settings: Settings) -> Weights:
    """Return what counts in this deployment's ranking; WrongSettings when its file does not fit."""
    return load(Path(settings.matching_weights)) if settings.matching_weights else load()


class Workings:
    """The streams, their codes, the directory, and the processes over them."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        db: Db,
        streams: Streams,
        claims: Claims,
        call: Call,
    ) -> None:
        self.settings, self.clock = settings, clock
        self.claims = claims
        self._db, self._streams, self._call = db, streams, call

    def prepare(self) -> None:
        """Make the indexes and read the directory into memory."""
        self.ledger.prepare()
        self.codes.prepare()
        self.asked.prepare()
        self.tallying.prepare()
        self.directory.prepare()
        self.directory.refresh()
        self.release_keys.prepare()

    def keep_whole(self) -> None:
        """Repair states a crash left behind; fetch the directory when nothing of it is here.

        One instance at a time does this.
        """
        if not self._upkeep.hold():
            return
        back = timedelta(seconds=self.settings.reconcile_every_s + REPAIR_OVERLAP_S)
        self.ledger.repair(self.clock() - back)
        if self.directory.is_empty():
            self.directory.fetch_all(self.neighbours.page)
        self.counting.rebuild()
        self.tallying.rebuild()

    @cached_property
    def _upkeep(self) -> Lease:
        every_s = self.settings.reconcile_every_s
        return Lease(self._db, "upkeep", new_id(), every_s, self.clock)

    @cached_property
    def terms(self) -> Terms:
        return terms_of(self.settings)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self._streams, self.clock, self.terms)

    @cached_property
    def codes(self) -> Codes:
        return Codes(self._db)

    @cached_property
    def asked(self) -> Asked:
        return Asked(self._db)

    @cached_property
    def counting(self) -> Counting:
        coordinator = self.settings.coordinator_agency
        return Counting(self.ledger, self.asked, self.directory, coordinator)

    @cached_property
    def courses(self) -> Courses:
        return Courses(self._db)

    @cached_property
    def tallying(self) -> Tallying:
        coordinator = self.settings.coordinator_agency
        return Tallying(self.ledger, self.courses, self.clock, coordinator)

    @cached_property
    def neighbours(self) -> Neighbours:
        return Neighbours(self._call)

    @cached_property
    def directory(self) -> Directory:
        weights = weights_of(self.settings)
        return Directory(self._db, self.neighbours.describe, weights, self.hesitation)

    @cached_property
    def hesitation(self) -> Hesitation:
        return Hesitation(self.courses, self.clock)

    @cached_property
    def offering(self) -> Offering:
        reserve = self.neighbours.reserve
        return Offering(self.ledger, self.directory, reserve, self.clock, self.terms)

    @cached_property
    def recoding(self) -> Recoding:
        return Recoding(self.ledger, self.codes, self.claims, self.terms)

    @cached_property
    def linking(self) -> Linking:
        return Linking(self.ledger, self.desk)

    @cached_property
    def resealing(self) -> Resealing:
        return Resealing(self.claims, self.neighbours, self.settings.keys_dir)

    @cached_property
    def release_keys(self) -> ReleaseKeys:
        return ReleaseKeys(connect_release_keys(self.settings))

    @cached_property
    def releasing(self) -> Releasing:
        return Releasing(self.ledger, self.claims, self.release_keys, self.clock)

    @cached_property
    def carrying(self) -> Carrying:
        return Carrying(self.ledger, self.claims, self.release_keys, self.clock)

    @cached_property
    def scheduler(self) -> Scheduler:
        return Scheduler(self.ledger, self.clock)

    @cached_property
    def tasks(self) -> TaskDesk:
        return TaskDesk(self.ledger, self.terms)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.ledger, self.codes, self.claims, self.terms)

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.ledger, self.directory, self.clock, self.terms)
