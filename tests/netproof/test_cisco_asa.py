"""Cisco ASA: every pitfall of the ground (docs of the room) has a test named for it."""

from ipaddress import ip_address

import pytest

from secaudit.errors import DocumentError
from secaudit.netproof.dialects.cisco_asa import read
from secaudit.netproof.ir import DestinationNat, SourceNat
from secaudit.netproof.lines import Fate
from secaudit.netproof.packets import Family, Kind
from tests.netproof.cisco_bench import Bench, example

HOST_IN, HOST_DMZ, HOST_OUT = "10.1.0.5", "10.2.0.5", "203.0.113.50"
IN, DMZ, OUT = "inside", "dmz", "outside"


def firewall(body: str = "", *, end: str = ": end\n", version: str = "9.8(2)", extra: str = "", level: int = 50) -> Bench:
    """Three interfaces: inside 100, dmz 50, outside 0; `extra`: further lines of inside."""
    text = f"ASA Version {version}\nhostname fw\n" if version else "hostname fw\n"
    ports = ((IN, 100, "10.1.0.1 255.255.0.0"), (DMZ, level, "10.2.0.1 255.255.0.0"), (OUT, 0, "203.0.113.2 255.255.255.0"))
    for number, (name, security, address) in enumerate(ports):
        text += f"interface GigabitEthernet0/{number}\n nameif {name}\n security-level {security}\n ip address {address}\n"
        text += "".join(f" {line}\n" for line in extra.split("\n") if line and name == IN) + "!\n"
    found = Bench(read, text + body + end)
    assert found.adds_up()
    return found


def one_list(*entries: str, body: str = "", interface: str = OUT) -> Bench:
    """The entries as the inbound list of an interface."""
    lines = "".join(f"access-list L extended {entry}\n" for entry in entries)
    return firewall(body + lines + f"access-group L in interface {interface}\n")


# --- security levels -----------------------------------------------------------------------------------------------------------------


def test_levels_permit_downwards_and_deny_upwards_where_no_list_stands() -> None:
    bench = firewall()
    assert [bench.verdict(*pair) for pair in ((IN, DMZ), (IN, OUT), (DMZ, OUT))] == ["VIOLATED"] * 3
    assert [bench.verdict(*pair) for pair in ((DMZ, IN), (OUT, IN), (OUT, DMZ))] == ["PROVED"] * 3
    assert "security-level 100" in bench.blamed(IN, OUT)


def test_equal_levels_need_same_security_traffic() -> None:
    assert firewall(level=100).verdict(IN, DMZ) == "PROVED"
    assert firewall("same-security-traffic permit inter-interface\n", level=100).verdict(IN, DMZ) == "VIOLATED"


def test_equal_levels_need_it_even_with_a_list() -> None:
    body = "access-list L extended permit ip any any\naccess-group L in interface inside\n"
    assert firewall(body, level=100).verdict(IN, DMZ) == "PROVED"


def test_hairpin_needs_intra_interface() -> None:
    assert firewall().passes(IN, IN, HOST_IN, "10.1.0.9") == "no"
    assert firewall("same-security-traffic permit intra-interface\n").passes(IN, IN, HOST_IN, "10.1.0.9") == "yes"


def test_list_takes_the_place_of_the_level() -> None:
    bench = one_list("permit tcp any any eq 80", interface=IN)
    assert (bench.passes(IN, OUT, HOST_IN, HOST_OUT, dport=80), bench.passes(IN, OUT, HOST_IN, HOST_OUT, dport=81)) == ("yes", "no")


def test_default_level_of_inside_is_100_and_of_others_0() -> None:
    text = "ASA Version 9.8(2)\ninterface a\n nameif inside\n ip address 10.1.0.1 255.255.0.0\n"
    bench = Bench(read, text + "interface b\n nameif other\n ip address 10.2.0.1 255.255.0.0\n: end\n")
    assert (bench.verdict("inside", "other"), bench.verdict("other", "inside")) == ("VIOLATED", "PROVED")


def test_management_only_passes_nothing() -> None:
    bench = firewall(extra="management-only")
    assert (bench.verdict(IN, OUT), bench.passes(OUT, IN, HOST_OUT, HOST_IN)) == ("PROVED", "no")


# --- lists ---------------------------------------------------------------------------------------------------------------------------


def test_implicit_deny_and_first_match() -> None:
    bench = one_list("deny tcp any any eq 22", "permit tcp any host 10.2.0.5")
    found = [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=port) for port in (22, 23)]
    assert (*found, bench.passes(OUT, DMZ, HOST_OUT, "10.2.0.6")) == ("no", "yes", "no")


def test_shadowed_permit_is_no_violation_but_partly_shadowed_is() -> None:
    assert one_list("deny ip any any", "permit tcp any any").verdict(OUT, DMZ) == "PROVED"
    bench = one_list("deny tcp any 10.2.0.0 255.255.128.0", "permit tcp any 10.2.0.0 255.255.0.0")
    assert bench.verdict(OUT, DMZ) == "VIOLATED"
    assert (bench.passes(OUT, DMZ, HOST_OUT, "10.2.1.1"), bench.passes(OUT, DMZ, HOST_OUT, "10.2.128.1")) == ("no", "yes")


