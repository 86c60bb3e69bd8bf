"""Taking evidence away never helps (architecture S05), for every shipped control over the town's newest year.

Each file that the manifest names is deleted in turn and, apart from that, its entry is taken out of the manifest: no finding may turn
into `pass`, and every control that read it stops being `pass`. All variants are judged in one run, like a fleet.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.pipeline.run import Request, assess, load_compiled
from secaudit.pipeline.workspace import Workspace
from secaudit.wire.yaml import parse, plain

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = Workspace(root=ROOT, controls=ROOT / "controls")
YEAR = 2025
SOURCE = ROOT / "evidence" / "mihon" / f"FY{YEAR}"


def _assess(folders: Sequence[Path]) -> tuple[Assessment, ...]:
    policy = ROOT / "policies" / "mihon.yaml"
    requests = [
        Request(policy=policy, fiscal_year=YEAR, as_of=date(YEAR + 1, 3, 31), manifest=folder / "manifest.yaml") for folder in folders
    ]
    run = assess(WORKSPACE, requests)
    assert not run.errors
    return run.assessments


def _statuses(assessment: Assessment) -> Mapping[str, Status]:
    return {finding.control: finding.status for finding in assessment.findings}


def _entries() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = plain(parse((SOURCE / "manifest.yaml").read_bytes(), "manifest.yaml"))["files"]
    return entries


def _copy(folder: Path) -> Path:
    """Make a copy of the year's folder; its files are hard links, its manifest is its own."""
    target = folder / f"FY{YEAR}"
    shutil.copytree(SOURCE, target, copy_function=os.link)
    (target / "manifest.yaml").unlink()
    shutil.copy(SOURCE / "manifest.yaml", target)
    return target


def _drop_entries(folder: Path, path: str | None) -> None:
    """Take one file, or all, out of a manifest as text: each entry begins with `  - kind:`."""
    manifest = folder / "manifest.yaml"
    head, *entries = manifest.read_text("utf-8").split("  - kind:")
    kept = [entry for entry in entries if path is not None and f"path: {path}\n" not in entry]
    assert len(kept) == (0 if path is None else len(entries) - 1)
    text = head + "".join("  - kind:" + entry for entry in kept) if kept else head.replace("files:", "files: []")
    manifest.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def before() -> Mapping[str, Status]:
    return _statuses(_assess([SOURCE])[0])


def test_no_file_can_be_taken_away_to_good_effect(tmp_path: Path, before: Mapping[str, Status]) -> None:
    entries = _entries()
    assert len(entries) > 30
    if not os.environ.get("SECAUDIT_LONG"):
        entries = entries[::8]  # each variant reads the whole year again; `make test-long` takes every file away
    variants = []
    for number, entry in enumerate(entries):
        deleted, unnamed = _copy(tmp_path / f"{number} deleted"), _copy(tmp_path / f"{number} unnamed")
        (deleted / entry["path"]).unlink()
        _drop_entries(unnamed, entry["path"])
        variants += [(entry, deleted), (entry, unnamed)]
    readers = _readers()
    for (entry, folder), assessment in zip(variants, _assess([folder for _, folder in variants]), strict=True):
        now = _statuses(assessment)
        what = f"{entry['path']} ({folder.parent.name})"
        gained = {control for control, status in now.items() if status is Status.PASS and before[control] is not Status.PASS}
        assert not gained, f"without {what} {gained} pass"
        if "unnamed" in folder.parent.name and sum(one["kind"] == entry["kind"] for one in _entries()) > 1:
            continue  # nobody says how many files of this kind there ought to be
        kept = {control for control in readers[entry["kind"]] if now[control] is Status.PASS}
        assert not kept, f"without {what} {kept} still pass"


def _readers() -> Mapping[str, set[str]]:
    catalogue, _ = load_compiled(WORKSPACE)
    kinds = {kind for control in catalogue.controls for kind in control.evidence}
    return {kind: {control.id for control in catalogue.controls if kind in control.evidence} for kind in kinds}


def test_without_any_file_nothing_passes(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    _drop_entries(folder, None)
    catalogue, _ = load_compiled(WORKSPACE)
    reading = {control.id for control in catalogue.controls if control.evidence}  # the others read the devices' configurations
    statuses = {status for control, status in _statuses(_assess([folder])[0]).items() if control in reading}
    assert statuses <= {Status.UNKNOWN, Status.NOT_APPLICABLE}
