"""Parts of a control's page: tables, the rule in words, parameters, evidence with its usual headers, mappings, sources.

Never here: whole pages (`control_pages`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from secaudit.model.assertion import AllOf, Assertion, Condition, KeyPair
from secaudit.model.control import Control, Parameter, ParameterValue
from secaudit.model.evidence import Kind
from secaudit.model.guideline import Framework, Source
from secaudit.model.text import Lang, Text
from secaudit.reports.basis import READ
from secaudit.reports.control_words import STRICTER, TYPES
from secaudit.reports.escaping import markdown as safe
from secaudit.reports.explanation import rule_lines

LAW = "ordinance-80"
"""The framework that controls map to by `law`."""
HEADERS = 5
"""Usual headers shown per column; the reader knows more."""
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~%/?=&-]*)?")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table; cells are escaped already."""
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]


def rule(control: Control) -> list[str]:
    """Return the assertion in words, first in Japanese, then in English; lines of parts are indented as items."""
    lines: list[str] = []
    languages: tuple[Lang, ...] = ("ja", "en")
    for lang in languages:
        for line in rule_lines(control.assertion, lang):
            text = line.lstrip(" ")
            depth = len(line) - len(text) + (2 if text.startswith("- ") else 0)
            lines.append(f"{' ' * depth}- {safe(text.removeprefix('- '))}")
        lines.append("")
    return lines


def parameters(control: Control) -> list[str]:
    """Return the parameters with their defaults, their range and which way is stricter."""
    if not control.parameters:
        return []
    rows = [_parameter(one) for _, one in sorted(control.parameters.items())]
    head = ("名前 / name", "標準 / default", "型 / type", "範囲 / range", "厳しい向き / stricter")
    return ["## 設定値 / Parameters", "", *table(head, rows), ""]


def _parameter(one: Parameter) -> list[str]:
    stricter, kind = STRICTER[one.stricter], TYPES[one.type]
    unit = "" if one.unit in (None, one.type) else f" {one.unit}"
    return [
        safe(one.name),
        safe(_value(one.default) + unit),
        f"{kind.ja} / {kind.en}",
        _range(one.minimum, one.maximum),
        f"{stricter.ja} / {stricter.en}",
    ]


def _range(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f"{least}–{most}"
    return "–" if least is None and most is None else f"≥ {least}" if most is None else f"≤ {most}"


def _value(value: ParameterValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def evidence(control: Control, kinds: Mapping[str, Kind]) -> list[str]:
    """Return the kinds that a control reads, with the columns that its assertion names and their usual headers."""
    if not control.evidence:
        return []
    words = frozenset(_words(control.assertion))
    lines = ["## 証跡 / Evidence", ""]
    for name in control.evidence:
        kind = kinds.get(name)
        if kind is None:
            lines += [f"- {safe(name)}", ""]
            continue
        lines += [f"### {safe(kind.title.ja)} / {safe(kind.title.en)} (`{kind.name}`)", ""]
        lines += [*table(("列 / column", "見出し", "header", "ほかの見出し / other usual headers"), _columns(kind, words)), ""]
        lines += [f"ひな型 / template: `secaudit evidence template {kind.name}`", ""]
    return lines


def _columns(kind: Kind, words: frozenset[str]) -> list[list[str]]:
    rows = []
    for column in kind.columns:
        if not column.key and column.name not in words and kind.name != "answers":
            continue
        others = [header for header in column.headers if _JAPANESE.search(header) and header != column.title.ja]
        rows.append([safe(column.name), safe(column.title.ja), safe(column.title.en), safe("、".join(others[:HEADERS])) or "–"])
    return rows


def _words(assertion: Assertion) -> Iterable[str]:
    """Yield every word of an assertion that may be the name of a column."""
    if isinstance(assertion, AllOf):
        for part in assertion.parts:
            yield from _words(part)
        return
    for name in assertion.__slots__:
        value = getattr(assertion, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Condition):
                yield from _WORD.findall(_QUOTED.sub("", one.text))
            elif isinstance(one, KeyPair):
                yield from (one.left, one.right)
            elif isinstance(one, str):
                yield one


def framework_rows(control: Control, frameworks: Mapping[str, Framework]) -> list[list[str]]:
    """Return a row per number that a control maps to, with its title where it is known."""
    rows = []
    for name, numbers in [*sorted(control.maps.items()), (LAW, control.law)]:
        framework = frameworks.get(name)
        titles = {} if framework is None else {entry.number: entry.title for entry in framework.entries}
        told = Text(ja=name, en=name) if framework is None else framework.title
        for number in numbers:
            title = titles.get(number) or titles.get(number.split("-", 1)[0]) if name != LAW else titles.get(number)
            rows.append([safe(told.ja), safe(number), "–" if title is None else f"{safe(title.ja)} / {safe(title.en)}"])
    return rows


def sources(keys: Iterable[str], known: Mapping[str, Source]) -> list[str]:
    """Return the sources of a control, with how much of each was read and where it is."""
    lines = []
    for key in keys:
        source = known.get(key)
        if source is None:
            lines.append(f"- {safe(key)}")
            continue
        read = READ[source.read]
        where = " ".join(f"<{one}>" if _ADDRESS.fullmatch(one) else safe(one) for one in source.url)
        lines.append(f"- {safe(key)}: {safe(source.title.ja)}（{read.ja}） / {safe(source.title.en)} ({read.en}) {where}")
    return [*lines, ""] if lines else []
