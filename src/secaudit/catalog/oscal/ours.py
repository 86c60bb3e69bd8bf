"""A control that carries our own properties: its values as `control.yaml` has them.

* Values are taken as they are written; whether they make a control is judged where every control is judged.
* A rule is restored only if it is a single question. Otherwise an open question stands in its place, with the words of the rule.

Never here: writing the file (`skeleton`).
"""

import json
import re
from collections.abc import Mapping, Sequence

from secaudit.catalog.documents import CONTROL_ID
from secaudit.catalog.oscal.documents import OscalControlDocument, ParamDocument, PartDocument
from secaudit.catalog.oscal.taking import Taking, said
from secaudit.wire import oscal
from secaudit.wire.tree import Pointer

_ONE = ("name", "level", "severity", "revision", "since", "clause", "cycle", "decided-by", "overlay")
_BASIS = {"basis-number": "number", "basis-duty": "duty", "basis-level": "level", "basis-maps": "maps", "level-reason": "level_reason"}
_MANY = {"alias": "aliases", "law": "law", "role": "roles", "topic": "topics"}
KNOWN = frozenset({*_ONE, *_BASIS, *_MANY, "source", "network-model", "organisation", "evidence"})
_PARAMETER = frozenset({"name", "type", "stricter", "unit", "minimum", "maximum"})
_CHANGE = frozenset({"edition", "sense", "basis"})
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?")

Values = dict[str, object]


def is_ours(control: OscalControlDocument) -> bool:
    """Whether a control has our id and at least our property `name`."""
    named = any(one.ns == oscal.PROPERTIES and one.name == "name" for one in control.props)
    return named and control.id.startswith(oscal.PREFIX) and re.fullmatch(CONTROL_ID, control.id.removeprefix(oscal.PREFIX)) is not None


def values(control: OscalControlDocument, pointer: Pointer, frameworks: Mapping[str, str], taking: Taking) -> tuple[Values, list[str]]:
    """Return the values of a control and notes for whoever fills it in; `frameworks` maps UUIDs of resources to names."""
    own = taking.own(control.props, pointer, known=KNOWN)
    for index, one in enumerate(control.props):
        if one.ns is None and one.name in ("label", "sort-id"):
            taking.take((*pointer, "props", index))
    title = {"ja": said(control.title), "en": taking.english_title(control.props, pointer)}
    made: Values = {
        "id": control.id.removeprefix(oscal.PREFIX),
        **{name: own[name][0] for name in ("name", "since") if name in own},
        "editions": {name.removeprefix("clause-"): found[0] for name, found in own.items() if name.startswith("clause-")},
        "revision": _number(own.get("revision", [""])[0]),
        **({"aliases": own["alias"]} if "alias" in own else {}),
        **{name: own[name][0] for name in ("level", "severity") if name in own},
        "title": _both(title, control, pointer, taking, "title"),
        "requirement": _text("statement", control, pointer, taking),
        "why": _text("guidance", control, pointer, taking),
        "roles": own.get("role", []),
        **({"cycle": own["cycle"][0]} if "cycle" in own else {}),
        "applies": {"models": own.get("network-model", []), "organisations": own.get("organisation", [])},
        "topics": own.get("topic", []),
        "law": own.get("law", []),
        "maps": _maps(control, pointer, frameworks, taking),
        "parameters": _parameters(control, pointer, taking),
    }
    rule, notes = _rule(control, pointer, taking, own)
    made |= rule
    made["remedy"] = _text("remedy", control, pointer, taking, ns=oscal.PROPERTIES)
    basis: Values = {key: own[name][0] for name, key in _BASIS.items() if name in own}
    if basis:
        made["basis"] = {**basis, "sources": own.get("source", [])}
    changes = _changes(control, pointer, taking)
    if changes:
        made["changes"] = changes
    if "overlay" in own:
        made["overlay"] = own["overlay"][0]
    return made, notes


def _both(text: Mapping[str, str | None], control: OscalControlDocument, pointer: Pointer, taking: Taking, what: str) -> Values:
    """Return a text in both languages; one that is missing is asked for, and told."""
    bare = control.id.removeprefix(oscal.PREFIX)
    missing = {"ja": f"（{what} を書く: {bare}）", "en": f"(write the {what} of {bare})"}
    for lang in ("ja", "en"):
        if not text[lang]:
            taking.drop("translation", control.id, pointer, f"{what}.{lang}")
    return {lang: text[lang] or missing[lang] for lang in ("ja", "en")}


def part_of(
    parts: Sequence[PartDocument], pointer: Pointer, taking: Taking, name: str, ns: str | None = None
) -> tuple[PartDocument, Pointer] | None:
    """Return the first part of a name, and remember it."""
    for index, part in enumerate(parts):
        if part.name == name and part.ns == ns:
            taking.take((*pointer, "parts", index))
            return part, (*pointer, "parts", index)
    return None


def _languages(part: PartDocument, pointer: Pointer, taking: Taking) -> dict[str, str | None]:
    english = next((index for index, one in enumerate(part.parts) if one.name == oscal.TRANSLATION and one.class_ == oscal.ENGLISH), None)
    if english is None:
        return {"ja": said(part.prose or ""), "en": None}
    taking.take((*pointer, "parts", english))
    return {"ja": said(part.prose or ""), "en": said(part.parts[english].prose or "")}


