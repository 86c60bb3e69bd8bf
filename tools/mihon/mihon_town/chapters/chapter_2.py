"""Chapter 2 (information assets) in the town: the register, the media in the archive, what leaves the office.

Never here: the sums (`chapter_2_sums`).
"""

from datetime import date, timedelta

from mihon_town.chapters.chapter_2_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.chapters.verdicts import pick
from mihon_town.layouts import Layout, book_of, export_of
from mihon_town.model import Row, Year
from mihon_town.people import SECTIONS, Staff
from mihon_town.stories import Story

SILENT = {2023: ("農政課", "会計課", "議会事務局"), 2024: ("議会事務局",), 2025: ()}
"""Sections without a list of their assets."""
ASSETS: tuple[tuple[str, str, str, str, int | None], ...] = (
    ("窓口の台帳", "3B", "2", "2", 24),
    ("起案文書", "2", "1", "1", None),
    ("公開資料", "1", "1", "1", None),
)
LIMITS = {
    "3B": "庁外持出禁止。複写は課長の許可。運搬は鍵付きケースか暗号化。廃棄は復元できない方法",
    "3": "庁外持出禁止",
    "2": "持出は課長の許可",
}
MEDIA: tuple[tuple[str, str, str], ...] = (
    ("archive", "永年保存文書の画像", "3B"),
    ("archive", "旧住民台帳の写し", "3B"),
    ("archive", "議決書の画像", "2"),
    ("archive", "統計の原票", "3B"),
    ("backup", "住民情報系の控え", "3B"),
    ("backup", "財務会計の控え", "2"),
    ("backup", "文書管理の控え", "2"),
    ("backup", "庁内共有の控え", "2"),
    ("seldom-used", "過年度の航空写真", "1"),
    ("seldom-used", "旧システムの移行データ", "3B"),
    ("daily", "広報の写真", "1"),
    ("daily", "説明会の資料", "2"),
)
TRANSFERS = 24


def build(year: Year, staff: Staff, story: Story) -> None:
    """Write the three books; in FY2022 the town had only the record of what left the office."""
    year.add("information_transfers", _transfers(year, staff, story))
    if year.fiscal_year == 2022:
        return
    assets = _assets(year, staff, story)
    year.add("information_assets", assets, population=len(assets))
    media = _media(story)
    year.add("stored_media", media, population=len(media))


def _assets(year: Year, staff: Staff, story: Story) -> list[Row]:
    heads = staff.heads()
    silent = ("税務課", "建設課") if story.bad else SILENT[year.fiscal_year]
    found: list[Row] = []
    for number, section in enumerate(SECTIONS, start=1):
        if section in silent:
            continue
        for place, (name, confidentiality, integrity, availability, hours) in enumerate(ASSETS, start=1):
            old = confidentiality == "3B" and year.fiscal_year == 2023
            level = "3" if old else confidentiality
            found.append(
                {
                    "asset_no": f"資-{number:02d}-{place}",
                    "asset": f"{section}の{name}",
                    "section": section,
                    "confidentiality": level,
                    "integrity": integrity,
                    "availability": availability,
                    "handling_limits": LIMITS.get(level),
                    "recovery_hours": hours,
                    "storage_place": ("住民情報サーバ", "庁内共有サーバ", None)[place - 1],
                    "manager_id": heads[section].staff_id if place < len(ASSETS) else None,
                    "reviewed_on": year.on(2, 20),
                }
            )
    _spoil_assets(found, year, story)
    return found


