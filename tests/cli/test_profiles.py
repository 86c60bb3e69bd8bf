"""The profiles: policies to copy, each whole, each for somebody; none is taken for a policy of the workspace itself."""

import re
from datetime import date
from pathlib import Path

import pytest

from secaudit.catalog.load import load as load_catalogue
from secaudit.cli.commands.init import PROFILES, from_profile, manifest_text
from secaudit.cli.main import invoke
from secaudit.evidence.kinds import example
from secaudit.model.control import EDITIONS, Catalogue
from secaudit.model.policy import EffectiveControl
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.pipeline.run import Request, assess
from secaudit.pipeline.workspace import find, shipped_profiles
from secaudit.policy.load import load
from secaudit.policy.tailor import resolve
from tests.program import ROOT

FILES = {path.stem: path for path in sorted((ROOT / "policies" / "profiles").glob("*.yaml"))}
YEAR = 2025
AS_OF = date(2026, 3, 31)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "controls", with_cases=False)


def applying(profile: str, catalogue: Catalogue) -> list[EffectiveControl]:
    effective = resolve(load(FILES[profile]), catalogue.controls, fiscal_year=YEAR, as_of=AS_OF)
    return [one for one in effective.controls if one.excluded_because is None]


def test_init_knows_every_profile_and_help_lists_them(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(FILES) == sorted(PROFILES)
    assert shipped_profiles() == ROOT / "policies" / "profiles"
    assert invoke(["init", "--help"]) == 0
    listed = capfd.readouterr().out
    assert [name for name in PROFILES if f"  {name}: " not in listed] == []


def test_profiles_are_no_policies_of_the_workspace() -> None:
    found = find(ROOT).policies()
    assert found
    assert not {path.stem for path in found} & set(FILES)


@pytest.mark.parametrize("profile", FILES)
def test_a_profile_says_for_whom_it_is_and_what_to_change(profile: str) -> None:
    text = FILES[profile].read_text("utf-8")
    assert re.match(r"# .+\n#\n# 使う団体: .+\n", text)
    assert "\n# 書き換えるところ: " in text
    policy = load(FILES[profile])
    assert policy.catalogue == EDITIONS[-1]
    assert policy.organisation.code == "993018"  # nobody's


@pytest.mark.parametrize("profile", FILES)
def test_a_profile_fits_the_catalogue(profile: str, catalogue: Catalogue) -> None:
    assert applying(profile, catalogue)


def test_the_first_year_needs_three_files(catalogue: Catalogue) -> None:
    own = applying("first-year-three-files", catalogue)
    assert {kind for one in own for kind in one.control.evidence} == {"staff", "accounts", "training_records"}


def test_required_only_asks_for_nothing_recommended(catalogue: Catalogue) -> None:
    assert {one.control.level for one in applying("required-only", catalogue)} == {"required"}


def test_the_towns_and_the_citys_networks_differ(catalogue: Catalogue) -> None:
    town, city = applying("alpha-town", catalogue), applying("beta-prime-city", catalogue)
    assert {one.control.id for one in city} - {one.control.id for one in town}
    assert [one.control.id for one in town if "alpha" not in one.control.models] == []
    assert [one.control.id for one in city if "beta-prime" not in one.control.models] == []
    assert {one.control.overlay for one in city} == {None, "cloud"}


def test_the_association_is_asked_what_concerns_it(catalogue: Catalogue) -> None:
    assert [one.control.id for one in applying("small-association", catalogue) if "association" not in one.control.organisations] == []


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Assessment]:
    """Return one assessment per profile in a workspace of its own; the first year has its three files."""
    root = tmp_path_factory.mktemp("profiles")
    place = find(root)
    requests = []
    for profile in FILES:
        policy, manifest = place.policy(profile), place.manifest(profile, YEAR)
        policy.parent.mkdir(exist_ok=True)
        manifest.parent.mkdir(parents=True)
        organisation = {"id": profile, "name": {"ja": "見本団体: 東", "en": "Mihon"}, "code": "993018"}
        policy.write_text(from_profile(profile, organisation, {"network_model": None, "catalogue": None}), "utf-8")
        manifest.write_text(manifest_text(profile, YEAR), "utf-8")
        requests.append(Request(policy=policy, fiscal_year=YEAR, as_of=AS_OF, manifest=manifest))
    first = place.manifest("first-year-three-files", YEAR)
    lines = ["organisation: first-year-three-files", f"fiscal_year: {YEAR}", "files:"]
    for kind in ("staff", "accounts", "training_records"):
        (first.parent / f"{kind}.csv").write_bytes(example(kind))
        covers = "" if kind != "training_records" else f", covers: {{from: {YEAR}-04-01, to: {YEAR + 1}-03-31}}"
        lines.append(f"  - {{kind: {kind}, path: {kind}.csv, collected_at: {YEAR + 1}-03-31, collected_by: 総務課{covers}}}")
    first.write_text("\n".join(lines) + "\n", "utf-8")
    run = assess(place, requests)
    assert run.errors == ()
    return {one.policy_id: one for one in run.assessments}


@pytest.mark.parametrize("profile", FILES)
def test_a_profile_can_be_assessed(profile: str, assessed: dict[str, Assessment]) -> None:
    found = assessed[profile]
    assert not found.could_not_look
    assert {finding.status for finding in found.findings} <= {Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE}
    assert any(finding.status is not Status.NOT_APPLICABLE for finding in found.findings)


def test_three_files_decide_the_first_year(assessed: dict[str, Assessment]) -> None:
    found = assessed["first-year-three-files"]
    decided = {finding.control: finding.status for finding in found.findings if finding.status is not Status.NOT_APPLICABLE}
    assert len(decided) == 5
    assert set(decided.values()) <= {Status.PASS, Status.FAIL}
    reasons = {finding.reason.ja for finding in found.findings if finding.left_out}
    assert reasons == {f"この団体が選んだ管理策（`select.only`）にない（{level}）" for level in ("必須、重み 3", "推奨、重み 1")}


def test_init_copies_a_profile_with_its_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    flags = ["--id", "kumiai", "--name-ja", "見本組合", "--name-en", "Mihon: 'Joint'", "--code", "993018", "--fiscal-year", "2026"]
    assert invoke(["init", "--profile", "small-association", *flags, "--edition", "2025-03"]) == 0
    policy = load(tmp_path / "policies" / "kumiai.yaml")
    assert (policy.organisation.name.ja, policy.organisation.name.en) == ("見本組合", "Mihon: 'Joint'")
    assert (policy.organisation.type, policy.catalogue, policy.levels) == ("association", "2025-03", ("required",))
    assert "# 使う団体: " in (tmp_path / "policies" / "kumiai.yaml").read_text("utf-8")
    assert invoke(["init", "--profile", "small-association", *flags[2:], "--id", "shi", "--type", "municipality", "--model", "beta"]) == 0
    policy = load(tmp_path / "policies" / "shi.yaml")
    assert (policy.organisation.type, policy.network_model) == ("municipality", "beta")
