"""The child process: reads the bytes of strangers' files and answers with cells.

It is started as `python -I -m secaudit.evidence.worker`, takes frames on standard input and gives frames on standard
output until the input ends. A frame is eight bytes of length and JSON, or the file's bytes. What it cannot name, it does not catch: it
dies, and its parent says so.

Never here: paths of the workspace (but Parquet's), anything that the parent must believe without checking.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

from secaudit.errors import EvidenceError, ManyError, SecauditError
from secaudit.evidence.adapters.registry import adapter
from secaudit.evidence.reading import Request, pack_rest, pack_row
from secaudit.model.text import Text

MEMORY = 2 * 2**30
"""Largest address space; unit: bytes."""

BATCH = 4_000
"""Rows in one frame."""

_TOO_LARGE = Text(ja="大きすぎて読めません", en="the file needs too much memory")


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame, or None at the end of the stream."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return body if len(body) == size else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Write one frame."""
    stream.write(len(body).to_bytes(8, "big"))
    stream.write(body)
    stream.flush()


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    _limit_memory()
    while True:
        head, data = read_frame(source), read_frame(source)
        if head is None or data is None:
            return
        order: dict[str, Any] = json.loads(head)
        _limit_time(order.pop("seconds"))
        for frame in _answer(Request(**order), data):
            write_frame(target, json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _answer(request: Request, data: bytes) -> Iterable[Mapping[str, object]]:
    try:
        reading = adapter(request.format)(data, request)
    except ManyError as many:
        yield {"errors": [_failure(error) for error in many.errors]}
    except SecauditError as error:
        yield {"errors": [_failure(error)]}
    except MemoryError:
        yield {"errors": [_failure(EvidenceError(_TOO_LARGE))]}
    else:
        for start in range(0, len(reading.rows), BATCH):
            yield {"rows": [pack_row(row) for row in reading.rows[start : start + BATCH]]}
        yield {"end": pack_rest(reading)}


def _failure(error: SecauditError) -> dict[str, object]:
    hint = error.hint
    return {
        "code": error.code,
        "ja": error.message.ja,
        "en": error.message.en,
        "hint": [hint.ja, hint.en] if hint is not None else None,
        "line": error.at.line if error.at is not None else None,
        "column": error.at.column if error.at is not None else None,
    }


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _limit_time(seconds: int) -> None:
    """Let the system end this process if one file takes longer than `seconds` of computing."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - Windows has none

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


if __name__ == "__main__":
    main()
