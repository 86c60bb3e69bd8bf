import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from secaudit.model.policy import EffectivePolicy
from secaudit.model.text import Text
from secaudit.policy.load import load
from secaudit.policy.tailor import edition_fiscal_year, resolve
from secaudit.reports.oscal_catalog import render as render_catalog
from secaudit.reports.oscal_profile import dropped, render
from tests.builders import REPOSITORY, bound_parameter, control, effective_control, exclusion, grant, policy
from tests.reports.oscal_samples import controls as small_controls
from tests.reports.oscal_samples import faults, shipped, small
from tests.reports.test_oscal_catalog import controls

Golden = Callable[[str, bytes], None]
PATHS = sorted(path for folder in ("policies", "policies/profiles") for path in (REPOSITORY / folder).glob("*.yaml"))
POLICIES = [path for path in PATHS if not path.stem.endswith(".topology")]
DIGEST = "d" * 64


def profile(data: bytes) -> dict[str, Any]:
    assert faults(data) == []
    made: dict[str, Any] = json.loads(data)["profile"]
    return made


def effective(*, inside: bool = True) -> EffectivePolicy:
    because = Text(ja="対象から外されている", en="excluded")
    asked, data, _ = small_controls()
    chosen = (
        effective_control(asked, excluded_because=because, excluded_by=exclusion("1.1-01")),
        effective_control(
            data,
            parameters={
                "grace_days": bound_parameter(0, origin="policy"),
                "share": bound_parameter(0.95),
                "methods": bound_parameter(("wpa3",), origin="policy"),
            },
            excluded_because=None if inside else because,
        ),
    )
    adopted = replace(policy(exceptions=(grant("6.2.1-02", "SV-0001"),), exclusions=(exclusion("1.1-01"),)), catalogue="2026-03")
    return EffectivePolicy(policy=adopted, fiscal_year=2026, as_of=date(2027, 3, 31), controls=chosen)


@cache
def adopted(path: Path) -> EffectivePolicy:
    made = load(path, base=REPOSITORY)
    year = edition_fiscal_year(made.catalogue)
    exported = shipped(made.catalogue)
    listed = [one.control for one in (*exported.controls, *exported.other)]
    return resolve(made, listed, fiscal_year=year, as_of=date(year + 1, 3, 31))


def test_a_small_profile_reads_as_it_was_read_by_people(golden: Golden) -> None:
    golden("reports/oscal-profile.json", render(effective(), DIGEST))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_shipped_policy_is_a_profile_of_oscal(path: Path) -> None:
    resolved = adopted(path)
    exported = shipped(resolved.policy.catalogue)
    data = render(resolved, exported.digest)
    made = profile(data)
    (source,) = made["imports"]
    ids = source["include-controls"][0]["with-ids"]
    assert ids == [f"lg-{one.control.id}" for one in resolved.controls if one.excluded_because is None]
    known = {one["id"]: one for one in controls(json.loads(render_catalog(exported))["catalog"])}
    assert set(ids) <= set(known)
    parameters = {one["id"] for identifier in ids for one in known[identifier].get("params", [])}
    assert {one["param-id"] for one in made.get("modify", {}).get("set-parameters", [])} <= parameters
    assert data == render(resolved, exported.digest)


def test_values_exceptions_and_exclusions_are_there() -> None:
    made = profile(render(effective(), DIGEST))
    assert {one["param-id"]: one["values"] for one in made["modify"]["set-parameters"]} == {
        "lg-6.2.1-02_grace_days": ["0"],
        "lg-6.2.1-02_methods": ["wpa3"],
    }
    (alter,) = made["modify"]["alters"]
    (exception,) = alter["adds"][0]["props"]
    assert (alter["control-id"], exception["value"]) == ("lg-6.2.1-02", "not-live")
    assert "SV-0001" in exception["remarks"]
    (excluded,) = [one for one in made["metadata"]["props"] if one["name"] == "excluded"]
    assert excluded["value"] == "lg-1.1-01"
    assert "2026-03-31" in excluded["remarks"]
    assert made["metadata"]["last-modified"] == "2027-03-31T00:00:00+09:00"


def test_a_policy_with_nothing_in_force_is_a_profile_too() -> None:
    made = profile(render(effective(inside=False), DIGEST))
    assert made["imports"][0]["include-controls"] == [{}]
    assert "modify" not in made


def test_the_profile_points_at_the_catalog_by_its_file() -> None:
    made = profile(render(effective(), DIGEST))
    (resource,) = made["back-matter"]["resources"]
    assert made["imports"][0]["href"] == f"#{resource['uuid']}"
    assert resource["rlinks"][0]["href"] == "lg-catalog-2026-03.json"
    assert small().digest == DIGEST


def test_what_a_profile_cannot_carry_is_told_with_its_place() -> None:
    found = {(one.subject, one.what) for one in dropped(effective(inside=False))}
    assert {("6.2.1-02", "exceptions"), ("6.2.1-02", "parameters.grace_days")} <= found
    made = dropped(replace(effective(), policy=replace(effective().policy, weights={"required": 5}, zones={"lgwan": ("10.0.0.0/8",)})))
    assert {one.what for one in made} == {"weights", "zones"}
    assert all(one.at is not None for one in made)


@pytest.mark.parametrize("text", ["{{ insert: param, x }}", "<b>", "a\nb", "\x1b[31m", "\u3000", "# x"])
def test_hostile_texts_leave_the_profile_valid(text: str) -> None:
    base = effective()
    odd = replace(base.policy, exceptions=(replace(grant("6.2.1-02", text), reason=text, approved_by=text, compensating=text),))
    listed = (*base.controls, effective_control(control("1.1-02"), excluded_because=Text(ja=text, en=text)))
    data = render(replace(base, policy=odd, controls=listed), DIGEST)
    assert faults(data) == []
    assert b"\x1b" not in data
