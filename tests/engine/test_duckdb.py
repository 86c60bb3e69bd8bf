"""DuckDB as a closed room: locked, fast to load, and Parquet handles."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from secaudit.engine.backends.duckdb import Session
from secaudit.model.assertion import Every, Exists
from secaudit.model.control import Value
from secaudit.model.evidence import Table
from secaudit.model.status import Status
from tests.engine.small import AT, EVENTS, PEOPLE, Backend, condition, control, judge, lost, table

BACKENDS: tuple[Backend, ...] = ("duckdb", "reference")
OK = Every(table="people", where=None, holds=condition("ok"), at=AT)


@pytest.fixture
def locked() -> Iterator[duckdb.DuckDBPyConnection]:
    session = Session()
    session.load(PEOPLE, [table(PEOPLE, {"id": "s1"})])
    session.lock()
    yield session._connection
    session.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_parquet('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY t0 TO '{folder}/out.csv'",
        "COPY t0 FROM '{file}'",
        "ATTACH '{folder}/other.db'",
        "EXPORT DATABASE '{folder}/dump'",
        "SET threads = 4",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET memory_limit = '8GB'",
        "RESET memory_limit",
        "PRAGMA temp_directory='{folder}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_csv('https://example.invalid/x.csv')",
    ],
)
def test_the_locked_connection_refuses(statement: str, locked: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        locked.execute(statement.format(file=file, folder=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.csv"]
    assert locked.execute("SELECT count(*) FROM t0").fetchall() == [(1,)]


def test_variables_of_the_program_are_no_tables(locked: duckdb.DuckDBPyConnection) -> None:
    rows = duckdb.values(1)
    with pytest.raises(duckdb.Error):
        locked.execute("SELECT * FROM rows")
    assert rows is not None


def test_five_thousand_rows_of_eight_columns_load_fast() -> None:
    eight = replace(PEOPLE, columns=PEOPLE.columns[:7] + PEOPLE.columns[10:11])
    start = date(2025, 4, 1)
    rows: list[dict[str, Value]] = [
        {
            "id": f"職員{index:04}",
            "boss": f"職員{index // 10:04}",
            "grade": "a",
            "rank": None,
            "hired": start + timedelta(days=index % 300),
            "quit": None,
            "seen": datetime(2025, 4, 1, 9, index % 60),  # noqa: DTZ001 - local times
            "ok": index % 2 == 0,
        }
        for index in range(5_000)
    ]
    big = table(eight, *rows)
    session = Session()
    session.load(eight, [table(eight)])
    took = []
    for _ in range(5):
        began = time.perf_counter()
        session.load(eight, [big])
        took.append(time.perf_counter() - began)
    assert session._connection.execute("SELECT count(*) FROM t0").fetchall() == [(25_000,)]
    session.close()
    assert min(took) < 0.15, f"{min(took):.3f} s; measured 0.03 s on a quiet machine"


def parquet(path: Path, *, only: str | None = None) -> Table:
    """A handle on a file that DuckDB itself writes: three rows, the first two of them whole."""
    names = {"id": "VARCHAR", "boss": "VARCHAR", "grade": "VARCHAR", "rank": "VARCHAR", "hired": "DATE", "quit": "DATE"}
    names |= {"seen": "TIMESTAMP", "told": "TIMESTAMP", "n": "INTEGER", "x": "DOUBLE", "ok": "BOOLEAN", "name": "VARCHAR"}
    values = {"id": "'s' || i", "ok": "i < 3", "hired": "DATE '2026-03-31'"}
    picked = ", ".join(f"CAST({values.get(name, 'NULL')} AS {type_}) AS {name}" for name, type_ in names.items() if name != only)
    with duckdb.connect() as connection:
        query = f"SELECT {picked}, CAST(i + 10 AS INTEGER) AS src_row FROM range(1, 4) t(i)"  # noqa: S608 - names of this test
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return replace(table(PEOPLE), rows=(), origins=(), parquet=path)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_parquet_handle_is_read_like_rows(tmp_path: Path, backend: Backend) -> None:
    handle = parquet(tmp_path / "big.parquet")
    found = judge(control(OK, "people"), handle, backend=backend)
    assert [(one.subject, one.status.value, str(one.location)) for one in found.outcomes] == [
        ("s3", "fail", "people.xlsx 表!K13"),
        ("s1", "pass", "people.xlsx 表!K11"),
        ("s2", "pass", "people.xlsx 表!K12"),
    ]
    without = judge(control(OK, "people"), replace(handle, files=(), losses=(lost(1, "ok", 2),)), backend=backend)
    assert (without.status, [one.location for one in without.outcomes]) == (Status.UNKNOWN, [None, None])
    count = control(Exists(table="people", where=None, dated="hired", at_least=3, at=AT), "people")
    assert judge(count, handle, backend=backend).status == Status.PASS
    assert judge(count, replace(handle, population=table(PEOPLE, population=4).population), backend=backend).status == Status.PASS


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("missing", ["ok", "name"])
def test_a_parquet_file_without_the_columns_is_an_error(tmp_path: Path, backend: Backend, missing: str) -> None:
    found = judge(control(OK, "people"), parquet(tmp_path / "odd.parquet", only=missing), backend=backend)
    assert found.status == Status.ERROR
    assert f"`{missing}`" in found.reason.ja


def test_the_rows_of_a_parquet_handle_are_counted_once(tmp_path: Path) -> None:
    session = Session()
    session.load(PEOPLE, [parquet(tmp_path / "big.parquet")])
    assert [session.size("mihon", "people") for _ in range(2)] == [3, 3]
    session.close()


def test_a_parquet_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    gone = replace(table(PEOPLE), parquet=tmp_path / "gone.parquet")
    assert judge(control(OK, "people"), gone, backend="duckdb").status == Status.ERROR


def test_loading_is_all_or_nothing() -> None:
    session = Session()
    bad = replace(table(EVENTS, {"n": 1}), rows=(("e", "a", "s1", "not a date", None, True, 1),))
    with pytest.raises(duckdb.Error):
        session.load(EVENTS, [table(EVENTS, {"n": 1}), bad])
    assert session._connection.execute("SELECT count(*) FROM t0").fetchall() == [(0,)]
    session.close()
