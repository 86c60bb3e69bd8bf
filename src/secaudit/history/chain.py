"""The hash chain: append and verify; pure, believes nothing that is stored (ADR 0005).

Never here: a database, a file, a clock.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from secaudit.errors import HistoryError
from secaudit.history.entry import FORMAT, exact
from secaudit.model.run import Entry
from secaudit.model.text import Text
from secaudit.wire.canonical import dumps

ANCHOR = "0" * 64
"""What stands before the first entry."""

PARTS: Mapping[str, type] = {
    "format": str,
    "organisation": str,
    "policy": str,
    "fiscal_year": int,
    "as_of": str,
    "edition": str,
    "digests": dict,
    "tool_version": str,
    "recorded_at": str,
    "recorded_by": str,
    "score": dict,
    "findings": list,
}
"""The parts that every payload has, and what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """The end of a history as known outside it: how many entries, and the digest of the last."""

    count: int
    digest: str


def append(previous: Entry | None, payload: str) -> Entry:
    """Return the entry that follows `previous` (None: the first one)."""
    number = 0 if previous is None else previous.number + 1
    before = ANCHOR if previous is None else previous.digest
    return Entry(number=number, previous=before, payload=payload, digest=digest(number, before, payload))


def digest(number: int, previous: str, payload: str) -> str:
    """Return the SHA-256, in hexadecimal, that binds a payload to its place."""
    return hashlib.sha256(f"{number}\n{previous}\n{payload}".encode("utf-8", "surrogatepass")).hexdigest()


def verify(entries: Iterable[Entry], *, tip: Tip | None = None, thorough: bool = True) -> Tip:
    """Check a whole history and return its tip, or raise `HistoryError` naming the entry and the rule.

    Not `thorough`: rules 4 and 5 are left out, which is enough before something is added.

    1. Numbers run 0, 1, 2, … without a gap.
    2. Each entry names the digest of the one before; the first names the anchor.
    3. Each digest is recomputed from number, predecessor and payload, never trusted.
    4. Each payload is canonical JSON with the parts that an entry has.
    5. Each score, share and count is recomputed from the findings in the payload.
    6. A tip known from outside is met: that many entries reach exactly that digest. A history may have grown since,
       so later entries are allowed; a cut tail passes (1) to (5) and is found only here.
    """
    before, count, met = ANCHOR, 0, tip is None or (tip.count == 0 and tip.digest == ANCHOR)
    for entry in entries:
        if entry.number != count:  # 1
            raise _broken(count, Text(ja=f"番号が{entry.number}で続いていない", en=f"its number is {entry.number}, the chain has a gap"), 1)
        if entry.previous != before:  # 2
            raise _broken(count, Text(ja="前の記録のハッシュと一致しない", en="it does not follow the entry before it"), 2)
        if entry.digest != digest(entry.number, entry.previous, entry.payload):  # 3
            raise _broken(count, Text(ja="内容がハッシュと一致しない", en="its content differs from its digest"), 3)
        if thorough:
            content = _content(entry)  # 4
            _recompute(count, content)  # 5
        before, count = entry.digest, count + 1
        met = met or (tip is not None and tip.count == count and tip.digest == before)
    if not met:  # 6
        raise HistoryError(
            Text(
                ja=f"履歴（{count}件）が手元の先端と一致しない（規則6）",
                en=f"the history of {count} entries does not contain the tip known from outside (rule 6)",
            ),
            hint=Text(
                ja="末尾が切られたか、別の履歴です。控えの書き出しから戻してください",
                en="its tail was cut or it is another history; restore it from an export",
            ),
        )
    return Tip(count=count, digest=before)


def _broken(number: int, what: Text, rule: int) -> HistoryError:
    return HistoryError(
        Text(ja=f"記録{number}: {what.ja}（規則{rule}）", en=f"entry {number}: {what.en} (rule {rule})"),
        hint=Text(ja="履歴を書き出しの控えから戻してください", en="restore the history from an export"),
    )


def _content(entry: Entry) -> Mapping[str, Any]:
    wrong = Text(ja="内容の形が正しくない", en="its content does not have the form of an entry")
    try:
        content = json.loads(entry.payload)
        whole = isinstance(content, dict) and dumps(content) == entry.payload and content.get("format") == FORMAT
    except (ValueError, RecursionError) as error:
        raise _broken(entry.number, wrong, 4) from error
    if not whole or not all(isinstance(content.get(name), kind) for name, kind in PARTS.items()):
        raise _broken(entry.number, wrong, 4)
    return content  # type: ignore[no-any-return]  # a dict, as was just checked


def _recompute(number: int, content: Mapping[str, Any]) -> None:
    try:
        score, findings = content["score"], content["findings"]
        statuses = [finding["status"] for finding in findings]
        counts = {name: statuses.count(name) for name in score["counts"]}
        counts_agree = counts == score["counts"] and set(statuses) <= counts.keys()
        scores_agree = _scores(findings) == {name: score[name] for name in ("overall", "chapters", "evidence_coverage", "machine_share")}
        excepted_agree = sum(finding["disposition"] == "excepted" for finding in findings) == score["excepted"]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _broken(number, Text(ja="所見と得点の形が正しくない", en="its findings and score do not have their form"), 4) from error
    if not (counts_agree and excepted_agree):
        raise _broken(number, Text(ja="件数が所見と合わない", en="its counts differ from its findings"), 5)
    if not scores_agree:
        raise _broken(number, Text(ja="得点が所見と合わない", en="its score differs from its findings"), 5)


def _scores(findings: Sequence[Mapping[str, Any]]) -> Mapping[str, object]:
    applicable = [finding for finding in findings if finding["status"] != "not_applicable"]
    decided = [finding for finding in applicable if finding["status"] in ("pass", "fail")]
    chapters = sorted({finding["chapter"] for finding in findings})
    return {
        "overall": _points(applicable),
        "chapters": {chapter: _points([finding for finding in applicable if finding["chapter"] == chapter]) for chapter in chapters},
        "evidence_coverage": _share(decided, applicable),
        "machine_share": _share([finding for finding in decided if finding["by_data"]], applicable),
    }


def _points(findings: Sequence[Mapping[str, Any]]) -> str | None:
    total = sum(finding["weight"] for finding in findings)
    points = sum((finding["weight"] * _fraction(finding["worth"]) for finding in findings), start=Fraction(0))
    return exact(100 * points / total) if total else None


def _share(part: Sequence[Mapping[str, Any]], whole: Sequence[Mapping[str, Any]]) -> str | None:
    total = sum(finding["weight"] for finding in whole)
    return exact(Fraction(sum(finding["weight"] for finding in part), total)) if total else None


def _fraction(text: str) -> Fraction:
    above, below = text.split("/")  # not Fraction(text): a forged 1e999999999 would never end
    return Fraction(int(above), int(below))
