"""YAMAHA routers: each pitfall of the ground, judged by the engine and by the separate interpreter."""

from datetime import date
from ipaddress import ip_address
from pathlib import Path

import pytest

from secaudit.errors import DocumentError
from secaudit.netproof import replay
from secaudit.netproof.dialects.yamaha import read
from secaudit.netproof.ir import Configuration, DestinationNat, Device, Source, SourceNat
from secaudit.netproof.lines import Fate
from secaudit.netproof.network import Hop, Network, Node, Port
from secaudit.netproof.packets import Family, Kind, Packet
from secaudit.netproof.prove import PairVerdict, Question, Verdict, prove_pair

EXAMPLES = Path(__file__).parent / "examples" / "yamaha"
ZONES = {"core": ("10.1.0.0/24", "2001:db8:1::/64"), "lgwan": ("10.2.0.0/24", "2001:db8:2::/64"), "net": ("outside",)}
PORTS = {"lan1": "core", "lan2": "lgwan", "pp1": "net"}
BASE = """# RTX1220 Rev.15.04.05
ip route default gateway pp 1
ip lan1 address 10.1.0.1/24
ipv6 lan1 address 2001:db8:1::1/64
ip lan2 address 10.2.0.1/24
ipv6 lan2 address 2001:db8:2::1/64
pp select 1
 ip pp address 203.0.113.2/32
 pp enable 1
pp select none
"""


def load(text: str | bytes) -> Configuration:
    data = text if isinstance(text, bytes) else text.encode()
    found = read([Source(path="rtx.conf", data=data)], "rtx")
    lines = [line for line in data.replace(b"\r\n", b"\n").split(b"\n") if line.strip()]
    assert len(found.account.lines) == len(lines)
    assert sum(found.account.count(fate) for fate in Fate) == len(lines)
    return found


def router(*lines: str) -> Device:
    return load(BASE + "".join(f"{line}\n" for line in lines)).devices[0]


def not_understood(*lines: str) -> list[str]:
    return [line.text for line in load(BASE + "".join(f"{line}\n" for line in lines)).account.not_understood]


def fates(*lines: str) -> dict[str, Fate]:
    return {line.text: line.fate for line in load(BASE + "".join(f"{line}\n" for line in lines)).account.lines}


def node(device: Device, ports: dict[str, str] | None = None) -> Node:
    addresses = {one.name: one.addresses for one in device.interfaces}
    made = tuple(Port(interface=name, zone=zone, addresses=addresses.get(name, ())) for name, zone in (ports or PORTS).items())
    return Node(name=device.name, ports=made, device=device, routes=device.routes)


def passes(
    device: Device,
    way: str,
    src: str,
    dst: str,
    *,
    proto: int = 6,
    dport: int = 443,
    sport: int = 40000,
    kind: Kind = Kind.START,
    ports: dict[str, str] | None = None,
) -> bool | None:
    """Whether one packet passes from one interface to another ("lan2>lan1"); None: not known."""
    here = node(device, ports)
    iif, oif = (next(port for port in here.ports if port.interface == name) for name in way.split(">"))
    family = Family.V4 if ip_address(src).version == 4 else Family.V6
    packet = Packet(family=family, src=int(ip_address(src)), dst=int(ip_address(dst)), proto=proto, sport=sport, dport=dport, kind=kind)
    answers, _ = replay.along(packet, [Hop(node=here, iif=iif, oif=oif, targets=((0, family.top),))])
    return next(iter(answers)) if len(answers) == 1 else None


def judge(device: Device, source: str, target: str, family: Family = Family.V4) -> PairVerdict:
    question = Question(network=Network(nodes=(node(device),)), zones=ZONES, flows=(), as_of=date(2026, 3, 31), samples=300)
    return prove_pair(question, source, target, family)


def lan2(*filters: str, list_: str = "1") -> Device:
    """A router with these filters, of which `list_` is applied to what arrives at lan2."""
    return router(*(f"ip filter {number} {text}" for number, text in enumerate(filters, start=1)), f"ip lan2 secure filter in {list_}")


# --- the whole branch office ----------------------------------------------------------------------------------------


def test_show_config_is_read_completely() -> None:
    found = load((EXAMPLES / "branch.conf").read_bytes())
    assert found.account.not_understood == ()
    (device,) = found.devices
    assert [port.name for port in device.interfaces] == ["lan1/1", "lan1/2", "pp1", "tunnel1"]
    assert [port.name for port in device.interfaces if port.tunnel] == ["tunnel1"]
    ports = {"lan1/1": "core", "lan1/2": "lgwan", "pp1": "net", "tunnel1": "branch"}
    assert passes(device, "lan1/2>lan1/1", "10.2.0.100", "10.1.0.10", dport=8443, ports=ports) is True
    assert passes(device, "lan1/2>lan1/1", "10.2.0.111", "10.1.0.10", dport=8443, ports=ports) is False
    assert passes(device, "lan1/1>lan1/2", "10.1.0.10", "10.2.0.9", ports=ports) is False
    # A forged source slips past the first filter of the list.
    assert passes(device, "lan1/1>lan1/2", "192.0.2.1", "10.2.0.9", ports=ports) is True
    assert passes(device, "pp1>lan1/1", "198.51.100.1", "203.0.113.2", dport=8443, ports=ports) is True
    assert passes(device, "tunnel1>lan1/1", "10.9.0.7", "10.1.0.10", dport=80, ports=ports) is False


