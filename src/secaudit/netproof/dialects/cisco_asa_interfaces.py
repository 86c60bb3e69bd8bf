"""Interfaces of the ASA, by their `nameif`; and which destinations the routes send to each.

* Without a `nameif`, or disabled, an interface passes nothing and is left out.
* Security level without a line: `inside` 100, others 0 (known).
* `management-only`: nothing passes through.
* Standby addresses belong to the other unit.

Never here: access rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_interface

from secaudit.errors import DocumentError
from secaudit.netproof.dialects.cisco_conditions import Hosts, of_addresses
from secaudit.netproof.dialects.cisco_ios_interfaces import SHUT
from secaudit.netproof.dialects.cisco_settings import ASA_INTERFACE, ASA_INTERFACE_DOUBTS, UNUSED_DEFINITION, found
from secaudit.netproof.dialects.cisco_text import UNKNOWN_COMMAND, Ledger, Row
from secaudit.netproof.ir import Address, Interface, Route
from secaudit.netproof.lines import APPEARANCE
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import Range, Ranges, normal, subtract

_STANDBY = frozenset({"standby"})


@dataclass(slots=True)
class Port:
    """A named interface while it is being read."""

    name: str
    row: Row
    level: int
    level_row: Row
    addresses: list[Address] = field(default_factory=list)
    ipv6: bool = False
    learned: bool = False
    management: Row | None = None
    reverse_path: Row | None = None

    @property
    def tunnel(self) -> bool:
        """Whether it is the end of a tunnel."""
        return len(self.row.words) > 1 and self.row.words[1].startswith("Tunnel")

    def interface(self) -> Interface:
        """Return it as the intermediate representation has it."""
        return Interface(name=self.name, addresses=tuple(self.addresses), zone_hint=self.name, tunnel=self.tunnel, at=self.row.at)

    def own(self) -> Hosts | None:
        """Return its first IPv4 address, if it is known."""
        values = [one.value for one in self.addresses if one.family is Family.V4]
        return of_addresses(Family.V4, ((values[0], values[0]),)) if values else None


def read_port(row: Row, ledger: Ledger) -> Port | None:
    """Read an `interface` block; None if nothing passes it."""
    named = next((child for child in row.children if child.words[0] == "nameif" and len(child.words) == 2), None)
    if any(child.words == ("shutdown",) for child in row.children):
        ledger.irrelevant(row, SHUT)
        return None
    if named is None:
        # A bridge group or a zone counts even where the members have no name of their own.
        for child in row.children:
            if reason := found(child.words, ASA_INTERFACE_DOUBTS):
                ledger.doubt(child, reason)
        ledger.irrelevant(row, UNUSED_DEFINITION)
        return None
    name = named.words[1]
    port = Port(name, row, 100 if name == "inside" else 0, row)
    ledger.understood(row)
    for child in row.children:
        try:
            read = _line(port, child)
        except (DocumentError, ValueError):
            ledger.doubt(child, UNKNOWN_COMMAND)
            continue
        doubt, reason = found(child.words, ASA_INTERFACE_DOUBTS), found(child.words, ASA_INTERFACE)
        if read or (port.tunnel and child.words[0] == "tunnel"):
            ledger.understood(child)
        elif doubt is not None and child.words[0] != "no":
            ledger.doubt(child, doubt)
        elif reason is not None or doubt is not None:
            ledger.irrelevant(child, reason or APPEARANCE)
        else:
            ledger.doubt(child, UNKNOWN_COMMAND)
    return port


def _line(port: Port, row: Row) -> bool:
    match row.words:
        case ("nameif", _):
            return True
        case ("security-level", level):
            port.level, port.level_row = int(level), row
        case ("ip", "address", "dhcp" | "pppoe", *_):
            port.learned = True
        case ("ip", "address", value, mask, *rest):
            if set(rest[:1]) - _STANDBY:
                raise DocumentError(UNKNOWN_COMMAND)
            both = ip_interface(f"{value}/{mask}")
            port.addresses.append(Address(family=Family.V4, value=int(both.ip), prefix=both.network.prefixlen))
        case ("ipv6", "enable"):
            port.ipv6 = True
        case ("ipv6", "address", value, *rest):
            port.ipv6 = True
            if value in ("autoconfig", "dhcp"):
                port.learned = True
            elif "link-local" not in rest:
                both = ip_interface(value)
                port.addresses.append(Address(family=Family.V6, value=int(both.ip), prefix=both.network.prefixlen))
        case ("management-only", *_):
            port.management = row
        case _:
            return False
    return True


def exits(ports: Sequence[Port], routes: Sequence[Route]) -> Mapping[Family, Mapping[str, Ranges]]:
    """Return which destinations go out of which interface: the longest prefix counts."""
    known: dict[Family, dict[str, Ranges]] = {}
    for family in Family:
        entries: list[tuple[Range, str]] = [
            (_subnet(one.value, one.prefix, family), port.name) for port in ports for one in port.addresses if one.family is family
        ]
        entries += [(route.network, route.interface or "") for route in routes if route.family is family]
        taken: Ranges = ()
        found_: dict[str, Ranges] = {}
        for network in sorted({network for network, _ in entries}, key=lambda one: (one[1] - one[0], one)):
            free = subtract((network,), taken)
            taken = normal([*taken, network])
            for name in {name for other, name in entries if other == network}:
                found_[name] = normal([*found_.get(name, ()), *free])
        known[family] = found_
    return known


def _subnet(value: int, length: int, family: Family) -> Range:
    free = (1 << family.bits - length) - 1
    return value & ~free, value | free
