"""Cases of controls that ask the separation proof: the verdicts that a case gives instead of tables.

Never here: proving (`netproof`), judging (`engine`).
"""
