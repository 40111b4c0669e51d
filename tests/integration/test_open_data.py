"""The directory as files, on a portal of stand-ins with a real saved copy."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from portal.limits import Visits
from portal.open_data import making
from portal.open_data.files import write
from portal.open_data.making import OpenData, make_apart
from shared.directory import Phone, Place, ServiceCard
from shared.ids import derived_id
from tests.support.hsds_schemas import needs_schemas, schemas
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.portal_samples import CARDS, changes
from tests.support.search_hands import page

HOSTILE = ServiceCard(
    id=derived_id("fake", "service", "hostile"),
    organization=derived_id("fake", "organization", "hostile"),
    organization_name="+cmd|' /C calc'!A0",
    name="=HYPERLINK(1)",
    description="<script>alert(1)</script>" + "d" * 1_000_000,
    url="javascript:alert(1)",
    phones=[Phone(number="\t=1+1")],
    documents=["a\r\n=2+2", 'b,"c'],
    places=[
        Place(area="XS-pine", confidential=True),
        Place(area="XS-pine", ids=(derived_id("place"),), street="1 Sample Street", city="Larch"),
    ],
)


@pytest.fixture
def portal(tmp_path: Path) -> FakePortal:
    made = make_portal(tmp_path)
    made.backend.answers["search.changes_after"] = lambda revision, limit: (
        changes(revision) if revision else page([*CARDS, HOSTILE])
    )
    return made


@pytest.fixture
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, headers={"accept-language": "en"}) as it:
        yield it


def sheet(visitor: TestClient) -> list[dict[str, str]]:
    text = visitor.get("/directory/services.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def records(visitor: TestClient) -> list[dict[str, Any]]:
    packed = visitor.get("/directory/services.ndjson.gz").content
    return [json.loads(line) for line in gzip.decompress(packed).splitlines()]


def test_the_page_says_what_how_old_and_how_large(visitor: TestClient) -> None:
    text = visitor.get("/directory").text
    for said in ("4 services", "1 minute ago", "services.csv", "services.ndjson.gz", "license"):
        assert said in text, said


def test_a_file_has_its_length_and_is_sent_once_while_it_is_the_same(visitor: TestClient) -> None:
    for name in ("services.csv", "services.ndjson.gz"):
        for encoding in ("identity", "gzip"):
            headers = {"accept-encoding": encoding}
            with visitor.stream("GET", f"/directory/{name}", headers=headers) as answer:
                sent = b"".join(answer.iter_raw())
            assert int(answer.headers["content-length"]) == len(sent)
            assert answer.headers["cache-control"] == "no-store"
            assert "attachment" in answer.headers["content-disposition"]
            headers["if-none-match"] = answer.headers["etag"]
            assert visitor.get(f"/directory/{name}", headers=headers).status_code == 304
            head = visitor.head(f"/directory/{name}", headers={"accept-encoding": encoding})
            assert head.headers["content-length"] == str(len(sent))


def test_the_sheet_is_whole_and_no_cell_of_it_runs(visitor: TestClient) -> None:
    rows = sheet(visitor)
    assert len(rows) == 4
    for row in rows:
        for cell in row.values():
            assert cell[:1] not in set("=+-@\t\r\n"), cell[:50]
            assert len(cell) <= 2_001
            assert "\n" not in cell
    (hostile,) = [row for row in rows if row["service_id"] == HOSTILE.id]
    assert hostile["service"] == "'=HYPERLINK(1)"
    assert hostile["organization"].startswith("'+cmd")
    assert hostile["phone"] == "'=1+1"
    assert hostile["website"] == ""


def test_a_hidden_place_is_its_area_and_space_is_a_word(visitor: TestClient) -> None:
    cedar = CARDS[1].id
    (row,) = [row for row in sheet(visitor) if row["service_id"] == cedar]
    assert (row["area"], row["address"]) == ("Pine", "")
    assert row["space"] == "Call to ask about space"
    (record,) = [one for one in records(visitor) if one["id"] == cedar]
    assert [one["name"] for one in record["service_areas"]] == ["XS-pine"]
    assert not record.keys() & {"service_at_locations", "capacities"}
    assert {"label": "capacity", "value": "unknown"}.items() <= record["attributes"][-1].items()


@needs_schemas
def test_every_record_is_a_service_of_hsds(visitor: TestClient) -> None:
    known = schemas()
    for record in records(visitor):
        assert known.complaints("service.json", record) == []
        assert "javascript:" not in str(record)


def test_what_is_no_file_is_404_and_too_many_are_told_to_wait(
    portal: FakePortal, visitor: TestClient
) -> None:
    for name in ("x", "..%2fportal.sqlite3", "services.csv.gz", "%00", "a" * 3_000):
        assert visitor.get(f"/directory/{name}").status_code == 404
    for _ in range(60):
        assert visitor.head("/directory/services.csv").status_code == 200
    answer = visitor.get("/directory/services.csv")
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert 0 < int(answer.headers["retry-after"]) <= 600
    assert visitor.get("/directory").status_code == 200


def test_the_lists_of_the_api_are_limited_too(portal: FakePortal, visitor: TestClient) -> None:
    empty = {"contents": [], "total": 0, "next": ""}
    portal.backend.answers["registry.published_page"] = lambda **asked: empty
    for _ in range(60):
        assert visitor.get("/api/hsds/services?format=ndjson").status_code == 200
    for whole in ("format=ndjson", "minimal=true"):
        answer = visitor.get(f"/api/hsds/services?{whole}")
        assert (answer.status_code, answer.json()["status"]) == (429, 429)
        assert int(answer.headers["retry-after"]) > 0
    for number in range(300):
        assert visitor.get(f"/api/hsds/services?page={number + 1}").status_code == 200


def test_before_the_first_files_the_page_says_to_come_back(tmp_path: Path) -> None:
    empty = TestClient(make_portal(tmp_path).app)
    assert "being made" in empty.get("/directory").text
    assert empty.get("/directory/services.csv").status_code == 503


async def take(portal: FakePortal, *pages: dict[str, Any]) -> None:
    """Bring the portal's copy up to some pages, and make the files after each."""
    portal.backend.answers["search.changes_after"] = lambda **asked: {"epoch": ""}
    await portal.snapshot.start()
    for one in pages:
        await portal.snapshot._write([one], anew=False)
        await portal.parts.extras["open_data"].make()
    await portal.snapshot.close()


