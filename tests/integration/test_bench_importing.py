"""The measurement of an import runs on the real registry and search, whatever it finds."""

from __future__ import annotations

from infra.bench.importing import main


def test_an_import_is_measured_until_every_service_is_searchable() -> None:
    found = main(count=120)
    assert found.services == 120
    assert found.records > 360
    assert 0 < found.imported_s <= found.searchable_s
