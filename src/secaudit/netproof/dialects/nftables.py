"""Reader of `nft -j list ruleset`.

* Each object of the export is one line of the account.
* Only `ip`, `ip6` and `inet` tables filter what is routed; a table of one family leaves the other alone (it then passes unfiltered).
* All translations of a hook run at one place of the kernel, whatever the priority of their chain; their order is that of the priorities.
* Bridge and netdev chains, and hooks not known here, put a doubt on the device.

Never here: the meaning of rules (`nft_rules`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.dialects import nft_rules
from secaudit.netproof.dialects.cycles import cycle, reached
from secaudit.netproof.dialects.nft_text import shown
from secaudit.netproof.dialects.nft_values import NamedSet
from secaudit.netproof.ir import BOTH, Accept, BaseChain, Configuration, Device, Doubt, Drop, Hook, NoTrack, Rule, SetMark, Source, Unclear
from secaudit.netproof.lines import APPEARANCE, Accountant, Line, Reach
from secaudit.netproof.packets import Family

_FAMILIES = {"ip": frozenset({Family.V4}), "ip6": frozenset({Family.V6}), "inet": BOTH}
_NAT_PLACES = {Hook.PREROUTING: -100, Hook.POSTROUTING: 100, Hook.INPUT: 100, Hook.OUTPUT: -100}
_DATA = frozenset(
    {"counter", "quota", "limit", "ct timeout", "secmark", "flowtable", "ct helper", "ct expectation", "synproxy", "metainfo"}
)


def read(sources: Sequence[Source], device: str) -> Configuration:
    """Return the device of one or several exports of one ruleset (see `ir.FrontEnd`)."""
    reader = _Reader(device)
    for source in sources:
        for one, at in objects(source):
            reader.take(one, at)
    return reader.configuration()


def objects(source: Source) -> Iterator[tuple[Mapping[str, Any], Location]]:
    """Yield the objects of an export with their places; raises `DocumentError` if it is none."""
    start = Location(path=source.path, line=1)
    try:
        text = source.data.decode("utf-8")
        whole = json.loads(text)
        listed = whole["nftables"]
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError):
        listed, text = None, ""
    if not isinstance(listed, list):
        raise DocumentError(
            Text(ja="`nft -j list ruleset` の出力ではありません", en="this is not the output of `nft -j list ruleset`"),
            at=start,
            hint=Text(ja="`nft -j list ruleset` の出力をそのまま保存してください", en="save the output of `nft -j list ruleset` as it is"),
        )
    decoder = json.JSONDecoder()
    position = text.index("[", text.index('"nftables"')) + 1
    counted, line, line_start = 0, 1, 0
    for one in listed:
        while text[position] in " \t\r\n,":
            position += 1
        line += text.count("\n", counted, position)
        line_start = max(line_start, text.rfind("\n", counted, position) + 1)
        counted = position
        column = position - line_start + 1
        _, position = decoder.raw_decode(text, position)
        yield (one if isinstance(one, Mapping) else {}), Location(path=source.path, line=line, column=str(column))


class _Reader:
    """Collects the objects of one ruleset."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.accountant = Accountant()
        self.sets: dict[tuple[str, str], dict[str, NamedSet]] = {}
        self.chains: dict[str, list[Rule]] = {}
        self.hooks: list[BaseChain] = []
        self.doubts: list[Doubt] = []
        self.waiting: list[tuple[Mapping[str, Any], Location]] = []

    def take(self, one: Mapping[str, Any], at: Location) -> None:
        """Enter one object; rules wait until all sets and chains are known."""
        name, body = next(iter(one.items()), ("?", None))
        text = _short(name, body)
        if name in _DATA:
            self.accountant.irrelevant(at, text, APPEARANCE)
        elif not isinstance(body, Mapping) or name not in ("table", "chain", "set", "map", "element", "rule"):
            self._doubt(at, text, Text(ja=f"`{name}` が分かりません", en=f"`{name}` is not understood"))
        elif name == "rule":
            self.waiting.append((body, at))
        elif name == "table":
            self._table(body, at, text)
        elif body.get("family") == "arp":
            self.accountant.irrelevant(at, text, Text(ja="ARP だけに働きます", en="it is about ARP alone"))
        elif name == "chain":
            self._chain(body, at, text)
        else:
            self._set(name, body, at, text)

    def _doubt(self, at: Location, text: str, reason: Text, families: frozenset[Family] = BOTH) -> None:
        line = self.accountant.not_understood(at, text, reason, Reach.DEVICE)
        self.doubts.append(Doubt(reason=reason, line=line, families=families))

    def _table(self, body: Mapping[str, Any], at: Location, text: str) -> None:
        if "dormant" in _flags(body):
            self._doubt(at, text, Text(ja="休止中の表には対応していません", en="a dormant table is not supported"))
        else:
            self.accountant.understood(at, text)

    def _set(self, name: str, body: Mapping[str, Any], at: Location, text: str) -> None:
        elements = body.get("elem")
        varies = bool({"dynamic", "timeout"} & _flags(body)) or "timeout" in body
        sets = self.sets.setdefault((str(body.get("family")), str(body.get("table"))), {})
        if name == "element":
            old = sets.get(str(body.get("name")), NamedSet(elements=(), varies=False))
            more = elements if isinstance(elements, list) else []
            sets[str(body.get("name"))] = replace(old, elements=(*(old.elements or ()), *more))
        else:
            found = tuple(elements) if isinstance(elements, list) else None
            sets[str(body.get("name"))] = NamedSet(elements=found, varies=varies)
        self.accountant.understood(at, text)

    def _chain(self, body: Mapping[str, Any], at: Location, text: str) -> None:
        family = str(body.get("family"))
        name = chain_name(body, str(body.get("name")))
        self.chains.setdefault(name, [])
        if "hook" not in body:
            self.accountant.understood(at, text)
            return
        hooks = {hook.value: hook for hook in Hook}
        hook = hooks.get(str(body["hook"]))
        if family not in _FAMILIES or hook is None or not isinstance(body.get("prio"), int):
            what = f"{family} {body['hook']}"
            self._doubt(at, text, Text(ja=f"`{what}` の連鎖には対応していません", en=f"chains at `{what}` are not supported"))
            return
        nat = body.get("type") == "nat"
        self.hooks.append(
            BaseChain(
                chain=name,
                hook=hook,
                priority=int(body["prio"]),
                policy=Drop() if body.get("policy") == "drop" else Accept(),
                at=at,
                text=text,
                families=_FAMILIES[family],
                nat=nat,
            )
        )
        self.accountant.understood(at, text)

    def _rule(self, body: Mapping[str, Any], at: Location) -> None:
        family = str(body.get("family"))
        expressions = body.get("expr")
        text = shown([] if expressions is None else expressions)
        name = chain_name(body, str(body.get("chain")))
        if family == "arp":
            self.accountant.irrelevant(at, text, Text(ja="ARP だけに働きます", en="it is about ARP alone"))
            return
        if family not in _FAMILIES:
            # Its base chain carries the doubt.
            self.accountant.not_understood(
                at, text, Text(ja=f"表 `{family}` には対応していません", en=f"`{family}` tables are not supported"), Reach.DEVICE
            )
            return
        families = _FAMILIES[family]

        def problem(reason: Text, device: bool) -> Line:
            return self.accountant.not_understood(at, text, reason, Reach.DEVICE if device else Reach.RULE, None if device else name)

        draft = nft_rules.Draft(
            at=at,
            text=text,
            table=next(iter(families)) if len(families) == 1 else None,
            sets=self.sets.get((family, str(body.get("table"))), {}),
            problem=problem,
            chain_name=lambda target: chain_name(body, target),
        )
        nft_rules.read(draft, expressions if isinstance(expressions, list) else [None])
        for unread in draft.doubts:
            self.doubts.append(Doubt(reason=unread.reason, line=problem(unread.reason, True), families=families))
        self.chains.setdefault(name, []).extend(draft.rules)
        self.accountant.understood(at, text)

    def configuration(self) -> Configuration:
        """Return what was collected."""
        for body, at in self.waiting:
            self._rule(body, at)
        chains = {name: tuple(rules) for name, rules in self.chains.items()}
        self.doubts += cycle(chains)
        ordered = sorted(self.hooks, key=lambda base: base.priority)
        hooks = tuple(replace(base, priority=_NAT_PLACES.get(base.hook, 0)) if base.nat else base for base in ordered)
        self._same_places(ordered, chains)
        device = Device(name=self.device, dialect="nftables", chains=MappingProxyType(chains), hooks=hooks, doubts=tuple(self.doubts))
        return Configuration(devices=(device,), account=self.accountant.account())

    def _same_places(self, ordered: list[BaseChain], chains: Mapping[str, tuple[Rule, ...]]) -> None:
        """Doubt the order of chains of one priority where it matters: which was loaded first, the export does not say."""
        seen: dict[tuple[Hook, int, bool], list[BaseChain]] = {}
        for base in ordered:
            if not chains.get(base.chain):
                continue
            others = seen.setdefault((base.hook, base.priority, base.nat), [])
            shared = frozenset({family for other in others for family in other.families & base.families})
            others.append(base)
            if shared and (base.nat or any(self._changes(chains, other) for other in others)):
                reason = Text(
                    ja="優先度の同じ連鎖が二つあり、順序で結果が変わります", en="two chains have the same priority, and their order matters"
                )
                self._doubt(base.at, base.text, reason, shared)

    @staticmethod
    def _changes(chains: Mapping[str, tuple[Rule, ...]], base: BaseChain) -> bool:
        return any(isinstance(rule.action, SetMark | NoTrack | Unclear) for rule in reached(chains, base.chain))


def chain_name(body: Mapping[str, Any], name: str) -> str:
    """Return the name of a chain in the device: names are unique in a table only."""
    return f"{body.get('family')} {body.get('table')} {name}"


def _flags(body: Mapping[str, Any]) -> set[str]:
    """Return the flags of an object: the export writes one without a list."""
    flags = body.get("flags", [])
    return {str(one) for one in (flags if isinstance(flags, list) else [flags])}


def _short(name: str, body: object) -> str:
    if not isinstance(body, Mapping):
        return name
    if name == "rule":
        return shown(body.get("expr", []))
    words = [name, *(str(body[key]) for key in ("family", "table", "name") if key in body)]
    if name == "chain" and "hook" in body:
        words += [f"{{ type {body.get('type')} hook {body['hook']} priority {body.get('prio')}; policy {body.get('policy', 'accept')}; }}"]
    return " ".join(words)
