"""What a reader asked for: the same settings go to every renderer.

Never here: reading arguments (`cli`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from secaudit.model.text import Lang

BaselineState = Literal["new", "unchanged", "updated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Language, how many outcomes a finding lists, whether what passes is listed, whether the exit code was softened.

    `baseline` says of a finding's fingerprint how it compares with an earlier run; somebody else compared. None: no baseline was
    given. A fingerprint that it does not name is new.
    """

    lang: Lang
    samples: int
    everything: bool = False
    exit_zero: bool = False
    baseline: Mapping[str, BaselineState] | None = None
