"""Chapter 6.3 in the town: what is bought, what is built, and the papers of systems.

Never here: sums (`chapter_6_3_sums`), files (`chapter_6_3`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_6_1_networks_files import Five, pick
from mihon_town.model import Row, Unreadable, Year
from mihon_town.people import Staff
from mihon_town.stories import YEARS, Story
from mihon_town.system_books import SYSTEMS

Flaw = tuple[int, dict[str, str | bool | int | date | Unreadable | None], Five]
"""Which row, what stands in it instead, and in which years (FY2022 to FY2025, and the bad twin)."""

GOODS = (
    ("業務用端末の更新", "device", "none", "登録された製品に同じ大きさのものがない"),
    ("無線アクセスポイント", "device", "jc-star", None),
    ("施設予約サービス", "service", "ismap", None),
    ("図面閲覧ソフトの追加", "software", "dmp", None),
    ("監視カメラの増設", "device", "jc-star", None),
    ("住民記録の連携機能", "system", "none", None),
    ("会議録作成サービス", "service", "dmp", None),
)
PROJECTS = (
    ("施設予約システムの更改", "施設予約システム", "renewal", True),
    ("税制改正への対応", "税務システム", "change", False),
    ("電子申請の受付画面", "町公式ウェブサイト", "new", True),
    ("住民記録の標準化", "住民記録システム", "integration", False),
    ("地図情報の機能追加", "地図情報システム", "change", False),
    ("旧庶務事務の改修", "庶務事務システム", "change", False),
)
"""The fifth is still running at the end of the year; the last one ended before it began."""
RUNNING, OLD = 4, 5
CHANGED = ("税務システム", "介護保険システム", "文書管理システム", "上下水道料金システム", "学齢簿システム")


def spoil(rows: list[Row], story: Story, flaws: tuple[Flaw, ...]) -> None:
    """Put this year's flaws into the rows."""
    for place, cells, years in flaws:
        if pick(story, years):
            rows[place].update(cells)


def build(year: Year, staff: Staff, story: Story) -> None:
    """Write the books of this chapter."""
    able = [person for person in staff.people if person.section == "企画財政課" and person.hired_on < date(YEARS[0], 4, 1)]
    people = [person.staff_id for person in able if person.left_on is None][:4]
    year.add("procurements", _procurements(year, story))
    if year.fiscal_year > YEARS[0]:
        year.add("system_projects", _projects(year, story, people))
        year.add("system_records", _records(year, story))
    year.add("specification_changes", _changes(year, story))
    _reviews(year, story)
    _papers(year, story)


