"""The catalogue's own linter: what a reader or an engine would stumble over although the form is right.

Every finding is an error with its place. Loading does not need any of it; `secaudit catalogue check` and our tests do.

Never here: whether conditions parse and type-check, whether cases have their status (the engine says so).
"""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from secaudit.catalog.documents import read_retired
from secaudit.catalog.guideline.check import check_beside
from secaudit.catalog.limits import assertion_errors, shape
from secaudit.catalog.load import Entry, read_all
from secaudit.catalog.origin import origin_errors
from secaudit.catalog.separation.check import separation_errors
from secaudit.catalog.texts import text_errors
from secaudit.errors import DocumentError, ManyError, SecauditError
from secaudit.model.control import EDITIONS, Case
from secaudit.model.location import Location
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.wire import files
from secaudit.wire.pointers import suggestion
from secaudit.wire.tree import Node, by_place, place

MAPS = {
    "jis-q-27002-2024": re.compile(r"[5-8]\.[1-9][0-9]?"),
    "csf-2.0": re.compile(r"(?:GV|ID|PR|DE|RS|RC)\.[A-Z]{2}(?:-[0-9]{2})?"),
    "unified-standard-r7": re.compile(r"[1-8]\.[1-9](?:\.[1-9])?"),
}
"""Frameworks that controls may map to, with the form of their numbers."""

LAW = re.compile(r"省令80号-[1-8]|自治法244条の6")
"""令和8年総務省令第80号 第16条の3 has eight items; 地方自治法第244条の6 asks for the policy itself."""


def check(root: Path, *, base: Path | None = None, kinds: Collection[str] | None = None) -> tuple[SecauditError, ...]:
    """Return everything that is wrong with the catalogue in `root`, sorted by place; nothing if it is right.

    `kinds`: the names of all kinds of evidence; without it they are not checked. Places are relative to `base`.
    """
    home = base or root.parent
    reading = read_all(root, base=base)
    errors: list[SecauditError] = list(reading.errors)
    beside = check_beside(root, home)
    errors += beside.errors
    if reading.shared is not None:
        errors += _name_errors(*reading.shared)
    for entry in reading.entries:
        errors += _folder_errors(entry, root)
        errors += _edition_errors(entry)
        errors += _reference_errors(entry)
        errors += _case_errors(entry, home)
        errors += assertion_errors(entry, kinds)
        errors += origin_errors(entry, beside)
    errors += text_errors(reading.entries)
    errors += _same_assertions(reading.entries)
    errors += _retired_errors(reading.entries, root, home)
    return tuple(by_place(errors))


def _folder_errors(entry: Entry, root: Path) -> list[SecauditError]:
    """Compare the folder with `<chapter>/<clause of the id>-<name>`."""
    control = entry.control
    wanted = f"{control.chapter}/{control.id.rsplit('-', 1)[0]}-{control.name}"
    found = entry.folder.relative_to(root).as_posix()
    if found == wanted:
        return []
    return [
        DocumentError(
            Text(ja=f"フォルダー `{found}` が番号と名前に合いません", en=f"the folder `{found}` does not match the id and the name"),
            at=place(entry.tree, ("id",)),
            hint=Text(ja=f"`{wanted}` にしてください", en=f"call it `{wanted}`"),
        )
    ]


def _edition_errors(entry: Entry) -> list[SecauditError]:
    """Say which editions are unknown or left out: they run without a gap from `since` to the last that has the control."""
    control, tree = entry.control, entry.tree
    errors: list[SecauditError] = [
        DocumentError(
            Text(ja=f"指針の版 `{edition}` はありません", en=f"there is no edition `{edition}`"),
            at=place(tree, ("editions", edition), key=True),
            hint=suggestion(edition, EDITIONS, ja="版", en="editions"),
        )
        for edition in control.editions
        if edition not in EDITIONS
    ]
    if control.since not in EDITIONS:
        errors.append(
            DocumentError(
                Text(ja=f"指針の版 `{control.since}` はありません", en=f"there is no edition `{control.since}`"),
                at=place(tree, ("since",)),
                hint=suggestion(control.since, EDITIONS, ja="版", en="editions"),
            )
        )
    if errors:
        return errors
    held = [edition for edition in EDITIONS if edition in control.editions]
    start = EDITIONS.index(control.since)
    if held[0] != control.since:
        errors.append(
            DocumentError(
                Text(
                    ja=f"最初の版 `{held[0]}` が `since` の `{control.since}` と違います",
                    en=f"the first edition `{held[0]}` is not `since`",
                ),
                at=place(tree, ("editions", held[0]), key=True),
                hint=Text(ja="どちらかを直してください", en="correct one of the two"),
            )
        )
        return errors
    errors.extend(
        DocumentError(
            Text(ja=f"版 `{edition}` が抜けています", en=f"the edition `{edition}` is left out between others"),
            at=place(tree, ("editions",), key=True),
            hint=Text(ja=f"`{edition}: …` の行を加えてください", en=f"add a line `{edition}: …`"),
        )
        for edition in EDITIONS[start : EDITIONS.index(held[-1])]
        if edition not in control.editions
    )
    return errors


