"""Hosts and services as Cisco access lists name them, and their product as matches of the intermediate representation.

* A side whose members are not all known has a `reason`: its known part matches for sure, everything else may match.
* What is not understood raises `DocumentError` with the reason. It never leaves the front end: whoever reads the line gives it up.

Never here: whole lines of an access list (`cisco_ios_acl`, `cisco_asa_acl`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import pairwise
from types import MappingProxyType

from secaudit.errors import DocumentError
from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_words import ICMP4, ICMP6, PROTOCOLS
from secaudit.netproof.ir import Match, Unknown
from secaudit.netproof.packets import TCP, UDP, Family, Kind
from secaudit.netproof.ranges import Range, Ranges, intersect, normal, of_network, of_wildcard

PORTS: Range = (0, 65535)
OPERATORS = frozenset({"eq", "neq", "gt", "lt", "range"})


def not_read(word: str) -> DocumentError:
    """Return the error for a word that is not known here."""
    return DocumentError(Text(ja=f"`{word}` が読み取れません", en=f"`{word}` is not understood"))


class Words:
    """The words of a line, taken from the left."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)
        self._next = 0

    def __bool__(self) -> bool:
        return self._next < len(self._words)

    def peek(self, ahead: int = 0) -> str:
        """Return a coming word without taking it; empty behind the end."""
        index = self._next + ahead
        return self._words[index] if index < len(self._words) else ""

    def take(self) -> str:
        """Take the next word."""
        if not self:
            raise DocumentError(Text(ja="行の終わりが足りません", en="the line ends too early"))
        self._next += 1
        return self._words[self._next - 1]

    def skip(self, word: str) -> bool:
        """Take the next word if it is this one."""
        if self.peek() != word or not self:
            return False
        self._next += 1
        return True

    def end(self) -> None:
        """Make sure that nothing is left over."""
        if self:
            raise not_read(self.peek())


def everything(*families: Family) -> Mapping[Family, Ranges]:
    """Return all addresses of some families."""
    return MappingProxyType({family: ((0, family.top),) for family in families})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Addresses by family (a family that is left out has none); `reason`: why there may be others."""

    ranges: Mapping[Family, Ranges] = field(default_factory=lambda: MappingProxyType({}))
    reason: Text | None = None

    def variants(self, families: Iterable[Family]) -> Iterator[tuple[Mapping[Family, Ranges], Text | None]]:
        """Yield the addresses that match for sure, then those that may."""
        yield self.ranges, None
        if self.reason is not None:
            yield everything(*families), self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Protocols with ports, or ICMP types; None: any. `family`: only of this one. `reason`: whether it matches is not known."""

    proto: Ranges | None = None
    sport: Ranges | None = None
    dport: Ranges | None = None
    icmp: tuple[Ranges, Ranges] | None = None
    kinds: frozenset[Kind] | None = None
    family: Family | None = None
    reason: Text | None = None


def joined(members: Iterable[Hosts]) -> Hosts:
    """Return the union of hosts; the first reason stands for all."""
    found: dict[Family, Ranges] = {}
    reason: Text | None = None
    for member in members:
        reason = reason or member.reason
        for family, ranges in member.ranges.items():
            found[family] = normal([*found.get(family, ()), *ranges])
    return Hosts(ranges=MappingProxyType(found), reason=reason)


def of_addresses(family: Family, ranges: Ranges) -> Hosts:
    """Return hosts of one family."""
    return Hosts(ranges=MappingProxyType({family: ranges}))


def address(word: str) -> IPv4Address | IPv6Address:
    """Return an address as written."""
    try:
        return ip_address(word)
    except ValueError:
        raise not_read(word) from None


def is_address(word: str) -> bool:
    """Whether a word is a plain address."""
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


def family_of(value: IPv4Address | IPv6Address | IPv4Network | IPv6Network) -> Family:
    """Return the family of an address or prefix."""
    return Family.V4 if value.version == 4 else Family.V6


def host(word: str) -> Hosts:
    """Return one address."""
    value = address(word)
    return of_addresses(family_of(value), ((int(value), int(value)),))


def prefix(word: str) -> Hosts:
    """Return the addresses of a prefix `address/length`; host bits may be set."""
    try:
        network = ip_network(word, strict=False)
    except ValueError:
        raise not_read(word) from None
    return of_addresses(family_of(network), (of_network(network),))


def span(low: str, high: str) -> Hosts:
    """Return the addresses between two."""
    first, last = address(low), address(high)
    if first.version != last.version or int(first) > int(last):
        raise not_read(high)
    return of_addresses(family_of(first), ((int(first), int(last)),))


