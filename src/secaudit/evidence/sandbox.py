"""Files of strangers are parsed in a child process; if it dies or takes too long, that file is unreadable and a new child reads the rest.

The pipes carry length-prefixed JSON, never pickles, and the answer is checked before it is used.

Never here: what the cells mean.
"""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Timer
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from secaudit.errors import EvidenceError, FileError, ManyError, SecauditError, YamlError
from secaudit.evidence.reading import RawRow, Reading, Request, unpack, unpack_row
from secaudit.evidence.worker import read_frame, write_frame
from secaudit.model.location import Location
from secaudit.model.text import Text

SECONDS = 60
"""Longest time for one file."""

_STOPPED = Text(ja="読み取り中に止まりました", en="the reader stopped while reading this file")
_LATE = Text(ja="読み取りが{n}秒で終わりませんでした", en="reading took longer than {n} seconds")
_CODES: dict[str, type[SecauditError]] = {kind.code: kind for kind in (EvidenceError, FileError, YamlError)}


class Sandbox:
    """Reads files through a child process; use it as a context manager. `command` is for tests."""

    def __init__(self, *, seconds: int = SECONDS, command: Sequence[str] | None = None) -> None:
        self.seconds = seconds
        self.command = tuple(command or (sys.executable, "-I", "-m", "secaudit.evidence.worker"))
        self.child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop(kill=kind is not None)

    def read(self, data: bytes, request: Request, *, path: str) -> Reading:
        """Return what the adapter read; `path` is how people see the file.

        Raises what the adapter raised, with its place in the file; `EvidenceError` if the child died or was too slow.
        """
        child = self.child or self._start()
        late: list[bool] = []

        def end() -> None:
            late.append(True)
            child.kill()

        timer = Timer(self.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            return self._ask(child, data, request, path)
        except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
            self._stop(kill=True)
            why = Text(ja=_LATE.ja.format(n=self.seconds), en=_LATE.en.format(n=self.seconds)) if late else _STOPPED
            raise EvidenceError(why, at=Location(path=path)) from error
        finally:
            timer.cancel()

    def _ask(self, child: subprocess.Popen[bytes], data: bytes, request: Request, path: str) -> Reading:
        source, target = cast("BinaryIO", child.stdin), cast("BinaryIO", child.stdout)
        order = {**dataclasses.asdict(request), "seconds": self.seconds}
        write_frame(source, json.dumps(order).encode())
        write_frame(source, data)
        rows: list[RawRow] = []
        while True:
            frame = read_frame(target)
            if frame is None:
                raise EOFError
            answer: dict[str, Any] = json.loads(frame)
            if "errors" in answer:
                raise _joined([_error(raw, path) for raw in answer["errors"]])
            if "end" in answer:
                return unpack(rows, answer["end"])
            rows += [unpack_row(row) for row in answer["rows"]]

    def _start(self) -> subprocess.Popen[bytes]:
        self.child = subprocess.Popen(  # noqa: S603 - our own module, no shell
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a dying reader may quote cells there
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return self.child

    def _stop(self, *, kill: bool) -> None:
        child, self.child = self.child, None
        if child is None:
            return
        if kill:
            child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _error(raw: dict[str, Any], path: str) -> SecauditError:
    hint = raw["hint"]
    return _CODES.get(str(raw["code"]), EvidenceError)(
        Text(ja=str(raw["ja"]), en=str(raw["en"])),
        at=Location(path=path, line=raw["line"], column=raw["column"]),
        hint=Text(ja=str(hint[0]), en=str(hint[1])) if hint else None,
    )


def _joined(errors: list[SecauditError]) -> SecauditError:
    return errors[0] if len(errors) == 1 else ManyError(errors)
