"""The shape of the code: small rooms, names that say something, one way in for each I/O."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
VAGUE = {"utils", "helpers", "common", "base", "core", "manager", "misc"}


def tracked(*patterns: str) -> list[Path]:
    """The files git knows, or would know: what is ignored is not ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in sorted(set(listed)) if (ROOT / name).is_file()]


PYTHON = tracked("*.py")
HAND_WRITTEN = [
    path
    for path in tracked("*.py", "*.sh", "*.html", "*.scss", "*.js", "Makefile")
    if path.suffix != ".css"
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=name_of)
def test_a_file_is_not_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_function_is_not_too_long(path: Path) -> None:
    assert [f"{n}: {lines}" for n, lines in functions(path) if lines > LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_module_has_a_name_that_says_something(path: Path) -> None:
    assert not VAGUE & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


@pytest.mark.parametrize(
    "path", [p for p in PYTHON if p.parts[len(ROOT.parts)] != "tests"], ids=name_of
)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree) or not tree.body


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "services").glob("*/**/*.py")), ids=name_of)
def test_only_the_store_speaks_to_the_database_and_only_entrypoints_to_the_bus(path: Path) -> None:
    inside = path.relative_to(ROOT / "services").parts[1]
    used = imports(path)
    if not inside.startswith("store"):
        assert not used & {"pymongo", "bson"}
    if inside != "entrypoints.py":
        assert "nameko" not in used


@pytest.mark.parametrize("path", sorted((ROOT / "portal").rglob("*.py")), ids=name_of)
def test_the_portal_has_no_eventlet_and_no_nameko(path: Path) -> None:
    assert not imports(path) & {"eventlet", "nameko", "kombu", "services", "infra"}
