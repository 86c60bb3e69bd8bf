"""Dates: every notation over 1873–2099, and everything that is none."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.evidence.dates import parse

ERAS = (
    (date(2019, 5, 1), "令和", "令", "R", 2018),
    (date(1989, 1, 8), "平成", "平", "H", 1988),
    (date(1926, 12, 25), "昭和", "昭", "S", 1925),
    (date(1912, 7, 30), "大正", "大", "T", 1911),
    (date(1873, 1, 1), "明治", "明", "M", 1867),
)
SIGNS = {"令和": "㋿", "平成": "㍻", "昭和": "㍼", "大正": "㍽", "明治": "㍾"}
DAYS = st.dates(min_value=date(1873, 1, 1), max_value=date(2099, 12, 31))


def era(day: date) -> tuple[str, str, str, int]:
    _, long, short, letter, zero = next(item for item in ERAS if item[0] <= day)
    return long, short, letter, day.year - zero


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "\u3000" if char == " " else char for char in text)


def long_era(day: date) -> str:
    name, _, _, year = era(day)
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def sign_era(day: date) -> str:
    name, _, _, year = era(day)
    return f"{SIGNS[name]}{year}年{day.month}月{day.day}日"


NOTATIONS: tuple[Callable[[date], str], ...] = (
    long_era,
    sign_era,
    lambda day: f"{era(day)[1]}{era(day)[3]}.{day.month}.{day.day}",
    lambda day: f"{era(day)[2]}{era(day)[3]}.{day.month}.{day.day}",
    lambda day: f"{era(day)[2].lower()}{era(day)[3]:02}/{day.month:02}/{day.day:02}",
    lambda day: f"{era(day)[2]}{era(day)[3]:02}{day.month:02}{day.day:02}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: day.isoformat(),
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: wide(f"{day.year}年{day.month}月{day.day}日"),
    lambda day: f"{day.year:04}{day.month:02}{day.day:02}",
    lambda day: wide(f"{era(day)[2]}{era(day)[3]}.{day.month}.{day.day}"),
    lambda day: f"{day.year}.{day.month:02}.{day.day:02}",
    lambda day: f"{long_era(day)}（{'月火水木金土日'[day.weekday()]}）",
)


@given(DAYS)
def test_every_notation_gives_the_day_back(day: date) -> None:
    assert [parse(notation(day)) for notation in NOTATIONS] == [day] * len(NOTATIONS)


@given(DAYS, st.times())
def test_a_time_of_day_is_kept(day: date, time: object) -> None:
    moment = datetime.combine(day, datetime.min.time()).replace(hour=getattr(time, "hour", 0), minute=getattr(time, "minute", 0))
    assert parse(f"{long_era(day)} {moment.hour}時{moment.minute}分") == moment
    assert parse(wide(f"{day.year}/{day.month}/{day.day} {moment.hour}:{moment.minute:02}")) == moment
    assert parse(moment.isoformat()) == moment


@given(st.text(max_size=80))
def test_nothing_breaks_the_parser(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和６年４月１日", date(2024, 4, 1)),
        ("令和 6 年 4 月 1 日", date(2024, 4, 1)),
        ("㋿6年4月1日", date(2024, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("2024－04－01", date(2024, 4, 1)),
        ("2024−04−01", date(2024, 4, 1)),
        ("２０２５年６月３日　９時１５分", datetime.fromisoformat("2025-06-03T09:15")),
        ("2026/03/27 8:41:00", datetime.fromisoformat("2026-03-27T08:41")),
        ("令和7年6月3日9:15", datetime.fromisoformat("2025-06-03T09:15")),
        ("2025年6月3日 午後1時", datetime.fromisoformat("2025-06-03T13:00")),
        ("2025/06/03 12:30 AM", datetime.fromisoformat("2025-06-03T00:30")),
        ("2025-06-03T09:15:00.123", datetime.fromisoformat("2025-06-03T09:15")),
        ("2025-06-03T20:00:00Z", datetime.fromisoformat("2025-06-04T05:00")),
        ("2025-06-03T09:00:00+09:00", datetime.fromisoformat("2025-06-03T09:00")),
    ],
)
def test_what_offices_write(text: str, day: date) -> None:
    assert parse(text) == day


@pytest.mark.parametrize(
    "text",
    [
        *("平成32年4月1日", "令和7年2月30日", "昭和65年1月1日", "平成31年5月1日", "令和元年4月30日", "令和0年1月1日", "明治5年1月1日"),
        *("未定", "通年", "4月中旬", "令和6年", "令和6年度", "2024年4月", "060401", "45748", "2024/13/1", "2024-4/1", "24/4/1", "20240230"),
        *("2024/4/1～2025/3/31", "2024年4月1日（火）", "2025/6/3 25:00", "2025/6/3 9:60", "2025/6/39:15", "午後1時", "1 2024/4/1"),
        *("2025/6/3 午後13時", "1850-01-01", "2300-01-01", "", " ", "R6.4.1.1", "2024/4/1" + " " * 80),
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse(text) is None


def test_signs_of_eras_are_what_unicode_says() -> None:
    assert [unicodedata.normalize("NFKC", sign) for sign in SIGNS.values()] == list(SIGNS)
