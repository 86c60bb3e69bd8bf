"""A path and its devices as a program for `decide`: stages of entries, in the upper or in the lower reading.

* Upper reading: an accept that may match matches, a deny that may match does not. What does not pass here passes in no case (PROVED).
* Lower reading: the other way round. What passes here passes in any case (VIOLATED).
* A device with doubts lets everything through in the upper reading, in any translation, and nothing in the lower.
* Declared flows are drops in front of the path: on the packet as sent, and behind the path with the destination as delivered.

Never here: how the set is found (`decide`), which paths there are (`network`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from secaudit.netproof.boxes import KINDS, PORTS, PROTOCOLS, Box, Code, Entry, Fields, Item, of_fields, whole
from secaudit.netproof.decide import OWN, POLICY
from secaudit.netproof.flows import Flow
from secaudit.netproof.ir import (
    Accept,
    Action,
    BaseChain,
    DestinationNat,
    Device,
    Drop,
    Goto,
    Hook,
    Jump,
    NoTrack,
    Return,
    Rule,
    SetMark,
    SourceNat,
    Unclear,
)
from secaudit.netproof.matching import Condition, Env, View, condition, passes_interfaces, wild
from secaudit.netproof.network import Hop, Path
from secaudit.netproof.packets import Family, Kind, State
from secaudit.netproof.ranges import Range, Ranges, intersect
from secaudit.netproof.stages import Stage, has_effects, is_nat, stages_of, too_late, until

WIDE = 4096
"""Most boxes that one match is written out into; a larger product is searched field by field."""

END = 1 << 60
"""Position of the last entry of a stage."""

_ALL_INVALID = MappingProxyType(dict.fromkeys(Kind, State.INVALID))
_ALL_UNTRACKED = MappingProxyType(dict.fromkeys(Kind, State.UNTRACKED))


@dataclass(frozen=True, slots=True)
class Effect:
    """A change of state: what the rule does, and whether the packet is ICMP (whose type is no port)."""

    action: Action
    sure: bool
    icmp: bool = False
    idle: bool = False
    """The packet has this destination already: nothing changes, and it does not count as translated."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The entries of a wide match below the field that was searched first."""

    entries: tuple[Entry, ...]


