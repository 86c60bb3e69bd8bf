"""What documents of OSCAL hold whichever way they go: our namespace, ids as tokens, and Markdown that keeps every character.

* `escape` and `unescape` are inverse: a text is written as Markdown without markup and comes back as it was.
* Prose may have several lines; white space at the end of a line and characters that are not printable do not survive.

Never here: a control, a form of a document.
"""

import re

PROPERTIES = "urn:secaudit:oscal:1"
"""The namespace of properties and parts that are ours."""
RMF = "http://csrc.nist.gov/ns/rmf"
"""The namespace in which OSCAL names the method of an assessment."""
PREFIX = "lg-"
"""A token of OSCAL begins with a letter, so ids of controls get this before them."""
ENGLISH = "en"
"""The class of a part or property that is the English of the one it stands in or beside."""
TRANSLATION = "translation"

_ANYWHERE = re.compile(r"[\\`*\[\]<>{}|~^$]|_(?!\w)|(?<!\w)_|&(?=#?\w+;)")
_AT_START = re.compile(r"^([-+=#])")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOT_IN_TOKEN = re.compile(r"[^\w.\-]")


def token(text: str) -> str:
    """Return the id of a control, or of what is part of one, as OSCAL wants it: `6.2.1-02` becomes `lg-6.2.1-02`."""
    return PREFIX + _NOT_IN_TOKEN.sub("-", text)


def escape(text: str) -> str:
    """Return `text` as Markdown that shows it as it is, line by line."""
    return "\n".join(map(_line, text.split("\n")))


def unescape(markdown: str) -> str:
    """Return Markdown without the backslashes before punctuation."""
    return _ESCAPED.sub(r"\1", markdown)


def _line(line: str) -> str:
    inert = _ANYWHERE.sub(r"\\\g<0>", line)
    return _NUMBERED.sub(r"\1\\\2", _AT_START.sub(r"\\\1", inert))
