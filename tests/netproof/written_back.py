"""A device of any dialect written as nftables objects, for one passage: in by one interface, out by another.

A writer of the test's own, apart from the compiler: names of interfaces are judged here, user chains are copied for every base chain that
reaches them, and what a dialect calls a new packet is spelled out in flags. `upper` reads what is not known as the proof does for PROVED.
`NotWritable` says what nftables cannot express.
"""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from itertools import product
from typing import Any

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
from secaudit.netproof.packets import FLAGS, LINUX_STATES, TCP, TCP_KINDS, WITH_PORTS, Family, Kind, State
from secaudit.netproof.ranges import Ranges, intersect

# ruff: noqa: ANN401 - JSON

Object = dict[str, Any]
TABLE = "written"
IN, OUT = "left", "right"
"""Names of the two interfaces in what is written."""
NAMES = {1: "fin", 2: "syn", 4: "rst", 16: "ack"}
TRANSLATED: Object = {"match": {"op": "in", "left": {"ct": {"key": "status"}}, "right": "dnat"}}


class NotWritable(Exception):  # noqa: N818 - a reason, not an error
    """What nftables cannot express."""


def kinds_alike(device: Device, family: Family) -> int:
    """Return, as a mask, the kinds whose translation a Linux kernel decides as the device does; all if the device translates nothing."""
    if not any(base.nat for base in device.hooks if family in base.families):
        return (1 << len(Kind)) - 1
    return sum(1 << kind for kind in Kind if (device.states[kind] is State.NEW) is (LINUX_STATES[kind] is State.NEW))


def written(device: Device, family: Family, iif: str, oif: str, *, upper: bool) -> list[Object]:
    """Return the objects of a ruleset that does what the device does."""
    if any(family in doubt.families for doubt in device.doubts):
        raise NotWritable(device.doubts[0].reason.en)
    return [*_Writer(device, family, (iif, oif), upper=upper).objects()]


def _priorities(bases: Sequence[BaseChain], track: int | None) -> Iterator[tuple[BaseChain, int]]:
    """Yield where each list of a hook stands: in its order, on the right side of tracking and of the place where Linux translates."""
    place = {Hook.PREROUTING: -100, Hook.FORWARD: 0, Hook.POSTROUTING: 100}[bases[0].hook]
    at = place - 40
    translated = False
    for number, base in enumerate(sorted(bases, key=lambda one: one.priority)):
        if base.nat:
            translated = True
            at = max(at, place)
            yield base, place + number
            continue
        if translated and any(one.nat and one.priority > base.priority for one in bases):
            raise NotWritable("a list between two lists that translate")
        if track is not None and base.hook is Hook.PREROUTING and base.priority < track:
            yield base, -300 + number
        else:
            yield base, at + number + (20 if translated else 0)


