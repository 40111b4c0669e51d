"""The rows of the HSDS 3.1 tables that the sample network is written as."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from infra.seed.network import data
from infra.seed.network.hours import DAYS, spans
from infra.seed.network.terms import TAXONOMIES, TERMS, UNITS, service_codes
from shared.vocabulary import LANGUAGES

#: Columns of each file, as in the official HSDS 3.1 examples.
COLUMNS: dict[str, list[str]] = {
    name: columns.split()
    for name, columns in {
        "organizations": "id name alternate_name description email website tax_status"
        " year_incorporated legal_status",
        "services": "id organization_id name description url email status interpretation_services"
        " application_process fees_description eligibility_description minimum_age maximum_age"
        " assured_date assurer_email alert last_modified",
        "locations": "id location_type organization_id name transportation latitude longitude",
        "service_at_location": "id service_id location_id",
        "addresses": "id location_id address_1 city region state_province postal_code country"
        " address_type",
        "phones": "id location_id service_id organization_id number type description",
        "languages": "id service_id name code note",
        "service_areas": "id service_id name extent extent_type",
        "schedules": "id service_id wkst freq byday description opens_at closes_at",
        "required_documents": "id service_id document",
        "cost_options": "id service_id option currency amount amount_description",
        "accessibility": "id location_id description",
        "attributes": "id link_id taxonomy_term_id link_type link_entity",
        "taxonomies": "id name description version",
        "taxonomy_terms": "id code name description taxonomy language taxonomy_id",
        "service_capacity": "id service_id unit_id available maximum description updated",
        "units": "id name",
        "metadata": "id resource_id resource_type last_action_date last_action_type field_name"
        " previous_value replacement_value updated_by",
    }.items()
}


class Tables:
    """Collects the rows of every table; dates count back from `as_of`."""

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in COLUMNS}
        self._add_vocabulary()

    def _add(self, table: str, key: str, **values: str) -> str:
        kind = {"addresses": "address", "taxonomies": "taxonomy"}.get(
            table, table.removesuffix("s")
        )
        own = data.sample_id(kind, key)
        self.rows[table].append(
            {"id": own, **{name: text for name, text in values.items() if text}}
        )
        return own

    def _add_vocabulary(self) -> None:
        for name, description in TAXONOMIES.items():
            self._add("taxonomies", name, name=name, description=description, version="1")
        for code, (taxonomy, name) in TERMS.items():
            self._add(
                "taxonomy_terms",
                code,
                code=code,
                name=name,
                description=f"{name} ({TAXONOMIES[taxonomy].rstrip('.').lower()})",
                taxonomy=taxonomy,
                language="en",
                taxonomy_id=data.sample_id("taxonomy", taxonomy),
            )
        for unit in UNITS:
            self._add("units", unit, name=unit)

    def _add_attribute(self, entity: str, link: str, code: str) -> None:
        self._add(
            "attributes",
            f"{link}/{code}",
            link_id=link,
            taxonomy_term_id=data.sample_id("taxonomy_term", code),
            link_type=TERMS[code][0],
            link_entity=entity,
        )

    def add_organization(self, organization: dict[str, Any]) -> None:
        """Add an organization with its places and its phone."""
        slug = organization["slug"]
        is_public = organization.get("kind") == "public"
        own = self._add(
            "organizations",
            slug,
            name=organization["name"],
            description=organization["text"].strip(),
            email=f"hello@{slug}.example.org",
            website=f"https://{slug}.example.org",
            tax_status="" if is_public else "501(c)(3)",
            year_incorporated=str(organization["since"]),
            legal_status="public agency" if is_public else "nonprofit corporation",
        )
        self._add(
            "phones",
            slug,
            organization_id=own,
            number=data.number(organization["phone"]),
            type="voice",
            description="Main number",
        )
        for name, place in organization["places"].items():
            self._add_place(organization, own, name, place)

    def _add_place(
        self, organization: dict[str, Any], owner: str, name: str, place: dict[str, Any]
    ) -> None:
        key = f"{organization['slug']}/{name}"
        county = organization["county"]
        is_hidden = data.is_confidential(organization, name)
        latitude, longitude = place.get("at", ("", ""))
        own = self._add(
            "locations",
            key,
            location_type="physical",
            organization_id=owner,
            name="" if is_hidden else f"{organization['name']}, {place['street']}",
            transportation=place.get("bus", ""),
            latitude=str(latitude),
            longitude=str(longitude),
        )
        self._add_attribute("location", own, f"area:{data.area_code(county)}")
        if is_hidden:
            self._add_attribute("location", own, "tier:confidential")
            return
        self._add(
            "addresses",
            key,
            location_id=own,
            address_1=place["street"],
            city=place["city"],
            region=data.network().counties[county]["name"],
            state_province=data.STATE,
            postal_code=data.network().counties[county]["towns"][place["city"]],
            country="US",
            address_type="physical",
        )
        if "access" in place:
            self._add("accessibility", key, location_id=own, description=place["access"])

    def add_service(self, service: dict[str, Any]) -> None:
        """Add a service with everything that hangs on it."""
        organization = data.network().organization(service["org"])
        checked = self.as_of - timedelta(days=service["checked"])
        youngest, oldest = data.ages(service)
        own = self._add(
            "services",
            service["slug"],
            organization_id=data.sample_id("organization", service["org"]),
            name=service["name"],
            description=service["text"],
            url=f"https://{service['org']}.example.org/{service['slug']}",
            email=f"hello@{service['org']}.example.org",
            status=service.get("status", "active"),
            interpretation_services=service.get("interpreting", ""),
            application_process=service.get("how", ""),
            fees_description=self._fees(service),
            eligibility_description=service.get("eligible", ""),
            minimum_age=youngest,
            maximum_age=oldest,
            assured_date=checked.isoformat(),
            assurer_email=f"directory@{data.COORDINATOR}.example.org",
            alert=service.get("alert", ""),
            last_modified=f"{checked}T17:00:00.000Z",
        )
        for place in service.get("at", []):
            location = data.sample_id("location", f"{service['org']}/{place}")
            key = f"{service['slug']}/{place}"
            self._add("service_at_location", key, service_id=own, location_id=location)
        self._add_reach(service, organization, own)
        self._add_hours(service, own)
        self._add_terms_of_use(service, own)
        self._add_capacity(service, own)
        for code in service_codes(service):
            self._add_attribute("service", own, code)
        self._add_history(service, own, checked)

    def _fees(self, service: dict[str, Any]) -> str:
        cost = service.get("cost")
        return "; ".join(f"{who}: {text}" for who, _, text in cost) if cost else "Free"

    def _add_reach(self, service: dict[str, Any], organization: dict[str, Any], own: str) -> None:
        slug = service["slug"]
        phone = data.number(service.get("phone", organization["phone"]))
        self._add("phones", f"service/{slug}", service_id=own, number=phone, type="voice")
        if "text_line" in service:
            line = data.number(service["text_line"])
            self._add("phones", f"service/{slug}/text", service_id=own, number=line, type="text")
        for code in service.get("lang", ["en"]):
            name = LANGUAGES[code].name
            self._add("languages", f"{slug}/{code}", service_id=own, name=name, code=code)
        for county in data.areas(service):
            self._add(
                "service_areas",
                f"{slug}/{county}",
                service_id=own,
                name=data.network().counties[county]["name"],
                extent=data.area_code(county),
                extent_type="text",
            )

    def _add_hours(self, service: dict[str, Any], own: str) -> None:
        for span in spans(service["hours"]):
            days = ",".join(DAYS[day].upper() for day in span.days)
            self._add(
                "schedules",
                f"{service['slug']}/{days}/{span.opens}",
                service_id=own,
                wkst="MO",
                freq="WEEKLY",
                byday=days,
                opens_at=span.opens,
                # HSDS asks for HH:MM, and 24:00 is no time of day in most readers.
                closes_at="23:59" if span.closes == "24:00" else span.closes,
            )
        if not spans(service["hours"]):
            self._add("schedules", service["slug"], service_id=own, description="By appointment")

    def _add_terms_of_use(self, service: dict[str, Any], own: str) -> None:
        slug = service["slug"]
        for at, document in enumerate(service.get("bring", [])):
            self._add("required_documents", f"{slug}/{at}", service_id=own, document=document)
        for who, amount, text in service.get("cost", [["Everyone", 0, "free"]]):
            self._add(
                "cost_options",
                f"{slug}/{who}",
                service_id=own,
                option=who,
                currency="USD",
                amount=str(amount),
                amount_description=text,
            )

    def _add_capacity(self, service: dict[str, Any], own: str) -> None:
        if "units" not in service:
            return
        unit, counts = service["units"].split()
        available, maximum = counts.split("/")
        self._add(
            "service_capacity",
            service["slug"],
            service_id=own,
            unit_id=data.sample_id("unit", unit),
            available=available,
            maximum=maximum,
            description=f"{unit.capitalize()}s of {service['name'].lower()}",
            updated=f"{self.as_of}T06:00:00.000Z",
        )

    def _add_history(self, service: dict[str, Any], own: str, checked: date) -> None:
        self._add(
            "metadata",
            service["slug"],
            resource_id=own,
            resource_type="service",
            last_action_date=checked.isoformat(),
            last_action_type="update",
            field_name="assured_date",
            previous_value=(checked - timedelta(days=91)).isoformat(),
            replacement_value=checked.isoformat(),
            updated_by="Directory desk",
        )
