"""Books about information systems: the register, backups, restore tests, logs and their review, cloud services.

Never here: terminals and networks (`asset_books`).
"""

import random
from datetime import date, timedelta

from mihon_town.model import Row, Year
from mihon_town.people import Staff
from mihon_town.stories import Story

SYSTEMS: tuple[tuple[str, str, str, str | None, bool], ...] = (
    ("住民記録システム", "mynumber", "住民課", "3A", True),
    ("税務システム", "mynumber", "税務課", "3A", True),
    ("国民健康保険システム", "mynumber", "住民課", "3A", True),
    ("介護保険システム", "mynumber", "福祉課", "3A", True),
    ("児童手当システム", "mynumber", "福祉課", "3B", False),
    ("健康管理システム", "mynumber", "健康増進課", "3B", True),
    ("財務会計システム", "lgwan", "会計課", "2", True),
    ("文書管理システム", "lgwan", "総務課", "3B", True),
    ("人事給与システム", "lgwan", "総務課", "3C", False),
    ("庶務事務システム", "lgwan", "総務課", "2", False),
    ("グループウェア", "lgwan", "企画財政課", "2", False),
    ("ファイルサーバ", "lgwan", "企画財政課", "3B", True),
    ("上下水道料金システム", "lgwan", "上下水道課", "3B", False),
    ("地図情報システム", "lgwan", "建設課", "2", False),
    ("土地改良台帳", "lgwan", "農政課", "2", False),
    ("学齢簿システム", "lgwan", "教育総務課", "3B", False),
    ("例規検索システム", "lgwan", "総務課", "1", False),
    ("議事録システム", "internet", "議会事務局", "1", False),
    ("町公式ウェブサイト", "internet", "企画財政課", "1", False),
    ("施設予約システム", "internet", "教育総務課", "2", False),
)
SUNDAY = 6


def add_systems(year: Year, staff: Staff, story: Story) -> None:
    """Write the systems, their backups, restore tests, logs, log reviews and the cloud services."""
    dice = random.Random(story.seed("systems"))
    heads = staff.heads()
    managers = {section: person.staff_id for section, person in heads.items()}
    systems = _systems(story, managers)
    year.add("systems", systems, population=len(systems))
    year.add("backups", _backups(year, story, dice), collected=(4, 4))
    year.add("restore_tests", _restores(year, story))
    year.add("log_sources", _logs(story, managers))
    year.add("log_reviews", _reviews(year, story, managers["企画財政課"]))
    year.add("cloud_services", _cloud(year, story, managers))


def _systems(story: Story, managers: dict[str, str]) -> list[Row]:
    rows: list[Row] = [
        {"system": name, "zone": zone, "section": section, "manager_id": managers[section], "confidentiality": level, "critical": critical}
        for name, zone, section, level, critical in SYSTEMS
    ]
    for row in rows[13 : 13 + story.count("unclassified")]:
        row["confidentiality"] = None
    return rows


def _sundays(year: Year) -> list[date]:
    day = year.start
    while day.weekday() != SUNDAY:
        day += timedelta(days=1)
    days: list[date] = []
    while day <= year.end:
        days.append(day)
        day += timedelta(days=7)
    return days


def _backups(year: Year, story: Story, dice: random.Random) -> list[Row]:
    """Give a full backup each Sunday; for critical systems a copy elsewhere on the last Sunday of the month."""
    rows: list[Row] = []
    days = _sundays(year)
    stopped = {name for name, _, _, _, _ in SYSTEMS[12 : 12 + story.count("backups_stopped")]}
    critical = [name for name, _, _, _, important in SYSTEMS if important]
    copied = critical[story.count("copies_absent") :]
    for day in days:
        last = (day + timedelta(days=7)).month != day.month
        for number, (name, _, _, _, _) in enumerate(SYSTEMS, start=1):
            result = dice.choices(["success", "warning", "failed"], [95, 3, 2])[0] if day != days[-1] else "success"
            if name in stopped and day in days[-3:]:
                result = "failed" if number % 2 else "warning"
            rows.append({"system": name, "job": f"WEEKLY-{number:02d}", "finished_on": day, "result": result, "copy_place": "onsite"})
            if last and name in critical:
                place = ("offline" if number % 2 else "offsite") if name in copied else "onsite"
                rows.append({"system": name, "job": f"MONTHLY-{number:02d}", "finished_on": day, "result": "success", "copy_place": place})
    if not story.bad:
        return rows
    return [row for row in rows if row["system"] not in stopped or row["job"] != "MONTHLY-12"]


