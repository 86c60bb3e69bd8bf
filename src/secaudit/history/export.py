"""A history as JSON Lines, and its tip as a small text, to be kept elsewhere.

Never here: deciding whether a history is true (`chain`).
"""

import json
from collections.abc import Iterable, Mapping

from secaudit.errors import HistoryError
from secaudit.history.chain import Tip
from secaudit.model.location import Location
from secaudit.model.run import Entry
from secaudit.model.text import Text
from secaudit.wire.canonical import dumps

TIP_FORMAT = "secaudit/tip/v1"


def export(entries: Iterable[Entry]) -> bytes:
    """Write one line of JSON per entry, oldest first."""
    lines = (
        dumps({"number": entry.number, "previous": entry.previous, "payload": entry.payload, "digest": entry.digest}) for entry in entries
    )
    return "".join(line + "\n" for line in lines).encode()


def read(data: bytes, path: str) -> tuple[Entry, ...]:
    """Read an export; raises `HistoryError` at the first line that is not an entry."""
    entries = []
    lines = data.decode("utf-8", "replace").split("\n")  # not splitlines: U+2028 and the like may stand in a payload
    for number, line in enumerate(lines[:-1] if not lines[-1] else lines, start=1):
        try:
            entries.append(_entry(json.loads(line)))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise HistoryError(
                Text(ja="履歴の書き出しとして読めない行がある", en="this line is not an entry of an export"),
                at=Location(path=path, line=number),
                hint=Text(ja="`secaudit history export` で作り直してください", en="make it again with `secaudit history export`"),
            ) from error
    return tuple(entries)


def _entry(raw: Mapping[str, object]) -> Entry:
    number, previous, payload, digest = (raw[name] for name in ("number", "previous", "payload", "digest"))
    if type(number) is int and isinstance(previous, str) and isinstance(payload, str) and isinstance(digest, str):
        return Entry(number=number, previous=previous, payload=payload, digest=digest)
    raise TypeError("a number and three texts make an entry")


def tip_text(tip: Tip) -> str:
    """Write a tip on one line: format, number of entries, digest."""
    return f"{TIP_FORMAT} {tip.count} {tip.digest}\n"


def read_tip(text: str, path: str) -> Tip:
    """Read what `tip_text` wrote; raises `HistoryError` otherwise."""
    parts = text.split()
    if len(parts) == 3 and parts[0] == TIP_FORMAT and parts[1].isdecimal() and len(parts[2]) == 64:
        return Tip(count=int(parts[1]), digest=parts[2])
    raise HistoryError(
        Text(ja="先端の控えとして読めない", en="this is not a tip of a history"),
        at=Location(path=path),
        hint=Text(ja="`secaudit history tip` で作り直してください", en="make it again with `secaudit history tip`"),
    )
