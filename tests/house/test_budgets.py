"""Small, flat, and without drawers (docs/architecture.md): a budget is raised only with an ADR."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, PROGRAMS, python, shown, text, tree

LONGEST_FUNCTION = 60
LONGEST_MODULE = 400
DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "core", "manager", "managers", "shared", "stuff"})


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_dataclass(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")) == "dataclass"


def says(decorator: ast.expr, *flags: str) -> bool:
    given = {item.arg: item.value for item in decorator.keywords} if isinstance(decorator, ast.Call) else {}
    return all(isinstance(value := given.get(flag), ast.Constant) and value.value is True for flag in flags)


def loose_dataclasses(module: ast.Module) -> list[str]:
    classes = [node for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
    decorated = [(node, found) for node in classes for found in node.decorator_list if is_dataclass(found)]
    return [node.name for node, found in decorated if not says(found, "frozen", "slots")]


def silent_skips(module: ast.Module) -> list[int]:
    """Return the lines of skips and expected failures that say no reason."""
    excused = {id(node.func) for node in ast.walk(module) if isinstance(node, ast.Call) and _has_reason(node)}
    marks = [node for node in ast.walk(module) if isinstance(node, ast.Attribute) and node.attr in ("skip", "skipif", "xfail")]
    return [node.lineno for node in marks if id(node) not in excused]


def _has_reason(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    reasons = [item.value for item in call.keywords if item.arg == "reason"]
    if name == "skip":
        reasons += call.args[:1]
    return any(not (isinstance(reason, ast.Constant) and not reason.value) for reason in reasons)


def test_no_function_is_longer_than_its_budget() -> None:
    too_long = [
        f"{shown(path)}:{node.lineno} {node.name}: {length(node)} lines"
        for path in python(*PROGRAMS)
        for node in functions(tree(path))
        if length(node) > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_no_module_is_longer_than_its_budget() -> None:
    too_long = [f"{shown(path)}: {lines} lines" for path in python(*PROGRAMS) if (lines := len(text(path).splitlines())) > LONGEST_MODULE]
    assert too_long == []


def test_there_are_no_drawers() -> None:
    assert [shown(path) for path in python(*PROGRAMS, "tests") if DRAWERS & {path.stem, *path.parts[-4:-1]}] == []


def test_every_value_of_the_model_is_frozen_and_slotted() -> None:
    loose = [f"{shown(path)}: {name}" for path in sorted((PACKAGE / "model").glob("*.py")) for name in loose_dataclasses(tree(path))]
    assert loose == []


def test_every_module_says_what_it_is_and_what_never_belongs_there() -> None:
    silent = [shown(path) for path in python("src") if "Never here: " not in (ast.get_docstring(tree(path)) or "")]
    assert silent == []


def test_every_skip_has_a_reason() -> None:
    assert [f"{shown(path)}:{line}" for path in python("tests") for line in silent_skips(tree(path))] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("@dataclass\nclass A: ...", ["A"]),
        ("@dataclass(frozen=True)\nclass A: ...", ["A"]),
        ("@dataclasses.dataclass(slots=True, frozen=False)\nclass A: ...", ["A"]),
        ("@dataclass(frozen=True, slots=True, kw_only=True)\nclass A: ...", []),
        ("class A: ...", []),
    ],
)
def test_a_loose_dataclass_is_noticed(source: str, found: list[str]) -> None:
    assert loose_dataclasses(ast.parse(source)) == found


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("@pytest.mark.skip\ndef f(): ...", [1]),
        ("@pytest.mark.xfail(strict=True)\ndef f(): ...", [1]),
        ("@pytest.mark.skipif(True, reason='')\ndef f(): ...", [1]),
        ("pytest.skip()", [1]),
        ("pytest.skip('no server')", []),
        ("@pytest.mark.skipif(True, reason='no server')\ndef f(): ...", []),
    ],
)
def test_a_silent_skip_is_noticed(source: str, lines: list[int]) -> None:
    assert silent_skips(ast.parse(source)) == lines


def test_the_length_of_a_function_counts_its_first_and_last_line() -> None:
    (node,) = functions(ast.parse("def f():\n    a = 1\n    return a\n"))
    assert length(node) == 3


def test_a_drawer_would_be_noticed() -> None:
    assert DRAWERS & {Path("src/secaudit/engine/utils.py").stem}
