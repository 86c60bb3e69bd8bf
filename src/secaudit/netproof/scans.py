"""What port scans have seen, held against the verdicts.

* Only an open port says anything. A scan that found nothing open proves nothing.
* INVARIANT: a port counts as declared only if a flow covers it from every address that the scanner may have had.

Never here: verdicts (`prove`), reading a scan (`nmap`), which scans belong to which year (`evaluate`).
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address

from secaudit.model.location import Location
from secaudit.model.outcome import Outcome
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.netproof.boxes import KIND, PORTS, PROTO, Box, of_fields, volume
from secaudit.netproof.compile import Program
from secaudit.netproof.decide import search
from secaudit.netproof.flows import zone_ranges
from secaudit.netproof.matching import Env
from secaudit.netproof.network import paths
from secaudit.netproof.nmap import PROTOCOLS, OpenPort, Scan, read_scan
from secaudit.netproof.packets import Family, Kind
from secaudit.netproof.prove import PairVerdict, Question, Verdict
from secaudit.netproof.ranges import Ranges, holds, intersect

__all__ = ["Scan", "contradictions", "read_scan"]

_NAMES = {number: name for name, number in PROTOCOLS.items()}


def contradictions(scans: Iterable[Scan], question: Question, verdicts: Sequence[PairVerdict]) -> tuple[Outcome, ...]:
    """Return what the scans say about the verdicts: one outcome per open port across zones, and one per scan that is not whole.

    Subjects are `lgwan → mynumber / 10.10.0.4:445/tcp`, without the second zone where there is none: the engine reads the zones there.
    `question.flows` are the flows that count. Ports in the scanner's own zone cross nothing and are left out.
    """
    found: dict[str, Outcome] = {}
    for scan in scans:
        for whole in _of_scan(scan):
            found.setdefault(whole.subject, whole)
        judge = _Judge(scan, question, verdicts)
        for port in () if scan.indirect else scan.ports:
            outcome = judge.outcome(port)
            if outcome is not None:
                found.setdefault(outcome.subject, outcome)
    return tuple(found.values())


def _of_scan(scan: Scan) -> Iterable[Outcome]:
    """Yield what keeps a scan from being evidence as a whole."""
    at = Location(path=scan.path)
    subject = f"{scan.zone} → ({scan.path})"
    if scan.indirect:
        said = Text(
            ja="ほかの機器に通信を送らせる走査 (idle, bounce) なので、どの領域から届いたのか分かりません",
            en="the scan made another host send its packets (idle, bounce): from which zone they came is not known",
        )
        yield Outcome(subject=subject, status=Status.UNKNOWN, reason=said, location=at)
    elif scan.incomplete is not None:
        said = Text(
            ja=f"{scan.incomplete.ja}。読めたところまでを使い、残りのポートについては何も言えません",
            en=f"{scan.incomplete.en}: what is there is used, about all other ports nothing can be said",
        )
        yield Outcome(subject=subject, status=Status.UNKNOWN, reason=said, location=at)


class _Judge:
    """The open ports of one scan."""

    def __init__(self, scan: Scan, question: Question, verdicts: Sequence[PairVerdict]) -> None:
        self.scan, self.question = scan, question
        self.verdicts = {(one.source, one.target, one.family): one for one in verdicts}
        names = tuple(question.zones)
        self.ranges = {(zone, family): zone_ranges(question.zones, zone, family) for zone in names for family in Family}

    def outcome(self, port: OpenPort) -> Outcome | None:
        """Return what one open port says; None if it crosses no zones."""
        zone = self._zone(port)
        own = [node.name for node in self.question.network.nodes if holds(node.own(port.family), port.address)]
        crosses = zone not in (None, self.scan.zone) and not own
        # An address that crosses nothing may still be translated to one that does.
        open_ways = (
            () if port.port is None else [one for one in self._verdicts(port, zone if crosses else None) if self._violates(port, one)]
        )
        if zone == self.scan.zone and not open_ways:
            return None
        if port.port is not None and zone is not None and crosses:
            status, reason = self._across(port, zone, hole=bool(open_ways))
        elif open_ways:
            status, reason = Status.FAIL, _confirmed(self.scan, open_ways[0].target)
        else:
            status, reason = Status.UNKNOWN, _not_compared(self.scan, zone, own)
        target = open_ways[0].target if open_ways else zone
        where = _shown(port) if target is None else f"{target} / {_shown(port)}"
        return Outcome(subject=f"{self.scan.zone} → {where}", status=status, reason=reason, location=port.at)

    def _verdicts(self, port: OpenPort, zone: str | None) -> list[PairVerdict]:
        """Return the verdicts from the scanner's zone to a zone, or (None) to all."""
        asked = [one for one in self.verdicts.values() if one.source == self.scan.zone and one.family is port.family]
        return [one for one in asked if zone is None or one.target == zone]

    def _zone(self, port: OpenPort) -> str | None:
        """Return the zone of an address: of several that hold it the one with the narrowest range."""
        holding = [
            (high - low, zone)
            for (zone, family), ranges in self.ranges.items()
            for low, high in ranges
            if family is port.family and low <= port.address <= high
        ]
        return min(holding)[1] if holding else None

    def _across(self, port: OpenPort, zone: str, *, hole: bool) -> tuple[Status, Text]:
        """Return what a port says that was seen open from another zone; `hole`: the proof found that it can be reached."""
        day = self.scan.scanned_on.isoformat()
        verdict = self.verdicts.get((self.scan.zone, zone, port.family))
        declared = self._declared(port, zone)
        if declared == "none" and verdict is not None and verdict.verdict is Verdict.PROVED:
            declared = self._behind_translation(port, zone)
        if declared == "all":
            return Status.PASS, Text(
                ja=f"{day} の走査で応答がありました。届け出た特定通信です",
                en=f"it answered the scan of {day} and belongs to a declared flow",
            )
        if hole:
            return Status.FAIL, _confirmed(self.scan, zone)
        if declared == "some":
            return Status.UNKNOWN, Text(
                ja=f"{day} の走査で応答がありました。特定通信は送信元が限られていて、走査した機器がそれだったか分かりません",
                en=f"it answered the scan of {day}; a declared flow allows it from some sources only, and whether the scanner was one is "
                "not known",
            )
        return Status.FAIL, _alarm(day, self.scan.zone, zone, verdict)

    def _sources(self, family: Family) -> Ranges:
        """Return the addresses that the scanner may have had."""
        source = self.scan.source
        if source is not None and source.version == (4 if family is Family.V4 else 6):
            return ((int(source), int(source)),)
        return self.ranges.get((self.scan.zone, family)) or ((0, family.top),)

    def _declared(self, port: OpenPort, zone: str) -> str:
        """Return from how many of the scanner's possible addresses a flow covers the port: `all`, `some` or `none`."""
        sources = self._sources(port.family)
        covered: list[Ranges] = []
        for flow in self.question.flows:
            fields = flow.fields(port.family)
            if fields is None or not flow.live(self.question.as_of) or (flow.source, flow.target) != (self.scan.zone, zone):
                continue
            src, dst, proto, _, ports, _ = fields
            if holds(dst, port.address) and proto >> port.protocol & 1 and holds(ports, port.port or 0):
                covered.append(src)
        if any(intersect(sources, src) == sources for src in covered):
            return "all"
        return "some" if any(intersect(sources, src) for src in covered) else "none"

    def _behind_translation(self, port: OpenPort, zone: str) -> str:
        """Say the same of a pair that is PROVED: what may pass there at all belongs to a flow, by its destination as delivered."""
        starts = 1 << Kind.START
        fields = (self._sources(port.family), _one(port.address), 1 << port.protocol, PORTS, _one(port.port or 0), starts)
        boxes = list(of_fields(fields))
        found = "none"
        for path in paths(self.question.network, self.scan.zone, zone, port.family).paths:
            may, must = (
                search(Program(path, port.family, (), upper=upper), boxes, Env(), budget=self.question.budget) for upper in (True, False)
            )
            if sum(volume(one.box) for one in must.found) == sum(volume(box) for box in boxes):
                return "all"
            if may.found or not may.finished:
                found = "some"
        return found

    def _violates(self, port: OpenPort, verdict: PairVerdict) -> bool:
        if verdict.violation is None:
            return False
        sources = self._sources(port.family)
        return any(_meets(region.box, sources, port) for region in verdict.violation.regions)


