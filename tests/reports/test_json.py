import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.model.text import Text
from secaudit.reports.json import render
from tests.builders import assessment, finding, outcome
from tests.reports.samples import SAMPLES

SCHEMA: dict[str, Any] = json.loads(files("secaudit.reports").joinpath("assessments.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def document(name: str, samples: int = 2, *, exit_zero: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(render([SAMPLES[name]()], samples=samples, exit_zero=exit_zero))
    return made


def parts(schema: object) -> list[dict[str, Any]]:
    """All schemas within a schema."""
    if isinstance(schema, list):
        return [part for item in schema for part in parts(item)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(part for item in schema.values() for part in parts(item))]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_allows_nothing_unnamed_and_describes_every_field() -> None:
    for part in parts(SCHEMA):
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False
            for name, field in part["properties"].items():
                described = field if "description" in field or "$ref" not in field else SCHEMA["$defs"][field["$ref"].rpartition("/")[2]]
                assert described["description"].strip().isascii() or "÷" in described["description"], name


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("samples", [0, 99])
def test_what_is_written_has_the_form_of_the_schema(name: str, samples: int) -> None:
    VALIDATOR.validate(document(name, samples))


def test_several_assessments_and_the_mark_of_exit_zero_have_the_form_too() -> None:
    made = json.loads(render([make() for make in SAMPLES.values()], samples=1, exit_zero=True))
    VALIDATOR.validate(made)
    assert made["exit_zero"] is True
    assert [item["policy"]["id"] for item in made["assessments"]] == ["mihon", "mihon", "mihon-2"]
    VALIDATOR.validate(json.loads(render([], samples=1)))


@pytest.mark.parametrize("place", [(), ("assessments", 0), ("assessments", 0, "findings", 0), ("assessments", 0, "score")])
def test_the_schema_refuses_a_field_more_and_a_field_less(place: tuple[str | int, ...]) -> None:
    for change in ("more", "less"):
        made = document("bad")
        target: Any = made
        for step in place:
            target = target[step]
        if change == "more":
            target["more"] = 1
        else:
            target.popitem()
        assert not VALIDATOR.is_valid(made)


def test_a_run_says_what_the_contract_names() -> None:
    (made,) = document("bad")["assessments"]
    assert {
        "organisation",
        "fiscal_year",
        "as_of",
        "catalogue",
        "policy",
        "evidence",
        "score",
        "findings",
        "plan",
        "losses",
        "tool",
    } <= made.keys()
    found = {item["control"]: item for item in made["findings"]}
    leavers = found["6.2.1-02"]
    assert leavers["subjects"]["counts"] == {"error": 0, "fail": 3, "unknown": 1, "pass": 1, "not_applicable": 0}
    assert [item["subject"] for item in leavers["subjects"]["samples"]] == ["a017", "a022"]
    assert leavers["subjects"]["samples"][0]["location"] == {
        "path": "evidence/mihon/FY2025/利用者アカウント一覧.xlsx",
        "sheet": "一覧",
        "row": 19,
        "column": "E",
    }
    assert leavers["parameters"]["kinds"]["value"] == ["person", "shared"]
    assert leavers["parameters"]["grace_days"]["weaker"] is True
    assert found["5.2-01"]["measured"] == {"value": 0.666666, "target": 1, "numerator": 200, "denominator": 300, "unit": "ratio"}
    assert found["5.2-01"]["worth"] == "2/3"
    assert found["6.1.13-01"]["disposition"] == "excepted"
    assert made["plan"][2]["unclear"] == ["実施", ""]
    assert [item["left_out"] for item in made["losses"]] == [False, True]


def test_without_weight_the_score_is_null() -> None:
    (made,) = json.loads(render([assessment(finding(Status.NOT_APPLICABLE))], samples=1))["assessments"]
    assert made["score"]["overall"] is made["score"]["exact"] is made["score"]["evidence_coverage"] is None
    VALIDATOR.validate({"schema": "secaudit/assessments/v1", "assessments": [made]})


@given(st.text(st.characters()), st.lists(st.sampled_from(SEVERITY_ORDER), max_size=5), st.integers(0, 5))
def test_any_text_of_evidence_gives_valid_utf_8_and_every_outcome_is_counted(word: str, statuses: list[Status], samples: int) -> None:
    outcomes = [outcome(word, status, Text(ja=word, en=word)) for status in statuses]
    data = render([assessment(finding(Status.UNKNOWN, *outcomes))], samples=samples)
    made = json.loads(data.decode())
    VALIDATOR.validate(made)
    (found,) = made["assessments"][0]["findings"]
    assert sum(found["subjects"]["counts"].values()) == len(statuses)
    assert [item["subject"] for item in found["subjects"]["samples"]] == [word] * min(samples, len(statuses))
