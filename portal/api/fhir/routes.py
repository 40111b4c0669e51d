"""Every address of the FHIR face, what answers it, and which scope a key needs."""

from __future__ import annotations

from portal.api.fhir import capability, directory, pages
from portal.api.fhir.outcomes import BASE
from portal.page import Page, key, public, public_or_key

READ, WRITE = "fhir:read", "fhir:write"
_OPEN = public_or_key("directory:read")

PAGES: list[Page] = [
    Page(f"{BASE}/metadata", capability.metadata, public),
    Page(BASE, pages.take_order, key(WRITE), ("POST",)),
    Page(f"{BASE}/Task", pages.searching("Task"), key(READ)),
    Page(f"{BASE}/Task/{{id}}", pages.read_task, key(READ)),
    Page(f"{BASE}/Task/{{id}}", pages.update_task, key(WRITE), ("PUT",)),
    Page(f"{BASE}/Task/{{id}}", pages.patch_task, key(WRITE), ("PATCH",)),
    Page(f"{BASE}/ServiceRequest", pages.searching("ServiceRequest"), key(READ)),
    Page(f"{BASE}/ServiceRequest/{{id}}", pages.read_request, key(READ)),
    Page(f"{BASE}/Consent/{{id}}", pages.read_consent, key(READ)),
    Page(f"{BASE}/Organization", directory.search_organizations, _OPEN),
    Page(f"{BASE}/Organization/{{id}}", directory.read_organization, _OPEN),
    Page(f"{BASE}/HealthcareService", directory.search_services, _OPEN),
    Page(f"{BASE}/HealthcareService/{{id}}", directory.read_service, _OPEN),
]
