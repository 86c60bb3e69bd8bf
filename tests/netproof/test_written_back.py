"""Parsed rules of the other dialects, written back as nftables: our reader of nftables gets the same sets of packets out of them.

Two compilers stand against each other here: the one of the dialect's own rules, and that of what an independent writer made of them. In the
kernel the same is judged by real packets (`kernel/test_written_back_packets.py`).
"""

import json
from collections import Counter

import pytest

from secaudit.netproof.dialects import nftables
from secaudit.netproof.ir import Device, Drop, Match, SetMark, Source
from secaudit.netproof.packets import Family
from tests.netproof.build import V4, V6, base, device, filtering, rule, unknown
from tests.netproof.one_policy import WRITERS, random_policy, says
from tests.netproof.parsed import Case, cases
from tests.netproof.sets import permitted, same
from tests.netproof.written_back import IN, OUT, NotWritable, kinds_alike, written


def again(one: Device, family: Family, iif: str, oif: str, *, upper: bool) -> Device:
    """Return the device as our reader of nftables sees what was written."""
    objects = [{"metainfo": {"json_schema_version": 1}}, *written(one, family, iif, oif, upper=upper)]
    found = nftables.read([Source(path="back.json", data=json.dumps({"nftables": objects}).encode())], "back")
    assert [line.text for line in found.account.not_understood] == []
    return found.devices[0]


def differs(case: Case, family: Family, *, upper: bool) -> bool:
    kinds = kinds_alike(case.device, family)
    first = permitted(case.device, case.iif, case.oif, family, upper=upper, kinds=kinds)
    second = permitted(again(case.device, family, case.iif, case.oif, upper=upper), IN, OUT, family, upper=upper, kinds=kinds)
    return not same(first, second)


CASES = [*cases()]


@pytest.mark.parametrize("upper", [True, False], ids=["upper", "lower"])
@pytest.mark.parametrize("family", [V4, V6])
@pytest.mark.parametrize("title", sorted({case.title for case in CASES}))
def test_a_configuration_written_back_permits_the_same(title: str, family: Family, upper: bool) -> None:
    here = [case for case in CASES if case.title == title]
    assert [f"{case.iif} -> {case.oif}" for case in here if differs(case, family, upper=upper)] == []


@pytest.mark.parametrize("family", [V4, V6])
@pytest.mark.parametrize("name", WRITERS)
def test_a_rendered_policy_written_back_permits_the_same(name: str, family: Family) -> None:
    write, ports = WRITERS[name]
    policies = {seed: random_policy(seed) for seed in range(100, 106)}
    said = {seed: policy for seed, policy in policies.items() if says(name, policy, family)}
    assert [seed for seed, policy in said.items() if differs(Case(name, write(policy, family), *ports), family, upper=True)] == []


def test_every_dialect_and_every_construct_is_among_what_is_written() -> None:
    found = Counter(case.device.dialect for case in CASES)
    assert len(found) == 5
    assert min(found.values()) >= 2
    actions = {type(one.action).__name__ for case in CASES for rules in case.device.chains.values() for one in rules}
    assert {"Accept", "Drop", "Return", "Jump", "Goto", "SetMark", "NoTrack", "SourceNat", "DestinationNat"} <= actions


@pytest.mark.parametrize(
    "one",
    [
        filtering(rule(SetMark(None))),
        filtering(rule(SetMark(1), Match(unknown=unknown()))),
        device("fw", {"nat": []}, [base("nat", nat=True)]),
        filtering(rule(Drop(), Match(mark=((0, 99),), mark_mask=0xFF))),
        filtering(rule(SetMark(1), Match(translated=False))),
    ],
)
def test_what_nftables_cannot_say_is_said(one: Device) -> None:
    with pytest.raises(NotWritable):
        written(one, V4, "left", "right", upper=True)
