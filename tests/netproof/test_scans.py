"""Scans of nmap: what is read, what is refused, and what an open port says about the proof."""

import contextlib
from collections.abc import Iterable
from datetime import date
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.errors import DocumentError
from secaudit.model.outcome import Outcome
from secaudit.model.status import Status
from secaudit.netproof import nmap
from secaudit.netproof.flows import Flow
from secaudit.netproof.ir import Accept, DestinationNat, Device, Hook, Match
from secaudit.netproof.network import Network, Node
from secaudit.netproof.prove import Question, Verdict, prove
from secaudit.netproof.scans import Scan, contradictions, read_scan
from tests.netproof.build import V4, V6, ZONES, B, base, between, device, filtering, net, port, rule, unknown

AS_OF = date(2026, 3, 31)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n'
END = '<runstats><finished time="1" exit="success"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>\n'


def host(address: str, *ports: tuple[str, str, str], kind: str = "ipv4") -> str:
    listed = "".join(
        f'<port protocol="{proto}" portid="{number}"><state state="{state}" reason="syn-ack"/><service name="x"/></port>\n'
        for proto, number, state in ports
    )
    mac = '<address addr="00:00:5E:00:53:01" addrtype="mac" vendor="x"/>'
    return f'<host><status state="up"/><address addr="{address}" addrtype="{kind}"/>{mac}<ports>\n{listed}</ports></host>\n'


def document(*hosts: str, kind: str = "syn", end: str = END) -> bytes:
    start = f'<nmaprun scanner="nmap" args="nmap -oX" start="1"><scaninfo type="{kind}" protocol="tcp"/>\n'
    return (HEAD + start + "".join(hosts) + end).encode()


def scan(data: bytes, **more: Any) -> Scan:  # noqa: ANN401 - fields by name
    return read_scan(data, "evidence/scan.xml", **{"zone": "a", "scanned_on": date(2026, 2, 3), **more})


def test_only_open_ports_are_kept_with_their_line() -> None:
    states = ["open", "open|filtered", "filtered", "closed", "unfiltered", "closed|filtered"]
    found = scan(document(host("10.2.0.4", *(("tcp", str(number), state) for number, state in enumerate(states, start=440)))))
    assert [(one.family, one.address, one.protocol, one.port, one.at.line) for one in found.ports] == [(V4, B + 4, 6, 440, 5)]
    assert (found.incomplete, found.indirect, found.zone) == (None, False, "a")


def test_protocols_and_families_are_read_and_sorted() -> None:
    ports = [("udp", "53", "open"), ("sctp", "36412", "open"), ("tcp", "22", "open"), ("ip", "47", "open")]
    found = scan(document(host("10.2.0.4", *ports), host("fd02::4", ("tcp", "443", "open"), kind="ipv6")))
    assert [(one.family, one.protocol, one.port) for one in found.ports] == [
        (V4, 6, 22),
        (V4, 17, 53),
        (V4, 47, None),
        (V4, 132, 36412),
        (V6, 6, 443),
    ]


def test_the_first_address_of_a_host_counts_and_every_host_has_its_own() -> None:
    twice = host("10.2.0.4", ("tcp", "22", "open")).replace("<ports>", '<address addr="10.2.0.9" addrtype="ipv4"/><ports>')
    found = scan(document(twice, host("10.2.0.5", ("tcp", "22", "open"))))
    assert [one.address for one in found.ports] == [B + 4, B + 5]


REFUSED = {
    "a subset": HEAD.replace("<!DOCTYPE nmaprun>", '<!DOCTYPE nmaprun [<!ENTITY a "b">]>'),
    "an empty subset": HEAD.replace("<!DOCTYPE nmaprun>", "<!DOCTYPE nmaprun []>"),
    "a system identifier": HEAD.replace("<!DOCTYPE nmaprun>", '<!DOCTYPE nmaprun SYSTEM "nmap.dtd">'),
    "a public identifier": HEAD.replace("<!DOCTYPE nmaprun>", '<!DOCTYPE nmaprun PUBLIC "-//x" "http://scan.example/nmap.dtd">'),
    "another name": HEAD.replace("<!DOCTYPE nmaprun>", "<!DOCTYPE html>"),
}


@pytest.mark.parametrize("head", REFUSED.values(), ids=REFUSED)
def test_a_document_type_definition_is_refused_with_its_place(head: str) -> None:
    with pytest.raises(DocumentError, match="document type definition") as caught:
        scan(document(host("10.2.0.4", ("tcp", "22", "open"))).replace(HEAD.encode(), head.encode()))
    assert str(caught.value.at).startswith("evidence/scan.xml:2:")


