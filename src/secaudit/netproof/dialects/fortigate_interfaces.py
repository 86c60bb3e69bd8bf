"""Interfaces, zones, SD-WAN zones and routes of FortiOS.

* An interface that is `status down` is left out, as are the members of switches and aggregates (they have no addresses of their own).
* A zone, an SD-WAN zone: the names that a policy uses for several interfaces.
* Static routes: all that are enabled are kept, backups too: separation must hold when a line is down. A route that a blackhole for the
  same prefix with a better distance or priority outranks can never be used and is left out; so are members of SD-WAN that are disabled.
* Routing protocols, policy routes, SD-WAN rules that override routing: the device is doubtful.

Never here: policies.
"""

from ipaddress import ip_address

from secaudit.model.text import Text
from secaudit.netproof.dialects.fortigate_book import Book, Domain
from secaudit.netproof.dialects.fortigate_objects import interface_address, prefix
from secaudit.netproof.dialects.fortigate_text import Entry, Section, Statement
from secaudit.netproof.dialects.fortigate_words import DISABLED, SWITCHED_OFF, UNSET, off
from secaudit.netproof.ir import Address, Interface, Route
from secaudit.netproof.packets import Family

_USED = ("vdom", "ip", "mode", "status", "type", "defaultgw", "secondary-IP", "remote-ip", "interface", "vlanid", "member", "dedicated-to")
_INNER = ("secondaryip", "ipv6")
_READ = Text(ja="アドレスが読めません", en="the address cannot be read")
_ACTIVE = frozenset(
    ("network", "network6", "neighbor", "neighbor-group", "neighbor-range", "area", "interface", "ospf-interface", "ospf6-interface")
) | {"isis-interface", "isis-net"}
_PROTOCOLS = ("ospf", "ospf6", "bgp", "rip", "ripng", "isis")
_POLICY = Text(ja="経路を宛先以外で選ぶ設定（ポリシールート）", en="a policy route: routing by more than the destination")
_DYNAMIC = Text(ja="動的な経路制御が動いています", en="a routing protocol is running")
_STEER = Text(ja="経路表によらない SD-WAN の規則", en="an SD-WAN rule that overrides the routing table")
_TARGET = Text(ja="宛先が経路表では表せない経路", en="a route whose destination is not a prefix")


