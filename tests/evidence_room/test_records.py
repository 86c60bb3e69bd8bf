"""JSON, JSON Lines, YAML and Parquet."""

import io
from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters import json_document, json_lines, yaml_list
from secaudit.evidence.adapters.registry import adapter, format_of
from secaudit.evidence.reading import Mark, Reading, Request
from tests.evidence_room.folders import Folder, column, hiding

YEAR = ("2025-04-01", "2026-03-31")


def test_json_keeps_numbers_as_written_and_flattens() -> None:
    data = '[{"a": 0012e0, "b": true}]'
    with pytest.raises(EvidenceError):
        json_document.read(data.encode(), Request(format="json_document"))
    found = json_document.read(b'\xef\xbb\xbf{"n": 1, "rows": [{"a": 12.50, "c": {"d": null, "e": ["x", "y"]}}, 7]}', Request(format=""))
    assert found.header == ("a", "c_d", "c_e")
    assert found.rows == ((1, ("12.50", None, "x,y")),)
    assert [(loss.rows, loss.row) for loss in found.losses] == [(1, 2)]


@pytest.mark.parametrize("text", ["{}", '{"a": [], "b": []}', "1", '[{"a": 1, "a": 2}]', '[{"a": {"b": 1}, "a_b": 2}]', "[", '["a" 1]'])
def test_json_that_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError):
        json_document.read(text.encode(), Request(format="json_document"))


def test_values_that_have_no_cell() -> None:
    found = json_document.read(b'[{"a": [[1]], "b": ["x,y"], "c": {"d": {"e": {"f": 1}}}, "g": "\\ud800", "h": []}]', Request(format=""))
    assert [cell.tag if isinstance(cell, Mark) else cell for cell in found.rows[0][1]] == [
        "structure",
        "structure",
        "structure",
        "error",
        None,
    ]


def test_json_lines_lose_single_lines_and_notice_the_cut() -> None:
    whole = b'{"a": "1"}\r\n\r\n{"a": NaN}\n[1]\n{"a": "2", "a": "3"}\n{"a": "4"}\n'
    found = json_lines.read(whole, Request(format="json_lines"))
    assert found.rows == ((1, ("1",)), (6, ("4",)))
    assert [(loss.rows, loss.row) for loss in found.losses] == [(1, 3), (1, 4), (1, 5)]
    cut = json_lines.read(whole[:-3], Request(format="json_lines"))
    assert cut.losses[-1].rows is None
    assert json_lines.read('{"a": "職"}\n{"a": "員"}'.encode()[:-3], Request(format="")).losses[-1].rows is None


def test_yaml_lists() -> None:
    text = """
- id: s1
  speaks_of: {from: 2019-04-01, to: 2020-03-31}
  controls: ["3.1-02", "3.1-03"]
  commitments: []
  value: 84
  claim: {ja: 文, en: text}
- just text
"""
    found = yaml_list.read(text.encode(), Request(format="yaml_list", path="x.yaml"))
    assert found.header == ("id", "speaks_of_from", "speaks_of_to", "controls", "commitments", "value", "claim_ja", "claim_en")
    assert found.rows == ((2, ("s1", "2019-04-01", "2020-03-31", "3.1-02,3.1-03", None, "84", "文", "text")),)
    assert [(loss.rows, loss.row) for loss in found.losses] == [(1, 8)]
    assert len(yaml_list.read(b"rows:\n- {a: 1}\n", Request(format="")).rows) == 1
    with pytest.raises(EvidenceError):
        yaml_list.read(b"a: 1\n", Request(format=""))


