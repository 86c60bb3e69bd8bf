"""`secaudit plan`: per measure and fiscal year, what was promised and what is shown.

Never here: deciding what is shown (`plan`).
"""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from secaudit.cli import console
from secaudit.cli.language import LANG, say
from secaudit.cli.options import (
    chosen_years,
    default_as_of,
    lang_option,
    policy_option,
    policy_paths,
    shared,
    today,
    workspace_at,
    workspace_option,
    year_option,
)
from secaudit.model.run import PlanLine
from secaudit.pipeline.run import Request, Run, assess
from secaudit.reports.json import plan_line
from secaudit.reports.plan_table import evaluation_table, plan_table


@click.command(
    "plan",
    help=say(
        "採用した計画の施策ごと・年度ごとに、約束した段階と、公表資料で示された実績を並べます。",
        "Holds the promised stage of each measure of a plan and fiscal year against what published facts show.",
    ),
    epilog=say("例:  secaudit plan --policy shibata-5 --security", "Example:  secaudit plan --policy shibata-5 --security"),
)
@shared(workspace_option, policy_option, year_option, lang_option)
@click.option("--security", is_flag=True, help=say("情報セキュリティに関わる施策だけ", "only measures that bear on security"))
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal")
def command(  # noqa: D103 - click shows the help above
    workspace: Path, policies: tuple[str, ...], fiscal_year: str | None, lang: str | None, security: bool, form: str
) -> None:
    del lang
    place = workspace_at(workspace)
    documents = []
    for path in policy_paths(place, policies):
        years = chosen_years(place, path.stem, fiscal_year or "all")
        requests = [
            Request(policy=path, fiscal_year=year, as_of=default_as_of(year, today()), manifest=place.manifest(path.stem, year))
            for year in years
        ]
        run = assess(place, requests)
        console.show_errors(run.errors)
        lines = [line for assessment in run.assessments for line in assessment.plan_lines if line.security or not security]
        if form == "json":
            documents.append({"policy": path.stem, "lines": [plan_line(line) for line in lines]})
        elif lines:
            console.write(_text(path.stem, lines, run))
    if form == "json":
        console.write(json.dumps({"schema": "secaudit/plan/v1", "plans": documents}, ensure_ascii=False, indent=2) + "\n")


def _text(policy: str, lines: Sequence[PlanLine], run: Run) -> str:
    order = [commitment.id for commitment in run.effective[-1].policy.commitments]
    parts = [f"■ {policy}", plan_table(lines, LANG, order=order), *evaluation_table(run.evidence[-1], LANG)]
    return "\n".join(parts) + "\n\n"
