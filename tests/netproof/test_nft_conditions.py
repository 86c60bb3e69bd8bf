"""Conditions and translations of nftables, one by one, over a policy of drop."""

from typing import Any

import pytest

from secaudit.netproof.packets import Packet
from tests.netproof.build import V4, A, B
from tests.netproof.nft_export import (
    ACCEPT,
    DPORT,
    FORWARD,
    NO,
    PERHAPS,
    SIX,
    STATE,
    WEB,
    YES,
    Object,
    chain,
    device,
    match,
    meta,
    passes,
    payload,
    rule,
    table,
)

PING = Packet(family=V4, src=A + 5, dst=B + 5, proto=1, sport=8, dport=0)
RANGE, PREFIX = {"range": [70, 90]}, {"prefix": {"addr": "10.2.0.0", "len": 24}}
SPORT, SRC, DST = payload("tcp", "sport"), payload("ip", "saddr"), payload("ip", "daddr")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (match(DPORT, "http"), YES),
        (match(DPORT, RANGE), YES),
        (match(DPORT, 80, "!="), NO),
        (match(DPORT, 100, "<"), YES),
        (match(DPORT, 80, "<"), NO),
        (match(DPORT, 80, "<="), YES),
        (match(DPORT, 80, ">"), NO),
        (match(DPORT, 80, ">="), YES),
        (match(DPORT, 80, "~"), PERHAPS),
        (match(DPORT, "mystery"), PERHAPS),
        (match(DPORT, {"set": [22, {"elem": {"val": 80, "comment": "web"}}]}), YES),
        (match(DPORT, {"set": [{"elem": {"val": 80, "timeout": 60}}]}), PERHAPS),
        (match(DPORT, {"set": [{"elem": {"val": 80, "limit": {}}}]}), PERHAPS),
        (match(DPORT, "@nothing"), PERHAPS),
        (match(SPORT, 40000), YES),
        (match(payload("udp", "dport"), 80), NO),
        (match(payload("th", "dport"), 80), YES),
        (match(payload("tcp", "window"), 80), PERHAPS),
        (match(DST, PREFIX), YES),
        (match(DST, "10.2.0.0/24"), YES),
        (match(DST, "fd02::5"), PERHAPS),
        (match(DST, 7), NO),
        (match(SRC, {"range": ["10.1.0.4", "10.1.0.9"]}, "!="), NO),
        (match({"&": [SRC, "255.255.255.0"]}, "10.1.0.0", "!="), NO),
        (match({"&": [SRC, "255.255.255.0"]}, "10.1.0.0", "<"), PERHAPS),
        (match({"&": [payload("ip", "ttl"), 1]}, 1), PERHAPS),
        (match({"&": [meta("mark"), 1]}, 0), YES),
        (match({"&": [meta("mark"), 1]}, 0, "!="), NO),
        (match(payload("ip", "protocol"), "tcp"), YES),
        (match(payload("ip", "version"), 4), YES),
        (match(payload("tcp", "flags"), "syn", "in"), YES),
        (match(payload("tcp", "flags"), ["ack", "rst"], "in"), NO),
        (match(payload("tcp", "flags"), "syn"), PERHAPS),
        (match(payload("tcp", "flags"), {"|": ["syn", "ack"]}), PERHAPS),
        (match(meta("l4proto"), {"set": ["tcp", "udp"]}), YES),
        (match(meta("l4proto"), "tcp", "!="), NO),
        (match(meta("protocol"), "ip"), YES),
        (match(meta("skuid"), 0), PERHAPS),
        (match(meta("iifname"), "left", "<"), PERHAPS),
        (match(meta("iifname"), 7), PERHAPS),
        (match(STATE, "new", "!="), NO),
        (match(STATE, {"set": ["new", "untracked"]}), YES),
        (match(STATE, "mystery", "in"), PERHAPS),
        (match({"ct": {"key": "direction"}}, "original"), YES),
        (match({"ct": {"key": "direction"}}, "reply"), NO),
        (match({"ct": {"key": "mark"}}, 1), PERHAPS),
        (match({"ct": {"key": "status"}}, "dnat", "in"), NO),
        (match({"concat": [DST, DPORT]}, {"concat": ["10.2.0.5", 80]}), YES),
        (match({"concat": [DST, DPORT]}, {"concat": ["10.2.0.5"]}), PERHAPS),
        (match({"concat": [DST, DPORT]}, "@s", "!="), PERHAPS),
        (match({"fib": {"result": "type"}}, "local"), PERHAPS),
        (match({"payload": {"base": "th", "offset": 16, "len": 16}}, 80), PERHAPS),
        (match(7, 7), PERHAPS),
    ],
)
def test_a_condition_over_a_policy_of_drop(condition: Object, expected: tuple[bool, bool]) -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", condition, ACCEPT)) == expected


