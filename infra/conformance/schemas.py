"""The JSON Schemas the profile and HSDS 3.1 name, read from their folders, formats asserted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]
REMOTE = "https://raw.githubusercontent.com/openreferral/specification/"


class Schemas:
    """Schemas by file name; every reference leads to a file of these folders, none elsewhere.

    A name that is in several folders is that of the first.
    """

    def __init__(self, *folders: Path) -> None:
        self._files = {
            path.name: _local(json.loads(path.read_text(encoding="utf-8")))
            for folder in reversed(folders)
            for path in sorted(folder.glob("*.json"))
        }
        resources = [
            (name, DRAFT202012.create_resource(contents)) for name, contents in self._files.items()
        ]
        self._registry: Registry[Any] = Registry().with_resources(resources)

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def file(self, name: str) -> Json:
        """Return a schema as it is used, its references local; KeyError when there is none."""
        found: Json = self._files[name]
        return found

    def complaints(self, name: str, answer: Any) -> list[str]:
        """Return what does not fit a schema, "path: what"; KeyError when there is none."""
        return list(self._complaints({"$ref": name}, answer, name))

    def page_complaints(self, name: str, answer: Any) -> list[str]:
        """Return what does not fit HSDS 3.1's page of resources of a schema."""
        page = {
            "allOf": [{"$ref": "openapi.json#/components/schemas/Page"}],
            "properties": {"contents": {"type": "array", "items": {"$ref": name}}},
            "required": ["contents"],
        }
        return list(self._complaints(page, answer, name))

    def _complaints(self, schema: Json, answer: Any, name: str) -> Iterator[str]:
        if name not in self._files:
            raise KeyError(name)
        checker = Draft202012Validator(
            schema, registry=self._registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        for error in checker.iter_errors(answer):
            where = "/".join(str(part) for part in error.absolute_path)
            yield f"{where or 'the answer'}: {error.message[:200]}"


def _local(value: Any) -> Any:
    """Return a schema whose references to the specification are file names."""
    if isinstance(value, list):
        return [_local(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _local(one) for name, one in value.items()}
    target = found.get("$ref")
    if isinstance(target, str) and target.startswith(REMOTE):
        found["$ref"] = target.rsplit("/", 1)[1]
    return found
