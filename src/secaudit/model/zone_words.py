"""Words that the proof of separation and its reports share: names of zones, and ranges as `RegionShown` writes them.

Never here: which zone an address belongs to (the policy), what may cross (`netproof`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from secaudit.model.text import Text

ANY = "any"
EXCEPT = "any except "

_NAMES: Mapping[str, Text] = MappingProxyType(
    {
        "mynumber": Text(ja="マイナンバー利用事務系", en="My Number zone"),
        "lgwan": Text(ja="LGWAN接続系", en="LGWAN zone"),
        "internet": Text(ja="インターネット接続系", en="internet zone"),
    }
)


def zone_name(zone: str) -> Text:
    """Return the name of a zone; any other than the three is called as the policy calls it."""
    return _NAMES.get(zone, Text(ja=zone, en=zone))


def zone_phrase(zone: str) -> Text:
    """Return the name of a zone as it stands in a sentence."""
    name = _NAMES.get(zone)
    return Text(ja=f"領域 {zone}", en=f"the zone {zone}") if name is None else Text(ja=name.ja, en=f"the {name.en}")


def range_words(written: str) -> Text:
    """Return addresses, protocols or ports of a region as they are read: `any` and what it leaves out in both languages."""
    if written == ANY:
        return Text(ja="すべて", en=ANY)
    if written.startswith(EXCEPT):
        rest = written.removeprefix(EXCEPT)
        return Text(ja=f"{rest} 以外", en=written)
    for word, ja in (("type ", "種別 "), ("code ", "コード "), (f"{ANY} (", "すべて (")):
        if written.startswith(word):
            return Text(ja=ja + written.removeprefix(word), en=written)
    return Text(ja=written, en=written)
