"""What a change newly permits and forbids: exactly, both ways round, with a packet that the interpreter agrees about."""

import os
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.model.text import Text
from secaudit.netproof import decide, replay
from secaudit.netproof import difference as differing
from secaudit.netproof.boxes import Box, Item, holds, meet, space, volume
from secaudit.netproof.combining import Piece, Sets, merged, minus
from secaudit.netproof.compile import Program
from secaudit.netproof.decide import search
from secaudit.netproof.difference import Change, Cover, PairDifference, Word, difference
from secaudit.netproof.flows import Flow
from secaudit.netproof.ir import Accept, DestinationNat, Doubt, Drop, Hook, Match
from secaudit.netproof.matching import Env
from secaudit.netproof.network import Network, Node, paths
from secaudit.netproof.packets import Family, Packet
from secaudit.netproof.prove import Question
from secaudit.netproof.sampling import Walker
from secaudit.netproof.stopping import Stop, stopped
from tests.netproof.build import (
    V4,
    ZONES,
    A,
    B,
    Chance,
    base,
    between,
    device,
    every_packet,
    filtering,
    net,
    port,
    route,
    row,
    rule,
    unknown,
)

AS_OF = date(2026, 4, 1)
SEEDS = 100 if os.environ.get("SECAUDIT_LONG") == "1" else 4
PACKETS = every_packet()


def asked(network: Network, *flows: Flow, **more: Any) -> Question:  # noqa: ANN401 - fields by name
    return Question(network=network, zones=ZONES, flows=flows, as_of=AS_OF, **more)


def compared(old: Network, new: Network, *flows: Flow, family: Family = V4, samples: int = 60, **more: Any) -> PairDifference:  # noqa: ANN401 - fields by name
    found = difference(asked(old), asked(new, *flows, **more), families=[family], samples=samples)
    return next(one for one in found if (one.source, one.target) == ("a", "b"))


def to_port(*ports: int, **more: Any) -> Match:  # noqa: ANN401 - fields by name
    return Match(
        family=V4, src=net("10.1.0.0/16"), dst=net("10.2.0.0/16"), proto=((6, 6),), dport=tuple((one, one) for one in ports), **more
    )


def opening(*ports: int, line: int = 5) -> Network:
    return between(filtering(*(rule(Accept(), to_port(one), line=line + number) for number, one in enumerate(ports))))


def flow(**more: Any) -> Flow:  # noqa: ANN401 - fields by name
    whole = {"id": "SC-01", "source": "a", "target": "b", "src": {V4: net("10.1.0.0/16")}, "dst": {V4: net("10.2.0.0/16")}}
    return Flow(**{**whole, "proto": ((6, 6),), "ports": ((80, 80),), "expires": AS_OF, **more})


def ports_of(changes: tuple[Change, ...]) -> set[tuple[int, int]]:
    return {(one.box[7], one.box[8]) for one in changes}


def test_an_opened_port_is_newly_permitted_with_both_lines() -> None:
    found = compared(opening(80), opening(80, 445))
    assert (found.word, found.decided, found.forbids) == (Word.CHANGED, True, ())
    (one,) = found.permits
    assert (one.box[:4], one.box[7:9]) == ((A, A + 65535, B, B + 65535), (445, 445))
    assert [by.at.line for by in one.deciding()] == [6]
    assert one.packet is not None
    assert (one.packet.src, one.packet.dst, one.packet.dport) == (A + 1, B + 1, 445)
    assert one.stop is not None
    assert (one.stop.device, one.stop.rule and one.stop.rule.at.line) == ("fw", 99)
    assert found.samples == 60


def test_a_closed_port_is_newly_forbidden() -> None:
    found = compared(opening(80, 445), opening(80))
    assert (found.permits, ports_of(found.forbids)) == ((), {(445, 445)})
    assert found.word is Word.CHANGED


