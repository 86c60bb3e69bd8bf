"""The catalogue as pages in Markdown: one per control in both languages, an index per chapter, one over all.

* Same catalogue, same bytes; every text is escaped, so that no control writes markup, a link or an image of its own.
* Each page begins with `MARK`: what bears it may be replaced and deleted by the generator, all else may not.

Never here: writing files (`cli`), deciding what covers what (`catalog.guideline`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from secaudit.model.control import Catalogue, Control
from secaudit.model.evidence import Kind
from secaudit.model.guideline import Decided, Guideline, Unit
from secaudit.model.status import SEVERITY_ORDER
from secaudit.model.text import Text
from secaudit.reports.basis import SENSES, SOURCED, level_basis
from secaudit.reports.control_sections import evidence, framework_rows, parameters, rule, sources, table
from secaudit.reports.control_words import DECIDED, LEVELS, MODELS, ORGANISATIONS, ROLES, SEVERITIES, listed, word
from secaudit.reports.escaping import markdown as safe
from secaudit.reports.explanation import page_of

MARK = "<!-- made by `secaudit catalogue pages`; do not edit -->"
INDEX = "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Everything that pages tell of. `decided` says how each control is decided, by id."""

    catalogue: Catalogue
    guideline: Guideline
    kinds: Mapping[str, Kind]
    decided: Mapping[str, Decided]


def pages(book: Book) -> Mapping[str, str]:
    """Return path → text of all pages."""
    made = {page_of(control): _control(book, control) for control in book.catalogue.controls}
    chapters = _by_chapter(book.catalogue.controls)
    made |= {f"{chapter}/{INDEX}": _chapter(book, chapter, own) for chapter, own in chapters.items()}
    made[INDEX] = _overall(book, chapters)
    return {path: f"{MARK}\n\n{text}" for path, text in sorted(made.items())}


def _by_chapter(controls: Iterable[Control]) -> Mapping[str, list[Control]]:
    chapters: dict[str, list[Control]] = {}
    for control in controls:
        chapters.setdefault(control.chapter, []).append(control)
    return chapters


def _both(text: Text) -> list[str]:
    return [safe(text.ja), "", safe(text.en), ""]


def _control(book: Book, control: Control) -> str:
    lines = [
        f"# {control.id} {safe(control.title.ja)}",
        "",
        f"**{safe(control.title.en)}**",
        "",
        " ・ ".join(
            (
                f"`{control.name}`",
                f"[第{control.chapter}章の一覧 / index of chapter {control.chapter}]({INDEX})",
                f"[全体 / overall](../{INDEX})",
                f"`{control.at.path}`",
            )
        ),
        "",
    ]
    lines += ["## 求めること / What is asked", "", *_both(control.requirement)]
    lines += ["## 理由 / Why", "", *_both(control.why)]
    lines += ["## 対応 / What to do", "", *_both(control.remedy)]
    lines += _level(book, control)
    lines += _clauses(control)
    lines += ["## 判定 / How it is decided", "", *rule(control), *_decided(book, control), ""]
    lines += parameters(control)
    lines += evidence(control, book.kinds)
    lines += _maps(book, control)
    lines += _basis(book, control)
    return "\n".join(lines).rstrip("\n") + "\n"


def _level(book: Book, control: Control) -> list[str]:
    level, severity, whose = word(LEVELS, control.level), word(SEVERITIES, control.severity), level_basis(control)
    lines = ["## 区分 / Level", ""]
    lines.append(f"{level.ja}（{whose.ja}）・重大度 {severity.ja} / {level.en} ({whose.en}), severity {severity.en}")
    reason = None if control.basis is None else book.guideline.level_reasons.get(control.basis.level_reason or "")
    if reason is not None:
        lines += ["", f"{safe(reason.ja)} / {safe(reason.en)}"]
    roles, models, bodies = listed(ROLES, control.roles), listed(MODELS, control.models), listed(ORGANISATIONS, control.organisations)
    lines += [
        "",
        f"- 担う人 / who: {safe(roles.ja)} / {safe(roles.en)}",
        f"- 団体 / bodies: {safe(bodies.ja)} / {safe(bodies.en)}",
        f"- ネットワークの型 / network models: {safe(models.ja)}",
    ]
    if control.overlay is not None:
        lines.append("- 特則（第4編）を採用した団体だけ / only for bodies that adopt the overlay (part 4)")
    return [*lines, ""]


def _clauses(control: Control) -> list[str]:
    rows = [[edition, safe(clause)] for edition, clause in control.editions.items()]
    lines = ["## 条項 / Clause in each edition", "", *table(("版 / edition", "条項 / clause"), rows), ""]
    lines += [f"この管理策は {control.since} の版から。 / In the guideline since edition {control.since}.", ""]
    for change in control.changes:
        sense, how = SENSES[change.sense], SOURCED[change.basis]
        lines.append(f"- {change.edition} {sense.ja}: {safe(change.text.ja)}（{how.ja}） / {sense.en}: {safe(change.text.en)} ({how.en})")
    return [*lines, ""] if control.changes else lines


