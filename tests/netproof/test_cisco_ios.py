"""Cisco IOS: every pitfall of the ground (docs of the room) has a test named for it."""

from ipaddress import ip_address

import pytest

from secaudit.errors import DocumentError
from secaudit.netproof.dialects.cisco_ios import read
from secaudit.netproof.lines import Fate
from secaudit.netproof.packets import Family, Kind
from tests.netproof.cisco_bench import Bench, example

A, B, C = "GigabitEthernet0/0", "GigabitEthernet0/1", "GigabitEthernet0/2"
HOST_A, HOST_B, HOST_C = "10.1.0.5", "10.2.0.5", "10.3.0.5"


def router(body: str = "", *, a: str = "", b: str = "", c: str = "", end: str = "end\n") -> Bench:
    """Three interfaces; `a`, `b`, `c` are further lines of each."""
    text = "hostname r\n"
    for number, (name, lines) in enumerate(((A, a), (B, b), (C, c)), start=1):
        inner = "".join(f" {line}\n" for line in lines.split("\n") if line)
        text += f"interface {name}\n ip address 10.{number}.0.1 255.255.0.0\n{inner}!\n"
    found = Bench(read, text + body + end)
    assert found.adds_up()
    return found


def one_list(*entries: str, groups: str = "") -> Bench:
    """The entries as the inbound list of A."""
    return router(groups + "ip access-list extended L\n" + "".join(f" {entry}\n" for entry in entries), a="ip access-group L in")


# --- lists in general ----------------------------------------------------------------------------------------------------------------


def test_no_list_lets_everything_pass() -> None:
    bench = router()
    assert bench.verdict(A, B) == "VIOLATED"
    assert f"interface {A}" in bench.blamed(A, B)


def test_implicit_deny_stands_behind_the_first_entry() -> None:
    bench = one_list("permit tcp any host 10.2.0.9 eq 443")
    assert bench.passes(A, B, HOST_A, "10.2.0.9", dport=443) == "yes"
    assert bench.passes(A, B, HOST_A, HOST_B, dport=443) == "no"
    assert bench.verdict(A, C) == "PROVED"


@pytest.mark.parametrize("body", ["", "ip access-list extended L\n", "ip access-list extended L\n remark nothing yet\n"])
def test_applied_but_undefined_or_empty_list_permits_all(body: str) -> None:
    bench = router(body, a="ip access-group L in")
    assert bench.verdict(A, B) == "VIOLATED"
    assert "ip access-group L in" in bench.blamed(A, B)
    assert bench.line("ip access-group").fate is Fate.UNDERSTOOD


def test_first_match_counts_not_the_last() -> None:
    bench = one_list("deny tcp any any eq 22", "permit tcp any any")
    assert (bench.passes(A, B, HOST_A, HOST_B, dport=22), bench.passes(A, B, HOST_A, HOST_B, dport=23)) == ("no", "yes")


def test_wholly_shadowed_permit_is_no_violation() -> None:
    assert one_list("deny ip any any", "permit tcp any any eq 80").verdict(A, B) == "PROVED"


def test_partly_shadowed_permit_is_a_violation() -> None:
    bench = one_list("deny tcp any 10.2.0.0 0.0.127.255", "permit tcp any 10.2.0.0 0.0.255.255", "deny ip any any")
    found = bench.pair(A, B)
    assert found.verdict == "VIOLATED"
    assert found.violation is not None
    assert found.violation.packet.dst >= int.from_bytes(bytes([10, 2, 128, 0]))


def test_order_is_by_sequence_number() -> None:
    assert one_list("20 permit ip any any", "10 deny ip any any").verdict(A, B) == "PROVED"
    assert one_list("10 permit ip any any", "permit tcp any any", "5 deny ip any any").verdict(A, B) == "PROVED"


def test_remark_is_no_entry_even_if_it_looks_like_one() -> None:
    bench = one_list("remark permit ip any any", "deny ip any any")
    assert bench.verdict(A, B) == "PROVED"
    assert bench.line("remark").fate is Fate.IRRELEVANT


def test_defined_but_not_applied_list_decides_nothing() -> None:
    bench = router("ip access-list extended L\n deny ip any any\n")
    assert bench.verdict(A, B) == "VIOLATED"
    assert bench.line("deny").fate is Fate.IRRELEVANT


def test_direction_in_and_out() -> None:
    body = "access-list 100 deny ip any any\n"
    out = router(body, b="ip access-group 100 out")
    assert (out.verdict(A, B), out.verdict(B, A), out.verdict(A, C)) == ("PROVED", "VIOLATED", "VIOLATED")
    inward = router(body, b="ip access-group 100 in")
    assert (inward.verdict(A, B), inward.verdict(B, A), inward.verdict(B, C)) == ("VIOLATED", "PROVED", "PROVED")


def test_numbered_standard_list_looks_at_sources_with_wildcards() -> None:
    bench = router("access-list 10 permit 10.1.0.0 0.0.0.255\naccess-list 10 permit 10.1.9.9 log\n", a="ip access-group 10 in")
    assert [bench.passes(A, B, src, HOST_B) for src in ("10.1.0.77", "10.1.9.9", "10.1.1.1")] == ["yes", "yes", "no"]


def test_named_standard_list() -> None:
    bench = router("ip access-list standard S\n deny host 10.1.0.5\n permit any\n", a="ip access-group S in")
    assert (bench.passes(A, B, HOST_A, HOST_B), bench.passes(A, B, "10.1.0.6", HOST_B)) == ("no", "yes")


def test_wildcard_is_not_a_netmask() -> None:
    # 0.255.0.0 as a wildcard frees the second octet and fixes the others; as a netmask it would fix the second alone.
    bench = one_list("permit ip any 10.0.0.5 0.255.0.0")
    assert (bench.passes(A, B, HOST_A, HOST_B), bench.passes(A, B, HOST_A, "10.2.0.6")) == ("yes", "no")


def test_non_contiguous_wildcard() -> None:
    bench = one_list("permit ip any 10.2.0.5 0.0.15.0")
    assert [bench.passes(A, B, HOST_A, f"10.2.{third}.5") for third in (0, 15, 16)] == ["yes", "yes", "no"]
    assert bench.passes(A, B, HOST_A, "10.2.1.6") == "no"


def test_wildcard_that_scatters_too_widely_is_not_understood() -> None:
    bench = one_list("permit ip any 10.2.0.5 0.255.255.0", "deny ip any any")
    assert bench.line("permit").fate is Fate.NOT_UNDERSTOOD
    assert bench.verdict(A, B) == "UNDECIDED"
    assert "permit ip any 10.2.0.5 0.255.255.0" in bench.blamed(A, B)