def test_entities_are_neither_declared_nor_expanded() -> None:
    reader = nmap._Reader("evidence/scan.xml")
    with pytest.raises(DocumentError, match="entity"):
        reader._entity("a", False, "b", None, None, None, None)
    with pytest.raises(DocumentError, match="well-formed"):
        scan(document(host("&a;", ("tcp", "22", "open"))))


def test_a_file_without_a_doctype_is_read_too() -> None:
    assert scan(document().replace(b"<!DOCTYPE nmaprun>", b"")).incomplete is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no XML output of nmap"),
        (b'<?xml version="1.0"?>\n', "no XML output of nmap"),
        (b"<html/>", "no XML output of nmap"),
        (b"Starting Nmap", "well-formed"),
        (document().replace(b"</runstats>", b"</run>"), "well-formed"),
        (document() + b"<more/>", "well-formed"),
        (document(host("10.2.0.400", ("tcp", "22", "open"))), "address cannot be read"),
        (document(host("10.2.0.4", ("tcp", "65536", "open"))), "number of a port"),
        (document(host("10.2.0.4", ("tcp", "-1", "open"))), "number of a port"),
        (document(host("10.2.0.4", ("tcp", "２２", "open"))), "number of a port"),
        (document(host("10.2.0.4", ("ip", "256", "open"))), "number of a port"),
        (document(host("10.2.0.4", ("quic", "22", "open"))), "protocol `quic`"),
        (document(host("10.2.0.4", ("tcp", "22", "open"), kind="mac")), "has no address"),
        (document("<a>" * 100), "nested too deeply"),
        (b"x" * (nmap.LIMIT + 1), "too large"),
    ],
    ids=range(15),
)
def test_what_cannot_be_read_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as caught:
        scan(data)
    assert caught.value.at is not None
    assert caught.value.hint is not None


def test_a_state_that_belongs_to_no_port_is_nothing() -> None:
    assert scan(document('<host><ports><port protocol="tcp" portid="1"/></ports></host>')).ports == ()
    reader = nmap._Reader("scan.xml")
    reader._state({"state": "open"})
    assert reader.found == []


@pytest.mark.parametrize("end", ['<runstats><finished exit="error" errormsg="x"/></runstats></nmaprun>', "<runstats/></nmaprun>", ""])
def test_a_scan_that_did_not_end_is_incomplete_and_what_it_saw_counts(end: str) -> None:
    found = scan(document(host("10.2.0.4", ("tcp", "22", "open")), end=end))
    assert found.incomplete is not None
    assert len(found.ports) == 1


@given(cut=st.integers(0, len(document(host("10.2.0.4", ("tcp", "22", "open"))))))
def test_a_file_cut_anywhere_is_incomplete_or_refused_and_never_whole(cut: int) -> None:
    data = document(host("10.2.0.4", ("tcp", "22", "open"))).rstrip()
    try:
        found = scan(data[:cut])
    except DocumentError:
        return
    assert (found.incomplete is None) is (cut >= len(data))


