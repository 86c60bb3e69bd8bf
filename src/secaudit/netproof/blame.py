"""Why a pair is UNDECIDED: the lines on its paths that are not understood, and what was not delivered.

Never here: verdicts (`prove`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from secaudit.model.text import Text
from secaudit.netproof.ir import Device, Unclear
from secaudit.netproof.lines import Line
from secaudit.netproof.matching import View, passes_interfaces
from secaudit.netproof.network import Hop, Path
from secaudit.netproof.packets import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that stands between a question and its answer; `line` None: no line says it."""

    reason: Text
    line: Line | None = None
    device: str | None = None


def obstacles(paths: Sequence[Path], family: Family) -> tuple[Obstacle, ...]:
    """Return what on these paths is not known, each once, in the order of the paths."""
    found: dict[tuple[object, ...], Obstacle] = {}
    for path in paths:
        for hop in path.hops:
            for one in _of(hop, family):
                place = one.line.at.sort_key() if one.line is not None else None
                found.setdefault((one.device, place, one.reason.en), one)
    return tuple(found.values())


def _of(hop: Hop, family: Family) -> Iterator[Obstacle]:
    device = hop.node.device
    if device is None:
        return
    for doubt in device.doubts:
        if family in doubt.families:
            yield Obstacle(reason=doubt.reason, line=doubt.line, device=device.name)
    yield from _unknown(device, hop, family)


def _unknown(device: Device, hop: Hop, family: Family) -> Iterable[Obstacle]:
    view = View(family, hop.iif.interface, hop.oif.interface, device.states)
    for chain in device.chains.values():
        for rule in chain:
            about = [match for match in rule.matches if passes_interfaces(match, view)]
            if about and isinstance(rule.action, Unclear):
                yield Obstacle(reason=rule.action.unknown.reason, line=rule.action.unknown.line, device=device.name)
            for match in about:
                if match.unknown is not None:
                    yield Obstacle(reason=match.unknown.reason, line=match.unknown.line, device=device.name)
