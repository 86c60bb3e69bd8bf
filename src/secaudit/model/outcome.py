"""What the engine says: one judgement per control, with the outcomes of its subjects.

Never here: exceptions, remedies, scores (`findings`).
"""

from dataclasses import dataclass
from fractions import Fraction

from secaudit.model.location import Location
from secaudit.model.status import Status
from secaudit.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One subject under one control. `subject` joins the key columns with ` / `; it is never a name."""

    subject: str
    status: Status
    reason: Text
    location: Location | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figure behind a judgement.

    Ratios: value = numerator ÷ denominator, unit `ratio`; else unit `days`, `rows` and so on.
    `value` is None if there is none (no rows). All figures are exact.
    """

    value: Fraction | None
    target: Fraction | None
    numerator: int | None
    denominator: int | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The status of one control for one organisation, with its reason and its outcomes sorted worst first, then by subject.

    `by_data` is False where a person's answer or a published statement decided.
    """

    organisation: str
    control: str
    status: Status
    reason: Text
    outcomes: tuple[Outcome, ...] = ()
    measured: Measured | None = None
    by_data: bool = True
