"""A second opinion: follows one concrete packet through the configurations, rule by rule.

Written apart from the search: no boxes, no compiled lists, its own routing. What is not known is followed both ways, so the answer is
a set: the packet passes, it ends, or both are possible.

* Every packet of a VIOLATED verdict must pass here in every reading (`confirm`).
* Thousands of packets at the edges of the rules must not pass here where a pair is PROVED (`sample`).
* INVARIANT: a disagreement is our fault and never a verdict: `InternalDisagreement` (exit 70).

Never here: sets of packets (`boxes`, `decide`), and imports of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from secaudit.netproof.ir import (
    Accept,
    BaseChain,
    DestinationNat,
    Device,
    Drop,
    Goto,
    Hook,
    Jump,
    Match,
    NoTrack,
    Return,
    Rule,
    SetMark,
    SourceNat,
    Unclear,
)
from secaudit.netproof.lookup import Live, Sieve, Value, doubtful, sends
from secaudit.netproof.network import Hop, Node, Port
from secaudit.netproof.packets import TCP, Family, Packet, State


class InternalDisagreement(RuntimeError):  # noqa: N818 - a fault of ours, named for what it is
    """The search and the interpreter do not agree about a packet."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a list looks from: device, hook, interfaces."""

    node: Node
    device: Device
    base: BaseChain
    iif: Port
    oif: Port | None


@dataclass(frozen=True, slots=True)
class Step:
    """One list that let the packet on, and the rule (None: its policy, or no list) that did."""

    node: str
    iif: str
    oif: str | None
    rule: Rule | BaseChain | None


Ended = tuple[bool, Live, tuple[Step, ...]]
"""Whether the list lets it on, and as what."""


def _in(asked: Sequence[tuple[int, int]] | None, value: Value) -> bool | None:
    if asked is None:
        return True
    if isinstance(value, int):
        return any(low <= value <= high for low, high in asked)
    first, last = value.start, value.stop - 1
    if any(low <= first and last <= high for low, high in asked):
        return True
    return None if any(low <= last and first <= high for low, high in asked) else False


def _named(patterns: Iterable[str], name: str) -> bool:
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in patterns)


def _state(packet: Packet, live: Live, where: Passage) -> State:
    if live.untracked:
        return State.UNTRACKED
    limit = where.device.track_priority
    if where.base.hook is Hook.PREROUTING and limit is not None and where.base.priority < limit:
        return State.INVALID
    return where.device.states[packet.kind]


def _all(answers: Iterable[bool | None]) -> bool | None:
    worst: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            worst = None
    return worst


def matches(match: Match, packet: Packet, live: Live, where: Passage) -> bool | None:
    """Whether a match holds for a packet; None: not known."""
    return _all(_answers(match, packet, live, where))


def _answers(match: Match, packet: Packet, live: Live, where: Passage) -> Iterator[bool | None]:
    yield match.family is None or match.family is packet.family
    yield _in(match.dst, live.dst)
    yield _in(match.src, live.src)
    yield _in(match.proto, packet.proto)
    if match.iif is not None:
        yield _named(match.iif, where.iif.interface)
    yield not _named(match.not_iif, where.iif.interface)
    if where.oif is None:
        yield match.oif is None
    else:
        yield match.oif is None or _named(match.oif, where.oif.interface)
        yield not _named(match.not_oif, where.oif.interface)
    if match.sport is not None or match.dport is not None:
        yield packet.proto in (6, 17, 33, 132, 136)
        yield _in(match.sport, live.sport)
        yield _in(match.dport, live.dport)
    if match.icmp is not None:
        yield packet.proto == packet.family.icmp
        yield _in(match.icmp[0], packet.sport)
        yield _in(match.icmp[1], packet.dport)
    if match.kinds is not None:
        yield packet.proto == TCP and packet.kind in match.kinds
    if match.states is not None:
        yield _state(packet, live, where) in match.states
    if match.mark is not None:
        yield None if live.mark is None else _in(match.mark, live.mark & match.mark_mask)
    if match.translated is not None:
        yield None if live.translated is None else live.translated is match.translated
    if match.unknown is not None:
        yield None


