"""Load the catalogue: every `controls/*/*/control.yaml` with the `cases.yaml` beside it.

A control that is nothing but one question needs no cases of its own: those of `controls/attested-cases.yaml` stand for it.

All located errors of all files are collected. One digest covers the bytes of all files, whether cases are parsed or not.

Never here: rules of good style (`check`), judging.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from secaudit.catalog import convert
from secaudit.catalog.documents import read_cases, read_control
from secaudit.errors import DocumentError, FileError, ManyError, SecauditError
from secaudit.model.assertion import Attested
from secaudit.model.control import Case, Catalogue, Control
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire import files, pointers
from secaudit.wire.canonical import digest_of
from secaudit.wire.tree import Node, by_place, place

R = TypeVar("R")
SHARED_CASES = "attested-cases.yaml"
"""The cases of all controls that only ask; `{control}` stands for their number, `{other}` for another one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One control with what it was read from. `cases_tree` is None if there is no file, it is the shared one, or it was not asked for."""

    folder: Path
    tree: Node
    control: Control
    cases_tree: Node | None
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All entries in order of id, all errors by place, the digest over all files, and the cases that controls share with their tree."""

    entries: tuple[Entry, ...]
    errors: tuple[SecauditError, ...]
    digest: str
    shared: tuple[tuple[Case, ...], Node] | None


def load(root: Path, *, base: Path | None = None, with_cases: bool = True) -> Catalogue:
    """Return the catalogue in the folder `root`; places are relative to `base` (default: the folder above).

    `with_cases=False` leaves the cases unparsed; the digest is the same. Raises `ManyError` with all errors of all files.
    """
    reading = read_all(root, base=base, with_cases=with_cases)
    pointers.raise_all(reading.errors)
    if not reading.entries:
        at = Location(path=files.shown(root, base or root.parent))
        raise FileError(
            Text(ja="管理策が一つもありません", en="there are no controls"),
            at=at,
            hint=Text(
                ja="`controls/<章>/<項番>-<名前>/control.yaml` を置いてください", en="add `controls/<chapter>/<clause>-<name>/control.yaml`"
            ),
        )
    return Catalogue(
        controls=tuple(entry.control for entry in reading.entries),
        cases=MappingProxyType({entry.control.id: entry.cases for entry in reading.entries} if with_cases else {}),
        digest=reading.digest,
    )


def read_all(root: Path, *, base: Path | None = None, with_cases: bool = True) -> Reading:
    """Read everything that can be read and collect the errors of the rest."""
    home = base or root.parent
    errors: list[SecauditError] = []
    entries: list[Entry] = []
    digests: list[list[str]] = []
    shared = _collect(errors, lambda: _shared(root / SHARED_CASES, home, digests, with_cases=with_cases))
    for path in sorted(root.glob("*/*/control.yaml")):
        try:
            entry = _entry(path, root, home, digests, with_cases=with_cases)
            entries.append(_with_shared(entry, shared[0]) if shared else entry)
        except ManyError as error:
            errors.extend(error.errors)
        except SecauditError as error:
            errors.append(error)
    errors.extend(_doubles(entries))
    return Reading(
        entries=tuple(sorted(entries, key=lambda entry: id_key(entry.control.id))),
        errors=tuple(by_place(errors)),
        digest=digest_of(sorted(digests)),
        shared=shared,
    )


def id_key(control_id: str) -> tuple[tuple[int, ...], str]:
    """Return the key that sorts control ids as people count: 6.1.2 before 6.1.13."""
    parts = control_id.replace("-", ".").split(".")
    return (tuple(int(part) for part in parts if part.isdecimal()), control_id)


def _entry(path: Path, root: Path, home: Path, digests: list[list[str]], *, with_cases: bool) -> Entry:
    data = files.read(path, root=home)
    digest = files.digest(data)
    digests.append([path.relative_to(root).as_posix(), digest])
    beside = path.with_name("cases.yaml")
    cases_data = files.read(beside, root=home) if beside.exists() else None
    if cases_data is not None:
        digests.append([beside.relative_to(root).as_posix(), files.digest(cases_data)])
    errors: list[SecauditError] = []
    control = _collect(errors, lambda: _control(data, files.shown(path, home), digest))
    cases = None
    if with_cases and cases_data is not None:
        cases = _collect(errors, lambda: _cases(cases_data, files.shown(beside, home)))
    pointers.raise_all(errors)
    if control is None:  # pragma: no cover - an error was collected and raised above
        raise ValueError("no control and no error")
    return Entry(
        folder=path.parent,
        control=control[0],
        tree=control[1],
        cases=cases[0] if cases else (),
        cases_tree=cases[1] if cases else None,
    )


def _shared(path: Path, home: Path, digests: list[list[str]], *, with_cases: bool) -> tuple[tuple[Case, ...], Node] | None:
    """Return the shared cases with their tree; None if there is no file or they were not asked for."""
    if not path.exists():
        return None
    data = files.read(path, root=home)
    digests.append([path.name, files.digest(data)])
    return _cases(data, files.shown(path, home)) if with_cases else None


def _with_shared(entry: Entry, cases: tuple[Case, ...]) -> Entry:
    """Give a control that only asks, and has no cases of its own, the shared ones."""
    if entry.cases_tree is not None or not isinstance(entry.control.assertion, Attested):
        return entry
    return dataclasses.replace(entry, cases=tuple(convert.case_of(case, entry.control.id) for case in cases))


def _collect(errors: list[SecauditError], read: Callable[[], R]) -> R | None:
    try:
        return read()
    except ManyError as error:
        errors.extend(error.errors)
    except SecauditError as error:
        errors.append(error)
    return None


def _control(data: bytes, path: str, digest: str) -> tuple[Control, Node]:
    read, tree = read_control(data, path)
    pointers.raise_all(convert.parameter_errors(read, tree))
    return convert.control(read, tree, digest), tree


def _cases(data: bytes, path: str) -> tuple[tuple[Case, ...], Node]:
    read, tree = read_cases(data, path)
    return convert.cases(read, tree), tree


def _doubles(entries: list[Entry]) -> list[SecauditError]:
    """Say which ids and names (aliases count) stand twice, and where the first one is."""
    errors: list[SecauditError] = []
    seen: dict[str, Location] = {}
    for entry in entries:
        places = [(entry.control.id, place(entry.tree, ("id",))), (entry.control.name, place(entry.tree, ("name",)))]
        places += [(alias, place(entry.tree, ("aliases", index))) for index, alias in enumerate(entry.control.aliases)]
        for name, at in places:
            if name in seen:
                errors.append(
                    DocumentError(
                        Text(ja=f"`{name}` は `{seen[name]}` でも使われています", en=f"`{name}` is also used at `{seen[name]}`"),
                        at=at,
                        hint=Text(ja="ほかにない値にしてください", en="choose one that no other control has"),
                    )
                )
            seen.setdefault(name, at)
    return errors
