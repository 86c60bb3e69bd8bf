"""What a YAMAHA router applies → chains: filters, translations, lists of frames; then what nothing applies.

* INVARIANT: definitions do nothing until a list applies them; they end as irrelevant.

Never here: reading a command (`yamaha_commands`).
"""

from dataclasses import replace

from secaudit.model.location import Location
from secaudit.netproof.dialects.yamaha_commands import REASONS, Applied, Reader, numbers
from secaudit.netproof.dialects.yamaha_filters import Filter, static
from secaudit.netproof.dialects.yamaha_words import UNUSED
from secaudit.netproof.ir import Accept, BaseChain, Drop, Hook, Match, Rule, Unclear, Unknown
from secaudit.netproof.lines import Reach
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import normal


class Builder:
    """Turns what was read into chains."""

    def __init__(self, reader: Reader, at: Location) -> None:
        self.reader, self.account, self.at = reader, reader.account, at
        self.chains: dict[str, tuple[Rule, ...]] = {}
        self.hooks: list[BaseChain] = []
        self._read: dict[tuple[Family, str], Filter] = {}

    def build(self) -> None:
        """Make all chains, then enter what nothing applies."""
        reader = self.reader
        self._ethernet()
        self._nat()
        for family in Family:
            extra = self._opened(family)
            for direction, hook in (("in", Hook.PREROUTING), ("out", Hook.POSTROUTING)):
                rules = [
                    rule
                    for (own, name, way), applied in reader.lists.items()
                    if own is family and way == direction
                    for rule in self._list(family, name, direction, applied, extra.get((name, direction), []))
                ]
                self._chain(f"filter {direction} {family}", hook, 0, rules, family)
        for family, command in reader.stops:
            base = BaseChain(
                chain=f"routing {family}",
                hook=Hook.FORWARD,
                priority=0,
                policy=Drop(),
                at=command.at,
                text=command.text,
                families=frozenset({family}),
            )
            self.chains[base.chain] = ()
            self.hooks.append(base)
        self._leftover()

    def _chain(self, name: str, hook: Hook, priority: int, rules: list[Rule], family: Family | None, *, nat: bool = False) -> None:
        if not rules:
            return
        self.chains[name] = tuple(rules)
        families = frozenset(Family) if family is None else frozenset({family})
        base = BaseChain(chain=name, hook=hook, priority=priority, policy=Accept(), at=self.at, text=name, families=families, nat=nat)
        self.hooks.append(base)

    def _resolved(self, family: Family, direction: str, applied: Applied) -> Applied | None:
        """Return the numbers of a list; None if its set is not defined or says nothing about the direction: no list."""
        if applied.name is None:
            return applied
        command = self.reader.sets.get((family, applied.name))
        if command is None:
            return None
        self.account.understood(command.at, command.text)
        words, here = list(command.words[4:]), ""
        wanted: list[str] = []
        for word in words:
            if word in ("in", "out"):
                here = word
            elif here == direction:
                wanted.append(word)
        fixed, dynamic = numbers(tuple(wanted))
        return Applied(command, fixed, dynamic) if wanted else None

    def _list(self, family: Family, name: str, direction: str, applied: Applied, extra: list[Rule]) -> list[Rule]:
        """Return the rules of one interface and direction."""
        found = self._resolved(family, direction, applied)
        if found is None:
            return []
        for number in found.dynamic:
            command = self.reader.dynamics.get((family, number))
            if command is not None:
                self.account.understood(command.at, command.text)
        if not found.static:
            return []
        side = frozenset({name})
        rules = list(extra)
        for number in found.static:
            one = self._filter(family, number)
            if one is None:
                reason = REASONS["undefined"]
                line = self.account.not_understood(applied.command.at, applied.command.text, reason, Reach.RULE, name)
                unknown = Unclear(Unknown(reason=reason, line=line))
                rules.append(Rule(matches=(_at(Match(family=family), side, direction),), action=unknown, at=found.command.at, text=number))
                continue
            matches = tuple(_at(match, side, direction) for match in one.matches)
            action = Unclear(one.unclear) if one.unclear is not None else Accept() if one.passes else Drop()
            rules.append(Rule(matches=matches, action=action, at=one.command.at, text=one.command.text))
        end = f"{applied.command.text} (implicit reject)"
        rules.append(Rule(matches=(_at(Match(family=family), side, direction),), action=Drop(), at=applied.command.at, text=end))
        return rules

    def _filter(self, family: Family, number: str) -> Filter | None:
        key = (family, number)
        command = self.reader.filters.get(key)
        if command is None:
            return None
        if key not in self._read:
            self._read[key] = static(command, family, self.account)
        return self._read[key]

    def _opened(self, family: Family) -> dict[tuple[str, str], list[Rule]]:
        """Return what dynamic filters with `in` or `out` may open, by interface and direction."""
        found: dict[tuple[str, str], list[Rule]] = {}
        for (own, name, direction), applied in self.reader.lists.items():
            resolved = self._resolved(family, direction, applied) if own is family else None
            for number in () if resolved is None else resolved.dynamic:
                command = self.reader.dynamics.get((family, number))
                if command is None or "filter" not in command.words or not {"in", "out"} & set(command.words[7:]):
                    continue
                reason = REASONS["opens"]
                line = self.account.not_understood(command.at, command.text, reason, Reach.RULE, name)
                for word, way in (("in", "out" if direction == "in" else "in"), ("out", direction)):
                    if word in command.words[7:]:
                        match = _at(Match(family=family, unknown=Unknown(reason=reason, line=line)), frozenset({name}), way)
                        rule = Rule(matches=(match,), action=Accept(), at=command.at, text=command.text)
                        found.setdefault((name, way), []).append(rule)
        return found

    def _nat(self) -> None:
        before: list[Rule] = []
        behind: list[Rule] = []
        for name, (command, applied) in self.reader.nats.items():
            own = normal((one.value, one.value) for one in self.reader.ports[name].addresses if one.family is Family.V4)
            for number in applied:
                made = self.reader.nat.apply(number, name, own, command)
                if made is not None:
                    before += made.before
                    behind += made.behind
        self.reader.nat.finish()
        self._chain("nat in", Hook.PREROUTING, -100, before, Family.V4, nat=True)
        self._chain("nat out", Hook.POSTROUTING, 100, behind, Family.V4, nat=True)

    def _ethernet(self) -> None:
        for direction, hook in (("in", Hook.PREROUTING), ("out", Hook.POSTROUTING)):
            rules: list[Rule] = []
            for command, name, way in self.reader.ethernet:
                if way != direction:
                    continue
                reason = REASONS["ethernet"]
                line = self.account.not_understood(command.at, command.text, reason, Reach.CHAIN, name)
                match = _at(Match(unknown=Unknown(reason=reason, line=line)), frozenset({name}), direction)
                rules.append(Rule(matches=(match,), action=Drop(), at=command.at, text=command.text))
            self._chain(f"ethernet {direction}", hook, -300 if direction == "in" else 300, rules, None)

    def _leftover(self) -> None:
        """Enter definitions that nothing applies."""
        reader = self.reader
        active = any(command.words[2:4] == ("filter", "set") and "enable" in command.words for command in reader.policies)
        for command in reader.policies:
            if active:
                reader.doubt(command, REASONS["policy"])
            else:
                self.account.irrelevant(command.at, command.text, UNUSED)
        spoken = {number for (family, _), command in reader.dynamics.items() for number in command.words[7:]}
        for (family, number), command in reader.filters.items():
            if (family, number) not in self._read:
                if number in spoken:
                    self.account.understood(command.at, command.text)
                else:
                    self.account.irrelevant(command.at, command.text, UNUSED)
        for command in (*reader.dynamics.values(), *reader.sets.values(), *reader.ether_defs):
            self.account.irrelevant(command.at, command.text, UNUSED)


def _at(match: Match, side: frozenset[str], direction: str) -> Match:
    return replace(match, iif=side) if direction == "in" else replace(match, oif=side)
