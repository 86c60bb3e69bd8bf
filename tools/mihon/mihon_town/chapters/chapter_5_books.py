"""Books about people's conduct (chapter 5): use, outside work, private devices, desks, leavers, term staff, contractors.

Never here: training, incidents, cards and passwords (`chapter_5_more_books`), the sums.
"""

from datetime import timedelta

from mihon_town.chapters.verdicts import Counts, pick
from mihon_town.model import Row, Year, as_date
from mihon_town.people import SECTIONS
from mihon_town.stories import Story

TERM = "会計年度任用職員"
NAMES = list(SECTIONS)


def spoil(rows: list[Row], story: Story, counts: Counts, change: Row, *, first: int = 0) -> None:
    """Change that many rows from the first one on."""
    for row in rows[first : first + pick(story, counts)]:
        row.update(change)


def people(year: Year) -> list[str]:
    """Give the numbers of those who work all year round, in order."""
    steady = [
        str(row["staff_id"])
        for row in year.books["staff"].rows
        if row["left_on"] is None and as_date(row["hired_on"]) < year.start and row["on_leave"] is False and row["position"] != "課長"
    ]
    return sorted(steady)


def add_conduct(year: Year, story: Story) -> None:
    """Write the books; several begin only in a later year."""
    _outside(year, story)
    _bring_ins(year, story)
    _returns(year, story)
    if year.fiscal_year >= 2023:
        _use(year, story)
        _private(year, story)
        _desks(year, story)
        _term(year, story)
        _briefings(year, story)
    if year.fiscal_year >= 2024:
        _settings(year, story)


def _use(year: Year, story: Story) -> None:
    rows: list[Row] = []
    for place, (month, day) in enumerate(((6, 12), (9, 11), (12, 10), (3, 5))):
        for number in range(3):
            seen = year.on(month, day)
            private = number == 1
            rows.append(
                {
                    "review_id": f"利-{3 * place + number + 1:02d}",
                    "reviewed_on": seen,
                    "section": NAMES[3 * place + number],
                    "source": "ウェブ閲覧記録" if number else "電子メール送信記録",
                    "judgement": "private" if private else "work",
                    "corrected_on": seen + timedelta(days=14 if place == 1 else 5) if private else None,
                }
            )
    late = [row for row in rows if row["judgement"] == "private"]
    for row in late[: pick(story, (0, 1, 0, 0, 2))]:
        row["corrected_on"] = as_date(row["reviewed_on"]) + timedelta(days=15)
    spoil(late, story, (0, 0, 1, 0, 0), {"corrected_on": None}, first=2)
    year.add("usage_reviews", rows)


def _outside(year: Year, story: Story) -> None:
    workers = people(year)
    rows: list[Row] = []
    for number in range(10):
        day = year.start + timedelta(days=20 + 33 * number)
        rows.append(
            {
                "work_id": f"庁-{number + 1:02d}",
                "worked_on": day,
                "staff_id": workers[number * 7],
                "place": ("現地調査", "県庁", "集会所")[number % 3],
                "permitted": True,
                "permitted_on": day - timedelta(days=number % 3),
            }
        )
    spoil(rows, story, (2, 0, 0, 0, 1), {"permitted": False, "permitted_on": None}, first=2)
    spoil(rows, story, (0, 1, 0, 0, 0), {"permitted": None}, first=4)
    for row in rows[6 : 6 + pick(story, (0, 0, 0, 0, 2))]:
        row["permitted_on"] = as_date(row["worked_on"]) + timedelta(days=1)
    year.add("outside_work", rows, population=len(rows))


def _private(year: Year, story: Story) -> None:
    owners = people(year)
    rows: list[Row] = [
        {
            "device_no": f"私-{number + 1:02d}",
            "staff_id": owners[number * 9],
            "device_type": "スマートフォン" if number % 3 else "タブレット",
            "in_use": number != 5,
            "permitted": True,
            "permitted_on": year.on(4, 10),
            "expires_on": year.end,
            "screen_lock": True,
            "malware_protected": True,
            "remote_erase": number != 5,
        }
        for number in range(6)
    ]
    spoil(rows, story, (0, 1, 0, 0, 1), {"expires_on": year.ago(1)}, first=1)
    spoil(rows, story, (0, 0, 0, 0, 1), {"permitted": False, "permitted_on": None, "expires_on": None}, first=3)
    spoil(rows, story, (0, 2, 0, 0, 2), {"remote_erase": False})
    spoil(rows, story, (0, 0, 1, 0, 0), {"malware_protected": None}, first=2)
    year.add("private_devices", rows)


def _bring_ins(year: Year, story: Story) -> None:
    rows: list[Row] = []
    for number in range(8):
        day = year.start + timedelta(days=15 + 44 * number)
        rows.append(
            {
                "record_id": f"込-{number + 1:02d}",
                "brought_on": day,
                "item": ("保守用ノートパソコン", "USBメモリ", "測定器")[number % 3],
                "brought_by": f"受託業者{number % 5 + 1}",
                "purpose": "機器の点検",
                "permitted_by": "企画財政課長",
                "removed_on": day + timedelta(days=number % 2),
            }
        )
    spoil(rows, story, (2, 0, 0, 0, 1), {"permitted_by": None}, first=3)
    spoil(rows, story, (0, 1, 0, 0, 1), {"brought_by": None}, first=6)
    year.add("bring_ins", rows)


