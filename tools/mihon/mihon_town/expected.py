"""The findings that an audit of the town must come to, as JSON.

Form of the file:

    {"schema": "mihon-expected/v1", "policy": "mihon", "years": {"2025": {
        "as_of": "2026-03-31",
        "counts": {"pass": 50, "fail": 6, "unknown": 1, "error": 0, "not_applicable": 0},
        "excepted": 1,                    # failing findings that a live exception covers wholly
        "score": "40000/447",             # exact, 0…100; null without any weight
        "score_printed": "89.4",          # rounded down to one decimal
        "findings": {"5.2.2-02": {
            "status": "fail",
            "disposition": "open",        # open | excepted | closed (pass and not_applicable)
            "figures": {"numerator": 336, "denominator": 338},
            "failing": ["0112", "0245"],  # each failing subject once, sorted by code point
            "unknown": 0                  # subjects nobody can tell
        }}}}}

`figures` is `numerator` and `denominator` for shares (target 1), `rows` and `at_least` for counts, `days` for the
age of the newest row and for the widest gap (null: no row), and is empty for all other controls and where the
evidence is missing or not asked for. A subject is the row's key columns joined by ` / `; for two sets that must
agree it is the compared key; for a person's answer the id of the control. Counts and gaps name no failing subjects.

Never here: reading the files that the generator writes.
"""

from fractions import Fraction

from mihon_town import judge_network, judge_operation, judge_organisation, judge_technology
from mihon_town.chapters import applies, chapter_judges, recommended
from mihon_town.model import Year
from mihon_town.tally import FAIL, NOT_APPLICABLE, PASS, Sum
from mihon_town.terms import RECOMMENDED, Terms

JUDGES = {**judge_organisation.JUDGES, **judge_technology.JUDGES, **judge_operation.JUDGES, **judge_network.JUDGES, **chapter_judges()}
SCHEMA = "mihon-expected/v1"


def judge_year(year: Year, terms: Terms) -> dict[str, Sum]:
    """All controls of one year, by id; an excluded one does not apply, nor one that the policy has not adopted."""
    sums: dict[str, Sum] = {}
    for control, judge in JUDGES.items():
        until = terms.excluded.get(control)
        live = until is not None and year.end <= until
        sums[control] = Sum(status=NOT_APPLICABLE) if live or not applies(control, terms) else judge(year, terms)
    return sums


def disposition(control: str, found: Sum, year: Year, terms: Terms) -> str:
    """Whether somebody has to act, a live exception covers it, or nothing is to be done."""
    if found.status in {PASS, NOT_APPLICABLE}:
        return "closed"
    live = {
        name
        for grant in terms.grants
        if grant.control == control and grant.approved_on <= year.end <= grant.expires
        for name in grant.subjects
    }
    covered = found.status == FAIL and found.failing and set(found.failing) <= live
    return "excepted" if covered else "open"


def score(sums: dict[str, Sum]) -> Fraction | None:
    """100 × weight × worth ÷ weight over what applies."""
    gained = total = Fraction(0)
    light = RECOMMENDED | recommended()
    for control, found in sums.items():
        if found.status == NOT_APPLICABLE:
            continue
        weight = 1 if control in light else 3
        total += weight
        if found.status == PASS:
            gained += weight
        elif found.status == FAIL and found.worth is not None:
            gained += weight * found.worth
    return 100 * gained / total if total else None


def printed(value: Fraction | None) -> str | None:
    """One decimal, rounded down."""
    if value is None:
        return None
    tenths = value * 10 // 1
    return f"{tenths // 10}.{tenths % 10}"


def year_as_json(year: Year, terms: Terms) -> dict[str, object]:
    """One year of the expected file."""
    sums = judge_year(year, terms)
    counts = dict.fromkeys((PASS, FAIL, "unknown", "error", NOT_APPLICABLE), 0)
    findings: dict[str, object] = {}
    excepted = 0
    for control, found in sums.items():
        counts[found.status] += 1
        state = disposition(control, found, year, terms)
        excepted += state == "excepted"
        findings[control] = {
            "status": found.status,
            "disposition": state,
            "figures": found.figures,
            "failing": found.failing,
            "unknown": found.unknown,
        }
    value = score(sums)
    return {
        "as_of": year.end.isoformat(),
        "counts": counts,
        "excepted": excepted,
        "score": None if value is None else f"{value.numerator}/{value.denominator}",
        "score_printed": printed(value),
        "findings": findings,
    }


def expected_as_json(policy: str, years: list[Year], terms: Terms) -> dict[str, object]:
    """Give the whole expected file of one policy."""
    return {"schema": SCHEMA, "policy": policy, "years": {str(year.fiscal_year): year_as_json(year, terms) for year in years}}
