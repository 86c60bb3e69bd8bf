from datetime import date
from pathlib import Path
from typing import Any

import pytest

from secaudit.catalog.load import id_key, load
from secaudit.errors import FileError, ManyError
from secaudit.model.assertion import (
    AllOf,
    Attested,
    Condition,
    Coverage,
    Distinct,
    Every,
    Exists,
    KeyPair,
    Match,
    NoneOf,
    ParameterName,
    Recent,
    Regular,
    Separated,
    Within,
)
from secaudit.model.control import Catalogue, Parameter
from secaudit.model.location import Location
from secaudit.model.status import Status

CONTROL = """\
id: "6.2.1-02"
name: leavers-disabled
since: 2020-12
editions: {2020-12: "6.2.(1)②", 2022-03: "6.2.(1)②"}
revision: 1
level: required
severity: high
title: {ja: 退職者のIDが止められている, en: Accounts of leavers are disabled}
requirement: {ja: 止めている。, en: They are disabled.}
why: {ja: 使われるから。, en: They are used.}
roles: [system-manager]
cycle: always
applies: {models: [alpha, beta], organisations: [municipality]}
topics: [accounts]
law: [省令80号-5]
maps: {csf-2.0: ["PR.AA"]}
parameters:
  grace_days: {type: integer, default: 1, minimum: 0, unit: days, stricter: lower}
evidence: [accounts]
assert:
  every: accounts
  where: "enabled"
  holds: left_on + :grace_days >= as_of
remedy: {ja: 止める。, en: Disable them.}
"""
PARAMETER = "{type: integer, default: 1, minimum: 0, unit: days, stricter: lower}"
CASES = """\
- name: good
  expect: pass
  tables: {accounts: [{account: a1, enabled: true, left_on: 2026-04-01, at: "2026-04-01T09:00:00"}]}
- name: many
  expect: fail
  fiscal_year: 2024
  as_of: 2025-02-01
  parameters: {grace_days: 3, names: [a, b]}
  tables:
    accounts:
      - {account: x}
      - {repeat: 3, row: {account: "s{n}", staff_id: "{n}-{n}", enabled: true, score: 1.5}}
      - {repeat: 1, note: a column called repeat}
  lost_rows: {accounts: 1}
  population: {accounts: 0}
  gap: [accounts]
"""


def write(root: Path, control: str = CONTROL, cases: str | None = CASES, folder: str = "6/6.2.1-leavers-disabled") -> Path:
    path = root / "controls" / folder
    path.mkdir(parents=True, exist_ok=True)
    (path / "control.yaml").write_text(control, "utf-8")
    if cases is not None:
        (path / "cases.yaml").write_text(cases, "utf-8")
    return root / "controls"


