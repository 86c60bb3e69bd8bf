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
from secaudit.netproof.lookup import Live, Sieve, Value, doubtful, outs
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
    """One list that let the packet on, and the rule (None: its policy, or no list) that did; `sure` False: if it matches at all."""

    node: str
    iif: str
    oif: str | None
    rule: Rule | BaseChain | None
    sure: bool = True


Ended = tuple[bool, Live, tuple[Step, ...]]
"""Whether the list lets it on, and as what."""


def _in(asked: Sequence[tuple[int, int]], value: Value) -> bool | None:
    if isinstance(value, int):
        for low, high in asked:  # noqa: SIM110 - asked for every field of every packet: a generator costs three times as much
            if low <= value <= high:
                return True
        return False
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


def matches(match: Match, packet: Packet, live: Live, where: Passage) -> bool | None:
    """Whether a match holds for a packet; None: not known."""
    return _here(match, packet.family, where.iif, where.oif) and _holds(match, packet, live, where)


def _here(match: Match, family: Family, iif: Port, oif: Port | None) -> bool:
    """Whether a match is about this family and these interfaces."""
    if match.family is not None and match.family is not family:
        return False
    if match.iif is not None and not _named(match.iif, iif.interface):
        return False
    if match.not_iif and _named(match.not_iif, iif.interface):
        return False
    if oif is None:
        return match.oif is None
    return (match.oif is None or _named(match.oif, oif.interface)) and not _named(match.not_oif, oif.interface)


def _holds(match: Match, packet: Packet, live: Live, where: Passage) -> bool | None:
    """Whether the rest of a match holds."""
    worst: bool | None = True
    for answer in _answers(match, packet, live, where):
        if answer is False:
            return False
        if answer is None:
            worst = None
    return worst


def _answers(match: Match, packet: Packet, live: Live, where: Passage) -> Iterator[bool | None]:
    if match.dst is not None:
        yield _in(match.dst, live.dst)
    if match.src is not None:
        yield _in(match.src, live.src)
    if match.proto is not None:
        yield _in(match.proto, packet.proto)
    if match.sport is not None or match.dport is not None:
        yield packet.proto in (6, 17, 33, 132, 136)
        yield match.sport is None or _in(match.sport, live.sport)
        yield match.dport is None or _in(match.dport, live.dport)
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


@dataclass(frozen=True, slots=True)
class _Looked:
    """The rules of a chain that are about a passage, and of each the matches that are."""

    rules: tuple[Rule, ...]
    matches: dict[int, tuple[Match, ...]]


