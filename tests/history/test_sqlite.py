import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from secaudit.errors import HistoryError
from secaudit.history import sqlite
from secaudit.history.chain import append, verify
from secaudit.history.sqlite import SCHEMA_VERSION, Sqlite, identify
from secaudit.model.run import Entry
from tests.builders import history_payload

POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture
def store(tmp_path: Path) -> Sqlite:
    return Sqlite(tmp_path / "workspace" / ".secaudit" / "history.db")


@pytest.fixture
def raw(store: Sqlite) -> Iterator[sqlite3.Connection]:
    """A connection past our code, as a person with the file would open it; two entries are there."""
    store.record([history_payload(0), history_payload(1)])
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        yield connection


def refused(error: pytest.ExceptionInfo[HistoryError]) -> str:
    assert error.value.code == "SA401"
    assert error.value.hint is not None
    return error.value.message.en


def test_what_is_recorded_is_read_back_in_order(store: Sqlite) -> None:
    first = store.record([history_payload(0), history_payload(1)])
    second = store.record([history_payload(2)])
    assert tuple(store.entries()) == first + second
    assert [entry.number for entry in store.entries()] == [0, 1, 2]
    assert verify(store.entries()).count == 3


def test_without_a_file_the_history_is_empty_and_reading_makes_none(store: Sqlite) -> None:
    assert list(store.entries()) == []
    assert not store.path.parent.exists()


def test_an_empty_file_left_by_a_kill_is_an_empty_history(store: Sqlite) -> None:
    store.path.parent.mkdir(parents=True)
    store.path.touch()
    assert list(store.entries()) == []
    assert len(store.record([history_payload(0)])) == 1
    assert len(list(store.entries())) == 1


def test_a_run_of_nothing_makes_an_empty_history(store: Sqlite) -> None:
    assert store.record([]) == ()
    assert list(store.entries()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET payload = '' WHERE number = 0",
        "UPDATE entries SET identity = ''",
        "DELETE FROM entries",
        "DELETE FROM entries WHERE number = 1",
    ],
)
def test_the_store_itself_refuses_to_change_or_delete(store: Sqlite, raw: sqlite3.Connection, statement: str) -> None:
    before = list(store.entries())
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        raw.execute(statement)
    assert list(store.entries()) == before


def test_a_change_past_the_triggers_is_found_by_verify(store: Sqlite, raw: sqlite3.Connection) -> None:
    raw.execute("DROP TRIGGER entries_are_never_changed")
    raw.execute("UPDATE entries SET payload = replace(payload, '\"fail\"', '\"pass\"') WHERE number = 1")
    with pytest.raises(HistoryError, match="rule 3"):
        verify(store.entries())


def test_the_same_assessment_is_recorded_once(store: Sqlite) -> None:
    assert len(store.record([history_payload(0), history_payload(1)])) == 2
    assert store.record([history_payload(0)]) == ()
    (new,) = store.record([history_payload(1), history_payload(2), history_payload(2)])
    assert (new.number, json.loads(new.payload)["digests"]["evidence"]) == (2, f"{2:064x}")
    assert verify(store.entries()).count == 3


def test_it_is_recorded_again_if_that_is_asked_for(store: Sqlite) -> None:
    store.record([history_payload(0)])
    (again,) = store.record([history_payload(0)], again=True)
    assert again.number == 1
    assert verify(store.entries()).count == 2


def test_the_same_assessment_means_policy_year_date_and_digests() -> None:
    one = json.loads(history_payload(0))
    later = {**one, "recorded_at": "2027-01-01T00:00:00+09:00", "recorded_by": "別の担当", "findings": []}
    assert identify(json.dumps(one)) == identify(json.dumps(later))
    for part, value in (("policy", "x"), ("fiscal_year", 2024), ("as_of", "2026-01-01"), ("digests", {**one["digests"], "tool": "9"})):
        assert identify(json.dumps(one)) != identify(json.dumps({**one, part: value}))


def test_a_run_that_fails_in_its_middle_leaves_nothing(store: Sqlite) -> None:
    store.record([history_payload(0)])
    with pytest.raises(ValueError, match="Expecting value"):
        store.record([history_payload(1), "no JSON"])
    assert len(list(store.entries())) == 1
    assert len(store.record([history_payload(1)])) == 1