def _decided(book: Book, control: Control) -> list[str]:
    how = DECIDED[book.decided[control.id]]
    cases = book.catalogue.cases.get(control.id, ())
    counts = Counter(case.expect for case in cases)
    shown = [(status, counts[status]) for status in SEVERITY_ORDER if counts[status]]
    ja, en = (
        "・".join(f"{status.label.ja} {count}" for status, count in shown),
        ", ".join(f"{status.label.en} {count}" for status, count in shown),
    )
    return [
        f"- 判定のもと / decided by: {how.ja} / {how.en}",
        f"- 例 / cases: {len(cases)}件（{ja}） / {len(cases)} ({en})",
    ]


def _maps(book: Book, control: Control) -> list[str]:
    rows = framework_rows(control, book.guideline.frameworks)
    if not rows:
        return []
    return ["## 対応先 / Mappings", "", *table(("基準・法 / standard or law", "番号 / number", "題 / title"), rows), ""]


def _basis(book: Book, control: Control) -> list[str]:
    basis = control.basis
    if basis is None:
        return []
    parts = (("番号 / number", basis.number), ("義務 / duty", basis.duty), ("対応先 / mappings", basis.maps))
    rows = [[label, SOURCED[how].ja, SOURCED[how].en] for label, how in parts]
    whose = level_basis(control)
    rows.insert(2, ["区分 / level", whose.ja, whose.en])
    lines = ["## 裏づけ / Basis", "", *table(("何の / of what", "どこまで", "how well"), rows), ""]
    return [*lines, *sources(basis.sources, book.guideline.sources)]


def _chapter(book: Book, chapter: str, controls: Sequence[Control]) -> str:
    title = _titles(book.guideline).get(chapter, Text(ja="", en=""))
    lines = [f"# 第{chapter}章 {safe(title.ja)}" if chapter != "0" else f"# {safe(title.ja)}", ""]
    lines += [f"**{safe(title.en)}**", "", f"[全体 / overall](../{INDEX})", ""]
    head = ("番号 / id", "題", "title", "条項 / clause", "区分 / level", "判定 / decided by")
    for unit, own in _by_unit(book.guideline.units, controls):
        if unit is not None and unit.number != chapter:
            lines += [f"## {unit.number} {safe(unit.title.ja)} / {safe(unit.title.en)}", ""]
        lines += [*table(head, [_row(book, control) for control in own]), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(book: Book, control: Control) -> list[str]:
    how, level = DECIDED[book.decided[control.id]], word(LEVELS, control.level)
    return [
        f"[{control.id}]({control.id}.md)",
        safe(control.title.ja),
        safe(control.title.en),
        safe(control.editions[max(control.editions)]),
        f"{level.ja} / {level.en}",
        f"{how.ja} / {how.en}",
    ]


def _by_unit(units: Sequence[Unit], controls: Sequence[Control]) -> list[tuple[Unit | None, list[Control]]]:
    """Return the controls of a chapter by section, in order; a chapter without sections is one."""
    known = {unit.number: unit for unit in units}
    found: dict[str, list[Control]] = {}
    for control in controls:
        clause = control.id.rsplit("-", 1)[0].split(".")
        section = ".".join(clause[:2])
        found.setdefault(section if section in known else clause[0], []).append(control)
    return [(known.get(number), own) for number, own in found.items()]


def _titles(guideline: Guideline) -> Mapping[str, Text]:
    return {unit.number: unit.title for unit in (*guideline.units, *guideline.chapters)}


def _overall(book: Book, chapters: Mapping[str, Sequence[Control]]) -> str:
    titles = _titles(book.guideline)
    head = ["章 / chapter", "題", "title", "管理策 / controls", "必須 / required", "推奨 / recommended"]
    head += [f"{how.ja} / {how.en}" for how in DECIDED.values()]
    rows = []
    for chapter, own in chapters.items():
        title = titles.get(chapter, Text(ja="", en=""))
        rows.append([f"[{chapter}]({chapter}/{INDEX})", safe(title.ja), safe(title.en), *_counts(book, own)])
    rows.append(["計 / total", "", "", *_counts(book, book.catalogue.controls)])
    lines = [
        "# 管理策の一覧",
        "",
        "**All controls**",
        "",
        "国のガイドラインを管理策（確かめられる規則）にしたもの。数は管理策の数で、公式の監査項目の数ではない。",
        "",
        "The national guideline as controls (testable rules). These are counts of controls, not of official audit items.",
        "",
        *table(head, rows),
        "",
        "必須・推奨の区分、番号、義務がどこまで裏づけられているかは、管理策ごとの頁に示す。",
        "",
        "How well the level, the number and the duty are sourced stands on the page of each control.",
    ]
    return "\n".join(lines) + "\n"


def _counts(book: Book, controls: Sequence[Control]) -> list[str]:
    levels = Counter(control.level for control in controls)
    ways = Counter(book.decided[control.id] for control in controls)
    return [str(number) for number in (len(controls), levels["required"], levels["recommended"], *(ways[how] for how in DECIDED))]
