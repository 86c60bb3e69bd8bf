import pytest

from secaudit.model.status import Status
from secaudit.model.text import Lang
from secaudit.reports import markdown
from secaudit.reports.markdown import Page, write
from secaudit.reports.settings import Settings
from tests.builders import assessment, finding, loss
from tests.reports.readback import counts, loud, tokens
from tests.reports.samples import SAMPLES, bad, clean

SETTINGS = Settings(lang="ja", samples=2)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_is_tables_and_lists_and_nothing_else(name: str, lang: Lang) -> None:
    said = markdown.render([SAMPLES[name]()], Settings(lang=lang, samples=2)).decode()
    assert loud(said) == []
    assert "html_block" not in {token.type for token in tokens(said)}
    assert {"table_open", "heading_open"} <= {token.type for token in tokens(said)}


def test_the_worst_comes_first_and_the_policys_names_are_used() -> None:
    rows = [line for line in markdown.render([bad()], SETTINGS).decode().splitlines() if line.startswith("| 不適合")]
    assert [row.split(" | ")[1] for row in rows] == ["6.2.1-02", "5.2-01", "6.1.13-01"]
    assert [row.split(" | ")[5] for row in rows] == ["重大な不適合", "軽微な不適合", "重大な不適合"]


def test_what_passes_needs_no_table() -> None:
    said = markdown.render([clean()], SETTINGS).decode()
    assert "判定 |" not in said
    assert "###" not in said
    assert "得点 なし" in markdown.render([assessment()], SETTINGS).decode()


def test_losses_beyond_twenty_are_counted() -> None:
    said = markdown.render([assessment(losses=(loss(),) * 23)], SETTINGS).decode()
    assert said.rstrip().endswith("- ほか3件")


def test_a_page_takes_a_block_whole_or_not_at_all_and_nothing_after_it() -> None:
    page = Page(10)
    assert page.add("ab", "cd")
    assert not page.add("職員", "x")
    assert not page.add("")
    page.close("end")
    assert page.text() == "ab\ncd\nend\n"


@pytest.mark.parametrize("limit", [0, 100, 400, 700, 900, 1_200, 2_000, 3_000, 4_000, 5_000, 100_000])
@pytest.mark.parametrize("fold", [False, True])
def test_whatever_does_not_fit_is_counted(limit: int, fold: bool) -> None:
    made = [assessment(*(finding(Status.FAIL, control=f"6.1-0{n}") for n in range(9)), policy_id=f"p{number}") for number in range(2)]
    said = write(Page(limit), made, SETTINGS, fold=fold)
    assert len(said.encode()) <= limit + 600
    assert said.count("<details>") == said.count("</details>")
    left = 18 - counts("markdown", said.encode())["fail"]
    assert (f"所見{left}件を省きました" in said) == (left > 0)
    rows = [name for name in ("| p0/FY2025", "| p1/FY2025") if name in said]
    assert ("件が一覧に入りません" in said) == (len(rows) < 2)
    missing = 18 - left - said.count("- 対応")
    assert ("件の内訳を省きました" in said) <= (missing > 0)
