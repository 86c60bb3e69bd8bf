"""Chapter 4 in the town: the equipment, its service, what stands outside, the lines, and what guards the terminals.

Never here: rooms and who enters them (`chapter_4_rooms`), the sums (`chapter_4_sums`).
"""

from datetime import date, timedelta

from mihon_town.chapters.verdicts import pick
from mihon_town.model import Row, Year
from mihon_town.people import Staff
from mihon_town.stories import Story

EQUIPMENT: tuple[tuple[str, str, str, bool, str], ...] = (
    ("SV-A1", "server", "住民情報", True, "2"),
    ("SV-A2", "server", "税", True, "2"),
    ("SV-A3", "server", "認証", True, "2"),
    ("SV-A4", "server", "窓口受付", True, "2"),
    ("SV-A5", "server", "財務会計", True, "2"),
    ("SV-B1", "server", "文書管理", False, "1"),
    ("SV-B2", "server", "庁内共有", False, "1"),
    ("SV-B3", "server", "道路台帳", False, "1"),
    ("ST-01", "storage", "住民情報", True, "2"),
    ("ST-02", "storage", "庁内共有", False, "1"),
    ("NW-01", "network", "基幹の通信", False, "2"),
    ("NW-02", "network", "支所の通信", False, "2"),
    ("NW-03", "network", "出先の通信", False, "1"),
    ("PW-01", "power", "サーバ室の電源", False, "2"),
    ("OT-01", "other", "空調", False, "1"),
    ("SV-Z9", "server", "旧住民情報", True, "2"),
)
"""Number, kind, what for, whether it is a key server, class of availability. The last one is out of use."""
OUTSIDE: tuple[tuple[str, str, int], ...] = (
    ("庁外-01", "県のデータセンター", 2019),
    ("庁外-02", "防災センター", 2020),
    ("庁外-03", "消防庁舎", 2021),
    ("庁外-04", "水道庁舎", 2018),
)
LINES: tuple[tuple[str, str, str, str, str], ...] = (
    ("回-01", "本庁と支所を結ぶ", "dedicated", "3B", "2"),
    ("回-02", "LGWANにつなぐ", "lgwan", "3B", "2"),
    ("回-03", "本庁と保健センターを結ぶ", "closed", "3B", "2"),
    ("回-04", "本庁と水道庁舎を結ぶ", "closed", "2", "2"),
    ("回-05", "本庁と図書館を結ぶ", "internet", "2", "1"),
    ("回-06", "公民館の予約端末", "internet", "1", "1"),
    ("回-07", "情報セキュリティクラウドにつなぐ", "closed", "2", "2"),
    ("回-08", "河川カメラ", "other", "1", "1"),
    ("回-09", "旧支所", "internet", "3B", "2"),
)
"""The last line is closed down."""


def add_equipment(year: Year, staff: Staff, story: Story) -> None:
    """Write the equipment, its service, what stands outside and the lines, and look after the terminals."""
    equipment = _equipment(year, story)
    year.add("server_equipment", equipment, population=len(equipment))
    outside = _outside(year, story)
    year.add("offsite_equipment", outside, population=len(outside))
    _terminals(year, story)
    _watch_disposals(year, staff, story)
    if year.fiscal_year > 2022:
        year.add("maintenance_records", _service(year, equipment, story))
        lines = _lines(story)
        year.add("line_register", lines, population=len(lines))


def _equipment(year: Year, story: Story) -> list[Row]:
    tested = None if year.fiscal_year == 2022 else year.on(11, 3)
    found: list[Row] = []
    for number, kind, system, key, availability in EQUIPMENT:
        live = number != "SV-Z9"
        reserve = kind in {"server", "storage"}
        found.append(
            {
                "equipment": number,
                "equipment_type": kind,
                "system": system,
                "room": "電算室",
                "in_use": live,
                "key_server": key,
                "availability": availability,
                "fixed": live,
                "redundant": key and kind == "server" and live,
                "failover_tested_on": tested if key and kind == "server" and live else None,
                "ups_minutes": (20 if live else 0) if reserve else None,
                "shutdown_minutes": 12 if reserve else None,
                "surge_protected": live,
            }
        )
    _spoil_equipment(found, year, story)
    return found


def _spoil_equipment(found: list[Row], year: Year, story: Story) -> None:
    for row in found[5 : 5 + pick(story, (4, 1, 0, 0, 2))]:
        row["fixed"] = False
    for row in found[2 : 2 + pick(story, (3, 1, 0, 0, 2))]:
        row.update({"redundant": False, "failover_tested_on": None})
    for row in found[: pick(story, (0, 0, 0, 1, 1))]:
        row["failover_tested_on"] = year.end - timedelta(days=367)
    for row in found[6 : 6 + pick(story, (3, 0, 0, 0, 2))]:
        row["ups_minutes"] = 11
    for row in found[9 : 9 + pick(story, (0, 1, 0, 0, 0))]:
        row["shutdown_minutes"] = None
    for row in found[8 : 8 + pick(story, (5, 3, 2, 0, 2))]:
        row["surge_protected"] = False


