"""`secaudit catalogue pages`: the catalogue as Markdown pages, and whether those that are there still say what it says.

* Only what bears the mark of the generator is replaced or deleted; pages of controls that are gone go too.

Never here: what stands on a page (`reports.control_pages`).
"""

from collections.abc import Mapping
from pathlib import Path

import click

from secaudit.catalog.guideline.coverage import decided
from secaudit.catalog.guideline.load import load_guideline
from secaudit.catalog.load import load
from secaudit.cli import console
from secaudit.cli.exit_codes import ExitCode
from secaudit.cli.language import say
from secaudit.cli.options import lang_option, shared, workspace_at, workspace_option
from secaudit.errors import DocumentError, SecauditError, UsageError
from secaudit.evidence.kinds import load_kinds
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.pipeline.workspace import Workspace
from secaudit.reports.control_pages import MARK, Book
from secaudit.reports.control_pages import pages as pages_of


@click.command(
    "pages",
    help=say(
        "管理策ごとの頁と章ごとの一覧を、日本語と英語のMarkdownで書きます。なくなった管理策の頁は消します。",
        "Writes a page per control and an index per chapter as Markdown, in both languages. Pages of controls that are gone are deleted.",
    ),
    epilog=say("例:  secaudit catalogue pages --out docs/controls", "Example:  secaudit catalogue pages --out docs/controls"),
)
@shared(workspace_option, lang_option)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help=say("書き出すフォルダー", "folder to write into"),
)
@click.option(
    "--check",
    "only_look",
    is_flag=True,
    help=say("書かずに、違う頁を挙げる（違えば終了コード3）", "write nothing, name the pages that differ (exit code 3)"),
)
def pages(workspace: Path, lang: str | None, folder: Path, only_look: bool) -> int:  # noqa: D103 - click shows the help above
    del lang
    wanted = {folder / path: text.encode() for path, text in pages_of(book_of(workspace_at(workspace))).items()}
    there = _there(folder)
    foreign = [path for path in wanted if path not in there and path.exists()]
    if foreign:
        raise UsageError(
            Text(
                ja=f"`{foreign[0].as_posix()}` は secaudit が書いた頁ではない", en=f"`{foreign[0].as_posix()}` was not written by secaudit"
            ),
            hint=Text(ja="--out に別のフォルダーを指定してください", en="name another folder with --out"),
        )
    differing = [path for path in sorted({*wanted, *there}) if wanted.get(path) != there.get(path)]
    if only_look:
        console.show_errors(_difference(path, there.get(path), wanted.get(path)) for path in differing)
        return ExitCode.COULD_NOT_LOOK if differing else ExitCode.CLEAN
    for path in differing:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wanted[path])
        else:
            path.unlink()
    for empty in (place for place in sorted(folder.glob("*/")) if not any(place.iterdir())):
        empty.rmdir()
    console.write(
        say(
            f"{len(wanted)}頁（変わったもの {len(differing)}）: {folder.as_posix()}\n",
            f"{len(wanted)} pages ({len(differing)} changed): {folder.as_posix()}\n",
        )
    )
    return ExitCode.CLEAN


def book_of(place: Workspace) -> Book:
    """Return everything that pages of a workspace's catalogue tell of."""
    beside = place.guideline
    catalogue = load(place.controls, base=place.controls.parent, with_cases=True)
    return Book(
        catalogue=catalogue,
        guideline=load_guideline(beside, base=beside.parent),
        kinds=load_kinds(),
        decided={control.id: decided(control) for control in catalogue.controls},
    )


def _there(folder: Path) -> Mapping[Path, bytes]:
    """Return the pages in a folder that bear the mark."""
    found = {path: path.read_bytes() for path in [*folder.glob("*.md"), *folder.glob("*/*.md")] if path.is_file() and not path.is_symlink()}
    return {path: data for path, data in found.items() if data.startswith(MARK.encode())}


def _difference(path: Path, was: bytes | None, now: bytes | None) -> SecauditError:
    """Say where a page differs from what the catalogue says; the line is that of the first difference."""
    hint = Text(ja="`make docs` で書き直してください", en="run `make docs`")
    if was is None or now is None:
        there = Text(ja="この頁がありません", en="the page is missing")
        gone = Text(ja="この頁の管理策はもうありません", en="the control of this page is gone")
        return DocumentError(there if was is None else gone, at=Location(path=path.as_posix()), hint=hint)
    before, after = was.split(b"\n"), now.split(b"\n")
    same = next((number for number, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), min(len(before), len(after)))
    return DocumentError(
        Text(ja="目録の内容と違います", en="the page is not what the catalogue says"),
        at=Location(path=path.as_posix(), line=same + 1),
        hint=hint,
    )
