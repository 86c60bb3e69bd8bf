"""One measurement in a process of its own, so that its peak of memory is its own: `python -m benchmarks.separation.one WHAT …`.

Prints one line of JSON: seconds of each run, the answer, the peak of the process in MB. What stands before the first run (making the list,
importing) is not timed, and is part of the peak.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.separation.peers import Diagrams, ask_z3, packets
from secaudit.netproof.decide import BUDGET, search
from secaudit.netproof.packets import Family
from secaudit.netproof.prove import Question, Verdict, prove, prove_pair
from tests.netproof import lists
from tests.netproof.listed_networks import asked, between, closed, device_of, many_zones

Answer = dict[str, Any]


def made(kind: str, rules: int, family: Family) -> tuple[lists.Listed, tuple[int, ...]]:
    """Return a list and its question."""
    found = getattr(lists, kind)(rules, 1, family)
    return found[0], found[1]


def searched(kind: str, rules: int, family: Family, *, limit: int | None) -> Callable[[], Answer]:
    """Return the search alone over a list that is ready: `limit` 1 decides, None gives the exact set."""
    plain, question = made(kind, rules, family)
    program = lists.Plain(plain, family=family)

    def run() -> Answer:
        answer = search(program, [question], None, limit=limit)
        boxes = [one.box for one in answer.found]
        return {"passes": bool(boxes), "packets": packets(boxes), "boxes": len(boxes), "finished": answer.finished}

    return run


def peer(name: str, kind: str, rules: int, family: Family) -> Callable[[], Answer]:
    """Return the same question to a peer."""
    plain, question = made(kind, rules, family)

    def run() -> Answer:
        if name == "z3":
            return {"passes": ask_z3(plain, question, family)}
        count = Diagrams(name, family).passing(plain, question)
        return {"passes": bool(count), "packets": count}

    return run


def proof(kind: str, rules: int, family: Family, *, budget: int) -> Callable[[], Answer]:
    """Return the whole proof of a pair: from rules to a verdict, replayed or sampled."""
    plain, question = made(kind, rules, family)
    listed = closed(plain, question) if kind in ("clean", "needle", "kd") else plain
    pair = replace(asked(between(device_of(listed, family))), budget=budget)

    def run() -> Answer:
        found = prove_pair(pair, "a", "b", family)
        regions = 0 if found.violation is None else len(found.violation.regions)
        return {"verdict": str(found.verdict), "regions": regions, "samples": found.samples, "nodes": found.nodes}

    return run


def pairs(rules: int) -> Callable[[], Answer]:
    """Return all ordered pairs of five zones in one family."""
    question: Question = asked(many_zones(rules, 5), {})

    def run() -> Answer:
        found = prove(question, families=[Family.V4])
        return {"pairs": len(found), "violated": sum(one.verdict is Verdict.VIOLATED for one in found)}

    return run


def work(what: str, kind: str, rules: int, family: Family, budget: int) -> Callable[[], Answer]:
    """Return what is to be timed."""
    match what:
        case "decide" | "exact":
            return searched(kind, rules, family, limit=1 if what == "decide" else None)
        case "proof":
            return proof(kind, rules, family, budget=budget)
        case "pairs":
            return pairs(rules)
        case _:
            return peer(what, kind, rules, family)


def peak() -> float | None:
    """Return the most memory that this process held, in MB; None where the system does not say it of this process alone."""
    # `getrusage` would count what the parent held before this program replaced it.
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)


def main() -> None:
    """Time one thing."""
    what, kind, rules, family, runs, budget = (*sys.argv[1:], str(BUDGET))[:6]
    run = work(what, kind, int(rules), Family(family), int(budget))
    seconds: list[float] = []
    answer: Answer = {}
    for _ in range(int(runs)):
        started = time.perf_counter()
        answer = run()
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": seconds, "answer": answer, "peak": peak()}))


if __name__ == "__main__":
    main()
