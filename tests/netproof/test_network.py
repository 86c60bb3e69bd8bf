"""Who is next to whom, and by which paths: search and interpreter have their own routing, and agree."""

import random
from dataclasses import replace
from typing import Any

import pytest

from secaudit.model.text import Text
from secaudit.netproof import network as networking
from secaudit.netproof.ir import Accept, DestinationNat, Device, Doubt, Drop, Hook, Match, Route, Unclear
from secaudit.netproof.network import HOPS, Network, Node, Port, paths
from secaudit.netproof.packets import Family, Packet
from secaudit.netproof.prove import Verdict, prove_pair
from secaudit.netproof.ranges import holds, normal
from secaudit.netproof.sampling import Walker
from tests.netproof.build import V4, V6, A, B, base, between, device, filtering, port, route, rule, unknown
from tests.netproof.passing import passing
from tests.netproof.test_prove import asked

WEB = Packet(family=V4, src=A + 1, dst=B + 1, proto=6, sport=40000, dport=80)
CHOICE = Text(ja="分からない", en="not known")


def open_node(name: str, *ports: Port, routes: tuple[Route, ...] | None = None, fw: Device | None = None) -> Node:
    return Node(name=name, ports=ports, device=fw, routes=routes)


def targets(*nodes: Node, family: Family = V4) -> list[tuple[int, int]]:
    """Return every destination that some path from a to b leads."""
    found = paths(Network(nodes=nodes), "a", "b", family)
    assert found.open_ends == ()
    return [*normal(one for path in found.paths for one in path.hops[-1].targets)]


def walks(packet: Packet, *nodes: Node) -> bool:
    return Walker(Network(nodes=nodes), packet.family, [packet]).reaches(packet, "a", "b")


def fw(*routes: Route) -> Node:
    ports = (port("left", "a", None, "10.1.0.1/16"), port("right", "b", None, "10.2.0.1/16"), port("dmz", "c", None, "10.3.0.1/24"))
    return open_node("fw", *ports, routes=routes)


def both(*routes: Route) -> tuple[list[tuple[int, int]], bool]:
    """Return the destinations that go to b, and whether the interpreter gets 192.0.2.1 there."""
    node = fw(*routes)
    return targets(node), walks(replace(WEB, dst=0xC0000201), node)


OWN = [(B, B), (B + 2, B + 0xFFFE)]


def test_a_next_hop_is_found_by_the_route_to_it() -> None:
    there = [*OWN, (0xC0000200, 0xC00002FF)]
    assert both(route("192.0.2.0/24", via="10.2.0.9")) == (there, True)
    assert both(route("192.0.2.0/24", via="198.51.100.1"), route("198.51.100.0/24", via="10.2.0.9")) == (
        [*OWN, (0xC0000200, 0xC00002FF), (0xC6336400, 0xC63364FF)],
        True,
    )


def test_a_route_without_a_way_leads_nowhere() -> None:
    assert both(route("192.0.2.0/24", via="203.0.113.1")) == (OWN, False)
    # Two next hops that are each reached by the other.
    assert both(route("192.0.2.0/24", via="203.0.113.1"), route("203.0.113.0/24", via="192.0.2.1")) == (OWN, False)


def test_a_longer_prefix_takes_destinations_away() -> None:
    wide, hole = route("192.0.2.0/24", "right"), route("192.0.2.0/28", "dmz")
    assert both(wide, hole) == ([*OWN, (0xC0000210, 0xC00002FF)], False)
    black = Route(family=V4, network=(0xC0000200, 0xC000020F), interface=None, discard=True)
    assert both(wide, black) == ([*OWN, (0xC0000210, 0xC00002FF)], False)
    # Nothing is left of a prefix that two halves take.
    assert both(wide, route("192.0.2.0/25", "dmz"), route("192.0.2.128/25", "dmz")) == (OWN, False)
    # Of two with one prefix, either may be taken.
    assert both(wide, route("192.0.2.0/24", "dmz")) == ([*OWN, (0xC0000200, 0xC00002FF)], True)


