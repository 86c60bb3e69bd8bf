"""Separations to be shown: a town with every sort of answer, one where all is proved, two where nothing could be looked at."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from secaudit.model.location import Location
from secaudit.model.outcome import Outcome
from secaudit.model.separation import (
    Crossing,
    FamilyWord,
    FileRead,
    HopShown,
    LinesShown,
    ObstacleShown,
    PacketShown,
    PairProof,
    RegionShown,
    RuleNote,
    Separation,
    VerdictWord,
)
from secaudit.model.status import Status
from secaudit.model.text import Text

ZONES = ("mynumber", "lgwan", "internet")
FAMILIES: tuple[FamilyWord, ...] = ("IPv4", "IPv6")
AT = Location(path="policies/mihon.topology.yaml", line=1, column="1")
FORGED = Text(
    ja="LGWAN接続系から、送信元を 192.0.2.1 と偽って マイナンバー利用事務系の 10.10.0.4 へ、TCP 3389番（遠隔操作）の新しい接続",
    en="from the LGWAN zone with the forged source 192.0.2.1 to 10.10.0.4 (My Number zone), TCP port 3389: a new connection",
)
DEVICE = Location(path="devices/fw1.v4", line=12)


def both(text: str) -> Text:
    return Text(ja=text, en=text)


def proofs(zones: tuple[str, ...], words: Mapping[tuple[str, str], VerdictWord] = MappingProxyType({})) -> tuple[PairProof, ...]:
    return tuple(
        PairProof(source=one, target=two, family=family, verdict=words.get((one, two), "PROVED"), paths=1, samples=2000)
        for family in FAMILIES
        for one in zones
        for two in zones
        if one != two
    )


def violated() -> PairProof:
    return PairProof(
        source="internet",
        target="mynumber",
        family="IPv4",
        verdict="VIOLATED",
        paths=1,
        packet=PacketShown(
            source="10.30.5.9",
            destination="10.10.0.4",
            protocol="tcp",
            source_port=40000,
            destination_port=3389,
            kind="NEW",
            words=Text(
                ja="インターネット接続系の 10.30.5.9 から マイナンバー利用事務系の 10.10.0.4 へ、TCP 3389番（遠隔操作）の新しい接続",
                en="from 10.30.5.9 (internet zone) to 10.10.0.4 (My Number zone), TCP port 3389 (remote desktop): a new connection",
            ),
        ),
        hops=(
            HopShown(
                device="fw1",
                inward="eth2",
                outward="eth0",
                line="-A FORWARD -i eth2 -o eth0 -p tcp -m tcp --dport 3389 -j ACCEPT",
                at=DEVICE,
                words=Text(ja="この行が許可する", en="this line lets it on"),
            ),
            HopShown(
                device="core",
                inward="wan",
                outward=None,
                line=None,
                at=None,
                words=Text(ja="構成が渡されていないため、すべて通すとみなす", en="no configuration: taken to let everything through"),
            ),
        ),
        regions=(
            RegionShown(source="any", destination="10.10.0.0/16", protocol="tcp", source_ports="any", destination_ports="3389", at=DEVICE),
            RegionShown(
                source="any except 10.10.0.0/16",
                destination="10.10.0.4",
                protocol="icmp",
                source_ports="type 8",
                destination_ports="any",
                at=None,
            ),
        ),
        region_count=24,
        complete=False,
        forged_only=False,
        repairs=(
            Text(
                ja="devices/fw1.v4:12（`fw1`）の行を消すか、要る相手とポートだけに狭める",
                en="remove the line at devices/fw1.v4:12 (`fw1`), or narrow it",
            ),
            Text(
                ja='ポリシーの specified_communications に加える:\n- id:  # 番号\n  from: "10.30.5.9"',
                en='add it to specified_communications:\n- id:  # a number\n  from: "10.30.5.9"',
            ),
        ),
    )


def undecided() -> PairProof:
    line = Location(path="devices/fw1.v4", line=15)
    return PairProof(
        source="internet",
        target="lgwan",
        family="IPv6",
        verdict="UNDECIDED",
        paths=2,
        obstacles=(
            ObstacleShown(
                device="fw1",
                reason=Text(ja="条件 `-m strange` は構成からは分かりません", en="the condition `-m strange` is not known"),
                line="-A FORWARD -m strange --deal 7 -j ACCEPT",
                at=line,
            ),
            ObstacleShown(device=None, reason=Text(ja="経路が 16 台を超えます", en="a path has more than 16 devices"), line=None, at=None),
        ),
        repairs=(Text(ja="`fw1`: その行を規則で書き直せば判定できます", en="`fw1`: rewritten as rules it can be decided"),),
    )


def forged(*, decided: bool) -> PairProof:
    one = violated()
    return PairProof(
        source="lgwan",
        target="mynumber",
        family="IPv4",
        verdict="VIOLATED",
        paths=1,
        packet=None if one.packet is None else replace(one.packet, source="192.0.2.1", words=FORGED),
        hops=one.hops[:1],
        regions=one.regions[:1],
        region_count=1,
        forged_only=True if decided else None,
    )


def crossings() -> tuple[Crossing, ...]:
    return (
        Crossing(id="SC-01", source="mynumber", target="lgwan", kind="flow", label=both("TCP 443"), live=True),
        Crossing(id="SC-02", source="mynumber", target="internet", kind="flow", label=both("TCP 443 eLTAX"), live=False),
        Crossing(
            id="R-01",
            source="internet",
            target="lgwan",
            kind="sanitised-transfer",
            label=Text(ja="無害化", en="sanitised transfer"),
            live=True,
        ),
        Crossing(id="SC-09", source="mynumber", target="outside", kind="flow", label=both("UDP 123"), live=True),
    )


def mixed() -> Separation:
    special = {(one.source, one.target, one.family): one for one in (violated(), undecided(), forged(decided=True))}
    special["mynumber", "internet", "IPv6"] = replace(forged(decided=False), source="mynumber", target="internet", family="IPv6")
    pairs = tuple(special.get((one.source, one.target, one.family), one) for one in proofs(ZONES))
    flow = Location(path="policies/mihon.yaml", line=56)
    return Separation(
        model="alpha-prime",
        zones=ZONES,
        pairs=pairs,
        flow_outcomes=(
            Outcome(subject="SC-01", status=Status.PASS, reason=Text(ja="宣言のとおり", en="as declared"), location=flow),
            Outcome(subject="SC-02", status=Status.FAIL, reason=Text(ja="期限が過ぎている", en="expired"), location=flow),
        ),
        scan_outcomes=(
            Outcome(
                subject="mynumber 10.10.0.4 tcp/445",
                status=Status.FAIL,
                reason=Text(ja="警報: 通らないはずの通信が実際に通りました", en="alarm: this cannot pass, but it got through"),
                location=Location(path="scans/nmap.xml", line=9),
            ),
            Outcome(
                subject="lgwan 10.20.0.9 tcp/80",
                status=Status.FAIL,
                reason=Text(ja="見つけた穴を裏付けます", en="it confirms the hole"),
                location=Location(path="scans/nmap.xml", line=12),
            ),
            Outcome(subject="lgwan", status=Status.UNKNOWN, reason=Text(ja="比べられない", en="cannot be compared"), location=None),
        ),
        crossings=crossings(),
        lines=(
            LinesShown(
                device="fw1",
                path="devices/fw1.v4",
                digest="0123456789abcdef" * 4,
                exported_on=date(2026, 3, 31),
                total=40,
                understood=30,
                irrelevant=9,
                not_understood=1,
            ),
            LinesShown(
                device="fw1",
                path="devices/ファイアウォール1.v6",
                digest="fedcba9876543210" * 4,
                exported_on=None,
                total=8,
                understood=8,
                irrelevant=0,
                not_understood=0,
            ),
        ),
        rules=(
            RuleNote(
                device="fw1",
                how="partly",
                line="-A FORWARD -s 10.20.0.0/16 -j DROP",
                at=Location(path="devices/fw1.v4", line=20),
                by=(DEVICE,),
                words=Text(ja="一部のパケットは前の行が先に決める", en="lines before it decide otherwise about some of it"),
            ),
            RuleNote(
                device="fw1",
                how="never",
                line="-A FORWARD -s 10.20.5.0/24 -j ACCEPT",
                at=Location(path="devices/fw1.v4", line=22),
                by=(DEVICE, AT),
                words=Text(ja="この行は働かない", en="never decides"),
            ),
        ),
        notes=(Text(ja="`core` の構成がないため、すべて通すものとします", en="`core` has no configuration"),),
        files=(FileRead(kind="zone_topology", path="policies/mihon.topology.yaml", digest="a" * 64),),
        digest="b" * 64,
        at=AT,
    )


def proved() -> Separation:
    return Separation(model="beta", zones=ZONES[:2], pairs=proofs(ZONES[:2]), digest="c" * 64, at=AT)


def missing() -> Separation:
    problem = Text(ja="構成の書き出しがない", en="there is no export of the configurations")
    return Separation(model="alpha", zones=(), pairs=(), problem=problem)


def broken() -> Separation:
    problem = Text(ja="構成の書き出しが読めない", en="an export cannot be read")
    return Separation(model="own", zones=(), pairs=(), problem=problem, broken=True, at=AT)


SAMPLES: Mapping[str, Callable[[], Separation]] = {"mixed": mixed, "proved": proved, "missing": missing, "broken": broken}
