from collections.abc import Sequence
from dataclasses import replace

import pytest

from secaudit.engine.compile import compile as compile_controls
from secaudit.engine.compiled import AttestedPart, SeparatedPart, TablePart
from secaudit.errors import ManyError, SecauditError
from secaudit.model.assertion import (
    AllOf,
    Assertion,
    Attested,
    Coverage,
    Distinct,
    Every,
    Exists,
    Match,
    NoneOf,
    ParameterName,
    Recent,
    Regular,
    Separated,
    Within,
)
from secaudit.model.text import Text
from tests.engine.small import AT, KINDS, condition, control, maybe, pairs, parameter

SEPARATED = Separated(zones=("lgwan",), at=AT)
ATTESTED = Attested(question=Text(ja="問", en="q"), ask="ciso", look_at=Text(ja="紙", en="paper"), at=AT)


def every(holds: str, where: str | None = None, table: str = "people") -> Every:
    return Every(table=table, where=maybe(where), holds=condition(holds), at=AT)


def coverage(target: float | ParameterName = 1, matching: str | None = None, other: str = "events", **on: str) -> Coverage:
    keys = pairs(**(on or {"id": "who"}))
    return Coverage(table="people", where=None, other=other, on=keys, matching=maybe(matching), target=target, at=AT)


def within(limit: float | ParameterName = 1, start: str = "seen", end: str = "told", percentile: float | None = None) -> Within:
    return Within(
        table="people", where=None, start=start, end=end, limit=limit, unit="days", percentile=percentile, earlier="unknown", at=AT
    )


def errors_of(assertion: Assertion, *evidence: str) -> Sequence[SecauditError]:
    with pytest.raises(ManyError) as caught:
        compile_controls((control(assertion, *evidence),), KINDS)
    return caught.value.errors


def said(assertion: Assertion, *evidence: str) -> list[str]:
    return [f"{one.at}: {one.message.en}" + (f" ({one.hint.en})" if one.hint else "") for one in errors_of(assertion, *evidence)]


HERE = "controls/t/control.yaml:10"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hird > as_of", ":5: there is no column of `people` called `hird` (did you mean `hired`?)"),
        ("zzzzzzzz", ":5: there is no column of `people` called `zzzzzzzz`"),
        ("n > :dais", ":9: there is no parameter `dais` (did you mean `days`?)"),
        ("n", ":5: boolean is needed here, not integer"),
        (":days", ":5: boolean is needed here, not integer"),
        ("'a'", ":5: boolean is needed here, not text"),
        ("ok and n", ":12: boolean is needed here, not integer"),
        ("not (ok or hired)", ":16: boolean is needed here, not date"),
        ("n = 'a'", ":9: integer and text cannot be compared with `=`"),
        ("hired > 3", ":13: date and integer cannot be compared with `>`"),
        ("ok = 1", ":10: boolean and integer cannot be compared with `=`"),
        ("id = :words", ":10: text and list cannot be compared with `=`"),
        (":words = :words", ":14: list and list cannot be compared with `=`"),
        ("id < boss", ":10: `<` needs numbers or dates, not text"),
        ("ok > true", ":10: `>` needs numbers or dates, not boolean"),
        ("zz between 1 and 2", ":5: there is no column of `people` called `zz`"),
        ("grade = 'z'", ":13: there is no value of `grade`: `z`"),
        ("'aa' <> grade", ":5: there is no value of `grade`: `aa` (did you mean `a`?)"),
        ("grade in ('a', 'zz')", ":20: there is no value of `grade`: `zz`"),
        ("grade = :bad", ":13: there is no value of `grade`: `x`"),
        ("grade in :bads", ":14: there is no value of `grade`: `y`"),
        ("hired in ('2025-04-01')", ":15: date cannot be looked for among text values"),
        ("n in ('a')", ":11: integer cannot be looked for among text values"),
        ("id in (1)", ":12: text cannot be looked for among integer values"),
        ("id in (:nope)", ":12: there is no parameter `nope`"),
        ("zz in (1, 2)", ":5: there is no column of `people` called `zz`"),
        ("n in :words", ":5: text or enum is needed here, not integer"),
        ("id in :word", ":11: list is needed here, not text"),
        ("id + 1 = 2", ":5: integer or number or date or datetime is needed here, not text"),
        ("hired + x > as_of", ":13: integer is needed here, not number"),
        ("hired - quit > 3", ":13: integer is needed here, not date"),
        ("n + hired > 3", ":9: integer or number is needed here, not date"),
        ("zz + 1 > 3", ":5: there is no column of `people` called `zz`"),
        ("zz is null", ":5: there is no column of `people` called `zz`"),
        ("n %", ":7: `%` is not allowed"),
    ],
)
def test_wrong_types_and_names_are_located(text: str, message: str) -> None:
    bad = {"bad": parameter("bad", "x", "text"), "bads": parameter("bads", ("a", "y"), "list")}
    one = control(every(text), "people")
    with pytest.raises(ManyError) as caught:
        compile_controls((replace(one, parameters={**one.parameters, **bad}),), KINDS)
    (error,) = caught.value.errors
    hint = f" ({error.hint.en})" if error.hint and "%" not in text else ""
    assert f"{error.at}: {error.message.en}{hint}" == HERE + message


