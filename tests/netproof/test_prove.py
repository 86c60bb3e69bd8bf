"""Verdicts: what is proved, what is shown, what is left open, and that no disagreement becomes a verdict."""

from datetime import date
from ipaddress import ip_address
from typing import Any

import pytest

from secaudit.model.policy import Flow as Declared
from secaudit.model.text import Text
from secaudit.netproof import decide, replay
from secaudit.netproof import prove as proving
from secaudit.netproof.boxes import volume
from secaudit.netproof.flows import Flow, declared, zone_ranges
from secaudit.netproof.ir import Accept, DestinationNat, Device, Doubt, Drop, Hook, Jump, Match, SourceNat, Unclear
from secaudit.netproof.network import Network, Node, paths
from secaudit.netproof.packets import TCP_REPLY_KINDS, Family, Kind, Packet, State
from secaudit.netproof.prove import PairVerdict, Question, Verdict, permitted, prove, prove_pair
from secaudit.netproof.sampling import Walker
from tests.netproof.build import V4, V6, ZONES, A, B, at, base, between, device, filtering, net, port, route, row, rule, unknown

AS_OF = date(2026, 4, 1)
TCP80 = Match(proto=((6, 6),), dport=((80, 80),))


def asked(network: Network, *flows: Flow, **more: Any) -> Question:  # noqa: ANN401 - fields by name
    return Question(network=network, zones=ZONES, flows=flows, as_of=AS_OF, samples=300, **more)


def verdict(network: Network, *flows: Flow, family: Family = V4, **more: Any) -> PairVerdict:  # noqa: ANN401 - fields by name
    return prove_pair(asked(network, *flows, **more), "a", "b", family)


def flow(**more: Any) -> Flow:  # noqa: ANN401 - fields by name
    whole = {"id": "SC-01", "source": "a", "target": "b", "src": {V4: net("10.1.0.0/16")}, "dst": {V4: net("10.2.0.0/16")}}
    return Flow(**{**whole, "proto": ((6, 6),), "ports": ((80, 80),), "expires": AS_OF, **more})


def test_nothing_passes_and_the_interpreter_tried() -> None:
    found = verdict(between(filtering(rule(Drop()))))
    assert (found.verdict, found.samples) == (Verdict.PROVED, 300)
    assert found.violation is None


def test_a_packet_is_shown_as_sent_with_its_rule_and_line() -> None:
    found = verdict(between(filtering(rule(Drop(), Match(proto=((17, 17),)), line=3), rule(Accept(), TCP80, line=7))))
    assert found.verdict is Verdict.VIOLATED
    assert found.violation is not None
    packet = found.violation.packet
    assert (str(ip_address(packet.src)), packet.proto, packet.dport, packet.kind) == ("10.1.0.1", 6, 80, Kind.START)
    (step,) = found.violation.steps
    assert (step.node, step.iif, step.oif, step.rule and step.rule.at.line) == ("fw", "left", "right", 7)
    assert found.violation.complete
    assert found.violation.forged_only is False
    assert {by.at.line for region in found.violation.regions for by in region.by} == {7}


def test_the_declared_flow_is_taken_off_and_what_is_wider_remains() -> None:
    network = between(
        filtering(rule(Accept(), Match(family=V4, src=net("10.1.0.0/16"), dst=net("10.2.0.0/16"), proto=((6, 6),), dport=((80, 81),))))
    )
    found = verdict(network, flow())
    assert found.violation is not None
    assert {(region.box[7], region.box[8]) for region in found.violation.regions} == {(81, 81)}
    assert verdict(network, flow(), flow(ports=((81, 81),))).verdict is Verdict.PROVED


def test_an_expired_flow_permits_nothing_and_its_last_day_counts() -> None:
    network = between(
        filtering(rule(Accept(), Match(family=V4, src=net("10.1.0.0/16"), dst=net("10.2.0.0/16"), proto=((6, 6),), dport=((80, 80),))))
    )
    assert verdict(network, flow()).verdict is Verdict.PROVED
    assert verdict(network, flow(expires=date(2026, 3, 31))).verdict is Verdict.VIOLATED