def chain_of(count: int) -> tuple[Node, ...]:
    """Return routers in a row that know no routes."""
    nodes = []
    for number in range(count):
        left = port("left", "a") if not number else port("left", None, f"l{number}")
        right = port("right", "b") if number == count - 1 else port("right", None, f"l{number + 1}")
        nodes.append(open_node(f"r{number}", left, right))
    return tuple(nodes)


def test_a_path_of_more_devices_than_the_limit_leaves_the_pair_open() -> None:
    assert len(paths(Network(nodes=chain_of(HOPS)), "a", "b", V4).paths) == 1
    assert prove_pair(asked(Network(nodes=chain_of(HOPS))), "a", "b", V4).verdict is Verdict.VIOLATED
    longer = Network(nodes=chain_of(HOPS + 1))
    found = prove_pair(asked(longer), "a", "b", V4)
    assert (found.verdict, [one.reason.en for one in found.obstacles]) == (Verdict.UNDECIDED, [f"a path has more than {HOPS} devices"])
    assert not walks(WEB, *longer.nodes)


def test_more_paths_than_the_limit_leave_a_pair_open_that_is_closed_on_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networking, "PATHS", 3)
    ports = [(port("left", "a", None, f"10.1.{one}.1/24"), port("right", "b", None, f"10.2.{one}.1/24")) for one in range(5)]
    nodes = tuple(open_node(f"fw{number}", *two, fw=filtering(rule(Drop()))) for number, two in enumerate(ports))
    shut = prove_pair(asked(Network(nodes=nodes[:3])), "a", "b", V4)
    assert (shut.verdict, shut.paths) == (Verdict.PROVED, 3)
    found = prove_pair(asked(Network(nodes=nodes)), "a", "b", V4)
    assert (found.verdict, found.paths, [one.reason.en for one in found.obstacles]) == (
        Verdict.UNDECIDED,
        3,
        ["there are more than 3 paths"],
    )


def test_a_device_that_forwards_no_ipv6_is_no_way_for_it() -> None:
    node = replace(open_node("fw", port("left", "a"), port("right", "b")), families=frozenset({V4}))
    assert prove_pair(asked(Network(nodes=(node,))), "a", "b", V6).verdict is Verdict.PROVED
    assert not walks(Packet(family=V6, src=1 << 125, dst=1 << 125, proto=6), node)
    assert walks(WEB, node)


def test_a_translation_in_a_loop_leaves_the_pair_open() -> None:
    turning = device("one", {"nat": [rule(DestinationNat(B + 1))]}, [base("nat", Hook.PREROUTING, -100, drop=False, nat=True)])
    nodes = (
        Node(name="one", ports=(port("a", "a"), port("x", None, "l1"), port("y", None, "l2")), device=turning),
        Node(
            name="two",
            ports=(port("x", None, "l1"), port("y", None, "l2"), port("b", "b")),
            device=filtering(rule(Drop(), Match(oif=frozenset({"b"}))), drop=False, name="two"),
        ),
    )
    found = prove_pair(asked(Network(nodes=nodes)), "a", "b", V4)
    assert found.verdict is Verdict.UNDECIDED
    assert "a path runs in a loop with address translation on it" in [one.reason.en for one in found.obstacles]


