from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.errors import DocumentError, ManyError, UnknownNameError
from secaudit.model.assertion import Exists
from secaudit.model.control import Control, Parameter, ParameterValue
from secaudit.model.location import Location
from secaudit.model.policy import EffectiveControl, EffectivePolicy, Exclusion, Policy
from secaudit.model.text import Text
from secaudit.policy.load import load
from secaudit.policy.parameters import is_weaker
from secaudit.policy.tailor import edition_fiscal_year, live_exclusion, resolve

TEXT = Text(ja="あ", en="a")
AT = Location(path="controls/c/control.yaml", line=1, column="1")
GRACE = Parameter(name="grace_days", type="integer", default=3, minimum=0, maximum=10, unit="days", stricter="lower")
TARGET = Parameter(name="target", type="ratio", default=0.9, minimum=None, maximum=None, unit=None, stricter="higher")


def control(control_id: str = "6.2.1-02", **changes: Any) -> Control:  # noqa: ANN401 - any field may be changed
    made = Control(
        id=control_id,
        name=f"name-{control_id.replace('.', '-')}",
        since="2020-12",
        editions={"2020-12": "6.2.(1)②", "2022-03": "6.2.(1)③"},
        revision=1,
        aliases=(),
        level="required",
        severity="high",
        title=TEXT,
        requirement=TEXT,
        why=TEXT,
        roles=("ciso",),
        cycle="always",
        models=("alpha", "beta"),
        organisations=("municipality",),
        topics=("accounts",),
        law=(),
        maps={},
        parameters={"grace_days": GRACE, "target": TARGET},
        evidence=("accounts",),
        assertion=Exists(table="accounts", where=None, dated=None, at_least=1, at=AT),
        remedy=TEXT,
        at=AT,
        digest="0" * 64,
    )
    return replace(made, **changes)


def policy(tmp_path: Path, more: str = "", edition: str = "2020-12") -> Policy:
    path = tmp_path / "policies" / "p.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        'organisation: {id: p, name: {ja: 市, en: City}, type: municipality, code: "042072"}\n'
        f'catalogue: "{edition}"\nnetwork_model: alpha\n{more}',
        "utf-8",
    )
    return load(path)


def resolved(given: Policy, *controls: Control, year: int = 2025, as_of: date = date(2026, 3, 31)) -> EffectivePolicy:
    return resolve(given, controls, fiscal_year=year, as_of=as_of)


def only(given: Policy, one: Control, year: int = 2025, as_of: date = date(2026, 3, 31)) -> EffectiveControl:
    (found,) = resolved(given, one, year=year, as_of=as_of).controls
    return found


def because(found: EffectiveControl) -> str | None:
    if found.excluded_because is None:
        return None
    assert found.excluded_because.ja
    return found.excluded_because.en


@pytest.mark.parametrize(
    ("edition", "year"),
    [
        ("2018-09", 2018),
        ("2020-12", 2020),
        ("2022-03", 2021),
        ("2023-03", 2022),
        ("2024-10", 2024),
        ("2025-03", 2024),
        ("2026-03", 2025),
        ("2026-04", 2026),
    ],
)
def test_the_fiscal_year_of_an_edition(edition: str, year: int) -> None:
    assert edition_fiscal_year(edition) == year


def test_a_supposed_edition_need_not_have_been_issued(tmp_path: Path) -> None:
    given = policy(tmp_path, edition="2022-03")
    (found,) = resolve(given, [control()], fiscal_year=2020, as_of=date(2021, 3, 31)).controls
    assert because(found) == "fiscal year 2020 ended before the adopted edition 2022-03 was issued"
    (found,) = resolve(given, [control()], fiscal_year=2020, as_of=date(2021, 3, 31), supposed=True).controls
    assert because(found) is None


def test_a_control_of_an_overlay_applies_only_where_it_is_adopted(tmp_path: Path) -> None:
    cloud = control("6.2.1-51", overlay="cloud")
    assert (
        because(only(policy(tmp_path), cloud)) == "the control belongs to the overlay cloud, which the policy does not adopt (`overlays`)"
    )
    assert because(only(policy(tmp_path, "overlays: [cloud]\n"), cloud)) is None
    assert because(only(policy(tmp_path, "overlays: [cloud]\n"), control())) is None


