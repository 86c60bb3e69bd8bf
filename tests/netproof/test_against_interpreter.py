"""The search and the interpreter agree about every packet of a tiny space, and no planted error goes unseen.

The interpreter was written apart from the search; the kernel (tests/netproof/kernel) judges both.
"""

# ruff: noqa: ANN401 - planted functions take whatever the real ones take
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from secaudit.netproof import compile as compiling
from secaudit.netproof import cutting, decide, matching, replay, stages
from secaudit.netproof.boxes import KINDS, PROTOCOLS, Box, Code, Entry, holds, space
from secaudit.netproof.compile import Program
from secaudit.netproof.decide import Frame, search
from secaudit.netproof.ir import Accept, Device, Hook, Match
from secaudit.netproof.matching import Env, View
from secaudit.netproof.network import Path, paths
from secaudit.netproof.packets import Family, Packet
from tests.netproof.build import V4, Chance, every_packet, row

LONG = os.environ.get("SECAUDIT_LONG") == "1"
SEEDS = 400 if LONG else 20
PACKETS = every_packet()


def devices(seed: int, mode: str) -> list[Device]:
    chance = Chance(seed, translate="n" in mode, doubtful="d" in mode)
    return [chance.device(f"r{number}") for number in range(2 if "2" in mode else 1)]


def sets(path: Path, *, budget: int = 400_000) -> tuple[list[Box], list[Box]] | None:
    found = []
    for upper in (True, False):
        answer = search(Program(path, V4, (), upper=upper), space(V4).hull(), Env(), budget=budget, clip=space(V4).clip)
        if not answer.finished:
            return None
        found.append([one.box for one in answer.found])
    return found[0], found[1]


def disagreements(seed: int, mode: str, packets: Sequence[Packet] = PACKETS) -> Iterator[str]:
    """Yield the packets about which search and interpreter differ, in the network of a seed."""
    for path in paths(row(devices(seed, mode)), "a", "b", V4).paths:
        both = sets(path)
        if both is None:
            continue
        upper, lower = both
        for packet in packets:
            may, must = any(holds(box, packet) for box in upper), any(holds(box, packet) for box in lower)
            answers, _ = replay.along(packet, path.hops)
            if (must and answers != {True}) or (True in answers and not may) or (may and not must and "d" not in mode and "n" not in mode):
                yield f"{seed}: {packet}: {set(answers)}, upper {may}, lower {must}"


@pytest.mark.parametrize("mode", ["", "d", "n", "2", "dn", "2n"])
def test_search_and_interpreter_agree_about_every_packet(mode: str) -> None:
    assert [text for seed in range(SEEDS) for text in disagreements(seed, mode)] == []


@pytest.mark.parametrize("mode", ["", "d", "n", "2n"])
def test_products_that_are_searched_field_by_field_mean_the_same(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "WIDE", 0)
    assert [text for seed in range(SEEDS) for text in disagreements(seed, mode)] == []


def test_long_lists_are_cut_at_any_edge_and_mean_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "FEW", 0)
    assert [text for seed in range(SEEDS) for text in disagreements(seed, "")] == []


def test_most_packets_are_decided() -> None:
    decided = total = 0
    for seed in range(20):
        for path in paths(row(devices(seed, "n")), "a", "b", V4).paths:
            both = sets(path)
            assert both is not None
            for packet in PACKETS:
                total += 1
                decided += any(holds(box, packet) for box in both[0]) is any(holds(box, packet) for box in both[1])
    assert decided / total > 0.9


Patch = Callable[[pytest.MonkeyPatch], None]


def _accept_ends_everything(patch: pytest.MonkeyPatch) -> None:
    """Take an accept of one base chain for the end of all."""
    real = decide.Search._enter

    def enter(self: Any, box: Box, stage: int, env: Env, trail: Any, before: Any = None) -> None:
        last = stage > 0 and before is not None and self.program.rows[stage - 1].base is not None
        real(self, box, self.program.stages if last else stage, env, trail, before)

    patch.setattr(decide.Search, "_enter", enter)


