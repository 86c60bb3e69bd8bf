"""Access lists of the ASA: extended entries with objects, groups, users, schedules.

* Netmasks, not wildcards. Order is that of the configuration. `inactive` entries are not in force.
* `any` means both families from 9.0 on, IPv4 alone before; `any4` and `any6` say it.
* An entry for users, security tags, or with a time range: it may match.

Never here: where a list is applied (`cisco_asa`).
"""

from dataclasses import dataclass, replace

from secaudit.errors import DocumentError
from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_asa_objects import AsaObjects
from secaudit.netproof.dialects.cisco_conditions import (
    Hosts,
    Service,
    Words,
    everything,
    icmp,
    narrowed,
    not_read,
    one_protocol,
    ports,
    product,
    protocol,
)
from secaudit.netproof.dialects.cisco_ios_acl import SCHEDULE, UNAPPLIED
from secaudit.netproof.dialects.cisco_text import Ledger, Row
from secaudit.netproof.dialects.cisco_words import ASA_PORTS
from secaudit.netproof.ir import Accept, Drop, Match, Rule, Unclear, Unknown
from secaudit.netproof.lines import COMMENT, Reach
from secaudit.netproof.packets import TCP, UDP, Family

USER = Text(ja="利用者や札（セキュリティグループ）による条件です", en="it depends on users or security tags")
INACTIVE = Text(ja="無効にされている行（inactive）", en="the entry is inactive")
_WHO = frozenset({"user", "user-group", "object-group-user", "security-group", "object-group-security"})
_PORT_GROUPS = frozenset({"service tcp", "service udp", "service tcp-udp"})
_LEVELS = frozenset(
    {"emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging", "disable", "default"}
)


@dataclass(slots=True)
class Lists:
    """All access lists of a device. They are read when something applies them."""

    ledger: Ledger
    objects: AsaObjects
    own: dict[str, Hosts]
    """The addresses of the device's interfaces by name (`interface NAME` in an entry)."""
    lines: dict[str, list[Row]]
    _read: dict[str, tuple[Rule, ...]]

    def take(self, row: Row) -> bool:
        """Keep `access-list NAME …`."""
        if row.words[0] != "access-list" or len(row.words) < 3:
            return False
        self.lines.setdefault(row.words[1], []).append(row)
        return True

    def rules(self, name: str) -> tuple[Rule, ...] | None:
        """Return the list as a chain without its implicit deny; None if it is undefined or holds no entry."""
        if name not in self.lines:
            return None
        found = (self._rule(row, name) for row in self.lines[name])
        self._read[name] = tuple(rule for rule in found if rule is not None)
        return self._read[name] or None

    def close(self) -> None:
        """Enter the lists that nothing applies."""
        for name, rows in self.lines.items():
            if name not in self._read:
                for row in rows:
                    self.ledger.irrelevant(row, UNAPPLIED)

    def _rule(self, row: Row, name: str) -> Rule | None:
        words = Words(row.words[2:])
        if words.skip("line"):
            words.take()
        if words.peek() == "remark":
            self.ledger.irrelevant(row, COMMENT)
            return None
        if row.words[-1] == "inactive":
            self.ledger.irrelevant(row, INACTIVE)
            return Rule(matches=(), action=Drop(), at=row.at, text=row.text)
        try:
            matches, permit = _Reading(self, row, words, name).entry()
        except DocumentError as error:
            unknown = self.ledger.unread(row, error.message, Reach.RULE, name)
            return Rule(matches=(Match(),), action=Unclear(unknown), at=row.at, text=row.text)
        if not self.ledger.knows(row):
            self.ledger.understood(row)
        return Rule(matches=matches, action=Accept() if permit else Drop(), at=row.at, text=row.text)


