"""Membership and rotas in a real registry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from shared.clock import now
from shared.errors import Invalid
from shared.ids import new_id
from tests.support.processes import eventually
from tests.support.registry_at_work import Json, RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for, organization


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry of this module."""
    folder = tmp_path_factory.mktemp("registry")
    with registry_at_work(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        yield running


def days(n: int) -> date:
    return now().date() + timedelta(days=n)


def train(registry: RegistryAtWork, organization: str, **dates: date) -> Json:
    told: Json = registry.call(
        "record_training",
        command_id=new_id(),
        organization=organization,
        name="Recognizing trafficking",
        **{"completed_on": days(-10), "expires_on": days(100), **dates},
        actor="staff",
    )
    return told


def agree(registry: RegistryAtWork, organization: str, other: str, starts: int = -5) -> Json:
    told: Json = registry.call(
        "sign_agreement",
        command_id=new_id(),
        organization=organization,
        kind="referral",
        with_organization=other,
        starts_on=days(starts),
        ends_on=days(90),
        actor="staff",
    )
    return told


def test_a_trained_and_agreed_organization_is_a_member(registry: RegistryAtWork) -> None:
    beds = registry.shelter("Member", available=1, maximum=1)
    registry.take(organization("Coordinator"))
    member, coordinator = (id_for("organization", one) for one in ("Member", "Coordinator"))
    assert train(registry, member)["membership"]["standing"] == "none"
    assert agree(registry, member, coordinator)["membership"]["standing"] == "member"
    found = registry.card(beds)
    assert found is not None
    assert found["member"] is True
    papers = registry.call("organization", id=member)
    assert [one["ends_on"] for one in papers["trainings"]] == [days(100).isoformat()]
    assert papers["agreements"][0]["with_organization"] == coordinator
    assert registry.stated(f"organization:{member}")[-1] == "member.joined"


def test_the_calendar_suspends_a_member(registry: RegistryAtWork) -> None:
    """The paper's day is brought here by hand; the service's own clock does the rest."""
    registry.take(organization("Lapsing"), organization("Other"))
    lapsing, other = (id_for("organization", one) for one in ("Lapsing", "Other"))
    train(registry, lapsing)
    agree(registry, lapsing, other)
    states, stream = registry.db["states"], f"organization:{lapsing}"
    row = states.find_one({"_id": stream})
    assert row is not None
    papers = {
        name: {**paper, "ends_on": days(-1).isoformat()}
        for name, paper in row["state"]["trainings"].items()
    }
    due = {"state.trainings": papers, "state.membership.changes_on": days(0).isoformat()}
    states.update_one({"_id": stream}, {"$set": due})
    eventually(lambda: registry.stated(stream), lambda seen: seen[-1] == "member.suspended")
    told = registry.call("organization", id=lapsing)
    assert (told["member"], told["membership"]["reason"]) == (False, "training_expired")


def test_a_lapse_is_said_before_and_a_renewal_takes_it_back(registry: RegistryAtWork) -> None:
    """The paper's day is brought near by hand; the service's own clock says what is due."""
    registry.take(organization("Warned"), organization("Other"))
    warned, other = (id_for("organization", one) for one in ("Warned", "Other"))
    train(registry, warned)
    agree(registry, warned, other)
    states, stream = registry.db["states"], f"organization:{warned}"
    row = states.find_one({"_id": stream})
    assert row is not None
    assert row["state"]["membership"]["changes_on"] == days(90 - 30).isoformat()
    (training,) = row["state"]["trainings"]
    soon = {
        f"state.trainings.{training}.ends_on": days(20).isoformat(),
        "state.membership.changes_on": days(0).isoformat(),
    }
    states.update_one({"_id": stream}, {"$set": soon})
    eventually(lambda: registry.stated(stream), lambda seen: seen[-1] == "membership.lapses_soon")
    told = registry.call("organization", id=warned)
    assert told["member"] is True
    (ending,) = told["membership"]["ending"]
    assert ending == {"paper": "training", "ends_on": days(20).isoformat(), "days": 30}
    assert told["membership"]["changes_on"] == days(20 - 7).isoformat()
    assert train(registry, warned, expires_on=days(400))["membership"]["ending"] == []
    assert registry.stated(stream).count("membership.lapses_soon") == 1


def test_the_rota_says_who_is_on_call_and_until_when(registry: RegistryAtWork) -> None:
    registry.take(organization("Desk"))
    desk = id_for("organization", "Desk")
    shift = {"organization": desk, "weekday": 0, "opens": "19:00", "closes": "07:00"}
    rota = {"command_id": new_id(), "area": "XS-pine", "shifts": [shift], "actor": "staff"}
    assert registry.call("set_rota", **rota) == {"area": "XS-pine", "shifts": 1}
    registry.call("set_rota", **rota)
    assert registry.stated("rota:XS-pine") == ["rota.set"]
    told = registry.call("on_call", area="XS-pine", at="2026-11-17T02:00:00+00:00")
    assert told == {
        "agency": desk,
        "until": "2026-11-17T07:00:00.000+00:00",
        "phone_setting": "",
    }
    gap = registry.call("on_call", area="XS-pine", at="2026-11-17T07:00:00Z")
    assert (gap["agency"], gap["until"]) == (None, "2026-11-23T19:00:00.000+00:00")
    (week,) = registry.call("on_call_gaps", area="XS-pine", at="2026-11-17T07:00:00Z")
    assert week == {"begins": "2026-11-17T07:00:00.000+00:00", "ends": gap["until"]}
    nowhere = {"area": "XS-none", "at": "2026-11-17T07:00:00Z"}
    assert registry.call("on_call", **nowhere)["agency"] is None
    (all_of_it,) = registry.call("on_call_gaps", **nowhere)
    assert all_of_it["ends"] == "2026-11-24T07:00:00.000+00:00"
    stranger = {**shift, "organization": new_id()}
    with pytest.raises(Invalid) as refused:
        registry.call("set_rota", **{**rota, "shifts": [stranger], "command_id": new_id()})
    assert refused.value.field == "shifts.organization"
