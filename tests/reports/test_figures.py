from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.model.outcome import Measured
from secaudit.model.text import Lang
from secaudit.reports.era import fiscal_year_text
from secaudit.reports.figures import exact, measured_text, number, one_decimal, percent, tenth
from tests.builders import ratio

VALUES = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**9)


@given(VALUES)
def test_no_figure_is_ever_printed_above_its_value(value: Fraction) -> None:
    assert value - Fraction(1, 10) < Fraction(one_decimal(value)) <= value
    assert value - Fraction(1, 1000) < Fraction(percent(value).removesuffix("%")) / 100 <= value
    assert value - Fraction(1, 10) < Fraction(str(tenth(value))) <= value
    assert value - Fraction(1, 10**6) < Fraction(str(number(value))) <= value


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Fraction(79999, 1000), "79.9"),
        (Fraction(100), "100.0"),
        (Fraction(999999, 10000), "99.9"),
        (Fraction(0), "0.0"),
        (Fraction(-1, 20), "-0.1"),
        (Fraction(-21, 10), "-2.1"),
        (None, "-"),
    ],
)
def test_a_score_is_printed_with_one_decimal_rounded_down(value: Fraction | None, printed: str) -> None:
    assert one_decimal(value) == printed


def test_json_numbers_are_integers_where_they_can_be() -> None:
    assert repr(number(Fraction(4, 2))) == "2"
    assert repr(number(Fraction(2, 3))) == "0.666666"
    assert repr(tenth(Fraction(1999, 20))) == "99.9"
    assert repr(tenth(Fraction(100))) == "100"
    assert (number(None), tenth(None), exact(None), percent(None)) == (None, None, None, "-")
    assert exact(Fraction(2, 6)) == "1/3"


DAYS = Measured(value=Fraction(91), target=Fraction(90), numerator=None, denominator=None, unit="days")
NEVER = Measured(value=None, target=Fraction(90), numerator=None, denominator=None, unit="days")
SHARE = Measured(value=Fraction(1, 2), target=Fraction(1), numerator=None, denominator=None, unit="ratio")
ODD = Measured(value=Fraction(3, 2), target=None, numerator=None, denominator=None, unit="points")


@pytest.mark.parametrize(
    ("measured", "lang", "said"),
    [
        (None, "ja", ""),
        (ratio(2, 3), "ja", "実績 66.6%（2/3）／目標 100.0%"),
        (ratio(2, 3), "en", "measured 66.6% (2/3), target 100.0%"),
        (ratio(0, 0), "en", "measured - (0/0), target 100.0%"),
        (SHARE, "en", "measured 50.0%, target 100.0%"),
        (DAYS, "ja", "実績 91日／目標 90日"),
        (DAYS, "en", "measured 91 days, target 90 days"),
        (NEVER, "ja", "実績 -／目標 90日"),
        (ODD, "ja", "実績 1.5points／目標 -"),
    ],
)
def test_a_measured_value_stands_beside_its_target(measured: Measured | None, lang: Lang, said: str) -> None:
    assert measured_text(measured, lang) == said


@pytest.mark.parametrize(
    ("year", "said"), [(2009, "平成21年度"), (2018, "平成30年度"), (2019, "平成31・令和元年度"), (2020, "令和2年度"), (2025, "令和7年度")]
)
def test_fiscal_years_are_named_as_in_an_office(year: int, said: str) -> None:
    assert fiscal_year_text(year).ja == said
    assert fiscal_year_text(year).en == f"FY{year}"
