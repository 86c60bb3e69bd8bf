"""What both Cisco tests share: a device between its own interfaces, each a zone of its own, judged by the engine and packet by packet."""

from collections.abc import Callable, Sequence
from datetime import date
from ipaddress import ip_address
from pathlib import Path

from secaudit.netproof.ir import Configuration, Device, Source
from secaudit.netproof.lines import Fate, Line
from secaudit.netproof.network import Hop, Network, Node, Port
from secaudit.netproof.packets import Family, Kind, Packet
from secaudit.netproof.prove import PairVerdict, Question, prove_pair
from secaudit.netproof.replay import along

EXAMPLES = Path(__file__).parent / "examples"
Read = Callable[[Sequence[Source], str], Configuration]


class Bench:
    """One configuration on the bench."""

    def __init__(self, read: Read, text: str | bytes, *more: str) -> None:
        data = [text if isinstance(text, bytes) else text.encode(), *(one.encode() for one in more)]
        sources = [Source(path=f"show-run{n or ''}.txt", data=each) for n, each in enumerate(data)]
        self.configuration = read(sources, "fw")
        self.texts = data

    @property
    def device(self) -> Device:
        return self.configuration.devices[0]

    @property
    def node(self) -> Node:
        ports = tuple(Port(interface=one.name, zone=one.name, addresses=one.addresses) for one in self.device.interfaces)
        return Node(name="fw", ports=ports, device=self.device, routes=self.device.routes)

    def pair(self, source: str, target: str, family: Family = Family.V4) -> PairVerdict:
        question = Question(network=Network(nodes=(self.node,)), zones={}, flows=(), as_of=date(2026, 11, 20), samples=300)
        return prove_pair(question, source, target, family)

    def verdict(self, source: str, target: str, family: Family = Family.V4) -> str:
        return str(self.pair(source, target, family).verdict)

    def blamed(self, source: str, target: str, family: Family = Family.V4) -> list[str]:
        """Return the lines that a VIOLATED packet passed by, or that an UNDECIDED pair names."""
        found = self.pair(source, target, family)
        if found.violation is not None:
            return [step.rule.text for step in found.violation.steps if step.rule is not None]
        return [one.line.text if one.line else one.reason.en for one in found.obstacles]

    def passes(
        self,
        source: str,
        target: str,
        src: str,
        dst: str,
        proto: str = "tcp",
        dport: int = 0,
        *,
        sport: int = 40000,
        kind: Kind = Kind.START,
    ) -> str:
        """Return `yes`, `no` or `maybe` for one packet; for ICMP `sport` and `dport` are type and code."""
        one, two = ip_address(src), ip_address(dst)
        family = Family.V4 if one.version == 4 else Family.V6
        number = {"tcp": 6, "udp": 17, "icmp": family.icmp, "gre": 47, "esp": 50}[proto]
        packet = Packet(family=family, src=int(one), dst=int(two), proto=number, sport=sport, dport=dport, kind=kind)
        node = self.node
        ports = {port.interface: port for port in node.ports}
        hop = Hop(node=node, iif=ports[source], oif=ports[target], targets=((0, family.top),))
        answers, _ = along(packet, [hop])
        return {frozenset({True}): "yes", frozenset({False}): "no"}.get(answers, "maybe")

    def line(self, start: str) -> Line:
        """Return the first line that begins so."""
        return next(line for line in self.configuration.account.lines if line.text.startswith(start))

    def fates(self) -> dict[str, int]:
        return {fate.value: self.configuration.account.count(fate) for fate in Fate}

    def doubts(self) -> list[str]:
        return [doubt.reason.en for doubt in self.device.doubts]

    def adds_up(self) -> bool:
        """Whether every line that is not blank has exactly one fate."""
        filled = sum(1 for text in self.texts for line in text.split(b"\n") if line.strip())
        return sum(self.fates().values()) == filled == len(self.configuration.account.lines)


def example(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")
