"""Parsed rules of the other dialects, written back as nftables, in the kernel: real packets pass exactly where the proof says so."""

import json
import os
from collections import defaultdict

import pytest

from secaudit.netproof import replay
from secaudit.netproof.boxes import Box, holds
from secaudit.netproof.network import Network
from secaudit.netproof.packets import Family, Packet
from secaudit.netproof.ranges import holds as among
from secaudit.netproof.sampling import edges
from tests.netproof.kernel.differential import batches
from tests.netproof.kernel.lab import Lab
from tests.netproof.kernel.test_kernel import required
from tests.netproof.parsed import Case, cases
from tests.netproof.sets import passage, permitted
from tests.netproof.written_back import NotWritable, kinds_alike, written

pytestmark = pytest.mark.usefixtures("untraced")

EACH = 600 if os.environ.get("SECAUDIT_LONG") == "1" else 40
SENT = {Family.V4: {1, 6, 17, 50, 253}, Family.V6: {6, 17, 58, 253}}
"""Protocols that the laboratory can send: the kernel looks into the others for headers of their own."""


@pytest.fixture(scope="module", autouse=True)
def _able() -> None:
    required()


def deliverable(packet: Packet) -> bool:
    """Whether the laboratory's own routers and senders have no opinion about the addresses."""
    limit = 0xE0000000 if packet.family is Family.V4 else 1 << 128
    own = [(0x0A630000, 0x0A63FFFF), (0xFD99 << 112, (0xFD9A << 112) - 1), (0xFFFF << 32, (0xFFFF << 32) + 0xFFFFFFFF)]
    ends = (packet.src, packet.dst)
    return all(0 < one < limit for one in ends) and not any(low <= one <= high for one in ends for low, high in own)


def _wrong(lab: Lab, case: Case, family: Family, *, upper: bool) -> tuple[int, int, list[str]]:
    """Return how many packets were sent and how many came, and about which kernel and proof differ."""
    objects = written(case.device, family, case.iif, case.oif, upper=upper)
    lab.load_objects(0, objects)
    path = passage(case.device, case.iif, case.oif, family)
    network = Network(nodes=(path.hops[0].node,))
    alike = kinds_alike(case.device, family)
    drawn = edges(network, family, ((0x0A010000, 0x0A01FFFF),) if family is Family.V4 else (), (), count=3 * EACH, seed=len(case.title))
    own = path.hops[0].node.own(family)
    packets = [
        one for one in drawn if one.proto in SENT[family] and alike >> one.kind & 1 and deliverable(one) and not among(own, one.dst)
    ][:EACH]
    boxes: list[Box] = permitted(case.device, case.iif, case.oif, family, upper=upper)
    translates = any(base.nat for base in case.device.hooks)
    arrived: set[int] = set()
    for batch in batches(packets, 8 if translates else 200):
        arrived |= lab.send(batch)
    wrong, came_at_all = [], 0
    for number, packet in enumerate(packets):
        passes = any(holds(box, packet) for box in boxes)
        came = number in arrived if (number in arrived) is passes else number in lab.send([(number, packet)])
        came_at_all += came
        answers, _ = replay.along(packet, path.hops)
        if came is not passes or (len(answers) == 1 and came not in answers):
            wrong.append(f"{case.iif} -> {case.oif} {packet}: arrived {came}, the proof says {passes}, the interpreter {set(answers)}")
    return len(packets), came_at_all, wrong


def test_packets_pass_where_the_proof_says_so() -> None:
    wrong: dict[str, list[str]] = defaultdict(list)
    rulesets = sent = arrived = 0
    with Lab(1) as lab:
        lab.lead_everything()
        for case in cases():
            for family in Family:
                sides = (True, False) if unsure(case) else (True,)
                for upper in sides:
                    try:
                        count, came, found = _wrong(lab, case, family, upper=upper)
                    except NotWritable:
                        continue
                    rulesets, sent, arrived = rulesets + 1, sent + count, arrived + came
                    wrong[f"{case.title} {family}"] += found
    print(f"written back: {rulesets} rulesets, {sent} packets, {arrived} passed")
    assert {title: found for title, found in wrong.items() if found} == {}
    assert rulesets > 50
    assert arrived > sent / 20


def unsure(case: Case) -> bool:
    """Whether any condition of a device is not known."""
    return any(match.unknown is not None for rules in case.device.chains.values() for rule in rules for match in rule.matches)


def test_the_objects_are_what_nft_takes() -> None:
    with Lab(1) as lab:
        case = next(cases())
        objects = written(case.device, Family.V4, case.iif, case.oif, upper=True)
        listed = json.loads(lab.load_objects(0, objects))["nftables"]
        assert sum("rule" in one for one in listed) == sum("rule" in one for one in objects)
