"""Judgements and the effective policy become findings.

* One finding per control, in order of id, whatever happened.
* A judgement that is missing is an `error`, never an absence.

Never here: changing a status.
"""

from collections.abc import Mapping, Sequence

from secaudit.findings.dispose import Disposed, dispose
from secaudit.findings.fingerprint import fingerprint
from secaudit.findings.score import DEFAULT_WEIGHTS, worth
from secaudit.model.finding import Finding
from secaudit.model.outcome import Judgement
from secaudit.model.policy import EffectiveControl, EffectivePolicy
from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.model.text import Text


def build(effective: EffectivePolicy, judgements: Sequence[Judgement]) -> tuple[Finding, ...]:
    """Return one finding per control of `effective`; `judgements` are those of this assessment alone."""
    by_control: Mapping[str, Judgement] = {judgement.control: judgement for judgement in judgements}
    weights = {**DEFAULT_WEIGHTS, **effective.policy.weights}
    return tuple(_finding(effective, bound, by_control.get(bound.control.id), weights) for bound in effective.controls)


def _finding(effective: EffectivePolicy, bound: EffectiveControl, judgement: Judgement | None, weights: Mapping[str, int]) -> Finding:
    control = bound.control
    said = judgement or _unjudged(effective, control.id)
    disposed = dispose(control.id, said.status, said.outcomes, effective.policy.exceptions, as_of=effective.as_of)
    return Finding(
        control=control.id,
        name=control.name,
        clause=bound.clause,
        chapter=control.chapter,
        level=control.level,
        severity=control.severity,
        title=control.title,
        status=said.status,
        disposition=disposed.disposition,
        reason=said.reason,
        measured=said.measured,
        outcomes=said.outcomes,
        counts={status: sum(outcome.status is status for outcome in said.outcomes) for status in SEVERITY_ORDER},
        excepted_subjects=disposed.subjects,
        exceptions=disposed.live,
        parameters=bound.parameters,
        remedy=control.remedy,
        fingerprint=fingerprint(effective.policy.organisation.id, control.id),
        by_data=said.by_data,
        weight=weights[control.level],
        worth=worth(said.status, said.measured),
        notes=_notes(effective, bound, disposed),
        basis=control.basis,
        left_out=bound.left_out,
    )


def _unjudged(effective: EffectivePolicy, control: str) -> Judgement:
    return Judgement(
        organisation=effective.policy.organisation.id,
        control=control,
        status=Status.ERROR,
        reason=Text(ja="この管理策は判定されなかった", en="this control was not judged"),
    )


def _notes(effective: EffectivePolicy, bound: EffectiveControl, disposed: Disposed) -> tuple[Text, ...]:
    notes = [
        Text(
            ja=f"例外措置は{grant.expires.isoformat()}で期限切れ（許可: {grant.approved_by}）",
            en=f"exception expired on {grant.expires.isoformat()} (approved by {grant.approved_by})",
        )
        for grant in disposed.expired
    ]
    notes += [
        Text(
            ja=f"設定値 {name} は標準より緩い",
            en=f"parameter {name} is weaker than the catalogue's default",
        )
        for name, parameter in sorted(bound.parameters.items())
        if parameter.weaker
    ]
    notes += [
        Text(
            ja=f"除外は{exclusion.expires.isoformat()}で終わったため、評価に含めた",
            en=f"exclusion ended on {exclusion.expires.isoformat()}, so the control counts",
        )
        for exclusion in effective.policy.exclusions
        if exclusion.control == bound.control.id and exclusion.expires < effective.as_of and bound.excluded_because is None
    ]
    return tuple(notes)
