import dataclasses
import json
import random
import zlib
from typing import Any

import pytest

from secaudit.model.location import Location
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports import sarif
from secaudit.reports.settings import Settings
from tests.builders import assessment, finding, grant, loss, outcome
from tests.reports.readback import faults
from tests.reports.samples import SAMPLES, bad, could_not_look

ALL = Settings(lang="ja", samples=2, everything=True)


def log(*assessments: Assessment, settings: Settings = ALL) -> dict[str, Any]:
    data = sarif.render(assessments, settings)
    assert faults("sarif", data) == []
    made: dict[str, Any] = json.loads(data)
    return made


def results(*assessments: Assessment, settings: Settings = ALL) -> dict[str, dict[str, Any]]:
    return {result["ruleId"]: result for run in log(*assessments, settings=settings)["runs"] for result in run["results"]}


@pytest.mark.parametrize("sample", SAMPLES)
def test_only_a_failure_has_a_level(sample: str) -> None:
    for result in results(SAMPLES[sample]()).values():
        assert ("level" in result) == (result["kind"] == "fail")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (Status.PASS, "pass"),
        (Status.FAIL, "fail"),
        (Status.UNKNOWN, "open"),
        (Status.ERROR, "review"),
        (Status.NOT_APPLICABLE, "notApplicable"),
    ],
)
def test_a_kind_says_the_status(status: Status, kind: str) -> None:
    assert results(assessment(finding(status)))["6.2.1-02"]["kind"] == kind


def test_a_wholly_excepted_finding_is_suppressed_with_its_reason_and_others_are_not() -> None:
    found = results(bad())
    (suppression,) = found["6.1.13-01"]["suppressions"]
    assert suppression["justification"] == "機器の更新を待つ (CISO, 2027-03-31)"
    assert suppression["location"]["physicalLocation"]["region"] == {"startLine": 20}
    assert {name: one["suppressions"] for name, one in found.items() if one["suppressions"]} == {"6.1.13-01": [suppression]}
    unnamed = results(assessment(finding(Status.FAIL, disposition="excepted")))["6.2.1-02"]["suppressions"]
    assert unnamed == [{"kind": "external", "status": "accepted", "justification": "例外措置"}]


def test_a_cell_is_a_logical_location_and_a_line_a_region() -> None:
    sheet, row, line = (
        Location(path="名簿.xlsx", sheet="名簿", row=12, column="C"),
        Location(path="a.csv", row=7),
        Location(path="p.yaml", line=3),
    )
    outcomes = [
        outcome(f"s{n}", Status.FAIL, location=place) for n, place in enumerate((sheet, row, line, Location(path="b.parquet", row=9)))
    ]
    places = results(assessment(finding(Status.FAIL, *outcomes)), settings=Settings(lang="ja", samples=9))["6.2.1-02"]["locations"]
    assert places[0]["logicalLocations"] == [{"fullyQualifiedName": "名簿!C12", "kind": "resource"}]
    assert places[0]["physicalLocation"] == {"artifactLocation": {"uri": "%E5%90%8D%E7%B0%BF.xlsx"}}
    assert [place["physicalLocation"].get("region") for place in places[1:]] == [{"startLine": 7}, {"startLine": 3}, None]
    assert ["logicalLocations" in place for place in places[1:]] == [True, False, True]


def test_without_a_place_the_policy_is_shown() -> None:
    (place,) = results(bad())["9.1-01"]["locations"]
    assert place == {"physicalLocation": {"artifactLocation": {"uri": "policies/mihon.yaml"}, "region": {"startLine": 1}}}


def test_a_baseline_state_stands_on_all_results_or_on_none() -> None:
    made = assessment(*(dataclasses.replace(finding(Status.FAIL, control=f"6.1-0{n}"), fingerprint=str(n)) for n in range(3)))
    assert not any("baselineState" in result for result in results(made).values())
    compared = Settings(lang="ja", samples=2, baseline={"0": "unchanged", "1": "updated"})
    assert [result["baselineState"] for result in results(made, settings=compared).values()] == ["unchanged", "updated", "new"]
    assert results(made)["6.1-02"]["partialFingerprints"] == {"primaryLocationLineHash": "2:1", "secaudit/v1": "2"}


def test_a_result_names_its_rule_and_its_clause_of_the_guideline() -> None:
    (run,) = log(bad())["runs"]
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert len(rule["properties"]["tags"]) <= 20
        (taxon,) = result["taxa"]
        assert run["taxonomies"][taxon["toolComponent"]["index"]]["taxa"][taxon["index"]]["id"] == taxon["id"]


def test_two_editions_are_two_taxonomies() -> None:
    many = [dataclasses.replace(assessment(finding()), edition=f"20{10 + n % 2}-03", policy_id=f"p{n}") for n in range(41)]
    runs = log(*many)["runs"]
    assert [len(run["properties"]["assessments"]) for run in runs] == [3] * 13 + [2]
    assert [len(run["taxonomies"]) for run in runs] == [2] * 14
    assert len({run["automationDetails"]["id"] for run in runs}) == len(runs)


def test_the_newest_year_of_a_policy_keeps_its_category() -> None:
    runs = log(*(assessment(finding(), fiscal_year=year) for year in (2023, 2024, 2025)))["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == ["secaudit/mihon/FY2023/", "secaudit/mihon/FY2024/", "secaudit/mihon/"]


def test_what_could_not_be_read_is_a_notification() -> None:
    (run,) = log(could_not_look())["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [note["message"]["text"][:7] for note in invocation["toolExecutionNotifications"]] == ["mihon-2", "Excelとし"]
    assert run["artifacts"] == [{"location": {"uri": run["artifacts"][0]["location"]["uri"]}}]
    (run,) = log(bad())["runs"]
    assert [note["level"] for note in run["invocations"][0]["toolExecutionNotifications"]] == ["warning", "note"]


def test_losses_beyond_a_thousand_are_counted() -> None:
    (run,) = log(assessment(losses=(loss(),) * 1003))["runs"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert len(notes) == 1001
    assert notes[-1]["message"]["text"] == "欠落は、ほか3件あります。"


def test_the_worst_are_kept_within_the_limit_of_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 4)
    (run,) = log(bad(), settings=Settings(lang="en", samples=2))["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["6.2.1-02", "5.2-01", "7.3-01", "9.1-01"]
    notes = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert notes[0] == "5 findings are left out because of the platform's limit; the JSON format has all of them."


def test_what_cannot_be_compressed_is_halved_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "COMPRESSED", 30_000)
    monkeypatch.setattr(sarif, "RESULTS", 64)
    dice = random.Random(1)
    noise = [Text(ja=dice.randbytes(2000).hex(), en="x") for _ in range(64)]
    made = [assessment(*(finding(Status.FAIL, control=f"6.1-{n}", reason=said) for n, said in enumerate(noise)))]
    data = sarif.render(made, ALL)
    assert len(zlib.compress(data, 1)) <= 30_000
    kept = len(json.loads(data)["runs"][0]["results"])
    assert 0 < kept < 64
    assert f"所見{64 - kept}件を省きました" in data.decode()
    monkeypatch.setattr(sarif, "COMPRESSED", 10)
    assert json.loads(sarif.render(made, ALL))["runs"][0]["results"] == []


def test_exceptions_for_some_subjects_are_told_but_suppress_nothing() -> None:
    made = finding(Status.FAIL, outcome("a1"), outcome("a2"), excepted_subjects=("a1",), exceptions=(grant("6.2.1-02", "a1"),))
    found = results(assessment(made))["6.2.1-02"]
    assert found["suppressions"] == []
    assert "例外措置: a1" in found["message"]["text"]
