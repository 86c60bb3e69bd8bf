from pathlib import Path

import pytest

from secaudit.catalog.check import check
from secaudit.catalog.limits import shape, tables
from secaudit.catalog.load import load
from secaudit.catalog.scaffold import folder, scaffold

CONTROL, CASES = scaffold("6.2.1-02", "leavers-disabled", since="2020-12")
EDITIONS = """\
editions:
  2020-12: "6.2.(1)"
  2022-03: "6.2.(1)"
  2023-03: "6.2.(1)"
  2024-10: "6.2.(1)"
  2025-03: "6.2.(1)"
  2026-03: "6.2.(1)"
"""
ASSERT = CONTROL[CONTROL.index("assert:") : CONTROL.index("remedy:")]
KINDS = ("accounts", "staff", "answers")


def write(root: Path, control: str = CONTROL, cases: str | None = CASES, where: str = "6/6.2.1-leavers-disabled") -> Path:
    path = root / "controls" / where
    path.mkdir(parents=True, exist_ok=True)
    (path / "control.yaml").write_text(control, "utf-8")
    if cases is not None:
        (path / "cases.yaml").write_text(cases, "utf-8")
    return root / "controls"


def found(root: Path) -> list[tuple[str, str, str]]:
    errors = check(root, kinds=KINDS)
    for error in errors:
        assert error.message.ja
        assert error.at is not None
        assert error.at.path.startswith("controls/")
    return [(str(error.at).rsplit("/", 1)[1], error.message.en, error.hint.en if error.hint else "") for error in errors]


def test_a_control_in_order(tmp_path: Path) -> None:
    assert EDITIONS in CONTROL
    assert found(write(tmp_path)) == []


def test_the_shipped_catalogue_is_in_order() -> None:
    assert [f"{error.at}: {error.message.en}" for error in check(Path(__file__).parents[2] / "controls")] == []


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        (
            "name: leavers-disabled",
            "name: leavers",
            "the folder `6/6.2.1-leavers-disabled` does not match",
            "`6/6.2.1-leavers`",
        ),
        (
            'id: "6.2.1-02"',
            'id: "5.2.1-02"',
            "the folder `6/6.2.1-leavers-disabled` does not match",
            "`5/5.2.1-leavers-disabled`",
        ),
        ("since: 2020-12", "since: 2020-13", "there is no edition `2020-13`", "did you mean `2020-12`?"),
        ("  2023-03:", "  2023-04:", "there is no edition `2023-04`", "did you mean `2023-03`?"),
        ("since: 2020-12", "since: 2018-09", "the first edition `2020-12` is not `since`", ""),
        ("since: 2020-12", "since: 2022-03", "the first edition `2020-12` is not `since`", ""),
        ('  2023-03: "6.2.(1)"\n', "", "the edition `2023-03` is left out between others", "add a line `2023-03: …`"),
        ("maps: {}", 'maps: {csf-2: ["PR.AA"]}', "there is no framework `csf-2`", "did you mean `csf-2.0`?"),
        ("maps: {}", 'maps: {csf-2.0: ["PR.AA", "XX.1"]}', "`XX.1` does not look like a number of `csf-2.0`", "form: "),
        ("maps: {}", 'maps: {jis-q-27002-2024: ["9.1"]}', "`9.1` does not look like a number of `jis-q-27002-2024`", "form: "),
        ("law: []", "law: [省令80号-9]", "there is no item `省令80号-9`", "items are"),
        (ASSERT, ASSERT.replace(":max_idle_days", ":max_days"), "there is no parameter `max_days`", "did you mean `max_idle_days`?"),
        (ASSERT, ASSERT.replace(":max_idle_days", "90"), "the limit `90` is written into the assertion", "make it a parameter"),
        ("evidence: [accounts]", "evidence: [accounts, staff]", "the assertion does not read `staff`", "delete it"),
        ("evidence: [accounts]", "evidence: []", "the assertion reads `accounts`, which `evidence` does not list", "add `accounts`"),
        ("evidence: [accounts]", "evidence: [accounts, accounts]", "`accounts` is there twice", ""),
        ("evidence: [accounts]", "evidence: [accounts, acounts]", "there is no kind of evidence `acounts`", "did you mean `accounts`?"),
        ("（題名: 6.2.1-02）", "あ" * 41, "the Japanese `title` has 41 characters (at most 40)", "shorten it"),
        ("が守られないと", "が守られないと" + "あ" * 200, "the Japanese `why` has 2", "shorten it"),
        ("（題名: 6.2.1-02）", "(title of 6.2.1-02)", "`title` is the same in Japanese and English", "write each in its own language"),
    ],
)
def test_what_is_wrong_with_a_control(tmp_path: Path, old: str, new: str, message: str, hint: str) -> None:
    assert old in CONTROL
    said = found(write(tmp_path, CONTROL.replace(old, new, 1)))
    assert any(one[1].startswith(message) and hint in one[2] for one in said), said


