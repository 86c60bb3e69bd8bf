"""Zone-based policy firewall of IOS: zones, zone pairs, inspection policies.

Source of the defaults, read in public documentation (Cisco, Zone-Based Policy Firewalls, configuration guides; ipspace.net for the class
without an action, tested there):

* between two zones without a zone pair: drop; within one zone: pass, unless a zone pair of the zone with itself says otherwise;
* between an interface in a zone and one in none: drop, except that `zone security default` makes a zone of all that are in none;
* traffic to and from the device (zone `self`) is another question;
* what no class of a policy matches is dropped (`class-default`); a class without an action drops.

* `inspect` opens a session by a SYN; other TCP packets without a session are dropped (known). `pass` is stateless.
* Address lists in classes see inside local addresses: the list of rules stands between the two translations (known).

Never here: lists applied to interfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from secaudit.errors import DocumentError
from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_conditions import TCP_UDP, not_read, one_protocol
from secaudit.netproof.dialects.cisco_groups import UNUSED, Trail, recursive, undefined
from secaudit.netproof.dialects.cisco_ios_acl import Lists
from secaudit.netproof.dialects.cisco_ios_interfaces import Port
from secaudit.netproof.dialects.cisco_settings import TO_DEVICE
from secaudit.netproof.dialects.cisco_text import Ledger, Row
from secaudit.netproof.ir import Accept, Drop, Jump, Match, Return, Rule, Unclear, Unknown
from secaudit.netproof.lines import COMMENT, Reach
from secaudit.netproof.packets import TCP, UDP, Family, Kind
from secaudit.netproof.ranges import Ranges, complement

APPLICATION = Text(ja="応用の判別による条件です", en="it depends on recognising the application")

_STARTS_ICMP: Ranges = ((8, 8), (13, 13), (15, 15), (17, 17))
_NOT_TCP_ICMP: Ranges = complement(((1, 1), (TCP, TCP)), 255)
_PORTS: Mapping[str, tuple[Ranges, tuple[int, ...]]] = {
    "http": (((TCP, TCP),), (80,)),
    "https": (((TCP, TCP),), (443,)),
    "dns": (TCP_UDP, (53,)),
    "ftp": (((TCP, TCP),), (21,)),
    "ssh": (((TCP, TCP),), (22,)),
    "telnet": (((TCP, TCP),), (23,)),
    "smtp": (((TCP, TCP),), (25,)),
    "pop3": (((TCP, TCP),), (110,)),
    "imap": (((TCP, TCP),), (143,)),
    "ntp": (((UDP, UDP),), (123,)),
    "snmp": (((UDP, UDP),), (161,)),
    "syslog": (((UDP, UDP),), (514,)),
    "tftp": (((UDP, UDP),), (69,)),
    "ldap": (((TCP, TCP),), (389,)),
    "sqlnet": (((TCP, TCP),), (1521,)),
}
"""The system's port map (`show ip port-map`, known); a configured one (`ip port-map`) puts the device in doubt."""


SESSION_STARTS = (
    Match(proto=((TCP, TCP),), kinds=frozenset({Kind.START})),
    Match(family=Family.V4, proto=((1, 1),), icmp=(_STARTS_ICMP, ((0, 255),))),
    Match(proto=_NOT_TCP_ICMP),
)
"""What may open a session of `inspect`: SYNs, ICMP requests, and everything of other protocols."""


