"""特定通信: the flows that may cross zones, as sets of packets, and what is wrong with how they are declared.

* Source and destination are hosts, prefixes, or a whole zone; `both` directions are two flows.
* An expired flow permits nothing. The real ends count: the source as sent, the destination as sent or as delivered.

Never here: whether a device permits the flow (`prove`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_network

from secaudit.model.policy import Flow as Declared
from secaudit.model.text import Text
from secaudit.netproof.boxes import KINDS, PORTS, Fields, mask
from secaudit.netproof.packets import TCP, UDP, WITH_PORTS, Family
from secaudit.netproof.ranges import Ranges, complement, intersect, normal, of_network

OUTSIDE = "outside"
"""The word for every address that no zone names."""

WIDE_PORTS = 16
"""Ports in one flow from which it counts as over-broad."""


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


_PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": 132, "dccp": 33, "gre": 47, "esp": 50, "ah": 51, "icmp": 1, "icmpv6": 58}


def declared(flow: Declared, zones: Mapping[str, Iterable[str]]) -> tuple[Flow, ...] | Text:
    """Return the directions of a flow of the policy, or why it cannot be read.

    `from`, `to`: a zone, or a comma-separated list of addresses and prefixes. `outbound`: opened by `from`; `inbound`: by `to`.
    """
    fields = flow.fields
    proto: Ranges = ((0, 255),)
    word = fields["protocol"].strip().lower()
    if word not in ("any", "all", "ip"):
        number = _PROTOCOLS.get(word, int(word) if word.isdecimal() and int(word) < 256 else None)
        if number is None:
            return Text(ja=f"通信プロトコル `{word}` が分かりません", en=f"the protocol `{word}` is not known")
        proto = ((number, number),)
    ports = normal((int(port), int(port)) for port in fields.get("ports", "").split(",") if port.strip())
    ends: list[tuple[str, dict[Family, Ranges]]] = []
    for key in ("from", "to"):
        found = _end(fields[key], zones)
        if isinstance(found, Text):
            return found
        ends.append(found)
    one, two = ends
    pairs = {"outbound": [(one, two)], "inbound": [(two, one)], "both": [(one, two), (two, one)]}[fields["direction"]]
    return tuple(
        Flow(
            id=flow.id,
            source=start[0],
            target=end[0],
            src=start[1],
            dst=end[1],
            proto=proto,
            ports=ports or None,
            expires=date.fromisoformat(fields["expires"]),
        )
        for start, end in pairs
    )


def _end(written: str, zones: Mapping[str, Iterable[str]]) -> tuple[str, dict[Family, Ranges]] | Text:
    """Return the zone and the addresses of one end of a flow."""
    name = written.strip()
    if name in zones:
        return name, {family: zone_ranges(zones, name, family) for family in Family}
    ranges: dict[Family, Ranges] = {}
    for part in name.split(","):
        try:
            network = ip_network(part.strip(), strict=False)
        except ValueError:
            return Text(ja=f"`{part.strip()}` は区域でもアドレスでもありません", en=f"`{part.strip()}` is neither a zone nor an address")
        family = Family.V4 if network.version == 4 else Family.V6
        ranges[family] = normal([*ranges.get(family, ()), of_network(network)])
    within = [zone for zone in zones if all(intersect(zone_ranges(zones, zone, family), held) == held for family, held in ranges.items())]
    return (within[0] if within else OUTSIDE), ranges
