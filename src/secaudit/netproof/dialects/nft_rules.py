"""Rules of nftables: statements in their order, as rules of the intermediate representation.

* A part that is not understood never vanishes: a condition makes the match unknown, anything else makes the rule unclear or
  puts a doubt on the whole device.
* A statement that changes something in the middle of a rule acts although later conditions fail.

Never here: tables and chains (`nftables`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.dialects import nft_conditions as conditions
from secaudit.netproof.dialects.nft_values import NamedSet, Unread, bits, element, members, number, span
from secaudit.netproof.ir import (
    Accept,
    Action,
    DestinationNat,
    Drop,
    Goto,
    Jump,
    Match,
    NoTrack,
    Return,
    Rule,
    SetMark,
    SourceNat,
    Unclear,
    Unknown,
)
from secaudit.netproof.lines import Line
from secaudit.netproof.packets import TCP, WITH_PORTS, Family
from secaudit.netproof.ranges import complement

_SILENT = frozenset({"counter", "log", "comment", "last", "continue", "nftrace", "quota_name"})
_SOMETIMES = frozenset({"limit", "quota", "ct count", "set", "map", "meter", "connlimit"})
_FAR = frozenset({"flow", "fwd", "dup", "tproxy", "queue", "synproxy", "ct helper", "ct expectation", "tunnel"})
_OUTSIDE = frozenset({"ct timeout", "secmark", "ct secmark"})
_WATCHING = _SILENT | _SOMETIMES | {"match"}
_BARE = Text(
    ja="プロトコルを限らない `th` の条件です（ポートの無いプロトコルでは別の欄を見ます）",
    en="`th` without a protocol: of protocols without ports it reads other bytes",
)
_HARMLESS_KEYS = frozenset({"priority", "nftrace", "secmark", "cgroup", "rtclassid"})


@dataclass(slots=True)
class Draft:
    """What is read of one rule so far. `problem` enters the line as not understood and returns it."""

    at: Location
    text: str
    table: Family | None
    sets: Mapping[str, NamedSet]
    problem: Callable[[Text, bool], Line]
    chain_name: Callable[[str], str]
    matches: list[Match] = field(default_factory=lambda: [Match()])
    rules: list[Rule] = field(default_factory=list)
    doubts: list[Unread] = field(default_factory=list)
    stale: bool = False
    ended: bool = False

    def add(self, action: Action, matches: list[Match] | None = None) -> None:
        """Add a rule with the conditions so far, or with others."""
        chosen = self.matches if matches is None else matches
        self.rules.append(Rule(matches=tuple(chosen), action=action, at=self.at, text=self.text))

    def unknown(self, reason: Text) -> Unknown:
        """Say that it is not known whether the rule matches."""
        return Unknown(reason=reason, line=self.problem(reason, False))


def read(draft: Draft, expressions: list[Any]) -> None:
    """Read the statements of a rule into `draft.rules` and `draft.doubts`."""
    if _only_watches(expressions):
        return
    for one in expressions:
        if draft.ended:
            unclear(draft, Text(ja="判定の後に文が続いています", en="a statement follows the verdict"))
            return
        if not draft.matches:
            return
        if draft.stale and not (isinstance(one, Mapping) and _SILENT & {*one}):
            draft.matches = [replace(match, mark=None, states=None) for match in draft.matches]
            unclear(draft, Text(ja="調べた値を変え、さらに続く規則です", en="a rule that changes what it has read and goes on"))
            return
        if not isinstance(one, Mapping) or len(one) != 1:
            unclear(draft, Text(ja="文の形が分かりません", en="the form of a statement is not known"))
            return
        name, body = next(iter(one.items()))
        try:
            _statement(draft, str(name), body)
        except Unread as found:
            if found.device:
                draft.problem(found.reason, True)
                draft.doubts.append(found)
            elif name == "match":
                draft.matches = conditions.uncertain(draft.matches, draft.unknown(found.reason))
            else:
                unclear(draft, found.reason)
                return
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            unclear(draft, Text(ja=f"文 `{name}` の形が分かりません", en=f"the form of the statement `{name}` is not known"))
            return


def _only_watches(expressions: list[Any]) -> bool:
    """Whether a rule decides nothing: it counts and logs, so that it does not matter when its conditions hold."""
    return all(isinstance(one, Mapping) and len(one) == 1 and _WATCHING.issuperset(one) for one in expressions)


def unclear(draft: Draft, reason: Text) -> None:
    """Let the rule do anything where its conditions so far hold."""
    draft.add(Unclear(draft.unknown(reason)))
    draft.ended = True


def _statement(draft: Draft, name: str, body: Any) -> None:  # noqa: ANN401 - a tree of JSON
    if name == "match":
        bare = _without_ports(draft, body["left"])
        draft.matches = [*conditions.multiply(draft.matches, conditions.of_match(body, draft.sets)), *bare]
    elif name in _SILENT or name in _OUTSIDE:
        return
    elif name in _SOMETIMES:
        reason = Text(ja=f"`{name}` に当たるかどうかは時によります", en=f"whether `{name}` holds depends on the moment")
        draft.matches = conditions.uncertain(draft.matches, draft.unknown(reason))
    elif name in _FAR:
        raise Unread(Text(ja=f"`{name}` の働きは追えません", en=f"what `{name}` does cannot be followed"), device=True)
    elif name == "xt":
        _foreign(draft, body)
    elif name == "mangle":
        _mangle(draft, body)
    elif name == "vmap":
        bare = _without_ports(draft, body["key"])
        if bare:
            draft.add(Unclear(draft.unknown(_BARE)), bare)
        _verdict_map(draft, body)
        draft.ended = True
    elif name == "notrack":
        draft.add(NoTrack())
        draft.stale = draft.stale or any(match.states is not None for match in draft.matches)
    else:
        matches, action = _terminal(draft, name, body)
        draft.add(action, conditions.multiply(draft.matches, [matches]))
        draft.ended = True


def _without_ports(draft: Draft, left: Any) -> list[Match]:  # noqa: ANN401 - a tree of JSON
    """Return what else `th sport` and `th dport` may hold for: the bytes at that place of packets whose protocol has no ports."""
    written = str(left)
    if "'protocol': 'th'" not in written or "'l4proto'" in written:
        return []
    found = conditions.multiply(draft.matches, [Match(proto=complement(WITH_PORTS, 255))])
    return conditions.uncertain(found, draft.unknown(_BARE)) if found else []


def _foreign(draft: Draft, body: Any) -> None:  # noqa: ANN401 - a tree of JSON
    """Take a rule of iptables that nft shows without its contents."""
    kind = body.get("type") if isinstance(body, Mapping) else None
    name = body.get("name", "?") if isinstance(body, Mapping) else "?"
    reason = Text(
        ja=f"iptables の規則 `{name}` の中身が書き出されていません (iptables-save の出力を添えてください)",
        en=f"the contents of the iptables rule `{name}` are not in the export (supply the output of iptables-save)",
    )
    if kind == "match":
        draft.matches = conditions.uncertain(draft.matches, draft.unknown(reason))
    else:
        raise Unread(reason)


def _terminal(draft: Draft, name: str, body: Any) -> tuple[Match, Action]:  # noqa: ANN401 - a tree of JSON
    """Return a verdict with the condition that it brings along."""
    match name:
        case "accept":
            return Match(), Accept()
        case "drop":
            return Match(), Drop()
        case "reject":
            return _rejected(body), Drop()
        case "return":
            return Match(), Return()
        case "jump":
            return Match(), Jump(draft.chain_name(body["target"]))
        case "goto":
            return Match(), Goto(draft.chain_name(body["target"]))
        case "masquerade":
            return Match(), SourceNat(None, _ports(body))
        case "redirect":
            return Match(), DestinationNat(None)
        case "snat" | "dnat":
            return _translation(draft, name, body)
        case _:
            raise Unread(Text(ja=f"文 `{name}` には対応していません", en=f"the statement `{name}` is not supported"))


def _rejected(body: Any) -> Match:  # noqa: ANN401 - a tree of JSON
    """Return what a reject implies: the export leaves out a condition on family or protocol that its answer already says."""
    kind = body.get("type") if isinstance(body, Mapping) else None
    if kind == "tcp reset":
        return Match(proto=((TCP, TCP),))
    families = {"icmp": Family.V4, "icmpv6": Family.V6}
    if kind not in (None, "icmpx", *families):
        raise Unread(Text(ja=f"拒否 `{kind}` が分かりません", en=f"the reject `{kind}` is not known"))
    return Match(family=families.get(str(kind)))


def _ports(body: Any) -> tuple[int, int] | None:  # noqa: ANN401 - a tree of JSON
    return span(body["port"], "port") if isinstance(body, Mapping) and "port" in body else None


def _translation(draft: Draft, name: str, body: Mapping[str, Any]) -> tuple[Match, Action]:
    family = Family(body["family"]) if "family" in body else draft.table
    flags = body.get("flags", [])
    known = {"random", "fully-random", "persistent"}
    if family is None or "type_flags" in body or not set([flags] if isinstance(flags, str) else flags) <= known:
        raise Unread(Text(ja="この変換には対応していません", en="this translation is not supported"))
    address = span(body["addr"], family.value) if "addr" in body else None
    ports = _ports(body)
    if name == "snat":
        if address is None:
            raise Unread(Text(ja="変換先のアドレスがありません", en="the translation has no address"))
        return Match(family=family), SourceNat(address, ports)
    if (address is not None and address[0] != address[1]) or (ports is not None and ports[0] != ports[1]):
        raise Unread(Text(ja="複数の宛先への変換には対応していません", en="a translation to several destinations is not supported"))
    if address is None:
        raise Unread(Text(ja="宛先アドレスの無い変換には対応していません", en="a translation without an address is not supported"))
    return Match(family=family), DestinationNat(address[0], None if ports is None else ports[0])


def _mangle(draft: Draft, body: Mapping[str, Any]) -> None:
    key = body["key"]
    if key == {"meta": {"key": "mark"}}:
        draft.add(_mark(body["value"]))
        # What follows would have to hold with the old mark; as a rule of its own it would read the new one.
        draft.stale = draft.stale or any(match.mark is not None for match in draft.matches)
        return
    if "meta" in key and key["meta"].get("key") in _HARMLESS_KEYS:
        return
    if "ct" in key and key["ct"].get("key") in ("mark", "label"):
        return
    payload = key.get("payload", {})
    if payload.get("field") in ("dscp", "ttl", "hoplimit", "ecn", "flowlabel") or "tcp option" in key:
        return
    raise Unread(Text(ja="パケットの書換えには対応していません", en="rewriting a packet is not supported"), device=True)


def _mark(value: Any) -> SetMark:  # noqa: ANN401 - a tree of JSON
    """Return `meta mark set`: a number, or the old mark with bits kept, set and flipped."""
    mark = {"meta": {"key": "mark"}}
    if isinstance(value, int | str):
        return SetMark(number(value, "mark"))
    if isinstance(value, Mapping) and len(value) == 1:
        (sign, parts), top = next(iter(value.items())), 0xFFFFFFFF
        if isinstance(parts, list) and len(parts) == 2 and parts[0] == mark and not isinstance(parts[1], Mapping):
            given = bits(parts[1], "mark")
            if sign in ("|", "&", "^"):
                keeps = {"|": (given, ~given & top), "&": (0, given), "^": (given, top)}
                return SetMark(*keeps[sign])
        if sign in ("|", "^") and isinstance(parts, list) and len(parts) == 2 and isinstance(parts[0], Mapping):
            inner = parts[0].get("&")
            if isinstance(inner, list) and inner[0] == mark and not isinstance(parts[1], Mapping):
                keep, given = bits(inner[1], "mark"), bits(parts[1], "mark")
                return SetMark(given, keep if sign == "^" else keep & ~given)
    return SetMark(None)


def _verdict_map(draft: Draft, body: Mapping[str, Any]) -> None:
    """Write a verdict map out: its elements never overlap, so their order does not matter."""
    key = body["key"]
    if "mark" in str(key):
        raise Unread(Text(ja="印による判定表には対応していません", en="a verdict map on marks is not supported"))
    found: list[tuple[list[Match], Action]] = []
    others: list[tuple[list[Match], Action]] = []
    for entry in members(body["data"], draft.sets):
        if not isinstance(entry, list) or len(entry) != 2:
            raise Unread(Text(ja="判定表の形が分かりません", en="the form of a verdict map is not known"))
        value, verdict = entry
        if not isinstance(verdict, Mapping) or len(verdict) != 1:
            raise Unread(Text(ja="判定表の判定が分かりません", en="a verdict of a map is not known"))
        name, inner = next(iter(verdict.items()))
        if name == "continue":
            continue
        value = element(value)
        matches = (
            [Match()]
            if value == "*"
            else conditions.of_key(key, "==", value if isinstance(value, Mapping | list) else {"set": [value]}, draft.sets)
        )
        (others if value == "*" else found).append((conditions.multiply(draft.matches, matches), _terminal(draft, str(name), inner)[1]))
    found += others
    if others and any(isinstance(action, Jump) for _, action in found):
        raise Unread(
            Text(ja="その他の要素と `jump` のある判定表には対応していません", en="a verdict map with `*` and `jump` is not supported")
        )
    for matches, action in found:
        draft.add(action, matches)
