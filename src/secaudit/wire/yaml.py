"""YAML as trees with places, for files that strangers write.

* Refused: anchors and aliases, tags, directives, duplicate keys (both places are named), keys that are no single value,
  more than one document, depth over 32, more than 64 MiB, text that is not UTF-8, NaN and infinity.
* Plain scalars are read as YAML 1.2 reads them (`no` and `1:30` are text), with two additions: `YYYY-MM-DD` is a date if there is
  such a day, and a decimal number with a leading zero (`042072`) stays text, because it is a code.
* The parser's events are read one by one, so that no depth and no alias can hurt.

Never here: what the keys mean.
"""

import re
from collections.abc import Iterator
from typing import Any, cast

from secaudit.errors import ManyError, SecauditError, YamlError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire.scalars import typed
from secaudit.wire.tree import Map, Node, Pointer, Scalar, ScalarValue, Seq, by_place, find, place, plain

__all__ = ["DEPTH", "LIMIT", "Map", "Node", "Pointer", "Scalar", "ScalarValue", "Seq", "find", "parse", "place", "plain"]

DEPTH = 32
LIMIT = 64 * 2**20
"""Largest text that is parsed; unit: bytes."""


def parse(data: bytes, path: str) -> Node:
    """Return the tree of the one document in `data`; `path` is what places are called.

    Raises `YamlError` (SA101), or `ManyError` if there are several (duplicate keys).
    """
    start = Location(path=path, line=1, column="1")
    if len(data) > LIMIT:
        raise YamlError(
            Text(ja=f"YAML が大きすぎます (上限は {LIMIT} バイト)", en=f"the YAML is too large (the limit is {LIMIT} bytes)"), at=start
        )
    text = _decode(data, start)
    builder = _Builder(path, text)
    try:
        for event in events(text):
            builder.take(event)
    except YamlError as error:
        builder.errors.append(error)
    except _yaml_error_class() as error:
        builder.errors.append(_syntax(error, text, path))
    if builder.errors:
        errors = by_place(builder.errors)
        raise errors[0] if len(errors) == 1 else ManyError(errors)
    if builder.root is None:
        raise YamlError(
            Text(ja="ファイルに中身がありません", en="the file is empty"),
            at=start,
            hint=Text(ja="内容を書いてください", en="write its contents"),
        )
    return builder.root


def _decode(data: bytes, start: Location) -> str:
    body = data.removeprefix(b"\xef\xbb\xbf")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = b"\xff"  # UTF-16 is refused by the same words as every other encoding
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise YamlError(
            Text(ja="文字コードが UTF-8 ではありません", en="the text is not UTF-8"),
            at=Location(path=start.path, line=line, column="1"),
            hint=Text(ja="UTF-8 で保存し直してください", en="save the file as UTF-8"),
        ) from error
    bad = BREAKS.search(text)
    if bad is not None:
        raise YamlError(
            Text(ja=f"使えない文字 U+{ord(bad[0]):04X} があります", en=f"the character U+{ord(bad[0]):04X} is not allowed"),
            at=_location_of(text, bad.start(), start.path),
            hint=Text(ja="その文字を消してください", en="delete the character"),
        )
    return text


# YAML 1.1 parsers take these for ends of lines, editors do not; control characters are refused by YAML itself.
BREAKS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _location_of(text: str, index: int, path: str) -> Location:
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    line = before.count("\n") + 1
    return Location(path=path, line=line, column=str(len(before) - (before.rfind("\n") + 1) + 1))


def _yaml_error_class() -> type[Exception]:
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - a heavy import

    found: type[Exception] = YAMLError
    return found


