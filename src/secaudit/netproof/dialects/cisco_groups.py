"""Object groups of both dialects: nested, and honest about what is undefined, empty, recursive or not readable.

* A group with such a member still has its known members for sure; everything else may belong to it (`Hosts.reason`, `Service.reason`).
* IOS and ASA both refuse to empty or delete a group in use (Cisco, Object Groups for ACLs, restrictions; read in public
  documentation), so an empty or undefined one in an export means that the export is not whole.
* A group that no list uses decides nothing: its lines are irrelevant.

Never here: how a member is written (`cisco_ios_acl`, `cisco_asa_objects`).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from secaudit.errors import DocumentError
from secaudit.model.text import Text
from secaudit.netproof.dialects.cisco_conditions import Hosts, Service, Words, joined
from secaudit.netproof.dialects.cisco_text import Ledger, Row
from secaudit.netproof.lines import COMMENT, Reach

UNUSED = Text(ja="どこからも使われていない定義", en="a definition that nothing uses")

Trail = tuple[str, ...]
"""The groups that are being read, outermost first: one that comes again is recursive."""


def undefined(name: str) -> Text:
    """Return the reason for a name that is not defined."""
    return Text(ja=f"`{name}` の定義がありません", en=f"`{name}` is not defined")


def empty(name: str) -> Text:
    """Return the reason for a group without members."""
    return Text(ja=f"`{name}` の中身がありません", en=f"`{name}` has no members")


def recursive(name: str) -> Text:
    """Return the reason for a group that holds itself."""
    return Text(ja=f"`{name}` が自分自身を含みます", en=f"`{name}` holds itself")


@dataclass(slots=True)
class _Definition:
    kind: str
    rows: list[Row] = field(default_factory=list)


class Groups(ABC):
    """The groups of a device by name."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._defined: dict[str, _Definition] = {}
        self._used: set[str] = set()
        self._hosts: dict[str, Hosts] = {}
        self._services: dict[str, tuple[Service, ...]] = {}

    def define(self, kind: str, name: str, row: Row) -> None:
        """Enter a block; several blocks of one name belong together."""
        self._defined.setdefault(name, _Definition(kind)).rows.append(row)

    def kind(self, name: str) -> str | None:
        """Return what a name was defined as."""
        found = self._defined.get(name)
        return None if found is None else found.kind

    @abstractmethod
    def host_member(self, kind: str, words: Words, trail: Trail) -> Hosts | None:
        """Read a member of a group of hosts; None: a line that adds nothing (a description)."""

    @abstractmethod
    def service_member(self, kind: str, words: Words, trail: Trail) -> Sequence[Service] | None:
        """Read a member of a group of services; None: a line that adds nothing."""

    def hosts(self, name: str, trail: Trail = ()) -> Hosts:
        """Return the hosts of a group."""
        if name in trail:
            return Hosts(reason=recursive(name))
        if name not in self._defined:
            return Hosts(reason=undefined(name))
        if name not in self._hosts:
            members: list[Hosts] = []
            for row in self._open(name):
                try:
                    member = self.host_member(self._defined[name].kind, Words(row.words), (*trail, name))
                except DocumentError as error:
                    self.ledger.unread(row, error.message, Reach.RULE, name)
                    member = Hosts(reason=error.message)
                else:
                    self._enter(row, nothing=member is None)
                if member is not None:
                    members.append(member)
            found = joined(members) if members else Hosts(reason=empty(name))
            if trail and found.reason is not None:
                return found  # what was read inside a recursion may not be the whole answer
            self._hosts[name] = found
        return self._hosts[name]

    def services(self, name: str, trail: Trail = ()) -> tuple[Service, ...]:
        """Return the services of a group."""
        if name in trail:
            return (Service(reason=recursive(name)),)
        if name not in self._defined:
            return (Service(reason=undefined(name)),)
        if name not in self._services:
            members: list[Service] = []
            for row in self._open(name):
                try:
                    member = self.service_member(self._defined[name].kind, Words(row.words), (*trail, name))
                except DocumentError as error:
                    self.ledger.unread(row, error.message, Reach.RULE, name)
                    member = (Service(reason=error.message),)
                else:
                    self._enter(row, nothing=member is None)
                members += member or ()
            found = tuple(members) or (Service(reason=empty(name)),)
            if trail and any(one.reason for one in found):
                return found
            self._services[name] = found
        return self._services[name]

    def _open(self, name: str) -> list[Row]:
        self._used.add(name)
        definition = self._defined[name]
        for row in definition.rows:
            self.ledger.understood(row)
        return [child for row in definition.rows for child in row.children]

    def _enter(self, row: Row, *, nothing: bool) -> None:
        if nothing:
            self.ledger.irrelevant(row, COMMENT)
        else:
            self.ledger.understood(row)

    def close(self) -> None:
        """Enter the definitions that nothing uses."""
        for name, definition in self._defined.items():
            if name not in self._used:
                for row in definition.rows:
                    self.ledger.irrelevant(row, UNUSED)
