"""Which line of which device lets a region or a packet through.

Where several devices stand on the path, the last one that has a line about it counts: the nearest to the zone that is reached.

Never here: words (`shown`, `repair`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from secaudit.netproof.ir import Accept, BaseChain, Device, Goto, Hook, Jump, Rule
from secaudit.netproof.network import Hop, Network, Path
from secaudit.netproof.prove import Region


class Way(StrEnum):
    """How a packet gets through a device."""

    LINE = "line"
    POLICY = "policy"
    NO_LIST = "no list"
    NO_CONFIGURATION = "no configuration"


@dataclass(frozen=True, slots=True)
class Door:
    """A device on the path and what opens it: a rule, the policy at the end of a chain, or nothing at all."""

    way: Way
    hop: Hop
    by: Rule | BaseChain | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two doors one."""
        if self.by is None:
            return (self.way, self.hop.node.name, self.hop.iif.interface, self.hop.oif.interface)
        return (self.way, self.hop.node.name, self.by.at.sort_key(), self.by.text)


class Places:
    """Where each rule of a network stands: on which devices, and whether in a chain that translates addresses."""

    def __init__(self, network: Network) -> None:
        self._devices: dict[int, list[str]] = {}
        self._nat: set[int] = set()
        for node in network.nodes:
            if node.device is not None:
                self._enter(node.name, node.device)

    def _enter(self, name: str, device: Device) -> None:
        for base in device.hooks:
            self._devices.setdefault(id(base), []).append(name)
            if base.nat:
                self._nat |= {id(base), *(id(rule) for rule in below(device, base.chain))}
        for chain in device.chains.values():
            for rule in chain:
                self._devices.setdefault(id(rule), []).append(name)

    def translates(self, one: Rule | BaseChain) -> bool:
        """Whether a rule or policy is one of a translation."""
        return id(one) in self._nat

    def hop(self, one: Rule | BaseChain, path: Path) -> Hop:
        """Return the last device of a path that has this rule."""
        names = self._devices.get(id(one), ())
        return next((hop for hop in reversed(path.hops) if hop.node.name in names), path.hops[-1])

    def door(self, region: Region) -> Door:
        """Return what lets a region through."""
        return self.of(region.by, region.path)

    def of(self, by: Sequence[Rule | BaseChain], path: Path) -> Door:
        """Return the door of a path, of the rules and policies that a packet met on it."""
        mine = [one for one in by if not self.translates(one)]
        lines = [one for one in reversed(mine) if isinstance(one, Rule) and isinstance(one.action, Accept)]
        for one in lines:
            if not _interface(one):
                return Door(Way.LINE, self.hop(one, path), one)
        if lines:
            return Door(Way.NO_LIST, self.hop(lines[0], path), lines[0])
        policies = [one for one in mine if isinstance(one, BaseChain)]
        for policy in (*(one for one in reversed(policies) if one.hook is Hook.FORWARD), *policies[-1:]):
            return Door(Way.POLICY, self.hop(policy, path), policy)
        bare = [hop for hop in path.hops if hop.node.device is None]
        return Door(Way.NO_CONFIGURATION, bare[-1]) if bare else Door(Way.NO_LIST, path.hops[-1])


def _interface(rule: Rule) -> bool:
    """Whether a rule stands for an interface on which no list stands: it lets on what a list elsewhere has permitted."""
    return rule.text.startswith("interface ")


def below(device: Device, chain: str) -> Iterable[Rule]:
    """Return the rules of a chain and of all chains that it leads to."""
    open_, seen = [chain], {chain}
    while open_:
        for rule in device.chains[open_.pop()]:
            yield rule
            if isinstance(rule.action, Jump | Goto) and rule.action.chain not in seen:
                seen.add(rule.action.chain)
                open_.append(rule.action.chain)
