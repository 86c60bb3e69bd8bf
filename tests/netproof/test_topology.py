"""The topology file: what it says, what it assumes, and what is refused with its place."""

import json
from datetime import date
from pathlib import Path

import pytest

from secaudit.errors import ManyError, SecauditError
from secaudit.model.location import Location
from secaudit.netproof import topology
from secaudit.netproof.ir import Route
from secaudit.netproof.lines import Fate
from secaudit.netproof.prove import Question, Verdict, prove_pair
from secaudit.netproof.routes import pasted
from tests.netproof.build import V4, V6, ZONES

RULES = {
    "nftables": [
        {"table": {"family": "inet", "name": "t"}},
        {"chain": {"family": "inet", "table": "t", "name": "f", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
    ]
}
TWO = """
devices:
  - name: fw1
    dialect: nftables
    configuration: [fw1.json]
    exported_on: 2026-03-31
    interfaces:
      - {name: left, zone: a, addresses: [10.1.255.254/16]}
      - {name: right, link: core, addresses: [10.99.0.1/30]}
    routes:
      - {to: 10.2.0.0/16, via: 10.99.0.2}
  - name: core
    interfaces:
      - {name: up, link: core, addresses: [10.99.0.2/30]}
      - {name: down, zone: b, addresses: [10.2.255.254/16]}
    ipv6: false
    pasted_routes: |
      Codes: C - connected, S - static
      C    10.2.0.0/16 is directly connected, down
      S    10.1.0.0/16 [1/0] via 10.99.0.1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "fw1.json").write_text(json.dumps(RULES))
    return tmp_path


def load(folder: Path, text: str) -> topology.Topology:
    path = folder / "policies" / "town.topology.yaml"
    path.write_text(text)
    return topology.load(path, root=folder, zones=("a", "b"))


def test_devices_links_and_routes_are_read_and_proved(folder: Path) -> None:
    found = load(folder, TWO)
    assert found.network.zones() == ("a", "b")
    assert [(one.device, one.path, one.exported_on) for one in found.delivered] == [("fw1", "policies/fw1.json", date(2026, 3, 31))]
    assert found.accounts["fw1"].count(Fate.UNDERSTOOD) == 2
    assert [note.en for note in found.network.notes] == [
        "`core` is taken to forward no IPv6",
        "`core` has no configuration and is taken to let everything through",
    ]
    question = Question(network=found.network, zones=ZONES, flows=(), as_of=date(2026, 4, 1), samples=50)
    assert prove_pair(question, "a", "b", V4).verdict is Verdict.PROVED
    assert prove_pair(question, "a", "b", V6).paths == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("zone: b", "zone: c", 15, "no zone `c`"),
        ("dialect: nftables\n", "ipv6: true\n", 3, "`dialect` is missing"),
        ("[fw1.json]", "[fw2.json]", None, "fw2.json"),
        ("[fw1.json]", "[../../etc.json]", 5, "etc.json"),
        ("10.99.0.1/30", "10.99.0.300/30", 9, "not an address"),
        ("via: 10.99.0.2", "interface: ~", 11, "`via` or `interface`"),
        ("to: 10.2.0.0/16", "to: 10.2.0.1/16", 11, "cannot be read"),
        ("name: core", "name: fw1", 12, "twice"),
        ("C    10.2.0.0/16 is", "what 10.2.0.0/16", 17, "not understood"),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(folder: Path, old: str, new: str, line: int | None, part: str) -> None:
    with pytest.raises(SecauditError) as caught:
        load(folder, TWO.replace(old, new, 1))
    errors = caught.value.errors if isinstance(caught.value, ManyError) else (caught.value,)
    assert [(error.at.line, part in error.message.en) for error in errors if error.at is not None][:1] == [(line, True)]


def test_a_key_that_is_not_known_is_refused(folder: Path) -> None:
    with pytest.raises(ManyError):
        load(folder, TWO.replace("ipv6: false", "ipv7: false"))


def routes(text: str) -> tuple[list[Route], tuple[str, ...]]:
    found = pasted(text, Location(path="t.yaml", line=1))
    return [*found.routes], found.unread


def test_route_tables_of_linux() -> None:
    text = """default via 10.0.0.1 dev eth0 proto static
10.1.0.0/16 dev eth1 proto kernel scope link src 10.1.0.1
blackhole 10.9.0.0/16
default proto static
	nexthop via 10.0.0.2 dev eth0 weight 1
fd01::/64 via fe80::1 dev eth2 metric 1024 pref medium
10.8.0.0/16 dev tun0 table 100
"""
    found, unread = routes(text)
    assert unread == ("10.8.0.0/16 dev tun0 table 100",)
    assert [(route.interface, route.via is not None, route.discard) for route in found] == [
        ("eth0", True, False),
        ("eth1", False, False),
        (None, False, True),
        ("eth0", True, False),
        ("eth2", True, False),
    ]
    assert found[-1].family is V6


def test_route_tables_of_ios() -> None:
    text = """Codes: L - local, C - connected
       O - OSPF, IA - OSPF inter area
Gateway of last resort is 10.0.0.1 to network 0.0.0.0

S*    0.0.0.0/0 [1/0] via 10.0.0.1
      10.0.0.0/8 is variably subnetted, 4 subnets, 2 masks
C        10.1.0.0/16 is directly connected, GigabitEthernet0/1
L        10.1.0.1/32 is directly connected, GigabitEthernet0/1
O IA     10.3.0.0/16 [110/2] via 10.0.0.9, 00:01:02, GigabitEthernet0/2
S        10.4.0.0/16 is directly connected, Null0
"""
    found, unread = routes(text)
    assert unread == ()
    assert [(route.interface, route.via is not None, route.discard) for route in found] == [
        (None, True, False),
        ("GigabitEthernet0/1", False, False),
        ("GigabitEthernet0/1", False, True),
        ("GigabitEthernet0/2", True, False),
        (None, False, True),
    ]
