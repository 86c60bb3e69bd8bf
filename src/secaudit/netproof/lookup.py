"""What the interpreter looks up for one concrete packet: routes, own addresses, and which rules of a long chain can meet it at all.

Written apart from `network.Routing`, which works on sets.

Never here: rules being carried out (`replay`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secaudit.netproof.ir import Route, Rule
from secaudit.netproof.network import RESOLVED, Node
from secaudit.netproof.packets import Family, Packet

Value = int | range
"""A present value of a field, or (a translation chose) one of several."""


@dataclass(frozen=True, slots=True)
class Live:
    """A packet on its way: the present header and what this device knows of it."""

    src: Value
    dst: Value
    sport: Value
    dport: Value
    mark: int | None = 0
    translated: bool | None = False
    untracked: bool = False
    dnat: bool = False
    snat: bool = False


def doubtful(node: Node, family: Family) -> bool:
    """Whether anything may happen on a node."""
    return node.device is not None and any(family in doubt.families for doubt in node.device.doubts)


def outs(node: Node, dst: int, family: Family) -> frozenset[str] | None:
    """Return the interfaces that a node may forward a destination out of; None: any of them; none for its own addresses."""
    for address in node.addresses(family):
        broadcast = address.value | ((1 << family.bits - address.prefix) - 1)
        if dst == address.value or (family is Family.V4 and address.prefix <= 30 and dst == broadcast):
            return frozenset()
    if node.routes is None or doubtful(node, family):
        return None
    return frozenset(out for out, _ in best(node, dst, family))


def best(node: Node, dst: int, family: Family, depth: int = 0, but: Route | None = None) -> list[tuple[str, int | None]]:
    """Return interface and next hop of the routes with the longest prefix that holds a destination (next hop -1: connected).

    Where a next hop has no interface of its own, the best routes to it say which; not the route itself (`but`).
    """
    found: list[tuple[int, str, int | None]] = []
    lengths = [0]
    subnets: set[tuple[str, int, int]] = set()
    for port in node.ports:
        for address in port.addresses:
            free = family.bits - address.prefix
            if address.family is family and dst >> free == address.value >> free:
                lengths.append(address.prefix)
                found.append((address.prefix, port.interface, -1))
                subnets.add((port.interface, address.prefix, address.value >> free))
    for route in node.routes or ():
        if route.family is not family or route is but or not route.network[0] <= dst <= route.network[1]:
            continue
        length = family.bits - (route.network[1] - route.network[0] + 1).bit_length() + 1
        lengths.append(length)
        leads = [] if route.interface is None else [route.interface]
        if route.interface is None and route.via is not None and depth < RESOLVED:
            leads = [name for name, _ in best(node, route.via, family, depth + 1, route)]
        for out in [] if route.discard else leads:
            own = route.via is None and (out, length, dst >> family.bits - length) in subnets
            found.append((length, out, -1 if own else route.via))
    return [(out, via) for length, out, via in found if length == max(lengths)]


class Sieve:
    """For many packets at once: which rules of a long chain have addresses that can meet which packet."""

    LONG = 64

    def __init__(self, packets: Sequence[Packet]) -> None:
        self.order = sorted({packet.dst for packet in packets})
        self.known: dict[int, tuple[tuple[Rule, ...], dict[int, list[int]], list[int]]] = {}

    def rules(self, rules: tuple[Rule, ...], packet: Packet, states: set[Live]) -> Iterable[Rule]:
        """Return the rules that can meet a packet, in their order; all of them once its destination is not the one it was sent to."""
        if len(rules) < self.LONG or any(live.dst != packet.dst for live in states):
            return rules
        if id(rules) not in self.known:
            self.known[id(rules)] = self._sort(rules)
        _, near, always = self.known[id(rules)]
        return (rules[number] for number in sorted([*near.get(packet.dst, ()), *always]))

    def _sort(self, rules: tuple[Rule, ...]) -> tuple[tuple[Rule, ...], dict[int, list[int]], list[int]]:
        near: dict[int, list[int]] = {}
        always: list[int] = []
        for number, rule in enumerate(rules):
            asked = [match.dst for match in rule.matches]
            if any(one is None for one in asked):
                always.append(number)
                continue
            spots = {
                value
                for one in asked
                for low, high in one or ()
                for value in self.order[bisect_left(self.order, low) : bisect_right(self.order, high)]
            }
            for value in spots:
                near.setdefault(value, []).append(number)
        return rules, near, always
