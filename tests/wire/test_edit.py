import io
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from secaudit.errors import SecauditError, YamlError
from secaudit.wire import edit
from secaudit.wire.edit import append_item, set_values
from secaudit.wire.yaml import parse, plain

MANIFEST = """\
# 見本町の証跡
organisation: mihon   # a comment
fiscal_year: 2025

files:
  - kind: staff
    path: 職員名簿.xlsx
    collected_at: 2026-04-03
    covers: {from: 2025-04-01, to: 2026-03-31}   # whole year
    code: "0042"
  # the accounts
  - {kind: accounts, path: ad.csv, collected_at: 2026-04-03}
"""


def test_values_are_set_and_everything_else_stays() -> None:
    new = set_values(
        MANIFEST.encode(), {("files", 0, "sha256"): "ab" * 32, ("files", 1, "sha256"): "0" * 64, ("fiscal_year",): 2026}
    ).decode()
    before, after = MANIFEST.splitlines(), new.splitlines()
    assert after[0] == before[0]
    assert after[1] == before[1]
    assert after[2] == "fiscal_year: 2026"
    assert after[8:10] == before[8:10]
    assert after[10] == f"    sha256: {'ab' * 32}"
    assert after[11] == before[10]
    assert after[12] == before[11][:-1] + f', sha256: "{"0" * 64}"' + "}"
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("items", ["- {a: 1}\n", "  - {a: 1}\n", "    - a: 1\n      b: 2\n"])
def test_the_indentation_of_the_file_is_kept(items: str) -> None:
    text = f"list:\n{items}other: 1 # kept\n"
    new = set_values(text.encode(), {("other",): 2}).decode()
    assert new == text.replace("other: 1", "other: 2")


def test_windows_line_ends_and_the_mark_are_kept() -> None:
    data = b"\xef\xbb\xbf" + b"a: 1 # x\r\nb:\r\n  - c\r\n"
    assert set_values(data, {("a",): 2}) == b"\xef\xbb\xbf" + b"a: 2 # x\r\nb:\r\n  - c\r\n"


def test_an_exception_is_appended() -> None:
    policy = "catalogue: 2022-03\nexceptions:\n  - control: 6.4.1-03   # first\n    subjects: [PC-1]\nzones: {}\n"
    grant = {
        "control": "6.1.13-01",
        "subjects": ["AP-07", "no"],
        "reason": "更新まで",
        "approved_on": date(2026, 4, 1),
        "expires": date(2027, 3, 31),
    }
    new = append_item(policy.encode(), ("exceptions",), grant)
    assert plain(parse(new, "x"))["exceptions"][1] == grant
    text = new.decode()
    assert "# first" in text
    assert '    subjects: [AP-07, "no"]\n' in text
    assert text.endswith("zones: {}\n")


@pytest.mark.parametrize("text", ["a: 1\n", "a: 1\nb: []\n", "a: 1\nb:\n", "a: 1\nb: null # nothing yet\n"])
def test_a_list_that_is_not_there_is_made(text: str) -> None:
    new = append_item(text.encode(), ("b",), {"x": "1"})
    assert plain(parse(new, "x")) == {"a": 1, "b": [{"x": "1"}]}


def test_the_whole_file_may_be_the_list() -> None:
    assert plain(parse(append_item(b"- 1\n", (), "2"), "x")) == [1, "2"]


@pytest.mark.parametrize("pointer", [(), ("x", "y"), ("b", "c"), ("l", 5), ("l", "x")])
def test_pointers_that_lead_nowhere(pointer: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError, match="leads nowhere"):
        set_values(b"b: 1\nl: [1]\n", {pointer: 1})


@pytest.mark.parametrize("pointer", [(), ("b",), ("x", "y"), ("l", 5)])
def test_pointers_that_lead_to_no_list(pointer: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError, match="leads"):
        append_item(b"b: 1\nl: [1]\n", pointer, 1)


def test_what_cannot_be_read_is_not_changed() -> None:
    with pytest.raises(SecauditError):
        set_values(b"a: &x 1\n", {("a",): 1})


@pytest.mark.parametrize("value", [object(), float("inf"), b"x", datetime(2026, 4, 1, 9, 0)])  # noqa: DTZ001 - any datetime
def test_values_that_yaml_does_not_have(value: object) -> None:
    with pytest.raises(ValueError, match="YAML has no"):
        set_values(b"a: 1\n", {("a",): value})


def test_tuples_and_mappings_are_written() -> None:
    new = set_values(b"a: 1\n", {("a",): MappingProxyType({"x": ("1", 2)})})
    assert new == b'a: {x: ["1", 2]}\n'


