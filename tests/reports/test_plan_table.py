import pytest

from secaudit.model.control import Value
from secaudit.model.status import Status
from secaudit.reports.plan_table import SHOWN_WIDTH, evaluation_table, plan_table
from tests.builders import evidence_set, plan_line, table, text


def test_years_of_one_row_stand_together_in_the_plans_order() -> None:
    lines = [
        plan_line(Status.UNKNOWN, commitment="B", fiscal_year=2025),
        plan_line(Status.PASS, commitment="A", fiscal_year=2025, shown=text("行った", "was held")),
        plan_line(Status.NOT_APPLICABLE, commitment="B", fiscal_year=2024, promised=None),
        plan_line(Status.UNKNOWN, commitment="B", row="研修", fiscal_year=2024, promised=None, unclear=("実施", "")),
    ]
    rows = [line.split() for line in plan_table(lines, "ja").splitlines()[2:]]
    assert [row[:3] for row in rows] == [
        ["B", "職員研修", "2024"],
        ["2025", "実施", "確認できない"],
        ["B", "職員研修：研修", "2024"],
        ["A", "職員研修", "2025"],
    ]
    assert "不明瞭（実施 / 空欄）" in plan_table(lines, "ja")
    assert "was held" in plan_table(lines, "en")


def test_a_long_claim_is_cut_and_a_claim_of_two_lines_stays_one() -> None:
    said = plan_table(
        [plan_line(shown=text("あ" * (SHOWN_WIDTH + 1), "x")), plan_line(fiscal_year=2024, shown=text("一\n二\x1b", "x"))], "ja"
    )
    assert "あ" * (SHOWN_WIDTH - 1) + "…" in said
    assert "一 二␦" in said


FORMER = ("item", "theme", "title", "department", "result", "note")
CHANGES = ("number", "edition", "title", "controls")


@pytest.mark.parametrize(("word", "said"), [("continued", "継続"), ("completed", "完了"), (None, "読めない")])
def test_the_former_plans_evaluation_is_counted_and_listed(word: Value, said: str) -> None:
    rows: list[tuple[Value, ...]] = [("1", "", "研修", "総務課", word, None), ("2", "", None, "総務課", word, None)]
    head, listed = evaluation_table(evidence_set(table("plan_evaluations", FORMER, rows)), "ja")
    assert head == f"前計画の評価 2項目（{said} 2）"
    assert listed.splitlines()[0].split() == ["1", said, "研修"]


def test_changes_of_the_guideline_are_listed_with_their_controls() -> None:
    head, listed = evaluation_table(evidence_set(table("edition_changes", CHANGES, [(1, "2025-03", "多要素認証", "6.2.1-02")])), "en")
    assert head == "1 changes of the guideline"
    assert listed.split() == ["1", "2025-03", "多要素認証", "→", "6.2.1-02"]


def test_without_such_files_nothing_is_said() -> None:
    assert evaluation_table(evidence_set(), "ja") == []
    assert evaluation_table(evidence_set(table("plan_evaluations", FORMER), table("edition_changes", CHANGES)), "ja") == []