def test_no_secret_is_shown() -> None:
    for path in EXAMPLES.glob("*.conf"):
        found = load(path.read_bytes())
        shown = " ".join(f"{line.text} {line.reason}" for line in found.account.lines)
        shown += " ".join(rule.text for device in found.devices for chain in device.chains.values() for rule in chain)
        assert "hidden" not in shown.lower()


def test_masked_secrets_are_read() -> None:
    lines = ("login password *", "administrator password *", "tunnel select 1", " ipsec ike pre-shared-key 1 *", " tunnel enable 1")
    assert not_understood(*lines) == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "utf-8-sig", "iso2022_jp"])
def test_exports_in_every_encoding(encoding: str) -> None:
    text = BASE + "description lan1 基幹系の口\n# 表示の設定\nip filter 1 reject * *\nip lan2 secure filter in 1\n"
    found = read([Source(path="x", data=text.encode(encoding))], "rtx")
    assert found.account.not_understood == ()
    assert judge(found.devices[0], "lgwan", "core").verdict is Verdict.PROVED


def test_mixed_encodings_are_refused_and_never_guessed() -> None:
    data = BASE.encode() + "# 基幹\n".encode("cp932") + "# 業務端末ーｱ\n".encode("euc_jp") + b"# \xff\xff\n"
    with pytest.raises(DocumentError) as caught:
        read([Source(path="x", data=data)], "rtx")
    assert caught.value.at is not None


def test_not_a_router_is_refused() -> None:
    with pytest.raises(DocumentError):
        read([Source(path="x", data=b"hostname r1\ninterface Gi0/0\n")], "rtx")


# --- definitions and lists ------------------------------------------------------------------------------------------


def test_definitions_do_nothing_until_they_are_applied() -> None:
    device = router("ip filter 1 reject * *")
    assert judge(device, "lgwan", "core").verdict is Verdict.VIOLATED
    assert fates("ip filter 1 reject * *")["ip filter 1 reject * *"] is Fate.IRRELEVANT


def test_no_list_passes_everything_even_in_the_other_direction() -> None:
    device = lan2("reject * *")
    assert judge(device, "lgwan", "core").verdict is Verdict.PROVED
    assert judge(device, "core", "lgwan").verdict is Verdict.VIOLATED


def test_the_order_is_that_of_the_applied_list() -> None:
    assert judge(lan2("pass * *", "reject * *", list_="2 1"), "lgwan", "core").verdict is Verdict.PROVED
    assert judge(lan2("pass * *", "reject * *", list_="1 2"), "lgwan", "core").verdict is Verdict.VIOLATED


def test_an_applied_list_ends_in_drop() -> None:
    device = lan2("pass 10.2.0.9 10.1.0.10 tcp * www")
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", dport=80) is True
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", dport=81) is False
    rules = device.chains["filter in ip"]
    assert rules[-1].text == "ip lan2 secure filter in 1 (implicit reject)"


def test_a_violation_names_the_line_of_the_filter() -> None:
    found = judge(lan2("pass 10.2.0.9 10.1.0.10 tcp * www"), "lgwan", "core")
    assert found.violation is not None
    assert found.violation.steps[0].rule is not None
    assert found.violation.steps[0].rule.text == "ip filter 1 pass 10.2.0.9 10.1.0.10 tcp * www"


def test_shadowed_filters_are_no_violation_and_partly_shadowed_ones_are() -> None:
    assert judge(lan2("reject 10.2.0.0/24 * ", "pass 10.2.0.9 *", "reject * *", list_="1 2 3"), "lgwan", "core").verdict is Verdict.PROVED
    found = judge(lan2("reject * * tcp * 80", "pass * * tcp * 80,443", list_="1 2"), "lgwan", "core")
    assert found.violation is not None
    assert found.violation.packet.dport == 443


def test_outbound_list() -> None:
    device = router("ip filter 1 reject 10.2.0.0/24 *", "ip filter 2 pass * *", "ip lan1 secure filter out 1 2")
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10") is False
    assert passes(device, "lan1>lan2", "10.1.0.10", "10.2.0.9") is True


