"""Static filters of YAMAHA routers → matches.

Basis: the vendor's command reference (rtpro, rt-common, `ip filter`), read in public copies:
* types and codes of ICMP stand in the port fields only where the protocol is `icmp` alone; `icmp-error` and `icmp-info` ignore the port
  fields;
* with `*` or several protocols the port fields limit TCP and UDP alone: every other protocol matches whatever they say;
* addresses may be mixed with host names and `map-e`;
* `tcpflag=value/mask`: flags and mask equals value; `restrict` passes while the line is up.
Known: missing fields at the end are `*`; `established` is the ACK or the RST bit.

Never here: where a filter is applied (`yamaha`).
"""

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from secaudit.model.text import Text
from secaudit.netproof.dialects.yamaha_text import Command
from secaudit.netproof.dialects.yamaha_words import PORTS, PROTOCOLS
from secaudit.netproof.ir import Match, Unknown
from secaudit.netproof.lines import Accountant, Reach
from secaudit.netproof.packets import TCP, TCP_REPLY_KINDS, UDP, Family, Kind, kinds_where
from secaudit.netproof.ranges import Range, Ranges, complement, normal, of_network

ACTIONS = {f"{action}{tail}": action != "reject" for action in ("pass", "reject", "restrict") for tail in ("", "-log", "-nolog")}
"""Whether an action lets a packet pass."""

_BOTH: Ranges = ((TCP, TCP), (UDP, UDP))
_TYPES: Ranges = ((0, 255),)
_ICMP = {
    ("icmp-error", Family.V4): ((3, 5), (11, 12), (31, 32)),
    ("icmp-info", Family.V4): ((0, 0), (8, 10), (13, 18), (30, 30), (33, 36)),
    ("icmp-error", Family.V6): ((0, 127),),
    ("icmp-info", Family.V6): ((128, 255),),
}
_FIN, _SYN, _RST = 1, 2, 4
_FLAG = re.compile(r"tcpflag(!?)=0x([0-9a-fA-F]+)/0x([0-9a-fA-F]+)")
_UNREAD = Text(ja="フィルターの書き方が分かりません", en="the filter is not understood")
_NAMED = Text(ja="ホスト名などで書かれたアドレス", en="an address given as a host name or the like")
_FLAGS = Text(ja="一部のフラグだけで決まるフィルター", en="a filter by flags that packets of one kind do not share")


@dataclass(frozen=True, slots=True)
class Filter:
    """One static filter: what it matches, whether it lets pass; `unclear`: not even that is known."""

    command: Command
    passes: bool
    matches: tuple[Match, ...]
    unclear: Unknown | None = None


def static(command: Command, family: Family, account: Accountant) -> Filter:
    """Read `ip filter N action source destination protocol source-port destination-port`; what is not clear is `unknown`."""
    fields = [*command.words[3:], "*", "*", "*", "*", "*"]
    passes = ACTIONS.get(fields[0])
    try:
        _check(command, passes)
        src, dst = _addresses(fields[1], family), _addresses(fields[2], family)
        matches = _protocols(fields[3].split(","), fields[4], fields[5], family)
    except ValueError as error:
        reason = _FLAGS if str(error) == "flags" else _UNREAD
        unknown = _unknown(command, reason, account)
        if passes is None:
            return Filter(command, False, (Match(family=family),), unknown)
        return Filter(command, passes, (Match(family=family, unknown=unknown),))
    account.understood(command.at, command.text)
    found: list[Match] = []
    for unsure in (False, True):
        one, two = (side[1] if unsure else side[0] for side in (src, dst))
        if unsure and not (src[2] or dst[2]):
            continue
        why = _unknown(command, _NAMED, account) if unsure else None
        if one != () and two != ():
            found += [_with(match, family, one, two, why) for match in matches]
    return Filter(command, bool(passes), tuple(found))


def _check(command: Command, passes: bool | None) -> None:
    if passes is None or not 5 <= len(command.words) <= 9:
        raise ValueError


def _with(match: Match, family: Family, src: Ranges | None, dst: Ranges | None, why: Unknown | None) -> Match:
    return replace(match, family=family, src=src, dst=dst, unknown=why)


def _unknown(command: Command, reason: Text, account: Accountant) -> Unknown:
    return Unknown(reason=reason, line=account.not_understood(command.at, command.text, reason, Reach.RULE, "ip filter"))


