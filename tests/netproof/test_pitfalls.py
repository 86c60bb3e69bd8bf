"""Every pitfall that the room's page names has the tests that it names."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT

HERE = Path(__file__).parent
PAGE = (ROOT / "docs" / "netproof.md").read_text("utf-8").partition("## Pitfalls and their tests")[2]
ROWS = re.findall(r"^\| (?!Pitfall|---)(.+?) \| (.+) \|$", PAGE, re.MULTILINE)


def defined_in(name: str) -> set[str]:
    tree = ast.parse((HERE / f"test_{name}.py").read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("pitfall", "cell"), ROWS, ids=[pitfall for pitfall, _ in ROWS])
def test_a_pitfall_has_its_tests(pitfall: str, cell: str) -> None:
    for part in cell.split("; "):
        files, _, names = part.partition(": ")
        named = re.findall(r"`(\w+)`", names)
        assert named, pitfall
        for file in files.split(", "):
            assert {f"test_{name}" for name in named} <= defined_in(file)


def test_the_page_speaks_of_every_dialect_and_of_the_rest() -> None:
    heads = re.findall(r"^### (.+)$", PAGE, re.MULTILINE)
    assert heads == [
        "Every dialect",
        "State",
        "nftables and iptables",
        "IOS and ASA",
        "FortiGate",
        "YAMAHA",
        "Declared flows and scans",
        "The checker itself",
    ]
    assert len(ROWS) > 60
