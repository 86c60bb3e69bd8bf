"""Chapter 8 in the town: terms of contracts, what contractors reported, system work handed out, cloud services in use.

A flaw is written as how many rows have it, in FY2022, FY2023, FY2024, FY2025 and in the bad twin.

Never here: what follows from the books (`chapter_8_sums`).
"""

from collections.abc import Mapping
from datetime import date, timedelta

from mihon_town.model import Cell, Row, Year, as_date, moment
from mihon_town.people import Staff
from mihon_town.stories import YEARS, Story

Flaws = Mapping[str, tuple[Cell, tuple[int, int, int, int, int]]]
TERMS = (
    "policy_kept",
    "people_named",
    "service_level",
    "access_limited",
    "education",
    "no_other_use",
    "secrecy",
    "subcontract_limited",
    "return_at_end",
    "reports",
    "inspection",
    "publication",
    "damages",
)
TERM_FLAWS: Flaws = {
    "policy_kept": (False, (0, 0, 0, 0, 1)),
    "people_named": (False, (0, 4, 1, 0, 3)),
    "service_level": (False, (0, 6, 3, 0, 5)),
    "access_limited": (None, (0, 1, 0, 0, 0)),
    "education": (False, (0, 3, 0, 0, 2)),
    "no_other_use": (False, (0, 0, 0, 0, 1)),
    "secrecy": (False, (0, 0, 0, 0, 1)),
    "subcontract_limited": (False, (0, 1, 0, 0, 2)),
    "return_at_end": (False, (0, 1, 0, 0, 1)),
    "inspection": (False, (0, 5, 2, 0, 4)),
    "publication": (False, (0, 2, 0, 0, 2)),
    "damages": (False, (0, 0, 0, 0, 1)),
}
CONTRACT_FLAWS: Flaws = {
    "spec_security": (None, (4, 0, 0, 0, 0)),
    "selection_checked_on": (None, (6, 3, 0, 0, 2)),
    "nda_received_on": (None, (5, 2, 0, 1, 3)),
    "subcontract_approved_on": (None, (1, 0, 0, 0, 1)),
    "final_checked_on": (None, (2, 1, 0, 0, 1)),
    "return_proof": (None, (1, 0, 0, 0, 1)),
}
CLOUD_FLAWS: Flaws = {
    "responsibility_split": (False, (0, 3, 1, 0, 2)),
    "law_risk_checked_on": (None, (0, 4, 0, 0, 2)),
    "terms_in_contract": (False, (0, 1, 0, 0, 1)),
    "settings_checked_on": (None, (0, 3, 1, 0, 2)),
    "outside_access_limited": (False, (0, 2, 0, 1, 2)),
    "own_backup": (None, (0, 2, 0, 0, 0)),
}
MISSING_TERMS = (0, 2, 0, 0, 2)
PAPERS = (
    ("外-01", "outsourcing-standard", "業務委託の判断基準", 2025),
    ("外-02", "contractor-selection-standard", "委託先選定基準", 2022),
    ("外-03", "cloud-selection-standard", "クラウドサービス選定基準", 2024),
    ("外-04", "cloud-use-rules", "クラウドサービス利用規程", 2024),
    ("外-05", "light-cloud-rules", "約款型サービス利用規程", 2023),
)
ENDED = (("旧施設予約サービス", "予約システム株式会社"), ("旧アンケート", "フォーム株式会社"))


def place_of(story: Story) -> int:
    """Give which figure of a flaw counts."""
    return 4 if story.bad else YEARS.index(story.fiscal_year)


def spoil(rows: list[Row], flaws: Flaws, story: Story) -> None:
    """Write the flaws into the first rows."""
    for column, (value, counts) in flaws.items():
        for row in rows[: counts[place_of(story)]]:
            row[column] = value


