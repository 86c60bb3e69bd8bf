"""Words of FortiOS: which sections and settings cannot change what a device forwards, and why; the services it knows by itself.

* A section that is named nowhere here and read by nobody is not understood: it makes the device doubtful, unless it sets nothing or
  only switches things off.
* Services: the table of the factory configuration (documented list of predefined services). Exports name them in `firewall service
  custom` as well; what the export says wins.

Never here: reading a text.
"""

import re
from types import MappingProxyType

from secaudit.model.text import Text
from secaudit.netproof.lines import APPEARANCE

MANAGEMENT = Text(
    ja="装置自身の管理・記録の設定（中継の可否に関わらない）", en="management and logging of the device itself; forwards nothing"
)
SELF = Text(ja="装置自身に宛てた通信の設定（別の問い）", en="about traffic to the device itself: another question")
MULTICAST = Text(ja="マルチキャストの設定（証明の対象外）", en="about multicast, which is not part of the proof")
INSPECTION = Text(ja="通信の中身の検査（止めることしかできない）", en="inspection of contents: it can only stop what a policy lets through")
TUNNELS = Text(
    ja="トンネルや無線の作り方（できたインターフェースはポリシーが制限する）",
    en="how a tunnel or a radio network is made; the policies limit the interface that it makes",
)
UNUSED = Text(ja="使われていない定義", en="a definition that nothing uses")
EMPTY = Text(ja="中身のない節", en="a section without contents")
SWITCHED_OFF = Text(ja="無効にされた機能", en="a function that is switched off")
HELPERS = Text(
    ja="通信の補助（許可された接続に属する返りの通信だけを開ける）",
    en="session helpers: they open only what belongs to a connection already permitted",
)
PARTS = Text(
    ja="スイッチとして束ねた口の一覧（1つのインターフェースとして扱う）", en="ports that are switched together: they are one interface here"
)
TYPED = Text(ja="入力したコマンド", en="the command that was typed")
DISABLED = Text(ja="無効なので何もしない定義", en="disabled, so it does nothing")

