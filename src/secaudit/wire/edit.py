"""Change a YAML file that people keep: only the characters that must change, so that comments, order and style stay.

What the new text says is read back and compared with what was asked for; if both differ, nothing is returned.

Never here: files, or what the keys mean.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from secaudit.wire.tree import Pointer, plain
from secaudit.wire.yaml import BREAKS, events, parse

_BOM = b"\xef\xbb\xbf"


def set_values(data: bytes, changes: Mapping[Pointer, object]) -> bytes:
    """Return `data` with the value at each pointer set; the last key may be new, its parent must be there.

    Values are text, numbers, booleans, days, None, and lists and dictionaries of them.
    Raises `YamlError` for a text that cannot be read, `ValueError` for a pointer that leads nowhere or a value that YAML does not have.
    """
    wanted = plain(parse(data, "yaml"))
    text = data.removeprefix(_BOM).decode("utf-8")
    for pointer, value in changes.items():
        text = _set(text, pointer, value)
        _put(wanted, pointer, value)
    return _checked(data, text, wanted)


def append_item(data: bytes, pointer: Pointer, value: object) -> bytes:
    """Return `data` with `value` as a new last item of the list at `pointer`; a list that is missing or empty is made.

    Raises `YamlError` for a text that cannot be read, `ValueError` for a pointer that leads to something else.
    """
    wanted = plain(parse(data, "yaml"))
    text = data.removeprefix(_BOM).decode("utf-8")
    node = _find(_spans(text), pointer)
    if node is not None and node.kind == "seq" and node.items:
        text = _append(text, node, value)
        _walk(wanted, pointer).append(_as_read(value))
    elif node is None or (pointer and _walk(wanted, pointer) in (None, [])):
        text = _set(text, pointer, [value], block=True)
        _put(wanted, pointer, [value])
    elif node.kind == "seq":
        text = text[: node.start] + f"[{_inline(value)}]" + text[node.end :]
        wanted = [_as_read(value)]
    else:
        raise ValueError(f"the pointer {pointer} leads to no list")
    return _checked(data, text, wanted)


@dataclass(slots=True)
class _Span:
    """Where a node stands: `start` to `end` in characters; `column` of its first sign; items of a list, or keys and values in turn."""

    kind: str
    start: int
    end: int
    column: int
    flow: bool
    items: "list[_Span]"
    text: str = ""


def _spans(text: str) -> _Span:
    """Return the spans of a text that `parse` has accepted."""
    stack: list[_Span] = []
    root = _Span("nothing", 0, 0, 0, flow=True, items=[])
    for event in events(text):
        name = type(event).__name__
        if name in {"MappingStartEvent", "SequenceStartEvent"}:
            kind = "map" if name == "MappingStartEvent" else "seq"
            mark = event.start_mark
            stack.append(_Span(kind, mark.index, mark.index, mark.column, bool(event.flow_style), []))
            continue
        if name == "ScalarEvent":
            written = text[event.start_mark.index : event.end_mark.index].rstrip(" \t\r\n")
            start = event.start_mark.index
            done = _Span("scalar", start, start + len(written), event.start_mark.column, flow=True, items=[], text=event.value)
        elif name in {"MappingEndEvent", "SequenceEndEvent"}:
            done = stack.pop()
            done.end = event.end_mark.index if done.flow else done.items[-1].end
        else:
            continue
        if stack:
            stack[-1].items.append(done)
        else:
            root = done
    return root


def _find(span: _Span, pointer: Pointer) -> _Span | None:
    current: _Span | None = span
    for step in pointer:
        if current is None:
            return None
        if current.kind == "map":
            pairs = zip(current.items[::2], current.items[1::2], strict=True)
            current = next((value for key, value in pairs if key.text == str(step)), None)
        elif current.kind == "seq" and isinstance(step, int) and 0 <= step < len(current.items):
            current = current.items[step]
        else:
            return None
    return current


def _set(text: str, pointer: Pointer, value: object, *, block: bool = False) -> str:
    root = _spans(text)
    parent = _find(root, pointer[:-1])
    if not pointer or parent is None:
        raise ValueError(f"the pointer {pointer} leads nowhere")
    node = _find(parent, pointer[-1:])
    if node is not None:
        if block and not parent.flow:
            written = _lines(value, parent.column, text)
        else:
            written = _inline(value)
            if node.start == node.end and text[node.start - 1 : node.start] not in {" ", "\n"}:
                written = " " + written
        before = text[: node.start]
        if written[:1] in "\r\n":
            before = before.rstrip(" ")
        elif not node.flow and node.column <= parent.column:
            before += "  "  # a list may stand at the column of its key, a value may not
        return before + written + text[node.end :]
    if parent.kind != "map":
        raise ValueError(f"the pointer {pointer} leads nowhere")
    key = _inline(pointer[-1])
    if parent.flow:
        entry = f"{key}: {_inline(value)}"
        at = parent.items[-1].end if parent.items else parent.start + 1
        return text[:at] + (", " if parent.items else "") + entry + text[at:]
    written = _lines(value, parent.column, text) if block else " " + _inline(value)
    return _below(text, parent.items[-1].end, f"{' ' * parent.column}{key}:{written}")


def _append(text: str, node: _Span, value: object) -> str:
    last = node.items[-1]
    if node.flow:
        return text[: last.end] + ", " + _inline(value) + text[last.end :]
    if isinstance(value, Mapping) and value and not (last.kind == "map" and last.flow):
        return _below(text, last.end, _entry_lines(value, node.column, text))
    return _below(text, last.end, f"{' ' * node.column}- {_inline(value)}")


def _below(text: str, index: int, line: str) -> str:
    """Put `line` below the line on which the character before `index` stands."""
    end = re.compile(r"\r?\n|\Z").search(text, index)
    at = len(text) if end is None else end.start()
    return text[:at] + _newline(text) + line + text[at:]


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _lines(value: object, column: int, text: str) -> str:
    """Return a list as lines below its key, whose column is `column`."""
    items = value if isinstance(value, list) else [value]
    newline = _newline(text)
    indent = column + 2
    return "".join(
        newline + (_entry_lines(item, indent, text) if isinstance(item, Mapping) and item else f"{' ' * indent}- {_inline(item)}")
        for item in items
    )


def _entry_lines(value: Mapping[Any, object], column: int, text: str) -> str:
    """Return a mapping as one item of a list, a line for each key."""
    lines = [f"{_inline(key)}: {_inline(item)}" for key, item in value.items()]
    return " " * column + "- " + (_newline(text) + " " * (column + 2)).join(lines)


def _inline(value: object) -> str:
    """Return `value` on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if _stays_text(value) else BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return repr(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inline(key)}: {_inline(item)}" for key, item in value.items()) + "}"
    raise ValueError(f"YAML has no {type(value).__name__}")