def build(year: Year, staff: Staff, story: Story) -> None:
    """Write the new books and the new columns of old ones."""
    heads = {section: person.staff_id for section, person in staff.heads().items()}
    _contracts(year, story)
    _papers(year, story)
    _services(year, staff, story)
    if year.fiscal_year >= 2023:
        _terms(year, story)
        _incidents(year, story)
        _usage(year, story)
        _applications(year, story, heads)
    if year.fiscal_year >= 2024:
        _system_work(year, story)
        _changes(year, story)


def _contracts(year: Year, story: Story) -> None:
    rows = year.books["contracts"].rows
    for place, row in enumerate(rows):
        first = as_date(row["starts_on"]) if place % 6 else date(year.fiscal_year - 4, 4, 1)
        ended = as_date(row["ends_on"]) < year.on(12, 1)
        personal = row["personal_data"] is True
        handed_on = place in {1, 6, 13}
        row.update(
            {
                "spec_security": True if personal else None,
                "selection_checked_on": first - timedelta(days=25) if personal else None,
                "nda_received_on": first - timedelta(days=3) if personal else None,
                "subcontracted": handed_on,
                "subcontract_approved_on": first if handed_on else None,
                "improvement_confirmed_on": None,
                "final_checked_on": as_date(row["ends_on"]) + timedelta(days=6) if ended and personal else None,
                "return_proof": f"消-{place + 1:02d}" if row["return_confirmed_on"] is not None else None,
            }
        )
    sensitive = [row for row in rows if row["personal_data"]]
    spoil(sensitive, {column: CONTRACT_FLAWS[column] for column in ("spec_security", "selection_checked_on", "nda_received_on")}, story)
    spoil([row for row in rows if row["subcontracted"]], {"subcontract_approved_on": CONTRACT_FLAWS["subcontract_approved_on"]}, story)
    ended_rows = [row for row in sensitive if row["final_checked_on"] is not None]
    spoil(ended_rows, {"final_checked_on": CONTRACT_FLAWS["final_checked_on"]}, story)
    proved = [row for row in rows if row["return_proof"] is not None]
    spoil(proved, {"return_proof": CONTRACT_FLAWS["return_proof"]}, story)
    if story.bad:
        sensitive[4]["spec_security"] = False
        sensitive[5]["nda_received_on"] = as_date(sensitive[5]["starts_on"]) + timedelta(days=9)
    _improvements(year, story, rows)


def _improvements(year: Year, story: Story, rows: list[Row]) -> None:
    number = {2022: 13, 2023: 11, 2024: 6, 2025: 5}[year.fiscal_year]
    row = rows[13 if story.bad else number]
    row["check_result"] = "improve"
    if not story.bad and year.fiscal_year >= 2024:
        row["improvement_confirmed_on"] = year.on(1, 28)


def _papers(year: Year, story: Story) -> None:
    for number, kind, title, first in PAPERS:
        if year.fiscal_year < first:
            continue
        signed = not story.bad and (year.fiscal_year > first or first >= 2024)
        year.books["documents"].rows.append(
            {
                "document_id": number,
                "document_type": kind,
                "title": title,
                "version": "1.0",
                "approved_on": date(first, 6, 20),
                "approved_by": "統括情報セキュリティ責任者" if signed else None,
                "reviewed_on": None,
                "published_on": None,
            }
        )


def _services(year: Year, staff: Staff, story: Story) -> None:
    book = year.books["cloud_services"]
    manager = staff.heads()["企画財政課"].staff_id
    for number, (service, provider) in enumerate(ENDED):
        book.rows.append(
            {
                "service": service,
                "provider": provider,
                "confidentiality": "2",
                "ismap": True,
                "data_location": "国内",
                "approved_by": "統括情報セキュリティ責任者",
                "approved_on": date(2020, 6, 1),
                "manager_id": manager,
                "reviewed_on": None,
                "ended_on": year.on(6 + 3 * number, 30),
            }
        )
    for row in book.rows:
        approved = as_date(row["approved_on"]) if row["approved_on"] is not None else date(2022, 1, 4)
        closed = row["confidentiality"] != "1"
        ended: Cell = row.setdefault("ended_on", None)
        row.update(
            {
                "started_on": approved + timedelta(days=30),
                "responsibility_split": True if closed else None,
                "law_risk_checked_on": approved - timedelta(days=10) if closed else None,
                "terms_in_contract": True if closed else None,
                "settings_checked_on": approved + timedelta(days=25) if closed else None,
                "outside_access_limited": True if closed else None,
                "own_backup": True if closed else None,
                "erased_confirmed_on": None if ended is None else as_date(ended) + timedelta(days=12),
            }
        )
    spoil(book.rows[:6], CLOUD_FLAWS, story)
    _services_gone_wrong(year, staff, story)


