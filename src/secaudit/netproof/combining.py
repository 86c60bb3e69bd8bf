"""What one set of boxes holds and others do not, by the search of `decide`, and few boxes out of many.

The sets stand one behind the other as lists: the wanted one lets its boxes through, each of the others stops its own.

Never here: where the sets come from (`difference`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from secaudit.netproof.boxes import KIND, PROTO, Box, Code, Entry, Item, whole
from secaudit.netproof.decide import POLICY, Answer, search
from secaudit.netproof.packets import Family

PLACES = (0, 2, PROTO, 5, 7, KIND)
"""Where each field of a box begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A box with what it belongs to."""

    box: Box
    owner: object


class Sets:
    """A program (see `decide.Program`): one list that accepts, and one that drops for each set that is taken away."""

    def __init__(self, family: Family, wanted: Iterable[Piece], without: Sequence[Iterable[Piece]]) -> None:
        everything = whole(family)
        last = Item(1 << 60, None)
        found: list[list[Entry]] = [[(*one.box, int(Code.ACCEPT), Item(0, one.owner)) for one in wanted]]
        found[0].append((*everything, int(Code.DROP), last))
        for pieces in without:
            found.append([(*one.box, int(Code.DROP), Item(0, None)) for one in pieces])
            found[-1].append((*everything, int(Code.ACCEPT), last))
        self.lists = found
        self.stages = len(found)
        self.steady = tuple(range(len(found) - 1, -1, -1))

    def entries(self, stage: int, env: None) -> Sequence[Entry]:
        """Return the list of a stage."""
        del env
        return self.lists[stage]

    def rest(self, stage: int, name: object, env: None) -> Sequence[Entry]:
        """Return the last entry of a list, or all of it."""
        del env
        return self.lists[stage][-1:] if name is POLICY else self.lists[stage]

    def entering(self, stage: int, env: None) -> None:
        """Carry nothing from list to list."""
        del stage, env

    def loose(self, stage: int) -> Sequence[Entry]:
        """Return the list of a stage: it is the same in any state."""
        return self.lists[stage]

    def chain(self, stage: int, target: object, env: None) -> tuple[Sequence[Entry], object]:
        """Raise: no entry of a set jumps."""
        del stage, target, env
        _never()

    def effect(self, stage: int, item: Item, env: None) -> tuple[None, bool]:
        """Raise: no entry of a set changes anything."""
        del stage, item, env
        _never()


def _never() -> NoReturn:
    raise RuntimeError("a set neither jumps nor changes anything")


def minus(
    family: Family, wanted: Sequence[Piece], *without: Sequence[Piece], budget: int, limit: int | None = None
) -> tuple[tuple[Piece, ...], Answer[None] | None]:
    """Return `wanted` without the other sets, as disjoint pieces (the first owner of a place keeps it), and how the search ended.

    No answer: there was nothing to search. One that did not finish: some pieces are missing.
    """
    if not wanted:
        return (), None
    answer = search(Sets(family, wanted, without), [whole(family)], None, budget=budget, limit=limit)
    return tuple(Piece(box=one.box, owner=one.steps()[0][1].payload) for one in answer.found), answer


def merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return disjoint pieces with as few boxes as joining neighbours of one owner gives; they hold the same packets."""
    owners: dict[int, object] = {}
    found: list[tuple[int, Box]] = []
    for one in pieces:
        owners[id(one.owner)] = one.owner
        found.append((id(one.owner), one.box))
    before = -1
    while before != len(found):
        before = len(found)
        for place in PLACES:
            found = _joined(found, place)
    return tuple(Piece(box=box, owner=owners[owner]) for owner, box in found)


def _joined(found: Iterable[tuple[int, Box]], place: int) -> list[tuple[int, Box]]:
    """Join the boxes that differ in one field alone and touch there."""
    width = 1 if place in (PROTO, KIND) else 2
    groups: dict[tuple[int, Box, Box], list[Box]] = {}
    for owner, box in found:
        groups.setdefault((owner, box[:place], box[place + width :]), []).append(box[place : place + width])
    joined: list[tuple[int, Box]] = []
    for (owner, head, tail), fields in groups.items():
        joined += [(owner, (*head, *field, *tail)) for field in (_masks(fields) if width == 1 else _ranges(fields))]
    return joined


def _masks(fields: Iterable[Box]) -> list[Box]:
    bits = 0
    for (one,) in fields:
        bits |= one
    return [(bits,)]


def _ranges(fields: Iterable[Box]) -> list[Box]:
    found: list[Box] = []
    for low, high in sorted(fields):
        if found and low == found[-1][1] + 1:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found
