"""Judgements become findings, findings a score.

Never here: judging a control (`engine`), printing (`reports`), remembering (`history`).
"""
