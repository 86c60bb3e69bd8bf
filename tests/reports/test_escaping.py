import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.reports import escaping
from secaudit.reports.terminal import clean, one_line
from tests.reports.hostile import HOSTILE
from tests.reports.readback import decoded, loud

ANYTHING = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters()), st.text(st.sampled_from("=@#!<>|`*_[]()\\:/ \t\r\n\x1b\u202e%,w.1a職"))
)


def harmless(text: str) -> bool:
    return clean(text) == text and "\n" not in text and "\t" not in text


@given(ANYTHING)
def test_plain_is_the_terminals_one_line(text: str) -> None:
    assert escaping.plain(text) == one_line(text)
    assert harmless(escaping.plain(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("::error::x", ": :error::x"),
        ("a\n  ::x::", "a\n  : :x::"),
        ("a::b", "a::b"),
        ("x ##[error]y", "x # #[error]y"),
        ("##vso[x]", "# #vso[x]"),
        ("## 見出し", "## 見出し"),
    ],
)
def test_a_line_is_no_command(text: str, said: str) -> None:
    assert escaping.inert_text(text) == said
    assert escaping.inert_text(said) == said


@given(st.recursive(ANYTHING, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ANYTHING, inner, max_size=3))))
def test_json_is_the_same_json_whatever_its_depth(value: object) -> None:
    for depth in (0, 1, 5):
        data = escaping.json_bytes(value, depth=depth)
        assert json.loads(data) == json.loads(json.dumps(value))
        text = data.decode()
        assert all(harmless(line) for line in text.split("\n"))
        assert not re.search(r"##\w*\[", text)


def test_json_breaks_lines_down_to_a_depth_and_takes_iterators() -> None:
    value = {"a": [{"b": 1}, {}], "c": [], "d": iter([[1], 2]), "e": iter([])}
    written = escaping.json_bytes(value, depth=2).decode()
    assert written == '{\n  "a": [\n    {"b": 1},\n    {}\n  ],\n  "c": [],\n  "d": [\n    [1],\n    2\n  ],\n  "e": []\n}'
    assert escaping.json_bytes([1], depth=1, indent="  ") == b"[\n    1\n  ]"


def test_json_writes_a_character_beyond_the_first_plane_as_a_pair() -> None:
    assert escaping.inert_json('"\U000e0041"') == '"\\udb40\\udc41"'
    assert escaping.inert_json('"職　員"') == '"職　員"'


@given(ANYTHING)
def test_xml_comes_back_as_plain_text(text: str) -> None:
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - only here

    said = escaping.xml(text)
    element = ET.fromstring(f'<a b="{said}">{said}</a>')  # noqa: S314 - the text is ours
    expected = escaping.plain(text).replace("\ufffe", "␦").replace("\uffff", "␦")
    assert (element.text or "", element.attrib["b"], [*element]) == (expected, expected, [])


@given(ANYTHING, ANYTHING)
def test_a_workflow_command_keeps_its_own_form(first: str, second: str) -> None:
    properties, message = escaping.command_property(first), escaping.command_data(escaping.plain(second))
    assert "," not in properties
    assert ":" not in properties
    line = f"::error title={properties}::{message}"
    assert "\n" not in line
    assert "\r" not in line
    assert decoded(message).replace("# #", "##") == escaping.plain(second).replace("# #", "##")


def test_a_line_of_ours_within_a_command_is_written_as_an_escape() -> None:
    assert escaping.command_data("a\nb\r%") == "a%0Ab%0D%25"


@given(ANYTHING)
def test_markdown_is_text_wherever_it_stands(text: str) -> None:
    said = escaping.markdown(text)
    assert loud(f"| {said} |\n| --- |\n| {said} |\n\n- {said}\n\n**x{said}**\n\nx {said}") == []
    assert harmless(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("退職者の ID", "退職者の ID"),
        ("名簿!C12", "名簿!C12"),
        ("a@b.example", "a＠b.example"),
        ("https://x", "https：//x"),
        ("www.x", "www．x"),
        ("#1 GH-2 !3 $4", "＃1 GH－2 ！3 ＄4"),
        ("<b>|`*_", "&lt;b&gt;\\|\\`\\*\\_"),
        ("- x", "\\- x"),
        ("12. x", "12\\. x"),
        ("- 1.5", "\\- 1.5"),
    ],
)
def test_markdown_stays_readable(text: str, said: str) -> None:
    assert escaping.markdown(text) == said


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", "\t1", "\r1", "\n1", "\x001", " =1", "\u3000＝1", "|x", "\u22121", "﹦1"]
)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert escaping.cell(text) == f"'{one_line(text)}"


@pytest.mark.parametrize("text", ["", "a=1", "2025-03", "職員0001", "'=1", " ", "6.2.1-02"])
def test_other_cells_stay(text: str) -> None:
    assert escaping.cell(text) == text.rstrip()


@given(ANYTHING)
def test_a_reference_names_no_scheme_and_no_host(text: str) -> None:
    said = escaping.uri(text)
    assert re.fullmatch(r"(?:[\w.~-]|%[0-9A-F]{2}|/)*", said, re.ASCII)
    assert not said.startswith("/")


def test_a_message_of_sarif_has_no_link_and_no_argument() -> None:
    assert escaping.sarif("[x](1) {0} \\") == "\\[x\\](1) {{0}} \\\\"
