"""What a folder of files might be: a guess of the kind of each, with reasons and doubts, and a draft for the manifest.

Rules: a guess needs the columns that the kind requires, and a clear lead over the second-best kind; a name of a file or
sheet may decide between two kinds that are near, but never alone. No cell is quoted.

Never here: reading for an assessment (`read`), printing (`cli`).
"""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from secaudit.errors import SecauditError
from secaudit.evidence.adapters.registry import format_of
from secaudit.evidence.cells import Unread, typers
from secaudit.evidence.headers import count_hits, recognise
from secaudit.evidence.manifest import load
from secaudit.evidence.read import LIMIT
from secaudit.evidence.reading import Reading, Request
from secaudit.evidence.sandbox import Sandbox
from secaudit.evidence.seal import candidates
from secaudit.evidence.words import fold
from secaudit.model.evidence import Kind
from secaudit.model.text import Text
from secaudit.wire import canonical, files

GAP = 0.15
"""A kind is guessed only if its score leads by so much."""

_LEAST = 0.4
_NAMED = 0.3
"""What a file or sheet that bears the kind's name adds."""

_TITLED = 0.1
"""What columns under their own titles add: small ledgers differ in little else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One table found.

    `path` is relative to the folder; `kind` is None where no guess is sure; `named` if the manifest has the file already.
    """

    path: str
    sheet: str | None
    encoding: str | None
    kind: str | None
    rows: int
    first: date | None
    last: date | None
    sha256: str
    reasons: tuple[Text, ...]
    doubts: tuple[Text, ...]
    named: bool


def scan(folder: Path, kinds: Mapping[str, Kind], *, base: Path | None = None) -> tuple[Proposal, ...]:
    """Return a proposal for each sheet of each file below `folder`, in order of path; unreadable files are proposals with doubts."""
    named = _named(folder, base)
    found: list[Proposal] = []
    with Sandbox() as sandbox:
        for path in candidates(folder):
            shown = path.relative_to(folder).as_posix()
            found += _scan_file(path, shown, folder, kinds, sandbox, named=shown in named)
    return tuple(found)


def proposal_text(proposals: Iterable[Proposal]) -> str:
    """Return a draft of `files:` for a manifest; the date and the person who collected are left to be filled in."""
    lines = ["files:"]
    for proposal in proposals:
        if proposal.kind is None or proposal.named:
            continue
        lines += [f"  # {doubt.ja}" for doubt in proposal.doubts]
        lines += [f"  - kind: {proposal.kind}", f"    path: {canonical.dumps(proposal.path)}"]
        if proposal.sheet is not None:
            lines.append(f"    sheet: {canonical.dumps(proposal.sheet)}")
        lines += ["    collected_at:   # 収集した日（2026-04-03 の形）", "    collected_by:   # 収集した課"]
        if proposal.first is not None and proposal.last is not None:
            lines.append(f"    # covers: {{from: {proposal.first.isoformat()}, to: {proposal.last.isoformat()}}}  # 記録の日付の範囲")
    return "\n".join(lines) + "\n" if len(lines) > 1 else "files: []\n"


def _named(folder: Path, base: Path | None) -> frozenset[str]:
    path = folder / "manifest.yaml"
    if not path.is_file():
        return frozenset()
    try:
        manifest = load(path, base=base)
    except SecauditError:
        return frozenset()  # a broken manifest is told by the command that needs it
    return frozenset(posixpath.normpath(source.path) for source in manifest.sources)


def _scan_file(path: Path, shown: str, folder: Path, kinds: Mapping[str, Kind], sandbox: Sandbox, *, named: bool) -> list[Proposal]:
    format_ = format_of(shown)
    if format_ is None or format_ == "parquet":
        why = Text(ja="この形式は見分けられません", en="files of this format are not recognised")
        return [_unknown(shown, named, why)]
    sheets: list[str | None] = [None]
    digest = ""
    out: list[Proposal] = []
    try:
        data = files.read(path, root=folder, limit=LIMIT)
        digest = files.digest(data)
        if format_ == "excel":
            listed = sandbox.read(data, Request(format="excel:sheets"), path=shown)
            sheets = [str(cells[0]) for _, cells in listed.rows]
    except SecauditError as error:
        return [_unknown(shown, named, error.message, digest=digest)]
    for sheet in sheets:
        try:
            reading = sandbox.read(data, Request(format=format_, sheet=sheet), path=shown)
        except SecauditError as error:
            out.append(_unknown(shown, named, error.message, sheet=sheet, digest=digest))
        else:
            out.append(_propose(reading, shown, kinds, digest, named=named, single=len(sheets) == 1))
    return out


