"""Jumps that lead nowhere or in a circle: a doubt on the device, because no kernel would have loaded them.

Never here: the lists themselves (`ir`).
"""

from collections.abc import Iterator, Mapping

from secaudit.model.text import Text
from secaudit.netproof.ir import Doubt, Goto, Jump, Rule


def cycle(chains: dict[str, tuple[Rule, ...]]) -> list[Doubt]:
    """Return the doubts about jumps; a chain that is missing is added empty, so that everyone may rely on it."""
    doubts: list[Doubt] = []
    for name, rules in [*chains.items()]:
        for rule in rules:
            if isinstance(rule.action, Jump | Goto) and rule.action.chain not in chains:
                chains[rule.action.chain] = ()
                text = rule.action.chain
                doubts.append(
                    Doubt(reason=Text(ja=f"連鎖 `{text}` が定義されていません", en=f"the chain `{text}` is not defined"), line=None)
                )
        if _comes_back(chains, name):
            doubts.append(
                Doubt(reason=Text(ja=f"連鎖 `{name}` が自分に戻ります", en=f"the chain `{name}` leads back to itself"), line=None)
            )
    return doubts


def reached(chains: Mapping[str, tuple[Rule, ...]], name: str) -> Iterator[Rule]:
    """Yield the rules of a chain and of all that it leads to."""
    open_, seen = [name], {name}
    while open_:
        for rule in chains.get(open_.pop(), ()):
            yield rule
            if isinstance(rule.action, Jump | Goto) and rule.action.chain not in seen:
                seen.add(rule.action.chain)
                open_.append(rule.action.chain)


def _comes_back(chains: Mapping[str, tuple[Rule, ...]], name: str) -> bool:
    open_, seen = [name], set()
    while open_:
        for rule in chains.get(open_.pop(), ()):
            if isinstance(rule.action, Jump | Goto):
                if rule.action.chain == name:
                    return True
                if rule.action.chain not in seen:
                    seen.add(rule.action.chain)
                    open_.append(rule.action.chain)
    return False
