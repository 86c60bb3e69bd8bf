"""Services of FortiOS → conditions on protocol, ports and ICMP, and the complement of a set of them.

* A custom service without `protocol` is TCP/UDP/SCTP by its port ranges; `protocol IP` without a number is every protocol; ICMP without
  a type is every type (documented defaults of the CLI reference).
* A port range is `destination[:source]`.
* INVARIANT: a predefined name that neither the export nor the table knows is not understood.

Never here: addresses, policies.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from secaudit.model.text import Text
from secaudit.netproof.dialects.fortigate_book import UNREAD, Domain
from secaudit.netproof.dialects.fortigate_text import Entry, Statement
from secaudit.netproof.dialects.fortigate_words import SERVICES, off
from secaudit.netproof.ir import Unknown
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import Range, Ranges, complement, normal, subtract

_PORTS: Ranges = ((0, 65535),)
_TYPES: Ranges = ((0, 255),)
_NUMBERS = {"tcp": 6, "udp": 17, "sctp": 132, "udplite": 136}
_USED = (
    "protocol",
    "tcp-portrange",
    "udp-portrange",
    "sctp-portrange",
    "udplite-portrange",
    "icmptype",
    "icmpcode",
    "protocol-number",
    "member",
)
_UDP_TCP = ("TCP/UDP/SCTP", "TCP/UDP/UDP-Lite/SCTP")


@dataclass(frozen=True, slots=True)
class Condition:
    """One protocol or all (None) with two fields: source and destination port, or type and code of ICMP. None: any."""

    proto: Ranges | None
    one: Ranges | None = None
    two: Ranges | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Three-valued: packets in `sure` match; those in `may` and not in `sure` may."""

    sure: tuple[Condition, ...]
    may: tuple[Condition, ...]
    why: Unknown | None = None


ANY = Condition(None)


