"""secaudit: audit findings and a score history from a municipality's own evidence.

Never here: imports of anything heavier than the standard library, so that `--version` stays instant.
"""

__version__ = "0.1.0"
