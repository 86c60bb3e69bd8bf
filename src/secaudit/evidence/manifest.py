"""manifest.yaml → `Manifest`, or all that is wrong with it, each with its place.

Rules: unknown keys, kinds and columns name the nearest known one; a file is named once per kind and sheet; the fiscal year
is that of the folder `FYxxxx`; no path may leave the folder of the policy (above `FYxxxx`).

Never here: opening the files named (`read`).
"""

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from secaudit.errors import DocumentError, FileError, ManyError, SecauditError, UnknownNameError
from secaudit.evidence.adapters.encoding import ENCODINGS
from secaudit.evidence.kinds import load_kinds
from secaudit.model.evidence import Kind, Manifest, Period, Population, Source
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire import files, pointers, yaml
from secaudit.wire.tree import by_place

_FOLDER = re.compile(r"FY(\d{4})")


def load(path: Path, *, base: Path | None = None, kinds: Mapping[str, Kind] | None = None) -> Manifest:
    """Return the manifest at `path`; `base` is the workspace, from which paths are shown.

    Raises `FileError`, `YamlError`, `DocumentError`, `UnknownNameError`, or `ManyError` with all of them.
    """
    folder = path.parent
    found = _FOLDER.fullmatch(folder.resolve().name)
    root = folder.parent if found is not None else folder
    shown = files.shown(path, base if base is not None else root)
    node = yaml.parse(_read(path, root, shown), shown)
    document = _validate(node)
    known = load_kinds() if kinds is None else kinds
    errors = [*_check_year(document, found, node), *_check_files(document, known, node, folder, root)]
    if errors:
        raise _joined(errors)
    return Manifest(
        organisation=document.organisation,
        fiscal_year=document.fiscal_year,
        sources=tuple(_source(item, yaml.place(node, ("files", index))) for index, item in enumerate(document.files)),
        at=Location(path=shown),
        folder=folder,
        root=root,
    )


def _read(path: Path, root: Path, shown: str) -> bytes:
    try:
        return files.read(path, root=root)
    except FileError as error:
        raise FileError(error.message, at=Location(path=shown), hint=error.hint) from error


def _joined(errors: Iterable[SecauditError]) -> SecauditError:
    ordered = by_place(errors)
    return ordered[0] if len(ordered) == 1 else ManyError(ordered)


def _source(item: Any, at: Location) -> Source:  # noqa: ANN401 - a FileDocument, imported late
    return Source(
        kind=item.kind,
        path=item.path,
        at=at,
        collected_at=item.collected_at,
        collected_by=item.collected_by,
        sheet=item.sheet,
        encoding=item.encoding,
        covers=Period(start=item.covers.start, end=item.covers.end) if item.covers is not None else None,
        sha256=item.sha256,
        population=Population(count=item.population.count, stated_by=item.population.stated_by) if item.population is not None else None,
        columns=item.columns,
    )


def _validate(node: yaml.Node) -> Any:  # noqa: ANN401 - a ManifestDocument, imported late
    from pydantic import ValidationError  # noqa: PLC0415 - a heavy import

    from secaudit.evidence.documents import ManifestDocument  # noqa: PLC0415 - a heavy import

    try:
        return ManifestDocument.model_validate(yaml.plain(node))
    except ValidationError as error:
        found = pointers.complaints(error.errors(include_url=False))
        raise _joined(pointers.located(node, found, known=partial(pointers.keys_of, ManifestDocument))) from error


def _near(word: str, known: Iterable[str], ja: str, en: str) -> Text | None:
    return pointers.suggestion(word, known, ja=ja, en=en)


def _check_year(document: Any, found: re.Match[str] | None, node: yaml.Node) -> list[SecauditError]:  # noqa: ANN401 - a ManifestDocument
    if found is None or int(found[1]) == document.fiscal_year:
        return []
    year, folder = document.fiscal_year, found[0]
    why = Text(ja=f"年度 {year} がフォルダー `{folder}` と違います", en=f"the fiscal year {year} is not that of the folder `{folder}`")
    return [DocumentError(why, at=yaml.place(node, ("fiscal_year",)))]


def _check_files(document: Any, kinds: Mapping[str, Kind], node: yaml.Node, folder: Path, root: Path) -> list[SecauditError]:  # noqa: ANN401 - a ManifestDocument
    errors: list[SecauditError] = []
    seen: dict[tuple[str, str, str], int] = {}
    for index, item in enumerate(document.files):
        kind = kinds.get(item.kind)
        here = ("files", index)
        if kind is None:
            why = Text(ja=f"証跡の種類 `{item.kind}` はありません", en=f"there is no kind of evidence `{item.kind}`")
            errors.append(UnknownNameError(why, at=yaml.place(node, (*here, "kind")), hint=_near(item.kind, kinds, "種類", "kinds")))
        else:
            errors += _check_columns(item, kind, node, index)
        try:
            files.inside(item.path, folder=folder, root=root, at=yaml.place(node, (*here, "path")))
        except FileError as error:
            errors.append(error)
        errors += _check_values(item, node, index)
        key = (item.kind, unicodedata.normalize("NFC", posixpath.normpath(item.path)).casefold(), item.sheet or "")
        if key in seen:
            line = yaml.place(node, ("files", seen[key])).line
            why = Text(ja=f"同じファイルが{line}行目にもあります", en=f"the same file is named in line {line}")
            errors.append(DocumentError(why, at=yaml.place(node, (*here, "path"))))
        seen.setdefault(key, index)
    return errors


def _check_columns(item: Any, kind: Kind, node: yaml.Node, index: int) -> list[SecauditError]:  # noqa: ANN401 - a FileDocument
    errors: list[SecauditError] = []
    names = [column.name for column in kind.columns]
    used: set[str] = set()
    for header, name in item.columns.items():
        at = yaml.place(node, ("files", index, "columns", header))
        if name not in names:
            why = Text(ja=f"`{kind.name}` に列 `{name}` はありません", en=f"`{kind.name}` has no column `{name}`")
            errors.append(UnknownNameError(why, at=at, hint=_near(name, names, "列", "columns")))
        elif name in used:
            errors.append(DocumentError(Text(ja=f"列 `{name}` が二度あります", en=f"the column `{name}` is given twice"), at=at))
        used.add(name)
    return errors


def _check_values(item: Any, node: yaml.Node, index: int) -> list[SecauditError]:  # noqa: ANN401 - a FileDocument
    errors: list[SecauditError] = []
    if item.encoding is not None and item.encoding.lower() not in ENCODINGS:
        why = Text(ja=f"文字コード `{item.encoding}` は使えません", en=f"the encoding `{item.encoding}` is not known")
        errors.append(
            DocumentError(
                why,
                at=yaml.place(node, ("files", index, "encoding")),
                hint=_near(item.encoding, sorted(ENCODINGS), "文字コード", "encodings"),
            )
        )
    if item.covers is not None and item.covers.end < item.covers.start:
        why = Text(ja="期間の終わりが始まりより前です", en="the period ends before it starts")
        errors.append(DocumentError(why, at=yaml.place(node, ("files", index, "covers"))))
    return errors