def test_unreadable_line_leaves_only_what_it_could_change_undecided() -> None:
    bench = one_list("deny tcp any any", "permit frobnicate any any", "deny ip any any")
    assert bench.passes(A, B, HOST_A, HOST_B) == "no"
    assert bench.passes(A, B, HOST_A, HOST_B, "udp", 53) == "maybe"
    assert (bench.verdict(A, B), bench.verdict(B, C)) == ("UNDECIDED", "VIOLATED")


@pytest.mark.parametrize(
    ("ports", "hits", "misses"),
    [
        ("eq www", [80], [79, 81]),
        ("eq 22 443 8443", [22, 443, 8443], [80]),
        ("neq 22", [21, 23, 65535], [22]),
        ("gt 1023", [1024], [1023]),
        ("lt 1024", [0, 1023], [1024]),
        ("range ftp-data ftp", [20, 21], [19, 22]),
    ],
)
def test_port_operators(ports: str, hits: list[int], misses: list[int]) -> None:
    bench = one_list(f"permit tcp any any {ports}")
    assert {bench.passes(A, B, HOST_A, HOST_B, dport=port) for port in hits} == {"yes"}
    assert {bench.passes(A, B, HOST_A, HOST_B, dport=port) for port in misses} == {"no"}


def test_mnemonics_depend_on_the_protocol() -> None:
    bench = one_list("permit udp any any eq syslog", "permit tcp any any eq cmd")
    assert (bench.passes(A, B, HOST_A, HOST_B, "udp", 514), bench.passes(A, B, HOST_A, HOST_B, "tcp", 514)) == ("yes", "yes")
    assert one_list("permit udp any any eq cmd").line("permit").fate is Fate.NOT_UNDERSTOOD


def test_source_port_only_rule_is_a_hole() -> None:
    bench = one_list("permit tcp any eq 20 any")
    assert bench.passes(A, B, HOST_A, HOST_B, dport=3389, sport=20) == "yes"
    assert bench.verdict(A, B) == "VIOLATED"


def test_protocol_by_number_and_ip_means_every_protocol() -> None:
    assert one_list("permit 47 any any").passes(A, B, HOST_A, HOST_B, "gre", sport=0) == "yes"
    assert one_list("permit ip any any").passes(A, B, HOST_A, HOST_B, "esp", sport=0) == "yes"
    assert one_list("permit gre any any").passes(A, B, HOST_A, HOST_B) == "no"


def test_icmp_type_and_code() -> None:
    bench = one_list("permit icmp any any echo", "permit icmp any any 3 4", "permit icmp any any port-unreachable")
    found = [bench.passes(A, B, HOST_A, HOST_B, "icmp", code, sport=kind) for kind, code in ((8, 0), (0, 0), (3, 4), (3, 3), (3, 1))]
    assert found == ["yes", "no", "yes", "yes", "no"]


def test_log_only_marks_a_line() -> None:
    bench = one_list("permit tcp any any eq 80 log-input", "deny ip any any log")
    assert (bench.passes(A, B, HOST_A, HOST_B, dport=80), bench.verdict(A, B)) == ("yes", "VIOLATED")


def test_fragments_line_says_nothing_about_whole_packets() -> None:
    bench = one_list("permit ip any any fragments", "deny ip any any")
    assert bench.verdict(A, B) == "PROVED"
    assert bench.line("permit").fate is Fate.IRRELEVANT


def test_scheduled_entry_may_match() -> None:
    bench = one_list("permit tcp any any eq 22 time-range NIGHT", "deny ip any any")
    assert (bench.passes(A, B, HOST_A, HOST_B, dport=22), bench.passes(A, B, HOST_A, HOST_B, dport=23)) == ("maybe", "no")
    assert bench.verdict(A, B) == "UNDECIDED"
    assert any("NIGHT" in line for line in bench.blamed(A, B))


def test_scheduled_deny_does_not_prove() -> None:
    assert one_list("deny tcp any any time-range NIGHT", "permit tcp any any").verdict(A, B) == "UNDECIDED"


def test_lock_and_key_entry_may_do_anything() -> None:
    assert one_list("dynamic KEY permit ip any any", "deny ip any any").verdict(A, B) == "UNDECIDED"


@pytest.mark.parametrize("option", ["dscp af11", "precedence critical", "tos 4", "ttl eq 1", "option any-options"])
def test_header_fields_outside_the_model_may_match(option: str) -> None:
    assert one_list(f"permit ip any any {option}", "deny ip any any").verdict(A, B) == "UNDECIDED"


# --- state ---------------------------------------------------------------------------------------------------------------------------


def test_established_is_two_bits_and_a_crafted_packet_passes() -> None:
    bench = one_list("permit tcp any any established", "deny ip any any")
    assert bench.verdict(A, B) == "VIOLATED"
    assert [bench.passes(A, B, HOST_A, HOST_B, kind=kind) for kind in (Kind.START, Kind.ACK, Kind.RST, Kind.SYN_ACK)] == [
        "no",
        "yes",
        "yes",
        "yes",
    ]
    assert bench.passes(A, B, HOST_A, HOST_B, "udp") == "no"


def test_established_behind_inspection_is_not_certain() -> None:
    bench = router(
        "ip inspect name FW tcp\nip access-list extended L\n permit tcp any any established\n",
        a="ip access-group L in\nip inspect FW in",
    )
    assert bench.verdict(A, B) == "UNDECIDED"
    assert any("ip inspect FW in" in line for line in bench.blamed(A, B))


def test_inspection_lets_returns_in_but_nothing_new() -> None:
    bench = router("ip inspect name FW tcp\naccess-list 100 deny ip any any\n", b="ip access-group 100 in\nip inspect FW out")
    assert bench.verdict(B, A) == "PROVED"


def test_tcp_flags() -> None:
    bench = one_list("permit tcp any any match-all +syn -ack -fin -rst", "deny ip any any")
    assert (bench.passes(A, B, HOST_A, HOST_B), bench.passes(A, B, HOST_A, HOST_B, kind=Kind.ACK)) == ("yes", "no")
    assert one_list("permit tcp any any rst").passes(A, B, HOST_A, HOST_B, kind=Kind.RST) == "yes"


def test_reflexive_list_lets_only_returns_through() -> None:
    body = "ip access-list extended OUT\n permit tcp any any reflect R\nip access-list extended IN\n evaluate R\n deny ip any any\n"
    bench = router(body, b="ip access-group OUT out\nip access-group IN in")
    assert (bench.passes(A, B, HOST_A, HOST_B, dport=80), bench.verdict(B, A)) == ("yes", "PROVED")
    assert bench.passes(B, A, HOST_B, HOST_A, kind=Kind.SYN_ACK) == "no"


