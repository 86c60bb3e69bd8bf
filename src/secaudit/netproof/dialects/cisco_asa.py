"""Front end for the Cisco ASA (routed mode, one context, 8.3 and later): `show running-config`.

Where things stand: translation of destinations: PREROUTING; then FORWARD: what the ASA never passes (0), the check of reverse translations
(5), lists in and security levels (10), lists out (20); translation of sources: POSTROUTING. So lists see real addresses (since 8.3; Cisco,
ASA configuration guide, read in public documentation).

* Interfaces have the name that `nameif` gives them.
* Order on the way in (same guide): list of the interface, global list, implicit deny. Without either: to a lower security level everything
  passes, to a higher one nothing. Between equal levels, and back out of the same interface, only with `same-security-traffic`, whatever
  the lists say (known).
* No list in, but one out on the far interface towards a higher level: whether the list out alone opens the way is not known.
* A TCP packet that belongs to no connection and is no SYN is dropped, unless `tcp-state-bypass` is set anywhere (known).
* IPv6: an interface without an address and without `ipv6 enable` passes none. `any` means both families from 9.0 on.
* Inspections open further connections only in the course of a permitted one: irrelevant.
* The export must end with `: end`; else its rest may be missing, and the device is in doubt.

Not understood by design: contexts, transparent mode, clusters, crypto maps and clientless VPN on an interface, cut-through users,
policy routing, NAT before 8.3 (all: device in doubt).

Never here: deciding what passes.
"""

from collections.abc import Sequence
from types import MappingProxyType

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.dialects import cisco_settings as settings
from secaudit.netproof.dialects.cisco_asa_acl import Lists
from secaudit.netproof.dialects.cisco_asa_interfaces import Port, exits, read_port
from secaudit.netproof.dialects.cisco_asa_nat import OLD, Nat
from secaudit.netproof.dialects.cisco_asa_objects import AsaObjects
from secaudit.netproof.dialects.cisco_asa_rules import Applied, forward
from secaudit.netproof.dialects.cisco_conditions import Hosts, address, masked, prefix
from secaudit.netproof.dialects.cisco_ios import HEADER, STATELESS
from secaudit.netproof.dialects.cisco_text import TWICE, UNKNOWN_COMMAND, Ledger, Row, rows_of
from secaudit.netproof.ir import Accept, BaseChain, Configuration, Device, Hook, Route, Rule, Source
from secaudit.netproof.lines import APPEARANCE, COMMENT
from secaudit.netproof.packets import Family

NOT_ASA = Text(ja="Cisco ASA の設定ではありません", en="this is no configuration of a Cisco ASA")
NO_END = Text(
    ja="設定の最後の `: end` がなく、続きがないか確かめられません", en="the last line `: end` is missing: the rest may be missing, too"
)
NO_VERSION = Text(
    ja="版（ASA Version）の行がなく、`any` が IPv6 を含むか分かりません", en="no `ASA Version`: whether `any` means IPv6 is not known"
)
SPLIT_LISTS = Text(ja="IPv6 のリストが別にある古い版です", en="a version that filters IPv6 by lists of its own")
_HEADINGS = ("Building configuration", "Current configuration", "Cryptochecksum")
_MODULES = frozenset({"sfr", "ips", "csc", "cxsc"})


class _Noise:
    """Knows comments and headings; notes whether the export came to its end."""

    def __init__(self) -> None:
        self.ended = False

    def __call__(self, line: str) -> Text | None:
        text = line.strip()
        if text == ": end":
            self.ended = True
        if text.startswith(("!", ":")):
            return COMMENT
        if text.startswith(_HEADINGS) or "# show run" in text or "# sh run" in text or "# terminal " in text:
            return HEADER
        return HEADER if text.endswith("#") and " " not in text else None


def read(sources: Sequence[Source], device: str) -> Configuration:
    """Read the running configuration of one device; several files are parts of it."""
    ledger, noise = Ledger(), _Noise()
    rows = [row for source in sources for row in rows_of(source, ledger, noise, banners=False)]
    named = any(child.words[0] == "nameif" for row in rows for child in row.children)
    if not named and not any(row.starts("ASA", "Version") for row in rows):
        raise DocumentError(NOT_ASA, at=Location(path=sources[0].path if sources else device))
    return _Reader(ledger, rows, device, ended=noise.ended).configuration()


