"""What is wrong between the data files beside the controls: sources that do not exist, clauses without a unit, counts that do not add up.

Never here: controls (`catalog.origin`), whether a clause has one (`catalog.guideline.coverage`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from secaudit.catalog.guideline import documents as doc
from secaudit.catalog.guideline import load
from secaudit.catalog.guideline.numbers import unit_of
from secaudit.errors import DocumentError, ManyError, SecauditError
from secaudit.model.control import EDITIONS
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire.pointers import suggestion
from secaudit.wire.tree import Node, Pointer, place

DATA = "clauses.yaml"
"""A folder of controls without this file has no data beside its controls, and nothing is checked."""
TITLE = 60
"""Longest Japanese title of a clause or entry; unit: characters."""
LONGEST = 200
"""Longest Japanese text; unit: characters."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Beside:
    """What controls refer to: keys of sources, numbers of clauses, numbers of each framework; and all errors of the files."""

    sources: Collection[str] = ()
    clauses: Collection[str] = ()
    frameworks: dict[str, Collection[str]] = field(default_factory=dict)
    errors: tuple[SecauditError, ...] = ()


def check_beside(root: Path, home: Path) -> Beside:
    """Return what stands beside the controls in `root`, with everything that is wrong with it."""
    errors: list[SecauditError] = []
    sources: Collection[str] = ()
    if (root / "sources.yaml").exists():
        read = _collect(errors, lambda: load.read_sources(root, home))
        if read is not None:
            sources = [one.key for one in read[0].sources]
            errors += _source_errors(*read)
    if not (root / DATA).exists():
        return Beside(sources=sources, errors=tuple(errors))
    editions = _collect(errors, lambda: load.read_editions(root, home))
    if editions is not None:
        errors += _edition_errors(*editions, sources)
    reasons = _collect(errors, lambda: load.read_reasons(root, home))
    if reasons is not None:
        errors += _texts(reasons[1], [((name,), one) for name, one in _reasons(reasons[0])], LONGEST)
    clauses = _collect(errors, lambda: load.read_clauses(root, home))
    if clauses is not None:
        errors += _clause_errors(*clauses, sources)
    frameworks: dict[str, Collection[str]] = {}
    for path in load.framework_paths(root):
        found = _collect(errors, lambda path=path: load.read_framework(path, home))  # type: ignore[misc]  # mypy cannot infer the default
        if found is not None:
            errors += _framework_errors(*found, path.stem, sources)
            frameworks[found[0].id] = [one.number for one in found[0].entries]
    numbers = [one.number for one in clauses[0].clauses] if clauses else []
    return Beside(sources=sources, clauses=numbers, frameworks=frameworks, errors=tuple(errors))


def _collect(errors: list[SecauditError], read: Callable[[], R]) -> R | None:
    try:
        return read()
    except ManyError as error:
        errors.extend(error.errors)
    except SecauditError as error:
        errors.append(error)
    return None


def _source_errors(document: doc.SourcesDocument, tree: Node) -> Iterator[SecauditError]:
    yield from _twice([((index, "key"), one.key) for index, one in enumerate(document.sources)], tree)
    yield from _texts(tree, [((index, "title"), one.title) for index, one in enumerate(document.sources)], TITLE)


def _reasons(document: doc.ReasonsDocument) -> Iterator[tuple[str, doc.TextDocument]]:
    for name, info in doc.ReasonsDocument.model_fields.items():
        yield info.alias or name, getattr(document, name)


def _edition_errors(document: doc.EditionsDocument, tree: Node, sources: Collection[str]) -> Iterator[SecauditError]:
    if tuple(one.edition for one in document.editions) != EDITIONS:
        yield DocumentError(
            Text(ja=f"版は {', '.join(EDITIONS)} の順に一度ずつです", en=f"editions are {', '.join(EDITIONS)}, each once, in this order"),
            at=place(tree, ()),
        )
    said: list[tuple[Pointer, doc.TextDocument]] = []
    for index, one in enumerate(document.editions):
        yield from _unknown_sources(one.issued.sources, tree, (index, "issued", "sources"), sources, seen=one.issued.basis == "seen")
        for number, note in enumerate(one.changes):
            said.append(((index, "changes", number), note))
            yield from _unknown_sources(note.sources, tree, (index, "changes", number, "sources"), sources, seen=note.basis == "seen")
    yield from _texts(tree, said, LONGEST)


def _clause_errors(document: doc.ClausesDocument, tree: Node, sources: Collection[str]) -> Iterator[SecauditError]:
    units = [one.number for one in document.units]
    yield from _twice([(("units", index, "number"), number) for index, number in enumerate(units)], tree)
    named: list[tuple[Pointer, str]] = []
    titles: list[tuple[Pointer, doc.TextDocument]] = []
    changes: list[tuple[Pointer, doc.TextDocument]] = []
    for index, clause in enumerate(document.clauses):
        at: Pointer = ("clauses", index)
        named.append(((*at, "number"), clause.number))
        titles.append(((*at, "title"), clause.title))
        if unit_of(clause.number) not in units:
            yield _stray(unit_of(clause.number), units, place(tree, (*at, "number")))
        basis = clause.basis
        yield from _unknown_sources(basis.sources, tree, (*at, "basis", "sources"), sources, seen="seen" in (basis.number, basis.duty))
        yield from _clause_edition_errors(clause, tree, at)
        changes += [((*at, "changes", number, "text"), one.text) for number, one in enumerate(clause.changes)]
        for number, item in enumerate(clause.items):
            named.append(((*at, "items", number, "number"), item.number))
            titles.append(((*at, "items", number, "title"), item.title))
    yield from _twice(named, tree)
    yield from _texts(tree, titles, TITLE)
    yield from _texts(tree, changes, LONGEST)


