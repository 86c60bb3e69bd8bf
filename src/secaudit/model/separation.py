"""Separation of zones: what the proof says of one organisation, ready to be judged and shown.

* One `PairProof` per ordered pair of zones and protocol family; verdict words are never translated.
* Everything is in words and places already: whoever prints needs neither the configurations nor the prover.
* INVARIANT: a subject whose status is `pass` was proved or looked at; what was not looked at is `unknown`.

Never here: proving (`netproof`), judging a control (`engine`), printing (`reports`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from secaudit.model.location import Location
from secaudit.model.outcome import Outcome
from secaudit.model.text import Text

VerdictWord = Literal["PROVED", "VIOLATED", "UNDECIDED"]
FamilyWord = Literal["IPv4", "IPv6"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketShown:
    """A packet as sent. `protocol` is a name (`tcp`) or a number; ports are None where the protocol has none; `kind` e.g. `NEW`, `ACK`."""

    source: str
    destination: str
    protocol: str
    source_port: int | None
    destination_port: int | None
    kind: str
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HopShown:
    """One decision on the way: the device, in by and out by which interface, and the line that let the packet on (None: no list there)."""

    device: str
    inward: str
    outward: str | None
    line: str | None
    at: Location | None
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleShown:
    """One thing that makes a pair UNDECIDED. `line`: the line of the configuration, None if no line says it."""

    device: str | None
    reason: Text
    line: str | None
    at: Location | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionShown:
    """A box of packets that pass: ranges in words (`10.1.0.0/16`, `tcp`, `1-65535`), and the place of the line that lets them through."""

    source: str
    destination: str
    protocol: str
    source_ports: str
    destination_ports: str
    at: Location | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairProof:
    """The answer for one ordered pair of zones in one family.

    `packet`, `hops`, `regions`, `repairs`: only if VIOLATED; `obstacles`: only if UNDECIDED. `forged_only`: the packet passes only with a
    source that is not one of its zone (None: not decided). `samples`: packets that the interpreter tried for a PROVED pair.
    `regions` is the whole violating set if `complete`; at most as many as were asked for are kept, `region_count` counts all.
    """

    source: str
    target: str
    family: FamilyWord
    verdict: VerdictWord
    paths: int
    samples: int = 0
    packet: PacketShown | None = None
    hops: tuple[HopShown, ...] = ()
    regions: tuple[RegionShown, ...] = ()
    region_count: int = 0
    complete: bool = True
    forged_only: bool | None = None
    repairs: tuple[Text, ...] = ()
    obstacles: tuple[ObstacleShown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesShown:
    """What became of the lines of one configuration file; the three counts add up to `total`."""

    device: str
    path: str
    digest: str
    exported_on: date | None
    total: int
    understood: int
    irrelevant: int
    not_understood: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """A file that was read for the proof. `lines`: how many lines of a configuration were counted."""

    kind: Literal["zone_topology", "device_configuration", "port_scan"]
    path: str
    digest: str
    lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNote:
    """Advice about one rule: never reached, or partly taken by rules before it (`by`: their places)."""

    device: str
    how: Literal["never", "partly"]
    line: str
    at: Location
    by: tuple[Location, ...]
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A declared way between zones, for the drawing: a flow (特定通信) or a relay (screen transfer, sanitised transfer)."""

    id: str
    source: str
    target: str
    kind: Literal["flow", "screen-transfer", "sanitised-transfer"]
    label: Text
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """All that the proof says of one organisation at one as-of date.

    `flow_outcomes`: what is wrong with declared flows and relays, `scan_outcomes`: what scans contradict; one outcome per flow or port.
    `problem`: why nothing could be looked at (no topology, no configuration of this year); then everything else is empty. `broken`: it is
    an error of a file (the control is `error`), not evidence that is missing (`unknown`).
    `zones` are those of the topology, in order of appearance. `files`: the topology, all configurations, all scans; `digest` is over them.
    """

    model: str
    zones: tuple[str, ...]
    pairs: tuple[PairProof, ...]
    flow_outcomes: tuple[Outcome, ...] = ()
    scan_outcomes: tuple[Outcome, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    lines: tuple[LinesShown, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    notes: tuple[Text, ...] = ()
    problem: Text | None = None
    broken: bool = False
    files: tuple[FileRead, ...] = ()
    digest: str = ""
    at: Location | None = None
