"""Canonical JSON and its digest: one value, one text, on every machine.

Keys are sorted by code point, there is no white space, text is written as it is (UTF-8), numbers as Python prints them.

Never here: dates, fractions or dataclasses; a caller says first how they are written.
"""

import json

from secaudit.wire.files import digest


def dumps(value: object) -> str:
    """Return the canonical JSON of text, numbers, booleans, None, lists, tuples and dictionaries with text keys.

    Raises `ValueError` for NaN, infinities, lone surrogates and every other type.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def digest_of(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of `value` in UTF-8."""
    return digest(dumps(value).encode("utf-8"))


def _check(value: object) -> None:
    if value is None or isinstance(value, bool | int | float):
        return
    if isinstance(value, str):
        value.encode("utf-8")
        return
    if isinstance(value, list | tuple):
        for item in value:
            _check(item)
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ValueError(f"a key of canonical JSON is text, not {type(key).__name__}")  # noqa: TRY004 - one error for all misuse
            key.encode("utf-8")
            _check(item)
        return
    raise ValueError(f"canonical JSON has no {type(value).__name__}")
