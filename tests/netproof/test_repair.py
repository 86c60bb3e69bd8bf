"""What would repair a pair: the line, the values, the entry to paste, and what to deliver."""

import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from secaudit.model.location import Location
from secaudit.model.policy import Flow as Declared
from secaudit.model.text import Text
from secaudit.netproof import repair
from secaudit.netproof.blame import Obstacle
from secaudit.netproof.flows import Flow, declared
from secaudit.netproof.ir import Accept, Doubt, Drop, Match, Source
from secaudit.netproof.lines import Fate, Line, Reach
from secaudit.netproof.network import Network, Node
from secaudit.netproof.packets import TCP_REPLY_KINDS, Family
from secaudit.netproof.prove import PairVerdict, Question, Verdict, prove_pair
from secaudit.netproof.repair import DOORS, NEEDED, repairs
from secaudit.policy.documents import FlowDocument
from secaudit.wire.yaml import parse, plain
from tests.netproof.build import V4, V6, ZONES, A, B, at, between, device, filtering, net, port, row, rule, unknown

AS_OF = date(2026, 4, 1)
TCP80 = Match(proto=((6, 6),), dport=((80, 80),))
ONE = Match(family=V4, src=((A + 5, A + 5),), dst=((B + 5, B + 5),), proto=((6, 6),), dport=((80, 80),))


def told(network: Network, *flows: Flow, family: Family = V4) -> list[Text]:
    question = Question(network=network, zones=ZONES, flows=flows, as_of=AS_OF, samples=50)
    return [*repairs(question, prove_pair(question, "a", "b", family))]


def flow(**more: Any) -> Flow:  # noqa: ANN401 - fields by name
    whole = {"id": "SC-01", "source": "a", "target": "b", "src": {V4: ((A + 1, A + 1),)}, "dst": {V4: ((B + 1, B + 1),)}}
    return Flow(**{**whole, "proto": ((6, 6),), "ports": ((443, 443),), "expires": AS_OF, **more})


def test_a_proved_pair_needs_nothing() -> None:
    assert told(between(filtering(rule(Drop())))) == []


def test_the_line_is_narrowed_or_a_deny_put_before_it() -> None:
    narrow, deny, _ = told(between(filtering(rule(Accept(), TCP80, line=7))))
    assert narrow.ja == "fw.conf:7（`fw`）の行 `line 7` を消すか、要る相手とポートだけに狭める"
    assert narrow.en == "remove the line `line 7` at fw.conf:7 (`fw`), or narrow it to the hosts and ports that are needed"
    assert deny.ja == (
        "または、その行（fw.conf:7）の前に、`left` → `right` の次の通信を拒否する行を置く: 送信元 すべて、宛先 すべて、tcp、ポート 80"
    )
    assert deny.en == "or put a deny before it (fw.conf:7) for `left` → `right`: source any, destination any, tcp, port 80"


def test_an_ipv6_list_of_ios_that_ends_without_its_deny_is_told_the_line_that_it_lacks() -> None:
    interfaces = "interface {}\n ipv6 address {}/64\n"
    text = (
        "ipv6 unicast-routing\n"
        + interfaces.format("Gi0/0", "fd01::1")
        + " ipv6 traffic-filter V in\n"
        + interfaces.format("Gi0/1", "fd02::1")
    )
    lists = "ipv6 access-list V\n deny tcp any any\n deny udp any any\n"

    def repaired(body: str) -> list[Text]:
        (found,) = import_module("secaudit.netproof.dialects.cisco_ios").read([Source(path="r1.txt", data=body.encode())], "r1").devices
        ports = (port("Gi0/0", "a", None, "fd01::1/64"), port("Gi0/1", "b", None, "fd02::1/64"))
        return told(Network(nodes=(Node(name="r1", ports=ports, device=found, routes=found.routes),)), family=V6)

    (first, *_) = repaired(text + lists + "end\n")
    assert first.en.startswith("add `deny ipv6 any any` at the end of `ipv6 access-list V` at r1.txt:7 (`r1`): ")
    assert first.ja.startswith("r1.txt:7（`r1`）の `ipv6 access-list V` の最後に `deny ipv6 any any` を加える。")
    # Without any list, the interface is all that can be named.
    (first, *_) = repaired(text.replace(" ipv6 traffic-filter V in\n", "") + "end\n")
    assert first.en == "apply a list on `r1` from `Gi0/0` → `Gi0/1` that permits what is needed alone"
    # What it says is enough.
    assert repaired(text + lists + " deny ipv6 any any\nend\n") == []


def test_a_line_of_which_something_is_declared_is_narrowed_to_that() -> None:
    flows = [
        flow(),
        flow(id="SC-02", proto=((0, 255),), ports=None, dst={V4: ((0, V4.top),)}),
        flow(id="SC-03", expires=date(2020, 1, 1)),
        flow(id="SC-04", source="b", target="a"),
        flow(id="SC-05", dst={}),
    ]
    first = told(between(filtering(rule(Accept(), line=7))), *flows)[0]
    assert first.en == (
        "narrow the line `line 7` at fw.conf:7 (`fw`) to the declared flows: SC-01: 10.1.0.1 → 10.2.0.1 tcp 443; SC-02: 10.1.0.1 → any any"
    )
    assert "宣言された特定通信だけに狭める: SC-01: 10.1.0.1 → 10.2.0.1 tcp 443、SC-02: 10.1.0.1 → すべて すべて" in first.ja


