"""Questions over the entries of a history.

* Of several entries of one policy and fiscal year, the newest speaks.

Never here: printing; trust (verify first).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from secaudit.model.run import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The score of one policy in one fiscal year. Scores 0…100, shares 0…1, exact; None where nothing applies."""

    policy: str
    organisation: str
    fiscal_year: int
    as_of: str
    number: int
    overall: Fraction | None
    chapters: Mapping[str, Fraction | None]
    evidence_coverage: Fraction | None
    machine_share: Fraction | None
    counts: Mapping[str, int]
    statuses: Mapping[str, str]


def trend(entries: Iterable[Entry], *, policy: str | None = None) -> tuple[Point, ...]:
    """Return one point per policy and fiscal year, sorted by both."""
    newest: dict[tuple[str, int], Point] = {}
    for entry in entries:
        content: Mapping[str, Any] = json.loads(entry.payload)
        if policy is None or content["policy"] == policy:
            newest[content["policy"], content["fiscal_year"]] = _point(entry.number, content)
    return tuple(newest[key] for key in sorted(newest))


def _point(number: int, content: Mapping[str, Any]) -> Point:
    score = content["score"]
    return Point(
        policy=content["policy"],
        organisation=content["organisation"],
        fiscal_year=content["fiscal_year"],
        as_of=content["as_of"],
        number=number,
        overall=_fraction(score["overall"]),
        chapters={chapter: _fraction(value) for chapter, value in score["chapters"].items()},
        evidence_coverage=_fraction(score["evidence_coverage"]),
        machine_share=_fraction(score["machine_share"]),
        counts=score["counts"],
        statuses={finding["control"]: finding["status"] for finding in content["findings"]},
    )


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
