"""FortiGate: each pitfall of the ground, judged by the engine and by the separate interpreter."""

from datetime import date
from ipaddress import ip_address
from pathlib import Path

import pytest

from secaudit.errors import DocumentError
from secaudit.netproof import replay
from secaudit.netproof.dialects.fortigate import read
from secaudit.netproof.dialects.fortigate_services import Chosen, Condition, negated
from secaudit.netproof.dialects.fortigate_text import _words
from secaudit.netproof.dialects.fortigate_words import SERVICES, quiet
from secaudit.netproof.ir import Configuration, Device, SetMark, Source, SourceNat
from secaudit.netproof.lines import Fate
from secaudit.netproof.network import Hop, Network, Node, Port
from secaudit.netproof.packets import Family, Kind, Packet
from secaudit.netproof.prove import PairVerdict, Question, Verdict, prove_pair

EXAMPLES = Path(__file__).parent / "examples" / "fortigate"
ZONES = {"core": ("10.1.0.0/24", "2001:db8:1::/64"), "lgwan": ("10.2.0.0/24", "2001:db8:2::/64"), "net": ("outside",)}
PORTS = {"a": "core", "b": "lgwan", "c": "net"}
HEADER = "#config-version=FGT60F-7.4.3-FW-build2573-240201:opmode=0:vdom=0:user=admin"
INTERFACES = """
config system interface
    edit "a"
        set vdom "root"
        set ip 10.1.0.1 255.255.255.0
        config ipv6
            set ip6-address 2001:db8:1::1/64
        end
    next
    edit "b"
        set vdom "root"
        set ip 10.2.0.1 255.255.255.0
        config ipv6
            set ip6-address 2001:db8:2::1/64
        end
    next
    edit "c"
        set vdom "root"
        set ip 203.0.113.2 255.255.255.0
    next
end
"""
ROUTE = """
config router static
    edit 1
        set gateway 203.0.113.1
        set device "c"
    next
end
"""
OBJECTS = """
config firewall address
    edit "client"
        set subnet 10.2.0.9 255.255.255.255
    next
    edit "server"
        set subnet 10.1.0.10 255.255.255.255
    next
    edit "lgwan"
        set subnet 10.2.0.0 255.255.255.0
    next
    edit "range"
        set type iprange
        set start-ip 10.2.0.100
        set end-ip 10.2.0.110
    next
    edit "host.example"
        set type fqdn
        set fqdn "host.example.jp"
    next
    edit "sparse"
        set type wildcard
        set wildcard 10.2.0.5 255.255.0.255
    next
    edit "open"
        set comment "no subnet at all"
    next
end
"""


def policy(number: int = 1, /, **changes: str | None) -> str:
    """One policy from b to a; `None` leaves a setting out."""
    settings: dict[str, str | None] = {
        "srcintf": '"b"',
        "dstintf": '"a"',
        "action": "accept",
        "srcaddr": '"all"',
        "dstaddr": '"all"',
        "schedule": '"always"',
        "service": '"ALL"',
    }
    settings |= {key.replace("_", "-"): value for key, value in changes.items()}
    lines = "".join(f"        set {key} {value}\n" for key, value in settings.items() if value is not None)
    return f"    edit {number}\n{lines}    next\n"


def whole(*policies: str, extra: str = "", section: str = "firewall policy", header: str = HEADER) -> str:
    return f"{header}\n{INTERFACES}{OBJECTS}{extra}\nconfig {section}\n{''.join(policies)}end\n{ROUTE}"


