"""The repository reads the same everywhere: no path of a machine, no address of an index, no invented people."""

import re
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import ROOT, files, shown, text

BINARY = frozenset({".xlsx", ".xlsm", ".xls", ".parquet", ".png", ".db", ".zip", ".docx", ".pdf"})
MACHINE = re.compile(r"(?<![\w.~<>…*-])/(?:work|home|root|Users|tmp|mnt|srv|private)/[\w.]|\b[A-Za-z]:\\{1,2}(?:Users|Documents|Temp)\b")
INDEX = re.compile(
    r"//[\w.:@-]*/(?:simple|packages)/|pypi\.(?:org|python)|pythonhosted\.|--(?:extra-)?index-url[= ]\S|--trusted-host|\bfind-links = "
)
SURNAMES = "佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|山本|中村|小林|加藤|吉田|山田|佐々木"
PEOPLE = re.compile(
    rf"(?:{SURNAMES})[ \u3000]?(?:太郎|次郎|一郎|三郎|花子|和子|幸子|健一|美咲|誠|浩|明|恵|(?:さん|様|氏|課長|主任|係長|主事))"
    r"|[一-龥]{1,3}[ \u3000]?(?:太郎|花子)"
    r"|\b(?:John|Jane) (?:Doe|Smith)\b"
    r"|\b(?:Taro|Hanako|Ichiro) (?:Yamada|Sato|Suzuki|Tanaka)\b|\b(?:Yamada|Sato|Suzuki|Tanaka) (?:Taro|Hanako|Ichiro)\b"
)
"""The stock names of samples. People here are 職員0001 and roles."""

HASHED = re.compile(r"^[\w.\[\]-]+==\S+.*\\$")
ALLOWED_IN_LOCKS = re.compile(r"\s+--hash=sha256:[0-9a-f]{64}(?: \\)?$|\s*#|$|[\w.\[\]-]+==")


def texts() -> list[tuple[Path, str]]:
    """Return every text of the repository but this page, with the readable parts of its workbooks."""
    found = [(path, text(path)) for path in files() if path.suffix not in BINARY and path != Path(__file__).resolve()]
    return found + [(path, workbook_text(path)) for path in files() if path.suffix == ".xlsx" and zipfile.is_zipfile(path)]


def workbook_text(path: Path) -> str:
    """Return the strings and the properties of a workbook: where names and paths would stand."""
    with zipfile.ZipFile(path) as book:
        names = [name for name in book.namelist() if name.startswith("docProps/") or name == "xl/sharedStrings.xml"]
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in names)


def hits(pattern: re.Pattern[str]) -> list[str]:
    return [f"{shown(path)}: {match.group()}" for path, content in texts() for match in pattern.finditer(content)]


def loose_requirements(lock: str) -> list[str]:
    """Return the lines of a lock file that are no pinned requirement, no hash and no comment, and pins without a hash."""
    lines = lock.splitlines()
    strange = [line for line in lines if not ALLOWED_IN_LOCKS.match(line)]
    bare = [line for line in lines if "==" in line and not line.lstrip().startswith(("#", "--")) and not HASHED.match(line)]
    return [*strange, *bare]


def test_no_path_of_a_machine() -> None:
    assert hits(MACHINE) == []


def test_no_address_of_an_index() -> None:
    assert hits(INDEX) == []


def test_no_invented_people() -> None:
    assert hits(PEOPLE) == []


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_a_lock_file_holds_hashes_and_no_hosts(name: str) -> None:
    lock = text(ROOT / "requirements" / name)
    assert loose_requirements(lock) == []
    assert "://" not in lock


def test_what_runs_is_part_of_what_is_tested() -> None:
    run, test = ({line for line in text(ROOT / "requirements" / name).splitlines() if "==" in line} for name in ("run.txt", "test.txt"))
    assert run - test == set()


@pytest.mark.parametrize("path", ["/home/a/file", " /tmp/x", "C:\\Users\\a", "(/root/.cache)", "file:///home/a"])
def test_a_path_of_a_machine_is_noticed(path: str) -> None:
    assert MACHINE.search(path)


@pytest.mark.parametrize(
    "path", ["docs/home/a", "https://example.lg.jp/home/", "./tmp/x", "PYTHON=/path/to/python3", "#!/usr/bin/env bash"]
)
def test_an_ordinary_path_is_left_alone(path: str) -> None:
    assert not MACHINE.search(path)


@pytest.mark.parametrize("line", ["https://mirror.example/simple/", "--index-url https://x", "https://files.pythonhosted.org/x"])
def test_an_index_is_noticed(line: str) -> None:
    assert INDEX.search(line)


@pytest.mark.parametrize("name", ["山田太郎", "佐藤 花子", "鈴木課長", "Jane Doe", "Taro Yamada"])
def test_an_invented_person_is_noticed(name: str) -> None:
    assert PEOPLE.search(name)


@pytest.mark.parametrize("name", ["柴田町", "名取市", "職員0001", "山田町", "最高情報セキュリティ責任者"])
def test_a_place_or_role_is_left_alone(name: str) -> None:
    assert not PEOPLE.search(name)


@pytest.mark.parametrize("line", ["click", "click==8.5.1", "--find-links wheels", "-r other.txt", "click @ file.whl"])
def test_a_requirement_without_a_hash_is_noticed(line: str) -> None:
    assert loose_requirements(line)
