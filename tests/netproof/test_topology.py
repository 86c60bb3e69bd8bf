"""The topology file: what it says, what it assumes, and what is refused with its place."""

import json
import shutil
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


def test_a_configuration_that_is_nested_too_deeply_is_refused(folder: Path) -> None:
    (folder / "policies" / "deep.conf").write_text("config a\n" * 50_000)
    with pytest.raises(ManyError, match="nested deeper than"):
        load(folder, TWO.replace("nftables", "fortigate").replace("fw1.json", "deep.conf"))


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


def test_lines_of_a_route_table_that_are_no_routes_are_told() -> None:
    found, unread = routes("""default via 10.0.0.300 dev eth0
C    10.1.0.0/33 is directly connected, eth0
eth0 is up
10.1.0.0/16 dev eth1
default via inet6 fe80::1 dev eth1
default dev tun0 pref medium
""")
    assert unread == ("default via 10.0.0.300 dev eth0", "C    10.1.0.0/33 is directly connected, eth0", "eth0 is up")
    assert [(route.family, route.network[0], route.interface) for route in found] == [
        (V4, 10 << 24 | 1 << 16, "eth1"),
        (V6, 0, "eth1"),
        (V6, 0, "tun0"),
    ]


def test_a_next_hop_may_stand_on_the_following_lines() -> None:
    found, unread = routes("""O    10.5.0.0/16
           [110/20] via 10.0.0.1, 00:00:01, GigabitEthernet0/1
           [110/20] via 10.0.0.2, 00:00:01, GigabitEthernet0/2
""")
    assert unread == ()
    assert [(route.network[0] >> 16 & 255, route.interface, (route.via or 0) & 255) for route in found] == [
        (5, "GigabitEthernet0/1", 1),
        (5, "GigabitEthernet0/2", 2),
    ]
    # Without a line before it, a next hop is none of any route.
    assert routes("           [110/20] via 10.0.0.1, GigabitEthernet0/1")[1] == ("[110/20] via 10.0.0.1, GigabitEthernet0/1",)


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


EXAMPLES = Path(__file__).parent / "examples" / "fortigate"
VDOMS = """
devices:
  - name: fw1/root
    dialect: fortigate
    configuration: [vdoms.conf]
    interfaces: [{name: port1, zone: a}, {name: link0, link: l}]
    pasted_routes: |
      what is this
  - name: fw1/lgwan
    dialect: fortigate
    configuration: [vdoms.conf]
    interfaces: [{name: port2, zone: b}]
"""


@pytest.fixture
def parts(folder: Path) -> Path:
    for name in ("vdoms.conf", "town.conf"):
        shutil.copy(EXAMPLES / name, folder / "policies" / name)
    return folder


def test_parts_of_one_configuration_are_read_once(parts: Path) -> None:
    found = load(parts, VDOMS)
    assert [node.name for node in found.network.nodes] == ["fw1/root", "fw1/lgwan"]
    assert [one.path for one in found.delivered] == ["policies/vdoms.conf"]
    assert [one.path for one in found.files] == ["policies/town.topology.yaml", "policies/vdoms.conf"]
    assert list(found.accounts) == ["fw1"]
    (port,) = found.network.nodes[1].ports
    assert [address.prefix for address in port.addresses] == [24]
    root = found.network.nodes[0].device
    assert root is not None
    assert "the route `what is this` is not understood" in [doubt.reason.en for doubt in root.doubts]
    loose = "`link1` of `fw1/lgwan` is taken to lead to no zone"
    assert loose in [note.en for note in found.network.notes]
    file = parts / "policies" / "vdoms.conf"
    file.write_text(file.read_text().replace("set ip 172.31.0.2 255.255.255.252", ""))
    assert loose not in [note.en for note in load(parts, VDOMS).network.notes]


def test_two_configurations_of_one_device_are_counted_together(parts: Path) -> None:
    shutil.copy(parts / "policies" / "vdoms.conf", parts / "policies" / "twin.conf")
    head, _, tail = VDOMS.partition("  - name: fw1/lgwan")
    found = load(parts, head + "  - name: fw1/lgwan" + tail.replace("vdoms.conf", "twin.conf"))
    assert {line.at.path for line in found.accounts["fw1"].lines} == {"policies/vdoms.conf", "policies/twin.conf"}


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("fw1/lgwan", "fw1/dmz", 9, "the configuration holds no `fw1/dmz`"),
        ("name: port2", "name: port3", 12, "no interface `port3`"),
        ("zone: a}", "zone: a, addresses: [10.1.0.1/24]}", None, ""),
    ],
)
def test_names_of_parts_and_interfaces_are_those_of_the_configuration(parts: Path, old: str, new: str, line: int | None, part: str) -> None:
    if line is None:
        assert load(parts, VDOMS.replace(old, new)).network.nodes[0].ports[0].addresses
        return
    with pytest.raises(ManyError) as caught:
        load(parts, VDOMS.replace(old, new))
    (error,) = caught.value.errors
    assert error.at is not None
    assert (error.at.line, part in error.message.en) == (line, True)


def test_a_tunnel_that_is_put_nowhere_is_a_doubt(parts: Path) -> None:
    ports = "[{name: port1, zone: a}, {name: port2, zone: b}]"
    text = f"devices: [{{name: fw, dialect: fortigate, configuration: [town.conf], interfaces: {ports}}}]"
    device = load(parts, text).network.nodes[0].device
    assert device is not None
    assert "the tunnel `tolgwan` is in no zone" in [doubt.reason.en for doubt in device.doubts]
    placed = load(parts, text.replace("]}]", "], unused: [tolgwan]}]")).network.nodes[0].device
    assert placed is not None
    assert "the tunnel `tolgwan` is in no zone" not in [doubt.reason.en for doubt in placed.doubts]


def test_interfaces_that_only_rules_name_are_assumed_to_lead_nowhere(folder: Path) -> None:
    rules = "".join(f"-A FORWARD {one} -j ACCEPT\n" for one in ("-i left -o eth9", "-i lo", "-i ppp+", "! -i eth8"))
    (folder / "policies" / "fw1.v4").write_text(f"*filter\n:FORWARD DROP [0:0]\n{rules}COMMIT\n")
    found = load(folder, TWO.replace("nftables", "iptables").replace("fw1.json", "fw1.v4"))
    named = [note.en for note in found.network.notes if "rules of" in note.en]
    assert named == [
        "`eth8`, which rules of `fw1` name, is not in the topology and is taken to lead to no zone",
        "`eth9`, which rules of `fw1` name, is not in the topology and is taken to lead to no zone",
    ]
