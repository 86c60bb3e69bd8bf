"""`secaudit import oscal`: skeletons of controls from an OSCAL catalog, ours or somebody else's.

* Nothing is overwritten: if a folder is there already, nothing at all is written.
* Files are made below `--into` and nowhere else, whatever the document says.

Never here: reading OSCAL (`catalog.oscal_import`).
"""

from pathlib import Path

import click

from secaudit.catalog.oscal_import import Skeleton, read
from secaudit.cli import console
from secaudit.cli.language import LANG, say
from secaudit.cli.options import lang_option, shared
from secaudit.errors import UsageError
from secaudit.model.text import Text
from secaudit.reports.exchange import Exchange, Exchanged, exchange_json, exchange_text
from secaudit.wire import files
from secaudit.wire.json_tree import LIMIT


@click.group(
    "import",
    help=say("ほかの道具の形式から取り込みます。", "Takes in forms of other tools."),
    epilog=say(
        "例:  secaudit import oscal catalog.json --into drafts/controls",
        "Example:  secaudit import oscal catalog.json --into drafts/controls",
    ),
)
def command() -> None:
    """Begin; the sub-commands do the work."""


@command.command(
    "oscal",
    help=say(
        "OSCAL の catalog（JSON）を管理策のひな型にします。既にあるものは上書きせず、取り込まなかったものは場所を添えて示します。",
        "Makes skeletons of controls from an OSCAL catalog (JSON). Overwrites nothing, and tells with places what was not taken in.",
    ),
    epilog=say(
        "例:  secaudit import oscal lg-catalog-2026-03.json --into drafts/controls   |   "
        "secaudit import oscal catalog.json --into drafts/controls --format json",
        "Examples:  secaudit import oscal lg-catalog-2026-03.json --into drafts/controls   |   "
        "secaudit import oscal catalog.json --into drafts/controls --format json",
    ),
)
@shared(lang_option)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--into",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help=say("ひな型を置くフォルダー", "folder to put the skeletons into"),
)
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal")
def oscal(lang: str | None, file: Path, folder: Path, form: str) -> None:  # noqa: D103 - click shows the help above
    del lang
    imported = read(files.read(file, root=file.parent, limit=LIMIT), file.name)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [(one, files.inside(f"{one.folder}/control.yaml", folder=folder, root=folder)) for one in imported.skeletons]
    _refuse_existing([path.parent for _, path in paths], folder)
    for one, path in paths:
        path.parent.mkdir(parents=True)
        files.write_atomic(path, one.text.encode())
    told = Exchange(direction="import", document="catalog", controls=[*map(_exchanged, imported.skeletons)], dropped=imported.dropped)
    console.write(exchange_json(told) if form == "json" else exchange_text(told, LANG))


def _refuse_existing(folders: list[Path], root: Path) -> None:
    there = [one for one in folders if one.exists()]
    if there:
        first = there[0].relative_to(root.resolve()).as_posix()
        raise UsageError(
            Text(
                ja=f"`{first}` など{len(there)}件が既にある。何も書いていない",
                en=f"`{first}` and {len(there) - 1} others exist already; nothing was written",
            ),
            hint=Text(ja="空のフォルダーを --into に指定してください", en="name an empty folder with --into"),
        )


def _exchanged(one: Skeleton) -> Exchanged:
    return Exchanged(control=one.id, token=one.source, file=f"{one.folder}/control.yaml", whole=one.whole)
