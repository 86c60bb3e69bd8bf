"""The judgement of one part of a control, and how parts become one (docs/semantics.md §4, `all_of`).

Never here: facts, tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from secaudit.engine.compiled import AttestedPart, Part, SeparatedPart, TablePart
from secaudit.engine.outcomes import worst_first
from secaudit.model.outcome import Measured, Outcome
from secaudit.model.status import SEVERITY_ORDER, Status, fold
from secaudit.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The status of one part, with its reason and outcomes."""

    status: Status
    reason: Text
    outcomes: tuple[Outcome, ...] = ()
    measured: Measured | None = None
    by_data: bool = True


def all_of(parts: Sequence[Part], verdicts: Sequence[Verdict]) -> Verdict:
    """Fold the verdicts of parts; every outcome names its part, and a part that does not hold has an outcome at least."""
    if len(parts) == 1:
        return verdicts[0]
    status = fold(verdict.status for verdict in verdicts)
    counts = [(word, sum(1 for verdict in verdicts if verdict.status == word)) for word in SEVERITY_ORDER]
    ja = f"{len(parts)}項目のうち" + "、".join(f"{word.label.ja}{count}" for word, count in counts if count)
    en = f"of {len(parts)} parts: " + ", ".join(f"{count} {word.label.en}" for word, count in counts if count)
    outcomes: list[Outcome] = []
    for place, (part, verdict) in enumerate(zip(parts, verdicts, strict=True), start=1):
        label = _label(part, place, len(parts))
        said = Text(ja=f"{label.ja}{verdict.reason.ja}", en=f"{label.en}{verdict.reason.en}")
        if verdict.status == status and status not in (Status.PASS, Status.NOT_APPLICABLE):
            ja, en = f"{ja}。{said.ja}", f"{en}; {said.en}"
        for outcome in verdict.outcomes:
            reason = Text(ja=f"{label.ja}{outcome.reason.ja}", en=f"{label.en}{outcome.reason.en}")
            outcomes.append(Outcome(subject=outcome.subject, status=outcome.status, reason=reason, location=outcome.location))
        holds = verdict.status in (Status.PASS, Status.NOT_APPLICABLE)
        if not holds and all(outcome.status != verdict.status for outcome in verdict.outcomes):
            outcomes.append(Outcome(subject=f"({place}/{len(parts)})", status=verdict.status, reason=said, location=None))
    return Verdict(
        status=status,
        reason=Text(ja=ja, en=en),
        outcomes=worst_first(outcomes),
        by_data=all(verdict.by_data for verdict in verdicts),
    )


def _label(part: Part, place: int, total: int) -> Text:
    match part:
        case TablePart(kind=kind) | AttestedPart(kind=kind):
            return Text(ja=f"({place}/{total} {kind.title.ja}) ", en=f"({place}/{total} {kind.title.en}) ")
        case SeparatedPart():
            return Text(ja=f"({place}/{total} 分離) ", en=f"({place}/{total} separation) ")
        case _:
            assert_never(part)
