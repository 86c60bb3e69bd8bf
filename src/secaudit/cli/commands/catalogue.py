"""`secaudit catalogue`: list, show, check and scaffold controls; the rest stands in `catalogue_guideline` and `catalogue_pages`.

Never here: the rules of the catalogue (`catalog.check`), judging cases (`trial`).
"""

import json
from pathlib import Path

import click

from secaudit.catalog.check import check as check_catalogue
from secaudit.catalog.guideline.load import load_origins
from secaudit.catalog.load import load
from secaudit.catalog.scaffold import folder as folder_of
from secaudit.catalog.scaffold import scaffold
from secaudit.cli import console
from secaudit.cli.commands.catalogue_guideline import coverage, diff, map_
from secaudit.cli.commands.catalogue_pages import pages
from secaudit.cli.commands.explain import find_control
from secaudit.cli.exit_codes import ExitCode
from secaudit.cli.language import LANG, say
from secaudit.cli.options import lang_option, shared, workspace_at, workspace_option
from secaudit.engine.compile import compile as compile_controls
from secaudit.errors import SecauditError, UsageError
from secaudit.evidence.kinds import load_kinds
from secaudit.model.control import Catalogue, Control
from secaudit.model.text import Text
from secaudit.pipeline.workspace import Workspace
from secaudit.reports.basis import basis_json
from secaudit.trial import run_cases, toothless
from secaudit.wire.files import write_atomic


@click.group(
    "catalogue",
    help=say("管理策（ガイドラインの各条項を確かめる規則）を扱います。", "Handles the controls: the guideline as testable rules."),
    epilog=say("例:  secaudit catalogue list --topic training", "Example:  secaudit catalogue list --topic training"),
)
def command() -> None:
    """Begin; the sub-commands do the work."""


for part in (coverage, diff, map_, pages):
    command.add_command(part)


def _load(workspace: Path, *, with_cases: bool = False) -> Catalogue:
    place = workspace_at(workspace)
    return load(place.controls, base=place.controls.parent, with_cases=with_cases)


@command.command("list", help=say("管理策を一覧します。", "Lists the controls."))
@shared(workspace_option, lang_option)
@click.option("--topic", help=say("この主題のものだけ", "only this topic"))
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal")
def list_(workspace: Path, lang: str | None, topic: str | None, form: str) -> None:  # noqa: D103 - click shows the help above
    del lang
    controls = [control for control in _load(workspace).controls if topic is None or topic in control.topics]
    if form == "json":
        document = {"schema": "secaudit/controls/v1", "controls": [_json(control) for control in controls]}
        console.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    from tabulate import tabulate  # noqa: PLC0415 - slow to import

    head = [say("番号", "id"), say("区分", "level"), say("重大度", "severity"), say("証跡", "evidence"), say("題", "title")]
    rows = [[c.id, c.level, c.severity, ", ".join(c.evidence), c.title.get(LANG)] for c in controls]
    console.write(tabulate(rows, headers=head, disable_numparse=True) + "\n" + say(f"計{len(rows)}件\n", f"{len(rows)} controls\n"))


def _json(control: Control) -> dict[str, object]:
    return {
        "id": control.id,
        "name": control.name,
        "since": control.since,
        "editions": dict(control.editions),
        "level": control.level,
        "severity": control.severity,
        "topics": list(control.topics),
        "evidence": list(control.evidence),
        "basis": basis_json(control.basis),
        "overlay": control.overlay,
        "title": {"ja": control.title.ja, "en": control.title.en},
    }


@command.command("show", help=say("管理策を一つ表示します。", "Shows one control."))
@shared(workspace_option, lang_option)
@click.argument("control")
def show(workspace: Path, lang: str | None, control: str) -> None:  # noqa: D103 - click shows the help above
    from secaudit.reports.explanation import control_text  # noqa: PLC0415 - only here

    del lang
    reasons, sources = load_origins(workspace_at(workspace).guideline)
    console.write(control_text(find_control(_load(workspace), control), LANG, reasons=reasons, sources=sources) + "\n")


