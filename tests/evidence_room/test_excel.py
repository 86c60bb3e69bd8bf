"""Excel: real files, sheets, merges, dates, errors; and old .xls containers."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters import biff
from secaudit.evidence.adapters.excel import read, sheets
from secaudit.evidence.reading import Mark, Request
from tests.evidence_room.folders import Folder, column, hiding, workbook

REQUEST = Request(format="excel")


def test_types_of_cells_and_letters_from_column_a() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("表")
    for number, (cell, form) in enumerate(
        [
            (datetime.fromisoformat("2025-06-03T00:00"), '[$-ja-JP-x-gannen]ggge"年"m"月"d"日"'),
            (datetime.fromisoformat("2025-06-03T00:00"), "[$-411]ge.m.d;@"),
            (datetime.fromisoformat("2025-06-03T09:15"), "yyyy/m/d h:mm"),
        ]
    ):
        page.write_datetime(number + 2, 3, cell, book.add_format({"num_format": form}))
    page.write_number(5, 3, 12)
    page.write_boolean(6, 3, True)
    page.set_row(6, None, None, {"hidden": True})
    book.close()
    found = read(stream.getvalue(), REQUEST)
    assert found.sheet == "表"
    assert [(number, cells[3]) for number, cells in found.rows] == [
        (3, Mark("date", "2025-06-03")),
        (4, Mark("date", "2025-06-03")),
        (5, Mark("datetime", "2025-06-03T09:15:00")),
        (6, 12.0),
        (7, True),
    ]
    assert all(cells[:3] == (None, None, None) for _, cells in found.rows)


def test_the_sheet_must_be_named_if_several_have_content() -> None:
    data = workbook([("a",)], sheet="名簿", also={"記入要領": [("b",)], "Sheet3": []})
    with pytest.raises(EvidenceError, match="several sheets") as caught:
        read(data, REQUEST)
    assert caught.value.hint is not None
    assert "`名簿`, `記入要領`" in caught.value.hint.en
    assert read(data, Request(format="excel", sheet="記入要領")).rows == ((1, ("b",)),)
    assert read(data, Request(format="excel", sheet=" 記入 要領")).sheet == "記入要領"
    with pytest.raises(EvidenceError, match="no sheet `集計`"):
        read(data, Request(format="excel", sheet="集計"))
    assert [cells for _, cells in sheets(data, REQUEST).rows] == [("名簿",), ("記入要領",)]


def test_what_is_no_workbook() -> None:
    for data in (b"", b"<html></html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, b"PK\x03\x04"):
        with pytest.raises(EvidenceError):
            read(data, REQUEST)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("text.txt", "x")
    with pytest.raises(EvidenceError):
        read(stream.getvalue(), REQUEST)


def test_titles_group_rows_merges_totals_and_remarks(folder: Folder) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("職員名簿")
    page.merge_range(0, 0, 0, 5, "見本町 職員名簿（令和8年4月1日現在）")
    page.write(1, 0, "作成：総務課")
    page.merge_range(2, 0, 2, 2, "本人")
    page.merge_range(2, 3, 2, 5, "在職")
    page.write_row(3, 0, ("No.", "職員\n番号", "所属", "採用日", "退職日", "備考"))
    page.write_row(4, 0, (1, "0001"))
    page.merge_range(4, 2, 6, 2, "総務課")
    page.write_row(5, 0, (2, "0002"))
    page.write_row(6, 0, (3, "0003"))
    page.write_row(7, 0, (4, "0004", "税務課", "令和3年4月1日", "－"))
    page.write(8, 0, 5)
    page.write(10, 5, "欠番")
    page.write_row(11, 0, ("合　計", None, 4))
    page.write(12, 1, "※ 会計年度任用職員を含む")
    book.close()
    folder.put("名簿.xlsx", stream.getvalue())
    table = folder.table()
    assert column(table, "staff_id") == ["0001", "0002", "0003", "0004"]
    assert column(table, "section") == ["総務課", "総務課", "総務課", "税務課"]
    assert column(table, "hired_on")[3] == date(2021, 4, 1)
    assert [(loss.rows, loss.at.row) for loss in hiding(table)] == [(1, 11)]
    assert len([loss for loss in table.losses if loss.rows == 0]) == 3
    assert str(table.location(3, "section")) == "evidence/town/FY2025/名簿.xlsx 職員名簿!C8"


def test_a_header_in_two_rows(folder: Folder) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet()
    page.merge_range(0, 0, 1, 0, "職員番号")
    page.merge_range(0, 1, 0, 2, "契約期間")
    page.merge_range(0, 3, 1, 3, "契約番号")
    page.write_row(1, 1, ("開始", "終了"))
    page.write_row(2, 0, ("0001", "2025/4/1", "2026/3/31", "委-1"))
    book.close()
    folder.put("契約.xlsx", stream.getvalue(), "contracts")
    table = folder.table("contracts")
    assert column(table, "starts_on") == [date(2025, 4, 1)]
    assert column(table, "ends_on") == [date(2026, 3, 31)]
    assert column(table, "contract_no") == ["委-1"]


def test_macro_workbooks_are_read_like_others(folder: Folder) -> None:
    folder.put("名簿.xlsm", workbook([("職員番号", "氏名"), ("1", "職員0001")]))
    assert column(folder.table(), "staff_id") == ["1"]


def test_phonetic_readings_are_no_part_of_a_cell() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["氏名"])
    stream = io.BytesIO()
    book.save(stream)
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace("<t>氏名</t>".encode(), '<t>氏名</t><rPh sb="0" eb="2"><t>シメイ</t></rPh>'.encode())
            target.writestr(name, content)
    assert read(out.getvalue(), REQUEST).rows == ((1, ("氏名",)),)


def record(kind: int, body: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(body).to_bytes(2, "little") + body


def old_workbook() -> bytes:
    """Return a minimal .xls container: one sheet 表 with #N/A in B3 and a formula that gave #DIV/0! in C4."""
    name = "表".encode("utf-16-le")
    begin, end = record(0x0809, b"\x00\x06\x10\x00" + bytes(12)), record(0x000A, b"")
    sheet = begin
    sheet += record(0x0205, b"\x02\x00\x01\x00\x00\x00\x2a\x01")
    sheet += record(0x0205, b"\x05\x00\x01\x00\x00\x00\x01\x00")  # a boolean, no error
    sheet += record(0x0006, b"\x03\x00\x02\x00\x00\x00\x02\x00\x07\x00\x00\x00\xff\xff" + bytes(8)) + end
    bound = record(0x0085, bytes(4) + b"\x00\x00" + bytes([1, 1]) + name)
    start = len(begin) + len(bound) + len(end)
    bound = record(0x0085, start.to_bytes(4, "little") + b"\x00\x00" + bytes([1, 1]) + name)
    stream = (begin + bound + end + sheet).ljust(4096, b"\x00")
    directory = b""
    for title, kind, first, size in (("Root Entry", 5, 0xFFFFFFFE, 0), ("Workbook", 2, 2, len(stream))):
        raw = title.encode("utf-16-le")
        entry = raw.ljust(64, b"\x00") + (len(raw) + 2).to_bytes(2, "little") + bytes([kind, 0]) + b"\xff" * 12 + bytes(36)
        directory += entry[:116] + first.to_bytes(4, "little") + size.to_bytes(8, "little")
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE]
    fat = b"".join(number.to_bytes(4, "little") for number in table).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + bytes(10)
    head += (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4) + (4096).to_bytes(4, "little")
    head += b"\xfe\xff\xff\xff" + bytes(4) + b"\xfe\xff\xff\xff" + bytes(4) + bytes(4)
    return head.ljust(512, b"\xff") + fat + directory.ljust(512, b"\x00") + stream


def test_errors_in_old_workbooks_are_found() -> None:
    assert biff.marks_of(old_workbook(), "表") == {(3, 1): Mark("error", "#N/A"), (4, 2): Mark("error", "#DIV/0!")}
    assert biff.marks_of(old_workbook(), "他") == {}


@pytest.mark.parametrize("place", [30, 48, 76, 77, 516, 520, 1024 + 128 + 116, 1024 + 128])
def test_a_broken_container_is_named_so(place: int) -> None:
    data = bytearray(old_workbook())
    data[place : place + 2] = b"\x7f\x7f"
    with pytest.raises(EvidenceError):
        biff.marks_of(bytes(data), "表")
