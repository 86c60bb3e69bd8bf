"""Errors planted in every part of the prover: each is caught by a check that runs anyway, and the table says by which.

* points: plain lists over a tiny universe, every point of it, first match by hand
* oracle: z3 reads random lists and compares verdicts and sets (tests/netproof/oracles)
* interpreter: search and interpreter about every packet of a tiny space, with translation, marks and two devices
* self-defence: `prove` itself raises `InternalDisagreement`, on random networks with routes
* alarm: `prove` must raise when the search is silenced or sees too much
* budget: a search that was cut short never ends in PROVED
* sieve: the interpreter with and without its index of long lists

The unmutated prover passes all of them. `SECAUDIT_LONG=1`: every check is put to every error, and more than one may see it.
"""

import os
import random
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest

from secaudit.netproof import (
    boxes,
    cutting,
    decide,
    flows,
    lookup,
    matching,
    network,
    prove,
    ranges,
    replay,
    sampling,
    stages,
)
from secaudit.netproof import (
    compile as compiling,
)
from secaudit.netproof.ir import Accept, Drop, Match
from secaudit.netproof.network import Network, Node, paths
from secaudit.netproof.prove import Question, Verdict
from tests.netproof import lists
from tests.netproof.build import V4, V6, ZONES, A, B, Chance, between, every_packet, filtering, port, route, row, rule
from tests.netproof.mutation import Planted
from tests.netproof.oracles.engines import Z3
from tests.netproof.oracles.judged import AS_OF, Judge
from tests.netproof.test_against_interpreter import disagreements

# ruff: noqa: ANN401 - planted functions take whatever the real ones take

pytestmark = pytest.mark.usefixtures("untraced")

LONG = os.environ.get("SECAUDIT_LONG") == "1"
PACKETS = every_packet()


def points() -> Iterator[str]:
    """Plain lists over a universe of 6 sources, 6 destinations, 2 protocols, 4 ports and 2 kinds."""
    pick = random.Random(5)

    def part(most: int) -> tuple[int, int]:
        low, high = sorted((pick.randrange(most), pick.randrange(most)))
        return low, high

    universe: boxes.Box = (0, 5, 0, 5, 3, 0, 0, 0, 3, 3)
    for number in range(60):
        listed: lists.Listed = []
        for _ in range(pick.choice([3, 6, 9, 20])):
            fields = (*part(6), *part(6), pick.choice([1, 2, 3, 3]), 0, 65535, *part(4), pick.choice([1, 2, 3, 3]))
            listed.append((fields, pick.random() < 0.5))
        answer = decide.search(lists.Plain(listed, accepts=number % 2 == 0), [universe], None, budget=20_000)
        if not answer.finished:
            yield f"list {number} has no end"
        for src, dst, proto, dport, kind in product(range(6), range(6), range(2), range(4), range(2)):
            point = (src, src, dst, dst, 1 << proto, 0, 0, dport, dport, 1 << kind)
            wanted = next((accept for box, accept in listed if boxes.meet(box, point)), number % 2 == 0)
            if wanted is not any(boxes.meet(found.box, point) for found in answer.found):
                yield f"list {number}: {point} {'passes' if wanted else 'does not pass'}"


def oracle() -> Iterator[str]:
    """z3 about random lists."""
    for seed in range(10):
        for family, doubt in ((V4, ""), (V4, "ends"), (V6, ""), (V4, "jumps")):
            yield from Judge(Z3, seed, family, doubt).objections()


def interpreter() -> Iterator[str]:
    """Search and interpreter about every packet."""
    for seed in range(28):
        for mode in ("n", "2", "", "d", "2n"):
            yield from disagreements(seed, mode, PACKETS[seed % 3 :: 3])


def routed(seed: int) -> Network:
    """Return zone a – r0 – r1 – zone b with a third zone beside r0, and routes that overlap."""
    chance = Chance(seed, translate=seed % 3 == 0)
    pick = chance.random
    ways = [("10.2.0.0/16", "right"), ("10.2.0.0/29", pick.choice(["right", "side"])), ("10.2.0.0/30", pick.choice(["right", "side"]))]
    ways += [("10.2.0.2/32", pick.choice(["right", "side"])), ("fd02::/16", "right")]
    via = {"right": "10.99.0.2", "side": None}
    first = Node(
        name="r0",
        ports=(port("left", "a", None, "10.1.0.9/24"), port("right", None, "l", "10.99.0.1/30"), port("side", "c")),
        device=chance.device("r0") if seed % 4 else None,
        routes=tuple(route(to, way, None if ":" in to else via[way]) for to, way in pick.sample(ways, len(ways))),
    )
    second = Node(
        name="r1",
        ports=(port("left", None, "l", "10.99.0.2/30"), port("right", "b")),
        device=chance.device("r1") if seed % 5 == 0 else None,
        routes=(route("10.2.0.0/16", "right"), route("fd02::/16", "right"), route("10.1.0.0/16", "left", "10.99.0.1")),
    )
    return Network(nodes=(first, second))


