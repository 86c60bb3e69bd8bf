"""Controls on their own cases: the runner notices what it must, and every shipped control has teeth."""

from dataclasses import replace
from pathlib import Path

import pytest

from secaudit.catalog.load import load
from secaudit.errors import DocumentError
from secaudit.evidence.kinds import load_kinds
from secaudit.model.assertion import AllOf
from secaudit.model.control import Case, Catalogue, Control
from secaudit.model.status import Status
from secaudit.trial import moved_assertions, moved_conditions, run_cases, toothless

ROOT = Path(__file__).resolve().parents[1]
KINDS = load_kinds()
CATALOGUE: Catalogue = load(ROOT / "controls", base=ROOT)
BY_ID = {control.id: control for control in CATALOGUE.controls}
IDS = sorted(BY_ID)


def _cases(control: str) -> tuple[Case, ...]:
    return CATALOGUE.cases[control]


@pytest.mark.parametrize("control", IDS)
def test_every_case_comes_out_as_written_on_both_backends(control: str) -> None:
    for backend in ("duckdb", "reference"):
        trials = run_cases(BY_ID[control], _cases(control), KINDS, backend=backend)
        assert [(t.case.name, t.got) for t in trials] == [(t.case.name, t.case.expect) for t in trials]


@pytest.mark.parametrize("control", IDS)
def test_every_control_has_teeth(control: str) -> None:
    assert toothless(BY_ID[control], _cases(control), KINDS) == ()


def test_a_control_without_its_boundary_cases_has_no_teeth() -> None:
    control = BY_ID["6.2.1-03"]
    middle = [case for case in _cases("6.2.1-03") if case.expect is Status.UNKNOWN]
    moves = toothless(control, middle, KINDS)
    assert any(":max_idle_days moves by +1" in move for move in moves)


def test_lists_and_booleans_move_too() -> None:
    control = BY_ID["4.1.7-01"]
    moves = toothless(control, [case for case in _cases("4.1.7-01") if case.expect is Status.UNKNOWN][:1], KINDS)
    assert {f":methods loses {word}" for word in ("physical-destruction", "degaussing")} <= set(moves)


def test_a_case_that_names_nothing_known_is_refused() -> None:
    control = BY_ID["6.2.1-03"]
    case = _cases("6.2.1-03")[0]
    with pytest.raises(DocumentError, match="no kind"):
        run_cases(control, [replace(case, tables={"acounts": ()})], KINDS)
    with pytest.raises(DocumentError, match="no column"):
        run_cases(control, [replace(case, tables={"accounts": ({"acount": "a"},)})], KINDS)


def test_comparisons_take_and_give_their_boundary_one_at_a_time() -> None:
    assert list(moved_conditions("a <= 1 and b > 2 and c <> 3")) == ["a < 1 and b > 2 and c <> 3", "a <= 1 and b >= 2 and c <> 3"]


def test_parts_of_all_of_move_one_at_a_time() -> None:
    control: Control = BY_ID["1.1-01"]
    assert isinstance(control.assertion, AllOf)
    moves = [move for move, _ in moved_assertions(control.assertion)]
    assert any(move.startswith("part 1: at_least") for move in moves)
