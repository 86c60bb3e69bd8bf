"""From a policy and its topology to a `Separation`: what is proved, what keeps a year from being proved, and nothing twice."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.errors import ManyError, SecauditError
from secaudit.model.separation import PairProof, Separation
from secaudit.model.status import Status
from secaudit.netproof import evaluate, topology
from secaudit.netproof.evaluate import Proofs, separation
from secaudit.netproof.exports import GRACE_DAYS, belongs, day_of, named, window
from secaudit.netproof.prove import Question, prove
from secaudit.policy.load import load
from secaudit.wire import files
from tests.netproof.town import FLOW, LEAK, NAME, TOPOLOGY, UNREAD, town

AS_OF = date(2026, 3, 31)
SCAN = """<?xml version="1.0"?><!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap -sS 10.1.0.7"><host><status state="up"/><address addr="10.1.0.7" addrtype="ipv4"/><ports>
<port protocol="tcp" portid="445"><state state="open" reason="syn-ack"/></port></ports></host>
<runstats><finished exit="success"/></runstats>
</nmaprun>
"""


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of packets for each proof are the business of other tests."""
    monkeypatch.setattr(evaluate, "SAMPLES", 20)


def proved(root: Path, *rules: str, year: int = 2025, **more: Any) -> Separation:  # noqa: ANN401 - fields by name
    own = {key: more.pop(key) for key in ("topology", "flows") if key in more}
    path = town(root, *rules, **own)
    return again(root, path, year=year, **more)


def again(root: Path, policy: Path, *, year: int = 2025, as_of: date = AS_OF, **more: Any) -> Separation:  # noqa: ANN401 - fields by name
    path = policy.with_name(f"{NAME}.topology.yaml")
    return separation(load(policy), path, root=root, fiscal_year=year, as_of=as_of, **more)


def pair(found: Separation, source: str, target: str, family: str = "IPv4") -> PairProof:
    (one,) = [one for one in found.pairs if (one.source, one.target, one.family) == (source, target, family)]
    return one


def refused(root: Path, *rules: str, **more: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - fields by name
    with pytest.raises(SecauditError) as caught:
        proved(root, *rules, **more)
    errors = caught.value.errors if isinstance(caught.value, ManyError) else (caught.value,)
    return [(str(error.at), error.message.en) for error in errors]


def test_a_town_in_order_is_proved_with_everything_that_people_are_shown(tmp_path: Path) -> None:
    found = proved(tmp_path)
    assert found.problem is None
    assert (found.model, found.zones) == ("alpha", ("mynumber", "lgwan", "internet"))
    assert {one.verdict for one in found.pairs} == {"PROVED"}
    assert len(found.pairs) == 12
    assert [(one.subject, one.status) for one in found.flow_outcomes] == [("SC-01", Status.PASS)]
    assert [(one.id, one.source, one.target, one.live) for one in found.crossings] == [("SC-01", "mynumber", "lgwan", True)]
    assert [(one.path, one.exported_on) for one in found.lines] == [("devices/fw1.v4", AS_OF), ("devices/fw1.v6", AS_OF)]
    assert [(one.kind, one.path) for one in found.files] == [
        ("zone_topology", "policies/kawabe.topology.yaml"),
        ("device_configuration", "devices/fw1.v4"),
        ("device_configuration", "devices/fw1.v6"),
    ]
    assert [one.lines for one in found.files] == [0, *(one.total for one in found.lines)]
    assert found.files[1].digest == files.digest((tmp_path / "devices" / "fw1.v4").read_bytes())
    assert found.at is not None
    assert found.at.path == "policies/kawabe.topology.yaml"


def test_a_leak_is_violated_and_a_line_that_is_not_understood_undecided(tmp_path: Path) -> None:
    leak = pair(proved(tmp_path / "a", LEAK), "internet", "mynumber")
    assert leak.verdict == "VIOLATED"
    assert leak.packet is not None
    assert (leak.packet.protocol, leak.packet.destination_port) == ("tcp", 445)
    assert [str(hop.at) for hop in leak.hops] == ["devices/fw1.v4:7"]
    unread = pair(proved(tmp_path / "b", UNREAD), "internet", "mynumber")
    assert (unread.verdict, [str(one.at) for one in unread.obstacles]) == ("UNDECIDED", ["devices/fw1.v4:7"])


def test_the_regions_shown_are_as_many_as_were_asked_for(tmp_path: Path) -> None:
    rules = [LEAK.replace("445", str(port)) for port in (22, 80, 443, 445)]
    path = town(tmp_path, *rules)
    assert len(pair(again(tmp_path, path), "internet", "mynumber").regions) == 4
    few = pair(again(tmp_path, path, regions=2), "internet", "mynumber")
    assert (len(few.regions), few.region_count) == (2, 4)


def test_a_small_budget_is_undecided_never_proved(tmp_path: Path) -> None:
    assert pair(proved(tmp_path, LEAK, budget=1), "internet", "mynumber").verdict == "UNDECIDED"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("approved_on: 2024-04-01, expires: 2027-03-31", "approved_on: 2024-04-01, expires: 2026-03-30"),
        ("approved_on: 2024-04-01", "approved_on: 2026-04-01"),
        ("protocol: tcp", "protocol: strange"),
    ],
)
def test_a_flow_that_is_not_in_order_is_not_taken_off(tmp_path: Path, old: str, new: str) -> None:
    found = proved(tmp_path, flows=FLOW.replace(old, new))
    assert [one.status for one in found.flow_outcomes] == [Status.FAIL]
    assert pair(found, "mynumber", "lgwan").verdict == "VIOLATED"


