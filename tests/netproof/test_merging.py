"""Regions hold exactly the packets of their boxes, are few, and read well."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.netproof.boxes import KINDS, PORTS, PROTOCOLS, TYPES, Box, mask, of_fields, space, volume
from secaudit.netproof.merging import Merged, merged
from secaudit.netproof.packets import TCP, TCP_REPLY_KINDS, Family, Kind, Packet
from secaudit.netproof.phrases import addresses, kind_word, numbers, protocols
from secaudit.netproof.ranges import Ranges, complement
from tests.netproof.build import V4, V6, A, B, net

EVERYONE = {family: ((0, family.top),) for family in Family}


def clipped(family: Family = V4, **fields: object) -> list[Box]:
    """Return the audited packets of six sets, as the search finds them."""
    given_ = {"src": EVERYONE[family], "dst": EVERYONE[family], "proto": PROTOCOLS, "sport": PORTS, "dport": PORTS, "kind": KINDS, **fields}
    return [part for box in of_fields(tuple(given_.values())) for part in space(family).clip(box)]  # type: ignore[arg-type]  # six sets


def boxes_of(region: Merged) -> list[Box]:
    icmp = region.icmp
    return [
        part
        for box in of_fields(
            (
                region.src,
                region.dst,
                region.protos,
                region.sport or (TYPES if icmp else PORTS),
                region.dport or (TYPES if icmp else PORTS),
                region.kinds or KINDS,
            )
        )
        for part in space(region.family).clip(box)
    ]


@pytest.mark.parametrize("family", [V4, V6])
def test_everything_is_one_region(family: Family) -> None:
    boxes = clipped(family)
    assert len(boxes) > 4
    ((tie, region),) = merged([(7, box) for box in boxes], family)
    assert (tie, region.source(), region.target(), region.protocol(), region.ports()) == (7, "any", "any", "any", ("any", "any"))


def test_new_connections_of_everything_are_three_regions() -> None:
    new = clipped(kind=1 << Kind.START | 1 << Kind.ACK)
    found = [(region.protocol(), *region.ports()) for _, region in merged([(0, box) for box in new], V4)]
    assert found == [
        ("icmp (NEW)", "type 8, 13, 15, 17", "any"),
        ("tcp (NEW, ACK)", "any", "any"),
        ("any except icmp, tcp (NEW)", "any", "any"),
    ]


def test_ports_and_types_never_meet() -> None:
    boxes = [*clipped(proto=1 << TCP, sport=((8, 8),)), *clipped(proto=1 << 1, sport=((8, 8),))]
    found = merged([(0, box) for box in boxes], V4)
    assert [(region.protocol(), region.ports()[0]) for _, region in found] == [("icmp", "type 8"), ("tcp", "8")]


def test_the_same_ports_of_several_protocols_are_one() -> None:
    boxes = clipped(proto=mask(((6, 6), (17, 17))), dport=((53, 53),))
    ((_, region),) = merged([(0, box) for box in boxes], V4)
    assert (region.protocol(), region.ports()) == ("tcp, udp", ("any", "53"))


def test_what_different_lines_let_through_stays_apart() -> None:
    low, high = (clipped(proto=1 << TCP, dport=ports) for ports in (((1, 9),), ((10, 20),)))
    found = merged([(1, box) for box in high] + [(0, box) for box in low], V4)
    assert [(tie, region.ports()[1]) for tie, region in found] == [(0, "1-9"), (1, "10-20")]
    ((_, region),) = merged([(0, box) for box in [*high, *low]], V4)
    assert region.ports()[1] == "1-20"


def test_kinds_are_named() -> None:
    def said(kinds: int) -> str:
        ((_, region),) = merged([(0, box) for box in clipped(proto=1 << TCP, kind=kinds)], V4)
        return region.protocol()

    assert said(KINDS) == "tcp"
    assert said(sum(1 << kind for kind in TCP_REPLY_KINDS)) == "tcp (ACK, RST)"
    assert said(1 << Kind.SYN_ACK | 1 << Kind.NONE) == "tcp (SYN+ACK, NO FLAGS)"
    assert said(KINDS & ~1) == "tcp (15 of 16 kinds)"
    ((_, bad),) = merged([(0, box) for box in clipped(proto=1 << 17, kind=1 << Kind.BAD)], V4)
    assert bad.protocol() == "udp (INVALID)"


def test_neighbour_discovery_is_told_apart() -> None:
    boxes = clipped(V6, proto=1 << 58, kind=1 << Kind.DISCOVERY)
    ((_, region),) = merged([(0, box) for box in boxes], V6)
    assert (region.protocol(), region.ports()[0]) == ("icmpv6 (DISCOVERY)", "type 130-136, 143")


HOSTS: tuple[Ranges, ...] = (net("10.1.0.0/30"), net("10.1.0.4/30"), ((A, A),), EVERYONE[V4])
PROTOS = (1 << TCP, 1 << 17, 1 << 1, 1 << 47, PROTOCOLS)
SPLITS: tuple[Ranges, ...] = (PORTS, ((0, 255),), ((8, 8),), ((80, 443),))
STATES = (KINDS, 1 << Kind.START, 1 << Kind.BAD, sum(1 << kind for kind in TCP_REPLY_KINDS))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(HOSTS), st.sampled_from(PROTOS), st.sampled_from(SPLITS), st.sampled_from(SPLITS), st.sampled_from(STATES)
        ),
        max_size=5,
    ),
    st.randoms(),
)
def test_regions_hold_exactly_the_packets_of_the_boxes(drawn: list[tuple[Ranges, int, Ranges, Ranges, int]], dice: random.Random) -> None:
    boxes: list[Box] = []
    for src, proto, sport, dport, kind in drawn:
        boxes += clipped(src=src, proto=proto, sport=sport, dport=dport, kind=kind)
    found = merged([(0, box) for box in boxes], V4)
    for packet in (packet_of(dice.choice(boxes), dice) for _ in range(30) if boxes):
        assert any(region.holds(packet) for _, region in found)
    for _, region in found:
        for packet in (packet_of(dice.choice(boxes_of(region)), dice) for _ in range(10)):
            assert region.holds(packet)
            assert any(held(box, packet) for box in boxes), packet
    shuffled = list(boxes)
    dice.shuffle(shuffled)
    assert merged([(0, box) for box in shuffled], V4) == found


def held(box: Box, packet: Packet) -> bool:
    fields = ((packet.src, 0), (packet.dst, 2), (packet.sport, 5), (packet.dport, 7))
    inside = all(box[low] <= value <= box[low + 1] for value, low in fields)
    return inside and bool(box[4] >> packet.proto & 1) and bool(box[9] >> packet.kind & 1)


def packet_of(box: Box, dice: random.Random) -> Packet:
    protos = [number for number in range(256) if box[4] >> number & 1]
    kinds = [kind for kind in Kind if box[9] >> kind & 1]
    src, dst, sport, dport = (dice.choice((box[low], box[low + 1])) for low in (0, 2, 5, 7))
    return Packet(family=V4, src=src, dst=dst, proto=dice.choice(protos), sport=sport, dport=dport, kind=dice.choice(kinds))


def test_disjoint_boxes_keep_their_volume() -> None:
    boxes = clipped(src=net("10.1.0.0/16"), dst=net("10.2.0.0/16"))
    ((_, region),) = merged([(0, box) for box in boxes], V4)
    assert sum(map(volume, boxes_of(region))) == sum(map(volume, boxes))
    assert merged([], V4) == []


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        (EVERYONE[V4], "any"),
        (net("10.1.0.0/16"), "10.1.0.0/16"),
        (((A, A + 4),), "10.1.0.0-10.1.0.4"),
        (((A + 1, A + 1), (B, B + 255)), "10.1.0.1, 10.2.0.0/24"),
        (complement(net("10.1.0.0/16"), V4.top), "any except 10.1.0.0/16"),
        (tuple((A + 2 * one, A + 2 * one) for one in range(8)), "10.1.0.0, 10.1.0.2, 10.1.0.4, 10.1.0.6, 10.1.0.8, 10.1.0.10, … (8)"),
        (net("127.0.0.0/8", "10.1.0.0/16"), "10.1.0.0/16, 127.0.0.0/8"),
    ],
)
def test_addresses_are_written_as_people_write_them(ranges: Ranges, words: str) -> None:
    assert addresses(ranges, V4) == words


def test_addresses_of_ipv6_and_other_sets_are_written_too() -> None:
    assert addresses(net("fd01::/16"), V6) == "fd01::/16"
    assert numbers(((1, 1), (3, 5))) == "1, 3-5"
    assert numbers(tuple((2 * one, 2 * one) for one in range(7))) == "0, 2, 4, 6, 8, 10, … (7)"
    assert protocols(1 << 6 | 1 << 255) == "tcp, 255"
    assert protocols(mask(((1, 3),))) == "icmp, 2, 3"
    assert numbers(((0, 255),), 255) == "any"
    assert protocols(0b111111110) == "icmp, 2, 3, 4, 5, tcp, … (8)"
    assert protocols(PROTOCOLS & ~(1 << 6)) == "any except tcp"
    assert [kind_word(kind) for kind in (Kind.START, Kind.BAD, Kind.FIN_SYN_ACK)] == ["NEW", "INVALID", "FIN+SYN+ACK"]