@pytest.mark.parametrize("match", [TCP80, Match(family=V4, src=net("10.1.9.0/24")), Match(family=V4, dst=net("10.2.9.0/24"))])
def test_a_line_is_never_narrowed_to_a_flow_that_it_is_not_about(match: Match) -> None:
    first = told(between(filtering(rule(Accept(), match, line=7))), flow())[0]
    assert first.en.startswith("remove the line `line 7`")


def test_the_region_of_the_packet_that_is_shown_comes_first() -> None:
    lines = [rule(Accept(), Match(proto=((47, 47),)), line=3), rule(Accept(), Match(proto=((6, 6), (17, 17))), line=7)]
    found = told(between(filtering(*lines)))
    assert [one.en.partition(" at ")[0] for one in found[:4:2]] == ["remove the line `line 7`", "remove the line `line 3`"]


def test_several_regions_of_one_line_are_counted() -> None:
    kinds = rule(Accept(), Match(proto=((6, 6),), dport=((80, 80),)), Match(proto=((17, 17),), dport=((53, 53),)), line=7)
    deny = told(between(filtering(kinds)))[1]
    assert deny.en.endswith("tcp, port 80 (and 1 more)")
    assert deny.ja.endswith("（ほか 1 組）")


def test_more_lines_than_are_told_are_counted() -> None:
    many = [rule(Accept(), Match(proto=((6, 6),), dport=((one, one),)), line=one) for one in range(1, DOORS + 3)]
    found = told(between(filtering(*many)))
    assert [one.en for one in found if "more lines" in one.en] == ["2 more lines let packets of this pair through"]


def test_a_default_a_missing_list_and_a_missing_configuration_have_their_own_advice() -> None:
    assert told(between(filtering(drop=False)))[0].en == (
        "let the default `policy of forward` at fw.conf:99 (`fw`) deny, and permit what is needed alone"
    )
    assert told(between(device("fw", {}, [])))[0].en == "apply a list on `fw` from `left` → `right` that permits what is needed alone"
    assert told(between(None))[0].ja == "`fw` の構成を書き出して topology に添える（今はすべて通すとみなしている）"


def test_on_a_path_of_several_devices_one_is_enough() -> None:
    found = told(row([filtering(drop=False), filtering(drop=False)]))
    assert "stopping it on any one device of the path is enough (`r0`, `r1`)" in [one.en for one in found]


def test_a_forged_source_is_checked_where_it_enters_and_never_declared() -> None:
    found = told(between(filtering(rule(Accept(), Match(family=V4, src=net("192.0.2.0/24"))))))
    assert found[0].en == "let `left` of `fw` drop sources that are not of the zone a (10.1.0.0/16)"
    assert found[0].ja == "`fw` の `left` で、領域 a のアドレス（10.1.0.0/16）のほかを送信元とするパケットを捨てる"
    assert not any("specified_communications" in one.en for one in found)


def test_a_destination_of_another_zone_needs_routes_and_is_never_declared() -> None:
    found = told(between(filtering(rule(Accept(), Match(family=V4, dst=net("10.9.0.0/16"))))))
    assert found[0].en == "write routes or pasted_routes of `fw` into the topology: without them it is taken to send to every exit"
    assert not any("specified_communications" in one.en for one in found)
    routed = told(row([filtering(rule(Accept(), Match(family=V4, src=net("10.1.0.0/16"), dst=net("10.2.0.0/16"))))]))
    assert not any("pasted_routes" in one.en for one in routed)


def test_crafted_answers_need_inspection_and_are_never_declared() -> None:
    found = told(between(filtering(rule(Accept(), Match(kinds=TCP_REPLY_KINDS)))))
    assert "established" in found[0].ja
    assert not any("specified_communications" in one.en for one in found)


def entry(network: Network, *, family: Family = V4, lang: str = "en") -> str:
    last = told(network, family=family)[-1]
    return (last.ja if lang == "ja" else last.en).partition("\n")[2]


def test_an_entry_is_offered_whose_approval_is_left_open() -> None:
    assert entry(between(filtering(rule(Accept(), ONE)))) == (
        "- id:  # a number\n"
        '  from: "10.1.0.5"\n'
        '  to: "10.2.0.5"\n'
        "  direction: outbound\n"
        '  protocol: "tcp"\n'
        "  ports: [80]\n"
        "  purpose:  # what it is for\n"
        "  approved_by:  # the role that approved it\n"
        "  approved_on:  # the day of the approval\n"
        "  expires:  # its last day"
    )


