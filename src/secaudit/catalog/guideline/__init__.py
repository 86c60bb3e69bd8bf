"""What stands beside the controls: sources, editions, clauses, reasons of levels, frameworks.

Never here: controls.
"""
