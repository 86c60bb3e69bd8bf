"""One test per exit code, through a real process (contract §4)."""

import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.program import COMMAND, run, workspace

CHECK = ("check", "--policy", "mihon", "--fiscal-year", "2025")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("codes"), "mihon")


def test_0_looked_and_good_enough(town: Path) -> None:
    done = run(*CHECK, "--fail-on", "none", folder=town)
    assert (done.returncode, done.stderr) == (0, "")
    assert "見本町" in done.stdout


@pytest.mark.parametrize(
    ("rule", "code"), [("error", 0), ("required", 1), ("any", 1), ("score<80", 0), ("score<97", 1), ("score<0.5", 0), ("policy", 1)]
)
def test_1_looked_and_not_good_enough(town: Path, rule: str, code: int) -> None:
    assert run(*CHECK, "--no-record", "--fail-on", rule, folder=town).returncode == code


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--no-such-option"),
        ("check", "--policy", "nobody"),
        ("check", "--fail-on", "score<"),
        ("check", "--fail-on", "sometimes"),
        ("check", "--fiscal-year", "令和七"),
        ("check", "--output", "pdf:x.pdf"),
        ("check", "--evidence", "evidence/mihon/FY2025"),
        ("check", "--output", "json:policies/mihon.yaml"),
        ("check", "--output", "json:evidence/mihon/FY2025/result.json"),
        ("check", "--policy", "mihon", "--fiscal-year", "2025", "--as-of", "2025-03-31"),
        ("nonsense",),
        ("history", "show", "99999"),
        ("evidence", "seal", "policies"),
    ],
)
def test_2_wrong_usage(town: Path, arguments: tuple[str, ...]) -> None:
    if arguments[1:2] == ("--evidence",):
        (town / "policies" / "second.yaml").write_bytes((town / "policies" / "mihon.yaml").read_bytes())
    done = run(*arguments, folder=town)
    (town / "policies" / "second.yaml").unlink(missing_ok=True)
    assert done.returncode == 2, done.stdout
    assert done.stderr.strip()
    assert done.stdout == ""


def test_3_could_not_look(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon", "natori")
    (root / "evidence" / "mihon" / "FY2025" / "職員名簿.xlsx").unlink()
    done = run("check", "--fiscal-year", "2025", "--policy", "mihon", "--fail-on", "any", folder=root)
    assert done.returncode == 3
    assert "職員名簿.xlsx" in done.stdout
    (root / "policies" / "natori.yaml").write_text("organisation: {id: natori\n", "utf-8")
    both = run("check", folder=root)
    assert both.returncode == 3
    assert "policies/natori.yaml:" in both.stderr
    assert "見本町" in both.stdout  # every assessment that could be made is still printed
    assert run("check", "--exit-zero", folder=root).returncode == 0


def test_3_an_invalid_control_stops_everything_and_all_errors_are_named(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon")
    path = root / "controls" / "6" / "6.2.1-idle-accounts-disabled" / "control.yaml"
    path.write_text(path.read_text("utf-8").replace("last_logon_on", "last_login_on"), "utf-8")
    done = run(*CHECK, folder=root)
    assert done.returncode == 3
    assert "6.2.1-idle-accounts-disabled/control.yaml:" in done.stderr
    assert "last_logon_on" in done.stderr  # the nearest known column
    assert done.stdout == ""


def test_4_the_history_does_not_verify(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon")
    assert run(*CHECK, folder=root).returncode == 0
    tip = tmp_path / "tip.txt"
    assert run("history", "tip", "--output", tip, folder=root).returncode == 0
    assert run("history", "verify", "--tip", tip, folder=root).returncode == 0
    with sqlite3.connect(root / ".secaudit" / "history.db") as connection:
        connection.execute("DROP TRIGGER entries_are_never_changed")
        connection.execute('UPDATE entries SET payload = replace(payload, \'"status":"fail"\', \'"status":"pass"\')')
    connection.close()
    done = run("history", "verify", folder=root)
    assert done.returncode == 4
    assert "error[SA401]" in done.stderr
    assert run("trend", folder=root).returncode == 4
    assert run(*CHECK, "--record-again", folder=root).returncode == 4  # nothing is added to it either


def test_4_a_cut_tail_is_found_by_the_tip(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon")
    for year in ("2024", "2025"):
        assert run("check", "--policy", "mihon", "--fiscal-year", year, folder=root).returncode == 0
    tip = tmp_path / "tip.txt"
    run("history", "tip", "--output", tip, folder=root)
    with sqlite3.connect(root / ".secaudit" / "history.db") as connection:
        connection.execute("DROP TRIGGER entries_are_never_deleted")
        connection.execute("DELETE FROM entries WHERE number = 1")
    connection.close()
    assert run("history", "verify", folder=root).returncode == 0  # the chain alone cannot tell
    assert run("history", "verify", "--tip", tip, folder=root).returncode == 4


def test_70_a_fault_of_our_own(town: Path) -> None:
    code = "import secaudit.pipeline.run as r\nr.evaluate = lambda *a, **k: 1/0\nfrom secaudit.cli.main import run\nrun()"
    done = subprocess.run([COMMAND[0], "-c", code, *CHECK], cwd=town, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 70
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="SIGINT to one process is POSIX")
def test_130_interrupted(town: Path) -> None:
    process = subprocess.Popen([*COMMAND, "check", "--fiscal-year", "all"], cwd=town, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.9)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130


def test_the_format_never_changes_the_code(town: Path) -> None:
    codes = {run(*CHECK, "--no-record", "--fail-on", "any", "--format", form, folder=town).returncode for form in ("terminal", "json")}
    assert codes == {1}


def test_3_the_manifest_of_another_organisation(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon")
    manifest = root / "evidence" / "mihon" / "FY2025" / "manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("organisation: mihon", "organisation: natori", 1), "utf-8")
    done = run(*CHECK, "--no-record", "--lang", "en", folder=root)
    assert done.returncode == 3
    assert "the manifest is that of `natori`, not of `mihon`" in done.stderr