def test_masks_are_netmasks_not_wildcards() -> None:
    bench = one_list("permit tcp any 10.2.7.0 255.255.255.0")
    assert (bench.passes(OUT, DMZ, HOST_OUT, "10.2.7.9"), bench.passes(OUT, DMZ, HOST_OUT, "10.2.8.0")) == ("yes", "no")
    assert one_list("permit tcp any 10.2.7.0 0.0.0.255").line("access-list").fate is Fate.NOT_UNDERSTOOD


def test_direction_out() -> None:
    body = "access-list L extended permit tcp any any eq 443\naccess-group L out interface outside\n"
    bench = firewall(body)
    assert [bench.passes(IN, OUT, HOST_IN, HOST_OUT, dport=port) for port in (443, 80)] == ["yes", "no"]
    assert bench.verdict(IN, DMZ) == "VIOLATED"


def test_list_out_alone_towards_a_higher_level_is_not_known() -> None:
    body = "access-list L extended permit tcp any any eq 443\naccess-group L out interface inside\n"
    bench = firewall(body)
    assert [bench.passes(OUT, IN, HOST_OUT, HOST_IN, dport=port) for port in (443, 80)] == ["maybe", "no"]
    assert bench.verdict(OUT, IN) == "UNDECIDED"


def test_global_list_comes_behind_the_list_of_the_interface() -> None:
    body = (
        "access-list L extended deny tcp any any eq 22\naccess-group L in interface outside\n"
        "access-list G extended permit tcp any host 10.2.0.5\naccess-group G global\n"
    )
    bench = firewall(body)
    assert [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=port) for port in (22, 80)] == ["no", "yes"]
    assert bench.passes(OUT, DMZ, HOST_OUT, "10.2.0.6", dport=80) == "no"


def test_global_list_ends_the_implicit_permit_of_levels() -> None:
    bench = firewall("access-list G extended permit udp any any eq 53\naccess-group G global\n")
    assert (bench.passes(IN, OUT, HOST_IN, HOST_OUT, dport=80), bench.passes(IN, OUT, HOST_IN, HOST_OUT, "udp", 53)) == ("no", "yes")


def test_per_user_override_may_permit_anything() -> None:
    body = "access-list L extended deny ip any any\naccess-group L in interface outside per-user-override\n"
    assert firewall(body).verdict(OUT, IN) == "UNDECIDED"


def test_control_plane_list_is_for_the_device_itself() -> None:
    body = "access-list L extended deny ip any any\naccess-group L in interface inside control-plane\n"
    bench = firewall(body)
    assert bench.verdict(IN, OUT) == "VIOLATED"
    assert bench.line("access-group").fate is Fate.IRRELEVANT


@pytest.mark.parametrize("body", ["", "access-list L remark only a remark\n"])
def test_applied_but_undefined_or_empty_list_is_not_guessed_at(body: str) -> None:
    assert firewall(body + "access-group L in interface outside\n").verdict(OUT, IN) == "UNDECIDED"


def test_defined_but_not_applied_list_decides_nothing() -> None:
    bench = firewall("access-list L extended permit ip any any\naccess-list L extended frobnicate\n")
    assert bench.verdict(OUT, IN) == "PROVED"
    assert bench.line("access-list L extended frobnicate").fate is Fate.IRRELEVANT


def test_inactive_entry_is_not_in_force() -> None:
    bench = one_list("permit ip any any inactive", "deny ip any any")
    assert bench.verdict(OUT, IN) == "PROVED"
    assert bench.line("access-list").fate is Fate.IRRELEVANT


def test_list_of_inactive_entries_still_denies() -> None:
    assert one_list("permit ip any any inactive").verdict(OUT, IN) == "PROVED"


@pytest.mark.parametrize(
    "entry",
    [
        "permit tcp any any time-range NIGHT",
        r"permit tcp user LOCAL\staff any any",
        "permit tcp user-group GRP any any",
        "permit tcp security-group tag 10 any any",
        "permit tcp any object NAME",
        "permit frobnicate any any",
        "permit tcp any object-group MISSING",
    ],
    ids=["schedule", "user", "user group", "security tag", "host name", "unreadable", "undefined"],
)
def test_what_is_not_known_may_match(entry: str) -> None:
    body = "object network NAME\n fqdn v4 www.example.jp\n"
    bench = one_list(entry, "deny ip any any", body=body)
    assert bench.verdict(OUT, IN) == "UNDECIDED"
    assert any(entry in line for line in bench.blamed(OUT, IN))
    deny = one_list(entry.replace("permit", "deny"), "permit ip any any", body=body)
    assert deny.passes(OUT, IN, HOST_OUT, HOST_IN) == "maybe"


def test_port_operators_and_mnemonics() -> None:
    bench = one_list("permit tcp any any eq sqlnet", "permit udp any any range snmp snmptrap", "permit tcp any any gt 60000")
    found = [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, *one) for one in (("tcp", 1521), ("udp", 162), ("tcp", 60001), ("tcp", 60000))]
    assert found == ["yes", "yes", "yes", "no"]


