"""JSON as trees with places, for files that strangers write: strict, and JSON alone.

* Refused: duplicate keys (both places are named), NaN, infinity, lone surrogates, depth over 64, numbers of absurd length, text that
  is not UTF-8, anything after the document. YAML, XML and comments are not JSON.
* Nothing recurses, so no depth can hurt.

Never here: what the keys mean.
"""

import json
import math
import re
from bisect import bisect_right
from collections.abc import Sequence

from secaudit.errors import ManyError, SecauditError, YamlError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire.tree import Map, Node, Scalar, ScalarValue, Seq, by_place

DEPTH = 64
LIMIT = 32 * 2**20
"""Largest text that is parsed; unit: bytes."""
DIGITS = 60
"""Longest number; unit: characters."""

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: dict[str, ScalarValue] = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"[A-Za-z]+")
_LONE = re.compile("[\ud800-\udfff]")
_STRINGS = json.JSONDecoder()


def parse(data: bytes, path: str) -> Node:
    """Return the tree of the JSON in `data`; `path` is what places are called.

    Raises `YamlError` (SA101), or `ManyError` if there are several (duplicate keys).
    """
    start = Location(path=path, line=1, column="1")
    if len(data) > LIMIT:
        raise YamlError(
            Text(ja=f"JSON が大きすぎます (上限は {LIMIT} バイト)", en=f"the JSON is too large (the limit is {LIMIT} bytes)"), at=start
        )
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise YamlError(
            Text(ja="文字コードが UTF-8 ではありません", en="the text is not UTF-8"),
            at=Location(path=path, line=data.count(b"\n", 0, error.start) + 1, column="1"),
            hint=Text(ja="UTF-8 で保存し直してください", en="save the file as UTF-8"),
        ) from error
    reader = _Reader(path, text)
    root = reader.document()
    if reader.errors:
        raise ManyError(by_place(reader.errors))
    return root


class _Open:
    """A collection that is being read; `entries` is None for a sequence."""

    __slots__ = ("at", "entries", "items", "key", "seen")

    def __init__(self, at: Location, *, mapping: bool) -> None:
        self.at = at
        self.items: list[Node] = []
        self.entries: list[tuple[Scalar, Node]] | None = [] if mapping else None
        self.key: Scalar | None = None
        self.seen: dict[str, Location] = {}

    def done(self) -> Node:
        """Return what was read."""
        return Seq(tuple(self.items), self.at) if self.entries is None else Map(tuple(self.entries), self.at)


class _Reader:
    """Reads one text from its start to its end."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.index = 0
        self.errors: list[SecauditError] = []
        self.starts: Sequence[int] = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, index: int) -> Location:
        """Return the place of a character."""
        line = bisect_right(self.starts, index)
        return Location(path=self.path, line=line, column=str(index - self.starts[line - 1] + 1))

    def document(self) -> Node:
        """Return the one value of the text."""
        stack: list[_Open] = []
        while True:
            node = self._value(stack)
            while node is not None:
                if not stack:
                    self._space()
                    if self.index < len(self.text):
                        raise self._wrong(Text(ja="JSON の後に続きがあります", en="there is more after the JSON"), self.index)
                    return node
                node = self._added(stack, node)

    def _value(self, stack: list[_Open]) -> Node | None:
        """Read a value, or open a collection (None, unless it is empty and so done)."""
        char = self._next()
        at = self.at(self.index)
        if char == '"':
            return self._string()
        if char in ("{", "["):
            if len(stack) >= DEPTH:
                raise self._wrong(
                    Text(ja=f"入れ子が深すぎます (上限は {DEPTH} 段)", en=f"the nesting is too deep (the limit is {DEPTH})"), self.index
                )
            self.index += 1
            opened = _Open(at, mapping=char == "{")
            if self._next() == ("}" if char == "{" else "]"):
                self.index += 1
                return opened.done()
            stack.append(opened)
            if char == "{":
                self._key(opened)
            return None
        return self._plain(at)

    def _added(self, stack: list[_Open], node: Node) -> Node | None:
        """Put a value into the collection that is open; return the collection if that closes it."""
        top = stack[-1]
        if top.entries is None:
            top.items.append(node)
        elif top.key is not None:
            top.entries.append((top.key, node))
        closing = "]" if top.entries is None else "}"
        char = self._next()
        if char == closing:
            self.index += 1
            return stack.pop().done()
        if char != ",":
            raise self._wrong(Text(ja=f"`,` か `{closing}` がありません", en=f"a `,` or a `{closing}` is missing"), self.index)
        self.index += 1
        if top.entries is not None:
            self._key(top)
        return None

    def _key(self, top: _Open) -> None:
        if self._next() != '"':
            raise self._wrong(Text(ja="ここに項目名があるはずです", en="a key in quotes is expected here"), self.index)
        key = self._string()
        if key.text in top.seen:
            first = top.seen[key.text]
            self.errors.append(
                YamlError(
                    Text(
                        ja=f"`{key.text[:80]}` が二度書かれています (一度目は {first.line} 行 {first.column} 列)",
                        en=f"`{key.text[:80]}` is written twice (first at line {first.line}, column {first.column})",
                    ),
                    at=key.at,
                    hint=Text(ja="どちらか一つを消してください", en="delete one of the two"),
                )
            )
        top.seen.setdefault(key.text, key.at)
        top.key = key
        if self._next() != ":":
            raise self._wrong(Text(ja="項目名の後に `:` がありません", en="a key has no `:` after it"), self.index)
        self.index += 1

    def _string(self) -> Scalar:
        start = self.index
        try:
            value, self.index = _STRINGS.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            raise self._wrong(Text(ja="文字の値が正しく閉じていません", en="a text is not written as JSON wants it"), error.pos) from error
        text = str(value)
        if not text.isascii() and _LONE.search(text):
            raise self._wrong(Text(ja="半分だけの文字があります", en="there is half a character"), start)
        return Scalar(text, text, self.at(start), '"')

    def _plain(self, at: Location) -> Scalar:
        word = _WORD.match(self.text, self.index)
        if word is not None and word[0] in _WORDS:
            self.index = word.end()
            return Scalar(_WORDS[word[0]], word[0], at)
        number = _NUMBER.match(self.text, self.index)
        if number is None or len(number[0]) > DIGITS:
            raise self._wrong(Text(ja="JSON の値ではありません", en="this is no value of JSON"), self.index)
        whole = number[1] is None and number[2] is None
        value = int(number[0]) if whole else float(number[0])
        if not math.isfinite(value):
            raise self._wrong(Text(ja="数が大きすぎます", en="the number is too large"), self.index)
        self.index = number.end()
        return Scalar(value, number[0], at)

    def _space(self) -> None:
        found = _SPACE.match(self.text, self.index)
        self.index = found.end() if found is not None else self.index

    def _next(self) -> str:
        """Pass white space; return the next character, nothing at the end."""
        char = self.text[self.index : self.index + 1]
        if char not in " \t\n\r":
            return char
        self._space()
        return self.text[self.index : self.index + 1]

    def _wrong(self, message: Text, index: int) -> YamlError:
        return YamlError(message, at=self.at(index), hint=Text(ja="JSON として出力し直してください", en="export the file again as JSON"))
