"""NAT descriptors of YAMAHA routers → translations of the interface that they are applied to.

Basis: the vendor's command reference and its document on NAT descriptors (rtpro), read in public copies:
* a descriptor does nothing until `ip … nat descriptor` applies it; without `type` it translates nothing;
* `address outer` is `ipcp` and `address inner` is `auto` (everything) unless said; a masquerade uses the first outer address;
* static pairs come before dynamic ones.
Known: what arrives is translated before the filters, what leaves is translated behind them; `incoming forward` hands on the rest.

Never here: filters.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

from secaudit.model.text import Text
from secaudit.netproof.dialects.yamaha_filters import ports
from secaudit.netproof.dialects.yamaha_text import Command
from secaudit.netproof.dialects.yamaha_words import PROTOCOLS, UNUSED
from secaudit.netproof.ir import DestinationNat, Match, Rule, SourceNat, Unclear, Unknown
from secaudit.netproof.lines import Accountant, Reach
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import Range, Ranges, normal

SPREAD = 256
"""Most pairs of one static entry that are written out."""

_READ = Text(ja="アドレス変換の書き方が分かりません", en="the translation is not understood")
_OUTER = Text(ja="外側のアドレスが設定から分かりません", en="the outer address is not in the configuration")
_V4 = Family.V4
_TYPES = ("none", "nat", "masquerade", "nat-masquerade")


@dataclass(slots=True)
class Descriptor:
    """All commands about one descriptor, by what they say."""

    kind: Command | None = None
    outer: Command | None = None
    inner: Command | None = None
    incoming: Command | None = None
    static: dict[str, Command] = field(default_factory=dict)
    ported: dict[str, Command] = field(default_factory=dict)
    others: list[Command] = field(default_factory=list)

    def all(self) -> Iterator[Command]:
        """Yield every command."""
        yield from (one for one in (self.kind, self.outer, self.inner, self.incoming) if one is not None)
        yield from (*self.static.values(), *self.ported.values(), *self.others)


@dataclass(slots=True)
class Made:
    """Translations of one interface: in front of routing, behind it."""

    before: list[Rule] = field(default_factory=list)
    behind: list[Rule] = field(default_factory=list)


class Descriptors:
    """The descriptors of one router."""

    def __init__(self, account: Accountant) -> None:
        self.account = account
        self.found: dict[str, Descriptor] = {}
        self.used: set[str] = set()

    def take(self, command: Command) -> bool:
        """Read `nat descriptor …`; return whether it is one that matters."""
        words = command.words
        places = {
            ("type",): 3,
            ("address", "outer"): 4,
            ("address", "inner"): 4,
            ("static",): 3,
            ("masquerade", "static"): 4,
            ("masquerade", "incoming"): 4,
        }
        for name, place in places.items():
            if words[2 : 2 + len(name)] == name and len(words) > place:
                one = self.found.setdefault(words[place], Descriptor())
                self._put(one, name, command)
                return True
        return False

    @staticmethod
    def _put(one: Descriptor, name: tuple[str, ...], command: Command) -> None:
        match name:
            case ("type",):
                one.kind = command
            case ("address", "outer"):
                one.outer = command
            case ("address", "inner"):
                one.inner = command
            case ("static",):
                one.static[" ".join(command.words[4:5])] = command
            case ("masquerade", "static"):
                one.ported[" ".join(command.words[5:6])] = command
            case _:
                one.incoming = command

    def finish(self) -> None:
        """Enter descriptors that nothing applies."""
        for number, one in self.found.items():
            for command in one.all():
                if number not in self.used:
                    self.account.irrelevant(command.at, command.text, UNUSED)

    def apply(self, number: str, interface: str, own: Ranges, applied: Command) -> Made | None:
        """Return the translations of a descriptor on an interface with these own addresses; None if it is not defined."""
        one = self.found.get(number)
        if one is None:
            return None
        self.used.add(number)
        for command in one.all():
            self.account.understood(command.at, command.text)
        kind = "none" if one.kind is None else one.kind.words[-1]
        made = Made()
        if kind == "none":
            return made
        if kind not in _TYPES or one.kind is None:
            return self._unclear(made, one.kind or applied, interface)
        outer, guess = self._outer(one, own, applied)
        inner = self._inner(one)
        if inner is None:
            return self._unclear(made, one.inner or applied, interface)
        for command in one.static.values():
            self._static(made, command, interface)
        for command in one.ported.values():
            self._ported(made, command, interface, outer, guess)
        if one.incoming is not None and "forward" in one.incoming.words:
            self._forward(made, one.incoming, interface, outer, guess)
        match = Match(family=_V4, src=inner or None, oif=frozenset({interface}))
        address = (outer[0][0], outer[-1][1]) if outer else None
        if kind == "masquerade" and outer:
            address = outer[0][0], outer[0][0]
        action = SourceNat(address=address, keep_ports=kind == "nat")
        made.behind.append(Rule(matches=(match,), action=action, at=applied.at, text=f"{one.kind.text} ({interface})"))
        return made

    def _unknown(self, command: Command, reason: Text) -> Unknown:
        return Unknown(reason=reason, line=self.account.not_understood(command.at, command.text, reason, Reach.RULE, "nat descriptor"))

    def _unclear(self, made: Made, command: Command, interface: str) -> Made:
        action = Unclear(self._unknown(command, _READ))
        at, text = command.at, command.text
        made.before.append(Rule(matches=(Match(family=_V4, iif=frozenset({interface})),), action=action, at=at, text=text))
        made.behind.append(Rule(matches=(Match(family=_V4, oif=frozenset({interface})),), action=action, at=at, text=text))
        return made

    def _outer(self, one: Descriptor, own: Ranges, applied: Command) -> tuple[Ranges, Command | None]:
        """Return the outer addresses; if they are not known, the command to name."""
        words = () if one.outer is None else one.outer.words[5:]
        if not words or words[0] in ("ipcp", "primary", "secondary", "dhcp", "map-e"):
            return (own, None) if own else ((), one.outer or applied)
        try:
            return normal(_span(word) for part in words for word in part.split(",")), None
        except ValueError:
            return (), one.outer

    @staticmethod
    def _inner(one: Descriptor) -> Ranges | None:
        words = () if one.inner is None else one.inner.words[5:]
        if not words or words[0] == "auto":
            return ()
        try:
            return normal(_span(word) for part in words for word in part.split(","))
        except ValueError:
            return None

    def _static(self, made: Made, command: Command, interface: str) -> None:
        try:
            outer, inner = (int(ip_address(part)) for part in command.words[5].split("/")[0].split("="))
            count = int(command.words[6]) if len(command.words) > 6 else 1
            pairs = [(outer + i, inner + i) for i in range(count)] if "/" not in command.words[5] and count <= SPREAD else []
        except (ValueError, IndexError):
            pairs = []
        if not pairs:
            self._unclear(made, command, interface)
        for one, two in pairs:
            published, real = ((one, one),), ((two, two),)
            before = Match(family=_V4, dst=published, iif=frozenset({interface}))
            behind = Match(family=_V4, src=real, oif=frozenset({interface}))
            made.before.append(Rule(matches=(before,), action=DestinationNat(address=two), at=command.at, text=command.text))
            source = SourceNat(address=published[0], keep_ports=True)
            made.behind.append(Rule(matches=(behind,), action=source, at=command.at, text=command.text))

    def _ported(self, made: Made, command: Command, interface: str, outer: Ranges, guess: Command | None) -> None:
        try:
            for match, action in self._entry(command, interface, outer):
                unknown = None if guess is None or match.dst is not None else self._unknown(command, _OUTER)
                sure = Match(family=_V4, dst=match.dst, proto=match.proto, dport=match.dport, iif=match.iif, unknown=unknown)
                made.before.append(Rule(matches=(sure,), action=action, at=command.at, text=command.text))
        except (ValueError, IndexError):
            self._unclear(made, command, interface)

    @staticmethod
    def _entry(command: Command, interface: str, outer: Ranges) -> Iterator[tuple[Match, DestinationNat]]:
        """Yield what `… static N id [outer=]inner protocol [outer port=]inner port` translates."""
        words = command.words
        published, _, real = words[6].rpartition("=")
        address = int(ip_address(real))
        dst = (_span(published),) if published else outer[:1] and ((outer[0][0], outer[0][0]),)
        iif = frozenset({interface})
        number = 1 if words[7] in ("icmp", "ping") else PROTOCOLS[words[7]] if words[7] in PROTOCOLS else int(words[7])
        proto = ((number, number),)
        if number not in (6, 17) or len(words) < 9:
            if number in (6, 17):
                raise ValueError
            yield Match(family=_V4, dst=dst or None, proto=proto, iif=iif), DestinationNat(address=address)
            return
        seen, _, wanted = words[8].rpartition("=")
        second = ports(wanted)
        first = ports(seen) if seen else second
        if first is None or second is None:
            yield Match(family=_V4, dst=dst or None, proto=proto, iif=iif), DestinationNat(address=address)
        elif first == second:
            yield Match(family=_V4, dst=dst or None, proto=proto, dport=first, iif=iif), DestinationNat(address=address)
        elif len(first) == len(second) == 1 and first[0][1] - first[0][0] == second[0][1] - second[0][0] < SPREAD:
            for i in range(first[0][1] - first[0][0] + 1):
                port = first[0][0] + i
                match = Match(family=_V4, dst=dst or None, proto=proto, dport=((port, port),), iif=iif)
                yield match, DestinationNat(address=address, port=second[0][0] + i)
        else:
            raise ValueError

    def _forward(self, made: Made, command: Command, interface: str, outer: Ranges, guess: Command | None) -> None:
        try:
            address = int(ip_address(command.words[-1]))
        except ValueError:
            self._unclear(made, command, interface)
            return
        unknown = None if guess is None else self._unknown(command, _OUTER)
        match = Match(family=_V4, dst=outer or None, iif=frozenset({interface}), unknown=unknown)
        made.before.append(Rule(matches=(match,), action=DestinationNat(address=address), at=command.at, text=command.text))


def _span(word: str) -> Range:
    low, _, high = word.partition("-")
    found = int(ip_address(low)), int(ip_address(high or low))
    if found[0] > found[1] or ip_address(low).version != 4:
        raise ValueError
    return found
