"""The plan of the network: which devices exist in which year, and which ways between zones are open beyond what the town declared.

The plan comes first. The configurations are written so that exactly these ways are open, and the findings are expected from the plan,
never from a run of the package under test.

* FY2022 and FY2023: nobody kept an export of the devices.
* FY2024: the maintenance filter of the moving of the core systems is still applied on the router. It lets through what comes from the
  LGWAN side with an address that belongs to the My Number side: nobody there has one, so only a forged source passes.
* FY2025: the filter is no longer applied, and forged sources are stopped first.
* The bad twin: a policy on top that lets everything through, no list on the router, and flows declared beyond what is fair. What the
  router sends on for parts of the LGWAN's prefix that nobody uses leaves towards the internet: six ways of six.

Never here: the text of a configuration.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """The exports of one year. `open_ways`: source, target, family, in which something undeclared passes."""

    exported_on: date
    open_ways: frozenset[tuple[str, str, str]] = frozenset()
    bad_flows: tuple[str, ...] = ()
    maintenance_filter: bool = False
    open_house: bool = False


EXPORTS: dict[int, Exports] = {
    2024: Exports(exported_on=date(2025, 3, 28), open_ways=frozenset({("lgwan", "mynumber", "IPv4")}), maintenance_filter=True),
    2025: Exports(exported_on=date(2026, 3, 27)),
}
"""The good town."""

TWIN = Exports(
    exported_on=date(2026, 3, 27),
    open_ways=frozenset(
        {
            ("lgwan", "mynumber", "IPv4"),
            ("mynumber", "lgwan", "IPv4"),
            ("mynumber", "internet", "IPv4"),
            ("internet", "mynumber", "IPv4"),
            ("internet", "lgwan", "IPv4"),
            ("lgwan", "internet", "IPv4"),
        }
    ),
    bad_flows=("SC-01", "SC-02", "SC-03"),
    open_house=True,
)
"""The bad twin."""


def exports_of(fiscal_year: int, *, bad: bool) -> Exports | None:
    """Give the exports of a year; None if nobody kept any."""
    return TWIN if bad else EXPORTS.get(fiscal_year)


def concerned(exports: Exports, zones: tuple[str, ...]) -> list[str]:
    """Give the open ways that concern one zone (with any other), or several (among them)."""
    wanted = set(zones)

    def within(source: str, target: str) -> bool:
        return bool({source, target} & wanted) if len(wanted) == 1 else {source, target} <= wanted

    return sorted(f"{source} → {target} / {family}" for source, target, family in exports.open_ways if within(source, target))
