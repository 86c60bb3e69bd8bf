"""Which language to speak: `--lang`, else an `en_*` locale, else Japanese.

* Help texts are chosen when a command is imported, so the arguments are looked at before click parses them.

Never here: the texts.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from secaudit.model.text import Lang, Text


def preferred(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language that arguments and locale ask for."""
    for index, argument in enumerate(arguments):
        if argument == "--lang" and arguments[index + 1 : index + 2] in (["en"], ["ja"]):
            return "en" if arguments[index + 1] == "en" else "ja"
        if argument in ("--lang=en", "--lang=ja"):
            return "en" if argument.endswith("en") else "ja"
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "en" if locale.startswith("en_") else "ja"


LANG: Lang = preferred(sys.argv[1:], os.environ)
"""The language of this process."""


def say(ja: str, en: str) -> str:
    """Return the text in the language of this process."""
    return Text(ja=ja, en=en).get(LANG)
