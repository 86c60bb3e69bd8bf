import csv
import io

from secaudit.reports.csv import COLUMNS, render
from secaudit.reports.settings import Settings
from tests.reports.readback import rows
from tests.reports.samples import bad, could_not_look

SETTINGS = Settings(lang="ja", samples=2, exit_zero=True)


def test_it_begins_with_a_byte_order_mark_and_ends_each_row_as_the_rfc_says() -> None:
    data = render([bad()], SETTINGS)
    assert data.startswith(b'\xef\xbb\xbf"record",')
    assert data.endswith(b'"\r\n')
    text = data.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n") == len([*csv.reader(io.StringIO(text, newline=""), strict=True)])
    assert {len(row) for row in csv.reader(io.StringIO(text, newline=""))} == {len(COLUMNS)}


def test_a_row_says_what_it_is() -> None:
    found = rows(render([bad(), could_not_look()], SETTINGS).decode())
    assert [row["record"] for row in found] == ["note", "note", *["finding"] * 9, *["loss"] * 2, *["finding"] * 2, "loss"]
    leavers = next(row for row in found if row["control"] == "6.2.1-02")
    assert (leavers["status"], leavers["disposition"], leavers["subjects_fail"], leavers["subjects_unknown"]) == ("fail", "open", "3", "1")
    assert leavers["subjects"].startswith("不適合 a017: ")
    training = next(row for row in found if row["control"] == "5.2-01")
    assert (training["value"], training["target"], training["numerator"], training["denominator"]) == ("0.666666", "1", "200", "300")
    assert (found[11]["path"][-5:], found[11]["sheet"], found[11]["row"], found[11]["column"]) == (".xlsx", "一覧", "42", "E")
