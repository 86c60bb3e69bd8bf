"""The boxes of a violation as few and as readable as they can be told: what differs in one field only is joined.

A field that allows all that a packet of its protocol can have counts as `any`, so that "everything" is one region and not one for each
group of protocols. Boxes that different lines let through stay apart.

* INVARIANT: the regions hold exactly the packets of the boxes.

Never here: words for people (`phrases`), which line lets a box through (`doors`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from secaudit.model.zone_words import ANY
from secaudit.netproof.boxes import KIND, PORTS, PROTO, TYPES, Box, mask
from secaudit.netproof.packets import DISCOVERY_ICMP, STARTING_ICMP, TCP, TCP_KINDS, TCP_REPLY_KINDS, WITH_PORTS, Family, Kind, Packet
from secaudit.netproof.phrases import addresses, kind_word, numbers, protocols
from secaudit.netproof.ranges import Range, Ranges, holds, intersect, normal

Key = tuple[object, ...]
"""What a region is tied to, six fields (source, destination, protocols, source ports, destination ports, kinds) and what ports mean.

Ports and kinds are None where anything goes. Regions whose ports mean different things never meet.
"""

_PORTED, _TCP, _ICMP = "ports", "tcp", "icmp"
_STATES = 1 << Kind.START | 1 << Kind.BAD
_TCP_ALL = mask(tuple((kind, kind) for kind in TCP_KINDS))
_REPLIES = sum(1 << kind for kind in TCP_REPLY_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Packets that one line lets through. `sport`, `dport`, `kinds` None: anything. `icmp`: the ports are type and code."""

    family: Family
    src: Ranges
    dst: Ranges
    protos: int
    sport: Ranges | None
    dport: Ranges | None
    kinds: int | None
    icmp: bool

    def source(self) -> str:
        """Return the sources in words."""
        return addresses(self.src, self.family)

    def target(self) -> str:
        """Return the destinations in words."""
        return addresses(self.dst, self.family)

    def protocol(self) -> str:
        """Return the protocols, and the kind of packet if not every kind passes: `tcp (ACK, RST+ACK)`."""
        return protocols(self.protos) + _kinds(self.kinds)

    def holds(self, packet: Packet) -> bool:
        """Whether a packet is one of these."""
        fields = ((self.src, packet.src), (self.dst, packet.dst), (self.sport, packet.sport), (self.dport, packet.dport))
        return (
            all(ranges is None or holds(ranges, value) for ranges, value in fields)
            and bool(self.protos >> packet.proto & 1)
            and (self.kinds is None or bool(self.kinds >> packet.kind & 1))
        )

    def ports(self) -> tuple[str, str]:
        """Return source and destination ports in words; of ICMP type and code."""
        if self.icmp:
            one, two = (ANY if field is None else numbers(field, 255) for field in (self.sport, self.dport))
            return (one if one == ANY else f"type {one}"), (two if two == ANY else f"code {two}")
        return tuple(ANY if field is None else numbers(field) for field in (self.sport, self.dport))  # type: ignore[return-value]  # two


def _kinds(kinds: int | None) -> str:
    if kinds is None:
        return ""
    if kinds == _REPLIES:
        return " (ACK, RST)"
    named = [kind_word(kind) for kind in Kind if kinds >> kind & 1]
    return f" ({', '.join(named)})" if len(named) <= 4 else f" ({len(named)} of {len(TCP_KINDS)} kinds)"


def merged(boxes: Iterable[tuple[int, Box]], family: Family) -> list[tuple[int, Merged]]:
    """Return the regions of boxes, each with the number that it was tied to, sorted by their ends."""
    keys = {_key(tie, box, family) for tie, box in boxes}
    size = -1
    while size != len(keys):
        size = len(keys)
        for field in range(1, 7):
            keys = _joined(keys, field)
    found = [(tie, _region(fields, family)) for tie, *fields in keys if isinstance(tie, int)]
    return sorted(found, key=_order)


def _order(one: tuple[int, Merged]) -> tuple[object, ...]:
    tie, region = one
    return (region.src, region.dst, region.protos, region.sport or (), region.dport or (), region.kinds or 0, tie)


def _joined(keys: Iterable[Key], field: int) -> set[Key]:
    """Join what differs in one field only."""
    groups: dict[Key, list[object]] = {}
    for key in keys:
        groups.setdefault((*key[:field], *key[field + 1 :]), []).append(key[field])
    return {_settled((*rest[:field], _union(values), *rest[field:])) for rest, values in groups.items()}


def _union(values: list[object]) -> object:
    """Return what any of the values of one field allow."""
    if None in values:
        return None
    bits = 0
    ranges: list[Range] = []
    for value in values:
        if isinstance(value, int):
            bits |= value
        else:
            ranges += cast("Ranges", value)
    return normal(ranges) if ranges else bits


def _settled(key: Key) -> Key:
    """Write None for a field that allows everything, and forget what ports mean once that makes no difference."""
    tie, src, dst, proto, sport, dport, kinds, meaning = key
    everything = TYPES if meaning == _ICMP else PORTS
    sport, dport = (None if one == everything else one for one in (sport, dport))
    if kinds == (_TCP_ALL if meaning == _TCP else _STATES):
        kinds = None
    if meaning == _TCP and kinds is None:
        meaning = _PORTED
    if sport is None and dport is None and meaning != _TCP:
        meaning = ""
    return (tie, src, dst, proto, sport, dport, kinds, meaning)


def _key(tie: int, box: Box, family: Family) -> Key:
    proto, kinds = box[PROTO], box[KIND]
    sport: Ranges | None = ((box[5], box[6]),)
    dport: Ranges | None = ((box[7], box[8]),)
    meaning = ""
    if proto & 1 << family.icmp:
        meaning = _ICMP
        # The audited space gives each group of types its own kinds.
        kinds = _STATES if kinds == _of_types(((box[5], box[6]),), family) else kinds
    elif proto & 1 << TCP:
        meaning = _TCP
    elif proto & mask(WITH_PORTS):
        meaning = _PORTED
    else:
        sport = dport = None
    return _settled((tie, ((box[0], box[1]),), ((box[2], box[3]),), proto, sport, dport, kinds, meaning))


def _of_types(types: Ranges, family: Family) -> int:
    """Return the kinds that ICMP messages of these types can have."""
    if intersect(types, STARTING_ICMP[family]):
        return _STATES
    if family is Family.V6 and intersect(types, DISCOVERY_ICMP):
        return 1 << Kind.BAD | 1 << Kind.DISCOVERY
    return 1 << Kind.BAD


def _region(fields: Sequence[object], family: Family) -> Merged:
    names = ("src", "dst", "protos", "sport", "dport", "kinds")
    icmp = fields[6] == _ICMP
    return Merged(family=family, icmp=icmp, **dict(zip(names, fields[:6], strict=True)))  # type: ignore[arg-type]  # each has its place
