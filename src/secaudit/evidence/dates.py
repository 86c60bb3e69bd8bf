"""Dates and times as Japanese offices write them.

Read: 令和6年4月1日, 令和元年, 令6.4.1, R6.4.1, R06/04/01, R060401, ㋿6年4月1日, 2024/4/1, 2024-04-01, 2024.4.1, 2024年4月1日,
20240401, all in full width too, with a day of the week, and with a time (9:15, 09:15:30, 9時15分, 午後1時).
A date that its era never had (平成32年, 令和7年2月30日) is no date; 未定, 通年, 4月中旬 are none either. Nothing is guessed:
six bare digits and bare serial numbers are refused. A time with an offset is turned into Japan's local time.

Source: facts §5.2. Calendars before 1873-01-01 were lunar and are refused.

Never here: comparing with other dates (`rows`).
"""

import re
from datetime import date, datetime, timedelta

from secaudit.evidence.words import narrow

_ERAS: dict[str, tuple[date, date]] = {
    "明": (date(1873, 1, 1), date(1912, 7, 30)),
    "大": (date(1912, 7, 30), date(1926, 12, 25)),
    "昭": (date(1926, 12, 25), date(1989, 1, 7)),
    "平": (date(1989, 1, 8), date(2019, 4, 30)),
    "令": (date(2019, 5, 1), date(2199, 12, 31)),
}
_FIRST_YEARS = {"明": 1868, "大": 1912, "昭": 1926, "平": 1989, "令": 2019}
_LETTERS = {"m": "明", "t": "大", "s": "昭", "h": "平", "r": "令"}
_FIRST, _LAST = date(1873, 1, 1), date(2199, 12, 31)
_JAPAN = timedelta(hours=9)
_LONGEST = 64
_WEEKDAYS = "月火水木金土日"

_YEAR = r"(?:(?P<era>明治|大正|昭和|平成|令和|[明大昭平令mtshr])\s?(?P<n>元|[0-9]{1,3})|(?P<y>[0-9]{4}))"
_DAY = re.compile(
    rf"(?:{_YEAR}\s?(?:年\s?(?P<m1>[0-9]{{1,2}})\s?月\s?(?P<d1>[0-9]{{1,2}})\s?日|"
    r"(?P<sep>[./-])\s?(?P<m2>[0-9]{1,2})\s?(?P=sep)\s?(?P<d2>[0-9]{1,2}))"
    r"|(?P<y8>[0-9]{4})(?P<m8>[0-9]{2})(?P<d8>[0-9]{2})(?![0-9])"
    r"|(?P<e6>[mtshr])(?P<n6>[0-9]{2})(?P<m6>[0-9]{2})(?P<d6>[0-9]{2})(?![0-9]))"
    r"(?:\s?\((?P<weekday>[月火水木金土日])(?:曜日?)?\))?"
)
_TIME = re.compile(
    r"(?:t|\s+|(?<=[日)]))(?P<before>午前|午後)?\s?(?P<h>[0-9]{1,2})"
    r"(?::(?P<min1>[0-9]{2})(?::(?P<s1>[0-9]{2})(?:\.[0-9]{1,9})?)?|\s?時(?:\s?(?P<min2>[0-9]{1,2})\s?分(?:\s?(?P<s2>[0-9]{1,2})\s?秒)?)?)"
    r"(?:\s?(?P<after>am|pm))?\s?(?P<zone>z|[+-][0-9]{2}:?[0-9]{2})?"
)


def parse(text: str) -> date | datetime | None:
    """Return the day, or the moment if a time of day is written, or None if `text` is not exactly one of them."""
    if len(text) > _LONGEST:
        return None
    plain = narrow(text).lower()
    found = _DAY.match(plain)
    if found is None:
        return None
    day = _day(found)
    if day is None or (found["weekday"] and _WEEKDAYS[day.weekday()] != found["weekday"]):
        return None
    rest = plain[found.end() :]
    if not rest:
        return day
    time = _TIME.fullmatch(plain, found.end())
    return _moment(day, time) if time is not None else None


def _day(found: re.Match[str]) -> date | None:
    era = found["era"] or found["e6"]
    month = int(found["m1"] or found["m2"] or found["m8"] or found["m6"])
    day = int(found["d1"] or found["d2"] or found["d8"] or found["d6"])
    if era is None:
        return _real(int(found["y"] or found["y8"]), month, day, _FIRST, _LAST)
    key = _LETTERS.get(era, era[0])
    number = found["n"] or found["n6"]
    count = 1 if number == "元" else int(number)
    first, last = _ERAS[key]
    return _real(_FIRST_YEARS[key] + count - 1, month, day, first, last) if count else None


def _real(year: int, month: int, day: int, first: date, last: date) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if first <= found <= last else None


def _moment(day: date, time: re.Match[str]) -> datetime | None:
    hour = int(time["h"])
    half = time["before"] or time["after"]
    if half:
        if hour > 12 or (time["before"] and time["after"]):
            return None
        hour = hour % 12 + (12 if half in ("午後", "pm") else 0)
    minute, second = int(time["min1"] or time["min2"] or 0), int(time["s1"] or time["s2"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    moment = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - local time of Japan, by the model
    zone = time["zone"]
    if zone is None:
        return moment
    offset = timedelta(0) if zone == "z" else _offset(zone)
    return moment - offset + _JAPAN


def _offset(zone: str) -> timedelta:
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size
