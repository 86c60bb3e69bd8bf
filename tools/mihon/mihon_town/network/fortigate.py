"""The FortiGate between the LGWAN and the internet zone, as `show full-configuration` writes it.

Every address, serial number and secret is made up; secrets stand as they do in exports, as dummies.

Never here: which ways are open in which year (`plan`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mihon_town.network.fortigate_defaults import INTERFACE, IPV6, POLICY, QUIET_SECTIONS, STATIC
from mihon_town.network.plan import Exports


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy. `settings`: what differs from the defaults besides the usual fields."""

    number: int
    name: str
    source: str
    target: str
    src: str
    dst: str
    service: str
    action: str = "accept"
    comments: str = ""
    settings: tuple[str, ...] = ()


INTERFACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("wan1", ("ip 203.0.113.2 255.255.255.248", "allowaccess ping", "type physical", "alias '県セキュリティクラウド'", "snmp-index 1")),
    ("internal", ("ip 0.0.0.0 0.0.0.0", "-allowaccess", "type hard-switch", "alias '庁内L2スイッチ'", "snmp-index 14")),
    (
        "lgwan-lan",
        (
            "ip 10.20.0.1 255.255.240.0",
            "allowaccess ping https ssh snmp",
            "alias 'LGWAN接続系'",
            "snmp-index 20",
            "interface 'internal'",
            "vlanid 20",
        ),
    ),
    ("lgwan-asp", ("ip 10.20.200.1 255.255.255.0", "allowaccess ping", "type physical", "alias 'LGWAN接続ルーター側'", "snmp-index 3")),
    (
        "inet-lan",
        (
            "ip 10.30.0.1 255.255.240.0",
            "allowaccess ping",
            "alias 'インターネット接続系'",
            "snmp-index 30",
            "interface 'internal'",
            "vlanid 30",
        ),
    ),
    ("port8", ("ip 0.0.0.0 0.0.0.0", "-allowaccess", "type physical", "snmp-index 8", "status down")),
)

ADDRESSES: tuple[tuple[str, str, str], ...] = (
    ("SV-副本送信", "10.10.1.20 255.255.255.255", "個人番号利用事務系"),
    ("SV-統合宛名", "10.10.1.10 255.255.255.255", "個人番号利用事務系"),
    ("SV-定義配信", "10.10.1.60 255.255.255.255", "個人番号利用事務系"),
    ("ASP-副本保管先", "10.20.200.40 255.255.255.255", "LGWAN経由"),
    ("ASP-中間サーバー", "10.20.200.20 255.255.255.255", "LGWAN経由"),
    ("ASP-向上プラットフォーム", "10.20.200.30 255.255.255.255", "LGWAN経由"),
    ("NW-LGWAN接続系", "10.20.0.0 255.255.240.0", ""),
    ("NW-LGWAN-ASP", "10.20.200.0 255.255.255.0", ""),
    ("NW-業務端末", "10.20.8.0 255.255.255.0", "LGWAN接続系の端末"),
    ("SV-申請取込", "10.20.1.40 255.255.255.255", "無害化した申請データの受け口"),
    ("SV-庁内メール", "10.20.1.25 255.255.255.255", "無害化したメールの受け口"),
    ("NW-インターネット接続系", "10.30.0.0 255.255.240.0", ""),
    ("SV-ファイル無害化", "10.30.1.40 255.255.255.255", ""),
    ("SV-メール無害化", "10.30.1.25 255.255.255.255", ""),
    ("SV-画面転送", "10.30.1.50 255.255.255.255", "仮想ブラウザーの入口"),
)

SERVICES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ALL", ("category 'General'", "protocol IP", "protocol-number 0")),
    ("ALL_ICMP", ("category 'General'", "protocol ICMP", "-icmptype", "-icmpcode")),
    ("DNS", ("category 'Network Services'", "protocol TCP/UDP/SCTP", "tcp-portrange 53", "udp-portrange 53")),
    ("NTP", ("category 'Network Services'", "protocol TCP/UDP/SCTP", "tcp-portrange 123", "udp-portrange 123")),
    ("HTTP", ("category 'Web Access'", "protocol TCP/UDP/SCTP", "tcp-portrange 80")),
    ("HTTPS", ("category 'Web Access'", "protocol TCP/UDP/SCTP", "tcp-portrange 443")),
    ("SMTP", ("category 'Email'", "protocol TCP/UDP/SCTP", "tcp-portrange 25")),
    ("TCP-8443", ("category 'Uncategorized'", "comment 'ファイル無害化の受け渡し'", "protocol TCP/UDP/SCTP", "tcp-portrange 8443")),
)
_SERVICE_DEFAULTS = ("helper auto", "check-reset-range default", "session-ttl 0", "visibility enable", "color 0", "proxy disable")

