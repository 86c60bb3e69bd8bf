import io
import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.errors import ManyError, SecauditError, YamlError
from secaudit.model.location import Location
from secaudit.wire import yaml as wire_yaml
from secaudit.wire.yaml import DEPTH, Map, Scalar, Seq, find, parse, place, plain


@pytest.fixture(params=["c", "python"], autouse=True)
def parser(request: pytest.FixtureRequest) -> Iterator[str]:
    """Everything holds with ruamel's extension and without it."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "python":
            patch.setitem(sys.modules, "_ruamel_yaml", None)
        yield request.param


def read(text: str) -> Any:  # noqa: ANN401 - any tree
    return plain(parse(text.encode(), "a.yaml"))


def refused(data: str | bytes) -> YamlError:
    with pytest.raises(YamlError) as caught:
        parse(data.encode() if isinstance(data, str) else data, "a.yaml")
    error = caught.value
    assert error.code == "SA101"
    assert error.at is not None
    for said in (error.message, *([error.hint] if error.hint else [])):
        assert said.ja
        assert said.en
        assert "\n" not in said.en
        assert not said.en.endswith(".")
    return error


def test_values_places_and_styles() -> None:
    tree = parse(b"a: 1\nb:\n  - x\n  - 'it''s'\n  - \"q\"\nc: {d: true, e: null}\n", "a.yaml")
    assert plain(tree) == {"a": 1, "b": ["x", "it's", "q"], "c": {"d": True, "e": None}}
    assert isinstance(tree, Map)
    assert tree.at == Location(path="a.yaml", line=1, column="1")
    assert place(tree, ("b", 1)) == Location(path="a.yaml", line=4, column="5")
    assert place(tree, ("c", "e")) == Location(path="a.yaml", line=6, column="17")
    assert place(tree, ("c", "e"), key=True) == Location(path="a.yaml", line=6, column="14")
    assert place(tree, ("c", "none", "deeper")) == place(tree, ("c",))
    assert place(tree, ("b", 9)) == place(tree, ("b",))
    assert place(tree, ("a", "x")) == place(tree, ("a",))
    assert place(tree, ()) == tree.at
    assert find(tree, ("b", 0)) == Scalar("x", "x", Location(path="a.yaml", line=3, column="5"))
    assert find(tree, ("b", "0")) is None
    assert find(tree, ("z", 0)) is None
    assert isinstance(find(tree, ("b",)), Seq)
    assert tree.get("nothing") is None


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: x = 1", 1, 4),
        ("a: 'x = 1'", 1, 5),
        ('a: "x = 1"', 1, 5),
        ("a: |\n\n    x = 1\n", 3, 5),
        ("b: 0\na: >-\n  x = 1\n  and y\n", 3, 3),
        ("a: |", 1, 4),
    ],
)
def test_the_first_character_of_a_text(text: str, line: int, column: int) -> None:
    node = find(parse(text.encode(), "a.yaml"), ("a",))
    assert isinstance(node, Scalar)
    assert (node.text_at.line, node.text_at.column) == (line, str(column))


NORWAY = [
    "no",
    "NO",
    "No",
    "yes",
    "YES",
    "Yes",
    "on",
    "ON",
    "On",
    "off",
    "OFF",
    "Off",
    "y",
    "Y",
    "n",
    "N",
    "1:30",
    "22:22",
    "1_000",
    "0b11",
    "0123",
    "042072",
    "-007",
    "2020-12",
    "2026-02-30",
    "1.2.3",
    "10.0.0.0/8",
    "=",
]


@pytest.mark.parametrize("word", NORWAY)
def test_what_yaml_1_1_would_have_turned_into_something_else_stays_text(word: str) -> None:
    assert read(f"a: {word}") == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("Null", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("+3", 3),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.50", 1.5),
        (".5", 0.5),
        ("-1e3", -1000.0),
        ("1.", 1.0),
        ("2026-03-31", date(2026, 3, 31)),
        ("2026-03-31T09:00:00", "2026-03-31T09:00:00"),
        ("nothing", "nothing"),
        ("?x", "?x"),
        ("x? y?", "x? y?"),
        ("'1'", "1"),
        ('"2026-03-31"', "2026-03-31"),
        ("'null'", "null"),
    ],
)
def test_core_values(word: str, value: object) -> None:
    got = read(f"a: {word}")["a"]
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("word", [".inf", "-.INF", ".nan", ".NaN", "1e999", "-1e999", "9" * 61, "0x" + "f" * 5000, "9" * 5000])
def test_numbers_that_are_none(word: str) -> None:
    error = refused(f"a: {word}")
    assert "is not a number" in error.message.en
    assert len(error.message.en) < 120


def test_sixty_digits_are_a_number() -> None:
    assert read("a: " + "9" * 60) == {"a": int("9" * 60)}


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("a: &x 1\nb: *x\n", "anchor `&x`", 1),
        ("a: &x [1]\n", "anchor `&x`", 1),
        ("&x a: 1\n", "anchor `&x`", 1),
        ("b: *x\n", "alias", 1),
        ("a: !!str 1\n", "tag", 1),
        ("a: ! x\n", "tag `!`", 1),
        ("b: 1\na: !!python/object/apply:os.system [ls]\n", "tag", 2),
        ("a: !x {}\n", "tag `!x`", 1),
        ("%YAML 1.1\n---\na: no\n", "directives", 1),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "directives", 1),
        ("a: 1\n---\nb: 2\n", "more than one document", 2),
        ("a: 1\n--- x\n", "more than one document", 2),
        ("? [a]\n: 1\n", "a key is one value", 1),
        ("{[a]: 1}\n", "a key is one value", 1),
        ("{{x}}\n", "a key is one value", 1),
        ("? \n: 1\n", "a key is missing", 1),
        ("~: 1\n", "a key is missing", 1),
        ("a:\n\t- b\n", "a tab cannot", 2),
        ("a: b: c\n", "`:` is not allowed here", 1),
        ("a: 'x\n", "quote is missing", 2),
        ("a: [1, 2\nb: 3\n", "bracket is missing", 2),
        ("a: 1\nb\nc: 2\n", "no `:` after it", 3),
        ("- a\nb: 1\n", "", 2),
        ("a: @x\n", "", 1),
        ("a: [?x]\n", "`?` is not allowed here", 1),
        ("{?x: 1}\n", "`?` is not allowed here", 1),
        ("a: %x\n", "", 1),
        ("a: x\u2028y\n", "U+2028", 1),
        ("b: 1\na: \x07\n", "U+0007", 2),
        ("a: \ufeff1\n", "U+FEFF", 1),
        ("", "empty", 1),
        ("# nothing\n", "empty", 1),
    ],
)
def test_refused(text: str, words: str, line: int) -> None:
    error = refused(text)
    assert words in error.message.en
    assert error.at is not None
    assert error.at.line == line


def test_encodings() -> None:
    for data in ("a: あ\n".encode("cp932"), "a: あ\n".encode("utf-16"), b"a: \xed\xa0\x80\n", b"b: 1\na: \xff\n"):
        assert "not UTF-8" in refused(data).message.en
    at = refused(b"b: 1\na: \xff\n").at
    assert at is not None
    assert at.line == 2
    assert parse(b"\xef\xbb\xbfa: 1\n", "a.yaml").at == Location(path="a.yaml", line=1, column="1")


def test_windows_line_ends_give_the_same_tree() -> None:
    text = "a: 1\nb: |\n  x\n  y\nc: >\n  u\n  v\nd:\n  - 'p\n    q'\n"
    unix = parse(text.encode(), "a.yaml")
    windows = parse(text.replace("\n", "\r\n").encode(), "a.yaml")
    assert plain(unix) == plain(windows)
    assert place(unix, ("d", 0)) == place(windows, ("d", 0))


def test_the_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_yaml, "LIMIT", 10)
    assert "too large" in refused("a: 12345678").message.en


def test_all_duplicate_keys_are_named_with_both_places() -> None:
    with pytest.raises(ManyError) as caught:
        parse(b"a: 1\nb: {c: 1, 'c': 2}\na: 3\n", "a.yaml")
    said = [(str(error.at), error.message.en) for error in caught.value.errors]
    assert said == [
        ("a.yaml:2:11", "`c` is written twice (first at line 2, column 5)"),
        ("a.yaml:3:1", "`a` is written twice (first at line 1, column 1)"),
    ]


@pytest.mark.parametrize("pair", [("1", "'1'"), ("1", "0x1"), ("1", "true"), ("1", "1.0"), ("2026-03-31", "'2026-03-31'"), ("<<", "<<")])
def test_keys_that_mean_the_same_are_duplicates(pair: tuple[str, str]) -> None:
    assert "is written twice" in refused(f"{pair[0]}: x\n{pair[1]}: y\n").message.en


def test_a_hundred_duplicate_keys() -> None:
    text = "".join(f"k{n}: 1\n" for n in range(100)) * 2
    with pytest.raises(ManyError) as caught:
        parse(text.encode(), "a.yaml")
    assert [error.at.line for error in caught.value.errors if error.at] == list(range(101, 201))


def test_duplicate_keys_and_a_broken_end_come_together() -> None:
    with pytest.raises(ManyError) as caught:
        parse(b"a: 1\na: 2\nb: 'x\n", "a.yaml")
    assert len(caught.value.errors) == 2


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "a: [", '[{"a": '])
@pytest.mark.parametrize("depth", [1, 5, DEPTH, DEPTH + 1, 100, 1000, 20_000, 100_000])
def test_no_depth_crashes(opening: str, depth: int) -> None:
    started = time.perf_counter()
    try:
        parse((opening * depth).encode(), "a.yaml")
    except SecauditError as error:
        if depth > DEPTH and opening != "a: [":
            assert "too deep" in error.message.en  # noqa: PT017 - shallow ones may also be read
    else:
        assert depth <= DEPTH
    assert time.perf_counter() - started < 5


def test_depth_limit_is_exact() -> None:
    parse(("[" * DEPTH + "]" * DEPTH).encode(), "a.yaml")
    refused("[" * (DEPTH + 1) + "]" * (DEPTH + 1))


def test_alias_bomb_stops_at_once() -> None:
    bomb = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9))
    started = time.perf_counter()
    assert "anchor" in refused(bomb).message.en
    assert time.perf_counter() - started < 1


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"),
    max_size=20,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
def test_json_is_read_as_it_is(value: object) -> None:
    assert plain(parse(json.dumps(value, ensure_ascii=False).encode(), "a.yaml")) == value


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.dates(min_value=date(1000, 1, 1)) | TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
        max_leaves=12,
    )
)
def test_what_another_tool_writes_is_read_as_it_meant(value: object) -> None:
    from ruamel.yaml import YAML  # noqa: PLC0415 - the other tool

    stream = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.allow_unicode = True
    writer.default_flow_style = False
    writer.width = 10**6
    writer.dump(value, stream)
    assert plain(parse(stream.getvalue().encode(), "a.yaml")) == value


def test_speed(parser: str) -> None:
    if parser == "python":
        return
    control = """- id: "6.2.1-02"
  title: {ja: 退職者のIDが止められている, en: Leavers are disabled}
  requirement:
    ja: 退職した職員の利用者IDを、速やかに止めていること。退職した職員の利用者IDを、速やかに止めていること。
    en: "Accounts of leavers are disabled. Accounts of leavers are disabled."
  parameters:
    grace_days: {type: integer, default: 1, minimum: 0}
"""
    data = (control * 300).encode()
    best = min(_seconds(data) for _ in range(5))
    assert len(data) > 100_000
    assert best < 0.5  # about 0.03 on an idle machine


def _seconds(data: bytes) -> float:
    started = time.perf_counter()
    parse(data, "a.yaml")
    return time.perf_counter() - started
