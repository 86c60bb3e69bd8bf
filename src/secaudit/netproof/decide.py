"""The exact set of packets that pass a program of ordered lists: cutting planes over boxes.

A program is a row of stages; each is an ordered list of entries whose last one covers everything. A packet passes if every stage lets
it through. The search holds a region (a box) together with the entries that touch it:

* a list ends behind the first entry that covers the region and ends its list;
* the region is dropped when some stage holds nothing but drops, and narrowed to the hull of the others where a drop ends a short list;
* the first entry acts when it covers the region: accept goes to the next stage, a jump puts the chain's entries in front, and so on;
* else the region is halved along the plane that the fewest entries cross.

The regions that pass all stages are disjoint and exactly the set (with forks, where something is unknown, they may overlap).
INVARIANT: when the budget is used up, the answer says so (`finished` False) and nobody may read it as "nothing passes".

Never here: what an entry stands for (`compile`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from secaudit.netproof.boxes import CODE, ITEM, KIND, PROTO, Box, Code, Entry, Item
from secaudit.netproof.cutting import close, covers, half, hull, plane, side_of, within

BUDGET = 5_000_000
"""Most regions that one search looks at; one before which long lists stand counts as one more for every `WEIGHT` entries of them."""

WEIGHT = 16
"""Entries that cost about as much as a region does by itself."""

OWN, POLICY = object(), object()
"""Names of the two outermost lists of a stage: its entries, and what a `goto` out of them ends in."""

E = TypeVar("E")

Clip = Callable[[Box], Iterable[Box]]


class Program(Protocol[E]):
    """What the search asks of a compiled program; `E` is the state that a packet carries besides its header (`compile.Env`)."""

    stages: int

    @property
    def steady(self) -> Sequence[int]:
        """For each stage: how many of the stages behind it are met in the state of now, because nothing before them changes it."""
        ...  # a protocol has no body

    def loose(self, stage: int) -> Sequence[Entry]:
        """Return the entries of a stage as they are in any state: what they drop is dropped whatever happened before."""
        ...  # a protocol has no body

    def entries(self, stage: int, env: E) -> Sequence[Entry]:
        """Return the entries of a stage; the last one covers everything and ends the stage."""
        ...  # a protocol has no body

    def chain(self, stage: int, target: object, env: E) -> tuple[Sequence[Entry], object]:
        """Return the entries of the chain that an item jumps to, and its name (None: a part of one rule)."""
        ...  # a protocol has no body

    def rest(self, stage: int, name: object, env: E) -> Sequence[Entry]:
        """Return the entries of a chain by the name that `chain` gave; `OWN`: of the stage itself, `POLICY`: its last entry alone."""
        ...  # a protocol has no body

    def effect(self, stage: int, item: Item, env: E) -> tuple[E, bool]:
        """Return the state behind an effect, and whether it ends the stage."""
        ...  # a protocol has no body

    def entering(self, stage: int, env: E) -> E:
        """Return the state in which a packet enters a stage."""
        ...  # a protocol has no body


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Entries of one chain that still stand before a packet; `name` and `resume` say where to read them anew in another state.

    `followed`: the other branch of a fork goes on here with all of the region, so that whatever comes back in the same state needs no more.
    """

    entries: list[Entry]
    name: object
    resume: int
    outer: "Frame | None"
    followed: bool = False


Trail = tuple[tuple[int, Item], "Trail"] | None
"""The items that let a region through, newest first, each with its stage."""


@dataclass(frozen=True, slots=True)
class Found(Generic[E]):
    """A region that passes, the state in which it leaves, and what let it through."""

    box: Box
    env: E
    trail: Trail

    def steps(self) -> tuple[tuple[int, Item], ...]:
        """Return what let it through, in order."""
        found: list[tuple[int, Item]] = []
        link = self.trail
        while link is not None:
            found.append(link[0])
            link = link[1]
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Answer(Generic[E]):
    """All that passes, or the first `limit` regions of it; `finished` False: the budget or the limit ended the search."""

    found: tuple[Found[E], ...]
    finished: bool
    nodes: int


@dataclass(frozen=True, slots=True, eq=False)
class _State(Generic[E]):
    box: Box
    frame: Frame
    later: tuple[list[Entry], ...]
    loose: tuple[list[Entry], ...]
    stage: int
    env: E
    trail: Trail