def _clause_edition_errors(clause: doc.ClauseDocument, tree: Node, at: Pointer) -> Iterator[SecauditError]:
    for edition in (clause.since, *clause.numbers, *(one.edition for one in clause.changes)):
        if edition not in EDITIONS:
            yield DocumentError(
                Text(ja=f"指針の版 `{edition}` はありません", en=f"there is no edition `{edition}`"),
                at=place(tree, at),
                hint=suggestion(edition, EDITIONS, ja="版", en="editions"),
            )
    if any(edition < clause.since for edition in clause.numbers) or any(one.edition <= clause.since for one in clause.changes):
        yield DocumentError(
            Text(
                ja=f"条項 `{clause.number}` の番号か変更が、できた版 `{clause.since}` より前です",
                en=f"a number or change of clause `{clause.number}` lies before its birth in `{clause.since}`",
            ),
            at=place(tree, at),
        )
    if clause.numbers and clause.basis.older is None:
        yield DocumentError(
            Text(ja="`numbers` があるのに `older` がありません", en="`numbers` without `older`"),
            at=place(tree, (*at, "basis")),
            hint=Text(ja="前の版の番号がどこまで確かかを書いてください", en="say how well the numbers of earlier editions are sourced"),
        )


def _framework_errors(document: doc.FrameworkDocument, tree: Node, stem: str, sources: Collection[str]) -> Iterator[SecauditError]:
    if document.id != stem:
        yield DocumentError(
            Text(ja=f"`id` がファイル名 `{stem}` と違います", en=f"`id` differs from the name of the file, `{stem}`"),
            at=place(tree, ("id",)),
        )
    yield from _unknown_sources(document.basis.sources, tree, ("basis", "sources"), sources, seen=document.basis.numbers == "seen")
    yield from _twice([(("entries", index, "number"), one.number) for index, one in enumerate(document.entries)], tree)
    titles: list[tuple[Pointer, doc.TextDocument]] = [
        (("entries", index, "title"), one.title) for index, one in enumerate(document.entries)
    ]
    titles += [(("groups", index, "title"), one.title) for index, one in enumerate(document.groups)]
    yield from _texts(tree, titles, TITLE)
    counts = Counter(one.number.split(".", 1)[0] for one in document.entries)
    for index, group in enumerate(document.groups):
        if counts[group.number] != group.count:
            yield DocumentError(
                Text(
                    ja=f"`{group.number}` は {group.count} 件のはずが {counts[group.number]} 件です",
                    en=f"`{group.number}` should have {group.count} entries, has {counts[group.number]}",
                ),
                at=place(tree, ("groups", index, "count")),
            )


def _stray(unit: str, units: Iterable[str], at: Location) -> SecauditError:
    return DocumentError(
        Text(ja=f"単位 `{unit}` がありません", en=f"there is no unit `{unit}`"),
        at=at,
        hint=suggestion(unit, list(units), ja="単位", en="units"),
    )


def _unknown_sources(keys: list[str], tree: Node, at: Pointer, known: Collection[str], *, seen: bool) -> Iterator[SecauditError]:
    for index, key in enumerate(keys):
        if key not in known:
            yield DocumentError(
                Text(ja=f"出典 `{key}` はありません", en=f"there is no source `{key}`"),
                at=place(tree, (*at, index)),
                hint=suggestion(key, known, ja="出典", en="sources"),
            )
    if seen and not keys:
        yield DocumentError(
            Text(ja="`seen` なのに `sources` がありません", en="`seen` names no source"),
            at=place(tree, at),
            hint=Text(ja="出典を加えるか、`known` にしてください", en="add one, or write `known`"),
        )


def _twice(named: Iterable[tuple[Pointer, str]], tree: Node) -> Iterator[SecauditError]:
    seen: set[str] = set()
    for pointer, name in named:
        if name in seen:
            yield DocumentError(Text(ja=f"`{name}` が二度あります", en=f"`{name}` is there twice"), at=place(tree, pointer))
        seen.add(name)


def _texts(tree: Node, texts: Iterable[tuple[Pointer, doc.TextDocument]], limit: int) -> Iterator[SecauditError]:
    """Say which texts are the same in both languages, too long in Japanese, or there twice."""
    seen: set[str] = set()
    for pointer, text in texts:
        if text.ja.strip() == text.en.strip():
            yield DocumentError(
                Text(ja="日本語と英語が同じ文です", en="both languages have the same words"),
                at=place(tree, pointer),
                hint=Text(ja="それぞれの言葉で書いてください", en="write each in its own language"),
            )
        if len(text.ja) > limit:
            yield DocumentError(
                Text(
                    ja=f"日本語が {len(text.ja)} 文字あります (上限 {limit})",
                    en=f"the Japanese has {len(text.ja)} characters (at most {limit})",
                ),
                at=place(tree, pointer),
                hint=Text(ja="短くしてください", en="shorten it"),
            )
        for written in (text.ja, text.en):
            if written in seen:
                yield DocumentError(
                    Text(ja=f"`{written}` が二度あります", en=f"`{written}` is there twice"),
                    at=place(tree, pointer),
                    hint=Text(ja="違いが分かるように書いてください", en="say what is special here"),
                )
            seen.add(written)
