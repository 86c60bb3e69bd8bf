"""Which control covers which clause, and how each control is decided.

* A control covers the clauses that its newest number names. A control of an overlay is shown and covers nothing.
* Decided by an answer: some part asks a person. By document: it reads papers alone (`PAPERS`). By data: all others.
* A clause counts in the share of each mark that it has: A wants a control decided by data, B one by data or document, H any.

Never here: how many items an official audit list has; nobody knows (facts §3).
"""

from collections.abc import Iterable, Sequence

from secaudit.catalog.guideline.numbers import clauses_of
from secaudit.catalog.limits import parts, tables
from secaudit.model.assertion import Attested, Separated
from secaudit.model.control import Control
from secaudit.model.guideline import ChapterCover, Clause, Cover, Covered, CoveringControl, Decided, Guideline, Item, Test

PAPERS = frozenset({"documents", "committee_meetings", "provisions", "policy_publications"})
"""Kinds of evidence that list documents, what they say, where they are published, and minutes: papers, not the state of systems."""
_FIT: dict[Test, tuple[Decided, ...]] = {"A": ("data",), "B": ("data", "document"), "H": ("data", "document", "answer")}


def decided(control: Control) -> Decided:
    """Return how a control is decided."""
    found = tuple(parts(control.assertion))
    if any(isinstance(part, Attested) for part in found):
        return "answer"
    if any(isinstance(part, Separated) for part in found):
        return "data"
    return "document" if PAPERS.issuperset(tables(control.assertion)) else "data"


def newest(control: Control) -> str:
    """Return the control's number in the newest edition that has it."""
    return control.editions[max(control.editions)]


def coverage(guideline: Guideline, controls: Sequence[Control]) -> Cover:
    """Return clause → controls, the totals per chapter and the shares."""
    numbers = {clause.number for clause in guideline.clauses}
    clauses = tuple(_covered(clause, controls) for clause in guideline.clauses)
    return Cover(
        clauses=clauses,
        chapters=tuple(
            _chapter(chapter, guideline, clauses, controls) for chapter in dict.fromkeys(one.chapter for one in guideline.clauses)
        ),
        shares={test: _share(test, clauses) for test in _FIT},
        stray=tuple(control.id for control in controls if not numbers.intersection(clauses_of(newest(control)))),
    )


def _covered(clause: Clause, controls: Iterable[Control]) -> Covered:
    own = [control for control in controls if clause.number in clauses_of(newest(control))]
    return Covered(
        number=clause.number,
        title=clause.title,
        test=clause.test,
        controls=_named(control for control in own if control.overlay is None),
        overlay=_named(control for control in own if control.overlay is not None),
        items=tuple(_covered_item(item, own) for item in clause.items),
    )


def _covered_item(item: Item, controls: Iterable[Control]) -> Covered:
    own = [control for control in controls if item.number[-1] in newest(control)]
    return Covered(
        number=item.number,
        title=item.title,
        test=item.test,
        controls=_named(control for control in own if control.overlay is None),
        overlay=_named(control for control in own if control.overlay is not None),
        items=(),
    )


def _named(controls: Iterable[Control]) -> tuple[CoveringControl, ...]:
    return tuple(CoveringControl(id=control.id, decided=decided(control)) for control in controls)


def _chapter(chapter: str, guideline: Guideline, clauses: Iterable[Covered], controls: Iterable[Control]) -> ChapterCover:
    numbers = {clause.number for clause in guideline.clauses if clause.chapter == chapter}
    within = [clause for clause in clauses if clause.number in numbers]
    own = [decided(control) for control in controls if numbers.intersection(clauses_of(newest(control)))]
    words: tuple[Decided, ...] = ("data", "document", "answer")
    return ChapterCover(
        chapter=chapter,
        clauses=len(within),
        covered=sum(bool(clause.controls) for clause in within),
        controls={word: own.count(word) for word in words},
    )


def _share(test: Test, clauses: Iterable[Covered]) -> tuple[int, int]:
    marked = [clause for clause in clauses if test in clause.test and not clause.number.startswith("0.")]
    return sum(any(control.decided in _FIT[test] for control in clause.controls) for clause in marked), len(marked)
