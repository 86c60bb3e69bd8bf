"""Small makers of values for tests: every field has a plain default, a test names only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal

from secaudit.history.entry import payload
from secaudit.model.assertion import Assertion, Condition, Every
from secaudit.model.control import Control, Level, Parameter, ParameterValue, Severity, Value
from secaudit.model.evidence import Column, EvidenceSet, Kind, Loss, Table
from secaudit.model.finding import Disposition, Finding, Score
from secaudit.model.location import Location
from secaudit.model.outcome import Judgement, Measured, Outcome
from secaudit.model.policy import (
    BoundParameter,
    Commitment,
    EffectiveControl,
    EffectivePolicy,
    ExceptionGrant,
    Exclusion,
    Gate,
    Indicator,
    Organisation,
    Plan,
    PlanRow,
    Policy,
)
from secaudit.model.run import Assessment, EvidenceFile, PlanLine
from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.model.text import Text

REPOSITORY = Path(__file__).resolve().parents[1]
AS_OF = date(2026, 3, 31)
AT = Location(path="policies/mihon.yaml", line=1, column="1")


def text(ja: str = "文", en: str = "text") -> Text:
    return Text(ja=ja, en=en)


def parameter(name: str = "grace_days", default: ParameterValue = 1) -> Parameter:
    return Parameter(name=name, type="integer", default=default, minimum=0, maximum=None, unit="days", stricter="lower")


def bound_parameter(
    value: ParameterValue = 1, *, origin: Literal["catalogue", "policy"] = "catalogue", weaker: bool = False
) -> BoundParameter:
    return BoundParameter(value=value, origin=origin, weaker=weaker, at=AT)


def every(table: str = "accounts", holds: str = "enabled", where: str | None = None) -> Every:
    condition = None if where is None else Condition(text=where, at=AT)
    return Every(table=table, where=condition, holds=Condition(text=holds, at=AT), at=AT)


def control(
    id: str = "6.2.1-02",  # noqa: A002 - the name of the field
    *,
    name: str = "leavers-disabled",
    level: Level = "required",
    severity: Severity = "high",
    title: Text | None = None,
    parameters: Mapping[str, Parameter] | None = None,
    evidence: tuple[str, ...] = ("accounts",),
    assertion: Assertion | None = None,
    remedy: Text | None = None,
) -> Control:
    return Control(
        id=id,
        name=name,
        since="2020-12",
        editions={"2025-03": "6.2.(1)②"},
        revision=1,
        aliases=(),
        level=level,
        severity=severity,
        title=title or text("退職者の利用者IDを止める", "leavers' accounts are disabled"),
        requirement=text("退職の翌日までに止める", "disable them by the next day"),
        why=text("使われない口が残る", "an unused door stays open"),
        roles=("system-manager",),
        cycle="fiscal-year",
        models=("alpha",),
        organisations=("municipality",),
        topics=("accounts",),
        law=(),
        maps={},
        parameters=parameters or {},
        evidence=evidence,
        assertion=assertion or every(),
        remedy=remedy or text("利用者IDを止めてください", "disable the accounts"),
        at=Location(path=f"controls/{id}/control.yaml", line=1),
        digest="c" * 64,
    )


def organisation(id: str = "mihon", ja: str = "見本市", en: str = "Mihon City") -> Organisation:  # noqa: A002 - the name of the field
    return Organisation(id=id, name=Text(ja=ja, en=en), type="municipality", code="000000")


def grant(
    control: str = "6.2.1-02",
    *subjects: str,
    approved_on: date = date(2025, 4, 1),
    expires: date = date(2026, 3, 31),
    approved_by: str = "CISO",
) -> ExceptionGrant:
    return ExceptionGrant(
        control=control,
        subjects=subjects,
        reason="機器の更新を待つ",
        approved_by=approved_by,
        approved_on=approved_on,
        expires=expires,
        compensating=None,
        at=Location(path="policies/mihon.yaml", line=20, column="5"),
    )


def exclusion(control: str = "6.2.1-02", expires: date = date(2026, 3, 31)) -> Exclusion:
    return Exclusion(control=control, reason="該当する業務がない", approved_by="CISO", expires=expires, at=AT)


def policy(
    id: str = "mihon",  # noqa: A002 - the name of the field
    *,
    exceptions: tuple[ExceptionGrant, ...] = (),
    exclusions: tuple[Exclusion, ...] = (),
    weights: Mapping[str, int] | None = None,
    severity_names: Mapping[str, str] | None = None,
    plan: Plan | None = None,
    commitments: tuple[Commitment, ...] = (),
    gate: Gate | None = None,
) -> Policy:
    return Policy(
        id=id,
        organisation=organisation(),
        catalogue="2025-03",
        evidence_basis="records",
        network_model="alpha",
        parameters={},
        parameter_places={},
        levels=("required", "recommended"),
        exclusions=exclusions,
        exceptions=exceptions,
        weights=weights or {},
        severity_names=severity_names or {},
        zones={},
        flows=(),
        plan=plan,
        commitments=commitments,
        gate=gate,
        at=AT,
        digest="b" * 64,
    )


def effective_control(
    of: Control | None = None,
    *,
    parameters: Mapping[str, BoundParameter] | None = None,
    excluded_because: Text | None = None,
    excluded_by: Exclusion | None = None,
) -> EffectiveControl:
    return EffectiveControl(
        control=of or control(),
        clause="6.2.(1)②",
        parameters=parameters or {},
        excluded_because=excluded_because,
        excluded_by=excluded_by,
    )


def effective_policy(
    *controls: EffectiveControl, of: Policy | None = None, fiscal_year: int = 2025, as_of: date | None = None
) -> EffectivePolicy:
    return EffectivePolicy(
        policy=of or policy(),
        fiscal_year=fiscal_year,
        as_of=as_of or date(fiscal_year + 1, 3, 31),
        controls=controls or (effective_control(),),
    )


def outcome(subject: str = "a1", status: Status = Status.FAIL, reason: Text | None = None, location: Location | None = None) -> Outcome:
    return Outcome(subject=subject, status=status, reason=reason or text("退職後も有効", "enabled after leaving"), location=location)


def ratio(numerator: int, denominator: int, target: Fraction | None = Fraction(1)) -> Measured:
    value = Fraction(numerator, denominator) if denominator else None
    return Measured(value=value, target=target, numerator=numerator, denominator=denominator, unit="ratio")


def judgement(
    status: Status = Status.PASS,
    *outcomes: Outcome,
    control: str = "6.2.1-02",
    reason: Text | None = None,
    measured: Measured | None = None,
    by_data: bool = True,
) -> Judgement:
    return Judgement(
        organisation="mihon",
        control=control,
        status=status,
        reason=reason or text("理由", "reason"),
        outcomes=outcomes,
        measured=measured,
        by_data=by_data,
    )


def finding(
    status: Status = Status.PASS,
    *outcomes: Outcome,
    control: str = "6.2.1-02",
    level: Level = "required",
    severity: Severity = "high",
    disposition: Disposition | None = None,
    reason: Text | None = None,
    title: Text | None = None,
    remedy: Text | None = None,
    measured: Measured | None = None,
    excepted_subjects: tuple[str, ...] = (),
    exceptions: tuple[ExceptionGrant, ...] = (),
    parameters: Mapping[str, BoundParameter] | None = None,
    by_data: bool = True,
    weight: int = 3,
    worth: Fraction | None = None,
    notes: tuple[Text, ...] = (),
) -> Finding:
    closed = status in (Status.PASS, Status.NOT_APPLICABLE)
    return Finding(
        control=control,
        name="leavers-disabled",
        clause="6.2.(1)②",
        chapter=control.split(".", 1)[0],
        level=level,
        severity=severity,
        title=title or text("退職者の利用者IDを止める", "leavers' accounts are disabled"),
        status=status,
        disposition=disposition or ("closed" if closed else "open"),
        reason=reason or text("理由", "reason"),
        measured=measured,
        outcomes=outcomes,
        counts={word: sum(item.status is word for item in outcomes) for word in SEVERITY_ORDER},
        excepted_subjects=excepted_subjects,
        exceptions=exceptions,
        parameters=parameters or {},
        remedy=remedy or text("利用者IDを止めてください", "disable the accounts"),
        fingerprint="f" * 32,
        by_data=by_data,
        weight=weight,
        worth=worth if worth is not None else Fraction(int(status is Status.PASS)),
        notes=notes,
    )


def score(overall: Fraction | None = None, counts: Mapping[Status, int] | None = None) -> Score:
    """A score of no findings at all; tests that want the true one call `secaudit.findings.score.score`."""
    return Score(
        overall=overall,
        chapters={},
        evidence_coverage=None,
        machine_share=None,
        counts=counts or dict.fromkeys(SEVERITY_ORDER, 0),
        excepted=0,
    )


def loss(
    why: Text | None = None, *, path: str = "evidence/mihon/FY2025/accounts.csv", row: int | None = None, rows: int | None = 1
) -> Loss:
    return Loss(code="cell", why=why or text("日付として読めない", "not a date"), at=Location(path=path, row=row), rows=rows)


def plan_line(
    status: Status = Status.PASS,
    *,
    commitment: str = "III-2",
    title: Text | None = None,
    security: bool = True,
    row: str = "",
    what: Literal["stage", "indicator"] = "stage",
    fiscal_year: int = 2025,
    promised: str | None = "実施",
    unclear: tuple[str, ...] = (),
    shown: Text | None = None,
) -> PlanLine:
    return PlanLine(
        commitment=commitment,
        title=title or text("職員研修", "staff training"),
        security=security,
        row=row,
        what=what,
        fiscal_year=fiscal_year,
        promised=promised,
        unclear=unclear,
        shown=shown,
        status=status,
        statements=() if shown is None else ("s01",),
    )


def assessment(
    *findings: Finding,
    score: Score | None = None,
    policy_id: str = "mihon",
    fiscal_year: int = 2025,
    as_of: date | None = None,
    evidence_digest: str = "e" * 64,
    evidence_files: tuple[EvidenceFile, ...] = (),
    severity_names: Mapping[str, str] | None = None,
    plan: Plan | None = None,
    plan_lines: tuple[PlanLine, ...] = (),
    losses: tuple[Loss, ...] = (),
    could_not_look: bool = False,
) -> Assessment:
    """An assessment with the true score of its findings, unless `score` is given."""
    from secaudit.findings.score import score as add_up  # noqa: PLC0415 - the name of the argument

    return Assessment(
        organisation=organisation(),
        policy_id=policy_id,
        fiscal_year=fiscal_year,
        as_of=as_of or date(fiscal_year + 1, 3, 31),
        edition="2025-03",
        catalogue_digest="a" * 64,
        policy_digest="b" * 64,
        evidence_digest=evidence_digest,
        evidence_files=evidence_files,
        severity_names=severity_names or {},
        plan=plan,
        plan_lines=plan_lines,
        findings=findings,
        score=score or add_up(findings),
        losses=losses,
        could_not_look=could_not_look,
        tool_version="0.1.0",
    )


def history_payload(number: int = 0, *findings: Finding, policy_id: str = "mihon") -> str:
    """The payload of an assessment; another `number` is another evidence set, so that it is not the same assessment."""
    found = findings or (finding(), finding(Status.FAIL, control="7.1-01", measured=ratio(1, 3), worth=Fraction(1, 3)))
    made = assessment(*found, policy_id=policy_id, evidence_digest=f"{number:064x}")
    return payload(made, recorded_at="2026-04-10T09:00:00+09:00", recorded_by="監査担当")


def plan(first: int = 2021, last: int = 2025) -> Plan:
    return Plan(title=text("情報化計画", "ICT plan"), adopted="2021-03", revised=None, first_fiscal_year=first, last_fiscal_year=last)


def plan_row(name: str = "研修", stages: Mapping[int, str] | None = None, unclear: Mapping[int, tuple[str, ...]] | None = None) -> PlanRow:
    return PlanRow(name=name, owner=None, stages=stages or {}, unclear=unclear or {})


def indicator(
    name: str = "受講率",
    unit: str | None = "%",
    baseline: Mapping[int, int | float | str] | None = None,
    targets: Mapping[int, int | float | str] | None = None,
) -> Indicator:
    return Indicator(name=name, unit=unit, baseline=baseline or {}, targets=targets or {})


def commitment(
    id: str = "III-2",  # noqa: A002 - the name of the field
    *,
    rows: tuple[PlanRow, ...] = (),
    indicators: tuple[Indicator, ...] = (),
) -> Commitment:
    return Commitment(
        id=id,
        name=text("職員研修", "staff training"),
        owner=None,
        rows=rows,
        indicators=indicators,
        security=True,
        document="情報化計画",
        section="第4章",
        note=None,
        at=AT,
    )


STATEMENT_COLUMNS = (
    "statement", "document", "section", "speaks_from", "speaks_to", "controls", "commitments",
    "row", "indicator", "shows", "value", "unit", "claim_ja", "claim_en",
)  # fmt: skip


def statement_row(**values: Value) -> tuple[Value, ...]:
    """One row of `published_statements`; speaks of the whole of FY2025 about III-2 unless told otherwise."""
    row: dict[str, Value] = {
        **dict.fromkeys(STATEMENT_COLUMNS),
        "statement": "s01",
        "speaks_from": date(2025, 4, 1),
        "speaks_to": AS_OF,
        "commitments": "III-2",
        "shows": "met",
        "claim_ja": "実施した",
        "claim_en": "was held",
        **values,
    }
    return tuple(row[name] for name in STATEMENT_COLUMNS)


def table(kind: str, columns: Sequence[str], rows: Sequence[tuple[Value, ...]] = ()) -> Table:
    """A table whose columns are all text with one title; for rooms that only read its rows."""
    made = tuple(Column(name=name, type="text", title=text(name, name), headers=(name,)) for name in columns)
    return Table(organisation="mihon", kind=Kind(name=kind, title=text(), nature="dossier", columns=made), rows=tuple(rows))


def evidence_set(*tables: Table, fiscal_year: int = 2025) -> EvidenceSet:
    return EvidenceSet(
        organisation="mihon", fiscal_year=fiscal_year, tables={item.kind.name: item for item in tables}, losses=(), digest="e" * 64
    )
