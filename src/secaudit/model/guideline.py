"""The guideline beside its controls: editions, clauses, sources, frameworks, and what is told of them.

Never here: reading files (`catalog.guideline`), counting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from secaudit.model.control import Change, Sourced
from secaudit.model.status import Status
from secaudit.model.text import Text

Test = Literal["A", "B", "H"]
"""How a clause can be tested: A from data, B from documents, H by judgement."""
Decided = Literal["data", "document", "answer"]
Kind = Literal["born", "dropped", "moved", "tightened", "loosened", "reworded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What was read, and how much of it."""

    key: str
    title: Text
    url: tuple[str, ...]
    read: Literal["whole", "part", "excerpt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionNote:
    """One thing that an edition changed, whether or not its clause is known."""

    text: Text
    basis: Sourced
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of the guideline."""

    edition: str
    issued: date
    basis: Sourced
    sources: tuple[str, ...]
    notes: tuple[EditionNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseBasis:
    """How well a clause is sourced; `older` is for the numbers of earlier editions, where they differ."""

    number: Sourced
    duty: Sourced
    older: Sourced | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A circled item of a clause."""

    number: str
    title: Text
    test: tuple[Test, ...]
    roles: tuple[str, ...]
    basis: ClauseBasis
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause, numbered as in the newest edition; `numbers` has those of editions that number it otherwise."""

    number: str
    title: Text
    test: tuple[Test, ...]
    roles: tuple[str, ...]
    basis: ClauseBasis
    since: str
    numbers: Mapping[str, str]
    changes: tuple[Change, ...]
    items: tuple[Item, ...]

    @property
    def chapter(self) -> str:
        """The chapter: the first number. Chapter 0 is the basic policy."""
        return self.number.split(".", 1)[0]

    def number_in(self, edition: str) -> str | None:
        """Return the number in an edition; None if the clause is younger."""
        return None if edition < self.since else self.numbers.get(edition, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A chapter without sections, or a section."""

    number: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of a framework with the count of its entries."""

    number: str
    title: Text
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkEntry:
    """One number of a framework. A field of law has the day it comes into force and what it says of what exists already."""

    number: str
    title: Text
    chapters: tuple[str, ...]
    in_force: date | None
    transition: Text | None
    note: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """To whom a law does not apply; `types` are the kinds of organisation among which such bodies are."""

    text: Text
    types: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A standard or law that controls map to."""

    id: str
    title: Text
    numbers: Sourced
    maps: Sourced
    sources: tuple[str, ...]
    note: Text
    groups: tuple[Group, ...]
    entries: tuple[FrameworkEntry, ...]
    exempt: tuple[Exemption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """Everything beside the controls. Texts stand here once, whoever refers to them."""

    sources: Mapping[str, Source]
    editions: tuple[Edition, ...]
    units: tuple[Unit, ...]
    clauses: tuple[Clause, ...]
    level_reasons: Mapping[str, Text]
    frameworks: Mapping[str, Framework]
    chapters: tuple[Unit, ...] = ()
    """Chapters that are divided into sections; the others are units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveringControl:
    """A control that covers a clause, and how it is decided."""

    id: str
    decided: Decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A clause or item with its controls; `overlay` are those of an overlay, which do not count as cover."""

    number: str
    title: Text
    test: tuple[Test, ...]
    controls: tuple[CoveringControl, ...]
    overlay: tuple[CoveringControl, ...]
    items: "tuple[Covered, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterCover:
    """Totals of a chapter. A control counts in the chapter of its newest number."""

    chapter: str
    clauses: int
    covered: int
    controls: Mapping[Decided, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Clause → controls, totals and shares. `shares` maps a mark of test to the clauses that have a control fit for it, and all of them."""

    clauses: tuple[Covered, ...]
    chapters: tuple[ChapterCover, ...]
    shares: Mapping[Test, tuple[int, int]]
    stray: tuple[str, ...]
    """Controls whose newest number is no clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs between two editions, and what an organisation has to do about it."""

    kind: Kind
    number: str
    """The clause, or the id of the control."""
    title: Text
    was: str | None
    now: str | None
    edition: str
    basis: Sourced | None
    to_do: Text
    overlay: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionDiff:
    """What differs between two editions."""

    old: str
    new: str
    editions: tuple[Edition, ...]
    clauses: tuple[Difference, ...]
    controls: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPair:
    """A control's status under two editions."""

    control: str
    title: Text
    was: Status
    now: Status
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A control with the numbers it maps to, or a number with the controls that map to it."""

    number: str
    title: Text
    to: tuple[str, ...]
    basis: Sourced | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkMap:
    """A mapping in both directions; what maps to nothing is a gap."""

    framework: Framework
    controls: tuple[Mapped, ...]
    entries: tuple[Mapped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenControl:
    """A required control of a field that does not pass."""

    control: str
    title: Text
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReadiness:
    """How far one field of a law is met: passing of the required controls that apply."""

    entry: FrameworkEntry
    days_left: int
    required: int
    passing: int
    open: tuple[OpenControl, ...]

    @property
    def share(self) -> Fraction | None:
        """The share that passes; None if no required control applies."""
        return Fraction(self.passing, self.required) if self.required else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How far a law is met as of a day. `exempt` are the conditions to be looked at; nobody decides them here."""

    day: date
    framework: Framework
    fields: tuple[FieldReadiness, ...]
    exempt: tuple[Exemption, ...]
