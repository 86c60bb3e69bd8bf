"""A control in one assessment, as people read it.

Never here: judging (`engine`), counting a score (`findings.score`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from secaudit.model.control import Basis
from secaudit.model.outcome import Measured, Outcome
from secaudit.model.policy import BoundParameter, ExceptionGrant
from secaudit.model.status import Status
from secaudit.model.text import Text

Disposition = Literal["open", "excepted", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One control in one assessment (contract §9).

    `outcomes` holds all outcomes, worst first; reports cut them to `--samples`. `excepted_subjects` are the failing
    subjects that a live exception names. `notes` are things to be seen beside the status: an expired exception, an
    exclusion past its end, a weaker parameter.
    """

    control: str
    name: str
    clause: str
    chapter: str
    level: str
    severity: str
    title: Text
    status: Status
    disposition: Disposition
    reason: Text
    measured: Measured | None
    outcomes: tuple[Outcome, ...]
    counts: Mapping[Status, int]
    excepted_subjects: tuple[str, ...]
    exceptions: tuple[ExceptionGrant, ...]
    parameters: Mapping[str, BoundParameter]
    remedy: Text
    fingerprint: str
    by_data: bool
    weight: int
    worth: Fraction
    notes: tuple[Text, ...]
    left_out: bool = False
    """Does not apply by the organisation's own choice, which no law knows of."""
    basis: Basis | None = None
    """How well the control is sourced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score of one assessment (contract §10): exact fractions, 0…100 and 0…1; None where no weight applies."""

    overall: Fraction | None
    chapters: Mapping[str, Fraction | None]
    evidence_coverage: Fraction | None
    machine_share: Fraction | None
    counts: Mapping[Status, int]
    excepted: int
