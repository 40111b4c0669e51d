"""`python -m infra.seed` loads the sample network; `import DIR` an agency's directory files.

`export DIR` writes what the registry holds, `agencies NAME` the ids of organizations of that name,
`admin AGENCY NAME` makes the first account of an agency.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

from infra.seed import agencies, first_admin, sample  # noqa: E402 (what it imports warns of itself)
from infra.seed.exporter import FORMATS, TIERS, export_folder  # noqa: E402
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
            elif asked.command == "admin":
                made = first_admin.make(calls, settings, asked.agency, asked.name)
                print("\n".join(first_admin.lines(made)))
            elif asked.command == "export":
                export_folder(calls, asked.folder, form=asked.form, tier=asked.tier)
            else:
                sample.load(calls, settings)
    except AnydoorError as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.seed", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="import|export|agencies|admin")
    one = commands.add_parser("import", help="import a folder of HSDS CSV or JSON files")
    one.add_argument("folder", type=_path, metavar="DIR")
    one.add_argument(
        "--source", default="", help="name of the publisher; the folder's name when not given"
    )
    one.add_argument(
        "--area", default="", help="service area of records that name none, such as US-DC"
    )
    one.add_argument("--dry", action="store_true", help="say what would change, change nothing")
    two = commands.add_parser("export", help="write the directory into a new folder")
    two.add_argument("folder", type=_path, metavar="DIR")
    two.add_argument("--format", dest="form", default="json", choices=FORMATS)
    two.add_argument("--tier", default="public", choices=TIERS, help="who may read the files")
    some = commands.add_parser("agencies", help="print ids of organizations of the directory")
    some.add_argument("name", nargs="*", metavar="NAME", help="words of the name")
    first = commands.add_parser("admin", help="make the first account of an agency")
    first.add_argument("agency", metavar="AGENCY", help="id of the organization, see agencies")
    first.add_argument("name", metavar="NAME", help="the name to sign in with")
    return parser


def _path(given: str) -> Path:
    if not given.strip():
        raise argparse.ArgumentTypeError("is empty: name a folder, as in DIR=path")
    return Path(given)


def _import(calls: Calls, settings: Settings, asked: argparse.Namespace) -> None:
    reports = settings.keys_dir.parent / "reports"
    given = {"source": asked.source, "area": asked.area, "is_dry": asked.dry}
    import_folder(calls, asked.folder, reports, **given)


def _print_agencies(calls: Calls, name: str) -> None:
    found = list(agencies.named(calls, name))
    if not found:
        raise NotFound("NAME", "is the name of no public organization", "try fewer words of it")
    for id, called in found:
        print(id, called)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
