"""One cell and one column → a typed value, or the reason why there is none.

Rules: blank is None; a word that says nothing is there is blank; 〃, 同上, 未定 and their like are never guessed; an error
value or a formula that nobody calculated is unreadable; a day without a time is no moment; keys are compared in NFKC.
A reason quotes the cell only if the column is not personal.

Never here: rows, files (`rows`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from secaudit.evidence.dates import parse
from secaudit.evidence.reading import Cell, Mark
from secaudit.evidence.words import BLANK_WORDS, FALSE_WORDS, REFUSED_WORDS, TRUE_WORDS, fold, narrow, shown
from secaudit.model.control import Value
from secaudit.model.evidence import Column, ColumnType, Kind
from secaudit.model.text import Text

_QUOTING = frozenset({"published_statements", "plan_evaluations", "edition_changes"})
"""Kinds that quote print: their keys stay as printed."""

_KEY_NAMES = frozenset(
    {"account", "asset_id", "audited_section", "auditor_section", "certificate_no", "device", "item", "job", "log_type", "section"}
    | {"serial", "service", "software", "system", "terminal"}
)
"""Columns that are compared with keys of other kinds, beside those whose name ends in `_id`."""
_NUMBER = re.compile(r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,15})?)\s?(?:人|名|日間|日|点)?")
_CACHE = 5_000


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a cell has no value."""

    why: Text


Typer = Callable[[Cell], Value | Unread]


def typers(kind: Kind) -> Mapping[str, Typer]:
    """Return for each column of `kind` the function that types its cells; texts that were typed before are remembered."""
    return {column.name: _remembering(column, kind.name) for column in kind.columns}


def is_key_text(column: Column, kind: str) -> bool:
    """Whether a text column holds names that are compared with each other: keys, numbers of staff, devices and so on."""
    return column.type == "text" and kind not in _QUOTING and (column.key or column.name in _KEY_NAMES or column.name.endswith("_id"))


def _remembering(column: Column, kind: str) -> Typer:
    function = partial(_type_cell, column=column, key=is_key_text(column, kind))
    seen: dict[str, Value | Unread] = {}

    def type_cell(cell: Cell) -> Value | Unread:
        if type(cell) is not str:
            return function(cell)
        if cell not in seen:
            if len(seen) >= _CACHE:
                seen.clear()
            seen[cell] = function(cell)
        return seen[cell]

    return type_cell


def _type_cell(cell: Cell, *, column: Column, key: bool) -> Value | Unread:
    if cell is None:
        return None
    if isinstance(cell, Mark) and cell.tag in ("error", "formula", "structure", "disputed"):
        return _marked(cell)
    if isinstance(cell, str):
        if not cell.strip():
            return None
        folded = fold(cell)
        if column.words.get(folded) is None:
            if folded in REFUSED_WORDS:
                return _refuse(cell, column, Text(ja="の意味を決められません", en="does not say what is meant"))
            if folded in BLANK_WORDS and not (column.type == "boolean" and folded in FALSE_WORDS):
                return None
    return _TYPED[column.type](cell, column, key)


def _marked(cell: Mark) -> Unread:
    if cell.tag == "error":
        word = shown(cell.text)
        return Unread(Text(ja=f"エラー値 `{word}` です", en=f"the cell holds the error value `{word}`"))
    if cell.tag == "disputed":
        return Unread(Text(ja="二つの読み取りの結果が食い違うセルです", en="two readers see this cell differently"))
    if cell.tag == "formula":
        return Unread(Text(ja="計算結果が保存されていない数式です", en="the formula has no saved result"))
    return Unread(Text(ja="入れ子の値です", en="the value is nested"))


def _refuse(cell: Cell, column: Column, what: Text) -> Unread:
    if column.personal or (isinstance(cell, str) and len(cell.splitlines()) > 1):  # several lines may be rows that a quote swallowed
        return Unread(Text(ja=f"値{what.ja}", en=f"the value {what.en}"))
    value = shown(cell.text if isinstance(cell, Mark) else str(cell))
    return Unread(Text(ja=f"`{value}` {what.ja}", en=f"`{value}` {what.en}"))


