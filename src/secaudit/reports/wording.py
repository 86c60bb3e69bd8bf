"""Words and order that several formats share: what is worst comes first, and every figure is the assessment's own.

Lines are returned as they are; each channel escapes them (`escaping`).

Never here: counting a status, escaping.
"""

from collections.abc import Iterable, Sequence

from secaudit.model.finding import Finding
from secaudit.model.location import Location
from secaudit.model.outcome import Outcome
from secaudit.model.run import Assessment
from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.model.text import Lang, Text
from secaudit.reports.era import fiscal_year_text
from secaudit.reports.figures import measured_text, one_decimal, percent
from secaudit.reports.settings import Settings

OPEN = SEVERITY_ORDER[:3]
"""Statuses that somebody has to act on."""

_LINED = (".csv", ".tsv", ".txt")
_LEVEL = {"required": Text(ja="必須", en="required"), "recommended": Text(ja="推奨", en="recommended")}
_SEVERITY = {
    "critical": Text(ja="最高", en="critical"),
    "high": Text(ja="高", en="high"),
    "medium": Text(ja="中", en="medium"),
    "low": Text(ja="低", en="low"),
}


def urgency(finding: Finding) -> tuple[bool, int, int, int]:
    """Return a key that sorts the worst first: open before excepted, then status, level and severity."""
    return (
        finding.disposition == "excepted",
        SEVERITY_ORDER.index(finding.status),
        [*_LEVEL].index(finding.level),
        [*_SEVERITY].index(finding.severity),
    )


def listed(assessment: Assessment, *, everything: bool) -> list[Finding]:
    """Return the findings that a format for people lists, worst first."""
    return sorted((finding for finding in assessment.findings if everything or finding.status in OPEN), key=urgency)


def status_word(finding: Finding, lang: Lang) -> str:
    """Return the status, and whether an exception carries it."""
    excepted = Text(ja="（例外措置中）", en=" (excepted)").get(lang) if finding.disposition == "excepted" else ""
    return finding.status.label.get(lang) + excepted


def level_word(finding: Finding, lang: Lang) -> str:
    """Return 必須 or 推奨."""
    return _LEVEL[finding.level].get(lang)


def severity_word(assessment: Assessment, finding: Finding, lang: Lang) -> str:
    """Return the severity; for a failure by the policy's own name, where it has one."""
    word = _SEVERITY[finding.severity].get(lang)
    return assessment.severity_names.get(finding.severity, word) if finding.status is Status.FAIL else word


def category(assessment: Assessment) -> str:
    """Return what tells one assessment of a run from the others, such as `mihon/FY2025`."""
    return f"{assessment.policy_id}/FY{assessment.fiscal_year}"


def heading(assessment: Assessment, lang: Lang) -> str:
    """Return who, which year and as of when, on one line."""
    name, year, day = assessment.organisation.name, fiscal_year_text(assessment.fiscal_year), assessment.as_of.isoformat()
    return Text(
        ja=f"{name.ja}［{assessment.policy_id}］ {year.ja}（基準日 {day}、指針の版 {assessment.edition}）",
        en=f"{name.en} [{assessment.policy_id}] {year.en}, as of {day}, edition {assessment.edition}",
    ).get(lang)


def score_line(assessment: Assessment, lang: Lang) -> str:
    """Return the score with its two shares, rounded down."""
    score = assessment.score
    if score.overall is None:
        return Text(ja="得点 なし（評価の対象となる管理策がない）", en="no score: no control applies").get(lang)
    points, evidence, machine = one_decimal(score.overall), percent(score.evidence_coverage), percent(score.machine_share)
    return Text(
        ja=f"得点 {points}（100点満点）／ 証跡で判定できた割合 {evidence} ／ データで判定できた割合 {machine}",
        en=f"score {points} of 100; decided by evidence {evidence}, by data {machine}",
    ).get(lang)


def counts_line(assessment: Assessment, lang: Lang) -> str:
    """Return how many findings have each status, as the score counted them."""
    counts = assessment.score.counts
    return Text(ja=" ・ ", en=", ").get(lang).join(f"{status.label.get(lang)} {counts[status]}" for status in SEVERITY_ORDER)


