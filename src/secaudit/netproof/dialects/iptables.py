"""Reader of `iptables-save` and `ip6tables-save`: one file for each family, or both in one.

* Which family a file is of, its header says; without one, the addresses in it; a file that says nothing is IPv4.
* A family whose file was not delivered is a doubt, not a permission and not a denial.
* Tables sit at their fixed places: raw −300, mangle −150, nat −100 and 100, filter 0, security 50.
* A table without COMMIT was cut off: a doubt on the device.

Never here: the options of a rule (`iptables_options`).
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from types import MappingProxyType

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.dialects import iptables_options
from secaudit.netproof.dialects.cycles import cycle
from secaudit.netproof.dialects.iptables_options import Options
from secaudit.netproof.dialects.nft_values import Unread
from secaudit.netproof.ir import (
    Accept,
    Action,
    BaseChain,
    Configuration,
    DestinationNat,
    Device,
    Doubt,
    Drop,
    Goto,
    Hook,
    Jump,
    Match,
    NoTrack,
    Return,
    Rule,
    SetMark,
    Source,
    SourceNat,
    Unclear,
    Unknown,
)
from secaudit.netproof.lines import COMMENT, Accountant, Line, Reach
from secaudit.netproof.packets import Family

_HOOKS = {hook.name: hook for hook in Hook}
_PLACES: Mapping[str, Mapping[str, int]] = {
    "raw": {"PREROUTING": -300, "OUTPUT": -300},
    "mangle": {"PREROUTING": -150, "INPUT": -150, "FORWARD": -150, "OUTPUT": -150, "POSTROUTING": -150},
    "nat": {"PREROUTING": -100, "INPUT": 100, "OUTPUT": -100, "POSTROUTING": 100},
    "filter": {"INPUT": 0, "FORWARD": 0, "OUTPUT": 0},
    "security": {"INPUT": 50, "FORWARD": 50, "OUTPUT": 50},
}
_SILENT = frozenset(
    [
        "LOG",
        "NFLOG",
        "ULOG",
        "TRACE",
        "AUDIT",
        "CHECKSUM",
        "CLASSIFY",
        "DSCP",
        "TOS",
        "TTL",
        "HL",
        "ECN",
        "TCPMSS",
        "TCPOPTSTRIP",
        "NFACCT",
        "LED",
        "CONNSECMARK",
        "SECMARK",
        "IDLETIMER",
        "SET",
        "RATEEST",
    ]
)
_FAR = frozenset(
    [
        "TPROXY",
        "NFQUEUE",
        "QUEUE",
        "TEE",
        "SYNPROXY",
        "NETMAP",
        "DNPT",
        "SNPT",
        "CLUSTERIP",
        "RAWDNAT",
        "RAWSNAT",
        "ECHO",
        "STEAL",
        "DELUDE",
        "TARPIT",
    ]
)
_LINE = re.compile(r"(?:\[\d+:\d+\] )?(-[AI]) (\S+)(.*)")
_CHAIN = re.compile(r":(\S+) (\S+)(?: \[\d+:\d+\])?")


def read(sources: Sequence[Source], device: str) -> Configuration:
    """Return the device of the files of both families (see `ir.FrontEnd`)."""
    reader = _Reader(device)
    for source in sources:
        reader.file(source)
    return reader.configuration()


class _Reader:
    """Collects the tables of the files."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.accountant = Accountant()
        self.chains: dict[str, list[Rule]] = {}
        self.hooks: list[BaseChain] = []
        self.doubts: list[Doubt] = []
        self.families: set[Family] = set()

    def file(self, source: Source) -> None:
        """Read one file; raises `DocumentError` if it is no output of iptables-save."""
        text = source.data.decode("utf-8", "replace")
        lines = text.splitlines()
        if not any(re.match(r"\*\w+$", line.strip()) for line in lines):
            raise DocumentError(
                Text(ja="iptables-save の出力ではありません", en="this is not the output of iptables-save"),
                at=Location(path=source.path, line=1),
                hint=Text(
                    ja="`iptables-save` と `ip6tables-save` の出力をそのまま保存してください",
                    en="save the output of `iptables-save` and of `ip6tables-save` as it is",
                ),
            )
        family, table, opened = _family(lines), None, Location(path=source.path, line=1)
        for number, raw in enumerate(lines, start=1):
            line, at = raw.strip(), Location(path=source.path, line=number)
            if not line:
                continue
            if line.startswith("#"):
                family = _named_family(line) or family
                self.accountant.irrelevant(at, line, COMMENT)
            elif line.startswith("*"):
                table, opened = line[1:], at
                self._table(table, family, line, at)
            elif line == "COMMIT":
                table = None
                self.accountant.irrelevant(at, line, Text(ja="表の終わり", en="the end of a table"))
            elif table is not None:
                self._line(line, at, family, table)
            else:
                self._doubt(at, line, Text(ja="表の外の行です", en="a line outside of a table"), family)
        if table is not None:
            self._doubt(opened, f"*{table}", Text(ja=f"表 `{table}` が途中で切れています", en=f"the table `{table}` is cut off"), family)

    def _doubt(self, at: Location, text: str, reason: Text, family: Family) -> None:
        line = self.accountant.not_understood(at, text, reason, Reach.DEVICE)
        self.doubts.append(Doubt(reason=reason, line=line, families=frozenset({family})))

    def _table(self, table: str, family: Family, line: str, at: Location) -> None:
        self.families.add(family)
        if table in _PLACES:
            self.accountant.understood(at, line)
        else:
            self._doubt(at, line, Text(ja=f"表 `{table}` には対応していません", en=f"the table `{table}` is not supported"), family)

    def _line(self, line: str, at: Location, family: Family, table: str) -> None:
        chain = _CHAIN.fullmatch(line)
        rule = _LINE.fullmatch(line)
        if chain is not None:
            self._chain(chain[1], chain[2], at, line, family, table)
        elif rule is not None and rule[1] == "-A":
            self._rule(rule[2], rule[3], line, at, family, table)
        else:
            self._doubt(at, line, Text(ja="行の形が分かりません", en="the form of the line is not known"), family)

    def _chain(self, name: str, policy: str, at: Location, line: str, family: Family, table: str) -> None:
        full = f"{family} {table} {name}"
        self.chains.setdefault(full, [])
        self.accountant.understood(at, line)
        place = _PLACES.get(table, {}).get(name)
        if place is None or policy == "-":
            return
        self.hooks.append(
            BaseChain(
                chain=full,
                hook=_HOOKS[name],
                priority=place,
                policy=Drop() if policy == "DROP" else Accept(),
                at=at,
                text=line,
                families=frozenset({family}),
                nat=table == "nat",
            )
        )

    def _rule(self, chain: str, rest: str, line: str, at: Location, family: Family, table: str) -> None:
        name = f"{family} {table} {chain}"

        def problem(reason: Text) -> Line:
            return self.accountant.not_understood(at, line, reason, Reach.RULE, name)

        matches: list[Match] = [Match()]
        action: Action | None
        try:
            options = iptables_options.read(shlex.split(rest), family)
            matches = options.matches
            # What only logs or counts does not matter whenever it does so.
            if options.unknown and not _silent(options):
                text = Text(ja="、".join(one.ja for one in options.unknown), en="; ".join(one.en for one in options.unknown))
                matches = iptables_options.uncertain(matches, Unknown(reason=text, line=problem(text)))
            action = _action(options, f"{family} {table} ")
        except Unread as found:
            if found.device:
                self._doubt(at, line, found.reason, family)
                return
            action = Unclear(Unknown(reason=found.reason, line=problem(found.reason)))
        except (ValueError, IndexError, KeyError):
            reason = Text(ja="規則の形が分かりません", en="the form of the rule is not known")
            action = Unclear(Unknown(reason=reason, line=problem(reason)))
        if action is not None:
            self.chains.setdefault(name, []).append(Rule(matches=tuple(matches), action=action, at=at, text=line))
        self.accountant.understood(at, line)

    def configuration(self) -> Configuration:
        """Return what was collected."""
        for family, program in ((Family.V4, "iptables-save"), (Family.V6, "ip6tables-save")):
            if family not in self.families:
                reason = Text(ja=f"`{program}` の出力がありません", en=f"the output of `{program}` was not delivered")
                self.doubts.append(Doubt(reason=reason, line=None, families=frozenset({family})))
        chains = {name: tuple(rules) for name, rules in self.chains.items()}
        self.doubts += cycle(chains)
        device = Device(
            name=self.device,
            dialect="iptables",
            chains=MappingProxyType(chains),
            hooks=tuple(sorted(self.hooks, key=lambda base: base.priority)),
            doubts=tuple(self.doubts),
        )
        return Configuration(devices=(device,), account=self.accountant.account())


