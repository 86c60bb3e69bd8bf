"""Random rulesets in nft's own words, dense in what people and kernels get wrong.

Addresses, ports and marks come from small pools, so that rules overlap and packets hit them.
"""

import random

from secaudit.netproof.packets import TCP, TCP_KINDS, Family, Kind, Packet
from tests.netproof.build import icmp_kind

V4_A = ["10.1.0.5", "10.1.0.6", "10.1.0.0/24", "10.1.0.4-10.1.0.9", "10.1.7.0/25", "10.1.0.0/16", "10.3.0.0/16"]
V4_B = ["10.2.0.5", "10.2.0.6", "10.2.0.0/24", "10.2.0.4-10.2.0.9", "10.2.7.0/25", "10.2.0.0/16", "10.2.1.1"]
V6_A = ["fd01::5", "fd01::6", "fd01::/120", "fd01::4-fd01::9", "fd01:7::/48", "fd01::/16", "fd03::/16"]
V6_B = ["fd02::5", "fd02::6", "fd02::/120", "fd02::4-fd02::9", "fd02:7::/48", "fd02::/16", "fd02::1:1"]
PORTS = ["22", "53", "80", "443", "1000-2000", "8080", "1024-65535"]
MARKS = ["0x1", "0x2", "0x3", "0x11"]