@pytest.mark.parametrize(
    "first", [match(STATE, "new", "in"), match(SRC, "10.1.0.5"), match(meta("mark"), 0), match(meta("iifname"), "left")]
)
@pytest.mark.parametrize(
    "second", [match(STATE, "new", "in"), match(SRC, "10.1.0.5"), match(meta("mark"), 0), match(meta("iifname"), "left")]
)
def test_two_conditions_hold_together(first: Object, second: Object) -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", first, second, ACCEPT)) == YES
    assert passes(SIX, table(), FORWARD, rule("forward", first, second, match(DST, "10.2.0.5"), ACCEPT)) == NO


def test_a_mark_that_a_rule_reads_sets_and_reads_on_is_not_understood() -> None:
    setting: Object = {"mangle": {"key": meta("mark"), "value": 1}}
    assert passes(WEB, table(), FORWARD, rule("forward", match(meta("mark"), 0), setting, ACCEPT)) == PERHAPS
    untracked = rule("raw", match(STATE, "invalid", "in"), {"notrack": None}, ACCEPT)
    assert passes(WEB, table(), chain("raw", "prerouting", -300, "drop"), untracked) == PERHAPS
    read_then_set = [rule("forward", match(meta("mark"), 0), setting), rule("forward", match(meta("mark"), 1), ACCEPT)]
    assert passes(WEB, table(), FORWARD, *read_then_set) == YES


def test_a_rewritten_address_puts_a_doubt_on_the_device_and_a_rewritten_class_does_not() -> None:
    assert device(table(), FORWARD, rule("forward", {"mangle": {"key": DST, "value": "10.2.0.9"}})).doubts
    assert not device(table(), FORWARD, rule("forward", {"mangle": {"key": payload("ip", "dscp"), "value": 4}})).doubts
    assert not device(table(), FORWARD, rule("forward", {"mangle": {"key": {"ct": {"key": "mark"}}, "value": 4}})).doubts
    assert not device(table(), FORWARD, rule("forward", {"mangle": {"key": meta("priority"), "value": 4}})).doubts


ICMP_TYPE, ICMP_CODE, MARK = payload("icmp", "type"), payload("icmp", "code"), meta("mark")


@pytest.mark.parametrize(
    ("conditions", "packet", "expected"),
    [
        # What cannot hold together never matches.
        ([match(SRC, "10.1.0.5"), match(payload("ip6", "daddr"), "fd02::5")], WEB, NO),
        ([match(ICMP_TYPE, "echo-request"), match(DPORT, 80)], WEB, NO),
        ([match(DPORT, 80), match(ICMP_TYPE, "echo-request")], PING, NO),
        ([match(DPORT, 80), match(DPORT, 81)], WEB, NO),
        ([match(meta("l4proto"), "tcp"), match(meta("l4proto"), "udp")], WEB, NO),
        ([match(STATE, "new"), match(STATE, "established")], WEB, NO),
        ([match(meta("iifname"), "left"), match(meta("iifname"), "right")], WEB, NO),
        # What can, does.
        ([match(ICMP_TYPE, "echo-request"), match(ICMP_CODE, 0)], PING, YES),
        ([match(ICMP_TYPE, "echo-request"), match(ICMP_CODE, 1)], PING, NO),
        ([match(ICMP_TYPE, "echo-request"), match(ICMP_TYPE, "echo-reply")], PING, NO),
        ([match(SRC, "10.1.0.0/16"), match(SRC, "10.1.0.5", "!=")], WEB, NO),
        ([match(MARK, 0), match(MARK, {"set": [0, 1]})], WEB, YES),
        ([match(meta("oifname"), "right"), match(meta("iifname"), "right", "!=")], WEB, YES),
        # Two conditions that cannot be laid over each other may hold.
        ([match({"&": [MARK, 1]}, 0), match({"&": [MARK, 2]}, 0)], WEB, PERHAPS),
        ([match(meta("iifname"), "le*"), match(meta("iifname"), "left")], WEB, PERHAPS),
    ],
)
def test_conditions_of_one_rule_hold_all_together(conditions: list[Object], packet: Any, expected: tuple[bool, bool]) -> None:  # noqa: ANN401 - a packet
    assert passes(packet, table(), FORWARD, rule("forward", *conditions, ACCEPT)) == expected


