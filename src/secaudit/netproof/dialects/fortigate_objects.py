"""Addresses, address groups and their exclusions in FortiOS; names → three-valued sets of addresses.

* An address without `type` is `ipmask`, one without `subnet` is everything (`0.0.0.0 0.0.0.0`); documented defaults of the CLI
  reference.
* `wildcard`: a 1 in the mask must match (the inverse of an IOS wildcard).
* Host names, countries, MAC addresses, dynamic and fabric objects: not known. Undefined names, empty and recursive groups too.
* An object that nothing uses is no reason to doubt anything: its lines are understood or irrelevant.

Never here: services (`fortigate_services`), policies.
"""

from ipaddress import ip_address, ip_interface, ip_network

from secaudit.model.text import Text
from secaudit.netproof.dialects.fortigate_book import NOTHING, UNREAD, Domain, Guess, known
from secaudit.netproof.dialects.fortigate_text import Entry, Statement
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import WILDCARD_BITS, Ranges, of_network, of_wildcard

_USED = ("type", "subnet", "start-ip", "end-ip", "wildcard", "ip6", "member", "exclude", "exclude-member", "macaddr")
_NAMES = {
    "fqdn": Text(ja="ホスト名で書かれたアドレス", en="an address given as a host name"),
    "wildcard-fqdn": Text(ja="ホスト名で書かれたアドレス", en="an address given as a host name"),
    "geography": Text(ja="国で書かれたアドレス", en="an address given as a country"),
    "dynamic": Text(ja="外から届く動的なアドレス", en="a dynamic address that comes from elsewhere"),
    "mac": Text(ja="MAC アドレスで書かれた相手", en="a station given by its MAC address"),
}


class Addresses:
    """The addresses of one domain in one family."""

    def __init__(self, domain: Domain, family: Family) -> None:
        self.domain, self.family = domain, family
        tail = "" if family is Family.V4 else "6"
        self.kind = f"firewall address{tail}"
        self.objects = {entry.name: entry for entry in domain.entries(self.kind)}
        self.groups = {entry.name: entry for entry in domain.entries(f"firewall addrgrp{tail}")}
        self._known: dict[str, Guess] = {}
        self._extra: dict[str, list[Statement]] = {}
        for entry in (*self.objects.values(), *self.groups.values()):
            left = domain.book.rest(entry, "object", _USED)
            for statement in left:
                domain.book.quiet(statement, UNREAD)
            self._extra[entry.name] = left

    @property
    def everything(self) -> Ranges:
        """All addresses of the family."""
        return ((0, self.family.top),)

    def find(self, name: str, asked: Statement, within: tuple[str, ...] = ()) -> Guess:
        """Return what a name stands for; `asked` is the statement that uses it."""
        if name not in self._known:
            found = self._find(name, asked, within)
            if within and found.why is not None:
                return found  # what a cycle says depends on where one enters it
            self._known[name] = found
        return self._known[name]

    def _find(self, name: str, asked: Statement, within: tuple[str, ...]) -> Guess:
        if name in within:
            return self._open(asked, Text(ja=f"グループ `{name}` が自分自身を含みます", en=f"the group `{name}` contains itself"))
        if name in self.groups:
            return self._group(self.groups[name], (*within, name))
        if name in self.objects:
            return self._object(self.objects[name])
        if name == "all":
            return known(self.everything)
        if name == "none":
            return NOTHING
        return self._open(asked, Text(ja=f"アドレス `{name}` の定義がありません", en=f"the address `{name}` is not defined"))

    def _open(self, statement: Statement, reason: Text) -> Guess:
        return Guess((), self.everything, self.domain.book.unknown(statement, reason, self.kind))

    def _group(self, group: Entry, within: tuple[str, ...]) -> Guess:
        if self._extra[group.name]:
            return self._open(self._extra[group.name][0], UNREAD)
        if group.one("type", "default") not in ("default", "folder", "array"):
            return self._open(group.says("type"), _NAMES["dynamic"])
        members = group.get("member")
        if not members:
            return self._open(group.head, Text(ja=f"グループ `{group.name}` が空です", en=f"the group `{group.name}` is empty"))
        found = NOTHING
        for member in members:
            found = found.join(self.find(member, group.says("member"), within))
        if group.on("exclude"):
            out = NOTHING
            for member in group.get("exclude-member"):
                out = out.join(self.find(member, group.says("exclude-member"), within))
            found = found.less(out)
        return found

    def _object(self, entry: Entry) -> Guess:
        if self._extra[entry.name]:
            return self._open(self._extra[entry.name][0], UNREAD)
        kind = entry.one("type", "ipmask" if self.family is Family.V4 else "ipprefix")
        if kind not in ("ipmask", "ipprefix", "iprange", "wildcard"):
            return self._open(
                entry.says("type"), _NAMES.get(kind, Text(ja=f"種類 `{kind}` のアドレス", en=f"an address of the kind `{kind}`"))
            )
        key = {"ipmask": "subnet", "ipprefix": "ip6", "iprange": "start-ip", "wildcard": "wildcard"}[kind]
        try:
            ranges = self._ranges(entry, kind)
        except ValueError:
            return self._open(entry.says(key), Text(ja="アドレスが読めません", en="the address cannot be read"))
        if ranges is None:
            return self._open(
                entry.says(key),
                Text(
                    ja=f"ワイルドカードの自由なビットが {WILDCARD_BITS} を超えます",
                    en=f"a wildcard with more than {WILDCARD_BITS} free bits",
                ),
            )
        return known(ranges)

    def _ranges(self, entry: Entry, kind: str) -> Ranges | None:
        if kind == "iprange":
            low, high = (ip_address(entry.one(key)) for key in ("start-ip", "end-ip"))
            if low.version != high.version or int(low) > int(high) or low.max_prefixlen != self.family.bits:
                raise ValueError
            return ((int(low), int(high)),)
        if kind == "wildcard":
            base, mask = (int(ip_address(word)) for word in entry.get("wildcard"))
            return of_wildcard(base, ~mask & self.family.top, self.family.bits)
        value = entry.get("subnet" if kind == "ipmask" else "ip6")
        return (prefix(value, self.family),) if value else self.everything


def prefix(words: tuple[str, ...], family: Family) -> tuple[int, int]:
    """Return the addresses of `a.b.c.d m.m.m.m`, `a.b.c.d/n` or `a.b.c.d` (a host). Raises `ValueError`."""
    network = ip_network("/".join(words), strict=False)
    if network.max_prefixlen != family.bits:
        raise ValueError
    return of_network(network)


def interface_address(words: tuple[str, ...], family: Family) -> tuple[int, int]:
    """Return value and prefix length of an interface's address. Raises `ValueError`."""
    found = ip_interface("/".join(words))
    if found.max_prefixlen != family.bits:
        raise ValueError
    return int(found), found.network.prefixlen
