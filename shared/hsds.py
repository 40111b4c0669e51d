"""HSDS 3.1 as one table: the fields of every resource, what each must hold and who may see it.

The registry cuts what publishers sent to this table, and the portal's OpenAPI document is made of
it, so answer and description cannot differ. Source: Open Referral, Human Services Data
Specification 3.1, schema/*.json; `services` of an organization and `service` of a
service_at_location are from its openapi.json. Contacts are left out: names of people are not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "uuid", "uri", "email", "moment", "number"]
Tier = Literal["public", "partner", "coordinator", "own"]

#: From everybody to a record's own agency alone.
TIERS: tuple[Tier, ...] = ("public", "partner", "coordinator", "own")


@dataclass(frozen=True)
class Field:
    """A field: a value of a kind (or one of `choices`), or nested resources of type `of`."""

    name: str
    kind: Kind = "text"
    is_required: bool = False
    choices: tuple[str, ...] = ()
    of: str = ""
    is_list: bool = False


#: Written name, "!" when it is required, then ":kind", ":choice|choice", ":[resource]" (a list) or
#: ":{resource}"; a choice's "_" is a blank.
_TABLE: dict[str, str] = {
    "organization": "id!:uuid name! alternate_name description! email:email website:uri"
    " additional_websites:[url] tax_status tax_id year_incorporated:number legal_status logo"
    " uri:uri parent_organization_id:uuid funding:[funding] phones:[phone] locations:[location]"
    " programs:[program] organization_identifiers:[organization_identifier] services:[service]"
    " attributes:[attribute] metadata:[metadata]",
    "service": "id!:uuid organization_id:uuid program_id:uuid name! alternate_name description"
    " url:uri additional_urls:[url] email:email"
    " status!:active|inactive|defunct|temporarily_closed interpretation_services"
    " application_process fees_description wait_time fees accreditations eligibility_description"
    " minimum_age:number maximum_age:number assured_date assurer_email:email licenses alert"
    " last_modified:moment phones:[phone] schedules:[schedule] service_areas:[service_area]"
    " service_at_locations:[service_at_location] languages:[language]"
    " organization:{organization} funding:[funding] cost_options:[cost_option] program:{program}"
    " required_documents:[required_document] capacities:[service_capacity]"
    " attributes:[attribute] metadata:[metadata]",
    "service_at_location": "id!:uuid service_id:uuid location_id:uuid description"
    " service_areas:[service_area] phones:[phone] schedules:[schedule] location:{location}"
    " service:{service} attributes:[attribute] metadata:[metadata]",
    "location": "id!:uuid location_type!:physical|postal|virtual url:uri organization_id:uuid"
    " name alternate_name description transportation latitude:number longitude:number"
    " external_identifier external_identifier_type languages:[language] addresses:[address]"
    " accessibility:[accessibility] phones:[phone] schedules:[schedule] attributes:[attribute]"
    " metadata:[metadata]",
    "address": "id!:uuid location_id:uuid attention address_1! address_2 city! region"
    " state_province! postal_code! country! address_type!:physical|postal|virtual"
    " attributes:[attribute] metadata:[metadata]",
    "phone": "id!:uuid location_id:uuid service_id:uuid organization_id:uuid contact_id:uuid"
    " service_at_location_id:uuid number! extension:number type description"
    " languages:[language] attributes:[attribute] metadata:[metadata]",
    "schedule": "id!:uuid service_id:uuid location_id:uuid service_at_location_id:uuid valid_from"
    " valid_to dtstart timezone:number until count:number wkst:MO|TU|WE|TH|FR|SA|SU"
    " freq:WEEKLY|MONTHLY interval:number byday byweekno bymonthday byyearday description"
    " opens_at closes_at schedule_link:uri attending_type notes attributes:[attribute]"
    " metadata:[metadata]",
    "language": "id!:uuid service_id:uuid location_id:uuid phone_id:uuid name code note"
    " attributes:[attribute] metadata:[metadata]",
    "service_area": "id!:uuid service_id:uuid service_at_location_id:uuid name description extent"
    " extent_type uri attributes:[attribute] metadata:[metadata]",
    "cost_option": "id!:uuid service_id:uuid valid_from valid_to option currency amount:number"
    " amount_description attributes:[attribute] metadata:[metadata]",
    "required_document": "id!:uuid service_id:uuid document uri:uri attributes:[attribute]"
    " metadata:[metadata]",
    "accessibility": "id!:uuid location_id:uuid description details url:uri"
    " attributes:[attribute] metadata:[metadata]",
    "program": "id!:uuid organization_id:uuid name! alternate_name description!"
    " attributes:[attribute] metadata:[metadata]",
    "funding": "id!:uuid organization_id:uuid service_id:uuid source attributes:[attribute]"
    " metadata:[metadata]",
    "url": "id!:uuid label url!:uri organization_id:uuid service_id:uuid attributes:[attribute]"
    " metadata:[metadata]",
    "organization_identifier": "id!:uuid organization_id:uuid identifier_scheme"
    " identifier_type! identifier! attributes:[attribute] metadata:[metadata]",
    "service_capacity": "id!:uuid service_id:uuid unit!:{unit} unit_id:uuid available!:number"
    " maximum:number description updated!:moment attributes:[attribute] metadata:[metadata]",
    "unit": "id!:uuid name! scheme identifier uri:uri attributes:[attribute] metadata:[metadata]",
    "attribute": "id!:uuid link_id:uuid taxonomy_term_id:uuid link_type link_entity value"
    " taxonomy_term:{taxonomy_term} metadata:[metadata] label",
    "taxonomy": "id!:uuid name! description! uri:uri version metadata:[metadata]",
    "taxonomy_term": "id!:uuid code name! description! parent_id:uuid taxonomy"
    " taxonomy_detail:{taxonomy} language taxonomy_id:uuid term_uri:uri metadata:[metadata]",
    "metadata": "id!:uuid resource_id:uuid resource_type last_action_date! last_action_type!"
    " field_name! previous_value! replacement_value! updated_by!",
}

#: Fields, wherever they are, that not everybody may see. Metadata tell who changed what, and from
#: what; attention and assurer_email name people.
FIELD_TIERS: dict[str, Tier] = {
    "capacities": "partner",
    "attention": "coordinator",
    "assurer_email": "coordinator",
    "metadata": "own",
}

#: How many records of a list may be named by their ids in one question.
MOST_IDS = 5_000

#: Phones of other types (cell, pager, ...) belong to people, not to services.
PUBLIC_PHONES = frozenset({"voice", "text", "textphone", "fax"})
OTHER_PHONES: Tier = "coordinator"


def _field(written: str) -> Field:
    name, _, kind = written.partition(":")
    is_required = name.endswith("!")
    name = name.rstrip("!")
    if kind[:1] in ("[", "{"):
        return Field(name, "text", is_required, of=kind[1:-1], is_list=kind[0] == "[")
    if "|" in kind:
        choices = tuple(kind.replace("_", " ").split("|"))
        return Field(name, "text", is_required, choices)
    return Field(name, kind or "text", is_required)  # type: ignore[arg-type]


RESOURCES: dict[str, tuple[Field, ...]] = {
    name: tuple(map(_field, written.split())) for name, written in _TABLE.items()
}
