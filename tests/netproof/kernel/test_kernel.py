"""The proof against the kernel: random rulesets, real packets, no unsafe verdict and no false alarm.

Short by default; `SECAUDIT_LONG=1`: at least 200 rulesets and 90,000 packets. Skipped with its reason where the machine cannot do it;
in CI that is a failure. Run by `make test-kernel`, which sets `SECAUDIT_KERNEL`.
"""

import os

import pytest

from tests.netproof.kernel.differential import Count, experiment
from tests.netproof.kernel.lab import Lab, obstacle

LONG = os.environ.get("SECAUDIT_LONG") == "1"
CI = bool(os.environ.get("CI"))
KERNEL = bool(os.environ.get("SECAUDIT_KERNEL"))
"""Read at import: tests themselves run in a bare environment."""

# routers, translation, rulesets and packets of each family and ruleset: short, long
PLANS = {
    "one": (1, False, (25, 150), (110, 130)),
    "translating": (1, True, (10, 100), (40, 130)),
    "three": (3, False, (10, 60), (90, 130)),
    "three-translating": (3, True, (5, 60), (40, 130)),
}


@pytest.fixture(scope="module", autouse=True)
def _able() -> None:
    if not KERNEL:
        pytest.skip("needs nftables and root: run by `make test-kernel`")
    reason = obstacle()
    if reason is not None:
        if CI:
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.mark.parametrize("name", PLANS)
def test_no_verdict_contradicts_the_kernel(name: str) -> None:
    routers, translate, rulesets, each = PLANS[name]
    count = Count()
    with Lab(routers) as lab:
        for seed in range(rulesets[LONG]):
            experiment(lab, 1000 * routers + seed, count, each=each[LONG], translate=translate)
    print(f"{name}: {count.rulesets} rulesets, {count.packets} packets, {count.passed} passed, {count.decided / count.packets:.1%} decided")
    assert count.unsafe == []
    assert count.false_alarms == []
    assert count.replayed_wrong == []
    assert count.decided / count.packets >= 0.9
    assert count.passed > count.packets / 50
