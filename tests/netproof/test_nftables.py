"""What nftables exports mean: one test for each pitfall, through the whole proof."""

import json
from typing import Any

import pytest

from secaudit.errors import DocumentError
from secaudit.netproof.dialects import nftables
from secaudit.netproof.ir import BOTH, Source
from secaudit.netproof.lines import Fate
from secaudit.netproof.packets import Family, Kind, Packet
from tests.netproof.build import V4, A, B, between
from tests.netproof.nft_export import (
    ACCEPT,
    DPORT,
    DROP,
    FORWARD,
    NO,
    PERHAPS,
    RETURN,
    SIX,
    SSH,
    STATE,
    WEB,
    YES,
    Object,
    chain,
    device,
    export,
    match,
    meta,
    passes,
    payload,
    read,
    rule,
    table,
)
from tests.netproof.passing import passing


def test_the_policy_of_the_base_chain_decides_at_its_end() -> None:
    assert passes(WEB, table(), FORWARD) == NO
    assert passes(WEB, table(), chain("forward", "forward")) == YES


def test_a_table_of_one_family_leaves_the_other_unfiltered() -> None:
    objects = [table("ip"), chain("forward", "forward", policy="drop", family="ip")]
    assert passes(WEB, *objects) == NO
    assert passes(SIX, *objects) == YES


def test_an_accept_ends_only_its_own_base_chain() -> None:
    first, second = chain("one", "forward", -10), chain("two", "forward", 10, "drop")
    assert passes(WEB, table(), first, second, rule("one", ACCEPT)) == NO


def test_base_chains_run_by_priority_whatever_their_order_in_the_file() -> None:
    late, early = chain("late", "forward", 10, "drop"), chain("early", "forward", -10)
    marks = rule("early", {"mangle": {"key": meta("mark"), "value": 7}})
    assert passes(WEB, table(), late, early, rule("late", match(meta("mark"), 7), ACCEPT), marks) == YES
    assert passes(WEB, table(), chain("late", "forward", -20, "drop"), early, rule("late", match(meta("mark"), 7), ACCEPT), marks) == NO


@pytest.mark.parametrize(("verdict", "expected"), [("jump", YES), ("goto", NO)])
def test_a_chain_that_was_gone_to_does_not_come_back(verdict: str, expected: tuple[bool, bool]) -> None:
    objects = [table(), FORWARD, chain("user"), rule("forward", {verdict: {"target": "user"}}), rule("forward", ACCEPT)]
    assert passes(WEB, *objects, rule("user", match(DPORT, 22), DROP)) == expected


def test_return_leaves_a_user_chain_and_in_a_base_chain_means_the_policy() -> None:
    objects = [table(), FORWARD, chain("user"), rule("forward", {"jump": {"target": "user"}}), rule("user", RETURN), rule("user", DROP)]
    assert passes(WEB, *objects, rule("forward", ACCEPT)) == YES
    assert passes(WEB, table(), FORWARD, rule("forward", RETURN), rule("forward", ACCEPT)) == NO


def test_rules_of_iptables_are_opaque_and_never_read_as_accept_all_nor_dropped() -> None:
    opaque = {"xt": {"type": "match", "name": "conntrack"}}
    assert passes(WEB, table(), FORWARD, rule("forward", opaque, ACCEPT)) == PERHAPS
    assert passes(WEB, table(), chain("forward", "forward"), rule("forward", opaque, DROP)) == PERHAPS
    assert passes(WEB, table(), FORWARD, rule("forward", {"xt": {"type": "target", "name": "MASQUERADE"}})) == PERHAPS
    (line,) = read(table(), FORWARD, rule("forward", opaque, ACCEPT)).account.not_understood
    assert "iptables-save" in line.reason.en if line.reason else False


@pytest.mark.parametrize("op", ["==", "in"])
def test_established_alone_lets_nothing_new_through(op: str) -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", match(STATE, ["established", "related"], op), ACCEPT)) == NO


