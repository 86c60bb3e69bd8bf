"""How exact figures are printed: always rounded down, so that nothing looks better than it is.

Never here: arithmetic on scores (`findings.score`).
"""

from fractions import Fraction

from secaudit.model.outcome import Measured
from secaudit.model.text import Lang

_UNITS = {"minutes": "分", "hours": "時間", "days": "日", "rows": "件"}


def one_decimal(value: Fraction | None) -> str:
    """Print a score or percentage with one decimal, rounded down; `-` if there is none."""
    if value is None:
        return "-"
    tenths = value.numerator * 10 // value.denominator
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def percent(share: Fraction | None) -> str:
    """Print a share 0…1 as a percentage with one decimal, rounded down."""
    return "-" if share is None else f"{one_decimal(share * 100)}%"


def number(value: Fraction | None) -> int | float | None:
    """Return a JSON number: an integer if it is one, else six decimals rounded down."""
    if value is None:
        return None
    if value.denominator == 1:
        return value.numerator
    return (value.numerator * 10**6 // value.denominator) / 10**6


def tenth(value: Fraction | None) -> int | float | None:
    """Return a score as a JSON number with one decimal, rounded down."""
    if value is None:
        return None
    tenths = value.numerator * 10 // value.denominator
    return tenths // 10 if tenths % 10 == 0 else tenths / 10


def exact(value: Fraction | None) -> str | None:
    """Return `n/d`, or None."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def measured_text(measured: Measured | None, lang: Lang) -> str:
    """Print a measured value and its target on one line; empty if nothing was measured."""
    if measured is None:
        return ""
    value, target = _figure(measured.value, measured.unit, lang), _figure(measured.target, measured.unit, lang)
    if measured.unit == "ratio" and measured.denominator is not None:
        value += f"（{measured.numerator}/{measured.denominator}）" if lang == "ja" else f" ({measured.numerator}/{measured.denominator})"
    return f"実績 {value}／目標 {target}" if lang == "ja" else f"measured {value}, target {target}"


def _figure(value: Fraction | None, unit: str, lang: Lang) -> str:
    if value is None:
        return "-"
    if unit == "ratio":
        return percent(value)
    plain = number(value)
    return f"{plain}{_UNITS.get(unit, unit)}" if lang == "ja" else f"{plain} {unit}"
