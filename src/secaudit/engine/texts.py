"""Sentences of judgements in both languages: concrete, with both sides of every comparison.

Never here: deciding a status (`fold`).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction

from secaudit.engine.facts import Gap
from secaudit.model.control import Value
from secaudit.model.evidence import Loss
from secaudit.model.text import Text

LONGEST_CELL = 80
"""Longer cells are cut in reasons; unit: characters."""


def joined(texts: Iterable[Text]) -> Text:
    """Return sentences in a row."""
    parts = tuple(texts)
    return Text(ja="。".join(part.ja for part in parts), en="; ".join(part.en for part in parts))


def percent(share: Fraction) -> str:
    """Return a share in percent, never rounded up: 99.96 % is not 100 %."""
    tenths = share * 1000 // 1
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"


def number(value: Fraction) -> str:
    """Return a figure without needless zeros."""
    return str(value.numerator) if value.denominator == 1 else str(float(value))


def cell(value: object) -> Text:
    """Return a cell as people write it."""
    if value is None:
        return Text(ja="空欄", en="blank")
    if isinstance(value, bool):
        return Text(ja="はい" if value else "いいえ", en="yes" if value else "no")
    if isinstance(value, datetime):
        word = value.isoformat(sep=" ", timespec="minutes" if not (value.second or value.microsecond) else "auto")
    elif isinstance(value, date):
        word = value.isoformat()
    elif isinstance(value, tuple):
        word = "/".join(str(item) for item in value)
    else:
        word = " ".join(str(value).split())
    word = word if len(word) <= LONGEST_CELL else word[: LONGEST_CELL - 1] + "…"
    return Text(ja=word, en=word)


def sides(cells: Sequence[tuple[Text, Value]], limits: Sequence[tuple[Text, object]]) -> Text:
    """Return `列=値、列=値（限度=値）`: what stands in the row, and what it is measured by."""
    own = [(title, cell(value)) for title, value in cells]
    by = [(title, cell(value)) for title, value in limits]
    ja = "、".join(f"{title.ja}={value.ja}" for title, value in own)
    en = ", ".join(f"{title.en}={value.en}" for title, value in own)
    if by:
        ja += "（" + "、".join(f"{title.ja}={value.ja}" for title, value in by) + "）"
        en += " (" + ", ".join(f"{title.en}={value.en}" for title, value in by) + ")"
    return Text(ja=ja, en=en.strip())


def missing(title: Text) -> Text:
    """No file of this kind."""
    return Text(ja=f"「{title.ja}」が提出されていない", en=f"no evidence of kind “{title.en}” was given")


def failed(title: Text, losses: Sequence[Loss]) -> Text:
    """Say why a file could not be read."""
    why = joined(Text(ja=f"{loss.at}: {loss.why.ja}", en=f"{loss.at}: {loss.why.en}") for loss in losses)
    return Text(ja=f"「{title.ja}」を読めない（{why.ja}）", en=f"“{title.en}” could not be read ({why.en})")


def empty(title: Text) -> Text:
    """Read, no rows, not stated."""
    return Text(
        ja=f"「{title.ja}」に行がなく、0件だという申告もない", en=f"“{title.en}” has no rows, and nobody states that there are none"
    )


def stated_empty(title: Text) -> Text:
    """Stated to be empty."""
    return Text(ja=f"「{title.ja}」は0件と申告されている", en=f"“{title.en}” is stated to have no entries")


def by_row(title: Text, counts: tuple[int, int, int], perhaps: int) -> Text:
    """Numbers of rows in scope that pass, fail and are unknown, and of rows perhaps in scope."""
    passed, failed_, unknown = counts
    total = sum(counts)
    if not total and not perhaps:
        return Text(ja=f"「{title.ja}」に対象の行がない", en=f"“{title.en}” has no rows in scope")
    ja = f"「{title.ja}」の対象{total}件のうち、条件に合うもの{passed}件、合わないもの{failed_}件、分からないもの{unknown}件"
    en = f"“{title.en}”: of {total} in scope, {passed} hold, {failed_} do not, {unknown} cannot be told"
    if perhaps:
        ja += f"。ほかに、対象かどうか分からないもの{perhaps}件"
        en += f"; {perhaps} more may be in scope"
    return Text(ja=ja, en=en)


def share(matched: int, total: int, perhaps: int, target: Fraction) -> Text:
    """Say how many match, their share, and the target."""
    if not total:
        return Text(ja=f"対象の行がない、目標{percent(target)}", en=f"no rows in scope, target {percent(target)}")
    rate = percent(Fraction(matched, total))
    ja = f"対象{total}件のうち{matched}件（{rate}）が該当、目標{percent(target)}"
    en = f"{matched} of {total} ({rate}) match, target {percent(target)}"
    if perhaps:
        ja += f"。空欄のため分からないもの{perhaps}件"
        en += f"; {perhaps} cannot be told for blanks"
    return Text(ja=ja, en=en)


def count(title: Text, found: int, perhaps: int, needed: int, period: tuple[date, date] | None) -> Text:
    """Say how many rows count and how many are needed."""
    when = Text(ja=f"{period[0]}から{period[1]}まで：", en=f"from {period[0]} to {period[1]}: ") if period else Text(ja="", en="")
    more = Text(ja=f"、該当するかもしれない行{perhaps}件", en=f", {perhaps} more may count") if perhaps else Text(ja="", en="")
    return Text(
        ja=f"{when.ja}「{title.ja}」に該当する行は{found}件{more.ja}、必要なのは{needed}件以上",
        en=f"{when.en}{found} rows of “{title.en}” count{more.en}, at least {needed} needed",
    )


def age(title: Text, newest: date | None, days: int | None, limit: int) -> Text:
    """Age of the newest row against its limit."""
    if newest is None:
        return Text(
            ja=f"「{title.ja}」に基準日までの該当する日付がない、限度は{limit}日",
            en=f"“{title.en}” has no date in scope up to the as-of date, limit {limit} days",
        )
    return Text(
        ja=f"「{title.ja}」の最も新しい日付は{newest}で{days}日前、限度は{limit}日",
        en=f"the newest date of “{title.en}” is {newest}, {days} days ago, limit {limit} days",
    )


def longest_gap(title: Text, gap: Gap, limit: int) -> Text:
    """Say how long the largest gap is, and its limit."""
    return Text(
        ja=f"「{title.ja}」の最も長い空きは{gap.days}日（{gap.start}から{gap.end}まで）、限度は{limit}日",
        en=f"the longest gap of “{title.en}” is {gap.days} days ({gap.start} to {gap.end}), limit {limit} days",
    )


def not_begun(start: date, as_of: date) -> Text:
    """Say that the period has not begun by the as-of date."""
    return Text(ja=f"年度の初日{start}が基準日{as_of}より後", en=f"the fiscal year begins on {start}, after the as-of date {as_of}")
