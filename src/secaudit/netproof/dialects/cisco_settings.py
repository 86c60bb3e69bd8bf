"""Commands that decide nothing about packets that pass through, each with the reason; and those that could change everything.

* A command that stands in no table here and is not read elsewhere is not understood (`cisco_text.Ledger.close`).
* The longest entry that a line begins with counts. `no X` counts as `X`, unless it stands here itself.

Never here: commands that let packets through or stop them.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from secaudit.model.text import Text
from secaudit.netproof.lines import APPEARANCE

TO_DEVICE = Text(
    ja="機器自身の管理に関する設定（通り抜ける通信ではない）", en="management of the device itself, not packets that pass through"
)
LEARNED = Text(
    ja="隣の機器から学ぶ経路は設定に書かれないため、どの出口にも送り得るものとして扱う",
    en="learned routes are not in the configuration: every exit is taken as possible",
)
LAYER2 = Text(ja="同じ区画の中の設定（区画は別々とみなす）", en="inside one segment (segments are taken as separate)")
QUALITY = Text(ja="優先度や帯域の設定", en="priority and bandwidth")
MULTICAST = Text(ja="同報（マルチキャスト）の設定（証明の対象外）", en="multicast, which is outside the proof")
RELAY = Text(
    ja="機器自身が同報を中継する設定（通り抜ける通信ではない。別に確認する）",
    en="the device itself relays broadcasts; no packet passes through (look at it separately)",
)
INSPECTION = Text(
    ja="許可された通信の内容検査（許可された通信の途中でだけ関連する接続を開く）",
    en="inspection of what was permitted (it opens related connections only in the course of a permitted one)",
)
UNUSED_DEFINITION = Text(ja="それだけでは通信の可否を変えない定義", en="a definition that by itself changes nothing")
VPN_PARAMETERS = Text(
    ja="暗号化通信の条件（インターフェースに適用されたときに別に数える）", en="parameters of VPNs (where one is applied, that line counts)"
)

POLICY_ROUTING = Text(ja="送り先以外の条件で経路を変える設定です", en="routing by policy, not by destination")
VRF = Text(ja="経路表が分かれています（VRF）", en="a routing table of its own (VRF)")
TUNNELLED = Text(ja="暗号化した通信がこのインターフェースから入り得ます", en="encrypted traffic may enter through this interface")
BRIDGED = Text(ja="経路によらず中継します（ブリッジ）", en="frames are bridged, not routed")
OPENS = Text(ja="利用者の認証などにより、通信が一時的に開きます", en="it opens ways for users who sign in")
REDIRECTS = Text(ja="通信の向け先を変える設定です", en="it redirects packets")
BROADCASTS = Text(ja="宛先の区画への一斉送信を通します", en="broadcasts to other segments are forwarded")
CONTEXTS = Text(ja="一台を複数に分けて使う設定です", en="the device is split into contexts")

_Table = Mapping[tuple[str, ...], Text]


def table(entries: Sequence[tuple[Text, str]]) -> _Table:
    """Return a table: each reason with its commands, separated by commas."""
    return MappingProxyType({tuple(command.split()): reason for reason, commands in entries for command in commands.split(",")})


def found(words: Sequence[str], entries: _Table) -> Text | None:
    """Return the reason of the longest entry that the words begin with; a leading `no` is passed over unless it is in the table."""
    for rest in (words, words[1:]) if words and words[0] == "no" else (words,):
        for length in range(len(rest), 0, -1):
            reason = entries.get(tuple(rest[:length]))
            if reason is not None:
                return reason
    return None


IOS_GLOBAL = table(
    [
        (
            TO_DEVICE,
            """
            aaa, access-session, alias, ip dhcp, ipv6 dhcp, archive, boot, boot-start-marker, boot-end-marker, cdp, clock,
            config-register, control-plane, diagnostic, enable, exception, file, hostname, ip bootp, ip domain, ip domain-list,
            ip domain-lookup, ip domain-name, ip finger, ip ftp, ip http, ip host, ip identd, ip icmp, ip name-server, ip radius,
            ip rcmd, ip scp, ip ssh, ip tacacs, ip telnet, ip tftp, ip default-gateway, ip gratuitous-arps, ip arp, ip tcp,
            ip options, ip source-route, ip local policy, key, ldap, license, line, lldp, location, logging, login, memory,
            memory-size, mgcp, microcode, nmsp, ntp, parser, password, platform, prompt, privilege, process, radius, radius-server,
            redundancy, rmon, scheduler, secure, security, service, sntp, snmp, snmp-server, software, ssh, subscriber, tacacs,
            tacacs-server, tftp-server, time-range, transport, upgrade, username, version, vtp, warm-reboot, banner, netconf-yang,
            netconf, restconf, call-home, utilities, wsma, onep, telemetry, monitor, hw-module, card, switch, stack, mmi, ip device,
            device, device-tracking, hardware, crypto key, crypto pki, crypto ca, crypto engine, crypto provisioning, sdm,
            ccm-manager, avb, end, exit, system
            """,
        ),
        (
            LEARNED,
            """
            router, ipv6 router, ip prefix-list, ipv6 prefix-list, ip as-path, ip community-list, ip extcommunity-list,
            ip bgp-community
            """,
        ),
        (
            LAYER2,
            """
            spanning-tree, vlan, vlan internal, errdisable, udld, mac, mac-address-table, port-channel, lacp, ip igmp snooping,
            ip dhcp snooping, ip arp inspection, ipv6 snooping, dot1x, authentication, macro, power, storm-control, link, rep,
            network-clock, controller, voice, voice-card, dial-peer, gateway, sip-ua, telephony-service, isdn
            """,
        ),
        (
            QUALITY,
            """
            mls, qos, auto, buffers, priority-list, queue-list, flow, ip flow-export, ip flow-cache, ip flow-top-talkers, ip flow,
            ip nbar
            """,
        ),
        (
            MULTICAST,
            """
            ip multicast, ip multicast-routing, ip pim, ip igmp, ip msdp, ip mroute, ipv6 multicast-routing, ipv6 mld, ipv6 pim,
            ip mfib, ipv6 mfib
            """,
        ),
        (RELAY, "ip forward-protocol, ip helper-address"),
        (
            INSPECTION,
            """
            ip inspect, ip audit, ip ips, ip urlfilter, ip virtual-reassembly, ip nat translation, ip nat service, ip nat log,
            ip nat settings, parameter-map
            """,
        ),
        (
            APPEARANCE,
            """
            no ipv6 unicast-routing,
            ip cef, ipv6 cef, ip classless, ip subnet-zero, ip routing, ip access-list log-update, ip access-list logging,
            ip access-list resequence, ip accounting, ip accounting-list, ip accounting-threshold, ip sla, track, ip route-cache,
            cef, ip multipath, ipv6 hop-limit, ipv6 icmp, ipv6 neighbor, ip dns, arp, ipv6 source-route, ip spd, ip load-sharing,
            ip mtu, default, multilink, ip reflexive-list
            """,
        ),
        (UNUSED_DEFINITION, "route-map, vrf definition, ip vrf, ip local pool, ipv6 local pool, zone, ip dhcp pool"),
        (
            VPN_PARAMETERS,
            """
            crypto isakmp, crypto ikev2, crypto ipsec, crypto keyring, crypto logging, crypto map, crypto dynamic-map, crypto gdoi,
            crypto vpn, crypto call, crypto identity, crypto
            """,
        ),
    ]
)

IOS_DOUBTS = table(
    [
        (BRIDGED, "no ip routing, bridge, l2vpn, xconnect, pseudowire-class, l2 vfi, connect"),
        (OPENS, "ip auth-proxy, ip admission"),
        (REDIRECTS, "ip wccp, ipv6 wccp, ip port-map, vlan access-map, vlan filter, ip nat inside destination, mpls"),
    ]
)

IOS_INTERFACE = table(
    [
        (
            APPEARANCE,
            """
            exit, description, duplex, speed, negotiation, mtu, ip mtu, ipv6 mtu, ip tcp, ipv6 tcp, bandwidth, delay, load-interval,
            media-type, carrier-delay, keepalive, logging, snmp, half-duplex, full-duplex, hold-queue, arp, ip redirects,
            ip unreachables, ip proxy-arp, ip local-proxy-arp, ip mask-reply, ip route-cache, ip mroute-cache, ip flow, ipv6 flow,
            ip nbar, ip virtual-reassembly, ipv6 virtual-reassembly, ip accounting, ip load-sharing, ipv6 redirects,
            ipv6 unreachables, encapsulation, ppp, pppoe, pppoe-client, dialer, dialer-group, peer, async, physical-layer, clock,
            history, timeout, transmit, tx-ring-limit, cdp, lldp, ntp, no ip address, no ipv6 address, no ip access-group,
            no ipv6 traffic-filter, no shutdown, no ip directed-broadcast, no ip policy, no ip verify, no ip nat, no crypto map,
            isdn, crypto ipsec df-bit, ip dhcp, ipv6 dhcp, ip rtp, ip arp, autostate, macsec, hw-module, no bridge-group, link,
            ip summary-address, ip device, device-tracking, no switchport
            """,
        ),
        (
            LAYER2,
            """
            switchport, spanning-tree, channel-group, channel-protocol, lacp, storm-control, udld, power, authentication, dot1x,
            mab, mac-address, ip igmp snooping, ip verify source, macro, vlan, access-session, service-policy type control, trust,
            ip source, ipv6 nd, ipv6 snooping, mac
            """,
        ),
        (
            LEARNED,
            """
            ip ospf, ip rip, ip router, isis, ip eigrp, ip hold-time, ip hello-interval, ip authentication, ipv6 ospf, ipv6 rip,
            ipv6 eigrp, bfd, ip split-horizon, ospfv3
            """,
        ),
        (MULTICAST, "ip pim, ip igmp, ip multicast, ipv6 mld, ipv6 pim, ip mfib, ip cgmp, ip dvmrp, ip sap"),
        (RELAY, "ip helper-address"),
        (
            QUALITY,
            """
            service-policy input, service-policy output, service-policy, mls, qos, priority-queue, srr-queue, queue-set, fair-queue,
            random-detect, traffic-shape, rate-limit, max-reserved-bandwidth, auto, wrr-queue, rcv-queue, custom-queue-list,
            priority-group, ip rsvp
            """,
        ),
        (TO_DEVICE, "standby, vrrp, glbp, ip broadcast-address, trunk"),
    ]
)

IOS_INTERFACE_DOUBTS = table(
    [
        (POLICY_ROUTING, "ip policy, ipv6 policy"),
        (VRF, "vrf forwarding, ip vrf forwarding"),
        (TUNNELLED, "crypto map, crypto ipsec client"),
        (BRIDGED, "bridge-group, xconnect, service instance, l2protocol-tunnel, ip nat enable, mpls"),
        (OPENS, "ip auth-proxy, ip admission"),
        (REDIRECTS, "ip wccp, ipv6 wccp, ip urlfilter"),
        (BROADCASTS, "ip directed-broadcast"),
    ]
)

ASA_GLOBAL = table(
    [
        (
            TO_DEVICE,
            """
            aaa, aaa-server, arp, asdm, asp, auth-prompt, banner, boot, call-home, checkheaps, clock, configure, console,
            Cryptochecksum, command-alias, compression, crashinfo, crypto ca, crypto key, ddns, default, dhcp-client, dhcpd, dns,
            dns-group, dns-guard, domain-name, enable, fips, flow-export, ftp, hostname, hpm, http, icmp, ipv6 icmp, jumbo-frame,
            key, ldap, license, logging, logout, management-access, monitor-interface, names, ntp, pager, passwd, password-policy,
            password, prefix-list, prompt, privilege, quota, rest-api, service, service-module, sla, smart-tunnel, snmp-server,
            snmp, snmp-map, ssh, ssl, sysopt connection tcpmss, sysopt connection timewait, sysopt noproxyarp, sysopt radius,
            telnet, tftp-server, time-range, timeout, track, uauth, uc-ime, username, user-identity default-domain, vpn-addr-assign,
            vpnsetup, vpn-sessiondb, terminal, client-update, zonelabs-integrity, xlate, coredump, app-agent, snort, tls-proxy,
            url-block, url-cache, app, arp-inspection, failover, mac-address, license smart, dhcprelay timeout, no call-home,
            no management-access
            """,
        ),
        (LEARNED, "router, prefix-list, as-path, community-list, ipv6 router"),
        (MULTICAST, "multicast-routing, pim, igmp, mroute"),
        (RELAY, "dhcprelay"),
        (INSPECTION, "fixup, threat-detection, tcp-map, regex, fragment, virtual, ips"),
        (APPEARANCE, "mtu, object-group-search, arp timeout, xlate, pager, ip audit, sysopt nodnsalias"),
        (UNUSED_DEFINITION, "route-map, ip local pool, ipv6 local pool, access-list alert-interval, access-list deny-flow-max"),
        (
            VPN_PARAMETERS,
            """
            crypto ikev1, crypto ikev2, crypto ipsec, crypto isakmp, crypto dynamic-map, crypto map, group-policy, tunnel-group,
            tunnel-group-map, isakmp, ipsec, vpn-group-policy, vpn-load-balancing, dynamic-access-policy-record, anyconnect, csd,
            vpdn, sysopt connection permit-vpn, sysopt connection reclassify-vpn, sysopt connection preserve-vpn-flows, vpnclient,
            crypto
            """,
        ),
    ]
)

ASA_DOUBTS = table(
    [
        (CONTEXTS, "mode multiple, context, admin-context, allocate-interface, cluster"),
        (BRIDGED, "firewall transparent"),
        (OPENS, "aaa authentication match, aaa authentication include, aaa authorization match, aaa authorization include"),
        (REDIRECTS, "wccp, zone, mac-learn, policy-route"),
    ]
)

ASA_INTERFACE = table(
    [
        (
            APPEARANCE,
            """
            description, duplex, speed, negotiation, delay, flowcontrol, media-type, mac-address, channel-group, lacp, port-channel,
            no nameif, no security-level, no ip address, no shutdown, no ipv6 address, hello-interval, hold-time, member-interface,
            ipv6 nd, ipv6 dhcp, pppoe, dhcp, arp, no management-only, switchport, spanning-tree, poe, power, redundant-interface
            """,
        ),
        (LEARNED, "ospf, rip, eigrp, ipv6 ospf, isis, bfd, authentication, no split-horizon, split-horizon, summary-address"),
        (MULTICAST, "pim, igmp, multicast"),
        (LAYER2, "vlan, encapsulation"),
    ]
)

ASA_INTERFACE_DOUBTS = table(
    [
        (BRIDGED, "bridge-group"),
        (POLICY_ROUTING, "policy-route"),
        (OPENS, "cts"),
        (REDIRECTS, "zone-member"),
        (VRF, "vrf"),
    ]
)
