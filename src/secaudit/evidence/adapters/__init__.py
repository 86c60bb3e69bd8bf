"""One file per format, each with one function `read(data, request) -> Reading`; they run in the child process only.

Never here: kinds, types of columns, dates in words (`rows`).
"""
