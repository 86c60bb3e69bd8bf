"""Rules that never decide about a packet, and rules that decide only about a part of what they name.

Per base chain, for one passage (in by one interface, out by another): the packets of each rule minus those of the rules before it that end
the list. A rule behind an unknown condition is not called shadowed by it. Nested chains count as the rules that jump to them.

Never here: verdicts (`prove`); this is advice about a list, for its keeper.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from secaudit.netproof.boxes import Code, Entry, Item, meet, whole
from secaudit.netproof.compile import Program
from secaudit.netproof.decide import search
from secaudit.netproof.ir import Accept, BaseChain, Device, Drop, Rule, Unclear
from secaudit.netproof.matching import Env
from secaudit.netproof.network import Hop, Path
from secaudit.netproof.packets import Family
from secaudit.netproof.stages import Stage

RULES = 5_000
"""Longest list that is examined; the effort grows with its square."""

BUDGET = 20_000
"""Most regions for one rule."""


class Shadow(StrEnum):
    """How much of a rule is taken by rules before it."""

    NEVER = "never"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowed:
    """A rule and the rules of the other kind before it that take packets of it (for `NEVER`: all that do)."""

    rule: Rule
    how: Shadow
    by: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found in one list; `complete` False: the list is too long, or a rule took too much effort."""

    device: str
    chain: str
    found: tuple[Shadowed, ...]
    complete: bool


class _Before:
    """A program of one list: what is left of a rule behind those before it."""

    stages = 1
    steady = (0,)

    def __init__(self, entries: list[Entry], family: Family) -> None:
        self.list = [*entries, (*whole(family), int(Code.ACCEPT), Item(1 << 60, None))]

    def entries(self, stage: int, env: None) -> Sequence[Entry]:
        """Return the list."""
        del stage, env
        return self.list

    def loose(self, stage: int) -> Sequence[Entry]:
        """Return the list."""
        del stage
        return self.list

    def chain(self, stage: int, target: object, env: None) -> tuple[Sequence[Entry], object]:
        """Never asked: the list has no jumps."""
        raise NotImplementedError

    def rest(self, stage: int, name: object, env: None) -> Sequence[Entry]:
        """Return the last entry."""
        del stage, name, env
        return self.list[-1:]

    def effect(self, stage: int, item: Item, env: None) -> tuple[None, bool]:
        """Never asked: the list has no effects."""
        raise NotImplementedError

    def entering(self, stage: int, env: None) -> None:
        """Nothing changes."""
        del stage, env


def shadowed(device: Device, base: BaseChain, hop: Hop, family: Family) -> Examined:
    """Return the rules of a base chain that rules before them take packets from, on one passage."""
    rules = device.chains[base.chain]
    if len(rules) > RULES:
        return Examined(device=device.name, chain=base.chain, found=(), complete=False)
    program = Program(Path(hops=(hop,)), family, (), upper=True)
    row = Stage(number=0, hop=hop, base=base)
    listed = [entry for entry in program.list_of(row, Env(hop=0)) if isinstance(entry[11].payload, Rule)]
    found: list[Shadowed] = []
    complete = True
    before: list[Entry] = []
    position = 0
    while position < len(listed):
        rule: Rule = listed[position][11].payload
        mine = []
        while position < len(listed) and listed[position][11].payload is rule:
            mine.append(listed[position])
            position += 1
        near = [entry for entry in before if any(meet(entry, one) for one in mine)]
        answer = _open(mine, near, family)
        complete = complete and answer is not None
        found += _judged(rule, near, open_=answer)
        if all(match.unknown is None for match in rule.matches) and not isinstance(rule.action, Unclear):
            before += [(*entry[:10], int(Code.DROP), entry[11]) for entry in mine if entry[10] <= Code.RETURN]
    return Examined(device=device.name, chain=base.chain, found=tuple(found), complete=complete)


def _open(mine: list[Entry], near: list[Entry], family: Family) -> bool | None:
    """Whether anything of a rule is left; None: it took too much effort."""
    answer = search(_Before(near, family), [entry[:10] for entry in mine], None, budget=BUDGET, limit=1)
    return True if answer.found else False if answer.finished else None


def _judged(rule: Rule, near: list[Entry], *, open_: bool | None) -> Iterator[Shadowed]:
    takers = tuple(dict.fromkeys(entry[11].payload for entry in near))
    if open_ is False:
        yield Shadowed(rule=rule, how=Shadow.NEVER, by=takers)
    elif isinstance(rule.action, Accept | Drop):
        others = tuple(one for one in takers if isinstance(one.action, Accept | Drop) and one.action != rule.action)
        if others:
            yield Shadowed(rule=rule, how=Shadow.PARTLY, by=others)
