"""Talking: standard output, located errors on standard error, progress on a terminal.

* One error, one line: `path:line:column: error[CODE]: what; help: what to try`.
* Output never fails because a console lacks a character.

Never here: wording of findings (`reports`).
"""

import contextlib
import io
import sys
import time
import traceback
from collections.abc import Iterable
from types import TracebackType

import click

from secaudit.cli.exit_codes import ExitCode
from secaudit.cli.language import LANG, say
from secaudit.errors import FaultError, HistoryError, ManyError, SealError, SecauditError, UsageError

QUIET_SECONDS = 1.0
"""Progress is shown only on work that takes longer; unit: seconds."""


def prepare_streams() -> None:
    """Make output survive characters that the console cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write(text: str) -> None:
    """Write text to standard output."""
    click.echo(text, nl=False)


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are."""
    click.echo(data, nl=False)


def note(text: str) -> None:
    """Write one line to standard error."""
    click.echo(text, err=True)


def show_errors(errors: Iterable[SecauditError]) -> None:
    """Write each error on one line."""
    for error in errors:
        parts = error.errors if isinstance(error, ManyError) else (error,)
        for part in parts:
            note(error_line(part))


def error_line(error: SecauditError) -> str:
    """Return the one line of an error."""
    place = f"{error.at}: " if error.at is not None else ""
    hint = f"; help: {error.hint.get(LANG)}" if error.hint is not None else ""
    text = f"{place}error[{error.code}]: {error.message.get(LANG)}{hint}"
    return "".join(char if char >= " " and not "\x7f" <= char < "\xa0" else " " for char in text)


def code_of(error: SecauditError) -> ExitCode:
    """Return the exit code that an error calls for."""
    parts = error.errors if isinstance(error, ManyError) else (error,)
    if any(isinstance(part, FaultError) for part in parts):
        return ExitCode.FAULT
    if any(isinstance(part, HistoryError | SealError) for part in parts):
        return ExitCode.NOT_VERIFIED
    if any(isinstance(part, UsageError) for part in parts):
        return ExitCode.BAD_USAGE
    return ExitCode.COULD_NOT_LOOK


class FaultBoundary(contextlib.AbstractContextManager["FaultBoundary"]):
    """Turns a fault of secaudit itself into a short text and exit code 70; cell values are never part of it."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Report a fault; anything that is not one passes through."""
        if kind is None or not issubclass(kind, Exception):
            return
        frames = traceback.extract_tb(trace)
        where = f"{frames[-1].name}, {frames[-1].filename.rsplit('secaudit', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
        note(
            say(
                f"secaudit 自身の不具合です（{kind.__name__}, {where}）。この一行を添えて報告してください。結果は記録されていません。",
                f"this is a fault of secaudit itself ({kind.__name__}, {where}); please report this line. Nothing was recorded.",
            )
        )
        raise SystemExit(ExitCode.FAULT) from None


class Progress:
    """One line on a terminal's standard error that says what is being done; silent elsewhere and on short work."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._start = time.monotonic()
        self._shown = False

    def __call__(self, what: str) -> None:
        """Say that the next piece of work begins."""
        self._done += 1
        if sys.stderr.isatty() and time.monotonic() - self._start > QUIET_SECONDS:
            self._shown = True
            click.echo(f"\r\x1b[K[{self._done}/{self._total}] {what}", err=True, nl=False)

    def close(self) -> None:
        """Clear the line."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