@pytest.mark.parametrize("action", ["pass", "pass-log", "pass-nolog", "restrict", "restrict-log", "restrict-nolog"])
def test_actions_that_pass(action: str) -> None:
    assert judge(lan2(f"{action} * *"), "lgwan", "core").verdict is Verdict.VIOLATED


@pytest.mark.parametrize("action", ["reject", "reject-log", "reject-nolog"])
def test_actions_that_stop(action: str) -> None:
    assert judge(lan2(f"{action} * *", "pass * *", list_="1 2"), "lgwan", "core").verdict is Verdict.PROVED


def test_an_undefined_number_in_a_list_is_not_understood() -> None:
    lines = ("ip filter 1 reject * *", "ip lan2 secure filter in 9 1")
    assert judge(router(*lines), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert not_understood(*lines) == ["ip lan2 secure filter in 9 1"]


def test_a_later_application_replaces_the_earlier_one() -> None:
    device = router("ip filter 1 reject * *", "ip filter 2 pass * *", "ip lan2 secure filter in 1", "ip lan2 secure filter in 2")
    assert judge(device, "lgwan", "core").verdict is Verdict.VIOLATED


def test_filter_sets() -> None:
    lines = ("ip filter 1 reject * *", "ip filter set inward in 1", "ip lan2 secure filter name inward")
    assert judge(router(*lines), "lgwan", "core").verdict is Verdict.PROVED
    assert judge(router(*lines), "core", "lgwan").verdict is Verdict.VIOLATED
    # An undefined set counts as no list at all (command reference).
    assert judge(router("ip lan2 secure filter name nowhere"), "lgwan", "core").verdict is Verdict.VIOLATED


def test_a_list_wrapped_by_the_terminal_is_not_understood() -> None:
    lines = ("ip filter 10 reject * *", "ip lan2 secure filter in 1", "0")
    assert judge(router(*lines), "lgwan", "core").verdict is Verdict.UNDECIDED


# --- fields of a filter ---------------------------------------------------------------------------------------------


def test_missing_fields_at_the_end_are_any() -> None:
    for text in ("pass * 10.1.0.10", "pass * 10.1.0.10 *", "pass * 10.1.0.10 * *", "pass * 10.1.0.10 * * *"):
        device = lan2(text)
        assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=47, sport=0, dport=0) is True
        assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.11") is False


@pytest.mark.parametrize(
    ("word", "inside", "outside"),
    [
        ("10.2.0.9", "10.2.0.9", "10.2.0.8"),
        ("10.2.0.0/28", "10.2.0.15", "10.2.0.16"),
        ("10.2.0.0/255.255.255.240", "10.2.0.15", "10.2.0.16"),
        ("10.2.0.4-10.2.0.6", "10.2.0.6", "10.2.0.7"),
        ("-10.2.0.6", "10.0.0.1", "10.2.0.7"),
        ("10.2.0.6-", "10.2.0.7", "10.2.0.5"),
        ("10.2.*.*", "10.2.9.9", "10.3.0.1"),
        ("10.2.0.1,10.2.0.8/31", "10.2.0.9", "10.2.0.2"),
    ],
)
def test_addresses(word: str, inside: str, outside: str) -> None:
    device = lan2(f"pass {word} *")
    assert passes(device, "lan2>lan1", inside, "10.1.0.10") is True
    assert passes(device, "lan2>lan1", outside, "10.1.0.10") is False


@pytest.mark.parametrize(
    ("word", "inside", "outside"),
    [
        ("www", 80, 81),
        ("netbios_ns-netbios_ssn", 138, 140),
        ("135-139", 137, 134),
        ("-1023", 0, 1024),
        ("1024-", 65535, 1023),
        ("21,www,8080-8090", 8085, 8091),
        ("domain", 53, 54),
    ],
)
def test_ports_mnemonics_and_ranges(word: str, inside: int, outside: int) -> None:
    device = lan2(f"pass * * tcp * {word}")
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", dport=inside) is True
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", dport=outside) is False
    source = lan2(f"pass * * tcp {word} *")
    assert passes(source, "lan2>lan1", "10.2.0.9", "10.1.0.10", sport=inside) is True
    assert passes(source, "lan2>lan1", "10.2.0.9", "10.1.0.10", sport=outside) is False


def test_any_protocol_with_ports_limits_tcp_and_udp_alone() -> None:
    device = lan2("pass * * * * 443")
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", dport=443) is True
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", dport=444) is False
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=1, sport=8, dport=0) is True
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=47, sport=0, dport=0) is True


def test_icmp_alone_has_type_and_code_in_the_port_fields() -> None:
    device = lan2("pass * * icmp 8 0")
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=1, sport=8, dport=0) is True
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=1, sport=13, dport=0) is False
    mixed = lan2("pass * * icmp,tcp 8 *")
    assert passes(mixed, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=1, sport=13, dport=0) is True
    assert passes(mixed, "lan2>lan1", "10.2.0.9", "10.1.0.10", sport=9) is False


