"""Front end for Cisco IOS and IOS XE: `show running-config`.

Where things stand:

* lists in (`ip access-group N in`): PREROUTING 0; translation of destinations: PREROUTING 100; zones and inspection: FORWARD;
  translation of sources: POSTROUTING 0; lists out: POSTROUTING 100.
* An applied list that is undefined or has no entry permits everything (support forum of the maker, answered there); with one entry the
  implicit deny stands behind it. An interface without a list lets everything pass.
* Filters are stateless: every packet is NEW to a translation; `established` is two bits. `ip inspect` opens only returns; what it drops
  itself is not known.
* IPv6 is forwarded only with `ipv6 unicast-routing` (off by default, known).
* Static routes and connected subnets; with learned routes, tracked ones or addresses from outside every exit is taken as possible.
* The export must end with `end`; else its rest may be missing, and the device is in doubt.

Not understood by design: VRF, policy routing, crypto maps, bridging, NVI, rotary pools, VLAN maps, users who sign in
(all: device in doubt).

Never here: deciding what passes.
"""

from collections.abc import Sequence
from types import MappingProxyType

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.dialects import cisco_settings as settings
from secaudit.netproof.dialects.cisco_conditions import address, is_address, masked, prefix
from secaudit.netproof.dialects.cisco_ios_acl import IosGroups, Lists
from secaudit.netproof.dialects.cisco_ios_interfaces import Port, read_port
from secaudit.netproof.dialects.cisco_ios_nat import Nat
from secaudit.netproof.dialects.cisco_ios_zones import Zones
from secaudit.netproof.dialects.cisco_text import TWICE, UNKNOWN_COMMAND, Ledger, Row, rows_of
from secaudit.netproof.ir import Accept, BaseChain, Configuration, Device, Drop, Hook, Jump, Match, Route, Rule, Source, Unknown
from secaudit.netproof.lines import APPEARANCE, COMMENT, Reach
from secaudit.netproof.packets import TCP, Family, Kind, State
from secaudit.netproof.ranges import Ranges, complement, normal

STATELESS = MappingProxyType(dict.fromkeys(Kind, State.NEW))
"""No filter of IOS asks for a state: the proof asks for kinds instead, and every packet may be translated."""

NOT_IOS = Text(ja="Cisco IOS の設定ではありません", en="this is no configuration of Cisco IOS")
NO_END = Text(
    ja="設定の最後の `end` がなく、続きがないか確かめられません", en="the last line `end` is missing: the rest may be missing, too"
)
HEADER = Text(ja="出力の見出し", en="a heading of the output")
INSPECTED = Text(ja="検査の仕組みが捨てるかもしれません", en="the inspection may drop it")
REVERSE = Text(ja="送信元の経路の確認で捨てられるかもしれません", en="the check of the source's route may drop it")
PORT_LIST = Text(ja="物理ポートのリストで、どの区画に効くか分かりません", en="a list on a switch port: which packets it sees is not known")
_HEADINGS = ("Building configuration", "Current configuration", "Using ", "Load for five secs", "Time source is")
_STATEFUL = frozenset(Kind) - {Kind.START, Kind.BAD, Kind.DISCOVERY}


def _noise(line: str) -> Text | None:
    text = line.strip()
    if text.startswith("!"):
        return COMMENT
    if text.startswith(_HEADINGS) or "#show run" in text.replace("# ", "#") or "#sh run" in text or "#terminal length" in text:
        return HEADER
    return HEADER if text.endswith("#") and " " not in text else None


def read(sources: Sequence[Source], device: str) -> Configuration:
    """Read the running configuration of one device; several files are parts of it."""
    ledger = Ledger()
    rows = [row for source in sources for row in rows_of(source, ledger, _noise, banners=True)]
    words = {row.words[0] for row in rows}
    if "nameif" in {child.words[0] for row in rows for child in row.children} or any(row.starts("ASA", "Version") for row in rows):
        raise DocumentError(NOT_IOS, at=Location(path=sources[0].path))
    if not words & {"hostname", "interface", "version", "access-list"} and not any(row.starts("ip", "access-list") for row in rows):
        raise DocumentError(NOT_IOS, at=Location(path=sources[0].path if sources else device))
    return _Reader(ledger, rows, device).configuration()