def test_new_lets_a_stray_ack_through_and_invalid_the_rest() -> None:
    ack, reset = (Packet(family=V4, src=A, dst=B, proto=6, sport=1, dport=80, kind=kind) for kind in (Kind.ACK, Kind.RST))
    fresh = [table(), FORWARD, rule("forward", match(STATE, "new", "in"), ACCEPT)]
    assert passes(ack, *fresh) == YES
    assert passes(reset, *fresh) == NO
    assert passes(reset, table(), FORWARD, rule("forward", match(STATE, "invalid", "in"), ACCEPT)) == YES


def test_before_tracking_every_packet_is_invalid_and_notrack_makes_it_untracked() -> None:
    raw = chain("raw", "prerouting", -300)
    assert passes(WEB, table(), raw, rule("raw", match(STATE, "new", "in"), DROP)) == YES
    assert (
        passes(WEB, table(), raw, FORWARD, rule("raw", {"notrack": None}), rule("forward", match(STATE, "untracked", "in"), ACCEPT)) == YES
    )
    assert passes(WEB, table(), raw, FORWARD, rule("raw", {"notrack": None}), rule("forward", match(STATE, "new", "in"), ACCEPT)) == NO


def test_a_verdict_map_with_intervals() -> None:
    data = {"set": [[{"range": [20, 30]}, DROP], [80, ACCEPT], [443, {"jump": {"target": "user"}}]]}
    objects = [table(), FORWARD, chain("user"), rule("forward", {"vmap": {"key": DPORT, "data": data}})]
    assert passes(WEB, *objects) == YES
    assert passes(SSH, *objects) == NO


def test_concatenated_intervals_are_pairs_and_not_a_product() -> None:
    pairs = [
        {"concat": [{"prefix": {"addr": "10.2.0.0", "len": 24}}, {"range": [80, 90]}]},
        {"concat": ["10.2.1.1", 22]},
    ]
    named: Object = {
        "set": {"family": "inet", "table": "t", "name": "s", "type": ["ipv4_addr", "inet_service"], "handle": 4, "elem": pairs}
    }
    lookup = match({"concat": [payload("ip", "daddr"), DPORT]}, "@s")
    objects = [table(), named, FORWARD, rule("forward", lookup, ACCEPT)]
    assert passes(WEB, *objects) == YES
    assert passes(SSH, *objects) == NO


def test_a_named_set_without_elements_may_hold_anything() -> None:
    empty: Object = {"set": {"family": "inet", "table": "t", "name": "s", "type": "ipv4_addr", "handle": 4}}
    objects = [table(), empty, FORWARD, rule("forward", match(payload("ip", "saddr"), "@s"), ACCEPT)]
    assert passes(WEB, *objects) == PERHAPS
    (line,) = read(*objects).account.not_understood
    assert line.reason is not None
    assert "--terse" in line.reason.en


@pytest.mark.parametrize("more", [{"flags": ["dynamic"]}, {"flags": "timeout"}, {"timeout": 60}])
def test_a_set_that_changes_while_it_runs_may_hold_anything(more: Object) -> None:
    named: Object = {"set": {"family": "inet", "table": "t", "name": "s", "type": "ipv4_addr", "elem": ["10.1.0.5"], **more}}
    objects = [table(), named, chain("forward", "forward"), rule("forward", match(payload("ip", "saddr"), "@s"), DROP)]
    assert passes(WEB, *objects) == PERHAPS


def test_the_negation_of_a_set_is_the_complement_of_all_its_members() -> None:
    objects = [table(), FORWARD, rule("forward", match(payload("ip", "saddr"), {"set": ["10.1.0.5", "10.1.0.6"]}, "!="), ACCEPT)]
    assert passes(WEB, *objects) == NO
    assert passes(Packet(family=V4, src=A + 7, dst=B, proto=17), *objects) == YES


@pytest.mark.parametrize("name", ["limit", "quota", "meter"])
def test_a_condition_of_the_moment_accepts_perhaps_and_denies_perhaps(name: str) -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", {name: {}}, ACCEPT)) == PERHAPS
    assert passes(WEB, table(), chain("forward", "forward"), rule("forward", {name: {}}, DROP)) == PERHAPS


@pytest.mark.parametrize("name", ["flow", "fwd", "dup", "tproxy", "queue", "ct helper", "synproxy"])
def test_what_cannot_be_followed_puts_a_doubt_on_the_device(name: str) -> None:
    found = read(table(), FORWARD, rule("forward", {name: {}}))
    (doubt,) = found.devices[0].doubts
    assert doubt.families == BOTH
    assert doubt.line in found.account.not_understood
    assert passing(between(found.devices[0]), WEB) == PERHAPS


