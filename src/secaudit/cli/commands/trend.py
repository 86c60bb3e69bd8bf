"""`secaudit trend`: the score history in the terminal.

Never here: comparing two runs in depth.
"""

import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click

from secaudit.cli import console
from secaudit.cli.language import LANG, say
from secaudit.cli.options import lang_option, policy_option, shared, workspace_at, workspace_option
from secaudit.history import chain
from secaudit.history.sqlite import Sqlite
from secaudit.history.trend import Point, trend
from secaudit.model.status import SEVERITY_ORDER
from secaudit.reports.era import fiscal_year_text
from secaudit.reports.figures import exact, number, one_decimal, percent, tenth

BARS = "▁▂▃▄▅▆▇█"


@click.command(
    "trend",
    help=say(
        "記録された得点の推移を、団体ごとに表と折れ線で示します。", "Shows the recorded scores of each policy as a table and a sparkline."
    ),
    epilog=say("例:  secaudit trend --policy mihon", "Example:  secaudit trend --policy mihon"),
)
@shared(workspace_option, policy_option, lang_option)
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal")
def command(workspace: Path, policies: tuple[str, ...], lang: str | None, form: str) -> None:  # noqa: D103 - click shows the help above
    del lang
    entries = list(Sqlite(workspace_at(workspace).state / "history.db").entries())
    chain.verify(entries)
    points = [point for point in trend(entries) if not policies or point.policy in policies]
    if form == "json":
        console.write(
            json.dumps({"schema": "secaudit/trend/v1", "points": [_json(p) for p in points]}, ensure_ascii=False, indent=2) + "\n"
        )
        return
    if not points:
        console.write(
            say("記録がまだありません。`secaudit check` で記録されます。\n", "Nothing is recorded yet; `secaudit check` records.\n")
        )
        return
    for policy in dict.fromkeys(point.policy for point in points):
        console.write(_table([point for point in points if point.policy == policy]) + "\n\n")


def _json(point: Point) -> dict[str, object]:
    return {
        "policy": point.policy,
        "organisation": point.organisation,
        "fiscal_year": point.fiscal_year,
        "as_of": point.as_of,
        "entry": point.number,
        "score": tenth(point.overall),
        "exact": exact(point.overall),
        "chapters": {chapter: tenth(value) for chapter, value in point.chapters.items()},
        "evidence_coverage": number(point.evidence_coverage),
        "machine_share": number(point.machine_share),
        "counts": dict(point.counts),
    }


def _table(points: Sequence[Point]) -> str:
    from tabulate import tabulate  # noqa: PLC0415 - slow to import

    head = [
        say("年度", "year"),
        say("得点", "score"),
        say("前年差", "change"),
        say("証跡で判定", "by evidence"),
        say("データで判定", "by data"),
    ]
    head += [status.label.get(LANG) for status in SEVERITY_ORDER]
    rows = []
    last: Fraction | None = None
    for point in points:
        counts = [str(point.counts.get(status.value, 0)) for status in SEVERITY_ORDER]
        row = [fiscal_year_text(point.fiscal_year).get(LANG), one_decimal(point.overall), change(last, point.overall)]
        rows.append([*row, percent(point.evidence_coverage), percent(point.machine_share), *counts])
        last = point.overall
    align = ["left", *["right"] * (len(head) - 1)]
    table = tabulate(rows, headers=head, tablefmt="simple", disable_numparse=True, colalign=align)
    return f"■ {points[0].policy}  {sparkline([point.overall for point in points], sys.stdout.encoding)}\n{table}"


def change(before: Fraction | None, after: Fraction | None) -> str:
    """Print the difference of two scores with its sign and one decimal, towards zero; empty if one is missing."""
    if before is None or after is None:
        return ""
    difference = after - before
    sign = "+" if difference > 0 else "-" if difference < 0 else "±"
    return sign + one_decimal(abs(difference))


def sparkline(scores: Sequence[Fraction | None], encoding: str | None) -> str:
    """Draw scores 0…100 as one character each, `-` where there is none; digits 0…9 where the console lacks the bars."""
    try:
        BARS.encode(encoding or "ascii")
        signs = BARS
    except (UnicodeEncodeError, LookupError):
        signs = "0123456789"
    return "".join("-" if score is None else signs[min(len(signs) - 1, int(score * len(signs) / 100))] for score in scores)
