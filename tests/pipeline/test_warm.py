"""What earlier runs kept is used only if it is whole, of the same bytes, and in a folder of this user's own."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from secaudit.errors import ManyError
from secaudit.pipeline import warm
from secaudit.pipeline.run import ready_for
from secaudit.pipeline.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
CONTROLS = ("9/9.1.1-audit-done", "3/3.3-security-cloud-joined", "5/5.2.2-training-covers-staff")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace of three controls, with a cache of its own."""
    for name in CONTROLS:
        shutil.copytree(ROOT / "controls" / name, tmp_path / "controls" / name)
    shutil.copy(ROOT / "controls" / "attested-cases.yaml", tmp_path / "controls")
    monkeypatch.setenv("SECAUDIT_CACHE", str(tmp_path / "cache"))
    return Workspace(root=tmp_path, controls=tmp_path / "controls")


def kept(place: Workspace) -> list[Path]:
    return sorted((place.root / "cache").glob("*.ready"))


def test_the_second_run_has_the_same_and_loads_nothing(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ready_for(place)
    assert len(kept(place)) == 1

    def never(*_: object, **__: object) -> None:
        pytest.fail("loaded again")

    monkeypatch.setattr("secaudit.pipeline.run.load_catalogue", never)
    second = ready_for(place)
    assert second.catalogue == first.catalogue
    assert [(one.control, [type(part) for part in one.parts]) for one in second.compiled] == [
        (one.control, [type(part) for part in one.parts]) for one in first.compiled
    ]
    assert dict(second.kinds) == dict(first.kinds)


def test_a_changed_byte_is_another_key(place: Workspace) -> None:
    before = ready_for(place)
    path = place.controls / CONTROLS[0] / "control.yaml"
    path.write_bytes(path.read_bytes().replace(b"level: required", b"level: recommended"))
    after = ready_for(place)
    assert len(kept(place)) == 2
    assert [one.level for one in before.catalogue.controls] != [one.level for one in after.catalogue.controls]


@pytest.mark.parametrize("damage", [b"", b"x" * 10, b"\0" * 32 + b"cos\nsystem\n(S'false'\ntR."])
def test_a_damaged_file_is_as_if_nothing_was_kept(place: Workspace, damage: bytes) -> None:
    first = ready_for(place)
    (path,) = kept(place)
    path.write_bytes(damage)
    assert ready_for(place).catalogue == first.catalogue
    assert len(path.read_bytes()) > 1000


def test_one_changed_byte_of_what_was_kept_is_noticed(place: Workspace) -> None:
    ready_for(place)
    (path,) = kept(place)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert warm.held(path.stem) is None


def test_something_else_under_the_key_is_not_used(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "Ready", dict)
    warm.keep("some", {"not": "it"})  # type: ignore[arg-type]  # what another version may have written
    monkeypatch.undo()
    monkeypatch.setenv("SECAUDIT_CACHE", str(place.root / "cache"))
    assert warm.held("some") is None


@pytest.mark.skipif(sys.platform == "win32", reason="the check of owner and mode is that of POSIX")
def test_a_folder_that_others_can_write_to_is_not_used(place: Workspace) -> None:
    ready_for(place)
    (path,) = kept(place)
    path.parent.chmod(0o777)
    assert warm.folder() is None
    assert warm.held(path.stem) is None
    path.parent.chmod(0o700)
    assert warm.held(path.stem) is not None


def test_off_keeps_nothing(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECAUDIT_CACHE", "off")
    ready_for(place)
    assert kept(place) == []
    assert warm.held("any") is None


def test_a_folder_that_cannot_be_made_costs_only_time(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.root / "file").write_bytes(b"")
    monkeypatch.setenv("SECAUDIT_CACHE", str(place.root / "file" / "cache"))
    assert ready_for(place).catalogue.controls


def test_what_is_wrong_is_never_kept(place: Workspace) -> None:
    path = place.controls / CONTROLS[0] / "control.yaml"
    path.write_bytes(path.read_bytes().replace(b"level: required", b"level: perhaps"))
    with pytest.raises(ManyError):
        ready_for(place)
    assert kept(place) == []


def test_a_link_among_the_controls_is_left_to_the_loader(place: Workspace) -> None:
    path = place.controls / CONTROLS[0] / "control.yaml"
    target = place.root / "elsewhere.yaml"
    path.rename(target)
    path.symlink_to(target)
    assert warm.key_of(place.controls) is None
    assert len(ready_for(place).catalogue.controls) == len(CONTROLS)
    assert kept(place) == []


def test_only_a_few_are_kept(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "KEPT", 2)
    ready = ready_for(place)
    for number in range(4):
        warm.keep(f"k{number}", ready)
        os.utime(place.root / "cache" / f"k{number}.ready", (number, number))
    assert len(kept(place)) == 2


def test_the_users_own_folder_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECAUDIT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    found = warm.folder()
    assert found is not None
    assert found.is_relative_to(tmp_path)
