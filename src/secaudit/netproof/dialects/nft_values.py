"""Values of nftables JSON: numbers, names, ranges, prefixes, sets and their elements, as ranges.

Raises `Unread` (a signal inside this front end) with a reason wherever a value is not understood; the rule then says so.

Never here: statements and rules (`nft_rules`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from secaudit.model.text import Text
from secaudit.netproof.packets import Family, State
from secaudit.netproof.ranges import Range, Ranges, normal

PROTOCOLS: Mapping[str, int] = {
    "icmp": 1,
    "igmp": 2,
    "ipip": 4,
    "tcp": 6,
    "udp": 17,
    "dccp": 33,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmpv6": 58,
    "ipv6-icmp": 58,
    "ospf": 89,
    "ospfigp": 89,
    "pim": 103,
    "comp": 108,
    "ipcomp": 108,
    "vrrp": 112,
    "sctp": 132,
    "udplite": 136,
}
SERVICES: Mapping[str, int] = {
    "ftp-data": 20,
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "smtp": 25,
    "domain": 53,
    "bootps": 67,
    "bootpc": 68,
    "tftp": 69,
    "http": 80,
    "pop3": 110,
    "ntp": 123,
    "netbios-ns": 137,
    "netbios-dgm": 138,
    "netbios-ssn": 139,
    "imap2": 143,
    "snmp": 161,
    "ldap": 389,
    "https": 443,
    "microsoft-ds": 445,
    "submission": 587,
    "ldaps": 636,
    "imaps": 993,
    "pop3s": 995,
    "ms-sql-s": 1433,
    "mysql": 3306,
    "ms-wbt-server": 3389,
    "postgresql": 5432,
    "http-alt": 8080,
}
ICMP_TYPES: Mapping[str, int] = {
    "echo-reply": 0,
    "destination-unreachable": 3,
    "source-quench": 4,
    "redirect": 5,
    "echo-request": 8,
    "router-advertisement": 9,
    "router-solicitation": 10,
    "time-exceeded": 11,
    "parameter-problem": 12,
    "timestamp-request": 13,
    "timestamp-reply": 14,
    "info-request": 15,
    "info-reply": 16,
    "address-mask-request": 17,
    "address-mask-reply": 18,
}
ICMPV6_TYPES: Mapping[str, int] = {
    "destination-unreachable": 1,
    "packet-too-big": 2,
    "time-exceeded": 3,
    "parameter-problem": 4,
    "echo-request": 128,
    "echo-reply": 129,
    "mld-listener-query": 130,
    "mld-listener-report": 131,
    "mld-listener-done": 132,
    "mld-listener-reduction": 132,
    "nd-router-solicit": 133,
    "nd-router-advert": 134,
    "nd-neighbor-solicit": 135,
    "nd-neighbor-advert": 136,
    "nd-redirect": 137,
    "router-renumbering": 138,
    "ind-neighbor-solicit": 141,
    "ind-neighbor-advert": 142,
    "mld2-listener-report": 143,
}
ICMP_CODES: Mapping[str, int] = {
    "net-unreachable": 0,
    "host-unreachable": 1,
    "prot-unreachable": 2,
    "port-unreachable": 3,
    "frag-needed": 4,
    "net-prohibited": 9,
    "host-prohibited": 10,
    "admin-prohibited": 13,
}
ICMPV6_CODES: Mapping[str, int] = {"no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4}
FLAGS: Mapping[str, int] = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128}
NFPROTO: Mapping[str, int] = {"ipv4": 2, "ipv6": 10, "ip": 2, "ip6": 10}
NAMES: Mapping[str, Mapping[str, int]] = {
    "proto": PROTOCOLS,
    "port": SERVICES,
    "icmp type": ICMP_TYPES,
    "icmpv6 type": ICMPV6_TYPES,
    "icmp code": ICMP_CODES,
    "icmpv6 code": ICMPV6_CODES,
    "flags": FLAGS,
    "nfproto": NFPROTO,
}
TOPS: Mapping[str, int] = {
    "proto": 255,
    "port": 65535,
    "icmp type": 255,
    "icmpv6 type": 255,
    "icmp code": 255,
    "icmpv6 code": 255,
    "flags": 255,
    "mark": 0xFFFFFFFF,
    "nfproto": 255,
    "ip": Family.V4.top,
    "ip6": Family.V6.top,
}


class Unread(Exception):  # noqa: N818 - a signal inside this front end, never raised out of it
    """A part of a rule that is not understood; `reason` is for people. `device`: it reaches the whole device."""

    def __init__(self, reason: Text, *, device: bool = False) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.device = device


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSet:
    """A set or map of the export. `elements` None: not in the export. `varies`: changes while the device runs."""

    elements: tuple[Any, ...] | None
    varies: bool


Sets = Mapping[str, NamedSet]


def number(value: object, field: str) -> int:
    """Return one value of a field as a number."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if not isinstance(value, str):
        raise Unread(Text(ja="値の書き方が分かりません", en="a value is written in an unknown way"))
    if field in ("ip", "ip6"):
        try:
            address = ip_address(value)
        except ValueError:
            raise Unread(Text(ja=f"`{value}` はアドレスではありません", en=f"`{value}` is not an address")) from None
        if address.version != (4 if field == "ip" else 6):
            raise Unread(Text(ja=f"`{value}` は別の種類のアドレスです", en=f"`{value}` is an address of the other family"))
        return int(address)
    known = NAMES.get(field, {}).get(value.lower())
    if known is not None:
        return known
    try:
        return int(value, 0)
    except ValueError:
        raise Unread(Text(ja=f"`{value}` という名前が分かりません", en=f"the name `{value}` is not known")) from None


