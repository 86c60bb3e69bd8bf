"""特定通信: the flows that may cross zones, as sets of packets, and why one of them cannot be read.

* Source and destination are hosts, prefixes, or a whole zone; `both` directions are two flows.
* An end lies in exactly one zone; what cannot be read in one sure way is not read at all, and all reasons are told.
* An expired flow permits nothing. The real ends count: the source as sent, the destination as sent or as delivered.

Never here: whether a flow may be declared (`flow_rules`), whether a device permits it (`prove`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from types import MappingProxyType

from secaudit.model.policy import Flow as Declared
from secaudit.model.text import Text
from secaudit.netproof.boxes import KINDS, PORTS, Fields, mask
from secaudit.netproof.packets import DCCP, SCTP, TCP, UDP, UDPLITE, WITH_PORTS, Family
from secaudit.netproof.ranges import Range, Ranges, complement, intersect, normal, of_network, subtract

OUTSIDE = "outside"
"""The word for every address that no zone names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One direction of a declared flow. `src` and `dst` per family; empty: none of that family."""

    id: str
    source: str
    target: str
    src: Mapping[Family, Ranges]
    dst: Mapping[Family, Ranges]
    proto: Ranges = ((0, 255),)
    ports: Ranges | None = None
    expires: date | None = None

    def live(self, as_of: date) -> bool:
        """Whether it permits anything on a day; its last day counts."""
        return self.expires is None or as_of <= self.expires

    def fields(self, family: Family) -> Fields | None:
        """Return the packets of the flow as six sets; None if it has none of this family."""
        src, dst = self.src.get(family, ()), self.dst.get(family, ())
        proto = self.proto if self.ports is None else intersect(self.proto, WITH_PORTS)
        if not (src and dst and proto):
            return None
        return src, dst, mask(proto), PORTS, self.ports or PORTS, KINDS


def zone_ranges(zones: Mapping[str, Iterable[str]], zone: str, family: Family) -> Ranges:
    """Return the addresses of a zone as the policy names them; `outside` is what no zone names."""
    members = tuple(zones.get(zone, ()))
    found = _prefixes(members, family)
    if OUTSIDE in members:
        named = _prefixes([one for each in zones.values() for one in each], family)
        found = normal([*found, *complement(named, family.top)])
    return found


def _prefixes(members: Iterable[str], family: Family) -> Ranges:
    networks = [ip_network(one) for one in members if one != OUTSIDE]
    return normal(of_network(one) for one in networks if one.max_prefixlen == family.bits)


_PROTOCOLS = {"tcp": TCP, "udp": UDP, "dccp": DCCP, "sctp": SCTP, "udplite": UDPLITE}
_PROTOCOLS |= {"gre": 47, "esp": 50, "ah": 51, "icmp": 1, "icmpv6": 58}

EVERY_PROTOCOL: Ranges = ((0, 255),)
_MAPPED = IPv6Network("::ffff:0:0/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a declared flow: its zone and its addresses, empty for a family that it does not have.

    `hosts`: every part is one address. `listed`: addresses and prefixes, not the word for a zone. `outside`: some address lies in no
    prefix of the policy.
    """

    zone: str
    ranges: Mapping[Family, Ranges]
    hosts: bool
    listed: bool
    outside: bool

    def size(self, family: Family) -> int:
        """Return the number of addresses."""
        return sum(high - low + 1 for low, high in self.ranges[family])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A declared flow as read: its directions, its ends by `from` and `to` (those that can be read), protocols, ports as written.

    INVARIANT: `faults` (why it cannot be read) are empty or `flows` are.
    """

    flows: tuple[Flow, ...]
    ends: Mapping[str, End]
    proto: Ranges
    ports: tuple[Range, ...]
    faults: tuple[Text, ...]


def declared(flow: Declared, zones: Mapping[str, Iterable[str]]) -> tuple[Flow, ...] | Text:
    """Return the directions of a flow of the policy, or the first reason why it cannot be read."""
    reading = read(flow, zones)
    return reading.faults[0] if reading.faults else reading.flows


def read(flow: Declared, zones: Mapping[str, Iterable[str]]) -> Reading:
    """Return a flow of the policy as sets of packets, or all reasons why it cannot be read.

    `from`, `to`: a zone, `outside`, or a comma-separated list of addresses and prefixes. `outbound`: opened by `from`; `inbound`: by `to`.
    """
    fields = flow.fields
    faults: list[Text] = []
    proto = _protocol(fields["protocol"], faults)
    ports = _ports(fields.get("ports", ""), faults)
    if ports and proto and not intersect(proto, WITH_PORTS):
        word = fields["protocol"].strip()
        faults.append(Text(ja=f"通信プロトコル `{word}` にポートはありません", en=f"the protocol `{word}` has no ports"))
    ends = {key: end for key in ("from", "to") if (end := _end(fields[key], zones, faults)) is not None}
    if len(ends) == 2:
        _together(ends["from"], ends["to"], faults)
    out, back = ("from", "to"), ("to", "from")
    pairs = {"outbound": [out], "inbound": [back], "both": [out, back]}[fields["direction"]]
    flows = (
        ()
        if faults
        else tuple(
            Flow(
                id=flow.id,
                source=ends[one].zone,
                target=ends[two].zone,
                src=ends[one].ranges,
                dst=ends[two].ranges,
                proto=proto,
                ports=normal(ports) or None,
                expires=date.fromisoformat(fields["expires"]),
            )
            for one, two in pairs
        )
    )
    return Reading(flows=flows, ends=MappingProxyType(ends), proto=proto, ports=ports, faults=tuple(faults))


def _protocol(written: str, faults: list[Text]) -> Ranges:
    word = written.strip().lower()
    if word in ("any", "all", "ip"):
        return EVERY_PROTOCOL
    number = _PROTOCOLS.get(word, int(word) if word.isascii() and word.isdecimal() and len(word) <= 3 else 256)
    if number > 255:
        faults.append(Text(ja=f"通信プロトコル `{word}` が分かりません", en=f"the protocol `{word}` is not known"))
        return ()
    return ((number, number),)


def _ports(written: str, faults: list[Text]) -> tuple[Range, ...]:
    """Return ports and ranges of ports in written order."""
    found: list[Range] = []
    for part in written.split(","):
        first, dash, last = part.strip().partition("-")
        pair = (first, last if dash else first)
        if not part.strip():
            continue
        if not all(one.isascii() and one.isdecimal() and len(one) <= 5 for one in pair) or not int(pair[0]) <= int(pair[1]) <= 65535:
            faults.append(Text(ja=f"ポート `{part.strip()}` が読めません", en=f"the port `{part.strip()}` cannot be read"))
            continue
        found.append((int(pair[0]), int(pair[1])))
    return tuple(found)


def _end(written: str, zones: Mapping[str, Iterable[str]], faults: list[Text]) -> End | None:
    """Return one end of a flow; None, with reasons, if it cannot be read or does not lie in exactly one zone."""
    name = written.strip()
    members = {zone: tuple(found) for zone, found in zones.items()}
    named = {family: _prefixes([one for found in members.values() for one in found], family) for family in Family}
    homes = [zone for zone, found in members.items() if OUTSIDE in found]
    hosts = listed = False
    if name in members:
        ranges, homes = {family: zone_ranges(members, name, family) for family in Family}, [name]
    elif name == OUTSIDE:
        ranges = {family: complement(named[family], family.top) for family in Family}
    else:
        networks = [_network(part.strip(), faults) for part in name.split(",")]
        known = [one for one in networks if one is not None]
        if len(known) < len(networks):
            return None
        ranges = {family: normal(of_network(one) for one in known if one.max_prefixlen == family.bits) for family in Family}
        homes = [zone for zone in members if all(not subtract(ranges[family], zone_ranges(members, zone, family)) for family in Family)]
        hosts, listed = all(one.prefixlen == one.max_prefixlen for one in known), True
    if len(homes) != 1:
        faults.append(_homeless(name, homes))
        return None
    outside = any(subtract(ranges[family], named[family]) for family in Family)
    return End(zone=homes[0], ranges=MappingProxyType(ranges), hosts=hosts, listed=listed, outside=outside)


def _network(written: str, faults: list[Text]) -> IPv4Network | IPv6Network | None:
    try:
        network = ip_network(written)
    except ValueError:
        network = None
    if network is None or "%" in written:
        faults.append(
            Text(
                ja=f"`{written}` は領域でもアドレスでもありません（`/` より右のビットは 0 にします）",
                en=f"`{written}` is neither a zone nor an address (the bits right of `/` have to be 0)",
            )
        )
        return None
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        faults.append(
            Text(
                ja=f"`{written}` は IPv4 のアドレスを IPv6 の形で書いたものです（IPv4 の形で書きます）",
                en=f"`{written}` is an IPv4 address in the form of IPv6 (write it as IPv4)",
            )
        )
        return None
    return network


def _homeless(name: str, zones: list[str]) -> Text:
    """Say that an end lies in no zone, or in several."""
    if not zones:
        return Text(ja=f"`{name}` の全体が入る領域がありません", en=f"no zone holds all of `{name}`")
    listed = ", ".join(f"`{zone}`" for zone in zones)
    return Text(ja=f"`{name}` が二つ以上の領域 {listed} にあります", en=f"`{name}` lies in more than one zone: {listed}")


def _together(one: End, two: End, faults: list[Text]) -> None:
    """Say what two ends that can be read have wrong between them."""
    if one.zone == two.zone:
        faults.append(Text(ja=f"両端が同じ領域 `{one.zone}` にあります", en=f"both ends lie in the same zone `{one.zone}`"))
    if not any(one.ranges[family] and two.ranges[family] for family in Family):
        faults.append(
            Text(
                ja="両端に共通する種類のアドレス (IPv4、IPv6) がありません",
                en="the two ends have no family of addresses (IPv4, IPv6) in common",
            )
        )
