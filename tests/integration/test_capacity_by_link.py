"""A link from its making to its end, through the real broker, accounts and registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.requests import Request

from portal.backend import Backend
from portal.ports import Identity
from shared.ids import new_id
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.registry_at_work import RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for
from tests.support.staff_browser import StaffBrowser

SHELTER = "Capacity Links"


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry with a relay, and accounts beside it."""
    folder = tmp_path_factory.mktemp("links")
    with registry_at_work(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        running.processes.service("accounts")
        yield running


@pytest.fixture(scope="module")
def portal(registry: RegistryAtWork, tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    """A portal whose calls go through the broker; signed in is whoever the shelter employs."""
    made = make_portal(tmp_path_factory.mktemp("portal"))

    async def identify(request: Request) -> Identity:
        agency = id_for("organization", SHELTER)
        return Identity("account-1", agency, frozenset({"intake"}))

    backend = Backend(registry.processes.settings)
    made.app.state.parts = replace(made.parts, backend=backend, identify=identify)
    return made


@pytest.fixture
def front(portal: FakePortal) -> Iterator[StaffBrowser]:
    """The front desk's window."""
    window = StaffBrowser(portal.app)
    with window.client:
        yield window
        assert window.client.portal
        window.client.portal.call(portal.app.state.parts.backend.close)


def test_a_link_reports_until_it_is_ended(
    front: StaffBrowser, registry: RegistryAtWork, portal: FakePortal
) -> None:
    beds = registry.shelter(SHELTER, available=1, maximum=4)
    front.send(f"/workspace/capacity/{beds}/links", {})
    (path,) = re.findall(r'href="http://testserver(/space/[0-9a-f]{48})"', front.page)

    for _ in range(2):
        assert front.open(path).status_code == 200
    stated = registry.stated(f"capacity:{beds}")
    fields: dict[str, Any] = {**front.form(path)[1], "say": "free", "available": "3"}
    for _ in range(2):
        front.send(path, fields)
        assert "Free now: 3. In all: 4." in front.text
    assert registry.stated(f"capacity:{beds}") == [*stated, "capacity.reported"]
    front.press(path, {"say": "free", "available": "5"})
    assert "more than you have in all" in front.text
    for saying, outward in (("ask", "assessment_needed"), ("full", "none")):
        front.press(path, {"say": saying})
        assert registry.outward(beds) == outward
    check_only_digests_are_kept(registry, path.rpartition("/")[2])

    (link,) = registry.processes.db("accounts")["links"].find()
    front.send(f"/workspace/capacity/links/{link['_id']}/end", {})
    assert front.send(path, {"say": "free", "available": "2"}).status_code == 404
    assert "Ask your agency for a new link." in front.text
    assert registry.outward(beds) == "none"


def check_only_digests_are_kept(registry: RegistryAtWork, token: str) -> None:
    """Fail when the token is in a database or a log."""
    processes = registry.processes
    stored = [
        str(row)
        for name in ("accounts", "registry")
        for collection in processes.db(name).list_collection_names()
        for row in processes.db(name)[collection].find()
    ]
    logs = [path.read_text() for path in (processes.folder / "log").iterdir()]
    assert len(stored) > 5
    assert logs
    assert token not in "".join([*stored, *logs])


def test_a_link_of_a_service_of_others_is_not_made(
    front: StaffBrowser, registry: RegistryAtWork
) -> None:
    foreign = registry.shelter("Other Shelter", available=1, maximum=4)
    assert front.send(f"/workspace/capacity/{foreign}/links", {}).status_code == 404
    assert front.send(f"/workspace/capacity/{new_id()}/links", {}).status_code == 404
    assert front.open("/space/" + "a" * 48).status_code == 404