class _Reading:
    """The reading of one entry."""

    def __init__(self, lists: Lists, row: Row, words: Words, name: str) -> None:
        self.lists, self.row, self.words, self.name = lists, row, words, name
        self.objects = lists.objects
        self.reason: Text | None = None

    def entry(self) -> tuple[tuple[Match, ...], bool]:
        """Read `[extended] permit|deny PROTOCOL [WHO] SRC [PORTS] [WHO] DST [PORTS|TYPE] [options]`."""
        words = self.words
        words.skip("extended")
        verdict = words.take()
        if verdict not in ("permit", "deny"):
            raise not_read(verdict)
        services = self._protocol()
        src = self._hosts()
        sport = self._ports(services)
        dst = self._hosts()
        dport = self._ports(services)
        services = _with_ports(services, sport, dport)
        services = self._types(services)
        self._options()
        whole = None if self.reason is None else self._unknown(self.reason)
        found = product(src, dst, services, families=tuple(Family), whole=whole, partly=self._unknown)
        return found, verdict == "permit"

    def _unknown(self, reason: Text) -> Unknown:
        return self.lists.ledger.unread(self.row, reason, Reach.RULE, self.name)

    def _protocol(self) -> tuple[Service, ...]:
        words = self.words
        if words.skip("object-group") or words.skip("object"):
            return self.objects.services(words.take())
        return (one_protocol(protocol(words.take())),)

    def _who(self) -> None:
        """Take users and security tags."""
        while self.words.peek() in _WHO:
            word = self.words.take()
            self.words.take()
            if word == "security-group":
                self.words.take()
            self.reason = USER

    def _hosts(self) -> Hosts:
        words = self.words
        self._who()
        if words.skip("any"):
            found = Hosts(ranges=everything(*self.objects.any_families))
        elif words.skip("any4"):
            found = Hosts(ranges=everything(Family.V4))
        elif words.skip("any6"):
            found = Hosts(ranges=everything(Family.V6))
        elif words.skip("object-group") or words.skip("object"):
            found = self.objects.hosts(words.take())
        elif words.skip("interface"):
            name = words.take()
            if name not in self.lists.own:
                raise not_read(name)
            found = self.lists.own[name]
        else:
            found = self.objects.plain(words)
        self._who()
        return found

    def _ports(self, services: tuple[Service, ...]) -> tuple[Service, ...] | None:
        """Take an operator or a group of ports; as destination ports. None: no limit."""
        words = self.words
        if words.peek() == "object-group" and self.objects.kind(words.peek(1)) in _PORT_GROUPS:
            words.take()
            return self.objects.services(words.take())
        protos = tuple(n for n in (TCP, UDP) if any(service.proto and any(a <= n <= b for a, b in service.proto) for service in services))
        if not protos:
            return None
        found = ports(words, protos, ASA_PORTS)
        return None if found is None else (Service(dport=found),)

    def _types(self, services: tuple[Service, ...]) -> tuple[Service, ...]:
        """Take an ICMP type or a group of types, if the protocol is ICMP."""
        words = self.words
        only = services[0] if len(services) == 1 else Service()
        family = only.family if only.proto in (((1, 1),), ((58, 58),)) else None
        if words.peek() == "object-group" and self.objects.kind(words.peek(1)) in ("icmp-type", "service"):
            words.take()
            return tuple(one for one in self.objects.services(words.take()) if family in (None, one.family) or one.reason)
        types = icmp(words, family) if family is not None else None
        return services if types is None else (replace(only, icmp=types),)

    def _options(self) -> None:
        words = self.words
        while words:
            word = words.take()
            if word == "log":
                while words.peek() in _LEVELS or words.peek().isdecimal():
                    words.take()
                if words.skip("interval"):
                    words.take()
            elif word == "time-range":
                words.take()
                self.reason = SCHEDULE
            else:
                raise not_read(word)


def _with_ports(services: tuple[Service, ...], sport: tuple[Service, ...] | None, dport: tuple[Service, ...] | None) -> tuple[Service, ...]:
    """Return every combination of the protocols with source and destination ports."""
    found: list[Service] = []
    for service in services:
        for one in sport or (Service(),):
            for two in dport or (Service(),):
                limited = narrowed(service, one.proto, sport=one.dport)
                limited = None if limited is None else narrowed(limited, two.proto, dport=two.dport)
                if limited is not None:
                    found.append(replace(limited, reason=service.reason or one.reason or two.reason))
    return tuple(found)
