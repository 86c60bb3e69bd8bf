"""Books about identities: accounts, privileged accounts, ways to log on, remote work.

Never here: devices.
"""

import random
from datetime import date, timedelta

from mihon_town.model import Row, Year
from mihon_town.people import Person, Staff
from mihon_town.stories import Story

TERMINALS = 48
ADMINISTRATORS = 6
REMOTE_WORKERS = 24


def add_identities(year: Year, staff: Staff, story: Story) -> None:
    """Write the directory, the register of privileged accounts, the logon methods and the remote-work books."""
    dice = random.Random(story.seed("identity"))
    after = year.end + timedelta(days=1)
    roster = staff.roster(year.fiscal_year)
    working = [person for person in roster if person.employed(after)]
    away = staff.on_leave(story)
    people = [_account(person, year, dice, away) for person in roster]
    administrators = [
        _administrator(number, person, year) for number, person in enumerate(_steady(working, away)[:ADMINISTRATORS], start=1)
    ]
    _spoil(people, [person.staff_id for person in roster if person.left_on and person.left_on < year.ago(1)], story, year)
    rows = people + _orphans(story, year) + administrators + _machines(year)
    year.add("accounts", rows, collected=(4, 3))
    year.add("privileged_accounts", _privileged(administrators, year, story))
    year.add("authentication_methods", _methods(_steady(working, away), story))
    permits, remote = _remote(_steady(working, away), year, story)
    year.add("remote_work_permits", permits)
    year.add("remote_access_accounts", remote)


def _steady(working: list[Person], away: set[str]) -> list[Person]:
    """People at work all year round, in the order of their numbers."""
    steady = [person for person in working if person.staff_id not in away and person.left_on is None and person.employment == "常勤"]
    return sorted(steady, key=lambda person: person.staff_id)


def _account(person: Person, year: Year, dice: random.Random, away: set[str]) -> Row:
    gone = person.left_on is not None and person.left_on <= year.end
    fresh = person.hired_on > year.end
    created = max(person.hired_on, date(2018, 4, 2)) - timedelta(days=4)
    last: date = year.end - timedelta(days=dice.randint(0, 25))
    if gone or person.staff_id in away:
        last = year.end - timedelta(days=dice.randint(95, 200))
    return {
        "account": f"u{person.staff_id}",
        "staff_id": person.staff_id,
        "display_name": person.name,
        "account_type": "person",
        "enabled": not gone and person.staff_id not in away,
        "privileged": False,
        "created_on": created,
        "last_logon_on": year.end + timedelta(days=1) if fresh else last,
        "password_set_on": created if fresh else year.end - timedelta(days=dice.randint(200, 360)),
        "_section": person.section,
    }


def _spoil(rows: list[Row], leavers: list[str], story: Story, year: Year) -> None:
    by_staff = {str(row["staff_id"]): row for row in rows}
    for staff_id in leavers[: story.count("leavers_enabled")]:
        by_staff[staff_id].update({"enabled": True, "last_logon_on": year.ago(20)})
    usual = [row for row in rows if row["enabled"] and row["last_logon_on"] is not None and str(row["staff_id"]) not in leavers]
    usual = [row for row in usual if str(row["last_logon_on"]) <= str(year.end)]
    usual[5]["last_logon_on"] = year.ago(60)
    place = 20
    for number in range(story.count("idle")):
        usual[place + 3 * number]["last_logon_on"] = year.ago(61 + 9 * number)
    place += 3 * story.count("idle")
    for number in range(story.count("logon_blank")):
        usual[place + number]["last_logon_on"] = None
    place += story.count("logon_blank")
    for number in range(story.count("owner_blank")):
        usual[place + number]["staff_id"] = None


def _orphans(story: Story, year: Year) -> list[Row]:
    rows: list[Row] = []
    for number in range(story.count("orphans")):
        staff_id = f"{9001 + number}"
        rows.append(
            {
                "account": f"u{staff_id}",
                "staff_id": staff_id,
                "display_name": f"職員{staff_id}",
                "account_type": "person",
                "enabled": True,
                "privileged": False,
                "created_on": date(2017, 4, 1),
                "last_logon_on": year.ago(12 + number),
                "password_set_on": date(2019, 4, 1),
                "_section": "総務課",
            }
        )
    return rows


