import json
from typing import Any

import jsonschema

from secaudit.model.status import Status
from secaudit.reports import gitlab
from secaudit.reports.settings import Settings
from tests.builders import assessment, finding
from tests.reports.samples import SAMPLES, bad, clean

SETTINGS = Settings(lang="en", samples=2, exit_zero=True)
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/]"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}
"""As GitLab's page on code quality describes a report; there is no published schema."""


def report(*made: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - assessments
    found: list[dict[str, Any]] = json.loads(gitlab.render(made, SETTINGS))
    jsonschema.validate(found, SCHEMA)
    return found


def test_entries_have_the_fields_that_gitlab_reads() -> None:
    found = report(*(make() for make in SAMPLES.values()))
    assert len({entry["fingerprint"] for entry in found}) == len(found)


def test_years_and_policies_do_not_hide_each_other() -> None:
    made = finding(Status.FAIL)
    found = report(assessment(made), assessment(made, fiscal_year=2024), assessment(made, policy_id="b"))
    assert len({entry["fingerprint"] for entry in found}) == 4


def test_what_is_excepted_is_information() -> None:
    severities = {entry["check_name"]: entry["severity"] for entry in report(bad())}
    assert (severities["6.1.13-01"], severities["6.2.1-02"], severities["5.2-01"], severities["secaudit"]) == (
        "info",
        "critical",
        "major",
        "info",
    )


def test_what_passes_is_no_entry() -> None:
    assert [entry["check_name"] for entry in report(clean())] == ["secaudit"]