def _spoil_assets(found: list[Row], year: Year, story: Story) -> None:
    vital = [row for row in found if row["availability"] == "2"]
    papers = [row for row in found if row["confidentiality"] == "2"]
    for row in vital[: pick(story, (0, 5, 1, 0, 3))]:
        row["integrity"] = None
    for row in papers[: pick(story, (0, 6, 0, 0, 3))]:
        row["handling_limits"] = None
    for row in vital[3 : 3 + pick(story, (0, 4, 2, 0, 2))]:
        row["recovery_hours"] = None
    for row in papers[2 : 2 + pick(story, (0, 3, 0, 0, 2))]:
        row["manager_id"] = None
    for row in papers[5 : 5 + pick(story, (0, 2, 0, 0, 2))]:
        row["storage_place"] = None
    for row in found[7 : 7 + pick(story, (0, 2, 0, 0, 4))]:
        row["reviewed_on"] = year.end - timedelta(days=400)
    for row in found[9 : 9 + pick(story, (0, 0, 0, 1, 0))]:
        row["reviewed_on"] = None
    for row in vital[6 : 6 + pick(story, (0, 0, 0, 0, 2))]:
        row["confidentiality"] = "3"


def _media(story: Story) -> list[Row]:
    found: list[Row] = [
        {
            "media_no": f"保-{number:02d}",
            "content": content,
            "section": "総務課" if usage == "archive" else "企画財政課",
            "confidentiality": level,
            "usage": usage,
            "write_protected": usage == "archive",
            "lockable": level != "1",
            "fire_safe": level != "1",
            "disaster_safe": usage in {"backup", "seldom-used"},
        }
        for number, (usage, content, level) in enumerate(MEDIA, start=1)
    ]
    for row in found[: pick(story, (0, 2, 0, 0, 2))]:
        row["write_protected"] = False
    for row in found[3 : 3 + pick(story, (0, 3, 1, 0, 2))]:
        row["fire_safe"] = False
    for row in found[5 : 5 + pick(story, (0, 4, 0, 0, 3))]:
        row["disaster_safe"] = False
    for row in found[6 : 6 + pick(story, (0, 0, 1, 0, 0))]:
        row["disaster_safe"] = None
    return found


def _transfers(year: Year, staff: Staff, story: Story) -> list[Row]:
    workers = [person for person in staff.roster(year.fiscal_year) if person.employed(year.start) and person.position != "課長"]
    heads = staff.heads()
    found: list[Row] = []
    for number in range(TRANSFERS):
        person = workers[number * 7]
        sent = year.start + timedelta(days=5 + 14 * number)
        kind = ("sending", "carrying", "provision")[number % 3]
        public = number % 8 == 7
        found.append(
            {
                "transfer_no": f"情-{number + 1:03d}",
                "transferred_on": sent,
                "transfer_type": kind,
                "partner": ("県の担当課", "支所", "広域連合")[number % 3],
                "content": "広報の原稿" if public else ("調査の回答", "申請書の綴り", "対象者の一覧")[number % 3],
                "confidentiality": "1" if public else ("2" if number % 2 else "3B"),
                "staff_id": person.staff_id,
                "encrypted": not public and kind != "carrying",
                "locked_case": kind == "carrying" and not public,
                "approver_id": None if public else heads[person.section].staff_id,
                "approved_on": None if public else sent - timedelta(days=number % 3),
            }
        )
    _spoil_transfers(found, story)
    return found


def _spoil_transfers(found: list[Row], story: Story) -> None:
    kinds = {name: [row for row in found if row["transfer_type"] == name and row["confidentiality"] != "1"] for name in TRANSFER_WORDS}
    for row in kinds["sending"][1 : 1 + pick(story, (3, 1, 0, 1, 2))]:
        row["encrypted"] = False
    for row in kinds["carrying"][: pick(story, (2, 0, 0, 0, 2))]:
        row["locked_case"] = False
    for row in kinds["carrying"][2 : 2 + pick(story, (1, 0, 0, 0, 2))]:
        row["approver_id"] = None
    for row in kinds["carrying"][4 : 4 + pick(story, (0, 1, 0, 0, 1))]:
        row["approved_on"] = _day_after(row)
    for row in kinds["provision"][: pick(story, (2, 1, 0, 0, 1))]:
        row["encrypted"] = False
    for row in kinds["provision"][1 : 1 + pick(story, (2, 1, 0, 0, 2))]:
        row["approver_id"] = None
    for row in kinds["provision"][3 : 3 + pick(story, (0, 0, 0, 1, 0))]:
        row["approved_on"] = None