class Program:
    """A compiled path (see `decide.Program`)."""

    def __init__(self, path: Path, family: Family, flows: Sequence[Flow], *, upper: bool, cache: "Cache | None" = None) -> None:
        self.path, self.family, self.flows, self.upper = path, family, tuple(flows), upper
        rows = stages_of(path, family)
        aimed = any(has_effects(row, DestinationNat) for row in rows)
        self.rows = tuple(row for row in rows if not _idle(row, family, flows=bool(flows), aimed=aimed))
        self.stages = len(self.rows)
        self.cache = Cache() if cache is None else cache
        self.unsure = any(row.doubtful for row in self.rows)
        changing = [has_effects(row) for row in self.rows]
        self.effects = any(changing)
        self._changing = {id(row) for row, changes in zip(self.rows, changing, strict=True) if changes}
        self.steady = tuple(until(changing, stage) for stage in range(self.stages))
        self._lists: dict[tuple[object, ...], Sequence[Entry]] = {}
        self._blurred: Program | None = None
        self._tracking_known = True

    def entering(self, stage: int, env: Env) -> Env:
        """Forget what belongs to the device before."""
        number = self.rows[stage].number
        return env if env.hop == number else Env(env.src, env.dst, env.sport, env.dport, number)

    def entries(self, stage: int, env: Env) -> Sequence[Entry]:
        """Return the list of a stage."""
        key = (stage, OWN, env)
        found = self._lists.get(key)
        if found is None:
            found = self._lists[key] = tuple(self.list_of(self.rows[stage], env))
        return found

    def loose(self, stage: int) -> Sequence[Entry]:
        """Return the list of a stage in the upper reading, for a packet to which anything may have happened on the way."""
        if self._blurred is None:
            self._blurred = Program(self.path, self.family, self.flows, upper=True, cache=self.cache)
            self._blurred._tracking_known = not any(has_effects(row, NoTrack) for row in self.rows)  # noqa: SLF001 - one of its own kind
        row = self.rows[stage]
        env = Env(hop=row.number, mark=None, translated=None)
        if any(has_effects(one, SourceNat | DestinationNat) for one in self.rows):
            env = wild(env, self.family)
        if row.base is not None and row.base.nat:
            return (self._whole(Code.ACCEPT, Item(END, None)),)
        return self._blurred.entries(stage, env)

    def rest(self, stage: int, name: object, env: Env) -> Sequence[Entry]:
        """Return the list of a stage, its last entry, or a chain."""
        if name is OWN:
            return self.entries(stage, env)
        if name is POLICY:
            return self.entries(stage, env)[-1:]
        return self.chain(stage, name, env)[0]

    def chain(self, stage: int, target: object, env: Env) -> tuple[Sequence[Entry], object]:
        """Return the entries of a chain of the device of this stage, or of a part of a wide match."""
        if isinstance(target, _Part):
            return target.entries, None
        key = (stage, target, env)
        found = self._lists.get(key)
        if found is None:
            found = self._lists[key] = tuple(self._chain(self.rows[stage], str(target), env, None))
        return found, target

    def effect(self, stage: int, item: Item, env: Env) -> tuple[Env, bool]:
        """Return the state behind a mark, notrack or translation."""
        effect, row = item.target, self.rows[stage]
        if not isinstance(effect, Effect) or row.hop is None:
            raise TypeError("an effect without its action")
        match effect.action:
            case SetMark(flip=flip, keep=keep):
                known = effect.sure and flip is not None and env.mark is not None
                return env._replace(mark=((env.mark or 0) & keep) ^ (flip or 0) if known else None), False
            case NoTrack():
                return env._replace(untracked=True), False
            case SourceNat() as action:
                return _source(action, row.hop, env, self.family, icmp=effect.icmp), True
            case DestinationNat() as action:
                return _aimed(action, effect, env), True
            case _:
                changed = wild(env, self.family) if is_nat(row) else env._replace(mark=None)
                return changed, row.doubtful

    def list_of(self, row: Stage, env: Env) -> Iterator[Entry]:
        """Yield the entries of a list."""
        if row.hop is None:
            yield from self._declared(row, env)
        elif row.doubtful:
            yield self._whole(Code.EFFECT if self.upper else Code.DROP, Item(0, row, Effect(Return(), sure=False)))
        elif row.base is None:
            yield from self._route(row.hop, env)
        else:
            yield from self._base(row, row.base, env)

    def _base(self, row: Stage, base: BaseChain, env: Env) -> Iterator[Entry]:
        policy = self._whole(_policy_code(base), Item(END, base))
        done = env.dnat_done if base.hook is Hook.PREROUTING else env.snat_done
        if base.nat and (env.untracked or done):
            yield self._whole(Code.ACCEPT, Item(0, None))
            return
        if base.nat:
            states = self._view(row, env).states
            old = sum(1 << kind for kind in Kind if states is not None and states[kind] is not State.NEW)
            if old:
                yield (*whole(self.family)[:9], old, int(Code.ACCEPT), Item(0, None))
        yield from self._chain(row, base.chain, env, base)
        yield policy

    def _chain(self, row: Stage, name: str, env: Env, base: BaseChain | None) -> Iterator[Entry]:
        view = self._view(row, env)
        for number, rule in enumerate(_seat(row)[2].chains[name], start=1):
            yield from self._rule(row, rule, number * 2, view, env, base)

    def _view(self, row: Stage, env: Env) -> View:
        hop, base, device = _seat(row)
        early = base.hook is Hook.PREROUTING and device.track_priority is not None and base.priority < device.track_priority
        states: Mapping[Kind, State] | None
        states = _ALL_UNTRACKED if env.untracked else _ALL_INVALID if early else device.states
        if not self._tracking_known:
            states = None
        oif = None if base.hook is Hook.PREROUTING else hop.oif.interface
        return View(self.family, hop.iif.interface, oif, states)

    def _rule(self, row: Stage, rule: Rule, position: int, view: View, env: Env, base: BaseChain | None) -> Iterator[Entry]:
        asked = [self.cache.condition(match, view, env) for match in rule.matches if passes_interfaces(match, view)]
        # What surely matches comes first: an alternative that only may match must not hide that the rule holds anyway.
        for found in sorted([one for one in asked if one is not None], key=lambda one: not one.sure):
            self.unsure = self.unsure or not found.sure or isinstance(rule.action, Unclear)
            for code, item in self._coded(row, rule, position, sure=found.sure, base=base):
                yield from self._boxes(code, item, found, env)

    def _coded(self, row: Stage, rule: Rule, position: int, *, sure: bool, base: BaseChain | None) -> Iterator[tuple[Code, Item]]:
        """Yield what the rule becomes where it matches (`sure`) or may match."""
        match rule.action:
            case Drop():
                if sure or not self.upper:
                    yield Code.DROP, Item(position, rule)
            case Accept():
                if sure:
                    yield Code.ACCEPT, Item(position, rule)
                elif self.upper:
                    yield (Code.FORK if id(row) in self._changing else Code.ACCEPT), Item(position, rule, Code.ACCEPT)
                elif id(row) in self._changing:
                    yield Code.DROP, Item(position, rule)
            case SetMark() as action:
                yield Code.EFFECT, Item(position, rule, Effect(action, sure))
            case Unclear() as action:
                if not self.upper:
                    yield Code.DROP, Item(position, rule)
                elif self.effects:
                    yield Code.EFFECT, Item(position, rule, Effect(action, sure=False))
                    yield Code.FORK, Item(position + 1, rule, Code.ACCEPT)
                else:
                    yield Code.ACCEPT, Item(position, rule)
            case NoTrack():
                if too_late(*_seat(row)[1:]):
                    return
                yield from self._maybe(Code.EFFECT, Item(position, rule, Effect(rule.action, sure)), sure=sure)
            case Return() if base is not None:
                yield from self._maybe(_policy_code(base), Item(position, base), sure=sure)
            case Return():
                yield from self._maybe(Code.RETURN, Item(position, rule), sure=sure)
            case Jump(chain=chain):
                yield from self._maybe(Code.JUMP, Item(position, rule, chain), sure=sure)
            case Goto(chain=chain):
                yield from self._maybe(Code.GOTO, Item(position, rule, chain), sure=sure)
            case DestinationNat(address=None):
                yield from self._maybe(Code.DROP, Item(position, rule), sure=sure)
            case _:
                for icmp in (False, True):
                    for idle in (True, False) if isinstance(rule.action, DestinationNat) else (False,):
                        yield from self._maybe(Code.EFFECT, Item(position, rule, Effect(rule.action, sure, icmp, idle)), sure=sure)

    def _maybe(self, code: Code, item: Item, *, sure: bool) -> Iterator[tuple[Code, Item]]:
        if sure:
            yield code, item
        elif self.upper:
            yield Code.FORK, Item(item.position, item.payload, (code, item))
        else:
            yield Code.DROP, item

    def _boxes(self, code: Code, item: Item, found: Condition, env: Env) -> Iterator[Entry]:
        """Yield the entries of one condition; a translation leaves the places of ICMP type and code alone."""
        fields = found.fields
        effect = item.target[1].target if isinstance(item.target, tuple) else item.target
        if isinstance(effect, Effect) and isinstance(effect.action, SourceNat | DestinationNat):
            icmp = 1 << self.family.icmp
            fields = (fields[0], fields[1], fields[2] & (icmp if effect.icmp else ~icmp), fields[3], fields[4], fields[5])
            if effect.idle:
                fields = _already(effect, fields, env)
        size = len(fields[0]) * len(fields[1]) * len(fields[3]) * len(fields[4])
        if size <= WIDE:
            yield from (_entry(box, code, item) for box in of_fields(fields))
            return
        src, dst, proto, sport, dport, kind = fields
        everyone: Ranges = ((0, self.family.top),)
        last = tuple(_entry(box, code, item) for box in of_fields((everyone, everyone, proto, sport, dport, kind)))
        middle = Item(item.position, None, _Part(last))
        inner = tuple(_entry(box, Code.JUMP, middle) for box in of_fields((everyone, dst, PROTOCOLS, PORTS, PORTS, KINDS)))
        outer = Item(item.position, None, _Part(inner))
        yield from (_entry(box, Code.JUMP, outer) for box in of_fields((src, everyone, PROTOCOLS, PORTS, PORTS, KINDS)))

    def _route(self, hop: Hop, env: Env) -> Iterator[Entry]:
        targets = hop.targets
        everything = whole(self.family)
        if env.dst is None:
            for low, high in targets:
                yield (*everything[:2], low, high, *everything[4:], int(Code.ACCEPT), Item(0, None))
        else:
            common = intersect(targets, (env.dst,))
            if common == (env.dst,) or (common and self.upper):
                yield self._whole(Code.ACCEPT, Item(0, None))
            self.unsure = self.unsure or (bool(common) and common != (env.dst,))
        yield self._whole(Code.DROP, Item(END, None))

    def _declared(self, row: Stage, env: Env) -> Iterator[Entry]:
        for number, flow in enumerate(self.flows):
            if row.number < 0:
                fields = flow.fields(self.family)
            elif env.dst is None and env.dport is None:
                break
            else:
                fields = self._delivered(flow, env)
            if fields is not None:
                yield from (_entry(box, Code.DROP, Item(number, flow)) for box in of_fields(fields))
        yield self._whole(Code.ACCEPT, Item(END, None))

    def _delivered(self, flow: Flow, env: Env) -> Fields | None:
        """Return what of the packet as sent belongs to a flow by its destination as delivered."""
        fields = flow.fields(self.family)
        if fields is None:
            return None
        src, dst, proto, sport, dport, kind = fields
        target, target_sure = _now(dst, env.dst, ((0, self.family.top),))
        port, port_sure = _now(dport, env.dport, PORTS)
        if not target or not port or (self.upper and not (target_sure and port_sure)):
            return None
        return src, target, proto, sport, port, kind

    def _whole(self, code: Code, item: Item) -> Entry:
        return _entry(whole(self.family), code, item)


