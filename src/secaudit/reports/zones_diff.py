"""What a change newly permits and newly forbids between zones, for a person at a terminal and for programs.

* What newly passes comes first, certain before perhaps; pairs in which nothing changed are one line.
* The words UNCHANGED, CHANGED, UNDECIDED are never translated.

Never here: comparing (`netproof`), choosing an exit code (`cli`).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from secaudit.model.separation import LinesShown, ObstacleShown, PacketShown, RegionShown
from secaudit.model.text import Lang, Text
from secaudit.model.zone_words import ANY, range_words, zone_name
from secaudit.model.zones_difference import Changes, ChangeShown, DecidingLine, PairChange, SideShown, ZonesDifference
from secaudit.reports.escaping import inert_json, inert_text
from secaudit.reports.json import location, text
from secaudit.reports.terminal import one_line

SCHEMA = "secaudit/zones-diff/v1"

_ICMP = ("type ", "code ")
_OLD, _NEW = Text(ja="旧", en="old"), Text(ja="新", en="new")
_COVER: Mapping[str | None, Callable[[str], Text]] = {
    "all": lambda ids: Text(ja=f"特定通信 {ids} にすべて含まれる", en=f"all of it is declared: {ids}"),
    "part": lambda ids: Text(ja=f"特定通信 {ids} に一部だけ含まれる", en=f"a part of it is declared: {ids}"),
    "none": lambda _: Text(ja="特定通信ではない", en="no declared flow covers it"),
    None: lambda _: Text(ja="特定通信に含まれるかどうかは調べていない", en="whether a declared flow covers it was not looked at"),
}


def zones_diff_terminal(found: ZonesDifference, lang: Lang) -> str:
    """Return the text of a comparison."""
    lines = [*_side(found.old, _OLD, lang), *_side(found.new, _NEW, lang), "", _summary(found.pairs).get(lang)]
    for pair in found.pairs:
        if pair.word != "UNCHANGED":
            lines += ["", *_pair(pair, lang)]
    unchanged: dict[tuple[str, str], list[str]] = {}
    for pair in found.pairs:
        if pair.word == "UNCHANGED":
            unchanged.setdefault((pair.source, pair.target), []).append(pair.family)
    if unchanged:
        lines += ["", Text(ja="UNCHANGED（通るものが変わらない組）", en="UNCHANGED (what passes is the same)").get(lang)]
        lines += [f"  {_name(*ends, ', '.join(families), lang)}" for ends, families in unchanged.items()]
    return inert_text("\n".join(map(one_line, lines)) + "\n")


def _side(side: SideShown, which: Text, lang: Lang) -> list[str]:
    lines = [f"{which.get(lang)}: {side.name}"]
    lines += [f"    {_counts(one).get(lang)}" for one in side.lines]
    lines += [f"    {Text(ja='前提', en='assumed').get(lang)}: {note.get(lang)}" for note in side.notes]
    return lines


def _counts(one: LinesShown) -> Text:
    return Text(
        ja=f"{one.device} {one.path}: {one.total}行（理解 {one.understood}、対象外 {one.irrelevant}、理解できない {one.not_understood}）",
        en=f"{one.device} {one.path}: {one.total} lines ({one.understood} understood, {one.irrelevant} irrelevant, "
        f"{one.not_understood} not understood)",
    )


def _summary(pairs: Sequence[PairChange]) -> Text:
    permits, forbids, perhaps = (
        sum(changes.count for pair in pairs for changes in of(pair))
        for of in (
            lambda pair: (pair.permits,),
            lambda pair: (pair.forbids,),
            lambda pair: (pair.perhaps_permits, pair.perhaps_forbids),
        )
    )
    undecided = sum(1 for pair in pairs if not pair.decided)
    if not permits and not undecided:
        return Text(
            ja=f"新しく通るものはない（{len(pairs)}組を最後まで比べた）。新しく止まるもの {forbids}件。",
            en=f"Nothing is newly permitted ({len(pairs)} pairs compared to the end). Newly forbidden: {forbids}.",
        )
    return Text(
        ja=f"新しく通るもの {permits}件、新しく止まるもの {forbids}件、どちらとも決められないもの {perhaps}件"
        f"（{len(pairs)}組のうち決められない組 {undecided}）。",
        en=f"Newly permitted: {permits}. Newly forbidden: {forbids}. Left open: {perhaps} ({undecided} of {len(pairs)} pairs undecided).",
    )


def _name(source: str, target: str, families: str, lang: Lang) -> str:
    return f"{zone_name(source).get(lang)} → {zone_name(target).get(lang)}" + Text(ja=f"（{families}）", en=f" ({families})").get(lang)


def _pair(pair: PairChange, lang: Lang) -> list[str]:
    lines = [f"■ {_name(pair.source, pair.target, pair.family, lang)}  {pair.word}"]
    for changes, title, through, stopped in (
        (pair.permits, Text(ja="＋ 新しく通る", en="+ newly permitted"), _NEW, _OLD),
        (pair.perhaps_permits, Text(ja="？ 新しく通るかもしれない", en="? perhaps newly permitted"), _NEW, _OLD),
        (pair.forbids, Text(ja="－ 新しく止まる", en="- newly forbidden"), _OLD, _NEW),
        (pair.perhaps_forbids, Text(ja="？ 新しく止まるかもしれない", en="? perhaps newly forbidden"), _OLD, _NEW),
    ):
        if changes.count:
            lines += _changes(changes, title, through, stopped, lang)
    if not pair.decided:
        lines.append(Text(ja="  決められない理由:", en="  What stands in the way:").get(lang))
        for which, obstacles in ((_OLD, pair.old_obstacles), (_NEW, pair.new_obstacles)):
            lines += [f"    {which.get(lang)}: {_obstacle(one, lang)}" for one in obstacles]
    return lines


def _changes(changes: Changes, title: Text, through: Text, stopped: Text, lang: Lang) -> list[str]:
    lines = [f"  {title.get(lang)}: {Text(ja=f'{changes.count}件', en=str(changes.count)).get(lang)}"]
    for one in changes.shown:
        lines += [f"    {line}" for line in _change(one, through, stopped, lang)]
    rest = changes.count - len(changes.shown)
    if rest:
        lines.append(Text(ja=f"    ほか{rest}件（--boxes で増やせる）", en=f"    {rest} more (see --boxes)").get(lang))
    return lines


def _change(one: ChangeShown, through: Text, stopped: Text, lang: Lang) -> list[str]:
    lines = [f"* {_region(one.region).get(lang)}"]
    lines.append(f"    {through.get(lang)}: {_decides(one.through, lang)}")
    if one.stopped is not None:
        lines.append(f"    {stopped.get(lang)}: {_decides(one.stopped, lang)}")
    if one.packet is not None:
        lines.append(f"    {Text(ja='例', en='such as').get(lang)}: {one.packet.words.get(lang)}")
    else:
        lines.append(Text(ja="    この範囲は、検算用のプログラムでは確かめていない", en="    not replayed by the interpreter").get(lang))
    lines.append(f"    {_COVER[one.cover](', '.join(one.flows)).get(lang)}")
    return lines


def _region(region: RegionShown) -> Text:
    """Return a region in words; what may be anything is left out but for the addresses and the protocol."""
    source, target, protocol = (range_words(one) for one in (region.source, region.destination, region.protocol))
    ja, en = f"{source.ja} → {target.ja}  プロトコル {protocol.ja}", f"{source.en} → {target.en}  protocol {protocol.en}"
    for written, named in (
        (region.destination_ports, Text(ja="宛先ポート", en="to port")),
        (region.source_ports, Text(ja="送信元ポート", en="from port")),
    ):
        words = range_words(written)
        if written.startswith(_ICMP):
            ja, en = f"{ja} {words.ja}", f"{en} {words.en}"
        elif written != ANY:
            ja, en = f"{ja} {named.ja} {words.ja}", f"{en} {named.en} {words.en}"
    return Text(ja=ja, en=en)


def _decides(one: DecidingLine, lang: Lang) -> str:
    where = " ".join(str(part) for part in (one.device, one.at) if part is not None)
    line = "" if one.line is None else f" `{one.line.strip()}`"
    return f"{where}{line}  {one.words.get(lang)}".strip()


def _obstacle(one: ObstacleShown, lang: Lang) -> str:
    where = " ".join(str(part) for part in (one.device, one.at) if part is not None)
    line = "" if one.line is None else f" `{one.line.strip()}`"
    return f"{where}{line} {one.reason.get(lang)}".strip()


def zones_diff_json(found: ZonesDifference) -> str:
    """Return a comparison as JSON, `secaudit/zones-diff/v1`."""
    document = {
        "schema": SCHEMA,
        "old": _side_json(found.old),
        "new": _side_json(found.new),
        "pairs": [_pair_json(pair) for pair in found.pairs],
    }
    return inert_json(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _side_json(side: SideShown) -> Mapping[str, object]:
    return {
        "name": side.name,
        "configurations": [
            {
                "device": one.device,
                "path": one.path,
                "sha256": one.digest,
                "exported_on": None if one.exported_on is None else one.exported_on.isoformat(),
                "lines": {
                    "total": one.total,
                    "understood": one.understood,
                    "irrelevant": one.irrelevant,
                    "not_understood": one.not_understood,
                },
            }
            for one in side.lines
        ],
        "assumptions": [text(note) for note in side.notes],
    }


def _pair_json(pair: PairChange) -> Mapping[str, object]:
    return {
        "from": pair.source,
        "to": pair.target,
        "family": pair.family,
        "word": pair.word,
        "decided": pair.decided,
        "newly_permitted": _changes_json(pair.permits),
        "newly_forbidden": _changes_json(pair.forbids),
        "perhaps_newly_permitted": _changes_json(pair.perhaps_permits),
        "perhaps_newly_forbidden": _changes_json(pair.perhaps_forbids),
        "obstacles": {"old": _obstacles_json(pair.old_obstacles), "new": _obstacles_json(pair.new_obstacles)},
        "samples": pair.samples,
    }


def _changes_json(changes: Changes) -> Mapping[str, object]:
    return {"count": changes.count, "shown": [_change_json(one) for one in changes.shown]}


def _change_json(one: ChangeShown) -> Mapping[str, object]:
    return {
        "region": _region_json(one.region),
        "passes_by": _line_json(one.through),
        "stopped_by": None if one.stopped is None else _line_json(one.stopped),
        "packet": None if one.packet is None else _packet_json(one.packet),
        "declared": one.cover,
        "flows": [*one.flows],
    }


def _region_json(region: RegionShown) -> Mapping[str, object]:
    return {
        "source": region.source,
        "destination": region.destination,
        "protocol": region.protocol,
        "source_ports": region.source_ports,
        "destination_ports": region.destination_ports,
    }


def _line_json(one: DecidingLine) -> Mapping[str, object]:
    return {"device": one.device, "line": one.line, "location": location(one.at), "words": text(one.words)}


def _packet_json(packet: PacketShown) -> Mapping[str, object]:
    return {
        "source": packet.source,
        "destination": packet.destination,
        "protocol": packet.protocol,
        "source_port": packet.source_port,
        "destination_port": packet.destination_port,
        "kind": packet.kind,
        "words": text(packet.words),
    }


def _obstacles_json(obstacles: Iterable[ObstacleShown]) -> list[Mapping[str, object]]:
    return [{"device": one.device, "reason": text(one.reason), "line": one.line, "location": location(one.at)} for one in obstacles]
