"""Firewall policies of FortiOS → rules, in the order of the list (never by number).

* Not set: `action deny`, `status enable` (CLI reference); `show` leaves such defaults out. A policy without source, destination,
  service or schedule is incomplete: not understood.
* A policy is about ordinary destinations or about virtual addresses; it does not match what another VIP has translated. A deny policy
  does with `match-vip`, which is the default from 7.2.4 on (vendor's community article 94794).
* Users, schedules that do not always hold, internet services, tags and times: not known; the rest of the policy still limits it.
* TCP without a SYN opens no session (`tcp-session-without-syn` is disabled by default, article 191772): a drop in front of the
  policies.

Never here: how names become sets.
"""

from dataclasses import replace

from secaudit.model.text import Text
from secaudit.netproof.dialects.fortigate_book import NOTHING, UNREAD, Domain, Guess, known
from secaudit.netproof.dialects.fortigate_interfaces import Ports
from secaudit.netproof.dialects.fortigate_nat import VIP_MASK, Translations, Vip
from secaudit.netproof.dialects.fortigate_objects import Addresses
from secaudit.netproof.dialects.fortigate_services import ANY, Chosen, Condition, Services, for_family, negated
from secaudit.netproof.dialects.fortigate_text import Entry, Statement
from secaudit.netproof.dialects.fortigate_words import DISABLED, off
from secaudit.netproof.ir import Accept, Action, Drop, Goto, Match, Rule, SetMark, Unclear, Unknown
from secaudit.netproof.packets import TCP, Family, State
from secaudit.netproof.ranges import Ranges, intersect

_USED = (
    "status", "action", "srcintf", "dstintf", "srcaddr", "dstaddr", "srcaddr6", "dstaddr6", "srcaddr-negate", "dstaddr-negate",
    "srcaddr6-negate", "dstaddr6-negate", "service", "service-negate", "schedule", "nat", "ippool", "poolname", "poolname6",
    "fixedport", "match-vip", "internet-service", "internet-service-src", "internet-service6", "internet-service6-src",
    "tcp-session-without-syn", "users", "groups", "tos", "tos-mask", "tos-negate",
)  # fmt: skip
_CONDITIONS = (
    "users", "groups", "fsso-groups", "devices", "src-vendor-mac", "reputation-minimum", "reputation-minimum6", "ztna-status",
    "ztna-ems-tag", "ztna-geo-tag", "rtp-nat", "policy-expiry", "vlan-filter", "identity-based", "network-service-dynamic",
    "network-service-src-dynamic", "learning-mode", "internet-service", "internet-service-src", "internet-service6",
    "internet-service6-src", "application", "app-category", "app-group", "url-category", "ztna-device-ownership",
    "ztna-ems-tag-secondary", "sgt-check", "tos",
)  # fmt: skip
_REASONS = {
    "users": Text(ja="利用者で決まるポリシー", en="a policy that depends on the user"),
    "schedule": Text(ja="時間帯で決まるポリシー", en="a policy that depends on the time"),
    "internet-service": Text(ja="インターネットサービスの一覧で決まるポリシー", en="a policy by a list of internet services"),
}
_OTHER = Text(ja="見出しからは分からない条件のあるポリシー", en="a policy with a condition that the header does not show")
_BROKEN = Text(ja="ポリシーが完全ではありません", en="the policy is not complete")
_ACTION = Text(ja="この動作のポリシーは扱えません", en="a policy with an action that is not handled")
_VIRTUAL = Text(ja="仮想 IP の否定は扱えません", en="the negation of a virtual IP is not handled")
_TABOO = ("permit-any-host", "permit-stun-host", "nat64", "nat46", "vpntunnel")
_LINE = Text(ja="ポリシーの外の相手にも口を開ける設定", en="a setting that opens the device beyond the policy")
_MATCH_VIP_SINCE = (7, 2, 4)