def test_a_flow_that_is_only_too_wide_is_taken_off_and_fails(tmp_path: Path) -> None:
    found = proved(tmp_path, flows=FLOW.replace("from: 10.1.0.10", "from: mynumber"))
    assert [one.status for one in found.flow_outcomes] == [Status.FAIL]
    assert pair(found, "mynumber", "lgwan").verdict == "PROVED"


@pytest.mark.parametrize(
    ("year", "first", "last"), [(2025, date(2025, 4, 1), date(2026, 7, 1)), (2019, date(2019, 4, 1), date(2020, 7, 1))]
)
def test_an_export_belongs_to_a_year_until_three_months_after_it(year: int, first: date, last: date) -> None:
    assert window(year) == (first, last)
    assert belongs(first, year)
    assert belongs(last, year)
    assert not belongs(first.replace(month=3, day=31), year)
    assert not belongs(last.replace(day=2), year)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(2000, 2090))
def test_what_belongs_to_a_year_lies_in_it_or_soon_after(day: date, year: int) -> None:
    after = (day - date(year + 1, 3, 31)).days
    assert belongs(day, year) is (day >= date(year, 4, 1) and after <= GRACE_DAYS)
    assert day_of(day, year) == day_of(day, None) == day
    assert day_of({year: day}, year) == day
    assert day_of({year: day}, None) is day_of({year: day}, year + 1) is None


def test_the_year_is_put_into_a_path() -> None:
    assert named("FY{fiscal_year}/{fiscal_year}.conf", 2025) == "FY2025/2025.conf"
    assert named("FY{fiscal_year}", None) == "FY{fiscal_year}"


@pytest.mark.parametrize(
    ("exported", "part"),
    [
        ("", "`fw1` has no day of export (`exported_on`) for fiscal year 2025"),
        ("    exported_on: {2024: 2025-03-31}\n", "`fw1` has no day of export (`exported_on`) for fiscal year 2025"),
        ("    exported_on: 2025-03-31\n", "the export of `fw1` (2025-03-31) is not of fiscal year 2025 (2025-04-01 to 2026-07-01)"),
        ("    exported_on: {2025: 2026-07-02}\n", "the export of `fw1` (2026-07-02) is not of fiscal year 2025 (2025-04-01 to 2026-07-01)"),
    ],
)
def test_a_year_without_its_own_export_is_not_proved_at_all(tmp_path: Path, exported: str, part: str) -> None:
    found = proved(tmp_path, topology=TOPOLOGY.replace("    exported_on: 2026-03-31\n", exported))
    assert found.problem is not None
    assert found.problem.en == f"not checked: {part}"
    assert (found.broken, found.pairs, found.zones, found.flow_outcomes, found.lines) == (False, (), (), (), ())
    assert [one.kind for one in found.files] == ["zone_topology"]