def events(text: str) -> Iterator[Any]:
    """Yield the events of ruamel's C parser, or of its Python parser where the extension is missing."""
    try:
        from _ruamel_yaml import CParser  # type: ignore[import-not-found]  # noqa: PLC0415 - a heavy import; an extension has no types
    except ImportError:
        from ruamel.yaml import YAML  # noqa: PLC0415 - a heavy import

        yield from YAML(typ="safe", pure=True).parse(text)
        return
    parser = CParser(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


class _Open:
    """A collection that is being read."""

    __slots__ = ("at", "entries", "items", "key", "seen", "values")

    def __init__(self, at: Location, *, mapping: bool) -> None:
        self.at = at
        self.items: list[Node] = []
        self.entries: list[tuple[Scalar, Node]] | None = [] if mapping else None
        self.key: Scalar | None = None
        self.seen: dict[str, Scalar] = {}
        self.values: dict[ScalarValue, Scalar] = {}


class _Builder:
    """Build nodes from events; collect what can be read past, raise what cannot."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.asks = "?" in text
        self.lines: list[str] | None = None
        self.root: Node | None = None
        self.errors: list[SecauditError] = []
        self.stack: list[_Open] = []
        self.handlers = {
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._start_map,
            "SequenceStartEvent": self._start_seq,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
            "AliasEvent": self._alias,
            "DocumentStartEvent": self._document,
        }

    def take(self, event: Any) -> None:  # noqa: ANN401 - ruamel ships no types
        """Take the next event."""
        handler = self.handlers.get(type(event).__name__)
        if handler is not None:
            handler(event)

    def _at(self, event: Any) -> Location:  # noqa: ANN401 - ruamel ships no types
        mark = event.start_mark
        return Location(path=self.path, line=mark.line + 1, column=str(mark.column + 1))

    def _document(self, event: Any) -> None:  # noqa: ANN401 - ruamel ships no types
        if self.root is not None:
            raise YamlError(
                Text(ja="文書が二つ以上あります", en="there is more than one document"),
                at=self._at(event),
                hint=Text(ja="`---` で分けず、別のファイルにしてください", en="use one file for each instead of `---`"),
            )
        if event.version is not None or event.tags:
            raise YamlError(
                Text(ja="`%` で始まる指示は使えません", en="directives (`%`) are not allowed"),
                at=Location(path=self.path, line=1, column="1"),
                hint=Text(ja="その行を消してください", en="delete the line"),
            )

    def _alias(self, event: Any) -> None:  # noqa: ANN401 - ruamel ships no types
        raise YamlError(
            Text(ja=f"別名 `*{event.anchor}` は使えません", en=f"the alias `*{event.anchor}` is not allowed"),
            at=self._at(event),
            hint=Text(ja="同じ内容をその場に書いてください", en="write the contents out"),
        )

    def _refuse_extras(self, event: Any, at: Location) -> None:  # noqa: ANN401 - ruamel ships no types
        if event.anchor is not None:
            raise YamlError(
                Text(ja=f"目印 `&{event.anchor}` は使えません", en=f"the anchor `&{event.anchor}` is not allowed"),
                at=at,
                hint=Text(ja="目印を消し、同じ内容をその場に書いてください", en="delete it and write the contents out"),
            )
        if event.tag is not None:
            raise YamlError(
                Text(ja=f"型の指定 `{event.tag}` は使えません", en=f"the tag `{event.tag}` is not allowed"),
                at=at,
                hint=Text(
                    ja="指定を消してください。文字にしたい値は引用符で囲みます", en="delete it; put a value in quotes to make it text"
                ),
            )

    def _start_map(self, event: Any) -> None:  # noqa: ANN401 - ruamel ships no types
        self._open(event, mapping=True)

    def _start_seq(self, event: Any) -> None:  # noqa: ANN401 - ruamel ships no types
        self._open(event, mapping=False)

    def _open(self, event: Any, *, mapping: bool) -> None:  # noqa: ANN401 - ruamel ships no types
        at = self._at(event)
        self._refuse_extras(event, at)
        if self.stack and self.stack[-1].entries is not None and self.stack[-1].key is None:
            raise YamlError(
                Text(ja="項目名は一つの値でなければなりません", en="a key is one value, not a list or a mapping"),
                at=at,
                hint=Text(ja="`{` や `[` で始まる値は引用符で囲んでください", en="put a value that starts with `{` or `[` in quotes"),
            )
        if len(self.stack) >= DEPTH:
            raise YamlError(
                Text(ja=f"入れ子が深すぎます (上限は {DEPTH} 段)", en=f"the nesting is too deep (the limit is {DEPTH})"),
                at=at,
                hint=Text(ja="入れ子を減らしてください", en="use fewer levels"),
            )
        self.stack.append(_Open(at, mapping=mapping))

    def _end(self, _event: Any) -> None:  # noqa: ANN401 - ruamel ships no types
        done = self.stack.pop()
        self._add(Seq(tuple(done.items), done.at) if done.entries is None else Map(tuple(done.entries), done.at))

    def _scalar(self, event: Any) -> None:  # noqa: ANN401 - ruamel ships no types
        at = self._at(event)
        if event.anchor is not None or event.tag is not None:
            self._refuse_extras(event, at)
        if self.asks and event.value:
            self._refuse_glued_question(event, at)
        style = event.style or ""
        text = event.value
        if style:
            self._add(Scalar(text, text, at, style, self._block_start(event) if style in "|>" else None))
        else:
            self._add(Scalar(typed(text, at), text, at))

    def _refuse_glued_question(self, event: Any, at: Location) -> None:  # noqa: ANN401 - ruamel ships no types
        """Refuse `[?x]`: YAML 1.2 reads the text `?x` there, the parser a key `x`."""
        index = event.start_mark.index
        if self.stack and self.stack[-1].entries is not None and self.stack[-1].key is None and index and self.text[index - 1] == "?":
            raise YamlError(
                Text(ja="ここに `?` は書けません", en="`?` is not allowed here"),
                at=at,
                hint=Text(ja="`?` を含む値は引用符で囲んでください", en="put a value with `?` in quotes"),
            )

    def _block_start(self, event: Any) -> Location | None:  # noqa: ANN401 - ruamel ships no types
        """Return where the text of a block scalar starts: the first line below the sign that is not blank."""
        if self.lines is None:
            self.lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for number in range(event.start_mark.line + 1, len(self.lines)):
            stripped = self.lines[number].lstrip(" ")
            if stripped:
                return Location(path=self.path, line=number + 1, column=str(len(self.lines[number]) - len(stripped) + 1))
        return None

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if top.entries is None:
            top.items.append(node)
        elif top.key is not None:
            top.entries.append((top.key, node))
            top.key = None
        else:
            self._add_key(top, cast("Scalar", node))  # `_open` has refused all else

    def _add_key(self, top: _Open, key: Scalar) -> None:
        """Remember a key; one that is there already, by text or by value, is an error that names both places."""
        if key.value is None:
            raise YamlError(
                Text(ja="項目名がありません", en="a key is missing"),
                at=key.at,
                hint=Text(ja="`:` の前に項目名を書いてください", en="write a key before `:`"),
            )
        first = top.seen.get(key.text) or top.values.get(key.value)
        if first is not None:
            self.errors.append(
                YamlError(
                    Text(
                        ja=f"`{key.text}` が二度書かれています (一度目は {first.at.line} 行 {first.at.column} 列)",
                        en=f"`{key.text}` is written twice (first at line {first.at.line}, column {first.at.column})",
                    ),
                    at=key.at,
                    hint=Text(ja="どちらか一つを消してください", en="delete one of the two"),
                )
            )
        top.seen[key.text] = key
        top.values[key.value] = key
        top.key = key


_PROBLEMS: tuple[tuple[str, Text, Text], ...] = (
    (
        "mapping values are not allowed",
        Text(ja="ここに `:` は書けません", en="`:` is not allowed here"),
        Text(ja="字下げをそろえるか、`:` を含む値を引用符で囲んでください", en="align the indentation, or put a value with `:` in quotes"),
    ),
    (
        "expected ',' or",
        Text(ja="`,` か閉じかっこがありません", en="a `,` or a closing bracket is missing"),
        Text(
            ja="`[` と `]`、`{` と `}` の組を確かめ、`?` や `:` を含む値は引用符で囲んでください",
            en="check the pairs `[` `]` and `{` `}`, and put a value with `?` or `:` in quotes",
        ),
    ),
    (
        "unexpected end of stream",
        Text(ja="閉じる引用符がありません", en="a closing quote is missing"),
        Text(ja="引用符の組を確かめてください", en="check the pairs of quotes"),
    ),
    (
        "expected ':'",
        Text(ja="項目名の後に `:` がありません", en="a key has no `:` after it"),
        Text(ja="`項目名: 値` の形で、`:` の後に空白を入れてください", en="write `key: value`, with a space after `:`"),
    ),
    (
        "expected key",
        Text(ja="ここに項目名があるはずです", en="a key is expected here"),
        Text(ja="字下げが上の行とそろっているかを確かめてください", en="check that the indentation matches the lines above"),
    ),
    (
        "undefined alias",
        Text(ja="別名 (`*`) は使えません", en="aliases (`*`) are not allowed"),
        Text(ja="`*` で始まる値は引用符で囲んでください", en="put a value that starts with `*` in quotes"),
    ),
)


def _syntax(error: Exception, text: str, path: str) -> YamlError:
    """Turn the parser's complaint into ours."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = (
        Location(path=path, line=mark.line + 1, column=str(mark.column + 1))
        if mark is not None
        else Location(path=path, line=1, column="1")
    )
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    here = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
    if mark is not None and here[mark.column : mark.column + 1] == "\t":
        return YamlError(
            Text(ja="字下げにタブは使えません", en="a tab cannot be used to indent"),
            at=at,
            hint=Text(ja="空白に置き換えてください", en="use spaces"),
        )
    problem = str(getattr(error, "problem", ""))
    for words, message, hint in _PROBLEMS:
        if words in problem:
            return YamlError(message, at=at, hint=hint)
    return YamlError(
        Text(ja="YAML として読めません", en="this cannot be read as YAML"),
        at=at,
        hint=Text(
            ja="字下げを確かめ、記号で始まる値は引用符で囲んでください",
            en="check the indentation, and put values that start with a sign in quotes",
        ),
    )