def test_rules_in_another_order_with_the_same_meaning_change_nothing() -> None:
    found = compared(opening(80, 445, 22), opening(22, 445, 80))
    assert (found.word, found.permits, found.forbids) == (Word.UNCHANGED, (), ())


def test_a_deny_that_covers_half_leaves_half() -> None:
    half = rule(Drop(), Match(family=V4, src=net("10.1.128.0/17")))
    old, new = between(filtering(rule(Accept(), to_port(80)))), between(filtering(half, rule(Accept(), to_port(80))))
    (one,) = compared(old, new).forbids
    assert one.box[:2] == (A + 0x8000, A + 0xFFFF)
    assert one.stop is not None
    assert one.stop.rule is not None
    assert one.stop.rule.text == half.text


def test_every_pair_and_both_families_are_answered_also_for_zones_of_one_side() -> None:
    third = Network(nodes=(Node(name="fw", ports=(port("left", "a"), port("right", "b"), port("up", "c")), device=filtering(drop=False)),))
    found = difference(asked(between(filtering(drop=False))), asked(third), samples=10)
    assert len(found) == 2 * 6
    words = {(one.source, one.target): one.word for one in found if one.family is V4}
    assert words == {
        ("a", "b"): Word.UNCHANGED,
        ("b", "a"): Word.UNCHANGED,
        ("a", "c"): Word.CHANGED,
        ("c", "a"): Word.CHANGED,
        ("b", "c"): Word.CHANGED,
        ("c", "b"): Word.CHANGED,
    }
    fresh = next(one for one in found if (one.source, one.target) == ("a", "c"))
    assert {one.stop for one in fresh.permits} == {Stop()}
    gone = difference(asked(third), asked(between(filtering(drop=False))), families=[V4], samples=10)
    assert {one.word for one in gone if "c" in (one.source, one.target)} == {Word.CHANGED}


def test_a_device_that_goes_missing_permits_everything_and_no_line_decides() -> None:
    found = compared(between(filtering()), between(None))
    assert {one.deciding() for one in found.permits} == {()}
    assert sum(volume(one.box) for one in found.permits) == sum(volume(box) for box in passing(between(None)))


def test_the_line_that_decides_is_of_the_device_that_stopped_it() -> None:
    open_, shut = filtering(rule(Accept(), line=3), name="r0"), filtering(name="r0")
    far = filtering(rule(Accept(), to_port(80), line=7), name="r1")
    (one,) = compared(row([shut, far]), row([open_, far])).permits
    assert [by.at.line for by in one.deciding()] == [3]
    (other,) = compared(row([open_, filtering(name="r1")]), row([open_, far])).permits
    assert [by.at.line for by in other.deciding()] == [7]


def test_a_route_that_is_gone_forbids_and_no_rule_stops_the_packet() -> None:
    def routed(*routes: Any) -> Network:  # noqa: ANN401 - routes
        return Network(nodes=(Node(name="fw", ports=(port("left", "a"), port("right", "b")), device=filtering(drop=False), routes=routes),))

    found = compared(routed(route("10.2.0.0/16", "right")), routed(route("10.2.0.0/17", "right")))
    assert {one.box[2:4] for one in found.forbids} == {(B + 0x8000, B + 0xFFFF)}
    assert {one.stop for one in found.forbids} == {Stop(device="fw")}


def test_whether_a_declared_flow_covers_a_box_is_said() -> None:
    wide = between(
        filtering(rule(Accept(), Match(family=V4, src=net("10.1.0.0/16"), dst=net("10.2.0.0/16"), proto=((6, 6),), dport=((79, 81),))))
    )
    covers = [
        compared(between(filtering()), new, *flows).permits[0]
        for new, *flows in (
            (opening(80),),
            (opening(80), flow()),
            (wide, flow()),
            (opening(81), flow()),
            (opening(80), flow(expires=date(2026, 3, 31))),
        )
    ]
    assert [(one.cover, one.flows) for one in covers] == [
        (Cover.NONE, ()),
        (Cover.ALL, ("SC-01",)),
        (Cover.PART, ("SC-01",)),
        (Cover.NONE, ()),
        (Cover.NONE, ()),
    ]