@pytest.mark.parametrize(("family", "hook"), [("bridge", "forward"), ("netdev", "ingress"), ("inet", "ingress")])
def test_chains_at_other_places_put_a_doubt_on_the_device(family: str, hook: str) -> None:
    found = device(table(family), chain("c", hook, family=family), FORWARD)
    assert [doubt.families for doubt in found.doubts] == [BOTH]


def test_a_destination_translation_is_seen_by_the_forward_list_and_the_packet_is_shown_as_sent() -> None:
    nat, to = chain("nat", "prerouting", -100, kind="nat"), {"dnat": {"family": "ip", "addr": "10.2.0.9", "port": 8080}}
    objects = [table(), nat, FORWARD, rule("nat", match(DPORT, 80), to)]
    inner = [match(payload("ip", "daddr"), "10.2.0.9"), match(DPORT, 8080), ACCEPT]
    assert passes(WEB, *objects, rule("forward", *inner)) == YES
    assert passes(WEB, *objects, rule("forward", match(DPORT, 80), ACCEPT)) == NO
    assert passes(WEB, *objects, rule("forward", match({"ct": {"key": "status"}}, "dnat", "in"), ACCEPT)) == YES


def test_translation_happens_at_one_place_whatever_the_priority_of_its_chain() -> None:
    nat, to = chain("nat", "prerouting", -350, kind="nat"), {"dnat": {"family": "ip", "addr": "10.2.0.9"}}
    early = chain("early", "prerouting", -150)
    objects = [table(), nat, early, rule("nat", to), rule("early", match(payload("ip", "daddr"), "10.2.0.9"), DROP)]
    assert passes(WEB, *objects) == YES


def test_a_translation_to_several_destinations_is_not_understood() -> None:
    nat, to = chain("nat", "prerouting", -100, kind="nat"), {"dnat": {"family": "ip", "addr": {"range": ["10.2.0.9", "10.2.0.12"]}}}
    objects = [table(), nat, FORWARD, rule("nat", to), rule("forward", match(payload("ip", "daddr"), "10.2.0.9"), ACCEPT)]
    assert passes(WEB, *objects) == PERHAPS


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (3, 3),
        ({"|": [meta("mark"), 4]}, 5),
        ({"&": [meta("mark"), 4]}, 0),
        ({"^": [meta("mark"), 3]}, 2),
        ({"|": [{"&": [meta("mark"), 12]}, 2]}, 2),
        ({"^": [{"&": [meta("mark"), 1]}, 8]}, 9),
    ],
)
def test_marks_are_computed(value: Any, result: int) -> None:  # noqa: ANN401 - a tree of JSON
    sets = [rule("forward", {"mangle": {"key": meta("mark"), "value": one}}) for one in (1, value)]
    assert passes(WEB, table(), FORWARD, *sets, rule("forward", match(meta("mark"), result), ACCEPT)) == YES


def test_a_mark_that_is_not_known_decides_nothing() -> None:
    setting = rule("forward", {"mangle": {"key": meta("mark"), "value": {"ct": {"key": "mark"}}}})
    assert passes(WEB, table(), FORWARD, setting, rule("forward", match(meta("mark"), 1), ACCEPT)) == PERHAPS


def test_a_mark_is_set_although_a_later_condition_of_its_rule_fails() -> None:
    both = rule("forward", {"mangle": {"key": meta("mark"), "value": 1}}, match(DPORT, 22), DROP)
    assert passes(WEB, table(), FORWARD, both, rule("forward", match(meta("mark"), 1), ACCEPT)) == YES


def test_a_mask_on_an_address_and_on_flags() -> None:
    odd = match({"&": [payload("ip", "saddr"), "255.255.252.255"]}, "10.1.0.5")
    assert passes(WEB, table(), FORWARD, rule("forward", odd, ACCEPT)) == YES
    syn = match({"&": [payload("tcp", "flags"), {"|": ["fin", "syn", "rst", "ack"]}]}, "syn")
    assert passes(WEB, table(), FORWARD, rule("forward", syn, ACCEPT)) == YES
    scattered = match({"&": [payload("ip", "saddr"), "0.0.0.255"]}, "0.0.0.5")
    assert passes(WEB, table(), FORWARD, rule("forward", scattered, ACCEPT)) == PERHAPS


