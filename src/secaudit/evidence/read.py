"""A manifest → the evidence of one assessment: typed tables, every loss, one digest.

Rules: a file is read once, what is hashed is what is parsed; what cannot be opened, read or recognised is a failure of its
table and the set says so; files of one kind are joined in order of
path and sheet, whatever the manifest's order; rows keep their file and number.

Never here: opening files outside the manifest's root, judging.
"""

import dataclasses
import posixpath
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from secaudit.errors import EvidenceError, ManyError, SealError, SecauditError
from secaudit.evidence.adapters.registry import FORMATS, format_of
from secaudit.evidence.freshness import gap, stale
from secaudit.evidence.headers import Layout, recognise
from secaudit.evidence.identifiers import pad_staff_numbers
from secaudit.evidence.parquet_table import check_parquet, digest_of_file
from secaudit.evidence.reading import Reading, Request
from secaudit.evidence.rows import NOTE, FileRows, build_rows
from secaudit.evidence.sandbox import Sandbox
from secaudit.model.evidence import EvidenceSet, Kind, Loss, Manifest, Origin, Population, Source, Table, TableFile
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire import canonical, files

LIMIT = 256 * 2**20
"""Largest file that is read whole; unit: bytes. Parquet files may be larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One source after reading: its rows, or why there are none."""

    source: Source
    file: TableFile
    rows: FileRows
    failures: tuple[Loss, ...] = ()
    parquet: Path | None = None


def read(manifest: Manifest, kinds: Mapping[str, Kind], *, as_of: date, fiscal_year: int, sandbox: Sandbox | None = None) -> EvidenceSet:
    """Read every file of a manifest; one child process may serve several manifests if it is given as `sandbox`.

    Raises `EvidenceError` only if the manifest is that of another fiscal year; everything else is in the set.
    """
    if manifest.fiscal_year != fiscal_year:
        raise EvidenceError(
            Text(
                ja=f"台帳は{manifest.fiscal_year}年度のもので、{fiscal_year}年度ではありません",
                en=f"the manifest is for fiscal year {manifest.fiscal_year}, not {fiscal_year}",
            ),
            at=manifest.at,
        )
    sources = sorted(manifest.sources, key=lambda source: (source.kind, source.path, source.sheet or ""))
    with nullcontext(sandbox) if sandbox is not None else Sandbox() as child:
        found = [_read_file(manifest, source, kinds[source.kind], child, as_of) for source in sources]
    tables: dict[str, Table] = {}
    for name in dict.fromkeys(source.kind for source in sources):
        tables[name] = _table(manifest, kinds[name], [file for file in found if file.source.kind == name], as_of)
    padded, notes = pad_staff_numbers(tables, manifest.at)
    return EvidenceSet(
        organisation=manifest.organisation,
        fiscal_year=fiscal_year,
        tables=padded,
        losses=notes,
        digest=_digest(manifest, found),
        could_not_look=any(table.failures for table in tables.values()),
    )


