"""A control of somebody else's catalog: a skeleton that loads, says what was there, and asks for the rest.

* Its id is a number of ours above all chapters, in the order of the document; the foreign id is its name, its clause and a comment.
* What is in one language only stands there in that language; the other is asked for.

Never here: writing the file (`skeleton`).
"""

import re
from collections.abc import Sequence

from secaudit.catalog.documents import MODELS, ORGANISATIONS
from secaudit.catalog.oscal.documents import OscalControlDocument, PartDocument
from secaudit.catalog.oscal.taking import Taking, said, visible
from secaudit.model.control import EDITIONS
from secaudit.wire.tree import Pointer

FIRST_CHAPTER = 101
"""Chapters from here on are free for controls that come from elsewhere."""
LONGEST_NAME = 60
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_OBJECTIVES = ("assessment-objective", "objective")

Values = dict[str, object]


def name_of(identifier: str) -> str:
    """Return an id as a name of ours: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", identifier.lower())[:LONGEST_NAME].strip("-") or "control"


def is_withdrawn(control: OscalControlDocument) -> bool:
    """Whether the control says of itself that it is no longer one."""
    return any(one.name == "status" and one.value.lower() == "withdrawn" for one in control.props)


def values(control: OscalControlDocument, pointer: Pointer, taking: Taking, *, number: str, name: str) -> tuple[Values, list[str]]:
    """Return the values of a skeleton with the id `number`, and notes for whoever fills it in."""
    shown = control.id
    for index, one in enumerate(control.props):
        if one.name == "label" and one.ns is None and one.class_ is None:
            shown = visible(one.value) or shown
            taking.take((*pointer, "props", index))
    kept = {kind: _prose(control.parts, pointer, taking, kind) for kind in ("statement", "guidance")}
    objective = " ".join(found for kind in _OBJECTIVES if (found := _prose(control.parts, pointer, taking, kind)))
    taking.drop("question", control.id, pointer, "assert")

    def both(text: str, what: str, asked: str) -> Values:
        return _both(text, f"（{asked}: {control.id}）", f"({what}: {control.id})", control, pointer, taking)

    made: Values = {
        "id": number,
        "name": name,
        "since": EDITIONS[-1],
        "editions": {EDITIONS[-1]: shown},
        "revision": 1,
        "level": "recommended",
        "severity": "medium",
        "title": both(said(control.title).replace("\n", " "), "title to be translated", "題を訳す"),
        "requirement": both(kept["statement"], "requirement to be written", "求めることを書く"),
        "why": both(kept["guidance"], "reason to be written", "理由を書く"),
        "roles": ["system-manager"],
        "cycle": "always",
        "applies": {"models": list(MODELS), "organisations": list(ORGANISATIONS)},
        "topics": ["imported"],
        "law": [],
        "maps": {},
        "parameters": {},
        "evidence": ["answers"],
        "assert": {
            "attested": {
                "question": both(objective, "question to be written", "質問を書く"),
                "ask": "system-manager",
                "look_at": both("", "what to look at", "見るものを書く"),
            }
        },
        "remedy": both("", "remedy to be written", "対応を書く"),
        "basis": {"number": "unsure", "duty": "unsure", "level": "ours", "maps": "known", "sources": [], "level_reason": "supporting"},
    }
    return made, [
        f"OSCAL: {control.id}",
        "ひな型: 版・条項・区分・質問を書き直す / skeleton: edition, clause, level and question are to be written",
    ]


def _both(text: str, ja: str, en: str, control: OscalControlDocument, pointer: Pointer, taking: Taking) -> Values:
    """Return a text in its own language and the request for the other one; the request alone if there is no text."""
    if not text:
        return {"ja": ja, "en": en}
    japanese = _JAPANESE.search(text) is not None
    taking.drop("translation", control.id, pointer, en.strip("()") if japanese else ja.strip("（）"))
    return {"ja": text, "en": en} if japanese else {"ja": f"{ja}", "en": text}


def _prose(parts: Sequence[PartDocument], pointer: Pointer, taking: Taking, name: str) -> str:
    found = [_flat(part, (*pointer, "parts", index), taking) for index, part in enumerate(parts) if part.name == name]
    return "\n".join(text for text in found if text)


def _flat(part: PartDocument, pointer: Pointer, taking: Taking) -> str:
    """Return the prose of a part and of what stands in it, each with its label on a line of its own."""
    taking.take(pointer)
    labels: list[str] = []
    for index, one in enumerate(part.props):
        if one.name == "label":
            labels.append(visible(one.value))
            taking.take((*pointer, "props", index))
    own = " ".join(word for word in (*labels, said(part.prose or "")) if word)
    below = [_flat(one, (*pointer, "parts", index), taking) for index, one in enumerate(part.parts)]
    return "\n".join(text for text in (own, *below) if text)