def test_a_flow_in_the_other_direction_permits_nothing() -> None:
    network = between(filtering(rule(Accept(), TCP80)))
    assert verdict(network, flow(source="b", target="a")).verdict is Verdict.VIOLATED


def test_returns_of_established_connections_are_free_and_crafted_replies_are_not() -> None:
    returns = filtering(rule(Accept(), Match(states=frozenset({State.ESTABLISHED, State.RELATED}))))
    assert verdict(between(returns)).verdict is Verdict.PROVED
    crafted = filtering(rule(Accept(), Match(kinds=TCP_REPLY_KINDS)))
    found = verdict(between(crafted))
    assert found.violation is not None
    assert found.violation.packet.kind in TCP_REPLY_KINDS


def test_only_a_forged_source_is_said_apart() -> None:
    found = verdict(between(filtering(rule(Accept(), Match(family=V4, src=net("192.0.2.0/24"))))))
    assert found.violation is not None
    assert found.violation.forged_only
    assert verdict(between(filtering(rule(Accept(), Match(family=V4, src=net("10.0.0.0/8")))))).violation.forged_only is False  # type: ignore[union-attr]  # it is violated


@pytest.mark.parametrize("unclear", [rule(Accept(), Match(unknown=unknown())), rule(Unclear(unknown())), rule(Unclear(unknown()), TCP80)])
def test_an_accept_that_is_not_known_to_match_leaves_the_pair_open_and_is_named(unclear: Any) -> None:  # noqa: ANN401 - a rule
    found = verdict(between(filtering(unclear)))
    assert found.verdict is Verdict.UNDECIDED
    assert [one.line and one.line.at.line for one in found.obstacles] == [1]


def test_a_deny_that_is_not_known_to_match_leaves_the_pair_open() -> None:
    network = between(filtering(rule(Drop(), Match(unknown=unknown())), drop=False))
    assert verdict(network).verdict is Verdict.UNDECIDED


def test_what_is_not_known_does_not_hide_what_passes_anyway() -> None:
    network = between(filtering(rule(Drop(), Match(family=V4, src=net("10.1.9.0/24"), unknown=unknown())), drop=False))
    found = verdict(network)
    assert found.verdict is Verdict.VIOLATED


def test_a_doubt_on_the_device_opens_every_pair_of_its_families_only() -> None:
    doubt = Doubt(reason=Text(ja="分からない", en="not known"), line=None, families=frozenset({V6}))
    network = between(filtering(doubts=(doubt,)))
    assert verdict(network).verdict is Verdict.PROVED
    found = verdict(network, family=V6)
    assert (found.verdict, [one.reason.en for one in found.obstacles]) == (Verdict.UNDECIDED, ["not known"])


def test_a_doubtful_device_leaves_the_verdict_open() -> None:
    doubt = Doubt(reason=Text(ja="分からない", en="not known"), line=None)
    assert verdict(row([filtering(doubts=(doubt,)), filtering(drop=False)])).verdict is Verdict.UNDECIDED
    assert verdict(row([filtering(drop=False), filtering(doubts=(doubt,))])).verdict is Verdict.UNDECIDED


def test_the_budget_ends_in_undecided_and_never_in_proved() -> None:
    halves = [rule(Drop(), Match(family=V4, src=((A, A),), dport=ports)) for ports in (((0, 30000),), ((30001, 65535),))]
    listed = [*halves, rule(Accept(), Match(family=V4, src=((A, A),), proto=((6, 6),)))]
    assert verdict(between(filtering(*listed, drop=True))).verdict is Verdict.PROVED
    found = verdict(between(filtering(*listed, drop=True)), budget=1)
    assert found.verdict is Verdict.UNDECIDED


def test_a_device_without_a_configuration_lets_everything_through() -> None:
    assert verdict(between(None)).verdict is Verdict.VIOLATED
    assert verdict(row([None, filtering()])).verdict is Verdict.PROVED