def test_source_port_only_rule_is_a_hole() -> None:
    bench = one_list("permit tcp any eq ftp-data any")
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=3389, sport=20) == "yes"


def test_icmp_types() -> None:
    bench = one_list("permit icmp any any echo-reply", "permit icmp any any 3 4")
    found = [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, "icmp", code, sport=kind, kind=Kind.BAD) for kind, code in ((0, 0), (3, 4), (8, 0))]
    assert found == ["yes", "yes", "no"]


def test_log_only_marks_a_line() -> None:
    bench = one_list("permit tcp any any eq 80 log debugging interval 60", "permit tcp any any eq 81 log disable")
    assert [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=port) for port in (80, 81)] == ["yes", "yes"]


def test_interface_address_in_an_entry() -> None:
    bench = one_list("permit tcp interface outside any")
    assert [bench.passes(OUT, DMZ, src, HOST_DMZ) for src in ("203.0.113.2", HOST_OUT)] == ["yes", "no"]


# --- objects -------------------------------------------------------------------------------------------------------------------------

GROUPS = """name 10.2.0.77 relay
object network ONE
 host 10.2.0.9
object network SOME
 range 10.2.8.1 10.2.8.3
object-group network INNER
 network-object object ONE
 network-object host relay
object-group network SERVERS
 group-object INNER
 network-object 10.2.7.0 255.255.255.0
 network-object object SOME
object service HIGH
 service tcp source gt 1023 destination eq 8443
object-group service WEB tcp
 port-object eq www
 port-object range 8000 8080
object-group service BOTH tcp-udp
 port-object eq domain
object-group service MIXED
 service-object udp destination eq ntp
 service-object icmp echo
 service-object object HIGH
object-group protocol TCPUDP
 protocol-object tcp
 protocol-object udp
object-group icmp-type PINGS
 icmp-object echo
 icmp-object unreachable
"""


def test_nested_network_groups_and_names() -> None:
    bench = one_list("permit tcp any object-group SERVERS eq 443", body=GROUPS)
    hosts = ("10.2.0.9", "10.2.0.77", "10.2.7.200", "10.2.8.2", "10.2.8.4")
    assert [bench.passes(OUT, DMZ, HOST_OUT, host, dport=443) for host in hosts] == ["yes", "yes", "yes", "yes", "no"]
    assert bench.configuration.account.count(Fate.NOT_UNDERSTOOD) == 0


def test_port_group_as_destination_and_as_source() -> None:
    bench = one_list("permit tcp any object ONE object-group WEB", "permit tcp any object-group WEB object SOME", body=GROUPS)
    assert [bench.passes(OUT, DMZ, HOST_OUT, "10.2.0.9", dport=port) for port in (80, 8080, 81)] == ["yes", "yes", "no"]
    assert [bench.passes(OUT, DMZ, HOST_OUT, "10.2.8.2", dport=9, sport=port) for port in (80, 81)] == ["yes", "no"]


def test_service_group_in_the_place_of_the_protocol() -> None:
    bench = one_list("permit object-group MIXED any any", body=GROUPS)
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, "udp", 123) == "yes"
    assert [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=8443, sport=port) for port in (1024, 1023)] == ["yes", "no"]
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, "icmp", 0, sport=8) == "yes"


def test_protocol_group_with_ports() -> None:
    bench = one_list("permit object-group TCPUDP any any object-group BOTH", body=GROUPS)
    assert [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, proto, 53) for proto in ("tcp", "udp")] == ["yes", "yes"]
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, "udp", 54) == "no"
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, "icmp", 0, sport=8) == "no"


def test_icmp_type_group() -> None:
    bench = one_list("permit icmp any any object-group PINGS", body=GROUPS)
    assert [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, "icmp", 0, sport=kind) for kind in (8, 13)] == ["yes", "no"]


@pytest.mark.parametrize(
    "groups",
    ["object-group network G\n", "object-group network G\n group-object G\n", "object-group network G\n something odd\n"],
    ids=["empty", "recursive", "unreadable"],
)
def test_empty_and_recursive_groups_are_never_silently_denied(groups: str) -> None:
    assert one_list("permit tcp any object-group G", body=groups).verdict(OUT, IN) == "UNDECIDED"


# --- state ---------------------------------------------------------------------------------------------------------------------------


def test_only_a_syn_opens_a_connection() -> None:
    bench = one_list("permit ip any any")
    kinds = (Kind.START, Kind.ACK, Kind.SYN_ACK, Kind.RST)
    assert [bench.passes(OUT, IN, HOST_OUT, HOST_IN, kind=kind) for kind in kinds] == ["yes", "no", "no", "no"]


def test_state_bypass_makes_that_uncertain() -> None:
    body = "policy-map P\n class C\n  set connection advanced-options tcp-state-bypass\nservice-policy P interface outside\n"
    bench = one_list("permit ip any any", body=body)
    assert [bench.passes(OUT, IN, HOST_OUT, HOST_IN, kind=kind) for kind in (Kind.START, Kind.ACK)] == ["yes", "maybe"]