def test_what_many_routers_say_beside_is_irrelevant() -> None:
    bench = router("multilink bundle-name authenticated\nip reflexive-list timeout 120\n")
    assert bench.doubts() == []
    assert bench.fates()["not_understood"] == 0


def test_reflexive_list_alone_is_not_an_empty_list() -> None:
    assert router("ip access-list extended IN\n evaluate R\n", b="ip access-group IN in").verdict(B, A) == "PROVED"


# --- object groups -------------------------------------------------------------------------------------------------------------------

GROUPS = """object-group network INNER
 host 10.2.0.9
object-group network SERVERS
 group-object INNER
 10.2.7.0 255.255.255.0
 range 10.2.8.1 10.2.8.3
"""


def test_nested_groups_with_netmasks_and_ranges() -> None:
    bench = one_list("permit tcp any object-group SERVERS eq 443", groups=GROUPS)
    hosts = ("10.2.0.9", "10.2.7.200", "10.2.8.2", "10.2.8.4", "10.2.0.5")
    assert [bench.passes(A, B, HOST_A, host, dport=443) for host in hosts] == ["yes", "yes", "yes", "no", "no"]


def test_service_group_with_protocols_and_any_protocol_with_ports() -> None:
    groups = "object-group service S\n tcp-udp eq domain\n icmp echo\n tcp source gt 1023 eq 8080\n"
    bench = one_list("permit object-group S any any", groups=groups)
    assert [bench.passes(A, B, HOST_A, HOST_B, proto, 53) for proto in ("tcp", "udp")] == ["yes", "yes"]
    assert bench.passes(A, B, HOST_A, HOST_B, "icmp", 0, sport=8) == "yes"
    assert [bench.passes(A, B, HOST_A, HOST_B, dport=8080, sport=port) for port in (1024, 1023)] == ["yes", "no"]


@pytest.mark.parametrize(
    "groups",
    [
        "",
        "object-group network G\n",
        "object-group network G\n group-object G\n",
        "object-group network G\n group-object H\nobject-group network H\n group-object G\n",
        "object-group network G\n something odd\n",
    ],
    ids=["undefined", "empty", "recursive", "recursive over two", "unreadable"],
)
def test_undefined_empty_and_recursive_groups_are_never_silently_denied(groups: str) -> None:
    bench = one_list("permit tcp any object-group G", "deny ip any any", groups=groups)
    assert bench.verdict(A, B) == "UNDECIDED"
    assert one_list("deny ip any object-group G", "permit ip any any", groups=groups).verdict(A, B) == "UNDECIDED"


def test_known_members_beside_an_undefined_one_match_for_sure() -> None:
    groups = "object-group network G\n host 10.2.0.5\n group-object MISSING\n"
    bench = one_list("permit tcp any object-group G", groups=groups)
    assert (bench.passes(A, B, HOST_A, HOST_B), bench.passes(A, B, HOST_A, "10.2.0.6")) == ("yes", "maybe")


def test_unused_group_decides_nothing() -> None:
    bench = router("object-group network G\n something odd\n")
    assert bench.doubts() == []
    assert bench.line("something").fate is Fate.IRRELEVANT


# --- interfaces ----------------------------------------------------------------------------------------------------------------------


def test_shut_interface_is_left_out() -> None:
    bench = router(c="shutdown\nip policy route-map X")
    assert C not in [one.name for one in bench.device.interfaces]
    assert bench.doubts() == []


def test_subinterface_and_svi_are_interfaces_of_their_own() -> None:
    body = "interface Vlan30\n ip address 10.30.0.1 255.255.0.0\n ip access-group 100 in\n!\naccess-list 100 deny ip any any\n"
    bench = router(body + f"interface {A}.40\n encapsulation dot1Q 40\n ip address 10.40.0.1 255.255.0.0\n", a="ip access-group 100 in")
    assert (bench.verdict("Vlan30", A), bench.verdict(A, B), bench.verdict(f"{A}.40", B)) == ("PROVED", "PROVED", "VIOLATED")


def test_list_on_a_switch_port_is_not_the_list_of_the_svi() -> None:
    body = (
        "interface GigabitEthernet1/0/5\n switchport access vlan 30\n switchport mode access\n ip access-group 100 in\n!\n"
        "interface Vlan30\n ip address 10.30.0.1 255.255.0.0\n!\naccess-list 100 deny ip any any\n"
    )
    bench = router(body)
    assert bench.verdict("Vlan30", A) == "UNDECIDED"
    assert bench.verdict(B, A) == "VIOLATED"


def test_hairpin_passes_where_no_list_stops_it() -> None:
    assert router().passes(A, A, HOST_A, "10.1.0.6") == "yes"


def test_check_of_sources_may_drop_only_forged_ones() -> None:
    bench = router(a="ip verify unicast source reachable-via rx")
    assert (bench.passes(A, B, HOST_A, HOST_B), bench.passes(A, B, "192.0.2.1", HOST_B)) == ("yes", "maybe")


@pytest.mark.parametrize(
    "line",
    [
        "ip policy route-map PBR",
        "vrf forwarding RED",
        "crypto map VPN",
        "bridge-group 1",
        "ip nat enable",
        "ip wccp 61 redirect in",
        "ip directed-broadcast",
        "ip admission NAC",
        "frobnicate 5",
    ],
)
def test_settings_that_could_change_anything_put_the_device_in_doubt(line: str) -> None:
    bench = router("access-list 100 deny ip any any\n", a=f"ip access-group 100 in\n{line}")
    assert bench.verdict(A, B) == "UNDECIDED"
    assert line in bench.blamed(A, B)


@pytest.mark.parametrize(
    "line",
    ["vlan access-map V 10", "vlan filter V vlan-list 7", "ip wccp web-cache", "no ip routing", "frobnicate 5", "ip port-map http port 81"],
)
def test_global_settings_that_could_change_anything(line: str) -> None:
    bench = router(f"access-list 100 deny ip any any\n{line}\n", a="ip access-group 100 in")
    assert bench.verdict(A, B) == "UNDECIDED"


def test_tunnel_interfaces_are_marked() -> None:
    bench = router("interface Tunnel0\n ip address 10.99.0.1 255.255.255.252\n tunnel source GigabitEthernet0/1\n tunnel mode ipsec ipv4\n")
    assert [one.name for one in bench.device.interfaces if one.tunnel] == ["Tunnel0"]
    assert bench.doubts() == []


