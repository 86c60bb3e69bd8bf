"""Objects of an nftables export, and whether a packet passes what they describe."""

# ruff: noqa: ANN401 - trees of JSON
import json
from typing import Any

from secaudit.netproof.dialects import nftables
from secaudit.netproof.ir import Configuration, Device, Source
from secaudit.netproof.packets import Packet
from tests.netproof.build import V4, V6, A, B, between
from tests.netproof.passing import passing

Object = dict[str, Any]
DROP, ACCEPT, RETURN = {"drop": None}, {"accept": None}, {"return": None}
WEB = Packet(family=V4, src=A + 5, dst=B + 5, proto=6, sport=40000, dport=80)
SSH = Packet(family=V4, src=A + 5, dst=B + 5, proto=6, sport=40000, dport=22)
SIX = Packet(family=V6, src=(0xFD01 << 112) + 5, dst=(0xFD02 << 112) + 5, proto=6, sport=40000, dport=80)


def export(*objects: Object) -> bytes:
    return json.dumps({"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}, *objects]}, indent=1).encode()


def read(*objects: Object) -> Configuration:
    return nftables.read([Source(path="fw.json", data=export(*objects))], "fw")


def device(*objects: Object) -> Device:
    return read(*objects).devices[0]


def table(family: str = "inet") -> Object:
    return {"table": {"family": family, "name": "t", "handle": 1}}


def chain(name: str, hook: str | None = None, prio: int = 0, policy: str = "accept", kind: str = "filter", family: str = "inet") -> Object:
    body: Object = {"family": family, "table": "t", "name": name, "handle": 2}
    if hook is not None:
        body |= {"type": kind, "hook": hook, "prio": prio, "policy": policy}
    return {"chain": body}


def rule(name: str, *expressions: Object, family: str = "inet") -> Object:
    return {"rule": {"family": family, "table": "t", "chain": name, "handle": 3, "expr": [*expressions]}}


def match(left: Any, right: Any, op: str = "==") -> Object:
    return {"match": {"op": op, "left": left, "right": right}}


def payload(protocol: str, field: str) -> Object:
    return {"payload": {"protocol": protocol, "field": field}}


def meta(key: str) -> Object:
    return {"meta": {"key": key}}


STATE: Object = {"ct": {"key": "state"}}
DPORT = payload("tcp", "dport")
FORWARD = chain("forward", "forward", policy="drop")


def passes(packet: Packet, *objects: Object) -> tuple[bool, bool]:
    """Whether a packet may pass, and whether it must."""
    return passing(between(device(*objects)), packet)


YES, NO, PERHAPS = (True, True), (False, False), (True, False)
