"""The engines that can compute facts: DuckDB set by set, the reference organisation by organisation.

Never here: statuses of findings (`fold`), sentences (`texts`).
"""
