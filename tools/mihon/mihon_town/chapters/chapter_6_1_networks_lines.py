"""Chapter 6.1 (1) to (13) in the town: books about lines, rules, links to the outside, printers, cameras and wireless networks.

Never here: servers and work on them (`chapter_6_1_networks_files`), sums (`chapter_6_1_networks_sums`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_6_1_networks_files import pick
from mihon_town.model import Row, Year
from mihon_town.stories import YEARS, Story

DEVICES = (
    ("FW-01", "firewall", True),
    ("FW-02", "firewall", True),
    ("RT-01", "router", True),
    ("RT-02", "router", True),
    ("SW-0001", "switch", True),
    ("SW-0002", "switch", False),
    ("SW-0003", "switch", False),
    ("RT-09", "router", True),
)
"""Name, type, and whether it filters or routes; the last one is a spare."""
RULES = (
    ("FW-01", "1", "LGWAN端末", "メール中継", "SMTP", "allow", "LGWANメールの送信"),
    ("FW-01", "2", "LGWAN端末", "無害化装置", "HTTPS", "allow", "ファイルの受取り"),
    ("FW-01", "3", "資産管理サーバ", "更新配信元", "HTTPS", "allow", "更新プログラムの取得"),
    ("FW-01", "4", "県監視センター", "監視装置", "SNMP", "allow", "死活監視"),
    ("FW-01", "99", "すべて", "すべて", "すべて", "deny", None),
    ("FW-02", "1", "窓口端末", "中間サーバ", "HTTPS", "allow", "情報連携"),
    ("FW-02", "2", "税務端末", "eLTAX", "HTTPS", "allow", "電子申告の受信"),
    ("FW-02", "3", "旧配信サーバ", "窓口端末", "TCP/8080", "allow", None),
    ("FW-02", "99", "すべて", "すべて", "すべて", "deny", None),
)
LINKS = (
    ("外-01", "L-01", "県情報セキュリティクラウド", "internet"),
    ("外-02", "L-02", "県広域連合", "other-body"),
    ("外-03", "L-03", "住民情報データセンター", "service"),
    ("外-04", "L-04", "財務会計の保守事業者", "remote-maintenance"),
    ("外-05", "L-05", "上下水道の監視事業者", "remote-maintenance"),
    ("外-00", "L-00", "旧学校インターネット", "internet"),
)
LINES = (
    ("L-01", "本庁舎", "県情報セキュリティクラウド", True, "2"),
    ("L-02", "本庁舎", "県広域連合", True, "3B"),
    ("L-03", "本庁舎", "住民情報データセンター", True, "3A"),
    ("L-04", "本庁舎", "保守事業者", True, "2"),
    ("L-05", "水道庁舎", "監視事業者", True, "2"),
    ("L-11", "本庁舎", "保健センター", False, "3B"),
    ("L-12", "本庁舎", "水道庁舎", False, "3C"),
    ("L-13", "本庁舎", "図書館", False, "1"),
)
PUBLIC = (
    ("町公式ウェブサイト", "企画財政課", "outside-hosting"),
    ("施設予約システム", "教育総務課", "dmz"),
    ("議事録システム", "議会事務局", "dmz"),
    ("河川水位の公開ページ", "建設課", "separate-network"),
)
THINGS = (
    ("CAM-01", "camera", "建設課", True, "専用の回線に分け、通信先を一つに限る"),
    ("CAM-02", "camera", "総務課", True, "専用の回線に分け、通信先を一つに限る"),
    ("TEL-01", "telephone", "総務課", True, "電話の網を分ける"),
    ("SGN-01", "signage", "住民課", True, "表示用の端末だけから更新する"),
    ("WLV-01", "sensor", "建設課", True, "閉域の携帯回線を使う"),
    ("BLD-01", "building-control", "総務課", False, None),
    ("VTC-01", "conference", "企画財政課", True, "会議のときだけ電源を入れる"),
)
PRINTERS = 8


def add_lines(year: Year, story: Story) -> None:
    """Write the books of lines and devices; in FY2025 there is a wireless network at the residents' counter."""
    if year.fiscal_year > YEARS[0]:
        year.add("line_devices", _devices(year, story), collected=(4, 8))
        year.add("firewall_rules", _rules(story), collected=(4, 8))
        year.add("external_connections", _links(year, story))
        year.add("public_systems", _public(story), collected=(4, 5))
    if year.fiscal_year > YEARS[1]:
        year.add("special_devices", _printers(year, story) + _things(year, story), collected=(4, 5))
    year.add("network_lines", _lines(story))
    _add_counter(year, story)


