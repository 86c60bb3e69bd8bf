"""FortiGate: `show` and `show full-configuration` → devices, one for each virtual domain.

* `show` leaves defaults out, `show full-configuration` does not; both are read with the documented defaults.
* Order of a packet: VIP → routing → same interface in and out → sessions begin with a SYN → policies → zones with `intrazone allow`
  (behind the policies: vendor's community article 264457) → implicit deny → source translation.
* Traffic that leaves by the interface it came in by is forwarded without a policy unless `allow-traffic-redirect` is disabled
  (documented default).
* Central NAT, policy-based mode, transparent mode, asymmetric routing, access lists in front, proxies that relay, policies between
  families: not understood, with the reach that each has.
* INVARIANT: an export without policies, or one that breaks off, proves nothing: the device is doubtful.

Never here: single parts (`fortigate_*`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.dialects.fortigate_book import Book, Domain
from secaudit.netproof.dialects.fortigate_interfaces import Ports
from secaudit.netproof.dialects.fortigate_objects import Addresses
from secaudit.netproof.dialects.fortigate_policy import Policies
from secaudit.netproof.dialects.fortigate_services import Services
from secaudit.netproof.dialects.fortigate_text import Entry, Section, Tree, parse
from secaudit.netproof.dialects.fortigate_words import DISABLED, EMPTY, SWITCHED_OFF, TYPED, UNUSED, off, quiet, section_reason
from secaudit.netproof.ir import (
    BOTH,
    Accept,
    BaseChain,
    Configuration,
    Device,
    Doubt,
    Drop,
    Hook,
    Match,
    Route,
    Rule,
    Source,
)
from secaudit.netproof.lines import APPEARANCE, COMMENT, Reach
from secaudit.netproof.packets import SYN_ONLY_STATES, TCP, Family, State

_VERSION = re.compile(r"#\s*config-version=[^:]*?-(\d+)\.(\d+)\.(\d+)")
_GLOBAL = ("system global", "system interface", "system vdom-link", "system vdom")
_ENTRIES: Mapping[str, Text] = {
    "firewall policy46": Text(ja="IPv4 と IPv6 をまたぐポリシー", en="a policy between IPv4 and IPv6"),
    "firewall policy64": Text(ja="IPv4 と IPv6 をまたぐポリシー", en="a policy between IPv4 and IPv6"),
    "firewall consolidated policy": Text(ja="統合ポリシーの古い書き方", en="the older form of unified policies"),
    "firewall proxy-policy": Text(ja="装置が代理で通信する設定（プロキシ）", en="a proxy on the device relays connections"),
    "firewall access-proxy": Text(ja="装置が代理で通信する設定（プロキシ）", en="a proxy on the device relays connections"),
    "firewall access-proxy6": Text(ja="装置が代理で通信する設定（プロキシ）", en="a proxy on the device relays connections"),
    "system virtual-wire-pair": Text(ja="口どうしを直結する設定", en="two ports joined as a virtual wire"),
    "system wccp": Text(ja="通信を外の装置へ回す設定 (WCCP)", en="traffic is handed to another machine (WCCP)"),
}
_UNUSED = (
    "firewall central-snat-map",
    "firewall vip46",
    "firewall vip64",
    "firewall vipgrp46",
    "firewall vipgrp64",
    "firewall security-policy",
)
_GLOBAL_KEYS = {"allow-traffic-redirect", "allow-traffic-redirect6", "vdom-mode", "vdom-admin", "hostname"}
_SETTINGS_KEYS = ("tcp-session-without-syn", "asymroute", "asymroute6", "central-nat", "ngfw-mode", "opmode", "vdom-type")
_SETTINGS: tuple[tuple[str, str, Text], ...] = (
    ("asymroute", "enable", Text(ja="戻りの経路が違う通信を素通しする設定", en="asymmetric routing lets packets pass without a session")),
    ("asymroute6", "enable", Text(ja="戻りの経路が違う通信を素通しする設定", en="asymmetric routing lets packets pass without a session")),
    ("central-nat", "enable", Text(ja="集中 NAT は扱えません", en="central NAT is not handled")),
    ("ngfw-mode", "policy-based", Text(ja="ポリシーベースの NGFW モードは扱えません", en="the policy-based mode is not handled")),
    ("opmode", "transparent", Text(ja="トランスペアレントモードは扱えません", en="transparent mode is not handled")),
)
_MISSING = Text(ja="ポリシーの節が書き出しにありません", en="the export holds no section of policies")
_BROKEN_OFF = Text(ja="書き出しが途中で終わっています", en="the export breaks off before its end")
_STRAY = Text(ja="どの節にも属さない行", en="a line outside every section")
_UNKNOWN = Text(ja="この節の意味が分かりません", en="this section is not known")
_ABSENT = Text(ja="書き出しにない仮想ドメインのインターフェース", en="an interface of a virtual domain that the export does not hold")
_ACL = Text(ja="ポリシーより前で止める一覧", en="a list that stops packets in front of the policies")


def read(sources: Sequence[Source], device: str) -> Configuration:
    """Read the files of `device`; raise `DocumentError` if they are not FortiOS."""
    tree = parse(sources)
    if not tree.root.children:
        raise DocumentError(
            Text(ja="FortiGate の設定（config … end）がありません", en="there is no FortiGate configuration (config … end)"),
            at=Location(path=sources[0].path) if sources else None,
        )
    return _Reader(tree, device).read()


class _Reader:
    """One export."""

    def __init__(self, tree: Tree, device: str) -> None:
        self.tree, self.name = tree, device
        self.book = Book()
        self.shared: list[Doubt] = []

    def read(self) -> Configuration:
        """Return the devices."""
        version = self._frame()
        top = {section.name: section for section in self.tree.root.children}
        common = top.get("global")
        vdoms = top.get("vdom")
        domains: list[Domain] = []
        outer = dict(top) if common is None else {section.name: section for section in common.self_.children}
        named = [] if vdoms is None else [entry for entry in vdoms.entries.values() if entry.children]
        if named and vdoms is not None:
            self.book.frame(vdoms)
            if common is not None:
                self.book.frame(common)
                self._loose(common.self_)
            for entry in named:
                self._loose(entry)
                mine = {section.name: section for section in entry.children}
                domains.append(Domain(entry.name, {**mine, **{key: outer[key] for key in _GLOBAL if key in outer}}, self.book, version))
        else:
            domains.append(Domain(None, outer, self.book, version))
        devices = [self._device(domain) for domain in domains]
        self._elsewhere(outer.get("system interface"), {domain.name for domain in domains})
        taken = {id(section) for domain in domains for name, section in domain.sections.items() if name in domain.read}
        everything = [*outer.values(), *(section for domain in domains for section in domain.sections.values())]
        doubts = self._leftover([section for section in everything if id(section) not in taken and section.name not in ("global", "vdom")])
        self.shared += doubts
        missed = self.book.missed(one for section in self.tree.root.children for one in section.everything())
        lines = [self.book.unclear(statement, _UNKNOWN, Reach.DEVICE) for statement in missed]
        self.shared += [Doubt(reason=_UNKNOWN, line=line) for line in lines[:1]]
        finished = tuple(self._with_doubts(one) for one in devices)
        return Configuration(devices=finished, account=self.book.accountant.account())

    def _frame(self) -> tuple[int, int, int] | None:
        """Enter comments and lines that stand nowhere; return the version."""
        version = None
        for statement in self.tree.comments:
            found = _VERSION.match(statement.lines[0][1].strip())
            if found:
                version = (int(found[1]), int(found[2]), int(found[3]))
            self.book.quiet(statement, COMMENT)
        for statement in self.tree.prompts:
            self.book.quiet(statement, TYPED)
        for statement in self.tree.stray:
            self.shared.append(Doubt(reason=_STRAY, line=self.book.unclear(statement, _STRAY, Reach.DEVICE)))
        if self.tree.open_:
            self.shared.append(Doubt(reason=_BROKEN_OFF, line=None))
        return version

    def _elsewhere(self, section: Section | None, names: set[str | None]) -> None:
        """Enter the interfaces of virtual domains that the export does not hold."""
        for entry in () if section is None or None in names else section.entries.values():
            if entry.one("vdom", "root") not in names:
                for statement in (*entry.statements, *(one for child in entry.children for one in child.everything())):
                    self.book.quiet(statement, _ABSENT)

    def _loose(self, entry: Entry) -> None:
        for statement in entry.statements:
            self.shared.append(Doubt(reason=_STRAY, line=self.book.unclear(statement, _STRAY, Reach.DEVICE)))

    def _with_doubts(self, device: Device) -> Device:
        return Device(
            name=device.name,
            dialect=device.dialect,
            chains=device.chains,
            hooks=device.hooks,
            interfaces=device.interfaces,
            routes=device.routes,
            doubts=(*device.doubts, *self.shared),
            states=device.states,
            track_priority=None,
        )

    def _leftover(self, sections: Sequence[Section]) -> Iterator[Doubt]:
        """Enter the sections that nobody read."""
        for section in {id(one): one for one in sections}.values():
            serious = any(one.words[0] != "unset" and not off(one.words[2:]) for one in section.settings())
            reason = section_reason(section.name)
            if section.name in _UNUSED:
                self.book.skip(section, UNUSED)
            elif section.name in _ENTRIES:
                yield from self._listed(section, _ENTRIES[section.name])
            elif reason is not None:
                self.book.skip(section, reason if serious else EMPTY)
            elif not serious:
                self.book.skip(section, SWITCHED_OFF if any(section.settings()) else EMPTY)
            else:
                lines = [self.book.unclear(statement, _UNKNOWN, Reach.DEVICE) for statement in section.everything()]
                yield Doubt(reason=_UNKNOWN, line=lines[0])

    def _listed(self, section: Section, reason: Text) -> Iterator[Doubt]:
        for entry in section.entries.values():
            off_ = entry.one("status", "enable") == "disable" or (section.name.endswith("policy") and entry.one("action", "deny") == "deny")
            if not off_:
                yield Doubt(reason=reason, line=self.book.unclear(entry.head, reason, Reach.DEVICE))
                self.book.unread(entry.statements, reason)
                self.book.unread((one for child in entry.children for one in child.everything()), reason)
        self.book.skip(section, DISABLED)

    def _device(self, domain: Domain) -> Device:
        same = self._global(domain)
        self._settings(domain)
        ports = Ports(domain, domain.section("system interface"))
        domain.section("system vdom-link")
        domain.section("system vdom")
        addresses = {family: Addresses(domain, family) for family in Family}
        policies = Policies(domain, ports, Services(domain), addresses)
        rules = self._early(domain, ports, policies, same)
        rules += policies.rules()
        rules += [
            Rule(
                matches=(Match(iif=frozenset(members), oif=frozenset(members)),),
                action=Accept(),
                at=statement.at,
                text=f"zone {zone} intrazone allow",
            )
            for zone, statement, members in ports.intrazone
            if members
        ]
        head = domain.sections.get("firewall policy") or domain.sections.get("firewall policy6")
        if head is None:
            domain.doubts.append(Doubt(reason=_MISSING, line=None))
        at = Location(path=self.tree.root.head.path or "-") if head is None else head.head.at
        chains: dict[str, tuple[Rule, ...]] = {"policy": tuple(rules), **policies.chains}
        hooks = [BaseChain(chain="policy", hook=Hook.FORWARD, priority=0, policy=Drop(), at=at, text="implicit deny (policy 0)")]
        for family, nat in policies.nat.items():
            for name, hook, made in ((f"vip {family}", Hook.PREROUTING, nat.before()), (f"nat {family}", Hook.POSTROUTING, nat.behind())):
                if made:
                    chains[name] = tuple(made)
                    hooks.append(
                        BaseChain(
                            chain=name,
                            hook=hook,
                            priority=0,
                            policy=Accept(),
                            at=made[0].at,
                            text=name,
                            families=frozenset({family}),
                            nat=True,
                        )
                    )
        self._lists(domain, chains, hooks)
        return Device(
            name=self.name if domain.name is None else f"{self.name}/{domain.name}",
            dialect="fortigate",
            chains=chains,
            hooks=tuple(hooks),
            interfaces=ports.interfaces,
            routes=self._routes(domain, ports),
            doubts=tuple(domain.doubts),
            states=SYN_ONLY_STATES,
            track_priority=None,
        )

    @staticmethod
    def _routes(domain: Domain, ports: Ports) -> tuple[Route, ...] | None:
        found = ports.routes()
        settings = domain.sections.get("system settings")
        return None if settings is not None and settings.self_.one("opmode") == "transparent" else found

    def _global(self, domain: Domain) -> dict[Family, bool]:
        """Read `system global`; return for which family traffic may turn around on an interface."""
        section = domain.section("system global")
        if section is None:
            return dict.fromkeys(Family, True)
        for statement in section.settings():
            if statement.key in _GLOBAL_KEYS:
                self.book.ok(statement)
            else:
                self.book.quiet(statement, APPEARANCE)
        keys = {Family.V4: "allow-traffic-redirect", Family.V6: "allow-traffic-redirect6"}
        return {family: section.self_.one(key, "enable") != "disable" for family, key in keys.items()}

    def _settings(self, domain: Domain) -> None:
        section = domain.section("system settings")
        if section is None:
            return
        entry = section.self_
        for key, value, reason in _SETTINGS:
            if entry.one(key) == value:
                families = frozenset({Family.V6}) if key == "asymroute6" else BOTH
                domain.doubt(entry.says(key), reason, families)
        for statement in entry.statements:
            if statement.key in _SETTINGS_KEYS:
                self.book.ok(statement)
            elif quiet("settings", statement.key) or statement.words[0] == "unset" or off(statement.words[2:]):
                self.book.quiet(statement, APPEARANCE)
            else:
                domain.doubt(statement, _UNKNOWN)
        for child in entry.children:
            domain.leave(self.book.idle(child, "settings"))

    @staticmethod
    def _early(domain: Domain, ports: Ports, policies: Policies, same: Mapping[Family, bool]) -> list[Rule]:
        """Return what is decided before any policy."""
        found: list[Rule] = []
        head = domain.sections.get("system global") or domain.sections.get("firewall policy")
        places = {port.name: port.at for port in ports.interfaces}
        for entry in (*domain.entries("firewall policy"), *domain.entries("firewall policy6")):
            for name in (name for key in ("srcintf", "dstintf") for one in entry.get(key) for name in ports.members(one) or ()):
                places.setdefault(name, entry.head.at)
        for name, at in places.items():
            only = frozenset({name})
            matches = tuple(Match(family=family, iif=only, oif=only) for family in Family if same[family])
            if matches and at is not None:
                found.append(Rule(matches=matches, action=Accept(), at=at, text=f"{name}: allow-traffic-redirect"))
        if not policies.loose and head is not None:
            match = Match(proto=((TCP, TCP),), states=frozenset({State.INVALID}))
            found.append(Rule(matches=(match,), action=Drop(), at=head.head.at, text="tcp-session-without-syn disable"))
        return found

    def _lists(self, domain: Domain, chains: dict[str, tuple[Rule, ...]], hooks: list[BaseChain]) -> None:
        """Enter `firewall acl`: it can only stop packets, but what it stops is not read."""
        for name, family in (("firewall acl", Family.V4), ("firewall acl6", Family.V6)):
            rules: list[Rule] = []
            for entry in domain.entries(name):
                if entry.one("status", "enable") == "enable":
                    unknown = self.book.unknown(entry.head, _ACL, name)
                    for statement in entry.statements:
                        self.book.unknown(statement, _ACL, name)
                    match = Match(family=family, iif=frozenset(entry.get("interface")) or None, unknown=unknown)
                    rules.append(Rule(matches=(match,), action=Drop(), at=entry.head.at, text=f"{name} {entry.name}"))
                for statement in entry.statements:
                    self.book.quiet(statement, DISABLED)
            if rules:
                chains[name] = tuple(rules)
                hooks.append(BaseChain(chain=name, hook=Hook.PREROUTING, priority=-100, policy=Accept(), at=rules[0].at, text=name))
