"""`secaudit schema`: JSON Schemas of our own file formats, for editors.

* They are generated from the models that read the files; there is no second truth.

Never here: schemas of others (`wire.schema`).
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from secaudit.cli import console
from secaudit.cli.language import say
from secaudit.cli.options import lang_option, shared
from secaudit.wire.files import write_atomic

BESIDE = {
    "sources": "SourcesDocument",
    "editions": "EditionsDocument",
    "clauses": "ClausesDocument",
    "level-reasons": "ReasonsDocument",
    "framework": "FrameworkDocument",
}
"""Files beside the controls, with the model that reads each; one with a single list is that list."""
READ = ("control", "cases", "policy", "topology", "manifest", *BESIDE)
WRITTEN = {name: f"{name}.schema.json" for name in ("assessments", "zones", "zones-diff", "coverage", "edition-diff", "map", "exchange")}
"""Formats that we write: their schemas lie beside the reports."""
NAMES = (*READ, *WRITTEN)


@click.command(
    "schema",
    help=say("secaudit のファイル形式の JSON Schema を出します。", "Writes the JSON Schemas of secaudit's file formats."),
    epilog=say(
        "例:  secaudit schema policy   |   secaudit schema --write .secaudit/schemas", "Example:  secaudit schema --write .secaudit/schemas"
    ),
)
@shared(lang_option)
@click.argument("name", type=click.Choice(NAMES), required=False)
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=say("すべてをこのフォルダーに書く", "write all of them into this folder"),
)
def command(lang: str | None, name: str | None, folder: Path | None) -> None:  # noqa: D103 - click shows the help above
    del lang
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for each in NAMES:
            write_atomic(folder / f"{each}.schema.json", text(each).encode())
        console.write(say(f"{len(NAMES)}件を書きました: {folder.as_posix()}\n", f"{len(NAMES)} schemas written to {folder.as_posix()}\n"))
        return
    for each in NAMES if name is None else (name,):
        console.write(text(each))


def text(name: str) -> str:
    """Return one schema as JSON text."""
    return json.dumps(_schema(name), ensure_ascii=False, indent=2) + "\n"


def _schema(name: str) -> Any:  # noqa: ANN401 - JSON
    if name in WRITTEN:
        return json.loads(files("secaudit.reports").joinpath(WRITTEN[name]).read_text("utf-8"))
    if name == "policy":
        from secaudit.policy.documents import PolicyDocument  # noqa: PLC0415 - pydantic is slow to import

        return PolicyDocument.model_json_schema()
    if name == "topology":
        from secaudit.netproof.documents import TopologyDocument  # noqa: PLC0415 - pydantic is slow to import

        return TopologyDocument.model_json_schema()
    if name == "manifest":
        from secaudit.evidence.documents import ManifestDocument  # noqa: PLC0415 - pydantic is slow to import

        return ManifestDocument.model_json_schema()
    if name in BESIDE:
        return _beside(name)
    from pydantic import TypeAdapter  # noqa: PLC0415 - pydantic is slow to import

    from secaudit.catalog.documents import CaseDocument, ControlDocument  # noqa: PLC0415 - pydantic is slow to import

    return ControlDocument.model_json_schema() if name == "control" else TypeAdapter(list[CaseDocument]).json_schema()


def _beside(name: str) -> Any:  # noqa: ANN401 - JSON
    from secaudit.catalog.guideline import documents  # noqa: PLC0415 - pydantic is slow to import

    schema = getattr(documents, BESIDE[name]).model_json_schema()
    if name not in ("sources", "editions"):
        return schema
    return {**schema["properties"][name], "$defs": schema["$defs"]}
