"""A verdict as people and programs are shown it: the packet in words, its way hop by hop, the regions, what stands in the way.

* INVARIANT: no text of a configuration leaves this module unmasked.
* What became of the addresses on the way is followed from the packet as sent, translation by translation.

Never here: deciding (`prove`), what to do about it (`repair`), printing (`reports`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from secaudit.model.separation import FamilyWord, HopShown, LinesShown, ObstacleShown, PacketShown, PairProof, RegionShown
from secaudit.model.text import Text
from secaudit.netproof.blame import Obstacle
from secaudit.netproof.doors import Places
from secaudit.netproof.flows import zone_ranges
from secaudit.netproof.ir import Accept, BaseChain, DestinationNat, Goto, Hook, Jump, Rule, SourceNat
from secaudit.netproof.lines import Fate
from secaudit.netproof.masking import masked, masked_text
from secaudit.netproof.merging import merged
from secaudit.netproof.network import Hop
from secaudit.netproof.packets import Family, Packet
from secaudit.netproof.phrases import address, ends, has_ports, kind_word, protocol
from secaudit.netproof.prove import PairVerdict, Question, Violation
from secaudit.netproof.ranges import holds
from secaudit.netproof.repair import repairs
from secaudit.netproof.replay import Step
from secaudit.netproof.topology import Topology

_FAMILY: dict[Family, FamilyWord] = {Family.V4: "IPv4", Family.V6: "IPv6"}


def pair_proof(question: Question, verdict: PairVerdict, *, regions: int) -> PairProof:
    """Return a verdict as it is shown, with at most `regions` regions."""
    proof = PairProof(
        source=verdict.source,
        target=verdict.target,
        family=_FAMILY[verdict.family],
        verdict=verdict.verdict.value,
        paths=verdict.paths,
        samples=verdict.samples,
        repairs=repairs(question, verdict),
        obstacles=tuple(_obstacle(one) for one in verdict.obstacles),
    )
    if verdict.violation is None:
        return proof
    return _violated(proof, question, verdict, verdict.violation, regions)


def _violated(proof: PairProof, question: Question, verdict: PairVerdict, violation: Violation, most: int) -> PairProof:
    places = Places(question.network)
    hops, reached = _way(violation, places)
    doors: dict[tuple[object, ...], tuple[int, Rule | BaseChain | None]] = {}
    boxes = []
    for one in violation.regions:
        door = places.door(one)
        number, _ = doors.setdefault(door.key, (len(doors), door.by))
        boxes.append((number, one.box))
    lines = [by for _, by in doors.values()]
    found = merged(boxes, verdict.family)
    shown = []
    for number, region in found[:most]:
        by = lines[number]
        sports, dports = region.ports()
        shown.append(
            RegionShown(
                source=region.source(),
                destination=region.target(),
                protocol=region.protocol(),
                source_ports=sports,
                destination_ports=dports,
                at=None if by is None else by.at,
            )
        )
    return replace(
        proof,
        packet=_packet(question, verdict, violation.packet, reached),
        hops=hops,
        regions=tuple(shown),
        region_count=len(found),
        complete=violation.complete,
        forged_only=violation.forged_only,
    )


def _packet(question: Question, verdict: PairVerdict, packet: Packet, reached: int | None) -> PacketShown:
    family = packet.family
    sources = zone_ranges(question.zones, verdict.source, family)
    targets = zone_ranges(question.zones, verdict.target, family)
    arrives: str | None = None
    if reached is not None:
        arrives = address(reached, family)
    elif not holds(targets, packet.dst):
        arrives = ""
    ported = has_ports(packet.proto)
    return PacketShown(
        source=address(packet.src, family),
        destination=address(packet.dst, family),
        protocol=protocol(packet.proto),
        source_port=packet.sport if ported else None,
        destination_port=packet.dport if ported else None,
        kind=kind_word(packet.kind),
        words=ends(packet, verdict.source, verdict.target, forged=not holds(sources, packet.src) if sources else None, reached=arrives),
    )


@dataclass(frozen=True, slots=True)
class _Header:
    """The addresses of the packet at a point of its way, as far as they are known: text for people, number for the next translation."""

    source: Text
    target: str
    dst: int
    port: int | None


def _way(violation: Violation, places: Places) -> tuple[tuple[HopShown, ...], int | None]:
    """Return the decisions on the way, and the destination at its end if it is not the one that the packet was sent to."""
    packet = violation.packet
    port = packet.dport if has_ports(packet.proto) else None
    source = address(packet.src, packet.family)
    header = _Header(Text(ja=source, en=source), _target(packet.dst, port, packet.family), packet.dst, port)
    found: list[HopShown] = []
    for hop in violation.path.hops:
        steps = [step for step in violation.steps if (step.node, step.iif) == (hop.node.name, hop.iif.interface)]
        shown, header = _hop(hop, steps, header, packet.family, places)
        found += shown
    return tuple(found), header.dst if header.dst != packet.dst else None


def _target(dst: int, port: int | None, family: Family) -> str:
    text = address(dst, family)
    if port is None:
        return text
    return f"[{text}]:{port}" if family is Family.V6 else f"{text}:{port}"


def _hop(hop: Hop, steps: Sequence[Step], header: _Header, family: Family, places: Places) -> tuple[list[HopShown], _Header]:
    if hop.node.device is None:
        return [
            _said(
                hop, None, Text(ja="構成が渡されていないため、すべて通すとみなす", en="no configuration: taken to let everything through")
            )
        ], header
    found: list[HopShown] = []
    for by in _telling([step.rule for step in steps if step.rule is not None], places):
        words, header = _words(by, hop, header, family, places)
        found.append(_said(hop, by, words))
    if not found:
        found.append(_said(hop, None, Text(ja="この通信に効く一覧がない", en="no list applies to it here")))
    return found, header


def _said(hop: Hop, by: Rule | BaseChain | None, words: Text) -> HopShown:
    return HopShown(
        device=hop.node.name,
        inward=hop.iif.interface,
        outward=hop.oif.interface,
        line=None if by is None else masked(by.text),
        at=None if by is None else by.at,
        words=words,
    )


def _telling(by: Sequence[Rule | BaseChain], places: Places) -> Iterator[Rule | BaseChain]:
    """Yield what is worth telling: rules always; the end of a list only where no line of the device has let the packet on."""
    mine = [one for one in by if isinstance(one, Rule) or not places.translates(one)]
    allowed = any(isinstance(one, Rule) and isinstance(one.action, Accept) and not places.translates(one) for one in mine)
    middle = any(isinstance(one, BaseChain) and one.hook is Hook.FORWARD for one in mine)
    for one in mine:
        if isinstance(one, Rule) or not (allowed or (middle and one.hook is not Hook.FORWARD)):
            yield one


def _words(by: Rule | BaseChain, hop: Hop, header: _Header, family: Family, places: Places) -> tuple[Text, _Header]:
    if isinstance(by, BaseChain):
        return Text(
            ja="どの行にも当たらず、一覧の最後の既定（許可）で通る", en="no line matches; the default at the end of the list lets it on"
        ), header
    match by.action:
        case Jump(chain=chain) | Goto(chain=chain):
            name = masked(chain)
            return Text(ja=f"一覧 `{name}` で調べる", en=f"the list `{name}` is asked"), header
        case DestinationNat(address=number, port=port) if number is not None:
            return _delivered(header, number, header.port if port is None or header.port is None else port, family)
        case SourceNat() as action:
            return _hidden(header, action, hop, family)
        case _ if places.translates(by):
            return Text(ja="アドレスを変換しない", en="addresses are left as they are"), header
        case _:
            return Text(ja="この行が許可する", en="this line lets it on"), header


def _delivered(header: _Header, number: int, port: int | None, family: Family) -> tuple[Text, _Header]:
    target = _target(number, port, family)
    words = Text(ja=f"宛先を {header.target} から {target} に書き換える", en=f"the destination {header.target} becomes {target}")
    return words, replace(header, target=target, dst=number, port=port)


def _hidden(header: _Header, action: SourceNat, hop: Hop, family: Family) -> tuple[Text, _Header]:
    own = sorted({one.value for one in hop.oif.addresses if one.family is family})
    low, high = action.address or ((own[0], own[-1]) if own else (-1, -1))
    if low < 0:
        source = Text(ja=f"`{hop.oif.interface}` のアドレス", en=f"the address of `{hop.oif.interface}`")
    else:
        one, two = address(low, family), address(high, family)
        source = Text(ja=one, en=one) if low == high else Text(ja=f"{one} から {two} のどれか", en=f"one of {one} to {two}")
    words = Text(ja=f"送信元を {header.source.ja} から {source.ja} に書き換える", en=f"the source {header.source.en} becomes {source.en}")
    return words, replace(header, source=source)


def _obstacle(one: Obstacle) -> ObstacleShown:
    line = one.line
    return ObstacleShown(
        device=one.device,
        reason=masked_text(one.reason),
        line=None if line is None else masked(line.text),
        at=None if line is None else line.at,
    )


def lines_shown(topology: Topology) -> tuple[LinesShown, ...]:
    """Return what became of the lines of each configuration file, in the order of delivery."""
    counts: dict[str, dict[Fate, int]] = {}
    for account in topology.accounts.values():
        for line in account.lines:
            of_file = counts.setdefault(line.at.path, dict.fromkeys(Fate, 0))
            of_file[line.fate] += 1
    found: dict[str, LinesShown] = {}
    for file in topology.delivered:
        of_file = counts.get(file.path, dict.fromkeys(Fate, 0))
        shown = LinesShown(
            device=file.device,
            path=file.path,
            digest=file.digest,
            exported_on=file.exported_on,
            total=sum(of_file.values()),
            understood=of_file[Fate.UNDERSTOOD],
            irrelevant=of_file[Fate.IRRELEVANT],
            not_understood=of_file[Fate.NOT_UNDERSTOOD],
        )
        found.setdefault(file.path, shown)
    return tuple(found.values())
