"""Findings as GitLab's code quality report: a JSON list of what somebody has to act on.

* fail, unknown and error are entries, with the status first in the description; what passes or does not apply is no entry.
* The fingerprint tells policies and years apart, because GitLab keeps one of two entries with one fingerprint.
* An excepted finding is `info`.

Never here: a judgement on which entries are new; GitLab compares the branches.
"""

import hashlib
from collections.abc import Sequence
from itertools import chain

from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.reports.escaping import json_bytes, plain
from secaudit.reports.settings import Settings
from secaudit.reports.wording import category, detail, line_of, listed, place, status_word, warnings

_SEVERITY = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor"}


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the report; notes of the whole run are entries of severity `info` with check name `secaudit`."""
    notes = [_note(said) for said in warnings(assessments, settings)]
    found = (_entry(one, finding, settings) for one in assessments for finding in listed(one, everything=False))
    return json_bytes(chain(notes, found), depth=1) + b"\n"


def _entry(assessment: Assessment, finding: Finding, settings: Settings) -> dict[str, object]:
    where = place(assessment, finding)
    title, reason = finding.title.get(settings.lang), finding.reason.get(settings.lang)
    said = [f"[{status_word(finding, settings.lang)}] {title}: {reason}", *detail(finding, settings)]
    return {
        "description": " / ".join(map(plain, said)),
        "check_name": plain(finding.control),
        "fingerprint": _hash(f"{category(assessment)}\n{finding.control}\n{finding.fingerprint}"),
        "severity": "info" if finding.disposition == "excepted" else _SEVERITY[finding.severity],
        "location": {"path": plain(where.path), "lines": {"begin": line_of(where) or 1}},
    }


def _note(said: str) -> dict[str, object]:
    return {
        "description": plain(said),
        "check_name": "secaudit",
        "fingerprint": _hash(said),
        "severity": "info",
        "location": {"path": "policies", "lines": {"begin": 1}},
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
