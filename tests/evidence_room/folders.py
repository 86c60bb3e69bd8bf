"""A small evidence folder for one test: files, a manifest, and what reading them gives."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.manifest import load
from secaudit.evidence.read import read
from secaudit.model.evidence import EvidenceSet, Loss, Table

AS_OF = date(2026, 3, 31)
STAFF = "職員番号,氏名,所属,採用日,退職日,休職\r\n0001,職員0001,総務課,2020-04-01,,無\r\n0002,職員0002,税務課,令和3年4月1日,R8.3.31,有\r\n"


@dataclass
class Folder:
    """evidence/town/FY2025 below a temporary folder."""

    base: Path
    entries: list[dict[str, Any]] = field(default_factory=list)
    fiscal_year: int = 2025

    @property
    def path(self) -> Path:
        return self.base / "evidence" / "town" / "FY2025"

    @property
    def manifest(self) -> Path:
        return self.path / "manifest.yaml"

    def put(self, name: str, data: bytes | str, kind: str = "staff", **extra: object) -> Path:
        """Write a file and name it in the manifest."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)
        self.name(name, kind, **extra)
        return target

    def name(self, name: str, kind: str = "staff", **extra: object) -> None:
        self.entries.append({"kind": kind, "path": name, "collected_at": "2026-04-03", "collected_by": "総務課", **extra})

    def write(self) -> Path:
        self.path.mkdir(parents=True, exist_ok=True)
        lines = ["organisation: town", f"fiscal_year: {self.fiscal_year}", "files:" if self.entries else "files: []"]
        for entry in self.entries:
            plain = {key: value for key, value in entry.items() if key not in ("collected_at", "covers", "sha256")}
            lines += [f"  - {'{'}{json.dumps(plain, ensure_ascii=False)[1:-1]}, collected_at: {entry['collected_at']}" + _days(entry) + "}"]
        self.manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.manifest

    def read(self, *, as_of: date = AS_OF, fiscal_year: int = 2025) -> EvidenceSet:
        manifest = load(self.write(), base=self.base)
        return read(manifest, load_kinds(), as_of=as_of, fiscal_year=fiscal_year)

    def table(self, kind: str = "staff", *, as_of: date = AS_OF) -> Table:
        return self.read(as_of=as_of).tables[kind]


def _days(entry: Mapping[str, Any]) -> str:
    covers, seal = entry.get("covers"), entry.get("sha256")
    return (f", covers: {{from: {covers[0]}, to: {covers[1]}}}" if covers else "") + (f', sha256: "{seal}"' if seal else "")


def workbook(
    rows: Sequence[Sequence[object]], *, sheet: str = "名簿", also: Mapping[str, Sequence[Sequence[object]]] | None = None
) -> bytes:
    """Return a real .xlsx file; dates are written as date cells."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": '[$-ja-JP-x-gannen]ggge"年"m"月"d"日"'})
    for name, content in {sheet: rows, **(also or {})}.items():
        page = book.add_worksheet(name)
        for number, cells in enumerate(content):
            for position, cell in enumerate(cells):
                if isinstance(cell, date):
                    page.write_datetime(number, position, cell, day)
                elif cell is not None:
                    page.write(number, position, cell)
    book.close()
    return stream.getvalue()


def column(table: Table, name: str) -> list[object]:
    place = [item.name for item in table.kind.columns].index(name)
    return [row[place] for row in table.rows]


def hiding(table: Table) -> list[Loss]:
    """Return the losses that hide something."""
    return [loss for loss in table.losses if loss.rows != 0]


def said(evidence: EvidenceSet) -> str:
    """Return every word that people would read about the set."""
    losses = [*evidence.losses, *(loss for table in evidence.tables.values() for loss in (*table.losses, *table.failures))]
    obstacles = [text for table in evidence.tables.values() for text in (table.stale, table.gap) if text is not None]
    words = [f"{loss.why.ja} {loss.why.en} {loss.at}" for loss in losses] + [f"{text.ja} {text.en}" for text in obstacles]
    return "\n".join(words)
