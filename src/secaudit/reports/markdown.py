"""Assessments as Markdown, for a page or a comment: figures first, then a table of findings, worst first, then their details.

* All text of evidence passes `escaping.markdown`: no markup, image, mention or link of its own.
* `Page` keeps a limit: what does not fit any more is left out whole, and the page says how many findings that is.

Never here: Markdown that evidence wrote.
"""

from collections.abc import Sequence

from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.model.status import SEVERITY_ORDER
from secaudit.model.text import Lang, Text
from secaudit.reports.escaping import inert_text
from secaudit.reports.escaping import markdown as safe
from secaudit.reports.figures import one_decimal
from secaudit.reports.settings import Settings
from secaudit.reports.wording import (
    category,
    detail,
    heading,
    level_word,
    listed,
    more,
    score_line,
    severity_word,
    status_word,
    warnings,
)

LOSSES = 20


class Page:
    """Lines of Markdown up to a size in bytes; None: no limit. A block is taken whole or not at all."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._lines: list[str] = []
        self._size = 0

    def add(self, *lines: str) -> bool:
        """Take a block of lines and return whether it fitted; after the first that did not, none does."""
        size = sum(len(line.encode()) + 1 for line in lines)
        if self._limit is not None and self._size + size > self._limit:
            self._limit = 0
            return False
        self.close(*lines)
        self._size += size
        return True

    def close(self, *lines: str) -> None:
        """Take lines whatever the size: ends of blocks, and the note on what was left out."""
        self._lines += lines

    def text(self) -> str:
        """Return the page."""
        return "\n".join(self._lines) + "\n"


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the whole report; it has no limit of size."""
    return inert_text(write(Page(None), assessments, settings, fold=False)).encode()


def write(page: Page, assessments: Sequence[Assessment], settings: Settings, *, fold: bool) -> str:
    """Write a report on a page; `fold` hides details until they are opened."""
    lang = settings.lang
    page.add(f"# {Text(ja='セキュリティ監査の結果', en='Security audit').get(lang)}", "")
    for said in warnings(assessments, settings):
        page.add(f"> **{safe(said)}**", "")
    left = _overview(page, assessments, lang)
    missing = 0
    for assessment in assessments:
        missing += _assessment(page, assessment, settings, fold=fold)
    if left:
        note = Text(ja=f"評価{left}件が一覧に入りません。", en=f"{left} assessments do not fit into the table.")
        page.close("", f"> **{note.get(lang)}**")
    if missing:
        page.close("", f"> **{more(missing, lang)}**")
    return page.text()


def _overview(page: Page, assessments: Sequence[Assessment], lang: Lang) -> int:
    words = [Text(ja="評価", en="assessment"), Text(ja="得点", en="score"), *(status.label for status in SEVERITY_ORDER)]
    page.add(_row([word.get(lang) for word in words]), "| --- |" + " ---: |" * (len(words) - 1))
    left = 0
    for assessment in assessments:
        counts = assessment.score.counts
        figures = [safe(one_decimal(assessment.score.overall)), *(str(counts[status]) for status in SEVERITY_ORDER)]
        left += not page.add(_row([safe(category(assessment)), *figures]))
    return left


def _assessment(page: Page, assessment: Assessment, settings: Settings, *, fold: bool) -> int:
    """Write one assessment and return how many findings did not fit."""
    lang = settings.lang
    findings = listed(assessment, everything=settings.everything)
    fits = page.add("", f"## {safe(heading(assessment, lang))}", "", safe(score_line(assessment, lang)))
    shown = 0
    if fits and findings:
        words = ("判定 管理策 表題 条項 区分 重大度 理由" if lang == "ja" else "status control title clause level severity reason").split()
        page.add("", _row(words), "|" + " --- |" * len(words))
        shown = sum(page.add(_finding(assessment, finding, lang)) for finding in findings)
    _details(page, assessment, findings[:shown], settings, fold=fold)
    return len(findings) - shown


def _finding(assessment: Assessment, finding: Finding, lang: Lang) -> str:
    title, reason = finding.title.get(lang), finding.reason.get(lang)
    severity = severity_word(assessment, finding, lang)
    cells = [status_word(finding, lang), finding.control, title, finding.clause, level_word(finding, lang), severity, reason]
    return _row(list(map(safe, cells)))


def _details(page: Page, assessment: Assessment, findings: Sequence[Finding], settings: Settings, *, fold: bool) -> None:
    lang = settings.lang
    title = Text(ja="内訳と対応", en="details and remedies").get(lang)
    blocks = []
    for finding in findings:
        lines = detail(finding, settings)
        if lines:
            head = safe(f"{finding.control} {finding.title.get(lang)}")
            blocks.append(["", f"**{head}**", "", *(f"- {safe(line) or '－'}" for line in lines)])
    if assessment.losses:
        blocks.append(_losses(assessment, lang))
    if not blocks or not page.add("", *(["<details>", f"<summary>{title}</summary>"] if fold else [f"### {title}"])):
        return
    left = sum(not page.add(*block) for block in blocks)
    if left:
        said = Text(ja=f"上限のため、{left}件の内訳を省きました。", en=f"Details of {left} are left out because of the limit.")
        page.close("", f"> {said.get(lang)}")
    if fold:
        page.close("", "</details>")


def _losses(assessment: Assessment, lang: Lang) -> list[str]:
    total = len(assessment.losses)
    head = Text(ja=f"読めなかった・使わなかったもの {total}件", en=f"not read or not used: {total}").get(lang)
    lines = [f"- {safe(str(loss.at))}: {safe(loss.why.get(lang)) or '－'}" for loss in assessment.losses[:LOSSES]]
    rest = total - LOSSES
    if rest > 0:
        lines.append("- " + Text(ja=f"ほか{rest}件", en=f"and {rest} more").get(lang))
    return ["", f"**{head}**", "", *lines]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