@command.command(
    "check",
    help=say(
        "管理策を点検します: 形、二か国語、条件の型、例の判定、限界値を一つ動かして例が気づくか。",
        "Checks the controls: form, both languages, types of conditions, cases, and that every limit moved by one is noticed.",
    ),
)
@shared(workspace_option, lang_option)
@click.option("--no-teeth", is_flag=True, help=say("限界値を動かす試験を省く", "leave out the moving of limits"))
def check(workspace: Path, lang: str | None, no_teeth: bool) -> int:  # noqa: D103 - click shows the help above
    del lang
    place = workspace_at(workspace)
    kinds = load_kinds()
    errors = check_catalogue(place.controls, base=place.controls.parent, kinds=kinds)
    try:
        catalogue = _load(workspace, with_cases=True)
        compile_controls(catalogue.controls, kinds)
    except SecauditError as error:
        console.show_errors(errors or [error])
        return ExitCode.COULD_NOT_LOOK
    console.show_errors(errors)
    wrong = cases = 0
    progress = console.Progress(len(catalogue.controls))
    for control in catalogue.controls:
        progress(control.id)
        own = catalogue.cases.get(control.id, ())
        for trial in run_cases(control, own, kinds):
            cases += 1
            if not trial.as_expected:
                wrong += 1
                expected, got = trial.case.expect.label.get(LANG), trial.got.label.get(LANG)
                what = f"{trial.case.at}: {control.id} `{trial.case.name}`"
                console.note(
                    say(f"{what} は{expected}のはずが{got}: ", f"{what} should be {expected}, is {got}: ") + trial.reason.get(LANG)
                )
        for move in () if no_teeth else toothless(control, own, kinds):
            wrong += 1
            console.note(say(f"{control.at}: {control.id} 気づく例がない: {move}", f"{control.at}: {control.id} no case notices: {move}"))
    progress.close()
    count = len(catalogue.controls)
    console.write(
        say(
            f"管理策{count}件、例{cases}件、誤り{wrong + len(errors)}件\n",
            f"{count} controls, {cases} cases, {wrong + len(errors)} errors\n",
        )
    )
    return ExitCode.COULD_NOT_LOOK if wrong or errors else ExitCode.CLEAN


@command.command("new", help=say("新しい管理策のひな型を作ります。", "Scaffolds a new control."))
@shared(workspace_option, lang_option)
@click.argument("identifier", metavar="ID")
@click.argument("name")
def new(workspace: Path, lang: str | None, identifier: str, name: str) -> None:  # noqa: D103 - click shows the help above
    del lang
    place = workspace_at(workspace)
    folder = place.root / "controls" / folder_of(identifier, name)
    if folder.exists():
        raise UsageError(
            Text(ja=f"`{place.relative(folder)}` は既にある", en=f"`{place.relative(folder)}` exists already"),
            hint=Text(ja="別の名前にしてください", en="choose another name"),
        )
    control, cases = scaffold(identifier, name)
    _bring_shipped(place)
    folder.mkdir(parents=True)
    write_atomic(folder / "control.yaml", control.encode())
    write_atomic(folder / "cases.yaml", cases.encode())
    shown = place.relative(folder)
    console.write(
        say(
            f"作りました: {shown}/control.yaml と cases.yaml\n書き換えたら `secaudit catalogue check` で確かめます。\n",
            f"made: {shown}/control.yaml and cases.yaml\nedit them, then run `secaudit catalogue check`.\n",
        )
    )


def _bring_shipped(place: Workspace) -> None:
    """Copy the shipped controls into a workspace that has none: its own folder would hide them otherwise."""
    own = place.root / "controls"
    if own.is_dir():
        return
    import shutil  # noqa: PLC0415 - only here

    shutil.copytree(place.controls, own)
    console.write(say("同梱の管理策を controls/ に写しました。\n", "copied the shipped controls into controls/.\n"))
