"""Chapter 9 (audit, self-check, review) in the town: the team, its requests, systems checked, policies per organ.

Never here: the first books of audits (`paper_books`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_9_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of
from mihon_town.model import Row, Year
from mihon_town.people import SECTIONS, Staff
from mihon_town.stories import Story
from mihon_town.system_books import SYSTEMS

TRAINED = {2022: (), 2023: (1,), 2024: (1, 2), 2025: (1, 2, 3)}
"""Which of the three auditors were trained lately."""
LATE = {2022: 4, 2023: 2, 2024: 1, 2025: 0}
UNCHECKED = {2023: 6, 2024: 1, 2025: 0}
ORGANS = ("町長", "議会", "教育委員会", "選挙管理委員会", "農業委員会", "監査委員", "固定資産評価審査委員会")
PLACE = "会計課の書庫2"


def build(year: Year, staff: Staff, story: Story) -> None:
    """Write the new books and the new columns of old ones."""
    heads = {section: person.staff_id for section, person in staff.heads().items()}
    _team(year, story, heads)
    _requests(year, story)
    _checks(year, story)
    _engagements(year, story)
    _findings(year, story)
    _contracts(year, story)
    _papers(year, story)


def _team(year: Year, story: Story, heads: dict[str, str]) -> None:
    if year.fiscal_year == 2022:
        return
    rows: list[Row] = []
    for number, section in enumerate(("会計課", "議会事務局", "総務課"), start=1):
        trained = not story.bad and number in TRAINED[year.fiscal_year]
        rows.append(
            {
                "auditor_id": heads[section],
                "section": section,
                "trained_on": year.on(7, 3) if trained else date(2018, 6, 1),
                "independence_confirmed_on": year.start - timedelta(days=20) if story.bad and number == 1 else year.on(10, 1),
            }
        )
    if year.fiscal_year == 2023:
        rows[2]["independence_confirmed_on"] = None
    year.add("audit_team", rows, population=len(rows))


def _requests(year: Year, story: Story) -> None:
    late = 5 if story.bad else LATE[year.fiscal_year]
    rows: list[Row] = []
    for number, section in enumerate(SECTIONS, start=1):
        delivered = year.on(10, 20) if number <= late else year.on(10, 9)
        rows.append(
            {
                "request_no": f"依-{number:02d}",
                "section": section,
                "item": "端末と媒体の管理簿",
                "requested_on": year.on(10, 1),
                "due_on": year.on(10, 15),
                "delivered_on": None if number == 1 and late > 3 else delivered,
            }
        )
    year.add("audit_requests", rows, population=len(rows))


def _checks(year: Year, story: Story) -> None:
    if year.fiscal_year == 2022:
        return
    left_out = 4 if story.bad else UNCHECKED[year.fiscal_year]
    rows: list[Row] = [
        {"system": name, "checked_on": year.on(11, 4) + timedelta(days=place), "checked_by": "情報システム管理者", "result": "良"}
        for place, (name, *_) in enumerate(SYSTEMS)
        if place >= left_out
    ]
    year.add("system_self_checks", rows)


def _engagements(year: Year, story: Story) -> None:
    rows = year.books["audit_engagements"].rows
    for row in rows:
        row["papers_place"] = PLACE
    if story.bad:
        next(row for row in year.books["self_checks"].rows if row["answer"] in {"no", "partly"})["reason"] = None
        rows[0]["papers_place"] = None
        rows[0]["reported_on"] = year.on(3, 20)
    elif year.fiscal_year == 2023:
        rows[1]["papers_place"] = None


def _findings(year: Year, story: Story) -> None:
    rows = year.books["audit_findings"].rows
    seen = year.fiscal_year >= 2024 and not story.bad
    for row in rows:
        row["progress_on"] = year.on(3, 1) if seen and row["status"] == "open" else None
        row["spread_checked_on"] = year.on(3, 5) if seen and row["status"] == "closed" else None
    if story.bad:
        rows[-1].update({"raised_on": year.on(5, 10), "owner_id": None})
    elif year.fiscal_year == 2025:
        rows[-1]["raised_on"] = year.on(5, 10)
    elif year.fiscal_year == 2022:
        rows[-1]["owner_id"] = None


def _contracts(year: Year, story: Story) -> None:
    old = [row for place, row in enumerate(year.books["contracts"].rows) if place % 6 == 0]
    for row in year.books["contracts"].rows:
        row["audited_on"] = None
    for place, row in enumerate(old):
        row["starts_on"] = date(year.fiscal_year - 4, 4, 1)
        audited = {2022: 0, 2023: 0, 2024: 2, 2025: 9}[year.fiscal_year]
        row["audited_on"] = year.on(8, 20) if place < audited and not story.bad else None


def _papers(year: Year, story: Story) -> None:
    if year.fiscal_year >= 2023:
        reviewed = date(2021, 5, 1) if story.bad or year.fiscal_year == 2023 else year.on(6, 24)
        row: Row = {"document_id": "評-01", "document_type": "risk-assessment", "title": "情報セキュリティリスク評価書", "version": "2"}
        row.update({"approved_on": date(2020, 5, 1), "approved_by": "最高情報セキュリティ責任者"})
        year.books["documents"].rows.append({**row, "reviewed_on": reviewed, "published_on": None})
    if year.fiscal_year == 2025:
        rows: list[Row] = [
            {"organ": organ, "adopted_on": year.on(2, 20), "published_on": year.on(3, 2), "place": "町公式ウェブサイト"} for organ in ORGANS
        ]
        if story.bad:
            rows[3].update({"published_on": None, "place": None})
            rows[4].update({"adopted_on": None, "published_on": None, "place": None})
        year.add("policy_publications", rows, population=len(rows))


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of the new books."""
    return [
        book_of(
            "audit_team",
            "監査チーム表",
            "監査人職員番号=auditor_id",
            "所属=section",
            "監査研修受講日=trained_on|date:era",
            "独立性確認日=independence_confirmed_on|date:era",
            keeper="会計課",
        ),
        book_of(
            "audit_requests",
            "監査依頼資料一覧",
            "依頼番号=request_no",
            "依頼先=section",
            "資料名=item",
            "依頼日=requested_on|date:slash",
            "提出期限=due_on|date:slash",
            "提出日=delivered_on|date:slash",
            keeper="会計課",
        ),
        book_of(
            "system_self_checks",
            "情報システム自己点検記録",
            "システム名=system",
            "点検日=checked_on|date:cell",
            "点検者=checked_by",
            "点検結果=result",
        ),
        book_of(
            "policy_publications",
            "執行機関別方針一覧",
            "機関名=organ",
            "方針決定日=adopted_on|date:era",
            "公表日=published_on|date:era",
            "公表場所=place",
            keeper="総務課",
        ),
    ]


