"""Books about things: devices, software, protection against malware, wireless networks.

Never here: systems, backups and logs (`system_books`).
"""

import random
from datetime import date, timedelta

from mihon_town.model import Row, Unreadable, Year
from mihon_town.people import SECTIONS
from mihon_town.stories import Story

WINDOWS_10 = ("Windows 10 Pro", date(2025, 10, 14))
WINDOWS_11 = ("Windows 11 Pro", date(2027, 10, 12))
WINDOWS_81 = ("Windows 8.1 Pro", date(2023, 1, 10))
SERVER_2012 = ("Windows Server 2012 R2", date(2023, 10, 10))
SERVER_2019 = ("Windows Server 2019", date(2029, 1, 9))

FLEET: tuple[tuple[str, str, str, int], ...] = (
    ("PC", "pc", "lgwan", 230),
    ("MN", "pc", "mynumber", 44),
    ("NT", "pc", "internet", 16),
    ("NB", "laptop", "lgwan", 26),
    ("SV", "server", "lgwan", 8),
    ("MS", "server", "mynumber", 5),
    ("IS", "server", "internet", 3),
    ("TB", "mobile", "internet", 8),
    ("AP", "access-point", "lgwan", 6),
    ("SW", "network", "lgwan", 14),
    ("MF", "mfp", "lgwan", 14),
)
"""Prefix of the device's name, its type, its zone and how many there are."""

OFFICE_SOFTWARE: tuple[tuple[str, str, date], ...] = (
    ("オフィスソフト LTSC", "16.0", date(2029, 10, 9)),
    ("ウイルス対策クライアント", "14.2", date(2028, 12, 31)),
    ("資産管理エージェント", "19.1", date(2028, 3, 31)),
    ("PDF閲覧ソフト", "24.1", date(2028, 6, 30)),
    ("住民情報クライアント", "5.3", date(2028, 3, 31)),
    ("財務会計クライアント", "8.0", date(2029, 3, 31)),
    ("文書管理クライアント", "3.4", date(2029, 3, 31)),
    ("ブラウザ ESR", "128.5", date(2027, 9, 30)),
    ("日本語入力辞書", "2.0", date(2030, 3, 31)),
    ("図面閲覧ソフト", "11.2", date(2027, 12, 31)),
)
STRAYS = ("無料圧縮ツール", "動画再生ソフト", "付せんアプリ")
TERMINAL_TYPES = frozenset({"pc", "laptop", "server"})


def add_assets(year: Year, story: Story) -> None:
    """Write devices, software, permitted software, malware protection and wireless networks."""
    dice = random.Random(story.seed("assets"))
    devices = _devices(year, story, dice)
    stale = year.fiscal_year == 2022
    book = year.add("devices", devices, collected=(4, 2))
    used = [row for row in devices if row["in_use"] and row["device_type"] in TERMINAL_TYPES]
    software = year.add("software", _software(used, story, dice), collected=(4, 2))
    if stale:
        book.collected_on = software.collected_on = year.on(11, 15)
    year.add("permitted_software", _permitted(year, story))
    year.add("malware_protection", _malware(used, year, story, dice), collected=(4, 1))
    networks = _wireless(year, story)
    year.add("wireless_networks", networks, population=len(networks))


def _system(kind: str, fiscal_year: int) -> tuple[str | None, date | None]:
    if kind == "server":
        return SERVER_2019
    if kind in {"pc", "laptop"}:
        return WINDOWS_11 if fiscal_year >= 2024 else WINDOWS_10
    return (None, None)


def _devices(year: Year, story: Story, dice: random.Random) -> list[Row]:
    rows: list[Row] = []
    for prefix, kind, zone, count in FLEET:
        for number in range(1, count + 1):
            os, until = _system(kind, year.fiscal_year)
            rows.append(
                {
                    "device": f"{prefix}-{number:04d}",
                    "device_type": kind,
                    "zone": zone,
                    "section": dice.choices(list(SECTIONS), list(SECTIONS.values()))[0],
                    "os": os,
                    "os_support_until": until,
                    "encrypted": kind in {"laptop", "mobile"},
                    "usb_write_blocked": zone == "mynumber" or dice.random() < 0.4,
                    "in_use": True,
                    "_place": dice.choice(["本庁舎1階", "本庁舎2階", "保健センター", "水道庁舎"]),
                }
            )
    named = {str(row["device"]): row for row in rows}
    _put_away(named)
    _spoil_devices(named, year, story)
    return rows


def _put_away(named: dict[str, Row]) -> None:
    """Old devices on the shelf: out of use, so that their flaws do not count."""
    for number in range(220, 231):
        named[f"PC-{number:04d}"].update({"in_use": False, "os": WINDOWS_81[0], "os_support_until": WINDOWS_81[1]})
    named["MN-0044"].update({"in_use": False, "usb_write_blocked": False})
    named["NB-0026"].update({"in_use": False, "encrypted": False})