def _already(effect: Effect, fields: Fields, env: Env) -> Fields:
    """Return the packets that have the destination of a translation already, by what they were sent with."""
    action = effect.action
    if not isinstance(action, DestinationNat) or env.dst is not None or env.dport is not None or action.address is None:
        return (), (), 0, (), (), 0
    dst = intersect(fields[1], ((action.address, action.address),))
    dport = fields[4] if action.port is None or effect.icmp else intersect(fields[4], ((action.port, action.port),))
    return fields[0], dst, fields[2], fields[3], dport, fields[5]


def _now(asked: Ranges, changed: Range | None, everything: Ranges) -> tuple[Ranges, bool]:
    if changed is None:
        return asked, True
    common = intersect(asked, (changed,))
    return (everything, common == (changed,)) if common else ((), True)


def _entry(box: Box, code: Code, item: Item) -> Entry:
    if code is not Code.FORK:
        return (*box, int(code), item)
    inner = item.target if isinstance(item.target, tuple) else (item.target, Item(item.position, item.payload))
    matched = (*box, int(inner[0]), inner[1])
    return (*box, int(code), Item(item.position, item.payload, matched))


def _seat(row: Stage) -> tuple[Hop, BaseChain, Device]:
    """Return where a list of rules sits."""
    if row.hop is None or row.base is None or row.hop.node.device is None:
        raise RuntimeError("routes and declared flows have no rules")
    return row.hop, row.base, row.hop.node.device