class _Writer:
    def __init__(self, device: Device, family: Family, ports: tuple[str, str], *, upper: bool) -> None:
        self.device, self.family, self.upper = device, family, upper
        self.iif, self.oif = ports
        self.linux = dict(device.states) == dict(LINUX_STATES)
        self.chains: dict[tuple[str, str], str] = {}
        self.made: list[Object] = []

    def objects(self) -> Iterator[Object]:
        yield {"table": {"family": self.family.value, "name": TABLE}}
        bases = [base for base in self.device.hooks if self.family in base.families]
        rows: list[tuple[BaseChain, int]] = []
        for hook in (Hook.PREROUTING, Hook.FORWARD, Hook.POSTROUTING):
            here = [base for base in bases if base.hook is hook]
            rows += [*_priorities(here, self.device.track_priority)] if here else []
        for number, (base, priority) in enumerate(rows):
            self._base(base, f"b{number}", priority)
        # Chains stand before the rules that jump to them.
        yield from sorted(self.made, key=lambda one: "rule" in one)

    def _named(self, name: str, hook: str | None = None, **more: Any) -> Object:
        body: Object = {"family": self.family.value, "table": TABLE, "name": name}
        return {"chain": body | more if hook is None else body | {"hook": hook} | more}

    def _base(self, base: BaseChain, name: str, priority: int) -> None:
        policy = "accept" if isinstance(base.policy, Accept) else "drop"
        if base.nat and policy == "drop":
            raise NotWritable("a translating list that drops")
        kind = "nat" if base.nat else "filter"
        self.made.append(self._named(name, str(base.hook), type=kind, prio=priority, policy=policy))
        self._rules(base, base.chain, name, name)

    def _user(self, base: BaseChain, chain: str, prefix: str) -> str:
        key = (prefix, chain)
        if key not in self.chains:
            name = self.chains[key] = f"{prefix}u{len(self.chains)}"
            self.made.append(self._named(name))
            self._rules(base, chain, name, prefix)
        return self.chains[key]

    def _rules(self, base: BaseChain, chain: str, name: str, prefix: str) -> None:
        for rule in self.device.chains[chain]:
            for match in rule.matches:
                if not self._interfaces(match, base) or match.family not in (None, self.family):
                    continue
                if not self._read_so(rule, match):
                    continue
                for conditions in self._conditions(match, base):
                    for more, statement in self._statements(rule, base, prefix):
                        self._write(
                            name, [*conditions, *more, *(self._unless_translated(statement) if match.translated is False else statement)]
                        )

    def _write(self, chain: str, row: list[Object]) -> None:
        self.made.append({"rule": {"family": self.family.value, "table": TABLE, "chain": chain, "expr": row}})

    def _unless_translated(self, statement: list[Object]) -> list[Object]:
        """Return a jump into a chain that comes back at once for what a destination translation has changed."""
        if set(statement[0]) - {"accept", "drop"}:
            raise NotWritable("a condition that nothing was translated before a jump, a mark or a translation")
        name = f"n{len(self.made)}"
        self.made.append(self._named(name))
        self._write(name, [TRANSLATED, {"return": None}])
        self._write(name, statement)
        return [{"jump": {"target": name}}]

    def _read_so(self, rule: Rule, match: Match) -> bool:
        """Whether a rule that may match is written at all."""
        if match.unknown is None:
            return True
        if not isinstance(rule.action, Accept | Drop):
            raise NotWritable("a condition that is not known before a jump, a mark or a translation")
        return isinstance(rule.action, Accept) is self.upper

    def _interfaces(self, match: Match, base: BaseChain) -> bool:
        oif = None if base.hook is Hook.PREROUTING else self.oif
        if match.iif is not None and not _means(self.iif, match.iif):
            return False
        if _means(self.iif, match.not_iif):
            return False
        if oif is None:
            return match.oif is None
        return (match.oif is None or _means(oif, match.oif)) and not _means(oif, match.not_oif)

    def _conditions(self, match: Match, base: BaseChain) -> Iterator[list[Object]]:
        """Yield rows of conditions, any of which is the match."""
        ip = "ip" if self.family is Family.V4 else "ip6"
        name = "icmp" if self.family is Family.V4 else "icmpv6"
        proto: Ranges = ((0, 255),) if match.proto is None else match.proto
        asked: list[tuple[Object, Ranges | None, int]] = [
            (_payload(ip, "saddr"), match.src, self.family.top),
            (_payload(ip, "daddr"), match.dst, self.family.top),
        ]
        if match.sport is not None or match.dport is not None:
            proto = intersect(proto, WITH_PORTS)
            asked += [(_payload("th", "sport"), match.sport, 65535), (_payload("th", "dport"), match.dport, 65535)]
        if match.icmp is not None:
            proto = intersect(proto, ((self.family.icmp, self.family.icmp),))
            asked += [(_payload(name, "type"), match.icmp[0], 255), (_payload(name, "code"), match.icmp[1], 255)]
        row: list[Object] = []
        for left, ranges, top in asked:
            some = [] if ranges is None else _among(left, ranges, top, self._address if top > 65535 else int)
            if some is None:
                return
            row += some
        row += [TRANSLATED] if match.translated else []
        for (protos, kinds), mark in product([*self._kinds(match, base)], _marks(match)):
            among = _among({"meta": {"key": "l4proto"}}, intersect(proto, protos), 255, int)
            if among is not None:
                # A condition on the protocol comes first: nft reads the others by it.
                limited = among if intersect(proto, protos) != ((0, 255),) else []
                yield [*limited, *row, *kinds, *mark]

    def _kinds(self, match: Match, base: BaseChain) -> Iterator[tuple[Ranges, list[Object]]]:
        """Yield how a packet looks on its own, and its state: protocols and conditions."""
        allowed = set(Kind)
        native: list[Object] = []
        if match.kinds is not None:
            allowed &= match.kinds & set(TCP_KINDS)
        if match.states is not None and self.linux:
            native = [_is({"ct": {"key": "state"}}, {"set": sorted(str(one) for one in match.states)})]
        elif match.states is not None:
            allowed &= {kind for kind in Kind if self.device.states[kind] in match.states}
        if base.nat and not self.linux:
            allowed &= {kind for kind in Kind if self.device.states[kind] is State.NEW}
        if allowed == set(Kind):
            yield ((0, 255),), native
            return
        for mask, value in _cubes({FLAGS[kind] for kind in allowed if kind in FLAGS}):
            flags = [_is({"&": [_payload("tcp", "flags"), _or(mask)]}, _or(value))] if mask else []
            yield ((TCP, TCP),), [*native, *flags]
        others = {Kind.START, Kind.BAD, Kind.DISCOVERY} & allowed
        rest: Ranges = ((0, TCP - 1), (TCP + 1, 255))
        if len(others) == 3:
            yield rest, native
            return
        words = {Kind.START: "new", Kind.BAD: "invalid", Kind.DISCOVERY: "untracked"}
        for kind in sorted(others):
            yield rest, [*native, _is({"ct": {"key": "state"}}, {"set": [words[kind]]})]

    def _statements(self, rule: Rule, base: BaseChain, prefix: str) -> Iterator[tuple[list[Object], list[Object]]]:
        """Yield further conditions with the statements that carry the action out."""
        ported = [_is({"meta": {"key": "l4proto"}}, {"set": [6, 17]})]
        match rule.action:
            case Accept():
                yield [], [{"accept": None}]
            case Drop():
                yield [], [{"drop": None}]
            case Return():
                yield [], [{"return": None}]
            case Jump(chain=chain):
                yield [], [{"jump": {"target": self._user(base, chain, prefix)}}]
            case Goto(chain=chain):
                yield [], [{"goto": {"target": self._user(base, chain, prefix)}}]
            case SetMark(flip=int() as flip, keep=keep):
                mark = {"meta": {"key": "mark"}}
                value: Any = flip if keep == 0 else {"^": [{"&": [mark, keep]}, flip]}
                yield [], [{"mangle": {"key": mark, "value": value}}]
            case NoTrack():
                yield [], [{"notrack": None}]
            case Unclear():
                yield [], [{"accept" if self.upper else "drop": None}]
            case SourceNat(address=None):
                yield [], [{"masquerade": None}]
            case SourceNat(address=(low, high), ports=ports):
                to: Object = {"addr": self._address(low) if low == high else {"range": [self._address(low), self._address(high)]}}
                if ports is not None:
                    yield ported, [{"snat": to | {"port": {"range": [*ports]}}}]
                yield [], [{"snat": to}]
            case DestinationNat(address=int() as address, port=port):
                if port is not None:
                    yield ported, [{"dnat": {"addr": self._address(address), "port": port}}]
                yield [], [{"dnat": {"addr": self._address(address)}}]
            case _:
                raise NotWritable(f"the action {type(rule.action).__name__}")

    def _address(self, value: int) -> str:
        return str(IPv4Address(value) if self.family is Family.V4 else IPv6Address(value))


