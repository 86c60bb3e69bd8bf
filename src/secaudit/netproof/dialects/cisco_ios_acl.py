"""Access lists of IOS: standard and extended, numbered and named, IPv4 and IPv6, with object groups.

* Order is by sequence number; a line without one comes 10 behind the last (known).
* `established` is only the ACK or the RST bit: a crafted packet matches it.
* `evaluate` lets only the returns of reflected connections through; a packet of no connection never matches it.
* Wildcard masks (1 = any bit) in lists, netmasks in object groups (Cisco, Object Groups for ACLs).
* A line that matches only later fragments matches no packet of the proof: irrelevant, with that reason.
* An IPv6 list ends in `permit icmp any any nd-na`, `nd-ns` and the deny, if it has an entry (Catalyst 3750 Metro command reference).

Never here: where a list is applied (`cisco_ios`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from secaudit.errors import DocumentError
from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_conditions import (
    TCP_UDP,
    Hosts,
    Service,
    Words,
    everything,
    host,
    icmp,
    is_address,
    masked,
    not_read,
    one_protocol,
    ports,
    prefix,
    product,
    protocol,
    span,
)
from secaudit.netproof.dialects.cisco_groups import Groups, Trail
from secaudit.netproof.dialects.cisco_text import Ledger, Row
from secaudit.netproof.dialects.cisco_words import IOS_PORTS
from secaudit.netproof.ir import Accept, Drop, Match, Rule, Unclear, Unknown
from secaudit.netproof.lines import APPEARANCE, COMMENT, Reach
from secaudit.netproof.packets import TCP, TCP_REPLY_KINDS, UDP, Family, Kind, kinds_where
from secaudit.netproof.ranges import Ranges

UNAPPLIED = Text(ja="通り抜ける通信のどこにも適用されていないリスト", en="a list that is applied to no traffic through the device")
FRAGMENTS = Text(ja="後続の断片だけに当たる行（断片は証明の対象外）", en="only later fragments match (they are outside the proof)")
SCHEDULE = Text(ja="時間帯により有効・無効が変わります", en="whether it is in force depends on the time")
ON_DEMAND = Text(ja="利用者の認証により開く行です", en="it opens when a user signs in")
HEADER = Text(
    ja="送り手が選べる欄（優先度・選択肢など）による条件です",
    en="it depends on header fields that the model leaves out (priority, options)",
)
FLAGS = Text(ja="TCP の旗の組合せが一部だけ当たります", en="only some combinations of TCP flags match")

_FLAGS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32}
_HEADER_WITH_VALUE = frozenset({"dscp", "precedence", "tos", "option", "flow-label", "routing-type", "mobility-type", "dest-option-type"})
_HEADER_ALONE = frozenset({"routing", "hbh", "auth", "mobility", "dest-option", "undetermined-transport"})


class IosGroups(Groups):
    """Object groups as IOS writes them."""

    def host_member(self, kind: str, words: Words, trail: Trail) -> Hosts | None:
        """Read a member: `host A`, `A MASK`, `A/n`, `range A B`, `group-object N`, `any`; netmasks, not wildcards."""
        del kind
        if words.skip("description"):
            return None
        if words.skip("group-object"):
            found = self.hosts(words.take(), trail)
        elif words.skip("host"):
            found = host(words.take())
        elif words.skip("range"):
            found = span(words.take(), words.take())
        elif words.skip("any"):
            found = Hosts(ranges=everything(*Family))
        else:
            first = words.take()
            found = prefix(first) if "/" in first else masked(first, words.take(), wildcard=False)
        words.end()
        return found

    def service_member(self, kind: str, words: Words, trail: Trail) -> Sequence[Service] | None:
        """Read a member: protocol, `tcp|udp|tcp-udp [source OP P] [OP P]`, `icmp [TYPE [CODE]]`, `group-object N`."""
        if words.skip("description"):
            return None
        if words.skip("group-object"):
            name = words.take()
            words.end()
            return self.services(name, trail)
        name = words.take()
        if name in ("tcp", "udp", "tcp-udp"):
            protos = {"tcp": (TCP,), "udp": (UDP,)}.get(name, (TCP, UDP))
            sport = ports(words, protos, IOS_PORTS) if words.skip("source") else None
            dport = ports(words, protos, IOS_PORTS)
            words.end()
            return (Service(proto=TCP_UDP if len(protos) == 2 else ((protos[0], protos[0]),), sport=sport, dport=dport),)
        family = Family.V6 if kind.startswith("v6") else Family.V4
        number = family.icmp if name == "icmp" else protocol(name)
        types = icmp(words, family) if number == family.icmp else None
        words.end()
        return (one_protocol(number) if types is None else Service(proto=((family.icmp,) * 2,), icmp=types, family=family),)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: permit or deny, its matches, or (`unclear`) why it is not known what it does."""

    row: Row
    permit: bool
    matches: tuple[Match, ...]
    unclear: Unknown | None = None

    def rule(self) -> Rule:
        """Return the entry as a rule of a filter."""
        action = Unclear(self.unclear) if self.unclear else Accept() if self.permit else Drop()
        return Rule(matches=self.matches, action=action, at=self.row.at, text=self.row.text)


