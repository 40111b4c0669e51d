"""The tests of a conformance profile (Open Referral UK's oruk-validator, HSDS-3.0.json), run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from infra.conformance.schemas import Json, Schemas

PROFILE = "HSDS-3.0.json"
#: What a page must hold besides its schema: the profile's paginated tests look at these.
PAGE = {
    "total_items": int,
    "total_pages": int,
    "page_number": int,
    "size": int,
    "first_page": bool,
    "last_page": bool,
    "empty": bool,
    "contents": list,
}
#: How the pages of a list are asked for; both spellings are in use.
PER_PAGE = ("per_page", "perPage")
MOST_IDS = 10


class Wrong(Exception):
    """An answer that is not as the profile wants it; says how."""


@dataclass(frozen=True)
class Outcome:
    """One test: what it is, and what was wrong ("" when it passed)."""

    name: str
    is_required: bool
    wrong: str


class Conformance:
    """A profile and its schemas, against the API at an address."""

    def __init__(self, url: str, data: Path) -> None:
        self._url = url.rstrip("/")
        self._profile = json.loads((data / PROFILE).read_text(encoding="utf-8"))
        newer = data.parent / "hsds-3.1" / "schema"
        self._schemas = Schemas(data / "schemas", newer)
        self._newest = Schemas(newer, data / "schemas")
        self._ids: dict[str, list[str]] = {}
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(30))

    def run(self) -> Iterator[Outcome]:
        """Run the tests in order, each once."""
        for group in self._profile["testGroups"]:
            for test in group["tests"]:
                yield Outcome(test["name"], group["required"], self._try(test))

    def _try(self, test: Json) -> str:
        try:
            if "useIdFrom" in test:
                self._one(test)
            elif test.get("pagination"):
                self._pages(test)
            else:
                self._fits(test, self._get(test["endpoint"]))
        except Wrong as wrong:
            return str(wrong)
        except urllib3.exceptions.HTTPError as error:
            return f"no answer: {type(error).__name__}"
        return ""

    def _one(self, test: Json) -> None:
        source = test["useIdFrom"].removesuffix("-id")
        ids = self._ids.get(source, [])
        if not ids:
            raise Wrong(f"{source} gave no id to ask for")
        for id in ids:
            answer = self._get(test["endpoint"] + quote(id, safe=""))
            self._fits(test, answer)
            if answer.get("id") != id:
                raise Wrong(f"the answer is not {id}")

    def _pages(self, test: Json) -> None:
        """The first, a middle and the last page, in both spellings; they must fit one another."""
        first = self._page(test, {})
        if first["empty"]:
            raise Wrong("the list is empty: there is nothing to test")
        self._ids[test["endpoint"]] = [one["id"] for one in first["contents"]][:MOST_IDS]
        size = max(1, min(10, first["total_items"] // 3))
        last = -(-first["total_items"] // size)
        for name in PER_PAGE:
            for number in sorted({1, (last + 1) // 2, last}):
                page = self._page(test, {"page": number, name: size})
                expected = {
                    "page_number": number,
                    "total_pages": last,
                    "size": len(page["contents"]),
                    "first_page": number == 1,
                    "last_page": number == last,
                    "empty": False,
                }
                for field, value in expected.items():
                    if page[field] != value:
                        raise Wrong(f"{field} of page {number} is {page[field]}, not {value}")

    def _page(self, test: Json, query: dict[str, Any]) -> Json:
        answer = self._get(test["endpoint"], query)
        for field, kind in PAGE.items():
            if type(answer.get(field)) is not kind:
                raise Wrong(f"{field} is missing or no {kind.__name__}")
        self._fits(test, answer)
        return answer

    def _fits(self, test: Json, answer: Json) -> None:
        """Check an answer against the profile's schema, and what is in it against HSDS 3.1."""
        name = str(test["schema"]).rsplit("/", 1)[1]
        complaints = self._schemas.complaints(name, answer)
        if name.endswith("_list.json"):
            complaints += self._newest.page_complaints(name.replace("_list", ""), answer)
        elif name in self._newest:
            complaints += self._newest.complaints(name, answer)
        if complaints:
            more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
            raise Wrong(complaints[0] + more)

    def _get(self, path: str, query: dict[str, Any] | None = None) -> Json:
        address = f"{self._url}{path}" + (f"?{urlencode(query)}" if query else "")
        answer = self._http.request("GET", address, headers={"accept": "application/json"})
        if answer.status != 200:
            raise Wrong(f"{path} answered {answer.status}")
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if kind != "application/json":
            raise Wrong(f"{path} answered {kind or 'no media type'}")
        try:
            told = json.loads(answer.data)
        except ValueError:
            raise Wrong(f"{path} answered no JSON") from None
        if not isinstance(told, dict):
            raise Wrong(f"{path} answered no object")
        return told
