"""DuckDB as a closed room: tables are loaded, then the connection is locked and no path, setting or extension can be reached.

* One statement per assertion judges all organisations; `o` numbers them, `r` numbers the rows of a table.
* Rows in memory are loaded as typed lists, Parquet handles by their path before the lock.

Never here: statuses (`fold`), statements of assertions (`lower`).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from secaudit.engine import trees
from secaudit.engine.compiled import TablePart
from secaudit.engine.conditions import list_parameters, parameter_column
from secaudit.engine.facts import UNIT_MICROSECONDS, Binding, Facts, Gap, RowFact, Side, View, exact
from secaudit.engine.lower import statement
from secaudit.engine.obstacles import absent_columns
from secaudit.engine.reference import limit_of
from secaudit.engine.views import MemoryView, ParquetView
from secaudit.errors import EvidenceError
from secaudit.model.assertion import Recent, Regular, Within
from secaudit.model.control import ParameterType, Value
from secaudit.model.evidence import ColumnType, Kind, Table
from secaudit.model.text import Text

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: Mapping[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "2GB",
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
LOCKS = ("enable_external_access", "lock_configuration")
_SIDES: tuple[Side, Side] = ("left", "right")
_TYPES: dict[ColumnType | ParameterType, str] = {
    "text": "VARCHAR",
    "enum": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "ratio": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
_PARQUET_TYPES = {
    "VARCHAR": {"VARCHAR"},
    "BIGINT": {"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT"},
    "DOUBLE": {"DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT"},
    "BOOLEAN": {"BOOLEAN"},
    "DATE": {"DATE"},
    "TIMESTAMP": {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"},
}


class Session:
    """One run on one locked connection. Load all tables, `lock`, then ask for facts; close it at the end."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config=dict(SETTINGS))
        self._organisations: dict[str, int] = {}
        self._kinds: dict[str, int] = {}
        self._tables: dict[tuple[str, str], Table] = {}
        self._sizes: dict[tuple[str, str], int] = {}
        self._create("lost", {"t": "INTEGER", "o": "INTEGER", "r": "BIGINT", "c": "INTEGER"})

    def close(self) -> None:
        """Close the connection; its tables are gone."""
        self._connection.close()

    def load(self, kind: Kind, tables: Sequence[Table]) -> None:
        """Load the tables of one kind of several organisations; all or none.

        Raises EvidenceError for a Parquet file without the kind's columns, duckdb.Error for values of a wrong type.
        """
        number = self._kind(kind)
        width = len(kind.columns)
        columns: list[list[Value]] = [[] for _ in range(width + 3)]
        lost: list[tuple[int, int, int, int]] = []
        self._connection.begin()
        loaded = False
        try:
            for table in tables:
                o = self._organisations.setdefault(table.organisation, len(self._organisations))
                lost.extend(_lost_cells(table, number, o))
                if table.parquet is not None:
                    self._load_parquet(number, o, kind, table.parquet)
                elif table.rows:
                    columns[0].extend([o] * len(table.rows))
                    columns[1].extend(range(len(table.rows)))
                    columns[2].extend([None] * len(table.rows))
                    for target, values in zip(columns[3:], zip(*table.rows, strict=True), strict=True):
                        target.extend(values)
            names = ("o", "r", "src_row", *(f"c{index}" for index in range(width)))
            types = ("INTEGER", "BIGINT", "BIGINT", *(_TYPES[column.type] for column in kind.columns))
            self._insert(f"t{number}", dict(zip(names, types, strict=True)), columns)
            self._insert("lost", {"t": "INTEGER", "o": "INTEGER", "r": "BIGINT", "c": "INTEGER"}, list(zip(*lost, strict=True)))
            self._connection.commit()
            loaded = True
        finally:
            if not loaded:
                self._connection.rollback()
        for table in tables:
            self._tables[table.organisation, kind.name] = table

    def lock(self) -> None:
        """Close the door: no file, no setting, no extension from here on."""
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def size(self, organisation: str, kind: str) -> int:
        """Return the number of rows of a loaded table."""
        table = self._tables[organisation, kind]
        if table.parquet is None:
            return len(table.rows)
        key = organisation, kind
        if key not in self._sizes:
            query = trees.select(exp.Count(this=exp.Star())).from_(f"t{self._kinds[kind]}")
            query = query.where(trees.equal(exp.column("o"), trees.integer(self._organisations[organisation])))
            self._sizes[key] = self._all(query)[0][0]
        return self._sizes[key]

    def view(self, organisation: str, kind: str, indices: frozenset[int]) -> View:
        """Return rows of a loaded table for its outcomes."""
        table = self._tables[organisation, kind]
        if table.parquet is None:
            return MemoryView(table)
        names = ("r", "src_row", *(f"c{index}" for index in range(len(table.kind.columns))))
        query = trees.select(*(exp.column(name, "t") for name in names))
        query = query.from_(exp.alias_(exp.to_table(f"t{self._kinds[kind]}"), "t", table=True))
        query = query.where(trees.equal(exp.column("o", "t"), trees.integer(self._organisations[organisation])))
        wanted = trees.select(exp.alias_(_unnest("BIGINT"), "r"))
        query = query.join(
            wanted.subquery("w"),
            on=trees.equal(exp.column("r", "w"), exp.column("r", "t")),
        )
        found = self._all(query, [sorted(indices)])
        return ParquetView(table, {row[0]: (row[1], tuple(row[2:])) for row in found})

    def facts(self, part: TablePart, bindings: Mapping[str, Binding]) -> Mapping[str, Facts]:
        """Return the facts of one assertion for each organisation of `bindings`, by one statement."""
        self._bind(part, bindings)
        kind = self._kind(part.kind)
        other = kind if part.other is None else self._kind(part.other)
        rows = self._connection.execute(sql(part, kind, other)).fetchall()
        names = {self._organisations[organisation]: organisation for organisation in bindings}
        match part.assertion:
            case Recent():
                return _recent(names, rows)
            case Regular():
                return _regular(names, rows)
            case _:
                return _by_row(names, rows)

    def _kind(self, kind: Kind) -> int:
        if kind.name not in self._kinds:
            self._kinds[kind.name] = len(self._kinds)
            columns = {"o": "INTEGER", "r": "BIGINT", "src_row": "BIGINT"}
            columns.update({f"c{index}": _TYPES[column.type] for index, column in enumerate(kind.columns)})
            self._create(f"t{self._kinds[kind.name]}", columns)
        return self._kinds[kind.name]

    def _load_parquet(self, number: int, o: int, kind: Kind, path: "Path") -> None:
        relation = self._connection.read_parquet([str(path)], file_row_number=True)
        types = dict(zip(relation.columns, (str(type_) for type_ in relation.types), strict=True))
        for name, wanted in {"src_row": "BIGINT", **{column.name: _TYPES[column.type] for column in kind.columns}}.items():
            if types.get(name) not in _PARQUET_TYPES[wanted]:
                message = Text(
                    ja=f"Parquet の列 `{name}` がないか型が違う（{wanted} が要る）",
                    en=f"column `{name}` of the Parquet file is missing or has a wrong type ({wanted} is needed)",
                )
                raise EvidenceError(message)
        picked = [trees.integer(o), exp.column("file_row_number"), exp.column("src_row")]
        picked.extend(exp.column(exp.to_identifier(column.name, quoted=True)) for column in kind.columns)
        file = exp.Anonymous(
            this="read_parquet",
            expressions=[exp.Placeholder(), exp.PropertyEQ(this=exp.to_identifier("file_row_number"), expression=exp.true())],
        )
        query = trees.select(*picked).from_(file)
        self._connection.execute(exp.insert(query, f"t{number}").sql("duckdb"), [[str(path)]])

    def _create(self, table: str, columns: Mapping[str, str]) -> None:
        self._connection.execute(_create_sql(table, tuple(columns.items())))

    def _insert(self, table: str, columns: Mapping[str, str], values: Sequence[Sequence[object]]) -> None:
        if values and values[0]:
            self._connection.execute(_insert_sql(table, tuple(columns.values())), [list(column) for column in values])

    def _bind(self, part: TablePart, bindings: Mapping[str, Binding]) -> None:
        """Write the tables of the dates, parameters and words."""
        columns: dict[str, str] = {"o": "INTEGER", "as_of": "DATE", "fy_start": "DATE", "fy_end": "DATE", "until": "DATE", "most": "BIGINT"}
        scalars = [parameter for parameter in part.parameters.values() if parameter.type != "list"]
        columns.update({parameter_column(part.parameters, parameter.name): _TYPES[parameter.type] for parameter in scalars})
        numbers = {organisation: self._organisations[organisation] for organisation in bindings}
        rows = [
            (
                numbers[organisation],
                binding.as_of,
                binding.fy_start,
                binding.fy_end,
                binding.until,
                _most(part, binding),
                *(binding.values[parameter.name] for parameter in scalars),
            )
            for organisation, binding in bindings.items()
        ]
        self._create("p", columns)
        self._insert("p", columns, list(zip(*rows, strict=True)))
        for index, name in enumerate(list_parameters(part.parameters)):
            words = sorted({(numbers[organisation], word) for organisation, binding in bindings.items() for word in _words(binding, name)})
            self._create(f"l{index}", {"o": "INTEGER", "v": "VARCHAR"})
            self._insert(f"l{index}", {"o": "INTEGER", "v": "VARCHAR"}, list(zip(*words, strict=True)))

    def _all(self, query: exp.Query, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(query.sql("duckdb"), list(values)).fetchall()


@lru_cache(maxsize=4096)
def sql(part: TablePart, table: int, other: int) -> str:
    """Return the text of a part's statement for DuckDB."""
    return statement(part, table, other).sql("duckdb")


@lru_cache(maxsize=4096)
def _create_sql(table: str, columns: tuple[tuple[str, str], ...]) -> str:
    definitions: list[exp.Expr] = [exp.ColumnDef(this=exp.to_identifier(name), kind=exp.DataType.build(type_)) for name, type_ in columns]
    schema = exp.Schema(this=exp.to_table(table), expressions=definitions)
    return exp.Create(this=schema, kind="TABLE", replace=True).sql("duckdb")


@lru_cache(maxsize=4096)
def _insert_sql(table: str, types: tuple[str, ...]) -> str:
    return exp.insert(trees.select(*(_unnest(type_) for type_ in types)), table).sql("duckdb")


def _unnest(type_: str) -> exp.Expr:
    """Return the rows of a list parameter; all lists of one SELECT run in step."""
    array = exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[exp.DataType.build(type_)], nested=True)
    return exp.Explode(this=exp.Cast(this=exp.Placeholder(), to=array))


