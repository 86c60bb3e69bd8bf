"""kill -9 at random times during `check`: no damaged history, no half run (contract §11)."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from secaudit.history import chain
from secaudit.history.sqlite import Sqlite
from tests.program import COMMAND, run, workspace

KILLS = 100 if os.environ.get("SECAUDIT_LONG") else 12
YEARS = 4


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal")
def test_kill_9_leaves_whole_runs_or_nothing(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon")
    call = ("check", "--policy", "mihon", "--fiscal-year", "all", "--record-again", "--format", "json")
    start = time.monotonic()
    assert run(*call, folder=root).returncode == 0
    whole = time.monotonic() - start
    dice = random.Random(20261120)
    killed = 0
    for number in range(KILLS):
        process = subprocess.Popen(
            [*COMMAND, *call, "--recorded-by", f"run {number}"], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # most of the risk lies where the record is written, at the end of a run
        time.sleep(whole * (dice.uniform(0.6, 1.1) if number % 2 else dice.uniform(0.0, 1.1)))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    store = Sqlite(root / ".secaudit" / "history.db")
    entries = list(store.entries())
    chain.verify(entries)
    by_run: dict[str, int] = {}
    for entry in entries:
        role = json.loads(entry.payload)["recorded_by"]
        by_run[role] = by_run.get(role, 0) + 1
    assert set(by_run.values()) == {YEARS}
    assert killed > KILLS // 3
    assert run("history", "verify", folder=root).returncode == 0
