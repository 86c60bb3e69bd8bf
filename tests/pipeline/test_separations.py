"""The proof inside an assessment: who asks for it, what it makes of three controls, and that a changed configuration is other evidence."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.netproof import evaluate
from secaudit.netproof.prove import Question, prove
from secaudit.netproof.replay import InternalDisagreement
from secaudit.pipeline.run import Request, Run, assess
from secaudit.pipeline.workspace import find
from tests.netproof.town import FLOW, LEAK, NAME, TOPOLOGY, UNREAD, town

CONTROLS = {"3.1-04": "mynumber", "3.2-02": "split", "3.1-05": "flows"}


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "SAMPLES", 20)


def run(root: Path, policy: Path, *years: int) -> Run:
    place = find(root)
    requests = [
        Request(policy=policy, fiscal_year=year, as_of=date(year + 1, 3, 31), manifest=place.manifest(policy.stem, year))
        for year in years or (2025,)
    ]
    return assess(place, requests, backend="reference")


def one(root: Path, *rules: str, topology: str | None = TOPOLOGY, flows: str = FLOW) -> Assessment:
    (found,) = run(root, town(root, *rules, topology=topology, flows=flows)).assessments
    return found


def findings(assessment: Assessment) -> dict[str, Finding]:
    return {CONTROLS[found.control]: found for found in assessment.findings if found.control in CONTROLS}


def statuses(assessment: Assessment) -> dict[str, str]:
    return {name: found.status.value for name, found in findings(assessment).items()}


def test_a_town_in_order_passes_all_three(tmp_path: Path) -> None:
    found = one(tmp_path)
    assert statuses(found) == {"mynumber": "pass", "split": "pass", "flows": "pass"}
    assert not found.could_not_look
    assert [(file.kind, file.path, file.rows) for file in found.evidence_files] == [
        ("device_configuration", "devices/fw1.v4", 7),
        ("device_configuration", "devices/fw1.v6", 6),
        ("zone_topology", "policies/kawabe.topology.yaml", 0),
    ]


def test_a_leak_fails_the_control_that_it_concerns(tmp_path: Path) -> None:
    found = one(tmp_path, LEAK)
    assert statuses(found) == {"mynumber": "fail", "split": "pass", "flows": "pass"}
    worst = findings(found)["mynumber"].outcomes[0]
    assert (worst.subject, worst.status, str(worst.location)) == ("internet → mynumber / IPv4", Status.FAIL, "devices/fw1.v4:7")
    assert "445" in worst.reason.ja


def test_a_line_that_is_not_understood_leaves_it_open(tmp_path: Path) -> None:
    assert statuses(one(tmp_path, UNREAD)) == {"mynumber": "unknown", "split": "pass", "flows": "pass"}


def test_an_expired_flow_fails_twice(tmp_path: Path) -> None:
    found = one(tmp_path, flows=FLOW.replace("2027-03-31", "2025-12-31"))
    assert statuses(found) == {"mynumber": "fail", "split": "pass", "flows": "fail"}


@pytest.mark.parametrize(
    ("topology", "reason"),
    [(None, "構成の書き出しがない"), (TOPOLOGY.replace("2026-03-31", "{2024: 2025-03-31}"), "分離を確かめていない: `fw1` に2025年度")],
)
def test_what_is_missing_is_not_known(tmp_path: Path, topology: str | None, reason: str) -> None:
    done = run(tmp_path, town(tmp_path, topology=topology))
    (found,) = done.assessments
    assert statuses(found) == {"mynumber": "unknown", "split": "unknown", "flows": "unknown"}
    assert findings(found)["split"].reason.ja.startswith(reason)
    assert (done.errors, found.could_not_look) == ((), False)


@pytest.mark.parametrize(
    ("old", "new", "place", "part"),
    [
        ("fw1.v4", "none.v4", "devices/none.v4", "`devices/none.v4` does not exist"),
        ("zone: lgwan", "zone: lan", "policies/kawabe.topology.yaml:9:", "the policy has no zone `lan`"),
        ("devices:", "device:", "policies/kawabe.topology.yaml:2:1", "there is no key `device` here"),
        ("devices:", "devices: &a", "policies/kawabe.topology.yaml:2:", "anchor"),
        ("dialect: iptables", "dialect: nftables", "devices/fw1.v4", ""),
    ],
)
def test_what_cannot_be_read_is_an_error_of_run_and_controls_and_nothing_else(
    tmp_path: Path, old: str, new: str, place: str, part: str
) -> None:
    done = run(tmp_path, town(tmp_path, topology=TOPOLOGY.replace(old, new, 1)), 2025)
    (found,) = done.assessments
    assert statuses(found) == {"mynumber": "error", "split": "error", "flows": "error"}
    assert found.could_not_look
    assert str(done.errors[0].at).startswith(place)
    assert part in done.errors[0].message.en
    assert place in findings(found)["split"].reason.en
    assert {finding.status for finding in found.findings if finding.control not in CONTROLS} <= {Status.UNKNOWN, Status.NOT_APPLICABLE}


def test_an_error_of_several_years_is_told_once_and_several_errors_are_counted(tmp_path: Path) -> None:
    broken = TOPOLOGY.replace("zone: lgwan", "zone: lan").replace("zone: internet", "zone: net").replace("2026-03-31", "2025-05-01")
    policy = town(tmp_path, topology=broken, years=(2024, 2025))
    done = run(tmp_path, policy, 2024, 2025)
    assert [error.message.en for error in done.errors] == ["the policy has no zone `lan`", "the policy has no zone `net`"]
    assert [statuses(found)["split"] for found in done.assessments] == ["error", "error"]
    reason = findings(done.assessments[1])["split"].reason
    assert reason.ja.endswith("、ほか1件）")
    assert reason.en.endswith(", 1 more)")


def disagreeing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant a packet that only one of search and interpreter lets through, in the proof of the leaking town alone."""

    def prove_or_fail(question: Question) -> object:
        found = prove(question)
        if any(one.violation is not None for one in found):
            raise InternalDisagreement("internet -> mynumber: a packet does not pass, the search says that it does")
        return found

    monkeypatch.setattr(evaluate, "prove", prove_or_fail)


