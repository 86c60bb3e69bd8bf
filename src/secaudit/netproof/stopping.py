"""Where a packet ends that does not pass: the rule or policy that stops it, by the interpreter.

Never here: what passes (`prove`), words (`difference_shown`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from secaudit.netproof import replay
from secaudit.netproof.doors import below
from secaudit.netproof.ir import BaseChain, Rule, Unclear
from secaudit.netproof.network import Node, Path
from secaudit.netproof.packets import Packet


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a packet ends on the side on which it does not pass. `rule` None: no route leads on. `device` None: there is no path.

    `chains`: the lists (names of base chains) of the device that lead to the rule.
    """

    device: str | None = None
    rule: Rule | BaseChain | None = None
    chains: frozenset[str] = frozenset()


def stopped(packet: Packet, ways: Sequence[Path]) -> Stop:
    """Return where a packet ends that passes none of these paths: as far as it gets, by the interpreter."""
    interpreter = replay.Interpreter(packet.family)
    found: list[tuple[int, tuple[object, ...], Stop]] = []
    for path in ways:
        states = {replay.sent(packet)}
        for number, hop in enumerate(path.hops):
            for entering in (True, False):
                following = set()
                for live in states:
                    if entering:
                        ended = interpreter.arrive(packet, live, hop.node, hop.iif)
                    else:
                        ended = interpreter.leave(packet, live, hop.node, hop.iif, hop.oif)
                    following |= {then for on, then, _ in ended if on}
                    rules = [steps[-1].rule if steps else None for on, _, steps in ended if not on]
                    found += [(-number, _rank(rule), _stop(hop.node, rule)) for rule in rules]
                states = following
    return min(found, key=lambda one: one[:2])[2] if found else Stop()


def _rank(rule: Rule | BaseChain | None) -> tuple[object, ...]:
    """Return an order: what stops for certain, by its place, then what may stop, then what no route takes on."""
    if rule is None:
        return (2,)
    unsure = isinstance(rule, Rule) and (isinstance(rule.action, Unclear) or any(match.unknown for match in rule.matches))
    return (1 if unsure else 0, rule.at.sort_key())


def _stop(node: Node, rule: Rule | BaseChain | None) -> Stop:
    device = node.device
    if device is None or rule is None:
        return Stop(device=node.name)
    leading = [base.chain for base in device.hooks if base is rule or any(one is rule for one in below(device, base.chain))]
    return Stop(device=node.name, rule=rule, chains=frozenset(leading))
