"""`catalogue pages`, `evidence kinds` and `evidence template` as a user would call them."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from secaudit.cli.commands.catalogue_pages import book_of
from secaudit.cli.main import invoke
from secaudit.evidence.kinds import example
from secaudit.pipeline.workspace import find
from secaudit.reports.control_pages import pages
from tests.program import ROOT
from tests.reports.test_control_pages import dead

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with four controls of its own."""
    root = tmp_path_factory.mktemp("pages")
    controls = root / "controls"
    for name in ("5/5.2.2-training-covers-staff", "6/6.2.1-leavers-disabled", "6/6.2.1-accounts-owned"):
        shutil.copytree(ROOT / "controls" / name, controls / name)
    return root


@pytest.fixture
def call(place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(place)

    def invoked(*arguments: str) -> tuple[int, str, str]:
        code = invoke(list(arguments))
        out, err = capfd.readouterr()
        return code, out, err

    return invoked


def test_pages_are_written_compared_and_deleted(place: Path, call: Call) -> None:
    assert call("catalogue", "pages", "--out", "docs/controls")[:2] == (0, "6頁（変わったもの 6）: docs/controls\n")
    assert call("catalogue", "pages", "--out", "docs/controls")[:2] == (0, "6頁（変わったもの 0）: docs/controls\n")
    assert call("catalogue", "pages", "--out", "docs/controls", "--check") == (0, "", "")
    page, gone = place / "docs/controls/6/6.2.1-02.md", place / "docs/controls/7/7.1.1-01.md"
    gone.parent.mkdir()
    gone.write_bytes(page.read_bytes())
    page.write_text(page.read_text("utf-8").replace("## 理由", "## 訳"), "utf-8")
    (place / "docs/controls/5/5.2.2-02.md").unlink()
    own = place / "docs/controls/notes.md"
    own.write_text("ours\n", "utf-8")
    code, out, err = call("catalogue", "pages", "--out", "docs/controls", "--check", "--lang", "ja")
    assert (code, out) == (3, "")
    assert [line.split(": error")[0] for line in err.splitlines()] == [
        "docs/controls/5/5.2.2-02.md",
        "docs/controls/6/6.2.1-02.md:15",
        "docs/controls/7/7.1.1-01.md",
    ]
    assert "この頁がありません" in err
    assert "目録の内容と違います" in err
    assert "もうありません" in err
    assert call("catalogue", "pages", "--out", "docs/controls")[1] == "6頁（変わったもの 3）: docs/controls\n"
    assert not gone.parent.exists()
    assert own.read_text("utf-8") == "ours\n"


def test_what_the_generator_did_not_write_is_not_replaced(place: Path, call: Call) -> None:
    other = place / "mine"
    other.mkdir()
    (other / "README.md").write_text("ours\n", "utf-8")
    code, _, err = call("catalogue", "pages", "--out", "mine")
    assert code == 2
    assert "mine/README.md" in err
    assert sorted(path.name for path in other.iterdir()) == ["README.md"]


@pytest.mark.parametrize("command", [("explain",), ("catalogue", "show")])
def test_a_control_names_its_page(call: Call, command: tuple[str, ...]) -> None:
    code, out, _ = call(*command, "5.2.2-02")
    assert code == 0
    assert "docs/controls/5/5.2.2-02.md" in out


def test_the_pages_of_the_shipped_catalogue_are_made_quickly_and_hang_together() -> None:
    book = book_of(find(ROOT))
    start = time.process_time()
    made = pages(book)
    assert time.process_time() - start < 2  # 0.2 s on an idle machine
    assert len(made) > len(book.catalogue.controls)
    assert dead(made) == []


def test_a_template_is_the_example_of_its_kind(place: Path, call: Call) -> None:
    assert call("evidence", "template", "accounts", "--out", "accounts.csv")[0] == 0
    assert (place / "accounts.csv").read_bytes() == example("accounts")
    code, _, err = call("evidence", "template", "職員名簿", "--out", "accounts.csv")
    assert code == 2  # nothing is overwritten
    assert "accounts.csv" in err
    code, out, _ = call("evidence", "template", "職員名簿")
    assert code == 0
    assert out.startswith("職員番号,氏名,")
    code, _, err = call("evidence", "template", "staf")
    assert code == 3
    assert "`staff`" in err


def test_kinds_are_listed_with_their_columns(call: Call) -> None:
    code, out, _ = call("evidence", "kinds")
    assert code == 0
    assert "staff  職員名簿\n" in out
    code, out, _ = call("evidence", "kinds", "staff")
    assert code == 0
    assert "職員番号 (staff_id): 職員番号, staff number, staff_id, 職員コード" in out
