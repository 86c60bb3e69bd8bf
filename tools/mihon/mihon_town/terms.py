"""What the town adopted, as far as the sums need it: limits, exceptions, an exclusion, weights, levels.

The same facts stand in `policies/mihon.yaml`, written by hand; a test compares the two.

Never here: the sums.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An exception: the subjects of one control that are let off between two days, both included."""

    control: str
    subjects: frozenset[str]
    approved_on: date
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The limits in force and what is let off."""

    idle_days: int
    disposal_methods: frozenset[str]
    audits: int
    grants: tuple[Grant, ...]
    excluded: dict[str, date]
    edition: str
    model: str = "alpha"
    cloud: bool = False
    bad: bool = False
    training: Fraction = Fraction(1)
    topology: bool = True
    """Whether the network is drawn beside the policy."""


CATALOGUE_METHODS = frozenset({"physical-destruction", "degaussing", "cryptographic-erase", "secure-erase"})

MIHON = Terms(
    idle_days=60,
    disposal_methods=CATALOGUE_METHODS - {"secure-erase"},
    audits=1,
    grants=(
        Grant(control="6.4.1-03", subjects=frozenset({"SV-0003"}), approved_on=date(2023, 11, 1), expires=date(2024, 9, 30)),
        Grant(control="6.4.1-03", subjects=frozenset({"PC-0031"}), approved_on=date(2025, 10, 1), expires=date(2026, 9, 30)),
    ),
    excluded={"8.4-02": date(2024, 3, 31)},
    edition="2022-03",
)
NEWEST = Terms(
    idle_days=90,
    disposal_methods=CATALOGUE_METHODS,
    audits=1,
    grants=(),
    excluded={},
    edition="2026-03",
    model="beta-prime",
    cloud=True,
    topology=False,
    training=Fraction(99, 100),
)
"""The same evidence of FY2025 under the newest edition with everything that can be adopted."""
BAD = Terms(
    idle_days=90,
    disposal_methods=CATALOGUE_METHODS,
    audits=2,
    grants=(),
    excluded={},
    edition="2026-03",
    model="beta-prime",
    cloud=True,
    bad=True,
)

RECOMMENDED = frozenset({"1.7-02", "4.4-01", "6.1.2-02", "6.1.2-03", "7.3.3-01", "7.3.4-01", "8.4-02"})
"""Controls of weight 1; all others weigh 3."""