class Policies:
    """The policies of one domain in one family. `legacy`: the section of IPv6 policies of its own (before 6.4)."""

    def __init__(self, domain: Domain, ports: Ports, services: Services, addresses: dict[Family, Addresses]) -> None:
        self.domain, self.ports, self.services, self.addresses = domain, ports, services, addresses
        self.nat: dict[Family, Translations] = {
            Family.V4: Translations(domain, Family.V4, ports, 1),
            Family.V6: Translations(domain, Family.V6, ports, 1),
        }
        self.chains: dict[str, tuple[Rule, ...]] = {}
        settings = domain.sections.get("system settings")
        self.loose = settings is not None and settings.self_.on("tcp-session-without-syn")

        self.always = self._always()

    def _always(self) -> frozenset[str]:
        """Return the schedules that hold at any time: `always` as the factory defines it, and others with seven whole days."""
        section = self.domain.section("firewall schedule recurring")
        entries = {} if section is None else section.entries
        for entry in entries.values():
            for statement in entry.statements:
                self.domain.book.ok(statement)
        whole = {
            name
            for name, entry in entries.items()
            if len(set(entry.get("day"))) == 7 and all(entry.one(key, "00:00") in ("00:00", "0:0") for key in ("start", "end"))
        }
        return frozenset(whole if "always" in entries else whole | {"always"})

    def rules(self) -> list[Rule]:
        """Return the rules of all policies, both families."""
        listed = [("firewall policy", entry) for entry in self.domain.entries("firewall policy")]
        listed += [("firewall policy6", entry) for entry in self.domain.entries("firewall policy6")]
        for section, entry in listed:
            if entry.one("status", "enable") != "disable":
                self._use(section, entry)
        found: list[Rule] = []
        for section, entry in listed:
            left = self.domain.book.rest(entry, "policy", (*_USED, *_CONDITIONS))
            if entry.one("status", "enable") == "disable":
                for statement in left:
                    self.domain.book.quiet(statement, DISABLED)
                continue
            for statement in (one for one in left if one.key in _TABOO):
                self.domain.doubt(statement, _LINE)
            serious = [one for one in left if one.key not in _TABOO]
            for statement in serious:
                self.domain.book.unknown(statement, UNREAD, f"{section} {entry.name}")
            for family in (Family.V4, Family.V6) if section == "firewall policy" else (Family.V6,):
                found += _Policy(self, section, entry, family, serious).rules()
        return found

    def _use(self, section: str, entry: Entry) -> None:
        plain = Family.V6 if section == "firewall policy6" else Family.V4
        for key, family in (("dstaddr", plain), ("dstaddr6", Family.V6)):
            for name in entry.get(key):
                for vip in self.nat[family].named(name):
                    vip.used = True


