"""The options of one iptables rule, module by module, as alternatives of matches.

A module that is not known makes the match unknown; its name is said.

Never here: targets and chains (`iptables`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from typing import Any

from secaudit.model.text import Text
from secaudit.netproof.dialects.nft_conditions import multiply
from secaudit.netproof.dialects.nft_values import FLAGS, ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS, SERVICES, Unread
from secaudit.netproof.ir import Match, Unknown
from secaudit.netproof.packets import Family, State, kinds_where
from secaudit.netproof.ranges import Ranges, complement, normal, of_network

_PORTED = frozenset({"tcp", "udp", "sctp", "dccp", "udplite", "multiport"})
_EVERY: Ranges = ((0, 255),)
_TRACKED = frozenset({State.NEW, State.ESTABLISHED, State.RELATED})


@dataclass(slots=True)
class Options:
    """What is read of one rule: alternatives, the target with its own options, and reasons for doubt about the match."""

    family: Family
    matches: list[Match] = field(default_factory=lambda: [Match()])
    target: str | None = None
    goto: bool = False
    arguments: list[str] = field(default_factory=list)
    unknown: list[Text] = field(default_factory=list)

    def limit(self, *alternatives: Match) -> None:
        """Add a condition."""
        self.matches = multiply(self.matches, [*alternatives])

    def one(self, name: str, value: object) -> None:
        """Limit one field."""
        fields: dict[str, Any] = {name: value}
        self.limit(Match(family=self.family, **fields))


def read(words: list[str], family: Family) -> Options:
    """Return the options of the words behind `-A CHAIN`; raises `Unread` if they have no known form."""
    options = Options(family)
    modules: list[str] = []
    position, negated = 0, False
    while position < len(words):
        word = words[position]
        if word == "!":
            negated, position = True, position + 1
            continue
        if word in ("-j", "-g", "--jump", "--goto"):
            options.target, options.goto = words[position + 1], word in ("-g", "--goto")
            options.arguments = words[position + 2 :]
            break
        if word in ("-m", "--match"):
            modules.append(words[position + 1])
            position += 2
            if modules[-1] not in _KNOWN:
                position = _skip(words, position)
                options.unknown.append(_not_known(modules[-1]))
            continue
        used = _option(options, modules, word, words[position + 1 :], negated=negated)
        position, negated = position + 1 + used, False
    return options


def _skip(words: list[str], position: int) -> int:
    while position < len(words) and words[position] not in ("-m", "-j", "-g", "--match", "--jump", "--goto"):
        position += 1
    return position


def _not_known(module: str) -> Text:
    return _REASONS.get(
        module,
        Text(ja=f"条件 `-m {module}` は構成からは分かりません", en=f"the condition `-m {module}` is not known from a configuration"),
    )


_REASONS = {
    "set": Text(ja="ipset の中身が書き出されていません", en="the contents of the ipset are not in the export"),
    "time": Text(ja="時刻による条件です", en="the condition depends on the time"),
    "limit": Text(ja="頻度による条件です", en="the condition depends on the rate"),
    "hashlimit": Text(ja="頻度による条件です", en="the condition depends on the rate"),
    "geoip": Text(ja="国の一覧が書き出されていません", en="the list of countries is not in the export"),
}

_KNOWN = _PORTED | {"comment", "conntrack", "state", "mark", "iprange", "icmp", "icmp6", "ipv6-icmp", "pkttype"}


def _option(options: Options, modules: list[str], word: str, rest: list[str], *, negated: bool) -> int:
    """Take one option; return how many words it has behind it."""
    family = options.family
    if word == "--syn":
        _flags(options, lambda flags: ((flags & 0x17) == 2) is not negated)
        return 0
    if word == "--tcp-flags":
        mask, wanted = _bits(rest[0]), _bits(rest[1])
        _flags(options, lambda flags: ((flags & mask) == wanted) is not negated)
        return 2
    if word in ("-f", "--fragment"):
        if not negated:
            options.unknown.append(Text(ja="断片への条件です", en="a condition on fragments"))
        return 0
    if not rest:
        raise Unread(Text(ja=f"`{word}` に値がありません", en=f"`{word}` has no value"))
    value = rest[0]
    if word in _ADDRESSES:
        ranges = _addresses(value, family)
        options.one(_ADDRESSES[word], complement(ranges, family.top) if negated else ranges)
    elif word in ("-p", "--protocol"):
        if value not in ("all", "0"):
            proto = _number(value, PROTOCOLS)
            options.one("proto", complement(((proto, proto),), 255) if negated else ((proto, proto),))
    elif word in _INTERFACES:
        _interface(options, _INTERFACES[word], value, negated=negated)
    elif word in ("--sport", "--dport", "--source-port", "--destination-port", "--sports", "--dports", "--ports"):
        _ports(options, word, value, negated=negated)
    elif word in ("--ctstate", "--state"):
        _states(options, value, negated=negated)
    elif word in ("--icmp-type", "--icmpv6-type"):
        _icmp(options, value, negated=negated)
    elif word == "--mark":
        _mark(options, value, negated=negated)
    elif word == "--pkt-type":
        if (value == "unicast") is negated:
            options.matches = []
    elif word != "--comment":
        options.unknown.append(_not_known(f"{modules[-1] if modules else ''} {word}".strip()))
    return 1


_ADDRESSES = {
    "-s": "src",
    "--source": "src",
    "--src-range": "src",
    "-d": "dst",
    "--destination": "dst",
    "--dst-range": "dst",
}
_INTERFACES = {"-i": "iif", "--in-interface": "iif", "-o": "oif", "--out-interface": "oif"}


def _addresses(value: str, family: Family) -> Ranges:
    try:
        if "-" in value:
            low, high = (int(ip_address(part)) for part in value.split("-", 1))
            return normal([(low, high)])
        network = ip_network(value, strict=False)
    except ValueError:
        raise Unread(Text(ja=f"`{value}` はアドレスではありません", en=f"`{value}` is not an address")) from None
    if network.max_prefixlen != family.bits:
        raise Unread(Text(ja=f"`{value}` は別の種類のアドレスです", en=f"`{value}` is an address of the other family"))
    return normal([of_network(network)])


def _number(value: str, names: Any) -> int:  # noqa: ANN401 - a mapping of names to numbers
    known = names.get(value.lower())
    if known is not None:
        return int(known)
    try:
        return int(value, 0)
    except ValueError:
        raise Unread(Text(ja=f"`{value}` という名前が分かりません", en=f"the name `{value}` is not known")) from None


def _interface(options: Options, side: str, value: str, *, negated: bool) -> None:
    if value == "+":
        if negated:
            options.matches = []
        return
    name = value[:-1] + "*" if value.endswith("+") else value
    options.one(f"not_{side}" if negated else side, frozenset({name}))


def _ports(options: Options, word: str, value: str, *, negated: bool) -> None:
    found: list[tuple[int, int]] = []
    for part in value.split(","):
        low, sign, high = part.partition(":")
        first = _number(low, SERVICES) if low else 0
        last = (_number(high, SERVICES) if high else 65535) if sign else first
        found.append((first, last))
    ranges = normal(found)
    if negated:
        ranges = complement(ranges, 65535)
    if word == "--ports":
        if negated:
            options.limit(Match(sport=ranges, dport=ranges))
        else:
            options.limit(Match(sport=ranges), Match(sport=complement(ranges, 65535), dport=ranges))
    else:
        options.one("sport" if word.startswith(("--s", "--source")) else "dport", ranges)


def _states(options: Options, value: str, *, negated: bool) -> None:
    names = set(value.upper().split(","))
    known = {state.name: state for state in State}
    if not names <= {*known, "DNAT"} or (negated and "DNAT" in names):
        raise Unread(Text(ja=f"接続の状態 `{value}` に対応していません", en=f"the connection states `{value}` are not supported"))
    wanted = frozenset(known[name] for name in names if name in known)
    if negated:
        wanted = frozenset(State) - wanted
    alternatives = [Match(states=wanted)] if wanted else []
    if "DNAT" in names:
        alternatives.append(Match(translated=True, states=_TRACKED - wanted))
    options.limit(*alternatives)


def _icmp(options: Options, value: str, *, negated: bool) -> None:
    if value in ("any", "255"):
        return
    kind, _, code = value.partition("/")
    names = ICMP_TYPES if options.family is Family.V4 else ICMPV6_TYPES
    number = _number(kind, names)
    types: Ranges = ((number, number),)
    codes: Ranges = ((int(code), int(code)),) if code else _EVERY
    if not negated:
        options.limit(Match(icmp=(types, codes)))
    else:
        rest = [Match(icmp=(complement(types, 255), _EVERY))]
        options.limit(*rest, *([Match(icmp=(types, complement(codes, 255)))] if code else []))


def _mark(options: Options, value: str, *, negated: bool) -> None:
    number, _, mask = value.partition("/")
    given = int(number, 0)
    hit: Ranges = ((given, given),)
    options.limit(Match(mark=complement(hit, 0xFFFFFFFF) if negated else hit, mark_mask=int(mask, 0) if mask else 0xFFFFFFFF))


def _bits(value: str) -> int:
    if value == "NONE":
        return 0
    if value == "ALL":
        return 0x3F
    return sum(FLAGS[one.lower()] for one in value.split(","))


def _flags(options: Options, condition: Callable[[int], bool]) -> None:
    kinds, exact = kinds_where(condition)
    if not exact:
        options.unknown.append(Text(ja="TCP フラグの条件を正確に表せません", en="a condition on TCP flags cannot be expressed exactly"))
    options.limit(Match(kinds=kinds))


def uncertain(matches: list[Match], unknown: Unknown) -> list[Match]:
    """Return the alternatives, none of which is certain to match."""
    return [replace(match, unknown=unknown) for match in matches]
