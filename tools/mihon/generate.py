"""Writes the demo town 見本町, its bad twin, and the findings that an audit of them must come to.

    python tools/mihon/generate.py            writes evidence/mihon/, tests/evidence/mihon-bad/ and both expected files
    python tools/mihon/generate.py --out DIR  the same below another folder
    python tools/mihon/generate.py --check    writes nothing; ends 1 if a committed file differs

The form of `tests/evidence/mihon-expected.json` and `mihon-bad-expected.json` is told in `mihon_town/expected.py`.
The policies (`policies/mihon.yaml`, `tests/evidence/mihon-bad.yaml`) are written by hand; `mihon_town/terms.py`
repeats what the sums need of them.

Never here: anything of the package under test.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from mihon_town.expected import expected_as_json
from mihon_town.model import Year
from mihon_town.network.write import write_network
from mihon_town.terms import BAD, MIHON, NEWEST, Terms
from mihon_town.town import build_bad_twin, build_town
from mihon_town.write_manifest import write_year

ROOT = Path(__file__).resolve().parents[2]
GOOD_FOLDER = Path("evidence/mihon")
BAD_FOLDER = Path("tests/evidence/mihon-bad")
GOOD_EXPECTED = Path("tests/evidence/mihon-expected.json")
BAD_EXPECTED = Path("tests/evidence/mihon-bad-expected.json")
NEWEST_EXPECTED = Path("tests/evidence/mihon-newest-expected.json")
"""The newest year of the good town under `tests/evidence/mihon-newest.yaml`: no files of its own."""
DIGEST = re.compile(rb"sha256: [0-9a-f]{64}")


def write_all(out: Path) -> None:
    """Write everything below `out`."""
    _write_town(out, GOOD_FOLDER, GOOD_EXPECTED, "mihon", build_town(), MIHON)
    _write_expected(out, NEWEST_EXPECTED, "mihon-newest", [build_town()[-1]], NEWEST)
    _write_town(out, BAD_FOLDER, BAD_EXPECTED, "mihon-bad", [build_bad_twin()], BAD)


def _write_town(out: Path, folder: Path, expected: Path, name: str, years: list[Year], terms: Terms) -> None:
    for year in years:
        place = out / folder / f"FY{year.fiscal_year}"
        if place.exists():
            shutil.rmtree(place)
        write_year(place, name, year)
        write_network(out / folder, year.fiscal_year, bad=terms.bad)
    _write_expected(out, expected, name, years, terms)


def _write_expected(out: Path, expected: Path, name: str, years: list[Year], terms: Terms) -> None:
    text = json.dumps(expected_as_json(name, years, terms), ensure_ascii=False, indent=1) + "\n"
    (out / expected).parent.mkdir(parents=True, exist_ok=True)
    (out / expected).write_bytes(text.encode())


def _files(root: Path) -> set[Path]:
    found = {GOOD_EXPECTED, BAD_EXPECTED, NEWEST_EXPECTED}
    for folder in (GOOD_FOLDER, BAD_FOLDER):
        found |= {path.relative_to(root) for path in (root / folder).rglob("*") if path.is_file()}
    return found


def _content(path: Path) -> bytes:
    """Give what a file says: an Excel file's members, since compression libraries differ; a manifest without digests."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return b"".join(name.encode() + archive.read(name) for name in sorted(archive.namelist()))
    content = path.read_bytes()
    return DIGEST.sub(b"sha256: -", content) if path.name == "manifest.yaml" else content


def _wrong_digests(manifest: Path) -> list[str]:
    entries = re.findall(r"path: (\S+)\n(?:    .*\n)*?    sha256: ([0-9a-f]{64})", manifest.read_text("utf-8"))
    wrong: list[str] = []
    for name, digest in entries:
        path = manifest.parent / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(f"{name}: digest differs from {manifest.parent.name}/{manifest.name}")
    return wrong


def differences(root: Path) -> list[str]:
    """Where the files below `root` are not what this generator writes; empty if they agree."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        write_all(fresh)
        here, there = _files(root), _files(fresh)
        told = [f"{path}: not written by the generator" for path in sorted(here - there)]
        told += [f"{path}: missing" for path in sorted(there) if not (root / path).is_file()]
        both = sorted(path for path in here & there if (root / path).is_file())
        told += [f"{path}: differs" for path in both if _content(root / path) != _content(fresh / path)]
        for path in both:
            if path.name == "manifest.yaml":
                told += _wrong_digests(root / path)
    return told


def main(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    parser = argparse.ArgumentParser(description="Write the demo town and its expected findings.")
    parser.add_argument("--check", action="store_true", help="compare with the committed files instead of writing")
    parser.add_argument("--out", type=Path, default=ROOT, help="folder to write below (default: the repository)")
    options = parser.parse_args(arguments)
    if not options.check:
        write_all(options.out)
        return 0
    told = differences(options.out)
    for line in told:
        print(line, file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
