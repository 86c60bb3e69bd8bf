"""Parquet: only the form is checked here; the engine reads the file itself.

Columns must be canonical already, with `src_row`. Needs pyarrow, which is an optional extra.

Never here: rows.
"""

import importlib.util
from typing import Any

from secaudit.errors import EvidenceError
from secaudit.evidence.reading import Mark, Reading, Request
from secaudit.model.text import Text


def read(data: bytes, request: Request) -> Reading:
    """Return one row per column: name, Arrow type, newest value if it is a date. `data` is empty: the file at `request.path` is opened.

    Raises `EvidenceError` if pyarrow is missing or the file is no Parquet file.
    """
    del data
    if importlib.util.find_spec("pyarrow") is None:
        raise EvidenceError(
            Text(ja="Parquet を読むには pyarrow が要ります", en="reading Parquet needs pyarrow"),
            hint=Text(ja="pyarrow を入れるか、CSV で出力してください", en="install pyarrow, or export CSV"),
        )
    import pyarrow as pa  # noqa: PLC0415 - a heavy import
    import pyarrow.parquet as pq  # noqa: PLC0415 - a heavy import

    try:
        file = pq.ParquetFile(request.path or "")
        schema = file.schema_arrow
        newest = {name: _newest(file, index) for index, name in enumerate(schema.names) if pa.types.is_temporal(schema.field(name).type)}
    except (pa.ArrowException, OSError) as error:
        raise EvidenceError(Text(ja="Parquet として読めません", en="this is not a Parquet file")) from error
    rows = tuple((index + 1, (name, str(schema.field(name).type), newest.get(name))) for index, name in enumerate(schema.names))
    return Reading(rows=rows, header=("column", "type", "newest"))


def _newest(file: Any, index: int) -> Mark | None:  # noqa: ANN401 - pyarrow ships no types
    """Return the greatest value that the statistics of all row groups give, `?` if one has none."""
    metadata = file.metadata
    values = []
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(index).statistics
        if statistics is None or not statistics.has_min_max:
            if statistics is not None and statistics.null_count == metadata.row_group(group).num_rows:
                continue
            return Mark("error", "?")
        values.append(statistics.max)
    return Mark("date", max(values).isoformat()[:10]) if values else None