def test_places_of_findings(tmp_path: Path) -> None:
    (one,) = found(write(tmp_path, CONTROL.replace('  2023-03: "6.2.(1)"\n', "")))
    assert one[0] == "control.yaml:5:1"
    (one,) = found(write(tmp_path, CONTROL.replace("law: []", "law: [省令80号-1, 省令80号-0]")))
    assert one[0].startswith("control.yaml:")
    assert one[0].endswith(":16")


def test_a_control_may_be_dropped_by_a_later_edition(tmp_path: Path) -> None:
    assert found(write(tmp_path, CONTROL.replace('  2025-03: "6.2.(1)"\n  2026-03: "6.2.(1)"\n', ""))) == []


def test_parameters_are_used_and_limits_are_parameters(tmp_path: Path) -> None:
    for assertion, messages in (
        ("{every: accounts, holds: enabled}", ["the parameter `max_idle_days` is not used"]),
        ("{every: accounts, holds: \"account = ':max_idle_days 90'\"}", ["the parameter `max_idle_days` is not used"]),
        ('{exists: accounts, at_least: ":max_idle_days"}', []),
        ('{all_of: [{exists: accounts, at_least: 1}, {exists: accounts, at_least: ":max_idle_days"}]}', []),
        (
            "{exists: accounts, where: 'score_2 > :max_idle_days', at_least: 2}",
            ["the limit `2` is written into the assertion"],
        ),
        (
            "{within: accounts, where: 'a < 1.5', from: a, to: b, limit: ':max_idle_days', unit: days}",
            ["the limit `1.5` is written into the assertion"],
        ),
        (
            "{recent: accounts, dated: a, within_days: ':other'}",
            ["the parameter `max_idle_days` is not used", "there is no parameter `other`"],
        ),
    ):
        control = CONTROL.replace(ASSERT, f"assert: {assertion}\n")
        assert [one[1] for one in found(write(tmp_path, control))] == messages


def test_a_parameter_where_there_are_none(tmp_path: Path) -> None:
    start, end = CONTROL.index("parameters:"), CONTROL.index("evidence:")
    ((_, message, hint),) = found(write(tmp_path, CONTROL[:start] + "parameters: {}\n" + CONTROL[end:]))
    assert (message, hint) == ("there is no parameter `max_idle_days`", "add it to `parameters`")


def test_kinds_are_not_checked_without_a_list(tmp_path: Path) -> None:
    root = write(tmp_path, CONTROL.replace("evidence: [accounts]", "evidence: [accounts, acounts]"))
    assert [error.message.en for error in check(root)] == ["the assertion does not read `acounts`"]


ATTESTED = "assert: {attested: {question: {ja: 問い, en: Asked?}, ask: ciso, look_at: {ja: 見る, en: Look}}}\n"


@pytest.mark.parametrize(
    ("assertion", "read"),
    [
        (ATTESTED, ("answers",)),
        ("assert: {separated: {zones: [a, b]}}\n", ()),
        ("assert: {coverage: staff, in: accounts, on: {a: b}, target: ':p'}\n", ("accounts", "staff")),
        (
            "assert: {all_of: [{match: staff, with: accounts, on: {a: b}}, {distinct: roles, columns: [a, b]}]}\n",
            ("accounts", "roles", "staff"),
        ),
    ],
)
def test_the_kinds_that_an_assertion_reads(tmp_path: Path, assertion: str, read: tuple[str, ...]) -> None:
    (control,) = load(write(tmp_path, CONTROL.replace(ASSERT, assertion.replace("Asked?", "Asked")))).controls
    assert tables(control.assertion) == read


def test_texts_of_questions_are_checked_too(tmp_path: Path) -> None:
    attested = ATTESTED.replace("Asked?", "Asked")
    start, end = CONTROL.index("parameters:"), CONTROL.index("assert:")
    control = (CONTROL[:start] + "parameters: {}\nevidence: [answers]\n" + CONTROL[end:]).replace(ASSERT, attested)
    assert found(write(tmp_path, control)) == []
    nested = control.replace(
        attested, "assert: {all_of: [" + attested.removeprefix("assert: ").strip().replace("en: Look", "en: 見る") + "]}\n"
    )
    assert [one[1] for one in found(write(tmp_path, nested))] == ["`look_at` is the same in Japanese and English"]


def test_cases_have_the_three_statuses(tmp_path: Path) -> None:
    said = found(
        write(tmp_path, cases="- {name: a, expect: error, tables: {}}\n- {name: a, expect: error, tables: {}, parameters: {max_idle: 1}}\n")
    )
    assert [one[1] for one in said] == [
        "there is no case that must be `pass`",
        "there is no case that must be `fail`",
        "there is no case that must be `unknown`",
        "there are two cases `a`",
        "there is no parameter `max_idle`",
    ]
    assert said[4][2] == "did you mean `max_idle_days`?"