class Writer:
    """Writes one ruleset; `translate`: with address translation; `mild`: most packets pass (for several routers in a row)."""

    def __init__(self, seed: int, *, translate: bool, mild: bool = False) -> None:
        self.random = random.Random(seed)
        self.translate = translate
        self.mild = mild
        self.lines: list[str] = []

    def text(self) -> str:
        for number in range(self.random.choice([1, 1, 1, 2, 2, 3])):
            self._table(self.random.choice(["inet", "inet", "inet", "ip", "ip6"]), f"t{number}")
        return "\n".join(self.lines) + "\n"

    def _some(self, words: list[str], most: int = 3) -> str:
        chosen = self.random.sample(words, self.random.randint(1, most))
        single = [word for word in chosen if "-" not in word and "/" not in word] or [chosen[0]]
        return "{ " + ", ".join(dict.fromkeys(single)) + " }" if len(single) > 1 else single[0]

    def _table(self, family: str, name: str) -> None:
        pick = self.random
        self.family, self.number = family, int(name[1:])
        self.lines.append(f"table {family} {name} {{")
        self._sets()
        self.users = [f"u{n}" for n in range(pick.choice([0, 1, 2, 3]))]
        for number, user in reversed([*enumerate(self.users)]):
            self.lines.append(f"  chain {user} {{")
            for _ in range(pick.randint(1, 5)):
                self._rule(self.users[number + 1 :], base=False, hook="user")
            self.lines.append("  }")
        self._bases()
        self.lines.append("}")

    def _bases(self) -> None:
        pick = self.random
        spots = [("forward", "filter", p) for p in pick.sample([-150, -10, 0, 10, 50], pick.choice([1, 1, 2, 3]))]
        spots += [("prerouting", "filter", p) for p in pick.sample([-300, -150, -50, 10], pick.choice([0, 0, 1, 2]))]
        spots += [("postrouting", "filter", p) for p in pick.sample([-150, 0, 150], pick.choice([0, 0, 0, 1]))]
        if self.translate:
            spots += [("prerouting", "nat", -100 + self.number), ("postrouting", "nat", 100 + self.number)]
        for number, (hook, kind, place) in enumerate(spots):
            priority = place
            policy = pick.choice(["accept", "drop"] if hook == "forward" else ["accept", "accept", "accept", "drop"])
            if kind == "filter" and pick.random() < 0.97:
                priority += self.number
            if kind == "nat" or self.mild:
                policy = "accept"
            self.lines.append(f"  chain b{number} {{")
            self.lines.append(f"    type {kind} hook {hook} priority {priority}; policy {policy};")
            for _ in range(pick.randint(1, 9)):
                self._rule(self.users, base=True, hook=hook if kind == "filter" else f"nat {hook}", priority=priority)
            self.lines.append("  }")

    def _sets(self) -> None:
        four, six = self.family != "ip6", self.family != "ip"
        if four:
            self.lines.append("  set s4 { type ipv4_addr; flags interval; elements = { 10.1.0.5, 10.1.7.0/25, 10.2.0.4-10.2.0.9 }; }")
            concatenated = "10.1.0.5 . 10.2.0.5 . 80, 10.1.0.0/24 . 10.2.0.0/24 . 1000-2000"
            self.lines.append(
                "  set c4 { type ipv4_addr . ipv4_addr . inet_service; flags interval; elements = { " + concatenated + " }; }"
            )
            self.lines.append("  map m4 { type ipv4_addr : verdict; elements = { 10.2.0.5 : accept, 10.2.0.6 : drop }; }")
        if six:
            self.lines.append("  set s6 { type ipv6_addr; flags interval; elements = { fd01::5, fd01:7::/48, fd02::4-fd02::9 }; }")
            self.lines.append(
                "  set c6 { type ipv6_addr . inet_service; flags interval; elements = { fd02::/120 . 80, fd02::5 . 1000-2000 }; }"
            )
        self.lines.append("  set p { type inet_service; flags interval; elements = { 22, 80, 1000-2000 }; }")

    def _conditions(self, hook: str, priority: int) -> list[str]:
        """Return the conditions that may stand in a rule here; equal words come more often."""
        pick = self.random
        port = pick.choice(PORTS)
        found = [
            f"tcp dport {port}",
            f"tcp dport {self._some(PORTS)}",
            f"tcp dport != {port}",
            f"udp dport {port}",
            f"tcp sport {pick.choice(PORTS)}",
            "tcp dport @p",
            "tcp dport < 1024",
            "meta l4proto { tcp, udp } th dport " + port,
            "meta l4proto { tcp, udp }",
            "meta l4proto != tcp",
            f"ct state {pick.choice(['new', 'invalid', 'untracked', 'established,related', 'new,invalid', '{ new, untracked }'])}",
            f"ct state != {pick.choice(['new', 'invalid', 'untracked'])}",
            "iifname " + pick.choice(["left", "left", "right", '"l*"', "{ left, lo }"]),
            f"meta mark {pick.choice(MARKS)}",
            f"meta mark != {pick.choice(MARKS)}",
            f"meta mark & 0x3 == {pick.choice(['0x1', '0x0'])}",
            "tcp flags & (fin|syn|rst|ack) == syn",
            "tcp flags & (syn|ack) == ack",
            "tcp flags syn / syn,ack",
            "ct status dnat",
        ]
        if self.family != "ip6":
            found += [
                f"ip saddr {pick.choice(V4_A)}",
                f"ip saddr != {pick.choice(V4_A)}",
                f"ip daddr {pick.choice(V4_B)}",
                f"ip daddr {self._some(V4_B)}",
                f"ip daddr != {pick.choice(V4_B)}",
                "ip saddr @s4",
                "ip daddr @s4",
                "ip saddr . ip daddr . tcp dport @c4",
                "ip protocol tcp",
                f"icmp type {pick.choice(['echo-request', 'echo-reply', '{ echo-request, destination-unreachable }'])}",
                "ip saddr & 255.255.252.255 == 10.1.0.5",
            ]
        if self.family != "ip":
            found += [
                f"ip6 saddr {pick.choice(V6_A)}",
                f"ip6 daddr {pick.choice(V6_B)}",
                f"ip6 daddr != {pick.choice(V6_B)}",
                "ip6 saddr @s6",
                "ip6 daddr . tcp dport @c6",
                f"icmpv6 type {pick.choice(['echo-request', 'nd-neighbor-solicit', '{ echo-request, packet-too-big }'])}",
            ]
        if self.family == "inet":
            found += [f"meta nfproto {pick.choice(['ipv4', 'ipv6'])}"]
        if hook in ("forward", "postrouting", "nat postrouting"):
            found += [f"oifname {pick.choice(['right', 'right', 'left'])}", f"oifname != {pick.choice(['right', 'left'])}"]
        if pick.random() < (0.015 if self.mild else 0.06):
            found += [
                "limit rate 1/hour burst 1 packets",
                "meta length < 100",
                "meta length > 100" if self.mild or self.family == "ip" else "ip6 nexthdr tcp",
            ] * 4
        del priority
        return found

    def _rule(self, users: list[str], *, base: bool, hook: str, priority: int = 0) -> None:
        pick = self.random
        words: list[str] = []
        for _ in range(pick.choice([1, 2, 2, 3] if self.mild else [0, 1, 1, 1, 2, 2, 3])):
            condition = pick.choice(self._conditions(hook, priority))
            if not any(_clash(condition, old) for old in words):
                words.append(condition)
        del base
        self.lines.append("    " + " ".join([*words, self._action(users, hook, words, priority)]))

    def _action(self, users: list[str], hook: str, words: list[str], priority: int) -> str:
        pick = self.random
        if hook.startswith("nat"):
            return self._translation(hook, words)
        actions = [
            "accept",
            "accept",
            "drop",
            "drop",
            "counter",
            "return",
            f"meta mark set {pick.choice(MARKS)}",
            "meta mark set meta mark | 0x10",
        ]
        if hook == "forward" and not self.mild:
            actions += ["reject"]
        if hook == "prerouting" and priority < -200:
            actions += ["notrack", "notrack", "notrack accept"]
        if users:
            actions += [f"jump {pick.choice(users)}", f"goto {pick.choice(users)}"] * 2
        actions += ["meta mark set 0x2 accept"]
        ported = any(word.startswith(("meta l4proto", "udp", "icmp", "ip protocol", "ip6 nexthdr")) for word in words)
        if not ported and not any("mark" in word for word in words):
            actions += ["meta mark set 0x1 tcp dport 80 accept"]
        if not any("ct state" in word for word in words):
            actions += ["ct state vmap { established : accept, new : drop, invalid : accept }"]
        if self.family != "ip6" and not any("ip6" in word or "icmpv6" in word or "ipv6" in word for word in words):
            actions += ["ip daddr vmap @m4"]
        if not ported and not any(word.startswith("tcp dport") for word in words):
            actions += ["tcp dport vmap { 22 : drop, 80 : accept, 1000-2000 : drop }"]
        return pick.choice(actions)

    def _translation(self, hook: str, words: list[str]) -> str:
        pick = self.random
        six = self.family == "ip6" or any("ip6" in word or "icmpv6" in word or "ipv6" in word for word in words)
        kind = "" if self.family != "inet" else ("ip6 " if six else "ip ")
        if pick.random() < 0.3:
            return pick.choice(["accept", "counter", "return"])
        if hook.endswith("postrouting"):
            snat = pick.choice(["fd03::7", "fd01::6"] if six else ["10.3.0.7", "10.1.0.6", "10.3.0.7-10.3.0.9"])
            return pick.choice([f"snat {kind}to {snat}", "masquerade"])
        target = pick.choice(["fd02::5", "fd02::1:1"] if six else ["10.2.0.5", "10.2.1.1"])
        if any(word.startswith(("tcp dport", "udp dport")) for word in words):
            return f"dnat {kind}to {'[' + target + ']' if six else target}:{pick.choice(['80', '22'])}"
        return f"dnat {kind}to {target}"


