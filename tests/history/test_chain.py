import dataclasses
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.errors import HistoryError
from secaudit.history.chain import ANCHOR, PARTS, Tip, append, digest, verify
from secaudit.history.entry import payload
from secaudit.model.run import Entry
from secaudit.model.status import Status
from secaudit.wire.canonical import dumps
from tests.builders import assessment, finding, history_payload, ratio


def chain(*payloads: str) -> list[Entry]:
    entries: list[Entry] = []
    for text in payloads:
        entries.append(append(entries[-1] if entries else None, text))
    return entries


def bound(number: int, previous: str, text: str) -> Entry:
    return Entry(number=number, previous=previous, payload=text, digest=digest(number, previous, text))


WHOLE = chain(*(history_payload(number) for number in range(4)))
TIP = verify(WHOLE)
FIELDS = ("number", "previous", "payload", "digest")


def refused(entries: list[Entry], rule: int, entry: int | None = None, tip: Tip | None = None) -> HistoryError:
    with pytest.raises(HistoryError) as caught:
        verify(entries, tip=tip)
    message = caught.value.message
    assert f"(rule {rule})" in message.en, message.en
    assert f"（規則{rule}）" in message.ja
    assert caught.value.hint is not None
    if entry is not None:
        assert message.en.startswith(f"entry {entry}:")
    return caught.value


def test_a_whole_history_verifies_and_tells_its_tip() -> None:
    assert (TIP.count, TIP.digest) == (4, WHOLE[-1].digest)
    assert verify(WHOLE, tip=TIP) == TIP
    assert verify(iter(WHOLE)) == TIP


def test_an_empty_history_is_its_anchor() -> None:
    nothing = verify([])
    assert nothing == Tip(count=0, digest=ANCHOR)
    assert verify([], tip=nothing) == nothing
    assert verify(WHOLE, tip=nothing) == TIP


def test_rule_1_numbers_run_without_a_gap() -> None:
    refused([bound(1, ANCHOR, WHOLE[0].payload)], 1, 0)
    skipping = [*WHOLE[:2], bound(3, WHOLE[1].digest, WHOLE[2].payload)]
    refused(skipping, 1, 2)


def test_rule_2_each_entry_follows_the_one_before() -> None:
    refused([bound(0, "1" * 64, WHOLE[0].payload)], 2, 0)
    refused([*WHOLE[:2], bound(2, WHOLE[0].digest, WHOLE[2].payload)], 2, 2)


def test_rule_3_a_digest_is_recomputed_never_trusted() -> None:
    refused([*WHOLE[:3], dataclasses.replace(WHOLE[3], digest="0" * 64)], 3, 3)
    refused([*WHOLE[:3], dataclasses.replace(WHOLE[3], payload=history_payload(9))], 3, 3)


def test_before_something_is_added_the_links_are_enough() -> None:
    empty = [bound(0, ANCHOR, "{}")]
    assert verify(empty, thorough=False).count == 1
    refused(empty, 4, 0)


def alone(text: str) -> list[Entry]:
    return [bound(0, ANCHOR, text)]


def changed(**parts: Any) -> str:  # noqa: ANN401 - whatever a forger writes
    return dumps({**json.loads(WHOLE[0].payload), **parts})


def without(part: str) -> str:
    return dumps({name: value for name, value in json.loads(WHOLE[0].payload).items() if name != part})


NOT_CANONICAL = {
    "nothing": "",
    "no JSON": "no JSON",
    "a list": "[]",
    "no parts": "{}",
    "a text": '"text"',
    "not a number": "NaN",
    "not a number within": '{"a":NaN}',
    "endless digits": "1" * 5000,
    "bottomless": "[" * 100_000,
    "white space": WHOLE[0].payload + " ",
    "a key twice": WHOLE[0].payload.replace('"edition":"2025-03"', '"edition":"2025-03","edition":"2025-03"'),
    "lone surrogate": WHOLE[0].payload.replace('"edition":"2025-03"', '"edition":"\ud800"'),
    "spaced": json.dumps(json.loads(WHOLE[0].payload), ensure_ascii=False),
    "another format": changed(format="secaudit/history/v0"),
    **{f"without {part}": without(part) for part in PARTS},
    **{f"null {part}": changed(**{part: None}) for part in PARTS},
}


@pytest.mark.parametrize("name", NOT_CANONICAL)
def test_rule_4_a_payload_is_canonical_and_has_all_its_parts(name: str) -> None:
    refused(alone(NOT_CANONICAL[name]), 4, 0)


def test_the_parts_are_those_that_an_entry_is_written_with() -> None:
    assert json.loads(WHOLE[0].payload).keys() == PARTS.keys()


Changes = Callable[[dict[str, Any]], object]


def forged(change: Changes) -> str:
    content = json.loads(WHOLE[0].payload)
    change(content)
    return dumps(content)


