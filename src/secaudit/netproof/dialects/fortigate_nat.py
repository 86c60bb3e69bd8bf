"""Translations of FortiOS: virtual addresses (VIP, VIP groups) before routing, source translation of policies behind them.

* A VIP translates before routing and policies; of several, the first in the list (vendor's community article 350101). Only VIPs that an
  enabled policy names are looked at (same article). Which one it was stands in the low half of the mark; policies ask for it.
* The policy sees the translated port (article 355966).
* `nat enable`: the address of the outgoing interface, or the policy's pools; the choice stands in the upper half of the mark. The
  source of a static VIP goes out as the published address: behind the pool, before the interface's address; before both with
  `nat-source-vip` (article 193423).
* Load balancing, DNS translation, NAT64/46, VIPs by service or by address object: not understood.

Never here: which packets a policy matches (`fortigate_policy`).
"""

from dataclasses import dataclass
from ipaddress import ip_address

from secaudit.model.text import Text
from secaudit.netproof.dialects.fortigate_book import UNREAD, Domain
from secaudit.netproof.dialects.fortigate_interfaces import Ports
from secaudit.netproof.dialects.fortigate_objects import prefix
from secaudit.netproof.dialects.fortigate_text import Entry
from secaudit.netproof.dialects.fortigate_words import UNSET
from secaudit.netproof.ir import DestinationNat, Match, Rule, SetMark, SourceNat, Unclear, Unknown
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import Range, Ranges, normal

SPREAD = 256
"""Most addresses or ports of one VIP that are written out."""

VIP_MASK, NAT_MASK = 0xFFFF, 0xFFFF0000
_USED = (
    "type", "status", "extip", "mappedip", "extintf", "portforward", "protocol", "extport", "mappedport", "src-filter",
    "srcintf-filter", "nat-source-vip", "portmapping-type",
)  # fmt: skip
_PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132}
_MANY = Text(ja=f"変換の対応が {SPREAD} 通りを超えます", en=f"a translation with more than {SPREAD} pairs")
_KIND = Text(ja="この種類の仮想 IP は扱えません", en="this kind of virtual IP is not handled")
_READ = Text(ja="仮想 IP の値が読めません", en="the virtual IP cannot be read")


@dataclass(frozen=True, slots=True)
class Pair:
    """One destination and what it becomes; port None: as it is."""

    dst: Ranges | None
    address: int
    dport: Ranges | None = None
    port: int | None = None


@dataclass(slots=True)
class Vip:
    """A virtual address. `why`: it translates in a way that is not known. `static`: mapped and published address of an address-only VIP."""

    entry: Entry
    tag: int
    pairs: tuple[Pair, ...] = ()
    proto: Ranges | None = None
    static: tuple[Range, Range] | None = None
    why: Unknown | None = None
    used: bool = False


def _span(word: str, family: Family) -> Range:
    low, _, high = word.partition("-")
    found = int(ip_address(low)), int(ip_address(high or low))
    if found[0] > found[1] or ip_address(low).max_prefixlen != family.bits:
        raise ValueError
    return found


def _ports(word: str) -> Range:
    low, _, high = word.partition("-")
    return int(low), int(high or low)


