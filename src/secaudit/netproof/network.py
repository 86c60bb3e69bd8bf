"""Devices, their interfaces in zones and on links, and the paths between two zones.

* Zones are declared per interface. The source address of a packet is free: whoever sits in the zone may forge it.
* A device without a configuration lets everything through. A device without routes may send to every interface.
* Routes: the longest prefix wins, several with one prefix may all be taken. A connected subnet is no way through a neighbour: only the
  neighbour's own address is there, unless the neighbour translates destinations.
* Two devices are neighbours on a named link, or in one zone if their subnets there meet or are not known.
* Own addresses and the broadcast addresses of own subnets are not forwarded: what the device itself answers is another question.

Never here: rules (`compile`), reading the topology file (`documents`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secaudit.model.text import Text
from secaudit.netproof.ir import Address, DestinationNat, Device, Hook, Route
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import Range, Ranges, complement, intersect, normal, subtract

HOPS = 16
"""Most devices on a path."""

PATHS = 2_000
"""Most paths between two zones; more make the pair UNDECIDED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """An interface of a node, in a zone, on a link, or both."""

    interface: str
    zone: str | None = None
    link: str | None = None
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A device in its place. `device` None: not delivered, lets everything through. `routes` None: not known.

    `families`: the families that it forwards at all, as the topology declares.
    """

    name: str
    ports: tuple[Port, ...]
    device: Device | None = None
    routes: tuple[Route, ...] | None = None
    families: frozenset[Family] = frozenset(Family)

    def own(self, family: Family) -> Ranges:
        """Return the addresses that this device answers itself, with the broadcast addresses of its subnets."""
        found: list[Range] = []
        for address in self.addresses(family):
            found.append((address.value, address.value))
            if family is Family.V4 and address.prefix <= 30:
                last = address.value | ((1 << 32 - address.prefix) - 1)
                found.append((last, last))
        return normal(found)

    def addresses(self, family: Family) -> tuple[Address, ...]:
        """Return every address known of this device."""
        named = [address for port in self.ports for address in port.addresses]
        if self.device is not None:
            named += [address for interface in self.device.interfaces for address in interface.addresses]
        return tuple(address for address in named if address.family is family)

    def translates(self) -> bool:
        """Whether any rule may change a destination."""
        device = self.device
        if device is None:
            return False
        rules = (rule for chain in device.chains.values() for rule in chain)
        return bool(device.doubts) or any(isinstance(rule.action, DestinationNat) for rule in rules) or _unclear_nat(device)


def _unclear_nat(device: Device) -> bool:
    return any(base.nat and base.hook is Hook.PREROUTING for base in device.hooks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All nodes; `notes` are assumptions that every report states."""

    nodes: tuple[Node, ...]
    notes: tuple[Text, ...] = ()

    def zones(self) -> tuple[str, ...]:
        """Return the zones that some interface is in, in order of appearance."""
        return tuple(dict.fromkeys(port.zone for node in self.nodes for port in node.ports if port.zone is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One device on a path: in by `iif`, out by `oif`; `targets` are the destinations that it sends this way (behind its translation)."""

    node: Node
    iif: Port
    oif: Port
    targets: Ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The devices between two zones, in order."""

    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """All paths of a pair; `open_ends` says why there may be more (each makes the pair UNDECIDED)."""

    paths: tuple[Path, ...]
    open_ends: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """Destinations that a device sends out of one interface, over `via` or (None) directly; `connected`: to hosts of that subnet."""

    targets: Ranges
    interface: str
    via: int | None
    connected: bool


def _prefix(address: Address) -> Range:
    free = (1 << address.family.bits - address.prefix) - 1
    return address.value & ~free, address.value | free


def table(node: Node, family: Family) -> tuple[_Way, ...] | None:
    """Return who goes where by longest prefix; None if nothing is known of the node's routes."""
    if node.routes is None or (node.device is not None and any(family in doubt.families for doubt in node.device.doubts)):
        return None
    connected = [
        Route(family=family, network=_prefix(address), interface=port.interface)
        for port in node.ports
        for address in port.addresses
        if address.family is family
    ]
    subnets = {(route.network, route.interface) for route in connected}
    given = [route for route in node.routes if route.family is family]
    groups: dict[Range, list[Route]] = {}
    for route in [*connected, *given]:
        groups.setdefault(route.network, []).append(route)
    taken: Ranges = ()
    ways: list[_Way] = []
    for network in sorted(groups, key=lambda one: (one[1] - one[0], one)):
        free = subtract((network,), taken)
        taken = normal([*taken, network])
        for route in groups[network]:
            out = _interface(route, connected, given)
            if out is not None and free and not route.discard:
                ways.append(_Way(free, out, route.via, route.via is None and (network, out) in subnets))
    return tuple(ways)


def _interface(route: Route, connected: list[Route], given: list[Route]) -> str | None:
    """Return the interface of a route: its own, or that of the route to its next hop."""
    for _ in range(8):
        if route.interface is not None or route.via is None:
            return route.interface
        via = route.via
        better = [one for one in [*connected, *given] if one.network[0] <= via <= one.network[1] and one is not route]
        if not better:
            return None
        route = min(better, key=lambda one: one.network[1] - one.network[0])
    return None


class Routing:
    """Who is next: routes and neighbours of a network in one family."""

    def __init__(self, network: Network, family: Family) -> None:
        self.network = network
        self.family = family
        self.tables: Mapping[str, tuple[_Way, ...] | None] = {node.name: table(node, family) for node in network.nodes}
        self.everything: Ranges = ((0, family.top),)

    def _forwarded(self, node: Node, targets: Ranges) -> Ranges:
        return intersect(targets, complement(node.own(self.family), self.family.top))

    def out(self, node: Node, port: Port) -> Ranges:
        """Return the destinations that a node sends out of a port to whoever is there."""
        ways = self.tables[node.name]
        found = self.everything if ways is None else _union(way.targets for way in ways if way.interface == port.interface)
        return self._forwarded(node, found)

    def to(self, node: Node, port: Port, peer: Node, entry: Port) -> Ranges:
        """Return the destinations that a node sends out of a port to a neighbour."""
        ways = self.tables[node.name]
        if ways is None:
            return self._forwarded(node, self.everything)
        known = [address.value for address in entry.addresses if address.family is self.family]
        found: list[Ranges] = []
        for way in ways:
            if way.interface != port.interface:
                continue
            if way.connected:
                if peer.translates():
                    found.append(way.targets)
            elif way.via is None or not known or way.via in known:
                found.append(way.targets)
        return self._forwarded(node, _union(found))

    def neighbours(self, node: Node, port: Port) -> Iterator[tuple[Node, Port]]:
        """Yield the nodes, each with its port, on the segment of a port."""
        for other in self.network.nodes:
            for entry in other.ports:
                if other is node and entry is port:
                    continue
                if (port.link is not None and port.link == entry.link) or self._meet(port, entry):
                    yield other, entry

    def _meet(self, one: Port, two: Port) -> bool:
        if one.zone is None or one.zone != two.zone:
            return False
        first, second = ([_prefix(a) for a in port.addresses if a.family is self.family] for port in (one, two))
        return not first or not second or any(a[0] <= b[1] and b[0] <= a[1] for a in first for b in second)


def _union(parts: Iterator[Ranges] | list[Ranges]) -> Ranges:
    return normal(one for part in parts for one in part)


def paths(network: Network, source: str, target: str, family: Family) -> Paths:
    """Return every path from a zone to another (never through one entrance twice)."""
    routing = Routing(network, family)
    found: list[Path] = []
    ends: dict[str, Text] = {}

    def walk(node: Node, entry: Port, hops: tuple[Hop, ...], seen: frozenset[tuple[str, str]]) -> None:
        if family not in node.families or len(found) > PATHS:
            return
        if len(hops) == HOPS:
            ends["hops"] = Text(ja=f"経路が {HOPS} 台を超えます", en=f"a path has more than {HOPS} devices")
            return
        for exit_ in node.ports:
            if exit_ is entry and exit_.link is None:
                continue
            if exit_.zone == target and (targets := routing.out(node, exit_)):
                found.append(Path(hops=(*hops, Hop(node=node, iif=entry, oif=exit_, targets=targets))))
            for peer, inlet in routing.neighbours(node, exit_):
                passing = routing.to(node, exit_, peer, inlet)
                if not passing:
                    continue
                if (peer.name, inlet.interface) in seen:
                    if any(hop.node.translates() for hop in hops):
                        ends["loop"] = Text(
                            ja="経路が輪になり、途中でアドレス変換があります", en="a path runs in a loop with address translation on it"
                        )
                    continue
                step = Hop(node=node, iif=entry, oif=exit_, targets=passing)
                walk(peer, inlet, (*hops, step), seen | {(peer.name, inlet.interface)})

    for node in network.nodes:
        for port in node.ports:
            if port.zone == source:
                walk(node, port, (), frozenset({(node.name, port.interface)}))
    if len(found) > PATHS:
        ends["paths"] = Text(ja=f"経路が {PATHS} 通りを超えます", en=f"there are more than {PATHS} paths")
    return Paths(paths=tuple(found[:PATHS]), open_ends=tuple(ends.values()))
