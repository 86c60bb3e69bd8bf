"""A difference as people are told it: regions, lines of both sides, packets in words; no secrets."""

from datetime import date

from secaudit.model.separation import FamilyWord
from secaudit.model.text import Text
from secaudit.model.zones_difference import PairChange, SideShown, ZonesDifference
from secaudit.netproof.difference_shown import Side, compared
from secaudit.netproof.flows import Flow
from secaudit.netproof.ir import Accept, Doubt, Drop, Match
from secaudit.netproof.network import Network, Node
from secaudit.netproof.prove import Question
from tests.netproof.build import V4, ZONES, between, filtering, net, port, route, rule, unknown

AS_OF = date(2026, 4, 1)
SMB = Match(family=V4, src=net("10.1.0.0/16"), dst=net("10.2.0.4/32"), proto=((6, 6),), dport=((445, 445),))
WEB = Match(family=V4, src=net("10.1.0.0/16"), dst=net("10.2.0.4/32"), proto=((6, 6),), dport=((80, 80),))


def made(network: Network, *flows: Flow, named: bool = True) -> Side:
    question = Question(network=network, zones=ZONES if named else {}, flows=flows, as_of=AS_OF)
    return Side(shown=SideShown(name="side", lines=(), notes=()), question=question)


def change(old: Network, new: Network, *flows: Flow, family: FamilyWord = "IPv4", most: int = 20, named: bool = True) -> PairChange:
    found: ZonesDifference = compared(made(old, named=named), made(new, *flows, named=named), most=most)
    return next(one for one in found.pairs if (one.source, one.target, one.family) == ("a", "b", family))


def test_a_change_has_its_region_its_lines_and_a_packet_in_words() -> None:
    deny = rule(Drop(), SMB, line=3)
    found = change(between(filtering(deny)), between(filtering(rule(Accept(), SMB, line=4))))
    assert (found.word, found.decided, found.permits.count, found.forbids.count) == ("CHANGED", True, 1, 0)
    (one,) = found.permits.shown
    assert (one.region.source, one.region.destination, one.region.destination_ports) == ("10.1.0.0/16", "10.2.0.4", "445")
    assert (one.through.device, one.through.line, one.through.at and one.through.at.line) == ("fw", "line 4", 4)
    assert one.stopped is not None
    assert (one.stopped.line, one.stopped.words.en) == ("line 3", "this line stops it")
    assert one.packet is not None
    assert (one.packet.source, one.packet.destination_port, one.packet.kind) == ("10.1.0.1", 445, "NEW")
    assert "445" in one.packet.words.ja
    assert (one.cover, one.flows) == ("none", ())


def test_a_flow_that_covers_it_is_named() -> None:
    flow = Flow(
        id="SC-01", source="a", target="b", src={V4: net("10.1.0.0/16")}, dst={V4: net("10.2.0.4/32")}, proto=((6, 6),), ports=((445, 445),)
    )
    (one,) = change(between(filtering()), between(filtering(rule(Accept(), SMB))), flow).permits.shown
    assert (one.cover, one.flows) == ("all", ("SC-01",))


def test_what_the_same_lines_decide_is_told_together_and_each_region_has_a_packet_of_its_own() -> None:
    both = rule(Accept(), SMB, WEB)
    found = change(between(filtering()), between(filtering(both)))
    (one,) = found.permits.shown
    assert (found.permits.count, one.region.destination_ports) == (1, "80, 445")
    apart = Match(family=V4, src=net("10.1.5.0/24"), dst=net("10.2.0.9/32"), proto=((17, 17),), dport=((53, 53),))
    far = change(between(filtering()), between(filtering(rule(Accept(), SMB, apart))))
    assert [(one.region.destination, one.packet and one.packet.destination) for one in far.permits.shown] == [
        ("10.2.0.4", "10.2.0.4"),
        ("10.2.0.9", "10.2.0.9"),
    ]


def test_at_most_as_many_as_were_asked_for_are_told_and_all_are_counted() -> None:
    found = change(between(filtering()), between(filtering(rule(Accept(), SMB), rule(Accept(), WEB, line=9))), most=1)
    assert (found.permits.count, len(found.permits.shown)) == (2, 1)


def test_what_no_line_decides_has_words_of_its_own() -> None:
    shut, open_ = between(filtering()), between(filtering(drop=False))
    assert {one.through.words.en for one in change(shut, between(None)).permits.shown} == {
        "no configuration: taken to let everything through"
    }
    by_policy = change(shut, open_).permits.shown
    assert {(one.through.line, one.stopped and one.stopped.words.en) for one in by_policy} == {
        ("policy of forward", "no line matches; the default at the end of the list stops it")
    }
    alone = Network(nodes=(Node(name="fw", ports=(port("left", "a"), port("up", "c")), device=None),))
    joined = change(alone, open_).permits.shown
    assert {one.stopped and (one.stopped.device, one.stopped.words.en) for one in joined} == {(None, "no device joins the two zones")}
    routed = (Node(name="fw", ports=(port("left", "a"), port("right", "b")), device=None, routes=(route("10.3.0.0/16", "right"),)),)
    lost = change(Network(nodes=routed), open_).permits.shown
    assert {one.stopped and (one.stopped.device, one.stopped.words.en) for one in lost} == {("fw", "no route leads to this destination")}


def test_packets_of_protocols_without_ports_and_of_zones_without_addresses_are_told_too() -> None:
    gre = rule(Accept(), Match(proto=((47, 47),)))
    (one,) = change(between(filtering()), between(filtering(gre)), named=False).permits.shown
    assert one.packet is not None
    assert (one.packet.protocol, one.packet.source_port, one.packet.destination_port) == ("gre", None, None)
    (six,) = change(between(filtering()), between(filtering(gre)), family="IPv6").permits.shown
    assert six.packet is not None
    assert six.packet.source.startswith("fd01:")


def test_a_forged_source_and_a_strange_destination_are_said() -> None:
    odd = rule(Accept(), Match(family=V4, src=net("192.0.2.0/24"), dst=net("198.51.100.7/32")))
    (one,) = change(between(filtering()), between(filtering(odd))).permits.shown
    assert one.packet is not None
    assert "forged source 192.0.2.1" in one.packet.words.en


def test_obstacles_of_both_sides_are_told_without_secrets() -> None:
    doubt = Doubt(reason=Text(ja="`password hunter2` が分からない", en="`password hunter2` is not known"), line=None)
    found = change(between(filtering(rule(Accept(), Match(unknown=unknown())))), between(filtering(doubts=(doubt,))))
    assert (found.word, found.permits.count) == ("UNDECIDED", 0)
    assert found.perhaps_permits.count
    assert {(one.packet, one.through.words.en) for one in found.perhaps_permits.shown} == {(None, "it can pass here")}
    assert [(one.line, one.at and one.at.line) for one in found.old_obstacles] == [("?", 1)]
    assert [one.reason.en for one in found.new_obstacles] == ["`password ***` is not known"]