def _text(cell: Cell, column: Column, key: bool) -> Value | Unread:
    if isinstance(cell, Mark):
        if key and cell.tag != "time":
            return _refuse(cell, column, Text(ja="は表計算ソフトが日付に変えた値です", en="was made a date by a spreadsheet program"))
        return cell.text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    text = str(cell)
    return narrow(text) if key else text.strip()


_NO_INTEGER = Text(ja="を整数として読めません", en="is not a whole number")
_NO_NUMBER = Text(ja="を数として読めません", en="is not a number")


def _number(cell: Cell, column: Column, key: bool) -> Value | Unread:
    del key
    whole = column.type == "integer"
    wrong = (
        Text(ja="を整数として読めません", en="is not a whole number") if whole else Text(ja="を数として読めません", en="is not a number")
    )
    if isinstance(cell, str):
        found = _NUMBER.fullmatch(narrow(cell))
        if found is None:
            return _refuse(cell, column, wrong)
        digits = found[1].replace(",", "")
        number: int | float = float(digits) if "." in digits else int(digits)
    elif isinstance(cell, bool) or not isinstance(cell, int | float):
        return _refuse(cell, column, wrong)
    else:
        number = cell
    if abs(number) >= 1e15:
        return _refuse(cell, column, wrong)
    if float(number).is_integer():
        return int(number)
    return _refuse(cell, column, wrong) if whole else float(number)


def _boolean(cell: Cell, column: Column, key: bool) -> Value | Unread:
    del key
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float) and cell in (0, 1):
        return cell == 1
    if isinstance(cell, str):
        folded = fold(cell)
        own = column.words.get(folded)
        if own is not None:
            return own == "true"
        if folded in TRUE_WORDS:
            return True
        if folded in FALSE_WORDS:
            return False
    return _refuse(cell, column, Text(ja="を○か×として読めません", en="is neither yes nor no"))


def _enum(cell: Cell, column: Column, key: bool) -> Value | Unread:
    text = _text(cell, column, key)
    value = column.words.get(fold(text)) if isinstance(text, str) and not isinstance(cell, Mark) else None
    return value if value is not None else _refuse(cell, column, Text(ja="は決められた語にありません", en="is not one of the known words"))


def _moment_of(cell: Cell) -> date | datetime | None:
    if isinstance(cell, Mark):
        if cell.tag == "time":
            return None
        found = datetime.fromisoformat(cell.text) if cell.tag == "datetime" else date.fromisoformat(cell.text)
        return found if found.year >= 1901 else None  # serials below are counters and times, not days
    if isinstance(cell, str):
        return parse(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer() and 1e7 <= cell < 1e8:
        return parse(str(int(cell)))
    return None


def _date(cell: Cell, column: Column, key: bool) -> Value | Unread:
    del key
    found = _moment_of(cell)
    if found is None:
        return _refuse(cell, column, Text(ja="を日付として読めません", en="is not a date"))
    return found.date() if isinstance(found, datetime) else found


def _datetime(cell: Cell, column: Column, key: bool) -> Value | Unread:
    del key
    found = _moment_of(cell)
    if found is None:
        return _refuse(cell, column, Text(ja="を日時として読めません", en="is not a date with a time"))
    if not isinstance(found, datetime):
        return _refuse(cell, column, Text(ja="に時刻がありません", en="has no time of day"))
    if found.microsecond:  # serial numbers are fractions of days; the nearest second was meant
        found = found.replace(microsecond=0) + timedelta(seconds=found.microsecond >= 500_000)
    return found


_TYPED: Mapping[ColumnType, Callable[[Cell, Column, bool], Value | Unread]] = {
    "text": _text,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "enum": _enum,
}