def warnings(assessments: Sequence[Assessment], settings: Settings) -> list[str]:
    """Return what a reader must know before any figure."""
    found = []
    for assessment in assessments:
        if assessment.could_not_look:
            which = category(assessment)
            found.append(
                Text(
                    ja=f"{which}: 開けない証跡ファイルがあったため、この結果は完全ではありません。",
                    en=f"{which}: some evidence could not be opened, so this result is not complete.",
                )
            )
    if settings.exit_zero:
        found.append(Text(ja="終了コードは --exit-zero により0です。", en="The exit code is 0 because of --exit-zero."))
    return [text.get(settings.lang) for text in found]


def detail(finding: Finding, settings: Settings) -> list[str]:
    """Return what there is to say about a finding, one statement a line: measured, outcomes, exceptions, notes, remedy."""
    lang = settings.lang
    measured = measured_text(finding.measured, lang)
    lines = [measured] if measured else []
    outcomes = [outcome for outcome in finding.outcomes if outcome.status in OPEN]
    lines += [outcome_line(outcome, finding, lang) for outcome in outcomes[: settings.samples]]
    rest = len(outcomes) - settings.samples
    if rest > 0:
        lines.append(Text(ja=f"ほか{rest}件", en=f"and {rest} more").get(lang))
    lines += exception_lines(finding, lang)
    lines += [note.get(lang) for note in finding.notes]
    if finding.status in OPEN:
        lines.append(Text(ja=f"対応: {finding.remedy.ja}", en=f"remedy: {finding.remedy.en}").get(lang))
    return lines


def outcome_line(outcome: Outcome, finding: Finding, lang: Lang) -> str:
    """Return one subject with its status, reason and place."""
    covered = outcome.status is Status.FAIL and outcome.subject in finding.excepted_subjects
    excepted = Text(ja="（例外措置中）", en=" (excepted)").get(lang) if covered else ""
    reason = "" if outcome.reason == finding.reason else f": {outcome.reason.get(lang)}"
    place = "" if outcome.location is None else Text(ja=f"（{outcome.location}）", en=f" ({outcome.location})").get(lang)
    return f"{outcome.status.label.get(lang)}{excepted} {outcome.subject}{reason}{place}"


def exception_lines(finding: Finding, lang: Lang) -> list[str]:
    """Return the live exceptions of a finding: for whom, why, by whom and until when."""
    lines = []
    for grant in finding.exceptions:
        until = grant.expires.isoformat()
        subjects = ", ".join(grant.subjects)
        said = Text(
            ja=f"例外措置: {subjects or '全体'}（{until} まで、許可: {grant.approved_by}、理由: {grant.reason}）",
            en=f"exception: {subjects or 'all subjects'} (until {until}, approved by {grant.approved_by}, reason: {grant.reason})",
        )
        lines.append(said.get(lang))
    return lines


def place(assessment: Assessment, finding: Finding) -> Location:
    """Return where a platform shows the finding: its first subject with a place, else the policy that asks for it."""
    places = (outcome.location for outcome in finding.outcomes if outcome.location is not None and outcome.status in OPEN)
    return next(places, Location(path=f"policies/{assessment.policy_id}.yaml", line=1))


def line_of(location: Location) -> int | None:
    """Return the line of a text file; a row of a workbook or of Parquet is none."""
    if location.line is not None:
        return location.line
    return location.row if location.path.lower().endswith(_LINED) else None


def spot(location: Location) -> str:
    """Return the place within the file, such as `名簿!C12`; empty for the whole file."""
    return str(location)[len(location.path) :].lstrip(" :")


def more(rest: int, lang: Lang) -> str:
    """Return a visible note on what a limit of a platform leaves out."""
    return Text(
        ja=f"出力先の上限のため、所見{rest}件を省きました。すべては JSON 形式にあります。",
        en=f"{rest} findings are left out because of the platform's limit; the JSON format has all of them.",
    ).get(lang)


def digests(assessment: Assessment) -> Iterable[tuple[str, str]]:
    """Return name and value of what the result rests on."""
    return (
        ("edition", assessment.edition),
        ("catalogue-digest", assessment.catalogue_digest),
        ("policy-digest", assessment.policy_digest),
        ("evidence-digest", assessment.evidence_digest),
        ("tool-version", assessment.tool_version),
    )
