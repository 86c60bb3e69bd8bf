"""The order of the stages, and the workspace that they start from.

Never here: judging, printing, the clock.
"""
