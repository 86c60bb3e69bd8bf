"""What was sampled is not sampled again on the same bytes; nothing in the folder changes a verdict."""

from datetime import date
from pathlib import Path

import pytest

from secaudit.netproof.sampling import edges
from secaudit.pipeline.run import Request, assess
from secaudit.pipeline.sampled import SampledBefore
from secaudit.pipeline.workspace import find
from tests.netproof.town import LEAK, town


def verdicts(root: Path, policy: Path) -> list[str]:
    place = find(root)
    request = Request(policy=policy, fiscal_year=2025, as_of=date(2026, 3, 31), manifest=place.manifest(policy.stem, 2025))
    (found,) = assess(place, [request], backend="reference").assessments
    return [outcome.reason.en for one in found.findings if one.control == "3.1-04" for outcome in one.outcomes]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the numbers of packets that each sampling asked for."""
    asked: list[int] = []

    def counted(*given: object, count: int, **more: object) -> object:
        asked.append(count)
        return edges(*given, count=20, **more)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr("secaudit.netproof.prove.edges", counted)
    return asked


def test_the_second_run_sends_nothing_and_says_the_same(tmp_path: Path, sent: list[int]) -> None:
    policy = town(tmp_path)
    first = verdicts(tmp_path, policy)
    assert sent
    assert set(sent) == {2000}
    before = len(sent)
    second = verdicts(tmp_path, policy)
    assert len(sent) == before
    assert [one.split(" (")[0] for one in second] == [one.split(" (")[0] for one in first]


def test_a_changed_configuration_is_sampled_anew_and_a_leak_is_found_whatever_the_folder_holds(tmp_path: Path, sent: list[int]) -> None:
    verdicts(tmp_path, town(tmp_path))
    before = len(sent)
    assert any(reason.startswith("VIOLATED") for reason in verdicts(tmp_path, town(tmp_path, LEAK)))
    assert len(sent) > before


def test_a_damaged_or_read_only_folder_costs_only_time(tmp_path: Path, sent: list[int]) -> None:
    policy = town(tmp_path)
    folder = tmp_path / ".secaudit" / "sampled"
    folder.parent.mkdir(exist_ok=True)
    folder.write_bytes(b"not a folder")
    assert all(reason.startswith("PROVED") for reason in verdicts(tmp_path, policy))
    assert sent


def test_what_was_added_is_held(tmp_path: Path) -> None:
    held = SampledBefore(tmp_path / "sampled")
    assert not held.holds("one")
    held.add("one")
    assert held.holds("one")
    assert not held.holds("two")
