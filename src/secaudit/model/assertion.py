"""The twelve assertion kinds as values, with their conditions still text (docs/semantics.md §4).

A limit is a number or the name of a parameter (`ParameterName`).

Never here: parsing or judging a condition (`engine`).
"""

from dataclasses import dataclass
from typing import Literal

from secaudit.model.location import Location
from secaudit.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The text of a condition and where its first character stands."""

    text: str
    at: Location


@dataclass(frozen=True, slots=True)
class ParameterName:
    """A limit written as `:name`."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """`left` of the first table equals `right` of the second."""

    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Each row in scope holds a condition."""

    table: str
    where: Condition | None
    holds: Condition
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneOf:
    """No row in scope holds a condition (`none`)."""

    table: str
    where: Condition | None
    holds: Condition
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The share of a population that is matched in another table reaches a target (0…1)."""

    table: str
    where: Condition | None
    other: str
    on: tuple[KeyPair, ...]
    matching: Condition | None
    target: int | float | ParameterName
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Exists:
    """At least N rows are in scope; with `dated` only rows of the fiscal year count."""

    table: str
    where: Condition | None
    dated: str | None
    at_least: int | ParameterName
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """The newest row in scope is at most so many days old."""

    table: str
    where: Condition | None
    dated: str
    within_days: int | ParameterName
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Regular:
    """Gaps between successive rows never exceed a number of days over the fiscal year."""

    table: str
    where: Condition | None
    dated: str
    max_gap_days: int | ParameterName
    at: Location


Unit = Literal["minutes", "hours", "days"]
Earlier = Literal["unknown", "pass", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The time between two columns stays within a limit, in each row or in a share of rows."""

    table: str
    where: Condition | None
    start: str
    end: str
    limit: int | float | ParameterName
    unit: Unit
    percentile: float | None
    earlier: Earlier
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two tables agree as sets of keys; `sides` left asks only that left lies within right."""

    table: str
    where: Condition | None
    other: str
    other_where: Condition | None
    on: tuple[KeyPair, ...]
    sides: Literal["both", "left"]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct:
    """Two columns name different people or sections."""

    table: str
    where: Condition | None
    columns: tuple[str, str]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Separated:
    """No packet passes between zones but declared flows. One zone: between it and every other; several: among them.

    `of` flows: the declared flows themselves are in order.
    """

    zones: tuple[str, ...]
    of: Literal["packets", "flows"] = "packets"
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """A named person answers, with date, reason and expiry."""

    question: Text
    ask: str
    look_at: Text
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Several assertions, all of them."""

    parts: "tuple[Assertion, ...]"
    at: Location


TableAssertion = Every | NoneOf | Coverage | Exists | Recent | Regular | Within | Match | Distinct
Assertion = TableAssertion | Separated | Attested | AllOf