@pytest.mark.parametrize(
    "text",
    [
        "n = x and x < :much and n + 1 <= :days and x - n > 0.5 and x > :half",
        "hired = seen and seen < hired + :days and told <= seen + 1 and quit - n >= fy_start",
        "id = boss and grade = rank and id = grade and id in ('a', :word) and grade in :words and id in :words",
        "ok = true and :yes and ok <> :yes and n in (1, :days, 2.5)",
        "hired between fy_start and fy_end and (name is null or hired + 1 is not null)",
    ],
)
def test_fitting_types_compile(text: str) -> None:
    (compiled,) = compile_controls((control(every(text), "people"),), KINDS)
    assert compiled.kinds == ("people",)


@pytest.mark.parametrize(
    ("assertion", "evidence", "messages"),
    [
        (every("ok", table="pepole"), ("pepole",), [":5: there is no evidence kind `pepole` (did you mean `people`?)"]),
        (every("ok"), ("people", "events"), [":5: `evidence` must list exactly the kinds that the assertion reads: [people]"]),
        (coverage(), ("people",), [":5: `evidence` must list exactly the kinds that the assertion reads: [events, people]"]),
        (SEPARATED, ("people",), [":5: `evidence` must list exactly the kinds that the assertion reads: []"]),
        (ATTESTED, ("people",), [":5: `evidence` must list exactly the kinds that the assertion reads: [answers]"]),
        (AllOf(parts=(), at=AT), (), [":5: `all_of` is empty"]),
        (coverage(0), ("people", "events"), [":5: `0` cannot be a limit here"]),
        (coverage(1.01), ("people", "events"), [":5: `1.01` cannot be a limit here"]),
        (coverage(ParameterName("word")), ("people", "events"), [":5: parameter `word` must be ratio or number, not text"]),
        (coverage(ParameterName("nope")), ("people", "events"), [":5: there is no parameter `nope`"]),
        (coverage(matching="dun"), ("people", "events"), [":5: there is no column of `events` called `dun` (did you mean `done`?)"]),
        (coverage(other="nothing"), ("people", "nothing"), [":5: there is no evidence kind `nothing`"]),
        (coverage(n="day"), ("people", "events"), [":5: `n` and `day` have different types (integer and date)"]),
        (coverage(x="n"), ("people", "events"), [":5: `x` and `n` have different types (number and integer)"]),
        (coverage(idd="who"), ("people", "events"), [":5: there is no column of `people` called `idd` (did you mean `id`?)"]),
        (replace(coverage(), on=()), ("people", "events"), [":5: `on` names no pair of columns"]),
        (
            Match(table="people", where=None, other="evens", other_where=None, on=pairs(id="who"), sides="left", at=AT),
            ("people", "evens"),
            [":5: there is no evidence kind `evens` (did you mean `events`?)"],
        ),
        (Exists(table="people", where=None, dated=None, at_least=0, at=AT), ("people",), [":5: `0` cannot be a limit here"]),
        (
            Exists(table="people", where=None, dated="id", at_least=1, at=AT),
            ("people",),
            [":5: `id` must be a date or datetime column, not text"],
        ),
        (Exists(table="nope", where=None, dated="id", at_least=1, at=AT), ("nope",), [":5: there is no evidence kind `nope`"]),
        (Recent(table="people", where=None, dated="hired", within_days=-1, at=AT), ("people",), [":5: `-1` cannot be a limit here"]),
        (
            Regular(table="people", where=None, dated="hird", max_gap_days=ParameterName("half"), at=AT),
            ("people",),
            [
                ":5: parameter `half` must be integer, not ratio",
                ":5: there is no column of `people` called `hird` (did you mean `hired`?)",
            ],
        ),
        (within(end="n"), ("people",), [":5: `n` must be a date or datetime column, not integer"]),
        (within(percentile=0), ("people",), [":5: `percentile` must lie above 0 and not above 1"]),
        (within(percentile=1.5), ("people",), [":5: `percentile` must lie above 0 and not above 1"]),
        (within(limit=ParameterName("yes")), ("people",), [":5: parameter `yes` must be integer or number, not boolean"]),
        (Distinct(table="people", where=None, columns=("id", "n"), at=AT), ("people",), [":5: `id` and `n` have different types"]),
        (
            Distinct(table="people", where=None, columns=("id", "bos"), at=AT),
            ("people",),
            [":5: there is no column of `people` called `bos` (did you mean `boss`?)"],
        ),
        (Distinct(table="nope", where=None, columns=("id", "n"), at=AT), ("nope",), [":5: there is no evidence kind `nope`"]),
        (
            within(limit=ParameterName("days"), start="hired"),
            ("people", "x"),
            [":5: `evidence` must list exactly the kinds that the assertion reads: [people]"],
        ),
    ],
)
def test_assertions_are_checked_against_kinds(assertion: Assertion, evidence: tuple[str, ...], messages: list[str]) -> None:
    assert said(assertion, *evidence) == [HERE + message for message in messages]


