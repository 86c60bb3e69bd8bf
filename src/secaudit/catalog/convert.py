"""Documents become model values, with the places of conditions.

Never here: reading files, rules over several controls.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import assert_never

from secaudit.catalog import documents as doc
from secaudit.catalog.guideline.documents import BasisDocument, ChangeDocument, TextDocument
from secaudit.catalog.separation.convert import separation
from secaudit.errors import DocumentError, SecauditError
from secaudit.model import assertion as model
from secaudit.model.control import Basis, Case, Change, Control, Parameter, Value
from secaudit.model.location import Location
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.wire.tree import Node, Pointer, Scalar, find, place
from secaudit.wire.values import misfit


def control(document: doc.ControlDocument, tree: Node, digest: str) -> Control:
    """Return the control that `document`, read from `tree`, describes; `digest` is that of the file."""
    return Control(
        id=document.id,
        name=document.name,
        since=document.since,
        editions=MappingProxyType(dict(document.editions)),
        revision=document.revision,
        aliases=tuple(document.aliases),
        level=document.level,
        severity=document.severity,
        title=text(document.title),
        requirement=text(document.requirement),
        why=text(document.why),
        roles=tuple(document.roles),
        cycle=document.cycle,
        models=tuple(document.applies.models),
        organisations=tuple(document.applies.organisations),
        topics=tuple(document.topics),
        law=tuple(document.law),
        maps=MappingProxyType({name: tuple(targets) for name, targets in document.maps.items()}),
        parameters=MappingProxyType({name: _parameter(name, one) for name, one in document.parameters.items()}),
        evidence=tuple(document.evidence),
        assertion=_assertion(document.assertion, tree, ("assert",)),
        remedy=text(document.remedy),
        at=place(tree, ()),
        digest=digest,
        basis=None if document.basis is None else _basis(document.basis),
        changes=tuple(change(one) for one in document.changes),
        overlay=document.overlay,
    )


def _basis(document: BasisDocument) -> Basis:
    return Basis(
        number=document.number,
        duty=document.duty,
        level=document.level,
        maps=document.maps,
        sources=tuple(document.sources),
        level_reason=document.level_reason,
    )


def change(document: ChangeDocument) -> Change:
    """Return what an edition changed."""
    return Change(edition=document.edition, sense=document.sense, text=text(document.text), basis=document.basis)


def text(document: TextDocument) -> Text:
    """Return both languages."""
    return Text(ja=document.ja, en=document.en)


def parameter_errors(document: doc.ControlDocument, tree: Node) -> list[SecauditError]:
    """Say which parameters contradict themselves: a default out of its type or bounds, a direction that the type does not have."""
    errors: list[SecauditError] = []
    for name, one in document.parameters.items():
        for key, bound in (("minimum", one.minimum), ("maximum", one.maximum)):
            if bound is not None and one.type not in {"integer", "number", "ratio"}:
                errors.append(
                    DocumentError(
                        Text(
                            ja=f"`{one.type}` のパラメータに `{key}` は付けられません",
                            en=f"a parameter of type `{one.type}` has no `{key}`",
                        ),
                        at=place(tree, ("parameters", name, key), key=True),
                    )
                )
        wrong = misfit(one.default, one.type, one.minimum, one.maximum)
        if wrong is not None:
            errors.append(
                DocumentError(
                    Text(ja=f"`{name}` の既定値は{wrong.ja}", en=f"the default of `{name}` {wrong.en}"),
                    at=place(tree, ("parameters", name, "default")),
                )
            )
        allowed = _DIRECTIONS[one.type]
        if one.stricter not in allowed:
            listed = ", ".join(f"`{word}`" for word in allowed)
            errors.append(
                DocumentError(
                    Text(
                        ja=f"`{one.type}` のパラメータの `stricter` に `{one.stricter}` は使えません",
                        en=f"`{one.stricter}` is not a direction of a parameter of type `{one.type}`",
                    ),
                    at=place(tree, ("parameters", name, "stricter")),
                    hint=Text(ja=f"使える値: {listed}", en=f"known values: {listed}"),
                )
            )
    return errors


_NUMERIC = ("lower", "higher")
_DIRECTIONS: Mapping[str, tuple[str, ...]] = {
    "integer": _NUMERIC,
    "number": _NUMERIC,
    "ratio": _NUMERIC,
    "boolean": ("true", "false"),
    "list": ("fewer", "more"),
    "text": ("lower", "higher", "true", "false", "fewer", "more"),
}


def _parameter(name: str, document: doc.ParameterDocument) -> Parameter:
    return Parameter(
        name=name,
        type=document.type,
        default=document.default,
        minimum=document.minimum,
        maximum=document.maximum,
        unit=document.unit,
        stricter=document.stricter,
    )


def _condition(written: str | None, tree: Node, pointer: Pointer) -> model.Condition | None:
    if written is None:
        return None
    node = find(tree, pointer)
    at = node.text_at if isinstance(node, Scalar) else place(tree, pointer)
    return model.Condition(text=written, at=at)


def _required(written: str, tree: Node, pointer: Pointer) -> model.Condition:
    node = find(tree, pointer)
    return model.Condition(text=written, at=node.text_at if isinstance(node, Scalar) else place(tree, pointer))


def _limit(value: float | str) -> int | float | model.ParameterName:
    return model.ParameterName(value[1:]) if isinstance(value, str) else value


def _whole(value: int | str) -> int | model.ParameterName:
    return model.ParameterName(value[1:]) if isinstance(value, str) else value


def _pairs(on: Mapping[str, str]) -> tuple[model.KeyPair, ...]:
    return tuple(model.KeyPair(left=left, right=right) for left, right in on.items())


TableDocument = (
    doc.EveryDocument
    | doc.NoneDocument
    | doc.CoverageDocument
    | doc.ExistsDocument
    | doc.RecentDocument
    | doc.RegularDocument
    | doc.WithinDocument
    | doc.MatchDocument
    | doc.DistinctDocument
)
TimedDocument = doc.ExistsDocument | doc.RecentDocument | doc.RegularDocument | doc.WithinDocument


def _assertion(document: doc.AssertionDocument, tree: Node, pointer: Pointer) -> model.Assertion:
    at = place(tree, pointer)
    match document:
        case doc.AllOfDocument():
            parts = tuple(_assertion(part, tree, (*pointer, "all_of", index)) for index, part in enumerate(document.all_of))
            return model.AllOf(parts=parts, at=at)
        case doc.SeparatedDocument():
            return model.Separated(zones=tuple(document.separated.zones), of=document.separated.of, at=at)
        case doc.AttestedDocument():
            said = document.attested
            return model.Attested(question=text(said.question), ask=said.ask, look_at=text(said.look_at), at=at)
        case _:
            return _table(document, _condition(document.where, tree, (*pointer, "where")), tree, pointer)


def _table(document: TableDocument, where: model.Condition | None, tree: Node, pointer: Pointer) -> model.TableAssertion:
    at = place(tree, pointer)
    match document:
        case doc.EveryDocument():
            holds = _required(document.holds, tree, (*pointer, "holds"))
            return model.Every(table=document.every, where=where, holds=holds, at=at)
        case doc.NoneDocument():
            holds = _required(document.holds, tree, (*pointer, "holds"))
            return model.NoneOf(table=document.none, where=where, holds=holds, at=at)
        case doc.CoverageDocument():
            return model.Coverage(
                table=document.coverage,
                where=where,
                other=document.other,
                on=_pairs(document.on),
                matching=_condition(document.matching, tree, (*pointer, "matching")),
                target=_limit(document.target),
                at=at,
            )
        case doc.MatchDocument():
            return model.Match(
                table=document.match,
                where=where,
                other=document.other,
                other_where=_condition(document.other_where, tree, (*pointer, "with_where")),
                on=_pairs(document.on),
                sides=document.sides,
                at=at,
            )
        case doc.DistinctDocument():
            return model.Distinct(table=document.distinct, where=where, columns=(document.columns[0], document.columns[1]), at=at)
        case _:
            return _timed(document, where, at)


def _timed(document: TimedDocument, where: model.Condition | None, at: Location) -> model.TableAssertion:
    match document:
        case doc.ExistsDocument():
            return model.Exists(table=document.exists, where=where, dated=document.dated, at_least=_whole(document.at_least), at=at)
        case doc.RecentDocument():
            return model.Recent(table=document.recent, where=where, dated=document.dated, within_days=_whole(document.within_days), at=at)
        case doc.RegularDocument():
            return model.Regular(
                table=document.regular, where=where, dated=document.dated, max_gap_days=_whole(document.max_gap_days), at=at
            )
        case doc.WithinDocument():
            return model.Within(
                table=document.within,
                where=where,
                start=document.start,
                end=document.end,
                limit=_limit(document.limit),
                unit=document.unit,
                percentile=document.percentile,
                earlier=document.earlier,
                at=at,
            )
        case _:
            assert_never(document)


def cases(document: doc.CasesDocument, tree: Node) -> tuple[Case, ...]:
    """Return the cases of a file read from `tree`, with their rows written out."""
    return tuple(_case(one, place(tree, (index,))) for index, one in enumerate(document.cases))


def _case(document: doc.CaseDocument, at: Location) -> Case:
    return Case(
        name=document.name,
        expect=Status(document.expect),
        fiscal_year=document.fiscal_year,
        as_of=document.as_of or date(document.fiscal_year + 1, 3, 31),
        parameters=MappingProxyType(dict(document.parameters)),
        tables=MappingProxyType({kind: tuple(row for one in rows for row in _rows(one)) for kind, rows in document.tables.items()}),
        lost_rows=MappingProxyType(dict(document.lost_rows)),
        population=MappingProxyType(dict(document.population)),
        gap=tuple(document.gap),
        separation=None if document.separation is None else separation(document.separation, at),
        at=at,
    )


def case_of(case: Case, control_id: str) -> Case:
    """Return a shared case as that of one control: `{control}` in a cell is its id, `{other}` that of the next number."""
    head, number = control_id.rsplit("-", 1)
    told = {"{control}": control_id, "{other}": f"{head}-{(int(number) + 1) % 100:02d}"}
    tables = {
        kind: tuple(
            MappingProxyType({name: told.get(value, value) if isinstance(value, str) else value for name, value in row.items()})
            for row in rows
        )
        for kind, rows in case.tables.items()
    }
    return replace(case, tables=MappingProxyType(tables))


def _rows(document: "doc.RepeatDocument | dict[str, doc.Cell]") -> list[Mapping[str, Value]]:
    if not isinstance(document, doc.RepeatDocument):
        return [MappingProxyType(dict(document))]
    return [
        MappingProxyType({name: value.replace("{n}", str(n)) if isinstance(value, str) else value for name, value in document.row.items()})
        for n in range(1, document.repeat + 1)
    ]