_SECTIONS: tuple[tuple[str, Text], ...] = (
    (r"(antivirus|ips|webfilter|web-proxy|dnsfilter|emailfilter|spamfilter)( .*)?", INSPECTION),
    (r"(dlp|application|voip|icap|waf|ssh-filter|file-filter)( .*)?", INSPECTION),
    (r"(videofilter|cifs|endpoint-control|casb)( .*)?", INSPECTION),
    (r"(virtual-patch|ztna|diameter-filter|sctp-filter|telemetry-controller)( .*)?", INSPECTION),
    (r"firewall (profile-.*|ssl-ssh-profile|ssl .*|ssl-server)", INSPECTION),
    (r"firewall (ssh .*|sniffer|on-demand-sniffer|interface-policy6?|DoS-policy6?)", INSPECTION),
    (r"firewall (ttl-policy|gtp|pfcp|decrypted-traffic-mirror|mms-profile|dlp-.*|carrier-endpoint-bwl|global)", INSPECTION),
    (r"(log|report|user|alertemail|gui|certificate|vpn certificate)( .*)?", MANAGEMENT),
    (r"(ftp-proxy|monitoring|rule|dpdk|wanopt|nsxt|hardware)( .*)?", MANAGEMENT),
    (r"system (admin|accprofile|ha|ha-monitor|snmp|ntp|ptp)( .*)?", MANAGEMENT),
    (r"system (dns|dns-.*|dns64|ddns|dhcp6?|fortiguard|fortimanager|central-management)( .*)?", MANAGEMENT),
    (r"system (console|replacemsg|replacemsg-group|replacemsg-image|password-policy.*)( .*)?", MANAGEMENT),
    (r"system (sso-.*|session-ttl|fm|fips-cc|autoupdate)( .*)?", MANAGEMENT),
    (r"system (storage|stp|email-server|automation-.*)", MANAGEMENT),
    (r"system (custom-language|object-tagging|resource-limits|vdom-(property|dns|netflow|sflow))", MANAGEMENT),
    (r"system (vdom-radius-server|vdom-exception|saml|csf|federated-upgrade|netflow)( .*)?", MANAGEMENT),
    (r"system (sflow|npu.*|np6.*|alias|api-user|ftm-push|geoip-.*)( .*)?", MANAGEMENT),
    (r"system (arp-table|proxy-arp|ipv6-neighbor-cache|mac-address-table|lldp .*)", MANAGEMENT),
    (r"system (probe-response|link-monitor|affinity-.*|acme|bypass)", MANAGEMENT),
    (r"system (network-visibility|physical-switch|smc-ntp|tos-based-priority|dscp-based-priority)( .*)?", MANAGEMENT),
    (r"system (ipam|fabric-vpn|ike|ips|ips-urlfilter-.*)( .*)?", MANAGEMENT),
    (r"system (dedicated-mgmt|mem-mgr|nethsm|security-rating .*|speed-test-.*)", MANAGEMENT),
    (r"system (standalone-cluster|cluster-sync|tos.*|timezone|wireless .*)", MANAGEMENT),
    (r"system (auto-(install|script)|external-resource|sdn-(connector|proxy|vpn)|modem)", MANAGEMENT),
    (r"system (3g-modem .*|lte-modem|5g-modem|isf-queue-profile)", MANAGEMENT),
    (r"system (virtual-switch|switch-interface|geoip-country|evpn)", PARTS),
    (r"system (pcp-server|device-upgrade|ssh-config|icond|health-check-fortiguard)", PARTS),
    (r"system session-helper", HELPERS),
    (r"system (gre-tunnel|ipip-tunnel|ipv6-tunnel|sit-tunnel)", TUNNELS),
    (r"system (vne-tunnel|vne-interface|mobile-tunnel|pppoe-interface|ipsec-aggregate)", TUNNELS),
    (r"(vpn (ipsec|ssl|l2tp|pptp|ocvpn|kmip-server|qkd)|wireless-controller)( .*)?", TUNNELS),
    (r"(switch-controller|extender-controller|extension-controller)( .*)?", TUNNELS),
    (r"firewall (local-in-policy6?|ldb-monitor|auth-portal|ipmacbinding .*)", SELF),
    (r"(firewall (multicast-.*|multicast)|router multicast(6|-flow)?|system multicast-.*)", MULTICAST),
    (r"firewall (shaper .*|shaping-policy|shaping-profile|traffic-class|country|region|city|vendor-mac.*|ssid)", APPEARANCE),
    (r"firewall (internet-service.*|wildcard-fqdn .*|proxy-address6?)", APPEARANCE),
    (r"firewall (proxy-addrgrp6?|network-service-dynamic|dnstranslation)", APPEARANCE),
    (r"firewall (schedule .*|service category|acl-.*|global-.*|identity-based-route|ip-translation)", APPEARANCE),
    (r"router (access-list6?|prefix-list6?|route-map|aspath-list|community-list)", APPEARANCE),
    (r"router (extcommunity-list|key-chain|auth-path|setting|bfd6?)", APPEARANCE),
)
_COMPILED = tuple((re.compile(pattern), reason) for pattern, reason in _SECTIONS)


def section_reason(name: str) -> Text | None:
    """Return why a section cannot change what is forwarded; None if that is not known."""
    return next((reason for pattern, reason in _COMPILED if pattern.fullmatch(name)), None)