MANY_PORTS = {"set": [{"concat": [f"10.2.{one // 200}.{one % 200}", 2 * one + 1]} for one in range(5_000)]}


@pytest.mark.parametrize(
    "condition",
    [
        match({"concat": [DST, DPORT]}, MANY_PORTS),
        match({"&": [7, 1]}, 1),
        match({"&": [payload("tcp", "sport"), 1]}, 1),
        match(DPORT, [[80]]),
        match(DPORT, {"what": 80}),
        match(DST, "10.2.0.256"),
        match(DST, {"elem": {"val": "10.2.0.5", "expires": 7}}),
        match(STATE, "new", "<"),
    ],
)
def test_a_condition_that_cannot_be_read_may_hold(condition: Object) -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", condition, ACCEPT)) == PERHAPS


def test_more_combinations_than_a_rule_may_have_are_not_understood() -> None:
    pairs = {"set": [{"concat": [f"10.2.0.{one}", 80]} for one in range(200)]}
    both = [
        match({"concat": [DST, DPORT]}, pairs),
        match({"concat": [SRC, SPORT]}, {"set": [{"concat": ["10.1.0.5", one]} for one in range(100)]}),
    ]
    assert passes(WEB, table(), FORWARD, rule("forward", *both, ACCEPT)) == PERHAPS


@pytest.mark.parametrize(
    ("value", "expected"),
    [("*", YES), (True, NO), ({"elem": {"val": 80, "comment": "web"}}, YES), ({"set": [{"elem": {"val": {"range": [79, 81]}}}]}, YES)],
)
def test_forms_of_a_value(value: Any, expected: tuple[bool, bool]) -> None:  # noqa: ANN401 - a tree of JSON
    assert passes(WEB, table(), FORWARD, rule("forward", match(DPORT, value), ACCEPT)) == expected


@pytest.mark.parametrize("body", [None, {"port": 1024}, {"port": {"range": [1024, 2000]}}])
def test_a_masquerade_changes_the_source_behind_the_list(body: Any) -> None:  # noqa: ANN401 - a tree of JSON
    nat = chain("nat", "postrouting", 100, kind="nat")
    assert passes(WEB, table(), nat, FORWARD, rule("nat", {"masquerade": body}), rule("forward", match(SRC, "10.1.0.5"), ACCEPT)) == YES


def test_a_redirect_ends_at_the_device() -> None:
    nat = chain("nat", "prerouting", -100, kind="nat")
    assert passes(WEB, table(), nat, rule("nat", {"redirect": None})) == NO


def test_a_source_translation_is_seen_only_behind_it() -> None:
    nat = chain("nat", "postrouting", 100, kind="nat")
    late = chain("late", "postrouting", 200, policy="drop")
    hidden = rule("nat", {"snat": {"family": "ip", "addr": "10.1.0.9", "port": {"range": [1024, 2000]}}})
    objects = [table(), nat, late, FORWARD, hidden, rule("forward", match(SRC, "10.1.0.5"), ACCEPT)]
    assert passes(WEB, *objects, rule("late", match(SRC, "10.1.0.9"), ACCEPT)) == YES
    assert passes(WEB, *objects, rule("late", match(SRC, "10.1.0.5"), ACCEPT)) == NO
    assert passes(WEB, *objects, rule("late", match(SPORT, {"range": [1000, 3000]}), ACCEPT)) == YES
    assert passes(WEB, *objects, rule("late", match(SPORT, 1024), ACCEPT)) == PERHAPS


def test_an_element_is_compared_by_its_value() -> None:
    assert passes(WEB, table(), FORWARD, rule("forward", match(DPORT, {"elem": {"val": 81, "counter": {}}}, "<"), ACCEPT)) == YES
    assert passes(WEB, table(), FORWARD, rule("forward", match(DPORT, {"elem": {"val": 80}}, "<"), ACCEPT)) == NO
