"""No secret of a configuration in what people are shown, in any dialect; what is no secret stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.model.text import Text
from secaudit.netproof.masking import MASK, masked, masked_text

WORD = "himitsuNoKotoba7"
CARRIERS = (
    # cisco-ios
    "enable secret 5 {}",
    "enable password {}",
    "username shokuin0001 privilege 15 secret 9 $9${}",
    "username shokuin0001 password 7 {}",
    " password 7 {}",
    "snmp-server community {} RO 10",
    "snmp-server host 10.2.0.99 version 2c {}",
    "snmp-server host 10.2.0.99 {}",
    "snmp-server user a b v3 auth sha {} priv aes 128 {}",
    "tacacs-server host 10.2.0.98 key 7 {}",
    "radius-server key {}",
    "crypto isakmp key {} address 198.51.100.9",
    " pre-shared-key local {}",
    " key-string {}",
    "ntp authentication-key 1 md5 {} 7",
    " ip ospf message-digest-key 1 md5 {}",
    " ip ospf authentication-key {}",
    " standby 1 authentication {}",
    " ip nhrp authentication {}",
    " authentication text {}",
    " neighbor 10.1.1.1 password {}",
    " ppp chap password 0 {}",
    " ppp pap sent-username u password 0 {}",
    "ip http client username u password {}",
    "archive path ftp://user:{}@10.1.1.1/config",
    # cisco-asa
    "enable password {} pbkdf2",
    "passwd {} encrypted",
    "username shokuin0001 password {} encrypted privilege 15",
    " key {}",
    " ikev1 pre-shared-key {}",
    " ikev2 remote-authentication pre-shared-key {}",
    "snmp-server host management 10.9.0.6 community {} version 2c",
    "failover key {}",
    " ldap-login-password {}",
    "vpdn username u password {}",
    "activation-key {} {}",
    # fortigate
    "set password ENC {}",
    "set psksecret ENC {}",
    'set psksecret "{}"',
    "set passphrase {}",
    "set auth-password-l1 {}",
    "set md5-key {}",
    "set ppk-secret {}",
    'set community "{}"',
    'set private-key "-----BEGIN ENCRYPTED PRIVATE KEY----- {}',
    "set anything ENC {}",
    "set sae-password {}",
    # yamaha
    "ipsec ike pre-shared-key 1 text {}",
    "pp auth username user {}",
    "pp auth myname user {}",
    "auth user 1 user {}",
    "login password {}",
    "administrator password encrypted {}",
    "login user shokuin0001 {}",
    "login user shokuin0001 encrypted {}",
    "snmp community read-only {}",
    "snmp trap community {}",
    "snmpv2c community read-write {}",
    "snmpv3 usm user 1 name hmac-sha1 {} aes128-cfb {}",
    "l2tp tunnel auth on {}",
    "ipsec ike eap myname 1 user {}",
    "radius secret {}",
    "mail server smtp 1 10.1.1.1 smtp-auth user {}",
    "ospf area backbone auth=text authkey={}",
    "ip lan1 vrrp 1 10.1.1.1 auth={}",
    "bgp neighbor pre-shared-key 1 text {}",
    "sip server 1 10.1.1.1 register udp sip:u user {}",
    # nftables, iptables
    'tcp dport 22 comment "password: {}"',
    '-A FORWARD -m comment --comment "admin password {}" -j ACCEPT',
    "-A FORWARD -m comment --comment 'パスワード {}' -j ACCEPT",
    '{{"password": "{}"}}',
    "--header Authorization: Basic {}",
    # anywhere
    "remark the password is {}",
    "description psk={}",
    "token={}",
)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_secret_is_left_out_wherever_the_dialects_put_one(carrier: str) -> None:
    line = carrier.replace("{}", WORD)
    assert WORD in line
    shown = masked(line)
    assert WORD not in shown, shown
    assert MASK in shown


@given(st.sampled_from(CARRIERS), st.from_regex(r"[A-Za-z0-9!#%&+./@^_~-]{8,30}", fullmatch=True))
def test_so_is_any_secret(carrier: str, secret: str) -> None:
    secret = f"Zq{secret}"
    assert secret not in masked(carrier.replace("{}", secret))


@pytest.mark.parametrize(
    "shape",
    [
        "$1$abcd$VerySecretHashValue00000",
        "$sha512$5000$AAAAsecretAAAA==",
        "MIIEpAIBAAKCAQEA7x0y5Zq2yFQm1JvVw3sC",
        "30820229 30820192 A0030201 02020101",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret_is_left_out_without_a_word_before_it(shape: str) -> None:
    assert shape not in masked(f"  {shape}")
    assert shape.rsplit(maxsplit=1)[-1] not in masked(f"x {shape} y")


@pytest.mark.parametrize(
    "line",
    [
        "access-list LGWAN-IN extended permit tcp object-group KEY-SERVERS host 10.1.5.5 eq 1433",
        " 10 permit tcp 10.1.0.0 0.0.255.255 host 10.2.0.10 eq 443 log",
        "permit tcp any any established",
        "-A FORWARD -s 10.1.0.10/32 -d 10.2.0.10/32 -i eth0 -o eth1 -p tcp -m tcp --dport 443 -j ACCEPT",
        'ip saddr 10.1.0.0/16 tcp dport { 443, 8443 } ct state new comment "window" accept',
        "ip filter 100 pass 10.1.0.0/16 10.2.0.10 tcp * 443",
        'edit 10 "lgwan to core"',
        "set action accept",
        "set passive-wan-health-measurement enable",
        "ipv6 route 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff/128",
        "service password-encryption",
        "(no rule matches)",
        "enable password",
        "",
    ],
)
def test_a_line_without_a_secret_stays_as_it_is(line: str) -> None:
    assert masked(line) == line


def test_a_remark_does_not_hide_its_rule() -> None:
    shown = masked('-A FORWARD -m comment --comment "password: himitsu" --dport 22 -j ACCEPT')
    assert shown.endswith("--dport 22 -j ACCEPT")


def test_every_line_of_several_is_looked_at() -> None:
    assert masked("permit ip any any\nenable secret x").splitlines() == ["permit ip any any", f"enable secret {MASK}"]


PARTS = st.sampled_from([*"ab \"'=:$`\n*@", "password", "key ", "ENC ", "set ", "auth", " username ", "://", "AbC1" * 9, "00112233 " * 4])


@given(st.lists(PARTS, max_size=12).map("".join))
def test_masking_what_is_masked_changes_nothing(line: str) -> None:
    assert masked(masked(line)) == masked(line)


def test_only_quotations_of_a_reason_are_masked() -> None:
    reason = Text(ja="`enable secret x` が分からない。secret は秘密", en="`enable secret x` is not known, secret or not")
    assert masked_text(reason) == Text(
        ja="`enable secret ***` が分からない。secret は秘密", en="`enable secret ***` is not known, secret or not"
    )
