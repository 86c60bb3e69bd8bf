"""The only room that reads the clock and the arguments, prints, and exits.

Never here: anything that another program would want to call (`api`, `pipeline`).
"""
