"""Panels and pathways in a real registry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.registry.panels import MOST_ENTRIES
from shared.clock import now
from shared.errors import AnydoorError, IllegalMove, Invalid, NotAllowed, NotFound
from shared.ids import new_id
from tests.support.processes import eventually
from tests.support.registry_at_work import Json, RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for, organization, service

COORDINATOR = id_for("organization", "Coordinator")


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry of this module."""
    folder = tmp_path_factory.mktemp("registry")
    with registry_at_work(
        folder,
        module_amqp_uri,
        mongo_uri,
        module_mongo_prefix,
        COORDINATOR_AGENCY=COORDINATOR,
    ) as running:
        yield running


def days(n: int) -> str:
    return (now().date() + timedelta(days=n)).isoformat()


def someone(**fields: Any) -> Json:
    paper = {"starts_on": days(-10), "ends_on": days(200)}
    told = {"role": "interpreter", "languages": ["es"], "areas": ["XS-pine"]}
    return {**told, "vetting": paper, "training": paper, **fields}


def agency(registry: RegistryAtWork, name: str) -> str:
    registry.take(organization(name))
    return id_for("organization", name)


def put(registry: RegistryAtWork, agency: str, **arguments: Any) -> Json:
    told = {"command_id": new_id(), "said": someone(), "actor": "staff", **arguments}
    entry: Json = registry.call("record_panel_entry", agency=agency, **told)
    return entry


def test_an_agency_keeps_its_panel_and_all_see_how_many_there_are(
    registry: RegistryAtWork,
) -> None:
    one, two = agency(registry, "Panel one"), agency(registry, "Panel two")
    command = new_id()
    mine = put(registry, one, command_id=command)
    assert put(registry, one, command_id=command) == mine
    put(registry, two)
    told = registry.call("panel", agency=one)
    assert told["own"] == [mine]
    (counted,) = told["counts"]
    assert (counted["number"], counted["agencies"]) == (2, sorted([one, two]))
    with pytest.raises(NotFound):
        put(registry, two, entry=mine["entry"])
    with pytest.raises(NotFound):
        put(registry, one, entry=new_id())
    away = {"entry": mine["entry"], "actor": "staff"}
    with pytest.raises(NotFound):
        registry.call("end_panel_entry", agency=two, command_id=new_id(), **away)
    registry.call("end_panel_entry", agency=one, command_id=new_id(), **away)
    assert registry.call("panel", agency=one)["own"] == []
    stated = registry.stated(f"panel:{mine['entry']}")
    assert stated == ["panel_entry.changed", "panel_entry.ended"]


def test_the_calendar_warns_and_suspends_in_the_running_service(registry: RegistryAtWork) -> None:
    entry = put(registry, agency(registry, "Panel three"))["entry"]
    states, stream = registry.db["states"], f"panel:{entry}"
    soon = {"state.vetting.ends_on": days(20), "state.changes_on": days(0)}
    states.update_one({"_id": stream}, {"$set": soon})
    eventually(lambda: registry.stated(stream), lambda seen: seen[-1] == "panel_entry.lapses_soon")
    over = {"state.vetting.ends_on": days(-1), "state.changes_on": days(0)}
    states.update_one({"_id": stream}, {"$set": over})
    eventually(lambda: registry.stated(stream), lambda seen: seen[-1] == "panel_entry.suspended")


def test_the_coordinator_keeps_pathways(registry: RegistryAtWork) -> None:
    registry.take(organization("Shelter of paths"))
    registry.take(service("Path beds", of="Shelter of paths", profile={"needs": ["safety"]}))
    bed = id_for("service", "Path beds")
    steps = [{"need": "safety", "services": [bed]}, {"need": "education", "after": ["safety"]}]
    said = {"names": {"en": "First weeks"}, "steps": steps}
    order = {"pathway": "first-weeks", "said": said, "agency": COORDINATOR, "actor": "staff"}
    registry.call("set_pathway", command_id=new_id(), **order)
    (one,) = registry.call("pathways")
    assert [step["need"] for step in one["steps"]] == ["safety", "education"]
    assert one["version"] == 1
    with pytest.raises(NotAllowed):
        registry.call("set_pathway", command_id=new_id(), **{**order, "agency": new_id()})
    strange = {**said, "steps": [{"need": "safety", "services": [new_id()]}]}
    with pytest.raises(Invalid) as refused:
        registry.call("set_pathway", command_id=new_id(), **{**order, "said": strange})
    assert refused.value.field == "pathway.steps.services"
    away = {"pathway": "first-weeks", "agency": COORDINATOR, "actor": "staff"}
    registry.call("end_pathway", command_id=new_id(), **away)
    assert registry.call("pathways") == []
    with pytest.raises(IllegalMove):
        registry.call("end_pathway", command_id=new_id(), **away)