class Lists:
    """All access lists of a device. They are read when something uses them."""

    def __init__(self, ledger: Ledger, groups: IosGroups) -> None:
        self.ledger = ledger
        self.groups = groups
        self._heads: dict[str, list[Row]] = {}
        self._lines: dict[str, list[tuple[Row, tuple[str, ...], str]]] = {}
        self._read: dict[str, tuple[Entry, ...]] = {}

    def block(self, name: str, kind: str, row: Row) -> None:
        """Enter `ip access-list standard|extended NAME` or `ipv6 access-list NAME` with its lines."""
        self._heads.setdefault(name, []).append(row)
        self._lines.setdefault(name, []).extend((child, child.words, kind) for child in row.children)

    def numbered(self, row: Row) -> None:
        """Enter `access-list N …`."""
        name = row.words[1]
        number = int(name)
        kind = "standard" if number < 100 or 1300 <= number < 2000 else "extended"
        self._lines.setdefault(name, []).append((row, row.words[2:], kind))

    def defined(self, name: str) -> bool:
        """Whether a list of this name came already."""
        return name in self._lines

    def entries(self, name: str) -> tuple[Entry, ...] | None:
        """Return the entries of a list in order; None if it is not defined. Remarks are no entries."""
        if name not in self._lines:
            return None
        if name not in self._read:
            for row in self._heads.get(name, ()):
                self.ledger.understood(row)
            numbered: list[tuple[int, Entry]] = []
            last = 0
            for row, words, kind in self._lines[name]:
                sequence, rest = _sequence(words)
                entry = self._entry(row, rest, kind, name)
                if entry is not None:
                    last = last + 10 if sequence is None else sequence
                    numbered.append((last, entry))
            self._read[name] = tuple(entry for _, entry in sorted(numbered, key=lambda one: one[0]))
        return self._read[name]

    def rules(self, name: str) -> tuple[Rule, ...]:
        """Return the list as a chain without its implicit deny; empty if it is undefined or has no entries."""
        entries = self.entries(name) or ()
        found = [entry.rule() for entry in entries]
        if entries and self._lines[name][0][2] == "ipv6":
            types: Ranges = ((135, 136),)
            match = Match(family=Family.V6, icmp=(types, ((0, 255),)))
            head = (self._heads.get(name) or [entries[-1].row])[0]
            found.append(Rule(matches=(match,), action=Accept(), at=head.at, text=f"{head.text} (permit icmp any any nd-na, nd-ns)"))
        return tuple(found)

    def _entry(self, row: Row, words: tuple[str, ...], kind: str, name: str) -> Entry | None:
        cursor = Words(words)
        if cursor.peek() == "remark":
            self.ledger.irrelevant(row, COMMENT)
            return None
        if words == ("exit",):
            self.ledger.irrelevant(row, APPEARANCE)
            return None
        permit = cursor.peek() == "permit"
        try:
            if cursor.skip("evaluate"):
                found = Entry(row, True, ())
            elif kind == "standard":
                found = self._standard(row, cursor, name)
            else:
                found = _Reading(self, row, cursor, name, Family.V6 if kind == "ipv6" else Family.V4).entry()
        except DocumentError as error:
            family = Family.V6 if kind == "ipv6" else Family.V4
            unknown = self.ledger.unread(row, error.message, Reach.RULE, name)
            return Entry(row, permit, (Match(family=family),), unknown)
        if not self.ledger.knows(row):
            self.ledger.understood(row)
        return found

    def _standard(self, row: Row, words: Words, name: str) -> Entry:
        del name
        permit = _verdict(words)
        if words.skip("any"):
            src = Hosts(ranges=everything(Family.V4))
        elif words.skip("host"):
            src = host(words.take())
        else:
            first = words.take()
            src = masked(first, words.take(), wildcard=True) if is_address(words.peek()) else host(first)
        if words.skip("log") and words:
            words.take()
        words.end()
        families = (Family.V4,)
        whole = Hosts(ranges=everything(Family.V4))
        matches = product(src, whole, (Service(),), families=families, whole=None, partly=lambda reason: self.ledger.unread(row, reason))
        return Entry(row, permit, matches)

    def close(self) -> None:
        """Enter the lists that nothing uses."""
        for name, lines in self._lines.items():
            if name not in self._read:
                for row in [*self._heads.get(name, ()), *(row for row, _, _ in lines)]:
                    self.ledger.irrelevant(row, UNAPPLIED)
        for name, heads in self._heads.items():
            if name not in self._read:
                for row in heads:
                    self.ledger.irrelevant(row, UNAPPLIED)


