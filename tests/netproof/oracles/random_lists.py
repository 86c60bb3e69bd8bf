"""Random devices over the whole space of addresses and ports: what the tiny space of `build.Chance` cannot show (edges, widths, IPv6).

`doubt`: "" nothing is unknown; "ends": unknown matches on rules that accept or drop, and rules that are not understood; "jumps", "all":
unknown matches anywhere. `effects`: with marks and `notrack`.
"""

import random
from typing import Any

from secaudit.netproof.ir import Accept, Action, BaseChain, Device, Drop, Goto, Hook, Jump, Match, NoTrack, Return, Rule, SetMark, Unclear
from secaudit.netproof.packets import TCP_KINDS, TCP_REPLY_KINDS, Family, State
from secaudit.netproof.ranges import Ranges, complement, normal
from tests.netproof.build import base, device, rule, unknown

SERVICES = [(22, 22), (22, 23), (80, 80), (79, 80), (80, 81), (137, 139), (1024, 65535), (0, 1023), (1023, 1024), (65535, 65535)]
PROTOCOLS = [(6, 6), (6, 6), (17, 17), (1, 1), (58, 58), (47, 47), (6, 17), (128, 255)]


class Lists:
    """Makes one device for a seed."""

    def __init__(self, seed: int, family: Family, doubt: str = "", *, effects: bool = True) -> None:
        self.random = random.Random(f"{seed}{family}{doubt}")
        self.family, self.doubt, self.effects = family, doubt, effects
        self.shift = family.bits - 32
        self.hosts = {zone: [self._block(zone) for _ in range(2)] for zone in (1, 2)}

    def device(self, *, rules: int = 8) -> Device:
        """Return a device with one to three lists and some chains that they jump to."""
        pick = self.random
        users = [f"u{number}" for number in range(pick.choice([0, 1, 2, 3]))]
        chains: dict[str, list[Rule]] = {
            user: self._rules(pick.randint(0, 5), users[number + 1 :]) for number, user in reversed([*enumerate(users)])
        }
        hooks: list[BaseChain] = []
        spots = [(Hook.FORWARD, 0)]
        spots += [(Hook.FORWARD, 10)] * (pick.random() < 0.4) + [(Hook.POSTROUTING, 0)] * (pick.random() < 0.2)
        spots += [(Hook.PREROUTING, pick.choice([-300, -150]))] * (pick.random() < 0.3)
        for number, (hook, priority) in enumerate(spots):
            name = f"b{number}"
            early = hook is Hook.PREROUTING and priority < -200
            count = pick.randint(1, rules) if hook is Hook.FORWARD else pick.randint(1, 3)
            chains[name] = self._rules(count, [] if hook is Hook.PREROUTING else users, early=early, mild=hook is not Hook.FORWARD)
            hooks.append(base(name, hook, priority, drop=hook is Hook.FORWARD and pick.random() < 0.7))
        return device("fw", chains, hooks)

    def _rules(self, count: int, users: list[str], *, early: bool = False, mild: bool = False) -> list[Rule]:
        return [self._rule(users, early=early, mild=mild) for _ in range(count)]

    def _rule(self, users: list[str], *, early: bool, mild: bool) -> Rule:
        pick = self.random
        action = self._action(users, early=early)
        matches = [self._match(action, mild=mild) for _ in range(pick.choice([1, 1, 1, 2]))]
        return rule(action, *matches, line=pick.randrange(1, 99))

    def _action(self, users: list[str], *, early: bool) -> Action:
        pick = self.random
        found: list[Action] = [Accept(), Accept(), Accept(), Drop(), Drop(), Drop(), Return()]
        found += [Jump(user) for user in users] + [Goto(user) for user in users]
        if self.effects:
            found += [SetMark(pick.choice([1, 2, 3])), SetMark(2, 1)]
        if early and self.effects:
            found += [NoTrack()] * 3
        if self.doubt and pick.random() < 0.08:
            return Unclear(unknown())
        return pick.choice(found)

    def _match(self, action: Action, *, mild: bool) -> Match:
        pick = self.random
        if pick.random() < 0.04:
            return Match(family=next(one for one in Family if one is not self.family), dport=self._some(SERVICES, 65535))
        fields: dict[str, Any] = {"family": self.family} if pick.random() < 0.95 else {}
        names = ["src", "dst", "dst", "proto", "dport", "dport", "sport", "states", "kinds", "icmp", "iif"] + ["mark"] * self.effects
        for name in pick.sample(names, pick.choice([2, 3] if mild else [0, 1, 1, 2, 2, 3, 4])):
            fields |= self._field(name, known=len(fields) > 0 and "family" in fields)
        if "icmp" in fields:
            fields.pop("sport", None)
            fields.pop("dport", None)
        if self.doubt in ("jumps", "all") or (self.doubt == "ends" and isinstance(action, Accept | Drop)):
            fields |= {"unknown": unknown()} if pick.random() < 0.2 else {}
        return Match(**fields)

    def _field(self, name: str, *, known: bool) -> dict[str, Any]:
        pick = self.random
        match name:
            case "src" | "dst" if known:
                found = normal(self._ends(1 if name == "src" else 2) for _ in range(pick.choice([1, 1, 2])))
                return {name: complement(found, self.family.top) if pick.random() < 0.15 else found}
            case "sport" | "dport":
                return {name: self._some(SERVICES, 65535)}
            case "proto":
                return {"proto": self._some(PROTOCOLS, 255)}
            case "states":
                states = [State.NEW, State.INVALID, State.UNTRACKED, State.ESTABLISHED, State.RELATED]
                return {"states": frozenset(pick.sample(states, pick.randint(1, 3)))}
            case "kinds":
                return {"kinds": pick.choice([TCP_REPLY_KINDS, frozenset(pick.sample(TCP_KINDS, pick.randint(1, 6)))])}
            case "icmp":
                return {
                    "icmp": (self._some([(0, 0), (8, 8), (128, 129), (133, 137), (0, 255)], 255), pick.choice([((0, 255),), ((0, 3),)]))
                }
            case "iif":
                return {pick.choice(["iif", "not_iif"]): frozenset({pick.choice(["left", "left", "right", "l*"])})}
            case "mark":
                return {"mark": self._some([(0, 0), (1, 1), (2, 3)], 3), "mark_mask": pick.choice([3, 1, 0xFFFFFFFF])}
        return {}

    def _some(self, pool: list[tuple[int, int]], top: int) -> Ranges:
        found = normal(self.random.sample(pool, self.random.choice([1, 1, 2])))
        return complement(found, top) or found if self.random.random() < 0.1 else found

    def _block(self, zone: int) -> tuple[int, int]:
        """Return a prefix within a zone."""
        free = self.random.choice([0, 4, 8, 8, 12, 16])
        start = (10 << 24 | zone << 16 | self.random.randrange(1 << 16) >> free << free) << self.shift
        return start, start + (1 << free + self.shift) - 1

    def _ends(self, zone: int) -> tuple[int, int]:
        """Return a block of the zone, a piece of one, one shifted by a single address, anything of the whole space, or a host."""
        pick, (low, high) = self.random, self.random.choice(self.hosts[zone])
        one, two = sorted((pick.randint(low, high), pick.randint(low, high)))
        return pick.choice(
            [
                (low, high),
                (low, high),
                (low + 1, high),
                (low, max(low, high - 1)),
                (max(low - 1, 0), high + 1),
                (low, low),
                (high, high),
                (0, self.family.top),
                (0, pick.randrange(1 << self.family.bits)),
                (one, two),
            ]
        )
