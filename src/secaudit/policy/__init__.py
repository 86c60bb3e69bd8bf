"""Policies: what one organisation has adopted, and what follows from it for each control of a catalogue.

Never here: evidence, statuses, the effect of an exception on a finding.
"""
