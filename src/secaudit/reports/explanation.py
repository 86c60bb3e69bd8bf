"""A control in words, and one finding with its rows.

Never here: judging.
"""

from collections.abc import Mapping
from types import MappingProxyType

from secaudit.model.assertion import (
    AllOf,
    Assertion,
    Attested,
    Condition,
    Coverage,
    Distinct,
    Every,
    Exists,
    Match,
    NoneOf,
    ParameterName,
    Recent,
    Regular,
    Separated,
    Within,
)
from secaudit.model.control import Control, ParameterValue
from secaudit.model.finding import Finding
from secaudit.model.guideline import Source
from secaudit.model.outcome import Outcome
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Lang, Text
from secaudit.reports.basis import basis_lines, level_basis
from secaudit.reports.control_words import ROLES, word
from secaudit.reports.era import fiscal_year_text
from secaudit.reports.figures import measured_text
from secaudit.reports.terminal import one_line

NOTHING: Mapping[str, Text] = MappingProxyType({})
NO_SOURCES: Mapping[str, Source] = MappingProxyType({})


def control_text(control: Control, lang: Lang, *, reasons: Mapping[str, Text] = NOTHING, sources: Mapping[str, Source] = NO_SOURCES) -> str:
    """Return what a control asks for, why, from which evidence, by which rule, and what to do."""
    level = Text(ja="必須", en="required") if control.level == "required" else Text(ja="推奨", en="recommended")
    clauses = ", ".join(f"{edition}: {clause}" for edition, clause in control.editions.items())
    lines = [
        f"{control.id} {control.name}",
        control.title.get(lang),
        "",
        Text(ja=f"求めること: {control.requirement.ja}", en=f"requirement: {control.requirement.en}").get(lang),
        Text(ja=f"理由: {control.why.ja}", en=f"why: {control.why.en}").get(lang),
        Text(ja=f"対応: {control.remedy.ja}", en=f"remedy: {control.remedy.en}").get(lang),
        Text(
            ja=f"区分: {level.ja}（{level_basis(control).ja}）・重大度 {control.severity}",
            en=f"level: {level.en} ({level_basis(control).en}), severity {control.severity}",
        ).get(lang),
        Text(ja=f"条項: {clauses}", en=f"clause: {clauses}").get(lang),
        *basis_lines(control, reasons, sources, lang),
        Text(ja=f"証跡: {', '.join(control.evidence) or '－'}", en=f"evidence: {', '.join(control.evidence) or '-'}").get(lang),
        Text(ja="判定の規則:", en="rule:").get(lang),
        *(f"  {line}" for line in rule_lines(control.assertion, lang)),
    ]
    for name, parameter in sorted(control.parameters.items()):
        lines.append(
            Text(
                ja=f"設定値 :{name} 標準 {_value(parameter.default)} {parameter.unit or ''}",
                en=f"parameter :{name}, default {_value(parameter.default)} {parameter.unit or ''}",
            )
            .get(lang)
            .rstrip()
        )
    page = f"docs/controls/{page_of(control)}"
    lines.append(Text(ja=f"頁: {page}", en=f"page: {page}").get(lang))
    return "\n".join(map(one_line, lines))


def page_of(control: Control) -> str:
    """Return the path of a control's page below the folder of pages (`control_pages`)."""
    return f"{control.chapter}/{control.id}.md"


def rule_lines(assertion: Assertion, lang: Lang) -> list[str]:
    """Return an assertion in words, one statement a line."""
    match assertion:
        case AllOf(parts=parts):
            lines = [Text(ja="次のすべて:", en="all of:").get(lang)]
            for part in parts:
                first, *rest = rule_lines(part, lang)
                lines += [f"- {first}", *(f"  {line}" for line in rest)]
            return lines
        case Separated(zones=zones, of=of):
            return [_separated(zones, of).get(lang)]
        case Attested(question=question, ask=ask, look_at=look_at):
            return [
                Text(
                    ja=f"質問（{word(ROLES, ask).ja} に）: {question.ja}", en=f"question (to the {word(ROLES, ask).en}): {question.en}"
                ).get(lang),
                Text(ja=f"見るもの: {look_at.ja}", en=f"look at: {look_at.en}").get(lang),
            ]
        case _:
            return [_head(assertion).get(lang), *_conditions(assertion, lang)]


def _separated(zones: tuple[str, ...], of: str) -> Text:
    names = ", ".join(zones)
    if of == "flows":
        return Text(
            ja=f"領域 {names} に関わる特定通信と中継の宣言に問題がない", en=f"the declared flows and relays of {names} are in order"
        )
    if len(zones) == 1:
        return Text(
            ja=f"領域 {names} とほかのどの領域の間も、宣言した通信のほかは通れない",
            en=f"nothing but declared flows passes between {names} and any other zone",
        )
    return Text(ja=f"領域 {names} の間を、宣言した通信のほかは通れない", en=f"nothing but declared flows passes between {names}")


