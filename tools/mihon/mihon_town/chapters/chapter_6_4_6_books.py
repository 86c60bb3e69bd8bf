"""Chapters 6.4 to 6.6 in the town: malware, attacks, weaknesses, and the news of them.

Never here: sums (`chapter_6_4_6_sums`), files (`chapter_6_4_6`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_6_1_networks_files import pick
from mihon_town.chapters.chapter_6_3_books import Flaw, spoil
from mihon_town.model import Row, Year, as_date, moment
from mihon_town.people import SECTIONS, Staff
from mihon_town.stories import YEARS, Story
from mihon_town.system_books import SYSTEMS

GATES = (
    ("県セキュリティクラウド", "mail", "both"),
    ("県セキュリティクラウド", "web", "both"),
    ("ファイル無害化装置", "file-transfer", "incoming"),
    ("LGWANメール中継", "mail", "outgoing"),
)
OFFLINE = (
    ("OFF-01", "水質の測定", "上下水道課", "USB-021"),
    ("OFF-02", "戸籍の副本", "住民課", "USB-022"),
    ("OFF-03", "投票所の名簿対照", "総務課", "USB-023"),
)
ENTRIES = (
    ("IS-0001", "443", "port", True, True),
    ("IS-0001", "25", "port", True, True),
    ("IS-0001", "21", "port", False, False),
    ("IS-0002", "443", "port", True, True),
    ("IS-0002", "3389", "port", False, False),
    ("IS-0001", "ウェブ配信", "service", True, True),
    ("IS-0001", "印刷の待受け", "service", False, False),
    ("IS-0002", "予約受付", "service", True, True),
    ("SV-0001", "ファイル共有", "service", True, True),
)
ATTACKS = (
    ("outside", "町公式ウェブサイト", "管理画面への総当たり", True),
    ("outside", "メールサーバ", "なりすましの大量送信", False),
    ("staff", "人事給与システム", "担当でない記録の閲覧", True),
    ("inside-device", "ファイルサーバ", "感染の疑いのある端末からの走査", False),
)
WEAK = ("ブラウザ ESR", "VPN装置", "グループウェア", "仮想化基盤", "PDF閲覧ソフト", "メール中継")
NEWS = (
    ("malware", "身代金を求める不正プログラムの流行"),
    ("attack-mail", "給付金をかたる不審メール"),
    ("threat", "公開サーバを狙う走査の増加"),
)


def build(year: Year, _staff: Staff, story: Story) -> None:
    """Write the books of these chapters and the new columns of old ones."""
    _protection(year, story)
    if year.fiscal_year > YEARS[0]:
        year.add("gateway_scans", _gates(year, story), collected=(4, 3))
        year.add("offline_systems", _offline(year, story), collected=(4, 3))
        detections = _detections(year, story)
        year.add("malware_detections", detections, population=None if detections else 0)
        year.add("expert_support", _experts(year, story))
        year.add("integrity_checks", _checks(year, story))
        year.add("attack_records", _attacks(year, story))
        year.add("mail_drills", _drills(year, story))
    if year.fiscal_year > YEARS[1]:
        year.add("open_services", _entries(year, story), collected=(4, 3))
        year.add("vulnerability_scans", _scans(year, story))
    year.add("traffic_watch", _watch(year, story))
    year.add("vulnerabilities", _weaknesses(year, story))
    year.add("security_notices", _notices(year, story))
    _floods(year, story)


def _protection(year: Year, story: Story) -> None:
    rows = year.books["malware_protection"].rows
    for row in rows:
        row.update({"program_current": True, "settings_locked": True})
    for row in rows[30 : 30 + pick(story, (8, 3, 0, 0, 4))]:
        row["program_current"] = False
    for row in rows[50 : 50 + pick(story, (0, 0, 2, 0, 0))]:
        row["program_current"] = None
    for row in rows[70 : 70 + pick(story, (12, 2, 0, 0, 3))]:
        row["settings_locked"] = False
    for row in rows[90 : 90 + pick(story, (7, 2, 0, 0, 5))]:
        row["last_full_scan_on"] = year.ago(60)
    for row in rows[110 : 110 + pick(story, (0, 0, 1, 0, 0))]:
        row["last_full_scan_on"] = None


def _gates(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {"gateway": name, "channel": channel, "direction": direction, "scanning": True, "last_scanned_on": year.ago(place)}
        for place, (name, channel, direction) in enumerate(GATES)
    ]
    off: Flaw = (3, {"scanning": False}, (0, 1, 0, 0, 1))
    old: Flaw = (2, {"last_scanned_on": year.ago(40)}, (0, 0, 0, 0, 1))
    blank: Flaw = (2, {"last_scanned_on": None}, (0, 1, 0, 0, 0))
    spoil(rows, story, (off, old, blank))
    return rows


def _offline(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {"device": name, "system": use, "section": section, "definitions_on": year.ago(9 + place), "update_media": media}
        for place, (name, use, section, media) in enumerate(OFFLINE)
    ]
    old: Flaw = (2, {"definitions_on": year.ago(200)}, (0, 1, 0, 0, 1))
    private: Flaw = (0, {"update_media": "業者の媒体"}, (0, 1, 1, 0, 1))
    spoil(rows, story, (old, private))
    return rows


def _detections(year: Year, story: Story) -> list[Row]:
    """Nothing was detected in FY2024, and the office says so."""
    rows: list[Row] = []
    for place in range(pick(story, (0, 3, 0, 3, 3))):
        found = moment(year.on(6 + 2 * place, 11), 10, 5)
        infected = place != 1
        rows.append(
            {
                "detection_no": f"検-{place + 1}",
                "device": f"PC-{place * 13 + 5:04d}",
                "detected_at": found,
                "malware": "添付ファイル型の不正プログラム",
                "infected": infected,
                "isolated_at": found + timedelta(minutes=15 + 20 * place) if infected else None,
                "cleaned_on": found.date() + timedelta(days=2),
            }
        )
    late: Flaw = (0, {"isolated_at": moment(year.on(6, 11), 15, 0)}, (0, 1, 0, 0, 1))
    spoil(rows, story, (late,))
    return rows


def _experts(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "agreement_no": "専-01",
            "provider": "県のサイバー支援の協定",
            "service": "初動の助言",
            "starts_on": date(2021, 4, 1),
            "ends_on": date(year.fiscal_year, 9, 30),
            "contact": "協定の連絡票",
        },
        {
            "agreement_no": "専-02",
            "provider": "調査業者1",
            "service": "感染端末の調査",
            "starts_on": year.start,
            "ends_on": year.end,
            "contact": "夜間受付の電話",
        },
    ]
    lacking: Flaw = (1, {"contact": None}, (0, 1, 0, 0, 1))
    spoil(rows, story, (lacking,))
    return rows


def _entries(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "device": device,
            "entry": entry,
            "item_type": kind,
            "active": active,
            "needed": needed,
            "purpose": "公開の業務" if needed else None,
            "checked_on": year.on(2, 18),
        }
        for device, entry, kind, active, needed in ENTRIES
    ]
    port: Flaw = (4, {"active": True}, (0, 0, 1, 0, 1))
    service: Flaw = (6, {"active": True}, (0, 0, 0, 0, 1))
    unclear: Flaw = (8, {"needed": None}, (0, 0, 1, 0, 0))
    spoil(rows, story, (port, service, unclear))
    return rows


def _checks(year: Year, story: Story) -> list[Row]:
    public = [str(row["system"]) for row in year.books["public_systems"].rows]
    critical = [name for name, *_, important in SYSTEMS if important]
    pages = public[: len(public) - pick(story, (0, 2, 1, 0, 2))]
    files = critical[: len(critical) - pick(story, (0, 5, 0, 0, 3))]
    plan = [(name, "web-page", 12) for name in pages] + [(name, "key-file", 30) for name in files]
    plan.append(("町のドメイン名", "dns-settings", 200 if story.bad else 45))
    return [
        {
            "check_no": f"改-{number:02d}",
            "system": name,
            "check_type": kind,
            "checked_on": year.ago(age),
            "checked_by": "企画財政課",
            "result": "unchanged",
        }
        for number, (name, kind, age) in enumerate(plan, start=1)
    ]


def _attacks(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for place, (source, target, content, crime) in enumerate(ATTACKS):
        found = year.on(5 + 2 * place, 17)
        rows.append(
            {
                "attack_no": f"攻-{place + 1}",
                "detected_on": found,
                "source": source,
                "target": target,
                "content": content,
                "records_kept": True,
                "records_place": "企画財政課の書庫1",
                "crime_suspected": crime,
                "police_contacted_on": found + timedelta(days=3) if crime else None,
                "manager_told_on": found if source == "staff" else None,
            }
        )
    spoil(
        rows,
        story,
        (
            (1, {"records_kept": False, "records_place": None}, (0, 1, 0, 0, 1)),
            (3, {"records_kept": None}, (0, 0, 0, 1, 0)),
            (0, {"police_contacted_on": None}, (0, 0, 1, 0, 0)),
            (0, {"police_contacted_on": year.on(8, 1)}, (0, 1, 0, 0, 1)),
            (2, {"manager_told_on": year.on(9, 25)}, (0, 1, 0, 0, 1)),
        ),
    )
    return rows


def _watch(year: Year, story: Story) -> list[Row]:
    """Give one record a month and direction; the inside was not watched all year at first."""
    silent = pick(story, (7, 2, 0, 0, 4))
    rows: list[Row] = []
    for place in range(12):
        seen = year.on((place + 3) % 12 + 1, 25)
        for direction in ("inside", "outgoing"):
            suspicious = direction == "outgoing" and place in {3, 8}
            rows.append(
                {
                    "watch_no": f"監-{len(rows) + 1:02d}",
                    "watched_on": seen,
                    "direction": direction,
                    "watched_by": "企画財政課" if direction == "inside" else "県監視センター",
                    "suspicious": suspicious,
                    "found": 2 if suspicious else 0,
                    "handled_on": seen if suspicious else None,
                }
            )
    found = [row for row in rows if row["suspicious"]]
    spoil(found, story, ((0, {"handled_on": year.on(8, 9)}, (1, 1, 0, 0, 1)), (1, {"handled_on": None}, (1, 0, 1, 0, 0))))
    return [row for row in rows if not (row["direction"] == "inside" and rows.index(row) < 2 * silent)]


def _drills(year: Year, story: Story) -> list[Row]:
    reached = list(SECTIONS)[: len(SECTIONS) - pick(story, (0, 6, 1, 0, 4))]
    return [
        {"drill_no": "1", "section": section, "held_on": year.on(11, 12), "sent": 20 + place, "opened": 3, "reported": 9 + place}
        for place, section in enumerate(reached)
    ]


def _weaknesses(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for place in range(27):
        published = year.start + timedelta(days=4 + 13 * place)
        urgent = place % 9 == 2
        affected = place % 4 != 3
        rows.append(
            {
                "vulnerability_no": f"脆-{place + 1:02d}",
                "product": WEAK[place % len(WEAK)],
                "published_on": published,
                "collected_on": published + timedelta(days=1),
                "affected": affected,
                "urgency": "urgent" if urgent else ("high", "ordinary")[place % 2],
                "shared_on": published + timedelta(days=3) if affected else None,
                "patched_on": min(published + timedelta(days=9 if urgent else 40), year.end) if affected else None,
            }
        )
    spoil(
        rows,
        story,
        (
            (2, {"patched_on": year.on(9, 1)}, (1, 0, 0, 0, 1)),
            (20, {"patched_on": None}, (1, 1, 0, 0, 1)),
            (5, {"shared_on": year.on(8, 1)}, (1, 1, 0, 0, 1)),
            (8, {"shared_on": None}, (0, 0, 1, 0, 0)),
        ),
    )
    late = [row for row in rows if row["affected"] and row["urgency"] != "urgent"][: pick(story, (7, 3, 1, 3, 6))]
    for row in late:
        row["patched_on"] = as_date(row["published_on"]) + timedelta(days=130)
    quiet = range(10, 10 + pick(story, (6, 0, 0, 0, 3)))
    return [row for place, row in enumerate(rows) if place not in quiet]


def _scans(year: Year, story: Story) -> list[Row]:
    public = [str(row["system"]) for row in year.books["public_systems"].rows]
    rows: list[Row] = [
        {
            "scan_no": f"診-{place + 1}",
            "system": name,
            "scanned_on": year.on(9, 3 + place),
            "method": "web-application",
            "serious_found": place % 2,
            "fixed_on": year.on(10, 20) if place % 2 else None,
        }
        for place, name in enumerate(public[: len(public) - pick(story, (0, 0, 2, 0, 2))])
    ]
    if year.fiscal_year == YEARS[-1] and not story.bad:
        row: Row = {"scan_no": "診-9", "system": "町の外から見える機器", "scanned_on": year.on(1, 21)}
        rows.append({**row, "method": "asm", "serious_found": 0, "fixed_on": None})
    return rows


def _notices(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for place in range(14):
        topic, subject = NEWS[place % 3]
        received = year.start + timedelta(days=6 + 26 * place)
        act = place % 4 == 1
        rows.append(
            {
                "notice_no": f"情-{place + 1:02d}",
                "received_on": received,
                "source": ("県", "J-LIS", "総務省")[place % 3],
                "topic": topic,
                "subject": subject,
                "told_staff_on": received + timedelta(days=place % 3) if topic != "threat" else None,
                "action_needed": act,
                "acted_on": received + timedelta(days=4) if act else None,
            }
        )
    spoil(
        rows,
        story,
        (
            (0, {"told_staff_on": year.on(5, 20)}, (1, 1, 0, 0, 1)),
            (3, {"told_staff_on": None}, (1, 0, 1, 0, 0)),
            (1, {"acted_on": year.on(6, 30)}, (1, 1, 0, 0, 1)),
            (5, {"acted_on": None}, (0, 0, 1, 0, 0)),
        ),
    )
    if story.bad:
        for row in rows[1:]:
            row["told_staff_on"] = None
    quiet = range(6, 6 + pick(story, (3, 0, 0, 0, 2)))
    return [row for place, row in enumerate(rows) if place not in quiet]


def _floods(year: Year, story: Story) -> None:
    book = year.books.get("public_systems")
    if book is None:
        return
    for row in book.rows:
        row["dos_measures"] = True
    spoil(book.rows, story, ((3, {"dos_measures": False}, (0, 1, 0, 0, 1)), (2, {"dos_measures": None}, (0, 0, 1, 0, 0))))
