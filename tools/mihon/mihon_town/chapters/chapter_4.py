"""Chapter 4 (rooms, equipment, lines, terminals) in the town: files, answers and what is said of the kinds.

Never here: the books (`chapter_4_books`, `chapter_4_rooms`), the sums (`chapter_4_sums`).
"""

from mihon_town.chapters.chapter_4_books import add_equipment
from mihon_town.chapters.chapter_4_rooms import add_rooms
from mihon_town.chapters.chapter_4_sums import JUDGES
from mihon_town.chapters.part import Answer, Part
from mihon_town.layouts import Layout, book_of, export_of
from mihon_town.model import Year
from mihon_town.people import Staff
from mihon_town.stories import Story


def build(year: Year, staff: Staff, story: Story) -> None:
    """Write the books of equipment and of rooms."""
    add_equipment(year, staff, story)
    add_rooms(year, staff, story)


def layouts(_fiscal_year: int) -> list[Layout]:
    """Give the files of equipment, rooms and lines."""
    return [*_equipment_layouts(), *_room_layouts(), _line_layout()]


def _equipment_layouts() -> list[Layout]:
    equipment = (
        "機器番号=equipment",
        "機器種別=equipment_type|word:server-equipment",
        "用途=system",
        "設置場所=room",
        "稼働状況=in_use|flag:稼働中/撤去",
        "重要サーバ=key_server|flag:○/×",
        "可用性=availability|word:availability",
        "固定の有無=fixed|flag:固定済/未固定",
        "冗長化=redundant|flag:冗長/単独",
        "切替試験日=failover_tested_on|date:cell",
        "停電時給電時間（分）=ups_minutes|number",
        "停止所要時間（分）=shutdown_minutes|number",
        "雷サージ対策=surge_protected|flag:有/無",
    )
    service = (
        "保守番号=record_no",
        "機器番号=equipment",
        "保守区分=work_type|word:equipment-work",
        "保守日=done_on|date:slash",
        "保守業者=contractor",
        "作業結果=result",
        "データ消去=media_wiped|flag:消去済/未消去",
        "守秘義務契約=secrecy_contract|flag:締結済/未締結",
    )
    outside = (
        "番号=#no",
        "機器番号=equipment",
        "庁外の設置場所=placed_at",
        "所管課=section",
        "設置日=installed_on|date:era",
        "CISO承認日=ciso_approved_on|date:era",
        "状況確認日=last_checked_on|date:era",
        "撤去日=removed_on|date:era",
    )
    return [
        book_of("server_equipment", "設備機器管理台帳", *equipment),
        export_of("maintenance_records", "機器保守修理記録", *service),
        book_of("offsite_equipment", "庁外設置機器台帳", *outside),
    ]


def _room_layouts() -> list[Layout]:
    rooms = (
        "管理区域名=room",
        "所管課=section",
        "設置階=floor|word:floor",
        "施錠=locked|flag:有/無",
        "監視カメラ=watched|flag:有/無",
        "警報装置=alarmed|flag:有/無",
        "耐震対策=quake_proof|flag:○/×",
        "防火対策=fire_proof|flag:○/×",
        "防水対策=water_proof|flag:○/×",
        "消火設備=extinguisher|word:extinguisher",
        "入退室管理方法=entry_method|word:entry-method",
    )
    permits = (
        "入室者番号=person_id",
        "管理区域名=room",
        "職員・業者の別=affiliation|word:person-kind",
        "許可日=permitted_on|date:era_short",
        "許可者=permitted_by",
    )
    entries = (
        "入室日時=entered_at|moment:slash",
        "扉=room",
        "カードID=person_id",
        "来訪者=visitor|flag:来訪者/登録者",
        "会社名=affiliation",
        "入室目的=purpose",
        "付添職員番号=escort_id",
        "退室日時=left_at|moment:slash",
    )
    moves = (
        "搬入出番号=move_no",
        "管理区域名=room",
        "搬入出機器=equipment",
        "搬入・搬出の別=direction|word:direction",
        "搬入出日=moved_on|date:kanji+slash",
        "搬入出業者=contractor",
        "影響確認日=effect_checked_on|date:kanji+slash",
        "立会職員番号=attendant_id",
    )
    return [
        book_of("secure_rooms", "管理区域台帳", *rooms, keeper="総務課"),
        book_of("room_permits", "入室許可者一覧", *permits),
        export_of("room_entries", "入退室ログ", *entries),
        book_of("equipment_moves", "機器搬入出記録", *moves),
    ]


