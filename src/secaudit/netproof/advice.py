"""Notes to the keeper of the lists: rules that are never reached, and rules that others partly take from.

* Every base chain is looked at on each passage (in by one interface, out by one) of its device, in both families, whether or not it lies
  between two zones; passages on which the same rules count are one.
* A line is called never reached only if that holds for every rule made of it, wherever it counts.
* A rule that names nothing (`deny any any`) is not called partly taken, nor, if it denies, never reached: to be the rest is what it is for.
* A rule about states alone (drop what is INVALID) takes from all others on purpose; it is not named as taking a part.
* The effort is bounded; what was left out for that is said (`Advice.left_out`).

Never here: verdicts (`prove`). A note changes no verdict.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from secaudit.model.location import Location
from secaudit.model.separation import RuleNote
from secaudit.model.text import Text
from secaudit.netproof.ir import BaseChain, Device, Drop, Hook, Match, Rule
from secaudit.netproof.masking import masked
from secaudit.netproof.matching import View, passes_interfaces
from secaudit.netproof.network import Hop, Network
from secaudit.netproof.packets import Family
from secaudit.netproof.shadows import RULES, Shadow, shadowed

EFFORT = 4_000_000
"""Most pairs of rules that are compared, over all lists."""

BY = 5
"""Most places of other rules that one note names."""

_Place = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The notes in the order of devices and lines, and which lists were too long to be looked at."""

    notes: tuple[RuleNote, ...]
    left_out: tuple[Text, ...]


@dataclass(slots=True)
class _Seen:
    """What is known of the rules of one line: on how many passages they count, on how many they are never reached, who takes from them."""

    device: str
    rule: Rule
    counts: int = 0
    never: int = 0
    takers: dict[_Place, Rule] = field(default_factory=dict)
    others: dict[_Place, Rule] = field(default_factory=dict)


def advice(network: Network) -> Advice:
    """Return the notes about the rules of a network, and what was not looked at."""
    seen: dict[_Place, _Seen] = {}
    left_out: dict[tuple[str, str], Text] = {}
    effort = EFFORT
    for device, base, hop, family, counting in _lists(network):
        cost = len(counting) ** 2
        if len(device.chains[base.chain]) > RULES or cost > effort:
            left_out[hop.node.name, base.chain] = _too_long(hop.node.name, base.chain)
            # What was not looked at is reached, for all that is known.
            _entered(seen, hop.node.name, counting)
            continue
        effort -= cost
        places = _entered(seen, hop.node.name, counting)
        for one in (one for one in shadowed(device, base, hop, family).found if id(one.rule) in places):
            _found(seen[places[id(one.rule)]], one.how, one.by)
    notes = [note for one in seen.values() for note in _note(one)]
    order = {node.name: number for number, node in enumerate(network.nodes)}
    notes.sort(key=lambda note: (order[note.device], note.at.sort_key(), note.line))
    return Advice(notes=tuple(notes), left_out=tuple(left_out.values()))


def _lists(network: Network) -> Iterator[tuple[Device, BaseChain, Hop, Family, tuple[Rule, ...]]]:
    """Yield each list with the passages that differ for it, and the rules that count there."""
    done: set[tuple[object, ...]] = set()
    for hop, family in _passages(network):
        device = hop.node.device
        if device is None:
            continue
        for base in device.hooks:
            if family not in base.families or base.hook in (Hook.INPUT, Hook.OUTPUT):
                continue
            view = View(family, hop.iif.interface, hop.oif.interface if base.hook is not Hook.PREROUTING else None, device.states)
            rules = device.chains[base.chain]
            counting = tuple(rule for rule in rules if any(passes_interfaces(match, view) for match in rule.matches))
            key = (hop.node.name, base.chain, base.hook, base.priority, family, tuple(id(rule) for rule in counting))
            if key not in done:
                done.add(key)
                yield device, base, hop, family, counting


def _passages(network: Network) -> Iterator[tuple[Hop, Family]]:
    """Yield each passage through a device: also those within one zone, where a rule may have its only use."""
    for family in Family:
        for node in network.nodes:
            for iif in node.ports if family in node.families else ():
                for oif in node.ports:
                    yield Hop(node=node, iif=iif, oif=oif, targets=((0, family.top),)), family


def _place(device: str, rule: Rule) -> _Place:
    return (device, rule.at.sort_key(), rule.text)


def _entered(seen: dict[_Place, _Seen], device: str, rules: Iterable[Rule]) -> dict[int, _Place]:
    """Enter rules that count on a passage; return the places of them by identity."""
    found: dict[int, _Place] = {}
    for rule in rules:
        place = found[id(rule)] = _place(device, rule)
        seen.setdefault(place, _Seen(device, rule)).counts += 1
    return found


def _found(one: _Seen, how: Shadow, by: Iterable[Rule]) -> None:
    one.never += how is Shadow.NEVER
    for rule in by:
        place = _place(one.device, rule)
        one.takers.setdefault(place, rule)
        if rule.action != one.rule.action:
            one.others.setdefault(place, rule)


def _note(one: _Seen) -> Iterator[RuleNote]:
    never = one.never == one.counts
    mine = _place(one.device, one.rule)
    taken = one.takers if never else {place: rule for place, rule in one.others.items() if not _of_states(rule)}
    by = [rule.at for place, rule in taken.items() if place != mine]
    if _names_nothing(one.rule) and (not never or isinstance(one.rule.action, Drop)):
        return
    if not never and (not by or _of_states(one.rule)):
        return
    yield RuleNote(
        device=one.device,
        how="never" if never else "partly",
        line=masked(one.rule.text),
        at=one.rule.at,
        by=tuple(sorted(dict.fromkeys(by), key=Location.sort_key)),
        words=_words(sorted(dict.fromkeys(by), key=Location.sort_key), never=never),
    )


def _names_nothing(rule: Rule) -> bool:
    """Whether a rule matches every packet of its passage and family."""
    return any(
        Match(family=match.family, iif=match.iif, oif=match.oif, not_iif=match.not_iif, not_oif=match.not_oif) == match
        for match in rule.matches
    )


def _of_states(rule: Rule) -> bool:
    """Whether a rule asks only for states or kinds of packets: it stands before all others on purpose."""
    return all(
        (match.states is not None or match.kinds is not None)
        and (match.src, match.dst, match.sport, match.dport, match.icmp, match.mark) == (None,) * 6
        for match in rule.matches
    )


def _words(by: list[Location], *, never: bool) -> Text:
    named = ", ".join(str(place) for place in by[:BY])
    more = len(by) - BY
    ja, en = named.replace(", ", "、"), named
    if more > 0:
        ja, en = f"{ja} ほか {more} 行", f"{en} and {more} more"
    if not never:
        return Text(
            ja=f"一部のパケットは、前にある逆の判定の行（{ja}）が先に決める", en=f"lines before it decide otherwise about some of it ({en})"
        )
    return Text(ja=f"前の行（{ja}）がすべて先に決めるため、この行は働かない", en=f"never decides: lines before it take everything ({en})")


def _too_long(device: str, chain: str) -> Text:
    name = masked(chain)
    return Text(
        ja=f"`{device}` の一覧 `{name}` は長いため、働かない行があるかどうかを調べていません",
        en=f"the list `{name}` of `{device}` is long, so it was not looked at for lines that never decide",
    )
