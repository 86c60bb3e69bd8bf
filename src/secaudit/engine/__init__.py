"""Controls × evidence → judgements. The meaning is docs/semantics.md; `reference.py` says it in Python, DuckDB must agree.

`compile.compile` checks controls against the kinds before any row is read; `evaluate.evaluate` judges.

Never here: reading files other than Parquet handles, exceptions, scores, clocks, printing.
"""