@given(st.binary(max_size=200))
def test_rubbish_is_refused_or_read_and_never_a_fault(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        scan(b"<nmaprun>" + data)


@pytest.mark.parametrize("encoding", ["shift_jis", "hex", "utf-7", "idna", "mystery"])
def test_no_encoding_is_looked_up(encoding: str) -> None:
    data = document(host("10.2.0.4", ("tcp", "22", "open"))).replace(b'"UTF-8"', f'"{encoding}"'.encode())
    assert len(scan(data).ports) == 1


def asked(network: Network, *flows: Flow, **more: Any) -> Question:  # noqa: ANN401 - fields by name
    return Question(network=network, zones=ZONES, flows=flows, as_of=AS_OF, samples=50, **more)


def judged(question: Question, *ports: tuple[str, str, str], address: str = "10.2.0.4", kind: str = "ipv4", **more: Any) -> list[Outcome]:  # noqa: ANN401 - fields by name
    found = scan(document(host(address, *ports, kind=kind)), **more)
    return [*contradictions([found], question, prove(question))]


def said(outcomes: Iterable[Outcome]) -> list[tuple[str, str, str]]:
    return [(one.subject, one.status.value, one.reason.en) for one in outcomes]


SMB = ("tcp", "445", "open")
SHUT = between(filtering())
OPEN = between(filtering(rule(Accept(), Match(family=V4, dst=net("10.2.0.4/32"), proto=((6, 6),), dport=((445, 445),)))))


def flow(**more: Any) -> Flow:  # noqa: ANN401 - fields by name
    whole = {"id": "SC-01", "source": "a", "target": "b", "src": {V4: net("10.1.0.0/16")}, "dst": {V4: net("10.2.0.4/32")}}
    return Flow(**{**whole, "proto": ((6, 6),), "ports": ((445, 445),), "expires": AS_OF, **more})


def test_an_open_port_contradicts_what_is_proved() -> None:
    (found,) = judged(asked(SHUT), SMB)
    assert (found.subject, found.status) == ("a → b / 10.2.0.4:445/tcp", Status.FAIL)
    assert "alarm" in found.reason.en
    assert "警報" in found.reason.ja
    assert (found.location and found.location.line) == 5


def test_an_open_port_confirms_what_is_violated() -> None:
    (found,) = judged(asked(OPEN), SMB)
    assert (found.status, "confirms" in found.reason.en) == (Status.FAIL, True)
    (other,) = judged(asked(OPEN), ("tcp", "446", "open"))
    assert (other.status, "do not explain" in other.reason.en) == (Status.FAIL, True)


def test_an_open_port_where_nothing_is_decided_is_a_failure_all_the_same() -> None:
    unclear = between(filtering(rule(Accept(), Match(unknown=unknown()))))
    (found,) = judged(asked(unclear), SMB)
    assert (found.status, "leave it open" in found.reason.en) == (Status.FAIL, True)
    (missing,) = contradictions([scan(document(host("10.2.0.4", SMB)))], asked(SHUT), ())
    assert (missing.status, "do not explain" in missing.reason.en) == (Status.FAIL, True)


def test_closed_and_filtered_prove_nothing() -> None:
    assert judged(asked(SHUT), ("tcp", "445", "closed"), ("tcp", "80", "filtered"), ("udp", "53", "open|filtered")) == []


def test_a_port_in_the_scanners_own_zone_crosses_nothing() -> None:
    assert judged(asked(SHUT), SMB, address="10.1.0.4") == []
    assert judged(asked(SHUT), SMB, zone="b") == []


def test_an_address_in_no_zone_is_not_known() -> None:
    (found,) = judged(asked(SHUT), SMB, address="192.0.2.1")
    assert (found.status, "in no zone" in found.reason.en) == (Status.UNKNOWN, True)


def test_of_two_zones_the_narrower_one_holds_an_address() -> None:
    question = Question(network=SHUT, zones={"a": ("10.0.0.0/8",), "b": ("10.2.0.0/16",)}, flows=(), as_of=AS_OF, samples=50)
    assert [one.status for one in judged(question, SMB)] == [Status.FAIL]


def test_a_declared_flow_is_seen_and_in_order() -> None:
    (found,) = judged(asked(SHUT, flow()), SMB)
    assert (found.status, "declared flow" in found.reason.en) == (Status.PASS, True)
    (open_,) = judged(asked(OPEN, flow()), SMB)
    assert open_.status is Status.PASS


@pytest.mark.parametrize(
    "more",
    [
        {"expires": date(2026, 3, 30)},
        {"source": "b", "target": "a"},
        {"ports": ((446, 446),)},
        {"proto": ((17, 17),)},
        {"dst": {V4: net("10.2.0.5/32")}},
        {"src": {V6: net("fd01::/16")}, "dst": {V6: net("fd02::/16")}},
    ],
)
def test_a_flow_of_another_kind_declares_nothing(more: dict[str, Any]) -> None:
    (found,) = judged(asked(SHUT, flow(**more)), SMB)
    assert (found.status, "alarm" in found.reason.en) == (Status.FAIL, True)


def test_a_flow_from_one_host_leaves_open_whether_the_scanner_was_it() -> None:
    narrow = flow(src={V4: net("10.1.0.5/32")})
    assert [one.status for one in judged(asked(SHUT, narrow), SMB)] == [Status.UNKNOWN]
    assert [one.status for one in judged(asked(SHUT, narrow), SMB, source=ip_address("10.1.0.5"))] == [Status.PASS]
    assert [one.status for one in judged(asked(SHUT, narrow), SMB, source=ip_address("10.1.0.6"))] == [Status.FAIL]
    assert [one.status for one in judged(asked(SHUT, narrow), SMB, source=ip_address("fd01::5"))] == [Status.UNKNOWN]
    # The devices let more sources through than are declared: that hole is confirmed.
    assert [one.status for one in judged(asked(OPEN, narrow), SMB)] == [Status.FAIL]


def translating(match: Match, *, forward: Match) -> Device:
    to = rule(DestinationNat(B + 4, 8445), match)
    hooks = [base("nat", Hook.PREROUTING, -100, drop=False, nat=True), base("forward")]
    return device("fw", {"nat": (to,), "forward": (rule(Accept(), forward),)}, hooks)


PUBLISHED = Match(family=V4, dst=net("10.2.0.99/32"), proto=((6, 6),), dport=((445, 445),))
REAL = Match(family=V4, dst=net("10.2.0.4/32"), proto=((6, 6),), dport=((8445, 8445),), translated=True)


def test_a_flow_counts_by_its_destination_as_delivered() -> None:
    everyone = {V4: ((0, V4.top),)}
    question = asked(between(translating(PUBLISHED, forward=REAL)), flow(src=everyone, dst={V4: net("10.2.0.4/32")}, ports=((8445, 8445),)))
    assert {one.verdict for one in prove(question, families=[V4]) if one.source == "a"} == {Verdict.PROVED}
    assert [one.status for one in judged(question, SMB, address="10.2.0.99")] == [Status.PASS]
    assert [one.status for one in judged(question, SMB, address="10.2.0.98")] == [Status.FAIL]


def test_a_flow_as_delivered_from_some_sources_leaves_it_open() -> None:
    narrow = Match(family=V4, src=net("10.1.0.5/32"), dst=net("10.2.0.4/32"), proto=((6, 6),), dport=((8445, 8445),), translated=True)
    question = asked(between(translating(PUBLISHED, forward=narrow)), flow(ports=((8445, 8445),)))
    assert [one.status for one in judged(question, SMB, address="10.2.0.99")] == [Status.UNKNOWN]


def test_an_address_of_ones_own_zone_that_is_translated_confirms_a_hole() -> None:
    published = Match(family=V4, dst=net("10.1.0.99/32"), proto=((6, 6),), dport=((445, 445),))
    question = asked(between(translating(published, forward=REAL)))
    (found,) = judged(question, SMB, address="10.1.0.99")
    assert found.subject == "a → b / 10.1.0.99:445/tcp"
    assert (found.status, "confirms" in found.reason.en) == (Status.FAIL, True)


def test_what_a_device_itself_answers_is_another_question() -> None:
    ports = (port("left", "a", None, "10.1.255.254/16"), port("right", "b", None, "10.2.255.254/16"))
    network = Network(nodes=(Node(name="fw", ports=ports, device=filtering()),))
    (found,) = judged(asked(network), ("tcp", "22", "open"), address="10.2.255.254")
    assert (found.status, "`fw` itself" in found.reason.en) == (Status.UNKNOWN, True)


def test_a_scan_of_protocols_is_not_compared() -> None:
    assert said(judged(asked(SHUT), ("ip", "47", "open"))) == [
        (
            "a → b / 10.2.0.4 (protocol 47)",
            "unknown",
            "it answered the scan of protocols of 2026-02-03, but without a port it cannot be compared",
        )
    ]


def test_ipv6_is_shown_in_brackets() -> None:
    (found,) = judged(asked(SHUT), ("udp", "53", "open"), address="fd02::4", kind="ipv6")
    assert (found.subject, found.status) == ("a → b / [fd02::4]:53/udp", Status.FAIL)


def test_a_scan_that_is_not_whole_is_said_beside_what_it_saw() -> None:
    found = contradictions([scan(document(host("10.2.0.4", SMB), end=""))], asked(SHUT), prove(asked(SHUT)))
    assert [(one.subject, one.status) for one in found] == [
        ("a → (evidence/scan.xml)", Status.UNKNOWN),
        ("a → b / 10.2.0.4:445/tcp", Status.FAIL),
    ]
    assert found[0].reason.en.startswith("the file is cut off")


@pytest.mark.parametrize("kind", ["idle", "bounce"])
def test_a_scan_through_another_host_says_nothing_about_zones(kind: str) -> None:
    found = contradictions([scan(document(host("10.2.0.4", SMB), kind=kind))], asked(SHUT), prove(asked(SHUT)))
    assert [(one.subject, one.status) for one in found] == [("a → (evidence/scan.xml)", Status.UNKNOWN)]


def test_two_scans_of_one_port_are_one_subject() -> None:
    one = scan(document(host("10.2.0.4", SMB)))
    assert len(contradictions([one, one], asked(SHUT), ())) == 1
