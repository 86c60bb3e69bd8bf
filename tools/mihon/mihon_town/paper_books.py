"""Books that people keep by hand about meetings, documents, drills, incidents, exceptions and audits.

Never here: media and contracts (`media_books`).
"""

from datetime import date, timedelta

from mihon_town.model import Row, Unreadable, Year, as_moment, moment
from mihon_town.people import Staff
from mihon_town.stories import Story

TITLES = {
    "policy-review": "情報セキュリティポリシーの評価と見直し",
    "training-plan": "研修計画の承認",
    "training-report": "研修の実施状況の報告",
    "audit-plan": "監査計画の承認",
    "audit-report": "監査結果の報告",
    "self-check-report": "自己点検の結果の報告",
    "improvement-plan": "改善計画の決定",
    "incident-report": "インシデントの報告",
    "other": "その他",
}
MEETINGS: dict[int, list[tuple[int, int, list[str]]]] = {
    1: [(5, 16, ["training-plan", "other"])],
    2: [(5, 15, ["training-plan", "audit-plan", "policy-review"]), (2, 19, ["training-report", "audit-report", "improvement-plan"])],
    3: [
        (5, 14, ["training-plan", "audit-plan", "policy-review"]),
        (10, 9, ["incident-report", "other"]),
        (2, 18, ["training-report", "audit-report", "self-check-report", "improvement-plan"]),
    ],
}


def add_papers(year: Year, staff: Staff, story: Story) -> None:
    """Write meetings, documents, drills, incidents, exceptions and the audit's books."""
    heads = {section: person.staff_id for section, person in staff.heads().items()}
    year.add("committee_meetings", _meetings(year, story))
    year.add("documents", _documents(year, story))
    year.add("drills", _drills(year, story))
    incidents = year.add("incidents", _incidents(year, story))
    if year.fiscal_year == 2022:
        incidents.covers_until = year.on(1, 31)
    year.add("exceptions_register", _exceptions(year, story, heads))
    audits = _audits(year, story, heads)
    year.add("audit_engagements", audits, population=len(audits))
    year.add("audit_findings", _audit_findings(year, story, heads))


def _meetings(year: Year, story: Story) -> list[Row]:
    level = story.count("committee")
    if level == 0:
        day = year.start - timedelta(days=12)
        return [{"meeting_id": "前-3", "held_on": day, "agenda": "other", "item": "その他", "decided": False}]
    rows: list[Row] = []
    for number, (month, day_of_month, agendas) in enumerate(MEETINGS[level], start=1):
        for agenda in agendas:
            decided = agenda in {"training-plan", "audit-plan", "improvement-plan"}
            day = year.on(month, day_of_month)
            rows.append(
                {"meeting_id": f"{year.fiscal_year}-{number}", "held_on": day, "agenda": agenda, "item": TITLES[agenda], "decided": decided}
            )
    return rows


def _document(number: int, kind: str, title: str, version: str, dates: tuple[date | None, date | None, date | None], by: str | None) -> Row:
    approved, reviewed, published = dates
    return {
        "document_id": f"規-{number:02d}",
        "document_type": kind,
        "title": title,
        "version": version,
        "approved_on": approved,
        "approved_by": by,
        "reviewed_on": reviewed,
        "published_on": published,
    }


