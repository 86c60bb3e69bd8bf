"""`secaudit zones diff` as people call it: three sorts of sides, exit codes, and what is said in both languages."""

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secaudit.cli.commands import zones_diff
from secaudit.cli.main import invoke
from tests.program import run

Call = Callable[..., tuple[int, str, str]]

POLICY = """
organisation: {id: reiji, name: {ja: 例示市, en: Reiji City}, type: municipality, code: "993026"}
catalogue: "2025-03"
network_model: alpha
zones: {mynumber: [10.10.0.0/16], lgwan: [10.20.0.0/16]}
specified_communications:
  - {id: SC-01, from: 10.20.1.5, to: 10.10.0.4, direction: outbound, protocol: tcp, ports: [443], purpose: 照会,
     approved_by: 最高情報セキュリティ責任者, approved_on: 2025-04-01, expires: 2027-03-31}
"""
TOPOLOGY = """
devices:
  - name: fw-01
    dialect: iptables
    configuration: [../network/fw-01.txt]
    exported_on: 2026-03-27
    ipv6: false
    interfaces:
      - {name: eth0, zone: mynumber}
      - {name: eth1, zone: lgwan}
"""
HEAD = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
RETURNS = "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n"
WEB = "-A FORWARD -s 10.20.1.5/32 -d 10.10.0.4/32 -i eth1 -o eth0 -p tcp -m tcp --dport 443 -j ACCEPT\n"
SMB = '-A FORWARD -s 10.20.0.0/16 -d 10.10.0.4/32 -i eth1 -o eth0 -p tcp -m tcp --dport 445 -m comment --comment "pwd hunter2" -j ACCEPT\n'
ODD = '-A FORWARD -i eth1 -o eth0 -p udp -m string --string "x" --algo bm -j ACCEPT\n'


def filters(*rules: str) -> str:
    return HEAD + "".join(rules) + "COMMIT\n"


