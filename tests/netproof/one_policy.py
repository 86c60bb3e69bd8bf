"""One policy, of known meaning, in every language that the proof reads: written by aerleon, and by a small writer of ours for YAMAHA.

What the generators cannot say, and what is therefore not asked of them:

* aerleon has no generator for YAMAHA: `yamaha` below writes it.
* Its ASA generator knows no IPv6.
* Its FortiGate generator writes no ICMP beside other services, and a service without ports becomes ALL: terms name ports or no protocol.
* Its nftables generator leaves `icmp` out of an IPv6 rule, which then accepts everything: terms on ICMP are IPv4 only.
* IOS permits neighbour discovery behind the last line of an IPv6 list, unless that line denies everything: there it does.
* iptables and nftables accept NEW (with a mid-stream ACK), IOS and YAMAHA every packet, ASA and FortiGate sessions that begin with a SYN:
  the languages agree about packets that open a connection (`Kind.START`), and those are compared.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from aerleon import api
from aerleon.lib.naming import Naming

from secaudit.netproof.dialects import cisco_asa, cisco_ios, fortigate, iptables, yamaha
from secaudit.netproof.flows import Flow
from secaudit.netproof.ir import Accept, Configuration, Device, Drop, FrontEnd, Match, Source
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import Ranges, normal
from tests.netproof.build import V4, V6, filtering, net, rule

PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1}


@dataclass(frozen=True, kw_only=True)
class Term:
    """One line of the policy. No sources or destinations: anything; no protocols: all of them."""

    accept: bool
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()

    def ends(self, prefixes: Sequence[str], family: Family) -> Ranges | None:
        """Return one end as ranges."""
        version = 4 if family is V4 else 6
        return net(*(one for one in prefixes if ip_network(one).version == version)) if prefixes else None

    def numbers(self) -> Ranges | None:
        """Return the protocols as ranges."""
        return normal((PROTOCOLS[one], PROTOCOLS[one]) for one in self.protocols) if self.protocols else None

    def spans(self) -> Ranges | None:
        """Return the ports as ranges."""
        return normal((int(one.split("-")[0]), int(one.split("-")[-1])) for one in self.ports) if self.ports else None


Policy = tuple[Term, ...]


def meaning(policy: Policy, family: Family) -> Device:
    """Return a device that does what the policy says: the reference."""
    rules = [
        rule(
            Accept() if term.accept else Drop(),
            Match(
                family=family,
                src=term.ends(term.sources, family),
                dst=term.ends(term.targets, family),
                proto=term.numbers(),
                dport=term.spans(),
            ),
        )
        for term in policy
    ]
    return filtering(*rules)


def flows(policy: Policy) -> tuple[Flow, ...]:
    """Return the accepted terms as declared flows."""
    found = []
    for number, term in enumerate(policy):
        if term.accept:
            ends: list[dict[Family, Ranges]] = [
                {family: term.ends(prefixes, family) or ((0, family.top),) for family in Family}
                for prefixes in (term.sources, term.targets)
            ]
            proto = term.numbers() or ((0, 255),)
            found.append(Flow(id=f"t{number}", source="a", target="b", src=ends[0], dst=ends[1], proto=proto, ports=term.spans()))
    return tuple(found)


def random_policy(seed: int, *, icmp: bool = False) -> Policy:
    """Return a policy whose terms overlap; each prefix comes in both families."""
    pick = random.Random(f"policy {seed}")

    def some(zone: int) -> tuple[str, ...]:
        found: list[str] = []
        for _ in range(pick.choice([0, 1, 1, 2])):
            length, third, last = pick.choice([16, 24, 24, 25, 32]), pick.randrange(4), pick.choice([0, 5, 128])
            four = ip_network(f"10.{zone}.{third}.{last}/{length}", strict=False)
            six = ip_network(f"fd0{zone}:{third}::{last:x}/{length if length < 32 else 128}", strict=False)
            found += [str(four), str(six)]
        return tuple(dict.fromkeys(found))

    terms = []
    for _ in range(pick.randint(2, 7)):
        protocols = pick.choice([("tcp",), ("tcp",), ("udp",), ("tcp", "udp"), ()])
        ports = tuple(dict.fromkeys(pick.choices(["22", "80", "443", "53", "1000-2000", "1500-1600", "1-65535"], k=pick.choice([1, 1, 2]))))
        term = Term(accept=pick.random() < 0.6, sources=some(1), targets=some(2), protocols=protocols, ports=ports if protocols else ())
        if icmp and pick.random() < 0.3:
            term = Term(accept=term.accept, sources=term.sources, targets=term.targets, protocols=("icmp",))
        terms.append(term)
    return tuple(terms)


def rendered(policy: Policy, target: str, options: str) -> str:
    """Return the policy as aerleon writes it for a target."""
    networks: dict[str, Any] = {}
    services: dict[str, Any] = {}
    terms: list[dict[str, str]] = []
    for number, term in enumerate(policy):
        one = {"name": f"t{number}", "action": "accept" if term.accept else "deny"}
        for key, letter, prefixes in (("source-address", "S", term.sources), ("destination-address", "D", term.targets)):
            if prefixes:
                networks[f"{letter}{number}"] = {"values": [{"address": prefix} for prefix in prefixes]}
                one[key] = f"{letter}{number}"
        if term.protocols:
            one["protocol"] = " ".join(term.protocols)
        if term.ports:
            services[f"P{number}"] = [{"protocol": protocol, "port": port} for protocol in term.protocols for port in term.ports]
            one["destination-port"] = f"P{number}"
        terms.append(one)
    definitions = Naming()
    definitions.ParseDefinitionsObject({"networks": networks, "services": services}, "policy")
    given: Any = [{"filename": "policy", "filters": [{"header": {"targets": {target: options}}, "terms": terms}]}]
    found: Any = api.Generate(given, definitions)
    (text,) = found.values()
    return str(text)


def _read(front_end: FrontEnd, text: str, name: str = "fw.conf") -> Device:
    found: Configuration = front_end([Source(path=name, data=text.encode())], "fw")
    assert [line.text for line in found.account.not_understood] == []
    return found.devices[0]


def ios(policy: Policy, family: Family) -> Device:
    """Return the policy as an inbound list of an IOS router."""
    if family is V4:
        body, applied = rendered(policy, "cisco", "acl extended"), "ip access-group acl in"
    else:
        body, applied = rendered((*policy, Term(accept=False)), "cisco", "acl inet6"), "ipv6 traffic-filter acl in"
    ports = f"interface left\n ip address 192.0.2.1 255.255.255.128\n ipv6 address 2001:db8:1::1/64\n {applied}\n!\n"
    ports += "interface right\n ip address 192.0.2.129 255.255.255.128\n ipv6 address 2001:db8:2::1/64\n!\n"
    lines = [line for line in body.splitlines() if line.strip() not in ("", "exit") and not line.startswith("no ")]
    return _read(cisco_ios.read, "hostname fw\nipv6 unicast-routing\n" + ports + "\n".join(lines) + "\nend\n")


def asa(policy: Policy, family: Family) -> Device:
    """Return the policy as an inbound list of an ASA."""
    assert family is V4
    ports = "".join(
        f"interface GigabitEthernet0/{number}\n nameif {name}\n security-level 50\n"
        f" ip address 192.0.2.{number * 128 + 1} 255.255.255.128\n!\n"
        for number, name in enumerate(("left", "right"))
    )
    lines = [line for line in rendered(policy, "ciscoasa", "acl").splitlines() if line.strip() and not line.startswith("clear ")]
    text = "ASA Version 9.8(2)\nhostname fw\nsame-security-traffic permit inter-interface\n" + ports + "\n".join(lines)
    return _read(cisco_asa.read, text + "\naccess-group acl in interface left\n: end\n")


def fortinet(policy: Policy, family: Family) -> Device:
    """Return the policy as a FortiGate's."""
    body = rendered(policy, "fortigate", f"from-zone left to-zone right {'inet' if family is V4 else 'inet6'}")
    ports = "".join(
        f'    edit "{name}"\n        set vdom "root"\n        set ip 192.0.2.{number * 128 + 1} 255.255.255.128\n    next\n'
        for number, name in enumerate(("left", "right"))
    )
    header = "#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin\n"
    return _read(fortigate.read, header + "config system interface\n" + ports + "end\n" + body + "\n")


