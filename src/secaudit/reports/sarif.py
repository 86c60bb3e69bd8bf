"""Assessments as SARIF 2.1.0 (errata 01), one result per finding, for code scanning.

* `kind` says the status: fail, open (unknown), review (error), pass, notApplicable. Only `fail` has a `level`.
* What passes or does not apply is listed with `--all` alone: GitHub shows every result as an alert, whatever its kind. The counts of
  all statuses stand in the properties of the run.
* A wholly excepted finding is suppressed, with its reason. All results have `suppressions`, or none may have them.
* At most 20 runs, 25,000 results a run, 1,000 locations a result, 10 MB compressed; the worst are kept, and a notification says it.

Never here: comparing with an earlier run; `Settings.baseline` says the outcome.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from secaudit.model.evidence import Loss
from secaudit.model.finding import Finding
from secaudit.model.location import Location
from secaudit.model.outcome import Outcome
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports.escaping import json_bytes, plain, sarif, uri
from secaudit.reports.figures import exact, tenth
from secaudit.reports.settings import Settings
from secaudit.reports.wording import OPEN, category, detail, digests, line_of, listed, more, place, spot, status_word, urgency, warnings

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RUNS = 20
RESULTS = 25_000
LOCATIONS = 1_000
TAGS = 20
COMPRESSED = 9_500_000
"""GitHub takes 10 MB compressed; unit: bytes."""
LOSSES = 1_000

GUIDELINE = "地方公共団体における情報セキュリティポリシーに関するガイドライン"

_KINDS = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.UNKNOWN: "open",
    Status.ERROR: "review",
    Status.NOT_APPLICABLE: "notApplicable",
}
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_SECURITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.5"}
"""What GitHub calls security-severity: above 9 critical, 7 high, 4 medium."""

Json = dict[str, Any]


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the SARIF log of a run, as small as the limits of GitHub ask."""
    keep = RESULTS
    while True:
        data = _log(assessments, settings, keep)
        if keep == 0 or len(data) <= COMPRESSED or len(zlib.compress(data, 1)) <= COMPRESSED:
            return data
        keep //= 2


