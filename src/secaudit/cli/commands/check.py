"""`secaudit check`: assess, print, record.

Never here: the order of the stages (`pipeline`).
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import click

from secaudit.cli import console, decide
from secaudit.cli.exit_codes import ExitCode, softened, worst
from secaudit.cli.language import LANG, say
from secaudit.cli.law import law_on, with_law
from secaudit.cli.options import (
    as_of_date,
    as_of_option,
    chosen_years,
    lang_option,
    now_text,
    output_file,
    policy_option,
    policy_paths,
    shared,
    today,
    workspace_at,
    workspace_option,
    year_option,
)
from secaudit.errors import SecauditError, UsageError
from secaudit.history import chain
from secaudit.history.entry import payload
from secaudit.history.sqlite import Sqlite
from secaudit.history.trend import Point, trend
from secaudit.model.run import Assessment
from secaudit.model.text import Text
from secaudit.pipeline.names import with_names
from secaudit.pipeline.run import Request, Run, assess
from secaudit.pipeline.workspace import Workspace
from secaudit.reports import registry
from secaudit.reports.settings import Settings
from secaudit.wire.files import write_atomic

FORMATS = registry.NAMES


@click.command(
    "check",
    help=say(
        "ポリシーと証跡を照らして管理策ごとに判定し、結果を表示して記録します。",
        "Judges every control of each policy on its evidence, prints the findings and records them.",
    ),
    epilog=say(
        "例:  secaudit check --policy mihon --fiscal-year 2025   |   secaudit check --fiscal-year all --output json:result.json",
        "Examples:  secaudit check --policy mihon --fiscal-year 2025   |   secaudit check --fiscal-year all --output json:result.json",
    ),
)
@shared(workspace_option, policy_option, year_option, as_of_option, lang_option)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    help=say("証跡のフォルダー（manifest.yaml のある所）", "evidence folder (where manifest.yaml is)"),
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", help=say("標準出力の形式", "format on standard output"))
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT:FILE",
    help=say("ファイルへも出す（繰り返し可）", "also write a file (repeatable)"),
)
@click.option(
    "--fail-on",
    default="none",
    metavar="RULE",
    help=say("終了コード1にする条件: none error required any score<80 policy", "exit 1 on: none, error, required, any, score<80, policy"),
)
@click.option("--no-record", is_flag=True, help=say("履歴に記録しない", "do not record"))
@click.option("--record-again", is_flag=True, help=say("同じ内容でも記録する", "record even if the same is recorded already"))
@click.option("--recorded-by", default="監査担当", metavar="ROLE", help=say("記録者の役割", "role of who records"))
@click.option("--samples", type=click.IntRange(0), default=5, help=say("所見ごとに示す対象の数", "subjects shown per finding"))
@click.option("--all", "everything", is_flag=True, help=say("適合・対象外も一覧する", "also list what passes or does not apply"))
@click.option(
    "--show-names",
    is_flag=True,
    help=say(
        "氏名も出す（出力は部外秘になる。履歴には残らない）", "also show names (the output is then confidential; nothing of it is recorded)"
    ),
)
@click.option(
    "--law",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help=say(
        "この日に効力のある法への備えを分野ごとに示す（例: 2027-07-01）",
        "show the readiness for the law in force on this day, such as 2027-07-01",
    ),
)
@click.option("--exit-zero", is_flag=True, help=say("1と3を0にする（報告用）", "turn exit codes 1 and 3 into 0 (for reports)"))
def command(  # noqa: D103 - click shows the help above
    workspace: Path,
    policies: tuple[str, ...],
    fiscal_year: str | None,
    as_of: datetime | None,
    lang: str | None,
    evidence: Path | None,
    form: str,
    outputs: tuple[str, ...],
    fail_on: str,
    no_record: bool,
    record_again: bool,
    recorded_by: str,
    samples: int,
    everything: bool,
    show_names: bool,
    law: datetime | None,
    exit_zero: bool,
) -> int:
    del lang  # read before click parsed the arguments
    decide.minimum(fail_on)
    place = workspace_at(workspace)
    files = [output_file(text, FORMATS, place) for text in outputs]
    framework = None if law is None else law_on(place, law.date())
    requests = _requests(place, policies, fiscal_year, as_of, evidence)
    progress = console.Progress(len(requests))
    run = assess(place, requests, progress=progress)
    progress.close()
    before = {(point.policy, point.fiscal_year): point.overall for point in _recorded(place)} if fail_on == "policy" else {}
    codes = [_verdict(run, fail_on, before)]
    if not no_record:
        codes.append(_record(place, run.assessments, recorded_by, record_again))
    if show_names:
        run = _with_names(run)
        console.note(say("部外秘: この出力には氏名が含まれます。", "confidential: this output holds names."))
    if law is not None and framework is not None:
        run = with_law(run, framework, law.date())
    settings = Settings(lang=LANG, samples=samples, everything=everything, exit_zero=exit_zero)
    for kind, path in files:
        write_atomic(path, registry.render(kind, run.assessments, settings))
    console.write_bytes(registry.render(form, run.assessments, settings))
    console.show_errors(run.errors)
    code = worst(codes)
    return softened(code) if exit_zero else code


def _with_names(run: Run) -> Run:
    """Return the run with names beside its subjects; called after the run was recorded."""
    named = (with_names(assessment, evidence) for assessment, evidence in zip(run.assessments, run.evidence, strict=True))
    return dataclasses.replace(run, assessments=tuple(named))


def _requests(
    place: Workspace, names: Sequence[str], fiscal_year: str | None, as_of: datetime | None, evidence: Path | None
) -> list[Request]:
    current = today()
    paths = policy_paths(place, names)
    if evidence is not None:
        return [_request_for(paths, fiscal_year, as_of, evidence)]
    requests = []
    for path in paths:
        for year in chosen_years(place, path.stem, fiscal_year):
            day = as_of_date(year, as_of, current)
            requests.append(Request(policy=path, fiscal_year=year, as_of=day, manifest=place.manifest(path.stem, year)))
    if not requests:
        raise UsageError(
            Text(ja="証跡のある年度がない", en="there is no fiscal year with evidence"),
            hint=Text(
                ja="evidence/<policy>/FY2025/manifest.yaml を置いてください", en="put evidence/<policy>/FY2025/manifest.yaml in place"
            ),
        )
    return requests


def _request_for(paths: Sequence[Path], fiscal_year: str | None, as_of: datetime | None, evidence: Path) -> Request:
    if len(paths) != 1:
        raise UsageError(
            Text(ja="--evidence には --policy を一つ添える", en="--evidence needs exactly one --policy"),
            hint=Text(ja="--policy NAME を付けてください", en="add --policy NAME"),
        )
    digits = (fiscal_year or evidence.resolve().name).removeprefix("FY")
    if not (len(digits) == 4 and digits.isdecimal()):
        raise UsageError(
            Text(ja="どの年度の証跡かわからない", en="cannot tell the fiscal year of the evidence"),
            hint=Text(ja="--fiscal-year 2025 のように指定してください", en="give it, such as --fiscal-year 2025"),
        )
    year = int(digits)
    day = as_of_date(year, as_of, today())
    return Request(policy=paths[0], fiscal_year=year, as_of=day, manifest=evidence / "manifest.yaml")


def _verdict(run: Run, fail_on: str, before: dict[tuple[str, int], Fraction | None]) -> ExitCode:
    gates = {effective.policy.id: effective.policy.gate for effective in run.effective}
    code = ExitCode.CLEAN if decide.good_enough(run.assessments, fail_on, gates=gates, before=before) else ExitCode.NOT_GOOD_ENOUGH
    looked = not run.errors and not any(assessment.could_not_look for assessment in run.assessments)
    faults = [ExitCode.FAULT for error in run.errors if console.code_of(error) is ExitCode.FAULT]
    return worst([code, ExitCode.CLEAN if looked else ExitCode.COULD_NOT_LOOK, *faults])


def _recorded(place: Workspace) -> tuple[Point, ...]:
    return trend(Sqlite(place.state / "history.db").entries())


def _record(place: Workspace, assessments: Sequence[Assessment], recorded_by: str, again: bool) -> ExitCode:
    stamp = now_text()
    texts = [payload(assessment, recorded_at=stamp, recorded_by=recorded_by) for assessment in assessments]
    store = Sqlite(place.state / "history.db")
    try:
        chain.verify(store.entries(), thorough=False)  # nothing is added to a record that was tampered with
        store.record(texts, again=again)
    except SecauditError as error:
        console.show_errors([error])
        return console.code_of(error)
    return ExitCode.CLEAN
