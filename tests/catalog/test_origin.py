from pathlib import Path

import pytest

from secaudit.catalog.check import check
from secaudit.catalog.load import load
from secaudit.catalog.scaffold import scaffold
from secaudit.model.control import EDITIONS
from secaudit.model.status import Status

CONTROL, CASES = scaffold("6.2.1-02", "leavers-disabled", since="2020-12")
BASIS = "basis: {number: unsure, duty: unsure, level: ours, maps: known, sources: [], level_reason: direct-loss}\n"
ASKING = """\
assert:
  attested:
    question: {ja: 止めていますか。, en: "Are they disabled?"}
    ask: system-manager
    look_at: {ja: 一覧と現物を見比べる。, en: Compare the list with what is there.}
"""
SOURCES = "- {key: D1, title: {ja: 資料, en: deck}, url: ['https://example.jp/1'], read: whole}\n"


def write(root: Path, control: str, cases: str | None = CASES, where: str = "6/6.2.1-leavers-disabled") -> Path:
    path = root / "controls" / where
    path.mkdir(parents=True, exist_ok=True)
    (path / "control.yaml").write_text(control, "utf-8")
    if cases is not None:
        (path / "cases.yaml").write_text(cases, "utf-8")
    (root / "controls" / "sources.yaml").write_text(SOURCES, "utf-8")
    return root / "controls"


def said(root: Path) -> list[str]:
    found = check(root, kinds=("accounts", "answers"))
    assert all(error.message.ja and error.at is not None for error in found)
    return [error.message.en for error in found]


def with_basis(basis: str, *, law: str = "[省令80号-5]", extra: str = "") -> str:
    return CONTROL.replace("law: []", f"law: {law}").replace(BASIS, f"basis: {basis}\n{extra}")


def test_a_basis_in_order(tmp_path: Path) -> None:
    assert BASIS in CONTROL
    basis = "{number: seen, duty: known, level: ours, maps: known, sources: [D1], level_reason: law-field}"
    assert said(write(tmp_path, with_basis(basis))) == []


@pytest.mark.parametrize(
    ("basis", "message"),
    [
        ("{number: seen, duty: known, level: ours, maps: known, level_reason: law-field}", "`number: seen` names no source"),
        ("{number: known, duty: known, level: ours, maps: seen, level_reason: law-field}", "`maps: seen` names no source"),
        ("{number: known, duty: known, level: ours, maps: known, sources: [D9], level_reason: law-field}", "there is no source `D9`"),
        ("{number: known, duty: known, level: ours, maps: known}", "the level is ours and has no `level_reason`"),
        (
            "{number: known, duty: known, level: ours, maps: known, level_reason: supporting}",
            "`supporting` is no reason for `level: required`",
        ),
        (
            "{number: known, duty: known, level: seen, maps: known, sources: [D1]}",
            "only levels of audit items of chapter 1 were seen in a source",
        ),
        (
            "{number: known, duty: known, level: seen, maps: known, sources: [D1], level_reason: law-field}",
            "a level that was seen has no `level_reason`",
        ),
    ],
)
def test_what_is_wrong_with_a_basis(tmp_path: Path, basis: str, message: str) -> None:
    assert message in said(write(tmp_path, with_basis(basis)))


def test_no_basis_loads_and_is_an_error_of_the_check(tmp_path: Path) -> None:
    root = write(tmp_path, CONTROL.replace(BASIS, ""))
    assert load(root).controls[0].basis is None
    assert said(root) == ["`basis` is missing"]


def test_a_field_of_law_needs_an_item(tmp_path: Path) -> None:
    basis = "{number: known, duty: known, level: ours, maps: known, level_reason: law-field}"
    assert said(write(tmp_path, with_basis(basis, law="[]"))) == ["`law-field` without any item in `law`"]
    assert said(write(tmp_path, with_basis(basis, law="[自治法244条の6]"))) == []


def change(edition: str, sense: str = "tightened") -> str:
    words = f"{{ja: 変わった{edition}{sense}, en: Changed {edition} {sense}}}"
    return f"  - {{edition: {edition}, sense: {sense}, text: {words}, basis: known}}\n"


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        (change("2022-03") + change("2025-03"), []),
        (change("2020-12"), ["a change of `2020-12` is not after the birth of the control in `2020-12`"]),
        (change("2018-09"), ["a change of `2018-09` is not after the birth of the control in `2020-12`"]),
        (change("2019-01"), ["there is no edition `2019-01`"]),
        (change("2025-03") + change("2022-03"), ["`changes` are not in order of edition and sense, or one is there twice"]),
        (change("2022-03") + change("2022-03"), ["`changes` are not in order of edition and sense, or one is there twice"]),
        (change("2022-03", "reworded") + change("2022-03", "tightened"), []),
    ],
)
def test_changes_lie_after_the_birth(tmp_path: Path, changes: str, messages: list[str]) -> None:
    assert said(write(tmp_path, CONTROL + "changes:\n" + changes)) == messages


