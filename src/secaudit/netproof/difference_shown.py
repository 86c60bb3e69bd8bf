"""Two sides to what their difference tells people: regions, packets in words, the line that decides on either side.

* INVARIANT: no text of a configuration leaves this module unmasked.

Never here: finding the difference (`difference`), printing (`reports`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from secaudit.model.policy import Policy
from secaudit.model.separation import FamilyWord, ObstacleShown, PacketShown, RegionShown
from secaudit.model.text import Text
from secaudit.model.zones_difference import (
    Changes,
    ChangeShown,
    DecidingLine,
    PairChange,
    SideShown,
    ZonesDifference,
)
from secaudit.netproof import topology as topologies
from secaudit.netproof.blame import Obstacle
from secaudit.netproof.decide import BUDGET
from secaudit.netproof.difference import Change, PairDifference, difference
from secaudit.netproof.doors import Door, Places, Way
from secaudit.netproof.flow_rules import judge_flows
from secaudit.netproof.flows import zone_ranges
from secaudit.netproof.ir import Rule, Source
from secaudit.netproof.masking import masked, masked_text
from secaudit.netproof.merging import Merged, merged
from secaudit.netproof.network import Network
from secaudit.netproof.packets import Family, Packet
from secaudit.netproof.phrases import address, ends, has_ports, kind_word, protocol
from secaudit.netproof.prove import Question
from secaudit.netproof.ranges import holds
from secaudit.netproof.shown import lines_shown
from secaudit.netproof.stopping import Stop

_FAMILY: Mapping[Family, FamilyWord] = MappingProxyType({Family.V4: "IPv4", Family.V6: "IPv6"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side as read."""

    shown: SideShown
    question: Question


def side(
    policy: Policy,
    topology: Path,
    *,
    root: Path,
    name: str,
    fiscal_year: int | None,
    as_of: date,
    budget: int = BUDGET,
    replaced: Mapping[str, Source] = MappingProxyType({}),
) -> Side:
    """Read one side; `replaced`: device → what stands for its configuration. Raises a `SecauditError` for what cannot be read."""
    written = topologies.written(topology, root=root)
    read = topologies.build(written, topology, root=root, zones=policy.zones, fiscal_year=fiscal_year, replaced=replaced)
    # Without devices only the flows themselves are judged.
    nothing = Question(network=Network(nodes=()), zones=policy.zones, flows=(), as_of=as_of)
    flows = judge_flows(policy, nothing, as_of=as_of).flows
    question = Question(network=read.network, zones=policy.zones, flows=flows, as_of=as_of, budget=budget)
    return Side(shown=SideShown(name=name, lines=lines_shown(read), notes=read.network.notes), question=question)


def compared(old: Side, new: Side, *, most: int) -> ZonesDifference:
    """Return what the change from one side to the other does, with at most `most` changes of each sort and pair written out.

    Raises `replay.InternalDisagreement` for a fault of ours.
    """
    places = Places(old.question.network), Places(new.question.network)
    found = difference(old.question, new.question)
    return ZonesDifference(old=old.shown, new=new.shown, pairs=tuple(_pair(one, old.question, new.question, places, most) for one in found))


def _pair(found: PairDifference, old: Question, new: Question, places: tuple[Places, Places], most: int) -> PairChange:
    def changes(listed: Sequence[Change], here: Places, zones: Question, *, certain: bool = True) -> Changes:
        return _Teller(found, here, zones, certain=certain).changes(listed, most)

    return PairChange(
        source=found.source,
        target=found.target,
        family=_FAMILY[found.family],
        word=found.word.value,
        decided=found.decided,
        permits=changes(found.permits, places[1], new),
        forbids=changes(found.forbids, places[0], old),
        perhaps_permits=changes(found.perhaps_permits, places[1], new, certain=False),
        perhaps_forbids=changes(found.perhaps_forbids, places[0], old, certain=False),
        old_obstacles=tuple(_obstacle(one) for one in found.old_obstacles),
        new_obstacles=tuple(_obstacle(one) for one in found.new_obstacles),
        samples=found.samples,
    )


