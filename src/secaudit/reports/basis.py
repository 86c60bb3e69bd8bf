"""How well something is sourced, in words: nobody should take for official what is ours.

Never here: which source says what.
"""

from collections.abc import Mapping

from secaudit.model.control import Basis, Control, Sense, Sourced
from secaudit.model.guideline import Source
from secaudit.model.text import Lang, Text

SOURCED: Mapping[Sourced, Text] = {
    "seen": Text(ja="出典で確認", en="seen in a source"),
    "known": Text(ja="知識による", en="known, no source seen"),
    "unsure": Text(ja="不確か", en="unsure"),
}
SENSES: Mapping[Sense, Text] = {
    "tightened": Text(ja="厳しくなった", en="tightened"),
    "loosened": Text(ja="緩くなった", en="loosened"),
    "reworded": Text(ja="書き直された", en="reworded"),
    "moved": Text(ja="移った", en="moved"),
}
_OURS = Text(ja="secaudit の区分", en="ours")
READ = {
    "whole": Text(ja="全部を読んだ", en="read whole"),
    "part": Text(ja="一部を読んだ", en="read in part"),
    "excerpt": Text(ja="抜粋だけを読んだ", en="only an excerpt was read"),
}


def sourced(word: Sourced | None, lang: Lang) -> str:
    """Return the word for a basis; a dash if there is none."""
    return "－" if word is None else SOURCED[word].get(lang)


def level_basis(control: Control) -> Text:
    """Return whose level it is."""
    return SOURCED["seen"] if control.basis is not None and control.basis.level == "seen" else _OURS


def basis_lines(control: Control, reasons: Mapping[str, Text], sources: Mapping[str, Source], lang: Lang) -> list[str]:
    """Return how well number, duty, level and maps are sourced, why the level, from which sources, and what editions changed."""
    if control.basis is None:
        return [Text(ja="裏づけ: 書かれていない", en="basis: not said").get(lang)]
    basis = control.basis
    lines = [_words(basis, level_basis(control), lang)]
    if basis.level_reason is not None and basis.level_reason in reasons:
        reason = reasons[basis.level_reason]
        lines.append(Text(ja=f"区分の理由: {reason.ja}", en=f"why this level: {reason.en}").get(lang))
    for key in basis.sources:
        source = sources.get(key)
        if source is None:
            lines.append(Text(ja=f"出典 {key}", en=f"source {key}").get(lang))
            continue
        title, read = source.title, READ[source.read]
        told = Text(ja=f"出典 {key} {title.ja}（{read.ja}） {source.url[0]}", en=f"source {key} {title.en} ({read.en}) {source.url[0]}")
        lines.append(told.get(lang))
    for change in control.changes:
        sense, how = SENSES[change.sense].get(lang), SOURCED[change.basis].get(lang)
        lines.append(
            Text(
                ja=f"変更 {change.edition} {sense}: {change.text.ja}［{how}］", en=f"{change.edition} {sense}: {change.text.en} [{how}]"
            ).get(lang)
        )
    return lines


def _words(basis: Basis, level: Text, lang: Lang) -> str:
    number, duty, maps = SOURCED[basis.number], SOURCED[basis.duty], SOURCED[basis.maps]
    return Text(
        ja=f"裏づけ: 番号 {number.ja}・義務 {duty.ja}・区分 {level.ja}・対応先 {maps.ja}",
        en=f"basis: number {number.en}; duty {duty.en}; level {level.en}; maps {maps.en}",
    ).get(lang)


def basis_json(basis: Basis | None) -> Mapping[str, object] | None:
    """Write a basis; None if the catalogue does not say."""
    if basis is None:
        return None
    return {
        "number": basis.number,
        "duty": basis.duty,
        "level": basis.level,
        "maps": basis.maps,
        "sources": list(basis.sources),
        "level_reason": basis.level_reason,
    }
