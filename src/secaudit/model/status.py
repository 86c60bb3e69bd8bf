"""The five words an audit can say, and how they fold (docs/semantics.md §1).

Never here: a boolean verdict.
"""

from collections.abc import Iterable
from enum import StrEnum

from secaudit.model.text import Text


class Status(StrEnum):
    """What was found about one subject or one control."""

    PASS = "pass"  # noqa: S105 - a status, not a secret
    FAIL = "fail"
    UNKNOWN = "unknown"
    ERROR = "error"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> Text:
        """Return the word as printed for people."""
        return _LABELS[self]


_LABELS = {
    Status.PASS: Text(ja="適合", en="pass"),
    Status.FAIL: Text(ja="不適合", en="fail"),
    Status.UNKNOWN: Text(ja="未確認", en="unknown"),
    Status.ERROR: Text(ja="判定不能", en="error"),
    Status.NOT_APPLICABLE: Text(ja="対象外", en="not applicable"),
}

SEVERITY_ORDER = (Status.ERROR, Status.FAIL, Status.UNKNOWN, Status.PASS, Status.NOT_APPLICABLE)
"""Worst first: the order in which statuses fold and in which reports list them."""


def fold(statuses: Iterable[Status]) -> Status:
    """Return the worst status present; of nothing at all nothing is known."""
    present = set(statuses)
    for status in SEVERITY_ORDER:
        if status in present:
            return status
    return Status.UNKNOWN