def _day_after(row: Row) -> date:
    sent = row["transferred_on"]
    if not isinstance(sent, date):
        message = f"{sent!r} is no date"
        raise TypeError(message)
    return sent + timedelta(days=1)


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files: two Excel books and an export of the document system."""
    assets = (
        "資産番号=asset_no",
        "情報資産名=asset",
        "所管課=section",
        "機密性=confidentiality|word:level",
        "完全性=integrity|word:integrity",
        "可用性=availability|word:availability",
        "取扱制限=handling_limits",
        "復旧目標時間（時間）=recovery_hours|number",
        "保管場所=storage_place",
        "管理責任者職員番号=manager_id",
        "見直し日=reviewed_on|date:era",
    )
    media = (
        "媒体番号=media_no",
        "記録内容=content",
        "所管課=section",
        "機密性=confidentiality|word:level",
        "保管区分=usage|word:media-usage",
        "書込禁止の措置=write_protected|flag:措置済/未措置",
        "施錠の有無=lockable|flag:有/無",
        "耐火保管=fire_safe|flag:○/×",
        "災害を受けにくい場所=disaster_safe|flag:区域外/区域内",
    )
    transfers = (
        "記録番号=transfer_no",
        "実施日=transferred_on|date:slash",
        "送信・運搬・提供の別=transfer_type|word:transfer-type",
        "相手先=partner",
        "情報の内容=content",
        "機密性=confidentiality|word:level",
        "実施者職員番号=staff_id",
        "暗号化・パスワード=encrypted|flag:有/無",
        "鍵付きケースの使用=locked_case|flag:有/無",
        "許可者職員番号=approver_id",
        "許可日=approved_on|date:slash",
    )
    return [
        book_of("information_assets", "情報資産台帳", *assets, keeper="総務課"),
        book_of("stored_media", "保管媒体一覧", *media, keeper="総務課"),
        export_of("information_transfers", "送信運搬提供記録", *transfers, keeper="総務課"),
    ]


TRANSFER_WORDS = {"sending": "送信", "carrying": "運搬", "provision": "提供"}
ANSWERS = {
    "2.2-04": Answer(said="-nyyn", section="住民課", reason="共有フォルダーを五つ開き、抜き出した表の表題を見た"),
    "2.2-05": Answer(said="nnyyn", section="総務課", reason="書庫から十冊を抜き取り、背の表示を数えた"),
    "2.2-06": Answer(said="-yyyn", section="企画財政課", reason="終わった起案三件の作業用フォルダーを見た"),
    "2.2-07": Answer(said="--yyn", section="福祉課", reason="今月収受した文書五件の区分を見た"),
    "2.2-08": Answer(said="nyyyn", section="建設課", reason="媒体三本の中身とラベルを見比べた"),
    "2.2-18": Answer(said="yynyn", section="企画財政課", reason="ページの更新の承認記録と改ざん検知の通知を見た"),
}
PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers=ANSWERS,
    newer={"2.1-06": "2024-10"},
    recommended=frozenset({"2.1-04", "2.1-05", "2.2-13", "2.2-16"}),
    keys={"information_assets": ("asset_no",), "stored_media": ("media_no",), "information_transfers": ("transfer_no",)},
    row_dates={"information_transfers": "transferred_on"},
    words={
        "level": {"3": "機密性3"},
        "integrity": {"2": "完全性2", "1": "完全性1"},
        "availability": {"2": "可用性2", "1": "可用性1"},
        "media-usage": {"archive": "長期保管", "backup": "バックアップ", "seldom-used": "利用頻度低", "daily": "日常利用"},
        "transfer-type": TRANSFER_WORDS,
    },
)
