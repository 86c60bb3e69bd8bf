"""Pasted route tables: `ip route`, `ip -6 route`, `show ip route`, `show ipv6 route`.

Every line is a route, is known to be none (headings), or is returned as not understood: the device then carries a doubt.

Never here: who goes where (`network`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from secaudit.model.location import Location
from secaudit.netproof.ir import Route
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import of_network

_HEADING = re.compile(
    r"Codes:|Gateway of last resort|Routing entry|IPv6 Routing Table|.*variably subnetted|.*is subnetted|"
    r"\s+[A-Za-z0-9*+%&]+ - |\s*[a-z]+ - ",
    re.IGNORECASE,
)
_LINUX = re.compile(
    r"(?:(unicast|blackhole|unreachable|prohibit|throw) )?(default|[0-9a-f.:]+(?:/\d+)?)(?: via (?:inet6? )?(\S+))?(?: dev (\S+))?(.*)"
)
_CISCO = re.compile(r"([A-Z][A-Za-z0-9*]{0,3})(?: [A-Z0-9*]{1,3})?\s+([0-9a-fA-F.:]+/\d+)\s*(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a pasted table says, and the lines that were not understood."""

    routes: tuple[Route, ...]
    unread: tuple[str, ...]


def pasted(text: str, at: Location) -> Pasted:
    """Return the routes of a pasted table."""
    routes: list[Route] = []
    unread: list[str] = []
    last: tuple[Family, tuple[int, int]] | None = None
    for line in text.splitlines():
        if not line.strip():
            continue
        found = [*_routes(line, at, last)]
        if found:
            routes += [route for route in found if route.interface is not None or route.via is not None or route.discard]
            last = found[-1].family, found[-1].network
        elif not _HEADING.match(line):
            unread.append(line.strip())
    return Pasted(routes=tuple(routes), unread=tuple(unread))


def _routes(line: str, at: Location, last: tuple[Family, tuple[int, int]] | None) -> Iterator[Route]:
    more = re.fullmatch(r"\s+(?:nexthop via (\S+)(?: dev (\S+))?.*|\[\d+/\d+\] via ([0-9a-fA-F.:]+)(?:,.*?)?(?:, (\S+))?)", line)
    if more is not None and last is not None:
        via, out = more[1] or more[3], more[2] or more[4]
        yield Route(family=last[0], network=last[1], interface=out, via=int(ip_address(via)), at=at)
        return
    try:
        route = _cisco(line.rstrip(), at) or _linux(line.strip(), at)
    except ValueError:
        return
    if route is not None:
        yield route


def _linux(line: str, at: Location) -> Route | None:
    found = _LINUX.fullmatch(line)
    if found is None or not (found[2] == "default" or re.search(r"[.:]", found[2])):
        return None
    kind, to, via, out, rest = found.groups()
    if "table " in rest and " table main" not in rest:
        return None
    six = ":" in to or ":" in (via or "") or (to == "default" and "pref" in rest)
    network = ip_network(("::/0" if six else "0.0.0.0/0") if to == "default" else to, strict=False)
    hop = None if via is None else int(ip_address(via))
    family = Family.V4 if network.version == 4 else Family.V6
    return Route(family=family, network=of_network(network), interface=out, via=hop, discard=kind not in (None, "unicast"), at=at)


def _cisco(line: str, at: Location) -> Route | None:
    found = _CISCO.fullmatch(line.strip())
    if found is None:
        return None
    code, to, rest = found.groups()
    network = ip_network(to, strict=False)
    family = Family.V4 if network.version == 4 else Family.V6
    if "Null0" in rest:
        return Route(family=family, network=of_network(network), interface=None, discard=True, at=at)
    direct = re.search(r"is directly connected, (\S+)", rest)
    if direct is not None:
        return Route(family=family, network=of_network(network), interface=direct[1], discard=code == "L", at=at)
    via = re.search(r"via ([0-9a-fA-F.:]+)", rest)
    if via is None:
        # The next hop stands on the following line.
        return Route(family=family, network=of_network(network), interface=None, at=at)
    out = re.search(r", ([A-Z][A-Za-z]+[\d/.:]+)$", rest)
    return Route(family=family, network=of_network(network), interface=None if out is None else out[1], via=int(ip_address(via[1])), at=at)
