"""The texts of controls: both languages, short enough, each written once.

Never here: whether a text says what its assertion asks.
"""

from collections.abc import Iterable, Iterator

from secaudit.catalog.load import Entry
from secaudit.errors import DocumentError, SecauditError
from secaudit.model.assertion import AllOf, Assertion, Attested
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.wire.tree import Pointer, place

TITLE = 40
"""Longest Japanese title; unit: characters."""

LONGEST = 200
"""Longest Japanese text; unit: characters."""


def text_errors(entries: Iterable[Entry]) -> list[SecauditError]:
    """Return which texts are the same in both languages, too long in Japanese, or also stand in another control.

    What an edition changed may be the same for several controls.
    """
    errors: list[SecauditError] = []
    seen: dict[str, str] = {}
    for entry in entries:
        own: set[str] = set()
        for pointer, text in _texts(entry):
            at = place(entry.tree, (*pointer, "ja"))
            name = str(pointer[-1])
            if text.ja.strip() == text.en.strip():
                errors.append(
                    DocumentError(
                        Text(ja=f"`{name}` の日本語と英語が同じです", en=f"`{name}` is the same in Japanese and English"),
                        at=at,
                        hint=Text(ja="それぞれの言葉で書いてください", en="write each in its own language"),
                    )
                )
            errors += _length_errors(name, text, at)
            for lang, written in (("ja", text.ja.strip()), ("en", text.en.strip())):
                if written in seen and pointer[0] != "changes":
                    errors.append(
                        DocumentError(
                            Text(
                                ja=f"`{name}` の文が管理策 `{seen[written]}` にもあります",
                                en=f"this `{name}` also stands in control `{seen[written]}`",
                            ),
                            at=place(entry.tree, (*pointer, lang)),
                            hint=Text(ja="この管理策のことを書いてください", en="say what is special here"),
                        )
                    )
                own.add(written)
        for written in own:
            seen.setdefault(written, entry.control.id)
    return errors


def _length_errors(name: str, text: Text, at: Location) -> list[SecauditError]:
    limit = TITLE if name == "title" else LONGEST
    if len(text.ja) <= limit:
        return []
    return [
        DocumentError(
            Text(
                ja=f"`{name}` の日本語が {len(text.ja)} 文字あります (上限 {limit})",
                en=f"the Japanese `{name}` has {len(text.ja)} characters (at most {limit})",
            ),
            at=at,
            hint=Text(ja="短くしてください", en="shorten it"),
        )
    ]


def _texts(entry: Entry) -> Iterator[tuple[Pointer, Text]]:
    control = entry.control
    yield ("title",), control.title
    yield ("requirement",), control.requirement
    yield ("why",), control.why
    yield ("remedy",), control.remedy
    yield from _questions(control.assertion, ("assert",))
    for index, change in enumerate(control.changes):
        yield ("changes", index, "text"), change.text


def _questions(assertion: Assertion, pointer: Pointer) -> Iterator[tuple[Pointer, Text]]:
    if isinstance(assertion, Attested):
        yield (*pointer, "attested", "question"), assertion.question
        yield (*pointer, "attested", "look_at"), assertion.look_at
    if isinstance(assertion, AllOf):
        for index, part in enumerate(assertion.parts):
            yield from _questions(part, (*pointer, "all_of", index))
