"""Exceptions: who carries a failing finding (docs/semantics.md §7).

* An exception never changes a status.
* It counts to its last day; from the day after, the finding is open and the exception is named.

Never here: reading policies (`policy`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from secaudit.model.finding import Disposition
from secaudit.model.outcome import Outcome
from secaudit.model.policy import ExceptionGrant
from secaudit.model.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    """What exceptions make of a finding: its disposition, the subjects covered, the grants in force and those past."""

    disposition: Disposition
    subjects: tuple[str, ...]
    live: tuple[ExceptionGrant, ...]
    expired: tuple[ExceptionGrant, ...]


def dispose(control: str, status: Status, outcomes: Sequence[Outcome], exceptions: Sequence[ExceptionGrant], *, as_of: date) -> Disposed:
    """Apply the exceptions of `control` to its failing subjects as of `as_of`."""
    own = [grant for grant in exceptions if grant.control == control]
    live = tuple(grant for grant in own if grant.live(as_of))
    expired = tuple(grant for grant in own if grant.expires < as_of)
    if status in (Status.PASS, Status.NOT_APPLICABLE):
        return Disposed(disposition="closed", subjects=(), live=live, expired=expired)
    if status is not Status.FAIL:
        return Disposed(disposition="open", subjects=(), live=live, expired=expired)
    failing = {outcome.subject for outcome in outcomes if outcome.status is Status.FAIL}
    named = {subject for grant in live for subject in grant.subjects}
    whole = any(not grant.subjects for grant in live)
    covered = tuple(sorted(failing if whole else failing & named))
    every_one = whole or (bool(failing) and failing <= named)
    return Disposed(disposition="excepted" if every_one else "open", subjects=covered, live=live, expired=expired)
