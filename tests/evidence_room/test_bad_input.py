"""Every bad input of docs/bad-input.md, made for real, with what must come of it."""

import io
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from secaudit.errors import DocumentError, EvidenceError, FileError, ManyError, SecauditError, UnknownNameError, YamlError
from secaudit.evidence import read as reader
from secaudit.evidence.manifest import load
from secaudit.evidence.sandbox import Sandbox
from secaudit.model.evidence import EvidenceSet
from secaudit.wire.files import digest
from tests.evidence_room.folders import STAFF, Folder, column, hiding, said, workbook

HEADER = ("職員番号", "氏名", "所属")
PEOPLE = [HEADER, ("0001", "職員0001", "総務課"), ("0002", "職員0002", "税務課")]


def failure(evidence: EvidenceSet, kind: str = "staff") -> str:
    """Return why a table could not be read; the set must say that it could not look."""
    table = evidence.tables[kind]
    assert evidence.could_not_look
    assert table.rows == ()
    assert table.failures
    return "\n".join(loss.why.en for loss in table.failures)


def all_errors(path: Path) -> list[SecauditError]:
    with pytest.raises(SecauditError) as caught:
        load(path)
    return list(caught.value.errors) if isinstance(caught.value, ManyError) else [caught.value]


def test_missing_file(folder: Folder) -> None:
    folder.name("名簿.csv")
    evidence = folder.read()
    assert "does not exist" in failure(evidence)
    assert evidence.tables["staff"].failures[0].code == "SA102"


@pytest.mark.parametrize("name", ["名簿.csv", "名簿.xlsx", "名簿.xls", "名簿.json", "名簿.jsonl", "名簿.yaml"])
@pytest.mark.parametrize("content", [b"", b" \r\n\r\n"])
def test_empty_file(folder: Folder, name: str, content: bytes) -> None:
    folder.put(name, content)
    assert failure(folder.read())


def test_empty_sheet(folder: Folder) -> None:
    folder.put("名簿.xlsx", workbook([]))
    assert "every sheet is empty" in failure(folder.read())


def test_header_without_rows_is_no_failure_and_no_row(folder: Folder) -> None:
    folder.put("名簿.csv", "職員番号,氏名\r\n")
    evidence = folder.read()
    assert not evidence.could_not_look
    assert evidence.tables["staff"].rows == ()


def test_wrong_year(folder: Folder) -> None:
    folder.put("名簿.csv", STAFF)
    folder.fiscal_year = 2024
    (error,) = all_errors(folder.write())
    assert isinstance(error, DocumentError)
    assert error.at is not None
    assert error.at.line == 2
    folder.fiscal_year = 2025
    with pytest.raises(EvidenceError, match="not 2024"):
        folder.read(fiscal_year=2024)


def test_header_row_not_found(folder: Folder) -> None:
    folder.put("名簿.csv", "あれ,これ\r\n一,二\r\n")
    assert "no header" in failure(folder.read())


def test_header_row_below_twenty_lines_is_not_found(folder: Folder) -> None:
    folder.put("名簿.csv", "表題\r\n" * 25 + STAFF)
    assert "no header" in failure(folder.read())


def test_a_required_column_is_missing(folder: Folder) -> None:
    folder.put("名簿.csv", "氏名,所属,職名\r\n職員0001,総務課,主事\r\n")
    assert "staff_id" in failure(folder.read())


def test_two_columns_with_one_name(folder: Folder) -> None:
    folder.put("名簿.csv", "職員番号,職員番号,氏名\r\n1,2,職員0001\r\n")
    assert "columns A and B both mean `staff_id`" in failure(folder.read())


def test_two_columns_with_one_meaning(folder: Folder) -> None:
    folder.put("名簿.xlsx", workbook([("職員番号", "職員コード", "氏名"), ("1", "2", "職員0001")]))
    assert "both mean `staff_id`" in failure(folder.read())


def test_unreadable_encoding(folder: Folder) -> None:
    folder.put("名簿.csv", STAFF.encode() + "0003,職員0003,会計課\r\n".encode("cp932"))
    assert "line 4 cannot be read as utf-8" in failure(folder.read())


def test_binary_file_called_csv(folder: Folder) -> None:
    folder.put("名簿.csv", bytes(range(256)) * 8)
    assert failure(folder.read())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_xlsx(folder: Folder, share: float) -> None:
    whole = workbook(PEOPLE)
    folder.put("名簿.xlsx", whole[: int(len(whole) * share)])
    assert "broken or cut off" in failure(folder.read())


def test_password_protected_xlsx(folder: Folder) -> None:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own, about its cryptography
        OOXMLFile(io.BytesIO(workbook(PEOPLE))).encrypt("himitsu", out)
    assert msoffcrypto.OfficeFile(io.BytesIO(out.getvalue())).is_encrypted()
    folder.put("名簿.xlsx", out.getvalue())
    assert "protected by a password" in failure(folder.read())


