"""Who answers for each service on the workspace's stand-ins: the services' own entrypoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec

from services.accounts.entrypoints import Accounts
from services.referrals.carrying import Carrying
from services.referrals.desk import Desk
from services.referrals.entrypoints import Referrals
from services.referrals.linking import Linking
from services.referrals.reading import Reading
from services.referrals.releasing import Releasing
from services.referrals.task_desk import TaskDesk
from services.registry import rota
from services.tips.entrypoints import Triage
from shared.clock import now
from shared.errors import NotFound
from shared.events.releases import ReleaseExpired, ReleasePassed
from tests.support import figure_samples, gap_samples, import_samples
from tests.support.memory_library import MemoryLibrary
from tests.support.memory_panels import MemoryPanels
from tests.support.memory_services import ClaimsNow, MemoryReleaseKeys
from tests.support.staff_network import CARDS, HARBOR_LIGHT, NAMES

if TYPE_CHECKING:
    from tests.support.staff_fakes import Workplace

Json = dict[str, Any]


def answer_for(made: Workplace) -> None:
    """Let the services' own entrypoints answer, on what is kept in memory."""
    portal = made.portal
    claims: Any = ClaimsNow(portal)
    workings = _workings(made, claims)
    made.network.readers = {
        ReleasePassed: lambda told: workings.carrying.take(told.stream, told.release),
        ReleaseExpired: lambda told: workings.releasing.destroy(told.release),
    }
    there = SimpleNamespace(clock=now, claims=claims, settings=portal.parts.settings)
    holders = {
        "referrals": _on(Referrals(), workings=workings),
        "tips": _on(Triage(), backbone=_with(there, tips=made.tips)),
        "accounts": _on(Accounts(), backbone=_with(there, staff=made.staff)),
    }
    answers = portal.backend.answers
    for service, entrypoints in holders.items():
        for method in _commands(type(entrypoints)):
            if (service, method) not in KEPT:
                answer = _answered(getattr(entrypoints, method), made.deliver)
                answers[f"{service}.{method}"] = answer
    answers["registry.report_capacity"] = made.capacities.report
    answers["registry.verify"] = made.records.verify
    answers["registry.upkeep_of"] = made.records.upkeep_of
    answers["registry.organization"] = _organization
    answers["registry.describe_services"] = lambda ids: [
        msgspec.to_builtins(card) for card in CARDS if card.id in ids
    ]
    answers |= {"registry.on_call": _on_call, "registry.on_call_gaps": _on_call_gaps}
    answers |= MemoryPanels().answers()
    answers |= MemoryLibrary().answers()
    answers["registry.imports"] = import_samples.imports
    answers["registry.import_remarks"] = import_samples.import_remarks
    answers.update(made.subscriptions.answers())
    answers.update(made.suggestions.answers())


def _workings(made: Workplace, claims: Any) -> SimpleNamespace:
    ledger: Any = made.ledger
    network, terms, keys = made.network, ledger.terms, MemoryReleaseKeys()
    desk = Desk(ledger, made.codes, claims, terms)  # type: ignore[arg-type]
    return SimpleNamespace(
        desk=desk,
        linking=Linking(ledger, desk),
        reading=Reading(ledger, network.roster, lambda: network.now, terms),
        offering=network.offering,
        ledger=ledger,
        tasks=TaskDesk(ledger, terms),
        codes=made.codes,
        carrying=Carrying(ledger, claims, keys, lambda: network.now),  # type: ignore[arg-type]
        releasing=Releasing(ledger, claims, keys, lambda: network.now),  # type: ignore[arg-type]
        counting=gap_samples.counting(network.roster),
        tallying=figure_samples.tallying(),
    )


#: What the public pages' stand-ins answer.
KEPT = {("tips", "verifiers"), ("tips", "reporter_view"), ("referrals", "client_view")}


def _with(there: SimpleNamespace, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(**vars(there), **more)


def _on(entrypoints: Any, **given: Any) -> Any:
    """Give an entrypoint class what nameko would inject."""
    for name, part in given.items():
        setattr(entrypoints, name, part)
    return entrypoints


def _commands(cls: type) -> list[str]:
    return [
        name
        for part in cls.__mro__[:-1]
        for name, member in vars(part).items()
        if callable(member) and not name.startswith(("_", "on_", "act_on", "keep_"))
    ]


def _answered(call: Callable[..., Any], deliver: Callable[[], None]) -> Callable[..., Any]:
    def answer(**arguments: Any) -> Any:
        try:
            return call(**arguments)
        finally:
            deliver()

    return answer


def _organization(id: str) -> Json:
    if id not in NAMES:
        raise NotFound("organization", "is not in the directory", "search for another")
    held = {"standing": "member", "reason": "", "changes_on": "", "ending": []}
    phones = [{"number": "1-555-555-0130"}]
    return {"id": id, "name": NAMES[id], "phones": phones, "membership": held}


def _on_call(area: str, at: str) -> Json:
    covered = area == "XS-lakeshore"
    agency = HARBOR_LIGHT if covered else None
    until = "2026-11-23T08:00:00.000+00:00" if covered else None
    return {"agency": agency, "until": until, "phone_setting": "hotline_phone" if covered else ""}


def _on_call_gaps(area: str, at: str) -> list[Json]:
    week = rota.gaps(None, datetime.fromisoformat(at))
    hole = {"begins": "2026-11-24T02:00:00.000+00:00", "ends": "2026-11-24T06:00:00.000+00:00"}
    return [hole] if area == "XS-lakeshore" else week