def _text(name: str, control: OscalControlDocument, pointer: Pointer, taking: Taking, ns: str | None = None) -> Values:
    found = part_of(control.parts, pointer, taking, name, ns)
    text: dict[str, str | None] = {"ja": None, "en": None} if found is None else _languages(*found, taking)
    return _both(text, control, pointer if found is None else found[1], taking, name)


def _maps(control: OscalControlDocument, pointer: Pointer, frameworks: Mapping[str, str], taking: Taking) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for index, link in enumerate(control.links):
        target = link.href.removeprefix("#")
        if link.rel == "maps-to" and link.resource_fragment is not None and target in frameworks:
            found.setdefault(frameworks[target], []).append(link.resource_fragment)
            taking.take((*pointer, "links", index))
        if link.rel == "reference" and link.href.startswith("#"):
            taking.take((*pointer, "links", index))  # the property `source` says the same by its key
    return found


def _parameters(control: OscalControlDocument, pointer: Pointer, taking: Taking) -> Values:
    found: Values = {}
    for index, param in enumerate(control.params):
        at = (*pointer, "params", index)
        own = {name: values[0] for name, values in taking.own(param.props, at, known=_PARAMETER).items()}
        if {"name", "type", "stricter"} <= own.keys():
            taking.take(at)
            found[own["name"]] = _parameter(param, own)
    return found


def _parameter(param: ParamDocument, own: Mapping[str, str]) -> Values:
    made: Values = {"type": own["type"], "default": _default(own["type"], param.values)}
    made |= {name: _number(own[name]) for name in ("minimum", "maximum") if name in own}
    made |= {"unit": own["unit"]} if "unit" in own else {}
    return {**made, "stricter": own["stricter"]}


def _default(kind: str, written: Sequence[str]) -> object:
    if kind == "list":
        return list(written)
    first = written[0] if written else ""
    if kind == "boolean":
        return {"true": True, "false": False}.get(first, first)
    return _number(first) if kind in ("integer", "number", "ratio") else first


def _number(text: str) -> object:
    """Return the number that a text writes, or the text itself, which is refused where a number is meant."""
    return json.loads(text) if _NUMBER.fullmatch(text) else text


def _rule(control: OscalControlDocument, pointer: Pointer, taking: Taking, own: Mapping[str, list[str]]) -> tuple[Values, list[str]]:
    objective = part_of(control.parts, pointer, taking, "assessment-objective")
    told = {"ja": None, "en": None} if objective is None else _languages(*objective, taking)
    for index, link in enumerate(objective[0].links if objective is not None else ()):
        if link.rel == "assessment-for":
            taking.take((*objective[1], "links", index))  # type: ignore[index]  # mypy forgets the line above
    method = part_of(control.parts, pointer, taking, "assessment-method")
    if method is not None:
        for index, prop in enumerate(method[0].props):
            if prop.name == "method":
                taking.take((*method[1], "props", index))
        asked = taking.own(method[0].props, method[1], known=frozenset({"ask"}))
        question = part_of(method[0].parts, method[1], taking, "question", oscal.PROPERTIES)
        objects = part_of(method[0].parts, method[1], taking, "assessment-objects")
        if question is not None and objects is not None and "ask" in asked:
            attested = {
                "question": _both(_languages(*question, taking), control, question[1], taking, "question"),
                "ask": asked["ask"][0],
                "look_at": _both(_languages(*objects, taking), control, objects[1], taking, "look_at"),
            }
            return {"evidence": own.get("evidence", []), "assert": {"attested": attested}}, []
    taking.drop("question", control.id, pointer, "assert")
    kinds, bare = ", ".join(own.get("evidence", [])) or "-", control.id.removeprefix(oscal.PREFIX)
    question_text = {lang: " / ".join((told[lang] or "").split("\n\n")) or control.id for lang in ("ja", "en")}
    attested = {
        "question": {
            "ja": f"（要記入）次のとおりか: {question_text['ja']}",
            "en": f"(to be filled in) Does this hold: {question_text['en']}",
        },
        "ask": own.get("role", ["system-manager"])[0],
        "look_at": {"ja": f"（{bare} に要記入）証跡: {kinds}", "en": f"(to be filled in for {bare}) Evidence: {kinds}"},
    }
    notes = [
        "OSCAL は判定の規則を運ばない。assert と evidence を書き直す / OSCAL carries no rule: write assert and evidence anew",
        f"evidence: {kinds}",
    ]
    return {"evidence": ["answers"], "assert": {"attested": attested}}, notes


def _changes(control: OscalControlDocument, pointer: Pointer, taking: Taking) -> list[Values]:
    found: list[Values] = []
    for index, part in enumerate(control.parts):
        at = (*pointer, "parts", index)
        if part.name == "change" and part.ns == oscal.PROPERTIES:
            taking.take(at)
            own = {name: values[0] for name, values in taking.own(part.props, at, known=_CHANGE).items()}
            text = _both(_languages(part, at, taking), control, at, taking, "change")
            found.append(
                {
                    **{name: own[name] for name in ("edition", "sense") if name in own},
                    "text": text,
                    **({"basis": own["basis"]} if "basis" in own else {}),
                }
            )
    return found