@POSIX
def test_a_link_is_never_followed(store: Sqlite, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    store.path.parent.mkdir(parents=True, exist_ok=True)
    store.path.symlink_to(elsewhere)
    with pytest.raises(HistoryError, match="link"):
        store.record([history_payload(0)])
    assert not elsewhere.exists()


@POSIX
def test_the_file_and_its_folder_are_private(store: Sqlite) -> None:
    mask = os.umask(0)
    try:
        store.record([history_payload(0)])
    finally:
        os.umask(mask)
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("data", [b"this is not a database at all\n" * 40, b"SQLite format 3\x00" + b"\xff" * 2000])
def test_a_corrupt_file_is_refused(store: Sqlite, data: bytes) -> None:
    store.path.parent.mkdir(parents=True)
    store.path.write_bytes(data)
    with pytest.raises(HistoryError) as reading:
        list(store.entries())
    with pytest.raises(HistoryError) as writing:
        store.record([history_payload(0)])
    assert "`history.db`" in refused(reading)
    assert "`history.db`" in refused(writing)
    assert store.path.read_bytes() == data


def test_a_file_cut_off_is_refused(store: Sqlite) -> None:
    store.record([history_payload(number) for number in range(40)])
    data = store.path.read_bytes()
    store.path.write_bytes(data[: len(data) // 2])
    with pytest.raises(HistoryError) as caught:
        list(store.entries())
    refused(caught)


def test_a_newer_format_is_neither_read_nor_written(store: Sqlite, raw: sqlite3.Connection) -> None:
    raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(HistoryError) as reading:
        list(store.entries())
    with pytest.raises(HistoryError) as writing:
        store.record([history_payload(2)])
    assert refused(reading) == refused(writing) == "this version does not know history format 2"


def test_a_file_whose_format_was_wiped_is_not_taken_for_an_empty_history(store: Sqlite, raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA user_version = 0")
    with pytest.raises(HistoryError) as caught:
        list(store.entries())
    refused(caught)


def test_a_history_locked_by_another_is_refused_after_a_while(
    store: Sqlite, raw: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
    raw.execute("BEGIN EXCLUSIVE")
    with pytest.raises(HistoryError) as writing:
        store.record([history_payload(2)])
    with pytest.raises(HistoryError) as reading:
        list(store.entries())
    assert "locked" in refused(writing)
    assert "locked" in refused(reading)
    raw.execute("ROLLBACK")
    assert len(list(store.entries())) == 2


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HistoryError) as caught:
        Sqlite(tmp_path / "file" / "history.db").record([history_payload(0)])
    assert str(tmp_path) not in refused(caught)
    (tmp_path / "folder").mkdir()
    with pytest.raises(HistoryError) as caught:
        Sqlite(tmp_path / "folder").record([history_payload(0)])
    refused(caught)


def entries(count: int) -> list[Entry]:
    made: list[Entry] = []
    for number in range(count):
        made.append(append(made[-1] if made else None, history_payload(number)))
    return made


def test_an_export_is_taken_into_an_empty_place(store: Sqlite) -> None:
    assert store.restore(entries(3)) == 3
    assert list(store.entries()) == entries(3)


def test_an_export_that_goes_on_adds_only_what_is_new(store: Sqlite) -> None:
    store.restore(entries(2))
    assert store.restore(entries(4)) == 2
    assert store.restore(entries(4)) == 0
    assert store.restore(entries(1)) == 0
    assert store.restore([]) == 0
    assert list(store.entries()) == entries(4)


def test_an_export_with_one_assessment_twice_is_taken_whole(store: Sqlite) -> None:
    first = append(None, history_payload(0))
    assert store.restore([first, append(first, history_payload(0))]) == 2


def test_another_history_is_refused_and_nothing_is_added(store: Sqlite) -> None:
    store.record([history_payload(7)])
    before = list(store.entries())
    with pytest.raises(HistoryError) as caught:
        store.restore(entries(3))
    assert refused(caught) == "entry 0 differs from the export"
    assert list(store.entries()) == before


def test_an_export_that_does_not_verify_is_refused(store: Sqlite) -> None:
    with pytest.raises(HistoryError, match="rule 1"):
        store.restore(entries(3)[1:])
    assert list(store.entries()) == []


def test_a_history_that_does_not_verify_takes_nothing_in(store: Sqlite, raw: sqlite3.Connection) -> None:
    raw.execute("DROP TRIGGER entries_are_never_changed")
    raw.execute("UPDATE entries SET digest = 'x' WHERE number = 1")
    with pytest.raises(HistoryError, match="rule 3"):
        store.restore(entries(4))
    assert len(list(store.entries())) == 2