def test_interfaces_by_name_pattern_and_negation() -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", match(meta("iifname"), "le*"), ACCEPT)) == YES
    assert passes(WEB, table(), FORWARD, rule("forward", match(meta("oifname"), "right", "!="), ACCEPT)) == NO
    assert passes(WEB, table(), FORWARD, rule("forward", match(meta("iifname"), {"set": ["left", "x"]}), ACCEPT)) == YES


def test_ports_belong_to_their_protocol_and_icmp_to_its_family() -> None:
    ping = Packet(family=V4, src=A, dst=B, proto=1, sport=8, dport=0)
    assert passes(ping, table(), FORWARD, rule("forward", match(DPORT, {"range": [0, 65535]}), ACCEPT)) == NO
    assert passes(ping, table(), FORWARD, rule("forward", match(payload("icmp", "type"), "echo-request"), ACCEPT)) == YES
    assert passes(ping, table(), FORWARD, rule("forward", match(payload("icmpv6", "type"), "echo-request"), ACCEPT)) == NO


def test_the_next_header_of_ipv6_may_stand_behind_an_extension() -> None:
    assert passes(SIX, table(), FORWARD, rule("forward", match(payload("ip6", "nexthdr"), "tcp"), ACCEPT)) == PERHAPS


def test_the_packet_type_of_what_is_forwarded_is_host() -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", match(meta("pkttype"), "host"), ACCEPT)) == YES
    assert passes(WEB, table(), FORWARD, rule("forward", match(meta("pkttype"), "multicast"), ACCEPT)) == NO


def test_jumps_in_a_circle_and_to_nowhere_put_a_doubt_on_the_device() -> None:
    circle = [table(), FORWARD, chain("u"), rule("u", {"jump": {"target": "u"}}), rule("forward", {"jump": {"target": "u"}})]
    assert device(*circle).doubts
    assert device(table(), FORWARD, rule("forward", {"jump": {"target": "nowhere"}})).doubts


def test_a_dormant_table_and_an_unknown_object_put_a_doubt_on_the_device() -> None:
    assert device({"table": {"family": "inet", "name": "t", "flags": ["dormant"]}}).doubts
    assert device({"mystery": {}}).doubts
    assert device({"mystery": 7}).doubts
    assert device({}).doubts


def test_every_object_is_accounted_for_with_its_line() -> None:
    found = read(
        table(), FORWARD, {"counter": {"name": "c"}}, rule("forward", {"log": {}}, {"counter": {}}), rule("forward", {"limit": {}}, ACCEPT)
    )
    counts = {fate: found.account.count(fate) for fate in Fate}
    assert counts == {Fate.UNDERSTOOD: 3, Fate.IRRELEVANT: 2, Fate.NOT_UNDERSTOOD: 1}
    assert sum(counts.values()) == len(found.account.lines) == 6
    lines = [line.at.line or 0 for line in found.account.lines]
    assert lines == sorted(lines)
    assert len(set(lines)) == 6


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"nftables": 1}', b"\xff", b"table ip t {}"])
def test_what_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        nftables.read([Source(path="fw.json", data=data)], "fw")


@pytest.mark.parametrize(
    "broken",
    [
        {"match": {"left": 1}},
        {"match": {}},
        {"jump": {}},
        {"vmap": {"key": DPORT, "data": 1}},
        {"snat": {}},
        {"mangle": {}},
        {"what": None},
        {},
    ],
)
def test_a_broken_statement_never_vanishes(broken: Object) -> None:
    found = read(table(), chain("forward", "forward"), rule("forward", broken, DROP))
    assert found.account.count(Fate.NOT_UNDERSTOOD) == 1
    assert passing(between(found.devices[0]), WEB) == PERHAPS


def test_both_families_are_asked_apart() -> None:
    objects = [table(), FORWARD, rule("forward", match(meta("nfproto"), "ipv6"), ACCEPT)]
    assert passes(WEB, *objects) == NO
    assert passes(SIX, *objects) == YES
    assert Family.V6.bits == 128


