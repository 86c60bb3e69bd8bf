"""Interfaces of IOS: what stands in an `interface` block.

* A disabled interface is left out; everything in its block is irrelevant.
* `no switchport`, subinterfaces, SVIs and physical ports are interfaces of their own: a list on one says nothing of the other.
* Secondary addresses and shared addresses (HSRP, VRRP) are the device's own.
* An interface without an IPv6 address and without `ipv6 enable` forwards no IPv6 (known).

Never here: what a list lets through.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_interface

from secaudit.errors import DocumentError
from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_conditions import Words, address, not_read
from secaudit.netproof.dialects.cisco_settings import IOS_INTERFACE, IOS_INTERFACE_DOUBTS, found
from secaudit.netproof.dialects.cisco_text import UNKNOWN_COMMAND, Ledger, Row
from secaudit.netproof.ir import Address, Interface
from secaudit.netproof.lines import APPEARANCE
from secaudit.netproof.packets import Family

SHUT = Text(ja="停止中のインターフェース", en="the interface is shut down")
TUNNEL_SETTING = Text(ja="トンネルの条件（トンネルは領域に割り当てる）", en="parameters of the tunnel (a tunnel must be put in a zone)")
TUNNELS = ("Tunnel", "Virtual-Template", "Virtual-Access", "Virtual-PPP", "SVTI", "DVTI", "nve")


@dataclass(slots=True)
class Port:
    """An interface while it is being read."""

    name: str
    row: Row
    addresses: list[Address] = field(default_factory=list)
    lists: list[tuple[Row, Family, str, str]] = field(default_factory=list)
    """Row, family, name of the list, direction."""
    zone: Row | None = None
    nat: str | None = None
    inspected: list[Row] = field(default_factory=list)
    reverse_path: list[Row] = field(default_factory=list)
    ipv6: bool = False
    learned: bool = False
    """Its address comes from outside (DHCP, PPP), and with it perhaps a default route."""
    vlan: str | None = None
    layer2: bool = False

    @property
    def tunnel(self) -> bool:
        """Whether it is the end of a tunnel."""
        return self.name.startswith(TUNNELS)

    def interface(self) -> Interface:
        """Return it as the intermediate representation has it."""
        hint = self.zone.words[2] if self.zone is not None and len(self.zone.words) > 2 else None
        return Interface(name=self.name, addresses=tuple(self.addresses), zone_hint=hint, tunnel=self.tunnel, at=self.row.at)


def read_port(row: Row, ledger: Ledger) -> Port | None:
    """Read an `interface` block; None if it is shut down."""
    name = "".join(word for word in row.words[1:] if word not in ("point-to-point", "multipoint", "l2transport"))
    if any(child.words == ("shutdown",) for child in row.children):
        ledger.irrelevant(row, SHUT)
        return None
    port = Port(name, row)
    ledger.understood(row)
    shared: list[Row] = []
    for child in row.children:
        try:
            read = _line(port, child, shared)
        except (DocumentError, ValueError):
            read = None
        if read:
            ledger.understood(child)
        elif read is None:
            ledger.doubt(child, UNKNOWN_COMMAND)
        elif child.starts("tunnel") or (port.tunnel and child.starts("ip", "nhrp")):
            ledger.irrelevant(child, TUNNEL_SETTING)
        elif child.words[0] == "no" and (found(child.words, IOS_INTERFACE) or found(child.words, IOS_INTERFACE_DOUBTS)):
            ledger.irrelevant(child, found(child.words, IOS_INTERFACE) or APPEARANCE)
        elif reason := found(child.words, IOS_INTERFACE_DOUBTS):
            ledger.doubt(child, reason)
        elif reason := found(child.words, IOS_INTERFACE):
            ledger.irrelevant(child, reason)
        else:
            ledger.doubt(child, UNKNOWN_COMMAND)
    _share(port, shared, ledger)
    return port


def _line(port: Port, row: Row, shared: list[Row]) -> bool | None:
    """Read one line: True if it was understood here, False if it belongs to the tables, None if it could not be read."""
    match row.words:
        case ("ip", "address", "dhcp" | "negotiated", *_):
            port.learned = True
        case ("ip", "address", value, mask) | ("ip", "address", value, mask, "secondary"):
            port.addresses.append(_v4(value, mask))
        case ("ip", "address", *_) | ("ip", "access-group", _) | ("ip", "unnumbered"):
            return None
        case ("ip", "unnumbered", *_):
            return True
        case ("ip", "access-group", name, "in" | "out" as way):
            port.lists.append((row, Family.V4, name, way))
        case ("ipv6", "traffic-filter", name, "in" | "out" as way):
            port.lists.append((row, Family.V6, name, way))
        case ("ip" | "ipv6", "access-group" | "traffic-filter", *_):
            return None
        case ("ipv6", "enable"):
            port.ipv6 = True
        case ("ipv6", "address", *rest):
            return _v6(port, Words(rest))
        case ("zone-member", "security", _):
            port.zone = row
        case ("ip", "nat", "inside" | "outside" as side):
            port.nat = side
        case ("ip", "inspect", _, "in" | "out"):
            port.inspected.append(row)
        case ("ip", "verify", "unicast", *_) | ("ipv6", "verify", "unicast", *_):
            port.reverse_path.append(row)
        case ("switchport", "access", "vlan", number):
            port.vlan, port.layer2 = number, True
        case ("switchport", *_):
            port.layer2 = True
            return False
        case ("standby" | "vrrp", *_) if _shared(row) is not None:
            shared.append(row)
        case _:
            return False
    return True


def _v4(value: str, mask: str) -> Address:
    both = ip_interface(f"{value}/{mask}")
    return Address(family=Family.V4, value=int(both.ip), prefix=both.network.prefixlen)


def _v6(port: Port, words: Words) -> bool:
    port.ipv6 = True
    first = words.take()
    if first in ("autoconfig", "dhcp"):
        port.learned = True
        return True
    if words.skip("link-local"):
        return True
    both = ip_interface(first)
    if "/" not in first or both.version != 6:
        raise not_read(first)
    # The host part of `eui-64` comes from the hardware; the subnet is what routing needs.
    port.addresses.append(Address(family=Family.V6, value=int(both.ip), prefix=both.network.prefixlen))
    return True


def _shared(row: Row) -> IPv4Address | None:
    """Return the shared address of `standby N ip A` or `vrrp N ip A`."""
    words = row.words
    if "ip" not in words[1:3] or not words[-1][0].isdecimal():
        return None
    try:
        found_ = address(words[words.index("ip") + 1])
    except (DocumentError, IndexError):
        return None
    return found_ if isinstance(found_, IPv4Address) else None


def _share(port: Port, rows: list[Row], ledger: Ledger) -> None:
    own = [one for one in port.addresses if one.family is Family.V4]
    for row in rows:
        value = _shared(row)
        if value is not None and own:
            port.addresses.append(Address(family=Family.V4, value=int(value), prefix=own[0].prefix))
        ledger.understood(row)
