"""Every rule of docs/semantics.md §2 and §4, one case each, on both backends: counting, time, sets, parts, conditions."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

import pytest

from secaudit.model.assertion import (
    AllOf,
    Every,
    Exists,
    Match,
    ParameterName,
    Recent,
    Regular,
    Separated,
)
from secaudit.model.control import Value
from secaudit.model.evidence import Table
from secaudit.model.status import Status
from tests.engine.rules import BLANK, DONE, NO, STAFF, YES, F, N, P, Row, U, both, events, every, people, statuses
from tests.engine.small import AT, condition, control, judge, lost, maybe, pairs


def exists(at_least: int | ParameterName = 1, where: str | None = None, dated: str | None = None) -> Exists:
    return Exists(table="people", where=maybe(where), dated=dated, at_least=at_least, at=AT)


def on(*days: str | None, **cells: Value) -> tuple[Row, ...]:
    return tuple({"id": f"d{index}", "hired": date.fromisoformat(day) if day else None, **cells} for index, day in enumerate(days))


@pytest.mark.parametrize(
    ("assertion", "given", "status", "value"),
    [
        (exists(), people(YES), P, 1),
        (exists(2), people(YES), F, 1),
        (exists(ParameterName("days")), people(YES), P, 1),
        (exists(1, "ok"), people(NO), F, 0),
        (exists(1, "ok"), people(BLANK), U, 0),
        (exists(2, "ok"), people(YES, BLANK), U, 1),
        (exists(3, "ok"), people(YES, BLANK), F, 1),
        (exists(1, "ok"), people(YES, losses=[lost(1)]), P, 1),
        (exists(2, "ok"), people(YES, losses=[lost(1)]), U, 1),
        (exists(3, "ok"), people(YES, losses=[lost(1)]), F, 1),
        (exists(3, "ok"), people(YES, losses=[lost(None)]), U, 1),
        (exists(), people(YES, stale=True), U, 1),
        (exists(), people(YES, gap=True), U, 1),
        (exists(9), people(YES, population=3), F, 1),
        (exists(), people(population=0), F, None),
        (exists(), people(population=0, gap=True), U, None),
        (exists(), people(), U, None),
        (exists(1, dated="hired"), people(*on("2025-03-31")), F, 0),
        (exists(1, dated="hired"), people(*on("2025-04-01")), P, 1),
        (exists(1, dated="hired"), people(*on("2026-03-31")), P, 1),
        (exists(1, dated="hired"), people(*on("2026-04-01")), F, 0),
        (exists(1, dated="hired"), people(*on(None)), U, 0),
        (exists(1, "ok", dated="hired"), people(*on(None, ok=False)), F, 0),
        (exists(1, "ok", dated="hired"), people(*on("2025-04-01")), U, 0),
    ],
)
def test_exists(assertion: Exists, given: Table, status: str, value: int | None) -> None:
    judgement = both(assertion, given)
    assert judgement.status.value == status
    assert (None if judgement.measured is None else judgement.measured.value) == value
    assert all(one.status == Status.PASS for one in judgement.outcomes)


def test_the_period_ends_at_the_as_of_date_and_begins_with_the_year() -> None:
    given = people(*on("2025-10-01"))
    assert both(exists(1, dated="hired"), given, as_of=date(2025, 9, 30)).status.value == F
    assert both(exists(1, dated="hired"), given, as_of=date(2025, 10, 1)).status.value == P
    assert both(exists(1, dated="hired"), given, as_of=date(2025, 3, 31)).status.value == U
    assert both(regular(400), given, as_of=date(2025, 3, 31)).status.value == U
    assert both(exists(1, dated="seen"), people({"seen": datetime(2026, 3, 31, 23, 59)})).status.value == P  # noqa: DTZ001 - local


def recent(within_days: int | ParameterName = 30, where: str | None = None, dated: str = "hired") -> Recent:
    return Recent(table="people", where=maybe(where), dated=dated, within_days=within_days, at=AT)


@pytest.mark.parametrize(
    ("assertion", "given", "status", "value"),
    [
        (recent(), people(*on("2026-03-01")), P, 30),
        (recent(), people(*on("2026-02-28")), F, 31),
        (recent(), people(*on("2025-01-01", "2026-03-01", "2026-04-01")), P, 30),
        (recent(ParameterName("days")), people(*on("2026-03-30")), P, 1),
        (recent(), people(*on("2026-04-01")), F, None),
        (recent(), people(*on("2020-01-01", None)), U, 2281),
        (recent(30, "ok"), people(*on("2020-01-01")), U, None),
        (recent(30, "ok"), people(*on("2020-01-01", ok=False)), F, None),
        (recent(), people(*on("2020-01-01"), losses=[lost(1)]), U, 2281),
        (recent(), people(*on("2026-03-01"), losses=[lost(1)]), P, 30),
        (recent(), people(*on("2026-03-01"), losses=[lost(None)]), U, 30),
        (recent(), people(*on("2026-03-01"), stale=True), U, 30),
        (recent(), people(*on("2020-01-01"), gap=True), U, 2281),
        (recent(), people(population=0), F, None),
        (recent(dated="seen"), people({"seen": datetime(2026, 3, 1, 23, 59)}), P, 30),  # noqa: DTZ001 - local
    ],
)
def test_recent(assertion: Recent, given: Table, status: str, value: int | None) -> None:
    judgement = both(assertion, given)
    assert judgement.status.value == status
    assert (None if judgement.measured is None else judgement.measured.value) == value


def test_recent_names_the_newest_row() -> None:
    found = both(recent(), people(*on("2025-01-01", "2025-06-01", "2025-06-01", None)))
    assert statuses(found) == {"d1": U}
    assert statuses(both(recent(), people(*on("2025-01-01", "2025-06-01")))) == {"d1": F}
    assert statuses(both(recent(), people(*on("2026-03-30"), stale=True))) == {"d0": P}


def regular(max_gap_days: int | ParameterName, where: str | None = None) -> Regular:
    return Regular(table="people", where=maybe(where), dated="hired", max_gap_days=max_gap_days, at=AT)


HALVES = ("2025-09-30",)


@pytest.mark.parametrize(
    ("assertion", "given", "status", "value"),
    [
        (regular(182), people(*on(*HALVES)), P, 182),
        (regular(181), people(*on(*HALVES)), F, 182),
        (regular(182), people(*on("2025-03-31", "2026-04-01")), F, 364),
        (regular(181), people(*on(*HALVES, None)), U, 182),
        (regular(181), people(*on(*HALVES), losses=[lost(1)]), U, 182),
        (regular(182), people(*on(*HALVES), losses=[lost(1)]), P, 182),
        (regular(182), people(*on(*HALVES), gap=True), U, 182),
        (regular(1), people(*on(*HALVES), stale=True), U, 182),
        (regular(182, "ok"), people(*on(*HALVES)), U, 364),
        (regular(181, "ok"), people(*on(*HALVES)), F, 364),
        (regular(181, "ok"), people(*on(*HALVES, ok=False)), F, 364),
        (regular(181, "ok"), people(*on(None, ok=False)), F, 364),
        (regular(ParameterName("days")), people(*on(*HALVES)), F, 182),
        (regular(400), people(population=0), F, None),
    ],
)
def test_regular(assertion: Regular, given: Table, status: str, value: int | None) -> None:
    judgement = both(assertion, given)
    assert judgement.status.value == status
    assert (None if judgement.measured is None else judgement.measured.value) == value
    assert judgement.outcomes == ()


def test_a_period_without_a_row_inside_never_passes() -> None:
    assert both(regular(400), people(*on("2024-12-01"))).status.value == U  # read, but nothing in the year
    assert both(regular(400), people(*on("2025-10-01"))).status.value == P
    assert both(regular(0), people(*on("2025-04-01")), as_of=date(2025, 4, 1)).status.value == U  # a year of one day
    assert "182日（2025-04-01から2025-09-30まで）" in both(regular(181), people(*on(*HALVES))).reason.ja


def match(sides: Literal["both", "left"] = "left", where: str | None = None, other_where: str | None = None) -> Match:
    return Match(table="people", where=maybe(where), other="events", other_where=maybe(other_where), on=pairs(id="who"), sides=sides, at=AT)


S1, S2, E1, E2 = STAFF[0], STAFF[1], DONE[0], DONE[1]


@pytest.mark.parametrize(
    ("assertion", "given", "other", "status"),
    [
        (match(), people(S1), events(E1, E2), P),
        (match("both"), people(S1), events(E1, E2), F),
        (match("both"), people(S1, S2), events(E1, E2), P),
        (match(), people(S1, S2), events(E1), F),
        (match(), people(S1, {"boss": "x"}), events(E1), U),
        (match(other_where="done"), people(S1), events({"who": "s1"}), U),
        (match(other_where="done"), people(S1), events({"who": "s1", "done": False}), F),
        (match(), people(S1, S2), events(E1, {"no": "x"}), U),
        (match(other_where="done"), people(S1, S2), events(E1, {"no": "x"}), U),
        (match(other_where="done"), people(S1, S2), events(E1, {"no": "x", "done": False}), F),
        (match("both"), people(S1, {"grade": "a"}), events(E1, E2), U),
        (match(), people(S1, S2), events(E1, losses=[lost(1)]), U),
        (match(), people(S1), events(E1, losses=[lost(1)]), U),
        (match(), people(S1, S2), events(E1, gap=True), U),
        (match(), people(S1, S2, losses=[lost(1)]), events(E1), F),
        (match("both"), people(S1, losses=[lost(1)]), events(E1, E2), U),
        (match(where="ok"), people(S1), events(E1), P),
        (match(where="ok"), people(S1, S2), events(E1), U),
        (match(where="ok"), people({**S1, "ok": False}), events(E1), U),
        (match(where="ok"), people({**S1, "ok": False}, population=1), events(E1), N),
        (match("both", where="ok", other_where="n = 1"), people({**S1, "ok": False}, population=1), events({**E1, "n": 2}), U),
        (
            match("both", where="ok", other_where="n = 1"),
            people({**S1, "ok": False}, population=1),
            events({**E1, "n": 2}, population=1),
            N,
        ),
        (match(), people(S1), events(), U),
        (match(), people(S1), events(population=0), F),
        (match(), people(population=0), events(E1), N),
        (match(), people(population=0, stale=True), events(E1), U),
        (match("both"), people(population=0), events(E1), F),
        (match("both", other_where="n = 1"), people(population=0), events({**E1, "n": 2}), N),
        (match("both"), people(population=0), events(population=0), N),
        (match("both"), people(population=0, gap=True), events(population=0), U),
        (match(), people(S1), None, U),
    ],
)
def test_match(assertion: Match, given: Table, other: Table | None, status: str) -> None:
    judgement = both(assertion, *(one for one in (given, other) if one is not None))
    assert judgement.status.value == status


def test_rows_with_one_key_are_one_subject() -> None:
    given = people({"id": "s1", "grade": "a"}, {"id": "s1", "grade": "b"}, {"id": "s2"}, {"boss": "x"})
    found = both(match("both"), given, events(E1, E1, {"no": "e9", "part": "b", "who": "s9"}, {"no": "e8", "part": "b"}))
    assert statuses(found) == {"s9": U, "s2": U, "people.xlsx 表!5": U, "e8 / b": U, "s1": P}
    plain = both(match("both"), people(S1, S1, S2), events(E1, {"no": "e9", "who": "s9"}))
    assert statuses(plain) == {"s2": F, "s9": F, "s1": P}
    assert [str(one.location) for one in plain.outcomes] == ["people.xlsx 表!A4", "events.xlsx 表!C3", "people.xlsx 表!A2"]


def test_several_keys_and_one_table_with_itself() -> None:
    twice = Match(table="people", where=maybe("ok"), other="people", other_where=maybe("not ok"), on=pairs(boss="id"), sides="left", at=AT)
    given = people({"id": "s1", "boss": "s2", "ok": True}, {"id": "s2", "ok": False})
    one = control(twice, "people")
    assert judge(one, given).status.value == P
    assert judge(one, given, backend="duckdb") == judge(one, given)
    wide = replace(match(), on=pairs(id="who", grade="part"))
    assert both(wide, people(S1), events({**E1, "part": "a"})).status.value == P
    assert both(wide, people(S1), events({**E1, "part": "b"})).status.value == F
    assert both(wide, people(S1), events(E1)).status.value == U


def test_all_of_folds_and_names_its_parts() -> None:
    parts = (every(), exists(2, "n = 1"), recent(30))
    given = people({"id": "s1", "ok": True, "hired": date(2026, 3, 30), "n": 2})
    found = both(AllOf(parts=parts, at=AT), given)
    assert found.status == Status.FAIL
    assert [(one.subject, one.status.value) for one in found.outcomes] == [("(2/3)", F), ("s1", P), ("s1", P)]
    assert found.outcomes[1].reason.ja.startswith(("(1/3 名簿) ", "(3/3 名簿) "))
    assert found.reason.ja.startswith("3項目のうち不適合1、適合2。(2/3 名簿) 「名簿」に該当する行は0件")
    assert found.measured is None
    good = both(AllOf(parts=(every(), exists(1)), at=AT), given)
    assert (good.status, good.reason.en) == (Status.PASS, "of 2 parts: 2 pass")
    assert both(AllOf(parts=(every(),), at=AT), given).measured is not None
    mixed = both(AllOf(parts=(every(), Separated(zones=(), at=AT)), at=AT), given)
    assert mixed.status == Status.UNKNOWN
    assert [one.subject for one in mixed.outcomes] == ["(2/2)", "s1"]
    assert both(AllOf(parts=(every(), every("ok is null")), at=AT), people(YES, population=1)).status == Status.PASS


def test_separated_without_a_proof_is_not_known() -> None:
    found = judge(control(Separated(zones=("lgwan",), at=AT)))
    assert found.status == Status.UNKNOWN
    assert found.by_data


@pytest.mark.parametrize(
    ("text", "row", "status"),
    [
        ("seen <= hired", {"seen": datetime(2025, 4, 1, 23), "hired": date(2025, 4, 1)}, P),  # noqa: DTZ001 - local
        ("seen < told", {"seen": datetime(2025, 4, 1, 1), "told": datetime(2025, 4, 1, 2)}, P),  # noqa: DTZ001 - local
        ("seen + 1 = told", {"seen": datetime(2025, 4, 1, 1), "told": datetime(2025, 4, 2, 1)}, P),  # noqa: DTZ001 - local
        ("told - 1 <> seen", {"seen": datetime(2025, 4, 1, 1), "told": datetime(2025, 4, 2, 1)}, F),  # noqa: DTZ001 - local
        ("seen = hired + 1", {"seen": datetime(2025, 4, 2, 1), "hired": date(2025, 4, 1)}, P),  # noqa: DTZ001 - local
        ("quit + 365 > as_of", {"quit": date(9999, 12, 31)}, P),
        ("quit - :days = as_of", {"quit": date(2026, 4, 1)}, P),
        ("n - 1 = :days and x + 0.5 = :much", {"n": 2, "x": 2.0}, P),
        ("n in (1, :days)", {"n": 2}, F),
        ("n in (1, :days)", {}, U),
        ("grade in :words", {"grade": "b"}, P),
        ("grade in :words", {"grade": "c"}, F),
        ("not grade in :words", {}, U),
        ("boss = 'O''Brien'", {"boss": "O'Brien"}, P),
        ("boss = 'Ａ'", {"boss": "A"}, F),
        ("boss <> id", {"boss": "が", "id": "か\u3099"}, P),
        ("ok = false", {"ok": False}, P),
        (":yes and true", {}, P),
        ("ok or grade is null", {}, P),
        ("ok and grade is not null", {}, F),
        ("ok and n = 1", {"n": 2}, F),
        ("ok or n = 1", {"n": 2}, U),
        ("not ok", {}, U),
        ("n + 1 > x - n", {"x": 1.0}, U),
    ],
)
def test_conditions(text: str, row: Row, status: str) -> None:
    assert both(Every(table="people", where=None, holds=condition(text), at=AT), people(row)).status.value == status
