"""`secaudit catalogue coverage`, `diff` and `map`: the controls against the guideline, its editions and other frameworks.

Never here: counting (`catalog.guideline`), the group itself (`catalogue`).
"""

from collections.abc import Sequence
from pathlib import Path

import click

from secaudit.catalog.guideline.coverage import coverage as cover
from secaudit.catalog.guideline.diff import diff as diff_of
from secaudit.catalog.guideline.load import load_guideline
from secaudit.catalog.guideline.mapping import mapping
from secaudit.catalog.load import load
from secaudit.cli import console
from secaudit.cli.exit_codes import ExitCode
from secaudit.cli.language import LANG, say
from secaudit.cli.options import (
    as_of_date,
    chosen_years,
    lang_option,
    policy_option,
    policy_paths,
    shared,
    today,
    workspace_at,
    workspace_option,
)
from secaudit.errors import UsageError
from secaudit.model.control import EDITIONS, Control
from secaudit.model.guideline import Guideline, StatusPair
from secaudit.model.text import Text
from secaudit.pipeline.run import Request, assess
from secaudit.pipeline.workspace import Workspace
from secaudit.reports.guideline_json import coverage_json, diff_json, dumps, map_json, pairs_json

FRAMEWORKS = ("jis-q-27002-2024", "csf-2.0", "unified-standard-r7", "ordinance-80")
format_option = click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal")


def _loaded(place: Workspace) -> tuple[Guideline, tuple[Control, ...]]:
    beside = place.guideline
    controls = load(place.controls, base=place.controls.parent, with_cases=False).controls
    return load_guideline(beside, base=beside.parent), controls


@click.command(
    "coverage",
    help=say(
        "ガイドラインの条項ごとに、どの管理策が何（データ・文書・回答）で確かめるかを示します。",
        "Shows for each clause of the guideline its controls, and whether data, documents or answers decide them.",
    ),
    epilog=say("例:  secaudit catalogue coverage --format json", "Example:  secaudit catalogue coverage --format json"),
)
@shared(workspace_option, lang_option, format_option)
def coverage(workspace: Path, lang: str | None, form: str) -> None:  # noqa: D103 - click shows the help above
    from secaudit.reports.guideline_text import coverage_text  # noqa: PLC0415 - tabulate is slow to import

    del lang
    found = cover(*_loaded(workspace_at(workspace)))
    console.write(dumps(coverage_json(found)) if form == "json" else coverage_text(found, LANG))


@click.command(
    "diff",
    help=say(
        "古い版を採用した団体が、新しい版に合わせるために何をするかを示します。--policy を付けると、変わる所見を並べます。",
        "Says what an organisation that adopted the older edition must now do; with --policy, which of its findings would change.",
    ),
    epilog=say(
        "例:  secaudit catalogue diff 2020-12 2026-03 --policy mihon", "Example:  secaudit catalogue diff 2020-12 2026-03 --policy mihon"
    ),
)
@shared(workspace_option, policy_option, lang_option, format_option)
@click.argument("old", type=click.Choice(EDITIONS), metavar="OLD")
@click.argument("new", type=click.Choice(EDITIONS), metavar="NEW")
def diff(workspace: Path, policies: tuple[str, ...], lang: str | None, form: str, old: str, new: str) -> int:  # noqa: D103 - click shows the help above
    from secaudit.reports.guideline_text import diff_text, pairs_text  # noqa: PLC0415 - tabulate is slow to import

    del lang
    if old >= new:
        raise UsageError(
            Text(ja=f"`{old}` は `{new}` より前の版ではない", en=f"`{old}` is not earlier than `{new}`"),
            hint=Text(ja="古い版を先に書いてください", en="name the older edition first"),
        )
    place = workspace_at(workspace)
    guideline, controls = _loaded(place)
    found = diff_of(guideline, controls, old, new)
    document, texts, code = diff_json(found), [diff_text(found, LANG)], ExitCode.CLEAN
    changing = []
    for path in policy_paths(place, policies) if policies else ():
        year, pairs, looked = _pairs(place, path, old, new)
        code = code if looked else ExitCode.COULD_NOT_LOOK
        changing.append(pairs_json(path.stem, year, pairs))
        texts.append(pairs_text(f"{path.stem} FY{year}", old, new, pairs, LANG))
    if policies:
        document["policies"] = changing
    console.write(dumps(document) if form == "json" else "\n".join(texts))
    return code


def _pairs(place: Workspace, path: Path, old: str, new: str) -> tuple[int, Sequence[StatusPair], bool]:
    """Assess the newest year under both editions; return the year, what differs, and whether everything could be looked at."""
    years = tuple(chosen_years(place, path.stem, None))
    if not years:
        raise UsageError(
            Text(ja=f"ポリシー `{path.stem}` には証跡のある年度がない", en=f"policy `{path.stem}` has no fiscal year with evidence"),
            hint=Text(ja="証跡のあるポリシーを指定してください", en="name a policy that has evidence"),
        )
    year = years[-1]
    day = as_of_date(year, None, today())
    manifest = place.manifest(path.stem, year)
    requests = [Request(policy=path, fiscal_year=year, as_of=day, manifest=manifest, edition=edition) for edition in (old, new)]
    run = assess(place, requests)
    console.show_errors(run.errors)
    if len(run.assessments) != len(requests):
        return year, (), False
    first, second = run.assessments
    pairs = tuple(
        StatusPair(control=then.control, title=then.title, was=before.status, now=then.status, reason=then.reason)
        for before, then in zip(first.findings, second.findings, strict=True)
        if before.status is not then.status
    )
    return year, pairs, not run.errors


@click.command(
    "map",
    help=say(
        "管理策とほかの基準・法の番号の対応を、両方向と抜けで示します。",
        "Shows how controls map to the numbers of another standard or law, in both directions, with the gaps.",
    ),
    epilog=say("例:  secaudit catalogue map --to jis-q-27002-2024", "Example:  secaudit catalogue map --to jis-q-27002-2024"),
)
@shared(workspace_option, lang_option, format_option)
@click.option("--to", "framework", type=click.Choice(FRAMEWORKS), required=True, help=say("対応先", "framework"))
def map_(workspace: Path, lang: str | None, form: str, framework: str) -> None:  # noqa: D103 - click shows the help above
    from secaudit.reports.guideline_text import map_text  # noqa: PLC0415 - tabulate is slow to import

    del lang
    guideline, controls = _loaded(workspace_at(workspace))
    if framework not in guideline.frameworks:
        raise UsageError(
            Text(ja=f"`frameworks/{framework}.yaml` がない", en=f"there is no `frameworks/{framework}.yaml`"),
            hint=Text(ja="管理策のフォルダーに加えてください", en="add it to the folder of controls"),
        )
    found = mapping(guideline.frameworks[framework], controls)
    console.write(dumps(map_json(found)) if form == "json" else map_text(found, LANG))