def _named_family(line: str) -> Family | None:
    found = re.match(r"# Generated by (ip6?)tables(?:-nft|-legacy)?-save", line)
    return None if found is None else Family(found[1])


def _family(lines: list[str]) -> Family:
    """Return the family of a file: by its header, else by what is in it."""
    for line in lines:
        named = _named_family(line)
        if named is not None:
            return named
    six = re.compile(r"ipv6-icmp|icmp6|--icmpv6-type|(?:-s|-d) [0-9a-f]*:[0-9a-f:]*")
    return Family.V6 if any(six.search(line) for line in lines) else Family.V4


def _silent(options: Options) -> bool:
    """Whether a rule decides nothing: it has no target, or one that only watches."""
    return options.target is None or options.target in _SILENT


def _action(options: Options, prefix: str) -> Action | None:
    """Return what the target does; None: nothing that matters."""
    target, words = options.target or "", options.arguments
    if _silent(options):
        return None
    if options.goto:
        return Goto(prefix + target)
    if target in _FAR:
        raise Unread(Text(ja=f"`{target}` の働きは追えません", en=f"what `{target}` does cannot be followed"), device=True)
    simple: Mapping[str, Action] = {"ACCEPT": Accept(), "DROP": Drop(), "REJECT": Drop(), "RETURN": Return(), "NOTRACK": NoTrack()}
    if target in simple:
        return simple[target]
    match target:
        case "MARK":
            return _mark(words)
        case "CONNMARK":
            return SetMark(None) if "--restore-mark" in words else None
        case "CT":
            return _tracking(words)
        case "MASQUERADE":
            return SourceNat(None, _ports(words[words.index("--to-ports") + 1]) if "--to-ports" in words else None)
        case "REDIRECT":
            return DestinationNat(None)
        case "SNAT":
            address, ports = _target(words[words.index("--to-source") + 1])
            return SourceNat(address, ports)
        case "DNAT":
            address, ports = _target(words[words.index("--to-destination") + 1])
            if address is None or address[0] != address[1] or (ports is not None and ports[0] != ports[1]):
                raise Unread(Text(ja="複数の宛先への変換には対応していません", en="a translation to several destinations is not supported"))
            return DestinationNat(address[0], None if ports is None else ports[0])
        case _:
            return Jump(prefix + target)


