"""The two engines that judge in tests: z3 (bit-vectors) and binary decision diagrams (`dd`, its pure Python part: every system has it)."""

from collections.abc import Sequence
from functools import cache, reduce
from typing import Any

import z3  # type: ignore[import-untyped]  # it ships no types
from dd.bdd import BDD

from secaudit.netproof.packets import Family
from tests.netproof.oracles.reading import FIELDS

# ruff: noqa: ANN401 - neither engine has types


def widths(family: Family) -> dict[str, int]:
    """Return how many bits each field has."""
    return {field: width or family.bits for field, width in FIELDS.items()}


class Z3:
    """Formulas as z3 terms."""

    def __init__(self, family: Family) -> None:
        self.widths = widths(family)
        self.terms = {field: z3.BitVec(field, width) for field, width in self.widths.items()}
        self.true, self.false = z3.BoolVal(True), z3.BoolVal(False)
        self.between = cache(self._between)

    def both(self, one: Any, two: Any) -> Any:
        if one is self.true or two is self.false:
            return two
        return one if two is self.true or one is self.false else z3.And(one, two)

    def either(self, one: Any, two: Any) -> Any:
        if one is self.false or two is self.true:
            return two
        return one if two is self.false or one is self.true else z3.Or(one, two)

    def all_of(self, parts: Sequence[Any]) -> Any:
        return z3.And(*parts) if len(parts) > 1 else parts[0] if parts else self.true

    def any_of(self, parts: Sequence[Any]) -> Any:
        return z3.Or(*parts) if len(parts) > 1 else parts[0] if parts else self.false

    def never(self, one: Any) -> Any:
        return self.false if one is self.true else self.true if one is self.false else z3.Not(one)

    def _between(self, field: str, low: int, high: int) -> Any:
        term, top = self.terms[field], (1 << self.widths[field]) - 1
        low, high = max(low, 0), min(high, top)
        if low > high:
            return self.false
        if low == high:
            return term == low
        parts = ([] if low == 0 else [z3.UGE(term, low)]) + ([] if high == top else [z3.ULE(term, high)])
        return reduce(self.both, parts, self.true)

    def possible(self, one: Any) -> bool:
        solver = z3.SolverFor("QF_BV")
        solver.add(one)
        answer = solver.check()
        assert answer != z3.unknown
        return bool(answer == z3.sat)

    def example(self, one: Any) -> dict[str, int]:
        """Return a packet for which a formula holds."""
        solver = z3.SolverFor("QF_BV")
        solver.add(one)
        assert solver.check() == z3.sat
        model = solver.model()
        return {field: model.eval(term, model_completion=True).as_long() for field, term in self.terms.items()}


class Diagrams:
    """Formulas as binary decision diagrams: equal sets are one number, and their packets can be counted.

    `between` writes its chain of nodes itself; everything else is the library's. Nothing is ever given back: a manager lives for one list.
    """

    def __init__(self, family: Family) -> None:
        self.widths = widths(family)
        self.bdd = BDD()  # type: ignore[abstract]  # its abstract parent names a comparison that it has from `object`
        self.top: dict[str, int] = {}
        for field in ("kind", "proto", "dst", "src", "dport", "sport"):
            self.top[field] = len(self.bdd.vars)
            for bit in range(self.widths[field]):
                self.bdd.add_var(f"{field}{bit}")
        self.true, self.false = 1, -1
        self.between = cache(self._between)

    def both(self, one: int, two: int) -> int:
        return int(self.bdd.apply("and", one, two))

    def either(self, one: int, two: int) -> int:
        return int(self.bdd.apply("or", one, two))

    def all_of(self, parts: Sequence[int]) -> int:
        return reduce(self.both, parts, self.true)

    def any_of(self, parts: Sequence[int]) -> int:
        """Return a union, joined in pairs: a long chain of unions is slow."""
        found = [*parts] or [self.false]
        while len(found) > 1:
            found = [self.either(*found[at : at + 2]) if at + 1 < len(found) else found[at] for at in range(0, len(found), 2)]
        return found[0]

    def never(self, one: int) -> int:
        return -one

    def _between(self, field: str, low: int, high: int) -> int:
        top = (1 << self.widths[field]) - 1
        low, high = max(low, 0), min(high, top)
        if low > high:
            return self.false
        return self.both(self._bound(field, low, least=True), self._bound(field, high, least=False))

    def _bound(self, field: str, value: int, *, least: bool) -> int:
        """Return the values from (or up to) a number, bit by bit from the last one."""
        found = self.true
        last = self.top[field] + self.widths[field] - 1
        for place in range(self.widths[field]):
            if least:
                low, high = (self.false, found) if value >> place & 1 else (found, self.true)
            else:
                low, high = (self.true, found) if value >> place & 1 else (found, self.false)
            found = int(self.bdd.find_or_add(last - place, low, high))
        return found

    def possible(self, one: int) -> bool:
        return one != self.false

    def count(self, one: int) -> int:
        """Return how many packets a formula holds for."""
        return int(self.bdd.count(one, nvars=len(self.bdd.vars)))