def broken(root: Path, **changes: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - passed on
    with pytest.raises(ManyError) as caught:
        load(write(root, **changes))
    for error in caught.value.errors:
        assert error.message.ja
        assert not error.message.en.endswith(".")
    return [(str(error.at), error.message.en, error.hint.en if error.hint else "") for error in caught.value.errors]


def test_a_control_with_everything(tmp_path: Path) -> None:
    catalogue = load(write(tmp_path))
    (control,) = catalogue.controls
    assert control.id == "6.2.1-02"
    assert control.chapter == "6"
    assert control.editions == {"2020-12": "6.2.(1)②", "2022-03": "6.2.(1)②"}
    assert control.models == ("alpha", "beta")
    assert control.maps == {"csf-2.0": ("PR.AA",)}
    assert control.parameters == {
        "grace_days": Parameter(name="grace_days", type="integer", default=1, minimum=0, maximum=None, unit="days", stricter="lower")
    }
    path = "controls/6/6.2.1-leavers-disabled/control.yaml"
    assert control.at == Location(path=path, line=1, column="1")
    assert control.assertion == Every(
        table="accounts",
        where=Condition(text="enabled", at=Location(path=path, line=22, column="11")),
        holds=Condition(text="left_on + :grace_days >= as_of", at=Location(path=path, line=23, column="10")),
        at=Location(path=path, line=21, column="3"),
    )
    assert len(control.digest) == 64


def test_cases_with_their_short_form(tmp_path: Path) -> None:
    good, many = load(write(tmp_path)).cases["6.2.1-02"]
    assert good.as_of == date(2026, 3, 31)
    assert good.expect is Status.PASS
    assert good.tables["accounts"] == ({"account": "a1", "enabled": True, "left_on": date(2026, 4, 1), "at": "2026-04-01T09:00:00"},)
    assert many.at.line == 4
    assert (many.fiscal_year, many.as_of) == (2024, date(2025, 2, 1))
    assert many.parameters == {"grace_days": 3, "names": ("a", "b")}
    assert many.tables["accounts"] == (
        {"account": "x"},
        {"account": "s1", "staff_id": "1-1", "enabled": True, "score": 1.5},
        {"account": "s2", "staff_id": "2-2", "enabled": True, "score": 1.5},
        {"account": "s3", "staff_id": "3-3", "enabled": True, "score": 1.5},
        {"repeat": 1, "note": "a column called repeat"},
    )
    assert many.lost_rows == {"accounts": 1}
    assert many.population == {"accounts": 0}
    assert many.gap == ("accounts",)


def test_everything_is_frozen(tmp_path: Path) -> None:
    catalogue = load(write(tmp_path))
    (control,) = catalogue.controls
    for mapping in (control.editions, control.parameters, control.maps, catalogue.cases, catalogue.cases[control.id][0].tables):
        with pytest.raises(TypeError):
            mapping["x"] = 1  # type: ignore[index]  # that it fails is the point


def test_the_digest_does_not_depend_on_what_is_parsed(tmp_path: Path) -> None:
    root = write(tmp_path)
    whole, quick = load(root), load(root, with_cases=False)
    assert whole.digest == quick.digest
    assert quick.cases == {}
    assert whole.controls == quick.controls
    write(tmp_path, cases=CASES + "\n")
    assert load(root, with_cases=False).digest != whole.digest


def test_broken_cases_do_not_hinder_a_check(tmp_path: Path) -> None:
    root = write(tmp_path, cases="- name: [")
    assert isinstance(load(root, with_cases=False), Catalogue)
    with pytest.raises(ManyError):
        load(root)


def test_no_cases_file(tmp_path: Path) -> None:
    assert load(write(tmp_path, cases=None)).cases == {"6.2.1-02": ()}


def test_places_are_relative_to_the_base(tmp_path: Path) -> None:
    write(tmp_path / "deep")
    (control,) = load(tmp_path / "deep" / "controls", base=tmp_path).controls
    assert control.at.path == "deep/controls/6/6.2.1-leavers-disabled/control.yaml"


def test_no_controls(tmp_path: Path) -> None:
    (tmp_path / "controls").mkdir()
    for root in (tmp_path / "controls", tmp_path / "none"):
        with pytest.raises(FileError, match="there are no controls"):
            load(root)


def test_controls_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    for number in ("6.1.13-01", "6.1.2-02", "6.1.2-01", "10.1-01"):
        write(
            tmp_path, CONTROL.replace("6.2.1-02", number).replace("leavers-disabled", f"n{number.replace('.', '-')}"), None, f"6/{number}"
        )
    assert [control.id for control in load(tmp_path / "controls").controls] == ["6.1.2-01", "6.1.2-02", "6.1.13-01", "10.1-01"]
    assert id_key("x-1") == ((1,), "x-1")


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("severity:", "severty:", "7:1", "there is no key `severty` here", "did you mean `severity`?"),
        ("remedy: {ja: 止める。, en: Disable them.}\n", "", "1:1", "`remedy` is missing", "add a line `remedy: …`"),
        ('"6.2.1-02"', "6.2", "1:5", "`id` must be text", "put it in quotes"),
        ('"6.2.1-02"', '"6.2.1"', "1:5", "`6.2.1` of `id` does not have its form", r"form: `^(0|[1-9][0-9]*)(\.[1-9][0-9]*)*-[0-9]{2}$`"),
        ("leavers-disabled", "Leavers", "2:7", "`Leavers` of `name` does not have its form", "form: `^[a-z0-9]+(-[a-z0-9]+)*$`"),
        ("level: required", "level: requred", "6:8", "`requred` is not a value of `level`", "did you mean `required`?"),
        ("en: They are used.}", "en: }", "10:24", "`en` is empty", "write a value"),
        ("en: They are used.}", "fr: x, en: y}", "10:20", "there is no key `fr` here", "known keys: `en`, `ja`"),
        (
            "cycle: always",
            "cycle: yearly",
            "12:8",
            "`yearly` is not a value of `cycle`",
            "known values: `always`, `fiscal-year`, `on-event`, `once`",
        ),
        ("[alpha, beta]", "[alpha, gamma]", "13:27", "`gamma` is not a value of item 2 of `models`", "known values: `alpha`, "),
        ('csf-2.0: ["PR.AA"]', "csf-2.0: [5.1]", "16:18", "item 1 of `csf-2.0` must be text", "put it in quotes"),
        ("  every:", "  evry:", "21:3", "`assert` names no kind of assertion", ""),
        ("  every: accounts\n", "", "21:3", "`assert` names no kind of assertion", ""),
        ("  where:", "  were:", "22:3", "there is no key `were` here", "did you mean `where`?"),
        ('"enabled"', "true", "22:10", "`where` must be text", "put it in quotes"),
        ("type: integer", "type: int", "18:22", "`int` is not a value of `type`", "did you mean `integer`?"),
        ("default: 1", 'default: "1"', "18:40", "the default of `grace_days` must be a whole number", ""),
        ("default: 1", "default: -1", "18:40", "the default of `grace_days` must be at least 0", ""),
        ("default: 1", "default: {}", "18:40", "`default`: must be a number, text, true or false, or a list of text", ""),
        (
            "stricter: lower",
            "stricter: fewer",
            "18:77",
            "`fewer` is not a direction of a parameter of type `integer`",
            "known values: `lower`, `higher`",
        ),
        (
            "type: integer, default: 1, minimum: 0",
            "type: text, default: a, minimum: 0",
            "18:40",
            "a parameter of type `text` has no `minimum`",
            "",
        ),
    ],
)
def test_what_is_wrong_with_a_control(tmp_path: Path, old: str, new: str, place: str, message: str, hint: str) -> None:
    assert old in CONTROL
    found = broken(tmp_path, control=CONTROL.replace(old, new, 1))
    where = f"controls/6/6.2.1-leavers-disabled/control.yaml:{place}"
    assert [one[:2] for one in found] == [(where, message.replace("`assert` names", "`assert`: names"))]
    assert hint in found[0][2]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("- {name: a, expect: good, tables: {}}", "1:21", "`good` is not a value of `expect`"),
        ("- {name: a, expect: pass}", "1:3", "`tables` is missing"),
        ("- {name: a, expect: pass, tabels: {}, tables: {}}", "1:27", "there is no key `tabels` here"),
        ("- {name: a, expect: pass, tables: {x: [{a: [1]}]}}", "1:44", "`a`: must be one value"),
        ("- {name: a, expect: pass, tables: {x: [1]}}", "1:40", "item 1 of `x` must be a mapping"),
        ("- {name: a, expect: pass, tables: {x: [{repeat: 0, row: {}}]}}", "1:49", "`repeat` must be at least 1"),
        ("- {name: a, expect: pass, tables: {x: [{repeat: 2, row: {}, rows: 1}]}}", "1:61", "there is no key `rows` here"),
        ("- {name: a, expect: pass, tables: {}, as_of: '2025-01-01'}", "1:46", "`as_of` must be a day"),
        ("- {name: a, expect: pass, tables: {}, lost_rows: {x: -1}}", "1:54", "`x` must be at least 0"),
        ("[]", "1:1", "the file is empty"),
        ("a: 1", "1:1", "the file must be a list"),
    ],
)
def test_what_is_wrong_with_cases(tmp_path: Path, text: str, place: str, message: str) -> None:
    found = broken(tmp_path, cases=text)
    assert [one[:2] for one in found] == [(f"controls/6/6.2.1-leavers-disabled/cases.yaml:{place}", message)]


