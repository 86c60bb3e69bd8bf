"""Small runs are judged by the reference evaluator, large ones by the engine; both say the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from secaudit.evidence.kinds import load_kinds
from secaudit.model.evidence import EvidenceSet, Table
from secaudit.pipeline import run


def held(*tables: Table) -> EvidenceSet:
    return EvidenceSet(organisation="o", fiscal_year=2025, tables={str(n): one for n, one in enumerate(tables)}, losses=(), digest="")


def test_by_the_largest_table_and_by_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "FEW_ROWS", 3)
    monkeypatch.setattr(run, "FEW_IN_ALL", 5)
    own = Table(organisation="o", kind=load_kinds()["staff"], rows=((1,), (2,), (3,)))
    assert run._chosen([]) == "reference"
    assert run._chosen([held(own)]) == "reference"
    assert run._chosen([held(replace(own, rows=((1,),) * 4))]) == "duckdb"
    assert run._chosen([held(own), held(own)]) == "duckdb"
    assert run._chosen([held(replace(own, rows=(), parquet=Path("a.parquet")))]) == "duckdb"
