from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.findings.dispose import dispose
from secaudit.model.policy import ExceptionGrant
from secaudit.model.status import Status
from tests.builders import grant, outcome

CONTROL = "6.2.1-02"
LAST = date(2026, 3, 31)
FAILING = (outcome("a1"), outcome("a2"), outcome("a3", Status.PASS))


def test_it_holds_on_its_last_day_and_is_open_the_day_after() -> None:
    held = (grant(CONTROL, expires=LAST),)
    on_the_day = dispose(CONTROL, Status.FAIL, FAILING, held, as_of=LAST)
    assert (on_the_day.disposition, on_the_day.live, on_the_day.expired) == ("excepted", held, ())
    after = dispose(CONTROL, Status.FAIL, FAILING, held, as_of=LAST + timedelta(days=1))
    assert (after.disposition, after.live, after.expired, after.subjects) == ("open", (), held, ())


def test_before_it_is_approved_it_covers_nothing_and_is_not_expired() -> None:
    later = grant(CONTROL, approved_on=LAST + timedelta(days=1), expires=date(2027, 3, 31))
    found = dispose(CONTROL, Status.FAIL, FAILING, (later,), as_of=LAST)
    assert (found.disposition, found.live, found.expired) == ("open", (), ())


@pytest.mark.parametrize(
    ("grants", "disposition", "covered"),
    [
        ((), "open", ()),
        ((grant(CONTROL),), "excepted", ("a1", "a2")),
        ((grant(CONTROL, "a1"),), "open", ("a1",)),
        ((grant(CONTROL, "a2", "a1", "zz"),), "excepted", ("a1", "a2")),
        ((grant(CONTROL, "a1"), grant(CONTROL, "a2")), "excepted", ("a1", "a2")),
        ((grant(CONTROL, "a1"), grant(CONTROL, "a2", expires=date(2025, 12, 31))), "open", ("a1",)),
        ((grant("7.1-01"),), "open", ()),
    ],
)
def test_each_failing_subject_must_be_named_unless_the_whole_control_is(
    grants: tuple[ExceptionGrant, ...], disposition: str, covered: tuple[str, ...]
) -> None:
    found = dispose(CONTROL, Status.FAIL, FAILING, grants, as_of=LAST)
    assert (found.disposition, found.subjects) == (disposition, covered)


def test_a_failure_without_subjects_needs_an_exception_of_the_whole_control() -> None:
    assert dispose(CONTROL, Status.FAIL, (), (grant(CONTROL, "a1"),), as_of=LAST).disposition == "open"
    assert dispose(CONTROL, Status.FAIL, (), (grant(CONTROL),), as_of=LAST).disposition == "excepted"


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.ERROR])
def test_what_was_not_seen_cannot_be_excepted(status: Status) -> None:
    found = dispose(CONTROL, status, FAILING, (grant(CONTROL),), as_of=LAST)
    assert (found.disposition, found.subjects) == ("open", ())


@pytest.mark.parametrize("status", [Status.PASS, Status.NOT_APPLICABLE])
def test_what_holds_is_closed_and_its_expired_exception_is_still_named(status: Status) -> None:
    past = grant(CONTROL, expires=date(2025, 12, 31))
    found = dispose(CONTROL, status, (), (past,), as_of=LAST)
    assert (found.disposition, found.expired) == ("closed", (past,))


@given(
    named=st.lists(st.lists(st.sampled_from(["a1", "a2", "zz"]), unique=True), max_size=3),
    more=st.lists(st.sampled_from(["a1", "a2", "zz"]), unique=True),
)
def test_one_more_live_exception_never_opens_what_was_excepted(named: list[list[str]], more: list[str]) -> None:
    grants = tuple(grant(CONTROL, *subjects) for subjects in named)
    before = dispose(CONTROL, Status.FAIL, FAILING, grants, as_of=LAST)
    after = dispose(CONTROL, Status.FAIL, FAILING, (*grants, grant(CONTROL, *more)), as_of=LAST)
    assert set(before.subjects) <= set(after.subjects)
    assert before.disposition == "open" or after.disposition == "excepted"
