"""Who works in the sample network: on call, trained, agreed and signed in."""

from __future__ import annotations

import json

from infra.seed.network import AS_OF, sample_files
from infra.seed.network.data import network, sample_id
from shared.ids import derived_id

ROLES = {"case_manager", "intake", "triage", "coordinator", "supervisor", "agency_admin"}
SLUGS = [organization["slug"] for organization in network().organizations]
PEOPLE = json.loads(sample_files()["network.json"])


def minutes_covered(county: str) -> set[int]:
    rota = next(rota for rota in PEOPLE["rotas"] if rota["area"] == f"XS-{county}")
    covered: set[int] = set()
    for shift in rota["shifts"]:
        opens, closes = (
            int(time[:2]) * 60 + int(time[3:]) for time in (shift["opens"], shift["closes"])
        )
        assert opens < closes
        covered |= {shift["weekday"] * 1440 + minute for minute in range(opens, closes)}
    return covered


def test_someone_is_on_call_at_every_hour_but_one_in_pine() -> None:
    week = set(range(7 * 1440))
    assert minutes_covered("lakeshore") == week
    assert minutes_covered("harbor") == week
    sunday_at_five = 6 * 1440 + 5 * 60
    assert week - minutes_covered("pine") == set(range(sunday_at_five, sunday_at_five + 60))


def test_whoever_is_on_call_is_a_member_with_a_current_certificate() -> None:
    today = AS_OF.isoformat()
    trained = {
        training["organization"]
        for training in PEOPLE["trainings"]
        if training["completed_on"] <= today <= training["expires_on"]
    }
    agreed = {
        agreement["organization"]
        for agreement in PEOPLE["agreements"]
        if agreement["starts_on"] <= today <= agreement["ends_on"]
    }
    on_call = {shift["organization"] for rota in PEOPLE["rotas"] for shift in rota["shifts"]}
    assert on_call <= trained & agreed
    lapsed = sample_id("organization", "ridge-runners-transport")
    assert lapsed in {training["organization"] for training in PEOPLE["trainings"]} - trained
    assert {sample_id("organization", slug) for slug in SLUGS} - trained - {lapsed}


def test_accounts_have_the_roles_and_names_of_their_agencies() -> None:
    agencies = {agency["agency"]: agency["slug"] for agency in PEOPLE["agencies"]}
    roles: set[str] = set()
    for account in PEOPLE["accounts"]:
        (role,) = account["roles"]
        assert account["sign_in"] == f"staff.{role}@{agencies[account['agency']]}.example.org"
        assert account["account"] == derived_id("sample", "account", account["sign_in"])
        roles.add(role)
    assert roles == ROLES
    actors = {account["account"] for account in PEOPLE["accounts"]}
    commands = [entry for name in PEOPLE if name != "as_of" for entry in PEOPLE[name]]
    assert {command["actor"] for command in commands} <= actors
    assert len({command["command_id"] for command in commands}) == len(commands)