def test_module_may_drop_but_never_proves() -> None:
    bench = one_list("permit ip any any", body="policy-map P\n class C\n  sfr fail-open\nservice-policy P global\n")
    assert bench.passes(OUT, IN, HOST_OUT, HOST_IN) == "maybe"


def test_returns_of_permitted_connections_are_not_flagged_but_the_other_direction_is() -> None:
    bench = firewall()
    assert (bench.verdict(OUT, IN), bench.verdict(IN, OUT)) == ("PROVED", "VIOLATED")


def test_check_of_sources_may_drop_only_forged_ones() -> None:
    bench = firewall("ip verify reverse-path interface inside\n")
    assert [bench.passes(IN, OUT, src, HOST_OUT) for src in (HOST_IN, "192.0.2.1")] == ["yes", "maybe"]


# --- translation ---------------------------------------------------------------------------------------------------------------------

SERVER = "object network SRV\n host 10.2.0.9\n nat (dmz,outside) static 203.0.113.9\n"


def test_list_sees_real_addresses() -> None:
    real = one_list("permit tcp any host 10.2.0.9 eq 443", body=SERVER)
    assert real.passes(OUT, DMZ, HOST_OUT, "203.0.113.9", dport=443) == "yes"
    published = one_list("permit tcp any host 203.0.113.9 eq 443", body=SERVER)
    assert published.passes(OUT, DMZ, HOST_OUT, "203.0.113.9", dport=443) == "no"
    assert published.verdict(OUT, DMZ) == "PROVED"


def test_packet_to_the_real_address_may_fail_the_reverse_check() -> None:
    bench = one_list("permit tcp any host 10.2.0.9 eq 443", body=SERVER)
    assert bench.passes(OUT, DMZ, HOST_OUT, "10.2.0.9", dport=443) == "maybe"
    found = bench.pair(OUT, DMZ)
    assert found.violation is not None
    assert found.violation.packet.dst == int.from_bytes(bytes([203, 0, 113, 9]))


def test_static_source_seen_outside() -> None:
    bench = firewall(SERVER + "access-list L extended permit ip host 10.2.0.9 any\naccess-group L out interface outside\n")
    assert bench.passes(DMZ, OUT, "10.2.0.9", HOST_OUT) == "yes"  # the list out sees the real source, too
    assert bench.passes(DMZ, OUT, HOST_DMZ, HOST_OUT) == "no"


def test_static_with_service() -> None:
    body = "object network SRV\n host 10.2.0.9\n nat (dmz,outside) static interface service tcp 8080 www\n"
    bench = one_list("permit tcp any host 10.2.0.9 eq 8080", body=body)
    assert [bench.passes(OUT, DMZ, HOST_OUT, "203.0.113.2", dport=port) for port in (80, 8080)] == ["yes", "no"]


def test_static_subnet_by_its_first_address() -> None:
    body = "object network NET\n subnet 10.2.7.0 255.255.255.240\n nat (dmz,outside) static 203.0.113.16\n"
    bench = one_list("permit tcp any host 10.2.7.3", body=body)
    assert [bench.passes(OUT, DMZ, HOST_OUT, f"203.0.113.{last}") for last in (19, 20)] == ["yes", "no"]


def test_static_subnet_that_is_too_large_is_not_understood() -> None:
    body = "object network NET\n subnet 10.2.0.0 255.255.0.0\n nat (dmz,outside) static 172.16.0.0\n"
    assert one_list("permit tcp any host 10.2.0.9", body=body).verdict(OUT, DMZ) == "UNDECIDED"


def test_dynamic_port_translation_opens_nothing() -> None:
    bench = firewall("object network INSIDE\n subnet 10.1.0.0 255.255.0.0\n nat (inside,outside) dynamic interface\n")
    assert (bench.verdict(OUT, IN), bench.verdict(IN, OUT)) == ("PROVED", "VIOLATED")


def order(bench: Bench) -> list[str]:
    """Return the source translations in the order in which they count."""
    return list(dict.fromkeys(rule.text for rule in bench.device.chains["nat source"]))


def test_order_of_sections_and_of_object_nat() -> None:
    body = (
        "object network MAP\n host 203.0.113.7\n"
        "object network BIG\n subnet 10.1.0.0 255.255.0.0\n nat (inside,outside) dynamic 203.0.113.1\n"
        "object network SMALL\n subnet 10.1.9.0 255.255.255.0\n nat (inside,outside) dynamic 203.0.113.2\n"
        "object network ZED\n host 10.1.9.9\n nat (inside,outside) static 203.0.113.4\n"
        "object network ALPHA\n host 10.1.9.9\n nat (inside,outside) static 203.0.113.5\n"
        "nat (inside,outside) after-auto source dynamic any interface\n"
        "nat (inside,outside) source dynamic SMALL MAP\n"
    )
    assert order(firewall(body)) == [
        "nat (inside,outside) source dynamic SMALL MAP",
        "nat (inside,outside) static 203.0.113.5",
        "nat (inside,outside) static 203.0.113.4",
        "nat (inside,outside) dynamic 203.0.113.2",
        "nat (inside,outside) dynamic 203.0.113.1",
        "nat (inside,outside) after-auto source dynamic any interface",
    ]


