"""Which adapter reads which file, by its ending.

Never here: reading.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from secaudit.evidence.reading import Reading, Request

Adapter = Callable[[bytes, Request], Reading]

FORMATS = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".txt": "delimited",
    ".tab": "delimited",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xls": "excel",
    ".json": "json_document",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".yaml": "yaml_list",
    ".yml": "yaml_list",
    ".parquet": "parquet",
}


def format_of(path: str) -> str | None:
    """Return the format of a file by its ending, or None."""
    return FORMATS.get(PurePosixPath(path).suffix.lower())


def adapter(name: str) -> Adapter:
    """Return the function that reads a format; only that format's libraries are imported. ValueError for an unknown one."""
    module, _, function = name.partition(":")
    if module not in FORMATS.values():
        raise ValueError(f"no format `{name}`")
    return cast("Adapter", getattr(import_module(f"secaudit.evidence.adapters.{module}"), function or "read"))
