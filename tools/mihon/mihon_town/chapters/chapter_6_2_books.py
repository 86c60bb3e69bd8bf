"""Chapter 6.2 in the town: books about rights, user accounts, remote work, connected devices, logins and privileged sessions.

Never here: files (`chapter_6_2_3`), the sums (`chapter_6_2_sums`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_5_books import people, spoil
from mihon_town.chapters.chapter_6_1_use_books import add_rules
from mihon_town.chapters.verdicts import pick
from mihon_town.model import Row, Year, as_date, moment
from mihon_town.people import Staff
from mihon_town.stories import Story

RULES = (("user-id-rules", "利用者ID取扱手順", 2023),)
USED_BY = {
    "税務課": "税務システム",
    "住民課": "住民記録システム",
    "福祉課": "介護保険システム",
    "総務課": "人事給与システム",
    "会計課": "財務会計システム",
}
PER_SYSTEM = 4
REQUESTS = (
    ("create", "u", False, 20),
    ("change", "u", False, 70),
    ("remove", "u", False, 92),
    ("create", "adm-", True, 120),
    ("change", "u", False, 183),
    ("remove", "adm-", True, 214),
    ("remove", "u", False, 275),
    ("create", "u", False, 300),
)
"""Type, prefix of the account, whether privileged, and the day of the year on which it takes effect."""
FOUND = (("PC", 8), ("MN", 3), ("NT", 2), ("NB", 3), ("MF", 2))
"""Prefix of devices on the network and how many of each the town looks at."""


def add_access(year: Year, _staff: Staff, story: Story) -> None:
    """Write the books; several begin only in a later year."""
    year.add("account_requests", _requests(year, story))
    if year.fiscal_year >= 2023:
        year.add("access_rights", _rights(year, story))
        year.add("account_reviews", _reviews(year, story))
        year.add("reconnect_checks", _reconnections(year, story))
        year.add("connected_devices", _connected(year, story))
    if year.fiscal_year >= 2024:
        year.add("privileged_sessions", _sessions(year, story))
    add_rules(year, story, RULES, "証")
    _complete_accounts(year, story)
    _complete_methods(year, story)
    _complete_privileged(year, story)
    _complete_permits(year, story)
    _complete_settings(year, story)


def _requests(year: Year, story: Story) -> list[Row]:
    users = people(year)
    rows: list[Row] = []
    for number, (kind, prefix, privileged, place) in enumerate(REQUESTS):
        day = year.start + timedelta(days=place)
        rows.append(
            {
                "request_no": f"申-{number + 1:03d}",
                "requested_on": day - timedelta(days=9),
                "request_type": kind,
                "account": f"{prefix}{users[7 * number]}" if prefix == "u" else f"{prefix}{number:02d}",
                "privileged": privileged,
                "effective_on": day,
                "done_on": day + timedelta(days=5 if number == 1 else number % 3 - 1),
                "done_by": "automatic" if number == 4 else "staff",
            }
        )
    for row in rows[: pick(story, (3, 1, 0, 0, 2))]:
        row["done_on"] = as_date(row["effective_on"]) + timedelta(days=6)
    spoil(rows, story, (0, 0, 1, 0, 0), {"done_on": None}, first=6)
    privileged_rows = [row for row in rows if row["privileged"]]
    spoil(privileged_rows, story, (2, 1, 0, 0, 1), {"done_by": "contractor"})
    spoil(rows, story, (1, 1, 1, 1, 1), {"done_by": "contractor"}, first=2)
    return rows


def _rights(year: Year, story: Story) -> list[Row]:
    listed = {str(row["staff_id"]): str(row["section"]) for row in year.books["staff"].rows}
    rows: list[Row] = []
    for section, system in USED_BY.items():
        rows += [
            {
                "system": system,
                "staff_id": staff_id,
                "section": section,
                "access_right": "参照" if place else "更新",
                "approved_by": "情報システム管理者",
                "approved_on": year.on(4, 3),
                "reviewed_on": year.on(1, 20),
            }
            for place, staff_id in enumerate([one for one in people(year) if listed[one] == section][:PER_SYSTEM])
        ]
    spoil(rows, story, (0, 2, 0, 0, 1), {"approved_by": None}, first=5)
    spoil(rows, story, (0, 0, 0, 0, 1), {"approved_on": None}, first=6)
    spoil(rows, story, (0, 3, 1, 0, 2), {"section": "農政課"}, first=1)
    spoil(rows, story, (0, 4, 0, 0, 2), {"reviewed_on": date(year.fiscal_year - 1, 5, 9)}, first=9)
    spoil(rows, story, (0, 0, 1, 0, 0), {"reviewed_on": None}, first=9)
    return rows


def _reviews(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "review_no": f"棚-{number}",
            "reviewed_on": year.on(month, 12),
            "system": "庁内ドメイン",
            "with_personnel": year.fiscal_year >= 2024,
            "unneeded": number - 1,
            "stopped_on": year.on(month, 26) if number > 1 else None,
        }
        for number, month in ((1, 6), (2, 10), (3, 2))
    ]
    spoil(rows, story, (0, 1, 0, 0, 2), {"stopped_on": year.on(3, 20)}, first=1)
    spoil(rows, story, (0, 0, 1, 0, 0), {"stopped_on": None}, first=2)
    spoil(rows, story, (0, 0, 0, 0, 3), {"with_personnel": False})
    return rows


def _reconnections(year: Year, story: Story) -> list[Row]:
    permits = year.books["remote_work_permits"].rows
    rows: list[Row] = []
    for number in range(8):
        day = year.start + timedelta(days=17 + 43 * number)
        rows.append(
            {
                "check_no": f"再-{number + 1:02d}",
                "device": permits[number]["device"],
                "staff_id": permits[number]["staff_id"],
                "checked_on": day - timedelta(days=number % 2),
                "result": "clean",
                "reconnected_on": day,
            }
        )
    for row in rows[2 : 2 + pick(story, (0, 1, 0, 0, 1))]:
        row["checked_on"] = as_date(row["reconnected_on"]) + timedelta(days=2)
    spoil(rows, story, (0, 0, 1, 0, 1), {"result": "found"}, first=5)
    return rows


def _connected(year: Year, story: Story) -> list[Row]:
    register = {str(row["device"]): row for row in year.books["devices"].rows}
    names = [f"{prefix}-{number:04d}" for prefix, count in FOUND for number in range(1, count + 1)]
    rows: list[Row] = [
        {
            "address": f"02-00-5E-10-00-{place:02X}",
            "device": name,
            "zone": register[name]["zone"],
            "identified_by": "mac-address" if name.startswith("MF") else "certificate",
            "decision": "allowed",
            "seen_on": year.ago(place % 4),
        }
        for place, name in enumerate(names, start=1)
    ]
    rows.append(
        {**rows[0], "address": "02-00-5E-10-00-F0", "device": None, "zone": "lgwan", "identified_by": "none", "decision": "blocked"}
    )
    spoil(rows, story, (0, 1, 0, 0, 1), {"device": "PC-7777"}, first=1)
    spoil(rows, story, (0, 1, 0, 0, 1), {"zone": "internet"}, first=3)
    spoil(rows, story, (0, 0, 1, 0, 0), {"device": None}, first=5)
    spoil(rows, story, (0, 3, 1, 0, 2), {"identified_by": "none"}, first=10)
    return rows


def _sessions(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for number in range(9):
        start = moment(year.start + timedelta(days=12 + 39 * number), 9, 10)
        rows.append(
            {
                "session_no": f"特接-{number + 1:03d}",
                "account": f"adm-{number % 6 + 1:02d}",
                "system": ("ファイルサーバ", "財務会計システム", "庁内ドメイン")[number % 3],
                "purpose": "更新の適用" if number % 2 else "設定の変更",
                "started_at": start,
                "planned_end_at": start + timedelta(hours=8 if number == 3 else 4),
                "ended_at": start + timedelta(hours=8 if number == 3 else 2 + number % 3),
            }
        )
    long = rows[5 : 5 + pick(story, (0, 0, 1, 0, 2))]
    for row in long:
        row["ended_at"] = moment(as_date(row["started_at"]), 18, 40)
    spoil(rows, story, (0, 0, 1, 0, 0), {"ended_at": None}, first=7)
    return rows


def _complete_accounts(year: Year, story: Story) -> None:
    """Add the accounts that came with the products; the bad twin gives rights to far too many."""
    rows = year.books["accounts"].rows
    base: Row = {**rows[-1], "staff_id": None, "account_type": "service", "enabled": False}
    live = pick(story, (1, 0, 0, 0, 1)) > 0
    rows.append({**base, "account": "Administrator", "display_name": "Administrator", "privileged": True, "enabled": live})
    rows.append({**base, "account": "Guest", "display_name": "Guest", "enabled": pick(story, (1, 1, 0, 0, 0)) > 0})
    people_rows = [row for row in rows if row["account_type"] == "person" and row["enabled"] is True and row["privileged"] is False]
    spoil(people_rows, story, (0, 0, 0, 0, 24), {"privileged": True})


def _complete_methods(year: Year, story: Story) -> None:
    rows = year.books["authentication_methods"].rows
    listed = pick(story, (0, 3, 6, 6, 4))
    added: list[Row] = [
        {
            **rows[-1],
            "account": f"adm-{number:02d}",
            "terminal": "LG-090",
            "factor_1": "knowledge",
            "factor_2": "possession",
            "enabled": True,
        }
        for number in range(1, listed + 1)
    ]
    spoil(added, story, (0, 0, 1, 0, 0), {"factor_2": None}, first=2)
    spoil(added, story, (0, 1, 0, 0, 1), {"factor_2": "none"})
    rows += added


def _complete_privileged(year: Year, story: Story) -> None:
    rows = year.books["privileged_accounts"].rows
    users = people(year)
    known = year.fiscal_year > 2022
    for place, row in enumerate(rows):
        row["deputy_id"] = users[50 + place] if known else None
        row["deputy_approved_on"] = year.on(4, 20) if known else None
        row["deputy_told_on"] = year.on(4, 22) if known else None
    spoil(rows, story, (0, 2, 0, 0, 1), {"deputy_told_on": None}, first=2)
    spoil(rows, story, (0, 0, 1, 0, 1), {"deputy_approved_on": None}, first=4)
    spoil(rows, story, (0, 0, 0, 0, 1), {"holder_id": "9999"}, first=3)
    spoil(rows, story, (0, 0, 1, 0, 0), {"holder_id": None}, first=3)


def _complete_permits(year: Year, story: Story) -> None:
    rows = year.books["remote_work_permits"].rows
    for place, row in enumerate(rows):
        row["purpose"] = ("起案と決裁", "相談記録の作成", "会議資料の作成")[place % 3]
        row["permitted_range"] = "文書管理システムとグループウェア"
        row["encrypted"] = True
        row["line"] = "lent-mobile" if place % 4 else "home"
    rows[-1].update({"purpose": None, "encrypted": False, "line": "public-wireless"})
    spoil(rows, story, (5, 2, 0, 0, 2), {"purpose": None}, first=2)
    spoil(rows, story, (3, 0, 0, 0, 0), {"permitted_range": None}, first=6)
    spoil(rows, story, (2, 0, 0, 0, 2), {"encrypted": False}, first=10)
    spoil(rows, story, (0, 1, 0, 0, 0), {"encrypted": None}, first=10)
    spoil(rows, story, (1, 1, 0, 0, 1), {"line": "public-wireless"}, first=13)


def _complete_settings(year: Year, story: Story) -> None:
    if "password_settings" not in year.books:
        return
    rows = year.books["password_settings"].rows
    for place, row in enumerate(rows):
        row["lockout_attempts"] = 10 if place == 1 else 5
        row["timeout_minutes"] = 15 if place == 2 else 10
        for column in ("login_notice", "last_login_shown", "initial_change_forced", "credentials_protected"):
            row[column] = True
    spoil(rows, story, (0, 1, 0, 0, 1), {"lockout_attempts": 0}, first=4)
    spoil(rows, story, (0, 0, 0, 0, 1), {"lockout_attempts": 11}, first=3)
    spoil(rows, story, (0, 0, 1, 0, 0), {"lockout_attempts": None}, first=3)
    spoil(rows, story, (0, 2, 0, 0, 2), {"timeout_minutes": 30}, first=2)
    spoil(rows, story, (0, 2, 1, 0, 1), {"last_login_shown": False}, first=3)
    spoil(rows, story, (0, 1, 0, 0, 1), {"initial_change_forced": False}, first=4)
    spoil(rows, story, (0, 0, 0, 0, 1), {"credentials_protected": False}, first=4)
    spoil(rows, story, (0, 2, 0, 0, 0), {"credentials_protected": None}, first=3)
