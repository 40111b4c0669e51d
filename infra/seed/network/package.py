"""The sample network as an HSDS 3.1 tabular package and network.json."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

from infra.seed.network.data import network
from infra.seed.network.people import network_json
from infra.seed.network.tables import COLUMNS, Tables

#: The day the package describes when no other is given; every date in it counts from this one.
AS_OF = date(2026, 11, 16)


def sample_files(as_of: date = AS_OF) -> dict[str, str]:
    """Return {file name: text} of the package, byte for byte the same for the same day.

    The .csv files are HSDS 3.1 tables; network.json holds what HSDS has no word for: trainings,
    agreements, rotas and accounts, in the shape of the commands that record them. A demo passes
    its own day, so that "verified three weeks ago" stays true.
    """
    tables = Tables(as_of)
    for organization in network().organizations:
        tables.add_organization(organization)
    for service in network().services:
        tables.add_service(service)
    files = {f"{name}.csv": _csv(columns, tables.rows[name]) for name, columns in COLUMNS.items()}
    people = network_json(network(), as_of)
    files["network.json"] = json.dumps(people, indent=1, ensure_ascii=False) + "\n"
    return files


def _csv(columns: list[str], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
