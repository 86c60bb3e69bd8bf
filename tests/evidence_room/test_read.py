"""A manifest read as a whole: joining, freshness, gaps, populations, digests, staff numbers."""

from datetime import date
from pathlib import Path

import pytest

from secaudit.errors import DocumentError
from secaudit.evidence.freshness import gap, stale
from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.manifest import load
from secaudit.evidence.read import read
from secaudit.model.evidence import Period, Source
from secaudit.model.location import Location
from tests.evidence_room.folders import AS_OF, STAFF, Folder, column, hiding, said

KINDS = load_kinds()
YEAR = ("2025-04-01", "2026-03-31")
REVIEWS = "システム名,点検日,点検者職員番号\r\n"


def source(collected_at: date, covers: tuple[date, date] | None = None) -> Source:
    return Source(
        kind="log_reviews",
        path="a.csv",
        at=Location(path="manifest.yaml"),
        collected_at=collected_at,
        collected_by="総務課",
        covers=Period(start=covers[0], end=covers[1]) if covers else None,
    )


def test_rows_keep_file_and_number_when_files_are_joined(folder: Folder) -> None:
    folder.put("一.csv", STAFF)
    folder.put("二.csv", "staff_id,hired_on\n\n0003,未定\n0001,2020-04-01\n")
    table = folder.table()
    assert column(table, "staff_id") == ["0001", "0002", "0003", "0001"]
    assert str(table.location(2)) == "evidence/town/FY2025/二.csv:3"
    (loss,) = hiding(table)
    assert (loss.row_index, str(loss.at)) == (2, "evidence/town/FY2025/二.csv:3 B")
    assert [file.path.rpartition("/")[2] for file in table.files] == ["一.csv", "二.csv"]
    assert table.organisation == "town"


def test_a_broken_file_beside_a_good_one_fails_the_table(folder: Folder) -> None:
    folder.put("一.csv", STAFF)
    folder.name("二.csv")
    evidence = folder.read()
    assert evidence.could_not_look
    assert len(evidence.tables["staff"].rows) == 2
    assert len(evidence.tables["staff"].failures) == 1
    assert [bool(file.digest) for file in evidence.tables["staff"].files] == [True, False]


def test_rows_after_the_as_of_date_are_left_out_and_counted(folder: Folder) -> None:
    folder.put(
        "点検.csv", REVIEWS + "甲,2026-03-31,1\r\n乙,2026-04-01,未定\r\n丙,2026-04-02,1\r\n丁,2026-04-09,1\r\n", "log_reviews", covers=YEAR
    )
    table = folder.table("log_reviews")
    assert column(table, "system") == ["甲", "丁"]
    (left,) = [loss for loss in table.losses if loss.left_out]
    assert (left.rows, "2 rows" in left.why.en) == (0, True)
    assert [(loss.code, loss.row_index) for loss in hiding(table)] == [("SA312", 1)]


def test_population_is_that_of_the_rows_in_time(folder: Folder) -> None:
    rows = REVIEWS + "甲,2026-03-31,1\r\n乙,2026-04-01,1\r\n"
    folder.put("一.csv", rows, "log_reviews", covers=YEAR, population={"count": 3, "stated_by": "甲課"})
    folder.put("二.csv", rows, "log_reviews", covers=YEAR, population={"count": 2, "stated_by": "乙課"})
    population = folder.table("log_reviews").population
    assert population is not None
    assert (population.count, population.stated_by) == (3, "甲課、乙課")
    del folder.entries[1]["population"]
    table = folder.table("log_reviews")
    assert table.population is None
    assert any("some files only" in loss.why.en for loss in table.losses)


def test_stale_snapshots() -> None:
    staff = KINDS["staff"]
    assert stale(staff, [source(date(2025, 12, 29))], AS_OF) is None
    found = stale(staff, [source(date(2026, 3, 1)), source(date(2025, 12, 28))], AS_OF)
    assert found is not None
    assert "2025-12-28" in found.ja
    assert stale(KINDS["systems"], [source(date(2000, 1, 1))], AS_OF) is None