@dataclass(slots=True)
class Zones:
    """What the configuration says of zones, and the chains made of it."""

    ledger: Ledger
    lists: Lists
    names: dict[str, Row] = field(default_factory=dict)
    pairs: list[Row] = field(default_factory=list)
    classes: dict[str, Row] = field(default_factory=dict)
    policies: dict[str, Row] = field(default_factory=dict)
    chains: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def take(self, row: Row) -> bool:
        """Keep a row that belongs here."""
        match row.words:
            case ("zone", "security", name, *_):
                self.names[name] = row
            case ("zone-pair", "security", *_):
                self.pairs.append(row)
            case ("class-map", "type", "inspect", "match-any" | "match-all", name) | ("class-map", "type", "inspect", name):
                self.classes[name] = row
            case ("policy-map", "type", "inspect", name):
                self.policies[name] = row
            case ("class-map" | "policy-map", *_):
                self.ledger.irrelevant(row, UNUSED)
            case _:
                return False
        return True

    def rules(self, ports: Sequence[Port]) -> tuple[Rule, ...]:
        """Return the rules between interfaces; none if no interface is in a zone."""
        members: dict[str, list[Port]] = {}
        for port in ports:
            if port.zone is not None:
                members.setdefault(port.zone.words[2], []).append(port)
        if not members:
            return ()
        outside = [port for port in ports if port.zone is None]
        if "default" in self.names and outside:
            members["default"], outside = outside, []
        found: list[Rule] = []
        for row in self.pairs:
            found += self._pair(row, members)
        for name, inside in members.items():
            here = frozenset(port.name for port in inside)
            row = inside[0].zone or self.names[name]
            found.append(Rule(matches=(Match(iif=here, oif=here),), action=Accept(), at=row.at, text=row.text))
            # No zone pair, or only one of the two interfaces in a zone: dropped (see the module).
            found.append(Rule(matches=(Match(iif=here), Match(oif=here)), action=Drop(), at=row.at, text=row.text))
        for row in self.names.values():
            self.ledger.understood(row)
            for child in row.children:
                self.ledger.irrelevant(child, COMMENT)
        return tuple(found)

    def close(self) -> None:
        """Enter what no zone pair uses."""
        for row in [*self.names.values(), *self.pairs, *self.classes.values(), *self.policies.values()]:
            for each in row.deep():
                if not self.ledger.knows(each):
                    self.ledger.irrelevant(each, UNUSED)

    def _pair(self, row: Row, members: Mapping[str, Sequence[Port]]) -> list[Rule]:
        words = row.words
        named = dict(zip(words[3::2], words[4::2], strict=False))
        source, target = named.get("source", ""), named.get("destination", "")
        if "self" in (source, target):
            self.ledger.irrelevant(row, TO_DEVICE)
            return []
        iifs = frozenset(port.name for port in members.get(source, ()))
        oifs = frozenset(port.name for port in members.get(target, ()))
        if not iifs or not oifs:
            self.ledger.irrelevant(row, UNUSED)
            return []
        self.ledger.understood(row)
        match = Match(iif=iifs, oif=oifs)
        found: list[Rule] = []
        for child in row.children:
            match child.words:
                case ("service-policy", "type", "inspect", name):
                    self.ledger.understood(child)
                    chain = self._policy(name)
                    action = Jump(chain) if chain else Unclear(self.ledger.unread(child, undefined(name)))
                    found.append(Rule(matches=(match,), action=action, at=child.at, text=child.text))
                case ("description", *_):
                    self.ledger.irrelevant(child, COMMENT)
                case _:
                    self.ledger.doubt(child, not_read(child.words[0]).message)
        # A zone pair without a policy drops, as between zones without a pair.
        return [*found, Rule(matches=(match,), action=Drop(), at=row.at, text=row.text)]

    def _policy(self, name: str) -> str | None:
        row = self.policies.get(name)
        if row is None:
            return None
        chain = f"policy {name}"
        if chain in self.chains:
            return chain
        self.ledger.understood(row)
        rules: list[Rule] = []
        for child in row.children:
            rules += self._class(child, chain)
        rules.append(Rule(matches=(Match(),), action=Drop(), at=row.at, text=f"{row.text} (class-default)"))
        self.chains[chain] = tuple(rules)
        return chain

    def _class(self, row: Row, policy: str) -> list[Rule]:
        """Return the rules of one class of a policy: a jump to its conditions, which jump to its action."""
        name = row.words[-1]
        if row.words[0] == "description":
            self.ledger.irrelevant(row, COMMENT)
            return []
        self.ledger.understood(row)
        target = self._action(row, f"{policy} {name}")
        if name == "class-default":
            return [Rule(matches=(Match(),), action=Jump(target), at=row.at, text=row.text)]
        return [Rule(matches=(Match(),), action=Jump(self._conditions(row, name, target, ())), at=row.at, text=row.text)]

    def _action(self, row: Row, chain: str) -> str:
        """Return the chain that does what a class does; nothing comes out of it."""
        place, kept, passes = row, Drop(), False
        rules: list[Rule] = []
        for child in row.children:
            match child.words:
                case ("inspect", *_):
                    rules.append(Rule(matches=SESSION_STARTS, action=Accept(), at=child.at, text=child.text))
                    place = child
                case ("pass", *_):
                    passes, place = True, child
                case ("drop", *_):
                    place = child
                case ("police" | "urlfilter" | "service-policy", *_):
                    unknown = self.ledger.unread(child, not_read(child.words[0]).message, Reach.RULE, chain)
                    rules.append(Rule(matches=(Match(unknown=unknown),), action=Drop(), at=child.at, text=child.text))
                    continue
                case _:
                    unknown = self.ledger.unread(child, not_read(child.words[0]).message, Reach.RULE, chain)
                    rules.append(Rule(matches=(Match(),), action=Unclear(unknown), at=child.at, text=child.text))
                    continue
            self.ledger.understood(child)
        last = Accept() if passes else kept
        rules.sort(key=lambda rule: isinstance(rule.action, Accept))  # restrictions count before what they restrict
        self.chains[chain] = (*rules, Rule(matches=(Match(),), action=last, at=place.at, text=place.text))
        return chain

    def _conditions(self, place: Row, name: str, target: str, trail: Trail) -> str:
        """Return the chain that jumps to `target` for what a class map matches and otherwise comes back."""
        row = self.classes.get(name)
        chain = f"class {' > '.join((*trail, name))} > {target}"
        if row is None or name in trail:
            reason = undefined(name) if row is None else recursive(name)
            unknown = self.ledger.unread(place, reason, Reach.RULE, target)
            self.chains[chain] = (Rule(matches=(Match(unknown=unknown),), action=Jump(target), at=place.at, text=place.text),)
            return chain
        self.ledger.understood(row)
        trail = (*trail, name)
        clauses = [child for child in row.children if child.words[0] != "description"]
        for child in row.children:
            if child.words[0] == "description":
                self.ledger.irrelevant(child, COMMENT)
        if "match-any" in row.words:
            rules = [self._jump(child, self._clause(child, target, f"{chain} {number}", trail)) for number, child in enumerate(clauses)]
            self.chains[chain] = tuple(rules)
            return chain
        following = target
        for number, child in reversed(list(enumerate(clauses))):
            following = self._clause(child, following, f"{chain} {number}", trail)
        self.chains[chain] = (self._jump(row, following),) if clauses else ()
        return chain

    @staticmethod
    def _jump(row: Row, chain: str) -> Rule:
        return Rule(matches=(Match(),), action=Jump(chain), at=row.at, text=row.text)

    def _clause(self, row: Row, target: str, chain: str, trail: Trail) -> str:
        """Return the chain of one `match` line."""
        self.ledger.understood(row)
        words = row.words
        negated = words[:2] == ("match", "not")
        rest = words[2:] if negated else words[1:]
        hit, miss = (Return(), Jump(target)) if negated else (Jump(target), Return())
        try:
            rules = self._matching(row, rest, hit, miss, trail)
        except DocumentError as error:
            unknown = self.ledger.unread(row, error.message, Reach.RULE, chain)
            rules = [Rule(matches=(Match(unknown=unknown),), action=Jump(target), at=row.at, text=row.text)]
        else:
            if negated:
                rules.append(Rule(matches=(Match(),), action=Jump(target), at=row.at, text=row.text))
        self.chains[chain] = tuple(rules)
        return chain

    def _matching(self, row: Row, words: tuple[str, ...], hit: Jump | Return, miss: Jump | Return, trail: Trail) -> list[Rule]:
        match words:
            case ("access-group", "name", name) | ("access-group", name):
                return self._list(row, name, hit, miss)
            case ("protocol", name, *_):
                return self._protocol(row, name, hit)
            case ("class-map", name) if isinstance(hit, Jump):
                return [self._jump(row, self._conditions(row, name, hit.chain, trail))]
            case _:
                raise not_read(" ".join(words[:2]))

    def _list(self, row: Row, name: str, hit: Jump | Return, miss: Jump | Return) -> list[Rule]:
        entries = self.lists.entries(name)
        if not entries:
            raise DocumentError(undefined(name))
        found: list[Rule] = []
        for entry in entries:
            rule = entry.rule()
            if entry.unclear:
                matches: tuple[Match, ...] = (Match(unknown=entry.unclear),)
            else:
                matches = rule.matches
            action = hit if entry.permit else miss
            found.append(Rule(matches=matches, action=action, at=rule.at, text=rule.text))
            if isinstance(action, Jump):
                # The first entry that matches decides: what comes back from further conditions does not meet the next entry.
                found.append(Rule(matches=matches, action=Return(), at=row.at, text=row.text))
        return found

    def _protocol(self, row: Row, name: str, hit: Jump | Return) -> list[Rule]:
        unknown: Unknown | None = None
        if name in _PORTS:
            proto, numbers = _PORTS[name]
            match = Match(proto=proto, dport=tuple((number, number) for number in numbers))
        elif name in ("tcp", "udp", "icmp"):
            service = one_protocol({"tcp": TCP, "udp": UDP, "icmp": 1}[name])
            match = Match(proto=service.proto)
        else:
            unknown = self.ledger.unread(row, APPLICATION)
            match = Match(proto=TCP_UDP, unknown=unknown)
        return [Rule(matches=(match,), action=hit, at=row.at, text=row.text)]
