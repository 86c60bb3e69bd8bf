"""Wire types of a manifest; nothing else in this room uses pydantic.

Never here: reading files, names of kinds and columns (`manifest`).
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
_Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class CoversDocument(BaseModel):
    """`covers`: the days that a ledger speaks of."""

    model_config = _STRICT
    start: date = Field(alias="from")
    end: date = Field(alias="to")


class PopulationDocument(BaseModel):
    """`population`: how many rows there ought to be."""

    model_config = _STRICT
    count: Annotated[int, Field(ge=0)]
    stated_by: _Filled


class FileDocument(BaseModel):
    """One entry of `files`."""

    model_config = _STRICT
    kind: _Filled
    path: _Filled
    collected_at: date
    collected_by: _Filled
    sheet: _Filled | None = None
    encoding: _Filled | None = None
    covers: CoversDocument | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    population: PopulationDocument | None = None
    columns: dict[str, str] = Field(default_factory=dict)


class ManifestDocument(BaseModel):
    """A whole manifest."""

    model_config = _STRICT
    organisation: _Filled
    fiscal_year: Annotated[int, Field(ge=2000, le=2199)]
    files: list[FileDocument]