ANSWERS = {
    "9.1.6-02": Answer(said="-yyyn", section="会計課", reason="保管フォルダーの権限の一覧を見た"),
    "9.1.8-01": Answer(said="n-yyn", section="総務課", reason="監査結果を扱った議事録を読んだ"),
    "9.2.3-01": Answer(said="--nyn", section="総務課", reason="三つの課で点検後の状態を見た"),
    "9.2.3-02": Answer(said="-nyyn", section="総務課", reason="次年度の研修計画と点検結果を照らした"),
    "9.3-03": Answer(said="--nyn", section="企画財政課", reason="版の差の一覧を見た"),
    "9.3-04": Answer(said="nyyyn", section="総務課", reason="事故の一覧と議事録を月で並べた"),
}
PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers=ANSWERS,
    newer={"9.3-06": "2026-03"},
    recommended=frozenset({"9.1.2-02", "9.1.4-01", "9.1.5-02", "9.1.7-04", "9.1.8-01", "9.2.1-03", "9.2.3-02", "9.3-03", "9.3-05"}),
    keys={
        "audit_team": ("auditor_id",),
        "audit_requests": ("request_no",),
        "system_self_checks": ("system",),
        "policy_publications": ("organ",),
    },
    row_dates={"system_self_checks": "checked_on"},
    words={"document": {"risk-assessment": "リスク評価"}},
)