_LAYERS = {"tcp": 4, "udp": 4, "icmp": 4, "icmpv6": 4, "th": 4, "l4proto": 4, "protocol": 4, "nexthdr": 4, "ip": 3, "ip6": 3, "nfproto": 3}


def _layers(condition: str) -> dict[str, int]:
    """Return the protocols that a condition speaks of, with their layers."""
    words = set(condition.split())
    found = {word: layer for word, layer in _LAYERS.items() if word in words}
    if "icmp" in found:
        found["ip"] = 3
    if "icmpv6" in found:
        found["ip6"] = 3
    return found


def _clash(one: str, two: str) -> bool:
    """Whether nft would refuse two conditions in one rule, or whether they say the same twice."""
    if one.split()[:2] == two.split()[:2]:
        return True
    first, second = _layers(one), _layers(two)
    return any(a != b and layer == other for a, layer in first.items() for b, other in second.items())


def packets(seed: int, family: Family, count: int) -> list[Packet]:
    """Return packets whose fields come from the pools of the rules."""
    pick = random.Random(seed)
    base_a, base_b = (0x0A010000, 0x0A020000) if family is Family.V4 else (0xFD01 << 112, 0xFD02 << 112)
    other = 7 << 8 if family is Family.V4 else 7 << 96
    ends = [4, 5, 6, 7, 9, 10, 255, 256, 257, 65537 if family is Family.V6 else 300, other + 3, other + 127, other + 128, 1000]
    found = []
    for _ in range(count):
        proto = pick.choice([6, 6, 6, 6, 17, 17, family.icmp, 253])
        src, dst = base_a + pick.choice(ends), base_b + pick.choice(ends)
        ports = [pick.choice([21, 22, 23, 53, 80, 81, 443, 999, 1000, 1500, 2000, 2001, 8080, 1023, 1024, 65535, 0x7777]) for _ in range(2)]
        if proto == family.icmp:
            kind = pick.choice([0, 8, 3, 13, 5] if family is Family.V4 else [1, 2, 128, 129, 135, 136, 139])
            found.append(Packet(family=family, src=src, dst=dst, proto=proto, sport=kind, dport=0, kind=icmp_kind(family, kind)))
        elif proto == TCP:
            flags = pick.choice([Kind.START, Kind.START, Kind.START, Kind.ACK, Kind.ACK, *TCP_KINDS])
            found.append(Packet(family=family, src=src, dst=dst, proto=proto, sport=ports[0], dport=ports[1], kind=flags))
        elif proto == 17:
            found.append(Packet(family=family, src=src, dst=dst, proto=proto, sport=ports[0], dport=ports[1]))
        else:
            found.append(Packet(family=family, src=src, dst=dst, proto=proto))
    return found
