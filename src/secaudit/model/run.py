"""One assessment as a whole, and one entry of the history.

Never here: clocks. `recorded_at` comes from `cli`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from secaudit.model.evidence import Loss
from secaudit.model.finding import Finding, Score
from secaudit.model.guideline import Readiness
from secaudit.model.policy import Organisation, Plan
from secaudit.model.status import Status
from secaudit.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One row or indicator of a commitment in one fiscal year: promised against shown.

    `promised` is the printed text (None: nothing printed), `unclear` its readings; `status` is `pass` if shown,
    `fail` if shown not met, `unknown` if nobody reports, `not_applicable` if nothing was promised.
    """

    commitment: str
    title: Text
    security: bool
    row: str
    what: Literal["stage", "indicator"]
    fiscal_year: int
    promised: str | None
    unclear: tuple[str, ...]
    shown: Text | None
    status: Status
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file that was read (or was to be read), by its digest."""

    kind: str
    path: str
    sha256: str | None
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Catalogue × policy × evidence set as of one date (contract §9)."""

    organisation: Organisation
    policy_id: str
    fiscal_year: int
    as_of: date
    edition: str
    catalogue_digest: str
    policy_digest: str
    evidence_digest: str
    evidence_files: tuple[EvidenceFile, ...]
    severity_names: Mapping[str, str]
    plan: Plan | None
    plan_lines: tuple[PlanLine, ...]
    findings: tuple[Finding, ...]
    score: Score
    losses: tuple[Loss, ...]
    could_not_look: bool
    tool_version: str
    law: Readiness | None = None
    """How far a law is met, if somebody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the history. `payload` is canonical JSON; `digest` covers the payload and the entry before."""

    number: int
    previous: str
    payload: str
    digest: str