def _devices(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for place, (name, kind, controls) in enumerate(DEVICES):
        changed = year.on(5 + place % 4, 10 + place)
        rows.append(
            {
                "device": name,
                "device_type": kind,
                "section": "企画財政課",
                "in_use": name != "RT-09",
                "controls_traffic": controls,
                "firmware_on": year.on(9, 20),
                "config_changed_on": changed,
                "config_saved_on": changed + timedelta(days=place % 3),
                "rules_checked_on": year.on(11, 18) if controls else None,
                "rules_result": "consistent" if controls else None,
            }
        )
    rows[-1].update({"config_saved_on": date(2020, 3, 1), "rules_checked_on": date(2020, 3, 1), "rules_result": "inconsistent"})
    for row in rows[3 : 3 + pick(story, (0, 1, 0, 0, 1))]:
        row["firmware_on"] = date(2021, 8, 1)
    for row in rows[4 : 4 + pick(story, (0, 2, 0, 0, 2))]:
        row["config_saved_on"] = date(2021, 9, 30)
    for row in rows[6 : 6 + pick(story, (0, 0, 1, 0, 0))]:
        row["config_saved_on"] = None
    for row in rows[1 : 1 + pick(story, (0, 1, 0, 0, 1))]:
        row["rules_result"] = "inconsistent"
    for row in rows[2 : 2 + pick(story, (0, 2, 1, 0, 2))]:
        row["rules_checked_on"] = year.start - timedelta(days=1)
    return rows


def _rules(story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "device": device,
            "rule_no": number,
            "source": source,
            "destination": destination,
            "service": service,
            "action": action,
            "enabled": source != "旧配信サーバ",
            "purpose": purpose,
            "approved_by": "統括情報セキュリティ責任者" if purpose else None,
        }
        for device, number, source, destination, service, action, purpose in RULES
    ]
    for row in rows[7 : 7 + pick(story, (0, 1, 0, 0, 1))]:
        row["enabled"] = True
    for row in rows[2 : 2 + pick(story, (0, 2, 1, 0, 1))]:
        row["approved_by"] = None
    return rows


def _links(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for place, (number, line, partner, kind) in enumerate(LINKS):
        start = date(2019 + place % 3, 6, 1)
        maintenance = kind == "remote-maintenance"
        rows.append(
            {
                "connection_id": number,
                "line_no": line,
                "partner": partner,
                "link_type": kind,
                "studied_on": start - timedelta(days=40),
                "ciso_permitted_on": start - timedelta(days=10),
                "chief_permitted_on": start - timedelta(days=12),
                "started_on": start,
                "ends_on": None if place < 2 else date(year.fiscal_year + 1, 9, 30),
                "liability_clause": True,
                "encrypted": True if maintenance else None,
                "multi_factor": True if maintenance else None,
                "opened_on_request": True if maintenance else None,
            }
        )
    rows[-1].update({"ends_on": date(2022, 3, 31), "ciso_permitted_on": None, "studied_on": None, "liability_clause": False})
    _spoil_links(rows, story)
    return rows


def _spoil_links(rows: list[Row], story: Story) -> None:
    for row in rows[1 : 1 + pick(story, (0, 1, 0, 0, 1))]:
        row["ciso_permitted_on"] = None
    for row in rows[3 : 3 + pick(story, (0, 1, 1, 0, 1))]:
        row["chief_permitted_on"] = date(2023, 5, 1)
    for row in rows[2 : 2 + pick(story, (0, 0, 0, 0, 1))]:
        row["studied_on"] = date(2023, 6, 1)
    for row in rows[:1] if pick(story, (0, 1, 0, 0, 0)) else []:
        row["studied_on"] = None
    for row in rows[3 : 3 + pick(story, (0, 2, 0, 0, 1))]:
        row["liability_clause"] = False
    for row in rows[3 : 3 + pick(story, (0, 2, 1, 0, 2))]:
        row["opened_on_request"] = False
    for row in rows[4 : 4 + pick(story, (0, 1, 1, 0, 1))]:
        row["multi_factor"] = False


def _lines(story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "line_no": number,
            "carrier": "地域通信株式会社",
            "from_site": site,
            "leads_to": end,
            "outside": outside,
            "confidentiality": level,
            "encrypted": level != "1",
        }
        for number, site, end, outside, level in LINES
    ]
    if pick(story, (0, 1, 0, 1, 1)):
        rows.append({**rows[4], "line_no": "L-21", "from_site": "公民館", "leads_to": "インターネット", "confidentiality": "1"})
    for row in rows[5 : 5 + pick(story, (0, 2, 0, 0, 2))]:
        row["encrypted"] = False
    for row in rows[6 : 6 + pick(story, (1, 0, 0, 1, 0))]:
        row["encrypted"] = None
    return rows