def test_lists_for_the_device_itself_are_another_question() -> None:
    bench = router("access-list 10 deny any\nline vty 0 4\n access-class 10 in\ncontrol-plane\n")
    assert bench.verdict(A, B) == "VIOLATED"
    assert bench.line("access-list 10").fate is Fate.IRRELEVANT


# --- routing -------------------------------------------------------------------------------------------------------------------------


def test_static_routes_limit_the_exits() -> None:
    bench = router("ip route 172.16.0.0 255.240.0.0 10.2.0.254\nip route 192.0.2.0 255.255.255.0 Null0\n")
    assert bench.device.routes is not None
    assert (bench.passes(A, B, HOST_A, "172.16.1.1"), bench.passes(A, C, HOST_A, "172.16.1.1")) == ("yes", "no")
    assert bench.passes(A, B, HOST_A, "192.0.2.1") == "no"


def test_without_static_routes_only_connected_subnets_are_reached() -> None:
    bench = router()
    assert (bench.passes(A, B, HOST_A, HOST_B), bench.passes(A, C, HOST_A, HOST_B)) == ("yes", "no")


@pytest.mark.parametrize("body", ["router ospf 1\n network 10.0.0.0 0.255.255.255 area 0\n", "ip route 0.0.0.0 0.0.0.0 10.2.0.9 track 1\n"])
def test_with_learned_routes_every_exit_is_possible(body: str) -> None:
    bench = router("ip route 172.16.0.0 255.240.0.0 10.2.0.254\n" + body)
    assert bench.device.routes is None
    assert bench.passes(A, C, HOST_A, "172.16.1.1") == "yes"


def test_routing_table_of_a_vrf_is_not_understood() -> None:
    assert router("ip route vrf RED 0.0.0.0 0.0.0.0 10.2.0.9\n").verdict(A, B) == "UNDECIDED"


# --- IPv6 ----------------------------------------------------------------------------------------------------------------------------


def six(body: str = "", *, a: str = "", forwarding: str = "ipv6 unicast-routing\n") -> Bench:
    return router(forwarding + body, a="ipv6 address 2001:db8:1::1/64\n" + a, b="ipv6 address 2001:db8:2::1/64")


def test_ipv6_is_another_question_than_ipv4() -> None:
    bench = six("access-list 100 deny ip any any\n", a="ip access-group 100 in")
    assert (bench.verdict(A, B), bench.verdict(A, B, Family.V6)) == ("PROVED", "VIOLATED")


def test_ipv6_is_not_forwarded_by_default_nor_where_it_is_off() -> None:
    assert six(forwarding="").verdict(A, B, Family.V6) == "PROVED"
    assert six().verdict(A, C, Family.V6) == "PROVED"


def test_ipv6_list() -> None:
    body = "ipv6 access-list V\n sequence 20 deny ipv6 any any\n sequence 10 permit tcp any host 2001:DB8:2::9 eq 443\n"
    bench = six(body, a="ipv6 traffic-filter V in")
    assert bench.passes(A, B, "2001:db8:1::5", "2001:db8:2::9", dport=443) == "yes"
    assert bench.passes(A, B, "2001:db8:1::5", "2001:db8:2::8", dport=443) == "no"


def test_ipv6_list_permits_neighbour_discovery_unless_it_says_no() -> None:
    silent = six("ipv6 access-list V\n deny tcp any any\n", a="ipv6 traffic-filter V in")
    assert silent.passes(A, B, "2001:db8:1::5", "2001:db8:2::9", "icmp", 0, sport=135, kind=Kind.DISCOVERY) == "yes"
    assert silent.passes(A, B, "2001:db8:1::5", "2001:db8:2::9", "udp", 53) == "no"
    strict = six("ipv6 access-list V\n deny ipv6 any any\n", a="ipv6 traffic-filter V in")
    assert strict.verdict(A, B, Family.V6) == "PROVED"


def test_ipv6_object_groups() -> None:
    body = (
        "object-group v6-network N\n 2001:DB8:2::/64\nobject-group v6-network ALL\n any\nobject-group v6-service S\n icmp echo-request\n"
        "ipv6 access-list V\n permit tcp object-group ALL object-group N eq 443\n permit object-group S any any\n"
    )
    bench = six(body, a="ipv6 traffic-filter V in")
    assert bench.passes(A, B, "2001:db8:1::5", "2001:db8:2::9", dport=443) == "yes"
    assert bench.passes(A, B, "2001:db8:1::5", "2001:db8:2::9", "icmp", 0, sport=128) == "yes"
    assert bench.passes(A, B, "2001:db8:1::5", "2001:db8:2::9", "udp", 443) == "no"


def test_ipv6_extension_headers_may_match() -> None:
    assert (
        six("ipv6 access-list V\n permit ipv6 any any routing\n deny ipv6 any any\n", a="ipv6 traffic-filter V in").verdict(A, B, Family.V6)
        == "UNDECIDED"
    )


# --- zones ---------------------------------------------------------------------------------------------------------------------------

ZONES = """zone security IN
zone security OUT
ip access-list extended WEB
 permit tcp any host 10.2.0.9
class-map type inspect match-all WEB-CLASS
 match access-group name WEB
 match protocol http
class-map type inspect match-any OPEN
 match protocol dns
 match protocol icmp
policy-map type inspect P
 class type inspect WEB-CLASS
  inspect
 class type inspect OPEN
  pass log
 class class-default
  drop log
zone-pair security IN-OUT source IN destination OUT
 service-policy type inspect P
"""


def zoned(body: str = ZONES, *, c: str = "") -> Bench:
    return router(body, a="zone-member security IN", b="zone-member security OUT", c=c)


def test_zone_pair_inspects_passes_and_drops() -> None:
    bench = zoned()
    assert bench.doubts() == []
    assert bench.configuration.account.count(Fate.NOT_UNDERSTOOD) == 0
    assert bench.passes(A, B, HOST_A, "10.2.0.9", dport=80) == "yes"
    assert [bench.passes(A, B, HOST_A, host, dport=port) for host, port in (("10.2.0.9", 81), (HOST_B, 80))] == ["no", "no"]
    assert bench.passes(A, B, HOST_A, HOST_B, "udp", 53) == "yes"


def test_inspect_needs_a_syn_and_pass_does_not() -> None:
    bench = zoned()
    assert bench.passes(A, B, HOST_A, "10.2.0.9", dport=80, kind=Kind.ACK) == "no"
    assert bench.passes(A, B, HOST_A, HOST_B, dport=53, kind=Kind.ACK) == "yes"


