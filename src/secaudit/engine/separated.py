"""What a separation proof says about one `separated` assertion (docs/semantics.md §4, `separated`).

* One outcome per ordered pair of zones and family, per port that a scan found open, or per declared flow.
* INVARIANT: a pair that the proof does not hold is `unknown`; nothing that was not looked at passes.

Never here: proving (`netproof`).
"""

from collections.abc import Iterator, Sequence
from typing import assert_never

from secaudit.engine.compiled import SeparatedPart
from secaudit.engine.outcomes import worst_first
from secaudit.engine.verdict import Verdict
from secaudit.model.assertion import Separated
from secaudit.model.outcome import Outcome
from secaudit.model.separation import FamilyWord, HopShown, PairProof, Separation
from secaudit.model.status import SEVERITY_ORDER, Status, fold
from secaudit.model.text import Text

FAMILIES: tuple[FamilyWord, ...] = ("IPv4", "IPv6")
NAMED_OBSTACLES = 3
"""Most obstacles that one reason names; the others are counted."""

NAMED_LINES = 4
"""Most lines on the way of a packet that one reason names: the last ones, nearest to the zone that is reached."""

_NOTHING = Text(
    ja="構成の書き出しがない（ポリシーの横に topology.yaml がない）ため、確かめていない",
    en="not checked: there is no export of device configurations (no topology.yaml beside the policy)",
)


def separated(part: SeparatedPart, separation: Separation | None) -> Verdict:
    """Return the verdict of one assertion; `separation` None: the organisation handed nothing in."""
    if separation is None:
        return Verdict(status=Status.UNKNOWN, reason=_NOTHING)
    if separation.problem is not None:
        return Verdict(status=Status.ERROR if separation.broken else Status.UNKNOWN, reason=separation.problem)
    absent = [zone for zone in part.assertion.zones if zone not in separation.zones]
    if absent:
        names = ", ".join(absent)
        reason = Text(ja=f"構成図に領域 {names} がないため、確かめていない", en=f"not checked: the topology has no zone {names}")
        return Verdict(status=Status.UNKNOWN, reason=reason)
    if part.assertion.of == "flows":
        return _flows(part.assertion, separation)
    return _packets(part.assertion, separation)


def _packets(assertion: Separated, separation: Separation) -> Verdict:
    zones = separation.zones
    wanted = [(source, target) for source in zones for target in zones if source != target and _asked(assertion, source, target)]
    if not wanted:
        reason = Text(ja="構成図にほかの領域がないため、確かめていない", en="not checked: the topology has no other zone")
        return Verdict(status=Status.UNKNOWN, reason=reason)
    pairs = [outcome for source, target in wanted for outcome in _pair_outcomes(separation, source, target)]
    scans = [outcome for outcome in separation.scan_outcomes if _concerns(assertion, separation, outcome)]
    said = [_counts(pairs, Text(ja="領域の組と向き", en="ordered pairs of zones"))]
    if scans:
        said.append(_counts(scans, Text(ja="走査の結果", en="results of scans")))
    return _verdict([*pairs, *scans], said)


def _flows(assertion: Separated, separation: Separation) -> Verdict:
    """Judge declared flows; only one that is known to touch none of the zones is left out."""
    elsewhere = {
        crossing.id
        for crossing in separation.crossings
        if crossing.source not in assertion.zones and crossing.target not in assertion.zones
    } - {crossing.id for crossing in separation.crossings if {crossing.source, crossing.target} & {*assertion.zones}}
    outcomes = [outcome for outcome in separation.flow_outcomes if outcome.subject not in elsewhere]
    if not outcomes:
        reason = Text(ja="特定通信が一つも宣言されていないため、確かめていない", en="not checked: no specified communication is declared")
        return Verdict(status=Status.UNKNOWN, reason=reason)
    return _verdict(outcomes, [_counts(outcomes, Text(ja="宣言した通信", en="declared flows and relays"))])


def _verdict(outcomes: Sequence[Outcome], said: Sequence[Text]) -> Verdict:
    reason = Text(ja="、".join(one.ja for one in said), en=", ".join(one.en for one in said))
    return Verdict(status=fold(outcome.status for outcome in outcomes), reason=reason, outcomes=worst_first(outcomes))


def _counts(outcomes: Sequence[Outcome], what: Text) -> Text:
    counts = [(word.label, sum(outcome.status is word for outcome in outcomes)) for word in SEVERITY_ORDER]
    return Text(
        ja=f"{what.ja}{len(outcomes)}件のうち" + "・".join(f"{word.ja}{count}" for word, count in counts if count),
        en=f"{len(outcomes)} {what.en}: " + ", ".join(f"{count} {word.en}" for word, count in counts if count),
    )