class Services:
    """The services of one domain."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.customs = {entry.name: entry for entry in domain.entries("firewall service custom")}
        self.groups = {entry.name: entry for entry in domain.entries("firewall service group")}
        self._extra: dict[str, list[Statement]] = {}
        self._known: dict[tuple[str, ...], Chosen] = {}
        for entry in (*self.customs.values(), *self.groups.values()):
            used = _USED if entry.name in self.customs else ("member",)
            left = domain.book.rest(entry, "service", (*used, "iprange", "fqdn") if entry.name in self.customs else used)
            limits = [entry.says(key) for key in ("iprange", "fqdn") if entry.get(key) and not off(entry.get(key))]
            for statement in left:
                domain.book.quiet(statement, UNREAD)
            self._extra[entry.name] = [*left, *limits]

    def choose(self, names: Iterable[str], asked: Statement) -> Chosen:
        """Return what any of the named services matches."""
        key = tuple(names)
        if key in self._known:
            return self._known[key]
        parts = [self._find(name, asked, ()) for name in key]
        found = Chosen(
            tuple(one for part in parts for one in part.sure),
            tuple(one for part in parts for one in part.may),
            next((part.why for part in parts if part.why is not None), None),
        )
        if found.why is None:
            self._known[key] = found
        return found

    def _find(self, name: str, asked: Statement, within: tuple[str, ...]) -> Chosen:
        if name in within:
            return self._open(asked, Text(ja=f"グループ `{name}` が自分自身を含みます", en=f"the group `{name}` contains itself"))
        extra = self._extra.get(name)
        if extra:
            return self._open(extra[0], UNREAD)
        if name in self.customs:
            return self._custom(self.customs[name])
        if name in self.groups:
            group = self.groups[name]
            members = group.get("member")
            if not members:
                return self._open(group.head, Text(ja=f"グループ `{name}` が空です", en=f"the group `{name}` is empty"))
            parts = [self._find(member, group.says("member"), (*within, name)) for member in members]
            why = next((part.why for part in parts if part.why is not None), None)
            return Chosen(tuple(one for part in parts for one in part.sure), tuple(one for part in parts for one in part.may), why)
        if name in SERVICES:
            found = _predefined(SERVICES[name])
            return Chosen(found, found)
        return self._open(asked, Text(ja=f"サービス `{name}` の定義が分かりません", en=f"the service `{name}` is not known"))

    def _open(self, statement: Statement, reason: Text) -> Chosen:
        return Chosen((), (ANY,), self.domain.book.unknown(statement, reason, "firewall service"))

    def _custom(self, entry: Entry) -> Chosen:
        try:
            found = _conditions(entry)
        except ValueError:
            return self._open(entry.says("protocol", *_USED), Text(ja="サービスの定義が読めません", en="the service cannot be read"))
        if not found:
            return self._open(entry.head, Text(ja=f"サービス `{entry.name}` が空です", en=f"the service `{entry.name}` is empty"))
        return Chosen(found, found)


def _conditions(entry: Entry) -> tuple[Condition, ...]:
    kind = entry.one("protocol", _UDP_TCP[0])
    if kind in _UDP_TCP:
        return tuple(
            _ported(number, word) for name, number in _NUMBERS.items() for word in entry.get(f"{name}-portrange") if word not in ("", "0")
        )
    if kind in ("ICMP", "ICMP6"):
        types, codes = (entry.one(key) for key in ("icmptype", "icmpcode"))
        return (Condition(_proto(1 if kind == "ICMP" else 58), _value(types), _value(codes)),)
    if kind == "IP":
        number = int(entry.one("protocol-number", "0"))
        return (Condition(_proto(number) if number else None),)
    if kind == "ALL":
        return (ANY,)
    raise ValueError


def _proto(number: int) -> Ranges:
    return ((number, number),)


def _value(word: str) -> Ranges | None:
    return ((int(word), int(word)),) if word else None


def _range(word: str) -> Range:
    low, _, high = word.partition("-")
    found = int(low), int(high or low)
    if found[0] > found[1] or found[1] > 65535:
        raise ValueError
    return found


def _ported(number: int, word: str) -> Condition:
    target, _, source = word.partition(":")
    wanted = (_range(target),)
    return Condition(_proto(number), (_range(source),) if source else None, None if wanted == _PORTS else wanted)


def _predefined(text: str) -> tuple[Condition, ...]:
    found: list[Condition] = []
    for part in text.split(", "):
        name, *values = part.split()
        if name == "ip":
            found.append(Condition(_proto(int(values[0])) if values[0] != "0" else None))
        elif name in ("icmp", "icmp6"):
            found.append(Condition(_proto(1 if name == "icmp" else 58), _value(values[0] if values else "")))
        else:
            found += [_ported(_NUMBERS[name], value) for value in values]
    return tuple(found)


def negated(chosen: Chosen) -> Chosen:
    """Return every other service (`service-negate`)."""
    return Chosen(_others(chosen.may), _others(chosen.sure), chosen.why)


def _others(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    if any(one.proto is None for one in conditions):
        return ()
    named = normal(part for one in conditions for part in one.proto or ())
    found = [Condition(complement(named, 255))]
    for number in (value for low, high in named for value in range(low, high + 1)):
        top = _TYPES if number in (1, 58) else _PORTS
        areas: list[tuple[Ranges, Ranges]] = [(top, top)]
        for one in conditions:
            if (number, number) in (one.proto or ()):
                areas = _cut(areas, one.one or top, one.two or top)
        found += [Condition(_proto(number), one, two) for one, two in areas]
    return tuple(one for one in found if one.proto)


def _cut(areas: list[tuple[Ranges, Ranges]], one: Ranges, two: Ranges) -> list[tuple[Ranges, Ranges]]:
    """Return areas of two fields without one area."""
    found: list[tuple[Ranges, Ranges]] = []
    for left, right in areas:
        found.append((subtract(left, one), right))
        found.append((subtract(left, subtract(left, one)), subtract(right, two)))
    return [(left, right) for left, right in found if left and right]


def for_family(conditions: tuple[Condition, ...], family: Family) -> tuple[Condition, ...]:
    """Return the conditions that can hold in a family: ICMP of the other one cannot."""
    other = 58 if family is Family.V4 else 1
    return tuple(one for one in conditions if one.proto != ((other, other),))
