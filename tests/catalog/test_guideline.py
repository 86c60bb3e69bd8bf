"""What stands beside the controls: it loads, adds up, and is told about in coverage, differences and maps."""

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from secaudit.catalog.check import check
from secaudit.catalog.guideline.coverage import coverage, decided
from secaudit.catalog.guideline.diff import diff
from secaudit.catalog.guideline.load import load_guideline
from secaudit.catalog.guideline.mapping import mapping
from secaudit.catalog.guideline.numbers import clauses_of, key, unit_of
from secaudit.catalog.load import load
from secaudit.model.assertion import AllOf, Attested, Separated
from secaudit.model.control import EDITIONS, Basis, Change, Control
from secaudit.model.guideline import Guideline
from secaudit.model.text import Text
from tests.builders import AT, control, every, text

SHIPPED = Path(__file__).parents[2] / "controls"


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load_guideline(SHIPPED)


def test_the_counts_of_facts_hold(guideline: Guideline) -> None:
    standards = [clause for clause in guideline.clauses if clause.chapter != "0"]
    assert len(standards) == 138
    assert len([unit for unit in guideline.units if unit.number != "0"]) == 30
    assert len(guideline.clauses) - len(standards) == 10
    per_chapter = Counter(clause.chapter for clause in standards)
    assert per_chapter == {"1": 9, "2": 2, "3": 3, "4": 12, "5": 14, "6": 52, "7": 16, "8": 18, "9": 12}
    per_unit = Counter(unit_of(clause.number) for clause in standards)
    assert (per_unit["6.1"], per_unit["6.2"], per_unit["6.3"], per_unit["8.3"], per_unit["9.1"]) == (22, 6, 10, 8, 8)
    assert len({item.number for clause in standards for item in clause.items}) == 10 + 4 + 3 + 4 + 8 + 3


@pytest.mark.parametrize(
    ("number", "edition", "written"),
    [
        ("6.3.(2)", "2023-03", "6.3.(1)"),
        ("6.3.(2)", "2024-10", "6.3.(2)"),
        ("6.3.(1)", "2023-03", None),
        ("7.1.(3)", "2018-09", "7.1"),
        ("8.3.(5)", "2020-12", "8.4"),
        ("8.3.(5)", "2022-03", "8.2.(4)"),
        ("8.4.(1)", "2020-12", "8.2"),
        ("6.1.(22)", "2020-12", "8.3"),
        ("6.1.(21)", "2020-12", None),
        ("9.3", "2018-09", "9.3"),
    ],
)
def test_numbers_of_earlier_editions(guideline: Guideline, number: str, edition: str, written: str | None) -> None:
    (clause,) = [one for one in guideline.clauses if one.number == number]
    assert clause.number_in(edition) == written


def test_each_edition_had_so_many_clauses_in_its_sections(guideline: Guideline) -> None:
    def section(edition: str, unit: str) -> set[str]:
        numbers = (clause.number_in(edition) for clause in guideline.clauses)
        return {number for number in numbers if number is not None and unit_of(number) == unit}

    assert len(section("2023-03", "6.3")) == 8
    assert section("2023-03", "7.1") == {"7.1"}
    assert [len(section("2022-03", unit)) for unit in ("8.1", "8.2", "8.3", "8.4")] == [3, 7, 2, 0]
    assert [len(section("2024-10", unit)) for unit in ("8.1", "8.2", "8.3", "8.4")] == [4, 4, 8, 2]
    assert [len(section("2022-03", "6.1")), len(section("2020-12", "6.1"))] == [22, 20]


def test_frameworks_are_whole(guideline: Guideline) -> None:
    jis = Counter(entry.number.split(".")[0] for entry in guideline.frameworks["jis-q-27002-2024"].entries)
    assert jis == {"5": 37, "6": 8, "7": 14, "8": 34}
    assert len(guideline.frameworks["csf-2.0"].entries) == 22
    law = guideline.frameworks["ordinance-80"]
    assert [entry.chapters for entry in law.entries] == [*(((str(n),)) for n in (1, 2, 4, 5, 6, 7, 8, 9)), ("0", "9")]
    assert {entry.number for entry in law.entries if entry.transition is not None} == {"省令80号-5", "省令80号-7"}
    assert {entry.in_force.isoformat() for entry in law.entries if entry.in_force} == {"2026-04-01", "2027-07-01"}


@pytest.mark.parametrize(
    ("written", "clauses"),
    [
        ("6.1.(2)②", ("6.1.(2)",)),
        ("3.(1)②(ア)", ("3.(1)",)),
        ("4.4④", ("4.4",)),
        ("9.3", ("9.3",)),
        ("1.(1)–(3)", ("1.(1)", "1.(2)", "1.(3)")),
        ("8.3.(6)(8)", ("8.3.(6)", "8.3.(8)")),
        ("基本方針3", ("0.3",)),
        ("基本方針 (10)", ("0.10",)),
        ("第4編 6.1.(2)", ("6.1.(2)",)),
        ("付録", ()),
        ("6.2.1", ()),
    ],
)
def test_numbers_as_controls_write_them(written: str, clauses: tuple[str, ...]) -> None:
    assert clauses_of(written) == clauses


