"""Small networks for tests: devices from rules, and random devices dense in what can go wrong."""

# ruff: noqa: ANN401 - fields of the representation are handed on by name

import random
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_interface, ip_network
from types import MappingProxyType
from typing import Any

from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.ir import (
    Accept,
    Action,
    Address,
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
    Route,
    Rule,
    SetMark,
    SourceNat,
    Unclear,
    Unknown,
)
from secaudit.netproof.lines import Fate, Line, Reach
from secaudit.netproof.network import Network, Node, Port
from secaudit.netproof.packets import DISCOVERY_ICMP, STARTING_ICMP, TCP_KINDS, Family, Kind, Packet, State
from secaudit.netproof.ranges import Ranges, holds, normal, of_network

V4, V6 = Family.V4, Family.V6
A, B = 0x0A010000, 0x0A020000
ZONES = {"a": ("10.1.0.0/16", "fd01::/16"), "b": ("10.2.0.0/16", "fd02::/16")}


def at(line: int = 1, path: str = "fw.conf") -> Location:
    return Location(path=path, line=line)


def net(*texts: str) -> Ranges:
    return normal(of_network(ip_network(text)) for text in texts)


def unknown(line: int = 1) -> Unknown:
    reason = Text(ja="分からない", en="not known")
    return Unknown(
        reason=reason, line=Line(at=at(line), text="?", fate=Fate.NOT_UNDERSTOOD, reason=reason, reach=Reach.RULE, where="forward")
    )


def rule(action: Action, *matches: Match, line: int = 1) -> Rule:
    return Rule(matches=matches or (Match(),), action=action, at=at(line), text=f"line {line}")


def base(chain: str, hook: Hook = Hook.FORWARD, priority: int = 0, *, drop: bool = True, **more: Any) -> BaseChain:
    return BaseChain(
        chain=chain, hook=hook, priority=priority, policy=Drop() if drop else Accept(), at=at(99), text=f"policy of {chain}", **more
    )


def device(name: str, chains: Mapping[str, Sequence[Rule]], hooks: Iterable[BaseChain], **more: Any) -> Device:
    frozen = MappingProxyType({chain: tuple(rules) for chain, rules in chains.items()})
    return Device(name=name, dialect="test", chains=frozen, hooks=tuple(hooks), **more)


def filtering(*rules: Rule, drop: bool = True, name: str = "fw", **more: Any) -> Device:
    """Return a device with one list at FORWARD."""
    return device(name, {"forward": rules}, [base("forward", drop=drop)], **more)


def addresses(*texts: str) -> tuple[Address, ...]:
    found = [ip_interface(text) for text in texts]
    return tuple(Address(family=V4 if one.version == 4 else V6, value=int(one.ip), prefix=one.network.prefixlen) for one in found)


def port(name: str, zone: str | None = None, link: str | None = None, *texts: str) -> Port:
    return Port(interface=name, zone=zone, link=link, addresses=addresses(*texts))


def between(fw: Device | None, **more: Any) -> Network:
    """Return zone a – one device – zone b."""
    return Network(nodes=(Node(name="fw", ports=(port("left", "a"), port("right", "b")), device=fw, **more),))


def route(to: str, interface: str | None = None, via: str | None = None) -> Route:
    network = ip_network(to)
    hop = None if via is None else int(ip_interface(via).ip)
    return Route(family=V4 if network.version == 4 else V6, network=of_network(network), interface=interface, via=hop)


def row(devices: Sequence[Device | None]) -> Network:
    """Return zone a – devices in a row – zone b, with routes."""
    nodes, last = [], len(devices) - 1
    for number, one in enumerate(devices):
        left = port("left", None if number else "a", f"l{number}" if number else None, f"10.99.{number}.2/30")
        right = port("right", None if number < last else "b", f"l{number + 1}" if number < last else None, f"10.99.{number + 1}.1/30")
        routes = (route("10.2.0.0/16", "right", f"10.99.{number + 1}.2"), route("10.1.0.0/16", "left", f"10.99.{number}.1"))
        nodes.append(Node(name=f"r{number}", ports=(left, right), device=one, routes=routes))
    return Network(nodes=tuple(nodes))


