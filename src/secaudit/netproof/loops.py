"""Walks that come to one entrance a second time with another header: whether anything can go them.

`network.paths` follows no walk through one entrance twice. What it leaves out begins with one of its `loops`: take a packet that gets
through on a walk without a needless round (one that changes no header could be left out, see `network`), and its first entrance that
repeats; the walk up to there passes no other entrance twice, so it was found, and headers may change in its round. So:

* If nothing goes a loop in the upper reading, from anywhere to anywhere, declared or not, no packet goes any walk that begins with it.
* If that holds for all loops, the paths are all there is. A single one that something may go, or whose search did not finish, leaves the
  pair open.

Never here: finding walks (`network`), verdicts (`prove`).
"""

from dataclasses import replace

from secaudit.netproof.blame import Blame
from secaudit.netproof.boxes import space
from secaudit.netproof.compile import Cache, Program
from secaudit.netproof.decide import search
from secaudit.netproof.matching import Env
from secaudit.netproof.network import LOOP, Hop, Network, Path, Paths, paths
from secaudit.netproof.packets import Family


def routes(network: Network, source: str, target: str, family: Family, *, cache: Cache, budget: int) -> tuple[Paths, int]:
    """Return the paths of a pair, of the loops those that something may go, and what the searches took of the budget.

    Where one is left, its text stands among the open ends, and every line that leaves a loop open is on one that is kept.
    """
    found = paths(network, source, target, family)
    beginnings, blame = _Beginnings(family, cache, budget), Blame(family)
    kept: list[Path] = []
    named: set[object] = set()
    for path in found.loops:
        names = blame.names(path)
        if kept and names <= named:
            continue  # it could neither close the pair nor name anything new
        if beginnings.open(path.hops):
            kept.append(path)
            named |= names
    ends = dict.fromkeys((*found.open_ends, LOOP) if kept else found.open_ends)
    return replace(found, loops=tuple(kept), open_ends=tuple(ends)), budget - beginnings.left


class _Beginnings:
    """Which beginnings of walks something may go; loops share theirs, and most end in the first closed device."""

    def __init__(self, family: Family, cache: Cache, budget: int) -> None:
        self.family, self.cache, self.left = family, cache, budget
        self.audited = space(family)
        self.known: dict[int, bool] = {}

    def open(self, hops: tuple[Hop, ...]) -> bool:
        """Whether something may go a walk; a search that did not finish says that it may."""
        return all(self._one(hops[: number + 1]) for number in range(len(hops)))

    def _one(self, hops: tuple[Hop, ...]) -> bool:
        key = id(hops[-1])  # each hop of `network.paths` belongs to one beginning alone
        if key not in self.known:
            program = Program(Path(hops=hops), self.family, (), upper=True, cache=self.cache)
            answer = search(program, self.audited.hull(), Env(), budget=self.left, limit=1, clip=self.audited.clip)
            self.left = max(0, self.left - answer.nodes)
            self.known[key] = bool(answer.found) or not answer.finished
        return self.known[key]
