"""The kinds that ship: their columns are those of the design, no header or word means two things, and loading is quick."""

import re
import time
from pathlib import Path

import pytest

from secaudit.evidence import kinds
from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.words import BLANK_WORDS, FALSE_WORDS, REFUSED_WORDS, TRUE_WORDS, fold, fold_header
from secaudit.model.evidence import Kind

KINDS = tuple(load_kinds().values())
FOLDER = Path(kinds.__file__).parent / "kinds"
AHEAD = re.compile(r"(?:.*_)?(?:expires_on|starts_on|ends_on|due_on|until|planned_end_at)")
"""Names of columns that say what will be: ends, beginnings and deadlines that are agreed beforehand."""
AHEAD_BESIDES = {("staff", "left_on"), ("term_staff", "appointed_on"), ("account_requests", "effective_on")}
"""Days that an office settles before they come."""
UNDATED_ROWS = {"training_records", "self_checks"}
"""Ledgers that list what was not done, too: such rows have no date, and the column may be missing."""


def test_every_file_is_a_kind() -> None:
    assert [kind.name for kind in KINDS] == sorted(path.stem for path in FOLDER.glob("[!_]*.yaml"))
    assert len({kind.title.ja for kind in KINDS}) == len({kind.title.en for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_ledger_and_nothing_else_is_dated(kind: Kind) -> None:
    if kind.nature != "ledger":
        assert kind.dated_by is None
        return
    dated = kind.column(kind.dated_by or "")
    assert dated is not None
    assert dated.type in ("date", "datetime")
    assert not dated.future  # what will be is no record
    assert dated.required is (kind.name not in UNDATED_ROWS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_header_means_one_column(kind: Kind) -> None:
    meanings: dict[str, str] = {}
    for column in kind.columns:
        for header in column.headers:
            assert meanings.setdefault(fold_header(header), column.name) == column.name, header
    assert len({column.name for column in kind.columns}) == len(kind.columns)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_whole(kind: Kind) -> None:
    assert kind.keys
    assert any(column.required for column in kind.columns)
    assert kind.dated_by is None or kind.column(kind.dated_by) is not None
    for column in kind.columns:
        assert column.title.ja
        assert column.title.en
        assert (column.type == "enum") == bool(column.values)
        assert set(column.words.values()) <= (set(column.values) if column.values else {"true", "false"})
        assert all(word == fold(word) for word in column.words)


def test_only_names_of_people_are_personal() -> None:
    found = {(kind.name, column.name) for kind in KINDS for column in kind.columns if column.personal}
    assert found == {("staff", "name"), ("accounts", "display_name")}


def test_dates_that_may_lie_ahead() -> None:
    dates = [(kind.name, column) for kind in KINDS for column in kind.columns if column.type in ("date", "datetime")]
    named = {(kind, column.name) for kind, column in dates if AHEAD.fullmatch(column.name)}
    assert {(kind, column.name) for kind, column in dates if column.future} == named | AHEAD_BESIDES
    assert not [kind.name for kind in KINDS for column in kind.columns if column.future and column.type not in ("date", "datetime")]


def test_words_that_every_column_knows_do_not_contradict() -> None:
    assert not TRUE_WORDS & FALSE_WORDS
    assert not (TRUE_WORDS | FALSE_WORDS) & REFUSED_WORDS
    assert not TRUE_WORDS & BLANK_WORDS
    assert not BLANK_WORDS & REFUSED_WORDS


def test_loading_is_quick_and_done_once() -> None:
    load_kinds.cache_clear()
    start = time.perf_counter()
    first = load_kinds()
    assert time.perf_counter() - start < 0.5  # 0.02 s on an idle machine; the budget leaves room for a busy one
    assert load_kinds() is first
