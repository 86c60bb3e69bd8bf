"""Separation proofs for a person at a terminal: what was found, the zones against each other, then each pair that is not proved.

* The three words of a verdict are never translated; beside the table stands what they mean.
* Nothing is said by colour; a contradiction between a scan and a proof comes first of all.
* Text of configurations never reaches the terminal with what a terminal or a CI job would obey, and adds no line.

Never here: deciding, masking (`netproof`).
"""

from collections.abc import Iterable, Iterator, Sequence

from tabulate import tabulate

from secaudit.model.location import Location
from secaudit.model.outcome import Outcome
from secaudit.model.separation import FamilyWord, LinesShown, ObstacleShown, PairProof, RuleNote, Separation, VerdictWord
from secaudit.model.status import Status
from secaudit.model.text import Lang, Text
from secaudit.model.zone_words import range_words, zone_name
from secaudit.reports.escaping import inert_text
from secaudit.reports.terminal import one_line

WORDS: tuple[tuple[VerdictWord, Text], ...] = (
    ("VIOLATED", Text(ja="宣言のない通信が通る（通るパケットを示す）", en="something that is not declared passes: a packet is shown")),
    ("UNDECIDED", Text(ja="決められない（妨げになっているものを示す）", en="not decided: what stands in the way is shown")),
    ("PROVED", Text(ja="宣言された特定通信のほかは何も通らない", en="nothing but the declared flows passes")),
)
"""The verdicts, worst first, with what they mean."""

FAMILIES: tuple[FamilyWord, ...] = ("IPv4", "IPv6")
ALARM = "alarm: "
"""How the reason of a scan begins that contradicts a proof, in English."""
RULES_SHOWN = 20
"""Most rules that are never or partly reached in one report; the JSON has all."""

_BULLET = Text(ja="・", en="*")
NAMES: dict[str, Text] = {
    "flows": Text(ja="特定通信と中継", en="Declared flows and relays"),
    "scans": Text(ja="走査との突き合わせ", en="Scans"),
    "notes": Text(ja="前提", en="Assumptions"),
    "lines": Text(ja="読んだ構成", en="Configurations read"),
    "rules": Text(ja="働かない行・一部しか働かない行", en="Lines that never decide, or decide about a part alone"),
}


def zones_terminal(separation: Separation, lang: Lang) -> str:
    """Return the text about one organisation."""
    sections = [[*_summary(separation, lang)], [*_matrix(separation, lang)]]
    sections += [[*_pair(pair, lang)] for word, _ in WORDS[:2] for pair in separation.pairs if pair.verdict == word]
    sections += [
        [*_outcomes("flows", separation.flow_outcomes, lang)],
        [*_crossings(separation, lang)],
        [*_outcomes("scans", separation.scan_outcomes, lang)],
        [*_notes(separation.notes, lang)],
        [*_lines(separation.lines, lang)],
        [*_rules(separation.rules, lang)],
    ]
    text = "\n\n".join("\n".join(map(one_line, section)) for section in sections if section)
    return inert_text(text + "\n")


def _summary(separation: Separation, lang: Lang) -> Iterator[str]:
    got_through = [one for one in separation.scan_outcomes if one.status is Status.FAIL]
    alarms = [one for one in got_through if one.reason.en.startswith(ALARM)]
    if alarms:
        yield Text(
            ja=f"!!! ALARM 走査の結果が証明と食い違います: {len(alarms)}件",
            en=f"!!! ALARM: results of scans that contradict a proof: {len(alarms)}",
        ).get(lang)
        yield from (f"    {_outcome(one, lang)}" for one in alarms)
    if len(got_through) > len(alarms):
        rest = len(got_through) - len(alarms)
        yield Text(
            ja=f"走査で実際に通ったもの（証明との食い違いのほか）: {rest}件",
            en=f"got through in a scan, besides what contradicts a proof: {rest}",
        ).get(lang)
    model = _model(separation.model)
    if separation.problem is not None:
        yield Text(ja=f"■ 領域の分離（{model}）: 確かめていません", en=f"■ Separation of zones ({model}): not looked at").get(lang)
        label = (Status.ERROR if separation.broken else Status.UNKNOWN).label.get(lang)
        yield f"[{label}] {separation.problem.get(lang)}{_place(separation.at, lang)}"
    if separation.pairs:
        counts = {word: sum(pair.verdict == word for pair in separation.pairs) for word, _ in WORDS}
        said = Text(ja=" ・ ", en=", ").get(lang).join(f"{word} {count}" for word, count in counts.items())
        total = len(separation.pairs)
        yield Text(
            ja=f"■ 領域の分離（{model}）: {said}（向きと IPv4/IPv6 を分けて {total} 組）",
            en=f"■ Separation of zones ({model}): {said} ({total} ordered pairs, IPv4 and IPv6 apart)",
        ).get(lang)
    bad = [one for one in separation.flow_outcomes if one.status is not Status.PASS]
    if bad:
        yield Text(
            ja=f"特定通信と中継 {len(separation.flow_outcomes)}件のうち {len(bad)}件に問題があります",
            en=f"{len(bad)} of {len(separation.flow_outcomes)} declared flows and relays are not in order",
        ).get(lang)
    unread = sum(one.not_understood for one in separation.lines)
    if separation.lines:
        yield Text(
            ja=f"構成 {len(separation.lines)} ファイル、{sum(one.total for one in separation.lines)} 行のうち、読み取れない行 {unread}",
            en=f"{len(separation.lines)} configuration files, {sum(one.total for one in separation.lines)} lines, {unread} not understood",
        ).get(lang)