def test_clauses_sort_as_people_count() -> None:
    assert sorted(["6.1.(10)", "6.1.(2)", "0.10", "0.9"], key=key) == ["0.9", "0.10", "6.1.(2)", "6.1.(10)"]


def made(number: str, **changes: object) -> Control:
    base = control(str(changes.pop("id", "6.2.1-02")))
    fields = {"editions": dict.fromkeys(EDITIONS, number), "since": EDITIONS[0], "basis": BASIS, **changes}
    return dataclasses.replace(base, **fields)  # type: ignore[arg-type]  # any field may be changed


BASIS = Basis(number="known", duty="unsure", level="ours", maps="known", sources=(), level_reason="law-field")
ASKED = Attested(question=text("か", "is it"), ask="ciso", look_at=text("見る", "see"), at=AT)


def test_how_a_control_is_decided() -> None:
    assert decided(made("9.3")) == "data"
    assert decided(made("9.3", assertion=every("documents"))) == "document"
    assert decided(made("9.3", assertion=AllOf(parts=(every("documents"), every("committee_meetings")), at=AT))) == "document"
    assert decided(made("9.3", assertion=AllOf(parts=(every("documents"), every("staff")), at=AT))) == "data"
    assert decided(made("9.3", assertion=AllOf(parts=(every("staff"), ASKED), at=AT))) == "answer"
    assert decided(made("9.3", assertion=ASKED)) == "answer"
    assert decided(made("9.3", assertion=Separated(zones=("a", "b"), at=AT))) == "data"


def test_coverage_counts_clauses_items_and_shares(guideline: Guideline) -> None:
    controls = [
        made("2.(2)⑩", id="2.2-01"),
        made("1.(1)–(2)", id="1.1-01", assertion=every("documents")),
        made("6.1.(1)", id="6.1.1-51", overlay="cloud"),
        made("9.2.(3)", id="9.2.3-01", assertion=ASKED),
        made("99", id="9.9-01"),
    ]
    found = coverage(guideline, controls)
    cover = {clause.number: clause for clause in found.clauses}
    assert [one.id for one in cover["1.(2)"].controls] == ["1.1-01"]
    assert cover["1.(3)"].controls == ()
    assert cover["6.1.(1)"].controls == ()
    assert [one.id for one in cover["6.1.(1)"].overlay] == ["6.1.1-51"]
    items = {item.number: [one.id for one in item.controls] for item in cover["2.(2)"].items}
    assert items["2.(2)⑩"] == ["2.2-01"]
    assert items["2.(2)①"] == []
    assert found.stray == ("9.9-01",)
    marked = sum("A" in clause.test for clause in guideline.clauses)
    assert found.shares["A"] == (1, marked)
    assert found.shares["B"][0] == 2
    assert found.shares["H"][0] == 2
    chapters = {one.chapter: one for one in found.chapters}
    assert (chapters["1"].clauses, chapters["1"].covered) == (9, 2)
    assert chapters["1"].controls == {"data": 0, "document": 1, "answer": 0}
    assert sum(one.clauses for one in found.chapters) == 148


def test_what_differs_between_editions(guideline: Guideline) -> None:
    moved = {**dict.fromkeys(EDITIONS[:2], "8.1"), **dict.fromkeys(EDITIONS[2:], "8.1.(2)")}
    later = Change(edition="2025-03", sense="tightened", text=Text(ja="増えた", en="more"), basis="seen")
    early = Change(edition="2020-12", sense="reworded", text=Text(ja="変えた", en="changed"), basis="seen")
    controls = (
        made("6.1.(21)", id="6.1.21-01", since="2022-03", editions=dict.fromkeys(EDITIONS[2:], "6.1.(21)")),
        made("8.1", id="8.1-01", editions=moved),
        made("9.3", id="9.3-01", editions=dict.fromkeys(EDITIONS[:4], "9.3")),
        made("2.(1)", id="2.1-01", changes=(early, later)),
    )
    found = diff(guideline, controls, "2020-12", "2026-03")
    assert [(one.number, one.kind, one.edition, one.basis) for one in found.controls] == [
        ("6.1.21-01", "born", "2022-03", "unsure"),
        ("2.1-01", "tightened", "2025-03", "seen"),
        ("8.1-01", "moved", "2022-03", "known"),
        ("9.3-01", "dropped", "2024-10", "known"),
    ]
    assert found.controls[0].to_do == controls[0].requirement
    assert found.controls[1].to_do == Text(ja="対策を改める: 増えた", en="do more: more")
    assert "8.1 " in found.controls[2].to_do.en
    assert [one.edition for one in found.editions] == list(EDITIONS[2:])
    kinds = {(one.number, one.kind) for one in found.clauses}
    assert {("6.1.(21)", "born"), ("6.3.(3)", "moved"), ("4.1.(7)", "loosened"), ("3.(2)③", "born"), ("2.(1)", "tightened")} <= kinds
    assert ("6.3.(1)", "tightened") not in kinds  # it was born on the way
    assert ("4.1.(7)", "tightened") not in kinds  # that was 2020-12 itself


