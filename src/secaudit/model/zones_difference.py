"""What a change of device configurations newly permits and newly forbids between zones, ready to be shown.

* One `PairChange` per ordered pair of zones and protocol family; its word is never translated.
* INVARIANT: a pair whose word is `UNCHANGED` was compared to the end; what could not be is `UNDECIDED`, with what stands in the way.

Never here: comparing (`netproof`), printing (`reports`).
"""

from dataclasses import dataclass
from typing import Literal

from secaudit.model.location import Location
from secaudit.model.separation import FamilyWord, LinesShown, ObstacleShown, PacketShown, RegionShown
from secaudit.model.text import Text

ChangeWord = Literal["UNCHANGED", "CHANGED", "UNDECIDED"]
CoverWord = Literal["all", "part", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingLine:
    """What decides about packets on one side: a line of a device, or (no line) what `words` say. `device` None: no device does."""

    device: str | None
    line: str | None
    at: Location | None
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """Packets that pass on one side alone. `through` is the line of that side; `stopped` that of the other, for the packet shown.

    `packet` was sent through both sides by the interpreter; None: none was. `cover`: how much of it declared flows cover (None: not known).
    """

    region: RegionShown
    through: DecidingLine
    packet: PacketShown | None = None
    stopped: DecidingLine | None = None
    cover: CoverWord | None = None
    flows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Changes of one sort; `shown` are at most as many as were asked for, `count` counts all."""

    count: int
    shown: tuple[ChangeShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairChange:
    """One ordered pair of zones in one family.

    `permits`, `forbids`: certain. `perhaps_permits`, `perhaps_forbids`: depending on what is not understood, besides the certain ones.
    `decided`: what is certain is all there is; if not, the obstacles of the old and the new side say why. `samples`: packets at the edges
    of the rules that fared alike but where a change says so.
    """

    source: str
    target: str
    family: FamilyWord
    word: ChangeWord
    decided: bool
    permits: Changes
    forbids: Changes
    perhaps_permits: Changes
    perhaps_forbids: Changes
    old_obstacles: tuple[ObstacleShown, ...] = ()
    new_obstacles: tuple[ObstacleShown, ...] = ()
    samples: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SideShown:
    """One side: what was named on the command line, its files and what became of their lines, its assumptions."""

    name: str
    lines: tuple[LinesShown, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesDifference:
    """All of a comparison."""

    old: SideShown
    new: SideShown
    pairs: tuple[PairChange, ...]
