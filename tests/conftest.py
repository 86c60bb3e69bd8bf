"""What all tests share: a bare environment, the program's own collector, and goldens that only `--golden=write` writes."""

import gc
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from secaudit.cli.main import COLLECTED

gc.set_threshold(*COLLECTED)  # as in the program: many tests load the whole catalogue
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ)
settings.load_profile("shared")  # other work on the machine is no defect of ours

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", choices=["check", "write"], default="check", help="write: make the files of tests/golden anew")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name in ("CI", "NO_COLOR", "TZ", "LANG", "LANGUAGE") or name.startswith(("SECAUDIT_", "LC_")):
            monkeypatch.delenv(name)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with a file below tests/golden/, or write that file."""

    def compare(name: str, data: bytes) -> None:
        path = GOLDEN / name
        if request.config.getoption("--golden") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        assert path.is_file(), f"{name} is missing; make it with pytest --golden=write and read it"
        assert data.decode() == path.read_bytes().decode(), f"{name} differs; if that is meant: pytest --golden=write, and read the diff"

    return compare
