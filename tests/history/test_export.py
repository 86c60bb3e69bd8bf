import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.errors import HistoryError
from secaudit.history.chain import Tip, append, verify
from secaudit.history.export import export, read, read_tip, tip_text
from secaudit.history.sqlite import Sqlite
from secaudit.model.run import Entry
from tests.builders import history_payload

ANY_ENTRY = st.builds(
    Entry,
    number=st.integers(0, 10**6),
    previous=st.text(st.characters(codec="utf-8")),
    payload=st.text(st.characters(codec="utf-8")),
    digest=st.text(st.characters(codec="utf-8")),
)


def whole(count: int = 3) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(count):
        entries.append(append(entries[-1] if entries else None, history_payload(number)))
    return entries


@given(st.lists(ANY_ENTRY, max_size=4))
def test_what_is_written_is_read_back(entries: list[Entry]) -> None:
    assert list(read(export(entries), "history.jsonl")) == entries


def test_a_payload_with_a_line_separator_stays_one_line() -> None:
    entry = append(None, history_payload(0, policy_id="見本\u2028市\x85"))
    assert read(export([entry]), "history.jsonl") == (entry,)


def test_line_ends_of_windows_are_read() -> None:
    assert list(read(export(whole()).replace(b"\n", b"\r\n"), "history.jsonl")) == whole()


def test_a_last_line_without_its_end_is_read() -> None:
    assert list(read(export(whole()).rstrip(b"\n"), "history.jsonl")) == whole()


LINE = json.loads(export(whole(1)))


NO_ENTRY = {
    "nothing": "",
    "no JSON": "no JSON",
    "bottomless": "[" * 100_000,
    "a list": "[]",
    "a number": "7",
    "a text": '"text"',
    "null": "null",
    "no digest": json.dumps({name: value for name, value in LINE.items() if name != "digest"}),
    "number as text": json.dumps({**LINE, "number": "1"}),
    "fraction": json.dumps({**LINE, "number": 1.5}),
    "boolean": json.dumps({**LINE, "number": True}),
    "infinite": json.dumps({**LINE, "number": float("inf")}),
    "payload": json.dumps({**LINE, "payload": {}}),
    "previous": json.dumps({**LINE, "previous": None}),
    "digest": json.dumps({**LINE, "digest": 7}),
}


@pytest.mark.parametrize("name", NO_ENTRY)
def test_the_first_line_that_is_not_an_entry_is_named(name: str) -> None:
    line = NO_ENTRY[name]
    with pytest.raises(HistoryError) as caught:
        read(export(whole(1)) + line.encode() + b"\n" + export(whole(1)), "history.jsonl")
    assert str(caught.value.at) == "history.jsonl:2"
    assert caught.value.code == "SA401"
    assert caught.value.hint is not None


@given(st.data())
def test_a_changed_byte_of_an_export_is_never_taken_for_another_history(data: st.DataObject) -> None:
    before = export(whole())
    raw = bytearray(before)
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    try:
        entries = list(read(bytes(raw), "history.jsonl"))
        verify(entries, tip=verify(whole()))
    except HistoryError:
        return
    assert entries == whole()  # white space between the parts of a line, nothing else


def test_export_and_import_give_the_same_history(tmp_path: Path) -> None:
    here, there = Sqlite(tmp_path / "a" / "history.db"), Sqlite(tmp_path / "b" / "history.db")
    here.record([history_payload(number) for number in range(3)])
    assert there.restore(read(export(here.entries()), "history.jsonl")) == 3
    assert list(there.entries()) == list(here.entries())
    assert export(there.entries()) == export(here.entries())


def test_a_tip_is_one_line_and_is_read_back() -> None:
    tip = verify(whole())
    assert tip_text(tip) == f"secaudit/tip/v1 3 {tip.digest}\n"
    assert read_tip(tip_text(tip), "tip.txt") == tip
    assert read_tip(f"secaudit/tip/v1 0 {'0' * 64}", "tip.txt") == Tip(count=0, digest="0" * 64)


@pytest.mark.parametrize(
    "text", ["", "secaudit/tip/v1", f"secaudit/tip/v2 3 {'0' * 64}", f"secaudit/tip/v1 -3 {'0' * 64}", "secaudit/tip/v1 3 abc", "a b c d"]
)
def test_anything_else_is_not_a_tip(text: str) -> None:
    with pytest.raises(HistoryError) as caught:
        read_tip(text, "tip.txt")
    assert str(caught.value.at) == "tip.txt"