def test_a_control_that_applies(tmp_path: Path) -> None:
    given = policy(tmp_path)
    effective = resolved(given, control())
    assert (effective.policy, effective.fiscal_year, effective.as_of) == (given, 2025, date(2026, 3, 31))
    (found,) = effective.controls
    assert because(found) is None
    assert found.excluded_by is None
    assert found.clause == "6.2.(1)②"
    assert found.parameters["grace_days"].value == 3
    assert found.parameters["grace_days"].origin == "catalogue"
    assert found.parameters["grace_days"].at == AT


def test_the_clause_is_that_of_the_edition(tmp_path: Path) -> None:
    assert only(policy(tmp_path, edition="2022-03"), control()).clause == "6.2.(1)③"
    assert only(policy(tmp_path, edition="2026-03"), control()).clause == "6.2.(1)③"


@pytest.mark.parametrize(
    ("edition", "year", "applies"),
    [("2022-03", 2021, True), ("2022-03", 2020, False), ("2020-12", 2020, True), ("2020-12", 2019, False), ("2022-03", 2009, False)],
)
def test_years_before_the_edition(tmp_path: Path, edition: str, year: int, *, applies: bool) -> None:
    said = because(only(policy(tmp_path, edition=edition), control(), year=year))
    assert (said is None) is applies
    assert applies or said == f"fiscal year {year} ended before the adopted edition {edition} was issued"


@pytest.mark.parametrize(
    ("more", "edition", "change", "words"),
    [
        ("", "2018-09", {}, "exists since edition 2020-12, after the adopted 2018-09"),
        ("", "2023-03", {}, "the adopted edition 2023-03 does not have the control"),
        ("", "2020-12", {"organisations": ("prefecture",)}, "does not apply to an organisation of type municipality"),
        ("", "2020-12", {"models": ("beta",)}, "does not apply to network model alpha"),
        ("select: {levels: [required]}\n", "2020-12", {"level": "recommended"}, "does not select recommended controls"),
        (
            'select: {only: ["9.9-01"]}\n',
            "2020-12",
            {},
            "not among the controls that the policy selects (`select.only`; required, weight 3)",
        ),
    ],
)
def test_why_a_control_does_not_apply(tmp_path: Path, more: str, edition: str, change: Mapping[str, Any], words: str) -> None:
    effective = resolved(policy(tmp_path, more, edition), control(**change), control("9.9-01"))
    found = effective.controls[0]
    said = because(found)
    assert said is not None
    assert words in said
    assert found.left_out is bool(more)


def test_only_the_controls_that_are_named_apply(tmp_path: Path) -> None:
    given = policy(tmp_path, 'select: {only: ["6.2.1-02", "9.9-01"]}\nweights: {recommended: 7}\n')
    other, weak = control("6.2.1-03"), control("6.2.1-04", level="recommended")
    found = resolved(given, control(), other, weak, control("9.9-01")).controls
    assert [one.left_out for one in found] == [False, True, True, False]
    assert "recommended, weight 7" in str(because(found[2]))


def test_an_exclusion_within_the_selection_counts(tmp_path: Path) -> None:
    found = only(policy(tmp_path, EXCLUDED.replace("{exclude", '{only: ["6.2.1-02"], exclude')), control())
    assert found.left_out
    assert found.excluded_by is not None


EXCLUDED = 'select: {exclude: [{control: "6.2.1-02", reason: 検討中, approved_by: CISO, expires: 2026-03-31}]}\n'


def test_the_first_reason_counts(tmp_path: Path) -> None:
    change: dict[str, Any] = {"organisations": ("prefecture",), "models": ("beta",), "level": "recommended"}
    more = EXCLUDED.replace("{exclude", "{levels: [required], exclude")
    said = because(only(policy(tmp_path, more), control(**change)))
    assert said is not None
    assert "organisation" in said
    change.pop("organisations")
    assert "network model" in str(because(only(policy(tmp_path, more), control(**change))))
    change.pop("models")
    found = only(policy(tmp_path, more), control(**change))
    assert "select" in str(because(found))
    assert found.excluded_by is None