def _log(assessments: Sequence[Assessment], settings: Settings, keep: int) -> bytes:
    share = -(-len(assessments) // RUNS) or 1
    groups = [assessments[start : start + share] for start in range(0, len(assessments), share)]
    newest = {one.policy_id: one for one in assessments}
    runs = [{"automationDetails": {"id": _category(group[-1], newest)}, **_run(group, settings, keep)} for group in groups]
    return json_bytes({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}, depth=4) + b"\n"


def _category(last: Assessment, newest: Mapping[str, Assessment]) -> str:
    """GitHub closes alerts that the next upload of a category lacks, so the newest year of a policy always has the same one."""
    return f"secaudit/{plain(last.policy_id if newest[last.policy_id] is last else category(last))}/"


def _run(group: Sequence[Assessment], settings: Settings, keep: int) -> Json:
    pairs = [(one, finding) for one in group for finding in listed(one, everything=settings.everything)]
    rest = len(pairs) - keep
    if rest > 0:
        pairs = sorted(pairs, key=lambda pair: urgency(pair[1]))[:keep]
    rules = {finding.control: finding for _, finding in reversed(pairs)}
    order = {control: index for index, control in enumerate(sorted(rules))}
    clauses: dict[str, dict[str, int]] = {plain(one.edition): {} for one in group}
    for one, finding in pairs:
        known = clauses[plain(one.edition)]
        known.setdefault(plain(finding.clause), len(known))
    editions = {edition: index for index, edition in enumerate(clauses)}

    def placed(assessment: Assessment, finding: Finding) -> Json:
        edition, clause = plain(assessment.edition), plain(finding.clause)
        taxonomy = {"name": _guideline(edition), "index": editions[edition]}
        taxon = {"id": clause, "index": clauses[edition][clause], "toolComponent": taxonomy}
        return {**_result(assessment, finding, settings), "ruleIndex": order[finding.control], "taxa": [taxon]}

    return {
        "tool": {"driver": _driver(group[0], [rules[control] for control in order], clauses, settings)},
        "invocations": [_invocation(group, settings, rest)],
        "taxonomies": [_taxonomy(edition, names) for edition, names in clauses.items()],
        "artifacts": _artifacts(group),
        "results": (placed(*pair) for pair in pairs),
        "language": settings.lang,
        "properties": {"exitZero": settings.exit_zero, "assessments": [_figures(one) for one in group]},
    }


def _driver(first: Assessment, rules: Sequence[Finding], clauses: Iterable[str], settings: Settings) -> Json:
    return {
        "name": "secaudit",
        "version": plain(first.tool_version),
        "supportedTaxonomies": [{"name": _guideline(edition), "index": index} for index, edition in enumerate(clauses)],
        "rules": [_rule(finding, settings) for finding in rules],
    }


def _rule(finding: Finding, settings: Settings) -> Json:
    tags = ["security", finding.level, f"severity-{finding.severity}", f"chapter-{finding.chapter}"]
    return {
        "id": plain(finding.control),
        "name": plain(finding.name),
        "shortDescription": {"text": sarif(finding.title.get(settings.lang))},
        "help": {"text": sarif(finding.remedy.get(settings.lang))},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": [plain(tag) for tag in tags[:TAGS]], "security-severity": _SECURITY[finding.severity]},
    }


def _result(assessment: Assessment, finding: Finding, settings: Settings) -> Json:
    said = [f"{status_word(finding, settings.lang)}: {finding.reason.get(settings.lang)}", *detail(finding, settings)]
    result: Json = {"ruleId": plain(finding.control), "kind": _KINDS[finding.status]}
    if finding.status is Status.FAIL:
        result["level"] = _LEVELS[finding.severity]
    outcomes = [outcome for outcome in finding.outcomes if outcome.status in OPEN and outcome.location is not None]
    shown = outcomes[: min(settings.samples, LOCATIONS)]
    result |= {
        "message": {"text": "\n".join(map(sarif, said))},
        "locations": [_subject(outcome, settings) for outcome in shown] or [_location(place(assessment, finding))],
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:1", "secaudit/v1": finding.fingerprint},
        "suppressions": [_suppression(finding, settings)] if finding.disposition == "excepted" else [],
        "properties": {
            "assessment": plain(category(assessment)),
            "status": finding.status.value,
            "disposition": finding.disposition,
            "decidedBy": "data" if finding.by_data else "people",
            "subjects": {status.value: count for status, count in finding.counts.items()},
        },
    }
    if settings.baseline is not None:
        result["baselineState"] = settings.baseline.get(finding.fingerprint, "new")
    return result


def _subject(outcome: Outcome, settings: Settings) -> Json:
    said = f"{outcome.status.label.get(settings.lang)} {outcome.subject}: {outcome.reason.get(settings.lang)}"
    where = outcome.location or Location(path="")
    return {**_location(where), "message": {"text": sarif(said)}}


def _location(where: Location) -> Json:
    physical: Json = {"artifactLocation": {"uri": uri(where.path)}}
    line = line_of(where)
    if line is not None:
        physical["region"] = {"startLine": line}
    location: Json = {"physicalLocation": physical}
    name = plain(spot(where))
    if name and where.line is None:
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"}]
    return location


def _suppression(finding: Finding, settings: Settings) -> Json:
    grants = [f"{grant.reason} ({grant.approved_by}, {grant.expires.isoformat()})" for grant in finding.exceptions]
    reason = "; ".join(grants) or Text(ja="例外措置", en="exception").get(settings.lang)
    suppression: Json = {"kind": "external", "status": "accepted", "justification": plain(reason)}
    if finding.exceptions:
        suppression["location"] = _location(finding.exceptions[0].at)
    return suppression


def _guideline(edition: str) -> str:
    return f"{GUIDELINE} {edition}"


def _taxonomy(edition: str, clauses: Iterable[str]) -> Json:
    return {
        "name": _guideline(edition),
        "version": edition,
        "organization": "総務省",
        "taxa": [{"id": clause, "name": clause} for clause in clauses],
    }


def _artifacts(group: Sequence[Assessment]) -> list[Json]:
    files = {uri(file.path): file.sha256 for one in group for file in one.evidence_files}
    return [{"location": {"uri": path}, **({"hashes": {"sha-256": digest}} if digest else {})} for path, digest in files.items()]


def _invocation(group: Sequence[Assessment], settings: Settings, rest: int) -> Json:
    notes: list[Json] = [{"level": "warning", "message": {"text": sarif(said)}} for said in warnings(group, settings)]
    if rest > 0:
        notes.append({"level": "warning", "message": {"text": more(rest, settings.lang)}})
    losses = [loss for one in group for loss in one.losses]
    notes += [_loss(loss, settings) for loss in losses[:LOSSES]]
    if len(losses) > LOSSES:
        left = len(losses) - LOSSES
        said = Text(ja=f"欠落は、ほか{left}件あります。", en=f"There are {left} more losses.")
        notes.append({"level": "warning", "message": {"text": said.get(settings.lang)}})
    return {"executionSuccessful": not any(one.could_not_look for one in group), "toolExecutionNotifications": notes}


def _loss(loss: Loss, settings: Settings) -> Json:
    return {
        "level": "note" if loss.left_out else "warning",
        "message": {"text": sarif(loss.why.get(settings.lang))},
        "locations": [_location(loss.at)],
        "descriptor": {"id": plain(loss.code)},
    }


def _figures(assessment: Assessment) -> Json:
    return {
        "assessment": plain(category(assessment)),
        "organisation": plain(assessment.organisation.id),
        "asOf": assessment.as_of.isoformat(),
        **{name: plain(value) for name, value in digests(assessment)},
        "score": tenth(assessment.score.overall),
        "scoreExact": exact(assessment.score.overall),
        "counts": {status.value: count for status, count in assessment.score.counts.items()},
    }
