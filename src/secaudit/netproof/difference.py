"""What a change of the network newly permits and newly forbids, exactly, for every ordered pair of zones.

* Certain: what passes in the lower reading of one side and in no reading of the other. Perhaps: what passes in the upper reading of one
  and not in the lower of the other, without the certain. Declared flows are not subtracted; each box says whether they cover it.
* A certain box is shown with a packet that the interpreter has sent through both sides: it passes on one and ends on the other.
* INVARIANT: a pair is only called unchanged if every search came to its end, nothing is left over, and packets at the edges of the rules
  of both sides fare alike. A disagreement of search and interpreter is a fault of ours, never an answer.

Never here: words for people (`difference_shown`), reading files (`topology`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from secaudit.model.text import Text
from secaudit.netproof import replay
from secaudit.netproof.blame import Obstacle, obstacles
from secaudit.netproof.boxes import KIND, PROTO, Box, holds, of_fields, space, volume
from secaudit.netproof.combining import Piece, merged, minus
from secaudit.netproof.compile import Cache, Program
from secaudit.netproof.decide import Answer, Found, search
from secaudit.netproof.flows import Flow, zone_ranges
from secaudit.netproof.ir import BaseChain, Rule
from secaudit.netproof.lookup import Sieve
from secaudit.netproof.loops import routes
from secaudit.netproof.matching import Env
from secaudit.netproof.network import Network, Path, Paths
from secaudit.netproof.packets import Family, Packet
from secaudit.netproof.prove import Question, packet_of, within
from secaudit.netproof.sampling import Walker, edges
from secaudit.netproof.stopping import Stop, stopped

PIECES = 100_000
"""Most boxes that one reading of one side is written out into; more make the pair undecided."""

CONFIRMED = 200
"""Most boxes of one answer of which a packet is sent through both sides; the largest come first."""

SAMPLES = 400
"""Packets at the edges of the rules that are sent through both sides, for each pair."""


class Word(StrEnum):
    """What became of a pair; the words are never translated."""

    UNCHANGED = "UNCHANGED"
    CHANGED = "CHANGED"
    UNDECIDED = "UNDECIDED"


class Cover(StrEnum):
    """How much of a box belongs to declared flows."""

    ALL = "all"
    PART = "part"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Opened:
    """A rule or policy that lets a box through, with its device and the list (the name of its base chain) that it was met in."""

    device: str
    chain: str
    rule: Rule | BaseChain


@dataclass(frozen=True, slots=True)
class Way:
    """How a box passes: the path, and what lets it through in the order in which it is met."""

    path: Path
    by: tuple[Opened, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A box that passes on one side alone. `way` is that side's; `stop` belongs to `packet` and the other side.

    `packet` None: none was tried (there are more boxes than `CONFIRMED`, or it is only perhaps a change). `cover` None: not known.
    """

    box: Box
    way: Way
    packet: Packet | None = None
    stop: Stop | None = None
    cover: Cover | None = None
    flows: tuple[str, ...] = ()

    def deciding(self) -> tuple[Rule | BaseChain, ...]:
        """Return, of what lets it through, what makes the difference: in the list, else on the device, where the other side stops it."""
        stop = self.stop or Stop()
        here = [one for one in self.way.by if one.device == stop.device]
        return tuple(one.rule for one in ([one for one in here if one.chain in stop.chains] or here or self.way.by))


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDifference:
    """One ordered pair of zones in one family. `finished` False: a search or the paths did not come to their end."""

    source: str
    target: str
    family: Family
    permits: tuple[Change, ...] = ()
    forbids: tuple[Change, ...] = ()
    perhaps_permits: tuple[Change, ...] = ()
    perhaps_forbids: tuple[Change, ...] = ()
    finished: bool = True
    old_obstacles: tuple[Obstacle, ...] = ()
    new_obstacles: tuple[Obstacle, ...] = ()
    samples: int = 0
    nodes: int = 0

    @property
    def decided(self) -> bool:
        """Whether what is certain is all there is."""
        return self.finished and not self.perhaps_permits and not self.perhaps_forbids

    @property
    def word(self) -> Word:
        """What became of the pair; a change that is certain stays one, whatever else is left open."""
        if self.permits or self.forbids:
            return Word.CHANGED
        return Word.UNCHANGED if self.decided else Word.UNDECIDED