@pytest.mark.parametrize("exported", ["2025-04-01", "2026-07-01", "{2025: 2025-04-01}", "{2024: 2024-05-05, 2025: 2026-07-01}"])
def test_the_first_and_the_last_day_are_good(tmp_path: Path, exported: str) -> None:
    assert proved(tmp_path, topology=TOPOLOGY.replace("exported_on: 2026-03-31", f"exported_on: {exported}")).problem is None


def test_all_devices_without_an_export_are_named_and_those_without_a_configuration_need_none(tmp_path: Path) -> None:
    second = "  - name: fw2\n    dialect: iptables\n    configuration: [../devices/none.v4]\n    interfaces: [{name: x, link: l}]\n"
    third = "  - name: core\n    interfaces: [{name: y, link: l}]\n"
    found = proved(tmp_path, topology=TOPOLOGY.replace("2026-03-31", "2020-01-01") + second + third)
    assert found.problem is not None
    assert found.problem.ja.startswith("分離を確かめていない: `fw1` の書き出し（2020-01-01）は2025年度のもの")
    assert "`fw2` に2025年度の書き出しの日" in found.problem.ja
    assert "core" not in found.problem.ja


def test_a_file_of_the_year_that_is_named_must_be_there(tmp_path: Path) -> None:
    yearly = TOPOLOGY.replace("../devices/fw1.v4", "../devices/FY{fiscal_year}/fw1.v4").replace(
        "2026-03-31", "{2024: 2025-03-31, 2025: 2026-03-31}"
    )
    assert refused(tmp_path, topology=yearly) == [("devices/FY2025/fw1.v4", "`devices/FY2025/fw1.v4` does not exist")]
    (tmp_path / "devices" / "FY2025").mkdir()
    (tmp_path / "devices" / "fw1.v4").rename(tmp_path / "devices" / "FY2025" / "fw1.v4")
    found = again(tmp_path, tmp_path / "policies" / f"{NAME}.yaml")
    assert [one.path for one in found.lines] == ["devices/FY2025/fw1.v4", "devices/fw1.v6"]
    assert {one.verdict for one in found.pairs} == {"PROVED"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("../devices/fw1.v4", "../../outside.v4", ("policies/kawabe.topology.yaml:5:21", "`../../outside.v4` leads out of its folder")),
        ("../devices/fw1.v4", "../devices", ("devices", "`devices` is a folder")),
        ("zone: internet", "zone: intranet", ("policies/kawabe.topology.yaml:10:28", "the policy has no zone `intranet`")),
        ("exported_on: 2026-03-31", "exported_on: soon", ("policies/kawabe.topology.yaml:6:18", "`exported_on` must be a day")),
        ("exported_on: 2026-03-31", "exported_on: {25: 2026-03-31}", ("policies/kawabe.topology.yaml:6:19", "`25` cannot be a key")),
        ("exported_on: 2026-03-31", "exported_at: 2026-03-31", ("policies/kawabe.topology.yaml:6:5", "there is no key `exported_at` here")),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(tmp_path: Path, old: str, new: str, expected: tuple[str, str]) -> None:
    ((place, message),) = refused(tmp_path, topology=TOPOLOGY.replace(old, new, 1))
    assert (place, message[: len(expected[1])]) == expected


def test_a_topology_with_one_zone_is_not_proved(tmp_path: Path) -> None:
    found = proved(tmp_path, topology="\n".join(line for line in TOPOLOGY.splitlines() if "lgwan" not in line and "internet" not in line))
    assert found.problem is not None
    assert found.problem.en == "not checked: the topology has fewer than two zones"
    assert not found.broken


def test_a_year_in_a_path_needs_a_year(tmp_path: Path) -> None:
    town(tmp_path, topology=TOPOLOGY.replace("fw1.v4", "{fiscal_year}.v4"))
    path = tmp_path / "policies" / f"{NAME}.topology.yaml"
    with pytest.raises(SecauditError, match="for which fiscal year"):
        topology.load(path, root=tmp_path, zones=("mynumber", "lgwan", "internet"))


SCANS = '\nscans:\n  - {path: "../devices/{fiscal_year}.xml", from: lgwan, scanned_on: {2025: 2026-02-03}, source: 10.2.0.9}\n'


def scanned(root: Path, scans: str = SCANS, *rules: str) -> Separation:
    path = town(root, *rules, topology=TOPOLOGY + scans)
    (root / "devices" / "2025.xml").write_text(SCAN, "utf-8")
    return again(root, path)


def test_a_scan_contradicts_a_proof(tmp_path: Path) -> None:
    found = scanned(tmp_path)
    assert [(one.subject, one.status) for one in found.scan_outcomes] == [("lgwan → mynumber / 10.1.0.7:445/tcp", Status.FAIL)]
    assert found.files[-1].kind == "port_scan"
    assert found.files[-1].path == "devices/2025.xml"
    assert found.digest != scanned(tmp_path, "").digest
    anyone = scanned(tmp_path, SCANS.replace(", source: 10.2.0.9", ""))
    assert [one.status for one in anyone.scan_outcomes] == [Status.FAIL]


@pytest.mark.parametrize("day", ["{2024: 2025-02-03}", "2025-03-31", "2026-07-02"])
def test_a_scan_of_another_year_is_left_out_with_a_note(tmp_path: Path, day: str) -> None:
    found = scanned(tmp_path, SCANS.replace("{2025: 2026-02-03}", day))
    assert found.scan_outcomes == ()
    assert "the scan `../devices/{fiscal_year}.xml` is not of fiscal year 2025 and is not used" in [note.en for note in found.notes]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("from: lgwan", "from: lan", ("policies/kawabe.topology.yaml:13:49", "the policy has no zone `lan`")),
        ("10.2.0.9", "10.2.0.900", ("policies/kawabe.topology.yaml:13:99", "`10.2.0.900` is not an address")),
        ("{fiscal_year}.xml", "none.xml", ("devices/none.xml", "`devices/none.xml` does not exist")),
        ("{fiscal_year}.xml", "fw1.v4", ("devices/fw1.v4", "")),
    ],
)
def test_a_scan_that_cannot_be_read_is_refused(tmp_path: Path, old: str, new: str, expected: tuple[str, str]) -> None:
    with pytest.raises(SecauditError) as caught:
        scanned(tmp_path, SCANS.replace(old, new))
    errors = caught.value.errors if isinstance(caught.value, ManyError) else (caught.value,)
    assert [str(error.at).partition(":")[0] for error in errors] == [expected[0].partition(":")[0]]
    assert expected[1] in errors[0].message.en


