"""What an exchange of documents wrote or made, and what stayed behind: for a terminal, and whole as JSON `secaudit/exchange/v1`.

Never here: finding out what stays behind (`oscal_catalog`, `oscal_profile`, `catalog.oscal_import`).
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from secaudit.model.exchange import DROPPED, Dropped
from secaudit.model.location import Location
from secaudit.model.text import Lang, Text
from secaudit.reports.terminal import one_line

SHOWN = 3
"""Places that a terminal shows of each kind; JSON has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """One control that was written or made: its id here and in the document, its file if one was made, whether its rule is there too."""

    control: str
    token: str
    file: str | None
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One exchange."""

    direction: Literal["export", "import"]
    document: str
    controls: Sequence[Exchanged]
    dropped: Sequence[Dropped]


def exchange_text(exchange: Exchange, lang: Lang) -> str:
    """Return the report for a terminal."""
    whole = sum(one.whole for one in exchange.controls)
    count = len(exchange.controls)
    if exchange.direction == "export":
        head = Text(ja=f"管理策{count}件を書き出した。", en=f"{count} controls written.")
        behind = Text(ja="OSCAL が運ばないもの:", en="what OSCAL does not carry:")
    else:
        head = Text(
            ja=f"管理策{count}件のひな型を作った（規則まで戻ったもの{whole}件、書き込みを待つもの{count - whole}件）。",
            en=f"{count} controls made, {whole} with their rule, {count - whole} to be filled in.",
        )
        behind = Text(ja="取り込まなかったもの:", en="what was not taken in:")
    lines = [head.get(lang)]
    if exchange.dropped:
        lines.append(behind.get(lang))
    for kind, name in DROPPED.items():
        own = [one for one in exchange.dropped if one.kind == kind]
        if own:
            lines.append(f"  {name.get(lang)}: {len(own)}")
            lines += [f"    {_place(one.at)}{one.subject}: {one.what}" for one in own[:SHOWN]]
        if len(own) > SHOWN:
            rest = len(own) - SHOWN
            lines.append(
                "    " + Text(ja=f"ほか{rest}件（--format json にすべて）", en=f"and {rest} more (all with --format json)").get(lang)
            )
    return "".join(f"{one_line(line)}\n" for line in lines)


def _place(at: Location | None) -> str:
    return "" if at is None else f"{at}: "


def exchange_json(exchange: Exchange) -> str:
    """Return the whole report as JSON text."""
    counts = Counter(one.kind for one in exchange.dropped)
    document = {
        "schema": "secaudit/exchange/v1",
        "direction": exchange.direction,
        "document": exchange.document,
        "controls": [{"control": one.control, "token": one.token, "file": one.file, "whole": one.whole} for one in exchange.controls],
        "counts": {kind: counts[kind] for kind in DROPPED if counts[kind]},
        "dropped": [{"kind": one.kind, "subject": one.subject, "what": one.what, "place": _located(one.at)} for one in exchange.dropped],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _located(at: Location | None) -> dict[str, str | int | None] | None:
    return None if at is None else {"path": at.path, "line": at.line, "column": at.column}
