"""From requests to assessments: load, normalise, evaluate, score; the only module that knows this order.

* All requests of a run are judged together: each control's statement runs once for all of them.
* What cannot be loaded becomes an error of the run; every assessment that can be made is made.

Never here: recording and printing (`cli` asks `history` and `reports`).
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import secaudit
from secaudit.catalog.load import load as load_catalogue
from secaudit.engine.compile import compile as compile_controls
from secaudit.engine.compiled import CompiledControl
from secaudit.engine.evaluate import evaluate
from secaudit.errors import EvidenceError, ManyError, SecauditError
from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.manifest import load as load_manifest
from secaudit.evidence.read import read
from secaudit.evidence.sandbox import Sandbox
from secaudit.evidence.words import shown
from secaudit.findings.build import build as build_findings
from secaudit.findings.score import score
from secaudit.model.control import Catalogue
from secaudit.model.evidence import EvidenceSet, Loss, Table
from secaudit.model.outcome import Judgement
from secaudit.model.policy import EffectivePolicy, Policy
from secaudit.model.run import Assessment, EvidenceFile
from secaudit.model.text import Text
from secaudit.pipeline.workspace import Workspace
from secaudit.plan.build import build as build_plan
from secaudit.policy.load import load as load_policy
from secaudit.policy.tailor import resolve
from secaudit.wire.canonical import digest_of

Backend = Literal["duckdb", "reference"]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One assessment to make: a policy file, a fiscal year, an as-of date, and the manifest (None: there is no evidence)."""

    policy: Path
    fiscal_year: int
    as_of: date
    manifest: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of a run: assessments in the order of the requests, and the errors of what could not be looked at."""

    assessments: tuple[Assessment, ...]
    errors: tuple[SecauditError, ...]
    effective: tuple[EffectivePolicy, ...]
    evidence: tuple[EvidenceSet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    key: str
    effective: EffectivePolicy
    evidence: EvidenceSet


def _silent(_what: str) -> None:
    """Say nothing about progress."""


def assess(workspace: Workspace, requests: Sequence[Request], *, backend: Backend = "duckdb", progress: Progress = _silent) -> Run:
    """Make the assessments that are asked for.

    Raises `ManyError` if the catalogue itself is invalid: then nothing can be judged.
    """
    prepared: list[_Prepared] = []
    errors: list[SecauditError] = []
    policies: dict[Path, Policy] = {}
    broken: set[Path] = set()
    with Sandbox() as sandbox:  # the child starts while the catalogue is loaded
        catalogue, compiled = load_compiled(workspace)
        for number, request in enumerate(requests):
            if request.policy in broken:
                continue
            progress(f"{workspace.relative(request.policy)} FY{request.fiscal_year}")
            try:
                if request.policy not in policies:
                    broken.add(request.policy)
                    policies[request.policy] = load_policy(request.policy, base=_base(workspace, request.policy))
                    broken.discard(request.policy)
                prepared.append(_prepare(workspace, catalogue, request, policies[request.policy], number, sandbox))
            except ManyError as many:
                errors += many.errors
            except SecauditError as error:
                errors.append(error)
    judgements = evaluate(
        compiled,
        {item.key: item.effective for item in prepared},
        {item.key: item.evidence for item in prepared},
        backend=backend,
    )
    said: dict[str, list[Judgement]] = {item.key: [] for item in prepared}
    for judgement in judgements:
        said[judgement.organisation].append(judgement)
    return Run(
        assessments=tuple(_assessment(item, catalogue, said[item.key]) for item in prepared),
        errors=tuple(errors),
        effective=tuple(item.effective for item in prepared),
        evidence=tuple(item.evidence for item in prepared),
    )


def load_compiled(workspace: Workspace) -> tuple[Catalogue, tuple[CompiledControl, ...]]:
    """Load the catalogue in force and check every assertion against the evidence kinds; raises `ManyError`."""
    catalogue = load_catalogue(workspace.controls, base=workspace.controls.parent, with_cases=False)
    return catalogue, compile_controls(catalogue.controls, load_kinds())


def _prepare(workspace: Workspace, catalogue: Catalogue, request: Request, policy: Policy, number: int, sandbox: Sandbox) -> _Prepared:
    effective = resolve(policy, catalogue.controls, fiscal_year=request.fiscal_year, as_of=request.as_of)
    key = f"{number:06d} {policy.id}"
    return _Prepared(key=key, effective=effective, evidence=_evidence(workspace, request, policy, key, sandbox))


def _base(workspace: Workspace, path: Path) -> Path:
    """Return the folder that a policy must not lead out of: the workspace, or its own folder if it lies elsewhere."""
    return workspace.root if path.resolve().is_relative_to(workspace.root.resolve()) else path.parent


def _evidence(workspace: Workspace, request: Request, policy: Policy, key: str, sandbox: Sandbox) -> EvidenceSet:
    if request.manifest is None:
        return EvidenceSet(organisation=key, fiscal_year=request.fiscal_year, tables={}, losses=(), digest=digest_of([]))
    manifest = load_manifest(request.manifest, base=workspace.root)
    own = policy.organisation.id
    if manifest.organisation != own:
        said = shown(manifest.organisation)
        raise EvidenceError(
            Text(ja=f"台帳は `{said}` のもので、ポリシーの団体 `{own}` と違います", en=f"the manifest is that of `{said}`, not of `{own}`"),
            at=manifest.at,
            hint=Text(ja=f"証跡を確かめ、`organisation: {own}` にしてください", en=f"check the evidence, then write `organisation: {own}`"),
        )
    found = read(manifest, load_kinds(), as_of=request.as_of, fiscal_year=request.fiscal_year, sandbox=sandbox)
    tables = {name: dataclasses.replace(table, organisation=key) for name, table in found.tables.items()}
    return dataclasses.replace(found, organisation=key, tables=tables)


def _assessment(item: _Prepared, catalogue: Catalogue, judgements: Sequence[Judgement]) -> Assessment:
    effective, evidence = item.effective, item.evidence
    findings = build_findings(effective, judgements)
    policy = effective.policy
    return Assessment(
        organisation=policy.organisation,
        policy_id=policy.id,
        fiscal_year=effective.fiscal_year,
        as_of=effective.as_of,
        edition=policy.catalogue,
        catalogue_digest=catalogue.digest,
        policy_digest=policy.digest,
        evidence_digest=evidence.digest,
        evidence_files=_files(evidence),
        severity_names=policy.severity_names,
        plan=policy.plan,
        plan_lines=build_plan(effective, evidence),
        findings=findings,
        score=score(findings),
        losses=_losses(evidence),
        could_not_look=evidence.could_not_look,
        tool_version=secaudit.__version__,
    )


def _files(evidence: EvidenceSet) -> tuple[EvidenceFile, ...]:
    files = [
        EvidenceFile(kind=table.kind.name, path=file.path, sha256=file.digest or None, rows=_rows(table, number))
        for table in evidence.tables.values()
        for number, file in enumerate(table.files)
    ]
    return tuple(sorted(files, key=lambda file: (file.kind, file.path)))


def _rows(table: Table, number: int) -> int:
    return sum(origin.file == number for origin in table.origins)


def _losses(evidence: EvidenceSet) -> tuple[Loss, ...]:
    losses = {*evidence.losses}
    for table in evidence.tables.values():
        losses.update(table.losses)
        losses.update(table.failures)
    return tuple(sorted(losses, key=lambda loss: (*loss.at.sort_key(), loss.code, loss.why.en)))