EXEMPT = (
    "object network LAN\n subnet 10.1.0.0 255.255.0.0\nobject network PEER\n subnet 172.16.0.0 255.255.0.0\n"
    "nat (inside,outside) source static LAN LAN destination static PEER PEER no-proxy-arp route-lookup\n"
    "nat (inside,outside) after-auto source dynamic any interface\n"
)


def test_exemption_before_dynamic_translation() -> None:
    body = (
        EXEMPT
        + "route outside 0.0.0.0 0.0.0.0 203.0.113.1\naccess-list L extended permit ip any any\naccess-group L in interface outside\n"
    )
    bench = firewall(body)
    assert bench.doubts() == []
    # The exempt peer reaches the real addresses; others would fail the reverse check.
    assert [bench.passes(OUT, IN, src, HOST_IN) for src in ("172.16.0.9", HOST_OUT)] == ["yes", "maybe"]


def test_twice_nat_translates_both_ends() -> None:
    body = (
        "object network A\n host 10.1.0.5\nobject network A-OUT\n host 203.0.113.9\n"
        "object network B-IN\n host 10.1.99.9\nobject network B\n host 203.0.113.50\n"
        "nat (inside,outside) source static A A-OUT destination static B-IN B route-lookup\n"
    )
    bench = firewall(body + "access-list L extended permit tcp host 203.0.113.50 host 10.1.0.5\naccess-group L in interface outside\n")
    assert bench.passes(IN, OUT, HOST_IN, "10.1.99.9") == "yes"
    assert [bench.passes(OUT, IN, src, "203.0.113.9") for src in (HOST_OUT, "203.0.113.51")] == ["yes", "no"]
    assert any(isinstance(rule.action, SourceNat) for rule in bench.device.chains["nat source"])


def test_twice_nat_with_service_is_not_understood() -> None:
    body = "object network A\n host 10.1.0.5\nobject service S\n service tcp destination eq 80\n"
    bench = firewall(body + "nat (inside,outside) source static A A service S S\n")
    assert bench.line("nat (inside").fate is Fate.NOT_UNDERSTOOD
    assert bench.passes(OUT, IN, HOST_OUT, HOST_IN) == "no"  # the level still stops it: only the translation is unclear


def test_unidirectional_opens_no_way_back() -> None:
    body = "object network A\n host 10.1.0.5\nobject network M\n host 203.0.113.9\n"
    body += "access-list L extended permit ip any host 10.1.0.5\naccess-group L in interface outside\n"
    one_way = firewall(body + "nat (inside,outside) source static A M unidirectional\n")
    both = firewall(body + "nat (inside,outside) source static A M\n")
    assert [bench.passes(OUT, IN, HOST_OUT, "203.0.113.9") for bench in (one_way, both)] == ["no", "yes"]


def test_translation_that_sends_elsewhere_than_the_routes() -> None:
    body = "object network FAR\n host 172.16.0.9\n nat (dmz,outside) static 203.0.113.9\nroute inside 172.16.0.0 255.255.0.0 10.1.0.9\n"
    bench = firewall(body)
    assert any("another exit" in reason for reason in bench.doubts())


@pytest.mark.parametrize(
    "line",
    ["nat-control", "global (outside) 1 interface", "static (inside,outside) 203.0.113.9 10.1.0.9 netmask 255.255.255.255"],
)
def test_translation_of_before_8_3_is_not_understood(line: str) -> None:
    assert firewall(line + "\n").verdict(OUT, IN) == "UNDECIDED"
    assert firewall(version="8.2(5)").verdict(OUT, IN) == "UNDECIDED"


# --- IPv6 and versions ---------------------------------------------------------------------------------------------------------------


def six(body: str, version: str = "9.8(2)") -> Bench:
    text = f"ASA Version {version}\n" if version else ""
    for number, (name, level) in enumerate(((IN, 100), (OUT, 0)), start=1):
        text += f"interface e{number}\n nameif {name}\n security-level {level}\n ipv6 address 2001:db8:{number}::1/64\n"
    return Bench(read, text + body + ": end\n")


def test_any_means_both_families_from_9_0_on() -> None:
    permit = "access-list L extended permit tcp {} {}\naccess-group L in interface outside\n"
    found = [six(permit.format(word, word)).verdict(OUT, IN, Family.V6) for word in ("any", "any4", "any6")]
    assert found == ["VIOLATED", "PROVED", "VIOLATED"]


@pytest.mark.parametrize("version", ["", "8.4(7)"])
def test_ipv6_of_other_versions_is_not_decided(version: str) -> None:
    assert six("", version).verdict(OUT, IN, Family.V6) == "UNDECIDED"


def test_ipv6_does_not_pass_where_it_is_off() -> None:
    assert firewall().verdict(IN, OUT, Family.V6) == "PROVED"