def test_no_zone_pair_between_zones_drops() -> None:
    assert zoned().verdict(B, A) == "PROVED"


def test_interface_without_zone_against_one_with_zone_drops() -> None:
    bench = zoned()
    assert (bench.verdict(A, C), bench.verdict(C, A), bench.verdict(C, B)) == ("PROVED", "PROVED", "PROVED")


def test_two_interfaces_without_zone_pass() -> None:
    bench = zoned(ZONES + "interface Vlan7\n ip address 10.7.0.1 255.255.0.0\n")
    assert bench.verdict(C, "Vlan7") == "VIOLATED"


def test_default_zone_takes_the_interfaces_in_none() -> None:
    body = ZONES + "zone security default\nzone-pair security D source default destination OUT\n service-policy type inspect P\n"
    assert zoned(body).passes(C, B, HOST_C, HOST_B, "udp", 53) == "yes"


def test_same_zone_passes() -> None:
    assert zoned(c="zone-member security IN").verdict(A, C) == "VIOLATED"


def test_self_zone_is_traffic_of_the_device() -> None:
    body = ZONES + "zone-pair security S source OUT destination self\n service-policy type inspect P\n"
    bench = zoned(body)
    assert bench.verdict(B, A) == "PROVED"
    assert bench.line("zone-pair security S").fate is Fate.IRRELEVANT


def test_class_without_action_and_default_class_drop() -> None:
    body = ZONES.replace("  pass log\n", "").replace(" class class-default\n  drop log\n", "")
    bench = zoned(body)
    assert (bench.passes(A, B, HOST_A, HOST_B, "udp", 53), bench.passes(A, B, HOST_A, HOST_B, dport=9)) == ("no", "no")


def test_denied_in_a_class_list_means_the_next_class() -> None:
    body = ZONES.replace(" permit tcp any host 10.2.0.9\n", " deny tcp any host 10.2.0.9\n permit ip any any\n").replace(
        " match protocol http\n", ""
    )
    bench = zoned(body)
    assert (bench.passes(A, B, HOST_A, "10.2.0.9", dport=80), bench.passes(A, B, HOST_A, HOST_B, dport=80)) == ("no", "yes")


def test_negated_condition_of_a_class() -> None:
    bench = zoned(ZONES.replace(" match protocol http\n", " match not protocol http\n"))
    assert [bench.passes(A, B, HOST_A, "10.2.0.9", dport=port) for port in (80, 81)] == ["no", "yes"]


def test_nested_class_maps() -> None:
    nested = "class-map type inspect match-all OUTER\n match class-map OPEN\n match access-group name WEB\n"
    body = nested + ZONES.replace("class type inspect OPEN", "class type inspect OUTER")
    bench = zoned(body)
    assert (bench.passes(A, B, HOST_A, "10.2.0.9", dport=53), bench.passes(A, B, HOST_A, HOST_B, dport=53)) == ("yes", "no")


@pytest.mark.parametrize(
    "change", [("protocol http", "protocol bittorrent"), ("name WEB", "name MISSING"), ("protocol http", "class-map WEB-CLASS")]
)
def test_conditions_that_are_not_known_may_match(change: tuple[str, str]) -> None:
    bench = zoned(
        ZONES.replace(*change).replace("match protocol dns", "match access-group name NOBODY").replace(" match protocol icmp\n", "")
    )
    assert bench.verdict(A, B) == "UNDECIDED"


def test_missing_policy_of_a_zone_pair() -> None:
    assert zoned(ZONES.replace("service-policy type inspect P", "service-policy type inspect Q")).verdict(A, B) == "UNDECIDED"


def test_lists_count_beside_zones() -> None:
    body = ZONES + "access-list 100 deny ip any any\n"
    bench = router(body, a="zone-member security IN\nip access-group 100 in", b="zone-member security OUT")
    assert bench.verdict(A, B) == "PROVED"


# --- translation ---------------------------------------------------------------------------------------------------------------------


def natted(body: str, *, inside: str = "", outside: str = "") -> Bench:
    return router(body, a=f"ip nat inside\n{inside}", b=f"ip nat outside\n{outside}")


def test_static_translation_works_in_both_directions() -> None:
    bench = natted(
        "ip nat inside source static 10.1.0.5 10.2.0.200\naccess-list 100 permit ip any host 10.1.0.5\n", inside="ip access-group 100 out"
    )
    assert bench.passes(B, A, HOST_B, "10.2.0.200", dport=80) == "yes"
    leaving = natted(
        "ip nat inside source static 10.1.0.5 10.2.0.200\naccess-list 100 permit ip host 10.2.0.200 any\n",
        outside="ip access-group 100 out",
    )
    assert (leaving.passes(A, B, HOST_A, HOST_B), leaving.passes(A, B, "10.1.0.6", HOST_B)) == ("yes", "no")


def test_inbound_list_sees_published_addresses() -> None:
    body = "ip nat inside source static tcp 10.1.0.5 8080 10.2.0.200 80 extendable\naccess-list 100 permit tcp any host 10.2.0.200 eq www\n"
    bench = natted(body, outside="ip access-group 100 in")
    assert bench.passes(B, A, HOST_B, "10.2.0.200", dport=80) == "yes"
    assert [bench.passes(B, A, HOST_B, HOST_A, dport=port) for port in (80, 8080)] == ["no", "no"]


def test_static_port_on_the_interface_address() -> None:
    bench = natted(f"ip nat inside source static tcp 10.1.0.5 22 interface {B} 2222\n")
    assert bench.passes(B, A, HOST_B, "10.2.0.1", dport=2222) == "yes"
    assert bench.passes(B, A, HOST_B, "10.2.0.1", dport=2223) == "no"


def test_overload_translates_sources_and_opens_nothing() -> None:
    body = f"access-list 1 permit 10.1.0.0 0.0.255.255\nip nat inside source list 1 interface {B} overload\n"
    body += "access-list 100 permit ip host 10.2.0.1 any\n"
    bench = natted(body + "access-list 101 deny ip any any\n", outside="ip access-group 100 out\nip access-group 101 in")
    assert (bench.passes(A, B, HOST_A, HOST_B), bench.verdict(B, A)) == ("yes", "PROVED")


def test_denied_sources_are_exempt_from_translation() -> None:
    body = (
        f"ip access-list extended N\n deny ip any host 10.2.0.9\n permit ip any any\nip nat inside source list N interface {B} overload\n"
    )
    bench = natted(body + "access-list 100 permit ip host 10.2.0.1 any\n", outside="ip access-group 100 out")
    assert (bench.passes(A, B, HOST_A, HOST_B), bench.passes(A, B, HOST_A, "10.2.0.9")) == ("yes", "no")


