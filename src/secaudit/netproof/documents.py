"""The form of `policies/<policy>.topology.yaml`: devices, their interfaces in zones and on links, their routes; port scans.

Strict, as all documents. What needs two keys or a configuration is checked in `topology`.

Never here: reading configurations (`dialects`), conversion (`topology`).
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from secaudit.wire import pointers
from secaudit.wire.tree import Node, plain
from secaudit.wire.yaml import parse

Filled = Annotated[str, Field(min_length=1)]
Dialect = Literal["nftables", "iptables", "cisco-ios", "cisco-asa", "fortigate", "yamaha"]
FiscalYear = Annotated[int, Field(ge=1989, le=2100)]


def _dated(value: object) -> str:
    return "=years" if isinstance(value, dict) else "=day"


Dated = Annotated[Annotated[date, Tag("=day")] | Annotated[dict[FiscalYear, date], Tag("=years")], Discriminator(_dated)]
"""One day, or a day for each fiscal year."""


class Document(BaseModel):
    """What all documents share."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class InterfaceDocument(Document):
    """An interface: in a zone, on a link, or both. Interfaces with the same link see each other."""

    name: Filled
    zone: Filled | None = None
    link: Filled | None = None
    addresses: list[Filled] = []


class RouteDocument(Document):
    """A static route; `via` a next hop, `interface` where it leaves; one of them at least."""

    to: Filled
    via: Filled | None = None
    interface: Filled | None = None


class DeviceDocument(Document):
    """A device. Without `configuration` it lets everything through. `ipv6: false` declares that it forwards no IPv6.

    `{fiscal_year}` in a path of `configuration` stands for the audited year.
    """

    name: Filled
    dialect: Dialect | None = None
    configuration: list[Filled] = []
    exported_on: Dated | None = None
    ipv6: bool = True
    interfaces: Annotated[list[InterfaceDocument], Field(min_length=1)]
    unused: list[Filled] = []
    routes: list[RouteDocument] = []
    pasted_routes: str | None = None


class ScanDocument(Document):
    """A port scan out of a zone; `source` is the scanner's own address. `{fiscal_year}` in `path` as in a configuration."""

    path: Filled
    zone: Annotated[Filled, Field(alias="from")]
    scanned_on: Dated
    source: Filled | None = None


class TopologyDocument(Document):
    """The whole file."""

    devices: Annotated[list[DeviceDocument], Field(min_length=1)]
    scans: list[ScanDocument] = []


def read_topology(data: bytes, path: str) -> tuple[TopologyDocument, Node]:
    """Return a topology with its tree. Raises `YamlError` or `ManyError`, located in `path`."""
    tree = parse(data, path)
    try:
        return TopologyDocument.model_validate(plain(tree)), tree
    except ValidationError as error:
        found = pointers.complaints(error.errors(include_url=False, include_input=False))
        pointers.refuse(tree, found, known=lambda pointer: pointers.keys_of(TopologyDocument, pointer))