def _reference_errors(entry: Entry) -> list[SecauditError]:
    """Say which maps and items of law point at nothing."""
    control, tree = entry.control, entry.tree
    errors: list[SecauditError] = []
    for name, targets in control.maps.items():
        pattern = MAPS.get(name)
        if pattern is None:
            errors.append(
                DocumentError(
                    Text(ja=f"対応先 `{name}` はありません", en=f"there is no framework `{name}`"),
                    at=place(tree, ("maps", name), key=True),
                    hint=suggestion(name, MAPS, ja="対応先", en="frameworks"),
                )
            )
            continue
        errors.extend(
            DocumentError(
                Text(ja=f"`{target}` は `{name}` の番号の形ではありません", en=f"`{target}` does not look like a number of `{name}`"),
                at=place(tree, ("maps", name, index)),
                hint=Text(ja=f"形: `{pattern.pattern}`", en=f"form: `{pattern.pattern}`"),
            )
            for index, target in enumerate(targets)
            if pattern.fullmatch(target) is None
        )
    errors.extend(
        DocumentError(
            Text(ja=f"`{item}` という号はありません", en=f"there is no item `{item}`"),
            at=place(tree, ("law", index)),
            hint=Text(
                ja="`省令80号-1` から `省令80号-8` までと `自治法244条の6` です",
                en="items are `省令80号-1` to `省令80号-8`, and `自治法244条の6`",
            ),
        )
        for index, item in enumerate(control.law)
        if LAW.fullmatch(item) is None
    )
    return errors


def _case_errors(entry: Entry, home: Path) -> list[SecauditError]:
    """Say what cases lack: they are there, have different names and show pass, fail and unknown."""
    path = files.shown(entry.folder / "cases.yaml", home)
    if entry.cases_tree is None:
        return (
            []
            if entry.cases
            else [
                DocumentError(
                    Text(ja="`cases.yaml` がありません", en="`cases.yaml` is missing"),
                    at=Location(path=path),
                    hint=Text(ja="適合・不適合・未確認の例を書いてください", en="write cases for pass, fail and unknown"),
                )
            ]
        )
    errors = _name_errors(entry.cases, entry.cases_tree)
    for index, case in enumerate(entry.cases):
        errors.extend(
            DocumentError(
                Text(ja=f"パラメータ `{name}` はありません", en=f"there is no parameter `{name}`"),
                at=place(entry.cases_tree, (index, "parameters", name), key=True),
                hint=suggestion(name, entry.control.parameters, ja="パラメータ", en="parameters"),
            )
            for name in case.parameters
            if name not in entry.control.parameters
        )
    errors.extend(separation_errors(entry.control, entry.cases, entry.cases_tree))
    found = {case.expect for case in entry.cases}
    errors.extend(
        DocumentError(
            Text(ja=f"{status.label.ja} (`{status}`) になる例がありません", en=f"there is no case that must be `{status}`"),
            at=place(entry.cases_tree, ()),
            hint=Text(ja=f"`expect: {status}` の例を加えてください", en=f"add a case with `expect: {status}`"),
        )
        for status in (Status.PASS, Status.FAIL, Status.UNKNOWN)
        if status not in found
    )
    return errors


def _name_errors(cases: Iterable[Case], tree: Node) -> list[SecauditError]:
    """Say which names of cases stand twice in a file."""
    errors: list[SecauditError] = []
    seen: set[str] = set()
    for index, case in enumerate(cases):
        if case.name in seen:
            errors.append(
                DocumentError(
                    Text(ja=f"例 `{case.name}` が二つあります", en=f"there are two cases `{case.name}`"),
                    at=place(tree, (index, "name")),
                    hint=Text(ja="ほかにない名前にしてください", en="choose a name that is not taken"),
                )
            )
        seen.add(case.name)
    return errors


def _same_assertions(entries: Iterable[Entry]) -> list[SecauditError]:
    """Say which controls ask the same."""
    errors: list[SecauditError] = []
    seen: dict[str, str] = {}
    for entry in entries:
        written = shape(entry.control.assertion)
        if written in seen:
            errors.append(
                DocumentError(
                    Text(ja=f"管理策 `{seen[written]}` と判定が同じです", en=f"control `{seen[written]}` asserts the same"),
                    at=place(entry.tree, ("assert",), key=True),
                    hint=Text(ja="一つにまとめるか、判定を変えてください", en="merge them or change one"),
                )
            )
        seen.setdefault(written, entry.control.id)
    return errors


def _retired_errors(entries: Iterable[Entry], root: Path, home: Path) -> list[SecauditError]:
    """Say which ids and names in `retired.yaml` were given again."""
    path = root / "retired.yaml"
    if not path.exists():
        return []
    try:
        document, tree = read_retired(files.read(path, root=home), files.shown(path, home))
    except ManyError as error:
        return list(error.errors)
    except SecauditError as error:
        return [error]
    errors: list[SecauditError] = []
    gone: dict[str, Location] = {}
    for index, one in enumerate(document.retired):
        for key, name in (("id", one.id), ("name", one.name)):
            at = place(tree, (index, key))
            if name in gone:
                errors.append(DocumentError(Text(ja=f"`{name}` が二度あります", en=f"`{name}` is there twice"), at=at))
            gone.setdefault(name, at)
    for entry in entries:
        control = entry.control
        named = [("id", control.id), ("name", control.name), *(("aliases", alias) for alias in control.aliases)]
        errors.extend(
            DocumentError(
                Text(
                    ja=f"`{name}` は廃止された管理策のものです (`{gone[name]}`)",
                    en=f"`{name}` belonged to a retired control (`{gone[name]}`)",
                ),
                at=place(entry.tree, (key,)),
                hint=Text(ja="新しい値にしてください", en="choose a new one"),
            )
            for key, name in named
            if name in gone
        )
    return errors
