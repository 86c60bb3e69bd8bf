"""`show config` of a YAMAHA router → commands, each with the `pp select` or `tunnel select` that it stands in.

* Encodings: byte-order mark, ISO-2022-JP escapes, strict UTF-8, then CP932 or EUC-JP. Where both of the last two fit, `console
  character` of the export decides, else the one that needs no half-width katakana; either way every word of a command is the same, only
  descriptions differ.
* INVARIANT: a byte that no encoding allows is an error, never a question mark.
* INVARIANT: no secret leaves this module in a text (`shown`): of a command that does not matter, only its first words are shown.

Never here: what a command means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.ir import Source

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ESCAPE = re.compile(rb"\x1b(?:\$[@B(]|\([BJI])")
_DECLARED = re.compile(rb"^\s*console character\s+(sjis|euc\.?jp|ascii|utf-?8|ja\.\S+|en\.\S+)", re.MULTILINE)
_KATAKANA = re.compile("[\uff61-\uff9f]")
_LENIENT = re.compile("[\u0080\u00a0\uf8f0-\uf8f3]")
"""What Python makes of bytes that Shift-JIS does not have."""
_SECRET = re.compile(r"pass|secret|key|auth|communit|myname|user|token|account|phrase|\*$", re.IGNORECASE)
LIMIT = 240
"""Most characters of a line that are shown."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `context`: `pp1`, `tunnel2`, … while one is selected."""

    path: str
    number: int
    words: tuple[str, ...]
    context: str | None

    @property
    def at(self) -> Location:
        """Where it stands."""
        return Location(path=self.path, line=self.number)

    @property
    def text(self) -> str:
        """The whole command: for those that are read and hold no secret."""
        whole = " ".join(self.words)
        return whole if len(whole) <= LIMIT else whole[: LIMIT - 1] + "…"

    @property
    def shown(self) -> str:
        """The first words, up to one that speaks of a secret."""
        kept: list[str] = []
        for word in self.words[:2]:
            kept.append(word[:40])
            if _SECRET.search(word):
                break
        return " ".join(kept) + (" …" if len(kept) < len(self.words) else "")


def decoded(source: Source) -> str:
    """Return the text of a file. Raises `DocumentError` if no encoding of the ladder fits strictly."""
    data = source.data
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _one(source, data[len(bom) :], name)
    if _ESCAPE.search(data) and not re.search(rb"[\x80-\xff]", data):
        return _one(source, data, "iso2022_jp_ext")
    found = {name: text for name in ("utf-8", "cp932", "euc_jp") if (text := _try(data, name)) is not None}
    if "utf-8" in found:
        return found["utf-8"]
    if len(found) == 2:
        said = _DECLARED.search(data)
        word = b"" if said is None else said[1]
        if b"sjis" in word:
            return found["cp932"]
        if b"euc" in word:
            return found["euc_jp"]
        return found["euc_jp"] if _KATAKANA.search(found["cp932"]) else found["cp932"]
    if found:
        return next(iter(found.values()))
    return _one(source, data, "shift_jis")


def _try(data: bytes, name: str) -> str | None:
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return None
    return None if name == "cp932" and _LENIENT.search(text) else text


def _one(source: Source, data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise DocumentError(
            Text(
                ja="文字コードが UTF-8・Shift-JIS・EUC-JP のどれとしても正しく読めません",
                en="the text is not valid UTF-8, Shift-JIS or EUC-JP",
            ),
            at=Location(path=source.path, line=data[: error.start].count(b"\n") + 1),
        ) from error


def commands(source: Source) -> Iterator[Command]:
    """Yield the commands of a file; a comment has the one word `#`."""
    context: str | None = None
    for number, line in enumerate(decoded(source).replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        words = tuple(line.split())
        if not words:
            continue
        if words[0].startswith("#"):
            yield Command(source.path, number, ("#",), context)
            continue
        if words[0] in ("pp", "tunnel") and words[1:2] == ("select",) and len(words) == 3:
            context = None if words[2] == "none" else f"{words[0]}{'-' if words[2] == 'anonymous' else ''}{words[2]}"
        yield Command(source.path, number, words, context)
