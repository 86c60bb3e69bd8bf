"""The lists of rules on which the engines of the ground were measured: mixed, clean, needle, kd and advbox; and hidden, made to be hard.

A list is a row of (box, accepts). The audited question: packets of zone A (10.1.0.0/16) to zone B (10.2.0.0/16) that start something,
minus the declared flows, which stand in front as drops. The same seed makes the same list. `make bench` measures on them, too.
"""

import random
from collections.abc import Sequence
from itertools import pairwise

from secaudit.netproof.boxes import KIND, KINDS, LOWS, PROTO, PROTOCOLS, Box, Code, Entry, Item, meet, whole
from secaudit.netproof.decide import POLICY
from secaudit.netproof.packets import Family

Listed = list[tuple[Box, bool]]


class Plain:
    """A program of one list: the search without a compiler."""

    stages = 1
    steady = (0,)

    def __init__(self, rules: Listed, *, family: Family = Family.V4, accepts: bool = False) -> None:
        self.family = family
        everything = [*rules, (whole(family), accepts)]
        self.list: list[Entry] = [
            (*box, Code.ACCEPT if accept else Code.DROP, Item(number, number)) for number, (box, accept) in enumerate(everything)
        ]

    def entries(self, stage: int, env: None) -> Sequence[Entry]:
        del stage, env
        return self.list

    def chain(self, stage: int, target: object, env: None) -> tuple[Sequence[Entry], object]:
        raise NotImplementedError

    def rest(self, stage: int, name: object, env: None) -> Sequence[Entry]:
        del stage, env
        return self.list[-1:] if name is POLICY else self.list

    def loose(self, stage: int) -> Sequence[Entry]:
        del stage
        return self.list

    def effect(self, stage: int, item: Item, env: None) -> tuple[None, bool]:
        raise NotImplementedError

    def entering(self, stage: int, env: None) -> None:
        del stage, env


