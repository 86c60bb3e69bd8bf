"""How far the proof reaches: lists of the ground, through the search alone and through the whole of `prove`.

The bounds here are wide, for slow and shared machines; `make bench` prints the figures.
"""

import time
from dataclasses import replace

import pytest

from secaudit.netproof.decide import search
from secaudit.netproof.packets import Family
from secaudit.netproof.prove import Verdict, prove, prove_pair
from tests.netproof import lists
from tests.netproof.listed_networks import asked, between, closed, device_of, many_zones


def test_what_covers_a_pair_is_proved_and_a_needle_is_found() -> None:
    for family in Family:
        rules, question = lists.clean(2_000, 1, family)
        assert search(lists.Plain(rules, family=family), [question], None).found == ()
        rules, question, hole = lists.needle(2_000, 1, family)
        answer = search(lists.Plain(rules, family=family), [question], None)
        assert answer.finished
        assert [one.box for one in answer.found] == [hole]


def test_a_partition_into_denies_is_proved() -> None:
    rules, question = lists.kd(2_000)
    answer = search(lists.Plain(rules), [question], None)
    assert (answer.found, answer.finished) == ((), True)


def test_an_adversarial_list_ends_by_the_budget_and_never_as_finished() -> None:
    rules, question = lists.advbox(60)
    answer = search(lists.Plain(rules), [question], None, budget=5_000)
    assert not answer.finished


@pytest.mark.parametrize("name", ["mixed", "clean", "kd"])
def test_ten_thousand_rules_take_seconds_at_most(name: str) -> None:
    started = time.perf_counter()
    rules, question = getattr(lists, name)(10_000)
    assert search(lists.Plain(rules), [question], None).finished
    assert time.perf_counter() - started < 15


def test_the_whole_proof_of_a_mixed_list_is_violated_with_a_replayed_packet() -> None:
    rules, _ = lists.mixed(2_000)
    verdict = prove_pair(asked(between(device_of(rules))), "a", "b", Family.V4)
    assert verdict.verdict is Verdict.VIOLATED
    assert verdict.violation is not None
    assert verdict.violation.complete
    assert not verdict.violation.forged_only


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("name", ["clean", "kd"])
def test_the_whole_proof_of_a_covered_pair_is_proved(name: str, family: Family) -> None:
    rules, question = getattr(lists, name)(1_000, 1, family)
    verdict = prove_pair(asked(between(device_of(closed(rules, question), family))), "a", "b", family)
    assert (verdict.verdict, verdict.samples) == (Verdict.PROVED, 2_000)


@pytest.mark.parametrize("budget", [1_000, 20_000])
def test_the_whole_proof_of_an_adversarial_list_is_undecided_and_says_why(budget: int) -> None:
    rules, _ = lists.hidden(500)
    question = replace(asked(between(device_of(rules))), budget=budget)
    verdict = prove_pair(question, "a", "b", Family.V4)
    assert (verdict.verdict, verdict.nodes) == (Verdict.UNDECIDED, budget)
    assert [one.reason.en for one in verdict.obstacles] == [f"the search reached its budget ({budget} regions)"]


def test_the_budget_bounds_the_effort_and_not_the_regions_alone() -> None:
    # Regions that many entries stand before cost more each; a budget of regions alone would mean an hour on such a list.
    rules, question = lists.hidden(1_600)
    started = time.process_time()
    answer = search(lists.Plain(rules), [question], None, budget=20_000, limit=1)
    assert not answer.finished
    assert time.process_time() - started < 10


def test_twenty_ordered_pairs_over_four_thousand_rules() -> None:
    started = time.perf_counter()
    verdicts = prove(asked(many_zones(4_000, 5), {}), families=[Family.V4])
    assert len(verdicts) == 20
    assert {one.verdict for one in verdicts} == {Verdict.VIOLATED}
    assert time.perf_counter() - started < 20