@pytest.mark.parametrize(("as_of", "live"), [(date(2026, 3, 31), True), (date(2026, 4, 1), False)])
def test_an_exclusion_ends(tmp_path: Path, as_of: date, *, live: bool) -> None:
    found = only(policy(tmp_path, EXCLUDED), control(), as_of=as_of)
    assert (because(found) is not None) is live
    assert (found.excluded_by is not None) is found.left_out is live
    assert not live or because(found) == "excluded until 2026-03-31 (approved by CISO: 検討中)"


def test_the_longest_exclusion_counts(tmp_path: Path) -> None:
    given = policy(tmp_path, EXCLUDED)
    longer = Exclusion(control="6.2.1-02", reason="b", approved_by="CISO", expires=date(2027, 3, 31), at=AT)
    given = replace(given, exclusions=(*given.exclusions, longer, replace(longer, control="x")))
    assert live_exclusion(given, "6.2.1-02", date(2026, 1, 1)) == longer
    assert live_exclusion(given, "none", date(2026, 1, 1)) is None


def test_parameters_of_the_policy(tmp_path: Path) -> None:
    found = only(policy(tmp_path, 'parameters: {"6.2.1-02": {grace_days: 5, target: 1}}\n'), control()).parameters
    assert (found["grace_days"].value, found["grace_days"].origin, found["grace_days"].weaker) == (5, "policy", True)
    assert str(found["grace_days"].at) == "policies/p.yaml:4:39"
    assert (found["target"].value, found["target"].weaker) == (1, False)


def errors(given: Policy, *controls: Control) -> list[tuple[str, str, str, str]]:
    with pytest.raises(ManyError) as caught:
        resolved(given, *controls)
    for error in caught.value.errors:
        assert isinstance(error, UnknownNameError | DocumentError)
        assert error.message.ja
    return [(str(error.at), error.code, error.message.en, error.hint.en if error.hint else "") for error in caught.value.errors]


@pytest.mark.parametrize(
    ("more", "place", "code", "message", "hint"),
    [
        ('parameters: {"6.2.1-2": {grace_days: 1}}', "4:38", "SA202", "there is no control `6.2.1-2`", "did you mean `6.2.1-02`?"),
        ('parameters: {"name-6-2-1-02": {x: 1}}', "4:35", "SA202", "there is no control `name-6-2-1-02`", "did you mean `6.2.1-02`?"),
        ('parameters: {"zzz": {x: 1}}', "4:25", "SA202", "there is no control `zzz`", "`secaudit catalogue list` shows all ids"),
        (
            'parameters: {"6.2.1-02": {grace: 1}}',
            "4:34",
            "SA202",
            "control `6.2.1-02` has no parameter `grace`",
            "did you mean `grace_days`?",
        ),
        ('parameters: {"6.2.1-02": {grace_days: 11}}', "4:39", "SA201", "`grace_days` must be at most 10", "the default is `3`"),
        ('parameters: {"6.2.1-02": {grace_days: -1}}', "4:39", "SA201", "`grace_days` must be at least 0", "the default is `3`"),
        ('parameters: {"6.2.1-02": {grace_days: 1.0}}', "4:39", "SA201", "`grace_days` must be a whole number", "the default is `3`"),
        ('parameters: {"6.2.1-02": {target: 90}}', "4:35", "SA201", "`target` must be at most 1", "the default is `0.9`"),
        (
            'exceptions: [{control: "6.2.1-3", reason: a, approved_by: b, approved_on: 2026-01-01, expires: 2026-02-01}]',
            "4:14",
            "SA202",
            "there is no control `6.2.1-3`",
            "did you mean `6.2.1-02`?",
        ),
        ('select: {only: ["6.2.1-02", "6.2.1-3"]}', "4:29", "SA202", "there is no control `6.2.1-3`", "did you mean `6.2.1-02`?"),
        (EXCLUDED.replace("6.2.1-02", "old-name").strip(), "4:20", "SA202", "there is no control `old-name`", "did you mean `6.2.1-02`?"),
    ],
)
def test_what_does_not_fit_the_catalogue(tmp_path: Path, more: str, place: str, code: str, message: str, hint: str) -> None:
    found = errors(policy(tmp_path, more + "\n"), control(aliases=("old-name",)))
    assert found == [(f"policies/p.yaml:{place}", code, message, hint)]


