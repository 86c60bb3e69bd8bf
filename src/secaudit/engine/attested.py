"""Controls that people answer (docs/semantics.md §4, `attested`).

* Of several rows by one section the newest counts, even if it then does not count as an answer.
* An answer counts if it names who, when, why and until when, and is still valid.
* A “no” that does not count still keeps a “yes” from passing.

Never here: asking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from secaudit.engine import texts
from secaudit.engine.compiled import AttestedPart
from secaudit.engine.facts import View
from secaudit.engine.obstacles import State, lost_indices, obstacles, state
from secaudit.engine.outcomes import worst_first
from secaudit.engine.verdict import Verdict
from secaudit.model.control import Value
from secaudit.model.evidence import Table
from secaudit.model.outcome import Outcome
from secaudit.model.status import Status
from secaudit.model.text import Text

READS = frozenset({"control", "answer", "answered_by", "answered_on", "reason", "expires_on", "section"})
_STATUSES = {"yes": Status.PASS, "no": Status.FAIL, "not-applicable": Status.NOT_APPLICABLE}
_ANSWERS = {
    "yes": Text(ja="はい", en="yes"),
    "no": Text(ja="いいえ", en="no"),
    "not-applicable": Text(ja="該当しない", en="not applicable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    index: int
    cells: Mapping[str, Value]

    def text(self, name: str) -> str | None:
        value = self.cells.get(name)
        return value if isinstance(value, str) and value.strip() else None

    def day(self, name: str) -> date | None:
        value = self.cells.get(name)
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else None

    def counts(self, as_of: date) -> bool:
        expires = self.day("expires_on")
        filled = all(self.text(name) for name in ("answered_by", "reason"))
        return filled and self.text("answer") in _STATUSES and expires is not None and expires >= as_of


def attested(part: AttestedPart, table: Table | None, size: int, view: View | None, as_of: date) -> Verdict:
    """Return the verdict of the answers to one control. `view` may be None if the table has no rows."""
    title = part.kind.title
    condition = state(table, size)
    if table is None or condition == State.MISSING:
        return Verdict(status=Status.UNKNOWN, reason=texts.missing(title), by_data=False)
    if condition == State.FAILED:
        return Verdict(status=Status.ERROR, reason=texts.failed(title, table.failures), by_data=False)
    rows = _answers(part, table, size, view)
    lost = lost_indices(table.losses, READS)
    other = frozenset(range(size)) - rows.keys()
    own = [row for index, row in rows.items() if index not in lost and row.text("control") == part.control]
    looked = obstacles(table, size, READS, ignore=other)
    newest = _newest(own, as_of)
    counting = [row for row in newest if row.counts(as_of)]
    against = [
        row for row in own if row.text("answer") == "no" and (row.day("answered_on") is None or (row in newest and row not in counting))
    ]
    outcomes = worst_first(_outcome(part, row, view) for row in counting) if view is not None else ()
    words = sorted({str(row.text("answer")) for row in counting})
    if len(words) != 1:
        return Verdict(status=Status.UNKNOWN, reason=_undecided(own, words), outcomes=outcomes, by_data=False)
    status = _STATUSES[words[0]]
    if (looked.blocked or against) and status != Status.FAIL:
        status = Status.UNKNOWN
    said = _ANSWERS[words[0]]
    reasons = [Text(ja=f"回答は「{said.ja}」（{len(counting)}件）", en=f"the answer is “{said.en}” ({len(counting)} given)")]
    if against and status != Status.FAIL:
        reasons.append(
            Text(
                ja=f"ほかに、日付・理由・有効期限がそろわないか期限の切れた「いいえ」が{len(against)}件ある",
                en=f"besides, {len(against)} answers “no” are incomplete or expired",
            )
        )
    return Verdict(status=status, reason=texts.joined([*reasons, *looked.texts]), outcomes=outcomes, by_data=False)


def _answers(part: AttestedPart, table: Table, size: int, view: View | None) -> dict[int, _Answer]:
    """Return the rows that are, or may be, about this control."""
    names = [column.name for column in table.kind.columns]
    rows: list[_Answer] = []
    if view is not None:
        rows = [_Answer(index=index, cells=dict(zip(names, view.row(index), strict=True))) for index in range(size)]
    return {row.index: row for row in rows if row.text("control") in (part.control, None)}


def _newest(rows: list[_Answer], as_of: date) -> list[_Answer]:
    """Return each section's newest rows up to the as-of date; without a section the person stands for it."""
    latest: dict[tuple[str, str | None], date] = {}
    dated: list[tuple[tuple[str, str | None], date, _Answer]] = []
    for row in rows:
        day = row.day("answered_on")
        if day is not None and day <= as_of:
            section = row.text("section")
            who = ("section", section) if section else ("person", row.text("answered_by"))
            dated.append((who, day, row))
            latest[who] = max(latest.get(who, day), day)
    return [row for who, day, row in dated if day == latest[who]]


def _undecided(own: list[_Answer], words: list[str]) -> Text:
    if words:
        ja, en = "、".join(_ANSWERS[word].ja for word in words), ", ".join(_ANSWERS[word].en for word in words)
        return Text(ja=f"回答が食い違っている（{ja}）", en=f"the answers disagree ({en})")
    if own:
        return Text(
            ja=f"回答{len(own)}件のうち、回答者・日付・理由・有効期限がそろい、期限内のものがない",
            en=f"none of {len(own)} answers names who, when, why and until when, and is still valid",
        )
    return Text(ja="この管理策への回答がない", en="nobody has answered for this control")


def _outcome(part: AttestedPart, row: _Answer, view: View) -> Outcome:
    location = view.location(row.index, "answer")
    answer = str(row.text("answer"))
    personal = {column.name for column in part.kind.columns if column.personal}
    why = texts.cell(row.text("reason") if "reason" not in personal else None)
    dates = f"{row.day('answered_on')}～{row.day('expires_on')}"
    reason = Text(ja=f"{_ANSWERS[answer].ja}（{dates}）：{why.ja}", en=f"{_ANSWERS[answer].en} ({dates}): {why.en}")
    return Outcome(subject=row.text("section") or part.control, status=_STATUSES[answer], reason=reason, location=location)
