"""What became of imports, kept by a real registry and read by the agency that coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.seed.importer import import_folder
from shared.errors import Invalid, NotAllowed, NotFound
from shared.ids import new_id
from tests.support.processes import Processes

HUB = new_id()
SUMS = {"listed": 1, "changed": 0, "same": 0, "refused": 0}
REMARK = {"file": "services.csv", "line": 2, "field": "url", "rule": "is not a web address"}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("registry")
    processes = Processes(folder, module_amqp_uri, mongo_uri, module_mongo_prefix)
    try:
        processes.service("registry", COORDINATOR_AGENCY=HUB)
        yield processes
    finally:
        processes.end()


def call(running: Processes, method: str, **arguments: Any) -> Any:
    return running.calls.call("registry", method, **arguments)


def record(running: Processes, import_id: str = "", left: int = 0) -> str:
    """Tell of an import and return its id."""
    id = import_id or new_id()
    told = {"source": "test", "files": [], "kinds": {"service": SUMS}, "left": left}
    call(running, "record_import", import_id=id, **told)
    return id


def test_an_import_is_told_without_what_was_typed(running: Processes, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "organizations.csv").write_text("id,name,description\no1,Open,Text\n")
    (folder / "services.csv").write_text(
        "id,organization_id,name,status,url,Jane Doe\n"
        "s1,o1,Pantry,active,javascript:secret,\n"
        "s2,o9,Hidden Name,active,,\n"
        "s3,o1,Lunch,active,,\x07secret\n"
    )
    (folder / "Jane Doe notes.csv").write_text("id,name\n1,secret\n")
    import_folder(running.calls, folder, tmp_path, is_dry=True, say=lambda _: None)
    assert call(running, "imports", agency=HUB) == []
    for _ in range(2):
        import_folder(running.calls, folder, tmp_path, say=lambda _: None)
    newest, oldest = call(running, "imports", agency=HUB)
    assert oldest["kinds"]["service"] == {"listed": 2, "changed": 0, "same": 0, "refused": 0}
    assert newest["kinds"]["service"] == {"listed": 0, "changed": 0, "same": 2, "refused": 0}
    files = {one["file"]: one for one in newest["files"]}
    assert {"organizations.csv", "services.csv"} < files.keys()
    assert len(files) == 3
    assert files["services.csv"]["rows"] == 3
    assert files["services.csv"]["quarantined"] == 1
    asked = {"import_id": newest["import_id"], "first": 0, "size": 100}
    found = call(running, "import_remarks", agency=HUB, **asked)
    assert found["kept"] == newest["remarks"] == len(found["page"])
    places = {(one["file"], one["line"], one["field"]) for one in found["page"]}
    assert {("services.csv", 2, "url"), ("services.csv", 3, "organization_id")} <= places
    kept = [list(running.db("registry")[name].find()) for name in ("imports", "import_remarks")]
    for typed in ("Jane", "secret", "Hidden", "Pantry"):
        assert typed not in str(kept)


def test_only_the_coordinating_agency_reads_it(running: Processes) -> None:
    id = record(running)
    for agency in ("", new_id(), "x"):
        with pytest.raises(NotAllowed):
            call(running, "imports", agency=agency)
        with pytest.raises(NotAllowed):
            call(running, "import_remarks", agency=agency, import_id=id, first=0, size=1)
    with pytest.raises(NotFound):
        call(running, "import_remarks", agency=HUB, import_id=new_id(), first=0, size=1)


def test_remarks_are_kept_once_by_number_and_five_thousand_at_most(running: Processes) -> None:
    id = record(running, left=6_000)
    for first in (0, 0, 500, 4_900):
        some = [{**REMARK, "line": first + at} for at in range(500)]
        told = call(running, "record_remarks", import_id=id, first=first, remarks=some)
        assert told == {"kept": 100 if first == 4_900 else 500}
    found = call(running, "import_remarks", agency=HUB, import_id=id, first=500, size=2)
    assert found["kept"] == 1_100
    assert [one["line"] for one in found["page"]] == [500, 501]
    with pytest.raises(NotFound):
        call(running, "record_remarks", import_id=new_id(), first=0, remarks=[REMARK])


def test_the_last_twenty_imports_are_kept(running: Processes) -> None:
    first = record(running)
    call(running, "record_remarks", import_id=first, first=0, remarks=[REMARK])
    ids = [record(running) for _ in range(20)]
    assert [one["import_id"] for one in call(running, "imports", agency=HUB)] == ids[::-1]
    assert running.db("registry")["import_remarks"].count_documents({"import": first}) == 0
    record(running, ids[0])
    assert len(call(running, "imports", agency=HUB)) == 20


@pytest.mark.parametrize(
    ("method", "field", "wrong"),
    [
        ("record_import", "import_id", "../x"),
        ("record_import", "source", "Jane Doe"),
        ("record_import", "left", -1),
        ("record_import", "kinds", {"service": {**SUMS, "name": 1}}),
        ("record_import", "files", [{"file": "<script>", "rows": 1}]),
        ("record_remarks", "first", 5_000),
        ("record_remarks", "remarks", [REMARK] * 501),
        ("record_remarks", "remarks", [{**REMARK, "file": "a/b"}]),
        ("record_remarks", "remarks", [{**REMARK, "value": "x"}]),
        ("record_remarks", "remarks", [{**REMARK, "rule": "x" * 301}]),
        ("import_remarks", "size", 501),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name(
    running: Processes, method: str, field: str, wrong: Any
) -> None:
    right: dict[str, dict[str, Any]] = {
        "record_import": {"source": "test", "files": [], "kinds": {}, "left": 0},
        "record_remarks": {"first": 0, "remarks": []},
        "import_remarks": {"agency": HUB, "first": 0, "size": 1},
    }
    with pytest.raises(Invalid) as refused:
        call(running, method, **{"import_id": new_id(), **right[method], field: wrong})
    assert refused.value.field.split("[")[0] == field
