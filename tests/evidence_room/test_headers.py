"""Finding the header row and its columns."""

import pytest

from secaudit.errors import EvidenceError
from secaudit.evidence.headers import column_letter, count_hits, recognise
from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.reading import Cell, Reading
from secaudit.evidence.words import fold, fold_header

KINDS = load_kinds()


def table(*rows: tuple[Cell, ...]) -> Reading:
    return Reading(rows=tuple((number, cells) for number, cells in enumerate(rows, start=1)))


def test_letters() -> None:
    assert [column_letter(number) for number in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_folding() -> None:
    assert fold("Ｅｍｐｌｏｙｅｅ　ＩＤ") == fold("employee id")
    assert fold("◯") == fold("〇") == "○"
    assert fold_header("※保存期間\n（日）") == "保存期間(日)"
    assert fold_header("受講状況（済/未）") == "受講状況"
    assert fold_header("保存期間（年）") == "保存期間(年)"


def test_retention_in_years_is_not_taken_for_days() -> None:
    layout = recognise(table(("システム名", "ログ種別", "保存期間（年）"), ("甲", "乙", "1")), KINDS["log_sources"], {})
    assert "retention_days" not in layout.columns


def test_a_data_row_is_no_header() -> None:
    layout = recognise(table(("職員番号", "氏名", "所属"), ("0001", None, "所属")), KINDS["staff"], {})
    assert layout.start == 1


def test_two_rows_without_merges() -> None:
    rows = table((None, "題名"), ("職員", None, "所属"), ("番号", "氏名", None), ("0001", "職員0001", "総務課"))
    layout = recognise(rows, KINDS["staff"], {})
    assert layout.start == 3
    assert layout.columns == {"staff_id": 0, "name": 1, "section": 2}


def test_one_column_may_be_a_whole_header() -> None:
    layout = recognise(table(("許可ソフトウェア一覧", None), ("ソフトウェア名",), ("表計算",)), KINDS["permitted_software"], {})
    assert (layout.start, layout.columns) == (2, {"software": 0})


def test_one_recognised_word_among_others_is_no_header() -> None:
    with pytest.raises(EvidenceError, match="no header"):
        recognise(table(("所属", "あれ", "これ"), ("総務課", "1", "2")), KINDS["staff"], {})


def test_numbers_as_headers_are_harmless() -> None:
    assert recognise(table(("職員番号", 2024.0, 1.5, True), ("1", "x")), KINDS["staff"], {"2024": "section"}).columns["section"] == 1


def test_hits_for_scan() -> None:
    assert count_hits(table(("x",), ("所属名", "所属長")), KINDS["sections"]) == (frozenset({"section", "head_id"}), 1, 2)
    assert count_hits(Reading(rows=((1, ("a",)),), header=("section",)), KINDS["sections"]) == (frozenset({"section"}), 1, 1)


def test_rows_of_a_table_above_the_header_do_not_vanish() -> None:
    first = (("契約番号", "件名", "点検した日"), ("1", "甲", "x"), ("2", "乙", "x"))
    second = (("契約番号", "件名", "点検日"), ("3", "丙", "2025-06-01"))
    with pytest.raises(EvidenceError, match="rows 1 and 4 both are headers"):
        recognise(table(*first, *second), KINDS["contracts"], {})
    assert recognise(table(("契約番号", "件名の一覧"), *second), KINDS["contracts"], {}).start == 2
