"""The tables of a directory export: file names, columns and what each column must hold.

Field names are HSDS 3.1 (openreferral/specification, schema/*.json). RENAMED and FILES also list
the names that HSDS 1.x and 2.x exports use for the same things.
"""

from __future__ import annotations

from services.registry.tabular import values
from services.registry.tabular.values import Check, text

#: Which table a file is, by its name without ".csv".
FILES: dict[str, str] = {
    "organizations": "organization",
    "services": "service",
    "locations": "location",
    "service_at_location": "service_at_location",
    "service_at_locations": "service_at_location",
    "services_at_location": "service_at_location",
    "addresses": "address",
    "physical_addresses": "address",
    "postal_addresses": "address",
    "mail_addresses": "address",
    "phones": "phone",
    "languages": "language",
    "service_areas": "service_area",
    "schedules": "schedule",
    "regular_schedules": "schedule",
    "required_documents": "required_document",
    "cost_options": "cost_option",
    "accessibility": "accessibility",
    "accessibility_for_disabilities": "accessibility",
    "attributes": "attribute",
    "service_attributes": "attribute",
    "other_attributes": "attribute",
    "taxonomy_terms": "taxonomy_term",
    "taxonomy": "taxonomy_term",
    "taxonomies": "taxonomy",
    "taxonomy_types": "taxonomy",
    "service_capacity": "service_capacity",
    "service_capacities": "service_capacity",
    "units": "unit",
    "metadata": "metadata",
    "programs": "program",
    "funding": "funding",
    "fundings": "funding",
    "url": "url",
    "urls": "url",
    "organization_identifiers": "organization_identifier",
}

#: Tables that are read past, and why.
LEFT_OUT: dict[str, str] = {
    "contacts": "names of people are not taken over",
    "meta_table_descriptions": "describes the export, not a record",
    "holiday_schedules": "hours of single days are not taken over",
    "taxonomy_terms_types": "a helper table: the terms name their taxonomy",
}

#: Files whose addresses are for letters when they do not say what they are for.
POSTAL = frozenset({"postal_addresses", "mail_addresses"})

RENAMED: dict[str, dict[str, str]] = {
    "organization": {"url": "website", "alternative_name": "alternate_name"},
    "service": {
        "service_recordid": "id",
        "service_name": "name",
        "service_alternate_name": "alternate_name",
        "service_organization": "organization_id",
        "service_description": "description",
        "service_locations": "locations",
        "location_id": "locations",
        "service_url": "url",
        "website": "url",
        "service_email": "email",
        "service_status": "status",
        "service_taxonomy": "terms",
        "service_application_process": "application_process",
        "service_wait_time": "wait_time",
        "service_fees": "fees_description",
        "service_accreditations": "accreditations",
        "service_licenses": "licenses",
        "service_phones": "phones",
        "service_schedule": "schedules",
        "service_program": "program_id",
        "eligibility": "eligibility_description",
        "min_age": "minimum_age",
        "max_age": "maximum_age",
        "taxonomy_ids": "terms",
    },
    "location": {"location_address": "address", "website": "url"},
    "service_area": {"service_area": "name"},
    "language": {"language": "name"},
    "phone": {"number_type": "type", "language": "language_keys"},
    "accessibility": {"accessibility": "description"},
    "attribute": {"taxonomy_id": "taxonomy_term_id"},
    "taxonomy": {"taxonomy_type_recordid": "id"},
    "taxonomy_term": {
        "taxonomy_recordid": "id",
        "taxonomy_id": "id",
        "taxonomy_name": "name",
        "taxonomy_x_description": "description",
        "taxonomy_parent_name": "parent_id",
    },
}


def _fields(texts: str, **checked: Check) -> dict[str, Check]:
    return {**dict.fromkeys(texts.split(), text), **checked}


