"""Books about training, drills, incidents, cards, shared accounts and passwords (chapter 5).

Never here: people's conduct (`chapter_5_books`), the sums.
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_5_books import NAMES, people, spoil
from mihon_town.chapters.verdicts import Counts, pick
from mihon_town.model import Row, Year, as_date, as_moment, moment
from mihon_town.stories import Story

CISO = "最高情報セキュリティ責任者"
NEW_STAFF: Counts = (0, 8, 1, 0, 30)
"""New staff without the course for beginners; 2022: nobody had one."""


def add_training(year: Year, story: Story) -> None:
    """Add kinds of courses, courses for new staff and for roles, reports of sections, plans of drills."""
    book = year.books["training_records"].rows
    for row in book:
        row["course_kind"] = "general"
    done = {str(row["staff_id"]): row for row in book if row["completed"] is True and isinstance(row["completed_on"], date)}
    new = [str(row["staff_id"]) for row in year.books["staff"].rows if year.start <= as_date(row["hired_on"]) <= year.end]
    heads = sorted({str(row["holder_id"]) for row in year.books["roles"].rows if row["holder_id"] is not None})
    if year.fiscal_year > 2022:
        taught = [one for one in new if one in done][pick(story, NEW_STAFF) :]
        book += [_course(done[one], "新規採用職員研修", "new-staff", year.end - timedelta(days=40)) for one in taught]
        led = [one for one in heads if one in done][pick(story, (0, 7, 2, 0, 8)) :]
        book += [_course(done[one], "役割別研修", "role", year.on(10, 20)) for one in led]
        _reports(year, story)
    _drills(year, story)


def _course(row: Row, title: str, kind: str, day: date) -> Row:
    return {**row, "course": title, "course_kind": kind, "completed_on": day, "score": None, "_file": ""}


def _reports(year: Year, story: Story) -> None:
    rows: list[Row] = [
        {
            "report_id": f"報-{number + 1:02d}",
            "section": name,
            "reported_on": year.on(1, 19) + timedelta(days=number),
            "trained": 20 + number,
            "untrained": number % 3,
        }
        for number, name in enumerate(NAMES)
    ]
    year.add("training_reports", rows[pick(story, (0, 3, 1, 0, 7)) :])


def _drills(year: Year, story: Story) -> None:
    rows = year.books["drills"].rows
    for row in rows:
        held = as_date(row["held_on"])
        row.update(
            {
                "scope": "全課の管理者とCSIRT",
                "plan_approved_on": held - timedelta(days=20),
                "follow_up_done_on": held + timedelta(days=70),
            }
        )
    spoil(rows, story, (0, 1, 0, 0, 1), {"scope": None})
    spoil(rows, story, (0, 1, 0, 0, 0), {"follow_up_done_on": None})
    spoil(rows, story, (0, 0, 1, 0, 1), {"follow_up_done_on": year.on(12, 20)})
    spoil(rows, story, (0, 0, 0, 0, 2), {"planned": False})


def add_reports(year: Year, story: Story) -> None:
    """Add times to the incidents, and the reports from outside."""
    rows = year.books["incidents"].rows
    for number, row in enumerate(rows):
        found = as_moment(row["found_at"])
        told = found.date()
        row.update(
            {
                "judged_at": found + timedelta(hours=2 + 3 * number),
                "chief_reported_at": found + timedelta(hours=4 if number == 1 else 2),
                "commission_due": number == 0 if row["personal_data"] else None,
                "commission_reported_on": told + timedelta(days=4) if number == 0 else None,
                "prevention_ordered_on": told + timedelta(days=40),
            }
        )
    spoil(rows, story, (2, 0, 0, 0, 0), {"judged_at": None, "chief_reported_at": None}, first=1)
    for row in rows[2 : 2 + pick(story, (0, 1, 0, 0, 2))]:
        found = as_moment(row["found_at"])
        row.update({"judged_at": found + timedelta(hours=30), "chief_reported_at": found + timedelta(hours=5)})
    spoil(rows, story, (1, 0, 0, 0, 0), {"commission_due": None, "commission_reported_on": None})
    for row in rows[: pick(story, (0, 1, 0, 0, 1))]:
        row["commission_reported_on"] = as_moment(row["found_at"]).date() + timedelta(days=6)
    spoil(rows, story, (4, 0, 0, 0, 0), {"prevention_ordered_on": None})
    for row in rows[1 : 1 + pick(story, (0, 1, 0, 0, 2))]:
        row["prevention_ordered_on"] = as_moment(row["found_at"]).date() + timedelta(days=61)
    _outside(year, story)


def _outside(year: Year, story: Story) -> None:
    subjects = ("別の人の書類が届いた", "なりすましのメールが届いた", "公式サイトの表示がおかしい", "USBメモリを拾った")
    rows: list[Row] = []
    for number in range(6):
        taken = moment(year.start + timedelta(days=25 + 55 * number), 9 + number, 10)
        rows.append(
            {
                "report_id": f"外-{number + 1:02d}",
                "received_at": taken,
                "reporter": "住民" if number % 3 else "事業者",
                "section": NAMES[number * 2],
                "content": subjects[number % 4],
                "passed_on_at": taken + timedelta(minutes=60 if number == 2 else 15),
            }
        )
    for row in rows[3 : 3 + pick(story, (2, 0, 0, 0, 1))]:
        row["passed_on_at"] = as_moment(row["received_at"]) + timedelta(hours=17)
    spoil(rows, story, (0, 1, 0, 0, 0), {"passed_on_at": None}, first=4)
    year.add("outside_reports", rows)


def add_papers(year: Year, story: Story) -> None:
    """Add the documents of the chapter."""
    ahead = year.on(6, 1)
    kinds = (
        ("outside-handling-rules", "外部での情報処理の安全管理措置", 2023, date(2023, 6, 1), None),
        ("private-device-rules", "支給以外の端末の利用手順", 2024, date(2024, 6, 1), None),
        ("training-evaluation", "研修実施状況分析報告", 2024, year.on(3, 10), None),
        ("contact-notice", "情報セキュリティ連絡窓口の公表", 2023, date(2023, 7, 1), date(2023, 7, 1)),
    )
    rows: list[Row] = []
    for number, (kind, title, first, approved, published) in enumerate(kinds, start=1):
        live = year.fiscal_year >= first and not story.bad
        if kind == "contact-notice" and not live:
            continue
        rows.append(
            {
                "document_id": f"人-{number:02d}",
                "document_type": kind,
                "title": title,
                "version": "1.0" if live else "案",
                "approved_on": approved if live else None if kind != "training-evaluation" else ahead - timedelta(days=200),
                "approved_by": CISO if live else None,
                "reviewed_on": None,
                "published_on": published if live else None,
            }
        )
    year.books["documents"].rows += rows


def add_keys(year: Year, story: Story) -> None:
    """Add cards, shared accounts, concurrent logons, settings and first passwords."""
    _cards(year, story)
    _first_passwords(year, story)
    if year.fiscal_year >= 2023:
        _shared(year, story)
        _settings(year, story)
    if year.fiscal_year >= 2024:
        _concurrent(year, story)


def _card(number: int, staff_id: str | None, state: str, issued: date, **more: date | None) -> Row:
    row: Row = {"card_no": f"C-{number:04d}", "staff_id": staff_id, "state": state, "issued_on": issued}
    for name in ("replaced_on", "destroyed_on", "lost_reported_at", "stopped_at"):
        row[name] = more.get(name)
    return row


def _cards(year: Year, story: Story) -> None:
    holders = people(year)
    gone = [
        str(row["staff_id"])
        for row in year.books["staff"].rows
        if row["left_on"] is not None and year.start <= as_date(row["left_on"]) < year.end
    ]
    issued = date(2021, 4, 1)
    rows = [_card(number + 1, holders[number * 3], "in-use", issued) for number in range(24)]
    for row, staff_id in zip(rows[: pick(story, (2, 0, 0, 0, 2))], gone, strict=False):
        row["staff_id"] = staff_id
    spoil(rows, story, (0, 1, 0, 0, 0), {"staff_id": None}, first=5)
    old = [
        _card(101 + number, staff_id, "destroyed", issued, replaced_on=year.on(6, 30), destroyed_on=year.on(7, 30))
        for number, staff_id in enumerate(holders[80:86])
    ]
    spoil(old, story, (2, 0, 0, 0, 1), {"state": "collected", "destroyed_on": None})
    spoil(old, story, (0, 1, 0, 0, 1), {"destroyed_on": year.on(7, 31)}, first=3)
    fresh = _card(107, holders[87], "collected", issued, replaced_on=year.ago(20))
    lost = []
    for number, (month, day) in enumerate(((8, 5), (11, 19))):
        told = moment(year.on(month, day), 8, 50)
        lost.append(
            _card(111 + number, holders[90 + number], "lost", issued, lost_reported_at=told, stopped_at=told + timedelta(minutes=60))
        )
    for row in lost[: pick(story, (1, 0, 0, 0, 2))]:
        row["stopped_at"] = as_moment(row["lost_reported_at"]) + timedelta(minutes=61)
    spoil(lost, story, (0, 0, 1, 0, 0), {"stopped_at": None})
    year.add("ic_cards", [*rows, *old, fresh, *lost, _card(120, None, "spare", issued)])


def _first_passwords(year: Year, story: Story) -> None:
    rows = [row for row in year.books["accounts"].rows if row["account_type"] == "person" and row["enabled"] is True]
    for row in rows:
        made, changed = as_date(row["created_on"]), row["password_set_on"]
        if made <= year.ago(14) and isinstance(changed, date) and changed <= made:
            row["password_set_on"] = made + timedelta(days=5)
    used = [row for row in rows if isinstance(row["last_logon_on"], date) and str(row["account"]).startswith("u0")]
    used = [
        row for row in used if as_date(row["last_logon_on"]) > as_date(row["created_on"]) and as_date(row["created_on"]) <= year.ago(14)
    ]
    for row in used[40 : 40 + pick(story, (3, 1, 0, 0, 4))]:
        row["password_set_on"] = row["created_on"]
    spoil(used, story, (0, 0, 1, 0, 0), {"password_set_on": None}, first=40)


def _shared(year: Year, story: Story) -> None:
    users = people(year)
    rows: list[Row] = [
        {
            "account": "shared-madoguchi" if number < 4 else "shared-kaigi",
            "staff_id": users[number * 8],
            "permitted_on": year.on(4, 3),
            "permitted_by": "住民課長",
            "ended_on": None,
        }
        for number in range(7)
    ]
    gone = [str(row["staff_id"]) for row in year.books["staff"].rows if row["left_on"] is not None and as_date(row["left_on"]) < year.end]
    rows.append({**rows[0], "staff_id": gone[0], "permitted_on": date(2021, 4, 5), "ended_on": year.on(6, 30)})
    spoil(rows, story, (0, 3, 0, 0, 3), {"ended_on": year.on(9, 30)}, first=4)
    spoil(rows, story, (0, 0, 1, 0, 1), {"staff_id": gone[1]}, first=1)
    year.add("shared_account_users", rows)


def _concurrent(year: Year, story: Story) -> None:
    users = people(year)
    rows: list[Row] = [
        {
            "detection_id": f"同-{number + 1:02d}",
            "detected_on": year.start + timedelta(days=20 + 55 * number),
            "account": f"u{users[number * 6]}" if number % 3 else "shared-madoguchi",
            "terminals": f"PC-{number * 17 + 20:04d}とPC-{number * 17 + 23:04d}",
            "judgement": "own-use" if number % 3 else "registered-users",
        }
        for number in range(6)
    ]
    spoil(rows, story, (0, 0, 1, 0, 2), {"judgement": "lent"}, first=1)
    year.add("concurrent_logons", rows)


def _settings(year: Year, story: Story) -> None:
    systems = ("庁内ドメイン", "住民記録システム", "税システム", "財務会計システム", "図書館システム")
    rows: list[Row] = [
        {"system": name, "minimum_length": 12 + number % 2 * 2, "complexity": True, "history": 24, "maximum_age_days": -(number % 2)}
        for number, name in enumerate(systems)
    ]
    spoil(rows, story, (0, 2, 0, 0, 1), {"minimum_length": 8}, first=2)
    spoil(rows, story, (0, 0, 0, 0, 1), {"complexity": False}, first=4)
    spoil(rows, story, (0, 3, 1, 0, 2), {"maximum_age_days": 90}, first=2)
    year.add("password_settings", rows)
