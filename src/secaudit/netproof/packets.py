"""The words in which all rooms of the proof speak about a packet: family, kind, state, protocol numbers.

A packet of the audited space opens nothing that is already open: it belongs to no established connection. Its `Kind` says
what it looks like on its own; which connection state a device gives it follows from the kind and from the device (`states`).

* Source of the Linux states: measured against a kernel (tests/netproof/kernel): a mid-stream ACK is NEW
  (`nf_conntrack_tcp_loose` = 1), SYN+ACK, FIN and RST without a connection are INVALID, neighbour discovery is UNTRACKED.
* Not modelled, stated as an assumption in every report: later fragments, multicast, source routing.

Never here: rules (`ir`), sets of packets (`boxes`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from ipaddress import ip_address
from types import MappingProxyType

from secaudit.netproof.ranges import Ranges, normal


class Family(StrEnum):
    """Internet protocol family; the two are always proved apart."""

    V4 = "ip"
    V6 = "ip6"

    @property
    def bits(self) -> int:
        """Width of an address."""
        return 32 if self is Family.V4 else 128

    @property
    def top(self) -> int:
        """The highest address."""
        return (1 << self.bits) - 1

    @property
    def icmp(self) -> int:
        """The protocol number of this family's ICMP."""
        return 1 if self is Family.V4 else 58


TCP, UDP, DCCP, SCTP, UDPLITE = 6, 17, 33, 132, 136
WITH_PORTS: Ranges = ((TCP, TCP), (UDP, UDP), (DCCP, DCCP), (SCTP, SCTP), (UDPLITE, UDPLITE))
"""Protocols that have ports: what a match on ports without a protocol means."""


class Kind(IntEnum):
    """What a packet looks like on its own (it belongs to no connection).

    Of TCP: which of SYN, ACK, RST and FIN are set; START is SYN alone. All other flags may be anything.
    Of the other protocols: START (may open a flow), BAD (may not: an echo reply that nobody asked for, or damaged),
    DISCOVERY (ICMPv6 neighbour discovery and listener reports).
    """

    START = 0
    ACK = 1
    SYN_ACK = 2
    RST = 3
    RST_ACK = 4
    FIN_ACK = 5
    FIN_RST = 6
    FIN_RST_ACK = 7
    SYN_RST = 8
    SYN_RST_ACK = 9
    FIN_SYN_ACK = 10
    FIN_SYN_RST = 11
    FIN_SYN_RST_ACK = 12
    FIN = 13
    NONE = 14
    FIN_SYN = 15
    BAD = 16
    DISCOVERY = 17


TCP_REPLY_KINDS = frozenset(kind for kind in Kind if Kind.ACK <= kind <= Kind.FIN_SYN_RST_ACK)
"""TCP packets with the ACK or the RST bit: exactly what `established` means in an IOS access list and in a YAMAHA static filter."""


class State(StrEnum):
    """Connection state as a device sees it. Packets of the audited space are never ESTABLISHED or RELATED."""

    NEW = "new"
    INVALID = "invalid"
    UNTRACKED = "untracked"
    ESTABLISHED = "established"
    RELATED = "related"


def _states(**given: State) -> Mapping[Kind, State]:
    return MappingProxyType({kind: given.get(kind.name, State.INVALID) for kind in Kind})


LINUX_STATES = _states(START=State.NEW, ACK=State.NEW, DISCOVERY=State.UNTRACKED)
SYN_ONLY_STATES = _states(START=State.NEW, DISCOVERY=State.UNTRACKED)
"""Of devices whose sessions begin with a SYN (ASA, FortiGate, zone-based inspection)."""

_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16
_BITS = {"FIN": _FIN, "SYN": _SYN, "RST": _RST, "ACK": _ACK}
TCP_KINDS = tuple(kind for kind in Kind if kind < Kind.BAD)
FLAGS: Mapping[Kind, int] = MappingProxyType(
    {kind: _SYN if kind is Kind.START else sum(_BITS.get(part, 0) for part in kind.name.split("_")) for kind in TCP_KINDS}
)
"""The flag byte that stands for each kind of TCP packet."""
_KINDS = {flags: kind for kind, flags in FLAGS.items()}


def kind_of_flags(flags: int) -> Kind:
    """Return the kind of a TCP packet with this flag byte."""
    return _KINDS[flags & (_FIN | _SYN | _RST | _ACK)]


def kinds_where(condition: Callable[[int], bool]) -> tuple[frozenset[Kind], bool]:
    """Return the TCP kinds whose flag bytes may fulfil `condition`, and whether all bytes of those kinds do.

    If the second is False, the match must carry `unknown`: some packets of these kinds match and some do not.
    """
    hits: dict[Kind, set[bool]] = {}
    for flags in range(256):
        hits.setdefault(kind_of_flags(flags), set()).add(condition(flags))
    may = frozenset(kind for kind, seen in hits.items() if True in seen)
    return may, all(hits[kind] == {True} for kind in may)


STARTING_ICMP: Mapping[Family, Ranges] = MappingProxyType(
    {Family.V4: ((8, 8), (13, 13), (15, 15), (17, 17)), Family.V6: ((128, 128), (139, 139))}
)
"""Types of ICMP that may open a flow on Linux; all others without one are INVALID."""

DISCOVERY_ICMP: Ranges = ((130, 136), (143, 143))
"""Types of ICMPv6 that Linux leaves UNTRACKED."""


def _blocks(*texts: str) -> Ranges:
    pairs = [text.split("-") for text in texts]
    return normal((int(ip_address(pair[0])), int(ip_address(pair[-1]))) for pair in pairs)


NEVER_FORWARDED: Mapping[Family, Ranges] = MappingProxyType(
    {
        Family.V4: _blocks("0.0.0.0-0.255.255.255", "127.0.0.0-127.255.255.255", "224.0.0.0-239.255.255.255", "255.255.255.255"),
        Family.V6: _blocks("::-::1", "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    }
)
"""Addresses with which no router forwards a unicast packet, as source or destination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One concrete packet as it is sent. `sport`, `dport` are type and code where `proto` is the family's ICMP; 0 if there are none."""

    family: Family
    src: int
    dst: int
    proto: int
    sport: int = 0
    dport: int = 0
    kind: Kind = Kind.START
