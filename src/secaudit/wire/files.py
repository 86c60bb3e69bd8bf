"""Read and write files without surprises: bounded, inside a root, opened once, replaced in one step.

* A file is opened once; what is hashed is what is parsed.
* Nothing outside `root` is read, whatever a link or a `..` says.
* A write either leaves the old file or the whole new one.

Never here: parsing, or machine paths in messages (places are relative to the root).
"""

import hashlib
import os
import re
import secrets
import stat
import unicodedata
from pathlib import Path, PurePosixPath

from secaudit.errors import FileError
from secaudit.model.location import Location
from secaudit.model.text import Text

LIMIT = 64 * 2**20
"""Largest file that is read whole; unit: bytes."""

_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data`, lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def shown(path: Path, root: Path) -> str:
    """Return `path` as people see it: relative to `root` with `/`, or its name alone if it lies elsewhere."""
    for candidate, base in ((path, root), (path.absolute(), root.absolute())):
        if candidate.is_relative_to(base):
            return candidate.relative_to(base).as_posix()
    return path.name


def read(path: Path, *, root: Path, limit: int = LIMIT) -> bytes:
    """Return the bytes of a regular file inside `root`.

    Raises `FileError` (SA102): missing, a folder, not a regular file, outside `root` (also by a link), larger than `limit` bytes.
    """
    at = Location(path=shown(path, root))
    try:
        real = path.resolve(strict=True)
        home = root.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise _cannot_open(error, at) from error
    if not real.is_relative_to(home):
        raise FileError(
            Text(ja=f"`{at.path}` は決められたフォルダーの外を指しています", en=f"`{at.path}` leads out of its folder"),
            at=at,
            hint=Text(ja="ファイルそのものをフォルダーの中に置いてください", en="put the file itself into the folder"),
        )
    # No link may slip in between the check and the opening, and opening a pipe must not wait.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(real, flags)
    except OSError as error:
        raise _cannot_open(error, at) from error
    try:
        _require_regular(os.fstat(handle), at)
        with os.fdopen(handle, "rb", closefd=False) as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise _cannot_open(error, at) from error
    finally:
        os.close(handle)
    if len(data) > limit:
        raise FileError(
            Text(ja=f"`{at.path}` が大きすぎます (上限は {limit} バイト)", en=f"`{at.path}` is too large (the limit is {limit} bytes)"),
            at=at,
            hint=Text(ja="ファイルを分けてください", en="split the file"),
        )
    return data


def inside(path: str, *, folder: Path, root: Path, at: Location | None = None) -> Path:
    """Return where a relative `path` of a manifest in `folder` points; the file need not exist.

    `at` is the place of the path in the manifest. A name that differs only by Unicode normalisation is found.
    Raises `FileError`: empty, absolute, a drive or share, a backslash, a name reserved by Windows, out of `root` by `..` or by a link.
    """
    reason = _refusal(path)
    if reason is not None:
        raise FileError(reason, at=at, hint=_RELATIVE)
    home = root.resolve()
    target = Path(os.path.normpath(folder.resolve() / path))
    if not target.is_relative_to(home):
        raise FileError(_leads_out(path), at=at, hint=_RELATIVE)
    target = _same_name(target)
    try:
        real = target.resolve()
    except (OSError, RuntimeError) as error:
        raise FileError(Text(ja=f"`{path}` は開けません", en=f"`{path}` cannot be opened"), at=at) from error
    if not real.is_relative_to(home):
        raise FileError(_leads_out(path), at=at, hint=_RELATIVE)
    return target


def write_atomic(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: a new file beside it, flushed to disk, then renamed over it.

    An existing file keeps its permissions. Raises `FileError` if `path` is not a regular file or cannot be written.
    """
    at = Location(path=path.name)
    try:
        mode = path.stat().st_mode if path.exists() else None
        if mode is not None:
            _require_regular(path.stat(), at)
        target = path.resolve()
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666), "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                temporary.chmod(stat.S_IMODE(mode))
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except (OSError, RuntimeError, ValueError) as error:
        raise FileError(
            Text(ja=f"`{at.path}` に書き込めません", en=f"`{at.path}` cannot be written"),
            at=at,
            hint=Text(
                ja="フォルダーがあるか、空き容量と書き込みの権限があるかを確かめてください",
                en="check that the folder exists, has room and may be written to",
            ),
        ) from error


_RELATIVE = Text(
    ja="フォルダーの中のファイルを、`/` で区切った相対パスで書いてください", en="name a file inside the folder by a relative path with `/`"
)


def _leads_out(path: str) -> Text:
    return Text(ja=f"`{path}` は決められたフォルダーの外を指しています", en=f"`{path}` leads out of its folder")


def _refusal(path: str) -> Text | None:
    """Say why a written path cannot be used, or nothing."""
    if not path.strip():
        return Text(ja="ファイルの名前が空です", en="the path of the file is empty")
    if _CONTROL.search(path):
        return Text(ja="パスに制御文字があります", en="the path has control characters")
    if path.startswith("/") or "\\" in path or ":" in path:
        return Text(ja=f"`{path}` は相対パスではありません", en=f"`{path}` is not a relative path")
    for part in PurePosixPath(path).parts:
        if part != ".." and (_RESERVED.fullmatch(part.rstrip(" .")) or part.endswith((".", " "))):
            return Text(ja=f"`{part}` は Windows で使えない名前です", en=f"`{part}` is a name that Windows cannot use")
    return None


def _same_name(target: Path) -> Path:
    """Return the entry whose name equals that of `target` after Unicode normalisation, if `target` itself is absent."""
    if target.exists() or not target.parent.is_dir():
        return target
    wanted = unicodedata.normalize("NFC", target.name)
    found = [entry for entry in sorted(target.parent.iterdir()) if unicodedata.normalize("NFC", entry.name) == wanted]
    return found[0] if len(found) == 1 else target


def _require_regular(status: os.stat_result, at: Location) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FileError(
            Text(ja=f"`{at.path}` はフォルダーです", en=f"`{at.path}` is a folder"),
            at=at,
            hint=Text(ja="ファイルを指定してください", en="name a file"),
        )
    if not stat.S_ISREG(status.st_mode):
        raise FileError(Text(ja=f"`{at.path}` はふつうのファイルではありません", en=f"`{at.path}` is not a regular file"), at=at)


def _cannot_open(error: Exception, at: Location) -> FileError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return FileError(
            Text(ja=f"`{at.path}` がありません", en=f"`{at.path}` does not exist"),
            at=at,
            hint=Text(ja="名前とフォルダーを確かめてください", en="check its name and folder"),
        )
    if isinstance(error, PermissionError):
        return FileError(
            Text(ja=f"`{at.path}` を読む権限がありません", en=f"`{at.path}` may not be read"),
            at=at,
            hint=Text(ja="ファイルの権限を確かめてください", en="check the permissions of the file"),
        )
    return FileError(Text(ja=f"`{at.path}` を開けません", en=f"`{at.path}` cannot be opened"), at=at)


def _sync_folder(folder: Path) -> None:
    """Flush the renaming itself; Windows has no such call."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
