"""For every ordered pair of zones: what may pass, minus the declared flows; PROVED, VIOLATED or UNDECIDED.

* PROVED: nothing passes in the upper reading, on any path, and thousands of packets at the edges of the rules do not pass either.
* VIOLATED: something passes in the lower reading; the packet shown has been replayed by the separate interpreter.
* UNDECIDED: between the two, or the budget or a limit was reached; all lines and circumstances that stand in the way are named.
* INVARIANT: a search that did not finish never ends in PROVED.

Never here: how sets are found (`decide`), words for people beyond reasons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from secaudit.model.text import Text
from secaudit.netproof import replay
from secaudit.netproof.blame import Blame, Obstacle
from secaudit.netproof.boxes import KIND, PROTO, Box, Space, holds, of_fields, space, values
from secaudit.netproof.compile import Cache, Program
from secaudit.netproof.decide import BUDGET, Answer, Found, search
from secaudit.netproof.flows import Flow, zone_ranges
from secaudit.netproof.ir import BaseChain, Rule
from secaudit.netproof.lookup import Sieve
from secaudit.netproof.loops import routes
from secaudit.netproof.matching import Env
from secaudit.netproof.network import Network, Path
from secaudit.netproof.packets import TCP, Family, Kind, Packet
from secaudit.netproof.ranges import Ranges
from secaudit.netproof.sampling import SAMPLES, Walker, edges

REPLAYS = 64
"""Most regions of a violation of which a packet is replayed, besides the one shown."""

REGIONS = 20_000
"""Most regions of a violation that are kept; `Violation.complete` is False if there are more."""


class Verdict(StrEnum):
    """The three words; they are never translated."""

    PROVED = "PROVED"
    VIOLATED = "VIOLATED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A box of packets that pass, the path, and the rules and policies that let them through, in order."""

    box: Box
    path: Path
    by: tuple[Rule | BaseChain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What passes. `packet` is one of it, as sent; `steps` is its way as the interpreter saw it.

    `regions` is the exact set if `complete`. `forged_only`: nothing of it has a source within the zone (None: not decided).
    """

    packet: Packet
    path: Path
    steps: tuple[replay.Step, ...]
    regions: tuple[Region, ...]
    complete: bool
    forged_only: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairVerdict:
    """The answer for one ordered pair of zones in one family. `samples`: packets that the interpreter sent for a PROVED pair."""

    source: str
    target: str
    family: Family
    verdict: Verdict
    paths: int
    violation: Violation | None = None
    obstacles: tuple[Obstacle, ...] = ()
    samples: int = 0
    nodes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: the network, the zones' addresses as the policy names them, the flows, the day.

    `sampled`: this program has sent the same samples through the same bytes before; the search is made anew, they are not sent again.
    """

    network: Network
    zones: Mapping[str, tuple[str, ...]]
    flows: tuple[Flow, ...]
    as_of: date
    budget: int = BUDGET
    samples: int = SAMPLES
    sampled: bool = False


def prove(question: Question, *, families: Iterable[Family] = tuple(Family)) -> tuple[PairVerdict, ...]:
    """Return the verdict of every ordered pair of zones, family by family.

    Raises `replay.InternalDisagreement` if search and interpreter do not agree: a fault of this program, never a verdict.
    """
    cache = Cache()
    zones = question.network.zones()
    return tuple(
        _Pair(question, source, target, family, cache).verdict()
        for family in families
        for source in zones
        for target in zones
        if source != target
    )


def prove_pair(question: Question, source: str, target: str, family: Family) -> PairVerdict:
    """Return the verdict of one pair (see `prove`)."""
    return _Pair(question, source, target, family, Cache()).verdict()


def permitted(question: Question, flow: Flow, family: Family) -> bool | None:
    """Whether any packet of a declared flow passes as sent; None: not known. A declared flow that nothing permits is a note of its own."""
    return permits(question, (flow,), family)[0]


def permits(question: Question, flows: Sequence[Flow], family: Family) -> tuple[bool | None, ...]:
    """Return what `permitted` says of each flow of one pair of zones; each has the budget of the question to itself."""
    cache = Cache()
    ways, _ = routes(question.network, flows[0].source, flows[0].target, family, cache=cache, budget=question.budget)
    asked = [_as_sent(flow, family) for flow in flows]
    answers: list[bool | None] = [None if boxes and ways.open_ends else False for boxes in asked]
    left = [question.budget] * len(flows)
    for path in ways.paths:
        sure = not path.doubtful(family)
        upper, lower = (Program(path, family, (), upper=way, cache=cache) for way in (True, False))
        for number, boxes in enumerate(asked):
            if answers[number] is False or (answers[number] is None and sure):
                answer = search(upper, boxes, Env(), budget=left[number], limit=1)
                left[number] = max(0, left[number] - answer.nodes)
                passes = bool(answer.found)
                if passes and upper.unsure:
                    answer = search(lower, boxes, Env(), budget=left[number], limit=1)
                    left[number] = max(0, left[number] - answer.nodes)
                    passes = bool(answer.found)
                    answers[number] = None
                if passes:
                    answers[number] = True
                elif not answer.finished:
                    answers[number] = None
    return tuple(answers)


def _as_sent(flow: Flow, family: Family) -> tuple[Box, ...]:
    """Return the audited packets of a flow."""
    fields = flow.fields(family)
    if fields is None:
        return ()
    audited = space(family, fields[0], fields[1])
    return tuple(box for wanted in of_fields(fields) for box in audited.clip(wanted))


class _Pair:
    """One ordered pair in one family."""

    def __init__(self, question: Question, source: str, target: str, family: Family, cache: Cache) -> None:
        self.question, self.source, self.target, self.family, self.cache = question, source, target, family, cache
        self.flows = tuple(flow for flow in question.flows if flow.live(question.as_of) and flow.source == source and flow.target == target)
        self.routes, spent = routes(question.network, source, target, family, cache=cache, budget=question.budget)
        self.left = max(0, question.budget - spent)
        self.blame = Blame(family)
        self.sources = zone_ranges(question.zones, source, family)
        self.targets = zone_ranges(question.zones, target, family)

    def verdict(self) -> PairVerdict:
        """Return the answer."""
        space_ = space(self.family)
        finished = not self.routes.open_ends
        open_paths: list[Program] = []
        named: set[object] = set()
        for path in self.routes.paths:
            if open_paths and path.doubtful(self.family) and self.blame.names(path) <= named:
                continue  # the pair is not PROVED, nothing passes here for certain, and whatever stands in the way here is told already
            program = Program(path, self.family, self.flows, upper=True, cache=self.cache)
            answer = self._search(program, space_, limit=1)
            finished = finished and (answer.finished or bool(answer.found))
            if answer.found:
                open_paths.append(program)
                named |= self.blame.names(path)
        if not open_paths:
            return self._proved() if finished else self._undecided(())
        violation = self._violation(open_paths, space_)
        if violation is None:
            return self._undecided(tuple(program.path for program in open_paths))
        return self._answer(Verdict.VIOLATED, violation=violation)

    def _answer(
        self, verdict: Verdict, *, violation: Violation | None = None, found: Sequence[Obstacle] = (), samples: int = 0
    ) -> PairVerdict:
        return PairVerdict(
            source=self.source,
            target=self.target,
            family=self.family,
            verdict=verdict,
            paths=len(self.routes.paths),
            violation=violation,
            obstacles=tuple(found),
            samples=samples,
            nodes=self.question.budget - self.left,
        )

    def _search(self, program: Program, audited: Space, *, limit: int | None) -> Answer[Env]:
        answer = search(program, audited.hull(), Env(), budget=self.left, limit=limit, clip=audited.clip)
        self.left = max(0, self.left - answer.nodes)
        return answer

    def _certain(self, upper: Program, everything: Space, *, limit: int) -> Answer[Env]:
        """Return what passes in the lower reading; where nothing is unknown, the two readings are one."""
        if not upper.unsure:
            answer = self._search(upper, everything, limit=limit)
            if not upper.unsure:
                return answer
        return self._search(Program(upper.path, self.family, self.flows, upper=False, cache=self.cache), everything, limit=limit)

    def _proved(self) -> PairVerdict:
        """Let the interpreter try to get through where the search found nothing."""
        network, family = self.question.network, self.family
        if all(family not in node.families for node in network.nodes):
            return self._answer(Verdict.PROVED)  # the topology declares that no device forwards this family
        if self.question.sampled:
            return self._answer(Verdict.PROVED, samples=self.question.samples)
        packets = list(edges(network, family, self.sources, self.targets, count=self.question.samples))
        walker = Walker(network, family, packets)
        for packet in packets:
            if walker.reaches(packet, self.source, self.target) and not self._declared(packet):
                raise replay.InternalDisagreement(f"{self.source} -> {self.target}: {packet} passes, the search says that nothing does")
        return self._answer(Verdict.PROVED, samples=len(packets))

    def _declared(self, packet: Packet) -> bool:
        """Whether a packet may belong to a declared flow; where targets are translated, any from the flow's source counts."""
        for flow in self.flows:
            fields = flow.fields(self.family)
            if fields is not None and any(low <= packet.src <= high for low, high in fields[0]):
                if self._changes_targets():
                    return True
                if any(holds(box, packet) for box in of_fields(fields)):
                    return True
        return False

    def _changes_targets(self) -> bool:
        return any(node.translates() for node in self.question.network.nodes)

    def _undecided(self, open_paths: tuple[Path, ...]) -> PairVerdict:
        found = list(self.blame.of((*open_paths, *self.routes.loops) or self.routes.paths))
        found += [Obstacle(reason=text) for text in self.routes.open_ends]
        if self.left <= 0:
            text = Text(
                ja=f"探索の上限 (範囲 {self.question.budget} 個) に達しました",
                en=f"the search reached its budget ({self.question.budget} regions)",
            )
            found.append(Obstacle(reason=text))
        return self._answer(Verdict.UNDECIDED, found=found)

    def _violation(self, open_paths: Sequence[Program], everything: Space) -> Violation | None:
        """Return what passes in any case, with a packet that the interpreter has replayed; None if nothing does."""
        regions: list[Region] = []
        complete = not self.routes.open_ends
        for program in open_paths:
            if len(regions) >= REGIONS:
                complete = False
                break
            answer = self._certain(program, everything, limit=REGIONS - len(regions))
            regions += [_region(found, program.path) for found in answer.found]
            complete = complete and answer.finished
        if not regions:
            return None
        region, box, forged = self._best(regions)
        packet = packet_of(self.family, box)
        tried = [(packet, region), *((packet_of(self.family, one.box), one) for one in regions[:: len(regions) // REPLAYS + 1])]
        interpreter = replay.Interpreter(self.family, Sieve([one for one, _ in tried]))
        steps: tuple[replay.Step, ...] = ()
        for one, its in reversed(tried):
            answers, steps = replay.along(one, its.path.hops, interpreter)
            if answers != {True}:
                raise replay.InternalDisagreement(f"{self.source} -> {self.target}: {one} does not pass, the search says that it does")
        return Violation(
            packet=packet,
            path=region.path,
            steps=steps,
            regions=tuple(regions),
            complete=complete,
            forged_only=forged if complete or not forged else None,
        )

    def _best(self, regions: Sequence[Region]) -> tuple[Region, Box, bool]:
        """Return the region, the part of it that reads best, and whether no source of any region is a real one of the zone."""
        real = [(region, part) for region in regions for part in within(region.box, 0, self.sources)]
        aimed = [(region, better) for region, part in real for better in within(part, 2, self.targets)]
        if aimed or real:
            region, box = max(aimed or real, key=_readable)
            return region, box, False
        pairs = [(region, part) for region in regions for part in within(region.box, 2, self.targets)]
        region, box = max(pairs or [(one, one.box) for one in regions], key=_readable)
        return region, box, bool(self.sources)


def _readable(candidate: tuple[Region, Box]) -> tuple[bool, bool, int]:
    """Return how well a packet of a box reads: new TCP connections first, then wide boxes, which hold a host's address."""
    box = candidate[1]
    return bool(box[KIND] & 1), bool(box[PROTO] & 1 << TCP), min(box[1] - box[0], 0xFF) + min(box[3] - box[2], 0xFF)


def within(box: Box, low: int, ranges: Ranges) -> list[Box]:
    """Return the parts of a box whose field lies in one of the ranges."""
    found = []
    for first, last in ranges:
        bounds = list(box)
        bounds[low], bounds[low + 1] = max(box[low], first), min(box[low + 1], last)
        if bounds[low] <= bounds[low + 1]:
            found.append(tuple(bounds))
    return found


def _region(found: Found[Env], path: Path) -> Region:
    by = tuple(item.payload for _, item in found.steps() if isinstance(item.payload, Rule | BaseChain))
    return Region(box=found.box, path=path, by=by)


def packet_of(family: Family, box: Box) -> Packet:
    """Return a packet of a box as people read it: a host rather than a network address, an ordinary source port, a plain kind."""

    def pick(low: int, high: int, wanted: int) -> int:
        return min(max(wanted, low), high)

    src, dst = (pick(box[i], box[i + 1], box[i] + 1 if not box[i] & 0xFF else box[i]) for i in (0, 2))
    proto = TCP if box[PROTO] & 1 << TCP else next(values(box[PROTO]))
    packet = Packet(
        family=family,
        src=src,
        dst=dst,
        proto=proto,
        sport=pick(box[5], box[6], 40_000 if box[6] > 255 else box[5]),
        dport=pick(box[7], box[8], box[7] or min(1, box[8])),
        kind=Kind(next(values(box[KIND]))),
    )
    if not holds(box, packet):
        raise RuntimeError("a packet outside its box")
    return packet