def test_files_are_made_once_a_copy_and_old_ones_go(tmp_path: Path, portal: FakePortal) -> None:
    data: OpenData = portal.parts.extras["open_data"]
    pages = [{**page([HOSTILE]), "revision": revision} for revision in (1, 1, 2, 3)]
    asyncio.run(take(portal, *pages))
    folder = tmp_path / "portal-directory"
    assert len(list(folder.iterdir())) == 6
    assert data.made is not None
    assert all(file.path.exists() for file in data.made.files.values())


def test_a_process_of_its_own_makes_the_same_files(tmp_path: Path, portal: FakePortal) -> None:
    asyncio.run(take(portal, page([*CARDS, HOSTILE])))
    here = portal.parts.extras["open_data"].made
    copy = portal.snapshot.path_in(portal.parts.settings)
    apart = asyncio.run(make_apart(copy, tmp_path / "apart", "one"))
    assert here is not None
    assert apart is not None
    assert (apart.mark, apart.services) == (here.mark, here.services)
    assert len(apart.files) == 3
    for name, file in apart.files.items():
        assert file.etag == here.files[name].etag
        assert file.path.stat().st_size == file.size


def test_without_a_copy_there_are_no_files(tmp_path: Path) -> None:
    assert asyncio.run(make_apart(tmp_path / "none.sqlite3", tmp_path / "files", "one")) is None
    assert not (tmp_path / "files").exists()


def test_a_process_that_says_something_else_or_hangs_is_a_making_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_start = tmp_path / "sitecustomize.py"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    at_start.write_text("print('a word nobody asked for')")
    with pytest.raises(OSError, match="did not say what it made"):
        asyncio.run(make_apart(tmp_path / "none.sqlite3", tmp_path / "files", "one"))
    at_start.write_text("import time\ntime.sleep(60)")
    monkeypatch.setattr(making, "LONGEST_S", 0.5)
    with pytest.raises(TimeoutError):
        asyncio.run(make_apart(tmp_path / "none.sqlite3", tmp_path / "files", "one"))


def test_a_full_disk_keeps_the_old_files(tmp_path: Path, portal: FakePortal) -> None:
    data: OpenData = portal.parts.extras["open_data"]
    asyncio.run(take(portal, page([HOSTILE])))
    before = data.made
    copy, taken = portal.snapshot.path_in(portal.parts.settings), tmp_path / "file"
    taken.write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        asyncio.run(make_apart(copy, taken, "two"))
    data._make, data._folder = make_apart, taken
    with pytest.raises(OSError, match="file"):
        asyncio.run(take(portal, {**page([HOSTILE]), "revision": 9}))
    assert data.made is before is not None


def test_files_that_nobody_waits_for_are_given_up(tmp_path: Path, portal: FakePortal) -> None:
    asyncio.run(take(portal, page([*CARDS, HOSTILE])))
    copy, folder = portal.snapshot.path_in(portal.parts.settings), tmp_path / "left"
    answers = iter((True, True, False))
    with pytest.raises(InterruptedError):
        write(copy, folder, "one", lambda: next(answers))
    assert list(folder.iterdir()) == []


def test_making_them_needs_little_memory(tmp_path: Path, portal: FakePortal) -> None:
    """Ten megabytes of directory, in less than one beside it."""
    data: OpenData = portal.parts.extras["open_data"]
    many = [
        msgspec.structs.replace(
            CARDS[0], id=derived_id("many", str(at)), description="word " * 4_000
        )
        for at in range(500)
    ]
    asyncio.run(take(portal, page(many)))
    copy = portal.snapshot.path_in(portal.parts.settings)
    tracemalloc.start()
    made = write(copy, tmp_path / "more", "one", lambda: True)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made is not None
    assert made.services == 500
    assert data.made is not None
    assert most < 1_000_000


def test_a_neighbourhood_may_read_again_when_its_time_is_over() -> None:
    now = [0.0]
    visits = Visits(2, seconds=600, most_prefixes=2, clock=lambda: now[0])
    request: Any = type("Request", (), {"client": type("Client", (), {"host": "192.0.2.7"})})
    assert [visits.wait_s(request) for _ in range(3)] == [0, 0, 600]
    now[0] = 600.0
    assert visits.wait_s(request) == 0
