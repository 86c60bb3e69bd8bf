"""`secaudit evidence`: list kinds, write templates, recognise files, seal them, verify them.

Never here: reading files (`evidence`).
"""

from pathlib import Path

import click

from secaudit.cli import console
from secaudit.cli.exit_codes import ExitCode
from secaudit.cli.language import LANG, say
from secaudit.cli.options import lang_option, shared
from secaudit.errors import UnknownNameError, UsageError
from secaudit.evidence.kinds import example, load_kinds
from secaudit.evidence.scan import proposal_text, scan
from secaudit.evidence.seal import seal, verify
from secaudit.model.evidence import Kind
from secaudit.model.text import Text
from secaudit.wire.files import write_atomic
from secaudit.wire.pointers import suggestion

HEADERS_SHOWN = 8
"""Headers shown per column; the reader knows more."""


@click.group(
    "evidence",
    help=say(
        "証跡の種類とひな型を示し、ファイルを見分け、封印し、変わっていないか確かめます。",
        "Lists kinds, writes templates, recognises evidence files, seals them, checks that they did not change.",
    ),
    epilog=say("例:  secaudit evidence scan evidence/mihon/FY2025", "Example:  secaudit evidence scan evidence/mihon/FY2025"),
)
def command() -> None:
    """Begin; the sub-commands do the work."""


def _manifest(folder: Path) -> Path:
    path = folder / "manifest.yaml"
    if not path.is_file():
        raise UsageError(
            Text(ja=f"`{folder.name}` に manifest.yaml がない", en=f"there is no manifest.yaml in `{folder.name}`"),
            hint=Text(ja="`secaudit evidence scan` で案を作れます", en="`secaudit evidence scan` proposes one"),
        )
    return path


folder_argument = click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))


@command.command(
    "scan",
    help=say(
        "フォルダーのファイルがどの種類の証跡らしいかを、理由と疑問を添えて示し、manifest.yaml の案を出します。何も書き換えません。",
        "Says which kind of evidence each file looks like, with reasons and doubts, and drafts a manifest. Nothing is written.",
    ),
)
@shared(lang_option)
@folder_argument
def scan_(folder: Path, lang: str | None) -> None:  # noqa: D103 - click shows the help above
    del lang
    proposals = scan(folder, load_kinds())
    if not proposals:
        console.write(say("読める形式のファイルがありません。\n", "There is no file of a known format.\n"))
        return
    for proposal in proposals:
        kind = proposal.kind or say("不明", "not sure")
        sheet = f" [{proposal.sheet}]" if proposal.sheet else ""
        done = say("（記載済み）", " (named already)") if proposal.named else ""
        console.write(f"{proposal.path}{sheet}: {kind}{done}\n")
        for reason in proposal.reasons:
            console.write(f"    {reason.get(LANG)}\n")
        for doubt in proposal.doubts:
            console.write(say(f"    ？ {doubt.ja}\n", f"    ? {doubt.en}\n"))
    console.write(say("\n# manifest.yaml の案（確かめてから使ってください）\n", "\n# draft for manifest.yaml (check it before use)\n"))
    console.write(proposal_text(proposals))


@command.command(
    "seal",
    help=say(
        "各ファイルのハッシュを manifest.yaml に書きます（コメントは残ります）。",
        "Writes each file's digest into manifest.yaml; comments stay.",
    ),
)
@shared(lang_option)
@folder_argument
def seal_(folder: Path, lang: str | None) -> None:  # noqa: D103 - click shows the help above
    del lang
    sealed = seal(_manifest(folder))
    for item in sealed:
        mark = say("封印", "sealed") if item.changed else say("変更なし", "unchanged")
        console.write(f"{item.sha256[:16]}  {mark}  {item.path}\n")
    changed = sum(item.changed for item in sealed)
    console.write(say(f"{len(sealed)}件中{changed}件を封印しました。\n", f"{changed} of {len(sealed)} files sealed.\n"))


@command.command(
    "kinds",
    help=say(
        "証跡の種類を一覧します。種類を指定すると、列とその見出しの例を示します。",
        "Lists the kinds of evidence; for one kind, its columns.",
    ),
    epilog=say("例:  secaudit evidence kinds accounts", "Example:  secaudit evidence kinds accounts"),
)
@shared(lang_option)
@click.argument("name", metavar="KIND", required=False)
def kinds_(name: str | None, lang: str | None) -> None:  # noqa: D103 - click shows the help above
    del lang
    if name is not None:
        kind = kind_named(name)
        console.write(f"{kind.name}  {kind.title.get(LANG)}\n")
        for column in kind.columns:
            console.write(f"  {column.title.get(LANG)} ({column.name}): {', '.join(column.headers[:HEADERS_SHOWN])}\n")
        return
    kinds = load_kinds()
    listed = "".join(f"{kind.name}  {kind.title.get(LANG)}\n" for kind in kinds.values())
    console.write(listed + say(f"計{len(kinds)}種\n", f"{len(kinds)} kinds\n"))


@command.command(
    "template",
    help=say(
        "証跡のひな型（見出しと架空の例の数行のCSV）を出します。例の行を消して、自分の団体の行を書きます。",
        "Writes a template of a kind: CSV with headers and a few fictional rows. Replace the rows by your own.",
    ),
    epilog=say(
        "例:  secaudit evidence template accounts --out アカウント一覧.csv",
        "Example:  secaudit evidence template accounts --out accounts.csv",
    ),
)
@shared(lang_option)
@click.argument("name", metavar="KIND")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("書き出すファイル（既定: 画面）", "file to write (default: standard output)"),
)
def template(name: str, out: Path | None, lang: str | None) -> None:  # noqa: D103 - click shows the help above
    del lang
    data = example(kind_named(name).name)
    if out is None:
        console.write(data.decode("utf-8-sig").replace("\r\n", "\n"))
        return
    if out.exists():
        raise UsageError(
            Text(ja=f"`{out.name}` は既にある", en=f"`{out.name}` exists already"),
            hint=Text(ja="別の名前にしてください", en="choose another name"),
        )
    write_atomic(out, data)
    console.write(say(f"作りました: {out.name}（例の行は消してください）\n", f"made: {out.name} (delete the rows of the example)\n"))


def kind_named(name: str) -> Kind:
    """Return the kind called `name` or titled so; raises `UnknownNameError` that names the nearest."""
    kinds = load_kinds()
    for kind in kinds.values():
        if name in (kind.name, kind.title.ja):
            return kind
    hint = suggestion(name, kinds, ja="種類", en="kinds")
    raise UnknownNameError(Text(ja=f"証跡の種類 `{name}` はない", en=f"there is no kind of evidence `{name}`"), hint=hint)


@command.command("verify", help=say("封印のあとで変わったファイルがないか確かめます。", "Checks that no file changed after it was sealed."))
@shared(lang_option)
@folder_argument
def verify_(folder: Path, lang: str | None) -> int:  # noqa: D103 - click shows the help above
    del lang
    differences = verify(_manifest(folder))
    console.show_errors(differences)
    if differences:
        return ExitCode.NOT_VERIFIED
    console.write(say("封印のとおりです。\n", "Everything is as it was sealed.\n"))
    return ExitCode.CLEAN