def test_published_statements_are_flattened(folder: Folder) -> None:
    folder.put(
        "../published.yaml",
        """- id: town-s01
  document: 計画
  section: 第1章
  speaks_of: {from: 2017-03-01, to: 2020-03-31}
  controls: ["3.1-02"]
  commitments: ["Ⅲ-2"]
  row: null
  shows: measured
  value: 84
  unit: "%"
  claim: {ja: 八割が受けた。, en: Four in five took it.}
""",
        "published_statements",
    )
    table = folder.table("published_statements")
    assert table.rows == (
        (
            *("town-s01", "計画", "第1章", date(2017, 3, 1), date(2020, 3, 31), "3.1-02", "Ⅲ-2", None, None),
            *("measured", 84, "%", "八割が受けた。", "Four in five took it."),
        ),
    )
    assert str(table.location(0, "speaks_from")) == "evidence/town/published.yaml:1 speaks_of_from"


@pytest.mark.parametrize(("name", "text"), [("a.json", "[]"), ("a.yaml", "[]\n")])
def test_an_empty_list_is_an_empty_table(folder: Folder, name: str, text: str) -> None:
    folder.put(name, text, "incidents", covers=YEAR, population={"count": 0, "stated_by": "総務課"})
    table = folder.table("incidents")
    assert (table.rows, table.failures, table.gap) == ((), (), None)
    assert table.population is not None
    assert table.population.count == 0


def parquet(**columns: pa.Array) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def reviews(*days: date | None) -> dict[str, pa.Array]:
    count = len(days)
    return {
        "system": pa.array(["財務会計"] * count, pa.string()),
        "reviewed_on": pa.array(days, pa.date32()),
        "reviewer_id": pa.array([None] * count, pa.string()),
        "src_row": pa.array(range(count), pa.int64()),
    }


def test_parquet_is_a_handle(folder: Folder) -> None:
    path = folder.put("a.parquet", parquet(**reviews(date(2025, 5, 1), None)), "log_reviews", covers=YEAR)
    table = folder.table("log_reviews")
    assert table.parquet == path
    assert (table.rows, table.failures, table.losses) == ((), (), ())
    assert len(table.files[0].digest) == 64


def test_parquet_with_later_dates_blocks(folder: Folder) -> None:
    folder.put("a.parquet", parquet(**reviews(date(2026, 4, 1))), "log_reviews", covers=YEAR)
    assert [(loss.code, loss.rows) for loss in folder.table("log_reviews").losses] == [("SA318", None)]
    folder.put("b.parquet", parquet(**reviews(date(2026, 5, 1))), "log_reviews", covers=YEAR)
    assert "one Parquet file" in folder.table("log_reviews").failures[0].why.en
    del folder.entries[0]
    assert [loss.code for loss in folder.table("log_reviews").losses] == ["SA312", "SA318"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"PAR1 no",
        lambda: parquet(system=pa.array(["a"])),
        lambda: parquet(**reviews(date(2025, 5, 1)), extra=pa.array([1])),
        lambda: parquet(**{**reviews(date(2025, 5, 1)), "reviewed_on": pa.array(["2025-05-01"])}),
    ],
    ids=["broken", "columns missing", "column too many", "type"],
)
def test_parquet_of_another_form_fails(folder: Folder, make: Callable[[], bytes]) -> None:
    folder.put("a.parquet", make(), "log_reviews", covers=YEAR)
    evidence = folder.read()
    assert evidence.could_not_look
    assert evidence.tables["log_reviews"].failures


def test_parquet_that_is_missing(folder: Folder) -> None:
    folder.name("a.parquet", "log_reviews", covers=YEAR)
    assert folder.read().could_not_look


def test_formats_are_known_by_their_ending(folder: Folder) -> None:
    assert format_of("a/B.XLSX") == "excel"
    assert format_of("a.docx") is None
    with pytest.raises(ValueError, match="no format"):
        adapter("os")
    folder.put("a.docx", b"x")
    assert "format is not known" in folder.table().failures[0].why.en


def test_hiding_nothing(folder: Folder) -> None:
    folder.put("a.jsonl", '{"system": "財務会計", "reviewed_on": "2025-05-01", "reviewer_id": 12}\n', "log_reviews", covers=YEAR)
    table = folder.table("log_reviews")
    assert hiding(table) == []
    assert column(table, "reviewer_id") == ["12"]
    assert isinstance(Reading(rows=()), Reading)
