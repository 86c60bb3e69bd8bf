"""The vendor-neutral device: what every front end writes and what the proof reads.

For the writer of a front end (`netproof.dialects.<name>`): implement

    def read(sources: Sequence[Source], device: str) -> Configuration

and account for every line (`lines.Accountant`). A `Configuration` holds one `Device`, or several where one file describes
several (VDOM, VRF, context; name them `fw/vdom`). Then:

*Where a packet passes.* A device sees a packet at five hooks, in this order:

    PREROUTING ── routing ── FORWARD ── POSTROUTING          (INPUT, OUTPUT: to and from the device itself; not part of the proof)

At a hook, the `BaseChain`s run by ascending `priority`, those of equal priority in the order of `Device.hooks`. `Accept` ends
only its own base chain; `Drop` ends the packet. No base chain for a family at a hook: everything passes there. So
  - an inbound list of an interface is a base chain at PREROUTING whose rules carry `iif`, an outbound one at POSTROUTING with `oif`;
    rules for other interfaces are simply not there, the `policy` is Accept, and the list's implicit deny is a last rule with
    the same `iif` (tie it to the line that applies the list);
  - static and dynamic translations stand in base chains with `nat=True`, where the first rule that matches translates and ends
    the chain: destination at PREROUTING, source at POSTROUTING; an exemption before them is an `Accept`. Lower priority =
    earlier, so that a list which sees real addresses is put behind the translation and one which sees published addresses before
    it. Only NEW packets are translated, and only the first nat chain of a hook that has a matching rule counts;
  - an applied but undefined list is whatever the dialect says (IOS: everything passes): say it as a rule, tied to the line that applies it.

*A rule* has alternatives `matches` (any of them; a group of hosts is one match with several ranges, not many rules), one action, and
its place. No matches = never. `Match()` = always. Rules that only log or count are left out (their line is understood).

*A match* limits fields; None = any. Ports without `proto` mean the protocols that have ports. Negation is the front end's
(`ranges.complement`). A match on addresses must state `family`. `sport`/`dport` never limit ICMP; `icmp` does, with (types, codes).
`states`: this device's view (see `Device.states`). `kinds`: TCP flags (`packets.kinds_where`, `packets.TCP_REPLY_KINDS`).
`iif`/`oif`: names of interfaces; a trailing `*` stands for any rest; `oif` only at FORWARD and POSTROUTING. `not_iif`/`not_oif`:
their negations.
`mark`: a number that `SetMark` gives and that is 0 when a packet enters the device: also a tag for what the header does not
show (which VIP translated it). `translated`: whether a destination translation of this device has changed the packet (`ct status dnat`).

*What is not known.* `unknown` (a reason) on a match: the packet may or may not match (host name, user, schedule, country). The other fields
still limit it. The proof then reads an accept as matching and a deny as not matching for PROVED, and the other way round
for VIOLATED. `Unclear` as action: the rule may accept, drop, mark (in a nat chain: translate) or do nothing.
A `Doubt` on the device: anything might pass or not pass because of this line (unknown table, policy routing, helper), if `families` meets
the question. For all three hand the `Line` on.

*Jumps.* `Jump` and `Goto` name a chain in `Device.chains`; the end of a jumped-to chain returns behind the jump, the end of a gone-to
chain returns behind the last jump. No cycles (a cycle is a `Doubt`).

*Interfaces* as far as the configuration names them; the zone of each is the topology's business (`topology`), but a `zone_hint` helps its
author. Disabled ones are left out. `tunnel=True` for IPsec, L2TP, GRE, SSL-VPN, WireGuard: such an interface must be in a zone.

*Routes*: static and connected ones; None if the configuration holds no routing at all (then every pair of interfaces is possible).

Never here: reading a text, deciding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.lines import Line, LineAccount
from secaudit.netproof.packets import LINUX_STATES, Family, Kind, State
from secaudit.netproof.ranges import Range, Ranges

BOTH = frozenset(Family)


class Hook(StrEnum):
    """Where a base chain sits."""

    PREROUTING = "prerouting"
    FORWARD = "forward"
    POSTROUTING = "postrouting"
    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Why it is not known whether something matches, and the line that says it."""

    reason: Text
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A condition on one packet at one hook; all given fields must hold (see the module)."""

    family: Family | None = None
    src: Ranges | None = None
    dst: Ranges | None = None
    proto: Ranges | None = None
    sport: Ranges | None = None
    dport: Ranges | None = None
    icmp: tuple[Ranges, Ranges] | None = None
    states: frozenset[State] | None = None
    kinds: frozenset[Kind] | None = None
    iif: frozenset[str] | None = None
    oif: frozenset[str] | None = None
    not_iif: frozenset[str] = frozenset()
    not_oif: frozenset[str] = frozenset()
    mark: Ranges | None = None
    mark_mask: int = 0xFFFFFFFF
    translated: bool | None = None
    unknown: Unknown | None = None

    def __post_init__(self) -> None:
        if self.family is None and (self.src is not None or self.dst is not None):
            raise ValueError("a match on addresses states its family")
        if self.icmp is not None and (self.sport is not None or self.dport is not None):
            raise ValueError("a match is on ports or on ICMP types, not on both")


@dataclass(frozen=True, slots=True)
class Accept:
    """The packet leaves this base chain and goes on."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The packet ends here (drop, reject, deny, implicit deny)."""