def test_dynamic_pool_without_overload_may_be_entered_from_outside() -> None:
    body = "access-list 1 permit any\nip nat pool P 10.2.0.50 10.2.0.60 netmask 255.255.0.0\nip nat inside source list 1 pool P\n"
    bench = natted(body + "access-list 100 permit ip any host 10.2.0.55\n", outside="ip access-group 100 in")
    assert bench.passes(B, A, HOST_B, "10.2.0.55") == "maybe"
    assert bench.verdict(B, A) == "UNDECIDED"


def test_static_subnet_is_written_out_up_to_a_limit() -> None:
    bench = natted(
        "ip nat inside source static network 10.1.7.0 10.2.7.0 /28\naccess-list 100 permit ip any host 10.1.7.3\n",
        inside="ip access-group 100 out",
    )
    assert (bench.passes(B, A, HOST_B, "10.2.7.3"), bench.passes(B, A, HOST_B, "10.2.7.4")) == ("yes", "no")
    assert natted("ip nat inside source static network 10.1.0.0 10.2.0.0 /16\n").line("ip nat inside source").fate is Fate.NOT_UNDERSTOOD


def test_outside_translation() -> None:
    bench = natted(
        "ip nat outside source static 10.2.0.9 10.1.9.9\naccess-list 100 permit ip any host 10.2.0.9\n", outside="ip access-group 100 out"
    )
    assert bench.passes(A, B, HOST_A, "10.1.9.9") == "yes"


@pytest.mark.parametrize("rule", ["list MISSING pool P", "route-map R interface X overload", "static 10.1.0.5 10.2.0.9 vrf RED"])
def test_translation_that_is_not_understood(rule: str) -> None:
    bench = natted(f"ip nat inside source {rule}\naccess-list 100 permit ip host 10.2.0.200 any\n", outside="ip access-group 100 out")
    assert bench.passes(A, B, HOST_A, HOST_B) == "maybe"


# --- the export ----------------------------------------------------------------------------------------------------------------------


def test_export_cut_off_at_the_pager() -> None:
    bench = router("access-list 100 deny ip any any\n --More-- \n", a="ip access-group 100 in", end="")
    assert bench.verdict(A, B) == "UNDECIDED"
    assert any("pager" in reason for reason in bench.doubts())


def test_export_without_its_end() -> None:
    bench = router("access-list 100 deny ip any any\n", a="ip access-group 100 in", end="")
    assert any("`end` is missing" in reason for reason in bench.doubts())


def test_pager_marks_that_the_terminal_overwrote() -> None:
    wiped = " --More-- " + "\b" * 9 + " " * 8 + "\b" * 9
    bench = router("ip access-list extended L\n" + wiped + " deny ip any any\n\r --More-- \r          \r!\n", a="ip access-group L in")
    assert bench.verdict(A, B) == "PROVED"


def test_pager_mark_before_a_command_is_not_guessed_at() -> None:
    assert (
        router("access-list 100 deny ip any any\n --More--  permit ip any any\n", a="ip access-group 100 in").verdict(A, B) == "UNDECIDED"
    )


def test_one_interface_twice_is_not_guessed_at() -> None:
    assert router(f"interface {A}\n ip address 10.1.0.1 255.255.0.0\n").verdict(A, B) == "UNDECIDED"


def test_script_that_removes_a_list_before_writing_it() -> None:
    body = "no ip access-list extended L\nip access-list extended L\n deny ip any any\n exit\n"
    assert router(body, a="ip access-group L in").verdict(A, B) == "PROVED"
    assert router(body + "no ip access-list extended L\n", a="ip access-group L in").verdict(A, B) == "UNDECIDED"


def test_relays_of_broadcasts_are_the_device_itself() -> None:
    bench = router(a="ip helper-address 10.2.0.9")
    assert (bench.line("ip helper-address").fate, bench.doubts()) == (Fate.IRRELEVANT, [])


def test_windows_line_ends_and_japanese_descriptions() -> None:
    text = f"hostname r\r\ninterface {A}\r\n description 庁内\r\n ip address 10.1.0.1 255.255.0.0\r\nend\r\n"
    for encoding in ("utf-8", "cp932", "euc_jp"):
        bench = Bench(read, text.encode(encoding))
        assert (bench.adds_up(), bench.doubts()) == (True, [])


def test_banner_is_no_configuration() -> None:
    bench = router("access-list 100 deny ip any any\nbanner motd ^C\nno access-list 100\n^C\n", a="ip access-group 100 in")
    assert bench.verdict(A, B) == "PROVED"
    assert router("banner motd #\naccess-list 100 permit ip any any\n").doubts() != []


def test_two_files_are_one_device() -> None:
    bench = Bench(read, f"hostname r\ninterface {A}\n ip access-group 100 in\nend\n", "access-list 100 deny ip any any\n")
    assert bench.adds_up()
    assert bench.configuration.account.lines[-1].at.path == "show-run1.txt"


def test_other_dialects_are_refused() -> None:
    for text in ("ASA Version 9.8(2)\ninterface x\n nameif inside\n", "config system global\nend\n", "ip lan1 address 192.168.0.1/24\n"):
        with pytest.raises(DocumentError):
            Bench(read, text)


def test_town_router_line_by_line() -> None:
    bench = Bench(read, example("cisco_ios/town-router.txt"))
    assert (bench.adds_up(), bench.fates(), bench.doubts()) == (True, {"understood": 43, "irrelevant": 86, "not_understood": 0}, [])
    mynumber, lgwan, internet = f"{A}.10", f"{A}.20", B
    assert bench.verdict(internet, mynumber) == "PROVED"
    assert bench.verdict(mynumber, internet) == "PROVED"
    assert any("host 10.2.0.10 eq 443" in line for line in bench.blamed(mynumber, lgwan))
    assert all(line.reason.ja and line.reason.en for line in bench.configuration.account.lines if line.reason)


@pytest.mark.parametrize(
    "secret", ["himitsu", "0822455D0A16", "VerySecretHashValue", "TopSecretHash", "094F471A1A0A", "30820229", "shokuin0001"]
)
def test_secrets_never_appear(secret: str) -> None:
    bench = Bench(read, example("cisco_ios/town-router.txt"))
    assert secret in example("cisco_ios/town-router.txt")
    for line in bench.configuration.account.lines:
        assert secret not in line.text
        assert line.reason is None or secret not in line.reason.en + line.reason.ja


