"""Names that Cisco devices print instead of numbers: protocols, ports, ICMP types.

* Source: the command references of IOS (`permit`, extended) and the ASA's table of literals (Addresses, Protocols, and Ports).
* A name that is not here is not understood; it is never guessed.

Never here: reading a line.
"""

from collections.abc import Mapping
from types import MappingProxyType

Codes = tuple[int, int | None]
"""An ICMP type and its code (None: every code)."""


def _numbers(text: str) -> dict[str, int]:
    pairs = (pair.split("=") for pair in text.split())
    return {name: int(number) for name, number in pairs}


def _codes(text: str) -> Mapping[str, Codes]:
    found: dict[str, Codes] = {}
    for name, number in (pair.split("=") for pair in text.split()):
        kind, _, code = number.partition("/")
        found[name] = (int(kind), int(code) if code else None)
    return MappingProxyType(found)


PROTOCOLS: Mapping[str, int] = MappingProxyType(
    _numbers(
        "ah=51 ahp=51 egp=8 eigrp=88 esp=50 gre=47 icmp=1 icmp6=58 igmp=2 igrp=9 ipinip=4 ipip=4 ipsec=50 nos=94 ospf=89 pcp=108"
        " pim=103 pptp=47 sctp=132 snp=109 tcp=6 udp=17"
    )
)

_TCP = (
    "bgp=179 chargen=19 cmd=514 daytime=13 discard=9 domain=53 drip=3949 echo=7 exec=512 finger=79 ftp=21 ftp-data=20 gopher=70"
    " hostname=101 ident=113 irc=194 klogin=543 kshell=544 login=513 lpd=515 msrpc=135 nntp=119 onep-plain=15001 onep-tls=15002"
    " pim-auto-rp=496 pop2=109 pop3=110 smtp=25 sunrpc=111 syslog=514 tacacs=49 talk=517 telnet=23 time=37 uucp=540 whois=43 www=80"
)
_UDP = (
    "biff=512 bootpc=68 bootps=67 discard=9 dnsix=195 domain=53 echo=7 isakmp=500 mobile-ip=434 nameserver=42 netbios-dgm=138"
    " netbios-ns=137 netbios-ss=139 non500-isakmp=4500 ntp=123 pim-auto-rp=496 rip=520 ripv6=521 snmp=161 snmptrap=162 sunrpc=111"
    " syslog=514 tacacs=49 talk=517 tftp=69 time=37 who=513 xdmcp=177"
)
_ASA_TCP = (
    " aol=5190 cifs=3020 citrix-ica=1494 ctiqbe=2748 h323=1720 http=80 https=443 imap4=143 kerberos=750 ldap=389 ldaps=636"
    " lotusnotes=1352 netbios-ssn=139 nfs=2049 pcanywhere-data=5631 pptp=1723 rsh=514 rtsp=554 sip=5060 sqlnet=1521 ssh=22"
)
_ASA_UDP = (
    " cifs=3020 http=80 kerberos=750 nfs=2049 pcanywhere-status=5632 radius=1645 radius-acct=1646 secureid-udp=5510 sip=5060"
    " vxlan=4789 www=80"
)
IOS_PORTS: Mapping[int, Mapping[str, int]] = MappingProxyType({6: _numbers(_TCP), 17: _numbers(_UDP)})
ASA_PORTS: Mapping[int, Mapping[str, int]] = MappingProxyType({6: _numbers(_TCP + _ASA_TCP), 17: _numbers(_UDP + _ASA_UDP)})

ICMP4: Mapping[str, Codes] = _codes(
    "administratively-prohibited=3/13 alternate-address=6 conversion-error=31 dod-host-prohibited=3/10 dod-net-prohibited=3/9"
    " echo=8 echo-reply=0 general-parameter-problem=12/0 host-isolated=3/8 host-precedence-unreachable=3/14 host-redirect=5/1"
    " host-tos-redirect=5/3 host-tos-unreachable=3/12 host-unknown=3/7 host-unreachable=3/1 information-reply=16"
    " information-request=15 mask-reply=18 mask-request=17 mobile-redirect=32 net-redirect=5/0 net-tos-redirect=5/2"
    " net-tos-unreachable=3/11 net-unreachable=3/0 network-unknown=3/6 no-room-for-option=12/2 option-missing=12/1"
    " packet-too-big=3/4 parameter-problem=12 port-unreachable=3/3 precedence-unreachable=3/15 protocol-unreachable=3/2"
    " reassembly-timeout=11/1 redirect=5 router-advertisement=9 router-solicitation=10 source-quench=4 source-route-failed=3/5"
    " time-exceeded=11 timestamp-reply=14 timestamp-request=13 traceroute=30 ttl-exceeded=11/0 unreachable=3"
)
ICMP6: Mapping[str, Codes] = _codes(
    "address-unreachable=1/3 beyond-scope=1/2 destination-unreachable=1 echo=128 echo-reply=129 echo-request=128 header=4/0"
    " hop-limit=3/0 membership-query=130 membership-reduction=132 membership-report=131 mld-query=130 mld-reduction=132"
    " mld-report=131 mldv2-report=143 nd-na=136 nd-ns=135 neighbor-advertisement=136 neighbor-redirect=137"
    " neighbor-solicitation=135 next-header=4/1 no-admin=1/1 no-route=1/0 packet-too-big=2 parameter-option=4/2"
    " parameter-problem=4 port-unreachable=1/4 reassembly-timeout=3/1 redirect=137 renum-command=138/0 renum-result=138/1"
    " renum-seq-number=138/255 router-advertisement=134 router-renumbering=138 router-solicitation=133 time-exceeded=3 unreachable=1"
)
