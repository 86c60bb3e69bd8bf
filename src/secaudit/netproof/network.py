"""Devices, their interfaces in zones and on links, and the paths between two zones.

* Zones are declared per interface. The source address of a packet is free: whoever sits in the zone may forge it.
* A device without a configuration lets everything through. A device without routes may send to every interface.
* Routes: the longest prefix wins, several with one prefix may all be taken. A connected subnet is no way through a neighbour: only the
  neighbour's own address is there, unless the neighbour translates destinations.
* Two devices are neighbours on a named link, or in one zone if their subnets there meet or are not known.
* Own addresses and the broadcast addresses of own subnets are not forwarded: what the device itself answers is another question.
* A walk that comes to one entrance twice is followed no further. Nobody needs to if no device of the round changes headers: the packet is
  then what it was the first time (a device forgets everything else), and the walk without the round is a path. Where one may change them,
  source or destination, the walk up to there is kept (`Paths.loops`); if nothing can go it (`loops`), nothing goes a walk that begins so.

Never here: rules (`compile`), reading the topology file (`documents`).
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secaudit.model.text import Text
from secaudit.netproof.ir import Address, DestinationNat, Device, Hook, Route, SourceNat
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import Range, Ranges, complement, intersect, normal, subtract

HOPS = 16
"""Most devices on a path."""

RESOLVED = 8
"""Most routes from a next hop to the interface that it is reached by."""

PATHS = 2_000
"""Most paths between two zones, and most loops among them; more make the pair UNDECIDED."""

LOOP = Text(ja="経路が輪になり、途中でアドレス変換があります", en="a path runs in a loop with address translation on it")


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

    def changes(self, family: Family) -> bool:
        """Whether a packet may leave this device with another header, source or destination, than it came with."""
        device = self.device
        if device is None:
            return False
        rules = (rule for chain in device.chains.values() for rule in chain)
        nat = any(base.nat and family in base.families and device.chains[base.chain] for base in device.hooks)
        return self.doubtful(family) or nat or any(isinstance(rule.action, SourceNat | DestinationNat) for rule in rules)

    def doubtful(self, family: Family) -> bool:
        """Whether anything at all may become of a packet on this device: nothing passes it for certain."""
        return self.device is not None and any(family in doubt.families for doubt in self.device.doubts)


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

    def doubtful(self, family: Family) -> bool:
        """Whether some device on it is: nothing passes it for certain."""
        return any(hop.node.doubtful(family) for hop in self.hops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """All paths of a pair; `open_ends` says why there may be more (each makes the pair UNDECIDED).

    `loops`: walks to an entrance that they passed before, with a change of headers in the round; there may be more paths behind each (see
    the module and `loops`). Of each, the last hop leads into that entrance.
    """

    paths: tuple[Path, ...]
    open_ends: tuple[Text, ...]
    loops: tuple[Path, ...] = ()


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
    if node.routes is None or node.doubtful(family):
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
        for route in groups[network] if free else ():
            leads = sorted(_interfaces(route, connected, given))
            ways += [_Way(free, out, route.via, route.via is None and (network, out) in subnets) for out in leads]
    return tuple(ways)


def _interfaces(route: Route, connected: list[Route], given: list[Route], depth: int = 0) -> frozenset[str]:
    """Return where a route leads out: its own interface, or those of the best other routes to its next hop (any may be taken)."""
    if route.discard:
        return frozenset()
    if route.interface is not None:
        return frozenset({route.interface})
    via = route.via
    better = [one for one in [*connected, *given] if via is not None and one.network[0] <= via <= one.network[1] and one is not route]
    longest = min((one.network[1] - one.network[0] for one in better), default=0)
    best = [one for one in better if one.network[1] - one.network[0] == longest and depth < RESOLVED]
    return frozenset(out for one in best for out in _interfaces(one, connected, given, depth + 1))


class Routing:
    """Who is next: routes and neighbours of a network in one family."""

    def __init__(self, network: Network, family: Family) -> None:
        self.network = network
        self.family = family
        self.tables: Mapping[str, tuple[_Way, ...] | None] = {node.name: table(node, family) for node in network.nodes}
        self.everything: Ranges = ((0, family.top),)
        self.changing = frozenset(node.name for node in network.nodes if node.changes(family))
        self._segments: dict[int, tuple[tuple[Node, Port, Ranges], ...]] = {}

    def segment(self, node: Node, port: Port) -> tuple[tuple[Node, Port, Ranges], ...]:
        """Return the neighbours on the segment of a port, each with the destinations that the node sends there."""
        if id(port) not in self._segments:
            found = ((peer, entry, self.to(node, port, peer, entry)) for peer, entry in self.neighbours(node, port))
            self._segments[id(port)] = tuple(one for one in found if one[2])
        return self._segments[id(port)]

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


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk so far: where it comes in, the hops behind it, the entrances that it has passed, the destinations that it leads."""

    node: Node
    entry: Port
    hops: tuple[Hop, ...]
    seen: frozenset[tuple[str, str]]
    led: Ranges


