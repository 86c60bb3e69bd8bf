"""Rows of a Cisco configuration: decoded, nested by indentation, and shown without secrets; and the ledger of what became of each.

* A terminal's traces (carriage returns, backspaces, `--More--`) are undone. A pager mark as the last line means that the rest is missing;
  a mark with text behind it is not understood, because its indentation is lost.
* What people are shown of a row ends at the first word that announces a secret; long hexadecimal words, hashes and words with `@` are
  masked everywhere.
  Remarks and descriptions are free text and are not shown at all. An entry of an access list holds no secrets.
* INVARIANT: `Ledger.close` leaves no row without a fate: what nobody claimed is not understood, and the device is in doubt.

Never here: what a row means.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.ir import BOTH, Doubt, Source, Unknown
from secaudit.netproof.lines import COMMENT, Accountant, LineAccount, Reach
from secaudit.netproof.packets import Family

MASK = "***"

_PAGER = re.compile(r"^\s*<?-{2,3} ?More ?-{2,3}>?\s*(.*)$")
_HEX = re.compile(r"^(?:\$\w+\$.*|[0-9A-Fa-f]{12,}|.*@.*)$")
_HEX_WORD = re.compile(r"^[0-9A-Fa-f]{2,8}$")
_ANNOUNCING = """
    password passwd secret key keys key-string pre-shared-key community passphrase psk md5 sha authentication authentication-key
    message-digest-key ldap-login-password shared-secret wpa-psk hash pac cipher string auth priv certificate hostkey
"""
_SECRET_WORDS = frozenset(_ANNOUNCING.split())
_SECRET_HEADS = {
    "username": 1,
    "enable": 1,
    "snmp-server": 2,
    "tacacs-server": 1,
    "radius-server": 1,
    "aaa-server": 1,
    "license": 1,
    "ntp": 2,
    "banner": 2,
    "failover": 1,
}
"""Commands whose words behind the first few may be secret without any word that announces them."""

_SECRET_BLOCKS = frozenset({"crypto", "key", "certificate", "tacacs", "radius", "ldap", "aaa-server", "tunnel-group", "webvpn", "banner"})
"""Commands of whose inner lines only the first word is shown."""

TRUNCATED = Text(ja="表示の途中（More）で切れており、続きがありません", en="the output ends at a pager mark; the rest is missing")
PAGED = Text(ja="画面送りの印が行に混じっています", en="a pager mark stands inside the line")
PAGER_ONLY = Text(ja="画面送りの印", en="a mark of the terminal's pager")
TWICE = Text(ja="同じインターフェースが二度書かれています", en="the same interface stands twice")
UNKNOWN_COMMAND = Text(ja="読み取れない設定です", en="a command that is not known here")
OPEN_BANNER = Text(ja="見出し文の終わりがありません", en="the banner has no end")


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One line that is not blank: its words, what people are shown of it, and the rows indented below it."""

    at: Location
    words: tuple[str, ...]
    text: str
    children: tuple["Row", ...] = ()

    def starts(self, *prefix: str) -> bool:
        """Whether the row begins with these words."""
        return self.words[: len(prefix)] == prefix

    def deep(self) -> Iterator["Row"]:
        """Yield the row and all below it."""
        yield self
        for child in self.children:
            yield from child.deep()


def shown(words: Sequence[str]) -> str:
    """Return the words as people are shown them, without what may be secret."""
    limit = _SECRET_HEADS.get(words[0].lower(), len(words))
    rule = "permit" in words[:6] or "deny" in words[:6]
    found: list[str] = []
    for index, word in enumerate(words):
        if index >= limit:
            found.append(MASK)
            break
        found.append(MASK if _HEX.match(word) else word)
        if word in ("remark", "description") and index + 1 < len(words):
            found.append("…")
            break
        if word.lower() in _SECRET_WORDS and not rule and index + 1 < len(words):
            found.append(MASK)
            break
    return " ".join(found)


def _inner(words: Sequence[str]) -> str:
    """Return what is shown of a line inside a block that holds secrets."""
    if all(_HEX_WORD.match(word) for word in words):
        return MASK
    return words[0] if len(words) == 1 else f"{words[0]} {MASK}"


def _screen(line: str) -> str:
    """Return a line as a terminal would show it: carriage returns and backspaces move the cursor."""
    if "\b" not in line and "\r" not in line.rstrip("\r"):
        return line.rstrip()
    cells: list[str] = []
    cursor = 0
    for sign in line.rstrip("\r"):
        if sign == "\b":
            cursor = max(0, cursor - 1)
        elif sign == "\r":
            cursor = 0
        else:
            cells[cursor : cursor + 1] = [sign]
            cursor += 1
    return "".join(cells).rstrip()