def span(value: object, field: str) -> Range:
    """Return a value, a range or a prefix as one range."""
    if isinstance(value, Mapping):
        if "range" in value:
            low, high = value["range"]
            return number(low, field), number(high, field)
        if "prefix" in value:
            prefix = value["prefix"]
            width = TOPS[field].bit_length()
            base = number(prefix["addr"], field)
            free = (1 << width - int(prefix["len"])) - 1
            return base & ~free, base | free
        if "elem" in value:
            return span(element(value), field)
    if isinstance(value, str) and "/" in value and field in ("ip", "ip6"):
        network = ip_network(value, strict=False)
        return int(network.network_address), int(network.broadcast_address)
    if value == "*":
        return 0, TOPS[field]
    one = number(value, field)
    return one, one


def element(value: object) -> object:
    """Return the value of a set element without its time-out, comment and counter."""
    if isinstance(value, Mapping) and "elem" in value:
        inner = value["elem"]
        if "timeout" in inner or "expires" in inner:
            raise Unread(Text(ja="期限の切れる要素があります", en="an element expires"))
        if any(key not in ("val", "comment", "counter") for key in inner):
            raise Unread(Text(ja="要素に条件が付いています", en="an element carries a condition"))
        return inner["val"]
    return value


def members(value: object, sets: Sets) -> list[object]:
    """Return the elements that a right side holds: one value, an anonymous set, or a named set."""
    if isinstance(value, str) and value.startswith("@"):
        found = sets.get(value[1:])
        if found is None:
            raise Unread(Text(ja=f"集合 `{value}` が定義されていません", en=f"the set `{value}` is not defined"))
        if found.varies:
            raise Unread(Text(ja=f"集合 `{value}` は稼働中に変わります", en=f"the set `{value}` changes while the device runs"))
        if not found.elements:
            text = f"集合 `{value}` の中身が書き出されていません (`--terse` を付けずに書き出してください)"
            raise Unread(Text(ja=text, en=f"the set `{value}` has no elements in this export (export it without `--terse`)"))
        return [*found.elements]
    if isinstance(value, Mapping) and "set" in value:
        inner = value["set"]
        return [*inner] if isinstance(inner, list) else [inner]
    if isinstance(value, list):
        return [*value]
    return [value]


def ranges(value: object, field: str, sets: Sets) -> Ranges:
    """Return a right side as ranges of a field."""
    return normal(span(element(one), field) for one in members(value, sets))


def names(value: object, sets: Sets) -> frozenset[str]:
    """Return a right side as names of interfaces."""
    found = [element(one) for one in members(value, sets)]
    if not all(isinstance(one, str) for one in found):
        raise Unread(Text(ja="インターフェイスの名前が分かりません", en="the name of an interface is not known"))
    return frozenset(str(one) for one in found)


def states(value: object, sets: Sets) -> frozenset[State]:
    """Return a right side as connection states."""
    found = [element(one) for one in members(value, sets)]
    known = {state.value: state for state in State}
    if not all(isinstance(one, str) and one in known for one in found):
        raise Unread(Text(ja="接続の状態の名前が分かりません", en="the name of a connection state is not known"))
    return frozenset(known[str(one)] for one in found)


def bits(value: object, field: str) -> int:
    """Return a value that may be an `|` of several."""
    if isinstance(value, Mapping) and "|" in value:
        total = 0
        for part in value["|"]:
            total |= bits(part, field)
        return total
    if isinstance(value, list):
        total = 0
        for part in value:
            total |= bits(part, field)
        return total
    return number(value, field)