# --- the rest of the configuration ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "context TOWN",
        "ASA Version 9.8(2) <context>",
        "mode multiple",
        "firewall transparent",
        "crypto map VPN interface outside",
        "webvpn\n enable outside",
        "aaa authentication match L inside LOCAL",
        "frobnicate 5",
        "wccp web-cache",
    ],
)
def test_settings_that_could_change_anything_put_the_device_in_doubt(line: str) -> None:
    assert firewall(line + "\n").verdict(OUT, IN) == "UNDECIDED"


@pytest.mark.parametrize("line", ["policy-route route-map R", "bridge-group 1", "frobnicate 5"])
def test_interface_settings_that_could_change_anything(line: str) -> None:
    assert firewall(extra=line).verdict(OUT, IN) == "UNDECIDED"


def test_one_interface_twice_is_not_guessed_at() -> None:
    assert firewall("interface GigabitEthernet0/0\n nameif inside\n security-level 100\n").verdict(OUT, IN) == "UNDECIDED"


def test_inspections_are_irrelevant_for_a_stated_reason() -> None:
    bench = firewall("policy-map global_policy\n class inspection_default\n  inspect ftp\nservice-policy global_policy global\n")
    line = bench.line("inspect ftp")
    assert (line.fate, bench.doubts()) == (Fate.IRRELEVANT, [])
    assert line.reason is not None
    assert "permitted" in line.reason.en


def test_shut_and_unnamed_interfaces_are_left_out() -> None:
    bench = firewall("interface e8\n shutdown\n nameif old\n security-level 10\ninterface e9\n no nameif\n no security-level\n")
    assert [one.name for one in bench.device.interfaces] == [IN, DMZ, OUT]
    assert bench.doubts() == []


def test_tunnel_interfaces_are_marked() -> None:
    body = "interface Tunnel1\n nameif vti\n ip address 10.99.0.1 255.255.255.252\n tunnel mode ipsec ipv4\n"
    assert [one.name for one in firewall(body).device.interfaces if one.tunnel] == ["vti"]


def test_routes_and_learned_routes() -> None:
    bench = firewall("route dmz 172.16.0.0 255.240.0.0 10.2.0.9\nroute Null0 192.0.2.0 255.255.255.0\n")
    assert [bench.passes(IN, exit_, HOST_IN, "172.16.1.1") for exit_ in (DMZ, OUT)] == ["yes", "no"]
    learned = firewall("route dmz 172.16.0.0 255.240.0.0 10.2.0.9\nrouter ospf 1\n network 10.0.0.0 255.0.0.0 area 0\n")
    assert learned.device.routes is None


def test_export_cut_off_at_the_pager_or_before_its_end() -> None:
    assert any("pager" in reason for reason in firewall("<--- More --->\n", end="").doubts())
    assert any("`: end` is missing" in reason for reason in firewall(end="").doubts())
    wiped = "<--- More --->\r              \r"
    assert firewall(f"{wiped}logging enable\n").doubts() == []


def test_other_dialects_are_refused() -> None:
    for text in ("hostname r\ninterface GigabitEthernet0/0\n ip address 10.0.0.1 255.0.0.0\nend\n", "config system global\nend\n"):
        with pytest.raises(DocumentError):
            Bench(read, text)


def test_town_firewall_line_by_line() -> None:
    bench = Bench(read, example("cisco_asa/town-firewall.txt"))
    assert (bench.adds_up(), bench.fates(), bench.doubts()) == (True, {"understood": 53, "irrelevant": 85, "not_understood": 0}, [])
    assert bench.verdict("outside", "mynumber") == "PROVED"
    # A line that a person overlooks: the names of TCPUDP hide that DNS is open to the mynumber side.
    assert any("TCPUDP any any eq domain" in line for line in bench.blamed("lgwan", "mynumber"))
    assert all(line.reason.ja and line.reason.en for line in bench.configuration.account.lines if line.reason)


@pytest.mark.parametrize(
    "secret",
    ["AAAAsecretAAAA", "2KFQnbNIdI", "tacacsSecret", "himitsu", "BBBBsecretBBBB", "vpnSecretKey", "shokuin0001"],
)
def test_secrets_never_appear(secret: str) -> None:
    assert secret in example("cisco_asa/town-firewall.txt")
    for line in Bench(read, example("cisco_asa/town-firewall.txt")).configuration.account.lines:
        assert secret not in line.text
        assert line.reason is None or secret not in line.reason.en + line.reason.ja


# --- forms that are rare, and what is refused ----------------------------------------------------------------------------------------


def test_line_numbers_of_entries_and_their_options() -> None:
    bench = one_list("permit tcp any any eq 80")
    numbered = firewall("access-list L line 1 extended permit tcp any any eq 80\naccess-group L in interface outside\n")
    assert [one.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=80) for one in (bench, numbered)] == ["yes", "yes"]
    assert one_list("permit tcp any any eq 80 frobnicate").line("access-list").fate is Fate.NOT_UNDERSTOOD
    assert one_list("permit tcp interface nowhere any").line("access-list").fate is Fate.NOT_UNDERSTOOD


