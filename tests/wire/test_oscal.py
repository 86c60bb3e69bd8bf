import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from secaudit.wire.oscal import escape, token, unescape

SIGNS = st.text(alphabet="ab1 漢\\`*_[]<>{}|~^$#!&;:.-+=()'\"@/\n", max_size=30)


@given(SIGNS | st.text(max_size=30))
def test_what_is_escaped_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text(alphabet="ab1 漢\\`*_[]<>{}|~^$#!&;:.-+=()'@/", min_size=1, max_size=30).map(str.strip).filter(bool))
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(escape(text))
    assert [one.type for one in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    inside = tokens[1].children or []
    assert {one.type for one in inside} <= {"text", "text_special"}
    assert "".join(one.content for one in inside) == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("left_on + :grace_days < as_of", r"left_on + :grace_days \< as_of"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("{{ insert: param, x }}", r"\{\{ insert: param, x \}\}"),
        ("A & B &amp; C", r"A & B \&amp; C"),
        ("6.1.(2)②", "6.1.(2)②"),
    ],
)
def test_only_what_would_be_markup_is_escaped(text: str, markdown: str) -> None:
    assert escape(text) == markdown


def test_a_token_is_what_oscal_takes() -> None:
    assert token("6.2.1-02") == "lg-6.2.1-02"
    assert token("6.2.(1)") == "lg-6.2.-1-"
