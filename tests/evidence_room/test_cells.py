"""One cell, one column."""

from datetime import date, datetime

import pytest

from secaudit.evidence.cells import Unread, typers
from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.reading import Cell, Mark
from secaudit.model.control import Value


def typed(kind: str, column: str, cell: Cell) -> Value | Unread:
    return typers(load_kinds()[kind])[column](cell)


@pytest.mark.parametrize(
    ("kind", "column", "cell", "value"),
    [
        ("staff", "staff_id", " ００１２ ", "0012"),
        ("staff", "staff_id", 12.0, "12"),
        ("staff", "staff_id", 12, "12"),
        ("staff", "section", "　総務課　", "総務課"),
        ("staff", "position", "主事①", "主事①"),
        ("staff", "position", True, "TRUE"),
        ("staff", "position", 1.5, "1.5"),
        ("staff", "position", Mark("time", "9:15:00"), "9:15:00"),
        ("staff", "position", Mark("date", "2025-04-01"), "2025-04-01"),
        ("staff", "left_on", "－", None),
        ("staff", "left_on", "なし", None),
        ("staff", "left_on", "　", None),
        ("staff", "left_on", Mark("date", "2025-04-01"), date(2025, 4, 1)),
        ("staff", "left_on", Mark("datetime", "2025-04-01T10:00:00"), date(2025, 4, 1)),
        ("staff", "left_on", 20250401.0, date(2025, 4, 1)),
        ("staff", "on_leave", "有", True),
        ("staff", "on_leave", "なし", False),
        ("staff", "on_leave", "休職中", True),
        ("staff", "on_leave", "-", None),
        ("training_records", "completed", "受講中", False),
        ("training_records", "completed", "〇", True),
        ("training_records", "completed", "×", False),
        ("training_records", "completed", 1.0, True),
        ("training_records", "completed", False, False),
        ("training_records", "score", "８５点", 85),
        ("training_records", "score", 85.5, 85.5),
        ("training_records", "score", 100.0, 100),
        ("log_sources", "retention_days", "1,095", 1095),
        ("log_sources", "retention_days", "３６５", 365),
        ("log_sources", "retention_days", "365日", 365),
        ("authentication_methods", "factor_2", "なし", "none"),
        ("authentication_methods", "factor_1", "知識（パスワード）", "knowledge"),
        ("systems", "confidentiality", "３Ｂ", "3B"),
        ("systems", "confidentiality", 2.0, "2"),
        ("disposals", "method", "none", "none"),
        ("self_checks", "answer", "△", "partly"),
        ("incidents", "found_at", "2025/06/03 09:15", datetime.fromisoformat("2025-06-03T09:15")),
        ("incidents", "found_at", Mark("datetime", "2025-06-03T09:14:59.999990"), datetime.fromisoformat("2025-06-03T09:15")),
        ("published_statements", "statement", "Ⅲ-2", "Ⅲ-2"),
        ("disposals", "certificate_no", "なし", None),
    ],
)
def test_what_is_read(kind: str, column: str, cell: Cell, value: Value) -> None:
    found = typed(kind, column, cell)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("kind", "column", "cell"),
    [
        ("staff", "staff_id", "〃"),
        ("staff", "section", "同上"),
        ("staff", "staff_id", Mark("error", "#N/A")),
        ("staff", "staff_id", Mark("formula", "")),
        ("staff", "section", Mark("structure", "")),
        ("self_checks", "question_no", Mark("date", "2025-01-02")),
        ("staff", "left_on", "未定"),
        ("staff", "left_on", 45748.0),
        ("staff", "left_on", Mark("time", "0:00:00")),
        ("staff", "left_on", Mark("date", "1899-12-31")),
        ("staff", "on_leave", "△"),
        ("staff", "on_leave", "x"),
        ("staff", "on_leave", 2.0),
        ("training_records", "score", "八十点"),
        ("training_records", "score", True),
        ("training_records", "score", 1e300),
        ("training_records", "score", "1e5"),
        ("log_sources", "retention_days", "1年"),
        ("log_sources", "retention_days", 1.5),
        ("log_sources", "retention_days", "1,09"),
        ("systems", "zone", "どこか"),
        ("systems", "zone", Mark("date", "2025-01-02")),
        ("incidents", "found_at", "2025-06-03"),
        ("incidents", "found_at", Mark("date", "2025-06-03")),
        ("incidents", "found_at", "当日中"),
    ],
)
def test_what_is_not_guessed(kind: str, column: str, cell: Cell) -> None:
    found = typed(kind, column, cell)
    assert isinstance(found, Unread)
    assert found.why.ja
    assert found.why.en


def test_a_reason_quotes_no_personal_cell_and_little_of_others() -> None:
    accounts = typers(load_kinds()["accounts"])
    refused = accounts["display_name"](Mark("formula", "")), accounts["display_name"]("未定")
    assert all(isinstance(item, Unread) and "未定" not in item.why.ja for item in refused)
    long = accounts["enabled"]("あ" * 100 + "\x1b[31m\n")
    assert isinstance(long, Unread)
    assert "あ" * 39 + "…" in long.why.ja
    assert "\x1b" not in long.why.ja
    assert "あ" * 40 not in long.why.ja


def test_the_memory_of_texts_is_bounded() -> None:
    type_cell = typers(load_kinds()["staff"])["staff_id"]
    assert [type_cell(str(number)) for number in range(6_000)] == [str(number) for number in range(6_000)]
