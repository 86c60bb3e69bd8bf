"""The seal: each file's SHA-256 in the manifest, written once and checked later.

Rules: sealing changes nothing in the manifest but `sha256` and keeps comments; if one file cannot be read, nothing is written. A check
names files that changed, are missing, were never sealed, or lie in the folder without being named.

Never here: the content of files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secaudit.errors import ManyError, SealError, SecauditError
from secaudit.evidence.adapters.registry import format_of
from secaudit.evidence.manifest import load
from secaudit.evidence.parquet_table import digest_of_file
from secaudit.evidence.read import LIMIT, shown_path
from secaudit.model.evidence import Manifest, Source
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire import edit, files

_CLUTTER = ("~$", ".", "Thumbs.db", "desktop.ini")
"""Files that programs leave behind; a name that starts so is not evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One file with its digest; `changed` if the manifest had none or another before."""

    path: str
    sha256: str
    changed: bool


def seal(manifest_path: Path, *, base: Path | None = None) -> tuple[Sealed, ...]:
    """Write the digest of every file into the manifest; raises `ManyError` if a file cannot be read."""
    manifest = load(manifest_path, base=base)
    sealed: list[Sealed] = []
    errors: list[SecauditError] = []
    for source in manifest.sources:
        try:
            found = digest_of(manifest, source)
        except SecauditError as error:
            errors.append(error)
        else:
            sealed.append(Sealed(path=shown_path(manifest, source), sha256=found, changed=source.sha256 != found))
    if errors:
        raise ManyError(errors)
    changes: dict[tuple[str | int, ...], object] = {
        ("files", index, "sha256"): entry.sha256 for index, entry in enumerate(sealed) if entry.changed
    }
    if changes:
        data = files.read(manifest_path, root=manifest.root)
        files.write_atomic(manifest_path, edit.set_values(data, changes))
    return tuple(sealed)


def verify(manifest_path: Path, *, base: Path | None = None) -> tuple[SealError, ...]:
    """Return what differs from the seal, in the order of the manifest; nothing if all is as it was."""
    manifest = load(manifest_path, base=base)
    return (*_differences(manifest), *_unnamed(manifest))


def digest_of(manifest: Manifest, source: Source) -> str:
    """Return the SHA-256 of a source's file; raises `FileError`."""
    target = files.inside(source.path, folder=manifest.folder, root=manifest.root, at=source.at)
    if format_of(source.path) == "parquet":
        return digest_of_file(target)
    return files.digest(files.read(target, root=manifest.root, limit=LIMIT))


def _differences(manifest: Manifest) -> Iterator[SealError]:
    for source in manifest.sources:
        at = Location(path=shown_path(manifest, source))
        try:
            found = digest_of(manifest, source)
        except SecauditError as error:
            yield SealError(error.message, at=at, hint=error.hint)
            continue
        if source.sha256 is None:
            yield SealError(
                Text(ja="封印されていません", en="the file is not sealed"),
                at=at,
                hint=Text(ja="`secaudit evidence seal` で封印してください", en="seal it with `secaudit evidence seal`"),
            )
        elif source.sha256 != found:
            yield SealError(
                Text(ja="封印したときから変わっています", en="the file changed after it was sealed"),
                at=at,
                hint=Text(ja="元のファイルに戻すか、確かめてから封印し直してください", en="restore the file, or seal again after checking"),
            )


def _unnamed(manifest: Manifest) -> Iterator[SealError]:
    named = {files.inside(source.path, folder=manifest.folder, root=manifest.root).resolve() for source in manifest.sources}
    for path in candidates(manifest.folder):
        if path.resolve() not in named:
            yield SealError(
                Text(ja="台帳に書かれていないファイルです", en="the manifest does not name this file"),
                at=Location(path=_beside(manifest, path)),
                hint=Text(ja="台帳に加えるか、フォルダーから除いてください", en="add it to the manifest, or take it out of the folder"),
            )


def _beside(manifest: Manifest, path: Path) -> str:
    """Return how people see a file of the manifest's folder."""
    folder = manifest.at.path.rpartition("/")[0]
    return "/".join(part for part in (folder, path.relative_to(manifest.folder).as_posix()) if part)


def candidates(folder: Path) -> tuple[Path, ...]:
    """Return the files below a folder that might be evidence, sorted; other years' folders are not looked into."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.yaml"]
    return tuple(
        sorted(
            path
            for path in found
            if path.suffix != ".tmp" and not any(part.startswith(_CLUTTER) for part in path.relative_to(folder).parts)
        )
    )
