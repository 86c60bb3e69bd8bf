"""Sets of whole numbers as sorted, disjoint, inclusive ranges: addresses, ports, protocols, marks.

* A `Ranges` value is always normal: sorted, disjoint, not touching. `normal` makes any list of ranges so.
* IPv6 is the same code: Python's integers have no width.

Never here: rules and packets (`ir`).
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network

Range = tuple[int, int]
Ranges = tuple[Range, ...]

WILDCARD_BITS = 12
"""Most free bits above the lowest fixed bit of a wildcard mask; each doubles the number of ranges."""


def normal(ranges: Iterable[Range]) -> Ranges:
    """Return the union of inclusive ranges, sorted, with overlapping and touching ones joined; empty ones (low > high) vanish."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if low > high:
            continue
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def complement(ranges: Ranges, top: int) -> Ranges:
    """Return 0…`top` without `ranges`: the negation of a group is the complement of the union of all its members."""
    found: list[Range] = []
    start = 0
    for low, high in ranges:
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start <= top:
        found.append((start, top))
    return tuple(found)


def intersect(one: Ranges, two: Ranges) -> Ranges:
    """Return what both hold."""
    found: list[Range] = []
    i = j = 0
    while i < len(one) and j < len(two):
        low, high = max(one[i][0], two[j][0]), min(one[i][1], two[j][1])
        if low <= high:
            found.append((low, high))
        if one[i][1] < two[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def subtract(one: Ranges, two: Ranges) -> Ranges:
    """Return what only the first holds."""
    if not one:
        return ()
    return intersect(one, complement(two, one[-1][1]))


def holds(ranges: Ranges, value: int) -> bool:
    """Whether `value` is in the set."""
    for low, high in ranges:  # noqa: SIM110 - asked for every packet: a generator costs three times as much
        if low <= value <= high:
            return True
    return False


def of_network(network: IPv4Network | IPv6Network) -> Range:
    """Return the addresses of a prefix, network and broadcast address included."""
    return int(network.network_address), int(network.broadcast_address)


def of_wildcard(address: int, free: int, bits: int) -> Ranges | None:
    """Return the addresses that agree with `address` in every bit that is 0 in `free` (a wildcard mask: 1 = any).

    `free` of a netmask is its inverse. None if more than `WILDCARD_BITS` free bits stand above the lowest fixed bit:
    the caller then reports the line as not understood.
    """
    top = (1 << bits) - 1
    fixed = ~free & top
    if not fixed:
        return ((0, top),)
    low_bits = (fixed & -fixed).bit_length() - 1
    scattered = [bit for bit in range(low_bits, bits) if free >> bit & 1]
    if len(scattered) > WILDCARD_BITS:
        return None
    bases = [address & fixed]
    for bit in scattered:
        bases += [base | 1 << bit for base in bases]
    return normal((base, base | ((1 << low_bits) - 1)) for base in bases)
