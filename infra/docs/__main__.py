"""`python -m infra.docs` writes the generated documentation; `--check` exits 1 when it is old."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.docs.events import asyncapi, page
from services.topology import all_subscriptions
from shared.events import all_types

ROOT = Path(__file__).resolve().parents[2]


def generated() -> dict[Path, str]:
    """Return the content of every generated file, by path."""
    readers: dict[str, list[str]] = {}
    for sub in all_subscriptions():
        readers.setdefault(sub.event, []).append(sub.consumer)
    kinds = all_types()
    return {
        ROOT / "docs/events/README.md": page(kinds, readers),
        ROOT / "docs/events/asyncapi.json": asyncapi(kinds, readers),
    }


def main(arguments: list[str]) -> None:
    """Write, or compare with what is there."""
    old = []
    for path, text in generated().items():
        if arguments == ["--check"]:
            if not path.exists() or path.read_text() != text:
                old.append(path.relative_to(ROOT))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    if old:
        raise SystemExit(f"not current: {', '.join(map(str, old))}; run `make docs`")


if __name__ == "__main__":
    main(sys.argv[1:])