def test_all_errors_sorted(tmp_path: Path) -> None:
    more = EXCLUDED.replace("6.2.1-02", "x") + 'parameters:\n  "y": {a: 1}\n  "6.2.1-02": {b: 1}\n'
    assert [one[0].split(":")[1] for one in errors(policy(tmp_path, more), control())] == ["4", "6", "7"]


def test_parameters_where_there_are_none(tmp_path: Path) -> None:
    ((_, _, _, hint),) = errors(policy(tmp_path, 'parameters: {"6.2.1-02": {x: 1}}\n'), control(parameters={}))
    assert hint == "this control has no parameters"


@pytest.mark.parametrize(("default", "hint"), [(("a", "b"), "the default is `[a, b]`"), (True, "the default is `true`")])
def test_defaults_are_shown_as_yaml(tmp_path: Path, default: ParameterValue, hint: str) -> None:
    kind = Parameter(
        name="k",
        type="boolean" if default is True else "list",
        default=default,
        minimum=None,
        maximum=None,
        unit=None,
        stricter="true" if default is True else "fewer",
    )
    ((_, _, _, said),) = errors(policy(tmp_path, 'parameters: {"6.2.1-02": {k: 1}}\n'), control(parameters={"k": kind}))
    assert said == hint


def parameter(kind: str, default: ParameterValue, stricter: str) -> Parameter:
    return Parameter(name="p", type=kind, default=default, minimum=None, maximum=None, unit=None, stricter=stricter)  # type: ignore[arg-type]  # from a table


@pytest.mark.parametrize(
    ("kind", "default", "stricter", "value", "weaker"),
    [
        ("integer", 3, "lower", 4, True),
        ("integer", 3, "lower", 3, False),
        ("integer", 3, "lower", 2, False),
        ("integer", 3, "higher", 2, True),
        ("integer", 3, "higher", 4, False),
        ("number", 0.3, "lower", 0.30000000000000004, True),
        ("ratio", 1.0, "higher", 1, False),
        ("ratio", 1, "higher", 0.99, True),
        ("boolean", True, "true", False, True),
        ("boolean", True, "true", True, False),
        ("boolean", False, "true", True, False),
        ("boolean", False, "false", True, True),
        ("boolean", True, "false", False, False),
        ("list", ("a", "b"), "fewer", ("a",), False),
        ("list", ("a", "b"), "fewer", ("b", "a"), False),
        ("list", ("a", "b"), "fewer", ("a", "c"), True),
        ("list", ("a", "b"), "fewer", ("a", "b", "c"), True),
        ("list", ("a", "b"), "more", ("a",), True),
        ("list", ("a", "b"), "more", ("a", "b", "c"), False),
        ("text", "a", "lower", "a", False),
        ("text", "a", "lower", "b", True),
    ],
)
def test_weaker_than_the_default(kind: str, default: ParameterValue, stricter: str, value: ParameterValue, *, weaker: bool) -> None:
    assert is_weaker(parameter(kind, default, stricter), value) is weaker


@given(default=st.integers(), value=st.integers())
def test_of_two_different_numbers_exactly_one_is_weaker(default: int, value: int) -> None:
    for stricter in ("lower", "higher"):
        there = is_weaker(parameter("integer", default, stricter), value)
        back = is_weaker(parameter("integer", value, stricter), default)
        assert (there + back == 1) is (default != value)


def test_the_effective_policy_is_frozen(tmp_path: Path) -> None:
    found = only(policy(tmp_path), control())
    with pytest.raises(TypeError):
        found.parameters["x"] = found.parameters["target"]  # type: ignore[index]  # that it fails is the point
