"""Books about media, disposals and contractors.

Never here: devices in use.
"""

from datetime import date, timedelta

from mihon_town.model import Row, Unreadable, Year, as_date
from mihon_town.people import Person, Staff
from mihon_town.stories import Story

LOANS = 24
DISPOSALS = 18
CONTRACTS = 26


def add_media(year: Year, staff: Staff, story: Story) -> None:
    """Write the register of media, the loans, the disposals and the contracts."""
    roster = [person for person in staff.roster(year.fiscal_year) if person.left_on is None and person.employed(year.start)]
    heads = {section: person.staff_id for section, person in staff.heads().items()}
    year.add("media_register", _register(roster))
    year.add("media_loans", _loans(year, story, roster, heads))
    year.add("disposals", _disposals(year, story, heads))
    contracts = _contracts(year, story)
    year.add("contracts", contracts, population=len(contracts))


def _register(roster: list[Person]) -> list[Row]:
    return [
        {
            "item": f"USB-{number:03d}",
            "registered_on": date(2020, 4, 1) + timedelta(days=9 * number),
            "section": roster[number * 5].section,
            "encrypted": True,
        }
        for number in range(1, 41)
    ]


def _loans(year: Year, story: Story, roster: list[Person], heads: dict[str, str]) -> list[Row]:
    workers = [person for person in roster if person.position != "課長"]
    rows: list[Row] = []
    for number in range(LOANS):
        person = workers[number * 11]
        taken = year.start + timedelta(days=9 + 14 * number)
        rows.append(
            {
                "loan_id": f"持-{number + 1:03d}",
                "item": f"USB-{number % 17 + 1:03d}",
                "staff_id": person.staff_id,
                "purpose": ("説明会の資料の投影", "県への統計の提出", "現地調査の写真の保存")[number % 3],
                "taken_on": taken,
                "returned_on": taken + timedelta(days=30 if number == 4 else 1 + number % 9),
                "approver_id": heads[person.section],
            }
        )
    last = rows[-1]
    last.update({"taken_on": year.ago(12), "returned_on": None})
    rows[-2].update({"taken_on": year.ago(15), "returned_on": year.end + timedelta(days=2)})
    for row in rows[6 : 6 + story.count("loans_late")]:
        row["returned_on"] = as_date(row["taken_on"]) + timedelta(days=31)
    if story.count("loans_late") > 1:
        rows[6]["returned_on"] = None
    for row in rows[10 : 10 + story.count("loans_unapproved")]:
        row["approver_id"] = None
    for row in rows[13 : 13 + story.count("loans_self")]:
        row["approver_id"] = row["staff_id"]
    for row in rows[15 : 15 + story.count("loans_unregistered")]:
        row["item"] = "USB-私物"
    return rows


def _disposals(year: Year, story: Story, heads: dict[str, str]) -> list[Row]:
    kinds = (("HDD", "physical-destruction"), ("SSD", "cryptographic-erase"), ("HDD", "degaussing"), ("USBメモリ", "physical-destruction"))
    rows: list[Row] = []
    for number in range(DISPOSALS):
        media, method = kinds[number % 4]
        rows.append(
            {
                "asset_id": f"H{year.fiscal_year % 100:02d}-{number + 1:03d}",
                "serial": f"SN{year.fiscal_year}{number * 37 + 1000}",
                "media_type": media,
                "confidentiality": ("3B", "3A", "2", "3C")[number % 4],
                "method": method,
                "disposed_on": year.on(6, 5) if number < 9 else year.on(2, 12),
                "executor_id": heads["企画財政課"],
                "witness_id": heads["総務課"],
                "certificate_no": f"証{year.fiscal_year}-{number + 1:03d}",
                "approved_by": "情報セキュリティ管理者",
            }
        )
    for row in rows[-2:]:
        row.update({"confidentiality": "1", "method": "format", "witness_id": None, "certificate_no": None})
    for place, row in enumerate(rows[: story.count("disposals_unfit")]):
        row["method"] = ("format", "overwrite", "secure-erase", "none")[place]
    for row in rows[4 : 4 + story.count("disposals_unapproved")]:
        row["approved_by"] = None
    for place, row in enumerate(rows[6 : 6 + story.count("disposals_unproved")]):
        row["certificate_no" if place % 2 == 0 else "witness_id"] = None
    for row in rows[9 : 9 + story.count("disposals_date_lost")]:
        row["disposed_on"] = Unreadable("２月中旬")
    return rows


WORK = (
    "住民記録システム保守",
    "税システム保守",
    "封入封緘業務",
    "ごみ収集",
    "庁舎清掃",
    "介護認定調査",
    "健診データ入力",
    "広報紙印刷",
    "図書館運営",
    "学校給食配送",
    "道路台帳更新",
    "水道検針",
    "設計監理",
)


def _contracts(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for number in range(CONTRACTS):
        personal = number % 13 in {0, 1, 2, 5, 6, 8, 11}
        short = number in {2, 15, 19}
        rows.append(
            {
                "contract_no": f"{year.fiscal_year}-委-{number + 1:03d}",
                "title": WORK[number % 13] + ("（追加分）" if number >= 13 else ""),
                "contractor": f"受託業者{number % 9 + 1}",
                "starts_on": year.start if number % 6 else date(year.fiscal_year - 1, 4, 1),
                "ends_on": year.on(9, 30) if short else (year.end if number % 6 else date(year.fiscal_year + 3, 3, 31)),
                "personal_data": personal,
                "security_clauses": personal,
                "checked_on": year.on(12, 3) if personal and not short else None,
                "check_result": ("improve" if number == 5 else "good") if personal and not short else None,
                "return_confirmed_on": year.on(10, 20) if short and personal else None,
            }
        )
    sensitive = [row for row in rows if row["personal_data"]]
    live = [row for row in sensitive if row["checked_on"]]
    ended = [row for row in sensitive if row["return_confirmed_on"]]
    for row in sensitive[3 : 3 + story.count("contracts_bare")]:
        row["security_clauses"] = False
    for row in live[1 : 1 + story.count("contracts_unchecked")]:
        row.update({"checked_on": None, "check_result": None})
    if story.count("contracts_unchecked") > 2:
        live[1].update({"checked_on": year.start - timedelta(days=30), "check_result": "good"})
    for row in ended[: story.count("returns_open")]:
        row["return_confirmed_on"] = None
    return rows
