"""Evidence: kinds, manifests, adapters for every format, and the typed tables with their losses.

Never here: judging a control (`engine`), the clock, printing.
"""