@pytest.mark.parametrize(
    ("covers", "as_of", "days"),
    [
        ([(date(2025, 4, 1), date(2026, 3, 31))], AS_OF, ""),
        ([(date(2025, 10, 1), date(2026, 3, 31)), (date(2025, 4, 1), date(2025, 9, 30))], AS_OF, ""),
        ([(date(2024, 1, 1), date(2027, 1, 1))], AS_OF, ""),
        ([(date(2025, 4, 1), date(2025, 6, 30))], date(2025, 6, 30), ""),
        ([], AS_OF, "2025-04-01 – 2026-03-31"),
        ([(date(2025, 4, 2), date(2026, 3, 30))], AS_OF, "2025-04-01 – 2025-04-01, 2026-03-31 – 2026-03-31"),
        ([(date(2025, 4, 1), date(2025, 9, 29)), (date(2025, 10, 1), date(2026, 3, 31))], AS_OF, "2025-09-30 – 2025-09-30"),
        ([(date(2027, 1, 1), date(2027, 2, 1))], AS_OF, "2025-04-01 – 2026-03-31"),
    ],
)
def test_gaps(covers: list[tuple[date, date]], as_of: date, days: str) -> None:
    found = gap(KINDS["log_reviews"], [source(date(2028, 1, 1), item) for item in covers], 2025, as_of)
    assert (found.en if found else "") == (f"`log_reviews` does not cover {days}" if days else "")


def test_no_file_covers_days_after_it_was_collected() -> None:
    found = gap(KINDS["log_reviews"], [source(date(2026, 3, 20), (date(2025, 4, 1), date(2026, 3, 31)))], 2025, AS_OF)
    assert found is not None
    assert "2026-03-21 – 2026-03-31" in found.en


def test_staff_numbers_get_their_zeros_back(folder: Folder) -> None:
    folder.put("名簿.csv", STAFF)
    folder.put("所属.csv", "所属名,所属長職員番号\r\n総務課,1\r\n税務課,課長\r\n", "sections")
    folder.put("受講.csv", "職員番号,コース名,受講日\r\n2,研修,2025-05-01\r\n", "training_records", covers=YEAR)
    evidence = folder.read()
    assert column(evidence.tables["sections"], "head_id") == ["0001", "課長"]
    assert column(evidence.tables["training_records"], "staff_id") == ["0002"]
    assert [loss.rows for loss in evidence.losses] == [0]
    assert "4 digits" in said(evidence)


def test_the_digest_covers_files_and_words_but_not_their_order(folder: Folder) -> None:
    folder.put("名簿.csv", STAFF)
    folder.put("所属.csv", "所属名,所属長職員番号\r\n総務課,1\r\n", "sections")
    first = folder.read().digest
    folder.entries.reverse()
    assert folder.read().digest == first
    (folder.path / "所属.csv").write_bytes("所属名,所属長職員番号\r\n総務課,2\r\n".encode())
    second = folder.read().digest
    assert second != first
    folder.entries[0]["collected_at"] = "2026-04-02"
    assert folder.read().digest not in (first, second)


def test_hand_maps(folder: Folder) -> None:
    folder.put("所属.csv", "課・局名,長\r\n総務課,1\r\n", "sections", columns={"課・局名": "section", "長": "head_id"})
    assert folder.table("sections").rows == (("総務課", "1"),)
    folder.entries[0]["columns"] = {"課・局名": "section", "課長": "head_id"}
    assert "no header" in folder.table("sections").failures[0].why.en
    folder.put("委員会.csv", "会議番号,開催日,決\r\n1,2025-05-01,○\r\n", "committee_meetings", columns={"議決定": "decided"})
    assert "`議決定`" in folder.table("committee_meetings").failures[0].why.en
    folder.put("名簿.csv", "職員番号,旧番号\r\n1,2\r\n", columns={"旧番号": "staff_id"})
    assert column(folder.table(), "staff_id") == ["2"]


def test_the_demo_town_reads_without_failures() -> None:
    base = Path(__file__).resolve().parents[2]
    for path in sorted((base / "evidence" / "mihon").glob("FY*/manifest.yaml")):
        manifest = load(path, base=base)
        evidence = read(manifest, KINDS, as_of=date(manifest.fiscal_year + 1, 3, 31), fiscal_year=manifest.fiscal_year)
        assert not evidence.could_not_look
        assert sum(bool(table.rows) for table in evidence.tables.values()) > 15


