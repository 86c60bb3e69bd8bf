"""The books of chapter 3: USB permits and writes, screen transfer, clouds by zone, ways in, the watch over traffic.

Never here: their files (`chapter_3`), what they come to (`chapter_3_sums`).
"""

from datetime import date, datetime, timedelta

from mihon_town.model import Row, Year, moment
from mihon_town.people import Staff
from mihon_town.stories import Story

CISO = "最高情報セキュリティ責任者"
LEFT_OUT = {2022: 6, 2023: 2, 2024: 0, 2025: 0}
"""Terminals of the My Number zone that the authentication server does not know."""
SHARED = {2024: 4, 2025: 0}
COMPUTERS = ("pc", "laptop", "server")


def build(year: Year, staff: Staff, story: Story) -> None:
    """Write the new books and the new columns of old ones."""
    users = [person.staff_id for person in staff.heads().values()]
    _terminals(year, story)
    _usb(year, story)
    _screens(year, story)
    _clouds(year, story)
    _intake(year, story, users)
    _reports(year, story)
    _alerts(year, story, users)
    _sensors(year, story)
    _systems(year, story)
    _audits(year, story)


def _terminals(year: Year, story: Story) -> None:
    methods = [row for row in year.books["authentication_methods"].rows if row["zone"] == "mynumber"]
    left_out = 3 if story.bad else LEFT_OUT[year.fiscal_year]
    for number, row in enumerate(methods, start=1):
        row["terminal"] = f"MN-{number:04d}" if number > left_out else f"MN-{9000 + number:04d}"
    known = year.fiscal_year >= 2024
    shared = 5 if story.bad else SHARED.get(year.fiscal_year, 0)
    number = 0
    for row in year.books["devices"].rows:
        own = row["zone"] == "mynumber" and row["device_type"] == "pc"
        number += own
        row["single_task"] = number > shared if own and known else None
        outward = row["zone"] == "internet" and row["device_type"] in COMPUTERS
        row["updated_on"] = year.ago(12) if outward and known else None
        if story.bad and row["device"] in {"NT-0003", "IS-0001"}:
            row["updated_on"] = year.ago(36 if row["device"] == "NT-0003" else 400)


def _permit(number: int, year: Year, terminal: str, days: int = 45) -> Row:
    start = year.on(6, 1) + timedelta(days=30 * number)
    return {
        "permit_no": f"書-{number:02d}",
        "terminal": terminal,
        "item": f"USB-{number:03d}",
        "zone": "mynumber",
        "reason": "国と県への報告の資料を渡す",
        "approved_by": "情報セキュリティ管理者",
        "approved_on": start - timedelta(days=5),
        "starts_on": start,
        "expires_on": start + timedelta(days=days),
    }


def _usb(year: Year, story: Story) -> None:
    if year.fiscal_year == 2022:
        return
    permits = [_permit(1, year, "MN-0012"), _permit(2, year, "MN-0031", 366), _permit(3, year, "MN-0007")]
    permits.append({**_permit(4, year, "PC-0044", 700), "zone": "lgwan"})
    if story.bad:
        permits[0]["approved_by"] = None
        permits[1]["expires_on"] = year.end + timedelta(days=1000)
    elif year.fiscal_year == 2023:
        permits[2]["approved_on"] = year.on(9, 10)
    elif year.fiscal_year == 2024:
        permits[1]["expires_on"] = None
    year.add("usb_permits", permits, population=len(permits))
    if year.fiscal_year == 2023:
        return
    terminals = ["MN-0012", "MN-0031", "MN-0031", "MN-0007", "PC-0090"]
    if story.bad or year.fiscal_year == 2024:
        terminals.append("MN-0040")
    writes: list[Row] = [
        {
            "write_no": f"L-{number:04d}",
            "terminal": terminal,
            "item": f"USB-{number:03d}",
            "zone": "lgwan" if terminal.startswith("PC") else "mynumber",
            "written_at": moment(year.on(8, 3) + timedelta(days=9 * number), 9 + number, 15),
            "user_id": f"n{number:04d}",
        }
        for number, terminal in enumerate(terminals, start=1)
    ]
    year.add("usb_writes", writes)


def _screen(number: int, name: str, viewer: str, target: str) -> Row:
    return {
        "gateway": name,
        "from_zone": viewer,
        "to_zone": target,
        "purpose": "ウェブの閲覧" if target == "internet" else "出先の窓口での照会",
        "approved_by": CISO,
        "approved_on": date(2023, 4, number),
        "risk_reviewed_on": date(2023, 3, number),
        "clipboard_blocked": True,
        "file_transfer_blocked": True,
        "encrypted": True,
        "source_limited": True,
    }


