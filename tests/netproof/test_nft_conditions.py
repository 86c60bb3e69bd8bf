"""Conditions and translations of nftables, one by one, over a policy of drop."""

from typing import Any

import pytest

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


@pytest.mark.parametrize("body", [None, {"port": 1024}, {"port": {"range": [1024, 2000]}}])
def test_a_masquerade_changes_the_source_behind_the_list(body: Any) -> None:  # noqa: ANN401 - a tree of JSON
    nat = chain("nat", "postrouting", 100, kind="nat")
    assert passes(WEB, table(), nat, FORWARD, rule("nat", {"masquerade": body}), rule("forward", match(SRC, "10.1.0.5"), ACCEPT)) == YES


def test_a_redirect_ends_at_the_device() -> None:
    nat = chain("nat", "prerouting", -100, kind="nat")
    assert passes(WEB, table(), nat, rule("nat", {"redirect": None})) == NO
