import dataclasses
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.findings.build import build
from secaudit.findings.fingerprint import fingerprint
from secaudit.findings.score import score
from secaudit.model.outcome import Judgement
from secaudit.model.policy import ExceptionGrant
from secaudit.model.status import Status
from tests.builders import (
    bound_parameter,
    control,
    effective_control,
    effective_policy,
    exclusion,
    grant,
    judgement,
    outcome,
    policy,
    ratio,
    text,
)

IDS = ("6.2.1-02", "7.1-01")
TWO = (effective_control(control(IDS[0])), effective_control(control(IDS[1], level="recommended", severity="low")))


def test_one_finding_per_control_in_the_policys_order() -> None:
    said = (judgement(Status.PASS, control=IDS[1]), judgement(Status.UNKNOWN, control=IDS[0], by_data=False))
    first, second = build(effective_policy(*TWO), said)
    assert (first.control, first.status, first.disposition, first.level, first.weight) == (IDS[0], Status.UNKNOWN, "open", "required", 3)
    assert (second.control, second.status, second.disposition, second.level, second.weight) == (
        IDS[1],
        Status.PASS,
        "closed",
        "recommended",
        1,
    )
    assert (first.by_data, second.by_data) == (False, True)
    assert (first.chapter, second.chapter) == ("6", "7")


def test_a_control_that_nobody_judged_is_an_error_not_an_absence() -> None:
    (found,) = build(effective_policy(), ())
    assert found.status is Status.ERROR
    assert found.disposition == "open"
    assert found.worth == 0
    assert "判定されなかった" in found.reason.ja


def test_a_finding_keeps_all_that_was_said() -> None:
    outcomes = (outcome("a1"), outcome("a2", Status.PASS))
    said = judgement(Status.FAIL, *outcomes, measured=ratio(1, 2), reason=text("一件が有効", "one is enabled"))
    held = grant(IDS[0], "a1")
    limits = {"grace_days": bound_parameter(3, origin="policy", weaker=True)}
    bound = effective_control(control(IDS[0]), parameters=limits)
    (found,) = build(effective_policy(bound, of=policy(exceptions=(held,))), (said,))
    assert (found.outcomes, found.measured, found.reason, found.parameters) == (outcomes, said.measured, said.reason, limits)
    assert found.counts == {Status.ERROR: 0, Status.FAIL: 1, Status.UNKNOWN: 0, Status.PASS: 1, Status.NOT_APPLICABLE: 0}
    assert (found.disposition, found.excepted_subjects, found.exceptions) == ("excepted", ("a1",), (held,))
    assert found.worth == Fraction(1, 2)
    assert found.fingerprint == fingerprint("mihon", IDS[0])
    assert [note.en for note in found.notes] == ["parameter grace_days is weaker than the catalogue's default"]


def test_a_policy_may_weigh_otherwise() -> None:
    found = build(effective_policy(*TWO, of=policy(weights={"recommended": 2})), ())
    assert [item.weight for item in found] == [3, 2]


def test_an_expired_exception_is_reported_with_its_day_and_its_approver() -> None:
    past = grant(IDS[0], expires=date(2025, 12, 31), approved_by="CISO")
    (found,) = build(effective_policy(of=policy(exceptions=(past,))), (judgement(Status.FAIL),))
    assert found.disposition == "open"
    assert [note.ja for note in found.notes] == ["例外措置は2025-12-31で期限切れ（許可: CISO）"]


@pytest.mark.parametrize(("expires", "notes"), [(date(2026, 3, 30), 1), (date(2026, 3, 31), 0)])
def test_an_exclusion_past_its_end_is_reported_where_the_control_counts_again(expires: date, notes: int) -> None:
    ended = exclusion(IDS[0], expires)
    (found, _) = build(effective_policy(*TWO, of=policy(exclusions=(ended,))), ())
    assert len(found.notes) == notes
    assert all(note.en == f"exclusion ended on {expires.isoformat()}, so the control counts" for note in found.notes)


def test_a_renewed_exclusion_is_not_said_to_count() -> None:
    ended, renewed = exclusion(IDS[0], date(2025, 3, 31)), exclusion(IDS[0], date(2027, 3, 31))
    bound = effective_control(control(IDS[0]), excluded_because=text("除外", "excluded"), excluded_by=renewed)
    (found,) = build(effective_policy(bound, of=policy(exclusions=(ended, renewed))), (judgement(Status.NOT_APPLICABLE),))
    assert found.notes == ()


SUBJECTS = st.lists(st.sampled_from(["a1", "a2", "a3"]), unique=True, max_size=3)


@given(
    statuses=st.tuples(st.sampled_from(Status), st.sampled_from(Status)),
    failing=SUBJECTS,
    grants=st.lists(st.tuples(st.sampled_from(IDS), SUBJECTS, st.dates(date(2025, 1, 1), date(2027, 1, 1))), max_size=4),
)
def test_adding_an_exception_never_changes_a_status_or_the_score(
    statuses: tuple[Status, Status], failing: list[str], grants: list[tuple[str, list[str], date]]
) -> None:
    said: list[Judgement] = [
        judgement(status, *(outcome(subject) for subject in failing), control=name) for name, status in zip(IDS, statuses, strict=True)
    ]
    made: tuple[ExceptionGrant, ...] = tuple(grant(name, *subjects, expires=expires) for name, subjects, expires in grants)
    without = build(effective_policy(*TWO), said)
    with_them = build(effective_policy(*TWO, of=policy(exceptions=made)), said)
    assert [item.status for item in with_them] == [item.status for item in without]
    assert dataclasses.replace(score(with_them), excepted=0) == score(without)


def test_a_fingerprint_is_of_organisation_and_control_alone() -> None:
    assert fingerprint("mihon", "6.2.1-02") == fingerprint("mihon", "6.2.1-02")
    assert len({fingerprint("mihon", "6.2.1-02"), fingerprint("mihon", "6.2.1-03"), fingerprint("natori", "6.2.1-02")}) == 3
    assert len(fingerprint("mihon", "6.2.1-02")) == 32