class Interpreter:
    """Follows packets of one family; `sieve` limits long chains to the rules whose addresses can meet a packet.

    `telling` False: only whether and as what a packet goes on is wanted, not which rules it met; what it is then found with has no steps.
    """

    def __init__(self, family: Family, sieve: "Sieve | None" = None, *, telling: bool = True) -> None:
        self.family = family
        self.sieve = sieve
        self.telling = telling
        self._outs: dict[tuple[str, int], frozenset[str] | None] = {}
        self._lists: dict[tuple[int, Hook], tuple[Device, list[BaseChain]]] = {}
        self._rules: dict[tuple[int, int, int], tuple[Passage, _Looked]] = {}

    def sends(self, node: Node, oif: Port, dst: Value) -> bool | None:
        """Whether a node forwards a destination out of a port; None: not known."""
        if not isinstance(dst, int):
            return None
        key = node.name, dst
        if key not in self._outs:
            self._outs[key] = outs(node, dst, self.family)
        found = self._outs[key]
        return found is None or oif.interface in found

    def hook(self, packet: Packet, live: Live, node: Node, iif: Port, oif: Port | None, hook: Hook) -> set[Ended]:
        """Return how a packet may leave all lists of a hook."""
        device = node.device
        if device is None:
            return {(True, live, self._step(node, iif, oif, None))}
        states: set[Ended] = {(True, live, ())}
        for base in self._hooked(device, hook):
            following: set[Ended] = set()
            for passed, now, steps in states:
                if not passed:
                    following.add((passed, now, steps))
                    continue
                for on, then, by in self._base(packet, now, Passage(node, device, base, iif, oif)):
                    following.add((on, then, (*steps, *by)))
            states = following
        return states

    def _step(self, node: Node, iif: Port, oif: Port | None, rule: Rule | BaseChain | None, *, sure: bool = True) -> tuple[Step, ...]:
        return (Step(node.name, iif.interface, None if oif is None else oif.interface, rule, sure),) if self.telling else ()

    def _hooked(self, device: Device, hook: Hook) -> list[BaseChain]:
        """Return the lists of a hook in order."""
        key = id(device), hook
        if key not in self._lists:
            bases = [base for base in device.hooks if base.hook is hook and self.family in base.families]
            self._lists[key] = device, sorted(bases, key=lambda one: one.priority)
        return self._lists[key][1]

    def _looked(self, rules: tuple[Rule, ...], where: Passage) -> _Looked:
        """Return what of a chain is about a passage; the rest cannot match there."""
        key = id(rules), id(where.iif), id(where.oif)
        if key not in self._rules:
            about = [(rule, tuple(one for one in rule.matches if _here(one, self.family, where.iif, where.oif))) for rule in rules]
            found = _Looked(tuple(rule for rule, met in about if met), {id(rule): met for rule, met in about})
            # The passage is kept with its answer, so that no other list or port can take its identity.
            self._rules[key] = where, found
        return self._rules[key][1]

    def _base(self, packet: Packet, live: Live, where: Passage) -> set[Ended]:
        base = where.base
        if base.nat:
            done = live.dnat if base.hook is Hook.PREROUTING else live.snat
            if done or _state(packet, live, where) is not State.NEW:
                return {(True, live, ())}
        ended, through = self._chain(packet, {live}, where, base.chain)
        accepted = isinstance(base.policy, Accept)
        step = self._step(where.node, where.iif, where.oif, base)
        return ended | {(accepted, now, step) for now in through}

    def _chain(self, packet: Packet, before: set[Live], where: Passage, name: str) -> tuple[set[Ended], set[Live]]:
        """Return what ends in a chain, and what comes out at its end."""
        ended: set[Ended] = set()
        through: set[Live] = set()
        here = set(before)
        looked = self._looked(where.device.chains[name], where)
        chosen: Iterable[Rule] = looked.rules if self.sieve is None else self.sieve.rules(looked.rules, packet, here)
        for rule in chosen:
            following: set[Live] = set()
            for live in here:
                answer = self._rule(looked.matches[id(rule)], packet, live, where)
                if answer is not True:
                    following.add(live)
                if answer is not False:
                    self._do(rule, packet, live, where, ended, through, following, sure=answer is True)
            here = following
            if not here:
                break
        return ended, through | here

    def _rule(self, asked: tuple[Match, ...], packet: Packet, live: Live, where: Passage) -> bool | None:
        worst: bool | None = False
        for match in asked:
            answer = _holds(match, packet, live, where)
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
        step = self._step(where.node, where.iif, where.oif, rule, sure=sure)
        match rule.action:
            case Accept():
                ended.add((True, live, step))
            case Drop() | DestinationNat(address=None):
                ended.add((False, live, step))
            case Return():
                through.add(live)
            case Jump(chain=chain) | Goto(chain=chain):
                inside, behind = self._chain(packet, {live}, where, chain)
                ended |= {(on, now, (*step, *steps)) for on, now, steps in inside}
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
                ended.add((True, self._translate(rule.action, packet, live, where), step))

    def _unclear(self, live: Live, where: Passage, step: tuple[Step, ...], ended: set[Ended], following: set[Live]) -> None:
        lost = _lost(live, self.family) if where.base.nat else replace(live, mark=None)
        ended |= {(True, lost, step), (False, live, step)}
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
        sent_on = self.sends(node, oif, live.dst)
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


def along(packet: Packet, hops: Sequence[Hop], by: Interpreter | None = None) -> tuple[frozenset[bool], tuple[Step, ...]]:
    """Return whether a packet passes a path (a set of the possible answers), and the lists that let it on.

    `by`: one interpreter for many packets, which then looks long lists through once.
    """
    interpreter = Interpreter(packet.family) if by is None else by
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
    return frozenset(answers), min((steps for _, _, steps in states), key=_telling, default=())


def _telling(steps: tuple[Step, ...]) -> tuple[int, int, list[str]]:
    """Return what sorts the ways of a packet: by rules that may not match, by length, by the places of the rules.

    Where every way passes, one of them has no such rule: that on which whatever may match does not.
    """
    places = [f"{step.node} {step.iif} {step.oif} {'' if step.rule is None else step.rule.at}" for step in steps]
    return sum(not step.sure for step in steps), len(steps), places


def sent(packet: Packet) -> Live:
    """Return a packet as its sender put it on the wire."""
    return Live(packet.src, packet.dst, packet.sport, packet.dport)