def separated(assertion: str = "separated: {zones: [a, b]}") -> str:
    start, end = CONTROL.index("parameters:"), CONTROL.index("assert:")
    return (CONTROL[:start] + "parameters: {}\nevidence: []\n" + CONTROL[end:]).replace(ASSERT, f"assert: {{{assertion}}}\n")


PROOFS = """
- {name: a, expect: pass, tables: {}, separation: {zones: [a, b], otherwise: PROVED}}
- {name: b, expect: fail, tables: {}, separation: {zones: [a, b], pairs: [{from: a, to: b, family: IPv6, verdict: VIOLATED}]}}
- {name: c, expect: unknown, tables: {}}
"""


def test_cases_of_a_proof_have_the_three_statuses_too(tmp_path: Path) -> None:
    assert found(write(tmp_path, separated(), PROOFS)) == []
    assert [one[1] for one in found(write(tmp_path, separated(), "- {name: a, expect: unknown, tables: {}}\n"))] == [
        "there is no case that must be `pass`",
        "there is no case that must be `fail`",
    ]


def test_a_case_of_a_proof_is_clear_and_is_one_of_a_proof(tmp_path: Path) -> None:
    said = found(write(tmp_path, separated(), PROOFS.replace("zones: [a, b], pairs", "zones: [a], pairs")))
    assert said == [("cases.yaml:3:39", "the zone `b` is not among `zones`", "")]
    twice = "[{from: a, to: b, verdict: PROVED}, {from: a, to: b, verdict: VIOLATED}]"
    said = found(write(tmp_path, separated(), PROOFS.replace("[{from: a, to: b, family: IPv6, verdict: VIOLATED}]", twice)))
    assert [one[:2] for one in said] == [("cases.yaml:3:39", "`a` to `b` is there twice")]
    either = twice.replace("verdict: PROVED", "family: IPv6, verdict: PROVED")
    said = found(write(tmp_path, separated(), PROOFS.replace("[{from: a, to: b, family: IPv6, verdict: VIOLATED}]", either)))
    assert [one[1] for one in said] == ["`a` to `b` is there twice"]
    nested = "all_of: [{separated: {zones: [a, b, a]}}, {separated: {zones: [a], of: flows}}]"
    assert [one[1] for one in found(write(tmp_path, separated(nested), PROOFS))] == ["the zone `a` is there twice"]
    said = found(write(tmp_path, cases=CASES + "- {name: p, expect: unknown, tables: {}, separation: {problem: missing}}\n"))
    assert [one[1:] for one in said] == [("this control does not read a separation proof", "delete `separation`")]


def test_cases_are_there(tmp_path: Path) -> None:
    ((place, message, _),) = found(write(tmp_path, cases=None))
    assert (place, message) == ("cases.yaml", "`cases.yaml` is missing")


def test_two_controls_do_not_say_or_ask_the_same(tmp_path: Path) -> None:
    write(tmp_path)
    control, cases = scaffold("6.2.1-03", "owners-known", title=None)
    control = control.replace(
        "Say in one sentence what happens if 6.2.1-03 is not met.", "Say in one sentence what happens if 6.2.1-02 is not met."
    )
    said = found(write(tmp_path, control.replace("enabled", "  enabled "), cases, "6/6.2.1-owners-known"))
    assert [one[1] for one in said] == ["this `why` also stands in control `6.2.1-02`", "control `6.2.1-02` asserts the same"]


def test_retired_ids_and_names_are_never_given_again(tmp_path: Path) -> None:
    root = write(tmp_path)
    retired = root / "retired.yaml"
    line = "- {{id: {}, name: {}, retired: 2026-03, reason: {{ja: 統合, en: Merged}}}}\n"
    retired.write_text(line.format('"6.2.1-09"', "gone-control"), "utf-8")
    assert found(root) == []
    retired.write_text(line.format('"6.2.1-02"', "leavers-disabled"), "utf-8")
    assert [one[1] for one in found(root)] == [
        "`6.2.1-02` belonged to a retired control (`controls/retired.yaml:1:8`)",
        "`leavers-disabled` belonged to a retired control (`controls/retired.yaml:1:26`)",
    ]
    retired.write_text(line.format('"6.2.1-09"', "a") * 2, "utf-8")
    assert [one[1] for one in found(root)] == ["`6.2.1-09` is there twice", "`a` is there twice"]
    retired.write_text("- {}\n", "utf-8")
    assert "`id` is missing" in [one[1] for one in found(root)]
    retired.write_text("- [\n", "utf-8")
    assert len(found(root)) == 1


def test_what_cannot_be_read_is_named_beside_the_rest(tmp_path: Path) -> None:
    write(tmp_path, "a: [", where="1/1.1-x")
    said = found(write(tmp_path, CONTROL.replace("law: []", "law: [省令80号-9]")))
    assert len(said) == 2


def test_the_scaffold_is_refused_for_wrong_names() -> None:
    assert folder("6.2.1-05", "accounts-owned") == "6/6.2.1-accounts-owned"


def test_shape_of_what_is_no_assertion() -> None:
    assert shape((1, "a")) == "[1, 'a']"
