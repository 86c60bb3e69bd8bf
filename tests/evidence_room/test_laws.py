"""Laws of reading: nothing is lost in silence, however a file is cut, coded or shuffled."""

import json
from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters import delimited, json_lines
from secaudit.evidence.cells import Unread, typers
from secaudit.evidence.headers import recognise
from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.reading import Reading, Request
from secaudit.evidence.rows import build_rows

KINDS = load_kinds()
WORDS = st.text(st.characters(codec="cp932", exclude_categories=("Cc", "Cs", "Co"), exclude_characters="¢£¬‖−〜"), max_size=8).map(
    str.strip
)
RECORDS = st.lists(st.tuples(st.integers(1, 9999).map(str), WORDS, st.dates(date(2019, 5, 1), date(2026, 3, 31))), min_size=1, max_size=12)


def csv_of(records: Sequence[tuple[str, str, date]]) -> str:
    quoted = [f'{number},"{word.replace(chr(34), chr(34) * 2)}",{day.isoformat()}' for number, word, day in records]
    return "\r\n".join(["職員番号,所属,採用日", *quoted]) + "\r\n"


def accounted(reading: Reading, whole: Reading) -> bool:
    """Whether the rows read are the first rows of the whole, or what differs is told."""
    clean = reading.rows == whole.rows[: len(reading.rows)]
    told = bool(reading.losses)
    return told or (clean and reading.rows != whole.rows[: len(reading.rows) - 1])


@settings(max_examples=60)
@given(RECORDS, st.data(), st.sampled_from(["utf-8", "cp932", "utf-16-le"]))
def test_a_csv_cut_anywhere_says_so_or_is_a_clean_beginning(
    records: list[tuple[str, str, date]], data: st.DataObject, encoding: str
) -> None:
    text = csv_of(records)
    raw = text.encode(encoding)
    whole = delimited.read(raw, Request(format="delimited", encoding=encoding))
    assert len(whole.rows) == len(records) + 1
    assert whole.losses == ()
    place = data.draw(st.integers(1, len(raw) - 1))
    try:
        reading = delimited.read(raw[:place], Request(format="delimited", encoding=encoding))
    except EvidenceError:
        return
    if len(reading.rows) < 2:
        return  # a header alone is an empty table, which passes nothing
    assert accounted(reading, whole), raw[:place]


@settings(max_examples=60)
@given(RECORDS, st.data())
def test_json_lines_cut_anywhere_say_so_or_are_a_clean_beginning(records: list[tuple[str, str, date]], data: st.DataObject) -> None:
    lines = [json.dumps({"職員番号": number, "所属": word}, ensure_ascii=False) for number, word, _ in records]
    raw = ("\n".join(lines) + "\n").encode()
    whole = json_lines.read(raw, Request(format="json_lines"))
    place = data.draw(st.integers(1, len(raw) - 1))
    try:
        reading = json_lines.read(raw[:place], Request(format="json_lines"))
    except EvidenceError:
        return
    told = any(loss.rows is None for loss in reading.losses)
    assert told or reading.rows == whole.rows[: raw[:place].count(b"\n") + (not raw[:place].endswith(b"\n"))]


@given(RECORDS, st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"]))
def test_the_ladder_reads_every_encoding_alike(records: list[tuple[str, str, date]], encoding: str) -> None:
    text = csv_of(records)
    assert delimited.read(text.encode(encoding), Request(format="delimited")).rows == delimited.read(text.encode(), Request(format="")).rows


CELLS = st.none() | st.text(max_size=12) | st.sampled_from(["合計", "〃", "未定", "○", "令和7年6月3日", "2027-01-01", "0001", "※注", "-"])


@given(st.lists(st.tuples(st.integers(1, 50), CELLS, CELLS, CELLS, CELLS), max_size=15))
def test_every_row_is_a_row_a_loss_or_a_note(cells: list[tuple[int, str | None, str | None, str | None, str | None]]) -> None:
    kind = KINDS["training_records"]
    rows = [(1, ("職員番号", "コース名", "受講状況", "受講完了日")), *((number + 2, item[1:]) for number, item in enumerate(cells))]
    reading = Reading(rows=tuple(rows))
    out = build_rows(reading, recognise(reading, kind, {}), kind, path="a.csv", collected_at=date(2026, 4, 3), as_of=date(2026, 3, 31))
    lost = sum(loss.rows or 0 for loss in out.losses if loss.row_index is None and not loss.left_out)
    blank = sum(not any(cell is not None and cell.strip() for cell in item[1:]) for item in cells)
    noted = sum(int(loss.why.en.split()[0]) for loss in out.losses if loss.code == "SA319")
    assert len(out.rows) + lost + blank + noted + out.left_out == len(cells)
    for loss in out.losses:
        if loss.row_index is not None and loss.column is not None:
            place = [column.name for column in kind.columns].index(loss.column)
            assert out.rows[loss.row_index][place] is None


@given(st.sampled_from(sorted(KINDS)), CELLS)
def test_no_text_breaks_a_column(name: str, cell: str | None) -> None:
    for column, type_cell in typers(KINDS[name]).items():
        found = type_cell(cell)
        assert column
        assert isinstance(found, str | int | float | bool | date | Unread | None)
