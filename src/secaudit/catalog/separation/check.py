"""What is wrong with `separated` in a control and with the proofs that its cases give.

Never here: whether a case comes out as written (`trial`).
"""

from collections.abc import Iterator, Sequence

from secaudit.catalog.separation.convert import faults
from secaudit.errors import DocumentError, SecauditError
from secaudit.model.assertion import AllOf, Assertion, Separated
from secaudit.model.control import Case, Control
from secaudit.model.text import Text
from secaudit.wire.tree import Node, place


def separation_errors(control: Control, cases: Sequence[Case], cases_tree: Node) -> list[SecauditError]:
    """Return what a reader of the proof would stumble over; `cases_tree` is the file of the cases."""
    asked = list(_asked(control.assertion))
    errors: list[SecauditError] = [
        DocumentError(Text(ja=f"領域 `{zone}` が二度あります", en=f"the zone `{zone}` is there twice"), at=one.at)
        for one in asked
        for zone in dict.fromkeys(one.zones)
        if one.zones.count(zone) > 1
    ]
    for index, case in enumerate(cases):
        if case.separation is None:
            continue
        at = place(cases_tree, (index, "separation"), key=True)
        if not asked:
            message = Text(ja="この管理策は分離の証明を読みません", en="this control does not read a separation proof")
            hint = Text(ja="`separation` を消してください", en="delete `separation`")
            errors.append(DocumentError(message, at=at, hint=hint))
        errors.extend(DocumentError(fault, at=at) for fault in faults(case.separation))
    return errors


def _asked(assertion: Assertion) -> Iterator[Separated]:
    match assertion:
        case AllOf(parts=parts):
            for part in parts:
                yield from _asked(part)
        case Separated():
            yield assertion
        case _:
            return
