"""Conditions of nftables rules: one `match` becomes alternatives, alternatives of several matches are multiplied.

Never here: statements that do something (`nft_rules`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from secaudit.model.text import Text
from secaudit.netproof.dialects.nft_values import TOPS, Sets, Unread, bits, element, members, names, number, ranges, span, states
from secaudit.netproof.ir import Match, Unknown
from secaudit.netproof.packets import DCCP, SCTP, TCP, UDP, UDPLITE, WITH_PORTS, Family, State, kinds_where
from secaudit.netproof.ranges import Ranges, complement, intersect, normal, of_wildcard

ALTERNATIVES = 4096
"""Most alternatives of one rule; more are not understood."""

_L4 = {"tcp": TCP, "udp": UDP, "sctp": SCTP, "dccp": DCCP, "udplite": UDPLITE}
_UNKNOWABLE = {
    "length": Text(ja="パケットの長さ", en="the packet length"),
    "time": Text(ja="時刻", en="the time"),
    "day": Text(ja="曜日", en="the day"),
    "hour": Text(ja="時刻", en="the hour"),
    "skuid": Text(ja="利用者", en="the user"),
    "skgid": Text(ja="利用者の組", en="the group"),
    "random": Text(ja="乱数", en="a random number"),
}


def both(one: Match, two: Match) -> Match | None:
    """Return the condition that both hold; None if they cannot."""
    if one.family is not None and two.family is not None and one.family is not two.family:
        return None
    if (one.icmp is not None and (two.sport or two.dport)) or (two.icmp is not None and (one.sport or one.dport)):
        return None
    if one.mark is not None and two.mark is not None and one.mark_mask != two.mark_mask:
        raise Unread(Text(ja="印の二つの条件を重ねられません", en="two conditions on the mark cannot be combined"))
    found: dict[str, Any] = {
        name: _meet(getattr(one, name), getattr(two, name)) for name in ("src", "dst", "proto", "sport", "dport", "mark")
    }
    if any(value == () for value in found.values()):
        return None
    icmp = one.icmp or two.icmp
    if one.icmp is not None and two.icmp is not None:
        types, codes = (intersect(a, b) for a, b in zip(one.icmp, two.icmp, strict=True))
        if not types or not codes:
            return None
        icmp = (types, codes)
    return Match(
        family=one.family or two.family,
        **found,
        icmp=icmp,
        states=_common(one.states, two.states),
        kinds=_common(one.kinds, two.kinds),
        iif=_interfaces(one.iif, two.iif),
        oif=_interfaces(one.oif, two.oif),
        not_iif=one.not_iif | two.not_iif,
        not_oif=one.not_oif | two.not_oif,
        mark_mask=one.mark_mask if one.mark is not None else two.mark_mask,
        translated=one.translated if two.translated is None else two.translated,
        unknown=one.unknown or two.unknown,
    )


def _meet(one: Ranges | None, two: Ranges | None) -> Ranges | None:
    if one is None or two is None:
        return two if one is None else one
    return intersect(one, two)


def _common(one: frozenset[Any] | None, two: frozenset[Any] | None) -> frozenset[Any] | None:
    if one is None or two is None:
        return two if one is None else one
    return one & two


def _interfaces(one: frozenset[str] | None, two: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or two is None:
        return two if one is None else one
    if any(name.endswith("*") for name in one | two):
        raise Unread(Text(ja="インターフェイスの二つの条件を重ねられません", en="two conditions on an interface cannot be combined"))
    return one & two


def multiply(one: Iterable[Match], two: list[Match]) -> list[Match]:
    """Return the alternatives of which both sides hold."""
    found = [match for a in one for b in two if (match := both(a, b)) is not None]
    if len(found) > ALTERNATIVES:
        raise Unread(Text(ja="条件の組合せが多すぎます", en="there are too many combinations of conditions"))
    return found


def uncertain(matches: list[Match], unknown: Unknown) -> list[Match]:
    """Return the alternatives, none of which is certain to match."""
    return [replace(match, unknown=match.unknown or unknown) for match in matches]


def _one(name: str, value: object, *, family: Family | None = None, proto: Ranges | None = None) -> list[Match]:
    """Return the one alternative in which a field of `Match` is limited."""
    fields: dict[str, Any] = {name: value}
    return [Match(family=family, proto=proto, **fields)]


def of_match(body: Mapping[str, Any], sets: Sets) -> list[Match]:
    """Return the alternatives of one `match` statement."""
    return of_key(body["left"], body.get("op", "=="), body["right"], sets)


def of_key(left: Any, op: str, right: Any, sets: Sets) -> list[Match]:  # noqa: ANN401 - trees of JSON
    """Return the alternatives in which a key compares so with a value."""
    if not isinstance(left, Mapping) or len(left) != 1:
        raise Unread(Text(ja="条件の左側が分かりません", en="the left side of a condition is not understood"))
    name, body = next(iter(left.items()))
    match name:
        case "concat":
            return _concatenated(body, op, right, sets)
        case "&":
            return _masked(body[0], bits(body[1], _field(body[0])), op, right)
        case "payload":
            return _payload(body, op, right, sets)
        case "meta":
            return _meta(body["key"] if isinstance(body, Mapping) else body, op, right, sets)
        case "ct":
            return _conntrack(body, op, right, sets)
        case _:
            raise Unread(Text(ja=f"条件 `{name}` には対応していません", en=f"the condition `{name}` is not supported"))


def _concatenated(keys: list[Any], op: str, right: Any, sets: Sets) -> list[Match]:  # noqa: ANN401 - trees of JSON
    if op not in ("==", "in"):
        raise Unread(Text(ja="組の否定には対応していません", en="the negation of a concatenation is not supported"))
    found: list[Match] = []
    for member in members(right, sets):
        value = element(member)
        parts = value.get("concat") if isinstance(value, Mapping) else None
        if not isinstance(parts, list) or len(parts) != len(keys):
            raise Unread(Text(ja="組の要素の数が合いません", en="an element does not have the parts of its concatenation"))
        alternatives = [Match()]
        for key, part in zip(keys, parts, strict=True):
            alternatives = multiply(alternatives, of_key(key, "==", part, sets))
        found += alternatives
        if len(found) > ALTERNATIVES:
            raise Unread(Text(ja="条件の組合せが多すぎます", en="there are too many combinations of conditions"))
    return found


def _field(left: Any) -> str:  # noqa: ANN401 - a tree of JSON
    """Return the field of `nft_values` that a left side speaks of."""
    if isinstance(left, Mapping):
        payload, meta = left.get("payload"), left.get("meta")
        if isinstance(payload, Mapping):
            protocol, name = payload.get("protocol"), payload.get("field")
            if protocol in ("ip", "ip6") and name in ("saddr", "daddr"):
                return str(protocol)
            if (protocol, name) == ("tcp", "flags"):
                return "flags"
        if isinstance(meta, Mapping) and meta.get("key") == "mark":
            return "mark"
    raise Unread(Text(ja="マスクの付いた条件が分かりません", en="a condition with a mask is not understood"))


def compared(value: object, op: str, field: str, sets: Sets) -> Ranges:
    """Return the numbers of a field that compare so with a value."""
    top = TOPS[field]
    if op in ("==", "in"):
        return ranges(value, field, sets)
    if op == "!=":
        return complement(ranges(value, field, sets), top)
    low, high = span(value, field)
    limits = {"<": (0, low - 1), "<=": (0, high), ">": (high + 1, top), ">=": (low, top)}
    if op not in limits:
        raise Unread(Text(ja=f"比較 `{op}` が分かりません", en=f"the comparison `{op}` is not known"))
    return normal([limits[op]])


def _masked(left: Any, mask: int, op: str, right: Any) -> list[Match]:  # noqa: ANN401 - trees of JSON
    field = _field(left)
    if op not in ("==", "!="):
        raise Unread(Text(ja="マスクの付いた条件が分かりません", en="a condition with a mask is not understood"))
    if field == "flags":
        wanted = bits(right, "flags")
        return _flags(lambda flags: ((flags & mask) == wanted) is (op == "=="))
    if field == "mark":
        value = bits(right, "mark")
        hit: Ranges = ((value, value),)
        return [Match(mark=hit if op == "==" else complement(hit, TOPS["mark"]), mark_mask=mask)]
    family = Family(field)
    value = number(right, field)
    hits = () if value & ~mask else of_wildcard(value, ~mask & family.top, family.bits)
    if hits is None:
        raise Unread(Text(ja="マスクが飛び飛びすぎます", en="the mask has too many gaps"))
    side = "src" if left["payload"]["field"] == "saddr" else "dst"
    return _one(side, hits if op == "==" else complement(hits, family.top), family=family)


def _flags(condition: Any) -> list[Match]:  # noqa: ANN401 - a function of the flag byte
    kinds, exact = kinds_where(condition)
    if not exact:
        raise Unread(Text(ja="TCP フラグの条件を正確に表せません", en="a condition on TCP flags cannot be expressed exactly"))
    return [Match(kinds=kinds)] if kinds else []


def _payload(body: Mapping[str, Any], op: str, right: Any, sets: Sets) -> list[Match]:  # noqa: ANN401 - trees of JSON
    protocol, field = body.get("protocol"), body.get("field")
    match protocol, field:
        case (("ip" | "ip6"), ("saddr" | "daddr")):
            side = "src" if field == "saddr" else "dst"
            return _one(side, compared(right, op, str(protocol), sets), family=Family(protocol))
        case "ip", "protocol":
            return [Match(family=Family.V4, proto=compared(right, op, "proto", sets))]
        case "ip", "version":
            return [Match(family=Family.V4)]
        case (("tcp" | "udp" | "sctp" | "dccp" | "udplite"), ("sport" | "dport")):
            proto = ((_L4[str(protocol)], _L4[str(protocol)]),)
            return _one(str(field), compared(right, op, "port", sets), proto=proto)
        case "th", ("sport" | "dport"):
            # Of protocols without ports nft reads other bytes: `nft_rules` adds that they may match.
            return _one(str(field), compared(right, op, "port", sets), proto=WITH_PORTS)
        case (("icmp" | "icmpv6"), ("type" | "code")):
            family = Family.V4 if protocol == "icmp" else Family.V6
            asked = compared(right, op, f"{protocol} {field}", sets)
            every: Ranges = ((0, 255),)
            return [Match(family=family, icmp=(asked, every) if field == "type" else (every, asked))]
        case "tcp", "flags":
            if op == "in":
                wanted = bits([*members(right, sets)], "flags")
                return _flags(lambda flags: bool(flags & wanted))
            if op == "==" and not isinstance(right, Mapping):
                wanted = bits(right, "flags")
                return _flags(lambda flags: flags == wanted)
    raise Unread(Text(ja=f"条件 `{protocol} {field}` には対応していません", en=f"the condition `{protocol} {field}` is not supported"))


def _meta(key: str, op: str, right: Any, sets: Sets) -> list[Match]:  # noqa: ANN401 - a tree of JSON
    match key:
        case "iif" | "iifname" | "oif" | "oifname":
            return _by_interface(key[:3], op, names(right, sets))
        case "l4proto":
            return [Match(proto=compared(right, op, "proto", sets))]
        case "nfproto" | "protocol":
            wanted = compared(right, op, "nfproto", sets)
            numbers = {Family.V4: 2, Family.V6: 10}
            hits = [family for family in Family if any(low <= numbers[family] <= high for low, high in wanted)]
            return [Match(family=family) for family in hits]
        case "mark":
            return [Match(mark=compared(right, op, "mark", sets))]
        case "pkttype" if op in ("==", "!="):
            # Only a packet sent to this host's own link address is forwarded.
            hosts = "host" in [element(one) for one in members(right, sets)]
            return [Match()] if hosts is (op == "==") else []
    what = _UNKNOWABLE.get(key, Text(ja=f"`meta {key}`", en=f"`meta {key}`"))
    raise Unread(Text(ja=f"{what.ja}は構成からは分かりません", en=f"{what.en} is not known from a configuration"))


def _by_interface(side: str, op: str, wanted: frozenset[str]) -> list[Match]:
    if op not in ("==", "in", "!="):
        raise Unread(Text(ja="インターフェイスの比較が分かりません", en="the comparison of an interface is not known"))
    return _one(side if op != "!=" else f"not_{side}", wanted)


def _conntrack(body: Any, op: str, right: Any, sets: Sets) -> list[Match]:  # noqa: ANN401 - trees of JSON
    key = body["key"] if isinstance(body, Mapping) else body
    tracked = frozenset({State.NEW, State.ESTABLISHED, State.RELATED})
    if key == "state" and op in ("==", "in", "!="):
        wanted = states(right, sets)
        return [Match(states=wanted if op != "!=" else frozenset(State) - wanted)]
    if key == "status" and op in ("in", "==") and [*members(right, sets)] == ["dnat"]:
        return [Match(translated=True, states=tracked)]
    if key == "direction" and op in ("==", "!=") and right in ("original", "reply", 0, 1):
        original = (right in ("original", 0)) is (op == "==")
        return [Match(states=tracked if original else frozenset({State.ESTABLISHED, State.RELATED}))]
    raise Unread(Text(ja=f"`ct {key}` は構成からは分かりません", en=f"`ct {key}` is not known from a configuration"))