def test_list_applied_twice_is_read_once() -> None:
    body = "access-list L extended permit tcp any any eq 80\n"
    bench = firewall(body + "access-group L in interface outside\naccess-group L in interface dmz\n")
    assert [bench.passes(*pair, dport=80) for pair in ((OUT, IN, HOST_OUT, HOST_IN), (DMZ, IN, HOST_DMZ, HOST_IN))] == ["yes", "yes"]


def test_protocol_and_ports_that_exclude_each_other_match_nothing() -> None:
    body = "object-group service NTP udp\n port-object eq ntp\nobject-group protocol BOTH\n protocol-object tcp\n protocol-object udp\n"
    bench = one_list("permit object-group BOTH any any object-group NTP", body=body)
    assert [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, proto, 123) for proto in ("udp", "tcp")] == ["yes", "no"]


def test_types_of_icmp_have_no_ports() -> None:
    bench = one_list("permit object-group MIXED any any object-group WEB", body=GROUPS)
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, "icmp", 0, sport=8) == "no"
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=80, sport=2000) == "no"


@pytest.mark.parametrize(
    "members",
    [
        "object-group protocol P\n network-object host 10.2.0.5\n",
        "object network P\n frobnicate 1\n",
        "object network P\n subnet 10.2.0.0 255.255.0.0 more\n",
        "object network P\n range 10.2.0.9 10.2.0.1\n",
        "object network P\n subnet 10.2.0.0/99\n",
        "object network P\n subnet fd00:: 255.255.255.0\n",
    ],
)
def test_hosts_of_no_known_form_may_be_any(members: str) -> None:
    bench = one_list("permit tcp any object-group P eq 80", "deny ip any any", body=members)
    assert [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=port) for port in (80, 81)] == ["maybe", "no"]


@pytest.mark.parametrize("members", ["object-group icmp-type P\n icmp-object frobnicate\n", "object-group icmp-type P\n group-object P\n"])
def test_types_of_no_known_form_may_be_any(members: str) -> None:
    bench = one_list("permit icmp any any object-group P", body=members)
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, "icmp", 0, sport=8) == "maybe"
    assert bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, dport=80) in ("no", "maybe")


def test_any_and_plain_protocols_as_members_of_groups() -> None:
    body = (
        "object-group network ALL\n description everything\n network-object any\n"
        "object-group service S\n description two\n service-object tcp destination eq 80\n group-object T\n"
        "object-group service T\n service-object gre\n service-object icmp\n"
    )
    bench = one_list("permit object-group S any object-group ALL", body=body)
    asked: list[tuple[str, int, int]] = [("tcp", 80, 1), ("gre", 0, 0), ("icmp", 0, 8), ("tcp", 81, 1)]
    assert [bench.passes(OUT, DMZ, HOST_OUT, HOST_DMZ, proto, dport, sport=sport) for proto, dport, sport in asked] == [
        "yes",
        "yes",
        "yes",
        "no",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "nat inside 1 0 0",
        "nat (inside) 1 10.1.0.0 255.255.0.0",
        "nat (inside,outside) dynamic interface",
        "nat (inside,outside) source static A M destination dynamic A A",
        "nat (inside,outside) source static A M frobnicate",
        "nat (inside,outside) source static MISSING M",
        "nat (inside,nowhere) source static A interface",
    ],
)
def test_twice_nat_of_no_known_form_may_translate_anything(line: str) -> None:
    body = "object network A\n host 10.1.0.5\nobject network M\n host 203.0.113.9\n"
    body += "access-list L extended permit ip any host 10.1.0.5\naccess-group L in interface outside\n"
    bench = firewall(body + line + "\n")
    assert bench.line("nat").fate is Fate.NOT_UNDERSTOOD
    assert bench.passes(OUT, IN, HOST_OUT, "203.0.113.9") == "maybe"


@pytest.mark.parametrize(
    "line", ["static 203.0.113.9 service icmp 1 1", "static 203.0.113.9 service tcp what 80", "static 203.0.113.9 what"]
)
def test_object_nat_of_no_known_form_may_translate_anything(line: str) -> None:
    body = f"object network A\n host 10.1.0.5\n nat (inside,outside) {line}\n"
    body += "access-list L extended permit ip any host 10.1.0.5\naccess-group L in interface outside\n"
    assert firewall(body).passes(OUT, IN, HOST_OUT, "203.0.113.9") == "maybe"


def test_object_nat_with_options_that_change_nothing() -> None:
    body = "object network A\n host 10.1.0.5\n nat (inside,outside) static 203.0.113.9 dns no-proxy-arp\n"
    body += "access-list L extended permit ip any host 10.1.0.5\naccess-group L in interface outside\n"
    assert firewall(body).passes(OUT, IN, HOST_OUT, "203.0.113.9") == "yes"


def test_twice_nat_with_a_description_counts_and_an_inactive_one_does_not() -> None:
    body = "object network A\n host 10.1.0.5\nobject network M\n host 203.0.113.9\n"
    body += "access-list L extended permit ip any host 10.1.0.5\naccess-group L in interface outside\n"
    told = firewall(body + "nat (inside,outside) 1 source static A M description for the clerks\n")
    off = firewall(body + "nat (inside,outside) source static A M inactive\n")
    assert [bench.passes(OUT, IN, HOST_OUT, "203.0.113.9") for bench in (told, off)] == ["yes", "no"]