def paths(network: Network, source: str, target: str, family: Family) -> Paths:
    """Return every path from a zone to another that leads some destination all the way (see the module), those of few devices first."""
    routing = Routing(network, family)
    found: list[Path] = []
    loops: list[Path] = []
    ends: dict[str, Text] = {}
    starts = [(node, port) for node in network.nodes for port in node.ports if port.zone == source]
    open_ = deque(_Walk(node, port, (), frozenset({(node.name, port.interface)}), routing.everything) for node, port in starts)
    while open_ and len(found) <= PATHS:
        walk = open_.popleft()
        node, entry = walk.node, walk.entry
        if family not in node.families:
            continue
        if len(walk.hops) == HOPS:
            ends["hops"] = Text(ja=f"経路が {HOPS} 台を超えます", en=f"a path has more than {HOPS} devices")
            continue
        led = routing.everything if node.translates() else walk.led
        for exit_ in node.ports:
            if exit_ is entry and exit_.link is None:
                continue
            targets = routing.out(node, exit_)
            if exit_.zone == target and intersect(led, targets):
                found.append(Path(hops=(*walk.hops, Hop(node=node, iif=entry, oif=exit_, targets=targets))))
            for peer, inlet, passing in routing.segment(node, exit_):
                further = intersect(led, passing)
                if not further:
                    continue
                hops = (*walk.hops, Hop(node=node, iif=entry, oif=exit_, targets=passing))
                if (peer.name, inlet.interface) not in walk.seen:
                    open_.append(_Walk(peer, inlet, hops, walk.seen | {(peer.name, inlet.interface)}, further))
                elif _turns(hops, peer, inlet, routing) and len(loops) <= PATHS:
                    loops.append(Path(hops=hops))
    if len(found) > PATHS:
        ends["paths"] = Text(ja=f"経路が {PATHS} 通りを超えます", en=f"there are more than {PATHS} paths")
    if len(loops) > PATHS:
        ends["loop"] = LOOP
    return Paths(paths=tuple(found[:PATHS]), open_ends=tuple(ends.values()), loops=tuple(loops[:PATHS]))


def _turns(walked: tuple[Hop, ...], peer: Node, inlet: Port, routing: Routing) -> bool:
    """Whether the second visit of an entrance may find a header that the first did not.

    What happened before the first visit makes no difference. A doubtful device lets anything on as anything: where one stands before the
    first visit, or is the one that is visited, nothing new can come.
    """
    first = next(number for number, hop in enumerate(walked) if (hop.node.name, hop.iif.interface) == (peer.name, inlet.interface))
    if any(hop.node.doubtful(routing.family) for hop in walked[: first + 1]):
        return False
    return any(hop.node.name in routing.changing for hop in walked[first:])