def test_a_disagreement_breaks_one_proof_and_the_others_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disagreeing(monkeypatch)
    policy = town(tmp_path, LEAK)
    other = policy.with_name("minato.yaml")
    other.write_text(policy.read_text("utf-8"), "utf-8")
    other.with_name("minato.topology.yaml").write_text(TOPOLOGY.replace("fw1.v4", "fw2.v4"), "utf-8")
    lines = (tmp_path / "devices" / "fw1.v4").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "devices" / "fw2.v4").write_text("".join(line for line in lines if LEAK not in line), "utf-8")
    requests = [Request(policy=one, fiscal_year=2025, as_of=date(2026, 3, 31), manifest=None) for one in (policy, other)]
    done = assess(find(tmp_path), requests, backend="reference")
    assert [statuses(found) for found in done.assessments] == [
        {"mynumber": "error", "split": "error", "flows": "error"},
        {"mynumber": "pass", "split": "pass", "flows": "pass"},
    ]
    assert [found.could_not_look for found in done.assessments] == [True, False]
    (error,) = done.errors
    assert (error.code, str(error.at)) == ("SA901", "policies/kawabe.topology.yaml")
    assert "a fault of secaudit itself" in error.message.en
    assert "不具合" in findings(done.assessments[0])["split"].reason.ja


def test_every_change_of_what_was_read_is_other_evidence(tmp_path: Path) -> None:
    digests = [
        one(tmp_path / "a").evidence_digest,
        one(tmp_path / "a", LEAK).evidence_digest,
        one(tmp_path / "a", topology=TOPOLOGY + "# a remark\n").evidence_digest,
        one(tmp_path / "a", topology=TOPOLOGY.replace("2026-03-31", "2020-03-31")).evidence_digest,
        one(tmp_path / "a", topology=TOPOLOGY.replace("fw1.v4", "none.v4")).evidence_digest,
        one(tmp_path / "b", topology=None).evidence_digest,
    ]
    assert len(set(digests)) == len(digests)
    assert one(tmp_path / "a").evidence_digest == digests[0]


def test_without_a_topology_the_digest_is_that_of_the_evidence(tmp_path: Path) -> None:
    done = run(tmp_path, town(tmp_path, topology=None))
    assert done.assessments[0].evidence_digest == done.evidence[0].digest


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    asked: list[Question] = []

    def prove_and_count(question: Question) -> object:
        asked.append(question)
        return prove(question)

    monkeypatch.setattr(evaluate, "prove", prove_and_count)
    return asked


def test_nobody_pays_twice_or_for_what_nobody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch)
    policy = town(tmp_path, topology=TOPOLOGY.replace("2026-03-31", "2025-05-01"), years=(2024, 2025))
    done = run(tmp_path, policy, 2024, 2025)
    assert [statuses(found)["split"] for found in done.assessments] == ["pass", "pass"]
    assert len(asked) == 1
    excluded = "\n".join(f'    - {{control: "{name}", reason: x, approved_by: CISO, expires: 2030-03-31}}' for name in CONTROLS)
    policy.write_text(policy.read_text("utf-8") + f"\nselect:\n  exclude:\n{excluded}\n", "utf-8")
    (found,) = run(tmp_path, policy, 2025).assessments
    assert set(statuses(found).values()) == {"not_applicable"}
    assert len(asked) == 1
    assert "device_configuration" not in {file.kind for file in found.evidence_files}


def test_published_statements_are_judged_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch)
    policy = town(tmp_path, LEAK)
    policy.write_text(policy.read_text("utf-8") + "\nevidence_basis: published\n", "utf-8")
    (found,) = run(tmp_path, policy).assessments
    assert statuses(found) == {"mynumber": "unknown", "split": "unknown", "flows": "unknown"}
    assert asked == []


def test_a_policy_elsewhere_has_its_topology_beside_it(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    town(here, topology=None)
    policy = town(there)
    flat = TOPOLOGY.replace("../devices/", "devices/")
    policy.with_name(f"{NAME}.topology.yaml").write_text(flat, "utf-8")
    (there / "devices").rename(there / "policies" / "devices")
    request = Request(policy=policy, fiscal_year=2025, as_of=date(2026, 3, 31), manifest=None)
    (found,) = assess(find(here), [request], backend="reference").assessments
    assert statuses(found) == {"mynumber": "pass", "split": "pass", "flows": "pass"}
    assert {file.path for file in found.evidence_files} == {"devices/fw1.v4", "devices/fw1.v6", "kawabe.topology.yaml"}


def test_two_towns_of_one_run_keep_their_own_proofs(tmp_path: Path) -> None:
    policy = town(tmp_path)
    twin = policy.with_name("twin.yaml")
    twin.write_text(policy.read_text("utf-8"), "utf-8")
    place = find(tmp_path)
    requests = [Request(policy=path, fiscal_year=2025, as_of=date(2026, 3, 31), manifest=None) for path in (policy, twin)]
    done = assess(place, requests, backend="reference")
    assert [statuses(found)["split"] for found in done.assessments] == ["pass", "unknown"]
    assert replace(done, errors=()) == done