def _screens(year: Year, story: Story) -> None:
    if year.fiscal_year == 2022:
        return
    rows = [_screen(1, "仮想ブラウザー1号", "lgwan", "internet"), _screen(2, "仮想ブラウザー2号", "lgwan", "internet")]
    if year.fiscal_year == 2023:
        rows[1]["clipboard_blocked"] = False
    if year.fiscal_year == 2025:
        rows.append(
            {**_screen(3, "住民情報画面1号", "lgwan", "mynumber"), "approved_on": year.on(6, 1), "risk_reviewed_on": year.on(5, 12)}
        )
    if story.bad:
        rows[0]["file_transfer_blocked"] = False
        rows[2].update({"risk_reviewed_on": year.on(6, 2), "clipboard_blocked": False})
    year.add("screen_transfers", rows)


def _cloud(name: str, zone: str, line: str, level: str, year: Year) -> Row:
    return {
        "service": name,
        "zone": zone,
        "line": line,
        "separated": True,
        "separation_checked_on": year.on(10, 8),
        "data_encrypted": True,
        "confidentiality": level,
        "exit_agreed_on": date(2023, 3, 20),
    }


def _clouds(year: Year, story: Story) -> None:
    if year.fiscal_year <= 2023:
        return
    rows = [
        _cloud("標準準拠の住民記録", "mynumber", "dedicated", "3A", year),
        _cloud("健診結果の保管", "mynumber", "dedicated", "3B", year),
        _cloud("電子入札", "lgwan", "lgwan", "2", year),
        _cloud("例規の検索", "lgwan", "dedicated", "1", year),
        _cloud("施設予約", "internet", "internet", "2", year),
    ]
    rows[4]["separated"] = False
    if story.bad:
        rows[0].update({"separated": False, "data_encrypted": False, "exit_agreed_on": year.end + timedelta(days=1)})
        rows[1].update({"separation_checked_on": date(2023, 10, 8), "confidentiality": None})
        rows[2].update({"line": "vpn", "separation_checked_on": date(2024, 10, 8)})
        rows[3]["line"] = "internet"
    elif year.fiscal_year == 2024:
        rows[1].update({"data_encrypted": None, "exit_agreed_on": None})
        rows[3]["line"] = "vpn"
    year.add("zone_clouds", rows, population=len(rows))


def _intake(year: Year, story: Story, users: list[str]) -> None:
    specs = (
        ("インターネットメール", "mail", "lgwan"),
        ("電子申請の添付", "file", "lgwan"),
        ("業者の持込媒体", "file", "lgwan"),
        ("県からの大容量ファイル", "file", "lgwan"),
        ("広報用の写真", "file", "internet"),
    )
    rows: list[Row] = [
        {
            "route": route,
            "intake": intake,
            "to_zone": zone,
            "text_only": True if intake == "mail" else None,
            "attachments_removed": True if intake == "mail" else None,
            "treatment": "checked" if route == "業者の持込媒体" else "sanitised",
        }
        for route, intake, zone in specs
    ]
    rows[4]["treatment"] = "none"
    if story.bad or year.fiscal_year == 2022:
        rows[0]["attachments_removed"] = False
    if story.bad or year.fiscal_year <= 2023:
        rows[2]["treatment"] = "none"
    year.add("intake_routes", rows)
    if year.fiscal_year == 2022:
        return
    files: list[Row] = [
        {
            "file_no": f"取-{number:04d}",
            "taken_at": moment(year.on(4, 8) + timedelta(days=16 * number), 9 + number % 8, 5 * number % 60),
            "to_zone": "internet" if number % 9 == 0 else "lgwan",
            "treatment": "checked" if number % 4 == 0 else "sanitised",
            "outcome": "blocked" if number == 7 else "clean",
            "taken_by": users[number % len(users)],
        }
        for number in range(1, 21)
    ]
    if story.bad:
        files[2]["treatment"] = "none"
        files[4]["outcome"] = "unclean"
    elif year.fiscal_year == 2023:
        files[11]["outcome"] = "unclean"
    elif year.fiscal_year == 2024:
        files[13]["outcome"] = None
    year.add("taken_in_files", files)