def self_defence() -> Iterator[str]:
    """`prove` against its own interpreter: what it raises."""
    for seed in range(12):
        networks = (routed(seed), row([Chance(seed, translate=True).device("r0"), None]))
        for whole in networks:
            question = Question(network=whole, zones={**ZONES, "c": ("10.3.0.0/16",)}, flows=(), as_of=AS_OF, samples=150, budget=300_000)
            try:
                prove.prove(question)
            except replay.InternalDisagreement as fault:
                yield f"network {seed}: {fault}"


class Open(compiling.Program):
    """A program that lets everything through."""

    def entries(self, stage: int, env: matching.Env) -> tuple[boxes.Entry, ...]:
        del stage, env
        return (self._whole(boxes.Code.ACCEPT, boxes.Item(compiling.END, None)),)

    def loose(self, stage: int) -> tuple[boxes.Entry, ...]:
        return self.entries(stage, matching.Env())


def alarm() -> Iterator[str]:
    """Whether `prove` notices a search that finds nothing, or everything."""
    # An accept that only packets at the edges of rules meet.
    fw = filtering(rule(Accept(), Match(family=V4, dst=((B + 7, B + 9),), proto=((6, 6),), dport=((8443, 8443),))))
    question = Question(network=between(fw), zones=ZONES, flows=(), as_of=AS_OF)
    real = decide.search

    def nothing(*given: Any, **more: Any) -> Any:
        answer = real(*given, **more)
        return type(answer)(found=(), finished=True, nodes=answer.nodes)

    def everything(program: Any, asked: Any, env: Any, **more: Any) -> Any:
        return real(Open(program.path, program.family, (), upper=True), asked, env, **more)

    for name, wrong in (("nothing", nothing), ("everything", everything)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prove, "search", wrong)
            try:
                verdict = prove.prove_pair(question, "a", "b", V4)
                yield f"a search that finds {name} ends in {verdict.verdict} with {verdict.samples} samples"
            except replay.InternalDisagreement:
                pass
    closed = Question(network=between(filtering()), zones=ZONES, flows=(), as_of=AS_OF)
    if prove.prove_pair(closed, "a", "b", V4).samples < sampling.SAMPLES:
        yield "a PROVED pair was hardly sampled"


def budget() -> Iterator[str]:
    """Verdicts with less and less to search in: as without a limit, or UNDECIDED."""
    for seed in range(12):
        whole = between(Chance(seed).device())
        for limit in (0, 1, 2, 5, 20, 100):
            free, tight = (
                prove.prove_pair(
                    Question(network=whole, zones=ZONES, flows=(), as_of=date(2026, 10, 1), samples=0, budget=most), "a", "b", V4
                )
                for most in (300_000, limit)
            )
            if tight.verdict not in (free.verdict, Verdict.UNDECIDED):
                yield f"device {seed}: {free.verdict}, with {limit} regions {tight.verdict}"


def sieve() -> Iterator[str]:
    """A list that is long enough for the index: the interpreter's answers with it and without."""
    hosts = [B + one for one in range(100)]
    rules = [
        rule(Accept() if one % 3 else Drop(), Match(family=V4, dst=((host, host + one % 4),), dport=((one, one + 5),)))
        for one, host in enumerate(hosts)
    ]
    (path,) = paths(between(filtering(*rules)), "a", "b", V4).paths
    packets = [
        type(PACKETS[0])(family=V4, src=A + 1, dst=host, proto=6, sport=1, dport=at) for host in hosts for at in (host - B, host - B + 4)
    ]
    index = replay.Interpreter(V4, lookup.Sieve(packets))
    for packet in packets:
        plain, indexed = replay.along(packet, path.hops), replay.along(packet, path.hops, index)
        if plain[0] != indexed[0]:
            yield f"{packet}: {plain[0]} without the index, {indexed[0]} with it"


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "points": points,
    "oracle": oracle,
    "interpreter": interpreter,
    "self-defence": self_defence,
    "alarm": alarm,
    "budget": budget,
    "sieve": sieve,
}


