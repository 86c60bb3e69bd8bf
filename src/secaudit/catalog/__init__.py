"""The catalogue: `controls/` on disk becomes a `Catalogue`, and is checked for what a schema cannot say.

Never here: policies, evidence, judging a condition.
"""
