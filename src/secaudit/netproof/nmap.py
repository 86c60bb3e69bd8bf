"""Reads a port scan: nmap's XML from a stated zone.

* Only `open` is kept: somebody answered, so a packet went through. `closed`, `filtered`, `unfiltered` and `open|filtered` prove nothing.
* The file does not say in which zone the scanner stood: whoever delivers it does.
* Hostile files: nothing is fetched, nothing is expanded. The one declaration that is let in is the bare `<!DOCTYPE nmaprun>` with which
  nmap begins; one with a subset, a system or public identifier, and every entity, is refused.

Never here: what an open port means (`scans`).
"""

from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NoReturn
from xml.parsers import expat

from secaudit.errors import DocumentError
from secaudit.model.location import Location
from secaudit.model.text import Text
from secaudit.netproof.packets import SCTP, TCP, UDP, Family

LIMIT = 32 * 2**20
"""Largest scan that is read; unit: bytes."""

DEPTH = 64
"""Deepest nesting of elements: scripts of nmap nest tables."""

PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
_FAMILIES = {"ipv4": Family.V4, "ipv6": Family.V6}
_THROUGH_OTHERS = ("idle", "bounce")
"""Kinds of scan whose packets another host sends."""

_CUT_OFF = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPort:
    """An open port; `port` None: a scan of IP protocols found `protocol` answered."""

    family: Family
    address: int
    protocol: int
    port: int | None
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan from a zone. `source`: the scanner's own address, if it was stated.

    `incomplete`: why the file is not the whole scan. `indirect`: the packets came from another host than the scanner.
    """

    path: str
    zone: str
    scanned_on: date
    ports: tuple[OpenPort, ...]
    source: Address | None = None
    incomplete: Text | None = None
    indirect: bool = False


def read_scan(data: bytes, path: str, *, zone: str, scanned_on: date, source: Address | None = None) -> Scan:
    """Return a scan. Raises `DocumentError`, located in `path`, if it is not nmap's XML or holds what is refused."""
    if len(data) > LIMIT:
        raise DocumentError(
            Text(ja=f"走査の結果が大きすぎます (上限は {LIMIT} バイト)", en=f"the scan is too large (the limit is {LIMIT} bytes)"),
            at=Location(path=path),
            hint=Text(ja="対象を分けて走査してください", en="scan fewer targets at a time"),
        )
    reader = _Reader(path)
    whole = reader.read(data)
    incomplete: Text | None = None
    if not whole:
        incomplete = Text(ja="ファイルが途中で切れています", en="the file is cut off")
    elif reader.ended != "success":
        incomplete = Text(ja="走査が最後まで行われていません", en="the scan did not run to its end")
    return Scan(
        path=path,
        zone=zone,
        scanned_on=scanned_on,
        ports=tuple(sorted(reader.found, key=lambda one: (one.family, one.address, one.protocol, -1 if one.port is None else one.port))),
        source=source,
        incomplete=incomplete,
        indirect=reader.indirect,
    )


class _Reader:
    """Follows the elements of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[OpenPort] = []
        self.ended: str | None = None
        self.indirect = False
        self._open: list[str] = []
        self._seen = False
        self._host: tuple[Family, int] | None = None
        self._port: tuple[int, int | None, Location] | None = None
        # nmap writes UTF-8, whatever a declaration may claim; other encodings would be looked up in the interpreter.
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity

    def read(self, data: bytes) -> bool:
        """Read everything; return whether the file has its end."""
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            if error.code in _CUT_OFF and self._seen:
                return False
            if error.code in _CUT_OFF:
                self._refuse(_NOT_NMAP)
            said = Text(ja="XML として読めません", en="this is no well-formed XML")
            at = Location(path=self.path, line=error.lineno, column=str(error.offset + 1))
            raise DocumentError(said, at=at, hint=_EXPORT) from error
        return True

    def _place(self) -> Location:
        parser = self._parser
        return Location(path=self.path, line=parser.CurrentLineNumber, column=str(parser.CurrentColumnNumber + 1))

    def _refuse(self, said: Text) -> NoReturn:
        raise DocumentError(said, at=self._place(), hint=_EXPORT)

    def _doctype(self, name: str, system: str | None, public: str | None, subset: bool) -> None:
        if name != "nmaprun" or system or public or subset:
            self._refuse(Text(ja="使えない宣言 (DTD) があります", en="a document type definition is not allowed"))

    def _entity(self, *_: object) -> None:
        self._refuse(Text(ja="実体 (ENTITY) の宣言は使えません", en="the declaration of an entity is not allowed"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open and name != "nmaprun":
            self._refuse(_NOT_NMAP)
        self._seen = True
        if len(self._open) >= DEPTH:
            self._refuse(Text(ja="要素の入れ子が深すぎます", en="the elements are nested too deeply"))
        self._open.append(name)
        match self._open[1:]:
            case ["scaninfo"]:
                self.indirect = self.indirect or attributes.get("type") in _THROUGH_OTHERS
            case ["host"]:
                self._host = None
            case ["host", "address"]:
                self._address(attributes)
            case ["host", "ports", "port"]:
                self._port = self._number(attributes)
            case ["host", "ports", "port", "state"]:
                self._state(attributes)
            case ["runstats", "finished"]:
                self.ended = attributes.get("exit")
            case _:
                pass

    def _end(self, _: str) -> None:
        self._open.pop()

    def _address(self, attributes: dict[str, str]) -> None:
        family = _FAMILIES.get(attributes.get("addrtype", "ipv4"))
        if family is None or self._host is not None:
            return
        try:
            address = ip_address(attributes.get("addr", ""))
        except ValueError:
            self._refuse(Text(ja="アドレスが読めません", en="an address cannot be read"))
        self._host = family, int(address)

    def _number(self, attributes: dict[str, str]) -> tuple[int, int | None, Location]:
        protocol, written = attributes.get("protocol", ""), attributes.get("portid", "")
        top = 255 if protocol == "ip" else 65535
        if not (written.isascii() and written.isdecimal() and len(written) <= 5 and int(written) <= top):
            self._refuse(Text(ja="ポート番号が読めません", en="the number of a port cannot be read"))
        if protocol == "ip":
            return int(written), None, self._place()
        if protocol not in PROTOCOLS:
            self._refuse(Text(ja=f"通信プロトコル `{protocol}` が分かりません", en=f"the protocol `{protocol}` is not known"))
        return PROTOCOLS[protocol], int(written), self._place()

    def _state(self, attributes: dict[str, str]) -> None:
        if attributes.get("state") != "open" or self._port is None:
            return
        if self._host is None:
            self._refuse(Text(ja="開いたポートのホストにアドレスがありません", en="the host of an open port has no address"))
        family, address = self._host
        protocol, port, at = self._port
        self.found.append(OpenPort(family=family, address=address, protocol=protocol, port=port, at=at))


_NOT_NMAP = Text(ja="nmap の XML 出力ではありません", en="this is no XML output of nmap")
_EXPORT = Text(ja="`nmap -oX` の出力をそのまま置いてください", en="put the output of `nmap -oX` there as it is")
