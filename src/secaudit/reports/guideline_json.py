"""Coverage, differences of editions and mappings as JSON: `secaudit/coverage/v1`, `secaudit/edition-diff/v1`, `secaudit/map/v1`.

Never here: counting.
"""

import json
from collections.abc import Mapping, Sequence

from secaudit.model.guideline import Cover, Covered, CoveringControl, Difference, EditionDiff, FrameworkMap, Mapped, StatusPair
from secaudit.model.text import Text


def dumps(document: Mapping[str, object]) -> str:
    """Return a document as JSON text."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def coverage_json(cover: Cover) -> Mapping[str, object]:
    """Write the coverage."""
    return {
        "schema": "secaudit/coverage/v1",
        "clauses": [_covered(one) for one in cover.clauses],
        "without_control": [one.number for one in cover.clauses if not one.controls],
        "items_without_control": [item.number for one in cover.clauses for item in one.items if not item.controls],
        "controls_without_clause": list(cover.stray),
        "chapters": [
            {"chapter": one.chapter, "clauses": one.clauses, "covered": one.covered, "controls": dict(one.controls)}
            for one in cover.chapters
        ],
        "shares": {test: {"fit": fit, "clauses": marked} for test, (fit, marked) in cover.shares.items()},
    }


def _covered(one: Covered) -> Mapping[str, object]:
    written: dict[str, object] = {
        "number": one.number,
        "title": _text(one.title),
        "test": list(one.test),
        "controls": [_control(control) for control in one.controls],
        "overlay": [_control(control) for control in one.overlay],
    }
    if one.items:
        written["items"] = [_covered(item) for item in one.items]
    return written


def _control(control: CoveringControl) -> Mapping[str, str]:
    return {"control": control.id, "decided_by": control.decided}


def _text(text: Text) -> Mapping[str, str]:
    return {"ja": text.ja, "en": text.en}


def diff_json(diff: EditionDiff) -> dict[str, object]:
    """Write the differences of two editions."""
    return {
        "schema": "secaudit/edition-diff/v1",
        "old": diff.old,
        "new": diff.new,
        "editions": [
            {
                "edition": one.edition,
                "issued": one.issued.isoformat(),
                "basis": one.basis,
                "sources": list(one.sources),
                "changes": [{"text": _text(note.text), "basis": note.basis, "sources": list(note.sources)} for note in one.notes],
            }
            for one in diff.editions
        ],
        "clauses": [_difference(one) for one in diff.clauses],
        "controls": [_difference(one) for one in diff.controls],
    }


def _difference(one: Difference) -> Mapping[str, object]:
    return {
        "kind": one.kind,
        "number": one.number,
        "title": _text(one.title),
        "old_number": one.was,
        "new_number": one.now,
        "edition": one.edition,
        "to_do": _text(one.to_do),
        "basis": one.basis,
        "overlay": one.overlay,
    }


def pairs_json(policy: str, fiscal_year: int, pairs: Sequence[StatusPair]) -> Mapping[str, object]:
    """Write the findings of a policy that would change."""
    return {
        "policy": policy,
        "fiscal_year": fiscal_year,
        "findings": [
            {"control": one.control, "title": _text(one.title), "old": one.was.value, "new": one.now.value, "reason": _text(one.reason)}
            for one in pairs
        ],
    }


def map_json(found: FrameworkMap) -> Mapping[str, object]:
    """Write a mapping in both directions with its gaps."""
    framework = found.framework
    return {
        "schema": "secaudit/map/v1",
        "framework": {
            "id": framework.id,
            "title": _text(framework.title),
            "basis": {"numbers": framework.numbers, "maps": framework.maps, "sources": list(framework.sources)},
            "note": _text(framework.note),
        },
        "controls": [_mapped(one) for one in found.controls],
        "numbers": [_mapped(one) for one in found.entries],
        "controls_without_number": [one.number for one in found.controls if not one.to],
        "numbers_without_control": [one.number for one in found.entries if not one.to],
    }


def _mapped(one: Mapped) -> Mapping[str, object]:
    return {"number": one.number, "title": _text(one.title), "to": list(one.to), "basis": one.basis}
