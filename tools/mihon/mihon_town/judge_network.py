"""The separation of zones by hand: what the plan of the network left open, and which flows were declared badly.

A way is `source → target / family`, as people name it. Nothing is looked up in a configuration.

Never here: the text of a configuration, other chapters.
"""

from collections.abc import Callable

from mihon_town.model import Year
from mihon_town.network.plan import Exports, concerned, exports_of
from mihon_town.tally import FAIL, PASS, UNKNOWN, Sum
from mihon_town.terms import Terms

Judge = Callable[[Year, Terms], Sum]


def _exports(year: Year, terms: Terms) -> Exports | None:
    return exports_of(year.fiscal_year, bad=terms.bad) if terms.topology else None


def _said(failing: list[str]) -> Sum:
    return Sum(status=FAIL if failing else PASS, failing=failing)


def _separated(*zones: str) -> Judge:
    def judge(year: Year, terms: Terms) -> Sum:
        exports = _exports(year, terms)
        return Sum(status=UNKNOWN) if exports is None else _said(concerned(exports, zones))

    return judge


def flows_in_order(year: Year, terms: Terms) -> Sum:
    """Ask whether every declared flow is in date, narrow, allowed and in use."""
    exports = _exports(year, terms)
    return Sum(status=UNKNOWN) if exports is None else _said(sorted(exports.bad_flows))


JUDGES: dict[str, Judge] = {
    "3.1-04": _separated("mynumber"),
    "3.1-05": flows_in_order,
    "3.2-02": _separated("lgwan", "internet"),
}
