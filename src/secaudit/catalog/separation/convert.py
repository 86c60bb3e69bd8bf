"""`separation` of a case becomes what a proof hands to the engine, and what is wrong with it.

Never here: reading files, judging.
"""

from collections import Counter
from collections.abc import Iterator

from secaudit.catalog.separation.documents import SeparationDocument
from secaudit.model.location import Location
from secaudit.model.outcome import Outcome
from secaudit.model.separation import Crossing, FamilyWord, PairProof, Separation
from secaudit.model.status import Status
from secaudit.model.text import Text

_FAMILIES: tuple[FamilyWord, ...] = ("IPv4", "IPv6")
_SAID = Text(ja="例の結果", en="a result of the case")


def separation(document: SeparationDocument, at: Location) -> Separation:
    """Return the proof that a case gives. A pair that is named twice has both verdicts."""
    problem = None if document.problem is None else Text(ja="例の問題", en="a problem of the case")
    return Separation(
        model="",
        zones=tuple(document.zones),
        pairs=tuple(_pairs(document)),
        scan_outcomes=tuple(
            Outcome(subject=f"{one.start} → {one.end} / {number}", status=Status(one.status), reason=_SAID, location=at)
            for number, one in enumerate(document.scans, start=1)
        ),
        flow_outcomes=tuple(Outcome(subject=one.id, status=Status(one.status), reason=_SAID, location=at) for one in document.flows),
        crossings=tuple(
            Crossing(id=one.id, source=one.start, target=one.end, kind="flow", label=_SAID, live=True) for one in document.flows
        ),
        problem=problem,
        broken=document.problem == "broken",
        at=at,
    )


def faults(document: Separation) -> tuple[Text, ...]:
    """Say what a case of a proof leaves unclear: zones that it does not list, pairs named twice."""
    named = {zone for pair in document.pairs for zone in (pair.source, pair.target)}
    found = [
        Text(ja=f"領域 `{zone}` が `zones` にありません", en=f"the zone `{zone}` is not among `zones`")
        for zone in sorted(named - {*document.zones})
    ]
    counts = Counter((pair.source, pair.target, pair.family) for pair in document.pairs)
    found += [
        Text(ja=f"`{source}` から `{target}` が二度あります", en=f"`{source}` to `{target}` is there twice")
        for (source, target, family), count in sorted(counts.items())
        if count > 1 and (family == "IPv4" or counts[source, target, "IPv4"] < 2)
    ]
    return tuple(found)


def _pairs(document: SeparationDocument) -> Iterator[PairProof]:
    named = set()
    for one in document.pairs:
        for family in _FAMILIES if one.family is None else (one.family,):
            named.add((one.start, one.end, family))
            yield PairProof(source=one.start, target=one.end, family=family, verdict=one.verdict, paths=1)
    if document.otherwise is None:
        return
    for source in document.zones:
        for target in document.zones:
            for family in _FAMILIES:
                if source != target and (source, target, family) not in named:
                    yield PairProof(source=source, target=target, family=family, verdict=document.otherwise, paths=1)
