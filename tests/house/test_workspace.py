"""What is shipped hangs together: policies, manifests and statements name only controls, commitments and files that exist."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from secaudit.wire.files import digest
from secaudit.wire.yaml import parse, plain
from tests.house.sources import PACKAGE, ROOT, shown

POLICIES = tuple(path for path in sorted((ROOT / "policies").glob("*.yaml")) if not path.stem.endswith(".topology"))
MANIFESTS = tuple(sorted((ROOT / "evidence").glob("*/FY*/manifest.yaml")))
STATEMENTS = tuple(sorted((ROOT / "evidence").glob("*/published.yaml")))


@cache
def read(path: Path) -> Any:  # noqa: ANN401 - what YAML holds
    return plain(parse(path.read_bytes(), shown(path)))


@cache
def controls() -> Mapping[str, dict[str, Any]]:
    found = [cast("dict[str, Any]", read(path)) for path in sorted((ROOT / "controls").glob("*/*/control.yaml"))]
    return {control["id"]: control for control in found}


def named_controls(policy: Mapping[str, Any]) -> Iterator[str]:
    """Yield each control that a policy names, wherever it does."""
    yield from policy.get("parameters") or {}
    yield from (policy.get("select") or {}).get("only") or []
    for item in [*((policy.get("select") or {}).get("exclude") or []), *(policy.get("exceptions") or [])]:
        yield item["control"]


def unknown_parameters(policy: Mapping[str, Any]) -> list[str]:
    chosen = (policy.get("parameters") or {}).items()
    return [f"{control}.{name}" for control, values in chosen for name in values if name not in controls()[control]["parameters"]]


def commitments(policy: str) -> list[str]:
    return [item["id"] for item in read(ROOT / "policies" / f"{policy}.yaml").get("commitments") or []]


def doubles(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_ids_of_controls_are_unique_and_their_folders_carry_them() -> None:
    paths = sorted((ROOT / "controls").glob("*/*/control.yaml"))
    assert len(controls()) == len(paths)
    expected = {
        f"{control['id'].partition('.')[0]}/{control['id'].rpartition('-')[0]}-{control['name']}" for control in controls().values()
    }
    assert {path.parent.relative_to(ROOT / "controls").as_posix() for path in paths} == expected


def test_every_control_has_its_cases() -> None:
    """A control that is nothing but one question shares those of `controls/attested-cases.yaml`."""
    paths = sorted((ROOT / "controls").glob("*/*/control.yaml"))
    assert [
        shown(path.parent) for path in paths if not path.with_name("cases.yaml").is_file() and "attested" not in read(path)["assert"]
    ] == []
    assert (ROOT / "controls" / "attested-cases.yaml").is_file()


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_policy_names_controls_and_parameters_that_exist(path: Path) -> None:
    policy = read(path)
    assert [name for name in named_controls(policy) if name not in controls()] == []
    assert unknown_parameters(policy) == []


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_the_commitments_of_a_policy_are_unique(path: Path) -> None:
    assert doubles(commitments(path.stem)) == []


def test_every_policy_has_evidence_and_all_evidence_has_a_policy() -> None:
    assert {path.parent.parent.name for path in MANIFESTS} == {path.stem for path in POLICIES}


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_a_manifest_names_files_and_kinds_that_exist(path: Path) -> None:
    manifest, folder = read(path), path.parent
    policy = read(ROOT / "policies" / f"{folder.parent.name}.yaml")
    assert (manifest["organisation"], f"FY{manifest['fiscal_year']}") == (policy["organisation"]["id"], folder.name)
    for item in manifest["files"]:
        file = (folder / item["path"]).resolve()
        assert file.is_relative_to(folder.parent), f"{item['path']} leads out of the evidence of this policy"
        assert file.is_file(), f"{item['path']} does not exist"
        assert (PACKAGE / "evidence" / "kinds" / f"{item['kind']}.yaml").is_file(), f"there is no kind {item['kind']}"
        assert item.get("sha256") in (None, digest(file.read_bytes())), f"{item['path']} differs from its seal"


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_no_evidence_lies_beside_its_manifest_unnamed(path: Path) -> None:
    named = {(path.parent / item["path"]).resolve() for item in read(path)["files"]} | {path}
    assert sorted(shown(file) for file in path.parent.rglob("*") if file.is_file() and file not in named) == []


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.parent.name)
def test_a_statement_names_controls_and_commitments_that_exist(path: Path) -> None:
    known = commitments(path.parent.name)
    for item in read(path):
        assert [name for name in item["controls"] if name not in controls()] == [], item["id"]
        assert [name for name in item["commitments"] if name not in known] == [], item["id"]


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.parent.name)
def test_a_statement_says_what_when_and_in_both_languages(path: Path) -> None:
    statements = read(path)
    assert doubles([item["id"] for item in statements]) == []
    for item in statements:
        assert item["speaks_of"]["from"] <= item["speaks_of"]["to"], item["id"]
        assert item["shows"] in ("met", "not_met", "measured", "unclear"), item["id"]
        assert (item["shows"] == "measured") == (item.get("value") is not None), item["id"]
        assert item["claim"]["ja"], item["id"]
        assert item["claim"]["en"], item["id"]


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.parent.name)
def test_statements_are_read_by_a_policy_that_is_judged_on_them(path: Path) -> None:
    assert read(ROOT / "policies" / f"{path.parent.name}.yaml")["evidence_basis"] == "published"


def test_controls_read_kinds_that_exist() -> None:
    kinds = {path.stem for path in (PACKAGE / "evidence" / "kinds").glob("[!_]*.yaml")}
    assert [f"{name}: {kind}" for name, control in controls().items() for kind in control["evidence"] if kind not in kinds] == []
