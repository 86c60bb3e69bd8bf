"""The form of the data files of `controls/` that are not controls, and of what a control says about its origin.

Never here: rules over several files (`catalog.guideline.check`).
"""

from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from secaudit.model.control import EDITIONS, LevelBasis, LevelReason, MapsBasis, Sense, Sourced
from secaudit.model.guideline import Test
from secaudit.wire import pointers
from secaudit.wire.tree import Node, plain
from secaudit.wire.yaml import parse

Filled = Annotated[str, Field(min_length=1)]
Kebab = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Key = Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,2}$")]


class Document(BaseModel):
    """What all documents share."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


D = TypeVar("D", bound=Document)


class TextDocument(Document):
    """A text in both languages."""

    ja: Filled
    en: Filled


class BasisDocument(Document):
    """How well the number, the duty, the level and the maps of a control are sourced."""

    number: Sourced
    duty: Sourced
    level: LevelBasis
    maps: MapsBasis
    sources: list[Key] = []
    level_reason: LevelReason | None = None


class ChangeDocument(Document):
    """What an edition changed."""

    edition: Filled
    sense: Sense
    text: TextDocument
    basis: Sourced


class SourceDocument(Document):
    """One line of `controls/sources.yaml`."""

    key: Key
    title: TextDocument
    url: Annotated[list[Annotated[str, Field(pattern=r"^https?://")]], Field(min_length=1)]
    read: Literal["whole", "part", "excerpt"]


class NoteDocument(TextDocument):
    """One thing that an edition changed."""

    basis: Sourced
    sources: list[Key] = []


class IssuedDocument(Document):
    """When an edition was issued."""

    on: date
    basis: Sourced
    sources: list[Key] = []


class EditionDocument(Document):
    """One line of `controls/editions.yaml`."""

    edition: Filled
    issued: IssuedDocument
    changes: Annotated[list[NoteDocument], Field(min_length=1)]


class EditionsDocument(Document):
    """`controls/editions.yaml`, a list, under the name that validation needs."""

    editions: list[EditionDocument]


class ClauseBasisDocument(Document):
    """How well a clause is sourced."""

    number: Sourced
    duty: Sourced
    older: Sourced | None = None
    sources: list[Key] = []


class ItemDocument(Document):
    """A circled item of a clause."""

    number: Filled
    title: TextDocument
    test: Annotated[list[Test], Field(min_length=1)]
    roles: Annotated[list[Kebab], Field(min_length=1)]
    basis: ClauseBasisDocument
    since: Filled = EDITIONS[0]


class ClauseDocument(ItemDocument):
    """One clause."""

    numbers: dict[str, Filled] = {}
    changes: list[ChangeDocument] = []
    items: list[ItemDocument] = []


class UnitDocument(Document):
    """A chapter without sections, or a section."""

    number: Filled
    title: TextDocument


class ClausesDocument(Document):
    """`controls/clauses.yaml`."""

    chapters: list[UnitDocument] = []
    units: Annotated[list[UnitDocument], Field(min_length=1)]
    clauses: Annotated[list[ClauseDocument], Field(min_length=1)]


class ReasonsDocument(Document):
    """`controls/level-reasons.yaml`."""

    law_field: Annotated[TextDocument, Field(alias="law-field")]
    precondition: TextDocument
    direct_loss: Annotated[TextDocument, Field(alias="direct-loss")]
    supporting: TextDocument
    good_practice: Annotated[TextDocument, Field(alias="good-practice")]


class GroupDocument(Document):
    """A part of a framework."""

    number: Filled
    title: TextDocument
    count: Annotated[int, Field(ge=1)]


class EntryDocument(Document):
    """One number of a framework."""

    number: Filled
    title: TextDocument
    chapters: list[Filled] = []
    in_force: date | None = None
    transition: TextDocument | None = None
    note: TextDocument | None = None


class ExemptionDocument(Document):
    """To whom a law does not apply."""

    text: TextDocument
    types: list[Kebab]
    sources: list[Key] = []


class FrameworkBasisDocument(Document):
    """How well the numbers of a framework and the maps to it are sourced."""

    numbers: Sourced
    maps: Sourced
    sources: list[Key] = []


class FrameworkDocument(Document):
    """`controls/frameworks/*.yaml`."""

    id: Filled
    title: TextDocument
    basis: FrameworkBasisDocument
    note: TextDocument
    promulgated: date | None = None
    exempt: list[ExemptionDocument] = []
    groups: list[GroupDocument] = []
    entries: Annotated[list[EntryDocument], Field(min_length=1)]


class SourcesDocument(Document):
    """`controls/sources.yaml`, a list, under the name that validation needs."""

    sources: list[SourceDocument]


def read_sources(data: bytes, path: str) -> tuple[SourcesDocument, Node]:
    """Return the sources with their tree. Raises `YamlError` or `ManyError`, located in `path`."""
    return read_document(data, path, SourcesDocument, "sources")


def read_document(data: bytes, path: str, model: type[D], wrap: str | None) -> tuple[D, Node]:
    """Parse and validate one file; `wrap` names the field under which a file that is a list is validated."""
    tree = parse(data, path)
    value = plain(tree) if wrap is None else {wrap: plain(tree)}
    try:
        return model.model_validate(value), tree
    except ValidationError as error:
        prefix: tuple[str, ...] = () if wrap is None else (wrap,)
        found = [{**one, "loc": one["loc"][len(prefix) :]} for one in error.errors(include_url=False, include_input=False)]
        pointers.refuse(tree, pointers.complaints(found), known=lambda pointer: pointers.keys_of(model, (*prefix, *pointer)))