MALFORMED: Mapping[str, Changes] = {
    "no counts": lambda content: content["score"].pop("counts"),
    "no share": lambda content: content["score"].pop("machine_share"),
    "counts are a number": lambda content: content["score"].update(counts=7),
    "a finding is a number": lambda content: content["findings"].append(1),
    "no disposition": lambda content: content["findings"][0].pop("disposition"),
    "worth 1/0": lambda content: content["findings"][0].update(worth="1/0"),
    "worth in words": lambda content: content["findings"][0].update(worth="all"),
    "worth that never ends": lambda content: content["findings"][0].update(worth="1e999999999"),
    "no worth": lambda content: content["findings"][0].update(worth=None),
    "weight as text": lambda content: content["findings"][0].update(weight="3"),
    "weight not exact": lambda content: content["findings"][0].update(weight=3.5),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_rule_4_findings_and_score_have_their_form(name: str) -> None:
    refused(alone(forged(MALFORMED[name])), 4, 0)


UNTRUE: Mapping[str, Changes] = {
    "higher score": lambda content: content["score"].update(overall="100/1"),
    "no score": lambda content: content["score"].update(overall=None),
    "higher chapter": lambda content: content["score"]["chapters"].update({"7": "100/1"}),
    "chapter left out": lambda content: content["score"]["chapters"].pop("7"),
    "another coverage": lambda content: content["score"].update(evidence_coverage="1/2"),
    "another share": lambda content: content["score"].update(machine_share="1/2"),
    "an exception more": lambda content: content["score"].update(excepted=1),
    "a failure less": lambda content: content["score"]["counts"].update({"fail": 0}),
    "failures not counted": lambda content: content["score"]["counts"].pop("fail"),
    "a failure passes": lambda content: content["findings"][1].update(status="pass"),
    "a sixth status": lambda content: content["findings"][1].update(status="perhaps"),
    "a failure worth more": lambda content: content["findings"][1].update(worth="1/2"),
    "a failure weighs less": lambda content: content["findings"][1].update(weight=1),
    "a failure excepted": lambda content: content["findings"][1].update(disposition="excepted"),
    "decided by people": lambda content: content["findings"][1].update(by_data=False),
    "a failure left out": lambda content: content["findings"].pop(),
}


@pytest.mark.parametrize("name", UNTRUE)
def test_rule_5_scores_and_counts_are_recomputed_from_the_findings(name: str) -> None:
    refused(alone(forged(UNTRUE[name])), 5, 0)


def test_rule_6_a_tip_known_from_outside_is_met() -> None:
    for known in range(1, 5):
        assert verify(WHOLE, tip=Tip(count=known, digest=WHOLE[known - 1].digest)) == TIP
    refused(WHOLE, 6, tip=Tip(count=4, digest=WHOLE[0].digest))
    refused(WHOLE, 6, tip=Tip(count=3, digest=TIP.digest))
    refused(WHOLE, 6, tip=Tip(count=0, digest=TIP.digest))
    refused([], 6, tip=TIP)


@pytest.mark.parametrize("left", range(4))
def test_a_cut_tail_is_found_with_a_tip_and_only_so(left: int) -> None:
    assert verify(WHOLE[:left]).count == left
    refused(WHOLE[:left], 6, tip=TIP)


def test_a_history_made_anew_is_found_with_a_tip_and_only_so() -> None:
    other = chain(*(history_payload(number + 10) for number in range(4)))
    verify(other)
    refused(other, 6, tip=TIP)


@given(st.data())
def test_any_changed_byte_of_any_entry_is_found_without_a_tip(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, 3))
    name = data.draw(st.sampled_from(FIELDS))
    old = getattr(WHOLE[index], name)
    if isinstance(old, int):
        new: object = data.draw(st.integers(-1, 10).filter(lambda number: number != old))
    else:
        raw = bytearray(old.encode())
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place] ^= data.draw(st.integers(1, 255))
        new = raw.decode("utf-8", "surrogateescape")
    entries = [*WHOLE]
    entries[index] = Entry(**{**{field: getattr(WHOLE[index], field) for field in FIELDS}, name: new})
    with pytest.raises(HistoryError):
        verify(entries)


@given(st.lists(st.integers(0, 3), max_size=6).filter(lambda order: order != [*range(len(order))]))
def test_deletion_reordering_replay_and_a_cut_head_are_found_without_a_tip(order: list[int]) -> None:
    with pytest.raises(HistoryError):
        verify([WHOLE[index] for index in order])


STATUS_AND_WORTH: Mapping[Status, Fraction] = {Status.PASS: Fraction(1), Status.FAIL: Fraction(1, 3)}


@given(
    st.lists(
        st.tuples(st.sampled_from(Status), st.integers(1, 12), st.integers(0, 3), st.booleans(), st.booleans()),
        max_size=8,
    )
)
def test_whatever_is_recorded_verifies(parts: list[tuple[Status, int, int, bool, bool]]) -> None:
    findings = [
        finding(
            status,
            control=f"{chapter}.1-01",
            weight=weight,
            by_data=by_data,
            disposition="excepted" if excepted and status is Status.FAIL else None,
            measured=ratio(1, 3) if status is Status.FAIL else None,
            worth=STATUS_AND_WORTH.get(status, Fraction(0)),
        )
        for status, chapter, weight, by_data, excepted in parts
    ]
    text = payload(assessment(*findings), recorded_at="2026-04-10T09:00:00+09:00", recorded_by="監査担当")
    assert verify(alone(text)).count == 1
