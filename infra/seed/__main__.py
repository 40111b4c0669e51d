"""`python -m infra.seed` loads the sample network; `import DIR` an agency's directory files.

`agencies NAME` prints the ids of the organizations of that name.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

from infra.seed import agencies, sample  # noqa: E402 (what it imports warns of itself)
from infra.seed.importer import import_folder  # noqa: E402
from shared.errors import AnydoorError, NotFound  # noqa: E402
from shared.messaging import Calls  # noqa: E402
from shared.settings import Settings, load  # noqa: E402


def main(arguments: list[str]) -> int:
    """Carry one command out and return its exit code."""
    asked = _parser().parse_args(arguments)
    settings = load()
    try:
        with Calls.connect(settings) as calls:
            if asked.command == "import":
                _import(calls, settings, asked)
            elif asked.command == "agencies":
                _print_agencies(calls, " ".join(asked.name))
            else:
                sample.load(calls, settings)
    except AnydoorError as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.seed", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="import | agencies")
    one = commands.add_parser("import", help="import a folder of HSDS CSV files")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument(
        "--source", default="", help="name of the publisher; the folder's name when not given"
    )
    one.add_argument(
        "--area", default="", help="service area of records that name none, such as US-DC"
    )
    some = commands.add_parser("agencies", help="print ids of organizations of the directory")
    some.add_argument("name", nargs="*", metavar="NAME", help="words of the name")
    return parser


def _import(calls: Calls, settings: Settings, asked: argparse.Namespace) -> None:
    reports = settings.keys_dir.parent / "reports"
    import_folder(calls, asked.folder, reports, source=asked.source, area=asked.area)


def _print_agencies(calls: Calls, name: str) -> None:
    found = list(agencies.named(calls, name))
    if not found:
        raise NotFound("NAME", "is the name of no public organization", "try fewer words of it")
    for id, called in found:
        print(id, called)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