class _Policy:
    """One policy in one family."""

    def __init__(self, all_: Policies, section: str, entry: Entry, family: Family, left: list[Statement]) -> None:
        self.all, self.section, self.entry, self.family, self.left = all_, section, entry, family, left
        tail = "6" if family is Family.V6 and section == "firewall policy" else ""
        self.src, self.dst = f"srcaddr{tail}", f"dstaddr{tail}"
        self.book = all_.domain.book
        self.where = f"{section} {entry.name}"
        self.why: Unknown | None = None

    @property
    def text(self) -> str:
        """The policy in one line."""
        shown = [
            self.entry.settings[key][0].shown()[4:] for key in ("srcintf", "dstintf", self.src, self.dst, "service") if self.entry.get(key)
        ]
        return f"{self.section} {self.entry.name}: {' '.join(shown)} action {self.entry.one('action', 'deny')}"

    def rules(self) -> list[Rule]:
        """Return the rules of this policy."""
        entry = self.entry
        by_service = entry.on("internet-service6" if self.src.endswith("6") else "internet-service")
        from_service = entry.on("internet-service6-src" if self.src.endswith("6") else "internet-service-src")
        other = "6" if not self.src.endswith("6") and self.section == "firewall policy" else ""
        if not entry.get(self.src) and not entry.get(self.dst) and not by_service and not from_service:
            elsewhere = entry.get(f"srcaddr{other}") or entry.get("srcaddr") or entry.get("dstaddr") or entry.get(f"dstaddr{other}")
            return [] if elsewhere else [self._broken(_BROKEN)]
        whole = bool(entry.get("srcintf") and entry.get("dstintf") and entry.get("schedule"))
        whole = whole and bool(entry.get(self.src) or from_service) and (by_service or bool(entry.get(self.dst) and entry.get("service")))
        if not whole:
            return [self._broken(_BROKEN)]
        action = entry.one("action", "deny")
        if action not in ("accept", "deny"):
            return [self._broken(_ACTION, "action")]
        if entry.one("schedule") == "none":
            return []  # a schedule of the factory configuration that never holds
        self._unknowns()
        source = self._side(self.src, free=from_service)
        service = Chosen((ANY,), (ANY,)) if by_service else self._service()
        matches: list[Match] = []
        target = known(self._everything) if by_service else self._side(self.dst)
        matches += self._plain(source, target, service, deny=action == "deny")
        if not by_service:
            matches += self._virtual(source, service)
        sure_first = sorted(matches, key=lambda one: one.unknown is not None)
        return self._finish(tuple(sure_first), Accept() if action == "accept" else Drop())

    def _broken(self, reason: Text, key: str = "") -> Rule:
        unknown = self.book.unknown(self.entry.says(key), reason, self.where)
        iif, oif = self._interfaces()
        match = Match(family=self.family, iif=iif, oif=oif)
        return Rule(matches=(match,), action=Unclear(unknown), at=self.entry.head.at, text=self.text)

    @property
    def _everything(self) -> Ranges:
        return ((0, self.family.top),)

    def _interfaces(self) -> tuple[frozenset[str] | None, frozenset[str] | None]:
        sides: list[frozenset[str] | None] = []
        for key in ("srcintf", "dstintf"):
            sets = [self.all.ports.members(name) for name in self.entry.get(key)]
            sides.append(None if not sets or None in sets else frozenset(name for one in sets for name in one or ()))
        return sides[0], sides[1]

    def _unknowns(self) -> None:
        """Find a condition that the header does not show."""
        if self.left:
            self.why = self.book.unknown(self.left[0], UNREAD, self.where)
        for key in _CONDITIONS:
            value = self.entry.get(key)
            if not value or off(value) or (key == "tos" and off(self.entry.get("tos-mask"))):
                continue
            reason = (
                _REASONS["users"] if "group" in key or key == "users" else _REASONS["internet-service"] if "internet" in key else _OTHER
            )
            self.why = self.book.unknown(self.entry.says(key), reason, self.where)
        if self.entry.one("schedule") not in self.all.always:
            self.why = self.book.unknown(self.entry.says("schedule"), _REASONS["schedule"], self.where)

    def _side(self, key: str, *, free: bool = False) -> Guess:
        """Return the ordinary addresses of one side; VIPs are no addresses."""
        if free:
            return known(self._everything)
        found, statement = NOTHING, self.entry.says(key)
        virtual = key == self.dst and any(self.all.nat[self.family].named(name) for name in self.entry.get(key))
        if virtual and (self.entry.on(f"{key}-negate") or self.entry.on("dstaddr-negate")):
            return Guess((), self._everything, self.book.unknown(self.entry.says(f"{key}-negate", "dstaddr-negate"), _VIRTUAL, self.where))
        names = [name for name in self.entry.get(key) if key == self.src or not self.all.nat[self.family].named(name)]
        for name in names:
            found = found.join(self.all.addresses[self.family].find(name, statement))
        own = f"{key}-negate"
        plain = own.replace("6-", "-")
        if self.entry.on(own):
            return found.negated(self.family.top)
        if own != plain and own not in self.entry.settings and self.entry.on(plain):
            # Before 7.2 one switch negated both families; an export without a switch for IPv6 does not say which version wrote it.
            reason = Text(ja="否定が IPv6 にも及ぶか分かりません", en="whether the negation reaches IPv6 is not known")
            return Guess((), self._everything, self.book.unknown(self.entry.says(plain), reason, self.where))
        return found

    def _service(self) -> Chosen:
        chosen = self.all.services.choose(self.entry.get("service"), self.entry.says("service"))
        return negated(chosen) if self.entry.on("service-negate") else chosen

    def _plain(self, source: Guess, target: Guess, service: Chosen, *, deny: bool) -> list[Match]:
        """Return the matches on packets that no VIP has translated, and on those as far as `match-vip` says so."""
        found = self._product(source, target, service, Match(family=self.family, mark=((0, 0),), mark_mask=VIP_MASK), self.why)
        if not any(vip.used for vip in self.all.nat[self.family].vips.values()):
            return [replace(match, mark=None) for match in found]
        explicit = self.entry.one("match-vip")
        since = self.all.domain.version
        if explicit == "disable" or (not explicit and (not deny or (since is not None and since < _MATCH_VIP_SINCE))):
            return found
        certain = deny and (explicit == "enable" or since is not None) and target.sure == self._everything
        tagged = Match(family=self.family, mark=((1, VIP_MASK),), mark_mask=VIP_MASK)
        why = self.why
        if not certain:
            reason = Text(
                ja="仮想 IP で変換された通信にも当たるか分かりません", en="whether it matches what a virtual IP has translated is not known"
            )
            why = self.book.unknown(self.entry.says("match-vip", self.dst), reason, self.where)
        return [*found, *self._product(source, known(self._everything), service, tagged, why)]

    def _virtual(self, source: Guess, service: Chosen) -> list[Match]:
        """Return the matches on packets that one of the policy's VIPs has translated."""
        vips = [vip for name in self.entry.get(self.dst) for vip in self.all.nat[self.family].named(name)]
        found: list[Match] = []
        for vip in vips:
            if vip.entry.one("status", "enable") == "disable":
                continue
            match = Match(family=self.family, mark=((vip.tag, vip.tag),), mark_mask=VIP_MASK)
            negate = self.entry.on(f"{self.dst}-negate") or self.entry.on("dstaddr-negate")
            found += self._product(source, known(self._everything), service, match, self._doubtful(vip, negate=negate))
            if vip.why is not None or negate:
                free = Match(family=self.family)
                found += self._product(source, known(self._everything), service, free, self._doubtful(vip, negate=negate))
        return found

    def _doubtful(self, vip: Vip, *, negate: bool) -> Unknown | None:
        if negate:
            return self.book.unknown(self.entry.says(f"{self.dst}-negate", "dstaddr-negate"), _VIRTUAL, self.where)
        return vip.why or self.why

    def _product(self, source: Guess, target: Guess, service: Chosen, base: Match, why: Unknown | None) -> list[Match]:
        iif, oif = self._interfaces()
        base = replace(base, iif=iif, oif=oif)
        found = [self._one(base, source.sure, target.sure, condition, why) for condition in for_family(service.sure, self.family)]
        maybe = source.why or target.why or service.why
        if maybe is not None:
            found += [self._one(base, source.may, target.may, condition, maybe) for condition in for_family(service.may, self.family)]
        return [match for match in found if match is not None]

    def _one(self, base: Match, src: Ranges, dst: Ranges, condition: Condition, why: Unknown | None) -> Match | None:
        if not src or not dst:
            return None
        free = self._everything
        icmp = condition.proto == ((self.family.icmp, self.family.icmp),) and (condition.one or condition.two)
        types: Ranges = ((0, 255),)
        return replace(
            base,
            src=None if src == free else src,
            dst=None if dst == free else dst,
            proto=condition.proto,
            sport=None if icmp else condition.one,
            dport=None if icmp else condition.two,
            icmp=(condition.one or types, condition.two or types) if icmp else None,
            unknown=why,
        )

    def _finish(self, matches: tuple[Match, ...], action: Action) -> list[Rule]:
        entry, at, text = self.entry, self.entry.head.at, self.text
        found: list[Rule] = []
        if self.all.loose and isinstance(action, Accept) and entry.one("tcp-session-without-syn", "disable") == "disable":
            strict = tuple(replace(one, proto=((TCP, TCP),), states=frozenset({State.INVALID})) for one in matches if _tcp(one))
            found.append(Rule(matches=strict, action=Drop(), at=at, text=text))
        if isinstance(action, Accept) and entry.on("nat"):
            number = self.all.nat[self.family].source(entry)
            if number is None:
                reason = Text(ja="アドレスプールの定義が読めません", en="the pool of addresses cannot be read")
                self.all.domain.doubt(entry.says("poolname", "poolname6"), reason)
            else:
                chain = f"{self.where} {self.family} nat"
                mark = SetMark(flip=number << 16, keep=VIP_MASK)
                always = (Match(),)
                self.all.chains[chain] = (
                    Rule(matches=always, action=mark, at=at, text=text),
                    Rule(matches=always, action=action, at=at, text=text),
                )
                action = Goto(chain)
        found.append(Rule(matches=matches, action=action, at=at, text=text))
        return found


def _tcp(match: Match) -> bool:
    return match.icmp is None and (match.proto is None or bool(intersect(match.proto, ((TCP, TCP),))))