def _administrator(number: int, person: Person, year: Year) -> Row:
    return {
        "account": f"adm-{number:02d}",
        "staff_id": person.staff_id,
        "display_name": f"{person.name}（管理用）",
        "account_type": "person",
        "enabled": True,
        "privileged": True,
        "created_on": date(2019, 4, 1),
        "last_logon_on": year.ago(2 + number),
        "password_set_on": year.ago(30 + number),
        "_section": "企画財政課",
    }


def _machines(year: Year) -> list[Row]:
    kinds = [
        ("svc-backup", "service"),
        ("svc-av", "service"),
        ("svc-print", "service"),
        ("shared-madoguchi", "shared"),
        ("shared-kaigi", "shared"),
    ]
    return [
        {
            "account": name,
            "staff_id": None,
            "display_name": name,
            "account_type": kind,
            "enabled": True,
            "privileged": False,
            "created_on": date(2019, 4, 1),
            "last_logon_on": year.ago(1) if kind == "service" else None,
            "password_set_on": date(2021, 4, 1),
            "_section": "企画財政課",
        }
        for name, kind in kinds
    ]


def _privileged(administrators: list[Row], year: Year, story: Story) -> list[Row]:
    listed = administrators[story.count("privileged_unregistered") :]
    rows: list[Row] = [
        {
            "account": row["account"],
            "holder_id": row["staff_id"],
            "purpose": "サーバの保守",
            "approved_by": "統括情報セキュリティ責任者",
            "approved_on": year.on(4, 5),
            "expires_on": date(year.fiscal_year + 2, 3, 31),
        }
        for row in listed
    ]
    rows[0]["expires_on"] = year.end
    for row in rows[1 : 1 + story.count("privileged_expired")]:
        row["expires_on"] = year.ago(1)
    for number in range(story.count("privileged_ghost")):
        rows.append({**rows[-1], "account": f"adm-9{number}", "purpose": "旧システムの保守"})
    return rows


def _methods(steady: list[Person], story: Story) -> list[Row]:
    owners = [person for person in steady if person.section in {"税務課", "住民課", "福祉課", "健康増進課"}][:TERMINALS]
    rows: list[Row] = []
    for number, person in enumerate(owners, start=1):
        second = "inherence" if number % 4 else "possession"
        rows.append(
            {
                "account": f"n{person.staff_id}",
                "terminal": f"MN-{number:03d}",
                "zone": "mynumber",
                "factor_1": "knowledge" if number % 7 else "possession",
                "factor_2": second if number % 7 else "inherence",
                "enabled": True,
            }
        )
    for row in rows[3 : 3 + story.count("one_factor")]:
        row.update({"factor_1": "knowledge", "factor_2": "none"})
    if story.count("one_factor") > 2:
        rows[4].update({"factor_1": "knowledge", "factor_2": "knowledge"})
    rows[-1].update({"factor_2": "none", "enabled": False})
    extra: list[Row] = [
        {
            "account": f"g{person.staff_id}",
            "terminal": f"LG-{number:03d}",
            "zone": "lgwan",
            "factor_1": "knowledge",
            "factor_2": "none",
            "enabled": True,
        }
        for number, person in enumerate(steady[:6], start=1)
    ]
    return rows + extra


def _remote(steady: list[Person], year: Year, story: Story) -> tuple[list[Row], list[Row]]:
    workers = steady[30 : 30 + REMOTE_WORKERS]
    permits: list[Row] = []
    for number, person in enumerate(workers, start=1):
        unsafe = number <= story.count("remote_unsafe")
        permits.append(
            {
                "staff_id": person.staff_id,
                "device": f"TW-{number:02d}",
                "approved_by": "情報セキュリティ管理者",
                "approved_on": year.on(4, 10),
                "expires_on": year.end if number % 5 else date(year.fiscal_year + 2, 3, 31),
                "multi_factor": not unsafe or number == 1,
                "device_provided": not unsafe or number != 1,
            }
        )
    past = permits[-1]
    past.update({"expires_on": year.ago(90), "multi_factor": False})
    users = workers[:18] + steady[100 : 100 + story.count("remote_unpermitted")]
    accounts: list[Row] = [{"account": f"vpn{person.staff_id}", "staff_id": person.staff_id, "enabled": True} for person in users]
    accounts.append({"account": f"vpn{workers[-1].staff_id}", "staff_id": workers[-1].staff_id, "enabled": False})
    return permits, accounts
