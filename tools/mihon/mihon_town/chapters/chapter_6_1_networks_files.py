"""Chapter 6.1 (1) to (13) in the town: books about servers, work, faults and logs.

Never here: lines and devices (`chapter_6_1_networks_lines`), sums (`chapter_6_1_networks_sums`).
"""

from datetime import timedelta

from mihon_town.model import Row, Unreadable, Year, as_date, moment
from mihon_town.people import Staff
from mihon_town.stories import YEARS, Story
from mihon_town.system_books import SYSTEMS

Five = tuple[int, int, int, int, int]
"""How many, in FY2022 to FY2025 and in the bad twin."""

SECTIONS_WITH_FOLDERS = ("総務課", "税務課", "住民課", "福祉課", "建設課", "教育総務課")
WORK = (
    ("change", "受付番号の桁数を増やす設定変更"),
    ("maintenance", "四半期の定期点検"),
    ("operation", "年次の締め処理"),
    ("change", "通信許可の追加"),
    ("other", "応答の遅れの調査"),
)
FAULTS = (
    ("財務会計システム", "ディスクの故障", "予備のディスクに交換した"),
    ("グループウェア", "容量の不足", "古い添付ファイルを移した"),
    ("ファイルサーバ", "停電", "無停電電源の電池を替えた"),
    ("住民記録システム", "回線装置の停止", "装置を再起動した"),
    ("施設予約システム", "原因は調査中とし監視を続ける", "提供事業者が復旧した"),
)
PLACES = ("locked", "access-limited", "access-limited", "locked", "access-limited", "locked", "access-limited")
PAPERS = (
    "ネットワーク構成図",
    "サーバ室配線図",
    "住民記録システム設計書",
    "税務システム設計書",
    "財務会計システム操作仕様書",
    "アドレス管理表",
    "ファイルサーバ設定書",
)


def pick(story: Story, figures: Five) -> int:
    """Give the figure of this year."""
    return figures[4 if story.bad else YEARS.index(story.fiscal_year)]


def add_files(year: Year, staff: Staff, story: Story) -> None:
    """Write folders, permissions, backup plans, exchanges, work records, specifications and faults; complete the books of logs."""
    people = _operators(year, staff)
    if year.fiscal_year > YEARS[0]:
        year.add("shared_folders", _folders(year, story), collected=(4, 3))
        year.add("folder_permissions", _permissions(story), collected=(4, 3))
        year.add("backup_plans", _plans(story))
        exchanges = _exchanges(year, story)
        year.add("information_exchanges", exchanges, population=None if exchanges else 0)
    year.add("system_work_records", _works(year, story, people))
    year.add("specifications", _specifications(story))
    year.add("fault_records", _faults(year, story, people))
    _complete_logs(year, story)
    _complete_reviews(year, story)


def _operators(year: Year, staff: Staff) -> list[str]:
    """Staff numbers of three people who look after the systems all year."""
    able = [person for person in staff.people if person.section == "企画財政課" and person.hired_on < year.start]
    return [person.staff_id for person in able if person.left_on is None or person.left_on > year.end][:3]


def _folders(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "folder": f"{section}共有",
            "server": "SV-0001",
            "section": section,
            "quota_gb": 400 + 100 * place,
            "quota_told_on": year.on(4, 12),
        }
        for place, section in enumerate(SECTIONS_WITH_FOLDERS)
    ]
    rows.append({"folder": "全庁共有", "server": "SV-0001", "section": "企画財政課", "quota_gb": 1000, "quota_told_on": year.on(4, 12)})
    for row in rows[: pick(story, (0, 2, 0, 0, 2))]:
        row["quota_gb"] = 0
    for row in rows[3 : 3 + pick(story, (0, 1, 1, 0, 0))]:
        row["quota_told_on"] = None
    return rows