class _Reader:
    """The reading of one device."""

    def __init__(self, ledger: Ledger, rows: Sequence[Row], name: str, *, ended: bool) -> None:
        self.ledger, self.rows, self.name = ledger, rows, name
        self.own: dict[str, Hosts] = {}
        self.objects = AsaObjects(ledger)
        self.lists = Lists(ledger, self.objects, self.own, {}, {})
        self.nat = Nat(ledger, self.objects, self.own)
        self.ports: list[Port] = []
        self.applied = Applied(ledger=ledger, lists=self.lists, ports=self.ports)
        self.routes: list[Route] = []
        self.learned = False
        self.version: tuple[int, int] | None = None
        if not ended:
            ledger.missing(NO_END)

    def configuration(self) -> Configuration:
        """Read all rows, then make the chains."""
        for row in self.rows:
            try:
                self._row(row)
            except (DocumentError, LookupError, ValueError):
                self.ledger.doubt(row, UNKNOWN_COMMAND)
        self._families()
        for port in self.ports:
            own = port.own()
            if own is not None:
                self.own[port.name] = own
        learned = self.learned or any(port.learned for port in self.ports)
        routed = any(port.addresses for port in self.ports) and not learned
        self.nat.read(exits(self.ports, self.routes) if routed else None)
        chains, hooks = self._hooks()
        self.lists.close()
        self.objects.close()
        account = self.ledger.close(self.rows)
        made = Device(
            name=self.name,
            dialect="cisco-asa",
            chains=MappingProxyType(chains),
            hooks=hooks,
            interfaces=tuple(port.interface() for port in self.ports),
            routes=tuple(self.routes) if routed else None,
            doubts=tuple(self.ledger.doubts),
            states=STATELESS,
            track_priority=None,
        )
        return Configuration(devices=(made,), account=account)

    def _families(self) -> None:
        """Settle what `any` means."""
        six = any(port.ipv6 for port in self.ports)
        if self.version is None:
            if six:
                self.ledger.missing(NO_VERSION, frozenset({Family.V6}))
        elif self.version < (9, 0):
            self.objects.any_families = (Family.V4,)
            if six:
                self.ledger.missing(SPLIT_LISTS, frozenset({Family.V6}))

    def _row(self, row: Row) -> None:
        match row.words:
            case ("ASA" | "PIX", "Version", version, *_):
                first, second = version.split("(")[0].split(".")[:2]
                self.version = int(first), int(second)
                self.ledger.understood(row)
                if self.version < (8, 3):
                    self.ledger.doubt(row, OLD)
                if row.words[-1] in ("<context>", "<system>"):
                    self.ledger.doubt(row, settings.CONTEXTS)
            case ("interface", *_):
                port = read_port(row, self.ledger)
                if port is not None and any(port.name == other.name for other in self.ports):
                    self.ledger.doubt(row, TWICE)
                elif port is not None:
                    self.ports.append(port)
            case ("route", name, network, mask, *rest):
                self._route(row, name, masked(self._named(network), self._named(mask), wildcard=False), rest)
            case ("ipv6", "route", name, network, *rest):
                self._route(row, name, prefix(network), rest)
            case ("router", *_) | ("ipv6", "router", *_):
                self.learned = True
                self.ledger.irrelevant(row, settings.LEARNED)
            case ("nat-control",) | ("global" | "static", *_):
                self.ledger.doubt(row, OLD)
            case ("crypto", "map", _, "interface", _):
                self.ledger.doubt(row, settings.TUNNELLED)
            case ("webvpn",):
                self._webvpn(row)
            case ("policy-map" | "class-map" | "service-policy", *_):
                self._policy(row)
            case _:
                taken = (self.nat.take(row), self.objects.take(row), self.lists.take(row), self.applied.take(row))
                if not any(taken):
                    self._setting(row)

    def _named(self, word: str) -> str:
        return self.objects.named(word)

    def _setting(self, row: Row) -> None:
        """Look a row up in the tables."""
        doubt = settings.found(row.words, settings.ASA_DOUBTS)
        reason = settings.found(row.words, settings.ASA_GLOBAL)
        if row.words[0] == "no":
            reason, doubt = reason or (APPEARANCE if doubt else None), None
        if doubt is not None:
            self.ledger.doubt(row, doubt)
        elif reason is not None:
            self.ledger.irrelevant(row, reason)
        else:
            self.ledger.doubt(row, UNKNOWN_COMMAND)

    def _webvpn(self, row: Row) -> None:
        for child in row.children:
            if child.words[0] == "enable":
                self.ledger.doubt(child, settings.TUNNELLED)
        self.ledger.irrelevant(row, settings.VPN_PARAMETERS)

    def _policy(self, row: Row) -> None:
        """Look for the few settings of the modular policy that change what passes."""
        for each in row.deep():
            if "tcp-state-bypass" in each.words:
                self.applied.bypass.append(each)
            elif each.words[0] in _MODULES and row.words[0] == "policy-map":
                self.applied.modules.append(each)
        for each in [*self.applied.bypass, *self.applied.modules]:
            self.applied.claim(each)
        self.ledger.irrelevant(row, settings.INSPECTION)

    def _route(self, row: Row, name: str, hosts: Hosts, rest: Sequence[str]) -> None:
        (family, network), *_ = hosts.ranges.items()
        if len(network) != 1:
            raise DocumentError(UNKNOWN_COMMAND)
        if "tunneled" in rest:
            self.ledger.irrelevant(row, settings.VPN_PARAMETERS)
            return
        self.learned = self.learned or "track" in rest
        discard = name.lower() == "null0"
        hop = None if discard else int(address(self._named(rest[0])))
        interface = None if discard else name
        self.routes.append(Route(family=family, network=network[0], interface=interface, via=hop, discard=discard, at=row.at))
        self.ledger.understood(row)

    def _hooks(self) -> tuple[dict[str, tuple[Rule, ...]], tuple[BaseChain, ...]]:
        place = self.rows[0].at
        found: list[tuple[str, Hook, int, Sequence[Rule], bool]] = [
            ("nat destination", Hook.PREROUTING, 0, self.nat.before, True),
            *((name, Hook.FORWARD, priority, rules, False) for name, priority, rules in forward(self.applied, self.nat.reverse)),
            ("nat source", Hook.POSTROUTING, 0, self.nat.behind, True),
        ]
        chains = dict(self.applied.chains) | {name: tuple(rules) for name, _, _, rules, _ in found}
        hooks = tuple(
            BaseChain(chain=name, hook=hook, priority=priority, policy=Accept(), at=place, text="(no rule matches)", nat=nat)
            for name, hook, priority, rules, nat in found
            if rules
        )
        return chains, hooks
