"""What an assertion names: parameters, limits, kinds of evidence.

Conditions are scanned word by word, not parsed; the engine parses and types them.

Never here: the meaning of a condition.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass

from secaudit.catalog.load import Entry
from secaudit.errors import DocumentError, SecauditError
from secaudit.model.assertion import AllOf, Assertion, Attested, Condition, Coverage, Exists, Match, ParameterName, Separated
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire.pointers import suggestion
from secaudit.wire.tree import place

_QUOTED = re.compile(r"'[^']*'")
_PARAMETER = re.compile(r":([A-Za-z_][A-Za-z0-9_]*)")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_:.])[0-9]+(?:\.[0-9]+)?")
_LIMITS = ("target", "at_least", "within_days", "max_gap_days", "limit")


def assertion_errors(entry: Entry, kinds: Collection[str] | None) -> list[SecauditError]:
    """Return what is wrong with the names and limits in the assertion of a control."""
    return [*_parameter_errors(entry), *_literal_errors(entry), *_evidence_errors(entry, kinds)]


def parts(assertion: Assertion) -> Iterator[Assertion]:
    """Yield the assertion's parts at all depths; one that has none is its own part."""
    if isinstance(assertion, AllOf):
        for part in assertion.parts:
            yield from parts(part)
    else:
        yield assertion


def tables(assertion: Assertion) -> tuple[str, ...]:
    """Return the kinds that an assertion reads, sorted; people's answers are the kind `answers`."""
    read: set[str] = set()
    for part in parts(assertion):
        if isinstance(part, Attested):
            read.add("answers")
        elif not isinstance(part, Separated | AllOf):
            read.add(part.table)
            if isinstance(part, Coverage | Match):
                read.add(part.other)
    return tuple(sorted(read))


def conditions(assertion: Assertion) -> Iterator[Condition]:
    """Yield all conditions of an assertion."""
    for part in parts(assertion):
        for field in fields(part):
            value = getattr(part, field.name)
            if isinstance(value, Condition):
                yield value


def shape(value: object) -> str:
    """Return what an assertion says, without places and with white space of conditions folded: equal for equal assertions."""
    if isinstance(value, Condition):
        return " ".join(value.text.split())
    if isinstance(value, tuple):
        return "[" + ", ".join(shape(item) for item in value) + "]"
    if is_dataclass(value):
        said = [f"{field.name}={shape(getattr(value, field.name))}" for field in fields(value) if field.name != "at"]
        return f"{type(value).__name__}({', '.join(said)})"
    return repr(value)


def _parameter_errors(entry: Entry) -> list[SecauditError]:
    """Every declared parameter is used, every used one declared."""
    declared = entry.control.parameters
    used: dict[str, Location] = {}
    for condition in conditions(entry.control.assertion):
        for name in _PARAMETER.findall(_QUOTED.sub("''", condition.text)):
            used.setdefault(name, condition.at)
    for part in parts(entry.control.assertion):
        for key in _LIMITS:
            value = getattr(part, key, None)
            if isinstance(value, ParameterName):
                used.setdefault(value.name, part.at)
    errors: list[SecauditError] = [
        DocumentError(
            Text(ja=f"パラメータ `{name}` はどこでも使われていません", en=f"the parameter `{name}` is not used"),
            at=place(entry.tree, ("parameters", name), key=True),
            hint=Text(ja=f"`assert` で `:{name}` を使うか、消してください", en=f"use `:{name}` in `assert`, or delete it"),
        )
        for name in declared
        if name not in used
    ]
    errors.extend(
        DocumentError(
            Text(ja=f"パラメータ `{name}` はありません", en=f"there is no parameter `{name}`"),
            at=at,
            hint=suggestion(name, declared, ja="パラメータ", en="parameters")
            or Text(ja="`parameters` に加えてください", en="add it to `parameters`"),
        )
        for name, at in used.items()
        if name not in declared
    )
    return errors


def _literal_errors(entry: Entry) -> list[SecauditError]:
    """Every limit is a parameter; only `at_least: 1` may be written as a number."""
    found: list[tuple[str, Location]] = []
    for condition in conditions(entry.control.assertion):
        found += [(number, condition.at) for number in _NUMBER.findall(_QUOTED.sub("''", condition.text))]
    for part in parts(entry.control.assertion):
        for key in _LIMITS:
            value = getattr(part, key, None)
            if isinstance(value, int | float) and not (isinstance(part, Exists) and value == 1):
                found.append((str(value), part.at))
    return [
        DocumentError(
            Text(ja=f"限度 `{number}` が判定に直接書かれています", en=f"the limit `{number}` is written into the assertion"),
            at=at,
            hint=Text(ja="`parameters` に置き、`:名前` で使ってください", en="make it a parameter and use it as `:name`"),
        )
        for number, at in found
    ]


def _evidence_errors(entry: Entry, kinds: Collection[str] | None) -> list[SecauditError]:
    """`evidence` lists exactly the kinds that the assertion reads, each known and once."""
    listed = entry.control.evidence
    read = tables(entry.control.assertion)
    errors: list[SecauditError] = []
    for index, kind in enumerate(listed):
        at = place(entry.tree, ("evidence", index))
        if listed.index(kind) < index:
            errors.append(DocumentError(Text(ja=f"`{kind}` が二度あります", en=f"`{kind}` is there twice"), at=at))
        elif kinds is not None and kind not in kinds:
            errors.append(
                DocumentError(
                    Text(ja=f"証跡の種類 `{kind}` はありません", en=f"there is no kind of evidence `{kind}`"),
                    at=at,
                    hint=suggestion(kind, kinds, ja="種類", en="kinds"),
                )
            )
        elif kind not in read:
            errors.append(
                DocumentError(
                    Text(ja=f"判定は `{kind}` を読みません", en=f"the assertion does not read `{kind}`"),
                    at=at,
                    hint=Text(ja="`evidence` から消してください", en="delete it from `evidence`"),
                )
            )
    errors.extend(
        DocumentError(
            Text(ja=f"判定が読む `{kind}` が `evidence` にありません", en=f"the assertion reads `{kind}`, which `evidence` does not list"),
            at=place(entry.tree, ("evidence",), key=True),
            hint=Text(ja=f"`{kind}` を加えてください", en=f"add `{kind}`"),
        )
        for kind in read
        if kind not in listed
    )
    return errors
