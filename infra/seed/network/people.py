"""What HSDS has no word for: trainings, agreements, rotas, panels, pathways, agencies, accounts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from infra.seed.network.data import COORDINATOR, Network, area_code, sample_id
from infra.seed.network.hours import spans

TRAINING = "Recognizing and answering human trafficking (8 hours)"
_TRAINING_DAYS = 730
_AGREEMENT_DAYS = 1095
_STAFF = ["intake"]


def network_json(network: Network, as_of: date) -> dict[str, Any]:
    """Return {as_of, agencies, accounts, trainings, agreements, rotas, panel, pathways}.

    Each entry holds the arguments of one command (accounts.create_agency and create_account,
    registry.record_training, sign_agreement, set_rota, record_panel_entry and set_pathway), but
    for what only the running system can make: recipients, locators and claims. `slug` and
    `sign_in` are for making those.
    """
    actor = sample_id("account", sign_in(COORDINATOR, "agency_admin"))
    members = [found for found in network.organizations if "trained" in found]
    return {
        "as_of": as_of.isoformat(),
        "agencies": [_agency(member, actor) for member in members],
        "accounts": [
            _account(member, role, actor) for member in members for role in _roles(member)
        ],
        "trainings": [_training(member, as_of, actor) for member in members],
        "agreements": _agreements(network, members, as_of, actor),
        "rotas": [_rota(county, network.rota[county], actor) for county in network.counties],
        "panel": [
            _panel_entry(slug, number, said, as_of, actor)
            for slug, entries in network.panel.items()
            for number, said in enumerate(entries, 1)
        ],
        "pathways": [_pathway(slug, said, actor) for slug, said in network.pathways.items()],
    }


def sign_in(slug: str, role: str) -> str:
    """Return the sign-in name of an agency's account for a role."""
    return f"staff.{role}@{slug}.example.org"


def _roles(member: dict[str, Any]) -> list[str]:
    return list(member.get("staff", _STAFF))


def _agency(member: dict[str, Any], actor: str) -> dict[str, Any]:
    return {
        "command_id": sample_id("create_agency", member["slug"]),
        "agency": sample_id("organization", member["slug"]),
        "slug": member["slug"],
        "actor": actor,
    }


def _account(member: dict[str, Any], role: str, actor: str) -> dict[str, Any]:
    name = sign_in(member["slug"], role)
    return {
        "command_id": sample_id("create_account", name),
        "account": sample_id("account", name),
        "agency": sample_id("organization", member["slug"]),
        "roles": [role],
        "sign_in": name,
        "actor": actor,
    }


def _training(member: dict[str, Any], as_of: date, actor: str) -> dict[str, Any]:
    completed = as_of - timedelta(days=member["trained"])
    return {
        "command_id": sample_id("record_training", f"{member['slug']}/{completed}"),
        "organization": sample_id("organization", member["slug"]),
        "name": TRAINING,
        "completed_on": completed.isoformat(),
        "expires_on": (completed + timedelta(days=_TRAINING_DAYS)).isoformat(),
        "actor": actor,
    }


def _agreements(
    network: Network, members: list[dict[str, Any]], as_of: date, actor: str
) -> list[dict[str, Any]]:
    said = [
        {
            "organization": member["slug"],
            "with": COORDINATOR,
            "kind": "referral",
            "began": -member["agreed"],
            "ends": _AGREEMENT_DAYS - member["agreed"],
        }
        for member in members
        if "agreed" in member
    ]
    return [_agreement(one, as_of, actor) for one in [*said, *network.agreements]]


def _agreement(said: dict[str, Any], as_of: date, actor: str) -> dict[str, Any]:
    starts = as_of + timedelta(days=said["began"])
    key = f"{said['organization']}/{said['with']}/{said['kind']}/{starts}"
    return {
        "command_id": sample_id("sign_agreement", key),
        "organization": sample_id("organization", said["organization"]),
        "kind": said["kind"],
        "with_organization": sample_id("organization", said["with"]),
        "starts_on": starts.isoformat(),
        "ends_on": (as_of + timedelta(days=said["ends"])).isoformat(),
        "actor": actor,
    }


def _rota(county: str, said: list[dict[str, str]], actor: str) -> dict[str, Any]:
    shifts = [
        {
            "organization": sample_id("organization", part["organization"]),
            "weekday": day,
            "opens": span.opens,
            "closes": span.closes,
        }
        for part in said
        for span in spans(part["hours"])
        for day in span.days
    ]
    return {
        "command_id": sample_id("set_rota", county),
        "area": area_code(county),
        "shifts": sorted(shifts, key=lambda shift: (shift["weekday"], shift["opens"])),
        "actor": actor,
    }


def _panel_entry(
    slug: str, number: int, said: dict[str, Any], as_of: date, actor: str
) -> dict[str, Any]:
    def paper(ends_in: int) -> dict[str, str]:
        ends_on = as_of + timedelta(days=ends_in)
        return {
            "starts_on": (as_of - timedelta(days=30)).isoformat(),
            "ends_on": ends_on.isoformat(),
        }

    return {
        "command_id": sample_id("panel_entry", f"{slug}:{number}"),
        "agency": sample_id("organization", slug),
        "said": {
            "role": said["role"],
            "languages": said["languages"],
            "areas": [area_code(county) for county in said["areas"]],
            "vetting": paper(said["ends"]),
            "training": paper(_TRAINING_DAYS),
        },
        "actor": actor,
    }


def _pathway(slug: str, said: dict[str, Any], actor: str) -> dict[str, Any]:
    return {
        "command_id": sample_id("pathway", slug),
        "pathway": slug,
        "said": said,
        "agency": sample_id("organization", COORDINATOR),
        "actor": actor,
    }
