"""Whether a snapshot is fresh and a ledger covers the days it must (docs/semantics.md §2).

Rules: a snapshot collected more than `max_age_days` before or after the as-of date is stale; a ledger must cover every day from the
start of the fiscal year to its end or the as-of date, over all its files; no file covers days after it was collected.

Never here: the rows.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from secaudit.model.evidence import Kind, Period, Source
from secaudit.model.text import Text

_DAY = timedelta(days=1)


def fiscal_year_of(year: int) -> Period:
    """Return 1 April to 31 March (地方自治法208条)."""
    return Period(start=date(year, 4, 1), end=date(year + 1, 3, 31))


def stale(kind: Kind, sources: Iterable[Source], as_of: date) -> Text | None:
    """Say that a snapshot is too old, naming the oldest file."""
    if kind.nature != "snapshot":
        return None
    ordered = sorted(sources, key=lambda source: (source.collected_at, source.path))
    limit = timedelta(days=kind.max_age_days)
    if ordered and ordered[-1].collected_at > as_of + limit:
        return _late(kind, ordered[-1], as_of)
    if not ordered or ordered[0].collected_at >= as_of - limit:
        return None
    oldest = ordered[0]
    age, day = (as_of - oldest.collected_at).days, oldest.collected_at.isoformat()
    return Text(
        ja=f"{kind.title.ja}は {day} に収集されたもので、基準日より{age}日古く、{kind.max_age_days}日を超えています",
        en=f"`{kind.name}` was collected on {day}, {age} days before the as-of date (limit {kind.max_age_days})",
    )


def _late(kind: Kind, source: Source, as_of: date) -> Text:
    late, day = (source.collected_at - as_of).days, source.collected_at.isoformat()
    return Text(
        ja=f"{kind.title.ja}は基準日より{late}日あとの {day} に収集されたもので、{kind.max_age_days}日を超えています",
        en=f"`{kind.name}` was collected on {day}, {late} days after the as-of date (limit {kind.max_age_days})",
    )


def gap(kind: Kind, sources: Iterable[Source], fiscal_year: int, as_of: date) -> Text | None:
    """Say which days of the fiscal year a ledger does not cover."""
    if kind.nature != "ledger":
        return None
    year = fiscal_year_of(fiscal_year)
    end = min(year.end, as_of)
    periods = sorted(
        ((source.covers.start, min(source.covers.end, source.collected_at)) for source in sources if source.covers is not None),
    )
    open_days: list[tuple[date, date]] = []
    day = year.start
    for first, last in periods:
        if first > day:
            open_days.append((day, min(first - _DAY, end)))
        day = max(day, last + _DAY)
        if day > end:
            break
    if day <= end:
        open_days.append((day, end))
    days = [f"{first.isoformat()} – {last.isoformat()}" for first, last in open_days if first <= last]
    if not days:
        return None
    return Text(
        ja=f"{kind.title.ja}に記録の範囲に入らない期間があります（{'、'.join(days)}）",
        en=f"`{kind.name}` does not cover {', '.join(days)}",
    )
