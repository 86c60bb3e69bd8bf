"""Exit codes: a promise to scripts and CI (contract §4).

Never here: deciding whether an audit is good enough (`decide`).
"""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the end of the process means."""

    CLEAN = 0
    NOT_GOOD_ENOUGH = 1
    BAD_USAGE = 2
    COULD_NOT_LOOK = 3
    NOT_VERIFIED = 4
    FAULT = 70
    INTERRUPTED = 130


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the highest of 4, 3, 1 that applies, else 0."""
    return max(codes, default=ExitCode.CLEAN)


def softened(code: ExitCode) -> ExitCode:
    """Apply `--exit-zero`: it hides 1 and 3, never 2, 4 or 70."""
    return ExitCode.CLEAN if code in (ExitCode.NOT_GOOD_ENOUGH, ExitCode.COULD_NOT_LOOK) else code
