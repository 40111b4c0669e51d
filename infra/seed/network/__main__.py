"""Write the sample network into a folder: `python -m infra.seed.network OUT_DIR [YYYY-MM-DD]`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from infra.seed.network.package import AS_OF, sample_files


def main(arguments: list[str]) -> int:
    """Write every file of the package and return the exit code."""
    if len(arguments) not in {1, 2}:
        print("usage: python -m infra.seed.network OUT_DIR [YYYY-MM-DD]", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    as_of = date.fromisoformat(arguments[1]) if len(arguments) == 2 else AS_OF
    for name, text in sample_files(as_of).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
