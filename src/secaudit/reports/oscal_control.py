"""One control as OSCAL 1.2.3 has it: parameters, properties, links and parts; and what of it OSCAL cannot carry.

* Japanese is the title and the prose. English stands in the property `title` and in parts `translation`, both of class `en`.
* What OSCAL names has OSCAL's name; everything else is in our own namespace.
* The assessment-objective says in words what the rule asks. The rule itself is not carried, unless it is a single question.

Never here: the document around it (`oscal_catalog`), judging.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from secaudit.model.assertion import Attested
from secaudit.model.control import Control, Parameter, ParameterValue
from secaudit.model.exchange import Dropped
from secaudit.model.guideline import Clause, Decided
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.reports.escaping import plain
from secaudit.reports.explanation import rule_lines
from secaudit.reports.oscal_parts import Json, identify, props, token
from secaudit.wire import oscal

_KINDS = {
    "integer": Text(ja="整数", en="whole number"),
    "number": Text(ja="数", en="number"),
    "ratio": Text(ja="0から1までの割合", en="ratio from 0 to 1"),
    "boolean": Text(ja="true か false", en="true or false"),
    "list": Text(ja="文字の一覧", en="list of texts"),
    "text": Text(ja="文字", en="text"),
}
_STRICTER = {
    "lower": Text(ja="小さいほど厳しい。", en="Lower is stricter."),
    "higher": Text(ja="大きいほど厳しい。", en="Higher is stricter."),
    "true": Text(ja="true のほうが厳しい。", en="True is stricter."),
    "false": Text(ja="false のほうが厳しい。", en="False is stricter."),
    "fewer": Text(ja="少ないほど厳しい。", en="Fewer are stricter."),
    "more": Text(ja="多いほど厳しい。", en="More are stricter."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A control with the clause that its newest number names, how it is decided, and where its own cases are."""

    control: Control
    clause: Clause | None
    decided: Decided
    cases: Location | None


def title(text: str) -> str:
    """Return one line of Markdown that shows a text as it is, never empty."""
    return oscal.escape(plain(text).strip()) or "-"


def prose(text: str) -> str:
    """Return Markdown that shows a text as it is, with its lines."""
    return oscal.escape("\n".join(map(plain, text.split("\n"))))


def english(text: str) -> Json:
    """Return the property that is the English of the title beside it."""
    return {"name": "title", "ns": oscal.PROPERTIES, "value": plain(text).strip() or "-", "class": oscal.ENGLISH}


def control_json(placed: Placed, edition: str) -> Json:
    """Return a control as it stands in an edition."""
    control = placed.control
    made: Json = {"id": token(control.id), "title": title(control.title.ja)}
    parameters = [_parameter(control, one) for one in control.parameters.values()]
    if parameters:
        made["params"] = parameters
    made["props"] = _props(placed, edition)
    links = list(_links(control))
    if links:
        made["links"] = links
    made["parts"] = [*_parts(control), *_changes(control)]
    return made


def label(value: str) -> Json:
    """Return OSCAL's own property for what a thing is called by."""
    return {"name": "label", "value": plain(value).strip() or "-"}


def sort_id(value: str) -> Json:
    """Return OSCAL's own property to sort by: digits are filled up, so that 6.1.2 comes before 6.1.13."""
    return {"name": "sort-id", "value": token(re.sub(r"\d+", lambda found: found[0].zfill(3), value))}


def _props(placed: Placed, edition: str) -> list[Json]:
    control, basis = placed.control, placed.control.basis
    pairs: list[tuple[str, str | None]] = [
        ("name", control.name),
        ("level", control.level),
        ("severity", control.severity),
        ("revision", str(control.revision)),
        ("since", control.since),
        ("clause", control.editions.get(edition)),
        ("cycle", control.cycle),
        ("decided-by", placed.decided),
        ("overlay", control.overlay),
    ]
    if basis is not None:
        pairs += [
            ("basis-number", basis.number),
            ("basis-duty", basis.duty),
            ("basis-level", basis.level),
            ("basis-maps", basis.maps),
            ("level-reason", basis.level_reason),
            *(("source", key) for key in basis.sources),
        ]
    many = {
        "alias": control.aliases,
        "law": control.law,
        "role": control.roles,
        "topic": control.topics,
        "network-model": control.models,
        "organisation": control.organisations,
        "evidence": control.evidence,
    }
    pairs += [(name, value) for name, values in many.items() for value in values]
    pairs += [(f"clause-{one}", clause) for one, clause in control.editions.items()]
    return [label(control.id), sort_id(control.id), english(control.title.en), *props(*pairs)]


def _links(control: Control) -> Iterator[Json]:
    for key in control.basis.sources if control.basis is not None else ():
        yield {"href": f"#{source_id(key)}", "rel": "reference"}
    for framework, numbers in control.maps.items():
        for number in numbers:
            yield {"href": f"#{framework_id(framework)}", "rel": "maps-to", "resource-fragment": plain(number).strip() or "-"}


def source_id(key: str) -> str:
    """Return the UUID of a source."""
    return identify("source", key)


def framework_id(name: str) -> str:
    """Return the UUID of a framework that controls map to."""
    return identify("framework", name)


