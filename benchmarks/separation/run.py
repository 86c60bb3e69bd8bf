"""The separation proof measured, beside z3 and decision diagrams on the same lists.

    python -m benchmarks.separation.run [--smoke] [--json FILE]

* Two tables. The search alone on lists that are ready, with the peers' times for the same question and whether all answers agree (number of
  packets against the diagrams, pass or not against z3). And the whole proof of a pair: from rules to a verdict, replayed or sampled.
* Each figure comes from a process of its own; medians of wall seconds inside it, and its peak of memory.
* A peer gets a time limit; past it the table says `> 90 s`. A peer that is not installed is called so.
* Nothing here fails for being slow; answers that do not agree do.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.separation.peers import installed

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("clean", "mixed", "needle", "kd")
MEGABYTES = 300
"""Promised peak of a process at 50,000 rules."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]
    runs: int
    limit: float
    budget: int
    pairs: int
    kinds: tuple[str, ...] = KINDS


FULL = Plan(sizes=(1_000, 10_000, 50_000), runs=5, limit=90, budget=20_000, pairs=4_000)
SMOKE = Plan(sizes=(300,), runs=1, limit=5, budget=2_000, pairs=300, kinds=("clean", "mixed", "needle"))
WIDE = 10_000
"""Rules of the lists that are measured in both families."""

Row = dict[str, Any]


def measured(
    what: str, kind: str, rules: int, family: str, runs: int, *, limit: float | None = None, budget: int | None = None
) -> Row | None:
    """Return what a process of its own found; None if it took longer than its limit."""
    command = [sys.executable, "-m", "benchmarks.separation.one", what, kind, str(rules), family, str(runs)]
    if budget is not None:
        command.append(str(budget))
    try:
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    found: Row = json.loads(done.stdout)
    name = f"separation, {what}, {kind}, {rules} rules, {family}"
    seconds = found["seconds"]
    return {"work": name, "median": statistics.median(seconds), "minimum": min(seconds), "maximum": max(seconds), **found}


def told(row: Row | None, limit: float) -> str:
    """Return a time as people read it."""
    return f"> {limit:.0f} s" if row is None else f"{row['median']:.2f} s"


def held(row: Row) -> str:
    """Return a peak of memory as people read it."""
    return "?" if row["peak"] is None else f"{row['peak']:.0f} MB"


def agree(exact: Row, peers: dict[str, Row | None]) -> str:
    """Return whether the answers are one; `-` if no peer answered."""
    answers = [row["answer"] for row in peers.values() if row is not None]
    for answer in answers:
        if any(exact["answer"][key] != value for key, value in answer.items()):
            return "NO"
    return "yes" if answers else "-"


def searches(plan: Plan) -> list[Row]:
    """Measure the search alone, beside the peers."""
    peers = {"z3": "z3", "diagrams": "cudd" if installed("cudd") else "autoref"}
    print("\nsearch alone: one zone pair, list in memory, median; peers: one run each on the same list")
    print(f"{'list':8}{'rules':>7} {'':4}{'decide':>9}{'exact':>9}{'boxes':>8}{'peak':>8}{'z3':>10}{peers['diagrams']:>10}  same answer")
    rows: list[Row] = []
    for kind in plan.kinds:
        for rules, family in [(size, "ip") for size in plan.sizes] + ([(WIDE, "ip6")] if WIDE in plan.sizes else []):
            own = [measured(what, kind, rules, family, plan.runs) for what in ("decide", "exact")]
            others = {name: measured(peer, kind, rules, family, 1, limit=plan.limit) for name, peer in peers.items() if installed(peer)}
            decide, exact = own
            if decide is None or exact is None:
                raise RuntimeError("a search without a limit has no end")
            same = agree(exact, others)
            cells = [told(others[name], plan.limit) if name in others else "not installed" for name in peers]
            print(
                f"{kind:8}{rules:>7} {family:4}{told(decide, 0):>9}{told(exact, 0):>9}{exact['answer']['boxes']:>8}"
                f"{held(exact):>8}{cells[0]:>10}{cells[1]:>10}  {same}",
                flush=True,
            )
            rows += [row for row in (*own, *others.values()) if row is not None]
            if same == "NO":
                raise SystemExit(f"the answers for {kind}, {rules} rules, {family}, do not agree")
    return rows


def bound(rules: int) -> float | None:
    """Return the seconds promised for a zone pair."""
    return {10_000: 1.0, 50_000: 5.0}.get(rules)


def proofs(plan: Plan) -> list[Row]:
    """Measure whole proofs."""
    print("\nwhole proof: rules to verdict with exact set, replayed packet or 2,000 sampled packets, median")
    rows: list[Row] = []
    for kind in plan.kinds:
        four: Row | None = None
        for rules, family in [(size, "ip") for size in plan.sizes] + ([(WIDE, "ip6")] if WIDE in plan.sizes else []):
            row = measured("proof", kind, rules, family, plan.runs)
            if row is None:
                continue
            rows.append(row)
            promise = "" if bound(rules) is None or family == "ip6" else f"  promised ≤ {bound(rules):.0f} s"
            if rules == max(plan.sizes) and rules > WIDE:
                promise += f", < {MEGABYTES} MB"
            if family == "ip6" and four is not None:
                promise = f"  {row['median'] / four['median']:.1f}× IPv4, promised ≤ 2×"
            four = row if rules == WIDE and family == "ip" else four
            _proof(f"{kind} {rules} {family}", row, promise)
    row = measured("pairs", "-", plan.pairs, "ip", plan.runs)
    if row is not None:
        rows.append(row)
        _proof(f"20 ordered pairs, {plan.pairs} rules", row, "  promised ≤ 2 s" if plan.pairs == FULL.pairs else "")
    row = measured("proof", "hidden", 1_000, "ip", 1, budget=plan.budget)
    if row is not None:
        rows.append(row)
        _proof("adversarial 1000 ip", row, f"  with a budget of {plan.budget} regions")
        if row["answer"]["verdict"] != "UNDECIDED":
            raise SystemExit("a search that its budget ended was not called UNDECIDED")
    return rows


def _proof(name: str, row: Row, promise: str) -> None:
    answer = row["answer"]
    verdict = answer.get("verdict", f"{answer.get('pairs')} verdicts")
    print(f"{name:30}{told(row, 0):>9}{held(row):>10}  {verdict:10}{promise}", flush=True)


def _version(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} not installed"


def main() -> None:
    """Measure everything and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small lists, one run each")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    plan = SMOKE if arguments.smoke else FULL
    packages = ", ".join(_version(name) for name in ("z3-solver", "dd"))
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"separation proof: {machine}; {packages}")
    if hasattr(os, "getloadavg") and os.getloadavg()[0] > (os.cpu_count() or 1) / 2:
        print(f"the machine is busy (load {os.getloadavg()[0]:.1f}): the times are longer than they would be")
    rows = searches(plan) + proofs(plan)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