class _Reader:
    """The reading of one device."""

    def __init__(self, ledger: Ledger, rows: Sequence[Row], name: str) -> None:
        self.ledger, self.rows, self.name = ledger, rows, name
        self.groups = IosGroups(ledger)
        self.lists = Lists(ledger, self.groups)
        self.zones = Zones(ledger, self.lists)
        self.nat = Nat(ledger, self.lists)
        self.ports: list[Port] = []
        self.routes: list[Route] = []
        self.learned = False
        self.ipv6: Row | None = None
        self.chains: dict[str, tuple[Rule, ...]] = {}
        self.place = rows[0].at

    def configuration(self) -> Configuration:
        """Read all rows, then make the chains."""
        for row in self.rows:
            try:
                self._row(row)
            except (DocumentError, LookupError, ValueError):
                self.ledger.doubt(row, UNKNOWN_COMMAND)
        if not any(row.words == ("end",) for row in self.rows):
            self.ledger.missing(NO_END)
        self.nat.read(self.ports)
        hooks = self._hooks()
        self.zones.close()
        self.lists.close()
        self.groups.close()
        learned = self.learned or self.nat.changes_outside or any(port.learned for port in self.ports)
        addressed = any(port.addresses for port in self.ports)
        routes = tuple(self.routes) if addressed and not learned else None
        account = self.ledger.close(self.rows)
        made = Device(
            name=self.name,
            dialect="cisco-ios",
            chains=MappingProxyType(self.chains | self.zones.chains | self.nat.chains),
            hooks=hooks,
            interfaces=tuple(port.interface() for port in self.ports),
            routes=routes,
            doubts=tuple(self.ledger.doubts),
            states=STATELESS,
            track_priority=None,
        )
        return Configuration(devices=(made,), account=account)

    def _row(self, row: Row) -> None:
        words = row.words
        match words:
            case ("interface", *_):
                port = read_port(row, self.ledger)
                if port is not None and any(port.name == other.name for other in self.ports):
                    self.ledger.doubt(row, TWICE)
                elif port is not None:
                    self.ports.append(port)
            case ("access-list", number, *_) if number.isdecimal():
                self.lists.numbered(row)
            case ("ip", "access-list", "standard" | "extended" as kind, name):
                self.lists.block(name, kind, row)
            case ("ipv6", "access-list", name):
                self.lists.block(name, "ipv6", row)
            case ("no", "access-list" | "object-group", *_) | ("no", "ip" | "ipv6", "access-list", *_) if not self.lists.defined(words[-1]):
                self.ledger.irrelevant(row, APPEARANCE)  # generated scripts remove a list before they write it
            case ("object-group", kind, name):
                self.groups.define(kind, name, row)
            case ("ip", "route", *_) | ("ipv6", "route", *_):
                self._route(row)
            case ("ipv6", "unicast-routing"):
                self.ipv6 = row
                self.ledger.understood(row)
            case ("router" | "ipv6", "router", *_) | ("router", *_):
                self.learned = True
                self.ledger.irrelevant(row, settings.LEARNED)
            case _:
                if not (self.zones.take(row) or self.nat.take(row)):
                    self._setting(row)

    def _setting(self, row: Row) -> None:
        """Look a row up in the tables."""
        doubt = settings.found(row.words, settings.IOS_DOUBTS)
        if row.words[0] == "no" and row.words[:3] != ("no", "ip", "routing"):
            reason = settings.found(row.words, settings.IOS_GLOBAL) or (APPEARANCE if doubt else None)
            doubt = None
        else:
            reason = settings.found(row.words, settings.IOS_GLOBAL)
        if doubt is not None:
            self.ledger.doubt(row, doubt)
        elif reason is not None:
            self.ledger.irrelevant(row, reason)
        else:
            self.ledger.doubt(row, UNKNOWN_COMMAND)

    def _route(self, row: Row) -> None:
        """Read `ip route NET MASK [INTERFACE] [NEXT HOP] …` or `ipv6 route NET/LEN …`."""
        words = list(row.words[2:])
        if words[0] in ("vrf", "static", "profile"):
            self.ledger.doubt(row, settings.VRF) if words[0] == "vrf" else self.ledger.irrelevant(row, APPEARANCE)
            return
        family = Family.V4 if row.words[0] == "ip" else Family.V6
        hosts = masked(words.pop(0), words.pop(0), wildcard=False) if family is Family.V4 else prefix(words.pop(0))
        network = hosts.ranges[family]
        if len(network) != 1:
            raise DocumentError(UNKNOWN_COMMAND)
        interface = None if is_address(words[0]) else words.pop(0)
        via = int(address(words.pop(0))) if words and is_address(words[0]) else None
        self.learned = self.learned or "track" in words or "dhcp" in words
        discard = interface is not None and interface.lower().startswith("null")
        self.routes.append(
            Route(family=family, network=network[0], interface=None if discard else interface, via=via, discard=discard, at=row.at)
        )
        self.ledger.understood(row)

    def _hooks(self) -> tuple[BaseChain, ...]:
        found = [
            self._base("lists in", Hook.PREROUTING, 0, self._sides("in")),
            self._base("nat destination", Hook.PREROUTING, 100, self.nat.before, nat=True),
            self._base("inspection", Hook.FORWARD, 0, self._inspections()),
            self._base("zones", Hook.FORWARD, 10, self.zones.rules(self.ports)),
            self._base("nat source", Hook.POSTROUTING, 0, self.nat.behind, nat=True),
            self._base("lists out", Hook.POSTROUTING, 100, self._sides("out")),
        ]
        if self.ipv6 is None:
            rule = Rule(matches=(Match(family=Family.V6),), action=Drop(), at=self.place, text="(no ipv6 unicast-routing)")
            found.append(self._base("no ipv6", Hook.FORWARD, 20, (rule,)))
        return tuple(base for base in found if self.chains[base.chain])

    def _base(self, name: str, hook: Hook, priority: int, rules: Sequence[Rule], *, nat: bool = False) -> BaseChain:
        self.chains[name] = tuple(rules)
        text = "(no rule matches)"
        return BaseChain(chain=name, hook=hook, priority=priority, policy=Accept(), at=self.place, text=text, nat=nat)

    def _sides(self, way: str) -> list[Rule]:
        """Return the rules of all interfaces in one direction."""
        found: list[Rule] = []
        for port in self.ports:
            here = frozenset({port.name})
            if self.ipv6 is not None and not port.ipv6:
                rule = Rule(matches=(_at(here, way, Family.V6),), action=Drop(), at=port.row.at, text=port.row.text)
                found.append(rule)
            if way == "in":
                found += self._reverse_path(port, here)
            for row, family, name, direction in port.lists:
                if direction == way:
                    found += self._applied(port, row, family, name, way)
            # Where no list stands, the interface itself is what lets a packet through.
            found.append(Rule(matches=(_at(here, way, None),), action=Accept(), at=port.row.at, text=port.row.text))
        return found

    def _applied(self, port: Port, row: Row, family: Family, name: str, way: str) -> list[Rule]:
        here = frozenset({port.name})
        entries = self.lists.entries(name)
        match = _at(here, way, family)
        if port.layer2:
            return self._port_list(port, row)
        if not entries:
            return [Rule(matches=(match,), action=Accept(), at=row.at, text=row.text)]
        chain = f"list {name}"
        self.chains[chain] = self.lists.rules(name)
        return [
            Rule(matches=(match,), action=Jump(chain), at=row.at, text=row.text),
            Rule(matches=(match,), action=Drop(), at=row.at, text=row.text),
        ]

    def _port_list(self, port: Port, row: Row) -> list[Rule]:
        """Return the rule of a list on a switch port: it sees some packets of its VLAN (of any, if that is not known)."""
        unknown = self.ledger.unread(row, PORT_LIST, Reach.RULE, port.name)
        here = None if port.vlan is None else frozenset({f"Vlan{port.vlan}"})
        return [Rule(matches=(Match(iif=here, unknown=unknown),), action=Drop(), at=row.at, text=row.text)]

    def _reverse_path(self, port: Port, here: frozenset[str]) -> list[Rule]:
        """Return what the check of sources may drop: those outside the interface's own subnets."""
        found: list[Rule] = []
        for row in port.reverse_path:
            family = Family.V4 if row.words[0] == "ip" else Family.V6
            own = [_subnet(one.value, one.prefix, family) for one in port.addresses if one.family is family]
            unknown = self.ledger.unread(row, REVERSE, Reach.RULE, port.name)
            others: Ranges = complement(normal(own), family.top)
            match = Match(family=family, src=others, iif=here, unknown=unknown)
            found.append(Rule(matches=(match,), action=Drop(), at=row.at, text=row.text))
        return found

    def _inspections(self) -> list[Rule]:
        """Return what `ip inspect` in the direction of the packet may drop: TCP packets that open no connection."""
        found: list[Rule] = []
        for port in self.ports:
            for row in port.inspected:
                unknown: Unknown = self.ledger.unread(row, INSPECTED, Reach.RULE, port.name)
                way = row.words[3]
                here = frozenset({port.name})
                match = Match(
                    family=Family.V4,
                    proto=((TCP, TCP),),
                    kinds=_STATEFUL,
                    iif=here if way == "in" else None,
                    oif=here if way == "out" else None,
                    unknown=unknown,
                )
                found.append(Rule(matches=(match,), action=Drop(), at=row.at, text=row.text))
        return found


def _at(here: frozenset[str], way: str, family: Family | None) -> Match:
    return Match(family=family, iif=here) if way == "in" else Match(family=family, oif=here)


def _subnet(value: int, length: int, family: Family) -> tuple[int, int]:
    free = (1 << family.bits - length) - 1
    return value & ~free, value | free
