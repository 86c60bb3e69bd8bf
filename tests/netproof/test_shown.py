"""A verdict in words: the packet and its ends, its way line by line, translations, regions, and no secret in any of it."""

from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from secaudit.model.location import Location
from secaudit.model.separation import PairProof
from secaudit.model.text import Text
from secaudit.netproof.dialects import cisco_ios
from secaudit.netproof.ir import (
    Accept,
    Action,
    BaseChain,
    DestinationNat,
    Device,
    Doubt,
    Drop,
    Goto,
    Hook,
    Jump,
    Match,
    Rule,
    Source,
    SourceNat,
)
from secaudit.netproof.lines import Fate, Line, LineAccount, Reach
from secaudit.netproof.network import Network, Node
from secaudit.netproof.packets import DISCOVERY_ICMP, TCP_REPLY_KINDS, Family, Kind, Packet
from secaudit.netproof.phrases import ends, what
from secaudit.netproof.prove import Question, prove_pair
from secaudit.netproof.shown import lines_shown, pair_proof
from secaudit.netproof.topology import Delivered, Topology
from tests.netproof.build import V4, V6, ZONES, A, B, base, between, device, filtering, net, port, row, rule, unknown

AS_OF = date(2026, 4, 1)
RDP = Match(proto=((6, 6),), dport=((3389, 3389),))
TOWN = {"internet": ("10.30.0.0/16", "outside"), "mynumber": ("10.10.0.0/16",)}


def shown(
    network: Network, *, family: Family = V4, regions: int = 5, zones: dict[str, tuple[str, ...]] | None = None, pair: str = "a b"
) -> PairProof:
    question = Question(network=network, zones=ZONES if zones is None else zones, flows=(), as_of=AS_OF, samples=50)
    source, target = pair.split()
    return pair_proof(question, prove_pair(question, source, target, family), regions=regions)


def words(network: Network, **more: Any) -> Text:  # noqa: ANN401 - fields by name
    packet = shown(network, **more).packet
    assert packet is not None
    return packet.words


def town(fw: Device | None) -> Network:
    return Network(nodes=(Node(name="fw", ports=(port("wan", "internet"), port("lan", "mynumber")), device=fw),))


def test_a_proved_pair_shows_how_often_it_was_tried_and_nothing_else() -> None:
    found = shown(between(filtering(rule(Drop()))))
    assert (found.verdict, found.samples, found.paths, found.family) == ("PROVED", 50, 1, "IPv4")
    assert (found.packet, found.hops, found.regions, found.repairs, found.obstacles) == (None, (), (), (), ())


def test_the_packet_is_told_with_names_of_zones_and_of_the_service() -> None:
    found = words(town(filtering(rule(Accept(), RDP))), zones=TOWN, pair="internet mynumber")
    assert found.ja == "インターネット接続系の 1.0.0.1 から マイナンバー利用事務系の 10.10.0.1 へ、TCP 3389番（遠隔操作）の新しい接続"
    assert found.en == "from 1.0.0.1 (internet zone) to 10.10.0.1 (My Number zone), TCP port 3389 (remote desktop): a new connection"


def test_fields_of_the_packet_are_apart() -> None:
    packet = shown(between(filtering(rule(Accept(), RDP)))).packet
    assert packet is not None
    assert (packet.source, packet.destination, packet.protocol) == ("10.1.0.1", "10.2.0.1", "tcp")
    assert (packet.source_port, packet.destination_port, packet.kind) == (40000, 3389, "NEW")
    other = shown(between(filtering(rule(Accept(), Match(proto=((47, 47),)))))).packet
    assert other is not None
    assert (other.protocol, other.source_port, other.destination_port) == ("gre", None, None)


