"""The text of `control.yaml` for a control that came from elsewhere. Every text is quoted, so that none can become anything else.

Never here: what the values are.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

_PLAIN = frozenset(
    [
        "id",
        "name",
        "since",
        "editions",
        "revision",
        "aliases",
        "level",
        "severity",
        "title",
        "requirement",
        "why",
        "roles",
        "cycle",
        "applies",
        "topics",
        "law",
        "maps",
        "parameters",
        "evidence",
        "assert",
        "remedy",
        "basis",
        "changes",
        "overlay",
        "ja",
        "en",
        "models",
        "organisations",
        "attested",
        "question",
        "ask",
        "look_at",
    ]
)
_BLOCK = 3
"""Mappings down to this depth have a line for each key; deeper ones stand on one line."""


def write(control: Mapping[str, object], notes: Sequence[str]) -> str:
    """Return the file of a control, with a comment line for each note."""
    return "".join(f"{line}\n" for line in (*(f"# {_comment(note)}" for note in notes), *_lines(control, 0)))


def _comment(note: str) -> str:
    return "".join(char if char.isprintable() else " " for char in note).strip()


def _lines(value: Mapping[str, object], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for key, below in value.items():
        name = key if key in _PLAIN else _flow(key)
        if isinstance(below, Mapping) and below and depth + 1 < _BLOCK and key not in ("basis", "maps"):
            yield f"{indent}{name}:"
            yield from _lines(below, depth + 1) if key != "parameters" else _parameters(below, depth + 1)
        else:
            yield f"{indent}{name}: {_flow(below)}"


def _parameters(value: Mapping[str, object], depth: int) -> Iterator[str]:
    return (f"{'  ' * depth}{_flow(key)}: {_flow(below)}" for key, below in value.items())


def _flow(value: object) -> str:
    """Return one value on one line: JSON, which is YAML too; signs that YAML reads as ends of lines are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", text)
