"""Strict JSON values for evidence: duplicate keys, NaN, infinities and bottomless nesting are refused; numbers keep their text.

Never here: files (`json_document`, `json_lines`).
"""

import json
import re
from collections import Counter
from collections.abc import Mapping

from secaudit.errors import EvidenceError
from secaudit.evidence.reading import Cell, Mark
from secaudit.evidence.words import shown
from secaudit.model.text import Text

_LONE = re.compile("[\ud800-\udfff]")
"""Half characters, which no encoding can write."""
_HINT = Text(ja="出力し直してください", en="export the file again")


def loads(text: str) -> object:
    """Parse one JSON value; numbers come as their text. Raises `EvidenceError`."""
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse_constant, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        raise EvidenceError(
            Text(
                ja=f"JSON として読めません（{error.lineno}行{error.colno}列）",
                en=f"this is not JSON (line {error.lineno}, column {error.colno})",
            ),
            hint=_HINT,
        ) from error
    except RecursionError as error:
        raise EvidenceError(Text(ja="入れ子が深すぎます", en="the nesting is too deep")) from error


def flat(record: Mapping[str, object]) -> dict[str, Cell]:
    """Return a record with nested mappings as `outer_inner` and lists of plain values joined by commas."""
    out: dict[str, Cell] = {}
    _flatten(record, "", out, 0)
    return out


def _flatten(record: Mapping[str, object], prefix: str, out: dict[str, Cell], depth: int) -> None:
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and depth < 2:
            _flatten(value, f"{name}_", out, depth + 1)
        elif name in out:
            raise EvidenceError(Text(ja=f"`{shown(name)}` が二度書かれています", en=f"`{shown(name)}` is written twice"))
        else:
            out[name] = _cell(value)


def _cell(value: object) -> Cell:
    if isinstance(value, str) and not value.isascii() and _LONE.search(value):
        return Mark("error", "\\ud800")
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, list) and all(isinstance(item, str) and "," not in item for item in value):
        return ",".join(value) or None
    return Mark("structure", "")


def table(records: list[tuple[int, dict[str, Cell]]]) -> tuple[tuple[str, ...], list[tuple[int, tuple[Cell, ...]]]]:
    """Return all keys as the header, in the order met, and the records as rows."""
    header = tuple(dict.fromkeys(key for _, record in records for key in record))
    return header, [(number, tuple(record.get(key) for key in header)) for number, record in records]


def _refuse_constant(word: str) -> object:
    raise EvidenceError(Text(ja=f"`{word}` は数ではありません", en=f"`{word}` is not a number"), hint=_HINT)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise EvidenceError(Text(ja=f"`{shown(twice)}` が二度書かれています", en=f"`{shown(twice)}` is written twice"), hint=_HINT)
    return found
