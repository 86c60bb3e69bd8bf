"""What `make bench` measures of the separation proof answers rightly, and its peers agree: small lists, no times."""

from typing import Any

import pytest

from benchmarks.separation import one, run
from benchmarks.separation.peers import about, installed
from secaudit.netproof.boxes import KIND
from secaudit.netproof.decide import BUDGET
from secaudit.netproof.packets import Family
from tests.netproof import lists

PEERS = [name for name in ("z3", "cudd", "autoref") if installed(name)]


def answer(what: str, kind: str, family: Family = Family.V4, budget: int = BUDGET) -> dict[str, Any]:
    return one.work(what, kind, 60, family, budget)()


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("kind", run.KINDS)
def test_every_peer_that_is_installed_gives_the_same_answer(kind: str, family: Family) -> None:
    exact: run.Row = {"answer": answer("exact", kind, family)}
    assert answer("decide", kind, family)["passes"] is exact["answer"]["passes"]
    assert exact["answer"]["passes"] is (kind in ("mixed", "needle"))
    others: dict[str, run.Row | None] = {name: {"answer": answer(name, kind, family)} for name in PEERS}
    assert run.agree(exact, others) == ("yes" if PEERS else "-")


def test_an_answer_that_differs_is_told() -> None:
    exact: run.Row = {"answer": {"passes": True, "packets": 5}}
    assert run.agree(exact, {"z3": {"answer": {"passes": False}}}) == "NO"
    assert run.agree(exact, {"z3": {"answer": {"passes": True}}, "cudd": {"answer": {"passes": True, "packets": 4}}}) == "NO"
    assert run.agree(exact, {"z3": None}) == "-"


def test_peers_that_leave_kinds_out_are_given_no_rule_about_some_of_them() -> None:
    rules, question, _ = lists.needle(60)
    assert len(about(rules, question)) < len(rules)
    (box, _), *_ = rules
    with pytest.raises(ValueError, match="some kinds"):
        about([((*box[:KIND], 1), True)], question)


@pytest.mark.parametrize(("kind", "verdict"), [("clean", "PROVED"), ("mixed", "VIOLATED"), ("needle", "VIOLATED"), ("kd", "PROVED")])
def test_whole_proofs_end_as_the_lists_were_made(kind: str, verdict: str) -> None:
    assert answer("proof", kind)["verdict"] == verdict


def test_what_did_not_end_and_what_is_not_known_is_told_so() -> None:
    assert run.told(None, 90) == "> 90 s"
    assert run.told({"median": 1.234}, 90) == "1.23 s"
    assert (run.held({"peak": None}), run.held({"peak": 17.2})) == ("?", "17 MB")