def saved(policy: Policy, family: Family) -> Device:
    """Return the policy as iptables-save shows it: aerleon writes commands, which differ in how chains are named."""
    lines = []
    for line in rendered(policy, "iptables", "FORWARD DROP" if family is V4 else "FORWARD DROP inet6").splitlines():
        words = line.split()
        if words[:1] == ["-P"]:
            lines.append(f":{words[1]} {words[2]} [0:0]")
        elif words[:1] == ["-N"]:
            lines.append(f":{words[1]} - [0:0]")
        elif line.startswith("-A"):
            lines.append(line)
    lines.sort(key=lambda line: not line.startswith(":"))
    program = "iptables-save" if family is V4 else "ip6tables-save"
    return _read(iptables.read, f"# Generated by {program} v1.8.9\n*filter\n:INPUT ACCEPT [0:0]\n" + "\n".join(lines) + "\nCOMMIT\n")


def rtx(policy: Policy, family: Family) -> Device:
    """Return the policy as filters of a YAMAHA router: definitions, and the list that applies them."""
    version, word = (4, "ip") if family is V4 else (6, "ipv6")
    lines: list[str] = []
    for term in policy:
        sources, targets = (
            [one for one in prefixes if ip_network(one).version == version] or ["*"] for prefixes in (term.sources, term.targets)
        )
        for source in sources:
            for target in targets:
                for protocol in term.protocols or ("*",):
                    ports = f" * {','.join(term.ports)}" if term.ports else ""
                    action = "pass" if term.accept else "reject"
                    lines.append(f"{word} filter {len(lines) + 1} {action} {source} {target} {protocol}{ports}")
    applied = " ".join(str(number) for number in range(1, len(lines) + 1))
    lines.append(f"{word} lan1 secure filter in {applied}")
    return _read(
        yamaha.read, "# RTX1220 Rev.15.04.05\nip lan1 address 192.0.2.1/25\nip lan2 address 192.0.2.129/25\n" + "\n".join(lines) + "\n"
    )


def nft_text(policy: Policy, family: Family) -> str:
    """Return the policy in nft's words; the reader takes what the kernel makes of it (`lab.exported`)."""
    return rendered(policy, "nftables", "inet FORWARD" if family is V4 else "inet6 FORWARD")


Write = Callable[[Policy, Family], Device]

WRITERS: dict[str, tuple[Write, tuple[str, str]]] = {
    "iptables": (saved, ("left", "right")),
    "ios": (ios, ("left", "right")),
    "asa": (asa, ("left", "right")),
    "fortigate": (fortinet, ("left", "right")),
    "yamaha": (rtx, ("lan1", "lan2")),
}
"""How a policy is written, and the interfaces on the way from a to b."""


def says(name: str, policy: Policy, family: Family) -> bool:
    """Whether a language can say a policy in a family (see the module)."""
    icmp = any("icmp" in term.protocols for term in policy)
    return not (icmp and (family is V6 or name == "fortigate")) and not (name == "asa" and family is V6)
