"""Silence has a reason: each suppression of a tool says why it stands there."""

import re

import pytest

from tests.house.sources import ROOT, comments, python, shown, text

SUPPRESSION = re.compile(
    r"""\#\s*(?:
        noqa (?::\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*)?
      | type:\s*ignore (?:\[[\w,\s-]+\])?
      | (?:mypy|ruff):\s*[\w-]+(?:[:=]\s*[\w,\s\[\]-]+?)?(?=\s\#|\s-\s|$)
      | pragma:\s*no\s+(?:cover|branch)
    )""",
    re.VERBOSE,
)
REASON = re.compile(r"\s*(?:-|\#|:)\s*(?!noqa\b|type:|pragma:)\w[^#]{2,}")
SECTIONS = ("tool.ruff.lint.per-file-ignores", "tool.mypy.overrides")


def unreasoned(comment: str) -> list[str]:
    """Return the suppressions of a comment that are not followed by a reason; the last of several may speak for all."""
    found = list(SUPPRESSION.finditer(comment))
    return [comment] if found and not REASON.match(comment, found[-1].end()) else []


def silent_settings(toml: str) -> list[str]:
    """Return the lines of a project file that switch a check off without saying why."""
    silent, section, inside = [], "", False
    for line in toml.splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        inside = (inside or line.strip() == "ignore = [") and line.strip() != "]"
        off = (inside and line.lstrip().startswith('"')) or (section in SECTIONS and re.match(r'"[^"]+" = \[|ignore_', line))
        if off and not re.search(r"#\s+\w.{4,}", line):
            silent.append(line.strip())
    return silent


def test_every_suppression_in_the_code_has_a_reason() -> None:
    silent = [
        f"{shown(path)}:{line} {comment}"
        for path in python("src", "tests", "tools", "benchmarks", "scripts")
        for line, comment in comments(path)
        if unreasoned(comment)
    ]
    assert silent == []


def test_every_check_that_is_switched_off_has_a_reason() -> None:
    assert silent_settings(text(ROOT / "pyproject.toml")) == []


def test_no_import_is_excused_from_the_rooms() -> None:
    assert "ignore_imports" not in text(ROOT / "pyproject.toml")


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("# noqa", True),
        ("# noqa: S105", True),
        ("# noqa: S105, D103", True),
        ("# noqa: S105 - a status, not a secret", False),
        ("# type: ignore[attr-defined]", True),
        ("# type: ignore[attr-defined]  # re-exported without saying so", False),
        ("# type: ignore[attr-defined]  # noqa: PLC0415", True),
        ("# type: ignore[attr-defined]  # noqa: PLC0415 - lazy; re-exported", False),
        ("# pragma: no cover", True),
        ("# pragma: no cover - an error was raised above", False),
        ("# an ordinary comment", False),
    ],
)
def test_a_silent_suppression_is_noticed(comment: str, silent: bool) -> None:
    assert bool(unreasoned(comment)) is silent


def test_a_silent_setting_is_noticed() -> None:
    toml = (
        '[tool.ruff.lint]\nignore = [\n  "D203",  # clashes with D211\n  "EM",\n]\n[tool.ruff.lint.per-file-ignores]\n"tests/**" = ["D"]\n'
    )
    assert silent_settings(toml) == ['"EM",', '"tests/**" = ["D"]']