def test_a_translation_by_the_last_device_before_a_loop_leaves_the_pair_open() -> None:
    # One segment: from `in` to `turn` over `hub`, translated there, and into `hub` a second time, now bound for b.
    to = rule(DestinationNat(B + 1), Match(family=V4, dst=((0x0A090001, 0x0A090001),)))
    turning = device("turn", {"nat": [to]}, [base("nat", Hook.PREROUTING, -100, drop=False, nat=True)])
    bound = Match(family=V4, dst=((B, B + 0xFFFF),))
    nodes = (
        Node(
            name="in",
            ports=(port("a", "a"), port("x", None, "seg", "10.8.0.1/32")),
            device=filtering(rule(Drop(), bound), drop=False, name="in"),
            routes=(route("0.0.0.0/0", "x", "10.8.0.2"),),
        ),
        Node(
            name="hub",
            ports=(port("x", None, "seg", "10.8.0.2/24"), port("b", "b")),
            device=None,
            routes=(route("10.9.0.0/16", via="10.8.0.3"), route("10.2.0.0/16", "b")),
        ),
        Node(name="turn", ports=(port("x", None, "seg", "10.8.0.3/24"),), device=turning, routes=(route("0.0.0.0/0", via="10.8.0.2"),)),
    )
    aimed = replace(WEB, dst=0x0A090001)
    assert walks(aimed, *nodes)
    found = prove_pair(asked(Network(nodes=nodes)), "a", "b", V4)
    assert (found.verdict, [one.reason.en for one in found.obstacles]) == (
        Verdict.UNDECIDED,
        ["a path runs in a loop with address translation on it"],
    )
    assert not walks(replace(WEB, dst=B + 1), *nodes)


def joined(left: Port, right: Port) -> tuple[Node, Node]:
    return (
        open_node("one", port("a", "a"), left, fw=filtering(rule(Accept()))),
        open_node("two", right, port("b", "b"), fw=filtering(rule(Accept()))),
    )


@pytest.mark.parametrize(
    ("left", "right", "meet"),
    [
        (port("x", "m"), port("y", "m"), True),
        (port("x", "m", None, "10.9.0.1/24"), port("y", "m"), True),
        (port("x", "m", None, "10.9.0.1/24"), port("y", "m", None, "10.9.0.2/24"), True),
        (port("x", "m", None, "10.9.0.1/16"), port("y", "m", None, "10.9.7.2/24"), True),
        (port("x", "m", None, "10.9.0.1/24"), port("y", "m", None, "10.9.1.2/24"), False),
        (port("x", "m", None, "fd09::1/64"), port("y", "m", None, "10.9.1.2/24"), True),
        (port("x", "m"), port("y", "n"), False),
        (port("x", None, "l"), port("y", None, "k"), False),
        (port("x", "m", "l", "10.9.0.1/24"), port("y", "n", "l", "10.9.1.2/24"), True),
    ],
)
def test_neighbours_share_a_link_or_a_zone_in_which_their_subnets_meet(left: Port, right: Port, meet: bool) -> None:
    nodes = joined(left, right)
    assert bool(paths(Network(nodes=nodes), "a", "b", V4).paths) is meet
    assert walks(WEB, *nodes) is meet


def test_a_connected_subnet_is_no_way_through_a_neighbour_that_translates_nothing() -> None:
    left = open_node(
        "left", port("a", "a", None, "10.1.0.1/16"), port("x", None, "l", "10.2.0.1/16"), routes=(route("10.9.0.0/16", via="10.2.0.7"),)
    )
    plain = open_node("right", port("x", None, "l", "10.2.0.7/16"), port("b", "b"), fw=filtering(rule(Accept())))
    assert not walks(WEB, left, plain)
    # The next hop of the route is this neighbour, so what the route says goes through it, and nothing else.
    assert targets_at(left, plain) == [(0x0A090000, 0x0A09FFFF)]
    assert walks(replace(WEB, dst=0x0A090001), left, plain)
    to = rule(DestinationNat(0x0A0A0001), Match(family=V4, dst=((B + 5, B + 5),)))
    turning = device(
        "right",
        {"nat": [to], "forward": [rule(Accept())]},
        [base("nat", Hook.PREROUTING, -100, drop=False, nat=True), base("forward")],
    )
    nat = replace(plain, device=turning)
    assert walks(replace(WEB, dst=B + 5), left, nat)
    assert targets_at(left, nat)[0] == (B, B)
    other = replace(plain, ports=(port("x", None, "l", "10.2.0.8/16"), port("b", "b")))
    assert targets_at(left, other) == []
    assert not walks(replace(WEB, dst=0x0A090001), left, other)