class Chance:
    """Random devices over a handful of addresses and ports: small enough to try every packet."""

    HOSTS = (1, 2, 3)
    PORTS = (0, 22, 80)

    def __init__(self, seed: int, *, translate: bool = False, doubtful: bool = False) -> None:
        self.random = random.Random(seed)
        self.translate, self.doubtful = translate, doubtful

    def _some(self, values: Sequence[int]) -> Ranges:
        return normal((one, one) for one in self.random.sample(values, self.random.randint(1, len(values) - 1)))

    def match(self, hook: Hook) -> Match:
        pick = self.random
        fields: dict[str, Any] = {}
        for name in pick.sample(
            ["src", "dst", "proto", "dport", "sport", "states", "kinds", "iif", "oif", "mark", "icmp", "translated"],
            pick.choice([0, 1, 1, 2, 2, 3]),
        ):
            fields |= self._field(name, hook)
        if "icmp" in fields:
            fields.pop("sport", None)
            fields.pop("dport", None)
        if self.doubtful and pick.random() < 0.2:
            fields["unknown"] = unknown()
        return Match(family=V4, **fields)

    def _field(self, name: str, hook: Hook) -> dict[str, Any]:
        pick = self.random
        match name:
            case "src":
                return {"src": self._some([A + one for one in self.HOSTS])}
            case "dst":
                return {"dst": self._some([B + one for one in self.HOSTS])}
            case "proto":
                return {"proto": self._some([1, 6, 17, 47])}
            case "dport" | "sport":
                return {name: self._some(self.PORTS)}
            case "states":
                return {
                    "states": frozenset(pick.sample([State.NEW, State.INVALID, State.UNTRACKED, State.ESTABLISHED], pick.randint(1, 2)))
                }
            case "kinds":
                return {"kinds": frozenset(pick.sample(TCP_KINDS[:4], pick.randint(1, 2)))}
            case "iif":
                return {pick.choice(["iif", "not_iif"]): frozenset({pick.choice(["left", "right", "le*"])})}
            case "oif" if hook in (Hook.FORWARD, Hook.POSTROUTING):
                return {pick.choice(["oif", "not_oif"]): frozenset({pick.choice(["left", "right"])})}
            case "mark":
                return {"mark": self._some([0, 1, 2, 3]), "mark_mask": pick.choice([3, 1, 0xFFFFFFFF])}
            case "icmp":
                return {"icmp": (self._some([0, 8]), ((0, 255),))}
            case "translated":
                return {"translated": pick.random() < 0.5}
        return {}

    def action(self, hook: Hook, users: Sequence[str], *, nat: bool, early: bool) -> Action:
        pick = self.random
        if nat:
            if hook is Hook.PREROUTING:
                target = B + pick.choice(self.HOSTS)
                inward: list[Action] = [DestinationNat(target), DestinationNat(target, pick.choice(self.PORTS)), Accept(), Return()]
                return pick.choice(inward)
            pool = (A + 1, A + pick.choice([1, 2]))
            outward: list[Action] = [SourceNat(pool), SourceNat(pool, keep_ports=True), SourceNat(None), Accept()]
            return pick.choice(outward)
        found: list[Action] = [Accept(), Accept(), Drop(), Drop(), Return(), SetMark(pick.choice([1, 2, 3])), SetMark(2, 1)]
        found += [Jump(user) for user in users] + [Goto(user) for user in users]
        if early:
            found += [NoTrack(), NoTrack()]
        if self.doubtful and pick.random() < 0.1:
            return Unclear(unknown())
        return pick.choice(found)

    def device(self, name: str = "fw") -> Device:
        pick = self.random
        chains: dict[str, list[Rule]] = {}
        hooks: list[BaseChain] = []
        users = [f"u{number}" for number in range(pick.choice([0, 1, 2, 3]))]
        for number, user in enumerate(users):
            chains[user] = [self.rule(Hook.FORWARD, users[number + 1 :]) for _ in range(pick.randint(0, 4))]
        spots = [(Hook.FORWARD, priority, False) for priority in pick.sample([-10, 0, 10], pick.choice([1, 1, 2]))]
        spots += [(Hook.PREROUTING, priority, False) for priority in pick.sample([-300, -150], pick.choice([0, 1, 2]))]
        if self.translate:
            spots += [(Hook.PREROUTING, -100, True), (Hook.POSTROUTING, 100, True)]
        for number, (hook, priority, nat) in enumerate(spots):
            reachable = users if hook is Hook.FORWARD else []
            early = hook is Hook.PREROUTING and priority < -200
            chains[f"b{number}"] = [self.rule(hook, reachable, nat=nat, early=early) for _ in range(pick.randint(1, 6))]
            drop = hook is Hook.FORWARD and pick.random() < 0.5
            hooks.append(base(f"b{number}", hook, priority, drop=drop, nat=nat))
        return device(name, chains, hooks)

    def rule(self, hook: Hook, users: Sequence[str], *, nat: bool = False, early: bool = False) -> Rule:
        matches = [self.match(hook) for _ in range(self.random.choice([1, 1, 1, 2]))]
        return rule(self.action(hook, users, nat=nat, early=early), *matches, line=self.random.randrange(1, 99))


def every_packet() -> list[Packet]:
    """Return all packets of the tiny space: three hosts on each side, four protocols, three ports, four kinds."""
    found = []
    for src in Chance.HOSTS:
        for dst in Chance.HOSTS:
            ends: dict[str, Any] = {"family": V4, "src": A + src, "dst": B + dst}
            for one in Chance.PORTS:
                for two in Chance.PORTS:
                    found += [Packet(**ends, proto=6, sport=one, dport=two, kind=kind) for kind in TCP_KINDS[:4]]
                    found += [Packet(**ends, proto=17, sport=one, dport=two, kind=Kind.START)]
            found += [Packet(**ends, proto=1, sport=kind, dport=0, kind=icmp_kind(V4, kind)) for kind in (0, 8)]
            found += [Packet(**ends, proto=47)]
    return found


def icmp_kind(family: Family, number: int) -> Kind:
    if holds(STARTING_ICMP[family], number):
        return Kind.START
    return Kind.DISCOVERY if family is V6 and holds(DISCOVERY_ICMP, number) else Kind.BAD
