"""What the ASA lets through between its interfaces: applied lists, security levels, and what it never passes.

The defaults and their sources stand in `cisco_asa`.

Never here: reading lists and translations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_asa_acl import Lists
from secaudit.netproof.dialects.cisco_asa_interfaces import Port
from secaudit.netproof.dialects.cisco_groups import undefined
from secaudit.netproof.dialects.cisco_settings import TO_DEVICE
from secaudit.netproof.dialects.cisco_text import Ledger, Row
from secaudit.netproof.ir import Accept, Drop, Jump, Match, Rule, Unclear, Unknown
from secaudit.netproof.lines import Fate, Line, Reach
from secaudit.netproof.packets import TCP, Family, Kind
from secaudit.netproof.ranges import complement, normal

PER_USER = Text(ja="利用者ごとのリストが優先されます", en="lists of users take precedence")
BYPASS = Text(
    ja="接続の確認をしない通信があります（tcp-state-bypass）", en="some packets are not checked for a connection (tcp-state-bypass)"
)
MODULE = Text(ja="別の装置（モジュール）が捨てるかもしれません", en="another module may drop it")
OUT_ALONE = Text(
    ja="入口のリストがなく、出口のリストだけで高い区画へ通るか分かりません",
    en="without a list on the way in, whether the list out alone opens the way to a higher level is not known",
)
SPOOFED = Text(ja="送信元の経路の確認で捨てられるかもしれません", en="the check of the source's route may drop it")
_NO_START = frozenset(Kind) - {Kind.START, Kind.BAD, Kind.DISCOVERY}


@dataclass(slots=True, kw_only=True)
class Applied:
    """What is applied where."""

    ledger: Ledger
    lists: Lists
    ports: list[Port]
    inbound: dict[str, tuple[Row, str, bool]] = field(default_factory=dict)
    """Interface → row, list, whether users have lists of their own."""
    outbound: dict[str, tuple[Row, str]] = field(default_factory=dict)
    overall: tuple[Row, str] | None = None
    inter: bool = False
    intra: bool = False
    verified: dict[str, Row] = field(default_factory=dict)
    bypass: list[Row] = field(default_factory=list)
    modules: list[Row] = field(default_factory=list)
    chains: dict[str, tuple[Rule, ...]] = field(default_factory=dict)

    def take(self, row: Row) -> bool:
        """Keep a row that belongs here."""
        match row.words:
            case ("access-group", _, "in" | "out", "interface", _, "control-plane"):
                self.ledger.irrelevant(row, TO_DEVICE)
                return True
            case ("access-group", name, "in", "interface", interface, *rest):
                if set(rest) - {"per-user-override"}:
                    return False
                self.inbound[interface] = (row, name, bool(rest))
            case ("access-group", name, "out", "interface", interface):
                self.outbound[interface] = (row, name)
            case ("access-group", name, "global"):
                self.overall = (row, name)
            case ("same-security-traffic", "permit", "inter-interface"):
                self.inter = True
            case ("same-security-traffic", "permit", "intra-interface"):
                self.intra = True
            case ("ip", "verify", "reverse-path", "interface", interface):
                self.verified[interface] = row
            case _:
                return False
        self.ledger.understood(row)
        return True

    def claim(self, row: Row) -> None:
        """Enter a setting of the modular policy that changes what passes."""
        self.ledger.unread(row, BYPASS if row in self.bypass else MODULE, Reach.RULE, "policy")

    def chain(self, name: str, row: Row) -> str:
        """Return the chain of a list; an undefined or empty one is not understood (the ASA refuses to apply one)."""
        chain = f"list {name}"
        if chain not in self.chains:
            rules = self.lists.rules(name)
            if rules is None:
                unknown = self.ledger.unread(row, undefined(name), Reach.CHAIN, chain)
                rules = (Rule(matches=(Match(),), action=Unclear(unknown), at=row.at, text=row.text),)
            self.chains[chain] = rules
        return chain


def forward(applied: Applied, reverse: Sequence[Rule]) -> Iterator[tuple[str, int, tuple[Rule, ...]]]:
    """Yield the lists of the forward hook: name, priority, rules."""
    yield "never", 0, tuple(_never(applied))
    if reverse:
        passed = Rule(matches=(Match(translated=True),), action=Accept(), at=reverse[0].at, text=reverse[0].text)
        yield "reverse translation", 5, (passed, *reverse)
    yield "lists in", 10, tuple(rule for port in applied.ports for rule in _way_in(applied, port))
    yield "lists out", 20, tuple(_way_out(applied))


def _never(applied: Applied) -> Iterator[Rule]:
    """Yield what is dropped whatever the lists say."""
    ports = applied.ports
    if ports:
        row = ports[0].row
        bypass = next(iter(applied.bypass), None)
        unknown = None if bypass is None else applied.ledger.unread(bypass, BYPASS, Reach.RULE, "policy")
        match = Match(proto=((TCP, TCP),), kinds=_NO_START, unknown=unknown)
        text = "(no TCP connection)" if bypass is None else bypass.text
        yield Rule(matches=(match,), action=Drop(), at=row.at if bypass is None else bypass.at, text=text)
    for module in applied.modules:
        unknown = applied.ledger.unread(module, MODULE, Reach.RULE, "policy")
        yield Rule(matches=(Match(unknown=unknown),), action=Drop(), at=module.at, text=module.text)
    for port in ports:
        here = frozenset({port.name})
        if port.management is not None:
            yield _drop(port.management, Match(iif=here), Match(oif=here))
        if not port.ipv6:
            yield _drop(port.row, Match(family=Family.V6, iif=here), Match(family=Family.V6, oif=here))
        if not applied.intra:
            yield _drop(port.level_row, Match(iif=here, oif=here))
        equal = frozenset(other.name for other in ports if other.level == port.level and other is not port)
        if equal and not applied.inter:
            yield _drop(port.level_row, Match(iif=here, oif=equal))
        if port.name in applied.verified:
            yield from _verified(applied, port, applied.verified[port.name])


def _verified(applied: Applied, port: Port, row: Row) -> Iterator[Rule]:
    unknown = applied.ledger.unread(row, SPOOFED, Reach.RULE, port.name)
    for family in Family:
        own = [one for one in port.addresses if one.family is family]
        free = [(one, (1 << family.bits - one.prefix) - 1) for one in own]
        others = complement(normal((one.value & ~bits, one.value | bits) for one, bits in free), family.top)
        match = Match(family=family, src=others, iif=frozenset({port.name}), unknown=unknown)
        yield Rule(matches=(match,), action=Drop(), at=row.at, text=row.text)


def _drop(row: Row, *matches: Match) -> Rule:
    return Rule(matches=matches, action=Drop(), at=row.at, text=row.text)


def _way_in(applied: Applied, port: Port) -> Iterator[Rule]:
    """Yield the rules for what enters an interface."""
    match = Match(iif=frozenset({port.name}))
    place: Row | None = None
    if port.name in applied.inbound:
        row, name, users = applied.inbound[port.name]
        place = row
        if users:
            unknown = applied.ledger.unread(row, PER_USER, Reach.CHAIN, f"list {name}")
            yield Rule(matches=(match,), action=Unclear(unknown), at=row.at, text=row.text)
        yield Rule(matches=(match,), action=Jump(applied.chain(name, row)), at=row.at, text=row.text)
    if applied.overall is not None:
        row, name = applied.overall
        place = place or row
        yield Rule(matches=(match,), action=Jump(applied.chain(name, row)), at=row.at, text=row.text)
    if place is not None:
        yield _drop(place, match)
        return
    yield from _levels(applied, port)


def _levels(applied: Applied, port: Port) -> Iterator[Rule]:
    """Yield what the security levels say where no list stands on the way in."""
    here = frozenset({port.name})
    row = port.level_row
    lower = frozenset(other.name for other in applied.ports if other.level <= port.level)  # equal ones: see `_never`
    yield Rule(matches=(Match(iif=here, oif=lower),), action=Accept(), at=row.at, text=row.text)
    for other in applied.ports:
        if other.level > port.level and other.name in applied.outbound:
            place, _ = applied.outbound[other.name]
            line = Line(at=place.at, text=place.text, fate=Fate.UNDERSTOOD)
            both = Match(iif=here, oif=frozenset({other.name}))
            unknown = Unknown(reason=OUT_ALONE, line=line)
            maybe = Match(iif=here, oif=frozenset({other.name}), unknown=unknown)
            yield _drop(place, maybe)
            yield Rule(matches=(both,), action=Accept(), at=place.at, text=place.text)
    yield _drop(row, Match(iif=here))


def _way_out(applied: Applied) -> Iterator[Rule]:
    """Yield the rules for what leaves through an interface with a list."""
    for interface, (row, name) in applied.outbound.items():
        match = Match(oif=frozenset({interface}))
        yield Rule(matches=(match,), action=Jump(applied.chain(name, row)), at=row.at, text=row.text)
        yield _drop(row, match)
