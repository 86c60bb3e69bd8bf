"""From requests to assessments: load, normalise, evaluate, score; the only module that knows this order.

* All requests of a run are judged together: each control's statement runs once for all of them.
* What cannot be loaded becomes an error of the run; every assessment that can be made is made.
* The files of the separation proof count as evidence: whoever changes a configuration changes the evidence digest.

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
from secaudit.model.separation import Separation
from secaudit.model.text import Text
from secaudit.pipeline import warm
from secaudit.pipeline.separations import Separations
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
    edition: str | None = None
    """Judge as if the policy had adopted this edition, whether or not it had been issued in that year."""


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
    separation: Separation | None


def _silent(_what: str) -> None:
    """Say nothing about progress."""


FEW_ROWS = 5_000
"""Rows of the largest table up to which the reference evaluator is quicker than statements for an engine."""

FEW_IN_ALL = 1_000_000
"""Rows of all tables of a run up to which it is."""


def _chosen(evidence: Sequence[EvidenceSet]) -> Backend:
    """Return what judges this run sooner; both say the same (`tests/laws/test_differential.py`)."""
    tables = [table for one in evidence for table in one.tables.values()]
    large = any(table.parquet is not None or len(table.rows) > FEW_ROWS for table in tables)
    return "duckdb" if large or sum(len(table.rows) for table in tables) > FEW_IN_ALL else "reference"


def assess(workspace: Workspace, requests: Sequence[Request], *, backend: Backend | None = None, progress: Progress = _silent) -> Run:
    """Make the assessments that are asked for; `backend` None: chosen by the number of rows.

    Raises `ManyError` if the catalogue itself is invalid: then nothing can be judged.
    """
    prepared: list[_Prepared] = []
    errors: list[SecauditError] = []
    policies: dict[Path, Policy] = {}
    broken: set[Path] = set()
    with Sandbox() as sandbox:  # the child starts while the catalogue is loaded
        basis = ready_for(workspace)
        catalogue, compiled = basis.catalogue, basis.compiled
        separations = Separations(compiled, workspace.state / "sampled")
        for number, request in enumerate(requests):
            if request.policy in broken:
                continue
            progress(f"{workspace.relative(request.policy)} FY{request.fiscal_year}")
            try:
                if request.policy not in policies:
                    broken.add(request.policy)
                    policies[request.policy] = load_policy(request.policy, base=workspace.base_of(request.policy))
                    broken.discard(request.policy)
                ready = _prepare(workspace, basis, request, policies[request.policy], number, sandbox)
                separation = separations.of(ready.effective, request.policy, root=workspace.base_of(request.policy))
                prepared.append(dataclasses.replace(ready, separation=separation))
            except ManyError as many:
                errors += many.errors
            except SecauditError as error:
                errors.append(error)
    judgements = evaluate(
        compiled,
        {item.key: item.effective for item in prepared},
        {item.key: item.evidence for item in prepared},
        backend=backend or _chosen([item.evidence for item in prepared]),
        separations={item.key: item.separation for item in prepared if item.separation is not None},
    )
    said: dict[str, list[Judgement]] = {item.key: [] for item in prepared}
    for judgement in judgements:
        said[judgement.organisation].append(judgement)
    return Run(
        assessments=tuple(_assessment(item, catalogue, said[item.key]) for item in prepared),
        errors=(*errors, *separations.errors),
        effective=tuple(item.effective for item in prepared),
        evidence=tuple(item.evidence for item in prepared),
    )


def load_compiled(workspace: Workspace) -> tuple[Catalogue, tuple[CompiledControl, ...]]:
    """Load the catalogue in force and check every assertion against the evidence kinds; raises `ManyError`."""
    ready = ready_for(workspace)
    return ready.catalogue, ready.compiled


def ready_for(workspace: Workspace) -> warm.Ready:
    """Return the catalogue, compiled, and the evidence kinds: as kept from an earlier run, else made anew. Raises `ManyError`."""
    key = warm.key_of(workspace.controls)
    ready = warm.held(key) if key is not None else None
    if ready is None:
        catalogue = load_catalogue(workspace.controls, base=workspace.controls.parent, with_cases=False)
        kinds = load_kinds()
        ready = warm.Ready(catalogue=catalogue, compiled=compile_controls(catalogue.controls, kinds), kinds=kinds)
        if key is not None:
            warm.keep(key, ready)
    return ready


def _prepare(workspace: Workspace, basis: warm.Ready, request: Request, policy: Policy, number: int, sandbox: Sandbox) -> _Prepared:
    adopted = policy if request.edition is None else dataclasses.replace(policy, catalogue=request.edition)
    effective = resolve(
        adopted, basis.catalogue.controls, fiscal_year=request.fiscal_year, as_of=request.as_of, supposed=request.edition is not None
    )
    key = f"{number:06d} {policy.id}"
    return _Prepared(key=key, effective=effective, evidence=_evidence(workspace, basis, request, policy, key, sandbox), separation=None)


def _evidence(workspace: Workspace, basis: warm.Ready, request: Request, policy: Policy, key: str, sandbox: Sandbox) -> EvidenceSet:
    if request.manifest is None:
        return EvidenceSet(organisation=key, fiscal_year=request.fiscal_year, tables={}, losses=(), digest=digest_of([]))
    manifest = load_manifest(request.manifest, base=workspace.root, kinds=basis.kinds)
    own = policy.organisation.id
    if manifest.organisation != own:
        said = shown(manifest.organisation)
        raise EvidenceError(
            Text(ja=f"台帳は `{said}` のもので、ポリシーの団体 `{own}` と違います", en=f"the manifest is that of `{said}`, not of `{own}`"),
            at=manifest.at,
            hint=Text(ja=f"証跡を確かめ、`organisation: {own}` にしてください", en=f"check the evidence, then write `organisation: {own}`"),
        )
    found = read(manifest, basis.kinds, as_of=request.as_of, fiscal_year=request.fiscal_year, sandbox=sandbox)
    tables = {name: dataclasses.replace(table, organisation=key) for name, table in found.tables.items()}
    return dataclasses.replace(found, organisation=key, tables=tables)


def _assessment(item: _Prepared, catalogue: Catalogue, judgements: Sequence[Judgement]) -> Assessment:
    effective, evidence, separation = item.effective, item.evidence, item.separation
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
        evidence_digest=evidence.digest if separation is None else digest_of([evidence.digest, separation.digest]),
        evidence_files=_files(evidence, separation),
        severity_names=policy.severity_names,
        plan=policy.plan,
        plan_lines=build_plan(effective, evidence),
        findings=findings,
        score=score(findings),
        losses=_losses(evidence),
        could_not_look=evidence.could_not_look or (separation is not None and separation.broken),
        tool_version=secaudit.__version__,
    )


def _files(evidence: EvidenceSet, separation: Separation | None) -> tuple[EvidenceFile, ...]:
    files = [
        EvidenceFile(kind=table.kind.name, path=file.path, sha256=file.digest or None, rows=_rows(table, number))
        for table in evidence.tables.values()
        for number, file in enumerate(table.files)
    ]
    read = () if separation is None else separation.files
    files += [EvidenceFile(kind=file.kind, path=file.path, sha256=file.digest, rows=file.lines) for file in read]
    return tuple(sorted(files, key=lambda file: (file.kind, file.path)))


def _rows(table: Table, number: int) -> int:
    return sum(origin.file == number for origin in table.origins)


def _losses(evidence: EvidenceSet) -> tuple[Loss, ...]:
    losses = {*evidence.losses}
    for table in evidence.tables.values():
        losses.update(table.losses)
        losses.update(table.failures)
    return tuple(sorted(losses, key=lambda loss: (*loss.at.sort_key(), loss.code, loss.why.en)))