def test_icmp_info_and_icmp_error() -> None:
    info, error = lan2("pass * * icmp-info"), lan2("pass * * icmp-error")
    assert passes(info, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=1, sport=8, dport=0) is True
    assert passes(info, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=1, sport=3, dport=0, kind=Kind.BAD) is False
    assert passes(error, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=1, sport=3, dport=0, kind=Kind.BAD) is True
    assert passes(error, "lan2>lan1", "10.2.0.9", "10.1.0.10", proto=1, sport=8, dport=0) is False


def test_established_is_a_violation_because_it_is_only_a_bit() -> None:
    device = lan2("pass * * established")
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10", kind=Kind.START) is False
    found = judge(device, "lgwan", "core")
    assert found.verdict is Verdict.VIOLATED
    assert found.violation is not None
    assert found.violation.packet.kind is not Kind.START


def test_tcp_flags() -> None:
    fin, rst, syn = lan2("pass * * tcpfin"), lan2("pass * * tcprst"), lan2("pass * * tcpflag=0x0002/0x0017")
    way, src, dst = "lan2>lan1", "10.2.0.9", "10.1.0.10"
    assert passes(fin, way, src, dst, kind=Kind.FIN_ACK) is True
    assert passes(fin, way, src, dst, kind=Kind.ACK) is False
    assert passes(rst, way, src, dst, kind=Kind.RST) is True
    assert passes(rst, way, src, dst, kind=Kind.START) is False
    assert passes(syn, way, src, dst, kind=Kind.START) is True
    assert passes(syn, way, src, dst, kind=Kind.SYN_ACK) is False
    other = lan2("pass * * tcpflag!=0x0002/0x0017")
    assert passes(other, way, src, dst, kind=Kind.START) is False
    assert passes(other, way, src, dst, kind=Kind.ACK) is True


