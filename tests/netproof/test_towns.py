"""The shipped towns: proved on every pair as they are, and violated exactly where somebody planted a leak.

What each leak opens is written in `tests/evidence/zones/leaks.yaml`, from the plan of the leak; nothing here is taken from a run.
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from secaudit.model.policy import Policy
from secaudit.model.status import Status
from secaudit.netproof import network as networking
from secaudit.netproof import topology
from secaudit.netproof.boxes import KIND, PROTO, Box, values
from secaudit.netproof.evaluate import separation
from secaudit.netproof.flow_rules import FlowJudgement, judge_flows
from secaudit.netproof.lines import Fate
from secaudit.netproof.packets import TCP, TCP_REPLY_KINDS, UDP, Family, Kind
from secaudit.netproof.prove import PairVerdict, Question, Verdict, prove
from secaudit.netproof.topology import Topology
from secaudit.policy.load import load as load_policy

ROOT = Path(__file__).resolve().parents[2]
ZONES = ROOT / "tests" / "evidence" / "zones"
YEAR, AS_OF = 2025, date(2026, 3, 31)
ENCODINGS = {"rt-kikan-01.txt": "cp932"}
FAMILIES = {"IPv4": Family.V4, "IPv6": Family.V6}
DIALECTS = {
    "fw-kikan.json": "nftables",
    "gw-gamen.v4.txt": "iptables",
    "gw-gamen.v6.txt": "iptables",
    "asa-kyokai.txt": "cisco-asa",
    "rt-shisho.txt": "cisco-ios",
    "fw-mihon-01.conf": "fortigate",
    "rt-kikan-01.txt": "yamaha",
}
Leak = Mapping[str, Any]
LEAKS: Sequence[Leak] = YAML(typ="safe").load((ZONES / "leaks.yaml").read_text("utf-8"))["leaks"]
Pair = tuple[str, str, Family]


@dataclass(frozen=True, slots=True)
class Town:
    """A workspace with one policy, and where its configurations are."""

    root: Path
    name: str
    configurations: Path

    @property
    def policy(self) -> Policy:
        return load_policy(self.root / "policies" / f"{self.name}.yaml", base=self.root)

    @property
    def topology(self) -> Path:
        return self.root / "policies" / f"{self.name}.topology.yaml"


def town(name: str, folder: Path) -> Town:
    """Copy what the proof of a town reads, so that a test may change it."""
    if name == "reiji":
        shutil.copytree(ZONES, folder / name)
        return Town(folder / name, name, folder / name)
    for file in (f"{name}.yaml", f"{name}.topology.yaml"):
        (folder / "policies").mkdir(exist_ok=True)
        shutil.copy(ROOT / "policies" / file, folder / "policies" / file)
    shutil.copytree(ROOT / "evidence" / name / "network", folder / "evidence" / name / "network")
    return Town(folder, name, folder / "evidence" / name / "network" / f"FY{YEAR}")


def asked(one: Town, year: int = YEAR) -> tuple[Topology, Question, FlowJudgement]:
    policy, as_of = one.policy, date(year + 1, 3, 31)
    read = topology.load(one.topology, root=one.root, zones=policy.zones, fiscal_year=year)
    question = Question(network=read.network, zones=policy.zones, flows=(), as_of=as_of, samples=200)
    judged = judge_flows(policy, question, as_of=as_of)
    return read, replace(question, flows=judged.flows), judged


def verdicts(question: Question) -> dict[Pair, PairVerdict]:
    found = {(one.source, one.target, one.family): one for one in prove(question)}
    assert len(found) == 3 * 2 * 2
    return found


def not_understood(read: Topology) -> list[str]:
    return [line.text for account in read.accounts.values() for line in account.not_understood]


# --- as they are ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mihon", "reiji"])
def test_a_town_is_proved_on_every_pair(name: str, tmp_path: Path) -> None:
    read, question, judged = asked(town(name, tmp_path))
    assert {pair: one.verdict for pair, one in verdicts(question).items() if one.verdict is not Verdict.PROVED} == {}
    assert [(one.subject, one.status) for one in judged.outcomes if one.status is not Status.PASS] == []
    assert {one.source for one in judged.flows} == ({"mynumber", "lgwan", "internet"} if name == "mihon" else {"mynumber", "internet"})
    assert not_understood(read) == []


def test_a_published_address_in_a_meshed_town_leaves_every_pair_proved(tmp_path: Path) -> None:
    """One static translation makes walks come round with another destination; none of those rounds lets anything through."""
    here = town("reiji", tmp_path)
    file = here.configurations / "network" / "asa-kyokai.txt"
    text = file.read_bytes().decode()
    ends = "\r\n" if "\r\n" in text else "\n"
    place = f"object network NW-TANMATSU{ends} nat "
    assert text.count(place) == 1
    published = f"object network SV-MAIL-MUGAIKA{ends} nat (dmz,outside) static 203.0.113.20{ends}"
    file.write_bytes(text.replace(place, published + place).encode())
    read, question, _ = asked(here)
    found = verdicts(question)
    assert {pair: one.verdict for pair, one in found.items() if one.verdict is not Verdict.PROVED} == {}
    assert not_understood(read) == []
    loops = networking.paths(question.network, "internet", "lgwan", Family.V4).loops
    assert any("asa-kyokai" in {hop.node.name for hop in path.hops} for path in loops)


@pytest.mark.parametrize("name", ["mihon", "reiji"])
def test_every_line_of_a_town_is_counted(name: str, tmp_path: Path) -> None:
    here = town(name, tmp_path)
    read, _, _ = asked(here)
    counted: Counter[str] = Counter()
    for account in read.accounts.values():
        assert sum(account.count(fate) for fate in Fate) == len(account.lines)
        counted.update(Path(line.at.path).name for line in account.lines)
    for delivered in read.delivered:
        file = here.root / delivered.path
        text = file.read_bytes().decode(ENCODINGS.get(file.name, "utf-8"))
        if file.suffix == ".json":  # an object of the export counts as one line
            objects = YAML(typ="safe").load(text)["nftables"]
            assert counted[file.name] == len(objects)
        else:
            assert counted[file.name] == sum(1 for line in text.splitlines() if line.strip())


def test_between_them_the_towns_have_all_dialects(tmp_path: Path) -> None:
    used = set()
    for name in ("mihon", "reiji"):
        read, _, _ = asked(town(name, tmp_path))
        used |= {node.device.dialect for node in read.network.nodes if node.device is not None}
    assert used == {"nftables", "iptables", "cisco-ios", "cisco-asa", "fortigate", "yamaha"}


# --- the leaks ------------------------------------------------------------------------------------------------------


def test_there_are_leaks_enough() -> None:
    leaks = Counter(DIALECTS[Path(leak["file"]).name] for leak in LEAKS if "opens" in leak)
    assert sum(leaks.values()) >= 12
    assert set(leaks) == set(DIALECTS.values())
    assert min(leaks.values()) >= 2
    assert len({leak["name"] for leak in LEAKS}) == len(LEAKS)


def spoil(here: Town, leak: Leak) -> None:
    """Change the one place of the one file that a leak names."""
    file = here.configurations / leak["file"]
    encoding = ENCODINGS.get(file.name, "utf-8")
    with file.open(encoding=encoding, newline="") as opened:
        text = opened.read()
    ends = "\r\n" if "\r\n" in text else "\n"
    was, now, after = (leak.get(key, "").replace("\n", ends) for key in ("was", "now", "after"))
    start = text.index(after)
    count = text.count(was, start)
    assert count >= 1 if leak.get("everywhere") or after else count == 1
    head, tail = text[:start], text[start:]
    with file.open("w", encoding=encoding, newline="") as opened:
        opened.write(head + tail.replace(was, now, -1 if leak.get("everywhere") else 1))


def pairs(leak: Leak, key: str) -> set[Pair]:
    return {(one["from"], one["to"], FAMILIES[family]) for one in leak.get(key, ()) for family in one["families"]}


def line_of(leak: Leak, pair: Pair) -> str | None:
    """Return the line that lets a pair through; None: that there is none is the leak."""
    own = [one.get("line") for one in leak["opens"] if (one["from"], one["to"]) == pair[:2]]
    line: str | None = own[0] or leak["line"]
    return line


def ways(here: Town, found: PairVerdict) -> Iterator[str]:
    """Yield the lines on the way of the packet: as the file has them, and as they are told."""
    assert found.violation is not None
    for rule in (step.rule for step in found.violation.steps):
        if rule is not None and rule.at.line is not None:
            file = here.root / rule.at.path
            yield file.read_bytes().decode(ENCODINGS.get(file.name, "utf-8")).splitlines()[rule.at.line - 1].strip()
            yield rule.text


def within(low: int, high: int, prefixes: Sequence[str], family: Family) -> bool:
    networks = [ip_network(prefix) for prefix in prefixes]
    named = [(int(one.network_address), int(one.broadcast_address)) for one in networks if one.max_prefixlen == family.bits]
    return any(first <= low and high <= last for first, last in named)


def assert_named(box: Box, packets: Mapping[str, Any], kinds: str | None, family: Family) -> None:
    """Assert that a region lies in the set that the plan of the leak names."""
    if "from" in packets:
        assert within(box[0], box[1], packets["from"], family)
    if "to" in packets:
        assert within(box[2], box[3], packets["to"], family)
    if "protocol" in packets:
        assert box[PROTO] == 1 << {"tcp": TCP, "udp": UDP}[packets["protocol"]]
    if "ports" in packets:
        assert set(range(box[7], box[8] + 1)) <= set(packets["ports"])
    if kinds is not None:
        assert {Kind(value) for value in values(box[KIND])} <= TCP_REPLY_KINDS


@pytest.mark.parametrize("leak", LEAKS, ids=[leak["name"] for leak in LEAKS])
def test_a_leak_is_found_where_it_was_planted_and_nowhere_else(leak: Leak, tmp_path: Path) -> None:
    here = town(leak["town"], tmp_path)
    spoil(here, leak)
    read, question, _ = asked(here)
    found = verdicts(question)
    opened, unread = pairs(leak, "opens"), pairs(leak, "unread")
    assert {pair for pair, one in found.items() if one.verdict is Verdict.VIOLATED} == opened
    assert {pair for pair, one in found.items() if one.verdict is Verdict.UNDECIDED} == unread
    assert not_understood(read) == ([leak["line"]] if unread else [])
    for pair in unread:
        assert [one.line.text for one in found[pair].obstacles if one.line is not None] == [leak["line"]]
    for pair in opened:
        violation = found[pair].violation
        assert violation is not None
        assert violation.complete
        assert violation.forged_only is leak.get("forged_only", False)
        lines, line = [*ways(here, found[pair])], line_of(leak, pair)
        assert line in lines if line is not None else not lines
        for region in violation.regions:
            assert_named(region.box, leak["packets"], leak.get("kinds"), pair[2])


# --- the demo town year by year -------------------------------------------------------------------------------------


def test_the_demo_town_had_a_mild_leak_that_it_repaired(tmp_path: Path) -> None:
    here = town("mihon", tmp_path)
    read, question, judged = asked(here, 2024)
    assert not_understood(read) == []
    assert {one.status for one in judged.outcomes} == {Status.PASS}
    found = {pair: one for pair, one in verdicts(question).items() if one.verdict is not Verdict.PROVED}
    assert set(found) == {("lgwan", "mynumber", Family.V4)}
    (one,) = found.values()
    assert one.violation is not None
    assert one.violation.forged_only is True
    assert "ip filter 2090 pass 10.10.99.0/24 10.10.0.0/16 tcp * ssh,3389" in [*ways(here, one)]
    for region in one.violation.regions:
        assert_named(region.box, {"from": ["10.10.99.0/24"], "protocol": "tcp", "ports": [22, 3389]}, None, Family.V4)


@pytest.mark.parametrize("year", [2022, 2023])
def test_years_without_an_export_are_not_looked_at(year: int, tmp_path: Path) -> None:
    here = town("mihon", tmp_path)
    said = separation(here.policy, here.topology, root=here.root, fiscal_year=year, as_of=date(year + 1, 3, 31))
    assert said.problem is not None
    assert "fw-mihon-01" in said.problem.en
    assert str(year) in said.problem.en
    assert said.pairs == ()


def test_the_bad_twin_is_an_open_house() -> None:
    folder = ROOT / "tests" / "evidence"
    policy = load_policy(folder / "mihon-bad.yaml", base=ROOT)
    read = topology.load(folder / "mihon-bad.topology.yaml", root=ROOT, zones=policy.zones, fiscal_year=YEAR)
    question = Question(network=read.network, zones=policy.zones, flows=(), as_of=AS_OF, samples=200)
    judged = judge_flows(policy, question, as_of=AS_OF)
    assert judged.flows == ()
    assert [one.status for one in judged.outcomes] == [Status.FAIL] * 3
    assert {one.verdict for pair, one in verdicts(question).items() if pair[2] is Family.V4} == {Verdict.VIOLATED}
    assert not_understood(read) == []