@pytest.mark.parametrize(
    ("kind", "four", "six"), [("icmp", NO, YES), ("icmpv6", YES, NO), ("icmpx", NO, NO), (None, NO, NO), ("tcp reset", NO, NO)]
)
def test_the_answer_of_a_reject_implies_the_condition_that_the_export_leaves_out(kind: str | None, four: Any, six: Any) -> None:  # noqa: ANN401 - pairs
    body = None if kind is None else {"type": kind, "expr": "port-unreachable"}
    objects = [table(), chain("forward", "forward"), rule("forward", match(DPORT, 80), {"reject": body})]
    assert (passes(WEB, *objects), passes(SIX, *objects)) == (four, six)
    udp = Packet(family=V4, src=A, dst=B, proto=17, dport=80)
    assert passes(udp, table(), chain("forward", "forward"), rule("forward", {"reject": {"type": "tcp reset"}})) == YES


def test_the_order_of_two_chains_of_one_priority_is_doubted_where_it_matters() -> None:
    one, two = chain("one", "forward"), chain("two", "forward", policy="drop")
    assert device(table(), one, two, rule("one", ACCEPT), rule("two", ACCEPT)).doubts == ()
    marks = rule("one", {"mangle": {"key": meta("mark"), "value": 7}})
    assert device(table(), one, two, marks, rule("two", match(meta("mark"), 7), ACCEPT)).doubts


def test_a_translation_to_where_the_packet_goes_anyway_is_none() -> None:
    nat, to = chain("nat", "prerouting", -100, kind="nat"), {"dnat": {"family": "ip", "addr": "10.2.0.5"}}
    objects = [table(), nat, FORWARD, rule("nat", to), rule("forward", match({"ct": {"key": "status"}}, "dnat", "in"), ACCEPT)]
    assert passes(WEB, *objects) == NO
    assert passes(Packet(family=V4, src=A, dst=B + 6, proto=6, dport=80), *objects) == YES


def test_when_a_rule_logs_does_not_matter() -> None:
    sometimes = rule("forward", {"limit": {"rate": 5, "per": "minute"}}, match({"meta": {"key": "unheard-of"}}, 1), {"log": {}})
    objects = [table(), FORWARD, sometimes, rule("forward", match(DPORT, 22), ACCEPT)]
    assert read(*objects).account.not_understood == ()
    assert passes(SSH, *objects) == YES
    assert passes(WEB, *objects) == NO


def test_the_place_of_every_object_is_its_own_on_many_lines_and_on_one() -> None:
    objects = [table(), FORWARD, rule("forward", ACCEPT), rule("forward", DROP)]
    data = export(*objects)
    spread = [line.at for line in nftables.read([Source(path="fw.json", data=data)], "fw").account.lines]
    text = data.decode().splitlines()
    for place in spread:
        assert place.line is not None
        assert place.column is not None
        assert text[place.line - 1][int(place.column) - 1] == "{"
    packed = json.dumps(json.loads(data))
    places = [line.at for line in nftables.read([Source(path="fw.json", data=packed.encode())], "fw").account.lines]
    assert {place.line for place in places} == {1}
    assert [packed[int(place.column or 0) - 1] for place in places] == ["{"] * 5
    assert len({place.column for place in places}) == 5


@pytest.mark.parametrize(
    "statement",
    [
        {"reject": {"type": "what"}},
        {"snat": {"family": "ip", "port": 80}},
        {"dnat": {"family": "ip", "port": 80}},
        {"dnat": {"family": "ip", "addr": "10.2.0.9", "port": {"range": [80, 90]}}},
        {"dnat": {"family": "ip", "addr": "10.2.0.9", "flags": "netmap"}},
        {"dnat": {"family": "ip", "addr": "10.2.0.9", "type_flags": "prefix"}},
        {"dnat": {"addr": "10.2.0.9"}},
        {"vmap": {"key": meta("mark"), "data": {"set": [[1, ACCEPT]]}}},
        {"vmap": {"key": DPORT, "data": {"set": [[80, "accept"]]}}},
        {"vmap": {"key": DPORT, "data": {"set": [[80, {"accept": None, "drop": None}]]}}},
        {"vmap": {"key": DPORT, "data": {"set": [[80, {"jump": {"target": "user"}}], ["*", ACCEPT]]}}},
        {"vmap": {"key": DPORT, "data": "@nothing"}},
        {"what": None, "else": None},
    ],
)
def test_a_verdict_that_is_not_understood_may_be_any(statement: Object) -> None:
    user = [chain("user"), rule("user", DROP)]
    for policy in ("accept", "drop"):
        assert passes(WEB, table(), chain("forward", "forward", policy=policy), *user, rule("forward", statement)) == PERHAPS