def _documents(year: Year, story: Story) -> list[Row]:
    level = story.count("papers")
    ciso = "最高情報セキュリティ責任者"
    training = year.on(5, 16) if level > 1 else date(year.fiscal_year - 1, 5, 12)
    reviewed = year.on(6, 10) if level > 1 else date(2020, 5, 18)
    bcp = date(2024, 8, 1) if level > 2 else None
    rows = [
        _document(
            1,
            "security-policy",
            "見本町情報セキュリティポリシー",
            "5.0",
            (date(2022, 4, 1), reviewed, date(2022, 4, 15) if level > 1 else None),
            ciso,
        ),
        _document(
            2, "training-plan", "情報セキュリティ研修計画", str(year.fiscal_year), (training, None, None), ciso if level > 0 else None
        ),
        _document(3, "incident-response-plan", "緊急時対応計画", "2.1", (date(2019, 4, 1), reviewed, None), ciso if level > 0 else None),
        _document(4, "ict-bcp", "ICT部門の業務継続計画", "1.0" if bcp else "案", (bcp, None, None), ciso if bcp else None),
        _document(5, "procedure", "電子媒体の取扱手順", "1.3", (date(2021, 6, 1), None, None), "総務課長"),
        _document(6, "procedure", "パソコンの持出手順", "1.1", (date(2021, 6, 1), None, None), "総務課長"),
    ]
    if level > 1:
        rows.append(_document(7, "audit-plan", "情報セキュリティ監査計画", str(year.fiscal_year), (year.on(5, 16), None, None), ciso))
    return rows if level > 0 else rows[1:]


def _drills(year: Year, story: Story) -> list[Row]:
    unreviewed = story.count("drills_without_review")
    rows: list[Row] = [
        {
            "drill_id": "訓-1",
            "held_on": year.on(9, 1),
            "scenario": "標的型メールを開いた",
            "participants": 42,
            "planned": True,
            "reviewed": not unreviewed,
        },
        {
            "drill_id": "訓-2",
            "held_on": year.on(1, 17),
            "scenario": "ファイルサーバの停止",
            "participants": 15,
            "planned": True,
            "reviewed": True,
        },
    ]
    return rows[:1] if unreviewed else rows


CASES = (
    ("メール誤送信", True, "宛先の確認漏れ", "送信前の二人確認を４月～６月に全課で始めた"),
    ("USBメモリの紛失", False, "持出簿の記入漏れ", "返却の期限を週１回確かめる"),
    ("標的型メール", False, "添付の開封", "訓練をやり直した"),
    ("端末の故障", False, "経年劣化", "更新の計画を早めた"),
    ("窓口での誤交付", True, "番号札の取り違え", "交付前に氏名を声に出して確かめる"),
    ("誤廃棄", False, "保存期間の見間違い", "ラベルの色を分けた"),
    ("ウェブサイトの停止", False, "証明書の期限切れ", "期限の一覧を作った"),
)
FOUND: tuple[tuple[int, int, int, int], ...] = (
    (6, 3, 9, 15),
    (7, 22, 13, 5),
    (9, 14, 8, 50),
    (10, 30, 16, 40),
    (11, 27, 10, 0),
    (1, 12, 9, 30),
    (1, 24, 15, 20),
)