def _permissions(story: Story) -> list[Row]:
    rows: list[Row] = []
    for section in SECTIONS_WITH_FOLDERS:
        rows.append(_right(f"{section}共有", f"GRP_{section}", "section", section, section, "section", "change"))
        rows.append(_right(f"{section}共有", "Administrators", "section", section, "企画財政課", "administrators", "full"))
    rows.append(_right("全庁共有", "Domain Users", "common", "企画財政課", None, "everyone", "change"))
    for folder, section, contents in (
        ("住民異動届", "住民課", "resident-data"),
        ("相談記録", "福祉課", "resident-data"),
        ("人事記録", "総務課", "personnel-data"),
    ):
        rows.append(_right(folder, f"GRP_{folder}担当", contents, section, section, "duty-group", "change"))
    others = (("税務課共有", "GRP_住民課", "税務課", "住民課"), ("建設課共有", "GRP_農政課", "建設課", "農政課"))
    for folder, group, owner, other in others[: pick(story, (0, 2, 1, 0, 2))]:
        rows.append(_right(folder, group, "section", owner, other, "section", "read"))
    if pick(story, (0, 1, 0, 0, 1)):
        rows.append(_right("相談記録", "GRP_福祉課", "resident-data", "福祉課", "福祉課", "section", "read"))
    return rows


def _right(folder: str, group: str, contents: str, owner: str, other: str | None, grantee: str, right: str) -> Row:
    return {
        "folder": folder,
        "granted_to": group,
        "contents": contents,
        "owner_section": owner,
        "granted_section": other,
        "grantee": grantee,
        "access_right": right,
    }


def _plans(story: Story) -> list[Row]:
    rows: list[Row] = [
        {"system": name, "method": "全体を毎週、差分を毎日", "cycle_days": 1 if critical else 7, "generations": 6 if critical else 4}
        for name, _, _, _, critical in SYSTEMS
    ]
    for row in rows[8 : 8 + pick(story, (0, 2, 0, 0, 2))]:
        row["generations"] = 2
    for row in rows[12 : 12 + pick(story, (0, 0, 1, 0, 0))]:
        row["generations"] = Unreadable("要確認")
    lacking = {"健康管理システム"} if pick(story, (0, 1, 0, 0, 1)) else set[str]()
    return [row for row in rows if row["system"] not in lacking]


def _exchanges(year: Year, story: Story) -> list[Row]:
    """Nothing was exchanged in FY2024, and the office says so."""
    contents = (
        ("隣の町", "税務システムの設定表"),
        ("広域連合", "介護保険システムの項目定義"),
        ("県電子自治体協議会", "申請様式の変換プログラム"),
    )
    rows: list[Row] = []
    for place, (partner, content) in enumerate(contents[: pick(story, (0, 3, 0, 2, 3))]):
        day = year.on(6 + 2 * place, 15)
        rows.append(
            {
                "exchange_id": f"交-{place + 1}",
                "exchanged_on": day,
                "partner": partner,
                "content": content,
                "rules_set_on": day - timedelta(days=14),
                "chief_permitted_on": day - timedelta(days=5),
                "officer_permitted_on": day - timedelta(days=7),
            }
        )
    for row in rows[: pick(story, (0, 1, 0, 0, 1))]:
        row["chief_permitted_on"] = None
    for row in rows[1 : 1 + pick(story, (0, 1, 0, 0, 1))]:
        row.update({"officer_permitted_on": row["exchanged_on"], "rules_set_on": year.on(12, 1)})
    return rows