def test_all_errors_are_collected_and_sorted() -> None:
    first = control(every("nope and %", where="n and zz = 1"), "events")
    second = control(AllOf(parts=(every("id > 1"), coverage(n="day")), at=AT), "people", "events")
    with pytest.raises(ManyError) as caught:
        compile_controls((first, second, control(SEPARATED)), KINDS)
    assert [(str(error.at), type(error).__name__) for error in caught.value.errors] == [
        (f"{HERE}:5", "DocumentError"),
        (f"{HERE}:5", "ConditionError"),
        (f"{HERE}:5", "ConditionError"),
        (f"{HERE}:10", "ConditionError"),
        (f"{HERE}:11", "UnknownNameError"),
        (f"{HERE}:14", "ConditionError"),
    ]


def test_answers_must_be_a_kind() -> None:
    with pytest.raises(ManyError) as caught:
        compile_controls((control(ATTESTED, "answers"),), {"people": KINDS["people"]})
    assert [error.message.en for error in caught.value.errors] == ["there is no evidence kind `answers`"]


def test_parts_say_what_they_read() -> None:
    match = Match(table="people", where=maybe("ok"), other="people", other_where=maybe("n = 1"), on=pairs(id="boss"), sides="both", at=AT)
    none_of = NoneOf(table="people", where=None, holds=condition("grade in :words and rank <> :word"), at=AT)
    parts = (match, AllOf(parts=(coverage(0.5, "done"), none_of), at=AT), ATTESTED, SEPARATED)
    (compiled,) = compile_controls((control(AllOf(parts=parts, at=AT), "people", "events", "answers"),), KINDS)
    one, two, three, four, five = compiled.parts
    assert isinstance(one, TablePart)
    assert one.reads == {"people": frozenset({"ok", "n", "id", "boss"})}
    assert isinstance(two, TablePart)
    assert two.reads == {"people": frozenset({"id"}), "events": frozenset({"done", "who"})}
    assert isinstance(three, TablePart)
    assert three.words == {"words": ("a", "b", "c"), "word": ("a", "b", "c")}
    assert isinstance(four, AttestedPart)
    assert isinstance(five, SeparatedPart)
    assert compiled.kinds == ("answers", "events", "people")
