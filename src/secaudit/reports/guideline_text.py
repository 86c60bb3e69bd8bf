"""Coverage, differences of editions and mappings, for a person at a terminal.

Never here: counting.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from tabulate import tabulate

from secaudit.model.guideline import (
    Cover,
    Covered,
    CoveringControl,
    Decided,
    Difference,
    EditionDiff,
    FrameworkMap,
    Kind,
    Mapped,
    StatusPair,
    Test,
)
from secaudit.model.text import Lang, Text
from secaudit.reports.basis import SOURCED, sourced
from secaudit.reports.figures import percent
from secaudit.reports.terminal import clean

_DECIDED: Mapping[Decided, Text] = {
    "data": Text(ja="データ", en="data"),
    "document": Text(ja="文書", en="document"),
    "answer": Text(ja="回答", en="answer"),
}
_KINDS: Mapping[Kind, Text] = {
    "born": Text(ja="新しい", en="new"),
    "tightened": Text(ja="厳しくなった", en="tightened"),
    "reworded": Text(ja="書き直された", en="reworded"),
    "loosened": Text(ja="緩くなった", en="loosened"),
    "moved": Text(ja="番号が変わった", en="moved"),
    "dropped": Text(ja="なくなった", en="dropped"),
}
_TESTS: Mapping[Test, Text] = {
    "A": Text(ja="Aの条項（データで試せる）のうちデータで決まるもの", en="A clauses (testable from data) with a control decided by data"),
    "B": Text(
        ja="Bの条項（文書で試せる）のうちデータか文書で決まるもの",
        en="B clauses (testable from documents) with one decided by data or document",
    ),
    "H": Text(ja="Hの条項（人が判断する）のうち管理策のあるもの", en="H clauses (human judgement) with a control"),
}


def coverage_text(cover: Cover, lang: Lang) -> str:
    """Return clause → controls, those with none, totals per chapter, and shares."""
    head = [Text(ja=ja, en=en).get(lang) for ja, en in (("条項", "clause"), ("題", "title"), ("試し方", "test"), ("管理策", "controls"))]
    rows: list[list[str]] = []
    for clause in cover.clauses:
        rows.append(_row(clause, lang))
        rows += [_row(item, lang) for item in clause.items]
    parts = [
        clean(tabulate(rows, headers=head, tablefmt="simple", disable_numparse=True)),
        "",
        *_gaps(cover, lang),
        "",
        *_totals(cover, lang),
    ]
    return "\n".join(parts) + "\n"


def _row(covered: Covered, lang: Lang) -> list[str]:
    controls = [_control(one, lang) for one in covered.controls]
    controls += [Text(ja=f"{_control(one, lang)}［特則］", en=f"{_control(one, lang)} [overlay]").get(lang) for one in covered.overlay]
    none = Text(ja="なし", en="none").get(lang)
    return [covered.number, covered.title.get(lang), "/".join(covered.test), ", ".join(controls) or none]


def _control(control: CoveringControl, lang: Lang) -> str:
    return f"{control.id}（{_DECIDED[control.decided].ja}）" if lang == "ja" else f"{control.id} ({_DECIDED[control.decided].en})"


def _gaps(cover: Cover, lang: Lang) -> list[str]:
    clauses = [clause.number for clause in cover.clauses if not clause.controls]
    items = [item.number for clause in cover.clauses for item in clause.items if not item.controls]
    lines = [_list(Text(ja="管理策のない条項", en="clauses with no control"), clauses, lang)]
    lines.append(_list(Text(ja="自分の管理策のない丸数字の項（①など）", en="circled items with no control of their own"), items, lang))
    if cover.stray:
        lines.append(_list(Text(ja="条項が見つからない管理策", en="controls whose clause is not known"), cover.stray, lang))
    return lines


def _list(what: Text, numbers: Sequence[str], lang: Lang) -> str:
    told = ", ".join(numbers) or Text(ja="なし", en="none").get(lang)
    return Text(ja=f"{what.ja}（{len(numbers)}件）: {told}", en=f"{what.en} ({len(numbers)}): {told}").get(lang)


def _totals(cover: Cover, lang: Lang) -> list[str]:
    words: tuple[Decided, ...] = ("data", "document", "answer")
    head = [
        Text(ja="章", en="chapter").get(lang),
        Text(ja="条項", en="clauses").get(lang),
        Text(ja="うち管理策あり", en="covered").get(lang),
    ]
    head += [_DECIDED[word].get(lang) for word in words]
    rows = [[one.chapter, one.clauses, one.covered, *(one.controls[word] for word in words)] for one in cover.chapters]
    standards = [one for one in cover.chapters if one.chapter != "0"]
    total = [sum(one.clauses for one in standards), sum(one.covered for one in standards)]
    total += [sum(one.controls[word] for one in standards) for word in words]
    rows.append([Text(ja="対策基準の計", en="all of 1–9").get(lang), *total])
    lines = [tabulate(rows, headers=head, tablefmt="simple", disable_numparse=True), ""]
    for test, (fit, marked) in cover.shares.items():
        share = percent(Fraction(fit, marked)) if marked else "-"
        lines.append(Text(ja=f"{_TESTS[test].ja}: {fit}/{marked}（{share}）", en=f"{_TESTS[test].en}: {fit}/{marked} ({share})").get(lang))
    lines.append(
        Text(
            ja="条項の数は目録のもので、公式の監査項目の数ではない。条項の番号と題の裏づけは clauses.yaml にある。",
            en="Clauses are counted in this catalogue; that is no count of official audit items. Their basis stands in clauses.yaml.",
        ).get(lang)
    )
    return lines


def diff_text(diff: EditionDiff, lang: Lang) -> str:
    """Return what differs, what has to be done, and how well each is sourced."""
    lines = [Text(ja=f"■ {diff.old} の版から {diff.new} の版へ", en=f"■ from edition {diff.old} to {diff.new}").get(lang)]
    for edition in diff.editions:
        day, how = edition.issued.isoformat(), SOURCED[edition.basis].get(lang)
        lines += ["", Text(ja=f"{edition.edition}（{day}、日付は{how}）", en=f"{edition.edition} ({day}; date {how})").get(lang)]
        lines += [f"  - {note.text.get(lang)}{_how(SOURCED[note.basis], lang)}" for note in edition.notes]
    sections = ((Text(ja="条項", en="clauses"), diff.clauses), (Text(ja="管理策", en="controls"), diff.controls))
    for what, found in sections:
        lines += ["", _heading(what, found, lang)]
        for kind in dict.fromkeys(one.kind for one in found):
            own = [one for one in found if one.kind == kind]
            lines.append(f"  {_KINDS[kind].get(lang)} ({len(own)})")
            lines += [f"    - {_difference(one, lang)}" for one in own]
    return clean("\n".join(lines)) + "\n"


def _heading(what: Text, found: Sequence[Difference], lang: Lang) -> str:
    return Text(ja=f"{what.ja}の違い {len(found)}件", en=f"{len(found)} differences of {what.en}").get(lang)


def _how(basis: Text, lang: Lang) -> str:
    return f"［{basis.ja}］" if lang == "ja" else f" [{basis.en}]"


def _difference(one: Difference, lang: Lang) -> str:
    overlay = "" if one.overlay is None else Text(ja=f"［特則 {one.overlay}］", en=f" [overlay {one.overlay}]").get(lang)
    basis = "" if one.basis is None else _how(SOURCED[one.basis], lang)
    return f"{one.number} {one.title.get(lang)}{overlay} {one.edition}: {one.to_do.get(lang)}{basis}"


def pairs_text(policy: str, old: str, new: str, pairs: Sequence[StatusPair], lang: Lang) -> str:
    """Return which findings of a policy would change from one edition to the other."""
    title = Text(ja=f"■ {policy}: 変わる所見 {len(pairs)}件", en=f"■ {policy}: {len(pairs)} findings would change").get(lang)
    head = [
        Text(ja="管理策", en="control").get(lang),
        Text(ja="題", en="title").get(lang),
        old,
        new,
        Text(ja="理由", en="reason").get(lang),
    ]
    rows = [[one.control, one.title.get(lang), one.was.label.get(lang), one.now.label.get(lang), one.reason.get(lang)] for one in pairs]
    return title + "\n" + (clean(tabulate(rows, headers=head, tablefmt="simple", disable_numparse=True)) + "\n" if rows else "")


def map_text(found: FrameworkMap, lang: Lang) -> str:
    """Return a mapping in both directions, then the gaps of both."""
    framework = found.framework
    numbers, maps = sourced(framework.numbers, lang), sourced(framework.maps, lang)
    lines = [
        f"■ {framework.title.get(lang)}",
        Text(ja=f"番号: {numbers}・対応: {maps}", en=f"numbers: {numbers}; maps: {maps}").get(lang),
        framework.note.get(lang),
        "",
    ]
    for what, rows in ((Text(ja="管理策", en="control"), found.controls), (Text(ja="番号", en="number"), found.entries)):
        table = [[one.number, one.title.get(lang), ", ".join(one.to), sourced(one.basis, lang)] for one in rows if one.to]
        head = [what.get(lang), Text(ja="題", en="title").get(lang), "→", Text(ja="裏づけ", en="basis").get(lang)]
        lines += [clean(tabulate(table, headers=head, tablefmt="simple", disable_numparse=True)), ""]
    lines.append(_list(Text(ja="対応先のない管理策", en="controls that map to nothing"), _unmapped(found.controls), lang))
    lines.append(_list(Text(ja="管理策のない番号", en="numbers that no control maps to"), _unmapped(found.entries), lang))
    return "\n".join(lines) + "\n"


def _unmapped(rows: Iterable[Mapped]) -> list[str]:
    return [one.number for one in rows if not one.to]
