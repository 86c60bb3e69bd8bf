"""What `show full-configuration` writes for settings that nobody touched.

Never here: what the town set.
"""

INTERFACE = """
vrf 0
cli-conn-status 0
fortilink disable
mode static
dhcp-relay-interface-select-method auto
dhcp-relay-service disable
management-ip 0.0.0.0 0.0.0.0
fail-detect disable
arpforward enable
ndiscforward enable
broadcast-forward disable
bfd global
l2forward disable
icmp-send-redirect enable
icmp-accept-redirect enable
reachable-time 30000
vlanforward disable
stpforward disable
ips-sniffer-mode disable
ident-accept disable
ipmac disable
subst disable
substitute-dst-mac 00:00:00:00:00:00
status up
netbios-forward disable
wins-ip 0.0.0.0
netflow-sampler disable
sflow-sampler disable
src-check enable
sample-rate 2000
polling-interval 20
sample-direction both
explicit-web-proxy disable
explicit-ftp-proxy disable
proxy-captive-portal disable
tcp-mss 0
inbandwidth 0
outbandwidth 0
egress-shaping-profile ''
ingress-shaping-profile ''
spillover-threshold 0
ingress-spillover-threshold 0
weight 0
external disable
trunk disable
description ''
estimated-upstream-bandwidth 0
estimated-downstream-bandwidth 0
lldp-reception vdom
lldp-transmission vdom
preserve-session-route disable
auto-auth-extension-device disable
ap-discover enable
security-mode none
device-identification disable
monitor-bandwidth disable
vrrp-virtual-mac disable
role undefined
secondary-IP disable
ip-managed-by-fortiipam disable
mtu-override disable
wccp disable
drop-overlapped-fragment disable
drop-fragment disable
""".strip().splitlines()

IPV6 = """
ip6-mode static
nd-mode basic
ip6-address ::/0
-ip6-allowaccess
icmp6-send-redirect enable
ra-send-mtu enable
ip6-reachable-time 0
ip6-retrans-time 0
ip6-hop-limit 0
dhcp6-prefix-delegation disable
dhcp6-information-request disable
vrrp-virtual-mac6 disable
vrip6_link_local ::
ip6-send-adv disable
autoconf disable
dhcp6-relay-service disable
""".strip().splitlines()

POLICY = """
status enable
ztna-status disable
internet-service disable
internet-service-src disable
-reputation-minimum
internet-service6 disable
internet-service6-src disable
-reputation-minimum6
rtp-nat disable
send-deny-packet disable
firewall-session-dirty check-all
schedule-timeout disable
policy-expiry disable
tos 0x00
tos-mask 0x00
tos-negate disable
anti-replay enable
tcp-session-without-syn disable
geoip-anycast disable
geoip-match physical-location
dynamic-shaping disable
passive-wan-health-measurement disable
utm-status disable
inspection-mode flow
http-policy-redirect disable
ssh-policy-redirect disable
webproxy-profile ''
profile-type single
profile-protocol-options 'default'
ssl-ssh-profile 'no-inspection'
av-profile ''
webfilter-profile ''
ips-sensor ''
application-list ''
logtraffic all
logtraffic-start disable
capture-packet disable
auto-asic-offload enable
webproxy-forward-server ''
traffic-shaper ''
traffic-shaper-reverse ''
per-ip-shaper ''
nat disable
permit-any-host disable
permit-stun-host disable
fixedport disable
port-preserve enable
ippool disable
session-ttl 0
vlan-cos-fwd 255
vlan-cos-rev 255
wccp disable
disclaimer disable
email-collect disable
natip 0.0.0.0 0.0.0.0
match-vip disable
match-vip-only disable
diffserv-copy disable
diffserv-forward disable
diffserv-reverse disable
tcp-mss-sender 0
tcp-mss-receiver 0
auth-cert ''
auth-redirect-addr ''
redirect-url ''
identity-based-route ''
block-notification disable
custom-log-fields ''
replacemsg-override-group ''
srcaddr-negate disable
srcaddr6-negate disable
dstaddr-negate disable
dstaddr6-negate disable
service-negate disable
timeout-send-rst disable
captive-portal-exempt disable
dsri disable
radius-mac-auth-bypass disable
delay-tcp-npu-session disable
vlan-filter ''
sgt-check disable
""".strip().splitlines()

STATIC = """
status enable
distance 10
weight 0
priority 1
comment ''
blackhole disable
dynamic-gateway disable
sdwan-zone ''
dstaddr ''
-internet-service
internet-service-custom ''
link-monitor-exempt disable
tag 0
vrf 0
bfd disable
""".strip().splitlines()

QUIET_SECTIONS = """
config system npu
    config dsw-queue-dts-profile
    end
    set dedicated-management-cpu disable
end
config system session-helper
    edit 1
        set name pptp
        set protocol 6
        set port 1723
    next
    edit 13
        set name sip
        set protocol 17
        set port 5060
    next
end
config system auto-install
    set auto-install-config enable
    set auto-install-image enable
    set default-config-file "fgt_system.conf"
end
config system ntp
    set ntpsync enable
    set type custom
    set syncinterval 60
    config ntpserver
        edit 1
            set server "10.20.1.5"
            set ntpv3 disable
            set authentication disable
        next
    end
    set server-mode disable
end
config system settings
    set comments ''
    set vdom-type traffic
    set opmode nat
    set ngfw-mode profile-based
    set implicit-allow-dns enable
    set http-external-dest fortiweb
    set firewall-session-dirty check-all
    set bfd disable
    set utf8-spam-tagging enable
    set wccp-cache-engine disable
    set vpn-stats-log ipsec pptp l2tp ssl
    set v4-ecmp-mode source-ip-based
    set asymroute disable
    set asymroute6 disable
    set allow-subnet-overlap disable
    set tcp-session-without-syn disable
    set ses-denied-traffic disable
    set strict-src-check disable
    set allow-linkdown-path disable
    set central-nat disable
    set default-voip-alg-mode proxy-based
    set gui-ipv6 disable
end
config antivirus profile
    edit "default"
        set comment "Scan files and block viruses."
        config http
            set av-scan block
        end
    next
end
config log syslogd setting
    set status enable
    set server "10.20.1.6"
    set mode udp
    set port 514
    set facility local7
end
config router multicast
    set route-threshold 0
    set multicast-routing disable
end
config router ospf
    set abr-type standard
    set router-id 0.0.0.0
    config area
    end
    config redistribute "static"
        set status disable
        set metric 0
    end
end
config router bgp
    set as 0
    config neighbor
    end
    config network
    end
end
""".strip("\n")
"""Sections that forward nothing, as an export has them."""
