"""A rule of nftables JSON as people know it: the words of `nft list ruleset`, for display only.

Never here: meaning (`nft_rules`).
"""

from collections.abc import Mapping
from typing import Any


def shown(expressions: Any) -> str:  # noqa: ANN401 - a tree of JSON
    """Return the statements of a rule in nft's own words; one of an unknown form as it stands in the export."""
    return " ".join(filter(None, (_told(one) for one in expressions))) if isinstance(expressions, list) else str(expressions)


def _told(one: Any) -> str:  # noqa: ANN401 - a tree of JSON
    try:
        return _statement(one)
    except (AttributeError, IndexError, KeyError, TypeError):
        return str(one)


def _statement(one: Any) -> str:  # noqa: ANN401 - a tree of JSON
    if not isinstance(one, Mapping) or not one:
        return str(one)
    name, body = next(iter(one.items()))
    match name:
        case "match":
            sign = "" if body.get("op") in ("==", "in") else f"{body.get('op')} "
            return f"{_value(body.get('left'))} {sign}{_value(body.get('right'))}"
        case "counter":
            return "counter"
        case "vmap":
            return f"{_value(body.get('key'))} vmap {_value(body.get('data'))}"
        case "jump" | "goto":
            return f"{name} {body.get('target')}"
        case "mangle":
            return f"{_value(body.get('key'))} set {_value(body.get('value'))}"
        case "snat" | "dnat" | "masquerade" | "redirect":
            return _translation(name, body)
        case "xt":
            return f"xt {body.get('type', '')} {body.get('name', '')}".strip() if isinstance(body, Mapping) else "xt"
        case _:
            return str(name) if body is None or isinstance(body, Mapping) else f"{name} {_value(body)}"


def _translation(name: str, body: Any) -> str:  # noqa: ANN401 - a tree of JSON
    if not isinstance(body, Mapping):
        return name
    address = _value(body["addr"]) if "addr" in body else ""
    port = f":{_value(body['port'])}" if "port" in body else ""
    return f"{name} to {address}{port}" if address or port else name


def _value(one: Any) -> str:  # noqa: ANN401 - a tree of JSON
    if isinstance(one, list):
        return ",".join(_value(part) for part in one)
    if not isinstance(one, Mapping) or not one:
        return str(one)
    name, body = next(iter(one.items()))
    match name:
        case "payload":
            return f"{body.get('protocol', 'raw')} {body.get('field', '')}".strip()
        case "meta" | "ct":
            return f"{name} {body.get('key')}" if isinstance(body, Mapping) else f"{name} {body}"
        case "prefix":
            return f"{body['addr']}/{body['len']}"
        case "range":
            return f"{_value(body[0])}-{_value(body[1])}"
        case "set":
            inner = body if isinstance(body, list) else [body]
            parts = [" : ".join(_value(x) for x in part) if isinstance(part, list) else _value(part) for part in inner]
            return "{ " + ", ".join(parts) + " }"
        case "concat":
            return " . ".join(_value(part) for part in body)
        case "elem":
            return _value(body.get("val"))
        case "jump" | "goto":
            return f"{name} {body.get('target')}"
        case "&" | "|" | "^":
            return f" {name} ".join(_value(part) for part in body)
        case _:
            return str(name) if body is None else f"{name} {body}"
