"""A policy as an OSCAL 1.2.3 profile: the controls in force, the values that it sets, and what it excepts and excludes.

* Controls are imported by id from the catalog of the adopted edition. One that is not in force is not imported: OSCAL can alter only
  what is there, so an exclusion stands in the metadata, with who decided it, why and until when.
* An exception is a property that the control is given; it changes nothing about the control.
* The document is dated by the as-of date: same data, same bytes.

Never here: which controls are in force (`policy`).
"""

from collections import Counter
from collections.abc import Iterator

from secaudit.model.exchange import Dropped
from secaudit.model.policy import EffectiveControl, EffectivePolicy, ExceptionGrant, Exclusion
from secaudit.model.text import Text
from secaudit.reports.oscal_catalog import reference
from secaudit.reports.oscal_control import english, parameter_id, prose, title, values
from secaudit.reports.oscal_parts import VERSION, Json, document, midnight, props, token


def render(effective: EffectivePolicy, digest: str) -> bytes:
    """Return the profile of a policy in a fiscal year; `digest` is that of the catalogue."""
    policy = effective.policy
    source = reference(policy.catalogue, digest)
    name = Text(
        ja=f"{policy.organisation.name.ja}の情報セキュリティポリシー（{effective.fiscal_year}年度）",
        en=f"Security policy of {policy.organisation.name.en}, fiscal year {effective.fiscal_year}",
    )
    inside = [one for one in effective.controls if one.excluded_because is None]
    chosen: Json = {"with-ids": [token(one.control.id) for one in inside]} if inside else {}
    body: Json = {
        "metadata": {
            "title": title(name.ja),
            "last-modified": midnight(effective.as_of),
            "version": f"{effective.as_of.isoformat()}+{policy.digest[:12]}",
            "oscal-version": VERSION,
            "props": [english(name.en), *_props(effective), *_exclusions(effective)],
            "remarks": _outside(effective),
        },
        "imports": [{"href": f"#{source['uuid']}", "include-controls": [chosen]}],
        "merge": {"as-is": True},
    }
    modified: Json = {}
    settings = [setting for one in inside for setting in _settings(one)]
    if settings:
        modified["set-parameters"] = settings
    alters = [alter for one in inside for alter in _alters(one, effective)]
    if alters:
        modified["alters"] = alters
    if modified:
        body["modify"] = modified
    body["back-matter"] = {"resources": [source]}
    return document("profile", body, depth=6)


def _props(effective: EffectivePolicy) -> list[Json]:
    policy = effective.policy
    return props(
        ("language", "ja"),
        ("policy", policy.id),
        ("policy-digest", policy.digest),
        ("edition", policy.catalogue),
        ("fiscal-year", str(effective.fiscal_year)),
        ("organisation", policy.organisation.id),
        ("organisation-type", policy.organisation.type),
        ("organisation-code", policy.organisation.code),
        ("network-model", policy.network_model),
        ("evidence-basis", policy.evidence_basis),
        *(("overlay", overlay) for overlay in policy.overlays),
        *(("level", level) for level in policy.levels),
    )


def _exclusions(effective: EffectivePolicy) -> Iterator[Json]:
    for one in effective.controls:
        if one.excluded_by is not None:
            (made,) = props(("excluded", token(one.control.id)))
            yield {**made, "remarks": _exclusion(one.excluded_by)}


def _exclusion(one: Exclusion) -> str:
    return _paragraphs(
        Text(
            ja=f"{one.expires} まで対象から外す。許可: {one.approved_by}。理由: {one.reason}",
            en=f"excluded until {one.expires}; approved by {one.approved_by}; reason: {one.reason}",
        )
    )


def _outside(effective: EffectivePolicy) -> str:
    """Say how many controls are in force and, for each reason, how many are not."""
    because = [one.excluded_because for one in effective.controls if one.excluded_because is not None]
    count = len(effective.controls) - len(because)
    said = [Text(ja=f"この年度に {count} 件の管理策が効く。", en=f"{count} controls are in force in this fiscal year.")]
    said += [
        Text(ja=f"{many} 件は効かない: {text.ja}", en=f"{many} are not in force: {text.en}")
        for text, many in Counter(because).most_common()
    ]
    return "\n\n".join(map(_paragraphs, said))


def _paragraphs(said: Text) -> str:
    return f"{prose(said.ja)}\n\n{prose(said.en)}"


def _settings(one: EffectiveControl) -> Iterator[Json]:
    """Return the values that the policy itself sets; all others are those of the catalog."""
    for name, bound in sorted(one.parameters.items()):
        if bound.origin == "policy" and values(bound.value):
            yield {
                "param-id": parameter_id(one.control.id, name),
                "props": props(("origin", bound.origin), ("weaker", str(bound.weaker).lower())),
                "values": values(bound.value),
            }


def _alters(one: EffectiveControl, effective: EffectivePolicy) -> Iterator[Json]:
    grants = [grant for grant in effective.policy.exceptions if grant.control == one.control.id]
    if grants:
        yield {"control-id": token(one.control.id), "adds": [{"props": [_exception(grant, effective) for grant in grants]}]}


def _exception(grant: ExceptionGrant, effective: EffectivePolicy) -> Json:
    (made,) = props(("exception", "live" if grant.live(effective.as_of) else "not-live"))
    subjects = ", ".join(grant.subjects)
    return {
        **made,
        "remarks": _paragraphs(
            Text(
                ja=f"例外措置 {grant.approved_on} から {grant.expires} まで。対象: {subjects or '管理策全体'}。許可: {grant.approved_by}。"
                f"理由: {grant.reason}" + (f"。代わりの対策: {grant.compensating}" if grant.compensating else ""),
                en=f"exception from {grant.approved_on} to {grant.expires}; subjects: {subjects or 'the whole control'}; "
                f"approved by {grant.approved_by}; reason: {grant.reason}"
                + (f"; instead: {grant.compensating}" if grant.compensating else ""),
            )
        ),
    }


def dropped(effective: EffectivePolicy) -> tuple[Dropped, ...]:
    """Return what of a policy a profile does not carry: each part that is written, at the place of the policy or of its own."""
    policy = effective.policy
    found: list[Dropped] = []
    for name, value in (
        ("weights", policy.weights),
        ("severity_names", policy.severity_names),
        ("zones", policy.zones),
        ("plan", policy.plan),
        ("gate", policy.gate),
    ):
        if value:
            found.append(Dropped(kind="policy", subject=policy.id, at=policy.at, what=name))
    found += [Dropped(kind="policy", subject=one.id, at=one.at, what="relays") for one in policy.relays]
    found += [Dropped(kind="policy", subject=one.id, at=one.at, what="specified_communications") for one in policy.flows]
    found += [Dropped(kind="policy", subject=one.id, at=one.at, what="commitments") for one in policy.commitments]
    outside = {one.control.id for one in effective.controls if one.excluded_because is not None}
    for grant in policy.exceptions:
        if grant.control in outside:
            found.append(Dropped(kind="policy", subject=grant.control, at=grant.at, what="exceptions"))
    live = {(one.excluded_by.control, one.excluded_by.expires) for one in effective.controls if one.excluded_by is not None}
    for exclusion in policy.exclusions:
        if (exclusion.control, exclusion.expires) not in live:
            found.append(Dropped(kind="policy", subject=exclusion.control, at=exclusion.at, what="exclude"))
    for one in effective.controls:
        for name, bound in one.parameters.items():
            if one.excluded_because is not None and bound.origin == "policy":
                found.append(Dropped(kind="policy", subject=one.control.id, at=bound.at, what=f"parameters.{name}"))
    return tuple(found)
