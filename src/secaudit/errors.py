"""The one exception tree. Everything a user can mend is a `SecauditError`; misuse of our own functions is a `ValueError`.

`FaultError` alone is ours to mend; it stands here because it is told in the same way.

Messages are bilingual, one line, lower case in English, no full stop; user input stands in back-ticks.

Never here: printing or exiting (`cli`).
"""

from collections.abc import Sequence
from typing import ClassVar

from secaudit.model.location import Location
from secaudit.model.text import Text


class SecauditError(Exception):
    """Something a user can mend. `code` is stable and documented in docs/errors.md."""

    code: ClassVar[str] = "SA000"

    def __init__(self, message: Text, *, at: Location | None = None, hint: Text | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.at = at
        self.hint = hint


class ManyError(SecauditError):
    """All located errors of a reading, sorted by place; its code is that of each part."""

    code = "SA001"

    def __init__(self, errors: Sequence[SecauditError]) -> None:
        super().__init__(errors[0].message, at=errors[0].at, hint=errors[0].hint)
        self.errors = tuple(errors)


class UsageError(SecauditError):
    """The command was called wrongly (exit 2)."""

    code = "SA002"


class YamlError(SecauditError):
    """A YAML or JSON text that cannot be read safely: syntax, depth, alias, duplicate key, size (exit 3)."""

    code = "SA101"


class FileError(SecauditError):
    """A file that cannot be opened, leads out of its folder, is a link or too large (exit 3)."""

    code = "SA102"


class DocumentError(SecauditError):
    """A control, policy or manifest that does not have its form (exit 3)."""

    code = "SA201"


class UnknownNameError(SecauditError):
    """A name that points at nothing: control, parameter, kind, column (exit 3)."""

    code = "SA202"


class ConditionError(SecauditError):
    """A condition that is not allowed, does not parse or has the wrong types (exit 3)."""

    code = "SA203"


class EvidenceError(SecauditError):
    """A file of evidence that cannot be used (exit 3)."""

    code = "SA301"


class SealError(SecauditError):
    """Evidence that differs from its seal (exit 4)."""

    code = "SA302"


class HistoryError(SecauditError):
    """The history does not verify or cannot be written (exit 4)."""

    code = "SA401"


class FaultError(SecauditError):
    """A fault of ours that one assessment ran into: nobody but us can mend it, and the others are made all the same (exit 70)."""

    code = "SA901"