def test_every_ordered_pair_and_both_families_are_answered() -> None:
    found = prove(asked(between(filtering())))
    assert [(one.source, one.target, one.family) for one in found] == [("a", "b", V4), ("b", "a", V4), ("a", "b", V6), ("b", "a", V6)]
    assert {one.verdict for one in found} == {Verdict.PROVED}


def translating(*rules: Any, forward: Any, hook: Hook = Hook.PREROUTING) -> Device:  # noqa: ANN401 - rules
    chains = {"nat": rules, "forward": (forward,)}
    hooks = [base("nat", hook, -100 if hook is Hook.PREROUTING else 100, drop=False, nat=True), base("forward")]
    return device("fw", chains, hooks)


def test_the_packet_is_shown_before_its_translation_and_a_flow_counts_by_either_destination() -> None:
    published, real = net("192.0.2.5/32"), net("10.2.0.5/32")
    to = rule(DestinationNat(B + 5, 8080), Match(family=V4, dst=published, proto=((6, 6),), dport=((80, 80),)))
    network = between(translating(to, forward=rule(Accept(), Match(family=V4, dst=real, proto=((6, 6),), dport=((8080, 8080),)))))
    found = verdict(network)
    assert found.violation is not None
    shown = {(region.box[2], region.box[7]) for region in found.violation.regions}
    assert (published[0][0], 80) in shown
    as_sent = flow(src={V4: ((0, V4.top),)}, dst={V4: published}, ports=((80, 80),))
    as_delivered = flow(src={V4: ((0, V4.top),)}, dst={V4: real}, ports=((8080, 8080),))
    both = verdict(network, as_sent, as_delivered)
    assert both.verdict is Verdict.PROVED
    left = verdict(network, as_delivered)
    assert left.verdict is Verdict.PROVED


def test_a_translated_source_is_what_the_next_device_sees() -> None:
    hide = translating(rule(SourceNat((A + 9, A + 9)), Match(family=V4)), forward=rule(Accept()), hook=Hook.POSTROUTING)
    inner = filtering(rule(Accept(), Match(family=V4, src=((A + 9, A + 9),))))
    found = verdict(row([hide, inner]))
    assert found.violation is not None
    assert found.violation.forged_only is False
    other = filtering(rule(Accept(), Match(family=V4, src=((A + 8, A + 8),))))
    second = verdict(row([hide, other]))
    # What is not NEW is not translated, and may carry any source.
    assert second.violation is not None
    assert second.violation.packet.kind not in (Kind.START, Kind.ACK)


def test_a_flow_that_nothing_permits_is_known() -> None:
    question = asked(between(filtering(rule(Accept(), TCP80))))
    assert permitted(question, flow(), V4) is True
    assert permitted(question, flow(ports=((81, 81),)), V4) is False
    assert permitted(question, flow(), V6) is False
    assert permitted(asked(between(filtering(rule(Accept(), Match(unknown=unknown()))))), flow(), V4) is None


def test_a_search_that_finds_too_little_is_a_fault_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "search", lambda *_, **__: decide.Answer(found=(), finished=True, nodes=1))
    with pytest.raises(replay.InternalDisagreement):
        verdict(between(filtering(rule(Accept()))))


def test_a_search_that_finds_too_much_is_a_fault_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    real = proving.search  # type: ignore[attr-defined]  # patched where it is used
    monkeypatch.setattr(
        proving,
        "search",
        lambda _program, *more, **named: real(proving.Program(open_path(), V4, (), upper=True), *more, **named),  # type: ignore[attr-defined]  # patched where it is used
    )
    with pytest.raises(replay.InternalDisagreement):
        verdict(between(filtering(rule(Drop()))))


def open_path() -> Any:  # noqa: ANN401 - a path
    (found,) = paths(between(None), "a", "b", V4).paths
    return found


def test_the_interpreter_fault_is_none_that_a_user_can_mend() -> None:
    assert issubclass(replay.InternalDisagreement, RuntimeError)


