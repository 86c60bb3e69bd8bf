"""Where a control comes from: its basis, its changes over the editions, the part of the guideline it belongs to.

* A level that is ours gives its reason, and the reason goes with the level; a level that was seen needs none.
* Whoever says that something was seen names the source, and every source named exists.
* Changes lie after the birth of the control, in editions that have it.

Never here: whether a source really says so.
"""

from collections.abc import Collection, Iterator

from secaudit.catalog.guideline.check import Beside
from secaudit.catalog.guideline.numbers import clauses_of
from secaudit.catalog.load import Entry
from secaudit.errors import DocumentError, SecauditError
from secaudit.model.control import EDITIONS, REQUIRED_BECAUSE, Basis
from secaudit.model.text import Text
from secaudit.wire.pointers import suggestion
from secaudit.wire.tree import place

OVERLAY_NUMBERS = 51
"""Controls of an overlay are numbered from here, so that their ids never clash with those of the guideline itself."""

SEEN_LEVEL = "D1"
"""The only source that shows levels of audit items, and only of chapter 1 (facts §3)."""


def origin_errors(entry: Entry, beside: Beside) -> list[SecauditError]:
    """Return what is wrong with the origin of a control; what it may refer to is `beside` the controls."""
    return [*_basis_errors(entry, beside.sources), *_change_errors(entry), *_overlay_errors(entry), *_number_errors(entry, beside)]


def _number_errors(entry: Entry, beside: Beside) -> Iterator[SecauditError]:
    """Say which numbers of clauses and frameworks do not exist; a category stands for its parts."""
    control = entry.control
    latest = max(control.editions)
    for clause in clauses_of(control.editions[latest]) or (control.editions[latest],):
        if beside.clauses and latest == EDITIONS[-1] and clause not in beside.clauses:
            yield DocumentError(
                Text(ja=f"条項 `{clause}` はありません", en=f"there is no clause `{clause}`"),
                at=place(entry.tree, ("editions", latest)),
                hint=suggestion(clause, beside.clauses, ja="条項", en="clauses"),
            )
    for name, targets in control.maps.items():
        known = beside.frameworks.get(name)
        for index, target in enumerate(targets):
            if known is not None and target.split("-", 1)[0] not in known:
                yield DocumentError(
                    Text(ja=f"`{name}` に `{target}` はありません", en=f"`{name}` has no `{target}`"),
                    at=place(entry.tree, ("maps", name, index)),
                    hint=suggestion(target, known, ja="番号", en="numbers"),
                )


def _basis_errors(entry: Entry, sources: Collection[str]) -> Iterator[SecauditError]:
    basis = entry.control.basis
    if basis is None:
        yield DocumentError(
            Text(ja="`basis` がありません", en="`basis` is missing"),
            at=place(entry.tree, ()),
            hint=Text(
                ja="番号・義務・区分・対応先がどこまで裏づけられているかを書いてください",
                en="say how well number, duty, level and maps are sourced",
            ),
        )
        return
    yield from _level_errors(entry, basis)
    seen = [name for name in ("number", "duty", "level", "maps") if getattr(basis, name) == "seen"]
    if seen and not basis.sources:
        yield DocumentError(
            Text(ja=f"`{seen[0]}: seen` なのに `sources` がありません", en=f"`{seen[0]}: seen` names no source"),
            at=place(entry.tree, ("basis", seen[0])),
            hint=Text(
                ja="`sources: [D1]` のように加えるか、`known` にしてください", en="add one such as `sources: [D1]`, or write `known`"
            ),
        )
    for index, key in enumerate(basis.sources):
        if key not in sources:
            yield DocumentError(
                Text(ja=f"出典 `{key}` はありません", en=f"there is no source `{key}`"),
                at=place(entry.tree, ("basis", "sources", index)),
                hint=suggestion(key, sources, ja="出典", en="sources")
                or Text(ja="`controls/sources.yaml` に加えてください", en="add it to `controls/sources.yaml`"),
            )


