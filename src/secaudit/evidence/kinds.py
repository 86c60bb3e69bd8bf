"""The closed list of evidence kinds, read from `kinds/*.yaml` that ship with the package.

Beside them lies one example per kind, `examples/<kind>.csv`, to be copied as a template.

Rules: the order of columns in a file is the order of the cells in a row; headers and words are `|`-separated spellings; a
column's own name and both titles are headers too; words shared by several kinds stand in `_shared.yaml`.

Never here: reading evidence.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import cast

from secaudit.evidence.words import fold
from secaudit.model.evidence import Column, ColumnType, Kind, Nature
from secaudit.model.text import Text
from secaudit.wire import yaml

_WordSets = Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=1)
def load_kinds() -> Mapping[str, Kind]:
    """Return every kind by name, in order of name; read once per process."""
    folder = resources.files("secaudit.evidence").joinpath("kinds")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    texts = {entry.name.removesuffix(".yaml"): entry.read_bytes() for entry in files}
    shared: _WordSets = {name: _spellings(node) for name, node in _entries(yaml.parse(texts.pop("_shared"), "_shared.yaml"))}
    return MappingProxyType({name: _kind(name, yaml.parse(data, f"{name}.yaml"), shared) for name, data in texts.items()})


def example(kind: str) -> bytes:
    """Return the example file of a kind: CSV in UTF-8 with a mark, Japanese headers, a few fictional rows."""
    return resources.files("secaudit.evidence").joinpath("examples", f"{kind}.csv").read_bytes()


def _entries(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.Map):
        raise TypeError("a kind is made of mappings")
    return ((key.text, value) for key, value in node.entries)


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.Scalar):
        raise TypeError("a kind is made of scalars")
    return node.text


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


def _spellings(node: yaml.Node) -> dict[str, str]:
    """Return spelling → value, with the value itself as its first spelling."""
    words: dict[str, str] = {}
    for value, text in _entries(node):
        for spelling in (value, *_split(_text(text))):
            if words.setdefault(fold(spelling), value) != value:
                raise ValueError(f"`{spelling}` means two values")
    return words


def _kind(name: str, node: yaml.Node, shared: _WordSets) -> Kind:
    parts = dict(_entries(node))
    title = {key: _text(value) for key, value in _entries(parts["title"])}
    return Kind(
        name=name,
        title=Text(ja=title["ja"], en=title["en"]),
        nature=cast("Nature", _text(parts["nature"])),
        columns=tuple(_column(key, value, shared) for key, value in _entries(parts["columns"])),
        dated_by=_text(parts["dated_by"]) if "dated_by" in parts else None,
    )


def _column(name: str, node: yaml.Node, shared: _WordSets) -> Column:
    parts = dict(_entries(node))
    title = Text(ja=_text(parts["ja"]), en=_text(parts["en"]))
    kind = cast("ColumnType", _text(parts["type"]))
    words: Mapping[str, str] = {}
    if "words" in parts:
        given = parts["words"]
        words = shared[given.text] if isinstance(given, yaml.Scalar) else _spellings(given)
    spellings = (title.ja, title.en, name, *_split(_text(parts["headers"])))
    flags = {flag: flag in parts for flag in ("key", "personal", "future", "required")}
    return Column(
        name=name,
        type=kind,
        title=title,
        headers=tuple(dict.fromkeys(spellings)),
        values=tuple(dict.fromkeys(words.values())) if kind == "enum" else (),
        words=words,
        **flags,
    )