#: What is copied of each table. Identifiers and references are handled apart.
FIELDS: dict[str, dict[str, Check]] = {
    "organization": _fields(
        "name alternate_name description tax_status tax_id legal_status",
        email=values.mail_address,
        website=values.web_address,
        year_incorporated=values.number,
        logo=values.web_address,
        uri=values.web_address,
    ),
    "service": _fields(
        "name alternate_name description interpretation_services application_process"
        " fees_description wait_time fees accreditations eligibility_description licenses alert",
        url=values.web_address,
        email=values.mail_address,
        status=values.service_status,
        minimum_age=values.between(0, 150),
        maximum_age=values.between(0, 150),
        assured_date=values.calendar_day,
        assurer_email=values.mail_address,
        last_modified=values.moment,
    ),
    "location": _fields(
        "name alternate_name description transportation external_identifier"
        " external_identifier_type",
        location_type=values.one_of("physical", "postal", "virtual"),
        url=values.web_address,
        latitude=values.between(-90, 90),
        longitude=values.between(-180, 180),
    ),
    "service_at_location": _fields("description"),
    "address": _fields(
        "attention address_1 address_2 city region state_province postal_code country",
        address_type=values.one_of("physical", "postal", "virtual"),
    ),
    "phone": _fields(
        "description",
        number=values.phone_number,
        extension=values.count,
        type=values.phone_type,
    ),
    "language": _fields("name code note"),
    "service_area": _fields("name description extent extent_type", uri=values.web_address),
    "schedule": _fields(
        "byweekno bymonthday byyearday description attending_type notes",
        valid_from=values.calendar_day,
        valid_to=values.calendar_day,
        dtstart=values.calendar_day,
        timezone=values.between(-12, 14),
        until=values.calendar_day,
        count=values.count,
        wkst=values.weekday,
        freq=values.recurrence,
        interval=values.count,
        byday=values.occurrences,
        schedule_link=values.web_address,
    ),
    "required_document": _fields("document", uri=values.web_address),
    "cost_option": _fields(
        "option currency amount_description",
        valid_from=values.calendar_day,
        valid_to=values.calendar_day,
        amount=values.count,
    ),
    "accessibility": _fields("description details", url=values.web_address),
    "attribute": _fields("link_type link_entity value label"),
    "taxonomy_term": _fields(
        "code name description taxonomy language", term_uri=values.web_address
    ),
    "service_capacity": _fields(
        "description", available=values.count, maximum=values.count, updated=values.moment
    ),
    "unit": _fields("name scheme identifier", uri=values.web_address),
    "metadata": _fields(
        "resource_type last_action_date last_action_type field_name previous_value"
        " replacement_value updated_by"
    ),
    "program": _fields("name alternate_name description"),
    "funding": _fields("source"),
    "url": _fields("label", url=values.web_address),
    "organization_identifier": _fields("identifier_scheme identifier_type identifier"),
}

#: Without one of these the row says nothing, so all of it is set aside.
NEEDED: dict[str, tuple[str, ...]] = {
    "organization": ("name",),
    "service": ("name",),
    "address": ("address_1", "city", "state_province", "postal_code", "country"),
    "phone": ("number",),
    "taxonomy_term": ("name",),
    "service_capacity": ("available", "updated"),
    "unit": ("name",),
    "program": ("name",),
    "url": ("url",),
    "organization_identifier": ("identifier_type", "identifier"),
    "service_area": ("name",),
}

#: Which records a row of a nested table may hang on: column and table, and the list it joins.
PARENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "address": (("location_id", "location"),),
    "phone": (
        ("organization_id", "organization"),
        ("service_id", "service"),
        ("location_id", "location"),
        ("service_at_location_id", "service_at_location"),
    ),
    "language": (("service_id", "service"), ("location_id", "location"), ("phone_id", "phone")),
    "service_area": (
        ("service_id", "service"),
        ("service_at_location_id", "service_at_location"),
    ),
    "schedule": (
        ("service_id", "service"),
        ("location_id", "location"),
        ("service_at_location_id", "service_at_location"),
    ),
    "required_document": (("service_id", "service"),),
    "cost_option": (("service_id", "service"),),
    "accessibility": (("location_id", "location"),),
    "service_capacity": (("service_id", "service"),),
    "funding": (("organization_id", "organization"), ("service_id", "service")),
    "url": (("organization_id", "organization"), ("service_id", "service")),
    "organization_identifier": (("organization_id", "organization"),),
}

#: The name of the list in which HSDS nests a table's rows.
LISTS: dict[str, str] = {
    "address": "addresses",
    "phone": "phones",
    "language": "languages",
    "service_area": "service_areas",
    "schedule": "schedules",
    "required_document": "required_documents",
    "cost_option": "cost_options",
    "accessibility": "accessibility",
    "attribute": "attributes",
    "service_capacity": "capacities",
    "metadata": "metadata",
    "program": "programs",
    "funding": "funding",
    "url": "additional_urls",
    "organization_identifier": "organization_identifiers",
}

#: The references of tables that are not in PARENTS, or are more than a parent.
_REFERENCES = {
    "organization": ("parent_organization_id",),
    "location": ("organization_id",),
    "service": ("organization_id", "program_id"),
    "service_at_location": ("service_id", "location_id"),
    "attribute": ("link_id", "taxonomy_term_id"),
    "metadata": ("resource_id",),
    "program": ("organization_id",),
    "service_capacity": ("service_id", "unit_id"),
    "taxonomy_term": ("taxonomy_id", "parent_id"),
}
_TIMES = {"schedule": ("opens_at", "closes_at")}

#: The columns of each table as HSDS 3.1 has them, the keys first.
COLUMNS: dict[str, tuple[str, ...]] = {
    table: (
        "id",
        *_REFERENCES.get(table, [name for name, _ in PARENTS.get(table, ())]),
        *fields,
        *_TIMES.get(table, ()),
    )
    for table, fields in {**FIELDS, "taxonomy": _fields("name description version")}.items()
}