def test_regions_are_the_exact_set() -> None:
    found = verdict(
        between(
            filtering(rule(Accept(), Match(family=V4, src=((A + 1, A + 2),), dst=((B + 1, B + 3),), proto=((6, 6),), dport=((80, 80),))))
        )
    )
    assert found.violation is not None
    assert sum(volume(region.box) for region in found.violation.regions) == 2 * 3 * 65536 * 16


POLICY_ZONES = {"mynumber": ("10.10.0.0/16",), "internet": ("10.30.0.0/16", "outside"), "lgwan": ("10.20.0.0/16", "fd20::/16")}


def written(**more: str) -> Declared:
    fields = {"from": "mynumber", "to": "lgwan", "direction": "outbound", "protocol": "tcp", "ports": "443, 8443", "expires": "2027-03-31"}
    return Declared(id="SC-01", fields={**fields, **more}, at=at())


def test_a_declared_flow_of_the_policy_is_read() -> None:
    read = declared(written(), POLICY_ZONES)
    assert not isinstance(read, Text)
    (found,) = read
    assert (found.source, found.target, found.ports, found.expires) == ("mynumber", "lgwan", ((443, 443), (8443, 8443)), date(2027, 3, 31))
    assert found.fields(V6) is None
    inbound = declared(written(direction="inbound"), POLICY_ZONES)
    assert not isinstance(inbound, Text)
    assert [(one.source, one.target) for one in inbound] == [("lgwan", "mynumber")]
    both = declared(written(direction="both", protocol="any", ports=""), POLICY_ZONES)
    assert not isinstance(both, Text)
    assert len(both) == 2
    hosts = declared(written(**{"from": "10.10.0.5, 10.10.0.6", "protocol": "17"}), POLICY_ZONES)
    assert not isinstance(hosts, Text)
    assert (hosts[0].source, len(hosts[0].src[V4]), hosts[0].proto) == ("mynumber", 1, ((17, 17),))


@pytest.mark.parametrize("more", [{"protocol": "mystery"}, {"from": "nowhere"}, {"to": "10.1.2.300"}])
def test_a_declared_flow_that_cannot_be_read_says_why(more: dict[str, str]) -> None:
    assert isinstance(declared(written(**more), POLICY_ZONES), Text)


def test_outside_is_what_no_zone_names() -> None:
    internet = zone_ranges(POLICY_ZONES, "internet", V4)
    assert any(low <= int(ip_address("198.51.100.1")) <= high for low, high in internet)
    assert not any(low <= int(ip_address("10.10.0.1")) <= high for low, high in internet)


def test_a_loop_of_links_ends_and_the_walk_of_the_interpreter_too() -> None:
    nodes = (
        Node(name="one", ports=(port("a", "a"), port("x", None, "l1"), port("y", None, "l2")), device=None),
        Node(name="two", ports=(port("x", None, "l1"), port("y", None, "l2"), port("b", "b")), device=filtering()),
    )
    network = Network(nodes=nodes)
    assert verdict(network).verdict is Verdict.PROVED
    assert not Walker(network, V4, []).reaches(Packet(family=V4, src=A, dst=B, proto=6), "a", "b")


def test_routes_keep_other_destinations_away() -> None:
    lines = (route("10.2.0.0/24", "right"), route("10.3.0.0/16", "other"))
    node = Node(name="fw", ports=(port("left", "a"), port("right", "b"), port("other", "c")), device=None, routes=lines)
    found = verdict(Network(nodes=(node,)))
    assert found.violation is not None
    assert {(region.box[2], region.box[3]) for region in found.violation.regions} == {(B, B + 255)}
    assert at().line == 1


