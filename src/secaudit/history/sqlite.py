"""The history in SQLite: rollback journal, one writer at a time, append-only by triggers.

* `BEGIN IMMEDIATE` before the tip is read, so that two auditors cannot fork the chain.
* All entries of a run go in one transaction: a run is there whole or not at all.
* The file and its folder are private to their owner.

Never here: what an entry means (`entry`), whether it is true (`chain`).
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from secaudit.errors import HistoryError
from secaudit.history import chain
from secaudit.model.run import Entry
from secaudit.model.text import Text

WAIT_SECONDS = 30.0
SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE entries (
  number   INTEGER PRIMARY KEY,
  previous TEXT NOT NULL,
  payload  TEXT NOT NULL,
  digest   TEXT NOT NULL UNIQUE,
  identity TEXT NOT NULL
) STRICT;
CREATE INDEX entries_identity ON entries (identity);
CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""
_ALL = "SELECT number, previous, payload, digest FROM entries ORDER BY number"


class Sqlite:
    """A history in one SQLite file; made on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> Iterator[Entry]:
        """Yield all entries, oldest first; nothing if there is no file yet."""
        if not self.path.exists():
            return
        with self._connection() as connection:
            if not self._has_schema(connection):
                return  # a run that was killed before its first commit leaves an empty file
            for row in connection.execute(_ALL):
                yield _entry(row)

    def record(self, payloads: Sequence[str], *, again: bool = False) -> tuple[Entry, ...]:
        """Append one run, whole or not at all, and return the new entries.

        A payload whose digests and as-of date are recorded already is left out unless `again`.
        """
        with self._transaction() as connection:
            return self._append(connection, payloads, again=again)

    def restore(self, entries: Sequence[Entry]) -> int:
        """Append entries of an export that continue this history; return how many were new.

        Raises `HistoryError` if the export does not verify or does not agree with what is here.
        """
        chain.verify(entries)
        with self._transaction() as connection:
            here = [_entry(row) for row in connection.execute(_ALL)]
            chain.verify(here)
            for mine, theirs in zip(here, entries, strict=False):
                if mine != theirs:
                    raise HistoryError(
                        Text(ja=f"記録{mine.number}が書き出しと異なる", en=f"entry {mine.number} differs from the export"),
                        hint=Text(ja="別の履歴です。空の場所へ取り込んでください", en="it is another history; import into an empty place"),
                    )
            new = entries[len(here) :]
            return len(self._append(connection, [entry.payload for entry in new], again=True))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._make_private()
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._make_schema(connection)
            yield connection
            connection.execute("COMMIT")

    @staticmethod
    def _append(connection: sqlite3.Connection, payloads: Sequence[str], *, again: bool) -> tuple[Entry, ...]:
        row = connection.execute(f"{_ALL} DESC LIMIT 1").fetchone()
        last = None if row is None else _entry(row)
        added: list[Entry] = []
        for payload in payloads:
            identity = identify(payload)
            if not again and connection.execute("SELECT 1 FROM entries WHERE identity = ?", (identity,)).fetchone():
                continue
            last = chain.append(last, payload)
            connection.execute(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?)", (last.number, last.previous, last.payload, last.digest, identity)
            )
            added.append(last)
        return tuple(added)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._unusable(str(error)) from error

    def _unusable(self, why: str) -> HistoryError:
        return HistoryError(
            Text(ja=f"履歴 `{self.path.name}` を扱えない: {why}", en=f"cannot use the history `{self.path.name}`: {why}"),
            hint=Text(
                ja="ほかの実行が終わるのを待つか、控えから戻してください",
                en="wait for another run to end, or restore it from an export",
            ),
        )

    def _make_private(self) -> None:
        if self.path.is_symlink() or self.path.parent.is_symlink():
            raise HistoryError(
                Text(ja="履歴の場所がリンクになっている", en="the place of the history is a link"),
                hint=Text(ja="リンクを消し、履歴そのものを置いてください", en="remove the link and put the history itself there"),
            )
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise self._unusable(error.strerror or type(error).__name__) from error

    @staticmethod
    def _has_schema(connection: sqlite3.Connection) -> bool:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == SCHEMA_VERSION:
            return True
        if version != 0 or connection.execute("SELECT 1 FROM sqlite_schema").fetchone():  # 0 with tables: another program's file
            raise HistoryError(
                Text(ja=f"履歴の形式{version}はこの版では扱えない", en=f"this version does not know history format {version}"),
                hint=Text(
                    ja="新しい secaudit を使うか、場所を確かめてください", en="use a newer secaudit, or check where the history lies"
                ),
            )
        return False

    @classmethod
    def _make_schema(cls, connection: sqlite3.Connection) -> None:
        if cls._has_schema(connection):
            return
        for statement in _SCHEMA.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _entry(row: tuple[int, str, str, str]) -> Entry:
    number, previous, payload, digest = row
    return Entry(number=number, previous=previous, payload=payload, digest=digest)


def identify(payload: str) -> str:
    """Return what makes a payload the same assessment: policy, year, as-of date and digests."""
    content: Mapping[str, object] = json.loads(payload)
    parts = [content["policy"], content["fiscal_year"], content["as_of"], content["digests"]]
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)
