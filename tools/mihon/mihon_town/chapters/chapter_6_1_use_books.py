"""Chapter 6.1 (14) to (22) in the town: books about mail, keys, software, hardware, web use and social media.

Never here: what is connected to the network (`chapter_6_2_books`), the sums (`chapter_6_1_use_sums`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_5_books import people, spoil
from mihon_town.chapters.verdicts import pick
from mihon_town.model import Row, Year, as_date, moment
from mihon_town.people import Staff
from mihon_town.stories import Story

CISO = "最高情報セキュリティ責任者"
SERVERS = ("LGWANメールサーバ", "インターネットメールサーバ", "メール配信サービス")
KEYS = (
    ("署-01", "signature", "職責証明書（町長）", "ic-card"),
    ("署-02", "signature", "職責証明書（会計管理者）", "ic-card"),
    ("暗-01", "encryption", "AES-256", "security-module"),
    ("暗-02", "encryption", "AES-256", "encrypted-store"),
    ("暗-03", "encryption", "RSA-3072", "locked-media"),
)
LICENCES = (
    ("オフィスソフト LTSC", 320, 318),
    ("住民情報クライアント", 60, 44),
    ("財務会計クライアント", 80, 80),
    ("図面閲覧ソフト", 20, 19),
    ("ウイルス対策クライアント", 350, 332),
    ("資産管理エージェント", 350, 332),
)
HARDWARE = ("メモリの増設", "ディスクの交換", "外付け表示装置の追加", "LANカードの交換", "無線子機の取付け")
MEDIA = (
    ("mihon_town_pr", "短文投稿サービス", "企画財政課", True),
    ("mihon_bousai", "短文投稿サービス", "総務課", True),
    ("mihon_kanko", "写真共有サービス", "農政課", False),
    ("mihon_movie", "動画共有サービス", "企画財政課", False),
)
RULES = (
    ("crypto-rules", "電子署名・暗号化の方法の定め", 2023),
    ("web-meeting-rules", "Web会議利用手順", 2022),
)
"""Papers with the fiscal year from which each is approved."""
NETWORKED = frozenset({"pc", "laptop", "mobile"})


def add_use(year: Year, staff: Staff, story: Story) -> None:
    """Write the books; several begin only in FY2023."""
    year.add("mail_servers", _servers(year, story))
    year.add("missent_mails", _missent(year, story))
    year.add("hardware_changes", _hardware(year, story))
    year.add("sns_accounts", _media(year, staff, story))
    if year.fiscal_year >= 2023:
        year.add("mail_forwarding", _forwarding(year, story))
        year.add("crypto_keys", _keys(year, story))
        year.add("software_licences", _licences(year, story))
        year.add("web_meetings", _meetings(year, story))
    add_rules(year, story, RULES, "用")
    _complete_permits(year, story)
    _complete_devices(year, story)
    _complete_reviews(year, story)


def add_rules(year: Year, story: Story, rules: tuple[tuple[str, str, int], ...], prefix: str) -> None:
    """Put papers on the shelf, approved from their year on, and drafts before."""
    for place, (kind, title, first) in enumerate(rules, start=1):
        live = year.fiscal_year >= first and not story.bad
        row: Row = {
            "document_id": f"{prefix}-{place:02d}",
            "document_type": kind,
            "title": title,
            "version": "1.0" if live else "案",
            "approved_on": date(first, 7, 1) if live else None,
            "approved_by": CISO if live else None,
        }
        book = year.books["documents"]
        book.rows.append({**dict.fromkeys(book.rows[0]), **row})


def _servers(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "server": name,
            "relay_refused": True,
            "send_limit_mb": 10 + 10 * place,
            "receive_limit_mb": 20,
            "mailbox_limit_mb": 1000 + 1000 * place,
            "limit_told_on": year.on(4, 15),
            "stops_on_spam": True,
            "attachments_watched": True,
        }
        for place, name in enumerate(SERVERS)
    ]
    spoil(rows, story, (1, 0, 0, 0, 1), {"relay_refused": False}, first=1)
    spoil(rows, story, (1, 0, 0, 0, 1), {"send_limit_mb": 0}, first=2)
    spoil(rows, story, (0, 1, 0, 0, 0), {"receive_limit_mb": None})
    spoil(rows, story, (2, 1, 0, 0, 0), {"limit_told_on": None})
    spoil(rows, story, (0, 0, 0, 0, 1), {"mailbox_limit_mb": 0}, first=1)
    spoil(rows, story, (2, 1, 0, 0, 1), {"stops_on_spam": False}, first=1)
    spoil(rows, story, (0, 0, 1, 0, 0), {"stops_on_spam": None}, first=2)
    spoil(rows, story, (3, 2, 1, 0, 1), {"attachments_watched": False})
    return rows


def _missent(year: Year, story: Story) -> list[Row]:
    senders = people(year)
    rows: list[Row] = []
    for number in range(4):
        noticed = moment(year.start + timedelta(days=33 + 80 * number), 10, 5)
        rows.append(
            {
                "missent_no": f"誤-{number + 1:02d}",
                "sent_at": noticed - timedelta(hours=2),
                "noticed_at": noticed,
                "reported_at": noticed + timedelta(hours=24 if number == 2 else 1),
                "staff_id": senders[11 * number + 4],
                "content": ("宛先の選び間違い", "添付ファイルの取り違え")[number % 2],
            }
        )
    for row in rows[: pick(story, (2, 0, 0, 0, 2))]:
        row["reported_at"] = moment(as_date(row["noticed_at"]) + timedelta(days=2), 9, 30)
    spoil(rows, story, (0, 1, 0, 0, 0), {"reported_at": None}, first=3)
    return rows


def _hardware(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = []
    for number, change in enumerate(HARDWARE):
        day = year.start + timedelta(days=25 + 66 * number)
        rows.append(
            {
                "change_no": f"構-{number + 1:02d}",
                "changed_on": day,
                "device": f"PC-{number * 23 + 12:04d}",
                "change": change,
                "chief_permitted_on": day - timedelta(days=3 if number else 0),
                "manager_permitted_on": day - timedelta(days=5 if number else 0),
            }
        )
    spoil(rows, story, (2, 1, 0, 0, 1), {"manager_permitted_on": None}, first=3)
    for row in rows[1 : 1 + pick(story, (0, 0, 1, 0, 1))]:
        row["chief_permitted_on"] = as_date(row["changed_on"]) + timedelta(days=1)
    return rows


def _media(year: Year, staff: Staff, story: Story) -> list[Row]:
    heads = staff.heads()
    rows: list[Row] = [
        {
            "account": account,
            "service": service,
            "section": section,
            "in_use": True,
            "manager_id": heads[section].staff_id,
            "listed_on_own_site": True,
            "organisation_stated": True,
            "multi_factor": True,
            "hijack_plan_on": date(2024, 6, 3) if year.fiscal_year >= 2024 else date(2022, 6, 1),
            "important": important,
            "own_site_copy": important,
        }
        for account, service, section, important in MEDIA
    ]
    closed: Row = {**rows[0], "account": "mihon_old", "in_use": False, "manager_id": "0998", "organisation_stated": False}
    rows.append({**closed, "multi_factor": False, "hijack_plan_on": None, "own_site_copy": False})
    spoil(rows, story, (1, 0, 0, 0, 0), {"manager_id": None}, first=2)
    spoil(rows, story, (0, 1, 0, 0, 1), {"manager_id": "0998"}, first=2)
    spoil(rows, story, (2, 0, 0, 0, 1), {"organisation_stated": False}, first=1)
    spoil(rows, story, (0, 1, 0, 0, 0), {"listed_on_own_site": False}, first=3)
    spoil(rows, story, (3, 2, 1, 0, 2), {"multi_factor": False}, first=1)
    spoil(rows, story, (4, 2, 0, 0, 1), {"hijack_plan_on": None})
    spoil(rows, story, (0, 1, 0, 0, 1), {"own_site_copy": False}, first=1)
    spoil(rows, story, (1, 0, 0, 0, 0), {"own_site_copy": None}, first=1)
    return rows


def _forwarding(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "mailbox": f"u{staff_id}@town.mihon.example",
            "staff_id": staff_id,
            "forward_to": f"ka{number}@town.mihon.example" if number % 4 == 0 else None,
            "outside": False if number % 4 == 0 else None,
            "enabled": number % 4 == 0,
        }
        for number, staff_id in enumerate(people(year)[20:34])
    ]
    outside: Row = {"forward_to": "home@mail.example", "outside": True}
    rows[-1].update(outside)
    spoil(rows, story, (0, 2, 0, 0, 2), {**outside, "enabled": True}, first=1)
    spoil(rows, story, (0, 0, 1, 0, 0), {"forward_to": "list@mail.example", "outside": None, "enabled": True}, first=5)
    return rows


def _keys(year: Year, story: Story) -> list[Row]:
    keepers = people(year)
    rows: list[Row] = [
        {
            "key_no": number,
            "purpose": purpose,
            "method": method,
            "method_specified": True,
            "keeper_id": keepers[40 + place],
            "storage": storage,
            "in_use": True,
            "expires_on": date(year.fiscal_year + 2, 3, 31),
        }
        for place, (number, purpose, method, storage) in enumerate(KEYS)
    ]
    rows.append({**rows[-1], "key_no": "暗-90", "method": "独自方式", "method_specified": False, "storage": "unprotected", "in_use": False})
    spoil(rows, story, (0, 1, 0, 0, 1), {"method": "RC4", "method_specified": False}, first=4)
    spoil(rows, story, (0, 0, 1, 0, 0), {"method_specified": None}, first=2)
    spoil(rows, story, (0, 1, 0, 0, 1), {"storage": "unprotected"}, first=3)
    spoil(rows, story, (0, 0, 1, 0, 1), {"keeper_id": None}, first=2)
    return rows


def _licences(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {"software": name, "purchased": held, "installed": used, "keeper_section": "企画財政課", "counted_on": year.on(10, 20)}
        for name, held, used in LICENCES
    ]
    spoil(rows, story, (0, 2, 0, 0, 2), {"installed": 400}, first=3)
    spoil(rows, story, (0, 0, 1, 0, 0), {"installed": None}, first=1)
    spoil(rows, story, (0, 3, 1, 0, 2), {"counted_on": date(year.fiscal_year - 1, 9, 1)}, first=2)
    return rows


def _meetings(year: Year, story: Story) -> list[Row]:
    rows: list[Row] = [
        {
            "meeting_no": f"W-{number + 1:03d}",
            "held_on": year.start + timedelta(days=14 + 34 * number),
            "service": "Web会議サービスA" if number % 3 else "県のWeb会議",
            "section": ("福祉課", "総務課", "建設課")[number % 3],
            "part": "host" if number % 3 else "guest",
            "passcode": number % 3 != 0 and number % 2 == 0,
            "waiting_room": number % 3 != 0,
        }
        for number in range(10)
    ]
    spoil(rows, story, (0, 2, 0, 0, 2), {"passcode": False, "waiting_room": False}, first=1)
    spoil(rows, story, (0, 0, 1, 0, 0), {"passcode": False, "waiting_room": None}, first=4)
    return rows


def _complete_permits(year: Year, story: Story) -> None:
    rows = year.books["permitted_software"].rows
    spoil(rows, story, (0, 1, 0, 0, 0), {"permitted_on": None}, first=8)
    spoil(rows, story, (0, 0, 0, 0, 2), {"permitted_by": None}, first=7)


def _complete_devices(year: Year, story: Story) -> None:
    rows = year.books["devices"].rows
    for row in rows:
        row["other_networks_blocked"] = True if row["device_type"] in NETWORKED and year.fiscal_year > 2022 else None
    laptops = [row for row in rows if row["device_type"] == "laptop"]
    spoil(laptops, story, (0, 4, 0, 0, 3), {"other_networks_blocked": False}, first=2)
    spoil(laptops, story, (0, 0, 2, 0, 0), {"other_networks_blocked": None}, first=8)


def _complete_reviews(year: Year, story: Story) -> None:
    """Write when the manager was told; in the bad twin the review of December was held in October."""
    if "usage_reviews" not in year.books:
        return
    rows = year.books["usage_reviews"].rows
    private = [row for row in rows if row["judgement"] == "private"]
    for row in rows:
        row["manager_told_on"] = as_date(row["reviewed_on"]) + timedelta(days=7) if row in private else None
    for row in private[: pick(story, (0, 1, 0, 0, 2))]:
        row["manager_told_on"] = as_date(row["reviewed_on"]) + timedelta(days=8)
    spoil(private, story, (0, 0, 1, 0, 0), {"manager_told_on": None}, first=1)
    if story.bad:
        for row in rows:
            if row["reviewed_on"] == year.on(12, 10):
                shifted = ("reviewed_on", "corrected_on", "manager_told_on")
                row.update({name: as_date(row[name]) - timedelta(days=50) for name in shifted if row[name] is not None})
