"""Fiscal years as people in an office say them.

Never here: reading dates of evidence (`evidence.dates`).
"""

from secaudit.model.text import Text


def fiscal_year_text(year: int) -> Text:
    """Return e.g. 令和7年度 for 2025; FY2019 began in 平成31年 and is named so with 令和元年度."""
    if year >= 2020:
        return Text(ja=f"令和{year - 2018}年度", en=f"FY{year}")
    if year == 2019:
        return Text(ja="平成31・令和元年度", en="FY2019")
    return Text(ja=f"平成{year - 1988}年度", en=f"FY{year}")
