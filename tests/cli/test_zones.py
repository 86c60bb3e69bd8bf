"""`secaudit zones prove`, and the same proof in `check` and `explain`, as a user calls them: codes, messages, formats."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from secaudit.cli.main import invoke
from secaudit.netproof import evaluate
from secaudit.netproof.replay import InternalDisagreement
from tests.netproof.town import FLOW, LEAK, NAME, TOPOLOGY, UNREAD, town

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(evaluate, "SAMPLES", 20)

    def invoked(*arguments: str) -> tuple[int, str, str]:
        code = invoke(list(arguments))
        out, err = capfd.readouterr()
        return code, out, err

    return invoked


def proof(out: str) -> dict[str, object]:
    (found,) = json.loads(out)["separations"]
    assert isinstance(found, dict)
    return found


def judged(out: str) -> dict[str, dict[str, object]]:
    (assessment,) = json.loads(out)["assessments"]
    return {finding["control"]: finding for finding in assessment["findings"] if finding["control"] in ("3.1-04", "3.1-05", "3.2-02")}


def check(call: Call, *more: str) -> tuple[int, dict[str, dict[str, object]], str]:
    code, out, err = call("check", "--no-record", "--format", "json", *more)
    return code, judged(out), err


def test_proved(call: Call, tmp_path: Path) -> None:
    town(tmp_path)
    code, out, err = call("zones", "prove")
    assert (code, err) == (0, "")
    assert "kawabe 令和7年度" in out
    assert "PROVED 12" in out
    assert "SC-01" in out
    code, found, err = check(call, "--fail-on", "error")
    assert (code, err) == (0, "")
    assert {name: one["status"] for name, one in found.items()} == {"3.1-04": "pass", "3.2-02": "pass", "3.1-05": "pass"}


def test_violated(call: Call, tmp_path: Path) -> None:
    town(tmp_path, LEAK)
    code, out, err = call("zones", "prove", "--policy", NAME)
    assert (code, err) == (1, "")
    assert "VIOLATED 1" in out
    assert LEAK in out
    assert "devices/fw1.v4:7" in out
    code, found, err = check(call)
    assert (code, err) == (0, "")
    assert {name: one["status"] for name, one in found.items()} == {"3.1-04": "fail", "3.2-02": "pass", "3.1-05": "pass"}
    assert call("check", "--no-record", "--fail-on", "required")[0] == 1


def test_a_fault_of_ours_ends_one_proof_with_70_and_everything_else_is_shown(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_question: object) -> object:
        raise InternalDisagreement("a -> b: a packet passes")

    policy = town(tmp_path)
    monkeypatch.setattr(evaluate, "prove", fail)
    code, found, err = check(call)
    assert code == 70
    assert {name: one["status"] for name, one in found.items()} == {"3.1-04": "error", "3.2-02": "error", "3.1-05": "error"}
    assert err.startswith("policies/kawabe.topology.yaml: error[SA901]: ")
    assert err.count("\n") == 1
    assert call("check", "--no-record", "--exit-zero")[0] == 70
    policy.with_name("minato.yaml").write_text(policy.read_text("utf-8"), "utf-8")
    without = TOPOLOGY.replace("2026-03-31", "{2024: 2025-03-31}")
    policy.with_name("minato.topology.yaml").write_text(without, "utf-8")
    code, out, err = call("zones", "prove")
    assert (code, err.count("error[SA901]")) == (70, 1)
    assert "minato" in out


def test_undecided(call: Call, tmp_path: Path) -> None:
    town(tmp_path, UNREAD)
    code, out, err = call("zones", "prove", "--fiscal-year", "2025")
    assert (code, err) == (1, "")
    assert "UNDECIDED 1" in out
    assert "-m strange" in out
    assert check(call)[1]["3.1-04"]["status"] == "unknown"


@pytest.mark.parametrize(("old", "new"), [("expires: 2027-03-31", "expires: 2030-03-31"), ("from: 10.1.0.10", "from: 10.1.0.0/28")])
def test_a_flow_that_is_not_in_order_is_not_good_enough(call: Call, tmp_path: Path, old: str, new: str) -> None:
    town(tmp_path, flows=FLOW.replace(old, new))
    code, out, _ = call("zones", "prove")
    assert code == 1
    assert "VIOLATED 0" in out
    assert check(call)[1]["3.1-05"]["status"] == "fail"


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("fw1.v4", "none.v4", "devices/none.v4: error[SA102]: `devices/none.v4` does not exist"),
        ("zone: lgwan", "zone: lgwann", "policies/kawabe.topology.yaml:9:"),
        ("devices:", "devicez:", "error[SA201]: there is no key `devicez` here; help: did you mean `devices`?"),
    ],
)
def test_what_cannot_be_read_is_one_located_line_and_code_3(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, part: str
) -> None:
    for module in ("console", "commands.zones"):
        monkeypatch.setattr(f"secaudit.cli.{module}.LANG", "en")
    town(tmp_path, topology=TOPOLOGY.replace(old, new, 1))
    code, out, err = call("zones", "prove")
    assert (code, out) == (3, "")
    assert part in err
    code, found, err = check(call)
    assert code == 3
    assert part in err
    assert {one["status"] for one in found.values()} == {"error"}
    assert json.loads(call("check", "--no-record", "--format", "json")[1])["assessments"][0]["could_not_look"]


@pytest.mark.parametrize("exported", ["{2024: 2025-03-31}", "2025-03-31", "2026-07-02"])
def test_an_export_of_another_year_could_not_be_looked_at(call: Call, tmp_path: Path, exported: str) -> None:
    town(tmp_path, topology=TOPOLOGY.replace("2026-03-31", exported))
    code, out, err = call("zones", "prove")
    assert (code, err) == (3, "")
    assert "分離を確かめていない" in out
    assert "fw1" in out
    code, found, err = check(call)
    assert (code, err) == (0, "")
    assert {one["status"] for one in found.values()} == {"unknown"}


def test_explain_shows_pair_packet_line_and_rule(call: Call, tmp_path: Path) -> None:
    town(tmp_path, LEAK)
    code, out, _ = call("explain", "mynumber-separation-proved")
    assert code == 0
    for part in (
        "領域 mynumber とほかのどの領域の間も、宣言した通信のほかは通れない",
        "不適合 internet → mynumber / IPv4: VIOLATED: ",
        "445",
        f"devices/fw1.v4:7 `{LEAK}`",
        "(devices/fw1.v4:7)",
        "適合 7件",
    ):
        assert part in out
    assert "適合 lgwan → mynumber / IPv6: PROVED" in call("explain", "3.1-04", "lgwan → mynumber")[1]
    assert "適合 SC-01" in call("explain", "3.1-05", "SC-01")[1]


def test_an_exception_names_a_pair(call: Call, tmp_path: Path) -> None:
    policy = town(tmp_path, LEAK)
    grant = (
        'exceptions:\n  - {control: "3.1-04", subjects: ["internet → mynumber / IPv4"], reason: 移行の間, approved_by: CISO,\n'
        "     approved_on: 2026-01-01, expires: 2026-12-31}\n"
    )
    policy.write_text(policy.read_text("utf-8") + grant, "utf-8")
    assert check(call)[1]["3.1-04"]["disposition"] == "excepted"


def test_a_changed_configuration_is_recorded_anew_and_the_same_is_not(call: Call, tmp_path: Path) -> None:
    town(tmp_path)
    call("check")
    call("check")
    assert call("history", "list")[1].count(NAME) == 1
    town(tmp_path, LEAK)
    call("check")
    assert call("history", "list")[1].count(NAME) == 2


def test_json_has_its_schema_and_files_are_written(call: Call, tmp_path: Path) -> None:
    town(tmp_path, LEAK, UNREAD)
    out_json, out_svg = tmp_path / "zones.json", tmp_path / "zones.svg"
    code, out, _ = call(
        "zones", "prove", "--format", "json", "--output", f"json:{out_json}", "--output", f"svg:{out_svg}", "--regions", "1"
    )
    assert code == 1
    assert out_json.read_text("utf-8") == out
    jsonschema.validate(json.loads(out), json.loads(call("schema", "zones")[1]))
    found = proof(out)
    assert (found["policy"], found["fiscal_year"], found["as_of"]) == (NAME, 2025, "2026-03-31")
    assert ET.fromstring(out_svg.read_bytes()).tag.endswith("svg")  # noqa: S314 - our own file
    assert call("zones", "prove", "--format", "svg")[1] == out_svg.read_text("utf-8")


def test_the_schema_of_a_topology_takes_what_we_take(call: Call) -> None:
    schema = json.loads(call("schema", "topology")[1])
    device = {"name": "fw", "interfaces": [{"name": "e", "zone": "a"}], "exported_on": {"2025": "2026-03-31"}}
    scan = {"path": "s.xml", "from": "a", "scanned_on": "2026-03-31"}
    jsonschema.validate({"devices": [device], "scans": [scan]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"devices": [{**device, "zone": "a"}]}, schema)


def test_a_small_budget_leaves_it_open(call: Call, tmp_path: Path) -> None:
    town(tmp_path, LEAK)
    assert "UNDECIDED 0" not in call("zones", "prove", "--budget", "1")[1]


def test_years_and_policies_are_chosen(call: Call, tmp_path: Path) -> None:
    policy = town(tmp_path, years=(2024, 2025), topology=TOPOLOGY.replace("2026-03-31", "{2024: 2025-03-31, 2025: 2026-03-31}"))
    policy.with_name("bare.yaml").write_text(policy.read_text("utf-8"), "utf-8")
    out = call("zones", "prove", "--fiscal-year", "all")[1]
    assert ("令和6年度" in out, "令和7年度" in out, "bare" in out) == (True, True, False)
    found = proof(call("zones", "prove", "--as-of", "2026-02-01", "--format", "json")[1])
    assert (found["fiscal_year"], found["as_of"]) == (2025, "2026-02-01")
    code, out, err = call("zones", "prove", "--policy", "bare", "--policy", NAME)
    assert code == 3
    assert "bare.topology.yaml" in err
    assert "kawabe" in out
    assert call("zones", "prove", "--fiscal-year", "all", "--format", "svg")[0] == 2
    assert call("zones", "prove", "--fiscal-year", "all", "--output", f"svg:{tmp_path / 'x.svg'}")[0] == 2


def test_a_year_without_evidence_can_be_proved_alone(call: Call, tmp_path: Path) -> None:
    town(tmp_path, years=(), topology=TOPOLOGY.replace("2026-03-31", "{2024: 2025-03-31}"))
    assert "PROVED 12" in call("zones", "prove", "--fiscal-year", "2024")[1]
    code, out, _ = call("zones", "prove")  # the year that is running has no export
    assert (code, "分離を確かめていない" in out) == (3, True)


def test_wrong_usage(call: Call, tmp_path: Path) -> None:
    town(tmp_path, topology=None)
    code, _, err = call("zones", "prove")
    assert code == 2
    assert "topology.yaml" in err
    assert call("zones", "prove", "--output", "pdf:x.pdf")[0] == 2
    assert call("zones", "prove", "--output", f"json:{tmp_path / 'policies' / 'x.json'}")[0] == 2
    assert call("zones", "prove", "--budget", "0")[0] == 2
    assert call("zones", "prove", "--policy", "nobody")[0] == 2


def test_a_topology_with_one_zone_is_never_clean(call: Call, tmp_path: Path) -> None:
    lines = [line for line in TOPOLOGY.splitlines() if "lgwan" not in line and "internet" not in line]
    town(tmp_path, topology="\n".join(lines) + "\n", flows="")
    assert call("zones", "prove")[0] == 3