def _asked(assertion: Separated, source: str, target: str) -> bool:
    """Whether an assertion is about a pair: one zone asks for all pairs with it, several for those among them."""
    zones = {*assertion.zones}
    return bool(zones & {source, target}) if len(zones) == 1 else {source, target} <= zones


def _concerns(assertion: Separated, separation: Separation, outcome: Outcome) -> bool:
    """Whether the result of a scan, `SOURCE → TARGET / PORT`, is about the pairs that an assertion asks for.

    Without a target that is a zone, its source decides; without a source either, it concerns every assertion.
    """
    source, _, rest = outcome.subject.partition(" → ")
    target = rest.partition(" / ")[0]
    if source not in separation.zones:
        return True
    return _asked(assertion, source, target) if target in separation.zones else source in assertion.zones


def _pair_outcomes(separation: Separation, source: str, target: str) -> Iterator[Outcome]:
    for family in FAMILIES:
        subject = f"{source} → {target} / {family}"
        held = [pair for pair in separation.pairs if (pair.source, pair.target, pair.family) == (source, target, family)]
        if not held:
            reason = Text(ja="この組は調べられていない", en="this pair was not looked at")
            yield Outcome(subject=subject, status=Status.UNKNOWN, reason=reason, location=separation.at)
        for pair in held:
            yield _outcome(subject, pair, separation)


def _outcome(subject: str, pair: PairProof, separation: Separation) -> Outcome:
    match pair.verdict:
        case "PROVED":
            return Outcome(subject=subject, status=Status.PASS, reason=_proved(pair), location=separation.at)
        case "VIOLATED":
            lines = _lines(pair)
            at = lines[-1].at if lines else next((region.at for region in pair.regions if region.at is not None), separation.at)
            return Outcome(subject=subject, status=Status.FAIL, reason=_violated(pair), location=at)
        case "UNDECIDED":
            at = next((obstacle.at for obstacle in pair.obstacles if obstacle.at is not None), separation.at)
            return Outcome(subject=subject, status=Status.UNKNOWN, reason=_undecided(pair), location=at)
        case _:
            assert_never(pair.verdict)


def _proved(pair: PairProof) -> Text:
    if not pair.paths:
        return Text(ja="PROVED: つながる経路がない", en="PROVED: there is no way from one to the other")
    return Text(
        ja=f"PROVED: 宣言した通信のほかは通らない（経路{pair.paths}通り、試した通信{pair.samples}件）",
        en=f"PROVED: nothing but declared flows passes ({pair.paths} paths, {pair.samples} packets tried)",
    )


def _violated(pair: PairProof) -> Text:
    packet = pair.packet.words if pair.packet is not None else Text(ja="宣言していない通信が通る", en="undeclared traffic passes")
    forged = Text(ja="（送信元を偽った場合だけ）", en=" (only with a forged source)") if pair.forged_only else Text(ja="", en="")
    lines = [_line(hop) for hop in _lines(pair)[-NAMED_LINES:]]
    if lines:
        by = Text(ja=f"通り道の行は {'、'.join(lines)}", en=f"the lines on its way are {', '.join(lines)}")
    else:
        by = Text(ja="途中にこれを止める行がない", en="no line on the way stops it")
    repair = pair.repairs[0] if pair.repairs else None
    return Text(
        ja=f"VIOLATED: {packet.ja}{forged.ja}。{by.ja}" + (f"。直し方: {repair.ja}" if repair is not None else ""),
        en=f"VIOLATED: {packet.en}{forged.en}; {by.en}" + (f"; to repair: {repair.en}" if repair is not None else ""),
    )


def _lines(pair: PairProof) -> list[HopShown]:
    """Return the decisions on the way that a line of a configuration made."""
    return [hop for hop in pair.hops if hop.at is not None]


def _line(hop: HopShown) -> str:
    return f"{hop.device} {hop.at}" + (f" `{hop.line}`" if hop.line else "")


def _undecided(pair: PairProof) -> Text:
    named = pair.obstacles[:NAMED_OBSTACLES]
    more = len(pair.obstacles) - len(named)
    ja, en = "、".join(_each(one.device, one.reason.ja) for one in named), ", ".join(_each(one.device, one.reason.en) for one in named)
    if not named:
        ja, en = "理由の記載がない", "no reason is given"
    return Text(ja=f"UNDECIDED: {ja}" + (f"、ほか{more}件" if more else ""), en=f"UNDECIDED: {en}" + (f", {more} more" if more else ""))


def _each(device: str | None, reason: str) -> str:
    return reason if device is None else f"{device}: {reason}"
