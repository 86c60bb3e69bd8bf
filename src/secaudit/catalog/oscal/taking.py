"""Reading a catalog of OSCAL while remembering which places were read, so that all others can be told.

Never here: what a place means for a control (`ours`, `foreign`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secaudit.catalog.oscal.documents import (
    OscalCatalogDocument,
    OscalControlDocument,
    OscalGroupDocument,
    ParamDocument,
    PartDocument,
    PropertyDocument,
)
from secaudit.model.exchange import Dropped
from secaudit.wire import oscal
from secaudit.wire.tree import Node, Pointer, place


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A control of the document, where it stands, and the number (from 1) of the group at the top that it is in; 0 for none."""

    control: OscalControlDocument
    pointer: Pointer
    top: int


@dataclass(slots=True)
class Taking:
    """What was read of a document, and what was told as dropped."""

    tree: Node
    taken: set[Pointer] = field(default_factory=set)
    dropped: list[Dropped] = field(default_factory=list)

    def take(self, pointer: Pointer) -> None:
        """Remember that a place was read."""
        self.taken.add(pointer)

    def drop(self, kind: str, subject: str, pointer: Pointer, what: str) -> None:
        """Tell that a place was not taken in."""
        self.dropped.append(Dropped(kind=kind, subject=subject, at=place(self.tree, pointer), what=what))

    def own(self, props: Sequence[PropertyDocument], pointer: Pointer, *, known: frozenset[str]) -> dict[str, list[str]]:
        """Return the values of our own properties by name, and remember those with a name that is known."""
        found: dict[str, list[str]] = {}
        for index, one in enumerate(props):
            if one.ns == oscal.PROPERTIES and (one.name in known or one.name.startswith("clause-")) and one.class_ is None:
                found.setdefault(one.name, []).append(one.value)
                self.take((*pointer, "props", index))
        return found

    def english_title(self, props: Sequence[PropertyDocument], pointer: Pointer) -> str | None:
        """Return the English of a title, if it is there."""
        for index, one in enumerate(props):
            if one.ns == oscal.PROPERTIES and one.name == "title" and one.class_ == oscal.ENGLISH:
                self.take((*pointer, "props", index))
                return visible(one.value)
        return None

    def rest(self, control: OscalControlDocument, pointer: Pointer) -> None:
        """Tell everything of a control that was not read."""
        subject = control.id
        if control.class_ is not None:
            self.drop("property", subject, (*pointer, "class"), "class")
        self._props(control.props, subject, pointer)
        for index, link in enumerate(control.links):
            if (*pointer, "links", index) not in self.taken:
                self.drop("link", subject, (*pointer, "links", index), link.rel or link.href[:80])
        for index, param in enumerate(control.params):
            self._param(param, subject, (*pointer, "params", index))
        self._parts(control.parts, subject, pointer)

    def _props(self, props: Sequence[PropertyDocument], subject: str, pointer: Pointer) -> None:
        for index, one in enumerate(props):
            at = (*pointer, "props", index)
            if at not in self.taken:
                self.drop("property", subject, at, one.name)
                continue
            for name, value in (("uuid", one.uuid), ("group", one.group), ("remarks", one.remarks)):
                if value is not None:
                    self.drop("property", subject, (*at, name), f"{one.name}.{name}")

    def _param(self, param: ParamDocument, subject: str, pointer: Pointer) -> None:
        if pointer not in self.taken:
            self.drop("parameter", subject, pointer, param.id)
            return
        self._props(param.props, subject, pointer)
        for name in ("usage", "select", "remarks", "links", "class", "depends-on"):
            if getattr(param, {"class": "class_", "depends-on": "depends_on"}.get(name, name)):
                self.drop("parameter", subject, (*pointer, name), f"{param.id}.{name}")

    def _parts(self, parts: Sequence[PartDocument], subject: str, pointer: Pointer) -> None:
        for index, part in enumerate(parts):
            at = (*pointer, "parts", index)
            if at not in self.taken:
                self.drop("part", subject, at, part.name)
                continue
            if part.title is not None:
                self.drop("part", subject, (*at, "title"), f"{part.name}.title")
            self._props(part.props, subject, at)
            for number, link in enumerate(part.links):
                if (*at, "links", number) not in self.taken:
                    self.drop("link", subject, (*at, "links", number), link.rel or link.href[:80])
            self._parts(part.parts, subject, at)


def said(markdown: str) -> str:
    """Return the text that Markdown shows: printable characters and line breaks, no white space at the edges."""
    return visible(oscal.unescape(markdown))


def visible(text: str) -> str:
    """Return the printable characters and line breaks of a text, without white space at the edges."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text).strip()


def controls(catalog: OscalCatalogDocument) -> Iterator[Found]:
    """Yield every control, those within controls too, in the order written."""
    yield from _controls(catalog.controls, ("catalog",), 0)
    for index, group in enumerate(catalog.groups):
        yield from _group(group, ("catalog", "groups", index), index + 1)


def _group(group: OscalGroupDocument, pointer: Pointer, top: int) -> Iterator[Found]:
    yield from _controls(group.controls, pointer, top)
    for index, below in enumerate(group.groups):
        yield from _group(below, (*pointer, "groups", index), top)


def _controls(listed: Sequence[OscalControlDocument], pointer: Pointer, top: int) -> Iterator[Found]:
    for index, one in enumerate(listed):
        at = (*pointer, "controls", index)
        yield Found(control=one, pointer=at, top=top)
        yield from _controls(one.controls, at, top)


def groups(catalog: OscalCatalogDocument) -> Iterator[tuple[OscalGroupDocument, Pointer]]:
    """Yield every group with its place."""
    stack: list[tuple[OscalGroupDocument, Pointer]] = []
    _push(stack, catalog.groups, ("catalog",))
    while stack:
        group, pointer = stack.pop()
        yield group, pointer
        _push(stack, group.groups, pointer)


def _push(stack: list[tuple[OscalGroupDocument, Pointer]], listed: Sequence[OscalGroupDocument], pointer: Pointer) -> None:
    stack.extend((listed[index], (*pointer, "groups", index)) for index in reversed(range(len(listed))))
