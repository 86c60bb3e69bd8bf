"""Sealing, checking the seal, and recognising files."""

from pathlib import Path

import pytest

from secaudit.errors import ManyError
from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.manifest import load
from secaudit.evidence.scan import Proposal, proposal_text, scan
from secaudit.evidence.seal import seal, verify
from secaudit.wire import yaml
from tests.evidence_room.folders import STAFF, Folder, workbook


def found(folder: Folder) -> list[tuple[str, str]]:
    return [
        (error.at.path.rpartition("FY2025/")[2] if error.at else "", error.message.en)
        for error in verify(folder.manifest, base=folder.base)
    ]


def test_a_seal_keeps_comments_and_is_checked(folder: Folder) -> None:
    folder.put("名簿.csv", STAFF)
    folder.put("所属.csv", "所属名,所属長\r\n総務課,1\r\n", "sections")
    folder.write()
    folder.manifest.write_text("# 台帳\n" + folder.manifest.read_text(encoding="utf-8"), encoding="utf-8")
    assert [message for _, message in found(folder)] == ["the file is not sealed"] * 2
    assert [entry.changed for entry in seal(folder.manifest, base=folder.base)] == [True, True]
    assert folder.manifest.read_text(encoding="utf-8").startswith("# 台帳\n")
    assert found(folder) == []
    before = folder.manifest.read_bytes()
    assert [entry.changed for entry in seal(folder.manifest)] == [False, False]
    assert folder.manifest.read_bytes() == before
    (folder.path / "名簿.csv").write_bytes(b"x")
    (folder.path / "所属.csv").unlink()
    (folder.path / "追加").mkdir()
    (folder.path / "追加" / "新.csv").write_bytes(b"x")
    (folder.path / "~$名簿.xlsx").write_bytes(b"x")
    assert found(folder) == [
        ("名簿.csv", "the file changed after it was sealed"),
        ("所属.csv", "`FY2025/所属.csv` does not exist"),
        ("追加/新.csv", "the manifest does not name this file"),
    ]


def test_nothing_is_sealed_if_a_file_is_missing(folder: Folder) -> None:
    folder.put("名簿.csv", STAFF)
    folder.name("ない.csv")
    before = folder.write().read_bytes()
    with pytest.raises(ManyError):
        seal(folder.manifest)
    assert folder.manifest.read_bytes() == before


def test_parquet_is_sealed_too(folder: Folder) -> None:
    folder.put("a.parquet", b"PAR1", "log_reviews")
    seal(folder.write())
    assert found(folder) == []


def by_path(folder: Folder) -> dict[str, Proposal]:
    return {item.path + (f"#{item.sheet}" if item.sheet else ""): item for item in scan(folder.path, load_kinds(), base=folder.base)}


def test_kinds_are_recognised_with_reasons_and_doubts(folder: Folder) -> None:
    folder.put("職員.csv", STAFF.encode("cp932"))
    folder.write()
    folder.put("log.jsonl", '{"system": "甲", "reviewed_on": "2025-05-01"}\n{"system": "甲", "reviewed_on": "2025-08-01"}\n')
    folder.put(
        "本.xlsx", workbook([("インシデント番号", "発生日時", "認知日時"), ("1", "x", "未定")], also={"要領": [("読んでください",)]})
    )
    for name, content in (("a.docx", b"x"), ("空.csv", b""), ("b.xlsx", b"PK"), ("回答.csv", "所属,回答\r\n総務課,はい\r\n".encode())):
        folder.put(name, content)
    items = by_path(folder)
    assert (items["職員.csv"].kind, items["職員.csv"].named, items["職員.csv"].encoding) == ("staff", True, "cp932")
    review = items["log.jsonl"]
    assert (review.kind, review.rows, str(review.first), str(review.last)) == ("log_reviews", 2, "2025-05-01", "2025-08-01")
    assert review.reasons
    for name in ("a.docx", "空.csv", "b.xlsx", "本.xlsx#要領", "回答.csv"):
        assert items[name].kind is None
        assert items[name].doubts
    text = proposal_text(items.values())
    assert isinstance(yaml.parse(text.encode(), "draft.yaml"), yaml.Map)
    assert "職員.csv" not in text
    assert 'path: "log.jsonl"' in text


def test_two_kinds_that_are_near_are_no_guess(folder: Folder) -> None:
    folder.put("一覧.csv", "ユーザーID,職員番号,有効\r\nu1,1,有効\r\n")
    folder.put("リモート接続アカウント.csv", "ユーザーID,職員番号,有効\r\nu1,1,有効\r\n")
    folder.put("番号だけ.csv", "申請番号,理由\r\n1,x\r\n")
    items = by_path(folder)
    assert items["リモート接続アカウント.csv"].kind == "remote_access_accounts"
    assert items["番号だけ.csv"].kind is None


def test_nothing_to_propose(folder: Folder) -> None:
    assert proposal_text([]) == "files: []\n"
    folder.path.mkdir(parents=True)
    folder.manifest.write_text("a: [")
    assert scan(folder.path, load_kinds()) == ()


def test_the_demo_town_is_recognised() -> None:
    folder = Path(__file__).resolve().parents[2] / "evidence" / "mihon" / "FY2025"
    wanted = {(source.path, source.sheet): source.kind for source in load(folder / "manifest.yaml").sources}
    for item in scan(folder, load_kinds()):
        kinds = {kind for (path, sheet), kind in wanted.items() if path == item.path and (item.sheet in (sheet, None) or sheet is None)}
        assert item.kind is None or item.kind in kinds, item