class Ports:
    """The interfaces of one domain and the names for several of them."""

    def __init__(self, domain: Domain, interfaces: Section | None) -> None:
        self.domain = domain
        self.interfaces: tuple[Interface, ...] = ()
        self.zones: dict[str, tuple[str, ...]] = {}
        self.intrazone: list[tuple[str, Statement, tuple[str, ...]]] = []
        self.dynamic: list[Route] = []
        self.sdwan: tuple[str, ...] = ()
        self._sdwan()
        self._zones()
        entries = () if interfaces is None else tuple(interfaces.entries.values())
        mine = [entry for entry in entries if domain.name is None or entry.one("vdom", "root") == domain.name]
        self.interfaces = tuple(found for entry in mine if (found := self._interface(entry)) is not None)

    def members(self, name: str) -> frozenset[str] | None:
        """Return the interfaces that a name in a policy means; None: any."""
        if name == "any":
            return None
        return frozenset(self.zones.get(name, (name,)))

    def _zones(self) -> None:
        for entry in self.domain.entries("system zone"):
            left = self.domain.book.rest(entry, "zone", ("interface", "intrazone"))
            self.domain.leave(left)
            self.zones[entry.name] = entry.get("interface")
            # Not set: deny (CLI reference; `show` leaves the default out).
            if entry.one("intrazone", "deny") == "allow":
                self.intrazone.append((entry.name, entry.says("intrazone"), entry.get("interface")))

    def _sdwan(self) -> None:
        for name in ("system sdwan", "system virtual-wan-link"):
            section = self.domain.section(name)
            if section is None:
                continue
            for statement in section.self_.statements:
                self.domain.book.ok(statement)
            if section.self_.one("status", "disable") != "enable":
                for child in section.self_.children:
                    self.domain.book.skip(child, DISABLED)
                continue
            by_name = {child.name: child for child in section.self_.children}
            for child in section.self_.children:
                for statement in child.everything():
                    self.domain.book.ok(statement)
            self._members(by_name, "virtual-wan-link")
            service = by_name.get("service")
            for entry in () if service is None else service.entries.values():
                if entry.one("status", "enable") == "enable" and (entry.on("gateway") or entry.on("default")):
                    self.domain.doubt(entry.says("gateway", "default"), _STEER)

    def _members(self, by_name: dict[str, Section], default: str) -> None:
        named = by_name.get("members")
        for entry in () if named is None else named.entries.values():
            if entry.one("status", "enable") == "disable" or not entry.get("interface"):
                continue
            zone, interface = entry.one("zone", default), entry.one("interface")
            self.zones[zone] = (*self.zones.get(zone, ()), interface)
            self.sdwan = (*self.sdwan, interface)

    def _interface(self, entry: Entry) -> Interface | None:
        book = self.domain.book
        self.domain.leave(book.rest(entry, "interface", _USED, _INNER))
        for child in entry.children:
            if child.name in _INNER:
                _inner(book, child)
        if entry.one("status", "up") == "down":
            return None
        addresses = self._addresses(entry)
        if entry.one("mode") in ("dhcp", "pppoe") and entry.one("defaultgw", "enable") == "enable":
            self.dynamic.append(Route(family=Family.V4, network=(0, Family.V4.top), interface=entry.name, at=entry.says("mode").at))
        kind = entry.one("type")
        hint = next((zone for zone, members in self.zones.items() if entry.name in members), None)
        if hint is None and kind == "vdom-link":
            hint = f"vdom-link {entry.name[:-1]}"
        tunnel = kind in ("tunnel", "ssl", "vxlan", "geneve") or entry.name.startswith(("ssl.", "l2t."))
        return Interface(name=entry.name, addresses=addresses, zone_hint=hint, tunnel=tunnel, at=entry.head.at)

    def _addresses(self, entry: Entry) -> tuple[Address, ...]:
        found: list[Address] = []

        def put(holder: Entry, key: str, family: Family) -> None:
            value = holder.get(key)
            if value and not off(value) and value[0] not in UNSET:
                try:
                    address, length = interface_address(value, family)
                    found.append(Address(family=family, value=address, prefix=length))
                except ValueError:
                    self.domain.doubt(holder.says(key), _READ)

        put(entry, "ip", Family.V4)
        for child in entry.children:
            if child.name == "secondaryip" and entry.on("secondary-IP"):
                for second in child.entries.values():
                    put(second, "ip", Family.V4)
            if child.name == "ipv6":
                put(child.self_, "ip6-address", Family.V6)
                if child.self_.one("ip6-mode") in ("dhcp", "pppoe", "delegated") or child.self_.on("autoconf"):
                    self.dynamic.append(Route(family=Family.V6, network=(0, Family.V6.top), interface=entry.name, at=child.head.at))
                for extra in (one for inner in child.self_.children if inner.name == "ip6-extra-addr" for one in inner.entries.values()):
                    if off((extra.name,)):
                        continue
                    try:
                        value, length = interface_address((extra.name,), Family.V6)
                        found.append(Address(family=Family.V6, value=value, prefix=length))
                    except ValueError:
                        self.domain.doubt(extra.head, _READ)
        return tuple(found)

    def routes(self) -> tuple[Route, ...] | None:
        """Return the routes; None if the export says nothing about addresses and routes."""
        found = list(self.dynamic)
        seen = False
        for family, name in ((Family.V4, "router static"), (Family.V6, "router static6")):
            found += self._static(family, name)
            seen = seen or name in self.domain.sections
        for name in ("router policy", "router policy6"):
            for entry in self.domain.entries(name):
                if entry.one("status", "enable") == "enable":
                    self.domain.doubt(entry.head, _POLICY)
                    self.domain.book.unread(entry.statements, _POLICY)
                for statement in entry.statements:
                    self.domain.book.quiet(statement, DISABLED)
        self._protocols()
        addressed = any(interface.addresses for interface in self.interfaces)
        return tuple(found) if seen or addressed or found else None

    def _protocols(self) -> None:
        for name in _PROTOCOLS:
            section = self.domain.section(f"router {name}")
            if section is None:
                continue
            if any(child.name in _ACTIVE and child.entries for child in section.self_.children):
                self.domain.doubt(section.head, _DYNAMIC)
                self.domain.book.unread(section.everything(), _DYNAMIC)
            else:
                self.domain.book.skip(section, SWITCHED_OFF)

    def _static(self, family: Family, name: str) -> list[Route]:
        entries: list[tuple[Entry, Route, tuple[int, int]]] = []
        used = ("dst", "gateway", "device", "distance", "priority", "status", "blackhole", "sdwan", "sdwan-zone", "virtual-wan-link", "vrf")
        for entry in self.domain.entries(name):
            left = self.domain.book.rest(entry, "route", used, ("sdwan-zone",))
            if entry.one("status", "enable") == "disable":
                for statement in left:
                    self.domain.book.quiet(statement, DISABLED)
                continue
            for statement in left:
                self.domain.doubt(statement, _TARGET)
            numbers = entry.one("distance", "10"), entry.one("priority", "1")
            if not all(number.isdecimal() for number in numbers):
                self.domain.doubt(entry.says("distance", "priority"), _READ)
                continue
            rank = int(numbers[0]), int(numbers[1])
            entries += [(entry, route, rank) for route in self._one(entry, family)]
        holes = {route.network: rank for _, route, rank in sorted(entries, key=lambda one: one[2], reverse=True) if route.discard}
        return [route for _, route, rank in entries if route.discard or rank <= holes.get(route.network, (256, 1 << 32))]

    def _one(self, entry: Entry, family: Family) -> list[Route]:
        try:
            # Not set: the default route (CLI reference; `show` leaves the default out).
            network = prefix(entry.get("dst"), family) if entry.get("dst") else (0, family.top)
            gateway = entry.one("gateway")
            via = int(ip_address(gateway)) if gateway and gateway not in UNSET else None
        except ValueError:
            self.domain.doubt(entry.says("dst", "gateway"), _READ)
            return []
        at = entry.head.at
        if entry.on("blackhole"):
            return [Route(family=family, network=network, interface=None, discard=True, at=at)]
        device = entry.one("device")
        if device in self.zones:
            outs: tuple[str, ...] = self.zones[device]
        elif entry.get("sdwan-zone"):
            outs = tuple(one for zone in entry.get("sdwan-zone") for one in self.zones.get(zone, ()))
        elif entry.on("sdwan") or entry.on("virtual-wan-link"):
            outs = self.sdwan
        else:
            outs = (device,) if device else ()
        if not outs:
            return [Route(family=family, network=network, interface=None, via=via, at=at)] if via is not None else []
        return [Route(family=family, network=network, interface=out, via=via, at=at) for out in outs]


def _inner(book: Book, section: Section) -> None:
    for statement in section.everything():
        book.ok(statement)