def test_a_flow_covers_by_its_destination_as_delivered_too() -> None:
    published = net("192.0.2.5/32")
    to = rule(DestinationNat(B + 5), Match(family=V4, dst=published, proto=((6, 6),), dport=((80, 80),)))
    inner = rule(Accept(), Match(family=V4, dst=((B + 5, B + 5),), proto=((6, 6),), dport=((80, 80),)))
    hooks = [base("nat", Hook.PREROUTING, -100, drop=False, nat=True), base("forward")]
    old = between(device("fw", {"nat": (), "forward": (inner,)}, hooks))
    new = between(device("fw", {"nat": (to,), "forward": (inner,)}, hooks))
    found = compared(old, new, flow(src={V4: ((0, V4.top),)}, dst={V4: ((B + 5, B + 5),)}))
    assert found.word is Word.CHANGED
    assert {(one.box[2], one.cover, one.flows) for one in found.permits} == {(published[0][0], Cover.ALL, ("SC-01",))}


def test_what_is_not_understood_is_perhaps_a_change_and_named() -> None:
    doubtful = between(filtering(rule(Accept(), to_port(80, unknown=unknown()))))
    found = compared(between(filtering()), doubtful)
    assert (found.word, found.permits, ports_of(found.perhaps_permits)) == (Word.UNDECIDED, (), {(80, 80)})
    assert [one.line and one.line.at.line for one in found.new_obstacles] == [1]
    assert found.old_obstacles == ()
    back = compared(doubtful, between(filtering()))
    assert (ports_of(back.perhaps_forbids), len(back.old_obstacles)) == ({(80, 80)}, 1)
    # The same line on both sides may mean two things at two times.
    assert compared(doubtful, doubtful).word is Word.UNDECIDED


def test_what_is_certain_is_said_beside_what_is_not_known() -> None:
    old = between(filtering(rule(Accept(), to_port(80, unknown=unknown()))))
    new = between(filtering(rule(Accept(), to_port(80)), rule(Accept(), to_port(445))))
    found = compared(old, new)
    assert (ports_of(found.permits), ports_of(found.perhaps_permits), found.word) == ({(445, 445)}, {(80, 80)}, Word.CHANGED)
    assert not found.decided


def test_a_line_that_is_not_understood_but_changes_nothing_leaves_the_pair_decided() -> None:
    shadowed = between(filtering(rule(Accept(), to_port(80)), rule(Drop(), to_port(80, unknown=unknown()))))
    assert compared(shadowed, shadowed).word is Word.UNCHANGED


def test_a_doubt_on_a_device_makes_everything_perhaps() -> None:
    doubt = Doubt(reason=Text(ja="分からない", en="not known"), line=None)
    found = compared(between(filtering()), between(filtering(doubts=(doubt,))))
    assert (found.word, found.permits) == (Word.UNDECIDED, ())
    assert found.perhaps_permits
    assert [one.reason.en for one in found.new_obstacles] == ["not known"]


@pytest.mark.parametrize("budget", [0, 1, 3, 7])
def test_the_budget_ends_in_undecided_and_never_in_unchanged(budget: int) -> None:
    found = compared(opening(80, 22), opening(80, 443), budget=budget)
    assert not found.decided
    assert found.samples == 0
    assert found.word is not Word.UNCHANGED
    assert any("limit" in one.reason.en for one in found.new_obstacles)


def test_too_many_boxes_are_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differing, "PIECES", 2)
    found = compared(opening(80), opening(22, 80, 443, 445))
    assert not found.decided


def test_boxes_beyond_the_bound_are_listed_without_a_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differing, "CONFIRMED", 1)
    found = compared(opening(80), opening(22, 80, 443, 445))
    assert [one.packet is None for one in found.permits] == [False, True, True]


