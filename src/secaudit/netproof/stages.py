"""The lists that a packet meets on a path, in order, and what each can change of what the packet carries.

Never here: entries (`compile`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import UnionType

from secaudit.netproof.ir import BaseChain, DestinationNat, Device, Goto, Hook, Jump, NoTrack, SetMark, SourceNat, Unclear
from secaudit.netproof.network import Hop, Path
from secaudit.netproof.packets import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One list on the path. `base` None: the routing of the hop, or (`hop` None) the declared flows."""

    number: int
    hop: Hop | None
    base: BaseChain | None = None
    doubtful: bool = False


def stages_of(path: Path, family: Family) -> tuple[Stage, ...]:
    """Return the lists that a packet meets on a path, in order."""
    found = [Stage(number=-1, hop=None)]
    for number, hop in enumerate(path.hops):
        device = hop.node.device
        if device is not None and any(family in doubt.families for doubt in device.doubts):
            found.append(Stage(number=number, hop=hop, doubtful=True))
            continue
        bases = () if device is None else device.hooks
        for hook in (Hook.PREROUTING, None, Hook.FORWARD, Hook.POSTROUTING):
            if hook is None:
                found.append(Stage(number=number, hop=hop))
            here = [base for base in bases if base.hook is hook and family in base.families]
            found += [Stage(number=number, hop=hop, base=base) for base in sorted(here, key=lambda base: base.priority)]
    found.append(Stage(number=len(path.hops), hop=None))
    return tuple(found)


def is_nat(row: Stage) -> bool:
    """Whether addresses may change in a list."""
    return row.doubtful or (row.base is not None and row.base.nat)


def too_late(base: BaseChain, device: Device) -> bool:
    """Whether connections are tracked already where this list stands."""
    limit = device.track_priority
    return base.hook is not Hook.PREROUTING or limit is None or base.priority >= limit


def has_effects(row: Stage, kinds: UnionType | type = SetMark | NoTrack | SourceNat | DestinationNat) -> bool:
    """Whether a list can change what a packet carries."""
    device = None if row.hop is None else row.hop.node.device
    if row.doubtful:
        return True
    if device is None or row.base is None:
        return False
    open_, seen = [row.base.chain], {row.base.chain}
    unclear: bool | None = True if row.base.nat else None
    while open_:
        for rule in device.chains[open_.pop()]:
            if isinstance(rule.action, kinds):
                return True
            if isinstance(rule.action, Unclear):
                # It may mark the packet, which matters where a mark is asked for.
                unclear = _reads_marks(device) if unclear is None else unclear
                if unclear:
                    return True
            if isinstance(rule.action, Jump | Goto) and rule.action.chain not in seen:
                seen.add(rule.action.chain)
                open_.append(rule.action.chain)
    return False


def _reads_marks(device: Device) -> bool:
    return any(match.mark is not None for chain in device.chains.values() for rule in chain for match in rule.matches)


def until(changing: Sequence[bool], stage: int) -> int:
    """Return how many stages behind one are reached before anything changes."""
    for number in range(stage, len(changing)):
        if changing[number]:
            return number - stage
    return len(changing) - 1 - stage
