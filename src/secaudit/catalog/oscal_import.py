"""A catalog of OSCAL becomes skeletons of controls, and a list of everything that was not taken in.

* Whatever the file says, a skeleton is a control that loads: it is read back by the same door as every other control.
* No text of the file becomes a path: folders are made of an id and a name that have our form.

Never here: writing files (`cli`), writing OSCAL (`reports`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secaudit.catalog import convert
from secaudit.catalog.documents import CONTROL_ID, KEBAB, read_control
from secaudit.catalog.oscal import foreign, ours
from secaudit.catalog.oscal.documents import OscalCatalogDocument, read_catalog
from secaudit.catalog.oscal.skeleton import write
from secaudit.catalog.oscal.taking import Found, Taking, controls, groups
from secaudit.catalog.scaffold import folder
from secaudit.errors import DocumentError, ManyError, SecauditError
from secaudit.model.exchange import Dropped
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire import oscal
from secaudit.wire.pointers import raise_all
from secaudit.wire.tree import Node, Pointer, place


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """One control: the id in the document, its own id and name, the folder below that of the controls, the text of its file.

    `whole`: it carried our properties and a single question, so that nothing waits to be filled in.
    """

    source: str
    id: str
    name: str
    folder: str
    text: str
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a catalog gave, in the order written, and what was not taken in."""

    skeletons: tuple[Skeleton, ...]
    dropped: tuple[Dropped, ...]


def read(data: bytes, path: str) -> Imported:
    """Return the skeletons of the catalog in `data`; places are in `path`. Raises `YamlError` or `ManyError` with all errors."""
    catalog, tree = read_catalog(data, path)
    found = list(controls(catalog))
    raise_all(_doubles(found, catalog, tree))
    taking = Taking(tree)
    _told(catalog, taking)
    frameworks = _frameworks(catalog, taking)
    numbers = _Numbers(found)
    skeletons: list[Skeleton] = []
    errors: list[SecauditError] = []
    for one in found:
        if foreign.is_withdrawn(one.control):
            taking.drop("withdrawn", one.control.id, one.pointer, one.control.id)
            continue
        made, notes = _values(one, frameworks, numbers, taking)
        taking.rest(one.control, one.pointer)
        text = write(made, notes)
        wrong = list(_errors(text, one, tree))
        errors += wrong
        if not wrong:
            identifier, name = str(made["id"]), str(made["name"])
            skeletons.append(
                Skeleton(source=one.control.id, id=identifier, name=name, folder=folder(identifier, name), text=text, whole=not notes)
            )
    raise_all(errors)
    _refuse_paths(skeletons)
    return Imported(skeletons=tuple(skeletons), dropped=tuple(taking.dropped))


def _values(one: Found, frameworks: Mapping[str, str], numbers: "_Numbers", taking: Taking) -> tuple[Mapping[str, object], list[str]]:
    if ours.is_ours(one.control):
        return ours.values(one.control, one.pointer, frameworks, taking)
    number, name = numbers.next(one)
    return foreign.values(one.control, one.pointer, taking, number=number, name=name)


class _Numbers:
    """Gives ids and names to controls that have none of our form."""

    def __init__(self, found: list[Found]) -> None:
        own = [one.control for one in found if ours.is_ours(one.control)]
        chapters = [int(one.id.removeprefix(oscal.PREFIX).split(".", 1)[0].split("-", 1)[0]) for one in own]
        self.base = max([foreign.FIRST_CHAPTER, *(chapter + 1 for chapter in chapters)])
        self.counts: Counter[int] = Counter()
        self.names = {prop.value for one in own for prop in one.props if prop.name in ("name", "alias")}

    def next(self, one: Found) -> tuple[str, str]:
        """Return the next id and a name that nobody has."""
        self.counts[one.top] += 1
        base = name = foreign.name_of(one.control.id)
        suffix = 1
        while name in self.names:
            suffix += 1
            name = f"{base}-{suffix}"
        self.names.add(name)
        return f"{self.base + one.top}.{self.counts[one.top]}-01", name


def _errors(text: str, one: Found, tree: Node) -> Iterator[SecauditError]:
    """Say why the values of a control do not make one, at the place of the control in the document."""
    at = place(tree, one.pointer)
    try:
        document, written = read_control(text.encode(), at.path)
        found = convert.parameter_errors(document, written)
    except ManyError as error:
        found = list(error.errors)
    for wrong in found:
        yield DocumentError(
            Text(ja=f"`{one.control.id}`: {wrong.message.ja}", en=f"`{one.control.id}`: {wrong.message.en}"), at=at, hint=wrong.hint
        )


def _refuse_paths(skeletons: list[Skeleton]) -> None:
    """Fail rather than make a folder of anything but an id and a name; the readers have seen to it."""
    for one in skeletons:
        if not re.fullmatch(CONTROL_ID, one.id) or not re.fullmatch(KEBAB, one.name):
            raise ValueError(one.folder)


def _doubles(found: list[Found], catalog: OscalCatalogDocument, tree: Node) -> list[SecauditError]:
    """Say which ids of controls, parameters and groups, and which of our names, stand twice, and where the first one is."""
    places: list[tuple[str, str, Pointer]] = [("control", one.control.id, (*one.pointer, "id")) for one in found]
    places += [
        ("param", param.id, (*one.pointer, "params", index, "id")) for one in found for index, param in enumerate(one.control.params)
    ]
    places += [("group", group.id, (*pointer, "id")) for group, pointer in groups(catalog) if group.id is not None]
    for one in found:
        if ours.is_ours(one.control):
            for index, prop in enumerate(one.control.props):
                if prop.ns == oscal.PROPERTIES and prop.name in ("name", "alias"):
                    places.append(("name", prop.value, (*one.pointer, "props", index, "value")))
    errors: list[SecauditError] = []
    seen: dict[tuple[str, str], Location] = {}
    for kind, name, pointer in places:
        at = place(tree, pointer)
        first = seen.setdefault((kind, name), at)
        if first is not at:
            errors.append(
                DocumentError(
                    Text(ja=f"`{name[:80]}` は `{first}` でも使われています", en=f"`{name[:80]}` is also used at `{first}`"),
                    at=at,
                    hint=Text(ja="どちらかを変えてください", en="change one of the two"),
                )
            )
    return errors


def _told(catalog: OscalCatalogDocument, taking: Taking) -> None:
    """Tell what no control holds: metadata, groups, parameters of the document."""
    for name in type(catalog.metadata).model_fields:
        key = name.replace("_", "-")
        if getattr(catalog.metadata, name):
            taking.drop("metadata", "catalog", ("catalog", "metadata", key), key)
    for group, pointer in groups(catalog):
        taking.drop("group", group.id or group.title[:80], pointer, group.title[:80])
        for index, param in enumerate(group.params):
            taking.drop("parameter", group.id or group.title[:80], (*pointer, "params", index), param.id)
    for index, param in enumerate(catalog.params):
        taking.drop("parameter", "catalog", ("catalog", "params", index), param.id)


def _frameworks(catalog: OscalCatalogDocument, taking: Taking) -> dict[str, str]:
    """Return UUID of a resource → framework, for those that say it; tell all resources: their own texts are not taken in."""
    found: dict[str, str] = {}
    for index, one in enumerate(catalog.back_matter.resources):
        names = [prop.value for prop in one.props if prop.ns == oscal.PROPERTIES and prop.name == "framework"]
        if names:
            found[one.uuid] = names[0]
        taking.drop("resource", one.uuid, ("catalog", "back-matter", "resources", index), (one.title or one.uuid)[:80])
    return found