def test_what_is_not_known_behind_what_was_searched_first_still_counts() -> None:
    # The second list is read only once the search gets there: the first region found says nothing of it.
    chains = {
        "first": [rule(Accept(), Match(proto=((6, 6),))), rule(Jump("more"), Match(proto=((17, 17),)))],
        "more": [rule(Accept(), Match(dport=((53, 53),), unknown=unknown()))],
    }
    found = verdict(between(device("fw", chains, [base("first")])))
    assert found.violation is not None
    assert {region.box[4] for region in found.violation.regions} == {1 << 6}


def test_a_violation_is_complete_only_if_every_path_was_searched_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [(port("left", "a", None, f"10.1.{one}.1/24"), port("right", "b", None, f"10.2.{one}.1/24")) for one in range(2)]
    two = Network(nodes=tuple(Node(name=f"fw{n}", ports=both, device=filtering(rule(Accept(), TCP80))) for n, both in enumerate(ports)))
    found = verdict(two)
    assert found.violation is not None
    whole = found.violation.regions
    assert (found.violation.complete, {region.path.hops[0].node.name for region in whole}) == (True, {"fw0", "fw1"})
    # The limit is reached as the first path comes to its end: the second is not searched.
    monkeypatch.setattr(proving, "REGIONS", len(whole) // 2)
    found = verdict(two)
    assert found.violation is not None
    assert (found.violation.complete, len(found.violation.regions)) == (False, len(whole) // 2)


def test_a_packet_outside_its_box_is_a_fault_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "holds", lambda _box, _packet: False)
    with pytest.raises(RuntimeError, match="outside its box"):
        verdict(between(filtering(rule(Accept()))))


def test_samples_of_a_declared_flow_are_no_disagreement_and_those_beside_it_are() -> None:
    through = rule(Accept(), Match(family=V4, src=net("10.1.0.5/32"), dst=net("10.2.0.5/32"), proto=((6, 6),), dport=((80, 80),)))
    six = flow(id="SC-02", src={V6: net("fd01::/16")}, dst={V6: net("fd02::/16")})
    other = flow(id="SC-03", src={V4: net("10.1.0.5/32")}, dst={V4: net("10.2.0.6/32")})
    elsewhere = flow(id="SC-04", src={V4: net("10.1.0.6/32")})
    exact = flow(src={V4: net("10.1.0.5/32")}, dst={V4: net("10.2.0.5/32")})
    assert verdict(between(filtering(through)), six, elsewhere, other, exact).verdict is Verdict.PROVED
    assert verdict(between(filtering(through)), six, elsewhere, other).verdict is Verdict.VIOLATED


def test_an_open_pair_names_what_is_not_known_on_its_way_and_nothing_of_the_other_family() -> None:
    six = Doubt(reason=Text(ja="IPv6 のこと", en="about IPv6"), line=None, families=frozenset({V6}))
    unclear = filtering(rule(Accept(), Match(unknown=unknown())), doubts=(six,))
    found = verdict(row([None, unclear]))
    assert (found.verdict, [one.reason.en for one in found.obstacles]) == (Verdict.UNDECIDED, ["not known"])


def test_a_source_that_may_be_one_of_several_is_followed_as_all_of_them() -> None:
    pool = SourceNat((A + 1, A + 4), ports=(1_000, 1_999))
    hide = translating(rule(pool, Match(family=V4, proto=((6, 6),))), forward=rule(Accept()), hook=Hook.POSTROUTING)

    def behind(**more: Any) -> Verdict:  # noqa: ANN401 - fields by name
        match = Match(family=V4, proto=((6, 6),), kinds=frozenset({Kind.START}), **more)
        return verdict(row([hide, filtering(rule(Accept(), match))])).verdict

    assert behind(src=((A + 1, A + 8),)) is Verdict.VIOLATED
    assert behind(src=((A + 1, A + 2),)) is Verdict.UNDECIDED
    assert behind(src=((A + 5, A + 8),)) is Verdict.PROVED
    assert behind(sport=((1_000, 2_000),)) is Verdict.VIOLATED
    assert behind(sport=((1_500, 2_000),)) is Verdict.UNDECIDED
    assert behind(sport=((2_000, 2_001),)) is Verdict.PROVED