def _head(assertion: Assertion) -> Text:
    match assertion:
        case Every(table=table):
            return Text(ja=f"{table} の対象の行がすべて条件を満たす", en=f"each row of {table} in scope holds the condition")
        case NoneOf(table=table):
            return Text(ja=f"{table} の対象に条件に当たる行がない", en=f"no row of {table} in scope holds the condition")
        case Coverage(table=table, other=other, target=target):
            return Text(
                ja=f"{table} の対象のうち {other} に該当のある割合が {_limit(target)} 以上",
                en=f"the share of {table} in scope that is matched in {other} is at least {_limit(target)}",
            )
        case Exists(table=table, at_least=at_least):
            return Text(
                ja=f"{table} に当たる行が {_limit(at_least)} 以上ある", en=f"at least {_limit(at_least)} rows of {table} are in scope"
            )
        case Recent(table=table, dated=dated, within_days=limit):
            return Text(
                ja=f"{table} の最新の {dated} が基準日から {_limit(limit)} 日以内",
                en=f"the newest {dated} of {table} is at most {_limit(limit)} days old",
            )
        case Regular(table=table, dated=dated, max_gap_days=limit):
            return Text(
                ja=f"{table} の {dated} の間隔が年度を通じて {_limit(limit)} 日を超えない",
                en=f"gaps between {dated} of {table} never exceed {_limit(limit)} days over the year",
            )
        case Within(table=table, start=start, end=end, limit=limit, unit=unit, percentile=share):
            return Text(
                ja=f"{table} の {start} から {end} までが {_limit(limit)} {unit} 以内"
                + ("" if share is None else f"（割合 {share} 以上で）"),
                en=f"from {start} to {end} of {table} takes at most {_limit(limit)} {unit}"
                + ("" if share is None else f" in a share of at least {share}"),
            )
        case Match(table=table, other=other, sides="left"):
            return Text(ja=f"{table} の対象がすべて {other} にある", en=f"everything of {table} in scope is in {other}")
        case Match(table=table, other=other):
            return Text(ja=f"{table} と {other} が過不足なく一致する", en=f"{table} and {other} agree in both directions")
        case Distinct(table=table, columns=(first, second)):
            return Text(ja=f"{table} の {first} と {second} が別である", en=f"{first} and {second} of {table} differ")
        case _:
            raise ValueError(assertion)


def _conditions(assertion: Assertion, lang: Lang) -> list[str]:
    names = {
        "where": Text(ja="対象", en="in scope"),
        "holds": Text(ja="条件", en="condition"),
        "matching": Text(ja="該当とみなす条件", en="matched if"),
        "other_where": Text(ja="相手側の対象", en="other side in scope"),
    }
    found = ((label, getattr(assertion, name, None)) for name, label in names.items())
    return [f"{label.get(lang)}: {condition.text}" for label, condition in found if isinstance(condition, Condition)]


def _limit(limit: float | ParameterName) -> str:
    return f":{limit.name}" if isinstance(limit, ParameterName) else str(limit)


def _value(value: ParameterValue) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def finding_text(assessment: Assessment, finding: Finding, lang: Lang, subject: str | None) -> str:
    """Return one finding with every outcome, or with those of one subject."""
    year = fiscal_year_text(assessment.fiscal_year).get(lang)
    lines = [
        f"■ {assessment.policy_id} {year} {assessment.as_of.isoformat()}: {finding.status.label.get(lang)} （{finding.clause}）",
        f"  {finding.reason.get(lang)}",
    ]
    if finding.measured is not None:
        lines.append(f"  {measured_text(finding.measured, lang)}")
    for name, bound in sorted(finding.parameters.items()):
        origin = Text(ja="標準値", en="catalogue") if bound.origin == "catalogue" else Text(ja="ポリシー", en="policy")
        lines.append(f"  :{name} = {_value(bound.value)} （{origin.get(lang)} {bound.at}）")
    lines += [f"  ※ {note.get(lang)}" for note in finding.notes]
    shown = [outcome for outcome in finding.outcomes if subject is None or subject in (outcome.subject, *outcome.subject.split(" / "))]
    if subject is not None and not shown:
        lines.append(Text(ja=f"  対象 {subject} の行はない", en=f"  there is no row of subject {subject}").get(lang))
    told = [outcome for outcome in shown if subject is not None or outcome.status is not Status.PASS]
    lines += [_outcome(outcome, lang) for outcome in told]
    if len(told) < len(shown):
        passing = len(shown) - len(told)
        lines.append(
            Text(ja=f"  - 適合 {passing}件（対象を指定すると行を示す）", en=f"  - {passing} pass (name a subject to see its row)").get(lang)
        )
    return "\n".join(map(one_line, lines))


def _outcome(outcome: Outcome, lang: Lang) -> str:
    place = "" if outcome.location is None else f"  ({outcome.location})"
    return f"  - {outcome.status.label.get(lang)} {outcome.subject}: {outcome.reason.get(lang)}{place}"
