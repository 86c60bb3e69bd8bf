"""Several auditors at once, and auditors that are killed: real processes on a real file."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from secaudit.history.chain import verify
from secaudit.history.sqlite import Sqlite
from tests.builders import history_payload

RECORDER = Path(__file__).with_name("recorder.py")
PROCESSES, RUNS = 8, 40
KILLS = 36
SEED = 20260331


def recorder(template: Path, path: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(RECORDER), str(path), str(template), *arguments], stdout=subprocess.PIPE, text=True)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "payload.json"
    path.write_text(history_payload(0), "utf-8")
    return path


def tags(store: Sqlite) -> list[tuple[str, int]]:
    """Run and part of each entry, in the order of the history."""
    found = (json.loads(entry.payload)["digests"]["evidence"].split("/") for entry in store.entries())
    return [(run, int(part)) for run, part in found]


def test_eight_auditors_at_once_lose_nothing_and_make_one_chain(tmp_path: Path, template: Path) -> None:
    store = Sqlite(tmp_path / ".secaudit" / "history.db")
    processes = [recorder(template, store.path, "runs", f"p{number}", str(RUNS)) for number in range(PROCESSES)]
    try:
        codes = [process.wait(timeout=120) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert codes == [0] * PROCESSES
    assert verify(store.entries()).count == PROCESSES * RUNS * 2
    found = tags(store)
    assert Counter(found) == {(f"p{process}-{run}", part): 1 for process in range(PROCESSES) for run in range(RUNS) for part in range(2)}
    assert [part for _, part in found] == [0, 1] * (PROCESSES * RUNS)  # no run lies inside another


def test_a_killed_auditor_leaves_whole_runs_only(tmp_path: Path, template: Path) -> None:
    chance = random.Random(SEED)
    path, recorded = tmp_path / "0" / "history.db", 0
    for kill in range(KILLS):
        if kill % 6 == 0:  # every sixth meets a file that is not there yet
            path = tmp_path / str(kill) / "history.db"
        process = recorder(template, path, "forever", f"k{kill}")
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.random() * (0.004 if kill % 6 == 0 else 0.06))
        process.kill()
        process.communicate()
        store = Sqlite(path)
        count = verify(store.entries()).count
        found = tags(store)
        assert count == len(found)
        assert [part for _, part in found] == [0, 1, 2, 3, 4] * (count // 5)
        assert all(len({run for run, _ in found[start : start + 5]}) == 1 for start in range(0, count, 5))
        recorded += count
    assert recorded > 0  # the kills met recordings, not only starts
    survivor = Sqlite(path)
    before = verify(survivor.entries()).count
    survivor.record([history_payload(0)])
    assert verify(survivor.entries()).count == before + 1
