from pathlib import Path

import pytest

from secaudit.catalog.check import check
from secaudit.catalog.load import load
from secaudit.catalog.scaffold import clause_of, folder, scaffold
from secaudit.errors import UsageError
from secaudit.model.assertion import Every
from secaudit.model.control import EDITIONS
from secaudit.model.status import Status
from secaudit.model.text import Text


def test_a_new_control_loads_and_is_in_order(tmp_path: Path) -> None:
    control, cases = scaffold(
        "6.2.1-05",
        "accounts-owned",
        clause='6.2.(1)"②"',
        since="2025-03",
        level="recommended",
        severity="low",
        title=Text(ja="持ち主: がいる", en="Accounts: owned"),
    )
    path = tmp_path / "controls" / folder("6.2.1-05", "accounts-owned")
    path.mkdir(parents=True)
    (path / "control.yaml").write_text(control, "utf-8")
    (path / "cases.yaml").write_text(cases, "utf-8")
    assert check(tmp_path / "controls", kinds=["accounts"]) == ()
    catalogue = load(tmp_path / "controls")
    (loaded,) = catalogue.controls
    assert loaded.editions == {"2025-03": '6.2.(1)"②"', "2026-03": '6.2.(1)"②"'}
    assert loaded.title == Text(ja="持ち主: がいる", en="Accounts: owned")
    assert (loaded.level, loaded.severity) == ("recommended", "low")
    assert isinstance(loaded.assertion, Every)
    assert {case.expect for case in catalogue.cases["6.2.1-05"]} == {Status.PASS, Status.FAIL, Status.UNKNOWN}


def test_defaults() -> None:
    control, _ = scaffold("6.2.1-05", "accounts-owned")
    assert f'since: {EDITIONS[-1]}\neditions:\n  {EDITIONS[-1]}: "6.2.(1)"\n' in control


@pytest.mark.parametrize(
    ("control", "clause"),
    [("6.2.1-05", "6.2.(1)"), ("1.7-03", "1.(7)"), ("4.3-01", "4.3"), ("8.1-09", "8.1"), ("0.10-01", "基本方針10")],
)
def test_the_clause_of_an_id(control: str, clause: str) -> None:
    assert clause_of(control) == clause


@pytest.mark.parametrize(
    ("control", "name", "since"), [("6.2.1", "a", "2025-03"), ("6.2.1-05", "A b", "2025-03"), ("6.2.1-05", "a", "2025-04")]
)
def test_what_has_no_form(control: str, name: str, since: str) -> None:
    with pytest.raises(UsageError) as caught:
        scaffold(control, name, since=since)
    assert caught.value.hint is not None
