"""Trees with places: what YAML is read into.

Never here: reading text (`yaml`), the meaning of keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from secaudit.errors import SecauditError
from secaudit.model.location import Location

ScalarValue = str | int | float | bool | date | None
Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `text` is as written, without quotes; `style` is the quote or block sign, empty for a plain scalar."""

    value: ScalarValue
    text: str
    at: Location
    style: str = ""
    block_at: Location | None = None

    @property
    def text_at(self) -> Location:
        """Return where the first character of the text stands: after a quote, or below a block sign."""
        if self.block_at is not None:
            return self.block_at
        if self.style in ("'", '"') and self.at.column is not None:
            return Location(path=self.at.path, line=self.at.line, column=str(int(self.at.column) + 1))
        return self.at


@dataclass(frozen=True, slots=True)
class Seq:
    """A sequence of nodes."""

    items: "tuple[Node, ...]"
    at: Location


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping in written order; no key twice."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    at: Location

    def get(self, key: str | int) -> "Node | None":
        """Return the value of `key` (its text counts), if there is one."""
        return next((value for name, value in self.entries if name.text == str(key)), None)


Node = Scalar | Seq | Map


def plain(node: Node) -> Any:  # noqa: ANN401 - a tree of dict, list and scalars has no narrower type
    """Return the tree as dictionaries, lists and values."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Seq):
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.entries}


def find(node: Node, pointer: Pointer) -> Node | None:
    """Return the node at `pointer`, if there is one."""
    current: Node | None = node
    for step in pointer:
        current = _step(current, step)
    return current


def place(node: Node, pointer: Pointer, *, key: bool = False) -> Location:
    """Return where `pointer` stands, or its nearest existing parent; with `key` the place of the last key instead of its value."""
    current = node
    at = node.at
    for step in pointer:
        following = _step(current, step)
        if following is None:
            return at
        at = following.at
        if key and isinstance(current, Map):
            at = next(name.at for name, _ in current.entries if name.text == str(step))
        current = following
    return at


def _step(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, Map):
        return node.get(step)
    if isinstance(node, Seq) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def by_place(errors: Iterable[SecauditError]) -> list[SecauditError]:
    """Return errors in the order in which a reader meets them; equal places keep their order."""
    return sorted(errors, key=_place_key)


def _place_key(error: SecauditError) -> tuple[str, str, int, int, int]:
    at = error.at or Location(path="")
    column = int(at.column) if at.column is not None and at.column.isdecimal() else 0
    return (at.path, at.sheet or "", at.row or 0, at.line or 0, column)