def test_open_ends_of_paths_leave_everything_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secaudit.netproof.network.PATHS", 0)
    found = compared(opening(80), opening(80))
    assert (found.word, found.finished) == (Word.UNDECIDED, False)
    assert [one.reason.en for one in found.new_obstacles] == ["there are more than 0 paths"]


def test_cover_is_not_known_when_the_budget_is_used_up() -> None:
    needed = compared(opening(80), opening(80, 445), flow()).nodes
    covers = {one.cover for spare in range(needed) for one in compared(opening(80), opening(80, 445), flow(), budget=spare).permits}
    assert None in covers


def passing(network: Network, *, upper: bool = False) -> list[Box]:
    found = []
    for path in paths(network, "a", "b", V4).paths:
        answer = search(Program(path, V4, (), upper=upper), space(V4).hull(), Env(), clip=space(V4).clip)
        found += [one.box for one in answer.found]
    return found


def random_pair(seed: int, mode: str) -> tuple[Network, Network]:
    """Return two rows of devices that share all but what a second pair of dice changes."""
    made = []
    for one in (seed, seed * 7 + 1):
        chance = Chance(one, translate="n" in mode, doubtful="d" in mode)
        made.append(row([chance.device(f"r{number}") for number in range(2 if "2" in mode else 1)]))
    return made[0], made[1]


def boxes(changes: tuple[Change, ...]) -> list[Box]:
    return [one.box for one in changes]


@pytest.mark.parametrize("mode", ["", "n", "2"])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_network_does_not_differ_from_itself(mode: str, seed: int) -> None:
    network, _ = random_pair(seed, mode)
    for one in difference(asked(network), asked(network), families=[V4], samples=40):
        assert (one.permits, one.forbids) == ((), ())
        assert one.word is (Word.UNCHANGED if one.decided else Word.UNDECIDED)


@pytest.mark.parametrize("mode", ["", "d", "n", "2", "dn"])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_forwards_and_backwards_are_the_same_and_the_interpreter_agrees(mode: str, seed: int) -> None:
    old, new = random_pair(seed, mode)
    there, back = compared(old, new, budget=100_000), compared(new, old, budget=100_000)
    if not (there.finished and back.finished):
        return
    for one, two in ((there.permits, back.forbids), (there.forbids, back.permits), (there.perhaps_permits, back.perhaps_forbids)):
        assert sorted(boxes(one)) == sorted(boxes(two))
    before, after = (Walker(side, V4, PACKETS) for side in (old, new))
    for packet in PACKETS[seed % 3 :: 3]:
        permitted, forbidden = (any(holds(box, packet) for box in boxes(one)) for one in (there.permits, there.forbids))
        was, is_ = (walker.reaches(packet, "a", "b") for walker in (before, after))
        if permitted or forbidden:
            assert (was, is_) == (forbidden, permitted)
        elif there.decided:
            assert was is is_ or "n" in mode


@pytest.mark.parametrize("mode", ["", "2"])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_volumes_add_up(mode: str, seed: int) -> None:
    old, new = random_pair(seed, mode)
    found = compared(old, new)
    assert found.decided
    sizes = [sum(volume(box) for box in one) for one in (passing(old), passing(new), boxes(found.permits), boxes(found.forbids))]
    assert sizes[1] - sizes[0] == sizes[2] - sizes[3]
    for changes in (found.permits, found.forbids):
        assert not any(meet(one, two) for number, one in enumerate(boxes(changes)) for two in boxes(changes)[:number])


@pytest.mark.parametrize("plant", ["nothing found", "nothing taken away", "sides swapped"])
def test_an_error_in_the_difference_is_seen(plant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = differing._Pair._minus

    def wrong(self: Any, wanted: Any, *without: Any) -> Any:  # noqa: ANN401 - as the real one
        if plant == "nothing taken away":
            return real(self, wanted)
        if plant == "sides swapped":
            return real(self, *reversed([wanted, *without[:1]]))
        return ()

    monkeypatch.setattr(differing._Pair, "_minus", wrong)
    with pytest.raises(replay.InternalDisagreement):
        compared(opening(80, 22), opening(80, 443), samples=400)


def test_a_packet_that_does_not_pass_is_a_fault_and_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "along", lambda *_: (frozenset({False}), ()))
    with pytest.raises(replay.InternalDisagreement, match="does not pass"):
        compared(opening(80), opening(80, 443), samples=0)


