"""Loads the library's seed: `infra/seed/library/<lang>/<slug>.md`, through the library's command.

A file is YAML front matter between `---` lines, then Markdown. `{hotline_phone}`,
`{hotline_text}` and `{emergency_phone}` stay as they are: whoever shows a guide fills them in.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from shared.errors import Invalid
from shared.ids import derived_id
from shared.messaging import Calls
from shared.settings import Settings

FOLDER = Path(__file__).parent / "library"


def load(calls: Calls, settings: Settings, folder: Path = FOLDER) -> dict[str, int]:
    """Publish every guide of the seed and return how many were published, changed or the same.

    The second time changes nothing, and what people changed or withdrew since stays as they left
    it. Raises Invalid with the file and the field for a file that does not fit.
    """
    counts: Counter[str] = Counter(published=0, changed=0, same=0)
    for path in sorted(folder.glob("*/*.md")):
        guide = read(path)
        mark = hashlib.sha256(path.read_bytes()).hexdigest()
        command_id = derived_id("seed", "guide", guide["slug"], guide["lang"], mark)
        try:
            answer = calls.call(
                "library", "publish_guide", command_id=command_id, guide=guide, actor="seed"
            )
        except Invalid as error:
            raise Invalid(f"{path.name} {error.field}", error.rule, error.advice) from error
        counts[answer["outcome"]] += 1
    return dict(counts)


def read(path: Path) -> dict[str, Any]:
    """Return a guide as the library's command takes it; Invalid when it has no front matter."""
    opening, _, rest = path.read_text(encoding="utf-8").partition("---\n")
    front, closing, body = rest.partition("---\n")
    if opening or not closing:
        raise Invalid(path.name, "has no front matter", "begin the file with --- and fields")
    try:
        fields = yaml.safe_load(front)
    except yaml.YAMLError as error:
        kind = type(error).__name__
        raise Invalid(path.name, "has front matter that is not YAML", kind) from None
    if not isinstance(fields, dict):
        raise Invalid(path.name, "has front matter without fields", "write `slug: ...`")
    told = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
    }
    return {**told, "body": body.strip()}
