import os
import socket
import stat
import unicodedata
from pathlib import Path
from typing import Self

import pytest

from secaudit.errors import FileError
from secaudit.model.location import Location
from secaudit.wire import files


def message(error: pytest.ExceptionInfo[FileError]) -> str:
    assert error.value.code == "SA102"
    assert error.value.message.ja
    return error.value.message.en


def test_digest_is_that_of_the_bytes() -> None:
    assert files.digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_reads_inside_the_root(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_bytes(b"abc")
    (tmp_path / "a" / "link.txt").symlink_to("x.txt")
    assert files.read(tmp_path / "a" / "x.txt", root=tmp_path) == b"abc"
    assert files.read(tmp_path / "a" / "link.txt", root=tmp_path) == b"abc"
    assert files.read(tmp_path / "a" / ".." / "a" / "x.txt", root=tmp_path / "a") == b"abc"


def test_the_limit_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert files.read(path, root=tmp_path, limit=5) == b"12345"
    with pytest.raises(FileError) as caught:
        files.read(path, root=tmp_path, limit=4)
    assert message(caught) == "`x` is too large (the limit is 4 bytes)"


def test_what_cannot_be_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("secret")
    (root / "out").symlink_to(tmp_path / "outside.txt")
    (root / "outdir").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    (root / "file").write_text("x")
    os.mkfifo(root / "pipe")
    for name, words in (
        ("missing", "does not exist"),
        ("file/below", "does not exist"),
        ("folder", "is a folder"),
        ("pipe", "is not a regular file"),
        ("out", "leads out of its folder"),
        ("outdir/outside.txt", "leads out of its folder"),
        ("../outside.txt", "leads out of its folder"),
        ("loop", "cannot be opened"),
        ("nul\0", "cannot be opened"),
    ):
        with pytest.raises(FileError) as caught:
            files.read(root / name, root=root)
        assert words in message(caught), name
        assert str(tmp_path) not in caught.value.message.en
        assert caught.value.at is not None
        assert str(tmp_path) not in caught.value.at.path


def test_a_socket_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        with pytest.raises(FileError):
            files.read(tmp_path / "s", root=tmp_path)


def test_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text("x")

    def refuse(*_args: object, **_kwargs: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FileError) as caught:
        files.read(tmp_path / "x", root=tmp_path)
    assert message(caught) == "`x` may not be read"


def test_a_reading_that_breaks_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text("x")

    class Broken:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def read(self, _size: int) -> bytes:
            raise OSError("input/output error")

    def broken(*_args: object, **_kwargs: object) -> Broken:
        return Broken()

    monkeypatch.setattr(os, "fdopen", broken)
    with pytest.raises(FileError) as caught:
        files.read(tmp_path / "x", root=tmp_path)
    assert message(caught) == "`x` cannot be opened"


def test_places_are_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert files.shown(tmp_path / "a" / "b.txt", tmp_path) == "a/b.txt"
    assert files.shown(Path("a/b.txt"), tmp_path) == "a/b.txt"
    assert files.shown(tmp_path / "b.txt", Path()) == "b.txt"
    assert files.shown(Path("/elsewhere/b.txt"), tmp_path) == "b.txt"


BAD = [
    "",
    "  ",
    "/etc/passwd",
    "//server/share/x",
    "\\\\server\\share\\x",
    "C:\\x.txt",
    "C:/x.txt",
    "c:x.txt",
    "sub\\x.txt",
    "x.txt:stream",
    "file:///etc/passwd",
    "../../x",
    "sub/../../../x",
    "a/../../..",
    "CON",
    "con.txt",
    "sub/NUL",
    "aux.csv",
    "COM1",
    "lpt9.txt",
    "COM¹.txt",
    "CONIN$",
    "nul .txt"[:3] + " ",
    "x.",
    "x ",
    "sub./x",
    "a\nb",
    "a\0b",
    "a\x7fb",
]


@pytest.mark.parametrize("path", BAD)
def test_paths_of_a_manifest_that_are_refused(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "root" / "FY2025"
    folder.mkdir(parents=True)
    at = Location(path="manifest.yaml", line=3, column="5")
    with pytest.raises(FileError) as caught:
        files.inside(path, folder=folder, root=tmp_path / "root", at=at)
    assert caught.value.at == at
    assert str(tmp_path) not in message(caught)


@pytest.mark.parametrize(
    "path", ["x.csv", "sub/x.csv", "../published.yaml", "./x", "職員名簿.xlsx", "console.txt", "a b.csv", "sub/../x.csv", "com10"]
)
def test_paths_of_a_manifest_that_are_taken(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "root" / "FY2025"
    folder.mkdir(parents=True)
    found = files.inside(path, folder=folder, root=tmp_path / "root")
    assert found == Path(os.path.normpath(folder / path))


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    (root / "in.txt").write_text("x")
    (root / "link").symlink_to("in.txt")
    assert files.inside("link", folder=root, root=root) == root / "link"
    with pytest.raises(FileError, match="leads out"):
        files.inside("out/x.txt", folder=root, root=root)
    with pytest.raises(FileError, match="cannot be opened"):
        files.inside("loop/x", folder=root, root=root)


def test_a_name_in_another_normal_form_is_found(tmp_path: Path) -> None:
    apple = unicodedata.normalize("NFD", "ガ.csv")
    (tmp_path / apple).write_text("x")
    assert files.inside("ガ.csv", folder=tmp_path, root=tmp_path).read_text() == "x"
    assert files.inside("ギ.csv", folder=tmp_path, root=tmp_path).name == "ギ.csv"


def test_write_replaces_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    files.write_atomic(path, b"one")
    path.chmod(0o640)
    files.write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


def test_write_goes_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    files.write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "real").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink()


def test_write_refuses(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, words in (
        ("folder", "is a folder"),
        ("pipe", "not a regular file"),
        ("none/x", "cannot be written"),
        ("a\0", "cannot be written"),
    ):
        with pytest.raises(FileError) as caught:
            files.write_atomic(tmp_path / name, b"x")
        assert words in message(caught)


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="cannot be written"):
        files.write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def test_without_folders_that_can_be_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY")
    files.write_atomic(tmp_path / "x", b"x")
    assert (tmp_path / "x").read_bytes() == b"x"
