"""Load a policy file into the model.

All located errors of the file are collected. What needs the catalogue is checked by `tailor`.

Never here: the catalogue, evidence.
"""

from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType

from secaudit.errors import DocumentError, SecauditError
from secaudit.model.control import EDITIONS
from secaudit.model.location import Location
from secaudit.model.policy import Commitment, Flow, Gate, Indicator, Organisation, Plan, PlanRow, Policy, Relay
from secaudit.model.text import Text
from secaudit.policy import exceptions
from secaudit.policy.documents import CommitmentDocument, FlowDocument, PolicyDocument, RelayDocument, TextDocument, read_policy
from secaudit.wire import files
from secaudit.wire.pointers import raise_all, suggestion
from secaudit.wire.tree import Node, Pointer, place
from secaudit.wire.values import exact

WEIGHTS = MappingProxyType({"required": 3, "recommended": 1})
"""Weights of the levels unless a policy sets others (contract §10)."""

OUTSIDE = "outside"
"""The word for every address that no zone names."""


def load(path: Path, *, base: Path | None = None) -> Policy:
    """Return the policy in `path`; places are relative to `base` (default: the folder above that of the file).

    Raises `FileError`, `YamlError`, or `ManyError` with all errors of the file.
    """
    home = base or path.parent.parent
    data = files.read(path, root=home)
    document, tree = read_policy(data, files.shown(path, home))
    raise_all(_errors(document, tree))
    return _policy(document, tree, path.stem, files.digest(data))


def _policy(document: PolicyDocument, tree: Node, name: str, digest: str) -> Policy:
    organisation = document.organisation
    gate = document.gate
    return Policy(
        id=name,
        organisation=Organisation(id=organisation.id, name=_text(organisation.name), type=organisation.type, code=organisation.code),
        catalogue=document.catalogue,
        evidence_basis=document.evidence_basis,
        network_model=document.network_model,
        overlays=tuple(document.overlays),
        parameters=MappingProxyType({control: MappingProxyType(dict(values)) for control, values in document.parameters.items()}),
        parameter_places=MappingProxyType(
            {
                f"{control}.{parameter}": place(tree, ("parameters", control, parameter))
                for control, values in document.parameters.items()
                for parameter in values
            }
        ),
        levels=tuple(document.select.levels),
        only=exceptions.only(document, tree),
        exclusions=exceptions.exclusions(document, tree),
        exceptions=exceptions.grants(document, tree),
        weights=MappingProxyType({**WEIGHTS, **{str(level): weight for level, weight in document.weights.items()}}),
        severity_names=MappingProxyType({str(severity): name for severity, name in document.severity_names.items()}),
        zones=MappingProxyType({zone: tuple(members) for zone, members in document.zones.items()}),
        flows=tuple(
            _flow(one, place(tree, ("specified_communications", index))) for index, one in enumerate(document.specified_communications)
        ),
        relays=tuple(_relay(one, place(tree, ("relays", index))) for index, one in enumerate(document.relays)),
        plan=_plan(document),
        commitments=tuple(_commitment(one, tree, index) for index, one in enumerate(document.commitments)),
        gate=None
        if gate is None
        else Gate(
            fail_on=gate.fail_on,
            minimum_score=None if gate.minimum_score is None else exact(gate.minimum_score),
            maximum_drop=None if gate.maximum_drop is None else exact(gate.maximum_drop),
        ),
        at=place(tree, ()),
        digest=digest,
    )


def _text(document: TextDocument) -> Text:
    return Text(ja=document.ja, en=document.en)


def _plan(document: PolicyDocument) -> Plan | None:
    plan = document.plan
    if plan is None:
        return None
    return Plan(
        title=_text(plan.title),
        adopted=plan.adopted,
        revised=plan.revised,
        first_fiscal_year=plan.first_fiscal_year,
        last_fiscal_year=plan.last_fiscal_year,
    )


def _flow(document: FlowDocument, at: Location) -> Flow:
    written = document.model_dump(mode="json", by_alias=True, exclude={"id", "ports", "cloud_service"}, exclude_none=True)
    fields = {key: str(value) for key, value in written.items()}
    fields["ports"] = ", ".join(str(port) for port in document.ports)
    if document.cloud_service is not None:
        fields["cloud_service"] = document.cloud_service.name
        fields["ismap"] = "true" if document.cloud_service.ismap else "false"
    return Flow(id=document.id, fields=MappingProxyType(fields), at=at)


def _relay(document: RelayDocument, at: Location) -> Relay:
    return Relay(
        id=document.id,
        kind=document.kind,
        device=document.device,
        source=document.start,
        target=document.end,
        purpose=document.purpose,
        approved_by=document.approved_by,
        approved_on=document.approved_on,
        expires=document.expires,
        at=at,
    )


def _commitment(document: CommitmentDocument, tree: Node, index: int) -> Commitment:
    return Commitment(
        id=document.id,
        name=_text(document.name),
        owner=document.owner,
        rows=tuple(
            PlanRow(
                name=row.name,
                owner=row.owner,
                stages=MappingProxyType(dict(row.stages)),
                unclear=MappingProxyType({year: tuple(readings) for year, readings in row.unclear.items()}),
            )
            for row in document.rows
        ),
        indicators=tuple(
            Indicator(
                name=one.name,
                unit=one.unit,
                baseline=MappingProxyType(dict(one.baseline)),
                targets=MappingProxyType(dict(one.targets)),
            )
            for one in document.indicators
        ),
        security=document.security,
        document=document.source.document,
        section=document.source.section,
        note=document.note,
        at=place(tree, ("commitments", index)),
    )