def _works(year: Year, story: Story, people: list[str]) -> list[Row]:
    rows: list[Row] = []
    for place, (name, _, _, _, _) in enumerate(SYSTEMS[: 20 - pick(story, (6, 2, 0, 0, 3))]):
        kind, content = WORK[place % len(WORK)]
        day = year.on((place * 5 + 3) % 12 + 1, 6 + place)
        rows.append(
            {
                "record_id": f"作-{place + 1:02d}",
                "system": name,
                "worked_on": day,
                "work_type": kind,
                "content": content,
                "worker_id": people[place % 3],
                "second_worker_id": people[(place + 1) % 3] if kind == "change" else None,
                "verified_on": min(day + timedelta(days=place % 3), year.end) if kind == "change" else None,
                "verified_by": people[2] if kind == "change" else None,
            }
        )
    changes = [row for row in rows if row["work_type"] == "change"]
    for row in changes[: pick(story, (3, 0, 0, 0, 0))]:
        row.update({"second_worker_id": None, "verified_on": None})
    for row in changes[3 : 3 + pick(story, (0, 1, 0, 0, 1))]:
        row["second_worker_id"] = row["worker_id"]
    for row in changes[: pick(story, (0, 1, 1, 0, 2))]:
        row["verified_on"] = as_date(row["worked_on"]) + timedelta(days=20)
    for row in rows[1 : 1 + pick(story, (2, 0, 0, 0, 1))]:
        row["content"] = None
    return sorted(rows, key=lambda row: str(row["worked_on"]))


def _specifications(story: Story) -> list[Row]:
    rows: list[Row] = [
        {"document_id": f"仕-{place + 1:02d}", "title": title, "section": "企画財政課", "storage": PLACES[place]}
        for place, title in enumerate(PAPERS)
    ]
    for row in rows[: pick(story, (2, 0, 0, 0, 2))]:
        row["storage"] = "open"
    for row in rows[4 : 4 + pick(story, (0, 1, 0, 0, 0))]:
        row["storage"] = None
    return rows


def _faults(year: Year, story: Story, people: list[str]) -> list[Row]:
    rows: list[Row] = []
    for place, (system, cause, handling) in enumerate(FAULTS):
        start = moment(year.on(5 + 2 * place if place < 4 else 2, 9 + place), 9 + place, 20)
        rows.append(
            {
                "fault_no": f"障-{place + 1:02d}",
                "system": system,
                "occurred_at": start,
                "recovered_at": start + timedelta(hours=2 + place),
                "cause": cause,
                "handling": handling,
                "handled_by": people[place % 3],
                "retention_years": 5,
            }
        )
    for row in rows[: pick(story, (2, 0, 0, 1, 1))]:
        row["handled_by"] = None
    for row in rows[2 : 2 + pick(story, (0, 1, 0, 0, 1))]:
        row["handling"] = None
    for row in rows[: pick(story, (5, 2, 0, 0, 2))]:
        row["retention_years"] = 1
    for row in rows[4 : 4 + pick(story, (0, 0, 1, 0, 0))]:
        row["retention_years"] = None
    return rows


def _complete_logs(year: Year, story: Story) -> None:
    """Add to the register of logs the items, what to do when logging fails, and whether the log can be changed."""
    rows = year.books["log_sources"].rows
    for row in rows:
        row.update(
            {"items": "日時、利用者、操作、結果、接続元", "failure_action": "監視装置が知らせ、管理者が当日中に戻す", "tamper_proof": True}
        )
    for row in rows[3 : 3 + pick(story, (6, 0, 0, 0, 2))]:
        row["items"] = None
    for row in rows[: pick(story, (20, 4, 1, 0, 3))]:
        row["failure_action"] = None
    for row in rows[5 : 5 + pick(story, (0, 3, 0, 0, 2))]:
        row["tamper_proof"] = False
    for row in rows[9 : 9 + pick(story, (7, 0, 1, 0, 0))]:
        row["tamper_proof"] = None


def _complete_reviews(year: Year, story: Story) -> None:
    """From FY2025 on the logs of the other important systems are looked at once in the last quarter."""
    if pick(story, (0, 0, 0, 1, 0)) == 0:
        return
    book = year.books["log_reviews"]
    seen = {row["system"] for row in book.rows}
    reviewer = book.rows[0]["reviewer_id"]
    book.rows += [
        {"system": name, "reviewed_on": year.on(2, 20), "reviewer_id": reviewer}
        for name, _, _, _, critical in SYSTEMS
        if critical and name not in seen
    ]
    book.rows.sort(key=lambda row: str(row["reviewed_on"]))