def targets_at(*nodes: Node) -> list[tuple[int, int]]:
    """Return the destinations that the first hop sends on."""
    found = paths(Network(nodes=nodes), "a", "b", V4)
    return [*normal(one for path in found.paths for one in path.hops[0].targets)]


def test_where_a_translation_is_not_known_the_way_is_not_known() -> None:
    chains = {"nat": [rule(Unclear(unknown()))], "forward": [rule(Accept())]}
    fw_ = device("fw", chains, [base("nat", Hook.PREROUTING, -100, drop=False, nat=True), base("forward")])
    assert passing(between(fw_, routes=(route("10.2.0.0/16", "right"),)), WEB) == (True, False)
    # A packet that is not translated goes by its own destination, one that is may go anywhere.
    assert passing(between(fw_, routes=(route("10.9.0.0/16", "right"),)), WEB) == (True, False)
    doubtful = filtering(rule(Drop()), doubts=(Doubt(reason=CHOICE, line=None),))
    assert passing(between(doubtful, routes=(route("10.9.0.0/16", "right"),)), WEB) == (True, False)


def test_what_is_translated_out_of_a_route_does_not_take_it() -> None:
    chains = {"nat": [rule(DestinationNat(0x0A030001), Match(family=V4, dst=((B + 1, B + 1),)))], "forward": [rule(Accept())]}
    fw_ = device("fw", chains, [base("nat", Hook.PREROUTING, -100, drop=False, nat=True), base("forward")])
    network = between(fw_, routes=(route("10.2.0.0/16", "right"), route("10.3.0.0/16", "left")))
    assert passing(network, WEB) == (False, False)
    assert passing(network, replace(WEB, dst=B + 2)) == (True, True)


def random_network(seed: int) -> Network:
    """Return two to four routers that let everything through, with subnets, links and routes of a small world."""
    pick = random.Random(seed)
    nodes = []
    for number in range(pick.randint(2, 4)):
        ports = []
        for side in range(pick.randint(2, 3)):
            zone = pick.choice(["a", "b", "m", None])
            link = pick.choice(["l1", "l2"]) if zone is None or pick.random() < 0.2 else None
            third = pick.randint(0, 3)
            addresses = [f"10.{third}.0.{number * 4 + side + 1}/{pick.choice([16, 24])}"] if pick.random() < 0.8 else []
            ports.append(port(f"p{side}", zone, link, *addresses))
        routes: Any = None
        if pick.random() < 0.8:
            routes = tuple(random_route(pick, len(ports)) for _ in range(pick.randint(0, 4)))
        nodes.append(Node(name=f"n{number}", ports=tuple(ports), device=None, routes=routes))
    return Network(nodes=tuple(nodes))


def random_route(pick: random.Random, ports: int) -> Route:
    to = f"10.{pick.randint(0, 4)}.0.0/{pick.choice([16, 24])}" if pick.random() < 0.8 else "0.0.0.0/0"
    via = f"10.{pick.randint(0, 3)}.0.{pick.randint(1, 16)}" if pick.random() < 0.6 else None
    out = f"p{pick.randrange(ports)}" if via is None or pick.random() < 0.3 else None
    return replace(route(to, out, via), discard=pick.random() < 0.1)


def test_search_and_interpreter_have_the_same_ways_through_random_networks() -> None:
    met = 0
    for seed in range(300):
        network = random_network(seed)
        found = paths(network, "a", "b", V4)
        for third in range(5):
            for host in (0, 1, 5, 9, 200, 255):
                packet = replace(WEB, dst=10 << 24 | third << 16 | host)
                led = any(all(holds(hop.targets, packet.dst) for hop in path.hops) for path in found.paths)
                met += led
                assert Walker(network, V4, [packet]).reaches(packet, "a", "b") is led, f"{seed}: {packet}"
    assert met > 500
