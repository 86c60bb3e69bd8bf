"""What one organisation adopted, and what follows from it for each control.

Never here: reading files (`policy.load`), deciding a status (`engine`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from secaudit.model.control import Control, ParameterValue
from secaudit.model.location import Location
from secaudit.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A body that is audited. `code` is the six-digit 全国地方公共団体コード."""

    id: str
    name: Text
    type: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionGrant:
    """例外措置: a decision by a named role until a date. No subjects: it covers the whole control."""

    control: str
    subjects: tuple[str, ...]
    reason: str
    approved_by: str
    approved_on: date
    expires: date
    compensating: str | None
    at: Location

    def live(self, as_of: date) -> bool:
        """Whether it is in force on `as_of`; its last day counts."""
        return self.approved_on <= as_of <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A control taken out of the audit, with a reason, an approver and an end."""

    control: str
    reason: str
    approved_by: str
    expires: date
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One row of a measure: printed stage per fiscal year, and readings where the print is unclear."""

    name: str
    owner: str | None
    stages: Mapping[int, str]
    unclear: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure that a measure promises, by fiscal year, as printed."""

    name: str
    unit: str | None
    baseline: Mapping[int, int | float | str]
    targets: Mapping[int, int | float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A measure of an adopted plan."""

    id: str
    name: Text
    owner: str | None
    rows: tuple[PlanRow, ...]
    indicators: tuple[Indicator, ...]
    security: bool
    document: str
    section: str
    note: str | None
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan that the commitments come from."""

    title: Text
    adopted: str
    revised: str | None
    first_fiscal_year: int
    last_fiscal_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When a change may not be merged."""

    fail_on: str
    minimum_score: Fraction | None
    maximum_drop: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """特定通信: a flow that may cross zones. All fields as written in the policy; one that is not written is not there."""

    id: str
    fields: Mapping[str, str]
    at: Location


RelayKind = Literal["screen-transfer", "sanitised-transfer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """画面転送 or 無害化: a device between two zones that is the reason why a model allows a flow; it permits nothing by itself.

    Screen transfer: people sit in `source` and see a screen of `target`. Sanitised transfer: data of `source` are taken into `target`.
    """

    id: str
    kind: RelayKind
    device: str
    source: str
    target: str
    purpose: str
    approved_by: str
    approved_on: date
    expires: date
    at: Location


EvidenceBasis = Literal["records", "published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy file (contract §7)."""

    id: str
    organisation: Organisation
    catalogue: str
    evidence_basis: EvidenceBasis
    network_model: str
    parameters: Mapping[str, Mapping[str, ParameterValue]]
    parameter_places: Mapping[str, Location]
    """Where each `control.parameter` is set."""
    levels: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    exceptions: tuple[ExceptionGrant, ...]
    weights: Mapping[str, int]
    severity_names: Mapping[str, str]
    zones: Mapping[str, tuple[str, ...]]
    flows: tuple[Flow, ...]
    plan: Plan | None
    commitments: tuple[Commitment, ...]
    gate: Gate | None
    at: Location
    digest: str
    relays: tuple[Relay, ...] = ()
    overlays: tuple[str, ...] = ()
    """Parts of the guideline adopted beside it, such as `cloud`."""
    only: Mapping[str, Location] | None = None
    """The only controls that are asked for, with the place of each; None: all of the levels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundParameter:
    """A parameter's value with its origin: `catalogue` (its default) or `policy`; `weaker` than the default or not."""

    value: ParameterValue
    origin: Literal["catalogue", "policy"]
    weaker: bool
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveControl:
    """A control as it binds one organisation on one date. `excluded_because` is set if it does not apply."""

    control: Control
    clause: str
    parameters: Mapping[str, BoundParameter]
    excluded_because: Text | None
    excluded_by: Exclusion | None
    left_out: bool = False
    """It does not apply by the organisation's own choice (levels, `only`, an exclusion), which no law knows of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectivePolicy:
    """All controls for one organisation, fiscal year and as-of date, in order of id."""

    policy: Policy
    fiscal_year: int
    as_of: date
    controls: tuple[EffectiveControl, ...]
