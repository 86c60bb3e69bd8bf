"""Rules that never decide, rules that decide only about a part, and lists that are too long to say."""

from typing import Any

import pytest

from secaudit.netproof import shadows
from secaudit.netproof.boxes import Item
from secaudit.netproof.ir import Accept, Drop, Match, SetMark, Unclear
from secaudit.netproof.network import paths
from secaudit.netproof.shadows import Examined, Shadow, shadowed
from tests.netproof.build import V4, between, filtering, rule, unknown


def examined(*rules: Any) -> Examined:  # noqa: ANN401 - rules
    fw = filtering(*rules)
    (path,) = paths(between(fw), "a", "b", V4).paths
    return shadowed(fw, fw.hooks[0], path.hops[0], V4)


def ports(low: int, high: int, **more: Any) -> Match:  # noqa: ANN401 - fields by name
    return Match(proto=((6, 6),), dport=((low, high),), **more)


def said(found: Examined) -> list[tuple[int, Shadow, list[int]]]:
    return [(one.rule.at.line or 0, one.how, [by.at.line or 0 for by in one.by]) for one in found.found]


def test_a_rule_that_several_before_it_cover_is_never_reached() -> None:
    listed = [rule(Drop(), ports(1, 50), line=1), rule(Drop(), ports(51, 99), line=2), rule(Accept(), ports(40, 60), line=3)]
    assert said(examined(*listed)) == [(3, Shadow.NEVER, [1, 2])]


def test_a_rule_that_a_rule_of_the_other_kind_overlaps_is_partly_shadowed() -> None:
    listed = [rule(Drop(), ports(1, 50), line=1), rule(Accept(), ports(60, 70), line=2), rule(Accept(), ports(40, 65), line=3)]
    assert said(examined(*listed)) == [(3, Shadow.PARTLY, [1])]


def test_apart_from_each_other_nothing_is_said() -> None:
    assert said(examined(rule(Drop(), ports(1, 2)), rule(Accept(), ports(3, 4)))) == []


def test_a_rule_that_may_not_match_shadows_nothing() -> None:
    assert said(examined(rule(Drop(), Match(unknown=unknown())), rule(Accept(), ports(3, 4)))) == []


def test_a_list_that_is_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadows, "RULES", 1)
    assert not examined(rule(Drop()), rule(Accept())).complete
    monkeypatch.setattr(shadows, "RULES", 5)
    monkeypatch.setattr(shadows, "BUDGET", 0)
    assert not examined(rule(Drop(), ports(1, 9)), rule(Accept(), ports(2, 12))).complete


def test_an_accept_that_may_not_match_and_a_rule_that_is_not_clear_shadow_nothing() -> None:
    wide, narrow = ports(1, 99), ports(5, 9)
    assert said(examined(rule(Accept(), ports(1, 99, unknown=unknown()), line=1), rule(Drop(), narrow, line=2))) == []
    assert said(examined(rule(Unclear(unknown()), wide, line=1), rule(Accept(), narrow, line=2))) == []
    # What stands behind a sure rule is still called so.
    assert said(examined(rule(Drop(), wide, line=1), rule(Accept(), ports(5, 9, unknown=unknown()), line=2))) == [(2, Shadow.NEVER, [1])]


def test_of_rules_that_do_not_decide_only_those_never_reached_are_told() -> None:
    partly = [rule(Drop(), ports(1, 50), line=1), rule(SetMark(1), ports(40, 60), line=2)]
    assert said(examined(*partly)) == []
    assert said(examined(*partly, rule(SetMark(2), ports(10, 20), line=3))) == [(3, Shadow.NEVER, [1])]


def test_an_examination_asks_for_no_chains_and_no_effects() -> None:
    before = shadows._Before([], V4)
    assert before.loose(0) == before.entries(0, None) == before.rest(0, None, None)
    with pytest.raises(NotImplementedError):
        before.chain(0, "forward", None)
    with pytest.raises(NotImplementedError):
        before.effect(0, Item(0, None), None)
