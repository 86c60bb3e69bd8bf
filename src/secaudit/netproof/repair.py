"""What would repair a pair: which line to narrow and how, what to declare, or what to deliver.

* A repair is advice in words; nothing here is proved, and nothing is changed.
* The entry of `specified_communications` that is offered is one host to one host on one port, without an approval: whoever pastes it has to
  fill that in, or the policy is refused.

Never here: whether a flow may be declared (`flow_rules`), how a packet got through (`shown`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from secaudit.model.text import Lang, Text
from secaudit.model.zone_words import range_words, zone_phrase
from secaudit.netproof.blame import Obstacle
from secaudit.netproof.doors import Door, Places, Way
from secaudit.netproof.flows import Flow, zone_ranges
from secaudit.netproof.ir import Rule
from secaudit.netproof.masking import masked
from secaudit.netproof.merging import Merged, merged
from secaudit.netproof.packets import TCP_REPLY_KINDS, Family, Kind
from secaudit.netproof.phrases import address, addresses, belonging, has_ports, numbers, protocol, protocols
from secaudit.netproof.prove import PairVerdict, Question, Region, Violation
from secaudit.netproof.ranges import holds, intersect

DOORS = 5
"""Most lines that one pair is told to change; the others are counted."""

WIDE = 16
"""Ports in one region from which a port of a packet is an example only."""

DISCOVERED = " (permit icmp any any nd-na, nd-ns)"
"""How the reader of IOS marks what an IPv6 list permits without a line of its own."""

NEEDED = 10
"""Most things that one pair is told to deliver."""


def repairs(question: Question, verdict: PairVerdict) -> tuple[Text, ...]:
    """Return what would repair a pair, the simplest first; nothing for a PROVED one."""
    violation = verdict.violation
    if violation is None:
        return tuple(dict.fromkeys(_flat(_needed(one)) for one in verdict.obstacles))[:NEEDED]
    found = [_flat(one) for one in _violated(question, verdict, violation)]
    if _declarable(question, verdict, violation):
        found.append(_entry(violation))
    return tuple(found)


def _declarable(question: Question, verdict: PairVerdict, violation: Violation) -> bool:
    """Whether a declared flow could be about the packet: it opens something, and both ends are addresses of their zones."""
    packet = violation.packet
    ends = ((verdict.source, packet.src), (verdict.target, packet.dst))
    within = all(holds(zone_ranges(question.zones, zone, packet.family), value) for zone, value in ends)
    return packet.kind is Kind.START and within


def _flat(text: Text) -> Text:
    """Return a text on one line, whatever the names in it are; the entry to paste alone has several."""
    return Text(ja=" ".join(text.ja.split("\n")), en=" ".join(text.en.split("\n")))


def _violated(question: Question, verdict: PairVerdict, violation: Violation) -> Iterator[Text]:
    packet, pair = violation.packet, (verdict.source, verdict.target)
    if violation.forged_only:
        yield _checked(question, verdict, violation)
    if packet.kind in TCP_REPLY_KINDS:
        yield Text(
            ja="応答かどうかをフラグだけで見る行（established など）は、接続の状態を見る検査に替える",
            en="replace lines that tell answers by their flags alone (such as `established`) by inspection of connections",
        )
    lost = [hop.node.name for hop in violation.path.hops if hop.node.routes is None]
    if lost and not holds(zone_ranges(question.zones, verdict.target, verdict.family), packet.dst):
        yield _routed(lost[0])
    flows = [flow for flow in question.flows if flow.live(question.as_of) and (flow.source, flow.target) == pair]
    doors = _doors(question, violation)
    for door, regions in doors[:DOORS]:
        declared = [_declared(flow, verdict) for flow in flows if _touches(door, flow, verdict.family)]
        yield from _closed(door, regions, declared)
    if len(doors) > DOORS:
        rest = len(doors) - DOORS
        yield Text(ja=f"このほかにも、この領域間を通す行が {rest} 行あります", en=f"{rest} more lines let packets of this pair through")
    if len(violation.path.hops) > 1:
        names = [f"`{hop.node.name}`" for hop in violation.path.hops]
        yield Text(
            ja=f"経路の機器（{'、'.join(names)}）のどれか一つで止めれば足ります",
            en=f"stopping it on any one device of the path is enough ({', '.join(names)})",
        )


def _doors(question: Question, violation: Violation) -> list[tuple[Door, list[Merged]]]:
    """Return what lets packets through, each with its regions; what lets the packet through that is shown comes first."""
    places = Places(question.network)
    doors: dict[tuple[object, ...], tuple[Door, list[Region]]] = {}
    for region in violation.regions:
        door = places.door(region)
        doors.setdefault(door.key, (door, []))[1].append(region)
    found = []
    for door, regions in doors.values():
        joined = [region for _, region in merged(((0, region.box) for region in regions), violation.packet.family)]
        found.append((door, sorted(joined, key=lambda region: not region.holds(violation.packet))))
    return sorted(found, key=lambda one: not one[1][0].holds(violation.packet))


def _closed(door: Door, regions: Sequence[Merged], declared: Sequence[Text]) -> Iterator[Text]:
    """Yield how to close one door."""
    name, hop, by = door.hop.node.name, door.hop, door.by
    if door.way is Way.NO_CONFIGURATION:
        yield Text(
            ja=f"`{name}` の構成を書き出して topology に添える（今はすべて通すとみなしている）",
            en=f"export the configuration of `{name}` and name it in the topology (it is taken to let everything through)",
        )
    elif by is None or door.way is Way.NO_LIST:
        way = f"`{hop.iif.interface}` → `{hop.oif.interface}`"
        yield Text(
            ja=f"`{name}` の {way} に一覧を適用し、要る通信だけを許可する",
            en=f"apply a list on `{name}` from {way} that permits what is needed alone",
        )
    elif door.way is Way.POLICY:
        yield Text(
            ja=f"{by.at}（`{name}`）の既定 `{masked(by.text)}` を拒否に変え、要る通信だけを許可する",
            en=f"let the default `{masked(by.text)}` at {by.at} (`{name}`) deny, and permit what is needed alone",
        )
    elif by.text.endswith(DISCOVERED):
        yield _ended(str(by.at), masked(by.text.removesuffix(DISCOVERED)), name)
    else:
        yield _narrowed(str(by.at), masked(by.text), name, declared)
        yield _denied(door, str(by.at), regions)


def _ended(at: str, line: str, name: str) -> Text:
    """Return the line that a list of IPv6 lacks: what it lets through stands in none."""
    lacks = "deny ipv6 any any"
    return Text(
        ja=f"{at}（`{name}`）の `{line}` の最後に `{lacks}` を加える。この行がない IPv6 の一覧は、最後の拒否の前に"
        "近隣探索（nd-na、nd-ns）をどこへでも許可する。この区間の近隣探索が要るなら、その前に、宛先が ff02::/16、fe80::/10、"
        "この機器自身のアドレスのものだけを許可する",
        en=f"add `{lacks}` at the end of `{line}` at {at} (`{name}`): without it a list of IPv6 permits neighbour discovery "
        "(nd-na, nd-ns) to anywhere before its implicit deny; where the segment needs it, permit it before that line to "
        "ff02::/16, fe80::/10 and the device's own addresses alone",
    )


def _narrowed(at: str, line: str, name: str, declared: Sequence[Text]) -> Text:
    if not declared:
        return Text(
            ja=f"{at}（`{name}`）の行 `{line}` を消すか、要る相手とポートだけに狭める",
            en=f"remove the line `{line}` at {at} (`{name}`), or narrow it to the hosts and ports that are needed",
        )
    ja, en = "、".join(one.ja for one in declared), "; ".join(one.en for one in declared)
    return Text(
        ja=f"{at}（`{name}`）の行 `{line}` を、宣言された特定通信だけに狭める: {ja}",
        en=f"narrow the line `{line}` at {at} (`{name}`) to the declared flows: {en}",
    )


def _denied(door: Door, at: str, regions: Sequence[Merged]) -> Text:
    first = regions[0]
    way = f"`{door.hop.iif.interface}` → `{door.hop.oif.interface}`"
    src, dst, proto, ports = (range_words(one) for one in (first.source(), first.target(), first.protocol(), first.ports()[1]))
    ja = f"または、その行（{at}）の前に、{way} の次の通信を拒否する行を置く: 送信元 {src.ja}、宛先 {dst.ja}、{proto.ja}、ポート {ports.ja}"
    en = f"or put a deny before it ({at}) for {way}: source {src.en}, destination {dst.en}, {proto.en}, port {ports.en}"
    more = len(regions) - 1
    return Text(ja=ja + (f"（ほか {more} 組）" if more else ""), en=en + (f" (and {more} more)" if more else ""))


def _declared(flow: Flow, verdict: PairVerdict) -> Text:
    """Return a declared flow with the values that a line needs."""
    src, dst = (addresses(ends[verdict.family], verdict.family) for ends in (flow.src, flow.dst))
    bits = 0
    for low, high in flow.proto:
        bits |= (1 << high + 1) - (1 << low)
    ports = "" if flow.ports is None else f" {numbers(flow.ports)}"
    said = [range_words(one) for one in (src, dst, protocols(bits))]
    ja, en = ([one.ja for one in said], [one.en for one in said])
    return Text(ja=f"{flow.id}: {ja[0]} → {ja[1]} {ja[2]}{ports}", en=f"{flow.id}: {en[0]} → {en[1]} {en[2]}{ports}")


def _touches(door: Door, flow: Flow, family: Family) -> bool:
    """Whether a line is about a declared flow at all; one that is not cannot be narrowed to it."""
    if flow.fields(family) is None or not isinstance(door.by, Rule):
        return False
    held = (flow.src[family], flow.dst[family], flow.proto, flow.ports)
    return any(
        match.family in (None, family)
        and all(
            one is None or two is None or intersect(one, two)
            for one, two in zip((match.src, match.dst, match.proto, match.dport), held, strict=True)
        )
        for match in door.by.matches
    )


def _checked(question: Question, verdict: PairVerdict, violation: Violation) -> Text:
    """Return where to check sources."""
    hop, zone = violation.path.hops[0], zone_phrase(verdict.source)
    own = range_words(addresses(zone_ranges(question.zones, verdict.source, verdict.family), verdict.family))
    return Text(
        ja=f"`{hop.node.name}` の `{hop.iif.interface}` で、{belonging(zone.ja)}アドレス（{own.ja}）のほかを送信元とするパケットを捨てる",
        en=f"let `{hop.iif.interface}` of `{hop.node.name}` drop sources that are not of {zone.en} ({own.en})",
    )


def _routed(name: str) -> Text:
    """Return what helps where a destination is sent into a zone that it does not belong to."""
    return Text(
        ja=f"`{name}` の経路が分からず、どの出口にも送るとみなしている。topology に routes か pasted_routes を書く",
        en=f"write routes or pasted_routes of `{name}` into the topology: without them it is taken to send to every exit",
    )


def _entry(violation: Violation) -> Text:
    """Return an entry of `specified_communications` for the packet; what a person has to decide is left empty."""
    packet = violation.packet
    src, dst = (address(value, packet.family) for value in (packet.src, packet.dst))
    regions = [region for _, region in merged(((0, one.box) for one in violation.regions), packet.family) if region.holds(packet)]
    wide = {
        "from": any(region.src != ((packet.src, packet.src),) for region in regions),
        "to": any(region.dst != ((packet.dst, packet.dst),) for region in regions),
        "ports": any(region.dport is None or sum(high - low + 1 for low, high in region.dport) >= WIDE for region in regions),
    }
    ported = has_ports(packet.proto) and packet.dport > 0

    def written(lang: Lang) -> str:
        remark = {key: "  # " + _REMARKS[key].get(lang) for key in _REMARKS}
        lines = ["- id:" + remark["id"]]
        lines += [f'  {key}: "{value}"' + (remark[key] if wide[key] else "") for key, value in (("from", src), ("to", dst))]
        lines += ["  direction: outbound", f'  protocol: "{protocol(packet.proto)}"']
        if ported:
            lines.append("  ports:" + (remark["ports"] if wide["ports"] else f" [{packet.dport}]"))
        return "\n".join([*lines, *(f"  {key}:{remark[key]}" for key in ("purpose", "approved_by", "approved_on", "expires"))])

    return Text(
        ja=f"業務に要り、ネットワークのモデルが許す通信なら、承認を受けてポリシーの specified_communications に加える:\n{written('ja')}",
        en=f"if it is needed and the network model allows it, have it approved and add it to specified_communications:\n{written('en')}",
    )


_REMARKS: Mapping[str, Text] = MappingProxyType(
    {
        "id": Text(ja="番号", en="a number"),
        "from": Text(ja="例。実際の送信元にする", en="an example: the real source"),
        "to": Text(ja="例。実際の宛先にする", en="an example: the real destination"),
        "ports": Text(ja="要るポート", en="the ports that are needed"),
        "purpose": Text(ja="何のための通信か", en="what it is for"),
        "approved_by": Text(ja="承認した役職", en="the role that approved it"),
        "approved_on": Text(ja="承認した日", en="the day of the approval"),
        "expires": Text(ja="最後の日", en="its last day"),
    }
)

_NEEDED: tuple[tuple[str, Text], ...] = (
    (
        r"supply the output of iptables-save",
        Text(ja="iptables-save と ip6tables-save の出力を添えてください", en="deliver the output of iptables-save and ip6tables-save"),
    ),
    (
        r"output of `iptables-save` was not delivered",
        Text(ja="iptables-save の出力を添えてください", en="deliver the output of iptables-save"),
    ),
    (
        r"output of `ip6tables-save` was not delivered",
        Text(ja="ip6tables-save の出力を添えてください", en="deliver the output of ip6tables-save"),
    ),
    (
        r"without `--terse`",
        Text(ja="`nft -j list ruleset` を --terse なしで書き出し直してください", en="export `nft -j list ruleset` again, without --terse"),
    ),
    (
        r"ends at a pager mark|the last line `.*` is missing|breaks off before its end|the line ends too early|is cut off",
        Text(
            ja="画面送りを止めて、構成を最後まで書き出し直してください",
            en="switch the pager off and export the configuration again, to its end",
        ),
    ),
    (
        r"no `ASA Version`|holds no section of policies",
        Text(ja="構成の全体を書き出し直してください", en="export the whole configuration again"),
    ),
    (
        r"the tunnel `.*` is in no zone",
        Text(
            ja="トンネルを topology の interfaces に領域とともに書いてください（使っていなければ unused に）",
            en="put the tunnel into the interfaces of the topology with its zone (or into `unused`)",
        ),
    ),
    (
        r"the route `.*` is not understood",
        Text(ja="topology の pasted_routes のその行を直してください", en="correct that line of pasted_routes in the topology"),
    ),
    (
        r"host name",
        Text(ja="ホスト名ではなく、数字のアドレスで書いてください", en="write addresses in figures instead of host names"),
    ),
    (
        r"contents of the ipset|list of countries|set `.*` (?:changes|is not defined)|an element expires",
        Text(
            ja="中身の変わる集合を使わず、アドレスを規則に書いてください",
            en="write the addresses into the rule instead of a set that changes",
        ),
    ),
    (
        r"is not defined|has no members|is empty|is not known$|holds itself|contains itself",
        Text(
            ja="名前の定義を含む構成の全体を添え、定義のない名前は機器の設定から直してください",
            en="deliver the whole configuration with its definitions; correct names on the device that have none",
        ),
    ),
    (
        r"search reached its budget",
        Text(
            ja="重なり合う規則を整理してください（規則の数を減らすと判定できます）",
            en="tidy rules that overlap each other: with fewer of them the pair can be decided",
        ),
    ),
    (
        r"more than \d+ (?:devices|paths)|runs in a loop",
        Text(
            ja="topology に経路（routes か pasted_routes）を書き、ありえない道筋を減らしてください",
            en="write routes or pasted_routes into the topology, so that fewer ways are possible",
        ),
    ),
    (
        r"chains have the same priority",
        Text(ja="連鎖の優先度を別々の値にしてください", en="give the chains different priorities"),
    ),
)
"""What helps against which reason, by its English words; a test holds them against the sources."""

_OTHERWISE = MappingProxyType(
    {
        True: Text(
            ja="その行を、アドレス・プロトコル・ポートだけの規則で書き直せば判定できます。できなければ、ほかの方法で確かめてください",
            en="as rules on addresses, protocols and ports alone it can be decided; if that cannot be done, look at it by other means",
        ),
        False: Text(ja="このことを、ほかの方法で確かめてください", en="look at this by other means"),
    }
)


def _needed(one: Obstacle) -> Text:
    """Return what would remove an obstacle."""
    text = next((said for pattern, said in _NEEDED if re.search(pattern, one.reason.en)), _OTHERWISE[one.line is not None])
    where = "" if one.line is None else f"{one.line.at}"
    if one.device is not None:
        where = f"`{one.device}`" + (f" {where}" if where else "")
    return Text(ja=f"{where}: {text.ja}", en=f"{where}: {text.en}") if where else text
