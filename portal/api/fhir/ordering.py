"""A transaction Bundle of ServiceRequests, each with its Task: what a referral source asks for."""

from __future__ import annotations

from typing import Any, NamedTuple

from portal.api.fhir import codes
from portal.api.fhir.incoming import Json, codings, only, refuse
from portal.api.fhir.search import wrong
from shared.errors import Invalid
from shared.fields import check_code, check_ids
from shared.vocabulary import NEEDS

MOST_NEEDS = 10
LONGEST = 200
_OF_BOTH = (
    *("resourceType", "id", "meta", "identifier", "status", "intent", "priority"),
    *("authoredOn", "requester"),
)
_OF_REQUEST = (*_OF_BOTH, "category", "code", "subject", "extension")
_OF_TASK = (*_OF_BOTH, "code", "focus", "for", "lastModified")
_OF_ENTRY = {"ServiceRequest": _OF_REQUEST, "Task": _OF_TASK}
#: SDOH categories that are one need of ours and no other.
ONE_NEED = {
    category: need
    for need, category in codes.SDOH_CATEGORY.items()
    if list(codes.SDOH_CATEGORY.values()).count(category) == 1
}


class Order(NamedTuple):
    """What is asked for: `stream` is "" for a new client, `once` names this very Bundle."""

    needs: list[str]
    stream: str
    client: dict[str, str]
    once: str
    #: ("ServiceRequest" or "Task", need) of each entry, in the order of the Bundle.
    entries: list[tuple[str, str]]


class _Entry(NamedTuple):
    path: str
    url: str
    resource: Json
    once: str


def order(given: Json, agency: str) -> Order:
    """Return what a transaction asks for; Invalid or AnydoorError (400) names what does not fit."""
    only("Bundle", given, ("resourceType", "id", "meta", "type", "entry", "timestamp"))
    if given.get("type") != "transaction":
        raise wrong("Bundle.type", "is not transaction", "send a transaction")
    listed = given.get("entry")
    if not isinstance(listed, list) or not 2 <= len(listed) <= 2 * MOST_NEEDS:
        rule = f"does not hold 1 to {MOST_NEEDS} ServiceRequests, each with its Task"
        raise Invalid("Bundle.entry", rule, "add or split them")
    entries = [_entry(f"Bundle.entry[{at}]", one) for at, one in enumerate(listed)]
    requests = {one.url: one for one in entries if one.resource["resourceType"] == "ServiceRequest"}
    needs = {url: _need(one) for url, one in requests.items()}
    tasks = [one for one in entries if one.resource["resourceType"] == "Task"]
    focus = {one.url: _focus(one, needs) for one in tasks}
    if sorted(focus.values()) != sorted(needs) or len(entries) != len(requests) + len(focus):
        raise Invalid("Bundle.entry", "has no Task of its own for each ServiceRequest", "add it")
    if len(set(needs.values())) < len(needs):
        raise Invalid("Bundle.entry", "asks for one need twice", "ask once")
    for one in entries:
        _check_own(one, agency, needs[focus.get(one.url, one.url)])
    found = Order(
        list(needs.values()),
        _one_stream(entries, len(needs)),
        _client(requests.values()),
        next((one.once for one in entries if one.once), ""),
        [(one.resource["resourceType"], needs[focus.get(one.url, one.url)]) for one in entries],
    )
    if found.stream and found.client:
        raise Invalid("ServiceRequest.extension", "is for a new client", "leave it out")
    return found


def _entry(path: str, given: Any) -> _Entry:
    told = only(path, given, ("fullUrl", "resource", "request"))
    asked = only(f"{path}.request", told.get("request"), ("method", "url", "ifNoneExist"))
    kind = asked.get("url")
    if asked.get("method") != "POST" or not isinstance(kind, str) or kind not in _OF_ENTRY:
        raise Invalid(f"{path}.request", "is not POST ServiceRequest or Task", "send only these")
    resource = told.get("resource")
    if not isinstance(resource, dict) or resource.get("resourceType") != kind:
        raise wrong(f"{path}.resource.resourceType", f"is not {kind}", "say the same in request")
    only(f"{path}.resource", resource, _OF_ENTRY[kind])
    url = told.get("fullUrl")
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST:
        raise Invalid(f"{path}.fullUrl", "is missing", "give a urn:uuid: of your own")
    once = _if_none_exist(path, asked.get("ifNoneExist")) or _identifier(path, resource)
    return _Entry(f"{path}.resource", url, resource, once)


def _if_none_exist(path: str, given: Any) -> str:
    if given is None:
        return ""
    head, _, value = given.partition("=") if isinstance(given, str) else ("", "", "")
    if head != "identifier" or not 0 < len(value) <= LONGEST or "&" in value:
        rule = "is not identifier=system|value"
        raise wrong(f"{path}.request.ifNoneExist", rule, "search by identifier only")
    return str(value)


def _identifier(path: str, resource: Json) -> str:
    """What the sender knows it by: it tells a repeat, and is not kept."""
    given = resource.get("identifier")
    if given is None:
        return ""
    path = f"{path}.resource.identifier"
    if not isinstance(given, list) or len(given) != 1:
        raise Invalid(path, "is not one identifier", "give one")
    told = only(f"{path}[0]", given[0], ("system", "value", "use"))
    system, value = told.get("system"), told.get("value")
    for part in (system, value):
        if not isinstance(part, str) or not 0 < len(part) <= LONGEST:
            raise Invalid(f"{path}[0]", "has no system and value", "give both")
    return f"{system}|{value}"


