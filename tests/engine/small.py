"""Two small kinds and makers of controls, tables and runs: a test names only what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from secaudit.engine.compile import compile as compile_controls
from secaudit.engine.evaluate import evaluate
from secaudit.model.assertion import Assertion, Condition, KeyPair
from secaudit.model.control import Control, Parameter, ParameterType, ParameterValue, Stricter, Value
from secaudit.model.evidence import Column, ColumnType, EvidenceSet, Kind, Loss, Nature, Origin, Population, Table, TableFile
from secaudit.model.location import Location
from secaudit.model.outcome import Judgement
from secaudit.model.policy import BoundParameter, EffectiveControl, EffectivePolicy
from secaudit.model.text import Text
from tests.builders import control as any_control
from tests.builders import effective_policy, policy

AT = Location(path="controls/t/control.yaml", line=10, column="5")
WORDS = ("a", "b", "c")


def column(name: str, type_: ColumnType, *, key: bool = False, personal: bool = False) -> Column:
    title = Text(ja=f"列{name}", en=name)
    values = WORDS if type_ == "enum" else ()
    return Column(name=name, type=type_, title=title, headers=(name,), values=values, key=key, personal=personal)


def kind(name: str, ja: str, *columns: Column, nature: Nature = "snapshot") -> Kind:
    return Kind(name=name, title=Text(ja=ja, en=name.title()), nature=nature, columns=columns)


PEOPLE = kind(
    "people",
    "名簿",
    column("id", "text", key=True),
    column("boss", "text"),
    column("grade", "enum"),
    column("rank", "enum"),
    column("hired", "date"),
    column("quit", "date"),
    column("seen", "datetime"),
    column("told", "datetime"),
    column("n", "integer"),
    column("x", "number"),
    column("ok", "boolean"),
    column("name", "text", personal=True),
)
EVENTS = kind(
    "events",
    "記録",
    column("no", "text", key=True),
    column("part", "enum", key=True),
    column("who", "text"),
    column("day", "date"),
    column("at", "datetime"),
    column("done", "boolean"),
    column("n", "integer"),
    nature="ledger",
)
ANSWERS = kind(
    "answers",
    "回答",
    column("control", "text", key=True),
    replace(column("answer", "enum"), values=("yes", "no", "not-applicable")),
    column("answered_by", "text"),
    column("answered_on", "date"),
    column("reason", "text"),
    column("expires_on", "date"),
    column("section", "text"),
)
STATEMENTS = kind(
    "published_statements",
    "公表された記述",
    column("statement", "text", key=True),
    column("document", "text"),
    column("section", "text"),
    column("speaks_from", "date"),
    column("speaks_to", "date"),
    column("controls", "text"),
    column("commitments", "text"),
    column("row", "text"),
    column("indicator", "text"),
    replace(column("shows", "enum"), values=("met", "not_met", "measured", "unclear")),
    column("value", "number"),
    column("unit", "text"),
    column("claim_ja", "text"),
    column("claim_en", "text"),
    nature="dossier",
)
KINDS: Mapping[str, Kind] = {one.name: one for one in (PEOPLE, EVENTS, ANSWERS, STATEMENTS)}


def condition(text: str) -> Condition:
    return Condition(text=text, at=AT)


def maybe(text: str | None) -> Condition | None:
    return None if text is None else condition(text)


def pairs(**on: str) -> tuple[KeyPair, ...]:
    return tuple(KeyPair(left=left, right=right) for left, right in on.items())


def parameter(name: str, default: ParameterValue, type_: ParameterType, stricter: Stricter = "lower") -> Parameter:
    return Parameter(name=name, type=type_, default=default, minimum=None, maximum=None, unit=None, stricter=stricter)


PARAMETERS: Mapping[str, Parameter] = {
    one.name: one
    for one in (
        parameter("days", 1, "integer"),
        parameter("half", 0.5, "ratio", "higher"),
        parameter("much", 2.5, "number"),
        parameter("yes", default=True, type_="boolean"),
        parameter("word", "b", "text"),
        parameter("words", ("a", "b"), "list"),
    )
}


def control(assertion: Assertion, *evidence: str, id_: str = "1.1-01", parameters: Mapping[str, Parameter] = PARAMETERS) -> Control:
    return replace(any_control(id_, assertion=assertion, evidence=evidence), parameters=parameters, at=AT)


def table(
    of: Kind,
    *rows: Mapping[str, Value],
    organisation: str = "mihon",
    population: int | None = None,
    losses: Sequence[Loss] = (),
    failures: Sequence[Loss] = (),
    stale: bool = False,
    gap: bool = False,
) -> Table:
    cells = tuple(tuple(row.get(one.name) for one in of.columns) for row in rows)
    letters = {one.name: chr(ord("A") + index) for index, one in enumerate(of.columns)}
    return Table(
        organisation=organisation,
        kind=of,
        rows=cells,
        origins=tuple(Origin(0, index + 2) for index in range(len(cells))),
        files=(TableFile(path=f"{of.name}.xlsx", sheet="表", digest="d", letters=letters),),
        population=None if population is None else Population(count=population, stated_by="人事係"),
        losses=tuple(losses),
        failures=tuple(failures),
        stale=Text(ja="古い", en="stale") if stale else None,
        gap=Text(ja="空白の期間がある", en="a gap") if gap else None,
    )


def lost(rows: int | None = 1, column: str | None = None, row_index: int | None = None, *, left_out: bool = False) -> Loss:
    why = Text(ja="切れている", en="cut off")
    return Loss(code="SA310", why=why, at=Location(path="t.xlsx"), rows=rows, column=column, row_index=row_index, left_out=left_out)


def effective(one: Control, **values: ParameterValue) -> EffectiveControl:
    bound = {
        name: BoundParameter(value=values.get(name, declared.default), origin="catalogue", weaker=False, at=AT)
        for name, declared in one.parameters.items()
    }
    return EffectiveControl(control=one, clause="1", parameters=bound, excluded_because=None, excluded_by=None)


def adopted(
    *controls: EffectiveControl, as_of: date = date(2026, 3, 31), published: bool = False, fiscal_year: int = 2025
) -> EffectivePolicy:
    own = replace(policy(), evidence_basis="published") if published else policy()
    return effective_policy(*controls, of=own, fiscal_year=fiscal_year, as_of=as_of)


def evidence(*tables: Table, organisation: str = "mihon") -> EvidenceSet:
    return EvidenceSet(organisation=organisation, fiscal_year=2025, tables={one.kind.name: one for one in tables}, losses=(), digest="e")


Backend = Literal["duckdb", "reference"]


def judge(
    one: Control,
    *tables: Table,
    backend: Backend = "reference",
    as_of: date = date(2026, 3, 31),
    published: bool = False,
    **values: ParameterValue,
) -> Judgement:
    """Judge one control of one organisation."""
    compiled = compile_controls((one,), KINDS)
    policies = {"mihon": adopted(effective(one, **values), as_of=as_of, published=published)}
    (judgement,) = evaluate(compiled, policies, {"mihon": evidence(*tables)}, backend=backend)
    return judgement
