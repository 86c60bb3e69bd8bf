"""Reading a declared flow: what it is as sets of packets, and every reason why it cannot be read."""

from datetime import date

import pytest

from secaudit.model.policy import Flow as Declared
from secaudit.netproof.flows import Reading, read
from tests.netproof.build import V4, V6, at, net

ZONES = {
    "mynumber": ("10.10.0.0/16", "fd10::/16"),
    "lgwan": ("10.20.0.0/16",),
    "internet": ("10.30.0.0/16", "outside"),
    "twin": ("10.40.0.0/24",),
    "whole": ("10.40.0.0/16",),
}


def written(**more: str) -> Declared:
    fields = {"from": "10.10.0.5", "to": "10.20.0.5", "direction": "outbound", "protocol": "tcp", "ports": "443", "expires": "2027-03-31"}
    fields |= {key.removesuffix("_"): value for key, value in more.items()}
    return Declared(id="SC-01", fields=fields, at=at())


def reading(**more: str) -> Reading:
    return read(written(**more), ZONES)


def test_hosts_ports_and_the_day_it_ends() -> None:
    found = reading(to="10.20.0.5, 10.20.0.6", ports="443, 8000-8010")
    assert found.faults == ()
    (flow,) = found.flows
    assert (flow.source, flow.target, flow.expires) == ("mynumber", "lgwan", date(2027, 3, 31))
    assert flow.ports == ((443, 443), (8000, 8010))
    assert flow.dst[V4] == net("10.20.0.5/32", "10.20.0.6/32")
    assert (found.ports, found.proto) == (((443, 443), (8000, 8010)), ((6, 6),))
    one, two = found.ends["from"], found.ends["to"]
    assert (one.hosts, one.listed, one.outside, one.size(V4), one.size(V6)) == (True, True, False, 1, 0)
    assert (two.hosts, two.size(V4)) == (True, 2)


def test_a_prefix_is_no_host_and_a_zone_is_not_listed() -> None:
    prefix, zone = reading(from_="10.10.1.0/24").ends["from"], reading(from_="mynumber").ends["from"]
    assert (prefix.hosts, prefix.listed, prefix.size(V4)) == (False, True, 256)
    assert (zone.hosts, zone.listed, zone.size(V4), zone.size(V6)) == (False, False, 1 << 16, 1 << 112)


def test_outside_is_the_zone_that_says_so() -> None:
    word, address, zone = (reading(to=name).ends["to"] for name in ("outside", "198.51.100.7", "internet"))
    assert (word.zone, word.hosts, word.listed, word.outside) == ("internet", False, False, True)
    assert (address.zone, address.hosts, address.outside) == ("internet", True, True)
    assert (zone.zone, zone.outside) == ("internet", True)
    assert not reading(to="10.30.0.1").ends["to"].outside
    assert not any(low <= 0x0A1E0001 <= high for low, high in word.ranges[V4])


def test_both_directions_are_two_flows() -> None:
    assert [(one.source, one.target) for one in reading(direction="both").flows] == [("mynumber", "lgwan"), ("lgwan", "mynumber")]
    assert [(one.source, one.target) for one in reading(direction="inbound").flows] == [("lgwan", "mynumber")]


@pytest.mark.parametrize(
    ("word", "number"), [("UDP", 17), ("sctp", 132), ("dccp", 33), ("udplite", 136), ("17", 17), ("esp", 50), ("icmpv6", 58), ("0", 0)]
)
def test_protocols_by_name_and_number(word: str, number: int) -> None:
    assert reading(protocol=word, ports="").flows[0].proto == ((number, number),)


@pytest.mark.parametrize("word", ["any", "ALL", "ip"])
def test_every_protocol(word: str) -> None:
    assert reading(protocol=word, ports="").flows[0].proto == ((0, 255),)


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({"protocol": "mystery"}, ["the protocol `mystery` is not known"]),
        ({"protocol": "256"}, ["the protocol `256` is not known"]),
        ({"protocol": "１７"}, ["the protocol `１７` is not known"]),
        ({"ports": "https"}, ["the port `https` cannot be read"]),
        ({"ports": "80-"}, ["the port `80-` cannot be read"]),
        ({"ports": "-"}, ["the port `-` cannot be read"]),
        ({"ports": "90-80"}, ["the port `90-80` cannot be read"]),
        ({"ports": "70000, 443"}, ["the port `70000` cannot be read"]),
        ({"protocol": "icmp"}, ["the protocol `icmp` has no ports"]),
        ({"from_": "nowhere"}, ["`nowhere` is neither a zone nor an address (the bits right of `/` have to be 0)"]),
        ({"to": "10.20.0.5/16"}, ["`10.20.0.5/16` is neither a zone nor an address (the bits right of `/` have to be 0)"]),
        ({"to": "10.20.0.5,"}, ["`` is neither a zone nor an address (the bits right of `/` have to be 0)"]),
        ({"to": "fd20::1%eth0"}, ["`fd20::1%eth0` is neither a zone nor an address (the bits right of `/` have to be 0)"]),
        ({"to": "::ffff:10.20.0.5"}, ["`::ffff:10.20.0.5` is an IPv4 address in the form of IPv6 (write it as IPv4)"]),
        ({"to": "10.20.0.5, 10.30.0.5"}, ["no zone holds all of `10.20.0.5, 10.30.0.5`"]),
        ({"to": "10.40.0.5"}, ["`10.40.0.5` lies in more than one zone: `twin`, `whole`"]),
        ({"to": "10.10.0.6"}, ["both ends lie in the same zone `mynumber`"]),
        ({"from_": "fd10::1"}, ["the two ends have no family of addresses (IPv4, IPv6) in common"]),
        (
            {"protocol": "x", "ports": "y", "from_": "z", "to": "10.40.0.5"},
            [
                "the protocol `x` is not known",
                "the port `y` cannot be read",
                "`z` is neither a zone nor an address (the bits right of `/` have to be 0)",
                "`10.40.0.5` lies in more than one zone: `twin`, `whole`",
            ],
        ),
    ],
)
def test_every_reason_why_a_flow_cannot_be_read(more: dict[str, str], faults: list[str]) -> None:
    found = reading(**more)
    assert found.flows == ()
    assert [one.en for one in found.faults] == faults


def test_outside_that_no_zone_or_two_zones_hold_is_nowhere() -> None:
    alone = {"mynumber": ZONES["mynumber"], "lgwan": ZONES["lgwan"]}
    assert [one.en for one in read(written(to="outside"), alone).faults] == ["no zone holds all of `outside`"]
    assert [one.en for one in read(written(to="198.51.100.7"), alone).faults] == ["no zone holds all of `198.51.100.7`"]
    twice = {**ZONES, "other": ("outside",)}
    assert [one.en for one in read(written(to="outside"), twice).faults] == ["`outside` lies in more than one zone: `internet`, `other`"]


def test_a_flow_without_a_word_about_ports_has_none() -> None:
    fields = {key: value for key, value in written().fields.items() if key != "ports"}
    found = read(Declared(id="SC-01", fields=fields, at=at()), ZONES)
    assert (found.ports, found.flows[0].ports) == ((), None)
