"""z3 and decision diagrams judge random lists: the same verdict, exactly the same set of packets, the same number of them.

Some hundred lists; `SECAUDIT_LONG=1`: thousands.
"""

import os
from collections.abc import Callable

import pytest

from secaudit.netproof.boxes import Box, volume
from secaudit.netproof.decide import search
from secaudit.netproof.ir import Accept, Device, Drop, Jump, Match, Unclear
from secaudit.netproof.packets import Family
from secaudit.netproof.prove import Question, Verdict, prove_pair
from tests.netproof import lists
from tests.netproof.build import V4, V6, ZONES, base, between, device, net, rule, unknown
from tests.netproof.oracles.engines import Z3, Diagrams
from tests.netproof.oracles.judged import AS_OF, Judge
from tests.netproof.oracles.reading import Algebra, F, of_box

pytestmark = pytest.mark.usefixtures("untraced")

FACTOR = 20 if os.environ.get("SECAUDIT_LONG") == "1" else 1


@pytest.mark.parametrize(
    ("family", "doubt", "count"),
    [(V4, "", 60), (V6, "", 25), (V4, "ends", 40), (V6, "ends", 10), (V4, "jumps", 40), (V6, "jumps", 10), (V4, "all", 30)],
)
def test_z3_finds_no_packet_that_only_one_of_the_two_lets_through(family: Family, doubt: str, count: int) -> None:
    assert [text for seed in range(count * FACTOR) for text in Judge(Z3, seed, family, doubt).objections()] == []


@pytest.mark.parametrize(("family", "doubt", "count"), [(V4, "", 25), (V6, "", 6), (V4, "ends", 12)])
def test_decision_diagrams_hold_the_same_packets_and_as_many(family: Family, doubt: str, count: int) -> None:
    seeds = range(10_000, 10_000 + count * FACTOR)
    assert [text for seed in seeds for text in Judge(Diagrams, seed, family, doubt).objections()] == []


def verdict(fw: Device) -> Verdict:
    return prove_pair(Question(network=between(fw), zones=ZONES, flows=(), as_of=AS_OF), "a", "b", V4).verdict


def test_a_rule_that_is_not_understood_may_set_the_mark_that_a_later_list_asks_for() -> None:
    """Found by these lists: the search took the mark for 0, and only the sampled packets of the interpreter said otherwise."""
    chains = {"one": [rule(Unclear(unknown()))], "two": [rule(Accept(), Match(mark=((1, 1),)))]}
    assert verdict(device("fw", chains, [base("one", drop=False), base("two", priority=10)])) is Verdict.UNDECIDED
    chains["two"] = [rule(Accept(), Match(dst=net("10.2.0.9"), family=V4))]
    assert verdict(device("fw", chains, [base("one", drop=False), base("two", priority=10)])) is Verdict.UNDECIDED


def test_an_alternative_that_surely_holds_counts_beside_one_that_may() -> None:
    """Found by these lists: the unknown alternative hid the other one, and the pair stayed open in both readings."""
    everything = (Match(unknown=unknown()), Match())
    chains = {"all": [rule(Jump("none"), *everything), rule(Accept())], "none": [rule(Drop())]}
    assert verdict(device("fw", chains, [base("all")])) is Verdict.PROVED
    chains = {"all": [rule(Jump("some"), *everything)], "some": [rule(Accept())]}
    assert verdict(device("fw", chains, [base("all")])) is Verdict.VIOLATED


def first_match(engine: Algebra[F], rules: lists.Listed) -> F:
    """Return what a plain list accepts, read from its end; what no rule names is dropped."""
    accepted = engine.false
    for box, accept in reversed(rules):
        here = of_box(engine, box)
        accepted = engine.either(here, accepted) if accept else engine.both(engine.never(here), accepted)
    return accepted


Make = Callable[[int, int, Family], tuple[lists.Listed, Box]]


def _needle(n: int, seed: int, family: Family) -> tuple[lists.Listed, Box]:
    rules, question, _ = lists.needle(n, seed, family)
    return rules, question


@pytest.mark.parametrize("make", [lists.mixed, lists.clean, _needle, lists.kd])
@pytest.mark.parametrize("family", [V4, V6])
def test_long_lists_of_the_benchmark_hold_the_same_packets(make: Make, family: Family) -> None:
    for seed in range(1, 1 + 2 * FACTOR):
        rules, question = make(100, seed, family)
        answer = search(lists.Plain(rules, family=family), [question], None)
        assert answer.finished
        boxes = [found.box for found in answer.found]
        engine = Z3(family)
        wanted = engine.both(of_box(engine, question), first_match(engine, rules))
        got = engine.any_of([of_box(engine, box) for box in boxes])
        for one, two in ((wanted, got), (got, wanted)):
            assert not engine.possible(engine.both(one, engine.never(two))), f"seed {seed}"


def test_as_many_packets_as_the_diagrams_count_in_a_long_list() -> None:
    rules, question = lists.mixed(100, 1, V4)
    answer = search(lists.Plain(rules), [question], None)
    engine = Diagrams(V4)
    wanted = engine.both(of_box(engine, question), first_match(engine, rules))
    assert sum(volume(found.box) for found in answer.found) == engine.count(wanted) > 0