def _level_errors(entry: Entry, basis: Basis) -> Iterator[SecauditError]:
    control, reason = entry.control, basis.level_reason
    if basis.level == "seen":
        if reason is not None:
            yield DocumentError(
                Text(ja="出典で見た区分に `level_reason` は要りません", en="a level that was seen has no `level_reason`"),
                at=place(entry.tree, ("basis", "level_reason")),
                hint=Text(ja="消すか、`level: ours` にしてください", en="delete it, or write `level: ours`"),
            )
        if control.chapter != "1" or SEEN_LEVEL not in basis.sources:
            yield DocumentError(
                Text(
                    ja="区分が出典で見られるのは第1章の監査項目だけです", en="only levels of audit items of chapter 1 were seen in a source"
                ),
                at=place(entry.tree, ("basis", "level")),
                hint=Text(
                    ja="`level: ours` にして理由を書くか、`sources` に `D1` を加えてください",
                    en="write `level: ours` with its reason, or name `D1` among the sources",
                ),
            )
        return
    if reason is None:
        yield DocumentError(
            Text(ja="私たちの区分なのに `level_reason` がありません", en="the level is ours and has no `level_reason`"),
            at=place(entry.tree, ("basis",), key=True),
            hint=Text(ja="`controls/level-reasons.yaml` から選んでください", en="choose one of `controls/level-reasons.yaml`"),
        )
    elif (reason in REQUIRED_BECAUSE) != (control.level == "required"):
        yield DocumentError(
            Text(
                ja=f"`{reason}` は `level: {control.level}` の理由になりません", en=f"`{reason}` is no reason for `level: {control.level}`"
            ),
            at=place(entry.tree, ("basis", "level_reason")),
            hint=Text(
                ja=f"`required` の理由は {', '.join(REQUIRED_BECAUSE)}、ほかは `recommended` の理由です",
                en=f"reasons for `required` are {', '.join(REQUIRED_BECAUSE)}; the others are for `recommended`",
            ),
        )
    elif reason == "law-field" and not control.law:
        yield DocumentError(
            Text(ja="`law-field` なのに `law` が空です", en="`law-field` without any item in `law`"),
            at=place(entry.tree, ("basis", "level_reason")),
            hint=Text(ja="`law` に号を書くか、ほかの理由にしてください", en="name the item in `law`, or choose another reason"),
        )


def _change_errors(entry: Entry) -> Iterator[SecauditError]:
    control = entry.control
    for index, change in enumerate(control.changes):
        at = place(entry.tree, ("changes", index, "edition"))
        if change.edition not in EDITIONS:
            yield DocumentError(
                Text(ja=f"指針の版 `{change.edition}` はありません", en=f"there is no edition `{change.edition}`"),
                at=at,
                hint=suggestion(change.edition, EDITIONS, ja="版", en="editions"),
            )
        elif change.edition <= control.since:
            yield DocumentError(
                Text(
                    ja=f"`{change.edition}` の変更は、管理策ができた `{control.since}` より後でありません",
                    en=f"a change of `{change.edition}` is not after the birth of the control in `{control.since}`",
                ),
                at=at,
                hint=Text(ja="`since` より後の版を書いてください", en="name an edition after `since`"),
            )
        elif change.edition not in control.editions:
            yield DocumentError(
                Text(ja=f"この管理策は版 `{change.edition}` にありません", en=f"the control is not in the edition `{change.edition}`"),
                at=at,
                hint=Text(ja="`editions` にある版を書いてください", en="name one of its `editions`"),
            )
    marks = [(change.edition, change.sense) for change in control.changes]
    if marks != sorted(set(marks)):
        yield DocumentError(
            Text(
                ja="`changes` が版の順でないか、同じ版と向きが二度あります",
                en="`changes` are not in order of edition and sense, or one is there twice",
            ),
            at=place(entry.tree, ("changes",), key=True),
            hint=Text(ja="古い版から順に、一つずつ書いてください", en="write each once, the oldest first"),
        )


def _overlay_errors(entry: Entry) -> Iterator[SecauditError]:
    control = entry.control
    high = int(control.id.rsplit("-", 1)[1]) >= OVERLAY_NUMBERS
    if high != (control.overlay is not None):
        yield DocumentError(
            Text(
                ja=f"`{OVERLAY_NUMBERS}` 以上の番号は `overlay` のある管理策だけのものです",
                en=f"numbers from `{OVERLAY_NUMBERS}` on belong to controls with `overlay`, and only to them",
            ),
            at=place(entry.tree, ("id",)),
            hint=Text(ja="番号を変えるか、`overlay: cloud` を加えてください", en="change the number, or add `overlay: cloud`"),
        )
