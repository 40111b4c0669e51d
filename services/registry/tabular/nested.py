"""The nested tables: phones, hours, languages, attributes and so on, each into its record."""

from __future__ import annotations

import re
from typing import Any

from services.registry.tabular.attributes import Attributes
from services.registry.tabular.directory import KINDS, OPEN_TABLES, Directory, Entry
from services.registry.tabular.inline import written_out
from services.registry.tabular.rows import (
    SET_ASIDE,
    USED,
    Row,
    hsds_fields,
    names_no,
    table_name,
)
from services.registry.tabular.schedules import schedule
from services.registry.tabular.tables import PARENTS, POSTAL
from shared.vocabulary import LANGUAGES

_LANGUAGE_CODES = {
    name.lower(): language.code
    for language in LANGUAGES.values()
    for name in (language.code, language.name, language.autonym, *language.aliases)
}
#: Postal codes of the United States: an address with one of them is in the US.
_US_STATES = re.compile(
    "A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI"
    "|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]"
)


class Nested:
    """Puts the rows of the nested tables into the records of a directory."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.ledger = directory.ledger
        self.phones: dict[str, list[Entry]] = {}
        self.listed: dict[tuple[str, str], list[Entry]] = {}
        self.made: dict[tuple[str, str], dict[str, Any]] = {}
        self.language_names: dict[str, str] = {}
        self.units = {row.get("id"): row for row in self._rows("unit") if row.get("id")}

    def nest(self) -> None:
        """Nest every row; attributes first, for they say which locations are confidential."""
        Attributes(self.directory).nest()
        self.directory.hide_confidential()
        for row in self._rows("language"):
            self.language_names[row.get("language_recordid")] = row.get("name")
        self._programs()
        self._listed_rows()
        self._write_out()
        for table in PARENTS:
            for row in self._rows(table):
                self._nest_row(table, row)
            self._nest_listed(table)
        for row in self._rows("metadata"):
            self._metadata(row)
        for row in self._rows("taxonomy"):
            self.ledger.leave(row, "a helper table: the terms name their taxonomy")

    def _write_out(self) -> None:
        for kind in ("location", "service"):
            for row in self._rows(kind):
                if self.directory.kept(row, kind):
                    for one in written_out(row, self.ledger):
                        self.directory.rows.setdefault(one.sheet.table, []).append(one)

    def _rows(self, table: str) -> list[Row]:
        return self.directory.rows.get(table, [])

    def _made(self, table: str, row: Row) -> dict[str, Any] | None:
        make = _MAKERS.get(table)
        found = make(self, row) if make else hsds_fields(row, table, self.ledger)
        if found is None:
            return None
        # Two files may be one table, each with keys of its own.
        own = "postal_address" if table_name(row.sheet.file) in POSTAL else table
        return {"id": self.directory.row_id(own, row), **found}

    def _nest_row(self, table: str, row: Row) -> None:
        owners = self._owners(table, row)
        if not owners or row.fate:
            return
        kept = [entry for entry in owners if not entry.is_confidential or _is_open(entry, table)]
        if not kept:
            self.ledger.leave(row, "belongs to a confidential location")
            return
        child = self._made(table, row)
        if child is None:
            return
        self.made.setdefault((table, row.get("id")), child)
        if table == "phone":
            phone = Entry("phone", child["id"], child)
            self.phones.setdefault(row.get("id"), []).append(phone)
        nested = [entry.nest(table, child) for entry in kept]
        if any(nested):
            row.fate = USED
        else:
            self.ledger.refuse(row, "id", "says what an earlier row said")

    def _nest_listed(self, table: str) -> None:
        for key, entries in self.listed.items():
            if key[0] == table and key in self.made:
                for entry in entries:
                    entry.nest(table, self.made[key])

    def _owners(self, table: str, row: Row) -> list[Entry]:
        owners: list[Entry] = []
        named = ""
        for name, kind in PARENTS[table]:
            if row.get(name):
                named = named or name
                found = (
                    self._phone(row) if kind == "phone" else self.directory.find(row, name, kind)
                )
                owners += found
        owners = owners or self.listed.get((table, row.get("id")), [])
        if not owners:
            self._without_owner(table, row, named)
        return owners

    def _without_owner(self, table: str, row: Row, named: str) -> None:
        if named:
            row.fate = SET_ASIDE
        elif table == "language":
            self.ledger.leave(row, "names a language for other tables")
        elif table == "phone" and row.get("contact_id"):
            self.ledger.leave(row, "the phone of a person, which is not taken over")
        else:
            self.ledger.refuse(row, PARENTS[table][0][0], "names no record it belongs to")

    def _phone(self, row: Row) -> list[Entry]:
        phones = self.phones.get(row.get("phone_id"), [])
        if not phones:
            self.ledger.report(row, "phone_id", names_no("phone"))
        return phones

    # What a row of one table becomes.

    def _address(self, row: Row) -> dict[str, Any] | None:
        if not row.get("country") and _US_STATES.fullmatch(row.get("state_province")):
            row.values["country"] = "US"
        found = hsds_fields(row, "address", self.ledger)
        if found is None:
            return None
        kind = "postal" if table_name(row.sheet.file) in POSTAL else "physical"
        return {"address_type": kind, **found}

    def _schedule(self, row: Row) -> dict[str, Any] | None:
        return schedule(row, self.ledger)

    def _language(self, row: Row) -> dict[str, Any] | None:
        found = hsds_fields(row, "language", self.ledger) or {}
        said = str(found.get("code") or found.get("name", "")).lower()
        if not said:
            self.ledger.refuse(row, "name", "is needed and has no value that can be kept")
            return None
        if said in _LANGUAGE_CODES:
            found["code"] = _LANGUAGE_CODES[said]
            found.setdefault("name", LANGUAGES[found["code"]].name)
        return found

    def _number(self, row: Row) -> dict[str, Any] | None:
        found = hsds_fields(row, "phone", self.ledger)
        if found is not None and "type" not in found and "fax" in row.get("description").lower():
            found["type"] = "fax"
        names = [self.language_names.get(key, "") for key in row.keys("language_keys")]
        if found is not None and (codes := [_LANGUAGE_CODES.get(name.lower()) for name in names]):
            known = [
                {
                    "id": self.directory.identifier("language", f"{row.get('id')}/{code}"),
                    "name": LANGUAGES[code].name,
                    "code": code,
                }
                for code in codes
                if code
            ]
            found |= {"languages": known} if known else {}
            if None in codes:
                self.ledger.report(row, "language_keys", names_no("language"))
        return found

    def _capacity(self, row: Row) -> dict[str, Any] | None:
        unit_row = self.units.get(row.get("unit_id"))
        unit = hsds_fields(unit_row, "unit", self.ledger) if unit_row else None
        if unit_row is None or unit is None:
            self.ledger.refuse(row, "unit_id", names_no("unit"))
            return None
        found = hsds_fields(row, "service_capacity", self.ledger)
        if found is None:
            return None
        unit_row.fate = USED
        return {"unit": {"id": self.directory.row_id("unit", unit_row), **unit}, **found}

    def _listed_rows(self) -> None:
        for name, table in (("phones", "phone"), ("schedules", "schedule")):
            known = {row.get("id") for row in self._rows(table)}
            for row in self._rows("service"):
                entry = self.directory.kept(row, "service")
                keys = row.keys(name) if entry else []
                for key in keys:
                    self.listed.setdefault((table, key), []).extend([entry] if entry else [])
                if set(keys) - known:
                    self.ledger.report(row, name, names_no(table))

    def _programs(self) -> None:
        asked: dict[str, list[Entry]] = {}
        for row in self._rows("service"):
            if entry := self.directory.kept(row, "service"):
                for key in row.keys("program_id"):
                    asked.setdefault(key, []).append(entry)
        for row in self._rows("program"):
            self._program(row, asked.get(row.get("id"), []))

    def _program(self, row: Row, services: list[Entry]) -> None:
        owner = self.directory.find(row, "organization_id", "organization")[:1]
        if not owner and not services:
            self.ledger.refuse(row, "organization_id", names_no("organization"))
            return
        child = self._made("program", row)
        if child is None:
            return
        child.setdefault("description", child.get("alternate_name", ""))
        row.fate = USED
        for organization in owner:
            child["organization_id"] = organization.id
            organization.nest("program", child)
        for service in services:
            service.hsds["program"] = child
            service.hsds["program_id"] = child["id"]

    def _metadata(self, row: Row) -> None:
        kind = row.get("resource_type").removesuffix("s")
        if kind not in KINDS:
            self.ledger.leave(row, "the history of a nested table")
            return
        entry = self.directory.entries[kind].get(row.get("resource_id"))
        if entry is None:
            self.ledger.refuse(row, "resource_id", names_no("record"))
        elif entry.is_confidential and kind == "location":
            self.ledger.leave(row, "belongs to a confidential location")
        else:
            found = hsds_fields(row, "metadata", self.ledger) or {}
            entry.nest("metadata", {"id": self.directory.row_id("metadata", row), **found})
            row.fate = USED


def _is_open(entry: Entry, table: str) -> bool:
    return entry.kind == "service" or table in OPEN_TABLES


_MAKERS = {
    "address": Nested._address,
    "schedule": Nested._schedule,
    "language": Nested._language,
    "phone": Nested._number,
    "service_capacity": Nested._capacity,
}