def _priorities_reversed(patch: pytest.MonkeyPatch) -> None:
    real = stages.stages_of

    def reverse(path: Path, family: Family) -> tuple[stages.Stage, ...]:
        rows = list(real(path, family))
        spots = [n for n, one in enumerate(rows) if one.base is not None and one.base.hook is Hook.FORWARD]
        for one, two in zip(spots, reversed([rows[n] for n in spots]), strict=True):
            rows[one] = two
        return tuple(rows)

    patch.setattr(compiling, "stages_of", reverse)


def _goto_comes_back(patch: pytest.MonkeyPatch) -> None:
    real = decide.Search._jump

    def jump(self: Any, state: Any, frame: Frame, item: Any, trail: Any, *, stay: bool) -> None:
        del stay
        real(self, state, frame, item, trail, stay=True)

    patch.setattr(decide.Search, "_jump", jump)


def _jump_does_not_come_back(patch: pytest.MonkeyPatch) -> None:
    real = decide.Search._jump

    def jump(self: Any, state: Any, frame: Frame, item: Any, trail: Any, *, stay: bool) -> None:
        del stay
        real(self, state, frame, item, trail, stay=False)

    patch.setattr(decide.Search, "_jump", jump)


def _last_match_wins(patch: pytest.MonkeyPatch) -> None:
    real = Program._chain

    def chain(self: Any, row_: Any, name: str, env: Env, base: Any) -> Any:
        return reversed([*real(self, row_, name, env, base)])

    patch.setattr(Program, "_chain", chain)


def _unknown_deny_matches(patch: pytest.MonkeyPatch) -> None:
    real = Program._coded

    def coded(self: Any, row_: Any, rule: Any, position: int, *, sure: bool, base: Any) -> Any:
        return real(self, row_, rule, position, sure=sure or not isinstance(rule.action, Accept), base=base)

    patch.setattr(Program, "_coded", coded)


def _unknown_accept_matches(patch: pytest.MonkeyPatch) -> None:
    real = Program._coded

    def coded(self: Any, row_: Any, rule: Any, position: int, *, sure: bool, base: Any) -> Any:
        return real(self, row_, rule, position, sure=sure or isinstance(rule.action, Accept), base=base)

    patch.setattr(Program, "_coded", coded)


def _mark_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    real = Program.effect

    def effect(self: Any, stage: int, item: Any, env: Env) -> tuple[Env, bool]:
        after, ends = real(self, stage, item, env)
        return after._replace(mark=0), ends

    patch.setattr(Program, "effect", effect)


def _mark_crosses_devices(patch: pytest.MonkeyPatch) -> None:
    def entering(self: Any, stage: int, env: Env) -> Env:
        return env._replace(hop=self.rows[stage].number)

    patch.setattr(Program, "entering", entering)


def _states_ignored(patch: pytest.MonkeyPatch) -> None:
    def kinds(match: Match, view: View) -> int:
        del view
        return KINDS if match.kinds is None else sum(1 << kind for kind in match.kinds)

    patch.setattr(matching, "_kinds", kinds)


def _early_lists_see_states(patch: pytest.MonkeyPatch) -> None:
    real = Program._view

    def view(self: Any, row_: Any, env: Env) -> View:
        found = real(self, row_, env)
        return View(found.family, found.iif, found.oif, found.states if env.untracked else row_.hop.node.device.states)

    patch.setattr(Program, "_view", view)


