"""Resolve a policy against a catalogue: which controls apply in a fiscal year, with which clause and which parameters.

Reasons for not applying come in the order of docs/semantics.md §6; the first one counts.

Never here: judging, exceptions' effect.
"""

from collections.abc import Iterable
from datetime import date

from secaudit.model.control import Control
from secaudit.model.policy import EffectiveControl, EffectivePolicy, Exclusion, Policy
from secaudit.model.text import Text
from secaudit.policy import parameters
from secaudit.policy.exceptions import unknown_controls
from secaudit.wire.pointers import raise_all


def resolve(policy: Policy, controls: Iterable[Control], *, fiscal_year: int, as_of: date, supposed: bool = False) -> EffectivePolicy:
    """Return every control as it binds the organisation, in the order given (that of the catalogue).

    `supposed`: the edition is a supposition, so it does not matter whether it had been issued in the fiscal year.

    Raises `ManyError` with what the policy says about controls or parameters that do not exist, or values that do not fit,
    located in the policy file.
    """
    listed = tuple(controls)
    by_id = {control.id: control for control in listed}
    raise_all([*unknown_controls(policy, by_id), *parameters.errors(policy, by_id)])
    return EffectivePolicy(
        policy=policy,
        fiscal_year=fiscal_year,
        as_of=as_of,
        controls=tuple(_effective(policy, control, None if supposed else fiscal_year, as_of) for control in listed),
    )


def edition_fiscal_year(edition: str) -> int:
    """Return the fiscal year in which an edition (`YYYY-MM`) was issued: that of 2022-03 is 2021."""
    year, month = edition.split("-")
    return int(year) if int(month) >= 4 else int(year) - 1


def _effective(policy: Policy, control: Control, fiscal_year: int | None, as_of: date) -> EffectiveControl:
    outside = _outside(policy, control, fiscal_year)
    because = outside or _unselected(policy, control)
    exclusion = None if because is not None else live_exclusion(policy, control.id, as_of)
    if exclusion is not None:
        because = Text(
            ja=f"対象から外されている ({exclusion.expires} まで、許可: {exclusion.approved_by}、理由: {exclusion.reason})",
            en=f"excluded until {exclusion.expires} (approved by {exclusion.approved_by}: {exclusion.reason})",
        )
    clauses = control.editions
    return EffectiveControl(
        control=control,
        clause=clauses[policy.catalogue] if policy.catalogue in clauses else clauses[max(clauses)],
        parameters=parameters.bind(policy, control),
        excluded_because=because,
        excluded_by=exclusion,
        left_out=outside is None and because is not None,
    )


def live_exclusion(policy: Policy, control_id: str, as_of: date) -> Exclusion | None:
    """Return the exclusion of a control that is in force on `as_of` (its last day counts), the longest if there are several."""
    live = [one for one in policy.exclusions if one.control == control_id and as_of <= one.expires]
    return max(live, key=lambda one: one.expires) if live else None


def _outside(policy: Policy, control: Control, fiscal_year: int | None) -> Text | None:
    """Say why a control does not apply whatever is decided about it, or nothing; without a fiscal year any is late enough."""
    edition = policy.catalogue
    issued = edition_fiscal_year(edition)
    if fiscal_year is not None and fiscal_year < issued:
        return Text(
            ja=f"{fiscal_year} 年度は、採用した版 {edition} が出る前の年度である",
            en=f"fiscal year {fiscal_year} ended before the adopted edition {edition} was issued",
        )
    if control.since > edition:
        return Text(
            ja=f"この管理策は {control.since} の版からで、採用した版 {edition} にはない",
            en=f"the control exists since edition {control.since}, after the adopted {edition}",
        )
    if edition not in control.editions:
        return Text(ja=f"採用した版 {edition} にこの管理策はない", en=f"the adopted edition {edition} does not have the control")
    if control.overlay is not None and control.overlay not in policy.overlays:
        return Text(
            ja=f"特則「{_OVERLAYS.get(control.overlay, control.overlay)}」の管理策で、このポリシーは特則を採用していない（`overlays`）",
            en=f"the control belongs to the overlay {control.overlay}, which the policy does not adopt (`overlays`)",
        )
    organisation = policy.organisation.type
    if organisation not in control.organisations:
        return Text(
            ja=f"団体の種類が {_ORGANISATIONS.get(organisation, organisation)} であり、この管理策の対象でない",
            en=f"the control does not apply to an organisation of type {organisation}",
        )
    if policy.network_model not in control.models:
        return Text(
            ja=f"ネットワークの型が {_MODELS.get(policy.network_model, policy.network_model)} であり、この管理策の対象でない",
            en=f"the control does not apply to network model {policy.network_model}",
        )
    return None


def _unselected(policy: Policy, control: Control) -> Text | None:
    """Say why a control is not among those that the policy selects, with the weight that is not looked at."""
    if control.level not in policy.levels:
        return Text(
            ja=f"この団体は{_LEVELS[control.level]}の管理策を選んでいない",
            en=f"the policy does not select {control.level} controls",
        )
    if policy.only is not None and control.id not in policy.only:
        level, weight = _LEVELS[control.level], policy.weights[control.level]
        return Text(
            ja=f"この団体が選んだ管理策（`select.only`）にない（{level}、重み {weight}）",
            en=f"not among the controls that the policy selects (`select.only`; {control.level}, weight {weight})",
        )
    return None


_ORGANISATIONS = {"municipality": "市区町村", "prefecture": "都道府県", "school-board": "教育委員会", "association": "一部事務組合など"}
_MODELS = {"alpha": "αモデル", "alpha-prime": "α′モデル", "beta": "βモデル", "beta-prime": "β′モデル"}
_OVERLAYS = {"cloud": "クラウドサービスの利用"}
_LEVELS = {"required": "必須", "recommended": "推奨"}
