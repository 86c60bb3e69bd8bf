"""Plans as tables for a terminal: a line per measure, row and fiscal year.

Never here: deciding what is shown.
"""

from collections import Counter
from collections.abc import Sequence

from tabulate import tabulate

from secaudit.model.evidence import EvidenceSet
from secaudit.model.run import PlanLine
from secaudit.model.text import Lang, Text
from secaudit.reports.terminal import clean, one_line, plan_word

SHOWN_WIDTH = 60
"""Characters of a claim that fit into the table; the whole text is in the JSON."""

_RESULTS = {
    "continued": Text(ja="継続", en="continued"),
    "completed": Text(ja="完了", en="completed"),
    "ended": Text(ja="終了", en="ended"),
    "revised": Text(ja="見直し", en="revised"),
}


def plan_table(lines: Sequence[PlanLine], lang: Lang, *, order: Sequence[str] = ()) -> str:
    """Return a table: measure, row or indicator, fiscal year, promised, status, shown; `order`: the measures' ids as the plan has them."""
    known = dict.fromkeys([*order, *(line.commitment for line in lines)])
    rank = {commitment: number for number, commitment in enumerate(known)}
    ordered = sorted(enumerate(lines), key=lambda pair: (rank[pair[1].commitment], pair[1].what, pair[1].row, pair[1].fiscal_year))
    head = Text(ja="番号|施策・項目|年度|約束|判定|示されたこと", en="no.|measure, row|year|promised|status|shown").get(lang).split("|")
    rows = []
    last = ""
    for _, line in ordered:
        title = f"{line.title.get(lang)}{f'：{line.row}' if line.row else ''}"
        same = f"{line.commitment}{title}"
        shown = line.shown.get(lang) if line.shown else ""
        rows.append(
            ["", ""] if same == last else [line.commitment, title],
        )
        rows[-1] += [str(line.fiscal_year), _promised(line, lang), plan_word(line.status).get(lang), _cut(shown)]
        last = same
    return clean(tabulate(rows, headers=head, tablefmt="simple", disable_numparse=True))


def _promised(line: PlanLine, lang: Lang) -> str:
    if line.promised is not None:
        return line.promised
    if not line.unclear:
        return ""
    readings = " / ".join(reading or Text(ja="空欄", en="empty").get(lang) for reading in line.unclear)
    return Text(ja=f"不明瞭（{readings}）", en=f"unclear ({readings})").get(lang)


def _cut(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= SHOWN_WIDTH else line[: SHOWN_WIDTH - 1] + "…"


def evaluation_table(evidence: EvidenceSet, lang: Lang) -> list[str]:
    """Return the evaluation of a former plan and the changes of the guideline that a plan lists, where there are any."""
    parts: list[str] = []
    former = evidence.tables.get("plan_evaluations")
    if former is not None and former.rows:
        names = [column.name for column in former.kind.columns]
        rows = [dict(zip(names, row, strict=True)) for row in former.rows]
        counts = Counter(str(row["result"]) for row in rows)
        total = ", ".join(f"{_result(key, lang)} {count}" for key, count in sorted(counts.items()))
        parts.append(
            Text(ja=f"前計画の評価 {len(rows)}項目（{total}）", en=f"evaluation of the former plan: {len(rows)} items ({total})").get(lang)
        )
        cells = [[str(row["item"]), _result(str(row["result"]), lang), _cut(str(row["title"] or ""))] for row in rows]
        parts.append(clean(tabulate(cells, tablefmt="plain", disable_numparse=True)))
    changes = evidence.tables.get("edition_changes")
    if changes is not None and changes.rows:
        names = [column.name for column in changes.kind.columns]
        rows = [dict(zip(names, row, strict=True)) for row in changes.rows]
        parts.append(Text(ja=f"指針の改定の要点 {len(rows)}件", en=f"{len(rows)} changes of the guideline").get(lang))
        cells = [[str(row["number"]), str(row["edition"]), str(row["title"]), f"→ {row['controls']}"] for row in rows]
        parts.append(clean(tabulate(cells, tablefmt="plain", disable_numparse=True)))
    return parts


def _result(word: str, lang: Lang) -> str:
    text = _RESULTS.get(word)
    return Text(ja="読めない", en="unreadable").get(lang) if text is None else text.get(lang)