@pytest.mark.parametrize(
    ("text", "pointer", "new"),
    [
        ("a: {}\n", ("a", "b"), "a: {b: x}\n"),
        ("a: {c: 1}\n", ("a", "b"), "a: {c: 1, b: x}\n"),
        ("a:\n  - 1\n", ("a", 0), "a:\n  - x\n"),
        ("a: |\n  old\n  text\n# kept\nb: 1\n", ("a",), "a: x\n# kept\nb: 1\n"),
        ("a:\nb: 1\n", ("a",), "a: x\nb: 1\n"),
        ("a: 1 # last", ("b",), "a: 1 # last\nb: x"),
        ("a: \xa0\nb: 1\n", ("a",), "a: x\nb: 1\n"),
        ("a:\n- 1\n- 2\nb: 1\n", ("a",), "a:\n  x\nb: 1\n"),
        ("2019: 1\n", (2019,), "2019: x\n"),
        ("a:\n  b:\n    c: 1\n\n# end\n", ("a", "d"), "a:\n  b:\n    c: 1\n  d: x\n\n# end\n"),
        ("a:\n  b: 1\nc: 2\n", ("a",), "a:\n  x\nc: 2\n"),
    ],
)
def test_only_what_must_change_changes(text: str, pointer: tuple[str | int, ...], new: str) -> None:
    assert set_values(text.encode(), {pointer: "x"}).decode() == new


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("l: [1]\n", "l: [1, {a: x}]\n"),
        ("l: [{b: 1}]\n", "l: [{b: 1}, {a: x}]\n"),
        ("l:\n- b: 1 # c\n# d\nz: 1\n", "l:\n- b: 1 # c\n- a: x\n# d\nz: 1\n"),
        ("l:\n  - {b: 1}\n", "l:\n  - {b: 1}\n  - {a: x}\n"),
        ("l:\n", "l:\n  - a: x\n"),
        ("z: {l: []}\n", "z: {l: []}\nl:\n  - a: x\n"),
    ],
)
def test_items_are_appended_in_the_style_of_the_list(text: str, new: str) -> None:
    assert append_item(text.encode(), ("l",), {"a": "x"}).decode() == new


def test_an_empty_list_inside_braces_and_as_the_whole_file() -> None:
    assert append_item(b"{l: []}\n", ("l",), {"a": 1}) == b"{l: [{a: 1}]}\n"
    assert append_item(b"[]\n", (), {"a": 1}) == b"[{a: 1}]\n"
    assert append_item(b"a: 1\n", ("l",), "x") == b"a: 1\nl:\n  - x\n"


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), max_size=30)


@given(
    value=TEXT | st.integers(-1000, 1000) | st.booleans() | st.none() | st.dates(min_value=date(1900, 1, 1)) | st.lists(TEXT, max_size=3)
)
def test_any_value_comes_back(value: object) -> None:
    new = set_values(MANIFEST.encode(), {("files", 0, "note"): value})
    assert plain(parse(new, "x"))["files"][0]["note"] == value


TREES = st.dictionaries(
    TEXT.filter(bool),
    st.recursive(
        TEXT | st.integers(-100, 100) | st.none(),
        lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(TEXT.filter(bool), inner, min_size=1, max_size=3),
        max_leaves=6,
    ),
    min_size=1,
    max_size=3,
)


def pointers(tree: object) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = []
    steps = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    for step, below in steps:
        found.append((step,))
        found.extend((step, *rest) for rest in pointers(below))
    return found


@given(tree=TREES, data=st.data(), value=TEXT | st.lists(TEXT, max_size=2), flow=st.booleans())
def test_any_place_of_any_file_can_be_set(tree: dict[str, object], data: st.DataObject, value: object, flow: bool) -> None:
    stream = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = flow
    writer.allow_unicode = True
    writer.width = 10**6
    writer.dump(tree, stream)
    try:
        parse(stream.getvalue().encode(), "x")
    except YamlError:
        assume(condition=False)  # the C parser refuses some plain scalars inside braces
    pointer = data.draw(st.sampled_from(pointers(tree)))
    new = plain(parse(set_values(stream.getvalue().encode(), {pointer: value}), "x"))
    current: Any = new
    for step in pointer:
        current = current[step]
    assert current == value


def test_a_text_that_says_something_else_is_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit, "_set", lambda *_args: "a: 3\n")
    with pytest.raises(ValueError, match="would not have said"):
        set_values(b"a: 1\n", {("a",): 2})
