"""The tree of a condition: our own frozen nodes, the only thing that passes on from the text.

`at` is the offset (0-based, in characters) of the node's decisive token in the condition's text.

Never here: parsing (`parse`), types (`typecheck`), SQL (`lower`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

ClockName = Literal["as_of", "fy_start", "fy_end", "until"]
"""`until` is min(fy_end, as_of); only our own trees use it, no text can."""

CLOCKS: tuple[ClockName, ...] = ("as_of", "fy_start", "fy_end")
Operator = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """A date of the run."""

    name: ClockName
    at: int = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """A limit of the control, written `:name`."""

    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, number or truth value as written."""

    value: str | int | float | bool
    at: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    """`left` plus or minus `right`: numbers, or a date and days."""

    left: "Term"
    right: "Term"
    minus: bool
    at: int = 0


Term = Column | Clock | Parameter | Constant | Sum


@dataclass(frozen=True, slots=True)
class Compare:
    """Two terms compared."""

    operator: Operator
    left: Term
    right: Term
    at: int = 0


@dataclass(frozen=True, slots=True)
class InList:
    """A term is one of the words written."""

    term: Term
    values: tuple[Constant | Parameter, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class InParameter:
    """A term is one of the words of a list parameter."""

    term: Term
    parameter: Parameter
    at: int = 0


@dataclass(frozen=True, slots=True)
class IsNull:
    """A term is blank; never null itself."""

    term: Term
    at: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """Kleene's not."""

    inner: "Node"
    at: int = 0


@dataclass(frozen=True, slots=True)
class And:
    """Kleene's and."""

    left: "Node"
    right: "Node"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Or:
    """Kleene's or."""

    left: "Node"
    right: "Node"
    at: int = 0


Truth = Column | Parameter | Constant
"""Terms that may stand where a truth value is asked."""

Node = Compare | InList | InParameter | IsNull | Not | And | Or | Truth


def leaves(node: "Node | Term") -> Iterator[Column | Clock | Parameter | Constant]:
    """Yield all leaves from left to right."""
    match node:
        case Column() | Clock() | Parameter() | Constant():
            yield node
        case Sum(left, right) | And(left, right) | Or(left, right):
            yield from leaves(left)
            yield from leaves(right)
        case Compare(_, left, right):
            yield from leaves(left)
            yield from leaves(right)
        case InList(term, values):
            yield from leaves(term)
            yield from values
        case InParameter(term, parameter):
            yield from leaves(term)
            yield parameter
        case IsNull(inner) | Not(inner):
            yield from leaves(inner)
        case _:
            assert_never(node)


def columns(node: "Node | Term | None") -> tuple[str, ...]:
    """Return the names of the columns read, in order of their first appearance."""
    if node is None:
        return ()
    return tuple(dict.fromkeys(leaf.name for leaf in leaves(node) if isinstance(leaf, Column)))
