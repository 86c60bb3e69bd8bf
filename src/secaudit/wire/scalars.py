"""The values of plain YAML scalars: YAML 1.2's core, days, and codes with leading zeros.

Never here: quoted scalars; they are text.
"""

import math
import re
from collections.abc import Mapping
from datetime import date

from secaudit.errors import YamlError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire.tree import ScalarValue

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL: Mapping[str, bool] = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_STARTS = frozenset("0123456789+-.~nNtTfF")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DIGITS = 60
"""Longest number that is read; longer ones are codes without their quotes."""


def typed(text: str, at: Location) -> ScalarValue:
    """Return the value of a plain scalar."""
    if text in _NULL:
        return None
    if text[0] not in _STARTS:
        return text
    if text in _BOOL:
        return _BOOL[text]
    day = _DATE.fullmatch(text)
    if day is not None:
        try:
            return date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            return text  # no such day; whoever wants a date will say so
    if _NOT_FINITE.fullmatch(text):
        raise _bad_number(text, at)
    whole, based, number = _INT.fullmatch(text), _BASED.fullmatch(text), _FLOAT.fullmatch(text)
    if (whole or based or number) and len(text) > _DIGITS:
        raise _bad_number(text[:_DIGITS] + "…", at)
    if whole:
        return int(text)
    if based:
        return int(text, 0)
    if number:
        value = float(text)
        if not math.isfinite(value):
            raise _bad_number(text, at)
        return value
    return text


def _bad_number(text: str, at: Location) -> YamlError:
    return YamlError(
        Text(ja=f"`{text}` は数として使えません", en=f"`{text}` is not a number that can be used"),
        at=at,
        hint=Text(ja="文字として使うときは引用符で囲んでください", en="put it in quotes if it is text"),
    )