def test_a_forged_source_is_said() -> None:
    network = between(filtering(rule(Accept(), Match(family=V4, src=net("192.0.2.0/24")))))
    found = shown(network)
    assert found.forged_only
    assert found.packet is not None
    assert found.packet.words.ja.startswith("領域 a から、送信元を 192.0.2.1 と偽って b の 10.2.0.1 へ")
    assert found.packet.words.en.startswith("from the zone a with the forged source 192.0.2.1 to 10.2.0.1 (b)")


def test_ends_that_no_zone_names_are_said_as_they_are() -> None:
    found = words(between(filtering(rule(Accept(), RDP))), zones={})
    assert found.ja.startswith("領域 a の側から（送信元 1.0.0.1） 領域 b の側へ（宛先 1.0.0.1）")
    assert found.en.startswith("from the side of the zone a (source 1.0.0.1) to the side of the zone b (destination 1.0.0.1)")


@pytest.mark.parametrize(
    ("packet", "ja", "en"),
    [
        ({"proto": 6, "dport": 9}, "TCP 9番の新しい接続", "TCP port 9: a new connection"),
        ({"proto": 17, "dport": 53}, "UDP 53番（名前の解決 DNS）の新しい通信", "UDP port 53 (names, DNS): a new flow"),
        ({"proto": 132, "dport": 80}, "SCTP 80番の新しい通信", "SCTP port 80: a new flow"),
        ({"proto": 1, "sport": 8}, "ICMP の種別8（ping の問い）の新しい通信", "ICMP type 8 (ping): a new flow"),
        ({"proto": 1, "sport": 13}, "ICMP の種別13の新しい通信", "ICMP type 13: a new flow"),
        ({"proto": 50}, "IPプロトコル ESPの新しい通信", "IP protocol ESP: a new flow"),
        (
            {"proto": 17, "dport": 9, "kind": Kind.BAD},
            "UDP 9番の、どの通信にも属さないパケット（INVALID）",
            "UDP port 9: a packet that belongs to no flow (INVALID)",
        ),
        (
            {"proto": 6, "dport": 9, "kind": Kind.ACK},
            "TCP 9番の、応答を装ったパケット（フラグは ACK、どの接続にも属さない）",
            "TCP port 9: a packet that poses as an answer (flags ACK, of no connection)",
        ),
        (
            {"proto": 6, "dport": 9, "kind": Kind.NONE},
            "TCP 9番の、形の崩れたパケット（フラグは NO FLAGS）",
            "TCP port 9: a malformed packet (flags NO FLAGS)",
        ),
    ],
)
def test_what_a_packet_is(packet: dict[str, Any], ja: str, en: str) -> None:
    assert what(Packet(family=V4, src=A, dst=B, **packet)) == Text(ja=ja, en=en)


def test_neighbour_discovery_has_its_word() -> None:
    found = what(Packet(family=V6, src=1, dst=2, proto=58, sport=DISCOVERY_ICMP[0][0], kind=Kind.DISCOVERY))
    assert found.en == "ICMP type 130: a packet of neighbour discovery"
    assert ends(Packet(family=V6, src=1, dst=2, proto=6), "a", "b", forged=False, reached="::3").en.startswith(
        "from ::1 (a) to ::3 (b; sent to ::2, rewritten on the way)"
    )


def steps(found: PairProof) -> list[tuple[str, str, str | None, str | None, str]]:
    return [(hop.device, hop.inward, hop.outward, hop.line, hop.words.en) for hop in found.hops]


def test_the_way_names_each_device_its_interfaces_and_its_line() -> None:
    network = row([filtering(rule(Drop(), RDP, line=3), rule(Accept(), line=7)), None, filtering(drop=False), device("r3", {}, [])])
    found = shown(network)
    assert steps(found) == [
        ("r0", "left", "right", "line 7", "this line lets it on"),
        ("r1", "left", "right", None, "no configuration: taken to let everything through"),
        ("r2", "left", "right", "policy of forward", "no line matches; the default at the end of the list lets it on"),
        ("r3", "left", "right", None, "no list applies to it here"),
    ]
    assert found.hops[0].at == Location(path="fw.conf", line=7)
    assert found.hops[1].at is None


