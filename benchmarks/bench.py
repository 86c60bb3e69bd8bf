"""Medians of the figures that users feel, each command as a whole process.

    python benchmarks/bench.py [--smoke] [--json FILE]

* One warm-up, then N runs; minimum, median and maximum are printed, the median is the figure.
* The separation proof follows in tables of its own (`benchmarks/separation/run.py`).
* The floor (an empty Python) stands in the same table, so that ratios travel to other machines.
* Nothing here fails a build: a slow machine is not a defect.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).with_name("secaudit")


@dataclass(frozen=True, slots=True)
class Work:
    """One row: what is timed, its command, the folder it runs in, and the bound promised in seconds (None: none)."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    promised: float | None
    fresh: bool = False


def measure(work: Work, runs: int) -> list[float]:
    """Return wall seconds of `runs` runs after one warm-up."""
    seconds = []
    for number in range(runs + 1):
        if work.fresh:
            shutil.rmtree(work.folder / ".secaudit", ignore_errors=True)
        start = time.perf_counter()
        subprocess.run(work.command, cwd=work.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if number:
            seconds.append(time.perf_counter() - start)
    return seconds


def works(folder: Path) -> list[Work]:
    """Return what is timed, in a copy of the workspace."""
    town: list[str | Path] = [PROGRAM, "check", "--policy", "mihon", "--fiscal-year", "2025"]
    return [
        Work("bare python", [sys.executable, "-c", "pass"], folder, None),
        Work("secaudit --version", [PROGRAM, "--version"], folder, 0.15),
        Work("secaudit --help", [PROGRAM, "--help"], folder, 0.25),
        Work("check, town, one year, nothing recorded", [*town, "--no-record"], folder, 1.5),
        Work("check, town, one year, first record", town, folder, 1.5, fresh=True),
        Work("check, everything, second time (make audit)", [PROGRAM, "check", "--fiscal-year", "all"], folder, 5.0),
        Work("explain 5.2.2-02, town", [PROGRAM, "explain", "5.2.2-02", "--policy", "mihon"], folder, None),
        Work("catalogue list (load and validate all controls)", [PROGRAM, "catalogue", "list", "--format", "json"], folder, 1.0),
        Work("catalogue pages", [PROGRAM, "catalogue", "pages", "--out", "pages"], folder, 2.0),
        Work("trend", [PROGRAM, "trend"], folder, None),
    ]


def separation(found: Path, *, smoke: bool) -> list[dict[str, Any]]:
    """Measure the separation proof; its modules are found from the root of the repository."""
    sys.stdout.flush()
    options = ["--smoke"] if smoke else []
    subprocess.run([sys.executable, "-m", "benchmarks.separation.run", "--json", found, *options], cwd=ROOT, check=True)
    rows: list[dict[str, Any]] = json.loads(found.read_text("utf-8"))
    return rows


def main() -> None:
    """Time everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="two runs each")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    runs = 2 if arguments.smoke else 9
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "sqlglot", "pydantic", "click", "python-calamine"))
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {packages}; {runs} runs")
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        for part in ("controls", "policies", "evidence"):
            shutil.copytree(ROOT / part, folder / part)
        for work in works(folder):
            seconds = measure(work, runs)
            rows.append({"work": work.name, "median": statistics.median(seconds), "minimum": min(seconds), "maximum": max(seconds)})
            ratio = rows[-1]["median"] / rows[0]["median"]
            bound = "" if work.promised is None else f"  promised ≤ {work.promised} s"
            print(f"{work.name:48} {min(seconds):7.3f} {statistics.median(seconds):7.3f} {max(seconds):7.3f} s  {ratio:6.1f}× floor{bound}")
        rows += separation(Path(name) / "separation.json", smoke=arguments.smoke)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
