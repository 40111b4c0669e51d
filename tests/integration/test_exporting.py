"""What the registry holds, written out, read into an empty registry and written out again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.seed import sample
from infra.seed.exporter import FORMATS, export_folder
from infra.seed.importer import import_folder
from infra.seed.network.data import SOURCE
from shared.errors import Invalid
from tests.integration.test_importing import silence
from tests.support.processes import Processes

DATA = Path(__file__).parents[2].parent / "shared" / "data"


class Registries:
    """A registry that has records, and empty ones beside it."""

    def __init__(self, folder: Path, *where: str) -> None:
        self.folder = folder
        self._where = where
        self._running: list[Processes] = []

    def another(self) -> Processes:
        """Return an empty registry at work; the one before it is ended."""
        self.end()
        amqp, mongo, prefix = self._where
        own = f"{prefix}{len(self._running)}"
        running = Processes(self.folder, amqp, mongo, own)
        self._running.append(running)
        running.service("registry")
        return running

    def end(self) -> None:
        for one in self._running[-1:]:
            one.end()


@pytest.fixture
def registries(tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str) -> Any:
    """Registries of one test."""
    found = Registries(tmp_path, amqp_uri, mongo_uri, mongo_prefix)
    yield found
    found.end()


def folder_of(name: str, tmp_path: Path) -> Path:
    """Return a directory's folder: the sample network, or a real one where it is there."""
    if name == "sample":
        sample.write_network(tmp_path / "sample", date(2026, 11, 20))
        return tmp_path / "sample"
    if not (DATA / name).is_dir():
        pytest.skip(f"the directory {name} is not on this machine")
    return DATA / name


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("sample", "public"),
        ("sample", "own"),
        ("florida-legal-aid", "partner"),
        ("ohana-sample", "own"),
        ("dc-directory", "public"),
    ],
)
def test_an_export_is_equal_after_an_import(
    name: str, tier: str, tmp_path: Path, registries: Registries
) -> None:
    source = folder_of(name, tmp_path)
    first = registries.another()
    import_folder(first.calls, source, tmp_path / "reports", source=SOURCE, say=silence)
    for form in FORMATS:
        out = tmp_path / f"first-{form}"
        counts = export_folder(first.calls, out, form=form, tier=tier, say=silence)
        assert counts["service"] > 20
        if tier == "own":  # all that is held: reading it again is nothing new
            again = import_folder(first.calls, out, tmp_path / "reports", say=silence)
            assert (again.listed, again.changed, again.refused) == (0, 0, [])
    for form in FORMATS:
        empty = registries.another()
        out = tmp_path / f"first-{form}"
        told = import_folder(empty.calls, out, tmp_path / "reports", say=silence)
        assert (told.listed, told.quarantined) == (sum(counts.values()), 0)
        for other in FORMATS:
            back = tmp_path / f"{form}-{other}"
            export_folder(empty.calls, back, form=other, tier=tier, say=silence)
            assert files(back) == files(tmp_path / f"first-{other}"), (form, other)


def test_an_export_names_what_is_wrong_with_its_orders(
    tmp_path: Path, registries: Registries
) -> None:
    calls = registries.another().calls
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    wrong: dict[str, dict[str, Any]] = {
        "FORMAT": {"folder": tmp_path / "new", "form": "xlsx"},
        "TIER": {"folder": tmp_path / "new", "tier": "everybody"},
        "DIR": {"folder": tmp_path / "full"},
    }
    for field, orders in wrong.items():
        with pytest.raises(Invalid) as refused:
            export_folder(calls, **orders, say=silence)
        assert refused.value.field == field
    assert files(tmp_path / "full") == {"mine.txt": b"mine"}