def _line_layout() -> Layout:
    lines = (
        "回線名=line",
        "管理課=section",
        "用途=purpose",
        "回線種別=line_type|word:line-kind",
        "機密性=confidentiality|word:level",
        "可用性=availability|word:availability",
        "通信の暗号化=encrypted|flag:有/無",
        "予備回線=backup_line|flag:有/無",
        "関係書類の保管場所=papers_place",
        "使用状況=in_use|flag:使用中/休止",
    )
    return book_of("line_register", "通信回線台帳", *lines)


ANSWERS = {
    "4.1.1-02": Answer(said="nyyyn", section="企画財政課", reason="電算室と支所の機械室で配管と温度の記録を見た"),
    "4.1.4-01": Answer(said="-nyyn", section="総務課", reason="窓口と会議室の配線と差込口を歩いて見た"),
    "4.1.4-02": Answer(said="-yyyn", section="企画財政課", reason="配線盤の鍵と席替えの届出を見た"),
    "4.2.1-04": Answer(said="nnyyn", section="総務課", reason="図面を見て床板を一枚上げた"),
    "4.2.2-05": Answer(said="yynyn", section="企画財政課", reason="予告せずに訪ねて名札を見た"),
    "4.2.2-06": Answer(said="-nyyn", section="企画財政課", reason="預け箱と持込みの届出を見た"),
    "4.3-02": Answer(said="-yyyn", section="企画財政課", reason="接続の一覧から三つ選び通信量を見た"),
    "4.3-03": Answer(said="nyyyn", section="企画財政課", reason="構成図でLGWAN以外の回線を数えた"),
    "4.3-05": Answer(said="--yyn", section="企画財政課", reason="フロアの通信機器の箱を一つ開けた"),
    "4.4-03": Answer(said="-nyyn", section="総務課", reason="保管庫の媒体を五本開いた"),
    "4.4-05": Answer(said="-yyyn", section="企画財政課", reason="認証方式の一覧と情報資産の区分を並べた"),
}
PART = Part(
    build=build,
    layouts=layouts,
    judges=JUDGES,
    answers=ANSWERS,
    recommended=frozenset({"4.1.2-02", "4.1.7-03", "4.3-03", "4.3-07"}),
    keys={
        "server_equipment": ("equipment",),
        "maintenance_records": ("record_no",),
        "offsite_equipment": ("equipment",),
        "secure_rooms": ("room",),
        "room_permits": ("person_id", "room"),
        "room_entries": ("entered_at", "room", "person_id"),
        "equipment_moves": ("move_no",),
        "line_register": ("line",),
    },
    row_dates={"maintenance_records": "done_on", "room_entries": "entered_at", "equipment_moves": "moved_on"},
    words={
        "server-equipment": {
            "server": "サーバ",
            "storage": "ストレージ",
            "network": "ネットワーク機器",
            "power": "電源設備",
            "other": "その他",
        },
        "equipment-work": {"service": "定期保守", "repair-outside": "預かり修理"},
        "floor": {"basement": "地階", "ground": "1階", "upper": "2階"},
        "extinguisher": {"gas": "ガス系", "powder": "粉末消火器"},
        "entry-method": {"card": "ICカード", "register": "入退室管理簿", "none": "なし"},
        "person-kind": {"staff": "職員", "contractor": "業者"},
        "direction": {"in": "搬入", "out": "搬出"},
        "line-kind": {"dedicated": "専用線", "lgwan": "LGWAN", "closed": "閉域網", "internet": "インターネット", "other": "無線"},
    },
)
