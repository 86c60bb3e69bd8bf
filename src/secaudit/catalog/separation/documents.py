"""The form of `separation` in a case: what a proof is supposed to have said (docs/semantics.md §4, `separated`).

Never here: which control may have such cases (`catalog.check`).
"""

from typing import Annotated, Literal

from pydantic import Field

from secaudit.catalog.guideline.documents import Document, Filled
from secaudit.model.separation import FamilyWord, VerdictWord

Kebab = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Word = Literal["pass", "fail", "unknown"]


class Way(Document):
    """From one zone to another."""

    start: Annotated[Kebab, Field(alias="from")]
    end: Annotated[Kebab, Field(alias="to")]


class PairDocument(Way):
    """The verdict of an ordered pair, in one family or (without `family`) in both."""

    family: FamilyWord | None = None
    verdict: VerdictWord


class ScanDocument(Way):
    """What a scan says about one port."""

    status: Word


class CrossingDocument(Way):
    """What is said of one declared flow."""

    id: Filled
    status: Word


class SeparationDocument(Document):
    """A proof in small. A pair that `pairs` does not name has the verdict `otherwise`; without it nobody looked at the pair."""

    zones: list[Kebab] = []
    pairs: list[PairDocument] = []
    otherwise: VerdictWord | None = None
    scans: list[ScanDocument] = []
    flows: list[CrossingDocument] = []
    problem: Literal["missing", "broken"] | None = None
