"""Numbers of clauses as controls write them: `6.1.(2)②`, `1.(1)–(6)`, `4.4④`, `基本方針3`, `第4編 6.1.(2)`.

Never here: which numbers exist.
"""

import re

_BASIC = re.compile(r"基本方針\s?\(?([0-9]+)\)?")
_NUMBER = re.compile(r"(?:第4編\s?)?([0-9]+(?:\.[0-9]+)?)(?:\.(\([0-9]+\).*)|[^.0-9].*)?")
_CLAUSE = re.compile(r"\(([0-9]+)\)(?:[–〜~-]\(([0-9]+)\))?")


def clauses_of(written: str) -> tuple[str, ...]:
    """Return the clauses that a number names, without circled items; nothing if it has no such form."""
    basic = _BASIC.match(written)
    if basic is not None:
        return (f"0.{basic.group(1)}",)
    found = _NUMBER.fullmatch(written)
    if found is None:
        return ()
    unit, rest = found.groups()
    if rest is None:
        return (unit,)
    numbers: list[int] = []
    for first, last in _CLAUSE.findall(rest):
        numbers += range(int(first), int(last or first) + 1)
    return tuple(f"{unit}.({number})" for number in numbers)


def unit_of(clause: str) -> str:
    """Return the chapter or section of a clause: 6.1 of 6.1.(2), 1 of 1.(3), 0 of 0.5."""
    if clause.startswith("0."):
        return "0"
    return clause.split(".(", 1)[0]


def key(clause: str) -> tuple[int, ...]:
    """Return the key that sorts clauses as people count."""
    return tuple(int(number) for number in re.findall(r"[0-9]+", clause))
