"""The search by itself: boxes, cuts, forks, and what it does when a program breaks its promises."""

from collections.abc import Sequence
from typing import Any

import pytest

from secaudit.netproof.boxes import KINDS, PROTOCOLS, Code, Entry, Item, Space, meet, of_fields, space, values, whole
from secaudit.netproof.compile import Program
from secaudit.netproof.cutting import FEW, hull, plane
from secaudit.netproof.decide import POLICY, search
from secaudit.netproof.ir import Accept, DestinationNat, Drop, Goto, Hook, Jump, Match, NoTrack, Return, SetMark
from secaudit.netproof.matching import Env
from secaudit.netproof.network import Network, paths
from secaudit.netproof.packets import Kind, Packet, State
from secaudit.netproof.prove import Verdict, prove_pair
from tests.netproof.build import V4, V6, A, B, base, between, device, filtering, net, rule, unknown
from tests.netproof.lists import Plain
from tests.netproof.passing import passing
from tests.netproof.test_prove import asked, flow

ALL = whole(V4)
WEB = Packet(family=V4, src=A + 1, dst=B + 1, proto=6, sport=40000, dport=80)


def ports(low: int, high: int, code: Code, number: int = 0, target: object = None) -> Entry:
    return (*ALL[:7], low, high, KINDS, int(code), Item(number, number, target))


class Told(Plain):
    """A program of the entries given, each followed by its chains; it promises nothing."""

    def __init__(self, *listed: Entry, chains: dict[str, Sequence[Entry]] | None = None) -> None:
        super().__init__([])
        self.list = list(listed)
        self.chains = chains or {}

    def chain(self, stage: int, target: object, env: None) -> tuple[Sequence[Entry], object]:
        del stage, env
        return self.chains[str(target)], target


def test_a_list_whose_end_drops_is_searched_only_around_its_accepts() -> None:
    accepts = [ports(80, 80, Code.ACCEPT, 1), ports(443, 443, Code.ACCEPT, 2)]
    last = ports(0, 65535, Code.DROP, 9)
    assert hull([*accepts, last], ALL) == (*ALL[:7], 80, 443, KINDS)
    assert hull([*accepts, ports(0, 65535, Code.ACCEPT, 9)], ALL) == ALL
    assert hull([*accepts, ports(0, 9, Code.DROP, 9)], ALL) == ALL
    assert hull([*accepts * FEW, last], ALL) == ALL
    answer = search(Told(*accepts, last), [ALL], None)
    assert [(one.box[7], one.box[8]) for one in answer.found] == [(80, 80), (443, 443)]
    assert answer.nodes < 6


def test_boxes_meet_where_all_six_fields_do() -> None:
    tcp, udp = (*ALL[:4], 1 << 6, *ALL[5:]), (*ALL[:4], 1 << 17, *ALL[5:])
    assert meet(ALL, tcp) == tcp
    assert meet(tcp, udp) is None
    assert meet(ports(1, 2, Code.DROP), ports(3, 4, Code.DROP)) is None
    assert meet((*ALL[:9], 1), (*ALL[:9], 2)) is None


def test_there_are_no_packets_of_no_protocol_no_kind_or_no_address() -> None:
    everyone, whole_ports = ((0, V4.top),), ((0, 65535),)
    assert [*of_fields((everyone, everyone, 0, whole_ports, whole_ports, KINDS))] == []
    assert [*of_fields((everyone, everyone, PROTOCOLS, whole_ports, whole_ports, 0))] == []
    assert space(V4, src=()).hull() == ()
    assert space(V4, dst=net("224.0.0.0/4")).hull() == ()


def test_clipping_leaves_exactly_what_is_audited() -> None:
    audited: Space = space(V4)
    parts = [*audited.clip(ALL)]
    for number, one in enumerate(parts):
        assert all(meet(one, other) is None for other in parts[number + 1 :])
    # Loopback and multicast addresses are none that a router forwards; 126.255.255.255 and 128.0.0.0 are.
    held = {(one[0], one[1]) for one in parts}
    assert held == {(1 << 24, (127 << 24) - 1), (128 << 24, (224 << 24) - 1), (240 << 24, V4.top - 1)}
    assert [*audited.clip((*ALL[:4], 1 << 6, *ALL[5:9], 1 << Kind.BAD))] == []


def test_a_list_without_an_end_is_a_fault_and_no_answer() -> None:
    with pytest.raises(RuntimeError, match="no last entry"):
        search(Endless(ports(80, 80, Code.ACCEPT)), [ALL], None)


