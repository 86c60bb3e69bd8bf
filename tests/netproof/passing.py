"""Ask the search and the interpreter about one packet at once."""

from secaudit.netproof import replay
from secaudit.netproof.boxes import holds, space
from secaudit.netproof.compile import Program
from secaudit.netproof.decide import search
from secaudit.netproof.matching import Env
from secaudit.netproof.network import Network, paths
from secaudit.netproof.packets import Packet


def passing(network: Network, packet: Packet, source: str = "a", target: str = "b") -> tuple[bool, bool]:
    """Return whether a packet may pass on some path, and whether it must; search and interpreter have to agree."""
    may = must = False
    for path in paths(network, source, target, packet.family).paths:
        found = []
        for upper in (True, False):
            audited = space(packet.family)
            answer = search(Program(path, packet.family, (), upper=upper), audited.hull(), Env(), clip=audited.clip)
            assert answer.finished
            found.append(any(holds(one.box, packet) for one in answer.found))
        answers, _ = replay.along(packet, path.hops)
        assert not found[1] or answers == {True}
        assert found[0] or True not in answers
        may, must = may or found[0], must or found[1]
    return may, must
