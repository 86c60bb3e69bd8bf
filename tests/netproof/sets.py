"""What a device lets through from one interface to another, as disjoint boxes, and whether two devices let the same through."""

from collections.abc import Sequence

from secaudit.netproof.boxes import KIND, Box, meet, space, volume
from secaudit.netproof.compile import Program
from secaudit.netproof.decide import search
from secaudit.netproof.ir import Device
from secaudit.netproof.matching import Env
from secaudit.netproof.network import Hop, Node, Path
from secaudit.netproof.packets import Family
from tests.netproof.build import port

EVERY_KIND = (1 << 18) - 1


def passage(device: Device, iif: str, oif: str, family: Family) -> Path:
    """Return the way through one device, whatever its own addresses and routes are."""
    left, right = port(iif, "a"), port(oif, "b")
    node = Node(name=device.name, ports=(left, right), device=device)
    return Path(hops=(Hop(node=node, iif=left, oif=right, targets=((0, family.top),)),))


def permitted(device: Device, iif: str, oif: str, family: Family, *, upper: bool = True, kinds: int = EVERY_KIND) -> list[Box]:
    """Return everything that passes, of the kinds asked for."""
    audited = space(family)
    program = Program(passage(device, iif, oif, family), family, (), upper=upper)
    answer = search(program, audited.hull(), Env(), clip=audited.clip)
    assert answer.finished
    return [(*found.box[:KIND], found.box[KIND] & kinds) for found in answer.found if found.box[KIND] & kinds]


def same(one: Sequence[Box], two: Sequence[Box]) -> bool:
    """Whether two rows of disjoint boxes hold the same packets: as many each, and as many in common."""
    common = sum(volume(part) for a in one for b in two if (part := meet(a, b)) is not None)
    return sum(map(volume, one)) == sum(map(volume, two)) == common