def _need(entry: _Entry) -> str:
    """Return the need a ServiceRequest asks for: by our code, or by an SDOH category of one."""
    path, told = entry.path, entry.resource
    if told.get("code") is not None:
        concept = only(f"{path}.code", told["code"], ("coding", "text"))
        found = codings(f"{path}.code.coding", concept.get("coding"))
        needs = {code for system, code in found if system == codes.NEED}
        where = f"{path}.code.coding"
        _check_words(f"{path}.code", concept, needs)
    else:
        where, listed = f"{path}.category", told.get("category")
        if not isinstance(listed, list) or not 0 < len(listed) <= 10:
            raise Invalid(where, "is missing", "give code or category")
        pairs = [
            pair
            for at, one in enumerate(listed)
            for pair in codings(
                f"{where}[{at}].coding", only(f"{where}[{at}]", one, ("coding",)).get("coding")
            )
        ]
        needs = {ONE_NEED.get(code, "") for system, code in pairs if system == codes.SDOH_CODES}
    if len(needs) != 1 or not needs <= NEEDS.keys():
        advice = f"give code with one of {codes.NEED}: {', '.join(sorted(NEEDS))}"
        raise Invalid(where, "is not one need we know", advice)
    return needs.pop()


def _check_words(path: str, concept: Json, needs: set[str]) -> None:
    """The words for a code may be ours: others are free text."""
    label = NEEDS[next(iter(needs))].label if needs and needs <= NEEDS.keys() else None
    if "text" in concept and concept["text"] != label:
        raise refuse(f"{path}.text")
    for at, one in enumerate(concept["coding"]):
        if "display" in one and one["display"] != label:
            raise refuse(f"{path}.coding[{at}].display")


def _focus(entry: _Entry, needs: dict[str, str]) -> str:
    path = f"{entry.path}.focus"
    told = only(path, entry.resource.get("focus"), ("reference", "type"))
    if str(told.get("reference")) not in needs:
        raise Invalid(f"{path}.reference", "is no ServiceRequest of this Bundle", "use its fullUrl")
    return str(told["reference"])


def _check_own(entry: _Entry, agency: str, need: str) -> None:
    """What is fixed, or follows from the rest, may be said only as it is."""
    told, path = entry.resource, entry.path
    is_task = told["resourceType"] == "Task"
    fixed = {"status": "requested" if is_task else "active", "intent": "order"}
    for name, value in fixed.items():
        if told.get(name) != value:
            raise Invalid(f"{path}.{name}", f"is not {value}", f"send {value}")
    if told.get("priority", "routine") not in ("routine", "urgent"):
        raise Invalid(f"{path}.priority", "is not routine or urgent", "leave it out")
    if told.get("priority") == "urgent" and not NEEDS[need].urgent:
        rule = "follows from the need and from the client code safe_now"
        raise Invalid(f"{path}.priority", rule, "leave it out")
    if is_task:
        concept = only(f"{path}.code", told.get("code"), ("coding",))
        if (codes.TASK_CODES, "fulfill") not in codings(
            f"{path}.code.coding", concept.get("coding")
        ):
            raise Invalid(f"{path}.code", "is not fulfill", f"send {codes.TASK_CODES}|fulfill")
    if "requester" in told:
        asker = only(f"{path}.requester", told["requester"], ("reference", "type"))
        if asker.get("reference") != f"Organization/{agency}":
            rule = "is not the agency of this key"
            raise Invalid(f"{path}.requester", rule, f"send Organization/{agency}")


def _one_stream(entries: list[_Entry], needs: int) -> str:
    """Return the stream all entries are for, "" for a new client's."""
    names = ("subject", "for")
    streams = {
        _whom(f"{one.path}.{name}", one.resource.get(name))
        for one in entries
        for name in names
        if name in _OF_ENTRY[one.resource["resourceType"]]
    }
    if len(streams) != 1:
        raise Invalid("Bundle.entry", "is for more than one client", "send a Bundle for each")
    stream = streams.pop()
    if stream and needs > 1:
        raise Invalid("Bundle.entry", "adds more than one need to a stream", "send them one by one")
    return stream


def _whom(path: str, given: Any) -> str:
    told = only(path, given, ("type", "identifier", "extension"))
    if "identifier" in told:
        known = only(f"{path}.identifier", told["identifier"], ("system", "value"))
        value = known.get("value")
        if known.get("system") != codes.STREAM or not isinstance(value, str):
            raise Invalid(f"{path}.identifier", "is not of a stream", f"use {codes.STREAM}")
        check_ids(**{f"{path}.identifier.value": value})
        return value
    absent = told.get("extension")
    if absent not in ([{"url": codes.ABSENT, "valueCode": "masked"}],):
        rule = "names neither a stream nor a new client"
        advice = f"send an identifier of {codes.STREAM}, or {codes.ABSENT} masked"
        raise Invalid(path, rule, advice)
    return ""


def _client(requests: Any) -> dict[str, str]:
    """Return the codes about a new client; the ServiceRequests of a Bundle say the same."""
    found: dict[str, str] = {}
    for one in requests:
        listed = one.resource.get("extension", [])
        path = f"{one.path}.extension"
        if not isinstance(listed, list) or len(listed) > len(codes.CLIENT_FIELDS):
            raise Invalid(path, "is not a list of client codes", "see docs/api.md")
        for at, given in enumerate(listed):
            told = only(f"{path}[{at}]", given, ("url", "valueCode"))
            name = str(told.get("url")).removeprefix(codes.CLIENT)
            check_code(f"{path}[{at}].url", f"{codes.CLIENT}{name}", _EXTENSIONS)
            value = told.get("valueCode")
            if not isinstance(value, str) or found.setdefault(name, value) != value:
                raise Invalid(f"{path}[{at}].valueCode", "is not one code", "say it once")
    return found


_EXTENSIONS = frozenset(f"{codes.CLIENT}{name}" for name in codes.CLIENT_FIELDS)
