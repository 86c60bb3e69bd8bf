"""Assessments as JUnit XML: the subset that Jenkins, GitLab and Ant read alike; one suite per assessment, one case per finding.

* fail: `failure` (an excepted one too: an exception does not make it true) · unknown and error: `error` · not applicable: `skipped`.
  `type` has the exact word.
* GitLab takes files below 30 MB and keeps the first of two cases with one name: beyond a budget the cases keep their message and lose
  their details, and the suite says so.

Never here: a counted figure; the numbers of a suite are those of the score.
"""

from collections.abc import Sequence

from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports.escaping import inert_text, xml
from secaudit.reports.figures import one_decimal
from secaudit.reports.settings import Settings
from secaudit.reports.wording import category, detail, digests, status_word, warnings

DETAILS = 15_000_000
"""From this size on, details are left out; the messages of 30,000 findings fit into the rest. Unit: bytes."""

_ELEMENTS = {Status.FAIL: "failure", Status.UNKNOWN: "error", Status.ERROR: "error"}


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return one `testsuites` document."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="secaudit"{_totals(assessments)} time="0">']
    size = 0
    for assessment in assessments:
        suite = _suite(assessment, settings, room=DETAILS - size)
        size += sum(len(line.encode()) for line in suite)
        lines += suite
    return inert_text("\n".join([*lines, "</testsuites>"]) + "\n").encode()


def _totals(assessments: Sequence[Assessment]) -> str:
    totals = {status: sum(one.score.counts[status] for one in assessments) for status in Status}
    errors = totals[Status.UNKNOWN] + totals[Status.ERROR]
    skipped = totals[Status.NOT_APPLICABLE]
    return f' tests="{sum(totals.values())}" failures="{totals[Status.FAIL]}" errors="{errors}" skipped="{skipped}"'


def _suite(assessment: Assessment, settings: Settings, *, room: int) -> list[str]:
    name, day = xml(category(assessment)), assessment.as_of.isoformat()
    lines = [f'  <testsuite name="{name}"{_totals([assessment])} time="0" timestamp="{day}T00:00:00">', "    <properties>"]
    properties = [*digests(assessment), ("score", one_decimal(assessment.score.overall)), ("exit-zero", str(settings.exit_zero).lower())]
    lines += [f'      <property name="{word}" value="{xml(value)}"/>' for word, value in properties]
    lines.append("    </properties>")
    shortened = False
    for finding in assessment.findings:
        details = detail(finding, settings) if room > 0 else []
        shortened = shortened or room <= 0
        case = _case(assessment, finding, details, settings)
        room -= sum(len(line.encode()) for line in case)
        lines += case
    notes = warnings([assessment], settings)
    if shortened:
        said = Text(
            ja="出力先の上限のため、途中から内訳を省きました。すべては JSON 形式にあります。",
            en="Details are left out from some case on because of the platform's limit; the JSON format has all of them.",
        )
        notes.append(said.get(settings.lang))
    if notes:
        lines.append(f"    <system-out>{xml(' '.join(notes))}</system-out>")
    return [*lines, "  </testsuite>"]


def _case(assessment: Assessment, finding: Finding, details: Sequence[str], settings: Settings) -> list[str]:
    names = f'classname="{xml(category(assessment))}.{xml(finding.chapter)}" name="{xml(finding.control)} '
    head = f'    <testcase {names}{xml(finding.title.get(settings.lang))}" time="0"'
    if finding.status is Status.PASS:
        return [f"{head}/>"]
    reason = xml(finding.reason.get(settings.lang))
    if finding.status is Status.NOT_APPLICABLE:
        return [f"{head}>", f'      <skipped message="{reason}"/>', "    </testcase>"]
    element = _ELEMENTS[finding.status]
    kind = f"{finding.status.value}-excepted" if finding.disposition == "excepted" else finding.status.value
    start = f'      <{element} type="{kind}" message="{xml(status_word(finding, settings.lang))}: {reason}">'
    if not details:
        return [f"{head}>", f"{start}</{element}>", "    </testcase>"]
    return [f"{head}>", start, *(f"        {xml(line)}" for line in details), f"      </{element}>", "    </testcase>"]