def caught(check: str) -> str | None:
    """Return the first thing that a check objects to; a prover that gives up with an exception is seen too."""
    try:
        return next(CHECKS[check](), None)
    except (AssertionError, RuntimeError, TypeError, IndexError, KeyError) as fault:
        return f"{type(fault).__name__}: {fault}"


PLANTED = (
    Planted(
        name="half of a cut is one short",
        module=cutting,
        where="half",
        old="bounds[place] = cut + 1",
        new="bounds[place] = cut + 2",
        seen_by="points",
    ),
    Planted(name="an edge does not count as touching", module=cutting, where="within", old="x[0] <= b", new="x[0] < b", seen_by="points"),
    Planted(
        name="an entry one short covers the region", module=cutting, where="close", old="x[1] >= b", new="x[1] >= b - 1", seen_by="points"
    ),
    Planted(
        name="an entry that begins later covers the region",
        module=cutting,
        where="covers",
        old="x[low] <= box[low]",
        new="x[low] <= box[low] + 1",
        seen_by="points",
    ),
    Planted(
        name="the narrowed region loses an edge",
        module=cutting,
        where="hull",
        old="min(box[3], max([x[3] for x in inside]))",
        new="min(box[3], max([x[3] for x in inside]) - 1)",
        seen_by="points",
    ),
    Planted(
        name="a jump does not come back",
        module=decide,
        where="Search._jump",
        old="if stay else",
        new="if not stay else",
        seen_by="interpreter",
    ),
    Planted(
        name="a list that begins anew forgets where it was",
        module=decide,
        where="Search._reread",
        old=".position >= frame.resume",
        new=".position > frame.resume + 2",
        seen_by="oracle",
    ),
    Planted(
        name="the last rule is dropped",
        module=compiling,
        where="Program._chain",
        old=".chains[name], start=1",
        new=".chains[name][:-1], start=1",
        seen_by="oracle",
    ),
    Planted(
        name="the policy always accepts",
        module=compiling,
        where="_policy_code",
        old="if isinstance(base.policy, Accept) else Code.DROP",
        new="if base else Code.DROP",
        seen_by="oracle",
    ),
    Planted(
        name="upper and lower are exchanged",
        module=compiling,
        where="Program.__init__",
        old="tuple(flows), upper\n",
        new="tuple(flows), not upper\n",
        seen_by="oracle",
    ),
    Planted(
        name="an unknown condition never holds",
        module=matching,
        where="condition",
        old="    for holds in (",
        new="    if not sure:\n        return None\n    for holds in (",
        seen_by="oracle",
    ),
    Planted(
        name="an unknown condition always holds",
        module=matching,
        where="condition",
        old="sure = match.unknown is None",
        new="sure = True",
        seen_by="oracle",
    ),
    Planted(
        name="the states of a condition are turned round",
        module=matching,
        where="_kinds",
        old="in match.states)",
        new="not in match.states)",
        seen_by="oracle",
    ),
    Planted(
        name="the families are mixed",
        module=matching,
        where="passes_interfaces",
        old="match.family is not view.family",
        new="view.family is None",
        seen_by="oracle",
    ),
    Planted(
        name="a port condition holds for every protocol",
        module=matching,
        where="condition",
        old="proto &= mask(WITH_PORTS)",
        new="pass",
        seen_by="oracle",
    ),
    Planted(
        name="a complement keeps the edge", module=ranges, where="complement", old="start = high + 1", new="start = high", seen_by="oracle"
    ),
    Planted(
        name="neighbour discovery is not audited",
        module=boxes,
        where="space",
        old="(1 << family.icmp, discovery, TYPES, bad | found),",
        new="",
        seen_by="oracle",
    ),
    Planted(
        name="a flow is taken off in the other direction",
        module=prove,
        where="_Pair.__init__",
        old="flow.source == source and flow.target == target",
        new="flow.source == target and flow.target == source",
        seen_by="oracle",
    ),
    Planted(
        name="an expired flow permits",
        module=flows,
        where="Flow.live",
        old="as_of <= self.expires",
        new="as_of != self.expires or True",
        seen_by="oracle",
    ),
    Planted(
        name="the last day of a flow does not count",
        module=flows,
        where="Flow.live",
        old="as_of <= self.expires",
        new="as_of < self.expires",
        seen_by="oracle",
    ),
    Planted(name="a flow permits every port", module=flows, where="Flow.fields", old="self.ports or PORTS", new="PORTS", seen_by="oracle"),
    Planted(
        name="IPv6 has no paths",
        module=network,
        where="paths",
        old="if family not in node.families:",
        new="if family is not Family.V4:",
        seen_by="oracle",
    ),
    Planted(
        name="a mark goes along to the next device",
        module=compiling,
        where="Program.entering",
        old="Env(env.src, env.dst, env.sport, env.dport, number)",
        new="env._replace(hop=number)",
        seen_by="interpreter",
    ),
    Planted(
        name="notrack is not seen",
        module=compiling,
        where="Program.effect",
        old="return env._replace(untracked=True), False",
        new="return env, False",
        seen_by="interpreter",
    ),
    Planted(
        name="translation comes after the filter",
        module=stages,
        where="stages_of",
        old="(Hook.PREROUTING, None, Hook.FORWARD, Hook.POSTROUTING)",
        new="(None, Hook.FORWARD, Hook.PREROUTING, Hook.POSTROUTING)",
        seen_by="interpreter",
    ),
    Planted(
        name="a translated source keeps its port",
        module=compiling,
        where="_source",
        old="if not icmp and not action.keep_ports:",
        new="if icmp and not action.keep_ports:",
        seen_by="interpreter",
    ),
    Planted(
        name="a translation does not count as one",
        module=compiling,
        where="_aimed",
        old="translated: bool | None = True",
        new="translated: bool | None = False",
        seen_by="interpreter",
    ),
    Planted(
        name="the interpreter forgets the mask of a mark",
        module=replay,
        where="_answers",
        old="live.mark & match.mark_mask",
        new="live.mark",
        seen_by="interpreter",
    ),
    Planted(
        name="the interpreter comes back from a goto",
        module=replay,
        where="Interpreter._do",
        old="isinstance(rule.action, Jump) else through",
        new="isinstance(rule.action, Jump | Goto) else through",
        seen_by="interpreter",
    ),
    Planted(
        name="the shortest prefix wins",
        module=network,
        where="table",
        old="(one[1] - one[0], one))",
        new="(one[0] - one[1], one))",
        seen_by="self-defence",
    ),
    Planted(
        name="own addresses are never looked at",
        module=network,
        where="Node.own",
        old="found.append((address.value, address.value))",
        new="pass",
        seen_by="self-defence",
    ),
    Planted(
        name="a packet of the other half is shown",
        module=prove,
        where="packet_of",
        old="pick(box[i], box[i + 1],",
        new="pick(box[i] ^ 1, box[i + 1] ^ 1,",
        seen_by="self-defence",
    ),
    Planted(
        name="every open pair is proved",
        module=prove,
        where="_Pair.verdict",
        old="if not open_paths:",
        new="if open_paths or not open_paths:",
        seen_by="self-defence",
    ),
    Planted(name="nothing ever reaches", module=sampling, where="Walker.reaches", old="return True", new="return False", seen_by="alarm"),
    Planted(
        name="no packet is sampled",
        module=sampling,
        where="edges",
        old="while made < count and",
        new="while made > count and",
        seen_by="alarm",
    ),
    Planted(
        name="nothing is replayed",
        module=prove,
        where="_Pair._violation",
        old="if answers != {True}:",
        new="if not answers:",
        seen_by="alarm",
    ),
    Planted(
        name="a spent budget counts as proved",
        module=prove,
        where="_Pair.verdict",
        old="return self._proved() if finished else self._undecided(())",
        new="return self._proved()",
        seen_by="budget",
    ),
    Planted(
        name="a search that was cut short has finished",
        module=decide,
        where="Search._one",
        old="if self.nodes > self.budget:\n            return False",
        new="if self.nodes > self.budget:\n            return True",
        seen_by="budget",
    ),
    Planted(
        name="the index of long lists misses an edge",
        module=lookup,
        where="Sieve._sort",
        old="bisect_right(self.order, high)",
        new="bisect_left(self.order, high)",
        seen_by="sieve",
    ),
)


@pytest.mark.parametrize("check", CHECKS)
def test_the_prover_as_it_is_passes_every_check(check: str) -> None:
    assert caught(check) is None


@pytest.mark.parametrize("error", PLANTED, ids=lambda error: error.name)
def test_a_planted_error_is_caught(error: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    error.plant(monkeypatch)
    found = caught(error.seen_by)
    print(f"{error.name}: {error.seen_by}: {found}")
    assert found is not None, f"the {error.seen_by} does not see it"
    if LONG:
        others = [check for check in CHECKS if check != error.seen_by and caught(check) is not None]
        print(f"  seen by {', '.join(others) or 'no other'} as well")


def test_enough_errors_are_planted_in_every_part() -> None:
    assert len(PLANTED) >= 14
    assert {error.seen_by for error in PLANTED} == set(CHECKS)
