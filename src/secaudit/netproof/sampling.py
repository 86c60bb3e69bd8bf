"""Packets at the edges of the rules, sent by the interpreter through the whole network: what a PROVED pair must survive.

Walks from every interface of the source zone over all ways that routing leaves open; whatever is not known is followed both ways.

Never here: the search (`decide`), paths that were found for it (`network.paths`).
"""

import random
from collections.abc import Callable, Iterator, Sequence

from secaudit.netproof.ir import DestinationNat, Match
from secaudit.netproof.lookup import Live, Sieve, best, doubtful
from secaudit.netproof.network import HOPS, Network, Node, Port
from secaudit.netproof.packets import DISCOVERY_ICMP, NEVER_FORWARDED, STARTING_ICMP, TCP, TCP_KINDS, WITH_PORTS, Family, Kind, Packet
from secaudit.netproof.ranges import Ranges, complement, holds
from secaudit.netproof.replay import Interpreter, sent

SAMPLES = 2_000
"""Packets for each PROVED pair and family."""


class Walker:
    """Where a packet may get to in a network, by the interpreter alone."""

    def __init__(self, network: Network, family: Family, packets: Sequence[Packet]) -> None:
        self.network = network
        self.family = family
        self.interpreter = Interpreter(family, Sieve(packets), telling=False)
        self._routes: dict[tuple[str, int], list[tuple[str, int | None]]] = {}
        self._segments: dict[int, list[tuple[Node, Port, set[int]]]] = {}

    def reaches(self, packet: Packet, source: str, target: str) -> bool:
        """Whether a packet sent in one zone may come out in another."""
        open_: list[tuple[Node, Port, Live, int]] = [
            (node, port, sent(packet), 0) for node in self.network.nodes for port in node.ports if port.zone == source
        ]
        seen: set[tuple[str, str, Live]] = set()
        while open_:
            node, entry, live, hops = open_.pop()
            if (node.name, entry.interface, live) in seen or hops == HOPS or self.family not in node.families:
                continue
            seen.add((node.name, entry.interface, live))
            for on, routed, _ in self.interpreter.arrive(packet, live, node, entry):
                for exit_ in node.ports if on else ():
                    if exit_ is entry and exit_.link is None:
                        continue
                    for out, gone, _ in self.interpreter.leave(packet, routed, node, entry, exit_):
                        if not out:
                            continue
                        if exit_.zone == target:
                            return True
                        open_ += [(peer, inlet, gone, hops + 1) for peer, inlet in self._next(node, exit_, routed)]
        return False

    def _next(self, node: Node, exit_: Port, live: Live) -> Iterator[tuple[Node, Port]]:
        """Yield who takes a packet from a segment."""
        hops: list[int | None] | None = None
        if node.routes is not None and isinstance(live.dst, int) and not doubtful(node, self.family):
            hops = [via for out, via in self._best(node, live.dst) if out == exit_.interface]
        for other, inlet, own in self._segment(node, exit_):
            if hops is None or any(_takes(other, own, via) for via in hops):
                yield other, inlet

    def _best(self, node: Node, dst: int) -> list[tuple[str, int | None]]:
        """Return the routes of a node to a destination, looked up once."""
        key = node.name, dst
        if key not in self._routes:
            self._routes[key] = best(node, dst, self.family)
        return self._routes[key]

    def _segment(self, node: Node, exit_: Port) -> list[tuple[Node, Port, set[int]]]:
        """Return who is on a segment, each with its own addresses there."""
        if id(exit_) not in self._segments:
            self._segments[id(exit_)] = [
                (other, inlet, {address.value for address in inlet.addresses if address.family is self.family})
                for other in self.network.nodes
                for inlet in other.ports
                if not (other is node and inlet is exit_) and self._together(exit_, inlet)
            ]
        return self._segments[id(exit_)]

    def _together(self, one: Port, two: Port) -> bool:
        if one.link is not None and one.link == two.link:
            return True
        if one.zone is None or one.zone != two.zone:
            return False
        first, second = (
            [(address.value >> self.family.bits - address.prefix, address) for address in port.addresses if address.family is self.family]
            for port in (one, two)
        )
        if not first or not second:
            return True
        return any(a.value >> (wide := self.family.bits - min(a.prefix, b.prefix)) == b.value >> wide for _, a in first for _, b in second)