def test_a_chain_that_is_asked_is_named() -> None:
    chains = {"forward": [rule(Jump("u"), line=2), rule(Drop())], "u": [rule(Goto("v"), line=5)], "v": [rule(Accept(), line=9)]}
    found = shown(between(device("fw", chains, [base("forward"), base("u", Hook.POSTROUTING, drop=False)])))
    assert [(hop.line, hop.words.en) for hop in found.hops if hop.line] == [
        ("line 2", "the list `u` is asked"),
        ("line 5", "the list `v` is asked"),
        ("line 9", "this line lets it on"),
        ("line 5", "the list `v` is asked"),
        ("line 9", "this line lets it on"),
    ]


def test_defaults_of_other_hooks_are_left_out_where_the_list_in_the_middle_has_one() -> None:
    hooks = [base("raw", Hook.PREROUTING, -300, drop=False), base("forward", drop=False), base("raw", Hook.POSTROUTING, drop=False)]
    assert [hop.line for hop in shown(between(device("fw", {"raw": (), "forward": ()}, hooks))).hops] == ["policy of forward"]
    assert [hop.line for hop in shown(between(device("fw", {"raw": ()}, [hooks[0]]))).hops] == ["policy of raw"]


def test_of_two_ways_the_one_without_a_doubt_is_shown() -> None:
    behind = {"forward": [rule(Accept(), Match(proto=((6, 6),), unknown=unknown()), line=4), rule(Jump("u"), RDP, line=6)]}
    found = shown(between(device("fw", {**behind, "u": [rule(Accept(), line=9)]}, [base("forward")])))
    assert [(hop.line, hop.words.en) for hop in found.hops] == [("line 6", "the list `u` is asked"), ("line 9", "this line lets it on")]
    assert [one.at and one.at.line for one in found.regions] == [9]


def translating(hook: Hook, *rules: Rule, forward: Rule | None = None, **more: Any) -> Device:  # noqa: ANN401 - fields by name
    chains = {"nat": rules, "forward": (forward or rule(Accept()),)}
    nat = base("nat", hook, -100 if hook is Hook.PREROUTING else 100, drop=False, nat=True)
    return device("fw", chains, [nat, base("forward")], **more)


def test_the_destination_at_the_end_is_in_the_words() -> None:
    everything = Match(family=V4, dst=net("192.0.2.5/32"))
    chains = {"nat": (rule(DestinationNat(B + 5), everything, line=3),), "forward": (rule(Accept(), Match(translated=True), line=8),)}
    hooks = [base("nat", Hook.PREROUTING, -100, drop=False, nat=True), base("forward")]
    found = shown(between(device("fw", chains, hooks)))
    assert found.packet is not None
    assert found.packet.destination == "192.0.2.5"
    assert "b の 10.2.0.5 へ（宛先 192.0.2.5 が途中で書き換えられる）" in found.packet.words.ja
    assert "to 10.2.0.5 (b; sent to 192.0.2.5, rewritten on the way)" in found.packet.words.en
    assert [hop.words.en for hop in found.hops] == ["the destination 192.0.2.5:1 becomes 10.2.0.5:1", "this line lets it on"]


def test_ports_of_ipv6_are_written_in_brackets_and_protocols_without_ports_have_none() -> None:
    to6 = rule(DestinationNat((0xFD02 << 112) + 5, 8080), Match(family=V6, dst=net("2001:db8::5/128"), proto=((6, 6), (47, 47))))
    passing = rule(Accept(), Match(translated=True))
    found = shown(between(translating(Hook.PREROUTING, to6, forward=passing)), family=V6)
    assert found.hops[0].words.en == "the destination [2001:db8::5]:1 becomes [fd02::5]:8080"
    to4 = rule(DestinationNat(B + 5, 8080), Match(family=V4, dst=net("192.0.2.5/32"), proto=((47, 47),)))
    other = shown(between(translating(Hook.PREROUTING, to4, forward=passing)))
    assert other.hops[0].words.en == "the destination 192.0.2.5 becomes 10.2.0.5"