def _unknown(path: str, named: bool, why: Text, *, sheet: str | None = None, digest: str = "") -> Proposal:
    return Proposal(
        path=path,
        sheet=sheet,
        encoding=None,
        kind=None,
        rows=0,
        first=None,
        last=None,
        sha256=digest,
        reasons=(),
        doubts=(why,),
        named=named,
    )


def _propose(reading: Reading, path: str, kinds: Mapping[str, Kind], digest: str, *, named: bool, single: bool) -> Proposal:
    scores = _scores(reading, path, kinds)
    reasons: list[Text] = []
    doubts: list[Text] = []
    chosen: Kind | None = None
    if not scores or scores[0][0] < _LEAST:
        doubts.append(Text(ja="どの種類の見出しとも合いません", en="the header fits no kind"))
    elif len(scores) > 1 and scores[0][0] - scores[1][0] < GAP:
        near = [kind for score, kind, _ in scores if scores[0][0] - score < GAP][:4]
        ja, en = "・".join(kind.title.ja for kind in near), ", ".join(kind.name for kind in near)
        doubts.append(Text(ja=f"決められません（{ja}）", en=f"this may be any of {en}"))
    else:
        chosen, hits = scores[0][1], scores[0][2]
        total = len(chosen.columns)
        reasons.append(Text(ja=f"{total}列のうち{len(hits)}列が見つかりました", en=f"{len(hits)} of {total} columns were found"))
    count, first, last = _dates(reading, chosen) if chosen is not None else (len(reading.rows), None, None)
    if chosen is not None and chosen.nature == "ledger" and first is None:
        doubts.append(Text(ja="日付が読めません", en="no date can be read"))
    doubts += [loss.why for loss in reading.losses]
    return Proposal(
        path=path,
        sheet=reading.sheet if not single else None,
        encoding=reading.encoding,
        kind=chosen.name if chosen is not None else None,
        rows=count,
        first=first,
        last=last,
        sha256=digest,
        reasons=tuple(reasons),
        doubts=tuple(doubts),
        named=named,
    )


def _scores(reading: Reading, path: str, kinds: Mapping[str, Kind]) -> list[tuple[float, Kind, frozenset[str]]]:
    """Return kinds by score, best first: columns in common against columns in all, and the kind's name in that of the file or sheet."""
    if not reading.rows:
        return []
    name = fold(f"{path} {reading.sheet or ''}")
    scores = []
    for kind in kinds.values():
        hits, titled, width = count_hits(reading, kind)
        required = {column.name for column in kind.columns if column.required}
        if required <= hits and len(hits) > 1:
            bonus = _NAMED if fold(kind.title.ja) in name or fold(kind.name) in name else 0.0
            alike = 2 * len(hits) / (len(kind.columns) + width)
            scores.append((alike + _TITLED * titled / len(hits) + bonus, kind, hits))
    return sorted(scores, key=lambda item: (-item[0], item[1].name))


def _dates(reading: Reading, kind: Kind) -> tuple[int, date | None, date | None]:
    """Return the number of rows below the header and the first and last date of the kind's own date column."""
    try:
        layout = recognise(reading, kind, {})
    except SecauditError:
        return len(reading.rows), None, None
    rows = reading.rows[layout.start :]
    position = layout.columns.get(kind.dated_by or "")
    if position is None or kind.dated_by is None:
        return len(rows), None, None
    type_cell = typers(kind)[kind.dated_by]
    values = [type_cell(cells[position]) for _, cells in rows if position < len(cells)]
    days = _days(values)
    return len(rows), min(days, default=None), max(days, default=None)


def _days(values: Sequence[object]) -> list[date]:
    found = [value for value in values if isinstance(value, date) and not isinstance(value, Unread)]
    return [value.date() if isinstance(value, datetime) else value for value in found]
