"""Which proofs this program has sampled before, on the same bytes: one empty file each in `.secaudit/sampled/`.

The search is made anew in every run; only the thousands of packets of its self-check are not sent twice. So nothing here can change a
verdict: a file that is lost costs seconds. The names hold the digest of the prover's own source.

Never here: proving (`netproof`).
"""

import hashlib
from functools import cache
from pathlib import Path

from secaudit import netproof
from secaudit.errors import FileError
from secaudit.wire.files import write_atomic


@cache
def _program() -> str:
    """Return the digest of the prover's source."""
    found = hashlib.sha256()
    folder = Path(netproof.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


class SampledBefore:
    """The folder of what was sampled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        return self._folder / hashlib.sha256(f"{_program()} {key}".encode()).hexdigest()

    def holds(self, key: str) -> bool:
        """Whether a question was sampled."""
        return self._path(key).is_file()

    def add(self, key: str) -> None:
        """Remember one; a folder that cannot be written costs only time."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(self._path(key), b"")
        except (OSError, FileError):
            return