def difference(
    old: Question, new: Question, *, families: Iterable[Family] = tuple(Family), samples: int = SAMPLES
) -> tuple[PairDifference, ...]:
    """Return the difference of every ordered pair of zones that either side knows; the budget and the flows are those of `new`.

    Raises `replay.InternalDisagreement` if search and interpreter do not agree: a fault of this program, never an answer.
    """
    zones = tuple(dict.fromkeys([*new.network.zones(), *old.network.zones()]))
    caches = Cache(), Cache()
    return tuple(
        _Pair(old, new, source, target, family, caches, samples).difference()
        for family in families
        for source in zones
        for target in zones
        if source != target
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one side lets through: in the upper and in the lower reading, and whether that is all of it. `exact`: both are the same."""

    network: Network
    routes: Paths
    upper: tuple[Piece, ...]
    lower: tuple[Piece, ...]
    whole: bool
    exact: bool


class _Pair:
    """One ordered pair in one family."""

    def __init__(
        self, old: Question, new: Question, source: str, target: str, family: Family, caches: tuple[Cache, Cache], samples: int
    ) -> None:
        self.source, self.target, self.family, self.samples = source, target, family, samples
        self.budget = self.left = new.budget
        self.finished = True
        self.flows = tuple(
            flow for flow in new.flows if flow.live(new.as_of) and (flow.source, flow.target) == (source, target) and flow.fields(family)
        )
        self.sources, self.targets = (zone_ranges(new.zones, zone, family) for zone in (source, target))
        self.old, self.new = (self._read(side.network, cache) for side, cache in zip((old, new), caches, strict=True))

    def difference(self) -> PairDifference:
        """Return the answer."""
        permits, perhaps_permits = self._only(self.new, self.old)
        forbids, perhaps_forbids = self._only(self.old, self.new)
        if self.finished:
            self._sample([*permits, *perhaps_permits], [*forbids, *perhaps_forbids])
        found = PairDifference(
            source=self.source,
            target=self.target,
            family=self.family,
            permits=self._told(permits, self.new, self.old),
            forbids=self._told(forbids, self.old, self.new),
            perhaps_permits=self._listed(perhaps_permits),
            perhaps_forbids=self._listed(perhaps_forbids),
            finished=self.finished,
            samples=self.samples if self.finished else 0,
            nodes=self.budget - self.left,
        )
        if found.decided:
            return found
        return replace(found, old_obstacles=self._obstacles(self.old), new_obstacles=self._obstacles(self.new))

    def _read(self, network: Network, cache: Cache) -> _Reading:
        """Return what passes on one side."""
        ways, spent = routes(network, self.source, self.target, self.family, cache=cache, budget=self.left)
        self.left -= spent
        upper: list[Piece] = []
        lower: list[Piece] = []
        exact, finished = True, not ways.open_ends
        for path in ways.paths:
            program = Program(path, self.family, (), upper=True, cache=cache)
            most = self._passing(program, len(upper))
            least = most
            if program.unsure or not most.finished:
                exact = False
                least = self._passing(Program(path, self.family, (), upper=False, cache=cache), len(lower))
            finished = finished and most.finished and least.finished
            passing = _pieces(program, most)
            upper += passing
            lower += passing if least is most else _pieces(program, least)
        self.finished = self.finished and finished
        return _Reading(network, ways, tuple(upper), tuple(lower), finished, exact)

    def _passing(self, program: Program, had: int) -> Answer[Env]:
        audited = space(self.family)
        limit = max(1, PIECES - had)
        return self._spent(search(program, audited.hull(), Env(), budget=self.left, limit=limit, clip=audited.clip))

    def _spent(self, answer: Answer[Env]) -> Answer[Env]:
        self.left = max(0, self.left - answer.nodes)
        return answer

    def _minus(self, wanted: Sequence[Piece], *without: Sequence[Piece]) -> tuple[Piece, ...]:
        found, answer = minus(self.family, wanted, *without, budget=self.left, limit=PIECES)
        if answer is not None:
            self.left = max(0, self.left - answer.nodes)
            self.finished = self.finished and answer.finished
        return found

    def _only(self, one: _Reading, other: _Reading) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """Return what passes on one side alone: for certain, and perhaps."""
        # Without all that may pass on the other side nothing is certain.
        certain = self._minus(one.lower, other.upper) if other.whole else ()
        if one.exact and other.exact and one.whole and other.whole:
            return merged(certain), ()
        return merged(certain), merged(self._minus(one.upper, other.lower, certain))

    def _obstacles(self, side: _Reading) -> tuple[Obstacle, ...]:
        found = [
            *obstacles((*side.routes.paths, *side.routes.loops), self.family),
            *(Obstacle(reason=text) for text in side.routes.open_ends),
        ]
        if not self.finished and not side.routes.open_ends:
            text = Text(
                ja=f"探索の上限 (範囲 {self.budget} 個、{PIECES} 区画) に達しました",
                en=f"the search reached its limit ({self.budget} regions, {PIECES} boxes)",
            )
            found.append(Obstacle(reason=text))
        return tuple(found)

    def _listed(self, pieces: Sequence[Piece]) -> tuple[Change, ...]:
        ordered = sorted(pieces, key=lambda one: (-volume(one.box), one.box))
        found = [Change(box=one.box, way=_way(one)) for one in ordered]
        return (*(self._covered(one) for one in found[:CONFIRMED]), *found[CONFIRMED:])

    def _told(self, pieces: Sequence[Piece], here: _Reading, there: _Reading) -> tuple[Change, ...]:
        """Return the certain changes, each of the largest with a packet that the interpreter has sent through both sides."""
        changes = self._listed(pieces)
        tried = [(one, self._packet(one.box)) for one in changes[:CONFIRMED]]
        packets = [packet for _, packet in tried]
        interpreter = replay.Interpreter(self.family, Sieve(packets))
        passing, ending = (Walker(side.network, self.family, packets) for side in (here, there))
        told: list[Change] = []
        for one, packet in tried:
            answers, _ = replay.along(packet, one.way.path.hops, interpreter)
            if answers != {True} or not passing.reaches(packet, self.source, self.target):
                self._disagree(packet, "does not pass", "does")
            if ending.reaches(packet, self.source, self.target):
                self._disagree(packet, "passes on both sides", "ends on one")
            told.append(replace(one, packet=packet, stop=stopped(packet, _alike(there.routes.paths, one.way.path))))
        return (*told, *changes[CONFIRMED:])

    def _disagree(self, packet: Packet, seen: str, searched: str) -> None:
        raise replay.InternalDisagreement(f"{self.source} -> {self.target}: {packet} {seen}, the search says that it {searched}")

    def _packet(self, box: Box) -> Packet:
        """Return a packet of a box, with addresses of the two zones where it has any."""
        for place, ranges in ((0, self.sources), (2, self.targets)):
            box = next(iter(within(box, place, ranges)), box)
        return packet_of(self.family, box)

    def _covered(self, change: Change) -> Change:
        """Say how much of a box belongs to declared flows, by its destination as sent or as delivered."""
        if not self.flows:
            return replace(change, cover=Cover.NONE)
        answer = self._spent(search(Program(change.way.path, self.family, self.flows, upper=True), [change.box], Env(), budget=self.left))
        rest, ended = minus(self.family, [Piece(box=one.box, owner=None) for one in answer.found], budget=self.left)
        if not answer.finished or (ended is not None and not ended.finished):
            return change
        left = sum(volume(one.box) for one in rest)
        cover = Cover.NONE if left == volume(change.box) else Cover.PART if left else Cover.ALL
        named = () if cover is Cover.NONE else _named(self.flows, self.family, change.box)
        return replace(change, cover=cover, flows=named)

    def _sample(self, permits: Sequence[Piece], forbids: Sequence[Piece]) -> None:
        """Send packets at the edges of the rules through both sides: what fares differently must be in one of the answers."""
        each = self.samples // 2
        sides = [side.network for side in (self.old, self.new)]
        packets = [one for side in sides for one in edges(side, self.family, self.sources, self.targets, count=each)]
        old, new = (Walker(side, self.family, packets) for side in sides)
        for packet in packets:
            before, after = (walker.reaches(packet, self.source, self.target) for walker in (old, new))
            if before is not after and not any(holds(one.box, packet) for one in (permits if after else forbids)):
                self._disagree(packet, "fares differently on the two sides", "does not")


def _pieces(program: Program, answer: Answer[Env]) -> list[Piece]:
    """Return what passes, with one owner for all boxes that pass by the same rules."""
    ways: dict[tuple[tuple[str, str, int], ...], Way] = {}
    found = []
    for one in answer.found:
        by = _by(program, one)
        way = ways.setdefault(tuple((step.device, step.chain, id(step.rule)) for step in by), Way(program.path, by))
        found.append(Piece(box=one.box, owner=way))
    return found


def _by(program: Program, found: Found[Env]) -> tuple[Opened, ...]:
    rows = program.rows
    steps = [(rows[stage].hop, rows[stage].base, item.payload) for stage, item in found.steps()]
    return tuple(
        Opened(hop.node.name, base.chain, rule)
        for hop, base, rule in steps
        if hop is not None and base is not None and isinstance(rule, Rule | BaseChain)
    )


def _alike(ways: Sequence[Path], path: Path) -> Sequence[Path]:
    """Return the paths over the same devices; all if there are none."""
    names = [hop.node.name for hop in path.hops]
    return [one for one in ways if [hop.node.name for hop in one.hops] == names] or ways


def _way(piece: Piece) -> Way:
    if not isinstance(piece.owner, Way):
        raise TypeError("a piece without its way")
    return piece.owner


def _named(flows: Sequence[Flow], family: Family, box: Box) -> tuple[str, ...]:
    """Return the flows that a box meets as sent; if none does, it is their destination as delivered, and all are named."""
    met = []
    for flow in flows:
        fields = flow.fields(family)
        if fields is not None and any(_touch(one, box) for one in of_fields(fields)):
            met.append(flow.id)
    return tuple(dict.fromkeys(met or [flow.id for flow in flows]))


def _touch(one: Box, two: Box) -> bool:
    ranges = all(one[low] <= two[low + 1] and two[low] <= one[low + 1] for low in (0, 2, 5, 7))
    return ranges and bool(one[PROTO] & two[PROTO]) and bool(one[KIND] & two[KIND])