class Interpreter:
    """Follows packets of one family; `sieve` limits long chains to the rules whose addresses can meet a packet."""

    def __init__(self, family: Family, sieve: "Sieve | None" = None) -> None:
        self.family = family
        self.sieve = sieve

    def hook(self, packet: Packet, live: Live, node: Node, iif: Port, oif: Port | None, hook: Hook) -> set[Ended]:
        """Return how a packet may leave all lists of a hook."""
        device = node.device
        if device is None:
            return {(True, live, (Step(node.name, iif.interface, None if oif is None else oif.interface, None),))}
        states: set[Ended] = {(True, live, ())}
        bases = [base for base in device.hooks if base.hook is hook and self.family in base.families]
        for base in sorted(bases, key=lambda one: one.priority):
            following: set[Ended] = set()
            for passed, now, steps in states:
                if not passed:
                    following.add((passed, now, steps))
                    continue
                for on, then, by in self._base(packet, now, Passage(node, device, base, iif, oif)):
                    following.add((on, then, (*steps, *by)))
            states = following
        return states

    def _base(self, packet: Packet, live: Live, where: Passage) -> set[Ended]:
        base = where.base
        step = Step(where.node.name, where.iif.interface, None if where.oif is None else where.oif.interface, base)
        if base.nat:
            done = live.dnat if base.hook is Hook.PREROUTING else live.snat
            if done or _state(packet, live, where) is not State.NEW:
                return {(True, live, ())}
        ended, through = self._chain(packet, {live}, where, base.chain)
        accepted = isinstance(base.policy, Accept)
        return ended | {(accepted, now, (step,)) for now in through}

    def _chain(self, packet: Packet, before: set[Live], where: Passage, name: str) -> tuple[set[Ended], set[Live]]:
        """Return what ends in a chain, and what comes out at its end."""
        ended: set[Ended] = set()
        through: set[Live] = set()
        here = set(before)
        rules = where.device.chains[name]
        chosen: Iterable[Rule] = rules if self.sieve is None else self.sieve.rules(rules, packet, here)
        for rule in chosen:
            following: set[Live] = set()
            for live in here:
                answer = self._rule(rule, packet, live, where)
                if answer is not True:
                    following.add(live)
                if answer is not False:
                    self._do(rule, packet, live, where, ended, through, following, sure=answer is True)
            here = following
            if not here:
                break
        return ended, through | here

    def _rule(self, rule: Rule, packet: Packet, live: Live, where: Passage) -> bool | None:
        worst: bool | None = False
        for match in rule.matches:
            answer = matches(match, packet, live, where)
            if answer is True:
                return True
            if answer is None:
                worst = None
        return worst

    def _do(
        self,
        rule: Rule,
        packet: Packet,
        live: Live,
        where: Passage,
        ended: set[Ended],
        through: set[Live],
        following: set[Live],
        *,
        sure: bool,
    ) -> None:
        """Carry a rule out: `ended` takes what leaves the list, `through` what leaves the chain, `following` what meets the next rule."""
        step = Step(where.node.name, where.iif.interface, None if where.oif is None else where.oif.interface, rule)
        match rule.action:
            case Accept():
                ended.add((True, live, (step,)))
            case Drop() | DestinationNat(address=None):
                ended.add((False, live, (step,)))
            case Return():
                through.add(live)
            case Jump(chain=chain) | Goto(chain=chain):
                inside, behind = self._chain(packet, {live}, where, chain)
                ended |= {(on, now, (step, *steps)) for on, now, steps in inside}
                (following if isinstance(rule.action, Jump) else through).update(behind)
            case SetMark(flip=flip, keep=keep):
                known = flip is not None and live.mark is not None
                following.add(replace(live, mark=((live.mark or 0) & keep) ^ (flip or 0) if known else None))
            case NoTrack():
                limit = where.device.track_priority
                early = where.base.hook is Hook.PREROUTING and limit is not None and where.base.priority < limit
                following.add(replace(live, untracked=True) if early else live)
            case Unclear():
                self._unclear(live, where, step, ended, following)
            case _:
                ended.add((True, self._translate(rule.action, packet, live, where), (step,)))
        del sure

    def _unclear(self, live: Live, where: Passage, step: Step, ended: set[Ended], following: set[Live]) -> None:
        lost = _lost(live, self.family) if where.base.nat else replace(live, mark=None)
        ended |= {(True, lost, (step,)), (False, live, (step,))}
        following.add(lost)
        following.add(live)

    def _translate(self, action: SourceNat | DestinationNat, packet: Packet, live: Live, where: Passage) -> Live:
        icmp = packet.proto == self.family.icmp
        if isinstance(action, DestinationNat):
            dst = live.dst if action.address is None else action.address
            dport = live.dport if action.port is None or icmp else action.port
            # A translation that changes nothing does not count as one.
            known = isinstance(live.dst, int) and isinstance(live.dport, int)
            return replace(live, dst=dst, dport=dport, translated=(dst, dport) != (live.dst, live.dport) if known else None, dnat=True)
        address: Value
        if action.address is not None:
            address = _value(*action.address)
        else:
            own = [] if where.oif is None else [one.value for one in where.oif.addresses if one.family is self.family]
            address = _value(min(own), max(own)) if own else range(self.family.top + 1)
        live = replace(live, src=address, snat=True)
        if icmp or action.keep_ports:
            return live
        return replace(live, sport=range(65536) if action.ports is None else _value(*action.ports))

    def arrive(self, packet: Packet, live: Live, node: Node, iif: Port) -> set[Ended]:
        """Return how a packet may come out of the lists before routing."""
        if doubtful(node, self.family):
            return {(True, _lost(live, self.family), ()), (False, live, ())}
        fresh = Live(live.src, live.dst, live.sport, live.dport)
        return self.hook(packet, fresh, node, iif, None, Hook.PREROUTING)

    def leave(self, packet: Packet, live: Live, node: Node, iif: Port, oif: Port) -> set[Ended]:
        """Return how a packet may be routed to a port and come out of the lists behind routing."""
        sent_on = sends(node, oif, live.dst, self.family)
        if sent_on is False:
            return {(False, live, ())}
        found: set[Ended] = {(False, live, ())} if sent_on is None else set()
        if doubtful(node, self.family):
            return found | {(True, _lost(live, self.family), ()), (False, live, ())}
        for passed, now, steps in self.hook(packet, live, node, iif, oif, Hook.FORWARD):
            if not passed:
                found.add((False, now, steps))
                continue
            for on, then, by in self.hook(packet, now, node, iif, oif, Hook.POSTROUTING):
                found.add((on, then, (*steps, *by)))
        return found


