"""Typed single values: whether one fits its type and its bounds, exactly.

Types: integer, number, ratio (0 to 1), boolean, list (of text), text. Comparison is exact: 0.1 means one tenth.

Never here: what the value is for.
"""

from fractions import Fraction

from secaudit.model.text import Text

_NAMES = {
    "integer": Text(ja="整数", en="a whole number"),
    "number": Text(ja="数", en="a number"),
    "ratio": Text(ja="0 から 1 までの数", en="a number from 0 to 1"),
    "boolean": Text(ja="true か false", en="true or false"),
    "list": Text(ja="文字の一覧", en="a list of text"),
    "text": Text(ja="文字", en="text"),
}


def exact(value: float | Fraction) -> Fraction:
    """Return a number as the fraction that its decimal notation says."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def misfit(value: object, kind: str, minimum: float | None, maximum: float | None) -> Text | None:
    """Say why `value` does not fit the type `kind` and its bounds (both included), or return None."""
    if not _has_type(value, kind):
        return Text(ja=f"{_NAMES[kind].ja}でなければなりません", en=f"must be {_NAMES[kind].en}")
    if kind == "list" and isinstance(value, list | tuple):
        return _list_misfit(value)
    if kind in {"integer", "number", "ratio"} and isinstance(value, int | float):
        number = exact(value)
        low = 0 if kind == "ratio" and minimum is None else minimum
        high = 1 if kind == "ratio" and maximum is None else maximum
        if low is not None and number < exact(low):
            return Text(ja=f"{low} 以上でなければなりません", en=f"must be at least {low}")
        if high is not None and number > exact(high):
            return Text(ja=f"{high} 以下でなければなりません", en=f"must be at most {high}")
    return None


def _has_type(value: object, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in {"number", "ratio"}:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "list":
        return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    return isinstance(value, str) and bool(value)


def _list_misfit(value: list[object] | tuple[object, ...]) -> Text | None:
    if not value:
        return Text(ja="一つ以上の値が必要です", en="needs at least one value")
    twice = sorted({str(item) for item in value if value.count(item) > 1})
    if twice:
        return Text(ja=f"`{twice[0]}` が二度あります", en=f"has `{twice[0]}` twice")
    return None