POLICIES: tuple[Policy, ...] = (
    Policy(
        number=1,
        name="SC-02 申請データ取込",
        source="inet-lan",
        target="Z_LGWAN",
        src="SV-ファイル無害化",
        dst="SV-申請取込",
        service="TCP-8443",
        comments="特定通信 SC-02",
    ),
    Policy(
        number=2,
        name="SC-06 無害化メール",
        source="inet-lan",
        target="Z_LGWAN",
        src="SV-メール無害化",
        dst="SV-庁内メール",
        service="SMTP",
        comments="特定通信 SC-06",
    ),
    Policy(
        number=3,
        name="SC-05 画面転送",
        source="Z_LGWAN",
        target="inet-lan",
        src="NW-業務端末",
        dst="SV-画面転送",
        service="HTTPS",
        comments="特定通信 SC-05",
    ),
    Policy(number=10, name="SC-01 副本", source="Z_LGWAN", target="Z_LGWAN", src="SV-副本送信", dst="ASP-副本保管先", service="HTTPS"),
    Policy(
        number=11, name="SC-03 情報連携", source="Z_LGWAN", target="Z_LGWAN", src="SV-統合宛名", dst="ASP-中間サーバー", service="HTTPS"
    ),
    Policy(
        number=12,
        name="SC-04 定義配信",
        source="Z_LGWAN",
        target="Z_LGWAN",
        src="SV-定義配信",
        dst="ASP-向上プラットフォーム",
        service="HTTPS",
    ),
    Policy(
        number=13,
        name="LGWAN-ASP利用",
        source="Z_LGWAN",
        target="Z_LGWAN",
        src="NW-LGWAN接続系",
        dst="NW-LGWAN-ASP",
        service="HTTP HTTPS DNS",
    ),
    Policy(
        number=40,
        name="メール受信",
        source="wan1",
        target="any",
        src="all",
        dst="VIP-メール受信",
        service="SMTP",
        comments="県セキュリティクラウドから",
    ),
    Policy(
        number=30,
        name="LGWAN系への遮断",
        source="inet-lan wan1",
        target="Z_LGWAN",
        src="all",
        dst="all",
        service="ALL",
        action="deny",
        comments="下の閲覧用ポリシーより上に置くこと",
    ),
    Policy(
        number=31,
        name="インターネット閲覧",
        source="inet-lan",
        target="any",
        src="NW-インターネット接続系",
        dst="all",
        service="HTTP HTTPS",
        settings=("nat enable", "utm-status enable", "av-profile 'default'", "ssl-ssh-profile 'certificate-inspection'"),
    ),
    Policy(
        number=32,
        name="名前解決と時刻",
        source="inet-lan",
        target="wan1",
        src="NW-インターネット接続系",
        dst="all",
        service="DNS NTP",
        settings=("nat enable",),
    ),
)

OPEN_HOUSE = Policy(number=99, name="仮設定", source="any", target="any", src="all", dst="all", service="ALL", comments="あとで直す")
"""What the bad twin has on top."""

ROUTES: tuple[tuple[str, str, str], ...] = (
    ("0.0.0.0 0.0.0.0", "203.0.113.1", "wan1"),
    ("10.10.0.0 255.255.0.0", "10.20.0.2", "lgwan-lan"),
)


def _words(text: str) -> str:
    """Give names in the quotes that the export puts around them."""
    return " ".join(f'"{word}"' for word in text.split())


def _set(setting: str, depth: int) -> str:
    word = f"unset {setting[1:]}" if setting.startswith("-") else f"set {setting}"
    return "    " * depth + word.replace("'", '"') + "\n"


def _entry(name: str, settings: Sequence[str], inner: str = "") -> str:
    return f"    edit {name}\n" + "".join(_set(setting, 2) for setting in settings) + inner + "    next\n"


def _merged(defaults: Sequence[str], own: Sequence[str]) -> list[str]:
    """Give the defaults without those that the town set, then what it set."""
    named = {setting.lstrip("-").split()[0] for setting in own}
    return [*(setting for setting in defaults if setting.lstrip("-").split()[0] not in named), *own]


def _section(name: str, entries: str) -> str:
    return f"config {name}\n{entries}end\n"


