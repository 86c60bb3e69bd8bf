"""Load what stands beside the controls: `controls/*.yaml` and `controls/frameworks/*.yaml`.

Never here: rules over several files (`catalog.guideline.check`).
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from secaudit.catalog.guideline import documents as doc
from secaudit.model.control import Change
from secaudit.model.guideline import (
    Clause,
    ClauseBasis,
    Edition,
    EditionNote,
    Exemption,
    Framework,
    FrameworkEntry,
    Group,
    Guideline,
    Item,
    Source,
    Unit,
)
from secaudit.model.text import Text
from secaudit.wire import files
from secaudit.wire.tree import Node


def load_guideline(root: Path, *, base: Path | None = None) -> Guideline:
    """Return everything beside the controls in `root`. Raises `FileError`, `YamlError` or `ManyError` of the first file that is wrong."""
    home = base or root.parent
    (sources, _), (editions, _), (clauses, _) = read_sources(root, home), read_editions(root, home), read_clauses(root, home)
    frameworks = [_framework(read_framework(path, home)[0]) for path in framework_paths(root)]
    return Guideline(
        sources=_sources(sources),
        editions=tuple(_edition(one) for one in editions.editions),
        chapters=tuple(Unit(number=one.number, title=text(one.title)) for one in clauses.chapters),
        units=tuple(Unit(number=one.number, title=text(one.title)) for one in clauses.units),
        clauses=tuple(_clause(one) for one in clauses.clauses),
        level_reasons=load_reasons(root, base=home),
        frameworks=MappingProxyType({one.id: one for one in frameworks}),
    )


def load_origins(root: Path, *, base: Path | None = None) -> tuple[Mapping[str, Text], Mapping[str, Source]]:
    """Return the reasons of levels and the sources alone, for who shows one control."""
    return load_reasons(root, base=base), _sources(read_sources(root, base or root.parent)[0])


def load_reasons(root: Path, *, base: Path | None = None) -> Mapping[str, Text]:
    """Return the reasons of levels alone: they stand once, however many controls name them."""
    document, _ = read_reasons(root, base or root.parent)
    written = document.model_dump(by_alias=True)
    return MappingProxyType({name: Text(ja=said["ja"], en=said["en"]) for name, said in written.items()})


def framework_paths(root: Path) -> list[Path]:
    """Return the files of frameworks, sorted."""
    return sorted((root / "frameworks").glob("*.yaml"))


def read_sources(root: Path, home: Path) -> tuple[doc.SourcesDocument, Node]:
    """Return the sources with their tree."""
    path = root / "sources.yaml"
    return doc.read_document(files.read(path, root=home), files.shown(path, home), doc.SourcesDocument, "sources")


def read_editions(root: Path, home: Path) -> tuple[doc.EditionsDocument, Node]:
    """Return the editions with their tree."""
    path = root / "editions.yaml"
    return doc.read_document(files.read(path, root=home), files.shown(path, home), doc.EditionsDocument, "editions")


def read_clauses(root: Path, home: Path) -> tuple[doc.ClausesDocument, Node]:
    """Return the clauses with their tree."""
    path = root / "clauses.yaml"
    return doc.read_document(files.read(path, root=home), files.shown(path, home), doc.ClausesDocument, None)


def read_reasons(root: Path, home: Path) -> tuple[doc.ReasonsDocument, Node]:
    """Return the reasons of levels with their tree."""
    path = root / "level-reasons.yaml"
    return doc.read_document(files.read(path, root=home), files.shown(path, home), doc.ReasonsDocument, None)


def read_framework(path: Path, home: Path) -> tuple[doc.FrameworkDocument, Node]:
    """Return a framework with its tree."""
    return doc.read_document(files.read(path, root=home), files.shown(path, home), doc.FrameworkDocument, None)


def text(document: doc.TextDocument) -> Text:
    """Return both languages."""
    return Text(ja=document.ja, en=document.en)


def _sources(document: doc.SourcesDocument) -> Mapping[str, Source]:
    found = (Source(key=one.key, title=text(one.title), url=tuple(one.url), read=one.read) for one in document.sources)
    return MappingProxyType({one.key: one for one in found})


def _optional(document: doc.TextDocument | None) -> Text | None:
    return None if document is None else text(document)


def _edition(document: doc.EditionDocument) -> Edition:
    notes = (EditionNote(text=text(one), basis=one.basis, sources=tuple(one.sources)) for one in document.changes)
    issued = document.issued
    return Edition(edition=document.edition, issued=issued.on, basis=issued.basis, sources=tuple(issued.sources), notes=tuple(notes))


def _basis(document: doc.ClauseBasisDocument) -> ClauseBasis:
    return ClauseBasis(number=document.number, duty=document.duty, older=document.older, sources=tuple(document.sources))


def _item(document: doc.ItemDocument) -> Item:
    return Item(
        number=document.number,
        title=text(document.title),
        test=tuple(document.test),
        roles=tuple(document.roles),
        basis=_basis(document.basis),
        since=document.since,
    )


def _clause(document: doc.ClauseDocument) -> Clause:
    changes = (Change(edition=one.edition, sense=one.sense, text=text(one.text), basis=one.basis) for one in document.changes)
    return Clause(
        number=document.number,
        title=text(document.title),
        test=tuple(document.test),
        roles=tuple(document.roles),
        basis=_basis(document.basis),
        since=document.since,
        numbers=MappingProxyType(dict(document.numbers)),
        changes=tuple(changes),
        items=tuple(_item(one) for one in document.items),
    )


def _framework(document: doc.FrameworkDocument) -> Framework:
    return Framework(
        id=document.id,
        title=text(document.title),
        numbers=document.basis.numbers,
        maps=document.basis.maps,
        sources=tuple(document.basis.sources),
        note=text(document.note),
        groups=tuple(Group(number=one.number, title=text(one.title), count=one.count) for one in document.groups),
        entries=tuple(_entry(one) for one in document.entries),
        exempt=tuple(Exemption(text=text(one.text), types=tuple(one.types), sources=tuple(one.sources)) for one in document.exempt),
    )


def _entry(document: doc.EntryDocument) -> FrameworkEntry:
    return FrameworkEntry(
        number=document.number,
        title=text(document.title),
        chapters=tuple(document.chapters),
        in_force=document.in_force,
        transition=_optional(document.transition),
        note=_optional(document.note),
    )
