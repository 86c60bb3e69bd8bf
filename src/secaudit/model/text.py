"""A text in the two languages of the project.

Never here: choosing the language (`cli` does), formatting of tables (`reports`).
"""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["ja", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The same statement in Japanese and English; both are always present."""

    ja: str
    en: str

    def get(self, lang: Lang) -> str:
        """Return the text in `lang`."""
        return self.ja if lang == "ja" else self.en