def _report(number: int, target: str, received: date, days: int) -> Row:
    return {
        "report_no": f"監報-{number:02d}",
        "target": target,
        "issuer": "県" if target == "security-cloud" else "監視サービス株式会社",
        "received_on": received,
        "reviewed_on": received + timedelta(days=days),
        "reviewed_by": "企画財政課長",
    }


def _reports(year: Year, story: Story) -> None:
    if year.fiscal_year == 2022:
        return
    months = (5, 8, 11, 2) if story.bad or year.fiscal_year == 2023 else tuple((month + 3) % 12 + 1 for month in range(12))
    rows: list[Row] = []
    for month in months:
        received = year.on(month, 10)
        targets = ["internet-traffic", "security-cloud"]
        if year.fiscal_year == 2025 or (year.fiscal_year == 2024 and month != 9):
            targets.append("lgwan-access")
        for target in targets:
            rows.append(_report(len(rows) + 1, target, received, 20 if story.bad or (year.fiscal_year == 2023 and month == 8) else 4))
    if year.fiscal_year == 2024:
        for row in rows[:3]:
            row.update({"reviewed_on": None, "reviewed_by": None})
    year.add("monitoring_reports", rows, population=len(rows))


def _alerts(year: Year, story: Story, users: list[str]) -> None:
    if year.fiscal_year == 2022:
        return
    rows: list[Row] = []
    for number in range(1, 9):
        found = moment(year.on(4, 20) + timedelta(days=40 * number), 8 + number, 20)
        rows.append(
            {
                "alert_no": f"検-{number:03d}",
                "detected_at": found,
                "zone": "lgwan" if number % 3 == 0 else "internet",
                "content": "境界での拒否の急増" if number % 3 == 0 else "見慣れない宛先への通信",
                "handled_at": found + timedelta(minutes=45 * number),
                "handled_by": users[number % len(users)],
            }
        )
    late = {2023: 2, 2024: 1}.get(year.fiscal_year, 0) if not story.bad else 3
    for row in rows[:late]:
        row["handled_at"] = _later(row)
    year.add("monitoring_alerts", rows)


def _later(row: Row) -> datetime:
    found = row["detected_at"]
    if not isinstance(found, datetime):
        message = f"{found!r} is no moment"
        raise TypeError(message)
    return found + timedelta(hours=25)


def _sensors(year: Year, story: Story) -> None:
    if year.fiscal_year <= 2023:
        return
    rows: list[Row] = [
        {
            "device": row["device"],
            "product": "端末検知サーバー版" if row["device_type"] == "server" else "端末検知クライアント",
            "last_seen_on": year.ago(place % 4),
        }
        for place, row in enumerate(year.books["devices"].rows)
        if row["zone"] == "internet" and row["device_type"] in COMPUTERS
    ]
    rows[0]["last_seen_on"] = year.ago(14)
    if story.bad:
        rows[1]["last_seen_on"] = year.ago(15)
        del rows[4:6]
    year.add("endpoint_detection", rows, collected=(4, 2))


def _systems(year: Year, story: Story) -> None:
    outward: set[str] = set()
    for row in year.books["systems"].rows:
        here = row["zone"] == "internet" and year.fiscal_year == 2025
        row["asset_access"] = not story.bad if here else None
        outward |= {str(row["system"])} if here else set()
    for row in year.books["log_sources"].rows:
        row["monitored"] = row["system"] in outward and not story.bad if year.fiscal_year == 2025 else None


def _audits(year: Year, story: Story) -> None:
    book = year.books["audit_engagements"]
    for row in book.rows:
        row.update({"external": False, "jlis_reported_on": None})
    if year.fiscal_year < 2025:
        return
    held = date(2023, 11, 6) if story.bad else year.on(10, 22)
    book.rows.append(
        {
            "audit_id": "監-外1",
            "audited_section": "企画財政課",
            "auditor_id": None,
            "auditor_section": "外部の監査人",
            "audited_on": held,
            "reported_on": held + timedelta(days=37),
            "external": True,
            "jlis_reported_on": None if story.bad else held + timedelta(days=49),
        }
    )
    book.population = len(book.rows)
    paper: Row = {
        "document_id": "網-01",
        "document_type": "model-confirmation",
        "title": "ネットワークモデル移行の外部確認報告",
        "version": "1",
    }
    approved: Row = {"approved_on": date(2024, 12, 16), "approved_by": None if story.bad else CISO}
    year.books["documents"].rows.append({**paper, **approved, "reviewed_on": None, "published_on": None})