def test_one_step_between_editions_names_that_step_alone(guideline: Guideline) -> None:
    found = diff(guideline, (), "2025-03", "2026-03")
    assert {(one.number, one.kind) for one in found.clauses} == {("4.1.(7)", "loosened"), ("6.5.(1)", "tightened")}
    assert [one.edition for one in found.editions] == ["2026-03"]


def test_maps_go_both_ways(guideline: Guideline) -> None:
    controls = (
        made("9.3", id="9.3-01", maps={"csf-2.0": ("GV.PO", "PR.AA-01")}, law=("省令80号-8",)),
        made("9.3", id="9.3-02"),
    )
    found = mapping(guideline.frameworks["csf-2.0"], controls)
    numbers = {one.number: one.to for one in found.entries}
    assert numbers["GV.PO"] == ("9.3-01",)
    assert numbers["PR.AA"] == ("9.3-01",)
    assert numbers["RS.MI"] == ()
    assert [one.to for one in found.controls] == [("GV.PO", "PR.AA-01"), ()]
    law = mapping(guideline.frameworks["ordinance-80"], controls)
    assert {one.number for one in law.entries if one.to} == {"省令80号-8"}
    assert [one.basis for one in law.controls] == ["known", "known"]


def beside(tmp_path: Path, name: str, old: str, new: str) -> list[str]:
    """Return what the check says of the shipped data files with one change; there are no controls."""
    root = tmp_path / "controls"
    for path in (*SHIPPED.glob("*.yaml"), *SHIPPED.glob("frameworks/*.yaml")):
        target = root / path.relative_to(SHIPPED)
        target.parent.mkdir(parents=True, exist_ok=True)
        written = path.read_text("utf-8")
        if path.relative_to(SHIPPED).as_posix() == name:
            assert old in written
            written = written.replace(old, new, 1)
        target.write_text(written, "utf-8")
    found = check(root)
    assert all(error.message.ja and error.at is not None for error in found)
    return [error.message.en for error in found]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("sources.yaml", "- key: D2\n", "- key: D1\n", "`D1` is there twice"),
        ("sources.yaml", "  read: whole", "  read: all", "`all` is not a value of `read`"),
        ("editions.yaml", "- edition: 2018-09", "- edition: 2018-10", "editions are 2018-09"),
        ("editions.yaml", "sources: [D1, G1]}", "sources: [D1, G9]}", "there is no source `G9`"),
        ("editions.yaml", "basis: seen, sources: [N1], ja:", "basis: seen, sources: [], ja:", "`seen` names no source"),
        ("level-reasons.yaml", "  en: Recommended, because it supports", "  en: これは Recommended, because it supports", ""),
        ("level-reasons.yaml", "supporting:", "suporting:", "there is no key `suporting` here"),
        ("clauses.yaml", '  - {number: "4.1"', '  - {number: "4.9"', "there is no unit `4.1`"),
        ("clauses.yaml", '  - number: "6.1.(2)"', '  - number: "6.1.(1)"', "`6.1.(1)` is there twice"),
        ("clauses.yaml", "older: known, ", "", "`numbers` without `older`"),
        ("clauses.yaml", "    since: 2022-03\n", "    since: 2022-04\n", "there is no edition `2022-04`"),
        ("clauses.yaml", "      - edition: 2020-12", "      - edition: 2018-09", "lies before its birth"),
        ("frameworks/csf-2.0.yaml", "id: csf-2.0", "id: csf-2.1", "`id` differs from the name of the file"),
        ("frameworks/csf-2.0.yaml", "count: 6", "count: 7", "`GV` should have 7 entries, has 6"),
        ("frameworks/csf-2.0.yaml", "Finding the cause", "原因を調べる", "both languages have the same words"),
        ("frameworks/csf-2.0.yaml", "Finding the cause", "Telling others", "`Telling others` is there twice"),
        ("frameworks/csf-2.0.yaml", 'ja: "原因を調べる"', f'ja: "{"あ" * 61}"', "the Japanese has 61 characters (at most 60)"),
    ],
)
def test_what_is_wrong_beside_the_controls(tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    found = beside(tmp_path, name, old, new)
    assert not message or any(message in one for one in found), found


def test_what_is_shipped_beside_the_controls_is_in_order(tmp_path: Path) -> None:
    assert beside(tmp_path, "sources.yaml", "", "") == []


def test_every_shipped_control_names_a_clause_and_known_numbers(guideline: Guideline) -> None:
    controls = load(SHIPPED, with_cases=False).controls
    assert coverage(guideline, controls).stray == ()
    for framework in guideline.frameworks.values():
        known = {entry.number for entry in framework.entries}
        for one in mapping(framework, controls).controls:
            assert {target.split("-")[0] if framework.id == "csf-2.0" else target for target in one.to} <= known, one.number