class Maker:
    """Random boxes around two zones; `family` widens the addresses and nothing else."""

    def __init__(self, seed: int, family: Family = Family.V4) -> None:
        self.random = random.Random(seed)
        self.family = family
        self.shift = family.bits - 32
        self.zone_a = self.block(10 << 24 | 1 << 16, 16)
        self.zone_b = self.block(10 << 24 | 2 << 16, 16)

    def block(self, base: int, free: int) -> tuple[int, int]:
        return base << self.shift, (base + (1 << free) << self.shift) - 1

    def question(self) -> Box:
        return (*self.zone_a, *self.zone_b, PROTOCOLS, 0, 65535, 0, 65535, 3)

    def part(self, zone: tuple[int, int], most: int) -> tuple[int, int]:
        """Return a random aligned part of a zone with at most 2**most times the smallest width."""
        free = self.random.randrange(most + 1) + self.shift
        size = 1 << free
        start = zone[0] + self.random.randrange((zone[1] - zone[0] + 1) // size) * size
        return start, start + size - 1

    def elsewhere(self) -> tuple[int, int]:
        return self.block((10 << 24) + (self.random.randrange(3, 250) << 16) + (self.random.randrange(256) << 8), 8)

    def port(self) -> tuple[int, int]:
        low = self.random.choice([22, 25, 53, 80, 123, 443, 445, 1433, 3389, 8080, self.random.randrange(1024, 60000)])
        return low, low if self.random.random() < 0.8 else low + self.random.randrange(1, 500)

    def flows(self, count: int) -> Listed:
        """Return declared flows, host to host."""
        found: Listed = []
        for _ in range(count):
            src, dst = self.part(self.zone_a, 0), self.part(self.zone_b, 0)
            found.append(((*src, *dst, 1 << 6, 0, 65535, *self.single_port(), KINDS), False))
        return found

    def single_port(self) -> tuple[int, int]:
        low = self.random.randrange(1, 65536)
        return low, low


def mixed(n: int, seed: int = 1, family: Family = Family.V4) -> tuple[Listed, Box]:
    """Random accepts and denies, half of them on the audited pair: hundreds of violations."""
    make = Maker(seed, family)
    flows = make.flows(n // 50)
    rules = list(flows)
    rules += [(box, True) for box, _ in flows]
    while len(rules) < n:
        audited = make.random.random() < 0.5
        src = make.part(make.zone_a, 8) if audited else make.elsewhere()
        dst = make.part(make.zone_b, 8) if audited else make.elsewhere()
        proto = make.random.choice([1 << 6, 1 << 6, 1 << 17, PROTOCOLS])
        rules.append(((*src, *dst, proto, 0, 65535, *make.port(), KINDS), make.random.random() < 0.5))
    return rules, make.question()


def _grid(make: Maker, n: int) -> Listed:
    """Return denies that together cover A to B: halvings at random planes, shuffled."""
    cells = [make.question()[:9]]
    make.random.shuffle(cells)
    while len(cells) < n:
        cell = cells.pop(make.random.randrange(len(cells)))
        low = make.random.choice([0, 0, 2, 2, 2, 7])
        if cell[low] == cell[low + 1]:
            cells.append(cell)
            continue
        cut = make.random.randrange(cell[low], cell[low + 1])
        cells += [(*cell[: low + 1], cut, *cell[low + 2 :]), (*cell[:low], cut + 1, *cell[low + 1 :])]
    make.random.shuffle(cells)
    return [((*cell, KINDS), False) for cell in cells]


def _rows(make: Maker, n: int) -> Listed:
    """Return a fragmented grid of denies over A to B: by rows of destinations, each row its own port ranges."""
    rules: Listed = []
    sides = max(1, int(n**0.5))
    width = (make.zone_b[1] - make.zone_b[0] + 1) // sides
    for row in range(sides):
        low = make.zone_b[0] + row * width
        high = make.zone_b[1] if row == sides - 1 else low + width - 1
        edges = sorted({0, 65536, *(make.random.randrange(1, 65536) for _ in range(max(1, n // sides) - 1))})
        for start, end in pairwise(edges):
            rules.append(((*make.zone_a, low, high, PROTOCOLS, 0, 65535, start, end - 1, KINDS), False))
    make.random.shuffle(rules)
    return rules


def clean(n: int, seed: int = 1, family: Family = Family.V4) -> tuple[Listed, Box]:
    """A fragmented grid of denies that cover the pair, shadowed accepts, a last accept of anything to B: nothing passes."""
    make = Maker(seed, family)
    rules = make.flows(n // 50) + _rows(make, n // 2)
    while len(rules) < n - 1:
        src = make.part(make.zone_a, 8)
        rules.append(((*src, *make.part(make.zone_b, 8), 1 << 6, 0, 65535, *make.port(), KINDS), True))
    rules.append(((0, family.top, *make.zone_b, PROTOCOLS, 0, 65535, 0, 65535, KINDS), True))
    return rules, make.question()


def needle(n: int, seed: int = 1, family: Family = Family.V4) -> tuple[Listed, Box, Box]:
    """As clean, with exactly one pair of addresses and one port left open: the third value."""
    rules, question = clean(n, seed, family)
    make = Maker(seed + 1, family)
    src = make.zone_a[0] + make.random.randrange(1 << 16 + make.shift)
    dst = make.zone_b[0] + make.random.randrange(1 << 16 + make.shift)
    hole: Box = (src, src, dst, dst, 1 << 6, 0, 65535, 40_000, 40_000, 3)
    opened: Listed = []
    for box, accept in rules:
        if accept or meet(box, hole) is None:
            opened.append((box, accept))
        else:
            opened += [(piece, False) for piece in carve(box, hole)]
    return opened, question, hole


def carve(box: Box, hole: Box) -> list[Box]:
    """Return disjoint boxes that make up `box` without `hole`: the plain algebra."""
    pieces: list[Box] = []
    rest = list(box)
    for low in LOWS:
        if hole[low] > rest[low]:
            pieces.append((*rest[: low + 1], hole[low] - 1, *rest[low + 2 :]))
            rest[low] = hole[low]
        if hole[low + 1] < rest[low + 1]:
            pieces.append((*rest[:low], hole[low + 1] + 1, *rest[low + 1 :]))
            rest[low + 1] = hole[low + 1]
    for place in (PROTO, KIND):
        if rest[place] & ~hole[place]:
            pieces.append((*rest[:place], rest[place] & ~hole[place], *rest[place + 1 :]))
            rest[place] &= hole[place]
    return pieces


def kd(n: int, seed: int = 1, family: Family = Family.V4) -> tuple[Listed, Box]:
    """A random partition of the pair into n denies, shuffled, then accept anything: nothing passes; the worst for box subtraction."""
    make = Maker(seed, family)
    return [*_grid(make, n), (whole(family), True)], make.question()


def advbox(n: int, seed: int = 1, family: Family = Family.V4) -> tuple[Listed, Box]:
    """Big random boxes denied, then accept anything: the set itself is huge."""
    make = Maker(seed, family)
    rules: Listed = []
    question = make.question()
    for _ in range(n):
        box: list[int] = []
        for low in LOWS:
            bottom, top = question[low], question[low + 1]
            box += sorted((make.random.randint(bottom, top), make.random.randint(bottom, top)))
        box.insert(PROTO, make.random.getrandbits(256) | 1)
        rules.append(((*box, KINDS), False))
    return [*rules, (whole(family), True)], question


def hidden(n: int, seed: int = 1, family: Family = Family.V4) -> tuple[Listed, Box]:
    """Big random boxes denied, then the middle of the space accepted: whether anything of it is left is hard to say; the budget ends it."""
    rules, question = advbox(n, seed, family)
    middle: list[int] = []
    for low in LOWS:
        bottom, top = question[low], question[low + 1]
        middle += [bottom + (top - bottom) * 2 // 5, bottom + (top - bottom) * 3 // 5]
    middle.insert(PROTO, PROTOCOLS)
    return [*rules[:-1], ((*middle, KINDS), True)], question
