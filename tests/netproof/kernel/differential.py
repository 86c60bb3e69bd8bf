"""One experiment: rules into the kernel, packets through it, and the same question to the proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secaudit.netproof import replay
from secaudit.netproof.boxes import Box, holds, space
from secaudit.netproof.compile import Program
from secaudit.netproof.decide import search
from secaudit.netproof.dialects import nftables
from secaudit.netproof.ir import Address, Device, Route, Source
from secaudit.netproof.matching import Env
from secaudit.netproof.network import Network, Node, Path, Port, paths
from secaudit.netproof.packets import Family, Packet
from tests.netproof.kernel.lab import Lab
from tests.netproof.kernel.random_rules import Writer, packets


@dataclass(slots=True)
class Count:
    """What came of an experiment."""

    rulesets: int = 0
    packets: int = 0
    decided: int = 0
    passed: int = 0
    unsafe: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    replayed_wrong: list[str] = field(default_factory=list)

    def told(self) -> str:
        """Return the figures in one line."""
        return f"{self.rulesets} rulesets, {self.packets} packets, {self.passed} passed, {self.decided / self.packets:.1%} decided"


def network(devices: Sequence[Device]) -> Network:
    """Return the laboratory as a topology."""
    nodes = []
    last = len(devices) - 1
    for number, device in enumerate(devices):
        ports = (
            Port(
                interface="left",
                zone="a" if number == 0 else None,
                link=None if number == 0 else f"l{number}",
                addresses=(
                    Address(family=Family.V4, value=0x0A630002 + (number << 8), prefix=30),
                    Address(family=Family.V6, value=(0xFD99 << 112) + (number << 96) + 2, prefix=64),
                ),
            ),
            Port(
                interface="right",
                zone="b" if number == last else None,
                link=None if number == last else f"l{number + 1}",
                addresses=(
                    Address(family=Family.V4, value=0x0A630001 + (number + 1 << 8), prefix=30),
                    Address(family=Family.V6, value=(0xFD99 << 112) + (number + 1 << 96) + 1, prefix=64),
                ),
            ),
        )
        nodes.append(Node(name=device.name, ports=ports, device=device, routes=_routes(number)))
    return Network(nodes=tuple(nodes))


def _routes(number: int) -> tuple[Route, ...]:
    def block(top: int, family: Family) -> tuple[int, int]:
        base = (0x0A00 | top) << 16 if family is Family.V4 else (0xFD00 | top) << 112
        return base, base + (1 << family.bits - 16) - 1

    four, six = Family.V4, Family.V6
    return (
        Route(family=four, network=block(2, four), interface="right", via=0x0A630002 + (number + 1 << 8)),
        Route(family=four, network=block(1, four), interface="left", via=0x0A630001 + (number << 8)),
        Route(family=six, network=block(2, six), interface="right", via=(0xFD99 << 112) + (number + 1 << 96) + 2),
        Route(family=six, network=block(1, six), interface="left", via=(0xFD99 << 112) + (number << 96) + 1),
    )


def batches(given: Sequence[Packet], size: int) -> Iterator[list[tuple[int, Packet]]]:
    """Yield numbered packets so that no two of a batch belong to one connection."""
    waiting = [*enumerate(given)]
    while waiting:
        batch: list[tuple[int, Packet]] = []
        later: list[tuple[int, Packet]] = []
        seen = set()
        for number, packet in waiting:
            key = (packet.proto, frozenset({(packet.src, packet.sport), (packet.dst, packet.dport)}))
            if packet.proto not in (6, 17):
                key = (packet.proto, frozenset({(packet.src, 0), (packet.dst, 0)}))
            if key in seen or len(batch) >= size:
                later.append((number, packet))
            else:
                seen.add(key)
                batch.append((number, packet))
        yield batch
        waiting = later


class Asked:
    """What the proof says of packets on a path: by the exact sets, or (of long paths) packet by packet."""

    def __init__(self, path: Path, family: Family, *, exact: bool) -> None:
        self.family = family
        self.programs = [Program(path, family, (), upper=upper) for upper in (True, False)]
        self.sets = [self._all(program) for program in self.programs] if exact else None

    def _all(self, program: Program) -> list[Box]:
        audited = space(self.family)
        answer = search(program, audited.hull(), Env(), clip=audited.clip)
        assert answer.finished
        return [found.box for found in answer.found]

    def may_and_must(self, packet: Packet) -> tuple[bool, bool]:
        if self.sets is not None:
            may, must = (any(holds(box, packet) for box in boxes) for boxes in self.sets)
            return may, must
        kinds = (1 << packet.proto, packet.sport, packet.sport, packet.dport, packet.dport, 1 << packet.kind)
        point = (packet.src, packet.src, packet.dst, packet.dst, *kinds)
        may, must = (bool(search(program, [point], Env()).found) for program in self.programs)
        return may, must


def experiment(lab: Lab, seed: int, count: Count, *, each: int, translate: bool) -> None:
    """Run one random ruleset on every router against `each` packets of both families."""
    texts = [Writer(seed * 10 + number, translate=translate, mild=len(lab.routers) > 1).text() for number in range(len(lab.routers))]
    exports = [lab.load(number, text) for number, text in enumerate(texts)]
    devices = [nftables.read([Source(path=f"r{number}.json", data=data)], f"r{number}").devices[0] for number, data in enumerate(exports)]
    whole = network(devices)
    count.rulesets += 1
    for family in Family:
        (path,) = paths(whole, "a", "b", family).paths
        asked = Asked(path, family, exact=len(devices) == 1)
        given = packets(seed, family, each)
        arrived: set[int] = set()
        for batch in batches(given, 8 if translate else 200):
            arrived |= lab.send(batch)
        for number, packet in enumerate(given):
            _compare(lab, count, seed, number, packet, number in arrived, asked, path)


def _compare(lab: Lab, count: Count, seed: int, number: int, packet: Packet, arrived: bool, asked: Asked, path: Path) -> None:
    may, must = asked.may_and_must(packet)
    answers, _ = replay.along(packet, path.hops)
    count.packets += 1
    count.passed += arrived
    count.decided += may is must
    if (arrived and not may) or (must and not arrived) or arrived not in answers:
        # A second time alone: others of its batch may have taken the addresses and ports that it is translated to.
        arrived = number in lab.send([(number, packet)])
        if arrived and not may:
            count.unsafe.append(f"seed {seed}: {packet}")
        if must and not arrived:
            count.false_alarms.append(f"seed {seed}: {packet}")
    if arrived not in answers or (must and answers != {True}) or (not may and True in answers):
        count.replayed_wrong.append(f"seed {seed}: {packet}: {answers}, arrived {arrived}, upper {may}, lower {must}")