def test_a_verdict_map_without_its_key_goes_on_and_with_a_star_takes_the_rest() -> None:
    data = {"set": [[22, {"continue": None}], [{"elem": {"val": 23, "comment": "telnet"}}, DROP], ["*", ACCEPT]]}
    assert passes(WEB, table(), FORWARD, rule("forward", {"vmap": {"key": DPORT, "data": data}})) == YES
    late = [rule("forward", {"vmap": {"key": DPORT, "data": {"set": [[22, {"continue": None}]]}}}), rule("forward", ACCEPT)]
    assert passes(SSH, table(), FORWARD, *late) == YES
    named: Object = {"map": {"family": "inet", "table": "t", "name": "m", "type": "inet_service", "map": "verdict", "elem": [[80, ACCEPT]]}}
    assert passes(WEB, table(), named, FORWARD, rule("forward", {"vmap": {"key": DPORT, "data": "@m"}})) == YES


def test_what_follows_a_verdict_is_not_understood() -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", ACCEPT, DROP)) == YES
    odd = read(table(), FORWARD, rule("forward", match(DPORT, 22), ACCEPT, DROP))
    assert odd.account.count(Fate.NOT_UNDERSTOOD) == 1
    assert passing(between(odd.devices[0]), WEB) == NO


@pytest.mark.parametrize(
    "value", [{"*": [meta("mark"), 1]}, {"|": [meta("mark"), meta("mark")]}, {"^": [{"|": [meta("mark"), 1]}, 1]}, [1, 2]]
)
def test_a_mark_that_cannot_be_computed_may_be_any(value: Any) -> None:  # noqa: ANN401 - a tree of JSON
    setting = rule("forward", {"mangle": {"key": meta("mark"), "value": value}})
    for asked in (0, 1, 77):
        assert passes(WEB, table(), FORWARD, setting, rule("forward", match(meta("mark"), asked), ACCEPT)) == PERHAPS


def test_what_is_set_beside_the_packet_decides_nothing() -> None:
    for quiet in ({"secmark": "s"}, {"ct timeout": "t"}, {"ct secmark": None}, {"mangle": {"key": {"tcp option": {}}, "value": 1}}):
        found = read(table(), FORWARD, rule("forward", quiet, match(DPORT, 80), ACCEPT))
        assert found.account.not_understood == ()
        assert passing(between(found.devices[0]), WEB) == YES


def test_tables_of_arp_do_not_concern_what_is_routed_and_those_of_bridges_do() -> None:
    arp = [table("arp"), chain("input", "input", family="arp", policy="drop"), rule("input", DROP, family="arp")]
    found = read(*arp, table(), FORWARD, rule("forward", ACCEPT))
    assert [doubt.reason.en for doubt in found.devices[0].doubts] == []
    assert passing(between(found.devices[0]), WEB) == YES
    counts = {fate: found.account.count(fate) for fate in Fate}
    assert counts == {Fate.UNDERSTOOD: 4, Fate.IRRELEVANT: 3, Fate.NOT_UNDERSTOOD: 0}
    bridge = read(table("bridge"), chain("forward", "forward", family="bridge"), rule("forward", DROP, family="bridge"))
    assert bridge.account.count(Fate.NOT_UNDERSTOOD) == 2
    assert passing(between(bridge.devices[0]), WEB) == PERHAPS