def _marks(match: Match) -> list[list[Object]]:
    """Return rows of which one holds where the mark does; the reader takes a masked mark by its single values."""
    if match.mark is None:
        return [[]]
    left: Object = {"meta": {"key": "mark"}}
    if match.mark_mask == 0xFFFFFFFF:
        return [row] if (row := _among(left, match.mark, 0xFFFFFFFF, int)) else []
    if sum(high - low + 1 for low, high in match.mark) > 16:
        raise NotWritable("a wide range of a masked mark")
    return [[_is({"&": [left, match.mark_mask]}, value)] for low, high in match.mark for value in range(low, high + 1)]


def _cubes(flags: set[int]) -> Iterator[tuple[int, int]]:
    """Yield masks and values that together hold exactly these combinations of FIN, SYN, RST and ACK, few rather than many."""
    every = {sum(bits) for bits in product(*((0, bit) for bit in NAMES))}
    masks = sorted(every, key=lambda mask: (mask.bit_count(), mask))
    left = set(flags)
    for mask, value in ((mask, value) for mask in masks for value in sorted(every) if value & ~mask == 0):
        cube = {one for one in every if one & mask == value}
        if cube <= flags and cube & left:
            left -= cube
            yield mask, value


def _or(flags: int) -> Any:
    """Return flags as nft names them."""
    names = [name for bit, name in NAMES.items() if flags & bit]
    found: Any = names[0] if names else 0
    for name in names[1:]:
        found = {"|": [found, name]}
    return found


def _means(name: str, patterns: Iterable[str]) -> bool:
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in patterns)


def _payload(protocol: str, field: str) -> Object:
    return {"payload": {"protocol": protocol, "field": field}}


def _is(left: Object, right: Any, op: str = "==") -> Object:
    return {"match": {"op": op, "left": left, "right": right}}


def _among(left: Object, asked: Ranges, top: int, word: Any) -> list[Object] | None:
    """Return the condition that a field lies in ranges: none if in all, None if in no value at all."""
    inside = [(max(low, 0), min(high, top)) for low, high in asked if low <= top]
    if not inside:
        return None
    if inside == [(0, top)]:
        # Nothing is asked of the value; the row must not be empty, so it says so.
        return [_is(left, {"range": [word(0), word(top)]})]
    return [_is(left, {"set": [word(low) if low == high else {"range": [word(low), word(high)]} for low, high in inside]})]