def test_all_errors_of_all_files(tmp_path: Path) -> None:
    write(tmp_path, CONTROL.replace("revision: 1", "revision: 0").replace("high", "hgih"), "- {}", "5/x")
    write(tmp_path, "a: &x 1", None, "4/y")
    (tmp_path / "controls/3/z/control.yaml").mkdir(parents=True)
    found = broken(tmp_path)
    assert [(one[0].removeprefix("controls/"), one[1]) for one in found] == [
        ("3/z/control.yaml", "`controls/3/z/control.yaml` is a folder"),
        ("4/y/control.yaml:1:4", "the anchor `&x` is not allowed"),
        ("5/x/cases.yaml:1:3", "`name` is missing"),
        ("5/x/cases.yaml:1:3", "`expect` is missing"),
        ("5/x/cases.yaml:1:3", "`tables` is missing"),
        ("5/x/control.yaml:5:11", "`revision` must be at least 1"),
        ("5/x/control.yaml:7:11", "`hgih` is not a value of `severity`"),
    ]


def test_ids_and_names_are_unique(tmp_path: Path) -> None:
    write(tmp_path, CONTROL.replace("revision: 1", "revision: 1\naliases: [old-name]"), None, "5/x")
    write(tmp_path, CONTROL.replace("6.2.1-02", "6.2.1-03").replace("leavers-disabled", "old-name"), None, "6/y")
    found = broken(tmp_path, cases=None)
    assert [(place.rsplit("/", 2)[1], message) for place, message, _ in found] == [
        ("6.2.1-leavers-disabled", "`6.2.1-02` is also used at `controls/5/x/control.yaml:1:5`"),
        ("6.2.1-leavers-disabled", "`leavers-disabled` is also used at `controls/5/x/control.yaml:2:7`"),
        ("y", "`old-name` is also used at `controls/5/x/control.yaml:6:11`"),
    ]


