import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.errors import ManyError, SecauditError, YamlError
from secaudit.wire import json_tree
from secaudit.wire.json_tree import parse
from secaudit.wire.tree import place, plain

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans(), st.sampled_from([None, 0, 2]))
def test_what_json_writes_is_read(value: object, ascii_only: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert plain(parse(data, "x.json")) == value


@given(st.text(alphabet='{}[]",:01eE.-+ \ntrufalsn\\', max_size=30))
def test_it_takes_what_the_standard_library_takes_and_nothing_else(text: str) -> None:
    try:
        wanted = json.loads(text, object_pairs_hook=_pairs, parse_constant=_refused)
    except (ValueError, RecursionError):
        with pytest.raises(SecauditError):
            parse(text.encode(), "x.json")
    else:
        assert plain(parse(text.encode(), "x.json")) == wanted


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("twice")
    return dict(pairs)


def _refused(word: str) -> object:
    raise ValueError(word)


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (b"", "x.json:1:1"),
        (b'{"a": 1,}', "x.json:1:9"),
        (b"[1 2]", "x.json:1:4"),
        (b"NaN", "x.json:1:1"),
        (b"[Infinity]", "x.json:1:2"),
        (b"1e999", "x.json:1:1"),
        (b"1" * 100, "x.json:1:1"),
        (b'"\\ud800"', "x.json:1:1"),
        (b'\n{"a"\n:\n"b\n"}', "x.json:4:3"),
        (b'<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>', "x.json:1:1"),
        (b"# YAML\na: 1", "x.json:1:1"),
        (b"{a: 1}", "x.json:1:2"),
        (b'{"a": 1} {}', "x.json:1:10"),
        (b"[" * 100_000, "x.json:1:65"),
        (b'{"a":' * 100_000, "x.json:1:321"),
        (b"\xff\xfe{\x00}\x00", "x.json:1:1"),
    ],
)
def test_anything_else_is_refused_where_it_stands(data: bytes, at: str) -> None:
    with pytest.raises(YamlError) as caught:
        parse(data, "x.json")
    assert str(caught.value.at) == at


def test_every_key_written_twice_is_told_with_both_places() -> None:
    with pytest.raises(ManyError) as caught:
        parse(b'{"a": 1,\n "a": {"b": 1, "b": 2}}', "x.json")
    assert [(str(error.at), error.message.en) for error in caught.value.errors] == [
        ("x.json:2:2", "`a` is written twice (first at line 1, column 2)"),
        ("x.json:2:16", "`b` is written twice (first at line 2, column 8)"),
    ]


def test_a_text_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_tree, "LIMIT", 10)
    assert plain(parse(b'"' + b"a" * 8 + b'"', "x.json")) == "a" * 8
    with pytest.raises(YamlError, match="too large"):
        parse(b'"' + b"a" * 9 + b'"', "x.json")


def test_every_value_has_its_place() -> None:
    tree = parse('{"あ": [1,\n  {"b": true}]}'.encode(), "x.json")
    assert str(place(tree, ("あ",))) == "x.json:1:7"
    assert str(place(tree, ("あ", 1, "b"))) == "x.json:2:9"
    assert str(place(tree, ("あ", 1, "b"), key=True)) == "x.json:2:4"