def test_error_values_and_formulas_without_results(folder: Folder) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for cells in (
        ("職員番号", "氏名", "退職日"),
        ("0001", "職員0001", "#N/A"),
        ("0002", "職員0002", "=TODAY()"),
        ("0003", "職員0003", None),
    ):
        page.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    folder.put("名簿.xlsx", stream.getvalue())
    table = folder.table()
    assert column(table, "left_on") == [None, None, None]
    assert [(loss.row_index, loss.column, str(loss.at)) for loss in hiding(table)] == [
        (0, "left_on", "evidence/town/FY2025/名簿.xlsx Sheet!C2"),
        (1, "left_on", "evidence/town/FY2025/名簿.xlsx Sheet!C3"),
    ]
    assert "#N/A" in hiding(table)[0].why.en


def test_formula_whose_saved_result_nobody_calculated(folder: Folder) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})  # writes 0 as the result of every formula
    page = book.add_worksheet()
    page.write_row(0, 0, ("職員番号", "コース名", "受講完了日", "点数"))
    page.write_row(1, 0, ("0001", "研修", "2025-05-01"))
    page.write_formula(1, 3, "=40+40")
    book.close()
    folder.put("受講.xlsx", stream.getvalue(), "training_records", covers=("2025-04-01", "2026-03-31"))
    table = folder.table("training_records")
    assert column(table, "score") == [None]
    assert [loss.column for loss in hiding(table)] == ["score"]


def bomb_of_zeros() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * 2**20))
    return stream.getvalue()


def bomb_of_parts() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(5_001):
            archive.writestr(f"xl/{number}.xml", "")
    return stream.getvalue()


def bomb_that_lies() -> bytes:
    """Return a bomb whose directory says that it holds 100 bytes."""
    data = bytearray(bomb_of_zeros())
    name = b"xl/worksheets/sheet1.xml"
    central = data.rfind(b"PK\x01\x02", 0, data.rfind(name))
    data[central + 24 : central + 28] = struct.pack("<I", 100)
    local = data.find(name) - 30
    data[local + 22 : local + 26] = struct.pack("<I", 100)
    return bytes(data)


