"""Controls that were checked: trees instead of texts, kinds instead of names.

Never here: checking (`typecheck`, `compile`), evaluating.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from secaudit.engine.nodes import Node
from secaudit.model.assertion import Attested, Separated, TableAssertion
from secaudit.model.control import Control, Parameter
from secaudit.model.evidence import Kind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TablePart:
    """One assertion over tables. Compared by identity: statements are kept per part.

    `other_where` is the scope of the second table (`matching` of coverage, `with_where` of match). `reads` names the columns
    that the assertion reads, by kind. `words` holds the text and list parameters that are compared with an enum, with its words.
    """

    assertion: TableAssertion
    kind: Kind
    other: Kind | None
    where: Node | None
    holds: Node | None
    other_where: Node | None
    parameters: Mapping[str, Parameter]
    reads: Mapping[str, frozenset[str]]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AttestedPart:
    """A question to people; reads the kind `answers`."""

    assertion: Attested
    control: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeparatedPart:
    """A question to the separation proof; reads no kind."""

    assertion: Separated


Part = TablePart | AttestedPart | SeparatedPart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledControl:
    """A control whose assertion was checked; `all_of` is flattened into several parts."""

    control: Control
    parts: tuple[Part, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the kinds read, sorted."""
        return tuple(sorted({kind for part in self.parts for kind in kinds_of(part)}))


def kinds_of(part: Part) -> tuple[str, ...]:
    """Return the names of the kinds that a part reads, the population first."""
    match part:
        case TablePart(kind=kind, other=other):
            return (kind.name,) if other is None or other.name == kind.name else (kind.name, other.name)
        case AttestedPart(kind=kind):
            return (kind.name,)
        case SeparatedPart():
            return ()
        case _:
            assert_never(part)
