"""The record: an append-only chain of assessments.

Never here: judging, printing, the clock.
"""
