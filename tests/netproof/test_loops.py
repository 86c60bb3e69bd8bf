"""Walks through one entrance twice: left out where no header changes, searched where one may, and never a wrong PROVED."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from secaudit.model.text import Text
from secaudit.netproof import network as networking
from secaudit.netproof.compile import Cache
from secaudit.netproof.ir import Accept, Action, DestinationNat, Device, Doubt, Drop, Hook, Match, Rule, SourceNat
from secaudit.netproof.loops import routes
from secaudit.netproof.network import LOOP, Network, Node, Paths, Port, paths
from secaudit.netproof.packets import Family, Packet
from secaudit.netproof.prove import PairVerdict, Verdict, permitted, prove_pair
from secaudit.netproof.sampling import Walker
from tests.netproof.build import V4, V6, A, B, base, device, filtering, port, route, rule, unknown
from tests.netproof.test_prove import asked, flow

EITHER: list[Action] = [Accept(), Drop()]
HOME = 0x0A030001
SOURCES, TARGETS = (A + 1, A + 2, HOME), (B + 1, B + 2, HOME, 0x0A090001)
PACKETS = [Packet(family=V4, src=src, dst=dst, proto=6, sport=4000, dport=to) for src in SOURCES for dst in TARGETS for to in (22, 80)]


def known(network: Network, source: str = "a", target: str = "b", budget: int = 100_000) -> Paths:
    return routes(network, source, target, V4, cache=Cache(), budget=budget)[0]


def proved(network: Network) -> PairVerdict:
    return prove_pair(asked(network), "a", "b", V4)


def nat_at(hook: Hook, *rules: Rule, name: str = "turn") -> Device:
    return device(name, {"nat": rules}, [base("nat", hook, -100, drop=False, nat=True)])


def hairpin(turn: Device | None, hub: Device, *, to: str = "10.9.0.0/16") -> Network:
    """Return one segment: from `in` into `hub`, back to `turn`, and into `hub` a second time, which alone leads to b."""
    return Network(
        nodes=(
            Node(
                name="in",
                ports=(port("a", "a"), port("x", None, "seg", "10.8.0.1/32")),
                device=None,
                routes=(route("0.0.0.0/0", "x", "10.8.0.2"),),
            ),
            Node(
                name="hub",
                ports=(port("x", None, "seg", "10.8.0.2/24"), port("b", "b")),
                device=hub,
                routes=(route(to, via="10.8.0.3"), route("10.2.0.0/16", "b"), route("10.2.0.0/16", via="10.8.0.3")),
            ),
            Node(name="turn", ports=(port("x", None, "seg", "10.8.0.3/24"),), device=turn, routes=(route("0.0.0.0/0", via="10.8.0.2"),)),
        )
    )


OTHERS = Match(family=V4, src=((0, HOME - 1), (HOME + 1, V4.top)), oif=frozenset({"b"}))


def test_a_source_that_changes_in_a_loop_may_pass_the_second_time() -> None:
    network = hairpin(nat_at(Hook.POSTROUTING, rule(SourceNat((HOME, HOME)))), filtering(rule(Drop(), OTHERS), drop=False, name="hub"))
    assert Walker(network, V4, PACKETS).reaches(PACKETS[0], "a", "b")
    # Without the loop, what passes is a forged source alone.
    found = proved(network)
    assert found.verdict is Verdict.VIOLATED
    assert found.violation is not None
    assert found.violation.complete is False
    assert [path.hops[-1].node.name for path in known(network).loops] == ["turn"]


def test_a_loop_that_something_may_go_leaves_the_pair_open_and_its_lines_are_named() -> None:
    turn = device(
        "turn",
        {"nat": [rule(DestinationNat(B + 1))], "forward": [rule(Accept(), Match(unknown=unknown(7)), line=7)]},
        [base("nat", Hook.PREROUTING, -100, drop=False, nat=True), base("forward")],
    )
    hub = filtering(rule(Drop(), Match(family=V4, dst=((B, B + 0xFFFF),))), drop=False, name="hub")
    found = proved(hairpin(turn, hub))
    assert found.verdict is Verdict.UNDECIDED
    assert [(one.device, one.reason.en) for one in found.obstacles] == [("turn", "not known"), (None, LOOP.en)]
    assert permitted(asked(hairpin(turn, hub)), flow(source="a", target="b"), V4) is None


def test_a_loop_that_nothing_can_go_is_no_obstacle() -> None:
    turn = nat_at(Hook.PREROUTING, rule(DestinationNat(B + 1)))
    network = hairpin(turn, filtering(name="hub"))
    assert len(paths(network, "a", "b", V4).loops) > 0
    assert known(network).loops == ()
    assert known(network).open_ends == ()
    assert proved(network).verdict is Verdict.PROVED
    assert permitted(asked(network), flow(source="a", target="b"), V4) is False


def test_a_loop_whose_search_does_not_finish_stays_open() -> None:
    network = hairpin(nat_at(Hook.PREROUTING, rule(DestinationNat(B + 1))), filtering(name="hub"))
    assert known(network, budget=0).open_ends == (LOOP,)


def test_a_loop_in_which_no_header_changes_is_none() -> None:
    assert paths(hairpin(None, filtering(name="hub")), "a", "b", V4).loops == ()
    assert paths(hairpin(filtering(drop=False, name="turn"), filtering(name="hub")), "a", "b", V4).loops == ()
    idle = device("turn", {"nat": []}, [base("nat", Hook.PREROUTING, -100, drop=False, nat=True)])
    assert paths(hairpin(idle, filtering(name="hub")), "a", "b", V4).loops == ()
    other = device("turn", {"nat": [rule(Accept())]}, [base("nat", Hook.PREROUTING, -100, drop=False, nat=True, families=frozenset({V6}))])
    assert paths(hairpin(other, filtering(name="hub")), "a", "b", V4).loops == ()


def test_a_translation_before_the_loop_makes_no_round_of_it() -> None:
    first = nat_at(Hook.PREROUTING, rule(DestinationNat(B + 1)), name="in")
    network = hairpin(None, filtering(name="hub"))
    network = Network(nodes=(replace(network.nodes[0], device=first), *network.nodes[1:]))
    found = paths(network, "a", "b", V4).loops
    assert ["in", "hub", "turn"] not in [[hop.node.name for hop in path.hops] for path in found]


def test_a_doubtful_device_is_no_loop_for_itself_and_one_for_others() -> None:
    doubt = (Doubt(reason=Text(ja="分からない", en="not known"), line=None),)
    lost = filtering(doubts=doubt, name="turn")
    assert {path.hops[0].node.name for path in paths(hairpin(lost, filtering(name="hub")), "a", "b", V4).loops} == {"in"}
    hub = hairpin(nat_at(Hook.PREROUTING, rule(DestinationNat(B + 1))), filtering(doubts=doubt, name="hub"))
    # Whatever comes into the hub a second time, it could have let on the first time.
    assert all(path.hops[-1].oif.interface != "x" or path.hops[-1].node.name != "turn" for path in paths(hub, "a", "b", V4).loops)


def twins() -> Network:
    network = hairpin(nat_at(Hook.PREROUTING, rule(DestinationNat(0x0A090001))), filtering(drop=False, name="hub"))
    twin = replace(network.nodes[2], name="twin", device=nat_at(Hook.PREROUTING, rule(DestinationNat(0x0A090001)), name="twin"))
    return Network(nodes=(*network.nodes, twin))


def test_more_loops_than_the_limit_leave_a_pair_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networking, "PATHS", 1)
    found = paths(twins(), "a", "b", V4)
    assert found.open_ends == (LOOP,)
    assert len(found.loops) == 1


def test_of_the_loops_that_are_open_those_are_kept_that_name_something() -> None:
    assert len(paths(twins(), "a", "b", V4).loops) > len(known(twins()).loops) == 1


# --- random networks ------------------------------------------------------------------------------------------------


def random_match(pick: random.Random) -> Match:
    fields: dict[str, Any] = {}
    if pick.random() < 0.5:
        fields["src"] = tuple((one, one) for one in sorted(pick.sample(SOURCES, pick.randint(1, 2))))
    if pick.random() < 0.6:
        fields["dst"] = tuple((one, one) for one in sorted(pick.sample(TARGETS, pick.randint(1, 2))))
    if pick.random() < 0.3:
        fields["dport"] = ((pick.choice([22, 80]),) * 2,)
    if pick.random() < 0.3:
        fields["iif"] = frozenset({pick.choice(["p0", "p1"])})
    return Match(family=V4, **fields)


def random_device(pick: random.Random, name: str) -> Device:
    chains = {"forward": [rule(pick.choice(EITHER), random_match(pick)) for _ in range(pick.randint(1, 4))]}
    hooks = [base("forward", drop=pick.random() < 0.8)]
    if pick.random() < 0.6:
        chains["in"] = [rule(DestinationNat(pick.choice(TARGETS), pick.choice([None, 22, 80])), random_match(pick))]
        hooks.append(base("in", Hook.PREROUTING, -100, drop=False, nat=True))
    if pick.random() < 0.6:
        source = pick.choice(SOURCES)
        chains["out"] = [rule(SourceNat((source, source), keep_ports=True), random_match(pick))]
        hooks.append(base("out", Hook.POSTROUTING, 100, drop=False, nat=True))
    return device(name, chains, hooks)


def random_network(seed: int) -> Network:
    """Return two or three routers with translations on few links, so that walks come round."""
    pick = random.Random(seed)
    nodes = []
    for number in range(pick.randint(2, 3)):
        ports: list[Port] = []
        for side in range(pick.randint(2, 3)):
            zone = pick.choice(["a", "b", None, None])
            ports.append(port(f"p{side}", zone, pick.choice(["l1", "l2"]) if zone is None else None))
        prefixes = ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.9.0.0/16", "0.0.0.0/0"]
        given = tuple(route(pick.choice(prefixes), f"p{pick.randrange(len(ports))}") for _ in range(pick.randint(1, 5)))
        known_ = given if pick.random() < 0.8 else None
        nodes.append(Node(name=f"n{number}", ports=tuple(ports), device=random_device(pick, f"n{number}"), routes=known_))
    return Network(nodes=tuple(nodes))


def reaching(network: Network, family: Family = V4) -> list[Packet]:
    walker = Walker(network, family, PACKETS)
    return [packet for packet in PACKETS if walker.reaches(packet, "a", "b")]


def test_nothing_gets_through_random_networks_with_loops_that_are_proved() -> None:
    met: Counter[tuple[bool, bool]] = Counter()
    for seed in range(250):
        network = random_network(seed)
        found = paths(network, "a", "b", V4)
        if not found.loops or len(found.paths) + len(found.loops) > 200:
            continue
        verdict = prove_pair(replace(asked(network), samples=0), "a", "b", V4).verdict
        if verdict is Verdict.PROVED:
            assert reaching(network) == [], seed
        met[verdict is Verdict.PROVED, bool(known(network).loops)] += 1
    assert met[True, False] > 20
    assert met[False, True] > 20
    assert met[True, True] == 0


def random_hairpin(seed: int) -> Network:
    """Return the segment on which everything comes through one entrance twice; the first device stops some of what the hub lets through."""
    pick = random.Random(seed)
    source, target = pick.choice(SOURCES), pick.choice(TARGETS[:2])
    one, two = Match(family=V4, src=((source, source),)), Match(family=V4, dst=((target, target),))
    stopped = [rule(Drop(), match) for match in pick.sample([one, two, random_match(pick)], pick.randint(1, 3))]
    mixed = [rule(pick.choice(EITHER), random_match(pick)) for _ in range(pick.randint(0, 2))]
    wanted = rule(Accept(), Match(family=V4, src=one.src, dst=two.dst))
    hub = filtering(rule(Accept(), Match(oif=frozenset({"x"}))), *(mixed if pick.random() < 0.3 else ()), wanted, name="hub")
    network = hairpin(random_device(pick, "turn"), hub)
    first = replace(network.nodes[0], device=filtering(*stopped, drop=False, name="in"))
    return Network(nodes=(first, *network.nodes[1:]))


def test_loops_keep_networks_from_being_proved_through_which_something_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = [random_hairpin(seed) for seed in range(200)]
    passing = [bool(reaching(network)) for network in networks]
    found = [prove_pair(replace(asked(network), samples=0), "a", "b", V4).verdict for network in networks]
    assert [seed for seed, verdict in enumerate(found) if verdict is Verdict.PROVED and passing[seed]] == []
    assert found.count(Verdict.PROVED) > 20
    monkeypatch.setattr(networking, "_turns", lambda *_: False)
    blind = [prove_pair(replace(asked(network), samples=0), "a", "b", V4).verdict for network in networks]
    wrong = [seed for seed, verdict in enumerate(blind) if verdict is Verdict.PROVED and passing[seed]]
    assert len(wrong) > 2
    assert all(found[seed] is Verdict.UNDECIDED for seed in wrong)
