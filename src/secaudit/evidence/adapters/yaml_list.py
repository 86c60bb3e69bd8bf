"""YAML: a list of records, read as trees with places; values keep their text as written.

Nested mappings become `outer_inner` columns, lists of plain values are joined by commas. Rows are numbered by line.

Never here: canonical columns, the refusals themselves (`wire.yaml`).
"""

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters.json_document import NO_RECORD
from secaudit.evidence.adapters.json_text import flat, table
from secaudit.evidence.reading import Cell, RawLoss, Reading, Request
from secaudit.model.text import Text
from secaudit.wire import yaml


def read(data: bytes, request: Request) -> Reading:
    """Return the records of a YAML list; raises `EvidenceError`, `YamlError` or `ManyError`."""
    root = yaml.parse(data, request.path or "")
    if isinstance(root, yaml.Map):
        lists = [value for _, value in root.entries if isinstance(value, yaml.Seq)]
        root = lists[0] if len(lists) == 1 else root
    if not isinstance(root, yaml.Seq):
        raise EvidenceError(
            Text(ja="記録の並び（`- …`）がありません", en="there is no list of records (`- …`)"),
            hint=Text(ja="一つの並びにまとめてください", en="write one list"),
        )
    found: list[tuple[int, dict[str, Cell]]] = []
    losses: list[RawLoss] = []
    for item in root.items[: request.limit]:
        line = item.at.line or 1
        if isinstance(item, yaml.Map):
            found.append((line, flat({key.text: _written(value) for key, value in item.entries})))
        else:
            losses.append(RawLoss(why=NO_RECORD, rows=1, row=line))
    header, rows = table(found)
    return Reading(rows=tuple(rows), header=header, losses=tuple(losses), encoding="utf-8")


def _written(node: yaml.Node) -> object:
    """Return a node as plain values, every scalar but null as the text that stands there."""
    if isinstance(node, yaml.Scalar):
        return None if node.value is None else node.text
    if isinstance(node, yaml.Seq):
        return [_written(item) for item in node.items]
    return {key.text: _written(value) for key, value in node.entries}
