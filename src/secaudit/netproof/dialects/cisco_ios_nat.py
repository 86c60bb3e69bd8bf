"""Address translation of IOS: `ip nat inside|outside source`, static and dynamic.

* Order of a packet (Cisco, NAT order of operation; read in public copies): inside → outside: list in, routing, translation, list out;
  outside → inside: list in, translation, routing, list out. So lists in see addresses as they arrive, lists out as they leave.
* Only between an `ip nat inside` and an `ip nat outside` interface. Static rules count before dynamic ones (known).
* A static rule works in both directions. While a dynamic translation without `overload` lives, the outside can reach the host behind the
  pool's address (known): not known, so `Unclear` for the pool. Port translations (`overload`) open nothing to others.
* Not understood, so `Unclear`: route maps, VRF, redundancy, subnets of more than `LARGEST` addresses, rotary pools (device in doubt).

Never here: which lists let a packet through.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from secaudit.errors import DocumentError
from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_conditions import Words, address, not_read, port
from secaudit.netproof.dialects.cisco_groups import UNUSED, undefined
from secaudit.netproof.dialects.cisco_ios_acl import Lists
from secaudit.netproof.dialects.cisco_ios_interfaces import Port
from secaudit.netproof.dialects.cisco_text import Ledger, Row
from secaudit.netproof.dialects.cisco_words import IOS_PORTS
from secaudit.netproof.ir import DestinationNat, Jump, Match, Return, Rule, SourceNat, Unclear, Unknown
from secaudit.netproof.lines import Fate, Line, Reach
from secaudit.netproof.packets import TCP, UDP, Family
from secaudit.netproof.ranges import Range

LARGEST = 256
"""Most addresses of a static translation of subnets that are written out one by one."""

POOL = Text(
    ja="動的な変換が続く間は、外からその機器に届くことがあります",
    en="while a dynamic translation lives, the outside can reach the host behind it",
)
LARGE = Text(ja="変換する範囲が広すぎて書き出せません", en="the translated subnet is too large to be written out")
NO_ADDRESS = Text(ja="変換先のインターフェースのアドレスが分かりません", en="the address of the interface is not known")
_IGNORED = frozenset({"extendable", "no-alias", "no-payload", "add-route", "mapping-id", "forced"})


@dataclass(slots=True)
class Nat:
    """The translations of a device; `before` and `behind` are the chains of the two nat hooks."""

    ledger: Ledger
    lists: Lists
    rows: list[Row] = field(default_factory=list)
    pools: dict[str, Row] = field(default_factory=dict)
    before: list[Rule] = field(default_factory=list)
    behind: list[Rule] = field(default_factory=list)
    chains: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    ports: dict[str, Port] = field(default_factory=dict)

    def take(self, row: Row) -> bool:
        """Keep a row that belongs here."""
        if row.starts("ip", "nat", "pool"):
            self.pools[row.words[3]] = row
        elif row.starts("ip", "nat", "inside", "source") or row.starts("ip", "nat", "outside", "source"):
            self.rows.append(row)
        else:
            return False
        return True

    def read(self, ports: Sequence[Port]) -> None:
        """Make the two chains."""
        self.ports = {port_.name: port_ for port_ in ports}
        self.inside = frozenset(name for name, one in self.ports.items() if one.nat == "inside")
        self.outside = frozenset(name for name, one in self.ports.items() if one.nat == "outside")
        for static in (True, False):
            for row in self.rows:
                if (row.words[4:5] == ("static",)) is static:
                    self._row(row)
        for row in self.pools.values():
            if not self.ledger.knows(row):
                self.ledger.irrelevant(row, UNUSED)

    @property
    def changes_outside(self) -> bool:
        """Whether destinations change on the way out: routing then goes by the address before the change."""
        return any(row.words[2] == "outside" for row in self.rows)

    def _row(self, row: Row) -> None:
        if not self.inside or not self.outside:
            self.ledger.irrelevant(row, UNUSED)
            return
        words = Words(row.words[4:])
        before, behind = len(self.before), len(self.behind)
        try:
            if words.skip("static"):
                self._static(row, words, inside=row.words[2] == "inside")
            else:
                self._dynamic(row, words, inside=row.words[2] == "inside")
        except DocumentError as error:
            del self.before[before:], self.behind[behind:]
            self._unclear(row, self.ledger.unread(row, error.message, Reach.CHAIN, "nat"))
        else:
            self.ledger.understood(row)

    def _unclear(self, row: Row, unknown: Unknown, dst: Range | None = None) -> None:
        """Say at both hooks that anything may be translated."""
        targets = None if dst is None else (dst,)
        match = Match(family=Family.V4, iif=self.inside | self.outside, dst=targets)
        self.before.append(Rule(matches=(match,), action=Unclear(unknown), at=row.at, text=row.text))
        if dst is None:
            everywhere = Match(family=Family.V4, iif=self.inside | self.outside, oif=self.inside | self.outside)
            self.behind.append(Rule(matches=(everywhere,), action=Unclear(unknown), at=row.at, text=row.text))

    def _static(self, row: Row, words: Words, *, inside: bool) -> None:
        proto = {"tcp": TCP, "udp": UDP}.get(words.peek())
        if proto is not None:
            words.take()
            self._static_port(row, words, proto, inside=inside)
            return
        network = words.skip("network")
        first, second = int(address(words.take())), self._address(words)
        size = _size(words) if network else 1
        self._rest(words)
        if size > LARGEST:
            raise DocumentError(LARGE)
        for offset in range(size):
            self._pair(row, first + offset, second + offset, inside=inside)

    def _static_port(self, row: Row, words: Words, proto: int, *, inside: bool) -> None:
        if not inside:
            raise not_read("outside source static tcp|udp")
        local, local_port = int(address(words.take())), self._port(words, proto)
        outer = self._address(words)
        outer_port = self._port(words, proto)
        self._rest(words)
        protos = ((proto, proto),)
        to = Match(family=Family.V4, iif=self.outside, dst=((outer, outer),), proto=protos, dport=((outer_port, outer_port),))
        self.before.append(Rule(matches=(to,), action=DestinationNat(local, local_port), at=row.at, text=row.text))
        out = Match(
            family=Family.V4,
            iif=self.inside,
            oif=self.outside,
            src=((local, local),),
            proto=protos,
            sport=((local_port, local_port),),
        )
        action = SourceNat((outer, outer), ports=(outer_port, outer_port))
        self.behind.append(Rule(matches=(out,), action=action, at=row.at, text=row.text))

    def _pair(self, row: Row, first: int, second: int, *, inside: bool) -> None:
        """Enter one address: `first` is its own on its side, `second` what the other side calls it."""
        here, there = (self.inside, self.outside) if inside else (self.outside, self.inside)
        to = Match(family=Family.V4, iif=there, dst=((second, second),))
        self.before.append(Rule(matches=(to,), action=DestinationNat(first), at=row.at, text=row.text))
        out = Match(family=Family.V4, iif=here, oif=there, src=((first, first),))
        self.behind.append(Rule(matches=(out,), action=SourceNat((second, second), keep_ports=True), at=row.at, text=row.text))

    def _dynamic(self, row: Row, words: Words, *, inside: bool) -> None:
        if words.take() != "list":
            raise not_read(words.peek(-1))
        name = words.take()
        entries = self.lists.entries(name)
        if not entries:
            raise DocumentError(undefined(name))
        pool: Range | None = None
        if words.skip("interface"):
            words.take()
        elif words.skip("pool"):
            pool = self._pool(words.take())
        else:
            raise not_read(words.peek())
        overload = words.skip("overload") or pool is None
        self._rest(words)
        action = SourceNat(pool)
        chain = f"nat {row.at.path}:{row.at.line}"
        rules: list[Rule] = []
        for entry in entries:
            kept = Unclear(entry.unclear) if entry.unclear else action if entry.permit else Return()
            rules.append(Rule(matches=entry.matches, action=kept, at=row.at, text=row.text))
        self.chains[chain] = tuple(rules)
        here, there = (self.inside, self.outside) if inside else (self.outside, self.inside)
        match = Match(family=Family.V4, iif=here, oif=there)
        self.behind.append(Rule(matches=(match,), action=Jump(chain), at=row.at, text=row.text))
        if not overload and pool is not None:
            line = Line(at=row.at, text=row.text, fate=Fate.UNDERSTOOD)
            self._unclear(row, Unknown(reason=POOL, line=line), dst=pool)

    def _pool(self, name: str) -> Range:
        row = self.pools.get(name)
        if row is None:
            raise DocumentError(undefined(name))
        words = Words(row.words[4:])
        if words.peek() in ("netmask", "prefix-length"):
            raise not_read(words.peek())
        low, high = int(address(words.take())), int(address(words.take()))
        self.ledger.understood(row)
        return low, high

    def _address(self, words: Words) -> int:
        """Take an address or `interface NAME`, whose address it then is."""
        if not words.skip("interface"):
            return int(address(words.take()))
        name = words.take()
        named = self.ports.get(name)
        own = [one.value for one in named.addresses if one.family is Family.V4] if named else []
        if not own:
            raise DocumentError(NO_ADDRESS)
        return own[0]

    @staticmethod
    def _port(words: Words, proto: int) -> int:
        word = words.take()
        number = port(word, (proto,), IOS_PORTS)
        if number is None:
            raise not_read(word)
        return number

    @staticmethod
    def _rest(words: Words) -> None:
        while words and words.peek() in _IGNORED:
            words.take()
        words.end()


def _size(words: Words) -> int:
    """Take the mask of a static subnet and return how many addresses it holds."""
    word = words.take()
    length = word.removeprefix("/")
    try:
        return IPv4Network(f"0.0.0.0/{length}").num_addresses
    except ValueError:
        raise not_read(word) from None
