"""Addresses, ports, protocols and packets in words.

* Ranges are written so that people and programs read the same: prefixes, `first-last`, `any`, `any except …`.
* `any` means every address that is forwarded at all, every port, every protocol.

Never here: lines of configurations (`shown`), verdicts.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, summarize_address_range
from types import MappingProxyType

from secaudit.model.text import Text
from secaudit.model.zone_words import ANY, EXCEPT, zone_name, zone_phrase
from secaudit.netproof.boxes import PROTOCOLS, values
from secaudit.netproof.packets import NEVER_FORWARDED, TCP, TCP_REPLY_KINDS, UDP, WITH_PORTS, Family, Kind, Packet
from secaudit.netproof.ranges import Ranges, complement, holds, intersect, subtract

PARTS = 6
"""Most ranges of one field that are written out; of more, the first and how many there are."""

_PROTOCOL_NAMES: Mapping[int, str] = MappingProxyType(
    {1: "icmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 50: "esp", 51: "ah", 58: "icmpv6", 132: "sctp", 136: "udplite"}
)

_SERVICES: Mapping[int, Text] = MappingProxyType(
    {
        20: Text(ja="ファイル転送 FTP", en="file transfer, FTP"),
        21: Text(ja="ファイル転送 FTP", en="file transfer, FTP"),
        22: Text(ja="遠隔操作 SSH", en="remote shell, SSH"),
        23: Text(ja="遠隔操作 Telnet", en="remote shell, Telnet"),
        25: Text(ja="メール送信", en="mail, SMTP"),
        53: Text(ja="名前の解決 DNS", en="names, DNS"),
        80: Text(ja="ウェブ HTTP", en="web, HTTP"),
        88: Text(ja="認証 Kerberos", en="sign-in, Kerberos"),
        110: Text(ja="メール受信", en="mail, POP"),
        123: Text(ja="時刻合わせ NTP", en="time, NTP"),
        135: Text(ja="Windows の管理", en="Windows management"),
        139: Text(ja="ファイル共有", en="file sharing"),
        143: Text(ja="メール受信", en="mail, IMAP"),
        161: Text(ja="機器の監視 SNMP", en="monitoring, SNMP"),
        389: Text(ja="名簿の照会 LDAP", en="directory, LDAP"),
        443: Text(ja="ウェブ HTTPS", en="web, HTTPS"),
        445: Text(ja="ファイル共有", en="file sharing, SMB"),
        514: Text(ja="記録の転送 syslog", en="logging, syslog"),
        587: Text(ja="メール送信", en="mail, submission"),
        636: Text(ja="名簿の照会 LDAPS", en="directory, LDAPS"),
        1433: Text(ja="データベース", en="database, SQL Server"),
        1521: Text(ja="データベース", en="database, Oracle"),
        3306: Text(ja="データベース", en="database, MySQL"),
        3389: Text(ja="遠隔操作", en="remote desktop"),
        5432: Text(ja="データベース", en="database, PostgreSQL"),
        5900: Text(ja="遠隔操作 VNC", en="remote desktop, VNC"),
        5985: Text(ja="Windows の管理", en="Windows management"),
        8080: Text(ja="ウェブ HTTP", en="web, HTTP"),
        8443: Text(ja="ウェブ HTTPS", en="web, HTTPS"),
    }
)
_ICMP: Mapping[tuple[Family, int], Text] = MappingProxyType(
    {
        (Family.V4, 8): Text(ja="ping の問い", en="ping"),
        (Family.V4, 0): Text(ja="ping の答え", en="answer to a ping"),
        (Family.V6, 128): Text(ja="ping の問い", en="ping"),
        (Family.V6, 129): Text(ja="ping の答え", en="answer to a ping"),
    }
)


def address(value: int, family: Family) -> str:
    """Return an address as it is written."""
    return str(IPv4Address(value) if family is Family.V4 else IPv6Address(value))


def protocol(number: int) -> str:
    """Return the name of a protocol, or its number."""
    return _PROTOCOL_NAMES.get(number, str(number))


def protocols(bits: int) -> str:
    """Return a set of protocols in words."""
    if bits & PROTOCOLS == PROTOCOLS:
        return ANY
    found, missing = [*values(bits)], [*values(PROTOCOLS & ~bits)]
    if len(missing) <= PARTS < len(found):
        return EXCEPT + ", ".join(map(protocol, missing))
    if len(found) > PARTS:
        return ", ".join(map(protocol, found[:PARTS])) + f", … ({len(found)})"
    return ", ".join(map(protocol, found))


def numbers(ranges: Ranges, top: int = 65535) -> str:
    """Return ports, types or codes in words; `any` for all up to `top`."""
    if ranges == ((0, top),):
        return ANY
    texts = [str(low) if low == high else f"{low}-{high}" for low, high in ranges]
    return ", ".join(texts[:PARTS]) + (f", … ({len(texts)})" if len(texts) > PARTS else "")


def addresses(ranges: Ranges, family: Family) -> str:
    """Return a set of addresses in words."""
    forwarded = complement(NEVER_FORWARDED[family], family.top)
    wanted = intersect(ranges, forwarded)
    missing = subtract(forwarded, wanted)
    if not missing:
        return ANY
    inside, outside = _spans(ranges, family), _spans(missing, family)
    shorter = len(outside) < len(inside) and len(outside) <= PARTS
    texts = outside if shorter else inside
    more = f", … ({len(texts)})" if len(texts) > PARTS else ""
    return (EXCEPT if shorter else "") + ", ".join(texts[:PARTS]) + more


def _spans(ranges: Ranges, family: Family) -> list[str]:
    kind = IPv4Address if family is Family.V4 else IPv6Address
    found = []
    for low, high in ranges:
        first, last = kind(low), kind(high)
        networks: list[IPv4Network | IPv6Network] = [*summarize_address_range(first, last)]
        if low == high:
            found.append(str(first))
        else:
            found.append(str(networks[0]) if len(networks) == 1 else f"{first}-{last}")
    return found


def kind_word(kind: Kind) -> str:
    """Return what a packet looks like on its own: `NEW` opens something, else its TCP flags, `INVALID` or `DISCOVERY`."""
    named = {Kind.START: "NEW", Kind.BAD: "INVALID", Kind.NONE: "NO FLAGS"}
    return named.get(kind, kind.name.replace("_", "+"))


def has_ports(number: int) -> bool:
    """Whether a protocol has ports."""
    return holds(WITH_PORTS, number)


def what(packet: Packet) -> Text:
    """Return what a packet is, without its ends: `TCP 3389番（遠隔操作）の新しい接続`."""
    how, over = _kind(packet), _over(packet)
    return Text(ja=f"{over.ja}の{how.ja}", en=f"{over.en}: {how.en}")


def _over(packet: Packet) -> Text:
    number, port = packet.proto, packet.dport
    name = protocol(number).upper()
    if has_ports(number):
        service = _SERVICES.get(port) if number in (TCP, UDP) else None
        named = Text(ja=f"（{service.ja}）", en=f" ({service.en})") if service else Text(ja="", en="")
        return Text(ja=f"{name} {port}番{named.ja}", en=f"{name} port {port}{named.en}")
    if number == packet.family.icmp:
        meaning = _ICMP.get((packet.family, packet.sport))
        named = Text(ja=f"（{meaning.ja}）", en=f" ({meaning.en})") if meaning else Text(ja="", en="")
        return Text(ja=f"ICMP の種別{packet.sport}{named.ja}", en=f"ICMP type {packet.sport}{named.en}")
    return Text(ja=f"IPプロトコル {name}", en=f"IP protocol {name}")


def _kind(packet: Packet) -> Text:
    kind = packet.kind
    if kind is Kind.START:
        return Text(ja="新しい接続", en="a new connection") if packet.proto == TCP else Text(ja="新しい通信", en="a new flow")
    if kind is Kind.BAD:
        return Text(ja="、どの通信にも属さないパケット（INVALID）", en="a packet that belongs to no flow (INVALID)")
    if kind is Kind.DISCOVERY:
        return Text(ja="近隣探索のパケット", en="a packet of neighbour discovery")
    flags = kind_word(kind)
    if kind in TCP_REPLY_KINDS:
        return Text(
            ja=f"、応答を装ったパケット（フラグは {flags}、どの接続にも属さない）",
            en=f"a packet that poses as an answer (flags {flags}, of no connection)",
        )
    return Text(ja=f"、形の崩れたパケット（フラグは {flags}）", en=f"a malformed packet (flags {flags})")


def _from(name: str) -> str:
    return f"{name} から" if name[-1:].isascii() else f"{name}から"


def belonging(name: str) -> str:
    """Return a Japanese name with its particle; Latin letters keep their distance."""
    return f"{name} の" if name[-1:].isascii() else f"{name}の"


def ends(packet: Packet, source: str, target: str, *, forged: bool | None, reached: str | None) -> Text:
    """Return a packet with its ends in words.

    `forged`: its source is not one of its zone (None: the zone names no addresses). `reached`: where it arrives in the end.
    """
    one, two = zone_name(source), zone_name(target)
    here, there = zone_phrase(source), zone_phrase(target)
    src, dst = address(packet.src, packet.family), address(packet.dst, packet.family)
    start = Text(ja=f"{belonging(one.ja)} {src} から", en=f"from {src} ({one.en})")
    if forged:
        start = Text(ja=f"{_from(here.ja)}、送信元を {src} と偽って", en=f"from {here.en} with the forged source {src}")
    elif forged is None:
        start = Text(ja=f"{belonging(here.ja)}側から（送信元 {src}）", en=f"from the side of {here.en} (source {src})")
    end = Text(ja=f"{belonging(two.ja)} {dst} へ", en=f"to {dst} ({two.en})")
    if reached == "":
        end = Text(ja=f"{belonging(there.ja)}側へ（宛先 {dst}）", en=f"to the side of {there.en} (destination {dst})")
    elif reached is not None:
        end = Text(
            ja=f"{belonging(two.ja)} {reached} へ（宛先 {dst} が途中で書き換えられる）",
            en=f"to {reached} ({two.en}; sent to {dst}, rewritten on the way)",
        )
    said = what(packet)
    return Text(ja=f"{start.ja} {end.ja}、{said.ja}", en=f"{start.en} {end.en}, {said.en}")