def _addresses(word: str, family: Family) -> tuple[Ranges | None, Ranges | None, bool]:
    """Return the addresses that surely match, those that may (None: any), and whether there is a difference."""
    if word == "*":
        return None, None, False
    found: list[Range] = []
    named = False
    for part in word.split(","):
        if part == "*":
            return None, None, False
        try:
            found += _address(part, family)
        except ValueError:
            if not re.fullmatch(r"[A-Za-z0-9*_-]+(\.[A-Za-z0-9*_-]+)*\.?", part) or re.fullmatch(r"[\d.*/-]+", part):
                raise
            named = True
    return normal(found), (None if named else normal(found)), named


def _address(part: str, family: Family) -> list[Range]:
    if family is Family.V4 and re.fullmatch(r"(\d+|\*)(\.(\d+|\*)){3}", part) and "*" in part:
        octets = part.split(".")
        fixed = octets[: octets.index("*")]
        if any(octet != "*" for octet in octets[len(fixed) :]):
            raise ValueError
        return [of_network(ip_network(".".join([*fixed, *["0"] * (4 - len(fixed))]) + f"/{8 * len(fixed)}"))]
    low, dash, high = part.partition("-")
    if dash:
        ends = (int(_host(low, family)) if low else 0, int(_host(high, family)) if high else family.top)
        if ends[0] > ends[1]:
            raise ValueError
        return [ends]
    network = ip_network(part, strict=False)
    if network.max_prefixlen != family.bits:
        raise ValueError
    return [of_network(network)]


def _host(word: str, family: Family) -> int:
    found = ip_address(word)
    if found.max_prefixlen != family.bits:
        raise ValueError
    return int(found)


def ports(word: str) -> Ranges | None:
    """Return the ports of a list with numbers, mnemonics and ranges; None: any. Raises `ValueError`."""
    if word == "*":
        return None
    found: list[Range] = []
    for part in word.split(","):
        low, dash, high = part.partition("-")
        if part in PORTS or not dash:
            found.append(_port(part))
            continue
        if low in PORTS or high in PORTS or part.replace("-", "").isdecimal():
            found.append((_port(low)[0] if low else 0, _port(high)[1] if high else 65535))
            continue
        raise ValueError
    if any(low > high or high > 65535 for low, high in found):
        raise ValueError
    return normal(found)


def _port(word: str) -> Range:
    return PORTS[word] if word in PORTS else (int(word), int(word))


def _numbers(word: str) -> Ranges:
    found = _TYPES if word == "*" else ports(word)
    if found is None or found[-1][1] > 255:
        raise ValueError
    return found


def _protocols(words: list[str], sport: str, dport: str, family: Family) -> list[Match]:
    if words in (["icmp"], ["icmp6" if family is Family.V6 else "icmp4"]):
        return [Match(icmp=(_numbers(sport), _numbers(dport)))]
    limited = sport != "*" or dport != "*"
    one, two = (None, None) if words in (["icmp-error"], ["icmp-info"]) else (ports(sport), ports(dport))
    found: list[Match] = []
    for word in words:
        if word == "*":
            found.append(Match(proto=_BOTH, sport=one, dport=two) if limited else Match())
            if limited:
                found.append(Match(proto=complement(_BOTH, 255)))
        elif (word.replace("6", ""), family) in _ICMP:
            found.append(Match(icmp=(_ICMP[word.replace("6", ""), family], _TYPES)))
        elif word in ("icmp", "icmp6"):
            found.append(Match(proto=((family.icmp if word == "icmp" else 58,) * 2,)))
        elif (kinds := _kinds(word)) is not None:
            found.append(Match(proto=((TCP, TCP),), sport=one, dport=two, kinds=kinds))
        else:
            number = PROTOCOLS[word] if word in PROTOCOLS else int(word)
            ported = number in (TCP, UDP)
            found.append(Match(proto=((number, number),), sport=one if ported else None, dport=two if ported else None))
    return found


def _kinds(word: str) -> frozenset[Kind] | None:
    """Return the TCP kinds of a word about flags; None if it is not one. Raises `ValueError` if packets of one kind differ in it."""
    if word == "established":
        return TCP_REPLY_KINDS
    plain = {"tcpfin": _FIN, "tcpsyn": _SYN, "tcprst": _RST}.get(word)
    given = _FLAG.fullmatch(word)
    if plain is not None:
        wanted, mask, negated = plain, plain, False
    elif given is not None:
        wanted, mask, negated = int(given[2], 16), int(given[3], 16), bool(given[1])
    else:
        return None
    kinds, whole = kinds_where(lambda flags: (flags & mask == wanted) is not negated)
    if not whole:
        raise ValueError("flags")
    return kinds
