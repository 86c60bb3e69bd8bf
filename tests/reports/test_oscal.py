import json
import re
from typing import Any

from secaudit.model.run import Assessment, EvidenceFile
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports import oscal, oscal_component, oscal_parts, oscal_poam
from secaudit.reports.settings import Settings
from tests.builders import assessment, bound_parameter, finding, grant, outcome
from tests.reports.readback import faults, prop
from tests.reports.samples import ACCOUNTS, SAMPLES, _accounts, bad, clean, could_not_look

SETTINGS = Settings(lang="ja", samples=2)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def results(*made: Assessment) -> dict[str, Any]:
    data = oscal.render(made, SETTINGS)
    assert faults("oscal", data) == []
    found: dict[str, Any] = json.loads(data)["assessment-results"]
    return found


def poam(*made: Assessment) -> dict[str, Any]:
    data = oscal_poam.render(made, SETTINGS)
    assert faults("oscal-poam", data) == []
    found: dict[str, Any] = json.loads(data)["plan-of-action-and-milestones"]
    return found


def component(*made: Assessment) -> dict[str, Any]:
    data = oscal_component.render(made, SETTINGS)
    assert faults("oscal-component", data) == []
    found: dict[str, Any] = json.loads(data)["component-definition"]
    return found


def uuids(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["uuid"]] if "uuid" in value else []
        return own + [found for item in value.values() for found in uuids(item)]
    return [found for item in value for found in uuids(item)] if isinstance(value, list) else []


def references(value: object) -> list[str]:
    """Every UUID that a document points at."""
    if isinstance(value, dict):
        own = [item for key, item in value.items() if key.endswith("-uuid")]
        own += [item[1:] for key, item in value.items() if key in ("href", "source") and item.startswith("#")]
        return own + [found for item in value.values() for found in references(item)]
    return [found for item in value for found in references(item)] if isinstance(value, list) else []


def test_identifiers_come_from_content_are_unique_and_lead_somewhere() -> None:
    made = [make() for make in SAMPLES.values()]
    made[0] = assessment(*made[0].findings, fiscal_year=2024)
    for document in (results(*made), poam(*made), component(*made)):
        found = uuids(document)
        assert all(UUID.fullmatch(name) for name in found)
        assert len(found) == len(set(found))
        assert set(references(document)) <= set(found)
    assert results(bad())["uuid"] == results(bad())["uuid"] != results(clean())["uuid"]


def test_only_what_was_looked_at_has_a_state() -> None:
    said = [
        finding(Status.PASS, control="1.1-01"),
        finding(Status.PASS, control="1.1-02", by_data=False),
        finding(Status.FAIL, control="1.1-03"),
        finding(Status.UNKNOWN, control="1.1-04"),
        finding(Status.ERROR, control="1.1-05"),
        finding(Status.NOT_APPLICABLE, control="1.1-06"),
    ]
    (result,) = results(assessment(*said))["results"]
    states = {one["target"]["target-id"]: one["target"]["status"]["state"] for one in result["findings"]}
    assert states == {"lg-1.1-01_obj": "satisfied", "lg-1.1-03_obj": "not-satisfied"}
    assert [prop(one, "status") for one in result["observations"]] == ["pass", "pass", "fail", "unknown", "error", "not_applicable"]
    assert [one["methods"] for one in result["observations"]][:2] == [["EXAMINE"], ["INTERVIEW"]]
    (result,) = results(assessment(said[3]))["results"]
    assert "findings" not in result


def test_evidence_stands_there_with_its_hash() -> None:
    document = results(clean())
    (file,) = [one for one in document["back-matter"]["resources"] if one["title"].endswith(".xlsx")]
    assert file["rlinks"][0]["hashes"] == [{"algorithm": "SHA-256", "value": "d" * 64}]
    pointed = document["results"][0]["observations"][1]["relevant-evidence"]
    assert [one.get("href") for one in pointed] == [f"#{file['uuid']}", f"#{file['uuid']}", None]
    assert pointed[2] == {"description": "ほか1件"}
    (unread,) = [one for one in results(could_not_look())["back-matter"]["resources"] if one["title"].endswith(".xlsx")]
    assert "hashes" not in unread["rlinks"][0]


