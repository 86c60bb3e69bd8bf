"""Every command as a user would call it, in one shared workspace; the texts are read by people, so only their gist is asserted."""

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from secaudit.cli.commands.schema import NAMES
from secaudit.cli.main import COMMANDS, invoke
from tests.program import ROOT, run, workspace

Call = Callable[..., tuple[int, str, str]]
CONTROLS = len(list((ROOT / "controls").glob("*/*/control.yaml")))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = workspace(tmp_path_factory.mktemp("commands"))
    done = run("check", "--fiscal-year", "all", folder=root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def call(place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(place)

    def invoked(*arguments: str) -> tuple[int, str, str]:
        code = invoke(list(arguments))
        out, err = capfd.readouterr()
        return code, out, err

    return invoked


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_gives_an_example_and_is_in_both_languages(place: Path, command: tuple[str, ...]) -> None:
    japanese = run(*command, "--help", folder=place)
    english = run(*command, "--help", folder=place, environment={"LC_ALL": "en_US.UTF-8"})
    assert (japanese.returncode, english.returncode) == (0, 0)
    assert "例" in japanese.stdout
    assert "Example" in english.stdout


def test_the_language_of_an_option_wins(place: Path) -> None:
    assert "score" in run("check", "--policy", "mihon", "--no-record", "--lang", "en", folder=place).stdout
    assert "得点" in run("check", "--policy", "mihon", "--no-record", "--lang=ja", folder=place, environment={"LANG": "en_US.UTF-8"}).stdout


def test_check_all_records_every_year_once(call: Call, place: Path) -> None:
    before = call("history", "list")[1]
    assert before.count("\n") > 40
    code, out, err = call("check", "--fiscal-year", "all")
    assert (code, err) == (0, "")
    for name in ("見本町", "柴田町", "名取市", "白石市", "岩沼市"):
        assert name in out
    assert call("history", "list")[1] == before
    if os.name == "posix":
        assert stat.S_IMODE((place / ".secaudit" / "history.db").stat().st_mode) == 0o600


def test_json_has_its_schema_and_goes_to_files_too(call: Call, place: Path, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    code, out, _ = call("check", "--policy", "mihon", "--no-record", "--format", "json", "--output", f"json:{file}")
    assert code == 0
    assert file.read_text("utf-8") == out
    jsonschema.validate(json.loads(out), json.loads(run("schema", "assessments", folder=place).stdout))


def test_names_are_shown_only_where_they_are_asked_for(call: Call, place: Path) -> None:
    plain = ("check", "--policy", "mihon", "--fiscal-year", "2025", "--record-again")
    for form in ("terminal", "json"):
        code, out, err = call(*plain, "--format", form)
        assert (code, err) == (0, "")
        assert "職員0" not in out
        code, out, err = call(*plain, "--format", form, "--show-names")
        assert code == 0
        assert "氏名 職員0" in out
        assert "部外秘" in err
    assert "職員0".encode() not in (place / ".secaudit" / "history.db").read_bytes()


def test_evidence_of_another_folder(call: Call, place: Path) -> None:
    twin = Path(__file__).resolve().parents[1] / "evidence"
    code, out, _ = call("check", "--policy", str(twin / "mihon-bad.yaml"), "--evidence", str(twin / "mihon-bad" / "FY2025"), "--no-record")
    assert code == 0
    assert int(re.search(r"不適合 (\d+)", out).group(1)) >= 59  # type: ignore[union-attr]  # the figure is there
    named = (
        "check",
        "--policy",
        "mihon",
        "--evidence",
        str(place / "evidence" / "mihon" / "FY2024"),
        "--fiscal-year",
        "2024",
        "--no-record",
    )
    assert "令和6年度" in call(*named)[1]


def test_evidence_without_a_year_is_refused(call: Call, tmp_path: Path) -> None:
    assert call("check", "--policy", "mihon", "--evidence", str(tmp_path))[0] == 2


def test_a_year_without_a_manifest_could_not_be_looked_at(call: Call) -> None:
    code, _, err = call("check", "--policy", "mihon", "--fiscal-year", "2019", "--no-record")
    assert code == 3
    assert "FY2019/manifest.yaml" in err


def test_the_as_of_date_decides(call: Call) -> None:
    out = call("check", "--policy", "mihon", "--fiscal-year", "2025", "--as-of", "2025-09-30", "--no-record")[1]
    assert "2025-09-30" in out


def test_explain_names_clause_rule_parameters_and_cells(call: Call) -> None:
    code, out, _ = call("explain", "5.2.2-02", "0096", "--policy", "mihon")
    assert code == 0
    for part in ("5.2.(2)②", ":target", "ポリシー", "職員名簿!A", "0096"):
        assert part in out
    assert "0129" not in out
    assert call("explain", "training-covers-staff", "nobody", "--policy", "mihon", "--fiscal-year", "2025")[0] == 0


@pytest.mark.parametrize(
    "control",
    ["1.1-01", "3.1-01", "3.1-04", "3.1-05", "1.7-01", "6.1.2-03", "6.1.6-03", "5.3.1-01", "6.2.1-04", "6.2.1-03", "1.8-01", "6.1.17-01"],
)
def test_explain_has_words_for_every_kind_of_assertion(call: Call, control: str) -> None:
    code, out, _ = call("explain", control, "--policy", "mihon", "--fiscal-year", "2025")
    assert code == 0
    assert "判定の規則" in out


def test_explain_names_the_nearest_control(call: Call) -> None:
    code, _, err = call("explain", "training-cover-staff")
    assert code == 3
    assert "training-covers-staff" in err


def test_explain_without_policies_tells_the_control_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke(["explain", "9.3-01"]) == 0
    assert "9.3-01" in capfd.readouterr().out


def test_trend_draws_every_policy(call: Call) -> None:
    code, out, _ = call("trend")
    assert code == 0
    assert "■ mihon" in out
    assert "令和7年度" in out
    points = json.loads(call("trend", "--policy", "mihon", "--format", "json")[1])["points"]
    assert [point["fiscal_year"] for point in points] == [2022, 2023, 2024, 2025]
    assert [point["score"] for point in points] == sorted(point["score"] for point in points)


def test_trend_of_nothing_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke(["trend"]) == 0
    assert "secaudit check" in capfd.readouterr().out
    assert invoke(["history", "tip"]) == 4


def test_plan_holds_promises_against_what_is_shown(call: Call) -> None:
    code, out, _ = call("plan", "--policy", "shibata-5", "--security")
    assert code == 0
    assert "84" in out
    assert "100" in out
    assert "前計画の評価 40項目" in call("plan", "--policy", "natori")[1]
    assert "7件" in call("plan", "--policy", "iwanuma")[1]
    plans = json.loads(call("plan", "--policy", "shibata-5", "--format", "json")[1])["plans"]
    assert {line["fiscal_year"] for line in plans[0]["lines"]} >= {2017, 2019, 2022}


def test_catalogue_lists_shows_and_checks(call: Call) -> None:
    assert f"計{CONTROLS}件" in call("catalogue", "list")[1]
    listed = json.loads(call("catalogue", "list", "--topic", "training", "--format", "json")[1])["controls"]
    assert {"5.2.2-01", "5.2.2-02"} <= {control["id"] for control in listed} < {c["id"] for c in listed} | {"x"}
    assert "全職員" in call("catalogue", "show", "5.2.2-02")[1]
    code, out, err = call("catalogue", "check", "--no-teeth")
    assert (code, err) == (0, "")
    assert "誤り0件" in out


def test_a_new_control_passes_its_own_check_and_the_shipped_ones_stay(tmp_path: Path) -> None:
    done = run("catalogue", "new", "6.1.18-45", "printers-owned", folder=tmp_path)
    assert done.returncode == 0
    assert f"計{CONTROLS + 1}件" in run("catalogue", "list", folder=tmp_path).stdout
    assert run("catalogue", "check", "--no-teeth", folder=tmp_path).returncode == 0
    assert run("catalogue", "new", "6.1.18-45", "printers-owned", folder=tmp_path).returncode == 2


def test_catalogue_check_finds_a_wrong_case_and_a_lost_tooth(tmp_path: Path) -> None:
    run("catalogue", "new", "6.1.18-45", "printers-owned", folder=tmp_path)
    for folder in (tmp_path / "controls").iterdir():
        for control in folder.iterdir() if folder.is_dir() else ():
            if control.is_dir() and control.name != "6.1.18-printers-owned":
                for file in control.iterdir():
                    file.unlink()
                control.rmdir()
    cases = tmp_path / "controls" / "6" / "6.1.18-printers-owned" / "cases.yaml"
    whole = cases.read_text("utf-8")
    cases.write_text(whole.replace("expect: fail", "expect: pass", 1), "utf-8")
    done = run("catalogue", "check", folder=tmp_path)
    assert done.returncode == 3
    assert "cases.yaml" in done.stderr
    cases.write_text(whole.replace("2025-12-30", "2025-01-01").replace("2025-12-31", "2026-03-01"), "utf-8")
    done = run("catalogue", "check", folder=tmp_path)
    assert done.returncode == 3
    control = cases.with_name("control.yaml")
    control.write_text(control.read_text("utf-8").replace("level:", "levle:"), "utf-8")
    done = run("catalogue", "check", folder=tmp_path)
    assert done.returncode == 3
    assert "levle" in done.stderr


def test_evidence_is_recognised_sealed_and_verified(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon")
    folder = Path("evidence") / "mihon" / "FY2025"
    manifest = root / folder / "manifest.yaml"
    kept = manifest.read_bytes()
    assert "files: []" in run("evidence", "scan", folder, folder=root).stdout  # all are named already
    manifest.unlink()
    scanned = run("evidence", "scan", folder, folder=root)
    assert scanned.returncode == 0
    assert "kind: staff" in scanned.stdout
    assert run("evidence", "seal", folder, folder=root).returncode == 2
    manifest.write_bytes(kept)
    assert run("evidence", "verify", folder, folder=root).returncode == 0
    with (root / folder / "ad-users.csv").open("ab") as file:
        file.write(b"x\r\n")
    done = run("evidence", "verify", folder, folder=root)
    assert done.returncode == 4
    assert "ad-users.csv" in done.stderr
    assert run("check", "--policy", "mihon", "--fiscal-year", "2025", "--no-record", folder=root).returncode == 3
    assert run("evidence", "seal", folder, folder=root).returncode == 0
    assert run("evidence", "verify", folder, folder=root).returncode == 0
    (tmp_path / "empty").mkdir()
    assert "ありません" in run("evidence", "scan", tmp_path / "empty", folder=root).stdout


def test_history_moves_and_is_verified_on_both_sides(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    assert call("history", "export", str(file))[0] == 0
    assert run("history", "import", file, folder=tmp_path).returncode == 0
    assert run("history", "import", file, folder=tmp_path).returncode == 0
    here, there = call("history", "tip")[1], run("history", "tip", folder=tmp_path).stdout
    assert here == there
    shown = json.loads(call("history", "show", "0", "--format", "json")[1])
    assert shown["number"] == 0
    assert "#0" in call("history", "show", "0")[1]
    file.write_text(file.read_text("utf-8").replace('\\"status\\":\\"fail\\"', '\\"status\\":\\"pass\\"', 1), "utf-8")
    assert run("history", "import", file, folder=tmp_path).returncode == 4


def test_schemas_accept_what_is_shipped(place: Path, tmp_path: Path) -> None:
    assert run("schema", "--write", tmp_path / "schemas", folder=place).returncode == 0
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == {f"{name}.schema.json" for name in NAMES}
    for path in (tmp_path / "schemas").iterdir():
        jsonschema.validators.validator_for(json.loads(path.read_text("utf-8"))).check_schema(json.loads(path.read_text("utf-8")))
    assert run("schema", folder=place).stdout.count('"title"') > 5


def test_init_by_flags_and_by_questions(tmp_path: Path) -> None:
    flags = ("--id", "tokai", "--name-ja", "東海見本市", "--name-en", "Tokai Mihon", "--code", "993018", "--fiscal-year", "2025")
    assert run("init", *flags, folder=tmp_path).returncode == 0
    done = run("check", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"不適合 0 ・ 未確認 [1-9]\d+ ・ 適合 0", done.stdout), done.stdout
    assert run("init", *flags, folder=tmp_path).returncode == 2  # nothing is overwritten
    asked = run("init", folder=tmp_path, answers="kita-mihon\n北見本村\nKita Mihon Village\n993018\n")
    assert asked.returncode == 0, asked.stderr
    assert (tmp_path / "policies" / "kita-mihon.yaml").is_file()
    assert run("init", *flags[2:], "--id", "Bad Name", folder=tmp_path).returncode == 2
    assert run("init", "--id", "x", *flags[2:6], "--code", "993019", folder=tmp_path).returncode == 2


def test_a_missing_workspace_says_what_to_do(tmp_path: Path) -> None:
    done = run("check", folder=tmp_path)
    assert done.returncode == 2
    assert "secaudit init" in done.stderr
    assert run("check", "--workspace", tmp_path / "nowhere", folder=tmp_path).returncode == 2
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text("{}", "utf-8")
    assert run("check", folder=tmp_path).returncode == 2  # a policy, but no year with evidence
