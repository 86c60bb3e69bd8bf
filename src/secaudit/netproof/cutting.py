"""Where to cut a region, and what is left of lists of entries on each side.

Never here: what entries do (`decide`).
"""

from collections.abc import Iterable

from secaudit.netproof.boxes import KIND, LOWS, PROTO, Box, Code, Entry

SAMPLE = 384
"""Most entries whose edges are weighed for one cut; more are sampled evenly."""

SIDES = 12
"""Most masks that are weighed for one cut: those that most entries have."""

FEW = 12
"""Lists up to this length are narrowed to what is no drop, and cut at an edge of their first entry."""


def within(entries: Iterable[Entry], box: Box) -> list[Entry]:
    """Return the entries that touch a box."""
    a, b, c, d, proto, g, h, i, j, kind = box
    return [
        x
        for x in entries
        if x[0] <= b
        and x[1] >= a
        and x[2] <= d
        and x[3] >= c
        and x[4] & proto
        and x[5] <= h
        and x[6] >= g
        and x[7] <= j
        and x[8] >= i
        and x[9] & kind
    ]


def covers(x: Entry, box: Box) -> bool:
    """Whether an entry holds all of a box."""
    return all(x[low] <= box[low] and x[low + 1] >= box[low + 1] for low in LOWS) and not (box[PROTO] & ~x[PROTO] or box[KIND] & ~x[KIND])


def close(entries: list[Entry], box: Box) -> bool:
    """Cut a list behind the first entry that ends it for the whole region; return whether only drops are left of a list so cut."""
    a, b, c, d, proto, g, h, i, j, kind = box
    drops = True
    for index, x in enumerate(entries):
        code = x[10]
        if (
            x[0] <= a
            and x[1] >= b
            and x[2] <= c
            and x[3] >= d
            and x[5] <= g
            and x[6] >= h
            and x[7] <= i
            and x[8] >= j
            and code <= Code.GOTO
            and x[4] & proto == proto
            and x[9] & kind == kind
        ):
            del entries[index + 1 :]
            return drops and code == Code.DROP
        drops = drops and code == Code.DROP
    return False


def hull(entries: list[Entry], box: Box) -> Box:
    """Return the part of a region that a list may let on: if all the rest of a short list is one drop, the hull of what is no drop.

    Where few accepts stand in a region, this finds in one step what a cut along each of their edges would.
    """
    last = entries[-1]
    if len(entries) > FEW or last[10] != Code.DROP or not covers(last, box):
        return box
    inside = [x for x in entries if x[10] != Code.DROP]
    proto = kind = 0
    for x in inside:
        proto |= x[4]
        kind |= x[9]
    return (
        max(box[0], min([x[0] for x in inside])),
        min(box[1], max([x[1] for x in inside])),
        max(box[2], min([x[2] for x in inside])),
        min(box[3], max([x[3] for x in inside])),
        box[4] & proto,
        max(box[5], min([x[5] for x in inside])),
        min(box[6], max([x[6] for x in inside])),
        max(box[7], min([x[7] for x in inside])),
        min(box[8], max([x[8] for x in inside])),
        box[9] & kind,
    )


def plane(entries: list[Entry], box: Box) -> tuple[int, int]:
    """Return where to cut: a place in the box and the value behind which, or (of a mask) the members on one side.

    It is an edge of an entry, the one that the fewest entries cross, nearest to the middle. There is always one: the first entry does not
    cover the region, so it has an edge inside.
    """
    place, cut = _edge_of_first(entries, box) if len(entries) <= FEW else _edge_of_any(entries, box)
    if place < 0:
        raise RuntimeError("a region that nothing covers has no edge inside")
    return place, cut


def _edge_of_any(entries: list[Entry], box: Box) -> tuple[int, int]:
    sample = entries[:64] + entries[64 :: len(entries) // SAMPLE + 1] if len(entries) > SAMPLE else entries
    size = len(sample)
    best, place, cut = 1 << 60, -1, 0
    for low in LOWS:
        bottom, top = box[low], box[low + 1]
        if bottom == top:
            continue
        starts = sorted([x[low] for x in sample if x[low] > bottom])
        ends = sorted([x[low + 1] for x in sample if x[low + 1] < top])
        right, done, total, ended = 0, 0, len(starts), len(ends)
        for value in sorted({*[v - 1 for v in starts], *ends}):
            while right < total and starts[right] <= value:
                right += 1
            while done < ended and ends[done] <= value:
                done += 1
            later = total - right
            rank = 4 * (size - done - later) + abs(done - later)
            if rank < best:
                best, place, cut = rank, low, value
    for low in (PROTO, KIND):
        here = box[low]
        if here & (here - 1):
            counts: dict[int, int] = {}
            for x in sample:
                counts[x[low] & here] = counts.get(x[low] & here, 0) + 1
            for side in sorted(counts, key=lambda bits: -counts[bits])[:SIDES]:
                if side != here:
                    done = sum(count for bits, count in counts.items() if not bits & ~side)
                    later = sum(count for bits, count in counts.items() if not bits & side)
                    rank = 4 * (size - done - later) + abs(done - later)
                    if rank < best:
                        best, place, cut = rank, low, side
    return place, cut


def _edge_of_first(entries: list[Entry], box: Box) -> tuple[int, int]:
    """Return the edge of the first entry that the fewest others cross: weighing all edges costs more than it saves in a short list."""
    head = entries[0]
    best, place, cut = 1 << 60, -1, 0
    for low in LOWS:
        high = low + 1
        for inside, value in ((head[low] > box[low], head[low] - 1), (head[high] < box[high], head[high])):
            if inside:
                crossing = 0
                for x in entries:
                    if x[low] <= value < x[high]:
                        crossing += 1
                if crossing < best:
                    best, place, cut = crossing, low, value
    for low in (PROTO, KIND):
        side = head[low] & box[low]
        if side != box[low]:
            crossing = 0
            for x in entries:
                if x[low] & side and x[low] & box[low] & ~side:
                    crossing += 1
            if crossing < best:
                best, place, cut = crossing, low, side
    return place, cut


def half(box: Box, place: int, cut: int, side: int) -> Box:
    """Return one side of a cut: 0 the lower one or the members named, 1 the other."""
    bounds = list(box)
    if place in (PROTO, KIND):
        bounds[place] &= ~cut if side else cut
    elif side:
        bounds[place] = cut + 1
    else:
        bounds[place + 1] = cut
    return tuple(bounds)


def side_of(entries: list[Entry], place: int, cut: int, side: int) -> list[Entry]:
    """Return the entries on one side of a cut; of a mask `cut` names the members that are left."""
    if place in (PROTO, KIND):
        return [x for x in entries if x[place] & cut]
    if side:
        high = place + 1
        return [x for x in entries if x[high] > cut]
    return [x for x in entries if x[place] <= cut]
