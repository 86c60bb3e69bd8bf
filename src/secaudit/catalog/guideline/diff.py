"""What differs between two editions, and what an organisation that adopted the older one must now do.

* Clauses and controls are born, dropped, tightened, loosened, reworded or moved; each difference carries its own basis.
* Numbers that differ are moves, whether or not anybody wrote a text about them.

Never here: findings of an organisation (`pipeline`).
"""

from collections.abc import Iterator, Mapping

from secaudit.model.control import EDITIONS, Change, Control
from secaudit.model.guideline import Clause, Difference, EditionDiff, Guideline, Kind
from secaudit.model.text import Text

ORDER: tuple[Kind, ...] = ("born", "tightened", "reworded", "loosened", "moved", "dropped")
"""What costs most work comes first."""

_DO: Mapping[Kind, Text] = {
    "tightened": Text(ja="対策を改める: {ja}", en="do more: {en}"),
    "reworded": Text(ja="自分の規程の文を見比べる: {ja}", en="compare the wording of your rules: {en}"),
    "loosened": Text(ja="変えなくてもよい: {ja}", en="nothing has to change: {en}"),
    "moved": Text(ja="番号の対応を直す: {ja}", en="correct the references: {en}"),
}


def diff(guideline: Guideline, controls: tuple[Control, ...], old: str, new: str) -> EditionDiff:
    """Return what differs from `old` to `new`, an earlier and a later edition of `EDITIONS`."""
    between = EDITIONS[EDITIONS.index(old) + 1 : EDITIONS.index(new) + 1]
    clauses = [one for clause in guideline.clauses for one in _clause(clause, old, new, between)]
    found = [one for control in controls for one in _control(control, old, new, between)]
    return EditionDiff(
        old=old,
        new=new,
        editions=tuple(edition for edition in guideline.editions if edition.edition in between),
        clauses=tuple(sorted(clauses, key=_rank)),
        controls=tuple(sorted(found, key=_rank)),
    )


def _rank(one: Difference) -> int:
    return ORDER.index(one.kind)


def _clause(clause: Clause, old: str, new: str, between: tuple[str, ...]) -> Iterator[Difference]:
    was, now = clause.number_in(old), clause.number_in(new)
    if clause.since in between:
        yield Difference(
            kind="born",
            number=clause.number,
            title=clause.title,
            was=None,
            now=now,
            edition=clause.since,
            basis=clause.basis.older or clause.basis.number,
            to_do=Text(ja="自分の対策基準にこの条項を加える", en="add this clause to your own standards"),
        )
    elif was != now:
        yield Difference(
            kind="moved",
            number=clause.number,
            title=clause.title,
            was=was,
            now=now,
            edition=_moved_in({edition: clause.number_in(edition) or "" for edition in EDITIONS}, between, was or ""),
            basis=clause.basis.older or clause.basis.number,
            to_do=_move(was, now),
        )
    for change in clause.changes:
        if change.edition in between and was is not None:
            yield _changed(change, clause.number, clause.title, was, now)
    for item in clause.items:
        if item.since in between and clause.since not in between:
            yield Difference(
                kind="born",
                number=item.number,
                title=item.title,
                was=None,
                now=item.number,
                edition=item.since,
                basis=item.basis.number,
                to_do=Text(
                    ja="当てはまるかを見て、当てはまれば自分の対策基準に加える",
                    en="see whether it applies, and add it to your own standards if so",
                ),
            )


def _control(control: Control, old: str, new: str, between: tuple[str, ...]) -> Iterator[Difference]:
    was, now = control.editions.get(old), control.editions.get(new)
    basis = control.basis
    number, duty = (None, None) if basis is None else (basis.number, basis.duty)

    def difference(kind: Kind, edition: str, to_do: Text) -> Difference:
        known = duty if kind == "born" else number
        return Difference(
            kind=kind,
            number=control.id,
            title=control.title,
            was=was,
            now=now,
            edition=edition,
            basis=known,
            to_do=to_do,
            overlay=control.overlay,
        )

    if was is None and now is not None:
        yield difference("born", control.since, control.requirement)
    elif was is not None and now is None:
        gone = next((edition for edition in between if edition not in control.editions), new)
        yield difference("dropped", gone, Text(ja="もう求められない。続けるかを決める", en="no longer asked for; decide whether to go on"))
    elif was is not None and now is not None and was != now:
        yield difference("moved", _moved_in(control.editions, between, was), _move(was, now))
    if was is not None:
        for change in control.changes:
            if change.edition in between:
                yield _changed(change, control.id, control.title, was, now, overlay=control.overlay)


def _changed(change: Change, number: str, title: Text, was: str | None, now: str | None, *, overlay: str | None = None) -> Difference:
    form = _DO[change.sense]
    return Difference(
        kind=change.sense,
        number=number,
        title=title,
        was=was,
        now=now,
        edition=change.edition,
        basis=change.basis,
        to_do=Text(ja=form.ja.replace("{ja}", change.text.ja), en=form.en.replace("{en}", change.text.en)),
        overlay=overlay,
    )


def _move(was: str | None, now: str | None) -> Text:
    return Text(ja=f"番号の対応を {was} から {now} に直す", en=f"change the reference from {was} to {now}")


def _moved_in(numbers: Mapping[str, str], between: tuple[str, ...], was: str) -> str:
    """Return the first edition in which the number differs."""
    return next((edition for edition in between if numbers.get(edition, was) != was), between[-1])