@pytest.mark.parametrize("name", ["./一.csv", "x/../一.csv", "二.csv", "copy.csv"])
def test_rows_do_not_count_twice_by_another_path(folder: Folder, name: str) -> None:
    target = folder.put("一.csv", STAFF)
    (target.parent / "x").mkdir()
    (target.parent / "二.csv").symlink_to("一.csv")
    (target.parent / "copy.csv").write_bytes(target.read_bytes())
    folder.name(name)
    if name.endswith("/一.csv"):
        with pytest.raises(DocumentError, match="the same file is named in line"):
            folder.read()
        return
    evidence = folder.read()
    assert evidence.could_not_look
    assert [loss.why.en.partition(" is that of ")[0] for loss in evidence.tables["staff"].failures] == ["the content"]


def test_a_header_printed_on_every_page_is_no_row(folder: Folder) -> None:
    folder.put("課.csv", "所属名,所属長\r\n総務課,0001\r\n所属名,所属長\r\n税務課,0002\r\n", "sections")
    table = folder.table("sections")
    assert column(table, "section") == ["総務課", "税務課"]
    assert hiding(table) == []


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("小計,,,,,2020-04-01", 1),
        ("小計,,,,○,", 1),
        ("小計,3,,,3,", 0),
        ("小計,,,,,3", 0),
    ],
)
def test_a_row_with_dates_and_words_is_no_total(folder: Folder, line: str, lost: int) -> None:
    header = "件名,契約番号,委託先,契約期間,個人情報の有無,点検日\r\n"
    folder.put("契約.csv", f"{header}甲,1,A,,○,2025-06-01\r\n{line.replace(',3,,,', ',,,,')}\r\n", "contracts")
    table = folder.table("contracts")
    assert len(table.rows) == 1
    assert len(hiding(table)) == lost


def test_a_lone_cell_below_the_totals_is_lost_and_no_row(folder: Folder) -> None:
    folder.put("課.csv", "所属名,所属長\r\n総務課,0001\r\n合計,1\r\n作成者：総務課,\r\n税務課,0002\r\n", "sections")
    table = folder.table("sections")
    assert column(table, "section") == ["総務課", "税務課"]
    assert [(loss.rows, loss.at.row) for loss in hiding(table)] == [(1, 4)]


def test_a_last_line_without_a_newline_may_be_the_cut_of_a_longer_file(folder: Folder) -> None:
    text = "職員番号,氏名,採用日\r\n0001,甲,2020-04-01\r\n0002,乙,2020-04-01"
    stated = {"count": 2, "stated_by": "甲課"}
    folder.put("名簿.csv", text + "\r\n")
    assert hiding(folder.table()) == []
    folder.entries.clear()
    folder.put("名簿.csv", text)
    assert [loss.rows for loss in hiding(folder.table())] == [None]
    folder.entries.clear()
    folder.put("名簿.csv", text, population=stated)
    assert hiding(folder.table()) == []
    folder.entries.clear()
    folder.put("名簿.csv", text[:-3], population=stated)  # the last cell breaks off, too
    assert None in [loss.rows for loss in hiding(folder.table())]


def test_a_snapshot_of_long_after_the_as_of_date_is_stale(folder: Folder) -> None:
    folder.put("名簿.csv", "職員番号,氏名,採用日\r\n0001,甲,2020-04-01\r\n")
    folder.entries[-1]["collected_at"] = "2026-07-01"
    assert folder.table().stale is None
    folder.entries[-1]["collected_at"] = "2026-07-02"
    stale = folder.table().stale
    assert stale is not None
    assert "93 days after" in stale.en


def test_a_cell_of_several_lines_is_never_quoted(folder: Folder) -> None:
    folder.put("名簿.csv", '職員番号,氏名,採用日\r\n0001,甲,"某氏\r\n0002,某氏\r\n"\r\n0003,乙,2020-04-01\r\n')
    assert "某氏" not in " ".join(loss.why.ja for loss in folder.table().losses)
