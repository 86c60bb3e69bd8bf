"""Commands of a YAMAHA router → what it defines and what it applies, still by number.

* A later application to the same interface and direction replaces the earlier one.
* INVARIANT: a command that nobody reads and that `yamaha_words` does not know makes the device doubtful.

Never here: what a list means (`yamaha_lists`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.dialects.yamaha_nat import Descriptors
from secaudit.netproof.dialects.yamaha_routes import INTERFACE, address, route
from secaudit.netproof.dialects.yamaha_text import Command
from secaudit.netproof.dialects.yamaha_words import NOT_IN_USE, REPLACED, UNUSED, idle
from secaudit.netproof.ir import Address, Doubt, Route
from secaudit.netproof.lines import APPEARANCE, COMMENT, Accountant, Reach
from secaudit.netproof.packets import Family

_FAMILIES = {"ip": Family.V4, "ipv6": Family.V6}
_KNOWN_FIRST = frozenset(
    ("ip", "ipv6", "pp", "tunnel", "nat", "login", "administrator", "lan", "vlan", "console", "syslog", "dhcp", "ipsec")
)
_UNREAD = Text(ja="この命令の意味が分かりません", en="this command is not known")
REASONS = {
    "policy": Text(ja="ポリシーフィルターは扱えません", en="policy filters are not handled"),
    "forward": Text(ja="経路をフィルターで選ぶ設定", en="a route that is chosen by a filter"),
    "routing": Text(ja="動的な経路制御が動いています", en="a routing protocol is running"),
    "bridge": Text(ja="ブリッジの中の通信はフィルターを通りません", en="what passes within a bridge meets no filter"),
    "upnp": Text(ja="UPnP が外からの口を開けることがあります", en="UPnP may open the device from outside"),
    "later": Text(ja="時刻や出来事で設定を変える命令", en="a command that changes the configuration later"),
    "backup": Text(ja="切り替え先の回線", en="a backup line"),
    "reverse": Text(ja="逆向きのアドレス変換は扱えません", en="a reverse translation is not handled"),
    "template": Text(ja="ほかのトンネルに写す設定", en="settings that are copied to other tunnels"),
    "address": Text(ja="アドレスか経路が読めません", en="the address or route cannot be read"),
    "undefined": Text(ja="適用された番号の定義がありません", en="a number of the applied list is not defined"),
    "ethernet": Text(ja="MAC アドレスなどで止める一覧", en="a list that stops frames by MAC address and the like"),
    "opens": Text(ja="きっかけの後に別の通信も開ける動的フィルター", en="a dynamic filter that opens other flows after its trigger"),
}
_LATER = frozenset(
    ("ip", "ipv6", "pp", "tunnel", "nat", "vlan", "lan", "bridge", "lua", "ethernet", "execute", "load", "rip", "ospf", "bgp")
)


@dataclass(slots=True)
class Port:
    """An interface as far as it is named."""

    addresses: list[Address] = field(default_factory=list)
    at: Location | None = None
    tunnel: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """A list of numbers as it is applied; `name`: of a set."""

    command: Command
    static: tuple[str, ...]
    dynamic: tuple[str, ...]
    name: str | None = None


class Reader:
    """What one configuration says."""

    def __init__(self) -> None:
        self.account = Accountant()
        self.filters: dict[tuple[Family, str], Command] = {}
        self.dynamics: dict[tuple[Family, str], Command] = {}
        self.sets: dict[tuple[Family, str], Command] = {}
        self.lists: dict[tuple[Family, str, str], Applied] = {}
        self.ethernet: list[tuple[Command, str, str]] = []
        self.ether_defs: list[Command] = []
        self.nat = Descriptors(self.account)
        self.nats: dict[str, tuple[Command, tuple[str, ...]]] = {}
        self.ports: dict[str, Port] = {}
        self.enabled: set[str] = set()
        self.off: set[str] = set()
        self.routes: list[Route] = []
        self.stops: list[tuple[Family, Command]] = []
        self.policies: list[Command] = []
        self.doubts: list[Doubt] = []
        self.used: set[tuple[Family, str]] = set()

    def take(self, command: Command) -> None:
        """Read one command."""
        words = command.words
        # What follows says more of every command but those that a later one replaces.
        self.account.irrelevant(command.at, command.shown, REPLACED)
        if words[0] == "#":
            self.account.irrelevant(command.at, "# …", COMMENT)
        elif words[0] in _FAMILIES and len(words) > 2:
            self._ip(command, _FAMILIES[words[0]])
        elif not self._other(command):
            self._rest(command)

    def _rest(self, command: Command) -> None:
        """Enter a command that nobody reads."""
        reason = idle(" ".join(command.words))
        if reason is not None:
            self.account.irrelevant(command.at, command.shown, reason)
        elif command.words[-1] in ("off", "none", "disable"):
            self.account.irrelevant(command.at, command.shown, NOT_IN_USE)
        else:
            self.doubt(command, _UNREAD, secret=True)

    def _ok(self, command: Command) -> None:
        self.account.understood(command.at, command.text)

    def doubt(self, command: Command, reason: Text, *, secret: bool = False, families: Iterable[Family] = tuple(Family)) -> None:
        """Enter a command that makes the device doubtful."""
        line = self.account.not_understood(command.at, command.shown if secret else command.text, reason, Reach.DEVICE)
        self.doubts.append(Doubt(reason=reason, line=line, families=frozenset(families)))

    def _other(self, command: Command) -> bool:
        """Read what is not `ip …`; return whether it was read."""
        words = command.words
        head = words[:2]
        if head in (("pp", "enable"), ("tunnel", "enable"), ("pp", "disable"), ("tunnel", "disable")) and len(words) == 3:
            name = f"{words[0]}{'-' if words[2] == 'anonymous' else ''}{words[2]}"
            (self.enabled.add if words[1] == "enable" else self.enabled.discard)(name)
            self._ok(command)
        elif head in (("pp", "select"), ("tunnel", "select")) and len(words) == 3:
            if command.context is not None:
                port = self.ports.setdefault(command.context, Port(at=command.at))
                port.tunnel = port.tunnel or not command.context.startswith("pp") or command.context == "pp-anonymous"
            self._ok(command)
        elif head == ("nat", "descriptor"):
            return self.nat.take(command)
        elif words[0] == "vlan" and len(words) > 2:
            self._vlan(command)
        elif head == ("lan", "shutdown") and len(words) == 3:
            self.off.add(words[2])
            self._ok(command)
        elif words[0] == "ethernet":
            self._ethernet(command)
        else:
            return self._serious(command)
        return True

    def _serious(self, command: Command) -> bool:
        """Read what may change forwarding in a way that is not modelled."""
        words = command.words
        said = words[-1]
        if words[0] == "schedule":
            serious = _LATER.intersection(words[4:]) if words[1:2] == ("at",) else {"?"}
            if serious:
                self.doubt(command, REASONS["later"], secret=True)
            else:
                self.account.irrelevant(command.at, command.shown, APPEARANCE)
        elif words[0] in ("rip", "ospf", "bgp") and words[1:2] == ("use",):
            self._switch(command, "routing", on=said == "on")
        elif words[:2] in (("upnp", "use"), ("lua", "use")) or (words[0] == "lua" and said != "off"):
            self._switch(command, "upnp" if words[0] == "upnp" else "later", on=said != "off")
        elif words[0] == "bridge":
            self.doubt(command, REASONS["bridge"])
        elif words[:2] == ("tunnel", "template"):
            self.doubt(command, REASONS["template"])
        elif "backup" in words[:3] and words[0] in ("pp", "lan", "tunnel", "leased"):
            self._switch(command, "backup", on=said not in ("none", "off"))
        else:
            return False
        return True

    def _switch(self, command: Command, reason: str, *, on: bool) -> None:
        if on:
            self.doubt(command, REASONS[reason])
        else:
            self.account.irrelevant(command.at, command.shown, NOT_IN_USE)

    def _vlan(self, command: Command) -> None:
        """Read `vlan lan1/1 802.1q vid=…` (tags) and `vlan port mapping lan1.1 vlan1` (a divided LAN)."""
        words = command.words
        name = words[4] if words[1:3] == ("port", "mapping") and len(words) > 4 else words[1]
        if INTERFACE.fullmatch(name):
            self.ports.setdefault(name, Port(at=command.at))
            self._ok(command)
        else:
            self.doubt(command, _UNREAD)

    def _ethernet(self, command: Command) -> None:
        words = command.words
        if words[1] == "filter":
            self.ether_defs.append(command)
        elif len(words) > 3 and words[2] == "filter" and words[3] in ("in", "out"):
            self.ethernet.append((command, words[1], words[3]))
        else:
            self.doubt(command, _UNREAD)

    def _ip(self, command: Command, family: Family) -> None:
        words = command.words
        if words[1] == "filter" and words[2].isdecimal():
            self.filters[family, words[2]] = command
        elif words[1:3] == ("filter", "dynamic") and len(words) > 3 and words[3].isdecimal():
            self.dynamics[family, words[3]] = command
        elif words[1:3] == ("filter", "set") and len(words) > 4:
            self.sets[family, words[3]] = command
        elif words[1] == "route" and words[2] != "change":
            self._route(command, family)
        elif words[1:3] in (("routing", "on"), ("routing", "off")):
            self._ok(command)
            if words[2] == "off":
                self.stops.append((family, command))
        elif words[1] == "policy":
            self.policies.append(command)
        elif words[1] == "forward":
            self.account.irrelevant(command.at, command.text, UNUSED)
        elif words[1:3] in (("rip", "use"), ("ospf", "use")):
            self._switch(command, "routing", on=words[-1] == "on")
        elif words[1] in ("pp", "tunnel") or INTERFACE.fullmatch(words[1]):
            self._port(command, family)
        else:
            self._rest(command)

    def _route(self, command: Command, family: Family) -> None:
        try:
            found = route(command, family)
        except ValueError:
            self.doubt(command, REASONS["address"], families=(family,))
            return
        if found is None:
            self.doubt(command, REASONS["forward"], families=(family,))
            return
        self.routes += found
        self._ok(command)

    def _port(self, command: Command, family: Family) -> None:
        """Read `ip INTERFACE …`."""
        words = command.words
        name = words[1]
        if name in {"pp", "tunnel"}:
            if command.context is None or not command.context.startswith(name):
                self.doubt(command, _UNREAD)
                return
            name = command.context
        rest = words[2:]
        if rest[0] == "address" or rest[:2] == ("secondary", "address"):
            self._address(command, name, family)
        elif rest[:2] == ("secure", "filter") and len(rest) > 2:
            self._apply(command, name, family, rest[2:])
        elif rest[:2] == ("nat", "descriptor"):
            self.ports.setdefault(name, Port(at=command.at))
            if "reverse" in rest:
                self.doubt(command, REASONS["reverse"], families=(family,))
            else:
                self.nats[name] = (command, rest[2:])
                self._ok(command)
        elif rest[:2] == ("forward", "filter"):
            self.doubt(command, REASONS["forward"], families=(family,))
        elif rest[:2] == ("inbound", "filter"):
            self.doubt(command, REASONS["policy"], families=(family,))
        else:
            self._rest(command)

    def _address(self, command: Command, name: str, family: Family) -> None:
        port = self.ports.setdefault(name, Port(at=command.at))
        words = command.words
        try:
            found = address(words[words.index("address") + 1], family)
        except (ValueError, IndexError):
            self.doubt(command, REASONS["address"], families=(family,))
            return
        self._ok(command)
        if found is not None:
            port.addresses.append(found)

    def _apply(self, command: Command, name: str, family: Family, rest: tuple[str, ...]) -> None:
        self.ports.setdefault(name, Port(at=command.at))
        if rest[0] == "name" and len(rest) > 1:
            for direction in ("in", "out"):
                self.lists[family, name, direction] = Applied(command, (), (), name=rest[1])
            self._ok(command)
        elif rest[0] in ("in", "out") and all(word.isdecimal() or word == "dynamic" for word in rest[1:]):
            fixed, dynamic = numbers(rest[1:])
            self.lists[family, name, rest[0]] = Applied(command, fixed, dynamic)
            self._ok(command)
        else:
            self.doubt(command, _UNREAD, families=(family,))

    def runs(self, name: str) -> bool:
        """Whether an interface is in use."""
        if name in self.off:
            return False
        if not name.startswith(("pp", "tunnel")):
            return True
        return name in self.enabled or ("ppall" if name.startswith("pp") else "tunnelall") in self.enabled


def numbers(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the static and the dynamic numbers of a list."""
    if "dynamic" not in words:
        return words, ()
    place = words.index("dynamic")
    return words[:place], tuple(word for word in words[place + 1 :] if word != "dynamic")