def _incidents(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for number in range(story.count("incidents")):
        month, day_of_month, hour, minute = FOUND[number]
        day = year.on(month, day_of_month)
        found = moment(day, hour, minute)
        category, personal, cause, prevention = CASES[number]
        rows.append(
            {
                "incident_id": f"{year.fiscal_year}-{number + 1:02d}",
                "occurred_at": found - timedelta(minutes=15 + 20 * number),
                "found_at": found,
                "first_reported_at": found + timedelta(minutes=(60, 25, 40, 15, 55, 30, 20)[number]),
                "ciso_reported_at": found + timedelta(hours=(3, 5, 24, 2, 7, 4, 6)[number]),
                "recovered_at": found + timedelta(days=1, hours=3),
                "category": category,
                "personal_data": personal,
                "cause": cause,
                "prevention": prevention,
                "closed_on": day + timedelta(days=25),
            }
        )
    for row in rows[2 : 2 + story.count("incidents_late")]:
        found_at = as_moment(row["found_at"])
        row.update(
            {
                "first_reported_at": found_at + timedelta(days=1, hours=4, minutes=50),
                "ciso_reported_at": found_at + timedelta(days=2, minutes=30),
            }
        )
    for row in rows[3 : 3 + story.count("incidents_unexplained")]:
        row.update({"cause": None, "closed_on": None})
    for row in rows[-story.count("incidents_lost") :] if story.count("incidents_lost") else []:
        row["first_reported_at"] = Unreadable("当日中（時刻不明）")
    return rows


def _exceptions(year: Year, story: Story, heads: dict[str, str]) -> list[Row]:
    approver = heads["総務課"]
    entries: list[tuple[str, str, str | None, str, date, date]] = [
        ("例-01", "4.4④", "測量用の端末が暗号化に対応しない", "建設課", year.on(4, 20), date(year.fiscal_year + 2, 3, 31)),
        ("例-02", "6.1.(17)", "国の統計ソフトを期間中だけ使う", "企画財政課", year.on(7, 1), year.end),
        ("例-03", "6.2.(1)", "庁外の会議で共用の利用者IDを使う", "福祉課", year.on(5, 7), date(year.fiscal_year + 1, 9, 30)),
    ]
    if 2023 <= year.fiscal_year <= 2024 or story.bad:
        entries.append(("例-04", "6.4.(1)", "古いサーバの置き換えを待つ", "建設課", date(2023, 11, 1), date(2024, 9, 30)))
    if year.fiscal_year == 2025:
        entries.append(("例-05", "6.4.(1)", "測定器の制御端末の更新を待つ", "上下水道課", date(2025, 10, 1), date(2026, 9, 30)))
    rows: list[Row] = [
        {
            "exception_no": number,
            "clause": clause,
            "reason": reason,
            "applicant_id": heads[section],
            "approver_id": approver,
            "approved_on": approved,
            "expires_on": expires,
            "status": "active",
            "checked_on": year.on(10, 3) if approved < year.on(10, 3) else None,
        }
        for number, clause, reason, section, approved, expires in entries
    ]
    rows.append(
        {**rows[0], "exception_no": "例-00", "status": "ended", "expires_on": date(2022, 3, 31), "checked_on": None, "reason": None}
    )
    for row in rows[: story.count("exceptions_baseless")]:
        row["reason"] = None
    for row in rows[1 : 1 + story.count("exceptions_unchecked")]:
        row.update({"approved_on": date(2020, 4, 20), "checked_on": None})
    return rows


def _audits(year: Year, story: Story, heads: dict[str, str]) -> list[Row]:
    audited = ("税務課", "福祉課", "建設課", "教育総務課")[: story.count("audits")]
    rows: list[Row] = []
    for number, section in enumerate(audited, start=1):
        auditor = section if number <= story.count("audits_own_section") else "会計課"
        day = year.on(11, 4 + number)
        rows.append(
            {
                "audit_id": f"監-{number}",
                "audited_section": section,
                "auditor_id": heads[auditor],
                "auditor_section": auditor,
                "audited_on": day,
                "reported_on": day + timedelta(days=40),
            }
        )
    return rows


def _audit_findings(year: Year, story: Story, heads: dict[str, str]) -> list[Row]:
    sections = ("税務課", "住民課", "福祉課", "建設課", "農政課", "教育総務課")
    rows: list[Row] = []
    for number, section in enumerate(sections, start=1):
        late = number <= story.count("findings_overdue")
        still = late or number == 6
        rows.append(
            {
                "finding_no": f"指-{number:02d}",
                "raised_on": date(year.fiscal_year - 1, 12, 1) if year.fiscal_year < 2025 else year.on(12, 15),
                "clause": ("5.1.(1)", "6.2.(1)", "2.(2)", "4.4", "6.1.(6)", "5.2.(2)")[number - 1],
                "grade": "軽微な不適合" if number % 2 else "観察事項",
                "section": section,
                "owner_id": heads[section],
                "due_on": year.ago(1 + 30 * number) if late else (year.end if number == 6 else year.on(2, 28)),
                "status": "open" if still else "closed",
                "closed_on": None if still else year.on(2, 20),
            }
        )
    return rows
