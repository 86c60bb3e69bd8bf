"""`secaudit history`: verify, list, show, move the record; print its tip.

Never here: what makes a chain true (`history.chain`).
"""

import json
from pathlib import Path

import click

from secaudit.cli import console
from secaudit.cli.language import LANG, say
from secaudit.cli.options import lang_option, shared, workspace_at, workspace_option
from secaudit.errors import HistoryError, UsageError
from secaudit.history import chain, export
from secaudit.history.sqlite import Sqlite
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.wire.files import write_atomic


@click.group(
    "history",
    help=say("評価の記録（追記のみ、ハッシュの鎖）を扱います。", "Handles the record: append-only, a chain of hashes."),
    epilog=say("例:  secaudit history verify --tip 先端.txt", "Example:  secaudit history verify --tip tip.txt"),
)
def command() -> None:
    """Begin; the sub-commands do the work."""


def _store(workspace: Path) -> Sqlite:
    return Sqlite(workspace_at(workspace).state / "history.db")


@command.command(
    "verify", help=say("すべての記録を計算し直して確かめます。", "Recomputes everything and says which entry breaks which rule.")
)
@shared(workspace_option, lang_option)
@click.option(
    "--tip",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help=say("別に保管した先端の控え（末尾の切り取りを見つける）", "the tip kept elsewhere (finds a cut tail)"),
)
def verify(workspace: Path, lang: str | None, tip: Path | None) -> None:  # noqa: D103 - click shows the help above
    del lang
    known = None if tip is None else export.read_tip(tip.read_text("utf-8", "replace"), tip.name)
    found = chain.verify(_store(workspace).entries(), tip=known)
    console.write(
        say(f"履歴は正しい（{found.count}件）。先端 {found.digest}\n", f"the history verifies: {found.count} entries, tip {found.digest}\n")
    )


@command.command("list", help=say("記録を一覧します。", "Lists the entries."))
@shared(workspace_option, lang_option)
def list_(workspace: Path, lang: str | None) -> None:  # noqa: D103 - click shows the help above
    from tabulate import tabulate  # noqa: PLC0415 - slow to import

    from secaudit.history.trend import trend  # noqa: PLC0415 - only here
    from secaudit.reports.figures import one_decimal  # noqa: PLC0415 - only here

    del lang
    rows = []
    for entry in _store(workspace).entries():
        content = json.loads(entry.payload)
        (point,) = trend([entry])
        names = ("policy", "fiscal_year", "as_of", "recorded_at", "recorded_by")
        policy, year, as_of, recorded_at, recorded_by = (content[name] for name in names)
        rows.append([entry.number, policy, year, as_of, one_decimal(point.overall), recorded_at, recorded_by, entry.digest[:12]])
    head = [
        "#",
        say("ポリシー", "policy"),
        say("年度", "year"),
        say("基準日", "as of"),
        say("得点", "score"),
        say("記録日時", "recorded at"),
    ]
    console.write(tabulate(rows, headers=[*head, say("記録者", "by"), say("ハッシュ", "digest")], disable_numparse=True) + "\n")


@command.command("show", help=say("一件の記録を表示します。", "Shows one entry."))
@shared(workspace_option, lang_option)
@click.argument("number", type=click.IntRange(0))
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal")
def show(workspace: Path, lang: str | None, number: int, form: str) -> None:  # noqa: D103 - click shows the help above
    del lang
    for entry in _store(workspace).entries():
        if entry.number == number:
            content = json.loads(entry.payload)
            if form == "json":
                document = {"number": entry.number, "previous": entry.previous, "digest": entry.digest, "entry": content}
                console.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
                return
            lines = [f"#{entry.number} {content['policy']} FY{content['fiscal_year']} {content['as_of']} {entry.digest}"]
            lines += [f"  {Status(f['status']).label.get(LANG)}  {f['control']}  {f['disposition']}" for f in content["findings"]]
            console.write("\n".join(lines) + "\n")
            return
    raise UsageError(
        Text(ja=f"記録{number}はない", en=f"there is no entry {number}"),
        hint=Text(ja="`secaudit history list` で番号を確かめてください", en="see the numbers with `secaudit history list`"),
    )


@command.command("export", help=say("履歴をJSON Linesで書き出します。", "Writes the history as JSON Lines."))
@shared(workspace_option, lang_option)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_(workspace: Path, lang: str | None, file: Path) -> None:  # noqa: D103 - click shows the help above
    del lang
    entries = list(_store(workspace).entries())
    tip = chain.verify(entries)
    write_atomic(file, export.export(entries))
    console.write(say(f"{tip.count}件を書き出しました。先端 {tip.digest}\n", f"{tip.count} entries written, tip {tip.digest}\n"))


@command.command("import", help=say("書き出した履歴を取り込みます（両側を確かめる）。", "Imports an export; both sides are verified."))
@shared(workspace_option, lang_option)
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def import_(workspace: Path, lang: str | None, file: Path) -> None:  # noqa: D103 - click shows the help above
    del lang
    store = _store(workspace)
    added = store.restore(export.read(file.read_bytes(), file.name))
    tip = chain.verify(store.entries())
    console.write(say(f"{added}件を取り込みました（計{tip.count}件）。\n", f"{added} entries imported, {tip.count} in all.\n"))


@command.command(
    "tip", help=say("履歴の先端を表示します。別の場所に保管してください。", "Prints the tip of the history; keep it elsewhere.")
)
@shared(workspace_option, lang_option)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help=say("ファイルに書く", "write it to a file"))
def tip_(workspace: Path, lang: str | None, output: Path | None) -> None:  # noqa: D103 - click shows the help above
    del lang
    found = chain.verify(_store(workspace).entries())
    if found.count == 0:
        raise HistoryError(
            Text(ja="記録がまだない", en="nothing is recorded yet"),
            hint=Text(ja="`secaudit check` で記録されます", en="`secaudit check` records"),
        )
    text = export.tip_text(found)
    if output is None:
        console.write(text)
    else:
        write_atomic(output, text.encode())
