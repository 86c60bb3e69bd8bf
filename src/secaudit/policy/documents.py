"""The form of a policy file (contract §7).

Strict: no key that is not listed, no text where a number is meant. What needs two keys or a catalogue is checked in `load` and `tailor`.

Never here: conversion to the model (`load`), rules that need the catalogue (`tailor`).
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from secaudit.model.control import Level, Severity
from secaudit.model.policy import EvidenceBasis, RelayKind
from secaudit.wire import pointers
from secaudit.wire.tree import Node, plain
from secaudit.wire.yaml import parse

Filled = Annotated[str, Field(min_length=1)]
Kebab = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Snake = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
FiscalYear = Annotated[int, Field(ge=1989, le=2100)]


class Document(BaseModel):
    """What all documents share."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TextDocument(Document):
    """A text in both languages."""

    ja: Filled
    en: Filled


def _setting(value: object) -> object:
    """Accept the value of a parameter; whether it fits is judged beside the control."""
    if isinstance(value, str | int | float | bool) or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        return tuple(value) if isinstance(value, list) else value
    raise PydanticCustomError(
        "secaudit",
        "a value",
        {"ja": "数、文字、true・false、文字の一覧のどれかにしてください", "en": "must be a number, text, true or false, or a list of text"},
    )


Setting = Annotated[
    int | float | bool | str | tuple[str, ...],
    PlainValidator(_setting),
    WithJsonSchema({"anyOf": [{"type": ["number", "boolean", "string"]}, {"type": "array", "items": {"type": "string"}}]}),
]


def _figure(value: object) -> object:
    """Accept a figure of a plan: a number, or text as printed."""
    if (isinstance(value, int | float) and not isinstance(value, bool)) or (isinstance(value, str) and value):
        return value
    raise PydanticCustomError(
        "secaudit",
        "a figure",
        {
            "ja": "数か、印刷されたとおりの文字でなければなりません",
            "en": "must be a number, or text as printed",
            "hint_ja": "数でない値は引用符で囲み、空の欄は書かないでください",
            "hint_en": "put text in quotes, and leave out an empty cell",
        },
    )


Figure = Annotated[int | float | str, PlainValidator(_figure), WithJsonSchema({"type": ["number", "string"]})]


def _port(value: object) -> object:
    """Accept a port or a range of ports."""
    first, dash, last = str(value).partition("-")
    numbers = [first, last] if dash else [first]
    if (
        not isinstance(value, bool)
        and isinstance(value, int | str)
        and all(number.isascii() and number.isdecimal() and 1 <= int(number[:6]) <= 65535 for number in numbers)
        and int(numbers[0]) <= int(numbers[-1])
    ):
        return value
    raise PydanticCustomError(
        "secaudit",
        "a port",
        {
            "ja": '1 から 65535 までのポート番号か `"8000-8010"` の形にしてください',
            "en": 'must be a port from 1 to 65535 or a range like `"8000-8010"`',
        },
    )


Port = Annotated[int | str, PlainValidator(_port), WithJsonSchema({"type": ["integer", "string"]})]


def _month(value: object) -> object:
    """Take a day without quotes as its text."""
    return value.isoformat() if isinstance(value, date) else value


Month = Annotated[str, BeforeValidator(_month), Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]


class OrganisationDocument(Document):
    """The organisation."""

    id: Kebab
    name: TextDocument
    type: Literal["municipality", "prefecture", "school-board", "association"]
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class ExclusionDocument(Document):
    """One control left out of the audit."""

    control: Filled
    reason: Filled
    approved_by: Filled
    expires: date


class SelectDocument(Document):
    """Which controls are asked for."""

    levels: Annotated[list[Level], Field(min_length=1)] = ["required", "recommended"]
    only: Annotated[list[Filled], Field(min_length=1)] | None = None
    exclude: list[ExclusionDocument] = []


class ExceptionDocument(Document):
    """例外措置."""

    control: Filled
    subjects: list[Filled] = []
    reason: Filled
    approved_by: Filled
    approved_on: date
    expires: date
    compensating: Filled | None = None