def _lost_cells(table: Table, number: int, o: int) -> Iterable[tuple[int, int, int, int]]:
    """Yield the lost cells of a table as rows of `lost`, cells of absent columns among them; a row lost as a whole has column -1."""
    places = {column.name: index for index, column in enumerate(table.kind.columns)}
    for loss in table.losses:
        place = -1 if loss.column is None else places.get(loss.column)
        if loss.row_index is not None and loss.rows != 0 and not loss.left_out and place is not None:
            yield number, o, loss.row_index, place
    absent = {file: [places[one.name] for one in columns] for file, columns in absent_columns(table, frozenset(places)).items()}
    if absent:
        for index, origin in enumerate(table.origins):
            for place in absent.get(origin.file, ()):
                yield number, o, index, place


def _words(binding: Binding, name: str) -> tuple[str, ...]:
    words = binding.values[name]
    assert isinstance(words, tuple)  # noqa: S101 - typecheck saw to it
    return words


def _most(part: TablePart, binding: Binding) -> int | None:
    """Return the limit of `within` in whole microseconds; a duration is whole, so rounding down changes nothing."""
    if not isinstance(part.assertion, Within):
        return None
    return int(exact(limit_of(part.assertion.limit, binding)) * UNIT_MICROSECONDS[part.assertion.unit] // 1)


def _by_row(names: Mapping[int, str], rows: list[tuple[Any, ...]]) -> dict[str, Facts]:
    found: dict[str, list[RowFact]] = {organisation: [] for organisation in names.values()}
    for o, side, r, sure, word in rows:
        found[names[o]].append(RowFact(_SIDES[side], r, "in" if sure else "perhaps", word))
    return {organisation: Facts(rows=tuple(sorted(facts))) for organisation, facts in found.items()}


def _recent(names: Mapping[int, str], rows: list[tuple[Any, ...]]) -> dict[str, Facts]:
    found = {organisation: Facts() for organisation in names.values()}
    for o, newest, r, undecided in rows:
        found[names[o]] = Facts(newest=newest, newest_index=r, open_rows=int(undecided))
    return found


def _regular(names: Mapping[int, str], rows: list[tuple[Any, ...]]) -> dict[str, Facts]:
    gaps: dict[tuple[str, int], Gap] = {}
    undated_rows: dict[str, int] = {}
    for o, best, days, start, finish, undated in rows:
        gaps[names[o], best] = Gap(days, start, finish)
        undated_rows[names[o]] = undated
    return {
        organisation: Facts(
            gap=gaps.get((organisation, 0)),
            gap_at_best=gaps.get((organisation, 1)),
            open_rows=undated_rows.get(organisation, 0),
        )
        for organisation in names.values()
    }
