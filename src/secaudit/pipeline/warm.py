"""The loaded and compiled catalogue and the evidence kinds of earlier runs, kept per user.

* The key is a digest of everything that they are made from: every file of the controls, the kinds, this program's own source, the version
  of Python. A changed byte or another version is another key.
* A file is used only if its checksum agrees; a damaged or missing one is as if nothing was kept. All may be deleted at any time.
* Two processes at once are fine: files are put in place in one step.
* INVARIANT: only a folder that belongs to this user and that nobody else can write to is read: what strangers pickled is never opened.
* `SECAUDIT_CACHE=off` keeps nothing; `SECAUDIT_CACHE=FOLDER` keeps it there.

Never here: loading and compiling (`catalog`, `engine`), evidence, verdicts.
"""

import copyreg
import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import secaudit
from secaudit.engine.compiled import CompiledControl
from secaudit.errors import FileError
from secaudit.model.control import Catalogue
from secaudit.model.evidence import Kind
from secaudit.wire.files import write_atomic

KEPT = 6
"""Most files that are kept; the oldest are deleted."""

_CHECKSUM = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What a run needs before it looks at any policy."""

    catalogue: Catalogue
    compiled: tuple[CompiledControl, ...]
    kinds: Mapping[str, Kind]


def _thaw(held: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(held)


copyreg.pickle(MappingProxyType, lambda held: (_thaw, (dict(held),)))


def folder() -> Path | None:
    """Return the folder of this user's cache, made if need be; None: nothing is kept."""
    asked = os.environ.get("SECAUDIT_CACHE")
    if asked == "off":
        return None
    try:
        place = Path(asked) if asked else _default()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = place.stat()
    except (OSError, RuntimeError):
        return None
    if os.name == "posix" and (held.st_uid != os.geteuid() or stat.S_IMODE(held.st_mode) & 0o022):
        return None
    return place


def _default() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "secaudit" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "secaudit"


@cache
def _program() -> str:
    """Return the digest of this program's source and kinds, and the version of Python."""
    found = hashlib.sha256(f"{secaudit.__version__} {sys.version}".encode())
    package = Path(secaudit.__file__).parent
    for part in ("model", "wire", "catalog", "engine", "evidence", "pipeline"):
        for path in sorted((package / part).rglob("*")):
            if path.suffix in (".py", ".yaml"):
                found.update(f"{path.relative_to(package).as_posix()} ".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def key_of(controls: Path) -> str | None:
    """Return the key of a folder of controls as it is shown from the folder above; None if it cannot be read."""
    found = hashlib.sha256(f"{_program()} {controls.name}".encode())
    try:
        for path in sorted(controls.rglob("*.yaml")):
            if path.is_symlink():
                return None
            found.update(f"{path.relative_to(controls).as_posix()} ".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    except OSError:
        return None
    return found.hexdigest()


def held(key: str) -> Ready | None:
    """Return what was kept under a key, if it is whole."""
    place = folder()
    if place is None:
        return None
    try:
        data = (place / f"{key}.ready").read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data[_CHECKSUM:]).digest() != data[:_CHECKSUM]:
        return None
    ready = pickle.loads(data[_CHECKSUM:])  # noqa: S301 - see the module
    return ready if isinstance(ready, Ready) else None


def keep(key: str, ready: Ready) -> None:
    """Keep something under a key; a folder that cannot be written costs only time."""
    place = folder()
    if place is None:
        return
    payload = pickle.dumps(ready, protocol=pickle.HIGHEST_PROTOCOL)
    try:
        write_atomic(place / f"{key}.ready", hashlib.sha256(payload).digest() + payload)
        old = sorted(place.glob("*.ready"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]
        for path in old:
            path.unlink(missing_ok=True)
    except (OSError, FileError):
        return
