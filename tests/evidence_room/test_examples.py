"""Every kind has an example that people copy: read by the real reader without loss, every column known, recognised by its header alone."""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from secaudit.evidence.kinds import example, load_kinds
from secaudit.evidence.scan import Proposal, scan
from secaudit.evidence.words import fold_header
from secaudit.model.evidence import EvidenceSet
from tests.evidence_room.folders import Folder

KINDS = load_kinds()
ABBREVIATIONS = frozenset({"OS", "SSID"})
"""Headers that Japanese offices write in Latin letters."""
NO_PERSON = re.compile(r"職員[0-9]{4}|特権ID|住民課窓口|バックアップ")
"""What stands in a column of names: a numbered person, or what an account is for."""


def rows(kind: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(example(kind).decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> EvidenceSet:
    """Return all examples as the evidence of one year."""
    folder = Folder(tmp_path_factory.mktemp("examples"))
    for kind in KINDS:
        folder.put(f"{kind}.csv", example(kind), kind)
    return folder.read()


@pytest.fixture(scope="module")
def guesses(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Proposal]:
    """Return what `scan` makes of the examples under names that say nothing."""
    folder: Path = tmp_path_factory.mktemp("unnamed")
    names = {f"{number:04d}.csv": kind for number, kind in enumerate(KINDS)}
    for name, kind in names.items():
        (folder / name).write_bytes(example(kind))
    return {names[proposal.path]: proposal for proposal in scan(folder, KINDS)}


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_has_a_few_rows_under_every_column_in_japanese(kind: str) -> None:
    head, *body = rows(kind)
    assert example(kind).startswith(b"\xef\xbb\xbf")
    assert 5 <= len(body) <= 8
    meanings = {fold_header(header): column.name for column in reversed(KINDS[kind].columns) for header in column.headers}
    assert sorted(column.name for column in KINDS[kind].columns) == sorted(meanings[fold_header(header)] for header in head)
    assert [header for header in head if header.isascii() and header not in ABBREVIATIONS] == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_is_read_without_loss(kind: str, together: EvidenceSet) -> None:
    table = together.tables[kind]
    assert [(str(loss.at), loss.why.en) for loss in (*table.losses, *table.failures)] == []
    assert len(table.rows) == len(rows(kind)) - 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_an_example_is_filled_somewhere(kind: str, together: EvidenceSet) -> None:
    table = together.tables[kind]
    blank = [column.name for position, column in enumerate(table.kind.columns) if all(row[position] is None for row in table.rows)]
    assert blank == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_is_recognised_by_its_header_alone(kind: str, guesses: Mapping[str, Proposal]) -> None:
    assert (guesses[kind].kind, [doubt.en for doubt in guesses[kind].doubts]) == (kind, [])


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_of_a_person_stands_in_an_example(kind: str, together: EvidenceSet) -> None:
    table = together.tables[kind]
    personal = [position for position, column in enumerate(table.kind.columns) if column.personal]
    said = [str(row[position]) for row in table.rows for position in personal if row[position] is not None]
    assert [name for name in said if not NO_PERSON.fullmatch(name)] == []