def _uuid(number: int) -> str:
    return f"uuid 00000000-0000-51f0-0000-{number:012d}"


def _interfaces() -> str:
    ipv6 = "        config ipv6\n" + "".join(_set(setting, 3) for setting in IPV6) + "        end\n"
    return "".join(_entry(f'"{name}"', _merged(["vdom 'root'", *INTERFACE], own), ipv6) for name, own in INTERFACES)


def _policy(policy: Policy) -> str:
    own = [
        f"name '{policy.name}'",
        _uuid(1000 + policy.number),
        f"srcintf {_words(policy.source)}",
        f"dstintf {_words(policy.target)}",
        f"action {policy.action}",
        f"srcaddr {_words(policy.src)}",
        f"dstaddr {_words(policy.dst)}",
        "schedule 'always'",
        f"service {_words(policy.service)}",
        f"comments '{policy.comments}'",
        *policy.settings,
    ]
    return _entry(str(policy.number), _merged(POLICY, own))


def _objects() -> str:
    every = ["allow-routing disable", "associated-interface ''", "color 0", "fabric-object disable"]
    addresses = [
        _entry(f'"{name}"', [_uuid(number), "type ipmask", f"subnet {subnet}", f"comment '{comment}'", *every])
        for number, (name, subnet, comment) in enumerate([("all", "0.0.0.0 0.0.0.0", ""), *ADDRESSES], start=1)
    ]
    services = [_entry(f'"{name}"', [*settings, *_SERVICE_DEFAULTS]) for name, settings in SERVICES]
    always = _entry('"always"', ["day sunday monday tuesday wednesday thursday friday saturday", "start 00:00", "end 00:00", "color 0"])
    vip = [
        "id 0",
        _uuid(500),
        "comment 'メール受信'",
        "type static-nat",
        "extip 203.0.113.3",
        "mappedip '10.30.1.25'",
        "extintf 'wan1'",
        "arp-reply enable",
        "nat-source-vip disable",
        "portforward enable",
        "gratuitous-arp-interval 0",
        "color 0",
        "protocol tcp",
        "extport 25",
        "mappedport 25",
    ]
    return "".join(
        (
            _section("firewall address", "".join(addresses)),
            _section("firewall address6", _entry('"all"', [_uuid(300), "type ipprefix", "ip6 ::/0", "color 0"])),
            _section("firewall service category", _entry('"General"', ["comment ''", "fabric-object disable"])),
            _section("firewall service custom", "".join(services)),
            _section("firewall schedule recurring", always),
            _section("firewall vip", _entry('"VIP-メール受信"', vip)),
        )
    )


def text(exports: Exports) -> str:
    """Give the export of one year."""
    build = "7.2.8-FW-build1639-240313" if exports.exported_on.year > 2025 else "7.2.5-FW-build1517-230606"
    policies = (OPEN_HOUSE, *POLICIES) if exports.open_house else POLICIES
    zone = _entry('"Z_LGWAN"', ["tagging", "description 'LGWAN接続系'", "intrazone deny", f"interface {_words('lgwan-lan lgwan-asp')}"])
    zone = zone.replace("        set tagging\n", "        config tagging\n        end\n")
    admin = ["accprofile 'super_admin'", "vdom 'root'", "two-factor disable", "password ENC SH2dummydummydummydummydummydummydummy="]
    routes = [
        _entry(str(number), _merged(STATIC, [f"dst {dst}", f"gateway {gateway}", f"device '{device}'"]))
        for number, (dst, gateway, device) in enumerate(ROUTES, start=1)
    ]
    return "".join(
        (
            f"#config-version=FG100F-{build}:opmode=0:vdom=0:user=admin\n",
            "#conf_file_ver=0000000000000000\n#buildno=0000\n#global_vdom=1\n",
            'config system global\n    set alias "FortiGate-100F"\n    set hostname "FW-MIHON-01"\n',
            "    set admintimeout 10\n    set language japanese\n    set timezone 60\n    set vdom-mode no-vdom\nend\n",
            _section("system interface", _interfaces()),
            _section("system zone", zone),
            _section("system admin", _entry('"admin"', admin)),
            QUIET_SECTIONS + "\n",
            _objects(),
            _section("firewall policy", "".join(_policy(policy) for policy in policies)),
            _section("firewall local-in-policy", ""),
            _section("firewall DoS-policy", ""),
            _section("router static", "".join(routes)),
            _section("router static6", ""),
        )
    )
