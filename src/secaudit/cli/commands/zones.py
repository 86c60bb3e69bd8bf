"""`secaudit zones`: the separation proof alone.

* Exit 1 for anything but PROVED pairs, flows in order and scans that agree; 3 for a proof that could not be made.

Never here: proving (`pipeline`), wording (`reports`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click

from secaudit.cli import console
from secaudit.cli.commands.zones_diff import diff
from secaudit.cli.exit_codes import ExitCode, worst
from secaudit.cli.language import LANG, say
from secaudit.cli.options import (
    as_of_date,
    as_of_option,
    chosen_years,
    lang_option,
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
from secaudit.model.separation import Separation
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.netproof.decide import BUDGET
from secaudit.netproof.evaluate import REGIONS, Proofs
from secaudit.pipeline.separations import prove_alone, topology_of
from secaudit.pipeline.workspace import Workspace
from secaudit.reports.era import fiscal_year_text
from secaudit.reports.zones_json import zones_json
from secaudit.reports.zones_svg import zones_svg
from secaudit.reports.zones_terminal import zones_terminal
from secaudit.wire.files import write_atomic

FORMATS = ("terminal", "json", "svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    policy: Path
    fiscal_year: int
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    request: _Request
    separation: Separation


@click.group(
    "zones",
    help=say(
        "三層の分離（マイナンバー利用事務系・LGWAN接続系・インターネット接続系）を、機器の構成の書き出しから証明します。",
        "Proves the separation of the three layers from the exported configurations of the devices between them.",
    ),
    epilog=say("例:  secaudit zones prove --policy mihon", "Example:  secaudit zones prove --policy mihon"),
)
def command() -> None:
    """Begin; the sub-commands do the work."""


command.add_command(diff)


@command.command(
    "prove",
    help=say(
        "領域の組と向きごとに PROVED（宣言した特定通信のほかは何も通らない）、VIOLATED（通るパケットと、それを通す行を示す）、"
        "UNDECIDED（決められない理由を示す）のどれかを出します。構成は policies/<ポリシー>.topology.yaml から読みます。"
        "終了コードは、すべて PROVED で特定通信にも問題がなければ 0、そうでなければ 1、確かめられなければ 3 です。",
        "Says for every ordered pair of zones PROVED (nothing but declared flows passes), VIOLATED (with a packet that passes and the "
        "line that lets it through) or UNDECIDED (with the reasons). Reads policies/<policy>.topology.yaml. Exits 0 if every pair is "
        "PROVED and the declared flows are in order, 1 if not, 3 if it could not look.",
    ),
    epilog=say(
        "例:  secaudit zones prove --policy mihon --fiscal-year 2025   |   secaudit zones prove --output json:zones.json",
        "Examples:  secaudit zones prove --policy mihon --fiscal-year 2025   |   secaudit zones prove --output json:zones.json",
    ),
)
@shared(workspace_option, policy_option, year_option, as_of_option, lang_option)
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", help=say("標準出力の形式", "format on standard output"))
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT:FILE",
    help=say("ファイルへも出す（繰り返し可）", "also write a file (repeatable)"),
)
@click.option(
    "--regions",
    type=click.IntRange(1),
    default=REGIONS,
    show_default=True,
    help=say("違反の組ごとに示す、通る範囲の数", "ranges of passing packets shown per violated pair"),
)
@click.option(
    "--budget",
    type=click.IntRange(1),
    default=BUDGET,
    show_default=True,
    help=say("組ごとに調べる範囲の数の上限（超えれば UNDECIDED）", "most regions looked at per pair (beyond: UNDECIDED)"),
)
def prove(  # noqa: D103 - click shows the help above
    workspace: Path,
    policies: tuple[str, ...],
    fiscal_year: str | None,
    as_of: datetime | None,
    lang: str | None,
    form: str,
    outputs: tuple[str, ...],
    regions: int,
    budget: int,
) -> int:
    del lang  # read before click parsed the arguments
    place = workspace_at(workspace)
    files = [output_file(text, FORMATS, place) for text in outputs]
    requests = _requests(place, policies, fiscal_year, as_of)
    if len(requests) > 1 and "svg" in (form, *(kind for kind, _ in files)):
        raise UsageError(
            Text(ja="svg は一つのポリシーの一つの年度だけ", en="svg draws one policy and one fiscal year"),
            hint=Text(ja="--policy と --fiscal-year で一つに絞ってください", en="choose with --policy and --fiscal-year"),
        )
    progress = console.Progress(len(requests))
    known = Proofs()
    proofs: list[_Proof] = []
    errors: list[SecauditError] = []
    for request in requests:
        progress(f"{place.relative(topology_of(request.policy))} FY{request.fiscal_year}")
        try:
            found = prove_alone(
                place,
                request.policy,
                fiscal_year=request.fiscal_year,
                as_of=request.as_of,
                regions=regions,
                budget=budget,
                proofs=known,
            )
            proofs.append(_Proof(request=request, separation=found))
        except SecauditError as error:
            errors.append(error)
    progress.close()
    for kind, path in files if proofs else ():
        write_atomic(path, _rendered(kind, proofs).encode())
    if proofs:
        console.write(_rendered(form, proofs))
    console.show_errors(errors)
    return worst([*(_code(one.separation) for one in proofs), *(console.code_of(error) for error in errors)])


def _requests(place: Workspace, names: Sequence[str], fiscal_year: str | None, as_of: datetime | None) -> list[_Request]:
    """Return what to prove: the policies named, or all that have a topology."""
    current = today()
    paths = [path for path in policy_paths(place, names) if names or topology_of(path).exists()]
    running = current.year if current.month > 3 else current.year - 1
    requests = [
        _Request(policy=path, fiscal_year=year, as_of=as_of_date(year, as_of, current))
        for path in paths
        for year in (tuple(chosen_years(place, path.stem, fiscal_year)) or (running,))
    ]
    if not requests:
        raise UsageError(
            Text(ja="構成図 policies/*.topology.yaml が一つもない", en="there is no policies/*.topology.yaml"),
            hint=Text(ja="policies/<ポリシー>.topology.yaml を置いてください", en="put policies/<policy>.topology.yaml in place"),
        )
    return requests


def _rendered(form: str, proofs: Sequence[_Proof]) -> str:
    if form == "json":
        return zones_json([(one.request.policy.stem, one.request.fiscal_year, one.request.as_of, one.separation) for one in proofs])
    if form == "svg":
        return zones_svg(proofs[0].separation, LANG)
    return "\n".join(f"{_title(one.request)}\n{zones_terminal(one.separation, LANG)}" for one in proofs)


def _title(request: _Request) -> str:
    year, day = fiscal_year_text(request.fiscal_year).get(LANG), request.as_of.isoformat()
    return say(f"{request.policy.stem} {year}（基準日 {day}）", f"{request.policy.stem} {year} (as of {day})")


def _code(separation: Separation) -> ExitCode:
    if separation.problem is not None:
        return ExitCode.COULD_NOT_LOOK
    said = (*separation.flow_outcomes, *separation.scan_outcomes)
    proved = bool(separation.pairs) and all(pair.verdict == "PROVED" for pair in separation.pairs)
    return ExitCode.CLEAN if proved and all(one.status is Status.PASS for one in said) else ExitCode.NOT_GOOD_ENOUGH
