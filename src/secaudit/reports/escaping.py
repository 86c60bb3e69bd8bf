"""One escaper for each channel: text of evidence is never a command, a formula, a link or markup.

* Whatever the channel, first `plain`: one line, and no character that a terminal or a browser would obey.
* A runner of CI jobs reads every line of an output, so text formats pass `inert_text` and JSON passes `inert_json` at the end.

Never here: choosing words.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from secaudit.reports.terminal import clean, one_line

FORMULA_STARTS = "=+-@|%\u2212"
"""A cell that begins with one of these (or its full-width form) may be read as a formula."""

_LEGACY_COMMAND = re.compile(r"##(?=\w*\[)")
_COMMAND_LINE = re.compile(r"^([^\S\n]*)::", re.MULTILINE)
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
_MARKDOWN = re.compile(r"([\\`*_\[\]|~#]|^[-+](?=\s))")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s)")
_REFERENCE = re.compile(r"#(?=\w)|!(?=\d)|\$|\bGH-(?=\d)")
_WEB = re.compile(r"\bwww\.", re.IGNORECASE)
_SCHEME = re.compile(r":(?=//)")
_WIDE = {"#": "＃", "!": "！", "$": "＄", "GH-": "GH－"}


def plain(text: str) -> str:
    """Return `text` on one line, with a visible sign for each control, bidirectional or invisible character."""
    return text.rstrip() if text.isprintable() else one_line(text)


def inert_text(text: str) -> str:
    """Break what a CI runner would obey in lines of text: `::command` at the start, `##[command]` and `##vso[` anywhere."""
    return _LEGACY_COMMAND.sub("# #", _COMMAND_LINE.sub(r"\1: :", text))


def inert_json(text: str) -> str:
    """Write what a terminal would obey, and the start of a runner's command, as escapes: the same JSON, other bytes."""
    lines = (line if line.isprintable() else "".join(map(_visible, line)) for line in text.split("\n"))
    return _LEGACY_COMMAND.sub(r"#\\u0023", "\n".join(lines))


def _visible(char: str) -> str:
    if clean(char) == char:
        return char
    number = ord(char)
    if number < 0x10000:
        return f"\\u{number:04x}"
    number -= 0x10000
    return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"


def json_bytes(document: object, *, depth: int, indent: str = "") -> bytes:
    """Return JSON with a line for each member down to `depth`, and what lies deeper on one line: quick to write, easy to compare.

    An iterator above that depth is written as a list, member by member. `indent` is that of the line the value stands on.
    """
    return b"".join(inert_json(part).encode() for part in _json(document, depth, indent))


def _json(value: object, depth: int, indent: str) -> Iterator[str]:
    if depth == 0 or not isinstance(value, dict | list | Iterator) or (not value and not isinstance(value, Iterator)):
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)
        return
    inner = indent + "  "
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    members = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    written = False
    for name, item in members:
        yield f"{',' if written else opening}\n{inner}" + ("" if name is None else f"{json.dumps(name, ensure_ascii=False)}: ")
        yield from _json(item, depth - 1, inner)
        written = True
    yield f"\n{indent}{closing}" if written else opening + closing


def xml(text: str) -> str:
    """Return `text` for an attribute or an element of XML."""
    return html.escape(_NOT_IN_XML.sub("␦", plain(text)))


def command_data(text: str) -> str:
    """Return `text` (lines of ours, each made plain) as the message of a workflow command of GitHub."""
    return _LEGACY_COMMAND.sub("# #", text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """Return `text` as a property of a workflow command of GitHub."""
    return command_data(plain(text)).replace(":", "%3A").replace(",", "%2C")


def markdown(text: str) -> str:
    """Return `text` as it stands in Markdown: no markup, link, image, mention or reference, in a cell of a table as elsewhere.

    Platforms look for mentions, addresses and references in the text behind the markup, where no escape helps; so their first
    characters become full-width.
    """
    inert = _WEB.sub("www．", _SCHEME.sub("：", plain(text).strip().replace("@", "＠")))
    inert = _REFERENCE.sub(lambda match: _WIDE[match[0]], inert)
    return _NUMBERED.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", html.escape(inert, quote=False)))


def cell(text: str) -> str:
    """Return `text` for a cell of CSV: with a leading `'` where a spreadsheet might read a formula."""
    line = plain(text)
    first = unicodedata.normalize("NFKC", line.lstrip()[:1])[:1]
    return f"'{line}" if text[:1] in ("\t", "\r", "\n", "\0") or (first and first in FORMULA_STARTS) else line


def uri(path: str) -> str:
    """Return a path as a relative reference that names no scheme and no host."""
    relative = quote(plain(path), safe="/._-")
    return "%2F" + relative[1:] if relative.startswith("/") else relative


def sarif(text: str) -> str:
    """Return one line for a message of SARIF, where brackets make links and braces name arguments."""
    return re.sub(r"([\\\[\]])", r"\\\1", plain(text)).replace("{", "{{").replace("}", "}}")
