"""`catalogue coverage`, `diff`, `map` and `check --law` as a user would call them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secaudit.cli.commands.schema import text as schema
from secaudit.cli.main import invoke
from tests.program import workspace

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("guideline"), "mihon", "natori")


@pytest.fixture
def call(place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(place)

    def invoked(*arguments: str) -> tuple[int, str, str]:
        code = invoke(list(arguments))
        out, err = capfd.readouterr()
        return code, out, err

    return invoked


def valid(name: str, written: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(written)
    form = json.loads(schema(name))
    jsonschema.Draft202012Validator.check_schema(form)
    jsonschema.Draft202012Validator(form, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(document)
    return document


def test_coverage(call: Call) -> None:
    code, out, _ = call("catalogue", "coverage")
    assert code == 0
    for part in ("6.1.(2)", "6.1.2-01（データ）", "9.3-01（文書）", "対策基準の計", "公式の監査項目の数ではない", "Aの条項"):
        assert part in out
    code, out, _ = call("catalogue", "coverage", "--format", "json")
    assert code == 0
    document = valid("coverage", out)
    assert len(document["clauses"]) == 148
    assert sum(one["clauses"] for one in document["chapters"] if one["chapter"] != "0") == 138


def test_the_difference_of_editions(call: Call) -> None:
    code, out, _ = call("catalogue", "diff", "2020-12", "2026-03")
    assert code == 0
    for part in (
        "2020-12 の版から 2026-03 の版へ",
        "6.1.(21)",
        "厳しくなった",
        "番号の対応を 8.4 から 8.3.(5) に直す",
        "［不確か］",
        "［出典で確認］",
    ):
        assert part in out
    document = valid("edition-diff", call("catalogue", "diff", "2025-03", "2026-03", "--format", "json")[1])
    assert "policies" not in document
    assert {one["number"] for one in document["clauses"]} == {"4.1.(7)", "6.5.(1)"}


def test_the_difference_for_a_policy(call: Call) -> None:
    _, out, _ = call("catalogue", "diff", "2018-09", "2026-03", "--policy", "mihon", "--format", "json")
    (policy,) = valid("edition-diff", out)["policies"]
    assert (policy["policy"], policy["fiscal_year"]) == ("mihon", 2025)
    changed = {one["control"]: (one["old"], one["new"]) for one in policy["findings"]}
    assert changed["8.4-02"][0] == "not_applicable"
    assert all(old != new for old, new in changed.values())
    _, out, _ = call("catalogue", "diff", "2018-09", "2020-12", "--policy", "mihon")
    assert "8.4-02" in out


def test_a_policy_whose_year_lies_before_the_edition_is_compared_all_the_same(call: Call) -> None:
    _, out, _ = call("catalogue", "diff", "2020-12", "2026-03", "--policy", "natori")
    assert "natori FY" in out
    assert "出る前の年度" not in out


def test_editions_are_named_in_order_and_exist(call: Call) -> None:
    assert call("catalogue", "diff", "2026-03", "2020-12")[0] == 2
    assert call("catalogue", "diff", "2020-12", "2020-12")[0] == 2
    assert call("catalogue", "diff", "2020-12", "2027-03")[0] == 2


@pytest.mark.parametrize("framework", ["jis-q-27002-2024", "csf-2.0", "unified-standard-r7", "ordinance-80"])
def test_maps(call: Call, framework: str) -> None:
    code, out, _ = call("catalogue", "map", "--to", framework)
    assert code == 0
    assert "対応先のない管理策" in out
    assert "管理策のない番号" in out
    document = valid("map", call("catalogue", "map", "--to", framework, "--format", "json")[1])
    assert document["framework"]["id"] == framework
    mapped = {one["number"] for one in document["numbers"] if one["to"]}
    assert mapped.isdisjoint(document["numbers_without_control"])


def test_own_controls_without_data_files_use_the_shipped_ones(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("catalogue", "new", "6.2.1-45", "guests-dated")[0] == 0
    (tmp_path / "controls" / "clauses.yaml").unlink()
    assert call("catalogue", "coverage")[0] == 0


def test_a_missing_framework_is_said(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("catalogue", "new", "6.2.1-45", "guests-dated")[0] == 0
    (tmp_path / "controls" / "frameworks" / "csf-2.0.yaml").unlink()
    code, _, err = call("catalogue", "map", "--to", "csf-2.0")
    assert code == 2
    assert "frameworks/csf-2.0.yaml" in err


def test_readiness_for_the_law(call: Call) -> None:
    plain = ("check", "--policy", "mihon", "--no-record")
    _, out, _ = call(*plain, "--law", "2027-07-01")
    for part in ("法への備え", "省令80号-5", "自治法244条の6", "あと457日", "2027年7月1日に既にある情報システム"):
        assert part in out
    document = valid("assessments", call(*plain, "--law", "2027-07-01", "--format", "json")[1])
    (made,) = document["assessments"]
    assert [field["number"] for field in made["law"]["fields"]] == [*(f"省令80号-{n}" for n in range(1, 9)), "自治法244条の6"]
    assert made["law"]["may_be_exempt"] == []
    assert "law" not in valid("assessments", call(*plain, "--format", "json")[1])["assessments"][0]
    assert made["findings"][0]["basis"]["level"] in ("ours", "seen")


def test_a_day_before_any_law_is_wrong_usage(call: Call) -> None:
    code, _, err = call("check", "--policy", "mihon", "--no-record", "--law", "2026-03-31")
    assert code == 2
    assert "2026-04-01" in err


def test_show_and_explain_say_the_basis(call: Call) -> None:
    out = call("catalogue", "show", "6.1.13-01")[1]
    for part in ("裏づけ: 番号 出典で確認", "区分 secaudit の区分", "区分の理由", "出典 N1", "変更 2025-03 緩くなった"):
        assert part in out
    assert "区分: 推奨（出典で確認）" in call("explain", "1.7-02", "--policy", "mihon")[1]
    document = json.loads(call("catalogue", "list", "--format", "json")[1])
    assert {"seen", "known", "unsure"} >= {one["basis"]["number"] for one in document["controls"]}
