"""The MongoDB filters of records with a term of shared.terms, or with one of a publisher's."""

from __future__ import annotations

from services.registry.domain import Json
from shared.terms import TAXONOMIES, Taxonomy


def where_term(id: str) -> Json:
    """Return the MongoDB filter of records with a term, be it ours or a publisher's."""
    for one in TAXONOMIES:
        for value in one.names:
            if one.term_id(value) == id:
                return _where(one, value)
    return {"state.hsds.attributes.taxonomy_term.id": id}


def where_taxonomy(id: str) -> Json:
    """Return the MongoDB filter of records with any term of a taxonomy."""
    for one in TAXONOMIES:
        if one.id == id:
            return _where(one)
    return {"state.hsds.attributes.taxonomy_term.taxonomy_id": id}


def _where(one: Taxonomy, value: str = "") -> Json:
    values = [value] if value else list(one.names)
    if not one.field:
        return {"$or": [{f"state.profile.{name}": True} for name in values]}
    return {f"state.profile.{one.field}": {"$in": values}}