class Endless(Told):
    """A program that has no policy."""

    def rest(self, stage: int, name: object, env: None) -> Sequence[Entry]:
        del stage, env
        return [] if name is POLICY else self.list


@pytest.mark.parametrize(
    "entry",
    [
        ports(0, 65535, Code.RETURN),
        ports(0, 65535, Code.FORK, target=ports(0, 65535, Code.RETURN)),
    ],
)
def test_a_return_out_of_a_base_chain_is_a_fault(entry: Entry) -> None:
    with pytest.raises(RuntimeError, match="left its base chain"):
        search(Told(entry), [ALL], None)


def test_a_fork_without_its_entry_is_a_fault() -> None:
    with pytest.raises(TypeError, match="a fork carries"):
        search(Told(ports(0, 65535, Code.FORK), ports(0, 65535, Code.DROP, 1)), [ALL], None)


@pytest.mark.parametrize("entries", [[ports(0, 65535, Code.DROP)], [ports(0, 65535, Code.DROP, n) for n in range(FEW + 1)]])
def test_a_region_that_is_covered_is_never_cut(entries: list[Entry]) -> None:
    with pytest.raises(RuntimeError, match="no edge inside"):
        plane(entries, ALL)


def only_path(network: Network) -> Any:  # noqa: ANN401 - a path
    (found,) = paths(network, "a", "b", V4).paths
    return found


def test_only_lists_of_rules_have_chains_and_only_effects_take_effect() -> None:
    program = Program(only_path(between(filtering(rule(Drop())))), V4, (), upper=True)
    with pytest.raises(TypeError, match="an effect without its action"):
        program.effect(0, Item(0, None), Env())
    routed = Program(only_path(between(None)), V4, (flow(),), upper=True)
    with pytest.raises(RuntimeError, match="have no rules"):
        routed.chain(0, "forward", Env())


@pytest.mark.parametrize("inside", [rule(Drop(), Match(dport=((80, 80),))), rule(Return(), Match(dport=((80, 80),)))])
def test_forty_chains_that_may_be_entered_are_no_trillion_branches(inside: Any) -> None:  # noqa: ANN401 - a rule
    doors = [rule(Jump(f"c{number}"), Match(unknown=unknown(number + 1)), line=number + 1) for number in range(40)]
    chains = {"forward": doors, **{f"c{number}": [inside] for number in range(40)}}
    closed = prove_pair(asked(between(device("fw", chains, [base("forward")]))), "a", "b", V4)
    assert (closed.verdict, closed.nodes < 1_000) == (Verdict.PROVED, True)
    doors.append(rule(Accept(), Match(proto=((6, 6),), dport=((80, 81),))))
    opened = prove_pair(asked(between(device("fw", chains, [base("forward")]))), "a", "b", V4)
    assert (opened.verdict, opened.nodes < 3_000) == (Verdict.UNDECIDED, True)


def test_chains_that_may_be_left_early_are_no_trillion_branches() -> None:
    early = [rule(Return(), Match(proto=((6, 6),), unknown=unknown(number + 1)), line=number + 1) for number in range(3)]
    chains = {"forward": [rule(Jump(f"c{number}")) for number in range(20)]}
    chains |= {f"c{number}": [*early, rule(Drop(), Match(dport=((number, number),)))] for number in range(20)}
    shut = device("fw", chains, [base("forward")])
    found = prove_pair(asked(between(shut)), "a", "b", V4)
    assert (found.verdict, found.nodes < 5_000) == (Verdict.PROVED, True)
    # A packet may leave each chain before its drop, and may not; what may match is never relied on.
    left = device("fw", {**chains, "forward": [*chains["forward"], rule(Accept())]}, [base("forward")])
    assert passing(between(left), WEB) == (True, False)
    assert passing(between(left), Packet(family=V4, src=A + 1, dst=B + 1, proto=6, sport=40000, dport=7)) == (True, False)


def test_a_packet_that_may_be_untracked_twice_is_so_once() -> None:
    early = [rule(NoTrack(), Match(unknown=unknown(number + 1)), line=number + 1) for number in range(30)]
    chains = {"raw": early, "forward": [rule(Accept(), Match(states=frozenset({State.UNTRACKED})))]}
    network = between(device("fw", chains, [base("raw", Hook.PREROUTING, -300, drop=False), base("forward")]))
    found = prove_pair(asked(network), "a", "b", V4)
    assert (found.verdict, found.nodes < 20_000) == (Verdict.UNDECIDED, True)
    assert passing(network, WEB) == (True, False)


