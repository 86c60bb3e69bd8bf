"""What a device's rules mean, written down as one formula: read from `ir` alone, apart from the compiler, the search and the interpreter.

A formula is whatever an engine (`engines`) makes of "and", "or", "not" and "this field lies between": a z3 term, a BDD. Packets that
stand at a place are kept by what the device knows of them (mark, untracked); every rule moves a part of them on. What is not known is
moved both ways, so two formulas come out:

* `may_pass`: some way of reading what is not known lets the packet through (the upper reading is exactly this);
* `may_end`: some way stops it (the lower reading is the packets that are not in it).

Address translation is not read: the kernel judges it (tests/netproof/kernel).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Generic, Protocol, TypeVar

from secaudit.netproof.ir import Accept, BaseChain, Device, Drop, Goto, Hook, Jump, Match, NoTrack, Return, Rule, SetMark, Unclear
from secaudit.netproof.packets import Family, State

F = TypeVar("F")

FIELDS = {"src": None, "dst": None, "proto": 8, "sport": 16, "dport": 16, "kind": 5}
"""The six fields of a packet with their widths; addresses are as wide as their family."""

HAVE_PORTS = (6, 17, 33, 132, 136)
TCP, KINDS, START, BAD, DISCOVERY = 6, 18, 0, 16, 17


class Algebra(Protocol[F]):
    """An engine that can tell whether a formula holds for any packet."""

    true: F
    false: F

    def both(self, one: F, two: F) -> F: ...
    def either(self, one: F, two: F) -> F: ...
    def never(self, one: F) -> F: ...
    def between(self, field: str, low: int, high: int) -> F: ...
    def all_of(self, parts: Sequence[F]) -> F: ...
    def any_of(self, parts: Sequence[F]) -> F: ...
    def possible(self, one: F) -> bool: ...


@dataclass(frozen=True)
class Carried:
    """What a device knows of a packet besides its header; `mark` None: any."""

    mark: int | None = 0
    untracked: bool = False


Crowd = Mapping[Carried, F]


@dataclass(frozen=True)
class Outcome(Generic[F]):
    """The packets that may pass, and those that may not."""

    may_pass: F
    may_end: F


class Reader(Generic[F]):
    """Reads one device for one passage, in by `iif` and out by `oif`."""

    def __init__(self, engine: Algebra[F], device: Device, family: Family, iif: str, oif: str) -> None:
        self.engine, self.device, self.family, self.iif, self.oif = engine, device, family, iif, oif
        self.ended = engine.false

    def outcome(self) -> Outcome[F]:
        """Read all lists that a packet meets."""
        self.ended = self.engine.false
        crowd: Crowd[F] = {Carried(): self.engine.true}
        for hook in (Hook.PREROUTING, Hook.FORWARD, Hook.POSTROUTING):
            lists = [one for one in self.device.hooks if one.hook is hook and self.family in one.families]
            for one in sorted(lists, key=lambda base: base.priority):
                assert not one.nat, "this reader knows no translation"
                crowd = _List(self, one).through(crowd)
        return Outcome(self.any(crowd.values()), self.ended)

    def any(self, several: Iterable[F]) -> F:
        """Return the union of formulas."""
        return reduce(self.engine.either, several, self.engine.false)

    def join(self, *crowds: Crowd[F]) -> Crowd[F]:
        """Return several crowds as one."""
        found: dict[Carried, F] = {}
        for crowd in crowds:
            for carried, here in crowd.items():
                found[carried] = self.engine.either(found[carried], here) if carried in found else here
        return found


class _List(Generic[F]):
    """One base chain."""

    def __init__(self, reader: Reader[F], base: BaseChain) -> None:
        self.reader, self.base, self.engine = reader, base, reader.engine
        limit = reader.device.track_priority
        self.early = base.hook is Hook.PREROUTING and limit is not None and base.priority < limit
        self.accepted: Crowd[F] = {}

    def through(self, crowd: Crowd[F]) -> Crowd[F]:
        """Return who goes on behind this list."""
        rest = self._chain(self.base.chain, crowd)
        if isinstance(self.base.policy, Accept):
            return self.reader.join(self.accepted, rest)
        self._end(rest)
        return self.accepted

    def _end(self, crowd: Crowd[F]) -> None:
        self.reader.ended = self.engine.either(self.reader.ended, self.reader.any(crowd.values()))

    def _chain(self, name: str, crowd: Crowd[F]) -> Crowd[F]:
        """Return who comes out at the end of a chain (by its last rule or by a return)."""
        out: Crowd[F] = {}
        for rule in self.reader.device.chains[name]:
            hit, missed = self._split(rule, crowd)
            crowd, left = self._act(rule, hit, missed)
            out = self.reader.join(out, left)
        return self.reader.join(out, crowd)

    def _split(self, rule: Rule, crowd: Crowd[F]) -> tuple[Crowd[F], Crowd[F]]:
        """Return those for whom the rule may hold, and those for whom it may not."""
        engine, hit, missed = self.engine, {}, {}
        for carried, here in crowd.items():
            sure, perhaps = engine.false, engine.false
            for match in rule.matches:
                formula, known = self._match(match, carried)
                perhaps = engine.either(perhaps, formula)
                if known:
                    sure = engine.either(sure, formula)
            hit[carried] = engine.both(here, perhaps)
            missed[carried] = engine.both(here, engine.never(sure))
        return hit, missed

    def _act(self, rule: Rule, hit: Crowd[F], missed: Crowd[F]) -> tuple[Crowd[F], Crowd[F]]:
        """Return who meets the next rule, and who leaves the chain at its end."""
        join = self.reader.join
        match rule.action:
            case Accept():
                self.accepted = join(self.accepted, hit)
                return missed, {}
            case Drop():
                self._end(hit)
                return missed, {}
            case Return():
                return missed, hit
            case Jump(chain=chain):
                return join(missed, self._chain(chain, hit)), {}
            case Goto(chain=chain):
                return missed, self._chain(chain, hit)
            case SetMark(flip=flip, keep=keep):
                return join(missed, self._carried(hit, lambda one: Carried(_marked(one.mark, flip, keep), one.untracked))), {}
            case NoTrack():
                return join(missed, self._carried(hit, lambda one: Carried(one.mark, self.early or one.untracked))), {}
            case Unclear():
                # It may let the packet go, stop it, mark it, or do nothing.
                marked = self._carried(hit, lambda one: Carried(None, one.untracked))
                self._end(hit)
                self.accepted = join(self.accepted, marked)
                return join(missed, hit, marked), {}
        raise AssertionError(f"this reader does not know {rule.action}")

    def _carried(self, crowd: Crowd[F], change: Callable[[Carried], Carried]) -> Crowd[F]:
        return self.reader.join(*({change(carried): here} for carried, here in crowd.items()))

    def _match(self, match: Match, carried: Carried) -> tuple[F, bool]:
        """Return for which packets a match may hold, and whether it then does."""
        engine, reader = self.engine, self.reader
        known = match.unknown is None
        formula = engine.true if self._interfaces(match) else engine.false
        if match.family is not None and match.family is not reader.family:
            formula = engine.false
        if match.mark is not None and carried.mark is None:
            known = False
        elif match.mark is not None and carried.mark is not None:
            value = carried.mark & match.mark_mask
            formula = formula if any(low <= value <= high for low, high in match.mark) else engine.false
        if match.translated:
            formula = engine.false
        for field in ("src", "dst", "proto", "sport", "dport"):
            asked = getattr(match, field)
            if asked is not None:
                formula = engine.both(formula, reader.any(engine.between(field, low, high) for low, high in asked))
        if match.sport is not None or match.dport is not None:
            formula = engine.both(formula, reader.any(engine.between("proto", one, one) for one in HAVE_PORTS))
        if match.icmp is not None:
            icmp = 1 if reader.family is Family.V4 else 58
            formula = engine.both(formula, engine.between("proto", icmp, icmp))
            for field, asked in zip(("sport", "dport"), match.icmp, strict=True):
                formula = engine.both(formula, reader.any(engine.between(field, low, high) for low, high in asked))
        if match.kinds is not None:
            formula = engine.both(formula, engine.between("proto", TCP, TCP))
            formula = engine.both(formula, reader.any(engine.between("kind", one, one) for one in match.kinds))
        if match.states is not None:
            formula = engine.both(formula, self._states(match.states, carried))
        return formula, known

    def _states(self, wanted: frozenset[State], carried: Carried) -> F:
        if carried.untracked or self.early:
            return self.engine.true if (State.UNTRACKED if carried.untracked else State.INVALID) in wanted else self.engine.false
        kinds = [kind for kind, state in self.reader.device.states.items() if state in wanted]
        return self.reader.any(self.engine.between("kind", kind, kind) for kind in kinds)

    def _interfaces(self, match: Match) -> bool:
        oif = None if self.base.hook is Hook.PREROUTING else self.reader.oif
        if match.oif is not None and (oif is None or not _among(oif, match.oif)):
            return False
        if oif is not None and _among(oif, match.not_oif):
            return False
        return (match.iif is None or _among(self.reader.iif, match.iif)) and not _among(self.reader.iif, match.not_iif)


def _marked(mark: int | None, flip: int | None, keep: int) -> int | None:
    return None if mark is None or flip is None else mark & keep ^ flip


def _among(name: str, patterns: Iterable[str]) -> bool:
    return any(name == one or (one[-1:] == "*" and name[: len(one) - 1] == one[:-1]) for one in patterns)


NOWHERE = {
    Family.V4: [(0, 0x00FFFFFF), (0x7F000000, 0x7FFFFFFF), (0xE0000000, 0xEFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF)],
    Family.V6: [(0, 1), (0xFE80 << 112, (0xFEC0 << 112) - 1), (0xFF00 << 112, (1 << 128) - 1)],
}
"""This network, loopback, multicast, broadcast; nothing, loopback, link-local, multicast: nobody routes these."""


def audited(engine: Algebra[F], family: Family) -> F:
    """Return the packets that are asked about, in the oracle's own words."""

    def lies(field: str, *values: tuple[int, int]) -> F:
        return reduce(engine.either, [engine.between(field, low, high) for low, high in values], engine.false)

    def all_of(*several: F) -> F:
        return reduce(engine.both, several, engine.true)

    icmp, starting, discovery = (1, [8, 13, 15, 17], []) if family is Family.V4 else (58, [128, 139], [*range(130, 137), 143])
    tcp = all_of(lies("proto", (TCP, TCP)), lies("kind", (START, BAD - 1)))
    ordinary = lies("kind", (START, START), (BAD, BAD))
    ported = all_of(lies("proto", *((one, one) for one in HAVE_PORTS if one != TCP)), ordinary)
    special = lies("proto", *((one, one) for one in (*HAVE_PORTS, icmp)))
    plain = all_of(engine.never(special), lies("sport", (0, 0)), lies("dport", (0, 0)), ordinary)
    starts, finds = lies("sport", *((one, one) for one in starting)), lies("sport", *((one, one) for one in discovery))
    kinds = reduce(
        engine.either,
        [
            lies("kind", (BAD, BAD)),
            all_of(starts, lies("kind", (START, START))),
            all_of(finds, lies("kind", (DISCOVERY, DISCOVERY))),
        ],
    )
    echo = all_of(lies("proto", (icmp, icmp)), lies("sport", (0, 255)), lies("dport", (0, 255)), kinds)
    shapes = reduce(engine.either, [tcp, ported, plain, echo])
    return all_of(shapes, engine.never(lies("src", *NOWHERE[family])), engine.never(lies("dst", *NOWHERE[family])))


def of_box(engine: Algebra[F], box: tuple[int, ...]) -> F:
    """Return one box of the search as a formula."""
    parts = [engine.between(field, box[place], box[place + 1]) for field, place in PLACES]
    parts += [engine.any_of([engine.between(field, low, high) for low, high in runs(box[place])]) for field, place in MASKS]
    return engine.all_of(parts)


PLACES = (("src", 0), ("dst", 2), ("sport", 5), ("dport", 7))
MASKS = (("proto", 4), ("kind", 9))


@cache
def runs(bits: int) -> tuple[tuple[int, int], ...]:
    """Return the members of a bit mask as ranges."""
    found: list[tuple[int, int]] = []
    for one in (place for place in range(bits.bit_length()) if bits >> place & 1):
        if found and found[-1][1] == one - 1:
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return tuple(found)
