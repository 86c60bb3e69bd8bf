"""Writes the files of one year and the manifest that names them.

Never here: how a single file looks (`write_files`).
"""

import hashlib
import json
from pathlib import Path

from mihon_town.chapters import chapter_layouts
from mihon_town.layouts import Layout
from mihon_town.layouts_people import answer_layouts, check_layouts, paper_layouts, people_layouts
from mihon_town.layouts_things import asset_layouts, identity_layouts, media_layouts, system_layouts
from mihon_town.model import ROW_DATES, Book, Year
from mihon_town.write_files import write_file

STATED_BY = {"staff": "総務課人事係", "roles": "総務課人事係", "contracts": "会計課"}


def layouts_of(fiscal_year: int) -> list[Layout]:
    """All files of a year, in the order of the manifest."""
    parts = (
        people_layouts,
        check_layouts,
        answer_layouts,
        identity_layouts,
        asset_layouts,
        system_layouts,
        paper_layouts,
        media_layouts,
        chapter_layouts,
    )
    return [layout for part in parts for layout in part(fiscal_year)]


def write_year(folder: Path, organisation: str, year: Year) -> None:
    """Write all files of the year and `manifest.yaml` into the folder."""
    entries: list[str] = []
    layouts = layouts_of(year.fiscal_year)
    for layout in layouts:
        book = year.books.get(layout.kind)
        if book is None:
            continue
        rows = [row for row in book.rows if layout.where is None or layout.where(row)]
        if layout.where is not None and not rows:
            continue
        path = folder / layout.path
        write_file(path, layout, rows)
        alone = sum(1 for other in layouts if other.kind == layout.kind) == 1
        entries.append(_entry(layout, book, year, hashlib.sha256(path.read_bytes()).hexdigest(), alone=alone))
    head = f"organisation: {organisation}\nfiscal_year: {year.fiscal_year}\nfiles:\n"
    (folder / "manifest.yaml").write_bytes((head + "".join(entries)).encode())


def _entry(layout: Layout, book: Book, year: Year, digest: str, *, alone: bool) -> str:
    lines = [f"  - kind: {layout.kind}", f"    path: {layout.path}"]
    if layout.sheet is not None:
        lines.append(f"    sheet: {layout.sheet}")
    if layout.state_encoding:
        lines.append(f"    encoding: {layout.encoding}")
    lines += [f"    collected_at: {book.collected_on}", f"    collected_by: {layout.keeper}"]
    if layout.kind in ROW_DATES:
        until = book.covers_until or year.end
        lines.append(f"    covers: {{from: {year.start}, to: {until}}}")
    lines.append(f"    sha256: {digest}")
    if book.population is not None and alone:
        stated = STATED_BY.get(layout.kind, layout.keeper)
        lines.append(f"    population: {{count: {book.population}, stated_by: {stated}}}")
    if layout.hand_map:
        pairs = ", ".join(f"{json.dumps(header, ensure_ascii=False)}: {column}" for header, column in layout.hand_map)
        lines.append(f"    columns: {{{pairs}}}")
    return "".join(line + "\n" for line in lines)