def test_secrets_in_lines_that_are_not_understood() -> None:
    bench = router("frobnicate password 7 hushhush\nnewfeature key 0 hushhush\narchive\n path ftp://town:hushhush@10.2.0.9/x\n")
    assert not any("hushhush" in line.text for line in bench.configuration.account.lines)


# --- forms that are rare, and what is refused ----------------------------------------------------------------------------------------


def test_groups_of_services_nest_and_say_what_they_are_for() -> None:
    groups = (
        "object-group service S\n description two\n group-object T\n tcp eq 80\n"
        "object-group service T\n gre\n"
        "object-group network N\n description hosts\n any\n"
    )
    bench = one_list("permit object-group S any object-group N", groups=groups)
    assert [bench.passes(A, B, HOST_A, HOST_B, proto, port) for proto, port in (("tcp", 80), ("tcp", 81), ("gre", 0))] == [
        "yes",
        "no",
        "yes",
    ]
    recursive = one_list("permit object-group S any any", groups="object-group service S\n group-object S\n")
    assert recursive.verdict(A, B) == "UNDECIDED"


@pytest.mark.parametrize(
    "member", ["10.2.0.300", "range 10.2.0.9 fd00::1", "fd00::/200", "10.2.0.0 ffff::", "10.2.0.5 255.255.255.255 more"]
)
def test_members_of_no_known_form_may_be_any_host(member: str) -> None:
    bench = one_list("permit tcp any object-group G eq 80", groups=f"object-group network G\n {member}\n")
    assert [bench.passes(A, B, HOST_A, HOST_B, dport=port) for port in (80, 81)] == ["maybe", "no"]


@pytest.mark.parametrize(
    ("entry", "passes"),
    [
        ("permit tcp any any eq 80 log SECRET-COOKIE", "yes"),
        ("permit tcp any any eq 80 log time-range NIGHT", "maybe"),
        ("permit tcp any any eq 80 ttl eq 5", "maybe"),
        ("permit tcp any any eq 80 reflect MIRROR timeout 60", "yes"),
        ("permit tcp any any match-all +syn -fin", "yes"),
        ("permit tcp any any match-all +syn +psh", "maybe"),
        ("permit tcp any any match-any +psh", "maybe"),
        ("permit tcp any any syn", "yes"),
        ("permit tcp any any match-all +syn -ack -rst -fin", "yes"),
        ("permit tcp any any eq 80 frobnicate", "maybe"),
        ("dynamic USERS permit tcp any any", "maybe"),
        ("permit dynamic USERS", "maybe"),
        ("frobnicate tcp any any", "maybe"),
        ("permit tcp any neq 40000 any", "no"),
        ("permit tcp any any lt 81", "yes"),
    ],
)
def test_options_of_an_entry(entry: str, passes: str) -> None:
    assert one_list(entry).passes(A, B, HOST_A, HOST_B, dport=80) == passes


def test_prefixes_and_masks_as_ends_of_an_entry() -> None:
    bench = one_list("permit tcp any 10.2.0.0/24 eq 80")
    assert [bench.passes(A, B, HOST_A, host, dport=80) for host in (HOST_B, "10.2.1.5")] == ["yes", "no"]


def test_lines_that_are_no_entries() -> None:
    bench = one_list("permit tcp any any eq 80", "exit")
    assert bench.passes(A, B, HOST_A, HOST_B, dport=80) == "yes"
    assert bench.line("exit").fate is Fate.IRRELEVANT
    tagged = router("ip access-list standard S\n permit 10.1.0.5 log COOKIE\n permit host 10.1.0.6\n", a="ip access-group S in")
    assert [tagged.passes(A, B, src, HOST_B) for src in (HOST_A, "10.1.0.6", "10.1.0.7")] == ["yes", "yes", "no"]


def test_icmp_in_a_list_of_ipv6_is_that_of_ipv6() -> None:
    body = "ipv6 unicast-routing\nipv6 access-list L\n permit icmp any any echo-request\n deny ipv6 any any\n"
    text = "hostname r\n"
    for number, name in enumerate((A, B), start=1):
        more = " ipv6 traffic-filter L in\n" if name == A else ""
        text += f"interface {name}\n ipv6 address 2001:db8:{number}::1/64\n{more}"
    bench = Bench(read, text + body + "end\n")
    found = [bench.passes(A, B, "2001:db8:1::5", "2001:db8:2::5", "icmp", 0, sport=kind) for kind in (128, 139)]
    assert found == ["yes", "no"]


# --- interfaces: forms ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["ip address dhcp", "ip address negotiated", "ipv6 address autoconfig"])
def test_addresses_from_outside_leave_every_exit_open(line: str) -> None:
    assert router(c=line).device.routes is None


@pytest.mark.parametrize(
    "line",
    [
        "ip address 10.9.0.1",
        "ip access-group L",
        "ip access-group L sideways",
        "ip unnumbered",
        "ipv6 address fd00::1",
        "ip address 10.9.0.1 255.0.255.0",
    ],
)
def test_lines_of_an_interface_of_no_known_form_put_the_device_in_doubt(line: str) -> None:
    assert router(c=line).doubts()


@pytest.mark.parametrize(
    "line",
    [
        "ip unnumbered Loopback0",
        "ipv6 enable",
        "ipv6 address fe80::9 link-local",
        "ipv6 verify unicast source reachable-via rx",
        "no ip proxy-arp",
        "no crypto map M",
        "tunnel source Loopback0",
    ],
)
def test_lines_of_an_interface_that_change_nothing_between_the_others(line: str) -> None:
    bench = router(c=line)
    assert bench.doubts() == []
    assert bench.verdict(A, B) == "VIOLATED"


def test_shared_addresses_are_the_device_itself() -> None:
    bench = router(
        a="standby 1 ip 10.1.0.254\nstandby 1 priority 110\nvrrp 2 ip 10.1.0.253\nstandby 3 ip\nvrrp 5 ip frobnicate 1\nvrrp 6 ipv6 9"
    )
    (port, *_) = bench.device.interfaces
    own = [str(ip_address(one.value)) for one in port.addresses]
    assert own == ["10.1.0.1", "10.1.0.254", "10.1.0.253"]
    assert bench.passes(B, A, HOST_B, "10.1.0.254") == "no"
    bare = Bench(read, f"hostname r\ninterface {A}\n standby 1 ip 10.1.0.254\nend\n")
    assert bare.device.interfaces[0].addresses == ()


# --- zones: forms --------------------------------------------------------------------------------------------------------------------


