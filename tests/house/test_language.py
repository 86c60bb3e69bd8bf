"""What controls say to people: both languages, short titles, and no word that two auditors would read in two ways.

Each refused word has its reason: a requirement that leaves the measure to its reader cannot be tested.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

import pytest

from secaudit.wire.yaml import parse, plain
from tests.house.sources import ROOT, python, shown, text, tree

TITLE = {"ja": 40, "en": 75}
REFUSED_JA: Mapping[str, str] = {
    "適宜": "nobody can say when it was not done",
    "随時": "nobody can say when it was not done",
    "可能な限り": "the reader decides what is possible",
    "できる限り": "the reader decides what is possible",
    "できるだけ": "the reader decides what is possible",
    "なるべく": "the reader decides what is possible",
    "必要に応じ": "the reader decides what is needed",
    "原則として": "the exceptions are not named; they belong in the policy",
    "適切に": "says that it is good, not what is done",
    "適切な": "says that it is good, not what is done",
    "望ましい": "neither required nor not; `level` says which",
    "努め": "trying is not a state that evidence shows",
    "しかるべき": "who or what is left open",
    "等。": "a list without an end",
    "など。": "a list without an end",
}
REFUSED_EN: Mapping[str, str] = {
    "as appropriate": "the reader decides what is appropriate",
    "where appropriate": "the reader decides what is appropriate",
    "as far as possible": "the reader decides what is possible",
    "where possible": "the reader decides what is possible",
    "if necessary": "the reader decides what is needed",
    "as necessary": "the reader decides what is needed",
    "as needed": "the reader decides what is needed",
    "in principle": "the exceptions are not named; they belong in the policy",
    "adequate": "says that it is good, not what is done",
    "etc.": "a list without an end",
    "and so on": "a list without an end",
}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")


@cache
def controls() -> Mapping[str, dict[str, Any]]:
    paths = sorted((ROOT / "controls").glob("*/*/control.yaml"))
    return {shown(path): cast("dict[str, Any]", plain(parse(path.read_bytes(), shown(path)))) for path in paths}


def texts(control: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each text of a control that people read, with its name; a text missing altogether is an empty one."""
    for name in ("title", "requirement", "why", "remedy"):
        yield name, cast("dict[str, str]", control.get(name) or {})
    yield from _questions(control["assert"])


def _questions(assertion: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for part in assertion.get("all_of", []):
        yield from _questions(part)
    for name, value in assertion.get("attested", {}).items():
        if isinstance(value, dict):
            yield name, value


def refused(said: Mapping[str, str]) -> list[str]:
    """Return the ambiguous words of a text. A full stop is added, so that a list may not end openly without one either."""
    ja, en = said.get("ja", "") + "。", said.get("en", "").lower()
    return [word for word in REFUSED_JA if word in ja] + [word for word in REFUSED_EN if re.search(rf"(?<!\w){re.escape(word)}", en)]


def faults(said: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the two languages of a text."""
    ja, en = said.get("ja", "").strip(), said.get("en", "").strip()
    wrong = {
        "no Japanese": not JAPANESE.search(ja),
        "no English": not re.search(r"[A-Za-z]", en),
        "Japanese in the English": bool(JAPANESE.search(en)),
        "both the same": bool(ja) and ja == en,
    }
    return [what for what, is_so in wrong.items() if is_so]


def test_there_are_controls() -> None:
    assert controls()


def test_every_text_is_there_in_both_languages() -> None:
    wrong = [f"{path} {name}: {what}" for path, control in controls().items() for name, said in texts(control) for what in faults(said)]
    assert wrong == []


def test_titles_fit_on_a_line() -> None:
    long = [
        f"{path} {language}: {len(title)} characters"
        for path, control in controls().items()
        for language, title in control["title"].items()
        if len(title) > TITLE[language]
    ]
    assert long == []


def test_titles_are_unique() -> None:
    for language in TITLE:
        titles = [control["title"][language] for control in controls().values()]
        assert sorted(titles) == sorted(set(titles))


def test_no_control_leaves_the_measure_to_its_reader() -> None:
    vague = [f"{path} {name}: {word}" for path, control in controls().items() for name, said in texts(control) for word in refused(said)]
    assert vague == []


@pytest.mark.parametrize(
    ("ja", "en", "found"),
    [
        ("必要に応じて消す", "delete it", ["必要に応じ"]),
        ("消去、破砕等", "delete it", ["等。"]),
        ("権限・責任等一覧を見る", "see the list", []),
        ("消す", "Delete it, as appropriate.", ["as appropriate"]),
        ("足りない", "an inadequate list", []),
    ],
)
def test_an_ambiguous_word_is_noticed(ja: str, en: str, found: list[str]) -> None:
    assert refused({"ja": ja, "en": en}) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"ja": "消す", "en": "delete"}, []),
        ({"ja": "delete", "en": "delete"}, ["no Japanese", "both the same"]),
        ({"ja": "消す"}, ["no English"]),
        ({"ja": "消す", "en": "消す (delete)"}, ["Japanese in the English"]),
    ],
)
def test_a_missing_language_is_noticed(said: dict[str, str], found: list[str]) -> None:
    assert faults(said) == found


def other_words() -> Mapping[str, str]:
    """Return from the glossary: Japanese word that is not used → the one that is."""
    rows = [line.strip("|").split("|") for line in text(ROOT / "docs" / "glossary.md").splitlines() if line.startswith("|")]
    return {row[3].strip(): row[1].strip() for row in rows[2:] if row[3].strip()}


def test_one_thing_has_one_word() -> None:
    words = other_words()
    assert words
    found = [
        f"{shown(path)}:{node.lineno}: {word}, not {other}"
        for path in python("src")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for other, word in words.items()
        if other in node.value
    ]
    found += [f"{path}: {word}, not {other}" for path in controls() for other, word in words.items() if other in text(ROOT / path)]
    assert found == []