def _procurements(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for place, (title, kind, listed, reason) in enumerate(GOODS):
        contracted = year.on(5 + place, 12)
        delivered = contracted + timedelta(days=40)
        rows.append(
            {
                "procurement_no": f"調-{place + 1:02d}",
                "title": title,
                "item_type": kind,
                "contracted_on": contracted,
                "security_requirements": True,
                "product_checked_on": contracted - timedelta(days=30),
                "listed_in": listed,
                "unlisted_reason": reason,
                "delivered_on": delivered,
                "acceptance_checked_on": delivered + timedelta(days=place),
            }
        )
    spoil(
        rows,
        story,
        (
            (0, {"security_requirements": False}, (1, 0, 0, 0, 1)),
            (3, {"security_requirements": False}, (1, 1, 0, 0, 1)),
            (4, {"security_requirements": None}, (0, 0, 1, 0, 0)),
            (1, {"product_checked_on": year.on(9, 1)}, (1, 0, 0, 0, 1)),
            (4, {"product_checked_on": None}, (1, 1, 0, 0, 0)),
            (0, {"unlisted_reason": None}, (1, 1, 1, 0, 1)),
            (2, {"acceptance_checked_on": year.on(12, 20)}, (1, 1, 0, 0, 1)),
            (5, {"acceptance_checked_on": None}, (0, 0, 1, 0, 0)),
        ),
    )
    return rows


def _project(year: Year, place: int, people: list[str]) -> Row:
    title, system, kind, public = PROJECTS[place]
    start = year.on(4 + place, 15)
    live = start + timedelta(days=150)
    return {
        "project_no": f"開{year.fiscal_year % 100:02d}-{place + 1:02d}",
        "title": title,
        "system": system,
        "project_type": kind,
        "started_on": start,
        "ended_on": live + timedelta(days=10),
        "responsible_id": people[place % len(people)],
        "rules_set_on": date(2022, 4, 1),
        "tools_identified_on": start + timedelta(days=5 + place),
        "dev_accounts_removed_on": live + timedelta(days=12),
        "public_facing": public,
        "weakness_tested_on": live - timedelta(days=14) if public else None,
        "environment_separated": True,
        "migration_plan_on": live - timedelta(days=40),
        "tested_on": live - timedelta(days=20),
        "linked_on": None if public else live - timedelta(days=9),
        "test_data": ("made-up", "masked", "none")[place % 3],
        "maker_tester": f"受託業者{place + 1}の試験担当",
        "office_tester": people[(place + 1) % len(people)],
        "accepted_on": live - timedelta(days=3),
        "security_checked_on": live - timedelta(days=5),
        "released_on": live,
        "risks_reviewed_on": live - timedelta(days=70),
        "criteria_set_on": live - timedelta(days=60),
        "post_checked_on": live + timedelta(days=20),
    }


def _projects(year: Year, story: Story, people: list[str]) -> list[Row]:
    rows = [_project(year, place, people) for place in range(len(PROJECTS))]
    late = ("ended_on", "dev_accounts_removed_on", "tested_on", "linked_on", "office_tester", "accepted_on", "security_checked_on")
    for column in (*late, "migration_plan_on", "released_on", "post_checked_on"):
        rows[RUNNING][column] = None
    before = year.start - timedelta(days=30)
    long_ago = dict.fromkeys(
        ("started_on", "ended_on", "dev_accounts_removed_on", "tested_on", "linked_on", "accepted_on", "released_on"), before
    )
    rows[OLD].update({**long_ago, "test_data": "real-data", "environment_separated": False, "responsible_id": None})
    spoil(
        rows,
        story,
        (
            (1, {"responsible_id": None}, (0, 1, 0, 0, 1)),
            (3, {"rules_set_on": None}, (0, 0, 1, 0, 0)),
            (0, {"dev_accounts_removed_on": year.on(3, 1)}, (0, 1, 0, 0, 1)),
            (2, {"dev_accounts_removed_on": None}, (0, 1, 1, 0, 0)),
            (2, {"tools_identified_on": year.on(8, 30)}, (0, 1, 0, 1, 1)),
            (0, {"weakness_tested_on": year.on(3, 10)}, (0, 1, 0, 0, 1)),
            (4, {"environment_separated": False}, (0, 1, 0, 0, 1)),
            (3, {"migration_plan_on": year.on(3, 20)}, (0, 0, 0, 0, 1)),
            (1, {"tested_on": year.on(12, 1)}, (0, 1, 0, 0, 1)),
            (1, {"test_data": "real-data"}, (0, 1, 1, 0, 1)),
            (2, {"office_tester": PROJECTS_TESTER}, (0, 1, 0, 0, 1)),
            (0, {"security_checked_on": year.on(3, 15)}, (0, 1, 0, 0, 1)),
            (3, {"criteria_set_on": year.on(3, 20)}, (0, 1, 0, 0, 1)),
            (0, {"post_checked_on": year.on(3, 25)}, (0, 0, 1, 0, 1)),
        ),
    )
    return rows


PROJECTS_TESTER = "受託業者3の試験担当"
"""The maker's own tester, who signs for the office too."""


def _records(year: Year, story: Story) -> list[Row]:
    missing = pick(story, (0, 4, 1, 0, 3))
    rows: list[Row] = [_record(year, name, "design", "設計書") for name, *_ in SYSTEMS[: len(SYSTEMS) - missing]]
    rows += [_record(year, name, "manual", "操作手順書") for name, *_ in SYSTEMS[-2:]]
    first = len(rows)
    rows += [_record(year, name, "test-result", "総合試験の結果") for name in CHANGED]
    rows += [_record(year, name, "source-code", "追加機能のソースコード") for name in CHANGED[:3]]
    for number, row in enumerate(rows, start=1):
        row["record_no"] = f"資-{number:02d}"
    spoil(
        rows,
        story,
        (
            (first, {"retention_years": 1}, (0, 1, 0, 0, 1)),
            (first + 1, {"retention_years": Unreadable("永年か要確認")}, (0, 0, 1, 0, 0)),
            (first + 5, {"storage": "open"}, (0, 1, 0, 0, 1)),
            (first + 6, {"storage": "elsewhere"}, (0, 1, 1, 0, 1)),
        ),
    )
    return rows


def _record(year: Year, system: str, kind: str, title: str) -> Row:
    return {
        "record_no": None,
        "system": system,
        "record_type": kind,
        "title": f"{system}　{title}",
        "made_on": date(year.fiscal_year - 1, 10, 1),
        "retention_years": 5,
        "storage": "access-limited" if kind == "source-code" else "locked",
    }


def _changes(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for place, system in enumerate(CHANGED):
        changed = year.on(5 + 2 * place if place < 4 else 2, 8)
        rows.append(
            {
                "change_no": f"変-{place + 1:02d}",
                "system": system,
                "changed_on": changed,
                "content": "様式の変更",
                "decided_by": "情報システム管理者",
                "specification_updated_on": changed + timedelta(days=4 * place + 3),
            }
        )
    late: Flaw = (1, {"specification_updated_on": year.on(1, 20)}, (1, 1, 0, 0, 1))
    blank: Flaw = (3, {"specification_updated_on": None}, (1, 0, 1, 0, 0))
    spoil(rows, story, (late, blank))
    return rows


def _reviews(year: Year, story: Story) -> None:
    """Only FY2025 has the day of review for each system; the twin has two old ones."""
    rows = year.books["systems"].rows
    for place, row in enumerate(rows):
        row["measures_reviewed_on"] = year.on(10, 1 + place) if year.fiscal_year == YEARS[-1] else None
    if story.bad:
        for row in rows[:2]:
            row["measures_reviewed_on"] = date(2022, 6, 1)


def _papers(year: Year, story: Story) -> None:
    if year.fiscal_year <= YEARS[1] or story.bad:
        return
    for number, kind, title in (
        ("調達-01", "procurement-standard", "機器等選定基準"),
        ("調達-02", "acceptance-procedure", "納入時検査手続"),
    ):
        row: Row = {"document_id": number, "document_type": kind, "title": title, "version": "1"}
        approved: Row = {"approved_on": date(2024, 12, 2), "approved_by": "統括情報セキュリティ責任者"}
        year.books["documents"].rows.append({**row, **approved, "reviewed_on": None, "published_on": None})