def _model(model: str) -> str:
    return {"alpha": "α", "alpha-prime": "α′", "beta": "β", "beta-prime": "β′"}.get(model, model)


def _matrix(separation: Separation, lang: Lang) -> Iterator[str]:
    """Yield a table of the verdicts: from the zone of the row to the zone of the column."""
    if not separation.pairs:
        return
    zones = separation.zones
    found = {(pair.source, pair.target, pair.family): pair for pair in separation.pairs}
    yield Text(ja="行の領域から、列の領域へ:", en="From the zone of the row to the zone of the column:").get(lang)
    for family in FAMILIES:
        rows = [[_name(one, lang), *(_cell(found.get((one, two, family)), same=one == two) for two in zones)] for one in zones]
        if any(pair.family == family for pair in separation.pairs):
            yield ""
            yield from _table([family, *(_name(zone, lang) for zone in zones)], rows)
    yield ""
    for word, meaning in WORDS:
        if any(pair.verdict == word for pair in separation.pairs):
            yield f"  {word}: {meaning.get(lang)}"


def _cell(pair: PairProof | None, *, same: bool) -> str:
    return "–" if same or pair is None else pair.verdict


def _name(zone: str, lang: Lang) -> str:
    return one_line(zone_name(zone).get(lang))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [[one_line(cell) for cell in row] for row in rows]
    text = tabulate(cells, [one_line(cell) for cell in head], tablefmt="simple", disable_numparse=True)
    return [f"  {line}" for line in text.splitlines()]


def _place(at: Location | None, lang: Lang) -> str:
    return "" if at is None else Text(ja=f"（{at}）", en=f" ({at})").get(lang)


def _pair(pair: PairProof, lang: Lang) -> Iterator[str]:
    one, two = _name(pair.source, lang), _name(pair.target, lang)
    yield f"[{pair.verdict}] {pair.family} {one} → {two}"
    if pair.packet is not None:
        yield Text(ja=f"    通るパケット: {pair.packet.words.ja}", en=f"    a packet: {pair.packet.words.en}").get(lang)
    if pair.forged_only:
        yield Text(
            ja="    送信元を偽った場合だけ通ります（領域のアドレスを送信元とするものは通りません）",
            en="    passes with a forged source alone: nothing that has a source of its zone",
        ).get(lang)
    elif pair.packet is not None and pair.forged_only is None:
        yield Text(
            ja="    送信元を偽った場合だけかどうかは、決められません",
            en="    whether it passes with a forged source alone is not decided",
        ).get(lang)
    if pair.hops:
        yield Text(ja="    通り道:", en="    its way:").get(lang)
    for number, hop in enumerate(pair.hops, start=1):
        way = f"{hop.inward} → {hop.outward}" if hop.outward is not None else hop.inward
        yield f"      {number}. {hop.device} [{way}] {hop.words.get(lang)}"
        if hop.line is not None:
            yield f"           {one_line(hop.line)}{_place(hop.at, lang)}"
    yield from _regions(pair, lang)
    for obstacle in pair.obstacles:
        yield from _obstacle(obstacle, lang)
    if pair.repairs:
        yield Text(ja="    直し方:", en="    what would repair it:").get(lang)
    for repair in pair.repairs:
        first, *rest = repair.get(lang).split("\n")
        yield f"      {_BULLET.get(lang)} {first}"
        yield from (f"          {line}" for line in rest)