def test_scans_without_a_year_are_left_out(tmp_path: Path) -> None:
    town(tmp_path, topology=TOPOLOGY + SCANS)
    path = tmp_path / "policies" / f"{NAME}.topology.yaml"
    assert topology.load(path, root=tmp_path, zones=("mynumber", "lgwan", "internet")).scans == ()


def test_nothing_is_proved_twice_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Question] = []

    def counted(question: Question) -> Any:  # noqa: ANN401 - what `prove` returns
        asked.append(question)
        return prove(question)

    monkeypatch.setattr(evaluate, "prove", counted)
    both = TOPOLOGY.replace("2026-03-31", "{2024: 2025-05-01, 2025: 2025-05-01}")
    path = town(tmp_path, LEAK, topology=both)
    proofs = Proofs()
    one = again(tmp_path, path, year=2024, as_of=date(2025, 5, 31), proofs=proofs)
    two = again(tmp_path, path, year=2025, proofs=proofs)
    assert len(asked) == 1
    assert one.pairs == two.pairs
    assert one.digest == two.digest
    late = FLOW.replace("2027-03-31", "2025-12-31")  # counts on the first day only
    town(tmp_path, LEAK, topology=both, flows=late)
    again(tmp_path, path, year=2024, as_of=date(2025, 5, 31), proofs=proofs)
    again(tmp_path, path, year=2025, proofs=proofs)
    assert len(asked) == 3
    again(tmp_path, path, year=2025, proofs=proofs, budget=1000)
    assert len(asked) == 4
    town(tmp_path, topology=both, flows=late)
    again(tmp_path, path, year=2025, proofs=proofs)
    assert len(asked) == 5
    again(tmp_path, path, year=2025)
    assert len(asked) == 6


def test_the_digest_is_over_every_file(tmp_path: Path) -> None:
    one = proved(tmp_path)
    assert one == proved(tmp_path)
    assert proved(tmp_path, LEAK).digest != one.digest
    assert proved(tmp_path, topology=TOPOLOGY + "# a remark\n").digest != one.digest
    assert replace(one, digest="") != one
