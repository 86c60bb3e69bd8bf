"""Finds cells of an .xlsx sheet that the fast reader shows as blank or zero: error values and formulas without a saved result.

A workbook that asks to be calculated when it is opened has no results that a spreadsheet program ever saw: all its formulas count as
not calculated.

Source: flows-and-threats §2.3, T4.

Never here: values of other cells (`excel`).
"""

import posixpath
import re
from collections.abc import Iterable
from typing import Any
from xml.parsers import expat

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters.zip_guard import BROKEN, Parts, inflate
from secaudit.evidence.reading import Mark
from secaudit.model.text import Text

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LARGEST = 200


def marks_of(data: bytes, parts: Parts, sheet: str) -> dict[tuple[int, int], Mark]:
    """Return the marks of a sheet by (row from 1, column from 0); nothing is parsed if no part has any."""
    if not parts.suspects:
        return {}
    name, calculated = _part_of(parts, sheet)
    if name not in parts.suspects:
        return {}
    scan = _Scan(trusted=calculated)
    _parse(inflate(data, name), scan.start, scan.end, scan.text)
    return scan.marks


def _part_of(parts: Parts, sheet: str) -> tuple[str, bool]:
    """Return the part that holds a sheet, and whether saved results can be trusted."""
    sheets: dict[str, str] = {}
    targets: dict[str, str] = {}
    flags: set[str] = set()

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "sheet":
            sheets[attributes.get("name", "")] = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        elif local == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")
        elif local == "calcPr":
            flags.add(attributes.get("fullCalcOnLoad", "0"))

    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        _parse([parts.kept.get(part, b"")], start, lambda _: None, lambda _: None)
    target = targets.get(sheets.get(sheet, ""), "")
    path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
    return path, not flags & {"1", "true"}


def _parse(pieces: Iterable[bytes], start: Any, end: Any, text: Any) -> None:  # noqa: ANN401 - expat's handlers
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.buffer_text = True
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise EvidenceError(BROKEN) from error


def _refuse_doctype(*_: object) -> None:
    raise EvidenceError(Text(ja="使えない宣言（DOCTYPE）があります", en="the file has a document type declaration"))


class _Scan:
    """Follows rows, cells, formulas and values of a sheet."""

    def __init__(self, *, trusted: bool) -> None:
        self.trusted = trusted
        self.marks: dict[tuple[int, int], Mark] = {}
        self.row, self.column = 0, -1
        self.type = ""
        self.formula = self.valued = self.inside = False
        self.value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        local = name.rpartition(":")[2]
        if local == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdecimal() else self.row + 1
            self.column = -1
        elif local == "c":
            self._place(attributes.get("r", ""))
            self.type = attributes.get("t", "")
            self.formula = self.valued = False
            self.value = ""
        elif local == "f":
            self.formula = True
        elif local == "v":
            self.valued = self.inside = True

    def _place(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            self.column += 1
            return
        self.column = 0
        for letter in found[1]:
            self.column = self.column * 26 + ord(letter) - ord("A") + 1
        self.column -= 1
        self.row = int(found[2])

    def text(self, text: str) -> None:
        """Take text; only that of values matters."""
        if self.inside and len(self.value) < _LARGEST:
            self.value += text

    def end(self, name: str) -> None:
        """Take the end of an element."""
        local = name.rpartition(":")[2]
        if local == "v":
            self.inside = False
        elif local == "c":
            if self.type == "e":
                self.marks[self.row, self.column] = Mark("error", self.value or "#?")
            elif self.formula and not (self.trusted and (self.value or (self.valued and self.type == "str"))):
                self.marks[self.row, self.column] = Mark("formula", "")
