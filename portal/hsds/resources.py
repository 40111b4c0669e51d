"""The resources of the HSDS API in one table: addresses and OpenAPI document are made of it."""

from __future__ import annotations

from dataclasses import dataclass

BASE = "/api/hsds"
VERSION = "HSDS 3.1"
PROFILE = "https://docs.openreferral.org/en/latest/hsds/overview.html"

_PAGED = ("search", "page", "per_page", "format")
_TAGGED = ("taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after")


@dataclass(frozen=True)
class Resource:
    """One kind of resource: the name of its list, its schema in shared.hsds, its parameters.

    What is not of services is a list of terms, which the portal has no copy of.
    """

    name: str
    schema: str
    parameters: tuple[str, ...]
    own_parameters: tuple[str, ...] = ()
    is_of_services: bool = True

    @property
    def list_path(self) -> str:
        return f"{BASE}/{self.name}"

    @property
    def path(self) -> str:
        return f"{BASE}/{self.name}/{{id}}"


RESOURCES = (
    Resource("services", "service", (*_PAGED, *_TAGGED, "minimal", "full")),
    Resource(
        "organizations",
        "organization",
        (*_PAGED, *_TAGGED, "minimal", "full", "full_service"),
        ("full_service",),
    ),
    Resource(
        "service_at_locations",
        "service_at_location",
        (*_PAGED, *_TAGGED, "minimal", "full", "postcode", "proximity"),
    ),
    Resource("taxonomies", "taxonomy", _PAGED, is_of_services=False),
    Resource(
        "taxonomy_terms",
        "taxonomy_term",
        (*_PAGED, "taxonomy_id", "parent_id", "top_only"),
        is_of_services=False,
    ),
)