def code_is_valid(code: str) -> bool:
    """Whether the last of six digits is the check digit of the 全国地方公共団体コード.

    The first five are weighted 6, 5, 4, 3, 2; the digit is the last one of 11 minus the sum modulo 11.
    """
    total = sum(int(digit) * weight for digit, weight in zip(code[:5], (6, 5, 4, 3, 2), strict=True))
    return (11 - total % 11) % 10 == int(code[5])


def _errors(document: PolicyDocument, tree: Node) -> list[SecauditError]:
    """Return what the form alone cannot say."""
    errors: list[SecauditError] = []
    if not code_is_valid(document.organisation.code):
        errors.append(
            DocumentError(
                Text(
                    ja=f"団体コード `{document.organisation.code}` の検査数字が合いません",
                    en=f"the check digit of the code `{document.organisation.code}` is wrong",
                ),
                at=place(tree, ("organisation", "code")),
                hint=Text(ja="6桁の全国地方公共団体コードを確かめてください", en="check the six digits of the local government code"),
            )
        )
    if document.catalogue not in EDITIONS:
        errors.append(
            DocumentError(
                Text(ja=f"指針の版 `{document.catalogue}` はありません", en=f"there is no edition `{document.catalogue}`"),
                at=place(tree, ("catalogue",)),
                hint=suggestion("", EDITIONS, ja="版", en="editions"),
            )
        )
    errors += exceptions.shape_errors(document, tree)
    errors += _twice((one.id for one in document.specified_communications), tree, ("specified_communications",))
    errors += _twice((one.id for one in document.relays), tree, ("relays",))
    errors += _shared_ids(document, tree)
    errors += _twice((one.id for one in document.commitments), tree, ("commitments",))
    errors += _zone_errors(document, tree)
    errors += _plan_errors(document, tree)
    return errors


def _twice(ids: Iterable[str], tree: Node, pointer: Pointer, key: str = "id") -> list[SecauditError]:
    errors: list[SecauditError] = []
    seen: dict[str, int] = {}
    for index, name in enumerate(ids):
        if name in seen:
            first = place(tree, (*pointer, seen[name], key))
            errors.append(
                DocumentError(
                    Text(
                        ja=f"`{name}` が二度あります (一度目は {first.line} 行)", en=f"`{name}` is there twice (first at line {first.line})"
                    ),
                    at=place(tree, (*pointer, index, key)),
                    hint=Text(ja="ほかにない値にしてください", en="choose one that is not taken"),
                )
            )
        seen.setdefault(name, index)
    return errors


def _shared_ids(document: PolicyDocument, tree: Node) -> list[SecauditError]:
    """Say which relays bear the id of a flow: both are judged side by side under their ids."""
    flows = {one.id for one in document.specified_communications}
    return [
        DocumentError(
            Text(ja=f"`{one.id}` は特定通信の番号でもあります", en=f"`{one.id}` is the id of a specified communication too"),
            at=place(tree, ("relays", index, "id")),
            hint=Text(ja="ほかにない値にしてください", en="choose one that is not taken"),
        )
        for index, one in enumerate(document.relays)
        if one.id in flows
    ]


def _zone_errors(document: PolicyDocument, tree: Node) -> list[SecauditError]:
    errors: list[SecauditError] = []
    for zone, members in document.zones.items():
        for index, member in enumerate(members):
            if member != OUTSIDE and not _is_network(member):
                errors.append(
                    DocumentError(
                        Text(ja=f"`{member}` はネットワークの範囲ではありません", en=f"`{member}` is not a network"),
                        at=place(tree, ("zones", zone, index)),
                        hint=Text(
                            ja=f"`10.1.0.0/16` の形か `{OUTSIDE}` にしてください (`/` より右のビットは 0)",
                            en=f"write it like `10.1.0.0/16` (host bits 0), or `{OUTSIDE}`",
                        ),
                    )
                )
    return errors


def _is_network(member: str) -> bool:
    try:
        ip_network(member)
    except ValueError:
        return False
    return "/" in member


def _plan_errors(document: PolicyDocument, tree: Node) -> list[SecauditError]:
    errors: list[SecauditError] = []
    plan = document.plan
    if plan is not None and plan.last_fiscal_year < plan.first_fiscal_year:
        errors.append(
            DocumentError(
                Text(ja="計画の最後の年度が最初の年度より前です", en="the last fiscal year of the plan lies before its first"),
                at=place(tree, ("plan", "last_fiscal_year")),
                hint=Text(ja="二つの年度を確かめてください", en="check both years"),
            )
        )
    for index, commitment in enumerate(document.commitments):
        here: Pointer = ("commitments", index)
        errors += _twice((row.name for row in commitment.rows), tree, (*here, "rows"), "name")
        errors += _twice((one.name for one in commitment.indicators), tree, (*here, "indicators"), "name")
        for number, row in enumerate(commitment.rows):
            errors.extend(
                DocumentError(
                    Text(
                        ja=f"{year} 年度の段階が `stages` と `unclear` の両方にあります",
                        en=f"fiscal year {year} stands both in `stages` and in `unclear`",
                    ),
                    at=place(tree, (*here, "rows", number, "unclear", year), key=True),
                    hint=Text(
                        ja="はっきり読めるものだけを `stages` に書いてください", en="keep in `stages` only what can be read for sure"
                    ),
                )
                for year in sorted(row.stages.keys() & row.unclear.keys())
            )
    return errors
