"""Taxonomy terms and the attributes that put them on records."""

from __future__ import annotations

from typing import Any

from services.registry.tabular.directory import KINDS, Directory, Entry
from services.registry.tabular.rows import USED, Row, hsds_fields, names_no
from services.registry.tabular.terms import code_of
from services.registry.tabular.values import is_uuid


class Attributes:
    """Puts the attributes of a package on its records, and their codes with them."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.ledger = directory.ledger
        self.terms: dict[str, tuple[Row, dict[str, Any]]] = {}

    def nest(self) -> None:
        """Nest the rows of the attribute tables, then the terms that service rows list."""
        self._read_terms()
        for row in self.directory.rows.get("attribute", []):
            self._attribute(row)
        for row in self.directory.rows.get("service", []):
            if (entry := self.directory.kept(row, "service")) and row.get("terms"):
                self._listed_terms(row, entry)

    def _read_terms(self) -> None:
        taxonomies = self.directory.rows.get("taxonomy", [])
        names = {row.get("id"): row.get("name") for row in taxonomies}
        for row in self.directory.rows.get("taxonomy_term", []):
            found = hsds_fields(row, "taxonomy_term", self.ledger)
            if found is None:
                continue
            if row.get("id") in self.terms:
                self.ledger.refuse(row, "id", "is the key of an earlier row")
                continue
            key = row.get("taxonomy_id") if row.get("taxonomy_id") in names else row.get("taxonomy")
            if key in names:
                found["taxonomy"] = names[key]
                found["taxonomy_id"] = self.directory.identifier("taxonomy", key)
            elif is_uuid(row.get("taxonomy_id")) and "taxonomy" in found:
                found["taxonomy_id"] = row.get("taxonomy_id").lower()
            own = self.directory.row_id("taxonomy_term", row)
            self.terms[row.get("id")] = row, {"id": own, "description": "", **found}
        for row, term in self.terms.values():
            for parent in row.keys("parent_id")[:1]:
                if parent in self.terms:
                    term["parent_id"] = self.terms[parent][1]["id"]
                elif is_uuid(parent):  # a term of the whole taxonomy, of which this is a part
                    term["parent_id"] = parent.lower()
                else:
                    self.ledger.report(row, "parent_id", names_no("taxonomy_term"))

    def _attribute(self, row: Row) -> None:
        if row.get("taxonomy_term_id") not in self.terms:
            self.ledger.refuse(row, "taxonomy_term_id", names_no("taxonomy_term"))
            return
        kind, name = self._described(row)
        if not kind:
            self.ledger.leave(row, "describes a nested table")
            return
        owner = self.directory.entries[kind].get(row.get(name))
        if owner is None:
            self.ledger.refuse(row, name, names_no(kind))
            return
        term_row, term = self.terms[row.get("taxonomy_term_id")]
        found = hsds_fields(row, "attribute", self.ledger) or {}
        own = self.directory.row_id("attribute", row)
        found |= {"id": own, "link_entity": kind, "taxonomy_term": term}
        if not owner.nest("attribute", found):
            self.ledger.refuse(row, "id", "is the key of an earlier row")
            return
        code = code_of(term)
        if code[0] == "?" or (code == ("tier", "own") and term.get("code") != "tier:own"):
            self.ledger.report(row, "taxonomy_term_id", "is not a code of its list")
        owner.codes.add(code)
        row.fate = term_row.fate = USED

    def _described(self, row: Row) -> tuple[str, str]:
        entity = (row.get("link_entity") or row.get("link_type")).removesuffix("s")
        for kind in KINDS:
            if row.get(f"{kind}_id"):
                return kind, f"{kind}_id"
        if entity not in KINDS:
            known = self.directory.entries
            entity = next((kind for kind in KINDS if row.get("link_id") in known[kind]), "")
        return entity, "link_id"

    def _listed_terms(self, row: Row, entry: Entry) -> None:
        has = {child["taxonomy_term"]["id"] for child in entry.hsds.get("attributes", ())}
        for key in row.keys("terms"):
            if key not in self.terms:
                self.ledger.report(row, "terms", names_no("taxonomy_term"))
            elif (term := self.terms[key][1])["id"] not in has:
                has.add(term["id"])
                own = self.directory.identifier("attribute", f"{entry.id}/{term['id']}")
                said = {"id": own, "link_entity": entry.kind, "taxonomy_term": term}
                entry.nest("attribute", said)
                entry.codes.add(code_of(term))
                self.terms[key][0].fate = USED
