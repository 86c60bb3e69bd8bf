"""One firewall between zones with the rules of a list: what the whole proof of a pair is measured on.

Two usual first rules (established, invalid) stand before the list; the firewall has addresses and routes, as a real one has.
"""

import random
from datetime import date
from types import MappingProxyType

from secaudit.model.location import Location
from secaudit.netproof.boxes import KIND, PROTO, Box, values
from secaudit.netproof.ir import Accept, Action, Address, BaseChain, Device, Drop, Hook, Match, Route, Rule
from secaudit.netproof.network import Network, Node, Port
from secaudit.netproof.packets import TCP, UDP, Family, Kind, State
from secaudit.netproof.prove import Question
from secaudit.netproof.ranges import Ranges, normal
from tests.netproof.lists import Listed

AS_OF = date(2026, 4, 1)
ZONES = {"a": ("10.1.0.0/16", "a01::/16"), "b": ("10.2.0.0/16", "a02::/16")}
"""The blocks of `lists.Maker`, in both families."""


def rule(action: Action, match: Match, line: int) -> Rule:
    """Return a rule of the list."""
    return Rule(matches=(match,), action=action, at=Location(path="list", line=line), text=f"rule {line}")


def device_of(rules: Listed, family: Family = Family.V4) -> Device:
    """Return a firewall with such a list at FORWARD, its policy drop."""
    listed = [
        rule(Accept(), Match(states=frozenset({State.ESTABLISHED, State.RELATED})), 1),
        rule(Drop(), Match(states=frozenset({State.INVALID})), 2),
    ]
    for number, (box, accept) in enumerate(rules, start=3):
        if not box[KIND] & 1 << Kind.START:
            continue  # around a needle stand boxes of the other kinds, which the rule about INVALID drops
        match = Match(
            family=family,
            src=((box[0], box[1]),),
            dst=((box[2], box[3]),),
            proto=_protocols(box[PROTO]),
            sport=_ports(box[5], box[6]),
            dport=_ports(box[7], box[8]),
        )
        listed.append(rule(Accept() if accept else Drop(), match, number))
    return _filtering(listed)


def closed(rules: Listed, question: Box) -> Listed:
    """Return a list that covers the pair, its last accept for TCP and UDP of the pair alone: from whatever source, nothing passes.

    The denies of the list limit ports, and as rules they leave protocols without ports alone.
    """
    return [*rules[:-1], ((*question[:PROTO], 1 << TCP | 1 << UDP, *question[PROTO + 1 :]), True)]


def _protocols(bits: int) -> Ranges | None:
    found = normal((one, one) for one in values(bits))
    return None if found == ((0, 255),) else found


def _ports(low: int, high: int) -> Ranges | None:
    return None if (low, high) == (0, 65535) else ((low, high),)


def _filtering(rules: list[Rule]) -> Device:
    place = Location(path="list", line=1)
    hook = BaseChain(chain="forward", hook=Hook.FORWARD, priority=0, policy=Drop(), at=place, text="policy drop")
    return Device(name="fw", dialect="list", chains=MappingProxyType({"forward": tuple(rules)}), hooks=(hook,))


def between(device: Device) -> Network:
    """Return zone a – one device – zone b, each zone behind its interface."""
    ports, routes = [], []
    for number, zone in ((1, "a"), (2, "b")):
        blocks = {Family.V4: (10 << 24 | number << 16, 16), Family.V6: ((10 << 8 | number) << 112, 16)}
        addresses = tuple(
            Address(family=family, value=base + (1 << family.bits - prefix) - 2, prefix=prefix) for family, (base, prefix) in blocks.items()
        )
        ports.append(Port(interface=zone, zone=zone, addresses=addresses))
        routes += [
            Route(family=family, network=(base, base + (1 << family.bits - prefix) - 1), interface=zone)
            for family, (base, prefix) in blocks.items()
        ]
    return Network(nodes=(Node(name="fw", ports=tuple(ports), device=device, routes=tuple(routes)),))


def many_zones(rules: int, zones: int, seed: int = 3) -> Network:
    """Return one firewall between several zones: host rules for pairs of them, every other one an accept, a last deny."""
    draw = random.Random(seed)
    names = [f"z{number}" for number in range(zones)]
    listed = []
    for number in range(rules):
        one, two = draw.sample(range(zones), 2)
        src, dst = (10 << 24 | 1 + zone << 16 | draw.randrange(1 << 16) for zone in (one, two))
        dport = draw.randrange(1, 65536)
        match = Match(
            family=Family.V4,
            src=((src, src),),
            dst=((dst, dst),),
            proto=((6, 6),),
            dport=((dport, dport),),
            iif=frozenset({names[one]}),
            oif=frozenset({names[two]}),
        )
        listed.append(rule(Accept() if number % 2 else Drop(), match, number + 1))
    ports = tuple(Port(interface=name, zone=name) for name in names)
    return Network(nodes=(Node(name="fw", ports=ports, device=_filtering(listed)),))


def asked(network: Network, zones: dict[str, tuple[str, ...]] | None = None) -> Question:
    """Return the question with all defaults: budget and samples as users have them."""
    return Question(network=network, zones=ZONES if zones is None else zones, flows=(), as_of=AS_OF)
