from pathlib import Path

import pytest

from tests.evidence_room.folders import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
