"""How far the proof reaches: lists of the ground, through the search alone and through the whole of `prove`.

The bounds here are wide, for slow and shared machines; `python -m tests.netproof.test_reach` prints the figures.
"""

import resource
import sys
import time
from collections.abc import Iterator
from datetime import date

import pytest

from secaudit.netproof.boxes import PROTO
from secaudit.netproof.decide import search
from secaudit.netproof.ir import Accept, Device, Drop, Match
from secaudit.netproof.network import Network, Node
from secaudit.netproof.packets import Family, State
from secaudit.netproof.prove import PairVerdict, Question, Verdict, prove, prove_pair
from secaudit.netproof.ranges import Ranges, normal
from tests.netproof import lists
from tests.netproof.build import between, filtering, port, rule

ZONES = {"a": ("10.1.0.0/16",), "b": ("10.2.0.0/16",)}


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


def device_of(rules: lists.Listed) -> Device:
    """Return a firewall with such a list, behind two usual first rules."""

    def ranges(bits: int) -> Ranges | None:
        found = normal((one, one) for one in range(256) if bits >> one & 1)
        return None if found == ((0, 255),) else found

    def ports(low: int, high: int) -> Ranges | None:
        return None if (low, high) == (0, 65535) else ((low, high),)

    listed = [
        rule(Accept(), Match(states=frozenset({State.ESTABLISHED, State.RELATED}))),
        rule(Drop(), Match(states=frozenset({State.INVALID}))),
    ]
    for number, (box, accept) in enumerate(rules):
        match = Match(
            family=Family.V4,
            src=((box[0], box[1]),),
            dst=((box[2], box[3]),),
            proto=ranges(box[PROTO]),
            sport=ports(box[5], box[6]),
            dport=ports(box[7], box[8]),
        )
        listed.append(rule(Accept() if accept else Drop(), match, line=number + 1))
    return filtering(*listed)


def asked(network: Network, samples: int = 2_000) -> Question:
    return Question(network=network, zones=ZONES, flows=(), as_of=date(2026, 4, 1), samples=samples)


def test_the_whole_proof_of_a_mixed_list_is_violated_with_a_replayed_packet() -> None:
    rules, _ = lists.mixed(2_000)
    verdict = prove_pair(asked(between(device_of(rules))), "a", "b", Family.V4)
    assert verdict.verdict is Verdict.VIOLATED
    assert verdict.violation is not None
    assert verdict.violation.complete
    assert not verdict.violation.forged_only


def many_zones(rules: int, zones: int) -> Network:
    """Return one firewall between several zones: host flows for some pairs, a last deny."""
    make = lists.Maker(3)
    names = [f"z{number}" for number in range(zones)]
    listed = []
    for number in range(rules):
        one, two = make.random.sample(range(zones), 2)
        src, dst = (10 << 24 | 1 + zone << 16 | make.random.randrange(1 << 16) for zone in (one, two))
        dport = make.random.randrange(1, 65536)
        match = Match(
            family=Family.V4,
            src=((src, src),),
            dst=((dst, dst),),
            proto=((6, 6),),
            dport=((dport, dport),),
            iif=frozenset({names[one]}),
            oif=frozenset({names[two]}),
        )
        listed.append(rule(Accept() if number % 2 else Drop(), match, line=number + 1))
    node = Node(name="fw", ports=tuple(port(name, name) for name in names), device=filtering(*listed))
    return Network(nodes=(node,))


def test_twenty_ordered_pairs_over_four_thousand_rules() -> None:
    started = time.perf_counter()
    verdicts = prove(asked(many_zones(4_000, 5), samples=10), families=[Family.V4])
    assert len(verdicts) == 20
    assert {one.verdict for one in verdicts} == {Verdict.VIOLATED}
    assert time.perf_counter() - started < 20


def _figures() -> Iterator[str]:
    for name in ("mixed", "clean", "needle", "kd"):
        for count in (1_000, 10_000, 50_000):
            for family in Family:
                if name == "kd" and count == 50_000 and family is Family.V6:
                    continue
                made = getattr(lists, name)(count, 1, family)
                plain = lists.Plain(made[0], family=family)
                times = []
                found = 0
                for limit in (1, None):
                    started = time.perf_counter()
                    found = len(search(plain, [made[1]], None, limit=limit).found)
                    times.append(time.perf_counter() - started)
                yield f"{name} {count} {family}: decide {times[0]:.2f} s, exact {times[1]:.2f} s, {found} boxes"
    for name in ("mixed", "clean"):
        for count in (10_000, 50_000):
            network = between(device_of(getattr(lists, name)(count)[0]))
            started = time.perf_counter()
            verdict: PairVerdict = prove_pair(asked(network), "a", "b", Family.V4)
            yield f"prove {name} {count}: {verdict.verdict} {time.perf_counter() - started:.2f} s, {verdict.samples} samples"
    network = many_zones(4_000, 5)
    started = time.perf_counter()
    prove(asked(network), families=[Family.V4])
    yield f"20 pairs, 4,000 rules: {time.perf_counter() - started:.2f} s"
    yield f"peak of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"


if __name__ == "__main__":
    for text in _figures():
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
