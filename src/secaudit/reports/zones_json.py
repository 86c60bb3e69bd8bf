"""Separation proofs as JSON, `secaudit/zones/v1` (`zones.schema.json`).

* Same proofs, same text: keys in a fixed order, no clock, no path of a machine.
* What a terminal or a CI job would obey is written as an escape; the values are the same.

Never here: deciding, masking (`netproof`).
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date

from secaudit.model.outcome import Outcome
from secaudit.model.separation import (
    Crossing,
    HopShown,
    LinesShown,
    ObstacleShown,
    PacketShown,
    PairProof,
    RegionShown,
    RuleNote,
    Separation,
)
from secaudit.model.zone_words import zone_name
from secaudit.reports.escaping import inert_json
from secaudit.reports.json import location, text

SCHEMA = "secaudit/zones/v1"

VERDICTS = ("PROVED", "VIOLATED", "UNDECIDED")


def zones_json(proofs: Iterable[tuple[str, int, date, Separation]]) -> str:
    """Return the JSON of proofs, each with the policy, the fiscal year and the as-of date that it is about."""
    document = {"schema": SCHEMA, "separations": [_separation(*proof) for proof in proofs]}
    return inert_json(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _separation(policy: str, fiscal_year: int, as_of: date, proof: Separation) -> Mapping[str, object]:
    return {
        "policy": policy,
        "fiscal_year": fiscal_year,
        "as_of": as_of.isoformat(),
        "model": proof.model,
        "problem": None if proof.problem is None else text(proof.problem),
        "broken": proof.broken,
        "location": location(proof.at),
        "digest": proof.digest,
        "zones": [{"id": zone, "name": text(zone_name(zone))} for zone in proof.zones],
        "counts": {word: sum(pair.verdict == word for pair in proof.pairs) for word in VERDICTS},
        "pairs": [_pair(pair) for pair in proof.pairs],
        "flows": [_outcome(one) for one in proof.flow_outcomes],
        "scans": [_outcome(one) for one in proof.scan_outcomes],
        "crossings": [_crossing(one) for one in proof.crossings],
        "lines": [_lines(one) for one in proof.lines],
        "rules": [_rule(one) for one in proof.rules],
        "notes": [text(one) for one in proof.notes],
        "files": [{"kind": one.kind, "path": one.path, "sha256": one.digest, "lines": one.lines} for one in proof.files],
    }


def _pair(pair: PairProof) -> Mapping[str, object]:
    return {
        "source": pair.source,
        "target": pair.target,
        "family": pair.family,
        "verdict": pair.verdict,
        "paths": pair.paths,
        "samples": pair.samples,
        "packet": None if pair.packet is None else _packet(pair.packet),
        "forged_only": pair.forged_only,
        "path": [_hop(hop) for hop in pair.hops],
        "regions": [_region(region) for region in pair.regions],
        "region_count": pair.region_count,
        "complete": pair.complete,
        "repairs": [text(one) for one in pair.repairs],
        "obstacles": [_obstacle(one) for one in pair.obstacles],
    }


def _packet(packet: PacketShown) -> Mapping[str, object]:
    return {
        "source": packet.source,
        "destination": packet.destination,
        "protocol": packet.protocol,
        "source_port": packet.source_port,
        "destination_port": packet.destination_port,
        "kind": packet.kind,
        "words": text(packet.words),
    }


def _hop(hop: HopShown) -> Mapping[str, object]:
    return {
        "device": hop.device,
        "in": hop.inward,
        "out": hop.outward,
        "line": hop.line,
        "location": location(hop.at),
        "words": text(hop.words),
    }


def _region(region: RegionShown) -> Mapping[str, object]:
    return {
        "source": region.source,
        "destination": region.destination,
        "protocol": region.protocol,
        "source_ports": region.source_ports,
        "destination_ports": region.destination_ports,
        "location": location(region.at),
    }


def _obstacle(one: ObstacleShown) -> Mapping[str, object]:
    return {"device": one.device, "reason": text(one.reason), "line": one.line, "location": location(one.at)}


def _outcome(one: Outcome) -> Mapping[str, object]:
    return {"subject": one.subject, "status": one.status.value, "reason": text(one.reason), "location": location(one.location)}


def _crossing(one: Crossing) -> Mapping[str, object]:
    return {
        "id": one.id,
        "source": one.source,
        "target": one.target,
        "kind": one.kind,
        "label": text(one.label),
        "live": one.live,
    }


def _lines(one: LinesShown) -> Mapping[str, object]:
    return {
        "device": one.device,
        "path": one.path,
        "sha256": one.digest,
        "exported_on": None if one.exported_on is None else one.exported_on.isoformat(),
        "total": one.total,
        "understood": one.understood,
        "irrelevant": one.irrelevant,
        "not_understood": one.not_understood,
    }


def _rule(one: RuleNote) -> Mapping[str, object]:
    return {
        "device": one.device,
        "how": one.how,
        "line": one.line,
        "location": location(one.at),
        "by": [location(place) for place in one.by],
        "words": text(one.words),
    }