_QUIET: dict[str, str] = {
    "policy": r"""
        name uuid comments? label global-label logtraffic.* capture-packet color .*-profile profile-.* ips-sensor
        application-list .*-sensor utm-status inspection-mode traffic-shaper.* per-ip-shaper diffserv.* session-ttl vlan-cos-.*
        tcp-mss-.* tcp-timeout-pid udp-timeout-pid send-deny-packet timeout-send-rst anti-replay auto-asic-offload
        np-acceleration block-notification custom-log-fields replacemsg-.* firewall-session-dirty schedule-timeout
        delay-tcp-npu-session natinbound natoutbound wccp disclaimer auth-.* cgn-.* geoip-.* reputation-direction
        dstaddr-policy-.* redirect-url wsso webcache.* webproxy-.* http-policy-redirect ssh-policy-redirect http-tunnel-auth
        ztna-policy-redirect internet-service6?(-src)?-(negate|name|group|custom.*|id|fortiguard) network-service-.*
        port-preserve port-random natip match-vip-only dynamic-shaping email-collect radius-.* fsso ntlm.* captive-portal-exempt
        policy-expiry-date.* passive-wan-health-measurement app-.* waf-profile casb-profile scan-botnet-connections dsri
        bandwidth ssl-mirror.* ssl-ssh-profile fec client-reputation nat64.* sgt.* telemetry-.*
        wanopt-(detection|passive-opt|peer|profile) tcp-reset log-unmatched-traffic
    """,
    "object": r"""
        uuid comments? color visibility allow-routing fabric-object associated-interface cache-ttl category obj-.* tag-.* sdn.*
        epg-name macaddr sub-type clearpass-spt country hw-.* node-ip-only organization os policy-group region subnet-name
        sw-version tenant wildcard-fqdn route-tag filter fsso-group passive-fqdn-learning interface host host-type template fqdn
        dynamic list tags? end-mac start-mac cloud.* hostname
    """,
    "service": r"""
        uuid comments? color visibility fabric-object category check-reset-range session-ttl tcp-(half|time|rst).*
        udp-idle-timer helper proxy
    """,
    "interface": r"""
        alias description role snmp-index allowaccess device-identification.* lldp-.* mtu.* speed mediatype macaddr fail-.*
        estimated-.* inbandwidth outbandwidth bandwidth-.* monitor-bandwidth trust-ip.* trust-ip6.* dhcp-.* dns-.* pppoe-.*
        lcp-.* padt-.* idle-timeout disc-retry auth-.* username password ipunnumbered distance priority weight spillover-.*
        ingress-.* egress-.* netflow-.* sflow-.* sample-.* polling-.* scan-.* security-.* replacemsg-.* explicit-ftp-proxy
        tcp-mss min-links.* lacp-.* algorithm system-id.* link-up-delay aggregate.* redundant.* member vlanid vlan-protocol
        vrrp-.* type forward-(domain|error-correction) color devindex vindex interface dedicated-to fortilink.* switch.* swc-.*
        ap-discover remote-ip ike-saml.* detect.* gwdetect ha-priority icmp-.* ping-serv-status preserve-session-route
        secondary-IP broadcast-.* arpforward ndiscforward bfd.* drop-.* wccp src-check managed-.* netbios-forward wins-ip substitute.*
        stpforward.* ident-accept ipmac internal managed-device measured-.* measure.* exclude-.* eap-.* dot1x.* mac auto-auth.*
        client-options defaultgw mode phy-mode port-mirroring mirroring-.* ip-managed-by.* rip-.* np-qos-profile sfp-dsl.*
        wifi-.* default-purdue-level cli-conn-status external virtual-mac reachable-time stp.* ring-.* generic-receive-offload
        profiles? telemetry-.* prp-.* tag.* poe transmit-.*
    """,
    "settings": r"""
        comments? gui-.* http-external-dest status inspection-mode ngfw-mode h323-direct-model strict-src-check ses-denied-.* bfd.*
        utf8-spam-tagging wccp-.* vpn-stats-.* v4-ecmp-mode mac-ttl fw-session-hairpin prp-.* snat-hairpin-traffic dhcp-.*
        application-bandwidth-tracking auxiliary-session default-(voip-alg-mode|app-port-as-service|policy-expiry-days) sip-.*
        link-down-access nat46-.* nat64-.* implicit-allow-dns consolidated-firewall-mode discovered-.* email-portal-.*
        block-land-attack asymroute-icmp6? ike-.* location-id lldp-.* allow-linkdown-path internet-service-.* detect-.*
        ecmp-max-paths deny-tcp-with-icmp multicast-.* device ip ip6 gateway6? manageip6? opmode allow-subnet-overlap intree-.*
        dyn-addr-.* hyperscale-.* lan-.* vdom-type dp-load.* policy-offload-level ses-.* motherboard-traffic-forwarding
        process-.* ipsec-.* compatible-.* firewall-session-dirty central-nat compliance-.*
    """,
    "vip": r"""
        uuid id comments? color arp-reply ndp-reply gratuitous-arp-interval dns-mapping-ttl http-.* https-.* ssl-.* ldb-method
        monitor persistence max-.* outlook-.* weblogic-.* websphere-.* server-type realservers? h[23]-.* one-click-gslb-server
        gslb-.* add-nat64-route user-agent-detect client-cert empty-cert-action
    """,
    "pool": r"""
        comments? arp-reply arp-intf associated-interface block-size num-blocks-per-user pba-.* client-prefix-length
        port-per-user .*-timeout source-start.* startport endport add-nat64-route nat64 cgn-.* utilization-.* source-prefix6?
        tcp-session-quota udp-session-quota icmp-session-quota privileged-port.* subnet-broadcast.* nat46 add-nat46-route
    """,
    "zone": r"""
        description tagging uuid comments?
    """,
    "route": r"""
        comment weight dynamic-gateway link-monitor-exempt bfd tag preferred-source vrf tagging src
    """,
}
_QUIET_COMPILED = MappingProxyType({kind: re.compile("|".join(pattern.split())) for kind, pattern in _QUIET.items()})
_OFF = re.compile(r"disable|none|0|0\.0\.0\.0|0\.0\.0\.0/0|::|::/0|0x00|deny|", re.IGNORECASE)