_PLAIN = re.compile(r"[^\W\d_](?:[\w ./()・、。-]*[\w./()・、。-])?")
_WORDS = re.compile(r"(?i:true|false|null|yes|no|on|off|y|n)")


def _stays_text(value: str) -> bool:
    """Whether a text written without quotes is read as the same text, by us and by YAML 1.1 tools."""
    return _PLAIN.fullmatch(value) is not None and _WORDS.fullmatch(value) is None


def _as_read(value: object) -> object:
    """Return `value` as it is read back: dictionaries and lists."""
    if isinstance(value, Mapping):
        return {key: _as_read(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_read(item) for item in value]
    return value


def _walk(tree: Any, pointer: Pointer) -> Any:  # noqa: ANN401 - any tree
    """Return what stands at `pointer` in a plain tree; the spans have shown that it exists."""
    current = tree
    for step in pointer:
        current = current[step if not isinstance(current, dict) or step in current else _same_key(current, step)]
    return current


def _put(tree: Any, pointer: Pointer, value: object) -> None:  # noqa: ANN401 - any tree
    parent = _walk(tree, pointer[:-1])
    step = pointer[-1]
    parent[_same_key(parent, step) if isinstance(parent, dict) else step] = _as_read(value)


def _same_key(tree: Mapping[object, object], step: object) -> object:
    """Return the key that is written like `step`, or `step` itself if it is new."""
    return next((key for key in tree if str(key) == str(step)), step)


def _checked(data: bytes, text: str, wanted: object) -> bytes:
    result = (_BOM if data.startswith(_BOM) else b"") + text.encode("utf-8")
    if plain(parse(result, "yaml")) != wanted:
        raise ValueError("the file would not have said what was asked for")
    return result