def test_where_more_passes_the_values_are_only_an_example() -> None:
    text = entry(between(filtering(rule(Accept()))), lang="ja")
    assert '  from: "10.1.0.1"  # 例。実際の送信元にする' in text
    assert '  to: "10.2.0.1"  # 例。実際の宛先にする' in text
    assert "  ports:  # 要るポート" in text
    icmp = entry(between(filtering(rule(Accept(), Match(proto=((1, 1),))))))
    assert "ports" not in icmp
    assert 'protocol: "icmp"' in icmp
    assert 'protocol: "47"' not in entry(between(filtering(rule(Accept(), Match(proto=((47, 47),))))))
    zero = entry(between(filtering(rule(Accept(), Match(proto=((6, 6),), dport=((0, 0),))))))
    assert "ports" not in zero


@pytest.mark.parametrize("family", [V4, V6])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_entry_is_refused_until_a_person_has_filled_it_in(family: Family, lang: str) -> None:
    text = entry(between(filtering(rule(Accept(), TCP80))), family=family, lang=lang)
    (read,) = plain(parse(text.encode(), "entry.yaml"))
    with pytest.raises(ValidationError):
        FlowDocument.model_validate(read)
    filled = {**read, "id": "SC-09", "purpose": "見本", "approved_by": "最高情報セキュリティ責任者"}
    filled |= {"approved_on": date(2026, 4, 1), "expires": date(2027, 3, 31)}
    document = FlowDocument.model_validate(filled)
    fields = {"from": document.start, "to": document.end, "direction": document.direction, "protocol": document.protocol}
    one = Declared(id="SC-09", fields={**fields, "ports": "80", "expires": "2027-03-31"}, at=Location(path="p.yaml", line=1))
    flows = declared(one, ZONES)
    assert not isinstance(flows, Text)
    assert [(made.source, made.target) for made in flows] == [("a", "b")]


def test_no_name_adds_a_line() -> None:
    found = told(between(filtering(rule(Accept(), ONE), name="fw\nevil")))
    assert [one.ja.count("\n") for one in found[:-1]] == [0] * (len(found) - 1)


def obstacle(en: str, *, line: int | None = 3, name: str | None = "fw") -> Obstacle:
    reason = Text(ja="理由", en=en)
    said = None
    if line is not None:
        said = Line(at=at(line), text="?", fate=Fate.NOT_UNDERSTOOD, reason=reason, reach=Reach.RULE)
    return Obstacle(reason=reason, line=said, device=name)


def needed(*obstacles: Obstacle) -> list[str]:
    question = Question(network=Network(nodes=()), zones={}, flows=(), as_of=AS_OF)
    verdict = PairVerdict(source="a", target="b", family=V4, verdict=Verdict.UNDECIDED, paths=1, obstacles=obstacles)
    return [one.en for one in repairs(question, verdict)]


def test_what_to_deliver_is_said_with_its_place() -> None:
    opaque = "the contents of the iptables rule `x` are not in the export (supply the output of iptables-save)"
    assert needed(obstacle(opaque)) == ["`fw` fw.conf:3: deliver the output of iptables-save and ip6tables-save"]
    assert needed(obstacle("the output of `ip6tables-save` was not delivered", line=None)) == ["`fw`: deliver the output of ip6tables-save"]
    assert needed(obstacle("a path has more than 16 devices", line=None, name=None)) == [
        "write routes or pasted_routes into the topology, so that fewer ways are possible"
    ]
    assert needed(obstacle("something else"))[0].startswith("`fw` fw.conf:3: as rules on addresses, protocols and ports alone")
    assert needed(obstacle("something else", line=None, name=None)) == ["look at this by other means"]
    assert needed(obstacle("something else", name=None))[0].startswith("fw.conf:3: as rules")


def test_what_is_needed_is_said_once_and_not_without_end() -> None:
    assert len(needed(obstacle("host name"), obstacle("host name"))) == 1
    assert len(needed(*(obstacle("host name", line=number) for number in range(1, 40)))) == NEEDED


def test_an_undecided_pair_of_a_real_question_gets_its_advice() -> None:
    doubt = Doubt(reason=Text(ja="トンネル", en="the tunnel `vpn` is in no zone"), line=None)
    assert told(between(filtering(doubts=(doubt,))))[0].ja == (
        "`fw`: トンネルを topology の interfaces に領域とともに書いてください（使っていなければ unused に）"
    )
    assert told(between(filtering(rule(Accept(), Match(unknown=unknown())))))[0].ja.startswith("`fw` fw.conf:1: その行を")


def test_every_piece_of_advice_has_a_reason_in_the_sources() -> None:
    folder = Path(repair.__file__).parent
    sources = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py") if path.name != "repair.py")
    reasons = re.sub(r"\{program\}", "iptables-save", sources) + re.sub(r"\{program\}", "ip6tables-save", sources)
    numbered = re.sub(r"\{HOPS\}|\{PATHS\}", "16", reasons)
    for pattern, _ in repair._NEEDED:
        for part in pattern.split("|") if "(" not in pattern else [pattern]:
            assert re.search(part.removesuffix("$"), numbered), part
