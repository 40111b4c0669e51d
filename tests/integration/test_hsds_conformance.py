"""The conformance profile, and every answer against HSDS 3.1, on the sample network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from infra.conformance.__main__ import main
from infra.conformance.profile import Conformance
from infra.local.components import Meilisearch
from infra.local.ports import free_port
from infra.seed import sample
from infra.seed.importer import import_folder
from infra.seed.network.data import COORDINATOR, SOURCE, sample_id
from portal.hsds.resources import RESOURCES, Resource
from shared.clock import now
from tests.support.hsds_portal import HsdsPortal, hsds_portal
from tests.support.hsds_schemas import PROFILE, needs_profile, needs_schemas, schemas
from tests.support.processes import Processes

Json = dict[str, Any]
EACH = pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)


def silence(_: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def portal(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
    meilisearch: Meilisearch,
) -> Iterator[HsdsPortal]:
    """The API over the sample network."""
    folder = tmp_path_factory.mktemp("hsds")
    running = Processes(folder, module_amqp_uri, mongo_uri, module_mongo_prefix)
    try:
        running.service("registry", COORDINATOR_AGENCY=sample_id("organization", COORDINATOR))
        network = sample.write_network(folder / "sample", now().date())
        import_folder(running.calls, folder / "sample", folder, source=SOURCE, say=silence)
        sample.tell_registry(running.calls, network, silence)
        with hsds_portal(folder, running, meilisearch) as listening:
            yield listening
    finally:
        running.end()


@pytest.fixture(scope="module")
def nobody(portal: HsdsPortal) -> Iterator[httpx2.Client]:
    """A program without a key."""
    with portal.client() as client:
        yield client


def lines(client: httpx2.Client, path: str, **query: Any) -> list[Json]:
    """Return the resources of a stream."""
    answer = client.get(path, params={"format": "ndjson", **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [msgspec.json.decode(line) for line in answer.content.splitlines()]


@needs_profile
def test_all_tests_of_the_profile_pass(
    portal: HsdsPortal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HSDS_CONFORMANCE", str(PROFILE))
    assert main([f"{portal.url}/api/hsds"]) == 0, capsys.readouterr().out
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "conformance: 11 of 11 tests passed"
    assert len(told) == 12


def no_uuid(answer: Json) -> None:
    for one in answer.get("contents", [answer]):
        if "id" in one:
            one["id"] = "not-a-uuid"


def no_totals(answer: Json) -> None:
    answer.pop("total_pages", None)


def no_next_page(answer: Json) -> None:
    if "last_page" in answer:
        answer.update(last_page=True, page_number=1)


def no_links(answer: Json) -> None:
    answer.update(openapi_url="over there", url="over there")


@needs_profile
@pytest.mark.parametrize(
    ("spoil", "failed"), [(no_uuid, 10), (no_totals, 10), (no_next_page, 5), (no_links, 2)]
)
def test_the_profile_finds_what_is_wrong(
    spoil: Callable[[Json], None],
    failed: int,
    portal: HsdsPortal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Conformance(f"{portal.url}/api/hsds", PROFILE)
    ask = run._get

    def spoiled(path: str, query: Json | None = None) -> Json:
        answer = ask(path, query)
        spoil(answer)
        return answer

    monkeypatch.setattr(run, "_get", spoiled)
    assert sum(bool(one.wrong) for one in run.run()) >= failed


@needs_profile
def test_the_profile_fails_where_nothing_answers(
    portal: HsdsPortal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HSDS_CONFORMANCE", str(PROFILE))
    assert main([f"{portal.url}/api/nothing"]) == 1
    assert main([f"http://127.0.0.1:{free_port()}"]) == 1
    monkeypatch.setenv("HSDS_CONFORMANCE", str(tmp_path))
    assert main([portal.url]) == 2


@needs_schemas
@pytest.mark.parametrize(
    ("resource", "form"),
    [
        (one, form)
        for one in RESOURCES
        for form in ("search", "full", "minimal", "full_service")
        if form in one.parameters
    ],
    ids=lambda one: getattr(one, "name", one),
)
def test_every_resource_fits_its_schema(
    resource: Resource, form: str, nobody: httpx2.Client
) -> None:
    known, asked = schemas(), {form: "true"} if form != "search" else {}
    found = lines(nobody, f"/{resource.name}", **asked)
    assert found
    for one in found:
        assert known.complaints(f"{resource.schema}.json", one) == []
    page = nobody.get(f"/{resource.name}", params=asked).json()
    assert known.page_complaints(f"{resource.schema}.json", page) == []


@needs_schemas
@EACH
def test_one_by_id_fits_its_schema(resource: Resource, nobody: httpx2.Client) -> None:
    known = schemas()
    for one in lines(nobody, f"/{resource.name}")[::7]:
        answer = nobody.get(f"/{resource.name}/{one['id']}")
        assert answer.json()["id"] == one["id"]
        assert known.complaints(f"{resource.schema}.json", answer.json()) == []


@EACH
def test_pages_and_the_stream_hold_the_same(resource: Resource, nobody: httpx2.Client) -> None:
    whole = lines(nobody, f"/{resource.name}")
    paged: list[Json] = []
    for number in range(1, 1_000):
        answer = nobody.get(f"/{resource.name}", params={"page": number, "perPage": 17}).json()
        assert (answer["page_number"], answer["total_items"]) == (number, len(whole))
        assert answer["first_page"] == (number == 1)
        paged += answer["contents"]
        if answer["last_page"]:
            break
    assert number == answer["total_pages"]
    assert paged == whole
    after = nobody.get(f"/{resource.name}", params={"page": number + 1}).json()
    assert (after["contents"], after["empty"], after["size"]) == ([], True, 0)


@EACH
def test_post_answers_as_get_does(resource: Resource, nobody: httpx2.Client) -> None:
    asked, path = {"search": "a", "per_page": "3"}, f"/{resource.name}"
    told = nobody.get(path, params=asked).json()
    assert nobody.post(path, json={"search": "a", "per_page": 3}).json() == told
    assert nobody.post(path, data=asked).json() == told
    assert nobody.post(path, params=asked).json() == told


def test_the_start_says_where_the_document_is(portal: HsdsPortal, nobody: httpx2.Client) -> None:
    for path in ("", "/"):
        told = httpx2.get(f"{portal.url}/api/hsds{path}").json()
        assert told["version"] == "HSDS 3.1"
        assert httpx2.get(told["openapi_url"]).json()["openapi"] == "3.1.0"
