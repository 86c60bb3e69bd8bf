"""Findings as CSV for spreadsheets: RFC 4180, UTF-8 with byte order mark, one row per finding, all statuses.

* The column names and the words of a status are never translated.
* `record` says what a row is: `finding`, `loss` (what could not be read) or `note` (what to know about the run).
* No cell starts a formula (`escaping.cell`), and no cell has a line break.

Never here: fractions; a spreadsheet would read 1/3 as a date.
"""

import csv
import io
from collections.abc import Mapping, Sequence

from secaudit.model.evidence import Loss
from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.model.status import SEVERITY_ORDER
from secaudit.reports.escaping import cell, inert_text
from secaudit.reports.figures import number
from secaudit.reports.settings import Settings
from secaudit.reports.wording import OPEN, exception_lines, outcome_line, warnings

_RUN = ("record", "organisation", "policy", "fiscal_year", "as_of", "edition")
_FINDING = ("control", "name", "clause", "level", "severity", "title", "status", "disposition", "reason")
_MEASURED = ("value", "target", "numerator", "denominator", "unit")
_COUNTS = tuple(f"subjects_{status.value}" for status in SEVERITY_ORDER)
_REST = ("subjects", "exceptions", "notes", "remedy", "decided_by", "weight", "fingerprint", "path", "sheet", "row", "column", "line")

COLUMNS = (*_RUN, *_FINDING, *_MEASURED, *_COUNTS, *_REST)

Row = dict[str, object]


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the table; its first row holds the names of the columns."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for said in warnings(assessments, settings):
        writer.writerow(_cells({"record": "note", "reason": said}))
    for assessment in assessments:
        run = _run(assessment)
        for finding in assessment.findings:
            writer.writerow(_cells({**run, "record": "finding", **_finding(finding, settings)}))
        for loss in assessment.losses:
            writer.writerow(_cells({**run, "record": "loss", **_loss(loss, settings)}))
    return b"\xef\xbb\xbf" + inert_text(stream.getvalue()).encode()


def _cells(row: Mapping[str, object]) -> list[str]:
    values = (row.get(column) for column in COLUMNS)
    return ["" if value is None else cell(value) if isinstance(value, str) else str(value) for value in values]


def _run(assessment: Assessment) -> Row:
    return {
        "organisation": assessment.organisation.id,
        "policy": assessment.policy_id,
        "fiscal_year": assessment.fiscal_year,
        "as_of": assessment.as_of.isoformat(),
        "edition": assessment.edition,
    }


def _finding(finding: Finding, settings: Settings) -> Row:
    lang, measured = settings.lang, finding.measured
    outcomes = [outcome for outcome in finding.outcomes if outcome.status in OPEN][: settings.samples]
    row: Row = {
        "control": finding.control,
        "name": finding.name,
        "clause": finding.clause,
        "level": finding.level,
        "severity": finding.severity,
        "title": finding.title.get(lang),
        "status": finding.status.value,
        "disposition": finding.disposition,
        "reason": finding.reason.get(lang),
        **{f"subjects_{status.value}": finding.counts[status] for status in SEVERITY_ORDER},
        "subjects": "; ".join(outcome_line(outcome, finding, lang) for outcome in outcomes),
        "exceptions": "; ".join(exception_lines(finding, lang)),
        "notes": "; ".join(note.get(lang) for note in finding.notes),
        "remedy": finding.remedy.get(lang),
        "decided_by": "data" if finding.by_data else "people",
        "weight": finding.weight,
        "fingerprint": finding.fingerprint,
    }
    if measured is not None:
        row |= {"value": number(measured.value), "target": number(measured.target), "unit": measured.unit}
        row |= {"numerator": measured.numerator, "denominator": measured.denominator}
    return row


def _loss(loss: Loss, settings: Settings) -> Row:
    at = loss.at
    place = {"path": at.path, "sheet": at.sheet, "row": at.row, "column": at.column, "line": at.line}
    return {"name": loss.code, "reason": loss.why.get(settings.lang), **place}