def _one(value: int) -> Ranges:
    return ((value, value),)


def _meets(box: Box, sources: Ranges, port: OpenPort) -> bool:
    """Whether a region holds a packet that opens a connection from one of the sources to the port."""
    return (
        box[2] <= port.address <= box[3]
        and bool(box[PROTO] >> port.protocol & 1)
        and box[7] <= (port.port or 0) <= box[8]
        and bool(box[KIND] >> Kind.START & 1)
        and bool(intersect(sources, ((box[0], box[1]),)))
    )


def _shown(port: OpenPort) -> str:
    address = str(IPv4Address(port.address) if port.family is Family.V4 else IPv6Address(port.address))
    if port.port is None:
        return f"{address} (protocol {port.protocol})"
    host = address if port.family is Family.V4 else f"[{address}]"
    return f"{host}:{port.port}/{_NAMES[port.protocol]}"


def _confirmed(scan: Scan, target: str) -> Text:
    day = scan.scanned_on.isoformat()
    return Text(
        ja=f"{day} の走査で {scan.zone} から {target} へ実際に通りました。構成の証明が見つけた穴を裏付けます",
        en=f"the scan of {day} got through from {scan.zone} to {target}: it confirms the hole that the proof has found",
    )


def _not_compared(scan: Scan, zone: str | None, own: Sequence[str]) -> Text:
    """Say why an open port is held against no verdict."""
    day = scan.scanned_on.isoformat()
    if own:
        return Text(
            ja=f"{day} の走査で機器 `{own[0]}` 自身が応答しました。証明の外のことなので、管理の口が開いていないか確かめてください",
            en=f"the device `{own[0]}` itself answered the scan of {day}: the proof does not speak of that; check whether it can be "
            "managed from there",
        )
    if zone is None:
        return Text(
            ja=f"{day} の走査で応答がありましたが、このアドレスはどの領域にもありません",
            en=f"it answered the scan of {day}, but this address is in no zone",
        )
    return Text(
        ja=f"{day} のプロトコルの走査で応答がありましたが、ポートが分からないので照らし合わせられません",
        en=f"it answered the scan of protocols of {day}, but without a port it cannot be compared",
    )


def _alarm(day: str, source: str, target: str, verdict: PairVerdict | None) -> Text:
    """Return what an open port means that nothing declares."""
    if verdict is not None and verdict.verdict is Verdict.PROVED:
        return Text(
            ja=f"警報: 構成では {source} から {target} へ通らないはずの通信が、{day} の走査で実際に通りました。"
            "提出された構成が動いているものと違うか、構成図にない経路があります",
            en=f"alarm: by the configurations this cannot pass from {source} to {target}, but it got through in the scan of {day}: what "
            "was delivered is not what is in force, or there is a way that the topology does not know",
        )
    if verdict is not None and verdict.verdict is Verdict.UNDECIDED:
        return Text(
            ja=f"構成からは決められませんが、{day} の走査で {source} から {target} へ実際に通りました。特定通信ではありません",
            en=f"the configurations leave it open, but it got through from {source} to {target} in the scan of {day}; no flow declares it",
        )
    return Text(
        ja=f"{day} の走査で {source} から {target} へ実際に通りました。届け出た特定通信ではなく、構成からも説明がつきません",
        en=f"it got through from {source} to {target} in the scan of {day}; no flow declares it, and the configurations do not explain it",
    )
