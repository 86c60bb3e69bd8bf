from fractions import Fraction

import pytest

from secaudit.wire.values import exact, misfit


@pytest.mark.parametrize(
    ("value", "kind", "minimum", "maximum", "words"),
    [
        (1, "integer", None, None, None),
        (1, "integer", 1, 1, None),
        (0, "integer", 1, None, "must be at least 1"),
        (2, "integer", None, 1, "must be at most 1"),
        (1.0, "integer", None, None, "must be a whole number"),
        (True, "integer", None, None, "must be a whole number"),
        ("1", "integer", None, None, "must be a whole number"),
        (1.5, "number", 1, 2, None),
        (0.1, "number", 0.1, None, None),
        (True, "number", None, None, "must be a number"),
        (1, "ratio", None, None, None),
        (0.95, "ratio", None, None, None),
        (1.01, "ratio", None, None, "must be at most 1"),
        (-0.01, "ratio", None, None, "must be at least 0"),
        (0.4, "ratio", 0.5, 1, "must be at least 0.5"),
        (False, "boolean", None, None, None),
        (0, "boolean", None, None, "must be true or false"),
        (("a", "b"), "list", None, None, None),
        ((), "list", None, None, "needs at least one value"),
        (("a", "a"), "list", None, None, "has `a` twice"),
        (("a", 1), "list", None, None, "must be a list of text"),
        ("a", "list", None, None, "must be a list of text"),
        ("a", "text", None, None, None),
        ("", "text", None, None, "must be text"),
        (1, "text", None, None, "must be text"),
    ],
)
def test_fits(value: object, kind: str, minimum: float | None, maximum: float | None, words: str | None) -> None:
    said = misfit(value, kind, minimum, maximum)
    assert (said.en if said else None) == words
    assert said is None or said.ja


def test_a_tenth_is_a_tenth() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert exact(3) == 3
    assert exact(Fraction(1, 3)) == Fraction(1, 3)
