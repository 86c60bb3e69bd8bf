from xml.etree import ElementTree as ET

import pytest

from secaudit.model.status import Status
from secaudit.reports import junit
from secaudit.reports.settings import Settings
from tests.builders import assessment, finding
from tests.reports.samples import bad, could_not_look

SETTINGS = Settings(lang="ja", samples=2)


def test_the_elements_are_those_that_every_reader_knows() -> None:
    root = ET.fromstring(junit.render([bad(), could_not_look()], SETTINGS))  # noqa: S314 - written by us
    assert {element.tag for element in root.iter()} <= {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "error",
        "skipped",
        "system-out",
    }
    for case in root.iter("testcase"):
        assert {"classname", "name", "time"} == case.attrib.keys()
        assert len(case) <= 1
    names = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(names) == len(set(names))


def test_an_excepted_failure_is_still_a_failure() -> None:
    made = finding(Status.FAIL, disposition="excepted")
    (failure,) = ET.fromstring(junit.render([assessment(made)], SETTINGS)).iter("failure")  # noqa: S314 - written by us
    assert failure.attrib["type"] == "fail-excepted"
    assert failure.attrib["message"].startswith("不適合（例外措置中）: ")


def test_details_end_where_the_budget_ends_and_the_suite_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [assessment(*(finding(Status.FAIL, control=f"6.1-0{n}") for n in range(5)))]
    monkeypatch.setattr(junit, "DETAILS", 800)
    root = ET.fromstring(junit.render(made, SETTINGS))  # noqa: S314 - written by us
    shown = [bool((failure.text or "").strip()) for failure in root.iter("failure")]
    assert shown[0]
    assert not shown[-1]
    assert "内訳を省きました" in (root.findtext(".//system-out") or "")


def test_a_suite_without_notes_has_no_output() -> None:
    assert b"system-out" not in junit.render([bad()], SETTINGS)
