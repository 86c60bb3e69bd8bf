"""Words of YAMAHA routers: mnemonic ports and protocols, commands that forward nothing, and why.

* Ports and protocols: known (the mnemonics of the command reference); an unknown one makes the filter unknown.
* INVARIANT: a command that stands nowhere here and is read by nobody makes the device doubtful.

Never here: filters (`yamaha_filters`).
"""

import re
from types import MappingProxyType

from secaudit.model.text import Text
from secaudit.netproof.lines import APPEARANCE

MANAGEMENT = Text(
    ja="装置自身の管理・記録の設定（中継の可否に関わらない）", en="management and logging of the device itself; forwards nothing"
)
TUNNELS = Text(
    ja="回線やトンネルの作り方（できたインターフェースはフィルターが制限する）",
    en="how a line or a tunnel is made; filters limit the interface that it makes",
)
CONTENTS = Text(ja="止めることしかできない検査", en="an inspection that can only stop packets")
RETURNS = Text(ja="許可された接続の返りの扱い（新しい通信は開けない）", en="about answers within a permitted connection; opens nothing new")
UNUSED = Text(ja="定義だけで、どこにも適用されていない", en="only defined, applied nowhere")
REPLACED = Text(ja="後の行に置き換えられた設定", en="replaced by a later line")
ISOLATION = Text(
    ja="1つのインターフェースの中の口の分け方（領域はインターフェースで決める）",
    en="divides the ports of one interface; zones go by interface",
)
DETAIL = Text(
    ja="経路制御プロトコルの細かい設定（動かすかどうかは別の行）", en="a detail of a routing protocol; another line says whether it runs"
)
NOT_IN_USE = Text(ja="使わないという設定", en="says that something is not used")

PORTS = MappingProxyType(
    {
        "ftp": (21, 21),
        "ftpdata": (20, 20),
        "ssh": (22, 22),
        "telnet": (23, 23),
        "smtp": (25, 25),
        "time": (37, 37),
        "whois": (43, 43),
        "dns": (53, 53),
        "domain": (53, 53),
        "dhcps": (67, 67),
        "dhcpc": (68, 68),
        "tftp": (69, 69),
        "gopher": (70, 70),
        "finger": (79, 79),
        "www": (80, 80),
        "http": (80, 80),
        "pop3": (110, 110),
        "sunrpc": (111, 111),
        "ident": (113, 113),
        "nntp": (119, 119),
        "ntp": (123, 123),
        "ms-rpc": (135, 135),
        "netbios_ns": (137, 137),
        "netbios_dgm": (138, 138),
        "netbios_ssn": (139, 139),
        "imap": (143, 143),
        "snmp": (161, 161),
        "snmptrap": (162, 162),
        "bgp": (179, 179),
        "imap3": (220, 220),
        "ldap": (389, 389),
        "https": (443, 443),
        "ms-ds": (445, 445),
        "ike": (500, 500),
        "rlogin": (513, 513),
        "rwho": (513, 513),
        "rsh": (514, 514),
        "syslog": (514, 514),
        "printer": (515, 515),
        "talk": (517, 517),
        "rip": (520, 520),
        "ripng": (521, 521),
        "route": (520, 520),
        "uucp": (540, 540),
        "dhcpv6c": (546, 546),
        "dhcpv6s": (547, 547),
        "submission": (587, 587),
        "l2tp": (1701, 1701),
        "pptp": (1723, 1723),
        "mms": (1755, 1755),
        "radius": (1812, 1812),
        "nfs": (2049, 2049),
        "squid": (3128, 3128),
        "sip": (5060, 5060),
    }
)
PROTOCOLS = MappingProxyType(
    {
        "tcp": 6,
        "udp": 17,
        "gre": 47,
        "esp": 50,
        "ah": 51,
        "ospf": 89,
        "ipv6": 41,
        "igmp": 2,
        "ipencap": 4,
        "pim": 103,
        "vrrp": 112,
        "l2tp": 115,
        "icmp4": 1,
        "icmp6": 58,
        "sctp": 132,
    }
)