def _restores(year: Year, story: Story) -> list[Row]:
    if story.count("restore_failed"):
        return [{"system": "文書管理システム", "tested_on": year.on(10, 12), "result": "failed"}]
    return [
        {"system": "文書管理システム", "tested_on": year.on(10, 12), "result": "failed"},
        {"system": "文書管理システム", "tested_on": year.on(10, 26), "result": "success"},
        {"system": "ファイルサーバ", "tested_on": year.on(2, 8), "result": "success"},
    ]


def _logs(story: Story, managers: dict[str, str]) -> list[Row]:
    rows: list[Row] = []
    for number, (name, zone, section, _, critical) in enumerate(SYSTEMS[: len(SYSTEMS) - story.count("logs_undefined")]):
        days = 1095 if critical else (366 if number % 3 else 365)
        rows.append({"system": name, "log_type": "操作ログ", "retention_days": days, "owner": managers[section]})
        if zone == "mynumber":
            rows.append({"system": name, "log_type": "認証ログ", "retention_days": 1825, "owner": managers[section]})
    for row in rows[-story.count("logs_short") :] if story.count("logs_short") else []:
        row["retention_days"] = 180
    if story.count("logs_short"):
        rows[-1]["retention_days"] = 364
    return rows


def _reviews(year: Year, story: Story, reviewer: str) -> list[Row]:
    """Once a month on the 20th, three systems each time; a gap opens after the review of September."""
    late = story.count("review_gap_days")
    rows: list[Row] = []
    for number in range(12):
        month = (number + 3) % 12 + 1
        day = year.on(month, 20)
        if month == 10:
            day += timedelta(days=late)
        seen = ("住民記録システム", "税務システム", "ファイルサーバ")
        rows += [{"system": name, "reviewed_on": day, "reviewer_id": reviewer} for name in seen]
    if late > 31:
        rows = [row for row in rows if row["reviewed_on"] not in {year.on(11, 20), year.on(12, 20)}]
    return sorted(rows, key=lambda row: str(row["reviewed_on"]))


def _cloud(year: Year, story: Story, managers: dict[str, str]) -> list[Row]:
    services: list[tuple[str, str, str, str, bool]] = [
        ("電子申請サービス", "県電子自治体協議会", "3B", "住民課", True),
        ("オンライン会議", "会議クラウド株式会社", "2", "企画財政課", True),
        ("アンケート作成", "フォーム株式会社", "2", "企画財政課", True),
        ("子育て相談予約", "予約システム株式会社", "3B", "福祉課", True),
        ("図書館予約", "図書館サービス株式会社", "3C", "教育総務課", True),
        ("防災メール配信", "配信株式会社", "2", "総務課", True),
        ("町の広報動画", "動画共有株式会社", "1", "企画財政課", False),
        ("翻訳サービス", "翻訳株式会社", "1", "住民課", False),
    ]
    rows: list[Row] = [
        {
            "service": service,
            "provider": provider,
            "confidentiality": level,
            "ismap": ismap,
            "data_location": "国内",
            "approved_by": "統括情報セキュリティ責任者",
            "approved_on": date(2021, 6, 1) + timedelta(days=30 * number),
            "manager_id": managers[section],
            "reviewed_on": year.on(6, 15),
        }
        for number, (service, provider, level, section, ismap) in enumerate(services)
    ]
    for row in rows[3 : 3 + story.count("cloud_outside_ismap")]:
        row["ismap"] = False
    for row in rows[len(rows) - story.count("cloud_unapproved") :]:
        row.update({"approved_by": None, "approved_on": None})
    return rows
