"""The demo town: what is committed is what its generator writes, and the generator knows nothing of secaudit."""

import ast
import json
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "mihon"
EVIDENCE = ROOT / "tests" / "evidence"
EXPECTED = {name: EVIDENCE / f"{name}-expected.json" for name in ("mihon", "mihon-bad", "mihon-newest")}
STATUSES = {"pass", "fail", "unknown", "error", "not_applicable"}
SIZE_LIMIT = 6_000_000


def _years(policy: str) -> dict[str, dict[str, Any]]:
    return cast("dict[str, dict[str, Any]]", json.loads(EXPECTED[policy].read_text("utf-8"))["years"])


def _terms(name: str) -> dict[str, Any]:
    """Read what the sums assume, without importing the generator's modules into this process."""
    program = (
        "import json; from mihon_town import terms; t = getattr(terms, '" + name + "');"
        "print(json.dumps({'idle': t.idle_days, 'methods': sorted(t.disposal_methods), 'audits': t.audits,"
        " 'grants': [[g.control, sorted(g.subjects), str(g.approved_on), str(g.expires)] for g in t.grants],"
        " 'excluded': {c: str(d) for c, d in t.excluded.items()}}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=TOOL, capture_output=True, check=True)
    return cast("dict[str, Any]", json.loads(done.stdout))


def _policy(path: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", YAML(typ="safe").load(path.read_text("utf-8")))


def test_committed_files_are_what_the_generator_writes() -> None:
    done = subprocess.run([sys.executable, str(TOOL / "generate.py"), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_check_notices_a_changed_and_a_surplus_file(tmp_path: Path) -> None:
    command = [sys.executable, str(TOOL / "generate.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True)
    roster = tmp_path / "evidence" / "mihon" / "FY2025" / "ad-users.csv"
    roster.write_bytes(roster.read_bytes() + b"u9999\r\n")
    (tmp_path / "evidence" / "mihon" / "FY2025" / "stray.csv").write_bytes(b"")
    done = subprocess.run([*command, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ad-users.csv: differs" in done.stderr
    assert "digest differs" in done.stderr
    assert "stray.csv: not written by the generator" in done.stderr


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    trees: list[dict[Path, bytes]] = []
    for name in ("one", "two"):
        out = tmp_path / name
        subprocess.run([sys.executable, str(TOOL / "generate.py"), "--out", str(out)], check=True)
        trees.append({path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()})
    assert trees[0] == trees[1]


def test_the_generator_never_imports_secaudit() -> None:
    for path in sorted(TOOL.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        named = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        named += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not [name for name in named if name.split(".")[0] == "secaudit"], path.name


@pytest.mark.parametrize("policy", sorted(EXPECTED))
def test_counts_and_dispositions_follow_from_the_findings(policy: str) -> None:
    for year, told in _years(policy).items():
        findings = told["findings"]
        counts = Counter(finding["status"] for finding in findings.values())
        assert set(told["counts"]) == STATUSES
        assert {status: counts[status] for status in STATUSES} == told["counts"], year
        assert told["excepted"] == sum(finding["disposition"] == "excepted" for finding in findings.values())
        for control, finding in findings.items():
            closed = finding["status"] in {"pass", "not_applicable"}
            assert (finding["disposition"] == "closed") == closed, control
            assert finding["failing"] == sorted(set(finding["failing"])), control
            assert finding["status"] == "fail" or not finding["failing"], control


@pytest.mark.parametrize("policy", sorted(EXPECTED))
def test_the_score_follows_from_the_levels_of_the_controls(policy: str) -> None:
    """Weights are read from the shipped controls, so that the generator's own list of recommended ones is checked too."""
    levels, targets = {}, {}
    for path in sorted((ROOT / "controls").glob("*/*/control.yaml")):
        control = _policy(path)
        levels[control["id"]] = 3 if control["level"] == "required" else 1
        asked = control["parameters"].get("target", {}).get("default", control["assert"].get("percentile", 1))
        targets[control["id"]] = Fraction(str(asked))
    for year, told in _years(policy).items():
        assert set(told["findings"]) == set(levels), year
        gained = total = Fraction(0)
        for control, finding in told["findings"].items():
            if finding["status"] == "not_applicable":
                continue
            total += levels[control]
            figures = finding["figures"]
            if finding["status"] == "pass":
                gained += levels[control]
            elif finding["status"] == "fail" and "numerator" in figures:
                gained += Fraction(levels[control] * figures["numerator"], figures["denominator"]) / targets[control]
        assert Fraction(told["score"]) == 100 * gained / total, year


def test_the_story_is_told() -> None:
    years = _years("mihon")
    shares = {}
    for year, told in years.items():
        figures = told["findings"]["5.2.2-02"]["figures"]
        shares[year] = round(100 * figures["numerator"] / figures["denominator"], 1)
    assert shares == {"2022": 84.0, "2023": 91.0, "2024": 97.0, "2025": 99.4}
    scores = [Fraction(told["score"]) for told in years.values()]
    assert scores == sorted(scores)
    assert scores[-1] > 85
    assert years["2023"]["findings"]["5.3.1-01"]["failing"]
    assert years["2024"]["findings"]["6.2.1-02"]["failing"]
    assert [years[year]["findings"]["6.4.1-03"]["disposition"] for year in ("2023", "2024", "2025")] == ["closed", "open", "excepted"]
    assert [years[year]["findings"]["6.1.13-01"]["status"] for year in ("2023", "2024", "2025")] == ["not_applicable", "fail", "pass"]


def test_every_control_fails_in_the_bad_twin() -> None:
    (told,) = _years("mihon-bad").values()
    assert {finding["status"] for finding in told["findings"].values()} == {"fail", "not_applicable"}
    assert sum(finding["status"] == "not_applicable" for finding in told["findings"].values()) < 12


@pytest.mark.parametrize(("name", "path"), [("MIHON", ROOT / "policies" / "mihon.yaml"), ("BAD", EVIDENCE / "mihon-bad.yaml")])
def test_the_sums_assume_what_the_policy_says(name: str, path: Path) -> None:
    terms, policy = _terms(name), _policy(path)
    own = policy["parameters"]
    assert own.get("6.2.1-03", {}).get("max_idle_days", 90) == terms["idle"]
    catalogue = ["cryptographic-erase", "degaussing", "physical-destruction", "secure-erase"]
    assert sorted(own.get("4.1.7-01", {}).get("methods", catalogue)) == terms["methods"]
    assert own.get("9.1.1-01", {}).get("minimum", 1) == terms["audits"]
    granted = policy.get("exceptions", [])
    assert [[one["control"], sorted(one["subjects"]), str(one["approved_on"]), str(one["expires"])] for one in granted] == terms["grants"]
    assert {one["control"]: str(one["expires"]) for one in policy["select"].get("exclude", [])} == terms["excluded"]


def test_the_demo_stays_small() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "evidence" / "mihon").rglob("*") if path.is_file()) <= SIZE_LIMIT
