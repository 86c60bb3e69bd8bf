"""The form of `control.yaml` and `cases.yaml` (contract §5, docs/semantics.md §4).

Strict: no key that is not listed, no text where a number is meant. Marks of unions start with `=`, so that no key looks like one.

Never here: rules over several controls (`check`).
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, PlainValidator, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from secaudit.catalog.guideline.documents import BasisDocument, ChangeDocument, Document, Filled, TextDocument, read_document
from secaudit.catalog.separation.documents import SeparationDocument
from secaudit.model.control import Level, ParameterType, Severity, Stricter
from secaudit.wire.tree import Node

KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SNAKE = r"^[a-z][a-z0-9_]*$"
CONTROL_ID = r"^(0|[1-9][0-9]*)(\.[1-9][0-9]*)*-[0-9]{2}$"
MODELS = ("alpha", "alpha-prime", "beta", "beta-prime")
ORGANISATIONS = ("municipality", "prefecture", "school-board", "association")
MOST_ROWS = 100_000
"""Most rows that one `repeat` of a case may make."""

Kebab = Annotated[str, Field(pattern=KEBAB)]
Snake = Annotated[str, Field(pattern=SNAKE)]
Cycle = Literal["always", "fiscal-year", "on-event", "once"]
Model = Literal["alpha", "alpha-prime", "beta", "beta-prime"]
OrganisationType = Literal["municipality", "prefecture", "school-board", "association"]


def _limit(value: object) -> object:
    """Accept a number or `:name`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.startswith(":") and value[1:].isidentifier():
        return value
    raise PydanticCustomError(
        "secaudit",
        "a number or a parameter",
        {
            "ja": "数か、`:名前` の形のパラメータでなければなりません",
            "en": "must be a number or a parameter like `:name`",
            "hint_ja": '`":target"` のように書いてください',
            "hint_en": 'write it like `":target"`',
        },
    )


Limit = Annotated[
    int | float | str,
    PlainValidator(_limit),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^:[a-z][a-z0-9_]*$"}]}),
]


def _whole_limit(value: object) -> object:
    """Accept a whole number or `:name`."""
    if isinstance(value, float):
        raise PydanticCustomError(
            "secaudit",
            "a whole number",
            {"ja": "整数か、`:名前` の形のパラメータでなければなりません", "en": "must be a whole number or a parameter like `:name`"},
        )
    return _limit(value)


WholeLimit = Annotated[
    int | str,
    PlainValidator(_whole_limit),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^:[a-z][a-z0-9_]*$"}]}),
]


def _cell(value: object) -> object:
    """Accept one value of a cell."""
    if value is None or isinstance(value, str | int | float | bool | date):
        return value
    raise PydanticCustomError("secaudit", "one value", {"ja": "一つの値でなければなりません", "en": "must be one value"})


Cell = Annotated[
    str | int | float | bool | date | None, PlainValidator(_cell), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})
]


def _setting(value: object) -> object:
    """Accept the value of a parameter; whether it fits is judged beside the parameter."""
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


class Scoped(Document):
    """An assertion about the rows of one table."""

    where: Filled | None = None


class EveryDocument(Scoped):
    """`every`."""

    every: Snake
    holds: Filled


class NoneDocument(Scoped):
    """`none`."""

    none: Snake
    holds: Filled


class CoverageDocument(Scoped):
    """`coverage`."""

    coverage: Snake
    other: Annotated[Snake, Field(alias="in")]
    on: Annotated[dict[Snake, Snake], Field(min_length=1)]
    matching: Filled | None = None
    target: Limit


class ExistsDocument(Scoped):
    """`exists`."""

    exists: Snake
    dated: Snake | None = None
    at_least: WholeLimit


class RecentDocument(Scoped):
    """`recent`."""

    recent: Snake
    dated: Snake
    within_days: WholeLimit


class RegularDocument(Scoped):
    """`regular`."""

    regular: Snake
    dated: Snake
    max_gap_days: WholeLimit


class WithinDocument(Scoped):
    """`within`."""

    within: Snake
    start: Annotated[Snake, Field(alias="from")]
    end: Annotated[Snake, Field(alias="to")]
    limit: Limit
    unit: Literal["minutes", "hours", "days"]
    percentile: Annotated[float, Field(gt=0, le=1)] | None = None
    earlier: Literal["unknown", "pass", "fail"] = "unknown"


class MatchDocument(Scoped):
    """`match`."""

    match: Snake
    other: Annotated[Snake, Field(alias="with")]
    other_where: Annotated[Filled | None, Field(alias="with_where")] = None
    on: Annotated[dict[Snake, Snake], Field(min_length=1)]
    sides: Literal["both", "left"] = "both"


class DistinctDocument(Scoped):
    """`distinct`."""

    distinct: Snake
    columns: Annotated[list[Snake], Field(min_length=2, max_length=2)]


class ZonesDocument(Document):
    """What `separated` says."""

    zones: Annotated[list[Kebab], Field(min_length=1)]
    of: Literal["packets", "flows"] = "packets"


class SeparatedDocument(Document):
    """`separated`."""

    separated: ZonesDocument


class QuestionDocument(Document):
    """What `attested` says."""

    question: TextDocument
    ask: Kebab
    look_at: TextDocument


class AttestedDocument(Document):
    """`attested`."""

    attested: QuestionDocument


class AllOfDocument(Document):
    """`all_of`."""

    all_of: Annotated[list["AssertionDocument"], Field(min_length=1)]


