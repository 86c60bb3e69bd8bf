"""What the house tests look at: the files of the repository, their trees and comments; nothing generated, nothing hidden."""

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "secaudit"
PROGRAMS = ("src", "tools", "benchmarks", "scripts")
KEPT_HIDDEN = frozenset({".ci", ".github", ".gitignore", ".gitattributes"})
GENERATED = frozenset({"__pycache__", "dist", "build"})


@cache
def files() -> tuple[Path, ...]:
    """Return every file that belongs to the repository, sorted."""
    return tuple(sorted(_below(ROOT)))


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in GENERATED or (path.name.startswith(".") and path.name not in KEPT_HIDDEN):
            continue
        if path.is_dir():
            yield from _below(path)
        elif path.suffix != ".pyc":
            yield path


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def python(*tops: str) -> tuple[Path, ...]:
    """Return the Python files below the named top folders."""
    return tuple(path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in tops)


@cache
def text(path: Path) -> str:
    """Return the text of a file, in whichever encoding our evidence has it."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=shown(path))


@cache
def comments(path: Path) -> tuple[tuple[int, str], ...]:
    """Return line and text of each comment of a Python file."""
    found = tokenize.generate_tokens(io.StringIO(text(path)).readline)
    return tuple((token.start[0], token.string) for token in found if token.type == tokenize.COMMENT)


def module_name(path: Path) -> str:
    """Return the dotted name of a module of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def pages() -> tuple[Path, ...]:
    """Return the documents that people write; the pages of controls are generated, and tested where they are made."""
    generated = ROOT / "docs" / "controls"
    return tuple(path for path in files() if path.suffix == ".md" and not path.is_relative_to(generated))