@dataclass(frozen=True, slots=True)
class Return:
    """Back behind the last jump; in a base chain: its policy."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Into a chain and back."""

    chain: str


@dataclass(frozen=True, slots=True)
class Goto:
    """Into a chain; its end is the end of this one."""

    chain: str


@dataclass(frozen=True, slots=True)
class SetMark:
    """mark := (mark & `keep`) ^ `flip`; `flip` None: a value that is not known. Goes on with the next rule."""

    flip: int | None
    keep: int = 0


@dataclass(frozen=True, slots=True)
class NoTrack:
    """The packet is UNTRACKED on this device from here on (and is not translated). Goes on with the next rule."""


@dataclass(frozen=True, slots=True)
class SourceNat:
    """New source: any of `address` (several: dynamic). None: the address of the outgoing interface (masquerade).

    `ports` None: kept where possible, so afterwards it is not known. `keep_ports`: a one-to-one translation of addresses alone.
    """

    address: Range | None
    ports: Range | None = None
    keep_ports: bool = False


@dataclass(frozen=True, slots=True)
class DestinationNat:
    """New destination `address` (None: the device itself, redirect) and, if given, destination port. Single values only."""

    address: int | None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Not understood: may accept, drop, mark, translate or do nothing."""

    unknown: Unknown


Action = Accept | Drop | Return | Jump | Goto | SetMark | NoTrack | SourceNat | DestinationNat | Unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule with the place and the text that people are shown."""

    matches: tuple[Match, ...]
    action: Action
    at: Location
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseChain:
    """A chain that the device runs at a hook. `policy` applies at its end; `at` and `text` are where the policy stands."""

    chain: str
    hook: Hook
    priority: int
    policy: Accept | Drop
    at: Location
    text: str
    families: frozenset[Family] = BOTH
    nat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of an interface with its prefix length."""

    family: Family
    value: int
    prefix: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """An interface as the configuration names it."""

    name: str
    addresses: tuple[Address, ...] = ()
    zone_hint: str | None = None
    tunnel: bool = False
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Destination prefix → interface, via a next hop or (None) straight out. `interface` None: the one that holds the next hop's subnet.

    Connected is a route without `via` for a subnet that the interface has an address in; those of known addresses need not be given.

    `discard`: a blackhole. Several routes with the same prefix: any of them may be taken.
    """

    family: Family
    network: Range
    interface: str | None
    via: int | None = None
    discard: bool = False
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something that could change any verdict through the device: a line, or `line` None for what was not delivered."""

    reason: Text
    line: Line | None
    families: frozenset[Family] = BOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One forwarding device."""

    name: str
    dialect: str
    chains: Mapping[str, tuple[Rule, ...]] = field(default_factory=lambda: MappingProxyType({}))
    hooks: tuple[BaseChain, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    routes: tuple[Route, ...] | None = None
    doubts: tuple[Doubt, ...] = ()
    states: Mapping[Kind, State] = field(default_factory=lambda: LINUX_STATES)
    track_priority: int | None = -200
    """Base chains at PREROUTING with a lower priority see every packet as INVALID: nothing is tracked yet (Linux). None: no such chains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of a configuration, as delivered. `path` is what people are shown."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a front end made of the files of one topology entry."""

    devices: tuple[Device, ...]
    account: LineAccount


class FrontEnd(Protocol):
    """The one function of a dialect."""

    def __call__(self, sources: Sequence[Source], device: str) -> Configuration:
        """Read the files of `device`; raise `DocumentError` only if they are not of this dialect at all."""
        ...  # a protocol has no body
