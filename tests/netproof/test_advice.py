"""Notes about lines: never reached on any passage, partly taken, each once; what was too long is said."""

from dataclasses import replace
from typing import Any

import pytest

from secaudit.model.location import Location
from secaudit.netproof import advice as advising
from secaudit.netproof.advice import BY, advice
from secaudit.netproof.ir import Accept, Drop, Hook, Match, Rule, SourceNat
from secaudit.netproof.network import Network, Node
from secaudit.netproof.packets import State
from tests.netproof.build import V6, A, base, between, device, filtering, port, rule, unknown


def ports(low: int, high: int, **more: Any) -> Match:  # noqa: ANN401 - fields by name
    return Match(proto=((6, 6),), dport=((low, high),), **more)


def noted(network: Network) -> list[tuple[str, str, int | None, list[int | None]]]:
    return [(one.device, one.how, one.at.line, [by.line for by in one.by]) for one in advice(network).notes]


def test_a_line_that_others_take_is_never_reached() -> None:
    listed = [rule(Drop(), ports(1, 50), line=1), rule(Drop(), ports(51, 99), line=2), rule(Accept(), ports(40, 60), line=3)]
    network = between(filtering(*listed))
    assert noted(network) == [("fw", "never", 3, [1, 2])]
    (note,) = advice(network).notes
    assert note.line == "line 3"
    assert note.words.ja == "前の行（fw.conf:1、fw.conf:2）がすべて先に決めるため、この行は働かない"
    assert note.words.en == "never decides: lines before it take everything (fw.conf:1, fw.conf:2)"


def test_a_line_of_which_others_take_a_part_is_named_with_them() -> None:
    listed = [rule(Drop(), ports(1, 50), line=1), rule(Accept(), ports(60, 70), line=2), rule(Accept(), ports(40, 65), line=3)]
    assert noted(between(filtering(*listed))) == [("fw", "partly", 3, [1])]
    (note,) = advice(between(filtering(*listed))).notes
    assert note.words.en == "lines before it decide otherwise about some of it (fw.conf:1)"
    assert note.words.ja == "一部のパケットは、前にある逆の判定の行（fw.conf:1）が先に決める"


def test_a_line_that_names_nothing_is_the_rest_on_purpose() -> None:
    listed = [rule(Accept(), ports(1, 50), line=1), rule(Drop(), Match(iif=frozenset({"left"})), line=2), rule(Drop(), line=3)]
    assert noted(between(filtering(*listed))) == []


def test_what_is_reached_on_one_passage_is_not_called_unreached() -> None:
    fw = filtering(rule(Drop(), ports(1, 50, iif=frozenset({"left"})), line=1), rule(Accept(), ports(1, 50), line=2))
    assert noted(between(fw)) == [("fw", "partly", 2, [1])]
    both = filtering(rule(Accept(), ports(1, 50, iif=frozenset({"left"})), line=1), rule(Accept(), ports(1, 50), line=2))
    assert noted(between(both)) == []


def test_one_line_that_makes_several_rules_is_judged_as_one() -> None:
    place = Location(path="fw.conf", line=7)
    twins = [Rule(matches=(ports(low, low + 9),), action=Accept(), at=place, text="permit web") for low in (1, 100)]
    assert noted(between(filtering(rule(Drop(), ports(1, 10), line=1), *twins))) == [("fw", "partly", 7, [1])]
    assert noted(between(filtering(twins[0], *twins[:1]))) == []
    assert noted(between(filtering(rule(Drop(), ports(1, 200), line=1), *twins))) == [("fw", "never", 7, [1])]


def test_lists_for_one_interface_are_looked_at_on_their_own_passages() -> None:
    inward = [
        rule(Accept(), ports(1, 9, iif=frozenset({"left"})), line=1),
        rule(Drop(), ports(5, 20, iif=frozenset({"left"})), line=2),
        rule(Drop(), ports(5, 20, iif=frozenset({"right"})), line=3),
    ]
    network = between(device("fw", {"in": inward}, [base("in", Hook.PREROUTING, drop=False)]))
    assert noted(network) == [("fw", "partly", 2, [1])]


def test_lists_of_one_family_and_to_the_device_itself() -> None:
    listed = (rule(Drop(), ports(1, 50), line=1), rule(Accept(), ports(1, 9), line=2))
    only6 = base("forward", families=frozenset({V6}))
    assert noted(between(device("fw", {"forward": listed}, [only6]))) == [("fw", "never", 2, [1])]
    assert noted(between(device("fw", {"forward": listed}, [base("forward", Hook.INPUT)]))) == []
    assert noted(between(None)) == []


