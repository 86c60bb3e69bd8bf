"""Same inputs, same bytes: hash seeds, time zones, folders and the order of files leave no trace in the JSON."""

import os
import random
import shutil
from pathlib import Path

from tests.program import run, workspace

SEEDS = range(20) if os.environ.get("SECAUDIT_LONG") else (0, 1, 4242)
ZONES = ("Asia/Tokyo", "UTC", "America/Los_Angeles")
CALL = ("check", "--policy", "mihon", "--policy", "natori", "--fiscal-year", "all", "--no-record", "--format", "json")


def _json(folder: Path, seed: int, zone: str) -> str:
    done = run(*CALL, folder=folder, environment={"PYTHONHASHSEED": str(seed), "TZ": zone})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_seeds_zones_and_folders_leave_no_trace(tmp_path: Path) -> None:
    one = workspace(tmp_path / "one", "mihon", "natori")
    two = workspace(tmp_path / "two" / "a folder with spaces 見本", "mihon", "natori")
    outputs = {_json(one, seed, ZONES[seed % len(ZONES)]) for seed in SEEDS}
    outputs |= {_json(two, 7, zone) for zone in ZONES}
    assert len(outputs) == 1


def test_the_order_of_files_leaves_no_trace(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon")
    call = ("check", "--policy", "mihon", "--fiscal-year", "2025", "--no-record", "--format", "json")
    before = run(*call, folder=root).stdout
    folder = root / "evidence" / "mihon" / "FY2025"
    manifest = folder / "manifest.yaml"
    head, *entries = manifest.read_text("utf-8").split("  - kind:")
    random.Random(5).shuffle(entries)
    manifest.write_text(head + "".join("  - kind:" + entry for entry in entries), "utf-8")
    moved = folder.with_name("moved")  # made anew in another order, so that the file system lists it otherwise
    folder.rename(moved)
    folder.mkdir()
    for path in sorted(moved.rglob("*"), reverse=True):
        if path.is_file():
            target = folder / path.relative_to(moved)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    shutil.rmtree(moved)
    assert run(*call, folder=root).stdout == before