def test_no_pathway_is_written_that_no_list_would_show(registry: RegistryAtWork) -> None:
    said = {"names": {"en": "One of many"}, "steps": [{"need": "safety"}]}
    told = {"said": said, "agency": COORDINATOR, "actor": "staff"}
    for n in range(100 - len(registry.call("pathways"))):
        registry.call("set_pathway", command_id=new_id(), pathway=f"many-{n}", **told)
    one_more = {"command_id": new_id(), "pathway": "one-too-many", **told}
    with pytest.raises(Invalid, match="more than 100"):
        registry.call("set_pathway", **one_more)
    renamed = {**told, "said": {**said, "names": {"en": "Renamed"}}}
    registry.call("set_pathway", command_id=new_id(), pathway="many-0", **renamed)
    away = {"agency": COORDINATOR, "actor": "staff"}
    for n in range(100):
        registry.call("end_pathway", command_id=new_id(), pathway=f"many-{n}", **away)
    registry.call("set_pathway", **one_more)
    registry.call("end_pathway", command_id=new_id(), pathway="one-too-many", **away)


@pytest.mark.parametrize(
    ("method", "changed"),
    [
        ("record_panel_entry", {"agency": "x"}),
        ("record_panel_entry", {"agency": {"$gt": ""}}),
        ("record_panel_entry", {"entry": "$where"}),
        ("record_panel_entry", {"said": {}}),
        ("record_panel_entry", {"said": someone(name="Sample Person")}),
        ("record_panel_entry", {"said": someone(areas=["Pine County"])}),
        ("record_panel_entry", {"said": someone(areas=[])}),
        ("record_panel_entry", {"said": someone(languages=["es"] * 31)}),
        ("record_panel_entry", {"said": someone(vetting={"starts_on": "x", "ends_on": "y"})}),
        ("record_panel_entry", {"said": someone(role={"$gt": ""})}),
        ("set_pathway", {"pathway": "../x"}),
        ("set_pathway", {"said": {"names": {"en": "<b>"}, "steps": [{"need": "safety"}]}}),
        ("set_pathway", {"said": {"names": {"en": "A"}, "steps": []}}),
        ("set_pathway", {"said": {"names": {"xx": "A"}, "steps": [{"need": "safety"}]}}),
        ("set_pathway", {"said": {"names": {"en": "A" * 101}, "steps": [{"need": "safety"}]}}),
    ],
    ids=[f"wrong-{n}" for n in range(15)],
)
def test_wrong_arguments_are_refused_by_name(
    registry: RegistryAtWork, method: str, changed: Json
) -> None:
    said = {"names": {"en": "A"}, "steps": [{"need": "safety"}]}
    right: dict[str, Json] = {
        "record_panel_entry": {"agency": COORDINATOR, "said": someone()},
        "set_pathway": {"agency": COORDINATOR, "pathway": "one", "said": said},
    }
    with pytest.raises(AnydoorError) as refused:
        registry.call(method, command_id=new_id(), actor="staff", **{**right[method], **changed})
    assert next(iter(changed)) in getattr(refused.value, "field", "")


def test_who_comes_back_to_a_full_panel_is_refused_and_a_repeat_is_not(
    registry: RegistryAtWork,
) -> None:
    of, states = agency(registry, "Panel full"), registry.db["states"]
    gone = put(registry, of)["entry"]
    row = states.find_one({"_id": f"panel:{gone}"})
    assert row is not None
    registry.call("end_panel_entry", agency=of, command_id=new_id(), entry=gone, actor="staff")
    others = [f"panel:{new_id()}" for _ in range(MOST_ENTRIES)]
    states.insert_many([{**row, "_id": id} for id in others])
    for entry in (gone, ""):
        with pytest.raises(Invalid, match="more than"):
            put(registry, of, entry=entry)
    states.delete_one({"_id": others.pop()})
    command = new_id()
    back = put(registry, of, entry=gone, command_id=command)
    assert len(registry.call("panel", agency=of)["own"]) == MOST_ENTRIES
    assert put(registry, of, entry=gone, command_id=command) == back
    renewed = someone(languages=["es", "fr"])
    assert put(registry, of, entry=gone, said=renewed)["languages"] == ["es", "fr"]
    states.delete_many({"_id": {"$in": others}})