def _public(story: Story) -> list[Row]:
    rows: list[Row] = [
        {"system": name, "section": section, "placed_in": place, "firewall": place != "outside-hosting"} for name, section, place in PUBLIC
    ]
    for row in rows[2 : 2 + pick(story, (0, 1, 0, 0, 1))]:
        row["placed_in"] = "inner-network"
    for row in rows[3 : 3 + pick(story, (0, 1, 0, 0, 1))]:
        row["firewall"] = False
    for row in rows[1 : 1 + pick(story, (0, 0, 1, 0, 0))]:
        row["firewall"] = None
    return rows


def _printers(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for number in range(1, PRINTERS + 1):
        row = _thing(f"MF-{number:04d}", "mfp", ("総務課", "税務課", "住民課", "福祉課")[number % 4])
        row.update(
            {"introduced_on": date(2021, 4, 1), "requirements_set_on": date(2020, 11, 20), "settings_checked_on": year.on(7, 8 + number)}
        )
        rows.append(row)
    rows[0].update({"in_use": False, "ended_on": year.on(9, 30), "wiped_on": year.on(10, 7)})
    rows[1].update({"in_use": False, "ended_on": year.start - timedelta(days=1), "wiped_on": year.on(8, 1)})
    for row in rows[2 : 2 + pick(story, (0, 0, 1, 0, 1))]:
        row["requirements_set_on"] = date(2021, 6, 1)
    for row in rows[4 : 4 + pick(story, (0, 0, 1, 0, 2))]:
        row["initial_password_changed"] = False
    for row in rows[:1] if pick(story, (0, 0, 0, 0, 1)) else []:
        row["wiped_on"] = year.on(12, 20)
    for row in rows[:1] if pick(story, (0, 0, 1, 0, 0)) else []:
        row["wiped_on"] = None
    return rows


def _things(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for place, (name, kind, section, networked, measures) in enumerate(THINGS):
        row = _thing(name, kind, section)
        row.update({"networked": networked, "measures": measures, "introduced_on": date(2020, 6, 1)})
        row["firmware_checked_on"] = year.on(10, 3 + place) if networked else None
        rows.append(row)
    for row in rows[1 : 1 + pick(story, (0, 0, 1, 0, 1))]:
        row["measures"] = None
    for row in rows[3 : 3 + pick(story, (0, 0, 0, 0, 1))]:
        row["initial_password_changed"] = False
    for row in rows[:2] if pick(story, (0, 0, 0, 0, 1)) else []:
        row["firmware_checked_on"] = date(2023, 2, 1)
    for row in rows[4 : 4 + pick(story, (0, 0, 1, 0, 0))]:
        row["firmware_checked_on"] = None
    return rows


def _thing(name: str, kind: str, section: str) -> Row:
    return {
        "device": name,
        "device_type": kind,
        "section": section,
        "in_use": True,
        "networked": True,
        "introduced_on": None,
        "requirements_set_on": None,
        "initial_password_changed": True,
        "settings_checked_on": None,
        "firmware_checked_on": None,
        "measures": None,
        "ended_on": None,
        "wiped_on": None,
    }


def _add_counter(year: Year, story: Story) -> None:
    """Radio at the residents' counter: allowed by the newest edition only, under conditions that the twin breaks."""
    if pick(story, (0, 0, 0, 1, 1)) == 0:
        return
    book = year.books["wireless_networks"]
    book.rows.append(
        {
            "ssid": "mihon-madoguchi",
            "zone": "mynumber",
            "authentication": "wpa3-enterprise",
            "firmware_on": year.on(5, 10) if story.bad else year.on(1, 15),
            "log_checked_on": year.on(9, 1) if story.bad else year.on(3, 17),
        }
    )
    book.population = len(book.rows)
