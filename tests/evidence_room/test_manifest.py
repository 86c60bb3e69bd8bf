"""Manifests: what they say, and every error with its place."""

from pathlib import Path

import pytest

from secaudit.errors import ManyError, SecauditError
from secaudit.evidence.manifest import load
from tests.evidence_room.folders import Folder

GOOD = """organisation: town
fiscal_year: 2025
files:
  - kind: staff
    path: 名簿.xlsx
    sheet: 職員名簿
    encoding: CP932
    collected_at: 2026-04-03
    collected_by: 総務課
    covers: {from: 2025-04-01, to: 2026-03-31}
    sha256: "0000000000000000000000000000000000000000000000000000000000000000"
    population: {count: 352, stated_by: 人事係}
    columns: {所属名: section}
"""


def errors_of(folder: Folder, text: str) -> list[tuple[int | None, str]]:
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.manifest.write_text(text, encoding="utf-8")
    with pytest.raises(SecauditError) as caught:
        load(folder.manifest, base=folder.base)
    errors = caught.value.errors if isinstance(caught.value, ManyError) else (caught.value,)
    return [(error.at.line if error.at else None, error.message.en) for error in errors]


def test_a_whole_manifest(folder: Folder) -> None:
    folder.path.mkdir(parents=True)
    folder.manifest.write_text(GOOD, encoding="utf-8")
    manifest = load(folder.manifest, base=folder.base)
    assert (manifest.organisation, manifest.fiscal_year) == ("town", 2025)
    assert manifest.root == folder.path.parent
    assert str(manifest.at) == "evidence/town/FY2025/manifest.yaml"
    (source,) = manifest.sources
    assert (source.sheet, source.encoding, dict(source.columns)) == ("職員名簿", "CP932", {"所属名": "section"})
    assert source.population is not None
    assert source.covers is not None
    assert source.at.line == 4


def test_a_folder_of_another_name_is_its_own_root(tmp_path: Path) -> None:
    path = tmp_path / "証跡" / "manifest.yaml"
    path.parent.mkdir()
    path.write_text("organisation: town\nfiscal_year: 2024\nfiles: []\n")
    assert load(path).root == path.parent


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("organisation: town\n", "", 1, "`organisation` is missing"),
        ("fiscal_year: 2025", "fiscal_year: '2025'", 2, "whole number"),
        ("fiscal_year: 2025", "fiscal_year: 2024", 2, "folder `FY2025`"),
        ("kind: staff", "kind: stuff", 4, "no kind of evidence `stuff`"),
        ("    path: 名簿.xlsx\n", "", 4, "`path` is missing"),
        ("CP932", "latin-1", 7, "`latin-1` is not known"),
        ("2026-04-03", "令和8年4月3日", 8, "must be a day"),
        ("from: 2025-04-01, to: 2026-03-31", "from: 2026-04-01, to: 2026-03-31", 10, "ends before it starts"),
        ('sha256: "0', 'sha256: "x', 11, "does not have its form"),
        ("count: 352", "count: -1", 12, "at least 0"),
        ("stated_by", "stated_bye", 12, "no key `stated_bye`"),
        ("所属名: section", "所属名: sektion", 13, "no column `sektion`"),
        ("{所属名: section}", "{所属名: section, 課: section}", 13, "given twice"),
    ],
)
def test_errors_have_places(folder: Folder, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    found = errors_of(folder, GOOD.replace(old, new))
    assert any(at == line and words in message for at, message in found), found


def test_all_errors_come_at_once_in_order(folder: Folder) -> None:
    text = GOOD.replace("staff", "stuff").replace("CP932", "x").replace("名簿.xlsx", "../../../a.csv")
    assert [line for line, _ in errors_of(folder, text)] == [4, 5, 7]


def test_a_file_named_twice(folder: Folder) -> None:
    found = errors_of(folder, GOOD + GOOD.partition("files:\n")[2])
    assert found == [(15, "the same file is named in line 4")]


def test_a_manifest_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SecauditError, match="does not exist"):
        load(tmp_path / "manifest.yaml")