def test_a_way_is_what_a_piece_belongs_to() -> None:
    with pytest.raises(TypeError):
        differing._way(Piece(box=(), owner=None))


def test_where_a_packet_ends_is_as_far_as_it_gets() -> None:
    near, far = filtering(rule(Drop(), Match(proto=((17, 17),)), line=4), drop=False, name="r0"), filtering(name="r1")
    ways = paths(row([near, far]), "a", "b", V4).paths
    udp, tcp = (Packet(family=V4, src=A + 1, dst=B + 1, proto=number, dport=80) for number in (17, 6))
    assert [(one.device, one.rule and one.rule.at.line) for one in (stopped(udp, ways), stopped(tcp, ways))] == [("r0", 4), ("r1", 99)]
    assert stopped(udp, ()) == Stop()


FIELD = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: tuple(sorted(pair)))
BOX = st.tuples(FIELD, FIELD, st.integers(1, 7), FIELD, FIELD, st.integers(1, 7)).map(lambda f: (*f[0], *f[1], f[2], *f[3], *f[4], f[5]))
BOXES = st.lists(BOX, max_size=5)


def inside(found: Any, point: tuple[int, ...]) -> bool:  # noqa: ANN401 - pieces
    src, dst, proto, sport, dport, kind = point
    return any(
        one.box[0] <= src <= one.box[1]
        and one.box[2] <= dst <= one.box[3]
        and one.box[4] >> proto & 1
        and one.box[5] <= sport <= one.box[6]
        and one.box[7] <= dport <= one.box[8]
        and one.box[9] >> kind & 1
        for one in found
    )


@given(wanted=BOXES, first=BOXES, second=BOXES, points=st.lists(st.tuples(*[st.integers(0, n) for n in (9, 9, 2, 9, 9, 2)]), max_size=30))
def test_boxes_without_boxes_hold_exactly_the_rest(wanted: Any, first: Any, second: Any, points: Any) -> None:  # noqa: ANN401 - drawn
    pieces = [[Piece(box=box, owner="o") for box in each] for each in (wanted, first, second)]
    found, _ = minus(V4, *pieces, budget=100_000)
    joined = merged(found)
    assert sum(volume(one.box) for one in joined) == sum(volume(one.box) for one in found)
    assert len(joined) <= len(found)
    for point in points:
        left = inside(pieces[0], point) and not inside(pieces[1], point) and not inside(pieces[2], point)
        assert inside(found, point) is inside(joined, point) is left
    assert not any(meet(one.box, two.box) for number, one in enumerate(joined) for two in joined[:number])


def test_pieces_of_two_owners_stay_apart() -> None:
    one, two = ((0, 4, 0, 0, 1, 0, 0, 0, 0, 1), (5, 9, 0, 0, 1, 0, 0, 0, 0, 1))
    assert len(merged([Piece(box=one, owner="x"), Piece(box=two, owner="y")])) == 2
    (whole,) = merged([Piece(box=one, owner="x"), Piece(box=two, owner="x")])
    assert whole.box == (0, 9, 0, 0, 1, 0, 0, 0, 0, 1)


def test_a_set_neither_jumps_nor_changes_anything() -> None:
    sets = Sets(V4, [Piece(box=(0, 4, 0, 0, 1, 0, 0, 0, 0, 1), owner="x")], [])
    assert len(sets.loose(0)) == len(sets.rest(0, decide.OWN, None)) == 2
    for call in (lambda: sets.chain(0, None, None), lambda: sets.effect(0, Item(0, None), None)):
        with pytest.raises(RuntimeError):
            call()