def test_translations_are_looked_at_without_fuss() -> None:
    rules = (rule(Accept(), ports(1, 9), line=1), rule(SourceNat((A, A)), ports(1, 9), line=2))
    network = between(device("fw", {"nat": rules}, [base("nat", Hook.POSTROUTING, drop=False, nat=True)]))
    assert noted(network) == [("fw", "never", 2, [1])]


def test_a_line_behind_an_open_question_is_not_called_unreached() -> None:
    assert noted(between(filtering(rule(Drop(), Match(unknown=unknown()), line=1), rule(Accept(), ports(1, 9), line=2)))) == []


def test_many_takers_are_counted() -> None:
    lines = [rule(Drop(), ports(one, one), line=one) for one in range(1, BY + 3)]
    (note,) = advice(between(filtering(*lines, rule(Accept(), ports(1, BY + 2), line=50)))).notes
    assert len(note.by) == BY + 2
    assert note.words.en.endswith("fw.conf:5 and 2 more)")
    assert "ほか 2 行" in note.words.ja


def test_lists_that_are_too_long_are_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [rule(Drop(), ports(1, 50), line=1), rule(Accept(), ports(1, 9), line=2)]
    for name in ("RULES", "EFFORT"):
        with monkeypatch.context() as patched:
            patched.setattr(advising, name, 1)
            found = advice(between(filtering(*listed)))
        assert found.notes == ()
        assert [one.en for one in found.left_out] == [
            "the list `forward` of `fw` is long, so it was not looked at for lines that never decide"
        ]
    assert advice(between(filtering(*listed))).left_out == ()


def test_notes_are_in_the_order_of_devices_and_lines_and_hold_no_secret() -> None:
    said = Rule(matches=(ports(1, 9),), action=Accept(), at=Location(path="z.conf", line=9), text="permit password himitsu")
    fw = filtering(rule(Drop(), ports(1, 50), line=8), said, rule(Accept(), ports(2, 3), line=4))
    node = Node(name="other", ports=(port("left", "a"), port("right", "b")), device=filtering(rule(Drop(), line=1), rule(Accept(), line=2)))
    network = Network(nodes=(node, *between(fw).nodes))
    found = advice(network).notes
    assert [(one.device, one.at.path, one.at.line) for one in found] == [("other", "fw.conf", 2), ("fw", "fw.conf", 4), ("fw", "z.conf", 9)]
    assert found[-1].line == "permit password ***"


def test_a_passage_of_several_paths_is_looked_at_once() -> None:
    fw = filtering(rule(Drop(), ports(1, 50), line=1), rule(Accept(), ports(1, 9), line=2))
    ways = (port("left", "a"), port("in", None, "l"))
    nodes = (Node(name="one", ports=ways, device=fw), Node(name="two", ports=(port("out", None, "l"), port("b", "b"), port("c", "c"))))
    assert noted(Network(nodes=nodes)) == [("one", "never", 2, [1])]


def test_a_deny_of_everything_behind_another_is_not_called_unreached_and_an_accept_is() -> None:
    fw = filtering(rule(Drop(), line=1), rule(Drop(), line=2))
    assert noted(between(fw)) == []
    fw = filtering(rule(Drop(), line=1), rule(Accept(), line=2))
    assert noted(between(fw)) == [("fw", "never", 2, [1])]


def test_a_rule_about_states_alone_takes_from_others_on_purpose_and_others_may_take_from_it() -> None:
    invalid = rule(Drop(), Match(states=frozenset({State.INVALID})), line=1)
    assert noted(between(filtering(invalid, rule(Accept(), ports(1, 50), line=2)))) == []
    assert noted(between(filtering(rule(Accept(), ports(1, 50), line=1), replace(invalid, at=Location(path="fw.conf", line=2))))) == []
    narrow = rule(Drop(), Match(states=frozenset({State.INVALID}), proto=((6, 6),), dport=((5, 9),)), line=1)
    assert noted(between(filtering(narrow, rule(Accept(), ports(1, 50), line=2)))) == [("fw", "partly", 2, [1])]


def test_a_rule_within_one_zone_is_reached() -> None:
    inside = frozenset({"left"})
    fw = filtering(
        rule(Drop(), ports(1, 50, iif=inside, not_oif=inside), line=1), rule(Accept(), ports(1, 50, iif=inside, oif=inside), line=2)
    )
    assert noted(between(fw)) == []
