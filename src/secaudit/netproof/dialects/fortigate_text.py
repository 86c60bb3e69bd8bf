"""FortiOS text → statements → sections: `config`, `edit`, `set`, `unset`, `append`, `next`, `end`, with quotes over several lines.

* A statement may span lines (certificates, messages); each line that is not blank is one line of the account.
* A section or an entry that is opened twice is the same one: later settings are added, the entry keeps its first position.
* INVARIANT: no value of a secret setting leaves this module in a text (`shown`); values of irrelevant settings are not shown at all.

Never here: what a setting means.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.ir import Source

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LADDER = ("utf-8", "cp932", "euc_jp")
_LENIENT = re.compile("[\u0080\u00a0\uf8f0-\uf8f3]")
"""What Python makes of bytes that Shift-JIS does not have."""
_SECRET = re.compile(
    r"pass(?!ive)|pwd|secret|psk|private|phrase|communit|token|cert|csr|crl|md5|hash|salt|key|credential|username|user$|"
    r"buffer|image|comment|description|alias|contact|location|email|mail|phone|sms|url",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\.")
_PLAIN = re.compile(r"[\w.:/*+-]+")
_PROMPT = re.compile(r"^\S+ (?:\(\S+\) )?[#$] ?(?:show\b.*)?$")
DEPTH = 64
"""Most sections and entries inside each other; FortiOS has fewer than ten."""
LIMIT = 240
"""Most characters of a line that are shown."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `lines`: number and text of each of its lines that is not blank; `words` without quotes."""

    path: str
    lines: tuple[tuple[int, str], ...]
    words: tuple[str, ...]
    broken: bool = False

    @property
    def at(self) -> Location:
        """Where it begins."""
        return Location(path=self.path, line=self.lines[0][0])

    @property
    def key(self) -> str:
        """The setting's name."""
        return self.words[1] if len(self.words) > 1 else ""

    def places(self, *, value: bool = True) -> Iterator[tuple[Location, str]]:
        """Yield every line with the text that may be shown."""
        for index, (number, _) in enumerate(self.lines):
            yield Location(path=self.path, line=number), self.shown(value=value) if index == 0 else "…"

    def shown(self, *, value: bool = True) -> str:
        """Return the text without secrets; without `value`: the name of the setting alone."""
        words = self.words
        if not words:
            return "# …"
        if words[0] in ("set", "append", "select", "unselect") and len(words) > 2:
            secret = _SECRET.search(words[1]) or "ENC" in words[2:] or len(self.lines) > 1
            return f"{words[0]} {words[1]} …" if secret or not value else _joined(words)
        if words[0] not in ("config", "edit", "set", "unset", "append", "select", "unselect", "next", "end"):
            return f"{words[0][:40]} …"
        if words[0] == "edit" and not value:
            return "edit …"  # the names of accounts
        return _joined(words)


def _joined(words: Sequence[str]) -> str:
    text = " ".join(word if _PLAIN.fullmatch(word) else f'"{word}"' for word in words)
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"


@dataclass(slots=True)
class Entry:
    """What stands between `edit` and `next`. `settings` holds the last statement and the value of each name."""

    name: str
    head: Statement
    settings: dict[str, tuple[Statement, tuple[str, ...]]] = field(default_factory=dict)
    children: list["Section"] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def get(self, key: str) -> tuple[str, ...]:
        """Return the words of a setting; empty if it is not set."""
        found = self.settings.get(key)
        return found[1] if found is not None else ()

    def one(self, key: str, default: str = "") -> str:
        """Return the first word of a setting."""
        return (self.get(key) or (default,))[0]

    def on(self, key: str) -> bool:
        """Whether a setting is `enable`."""
        return self.one(key) == "enable"

    def says(self, *keys: str) -> Statement:
        """Return the statement of the first of these settings that is there, else the head."""
        return next((self.settings[key][0] for key in keys if key in self.settings), self.head)


