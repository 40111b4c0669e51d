"""Three real directories into a real registry: all of it, and the second time nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.seed.importer import import_folder
from tests.integration.test_importing import silence
from tests.support.processes import Processes

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.mark.parametrize(
    ("name", "records"), [("florida-legal-aid", 533), ("ohana-sample", 76), ("dc-directory", 5_354)]
)
def test_a_real_directory_is_imported_once_however_often(
    name: str, records: int, tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    if not (DATA / name).is_dir():
        pytest.skip(f"the directory {name} is not on this machine")
    running = Processes(tmp_path, amqp_uri, mongo_uri, mongo_prefix)
    try:
        running.service("registry")
        commits = running.db("registry")["commits"]
        dry = import_folder(running.calls, DATA / name, tmp_path, is_dry=True, say=silence)
        assert (dry.listed, dry.changed, dry.refused, len(dry.planned)) == (records, 0, [], records)
        assert commits.count_documents({}) == 0
        first = import_folder(running.calls, DATA / name, tmp_path, say=silence)
        assert (first.listed, first.changed, first.same, first.refused) == (records, 0, 0, [])
        before = commits.count_documents({})
        again = import_folder(running.calls, DATA / name, tmp_path, say=silence)
        assert (again.listed, again.changed, again.same) == (0, 0, records)
        assert commits.count_documents({}) == before
    finally:
        running.end()