def bomb_that_overlaps() -> bytes:
    """Return a zip whose two entries share their bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/another1.xml", "<workbook/>")
    data = bytearray(stream.getvalue())
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(data)


@pytest.mark.parametrize("make", [bomb_of_zeros, bomb_of_parts, bomb_that_lies, bomb_that_overlaps])
def test_zip_bomb(folder: Folder, make: Callable[[], bytes]) -> None:
    folder.put("名簿.xlsx", make())
    folder.put("もう一つ.csv", "システム名,領域\r\n財務会計,LGWAN接続系\r\n", "systems")
    evidence = folder.read()
    assert any(word in failure(evidence) for word in ("refused", "directory"))
    assert len(evidence.tables["systems"].rows) == 1


def test_entities_in_xlsx(folder: Folder) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(PEOPLE))) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b"?>\n", b'?>\n<!DOCTYPE sst [<!ENTITY a "aaaaaaaa">]>', 1)
            target.writestr(name, content)
    folder.put("名簿.xlsx", stream.getvalue())
    assert "document type" in failure(folder.read())


def test_yaml_bomb(folder: Folder) -> None:
    folder.put("台帳.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "documents")
    assert "anchor" in failure(folder.read(), "documents")
    folder.manifest.write_text("organisation: &a town\nfiscal_year: 2025\nfiles: []\n")
    assert isinstance(all_errors(folder.manifest)[0], YamlError)


def test_deep_yaml(folder: Folder) -> None:
    folder.put("台帳.yaml", "[" * 50_000, "documents")
    assert "too deep" in failure(folder.read(), "documents")
    folder.manifest.write_text("[" * 50_000)
    assert isinstance(all_errors(folder.manifest)[0], YamlError)


def test_deep_json(folder: Folder) -> None:
    folder.put("台帳.json", "[" * 100_000, "documents")
    assert failure(folder.read(), "documents")


def test_duplicate_yaml_keys(folder: Folder) -> None:
    folder.put("台帳.yaml", "- {文書番号: A, 表題: 一, 表題: 二}\n", "documents")
    evidence = folder.read()
    assert "`表題` is written twice" in failure(evidence, "documents")
    assert evidence.tables["documents"].failures[0].at.line == 1
    folder.manifest.write_text("organisation: town\norganisation: city\nfiscal_year: 2025\nfiles: []\n")
    (error,) = all_errors(folder.manifest)
    assert error.at is not None
    assert error.at.line == 2


def test_unknown_keys(folder: Folder) -> None:
    folder.name("名簿.csv", "staf", colected_by="x")
    folder.name("受講.csv", "training_records", columns={"番号": "staf_id"})
    errors = all_errors(folder.write())
    assert [type(error) for error in errors] == [DocumentError]
    assert errors[0].hint is not None
    assert "collected_by" in errors[0].hint.en
    del folder.entries[0]["colected_by"]
    errors = all_errors(folder.write())
    assert [type(error) for error in errors] == [UnknownNameError, UnknownNameError]
    assert [error.hint.en for error in errors if error.hint] == ["did you mean `staff`?", "did you mean `staff_id`?"]
    assert [error.at.line for error in errors if error.at] == [4, 5]


@pytest.mark.parametrize("path", ["../../../秘密.csv", "../../other/名簿.csv", "/etc/passwd", "C:/名簿.csv", "..\\名簿.csv", "CON"])
def test_path_leading_out(folder: Folder, path: str) -> None:
    folder.name(path)
    (error,) = all_errors(folder.write())
    assert isinstance(error, FileError)
    assert error.at is not None
    assert error.at.line == 4


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_symlink_out(folder: Folder, tmp_path: Path) -> None:
    secret = tmp_path / "秘密.csv"
    secret.write_text(STAFF)
    folder.name("名簿.csv")
    manifest = folder.write()
    (folder.path / "名簿.csv").symlink_to(secret)
    (error,) = all_errors(manifest)
    assert isinstance(error, FileError)


def test_hash_mismatch(folder: Folder) -> None:
    folder.put("名簿.csv", STAFF, sha256=digest(b"another file"))
    evidence = folder.read()
    assert "differs from its digest" in failure(evidence)
    assert evidence.tables["staff"].failures[0].code == "SA302"
    folder.entries[0]["sha256"] = digest(STAFF.encode())
    assert not folder.read().could_not_look


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_nan(folder: Folder, word: str) -> None:
    folder.put("受講.json", f'[{{"職員番号": "1", "点数": {word}}}]', "training_records")
    assert word in failure(folder.read(), "training_records")


@pytest.mark.parametrize("word", ["NaN", "1e999", "-inf"])
def test_nan_in_other_formats(folder: Folder, word: str) -> None:
    folder.put("受講.csv", f"職員番号,受講日,点数\r\n1,2025-05-01,{word}\r\n", "training_records")
    table = folder.table("training_records")
    assert column(table, "score") == [None]
    assert [loss.column for loss in hiding(table)] == ["score"]


def test_future_date(folder: Folder) -> None:
    folder.put("名簿.csv", "職員番号,採用日,退職日\r\n1,2026-04-04,2030-03-31\r\n2,2026-04-03,\r\n")
    table = folder.table()
    assert column(table, "hired_on") == [None, date(2026, 4, 3)]
    assert column(table, "left_on") == [date(2030, 3, 31), None]
    (loss,) = hiding(table)
    assert (loss.code, loss.column, loss.row_index) == ("SA312", "hired_on", 0)


@pytest.mark.parametrize("day", ["平成32年4月1日", "令和7年2月30日", "昭和65年1月1日", "H31.5.1", "令和元年4月30日"])
def test_impossible_era_date(folder: Folder, day: str) -> None:
    folder.put("名簿.csv", f"職員番号,採用日\r\n1,{day}\r\n")
    table = folder.table()
    assert column(table, "hired_on") == [None]
    (loss,) = hiding(table)
    assert (loss.code, loss.column) == ("SA311", "hired_on")
    assert day in loss.why.ja


def replaced_worker(monkeypatch: pytest.MonkeyPatch, program: str, seconds: int) -> None:
    """Let the first file meet `program` in place of the reader; the next child is the real one again."""

    class First(Sandbox):
        def __init__(self) -> None:
            super().__init__(seconds=seconds, command=(sys.executable, "-c", program))

        def _stop(self, *, kill: bool) -> None:
            super()._stop(kill=kill)
            self.command = Sandbox().command

    monkeypatch.setattr(reader, "Sandbox", First)


def test_parser_that_dies(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced_worker(monkeypatch, "import os; os.abort()", 60)
    folder.put("名簿.csv", STAFF)
    folder.put("システム.csv", "システム名,領域\r\n財務会計,LGWAN接続系\r\n", "systems")
    evidence = folder.read()
    assert evidence.tables["staff"].failures[0].why.ja == "読み取り中に止まりました"
    assert len(evidence.tables["systems"].rows) == 1


def test_parser_that_never_ends(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced_worker(monkeypatch, "import time; time.sleep(600)", 1)
    folder.put("名簿.csv", STAFF)
    folder.put("システム.csv", "システム名,領域\r\n財務会計,LGWAN接続系\r\n", "systems")
    evidence = folder.read()
    assert "longer than 1 seconds" in failure(evidence)
    assert len(evidence.tables["systems"].rows) == 1


def test_names_never_appear(folder: Folder) -> None:
    name = "名無しの権兵衛"
    folder.put("名簿.csv", f"職員番号,氏名,採用日\r\n1,{name},{name[:2]}4月\r\n2,同上,未定\r\n{name},,,,,x\r\n")
    folder.put("一覧.csv", f"ユーザーID,表示名,有効\r\nu1,〃,×\r\nu2,{name},?\r\n", "accounts")
    folder.put("壊れ.csv", f"{name},{name}\r\n1,2\r\n", "systems")
    assert name not in said(folder.read())