def test_a_change_needs_an_edition_that_has_the_control(tmp_path: Path) -> None:
    gone = CONTROL.replace('  2025-03: "6.2.(1)"\n  2026-03: "6.2.(1)"\n', "")
    assert said(write(tmp_path, gone + "changes:\n" + change("2026-03"))) == ["the control is not in the edition `2026-03`"]


@pytest.mark.parametrize(
    ("number", "overlay", "right"),
    [("50", "", True), ("51", "overlay: cloud\n", True), ("51", "", False), ("50", "overlay: cloud\n", False)],
)
def test_numbers_of_an_overlay(tmp_path: Path, number: str, overlay: str, *, right: bool) -> None:
    root = write(tmp_path, CONTROL.replace('"6.2.1-02"', f'"6.2.1-{number}"') + overlay)
    assert (said(root) == []) is right
    assert load(root).controls[0].overlay == ("cloud" if overlay else None)


def test_numbers_must_exist_where_the_clauses_stand_beside(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "controls"
    root = write(
        tmp_path,
        CONTROL.replace('2026-03: "6.2.(1)"', '2026-03: "6.2.(7)②"').replace(
            "maps: {}", 'maps: {jis-q-27002-2024: ["5.38"], csf-2.0: ["PR.AA-01", "PR.XX"]}'
        ),
    )
    for name in ("clauses", "editions", "level-reasons", "sources"):
        (root / f"{name}.yaml").write_bytes((shipped / f"{name}.yaml").read_bytes())
    (root / "frameworks").mkdir()
    for path in (shipped / "frameworks").iterdir():
        (root / "frameworks" / path.name).write_bytes(path.read_bytes())
    assert said(root) == ["there is no clause `6.2.(7)`", "`jis-q-27002-2024` has no `5.38`", "`csf-2.0` has no `PR.XX`"]


def test_an_item_of_the_basic_policy_is_chapter_0(tmp_path: Path) -> None:
    control, cases = scaffold("0.1-01", "purpose-stated")
    root = write(tmp_path, control, cases, "0/0.1-purpose-stated")
    assert said(root) == []
    assert load(root).controls[0].chapter == "0"


def shared(root: Path, text: str | None = None) -> Path:
    source = Path(__file__).parents[2] / "controls" / "attested-cases.yaml"
    (root / "attested-cases.yaml").write_text(text or source.read_text("utf-8"), "utf-8")
    return root


def asking() -> str:
    start, end = CONTROL.index("assert:"), CONTROL.index("remedy:")
    control = CONTROL[:start] + ASKING + CONTROL[end:]
    return control.replace("evidence: [accounts]", "evidence: [answers]").replace(
        "parameters:\n  max_idle_days: {type: integer, default: 90, minimum: 0, unit: days, stricter: lower}\n", "parameters: {}\n"
    )


def test_controls_that_only_ask_share_their_cases(tmp_path: Path) -> None:
    root = write(tmp_path, asking(), None)
    assert said(root) == ["`cases.yaml` is missing"]
    before = load(root).digest
    shared(root)
    assert said(root) == []
    catalogue = load(root)
    assert catalogue.digest != before
    cases = catalogue.cases["6.2.1-02"]
    assert {case.expect for case in cases} >= {Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE}
    named = {str(row["control"]) for case in cases for row in case.tables.get("answers", ())}
    assert named == {"6.2.1-02", "6.2.1-03"}
    assert load(root, with_cases=False).digest == catalogue.digest
    assert load(root, with_cases=False).cases == {}


def test_own_cases_and_other_assertions_do_not_share(tmp_path: Path) -> None:
    own = "- {name: own, expect: pass, tables: {answers: []}}\n"
    root = shared(write(tmp_path, asking(), own))
    assert [case.name for case in load(root).cases["6.2.1-02"]] == ["own"]
    (root / "6" / "6.2.1-leavers-disabled" / "cases.yaml").unlink()
    write(tmp_path, CONTROL, None)
    assert said(root) == ["`cases.yaml` is missing"]


def test_what_is_wrong_with_shared_cases_is_said_once(tmp_path: Path) -> None:
    one = "- {name: a, expect: pass, tables: {answers: []}}\n"
    root = shared(write(tmp_path, asking(), None), one + one)
    assert said(root) == ["there are two cases `a`"]
    shared(root, "- {name: a}\n")
    assert any("missing" in message for message in said(root))


def test_every_shipped_control_says_its_basis() -> None:
    catalogue = load(Path(__file__).parents[2] / "controls", with_cases=False)
    assert [control.id for control in catalogue.controls if control.basis is None] == []
    assert {edition for control in catalogue.controls for edition in control.editions} == set(EDITIONS)