ASSERTIONS: list[tuple[str, type]] = [
    ("{none: t, holds: x}", NoneOf),
    ("{coverage: t, in: u, on: {a: b, c: d}, matching: x, target: ':p'}", Coverage),
    ("{coverage: t, in: u, on: {a: b}, target: 0.5}", Coverage),
    ("{exists: t, dated: d, at_least: 1}", Exists),
    ("{recent: t, dated: d, within_days: ':p'}", Recent),
    ("{regular: t, dated: d, max_gap_days: 31}", Regular),
    ("{within: t, from: a, to: b, limit: ':p', unit: hours, percentile: 0.95, earlier: pass}", Within),
    ("{match: t, with: u, with_where: x, on: {a: b}, sides: left}", Match),
    ("{distinct: t, where: x, columns: [a, b]}", Distinct),
    ("{separated: {zones: [mynumber, lgwan]}}", Separated),
    ("{attested: {question: {ja: あ, en: a}, ask: ciso, look_at: {ja: い, en: b}}}", Attested),
    ("{all_of: [{none: t, holds: x}, {all_of: [{distinct: t, columns: [a, b]}]}]}", AllOf),
]


def with_assertion(text: str) -> str:
    start, end = CONTROL.index("assert:"), CONTROL.index("remedy:")
    return CONTROL[:start] + f"assert: {text}\n" + CONTROL[end:]


@pytest.mark.parametrize(("text", "kind"), ASSERTIONS)
def test_each_kind_of_assertion(tmp_path: Path, text: str, kind: type) -> None:
    (control,) = load(write(tmp_path, with_assertion(text), None)).controls
    assert type(control.assertion) is kind
    assert control.assertion.at.column == "9"