def _value(low: int, high: int) -> Value:
    return low if low == high else range(low, high + 1)


def _lost(live: Live, family: Family) -> Live:
    everyone, ports = range(family.top + 1), range(65536)
    return replace(live, src=everyone, dst=everyone, sport=ports, dport=ports, mark=None, translated=None)


def along(packet: Packet, hops: Sequence[Hop], sieve: Sieve | None = None) -> tuple[frozenset[bool], tuple[Step, ...]]:
    """Return whether a packet passes a path (a set of the possible answers), and the lists that let it on."""
    interpreter = Interpreter(packet.family, sieve)
    states: set[Ended] = {(True, sent(packet), ())}
    answers: set[bool] = set()
    for hop in hops:
        for entering in (True, False):
            following: set[Ended] = set()
            for _, live, steps in states:
                ways = (
                    interpreter.arrive(packet, live, hop.node, hop.iif)
                    if entering
                    else interpreter.leave(packet, live, hop.node, hop.iif, hop.oif)
                )
                following |= {(True, then, (*steps, *by)) for on, then, by in ways if on}
                answers |= {False for on, _, _ in ways if not on}
            states = following
    answers |= {True for _ in states}
    return frozenset(answers), min((steps for _, _, steps in states), key=len, default=())


def sent(packet: Packet) -> Live:
    """Return a packet as its sender put it on the wire."""
    return Live(packet.src, packet.dst, packet.sport, packet.dport)
