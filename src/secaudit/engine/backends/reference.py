"""The reference evaluator as a backend: one organisation after the other, rows as mappings.

Never here: the meaning (`engine.reference`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from secaudit.engine.compiled import TablePart
from secaudit.engine.facts import Binding, Facts, View
from secaudit.engine.obstacles import absent_rows, lost_indices
from secaudit.engine.reference import Rows, facts
from secaudit.engine.views import MemoryView, ParquetView
from secaudit.model.control import Value
from secaudit.model.evidence import Kind, Table


class Reference:
    """Holds the tables of a run; a Parquet handle is read into memory."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], Table] = {}
        self._views: dict[tuple[str, str], View] = {}

    def load(self, kind: Kind, tables: Sequence[Table]) -> None:
        """Take the tables of one kind of several organisations."""
        for table in tables:
            key = table.organisation, kind.name
            if table.parquet is None:
                self._tables[key], self._views[key] = table, MemoryView(table)
            else:
                rows = _read(kind, table)
                self._tables[key] = replace(table, parquet=None, rows=tuple(row for _, row in rows.values()))
                self._views[key] = ParquetView(table, rows)

    def lock(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing to close."""

    def size(self, organisation: str, kind: str) -> int:
        """Return the number of rows of a table."""
        return len(self._tables[organisation, kind].rows)

    def view(self, organisation: str, kind: str, indices: frozenset[int]) -> View:  # noqa: ARG002 - all rows are at hand
        """Return the rows of a table."""
        return self._views[organisation, kind]

    def facts(self, part: TablePart, bindings: Mapping[str, Binding]) -> Mapping[str, Facts]:
        """Return the facts of one assertion, organisation by organisation."""
        return {organisation: self._facts(part, organisation, binding) for organisation, binding in bindings.items()}

    def _facts(self, part: TablePart, organisation: str, binding: Binding) -> Facts:
        rows = self._rows(organisation, part, part.kind)
        found = facts(part, binding, rows, self._rows(organisation, part, part.other) if part.other is not None else {})
        return replace(found, rows=tuple(sorted(found.rows)))

    def _rows(self, organisation: str, part: TablePart, kind: Kind) -> Rows:
        """Return the readable rows: lost ones are taken out."""
        table = self._tables[organisation, kind.name]
        reads = part.reads[kind.name]
        lost = lost_indices(table.losses, reads) | absent_rows(table, reads)
        names = [column.name for column in kind.columns]
        return {index: dict(zip(names, row, strict=True)) for index, row in enumerate(table.rows) if index not in lost}


def _read(kind: Kind, table: Table) -> "dict[int, tuple[int | None, tuple[Value, ...]]]":
    """Read a Parquet handle through the other backend: this package has no second reader."""
    from secaudit.engine.backends.duckdb import Session  # noqa: PLC0415 - only Parquet needs DuckDB here

    session = Session()
    try:
        session.load(kind, [table])
        view = session.view(table.organisation, kind.name, frozenset(range(session.size(table.organisation, kind.name))))
        assert isinstance(view, ParquetView)  # noqa: S101 - the table is a Parquet handle
        return dict(sorted(view.rows.items()))
    finally:
        session.close()