def _tracking(words: list[str]) -> Action | None:
    if "--notrack" in words:
        return NoTrack()
    if "--helper" in words or "--zone" in words or "--zone-orig" in words:
        raise Unread(Text(ja="接続の補助や区分けの働きは追えません", en="connection helpers and zones cannot be followed"), device=True)
    return None


def _mark(words: list[str]) -> SetMark:
    top = 0xFFFFFFFF
    option, value = words[0], words[1]
    number, _, mask = value.partition("/")
    given, covered = int(number, 0), int(mask, 0) if mask else top
    match option:
        case "--set-xmark":
            return SetMark(given, ~covered & top)
        case "--set-mark":
            return SetMark(given, ~(covered | given) & top)
        case "--and-mark":
            return SetMark(0, given)
        case "--or-mark":
            return SetMark(given, ~given & top)
        case "--xor-mark":
            return SetMark(given, top)
    return SetMark(None)


def _ports(value: str) -> tuple[int, int]:
    low, _, high = value.partition("-")
    return int(low), int(high or low)


def _target(value: str) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Return addresses and ports of `--to-source` and `--to-destination`: `a`, `a-b`, `a:p`, `[a]:p-q`."""
    bracketed = re.fullmatch(r"\[([^\]]+)\](?::([\d-]+))?", value)
    if bracketed is not None:
        hosts, ports = bracketed[1], bracketed[2]
    elif value.count(":") > 1:
        hosts, ports = value, None
    else:
        hosts, _, ports = value.partition(":")
    low, _, high = hosts.partition("-")
    address = (int(ip_address(low)), int(ip_address(high or low))) if hosts else None
    return address, _ports(ports) if ports else None
