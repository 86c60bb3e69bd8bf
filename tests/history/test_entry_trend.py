import json
from fractions import Fraction

from secaudit.history.chain import append
from secaudit.history.entry import digests, exact, payload
from secaudit.history.trend import trend
from secaudit.model.outcome import Measured
from secaudit.model.run import Entry
from secaudit.model.status import Status
from tests.builders import assessment, finding, outcome, ratio, text

STAMP = {"recorded_at": "2026-04-10T09:00:00+09:00", "recorded_by": "監査担当"}


def test_fractions_are_written_exactly() -> None:
    assert (exact(Fraction(2, 6)), exact(Fraction(0)), exact(None)) == ("1/3", "0/1", None)


def test_an_entry_says_what_was_judged_and_what_came_out() -> None:
    made = assessment(
        finding(Status.FAIL, outcome("a1"), outcome("a2", Status.PASS), measured=ratio(1, 2), worth=Fraction(1, 2)),
        finding(Status.NOT_APPLICABLE, control="9.1-01"),
    )
    content = json.loads(payload(made, **STAMP))
    assert content["format"] == "secaudit/history/v1"
    assert (content["organisation"], content["policy"], content["fiscal_year"], content["as_of"]) == ("mihon", "mihon", 2025, "2026-03-31")
    assert (content["edition"], content["tool_version"]) == ("2025-03", "0.1.0")
    assert (content["recorded_at"], content["recorded_by"]) == (STAMP["recorded_at"], STAMP["recorded_by"])
    assert content["digests"] == digests(made) == {"catalogue": "a" * 64, "policy": "b" * 64, "evidence": "e" * 64, "tool": "0.1.0"}
    assert content["score"]["overall"] == "50/1"
    assert content["score"]["chapters"] == {"6": "50/1", "9": None}
    assert content["score"]["counts"] == {"pass": 0, "fail": 1, "unknown": 0, "error": 0, "not_applicable": 1}
    first, second = content["findings"]
    assert first["counts"] == {"fail": 1, "pass": 1}
    assert first["measured"] == {"value": "1/2", "target": "1/1", "unit": "ratio"}
    assert (first["worth"], first["status"], first["disposition"]) == ("1/2", "fail", "open")
    assert second["measured"] is None


def test_subjects_and_cells_never_enter_the_record() -> None:
    secret = outcome("職員0042", reason=text("2025-04-01 の行", "row of 2025-04-01"))
    made = assessment(finding(Status.FAIL, secret, reason=text("職員0042 が有効", "職員0042 is enabled")))
    assert "職員0042" not in payload(made, **STAMP)


def test_same_assessment_same_bytes() -> None:
    days = Measured(value=None, target=Fraction(90), numerator=None, denominator=None, unit="days")
    made = assessment(finding(Status.UNKNOWN, measured=days))
    assert payload(made, **STAMP) == payload(made, **STAMP)


def test_the_newest_entry_of_a_policy_and_year_speaks() -> None:
    old = assessment(finding(Status.FAIL))
    new = assessment(finding(Status.PASS), finding(Status.NOT_APPLICABLE, control="9.1-01"))
    year = assessment(finding(Status.NOT_APPLICABLE), fiscal_year=2024)
    other = assessment(finding(Status.PASS), policy_id="natori")
    entries: list[Entry] = []
    for made in (other, old, new, year):
        entries.append(append(entries[-1] if entries else None, payload(made, **STAMP)))
    points = trend(entries)
    assert [(point.policy, point.fiscal_year, point.number) for point in points] == [
        ("mihon", 2024, 3),
        ("mihon", 2025, 2),
        ("natori", 2025, 0),
    ]
    empty, newest, _ = points
    assert (empty.overall, empty.evidence_coverage, empty.machine_share) == (None, None, None)
    assert (newest.organisation, newest.as_of, newest.overall) == ("mihon", "2026-03-31", Fraction(100))
    assert newest.chapters == {"6": Fraction(100), "9": None}
    assert newest.counts["pass"] == newest.counts["not_applicable"] == 1
    assert newest.statuses == {"6.2.1-02": "pass", "9.1-01": "not_applicable"}
    assert newest.evidence_coverage == newest.machine_share == Fraction(1)


def test_one_policy_may_be_asked_for() -> None:
    entry = append(None, payload(assessment(finding()), **STAMP))
    assert len(trend([entry], policy="mihon")) == 1
    assert trend([entry], policy="natori") == ()