def load(text: str | bytes, name: str = "fw") -> Configuration:
    data = text if isinstance(text, bytes) else text.encode()
    found = read([Source(path="fw.conf", data=data)], name)
    lines = [line for line in data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n") if line.strip()]
    assert len(found.account.lines) == len(lines)
    assert sum(found.account.count(fate) for fate in Fate) == len(lines)
    return found


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
    """Whether one packet passes from one interface to another ("b>a"); None: not known."""
    here = node(device, ports)
    iif, oif = (next(port for port in here.ports if port.interface == name) for name in way.split(">"))
    family = Family.V4 if ip_address(src).version == 4 else Family.V6
    packet = Packet(family=family, src=int(ip_address(src)), dst=int(ip_address(dst)), proto=proto, sport=sport, dport=dport, kind=kind)
    answers, _ = replay.along(packet, [Hop(node=here, iif=iif, oif=oif, targets=((0, family.top),))])
    return next(iter(answers)) if len(answers) == 1 else None


def judge(device: Device, source: str, target: str, family: Family = Family.V4) -> PairVerdict:
    question = Question(network=Network(nodes=(node(device),)), zones=ZONES, flows=(), as_of=date(2026, 3, 31), samples=300)
    return prove_pair(question, source, target, family)


def one(text: str) -> Device:
    return load(text).devices[0]


def not_understood(text: str) -> list[str]:
    return [line.text for line in load(text).account.not_understood]


# --- the whole town -------------------------------------------------------------------------------------------------


def test_show_is_read_completely() -> None:
    found = load((EXAMPLES / "town.conf").read_bytes(), "fw")
    assert found.account.not_understood == ()
    (device,) = found.devices
    assert device.dialect == "fortigate"
    assert [port.name for port in device.interfaces] == ["port1", "port2", "vlan20", "port3", "tolgwan"]
    assert {port.name: port.zone_hint for port in device.interfaces}["vlan20"] == "LGWAN"
    assert [port.name for port in device.interfaces if port.tunnel] == ["tolgwan"]
    ports = {"port1": "core", "port2": "lgwan", "port3": "net"}
    assert passes(device, "port2>port1", "10.2.0.100", "10.1.0.10", dport=443, ports=ports) is True
    assert passes(device, "port2>port1", "10.2.0.111", "10.1.0.10", dport=443, ports=ports) is False
    assert passes(device, "port2>port1", "10.2.0.100", "10.1.0.10", dport=8443, sport=80, ports=ports) is False
    assert passes(device, "port2>port1", "10.2.0.100", "10.1.0.10", dport=9005, ports=ports) is True
    assert passes(device, "port1>port2", "10.1.0.10", "10.2.0.100", ports=ports) is False


def test_show_full_configuration_gives_the_same_as_show() -> None:
    short = load((EXAMPLES / "town.conf").read_bytes()).devices[0]
    found = load((EXAMPLES / "town-full.conf").read_bytes())
    assert [line.text for line in found.account.not_understood] == []
    (full,) = found.devices
    ports = {"port1": "core", "port2": "lgwan", "port3": "net"}
    for way, src, dst, dport in (
        ("port2>port1", "10.2.0.100", "10.1.0.10", 443),
        ("port2>port1", "10.2.0.1", "10.1.0.10", 443),
        ("port2>port3", "10.2.0.9", "198.51.100.1", 53),
        ("port1>port3", "10.1.0.9", "198.51.100.1", 443),
    ):
        assert passes(short, way, src, dst, dport=dport, ports=ports) == passes(full, way, src, dst, dport=dport, ports=ports)


def test_no_secret_is_shown() -> None:
    for path in EXAMPLES.glob("*.conf"):
        found = load(path.read_bytes())
        shown = " ".join(f"{line.text} {line.reason}" for line in found.account.lines)
        shown += " ".join(rule.text for device in found.devices for chain in device.chains.values() for rule in chain)
        assert "hidden" not in shown.lower()
        assert "secret phrase" not in shown
        assert "BEGIN" not in shown


def test_every_line_of_a_wrong_secret_is_masked() -> None:
    text = (
        whole(policy())
        + 'config something new\n    edit 1\n        set psksecret ENC hiddenX==\n        set apikey "hiddenY"\n    next\nend\n'
    )
    shown = " ".join(line.text for line in load(text).account.lines)
    assert "hidden" not in shown
    assert "set psksecret …" in shown


def test_not_fortios_is_refused() -> None:
    with pytest.raises(DocumentError):
        read([Source(path="x", data=b"interface Vlan1\n ip address 10.0.0.1 255.255.255.0\n")], "fw")


def test_bytes_of_no_encoding_are_refused() -> None:
    with pytest.raises(DocumentError):
        read([Source(path="x", data=b"config system global\n set alias \xff\xfd\x81\nend\n")], "fw")


def test_shift_jis_comment_is_read() -> None:
    text = whole(policy(name='"基幹系へ"'))
    found = read([Source(path="x", data=text.encode("cp932"))], "fw")
    assert found.account.not_understood == ()


# --- every dialect --------------------------------------------------------------------------------------------------


def test_implicit_deny() -> None:
    device = one(whole(policy(service='"HTTPS"')))
    assert judge(device, "core", "lgwan").verdict is Verdict.PROVED
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", dport=80) is False


def test_order_is_by_position_not_by_id() -> None:
    device = one(whole(policy(9, action=None), policy(1)))
    assert judge(device, "lgwan", "core").verdict is Verdict.PROVED
    device = one(whole(policy(9), policy(1, action=None)))
    assert judge(device, "lgwan", "core").verdict is Verdict.VIOLATED


def test_shadowed_policies_are_no_violation_and_partly_shadowed_ones_are() -> None:
    shadowed = one(whole(policy(1, action="deny", srcaddr='"lgwan"', dstaddr='"all"'), policy(2, srcaddr='"client"')))
    assert judge(shadowed, "lgwan", "core").verdict is Verdict.PROVED
    partly = one(whole(policy(1, action="deny", service='"HTTP"'), policy(2, srcaddr='"client"', service='"HTTP" "HTTPS"')))
    found = judge(partly, "lgwan", "core")
    assert found.verdict is Verdict.VIOLATED
    assert found.violation is not None
    assert found.violation.packet.dport == 443


def test_a_violation_names_the_line_of_the_policy() -> None:
    text = whole(policy(7, srcaddr='"client"', dstaddr='"server"', service='"SSH"'))
    found = judge(one(text), "lgwan", "core")
    assert found.violation is not None
    rule = found.violation.steps[0].rule
    assert rule is not None
    assert rule.text.startswith("firewall policy 7: srcintf b dstintf a srcaddr client dstaddr server service SSH")
    assert text.split("\n")[(rule.at.line or 0) - 1].strip() == "edit 7"


def test_missing_action_is_deny() -> None:
    assert judge(one(whole(policy(action=None))), "lgwan", "core").verdict is Verdict.PROVED


def test_disabled_policy_does_nothing() -> None:
    assert judge(one(whole(policy(status="disable"))), "lgwan", "core").verdict is Verdict.PROVED
    assert judge(one(whole(policy(1, action="deny", status="disable"), policy(2))), "lgwan", "core").verdict is Verdict.VIOLATED


GROUPS = """
config firewall addrgrp
    edit "inner"
        set member "client" "range"
    next
    edit "outer"
        set member "inner" "server"
    next
    edit "but"
        set member "lgwan"
        set exclude enable
        set exclude-member "inner"
    next
    edit "empty"
    next
    edit "loop-1"
        set member "loop-2"
    next
    edit "loop-2"
        set member "loop-1"
    next
    edit "half"
        set member "client" "host.example"
    next
    edit "but-half"
        set member "lgwan"
        set exclude enable
        set exclude-member "host.example"
    next
end
"""


def test_nested_groups() -> None:
    device = one(whole(policy(srcaddr='"outer"'), extra=GROUPS))
    assert passes(device, "b>a", "10.2.0.105", "10.1.0.10") is True
    assert passes(device, "b>a", "10.2.0.10", "10.1.0.10") is False


def test_exclude_member() -> None:
    device = one(whole(policy(srcaddr='"but"'), extra=GROUPS))
    assert passes(device, "b>a", "10.2.0.105", "10.1.0.10") is False
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is False
    assert passes(device, "b>a", "10.2.0.10", "10.1.0.10") is True


def test_excluding_a_host_name_leaves_nothing_sure() -> None:
    device = one(whole(policy(srcaddr='"but-half"'), extra=GROUPS))
    assert passes(device, "b>a", "10.2.0.10", "10.1.0.10") is None
    assert passes(device, "b>a", "10.3.0.10", "10.1.0.10") is False


@pytest.mark.parametrize("name", ["empty", "loop-1", "nowhere"])
def test_empty_recursive_and_undefined_groups_are_not_understood(name: str) -> None:
    text = whole(policy(srcaddr=f'"{name}"'), extra=GROUPS)
    assert judge(one(text), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert not_understood(text)
    denied = whole(policy(1, action="deny", srcaddr=f'"{name}"'), policy(2), extra=GROUPS)
    assert judge(one(denied), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_objects_that_nothing_uses_do_not_disturb() -> None:
    text = whole(policy(srcaddr='"client"'), extra=GROUPS)
    assert not_understood(text) == []


def test_negation_of_a_group_is_of_all_its_members() -> None:
    device = one(whole(policy(srcaddr='"inner" "server"', srcaddr_negate="enable"), extra=GROUPS))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is False
    assert passes(device, "b>a", "10.2.0.105", "10.1.0.10") is False
    assert passes(device, "b>a", "10.2.0.10", "10.1.0.10") is True


def test_dstaddr_negate() -> None:
    device = one(whole(policy(dstaddr='"server"', dstaddr_negate="enable")))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is False
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.11") is True


def test_negation_of_a_host_name() -> None:
    device = one(whole(policy(srcaddr='"half"', srcaddr_negate="enable"), extra=GROUPS))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is False
    assert passes(device, "b>a", "10.2.0.10", "10.1.0.10") is None


def test_service_negate() -> None:
    device = one(whole(policy(service='"HTTPS" "ALL_ICMP"', service_negate="enable")))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", dport=443) is False
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", dport=444) is True
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", dport=443, proto=17) is True
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", sport=8, dport=0, proto=1) is False
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", sport=0, dport=0, proto=47) is True


def test_service_negate_with_source_ports_and_types() -> None:
    ports = Condition(((6, 6),), ((1024, 65535),), ((8443, 8443),))
    ping = Condition(((1, 1),), ((8, 8),), None)
    rest = negated(Chosen((ports, ping), (ports, ping))).sure

    def holds(proto: int, one: int, two: int) -> bool:
        def fits(condition: Condition) -> bool:
            wanted = ((condition.proto, proto), (condition.one, one), (condition.two, two))
            return all(ranges is None or any(low <= value <= high for low, high in ranges) for ranges, value in wanted)

        return any(fits(condition) for condition in rest)

    assert not holds(6, 2000, 8443)
    assert holds(6, 80, 8443)
    assert holds(6, 2000, 8444)
    assert not holds(1, 8, 0)
    assert holds(1, 0, 0)
    assert holds(47, 0, 0)


def test_any_protocol_service_and_icmp_types() -> None:
    custom = """
config firewall service custom
    edit "echo"
        set protocol ICMP
        set icmptype 8
        unset icmpcode
    next
    edit "any-ip"
        set protocol IP
    next
    edit "gre-only"
        set protocol IP
        set protocol-number 47
    next
    edit "from-dns"
        set udp-portrange 0-65535:53
    next
    edit "blank"
    next
end
"""
    device = one(whole(policy(service='"echo"'), extra=custom))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", proto=1, sport=8, dport=0) is True
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", proto=1, sport=13, dport=0) is False
    device = one(whole(policy(service='"any-ip"'), extra=custom))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", proto=132, sport=1, dport=2) is True
    device = one(whole(policy(service='"gre-only"'), extra=custom))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", proto=47, sport=0, dport=0) is True
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is False
    device = one(whole(policy(service='"from-dns"'), extra=custom))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", proto=17, sport=53, dport=1) is True
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", proto=17, sport=54, dport=1) is False
    text = whole(policy(service='"blank"'), extra=custom)
    assert judge(one(text), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_the_export_defines_a_predefined_service_anew() -> None:
    custom = 'config firewall service custom\n    edit "HTTPS"\n        set tcp-portrange 8443\n    next\nend\n'
    device = one(whole(policy(service='"HTTPS"'), extra=custom))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", dport=443) is False
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", dport=8443) is True


def test_the_table_of_predefined_services_can_be_read() -> None:
    for name in SERVICES:
        assert not_understood(whole(policy(service=f'"{name}"'))) == [], name


def test_an_unknown_service_name_is_not_understood() -> None:
    text = whole(policy(service='"SOMETHING"'))
    assert judge(one(text), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert not_understood(text) == ["set service SOMETHING"]


def test_schedules() -> None:
    hours = """
config firewall schedule recurring
    edit "office"
        set day monday
        set start 08:30
        set end 17:15
    next
end
"""
    assert judge(one(whole(policy(schedule='"office"'), extra=hours)), "lgwan", "core").verdict is Verdict.UNDECIDED
    denied = whole(policy(1, action="deny", schedule='"office"'), policy(2), extra=hours)
    assert judge(one(denied), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert judge(one(whole(policy(schedule='"none"'))), "lgwan", "core").verdict is Verdict.PROVED
    shrunk = 'config firewall schedule recurring\n    edit "always"\n        set day sunday\n    next\nend\n'
    denied = whole(policy(1, action="deny"), policy(2), extra=shrunk)
    assert judge(one(denied), "lgwan", "core").verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    "setting",
    [
        {"groups": '"staff"'},
        {"users": '"someone"'},
        {"internet_service": "enable"},
        {"internet_service_src": "enable"},
        {"tos": "0x10", "tos_mask": "0xff"},
        {"a_new_condition": "strict"},
        {"ztna_status": "enable"},
    ],
)
def test_what_the_header_does_not_show_is_undecided(setting: dict[str, str]) -> None:
    text = whole(policy(1, **setting))
    assert judge(one(text), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert not_understood(text)
    denied = whole(policy(1, action="deny", **setting), policy(2))
    assert judge(one(denied), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_the_rest_of_an_unknown_policy_still_limits_it() -> None:
    device = one(whole(policy(groups='"staff"', service='"HTTPS"')))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", dport=80) is False
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", dport=443) is None


@pytest.mark.parametrize("name", ["host.example", "country"])
def test_host_names_and_countries(name: str) -> None:
    extra = 'config firewall address\n    edit "country"\n        set type geography\n        set country "JP"\n    next\nend\n'
    text = whole(policy(srcaddr=f'"{name}"'), extra=extra)
    assert judge(one(text), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_wildcard_mask_is_no_netmask() -> None:
    device = one(whole(policy(srcaddr='"sparse"')))
    assert passes(device, "b>a", "10.2.7.5", "10.1.0.10") is True
    assert passes(device, "b>a", "10.2.7.6", "10.1.0.10") is False


def test_an_address_without_a_subnet_is_everything() -> None:
    assert judge(one(whole(policy(srcaddr='"open"'))), "lgwan", "core").verdict is Verdict.VIOLATED


def test_incomplete_policy_is_not_a_deny() -> None:
    assert judge(one(whole(policy(service=None))), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert judge(one(whole(policy(srcaddr=None))), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_ipsec_action_is_not_understood() -> None:
    assert judge(one(whole(policy(action="ipsec"))), "lgwan", "core").verdict is Verdict.UNDECIDED


# --- interfaces, zones, state ---------------------------------------------------------------------------------------


def test_any_as_interface() -> None:
    device = one(whole(policy(srcintf='"any"', dstintf='"any"')))
    assert judge(device, "net", "core").verdict is Verdict.VIOLATED
    assert judge(device, "core", "lgwan").verdict is Verdict.VIOLATED


ZONE = 'config system zone\n    edit "inside"\n{}        set interface "a" "b"\n    next\nend\n'


def test_intrazone_is_denied_unless_allowed() -> None:
    outward = policy(srcintf='"inside"', dstintf='"c"')
    assert judge(one(whole(outward, extra=ZONE.format(""))), "lgwan", "core").verdict is Verdict.PROVED
    allowed = one(whole(outward, extra=ZONE.format("        set intrazone allow\n")))
    found = judge(allowed, "lgwan", "core")
    assert found.verdict is Verdict.VIOLATED
    assert found.violation is not None
    assert found.violation.steps[0].rule is not None
    assert found.violation.steps[0].rule.text == "zone inside intrazone allow"


def test_what_every_full_configuration_writes_of_interfaces_and_zones_is_known() -> None:
    zone = ZONE.format("        config tagging\n        end\n        set intrazone deny\n")
    text = whole(policy(), extra=zone).replace('    edit "a"\n', '    edit "a"\n        set ndiscforward enable\n', 1)
    assert not_understood(text) == []


def test_a_deny_policy_comes_before_intrazone_allow() -> None:
    text = whole(policy(srcintf='"any"', dstintf='"any"', action=None), extra=ZONE.format("        set intrazone allow\n"))
    assert judge(one(text), "lgwan", "core").verdict is Verdict.PROVED


def test_hairpin_on_one_interface_needs_no_policy() -> None:
    device = one(whole(policy(status="disable")))
    assert passes(device, "b>b", "10.2.0.9", "10.2.0.10") is True
    strict = one(whole(policy(status="disable"), extra="config system global\n    set allow-traffic-redirect disable\nend\n"))
    assert passes(strict, "b>b", "10.2.0.9", "10.2.0.10") is False


def test_state_only_a_syn_opens_a_session() -> None:
    device = one(whole(policy(srcintf='"a"', dstintf='"b"')))
    assert passes(device, "a>b", "10.1.0.10", "10.2.0.9") is True
    assert passes(device, "a>b", "10.1.0.10", "10.2.0.9", kind=Kind.ACK) is False
    # The way back of a permitted session is no crossing of its own.
    assert judge(device, "lgwan", "core").verdict is Verdict.PROVED


def test_sessions_without_a_syn() -> None:
    settings = "config system settings\n    set tcp-session-without-syn enable\nend\n"
    device = one(whole(policy(service='"HTTPS"', tcp_session_without_syn="all"), extra=settings))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", kind=Kind.ACK) is True
    device = one(whole(policy(service='"HTTPS"'), extra=settings))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", kind=Kind.ACK) is False


@pytest.mark.parametrize(
    "setting", ["asymroute enable", "central-nat enable", "opmode transparent", "ngfw-mode policy-based", "novelty on"]
)
def test_settings_that_change_everything(setting: str) -> None:
    text = whole(policy(status="disable"), extra=f"config system settings\n    set {setting}\nend\n")
    assert judge(one(text), "lgwan", "core").verdict is Verdict.UNDECIDED
    assert not_understood(text) == [f"set {setting}"]


def test_local_in_and_multicast_are_other_questions() -> None:
    extra = """
config firewall local-in-policy
    edit 1
        set intf "b"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set service "ALL"
        set schedule "always"
    next
end
config firewall multicast-policy
    edit 1
        set srcintf "b"
        set dstintf "a"
        set action accept
    next
end
"""
    text = whole(policy(status="disable"), extra=extra)
    assert judge(one(text), "lgwan", "core").verdict is Verdict.PROVED
    assert not_understood(text) == []


def test_status_down_leaves_the_interface_out() -> None:
    down = INTERFACES.replace('edit "c"\n', 'edit "c"\n        set status down\n')
    device = one(whole(policy()).replace(INTERFACES, down))
    assert [port.name for port in device.interfaces] == ["a", "b"]


# --- VIP and NAT ----------------------------------------------------------------------------------------------------

VIPS = """
config firewall vip
    edit "web"
        set extip 203.0.113.80
        set mappedip "10.1.0.10"
        set extintf "c"
        set portforward enable
        set extport 8443
        set mappedport 443
    next
    edit "whole"
        set extip 203.0.113.81
        set mappedip "10.1.0.11"
        set extintf "any"
    next
    edit "idle"
        set extip 203.0.113.82
        set mappedip "10.1.0.12"
        set extintf "any"
    next
    edit "balanced"
        set type server-load-balance
        set extip 203.0.113.83
        set extintf "any"
        set server-type http
        set extport 80
    next
    edit "span"
        set extip 203.0.113.90-203.0.113.91
        set mappedip "10.1.0.20-10.1.0.21"
        set extintf "any"
    next
end
config firewall vipgrp
    edit "published"
        set interface "any"
        set member "web" "whole"
    next
end
"""


def inward(number: int = 1, /, **changes: str | None) -> str:
    return policy(number, **({"srcintf": '"c"', "dstaddr": '"web"'} | changes))


def test_a_policy_matches_the_vip_by_its_published_address() -> None:
    device = one(whole(inward(service='"HTTPS"'), extra=VIPS))
    assert passes(device, "c>a", "198.51.100.1", "203.0.113.80", dport=8443) is True
    assert passes(device, "c>a", "198.51.100.1", "203.0.113.80", dport=443) is False
    assert passes(device, "c>a", "198.51.100.1", "10.1.0.10", dport=443) is False
    found = judge(device, "net", "core")
    assert found.verdict is Verdict.VIOLATED
    assert found.violation is not None
    assert str(ip_address(found.violation.packet.dst)) == "203.0.113.80"


def test_the_service_of_a_vip_policy_is_the_translated_port() -> None:
    outer = 'config firewall service custom\n    edit "outer"\n        set tcp-portrange 8443\n    next\nend\n'
    device = one(whole(inward(service='"outer"'), extra=VIPS + outer))
    assert passes(device, "c>a", "198.51.100.1", "203.0.113.80", dport=8443) is False


def test_a_plain_deny_does_not_stop_a_vip_before_7_2_4() -> None:
    deny = policy(1, srcintf='"any"', dstintf='"any"', action="deny")
    old = HEADER.replace("7.4.3", "7.0.5")
    assert passes(one(whole(deny, inward(2), extra=VIPS, header=old)), "c>a", "198.51.100.1", "203.0.113.80", dport=8443) is True
    assert passes(one(whole(deny, inward(2), extra=VIPS)), "c>a", "198.51.100.1", "203.0.113.80", dport=8443) is False
    told = policy(1, srcintf='"any"', dstintf='"any"', action="deny", match_vip="enable")
    assert passes(one(whole(told, inward(2), extra=VIPS, header=old)), "c>a", "198.51.100.1", "203.0.113.80", dport=8443) is False
    unknown = whole(deny, inward(2), extra=VIPS, header="# no version")
    assert passes(one(unknown), "c>a", "198.51.100.1", "203.0.113.80", dport=8443) is None


def test_a_plain_accept_does_not_match_what_a_vip_translated() -> None:
    device = one(whole(inward(1, service='"HTTP"'), policy(2, srcintf='"c"'), extra=VIPS))
    assert passes(device, "c>a", "198.51.100.1", "203.0.113.80", dport=8443) is False
    assert passes(device, "c>a", "198.51.100.1", "10.1.0.10", dport=443) is True


def test_vip_group_static_and_span() -> None:
    device = one(whole(inward(dstaddr='"published" "span"'), extra=VIPS))
    assert passes(device, "c>a", "198.51.100.1", "203.0.113.81", dport=22) is True
    assert passes(device, "c>a", "198.51.100.1", "203.0.113.91", dport=22) is True
    assert passes(device, "c>a", "198.51.100.1", "203.0.113.82", dport=22) is False


def test_other_kinds_of_vip_are_not_understood() -> None:
    text = whole(inward(dstaddr='"balanced"'), extra=VIPS)
    assert judge(one(text), "net", "core").verdict is Verdict.UNDECIDED
    assert "set type server-load-balance" in not_understood(text)


def test_a_negated_vip_is_not_understood() -> None:
    text = whole(inward(dstaddr_negate="enable"), extra=VIPS)
    assert judge(one(text), "net", "core").verdict is Verdict.UNDECIDED


def test_nat_and_pools() -> None:
    pools = 'config firewall ippool\n    edit "pool"\n        set startip 203.0.113.50\n        set endip 203.0.113.51\n    next\nend\n'
    device = one(whole(policy(1, dstintf='"c"', nat="enable", ippool="enable", poolname='"pool"'), extra=pools))
    first, last = int(ip_address("203.0.113.50")), int(ip_address("203.0.113.51"))
    (rule,) = device.chains["nat ip"]
    assert rule.action == SourceNat(address=(first, last))
    (mark,) = [one.action for one in device.chains["firewall policy 1 ip nat"] if isinstance(one.action, SetMark)]
    assert rule.matches[0].mark == ((mark.flip, mark.flip),)
    assert passes(device, "b>c", "10.2.0.9", "198.51.100.1") is True
    masquerade = one(whole(policy(1, dstintf='"c"', nat="enable")))
    assert [rule.action for rule in masquerade.chains["nat ip"]] == [SourceNat(address=None)]
    missing = whole(policy(1, dstintf='"c"', nat="enable", ippool="enable", poolname='"gone"'))
    assert not_understood(missing)


# --- virtual domains, IPv6, routes ----------------------------------------------------------------------------------


def test_vdoms_are_devices() -> None:
    found = load((EXAMPLES / "vdoms.conf").read_bytes())
    assert [device.name for device in found.devices] == ["fw/root", "fw/lgwan"]
    root, lgwan = found.devices
    assert [port.name for port in root.interfaces] == ["port1", "link0"]
    assert [port.name for port in lgwan.interfaces] == ["port2", "link1"]
    assert {port.zone_hint for device in found.devices for port in device.interfaces if port.name.startswith("link")} == {"vdom-link link"}
    assert passes(root, "link0>port1", "10.2.0.9", "10.1.0.10", ports={"link0": "x", "port1": "core"}) is True
    assert passes(lgwan, "link1>port2", "10.1.0.9", "10.2.0.10", ports={"link1": "x", "port2": "lgwan"}) is False
    assert found.account.not_understood == ()


def test_ipv6_of_unified_policies_is_separate() -> None:
    device = one(whole(policy(srcaddr='"client"')))
    assert judge(device, "lgwan", "core", Family.V6).verdict is Verdict.PROVED
    device = one(whole(policy(1, srcaddr='"client"', srcaddr6='"all"', dstaddr6='"all"', service='"HTTPS"')))
    assert passes(device, "b>a", "2001:db8:2::9", "2001:db8:1::10") is True
    assert passes(device, "b>a", "10.2.0.8", "10.1.0.10") is False
    alone = one(whole(policy(1, srcaddr=None, dstaddr=None, srcaddr6='"all"', dstaddr6='"all"')))
    assert judge(alone, "lgwan", "core", Family.V4).verdict is Verdict.PROVED
    assert judge(alone, "lgwan", "core", Family.V6).verdict is Verdict.VIOLATED


def test_policy6_section() -> None:
    extra = 'config firewall address6\n    edit "six"\n        set ip6 2001:db8:2::/96\n    next\nend\n'
    text = whole(policy(srcaddr='"six"', service='"PING6" "ALL_TCP"'), section="firewall policy6", extra=extra)
    device = one(text)
    assert passes(device, "b>a", "2001:db8:2::9", "2001:db8:1::10", proto=58, sport=128, dport=0) is True
    assert passes(device, "b>a", "2001:db8:2:0:1::9", "2001:db8:1::10") is False
    assert judge(device, "lgwan", "core", Family.V4).verdict is Verdict.PROVED


def test_negation_in_ipv6_needs_its_own_switch() -> None:
    base = {"srcaddr": '"client"', "srcaddr6": '"none"', "dstaddr6": '"all"', "srcaddr_negate": "enable"}
    assert judge(one(whole(policy(1, **base))), "lgwan", "core", Family.V6).verdict is Verdict.UNDECIDED
    told = one(whole(policy(1, **base, srcaddr6_negate="disable")))
    assert judge(told, "lgwan", "core", Family.V6).verdict is Verdict.PROVED


def routes(text: str) -> Device:
    return one(whole(policy(srcintf='"any"', dstintf='"any"')).replace(ROUTE, text))


def test_routes_blackholes_and_backups() -> None:
    text = """
config router static
    edit 1
        set dst 10.8.0.0 255.255.0.0
        set gateway 10.1.0.254
        set device "a"
    next
    edit 2
        set dst 10.8.0.0 255.255.0.0
        set blackhole enable
        set distance 254
    next
    edit 3
        set dst 10.9.0.0 255.255.0.0
        set gateway 10.1.0.254
        set device "a"
        set distance 20
    next
    edit 4
        set dst 10.9.0.0 255.255.0.0
        set blackhole enable
    next
    edit 5
        set dst 10.7.0.0 255.255.0.0
        set device "c"
        set status disable
    next
end
"""
    device = routes(text)
    assert passes(device, "b>a", "10.2.0.9", "10.8.0.1") is True
    assert passes(device, "b>a", "10.2.0.9", "10.9.0.1") is False
    assert passes(device, "b>c", "10.2.0.9", "10.7.0.1") is False


def test_policy_routes_and_routing_protocols_are_doubts() -> None:
    policy_route = """
config router policy
    edit 1
        set input-device "b"
        set gateway 10.1.0.2
        set output-device "a"
    next
end
"""
    device = one(whole(policy(status="disable"), extra=policy_route))
    assert judge(device, "lgwan", "core").verdict is Verdict.UNDECIDED
    off = policy_route.replace("    next", "        set status disable\n    next")
    assert judge(one(whole(policy(status="disable"), extra=off)), "lgwan", "core").verdict is Verdict.PROVED
    ospf = """
config router ospf
    set router-id 1.1.1.1
    config network
        edit 1
            set prefix 10.0.0.0 255.0.0.0
        next
    end
end
"""
    assert judge(one(whole(policy(status="disable"), extra=ospf)), "lgwan", "core").verdict is Verdict.UNDECIDED
    idle = 'config router bgp\n    config redistribute "connected"\n    end\n    config redistribute "static"\n    end\nend\n'
    text = whole(policy(status="disable"), extra=idle)
    assert judge(one(text), "lgwan", "core").verdict is Verdict.PROVED


def test_sdwan_zones() -> None:
    extra = """
config system sdwan
    set status enable
    config zone
        edit "virtual-wan-link"
        next
        edit "outside"
        next
    end
    config members
        edit 1
            set interface "c"
            set zone "outside"
        next
    end
    config service
        edit 1
            set dst "all"
            set priority-members 1
        next
    end
end
"""
    sd_route = 'config router static\n    edit 1\n        set sdwan-zone "outside"\n    next\nend\n'
    device = one(whole(policy(dstintf='"outside"'), extra=extra).replace(ROUTE, sd_route))
    assert passes(device, "b>c", "10.2.0.9", "198.51.100.1") is True
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is False
    steering = extra.replace("set priority-members 1", "set priority-members 1\n            set gateway enable")
    assert judge(one(whole(policy(status="disable"), extra=steering)), "lgwan", "core").verdict is Verdict.UNDECIDED


# --- what is not understood -----------------------------------------------------------------------------------------


def test_an_unknown_section_makes_the_device_doubtful() -> None:
    text = whole(policy(status="disable"), extra="config firewall teleport\n    edit 1\n        set to everywhere\n    next\nend\n")
    found = judge(one(text), "lgwan", "core")
    assert found.verdict is Verdict.UNDECIDED
    assert [obstacle.line.text for obstacle in found.obstacles if obstacle.line is not None] == ["config firewall teleport"]
    off = text.replace("set to everywhere", "set status disable")
    assert judge(one(off), "lgwan", "core").verdict is Verdict.PROVED


def test_an_access_list_in_front_can_only_stop() -> None:
    acl = """
config firewall acl
    edit 1
        set interface "b"
        set srcaddr "all"
        set dstaddr "all"
        set service "ALL"
    next
end
"""
    assert judge(one(whole(policy(status="disable"), extra=acl)), "lgwan", "core").verdict is Verdict.PROVED
    assert judge(one(whole(policy(), extra=acl)), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_a_proxy_relays() -> None:
    proxy = "config firewall proxy-policy\n    edit 1\n        set proxy explicit-web\n        set action accept\n    next\nend\n"
    assert judge(one(whole(policy(status="disable"), extra=proxy)), "lgwan", "core").verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("cut", ["middle", "more", "none"])
def test_an_export_that_breaks_off_proves_nothing(cut: str) -> None:
    text = whole(policy(status="disable"))
    if cut == "middle":
        text = text[: text.index("    edit 1\n        set gateway")]
    elif cut == "more":
        text = text.replace("config router static", "--More--\nconfig router static")
    else:
        text = text[: text.index("config firewall policy")] + ROUTE
    assert judge(one(text), "lgwan", "core").verdict is Verdict.UNDECIDED


def test_the_typed_command_is_irrelevant() -> None:
    text = "FGT60F # show full-configuration\n" + whole(policy(status="disable"))
    assert judge(one(text), "lgwan", "core").verdict is Verdict.PROVED


def test_quotes_escapes_and_repeated_sections() -> None:
    extra = 'config firewall address\n    edit "odd \\"name\\""\n        set subnet 10.2.0.9/32\n    next\nend\n'
    text = whole(policy(1, srcaddr='"odd \\"name\\""', status="disable"), extra=extra)
    text += "config firewall policy\n    edit 1\n        set status enable\n    next\nend\n"
    device = one(text)
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is True
    assert passes(device, "b>a", "10.2.0.8", "10.1.0.10") is False


def test_documented_settings_of_policies_are_known() -> None:
    names = """
        name uuid comments logtraffic logtraffic-start utm-status inspection-mode webproxy-profile profile-type profile-group
        profile-protocol-options ssl-ssh-profile av-profile webfilter-profile dnsfilter-profile emailfilter-profile dlp-sensor
        file-filter-profile ips-sensor application-list voip-profile icap-profile waf-profile ssh-filter-profile session-ttl
        vlan-cos-fwd vlan-cos-rev tcp-mss-sender tcp-mss-receiver diffserv-forward diffservcode-rev auth-cert
        replacemsg-override-group traffic-shaper per-ip-shaper label global-label block-notification custom-log-fields
        timeout-send-rst capture-packet auto-asic-offload np-acceleration webproxy-forward-server anti-replay geoip-anycast
    """
    assert [name for name in names.split() if not quiet("policy", name)] == []


def test_a_quote_that_never_closes_is_no_trap() -> None:
    text = whole(policy(status="disable")) + 'config system global\n    set alias "open\n' + "    set x y\n" * 50_000
    assert judge(one(text), "lgwan", "core").verdict is Verdict.UNDECIDED


# --- forms that are rare, and what is refused -------------------------------------------------------------------------


def vip(*lines: str, more: str = "") -> str:
    inner = "".join(f"        set {line}\n" for line in lines)
    return f'config firewall vip\n    edit "v"\n{inner}    next\nend\n{more}'


def published(*lines: str, more: str = "", **changes: str | None) -> Device:
    return one(whole(inward(**({"dstaddr": '"v"'} | changes)), extra=vip(*lines, more=more)))


@pytest.mark.parametrize(
    "lines",
    [
        ("extip 203.0.113.80", "mappedip somewhere"),
        ("extip 203.0.113.85-203.0.113.80", 'mappedip "10.1.0.10"'),
        ("extip 203.0.112.0-203.0.113.255", 'mappedip "10.1.0.0-10.1.1.255"'),
        ("extip 203.0.113.80", 'mappedip "10.1.0.10"', "portforward enable", "protocol gopher", "extport 80"),
        ("extip 203.0.113.80-203.0.113.81", 'mappedip "10.1.0.10"', "portforward enable", "extport 80"),
        ("extip 203.0.113.80", 'mappedip "10.1.0.10"', "portforward enable", "extport 1-2000", "mappedport 3001-5000"),
        ("extip 203.0.113.80", 'mappedip "10.1.0.10"', "wonder 1"),
    ],
)
def test_a_vip_that_cannot_be_read_may_translate_anything(lines: tuple[str, ...]) -> None:
    assert passes(published(*lines), "c>a", "198.51.100.1", "203.0.113.80", dport=80) is None


@pytest.mark.parametrize(
    ("lines", "dst", "proto", "dport", "arrives"),
    [
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', "portforward enable", "protocol icmp"), "203.0.113.80", 1, 0, True),
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', "portforward enable", "protocol udp", "extport 53"), "203.0.113.80", 17, 53, True),
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', "portforward enable", "protocol udp", "extport 53"), "203.0.113.80", 17, 54, False),
        (
            ("extip 203.0.113.80", 'mappedip "10.1.0.10"', "portforward enable", "extport 8000-8010", "mappedport 80-90"),
            "203.0.113.80",
            6,
            8005,
            True,
        ),
        (
            ("extip 203.0.113.80", 'mappedip "10.1.0.10"', "portforward enable", "extport 8000-8010", "mappedport 80-90"),
            "203.0.113.80",
            6,
            8011,
            False,
        ),
        (("extip 0.0.0.0", 'extintf "c"', 'mappedip "10.1.0.10"'), "203.0.113.2", 6, 80, True),
        (('extintf "c"', 'mappedip "10.1.0.10"', "portforward enable", "extport 80"), "203.0.113.2", 6, 80, True),
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', 'srcintf-filter "c"'), "203.0.113.80", 6, 80, True),
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', 'srcintf-filter "b"'), "203.0.113.80", 6, 80, False),
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', 'extintf "a"', 'srcintf-filter "c"'), "203.0.113.80", 6, 80, False),
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', 'src-filter "198.51.100.0/24" "192.0.2.1-192.0.2.9"'), "203.0.113.80", 6, 80, True),
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', 'src-filter "192.0.2.1-192.0.2.9"'), "203.0.113.80", 6, 80, False),
        (("extip 203.0.113.80", 'mappedip "10.1.0.10"', "status disable"), "203.0.113.80", 6, 80, False),
    ],
)
def test_forms_of_a_vip(lines: tuple[str, ...], dst: str, proto: int, dport: int, arrives: bool) -> None:
    device = published(*lines)
    assert device.doubts == ()
    assert passes(device, "c>a", "198.51.100.1", dst, proto=proto, dport=dport, sport=8 if proto == 1 else 40000) is arrives


def test_a_vip_on_a_dynamic_address_of_the_device_is_not_known() -> None:
    text = whole(inward(dstaddr='"v"'), extra=vip('extintf "c"', 'mappedip "10.1.0.10"')).replace(
        "set ip 203.0.113.2 255.255.255.0", "set mode pppoe"
    )
    assert passes(one(text), "c>a", "198.51.100.1", "203.0.113.80", dport=80) is None


def test_a_group_of_vips_that_holds_itself_ends_and_one_that_says_more_is_a_doubt() -> None:
    circle = 'config firewall vipgrp\n    edit "g"\n        set member "g" "v"\n    next\nend\n'
    lines = ("extip 203.0.113.80", 'mappedip "10.1.0.10"')
    assert passes(published(*lines, more=circle, dstaddr='"g"'), "c>a", "198.51.100.1", "203.0.113.80") is True
    assert published(*lines, more=circle.replace("set member", "set wonder 1\n        set member"), dstaddr='"g"').doubts


def test_a_vip_is_the_source_of_what_its_host_sends() -> None:
    lines = ("extip 203.0.113.80", 'mappedip "10.1.0.10"', 'extintf "any"')
    outward = policy(2, srcintf='"a"', dstintf='"c"', nat="enable")
    used = one(whole(inward(dstaddr='"v"'), outward, extra=vip(*lines)))
    value = int(ip_address("203.0.113.80"))
    assert [rule.action for rule in used.chains["nat ip"]] == [SourceNat(address=(value, value), keep_ports=True), SourceNat(address=None)]
    unused = one(whole(outward, extra=vip(*lines)))
    assert [rule.action for rule in unused.chains["nat ip"]] == [SourceNat(address=None)]
    ends = "set startip 203.0.113.50\n        set endip 203.0.113.51"
    pool = f'config firewall ippool\n    edit "p"\n        set type one-to-one\n        {ends}\n    next\nend\n'
    pooled = policy(2, srcintf='"a"', dstintf='"c"', nat="enable", ippool="enable", poolname='"p"')
    always = one(whole(inward(dstaddr='"v"'), pooled, extra=vip(*lines, "nat-source-vip enable", more=pool)))
    kept = SourceNat(address=(int(ip_address("203.0.113.50")), int(ip_address("203.0.113.51"))), keep_ports=True)
    assert [rule.action for rule in always.chains["nat ip"]] == [SourceNat(address=(value, value), keep_ports=True), kept]
    only = one(whole(inward(dstaddr='"v"'), pooled, extra=vip(*lines, more=pool)))
    assert [rule.action for rule in only.chains["nat ip"]] == [kept]


def test_a_pool_that_cannot_be_read_leaves_the_source_open() -> None:
    pool = 'config firewall ippool\n    edit "p"\n        set startip 203.0.113.50\n        set endip what\n    next\nend\n'
    text = whole(policy(1, dstintf='"c"', nat="enable", ippool="enable", poolname='"p"'), extra=pool)
    assert not_understood(text)
    odd = pool.replace("endip what", "endip 203.0.113.51\n        set wonder 1")
    assert one(whole(policy(1, dstintf='"c"', nat="enable", ippool="enable", poolname='"p"'), extra=odd)).doubts


@pytest.mark.parametrize(
    "object_",
    [
        "set type iprange\n        set start-ip 10.2.0.9\n        set end-ip 10.2.0.1",
        "set type wildcard\n        set wildcard 10.2.0.5 255.0.0.1",
        "set type dynamic",
        "set subnet 2001:db8::/32",
        "set subnet 10.2.0.9 255.255.255.255\n        set wonder 1",
    ],
)
def test_an_address_that_cannot_be_read_may_be_any(object_: str) -> None:
    extra = f'config firewall address\n    edit "odd"\n        {object_}\n    next\nend\n'
    device = one(whole(policy(srcaddr='"odd"'), extra=extra))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is None


def test_groups_of_other_kinds_and_with_more_settings_may_hold_any() -> None:
    for line in ("set type dynamic", "set wonder 1"):
        extra = f'config firewall addrgrp\n    edit "g"\n        {line}\n        set member "client"\n    next\nend\n'
        assert passes(one(whole(policy(srcaddr='"g"'), extra=extra)), "b>a", "10.2.0.9", "10.1.0.10") is None


def test_none_is_nobody() -> None:
    assert judge(one(whole(policy(srcaddr='"none"'))), "lgwan", "core").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "service",
    [
        "set protocol TELEPATHY",
        "set tcp-portrange 90-80",
        "set protocol IP\n        set protocol-number what",
        "set tcp-portrange 443\n        set wonder 1",
        "set tcp-portrange 443\n        set iprange 10.1.0.10",
        "set comment nothing",
    ],
)
def test_a_service_that_cannot_be_read_may_be_any(service: str) -> None:
    extra = f'config firewall service custom\n    edit "odd"\n        {service}\n    next\nend\n'
    device = one(whole(policy(service='"odd"'), extra=extra))
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10") is None


@pytest.mark.parametrize(
    ("service", "proto", "dport", "passing"),
    [
        ("set protocol ALL", 47, 0, True),
        ("set protocol IP", 47, 0, True),
        ("set protocol IP\n        set protocol-number 47", 47, 0, True),
        ("set protocol IP\n        set protocol-number 47", 6, 443, False),
        ("set protocol ICMP\n        set icmptype 8", 1, 0, True),
        ("set protocol ICMP6\n        set icmptype 128", 1, 0, False),
        ("set sctp-portrange 443", 132, 443, True),
        ("set udp-portrange 443:1000-50000", 17, 443, True),
    ],
)
def test_forms_of_a_service(service: str, proto: int, dport: int, passing: bool) -> None:
    extra = f'config firewall service custom\n    edit "own"\n        {service}\n    next\nend\n'
    device = one(whole(policy(service='"own"'), extra=extra))
    sport = 8 if proto == 1 else 40000
    assert passes(device, "b>a", "10.2.0.9", "10.1.0.10", proto=proto, dport=dport, sport=sport) is passing


def test_groups_of_services_hold_themselves_or_nothing() -> None:
    for members in ('set member "g"', ""):
        extra = f'config firewall service group\n    edit "g"\n        {members}\n    next\nend\n'
        assert passes(one(whole(policy(service='"g"'), extra=extra)), "b>a", "10.2.0.9", "10.1.0.10") is None


def test_negation_of_protocols_without_ports() -> None:
    gre = 'config firewall service custom\n    edit "gre"\n        set protocol IP\n        set protocol-number 47\n    next\nend\n'
    device = one(whole(policy(service='"gre"', service_negate="enable"), extra=gre))
    found = [passes(device, "b>a", "10.2.0.9", "10.1.0.10", proto=proto, dport=443 if proto == 6 else 0) for proto in (6, 47, 50)]
    assert found == [True, False, True]


def test_a_disabled_policy_may_say_anything_and_a_setting_of_no_known_kind_may_not() -> None:
    assert not_understood(whole(policy(1, status="disable", wonder="1"))) == []
    text = whole(policy(1, wonder="1"))
    assert "set wonder 1" in not_understood(text)
    assert passes(one(text), "b>a", "10.2.0.9", "10.1.0.10") is None


def interfaces(*lines: str, name: str = "b", before: str = "") -> str:
    inner = "".join(f"        {line}\n" for line in lines)
    return whole(policy(), extra=before).replace(
        f'edit "{name}"\n        set vdom "root"\n', f'edit "{name}"\n        set vdom "root"\n{inner}'
    )


def test_second_addresses_and_those_of_ipv6() -> None:
    text = interfaces(
        "set secondary-IP enable",
        "config secondaryip",
        "    edit 1",
        "        set ip 10.2.9.1 255.255.255.0",
        "    next",
        "end",
        "config ipv6",
        "    config ip6-extra-addr",
        "        edit 2001:db8:9::1/64",
        "        next",
        "        edit ::/0",
        "        next",
        "    end",
        "end",
    )
    (port,) = [port for port in one(text).interfaces if port.name == "b"]
    own = {str(ip_address(one_.value)) for one_ in port.addresses}
    assert {"10.2.9.1", "10.2.0.1", "2001:db8:9::1"} <= own


@pytest.mark.parametrize(
    "lines",
    [
        ("set ip 10.2.0.300 255.255.255.0",),
        ("config ipv6", "    config ip6-extra-addr", "        edit what", "        next", "    end", "end"),
    ],
)
def test_an_address_of_an_interface_that_cannot_be_read_is_a_doubt(lines: tuple[str, ...]) -> None:
    text = f'{HEADER}\nconfig system interface\n    edit "b"\n' + "".join(f"        {line}\n" for line in lines) + "    next\nend\n"
    assert one(text + "config firewall policy\nend\n").doubts


def test_addresses_from_elsewhere_bring_a_default_route() -> None:
    inner = "set mode dhcp\n        config ipv6\n            set ip6-mode dhcp\n        end"
    text = f'{HEADER}\nconfig system interface\n    edit "b"\n        {inner}\n    next\nend\n'
    device = one(text + "config firewall policy\nend\n")
    assert {(route.family, route.interface) for route in device.routes or ()} == {(Family.V4, "b"), (Family.V6, "b")}


def test_the_ends_of_a_link_between_domains_name_it() -> None:
    text = f'{HEADER}\nconfig system interface\n    edit "link0"\n        set type vdom-link\n    next\nend\nconfig firewall policy\nend\n'
    (port,) = one(text).interfaces
    assert port.zone_hint == "vdom-link link"


@pytest.mark.parametrize(
    "lines",
    [
        ("set dst 10.8.0.300 255.255.0.0", 'set device "a"'),
        ("set gateway somewhere", 'set device "a"'),
        ("set distance what", 'set device "a"'),
        ('set dstaddr "lgwan"', 'set device "a"'),
    ],
)
def test_a_route_that_cannot_be_read_is_a_doubt(lines: tuple[str, ...]) -> None:
    inner = "".join(f"        {line}\n" for line in lines)
    assert routes(f"config router static\n    edit 1\n{inner}    next\nend\n").doubts


def test_routes_by_gateway_by_zone_and_over_all_members() -> None:
    by_hop = "set dst 10.8.0.0 255.255.0.0\n        set gateway 10.1.0.9"
    gateway = routes(f"config router static\n    edit 1\n        {by_hop}\n    next\n    edit 2\n    next\nend\n")
    assert passes(gateway, "b>a", "10.2.0.9", "10.8.0.1") is True
    zone = 'config system zone\n    edit "both"\n        set interface "a" "c"\n    next\nend\n'
    text = whole(policy(srcintf='"any"', dstintf='"any"'), extra=zone).replace(
        ROUTE, 'config router static\n    edit 1\n        set dst 10.8.0.0 255.255.0.0\n        set device "both"\n    next\nend\n'
    )
    assert [passes(one(text), way, "10.2.0.9", "10.8.0.1") for way in ("b>a", "b>c")] == [True, True]
    sdwan = """
config system virtual-wan-link
    set status enable
    config members
        edit 1
            set interface "a"
        next
        edit 2
            set interface "c"
            set status disable
        next
        edit 3
        next
    end
end
"""
    for word in ("sdwan", "virtual-wan-link"):
        text = whole(policy(srcintf='"any"', dstintf='"any"'), extra=sdwan).replace(
            ROUTE, f"config router static\n    edit 1\n        set dst 10.8.0.0 255.255.0.0\n        set {word} enable\n    next\nend\n"
        )
        assert [passes(one(text), way, "10.2.0.9", "10.8.0.1") for way in ("b>a", "b>c")] == [True, False]


def test_an_sdwan_that_is_off_and_its_disabled_rules_decide_nothing() -> None:
    off = "config system sdwan\n    config service\n        edit 1\n            set gateway enable\n        next\n    end\nend\n"
    assert one(whole(policy(), extra=off)).doubts == ()
    disabled = off.replace("sdwan\n", "sdwan\n    set status enable\n", 1).replace(
        "set gateway enable", "set gateway enable\n            set status disable"
    )
    assert one(whole(policy(), extra=disabled)).doubts == ()


def test_a_disabled_route_may_say_anything() -> None:
    device = routes("config router static\n    edit 1\n        set wonder 1\n        set status disable\n    next\nend\n")
    assert device.doubts == ()


def test_words_that_are_appended_unselected_and_unset() -> None:
    lines = 'set member "client"\n        append member "range"\n        unselect member "client"'
    extra = f'config firewall addrgrp\n    edit "g"\n        {lines}\n    next\nend\n'
    device = one(whole(policy(srcaddr='"g"'), extra=extra))
    assert [passes(device, "b>a", src, "10.1.0.10") for src in ("10.2.0.9", "10.2.0.105")] == [False, True]
    unset = extra.replace('unselect member "client"', "unset member")
    assert passes(one(whole(policy(srcaddr='"g"'), extra=unset)), "b>a", "10.2.0.9", "10.1.0.10") is None


def test_texts_with_a_byte_order_mark_and_in_wide_letters() -> None:
    text = whole(policy())
    for name in ("utf-8-sig", "utf-16"):
        found = read([Source(path="x", data=text.encode(name))], "fw")
        assert found.devices[0].doubts == ()
    with pytest.raises(DocumentError):
        read([Source(path="x", data=b"\xff\xfe\x00\xd8")], "fw")


def test_a_disabled_list_in_front_and_one_for_all_interfaces() -> None:
    acl = 'config firewall acl\n    edit 1\n        set interface "b"\n        set status disable\n    next\nend\n'
    assert judge(one(whole(policy(status="disable"), extra=acl)), "lgwan", "core").verdict is Verdict.PROVED
    assert passes(one(whole(policy(), extra=acl)), "b>a", "10.2.0.9", "10.1.0.10") is True


def test_settings_of_a_domain_that_are_unknown_are_a_doubt() -> None:
    assert one(whole(policy(), extra="config system settings\n    set wonder 1\nend\n")).doubts
    assert one(whole(policy(), extra="config system settings\n    unset wonder\nend\n")).doubts == ()


def test_an_address_of_the_other_family_on_an_interface_is_a_doubt() -> None:
    inner = "set ip 2001:db8::1 64"
    text = f'{HEADER}\nconfig system interface\n    edit "b"\n        {inner}\n    next\nend\nconfig firewall policy\nend\n'
    assert one(text).doubts


def test_inner_sections_that_nobody_reads_are_told_by_what_they_hold() -> None:
    for inside, doubted in (("config wonder\n            set on enable\n        end", True), ("config wonder\n        end", False)):
        text = f'{HEADER}\nconfig system interface\n    edit "b"\n        {inside}\n    next\nend\nconfig firewall policy\nend\n'
        assert bool(one(text).doubts) is doubted
    for inside, doubted in (("config wonder\n        set on enable\n    end", True), ("config wonder\n    end", False)):
        assert bool(one(whole(policy(), extra=f"config system settings\n    {inside}\nend\n")).doubts) is doubted


def test_a_setting_that_opens_more_than_its_policy_is_a_doubt() -> None:
    assert one(whole(policy(1, service='"HTTPS"', permit_any_host="enable"))).doubts


def test_every_other_service_than_all_is_none() -> None:
    assert judge(one(whole(policy(service='"ALL"', service_negate="enable"))), "lgwan", "core").verdict is Verdict.PROVED


def test_domains_without_a_global_part_and_lines_that_stand_nowhere() -> None:
    domain = f"config vdom\nedit root\n{INTERFACES}config firewall policy\n{policy()}end\nend\n"
    (root,) = load(f"{HEADER.replace('vdom=0', 'vdom=1')}\n{domain}").devices
    assert (root.name, root.doubts) == ("fw/root", ())
    stray = load(f"{HEADER.replace('vdom=0', 'vdom=1')}\nconfig global\nset wonder 1\nend\n{domain}")
    assert stray.devices[0].doubts


def test_a_redirect_is_allowed_on_interfaces_that_only_policies_name() -> None:
    bare = f"{HEADER}\nconfig firewall policy\n{policy()}end\n"
    assert passes(one(bare), "b>b", "10.2.0.9", "10.2.0.10") is True
    off = f"{HEADER}\nconfig system global\n    set allow-traffic-redirect disable\n    set allow-traffic-redirect6 disable\nend\n"
    assert passes(one(off + f"config firewall policy\n{policy()}end\n"), "b>b", "10.2.0.9", "10.2.0.10") is False


def test_words_end_where_a_blank_or_the_line_does() -> None:
    assert _words('set name "a b" ') == ("set", "name", "a b")
    assert _words('set name "a b"  c\\ d') == ("set", "name", "a b", "c d")
    assert _words('"" x\\') == ("", "x\\")


def test_shift_jis_that_python_only_tolerates_is_read_as_euc() -> None:
    text = whole(policy(name='"\u672c\u5e81"')).encode("euc_jp")
    assert read([Source(path="x", data=text)], "fw").devices[0].doubts == ()
    tolerated = whole(policy()).encode().replace(b'edit "client"', b'edit "\x8e\xa0 client"')
    with pytest.raises(DocumentError):
        read([Source(path="x", data=tolerated.replace(b"\x8e\xa0", b"\xa0"))], "fw")


def test_a_proxy_that_is_switched_off_or_denies_relays_nothing() -> None:
    for line in ("set status disable", "set action deny"):
        proxy = f"config firewall proxy-policy\n    edit 1\n        set proxy explicit-web\n        {line}\n    next\nend\n"
        assert judge(one(whole(policy(status="disable"), extra=proxy)), "lgwan", "core").verdict is Verdict.PROVED
