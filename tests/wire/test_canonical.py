import json
from datetime import date
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.wire.canonical import digest_of, dumps


class Word(StrEnum):
    YES = "yes"


def test_one_text_for_one_value() -> None:
    assert dumps({"b": [1, 2.5, True, None], "a": "あ\n", "B": (), "w": Word.YES}) == '{"B":[],"a":"あ\\n","b":[1,2.5,true,null],"w":"yes"}'
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    assert digest_of([1]) != digest_of([2])


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), Fraction(1, 2), date(2026, 1, 1), {1: 2}, {"a": {None: 1}}, "\ud800", {"\ud800": 1}, [b"x"], object()],
)
def test_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dumps(value)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=10,
)


@given(value=VALUES)
def test_it_is_json_and_stable(value: object) -> None:
    written = dumps(value)
    assert json.loads(written) == value
    assert dumps(json.loads(written)) == written
