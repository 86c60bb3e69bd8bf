"""What people say: answers to questions, and published statements."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from secaudit.model.assertion import AllOf, Attested, Every
from secaudit.model.control import Value
from secaudit.model.evidence import Column, Table
from secaudit.model.outcome import Judgement
from secaudit.model.text import Text
from tests.engine.small import ANSWERS, AT, PEOPLE, STATEMENTS, Backend, condition, control, judge, kind, lost, parameter, table

ASKED = control(Attested(question=Text(ja="問", en="q"), ask="ciso", look_at=Text(ja="紙", en="paper"), at=AT), "answers")
P, F, U, E, N = "pass", "fail", "unknown", "error", "not_applicable"
YES: Mapping[str, Value] = {
    "control": "1.1-01",
    "answer": "yes",
    "answered_by": "情報担当課長",
    "answered_on": date(2026, 3, 1),
    "reason": "見た",
    "expires_on": date(2026, 3, 31),
    "section": "総務課",
}
NO = {**YES, "answer": "no"}


def answers(*rows: Mapping[str, Value], **options: object) -> Table:
    return table(ANSWERS, *rows, **options)  # type: ignore[arg-type]  # options of `table`


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, U),
        (answers(), U),
        (answers(population=0), U),
        (answers(YES, failures=[lost(None)]), E),
        (answers(YES), P),
        (answers(NO), F),
        (answers({**YES, "answer": "not-applicable"}), N),
        (answers({**YES, "answer": None}), U),
        (answers({**YES, "answered_by": " "}), U),
        (answers({**YES, "answered_on": None}), U),
        (answers({**YES, "reason": None}), U),
        (answers({**YES, "expires_on": None}), U),
        (answers({**YES, "expires_on": date(2026, 3, 30)}), U),
        (answers({**YES, "expires_on": datetime(2026, 3, 31, 12)}), P),  # noqa: DTZ001 - local times
        (answers({**YES, "answered_on": date(2026, 4, 1)}), U),
        (answers({**YES, "control": "9.9-99"}), U),
        (answers({**YES, "control": None}), U),
        (answers(YES, {**NO, "section": "財政課"}), U),
        (answers(YES, {**YES, "section": "財政課"}), P),
        (answers(NO, {**YES, "answered_on": date(2026, 3, 2)}), P),
        (answers({**YES, "answered_on": date(2026, 2, 1)}, NO), F),
        (answers(YES, {**NO, "answered_on": date(2026, 3, 2), "expires_on": date(2026, 3, 30)}), U),
        (answers(YES, NO), U),
        (answers(YES, {**NO, "section": "財政課", "expires_on": None}), U),
        (answers(YES, {**NO, "section": "財政課", "answered_on": None}), U),
        (answers(YES, {**NO, "section": "財政課", "expires_on": date(2026, 3, 30)}), U),
        (answers({**YES, "answer": "not-applicable"}, {**NO, "section": "財政課", "reason": None}), U),
        (answers(YES, {**NO, "section": "財政課", "answered_on": date(2026, 4, 1)}), P),
        (answers(YES, {**YES, "section": "財政課", "expires_on": None}), P),
        (answers({**YES, "section": None}, {**NO, "section": None, "answered_by": "別の人"}), U),
        (answers({**NO, "section": None}, {**YES, "section": None, "answered_on": date(2026, 3, 2)}), P),
        (answers(YES, stale=True), U),
        (answers(YES, losses=[lost(1)]), U),
        (answers(NO, losses=[lost(1)]), F),
        (answers({**YES, "answer": "not-applicable"}, losses=[lost(None)]), U),
        (answers(YES, YES, losses=[lost(1, "answer", 1)]), U),
        (answers(YES, {**YES, "control": "9.9-99"}, losses=[lost(1, "answer", 1)]), P),
        (answers(YES, {**YES, "control": None}, losses=[lost(1, "control", 1)]), U),
    ],
)
@pytest.mark.parametrize("backend", ["duckdb", "reference"])
def test_attested(given: Table | None, status: str, backend: Backend) -> None:
    judgement = judge(ASKED, *([given] if given else []), backend=backend)
    assert judgement.status.value == status
    assert not judgement.by_data


def test_all_answers_are_shown_with_dates_and_reasons() -> None:
    found = judge(ASKED, answers(YES, {**NO, "section": None, "reason": "まだ"}))
    assert found.reason.ja == "回答が食い違っている（いいえ、はい）"
    assert [(one.subject, one.status.value, one.reason.ja, str(one.location)) for one in found.outcomes] == [
        ("1.1-01", F, "いいえ（2026-03-01～2026-03-31）：まだ", "answers.xlsx 表!B3"),
        ("総務課", P, "はい（2026-03-01～2026-03-31）：見た", "answers.xlsx 表!B2"),
    ]
    parts = AllOf(parts=(ASKED.assertion, Every(table="people", where=None, holds=condition("ok"), at=AT)), at=AT)
    mixed = judge(control(parts, "answers", "people"), answers(YES), table(PEOPLE, {"id": "s1", "ok": True}))
    assert mixed.status.value == P
    assert not mixed.by_data
    assert mixed.outcomes[0].reason.ja.startswith(("(1/2 回答) ", "(2/2 名簿) "))


RATIOS = {"target": parameter("target", 0.9, "ratio", "higher")}
JUDGED = control(Every(table="people", where=None, holds=condition("ok"), at=AT), "people", parameters=RATIOS)
SAID: Mapping[str, Value] = {
    "statement": "n-s01",
    "document": "計画",
    "section": "第4章",
    "speaks_from": date(2025, 4, 1),
    "speaks_to": date(2026, 3, 31),
    "controls": "9.9-99, 1.1-01",
    "shows": "met",
    "claim_ja": "全員が受けた。",
    "claim_en": "Everyone took part.",
}
MEASURED = {**SAID, "statement": "n-s02", "shows": "measured", "value": 90.0, "unit": "%"}


def statements(*rows: Mapping[str, Value], **options: object) -> Table:
    return table(STATEMENTS, *rows, **options)  # type: ignore[arg-type]  # options of `table`


def told(*tables: Table, backend: Backend = "reference") -> Judgement:
    return judge(JUDGED, *tables, backend=backend, published=True)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, U),
        (statements(), U),
        (statements(population=0), U),
        (statements(SAID, failures=[lost(None)]), E),
        (statements(SAID), P),
        (statements({**SAID, "shows": "not_met"}), F),
        (statements({**SAID, "shows": "unclear"}), U),
        (statements({**SAID, "shows": None}), U),
        (statements({**SAID, "controls": "1.1-011"}), U),
        (statements({**SAID, "controls": None}), U),
        (statements({**SAID, "speaks_to": date(2026, 3, 30)}), U),
        (statements({**SAID, "speaks_from": date(2026, 4, 1)}), U),
        (statements({**SAID, "speaks_from": None}), U),
        (statements(SAID, {**SAID, "shows": "unclear"}), U),
        (statements(SAID, {**SAID, "shows": "not_met"}), F),
        (statements(MEASURED), P),
        (statements({**MEASURED, "value": 89.9}), F),
        (statements({**MEASURED, "value": 0.9, "unit": "ratio"}), P),
        (statements({**MEASURED, "value": 90, "unit": None}), U),
        (statements({**MEASURED, "value": 90, "unit": "％"}), P),
        (statements({**MEASURED, "unit": "人"}), U),
        (statements({**MEASURED, "value": None}), U),
        (statements(SAID, stale=True), U),
        (statements(SAID, losses=[lost(1)]), U),
        (statements(SAID, {**SAID, "controls": "9.9-99"}, losses=[lost(1, "shows", 1)]), P),
        (statements(SAID, {**SAID, "controls": None}, losses=[lost(1, "controls", 1)]), U),
        (statements({**SAID, "shows": "not_met"}, losses=[lost(1)]), F),
    ],
)
@pytest.mark.parametrize("backend", ["duckdb", "reference"])
def test_published(given: Table | None, status: str, backend: Backend) -> None:
    judgement = told(*([given] if given else []), table(PEOPLE, {"id": "s1", "ok": False}), backend=backend)
    assert judgement.status.value == status
    assert not judgement.by_data


def test_statements_are_quoted_with_their_figures() -> None:
    found = told(statements(MEASURED, {**SAID, "statement": None, "shows": "unclear"}))
    assert [one.subject for one in found.outcomes] == ["published_statements.xlsx 表!J3", "n-s02"]
    assert found.outcomes[1].reason.en == "“計画”, 第4章: Everyone took part. (90%, target 90%)"
    assert found.reason.ja == "『計画』第4章：全員が受けた。"
    alone = told(statements(MEASURED))
    assert alone.measured is not None
    assert (alone.measured.value, alone.measured.target) == (Fraction(9, 10), Fraction(9, 10))
    nowhere = replace(statements({**SAID, "statement": None}), origins=(), files=())
    assert [one.subject for one in told(nowhere).outcomes] == ["#1"]


def test_a_lower_ratio_and_controls_without_one_ratio() -> None:
    lower = replace(JUDGED, parameters={"most": parameter("most", 0.5, "ratio", "lower")})
    assert judge(lower, statements({**MEASURED, "value": 50}), published=True).status.value == P
    assert judge(lower, statements({**MEASURED, "value": 51}), published=True).status.value == F
    none = replace(JUDGED, parameters={})
    assert judge(none, statements(MEASURED), published=True).status.value == U
    odd = judge(lower, statements(MEASURED), published=True, most="half")
    assert odd.status.value == U


@pytest.mark.parametrize("backend", ["duckdb", "reference"])
def test_statements_from_a_parquet_handle(tmp_path: Path, backend: Backend) -> None:
    few = kind(
        "published_statements", "記述", *(Column(name=n, type="text", title=Text(ja=n, en=n), headers=()) for n in ("controls", "shows"))
    )
    path = tmp_path / "s.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT '1.1-01' AS controls, 'met' AS shows, 2::BIGINT AS src_row) TO '{path}' (FORMAT parquet)")
    found = told(replace(table(few), rows=(), parquet=path), backend=backend)
    assert found.status.value == U