class Search(Generic[E]):
    """One search: `limit` regions at most (None: all of them)."""

    def __init__(self, program: Program[E], *, budget: int = BUDGET, limit: int | None = None, clip: Clip | None = None) -> None:
        self.program = program
        self.budget = budget
        self.limit = limit
        self.clip = clip
        self.nodes = 0
        self.found: list[Found[E]] = []
        self.stack: list[_State[E]] = []
        self.forked = False
        self.entered: set[tuple[int, Box, E]] = set()

    def run(self, boxes: Iterable[Box], env: E) -> Answer[E]:
        """Search every box."""
        finished = True
        for box in boxes:
            finished = self._one(box, env)
            if not finished:
                break
        return Answer(found=tuple(self.found), finished=finished, nodes=self.nodes)

    def _one(self, box: Box, env: E) -> bool:
        self.stack.clear()
        self._enter(box, 0, env, None)
        while self.stack:
            state = self.stack.pop()
            self.nodes += 1 + (len(state.frame.entries) + sum(map(len, state.later)) + sum(map(len, state.loose))) // WEIGHT
            if self.nodes > self.budget:
                return False
            self._step(state)
            if self.limit is not None and len(self.found) >= self.limit:
                return not self.stack
        return True

    def _enter(self, box: Box, stage: int, env: E, trail: Trail, before: _State[E] | None = None) -> None:
        """Put a region before a stage; `before` holds the lists of this and all later stages if they are read already."""
        program = self.program
        if self.forked:
            # Two branches of a fork that meet again in the same state have the same future.
            if (stage, box, env) in self.entered:
                return
            self.entered.add((stage, box, env))
        if stage == program.stages:
            self.found.extend(Found(part, env, trail) for part in ((box,) if self.clip is None else self.clip(box)))
            return
        here = program.entering(stage, env)
        later = before.later if before is not None else self._read(box, stage, here)
        count = program.steady[stage]
        if before is not None and len(before.loose) >= program.stages - stage - 1 - count:
            loose = before.loose[len(before.loose) - (program.stages - stage - 1 - count) :]
        else:
            loose = tuple(within(program.loose(number), box) for number in range(stage + 1 + count, program.stages))
        end = Frame([*program.rest(stage, POLICY, here)], POLICY, 0, None)
        self.stack.append(_State(box, Frame(later[0], OWN, 0, end), later[1:], loose, stage, here, trail))

    def _read(self, box: Box, stage: int, env: E) -> tuple[list[Entry], ...]:
        program = self.program
        return tuple(within(program.entries(number, program.entering(number, env)), box) for number in range(stage, program.stages))

    def _step(self, state: _State[E]) -> None:
        box = state.box
        for entries in state.later[: self.program.steady[state.stage]]:
            if close(entries, box):
                return
        for entries in state.loose:
            if close(entries, box):
                return
        frame = state.frame
        while not frame.entries:
            if frame.outer is None:
                raise RuntimeError("a stage has no last entry")
            frame = frame.outer
            if frame.followed:
                return
        only_drops = close(frame.entries, box)
        if only_drops:
            return
        smaller = hull(frame.entries, box)
        if smaller != box:
            frame = _narrowed(frame, smaller)
            state = self._moved(state, frame, smaller)
        head = frame.entries[0]
        if covers(head, smaller):
            self._act(state, frame, head)
        else:
            self._cut(state, frame)

    def _moved(self, state: _State[E], frame: Frame, box: Box) -> _State[E]:
        """Return a state on a part of its region."""
        later = tuple([within(entries, box) for entries in state.later])
        loose = tuple([within(entries, box) for entries in state.loose])
        return _State(box, frame, later, loose, state.stage, state.env, state.trail)

    def _cut(self, state: _State[E], frame: Frame) -> None:
        place, cut = plane(frame.entries, state.box)
        for side in (1, 0):
            box = half(state.box, place, cut, side)
            edge = box[place] if place in (PROTO, KIND) else cut
            later = tuple([side_of(entries, place, edge, side) for entries in state.later])
            loose = tuple([side_of(entries, place, edge, side) for entries in state.loose])
            part = _part(frame, place, edge, side)
            self.stack.append(_State(box, part, later, loose, state.stage, state.env, state.trail))

    def _act(self, state: _State[E], frame: Frame, head: Entry) -> None:
        """Let the first entry, which covers the region, do what it does."""
        code, item = head[CODE], head[ITEM]
        trail: Trail = ((state.stage, item), state.trail)
        match code:
            case Code.DROP:
                return
            case Code.ACCEPT:
                self._enter(state.box, state.stage + 1, state.env, trail, state)
            case Code.RETURN:
                self._push(state, _chain_of(frame).outer, trail=state.trail)
            case Code.GOTO | Code.JUMP:
                self._jump(state, frame, item, trail, stay=code == Code.JUMP)
            case Code.EFFECT:
                self._effect(state, frame, item, trail)
            case _:
                self._fork(state, frame, head)

    def _push(self, state: _State[E], frame: Frame | None, *, trail: Trail) -> None:
        if frame is None:
            raise RuntimeError("a return left its base chain")
        if frame.followed:
            return
        self.stack.append(_State(state.box, frame, state.later, state.loose, state.stage, state.env, trail))

    def _jump(self, state: _State[E], frame: Frame, item: Item, trail: Trail, *, stay: bool) -> None:
        body, name = self.program.chain(state.stage, item.target, state.env)
        if name is None:
            # A part of a wide match: the rule has not matched yet, its other alternatives still stand.
            rest: Frame | None = Frame(frame.entries[1:], frame.name, frame.resume, frame.outer)
        else:
            rest = _behind(frame, item.position) if stay else _chain_of(frame).outer
        self._push(state, Frame(within(body, state.box), name, 0, rest), trail=trail)

    def _effect(self, state: _State[E], frame: Frame, item: Item, trail: Trail) -> None:
        env, ends = self.program.effect(state.stage, item, state.env)
        if ends:
            self._enter(state.box, state.stage + 1, env, trail, state if env == state.env else None)
            return
        rest = _behind(frame, item.position)
        if env != state.env:
            self._again(state, rest, env, trail)
        else:
            self._push(state, rest, trail=trail)

    def _again(self, state: _State[E], frame: Frame, env: E, trail: Trail) -> None:
        """Read everything that still stands before the region anew, in another state."""
        again = self._reread(frame, state, env)
        later = self._read(state.box, state.stage + 1, env)
        self.stack.append(_State(state.box, again, later, state.loose, state.stage, env, trail))

    def _reread(self, frame: Frame, state: _State[E], env: E) -> Frame:
        outer = None if frame.outer is None else self._reread(frame.outer, state, env)
        listed = () if frame.name is None else self.program.rest(state.stage, frame.name, env)
        kept = [x for x in listed if x[ITEM].position >= frame.resume]
        return Frame(within(kept, state.box), frame.name, frame.resume, outer)

    def _fork(self, state: _State[E], frame: Frame, head: Entry) -> None:
        """Follow both: the entry matches (what it stands for is the item's target, an entry), and it does not.

        A chain that may be entered comes back to where the other branch goes on anyway, and one that may be left early comes out where the
        other branch already is. Without that, twenty such rules would mean a million branches.
        """
        item = head[ITEM]
        matched = item.target
        if not isinstance(matched, tuple):
            raise TypeError("a fork carries the entry that it may be")
        self.forked = True
        behind = _behind(frame, item.position)
        trail: Trail = ((state.stage, matched[ITEM]), state.trail)
        match matched[CODE]:
            case Code.RETURN:
                self._push(state, _followed_outside(behind), trail=state.trail)
                self._act(state, frame, matched)
            case Code.JUMP if (chain := self.program.chain(state.stage, matched[ITEM].target, state.env))[1] is not None:
                self._push(state, behind, trail=state.trail)
                body = within(chain[0], state.box)
                self._push(state, Frame(body, chain[1], 0, replace(behind, followed=True)), trail=trail)
            case Code.EFFECT if self.program.effect(state.stage, matched[ITEM], state.env) == (state.env, False):
                self._push(state, behind, trail=state.trail)
            case _:
                self._push(state, behind, trail=state.trail)
                self._act(state, frame, matched)


