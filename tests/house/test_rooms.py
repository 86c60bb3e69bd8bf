"""The rooms are what docs/architecture.md says: enforced by import-linter, described by the page."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import PACKAGE, ROOT, module_name, python, shown, text, tree

PAGE = ROOT / "docs" / "architecture.md"


@cache
def settings() -> dict[str, Any]:
    return tomllib.loads(text(ROOT / "pyproject.toml"))


def table(heading: str, *, cells: int) -> list[tuple[str, ...]]:
    """Return the rows below the head of the first table after a heading of the page."""
    _, found, rest = text(PAGE).partition(f"\n## {heading}\n")
    assert found, f"docs/architecture.md has no section `{heading}`"
    lines = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|"))[:cells] for line in lines[2:]]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def imported(path: Path) -> set[str]:
    """Return the top names that a module imports anywhere, functions included."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def doors() -> Mapping[str, list[str]]:
    """Return from the page: top module of a dependency → modules that may import it (`room.*`: the whole room)."""
    return {name: codes(where) for what, where in table("Doors", cells=2) for name in codes(what)}


def admitted(module: str, allowed: list[str]) -> bool:
    name = module.removeprefix("secaudit.")
    return any(name == door or (door.endswith(".*") and name.startswith(door[:-1])) or name == door.removesuffix(".*") for door in allowed)


def test_the_contract_of_the_rooms_is_kept() -> None:
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_shows_the_layers_of_the_contract() -> None:
    (contract,) = [item for item in settings()["tool"]["importlinter"]["contracts"] if item["type"] == "layers"]
    assert contract["exhaustive"]
    written = [" | ".join(codes(row)) for row, _ in table("Layers", cells=2)]
    assert written == contract["layers"]


def test_every_room_is_on_the_page_and_every_room_on_the_page_exists() -> None:
    there = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    there |= {path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    assert {name for row, _ in table("Rooms", cells=2) for name in codes(row)} == there


def test_every_dependency_comes_in_by_its_door() -> None:
    own = set(sys.stdlib_module_names) | {"secaudit"}
    stray = [
        f"{shown(path)} imports {name}"
        for path in python("src")
        for name in sorted(imported(path) - own)
        if not admitted(module_name(path), doors().get(name, []))
    ]
    assert stray == []


def test_every_door_leads_somewhere() -> None:
    modules = {module_name(path).removeprefix("secaudit.") for path in python("src")}
    closed = [door for allowed in doors().values() for door in allowed if door.removesuffix(".*") not in modules]
    assert closed == []


@pytest.mark.parametrize(
    ("module", "allowed", "open_"),
    [
        ("secaudit.engine.lower", ["engine.lower"], True),
        ("secaudit.engine.lower", ["engine.*"], True),
        ("secaudit.engineering.lower", ["engine.*"], False),
        ("secaudit.findings.build", ["engine.lower", "cli.*"], False),
    ],
)
def test_a_door_admits_its_own_module_or_room(module: str, allowed: list[str], open_: bool) -> None:
    assert admitted(module, allowed) is open_