def test_dynamic_translation_falls_back_to_the_interface() -> None:
    body = "object network POOL\n range 203.0.113.20 203.0.113.30\nobject network A\n host 10.1.0.5\n"
    bench = firewall(body + "nat (inside,outside) source dynamic A pat-pool POOL interface\n")
    (action,) = {rule.action for rule in bench.device.chains["nat source"]}
    assert isinstance(action, SourceNat)
    assert action.address == (int(ip_address("203.0.113.2")), int(ip_address("203.0.113.30")))


def test_destination_of_twice_nat_may_be_the_interface() -> None:
    body = "object network A\n host 10.1.0.5\nobject network B\n host 203.0.113.50\n"
    bench = firewall(body + "nat (inside,outside) source static A A destination static interface B route-lookup\n")
    targets = [rule.matches[0].dst for rule in bench.device.chains["nat destination"]]
    assert ((int(ip_address("10.1.0.1")),) * 2,) in targets


def test_translation_between_the_families_is_not_understood_and_one_family_of_two_is() -> None:
    body = "object network SIX\n host fd01::5\nobject network FOUR\n host 203.0.113.9\n"
    mixed = firewall(body + "nat (inside,outside) source static SIX FOUR route-lookup\n")
    reason = mixed.line("nat (").reason
    assert reason is not None
    assert "IPv4 and IPv6" in reason.en
    both = "object-group network DUAL\n network-object host 10.1.0.5\n network-object fd01::5/128\nobject network FOUR\n host 203.0.113.9\n"
    part = firewall(both + "nat (inside,outside) source static DUAL FOUR route-lookup\n")
    assert part.line("nat (").fate is Fate.UNDERSTOOD


def test_a_static_subnet_keeps_what_its_mapped_object_says() -> None:
    body = "object network MAPPED\n range 203.0.113.16 203.0.113.19\n"
    body += "object network A\n range 10.1.0.4 10.1.0.7\n nat (inside,outside) static MAPPED\n"
    body += "access-list L extended permit ip any any\naccess-group L in interface outside\n"
    bench = firewall(body)
    assert bench.passes(OUT, IN, HOST_OUT, "203.0.113.18") == "yes"
    assert (int(ip_address("10.1.0.6")),) * 2 in [
        (rule.action.address, rule.action.address)
        for rule in bench.device.chains["nat destination"]
        if isinstance(rule.action, DestinationNat)
    ]


def test_routes_of_ipv6_inside_tunnels_and_of_odd_masks() -> None:
    bench = firewall(
        "ipv6 route outside ::/0 fe80::1\nroute outside 10.9.0.0 255.255.0.0 203.0.113.1\nroute inside 0.0.0.0 0.0.0.0 10.1.0.9 tunneled\n"
    )
    assert bench.device.routes is not None
    assert [(route.family, route.interface) for route in bench.device.routes] == [(Family.V6, OUT), (Family.V4, OUT)]
    odd = firewall("route outside 10.9.0.0 255.0.255.0 203.0.113.1\n")
    assert odd.doubts() == ["a command that is not known here"]


@pytest.mark.parametrize("line", ["ip address dhcp setroute", "ipv6 address autoconfig"])
def test_addresses_from_outside_leave_the_routes_open(line: str) -> None:
    bench = firewall(extra=line)
    assert bench.device.routes is None


def test_addresses_of_ipv6_and_odd_lines_of_an_interface() -> None:
    enabled = firewall(extra="ipv6 enable\nipv6 address fe80::5 link-local\nipv6 address fd01::1/64")
    (inside, *_) = enabled.device.interfaces
    assert [one.family for one in inside.addresses] == [Family.V4, Family.V6]
    assert enabled.doubts() == []
    assert firewall(extra="ip address 10.9.0.1 255.255.0.0 frobnicate").doubts()
    assert firewall(extra="security-level high").doubts()


def test_a_bridge_group_without_a_name_counts() -> None:
    text = (
        "ASA Version 9.8(2)\ninterface GigabitEthernet0/0\n bridge-group 1\ninterface b\n nameif inside\n ip address 10.1.0.1 255.255.0.0\n"
    )
    assert Bench(read, text + ": end\n").doubts()


def test_a_web_portal_that_is_on_puts_the_device_in_doubt_and_one_that_is_off_does_not() -> None:
    on = firewall("webvpn\n anyconnect enable\n enable outside\n")
    off = firewall("webvpn\n anyconnect enable\n")
    assert (len(on.doubts()), off.doubts()) == (1, [])


def test_a_group_of_lists_with_an_unknown_word_is_not_guessed_at() -> None:
    body = "access-list L extended permit ip any any\naccess-group L in interface outside sideways\n"
    assert firewall(body).doubts()


def test_a_configuration_without_interfaces_passes_nothing() -> None:
    bench = Bench(read, "ASA Version 9.8(2)\nhostname fw\naccess-list L extended permit ip any any\n: end\n")
    assert (bench.device.interfaces, bench.device.hooks) == ((), ())