def _settings(year: Year, story: Story) -> None:
    rows: list[Row] = []
    for number in range(7):
        day = year.start + timedelta(days=30 + 45 * number)
        rows.append(
            {
                "change_id": f"設-{number + 1:02d}",
                "changed_on": day,
                "device": f"PC-{number * 31 + 12:04d}",
                "setting": ("画面ロックの時間", "ウイルス対策の除外フォルダ", "USB機器の許可")[number % 3],
                "permitted": True,
                "permitted_on": day - timedelta(days=number % 2),
            }
        )
    spoil(rows, story, (0, 0, 1, 0, 2), {"permitted": False, "permitted_on": None}, first=2)
    year.add("setting_changes", rows)


def _desks(year: Year, story: Story) -> None:
    rows: list[Row] = [
        {
            "check_id": f"机-{number + 1:02d}",
            "checked_on": year.on(6, 5) if number < 6 else year.on(12, 4),
            "section": name,
            "screens_locked": True,
            "papers_away": True,
            "cards_removed": True,
        }
        for number, name in enumerate(NAMES)
    ]
    spoil(rows, story, (0, 1, 0, 0, 2), {"screens_locked": False}, first=1)
    spoil(rows, story, (0, 2, 1, 0, 1), {"papers_away": False}, first=4)
    spoil(rows, story, (0, 1, 0, 0, 2), {"cards_removed": False}, first=7)
    spoil(rows, story, (0, 0, 1, 0, 0), {"cards_removed": None}, first=9)
    year.add("desk_checks", rows)


def _returns(year: Year, story: Story) -> None:
    leavers = [row for row in year.books["staff"].rows if row["left_on"] is not None and as_date(row["left_on"]) >= year.start]
    rows: list[Row] = [
        {
            "staff_id": row["staff_id"],
            "event": "left",
            "event_on": row["left_on"],
            "assets_returned": True,
            "secrecy_told": True,
            "confirmed_on": row["left_on"],
            "confirmed_by": f"{row['section']}長",
        }
        for row in leavers
    ]
    rows = rows[pick(story, (3, 1, 0, 0, 2)) :]
    spoil(rows, story, (0, 1, 0, 0, 1), {"assets_returned": False}, first=1)
    spoil(rows, story, (0, 0, 1, 0, 0), {"assets_returned": None}, first=1)
    spoil(rows, story, (2, 0, 0, 0, 0), {"secrecy_told": None}, first=3)
    spoil(rows, story, (0, 1, 0, 0, 2), {"secrecy_told": False}, first=3)
    moved: list[Row] = [
        {
            "staff_id": staff_id,
            "event": "transferred",
            "event_on": year.on(10, 1),
            "assets_returned": True,
            "secrecy_told": None,
            "confirmed_on": year.on(10, 1),
            "confirmed_by": "総務課長",
        }
        for staff_id in people(year)[3:60:11]
    ]
    spoil(moved, story, (0, 2, 0, 0, 1), {"assets_returned": False})
    spoil(moved, story, (1, 0, 0, 0, 0), {"assets_returned": None})
    year.add("leaver_returns", rows + moved)


def _term(year: Year, story: Story) -> None:
    rows: list[Row] = []
    for row in year.books["staff"].rows:
        gone = row["left_on"] is not None and as_date(row["left_on"]) < year.end
        if row["employment"] != TERM or gone or as_date(row["hired_on"]) > year.end:
            continue
        begun = max(as_date(row["hired_on"]), year.start)
        number = len(rows)
        rows.append(
            {
                "staff_id": row["staff_id"],
                "section": row["section"],
                "appointed_on": begun,
                "explained_on": begun + timedelta(days=number % 4),
                "consent": "not-needed" if number % 9 == 4 else "signed",
                "internet_needed": number % 3 == 0,
                "internet_allowed": number % 6 == 0,
                "mail_needed": number % 2 == 0,
                "mail_allowed": number % 2 == 0,
            }
        )
    for row in rows[5 : 5 + pick(story, (0, 3, 0, 0, 4))]:
        row["explained_on"] = as_date(row["appointed_on"]) + timedelta(days=8)
    spoil(rows, story, (0, 2, 0, 0, 3), {"consent": "missing"}, first=9)
    spoil(rows, story, (0, 0, 0, 1, 0), {"consent": None}, first=9)
    spoil(rows, story, (0, 3, 0, 1, 2), {"internet_needed": False, "internet_allowed": True}, first=15)
    year.add("term_staff", rows[pick(story, (0, 0, 1, 0, 2)) :])


def _briefings(year: Year, story: Story) -> None:
    contracts = [row for row in year.books["contracts"].rows if row["personal_data"]]
    rows: list[Row] = []
    for row in contracts[pick(story, (0, 4, 1, 0, 3)) :]:
        begun = as_date(row["starts_on"])
        rows.append(
            {
                "briefing_no": f"説-{len(rows) + 1:02d}",
                "contract_no": row["contract_no"],
                "contractor": row["contractor"],
                "tier": "contractor",
                "starts_on": begun,
                "explained_on": begun - timedelta(days=7),
                "explained_by": "企画財政課長",
            }
        )
    for number, row in enumerate(rows[:3]):
        begun = year.on(6, 2) + timedelta(days=30 * number)
        more: Row = {"tier": "subcontractor", "contractor": f"再受託業者{number + 1}", "starts_on": begun, "explained_on": begun}
        rows.append({**row, **more, "briefing_no": f"説-再{number + 1}"})
    for row in rows[-1 : -1 - pick(story, (0, 2, 0, 0, 2)) : -1]:
        row["explained_on"] = as_date(row["starts_on"]) + timedelta(days=6)
    year.add("contractor_briefings", rows)