@dataclass(slots=True)
class Section:
    """What stands between `config` and `end`; `self_` holds settings that stand in it directly."""

    path: tuple[str, ...]
    head: Statement
    self_: Entry
    entries: dict[str, Entry] = field(default_factory=dict)
    structure: list[Statement] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The path as one word."""
        return " ".join(self.path)

    def everything(self) -> Iterator[Statement]:
        """Yield every statement, its own and those of inner sections."""
        yield from self.structure
        for entry in (self.self_, *self.entries.values()):
            yield from entry.statements
            for child in entry.children:
                yield from child.everything()

    def settings(self) -> Iterator[Statement]:
        """Yield the statements that set something, inner ones too."""
        return (
            statement for statement in self.everything() if statement.words and statement.words[0] not in ("config", "edit", "next", "end")
        )


@dataclass(slots=True)
class Tree:
    """A file: its outermost sections, comments, and statements that stand nowhere. `open_` is True if a section never ends."""

    root: Entry
    comments: list[Statement] = field(default_factory=list)
    prompts: list[Statement] = field(default_factory=list)
    stray: list[Statement] = field(default_factory=list)
    open_: bool = False


def decoded(source: Source) -> str:
    """Return the text: byte-order mark, else strict UTF-8, CP932, EUC-JP. Raises `DocumentError` if none fits."""
    for bom, name in _BOMS:
        if source.data.startswith(bom):
            return _strictly(source, source.data[len(bom) :], (name,))
    return _strictly(source, source.data, _LADDER)


def _strictly(source: Source, data: bytes, names: Sequence[str]) -> str:
    for name in names:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if name != "cp932" or not _LENIENT.search(text):
            return text
    raise DocumentError(
        Text(ja="文字コードが UTF-8・Shift-JIS・EUC-JP のどれでもありません", en="the text is neither UTF-8 nor Shift-JIS nor EUC-JP"),
        at=Location(path=source.path),
    )


def statements(source: Source) -> Iterator[Statement]:
    """Yield the statements of a file; comments have no words."""
    lines = decoded(source).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        number += 1
        if not line.strip():
            continue
        if line.lstrip().startswith("#"):
            yield Statement(source.path, ((first + 1, line),), ())
            continue
        open_ = _ends_quoted(line, quoted=False)
        while open_ and number < len(lines):
            open_ = _ends_quoted(lines[number], quoted=True)
            number += 1
        words = _words("\n".join(lines[first:number]))
        whole = tuple((index + 1, lines[index]) for index in range(first, number) if lines[index].strip())
        yield Statement(source.path, whole, words, broken=open_)


def _ends_quoted(line: str, *, quoted: bool) -> bool:
    """Whether a quote is open at the end of a line, `quoted`: at its start too."""
    return quoted is (_ESCAPED.sub("", line).count('"') % 2 == 0)


def _words(text: str) -> tuple[str, ...]:
    """Split at blanks outside double quotes; a backslash takes the next character as it is."""
    if '"' not in text and "\\" not in text:
        return tuple(text.split())
    found: list[str] = []
    word: list[str] = []
    quoted = started = False
    index = 0
    while index < len(text):
        char = text[index]
        if char == "\\" and index + 1 < len(text):
            word.append(text[index + 1])
            started = True
            index += 1
        elif char == '"':
            quoted = not quoted
            started = True
        elif char.isspace() and not quoted:
            if started:
                found.append("".join(word))
            word, started = [], False
        else:
            word.append(char)
            started = True
        index += 1
    if started:
        found.append("".join(word))
    return tuple(found)


def parse(sources: Sequence[Source]) -> Tree:
    """Return the sections of all files as one tree."""
    path = sources[0].path if sources else ""
    tree = Tree(root=Entry("", Statement(path, ((1, ""),), ("config",))))
    for source in sources:
        _Parser(tree).run(statements(source))
    return tree


class _Parser:
    """Keeps the open sections and entries of one file."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.stack: list[Section | Entry] = [tree.root]

    def run(self, found: Iterator[Statement]) -> None:
        """Read all statements."""
        for statement in found:
            if not statement.words:
                self.tree.comments.append(statement)
            elif not self._one(statement):
                typed = len(self.stack) == 1 and _PROMPT.match(statement.lines[0][1].strip())
                (self.tree.prompts if typed else self.tree.stray).append(statement)
        self.tree.open_ = self.tree.open_ or len(self.stack) > 1

    def _entry(self) -> Entry:
        top = self.stack[-1]
        return top if isinstance(top, Entry) else top.self_

    def _one(self, statement: Statement) -> bool:
        """Read one statement; return whether it has a place here."""
        word, rest = statement.words[0], statement.words[1:]
        top = self.stack[-1]
        if statement.broken:
            return False
        if word == "config" and rest:
            self._open(statement, rest)
        elif word == "edit" and isinstance(top, Section) and len(rest) == 1:
            entry = top.entries.setdefault(rest[0], Entry(rest[0], statement))
            top.structure.append(statement)
            self.stack.append(entry)
        elif word == "next" and isinstance(top, Entry) and len(self.stack) > 1:
            self.stack.pop()
            self._section().structure.append(statement)
        elif word == "end" and len(self.stack) > 1:
            self._section().structure.append(statement)
            if isinstance(self.stack.pop(), Entry):
                self.stack.pop()
        elif word in ("set", "unset", "append", "select", "unselect") and rest and len(self.stack) > 1:
            self._set(self._entry(), statement, word, rest)
        else:
            return False
        return True

    def _section(self) -> Section:
        return next(one for one in reversed(self.stack) if isinstance(one, Section))

    def _open(self, statement: Statement, path: tuple[str, ...]) -> None:
        parent = self._entry()
        known = next((one for one in parent.children if one.path == path), None)
        if known is None:
            known = Section(path, statement, Entry("", statement))
            parent.children.append(known)
        known.structure.append(statement)
        self.stack.append(known)
        if len(self.stack) > DEPTH:
            raise DocumentError(
                Text(ja=f"節の入れ子が {DEPTH} 段を超えています", en=f"sections are nested deeper than {DEPTH}"),
                at=statement.at,
                hint=Text(ja="構成の書き出しが壊れていないか確かめてください", en="check that the export is not damaged"),
            )

    @staticmethod
    def _set(entry: Entry, statement: Statement, word: str, rest: tuple[str, ...]) -> None:
        entry.statements.append(statement)
        key, value = rest[0], rest[1:]
        if word == "unset":
            entry.settings.pop(key, None)
        elif word == "append":
            entry.settings[key] = (statement, (*entry.get(key), *value))
        elif word == "unselect":
            entry.settings[key] = (statement, tuple(one for one in entry.get(key) if one not in value))
        else:
            entry.settings[key] = (statement, value)
