"""Addresses and routes of YAMAHA routers.

* Several gateways for one prefix: any of them may be taken. `null` and `loopback`: discarded.
* A route by filter, a packet forwarding filter, a routing protocol in use: the device is doubtful.
* The next hop of an IPv6 route may be link-local with `%interface`.

Never here: filters.
"""

import re
from ipaddress import ip_address, ip_interface, ip_network

from secaudit.netproof.dialects.yamaha_text import Command
from secaudit.netproof.ir import Address, Route
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import of_network

INTERFACE = re.compile(r"(?:lan|wan|vlan|bridge|loopback|onu|usb)\d+(?:[./]\d+)?")
_OPTIONS = {"weight": 1, "metric": 1, "keepalive": 1, "tag": 1, "hide": 0}


def address(word: str, family: Family) -> Address | None:
    """Return `a.b.c.d/n`; None if the router gets its address from elsewhere. Raises `ValueError`."""
    if word in ("dhcp", "auto", "unnumbered", "clear", "pppoe", "map-e", "ipcp") or "@" in word:
        return None
    found = ip_interface(word)
    if found.max_prefixlen != family.bits:
        raise ValueError
    return Address(family=family, value=int(found), prefix=found.network.prefixlen)


def route(command: Command, family: Family) -> tuple[Route, ...] | None:
    """Return the routes of `ip route NETWORK gateway …`; None if it is a route by filter. Raises `ValueError`."""
    words = command.words
    if len(words) < 5 or words[3] != "gateway":
        raise ValueError
    if "filter" in words[4:]:
        return None
    if words[2] == "default":
        network = (0, family.top)
    else:
        whole = ip_network(words[2], strict=False)
        if whole.max_prefixlen != family.bits:
            raise ValueError
        network = of_network(whole)
    found: list[Route] = []
    rest = list(words[4:])
    while rest:
        out, via, discard, used = _gateway(rest, family)
        found.append(Route(family=family, network=network, interface=out, via=via, discard=discard, at=command.at))
        rest = rest[used:]
        while rest and rest[0] != "gateway":
            if rest[0] not in _OPTIONS:
                raise ValueError
            rest = rest[1 + _OPTIONS[rest[0]] :]
        rest = rest[1:]
    return tuple(found)


def _gateway(rest: list[str], family: Family) -> tuple[str | None, int | None, bool, int]:
    """Return interface, next hop, whether it discards, and how many words it takes."""
    word = rest[0]
    if word in ("pp", "tunnel") and len(rest) > 1:
        if rest[1] == "anonymous":
            named = len(rest) > 2 and rest[2].startswith("name=")
            return f"{word}-anonymous", None, False, 3 if named else 2
        return f"{word}{int(rest[1])}", None, False, 2
    if word == "dhcp" and len(rest) > 1:
        return rest[1], None, False, 2
    if word in ("null", "loopback"):
        return None, None, True, 1
    if INTERFACE.fullmatch(word):
        return word, None, False, 1
    host, _, zone = word.partition("%")
    found = ip_address(host)
    if found.max_prefixlen != family.bits:
        raise ValueError
    if zone:
        return (f"lan{zone}" if zone.isdecimal() else zone), None, False, 1
    return None, int(found), False, 1
