"""The kinds that ship: their columns are those of the design, no header or word means two things, and loading is quick."""

import time

import pytest

from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.words import BLANK_WORDS, FALSE_WORDS, REFUSED_WORDS, TRUE_WORDS, fold, fold_header
from secaudit.model.evidence import Kind

KINDS = tuple(load_kinds().values())
LEDGERS = {
    "training_records": "completed_on",
    "drills": "held_on",
    "committee_meetings": "held_on",
    "incidents": "found_at",
    "backups": "finished_on",
    "restore_tests": "tested_on",
    "log_reviews": "reviewed_on",
    "disposals": "disposed_on",
    "media_loans": "taken_on",
    "self_checks": "answered_on",
    "audit_engagements": "audited_on",
}


def test_there_are_all_kinds() -> None:
    assert len(KINDS) == 36
    assert {kind.name: kind.dated_by for kind in KINDS if kind.nature == "ledger"} == LEDGERS
    assert {kind.dated_by for kind in KINDS if kind.nature != "ledger"} == {None}


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
    found = {(kind.name, column.name) for kind in KINDS for column in kind.columns if column.future}
    assert found == {
        ("staff", "left_on"),
        ("privileged_accounts", "expires_on"),
        ("devices", "os_support_until"),
        ("software", "support_until"),
        ("contracts", "starts_on"),
        ("contracts", "ends_on"),
        ("remote_work_permits", "expires_on"),
        ("exceptions_register", "expires_on"),
        ("audit_findings", "due_on"),
        ("answers", "expires_on"),
    }


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
