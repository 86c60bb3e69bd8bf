"""The cloud part in the town: duties, accounts, checks of settings, notices, and more columns of the register.

The town adopts the cloud part only where its newest edition is tried out, so the books begin in FY2024.

Never here: what follows from the books (`chapter_cloud_sums`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_8_books import Flaws, spoil
from mihon_town.model import Row, Year, as_date, moment
from mihon_town.people import Staff
from mihon_town.stories import Story

FLAWS: Flaws = {
    "exit_terms_on": (None, (0, 6, 3, 0, 2)),
    "disposal_policy_on": (None, (0, 6, 4, 0, 2)),
    "incident_contact": (None, (0, 3, 0, 0, 1)),
    "recovery_tested_on": (None, (0, 6, 4, 0, 2)),
    "log_retention_days": (90, (0, 5, 2, 0, 2)),
    "encrypted": (False, (0, 0, 0, 0, 1)),
    "alerts": (False, (0, 4, 2, 0, 2)),
    "assurance_read_on": (None, (0, 6, 3, 0, 2)),
}
DUTIES = (("利用者IDの管理", "own"), ("ログの確認", "own"), ("設定の管理", "contractor"), ("データの控え", "provider"))


def build(year: Year, staff: Staff, story: Story) -> None:
    """Write the new books and the new columns of the register."""
    _services(year, story)
    if year.fiscal_year < 2024:
        return
    services = [row for row in year.books["cloud_services"].rows if row["confidentiality"] != "1" and row["ended_on"] is None]
    _duties(year, story, services)
    _accounts(year, staff, story, services)
    _checks(year, story, services)
    _notices(year, story, services)


def _services(year: Year, story: Story) -> None:
    rows = year.books["cloud_services"].rows
    for number, row in enumerate(rows):
        closed = row["confidentiality"] != "1"
        started, ended = as_date(row["started_on"]), row["ended_on"] is not None
        row.update(
            {
                "exit_terms_on": started - timedelta(days=12) if closed else None,
                "disposal_policy_on": year.on(7, 1) if closed else None,
                "incident_contact": "提供者の受付窓口" if closed else None,
                "recovery_tested_on": year.on(11, 5) if closed and not ended else None,
                "log_retention_days": 400 if closed else None,
                "encrypted": True if closed else None,
                "key_keeper": ("provider", "own", "contractor")[number % 3] if closed else None,
                "alerts": True if closed else None,
                "assurance_read_on": year.on(6, 20) if closed and not ended else None,
                "erase_proof": f"消-{year.fiscal_year}-{number}" if row["erased_confirmed_on"] is not None else None,
            }
        )
    spoil(rows[:6], FLAWS, story)
    if story.bad:
        rows[4].update({"key_keeper": "undecided", "recovery_tested_on": year.ago(500), "disposal_policy_on": date(2020, 7, 1)})
        rows[9]["erase_proof"] = None
        rows.append({**rows[9], "service": "旧掲示板", "confidentiality": None})


def _duties(year: Year, story: Story, services: list[Row]) -> None:
    rows: list[Row] = []
    for row in services[2:] if story.bad else services:
        for duty, party in DUTIES:
            own = party == "own"
            rows.append(
                {
                    "service": row["service"],
                    "duty": duty,
                    "party": party,
                    "owner_id": row["manager_id"] if own else None,
                    "trained_on": year.on(6, 4) if own else None,
                }
            )
    if story.bad:
        rows[0]["owner_id"] = None
        rows[1]["trained_on"] = date(2021, 6, 4)
    elif year.fiscal_year == 2024:
        rows[1]["trained_on"] = None
    year.add("cloud_duties", rows)


def _accounts(year: Year, staff: Staff, story: Story, services: list[Row]) -> None:
    gone = [person.staff_id for person in staff.roster(year.fiscal_year) if person.left_on is not None and person.left_on < year.end]
    rows: list[Row] = []
    for number, row in enumerate(services, start=1):
        plan = (("adm", row["manager_id"], True, False, True), ("ven", None, True, True, True), ("user", "0040", False, False, False))
        rows += [
            {
                "service": row["service"],
                "account": f"{name}-{number:02d}",
                "staff_id": holder,
                "enabled": True,
                "administrator": administrator,
                "outsider": outsider,
                "multi_factor": factors,
            }
            for name, holder, administrator, outsider, factors in plan
        ]
    old: Row = {**rows[0], "account": "adm-old", "staff_id": gone[0], "enabled": story.bad, "multi_factor": False}
    year.add("cloud_accounts", [*rows, old])


def _checks(year: Year, story: Story, services: list[Row]) -> None:
    rows: list[Row] = []
    for place, row in enumerate(services[1:] if story.bad else services):
        for item in ("公開の範囲", "管理者の一覧", "ログの取得"):
            number = len(rows) + 1
            poor = number % 5 == 0
            day = year.on(10, 6) + timedelta(days=place)
            rows.append(
                {
                    "check_no": f"設-{number:02d}",
                    "service": row["service"],
                    "item": item,
                    "checked_on": day,
                    "result": "improve" if poor else "good",
                    "corrected_on": day + timedelta(days=9) if poor else None,
                }
            )
    if story.bad:
        rows[4]["corrected_on"] = None
    year.add("cloud_setting_checks", rows)


def _notices(year: Year, story: Story, services: list[Row]) -> None:
    plan = (("weakness", 5, 12, 2), ("incident", 7, 2, 0), ("change", 8, 20, 8), ("weakness", 11, 5, 1), ("incident", 1, 22, 0))
    rows: list[Row] = []
    for number, (kind, month, day, days) in enumerate(plan):
        received = moment(year.on(month, day), 9, 30)
        rows.append(
            {
                "notice_no": f"知-{number + 1:02d}",
                "service": services[number % len(services)]["service"],
                "kind": kind,
                "summary": {"weakness": "弱点の修正", "incident": "接続できない", "change": "約款の改定"}[kind],
                "received_at": received,
                "window_told_at": received + timedelta(hours=1) if kind == "incident" else None,
                "judged_at": received + timedelta(days=days, hours=3),
                "done_on": year.on(month, day) + timedelta(days=days + 1),
            }
        )
    if story.bad:
        rows[0]["judged_at"] = moment(year.on(5, 30), 10)
        rows[4]["window_told_at"] = moment(year.on(1, 26), 9)
    elif year.fiscal_year == 2024:
        rows[3]["judged_at"] = None
    year.add("cloud_notices", rows)
