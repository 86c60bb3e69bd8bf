"""From facts to a status, a figure and a reason: the rules of docs/semantics.md §4, one function per family.

Both backends share it. It looks at no row: a status per fact, and of the whole.

Never here: finding facts (`backends`), subjects and places (`outcomes`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from secaudit.engine import texts
from secaudit.engine.facts import Binding, Facts, RowFact, exact
from secaudit.engine.obstacles import Obstacles, State
from secaudit.engine.reference import limit_of
from secaudit.model.assertion import Coverage, Distinct, Every, Exists, Match, NoneOf, Recent, Regular, TableAssertion, Within
from secaudit.model.evidence import Loss
from secaudit.model.outcome import Measured
from secaudit.model.status import Status
from secaudit.model.text import Text

PASS, FAIL, UNKNOWN, ERROR, NOT_APPLICABLE = Status.PASS, Status.FAIL, Status.UNKNOWN, Status.ERROR, Status.NOT_APPLICABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one table looks to one assertion."""

    title: Text
    state: State
    obstacles: Obstacles
    failures: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The status of one assertion, with a status for each fact that is an outcome."""

    status: Status
    reason: Text
    measured: Measured | None = None
    rows: tuple[tuple[RowFact, Status], ...] = ()


def by_state(looks: Sequence[Look]) -> Ruling | None:
    """Rule by the states of the tables (§2), if they decide: unreadable before missing before empty."""
    failed = [look for look in looks if look.state == State.FAILED]
    if failed:
        return Ruling(status=ERROR, reason=texts.joined(texts.failed(look.title, look.failures) for look in failed))
    absent = [look for look in looks if look.state in (State.MISSING, State.EMPTY)]
    if absent:
        said = (texts.missing(look.title) if look.state == State.MISSING else texts.empty(look.title) for look in absent)
        return Ruling(status=UNKNOWN, reason=texts.joined(said))
    return None


def rule(assertion: TableAssertion, binding: Binding, looks: Sequence[Look], facts: Facts) -> Ruling:
    """Rule by the facts; `looks` are the population and, if there is one, the second table."""
    first, second = looks[0], looks[-1]
    if first.state == State.STATED_EMPTY and not (isinstance(assertion, Match) and assertion.sides == "both"):
        return _stated_empty(assertion, first)
    ruling = _ruling(assertion, binding, first, second, facts)
    notes = dict.fromkeys(text for look in looks for text in look.obstacles.texts)
    return replace(ruling, reason=texts.joined([ruling.reason, *notes]))


def _ruling(assertion: TableAssertion, binding: Binding, first: Look, second: Look, facts: Facts) -> Ruling:
    match assertion:
        case Every() | NoneOf() | Distinct() | Within(percentile=None):
            return _by_row(first, facts)
        case Within(percentile=share):
            return _share(first, None, exact(share or 1), facts)
        case Coverage(target=target):
            return _share(first, second, exact(limit_of(target, binding)), facts)
        case Match(sides=sides):
            return _match(first, second, facts, both=sides == "both")
        case Exists():
            return _exists(assertion, binding, first, facts)
        case Recent():
            return _recent(assertion, binding, first, facts)
        case Regular():
            return _regular(assertion, binding, first, facts)
        case _:
            assert_never(assertion)


def _stated_empty(assertion: TableAssertion, look: Look) -> Ruling:
    """Nothing to judge: not applicable, or failed where rows are demanded; unknown if the statement itself is in doubt."""
    reason = texts.joined([texts.stated_empty(look.title), *look.obstacles.texts])
    if look.obstacles.blocked:
        return Ruling(status=UNKNOWN, reason=reason)
    return Ruling(status=FAIL if isinstance(assertion, Exists | Recent | Regular) else NOT_APPLICABLE, reason=reason)


def row_status(fact: RowFact) -> Status:
    """Return the status of a row; perhaps in scope it passes if it would, else nobody knows."""
    return Status(fact.word) if fact.scope == "in" or fact.word == "pass" else UNKNOWN


def fold_rows(statuses: Iterable[Status], *, blocked: bool, complete: bool) -> Status:
    """Rules 1 to 4 of “row by row”."""
    present = set(statuses)
    if FAIL in present:
        return FAIL
    if UNKNOWN in present or blocked:
        return UNKNOWN
    if PASS in present:
        return PASS
    return NOT_APPLICABLE if complete else UNKNOWN


def _counts(rows: Sequence[tuple[RowFact, Status]]) -> tuple[int, int, int]:
    words = [status for fact, status in rows if fact.scope == "in"]
    return words.count(PASS), words.count(FAIL), words.count(UNKNOWN)


def _ratio(numerator: int, denominator: int, target: Fraction) -> Measured:
    value = Fraction(numerator, denominator) if denominator else None
    return Measured(value=value, target=target, numerator=numerator, denominator=denominator, unit="ratio")


def _of_counts(holding: int, scope: int) -> Measured:
    """Say how many rows hold: a count, never a ratio, because a rule for each row earns nothing for being nearly kept (contract §10)."""
    return Measured(value=Fraction(holding), target=Fraction(scope), numerator=holding, denominator=scope, unit="rows")


def _of_rows(title: Text, rows: tuple[tuple[RowFact, Status], ...], status: Status) -> Ruling:
    counts = _counts(rows)
    reason = texts.by_row(title, counts, len(rows) - sum(counts))
    return Ruling(status=status, reason=reason, measured=_of_counts(counts[0], sum(counts)), rows=rows)


def _by_row(look: Look, facts: Facts) -> Ruling:
    rows = tuple((fact, row_status(fact)) for fact in facts.rows)
    status = fold_rows((status for _, status in rows), blocked=look.obstacles.blocked, complete=look.obstacles.complete)
    return _of_rows(look.title, rows, status)


def _match(left: Look, right: Look, facts: Facts, *, both: bool) -> Ruling:
    """Fold as row by row; an unfound row is unknown while the other side may hide its partner."""
    hidden = {"left": right.obstacles.blocked, "right": left.obstacles.blocked}
    rows = tuple(
        (fact, UNKNOWN if status == FAIL and hidden[fact.side] else status)
        for fact, status in ((fact, row_status(fact)) for fact in facts.rows)
    )
    blocked = left.obstacles.blocked or right.obstacles.blocked
    # an empty left table is complete by its statement; then the right one has no row in scope either (§4, Sets)
    complete = left.obstacles.complete and (not both or left.state == State.STATED_EMPTY or right.obstacles.complete)
    status = fold_rows((status for _, status in rows), blocked=blocked, complete=complete)
    title = Text(ja=f"{left.title.ja}」と「{right.title.ja}", en=f"{left.title.en}” and “{right.title.en}")
    return _of_rows(title, rows, status)


def _share(look: Look, second: Look | None, target: Fraction, facts: Facts) -> Ruling:
    """Shares: the worst and the best that what is hidden could make of them."""
    own = [fact for fact in facts.rows if fact.side == "left"]
    inside = [fact.word for fact in own if fact.scope == "in"]
    perhaps_inside = [fact.word for fact in own if fact.scope == "perhaps"]
    p, m, q = len(inside), inside.count("pass"), inside.count("unknown")
    u, v, w = (perhaps_inside.count(word) for word in ("pass", "unknown", "fail"))
    a = look.obstacles.lost
    keyless = len(facts.rows) - len(own)
    b = keyless + (second.obstacles.lost if second is not None else 0)
    uncounted = look.obstacles.uncounted or (second is not None and second.obstacles.uncounted)
    most = p + u + v + a
    if not most:
        status = UNKNOWN if w else fold_rows((), blocked=uncounted, complete=look.obstacles.complete)
    elif p + v + w + a and Fraction(m, p + v + w + a) >= target and not uncounted:
        status = PASS
    elif not uncounted and Fraction(min(most, m + q + u + v + a + b), most) < target:
        status = FAIL
    else:
        status = UNKNOWN
    hidden = second is not None and (b > 0 or second.obstacles.blocked) and status != FAIL
    rows = tuple((fact, UNKNOWN if word == FAIL and hidden else word) for fact, word in ((fact, row_status(fact)) for fact in own))
    reason = texts.share(m, p, q + u + v + w, target)
    return Ruling(status=status, reason=reason, measured=_ratio(m, p, target), rows=rows)


def _figure(value: int | None, target: int, unit: str) -> Measured:
    return Measured(value=None if value is None else Fraction(value), target=Fraction(target), numerator=None, denominator=None, unit=unit)


def _exists(assertion: Exists, binding: Binding, look: Look, facts: Facts) -> Ruling:
    needed = int(limit_of(assertion.at_least, binding))
    if assertion.dated is not None and binding.until < binding.fy_start:
        return Ruling(status=UNKNOWN, reason=texts.not_begun(binding.fy_start, binding.as_of))
    rows = tuple((fact, PASS) for fact in facts.rows if fact.scope == "in")
    perhaps = len(facts.rows) - len(rows) + look.obstacles.lost
    if look.obstacles.uncounted:
        status = UNKNOWN
    elif len(rows) >= needed:
        status = PASS
    else:
        status = FAIL if len(rows) + perhaps < needed else UNKNOWN
    period = (binding.fy_start, binding.until) if assertion.dated is not None else None
    reason = texts.count(look.title, len(rows), len(facts.rows) - len(rows), needed, period)
    return Ruling(status=status, reason=reason, measured=_figure(len(rows), needed, "rows"), rows=rows)


def _recent(assertion: Recent, binding: Binding, look: Look, facts: Facts) -> Ruling:
    limit = int(limit_of(assertion.within_days, binding))
    days = None if facts.newest is None else (binding.as_of - facts.newest).days
    fresh = days is not None and days <= limit
    if look.obstacles.uncounted:
        status = UNKNOWN
    elif fresh:
        status = PASS
    else:
        status = UNKNOWN if facts.open_rows or look.obstacles.lost else FAIL
    rows: tuple[tuple[RowFact, Status], ...] = ()
    if facts.newest_index is not None:
        word = PASS if fresh else status
        rows = ((RowFact("left", facts.newest_index, "in", "pass" if fresh else "fail"), word),)
    return Ruling(status=status, reason=texts.age(look.title, facts.newest, days, limit), measured=_figure(days, limit, "days"), rows=rows)


def _regular(assertion: Regular, binding: Binding, look: Look, facts: Facts) -> Ruling:
    limit = int(limit_of(assertion.max_gap_days, binding))
    if binding.until < binding.fy_start:
        return Ruling(status=UNKNOWN, reason=texts.not_begun(binding.fy_start, binding.as_of))
    gap, best = facts.gap, facts.gap_at_best
    assert gap is not None  # noqa: S101 - the ends of the period always make one
    assert best is not None  # noqa: S101 - as above
    if look.obstacles.uncounted:
        status = UNKNOWN
    elif gap.days <= limit:
        # a limit as long as the period must not let a year without any row pass
        status = UNKNOWN if (gap.start, gap.end) == (binding.fy_start, binding.until) else PASS
    else:
        status = FAIL if best.days > limit and not facts.open_rows and not look.obstacles.lost else UNKNOWN
    return Ruling(status=status, reason=texts.longest_gap(look.title, gap, limit), measured=_figure(gap.days, limit, "days"))