class _Teller:
    """Changes of one pair that pass on one side, whose rules `places` knows."""

    def __init__(self, pair: PairDifference, places: Places, question: Question, *, certain: bool) -> None:
        self.pair, self.places, self.certain = pair, places, certain
        self.sources, self.targets = (zone_ranges(question.zones, zone, pair.family) for zone in (pair.source, pair.target))

    def changes(self, listed: Sequence[Change], most: int) -> Changes:
        """Return changes as regions: what the same lines decide, and the same flows cover, is told together where it can be."""
        tied: dict[tuple[object, ...], list[Change]] = {}
        for one in listed:
            tied.setdefault(self._tie(one), []).append(one)
        groups = [*tied.values()]
        boxes = ((number, one.box) for number, group in enumerate(groups) for one in group)
        found = merged(boxes, self.pair.family)
        shown = []
        for number, region in found[:most]:
            # The packet of the largest box of a region speaks for all of it.
            one = next((one for one in groups[number] if one.packet is not None and _inside(region, one.packet)), groups[number][0])
            ports = region.ports()
            through = self._through(one)
            shown.append(
                ChangeShown(
                    region=RegionShown(
                        source=region.source(),
                        destination=region.target(),
                        protocol=region.protocol(),
                        source_ports=ports[0],
                        destination_ports=ports[1],
                        at=through.at,
                    ),
                    through=through,
                    packet=None if one.packet is None else self._packet(one.packet),
                    stopped=None if one.stop is None else _stopped(one.stop),
                    cover=None if one.cover is None else one.cover.value,
                    flows=one.flows,
                )
            )
        return Changes(count=len(found), shown=tuple(shown))

    def _tie(self, one: Change) -> tuple[object, ...]:
        stop = None if one.stop is None else (one.stop.device, id(one.stop.rule))
        return (*self._door(one).key, stop, one.cover, one.flows, one.packet is None)

    def _door(self, one: Change) -> Door:
        """Return what opens the way."""
        return self.places.of(one.deciding(), one.way.path)

    def _through(self, one: Change) -> DecidingLine:
        door = self._door(one)
        by = door.by
        return DecidingLine(
            device=door.hop.node.name,
            line=None if by is None else masked(by.text),
            at=None if by is None else by.at,
            words=_OPENED[door.way] if self.certain else _PERHAPS,
        )

    def _packet(self, packet: Packet) -> PacketShown:
        family = packet.family
        ported = has_ports(packet.proto)
        forged = not holds(self.sources, packet.src) if self.sources else None
        reached = None if holds(self.targets, packet.dst) else ""
        return PacketShown(
            source=address(packet.src, family),
            destination=address(packet.dst, family),
            protocol=protocol(packet.proto),
            source_port=packet.sport if ported else None,
            destination_port=packet.dport if ported else None,
            kind=kind_word(packet.kind),
            words=ends(packet, self.pair.source, self.pair.target, forged=forged, reached=reached),
        )


_OPENED: Mapping[Way, Text] = MappingProxyType(
    {
        Way.LINE: Text(ja="この行が許可する", en="this line lets it on"),
        Way.POLICY: Text(
            ja="どの行にも当たらず、一覧の最後の既定（許可）で通る", en="no line matches; the default at the end of the list lets it on"
        ),
        Way.NO_LIST: Text(ja="この通信に効く一覧がない", en="no list applies to it"),
        Way.NO_CONFIGURATION: Text(
            ja="構成が渡されていないため、すべて通すとみなす", en="no configuration: taken to let everything through"
        ),
    }
)


_PERHAPS = Text(ja="ここを通りうる", en="it can pass here")


def _inside(region: Merged, packet: Packet) -> bool:
    return (
        holds(region.src, packet.src)
        and holds(region.dst, packet.dst)
        and bool(region.protos >> packet.proto & 1)
        and (region.sport is None or holds(region.sport, packet.sport))
        and (region.dport is None or holds(region.dport, packet.dport))
        and (region.kinds is None or bool(region.kinds >> packet.kind & 1))
    )


def _stopped(stop: Stop) -> DecidingLine:
    """Return where a packet ends, in words that fit either side."""
    rule = stop.rule
    if stop.device is None:
        words = Text(ja="二つの領域をつなぐ機器がない", en="no device joins the two zones")
    elif rule is None:
        words = Text(ja="この宛先へ送る経路がない", en="no route leads to this destination")
    elif isinstance(rule, Rule):
        words = Text(ja="この行が止める", en="this line stops it")
    else:
        words = Text(
            ja="どの行にも当たらず、一覧の最後の既定（拒否）で止まる", en="no line matches; the default at the end of the list stops it"
        )
    return DecidingLine(
        device=stop.device, line=None if rule is None else masked(rule.text), at=None if rule is None else rule.at, words=words
    )


def _obstacle(one: Obstacle) -> ObstacleShown:
    line = one.line
    return ObstacleShown(
        device=one.device,
        reason=masked_text(one.reason),
        line=None if line is None else masked(line.text),
        at=None if line is None else line.at,
    )