def test_what_assertions_hold(tmp_path: Path) -> None:
    def one(text: str) -> Any:  # noqa: ANN401 - any assertion
        return load(write(tmp_path, with_assertion(text), None)).controls[0].assertion

    coverage = one(ASSERTIONS[1][0])
    assert coverage.on == (KeyPair(left="a", right="b"), KeyPair(left="c", right="d"))
    assert coverage.target == ParameterName("p")
    assert coverage.matching.at.column == "58"
    assert one(ASSERTIONS[2][0]).target == 0.5
    assert one(ASSERTIONS[2][0]).matching is None
    within = one(ASSERTIONS[6][0])
    assert (within.start, within.end, within.unit, within.percentile, within.earlier) == ("a", "b", "hours", 0.95, "pass")
    assert one("{within: t, from: a, to: b, limit: 1, unit: days}").earlier == "unknown"
    match = one(ASSERTIONS[7][0])
    assert (match.sides, match.other, match.other_where.text) == ("left", "u", "x")
    assert one("{match: t, with: u, on: {a: b}}").sides == "both"
    parts = one(ASSERTIONS[11][0]).parts
    assert [type(part) for part in parts] == [NoneOf, AllOf]
    assert parts[0].at.column == "19"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{every: t, none: t, holds: x}", "there is no key `none` here"),
        ("{every: t}", "`holds` is missing"),
        ("{coverage: t, in: u, on: {}, target: ':p'}", "`on` is empty"),
        ("{coverage: t, in: u, on: {a: b}, target: p}", "`target`: must be a number or a parameter like `:name`"),
        ("{coverage: t, in: u, on: {a: b}, target: true}", "`target`: must be a number or a parameter like `:name`"),
        ("{exists: t, at_least: 1.5}", "`at_least`: must be a whole number or a parameter like `:name`"),
        ("{exists: t, at_least: ':a b'}", "`at_least`: must be a number or a parameter like `:name`"),
        ("{distinct: t, columns: [a]}", "`columns` needs at least 2"),
        ("{distinct: t, columns: [a, b, c]}", "`columns` is too long (at most 2)"),
        ("{all_of: []}", "`all_of` is empty"),
        ("{all_of: [{every: t, holds: x, were: y}]}", "there is no key `were` here"),
        ("{all_of: [x]}", "item 1 of `all_of`: names no kind of assertion"),
        ("x", "`assert`: names no kind of assertion"),
        ("{within: t, from: a, to: b, limit: 1, unit: weeks}", "`weeks` is not a value of `unit`"),
        ("{within: t, from: a, to: b, limit: 1, unit: days, percentile: 1.5}", "`percentile` must be at most 1"),
    ],
)
def test_what_is_wrong_with_an_assertion(tmp_path: Path, text: str, message: str) -> None:
    assert [one[1] for one in broken(tmp_path, control=with_assertion(text))] == [message]


@pytest.mark.parametrize(
    ("parameter", "fits"),
    [
        ("{type: ratio, default: 1, stricter: higher}", True),
        ("{type: ratio, default: 1.1, stricter: higher}", False),
        ("{type: boolean, default: true, stricter: 'true'}", True),
        ("{type: boolean, default: true, stricter: lower}", False),
        ("{type: list, default: [a, b], stricter: fewer}", True),
        ("{type: list, default: [], stricter: fewer}", False),
        ("{type: text, default: a, stricter: higher}", True),
        ("{type: number, default: 1.5, maximum: 2, stricter: higher}", True),
        ("{type: number, default: 2.5, maximum: 2, stricter: higher}", False),
        ("{type: list, default: [a], maximum: 2, stricter: more}", False),
    ],
)
def test_defaults_fit_their_types(tmp_path: Path, parameter: str, *, fits: bool) -> None:
    control = CONTROL.replace(PARAMETER, parameter)
    if fits:
        load(write(tmp_path, control, None))
    else:
        assert len(broken(tmp_path, control=control)) == 1


def test_a_direction_without_quotes_is_explained(tmp_path: Path) -> None:
    control = CONTROL.replace(
        "{type: integer, default: 1, minimum: 0, unit: days, stricter: lower}", "{type: boolean, default: true, stricter: true}"
    )
    ((_, message, hint),) = broken(tmp_path, control=control)
    assert message == "`true` is not a value of `stricter`"
    assert "`true`" in hint


SHIPPED = Path(__file__).parents[2] / "controls"


def test_the_shipped_catalogue_loads_and_every_control_has_cases() -> None:
    catalogue = load(SHIPPED)
    assert len(catalogue.controls) >= 50
    assert all(catalogue.cases[control.id] for control in catalogue.controls)
