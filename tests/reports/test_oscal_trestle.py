"""An independent library reads what we write: compliance-trestle, in a place of its own.

It is no locked dependency: it brings some forty packages, a network client among them. To run these tests:

    python3 -m venv .trestle && .trestle/bin/pip install compliance-trestle==5.2.0
    SECAUDIT_TRESTLE=.trestle/bin/python .venv/bin/python -m pytest tests/reports/test_oscal_trestle.py
"""

import json
import os
import subprocess
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from secaudit.catalog.load import load
from secaudit.catalog.oscal_import import read
from secaudit.model.control import Control
from secaudit.policy.load import load as load_policy
from secaudit.policy.tailor import resolve
from secaudit.reports import oscal, oscal_catalog, oscal_profile
from secaudit.reports.settings import Settings
from tests.builders import REPOSITORY
from tests.reports.oscal_samples import shipped
from tests.reports.samples import SAMPLES

PYTHON = os.environ.get("SECAUDIT_TRESTLE", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="SECAUDIT_TRESTLE names no python that has compliance-trestle; see the module")

READ = """
import json, sys
from pathlib import Path
from trestle.core.catalog.catalog_interface import CatalogInterface
from trestle.core.profile_resolver import ProfileResolver
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.profile import Profile

Path(".trestle").mkdir()
catalog = Catalog.oscal_read(Path("lg-catalog-2022-03.json"))
catalog.oscal_write(Path("back.json"))
profile = Profile.oscal_read(Path("mihon.json"))
results = AssessmentResults.oscal_read(Path("results.json"))
here = Path(".").resolve()
tailored = ProfileResolver.get_resolved_profile_catalog(here, here / "mihon.json")
resolved = list(CatalogInterface(tailored).get_all_controls_from_catalog(True))
print(json.dumps({
    "controls": [one.id for one in CatalogInterface(catalog).get_all_controls_from_catalog(True)],
    "resolved": [one.id for one in resolved],
    "values": {param.id: param.values for one in resolved for param in one.params or [] if param.values},
    "excepted": [one.id for one in resolved if any(prop.name == "exception" for prop in one.props or [])],
    "observations": [len(one.observations or []) for one in results.results],
}, default=lambda value: getattr(value, "root", str(value))))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("trestle")
    exported = shipped("2022-03")
    policy = load_policy(REPOSITORY / "policies" / "mihon.yaml", base=REPOSITORY)
    listed = [one.control for one in (*exported.controls, *exported.other)]
    effective = resolve(policy, listed, fiscal_year=2025, as_of=date(2026, 3, 31))
    (folder / "lg-catalog-2022-03.json").write_bytes(oscal_catalog.render(exported))
    (folder / "mihon.json").write_bytes(oscal_profile.render(effective, exported.digest))
    (folder / "results.json").write_bytes(oscal.render([make() for make in SAMPLES.values()], Settings(lang="ja", samples=3)))
    python = Path(PYTHON).absolute()
    done = subprocess.run([python, "-c", READ], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return folder, answer


def test_it_reads_our_catalog(told: tuple[Path, dict[str, Any]]) -> None:
    assert sorted(told[1]["controls"]) == sorted(f"lg-{one.control.id}" for one in shipped("2022-03").controls)


def test_it_resolves_our_profile_against_our_catalog(told: tuple[Path, dict[str, Any]]) -> None:
    answer = told[1]
    chosen = json.loads((told[0] / "mihon.json").read_bytes())["profile"]["imports"][0]["include-controls"][0]["with-ids"]
    assert sorted(answer["resolved"]) == sorted(chosen)
    assert answer["values"]["lg-6.2.1-03_max_idle_days"] == ["60"]
    assert answer["excepted"] == ["lg-6.4.1-03"]


def test_it_reads_our_assessment_results(told: tuple[Path, dict[str, Any]]) -> None:
    assert told[1]["observations"] == [len(make().findings) for make in SAMPLES.values()]


def test_what_it_writes_comes_back_to_us_whole(told: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    for made in read((told[0] / "back.json").read_bytes(), "back.json").skeletons:
        path = tmp_path / made.folder / "control.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(made.text, "utf-8")
    back = {one.id: one for one in load(tmp_path, with_cases=False).controls}
    assert list(back) == [one.control.id for one in shipped("2022-03").controls]
    for one in shipped("2022-03").controls:
        for field in fields(Control):
            if field.name not in {"at", "digest", "assertion", "evidence"}:
                assert getattr(back[one.control.id], field.name) == getattr(one.control, field.name), one.control.id
