"""Assessments for a person at a terminal: a heading, the score, then what is not `pass`, worst first.

* Statuses are words; nothing is said by colour alone.
* Within a status: open before excepted, required before recommended, grave before slight; what is gathered comes last.
* Findings with one status and reason are gathered, so that forty equal lines are one; failures are not.
* Control and format characters of evidence never reach the terminal, and no cell can add a line.

Never here: counting a score.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from tabulate import tabulate

from secaudit.model.finding import Finding
from secaudit.model.outcome import Outcome
from secaudit.model.run import Assessment, PlanLine
from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.model.text import Lang, Text
from secaudit.reports.era import fiscal_year_text
from secaudit.reports.figures import measured_text, one_decimal, percent
from secaudit.reports.law import law_lines

GATHER_FROM = 4
"""So many findings with the same status and reason become one line."""

LOSSES_SHOWN = 20

_LEVEL = {"required": Text(ja="必須", en="required"), "recommended": Text(ja="推奨", en="recommended")}
_SEVERITY = {
    "critical": Text(ja="重大度 最高", en="critical"),
    "high": Text(ja="重大度 高", en="high"),
    "medium": Text(ja="重大度 中", en="medium"),
    "low": Text(ja="重大度 低", en="low"),
}
_USUAL_WEIGHTS = {"required": 3, "recommended": 1}
"""Contract §10."""
_EXCEPTED = Text(ja="（例外措置中）", en=" (excepted)")
_OBEYED = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def clean(text: str) -> str:
    """Replace control, escape, bidirectional and other invisible characters, which a terminal would obey."""
    return "".join(char if char in "\n\t" or unicodedata.category(char) not in _OBEYED else "␦" for char in text)


def one_line(text: str) -> str:
    """Return `text` on one line: a line break in a cell may not look like a line of ours."""
    return clean(re.sub(r"[\t\n\r]+", " ", text.rstrip()))


def render(assessments: Sequence[Assessment], *, lang: Lang, samples: int, everything: bool = False, exit_zero: bool = False) -> str:
    """Return the text of a run; `everything` also lists what passes or does not apply."""
    parts = ["\n".join(map(one_line, _assessment(assessment, lang, samples, everything))) for assessment in assessments]
    if exit_zero:
        parts.append(Text(ja="終了コードは --exit-zero により0です。", en="The exit code is 0 because of --exit-zero.").get(lang))
    return "\n\n".join(parts) + "\n"


def _assessment(assessment: Assessment, lang: Lang, samples: int, everything: bool) -> list[str]:
    found: list[str] = []
    for status in SEVERITY_ORDER if everything else SEVERITY_ORDER[:3]:
        findings = [finding for finding in assessment.findings if finding.status is status]
        found += _findings(findings, assessment.severity_names, lang, samples)
    if not everything:
        found += _noted(assessment.findings, lang)
        found += _not_applicable(assessment.findings, lang)
    lines = _heading(assessment, lang)
    law = [] if assessment.law is None else law_lines(assessment.law, lang)
    for section in (found, law, _plan(assessment, lang), _losses(assessment, lang)):
        if section:
            lines += ["", *section]
    return lines


def _urgency(finding: Finding) -> tuple[bool, int, int]:
    return (finding.disposition == "excepted", [*_LEVEL].index(finding.level), [*_SEVERITY].index(finding.severity))


def _heading(assessment: Assessment, lang: Lang) -> list[str]:
    score = assessment.score
    year = fiscal_year_text(assessment.fiscal_year).get(lang)
    name = assessment.organisation.name.get(lang)
    day = assessment.as_of.isoformat()
    head = Text(
        ja=f"■ {name}［{assessment.policy_id}］ {year}（基準日 {day}、指針の版 {assessment.edition}）",
        en=f"■ {name} [{assessment.policy_id}] {year}, as of {day}, edition {assessment.edition}",
    )
    points = Text(ja="得点 なし（評価の対象となる管理策がない）", en="no score: no control applies")
    if score.overall is not None:
        points = Text(
            ja=f"得点 {one_decimal(score.overall)}（100点満点）／ 証跡で判定できた割合 {percent(score.evidence_coverage)}"
            f" ／ データで判定できた割合 {percent(score.machine_share)}",
            en=f"score {one_decimal(score.overall)} of 100; decided by evidence {percent(score.evidence_coverage)}, "
            f"by data {percent(score.machine_share)}",
        )
    lines = [head.get(lang), points.get(lang), _counts(assessment, lang)]
    chapters = {chapter: one_decimal(value) for chapter, value in score.chapters.items() if value is not None}
    if chapters:
        by_chapter = Text(
            ja="章別の得点 " + " ・ ".join(f"第{chapter}章 {points}" for chapter, points in chapters.items()),
            en="score by chapter: " + ", ".join(f"{chapter}: {points}" for chapter, points in chapters.items()),
        )
        lines.append(by_chapter.get(lang))
    lines += _weights(assessment.findings, lang)
    if assessment.could_not_look:
        warning = Text(
            ja="※ 開けない証跡ファイルがあったため、この結果は完全ではありません（末尾の一覧）。",
            en="note: some evidence could not be opened, so this result is not complete (see the end).",
        )
        lines.append(warning.get(lang))
    return lines


def _counts(assessment: Assessment, lang: Lang) -> str:
    score = assessment.score
    words = {status: f"{status.label.get(lang)} {score.counts[status]}" for status in SEVERITY_ORDER}
    if score.excepted:
        words[Status.FAIL] += Text(ja=f"（うち例外措置中 {score.excepted}）", en=f" ({score.excepted} excepted)").get(lang)
    return Text(ja=" ・ ", en=", ").get(lang).join(words.values())


def _findings(findings: Sequence[Finding], names: Mapping[str, str], lang: Lang, samples: int) -> list[str]:
    alike: dict[str, list[Finding]] = {}
    for finding in findings:
        if not _own(finding):
            alike.setdefault(finding.reason.get(lang), []).append(finding)
    gathered = {reason: group for reason, group in alike.items() if len(group) >= GATHER_FROM}
    single = [finding for finding in findings if _own(finding) or finding.reason.get(lang) not in gathered]
    lines = [line for finding in sorted(single, key=_urgency) for line in _finding(finding, names, lang, samples)]
    return lines + [line for reason, group in gathered.items() for line in _gathered(reason, group, lang)]


def _own(finding: Finding) -> bool:
    """Whether a finding says more than its status and reason; somebody has to act on each failure, so each is told."""
    return finding.status is Status.FAIL or bool(finding.outcomes or finding.notes or finding.exceptions or finding.measured)


def _gathered(reason: str, group: Sequence[Finding], lang: Lang) -> list[str]:
    label = group[0].status.label.get(lang)
    ids = ", ".join(finding.control for finding in group)
    return [Text(ja=f"[{label}] {len(group)}件: {reason}", en=f"[{label}] {len(group)} controls: {reason}").get(lang), f"    {ids}"]


def _finding(finding: Finding, names: Mapping[str, str], lang: Lang, samples: int) -> list[str]:
    label = finding.status.label.get(lang) + (_EXCEPTED.get(lang) if finding.disposition == "excepted" else "")
    level, severity = _LEVEL[finding.level].get(lang), _SEVERITY[finding.severity].get(lang)
    if finding.status is Status.FAIL:  # the policy's names are names of failures
        severity = names.get(finding.severity, severity)
    of = Text(ja=f"（指針 {finding.clause}・{level}・{severity}）", en=f" ({finding.clause}, {level}, {severity})").get(lang)
    lines = [f"[{label}] {finding.control} {finding.title.get(lang)}{of}", f"    {finding.reason.get(lang)}"]
    measured = measured_text(finding.measured, lang)
    if measured:
        lines.append(f"    {measured}")
    listed = sorted((outcome for outcome in finding.outcomes if outcome.status in SEVERITY_ORDER[:3]), key=lambda o: _covered(o, finding))
    lines += [_outcome(outcome, finding, lang) for outcome in listed[:samples]]
    if len(listed) > samples:
        lines.append(Text(ja=f"    … ほか{len(listed) - samples}件", en=f"    … and {len(listed) - samples} more").get(lang))
    for grant in finding.exceptions:
        whom = ", ".join(grant.subjects) or Text(ja="全体", en="all subjects").get(lang)
        until = grant.expires.isoformat()
        by = Text(ja=f"{until} まで、許可: {grant.approved_by}", en=f"until {until}, approved by {grant.approved_by}").get(lang)
        lines.append(Text(ja=f"    例外措置: {whom}（{by}）", en=f"    exception: {whom} ({by})").get(lang))
    lines += [Text(ja=f"    ※ {note.ja}", en=f"    note: {note.en}").get(lang) for note in finding.notes]
    if finding.status in SEVERITY_ORDER[:3]:
        lines.append(Text(ja=f"    対応: {finding.remedy.ja}", en=f"    remedy: {finding.remedy.en}").get(lang))
    return lines


def _covered(outcome: Outcome, finding: Finding) -> bool:
    return outcome.status is Status.FAIL and outcome.subject in finding.excepted_subjects


def _outcome(outcome: Outcome, finding: Finding, lang: Lang) -> str:
    label = outcome.status.label.get(lang) + (_EXCEPTED.get(lang) if _covered(outcome, finding) else "")
    reason = "" if outcome.reason == finding.reason else f": {outcome.reason.get(lang)}"  # said already, one line above
    place = "" if outcome.location is None else Text(ja=f"（{outcome.location}）", en=f" ({outcome.location})").get(lang)
    return f"    - {label} {outcome.subject}{reason}{place}"


def _noted(findings: Iterable[Finding], lang: Lang) -> list[str]:
    """Return what is to be known of findings that pass: a loosened parameter must not hide behind them."""
    label = Status.PASS.label.get(lang)
    return [
        Text(ja=f"[{label}] {finding.control} ※ {note.ja}", en=f"[{label}] {finding.control} note: {note.en}").get(lang)
        for finding in findings
        if finding.status is Status.PASS
        for note in finding.notes
    ]


def _weights(findings: Iterable[Finding], lang: Lang) -> list[str]:
    """Say the weights of the levels if the policy has changed them."""
    weights = {finding.level: finding.weight for finding in findings}
    if all(weights[level] == _USUAL_WEIGHTS[level] for level in weights):
        return []
    said = Text(ja=" ・ ", en=", ").get(lang).join(f"{_LEVEL[level].get(lang)} {weights[level]}" for level in _LEVEL if level in weights)
    usual = "/".join(str(_USUAL_WEIGHTS[level]) for level in _LEVEL)
    return [Text(ja=f"※ 重みを変えた得点です: {said}（標準は {usual}）", en=f"note: weights changed: {said} (usual {usual})").get(lang)]


def _not_applicable(findings: Iterable[Finding], lang: Lang) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        if finding.status is Status.NOT_APPLICABLE:
            reasons.setdefault(finding.reason.get(lang), []).append(finding.control)
    label = Status.NOT_APPLICABLE.label.get(lang)
    lines = []
    for reason, controls in reasons.items():
        many = Text(ja=f"{len(controls)}件", en=f"{len(controls)} controls").get(lang)
        lines.append(f"[{label}] {', '.join(controls) if len(controls) < 8 else many}: {reason}")
    return lines


def _plan(assessment: Assessment, lang: Lang) -> list[str]:
    lines = assessment.plan_lines
    if not lines:
        return []
    counts = {status: sum(line.status is status for line in lines) for status in SEVERITY_ORDER}
    words = Text(ja=" ・ ", en=", ").get(lang)
    said = words.join(f"{plan_word(status).get(lang)} {counts[status]}" for status in _PLAN_ORDER if counts[status])
    title = "" if assessment.plan is None else assessment.plan.title.get(lang)
    summary = Text(
        ja=f"計画{f'「{title}」' if title else ''} {len(lines)}項目: {said}（一覧は secaudit plan）",
        en=f"plan{f' {title}' if title else ''}, {len(lines)} lines: {said} (list: secaudit plan)",
    ).get(lang)
    told = [line for line in lines if line.shown is not None and line.security]
    return [summary, *(f"    - {plan_line(line, lang)}" for line in told)]


def plan_line(line: PlanLine, lang: Lang) -> str:
    """Return one line of a plan on one line of text."""
    nothing = Text(ja="なし", en="nothing").get(lang)
    promised = line.promised or (" / ".join(reading or nothing for reading in line.unclear) + "?" if line.unclear else nothing)
    shown = line.shown.get(lang) if line.shown else ""
    row = f" {line.row}" if line.row else ""
    head = f"{plan_word(line.status).get(lang)} {line.commitment} {line.title.get(lang)}{row}"
    return one_line(Text(ja=f"{head}（予定: {promised}）{shown}", en=f"{head} (promised: {promised}) {shown}").get(lang))


_PLAN_ORDER = (Status.FAIL, Status.ERROR, Status.UNKNOWN, Status.PASS, Status.NOT_APPLICABLE)


def plan_word(status: Status) -> Text:
    """Return the word of a plan line: shown, shown not met, not shown, nothing promised."""
    return {
        Status.PASS: Text(ja="達成を確認", en="shown"),
        Status.FAIL: Text(ja="未達を確認", en="shown not met"),
        Status.UNKNOWN: Text(ja="確認できない", en="not shown"),
        Status.ERROR: Text(ja="判定不能", en="error"),
        Status.NOT_APPLICABLE: Text(ja="予定なし", en="nothing promised"),
    }[status]


def _losses(assessment: Assessment, lang: Lang) -> list[str]:
    if not assessment.losses:
        return []
    total = len(assessment.losses)
    head = Text(ja=f"読めなかった・使わなかったもの {total}件", en=f"not read or not used: {total}").get(lang)
    rows = [[one_line(str(loss.at)), one_line(loss.why.get(lang))] for loss in assessment.losses[:LOSSES_SHOWN]]
    rest = total - LOSSES_SHOWN
    more = [Text(ja=f"    … ほか{rest}件（JSON出力にすべてあります）", en=f"    … and {rest} more, all in the JSON").get(lang)]
    table = tabulate(rows, tablefmt="plain", disable_numparse=True)
    return [head, *(f"    {line}" for line in table.splitlines()), *(more if rest > 0 else [])]