KINDS = ("every", "none", "coverage", "exists", "recent", "regular", "within", "match", "distinct", "separated", "attested", "all_of")


def _kind(value: Any) -> str | None:  # noqa: ANN401 - a document before validation
    """Return the mark of the assertion's kind: the first key that names one."""
    if not isinstance(value, dict):
        return None
    return next((f"={kind}" for kind in KINDS if kind in value), None)


AssertionDocument = Annotated[
    Annotated[EveryDocument, Tag("=every")]
    | Annotated[NoneDocument, Tag("=none")]
    | Annotated[CoverageDocument, Tag("=coverage")]
    | Annotated[ExistsDocument, Tag("=exists")]
    | Annotated[RecentDocument, Tag("=recent")]
    | Annotated[RegularDocument, Tag("=regular")]
    | Annotated[WithinDocument, Tag("=within")]
    | Annotated[MatchDocument, Tag("=match")]
    | Annotated[DistinctDocument, Tag("=distinct")]
    | Annotated[SeparatedDocument, Tag("=separated")]
    | Annotated[AttestedDocument, Tag("=attested")]
    | Annotated[AllOfDocument, Tag("=all_of")],
    Discriminator(
        _kind,
        custom_error_type="secaudit",
        custom_error_message="no assertion",
        custom_error_context={
            "ja": "判定の種類がありません",
            "en": "names no kind of assertion",
            "hint_ja": "次のどれかを書いてください: " + ", ".join(f"`{kind}`" for kind in KINDS),
            "hint_en": "write one of " + ", ".join(f"`{kind}`" for kind in KINDS),
        },
    ),
]


class ParameterDocument(Document):
    """One parameter."""

    type: ParameterType
    default: Setting
    minimum: int | float | None = None
    maximum: int | float | None = None
    unit: Filled | None = None
    stricter: Stricter


class AppliesDocument(Document):
    """To whom a control applies."""

    models: Annotated[list[Model], Field(min_length=1)]
    organisations: Annotated[list[OrganisationType], Field(min_length=1)]


class ControlDocument(Document):
    """`control.yaml`."""

    id: Annotated[str, Field(pattern=CONTROL_ID)]
    name: Kebab
    since: Filled
    editions: Annotated[dict[str, Filled], Field(min_length=1)]
    revision: Annotated[int, Field(ge=1)]
    aliases: list[Kebab] = []
    level: Level
    severity: Severity
    title: TextDocument
    requirement: TextDocument
    why: TextDocument
    roles: Annotated[list[Kebab], Field(min_length=1)]
    cycle: Cycle
    applies: AppliesDocument
    topics: Annotated[list[Kebab], Field(min_length=1)]
    law: list[Filled]
    maps: dict[str, list[Filled]]
    parameters: dict[Snake, ParameterDocument]
    evidence: list[Snake]
    assertion: Annotated[AssertionDocument, Field(alias="assert")]
    remedy: TextDocument
    basis: BasisDocument | None = None
    changes: list[ChangeDocument] = []
    overlay: Literal["cloud"] | None = None


class RepeatDocument(Document):
    """Rows made from one: `{n}` in its texts counts from 1."""

    repeat: Annotated[int, Field(ge=1, le=MOST_ROWS)]
    row: dict[Snake, Cell]


def _row(value: Any) -> str:  # noqa: ANN401 - a document before validation
    return "=repeat" if isinstance(value, dict) and "repeat" in value and "row" in value else "=row"


RowDocument = Annotated[
    Annotated[dict[Snake, Cell], Tag("=row")] | Annotated[RepeatDocument, Tag("=repeat")],
    Discriminator(_row),
]
Count = Annotated[int, Field(ge=0)]


class CaseDocument(Document):
    """One case of `cases.yaml`."""

    name: Filled
    expect: Literal["pass", "fail", "unknown", "error", "not_applicable"]
    fiscal_year: Annotated[int, Field(ge=2000, le=2100)] = 2025
    as_of: date | None = None
    parameters: dict[Snake, Setting] = {}
    tables: dict[Snake, list[RowDocument]]
    separation: SeparationDocument | None = None
    lost_rows: dict[Snake, Count] = {}
    population: dict[Snake, Count] = {}
    gap: list[Snake] = []


class CasesDocument(Document):
    """`cases.yaml`, a list, under the name that validation needs."""

    cases: Annotated[list[CaseDocument], Field(min_length=1)]


class RetiredControl(Document):
    """One line of `controls/retired.yaml`: an id that is never given again."""

    id: Annotated[str, Field(pattern=CONTROL_ID)]
    name: Kebab
    retired: Filled
    reason: TextDocument


class RetiredDocument(Document):
    """`controls/retired.yaml`, a list, under the name that validation needs."""

    retired: list[RetiredControl]


def read_control(data: bytes, path: str) -> tuple[ControlDocument, Node]:
    """Return a control with its tree. Raises `YamlError` or `ManyError`, located in `path`."""
    return read_document(data, path, ControlDocument, None)


def read_cases(data: bytes, path: str) -> tuple[CasesDocument, Node]:
    """Return the cases of a control with their tree. Raises `YamlError` or `ManyError`, located in `path`."""
    return read_document(data, path, CasesDocument, "cases")


def read_retired(data: bytes, path: str) -> tuple[RetiredDocument, Node]:
    """Return the retired controls with their tree. Raises `YamlError` or `ManyError`, located in `path`."""
    return read_document(data, path, RetiredDocument, "retired")