@pytest.mark.parametrize(
    ("action", "texts", "becomes"),
    [
        (SourceNat((A + 9, A + 9)), (), ("10.1.0.9", "10.1.0.9")),
        (SourceNat((A + 8, A + 9)), (), ("10.1.0.8 から 10.1.0.9 のどれか", "one of 10.1.0.8 to 10.1.0.9")),
        (SourceNat(None), ("10.9.0.1/30",), ("10.9.0.1", "10.9.0.1")),
        (SourceNat(None), (), ("`right` のアドレス", "the address of `right`")),
    ],
)
def test_a_rewritten_source_is_told(action: Action, texts: tuple[str, ...], becomes: tuple[str, str]) -> None:
    fw = translating(Hook.POSTROUTING, rule(action, line=3))
    node = Node(name="fw", ports=(port("left", "a"), port("right", "b", None, *texts)), device=fw)
    found = shown(Network(nodes=(node,)))
    assert [hop.words for hop in found.hops] == [
        Text(ja="この行が許可する", en="this line lets it on"),
        Text(ja=f"送信元を 10.1.0.1 から {becomes[0]} に書き換える", en=f"the source 10.1.0.1 becomes {becomes[1]}"),
    ]


def test_two_translations_follow_each_other() -> None:
    one, two = (translating(Hook.POSTROUTING, rule(SourceNat((A + last, A + last)))) for last in (8, 9))
    found = shown(row([one, two]))
    assert [hop.words.en for hop in found.hops if "source" in hop.words.en] == [
        "the source 10.1.0.1 becomes 10.1.0.8",
        "the source 10.1.0.8 becomes 10.1.0.9",
    ]


def test_an_exemption_from_translation_lets_nothing_through_by_itself() -> None:
    found = shown(between(translating(Hook.POSTROUTING, rule(Accept(), line=3), forward=rule(Accept(), line=8))))
    assert [hop.words.en for hop in found.hops] == ["this line lets it on", "addresses are left as they are"]
    assert {region.at and region.at.line for region in found.regions} == {8}


def test_regions_are_few_tied_to_their_lines_and_counted() -> None:
    wide = [rule(Accept(), Match(proto=((6, 6),), dport=((one, one),)), line=one) for one in range(1, 9)]
    found = shown(between(filtering(*wide)), regions=3)
    assert [(one.destination_ports, one.at and one.at.line) for one in found.regions] == [("1", 1), ("2", 2), ("3", 3)]
    assert (found.region_count, found.complete) == (8, True)
    first = found.regions[0]
    assert (first.source, first.destination, first.protocol, first.source_ports) == ("any", "any", "tcp", "any")


def test_the_last_device_with_a_line_about_it_is_the_one_that_is_named() -> None:
    last = filtering(rule(Accept(), line=20))
    found = shown(row([filtering(rule(Accept(), line=10)), last, None]))
    assert [one.at and one.at.line for one in found.regions] == [20]
    bare = shown(row([None, device("r1", {}, [])]))
    assert [one.at for one in bare.regions] == [None]