def _services_gone_wrong(year: Year, staff: Staff, story: Story) -> None:
    rows = year.books["cloud_services"].rows
    gone = [person.staff_id for person in staff.roster(year.fiscal_year) if person.left_on is not None and person.left_on < year.end]
    if story.bad:
        rows[2].update({"manager_id": gone[0], "reviewed_on": year.start - timedelta(days=20)})
        rows[3]["own_backup"] = False
        rows[8]["erased_confirmed_on"] = None
    elif year.fiscal_year == 2023:
        rows[5]["manager_id"] = gone[0]
        rows[8]["erased_confirmed_on"] = None
        rows[1]["reviewed_on"] = None


def _terms(year: Year, story: Story) -> None:
    sensitive = [row for row in year.books["contracts"].rows if row["personal_data"]]
    rows: list[Row] = [
        {"contract_no": row["contract_no"], "confirmed_on": year.on(4, 18), **dict.fromkeys(TERMS, True), "reports": True}
        for row in sensitive[: len(sensitive) - MISSING_TERMS[place_of(story)]]
    ]
    spoil(rows, TERM_FLAWS, story)
    if story.bad:
        rows[0]["reports"] = False
        rows[2]["access_limited"] = False
    year.add("contract_terms", rows)


def _incidents(year: Year, story: Story) -> None:
    contracts = [row for row in year.books["contracts"].rows if row["personal_data"]]
    rows: list[Row] = []
    for number, (month, day, grave) in enumerate(((6, 18, True), (9, 2, False), (1, 14, False))):
        found = moment(year.on(month, day), 10, 20)
        reported = found + timedelta(hours=3 + 6 * number)
        rows.append(
            {
                "report_no": f"事-{number + 1:02d}",
                "contract_no": contracts[number]["contract_no"],
                "contractor": contracts[number]["contractor"],
                "found_at": found,
                "reported_at": reported,
                "content": ("封筒の入れ違い", "作業用の端末の故障", "名札の紛失")[number],
                "grave": grave,
                "chief_told_at": reported + timedelta(hours=1),
                "ciso_told_at": reported + timedelta(hours=2) if grave else None,
            }
        )
    if story.bad or year.fiscal_year == 2023:
        rows[1]["reported_at"] = moment(year.on(9, 5), 9)
        rows[1]["chief_told_at"] = moment(year.on(9, 5), 11)
        rows[0]["ciso_told_at"] = None
    year.add("contractor_incidents", rows)


def _usage(year: Year, story: Story) -> None:
    names = [row["service"] for row in year.books["cloud_services"].rows[:8]]
    found: list[tuple[Cell, bool | None]] = [(name, True) for name in names]
    found.append(("動画配信サイト", False))
    if year.fiscal_year == 2023:
        found += [("ファイル転送便", True), ("表計算の共有", None)]
    if story.bad:
        found += [("ファイル転送便", True), ("文章生成サービス", True)]
    rows: list[Row] = [
        {
            "service": name,
            "section": ("住民課", "企画財政課", "農政課")[number % 3],
            "users": 3 + number * 4,
            "business_use": work,
            "found_on": year.on(10, 15),
            "found_by": "通信の記録",
        }
        for number, (name, work) in enumerate(found)
    ]
    year.add("cloud_usage", rows)


