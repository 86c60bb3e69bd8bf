"""Exact boxes of packets, and entries: what the cutting of `decide` works on.

A box is ten whole numbers: low and high of the source, of the destination, the set of protocols, low and high of the source port, of the
destination port, the set of kinds. Sets are bit masks: protocols and kinds have no order that rules respect. Type and code of
ICMP stand in the places of the two ports. An entry is a box, a code and an item that says what it stands for.

Never here: what a rule means (`compile`), searching (`decide`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import product
from typing import Any, TypeAlias

from secaudit.netproof.packets import DISCOVERY_ICMP, NEVER_FORWARDED, STARTING_ICMP, TCP, TCP_KINDS, WITH_PORTS, Family, Kind, Packet
from secaudit.netproof.ranges import Ranges, complement, intersect, normal

Box: TypeAlias = tuple[int, ...]
"""Ten numbers."""

PROTO, KIND = 4, 9
LOWS = (0, 2, 5, 7)
"""Places of the two masks, and of the lower ends of the four ranges."""

PORTS: Ranges = ((0, 65535),)
TYPES: Ranges = ((0, 255),)
PROTOCOLS = (1 << 256) - 1
KINDS = (1 << len(Kind)) - 1


class Code(IntEnum):
    """What an entry does. Those up to GOTO end the list of entries that they stand in, once they cover all of a region."""

    DROP = 0
    ACCEPT = 1
    RETURN = 2
    GOTO = 3
    JUMP = 4
    EFFECT = 5
    FORK = 6


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """What an entry stands for; `payload` belongs to whoever compiled it (a rule, a flow, a route)."""

    position: int
    payload: object
    target: object = None


Entry: TypeAlias = tuple[Any, ...]
"""The ten numbers of a box, a `Code` and an `Item`: one flat tuple, because the search reads millions of them."""

CODE, ITEM = 10, 11


def mask(ranges: Ranges) -> int:
    """Return small ranges as a bit mask."""
    found = 0
    for low, high in ranges:
        found |= (1 << high + 1) - (1 << low)
    return found


def values(bits: int) -> Iterator[int]:
    """Yield the members of a bit mask in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def whole(family: Family) -> Box:
    """Return the box of every packet of a family."""
    return (0, family.top, 0, family.top, PROTOCOLS, 0, 65535, 0, 65535, KINDS)


def meet(one: Sequence[int], two: Sequence[int]) -> Box | None:
    """Return the intersection of two boxes, None if there is none."""
    found = [0] * 10
    for low in LOWS:
        found[low], found[low + 1] = max(one[low], two[low]), min(one[low + 1], two[low + 1])
        if found[low] > found[low + 1]:
            return None
    for place in (PROTO, KIND):
        found[place] = one[place] & two[place]
        if not found[place]:
            return None
    return tuple(found)


def volume(box: Box) -> int:
    """Return how many packets a box holds."""
    size = box[PROTO].bit_count() * box[KIND].bit_count()
    for low in LOWS:
        size *= box[low + 1] - box[low] + 1
    return size


Fields = tuple[Ranges, Ranges, int, Ranges, Ranges, int]
"""Six sets: source, destination, protocols (mask), source ports, destination ports, kinds (mask)."""


def of_fields(fields: Fields) -> Iterator[Box]:
    """Yield the product of six sets as disjoint boxes."""
    src, dst, proto, sport, dport, kind = fields
    if proto and kind:
        for (a, b), (c, d), (g, h), (i, j) in product(src, dst, sport, dport):
            yield (a, b, c, d, proto, g, h, i, j, kind)


def holds(box: Sequence[int], packet: Packet) -> bool:
    """Whether a box contains a packet."""
    return (
        box[0] <= packet.src <= box[1]
        and box[2] <= packet.dst <= box[3]
        and bool(box[PROTO] >> packet.proto & 1)
        and box[5] <= packet.sport <= box[6]
        and box[7] <= packet.dport <= box[8]
        and bool(box[KIND] >> packet.kind & 1)
    )


@dataclass(frozen=True, slots=True)
class Space:
    """The audited packets: addresses that are forwarded, and for each protocol the kinds that it can have.

    `parts`: protocols, source ports or ICMP types, destination ports or codes, kinds.
    """

    family: Family
    src: Ranges
    dst: Ranges
    parts: tuple[tuple[int, Ranges, Ranges, int], ...]

    def hull(self) -> tuple[Box, ...]:
        """Return the one box around all of it, for a search that clips what it finds; nothing if there is no packet."""
        if not self.src or not self.dst:
            return ()
        kinds = 0
        for part in self.parts:
            kinds |= part[3]
        return ((self.src[0][0], self.src[-1][1], self.dst[0][0], self.dst[-1][1], PROTOCOLS, 0, 65535, 0, 65535, kinds),)

    def clip(self, box: Box) -> Iterator[Box]:
        """Yield the audited packets of a box, as disjoint boxes."""
        src, dst = _between(self.src, box[0], box[1]), _between(self.dst, box[2], box[3])
        for proto, one, two, kind in self.parts:
            protos, kinds = proto & box[PROTO], kind & box[KIND]
            if protos and kinds:
                yield from of_fields((src, dst, protos, _between(one, box[5], box[6]), _between(two, box[7], box[8]), kinds))


def _between(ranges: Ranges, low: int, high: int) -> Ranges:
    """Return what lies in one range: `intersect`, for the many regions of a search."""
    return tuple([(max(a, low), min(b, high)) for a, b in ranges if a <= high and b >= low])


def space(family: Family, src: Ranges | None = None, dst: Ranges | None = None) -> Space:
    """Return the audited packets of a family, with sources and destinations limited if given."""
    everyone: Ranges = ((0, family.top),)
    free = complement(NEVER_FORWARDED[family], family.top)
    sources, targets = intersect(everyone if src is None else src, free), intersect(everyone if dst is None else dst, free)
    ported = mask(WITH_PORTS) & ~(1 << TCP)
    plain = PROTOCOLS & ~(1 << TCP) & ~ported & ~(1 << family.icmp)
    start, bad, found = (1 << kind for kind in (Kind.START, Kind.BAD, Kind.DISCOVERY))
    starting = STARTING_ICMP[family]
    discovery: Ranges = DISCOVERY_ICMP if family is Family.V6 else ()
    loose = complement(normal([*starting, *discovery]), 255)
    none: Ranges = ((0, 0),)
    parts: tuple[tuple[int, Ranges, Ranges, int], ...] = (
        (1 << TCP, PORTS, PORTS, sum(1 << kind for kind in TCP_KINDS)),
        (ported, PORTS, PORTS, start | bad),
        (plain, none, none, start | bad),
        (1 << family.icmp, starting, TYPES, start | bad),
        (1 << family.icmp, loose, TYPES, bad),
        (1 << family.icmp, discovery, TYPES, bad | found),
    )
    return Space(family, sources, targets, parts)