def test_no_secret_of_a_line_is_shown() -> None:
    line = Line(
        at=Location(path="r.conf", line=9),
        text=" pre-shared-key himitsu",
        fate=Fate.NOT_UNDERSTOOD,
        reason=Text(ja="`key himitsu` が分からない", en="`key himitsu` is not known"),
        reach=Reach.DEVICE,
    )
    doubt = Doubt(reason=line.reason or Text(ja="", en=""), line=line)
    loose = Doubt(reason=Text(ja="他", en="other"), line=None)
    undecided = shown(between(filtering(doubts=(doubt, loose))))
    assert [(one.device, one.line, one.at and one.at.line, one.reason.ja) for one in undecided.obstacles] == [
        ("fw", " pre-shared-key ***", 9, "`key ***` が分からない"),
        ("fw", None, None, "他"),
    ]
    open_ = Rule(matches=(Match(),), action=Accept(), at=Location(path="r.conf", line=3), text="permit password himitsu")
    policy = BaseChain(chain="forward", hook=Hook.FORWARD, priority=0, policy=Drop(), at=open_.at, text="key himitsu")
    violated = shown(between(device("fw", {"forward": (open_,)}, [policy])))
    assert "himitsu" not in repr(violated)
    assert "himitsu" not in repr(undecided)


def test_only_answers_are_explained() -> None:
    found = words(between(filtering(rule(Accept(), Match(kinds=TCP_REPLY_KINDS)))))
    assert "応答を装ったパケット" in found.ja
    assert "poses as an answer" in found.en


def test_a_real_configuration_is_told_with_its_own_lines() -> None:
    text = (Path(__file__).parent / "examples" / "cisco_ios" / "town-router.txt").read_bytes()
    read = cisco_ios.read([Source(path="town-router.txt", data=text)], "router1")
    ports = (port("GigabitEthernet0/0.20", "b"), port("GigabitEthernet0/0.10", "a"), port("GigabitEthernet0/1", "c"))
    network = Network(nodes=(Node(name="router1", ports=ports, device=read.devices[0]),))
    found = shown(network, pair="b a", zones={"a": ("10.1.0.0/16",), "b": ("10.2.0.0/16",)})
    assert found.verdict in ("VIOLATED", "UNDECIDED")
    told = repr(found)
    assert all(secret not in told for secret in ("himitsu", "VerySecret", "0822455D0A16"))


def test_the_lines_of_every_file_are_counted() -> None:
    def line(path: str, number: int, fate: Fate) -> Line:
        reason = None if fate is Fate.UNDERSTOOD else Text(ja="理由", en="why")
        reach = Reach.RULE if fate is Fate.NOT_UNDERSTOOD else None
        return Line(at=Location(path=path, line=number), text="x", fate=fate, reason=reason, reach=reach)

    lines = (*(line("a.conf", number, fate) for number, fate in enumerate(Fate, start=1)), line("a.conf", 9, Fate.IRRELEVANT))
    delivered = [
        Delivered(device=name, path=path, digest="d" * 64, exported_on=None if path == "b.conf" else AS_OF)
        for name, path in (("fw", "a.conf"), ("fw", "b.conf"), ("fw/x", "a.conf"))
    ]
    topology = Topology(
        network=Network(nodes=()),
        accounts=MappingProxyType({"fw": LineAccount(lines=lines)}),
        delivered=tuple(delivered),
        at=Location(path="t.yaml", line=1),
    )
    one, two = lines_shown(topology)
    assert (one.device, one.path, one.exported_on, one.total) == ("fw", "a.conf", AS_OF, 4)
    assert (one.understood, one.irrelevant, one.not_understood) == (1, 2, 1)
    assert (two.path, two.exported_on, two.total) == ("b.conf", None, 0)


def test_a_translation_in_a_chain_of_its_own_lets_nothing_through_by_itself() -> None:
    chains = {
        "nat": (rule(Jump("more"), line=2), rule(Jump("more"), line=3)),
        "more": (rule(Accept(), Match(proto=((6, 6),)), line=4),),
        "forward": (rule(Accept(), RDP, line=8),),
    }
    nat = base("nat", Hook.POSTROUTING, 100, drop=False, nat=True)
    found = shown(between(device("fw", chains, [nat, base("forward")])))
    assert {region.at and region.at.line for region in found.regions} == {8}
    assert [hop.words.en for hop in found.hops][-1] == "addresses are left as they are"