def test_elements_that_stand_apart_belong_to_their_set() -> None:
    named: Object = {"set": {"family": "inet", "table": "t", "name": "s", "type": "ipv4_addr", "elem": ["10.1.0.9"]}}
    more: Object = {"element": {"family": "inet", "table": "t", "name": "s", "elem": ["10.1.0.5"]}}
    accepts = rule("forward", match(payload("ip", "saddr"), "@s"), ACCEPT)
    assert passes(WEB, table(), named, FORWARD, accepts) == NO
    assert passes(WEB, table(), named, more, FORWARD, accepts) == YES
    broken: Object = {"element": {"family": "inet", "table": "t", "name": "s", "elem": "what"}}
    assert passes(WEB, table(), named, broken, FORWARD, accepts) == NO


def test_chains_that_lead_to_each_other_more_than_once_are_no_circle() -> None:
    ways = [
        chain("u"),
        chain("v"),
        rule("u", {"jump": {"target": "v"}}),
        rule("u", {"jump": {"target": "v"}}),
        rule("v", match(DPORT, 80), ACCEPT),
    ]
    found = device(table(), FORWARD, *ways, rule("forward", {"jump": {"target": "u"}}), rule("forward", {"jump": {"target": "v"}}))
    assert found.doubts == ()
    assert passing(between(found), WEB) == YES
    # Of two chains at one place, what one changes in a chain that it reaches twice counts once.
    marks = rule("v", {"mangle": {"key": meta("mark"), "value": 7}})
    two = [chain("two", "forward"), rule("two", ACCEPT)]
    both = device(
        table(), FORWARD, *two, *ways, marks, rule("forward", {"jump": {"target": "u"}}), rule("forward", {"jump": {"target": "v"}})
    )
    assert len(both.doubts) == 1


def test_a_rule_whose_expressions_are_missing_is_unclear() -> None:
    bare: Object = {"rule": {"family": "inet", "table": "t", "chain": "forward", "handle": 3}}
    assert passes(WEB, table(), FORWARD, bare) == PERHAPS


def test_the_first_match_counts_and_a_rule_wholly_behind_others_opens_nothing() -> None:
    low, all_of_it = match(DPORT, {"range": [1, 100]}), match(DPORT, {"range": [1, 65535]})
    assert passes(WEB, table(), FORWARD, rule("forward", low, DROP), rule("forward", match(DPORT, 80), ACCEPT)) == NO
    assert passes(WEB, table(), FORWARD, rule("forward", match(DPORT, 80), ACCEPT), rule("forward", low, DROP)) == YES
    high = Packet(family=V4, src=A, dst=B, proto=6, sport=1, dport=101)
    assert passes(high, table(), FORWARD, rule("forward", low, DROP), rule("forward", all_of_it, ACCEPT)) == YES


def test_ports_without_a_protocol_may_hold_for_protocols_that_have_none() -> None:
    bare, esp = match(payload("th", "dport"), 80), Packet(family=V4, src=A, dst=B, proto=50)
    assert passes(WEB, table(), FORWARD, rule("forward", bare, ACCEPT)) == YES
    assert passes(esp, table(), FORWARD, rule("forward", bare, ACCEPT)) == PERHAPS
    limited = match(meta("l4proto"), {"set": ["tcp", "udp"]})
    assert passes(esp, table(), FORWARD, rule("forward", limited, bare, ACCEPT)) == NO
    assert passes(esp, table(), FORWARD, rule("forward", bare, limited, ACCEPT)) == NO
    data = {"set": [[80, ACCEPT]]}
    assert passes(esp, table(), FORWARD, rule("forward", {"vmap": {"key": payload("th", "dport"), "data": data}})) == PERHAPS
    assert passes(esp, table(), FORWARD, rule("forward", limited, {"vmap": {"key": payload("th", "dport"), "data": data}})) == NO
    both = {"concat": [meta("l4proto"), payload("th", "dport")]}
    assert (
        passes(esp, table(), FORWARD, rule("forward", {"vmap": {"key": both, "data": {"set": [[{"concat": ["tcp", 80]}, ACCEPT]]}}})) == NO
    )
    assert (
        passes(WEB, table(), FORWARD, rule("forward", {"vmap": {"key": both, "data": {"set": [[{"concat": ["tcp", 80]}, ACCEPT]]}}})) == YES
    )
    pair = {"concat": [payload("ip", "daddr"), payload("th", "dport")]}
    assert passes(esp, table(), FORWARD, rule("forward", match(pair, {"concat": ["10.2.0.0", 80]}), ACCEPT)) == PERHAPS
