"""One guard, one place: a crash of a control is a finding, any other crash is a fault that must be seen."""

import ast

import pytest

from tests.house.sources import PACKAGE, module_name, python, tree

BROAD = frozenset({"Exception", "BaseException"})
THE_GUARD = "secaudit.engine.evaluate"


def caught(node: ast.expr | None) -> set[str]:
    """Return the names that a handler or a `suppress` takes; a bare `except` takes `BaseException`."""
    if node is None:
        return {"BaseException"}
    if isinstance(node, ast.Tuple):
        return {name for item in node.elts for name in caught(item)}
    return {node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")}


def broad(module: ast.Module) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for node in ast.walk(module):
        if isinstance(node, ast.ExceptHandler):
            found += [(node.lineno, name) for name in caught(node.type) & BROAD]
        elif isinstance(node, ast.Call) and caught(node.func) == {"suppress"}:
            found += [(node.lineno, name) for item in node.args for name in caught(item) & BROAD]
    return sorted(found)


def test_the_package_has_exactly_one_broad_except() -> None:
    found = [(module_name(path), name) for path in python("src") for _, name in broad(tree(path))]
    assert found == [(THE_GUARD, "Exception")]


def test_the_guard_stands_where_controls_are_judged() -> None:
    assert (PACKAGE / "engine" / "evaluate.py").is_file()


@pytest.mark.parametrize(
    ("handler", "found"),
    [
        ("except Exception:", ["Exception"]),
        ("except:", ["BaseException"]),
        ("except (ValueError, BaseException) as error:", ["BaseException"]),
        ("except builtins.Exception:", ["Exception"]),
        ("except ValueError:", []),
    ],
)
def test_a_broad_handler_is_noticed(handler: str, found: list[str]) -> None:
    assert [name for _, name in broad(ast.parse(f"try:\n    f()\n{handler}\n    pass"))] == found


def test_suppressing_everything_is_noticed() -> None:
    assert broad(ast.parse("with contextlib.suppress(Exception):\n    f()")) == [(1, "Exception")]
