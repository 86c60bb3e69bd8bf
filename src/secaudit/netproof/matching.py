"""From one match to boxes: what a condition means for a packet in a given state on a given device.

A packet is its header as sent plus what was changed on the way (`Env`): a field that was translated no longer depends on the box, so a
condition on it is decided here, once: it holds, it does not, or (several values are possible) it is not known.

Never here: what a rule does (`compile`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from secaudit.netproof.boxes import KINDS, PORTS, PROTOCOLS, TYPES, Fields, mask
from secaudit.netproof.ir import Match
from secaudit.netproof.packets import TCP, WITH_PORTS, Family, Kind, State
from secaudit.netproof.ranges import Range, Ranges, intersect


class Env(NamedTuple):
    """What a packet carries besides its header as sent.

    `src`, `dst`, `sport`, `dport`: the present value where it was translated (a range: one of these), None: as sent. The others belong to
    one device (`hop`): `mark` (None: not known), `translated` by a destination rule (None: not known), `untracked`, and which nat hooks
    have translated.
    """

    src: Range | None = None
    dst: Range | None = None
    sport: Range | None = None
    dport: Range | None = None
    hop: int = -1
    mark: int | None = 0
    translated: bool | None = False
    untracked: bool = False
    dnat_done: bool = False
    snat_done: bool = False


def wild(env: Env, family: Family) -> Env:
    """Return the state in which nothing is known of addresses, ports and mark."""
    everyone, ports = (0, family.top), (0, 65535)
    return env._replace(src=everyone, dst=everyone, sport=ports, dport=ports, mark=None, translated=None)


@dataclass(frozen=True, slots=True)
class View:
    """From where a list looks at a packet: the interfaces of this passage and the state that each kind has here."""

    family: Family
    iif: str
    oif: str | None
    states: Mapping[Kind, State] | None
    """The state of each kind; None: it depends on what happened before."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The product of six sets; `sure` False: packets in it may match."""

    fields: Fields
    sure: bool


def named(name: str, patterns: frozenset[str]) -> bool:
    """Whether an interface is meant by one of the patterns; a trailing `*` stands for any rest."""
    return name in patterns or any(one.endswith("*") and name.startswith(one[:-1]) for one in patterns)


def passes_interfaces(match: Match, view: View) -> bool:
    """Whether a match is about this passage at all."""
    if match.family is not None and match.family is not view.family:
        return False
    if (match.iif is not None and not named(view.iif, match.iif)) or named(view.iif, match.not_iif):
        return False
    if view.oif is None:
        return match.oif is None
    return not ((match.oif is not None and not named(view.oif, match.oif)) or named(view.oif, match.not_oif))


def condition(match: Match, view: View, env: Env) -> Condition | None:
    """Return what a match asks of the header as sent; None if it cannot hold. The interfaces are looked at elsewhere."""
    sure = match.unknown is None
    for holds in (_mark(match, env), _translated(match, env)):
        if holds is False:
            return None
        sure = sure and holds is True
    kinds, proto = _kinds(match, view), PROTOCOLS if match.proto is None else mask(match.proto)
    sure = sure and (match.states is None or view.states is not None)
    sport, dport = PORTS, PORTS
    if match.kinds is not None:
        proto &= 1 << TCP
    if match.icmp is not None:
        proto &= 1 << view.family.icmp
        sport, dport = intersect(match.icmp[0], TYPES), intersect(match.icmp[1], TYPES)
    elif match.sport is not None or match.dport is not None:
        proto &= mask(WITH_PORTS)
        sport, sure = _field(match.sport, env.sport, PORTS, sure)
        dport, sure = _field(match.dport, env.dport, PORTS, sure)
    everyone: Ranges = ((0, view.family.top),)
    src, sure = _field(match.src, env.src, everyone, sure)
    dst, sure = _field(match.dst, env.dst, everyone, sure)
    fields = (src, dst, proto, sport, dport, kinds)
    return Condition(fields, sure) if all(fields) else None


def _field(asked: Ranges | None, changed: Range | None, everything: Ranges, sure: bool) -> tuple[Ranges, bool]:
    """Return what one field of the header as sent must be, and whether that is all there is to it."""
    if asked is None:
        return everything, sure
    if changed is None:
        return intersect(asked, everything), sure
    common = intersect(asked, (changed,))
    if common == (changed,):
        return everything, sure
    return (everything, False) if common else ((), sure)


def _kinds(match: Match, view: View) -> int:
    found = KINDS
    if match.states is not None and view.states is not None:
        found = sum(1 << kind for kind in Kind if view.states[kind] in match.states)
    return found if match.kinds is None else found & sum(1 << kind for kind in match.kinds)


def _mark(match: Match, env: Env) -> bool | None:
    if match.mark is None:
        return True
    if env.mark is None:
        return None
    value = env.mark & match.mark_mask
    return any(low <= value <= high for low, high in match.mark)


def _translated(match: Match, env: Env) -> bool | None:
    if match.translated is None:
        return True
    return None if env.translated is None else env.translated is match.translated
