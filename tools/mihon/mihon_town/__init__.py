"""The fictional town 見本町: its model, its files and its own arithmetic.

`stories` says what goes wrong in which year, the `*_books` modules build the town's records in memory,
`layouts*` and `write_*` put them into files as an office has them, `judge_*` count by hand what an audit must find.

Never here: anything of the package under test. The expected findings are this package's own sums.
"""
