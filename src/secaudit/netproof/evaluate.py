"""One organisation's topology, policy and fiscal year to everything that the proof says (`Separation`).

* What is missing (no export of the year) is a `problem`; what cannot be read is raised.
* Within one run nothing is proved twice: `Proofs` keeps the verdicts by the bytes read, the zones, the flows that count and the budget.

Never here: judging a control (`engine`), printing.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from secaudit.model.policy import Policy
from secaudit.model.separation import FileRead, Separation
from secaudit.model.text import Text
from secaudit.netproof import topology as topologies
from secaudit.netproof.advice import advice as advise
from secaudit.netproof.decide import BUDGET
from secaudit.netproof.exports import problem
from secaudit.netproof.flow_rules import judge_flows
from secaudit.netproof.network import Network
from secaudit.netproof.prove import PairVerdict, Question, prove
from secaudit.netproof.sampling import SAMPLES
from secaudit.netproof.scans import contradictions
from secaudit.netproof.shown import lines_shown, pair_proof
from secaudit.netproof.topology import Topology
from secaudit.wire.canonical import digest_of

REGIONS = 20
"""Most regions of a violation that are shown."""


class Sampled(Protocol):
    """Remembers which questions were sampled to the end without a disagreement."""

    def holds(self, key: str) -> bool:
        """Whether a question was."""
        ...  # a protocol has no body

    def add(self, key: str) -> None:
        """Remember one."""
        ...  # a protocol has no body


@dataclass(frozen=True, slots=True)
class Proofs:
    """The verdicts of one run: key → the network as read then, and its verdicts. `sampled`: what earlier runs have sampled."""

    held: dict[str, tuple[Network, tuple[PairVerdict, ...]]] = field(default_factory=dict)
    sampled: Sampled | None = None

    def prove(self, question: Question, read: Topology) -> tuple[Question, tuple[PairVerdict, ...]]:
        """Return the verdicts of a question, with the question about the network that they speak of."""
        proved = [[one.path, one.digest] for one in read.files if one.kind != "port_scan"]
        zones = {zone: [*members] for zone, members in question.zones.items()}
        key = digest_of([proved, zones, repr(question.flows), question.budget, question.samples])
        if key not in self.held:
            before = self.sampled is not None and self.sampled.holds(key)
            self.held[key] = question.network, prove(replace(question, sampled=before))
            if self.sampled is not None and not before:
                self.sampled.add(key)
        network, verdicts = self.held[key]
        return replace(question, network=network), verdicts


def separation(
    policy: Policy,
    topology: Path,
    *,
    root: Path,
    fiscal_year: int,
    as_of: date,
    regions: int = REGIONS,
    budget: int = BUDGET,
    proofs: Proofs | None = None,
) -> Separation:
    """Return what the configurations of one fiscal year prove. Raises a `SecauditError` for what cannot be read, with all its places.

    `proofs`: what this run has proved so far. Raises `replay.InternalDisagreement` for a fault of ours.
    """
    written = topologies.written(topology, root=root)
    missing = problem(written.document, fiscal_year)
    if missing is not None:
        found = (written.file,)
        return Separation(
            model=policy.network_model, zones=(), pairs=(), problem=missing, files=found, digest=_digest(found), at=written.at
        )
    read = topologies.build(written, topology, root=root, zones=policy.zones, fiscal_year=fiscal_year)
    zones = read.network.zones()
    if len(zones) < 2:
        few = Text(ja="分離を確かめていない: 構成図に領域が二つ以上ない", en="not checked: the topology has fewer than two zones")
        return Separation(
            model=policy.network_model, zones=(), pairs=(), problem=few, files=read.files, digest=_digest(read.files), at=read.at
        )
    question = Question(network=read.network, zones=policy.zones, flows=(), as_of=as_of, budget=budget, samples=SAMPLES)
    flows = judge_flows(policy, question, as_of=as_of)
    question, verdicts = (proofs or Proofs()).prove(replace(question, flows=flows.flows), read)
    advice = advise(read.network)
    return Separation(
        model=policy.network_model,
        zones=zones,
        pairs=tuple(pair_proof(question, verdict, regions=regions) for verdict in verdicts),
        flow_outcomes=flows.outcomes,
        scan_outcomes=contradictions(read.scans, question, verdicts),
        crossings=flows.crossings,
        lines=lines_shown(read),
        rules=advice.notes,
        notes=read.network.notes,
        files=read.files,
        digest=_digest(read.files),
        at=read.at,
    )


def _digest(files: tuple[FileRead, ...]) -> str:
    return digest_of([[one.kind, one.path, one.digest] for one in files])
