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
from tests.house.sources import ROOT, files, python, shown, text, tree

TITLE = {"ja": 40, "en": 75}
LONGEST = {"ja": 120, "en": 320}
"""Longest other text; what two sentences need. Unit: characters."""
SHORTEST = {"ja": 8, "en": 15}
DECIDES = "the reader decides what is possible or needed"
NEVER = "nobody can say when it was not done"
GOOD = "says that it is good, not what is done"
OPEN = "a list without an end, or of nothing"
REFUSED_JA: Mapping[str, str] = {
    "適宜|随時|適時|遅滞なく|逐次": NEVER,
    "可能な限り|できる限り|できるだけ|なるべく|極力|可能であれば|できれば": DECIDES,
    "必要に応じ|必要があれば|必要な場合|状況に応じ|場合によって": DECIDES,
    "原則として": "the exceptions are not named; they belong in the policy",
    "適切[にな]|適正[にな]|確実に|きちんと|しっかり|万全": GOOD,
    "(?<![不一二三四五六七八九〇数])十分[にな]": GOOD,
    "相応の|ある程度|一定の": "how much is left open",
    "望ましい": "neither required nor not; `level` says which",
    "努め": "trying is not a state that evidence shows",
    "しかるべき": "who or what is left open",
    "(?:^|[。、（「])など|など。": OPEN,
    "(?<![同高均平対])(?<!権限・責任)(?<!仕様書)等(?!し|の調達)": OPEN,
}
"""Patterns. 等 stands only in the names of two registers and of one clause."""
REFUSED_EN: Mapping[str, str] = {
    "(?:(?:as|where|if|when|whenever) (?:necessary|needed|required)|(?:where|if) possible)": DECIDES,
    "as far as possible": DECIDES,
    "in principle": "the exceptions are not named; they belong in the policy",
    "(?:in)?adequate": GOOD,
    "(?:in)?sufficient": GOOD,
    "appropriate": GOOD,
    "properly": GOOD,
    "reasonabl[ey]": GOOD,
    "in a timely manner": NEVER,
    "without undue delay": NEVER,
    "etc\\.": OPEN,
    "and so on": OPEN,
    "and the like": OPEN,
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
    for change in control.get("changes", []):
        yield f"change of {change['edition']}", change["text"]


def _questions(assertion: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for part in assertion.get("all_of", []):
        yield from _questions(part)
    for name, value in assertion.get("attested", {}).items():
        if isinstance(value, dict):
            yield name, value


@cache
def beside() -> Mapping[str, object]:
    """Return what stands beside the controls, by file; cases are no texts for people."""
    folder = ROOT / "controls"
    paths = [path for path in (*folder.glob("*.yaml"), *folder.glob("frameworks/*.yaml")) if path.name != "attested-cases.yaml"]
    return {shown(path): plain(parse(path.read_bytes(), shown(path))) for path in sorted(paths)}


def pairs(value: object, name: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every text in two languages within a tree, with the key that it stands under."""
    if isinstance(value, list):
        for item in value:
            yield from pairs(item, name)
    if isinstance(value, dict):
        if "ja" in value or "en" in value:
            yield name, {key: said for key, said in value.items() if key in ("ja", "en")}
        for key, item in value.items():
            yield from pairs(item, str(key))


def refused(said: Mapping[str, str]) -> list[str]:
    """Return the ambiguous words of a text. A full stop is added, so that a list may not end openly without one either."""
    ja, en = said.get("ja", "") + "。", said.get("en", "").lower()
    found = [re.search(pattern, ja) for pattern in REFUSED_JA] + [re.search(rf"(?<!\w)(?:{pattern})", en) for pattern in REFUSED_EN]
    return [match[0] for match in found if match]


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


def test_texts_are_neither_too_long_nor_too_short() -> None:
    wrong = [
        f"{path} {name} {language}: {len(said)} characters"
        for path, control in controls().items()
        for name, both in texts(control)
        for language, said in both.items()
        if not SHORTEST[language] <= len(said.strip()) <= LONGEST[language]
    ]
    assert wrong == []


def test_titles_are_no_sentences_and_other_texts_are() -> None:
    ends = {"ja": ("。",), "en": (".", "?")}
    wrong = [
        f"{path} {name} {language}: {said[-12:]}"
        for path, control in controls().items()
        for name, both in texts(control)
        for language, said in both.items()
        if said.strip().endswith(ends[language]) is (name == "title") and name != "look_at"
    ]
    assert wrong == []


def test_no_text_stands_twice_in_a_control_or_in_two() -> None:
    """What an edition changed may be the same for several controls."""
    seen: dict[str, str] = {}
    twice = []
    for path, control in controls().items():
        for name, both in texts(control):
            for said in () if name.startswith("change of ") else both.values():
                here = f"{path} {name}"
                first = seen.setdefault(" ".join(said.split()), here)
                twice += [f"{here}: also {first}"] if first != here else []
    assert twice == []


def test_titles_are_unique() -> None:
    for language in TITLE:
        titles = [control["title"][language] for control in controls().values()]
        assert sorted(titles) == sorted(set(titles))


def test_no_control_leaves_the_measure_to_its_reader() -> None:
    vague = [f"{path} {name}: {word}" for path, control in controls().items() for name, said in texts(control) for word in refused(said)]
    assert vague == []


def test_what_stands_beside_the_controls_is_in_both_languages() -> None:
    assert {"controls/clauses.yaml", "controls/editions.yaml", "controls/sources.yaml", "controls/level-reasons.yaml"} <= set(beside())
    wrong = [f"{path} {said}: {what}" for path, tree in beside().items() for _, said in pairs(tree) for what in faults(said)]
    assert wrong == []


def test_what_stands_beside_the_controls_is_not_vague() -> None:
    """Titles of clauses are the guideline's own words; all other texts are ours."""
    vague = [
        f"{path} {said['ja']}: {word}"
        for path, tree in beside().items()
        for name, said in pairs(tree)
        if not (path == "controls/clauses.yaml" and name == "title")
        for word in refused(said)
    ]
    assert vague == []


@pytest.mark.parametrize(
    ("ja", "en", "found"),
    [
        ("必要に応じて消す", "delete it", ["必要に応じ"]),
        ("消去、破砕等", "delete it", ["等"]),
        ("破砕等をする", "delete it", ["等"]),
        ("など、物を消す。", "delete it", ["など"]),
        ("媒体、機器など", "delete it", ["など。"]),
        ("権限が等しく、同等の数十分に、不十分な物を消す", "delete it", []),
        ("十分に消す", "delete it", ["十分に"]),
        ("権限・責任等一覧を見る", "see the list", []),
        ("消す", "Delete it, as appropriate.", ["appropriate"]),
        ("足りない", "an inadequate list", ["inadequate"]),
        ("足りない", "its property is inappropriately named", []),
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


NETWORK = ("controls/3/", "docs/zones.md", "docs/netproof.md", "docs/semantics.md", "policies/", "README.md")
"""Where people read of the zones of the network; elsewhere 区域 is a place: 管理区域, 浸水想定区域."""


def test_a_zone_of_the_network_is_not_an_area() -> None:
    """領域 is the My Number, LGWAN or internet zone; 区域 is a room or a place."""
    named = [path for path in files() if shown(path).startswith(NETWORK)]
    found = [shown(path) for path in named if "区域" in text(path).replace("管理区域", "")]
    found += [
        f"{shown(path)}:{node.lineno}"
        for path in python("src")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "区域" in node.value.replace("管理区域", "")
    ]
    assert named
    assert found == []


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
