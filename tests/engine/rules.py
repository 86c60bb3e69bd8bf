"""What the tests of the rules share: rows, and one judgement by both backends."""

from collections.abc import Mapping
from datetime import date

from secaudit.model.assertion import Assertion, Coverage, Every, Match
from secaudit.model.control import Value
from secaudit.model.evidence import Table
from secaudit.model.outcome import Judgement
from tests.engine.small import AT, EVENTS, PEOPLE, condition, control, judge, maybe, table

Row = Mapping[str, Value]
P, F, U, E, N = "pass", "fail", "unknown", "error", "not_applicable"
YES: Row = {"id": "s1", "ok": True}
NO: Row = {"id": "s2", "ok": False}
BLANK: Row = {"id": "s3"}
MAYBE_YES: Row = {"id": "s4", "ok": True, "grade": None}


def people(*rows: Row, **options: object) -> Table:
    return table(PEOPLE, *rows, **options)  # type: ignore[arg-type]  # options of `table`


def events(*rows: Row, **options: object) -> Table:
    return table(EVENTS, *rows, **options)  # type: ignore[arg-type]  # options of `table`


def both(assertion: Assertion, *tables: Table, as_of: date = date(2026, 3, 31)) -> Judgement:
    names = {"people", "events"} if isinstance(assertion, Coverage | Match) else {"people"}
    one = control(assertion, *sorted(names))
    reference = judge(one, *tables, as_of=as_of)
    assert judge(one, *tables, as_of=as_of, backend="duckdb") == reference
    return reference


def statuses(judgement: Judgement) -> dict[str, str]:
    return {outcome.subject: outcome.status.value for outcome in judgement.outcomes}


DONE: tuple[Row, ...] = tuple({"no": f"e{index}", "who": f"s{index}", "done": True} for index in range(1, 5))
STAFF: tuple[Row, ...] = tuple({"id": f"s{index}", "grade": "a"} for index in range(1, 5))


def every(where: str | None = None) -> Every:
    return Every(table="people", where=maybe(where), holds=condition("ok"), at=AT)
