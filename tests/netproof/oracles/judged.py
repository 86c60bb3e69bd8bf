"""One random list asked of the proof and of an engine: the same verdict, and exactly the same packets.

Where everything is known, and where unknown conditions stand only on rules that accept or drop, the two readings are exact. An unknown jump
or return is a drop in the lower reading, which may then hold too little (`jumps`); and what is known of an unknown mark or `notrack` is
less still (`all`). Too little in the lower reading and too much in the upper one are safe, and only that is let pass.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from secaudit.netproof.boxes import Box, space, volume
from secaudit.netproof.compile import Program
from secaudit.netproof.decide import search
from secaudit.netproof.flows import Flow
from secaudit.netproof.ir import Device
from secaudit.netproof.matching import Env
from secaudit.netproof.network import paths
from secaudit.netproof.packets import Family
from secaudit.netproof.prove import PairVerdict, Question, Verdict, prove_pair
from tests.netproof.build import ZONES, between
from tests.netproof.oracles.engines import Diagrams
from tests.netproof.oracles.random_lists import Lists
from tests.netproof.oracles.reading import Reader, audited, of_box

# ruff: noqa: ANN401 - the engines have no types

AS_OF = date(2026, 10, 1)
SAMPLES = 40
"""Of each PROVED pair: the interpreter has its own tests."""

Engine = Callable[[Family], Any]


def declared(seed: int, family: Family) -> tuple[Flow, ...]:
    """Return some declared flows, one of them the other way round and one expired: those two permit nothing."""
    pick = random.Random(f"flows {seed}")
    shift = family.bits - 32
    found = []
    for number in range(pick.choice([0, 1, 1, 3])):
        ends = []
        for zone in (1, 2):
            start = (10 << 24 | zone << 16 | pick.randrange(256) << 8) << shift
            ends.append({family: ((start, start + (256 << shift) - 1),)})
        here, there = ("a", "b") if number != 1 else ("b", "a")
        expires = date(2026, 9, 30) if number == 2 else pick.choice([None, AS_OF, AS_OF])
        ports = pick.choice([None, ((80, 80),), ((0, 1023),)])
        found.append(Flow(id=f"f{number}", source=here, target=there, src=ends[0], dst=ends[1], ports=ports, expires=expires))
    return tuple(found)


def allowed(engine: Any, flows: Iterable[Flow], family: Family) -> Any:
    """Return what the flows permit from a to b, read from their fields alone."""

    def lies(field: str, ranges: Iterable[tuple[int, int]]) -> Any:
        found = engine.false
        for low, high in ranges:
            found = engine.either(found, engine.between(field, low, high))
        return found

    whole = engine.false
    for flow in flows:
        if (flow.source, flow.target) != ("a", "b") or (flow.expires is not None and flow.expires < AS_OF):
            continue
        one = engine.both(lies("src", flow.src[family]), lies("dst", flow.dst[family]))
        if flow.ports is not None:
            one = engine.both(one, engine.both(lies("dport", flow.ports), lies("proto", [(p, p) for p in (6, 17, 33, 132, 136)])))
        whole = engine.either(whole, one)
    return whole


def readings(device: Device, flows: Sequence[Flow], family: Family) -> tuple[list[Box], list[Box]]:
    """Return what the search finds, in the upper and in the lower reading."""
    (path,) = paths(between(device), "a", "b", family).paths
    live = tuple(flow for flow in flows if flow.live(AS_OF) and flow.source == "a" and flow.target == "b")
    found = []
    for upper in (True, False):
        answer = search(Program(path, family, live, upper=upper), space(family).hull(), Env(), clip=space(family).clip)
        assert answer.finished
        found.append([one.box for one in answer.found])
    return found[0], found[1]


class Judge:
    """An engine's answer about one random list, beside the proof's."""

    def __init__(self, engine: Engine, seed: int, family: Family, doubt: str) -> None:
        self.seed, self.family, self.doubt = seed, family, doubt
        self.device = Lists(seed, family, doubt, effects=doubt in ("", "all")).device(rules=6)
        self.flows = declared(seed, family)
        self.engine = engine(family)
        outcome = Reader(self.engine, self.device, family, "left", "right").outcome()
        asked = self.engine.both(audited(self.engine, family), self.engine.never(allowed(self.engine, self.flows, family)))
        self.may = self.engine.both(asked, outcome.may_pass)
        self.must = self.engine.both(asked, self.engine.never(outcome.may_end))

    def objections(self) -> Iterator[str]:
        """Yield what the proof got wrong."""
        question = Question(network=between(self.device), zones=ZONES, flows=self.flows, as_of=AS_OF, samples=SAMPLES)
        verdict = prove_pair(question, "a", "b", self.family)
        yield from self._verdict(verdict)
        upper, lower = readings(self.device, self.flows, self.family)
        if not self.doubt and upper != lower:
            yield self._told("two readings of a list in which everything is known")
        if self.doubt == "all":
            yield from self._beyond("beyond upper", self.may, self._union(upper))
        else:
            yield from self._same("upper", upper, self.may)
        if self.doubt in ("jumps", "all"):
            yield from self._beyond("lower", self._union(lower), self.must)
        elif self.doubt:
            yield from self._same("lower", lower, self.must)
        if verdict.violation is not None and self.doubt in ("", "ends"):
            regions = [region.box for region in verdict.violation.regions]
            if sorted(regions) != sorted(lower):
                yield from self._same("regions", regions, self.must)

    def _verdict(self, verdict: PairVerdict) -> Iterator[str]:
        said, engine = verdict.verdict, self.engine
        may, must = engine.possible(self.may), engine.possible(self.must)
        right = Verdict.VIOLATED if must else Verdict.UNDECIDED if may else Verdict.PROVED
        safe = {right} | ({Verdict.UNDECIDED} if self.doubt == "all" or (self.doubt == "jumps" and must) else set())
        if said not in safe:
            yield self._told(f"{said}, the engine says {right}")

    def _same(self, what: str, boxes: list[Box], formula: Any) -> Iterator[str]:
        union = self._union(boxes)
        yield from self._beyond(what, union, formula)
        yield from self._beyond(f"beyond {what}", formula, union)
        if isinstance(self.engine, Diagrams) and not self.doubt and sum(map(volume, boxes)) != self.engine.count(formula):
            yield self._told(f"{what}: {sum(map(volume, boxes))} packets, the engine counts {self.engine.count(formula)}")

    def _beyond(self, what: str, one: Any, two: Any) -> Iterator[str]:
        if self.engine.possible(self.engine.both(one, self.engine.never(two))):
            yield self._told(f"{what}: packets that only one of the two has")

    def _union(self, boxes: list[Box]) -> Any:
        return self.engine.any_of([of_box(self.engine, box) for box in boxes])

    def _told(self, text: str) -> str:
        return f"list {self.seed} ({self.family}{', ' + self.doubt if self.doubt else ''}): {text}"
