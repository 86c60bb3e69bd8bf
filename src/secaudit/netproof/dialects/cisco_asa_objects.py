"""Objects and object groups of the ASA: network, service, protocol, ICMP type; nested.

* Netmasks, never wildcards. `name` gives an address another name anywhere.
* A host name (`fqdn`), users and security tags are known to the device alone: they may match.

Never here: lists (`cisco_asa_acl`) and translations (`cisco_asa_nat`).
"""

from collections.abc import Sequence

from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_conditions import (
    TCP_UDP,
    Hosts,
    Service,
    Words,
    everything,
    host,
    icmp,
    masked,
    not_read,
    one_protocol,
    ports,
    prefix,
    protocol,
    span,
)
from secaudit.netproof.dialects.cisco_groups import Groups, Trail
from secaudit.netproof.dialects.cisco_text import Ledger, Row
from secaudit.netproof.dialects.cisco_words import ASA_PORTS
from secaudit.netproof.packets import TCP, UDP, Family
from secaudit.netproof.ranges import Ranges

FQDN = Text(ja="ホスト名のアドレスは機器だけが知っています", en="the addresses of a host name are known to the device alone")

_PROTOS: dict[str, tuple[int, ...]] = {"tcp": (TCP,), "udp": (UDP,), "tcp-udp": (TCP, UDP)}


def numbers(protos: Sequence[int]) -> Ranges:
    """Return TCP, UDP or both as ranges."""
    return TCP_UDP if len(protos) == 2 else ((protos[0], protos[0]),)


class AsaObjects(Groups):
    """Objects and groups by name; both share one name space."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.aliases: dict[str, str] = {}
        self.any_families: tuple[Family, ...] = tuple(Family)

    def take(self, row: Row) -> bool:
        """Keep a definition; translations inside an object are left out (`cisco_asa_nat` reads them)."""
        match row.words:
            case ("object", "network" | "service" as kind, name):
                inner = tuple(child for child in row.children if child.words[0] != "nat")
                self.define(f"object {kind}", name, Row(row.at, row.words, row.text, inner))
            case ("object-group", "service", name, "tcp" | "udp" | "tcp-udp" as proto):
                self.define(f"service {proto}", name, row)
            case ("object-group", kind, name):
                self.define(kind, name, row)
            case ("name", value, name, *_):
                self.aliases[name] = value
                self.ledger.understood(row)
            case _:
                return False
        return True

    def named(self, word: str) -> str:
        """Return the address behind a `name`, or the word itself."""
        return self.aliases.get(word, word)

    def plain(self, words: Words) -> Hosts:
        """Take `host A`, `A MASK` or `P/n`."""
        if words.skip("host"):
            return host(self.named(words.take()))
        first = self.named(words.take())
        return prefix(first) if "/" in first else masked(first, words.take(), wildcard=False)

    def host_member(self, kind: str, words: Words, trail: Trail) -> Hosts | None:
        """Read a line of a network object or group."""
        head = words.take()
        if head == "description":
            return None
        if kind == "object network":
            return self._object(head, words)
        if kind != "network":
            raise not_read(kind)
        if head == "group-object":
            found = self.hosts(words.take(), trail)
        elif head != "network-object":
            raise not_read(head)
        elif words.skip("object"):
            found = self.hosts(words.take(), trail)
        elif words.skip("any"):
            found = Hosts(ranges=everything(*self.any_families))
        else:
            found = self.plain(words)
        words.end()
        return found

    def _object(self, head: str, words: Words) -> Hosts:
        match head:
            case "host":
                found = host(self.named(words.take()))
            case "subnet":
                found = self.plain(words)
            case "range":
                found = span(self.named(words.take()), self.named(words.take()))
            case "fqdn":
                return Hosts(reason=FQDN)
            case _:
                raise not_read(head)
        words.end()
        return found

    def service_member(self, kind: str, words: Words, trail: Trail) -> Sequence[Service] | None:
        """Read a line of a service object, or of a group of services, ports, protocols or ICMP types."""
        head = words.take()
        if head == "description":
            return None
        found: Sequence[Service]
        if head == "group-object":
            found = self.services(words.take(), trail)
        elif head == "port-object" and kind.startswith("service "):
            protos = _PROTOS[kind.removeprefix("service ")]
            found = (Service(proto=numbers(protos), dport=ports(words, protos, ASA_PORTS)),)
        elif head == "protocol-object" and kind == "protocol":
            found = (one_protocol(protocol(words.take())),)
        elif head == "icmp-object" and kind == "icmp-type":
            word = words.peek()
            four, six = icmp(Words((word,)), Family.V4), icmp(Words((word,)), Family.V6)
            words.take()
            if four is None and six is None:
                raise not_read(word)
            both = ((Family.V4, 1, four), (Family.V6, 58, six))
            found = tuple(Service(proto=((n, n),), icmp=types, family=family) for family, n, types in both if types is not None)
        elif (head == "service" and kind == "object service") or (head == "service-object" and kind == "service"):
            found = self.services(words.take(), trail) if words.skip("object") else (self._service(words),)
        else:
            raise not_read(head)
        words.end()
        return found

    def _service(self, words: Words) -> Service:
        """Take `PROTOCOL [source OP P] [destination OP P]` or `icmp|icmp6 [TYPE [CODE]]`."""
        name = words.take()
        if name in _PROTOS:
            protos = _PROTOS[name]
            sport = ports(words, protos, ASA_PORTS) if words.skip("source") else None
            words.skip("destination")
            return Service(proto=numbers(protos), sport=sport, dport=ports(words, protos, ASA_PORTS))
        number = protocol(name)
        family = {1: Family.V4, 58: Family.V6}.get(number or 0)
        types = icmp(words, family) if family is not None else None
        if number is None or types is None:
            return one_protocol(number)
        return Service(proto=((number, number),), icmp=types, family=family)