class CloudServiceDocument(Document):
    """A cloud service that terminals reach from inside (α′). `ismap`: somebody found it in the ISMAP list."""

    name: Filled
    ismap: bool


class FlowDocument(Document):
    """特定通信. Which relay, system or service may be named, and what follows from it, is judged by `netproof`."""

    id: Filled
    start: Annotated[Filled, Field(alias="from")]
    end: Annotated[Filled, Field(alias="to")]
    direction: Literal["inbound", "outbound", "both"]
    protocol: Filled
    ports: list[Port] = []
    purpose: Filled
    reason: Filled | None = None
    relay: Filled | None = None
    public_system: Filled | None = None
    cloud_service: CloudServiceDocument | None = None
    approved_by: Filled
    approved_on: date
    expires: date


class RelayDocument(Document):
    """画面転送 or 無害化: a device that stands between two zones."""

    id: Filled
    kind: RelayKind
    device: Filled
    start: Annotated[Kebab, Field(alias="from")]
    end: Annotated[Kebab, Field(alias="to")]
    purpose: Filled
    approved_by: Filled
    approved_on: date
    expires: date


class PlanDocument(Document):
    """The plan that the commitments come from."""

    title: TextDocument
    adopted: Month
    revised: Month | None = None
    first_fiscal_year: FiscalYear
    last_fiscal_year: FiscalYear


class RowDocument(Document):
    """One row of a measure."""

    name: Filled
    owner: Filled | None = None
    stages: dict[FiscalYear, Filled] = {}
    unclear: dict[FiscalYear, Annotated[list[str], Field(min_length=1)]] = {}


class IndicatorDocument(Document):
    """One figure that a measure promises."""

    name: Filled
    unit: Filled | None = None
    baseline: dict[FiscalYear, Figure] = {}
    targets: dict[FiscalYear, Figure] = {}


class SourceDocument(Document):
    """Where a measure is printed."""

    document: Filled
    section: Filled


class CommitmentDocument(Document):
    """A measure of an adopted plan."""

    id: Filled
    name: TextDocument
    owner: Filled | None = None
    rows: list[RowDocument]
    indicators: list[IndicatorDocument] = []
    security: bool
    source: SourceDocument
    note: Filled | None = None


class GateDocument(Document):
    """When a change may not be merged."""

    fail_on: Annotated[str, Field(pattern=r"^(none|error|required|any|score<[0-9]{1,3}(\.[0-9]{1,6})?)$")]
    minimum_score: Annotated[int | float, Field(ge=0, le=100)] | None = None
    maximum_drop: Annotated[int | float, Field(ge=0, le=100)] | None = None


class PolicyDocument(Document):
    """A policy file."""

    organisation: OrganisationDocument
    catalogue: Filled
    evidence_basis: EvidenceBasis = "records"
    network_model: Literal["alpha", "alpha-prime", "beta", "beta-prime"]
    overlays: list[Literal["cloud"]] = []
    parameters: dict[str, Annotated[dict[Snake, Setting], Field(min_length=1)]] = {}
    select: SelectDocument = SelectDocument()
    weights: dict[Level, Annotated[int, Field(ge=0, le=1000)]] = {}
    severity_names: dict[Severity, Filled] = {}
    exceptions: list[ExceptionDocument] = []
    specified_communications: list[FlowDocument] = []
    relays: list[RelayDocument] = []
    zones: dict[Kebab, Annotated[list[Filled], Field(min_length=1)]] = {}
    plan: PlanDocument | None = None
    commitments: list[CommitmentDocument] = []
    gate: GateDocument | None = None


def read_policy(data: bytes, path: str) -> tuple[PolicyDocument, Node]:
    """Return a policy with its tree. Raises `YamlError` or `ManyError`, located in `path`."""
    tree = parse(data, path)
    try:
        return PolicyDocument.model_validate(plain(tree)), tree
    except ValidationError as error:
        found = pointers.complaints(error.errors(include_url=False, include_input=False))
        pointers.refuse(tree, found, known=lambda pointer: pointers.keys_of(PolicyDocument, pointer))