def _decoded(data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp932", "euc_jp"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


@dataclass(slots=True)
class Ledger:
    """What became of every row, and the doubts that follow."""

    accountant: Accountant = field(default_factory=Accountant)
    doubts: list[Doubt] = field(default_factory=list)
    _known: set[Location] = field(default_factory=set)

    def understood(self, row: Row) -> None:
        """Enter a row that was understood completely."""
        self._known.add(row.at)
        self.accountant.understood(row.at, row.text)

    def irrelevant(self, row: Row, reason: Text) -> None:
        """Enter a row with all rows below it that nobody has claimed."""
        for each in row.deep():
            if each is row or each.at not in self._known:
                self._known.add(each.at)
                self.accountant.irrelevant(each.at, each.text, reason)

    def unread(self, row: Row, reason: Text, reach: Reach = Reach.RULE, where: str | None = None) -> Unknown:
        """Enter a row that was not understood; return what a match or an action carries."""
        self._known.add(row.at)
        line = self.accountant.not_understood(row.at, row.text, reason, reach, where)
        return Unknown(reason=reason, line=line)

    def doubt(self, row: Row, reason: Text, families: frozenset[Family] = BOTH) -> None:
        """Enter a row, with the unclaimed rows below it, that could change anything."""
        for each in row.deep():
            if each is row or each.at not in self._known:
                unknown = self.unread(each, reason, Reach.DEVICE)
                self.doubts.append(Doubt(reason=reason, line=unknown.line, families=families))

    def missing(self, reason: Text, families: frozenset[Family] = BOTH) -> None:
        """Enter a doubt about what was not delivered."""
        self.doubts.append(Doubt(reason=reason, line=None, families=families))

    def knows(self, row: Row) -> bool:
        """Whether a fate was entered for the row."""
        return row.at in self._known

    def close(self, rows: Iterable[Row]) -> LineAccount:
        """Return the account; a row that nobody claimed is not understood and puts the device in doubt."""
        for row in rows:
            for each in row.deep():
                if not self.knows(each):
                    self.doubt(each, UNKNOWN_COMMAND)
        return self.accountant.account()


@dataclass(frozen=True, slots=True)
class _Flat:
    indent: int
    at: Location
    words: tuple[str, ...]


Noise = Callable[[str], Text | None]
"""Says of a whole line whether it is no command at all (a comment, a header of the export), and why."""


def rows_of(source: Source, ledger: Ledger, noise: Noise, *, banners: bool) -> tuple[Row, ...]:
    """Return the top rows of a file; comments and pager marks go to the ledger at once.

    `banners`: a `banner` runs to a delimiter of its own (IOS), so its lines are no commands.
    """
    flat: list[_Flat] = []
    lines = [(Location(path=source.path, line=n), _screen(raw)) for n, raw in enumerate(_decoded(source.data).split("\n"), start=1)]
    filled = [(at, line) for at, line in lines if line.strip()]
    end = ""
    for number, (at, line) in enumerate(filled):
        words = tuple(line.split())
        if end:
            ledger.irrelevant(Row(at, words, MASK), COMMENT)
            end = "" if end in line else end
            continue
        pager = _PAGER.match(line)
        if pager:
            _pager(Row(at, words, shown(words)), pager.group(1), ledger, last=number == len(filled) - 1)
        elif reason := noise(line):
            ledger.irrelevant(Row(at, words, shown(words)), reason)
        elif banners and words[0] == "banner":
            ledger.irrelevant(Row(at, words, shown(words)), COMMENT)
            end = _delimiter(words)
        else:
            flat.append(_Flat(len(line) - len(line.lstrip()), at, words))
    if end:
        ledger.missing(OPEN_BANNER)
    return _nested(flat, secret=False)


def _pager(row: Row, rest: str, ledger: Ledger, *, last: bool) -> None:
    if rest:
        ledger.doubt(row, PAGED)
    elif last:
        ledger.doubt(row, TRUNCATED)
    else:
        ledger.irrelevant(row, PAGER_ONLY)


def _delimiter(words: Sequence[str]) -> str:
    """Return what ends a banner on a later line, or nothing if it ends on this one."""
    rest = " ".join(words[2:]) if len(words) > 2 else ""
    if not rest:
        return ""
    sign = "^C" if rest.startswith("^C") else rest[0]
    return "" if sign in rest[len(sign) :] else sign


def _nested(flat: Sequence[_Flat], *, secret: bool) -> tuple[Row, ...]:
    """Return rows with their children: what stands below a row and further right."""
    found: list[Row] = []
    index = 0
    while index < len(flat):
        head = flat[index]
        stop = index + 1
        while stop < len(flat) and flat[stop].indent > head.indent and flat[stop].at.path == head.at.path:
            stop += 1
        inside = secret or head.words[0] in _SECRET_BLOCKS
        text = _inner(head.words) if secret else shown(head.words)
        found.append(Row(head.at, head.words, text, _nested(flat[index + 1 : stop], secret=inside)))
        index = stop
    return tuple(found)
