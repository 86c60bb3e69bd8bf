"""One policy rendered into all dialects: every front end reads the same permitted set out of it, and gets the same verdicts."""

import os

import pytest

from secaudit.netproof.dialects import nftables
from secaudit.netproof.ir import Device, Source
from secaudit.netproof.network import Network, Node
from secaudit.netproof.packets import Family, Kind
from secaudit.netproof.prove import Question, Verdict, prove_pair
from tests.netproof.build import V4, V6, ZONES, port
from tests.netproof.kernel.lab import exported
from tests.netproof.kernel.test_kernel import required
from tests.netproof.one_policy import WRITERS, Policy, Term, flows, meaning, nft_text, random_policy, says
from tests.netproof.oracles.judged import AS_OF
from tests.netproof.sets import permitted, same

LONG = os.environ.get("SECAUDIT_LONG") == "1"
SEEDS = range(200 if LONG else 20)
START = 1 << Kind.START

TOWN: Policy = (
    Term(accept=False, sources=("10.1.3.0/24", "fd01:3::/32")),
    Term(accept=True, sources=("10.1.0.10/32", "fd01::a/128"), targets=("10.2.0.5/32", "fd02::5/128"), protocols=("tcp",), ports=("443",)),
    Term(accept=False, targets=("10.2.0.5/32", "fd02::5/128"), protocols=("tcp", "udp"), ports=("1-65535",)),
    Term(accept=True, targets=("10.2.0.0/24", "fd02::/64"), protocols=("udp",), ports=("53", "1000-2000")),
    Term(accept=True, sources=("10.1.0.0/24", "fd01::/64"), targets=("10.2.7.0/25", "fd02:7::/32")),
)
"""One client may reach one server; a wider rule behind it is partly shadowed; the last one names no protocol."""

POLICIES = [("town", TOWN), *((f"seed {seed}", random_policy(seed)) for seed in SEEDS)]
POLICIES += [(f"icmp {seed}", random_policy(seed, icmp=True)) for seed in SEEDS[:6]]


def kernel(policy: Policy, family: Family) -> Device:
    """Return the policy as the kernel shows it after nft has loaded aerleon's text."""
    found = nftables.read([Source(path="fw.json", data=exported(nft_text(policy, family)))], "fw")
    assert found.account.not_understood == ()
    return found.devices[0]


def verdicts(device: Device, ports: tuple[str, str], policy: Policy, family: Family) -> tuple[Verdict, Verdict]:
    """Return the verdict as it stands, and with every accepted term declared as a flow."""
    node = Node(name="fw", ports=(port(ports[0], "a"), port(ports[1], "b")), device=device)
    network = Network(nodes=(node,))
    plain, declared = (
        prove_pair(Question(network=network, zones=ZONES, flows=taken, as_of=AS_OF, samples=100), "a", "b", family).verdict
        for taken in ((), flows(policy))
    )
    return plain, declared


def _compared(device: Device, ports: tuple[str, str], policy: Policy, family: Family) -> bool:
    wanted = permitted(meaning(policy, family), "left", "right", family, kinds=START)
    assert verdicts(device, ports, policy, family) == (Verdict.VIOLATED if wanted else Verdict.PROVED, Verdict.PROVED)
    return same(permitted(device, *ports, family, kinds=START), wanted)


@pytest.mark.parametrize(("name", "family"), [(name, family) for name in WRITERS for family in (V4, V6) if says(name, TOWN, family)])
def test_a_dialect_permits_what_the_policy_says(name: str, family: Family) -> None:
    write, ports = WRITERS[name]
    said = [(title, policy) for title, policy in POLICIES if says(name, policy, family)]
    assert [title for title, policy in said if not _compared(write(policy, family), ports, policy, family)] == []


@pytest.mark.parametrize("family", [V4, V6])
def test_nftables_permits_what_the_policy_says(family: Family) -> None:
    required()
    said = [(title, policy) for title, policy in POLICIES if says("nftables", policy, family)]
    assert [title for title, policy in said if not _compared(kernel(policy, family), ("left", "right"), policy, family)] == []


def test_the_policies_are_worth_comparing() -> None:
    """Most permit something, and their sets are not simple."""
    sizes = [len(permitted(meaning(policy, V4), "left", "right", V4, kinds=START)) for _, policy in POLICIES]
    assert sum(1 for size in sizes if size) > len(sizes) * 3 // 4
    assert max(sizes) > 20
