"""Network namespaces of the test's own: a row of routers between two zones, real packets sent in one and counted in the other.

    a ── r0 ── r1 ── … ── b

Every namespace has a name with the number of this process and goes away at the end. Neighbours are fixed, so that no list can
stop their discovery. Connections are forgotten between batches.
"""

import ctypes
import json
import os
import re
import select
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from secaudit.netproof.packets import FLAGS, TCP, Family, Packet

CLONE_NEWNET = 0x40000000
MARK = b"secaudit"


def obstacle() -> str | None:
    """Return why no packet can be sent here, None if one can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "sending real packets needs root"
    missing = [name for name in ("ip", "nft", "unshare") if shutil.which(name) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (see scripts/system-packages.sh)"
    tried = subprocess.run(["ip", "netns", "add", f"sa{os.getpid()}try"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        return f"no network namespaces here: {tried.stderr.strip()}"
    name = f"sa{os.getpid()}try"
    loaded = subprocess.run(["ip", "netns", "exec", name, "nft", "add", "table", "inet", "t"], capture_output=True, text=True, check=False)
    run("ip", "netns", "del", name)
    return None if loaded.returncode == 0 else f"the kernel takes no rules: {loaded.stderr.strip()}"


def run(*words: str, text: str | None = None) -> str:
    """Run a program; its output."""
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def clear_away() -> None:
    """Remove what runs have left that were ended from outside: namespaces with the number of a process that is no more."""
    for name in run("ip", "netns", "list").split():
        found = re.fullmatch(r"sa(\d+)(a|b|r\d+|try)", name)
        if found is not None and not Path("/proc", found[1]).exists():
            run("ip", "netns", "del", name)


def exported(rules: str) -> bytes:
    """Return what the kernel shows of rules, from a namespace that is gone afterwards."""
    return run("unshare", "--net", "sh", "-c", "nft -f - && nft -j list ruleset", text=rules).encode()


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Stand in a namespace while sockets are opened."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/self/ns/net").open() as home, Path(f"/run/netns/{name}").open() as there:
        if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            libc.setns(home.fileno(), CLONE_NEWNET)


def address(family: Family, text: int) -> bytes:
    return text.to_bytes(family.bits // 8, "big")


def checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def built(packet: Packet, number: int) -> bytes:
    """Return the bytes of a packet with its number as payload."""
    family = packet.family
    payload = MARK + struct.pack("!I", number)
    src, dst = address(family, packet.src), address(family, packet.dst)
    pseudo = src + dst + (b"\0" + bytes([packet.proto]) if family is Family.V4 else b"")

    def summed(header: Callable[[int], bytes]) -> bytes:
        body = header(0) + payload
        if family is Family.V4:
            front = pseudo + struct.pack("!H", len(body))
        else:
            front = pseudo + struct.pack("!I", len(body)) + b"\0\0\0" + bytes([packet.proto])
        if packet.proto == 1:
            front = b""
        return header(checksum(front + body)) + payload

    if packet.proto == TCP:
        flags = FLAGS[packet.kind]
        body = summed(
            lambda c: struct.pack("!HHIIBBHHH", packet.sport, packet.dport, 1000, 1 if flags & 16 else 0, 0x50, flags, 8192, c, 0)
        )
    elif packet.proto == 17:
        body = summed(lambda c: struct.pack("!HHHH", packet.sport, packet.dport, 8 + len(payload), c))
    elif packet.proto == family.icmp:
        body = summed(lambda c: struct.pack("!BBHHH", packet.sport, packet.dport, c, number & 0xFFFF, 1))
    else:
        body = payload
    if family is Family.V4:
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), number & 0xFFFF, 0, 64, packet.proto, 0, src, dst)
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body
    return struct.pack("!IHBB16s16s", 0x60000000, len(body), packet.proto, 64, src, dst) + body


class Lab:
    """A row of routers. Link i lies between place i and place i + 1; places are a, the routers, b."""

    def __init__(self, routers: int) -> None:
        self.names = [f"sa{os.getpid()}{one}" for one in ("a", *(f"r{i}" for i in range(routers)), "b")]
        self.routers = self.names[1:-1]

    def __enter__(self) -> Self:
        clear_away()
        for name in self.names:
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        for number, (left, right) in enumerate(zip(self.names, self.names[1:], strict=False)):
            run("ip", "-n", left, "link", "add", "right", "type", "veth", "peer", "name", "left", "netns", right)
            self._port(left, "right", number, 1)
            self._port(right, "left", number, 2)
        for place, name in enumerate(self.names):
            self._routes(place, name)
        with inside(self.names[0]):
            self.sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.sender.bind(("right", 0))
        with inside(self.names[-1]):
            self.receiver = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
            self.receiver.bind(("left", 0))
            self.receiver.setblocking(False)
        self.flushers = []
        for name in self.routers:
            with inside(name):
                self.flushers.append(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12))
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self.sender, self.receiver, *self.flushers):
            one.close()
        for name in self.names:
            run("ip", "netns", "del", name)

    @staticmethod
    def mac(link: int, side: int) -> str:
        return f"02:00:00:00:{link:02x}:{side:02x}"

    def _port(self, name: str, port: str, link: int, side: int) -> None:
        run("ip", "-n", name, "link", "set", port, "address", self.mac(link, side))
        run("ip", "-n", name, "addr", "add", f"10.99.{link}.{side}/30", "dev", port)
        run("ip", "-n", name, "-6", "addr", "add", f"fd99:{link}::{side}/64", "dev", port, "nodad")
        run("ip", "-n", name, "link", "set", port, "up")
        other = 3 - side
        run("ip", "-n", name, "neigh", "add", f"10.99.{link}.{other}", "lladdr", self.mac(link, other), "dev", port, "nud", "permanent")
        run("ip", "-n", name, "neigh", "add", f"fd99:{link}::{other}", "lladdr", self.mac(link, other), "dev", port, "nud", "permanent")

    def _routes(self, place: int, name: str) -> None:
        settings = [
            "net.ipv4.ip_forward=1",
            "net.ipv6.conf.all.forwarding=1",
            "net.ipv4.conf.all.rp_filter=0",
            "net.ipv4.conf.default.rp_filter=0",
        ]
        with inside(name):
            for setting in settings:
                key, value = setting.split("=")
                Path("/proc/sys", *key.split(".")).write_text(value)
            for port in ("left", "right"):
                path = Path(f"/proc/sys/net/ipv4/conf/{port}/rp_filter")
                if path.exists():
                    path.write_text("0")
        if place < len(self.names) - 1:
            run("ip", "-n", name, "route", "add", "10.2.0.0/16", "via", f"10.99.{place}.2")
            run("ip", "-n", name, "-6", "route", "add", "fd02::/16", "via", f"fd99:{place}::2")
        if place > 0:
            run("ip", "-n", name, "route", "add", "10.1.0.0/16", "via", f"10.99.{place - 1}.1")
            run("ip", "-n", name, "-6", "route", "add", "fd01::/16", "via", f"fd99:{place - 1}::1")

    def load(self, router: int, rules: str) -> bytes:
        """Replace the rules of a router; return its export."""
        name = self.routers[router]
        run("ip", "netns", "exec", name, "nft", "-f", "-", text="flush ruleset\n" + rules)
        return run("ip", "netns", "exec", name, "nft", "-j", "list", "ruleset").encode()

    def load_objects(self, router: int, objects: Sequence[dict[str, Any]]) -> bytes:
        """Replace the rules of a router by JSON objects; return its export."""
        name = self.routers[router]
        text = json.dumps({"nftables": [{"flush": {"ruleset": None}}, *({"add": one} for one in objects)]})
        run("ip", "netns", "exec", name, "nft", "-j", "-f", "-", text=text)
        return run("ip", "netns", "exec", name, "nft", "-j", "list", "ruleset").encode()

    def lead_everything(self) -> None:
        """Route every destination from a to b, whatever it is."""
        for place, name in enumerate(self.names[:-1]):
            for words, via in ((("route",), f"10.99.{place}.2"), (("-6", "route"), f"fd99:{place}::2")):
                run("ip", "-n", name, *words, "add", "default", "via", via)
            if place:
                run("ip", "-n", name, "route", "del", "10.1.0.0/16")
                run("ip", "-n", name, "-6", "route", "del", "fd01::/16")

    def forget(self) -> None:
        """Forget all connections of all routers."""
        for one in self.flushers:
            # IPCTNL_MSG_CT_DELETE without a tuple: all of them.
            one.send(struct.pack("=IHHII", 20, 0x0102, 0x0005, 1, 0) + struct.pack("=BBH", 0, 0, 0))
            one.recv(4096)

    def send(self, packets: Sequence[tuple[int, Packet]]) -> set[int]:
        """Send numbered packets; return the numbers of those that arrive."""
        self.forget()
        arrived: set[int] = set()
        front = bytes.fromhex((self.mac(0, 2) + self.mac(0, 1)).replace(":", ""))
        for number, packet in packets:
            kind = b"\x08\x00" if packet.family is Family.V4 else b"\x86\xdd"
            self.sender.send(front + kind + built(packet, number))
        while select.select([self.receiver], [], [], 0.004)[0]:
            data = self.receiver.recv(4096)
            at = data.find(MARK)
            if at >= 0 and data[6:12] != bytes.fromhex(self.mac(len(self.names) - 2, 2).replace(":", "")):
                arrived.add(int.from_bytes(data[at + 8 : at + 12], "big"))
        return arrived


def flows(export: bytes) -> int:
    """Return how many rules an export has."""
    return sum(1 for one in json.loads(export)["nftables"] if "rule" in one)