def test_evidence_that_no_manifest_names_is_not_pointed_at() -> None:
    known = EvidenceFile(kind="accounts", path="evidence/other.csv", sha256="d" * 64, rows=1)
    made = finding(Status.FAIL, outcome("a1", location=_accounts(3, "E")), outcome("a2"))
    (result,) = results(assessment(made, evidence_files=(known,)))["results"]
    assert [one.get("href") for one in result["observations"][0]["relevant-evidence"]] == [None, None]
    assert ACCOUNTS in result["observations"][0]["relevant-evidence"][0]["description"].replace("\\", "")


def test_days_begin_in_japan() -> None:
    document = results(bad())
    assert document["metadata"]["last-modified"] == document["results"][0]["start"] == "2026-03-31T00:00:00+09:00"
    assert document["metadata"]["oscal-version"] == "1.2.3"


def test_an_exception_is_a_remark_on_the_finding_and_an_approved_deviation_in_the_plan() -> None:
    (result,) = results(bad())["results"]
    said = {one["target"]["target-id"]: one.get("remarks", "") for one in result["findings"]}
    assert "例外措置: a022" in said["lg-6.2.1-02_obj"]
    assert said["lg-5.2-01_obj"] == ""
    risks = {one["title"].split()[0]: one for one in poam(bad())["risks"]}
    assert (risks["6.1.13-01"]["status"], risks["6.1.13-01"]["deadline"]) == ("deviation-approved", "2027-03-31T00:00:00+09:00")
    assert (risks["6.2.1-02"]["status"], "deadline" in risks["6.2.1-02"]) == ("open", False)


def test_a_plan_without_work_says_so() -> None:
    for made, said in (((clean(),), "是正を要する所見はない"), ((), "評価できたものがない")):
        (item,) = poam(*made)["poam-items"]
        assert (item["title"], prop(item, "placeholder")) == (said, "true")


def test_items_of_a_plan_stay_the_same_when_evidence_changes() -> None:
    first, second = (assessment(finding(Status.FAIL), evidence_digest=digest * 64) for digest in "ab")
    assert poam(first)["poam-items"][0]["uuid"] == poam(second)["poam-items"][0]["uuid"]
    assert poam(first)["observations"][0]["uuid"] != poam(second)["observations"][0]["uuid"]


def test_a_plan_names_its_organisation_if_there_is_one() -> None:
    assert poam(bad(), could_not_look())["system-id"]["id"] == "mihon"
    assert "system-id" not in poam()
    only = assessment(finding(Status.ERROR))
    assert "findings" not in poam(only)


def test_parameters_are_those_that_bound_the_run() -> None:
    made = finding(
        parameters={
            "days": bound_parameter(30),
            "empty": bound_parameter(()),
            "kinds": bound_parameter(("person", " ", "shared")),
            "on": bound_parameter(True),
        }
    )
    (one,) = component(assessment(made), assessment(made, fiscal_year=2024))["components"]
    (implementation,) = one["control-implementations"]
    (requirement,) = implementation["implemented-requirements"]
    assert requirement["set-parameters"] == [
        {"param-id": "lg-6.2.1-02_days", "values": ["30"]},
        {"param-id": "lg-6.2.1-02_kinds", "values": ["person", "shared"]},
        {"param-id": "lg-6.2.1-02_on", "values": ["true"]},
    ]
    assert "control-implementations" not in component()["components"][0]


def test_texts_fit_the_types_of_oscal() -> None:
    assert oscal_parts.line("　\n") == "-"
    assert oscal_parts.props(("a", "　x　"), ("b", None), ("c", "\u3000")) == [{"name": "a", "ns": "urn:secaudit:oscal:1", "value": "x"}]
    assert oscal_parts.token("6.2.(1)②") == "lg-6.2.-1-②"
    assert oscal_parts.lines(["a\nb", "c"]) == "a b\n\nc"


def test_an_exception_without_a_grant_has_no_deadline() -> None:
    made = assessment(finding(Status.FAIL, disposition="excepted", title=Text(ja="x\ny", en="x")))
    (risk,) = poam(made)["risks"]
    assert (risk["status"], "deadline" in risk, risk["title"]) == ("deviation-approved", False, "6.2.1-02 x y")
    two = finding(Status.FAIL, disposition="excepted", exceptions=(grant(), grant(approved_by="CIO")))
    assert poam(assessment(two))["risks"][0]["deadline"] == "2026-03-31T00:00:00+09:00"