def _takes(node: Node, own: set[int], via: int | None) -> bool:
    if via == -1:
        return node.translates()
    return via is None or not own or via in own


def edges(network: Network, family: Family, sources: Ranges, targets: Ranges, *, count: int = SAMPLES, seed: int = 0) -> Iterator[Packet]:
    """Yield packets whose fields lie at, just inside and just outside the bounds of rules; `seed` makes them the same every time."""
    draw = random.Random(seed)  # noqa: S311 - the same sample every time is wanted
    rules = [
        match for node in network.nodes if node.device for chain in node.device.chains.values() for rule in chain for match in rule.matches
    ]
    matches = [match for match in rules if match.family in (None, family)] or [Match()]
    aliases = [
        rule.action.address
        for node in network.nodes
        if node.device
        for chain in node.device.chains.values()
        for rule in chain
        if isinstance(rule.action, DestinationNat) and rule.action.address is not None
    ]
    top, never = family.top, NEVER_FORWARDED[family]
    free = complement(never, top)
    sources, targets = sources or free, targets or free
    made = tries = 0
    while made < count and tries < 20 * count:
        tries += 1
        one = matches[int(draw.random() * len(matches))]
        other = matches[int(draw.random() * len(matches))] if draw.random() < 0.3 else one
        src = _edge(draw, one.src, sources, top)
        dst = draw.choice(aliases) if aliases and draw.random() < 0.05 else _edge(draw, other.dst, targets, top)
        if holds(never, src) or holds(never, dst):
            continue
        made += 1
        yield _rest(draw, family, src, dst, one if draw.random() < 0.7 else other)


def _edge(draw: random.Random, asked: Ranges | None, otherwise: Ranges, top: int) -> int:
    """Return a value at an edge of what a rule asks, or of the zone."""
    ranges = asked if asked and draw.random() < 0.75 else otherwise
    low, high = ranges[int(draw.random() * len(ranges))] if len(ranges) > 1 else ranges[0]
    where = int(draw.random() * 7)
    value = draw.randint(low, high) if where > 4 else (low, high, low - 1, high + 1, low + 1)[where]
    return 0 if value < 0 else min(value, top)


def _rest(draw: random.Random, family: Family, src: int, dst: int, match: Match) -> Packet:
    """Return a packet with protocol, ports and kind near a match, of a kind that the protocol can have."""
    proto = _edge(draw, match.proto, ((TCP, TCP), (17, 17), (family.icmp, family.icmp)), 255)
    if proto == family.icmp:
        asked = match.icmp or (None, None)
        kind = _edge(draw, asked[0], ((0, 255),), 255)
        code = _edge(draw, asked[1], ((0, 3),), 255)
        return Packet(family=family, src=src, dst=dst, proto=proto, sport=kind, dport=code, kind=_icmp_kind(family, kind))
    ports: Callable[[Ranges | None], int] = lambda asked: _edge(draw, asked, ((0, 65535), (22, 22), (80, 80), (443, 443)), 65535)  # noqa: E731 - one line says it
    with_ports = holds(WITH_PORTS, proto)
    kind_of = draw.choice(TCP_KINDS) if proto == TCP and draw.random() < 0.5 else Kind.START
    if match.kinds and proto == TCP and draw.random() < 0.5:
        kind_of = draw.choice(sorted(match.kinds))
    return Packet(
        family=family,
        src=src,
        dst=dst,
        proto=proto,
        sport=ports(match.sport) if with_ports else 0,
        dport=ports(match.dport) if with_ports else 0,
        kind=kind_of,
    )


def _icmp_kind(family: Family, number: int) -> Kind:
    if holds(STARTING_ICMP[family], number):
        return Kind.START
    return Kind.DISCOVERY if family is Family.V6 and holds(DISCOVERY_ICMP, number) else Kind.BAD