def _followed_outside(frame: Frame) -> Frame:
    """Return a frame whose chain comes back to where another branch goes on already."""
    outer = frame.outer
    if outer is None:
        raise RuntimeError("a return left its base chain")
    return replace(frame, outer=_followed_outside(outer) if frame.name is None else replace(outer, followed=True))


def _part(frame: Frame, place: int, cut: int, side: int) -> Frame:
    """Return a frame and its outer ones with only the entries on one side of a cut."""
    outer = frame.outer
    if outer is not None and outer.name is not POLICY:
        outer = _part(outer, place, cut, side)
    return Frame(side_of(frame.entries, place, cut, side), frame.name, frame.resume, outer, frame.followed)


def _narrowed(frame: Frame, box: Box) -> Frame:
    """Return a frame and its outer ones with only the entries that touch a box."""
    outer = frame.outer
    if outer is not None and outer.name is not POLICY:
        outer = _narrowed(outer, box)
    return Frame(within(frame.entries, box), frame.name, frame.resume, outer, frame.followed)


def _behind(frame: Frame, position: int) -> Frame:
    """Return the frame behind a rule that has matched: all entries of that rule are gone, also around a part of a wide match."""
    entries = [x for x in frame.entries if x[ITEM].position > position]
    outer = frame.outer
    if frame.name is None and outer is not None:
        outer = _behind(outer, position)
    return Frame(entries, frame.name, position + 1, outer, frame.followed)


def _chain_of(frame: Frame) -> Frame:
    """Return the frame of the chain that a part of a wide match belongs to."""
    while frame.name is None and frame.outer is not None:
        frame = frame.outer
    return frame


def search(
    program: Program[E], boxes: Iterable[Box], env: E, *, budget: int = BUDGET, limit: int | None = None, clip: Clip | None = None
) -> Answer[E]:
    """Return what passes the program out of `boxes`, and of that only what `clip` leaves of each region (see the module)."""
    return Search(program, budget=budget, limit=limit, clip=clip).run(boxes, env)
