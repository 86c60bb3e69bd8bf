"""Commitments of an adopted plan: promised against shown, per fiscal year.

Never here: judging controls (`engine`), reading files.
"""