def test_flags_that_kinds_do_not_show_are_not_understood() -> None:
    assert judge(lan2("pass * * tcpflag=0x0008/0x0008"), "lgwan", "core").verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    "text",
    [
        "pass !10.2.0.9 *",
        "pass * * bogus",
        "pass * * tcp * nosuchport",
        "permit * *",
        "pass * * tcp * 80 extra",
        "pass 10.*.0.1 *",
        "pass 2001:db8::1 *",
    ],
)
def test_a_filter_that_is_not_understood_makes_undecided_either_way(text: str) -> None:
    assert judge(lan2(text), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert judge(lan2(text.replace("pass", "reject"), "pass * *", list_="1 2"), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_host_names_as_addresses() -> None:
    device = lan2("pass 10.2.0.9,pc.example.jp *", "reject * *", list_="1 2")
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.1.0.10") is True
    assert passes(device, "lan2>lan1", "10.2.0.8", "10.1.0.10") is None


# --- dynamic filters ------------------------------------------------------------------------------------------------


def test_dynamic_filters_open_answers_and_nothing_new() -> None:
    device = router(
        "ip filter 1 reject * *",
        "ip filter 2 pass * *",
        "ip filter dynamic 10 * * tcp",
        "ip lan1 secure filter in 2",
        "ip lan1 secure filter out 1 dynamic 10",
    )
    assert judge(device, "lgwan", "core").verdict is Verdict.PROVED
    assert judge(device, "core", "lgwan").verdict is Verdict.VIOLATED


def test_a_list_of_dynamic_filters_alone_stops_nothing() -> None:
    device = router("ip filter dynamic 10 * * tcp", "ip lan2 secure filter in dynamic 10")
    assert judge(device, "lgwan", "core").verdict is Verdict.VIOLATED


def test_a_dynamic_filter_that_opens_the_other_way_is_not_understood() -> None:
    lines = (
        "ip filter 1 reject * *",
        "ip filter 2 pass * *",
        "ip filter 20 pass * * udp * 5000",
        "ip filter dynamic 10 * * filter 20 in 20",
        "ip lan1 secure filter in 2 dynamic 10",
        "ip lan1 secure filter out 1",
    )
    assert judge(router(*lines), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert not_understood(*lines) == ["ip filter dynamic 10 * * filter 20 in 20"]


# --- interfaces -----------------------------------------------------------------------------------------------------


def test_pp_and_tunnel_lists_belong_to_what_is_selected() -> None:
    device = router(
        "ip filter 1 reject * *",
        "pp select 1",
        " ip pp secure filter in 1",
        "pp select 2",
        " ip pp address 192.0.2.1/32",
        " pp enable 2",
        "tunnel select 3",
        " ip tunnel secure filter in 1",
        " tunnel enable 3",
    )
    ports = PORTS | {"pp2": "net", "tunnel3": "branch"}
    assert passes(device, "pp1>lan1", "198.51.100.1", "10.1.0.10", ports=ports) is False
    assert passes(device, "pp2>lan1", "198.51.100.1", "10.1.0.10", ports=ports) is True
    assert passes(device, "tunnel3>lan1", "198.51.100.1", "10.1.0.10", ports=ports) is False
    assert [port.name for port in device.interfaces if port.tunnel] == ["tunnel3"]


def test_a_list_outside_a_selection_is_not_understood() -> None:
    assert not_understood("ip filter 1 reject * *", "ip pp secure filter in 1") == ["ip pp secure filter in 1"]


def test_lines_that_are_not_enabled_are_left_out() -> None:
    device = router("pp select 5", " ip pp address 192.0.2.1/32", "tunnel select 6", " tunnel encapsulation ipip", "lan shutdown lan2")
    assert [port.name for port in device.interfaces] == ["lan1", "pp1"]


def test_tag_vlan_and_split_lan() -> None:
    device = router(
        "vlan lan1/1 802.1q vid=100",
        "ip lan1/1 address 10.3.0.1/24",
        "lan type lan1 auto port-based-option=divide-network",
        "vlan port mapping lan1.3 vlan3",
        "ip vlan3 address 10.4.0.1/24",
        "ip lan1.4 address 10.5.0.1/24",
        "ip filter 1 reject * 10.3.0.0/24",
        "ip filter 2 pass * *",
        "ip lan1.4 secure filter in 1 2",
        "ip vlan3 secure filter in 2",
    )
    assert {"lan1/1", "vlan3", "lan1.4"} <= {port.name for port in device.interfaces}
    ports = {"lan1/1": "a", "vlan3": "b", "lan1.4": "c"}
    assert passes(device, "lan1.4>lan1/1", "10.5.0.9", "10.3.0.9", ports=ports) is False
    assert passes(device, "vlan3>lan1/1", "10.4.0.9", "10.3.0.9", ports=ports) is True


def test_port_isolation_within_one_interface_is_irrelevant() -> None:
    assert not_understood("lan type lan1 auto port-based-option=split-into-12:34") == []


def test_hairpin_passes_both_lists() -> None:
    device = router("ip filter 1 reject * *", "ip lan2 secure filter out 1")
    assert passes(device, "lan2>lan2", "10.2.0.9", "10.2.0.10") is False


# --- IPv6 -----------------------------------------------------------------------------------------------------------


def test_ipv6_filters_are_separate() -> None:
    only4 = lan2("reject * *")
    assert judge(only4, "lgwan", "core", Family.V6).verdict is Verdict.VIOLATED
    both = router("ip filter 1 reject * *", "ipv6 filter 1 reject * *", "ip lan2 secure filter in 1", "ipv6 lan2 secure filter in 1")
    assert judge(both, "lgwan", "core", Family.V6).verdict is Verdict.PROVED


def test_ipv6_icmp_and_prefixes() -> None:
    device = router("ipv6 filter 1 pass 2001:db8:2::/96 * icmp6 128 *", "ipv6 lan2 secure filter in 1")
    assert passes(device, "lan2>lan1", "2001:db8:2::9", "2001:db8:1::10", proto=58, sport=128, dport=0) is True
    assert passes(device, "lan2>lan1", "2001:db8:2::9", "2001:db8:1::10", proto=58, sport=129, dport=0, kind=Kind.BAD) is False
    assert passes(device, "lan2>lan1", "2001:db8:2:0:1::9", "2001:db8:1::10", proto=58, sport=128, dport=0) is False


def test_routing_off() -> None:
    device = router("ipv6 routing off")
    assert judge(device, "lgwan", "core", Family.V6).verdict is Verdict.PROVED
    assert judge(device, "lgwan", "core", Family.V4).verdict is Verdict.VIOLATED


# --- NAT ------------------------------------------------------------------------------------------------------------


def test_masquerade_static_is_translated_before_the_filters() -> None:
    device = router(
        "ip filter 1 pass * 10.1.0.10 tcp * 443",
        "pp select 1",
        " ip pp secure filter in 1",
        " ip pp nat descriptor 1000",
        "nat descriptor type 1000 masquerade",
        "nat descriptor address outer 1000 203.0.113.2",
        "nat descriptor masquerade static 1000 1 10.1.0.10 tcp 8443=443",
    )
    assert passes(device, "pp1>lan1", "198.51.100.1", "203.0.113.2", dport=8443) is True
    assert passes(device, "pp1>lan1", "198.51.100.1", "203.0.113.2", dport=443) is False
    found = judge(device, "net", "core")
    assert found.violation is not None
    assert device.chains["nat out"][0].action == SourceNat(address=(int(ip_address("203.0.113.2")),) * 2)


def test_a_translation_to_a_dynamic_address_is_not_understood() -> None:
    lines = (
        "ip filter 1 pass * 10.1.0.10 tcp * 443",
        "pp select 2",
        " ip pp secure filter in 1",
        " ip pp nat descriptor 1000",
        " pp enable 2",
        "nat descriptor type 1000 masquerade",
        "nat descriptor masquerade static 1000 1 10.1.0.10 tcp https",
    )
    device = router(*lines)
    ports = {"pp2": "net", "lan1": "core"}
    assert passes(device, "pp2>lan1", "198.51.100.1", "192.0.2.77", ports=ports) is None
    assert not_understood(*lines) == ["nat descriptor masquerade static 1000 1 10.1.0.10 tcp https"]


def test_a_descriptor_without_application_does_nothing() -> None:
    lines = ("nat descriptor type 1 nat", "nat descriptor static 1 1 203.0.113.9=10.1.0.9 1")
    assert "nat in" not in router(*lines).chains
    assert {fates(*lines)[line] for line in lines} == {Fate.IRRELEVANT}


def test_static_nat_of_several_addresses() -> None:
    device = router(
        "nat descriptor type 1 nat",
        "nat descriptor address outer 1 203.0.113.9-203.0.113.10",
        "nat descriptor address inner 1 10.1.0.9-10.1.0.10",
        "nat descriptor static 1 1 203.0.113.9=10.1.0.9 2",
        "ip lan2 nat descriptor 1",
    )
    actions = [rule.action for rule in device.chains["nat in"]]
    assert actions == [DestinationNat(address=int(ip_address(text))) for text in ("10.1.0.9", "10.1.0.10")]
    assert passes(device, "lan2>lan1", "10.2.0.9", "203.0.113.10") is True
    assert [rule.action for rule in device.chains["nat out"]][-1] == SourceNat(
        address=(int(ip_address("203.0.113.9")), int(ip_address("203.0.113.10"))), keep_ports=True
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("nat descriptor type 1 masquerade", "nat descriptor masquerade static 1 1 somewhere tcp 80", "ip lan2 nat descriptor 1"),
        ("nat descriptor type 1 wonder", "ip lan2 nat descriptor 1"),
        ("nat descriptor type 1 nat", "nat descriptor static 1 1 203.0.113.0=10.1.0.0/24", "ip lan2 nat descriptor 1"),
        ("nat descriptor type 1 nat", "ip lan2 nat descriptor 1 reverse 1"),
    ],
)
def test_translations_that_are_not_understood(lines: tuple[str, ...]) -> None:
    assert not_understood(*lines)
    assert judge(router(*lines), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_incoming_forward_hands_on_the_rest() -> None:
    device = router(
        "nat descriptor type 1 masquerade",
        "nat descriptor address outer 1 203.0.113.2",
        "nat descriptor masquerade incoming 1 forward 10.1.0.20",
        "pp select 1",
        " ip pp nat descriptor 1",
    )
    assert passes(device, "pp1>lan1", "198.51.100.1", "203.0.113.2", dport=9999) is True


# --- routes ---------------------------------------------------------------------------------------------------------


def test_routes() -> None:
    device = router(
        "ip route 10.8.0.0/16 gateway 10.1.0.254 weight 2 hide gateway pp 1 weight 1",
        "ip route 10.9.0.0/16 gateway null",
        "ip route 10.10.0.0/16 gateway tunnel 4 metric 3",
        "ipv6 route default gateway fe80::1%2",
        "tunnel select 4",
        " tunnel enable 4",
    )
    ports = PORTS | {"tunnel4": "x"}
    assert passes(device, "lan2>lan1", "10.2.0.9", "10.8.0.1", ports=ports) is True
    assert passes(device, "lan2>pp1", "10.2.0.9", "10.8.0.1", ports=ports) is True
    assert passes(device, "lan2>pp1", "10.2.0.9", "10.9.0.1", ports=ports) is False
    assert passes(device, "lan2>tunnel4", "10.2.0.9", "10.10.0.1", ports=ports) is True
    assert passes(device, "lan1>lan2", "2001:db8:1::9", "2001:db8:9::1", ports=ports) is True


@pytest.mark.parametrize(
    "line",
    [
        "ip route 10.8.0.0/16 gateway pp 1 filter 500000 gateway pp 2",
        "ip lan2 forward filter 1",
        "ospf use on",
        "rip use on",
        "bgp use on",
        "bridge member bridge1 lan1 lan2",
        "upnp use on",
        "lua use on",
        "schedule at 1 */* 20:00 * ip lan2 secure filter in 5",
        "pp backup pp 2",
        "tunnel template 2-5",
        "ip lan2 inbound filter list 1",
        "ip route somewhere gateway pp 1",
        "teleport everything",
        "---more---",
    ],
)
def test_what_makes_the_device_doubtful(line: str) -> None:
    device = router("ip filter 1 reject * *", "ip lan2 secure filter in 1", line)
    found = judge(device, "lgwan", "core")
    assert found.verdict is Verdict.UNDECIDED
    assert any(obstacle.line is not None and obstacle.line.at.line == BASE.count("\n") + 3 for obstacle in found.obstacles)


@pytest.mark.parametrize(
    "line",
    [
        "ospf use off",
        "upnp use off",
        "lua use off",
        "pp backup none",
        "rip filter rule reject",
        "ip forward filter 1 1 gateway pp 1 filter 1",
    ],
)
def test_what_is_switched_off_or_only_defined_is_irrelevant(line: str) -> None:
    assert judge(router("ip filter 1 reject * *", "ip lan2 secure filter in 1", line), "lgwan", "core").verdict is Verdict.PROVED


def test_policy_filters_are_not_understood_once_they_are_enabled() -> None:
    lines = ("ip policy filter 1000 reject-nolog * * * * *", "ip policy filter set 1 name=x 1000")
    closed = ("ip filter 1 reject * *", "ip lan2 secure filter in 1")
    assert judge(router(*closed, *lines), "lgwan", "core").verdict is Verdict.PROVED
    assert judge(router(*closed, *lines, "ip policy filter set enable 1"), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_ethernet_filters_can_only_stop() -> None:
    lines = ("ethernet filter 1 reject-nolog * *", "ethernet lan2 filter in 1")
    assert judge(router(*lines), "lgwan", "core").verdict is Verdict.UNDECIDED
    closed = router("ip filter 1 reject * *", "ip lan2 secure filter in 1", *lines)
    assert judge(closed, "lgwan", "core").verdict is Verdict.PROVED
    assert judge(router(lines[0]), "lgwan", "core").verdict is Verdict.VIOLATED


def test_filters_for_the_router_itself_are_another_question() -> None:
    assert not_understood("httpd host lan1", "telnetd host 10.1.0.5", "sshd service on", "snmp host 10.1.0.6") == []


# --- forms that are rare, and what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "pass 10.2.*.5 * tcp",
        "pass 10.2.0.9-10.2.0.5 *",
        "pass 2001:db8::1 *",
        "pass 10.2.0.5-2001:db8::1 *",
        "pass * * tcp * 80-22",
        "pass * * tcp * 99999",
        "pass * * tcp * 80-what",
        "pass * * icmp 8,300 *",
        "pass * * icmp * 8-300",
    ],
)
def test_a_filter_whose_fields_cannot_be_read_may_match(text: str) -> None:
    device = lan2(text)
    assert passes(device, "lan2>lan1", "10.2.0.5", "10.1.0.10") is None
    assert not_understood(f"ip filter 1 {text}", "ip lan2 secure filter in 1") == [f"ip filter 1 {text}"]


def test_any_among_several_addresses_is_any() -> None:
    device = lan2("pass 10.2.0.9,* * tcp * 443")
    assert passes(device, "lan2>lan1", "10.2.0.5", "10.1.0.10") is True


def test_numbers_that_are_not_defined_open_and_translate_nothing() -> None:
    device = router("ip filter 1 pass * * tcp * 443", "ip lan2 secure filter in 1 dynamic 77", "ip lan2 nat descriptor 9")
    assert passes(device, "lan2>lan1", "10.2.0.5", "10.1.0.10") is True
    assert passes(device, "lan2>lan1", "10.2.0.5", "10.1.0.10", dport=80) is False
    assert "nat in" not in device.chains


@pytest.mark.parametrize(
    "lines",
    [
        ("nat descriptor address inner 1 somewhere",),
        ("nat descriptor address inner 1 10.1.0.9-10.1.0.2",),
        ("nat descriptor masquerade incoming 1 forward somewhere",),
        ("nat descriptor masquerade static 1 1 10.1.0.10 tcp",),
        ("nat descriptor masquerade static 1 1 10.1.0.10 tcp 80-90=8080",),
        ("nat descriptor masquerade static 1 1 2001:db8::1=10.1.0.10 tcp 80",),
    ],
)
def test_parts_of_a_descriptor_that_cannot_be_read(lines: tuple[str, ...]) -> None:
    whole = ("nat descriptor type 1 masquerade", "nat descriptor address outer 1 203.0.113.2", *lines, "ip lan2 nat descriptor 1")
    assert not_understood(*whole) == [*lines]
    assert passes(router(*whole), "lan2>lan1", "10.2.0.5", "203.0.113.2", dport=80) is None


def test_outer_addresses_that_cannot_be_read_are_not_known() -> None:
    lines = (
        "nat descriptor type 1 masquerade",
        "nat descriptor address outer 1 what",
        "nat descriptor masquerade static 1 1 10.1.0.10 tcp 443",
        "ip lan2 nat descriptor 1",
    )
    assert not_understood(*lines) == ["nat descriptor masquerade static 1 1 10.1.0.10 tcp 443"]
    assert passes(router(*lines), "lan2>lan1", "10.2.0.5", "203.0.113.77") is None


@pytest.mark.parametrize(
    ("entry", "proto", "dport", "arrives"),
    [
        ("10.1.0.10 gre", 47, 0, True),
        ("10.1.0.10 icmp", 1, 0, True),
        ("10.1.0.10 tcp *", 6, 9, True),
        ("203.0.113.2=10.1.0.10 tcp 8000-8010=80-90", 6, 8005, True),
        ("203.0.113.2=10.1.0.10 tcp 8000-8010=80-90", 6, 8011, False),
    ],
)
def test_forms_of_a_static_entry(entry: str, proto: int, dport: int, arrives: bool) -> None:
    device = router(
        "nat descriptor type 1 masquerade",
        "nat descriptor address outer 1 203.0.113.2",
        f"nat descriptor masquerade static 1 1 {entry}",
        "ip lan2 nat descriptor 1",
        "ip filter 1 pass * 10.1.0.10",
        "ip lan2 secure filter in 1",
    )
    sport = 8 if proto == 1 else 0
    assert passes(device, "lan2>lan1", "10.2.0.5", "203.0.113.2", proto=proto, dport=dport, sport=sport) is arrives


@pytest.mark.parametrize(
    "line",
    [
        "ip route 10.8.0.0/16",
        "ip route 2001:db8::/32 gateway 10.1.0.254",
        "ip route 10.8.0.0/16 gateway 2001:db8::1",
        "ip route 10.8.0.0/16 gateway 10.1.0.254 wonder 1",
        "ip lan1 address 2001:db8::1/64",
        "ip lan1 address",
        "ip lan1 secure filter sideways 1",
        "ip lan1 secure filter in one two",
        "ethernet lan1 wonder",
        "vlan wonder 802.1q vid=2",
    ],
)
def test_what_cannot_be_read_makes_the_device_doubtful(line: str) -> None:
    assert router(line).doubts


def test_forms_of_a_gateway() -> None:
    device = router(
        "ip route 10.8.0.0/16 gateway pp anonymous name=clerks",
        "ip route 10.9.0.0/16 gateway pp anonymous",
        "ip route 10.10.0.0/16 gateway dhcp lan2",
        "ip route 10.11.0.0/16 gateway lan2",
    )
    routes = {route.network[0] >> 16 & 255: route.interface for route in device.routes or ()}
    assert {number: routes[number] for number in (8, 9, 10, 11)} == {8: "pp-anonymous", 9: "pp-anonymous", 10: "lan2", 11: "lan2"}
    assert device.doubts == ()


def test_addresses_from_elsewhere_and_what_is_off_decide_nothing() -> None:
    lines = ("ip lan3 address dhcp", "ip routing on", "ip rip use off", "wonder off")
    device = router(*lines)
    assert device.doubts == ()
    assert next(port for port in device.interfaces if port.name == "lan3").addresses == ()
    assert fates(*lines)["wonder off"] is Fate.IRRELEVANT
    assert router("ip ospf use on").doubts


def test_text_of_a_single_encoding_is_read_and_half_width_letters_decide_between_two() -> None:
    only_euc = BASE.replace("# RTX1220", "# \u5eb6\u52d9 RTX1220").encode("euc_jp")
    assert load(only_euc).devices[0].doubts == ()
    for said, name in ((b"sjis", "cp932"), (b"euc.jp", "euc_jp"), (b"", "cp932"), (b"", "euc_jp")):
        text = (b"console character " + said + b"\n" if said else b"") + BASE.encode() + "# \u672c\u5e81\n".encode(name)
        assert load(text).devices[0].doubts == ()


def test_a_filter_on_a_host_name_alone_surely_matches_nobody() -> None:
    for src, dst in (("host.example.jp", "*"), ("*", "host.example.jp")):
        assert passes(lan2(f"pass {src} {dst} tcp * 443"), "lan2>lan1", "10.2.0.5", "10.1.0.10") is None
        assert passes(lan2(f"reject {src} {dst} tcp * 443", "pass * *", list_="1 2"), "lan2>lan1", "10.2.0.5", "10.1.0.10") is None


def test_a_descriptor_without_a_type_translates_nothing_and_an_odd_pair_may_be_any() -> None:
    plain = router("nat descriptor address outer 1 203.0.113.2", "ip lan2 nat descriptor 1")
    assert "nat in" not in plain.chains
    odd = ("nat descriptor type 1 nat", "nat descriptor static 1 1 somewhere=10.1.0.9", "ip lan2 nat descriptor 1")
    assert not_understood(*odd) == [odd[1]]


def test_what_the_export_says_of_its_letters_decides_between_two_that_fit() -> None:
    both = "\uff8e\uff9d\uff81\uff96".encode("cp932")
    for said in (b"console character sjis\n", b"console character euc.jp\n", b""):
        assert load(said + BASE.encode() + b"# " + both + b"\n").devices[0].doubts == ()
