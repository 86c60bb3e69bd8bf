"""Archives that install with no network: wheels for Windows amd64 and Linux x86_64, controls with their pages, profiles, schemas, a note.

    python scripts/bundle.py [--python 3.13] [--out dist]

* Wheels come from the lock file, by hash; our own wheel is built here.
* Same sources, same bytes: entries are sorted and carry a fixed date.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLATFORMS = {
    "windows-amd64": ("win_amd64",),
    "linux-x86_64": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
}
WINDOWS_INSTALL = """\
@echo off
rem secaudit をこのフォルダーの .venv に入れます。ネットワークは使いません。
py -3 -m venv .venv || exit /b 1
.venv\\Scripts\\python -m pip install --no-index --find-links wheels secaudit || exit /b 1
.venv\\Scripts\\secaudit --version
echo 使い方: .venv\\Scripts\\secaudit --help
"""
LINUX_INSTALL = """\
#!/bin/sh
# Installs secaudit into .venv beside this file, without a network.
set -eu
cd "$(dirname "$0")"
"${PYTHON:-python3}" -m venv .venv
.venv/bin/python -m pip install --no-index --find-links wheels secaudit
.venv/bin/secaudit --version
"""


def run(*command: str | Path) -> None:
    """Run a command; its failure ends the bundle."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def wheels(folder: Path, tags: Sequence[str], python: str, own: Path) -> None:
    """Fill `folder` with our wheel and the locked ones for one platform."""
    lock = folder.parent / "lock.txt"
    locked = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    lock.write_text(locked.replace(" ; sys_platform == 'win32'", ""), "utf-8")  # markers would be judged on this machine
    platforms = [part for tag in tags for part in ("--platform", tag)]
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:"]
    run(*download, "--python-version", python, "--implementation", "cp", *platforms, "--dest", folder, "--requirement", lock)
    (folder / own.name).write_bytes(own.read_bytes())


def files(parts: Sequence[tuple[Path, str]]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file below the given folders, sorted."""
    for folder, name in parts:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield f"{name}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def pack(archive: Path, entries: Iterator[tuple[str, bytes]], *, executable: str) -> None:
    """Write a zip with fixed dates."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries:
            info = zipfile.ZipInfo(name, (2026, 4, 1, 0, 0, 0))
            info.external_attr = (0o755 if name.endswith(executable) else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, data)


def main() -> None:
    """Build one archive per platform."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default="3.13", help="version of the Python on the closed network (default 3.13)")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", work / "own")
        (own,) = (work / "own").glob("*.whl")
        version = own.name.split("-")[1]
        run(sys.executable, "-m", "secaudit.cli.main", "schema", "--write", work / "schemas")
        for platform, tags in PLATFORMS.items():
            folder = work / platform / "wheels"
            folder.mkdir(parents=True)
            wheels(folder, tags, arguments.python, own)
            script = "install.cmd" if platform.startswith("windows") else "install.sh"
            text = WINDOWS_INSTALL.replace("\n", "\r\n") if platform.startswith("windows") else LINUX_INSTALL
            top = f"secaudit-{version}"
            entries = [
                (f"{top}/{script}", text.encode("cp932" if platform.startswith("windows") else "utf-8")),
                *files([(folder, f"{top}/wheels"), (ROOT / "controls", f"{top}/controls"), (work / "schemas", f"{top}/schemas")]),
                *files([(ROOT / "policies" / "profiles", f"{top}/profiles"), (ROOT / "docs" / "controls", f"{top}/docs/controls")]),
            ]
            entries += [(f"{top}/{page}", (ROOT / page).read_bytes()) for page in ("README.md", "LICENSE")]
            archive = arguments.out / f"secaudit-{version}-py{arguments.python}-{platform}.zip"
            pack(archive, iter(entries), executable="install.sh")
            print(f"{archive.name}: {archive.stat().st_size / 2**20:.1f} MiB, {len(list(folder.iterdir()))} wheels")


if __name__ == "__main__":
    main()
