"""Looks through a zip file before any library opens it: sizes, ratio, parts, overlaps, and what really comes out.

Rules: at most 5,000 parts and 512 MiB; more than 16 MiB may be at most 200 times the file; every part is inflated piece by
piece and must have the size that the directory says; no document type, so no entities.

Source: flows-and-threats §2.3, T2 and T6.

Never here: the meaning of parts (`sheet_scan`).
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from secaudit.errors import EvidenceError
from secaudit.model.text import Text

PARTS = 5_000
TOTAL = 512 * 2**20
RATIO = 200
SMALL = 16 * 2**20
_PIECE = 2**20
_OVERLAP = 64

_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SUSPECT = re.compile(rb"""\bt\s*=\s*["']e["']|<(?:\w+:)?f[\s/>]""")

BROKEN = Text(ja="ファイルが壊れているか、途中で切れています", en="the file is broken or cut off")


@dataclass(frozen=True, slots=True)
class Parts:
    """The small parts of a workbook that were kept, and the names of XML parts with error values or formulas."""

    kept: dict[str, bytes]
    suspects: frozenset[str]


def inspect(data: bytes) -> Parts:
    """Inflate every part within bounds; raises `EvidenceError` for a bomb, a lie, a document type or a broken file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise EvidenceError(BROKEN) from error
    _check_directory(infos, len(data))
    kept: dict[str, bytes] = {}
    suspects: set[str] = set()
    for info in infos:
        wanted = info.filename in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        pieces, tail = [], b""
        for piece in _inflate(data, info):
            window = tail + piece
            if info.filename.endswith((".xml", ".rels")):
                if _DOCTYPE.search(window):
                    raise EvidenceError(Text(ja="使えない宣言（DOCTYPE）があります", en="the file has a document type declaration"))
                if info.filename.startswith("xl/worksheets/") and (_SUSPECT.search(window) or b"\x00" in window):
                    suspects.add(info.filename)
            tail = window[-_OVERLAP:]
            if wanted:
                pieces.append(piece)
        if wanted:
            kept[info.filename] = b"".join(pieces)
    return Parts(kept, frozenset(suspects))


def inflate(data: bytes, name: str) -> Iterator[bytes]:
    """Yield the content of one part of a file that was inspected."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(name)
    return _inflate(data, info)


def _check_directory(infos: list[zipfile.ZipInfo], size: int) -> None:
    total = sum(info.file_size for info in infos)
    if len(infos) > PARTS or total > TOTAL or (total > SMALL and total > size * RATIO):
        raise EvidenceError(
            Text(
                ja=f"展開すると大きすぎるので開きません（{len(infos)}個、{total}バイト）",
                en=f"the file is refused: it unpacks to too much ({len(infos)} parts, {total} bytes)",
            ),
            hint=Text(ja="必要なシートだけを新しいファイルに保存してください", en="save only the sheet that is needed in a new file"),
        )
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise EvidenceError(Text(ja="中の部品が重なっているので開きません", en="the file is refused: its parts overlap"))
        end = info.header_offset + 30 + info.compress_size
    if any(info.flag_bits & 1 for info in infos):
        raise EvidenceError(PASSWORD, hint=PASSWORD_HINT)
    if len({info.filename for info in infos}) != len(infos):
        raise EvidenceError(Text(ja="中の部品の名前が重なっているので開きません", en="the file is refused: two parts have one name"))


PASSWORD = Text(ja="パスワード付きのファイルなので読めません", en="the file is protected by a password")
PASSWORD_HINT = Text(ja="パスワードを外したものを置いてください", en="save a copy without the password")


def _inflate(data: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    start = info.header_offset
    header = data[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise EvidenceError(BROKEN)
    body = start + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    raw = memoryview(data)[body : body + info.compress_size]
    if len(raw) != info.compress_size or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise EvidenceError(BROKEN)
    count = 0
    for piece in _stored(raw) if info.compress_type == zipfile.ZIP_STORED else _deflated(raw):
        count += len(piece)
        if count > info.file_size:
            break
        yield piece
    if count != info.file_size:
        raise EvidenceError(Text(ja="中の部品の大きさが目録と違います", en="a part does not have the size that the directory says"))


def _stored(raw: memoryview) -> Iterator[bytes]:
    for place in range(0, len(raw), _PIECE):
        yield bytes(raw[place : place + _PIECE])


def _deflated(raw: memoryview) -> Iterator[bytes]:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    pending = bytes(raw)
    try:
        while pending and not machine.eof:
            piece = machine.decompress(pending, _PIECE)
            pending = machine.unconsumed_tail
            if piece:
                yield piece
            elif not pending:
                break
        rest = machine.flush() if not machine.eof else b""
    except zlib.error as error:
        raise EvidenceError(BROKEN) from error
    if rest:
        yield rest