def _idle(row: Stage, family: Family, *, flows: bool, aimed: bool) -> bool:
    """Whether a list lets everything through as it is: no flows, flows as delivered where nothing is aimed anew, routes for everyone."""
    if row.hop is None:
        return not flows or (row.number >= 0 and not aimed)
    return row.base is None and not row.doubtful and row.hop.targets == ((0, family.top),)


def _policy_code(base: BaseChain) -> Code:
    return Code.ACCEPT if isinstance(base.policy, Accept) else Code.DROP


def _aimed(action: DestinationNat, effect: Effect, env: Env) -> Env:
    """Return the state behind a destination translation; one that changes nothing does not count as one."""
    if effect.idle:
        return env._replace(dnat_done=True)
    address = env.dst if action.address is None else (action.address, action.address)
    dport = env.dport if action.port is None or effect.icmp else (action.port, action.port)
    translated: bool | None = True
    if env.dst is not None or env.dport is not None:
        now = (env.dst, env.dport)
        translated = None if any(one is not None and one[0] != one[1] for one in now) or None in now else now != (address, dport)
    return env._replace(dst=address, dport=dport, translated=translated, dnat_done=True)


def _source(action: SourceNat, hop: Hop, env: Env, family: Family, *, icmp: bool) -> Env:
    """Return the state behind a source translation."""
    address = action.address
    if address is None:
        own = [one.value for one in hop.oif.addresses if one.family is family]
        address = (min(own), max(own)) if own else (0, family.top)
    sport = env.sport
    if not icmp and not action.keep_ports:
        sport = (0, 65535) if action.ports is None else action.ports
    return env._replace(src=address, sport=sport, snat_done=True)


class Cache:
    """Conditions that several programs share: those of packets that nothing has changed yet."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[object, Condition | None]] = {}

    def condition(self, match: object, view: View, env: Env) -> Condition | None:
        """Return what `matching.condition` says, once."""
        key = (id(match), view.family, id(view.states), env[:4], env.mark, env.translated)
        known = self._found.get(key)
        if known is None:
            # The match is kept with its answer, so that no other object can take its identity.
            known = self._found[key] = (match, condition(match, view, env))  # type: ignore[arg-type]  # an object by design of the key
        return known[1]