UNSET = frozenset({"0.0.0.0", "::", "::/0"})  # noqa: S104 - how FortiOS writes that no address is given


def quiet(kind: str, key: str) -> bool:
    """Whether a setting of this kind of entry cannot change what is forwarded."""
    return _QUIET_COMPILED[kind].fullmatch(key) is not None


def off(value: tuple[str, ...]) -> bool:
    """Whether a value says that something is not used."""
    return all(_OFF.fullmatch(word) for word in value)


SERVICES = MappingProxyType(
    {
        "ALL": "ip 0",
        "ALL_TCP": "tcp 1-65535",
        "ALL_UDP": "udp 1-65535",
        "ALL_ICMP": "icmp",
        "ALL_ICMP6": "icmp6",
        "GRE": "ip 47",
        "GTP": "tcp 2123 2152 3386, udp 2123 2152 3386",
        "AH": "ip 51",
        "ESP": "ip 50",
        "AOL": "tcp 5190-5194",
        "BGP": "tcp 179",
        "DHCP": "udp 67-68",
        "DHCP6": "udp 546 547",
        "DNS": "tcp 53, udp 53",
        "FINGER": "tcp 79",
        "FTP": "tcp 21",
        "FTP_GET": "tcp 21",
        "FTP_PUT": "tcp 21",
        "GOPHER": "tcp 70",
        "H323": "tcp 1720 1503, udp 1719",
        "HTTP": "tcp 80",
        "HTTPS": "tcp 443",
        "IKE": "udp 500 4500",
        "IMAP": "tcp 143",
        "IMAPS": "tcp 993",
        "Internet-Locator-Service": "tcp 389",
        "IRC": "tcp 6660-6669",
        "KERBEROS": "tcp 88 464, udp 88 464",
        "L2TP": "tcp 1701, udp 1701",
        "LDAP": "tcp 389",
        "LDAP_UDP": "udp 389",
        "MGCP": "udp 2427 2727",
        "MS-SQL": "tcp 1433 1434",
        "MYSQL": "tcp 3306",
        "NetMeeting": "tcp 1720",
        "NFS": "tcp 111 2049, udp 111 2049",
        "NNTP": "tcp 119",
        "NTP": "tcp 123, udp 123",
        "OSPF": "ip 89",
        "PC-Anywhere": "tcp 5631, udp 5632",
        "PING": "icmp 8",
        "PING6": "icmp6 128",
        "TIMESTAMP": "icmp 13",
        "INFO_REQUEST": "icmp 15",
        "INFO_ADDRESS": "icmp 17",
        "ONC-RPC": "tcp 111, udp 111",
        "DCE-RPC": "tcp 135, udp 135",
        "POP3": "tcp 110",
        "POP3S": "tcp 995",
        "PPTP": "tcp 1723",
        "QUAKE": "udp 26000 27000 27910 27960",
        "RADIUS": "udp 1812 1813",
        "RADIUS-OLD": "udp 1645 1646",
        "RAUDIO": "udp 7070",
        "RDP": "tcp 3389",
        "REXEC": "tcp 512",
        "RIP": "udp 520",
        "RLOGIN": "tcp 513:512-1023",
        "RSH": "tcp 514:512-1023",
        "RTSP": "tcp 554 7070 8554, udp 554",
        "SAMBA": "tcp 139",
        "SCCP": "tcp 2000",
        "SIP": "tcp 5060, udp 5060",
        "SIP-MSNmessenger": "tcp 1863",
        "SMB": "tcp 445",
        "SMTP": "tcp 25",
        "SMTPS": "tcp 465",
        "SNMP": "tcp 161-162, udp 161-162",
        "SOCKS": "tcp 1080, udp 1080",
        "SQUID": "tcp 3128",
        "SSH": "tcp 22",
        "SYSLOG": "udp 514",
        "TALK": "udp 517-518",
        "TELNET": "tcp 23",
        "TFTP": "udp 69",
        "TRACEROUTE": "udp 33434-33535",
        "UUCP": "tcp 540",
        "VDOLIVE": "tcp 7000-7010",
        "VNC": "tcp 5900",
        "WAIS": "tcp 210",
        "WINFRAME": "tcp 1494 2598",
        "WINS": "tcp 1512, udp 1512",
        "X-WINDOWS": "tcp 6000-6063",
        "NONE": "tcp 0",
    }
)
"""Predefined services: known (the factory table); destination ports, `:` before source ports. A group of them is in the export."""
