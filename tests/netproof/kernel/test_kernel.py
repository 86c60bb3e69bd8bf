"""The proof against the kernel: random rulesets, real packets, no unsafe verdict and no false alarm.

Short by default; `SECAUDIT_LONG=1`: at least 200 rulesets and 90,000 packets. Skipped with its reason where the machine cannot do it;
in CI and under `make test-kernel` (which sets `SECAUDIT_KERNEL`) that is a failure.
"""

import os
import time

import pytest

from tests.netproof.kernel.differential import Count, experiment
from tests.netproof.kernel.lab import Lab, obstacle

pytestmark = pytest.mark.usefixtures("untraced")

LONG = os.environ.get("SECAUDIT_LONG") == "1"
WANTED = bool(os.environ.get("CI") or os.environ.get("SECAUDIT_KERNEL"))
"""Read at import: tests themselves run in a bare environment."""

# routers, translation, rulesets and packets of each family and ruleset: short, long
PLANS = {
    "one": (1, False, (25, 150), (110, 130)),
    "translating": (1, True, (10, 100), (40, 130)),
    "three": (3, False, (10, 60), (90, 130)),
    "three-translating": (3, True, (8, 60), (40, 130)),
}


def required() -> None:
    """Skip, or fail where a run was asked for."""
    reason = obstacle()
    if reason is None:
        return
    if WANTED:
        pytest.fail(f"real packets are wanted here: {reason}")
    pytest.skip(f"no real packets: {reason}")


@pytest.fixture(scope="module", autouse=True)
def _able() -> None:
    required()


@pytest.fixture(scope="module")
def counted() -> dict[str, Count]:
    """What each plan came to, for the sum at the end."""
    return {}


@pytest.mark.parametrize("name", PLANS)
def test_no_verdict_contradicts_the_kernel(name: str, counted: dict[str, Count]) -> None:
    routers, translate, rulesets, each = PLANS[name]
    count = counted[name] = Count()
    start = time.monotonic()
    with Lab(routers) as lab:
        for seed in range(rulesets[LONG]):
            experiment(lab, 1000 * routers + seed, count, each=each[LONG], translate=translate)
    print(f"{name}: {count.told()}, {time.monotonic() - start:.0f} s")
    assert count.unsafe == []
    assert count.false_alarms == []
    assert count.replayed_wrong == []
    assert count.passed > count.packets / 50


def test_most_packets_are_decided(counted: dict[str, Count]) -> None:
    """The sum of all plans: a proof that answers UNDECIDED to everything is never wrong and never of use."""
    whole = Count()
    for count in counted.values():
        whole.rulesets += count.rulesets
        whole.packets += count.packets
        whole.decided += count.decided
        whole.passed += count.passed
    print(f"all: {whole.told()}")
    assert set(counted) == set(PLANS), "run the whole file: the sum needs every plan"
    assert whole.decided / whole.packets >= 0.9
    if LONG:
        assert whole.rulesets >= 200
        assert whole.packets >= 90_000