def test_a_mark_that_a_chain_may_set_is_seen_behind_it() -> None:
    # What comes back with another mark is not what the other branch goes on with.
    chains = {
        "forward": [rule(Jump("mark"), Match(unknown=unknown())), rule(Accept(), Match(mark=((1, 1),)))],
        "mark": [rule(SetMark(1))],
    }
    assert passing(between(device("fw", chains, [base("forward")])), WEB) == (True, False)


def test_a_chain_that_may_be_gone_to_does_not_come_back() -> None:
    chains = {"forward": [rule(Goto("other"), Match(unknown=unknown())), rule(Accept())], "other": [rule(Return())]}
    assert passing(between(device("fw", chains, [base("forward")])), WEB) == (True, False)


def translating(action: Any, *forward: Any, **more: Any) -> Network:  # noqa: ANN401 - an action and rules
    chains = {"nat": [rule(action, Match(family=V4, dst=((B + 1, B + 1),)))], "forward": forward}
    hooks = [base("nat", Hook.PREROUTING, -100, drop=False, nat=True), base("forward")]
    return between(device("fw", chains, hooks, **more))


def test_a_redirect_to_the_device_ends_the_way() -> None:
    assert passing(translating(DestinationNat(None), rule(Accept())), WEB) == (False, False)


def test_a_device_without_states_translates_every_packet() -> None:
    stateless = {"states": dict.fromkeys(Kind, State.NEW), "track_priority": None}
    network = translating(DestinationNat(B + 9), rule(Accept(), Match(family=V4, dst=((B + 9, B + 9),))), **stateless)
    late = Packet(family=V4, src=A + 1, dst=B + 1, proto=6, sport=40000, dport=80, kind=Kind.RST)
    assert passing(network, late) == (True, True)
    tracking = translating(DestinationNat(B + 9), rule(Accept(), Match(family=V4, dst=((B + 9, B + 9),))))
    assert (passing(tracking, WEB), passing(tracking, late)) == ((True, True), (False, False))


@pytest.mark.parametrize(
    ("to", "ends", "verdict"),
    [
        (DestinationNat(B + 9), {"dst": {V4: net("10.2.0.9/32")}}, Verdict.PROVED),
        (DestinationNat(B + 9), {"dst": {V4: net("10.2.0.8/32")}}, Verdict.VIOLATED),
        (DestinationNat(B + 1, 8080), {"ports": ((8080, 8080),), "dst": {V4: net("10.2.0.1/32")}}, Verdict.PROVED),
        (DestinationNat(B + 9, 8080), {"ports": ((80, 80),), "dst": {V4: net("10.2.0.9/32")}}, Verdict.VIOLATED),
        (DestinationNat(B + 9), {"dst": {V6: net("fd02::9/128")}}, Verdict.VIOLATED),
    ],
)
def test_a_declared_flow_counts_by_what_is_delivered(to: DestinationNat, ends: dict[str, Any], verdict: Verdict) -> None:
    real = Match(family=V4, src=net("10.1.0.0/16"), dst=net("10.2.0.9/32", "10.2.0.1/32"), proto=((6, 6),), translated=True)
    network = translating(to, rule(Accept(), real))
    wanted = flow(**{"ports": ((0, 65535),), **ends})
    assert prove_pair(asked(network, wanted), "a", "b", V4).verdict is verdict


def test_what_returns_from_a_chain_that_drops_the_rest_meets_the_rules_behind_it() -> None:
    inner = [rule(Return(), Match(proto=((6, 6),), dport=((80, 90),))), rule(Drop())]
    outer = [rule(Jump("inner")), rule(Drop(), Match(dport=((85, 85),))), rule(Drop(), Match(dport=((200, 300),))), rule(Accept())]
    found = prove_pair(asked(between(device("fw", {"forward": outer, "inner": inner}, [base("forward")]))), "a", "b", V4)
    assert found.violation is not None
    assert {(region.box[7], region.box[8]) for region in found.violation.regions} == {(80, 84), (86, 90)}


def test_a_rule_that_untracks_too_late_does_nothing() -> None:
    chains = {"late": [rule(NoTrack())], "forward": [rule(Accept(), Match(states=frozenset({State.UNTRACKED})))]}
    network = between(device("fw", chains, [base("late", Hook.PREROUTING, -150, drop=False), base("forward")]))
    assert passing(network, WEB) == (False, False)


def test_members_of_a_mask_are_told_in_order() -> None:
    assert [*values(0b1010_0001)] == [0, 5, 7]
    assert [*values(0)] == []