def made(root: Path, *rules: str, topology: str = TOPOLOGY) -> Path:
    for folder in ("policies", "network"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "policies" / "reiji.yaml").write_text(POLICY, "utf-8")
    (root / "policies" / "reiji.topology.yaml").write_text(topology, "utf-8")
    (root / "network" / "fw-01.txt").write_text(filters(*rules), "utf-8")
    return root


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Call the command in a folder with two workspaces, `old` and `new`."""
    made(tmp_path / "old", RETURNS, WEB)
    made(tmp_path / "new", RETURNS, WEB, SMB)
    monkeypatch.chdir(tmp_path)

    def invoked(*arguments: str | Path, day: str | None = "2026-04-01") -> tuple[int, str, str]:
        code = invoke(["zones", "diff", *map(str, arguments), *(() if day is None else ("--as-of", day))])
        out, err = capfd.readouterr()
        return code, out, err

    return invoked


def pairs(out: str) -> dict[tuple[str, str, str], Any]:
    return {(one["from"], one["to"], one["family"]): one for one in json.loads(out)["pairs"]}


def test_two_workspaces_are_compared_and_the_new_opening_is_shown(call: Call) -> None:
    code, out, err = call("old", "new")
    assert (code, err) == (1, "")
    for part in (
        "新しく通るもの 1件",
        "LGWAN接続系 → マイナンバー利用事務系（IPv4）  CHANGED",
        "network/fw-01.txt:7",
        "ファイル共有",
        "旧: old",
        "新: new",
    ):
        assert part in out
    assert "hunter2" not in out


def test_nothing_new_ends_with_zero(call: Call) -> None:
    code, out, _ = call("old", "old")
    assert (code, "新しく通るものはない（4組を最後まで比べた）" in out, "CHANGED" in out.replace("UNCHANGED", "")) == (0, True, False)
    code, out, _ = call("new", "old")
    assert (code, "新しく止まるもの 1件" in out) == (0, True)


def test_what_is_not_understood_ends_with_one_and_names_the_line(call: Call, tmp_path: Path) -> None:
    made(tmp_path / "odd", RETURNS, WEB, ODD)
    code, out, _ = call("old", "odd")
    assert (code, "UNDECIDED" in out, "network/fw-01.txt:7" in out, "新しく通るかもしれない" in out) == (1, True, True, True)
    code, out, _ = call("odd", "odd")
    assert (code, "UNDECIDED" in out) == (1, True)


def test_the_json_has_its_schema_and_goes_to_files_too(call: Call, tmp_path: Path) -> None:
    code, out, _ = call("old", "new", "--format", "json", "--output", f"json:{tmp_path / 'out.json'}")
    assert code == 1
    assert (tmp_path / "out.json").read_text("utf-8") == out
    schema = json.loads(files("secaudit.reports").joinpath("zones-diff.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(json.loads(out))
    (one,) = pairs(out)["lgwan", "mynumber", "IPv4"]["newly_permitted"]["shown"]
    assert one["region"]["source"] == "10.20.0.0/16"
    assert one["passes_by"]["location"] == {"path": "network/fw-01.txt", "line": 7}
    assert one["stopped_by"]["location"]["line"] == 3
    assert (one["packet"]["destination_port"], one["declared"], one["flows"]) == (445, "none", [])


def test_a_declared_flow_is_named_with_the_box_that_it_covers(call: Call, tmp_path: Path) -> None:
    made(tmp_path / "shut", RETURNS)
    (one,) = pairs(call("shut", "old", "--format", "json")[1])["lgwan", "mynumber", "IPv4"]["newly_permitted"]["shown"]
    assert (one["declared"], one["flows"]) == ("all", ["SC-01"])


def test_two_topology_files_are_compared_with_the_policy_beside_them_or_the_one_named(call: Call) -> None:
    old, new = (Path(side) / "policies" / "reiji.topology.yaml" for side in ("old", "new"))
    code, out, _ = call(old, new)
    assert (code, "旧: policies/reiji.topology.yaml" in out) == (1, True)
    lone = new.rename(new.with_name("draft.topology.yaml"))
    code, _, err = call(old, lone)
    assert (code, "policies/*.yaml" in err) == (2, True)
    assert call(old, lone, "--workspace", "new", "--policy", "reiji")[0] == 1
    Path("old/drafts").mkdir()
    shutil.copy(lone, "old/drafts/draft.topology.yaml")
    assert call(old, "old/drafts/draft.topology.yaml", "--workspace", "old", "--policy", "reiji")[0] == 0


def test_a_topology_outside_any_policies_is_its_own_workspace(call: Call, tmp_path: Path) -> None:
    made(tmp_path / "flat", RETURNS, WEB, topology=TOPOLOGY.replace("../network/", ""))
    flat = tmp_path / "flat"
    for name in ("policies/reiji.yaml", "policies/reiji.topology.yaml", "network/fw-01.txt"):
        (flat / name).rename(flat / Path(name).name)
    (tmp_path / "empty").mkdir()
    code, out, _ = call(flat / "reiji.topology.yaml", flat / "reiji.topology.yaml", "--workspace", tmp_path / "empty")
    assert (code, "旧: reiji.topology.yaml" in out) == (0, True)


def test_two_configurations_of_one_device_are_compared_in_its_network(call: Call, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(filters(RETURNS, WEB, SMB), "utf-8")
    plain = ("--workspace", "old", "--device", "fw-01")
    code, out, _ = call("old/network/fw-01.txt", "draft.txt", *plain)
    assert (code, "旧: network/fw-01.txt" in out, "新: draft.txt" in out, "draft.txt:7" in out) == (1, True, True, True)
    code, out, _ = call("old/network/fw-01.txt", draft, *plain, "--policy", "reiji")
    assert (code, f"{tmp_path.name}/draft.txt:7" in out) == (1, True)
    assert call("draft.txt", "draft.txt", *plain)[0] == 0


def test_a_configuration_needs_its_device(call: Call, tmp_path: Path) -> None:
    one = "old/network/fw-01.txt"
    code, _, err = call(one, one, "--workspace", "old")
    assert (code, "--device" in err) == (2, True)
    code, _, err = call(one, one, "--workspace", "old", "--device", "fw-02")
    assert (code, "fw-01" in err, err.count("SA202")) == (3, True, 1)
    code, _, err = call("old", "new", "--device", "fw-01")
    assert (code, "--device" in err) == (2, True)
    made(tmp_path / "two", RETURNS, topology=TOPOLOGY.replace("fw-01.txt]", "fw-01.txt, ../network/fw-01.v6.txt]"))
    code, _, err = call(one, one, "--workspace", "two", "--device", "fw-01")
    assert (code, "ファイル一つではない" in err) == (2, True)


def test_sides_of_two_sorts_are_refused(call: Call) -> None:
    for one in ("old/policies/reiji.topology.yaml", "old/network/fw-01.txt"):
        code, _, err = call("old", one)
        assert (code, "種類が違う" in err) == (2, True)
    assert call("old", "nowhere")[0] == 2


def test_a_side_that_cannot_be_read_ends_with_three_and_says_where(call: Call, tmp_path: Path) -> None:
    made(tmp_path / "bad", topology=TOPOLOGY.replace("fw-01.txt", "fw-09.txt").replace("zone: lgwan", "zone: moon"))
    code, out, err = call("old", "bad")
    assert (code, out) == (3, "")
    for part in ("network/fw-09.txt", "moon"):
        assert part in err or "fw-09" in err
    (tmp_path / "bad" / "policies" / "reiji.yaml").write_text("organisation: {}\n", "utf-8")
    assert call("bad", "old")[0] == 3


def test_which_policy_is_meant_must_be_clear(call: Call, tmp_path: Path) -> None:
    for end in (".yaml", ".topology.yaml"):
        shutil.copy(tmp_path / "new" / "policies" / f"reiji{end}", tmp_path / "new" / "policies" / f"second{end}")
    code, _, err = call("old", "new")
    assert (code, "--policy" in err) == (2, True)
    assert call("old", "new", "--policy", "reiji")[0] == 1


def test_years_of_exports_are_chosen_for_each_side(call: Call, tmp_path: Path) -> None:
    root = made(tmp_path / "town", topology=TOPOLOGY.replace("../network/fw-01.txt", '"../network/FY{fiscal_year}.txt"'))
    for year, rules in ((2024, (RETURNS, WEB)), (2025, (RETURNS, WEB, SMB))):
        (root / "network" / f"FY{year}.txt").write_text(filters(*rules), "utf-8")
        (root / "evidence" / "reiji" / f"FY{year}").mkdir(parents=True)
        (root / "evidence" / "reiji" / f"FY{year}" / "manifest.yaml").write_text("", "utf-8")
    code, out, _ = call("town", "town")
    assert (code, "旧: town (FY2025)" in out) == (0, True)
    code, out, _ = call("town", "town", "--old-fiscal-year", "2024")
    assert (code, "旧: town (FY2024)" in out, "新: town (FY2025)" in out) == (1, True, True)
    assert call("town", "town", "--fiscal-year", "2024")[0] == 0
    code, _, err = call("town", "town", "--fiscal-year", "all")
    assert (code, "--old-fiscal-year" in err) == (2, True)
    shutil.rmtree(root / "evidence")
    code, _, err = call("town", "town")
    assert (code, "--fiscal-year" in err, err.count("\n")) == (3, True, 1)


def test_the_present_folder_is_named_by_its_name(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("old")
    assert "旧: old\n" in call(".", "../new")[1]
    assert f"新: {tmp_path.name}/new\n" in call(".", tmp_path / "new")[1]


def test_boxes_and_budget_are_limits(call: Call, tmp_path: Path) -> None:
    made(tmp_path / "more", RETURNS, WEB, SMB, SMB.replace("445", "139").replace("10.10.0.4", "10.10.0.9"))
    code, out, _ = call("old", "more", "--boxes", "1")
    assert (code, "ほか1件" in out) == (1, True)
    code, out, _ = call("old", "new", "--budget", "1")
    assert (code, "UNDECIDED" in out, "上限" in out) == (1, True, True)


def test_the_day_decides_which_flows_count(call: Call, tmp_path: Path) -> None:
    made(tmp_path / "shut", RETURNS)
    assert "特定通信 SC-01 にすべて含まれる" in call("shut", "old")[1]
    assert "特定通信ではない" in call("shut", "old", day="2028-01-01")[1]
    assert call("old", "old", day=None)[0] == 0


@pytest.mark.usefixtures("call")
def test_help_and_output_are_in_both_languages(tmp_path: Path) -> None:
    english = run("zones", "diff", "--help", folder=tmp_path, environment={"LC_ALL": "en_US.UTF-8"})
    assert "Examples:" in english.stdout
    assert "例:" in run("zones", "diff", "--help", folder=tmp_path).stdout
    done = run("zones", "diff", "old", "new", "--lang", "en", folder=tmp_path)
    assert (done.returncode, "Newly permitted: 1." in done.stdout, done.stderr) == (1, True, "")


def test_places_are_shown_without_the_machine() -> None:
    assert zones_diff._name(Path("draft.txt"), Path("elsewhere")) == "draft.txt"
