"""The program as users call it: a process of its own, in a folder of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "secaudit.cli.main")


def run(
    *arguments: str | Path, folder: Path, environment: Mapping[str, str] | None = None, answers: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `secaudit` to its end and return its code and both outputs."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
        input=answers or "",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def workspace(folder: Path, *policies: str) -> Path:
    """Copy the shipped workspace, or only some policies of it, into `folder`."""
    root = folder / "workspace"
    shutil.copytree(ROOT / "controls", root / "controls")
    (root / "policies").mkdir()
    for path in sorted((ROOT / "policies").glob("*.yaml")):
        policy, _, topology = path.stem.partition(".")
        if not policies or policy in policies:
            shutil.copy(path, root / "policies")
            if not topology:
                shutil.copytree(ROOT / "evidence" / policy, root / "evidence" / policy)
    return root
