"""Errors planted in the prover: a piece of a function's own text is exchanged for a wrong one while a test runs."""

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import pytest

ROOM = "secaudit.netproof"


@cache
def text(function: Callable[..., object]) -> str:
    """Return a function's own text."""
    return textwrap.dedent(inspect.getsource(function))


@dataclass(frozen=True, kw_only=True)
class Planted:
    """`old` stands once in the function `where` of `module` and becomes `new`; `seen_by`: the check that catches it."""

    name: str
    module: ModuleType
    where: str
    old: str
    new: str
    seen_by: str

    def __post_init__(self) -> None:
        text(self.found()[1])  # while the file is surely the one that was imported

    def found(self) -> tuple[object, Callable[..., object]]:
        """Return what holds the function, and the function."""
        owner: object = self.module
        *outer, last = self.where.split(".")
        for one in outer:
            owner = getattr(owner, one)
        return owner, getattr(owner, last)

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """Put the error in, wherever the function is known by now."""
        owner, real = self.found()
        last = self.where.split(".")[-1]
        assert text(real).count(self.old) == 1, f"{self.where} no longer holds `{self.old}` once: plant {self.name} anew"
        made: dict[str, object] = {}
        exec(compile(text(real).replace(self.old, self.new), f"<{self.name}>", "exec"), vars(self.module), made)  # noqa: S102 - our own text
        if owner is not self.module:
            patch.setattr(owner, last, made[last])
            return
        for name, module in [*sys.modules.items()]:
            if name.startswith(ROOM) and vars(module).get(last) is real:
                patch.setattr(module, last, made[last])
