"""The guard, fleets, exclusions, broken evidence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from secaudit.engine import evaluate as room
from secaudit.engine.backends.duckdb import Session
from secaudit.engine.backends.reference import Reference
from secaudit.engine.compile import compile as compile_controls
from secaudit.engine.compiled import CompiledControl, TablePart
from secaudit.engine.evaluate import evaluate
from secaudit.engine.facts import Binding, Facts, exact
from secaudit.engine.texts import cell, joined, number, percent
from secaudit.model.assertion import AllOf, Attested, Coverage, Distinct, Every, Match, Separated
from secaudit.model.control import Control, Value
from secaudit.model.evidence import Table
from secaudit.model.outcome import Judgement
from secaudit.model.policy import EffectivePolicy
from secaudit.model.status import Status
from secaudit.model.text import Text
from tests.engine.small import (
    ANSWERS,
    AT,
    EVENTS,
    KINDS,
    PEOPLE,
    STATEMENTS,
    Backend,
    adopted,
    column,
    condition,
    control,
    effective,
    evidence,
    judge,
    kind,
    pairs,
    table,
)

BACKENDS: tuple[Backend, ...] = ("duckdb", "reference")
OK = Every(table="people", where=None, holds=condition("ok"), at=AT)
GOOD: Mapping[str, Value] = {"id": "s1", "ok": True}
BAD: Mapping[str, Value] = {"id": "s1", "ok": False}


def fleet(
    one: Control, tables: Mapping[str, Table | None], *, backend: Backend, policies: Mapping[str, EffectivePolicy] | None = None
) -> dict[str, Judgement]:
    found = {name: evidence(*([] if given is None else [given]), organisation=name) for name, given in tables.items()}
    adopted_by = policies or {name: adopted(effective(one)) for name in tables}
    return {one.organisation: one for one in evaluate(compile_controls((one,), KINDS), adopted_by, found, backend=backend)}


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_statement_judges_all_organisations(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    engine = Session if backend == "duckdb" else Reference
    facts = engine.facts

    def counted(self: object, part: TablePart, bindings: Mapping[str, Binding]) -> Mapping[str, Facts]:
        asked.append(sorted(bindings))
        return facts(self, part, bindings)  # type: ignore[arg-type]  # one of two classes

    monkeypatch.setattr(engine, "facts", counted)
    monkeypatch.setattr(room, "BATCH_ROWS", 2)
    tables = {"c": table(PEOPLE, GOOD), "a": table(PEOPLE, BAD), "b": table(PEOPLE, GOOD, GOOD), "d": None}
    found = fleet(control(OK, "people"), tables, backend=backend)
    assert {name: one.status.value for name, one in found.items()} == {"a": "fail", "b": "pass", "c": "pass", "d": "unknown"}
    assert list(found) == ["a", "b", "c", "d"]
    assert asked == [["a", "b", "c"]]


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_organisation_has_its_own_dates_and_parameters(backend: Backend) -> None:
    one = control(Every(table="people", where=None, holds=condition("hired + :days >= as_of and grade in :words"), at=AT), "people")
    row: Mapping[str, Value] = {"id": "s1", "hired": date(2026, 3, 30), "grade": "b"}
    policies = {
        "a": adopted(effective(one)),
        "b": adopted(effective(one, days=0)),
        "c": adopted(effective(one, words=())),
        "d": adopted(effective(one), as_of=date(2027, 3, 31), fiscal_year=2026),
    }
    found = fleet(one, {name: table(PEOPLE, row) for name in policies}, backend=backend, policies=policies)
    assert {name: one.status.value for name, one in found.items()} == {"a": "pass", "b": "fail", "c": "fail", "d": "fail"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_crash_is_an_error_of_its_control_alone(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Session if backend == "duckdb" else Reference
    facts = engine.facts

    def crashing(self: object, part: TablePart, bindings: Mapping[str, Binding]) -> Mapping[str, Facts]:
        if part.kind.name == "people" and "b" in bindings:
            raise ZeroDivisionError
        return facts(self, part, bindings)  # type: ignore[arg-type]  # one of two classes

    monkeypatch.setattr(engine, "facts", crashing)
    other = control(replace(OK, table="events", holds=condition("done")), "events", id_="1.2-01")
    compiled = compile_controls((control(OK, "people"), other), KINDS)
    policies = {name: adopted(effective(control(OK, "people")), effective(other)) for name in "abc"}
    tables = {name: evidence(table(PEOPLE, GOOD), table(EVENTS, {"done": True}), organisation=name) for name in "abc"}
    found = evaluate(compiled, policies, tables, backend=backend)
    assert [(one.organisation, one.control, one.status.value) for one in found] == [
        ("a", "1.1-01", "pass"),
        ("a", "1.2-01", "pass"),
        ("b", "1.1-01", "error"),
        ("b", "1.2-01", "pass"),
        ("c", "1.1-01", "pass"),
        ("c", "1.2-01", "pass"),
    ]
    assert found[2].reason == Text(
        ja="管理策 1.1-01 を判定できなかった（ZeroDivisionError）", en="control 1.1-01 could not be judged (ZeroDivisionError)"
    )


def test_a_crash_in_the_ruling_and_in_people_is_an_error_too() -> None:
    short = replace(table(PEOPLE, GOOD), rows=(("s1",),))
    assert judge(control(OK, "people"), short, backend="reference").status == Status.ERROR
    assert judge(control(OK, "people"), short, backend="duckdb").status == Status.ERROR
    asked = control(Attested(question=Text(ja="問", en="q"), ask="ciso", look_at=Text(ja="紙", en="p"), at=AT), "answers")
    assert judge(asked, replace(table(ANSWERS, {}), rows=((1,),))).status == Status.ERROR
    assert judge(control(OK, "people"), replace(table(STATEMENTS, {}), rows=((1,),)), published=True).status == Status.ERROR
    places = replace(table(PEOPLE, GOOD), files=())
    assert judge(control(OK, "people"), places).status == Status.ERROR


def test_a_table_that_cannot_be_loaded_is_its_organisations_own_error() -> None:
    odd = replace(table(PEOPLE, GOOD), rows=(tuple("not a date" if one.name == "hired" else None for one in PEOPLE.columns),))
    tables = {"a": table(PEOPLE, GOOD), "b": odd, "c": table(PEOPLE, BAD)}
    found = fleet(control(OK, "people"), tables, backend="duckdb")
    assert {name: one.status.value for name, one in found.items()} == {"a": "pass", "b": "error", "c": "fail"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_table_of_another_kind_is_an_error(backend: Backend) -> None:
    found = judge(control(OK, "people"), replace(table(EVENTS, {"done": True}), kind=replace(EVENTS, name="people")), backend=backend)
    assert found.status == Status.ERROR
    assert "`people`" in found.reason.ja


@pytest.mark.parametrize("backend", BACKENDS)
def test_excluded_controls_do_not_apply_and_read_nothing(backend: Backend) -> None:
    because = Text(ja="この版にない", en="not in this edition")
    one = control(OK, "people")
    excluded = adopted(replace(effective(one), excluded_because=because))
    found = fleet(
        one, {"a": table(PEOPLE, BAD), "b": table(PEOPLE, BAD)}, backend=backend, policies={"a": excluded, "b": adopted(effective(one))}
    )
    assert (found["a"].status, found["a"].reason) == (Status.NOT_APPLICABLE, because)
    assert found["b"].status == Status.FAIL


def test_a_control_that_was_not_compiled_is_an_error() -> None:
    (judgement,) = evaluate((), {"a": adopted(effective(control(OK, "people")))}, {}, backend="reference")
    assert judgement.status == Status.ERROR
    assert "was not compiled" in judgement.reason.en


def test_policies_need_not_share_their_controls() -> None:
    one, two = control(OK, "people"), control(OK, "people", id_="1.2-01")
    policies = {"b": adopted(effective(two)), "a": adopted(effective(one))}
    found = evaluate(compile_controls((one, two), KINDS), policies, {}, backend="reference")
    assert [(judgement.organisation, judgement.control, judgement.status.value) for judgement in found] == [
        ("a", "1.1-01", "unknown"),
        ("b", "1.2-01", "unknown"),
    ]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_parameter_outside_an_enum_is_an_error_not_a_verdict(backend: Backend) -> None:
    one = control(Every(table="people", where=None, holds=condition("grade <> :word"), at=AT), "people")
    assert judge(one, table(PEOPLE, {"grade": "a"}), backend=backend).status == Status.PASS
    typo = judge(one, table(PEOPLE, {"grade": "a"}), backend=backend, word="B")
    assert (typo.status, "`word`" in typo.reason.ja) == (Status.ERROR, True)


def test_a_missing_parameter_is_an_error() -> None:
    one = control(OK, "people")
    bare = adopted(replace(effective(one), parameters={}))
    assert fleet(one, {"a": table(PEOPLE, GOOD)}, backend="reference", policies={"a": bare})["a"].status == Status.ERROR


def test_missing_empty_and_unreadable_tables_say_so() -> None:
    two = control(
        Match(table="people", where=None, other="events", other_where=None, on=pairs(id="who"), sides="left", at=AT), "people", "events"
    )
    assert judge(two).reason.en == "no evidence of kind “People” was given; no evidence of kind “Events” was given"
    assert judge(two, table(PEOPLE), table(EVENTS)).reason.ja.startswith("「名簿」に行がなく、0件だという申告もない。")
    assert judge(two, table(PEOPLE, population=0), table(EVENTS, {"who": "x"})).reason.ja == "「名簿」は0件と申告されている"


@pytest.mark.parametrize("backend", BACKENDS)
def test_parts_of_all_kinds_in_one_control(backend: Backend) -> None:
    asked = Attested(question=Text(ja="問", en="q"), ask="ciso", look_at=Text(ja="紙", en="p"), at=AT)
    covered = Coverage(table="people", where=None, other="events", on=pairs(id="who"), matching=None, target=1, at=AT)
    one = control(AllOf(parts=(OK, covered, asked, Separated(zones=(), at=AT)), at=AT), "people", "events", "answers")
    found = judge(one, table(PEOPLE, GOOD), table(EVENTS, {"who": "s1"}), backend=backend)
    assert found.status == Status.UNKNOWN
    assert found.reason.en.startswith("of 4 parts: 2 unknown, 2 pass; (3/4 Answers) no evidence")


def test_subjects_without_key_or_origin() -> None:
    bare = replace(table(PEOPLE, {"ok": False}, {"id": "", "ok": False}), origins=(), files=())
    assert [one.subject for one in judge(control(OK, "people"), bare).outcomes] == ["#1", "#2"]
    dated = Match(table="people", where=None, other="people", other_where=None, on=pairs(hired="quit"), sides="left", at=AT)
    true = Match(table="people", where=None, other="people", other_where=None, on=pairs(ok="ok", n="n"), sides="left", at=AT)
    rows = table(PEOPLE, {"id": "s1", "hired": date(2025, 4, 1), "ok": True, "n": 3})
    assert [one.subject for one in judge(control(dated, "people"), rows).outcomes] == ["2025-04-01"]
    assert [one.subject for one in judge(control(true, "people"), rows).outcomes] == ["true / 3"]
    named = Match(table="people", where=None, other="people", other_where=None, on=pairs(name="boss"), sides="left", at=AT)
    secret = judge(control(named, "people"), table(PEOPLE, {"id": "s1", "name": "秘密"}))
    assert [one.subject for one in secret.outcomes] == ["s1"]
    assert "秘密" not in str(secret)


def test_words_for_people() -> None:
    assert percent(exact(0.9996)) == "99.9%"
    assert percent(exact(1)) == "100%"
    assert (number(exact(1.5)), number(exact(3))) == ("1.5", "3")
    assert cell("あ" * 100).ja == "あ" * 79 + "…"
    assert cell(("a", "b")).en == "a/b"
    assert joined([Text(ja="一", en="one"), Text(ja="二", en="two")]) == Text(ja="一。二", en="one; two")


def test_compiled_controls_are_compared_by_identity() -> None:
    one: CompiledControl = compile_controls((control(OK, "people"),), KINDS)[0]
    assert one == one  # noqa: PLR0124 - identity is the point
    assert one != compile_controls((control(OK, "people"),), KINDS)[0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("where", [None, "ok is null"])
def test_a_column_that_the_file_does_not_have_is_not_a_column_of_blank_cells(backend: Backend, where: str | None) -> None:
    one = Every(table="people", where=None, holds=condition(where or "ok is not null"), at=AT)
    given = table(PEOPLE, {"id": "s1"}, {"id": "s2"})
    assert judge(control(one, "people"), given, backend=backend).status is (Status.PASS if where else Status.FAIL)
    file = given.files[0]
    without = replace(given, files=(replace(file, letters={name: place for name, place in file.letters.items() if name != "ok"}),))
    said = judge(control(one, "people"), without, backend=backend)
    assert (said.status, said.outcomes) == (Status.UNKNOWN, ())
    assert "people.xlsx does not have the columns ok" in said.reason.en
    other = Every(table="people", where=None, holds=condition("id is not null"), at=AT)
    assert judge(control(other, "people"), without, backend=backend).status is Status.PASS


@pytest.mark.parametrize(
    ("staff", "by", "shown"), [("0012", "0012", "0012"), ("職員 某", "職員 某", "***"), ("Some One", "Some One", "***")]
)
def test_a_name_in_a_column_of_staff_numbers_is_neither_a_reason_nor_a_subject(staff: str, by: str, shown: str) -> None:
    cells = (column("staff_id", "text", key=True), column("approver_id", "text"), column("approved_by", "text"))
    loans = kind("loans", "貸出簿", *cells)
    both = Distinct(table="loans", where=None, columns=("staff_id", "approver_id"), at=AT)
    blank = Every(table="loans", where=None, holds=condition("approved_by <> 'x'"), at=AT)
    one = control(AllOf(parts=(both, blank), at=AT), "loans")
    given = table(loans, {"staff_id": staff, "approver_id": by, "approved_by": "x"})
    compiled = compile_controls((one,), {"loans": loans})
    (said,) = evaluate(compiled, {"mihon": adopted(effective(one))}, {"mihon": evidence(given)}, backend="reference")
    reasons = " ".join(outcome.reason.en for outcome in said.outcomes)
    assert f"staff_id={shown}, approver_id={shown}" in reasons
    assert "approved_by=***" in reasons
    assert {outcome.subject for outcome in said.outcomes} == {shown if shown != "***" else "loans.xlsx 表!2"}
