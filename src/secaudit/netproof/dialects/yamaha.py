"""YAMAHA RTX: `show config` → a device.

Basis: the vendor's command reference (rtpro, `ip filter`, `ip interface secure filter`, `ip filter dynamic`), read in public copies:
* the order is that of the applied list; the first filter that matches decides; what matches none is dropped;
* a filter set that is not defined counts as no list;
* `ip filter dynamic … filter … in … out …` opens, after its trigger, whatever `in` (towards the trigger) and `out` say, addresses
  ignored.
Known: definitions do nothing until a list applies them; an interface and direction without a list passes everything; a list of
dynamic filters alone has no static filter and passes everything; dynamic filters open answers and nothing else.
* What arrives: NAT, filters, routing; what leaves: routing, filters, NAT.
* Lines that are not connected (`pp disable`, no `pp enable`) are left out.
* `ip policy filter`, bridges, UPnP, scripts, scheduled commands that touch the forwarding: the device is doubtful. `ethernet filter`
  can only stop.

Never here: single filters (`yamaha_filters`).
"""

from collections.abc import Sequence
from types import MappingProxyType

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.dialects.yamaha_commands import Reader
from secaudit.netproof.dialects.yamaha_lists import Builder
from secaudit.netproof.dialects.yamaha_text import commands
from secaudit.netproof.ir import Configuration, Device, Interface, Source
from secaudit.netproof.packets import Kind, State

STATES = MappingProxyType(dict.fromkeys(Kind, State.NEW))
"""Static filters and static translations look at every packet alike."""

_KNOWN = frozenset(("ip", "ipv6", "pp", "tunnel", "nat", "login", "administrator", "lan", "vlan", "console", "syslog", "dhcp", "ipsec"))


def read(sources: Sequence[Source], device: str) -> Configuration:
    """Read the files of `device`; raise `DocumentError` if they are not a YAMAHA configuration."""
    found = [command for source in sources for command in commands(source)]
    if not any(command.words[0] in _KNOWN for command in found):
        raise DocumentError(
            Text(ja="YAMAHA ルーターの設定がありません", en="there is no configuration of a YAMAHA router"),
            at=Location(path=sources[0].path) if sources else None,
        )
    reader = Reader()
    for command in found:
        reader.take(command)
    return Configuration(devices=(_device(reader, device, found[0].at),), account=reader.account.account())


def _device(reader: Reader, name: str, at: Location) -> Device:
    made = Builder(reader, at)
    made.build()
    interfaces = tuple(
        Interface(name=key, addresses=tuple(port.addresses), tunnel=port.tunnel, at=port.at)
        for key, port in reader.ports.items()
        if reader.runs(key)
    )
    addressed = any(port.addresses for port in reader.ports.values())
    return Device(
        name=name,
        dialect="yamaha",
        chains=made.chains,
        hooks=tuple(made.hooks),
        interfaces=interfaces,
        routes=tuple(reader.routes) if reader.routes or addressed else None,
        doubts=tuple(reader.doubts),
        states=STATES,
        track_priority=None,
    )