def _ports_of_any_protocol(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(matching, "WITH_PORTS", ((0, 255),))


def _translated_source_not_seen(patch: pytest.MonkeyPatch) -> None:
    real = Program.effect

    def effect(self: Any, stage: int, item: Any, env: Env) -> tuple[Env, bool]:
        after, ends = real(self, stage, item, env)
        return after._replace(dst=None), ends

    patch.setattr(Program, "effect", effect)


def _translation_of_invalid(patch: pytest.MonkeyPatch) -> None:
    real = Program._base

    def base(self: Any, row_: Any, chain: Any, env: Env) -> Any:
        return (entry for entry in real(self, row_, chain, env) if not (chain.nat and entry[11].payload is None))

    patch.setattr(Program, "_base", base)


def _all_later_lists_prune(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(compiling, "until", lambda changing, stage: len(changing) - 1 - stage)


def _cut_misses_one(patch: pytest.MonkeyPatch) -> None:
    real = cutting.half

    def half(box: Box, place: int, cut: int, side: int) -> Box:
        found = list(real(box, place, cut, side))
        if side and place == 2 and found[2] < found[3]:
            found[2] += 1
        return tuple(found)

    patch.setattr(decide, "half", half)


def _interfaces_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(compiling, "passes_interfaces", lambda match, view: match.family in (None, view.family))


def _negated_interface_as_plain(patch: pytest.MonkeyPatch) -> None:
    real = matching.named
    patch.setattr(matching, "named", lambda name, patterns: real(name, patterns) if not any("*" in one for one in patterns) else False)


def _policy_always_accepts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(compiling, "_policy_code", lambda _: Code.ACCEPT)


def _only_first_alternative(patch: pytest.MonkeyPatch) -> None:
    real = Program._rule

    def rule(self: Any, row_: Any, one: Any, position: int, view: View, env: Env, base: Any) -> Any:
        cut = type(one)(matches=one.matches[:1], action=one.action, at=one.at, text=one.text)
        return real(self, row_, cut, position, view, env, base)

    patch.setattr(Program, "_rule", rule)


def _closed_too_early(patch: pytest.MonkeyPatch) -> None:
    real = cutting.close

    def close(entries: list[Entry], box: Box) -> bool:
        wider = [(*x[:4], PROTOCOLS, *x[5:]) for x in entries]
        drops = real(wider, box)
        del entries[len(wider) :]
        return drops

    patch.setattr(decide, "close", close)


def _mask_of_mark_ignored(patch: pytest.MonkeyPatch) -> None:
    def mark(match: Match, env: Env) -> bool | None:
        return True if match.mark is None else None if env.mark is None else any(a <= env.mark <= b for a, b in match.mark)

    patch.setattr(matching, "_mark", mark)


def _notrack_ignored(patch: pytest.MonkeyPatch) -> None:
    real = Program.effect

    def effect(self: Any, stage: int, item: Any, env: Env) -> tuple[Env, bool]:
        after, ends = real(self, stage, item, env)
        return after._replace(untracked=False), ends

    patch.setattr(Program, "effect", effect)


PLANTED: Sequence[tuple[Patch, str]] = (
    (_accept_ends_everything, ""),
    (_priorities_reversed, ""),
    (_goto_comes_back, ""),
    (_jump_does_not_come_back, ""),
    (_last_match_wins, ""),
    (_unknown_deny_matches, "d"),
    (_unknown_accept_matches, "d"),
    (_mark_is_forgotten, ""),
    (_mark_crosses_devices, "2"),
    (_states_ignored, ""),
    (_early_lists_see_states, ""),
    (_ports_of_any_protocol, ""),
    (_translated_source_not_seen, "n"),
    (_translation_of_invalid, "n"),
    (_all_later_lists_prune, ""),
    (_cut_misses_one, ""),
    (_interfaces_ignored, ""),
    (_negated_interface_as_plain, ""),
    (_policy_always_accepts, ""),
    (_only_first_alternative, ""),
    (_closed_too_early, ""),
    (_mask_of_mark_ignored, ""),
    (_notrack_ignored, ""),
)


@pytest.mark.parametrize(("plant", "mode"), PLANTED, ids=lambda value: value.__name__.strip("_") if callable(value) else value or "plain")
def test_a_planted_error_is_seen(plant: Patch, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert any(_differs(seed, mode) for seed in range(300)), f"{plant.__name__} went unseen"


def _differs(seed: int, mode: str) -> bool:
    try:
        return any(True for _ in disagreements(seed, mode, PACKETS[seed % 3 :: 3]))
    except (RuntimeError, TypeError, AttributeError, IndexError):
        return True  # the error makes the search itself give up: seen
