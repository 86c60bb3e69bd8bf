"""Which export of a configuration, and which scan, belongs to which fiscal year.

* An export belongs to a year if it was made from its first day to `GRACE_DAYS` after its last.
* INVARIANT: a year for which one device has no export of its own is not proved at all.

Never here: opening files (`topology`).
"""

from collections.abc import Mapping
from datetime import date, timedelta

from secaudit.model.text import Text
from secaudit.netproof.documents import TopologyDocument

PLACEHOLDER = "{fiscal_year}"
"""What stands for the audited year in the name of a file."""

GRACE_DAYS = 92
"""How long after the last day of a fiscal year an export still shows it; unit: days, as for snapshots of evidence."""


def named(path: str, fiscal_year: int | None) -> str:
    """Return a path with the audited year put in."""
    return path if fiscal_year is None else path.replace(PLACEHOLDER, str(fiscal_year))


def day_of(dated: date | Mapping[int, date], fiscal_year: int | None) -> date | None:
    """Return the day that is stated for a fiscal year: the one day, or that of the year."""
    if isinstance(dated, date):
        return dated
    return None if fiscal_year is None else dated.get(fiscal_year)


def window(fiscal_year: int) -> tuple[date, date]:
    """Return the first and the last day of an export of a fiscal year."""
    return date(fiscal_year, 4, 1), date(fiscal_year + 1, 3, 31) + timedelta(days=GRACE_DAYS)


def belongs(day: date, fiscal_year: int) -> bool:
    """Whether what was exported on a day shows a fiscal year."""
    first, last = window(fiscal_year)
    return first <= day <= last


def problem(document: TopologyDocument, fiscal_year: int) -> Text | None:
    """Say of which devices there is no export of a fiscal year; None if all have one."""
    first, last = window(fiscal_year)
    found: list[Text] = []
    for device in document.devices:
        if not device.configuration:
            continue
        day = None if device.exported_on is None else day_of(device.exported_on, fiscal_year)
        if day is None:
            found.append(
                Text(
                    ja=f"`{device.name}` に{fiscal_year}年度の書き出しの日（`exported_on`）がない",
                    en=f"`{device.name}` has no day of export (`exported_on`) for fiscal year {fiscal_year}",
                )
            )
        elif not first <= day <= last:
            found.append(
                Text(
                    ja=f"`{device.name}` の書き出し（{day}）は{fiscal_year}年度のもの（{first} から {last} まで）でない",
                    en=f"the export of `{device.name}` ({day}) is not of fiscal year {fiscal_year} ({first} to {last})",
                )
            )
    if not found:
        return None
    return Text(ja="分離を確かめていない: " + "、".join(one.ja for one in found), en="not checked: " + "; ".join(one.en for one in found))
