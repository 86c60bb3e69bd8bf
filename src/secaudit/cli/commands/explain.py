"""`secaudit explain`: what a control means, and why it has its status here.

Never here: judging (`pipeline`).
"""

from datetime import datetime
from pathlib import Path

import click

from secaudit.catalog.guideline.load import load_origins
from secaudit.cli import console
from secaudit.cli.language import LANG, say
from secaudit.cli.options import (
    as_of_date,
    as_of_option,
    chosen_years,
    lang_option,
    policy_option,
    policy_paths,
    shared,
    today,
    workspace_at,
    workspace_option,
    year_option,
)
from secaudit.errors import UnknownNameError
from secaudit.model.control import Catalogue, Control
from secaudit.model.text import Text
from secaudit.pipeline.run import Request, assess, load_compiled
from secaudit.reports.explanation import control_text, finding_text


@click.command(
    "explain",
    help=say(
        "管理策の意味と、なぜこの判定になったかを、条項・条件・設定値・証跡の行まで示します。",
        "Says what a control means and why it has its status: clause, assertion, parameters, rows of evidence.",
    ),
    epilog=say(
        "例:  secaudit explain 5.2.2-02   |   secaudit explain training-covers-staff 0123 --policy mihon --fiscal-year 2025",
        "Examples:  secaudit explain 5.2.2-02   |   secaudit explain training-covers-staff 0123 --policy mihon --fiscal-year 2025",
    ),
)
@shared(workspace_option, policy_option, year_option, as_of_option, lang_option)
@click.argument("control")
@click.argument("subject", required=False)
def command(  # noqa: D103 - click shows the help above
    workspace: Path,
    policies: tuple[str, ...],
    fiscal_year: str | None,
    as_of: datetime | None,
    lang: str | None,
    control: str,
    subject: str | None,
) -> None:
    del lang
    place = workspace_at(workspace)
    catalogue, _ = load_compiled(place)
    meant = find_control(catalogue, control)
    reasons, sources = load_origins(place.guideline)
    console.write(control_text(meant, LANG, reasons=reasons, sources=sources) + "\n")
    if not policies and not place.policies():
        return
    requests = []
    for path in policy_paths(place, policies):
        for year in chosen_years(place, path.stem, fiscal_year):
            day = as_of_date(year, as_of, today())
            requests.append(Request(policy=path, fiscal_year=year, as_of=day, manifest=place.manifest(path.stem, year)))
    run = assess(place, requests)
    for assessment in run.assessments:
        finding = next(finding for finding in assessment.findings if finding.control == meant.id)
        console.write("\n" + finding_text(assessment, finding, LANG, subject) + "\n")
    console.show_errors(run.errors)


def find_control(catalogue: Catalogue, name: str) -> Control:
    """Return the control with this id, name or alias; raises `UnknownNameError` that names the nearest."""
    for control in catalogue.controls:
        if name in (control.id, control.name, *control.aliases):
            return control
    import difflib  # noqa: PLC0415 - only for the hint

    known = [word for control in catalogue.controls for word in (control.id, control.name)]
    near = ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.4)) or "secaudit catalogue list"
    raise UnknownNameError(
        Text(ja=f"管理策 `{name}` はない", en=f"there is no control `{name}`"), hint=Text(ja=f"近いもの: {near}", en=f"nearest: {near}")
    )