USES = (
    ("町の広報動画", "企画財政課", "広報動画の公開"),
    ("翻訳サービス", "住民課", "公表済みの案内の翻訳"),
    ("画像編集", "教育総務課", "ポスターの作成"),
    ("地図表示", "建設課", "通行止めの案内"),
    ("感想フォーム", "農政課", "催しの感想（無記名）"),
)


def _applications(year: Year, story: Story, heads: dict[str, str]) -> None:
    rows: list[Row] = []
    for number, (service, section, purpose) in enumerate(USES, start=1):
        approved = year.on(4 + number, 14)
        rows.append(
            {
                "application_no": f"簡-{number:02d}",
                "service": service,
                "section": section,
                "purpose": purpose,
                "confidentiality": "1",
                "applicant_id": f"{30 + number * 7:04d}",
                "terms_read_on": approved - timedelta(days=2),
                "approver_id": heads["総務課"],
                "approved_on": approved,
            }
        )
    if story.bad:
        rows[0]["confidentiality"] = "3C"
        rows[1]["terms_read_on"] = None
        rows[2].update({"approved_on": None, "approver_id": None})
        rows[3]["applicant_id"] = heads["総務課"]
    elif year.fiscal_year == 2023:
        rows[4].update({"confidentiality": "2", "terms_read_on": as_date(rows[4]["approved_on"]) + timedelta(days=9)})
        rows[3]["confidentiality"] = None
    year.add("light_cloud_uses", rows)


def _system_work(year: Year, story: Story) -> None:
    plan: tuple[tuple[str, str, date, date], ...] = (
        ("文書管理システム更改", "build", year.on(4, 15), year.on(12, 20)),
        ("施設予約システム構築", "build", year.on(6, 1), year.on(2, 27)),
        ("住民記録システム運用保守", "operate", date(year.fiscal_year - 1, 4, 1), date(year.fiscal_year + 2, 3, 31)),
        ("税システム運用保守", "operate", year.start, year.end),
        ("電子申請の手数料決済", "service", year.start, year.end),
        ("統計データ分析の支援", "other", year.on(7, 1), year.on(2, 27)),
    )
    rows: list[Row] = []
    for number, (title, work, first, last) in enumerate(plan, start=1):
        built = work == "build"
        rows.append(
            {
                "contract_no": f"{year.fiscal_year}-シ-{number:03d}",
                "title": title,
                "work": work,
                "starts_on": first,
                "ends_on": last,
                "supply_chain_confirmed_on": first - timedelta(days=14),
                "requirements_tested_on": last - timedelta(days=20) if built else None,
                "accepted_on": last - timedelta(days=5) if built else None,
                "dev_environment_checked_on": first + timedelta(days=50) if built else None,
                "functions_confirmed_on": year.on(10, 8) if work == "operate" else None,
                "terms_checked_on": first - timedelta(days=20) if work == "service" else None,
            }
        )
    if story.bad:
        rows[0]["requirements_tested_on"] = None
        rows[1].update({"dev_environment_checked_on": None, "supply_chain_confirmed_on": None})
        rows[3]["functions_confirmed_on"] = None
        rows[4]["terms_checked_on"] = year.on(5, 1)
    year.add("system_contracts", rows)


def _changes(year: Year, story: Story) -> None:
    rows: list[Row] = []
    for number, (kind, month) in enumerate((("staff", 7), ("place", 9), ("system", 11), ("staff", 1)), start=1):
        changed = year.on(month, 5)
        late = story.bad and number == 2
        rows.append(
            {
                "notice_no": f"変-{number:02d}",
                "contract_no": f"{year.fiscal_year}-シ-{3 + number % 2:03d}",
                "contractor": f"受託業者{number}",
                "change": kind,
                "changed_on": changed,
                "notified_on": changed + timedelta(days=6 if late else -12),
                "approved_on": changed + timedelta(days=8) if late else changed - timedelta(days=4),
            }
        )
    year.add("contractor_changes", rows)
