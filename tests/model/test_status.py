import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.model.status import SEVERITY_ORDER, Status, fold

STATUSES = st.lists(st.sampled_from(Status))


def test_nothing_at_all_is_unknown() -> None:
    assert fold([]) is Status.UNKNOWN


def test_the_worst_wins_in_the_order_of_the_semantics() -> None:
    assert SEVERITY_ORDER == (Status.ERROR, Status.FAIL, Status.UNKNOWN, Status.PASS, Status.NOT_APPLICABLE)
    assert set(SEVERITY_ORDER) == set(Status)


@pytest.mark.parametrize(("one", "other"), [(one, other) for n, one in enumerate(SEVERITY_ORDER) for other in SEVERITY_ORDER[n:]])
def test_of_two_the_worse_is_said(one: Status, other: Status) -> None:
    assert fold([one, other]) is fold([other, one]) is one


@given(STATUSES.filter(bool))
def test_pass_only_if_some_part_passes_and_none_is_worse(statuses: list[Status]) -> None:
    assert (fold(statuses) is Status.PASS) == (Status.PASS in statuses and set(statuses) <= {Status.PASS, Status.NOT_APPLICABLE})
    assert (fold(statuses) is Status.NOT_APPLICABLE) == (set(statuses) == {Status.NOT_APPLICABLE})


@given(STATUSES, STATUSES)
def test_folding_in_parts_is_folding_at_once(left: list[Status], right: list[Status]) -> None:
    parts = [fold(part) for part in (left, right) if part]
    assert fold(parts) is fold(left + right)


@given(STATUSES.filter(bool), st.sampled_from(Status))
def test_one_more_part_never_makes_it_better(statuses: list[Status], more: Status) -> None:
    assert SEVERITY_ORDER.index(fold([*statuses, more])) <= SEVERITY_ORDER.index(fold(statuses))


def test_every_status_has_its_word_in_both_languages() -> None:
    assert [status.label.ja for status in SEVERITY_ORDER] == ["判定不能", "不適合", "未確認", "適合", "対象外"]
    assert [status.label.get("en") for status in SEVERITY_ORDER] == ["error", "fail", "unknown", "pass", "not applicable"]
