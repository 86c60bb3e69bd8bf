"""Why a pair is UNDECIDED: the lines on its paths that are not understood, and what was not delivered.

Never here: verdicts (`prove`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class Blame:
    """What is not known on paths of one family; each passage of a device is looked at once."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self._hops: dict[tuple[str, str, str], Mapping[object, Obstacle]] = {}

    def _hop(self, hop: Hop) -> Mapping[object, Obstacle]:
        key = hop.node.name, hop.iif.interface, hop.oif.interface
        if key not in self._hops:
            found: dict[object, Obstacle] = {}
            for one in _of(hop, self.family):
                place = one.line.at.sort_key() if one.line is not None else None
                found.setdefault((one.device, place, one.reason.en), one)
            self._hops[key] = found
        return self._hops[key]

    def names(self, path: Path) -> set[object]:
        """Return by what each obstacle on a path is told from others."""
        return {key for hop in path.hops for key in self._hop(hop)}

    def of(self, paths: Sequence[Path]) -> tuple[Obstacle, ...]:
        """Return what on these paths is not known, each once, in the order of the paths."""
        found: dict[object, Obstacle] = {}
        for path in paths:
            for hop in path.hops:
                for key, one in self._hop(hop).items():
                    found.setdefault(key, one)
        return tuple(found.values())


def obstacles(paths: Sequence[Path], family: Family) -> tuple[Obstacle, ...]:
    """Return what on these paths is not known, each once, in the order of the paths."""
    return Blame(family).of(paths)


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
