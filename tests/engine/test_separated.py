"""What a proof says about a control: its outcomes, in words and with lines, and that nothing unproved passes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.engine.compile import compile as compile_controls
from secaudit.engine.evaluate import evaluate
from secaudit.model.assertion import Separated
from secaudit.model.location import Location
from secaudit.model.outcome import Judgement, Outcome
from secaudit.model.separation import (
    Crossing,
    FamilyWord,
    HopShown,
    ObstacleShown,
    PacketShown,
    PairProof,
    RegionShown,
    Separation,
    VerdictWord,
)
from secaudit.model.status import Status
from secaudit.model.text import Text
from tests.engine.small import AT, KINDS, adopted, control, effective, evidence

TOPOLOGY = Location(path="policies/mihon.topology.yaml", line=1, column="1")
LINE = Location(path="evidence/mihon/FY2025/fw1.rules", line=12)
PACKET = PacketShown(
    source="10.2.0.1",
    destination="10.1.0.1",
    protocol="tcp",
    source_port=40000,
    destination_port=445,
    kind="NEW",
    words=Text(ja="10.2.0.1 から 10.1.0.1 の 445/tcp への新しい接続", en="a new connection from 10.2.0.1 to 10.1.0.1, 445/tcp"),
)
HOP = HopShown(device="fw1", inward="eth1", outward="eth0", line="-A FORWARD -j ACCEPT", at=LINE, words=Text(ja="通す", en="lets it on"))
FAMILIES: tuple[FamilyWord, ...] = ("IPv4", "IPv6")
VERDICTS: tuple[VerdictWord, ...] = ("PROVED", "VIOLATED", "UNDECIDED")


def said(ja: str = "文", en: str = "text") -> Text:
    return Text(ja=ja, en=en)


def proof(source: str, target: str, verdict: VerdictWord = "PROVED", family: FamilyWord = "IPv4", **more: object) -> PairProof:
    return replace(PairProof(source=source, target=target, family=family, verdict=verdict, paths=2, samples=300), **more)  # type: ignore[arg-type]  # fields by name


def separation(*pairs: PairProof, zones: tuple[str, ...] = ("mynumber", "lgwan", "internet")) -> Separation:
    """Return a proof in which every pair that is not given is PROVED."""
    named = {(one.source, one.target, one.family) for one in pairs}
    rest = [proof(a, b, family=f) for a in zones for b in zones for f in FAMILIES if a != b and (a, b, f) not in named]
    return Separation(model="alpha", zones=zones, pairs=(*pairs, *rest), at=TOPOLOGY)


def asked(given_: Separation | None, assertion: Separated | None = None) -> Judgement:
    one = control(assertion or Separated(zones=("mynumber",), at=AT))
    proofs = {} if given_ is None else {"mihon": given_}
    policies = {"mihon": adopted(effective(one))}
    (judgement,) = evaluate(compile_controls((one,), KINDS), policies, {"mihon": evidence()}, backend="reference", separations=proofs)
    return judgement


def test_without_a_topology_nothing_is_known() -> None:
    found = asked(None)
    assert (found.status, found.outcomes, found.by_data) == (Status.UNKNOWN, (), True)
    assert found.reason.ja.startswith("構成の書き出しがない")


def test_every_pair_with_the_one_zone_is_asked_for_in_both_families() -> None:
    found = asked(separation())
    assert found.status is Status.PASS
    assert [one.subject for one in found.outcomes] == [
        f"{way} / {family}"
        for way in ("internet → mynumber", "lgwan → mynumber", "mynumber → internet", "mynumber → lgwan")
        for family in FAMILIES
    ]
    assert found.reason == said("領域の組と向き8件のうち適合8", "8 ordered pairs of zones: 8 pass")
    assert found.outcomes[0].reason.en == "PROVED: nothing but declared flows passes (2 paths, 300 packets tried)"
    assert {one.location for one in found.outcomes} == {TOPOLOGY}


def test_several_zones_ask_for_the_pairs_among_them() -> None:
    leak = separation(proof("internet", "mynumber", "VIOLATED"))
    found = asked(leak, Separated(zones=("lgwan", "internet"), at=AT))
    assert (found.status, len(found.outcomes)) == (Status.PASS, 4)


def test_a_violation_is_told_with_packet_line_and_repair() -> None:
    one = proof("lgwan", "mynumber", "VIOLATED", packet=PACKET, hops=(HOP,), repairs=(said("12 行目を消す", "delete line 12"),))
    found = asked(separation(one))
    assert found.status is Status.FAIL
    worst = found.outcomes[0]
    assert (worst.subject, worst.status, worst.location) == ("lgwan → mynumber / IPv4", Status.FAIL, LINE)
    assert worst.reason.en == (
        "VIOLATED: a new connection from 10.2.0.1 to 10.1.0.1, 445/tcp; the lines on its way are "
        "fw1 evidence/mihon/FY2025/fw1.rules:12 `-A FORWARD -j ACCEPT`; to repair: delete line 12"
    )
    assert worst.reason.ja.startswith("VIOLATED: 10.2.0.1 から 10.1.0.1 の 445/tcp への新しい接続。通り道の行は fw1 ")
    assert worst.reason.ja.endswith("。直し方: 12 行目を消す")


def test_a_violation_without_lines_or_with_a_forged_source_says_so() -> None:
    silent = replace(HOP, line=None, at=None)
    (worst, *_) = asked(separation(proof("lgwan", "mynumber", "VIOLATED", packet=PACKET, hops=(silent,), forged_only=True))).outcomes
    assert "(only with a forged source); no line on the way stops it" in worst.reason.en
    assert worst.location == TOPOLOGY
    region = RegionShown(source="a", destination="b", protocol="tcp", source_ports="1", destination_ports="2", at=LINE)
    (worst, *_) = asked(separation(proof("lgwan", "mynumber", "VIOLATED", regions=(replace(region, at=None), region)))).outcomes
    assert (worst.location, worst.reason.en) == (LINE, "VIOLATED: undeclared traffic passes; no line on the way stops it")
    unnamed = replace(HOP, line=None)
    (worst, *_) = asked(separation(proof("lgwan", "mynumber", "VIOLATED", packet=PACKET, hops=(unnamed,)))).outcomes
    assert worst.reason.en.endswith("the lines on its way are fw1 evidence/mihon/FY2025/fw1.rules:12")


def test_an_undecided_pair_names_three_obstacles() -> None:
    many = tuple(
        ObstacleShown(
            device="fw1" if number else None, reason=said(f"理由{number}", f"reason {number}"), line=None, at=LINE if number else None
        )
        for number in range(5)
    )
    found = asked(separation(proof("lgwan", "mynumber", "UNDECIDED", obstacles=many)))
    assert found.status is Status.UNKNOWN
    (worst, *_) = found.outcomes
    assert (worst.status, worst.location) == (Status.UNKNOWN, LINE)
    assert worst.reason == said(
        "UNDECIDED: 理由0、fw1: 理由1、fw1: 理由2、ほか2件", "UNDECIDED: reason 0, fw1: reason 1, fw1: reason 2, 2 more"
    )
    (worst, *_) = asked(separation(proof("lgwan", "mynumber", "UNDECIDED"))).outcomes
    assert (worst.reason.en, worst.location) == ("UNDECIDED: no reason is given", TOPOLOGY)


def test_no_way_at_all_is_said_apart() -> None:
    found = asked(separation(proof("lgwan", "mynumber", paths=0)))
    assert [one.reason.ja for one in found.outcomes if one.subject == "lgwan → mynumber / IPv4"] == ["PROVED: つながる経路がない"]


def test_a_pair_that_nobody_looked_at_is_not_known() -> None:
    whole = separation()
    found = asked(replace(whole, pairs=tuple(one for one in whole.pairs if one.family == "IPv4")))
    assert found.status is Status.UNKNOWN
    assert [one.status for one in found.outcomes].count(Status.UNKNOWN) == 4


@pytest.mark.parametrize(
    ("given_", "status", "reason"),
    [
        (Separation(model="alpha", zones=(), pairs=(), problem=said("古い", "stale")), Status.UNKNOWN, "stale"),
        (Separation(model="alpha", zones=(), pairs=(), problem=said("壊れ", "broken"), broken=True), Status.ERROR, "broken"),
        (separation(zones=("lgwan", "internet")), Status.UNKNOWN, "not checked: the topology has no zone mynumber"),
        (separation(zones=("mynumber",)), Status.UNKNOWN, "not checked: the topology has no other zone"),
    ],
)
def test_what_keeps_a_proof_from_being_one(given_: Separation, status: Status, reason: str) -> None:
    found = asked(given_)
    assert (found.status, found.reason.en, found.outcomes) == (status, reason, ())


def told(subject: str, status: Status = Status.FAIL) -> Outcome:
    return Outcome(subject=subject, status=status, reason=said(), location=None)


@pytest.mark.parametrize(
    ("subject", "mynumber", "pair"),
    [
        ("internet → mynumber / 10.1.0.1:445/tcp", True, False),
        ("internet → lgwan / 10.2.0.1:445/tcp", False, True),
        ("internet → (evidence/scan.xml)", False, True),
        ("mynumber → 10.9.0.1:445/tcp", True, False),
        ("nowhere", True, True),
    ],
)
def test_a_scan_counts_where_its_zones_are_asked_for(subject: str, mynumber: bool, pair: bool) -> None:
    given_ = replace(separation(), scan_outcomes=(told(subject),))
    assert (asked(given_).status is Status.FAIL) is mynumber
    found = asked(given_, Separated(zones=("lgwan", "internet"), at=AT))
    assert (found.status is Status.FAIL) is pair
    assert ("results of scans: 1 fail" in found.reason.en) is pair


def crossing(id_: str, source: str, target: str) -> Crossing:
    return Crossing(id=id_, source=source, target=target, kind="flow", label=said(), live=True)


FLOWS = Separated(zones=("mynumber", "lgwan"), of="flows", at=AT)


def test_flows_are_judged_for_themselves() -> None:
    zones = ("mynumber", "lgwan", "internet", "school")
    given_ = replace(
        separation(proof("lgwan", "mynumber", "VIOLATED"), zones=zones),
        flow_outcomes=(told("SC-01", Status.PASS), told("SC-02"), told("SC-03"), told("SC-04", Status.UNKNOWN)),
        crossings=(
            crossing("SC-01", "mynumber", "lgwan"),
            crossing("SC-02", "internet", "school"),
            crossing("SC-03", "school", "internet"),
            crossing("SC-03", "internet", "lgwan"),
        ),
    )
    found = asked(given_, FLOWS)
    assert [(one.subject, one.status) for one in found.outcomes] == [
        ("SC-03", Status.FAIL),
        ("SC-04", Status.UNKNOWN),  # it could not be read, so nobody knows that it touches neither zone
        ("SC-01", Status.PASS),
    ]
    assert found.reason.en == "3 declared flows and relays: 1 fail, 1 unknown, 1 pass"


def test_no_flow_is_no_pass() -> None:
    found = asked(separation(), FLOWS)
    assert (found.status, found.reason.en) == (Status.UNKNOWN, "not checked: no specified communication is declared")


@given(st.lists(st.sampled_from(VERDICTS), min_size=12, max_size=12), st.booleans())
def test_only_proved_pairs_pass(verdicts: list[VerdictWord], one_zone: bool) -> None:
    zones = ("mynumber", "lgwan", "internet")
    ways = [(a, b, f) for a in zones for b in zones for f in FAMILIES if a != b]
    pairs = [proof(a, b, verdict, f) for (a, b, f), verdict in zip(ways, verdicts, strict=True)]
    wanted = {"mynumber"} if one_zone else {"lgwan", "internet"}
    concerned = {verdict for (a, b, _), verdict in zip(ways, verdicts, strict=True) if (wanted & {a, b} if one_zone else {a, b} <= wanted)}
    expected = Status.FAIL if "VIOLATED" in concerned else Status.UNKNOWN if "UNDECIDED" in concerned else Status.PASS
    assert asked(separation(*pairs), Separated(zones=tuple(sorted(wanted)), at=AT)).status is expected