class Translations:
    """The virtual addresses and source translations of one domain in one family."""

    def __init__(self, domain: Domain, family: Family, ports: Ports, first_tag: int) -> None:
        self.domain, self.family, self.ports = domain, family, ports
        tail = "" if family is Family.V4 else "6"
        self.kind = f"firewall vip{tail}"
        self.vips = {entry.name: Vip(entry, first_tag + number) for number, entry in enumerate(domain.entries(self.kind))}
        self.groups = {entry.name: entry for entry in domain.entries(f"firewall vipgrp{tail}")}
        self.pools = {entry.name: entry for entry in domain.entries(f"firewall ippool{tail}")}
        self.sources: dict[tuple[tuple[Range, ...], bool], int] = {}
        self.origin: dict[int, Entry] = {}
        for group in self.groups.values():
            for statement in domain.book.rest(group, "vip", ("member", "interface")):
                domain.doubt(statement, UNREAD)
        for vip in self.vips.values():
            self._read(vip)
        for pool in self.pools.values():
            for statement in domain.book.rest(pool, "pool", ("type", "startip", "endip")):
                domain.doubt(statement, UNREAD)

    def named(self, name: str, within: tuple[str, ...] = ()) -> tuple[Vip, ...]:
        """Return the VIPs that a name stands for; empty if it is none."""
        if name in self.vips:
            return (self.vips[name],)
        if name in self.groups and name not in within:
            return tuple(vip for member in self.groups[name].get("member") for vip in self.named(member, (*within, name)))
        return ()

    def _read(self, vip: Vip) -> None:
        entry, book = vip.entry, self.domain.book
        left = book.rest(entry, "vip", _USED)
        for statement in left:
            book.quiet(statement, UNREAD)
        if entry.one("status", "enable") == "disable":
            return
        if left:
            vip.why = book.unknown(left[0], UNREAD, self.kind)
        elif entry.one("type", "static-nat") != "static-nat":
            vip.why = book.unknown(entry.says("type"), _KIND, self.kind)
        else:
            try:
                vip.why = self._pairs(vip)
            except ValueError:
                vip.why = book.unknown(entry.says("extip", "mappedip"), _READ, self.kind)

    def _pairs(self, vip: Vip) -> Unknown | None:
        entry = vip.entry
        inner = _span(entry.one("mappedip").strip('"'), self.family)
        outer = None if not entry.get("extip") or entry.one("extip") in UNSET else _span(entry.one("extip"), self.family)
        published = self._own(entry) if outer is None else (outer,)
        if not published:
            return self.domain.book.unknown(
                entry.says("extip"),
                Text(ja="公開アドレスが装置の動的なアドレスです", en="the published address is a dynamic one of the device"),
                self.kind,
            )
        if not entry.on("portforward"):
            if outer is not None and outer[1] - outer[0] >= SPREAD:
                return self.domain.book.unknown(entry.says("extip"), _MANY, self.kind)
            base = published[0][0]
            vip.pairs = tuple(Pair(((value, value),), inner[0] + value - base) for low, high in published for value in range(low, high + 1))
            if outer is None:
                vip.pairs = (Pair(published, inner[0]),)
            vip.static = (inner, published[0])
            return None
        name = entry.one("protocol", "tcp")
        if name == "icmp":
            vip.proto, vip.pairs = ((self.family.icmp, self.family.icmp),), (Pair(published, inner[0]),)
            return None
        vip.proto = ((_PROTOCOLS[name], _PROTOCOLS[name]),) if name in _PROTOCOLS else None
        if vip.proto is None or inner[0] != inner[1] or (outer is not None and outer[0] != outer[1]):
            return self.domain.book.unknown(entry.says("protocol", "extip"), _KIND, self.kind)
        first = _ports(entry.one("extport", "0"))
        second = _ports(entry.one("mappedport", entry.one("extport", "0")))
        if first == second:
            vip.pairs = (Pair(published, inner[0], (first,)),)
        elif second[0] == second[1]:
            vip.pairs = (Pair(published, inner[0], (first,), second[0]),)
        elif first[1] - first[0] == second[1] - second[0] < SPREAD:
            vip.pairs = tuple(
                Pair(published, inner[0], ((first[0] + i, first[0] + i),), second[0] + i) for i in range(first[1] - first[0] + 1)
            )
        else:
            return self.domain.book.unknown(entry.says("extport"), _MANY, self.kind)
        return None

    def _own(self, entry: Entry) -> Ranges:
        names = self.ports.members(entry.one("extintf", "any"))
        return normal(
            (one.value, one.value)
            for port in self.ports.interfaces
            if names is None or port.name in names
            for one in port.addresses
            if one.family is self.family
        )

    def before(self) -> list[Rule]:
        """Return the rules in front of routing: each VIP that a policy uses leaves its tag and translates."""
        found: list[Rule] = []
        for vip in self.vips.values():
            if not vip.used or vip.entry.one("status", "enable") == "disable":
                continue
            at, text = vip.entry.head.at, f"{self.kind} {vip.entry.name}"
            iif = self.ports.members(vip.entry.one("extintf", "any"))
            if vip.why is not None:
                found.append(Rule(matches=(Match(family=self.family, iif=iif),), action=Unclear(vip.why), at=at, text=text))
                continue
            for pair in vip.pairs:
                match = self._match(vip, pair, iif)
                found.append(Rule(matches=match, action=SetMark(flip=vip.tag), at=at, text=text))
                found.append(Rule(matches=match, action=DestinationNat(address=pair.address, port=pair.port), at=at, text=text))
        return found

    def _match(self, vip: Vip, pair: Pair, iif: frozenset[str] | None) -> tuple[Match, ...]:
        entry = vip.entry
        only = entry.get("srcintf-filter")
        if only:
            named = frozenset(one for name in only for one in self.ports.members(name) or ())
            iif = named if iif is None else named & iif
        src: Ranges | None = None
        if entry.get("src-filter"):
            src = normal(_span(word, self.family) if "-" in word else prefix((word,), self.family) for word in entry.get("src-filter"))
        return (Match(family=self.family, src=src, dst=pair.dst, proto=vip.proto, dport=pair.dport, iif=iif),)

    def source(self, policy: Entry) -> int | None:
        """Return the number of the source translation of a policy with `nat enable`; None if its pools are not known."""
        pools: list[Range] = []
        keep = policy.on("fixedport")
        if policy.on("ippool"):
            for name in policy.get("poolname" if self.family is Family.V4 else "poolname6"):
                pool = self.pools.get(name)
                try:
                    if pool is None:
                        return None
                    pools.append((_span(pool.one("startip"), self.family)[0], _span(pool.one("endip"), self.family)[1]))
                except ValueError:
                    return None
                keep = keep or pool.one("type", "overload") == "one-to-one"
        number = self.sources.setdefault((tuple(pools), keep), len(self.sources) + 1)
        self.origin.setdefault(number, policy)
        return number

    def behind(self) -> list[Rule]:
        """Return the rules behind the policies, tied to the policy that first asked for each."""
        found: list[Rule] = []
        always = [vip for vip in self.vips.values() if vip.static is not None and vip.entry.on("nat-source-vip")]
        static = [vip for vip in self.vips.values() if vip.static is not None and vip not in always]
        for (pools, keep), number in self.sources.items():
            policy = self.origin[number]
            text = f"policy {policy.name} nat enable"
            mark: Ranges = ((number << 16, number << 16),)
            found += [rule for vip in always for rule in self._reverse(vip, mark)]
            if pools:
                address: Range | None = (min(one[0] for one in pools), max(one[1] for one in pools))
            else:
                found += [rule for vip in static for rule in self._reverse(vip, mark)]
                address = None
            match = Match(family=self.family, mark=mark, mark_mask=NAT_MASK)
            found.append(Rule(matches=(match,), action=SourceNat(address=address, keep_ports=keep), at=policy.says("nat").at, text=text))
        return found

    def _reverse(self, vip: Vip, mark: Ranges) -> list[Rule]:
        if vip.static is None or not vip.used:
            return []
        inner, outer = vip.static
        match = Match(family=self.family, src=(inner,), mark=mark, mark_mask=NAT_MASK)
        action = SourceNat(address=outer, keep_ports=True)
        return [Rule(matches=(match,), action=action, at=vip.entry.head.at, text=f"{self.kind} {vip.entry.name}")]
