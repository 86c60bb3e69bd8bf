"""Assessments become bytes; pure, nothing is counted or decided here.

Never here: files, clocks, colours that carry meaning alone.
"""