def _service(year: Year, equipment: list[Row], story: Story) -> list[Row]:
    vital = [row for row in equipment if row["in_use"] and row["availability"] == "2" and row["equipment_type"] == "server"]
    done = vital[: len(vital) - pick(story, (0, 1, 0, 0, 2))]
    found: list[Row] = [
        {
            "record_no": f"保-{place:03d}",
            "equipment": row["equipment"],
            "work_type": "service",
            "done_on": year.on(8, 3 + place),
            "contractor": "受託業者2",
            "result": "異常なし",
            "media_wiped": None,
            "secrecy_contract": True,
        }
        for place, row in enumerate(done, start=1)
    ]
    for place, (number, wiped, contract) in enumerate((("SV-B1", True, False), ("NW-03", False, True), ("ST-02", True, True)), start=1):
        found.append(
            {
                "record_no": f"修-{place:03d}",
                "equipment": number,
                "work_type": "repair-outside",
                "done_on": year.on(10, 5 + place),
                "contractor": "受託業者7",
                "result": "部品を交換して返却",
                "media_wiped": wiped,
                "secrecy_contract": contract,
            }
        )
    for row in found[-3 : len(found) - 3 + pick(story, (0, 1, 0, 0, 2))]:
        row.update({"media_wiped": False, "secrecy_contract": False})
    return found


def _outside(year: Year, story: Story) -> list[Row]:
    found: list[Row] = [
        {
            "equipment": number,
            "placed_at": place,
            "section": "企画財政課",
            "installed_on": date(first, 10, 1),
            "ciso_approved_on": date(first, 9, 10),
            "last_checked_on": year.on(11, 20),
            "removed_on": date(2022, 3, 31) if first == 2018 else None,
        }
        for number, place, first in OUTSIDE
    ]
    found[-1].update({"ciso_approved_on": None, "last_checked_on": date(2021, 5, 1)})
    for row in found[1 : 1 + pick(story, (1, 1, 0, 0, 1))]:
        row["ciso_approved_on"] = None
    for row in found[2 : 2 + pick(story, (0, 0, 0, 0, 1))]:
        row["ciso_approved_on"] = date(2021, 10, 2)
    for row in found[: pick(story, (2, 0, 0, 0, 1))]:
        row["last_checked_on"] = year.start - timedelta(days=40)
    for row in found[1 : 1 + pick(story, (0, 0, 0, 1, 0))]:
        row["last_checked_on"] = None
    return found


def _lines(story: Story) -> list[Row]:
    found: list[Row] = [
        {
            "line": number,
            "section": "企画財政課",
            "purpose": purpose,
            "line_type": kind,
            "confidentiality": level,
            "availability": availability,
            "encrypted": kind == "internet" and level == "2",
            "backup_line": availability == "2",
            "papers_place": "総務課書庫",
            "in_use": number != "回-09",
        }
        for number, purpose, kind, level, availability in LINES
    ]
    found[-1].update({"encrypted": False, "backup_line": False, "papers_place": None})
    for row in found[4 : 4 + pick(story, (0, 2, 0, 0, 2))]:
        row["purpose"] = None
    for row in found[4 : 4 + pick(story, (0, 1, 0, 0, 1))]:
        row["encrypted"] = False
    for row in found[1 : 1 + pick(story, (0, 3, 1, 0, 2))]:
        row["backup_line"] = False
    return found


def _terminals(year: Year, story: Story) -> None:
    found = year.books["devices"].rows
    for row in found:
        kind = row["device_type"]
        row["theft_protected"] = row["in_use"] if kind in {"pc", "laptop"} else None
        row["login_authentication"] = row["in_use"] if kind in {"pc", "laptop", "mobile", "server"} else None
        row["remote_wipe"] = True if kind == "mobile" else None
    desks = [row for row in found if row["device_type"] in {"pc", "laptop"} and row["in_use"]]
    tablets = [row for row in found if row["device_type"] == "mobile"]
    for row in desks[20 : 20 + pick(story, (30, 8, 2, 0, 5))]:
        row["theft_protected"] = False
    for row in desks[40 : 40 + pick(story, (4, 1, 0, 0, 2))]:
        row["login_authentication"] = False
    for row in tablets[: pick(story, (8, 8, 0, 0, 3))]:
        row["remote_wipe"] = False
    for row in tablets[3 : 3 + pick(story, (0, 0, 0, 1, 0))]:
        row["remote_wipe"] = None


def _watch_disposals(year: Year, staff: Staff, story: Story) -> None:
    """In FY2022 the person who erased also signed as the witness, twice."""
    found = [row for row in year.books["disposals"].rows if row["confidentiality"] != "1" and row["witness_id"] is not None]
    for row in found[2 : 2 + pick(story, (2, 0, 0, 0, 2))]:
        row["witness_id"] = staff.heads()["企画財政課"].staff_id