def _regions(pair: PairProof, lang: Lang) -> Iterator[str]:
    if not pair.regions:
        return
    least = Text(ja="", en="") if pair.complete else Text(ja="以上", en=" or more")
    count = pair.region_count
    yield Text(ja=f"    通るもの（{count} 通り{least.ja}）:", en=f"    what passes (regions: {count}{least.en}):").get(lang)
    head = Text(ja="送信元|宛先|プロトコル|送信元ポート|宛先ポート|行", en="source|destination|protocol|source port|port|line").get(lang)
    rows = []
    for one in pair.regions:
        fields = (one.source, one.destination, one.protocol, one.source_ports, one.destination_ports)
        rows.append([*(range_words(field).get(lang) for field in fields), "–" if one.at is None else str(one.at)])
    yield from (f"    {line}" for line in _table(head.split("|"), rows))
    rest = pair.region_count - len(pair.regions)
    if rest > 0:
        yield Text(ja=f"      … ほか {rest} 通り", en=f"      … and {rest} more").get(lang)


def _obstacle(one: ObstacleShown, lang: Lang) -> Iterator[str]:
    device = "" if one.device is None else f"{one.device}: "
    yield Text(ja="    妨げ: ", en="    in the way: ").get(lang) + f"{device}{one.reason.get(lang)}{_place(one.at, lang)}"
    if one.line is not None:
        yield f"           {one_line(one.line)}"


def _outcome(one: Outcome, lang: Lang) -> str:
    return f"{one.subject}: {one.reason.get(lang)}{_place(one.location, lang)}"


def _outcomes(name: str, outcomes: Sequence[Outcome], lang: Lang) -> Iterator[str]:
    if outcomes:
        yield NAMES[name].get(lang)
    for one in outcomes:
        yield f"  [{one.status.label.get(lang)}] {_outcome(one, lang)}"


def _crossings(separation: Separation, lang: Lang) -> Iterator[str]:
    """Yield the declared ways between zones."""
    if not separation.crossings:
        return
    yield Text(ja="宣言された領域間の通り道", en="Declared ways between zones").get(lang)
    for one in separation.crossings:
        ends = f"{_name(one.source, lang)} → {_name(one.target, lang)}"
        dead = "" if one.live else Text(ja="（有効でない）", en=" (not in force)").get(lang)
        yield f"  {one.id} {ends}: {one.label.get(lang)}{dead}"


def _notes(notes: Sequence[Text], lang: Lang) -> Iterator[str]:
    if notes:
        yield NAMES["notes"].get(lang)
    yield from (f"  {_BULLET.get(lang)} {note.get(lang)}" for note in notes)


def _lines(lines: Sequence[LinesShown], lang: Lang) -> Iterator[str]:
    if not lines:
        return
    yield NAMES["lines"].get(lang)
    head = Text(
        ja="機器|ファイル|書き出した日|行|読み取った|関わらない|読み取れない|SHA-256",
        en="device|file|exported on|lines|understood|irrelevant|not understood|SHA-256",
    ).get(lang)
    rows = [
        (
            one.device,
            one.path,
            "–" if one.exported_on is None else one.exported_on.isoformat(),
            *(str(count) for count in (one.total, one.understood, one.irrelevant, one.not_understood)),
            f"{one.digest[:12]}…",
        )
        for one in lines
    ]
    yield from _table(head.split("|"), rows)


def _rules(rules: Sequence[RuleNote], lang: Lang) -> Iterator[str]:
    if not rules:
        return
    yield NAMES["rules"].get(lang)
    for one in sorted(rules, key=lambda rule: rule.how != "never")[:RULES_SHOWN]:
        yield f"  {one.device} {one.at}: {one_line(one.line)}"
        yield f"      {one.words.get(lang)}"
    rest = len(rules) - RULES_SHOWN
    if rest > 0:
        yield Text(ja=f"  … ほか {rest} 行（JSON出力にすべてあります）", en=f"  … and {rest} more, all in the JSON").get(lang)
