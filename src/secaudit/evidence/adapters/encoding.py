"""Bytes → text, by a ladder that never guesses: BOM, ISO-2022-JP, UTF-16 by its zero bytes, strict UTF-8, strict CP932.

A file that is UTF-8 up to its last, broken character was cut off; one that breaks in the middle has mixed encodings and is refused.

Never here: lines and cells.
"""

import re
from dataclasses import dataclass

from secaudit.errors import EvidenceError
from secaudit.model.text import Text

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_NAMES = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "ms932": "cp932",
    "windows-31j": "cp932",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-8-bom": "utf-8",
    "eucjp": "euc_jp",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "jis": "iso2022_jp_ext",
    "unicode": "utf-16-le",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
ENCODINGS = frozenset({"cp932", "utf-8", "utf-16-le", "utf-16-be", "euc_jp", "iso2022_jp_ext", *_NAMES})
"""Names that a manifest may give, in lower case."""

EMPTY = Text(ja="ファイルが空です", en="the file is empty")
_ESCAPE = re.compile(rb"\x1b(?:\$[@B(]|\([BJI])")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, its encoding, and whether its last character was cut off."""

    text: str
    encoding: str
    cut: bool = False


def decode(data: bytes, wanted: str | None = None) -> Decoded:
    """Return the text of `data`; `wanted` is the manifest's encoding. Raises `EvidenceError` where no encoding fits."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding)
    if wanted is not None:
        name = wanted.lower()
        return _strict(data, _NAMES.get(name, name))
    if _ESCAPE.search(data) and not re.search(rb"[\x80-\xff]", data):
        return _strict(data, "iso2022_jp_ext")
    if b"\x00" in data:
        return _strict(data, _wide(data))
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _speaks_utf8(data[: error.start]):
            return _strict(data, "utf-8")
    return _strict(data, "cp932")


def _wide(data: bytes) -> str:
    """Return which UTF-16 has its zero bytes where `data` has them."""
    head = data[: 64 * 1024]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > even * 4:
        return "utf-16-le"
    if even > odd * 4:
        return "utf-16-be"
    raise EvidenceError(Text(ja="文字のファイルではありません（ゼロのバイトがあります）", en="this is not a text file (it has zero bytes)"))


def _speaks_utf8(before: bytes) -> bool:
    """Whether at least two characters before the break are UTF-8 sequences, which no CP932 text is by chance for long."""
    return sum(byte >= 0xC0 for byte in before) >= 2


def _strict(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        tail = len(data) - error.start
        if tail < 4 and error.start > 0 and error.reason in ("unexpected end of data", "truncated data", "incomplete multibyte sequence"):
            return Decoded(data[: error.start].decode(encoding), encoding, cut=True)
        line = _line(data, error.start, encoding)
        raise EvidenceError(
            Text(ja=f"{line}行目の文字を{encoding}として読めません", en=f"line {line} cannot be read as {encoding}"),
            hint=Text(
                ja="文字コードを一つにそろえて保存し直すか、台帳の encoding に書いてください",
                en="save the file in one encoding, or name it as `encoding` in the manifest",
            ),
        ) from error


def _line(data: bytes, position: int, encoding: str) -> int:
    newline = "\n".encode(encoding)
    return data[:position].count(newline) + 1
