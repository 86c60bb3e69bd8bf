"""Every rule of docs/semantics.md §2 and §4, one case each, on both backends."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

import pytest

from secaudit.model.assertion import (
    Coverage,
    Distinct,
    Every,
    NoneOf,
    ParameterName,
    Within,
)
from secaudit.model.evidence import Table
from tests.engine.rules import BLANK, DONE, MAYBE_YES, NO, STAFF, YES, E, F, N, P, Row, U, both, events, every, people, statuses
from tests.engine.small import AT, condition, lost, maybe, pairs

IN_A = "grade = 'a'"
A_YES: Row
A_NO: Row
B_NO: Row
A_YES, A_NO, B_NO = {**YES, "grade": "a"}, {**NO, "grade": "a"}, {**NO, "grade": "b"}
MAYBE_NO: Row = {"id": "s5", "ok": False}


@pytest.mark.parametrize(
    ("where", "given", "status"),
    [
        (None, people(YES), P),
        (None, people(YES, NO, BLANK), F),
        (None, people(YES, BLANK), U),
        (None, people(YES, stale=True), U),
        (None, people(YES, gap=True), U),
        (None, people(NO, stale=True), F),
        (None, people(YES, losses=[lost(2)]), U),
        (None, people(YES, losses=[lost(None)]), U),
        (None, people(YES, losses=[lost(0)]), P),
        (None, people(YES, losses=[lost(3, left_out=True)]), P),
        (None, people(YES, YES, losses=[lost(1, "ok", 1)]), U),
        (None, people(YES, YES, losses=[lost(1, "n", 1)]), P),
        (None, people(YES, NO, losses=[lost(1, "ok", 1)]), U),
        (None, people(YES, NO, losses=[lost(1, None, 1)]), U),
        (None, people(YES, losses=[lost(1, "n")]), P),
        (None, people(YES, losses=[lost(None, "ok")]), U),
        (None, people(YES, population=1), P),
        (None, people(YES, population=2), U),
        (None, people(YES, population=0), U),
        (None, people(YES, losses=[lost(1)], population=2), U),
        (None, people(), U),
        (None, people(population=0), N),
        (None, people(population=0, stale=True), U),
        (None, people(population=0, losses=[lost(1)]), U),
        (None, people(population=3), U),
        (None, people(YES, failures=[lost(None)]), E),
        (None, None, U),
        (IN_A, people(A_YES, B_NO), P),
        (IN_A, people(A_YES, MAYBE_YES), P),
        (IN_A, people(A_YES, MAYBE_NO), U),
        (IN_A, people(MAYBE_YES), P),
        (IN_A, people(B_NO), U),
        (IN_A, people(B_NO, population=1), N),
        (IN_A, people(B_NO, population=1, gap=True), U),
    ],
)
def test_every(where: str | None, given: Table | None, status: str) -> None:
    judgement = both(every(where), *([given] if given else []))
    assert judgement.status.value == status
    assert judgement.reason.ja
    assert judgement.by_data


def test_outcomes_are_worst_first_with_subject_place_and_both_sides() -> None:
    rows: tuple[Row, ...] = (
        {"id": "z", "ok": True},
        {"id": "b", "n": 2},
        {"n": 0},
        {"id": "a", "n": 0, "hired": date(2026, 4, 2)},
        {"id": "c", "ok": False, "n": 3, "hired": date(2025, 4, 1)},
    )
    found = both(Every(table="people", where=None, holds=condition("ok or n < :days and hired <= as_of"), at=AT), people(*rows))
    assert [(one.subject, one.status.value, str(one.location)) for one in found.outcomes] == [
        ("c", F, "people.xlsx 表!K6"),
        ("a", U, "people.xlsx 表!K5"),
        ("b", U, "people.xlsx 表!K3"),
        ("people.xlsx 表!4", U, "people.xlsx 表!K4"),
        ("z", P, "people.xlsx 表!K2"),
    ]
    failing, unknown = found.outcomes[:2]
    assert failing.reason.ja == "条件に合わない：列ok=いいえ、列n=3、列hired=2025-04-01（days=1、基準日=2026-03-31）"
    assert unknown.reason.en == "cannot be told: ok=blank, n=0, hired=2026-04-02 (days=1, as_of=2026-03-31)"


def test_personal_columns_never_appear() -> None:
    holds = condition("name = 'x' and ok")
    found = both(Every(table="people", where=None, holds=holds, at=AT), people({"id": "s1", "name": "秘密", "ok": False}))
    assert "秘密" not in str(found)
    assert "ok=no" in found.outcomes[0].reason.en
    only = both(Every(table="people", where=None, holds=condition("name = 'x'"), at=AT), people({"id": "s1", "name": "秘密"}))
    assert "秘密" not in str(only)
    assert only.outcomes[0].reason.en == "does not hold"


@pytest.mark.parametrize(("rows", "status"), [([NO], P), ([YES], F), ([BLANK, NO], U), ([YES, BLANK], F)])
def test_none(rows: Sequence[Row], status: str) -> None:
    assert both(NoneOf(table="people", where=None, holds=condition("ok"), at=AT), people(*rows)).status.value == status


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"id": "a", "boss": "b"}, P),
        ({"id": "a", "boss": "a"}, F),
        ({"id": "a"}, U),
        ({"boss": "a"}, U),
        ({"id": "が", "boss": "か\u3099"}, P),
    ],
)
def test_distinct(row: Row, status: str) -> None:
    assert both(Distinct(table="people", where=None, columns=("id", "boss"), at=AT), people(row)).status.value == status


START = datetime(2025, 4, 1, 9, 0)  # noqa: DTZ001 - local times without zone


def within(
    limit: float | ParameterName = 1,
    unit: Literal["minutes", "hours", "days"] = "hours",
    percentile: float | None = None,
    earlier: Literal["unknown", "pass", "fail"] = "unknown",
    end: str = "told",
) -> Within:
    return Within(table="people", where=None, start="seen", end=end, limit=limit, unit=unit, percentile=percentile, earlier=earlier, at=AT)


@pytest.mark.parametrize(
    ("assertion", "end", "status"),
    [
        (within(), START.replace(hour=10), P),
        (within(), START.replace(hour=10, microsecond=1), F),
        (within(), START, P),
        (within(), None, U),
        (within(), START.replace(hour=8), U),
        (within(earlier="pass"), START.replace(hour=8), P),
        (within(earlier="fail"), START.replace(hour=8), F),
        (within(60, "minutes"), START.replace(hour=10), P),
        (within(0.5), START.replace(minute=30), P),
        (within(0.5), START.replace(minute=30, second=1), F),
        (within(ParameterName("days"), "days"), START.replace(day=2), P),
        (within(ParameterName("much"), "days"), START.replace(day=3, hour=21), P),
        (within(ParameterName("much"), "days"), START.replace(day=3, hour=21, second=1), F),
    ],
)
def test_within(assertion: Within, end: datetime | None, status: str) -> None:
    assert both(assertion, people({"id": "s1", "seen": START, "told": end})).status.value == status


def test_a_date_counts_as_its_midnight() -> None:
    row: Row = {"id": "s1", "seen": START, "quit": date(2025, 4, 2)}
    assert both(within(15, end="quit"), people(row)).status.value == P
    assert both(within(14, end="quit"), people(row)).status.value == F


@pytest.mark.parametrize(("late", "blank", "status"), [(0, 0, P), (1, 0, P), (2, 0, F), (1, 1, U)])
def test_within_a_share_of_rows(late: int, blank: int, status: str) -> None:
    rows: list[Row] = [{"id": f"s{index}", "seen": START, "told": START} for index in range(4 - late - blank)]
    rows += [{"id": f"l{index}", "seen": START, "told": START.replace(hour=23)} for index in range(late)]
    rows += [{"id": f"b{index}", "seen": START} for index in range(blank)]
    judgement = both(within(percentile=0.75), people(*rows))
    assert judgement.status.value == status
    assert judgement.measured is not None
    assert judgement.measured.target == Fraction(3, 4)


def coverage(target: float = 0.5, where: str | None = None, matching: str | None = "done") -> Coverage:
    return Coverage(table="people", where=maybe(where), other="events", on=pairs(id="who"), matching=maybe(matching), target=target, at=AT)


@pytest.mark.parametrize(
    ("assertion", "given", "other", "status", "measured"),
    [
        (coverage(1), people(*STAFF), events(*DONE), P, (4, 4)),
        (coverage(), people(*STAFF), events(*DONE[:2]), P, (2, 4)),
        (coverage(), people(*STAFF), events(DONE[0]), F, (1, 4)),
        (coverage(0.51), people(*STAFF), events(*DONE[:2]), F, (2, 4)),
        (coverage(), people(*STAFF), events(DONE[0], {"who": "s2"}), U, (1, 4)),
        (coverage(), people(*STAFF), events(DONE[0], {"who": "s2", "done": False}), F, (1, 4)),
        (coverage(), people(*STAFF), events(DONE[0], {"done": True}), U, (1, 4)),
        (coverage(), people(*STAFF[:3], {}), events(DONE[0]), U, (1, 4)),
        (coverage(), people(*STAFF), events(*DONE[:2], stale=True), U, (2, 4)),
        (coverage(), people(*STAFF, stale=True), events(*DONE[:2]), U, (2, 4)),
        (coverage(), people(*STAFF, gap=True), events(DONE[0]), U, (1, 4)),
        (coverage(), people(*STAFF), events(DONE[0], gap=True), U, (1, 4)),
        (coverage(), people(*STAFF, losses=[lost(1)]), events(*DONE[:3]), P, (3, 4)),
        (coverage(), people(*STAFF, losses=[lost(1)]), events(*DONE[:2]), U, (2, 4)),
        (coverage(), people(*STAFF, losses=[lost(1)]), events(DONE[0]), F, (1, 4)),
        (coverage(), people(*STAFF), events(*DONE[:2], losses=[lost(1)]), P, (2, 4)),
        (coverage(), people(*STAFF), events(DONE[0], losses=[lost(1)]), U, (1, 4)),
        (coverage(), people(*STAFF), events(losses=[lost(1)]), U, None),
        (coverage(), people(*STAFF), events(), U, None),
        (coverage(), people(*STAFF), events(population=0), F, (0, 4)),
        (coverage(), people(population=0), events(*DONE), N, None),
        (coverage(), people(population=0, stale=True), events(*DONE), U, None),
        (coverage(), people(population=0), None, U, None),
        (coverage(), people(*STAFF, failures=[lost(None)]), None, E, None),
        (coverage(where="grade = 'b'"), people(*STAFF), events(*DONE), U, (0, 0)),
        (coverage(where="grade = 'b'"), people(*STAFF, population=4), events(*DONE), N, (0, 0)),
        (coverage(where="grade = 'b'"), people(*STAFF, population=4), events(*DONE, gap=True), U, (0, 0)),
        (coverage(where="grade = 'b'"), people({"id": "s1"}, population=1), events(*DONE), U, (0, 0)),
        (coverage(where="grade = 'b'"), people({"id": "s9"}, population=1), events(*DONE), U, (0, 0)),
        (coverage(1, where="grade = 'a'"), people(*STAFF[:3], {"id": "s9"}), events(*DONE), U, (3, 3)),
        (coverage(matching=None), people(*STAFF), events(*({**row, "done": None} for row in DONE)), P, (4, 4)),
    ],
)
def test_coverage(assertion: Coverage, given: Table, other: Table | None, status: str, measured: tuple[int, int] | None) -> None:
    judgement = both(assertion, *(one for one in (given, other) if one is not None))
    assert judgement.status.value == status
    figures = judgement.measured
    assert (None if figures is None else (figures.numerator, figures.denominator)) == measured


def test_an_unmatched_row_is_unknown_while_the_other_table_may_hide_its_match() -> None:
    assert statuses(both(coverage(), people(*STAFF), events(*DONE[:2]))) == {"s1": P, "s2": P, "s3": F, "s4": F}
    assert statuses(both(coverage(), people(*STAFF), events(*DONE[:2], losses=[lost(1)]))) == {"s1": P, "s2": P, "s3": U, "s4": U}
    assert statuses(both(coverage(1), people(*STAFF), events(*DONE[:2], losses=[lost(1)]))) == {"s1": P, "s2": P, "s3": F, "s4": F}
    assert both(coverage(1), people(*STAFF), events(*DONE[:2])).reason.ja == "対象4件のうち2件（50%）が該当、目標100%"
    assert "“Events”" in both(coverage(1), people(*STAFF), events(*DONE[:2])).outcomes[0].reason.en