def test_descriptions_and_unused_definitions_of_zones_decide_nothing() -> None:
    body = ZONES.replace("zone security IN\n", "zone security IN\n description the clerks\n")
    body = body.replace("match-any OPEN\n", "match-any OPEN\n description what is open\n")
    body = body.replace("policy-map type inspect P\n", "policy-map type inspect P\n description all of it\n")
    body = body.replace("source IN destination OUT\n", "source IN destination OUT\n description from in to out\n")
    body += "class-map match-any QOS\n match any\npolicy-map QOS\n class QOS\n"
    bench = zoned(body)
    assert bench.configuration.account.count(Fate.NOT_UNDERSTOOD) == 0
    assert (bench.passes(A, B, HOST_A, "10.2.0.9", dport=80), bench.passes(A, B, HOST_A, HOST_B, dport=80)) == ("yes", "no")
    assert bench.line("class-map match-any QOS").fate is Fate.IRRELEVANT


def test_a_zone_pair_without_members_decides_nothing_and_an_odd_line_in_one_everything() -> None:
    empty = zoned(ZONES + "zone security FAR\nzone-pair security F source IN destination FAR\n service-policy type inspect P\n")
    assert empty.line("zone-pair security F").fate is Fate.IRRELEVANT
    assert empty.doubts() == []
    assert zoned(ZONES.replace(" service-policy type inspect P\n", " service-policy type inspect P\n frobnicate\n")).doubts()


@pytest.mark.parametrize(("line", "kept"), [("police rate 1000", "maybe"), ("urlfilter U", "maybe"), ("frobnicate", "maybe")])
def test_a_further_action_of_a_class_may_drop(line: str, kept: str) -> None:
    bench = zoned(ZONES.replace("  inspect\n", f"  inspect\n  {line}\n"))
    assert bench.passes(A, B, HOST_A, "10.2.0.9", dport=80) == kept
    assert bench.passes(A, B, HOST_A, HOST_B, "udp", 53) == "yes"


@pytest.mark.parametrize("line", ["match frobnicate 1", "match class-map MISSING", "match not class-map OPEN"])
def test_a_condition_of_a_class_of_no_known_form_may_hold(line: str) -> None:
    bench = zoned(ZONES.replace(" match protocol http\n", f" {line}\n"))
    assert bench.passes(A, B, HOST_A, "10.2.0.9", dport=80) == "maybe"
    assert bench.passes(A, B, HOST_A, HOST_B, dport=80) == "no"


def test_an_entry_that_is_not_known_in_the_list_of_a_class_may_match() -> None:
    bench = zoned(ZONES.replace(" permit tcp any host 10.2.0.9\n", " permit tcp any host 10.2.0.9 frobnicate\n"))
    assert bench.passes(A, B, HOST_A, "10.2.0.9", dport=80) == "maybe"


def test_a_class_that_holds_itself_over_another_is_told_and_ends() -> None:
    circle = "class-map type inspect match-any OPEN\n match class-map WEB-CLASS\n match protocol dns\n"
    body = ZONES.replace(" match protocol http\n", " match class-map OPEN\n").replace(
        "class-map type inspect match-any OPEN\n match protocol dns\n match protocol icmp\n", circle
    )
    bench = zoned(body)
    assert bench.pair(A, B).nodes < 1_000
    told = [line.reason.en for line in bench.configuration.account.not_understood if line.reason is not None]
    assert {"`WEB-CLASS` holds itself", "`OPEN` holds itself"} == set(told)
    assert bench.passes(A, B, HOST_A, HOST_B, "udp", 53) == "yes"


# --- translation: forms --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "inside source static tcp 10.1.0.5 what 10.2.0.9 80",
        f"inside source static tcp 10.1.0.5 22 interface {C}9 22",
        "inside source static network 10.1.7.0 10.2.7.0 what",
        "inside source list 1 frobnicate",
        "inside source list 1 pool MISSING",
        "inside source list 1 pool ODD",
        "outside source static tcp 10.2.0.9 80 10.1.9.9 80",
    ],
)
def test_translation_of_no_known_form_may_do_anything(rule: str) -> None:
    body = f"access-list 1 permit any\nip nat pool ODD prefix-length 24\nip nat {rule}\naccess-list 100 permit ip host 10.2.0.200 any\n"
    bench = natted(body, outside="ip access-group 100 out")
    (line,) = bench.configuration.account.not_understood
    assert line.text.startswith("ip nat ")
    assert bench.passes(A, B, HOST_A, HOST_B) == "maybe"


def test_translation_without_both_sides_and_pools_that_nothing_uses_decide_nothing() -> None:
    bench = router(
        "ip nat inside source static 10.1.0.5 10.2.0.9\nip nat pool P 10.2.0.50 10.2.0.60 netmask 255.255.0.0\n", a="ip nat inside"
    )
    assert [bench.line(start).fate for start in ("ip nat inside source", "ip nat pool")] == [Fate.IRRELEVANT, Fate.IRRELEVANT]


# --- the text itself -----------------------------------------------------------------------------------------------------------------


def test_texts_of_other_encodings_are_read() -> None:
    for encoding in ("utf-16", "cp932", "euc_jp", "utf-8-sig"):
        text = f"hostname r\ninterface {A}\n description 庁内\n ip address 10.1.0.1 255.255.0.0\nend\n"
        assert Bench(read, text.encode(encoding)).doubts() == []
    odd = f"hostname r\ninterface {A}\n description ".encode() + b"\x81 \xff\n ip address 10.1.0.1 255.255.0.0\nend\n"
    assert Bench(read, odd).doubts() == []


def test_a_pager_mark_alone_in_the_middle_is_no_loss() -> None:
    text = f"hostname r\ninterface {A}\n ip address 10.1.0.1 255.255.0.0\n --More-- \nend\n"
    bench = Bench(read, text)
    assert bench.doubts() == []
    assert bench.adds_up()


@pytest.mark.parametrize("banner", ["banner motd", "banner motd ^C all ours ^C", "banner motd #\nkeep out\n#"])
def test_banners_end_where_they_say(banner: str) -> None:
    bench = router(f"{banner}\nip access-list extended L\n deny ip any any\n", a="ip access-group L in")
    assert bench.verdict(A, B) == "PROVED"
    assert bench.doubts() == []


@pytest.mark.parametrize("line", ["ip route 10.9.0.0 255.0.255.0 10.2.0.9", "ip route what 255.255.0.0 10.2.0.9", "ip route"])
def test_routes_of_no_known_form_put_the_device_in_doubt(line: str) -> None:
    assert router(line + "\n").doubts()