def _sequence(words: tuple[str, ...]) -> tuple[int | None, tuple[str, ...]]:
    if words and words[0] == "sequence" and len(words) > 1 and words[1].isdecimal():
        return int(words[1]), words[2:]
    if words and words[0].isdecimal():
        return int(words[0]), words[1:]
    return None, words


def _verdict(words: Words) -> bool:
    verdict = words.take()
    if verdict not in ("permit", "deny"):
        raise not_read(verdict)
    return verdict == "permit"


class _Reading:
    """The reading of one extended entry."""

    def __init__(self, lists: Lists, row: Row, words: Words, name: str, family: Family) -> None:
        self.lists, self.row, self.words, self.name, self.family = lists, row, words, name, family
        self.reason: Text | None = None
        self.kinds: frozenset[Kind] | None = None
        self.fragments = False

    def entry(self) -> Entry:
        """Read `permit|deny PROTOCOL SRC [PORTS] DST [PORTS|TYPE] [options]`."""
        words, groups = self.words, self.lists.groups
        permit = _verdict(words)
        if words.peek() == "dynamic":
            raise DocumentError(ON_DEMAND)
        number: int | None = None
        services: tuple[Service, ...] | None = None
        if words.skip("object-group"):
            services = groups.services(words.take())
        else:
            number = protocol(words.take())
            if number == 1 and self.family is Family.V6:
                number = Family.V6.icmp
        protos = (number,) if number in (TCP, UDP) else ()
        src = self._hosts()
        sport = ports(words, protos, IOS_PORTS) if protos else None
        dst = self._hosts()
        dport = ports(words, protos, IOS_PORTS) if protos else None
        types = icmp(words, self.family) if number == self.family.icmp else None
        self._options()
        if self.fragments:
            self.lists.ledger.irrelevant(self.row, FRAGMENTS)
            return Entry(self.row, permit, ())
        if services is None:
            proto: Ranges | None = None if number is None else ((number, number),)
            services = (Service(proto=proto, sport=sport, dport=dport, icmp=types, kinds=self.kinds),)
        whole = None if self.reason is None else self._unknown(self.reason)
        found = product(src, dst, services, families=(self.family,), whole=whole, partly=self._unknown)
        return Entry(self.row, permit, found)

    def _unknown(self, reason: Text) -> Unknown:
        return self.lists.ledger.unread(self.row, reason, Reach.RULE, self.name)

    def _hosts(self) -> Hosts:
        words = self.words
        if words.skip("any"):
            return Hosts(ranges=everything(self.family))
        if words.skip("host"):
            return host(words.take())
        if words.skip("object-group"):
            return self.lists.groups.hosts(words.take())
        first = words.take()
        if "/" in first:
            return prefix(first)
        return masked(first, words.take(), wildcard=True)

    def _options(self) -> None:
        words = self.words
        while words:
            word = words.take()
            if word in ("log", "log-input"):
                if words and words.peek() not in ("time-range", "fragments", "established"):
                    words.take()
            elif word == "established":
                self.kinds = TCP_REPLY_KINDS
            elif word == "fragments":
                self.fragments = True
            elif word == "time-range":
                words.take()
                self.reason = SCHEDULE
            elif word == "reflect":
                words.take()
                if words.skip("timeout"):
                    words.take()
            elif word in _HEADER_WITH_VALUE:
                words.take()
                self.reason = HEADER
            elif word in _HEADER_ALONE:
                self.reason = HEADER
            elif word == "ttl":
                words.take()
                words.take()
                self.reason = HEADER
            elif word in _FLAGS or word in ("match-any", "match-all"):
                self._flags(word)
            else:
                raise not_read(word)

    def _flags(self, word: str) -> None:
        """Read `match-any +ack -syn …`, `match-all …` or flags by name (any of them set)."""
        named = [] if word.startswith("match") else [f"+{word}"]
        while self.words and self.words.peek().lstrip("+-") in _FLAGS:
            flag = self.words.take()
            named.append(flag if flag[0] in "+-" else f"+{flag}")
        wanted = [(_FLAGS[flag[1:]], flag[0] == "+") for flag in named]
        decide = all if word == "match-all" else any
        self.kinds, exact = kinds_where(lambda flags: decide(bool(flags & bit) is on for bit, on in wanted))
        if not exact:
            self.reason = FLAGS
