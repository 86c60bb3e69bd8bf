"""The town's network devices: what their configurations say, year by year, and which ways stand open.

Never here: books, files of other kinds.
"""
