import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from secaudit.model.run import Assessment
from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.reports import registry
from secaudit.reports.settings import Settings
from secaudit.wire.files import digest
from tests.builders import REPOSITORY, assessment, finding
from tests.program import run, workspace
from tests.reports.readback import READERS, SCHEMAS, SHOWN, counts, faults, prop, rows
from tests.reports.samples import SAMPLES

Golden = Callable[[str, bytes], None]
ALL = Settings(lang="ja", samples=2, everything=True)
USUAL = Settings(lang="ja", samples=2)
MACHINE = [name for name in registry.NAMES if name not in ("terminal", "json")]


def test_every_name_has_a_renderer_and_is_on_the_page() -> None:
    page = (REPOSITORY / "docs" / "formats.md").read_text("utf-8")
    for name in registry.NAMES:
        assert registry.render(name, [SAMPLES["bad"]()], USUAL)
        assert f"--format {name}" in page or f"--output {name}:" in page
    with pytest.raises(KeyError):
        registry.render("pdf", [], USUAL)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", READERS)
def test_all_formats_agree_on_the_counts(name: str, sample: str) -> None:
    made = SAMPLES[sample]()
    expected = {status.value: count for status, count in made.score.counts.items()}
    shown = {status: expected[status] for status in SHOWN.get(name, tuple(Status))}
    assert counts(name, registry.render(name, [made], ALL)) == shown


@pytest.mark.parametrize("sample", SAMPLES)
def test_totals_that_stand_beside_the_findings_agree_too(sample: str) -> None:
    made = SAMPLES[sample]()
    expected = {status.value: count for status, count in made.score.counts.items()}
    (log,) = json.loads(registry.render("sarif", [made], USUAL))["runs"]
    assert log["properties"]["assessments"][0]["counts"] == expected
    (result,) = json.loads(registry.render("oscal", [made], USUAL))["assessment-results"]["results"]
    assert {status: int(prop(result, f"count-{status}") or -1) for status in expected} == expected
    suite = registry.render("junit", [made], USUAL).decode()
    figures = dict(re.findall(r'(tests|failures|errors|skipped)="(\d+)"', suite.splitlines()[1]))
    assert [int(figures[name]) for name in ("tests", "failures", "errors", "skipped")] == [
        sum(expected.values()),
        expected["fail"],
        expected["unknown"] + expected["error"],
        expected["not_applicable"],
    ]
    (row,) = [line for line in registry.render("markdown", [made], USUAL).decode().splitlines() if line.startswith("| mihon")]
    assert [int(cell) for cell in row.strip("| ").split(" | ")[2:]] == [expected[status.value] for status in SEVERITY_ORDER]
    (component,) = json.loads(registry.render("oscal-component", [made], USUAL))["component-definition"]["components"]
    (checked,) = component["control-implementations"]
    assert len(checked["implemented-requirements"]) == sum(expected.values())


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("sample", [*SAMPLES, "all of them", "nothing", "no findings"])
@pytest.mark.parametrize("everything", [False, True])
def test_what_is_written_has_the_form_of_its_schema(name: str, sample: str, everything: bool) -> None:
    runs: dict[str, list[Assessment]] = {
        "all of them": [make() for make in SAMPLES.values()],
        "nothing": [],
        "no findings": [assessment(policy_id="empty")],
    }
    made = runs[sample] if sample in runs else [SAMPLES[sample]()]
    assert faults(name, registry.render(name, made, Settings(lang="en", samples=1, everything=everything, exit_zero=everything))) == []


@pytest.mark.parametrize("name", registry.NAMES)
def test_a_run_without_assessments_can_be_written(name: str) -> None:
    assert registry.render(name, [], USUAL).endswith(b"\n")


@pytest.mark.parametrize("name", registry.NAMES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_same_assessments_same_bytes(name: str, lang: str) -> None:
    settings = Settings(lang="en" if lang == "en" else "ja", samples=3, everything=True)
    first, second = (registry.render(name, [make() for make in SAMPLES.values()], settings) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", registry.NAMES)
def test_a_softened_exit_code_is_written_in_the_report(name: str) -> None:
    made = [SAMPLES["bad"]()]
    plain, softened = (registry.render(name, made, Settings(lang="ja", samples=2, exit_zero=zero)) for zero in (False, True))
    assert plain != softened
    assert "exit" in softened.decode().lower()


@pytest.mark.parametrize("name", [name for name in registry.NAMES if name not in ("json", "oscal-component", "oscal-poam")])
def test_what_could_not_be_opened_is_said(name: str) -> None:
    made = SAMPLES["could-not-look"]()
    looked = dataclasses.replace(made, could_not_look=False)
    assert registry.render(name, [made], USUAL) != registry.render(name, [looked], USUAL)


@pytest.mark.parametrize("name", MACHINE)
@pytest.mark.parametrize("sample", SAMPLES)
def test_the_formats_stay_as_programs_know_them(name: str, sample: str, golden: Golden) -> None:
    golden(f"reports/{sample}.{name}", registry.render(name, [SAMPLES[sample]()], USUAL))


@pytest.mark.parametrize("name", ["sarif", "markdown", "github-summary"])
def test_what_passes_is_listed_when_asked_for(name: str) -> None:
    made = [assessment(finding(Status.PASS), finding(Status.FAIL, control="9.1-01"))]
    assert (counts(name, registry.render(name, made, USUAL))["pass"], counts(name, registry.render(name, made, ALL))["pass"]) == (0, 1)


def test_schemas_of_others_are_what_they_were() -> None:
    folder = REPOSITORY / "src" / "secaudit" / "reports" / "schemas"
    lines = [line.split("  ") for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines()]
    sums = {name: known for known, name in lines}
    assert {path.name: digest(path.read_bytes()) for path in folder.glob("*.json")} == sums


def test_one_run_writes_every_format(tmp_path: Path) -> None:
    root = workspace(tmp_path, "mihon")
    outputs = [part for name in registry.NAMES for part in ("--output", f"{name}:out.{name}")]
    call = ("check", "--policy", "mihon", "--fiscal-year", "2025", "--no-record", "--all", "--exit-zero", "--fail-on", "any")
    done = run(*call, "--format", "csv", *outputs, folder=root)
    assert (done.returncode, done.stderr) == (0, "")
    written = {name: (root / f"out.{name}").read_bytes() for name in registry.NAMES}
    assert rows(done.stdout) == rows(written["csv"].decode())
    told = {name: counts(name, data) for name, data in written.items() if name in READERS}
    for name, found in told.items():
        assert found.items() <= told["json"].items(), name
    assert [fault for name, data in written.items() for fault in faults(name, data)] == []


def test_a_format_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    done = run("check", "--output", "sarif", folder=workspace(tmp_path, "mihon"))
    assert done.returncode == 2
    assert "oscal-component" in done.stderr
