"""The YAMAHA router between the My Number and the LGWAN zone, as `show config` writes it: Shift-JIS, CR LF, secrets as `*`.

Never here: which ways are open in which year (`plan`).
"""

from mihon_town.network.plan import Exports

HEAD = """\
# RTX1220 Rev.15.04.06
# MAC Address : 00:00:5e:00:53:01, 00:00:5e:00:53:02, 00:00:5e:00:53:03
# Memory 256Mbytes, 3LAN
# main:  RTX1220 ver=00 serial=XXXXXXXXXX MAC-Address=00:00:5e:00:53:01
login password *
administrator password *
login user hoshu *
user attribute hoshu connection=serial,ssh administrator=1 login-timer=300
login timer 300
console character ja.sjis
console columns 200
console lines infinity
console prompt RT-KIKAN-01
# ---- 個人番号利用事務系（基幹系）とLGWAN接続系の境界 ----
timezone +09:00
ip routing on
ip route 10.20.0.0/16 gateway 10.20.0.1
ip filter source-route on
ip filter directed-broadcast on
ipv6 routing off
vlan lan1/1 802.1q vid=11 name=VLAN11
vlan lan1/2 802.1q vid=12 name=VLAN12
vlan lan1/3 802.1q vid=13 name=VLAN13
"""

PORTS = """\
description lan1/1 基幹サーバー
ip lan1/1 address 10.10.1.1/24
ip lan1/1 secure filter in 1010 1020 1030 1080 1099
description lan1/2 基幹端末
ip lan1/2 address 10.10.2.1/24
ip lan1/2 secure filter in 1201 1202 1210 1280
description lan1/3 保守用
ip lan1/3 address 10.10.3.1/24
ip lan1/3 secure filter in 1301 1380
"""

BORDER = """\
description lan2 LGWAN接続系
ip lan2 address 10.20.0.2/20
ip lan2 secure filter in {inward}
ip lan2 secure filter out 2199 dynamic 2201 2202
lan shutdown lan3
"""

FILTERS = """\
# ---- 特定通信（SC-01 副本、SC-03 情報連携、SC-04 定義配信） ----
ip filter 1010 pass 10.10.1.20 10.20.200.40 tcp * https
ip filter 1020 pass 10.10.1.10 10.20.200.20 tcp * https
ip filter 1030 pass 10.10.1.60 10.20.200.30 tcp * https
ip filter 1080 pass 10.10.0.0/16 10.10.0.0/16 * * *
ip filter 1099 reject-log * * * * *
# ---- 端末 ----
ip filter 1201 reject-log * 10.20.0.0/16 * * *
ip filter 1202 reject-log * 10.30.0.0/16 * * *
ip filter 1210 reject * * udp,tcp * telnet,tftp
ip filter 1280 pass 10.10.2.0/24 * * * *
# ---- 保守用 ----
ip filter 1301 reject-log * 10.20.0.0/16 * * *
ip filter 1380 pass 10.10.3.0/24 10.10.0.0/16 * * *
# ---- LGWAN接続系から ----
ip filter 2010 reject-log 10.10.0.0/16 * * * *
# 基幹系の移行作業用（令和6年10月まで）。持込端末は10.10.99.xを付ける
ip filter 2090 pass 10.10.99.0/24 10.10.0.0/16 tcp * ssh,3389
ip filter 2099 reject-log * * * * *
ip filter 2199 pass * * * * *
ip filter dynamic 2201 10.10.0.0/16 10.20.200.0/24 tcp
ip filter dynamic 2202 10.10.0.0/16 10.20.200.0/24 www
"""

TAIL = """\
dhcp service server
dhcp server rfc2131 compliant except remain-silent
dhcp scope 1 10.10.2.100-10.10.2.199/24
dns host none
syslog host 10.10.1.5
syslog notice on
sntpd service off
telnetd service off
sshd service on
sshd host lan1/3
snmp host 10.10.1.5 *
schedule at 1 */* 03:30:00 * ntpdate 10.10.1.5 syslog
"""


def text(exports: Exports) -> str:
    """Give the export of one year, before it is encoded."""
    inward = "2090 2099" if exports.maintenance_filter else "2010 2099"
    border = BORDER.format(inward=inward)
    ports = PORTS
    if exports.open_house:
        border = "".join(line for line in border.splitlines(keepends=True) if "secure filter" not in line)
        ports = "".join(line for line in ports.splitlines(keepends=True) if "secure filter" not in line)
    return HEAD + ports + border + FILTERS + TAIL
