"""The same question to z3 and to binary decision diagrams: peers for the figures, and a second opinion on every answer.

Both answer for the lists of `tests.netproof.lists`, whose rules limit addresses, protocols and ports (never kinds, which both leave out).

* z3: one nested `if` over bit-vectors, from the last rule to the first: is any packet of the question accepted?
* Diagrams (`dd`, with CUDD where its wheel is there): the set itself, from the last rule to the first, and how many packets it holds.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from secaudit.netproof.boxes import KIND, PROTO, PROTOCOLS, Box
from secaudit.netproof.packets import Family
from tests.netproof.lists import Listed

# ruff: noqa: ANN401 - neither library has types
PLACES: Final = ((0, "s"), (2, "d"), (5, "p"), (7, "q"))
PEERS: Final = ("z3", "cudd", "autoref")


def installed(peer: str) -> bool:
    """Whether a peer is there: `z3`, `cudd`, or `autoref` (the diagrams in pure Python)."""
    if peer == "z3":
        return find_spec("z3") is not None
    return find_spec("dd") is not None and find_spec(f"dd.{peer}") is not None


def about(rules: Listed, question: Box) -> Listed:
    """Return the rules that concern the kinds of the question: the peers leave kinds out."""
    found = [(box, accept) for box, accept in rules if box[KIND] & question[KIND]]
    if any(question[KIND] & ~box[KIND] for box, _ in found):
        raise ValueError("a rule about some kinds of the question only")
    return found


def widths(family: Family) -> dict[str, int]:
    """Return how many bits each field has."""
    return {"s": family.bits, "d": family.bits, "p": 16, "q": 16, "t": 8}


def ask_z3(rules: Listed, question: Box, family: Family) -> bool:
    """Return whether anything passes."""
    z3: Any = import_module("z3")
    fields = {name: z3.BitVec(name, width) for name, width in widths(family).items()}

    def inside(box: Box) -> Any:
        found = []
        for low, name in PLACES:
            field, top = fields[name], (1 << fields[name].size()) - 1
            if box[low] == box[low + 1]:
                found.append(field == box[low])
                continue
            if box[low]:
                found.append(z3.UGE(field, box[low]))
            if box[low + 1] < top:
                found.append(z3.ULE(field, box[low + 1]))
        if box[PROTO] != PROTOCOLS:
            found.append(z3.Or([fields["t"] == number for number in members(box[PROTO])]))
        return z3.And(found)

    passes = z3.BoolVal(False)
    for box, accept in reversed(about(rules, question)):
        passes = z3.If(inside(box), z3.BoolVal(accept), passes)
    solver = z3.SolverFor("QF_BV")
    solver.add(inside(question), passes)
    answer = str(solver.check())
    if answer == "unknown":
        raise RuntimeError("z3 does not know")
    return answer == "sat"


def members(mask: int) -> list[int]:
    """Return the protocols of a mask."""
    return [number for number in range(256) if mask >> number & 1]


class Diagrams:
    """Sets of packets as decision diagrams."""

    def __init__(self, peer: str, family: Family) -> None:
        self.manager: Any = import_module(f"dd.{peer}").BDD()
        self.manager.configure(reordering=False)
        self.widths = widths(family)
        self.names = {name: [f"{name}{bit}" for bit in range(width)] for name, width in self.widths.items()}
        self.manager.declare(*(bit for name in ("s", "d", "t", "q", "p") for bit in self.names[name]))
        self.bounded = cache(self._bounded)

    def _bounded(self, name: str, low: int, high: int) -> Any:
        """Return low ≤ field ≤ high, bit by bit from the lowest."""
        manager, width = self.manager, self.widths[name]
        above, below = manager.true, manager.true
        for place in range(width):
            bit = manager.var(self.names[name][width - 1 - place])
            above = bit & above if low >> place & 1 else bit | above
            below = ~bit | below if high >> place & 1 else ~bit & below
        return above & below

    def inside(self, box: Box) -> Any:
        """Return a box as a set."""
        found = self.manager.true
        for low, name in PLACES:
            if (box[low], box[low + 1]) != (0, (1 << self.widths[name]) - 1):
                found &= self.bounded(name, box[low], box[low + 1])
        if box[PROTO] != PROTOCOLS:
            either = self.manager.false
            for number in members(box[PROTO]):
                either |= self.bounded("t", number, number)
            found &= either
        return found

    def passing(self, rules: Listed, question: Box) -> int:
        """Return how many packets of the question pass (each counted once, whatever its kind)."""
        asked = self.inside(question)
        passes = self.manager.false
        for box, accept in reversed(about(rules, question)):
            match = self.inside(box) & asked
            passes = passes | match if accept else passes & ~match
        bits = sum(self.widths.values())
        count = round(self.manager.count(passes, nvars=bits)) if passes != self.manager.false else 0
        self.bounded.cache_clear()  # the diagrams in pure Python ask that no set outlives their manager
        return count


def packets(found: Sequence[Box]) -> int:
    """Return how many packets disjoint boxes hold, each counted once whatever its kind."""
    total = 0
    for box in found:
        size = box[PROTO].bit_count()
        for low, _ in PLACES:
            size *= box[low + 1] - box[low] + 1
        total += size
    return total