_RULES: tuple[tuple[str, Text], ...] = (
    (r"(login|administrator|console|security class|user|timezone|syslog|snmp)\b.*", MANAGEMENT),
    (r"(snmpv2c|snmpv3|httpd|telnetd|sshd|sftpd|tftp|date|time)\b.*", MANAGEMENT),
    (r"(dns|dhcp|ntpdate|ntp|sntpd|mail|alarm|led)\b.*", MANAGEMENT),
    (r"(usbhost|external-memory|operation|statistics|description|radius|tacacs|license)\b.*", MANAGEMENT),
    (r"(dashboard|rollback|http|netvolante-dns|lldp|lan-map|switch)\b.*", MANAGEMENT),
    (r"(loopdetect|cooperation|heartbeat2?|remote|embedded|save|system)\b.*", MANAGEMENT),
    (r"(queue|qos|class|speed|pp name|tunnel name|set|alias|terminal|disk)\b.*", MANAGEMENT),
    (r"(vrx|wol|account|sd|analog|dtmf|sip|ngn|mobile|provider)\b.*", MANAGEMENT),
    (r"(pp|tunnel) (select|keepalive|description|name|multilink|queue|qos).*", APPEARANCE),
    (r"(ppp|pppoe|isdn|bacp|leased|wan|ipsec|ike|l2tp|pptp|ipip|gre|sstp|map-e|onu|mld|fr|cllm|remote-access|wins)\b.*", TUNNELS),
    (r"pp (auth|always-on|bind|isdn|encapsulation|callback|disconnect|connect|ecp|ccp|backup (pp|off|none)?$).*", TUNNELS),
    (r"tunnel (encapsulation|endpoint|ngn|type|l2tp|ipip|vpn|mac|tcp).*", TUNNELS),
    (r"ip (host|arp|icmp|stealth|simple-service|flow|keepalive|tos)\b.*", APPEARANCE),
    (r"ip (fragment|implicit-route|hop|igmp|pim|multicast|tcp|udp|ids)\b.*", APPEARANCE),
    (r"ip routing process .*", APPEARANCE),
    (r"ipv6 routing process .*", APPEARANCE),
    (r"ip route change .*", APPEARANCE),
    (r"ipv6 (nd|icmp|stealth|prefix|source|max|mtu|mld|multicast|tcp)\b.*", APPEARANCE),
    (r"(ip|ipv6) filter (directed-broadcast|source-route|fqdn).*", APPEARANCE),
    (r"(ip|ipv6) filter dynamic timer.*", RETURNS),
    (r"(ip|ipv6) \S+ (mtu|tcp|proxyarp|arp|dhcp|wol|traffic|igmp|pim|rebound)\b.*", APPEARANCE),
    (r"(ip|ipv6) \S+ (description|icmp|tos|dad|rtadv|nd|mld|ra|vrrp|netmask|broadcast)\b.*", APPEARANCE),
    (r"(ip|ipv6) \S+ (intrusion|ids)\b.*", CONTENTS),
    (r"(ip|ipv6) \S+ (remote|ipcp|prefix|routing|hold|copy|upnp)\b.*", APPEARANCE),
    (r"url .*", CONTENTS),
    (r"(lan (type|link-aggregation|receive-buffer-size|count-hub-overflow|linkup|port-mirroring|keepalive|speed|poe))\b.*", ISOLATION),
    (r"(lan-type)\b.*", ISOLATION),
    (r"(ip|ipv6) \S+ (rip|ospf|ospfv3|bgp)\b.*|(rip|ospf|bgp|ipv6 rip|ipv6 ospf)\b.*", DETAIL),
    (r"upnp .*|lua .*", MANAGEMENT),
    (r"nat descriptor (timer|ftp|log)\b.*", RETURNS),
    (r"nat descriptor (masquerade (rlogin|ttl|session|port|remove|unconvertible|keepalive)|sip)\b.*", RETURNS),
    (r"nat descriptor (backward-compatibility|h323)\b.*", RETURNS),
)
_COMPILED = tuple((re.compile(pattern), reason) for pattern, reason in _RULES)


def idle(text: str) -> Text | None:
    """Return why a command forwards nothing; None if that is not known."""
    return next((reason for pattern, reason in _COMPILED if pattern.fullmatch(text)), None)