def masked(word: str, mask: str, *, wildcard: bool) -> Hosts:
    """Return IPv4 addresses by a wildcard mask (1 = any bit) or a netmask (0 = any bit); both need not be contiguous."""
    value, given = address(word), address(mask)
    if value.version != 4 or given.version != 4:
        raise not_read(mask)
    free = int(given) if wildcard else ~int(given) & Family.V4.top
    ranges = of_wildcard(int(value), free, 32)
    if ranges is None:
        raise DocumentError(Text(ja=f"マスク `{mask}` の範囲が飛び飛びで多すぎます", en=f"the mask `{mask}` scatters into too many ranges"))
    return of_addresses(Family.V4, ranges)


def protocol(word: str) -> int | None:
    """Return a protocol number; None: any (`ip`, `ipv6`)."""
    if word in ("ip", "ipv6"):
        return None
    if word in PROTOCOLS:
        return PROTOCOLS[word]
    if word.isdecimal() and int(word) < 256:
        return int(word)
    raise not_read(word)


def port(word: str, protos: Sequence[int], names: Mapping[int, Mapping[str, int]]) -> int | None:
    """Return a port by number or by its name in one of the protocols; None if it is none."""
    if word.isdecimal():
        return int(word) if int(word) <= PORTS[1] else None
    return next((names[proto][word] for proto in protos if proto in names and word in names[proto]), None)


def ports(words: Words, protos: Sequence[int], names: Mapping[int, Mapping[str, int]]) -> Ranges | None:
    """Take an operator with its ports if one comes; None: no limit. `eq` and `neq` may list several."""
    if words.peek() not in OPERATORS:
        return None
    operator = words.take()

    def one() -> int:
        found = port(words.take(), protos, names)
        if found is None:
            raise not_read(words.peek(-1))
        return found

    first = one()
    match operator:
        case "range":
            second = one()
            return normal([(min(first, second), max(first, second))])
        case "gt":
            return normal([(first + 1, PORTS[1])])
        case "lt":
            return normal([(0, first - 1)])
        case _:
            listed = [first]
            while words and port(words.peek(), protos, names) is not None:
                listed.append(one())
            if operator == "eq":
                return normal((value, value) for value in listed)
            edges = [-1, *sorted(set(listed)), PORTS[1] + 1]
            return normal((low + 1, high - 1) for low, high in pairwise(edges))


def icmp(words: Words, family: Family) -> tuple[Ranges, Ranges] | None:
    """Take an ICMP type with an optional code if one comes; None: any type."""
    names = ICMP4 if family is Family.V4 else ICMP6
    word = words.peek()
    if word in names:
        words.take()
        kind, code = names[word]
    elif word.isdecimal() and int(word) < 256:
        words.take()
        kind, code = int(word), None
    else:
        return None
    if code is None and words.peek().isdecimal() and int(words.peek()) < 256:
        code = int(words.take())
    return ((kind, kind),), (((0, 255),) if code is None else ((code, code),))


def one_protocol(number: int | None) -> Service:
    """Return everything of a protocol (None: of all)."""
    if number is None:
        return Service()
    family = {1: Family.V4, 58: Family.V6}.get(number)
    return Service(proto=((number, number),), family=family)


TCP_UDP: Ranges = ((TCP, TCP), (UDP, UDP))


def product(
    src: Hosts,
    dst: Hosts,
    services: Sequence[Service],
    *,
    families: Sequence[Family],
    whole: Unknown | None,
    partly: Callable[[Text], Unknown],
) -> tuple[Match, ...]:
    """Return the matches of an entry. `whole`: whether it matches at all is not known; `partly`: makes that of a reason."""
    found: list[Match] = []
    for sources, why_src in src.variants(families):
        for targets, why_dst in dst.variants(families):
            for service in services:
                reason = why_src or why_dst or service.reason
                unknown = whole or (None if reason is None else partly(reason))
                found += [
                    _match(family, sources[family], targets[family], service, unknown)
                    for family in families
                    if service.family in (None, family) and sources.get(family) and targets.get(family)
                ]
    return tuple(found)


def _match(family: Family, src: Ranges, dst: Ranges, service: Service, unknown: Unknown | None) -> Match:
    full = ((0, family.top),)
    return Match(
        family=family,
        src=None if src == full else src,
        dst=None if dst == full else dst,
        proto=service.proto,
        sport=service.sport,
        dport=service.dport,
        icmp=service.icmp,
        kinds=service.kinds,
        unknown=unknown,
    )


def _both(one: Ranges | None, two: Ranges | None) -> Ranges | None:
    if one is None or two is None:
        return one if two is None else two
    return intersect(one, two)


def narrowed(service: Service, proto: Ranges | None, *, sport: Ranges | None = None, dport: Ranges | None = None) -> Service | None:
    """Return a service limited to protocols and ports as well; None if nothing is left of it."""
    found = replace(service, proto=_both(service.proto, proto), sport=_both(service.sport, sport), dport=_both(service.dport, dport))
    if found.icmp is not None and (found.sport is not None or found.dport is not None):
        return None
    return None if () in (found.proto, found.sport, found.dport) else found