def _spoil_devices(named: dict[str, Row], year: Year, story: Story) -> None:
    for number in range(1, story.count("usb_open") + 1):
        named[f"MN-{number * 6:04d}"]["usb_write_blocked"] = False
    for number in range(1, story.count("unencrypted") + 1):
        named[f"NB-{number * 2:04d}"]["encrypted"] = False
    old = WINDOWS_10 if year.end > WINDOWS_10[1] else WINDOWS_81
    for number in range(1, story.count("old_windows") + 1):
        named[f"PC-{number * 31:04d}"].update({"os": old[0], "os_support_until": old[1]})
    for number in range(1, story.count("old_server") + 1):
        named[f"SV-{number + 2:04d}"].update({"os": SERVER_2012[0], "os_support_until": SERVER_2012[1]})
    for number in range(1, story.count("os_date_lost") + 1):
        named[f"PC-{number * 77:04d}"]["os_support_until"] = Unreadable("要確認")


def _software(used: list[Row], story: Story, dice: random.Random) -> list[Row]:
    rows: list[Row] = []
    for device in used:
        titles = [OFFICE_SOFTWARE[1], *dice.sample([title for title in OFFICE_SOFTWARE if title is not OFFICE_SOFTWARE[1]], 2)]
        if device["device_type"] == "server":
            titles = titles[:2]
        rows += [
            {"device": device["device"], "software": name, "version": version, "support_until": until} for name, version, until in titles
        ]
    readers = [row for row in rows if row["software"] == "PDF閲覧ソフト"]
    for row in readers[: story.count("software_old")]:
        row.update({"version": "11.0", "support_until": date(2022, 11, 30)})
    plans = [row for row in rows if row["software"] == "図面閲覧ソフト"]
    for row in plans[: story.count("software_undated")]:
        row["support_until"] = None
    for number in range(story.count("software_unpermitted")):
        rows.append(
            {"device": used[10 + 17 * number]["device"], "software": STRAYS[number], "version": "1.0", "support_until": date(2028, 3, 31)}
        )
    if story.count("software_unpermitted") > 1:
        rows.append({"device": used[9]["device"], "software": STRAYS[0], "version": "1.1", "support_until": date(2028, 3, 31)})
    return sorted(rows, key=lambda row: (str(row["device"]), str(row["software"])))


def _permitted(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {"software": name, "permitted_on": date(2021, 4, 1), "permitted_by": "情報システム管理者"} for name, _, _ in OFFICE_SOFTWARE
    ]
    rows.append({"software": "表計算ビューア", "permitted_on": year.on(5, 20), "permitted_by": "情報システム管理者"})
    if not story.bad and year.fiscal_year == 2025:
        rows.append({"software": "付せんアプリ", "permitted_on": year.on(7, 1), "permitted_by": "情報システム管理者"})
    return rows


def _malware(used: list[Row], year: Year, story: Story, dice: random.Random) -> list[Row]:
    covered = used[: len(used) - story.count("malware_absent")]
    rows: list[Row] = [
        {
            "device": row["device"],
            "engine": "ウイルス対策クライアント",
            "definitions_on": year.end - timedelta(days=dice.randint(-1, 3)),
            "last_full_scan_on": year.end - timedelta(days=dice.randint(1, 12)),
        }
        for row in covered
    ]
    rows[2]["definitions_on"] = year.ago(7)
    for number in range(story.count("malware_old")):
        rows[15 + 19 * number]["definitions_on"] = year.ago(8 + 5 * number)
    for number in range(story.count("malware_undated")):
        rows[216 + number]["definitions_on"] = None
    rows.append({"device": "PC-9001", "engine": "ウイルス対策クライアント", "definitions_on": year.end, "last_full_scan_on": year.ago(2)})
    return rows


def _wireless(year: Year, story: Story) -> list[Row]:
    """No wireless network in FY2022, guests only in FY2023, the office with a shared key in FY2024, 802.1X from FY2025."""
    if story.count("wireless") == 0:
        return []
    office = "wpa2-enterprise" if year.fiscal_year >= 2025 and not story.bad else "wpa2-personal"
    networks: list[tuple[str, str, str]] = [
        ("mihon-guest", "internet", "wpa2-personal"),
        ("mihon-office", "lgwan", office),
        ("mihon-kaigi", "lgwan", "wpa3-enterprise"),
    ]
    return [
        {"ssid": ssid, "zone": zone, "authentication": method, "firmware_on": year.on(9, 12), "log_checked_on": year.on(3, 5)}
        for ssid, zone, method in networks[: story.count("wireless")]
    ]
