"""The form of a catalog of OSCAL 1.2.3 in JSON, as far as it is read: every key that OSCAL has, and no other.

What is not read (people, places, revisions, attachments) is accepted as it is; its form is the business of OSCAL's own schema.

Never here: what follows for a control (`ours`, `foreign`).
"""

from typing import Annotated, Any

from pydantic import Field, ValidationError

from secaudit.catalog.guideline.documents import Document
from secaudit.wire import pointers
from secaudit.wire.json_tree import parse
from secaudit.wire.tree import Node, plain

TOKEN = r"^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$"  # noqa: S105 - a pattern of OSCAL, no secret
UUID = r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$"
VERSIONS = r"^1\.[0-9]+\.[0-9]+([\-+].*)?$"

Token = Annotated[str, Field(pattern=TOKEN)]
Uuid = Annotated[str, Field(pattern=UUID)]
Unread = list[dict[str, Any]]


class PropertyDocument(Document):
    """`prop`."""

    name: Token
    uuid: Uuid | None = None
    ns: str | None = None
    value: str
    class_: Annotated[Token | None, Field(alias="class")] = None
    group: Token | None = None
    remarks: str | None = None


class LinkDocument(Document):
    """`link`."""

    href: str
    rel: Token | None = None
    media_type: Annotated[str | None, Field(alias="media-type")] = None
    resource_fragment: Annotated[str | None, Field(alias="resource-fragment")] = None
    text: str | None = None


class PartDocument(Document):
    """`part`."""

    id: Token | None = None
    name: Token
    ns: str | None = None
    class_: Annotated[Token | None, Field(alias="class")] = None
    title: str | None = None
    props: list[PropertyDocument] = []
    prose: str | None = None
    parts: "list[PartDocument]" = []
    links: list[LinkDocument] = []


class ExpressionDocument(Document):
    """One test of a constraint."""

    expression: str
    remarks: str | None = None


class ConstraintDocument(Document):
    """`constraint` of a parameter."""

    description: str | None = None
    tests: list[ExpressionDocument] = []


class GuidelineDocument(Document):
    """`guideline` of a parameter."""

    prose: str


class SelectDocument(Document):
    """`select` of a parameter."""

    how_many: Annotated[Token | None, Field(alias="how-many")] = None
    choice: list[str] = []


class ParamDocument(Document):
    """`param`."""

    id: Token
    class_: Annotated[Token | None, Field(alias="class")] = None
    depends_on: Annotated[Token | None, Field(alias="depends-on")] = None
    props: list[PropertyDocument] = []
    links: list[LinkDocument] = []
    label: str | None = None
    usage: str | None = None
    constraints: list[ConstraintDocument] = []
    guidelines: list[GuidelineDocument] = []
    values: list[str] = []
    select: SelectDocument | None = None
    remarks: str | None = None


class OscalControlDocument(Document):
    """`control`."""

    id: Token
    class_: Annotated[Token | None, Field(alias="class")] = None
    title: Annotated[str, Field(min_length=1)]
    params: list[ParamDocument] = []
    props: list[PropertyDocument] = []
    links: list[LinkDocument] = []
    parts: list[PartDocument] = []
    controls: "list[OscalControlDocument]" = []


class OscalGroupDocument(Document):
    """`group`."""

    id: Token | None = None
    class_: Annotated[Token | None, Field(alias="class")] = None
    title: Annotated[str, Field(min_length=1)]
    params: list[ParamDocument] = []
    props: list[PropertyDocument] = []
    links: list[LinkDocument] = []
    parts: list[PartDocument] = []
    groups: "list[OscalGroupDocument]" = []
    controls: list[OscalControlDocument] = []


class MetadataDocument(Document):
    """`metadata`."""

    title: str
    published: str | None = None
    last_modified: Annotated[str, Field(alias="last-modified")]
    version: str
    oscal_version: Annotated[str, Field(alias="oscal-version", pattern=VERSIONS)]
    revisions: Unread = []
    document_ids: Annotated[Unread, Field(alias="document-ids")] = []
    props: list[PropertyDocument] = []
    links: list[LinkDocument] = []
    roles: Unread = []
    locations: Unread = []
    parties: Unread = []
    responsible_parties: Annotated[Unread, Field(alias="responsible-parties")] = []
    actions: Unread = []
    remarks: str | None = None


class ResourceDocument(Document):
    """`resource` of the back matter."""

    uuid: Uuid
    title: str | None = None
    description: str | None = None
    props: list[PropertyDocument] = []
    document_ids: Annotated[Unread, Field(alias="document-ids")] = []
    citation: dict[str, Any] | None = None
    rlinks: Unread = []
    base64: dict[str, Any] | None = None
    remarks: str | None = None


class BackMatterDocument(Document):
    """`back-matter`."""

    resources: list[ResourceDocument] = []


class OscalCatalogDocument(Document):
    """`catalog`."""

    uuid: Uuid
    metadata: MetadataDocument
    params: list[ParamDocument] = []
    controls: list[OscalControlDocument] = []
    groups: list[OscalGroupDocument] = []
    back_matter: Annotated[BackMatterDocument, Field(alias="back-matter")] = BackMatterDocument()


class OscalFileDocument(Document):
    """A file that holds a catalog."""

    schema_: Annotated[str | None, Field(alias="$schema")] = None
    catalog: OscalCatalogDocument


def read_catalog(data: bytes, path: str) -> tuple[OscalCatalogDocument, Node]:
    """Return a catalog with its tree. Raises `YamlError` or `ManyError`, located in `path`."""
    tree = parse(data, path)
    try:
        return OscalFileDocument.model_validate(plain(tree)).catalog, tree
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        pointers.refuse(tree, pointers.complaints(found), known=lambda pointer: pointers.keys_of(OscalFileDocument, pointer))
