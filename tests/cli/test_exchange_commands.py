"""`export oscal` and `import oscal` as a user would call them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from secaudit.cli.commands.schema import text as schema
from secaudit.cli.main import invoke
from tests.program import workspace
from tests.reports.oscal_samples import faults

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("exchange"), "mihon", "shibata-3")


@pytest.fixture
def call(place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(place)

    def invoked(*arguments: str) -> tuple[int, str, str]:
        code = invoke(list(arguments))
        out, err = capfd.readouterr()
        return code, out, err

    return invoked


def report(written: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(written)
    form = json.loads(schema("exchange"))
    jsonschema.Draft202012Validator.check_schema(form)
    jsonschema.Draft202012Validator(form).validate(document)
    return document


def test_there_and_back(call: Call, place: Path) -> None:
    code, out, err = call("export", "oscal", "catalog", "--edition", "2026-03", "--output", "catalog.json", "--format", "json")
    assert (code, err) == (0, "")
    told = report(out)
    assert (told["direction"], told["document"]) == ("export", "catalog")
    assert told["counts"]["assertion"] == sum(not one["whole"] for one in told["controls"])
    assert all(one["place"] is not None for one in told["dropped"])
    first = (place / "catalog.json").read_bytes()
    code, out, _ = call("export", "oscal", "catalog", "--edition", "2026-03", "--output", "catalog.json")
    assert code == 0
    assert "OSCAL が運ばないもの:" in out
    assert "判定の規則（言葉での説明だけが残る）: " in out
    assert (place / "catalog.json").read_bytes() == first

    code, out, err = call("import", "oscal", "catalog.json", "--into", "drafts/controls", "--format", "json")
    assert (code, err) == (0, "")
    back = report(out)
    assert {one["control"] for one in back["controls"]} == {one["control"] for one in told["controls"]}
    assert all((place / "drafts/controls" / one["file"]).is_file() for one in back["controls"])
    before = {path: path.read_bytes() for path in (place / "drafts").rglob("*.yaml")}
    code, out, err = call("import", "oscal", "catalog.json", "--into", "drafts/controls")
    assert (code, out) == (2, "")
    assert "何も書いていない" in err
    assert {path: path.read_bytes() for path in (place / "drafts").rglob("*.yaml")} == before


def test_a_profile_on_standard_output_is_the_document_alone(call: Call) -> None:
    code, out, err = call("export", "oscal", "profile", "--policy", "mihon", "--fiscal-year", "2025")
    assert code == 0
    assert faults(out.encode()) == []
    assert "置き場のない部分" in err


def test_without_a_year_the_edition_is_there(call: Call) -> None:
    code, out, _ = call("export", "oscal", "profile", "--policy", "shibata-3")
    assert code == 0
    assert json.loads(out)["profile"]["imports"][0]["include-controls"][0]["with-ids"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("export", "oscal", "catalog"), 2),
        (("export", "oscal", "catalog", "--edition", "2019-01"), 2),
        (("export", "oscal", "catalog", "--edition", "2026-03", "--output", "controls/x.json"), 2),
        (("export", "oscal", "profile", "--policy", "nowhere"), 2),
        (("export", "oscal", "profile", "--policy", "mihon", "--fiscal-year", "all"), 2),
        (("import", "oscal", "nowhere.json", "--into", "x"), 3),
        (("import", "oscal", "policies/mihon.yaml", "--into", "x"), 3),
    ],
)
def test_wrong_calls_write_nothing(call: Call, place: Path, arguments: tuple[str, ...], code: int) -> None:
    got, out, err = call(*arguments)
    assert (got, out) == (code, "")
    assert err
    assert not (place / "x").exists()


def test_a_link_in_the_folder_leads_nowhere(call: Call, place: Path, tmp_path: Path) -> None:
    metadata = {"title": "x", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.2.3"}
    control = {"id": "ac-1", "title": "x"}
    body = {"uuid": "0f5a1c52-6b2a-4c0e-9d53-2f6c1e0a7b44", "metadata": metadata, "controls": [control]}
    (place / "theirs.json").write_text(json.dumps({"catalog": body}))
    (place / "linked").mkdir()
    (place / "linked" / "101").symlink_to(tmp_path, target_is_directory=True)
    code, _, err = call("import", "oscal", "theirs.json", "--into", "linked")
    assert code == 3
    assert "フォルダーの外" in err
    assert list(tmp_path.iterdir()) == []
    code, out, _ = call("import", "oscal", "theirs.json", "--into", "taken")
    assert code == 0
    assert "書き込みを待つもの1件" in out
    assert (place / "taken/101/101.1-ac-1/control.yaml").is_file()
