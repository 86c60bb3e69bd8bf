"""Address translation of the ASA from 8.3 on: `nat` inside network objects, and twice NAT.

* Order (Cisco, ASA firewall CLI guide, NAT rule order): section 1 twice NAT as written; section 2 object NAT, static before dynamic, then
  fewer real addresses, lower address, name; section 3 twice NAT `after-auto`. The first rule that matches counts.
* Destinations are untranslated before the access lists, sources translated behind them: lists see real addresses (same guide, 8.3).
* A static rule works in both directions unless `unidirectional`. A dynamic rule is opened by its real hosts alone; while a translation
  lives others can use it if the access rule permits them (same guide): that rule is what is proved.
* A packet sent to a real address although a rule translates it back differently may be dropped by the ASA's reverse path check
  (syslog 305013): not known, so such a packet is never the proof of a violation.
* The exit of an untranslated packet comes from the rule, not from the routes, unless `route-lookup`: where the two differ, the device is
  in doubt.
* Not understood, so `Unclear`: twice NAT with services, translation between families, subnets too large to be written out.

Never here: access rules.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from secaudit.errors import DocumentError
from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_asa_objects import AsaObjects
from secaudit.netproof.dialects.cisco_conditions import Hosts, Words, everything, host, is_address, joined, not_read, port
from secaudit.netproof.dialects.cisco_ios_nat import LARGE, LARGEST, NO_ADDRESS
from secaudit.netproof.dialects.cisco_text import Ledger, Row
from secaudit.netproof.dialects.cisco_words import ASA_PORTS
from secaudit.netproof.ir import Accept, DestinationNat, Drop, Match, Return, Rule, SourceNat, Unclear, Unknown
from secaudit.netproof.lines import Fate, Line, Reach
from secaudit.netproof.packets import TCP, UDP, Family
from secaudit.netproof.ranges import Range, Ranges, subtract

OLD = Text(ja="8.3 より前の書き方のアドレス変換です", en="address translation in the form of before 8.3")
SERVICES = Text(ja="ポートも変える二重変換です", en="twice NAT with services")
FAMILIES = Text(ja="IPv4 と IPv6 の間の変換です", en="translation between IPv4 and IPv6")
DIVERTED = Text(
    ja="変換の規則が経路と違う出口へ送ります（route-lookup がありません）",
    en="the translation sends packets to another exit than the routes do (no route-lookup)",
)
REVERSE = Text(
    ja="変換前のアドレスへ直接送ると、逆向きの変換と合わずに捨てられることがあります",
    en="sent to the real address, it may fail the check of the reverse translation",
)
_FLAGS = frozenset({"no-proxy-arp", "route-lookup", "dns", "net-to-net", "unidirectional", "inactive"})


@dataclass(slots=True)
class _Nat:
    """One rule as written. `mapped` None: the address of the outgoing interface."""

    row: Row
    real_if: str
    mapped_if: str
    static: bool = False
    real: Hosts = field(default_factory=Hosts)
    mapped: Hosts | None = None
    to_mapped: Hosts | None = None
    to_real: Hosts | None = None
    service: tuple[int, int, int] | None = None
    """Protocol, real port, mapped port."""
    flags: set[str] = field(default_factory=set)
    name: str = ""

    @property
    def identity(self) -> bool:
        """Whether the source stays what it is."""
        return self.mapped is not None and self.mapped.ranges == self.real.ranges and self.service is None


@dataclass(slots=True)
class Nat:
    """All translations; `before`, `behind` and `reverse` are the rules of the three chains."""

    ledger: Ledger
    objects: AsaObjects
    own: dict[str, Hosts]
    first: list[Row] = field(default_factory=list)
    inner: list[tuple[str, Row]] = field(default_factory=list)
    last: list[Row] = field(default_factory=list)
    before: list[Rule] = field(default_factory=list)
    behind: list[Rule] = field(default_factory=list)
    reverse: list[Rule] = field(default_factory=list)

    def take(self, row: Row) -> bool:
        """Keep a twice NAT rule, or the rules inside an object (whose other lines belong to the objects)."""
        if row.words[0] == "nat":
            (self.last if "after-auto" in row.words else self.first).append(row)
            return True
        if row.starts("object", "network"):
            self.inner += [(row.words[2], child) for child in row.children if child.words[0] == "nat"]
        return False

    def read(self, exits: Mapping[Family, Mapping[str, Ranges]] | None) -> None:
        """Make the chains; `exits`: the destinations of each interface, None if routing is not known."""
        rules = [self._parsed(row, self._twice) for row in self.first]
        objects = [self._parsed(row, partial(self._object, name=name)) for name, row in self.inner]
        second: list[_Nat] = sorted((rule for rule in objects if rule is not None), key=_section_two)
        rules += second
        rules += [self._parsed(row, self._twice) for row in self.last]
        for rule in rules:
            if rule is None or "inactive" in rule.flags:
                continue
            try:
                if "interface" in rule.flags and not rule.static and rule.mapped is not None:
                    rule.mapped = joined([rule.mapped, self._own(rule.mapped_if)])
                self._enter(rule)
            except DocumentError as error:
                self._unclear(rule.row, error.message)
            else:
                self.ledger.understood(rule.row)
            if exits is not None and "route-lookup" not in rule.flags:
                self._diverted(rule, exits)

    def _parsed(self, row: Row, parse: Callable[[Row], _Nat]) -> _Nat | None:
        try:
            rule = parse(row)
        except DocumentError as error:
            self._unclear(row, error.message)
            return None
        self.ledger.understood(row)
        return rule

    def _unclear(self, row: Row, reason: Text) -> None:
        unknown = self.ledger.unread(row, reason, Reach.CHAIN, "nat")
        for rules in (self.before, self.behind):
            rules.append(Rule(matches=(Match(),), action=Unclear(unknown), at=row.at, text=row.text))

    def _start(self, row: Row) -> tuple[_Nat, Words]:
        """Take `nat (REAL,MAPPED)`."""
        words = Words(row.words[1:])
        pair = words.take()
        names = pair.strip("()").split(",")
        if len(names) != 2 or not pair.startswith("("):
            raise DocumentError(OLD)
        return _Nat(row, names[0], names[1]), words

    def _object(self, row: Row, name: str) -> _Nat:
        rule, words = self._start(row)
        rule.name, rule.real = name, self._known(self.objects.hosts(name))
        rule.static = words.take() == "static"
        rule.mapped = self._mapped(rule, words)
        if rule.static and rule.mapped is not None and rule.service is None:
            rule.mapped = _widened(rule.mapped, rule.real)
        while words:
            word = words.take()
            if word == "service":
                proto = {"tcp": TCP, "udp": UDP}.get(words.take())
                ports = [port(words.take(), (proto or 0,), ASA_PORTS) for _ in range(2)]
                if proto is None or ports[0] is None or ports[1] is None:
                    raise not_read("service")
                rule.service = (proto, ports[0], ports[1])
            elif word in _FLAGS or word == "interface":
                rule.flags.add(word)
            else:
                raise not_read(word)
        return rule

    def _twice(self, row: Row) -> _Nat:
        rule, words = self._start(row)
        while words.peek() == "after-auto" or words.peek().isdecimal():
            words.take()
        if not words.skip("source"):
            raise DocumentError(OLD)
        rule.static = words.take() == "static"
        rule.real = self._named(words.take())
        rule.mapped = self._mapped(rule, words)
        while words:
            word = words.take()
            if word == "destination":
                if words.take() != "static":
                    raise not_read("destination")
                rule.to_mapped = self._mapped(rule, words, incoming=True)
                rule.to_real = self._named(words.take())
            elif word == "service":
                raise DocumentError(SERVICES)
            elif word == "description":
                break
            elif word in _FLAGS or word == "interface":
                rule.flags.add(word)
            else:
                raise not_read(word)
        return rule

    def _named(self, word: str) -> Hosts:
        if word == "any":
            return Hosts(ranges=everything(*self.objects.any_families))
        return self._known(self.objects.hosts(word))

    def _mapped(self, rule: _Nat, words: Words, *, incoming: bool = False) -> Hosts | None:
        """Take the mapped side: an address, an object, `pat-pool`, or `interface` (static: its address; dynamic: None)."""
        words.skip("pat-pool")
        word = words.take()
        if word != "interface":
            value = self.objects.named(word)
            return host(value) if is_address(value) else self._named(word)
        if not rule.static and not incoming:
            return None
        return self._own(rule.real_if if incoming else rule.mapped_if)

    def _own(self, name: str) -> Hosts:
        found = self.own.get(name)
        if found is None:
            raise DocumentError(NO_ADDRESS)
        return found

    @staticmethod
    def _known(hosts: Hosts) -> Hosts:
        if hosts.reason is not None:
            raise DocumentError(hosts.reason)
        return hosts

    def _enter(self, rule: _Nat) -> None:
        """Enter a rule in both directions, one family at a time."""
        families = [family for family in Family if rule.real.ranges.get(family)]
        for family in families:
            real = rule.real.ranges[family]
            mapped = None if rule.mapped is None else rule.mapped.ranges.get(family)
            to_real = None if rule.to_real is None else rule.to_real.ranges.get(family)
            to_mapped = None if rule.to_mapped is None else rule.to_mapped.ranges.get(family)
            if (rule.mapped is not None and not mapped) or (rule.to_real is not None and not (to_real and to_mapped)):
                if len(families) == 1:
                    raise DocumentError(FAMILIES)
                continue
            one = _One(rule, family, real, mapped, to_real, to_mapped)
            self.before += one.before()
            self.behind += one.behind()
            self.reverse += one.reverse()

    def _diverted(self, rule: _Nat, exits: Mapping[Family, Mapping[str, Ranges]]) -> None:
        """Put the device in doubt if a destination of the rule has another exit by route than by rule."""
        sides = [(rule.mapped_if, rule.to_real)] + ([(rule.real_if, rule.real)] if rule.static else [])
        for name, hosts in sides:
            if name == "any" or hosts is None:
                continue
            for family, ranges in hosts.ranges.items():
                if subtract(ranges, exits[family].get(name, ())):
                    self.ledger.doubt(rule.row, DIVERTED)
                    return


def _section_two(rule: _Nat) -> tuple[bool, int, int, str]:
    every: list[Range] = [one for ranges in rule.real.ranges.values() for one in ranges]
    return not rule.static, sum(high - low + 1 for low, high in every), min((low for low, _ in every), default=0), rule.name


def _widened(mapped: Hosts, real: Hosts) -> Hosts:
    """Return the mapped addresses of a subnet: one address given stands for as many as there are real ones."""
    found = dict(mapped.ranges)
    for family, ranges in mapped.ranges.items():
        size = real.ranges.get(family, ((0, 0),))
        if len(ranges) == 1 and len(size) == 1 and ranges[0][0] == ranges[0][1]:
            found[family] = ((ranges[0][0], ranges[0][0] + size[0][1] - size[0][0]),)
    return Hosts(ranges=found)


def _pairs(one: Ranges, two: Ranges) -> list[tuple[int, int]]:
    """Return which address becomes which; raises if that is too much to write out or does not fit."""
    sizes = [sum(high - low + 1 for low, high in ranges) for ranges in (one, two)]
    if sizes[0] != sizes[1] or sizes[0] > LARGEST:
        raise DocumentError(LARGE)
    flat = [[value for low, high in ranges for value in range(low, high + 1)] for ranges in (one, two)]
    return list(zip(flat[0], flat[1], strict=True))


@dataclass(frozen=True, slots=True)
class _One:
    """One rule in one family."""

    rule: _Nat
    family: Family
    real: Ranges
    mapped: Ranges | None
    to_real: Ranges | None
    to_mapped: Ranges | None

    def _match(self, iif: str, oif: str | None, src: Ranges | None, dst: Ranges | None) -> Match:
        return Match(
            family=self.family,
            iif=None if iif == "any" else frozenset({iif}),
            oif=None if oif in (None, "any") else frozenset({oif or ""}),
            src=src,
            dst=dst,
        )

    def _rule(self, match: Match, action: Accept | DestinationNat | SourceNat) -> Rule:
        return Rule(matches=(match,), action=action, at=self.rule.row.at, text=self.rule.row.text)

    def before(self) -> list[Rule]:
        """Return what happens to destinations."""
        rule, found = self.rule, []
        if self.to_real is not None and self.to_mapped is not None:
            if self.to_real == self.to_mapped:
                found.append(self._rule(self._match(rule.real_if, None, self.real, self.to_mapped), Accept()))
            else:
                for mapped, real in _pairs(self.to_mapped, self.to_real):
                    match = self._match(rule.real_if, None, self.real, ((mapped, mapped),))
                    found.append(self._rule(match, DestinationNat(real)))
        if not rule.static or "unidirectional" in rule.flags or self.mapped is None:
            return found
        if rule.identity:
            return [*found, self._rule(self._match(rule.mapped_if, None, self.to_real, self.mapped), Accept())]
        for real, mapped in _pairs(self.real, self.mapped):
            match = self._match(rule.mapped_if, None, self.to_real, ((mapped, mapped),))
            found += self._rewritten(match, real)
        return found

    def _rewritten(self, match: Match, real: int) -> list[Rule]:
        service = self.rule.service
        if service is None:
            return [self._rule(match, DestinationNat(real))]
        proto, real_port, mapped_port = service
        limited = Match(
            family=match.family, iif=match.iif, src=match.src, dst=match.dst, proto=((proto, proto),), dport=((mapped_port, mapped_port),)
        )
        return [self._rule(limited, DestinationNat(real, real_port))]

    def behind(self) -> list[Rule]:
        """Return what happens to sources."""
        rule = self.rule
        match = self._match(rule.real_if, rule.mapped_if, self.real, self.to_real)
        found: list[Rule] = []
        if rule.identity:
            found.append(self._rule(match, Accept()))
        elif not rule.static or self.mapped is None:
            address = None if self.mapped is None else (self.mapped[0][0], self.mapped[-1][1])
            found.append(self._rule(match, SourceNat(address)))
        else:
            for real, mapped in _pairs(self.real, self.mapped):
                found.append(self._sent(((real, real),), mapped))
        both = self.to_real is not None and self.to_mapped is not None
        if both and self.to_real != self.to_mapped and rule.static and "unidirectional" not in rule.flags:
            for mapped, real in _pairs(self.to_mapped or (), self.to_real or ()):
                back = self._match(rule.mapped_if, rule.real_if, ((real, real),), self.real)
                found.append(self._rule(back, SourceNat((mapped, mapped), keep_ports=True)))
        return found

    def _sent(self, real: Ranges, mapped: int) -> Rule:
        match = self._match(self.rule.real_if, self.rule.mapped_if, real, self.to_real)
        service = self.rule.service
        if service is None:
            return self._rule(match, SourceNat((mapped, mapped), keep_ports=True))
        proto, real_port, mapped_port = service
        limited = Match(
            family=match.family,
            iif=match.iif,
            oif=match.oif,
            src=match.src,
            dst=match.dst,
            proto=((proto, proto),),
            sport=((real_port, real_port),),
        )
        return self._rule(limited, SourceNat((mapped, mapped), ports=(mapped_port, mapped_port)))

    def reverse(self) -> list[Rule]:
        """Return the check of packets sent straight to a real address."""
        rule, row = self.rule, self.rule.row
        match = self._match(rule.mapped_if, rule.real_if, self.to_real, self.real)
        if rule.identity:
            return [Rule(matches=(match,), action=Return(), at=row.at, text=row.text)]
        unknown = Unknown(reason=REVERSE, line=Line(at=row.at, text=row.text, fate=Fate.UNDERSTOOD))
        straight = Match(family=match.family, iif=match.iif, oif=match.oif, src=match.src, dst=match.dst, translated=False, unknown=unknown)
        return [Rule(matches=(straight,), action=Drop(), at=row.at, text=row.text)]
