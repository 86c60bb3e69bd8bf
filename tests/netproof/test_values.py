"""Sets of numbers, lines and matches: what they refuse and what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.model.text import Text
from secaudit.netproof.ir import Match
from secaudit.netproof.lines import COMMENT, Accountant, Fate, Line, LineAccount, Reach, joined
from secaudit.netproof.ranges import WILDCARD_BITS, Ranges, complement, holds, intersect, normal, of_wildcard, subtract
from tests.netproof.build import V4, at, net

TOP = 63
SETS = st.lists(st.tuples(st.integers(0, TOP), st.integers(0, TOP)), max_size=6)


def members(ranges: Ranges) -> set[int]:
    return {value for value in range(TOP + 1) if holds(ranges, value)}


@given(SETS, SETS)
def test_ranges_are_sets(one: list[tuple[int, int]], two: list[tuple[int, int]]) -> None:
    first, second = normal(one), normal(two)
    assert members(first) == {value for low, high in one for value in range(low, high + 1)}
    assert members(intersect(first, second)) == members(first) & members(second)
    assert members(subtract(first, second)) == members(first) - members(second)
    assert members(complement(first, TOP)) == set(range(TOP + 1)) - members(first)
    for each in (first, intersect(first, second), subtract(first, second), complement(first, TOP)):
        assert each == normal(each)


@given(st.integers(0, 255), st.integers(0, 255))
def test_a_wildcard_mask_means_bits(address: int, free: int) -> None:
    found = of_wildcard(address, free, 8)
    assert found is not None
    assert {value for value in range(256) if holds(found, value)} == {value for value in range(256) if not (value ^ address) & ~free & 255}


def test_a_wildcard_mask_of_too_many_ranges_is_left_to_its_reader() -> None:
    scattered = int("01" * 13 + "000000", 2)
    assert of_wildcard(0, scattered, 32) is None
    assert of_wildcard(0, scattered & (scattered - 1), 32) is not None
    assert WILDCARD_BITS == 12


def test_a_match_on_addresses_states_its_family_and_icmp_has_no_ports() -> None:
    with pytest.raises(ValueError, match="states its family"):
        Match(src=net("10.0.0.0/8"))
    with pytest.raises(ValueError, match="states its family"):
        Match(dst=net("10.0.0.0/8"))
    with pytest.raises(ValueError, match="not on both"):
        Match(family=V4, icmp=(((8, 8),), ((0, 255),)), dport=((80, 80),))
    with pytest.raises(ValueError, match="not on both"):
        Match(family=V4, icmp=(((8, 8),), ((0, 255),)), sport=((80, 80),))


WHY = Text(ja="分からない", en="not known")


@pytest.mark.parametrize(
    ("fate", "reason", "reach"),
    [
        (Fate.UNDERSTOOD, COMMENT, None),
        (Fate.IRRELEVANT, None, None),
        (Fate.IRRELEVANT, COMMENT, Reach.RULE),
        (Fate.NOT_UNDERSTOOD, WHY, None),
        (Fate.NOT_UNDERSTOOD, None, Reach.DEVICE),
    ],
)
def test_a_line_states_its_fate(fate: Fate, reason: Text | None, reach: Reach | None) -> None:
    with pytest.raises(ValueError, match="does not state its fate"):
        Line(at=at(), text="x", fate=fate, reason=reason, reach=reach)


def test_the_worst_that_was_said_of_a_line_stays_and_the_counts_add_up() -> None:
    book = Accountant()
    book.understood(at(1), "a")
    book.not_understood(at(1), "a", WHY, Reach.RULE, "forward")
    book.understood(at(1), "a")
    book.irrelevant(at(2), "b", COMMENT)
    book.understood(at(2), "b")
    book.irrelevant(at(3), "c", COMMENT)
    account = book.account()
    assert [line.fate for line in account.lines] == [Fate.NOT_UNDERSTOOD, Fate.UNDERSTOOD, Fate.IRRELEVANT]
    assert [line.text for line in account.not_understood] == ["a"]
    both = joined([account, LineAccount(), account])
    assert {fate: both.count(fate) for fate in Fate} == dict.fromkeys(Fate, 2)
    assert sum(both.count(fate) for fate in Fate) == len(both.lines)
