"""From `policies/<policy>.topology.yaml` and the configurations that it names to a `Network`.

* Configurations and scans are named relative to the topology file and never lead out of the workspace.
* A device whose name has a `/` (`fw1/root`) is a part of a configuration that holds several (VDOM, context, VRF).
* A tunnel of the configuration that the topology puts nowhere is a doubt on the device; any other interface with an address that it puts
  nowhere is a stated assumption.
* All located errors of the file are collected.

Never here: the form of the file (`documents`), which export belongs to which year (`exports`), zones' addresses (the policy).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path
from types import MappingProxyType

from secaudit.errors import DocumentError, SecauditError, UnknownNameError
from secaudit.model.location import Location
from secaudit.model.separation import FileRead
from secaudit.model.text import Text
from secaudit.netproof.documents import DeviceDocument, InterfaceDocument, RouteDocument, ScanDocument, TopologyDocument, read_topology
from secaudit.netproof.exports import PLACEHOLDER, belongs, day_of, named
from secaudit.netproof.ir import Address, Configuration, Device, Doubt, Route, Source
from secaudit.netproof.lines import LineAccount, joined
from secaudit.netproof.network import Network, Node, Port
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import of_network
from secaudit.netproof.routes import pasted
from secaudit.netproof.scans import Scan, read_scan
from secaudit.wire import files
from secaudit.wire.pointers import raise_all, suggestion
from secaudit.wire.tree import Node as Tree
from secaudit.wire.tree import place


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One configuration file as read: what people are shown beside every verdict."""

    device: str
    path: str
    digest: str
    exported_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """A network with what it was read from. `files`: the topology, the configurations, the scans, each once."""

    network: Network
    accounts: Mapping[str, LineAccount]
    delivered: tuple[Delivered, ...]
    at: Location
    scans: tuple[Scan, ...] = ()
    files: tuple[FileRead, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A topology file as written, before anything that it names is opened."""

    document: TopologyDocument
    tree: Tree
    file: FileRead

    @property
    def at(self) -> Location:
        """Where it stands."""
        return place(self.tree, ())


def load(path: Path, *, root: Path, zones: Iterable[str], fiscal_year: int | None = None) -> Topology:
    """Return the network of a topology file; `zones` are the names that the policy knows.

    `fiscal_year` None: no path holds `{fiscal_year}`, and scans are left out.
    Raises `FileError`, `YamlError`, or `ManyError` with all errors of the file.
    """
    return build(written(path, root=root), path, root=root, zones=zones, fiscal_year=fiscal_year)


def written(path: Path, *, root: Path) -> Written:
    """Return what a topology file says. Raises as `load`."""
    data = files.read(path, root=root)
    document, tree = read_topology(data, files.shown(path, root))
    read = FileRead(kind="zone_topology", path=files.shown(path, root), digest=files.digest(data))
    return Written(document=document, tree=tree, file=read)


def build(
    topology: Written,
    path: Path,
    *,
    root: Path,
    zones: Iterable[str],
    fiscal_year: int | None,
    replaced: Mapping[str, Source] = MappingProxyType({}),
) -> Topology:
    """Open what a topology names and return its network; `replaced`: device → what stands for its configuration. Raises as `load`."""
    return _Loader(path, root, frozenset(zones), topology, fiscal_year, replaced).load(topology.document)


class _Loader:
    """Reads one topology."""

    def __init__(
        self, path: Path, root: Path, zones: frozenset[str], topology: Written, fiscal_year: int | None, replaced: Mapping[str, Source]
    ) -> None:
        self.path, self.root, self.zones, self.tree, self.fiscal_year = path, root, zones, topology.tree, fiscal_year
        self.replaced = replaced
        self.errors: list[SecauditError] = []
        self.read: dict[tuple[str, tuple[str, ...]], Configuration] = {}
        self.delivered: list[Delivered] = []
        self.files = [topology.file]
        self.notes: list[Text] = []

    def load(self, written: TopologyDocument) -> Topology:
        """Return everything."""
        nodes: list[Node] = []
        accounts: dict[str, LineAccount] = {}
        for index, document in enumerate(written.devices):
            if document.name in {node.name for node in nodes}:
                text = Text(ja=f"`{document.name}` が二度あります", en=f"`{document.name}` is there twice")
                self._error(text, ("devices", index, "name"))
            try:
                nodes.append(self._node(document, index, accounts))
            except SecauditError as error:
                self.errors.append(error)
        scans = self._scans(written.scans)
        raise_all(self.errors)
        lines = Counter(line.at.path for account in accounts.values() for line in account.lines)
        return Topology(
            network=Network(nodes=tuple(nodes), notes=tuple(self.notes)),
            accounts=MappingProxyType(accounts),
            delivered=tuple(self.delivered),
            at=place(self.tree, ()),
            scans=scans,
            files=tuple(replace(one, lines=lines[one.path]) for one in dict.fromkeys(self.files)),
        )

    def _scans(self, documents: list[ScanDocument]) -> tuple[Scan, ...]:
        """Return the scans of the audited year; note those of no or of another year."""
        found: list[Scan] = []
        for index, document in enumerate(documents):
            try:
                scan = self._scan(document, ("scans", index))
            except SecauditError as error:
                self.errors.append(error)
                continue
            if scan is not None:
                found.append(scan)
        return tuple(found)

    def _scan(self, document: ScanDocument, pointer: tuple[str | int, ...]) -> Scan | None:
        self._known_zone(document.zone, (*pointer, "from"))
        source = None
        if document.source is not None:
            try:
                source = ip_address(document.source)
            except ValueError:
                text = Text(ja=f"`{document.source}` はアドレスではありません", en=f"`{document.source}` is not an address")
                self._error(text, (*pointer, "source"))
        if self.fiscal_year is None:
            return None
        day = day_of(document.scanned_on, self.fiscal_year)
        if day is None or not belongs(day, self.fiscal_year):
            year = self.fiscal_year
            self.notes.append(
                Text(
                    ja=f"`{document.path}` の走査は{year}年度のものではないため使いません",
                    en=f"the scan `{document.path}` is not of fiscal year {year} and is not used",
                )
            )
            return None
        path, data = self._open(document.path, (*pointer, "path"))
        self.files.append(FileRead(kind="port_scan", path=path, digest=files.digest(data)))
        return read_scan(data, path, zone=document.zone, scanned_on=day, source=source)

    def _open(self, name: str, pointer: tuple[str | int, ...]) -> tuple[str, bytes]:
        """Return a file that the topology names, as people see its path, and its bytes."""
        at = place(self.tree, pointer)
        if PLACEHOLDER in name and self.fiscal_year is None:
            raise DocumentError(
                Text(ja=f"`{name}` はどの年度のものか決まりません", en=f"for which fiscal year is `{name}`?"),
                at=at,
                hint=Text(ja="--fiscal-year で年度を指定してください", en="give it with --fiscal-year"),
            )
        path = files.inside(named(name, self.fiscal_year), folder=self.path.parent, root=self.root, at=at)
        return files.shown(path, self.root), files.read(path, root=self.root)

    def _error(self, message: Text, pointer: tuple[str | int, ...], hint: Text | None = None) -> None:
        self.errors.append(DocumentError(message, at=place(self.tree, pointer), hint=hint))

    def _node(self, document: DeviceDocument, index: int, accounts: dict[str, LineAccount]) -> Node:
        device = self._device(document, index, accounts)
        ports = tuple(
            port
            for number, one in enumerate(document.interfaces)
            if (port := self._port(one, ("devices", index, "interfaces", number), device)) is not None
        )
        routes = None if device is None else device.routes
        given, device = self._routes(document, index, device)
        if given:
            routes = (*(routes or ()), *given)
        families = frozenset(Family) if document.ipv6 else frozenset({Family.V4})
        if not document.ipv6:
            self.notes.append(
                Text(ja=f"`{document.name}` は IPv6 を中継しないものとします", en=f"`{document.name}` is taken to forward no IPv6")
            )
        if device is None:
            self.notes.append(
                Text(
                    ja=f"`{document.name}` の構成がないため、すべて通すものとします",
                    en=f"`{document.name}` has no configuration and is taken to let everything through",
                )
            )
        else:
            device = self._loose_ends(document, device)
        return Node(name=document.name, ports=ports, device=device, routes=routes, families=families)

    def _device(self, document: DeviceDocument, index: int, accounts: dict[str, LineAccount]) -> Device | None:
        if not document.configuration:
            return None
        if document.dialect is None:
            self._error(
                Text(ja="`dialect` がありません", en="`dialect` is missing"),
                ("devices", index),
                Text(ja="構成ファイルの種類を書いてください", en="say of which kind the configuration is"),
            )
            return None
        base = document.name.partition("/")[0]
        key = (document.dialect, tuple(document.configuration))
        if key not in self.read:
            sources = [self._source(document, index, number) for number in range(len(document.configuration))]
            module = import_module(f"secaudit.netproof.dialects.{document.dialect.replace('-', '_')}")
            self.read[key] = module.read(sources, base)
            accounts[base] = joined([accounts.get(base, LineAccount()), self.read[key].account])
        devices = self.read[key].devices
        named = [one for one in devices if one.name == document.name] or (list(devices) if len(devices) == 1 else [])
        if not named:
            names = [one.name for one in devices]
            self.errors.append(
                UnknownNameError(
                    Text(ja=f"構成の中に `{document.name}` がありません", en=f"the configuration holds no `{document.name}`"),
                    at=place(self.tree, ("devices", index, "name")),
                    hint=suggestion(document.name, names, ja="名前", en="names"),
                )
            )
            return None
        return replace(named[0], name=document.name)

    def _source(self, document: DeviceDocument, index: int, number: int) -> Source:
        given = self.replaced.get(document.name.partition("/")[0])
        if given is None:
            shown, data = self._open(document.configuration[number], ("devices", index, "configuration", number))
        else:
            shown, data = given.path, given.data
        digest = files.digest(data)
        self.files.append(FileRead(kind="device_configuration", path=shown, digest=digest))
        exported = None if given is not None or document.exported_on is None else day_of(document.exported_on, self.fiscal_year)
        self.delivered.append(Delivered(device=document.name, path=shown, digest=digest, exported_on=exported))
        return Source(path=shown, data=data)

    def _known_zone(self, zone: str, pointer: tuple[str | int, ...]) -> None:
        if zone not in self.zones:
            self.errors.append(
                UnknownNameError(
                    Text(ja=f"領域 `{zone}` はポリシーにありません", en=f"the policy has no zone `{zone}`"),
                    at=place(self.tree, pointer),
                    hint=suggestion(zone, self.zones, ja="領域", en="zones"),
                )
            )

    def _port(self, document: InterfaceDocument, pointer: tuple[str | int, ...], device: Device | None) -> Port | None:
        known = {} if device is None else {one.name: one for one in device.interfaces}
        if document.zone is not None:
            self._known_zone(document.zone, (*pointer, "zone"))
        if known and document.name not in known:
            self.errors.append(
                UnknownNameError(
                    Text(ja=f"構成に `{document.name}` がありません", en=f"the configuration has no interface `{document.name}`"),
                    at=place(self.tree, (*pointer, "name")),
                    hint=suggestion(document.name, known, ja="インターフェイス", en="interfaces"),
                )
            )
        addresses: list[Address] = []
        for number, text in enumerate(document.addresses):
            try:
                one = ip_interface(text)
            except ValueError:
                self._error(
                    Text(ja=f"`{text}` はアドレスではありません", en=f"`{text}` is not an address"), (*pointer, "addresses", number)
                )
                continue
            family = Family.V4 if one.version == 4 else Family.V6
            addresses.append(Address(family=family, value=int(one.ip), prefix=one.network.prefixlen))
        if not addresses and document.name in known:
            addresses = [*known[document.name].addresses]
        return Port(interface=document.name, zone=document.zone, link=document.link, addresses=tuple(addresses))

    def _routes(self, document: DeviceDocument, index: int, device: Device | None) -> tuple[list[Route], Device | None]:
        """Return the routes that the topology adds, and the device with a doubt where a pasted line was not understood."""
        found = [
            route
            for number, one in enumerate(document.routes)
            if (route := self._route(one, ("devices", index, "routes", number))) is not None
        ]
        if document.pasted_routes is not None:
            table = pasted(document.pasted_routes, place(self.tree, ("devices", index, "pasted_routes")))
            found += table.routes
            for line in table.unread:
                text = Text(ja=f"経路の行 `{line}` が分かりません", en=f"the route `{line}` is not understood")
                if device is None:
                    self._error(text, ("devices", index, "pasted_routes"))
                else:
                    device = replace(device, doubts=(*device.doubts, Doubt(reason=text, line=None)))
        return found, device

    def _route(self, document: RouteDocument, pointer: tuple[str | int, ...]) -> Route | None:
        try:
            network = ip_network(document.to)
            via = None if document.via is None else ip_address(document.via)
        except ValueError:
            self._error(Text(ja="経路のアドレスが読めません", en="an address of the route cannot be read"), pointer)
            return None
        if via is None and document.interface is None:
            self._error(Text(ja="`via` か `interface` が要ります", en="`via` or `interface` is needed"), pointer)
            return None
        family = Family.V4 if network.version == 4 else Family.V6
        return Route(
            family=family,
            network=of_network(network),
            interface=document.interface,
            via=None if via is None else int(via),
            at=place(self.tree, pointer),
        )

    def _loose_ends(self, document: DeviceDocument, device: Device) -> Device:
        """Return the device with a doubt for each tunnel that is put nowhere; note other interfaces."""
        placed = {one.name for one in document.interfaces} | set(document.unused)
        doubts = [*device.doubts]
        for one in device.interfaces:
            if one.name in placed:
                continue
            if one.tunnel:
                text = Text(ja=f"トンネル `{one.name}` がどの領域にもありません", en=f"the tunnel `{one.name}` is in no zone")
                doubts.append(Doubt(reason=text, line=None))
            elif one.addresses:
                self.notes.append(
                    Text(
                        ja=f"`{document.name}` の `{one.name}` はどの領域にもつながらないものとします",
                        en=f"`{one.name}` of `{document.name}` is taken to lead to no zone",
                    )
                )
        for name in sorted(_mentioned(device) - placed - {one.name for one in device.interfaces}):
            self.notes.append(
                Text(
                    ja=f"`{document.name}` の規則にある `{name}` は構成図になく、どの領域にもつながらないものとします",
                    en=f"`{name}`, which rules of `{document.name}` name, is not in the topology and is taken to lead to no zone",
                )
            )
        return replace(device, doubts=tuple(doubts))


def _mentioned(device: Device) -> set[str]:
    """Return the interfaces that rules name one by one: a configuration without a list of interfaces has them nowhere else."""
    matches = (match for chain in device.chains.values() for rule in chain for match in rule.matches)
    names = {name for match in matches for name in (*(match.iif or ()), *(match.oif or ()), *match.not_iif, *match.not_oif)}
    return {name for name in names if name != "lo" and not name.endswith("*")}
