"""Controls, their parameters and their cases.

Never here: reading files (`catalog.load`), judging (`engine`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from secaudit.model.assertion import Assertion
from secaudit.model.location import Location
from secaudit.model.separation import Separation
from secaudit.model.status import Status
from secaudit.model.text import Text

Value = str | int | float | bool | date | datetime | None
"""A typed cell. `datetime` is naive and in Japan's local time; money and names stay text."""

ParameterValue = int | float | bool | str | tuple[str, ...]
ParameterType = Literal["integer", "number", "ratio", "boolean", "list", "text"]
Stricter = Literal["lower", "higher", "true", "false", "fewer", "more"]
Level = Literal["required", "recommended"]
Severity = Literal["critical", "high", "medium", "low"]
Sourced = Literal["seen", "known", "unsure"]
LevelBasis = Literal["ours", "seen"]
MapsBasis = Literal["seen", "known"]
LevelReason = Literal["law-field", "precondition", "direct-loss", "supporting", "good-practice"]
Sense = Literal["tightened", "loosened", "reworded", "moved"]

REQUIRED_BECAUSE: tuple[LevelReason, ...] = ("law-field", "precondition", "direct-loss")
"""Reasons of a level that is ours that go with `required`; the others go with `recommended`."""

EDITIONS = ("2018-09", "2020-12", "2022-03", "2023-03", "2024-10", "2025-03", "2026-03")
"""Editions of the guideline since the three layers entered it (facts §1.1), oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A limit that a policy may set. `stricter` says which way it tightens."""

    name: str
    type: ParameterType
    default: ParameterValue
    minimum: int | float | None
    maximum: int | float | None
    unit: str | None
    stricter: Stricter


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """How well a control is sourced: seen in a source, known without one, or unsure. `level_reason` is set if the level is ours."""

    number: Sourced
    duty: Sourced
    level: LevelBasis
    maps: MapsBasis
    sources: tuple[str, ...]
    level_reason: LevelReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an edition changed, and how well that is sourced."""

    edition: str
    sense: Sense
    text: Text
    basis: Sourced


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One testable requirement (contract §5)."""

    id: str
    name: str
    since: str
    editions: Mapping[str, str]
    revision: int
    aliases: tuple[str, ...]
    level: Level
    severity: Severity
    title: Text
    requirement: Text
    why: Text
    roles: tuple[str, ...]
    cycle: str
    models: tuple[str, ...]
    organisations: tuple[str, ...]
    topics: tuple[str, ...]
    law: tuple[str, ...]
    maps: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Parameter]
    evidence: tuple[str, ...]
    assertion: Assertion
    remedy: Text
    at: Location
    digest: str
    """SHA-256 of the bytes of `control.yaml`, lower-case hexadecimal."""
    basis: Basis | None = None
    """None only in a catalogue that its own check refuses."""
    changes: tuple[Change, ...] = ()
    overlay: str | None = None
    """The part of the guideline that a policy adopts by `overlays`, such as `cloud`; None: the guideline itself."""

    @property
    def chapter(self) -> str:
        """The guideline's chapter: the first number of the id."""
        return self.id.split(".", 1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example of a control with the status it must have."""

    name: str
    expect: Status
    fiscal_year: int
    as_of: date
    parameters: Mapping[str, ParameterValue]
    tables: Mapping[str, tuple[Mapping[str, Value], ...]]
    lost_rows: Mapping[str, int]
    population: Mapping[str, int]
    gap: tuple[str, ...]
    separation: Separation | None = None
    """What a proof is supposed to have said; None: nothing was handed in."""
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All controls, in order of id, with the cases of each and one digest over everything."""

    controls: tuple[Control, ...]
    cases: Mapping[str, tuple[Case, ...]]
    digest: str
