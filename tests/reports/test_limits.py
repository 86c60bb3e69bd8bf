"""Thirty thousand findings stay inside what every platform takes, and a note says what was left out."""

import json
import time
import zlib
from functools import cache
from xml.etree import ElementTree as ET

import pytest

from secaudit.model.location import Location
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports import registry
from secaudit.reports.settings import Settings
from tests.builders import assessment, finding, outcome
from tests.reports.readback import counts, faults, runner

SETTINGS = Settings(lang="ja", samples=5, everything=True)
REASON = Text(ja="退職者5人のうち3人のIDが有効なまま残っている", en="3 of 5 leavers still have an enabled account")
STATUSES = (Status.FAIL, Status.UNKNOWN, Status.FAIL, Status.PASS)
SECONDS = 10


@cache
def town(policies: int, controls: int) -> tuple[Assessment, ...]:
    made = []
    for policy in range(policies):
        path = f"evidence/p{policy}/FY2025/利用者アカウント一覧.xlsx"
        findings = [
            finding(
                STATUSES[n % 4],
                outcome(f"職員{n:05}", location=Location(path=path, sheet="一覧", row=n, column="E")),
                control=f"6.{n // 100}.{n % 100}-01",
                reason=REASON,
            )
            for n in range(controls)
        ]
        made.append(assessment(*findings, policy_id=f"p{policy}"))
    return tuple(made)


@pytest.mark.parametrize("shape", [(1, 30_000), (60, 500)])
@pytest.mark.parametrize("name", registry.NAMES)
def test_thirty_thousand_findings_are_written_in_time(name: str, shape: tuple[int, int]) -> None:
    made = town(*shape)
    start = time.process_time()
    data = registry.render(name, made, SETTINGS)
    assert time.process_time() - start < SECONDS
    LIMITS.get(name, _unlimited)(data)


def _sarif(data: bytes) -> None:
    log = json.loads(data)
    assert len(log["runs"]) <= 20
    assert all(len(run["results"]) <= 25_000 for run in log["runs"])
    assert all(len(result["locations"]) <= 1_000 for run in log["runs"] for result in run["results"])
    assert len(zlib.compress(data)) < 10_000_000
    left = 30_000 - sum(len(run["results"]) for run in log["runs"])
    assert (f"所見{left}件を省きました" in data.decode()) == (left > 0)
    kinds = [result["kind"] for run in log["runs"] for result in run["results"]]
    assert kinds.count("fail") == 15_000
    assert faults("sarif", data, engine="jsonschema-rs") == []


def _junit(data: bytes) -> None:
    assert len(data) < 30_000_000
    root = ET.fromstring(data)  # noqa: S314 - written by us
    assert sum(1 for _ in root.iter()) < 250_000
    assert counts("junit", data)["fail"] == 15_000


def _github(data: bytes) -> None:
    assert len(runner(data.decode())) == 10
    assert "ほか22490件" in data.decode()


def _summary(data: bytes) -> None:
    assert 800_000 < len(data) <= 900_000
    left = 30_000 - sum(counts("github-summary", data).values())
    assert f"所見{left}件を省きました" in data.decode()


def _gitlab(data: bytes) -> None:
    assert len(json.loads(data)) == 22_500
    assert len(data) < 100_000_000


def _unlimited(data: bytes) -> None:
    assert data


LIMITS = {"sarif": _sarif, "junit": _junit, "github": _github, "github-summary": _summary, "gitlab": _gitlab}


def test_a_thousand_places_of_one_finding_are_the_most() -> None:
    outcomes = [outcome(f"職員{n:05}", location=Location(path="a.csv", row=n + 1)) for n in range(1_500)]
    data = registry.render("sarif", [assessment(finding(Status.FAIL, *outcomes))], Settings(lang="ja", samples=1_400))
    (result,) = json.loads(data)["runs"][0]["results"]
    assert len(result["locations"]) == 1_000
    assert result["properties"]["subjects"]["fail"] == 1_500