def shown_path(manifest: Manifest, source: Source) -> str:
    """Return how people see a source: from the workspace, like the manifest itself."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(manifest.at.path), source.path))


def _read_file(manifest: Manifest, source: Source, kind: Kind, sandbox: Sandbox, as_of: date) -> _File:
    path = shown_path(manifest, source)
    digest = ""
    try:
        target = files.inside(source.path, folder=manifest.folder, root=manifest.root, at=source.at)
        format_ = format_of(source.path)
        if format_ is None:
            raise EvidenceError(
                Text(ja="読める形式ではありません", en="the format is not known"),
                at=Location(path=path),
                hint=Text(ja="読める拡張子: " + " ".join(FORMATS), en="known endings: " + " ".join(FORMATS)),
            )
        if format_ == "parquet":
            digest = digest_of_file(target)
            _check_digest(source, digest, path)
            losses = check_parquet(sandbox, target, kind, source, path=path, as_of=as_of)
            file = TableFile(path=path, sheet=None, digest=digest, letters={})
            return _File(source=source, file=file, rows=FileRows(losses=list(losses)), parquet=target)
        data = files.read(target, root=manifest.root, limit=LIMIT)
        digest = files.digest(data)
        _check_digest(source, digest, path)
        reading, layout, rows = _parse(data, format_, source, kind, sandbox, path, as_of)
    except ManyError as many:
        return _failed(source, path, digest, many.errors)
    except SecauditError as error:
        return _failed(source, path, digest, (error,))
    file = TableFile(path=path, sheet=reading.sheet, digest=digest, letters=layout.letters)
    return _File(source=source, file=file, rows=rows)


def _parse(
    data: bytes, format_: str, source: Source, kind: Kind, sandbox: Sandbox, path: str, as_of: date
) -> tuple[Reading, Layout, FileRows]:
    reading = sandbox.read(data, Request(format=format_, sheet=source.sheet, encoding=source.encoding), path=path)
    if not reading.rows and reading.header is not None:
        layout = Layout(start=0, columns={}, letters={}, width=0, names=())  # an empty list of records has no columns to recognise
    elif not reading.rows:
        raise EvidenceError(Text(ja="ファイルが空です", en="the file is empty"), at=Location(path=path, sheet=reading.sheet))
    else:
        layout = recognise(reading, kind, source.columns)
    return (
        reading,
        layout,
        build_rows(reading, layout, kind, path=path, collected_at=source.collected_at, as_of=as_of, counted=source.population is not None),
    )


def _check_digest(source: Source, digest: str, path: str) -> None:
    if source.sha256 is not None and source.sha256 != digest:
        raise SealError(
            Text(ja="ファイルが封印したときから変わっています", en="the file differs from its digest in the manifest"),
            at=Location(path=path),
            hint=Text(ja="元のファイルに戻すか、確かめてから封印し直してください", en="restore the file, or seal again after checking"),
        )


def _failed(source: Source, path: str, digest: str, errors: Sequence[SecauditError]) -> _File:
    """Keep a file that could not be used, with its reasons, which never quote its content."""
    failures = []
    for error in errors:
        inner = error.at if error.at is not None and error.at.line is not None and error.at.path == path else None
        why = error.message if error.hint is None else _with_hint(error.message, error.hint)
        failures.append(Loss(code=error.code, why=why, at=inner or Location(path=path, sheet=source.sheet), rows=None))
    file = TableFile(path=path, sheet=source.sheet, digest=digest, letters={})
    return _File(source=source, file=file, rows=FileRows(), failures=tuple(failures))


def _with_hint(message: Text, hint: Text) -> Text:
    return Text(ja=f"{message.ja}。{hint.ja}", en=f"{message.en}; {hint.en}")


def _table(manifest: Manifest, kind: Kind, found: Sequence[_File], as_of: date) -> Table:
    """Join the files of one kind."""
    failures = [failure for file in found for failure in file.failures]
    parquets = [file.parquet for file in found if file.parquet is not None]
    if parquets and len(found) > 1:
        why = Text(ja="Parquet は一つの種類に一つだけ使えます", en="a kind has one Parquet file and no other file beside it")
        failures.append(Loss(code=EvidenceError.code, why=why, at=Location(path=found[0].file.path), rows=None))
    failures += _twice(found)
    losses: list[Loss] = []
    origins: list[Origin] = []
    for number, file in enumerate(found):
        start = len(origins)
        losses += [
            dataclasses.replace(loss, row_index=loss.row_index + start) if loss.row_index is not None else loss for loss in file.rows.losses
        ]
        origins += [Origin(number, row) for row in file.rows.numbers]
    sources = [file.source for file in found]
    population, note = _population(found)
    return Table(
        organisation=manifest.organisation,
        kind=kind,
        rows=tuple(row for file in found for row in file.rows.rows),
        origins=tuple(origins),
        files=tuple(file.file for file in found),
        parquet=parquets[0] if len(parquets) == 1 and not failures else None,
        losses=(*losses, *note),
        failures=tuple(failures),
        population=population,
        stale=stale(kind, sources, as_of),
        gap=gap(kind, sources, manifest.fiscal_year, as_of),
    )


def _twice(found: Sequence[_File]) -> list[Loss]:
    """Say which files have the content of another one of their kind, by whatever path: their rows would count twice."""
    failures: list[Loss] = []
    first: dict[tuple[str, str | None], str] = {}
    for file in found:
        key = file.file.digest, file.file.sheet
        if not file.rows.rows:
            continue
        if key in first:
            path = first[key]
            why = Text(
                ja=f"{path} と同じ内容なので、二度数えることになります", en=f"the content is that of {path}, so its rows would count twice"
            )
            failures.append(Loss(code=EvidenceError.code, why=why, at=Location(path=file.file.path, sheet=file.file.sheet), rows=None))
        first.setdefault(key, file.file.path)
    return failures


def _population(found: Sequence[_File]) -> tuple[Population | None, tuple[Loss, ...]]:
    """Add up what is stated for each file, without the rows left out; a count for some files only is none for the table."""
    stated = [file.source.population for file in found if file.source.population is not None]
    if not stated:
        return None, ()
    if len(stated) < len(found):
        silent = next(file for file in found if file.source.population is None)
        why = Text(
            ja="件数の申告が一部のファイルにしかないので、全体の件数と比べていません",
            en="the population is stated for some files only, so it is not compared",
        )
        return None, (Loss(code=NOTE, why=why, at=Location(path=silent.file.path), rows=0),)
    count = sum(population.count for population in stated) - sum(file.rows.left_out for file in found)
    names = "、".join(dict.fromkeys(population.stated_by for population in stated))
    return Population(count=max(count, 0), stated_by=names), ()


def _digest(manifest: Manifest, found: Sequence[_File]) -> str:
    """Return one digest over what was read and what the manifest says of it, whatever the order of its entries."""
    entries = sorted(canonical.dumps([_described(file.source), file.file.digest]) for file in found)
    return canonical.digest_of([manifest.organisation, manifest.fiscal_year, entries])


def _described(source: Source) -> list[object]:
    covers = [source.covers.start.isoformat(), source.covers.end.isoformat()] if source.covers is not None else None
    population = [source.population.count, source.population.stated_by] if source.population is not None else None
    return [
        source.kind,
        source.path,
        source.sheet,
        source.encoding,
        source.collected_at.isoformat(),
        source.collected_by,
        covers,
        population,
        dict(source.columns),
    ]
