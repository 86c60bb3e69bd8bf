import dataclasses

import pytest

from secaudit.model.assertion import (
    AllOf,
    Assertion,
    Attested,
    Condition,
    Coverage,
    Distinct,
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
from secaudit.model.status import Status
from secaudit.reports.explanation import control_text, finding_text, rule_lines
from tests.builders import AT, assessment, bound_parameter, control, every, finding, outcome, parameter, ratio, text
from tests.reports.samples import bad

WHERE = Condition(text="enabled", at=AT)
ON = (KeyPair(left="account", right="account"),)
WITHIN = Within(
    table="incidents", where=None, start="found_at", end="recovered_at", limit=3, unit="days", percentile=None, earlier="unknown", at=AT
)
MATCH = Match(table="accounts", where=None, other="staff", other_where=WHERE, on=ON, sides="both", at=AT)
RULES: dict[str, tuple[Assertion, list[str]]] = {
    "every": (every(where="enabled"), ["each row of accounts in scope holds the condition", "in scope: enabled", "condition: enabled"]),
    "none": (
        NoneOf(table="accounts", where=None, holds=WHERE, at=AT),
        ["no row of accounts in scope holds the condition", "condition: enabled"],
    ),
    "coverage": (
        Coverage(table="staff", where=None, other="training", on=ON, matching=WHERE, target=ParameterName("target"), at=AT),
        ["the share of staff in scope that is matched in training is at least :target", "matched if: enabled"],
    ),
    "exists": (Exists(table="drills", where=None, dated=None, at_least=1, at=AT), ["at least 1 rows of drills are in scope"]),
    "recent": (
        Recent(table="drills", where=None, dated="held_on", within_days=365, at=AT),
        ["the newest held_on of drills is at most 365 days old"],
    ),
    "regular": (
        Regular(table="drills", where=None, dated="held_on", max_gap_days=31, at=AT),
        ["gaps between held_on of drills never exceed 31 days over the year"],
    ),
    "within": (WITHIN, ["from found_at to recovered_at of incidents takes at most 3 days"]),
    "within a share": (
        dataclasses.replace(WITHIN, percentile=0.95),
        ["from found_at to recovered_at of incidents takes at most 3 days in a share of at least 0.95"],
    ),
    "match": (MATCH, ["accounts and staff agree in both directions", "other side in scope: enabled"]),
    "match left": (
        dataclasses.replace(MATCH, sides="left", other_where=None),
        ["everything of accounts in scope is in staff"],
    ),
    "distinct": (Distinct(table="loans", where=None, columns=("a", "b"), at=AT), ["a and b of loans differ"]),
    "separated": (Separated(zones=("lgwan", "internet"), at=AT), ["nothing but declared flows passes between lgwan, internet"]),
    "separated, one zone": (
        Separated(zones=("lgwan",), at=AT),
        ["nothing but declared flows passes between lgwan and any other zone"],
    ),
    "separated, flows": (
        Separated(zones=("lgwan", "internet"), of="flows", at=AT),
        ["the declared flows and relays of lgwan, internet are in order"],
    ),
    "attested": (
        Attested(question=text("あるか", "is there one?"), ask="ciso", look_at=text("規程", "the rules"), at=AT),
        ["question (to the CISO): is there one?", "look at: the rules"],
    ),
    "all of": (
        AllOf(parts=(every(), Separated(zones=("lgwan",), at=AT)), at=AT),
        [
            "all of:",
            "- each row of accounts in scope holds the condition",
            "  condition: enabled",
            "- nothing but declared flows passes between lgwan and any other zone",
        ],
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_each_rule_is_said_in_words(name: str) -> None:
    assertion, lines = RULES[name]
    assert rule_lines(assertion, "en") == lines
    assert len(rule_lines(assertion, "ja")) == len(lines)


def test_a_control_is_told_with_its_rule_and_its_limits() -> None:
    said = control_text(control(parameters={"grace_days": parameter()}), "ja")
    for part in ("6.2.1-02 leavers-disabled", "求めること: 退職の翌日までに止める", "判定の規則:", ":grace_days 標準 1 days", "必須"):
        assert part in said
    bare = control_text(control(level="recommended", evidence=()), "ja")
    assert "推奨" in bare
    assert "証跡: －" in bare


def test_a_finding_is_told_with_all_its_rows_and_limits() -> None:
    made = bad()
    (leavers,) = (item for item in made.findings if item.control == "6.2.1-02")
    said = finding_text(made, leavers, "ja", None)
    for part in (
        "a017",
        "a022",
        "a031",
        "a040",
        "適合 1件",
        "一覧!E19",
        ":grace_days = 30 （ポリシー",
        ":kinds = person, shared （標準値",
        "※ 設定値",
    ):
        assert part in said
    assert "a001" not in said
    assert "a001" in finding_text(made, leavers, "ja", "a001")
    one = finding_text(made, leavers, "ja", "a017")
    assert "a017" in one
    assert "a022" not in one
    assert "対象 zz の行はない" in finding_text(made, leavers, "ja", "zz")


def test_a_part_of_a_key_finds_its_row_and_no_cell_adds_a_line() -> None:
    found = finding(
        Status.FAIL, outcome("a1 / pc\n7"), measured=ratio(1, 2), parameters={"grace_days": bound_parameter()}, reason=text("\x1b[2J", "x")
    )
    said = finding_text(assessment(found), found, "ja", "a1")
    assert "- 不適合 a1 / pc 7:" in said
    assert "実績 50.0%（1/2）／目標 100.0%" in said
    assert "\x1b" not in said