def _part(name: str, text: Text, *, identifier: str | None = None, own: bool = False) -> Json:
    made: Json = {} if identifier is None else {"id": identifier}
    made["name"] = name
    if own:
        made["ns"] = oscal.PROPERTIES
    made["prose"] = prose(text.ja)
    made["parts"] = [{"name": oscal.TRANSLATION, "ns": oscal.PROPERTIES, "class": oscal.ENGLISH, "prose": prose(text.en)}]
    return made


def _parts(control: Control) -> list[Json]:
    name = token(control.id)
    rule = Text(ja="\n\n".join(_rule(control, "ja")), en="\n\n".join(_rule(control, "en")))
    objective = _part("assessment-objective", rule, identifier=f"{name}_obj")
    objective["links"] = [{"href": f"#{name}_smt", "rel": "assessment-for"}]
    return [
        _part("statement", control.requirement, identifier=f"{name}_smt"),
        _part("guidance", control.why, identifier=f"{name}_gdn"),
        objective,
        _method(control),
        _part("remedy", control.remedy, identifier=f"{name}_rmd", own=True),
    ]


def _rule(control: Control, lang: str) -> list[str]:
    lines = rule_lines(control.assertion, "ja" if lang == "ja" else "en")
    return [line.strip().removeprefix("- ") for line in lines]


def _method(control: Control) -> Json:
    """Return how the control is looked at: by asking a person, or by examining evidence of some kinds."""
    name, assertion = token(control.id), control.assertion
    asked = isinstance(assertion, Attested)
    made: Json = {
        "id": f"{name}_asm",
        "name": "assessment-method",
        "props": [{"name": "method", "ns": oscal.RMF, "value": "INTERVIEW" if asked else "EXAMINE"}],
    }
    if isinstance(assertion, Attested):
        made["props"] += props(("ask", assertion.ask))
        made["parts"] = [_part("assessment-objects", assertion.look_at), _part("question", assertion.question, own=True)]
    elif control.evidence:
        made["parts"] = [{"name": "assessment-objects", "prose": prose(", ".join(control.evidence))}]
    return made


def _changes(control: Control) -> Iterator[Json]:
    for change in control.changes:
        made = _part("change", change.text, own=True)
        made["props"] = props(("edition", change.edition), ("sense", change.sense), ("basis", change.basis))
        yield made


def parameter_id(control: str, name: str) -> str:
    """Return the id of a parameter, as the component definition has it too."""
    return f"{token(control)}_{token(name).removeprefix(oscal.PREFIX)}"


def values(value: ParameterValue) -> list[str]:
    """Return the value of a parameter as texts; a list gives one each."""
    words = value if isinstance(value, tuple) else (value if isinstance(value, str) else json.dumps(value),)
    return [word for word in (plain(word).strip() for word in words) if word]


def _parameter(control: Control, one: Parameter) -> Json:
    bounds = [f"{sign} {json.dumps(bound)}" for sign, bound in ((">=", one.minimum), ("<=", one.maximum)) if bound is not None]
    kind, unit = _KINDS[one.type], "" if one.unit is None else f" ({one.unit})"
    made: Json = {
        "id": parameter_id(control.id, one.name),
        "props": props(
            ("name", one.name),
            ("type", one.type),
            ("stricter", one.stricter),
            ("unit", one.unit),
            ("minimum", None if one.minimum is None else json.dumps(one.minimum)),
            ("maximum", None if one.maximum is None else json.dumps(one.maximum)),
        ),
        "label": title(one.name),
        "constraints": [{"description": title(f"{kind.ja} / {kind.en}{unit}")}],
        "guidelines": [{"prose": prose(f"{_STRICTER[one.stricter].ja} / {_STRICTER[one.stricter].en}")}],
    }
    if bounds:
        made["constraints"][0]["tests"] = [{"expression": f"value {bound}"} for bound in bounds]
    if values(one.default):
        made["values"] = values(one.default)
    return made


def dropped(placed: Placed) -> Iterator[Dropped]:
    """Return what of a control OSCAL cannot carry: its rule, its cases, and texts that had to be changed."""
    control = placed.control
    if not isinstance(control.assertion, Attested):
        kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(control.assertion).__name__).lower()
        yield Dropped(kind="assertion", subject=control.id, at=control.assertion.at, what="none" if kind == "none_of" else kind)
    if placed.cases is not None:
        yield Dropped(kind="cases", subject=control.id, at=placed.cases, what="cases.yaml")
    texts = [("title", control.title), ("requirement", control.requirement), ("why", control.why), ("remedy", control.remedy)]
    texts += [("change", change.text) for change in control.changes]
    for name, text in texts:
        write = title if name == "title" else prose
        for lang, said in (("ja", text.ja), ("en", text.en)):
            if oscal.unescape(write(said)) != said:
                yield Dropped(kind="text", subject=control.id, at=control.at, what=f"{name}.{lang}")
    for name, words in _words(control):
        if any(plain(word).strip() != word for word in words):
            yield Dropped(kind="text", subject=control.id, at=control.at, what=name)


def _words(control: Control) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return the words that become values of properties, where white space at an edge does not survive."""
    yield "law", control.law
    yield "editions", tuple(control.editions.values())
    yield from ((f"maps.{name}", numbers) for name, numbers in control.maps.items())
    for one in control.parameters.values():
        default = one.default if isinstance(one.default, tuple) else (one.default,) if isinstance(one.default, str) else ()
        yield f"parameters.{one.name}", (*default, *(() if one.unit is None else (one.unit,)))
